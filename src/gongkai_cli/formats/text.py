"""What falls due, is overdue or was satisfied, as text for people."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from rich.console import RenderableType
from rich.text import Text as Styled

from gongkai_cli.deadlines import day_of
from gongkai_cli.evaluation.verdicts import Status
from gongkai_cli.formats.context import Seen, context_lines
from gongkai_cli.formats.escaping import visible
from gongkai_cli.formats.page import Footnotes, Page, grouped
from gongkai_cli.formats.wording import (
    day_words,
    owners_words,
    published_words,
    short_day_words,
    signal_words,
    status_words,
    with_days_late,
)
from gongkai_cli.messages import Text, Words, text
from gongkai_cli.plan import Obligation, Plan
from gongkai_cli.report import Report, Row

# Stands behind a deadline on a non-working day.
REST_MARK = "*"
# Stands behind a status for which the evidence allows another reading.
DOUBT_MARK = "?"
# A duty that falls due more often than this in one range is told by its first and last day.
_MOST_DATES = 7
_MOST_UNMATCHED = 10
_COLOURS: dict[Status, str] = {"overdue": "bold red", "late": "yellow", "due": "cyan", "satisfied": "green"}


@dataclass(frozen=True, slots=True)
class _Line:
    """What one owner owes of one duty: one occurrence, or several told in one line."""

    rows: tuple[Row, ...]

    @property
    def first(self) -> Row:
        return self.rows[0]

    @property
    def obligation(self) -> Obligation:
        return self.first.occurrence.obligation


_Group = tuple[str, Sequence[_Line]]


@dataclass(frozen=True, slots=True)
class _Column:
    title: Text
    cell: Callable[[_Line], str | Styled]


def due(report: Report, page: Page, by: Literal["day", "owner"] = "day") -> str:
    """Return what falls due, grouped by day or by owner, with a footnote wherever a date is interpreted."""
    words = page.words
    lines = _lines(report.rows) if report.log is None else [_Line((row,)) for row in report.rows]
    groups = _by_day(lines, words) if by == "day" else _by_owner(lines, words)
    return _set(report, page, groups, _due_heading(report, words), by_owner=by == "owner")


def overdue(report: Report, page: Page) -> str:
    """Return what is overdue, owner by owner, the one with most first."""
    words = page.words
    said = text("Overdue: {count}.") if report.rows else text("Nothing is overdue. Well done.")
    heading = words(said, count=len(report.rows))
    groups = sorted(_by_owner([_Line((row,)) for row in report.rows], words), key=lambda group: -len(group[1]))
    return _set(report, page, groups, heading, by_owner=True)


def satisfied(report: Report, page: Page) -> str:
    """Return what was done: first on time, then, under a heading of its own, late."""
    words = page.words
    by_status: dict[Status, list[_Line]] = {"satisfied": [], "late": []}
    for row in report.rows:
        if row.status in by_status:
            by_status[row.status].append(_Line((row,)))
    titles = {"satisfied": words(text("On time")), "late": words(text("Late"))}
    groups = [
        (words(text("{title} ({count})"), title=titles[status], count=len(lines)), lines)
        for status, lines in by_status.items()
        if lines
    ]
    on_time, late = (len(lines) for lines in by_status.values())
    heading = words(text("Done: {on_time} on time, {late} late."), on_time=on_time, late=late)
    return _set(report, page, groups, heading, by_owner=False)


def _set(report: Report, page: Page, groups: Sequence[_Group], heading: str, *, by_owner: bool) -> str:
    words, notes = page.words, Footnotes()
    parts: list[RenderableType] = [*first_lines(report, page), Styled(heading), Styled("")]
    if report.rows:
        columns = _columns(page, notes, by_owner=by_owner, report=report)
        cells = [(title, [[column.cell(line) for column in columns] for line in lines]) for title, lines in groups]
        filled = [i for i, _ in enumerate(columns) if any(str(row[i]) for _, rows in cells for row in rows)]
        titles = [words(columns[i].title) for i in filled]
        parts += [*grouped(titles, [(t, [[row[i] for i in filled] for row in rows]) for t, rows in cells], page)]
        parts.append(Styled(""))
    elif report.command == "due":
        parts += [Styled(_nothing(report, words)), Styled("")]
    if not page.quiet:
        parts += _below(report, words)
        parts += _notes_below(report, words, notes)
    return page.set(parts)


def first_lines(report: Report, page: Page) -> Iterator[Styled]:
    """Yield the plan, the day looked from and the log; nothing on a quiet page."""
    if page.quiet:
        return
    log = report.log
    seen = Seen(report.as_of, report.known_on, log.files, page.log_from) if log is not None else None
    lines = context_lines(report.plan, seen, page.words)
    yield Styled(next(lines), style="bold")
    yield from map(Styled, lines)


def _due_heading(report: Report, words: Words) -> str:
    assert report.days is not None, "`due` always has a range"  # noqa: S101
    first, last = (day_words(day, words) for day in report.days)
    return words(text("Due from {first} to {last}: {count}."), first=first, last=last, count=len(report.rows))


def _nothing(report: Report, words: Words) -> str:
    if report.nearest is None:
        return words(text("Nothing falls due in this range, and no deadline lies before or after it."))
    occurrence = report.nearest.occurrence
    deadline = occurrence.slot.deadline
    assert deadline is not None, "only dated occurrences are near"  # noqa: S101
    assert report.days is not None, "`due` always has a range"  # noqa: S101
    sentence = (
        text("Nothing falls due in this range. The next deadline is {day}: {owner}, {title}.")
        if day_of(deadline) > report.days.last
        else text("Nothing falls due in this range. The last deadline was {day}: {owner}, {title}.")
    )
    owner = visible(owners_words(occurrence.owners, words))
    return words(sentence, day=day_words(deadline, words), owner=owner, title=visible(occurrence.obligation.title))


def _lines(rows: Sequence[Row]) -> list[_Line]:
    """Gather the occurrences of one duty and owner, in the order of their first deadline."""
    gathered: dict[tuple[str, tuple[str, ...]], list[Row]] = {}
    for row in rows:
        gathered.setdefault((row.occurrence.obligation.id, row.occurrence.owners), []).append(row)
    return [_Line(tuple(rows)) for rows in gathered.values()]


def _by_day(lines: Sequence[_Line], words: Words) -> list[_Group]:
    repeated = [line for line in lines if len(line.rows) > 1]
    single = [(line.first.deadline, line) for line in lines if len(line.rows) == 1]
    groups: list[_Group] = [(words(text("Several times in this range")), repeated)] if repeated else []
    years = len({day_of(row.deadline).year for line in lines for row in line.rows if row.deadline}) > 1
    for day, of_day in groupby(single, key=lambda pair: day_of(pair[0]) if pair[0] else None):
        day_lines = [line for _, line in of_day]
        rest = REST_MARK if "deadline-on-non-working-day" in day_lines[0].first.signals else ""
        title = day_words(day, words, year=years) + rest if day else words(text("no time limit is set"))
        groups.append((title, day_lines))
    return groups


def _by_owner(lines: Sequence[_Line], words: Words) -> list[_Group]:
    gathered: dict[tuple[str, ...], list[_Line]] = {}
    place = {owner.name: index for index, owner in enumerate(lines[0].first.plan.owners)} if lines else {}

    def order(line: _Line) -> tuple[bool, list[int]]:
        occurrence = line.first.occurrence
        return occurrence.shared, [place[owner] for owner in occurrence.owners]

    for line in sorted(lines, key=order):
        gathered.setdefault(line.first.occurrence.owners, []).append(line)
    return [(visible(owners_words(owners, words)), of_owner) for owners, of_owner in gathered.items()]


def _columns(page: Page, notes: Footnotes, *, by_owner: bool, report: Report) -> list[_Column]:
    words = page.words
    dated = by_owner or report.command == "satisfied"
    columns = [
        _Column(text("duty"), lambda line: _title(line, notes)),
        _Column(text("period"), lambda line: visible(_periods(line))),
        _Column(text("clause"), lambda line: visible(line.obligation.clause)),
        _Column(text("id"), lambda line: line.obligation.id),
        _Column(text("deadlines"), lambda line: _dates(line, words) if dated or len(line.rows) > 1 else ""),
    ]
    if not by_owner:
        owner = _Column(text("owner"), lambda line: visible(owners_words(line.first.occurrence.owners, words)))
        columns.insert(0, owner)
    if report.log is not None:
        columns += [
            _Column(text("status"), lambda line: _status(line.first, page)),
            _Column(text("escalation"), lambda line: visible(_escalation(line.first))),
            _Column(text("record"), lambda line: visible(_record(line.first, words))),
            _Column(text("signals"), lambda line: _signals(line.first, words)),
        ]
    return columns


def _title(line: _Line, notes: Footnotes) -> str:
    marks = "".join(notes.mark(note) for note in _notes(line))
    return visible(line.obligation.title) + (f" {marks}" if marks else "")


def _status(row: Row, page: Page) -> str | Styled:
    words, verdict = page.words, row.verdict
    assert verdict is not None, "a log was given"  # noqa: S101
    said = words(status_words(verdict.status, row.occurrence.obligation.act))
    if verdict.by_nil and verdict.status == "satisfied":
        said = words(text("{status} (nothing to publish)"), status=said)
    said += DOUBT_MARK if verdict.uncertain else ""
    said = with_days_late(said, verdict.days_late, words)
    if row.due_soon:
        said = words(text("{status}, soon"), status=said)
    return Styled(said, style=_COLOURS.get(verdict.status, "")) if page.colour else said


def _escalation(row: Row) -> str:
    return (row.verdict.escalation if row.verdict else None) or ""


def _record(row: Row, words: Words) -> str:
    """The record that decided, in few words: its day and title, and how many more there are."""
    first = row.deciding
    if first is None:
        return ""
    said = f"{published_words(first.published)} {first.title or first.url}".strip()
    more = len(row.records) - 1
    return words(text("{record} (+{n})"), record=said, n=more) if more else said


def _signals(row: Row, words: Words) -> str:
    """What is odd about the records; about the deadline itself, its mark has said it."""
    said = [words(signal_words(each)) for each in row.signals if each != "deadline-on-non-working-day"]
    return words.listed(said)


def _dates(line: _Line, words: Words) -> str:
    shown = [
        short_day_words(deadline, words) + (REST_MARK if "deadline-on-non-working-day" in row.signals else "")
        for row in line.rows
        if (deadline := row.deadline) is not None
    ]
    if len(shown) > _MOST_DATES:
        return words(text("{first} … {last}, {count} times"), first=shown[0], last=shown[-1], count=len(shown))
    return words.listed(shown)


def _periods(line: _Line) -> str:
    first, last = (row.occurrence.slot.period.label for row in (line.first, line.rows[-1]))
    return first if len(line.rows) == 1 else f"{first}..{last}"


def _notes(line: _Line) -> Iterator[Text]:
    """The notes that belong to a line: how its date is interpreted, and whether it is certain."""
    plan: Plan = line.first.plan
    for name in plan.interpreted(line.obligation):
        reading = plan.readings[name]
        yield text(
            "“{word}” is interpreted: {means} ({authority})",
            word=reading.word,
            means=reading.means,
            authority=reading.authority,
        )
    if any(row.occurrence.slot.provisional for row in line.rows):
        yield text("provisional: no official working-day data for those days yet; counted Monday to Friday")
    for row in line.rows:
        if row.verdict is not None and row.verdict.original_deadline is not None:
            yield text(
                "the deadline was moved from {day} by an extension", day=row.verdict.original_deadline.isoformat()
            )


def _below(report: Report, words: Words) -> Iterator[Styled]:
    semicolon = "；" if words.language == "zh" else "; "
    if report.older_overdue and report.command == "due":
        yield Styled(
            words(text("Still overdue from before: {count}. See gongkai overdue."), count=report.older_overdue)
        )
    if report.command == "due":
        undated = report.undated
        counts = (
            (text("wait for an event: {count}"), undated.on_events),
            (text("must be kept up to date: {count}"), undated.continuous),
            (text("have no time limit: {count}"), undated.no_limit),
        )
        said = [words(sentence, count=len(duties)) for sentence, duties in counts if duties]
        if said:
            sentence = (
                text("Not in this list, because no date can be given: {counts}.")
                if report.log is None
                else text("Not all of these have a date in this list: {counts}.")
            )
            yield Styled(words(sentence, counts=semicolon.join(said)))
    if report.log is not None:
        if report.never_recorded:
            sentence = text("No event was ever recorded for {count} duties, so nothing is known of them.")
            yield Styled(words(sentence, count=len(report.never_recorded)))
        yield from log_lines(report, words)
    if report.rows:
        example = report.rows[0].occurrence.obligation.id
        yield Styled(words(text("How a date came about: gongkai explain {id}"), id=example), style="dim")


def log_lines(report: Report, words: Words) -> Iterator[Styled]:
    """Yield what became of the lines of the log, and the first of those without an occurrence."""
    log = report.log
    assert log is not None, "a log was given"  # noqa: S101
    yield Styled(
        words(
            text(
                "Lines of the log: {read}; {matched} matched, {unmatched} unmatched, {blank} blank, "
                "{rejected} rejected."
            ),
            read=log.read,
            matched=log.matched,
            unmatched=log.unmatched,
            blank=log.blank,
            rejected=log.rejected,
        )
    )
    if log.without_recorded:
        sentence = text("{count} lines say no day of recording; their day of publication was taken for it.")
        yield Styled(words(sentence, count=log.without_recorded))
    for each in report.concerned[:_MOST_UNMATCHED]:
        yield Styled(f"  {visible(each.file)}:{each.line}: {visible(words(each.reason))}", style="dim")
    if report.concerned_lines > _MOST_UNMATCHED:
        yield Styled(
            "  " + words(text("… and {count} more"), count=report.concerned_lines - _MOST_UNMATCHED), style="dim"
        )
    if others := log.unmatched - report.concerned_lines:
        sentence = text("{count} unmatched lines name other duties or owners, and are not listed here.")
        yield Styled("  " + words(sentence, count=others), style="dim")


def _notes_below(report: Report, words: Words, notes: Footnotes) -> Iterator[RenderableType]:
    rests = any("deadline-on-non-working-day" in row.signals for row in report.rows)
    doubts = any(row.verdict is not None and row.verdict.uncertain for row in report.rows)
    if not (notes.notes or rests or doubts):
        return
    yield Styled("")
    yield Styled(words(text("Notes")))
    yield from notes.render(words)
    if notes.notes or rests:
        stated = words(text("A date without a note is stated by the document itself."))
        yield Styled(f"  {stated}")
    if rests:
        resting = words(text("not a working day; the deadline is not moved"))
        yield Styled(f"  {REST_MARK} {resting}")
    if doubts:
        doubtful = words(text("uncertain: a record may belong here or to another period; look before you write"))
        yield Styled(f"  {DOUBT_MARK} {doubtful}")
