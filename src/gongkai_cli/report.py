"""Report: what a command has to say, before any format says it."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, NamedTuple

from gongkai_cli.deadlines import NoLimit, When, day_of
from gongkai_cli.evaluation import Evaluation
from gongkai_cli.evaluation.assessment import Assessment, Doubt, LogFigures, Paper, Record, Unmatched, Unplaced
from gongkai_cli.evaluation.names import Index
from gongkai_cli.evaluation.signals import filled_together, signals_of_records
from gongkai_cli.evaluation.verdicts import STATUSES, Status, Verdict, instant, warns_from
from gongkai_cli.period_names import split_values
from gongkai_cli.plan import Obligation, Plan
from gongkai_cli.problems import Problem
from gongkai_cli.schedule import Occurrence, Slot, occurrences, signals_of
from gongkai_cli.workdays import WorkCalendar

Command = Literal["due", "overdue", "satisfied", "status", "report"]

# How far the search for the next deadline looks past the plan's end, for duties without end.
_AHEAD = timedelta(days=366)


class Days(NamedTuple):
    """A range of days, both inclusive."""

    first: date
    last: date

    def holds(self, when: When | None) -> bool:
        """Return whether a day, or an instant's day, lies in the range."""
        return when is not None and self.first <= day_of(when) <= self.last


@dataclass(frozen=True, slots=True)
class Row:
    """One occurrence as it is shown, with its verdict and records where a log was given."""

    plan: Plan
    occurrence: Occurrence
    due_soon: bool
    signals: tuple[str, ...]
    verdict: Verdict | None = None
    records: tuple[Record, ...] = ()
    papers: tuple[Paper, ...] = ()  # these two are read only where they are shown
    doubts: tuple[Doubt, ...] = ()

    @property
    def obligation(self) -> Obligation:
        """The duty that this is one instance of."""
        return self.occurrence.obligation

    @property
    def owners(self) -> tuple[str, ...]:
        """The organisation that is judged; several where any of them can fulfil it."""
        return self.occurrence.owners

    @property
    def period(self) -> str:
        """The label of what it covers, such as `2017-08`."""
        return self.occurrence.slot.period.label

    @property
    def opens(self) -> When | None:
        """The first day, or instant, of its window; None where no limit is set."""
        return self.occurrence.slot.opens

    @property
    def provisional(self) -> bool:
        """Whether the deadline was counted over days that no working-day notice has settled."""
        return self.occurrence.slot.provisional

    @property
    def uncertain(self) -> bool:
        """Whether the evidence allows another reading."""
        return self.verdict is not None and self.verdict.uncertain

    @property
    def days_late(self) -> int | None:
        """Calendar days (of clocks of hours: 24-hour days begun), 0 when not late; None where no log was given."""
        return self.verdict.days_late if self.verdict is not None else None

    @property
    def deadline(self) -> When | None:
        """The deadline in force."""
        return self.occurrence.slot.deadline

    @property
    def deciding(self) -> Record | None:
        """The record that decided, else the last one that counts towards what is needed."""
        counting = [record for record in self.records if not record.extra]
        return counting[-1] if counting else None

    @property
    def status(self) -> Status | None:
        """The status, or None where no log was given."""
        return self.verdict.status if self.verdict is not None else None


