"""How owners and plans stand: counts by status, one line each with the worst first, a map of owners and months."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from gongkai_cli.deadlines import When, day_of, last_instant
from gongkai_cli.evaluation.assessment import LogFigures
from gongkai_cli.evaluation.verdicts import Status, Verdict, instant
from gongkai_cli.report import Command, Days, Report, Row

# Worst first: a cell of the map shows the worst that fell due in its month, and how often.
WORST: tuple[Status, ...] = ("overdue", "late", "due", "upcoming", "waived", "satisfied")


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts of occurrences: `owed` is the sum of all statuses; all but `owed` and `fell_due` are 0 without a log.

    `fell_due` counts those whose deadline is the last day that counts or lies before it, whatever their status;
    `by_nil` is a part of `satisfied`, `uncertain` of `overdue`.
    """

    owed: int
    fell_due: int
    satisfied: int
    by_nil: int
    late: int
    overdue: int
    uncertain: int
    waived: int
    due: int
    upcoming: int
    no_limit: int

    @property
    def judged(self) -> int:
        """How many a rate is taken of: satisfied, late and overdue."""
        return self.satisfied + self.late + self.overdue

    @property
    def on_time_rate(self) -> float | None:
        """The share of what was judged that was satisfied on time, 0 to 1; None where nothing was judged."""
        return self.satisfied / self.judged if self.judged else None

    @property
    def done_rate(self) -> float | None:
        """The share of what was judged that was satisfied, on time or late, 0 to 1; None where nothing was judged."""
        return (self.satisfied + self.late) / self.judged if self.judged else None

    def count(self, status: Status) -> int:
        """Return how many have a status."""
        counts: Mapping[Status, int] = {
            "satisfied": self.satisfied,
            "late": self.late,
            "overdue": self.overdue,
            "waived": self.waived,
            "due": self.due,
            "upcoming": self.upcoming,
            "no_limit": self.no_limit,
        }
        return counts[status]


def totals(rows: Iterable[Row], at: datetime) -> Totals:
    """Return the counts of some rows; `at` is the last instant that counts."""
    rows = list(rows)
    counts = Counter(row.status for row in rows)
    passed = (row.deadline is not None and last_instant(row.deadline, row.plan.plan.zone) <= at for row in rows)
    verdicts = [row.verdict for row in rows if row.verdict is not None]
    return Totals(
        owed=len(rows),
        fell_due=sum(passed),
        satisfied=counts["satisfied"],
        by_nil=sum(each.status == "satisfied" and each.by_nil for each in verdicts),
        late=counts["late"],
        overdue=counts["overdue"],
        uncertain=sum(each.status == "overdue" and each.uncertain for each in verdicts),
        waived=counts["waived"],
        due=counts["due"],
        upcoming=counts["upcoming"],
        no_limit=counts["no_limit"],
    )


@dataclass(frozen=True, slots=True)
class OwnerLine:
    """What one owner owes; `owner` is None for what several owners share, which counts in nobody's rate."""

    owner: str | None
    totals: Totals
    rows: tuple[Row, ...]


def owner_lines(rows: Iterable[Row], at: datetime) -> tuple[OwnerLine, ...]:
    """Return a line per owner, the one with most overdue first, and what is shared last."""
    found: dict[str | None, list[Row]] = {}
    for row in rows:
        found.setdefault(None if row.occurrence.shared else row.occurrence.owners[0], []).append(row)
    lines = [OwnerLine(owner, totals(mine, at), tuple(mine)) for owner, mine in found.items()]
    return tuple(sorted(lines, key=_worst))


def _worst(line: OwnerLine) -> tuple[bool, int, int, str]:
    return line.owner is None, -line.totals.overdue, -line.totals.late, line.owner or ""


@dataclass(frozen=True, slots=True)
class HeatCell:
    """The deadlines of one owner in one month: the worst status, how many have it, and how many have each.

    `uncertain` counts those with the worst status for which the evidence allows another reading.
    """

    worst: Status
    count: int
    uncertain: int
    counts: Mapping[Status, int]


@dataclass(frozen=True, slots=True)
class HeatLine:
    """One owner's cells, one per month of the map; None in a month without a deadline."""

    owner: str | None
    cells: tuple[HeatCell | None, ...]


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Owners by months of the deadline in force (`2017-08`); owners without any deadline are left out."""

    months: tuple[str, ...]
    lines: tuple[HeatLine, ...]


def heat_map(lines: Sequence[OwnerLine]) -> HeatMap:
    """Return the map of some owners, in their order; it is empty where nothing has a deadline and a verdict."""
    dated = [(line.owner, _by_month(line.rows)) for line in lines]
    months = tuple(sorted({month for _, by_month in dated for month in by_month}))
    shown = [(owner, by_month) for owner, by_month in dated if by_month]
    return HeatMap(
        months, tuple(HeatLine(owner, tuple(_cell(by_month.get(each)) for each in months)) for owner, by_month in shown)
    )


def _by_month(rows: Sequence[Row]) -> dict[str, list[Verdict]]:
    found: dict[str, list[Verdict]] = {}
    for row in rows:
        if row.deadline is not None and row.verdict is not None:
            found.setdefault(f"{day_of(row.deadline):%Y-%m}", []).append(row.verdict)
    return found


def _cell(verdicts: Sequence[Verdict] | None) -> HeatCell | None:
    if verdicts is None:
        return None
    counts = Counter(each.status for each in verdicts)
    worst = next(status for status in WORST if counts[status])
    uncertain = sum(each.uncertain for each in verdicts if each.status == worst)
    return HeatCell(worst, counts[worst], uncertain, dict(counts))


@dataclass(frozen=True, slots=True)
class PlanLine:
    """How one plan stands beside others, without its rows: what was asked for, and the figures of what was found.

    `totals` are of the rows found, `undated` counts the duties that wait for an event, run on, or have no limit.
    """

    command: Command
    id: str
    title: str
    as_of: When
    known_on: date | None
    days: Days | None
    totals: Totals
    older_overdue: int
    never_recorded: int
    undated: tuple[int, int, int]
    log: LogFigures | None

    @property
    def has_something(self) -> bool:
        """Whether there is anything to show of it."""
        return self.totals.owed > 0


def plan_line(report: Report) -> PlanLine:
    """Return the line of the plan that a report is on."""
    meta, undated = report.plan.plan, report.undated
    return PlanLine(
        report.command,
        meta.id,
        meta.title,
        report.as_of,
        report.known_on,
        report.days,
        totals(report.rows, instant(report.as_of, meta.zone)),
        report.older_overdue or 0,
        len(report.never_recorded),
        (len(undated.on_events), len(undated.continuous), len(undated.no_limit)),
        report.log,
    )


def worst_plan(line: PlanLine) -> tuple[int, int, int, str]:
    """Return what plans are sorted by, so that those come first that need attention: most overdue, then late, due."""
    return -line.totals.overdue, -line.totals.late, -line.totals.due, line.id


def together(every: Iterable[Totals]) -> Totals:
    """Return the sum of figures."""
    every = list(every)
    return Totals(**{each.name: sum(getattr(found, each.name) for found in every) for each in fields(Totals)})
