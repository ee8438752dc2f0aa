"""From an obligation to its occurrences: which periods it covers, when each window opens and when it closes."""

from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import islice
from typing import Literal, NamedTuple

from gongkai_cli.deadlines import (
    LAST_YEAR,
    After,
    Before,
    Computed,
    Deadline,
    NoLimit,
    When,
    compute,
    day_of,
    roll_forward,
)
from gongkai_cli.frequencies import Frequency, Season
from gongkai_cli.periods import DAY, Period, calendar_periods, months_later
from gongkai_cli.plan import Obligation, Plan
from gongkai_cli.workdays import WorkCalendar

_LEAP_YEAR = 2000


@dataclass(frozen=True, slots=True)
class Rule:
    """All of an obligation that decides its timing; obligations with the same rule share one timetable.

    `first` and `last` bound what belongs; `last` is None for `until: none`.
    """

    frequency: Frequency
    deadline: Deadline
    opens: Deadline | None
    roll: bool
    seasons: tuple[Season, ...]
    first: date
    last: date | None
    zone: tzinfo

    def until(self, horizon: date) -> date:
        """Return the day by which the last period begins, for one who looks no further than a horizon."""
        return horizon if self.last is None else min(self.last, horizon)


class Slot(NamedTuple):
    """One occurrence before it is anybody's: the period covered and the window, both ends inclusive.

    `opens` and `deadline` are days, or instants where a clock runs; both None where no limit is set.
    `provisional` when the computation read a day that no working-day notice has settled.
    """

    period: Period
    opens: When | None
    deadline: When | None
    provisional: bool


class LeftOut(NamedTuple):
    """An occurrence that the rule gives but that does not belong, and on which ground."""

    slot: Slot
    ground: Literal["period before start", "deadline before start", "event after end"]


class Timetable(NamedTuple):
    """The occurrences of one rule in order of period, and those that lie before it starts."""

    slots: tuple[Slot, ...]
    left_out: tuple[LeftOut, ...]


class Occurrence(NamedTuple):
    """One instance of an obligation for one owner, or for several that share it (`completion: any`)."""

    obligation: Obligation
    owners: tuple[str, ...]
    slot: Slot

    @property
    def shared(self) -> bool:
        """Whether any of several owners can fulfil it."""
        return len(self.owners) > 1


def rule_of(plan: Plan, obligation: Obligation) -> Rule:
    """Return the timing rule of an obligation, with the plan's defaults filled in."""
    meta = plan.plan
    until = obligation.until
    last = None if until == "none" else meta.ends if until is None else until
    return Rule(
        obligation.frequency,
        plan.deadline_of(obligation),
        obligation.opens,
        obligation.roll == "next",
        obligation.season,
        obligation.from_ or meta.starts_on,
        last,
        meta.zone,
    )


def timetable(rule: Rule, calendar: WorkCalendar, horizon: date) -> Timetable:
    """Return the occurrences of a rule whose period begins by `horizon` (a day), in order.

    Duties `on EVENT` have none without events; see `event_slot`. `continuous` has its first stretch only: the others
    begin with records.
    """
    return timetable_until(rule, calendar, rule.until(horizon))


@lru_cache(maxsize=65536)
def timetable_until(rule: Rule, calendar: WorkCalendar, until: date) -> Timetable:
    """Return the same where nothing begins after `until` that belongs; see `Rule.until`."""
    form = rule.frequency.form
    if form == "event":
        return Timetable((), ())
    if form in ("once", "recurring", "continuous"):
        return _single(rule, calendar)
    slots: list[Slot] = []
    left_out: list[LeftOut] = []
    for period in _periods(rule, calendar, until):
        slot = _slot(rule, calendar, period)
        if period.last < rule.first:
            left_out.append(LeftOut(slot, "period before start"))
        elif slot.deadline is not None and day_of(slot.deadline) < rule.first:
            left_out.append(LeftOut(slot, "deadline before start"))
        else:
            slots.append(slot)
    return Timetable(tuple(slots), tuple(left_out))


