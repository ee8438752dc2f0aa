"""The annexes of the bulletin: what its words mean (附一 口径说明), and what its figures rest on (附二 数据说明)."""

from collections.abc import Iterator, Sequence

from gongkai_cli.bulletin import Bulletin
from gongkai_cli.formats.blocks import Block, Column, Heading, Notes, Paragraph, Said, table
from gongkai_cli.formats.bulletin_words import DOUBT_MARK, Speaker, period_words, signs_words
from gongkai_cli.formats.reasoning import WINDOW_SIGNALS, reading_words
from gongkai_cli.formats.wording import owners_words, signal_words
from gongkai_cli.messages import Words, text
from gongkai_cli.report import Row

# How many occurrences a signal names; the number counts all.
_MOST_NAMED = 10


# 附一 口径说明


def definitions(speaker: Speaker) -> Iterator[Block]:
    """Yield what the words of the bulletin mean, and the readings on which its dates rest."""
    bulletin, words = speaker.bulletin, speaker.words
    yield Heading(words(text("Annex 1. What the words mean")), annex=True)
    for sentence in _meanings(bulletin, words):
        yield Paragraph(sentence)
    if bulletin.footnotes:
        yield Heading(words(text("Interpretations")), 2)
        yield Paragraph(
            words(
                text("Dates and owners with a number in brackets are not stated by the document; they rest on these:")
            )
        )
        yield Notes(tuple((f"[{each.number}]", words(reading_words(each.reading))) for each in bulletin.footnotes))
    yield Paragraph(words(text("A date without a note is stated by the document itself.")))


def _meanings(bulletin: Bulletin, words: Words) -> Iterator[str]:
    yield words(
        text("Each deadline of each owner counts as one. “Publish” stands for handing in and carrying out as well.")
    )
    if bulletin.log is not None:
        yield words(
            text(
                "On time: a record is dated by the deadline, that day included. Late: the record is dated after it. "
                "Overdue: the deadline has passed, and there is no record. Excused: a waiver was granted "
                "by the deadline."
            )
        )
        yield words(
            text(
                "The rate on time is what was on time, divided by what was on time, late and overdue; what is excused "
                "or pending is in neither."
            )
        )
        yield words(text("Days late are calendar days from the deadline; where hours count, 24-hour days begun."))
    yield from signs_words(bulletin.every_row, words)
    if any(row.verdict and row.verdict.uncertain for row in bulletin.every_row):
        yield words(text("{mark} uncertain: a record may belong here or to another period."), mark=DOUBT_MARK)


# 附二 数据说明


def data_notes(speaker: Speaker) -> Iterator[Block]:
    """Yield what was read, what was left out, what is odd, and where everything that counts stands."""
    bulletin, words = speaker.bulletin, speaker.words
    yield Heading(words(text("Annex 2. The data")), annex=True)
    if bulletin.log is None:
        yield Paragraph(words(text("No log was given: the dates come from the plan alone.")))
    else:
        yield from _files(speaker)
        yield from _left_over(speaker)
    yield from _never_recorded(speaker)
    yield from _provisional(speaker)
    yield from _signals(speaker)
    if bulletin.log is not None:
        yield from _papers(speaker)
        yield from _on_time(speaker)


def _files(speaker: Speaker) -> Iterator[Block]:
    bulletin, words = speaker.bulletin, speaker.words
    log = bulletin.log
    assert log is not None, "a log was given"  # noqa: S101
    counts = text(
        "Files read: {count}. Lines: {read}, of which {matched} matched, {unmatched} unmatched, {blank} blank, "
        "{rejected} rejected."
    )
    yield Paragraph(
        words(
            counts,
            count=len(bulletin.files),
            read=log.read,
            matched=log.matched,
            unmatched=log.unmatched,
            blank=log.blank,
            rejected=log.rejected,
        )
    )
    if log.without_recorded:
        sentence = text("{count} lines say no day of recording; their day of publication was taken for it.")
        yield Paragraph(words(sentence, count=log.without_recorded))
    if bulletin.untraced:
        untraced = text(
            "Too many records to list them all; those left out: {count}. gongkai explain shows them duty by duty."
        )
        yield Paragraph(words(untraced, count=bulletin.untraced))
    columns = [Column(words(text("file")), 8), Column(words(text("lines")), 2), Column(words(text("blank")), 2)]
    yield table(columns, [[each.file, str(each.read), str(each.blank)] for each in bulletin.files])


def _left_over(speaker: Speaker) -> Iterator[Block]:
    """The lines that count for nothing: understood without an occurrence, or not to be read."""
    bulletin, words = speaker.bulletin, speaker.words
    log = bulletin.log
    assert log is not None, "a log was given"  # noqa: S101
    columns = [Column(words(text("line")), 4), Column(words(text("reason")), 9)]
    if bulletin.unmatched:
        yield Heading(words(text("Lines without an occurrence")), 2)
        yield table(columns, [[speaker.place(each.file, each.line), words(each.reason)] for each in bulletin.unmatched])
        more = log.unmatched - len(bulletin.unmatched)
        if more > 0:
            yield Paragraph(words(text("… and {count} more"), count=more))
    if bulletin.rejected:
        yield Heading(words(text("Lines that could not be read and were left out")), 2)
        rows = [[str(each.location), f"{each.code} {words(each.message)}"] for each in bulletin.rejected]
        yield table(columns, rows)


