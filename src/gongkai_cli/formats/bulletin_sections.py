"""The sections of the bulletin, sentence by sentence and table by table; the formats set them."""

from collections.abc import Iterator, Sequence

from gongkai_cli.bulletin import Bulletin, Change, Since
from gongkai_cli.evaluation.verdicts import STATUSES, Status
from gongkai_cli.formats.blocks import Block, Column, Heading, Paragraph, Said, Table, Title, table
from gongkai_cli.formats.bulletin_annexes import data_notes, definitions
from gongkai_cli.formats.bulletin_words import DOUBT_MARK, Speaker, period_words, plain_day, stretch_words
from gongkai_cli.formats.wording import known_words, percent, published_words, status_words
from gongkai_cli.messages import Text, Words, text
from gongkai_cli.report import Row
from gongkai_cli.standings import OwnerLine, Totals

# A duty that falls due more often than this in the coming range is told by its first and last day.
_MOST_DATES = 4
_NO_LOG = text("No log was given, so nothing can be said of this.")
# The statuses with a figure of their own in tables.
_SHOWN: tuple[Status, ...] = ("satisfied", "late", "overdue", "waived")


def document(bulletin: Bulletin, words: Words) -> Iterator[Block]:
    """Yield the whole bulletin as blocks."""
    speaker = Speaker(bulletin, words)
    title = words(text("Bulletin: how “{title}” \nis carried out"), title=bulletin.plan.plan.title)
    yield Title(tuple(title.split("\n")), _about(speaker))
    yield from _overall(speaker)
    yield from _owners(speaker)
    yield from _overdue(speaker)
    yield from _late(speaker)
    yield from _coming(speaker)
    yield from _no_limit(speaker)
    yield from definitions(speaker)
    yield from data_notes(speaker)


def _about(speaker: Speaker) -> str:
    bulletin, words = speaker.bulletin, speaker.words
    said = stretch_words(bulletin, words)
    if bulletin.scope == "to date":
        return words(text("({about})"), about=said)
    return words(text("({about}, as of {day})"), about=said, day=plain_day(bulletin.as_of, words))


# 一、总体情况


def _overall(speaker: Speaker) -> Iterator[Block]:
    bulletin, words = speaker.bulletin, speaker.words
    meta = bulletin.plan.plan
    yield Heading(words(text("1. Overall")))
    number = words(text(" ({number})"), number=meta.document_number) if meta.document_number else ""
    opening = text(
        "This is how the duties of “{title}”{number} stand whose deadlines lie between {first} and {last}, as of {day}."
    )
    yield Paragraph(
        words(
            opening,
            title=meta.title,
            number=number,
            first=plain_day(bulletin.days.first, words),
            last=plain_day(bulletin.days.last, words),
            day=plain_day(bulletin.as_of, words),
        )
        + known_words(bulletin.known_on, words)
    )
    if bulletin.log is None:
        yield from _overall_without_log(speaker)
        return
    yield Paragraph(_figures(speaker))
    praise = _praise(bulletin)
    if praise is not None:
        yield Paragraph(words(praise))
    if bulletin.carried_over:
        carried = text("Still overdue from before that, in section 3: {count}.")
        yield Paragraph(words(carried, count=len(bulletin.carried_over)))
    yield from _silent(speaker)
    if bulletin.since is not None:
        yield from _since(speaker, bulletin.since)


def _overall_without_log(speaker: Speaker) -> Iterator[Block]:
    bulletin, words = speaker.bulletin, speaker.words
    if bulletin.totals.owed:
        sentence = text("Falling due: {count}. No log was given: dates only, no verdict.")
        yield Paragraph(words(sentence, count=bulletin.totals.owed))
    else:
        yield Paragraph(words(text("Nothing falls due in this range. No log was given: dates only, no verdict.")))
    yield from _silent(speaker)


