"""How every owner stands: one line each, and a map of owners and months."""

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text as Styled

from gongkai_cli.deadlines import day_of
from gongkai_cli.evaluation.verdicts import Status
from gongkai_cli.formats.escaping import visible
from gongkai_cli.formats.page import Page, grouped
from gongkai_cli.formats.text import log_lines, plan_heading
from gongkai_cli.formats.wording import day_words
from gongkai_cli.messages import Text, Words, text
from gongkai_cli.report import Report, Row

# Worst first: a cell of the map shows the worst that fell due in its month, and how often.
_WORST: tuple[Status, ...] = ("overdue", "late", "due", "upcoming", "waived", "satisfied")
_LETTERS: dict[Status, Text] = {
    "overdue": text("O"),
    "late": text("L"),
    "due": text("d"),
    "upcoming": text("."),
    "waived": text("w"),
    "satisfied": text("s"),
}
_MEANINGS: dict[Status, Text] = {
    "overdue": text("overdue"),
    "late": text("late"),
    "due": text("due"),
    "upcoming": text("upcoming"),
    "waived": text("waived"),
    "satisfied": text("satisfied"),
}
_COLOURS: dict[Status, str] = {"overdue": "bold red", "late": "yellow", "due": "cyan", "satisfied": "green"}
_COLUMNS: tuple[Status, ...] = ("satisfied", "late", "overdue", "due", "upcoming", "waived", "no_limit")


def render(report: Report, page: Page) -> str:
    """Return the table of owners, worst first, and the map; shared occurrences are a line of their own."""
    words = page.words
    heading = words(text("How every owner stands as of {day}."), day=day_words(report.as_of, words))
    parts: list[RenderableType] = [*plan_heading(report.plan, words), Styled(heading), Styled("")]
    owners = _by_owner(report.rows, words)
    parts += [*_table(owners, page), Styled(""), *_map(owners, page), Styled("")]
    if report.never_recorded:
        sentence = text("No event was ever recorded for {count} duties, so nothing is known of them.")
        parts.append(Styled(words(sentence, count=len(report.never_recorded))))
    parts += log_lines(report, words)
    return page.set(parts)


def _by_owner(rows: Sequence[Row], words: Words) -> list[tuple[str, list[Row]]]:
    found: dict[str, list[Row]] = {}
    shared = words(text("shared by several"))
    for row in rows:
        found.setdefault(shared if row.occurrence.shared else row.occurrence.owners[0], []).append(row)

    def worst(item: tuple[str, list[Row]]) -> tuple[bool, int, int, str]:
        counts = Counter(row.status for row in item[1])
        return item[0] == shared, -counts["overdue"], -counts["late"], item[0]

    return sorted(found.items(), key=worst)


def rate(counts: Counter[Status | None]) -> float | None:
    """Return the on-time rate: satisfied out of satisfied, late and overdue; None where there is none of them."""
    judged = counts["satisfied"] + counts["late"] + counts["overdue"]
    return counts["satisfied"] / judged if judged else None


def _table(owners: Sequence[tuple[str, list[Row]]], page: Page) -> Iterator[RenderableType]:
    words = page.words
    titles = [words(text("owner"))]
    titles += [words(_MEANINGS[status]) if status in _MEANINGS else words(text("no limit")) for status in _COLUMNS]
    titles.append(words(text("on time")))
    rows: list[list[str | Styled]] = []
    for owner, of_owner in owners:
        counts: Counter[Status | None] = Counter(row.status for row in of_owner)
        share = rate(counts)
        cells = [_count(counts[status], status) for status in _COLUMNS]
        rows.append([visible(owner), *cells, f"{share:.0%}" if share is not None else "–"])
    yield from grouped(titles, [("", rows)], page)


def _count(count: int, status: Status) -> Styled:
    return Styled(str(count) if count else "·", style=_COLOURS.get(status, "") if count else "dim")


def _map(owners: Sequence[tuple[str, list[Row]]], page: Page) -> Iterator[RenderableType]:
    """Owners by months of the deadline; letters carry the meaning, colour only repeats it."""
    words = page.words
    months = sorted({f"{day_of(row.deadline):%Y-%m}" for _, rows in owners for row in rows if row.deadline})
    if not months:
        return
    cells: list[list[str | Styled]] = []
    for owner, rows in owners:
        by_month: dict[str, Counter[Status | None]] = {}
        for row in rows:
            if row.deadline:
                by_month.setdefault(f"{day_of(row.deadline):%Y-%m}", Counter())[row.status] += 1
        if by_month:
            cells.append([visible(owner), *(_cell(by_month.get(month), words) for month in months)])
    yield from grouped([words(text("owner")), *months], [("", cells)], page)
    legend = " ".join(f"{words(_LETTERS[status])}={words(_MEANINGS[status])}" for status in _WORST)
    note = words(text("Each cell: the worst status of deadlines in that month, and how many have it."))
    yield Styled(f"  {legend}", style="dim")
    yield Styled(f"  {note}", style="dim")


def _cell(counts: Counter[Status | None] | None, words: Words) -> Styled:
    worst = next((status for status in _WORST if counts and counts[status]), None)
    if counts is None or worst is None:
        return Styled("")
    return Styled(f"{words(_LETTERS[worst])}{counts[worst]}", style=_COLOURS.get(worst, ""))
