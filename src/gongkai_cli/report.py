"""Report: what a command has to say, before any format says it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from gongkai_cli.deadlines import NoLimit, When, day_of
from gongkai_cli.plan import Obligation, Plan
from gongkai_cli.schedule import Occurrence, occurrences, signals_of
from gongkai_cli.workdays import WorkCalendar

# How far the search for the next deadline looks past the plan's end, for duties without end.
_AHEAD = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Row:
    """One occurrence as it is shown, with what holds for it at the report's instant."""

    plan: Plan
    occurrence: Occurrence
    due_soon: bool
    signals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Undated:
    """The duties that no range of dates can show, by why: they wait for an event, run on, or have no limit."""

    on_events: tuple[Obligation, ...]
    continuous: tuple[Obligation, ...]
    no_limit: tuple[Obligation, ...]


@dataclass(frozen=True, slots=True)
class DueReport:
    """What falls due in a range of days, both inclusive, as of a day or instant."""

    plan: Plan
    as_of: When
    first: date
    last: date
    rows: tuple[Row, ...]
    undated: Undated
    nearest: Row | None = field(default=None)  # the next deadline after an empty range, or the last one before it


@dataclass(frozen=True, slots=True)
class Filter:
    """Which obligations and owners to show; empty means all. Shared occurrences show for each of their owners."""

    owners: frozenset[str] = frozenset()
    obligations: frozenset[str] = frozenset()

    def takes(self, obligation: Obligation, owners: Sequence[str]) -> bool:
        """Return whether an occurrence of an obligation for these owners is shown."""
        if self.obligations and obligation.id not in self.obligations:
            return False
        return not self.owners or not self.owners.isdisjoint(owners)


EVERYTHING = Filter()


def due(
    plan: Plan, calendar: WorkCalendar, first: date, last: date, as_of: When, chosen: Filter = EVERYTHING
) -> DueReport:
    """Return what falls due from `first` to `last` (days, inclusive), ordered by deadline, plan and owner."""
    rows = tuple(_rows(plan, calendar, first, last, as_of, chosen))
    nearest = None if rows else _nearest(plan, calendar, first, last, as_of, chosen)
    return DueReport(plan, as_of, first, last, rows, _undated(plan, chosen), nearest)


def _rows(plan: Plan, calendar: WorkCalendar, first: date, last: date, as_of: When, chosen: Filter) -> list[Row]:
    order = {obligation.id: index for index, obligation in enumerate(plan.obligations)}
    found = [each for each in occurrences(plan, calendar, first, last) if chosen.takes(each.obligation, each.owners)]
    found.sort(key=lambda each: (_sortable(each), order[each.obligation.id], each.owners, each.slot.period.label))
    return [_row(plan, calendar, each, as_of) for each in found]


def _sortable(occurrence: Occurrence) -> tuple[date, str]:
    deadline = occurrence.slot.deadline
    assert deadline is not None, "only dated occurrences are listed"  # noqa: S101
    return day_of(deadline), deadline.isoformat()


def _row(plan: Plan, calendar: WorkCalendar, occurrence: Occurrence, as_of: When) -> Row:
    deadline = occurrence.slot.deadline
    soon = deadline is not None and warns_from(plan, calendar, deadline) <= day_of(as_of) <= day_of(deadline)
    return Row(plan, occurrence, soon, signals_of(occurrence.slot, calendar))


def warns_from(plan: Plan, calendar: WorkCalendar, deadline: When) -> date:
    """Return the day from which a deadline counts as near: `warn_before` before it."""
    length = plan.plan.warn_before
    day = day_of(deadline)
    if length.unit == "working day":
        return calendar.before(day, length.count).day
    return day - timedelta(days=length.count * {"day": 1, "week": 7, "month": 30}[length.unit])


def _undated(plan: Plan, chosen: Filter) -> Undated:
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


def _nearest(plan: Plan, calendar: WorkCalendar, first: date, last: date, as_of: When, chosen: Filter) -> Row | None:
    """The first deadline after an empty range, else the last one before it."""
    horizon = max(plan.plan.ends, last) + _AHEAD
    after = _rows(plan, calendar, last + timedelta(days=1), horizon, as_of, chosen)
    if after:
        return after[0]
    before = _rows(plan, calendar, plan.plan.starts_on, first - timedelta(days=1), as_of, chosen)
    return before[-1] if before else None