def _figures(speaker: Speaker) -> str:
    """The figures in one sentence that adds up: what was owed is the sum of what is said after it."""
    words, found = speaker.words, speaker.bulletin.totals
    if not found.owed:
        return words(text("Nothing fell due in this range."))
    on_time = words(text("on time {count}"), count=found.satisfied)
    if found.by_nil:
        on_time = words(text("{figure} (of these, nothing to publish {count})"), figure=on_time, count=found.by_nil)
    overdue = words(text("not done and overdue {count}"), count=found.overdue)
    if found.uncertain:
        overdue = words(text("{figure} (of these, uncertain {count})"), figure=overdue, count=found.uncertain)
    said = [on_time, words(text("late {count}"), count=found.late), overdue]
    rest = (
        (text("excused {count}"), found.waived),
        (text("still to be done {count}"), found.due),
        (text("not yet due {count}"), found.upcoming),
    )
    said += [words(sentence, count=count) for sentence, count in rest if count]
    sentence = (
        text("In all: {owed}; {figures}.")
        if found.owed == found.fell_due
        else text(
            "In all: {owed}; {figures}. Of all these, {fell_due} have fallen due; what was done before counts as on "
            "time."
        )
    )
    whole = words(sentence, owed=found.owed, fell_due=found.fell_due, figures=speaker.list(said))
    if found.on_time_rate is None:
        return whole
    rates = text("On time: {on_time}; done, on time or late: {done}.")
    space = "" if words.language == "zh" else " "
    return whole + space + words(rates, on_time=percent(found.on_time_rate), done=percent(found.done_rate))


def _praise(bulletin: Bulletin) -> Text | None:
    """Say with pleasure that nothing is overdue."""
    found = bulletin.totals
    if bulletin.carried_over or found.overdue or not found.judged:
        return None
    if found.late:
        return text("Nothing is left overdue. Well done.")
    return text("Everything that fell due was done on time. Well done.")


def _silent(speaker: Speaker) -> Iterator[Paragraph]:
    """What the figures are silent about: duties without limit, and duties whose event nobody recorded."""
    bulletin, words = speaker.bulletin, speaker.words
    said = []
    if bulletin.no_limit:
        said.append(words(text("without a time limit, in section 6: {count}"), count=len(bulletin.no_limit)))
    if bulletin.never_recorded:
        sentence = (
            text("duties whose event was never recorded, so that nothing is known of them: {count}")
            if bulletin.log is not None
            else text("duties that wait for an event and have no date yet: {count}")
        )
        said.append(words(sentence, count=len(bulletin.never_recorded)))
    if said:
        yield Paragraph(words(text("Not in these figures: {what}."), what=speaker.clauses(said)))


def _since(speaker: Speaker, since: Since) -> Iterator[Block]:
    bulletin, words = speaker.bulletin, speaker.words
    then, now = since.totals, bulletin.totals
    day = plain_day(since.day, words)
    yield Heading(words(text("Compared with {day}"), day=day), 2)
    sentence = text(
        "By what was known on {day}. Overdue since then: {overdue}; overdue then and no longer: {cleared}; done since "
        "then: {done}."
    )
    yield Paragraph(
        words(
            sentence,
            day=day,
            overdue=len(since.newly_overdue),
            cleared=len(since.cleared) + len(since.gone),
            done=len(since.newly_done),
        )
    )
    columns = [
        Column("", 5),
        Column(plain_day(since.day, words), 4),
        Column(plain_day(bulletin.as_of, words), 4),
        Column(words(text("change")), 3),
    ]
    yield table(
        columns,
        [
            [words(name), str(was), str(is_), f"{is_ - was:+d}" if is_ != was else "0"]
            for name, was, is_ in _both(then, now)
        ],
    )
    rows = [
        _changed(speaker, each) for each in since.changes if each.row.status != "satisfied" or each in since.cleared
    ]
    rows += [[*_duty(speaker, row), speaker.status(row), words(text("no longer there"))] for row in since.gone]
    if rows:
        columns = [*_duty_columns(words), Column(words(text("then")), 4), Column(words(text("now")), 5)]
        yield table(columns, rows)


def _both(then: Totals, now: Totals) -> Iterator[tuple[Text, int, int]]:
    yield text("in all"), then.owed, now.owed
    for status in _SHOWN:
        yield status_words(status, "publish"), then.count(status), now.count(status)


def _changed(speaker: Speaker, change: Change) -> list[Said | str]:
    row, words = change.row, speaker.words
    act = row.occurrence.obligation.act
    then = words(status_words(change.then, act)) if change.then is not None else words(text("not known"))
    deciding = row.deciding if row.status in ("late", "satisfied") else None
    now = speaker.status(row)
    if deciding is not None:
        now = words(text("{status} ({place})"), status=now, place=speaker.place(deciding.file, deciding.line))
    return [*_duty(speaker, row), then, now]


def _duty_columns(words: Words) -> list[Column]:
    return [
        Column(words(text("clause")), 4),
        Column(words(text("duty")), 9),
        Column(words(text("period")), 4),
        Column(words(text("owner")), 5),
        Column(words(text("deadline")), 4),
    ]


