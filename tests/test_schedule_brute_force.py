"""Random obligations, expanded by the program and by a walk over every day, must give the same occurrences."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import brute_force_schedule as naive
from brute_force_schedule import DAY, Duty, Window
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gongkai_cli.deadlines import When, day_of
from gongkai_cli.plan import Plan
from gongkai_cli.plan_file import LoadedPlan, parse_plan
from gongkai_cli.schedule import Slot, event_slot, occurrences, rule_of, stretch_slot, timetable
from gongkai_cli.workdays import WorkCalendar, YearDays

ZONE = ZoneInfo("Asia/Shanghai")
YEARS = range(naive.FIRST_YEAR, naive.LAST_YEAR + 1)
CALENDAR = WorkCalendar(
    {
        year: YearDays(
            year,
            {day: "Holiday" for day in naive.NOTICES if day.year == year},
            {day: "Holiday" for day in naive.NOTICES.weekend_workdays if day.year == year},
        )
        for year in YEARS
    }
)
# How far a duty without end is followed when a plan is checked: two years past the plan.
WITHOUT_END = timedelta(days=732)
relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def load(duties: Sequence[Duty]) -> LoadedPlan:
    """A plan of these duties, each with its own `from` and `until`."""
    document = {
        "version": 1,
        "plan": {"id": "plan", "title": "要点", "issued": "2017-07-11", "ends": "2017-12-31"},
        "owners": [{"name": "民政局"}],
        "events": {"ev": "事件"},
        "obligations": [encoded(n, duty) for n, duty in enumerate(duties)],
    }
    return parse_plan(json.dumps(document, ensure_ascii=False).encode(), "plan.yaml", CALENDAR)


def encoded(number: int, duty: Duty) -> dict[str, object]:
    keys: dict[str, object] = {
        "id": f"duty-{number}",
        "clause": "1",
        "quote": "公开",
        "title": "公开",
        "owner": "民政局",
        "frequency": duty.frequency,
        "deadline": duty.deadline,
        "from": duty.first.isoformat(),
        "until": duty.last.isoformat() if duty.last else "none",
    }
    if duty.opens is not None:
        keys["opens"] = duty.opens
    if duty.season:
        keys["season"] = list(duty.season)
    if duty.roll:
        keys["roll"] = "next"
    return keys


def plan_of(*duties: Duty) -> Plan:
    return load(duties).usable()


def as_window(slot: Slot) -> Window:
    assert slot.opens is not None
    assert slot.deadline is not None
    return Window(*slot.period, slot.opens, slot.deadline, slot.provisional)


def is_inverted(window: Window) -> bool:
    return naive.day_of(window.deadline) < naive.day_of(window.opens)


def followed_to(duty: Duty) -> date:
    return duty.last or max(date(2017, 12, 31), duty.first) + WITHOUT_END


# Strategies


def evenly(*strategies: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """One of several, all as likely: `one_of` weighs the branches of a branch and hardly drew a calendar period."""
    return st.sampled_from(strategies).flatmap(lambda strategy: strategy)


LONGEST = {"daily": 1, "every working day": 1, "weekly": 7, "monthly": 31, "quarterly": 92, "semiannual": 184,
           "annual": 366}  # fmt: skip
month_day = st.dates(date(2001, 1, 1), date(2001, 12, 31)).map("{:%m-%d}".format)


def plural(count: int, unit: str, tail: str) -> str:
    return f"{count} {unit}{'' if count == 1 else 's'} {tail}"


def counted(units: Sequence[str], tail: str, most: int = 40) -> st.SearchStrategy[str]:
    return st.builds(plural, st.integers(1, most), st.sampled_from(units), st.just(tail))


def period_forms(frequency: str) -> st.SearchStrategy[str]:
    """Every deadline form that goes with a periodic frequency."""
    forms = [
        st.just("end of period"),
        st.integers(1, min(LONGEST.get(frequency, 40), 100)).map("day {} of period".format),
        counted(("day", "working day", "working day"), "after end of period"),
        counted(("week", "month"), "after end of period", 14),
    ]
    if frequency in ("monthly", "quarterly", "semiannual", "annual"):
        forms += [st.just("end of next month"), st.integers(1, 31).map("day {} of next month".format)]
    if frequency == "annual":
        forms += [month_day | st.just("02-29"), month_day.map("{} of next year".format)]
    return evenly(*forms)


weekdays = st.lists(st.sampled_from(naive.WEEKDAYS), min_size=1, max_size=3, unique=True).map(",".join)
rules = st.one_of(
    st.integers(2, 60).map("FREQ=DAILY;INTERVAL={}".format),
    weekdays.map("FREQ=WEEKLY;BYDAY={}".format),
    st.builds("FREQ=WEEKLY;INTERVAL={};BYDAY={}".format, st.integers(2, 5), weekdays),
    st.builds("FREQ=MONTHLY;INTERVAL={};BYMONTHDAY={}".format, st.integers(1, 18), st.integers(1, 31)),
    st.integers(-31, -1).map("FREQ=MONTHLY;BYMONTHDAY={}".format),
    st.builds(
        "FREQ=MONTHLY;BYDAY={}{}".format, st.sampled_from([1, 2, 3, 4, 5, -1, -2]), st.sampled_from(naive.WEEKDAYS)
    ),
    st.builds("FREQ=YEARLY;BYMONTH={};BYMONTHDAY={}".format, st.integers(1, 12), st.integers(1, 28)),
    st.builds(
        "FREQ=YEARLY;INTERVAL={};BYMONTH=3,9;BYMONTHDAY={}".format, st.integers(2, 3), st.sampled_from([1, 15, 30, -1])
    ),
)
ended_rules = st.one_of(
    rules,
    st.builds("{};COUNT={}".format, rules, st.integers(1, 6)),
    st.builds("{};UNTIL={:%Y%m%d}".format, rules, st.dates(date(2015, 1, 1), date(2028, 12, 31))),
)
calendar_frequencies = st.sampled_from(list(LONGEST))
steps = evenly(
    st.integers(1, 40).map("every {} days".format),
    st.integers(1, 8).map("every {} weeks".format),
    st.integers(1, 14).map("every {} months".format),
)
periodic = evenly(calendar_frequencies, calendar_frequencies, steps, ended_rules.map("rrule {}".format))
# Seasons that overlap one another are left out: the contract does not say whether their periods count twice.
seasons = evenly(
    st.just(()),
    st.just(()),
    st.tuples(st.builds("{}..{}".format, month_day, month_day)),
    st.sampled_from([("02-29..04-30",), ("11-01..02-29",), ("12-31..01-01",), ("02-01..12-31",), ("01-31..06-30",)]),
    st.sampled_from([("10-01..10-20", "03-01..03-15"), ("12-20..01-10", "06-01..09-30")]),
    st.tuples(
        st.builds(
            lambda first, length: f"{first}..{first + timedelta(days=length)}",
            st.dates(date(2015, 1, 1), date(2028, 6, 30)),
            st.integers(0, 400),
        )
    ),
)


@st.composite
def bounds(draw: st.DrawFn) -> tuple[date, date | None]:
    """When a duty starts and ends; around the New Year of 2027 too, where official data ends."""
    first = draw(st.dates(date(2015, 1, 1), date(2019, 12, 31)) | st.dates(date(2026, 6, 1), date(2027, 6, 30)))
    length = draw(st.none() | st.integers(0, 500))
    return first, None if length is None else first + timedelta(days=length)


@st.composite
def periodic_duties(draw: st.DrawFn) -> Duty:
    frequency = draw(periodic)
    forms = period_forms(frequency)
    first, last = draw(bounds())
    opens = draw(evenly(st.none(), st.none(), st.just("start of period"), forms))
    return Duty(frequency, draw(forms), first, last, opens, draw(seasons), draw(st.booleans()))


@st.composite
def event_duties(draw: st.DrawFn) -> tuple[Duty, When]:
    forms = evenly(
        st.sampled_from(["same day as event", "before event"]),
        counted(("day", "working day", "week", "month"), "after event", 25),
        counted(("day", "working day"), "before event", 25),
    )
    first, last = draw(bounds())
    day = first + timedelta(days=draw(st.integers(-120, 620)))
    moment = datetime(day.year, day.month, day.day, draw(st.integers(0, 23)), draw(st.integers(0, 59)), tzinfo=ZONE)
    if draw(st.booleans()):
        hours = counted(("hour",), "after event", 100)
        return Duty("on ev", draw(hours), first, last), moment
    duty = Duty("on ev", draw(forms), first, last, draw(st.none() | forms), (), draw(st.booleans()))
    return duty, draw(st.sampled_from([day, moment]))


@st.composite
def once_duties(draw: st.DrawFn) -> Duty:
    first, last = draw(bounds())
    due = first + timedelta(days=draw(st.integers(-60, 600)))
    clock = draw(st.sampled_from(["", " 00:00", " 17:30"]))
    opens = draw(st.none() | st.integers(0, 50).map(lambda n: (first - n * DAY).isoformat()))
    return Duty("once", f"{due}{clock}", first, last, opens, (), draw(st.booleans()))


@st.composite
def continuous_duties(draw: st.DrawFn) -> Duty:
    first, last = draw(bounds())
    form = counted(("day", "working day", "week", "month"), "after previous", 25)
    return Duty("continuous", draw(form), first, last, roll=draw(st.booleans()))


# Agreement


@settings(relaxed, max_examples=500)
@given(periodic_duties(), st.integers(0, 1200))
@example(Duty("weekly", "end of period", date(2015, 1, 1), date(2015, 3, 1), season=("02-01..12-31",)), 400)
@example(Duty("weekly", "end of period", date(2021, 1, 2), date(2021, 3, 1), season=("2020-12-30..2020-12-31",)), 400)
def test_periodic_duties_agree_with_a_walk_over_every_day(duty: Duty, ahead: int) -> None:
    end = followed_to(duty)
    expected, before = naive.expand(duty, end)
    loaded = load([duty])
    if any(is_inverted(window) for window in expected):
        # A deadline before its window opens is an error of the plan, and the only one here.
        assert {problem.code for problem in loaded.errors} == {"GK307"}
        return
    plan = loaded.usable()
    rule = rule_of(plan, plan.obligations[0])
    found = timetable(rule, CALENDAR, end)
    assert [as_window(slot) for slot in found.slots] == expected
    left = {left.slot.period.label: left.ground for left in found.left_out}
    reasons = {
        window.label: "period before start" if window.last < duty.first else "deadline before start"
        for window in before
    }
    assert left.items() <= reasons.items()
    # How far back the left out are named is open, but not those of the year in which the duty starts.
    assert {each.label for each in before if each.first >= date(duty.first.year, 1, 1)} <= set(left)

    # A nearer horizon gives the beginning of the same timetable.
    near = min(end, duty.first + timedelta(days=ahead))
    assert [as_window(slot) for slot in timetable(rule, CALENDAR, near).slots] == [
        window for window in expected if window.first <= near
    ]


@settings(relaxed, max_examples=200)
@given(event_duties())
def test_events_agree_with_a_walk_over_every_day(drawn: tuple[Duty, When]) -> None:
    duty, event = drawn
    loaded = load([duty])
    if loaded.errors:
        # A window that some event of the first year would close before it opens is refused.
        assert {problem.code for problem in loaded.errors} == {"GK307"}
        clock = time(12) if "hour" in duty.deadline else None
        days = (duty.first + timedelta(days=n) for n in range(370))
        events = (datetime.combine(day, clock, ZONE) if clock else day for day in days)
        # That an early end leaves no such event is no excuse: the next edit of the end would let it in.
        windows = (naive.expand_event(replace(duty, last=None), each, "key") for each in events)
        assert any(window and is_inverted(window) for window in windows)
        return
    plan = loaded.usable()
    slot = event_slot(rule_of(plan, plan.obligations[0]), CALENDAR, event, "key")
    assert (slot and as_window(slot)) == naive.expand_event(duty, event, "key")


@settings(relaxed, max_examples=100)
@given(once_duties())
def test_single_duties_agree_with_a_walk_over_every_day(duty: Duty) -> None:
    expected = naive.expand_once(duty, ZONE)
    loaded = load([duty])
    if expected and is_inverted(expected):
        assert {problem.code for problem in loaded.errors} == {"GK307"}
        return
    plan = loaded.usable()
    found = timetable(rule_of(plan, plan.obligations[0]), CALENDAR, followed_to(duty))
    assert [as_window(slot) for slot in found.slots] == ([expected] if expected else [])


@settings(relaxed, max_examples=100)
@given(continuous_duties(), st.integers(0, 600))
def test_stretches_agree_with_a_walk_over_every_day(duty: Duty, later: int) -> None:
    plan = plan_of(duty)
    rule = rule_of(plan, plan.obligations[0])
    first = timetable(rule, CALENDAR, followed_to(duty)).slots
    assert [as_window(slot) for slot in first] == [naive.expand_stretch(duty, duty.first)]
    record = duty.first + timedelta(days=later)
    assert as_window(stretch_slot(rule, CALENDAR, record)) == naive.expand_stretch(duty, record)


# Properties


def slots_of(duty: Duty) -> tuple[Slot, ...]:
    plan = plan_of(duty)
    return timetable(rule_of(plan, plan.obligations[0]), CALENDAR, followed_to(duty)).slots


default_windows = periodic_duties().map(lambda duty: replace(duty, opens=None))


@settings(relaxed, max_examples=150)
@given(default_windows)
def test_windows_stand_in_order_and_none_closes_before_it_opens(duty: Duty) -> None:
    windows = [as_window(slot) for slot in slots_of(duty)]
    assert not any(is_inverted(window) for window in windows)
    for one, following in pairwise(windows):
        assert one.last < following.first
        assert naive.day_of(one.opens) <= naive.day_of(following.opens)
        assert naive.day_of(one.deadline) <= naive.day_of(following.deadline)
    assert len({window.label for window in windows}) == len(windows)


@settings(relaxed, max_examples=150)
@given(default_windows, st.integers(1, 400))
def test_a_later_start_changes_no_slot_that_still_belongs(duty: Duty, days: int) -> None:
    # Calendar periods, and whatever a season anchors, come from the rule itself and not from the day it is read.
    anchored = duty.season and "COUNT" not in duty.frequency
    later = replace(duty, first=duty.first + timedelta(days=days), last=None)
    if not (anchored or duty.frequency in LONGEST):
        return
    horizon = followed_to(duty)
    both = {}
    for each in (replace(duty, last=None), later):
        plan = plan_of(each)
        both[each.first] = timetable(rule_of(plan, plan.obligations[0]), CALENDAR, horizon).slots
    kept = [
        slot
        for slot in both[duty.first]
        if slot.deadline and day_of(slot.deadline) >= later.first and slot.period.last >= later.first
    ]
    assert list(both[later.first]) == kept


@settings(relaxed, max_examples=60)
@given(st.integers(1, 12), st.dates(date(2015, 1, 29), date(2019, 12, 31)).filter(lambda day: day.day > 28))
def test_months_are_counted_from_the_start_and_return_to_its_day(count: int, first: date) -> None:
    duty = Duty(f"every {count} months", "end of period", first, first + timedelta(days=900))
    for slot in slots_of(duty):
        begun = slot.period.first
        assert begun.day == first.day or (naive.is_last_of_month(begun) and begun.day < first.day)
        assert ((begun.year - first.year) * 12 + begun.month - first.month) % count == 0


def named(plan: Plan, first: date, last: date) -> list[tuple[str, Any]]:
    return [(each.obligation.id, each.slot) for each in occurrences(plan, CALENDAR, first, last)]


@settings(relaxed, max_examples=60)
@given(
    st.lists(default_windows | once_duties().map(lambda duty: replace(duty, opens=None)), min_size=1, max_size=3),
    st.dates(date(2014, 6, 1), date(2020, 12, 31)),
    st.lists(st.integers(0, 400), min_size=1, max_size=4),
)
def test_adjoining_ranges_add_up_to_their_union(duties: list[Duty], first: date, lengths: list[int]) -> None:
    plan = plan_of(*duties)
    begin, pieces = first, []
    for length in lengths:
        pieces += named(plan, begin, begin + timedelta(days=length))
        begin += timedelta(days=length + 1)
    whole = named(plan, first, begin - DAY)
    # A range is in the plan's order; pieces one after the other are not, so both are put in order of plan and time.
    pieces.sort(key=lambda each: each[0])
    assert pieces == whole
    assert all(first <= day_of(slot.deadline) < begin for _, slot in whole)
