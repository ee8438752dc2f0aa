"""Reports as text for people: columns that line up with wide characters, colour only where it is wanted."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO
from itertools import groupby
from typing import Literal

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Styled

from gongkai_cli.deadlines import day_of
from gongkai_cli.formats.escaping import visible
from gongkai_cli.formats.wording import day_words, owners_words, short_day_words
from gongkai_cli.messages import Text, Words, text
from gongkai_cli.plan import Obligation, Plan
from gongkai_cli.report import DueReport, Row

# In a pipe nothing is wrapped: a line is one thing for grep.
UNLIMITED = 10_000
INDENT, GAP, LEAST_WIDTH = 2, 2, 8
# Stands behind a deadline on a non-working day.
REST_MARK = "*"
# A duty that falls due more often than this in one range is told by its first and last day.
_MOST_DATES = 7


@dataclass(frozen=True, slots=True)
class Page:
    """How and for whom text is set: language, width in cells (UNLIMITED in a pipe), and whether colour is wanted."""

    words: Words
    width: int = UNLIMITED
    colour: bool = False

    def set(self, parts: Iterable[RenderableType]) -> str:
        """Return the parts as lines of text without trailing blanks."""
        out = StringIO()
        console = Console(
            file=out,
            width=self.width,
            force_terminal=self.colour,
            no_color=not self.colour,
            color_system="standard" if self.colour else None,
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=False,
        )
        for part in parts:
            console.print(part)
        return "".join(line.rstrip() + "\n" for line in out.getvalue().splitlines())


@dataclass(slots=True)
class Footnotes:
    """Numbers notes in the order in which they are first needed."""

    notes: dict[Text, int] = field(default_factory=dict)

    def mark(self, note: Text) -> str:
        """Return the mark for a note, `[1]` for the first."""
        return f"[{self.notes.setdefault(note, len(self.notes) + 1)}]"

    def render(self, words: Words) -> Iterator[Styled]:
        """Yield the notes as lines."""
        for note, number in self.notes.items():
            yield Styled(f"  [{number}] {visible(words(note))}")


@dataclass(frozen=True, slots=True)
class _Line:
    """What one owner owes of one duty within the range: one occurrence, or several told in one line."""

    rows: tuple[Row, ...]

    @property
    def first(self) -> Row:
        return self.rows[0]

    @property
    def obligation(self) -> Obligation:
        return self.first.occurrence.obligation


def due(report: DueReport, page: Page, by: Literal["day", "owner"] = "day") -> str:
    """Return what falls due, grouped by day or by owner, with a footnote wherever a date is interpreted."""
    words = page.words
    notes = Footnotes()
    parts: list[RenderableType] = [*_heading(report, words), Styled("")]
    if not report.rows:
        parts += [Styled(_nothing(report, words)), Styled("")]
    else:
        lines = _lines(report.rows)
        groups = _by_day(lines, report, words) if by == "day" else _by_owner(lines, words)
        parts += [*_grouped(groups, page, notes, by_owner=by == "owner"), Styled("")]
    parts += _below(report, words)
    rests = any("deadline-on-non-working-day" in row.signals for row in report.rows)
    if notes.notes or rests:
        parts += [Styled(""), Styled(words(text("Notes"))), *notes.render(words)]
        stated = words(text("A date without a note is stated by the document itself."))
        parts.append(Styled(f"  {stated}"))
    if rests:
        resting = words(text("not a working day; the deadline is not moved"))
        parts.append(Styled(f"  {REST_MARK} {resting}"))
    return page.set(parts)


def _heading(report: DueReport, words: Words) -> Iterator[Styled]:
    plan = report.plan.plan
    number = words(text(" ({number})"), number=plan.document_number) if plan.document_number else ""
    yield Styled(visible(f"{plan.title}{number}"), style="bold")
    yield Styled(
        words(
            text("Due from {first} to {last}: {count}. No log was given: dates only, no verdict."),
            first=day_words(report.first, words),
            last=day_words(report.last, words),
            count=len(report.rows),
        )
    )


def _nothing(report: DueReport, words: Words) -> str:
    if report.nearest is None:
        return words(text("Nothing falls due in this range, and no deadline lies before or after it."))
    occurrence = report.nearest.occurrence
    deadline = occurrence.slot.deadline
    assert deadline is not None, "only dated occurrences are near"  # noqa: S101
    sentence = (
        text("Nothing falls due in this range. The next deadline is {day}: {owner}, {title}.")
        if day_of(deadline) > report.last
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


_Group = tuple[str, list[_Line]]


def _by_day(lines: list[_Line], report: DueReport, words: Words) -> list[_Group]:
    repeated = [line for line in lines if len(line.rows) > 1]
    single = [line for line in lines if len(line.rows) == 1]
    groups = [(words(text("Several times in this range")), repeated)] if repeated else []
    years = report.first.year != report.last.year
    for day, of_day in groupby(single, key=lambda line: day_of(line.first.occurrence.slot.deadline or report.first)):
        day_lines = list(of_day)
        rest = REST_MARK if "deadline-on-non-working-day" in day_lines[0].first.signals else ""
        groups.append((day_words(day, words, year=years) + rest, day_lines))
    return groups


def _by_owner(lines: list[_Line], words: Words) -> list[_Group]:
    gathered: dict[tuple[str, ...], list[_Line]] = {}
    for line in sorted(lines, key=lambda line: (line.first.occurrence.shared, line.first.occurrence.owners)):
        gathered.setdefault(line.first.occurrence.owners, []).append(line)
    return [(visible(owners_words(owners, words)), of_owner) for owners, of_owner in gathered.items()]


def _grouped(groups: list[_Group], page: Page, notes: Footnotes, *, by_owner: bool) -> Iterator[RenderableType]:
    """The groups as tables under their titles, with the same columns throughout."""
    words = page.words
    dates = by_owner or any(len(line.rows) > 1 for _, lines in groups for line in lines)
    titles = [words(title) for title in (text("duty"), text("period"), text("clause"), text("id"))]
    titles = [*([] if by_owner else [words(text("owner"))]), *titles, *([words(text("deadlines"))] if dates else [])]
    cells = [[_cells(line, words, notes, by_owner=by_owner)[: len(titles)] for line in lines] for _, lines in groups]
    widths = _widths([titles, *(row for rows in cells for row in rows)], page.width - INDENT)
    yield _table([titles], widths, style="dim")
    for (title, _), rows in zip(groups, cells, strict=True):
        yield Styled(title, style="bold")
        yield _table(rows, widths)


def _widths(rows: Sequence[Sequence[str]], available: int) -> list[int]:
    """The width of each column in cells: as wide as its widest cell, or less where the line is too short for that."""
    widths = [max(cell_len(row[index]) for row in rows) for index in range(len(rows[0]))]
    while sum(widths) + GAP * len(widths) > available and max(widths) > LEAST_WIDTH:
        widths[widths.index(max(widths))] -= 1
    return widths


def _table(rows: Sequence[Sequence[str]], widths: Sequence[int], style: str = "") -> RenderableType:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, GAP, 0, 0), show_edge=False, style=style)
    for width in widths:
        table.add_column(width=width, overflow="fold")
    for row in rows:
        table.add_row(*(Styled(cell) for cell in row))
    return Padding(table, (0, 0, 0, INDENT))


def _cells(line: _Line, words: Words, notes: Footnotes, *, by_owner: bool) -> list[str]:
    obligation = line.obligation
    marks = "".join(notes.mark(note) for note in _notes(line))
    cells = [
        visible(obligation.title) + (f" {marks}" if marks else ""),
        visible(_periods(line)),
        visible(obligation.clause),
        obligation.id,
        _dates(line, words) if by_owner or len(line.rows) > 1 else "",
    ]
    return cells if by_owner else [visible(owners_words(line.first.occurrence.owners, words)), *cells]


def _dates(line: _Line, words: Words) -> str:
    shown = [
        short_day_words(deadline, words) + (REST_MARK if "deadline-on-non-working-day" in row.signals else "")
        for row in line.rows
        if (deadline := row.occurrence.slot.deadline) is not None
    ]
    if len(shown) > _MOST_DATES:
        return words(text("{first} … {last}, {count} times"), first=shown[0], last=shown[-1], count=len(shown))
    return ("、" if words.language == "zh" else ", ").join(shown)


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


def _below(report: DueReport, words: Words) -> Iterator[Styled]:
    undated = report.undated
    counts = (
        (text("wait for an event: {count}"), undated.on_events),
        (text("must be kept up to date: {count}"), undated.continuous),
        (text("have no time limit: {count}"), undated.no_limit),
    )
    said = [words(sentence, count=len(duties)) for sentence, duties in counts if duties]
    if said:
        joined = ("；" if words.language == "zh" else "; ").join(said)
        yield Styled(words(text("Not in this list, because no date can be given: {counts}."), counts=joined))
    if report.rows:
        example = report.rows[0].occurrence.obligation.id
        yield Styled(words(text("How a date came about: gongkai explain {id}"), id=example), style="dim")
