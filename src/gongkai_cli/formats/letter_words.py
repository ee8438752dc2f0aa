"""What a reminder letter says, sentence by sentence and table by table; the formats set it."""

from collections.abc import Iterator, Sequence

from gongkai_cli.formats.blocks import Block, Column, Heading, Notes, Paragraph, Said, Table, Title, table
from gongkai_cli.formats.bulletin_words import Speaker, period_words, plain_day, signs_words
from gongkai_cli.formats.reasoning import reading_words
from gongkai_cli.letters import Letter
from gongkai_cli.messages import Words, text
from gongkai_cli.report import Row


def document(letter: Letter, words: Words) -> Iterator[Block]:
    """Yield a letter as blocks: polite, and sure of no more than the log is."""
    speaker = Speaker(letter.bulletin, words)
    meta = letter.bulletin.plan.plan
    day = plain_day(letter.bulletin.as_of, words)
    number = words(text(" ({number})"), number=meta.document_number) if meta.document_number else ""
    yield Title((words(text("Reminder about the publication of information")),))
    yield Paragraph(words(text("To {owner}:"), owner=letter.owner), "salutation")
    opening = text("This is about what “{title}”{number} asks of you, as the records stand on {day}.")
    yield Paragraph(words(opening, title=meta.title, number=number, day=day))
    yield from _overdue(letter, speaker)
    yield from _shared(letter, speaker)
    yield from _uncertain(letter, speaker)
    yield from _soon(letter, speaker)
    yield from map(Paragraph, signs_words(letter.rows, words))
    yield from _readings(letter, words)
    closing = text(
        "Where something has been published already, please tell us its day, title and address; where it cannot be "
        "published for the time being, please tell us the reason and the day by which it will be. Thank you."
    )
    yield Paragraph(words(closing))
    if meta.issuer:
        yield Paragraph(meta.issuer, "signature")
    yield Paragraph(day, "signature")


def _overdue(letter: Letter, speaker: Speaker) -> Iterator[Block]:
    words = speaker.words
    if letter.overdue:
        sentence = text("The deadlines of the following have passed, and we have no record of them ({count} in all):")
        yield Paragraph(words(sentence, count=len(letter.overdue)))
        yield _owed(letter.overdue, speaker)


def _shared(letter: Letter, speaker: Speaker) -> Iterator[Block]:
    words = speaker.words
    if letter.shared:
        yield Heading(words(text("Owed together with others")), 2)
        sentence = text(
            "These are owed by several; it is enough if one of them does it ({count} in all). Please agree among you:"
        )
        yield Paragraph(words(sentence, count=len(letter.shared)))
        yield _owed(letter.shared, speaker, with_owners=True)


def _owed(rows: Sequence[Row], speaker: Speaker, *, with_owners: bool = False) -> Table:
    words = speaker.words
    columns = [
        Column(words(text("no.")), 2),
        Column(words(text("clause")), 4),
        Column(words(text("what the document says")), 8),
        Column(words(text("duty")), 8),
        Column(words(text("period")), 4),
        *([Column(words(text("owed by")), 5)] if with_owners else []),
        Column(words(text("deadline")), 4),
        Column(words(text("days")), 2),
        Column(words(text("escalation")), 3),
    ]
    lines: list[list[Said | str]] = []
    for position, row in enumerate(rows, start=1):
        obligation = row.occurrence.obligation
        lines.append(
            [
                str(position),
                obligation.clause,
                words(text("「{quote}」"), quote=obligation.quote),
                _duty(row, speaker),
                period_words(row, words),
                *([_sharers(row, speaker)] if with_owners else []),
                speaker.deadline(row),
                speaker.days_late(row),
                (row.verdict.escalation if row.verdict else None) or "",
            ]
        )
    return table(columns, lines)


def _duty(row: Row, speaker: Speaker) -> Said:
    """A duty, with the footnotes to why it is the reader's."""
    obligation = row.occurrence.obligation
    return Said(obligation.title, speaker.bulletin.owner_marks(obligation))


def _sharers(row: Row, speaker: Speaker) -> str:
    """Who owes it, where that is not the reader alone."""
    return speaker.list(row.occurrence.owners) if row.occurrence.shared else ""


def _uncertain(letter: Letter, speaker: Speaker) -> Iterator[Block]:
    words = speaker.words
    if not letter.uncertain:
        return
    yield Heading(words(text("To be checked")), 2)
    sentence = text(
        "For these the deadline has passed, but a record may belong to them ({count} in all). Please tell us which "
        "period it is for:"
    )
    yield Paragraph(words(sentence, count=len(letter.uncertain)))
    columns = [
        Column(words(text("clause")), 4),
        Column(words(text("duty")), 8),
        Column(words(text("period")), 4),
        Column(words(text("owed by")), 5),
        Column(words(text("deadline")), 4),
        Column(words(text("record in doubt")), 9),
        Column(words(text("record")), 4),
    ]
    lines: list[list[Said | str]] = []
    for row in letter.uncertain:
        obligation = row.occurrence.obligation
        start: list[Said | str] = [
            obligation.clause,
            _duty(row, speaker),
            period_words(row, words),
            _sharers(row, speaker),
            speaker.deadline(row),
        ]
        doubts = [(f"{speaker.published(each.published)} {each.title}".strip(), each) for each in row.doubts]
        lines += [[*start, said, speaker.place(each.file, each.line)] for said, each in doubts] or [[*start, "", ""]]
    yield table(columns, lines)


def _soon(letter: Letter, speaker: Speaker) -> Iterator[Block]:
    words = speaker.words
    if not letter.soon:
        return
    yield Heading(words(text("Due soon")), 2)
    yield Paragraph(words(text("These are due soon ({count} in all):"), count=len(letter.soon)))
    columns = [
        Column(words(text("clause")), 4),
        Column(words(text("duty")), 9),
        Column(words(text("period")), 4),
        Column(words(text("owed by")), 5),
        Column(words(text("deadline")), 4),
    ]
    lines: list[list[Said | str]] = []
    for row in letter.soon:
        obligation = row.occurrence.obligation
        lines.append(
            [
                obligation.clause,
                _duty(row, speaker),
                period_words(row, words),
                _sharers(row, speaker),
                speaker.deadline(row),
            ]
        )
    yield table(columns, lines)


def _readings(letter: Letter, words: Words) -> Iterator[Block]:
    if letter.bulletin.footnotes:
        sentence = text("Deadlines and owners with a number in brackets are our interpretation of the document:")
        yield Paragraph(words(sentence))
        notes = letter.bulletin.footnotes
        yield Notes(tuple((f"[{each.number}]", words(reading_words(each.reading))) for each in notes))