@dataclass(frozen=True, slots=True)
class Undated:
    """The duties that no range of dates can show, by why: they wait for an event, run on, or have no limit."""

    on_events: tuple[Obligation, ...]
    continuous: tuple[Obligation, ...]
    no_limit: tuple[Obligation, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What a command found, as of a day or instant; `days` is None where everything that belongs was asked for.

    `log` is None where none was given: then no status is claimed anywhere. `unmatched` holds the first lines without
    an occurrence, `concerned` the first of those that may be about what was asked for, of `concerned_lines` in all.
    """

    command: Command
    plan: Plan
    as_of: When
    known_on: date | None
    days: Days | None
    rows: tuple[Row, ...]
    undated: Undated
    never_recorded: tuple[str, ...]
    older_overdue: int | None = None
    log: LogFigures | None = None
    unmatched: tuple[Unmatched, ...] = ()
    concerned: tuple[Unmatched, ...] = ()
    concerned_lines: int = 0
    nearest: Row | None = None  # the next deadline after an empty range, or the last one before it
    problems: tuple[Problem, ...] = ()  # of the log: warnings, and those of lines that were left out

    def of(self, *statuses: Status) -> tuple[Row, ...]:
        """Return the rows that have one of some statuses, in their order."""
        return tuple(row for row in self.rows if row.status in statuses)

    @property
    def summary(self) -> Mapping[str, int] | None:
        """How many of the rows have each status, or None where no log was given."""
        if self.log is None:
            return None
        counts: Counter[str] = Counter(row.status for row in self.rows if row.status is not None)
        by_nil = sum(1 for row in self.rows if row.verdict and row.verdict.status == "satisfied" and row.verdict.by_nil)
        return {**{status: counts[status] for status in STATUSES}, "satisfied_by_nil": by_nil}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which obligations, owners and statuses to show; empty means all. Shared occurrences show for each owner."""

    owners: frozenset[str] = frozenset()
    obligations: frozenset[str] = frozenset()
    statuses: frozenset[Status] = frozenset()

    def takes(self, obligation: Obligation, owners: Sequence[str]) -> bool:
        """Return whether an occurrence of an obligation for these owners is shown."""
        if self.obligations and obligation.id not in self.obligations:
            return False
        return not self.owners or not self.owners.isdisjoint(owners)

    def takes_occurrence(self, occurrence: Occurrence) -> bool:
        """Return whether an occurrence is shown."""
        return self.takes(occurrence.obligation, occurrence.owners)

    def takes_status(self, status: Status | None) -> bool:
        """Return whether a status is shown."""
        return not self.statuses or status in self.statuses


EVERYTHING = Filter()


def deadline_order(written: str) -> tuple[bool, str, str]:
    """Return what rows of several plans are sorted by: the deadline as it is written; what has none comes last."""
    return not written, written[:10], written


def concerns(plan: Plan, chosen: Filter) -> Callable[[Unplaced], bool]:
    """Return whether an unmatched line may be about what was asked for: not, where it names only others."""
    if not (chosen.owners or chosen.obligations):
        return lambda _: True
    named = Index(plan).by_name
    asked = [each for each in plan.obligations if each.id in chosen.obligations]
    asked_of = {owner for each in asked for owner in plan.owners_of(each)}
    judged: dict[tuple[str, str], bool] = {}  # the same few names again and again

    def may_concern(line: Unplaced) -> bool:
        cells = line.obligation, line.owner
        if cells not in judged:
            judged[cells] = judge(line)
        return judged[cells]

    def judge(line: Unplaced) -> bool:
        cells = [line.obligation] if line.obligation in named else split_values(line.obligation)
        duties = [named[cell] for cell in cells if cell in named]
        owners = [line.owner] if line.owner in plan.owner_names else split_values(line.owner)
        known = {plan.owner_names[owner] for owner in owners if owner in plan.owner_names}
        known |= {member for owner in known for member in plan.groups.get(owner, ())}
        if chosen.obligations and duties and chosen.obligations.isdisjoint(each.id for each in duties):
            return False
        # A line that names only one of the two may be about whatever goes with it.
        if owners:
            if asked and not duties and known.isdisjoint(asked_of):
                return False
            return not chosen.owners or not chosen.owners.isdisjoint(known)
        owing = {owner for each in duties for owner in plan.owners_of(each)}
        return not (chosen.owners and duties) or not chosen.owners.isdisjoint(owing)

    return may_concern


def due(
    plan: Plan,
    calendar: WorkCalendar,
    days: Days,
    as_of: When,
    chosen: Filter = EVERYTHING,
    assessment: Assessment | None = None,
) -> Report:
    """Return what falls due in a range of days, ordered by deadline, plan and owner."""
    if assessment is not None:
        return held(assessment, "due", calendar, days, chosen)
    rows = scheduled_rows(plan, calendar, days, as_of, chosen)
    nearest = (
        None if rows else _nearest(plan, days, lambda within: scheduled_rows(plan, calendar, within, as_of, chosen))
    )
    undated = undated_duties(plan, chosen)
    waiting = tuple(obligation.id for obligation in undated.on_events)
    return Report("due", plan, as_of, None, days, rows, undated, waiting, nearest=nearest)


def held(
    assessment: Assessment,
    command: Command,
    calendar: WorkCalendar,
    days: Days | None,
    chosen: Filter,
    statuses: Collection[Status] = (),
    *,
    records: bool = True,
) -> Report:
    """Return the verdicts with one of some statuses and a deadline in a range, with their records; empty means all.

    Statuses and figures come from the log. Without `records`, which take as long to read as the log does, the rows have
    none, and no signals of them: for those who only count.
    """
    plan = assessment.plan
    mine = [each for each in assessment.evaluation.verdicts if chosen.takes_occurrence(each.occurrence)]
    shown = [
        each
        for each in mine
        if (not statuses or each.status in statuses)
        and chosen.takes_status(each.status)
        and (days is None or days.holds(each.deadline))
    ]
    older, near = None, None
    if days is not None:
        overdue = (each.deadline for each in mine if each.status == "overdue")
        older = sum(deadline is not None and day_of(deadline) < days.first for deadline in overdue)
        if not shown and command == "due":
            near = _nearest(
                plan, days, lambda within: _rows(plan, calendar, [each for each in mine if within.holds(each.deadline)])
            )
    never = set(assessment.evaluation.never_recorded)
    rows = _rows(plan, calendar, shown)
    unmatched = assessment.unmatched()
    may_concern = concerns(plan, chosen)
    own = [each for each in assessment.unplaced.values() if may_concern(each)]
    listed = [each.id for each in plan.obligations if each.id in never and chosen.takes(each, plan.owners_of(each))]
    return Report(
        command,
        plan,
        assessment.as_of,
        assessment.known_on,
        days,
        tuple(with_records(assessment, rows) if records else rows),
        undated_duties(plan, chosen),
        tuple(listed),
        older,
        assessment.figures,
        unmatched,
        unmatched if len(own) == len(assessment.unplaced) else assessment.unmatched(may_concern),
        sum(each.lines for each in own),
        near,
    )


def judged_rows(plan: Plan, calendar: WorkCalendar, evaluation: Evaluation, chosen: Filter) -> list[Row]:
    """Return every verdict on what was chosen, ordered by deadline, plan and owner; records are not read yet."""
    return _rows(plan, calendar, [each for each in evaluation.verdicts if chosen.takes_occurrence(each.occurrence)])


def _rows(plan: Plan, calendar: WorkCalendar, verdicts: Iterable[Verdict]) -> list[Row]:
    signals: dict[Slot, tuple[str, ...]] = {}  # the same few windows, again and again
    rows = []
    for each in verdicts:
        slot = each.occurrence.slot
        if slot not in signals:
            signals[slot] = signals_of(slot, calendar)
        rows.append(Row(plan, each.occurrence, each.due_soon, signals[slot], each))
    return _ordered(plan, rows)


def with_records(assessment: Assessment, rows: Sequence[Row]) -> Iterator[Row]:
    """Yield rows that have verdicts with their records, and with the signals of these."""
    verdicts = [row.verdict for row in rows if row.verdict is not None]
    some = any(verdict.fillings for verdict in verdicts)
    together = filled_together(assessment.evaluation.verdicts) if some else {}
    for row, verdict, records in zip(rows, verdicts, assessment.records_of(verdicts), strict=True):
        if not verdict.fillings:
            yield row
            continue
        odd = signals_of_records(assessment.plan, assessment.calendar, verdict, records, together)
        yield replace(row, records=records, signals=(*row.signals, *odd))


def with_papers(assessment: Assessment, rows: Sequence[Row]) -> Iterator[Row]:
    """Yield rows that have verdicts with the events, waivers and extensions behind these, and the records in doubt."""
    verdicts = [row.verdict for row in rows if row.verdict is not None]
    said = zip(rows, assessment.papers_of(verdicts), assessment.doubts_of(verdicts), strict=True)
    for row, papers, doubts in said:
        yield replace(row, papers=papers, doubts=doubts)


def scheduled_rows(plan: Plan, calendar: WorkCalendar, days: Days, as_of: When, chosen: Filter) -> tuple[Row, ...]:
    """Return what the plan alone says falls due in a range of days, in order."""
    found = [each for each in occurrences(plan, calendar, *days) if chosen.takes(each.obligation, each.owners)]
    at = instant(as_of, plan.plan.zone).date()
    rows = []
    for each in found:
        deadline = each.slot.deadline
        soon = deadline is not None and warns_from(plan, calendar, deadline) <= at <= day_of(deadline)
        rows.append(Row(plan, each, soon, signals_of(each.slot, calendar)))
    return tuple(_ordered(plan, rows))


def _ordered(plan: Plan, rows: Iterable[Row]) -> list[Row]:
    """By deadline, plan order, owner and period; what has no deadline comes last."""
    order = {obligation.id: index for index, obligation in enumerate(plan.obligations)}

    def place(row: Row) -> tuple[date, str, int, tuple[str, ...], str]:
        deadline = row.deadline
        day, exact = (day_of(deadline), deadline.isoformat()) if deadline is not None else (date.max, "")
        return day, exact, order[row.occurrence.obligation.id], row.occurrence.owners, row.occurrence.slot.period.label

    return sorted(rows, key=place)


def undated_duties(plan: Plan, chosen: Filter) -> Undated:
    """Return the duties chosen that need not have a date in any range."""
    on_events, continuous, no_limit = [], [], []
    for obligation in plan.obligations:
        if not chosen.takes(obligation, plan.owners_of(obligation)):
            continue
        if obligation.frequency.form == "event":
            on_events.append(obligation)
        elif isinstance(plan.deadline_of(obligation), NoLimit):
            no_limit.append(obligation)
        elif obligation.frequency.form == "continuous":
            continuous.append(obligation)
    return Undated(tuple(on_events), tuple(continuous), tuple(no_limit))


def _nearest(plan: Plan, days: Days, rows_in: Callable[[Days], Sequence[Row]]) -> Row | None:
    """The first deadline after an empty range, else the last one before it."""
    horizon = max(plan.plan.ends, days.last) + _AHEAD
    after = rows_in(Days(days.last + timedelta(days=1), horizon))
    if after:
        return after[0]
    before = rows_in(Days(plan.plan.starts_on, days.first - timedelta(days=1)))
    return before[-1] if before else None