def _never_recorded(speaker: Speaker) -> Iterator[Block]:
    bulletin, words = speaker.bulletin, speaker.words
    if not bulletin.never_recorded:
        return
    said = (
        text("Duties whose event was never recorded")
        if bulletin.log is not None
        else text("Duties that wait for an event")
    )
    yield Heading(words(said), 2)
    gathered: dict[str, list[str]] = {}
    for each in bulletin.never_recorded:
        event = bulletin.plan.events.get(each.frequency.event, each.frequency.event)
        gathered.setdefault(event, []).append(f"{each.title}（{each.clause}）")
    columns = [Column(words(text("event")), 4), Column(words(text("number")), 2), Column(words(text("duties")), 10)]
    yield table(columns, [[event, str(len(duties)), speaker.list(duties)] for event, duties in gathered.items()])


def _provisional(speaker: Speaker) -> Iterator[Paragraph]:
    bulletin, words = speaker.bulletin, speaker.words
    if bulletin.provisional_years:
        years = speaker.list([str(year) for year in bulletin.provisional_years])
        sentence = text(
            "Deadlines in {years} are provisional: the working days there have not been announced; nobody is held to "
            "be late by them."
        )
        yield Paragraph(words(sentence, years=years))


def _signals(speaker: Speaker) -> Iterator[Block]:
    bulletin, words = speaker.bulletin, speaker.words
    if not bulletin.signals:
        return
    yield Heading(words(text("Worth a look (changes no figure)")), 2)
    columns = [Column(words(text("signal")), 5), Column(words(text("number")), 2), Column(words(text("where")), 10)]
    lines = []
    for signal, rows in bulletin.signals:
        # What is odd about a window, the marks of its dates have said.
        named = [_named(row, speaker) for row in rows[:_MOST_NAMED]] if signal not in WINDOW_SIGNALS else []
        if named and len(rows) > _MOST_NAMED:
            named.append(words(text("… and {count} more"), count=len(rows) - _MOST_NAMED))
        lines.append([words(signal_words(signal)), str(len(rows)), speaker.clauses(named)])
    yield table(columns, lines)


def _named(row: Row, speaker: Speaker) -> str:
    """An occurrence in a few words, with the lines that it rests on."""
    words = speaker.words
    parts = [owners_words(row.occurrence.owners, words), row.occurrence.obligation.title, period_words(row, words)]
    where = ", ".join(speaker.place(each.file, each.line) for each in row.records)
    said = " ".join(part for part in parts if part)
    return words(text("{duty} ({places})"), duty=said, places=where) if where else said


def _papers(speaker: Speaker) -> Iterator[Block]:
    """The papers that excused or moved a deadline; a dispensation is only as good as its paper."""
    bulletin, words = speaker.bulletin, speaker.words
    rows = [(row, paper) for row in bulletin.every_row for paper in row.papers if paper.kind != "event"]
    if not rows:
        return
    yield Heading(words(text("Waivers and extensions")), 2)
    kinds = {"waiver": text("waiver"), "extension": text("extension"), "event": text("event")}
    columns = [
        Column(words(text("duty")), 9),
        Column(words(text("owner")), 5),
        Column(words(text("what")), 2),
        Column(words(text("until")), 4),
        Column(words(text("paper and reason")), 8),
        Column(words(text("record")), 4),
    ]
    lines: list[list[Said | str]] = []
    for row, paper in rows:
        why = words(
            text("{reference}, approved by {approver}: {note}"),
            reference=paper.reference,
            approver=paper.approved_by,
            note=paper.note,
        )
        duty = " ".join(part for part in (row.occurrence.obligation.title, period_words(row, words)) if part)
        line = speaker.place(paper.file, paper.line)
        lines.append([duty, speaker.owner(row), words(kinds[paper.kind]), paper.until, why, line])
    yield table(columns, lines)


def _on_time(speaker: Speaker) -> Iterator[Block]:
    """What was on time, with its lines: so that the figure can be checked, not only believed."""
    words = speaker.words
    rows: Sequence[Row] = [row for row in speaker.bulletin.rows if row.status == "satisfied"]
    if not rows:
        return
    yield Heading(words(text("What was on time, and the records")), 2)
    columns = [
        Column(words(text("duty")), 9),
        Column(words(text("period")), 4),
        Column(words(text("owner")), 5),
        Column(words(text("deadline")), 4),
        Column(words(text("done on")), 4),
        Column(words(text("record")), 4),
    ]
    lines: list[list[Said | str]] = []
    for row in rows:
        title, period = row.occurrence.obligation.title, period_words(row, words)
        lines.append([title, period, speaker.owner(row), speaker.deadline(row), *speaker.evidence(row)])
    yield table(columns, lines)
