"""How every owner stands: one line each, and a map of owners and months."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.console import RenderableType
from rich.text import Text as Styled

from gongkai_cli.evaluation.verdicts import Status, instant
from gongkai_cli.formats.escaping import visible
from gongkai_cli.formats.page import GAP, INDENT, Page, grouped
from gongkai_cli.formats.text import first_lines, log_lines
from gongkai_cli.formats.wording import (
    STATUS_LETTERS,
    heat_words,
    owner_name,
    percent,
    status_name,
)
from gongkai_cli.messages import Words, text
from gongkai_cli.report import Report
from gongkai_cli.standings import WORST, HeatCell, HeatMap, OwnerLine, heat_map, owner_lines

_COLOURS: dict[Status, str] = {"overdue": "bold red", "late": "yellow", "due": "cyan", "satisfied": "green"}
_COLUMNS: tuple[Status, ...] = ("satisfied", "late", "overdue", "due", "upcoming", "waived", "no_limit")
_ALWAYS: tuple[Status, ...] = ("satisfied", "late", "overdue")


def render(report: Report, page: Page) -> str:
    """Return the table of owners, worst first, and the map; shared occurrences are a line of their own."""
    words = page.words
    parts: list[RenderableType] = [*first_lines(report, page)]
    if not page.quiet:
        parts.append(Styled(""))
    owners = owner_lines(report.rows, instant(report.as_of, report.plan.plan.zone))
    parts += [*_table(owners, page), Styled(""), *_map(heat_map(owners), page)]
    if page.quiet:
        return page.set(parts)
    parts.append(Styled(""))
    if report.never_recorded:
        sentence = text("No event was ever recorded for {count} duties, so nothing is known of them.")
        parts.append(Styled(words(sentence, count=len(report.never_recorded))))
    parts += log_lines(report, words)
    return page.set(parts)


def _table(owners: Sequence[OwnerLine], page: Page) -> Iterator[RenderableType]:
    words = page.words
    # What nobody has takes no room, so that names need not be folded; that nothing is overdue is worth a column.
    shown = [each for each in _COLUMNS if each in _ALWAYS or any(line.totals.count(each) for line in owners)]
    titles = [words(text("owner")), *(words(status_name(status)) for status in shown), words(text("on time"))]
    rows: list[list[str | Styled]] = []
    for line in owners:
        cells = [count_words(line.totals.count(status), status) for status in shown]
        rows.append([visible(owner_name(line.owner, words)), *cells, percent(line.totals.on_time_rate, 0)])
    yield from grouped(titles, [("", rows)], page)


def count_words(count: int, status: Status, uncertain: int = 0) -> Styled:
    """Return how many have a status, in its colour; `?` where some of them are uncertain."""
    said = f"{count}{'?' if uncertain else ''}" if count else "·"
    return Styled(said, style=_COLOURS.get(status, "") if count else "dim")


def _map(heat: HeatMap, page: Page) -> Iterator[RenderableType]:
    """Owners by months of the deadline; letters carry the meaning, colour only repeats it."""
    words = page.words
    if not heat.months:
        return
    lines = [(visible(owner_name(line.owner, words)), line.cells) for line in heat.lines]
    owner = words(text("owner"))
    taken = INDENT + GAP + max(cell_len(name) for name in (owner, *(name for name, _ in lines)))
    said = (*heat.months, *(heat_words(cell, words) for _, cells in lines for cell in cells if cell is not None))
    count = max(1, (page.width - taken) // (GAP + max(map(cell_len, said))))
    for start in range(0, len(heat.months), count):
        # What does not fit beside stands below: a map with broken cells is none.
        months = slice(start, start + count)
        if start:
            yield Styled("")
        rows: list[list[str | Styled]] = [
            [name, *(_cell(cell, words) for cell in cells[months])] for name, cells in lines if any(cells[months])
        ]
        yield from grouped([owner, *heat.months[months]], [("", rows)], page)
    if page.quiet:
        return
    keys = [f"{words(STATUS_LETTERS[status])}={words(status_name(status))}" for status in WORST]
    if any(cell is not None and cell.uncertain for line in heat.lines for cell in line.cells):
        keys.append(f"?={words(text('some or all of them uncertain'))}")
    legend = " ".join(keys)
    note = words(text("Each cell: the worst status of deadlines in that month, and how many have it."))
    yield Styled(f"  {legend}", style="dim")
    yield Styled(f"  {note}", style="dim")


def _cell(cell: HeatCell | None, words: Words) -> Styled:
    if cell is None:
        return Styled("")
    return Styled(heat_words(cell, words), style=_COLOURS.get(cell.worst, ""))