def _duty(speaker: Speaker, row: Row) -> list[Said | str]:
    occurrence = row.occurrence
    obligation = occurrence.obligation
    return [
        obligation.clause,
        obligation.title,
        period_words(row, speaker.words),
        speaker.owner(row),
        speaker.deadline(row),
    ]


# 二、各单位情况


def _owners(speaker: Speaker) -> Iterator[Block]:
    bulletin, words = speaker.bulletin, speaker.words
    yield Heading(words(text("2. Owners")))
    if not bulletin.owners:
        yield Paragraph(words(text("No owner has anything to show in this range.")))
        return
    yield _owner_table(speaker)
    if any(line.owner is None for line in bulletin.owners) and bulletin.log is not None:
        yield Paragraph(words(text("What several owners share is a line of its own and counts in no owner's rate.")))


def _owner_table(speaker: Speaker) -> Table:
    bulletin, words = speaker.bulletin, speaker.words
    columns = [Column(words(text("owner")), 6), Column(words(text("in all")), 2)]
    if bulletin.log is not None:
        titles = (*(status_words(status, "publish") for status in _SHOWN), text("pending"), text("rate on time"))
        columns += [Column(words(title), 2) for title in titles]
    lines = [_owner_line(speaker, line) for line in bulletin.owners]
    lines.append(_owner_cells(speaker, words(text("all together")), bulletin.totals))
    return table(columns, lines)


def _owner_line(speaker: Speaker, line: OwnerLine) -> list[str]:
    name = line.owner if line.owner is not None else speaker.words(text("shared by several"))
    return _owner_cells(speaker, name, line.totals)


def _owner_cells(speaker: Speaker, name: str, found: Totals) -> list[str]:
    if speaker.bulletin.log is None:
        return [name, str(found.owed)]
    pending = found.due + found.upcoming
    counts = (found.owed, *(found.count(status) for status in _SHOWN), pending)
    return [name, *(str(count) for count in counts), percent(found.on_time_rate)]


# 三、逾期未公开事项


def _overdue(speaker: Speaker) -> Iterator[Block]:
    bulletin, words = speaker.bulletin, speaker.words
    yield Heading(words(text("3. Overdue")))
    if bulletin.log is None:
        yield Paragraph(words(_NO_LOG))
        return
    if not bulletin.overdue and not bulletin.carried_over:
        praised = text("Nothing is overdue. Well done.") if bulletin.totals.judged else text("Nothing is overdue.")
        yield Paragraph(words(praised))
        return
    parts = ((text("(1) Due in this range"), bulletin.overdue), (text("(2) Due before"), bulletin.carried_over))
    for heading, rows in parts:
        if bulletin.carried_over:
            yield Heading(words(heading), 2)
        if rows:
            yield _overdue_table(speaker, rows)
        elif bulletin.carried_over:
            yield Paragraph(words(text("None.")))
    if any(row.verdict and row.verdict.uncertain for row in (*bulletin.overdue, *bulletin.carried_over)):
        doubt = text(
            "{mark} uncertain: a record may belong here or to another period; please check before holding it against "
            "anybody."
        )
        yield Paragraph(words(doubt, mark=DOUBT_MARK))
        yield from _doubts(speaker, [*bulletin.overdue, *bulletin.carried_over])


def _doubts(speaker: Speaker, rows: Sequence[Row]) -> Iterator[Table]:
    """The records that make an overdue one uncertain: whoever writes to an office must have seen them."""
    words = speaker.words
    columns = [
        Column(words(text("duty")), 9),
        Column(words(text("period")), 4),
        Column(words(text("owner")), 5),
        Column(words(text("record in doubt")), 8),
        Column(words(text("record")), 4),
    ]
    lines: list[list[Said | str]] = [
        [
            row.occurrence.obligation.title,
            period_words(row, words),
            speaker.owner(row),
            f"{speaker.published(doubt.published)} {doubt.title}".strip(),
            speaker.place(doubt.file, doubt.line),
        ]
        for row in rows
        for doubt in row.doubts
    ]
    if lines:
        yield table(columns, lines)


def _overdue_table(speaker: Speaker, rows: Sequence[Row]) -> Table:
    words = speaker.words
    columns = [
        Column(words(text("no.")), 2),
        *_duty_columns(words),
        Column(words(text("days")), 2),
        Column(words(text("escalation")), 3),
    ]
    lines = []
    for number, row in enumerate(rows, start=1):
        step = (row.verdict.escalation if row.verdict else None) or ""
        lines.append([str(number), *_duty(speaker, row), speaker.days_late(row), step])
    return table(columns, lines)


# 四、逾期公开事项