def _single(rule: Rule, calendar: WorkCalendar) -> Timetable:
    """The one slot of a duty that no calendar repeats: its window is its period."""
    form = rule.frequency.form
    if form == "continuous":
        if rule.last is not None and rule.first > rule.last:
            return Timetable((), ())
        slot = stretch_slot(rule, calendar, rule.first)
    elif isinstance(rule.deadline, NoLimit):
        label = "once" if form == "once" else "recurring"
        slot = Slot(Period(label, rule.first, rule.last or rule.first), None, None, provisional=False)
    else:
        slot = _once_slot(rule, calendar)
        if slot.period.last < rule.first:
            return Timetable((), (LeftOut(slot, "deadline before start"),))
        if rule.last is not None and slot.period.first > rule.last:
            return Timetable((), ())
    return Timetable((slot,), ())


def _once_slot(rule: Rule, calendar: WorkCalendar) -> Slot:
    deadline, provisional = _deadline(rule, calendar)
    assert deadline is not None, "`none` has no slot to compute"  # noqa: S101
    opens = compute(rule.opens, calendar, rule.zone).when if rule.opens else None
    opens = opens or date(rule.first.year, 1, 1)
    return Slot(Period("once", day_of(opens), day_of(deadline)), opens, deadline, provisional)


def counts_from(rule: Rule, slot: Slot) -> When:
    """Return from when on records count for a slot: from its opening, also where no window is shown."""
    if slot.opens is not None:
        return slot.opens
    if rule.frequency.form == "once":
        return date(rule.first.year, 1, 1)
    return slot.period.first


def stretch_slot(rule: Rule, calendar: WorkCalendar, previous: date) -> Slot:
    """Return the stretch of a `continuous` duty that begins with a record (or the start) on a day."""
    deadline, provisional = _deadline(rule, calendar, trigger=previous)
    if deadline is None:
        return Slot(Period(previous.isoformat(), previous, previous), None, None, provisional=False)
    return Slot(Period(previous.isoformat(), previous, day_of(deadline)), previous, deadline, provisional)


def event_slot(rule: Rule, calendar: WorkCalendar, event: When, key: str) -> Slot | None:
    """Return the occurrence that an event starts, or None when it does not belong.

    An event's occurrence belongs when the event is not after the end and its deadline not before the start. Raises
    ValueError where a clock of hours is started by an event without a time.
    """
    slot = computed_event_slot(rule, calendar, event, key)
    after_end = rule.last is not None and day_of(event) > rule.last
    before_start = slot.deadline is not None and day_of(slot.deadline) < rule.first
    return None if after_end or before_start else slot


def computed_event_slot(rule: Rule, calendar: WorkCalendar, event: When, key: str) -> Slot:
    """Return the occurrence that an event would start, whether it belongs or not; see `event_slot`."""
    day = day_of(event)
    deadline, provisional = _deadline(rule, calendar, trigger=event)
    if deadline is None:
        return Slot(Period(key, day, day), None, None, provisional=False)
    opens: When | None
    if rule.opens is not None:
        opens, read = compute(rule.opens, calendar, rule.zone, trigger=event)
        provisional |= read
    elif isinstance(rule.deadline, Before):
        opens = rule.first
    else:
        opens = event if isinstance(deadline, datetime) else day
    return Slot(Period(key, day, day), opens, deadline, provisional)


def _slot(rule: Rule, calendar: WorkCalendar, period: Period) -> Slot:
    deadline, provisional = _deadline(rule, calendar, period)
    assert deadline is not None, "periodic duties have a deadline"  # noqa: S101
    opens: When | None
    if rule.opens is not None:
        opens, read = compute(rule.opens, calendar, rule.zone, period)
        provisional |= read
    else:
        # The deadline as stated decides: one that is moved past a weekend leaves its window where it was.
        stated = compute(rule.deadline, calendar, rule.zone, period).when if rule.roll else deadline
        assert stated is not None  # noqa: S101
        opens = period.first if day_of(stated) <= period.last else period.last + DAY
    if rule.frequency.form == "every working day":
        provisional |= calendar.is_provisional(period.first, period.first)
    return Slot(period, opens, deadline, provisional)


