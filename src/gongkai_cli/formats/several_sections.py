"""The bulletin on several plans: how they stand side by side, the worst first, then the bulletin of each."""

from collections.abc import Iterator, Sequence

from gongkai_cli.evaluation.verdicts import Status
from gongkai_cli.formats.blocks import Block, Column, Heading, Paragraph, Table, Title, table
from gongkai_cli.formats.bulletin_words import DOUBT_MARK, plain_day
from gongkai_cli.formats.wording import known_words, percent, status_name
from gongkai_cli.messages import Words, text
from gongkai_cli.standings import PlanLine, Totals, together, worst_plan

_SHOWN: tuple[Status, ...] = ("satisfied", "late", "overdue", "waived")


def document(parts: Sequence[tuple[PlanLine, Sequence[Block]]], words: Words) -> Iterator[Block]:
    """Yield the bulletin of the only plan; of several, an overview and, each on a new page, their bulletins."""
    if len(parts) == 1:
        yield from parts[0][1]
        return
    ranked = sorted(parts, key=lambda part: worst_plan(part[0]))
    yield from _overview([line for line, _ in ranked], words)
    for number, (line, blocks) in enumerate(ranked, start=1):
        yield Heading(words(text("Plan {number}: {title}"), number=number, title=line.title), annex=True)
        yield from blocks


def _overview(lines: Sequence[PlanLine], words: Words) -> Iterator[Block]:
    title = words(text("Bulletin: how {plans} plans \nare carried out"), plans=len(lines))
    day = plain_day(lines[0].as_of, words)
    yield Title(tuple(title.split("\n")), words(text("(as of {day})"), day=day))
    ranges = [line.days for line in lines if line.days is not None]
    sentence = text(
        "This is how the duties of {plans} plans stand whose deadlines lie between {first} and {last}, as of {day}; "
        "the plan with most overdue comes first. Each plan's own bulletin follows."
    )
    first, last = min(days.first for days in ranges), max(days.last for days in ranges)
    values = {"first": plain_day(first, words), "last": plain_day(last, words), "day": day}
    yield Paragraph(words(sentence, plans=len(lines), **values) + known_words(lines[0].known_on, words))
    if lines[0].log is None:
        yield Paragraph(words(text("No log was given: dates only, no verdict.")))
    yield _table(lines, words)
    if any(line.totals.uncertain for line in lines):
        doubt = text("{mark} some of these are uncertain: a record may belong here or to another period.")
        yield Paragraph(words(doubt, mark=DOUBT_MARK))


def _table(lines: Sequence[PlanLine], words: Words) -> Table:
    judged = lines[0].log is not None
    columns = [Column(words(text("plan")), 12), Column(words(text("id")), 4), Column(words(text("in all")), 2)]
    if judged:
        titles = (*(status_name(status) for status in _SHOWN), text("pending"), text("overdue from before"))
        columns += [Column(words(title), 2) for title in (*titles, text("rate on time"))]
    rows = [[line.title, line.id, *_cells(line.totals, line.older_overdue, judged=judged)] for line in lines]
    whole = together(line.totals for line in lines)
    older = sum(line.older_overdue for line in lines)
    return table(columns, [*rows, [words(text("all together")), "", *_cells(whole, older, judged=judged)]])


def _cells(found: Totals, older: int, *, judged: bool) -> list[str]:
    if not judged:
        return [str(found.owed)]
    counts = [str(found.count(status)) for status in _SHOWN]
    counts[_SHOWN.index("overdue")] += DOUBT_MARK if found.uncertain else ""
    return [str(found.owed), *counts, str(found.due + found.upcoming), str(older), percent(found.on_time_rate)]