def _late(speaker: Speaker) -> Iterator[Block]:
    bulletin, words = speaker.bulletin, speaker.words
    yield Heading(words(text("4. Done late")))
    if bulletin.log is None:
        yield Paragraph(words(_NO_LOG))
        return
    if not bulletin.late:
        yield Paragraph(words(text("Nothing was done late.")))
        return
    columns = [
        Column(words(text("no.")), 2),
        *_duty_columns(words),
        Column(words(text("done on")), 4),
        Column(words(text("days")), 2),
        Column(words(text("record")), 4),
    ]
    lines = []
    for number, row in enumerate(bulletin.late, start=1):
        done_on, where = speaker.evidence(row)
        lines.append([str(number), *_duty(speaker, row), done_on, speaker.days_late(row), where])
    yield table(columns, lines)


# 五、下期将到期事项


def _coming(speaker: Speaker) -> Iterator[Block]:
    bulletin, words = speaker.bulletin, speaker.words
    yield Heading(words(text("5. Coming")))
    first, last = (plain_day(day, words) for day in bulletin.coming_days)
    if not bulletin.coming:
        yield Paragraph(words(text("Nothing falls due between {first} and {last}."), first=first, last=last))
        return
    sentence = text("Falling due between {first} and {last}: {count}.")
    yield Paragraph(words(sentence, first=first, last=last, count=len(bulletin.coming)))
    gathered: dict[tuple[str, tuple[str, ...]], list[Row]] = {}
    for row in bulletin.coming:
        gathered.setdefault((row.occurrence.obligation.id, row.occurrence.owners), []).append(row)
    columns = _duty_columns(words)
    if bulletin.log is not None:
        columns.append(Column(words(text("status")), 4))
    yield table(columns, [_coming_line(speaker, rows) for rows in gathered.values()])


def _coming_line(speaker: Speaker, rows: Sequence[Row]) -> list[Said | str]:
    """One duty of one owner, however often it falls due."""
    first, last, words = rows[0], rows[-1], speaker.words
    clause, title, period, owner, deadline = _duty(speaker, first)
    if len(rows) > 1:
        labels = [row.occurrence.slot.period.label for row in (first, last)]
        period = words(text("{first} to {last}"), first=labels[0], last=labels[1])
        days = [speaker.deadline(row).words for row in rows]
        said = speaker.list(days)
        if len(days) > _MOST_DATES:
            times = text("{first} to {last}, {count} times")
            said = words(times, first=days[0], last=days[-1], count=len(days))
        deadline = Said(said, speaker.deadline(first).marks)
    line = [clause, title, period, owner, deadline]
    return [*line, _statuses(speaker, rows)] if speaker.bulletin.log is not None else line


def _statuses(speaker: Speaker, rows: Sequence[Row]) -> str:
    """The statuses of some occurrences, each with its number where there are several."""
    said = []
    for status in STATUSES:
        having = [row for row in rows if row.status == status]
        if having:
            name = speaker.words(status_words(status, having[0].occurrence.obligation.act))
            said.append(f"{name} {len(having)}" if len(rows) > 1 else speaker.status(having[0]))
    return speaker.list(said)


# 六、无明确时限事项进展


def _no_limit(speaker: Speaker) -> Iterator[Block]:
    bulletin, words = speaker.bulletin, speaker.words
    yield Heading(words(text("6. Without a time limit")))
    if not bulletin.no_limit:
        yield Paragraph(words(text("There are none.")))
        return
    columns = [
        Column(words(text("clause")), 4),
        Column(words(text("duty")), 9),
        Column(words(text("owner")), 5),
    ]
    if bulletin.log is None:
        yield table(
            columns, [[row.occurrence.obligation.clause, *_limitless(speaker, row)] for row in bulletin.no_limit]
        )
        return
    columns += [
        Column(words(text("records")), 2),
        Column(words(text("last one")), 4),
        Column(words(text("record")), 4),
    ]
    lines = []
    for row in bulletin.no_limit:
        count = row.verdict.counted if row.verdict else 0
        counting = [each for each in row.records if each.kind == "publication"]
        last = (
            (published_words(counting[-1].published), speaker.place(counting[-1].file, counting[-1].line))
            if counting
            else ("", "")
        )
        lines.append([row.occurrence.obligation.clause, *_limitless(speaker, row), str(count), *last])
    yield table(columns, lines)


def _limitless(speaker: Speaker, row: Row) -> list[Said | str]:
    obligation = row.occurrence.obligation
    return [Said(obligation.title, speaker.bulletin.marks(obligation)), speaker.owner(row)]