def _deadline(
    rule: Rule, calendar: WorkCalendar, period: Period | None = None, trigger: When | None = None
) -> Computed:
    """The deadline of one occurrence, moved to a working day where the obligation says `roll: next`."""
    when, provisional = compute(rule.deadline, calendar, rule.zone, period, trigger)
    if when is None or not rule.roll:
        return Computed(when, provisional)
    rolled = roll_forward(when, calendar)
    return Computed(rolled.when, provisional or rolled.provisional)


def _periods(rule: Rule, calendar: WorkCalendar, until: date) -> Iterator[Period]:
    """Yield the periods of a periodic rule, from the start of the year (or season) in which it starts."""
    frequency = rule.frequency
    year_start = date(rule.first.year, 1, 1)
    # A season may begin after `until`, or end in the week of New Year's Day, and still touch a period.
    touched = year_start - timedelta(days=6), until + timedelta(days=366)
    spans = sorted(span for season in rule.seasons for span in season.spans(*touched))
    if frequency.kind is not None:
        for period in calendar_periods(frequency.kind, year_start, until):
            if rule.seasons and not any(_overlaps(period, span) for span in spans):
                continue
            if frequency.form == "every working day" and not calendar.is_working(period.first):
                continue
            yield period
        return
    for begin, end in spans if rule.seasons else [(rule.first, None)]:
        if frequency.form == "every":
            yield from _every(frequency, begin, until, end)
        else:
            yield from _stretches(frequency.rule, begin, until, end)


def _overlaps(period: Period, span: tuple[date, date]) -> bool:
    return period.first <= span[1] and period.last >= span[0]


def _every(frequency: Frequency, begin: date, until: date, clip: date | None) -> Iterator[Period]:
    """Yield the periods of `every N units` from a day on; each from the rule itself, clipped at the season's end."""
    number = 0
    while True:
        first = _advance(frequency, begin, number)
        if first > min(until, clip or until):
            return
        last = _advance(frequency, begin, number + 1) - DAY
        yield Period(first.isoformat(), first, min(last, clip) if clip else last)
        number += 1


def _advance(frequency: Frequency, begin: date, number: int) -> date:
    count = frequency.count * number
    if frequency.unit == "month":
        return months_later(begin, count)
    return begin + timedelta(days=count * (7 if frequency.unit == "week" else 1))


