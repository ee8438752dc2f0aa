"""The bulletin for the meeting (督查通报): one object that every format shows, so that all have the same numbers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, NamedTuple

from gongkai_cli.deadlines import NoLimit, When, day_of
from gongkai_cli.evaluation.assessment import Assessment, LogFigures, Unmatched
from gongkai_cli.evaluation.verdicts import Status, instant
from gongkai_cli.log.reading import LogFile
from gongkai_cli.periods import DAY, Kind, containing, months_later
from gongkai_cli.plan import Obligation, Plan, Reading
from gongkai_cli.problems import Problem
from gongkai_cli.report import (
    EVERYTHING,
    Days,
    Filter,
    Row,
    Undated,
    judged_rows,
    scheduled_rows,
    undated_duties,
    with_papers,
    with_records,
)
from gongkai_cli.schedule import Occurrence, rule_of, signals_of, timetable
from gongkai_cli.standings import HeatMap, OwnerLine, Totals, heat_map, owner_lines, totals
from gongkai_cli.workdays import WorkCalendar

Scope = Literal["month", "quarter", "to date"]
_KINDS: dict[Scope, Kind] = {"month": "month", "quarter": "quarter"}


class Footnote(NamedTuple):
    """A reading that the bulletin rests on, numbered from 1 in the order in which its sections first need it."""

    number: int
    name: str
    reading: Reading


class Change(NamedTuple):
    """An occurrence whose status is another than on the earlier day; `then` is None where it was not known."""

    row: Row
    then: Status | None


@dataclass(frozen=True, slots=True)
class Since:
    """The same figures as of an earlier day, as then known (`as_of` and `known_on` that day), and what changed.

    `changes` are about every occurrence with a deadline up to the end of the range, also from before it. `gone` was
    overdue then and is no longer there at all, as when an event was taken back.
    """

    day: date
    days: Days
    totals: Totals
    owners: tuple[OwnerLine, ...]
    changes: tuple[Change, ...]
    gone: tuple[Row, ...]

    @property
    def newly_overdue(self) -> tuple[Change, ...]:
        """What is overdue now and was not then."""
        return tuple(each for each in self.changes if each.row.status == "overdue")

    @property
    def newly_done(self) -> tuple[Change, ...]:
        """What is satisfied or late now and was neither then."""
        done = ("satisfied", "late")
        return tuple(each for each in self.changes if each.row.status in done and each.then not in done)

    @property
    def cleared(self) -> tuple[Change, ...]:
        """What was overdue then and is not now."""
        return tuple(each for each in self.changes if each.then == "overdue")


@dataclass(frozen=True, slots=True)
class Bulletin:
    """The bulletin as of a day or instant, about deadlines in `days`.

    `rows` are all with a deadline in `days`, ordered by deadline, plan and owner; `overdue`, `late` and `waived` are
    among them. `carried_over` is overdue from before `days`; `coming` falls due in `coming_days`, after `days`;
    `no_limit` has no deadline. No row is in two of these four. Without a log, `log` is None, no row has a verdict, the
    counts by status are 0 and mean nothing, and `never_recorded` are all duties that wait for an event.
    """

    plan: Plan
    calendar: WorkCalendar
    as_of: When
    known_on: date | None
    scope: Scope
    days: Days
    coming_days: Days
    rows: tuple[Row, ...]
    carried_over: tuple[Row, ...]
    coming: tuple[Row, ...]
    no_limit: tuple[Row, ...]
    never_recorded: tuple[Obligation, ...]
    undated: Undated
    totals: Totals
    owners: tuple[OwnerLine, ...]
    heat_map: HeatMap
    footnotes: tuple[Footnote, ...]
    since: Since | None = None
    log: LogFigures | None = None
    files: tuple[LogFile, ...] = ()
    unmatched: tuple[Unmatched, ...] = ()
    rejected: tuple[Problem, ...] = ()

    @property
    def overdue(self) -> tuple[Row, ...]:
        """What fell due in the range and is not done."""
        return self._having("overdue")

    @property
    def late(self) -> tuple[Row, ...]:
        """What fell due in the range and was done after its deadline."""
        return self._having("late")

    @property
    def waived(self) -> tuple[Row, ...]:
        """What fell due in the range and is excused."""
        return self._having("waived")

    @property
    def every_row(self) -> tuple[Row, ...]:
        """All rows that the bulletin has to do with, each once."""
        return (*self.carried_over, *self.rows, *self.coming, *self.no_limit)

    @property
    def signals(self) -> tuple[tuple[str, tuple[Row, ...]], ...]:
        """Each signal of the rows shown, with the rows that have it, in the order of their names."""
        found: dict[str, list[Row]] = {}
        for row in self.every_row:
            for signal in row.signals:
                found.setdefault(signal, []).append(row)
        return tuple((signal, tuple(found[signal])) for signal in sorted(found))

    @property
    def provisional_years(self) -> tuple[int, ...]:
        """The years of deadlines that rest on days without official working-day data."""
        rows = (row for row in self.every_row if row.occurrence.slot.provisional)
        return tuple(sorted({day_of(row.deadline).year for row in rows if row.deadline is not None}))

    @property
    def untraced(self) -> int:
        """How many rows rest on lines that are too many to be listed."""
        return sum(bool(row.verdict and row.verdict.fillings and not row.records) for row in self.every_row)

    def marks(self, obligation: Obligation) -> tuple[int, ...]:
        """Return the numbers of the footnotes to a duty's dates; empty where the document states them."""
        return self._numbers(self.plan.interpreted(obligation))

    def owner_marks(self, obligation: Obligation) -> tuple[int, ...]:
        """Return the numbers of the footnotes to who owes a duty; empty where the document states it."""
        timing = self.plan.interpreted(obligation)
        return self._numbers([name for name in obligation.readings if name not in timing])

    def with_footnotes(self, footnotes: tuple[Footnote, ...]) -> "Bulletin":
        """Return the same with other footnotes, for a part of it that is shown by itself."""
        return replace(self, footnotes=footnotes)

    def _numbers(self, names: Sequence[str]) -> tuple[int, ...]:
        return tuple(each.number for each in self.footnotes if each.name in names)

    def _having(self, status: Status) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.status == status)


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a bulletin is about: a month, a quarter, or, with None, all deadlines up to the day it looks from."""

    scope: Scope
    days: Days | None = None

    @property
    def coming_days(self) -> Days | None:
        """The calendar month or quarter after it; None where that depends on the day it looks from."""
        if self.days is None:
            return None
        following = containing(_KINDS[self.scope], self.days.last + DAY)
        return Days(following.first, following.last)

    def seen_from(self, as_of: When, earliest: date) -> tuple[Days, Days]:
        """Return the range and the one that follows; to date, that is a month from the day looked from."""
        day = day_of(as_of)
        if self.days is None or self.coming_days is None:
            return Days(min(earliest, day), day), Days(day + DAY, months_later(day, 1))
        return self.days, self.coming_days


def bulletin(
    plan: Plan,
    calendar: WorkCalendar,
    stretch: Stretch,
    as_of: When,
    chosen: Filter = EVERYTHING,
    assessment: Assessment | None = None,
    rejected: Iterable[Problem] = (),
) -> Bulletin:
    """Return the bulletin; from the schedule alone where there is no assessment.

    It compares with an earlier day where the assessment has one. `rejected` are the problems of lines left out.
    """
    at = instant(as_of, plan.plan.zone)
    every = _all_rows(plan, calendar, stretch, as_of, chosen, assessment)
    days, coming_days = stretch.seen_from(as_of, _earliest(every, plan))
    parts = _Parts.of(every, days, coming_days)
    since = None
    if assessment is not None:
        since = _since(assessment, calendar, stretch, chosen, every, days)
        parts, since = _with_records(assessment, parts, since)
    owners = owner_lines(parts.rows, at)
    everybody = owner_lines([row for row in every if row.deadline is not None], at)
    undated = undated_duties(plan, chosen)
    waiting = undated.on_events
    if assessment is not None:
        never = set(assessment.evaluation.never_recorded)
        waiting = tuple(each for each in waiting if each.id in never)
    return Bulletin(
        plan=plan,
        calendar=calendar,
        as_of=as_of,
        known_on=assessment.known_on if assessment else None,
        scope=stretch.scope,
        days=days,
        coming_days=coming_days,
        rows=parts.rows,
        carried_over=parts.carried_over,
        coming=parts.coming,
        no_limit=parts.no_limit,
        never_recorded=waiting,
        undated=undated,
        totals=totals(parts.rows, at),
        owners=owners,
        heat_map=heat_map(everybody),
        footnotes=_footnotes(plan, parts),
        since=since,
        log=assessment.figures if assessment else None,
        files=tuple(assessment.log.files) if assessment else (),
        unmatched=assessment.unmatched() if assessment else (),
        rejected=tuple(rejected),
    )


class _Parts(NamedTuple):
    rows: tuple[Row, ...]
    carried_over: tuple[Row, ...]
    coming: tuple[Row, ...]
    no_limit: tuple[Row, ...]

    @classmethod
    def of(cls, every: Sequence[Row], days: Days, coming_days: Days) -> "_Parts":
        return cls(
            tuple(row for row in every if days.holds(row.deadline)),
            tuple(row for row in every if row.status == "overdue" and row.deadline and day_of(row.deadline) < days[0]),
            tuple(row for row in every if coming_days.holds(row.deadline)),
            tuple(row for row in every if row.deadline is None),
        )


def _with_records(assessment: Assessment, parts: _Parts, since: Since | None) -> tuple[_Parts, Since | None]:
    """Read the records of everything at once: each reading goes through the whole log."""
    wanted = {_key(row): row for rows in parts for row in rows}
    if since is not None:
        wanted = {**{_key(each.row): each.row for each in since.changes}, **wanted}
    recorded = list(with_records(assessment, list(wanted.values())))
    found = dict(zip(wanted, with_papers(assessment, recorded), strict=True))
    filled = _Parts(*(tuple(found[_key(row)] for row in rows) for rows in parts))
    if since is not None:
        since = replace(since, changes=tuple(Change(found[_key(each.row)], each.then) for each in since.changes))
    return filled, since


def _all_rows(
    plan: Plan,
    calendar: WorkCalendar,
    stretch: Stretch,
    as_of: When,
    chosen: Filter,
    assessment: Assessment | None,
) -> list[Row]:
    if assessment is not None:
        return judged_rows(plan, calendar, assessment.evaluation, chosen)
    _, coming = stretch.seen_from(as_of, plan.plan.starts_on)
    rows = list(scheduled_rows(plan, calendar, Days(date.min, coming.last), as_of, chosen))
    return [*rows, *_without_limit(plan, calendar, chosen)]


def _without_limit(plan: Plan, calendar: WorkCalendar, chosen: Filter) -> Iterator[Row]:
    """The duties without a time limit, as they stand before any record; those on events have nothing to show."""
    for obligation in plan.obligations:
        if isinstance(plan.deadline_of(obligation), NoLimit) and obligation.frequency.form != "event":
            for slot in timetable(rule_of(plan, obligation), calendar, plan.plan.ends).slots:
                for owners in plan.shares_of(obligation):
                    if chosen.takes(obligation, owners):
                        yield Row(plan, Occurrence(obligation, owners, slot), False, signals_of(slot, calendar))


def _earliest(every: Sequence[Row], plan: Plan) -> date:
    days = [day_of(row.deadline) for row in every if row.deadline is not None]
    return min([plan.plan.starts_on, *days])


def _footnotes(plan: Plan, parts: _Parts) -> tuple[Footnote, ...]:
    """Number the readings as the sections come: overdue, late, coming, without limit, then whatever else is counted."""
    overdue = [row for row in parts.rows if row.status == "overdue"]
    late = [row for row in parts.rows if row.status == "late"]
    in_order = [*overdue, *parts.carried_over, *late, *parts.coming, *parts.no_limit, *parts.rows]
    return numbered(plan, in_order)


def numbered(plan: Plan, rows: Iterable[Row]) -> tuple[Footnote, ...]:
    """Return the readings on which some rows rest, numbered in the order in which the rows first need them."""
    names = dict.fromkeys(name for row in rows for name in row.occurrence.obligation.readings)
    return tuple(Footnote(number, name, plan.readings[name]) for number, name in enumerate(names, start=1))


_Key = tuple[str, tuple[str, ...], str]


def _key(row: Row) -> _Key:
    occurrence = row.occurrence
    return occurrence.obligation.id, occurrence.owners, occurrence.slot.period.label


def _since(
    assessment: Assessment, calendar: WorkCalendar, stretch: Stretch, chosen: Filter, every: Sequence[Row], days: Days
) -> Since | None:
    earlier = assessment.earlier
    if earlier is None:
        return None
    then = judged_rows(assessment.plan, calendar, earlier.evaluation, chosen)
    days_then, _ = stretch.seen_from(earlier.day, days.first)
    rows_then = [row for row in then if days_then.holds(row.deadline)]
    at = instant(earlier.day, assessment.plan.plan.zone)
    before, now = {_key(row): row for row in then}, {_key(row) for row in every}
    gone = tuple(row for key, row in before.items() if row.status == "overdue" and key not in now)
    owners = owner_lines(rows_then, at)
    changes = tuple(_changes(before, every, Days(date.min, days.last)))
    return Since(earlier.day, days_then, totals(rows_then, at), owners, changes, gone)


# From waiting to due is the calendar's doing and no news.
_NEWS: tuple[Status, ...] = ("satisfied", "late", "overdue", "waived")


def _changes(before: Mapping[_Key, Row], every: Sequence[Row], days: Days) -> Iterator[Change]:
    for row in every:
        was = before.get(_key(row))
        then = was.status if was is not None else None
        if days.holds(row.deadline) and then != row.status and (then in _NEWS or row.status in _NEWS):
            yield Change(row, then)
