"""What several plans have to say, as text: an overview, worst plan first, then each plan by itself."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from rich.console import RenderableType
from rich.text import Text as Styled

from gongkai_cli.evaluation.verdicts import Status
from gongkai_cli.formats.escaping import visible
from gongkai_cli.formats.page import UNLIMITED, Page, grouped
from gongkai_cli.formats.status_text import count_words
from gongkai_cli.formats.wording import day_words, known_words, percent, status_name
from gongkai_cli.messages import Text, Words, text
from gongkai_cli.report import Command
from gongkai_cli.standings import PlanLine, Totals, together, worst_plan

# On a terminal, which shows only so much; in a pipe or a file nothing is left out.
MOST_LINES, MOST_BODIES = 40, 20
_STATUSES: tuple[Status, ...] = ("satisfied", "late", "overdue", "due", "upcoming", "waived", "no_limit")
_HEADINGS: dict[Command, Text] = {
    "overdue": text("Overdue as of {day} in {plans} plans: {count}."),
    "satisfied": text("Done as of {day} in {plans} plans: {on_time} on time, {late} late."),
    "status": text("How {plans} plans stand as of {day}."),
}
_DUE = text("Due from {first} to {last} in {plans} plans: {count}. As of {day}.")
_DUE_WITHOUT_LOG = text(
    "Due from {first} to {last} in {plans} plans: {count}. No log was given: dates only, no verdict."
)


class Part(NamedTuple):
    """One plan: its line in the overview, and what is said of it by itself, if anything is."""

    line: PlanLine
    body: str


def render(parts: Sequence[Part], page: Page) -> str:
    """Return what is said of the only plan; of several, the overview and what is said of each that has something."""
    if len(parts) == 1:
        return parts[0].body
    ranked = sorted(parts, key=lambda part: worst_plan(part.line))
    shown = [part for part in ranked if part.line.has_something]
    bodies = [part.body for part in shown if part.body]
    limited = page.width != UNLIMITED
    kept = bodies[:MOST_BODIES] if limited else bodies
    overview = page.set(_overview([part.line for part in ranked], page, limited=limited))
    cut = [page.set([Styled(_cut(len(bodies) - len(kept), page.words))])] if len(kept) < len(bodies) else []
    return "\n".join((overview, *kept, *cut))


def _cut(count: int, words: Words) -> str:
    sentence = text(
        "{count} more plans are not shown here: write them to a file with --output, or name fewer with --plan."
    )
    return words(sentence, count=count)


def _overview(lines: Sequence[PlanLine], page: Page, *, limited: bool) -> Iterator[RenderableType]:
    words = page.words
    if not page.quiet:
        yield Styled(_heading(lines, words), style="bold")
        yield Styled("")
    shown = [line for line in lines if line.has_something]
    kept = shown[:MOST_LINES] if limited else shown
    if kept:
        yield from _table(kept, together(line.totals for line in lines), page)
    if len(kept) < len(shown):
        yield Styled("  " + _cut(len(shown) - len(kept), words))
    if page.quiet:
        return
    if kept:
        yield Styled("")
    if len(shown) < len(lines):
        yield Styled(words(text("Plans with nothing to show here: {count}."), count=len(lines) - len(shown)))
    yield from _below(lines, words)


def _heading(lines: Sequence[PlanLine], words: Words) -> str:
    first, found = lines[0], together(line.totals for line in lines)
    values: dict[str, object] = {
        "plans": len(lines),
        "day": day_words(first.as_of, words),
        "count": found.owed,
        "on_time": found.satisfied,
        "late": found.late,
    }
    if first.days is not None and first.command == "due":
        values |= {name: day_words(day, words) for name, day in first.days._asdict().items()}
    said = _HEADINGS.get(first.command, _DUE if first.log is not None else _DUE_WITHOUT_LOG)
    return words(said, **values) + known_words(first.known_on, words)


_Cell = Callable[[Totals], str | Styled]


def _table(lines: Sequence[PlanLine], found: Totals, page: Page) -> Iterator[RenderableType]:
    """One line for each plan and one for all; what no plan has gets no column, except where all is asked for."""
    words = page.words
    judged = lines[0].log is not None
    columns: list[tuple[str, _Cell]] = []
    if lines[0].command != "overdue":
        columns.append((words(text("occurrences")), lambda totals: str(totals.owed)))
    shown = [status for status in _STATUSES if found.count(status) or lines[0].command == "status"] if judged else []
    columns += [(words(status_name(status)), _counting(status)) for status in shown]
    if judged and lines[0].command in ("due", "status"):
        columns.append((words(text("on time")), lambda totals: percent(totals.on_time_rate, 0)))
    titles = [words(text("plan")), words(text("id")), *(title for title, _ in columns)]
    rows: list[list[str | Styled]] = [
        [visible(line.title), line.id, *(cell(line.totals) for _, cell in columns)] for line in lines
    ]
    rows.append([words(text("all together")), "", *(cell(found) for _, cell in columns)])
    yield from grouped(titles, [("", rows)], page)


def _counting(status: Status) -> _Cell:
    def cell(found: Totals) -> Styled:
        return count_words(found.count(status), status, uncertain=found.uncertain if status == "overdue" else 0)

    return cell


def _below(lines: Sequence[PlanLine], words: Words) -> Iterator[Styled]:
    older = sum(line.older_overdue for line in lines)
    if older and lines[0].command == "due":
        yield Styled(words(text("Still overdue from before: {count}. See gongkai overdue."), count=older))
    if any(line.totals.uncertain for line in lines):
        yield Styled("?=" + words(text("some or all of them uncertain")))
    logs = [line.log for line in lines if line.log is not None]
    never = sum(line.never_recorded for line in lines)
    if logs and never:
        sentence = text("No event was ever recorded for {count} duties, so nothing is known of them.")
        yield Styled(words(sentence, count=never))
    if logs:
        sentence = text(
            "Logs: {files} files. {read} lines: {matched} matched, {unmatched} unmatched, {blank} blank, "
            "{rejected} rejected."
        )
        figures = {name: sum(getattr(log, name) for log in logs) for name in _FIGURES}
        yield Styled(words(sentence, files=sum(len(log.files) for log in logs), **figures))


_FIGURES = ("read", "matched", "unmatched", "blank", "rejected")