def _stretches(rule: str, begin: date, until: date, clip: date | None) -> Iterator[Period]:
    """Yield the stretches that end on the dates of an RFC 5545 rule; each begins on the day after the date before."""
    from dateutil.rrule import rrulestr

    # dateutil looks for a next date up to the year 9999, which keeps it busy with a rule that names none. So every
    # rule gets an end, and UNTIL and COUNT are applied here. Leap days are at most eight years apart.
    parts = dict(part.split("=") for part in rule.upper().split(";"))
    if _names_no_day(parts):
        return
    count, stated = parts.pop("COUNT", None), parts.pop("UNTIL", None)
    per_year = {"DAILY": 365, "WEEKLY": 52, "MONTHLY": 12, "YEARLY": 1}[parts["FREQ"]]
    years = 9 * -(-int(parts.get("INTERVAL", "1")) // per_year)
    latest = clip or date(min(max(until, begin).year + years, LAST_YEAR), 12, 31)
    if stated:
        latest = min(latest, datetime.strptime(stated, "%Y%m%d").date())  # noqa: DTZ007  # a day, not an instant
    # By days and weeks, dateutil tries every day up to the year 9999 for one that all parts allow; so they are asked
    # of its dates one by one. (With BYSETPOS they decide together, and stay where they are.)
    asked = _taken_out(parts) if parts["FREQ"] in ("DAILY", "WEEKLY") and "BYSETPOS" not in parts else []
    bare = ";".join(f"{name}={value}" for name, value in parts.items())
    start = datetime.combine(begin, datetime.min.time())
    days = (moment.date() for moment in rrulestr(f"{bare};UNTIL={latest:%Y%m%d}", dtstart=start))
    first = begin
    for day in islice((day for day in days if all(allows(day) for allows in asked)), int(count) if count else None):
        if first > until:
            return
        yield Period(day.isoformat(), first, day)
        first = day + DAY


def _names_no_day(parts: dict[str, str]) -> bool:
    """Whether the months and days of the month that a rule names never come together, as in 30 February."""
    if "BYMONTH" not in parts or "BYMONTHDAY" not in parts:
        return False
    longest = [monthrange(_LEAP_YEAR, int(month))[1] for month in parts["BYMONTH"].split(",")]
    return all(abs(int(day)) > length for day in parts["BYMONTHDAY"].split(",") for length in longest)


def _taken_out(parts: dict[str, str]) -> list[Callable[[date], bool]]:
    """Take the parts that only limit a rule by days or weeks out of it, and return them as tests of a date."""
    tests: list[Callable[[date], bool]] = []
    if months := parts.pop("BYMONTH", None):
        allowed = {int(month) for month in months.split(",")}
        tests.append(lambda day: day.month in allowed)
    if month_days := parts.pop("BYMONTHDAY", None):
        numbers = {int(number) for number in month_days.split(",")}
        tests.append(lambda day: bool({day.day, day.day - monthrange(day.year, day.month)[1] - 1} & numbers))
    if parts["FREQ"] == "DAILY" and (weekdays := parts.pop("BYDAY", None)):
        names = set(weekdays.split(","))
        tests.append(lambda day: ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[day.weekday()] in names)
    return tests


def occurrences(plan: Plan, calendar: WorkCalendar, first: date, last: date) -> Iterator[Occurrence]:
    """Yield the occurrences whose deadline lies in a range of days, both inclusive, in the plan's order.

    Duties on events, continuous duties and duties without limit have no deadline that the plan alone gives; they are
    not among them.
    """
    for obligation in plan.obligations:
        rule = rule_of(plan, obligation)
        if rule.frequency.form == "continuous":
            continue
        shares = None
        for slot in timetable(rule, calendar, last).slots:
            if slot.deadline is not None and first <= day_of(slot.deadline) <= last:
                if shares is None:
                    shares = plan.shares_of(obligation)
                for owners in shares:
                    yield Occurrence(obligation, owners, slot)


def reckoned_days(
    rule: Rule, calendar: WorkCalendar, period: Period | None = None, trigger: When | None = None
) -> tuple[date, date] | None:
    """Return the first and last day that a count of working days goes through, or None where none is counted."""
    deadline = rule.deadline
    if not isinstance(deadline, After | Before) or deadline.unit != "working day":
        return None
    start = day_of(trigger) if trigger is not None else period.last if period is not None else None
    end = compute(deadline, calendar, rule.zone, period, trigger).when
    assert start is not None, "a count starts somewhere"  # noqa: S101
    assert end is not None, "a count ends somewhere"  # noqa: S101
    return (day_of(end), start - DAY) if isinstance(deadline, Before) else (start + DAY, day_of(end))


def signals_of(slot: Slot, calendar: WorkCalendar) -> tuple[str, ...]:
    """Return the names of what is odd about a window itself; they change no status."""
    if slot.deadline is None or slot.opens is None or isinstance(slot.deadline, datetime):
        return ()  # hours run through days of rest
    opens, closes = day_of(slot.opens), day_of(slot.deadline)
    if calendar.is_working(closes):
        return ()
    rest = ("deadline-on-non-working-day",)
    return rest if calendar.before(closes, 1).day >= opens else (*rest, "window-without-working-day")
