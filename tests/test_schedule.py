"""From an obligation to its occurrences: which belong, when their windows open and close, and whose they are."""

import json
import time
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import pytest

from gongkai_cli.deadlines import When
from gongkai_cli.periods import Period, containing
from gongkai_cli.plan import Plan
from gongkai_cli.plan_file import parse_plan
from gongkai_cli.schedule import (
    Rule,
    Slot,
    Timetable,
    counts_from,
    event_slot,
    occurrences,
    reckoned_days,
    rule_of,
    signals_of,
    stretch_slot,
    timetable,
)
from gongkai_cli.workdays import WorkCalendar, YearDays

ZONE = ZoneInfo("Asia/Shanghai")
NOTICES: Any = holidays.country_holidays("CN", years=range(2007, 2027))
# Ends with 2026 whatever chinesecalendar learns later, so that 2027 stays a year without data.
PINNED = WorkCalendar(
    {
        year: YearDays(
            year,
            {day: "Holiday" for day in NOTICES if day.year == year},
            {day: "Holiday" for day in NOTICES.weekend_workdays if day.year == year},
        )
        for year in range(2007, 2027)
    }
)
FAR = date(2030, 12, 31)
OWNERS = [
    {"name": "财政局", "aliases": ["区财政局"]},
    {"name": "民政局"},
    {"name": "教育局"},
    {"name": "各部门", "aliases": ["各有关部门"], "members": ["财政局", "民政局"]},
    {"name": "各学校", "members": ["区财政局", "教育局"]},
    {"name": "独家组", "members": ["民政局"]},
    {"name": "各级各部门", "members": []},
]


def d(text: str) -> date:
    return date.fromisoformat(text)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def plan_of(*obligations: Mapping[str, Any], **header: object) -> Plan:
    """A plan of these obligations; the header is that of 2017-07-11 to 2017-12-31 unless it says otherwise."""
    document = {
        "version": 1,
        "plan": {"id": "plan", "title": "要点", "issued": "2017-07-11", "ends": "2017-12-31", **header},
        "owners": OWNERS,
        "events": {"ev": "事件"},
        "obligations": [
            {"id": f"duty-{n}", "clause": "1", "quote": "公开", "title": "公开", "owner": "民政局", **keys}
            for n, keys in enumerate(obligations)
        ],
    }
    # JSON is YAML too.
    return parse_plan(json.dumps(document, ensure_ascii=False).encode(), "plan.yaml", PINNED).usable()


def rule(header: Mapping[str, Any] | None = None, /, **keys: object) -> Rule:
    plan = plan_of({name.removesuffix("_"): value for name, value in keys.items()}, **(header or {}))
    return rule_of(plan, plan.obligations[0])


def table(header: Mapping[str, Any] | None = None, /, *, horizon: date = FAR, **keys: object) -> Timetable:
    return timetable(rule(header, **keys), PINNED, horizon)


def labels(found: Timetable) -> str:
    return " ".join(slot.period.label for slot in found.slots)


def shown(when: When | None) -> str:
    if isinstance(when, datetime):
        return f"{when:%Y-%m-%d %H:%M}"
    return when.isoformat() if when else "-"


def windows(found: Timetable) -> list[tuple[str, str, str]]:
    return [(slot.period.label, shown(slot.opens), shown(slot.deadline)) for slot in found.slots]


@pytest.mark.parametrize(
    ("frequency", "deadline", "count", "first", "last"),
    [
        # 21 days of July, then 31, 30, 31, 30 and 31.
        ("daily", "end of period", 174, "2017-07-11", "2017-12-31"),
        # July from the 11th 15, August 23, September 21 and the 30th, October 22 less 5, November 22, December 21.
        ("every working day", "end of period", 120, "2017-07-11", "2017-12-29"),
        ("weekly", "end of period", 25, "2017-W28", "2017-W52"),
        # Monday of W28 was the day before the plan started.
        ("weekly", "day 1 of period", 24, "2017-W29", "2017-W52"),
        ("monthly", "end of period", 6, "2017-07", "2017-12"),
        ("monthly", "end of next month", 6, "2017-07", "2017-12"),
        ("monthly", "day 11 of period", 6, "2017-07", "2017-12"),
        ("monthly", "day 10 of period", 5, "2017-08", "2017-12"),
        ("quarterly", "end of period", 2, "2017-Q3", "2017-Q4"),
        ("quarterly", "day 10 of period", 1, "2017-Q4", "2017-Q4"),
        ("semiannual", "end of next month", 1, "2017-H2", "2017-H2"),
        ("annual", "end of period", 1, "2017", "2017"),
        ("annual", "03-31 of next year", 1, "2017", "2017"),
        ("annual", "07-11", 1, "2017", "2017"),
        ("every 5 days", "end of period", 35, "2017-07-11", "2017-12-28"),
        ("every 2 weeks", "end of period", 13, "2017-07-11", "2017-12-26"),
        ("every 3 months", "end of period", 2, "2017-07-11", "2017-10-11"),
        ("rrule FREQ=MONTHLY;BYMONTHDAY=15", "end of period", 7, "2017-07-15", "2018-01-15"),
        ("once", "2017-12-31", 1, "once", "once"),
        ("once", "2017-07-11", 1, "once", "once"),
        ("once", "2018-06-30", 1, "once", "once"),
        ("once", "none", 1, "once", "once"),
        ("recurring", "none", 1, "recurring", "recurring"),
        ("continuous", "14 days after previous", 1, "2017-07-11", "2017-07-11"),
        ("continuous", "none", 1, "2017-07-11", "2017-07-11"),
    ],
)
def test_what_belongs_to_the_plan(frequency: str, deadline: str, count: int, first: str, last: str) -> None:
    slots = table(frequency=frequency, deadline=deadline).slots
    assert (len(slots), slots[0].period.label, slots[-1].period.label) == (count, first, last)


@pytest.mark.parametrize(
    ("frequency", "deadline"),
    [
        pytest.param("annual", "06-30", id="the half-year was over when the plan started"),
        pytest.param("semiannual", "day 10 of period", id="10 July was over"),
        pytest.param("once", "2017-07-10", id="the day before the plan started"),
        pytest.param("once", "2017-07-10 17:30", id="an hour of the day before"),
    ],
)
def test_a_deadline_before_the_start_does_not_belong(frequency: str, deadline: str) -> None:
    found = table(frequency=frequency, deadline=deadline)
    assert found.slots == ()
    assert [left.ground for left in found.left_out][-1] == "deadline before start"


def test_starts_is_later_than_issued_where_the_plan_says_so() -> None:
    assert labels(table({"starts": "2017-09-15"}, frequency="monthly", deadline="end of period")) == (
        "2017-09 2017-10 2017-11 2017-12"
    )


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        pytest.param({"from_": "2017-10-01"}, "2017-10 2017-11 2017-12", id="from"),
        pytest.param({"from_": "2017-05-31"}, "2017-05 2017-06 2017-07 2017-08 2017-09 2017-10 2017-11 2017-12",
                     id="from before the plan"),
        pytest.param({"until": "2017-09-01"}, "2017-07 2017-08 2017-09", id="until"),
        pytest.param({"until": "2018-02-01"}, "2017-07 2017-08 2017-09 2017-10 2017-11 2017-12 2018-01 2018-02",
                     id="until after the plan"),
        pytest.param({"from_": "2017-11-30", "until": "2018-01-31"}, "2017-11 2017-12 2018-01", id="both"),
        pytest.param({"from_": "2017-11-30", "until": "2017-11-30"}, "2017-11", id="a single day"),
        pytest.param({"from_": "2017-12-01", "until": "none"}, "2017-12 2018-01 2018-02 2018-03", id="without end"),
    ],
)  # fmt: skip
def test_from_and_until_replace_starts_and_ends(keys: Mapping[str, Any], expected: str) -> None:
    found = table(horizon=d("2018-03-31"), frequency="monthly", deadline="end of period", **keys)
    assert labels(found) == expected


def test_a_duty_of_every_june_is_first_owed_in_the_year_after() -> None:
    found = table(horizon=d("2020-12-31"), frequency="annual", deadline="06-30", until="none")
    assert windows(found) == [
        ("2018", "2018-01-01", "2018-06-30"),
        ("2019", "2019-01-01", "2019-06-30"),
        ("2020", "2020-01-01", "2020-06-30"),
    ]
    assert [(left.slot.period.label, left.ground) for left in found.left_out] == [("2017", "deadline before start")]


@pytest.mark.parametrize(
    ("horizon", "expected"),
    [
        ("2017-07-31", "2017-07"),
        ("2017-08-01", "2017-07 2017-08"),
        ("2017-12-31", "2017-07 2017-08 2017-09 2017-10 2017-11 2017-12"),
        ("2029-12-31", "2017-07 2017-08 2017-09 2017-10 2017-11 2017-12"),
    ],
)
def test_periods_that_begin_by_the_horizon(horizon: str, expected: str) -> None:
    assert labels(table(horizon=d(horizon), frequency="monthly", deadline="end of period")) == expected


def test_a_single_duty_that_lies_before_the_start_is_left_out_and_named() -> None:
    found = table(frequency="once", deadline="2017-06-30")
    slot = Slot(Period("once", d("2017-01-01"), d("2017-06-30")), d("2017-01-01"), d("2017-06-30"), provisional=False)
    assert found == ((), ((slot, "deadline before start"),))


def test_what_lies_before_the_start_is_left_out_and_named() -> None:
    found = table(frequency="monthly", deadline="day 5 of period")
    assert [(left.slot.period.label, left.ground) for left in found.left_out] == [
        ("2017-01", "period before start"),
        ("2017-02", "period before start"),
        ("2017-03", "period before start"),
        ("2017-04", "period before start"),
        ("2017-05", "period before start"),
        ("2017-06", "period before start"),
        ("2017-07", "deadline before start"),
    ]
    assert found.left_out[-1].slot.deadline == d("2017-07-05")


def test_a_period_before_the_start_is_left_out_though_its_deadline_is_not() -> None:
    # June's figures are due on 31 July, within the plan; but June is over when the plan starts.
    found = table(frequency="monthly", deadline="end of next month")
    left = found.left_out[-1]
    assert (left.slot.period.label, left.slot.deadline, left.ground) == (
        "2017-06",
        d("2017-07-31"),
        "period before start",
    )
    assert found.slots[0].period.label == "2017-07"


@pytest.mark.parametrize(
    ("frequency", "deadline", "label", "opens", "closes"),
    [
        ("daily", "end of period", "2017-07-11", "2017-07-11", "2017-07-11"),
        ("daily", "1 day after end of period", "2017-07-11", "2017-07-12", "2017-07-12"),
        ("every working day", "end of period", "2017-07-11", "2017-07-11", "2017-07-11"),
        ("weekly", "end of period", "2017-W28", "2017-07-10", "2017-07-16"),
        ("weekly", "day 5 of period", "2017-W28", "2017-07-10", "2017-07-14"),
        ("weekly", "1 working day after end of period", "2017-W28", "2017-07-17", "2017-07-17"),
        ("monthly", "end of period", "2017-07", "2017-07-01", "2017-07-31"),
        ("monthly", "day 15 of period", "2017-07", "2017-07-01", "2017-07-15"),
        ("monthly", "end of next month", "2017-07", "2017-08-01", "2017-08-31"),
        ("monthly", "day 10 of next month", "2017-07", "2017-08-01", "2017-08-10"),
        ("monthly", "1 month after end of period", "2017-07", "2017-08-01", "2017-08-31"),
        ("quarterly", "end of next month", "2017-Q3", "2017-10-01", "2017-10-31"),
        ("quarterly", "15 working days after end of period", "2017-Q3", "2017-10-01", "2017-10-27"),
        ("semiannual", "end of period", "2017-H2", "2017-07-01", "2017-12-31"),
        ("semiannual", "2 weeks after end of period", "2017-H2", "2018-01-01", "2018-01-14"),
        ("annual", "12-31", "2017", "2017-01-01", "2017-12-31"),
        ("annual", "03-31 of next year", "2017", "2018-01-01", "2018-03-31"),
        ("every 5 days", "end of period", "2017-07-11", "2017-07-11", "2017-07-15"),
        ("every 5 days", "2 days after end of period", "2017-07-11", "2017-07-16", "2017-07-17"),
        ("every 2 weeks", "day 3 of period", "2017-07-11", "2017-07-11", "2017-07-13"),
        ("every 3 months", "end of period", "2017-07-11", "2017-07-11", "2017-10-10"),
        ("rrule FREQ=MONTHLY;BYMONTHDAY=15", "end of period", "2017-07-15", "2017-07-11", "2017-07-15"),
        ("rrule FREQ=MONTHLY;BYMONTHDAY=15", "3 days after end of period", "2017-07-15", "2017-07-16", "2017-07-18"),
        ("once", "2017-12-31", "once", "2017-01-01", "2017-12-31"),
        ("once", "2018-12-31 17:30", "once", "2017-01-01", "2018-12-31 17:30"),
        ("once", "none", "once", "-", "-"),
        ("recurring", "none", "recurring", "-", "-"),
        ("continuous", "14 days after previous", "2017-07-11", "2017-07-11", "2017-07-25"),
        ("continuous", "1 month after previous", "2017-07-11", "2017-07-11", "2017-08-11"),
        ("continuous", "none", "2017-07-11", "-", "-"),
    ],
)
def test_where_a_window_opens_by_default(frequency: str, deadline: str, label: str, opens: str, closes: str) -> None:
    assert windows(table(frequency=frequency, deadline=deadline))[0] == (label, opens, closes)


def test_once_opens_with_the_year_of_from_which_replaces_starts() -> None:
    found = table(frequency="once", deadline="2018-06-30", from_="2018-02-01", until="none")
    assert windows(found) == [("once", "2018-01-01", "2018-06-30")]


@pytest.mark.parametrize(
    ("frequency", "deadline", "opens", "expected"),
    [
        ("monthly", "end of next month", "start of period", "2017-07-01"),
        ("monthly", "end of next month", "day 20 of period", "2017-07-20"),
        ("monthly", "end of next month", "end of period", "2017-07-31"),
        ("monthly", "end of next month", "day 5 of next month", "2017-08-05"),
        ("monthly", "end of next month", "5 working days after end of period", "2017-08-07"),
        ("annual", "12-31", "06-30", "2017-06-30"),
        ("weekly", "end of period", "day 5 of period", "2017-07-14"),
        ("once", "2017-12-31", "2017-09-01", "2017-09-01"),
        ("once", "2017-12-31", "2017-09-01 08:30", "2017-09-01 08:30"),
    ],
)
def test_an_explicit_opening(frequency: str, deadline: str, opens: str, expected: str) -> None:
    assert windows(table(frequency=frequency, deadline=deadline, opens=opens))[0][1] == expected


def test_roll_moves_a_deadline_to_the_next_working_day_and_no_opening() -> None:
    # The make-up Saturday of 30 September stays; the Sunday of 31 December moves over New Year's Day.
    found = table(frequency="monthly", deadline="end of period", opens="start of period", roll="next")
    assert [closes for _, _, closes in windows(found)] == [
        "2017-07-31", "2017-08-31", "2017-09-30", "2017-10-31", "2017-11-30", "2018-01-02",
    ]  # fmt: skip
    found = table(frequency="monthly", deadline="day 3 of next month", opens="day 1 of next month", roll="next")
    assert windows(found)[2] == ("2017-09", "2017-10-01", "2017-10-09")


def test_a_deadline_that_rolls_past_its_period_leaves_the_window_open_from_its_start() -> None:
    # What is published within December would else lie before its own window.
    found = table(frequency="monthly", deadline="end of period", roll="next")
    assert windows(found)[-1] == ("2017-12", "2017-12-01", "2018-01-02")


def test_nothing_rolls_unless_the_plan_says_so() -> None:
    assert windows(table(frequency="once", deadline="2017-12-31"))[0][2] == "2017-12-31"
    assert windows(table(frequency="once", deadline="2017-12-31", roll="none"))[0][2] == "2017-12-31"
    assert windows(table(frequency="once", deadline="2017-12-31", roll="next"))[0][2] == "2018-01-02"
    assert windows(table(frequency="once", deadline="2017-12-31 17:30", roll="next"))[0][2] == "2018-01-02 17:30"


def test_a_deadline_that_rolls_into_the_plan_belongs() -> None:
    # 2017-07-16 is a Sunday, the plan starts on the Monday.
    header = {"starts": "2017-07-17"}
    assert table(header, frequency="once", deadline="2017-07-16").slots == ()
    assert windows(table(header, frequency="once", deadline="2017-07-16", roll="next")) == [
        ("once", "2017-01-01", "2017-07-17")
    ]


def test_make_up_days_are_working_days_and_holidays_are_not() -> None:
    found = table(frequency="every working day", deadline="end of period", from_="2017-09-28", until="2017-10-10")
    assert labels(found) == "2017-09-28 2017-09-29 2017-09-30 2017-10-09 2017-10-10"


@pytest.mark.parametrize(
    ("season", "expected"),
    [
        pytest.param("06-01..09-30", "2017-07 2017-08 2017-09 2018-06 2018-07 2018-08 2018-09", id="one season"),
        pytest.param(
            "02-01..12-31",
            "2017-07 2017-08 2017-09 2017-10 2017-11 2017-12 2018-02 2018-03 2018-04 2018-05 2018-06 2018-07 2018-08 "
            "2018-09 2018-10",
            id="January is never issued",
        ),
        pytest.param("08-31..09-01", "2017-08 2017-09 2018-08 2018-09", id="a day of a month is enough"),
        pytest.param("11-15..02-10", "2017-11 2017-12 2018-01 2018-02", id="over the New Year"),
        pytest.param("2017-08-15..2017-10-01", "2017-08 2017-09 2017-10", id="dated"),
        pytest.param(["10-01..10-31", "03-01..03-31"], "2017-10 2018-03 2018-10", id="two seasons, in order of time"),
        pytest.param("2019-01-01..2019-12-31", "", id="a season that the plan never sees"),
    ],
)
def test_calendar_periods_belong_when_they_touch_the_season(season: object, expected: str) -> None:
    found = table({"ends": "2018-10-31"}, frequency="monthly", deadline="end of period", season=season)
    assert labels(found) == expected


def test_calendar_periods_are_not_clipped_by_the_season() -> None:
    found = table(frequency="monthly", deadline="end of period", season="08-15..09-10")
    assert windows(found) == [("2017-08", "2017-08-01", "2017-08-31"), ("2017-09", "2017-09-01", "2017-09-30")]
    found = table(frequency="weekly", deadline="end of period", season="2017-08-01..2017-08-10")
    assert windows(found) == [("2017-W31", "2017-07-31", "2017-08-06"), ("2017-W32", "2017-08-07", "2017-08-13")]


def test_the_week_of_new_years_day_touches_the_season_that_ended_the_day_before() -> None:
    # 2015-W01 runs from 29 December to 4 January: three of its days lie in the season of 2014.
    header = {"issued": "2015-01-01", "ends": "2015-02-08"}
    found = table(header, frequency="weekly", deadline="end of period", season="02-01..12-31")
    assert labels(found) == "2015-W01 2015-W05 2015-W06"


def test_a_plan_that_starts_within_a_season_that_began_last_year() -> None:
    header = {"issued": "2017-01-15", "ends": "2017-04-30"}
    found = table(header, frequency="monthly", deadline="end of period", season="11-01..02-28")
    assert labels(found) == "2017-01 2017-02"
    # Counted from 1 November: 75 days later is 15 January.
    found = table(header, frequency="every 15 days", deadline="end of period", season="11-01..02-28")
    assert windows(found) == [
        ("2017-01-15", "2017-01-15", "2017-01-29"),
        ("2017-01-30", "2017-01-30", "2017-02-13"),
        ("2017-02-14", "2017-02-14", "2017-02-28"),
    ]


def test_every_five_days_of_a_season_counts_from_its_first_day_and_is_clipped_at_its_end() -> None:
    header = {"issued": "2017-01-01", "ends": "2018-06-10"}
    found = table(header, frequency="every 5 days", deadline="end of period", season="06-01..06-18")
    assert windows(found) == [
        ("2017-06-01", "2017-06-01", "2017-06-05"),
        ("2017-06-06", "2017-06-06", "2017-06-10"),
        ("2017-06-11", "2017-06-11", "2017-06-15"),
        ("2017-06-16", "2017-06-16", "2017-06-18"),
        ("2018-06-01", "2018-06-01", "2018-06-05"),
        ("2018-06-06", "2018-06-06", "2018-06-10"),
    ]


def test_every_seven_days_of_a_season_that_was_running_when_the_plan_started() -> None:
    # 35 days after 1 June is 6 July; that week touches 11 July.
    found = table(frequency="every 7 days", deadline="end of period", season="06-01..07-20")
    assert windows(found) == [
        ("2017-07-06", "2017-07-06", "2017-07-12"),
        ("2017-07-13", "2017-07-13", "2017-07-19"),
        ("2017-07-20", "2017-07-20", "2017-07-20"),
    ]
    assert [left.slot.period.label for left in found.left_out][-1] == "2017-06-29"


def test_every_ten_days_of_a_season_over_the_new_year() -> None:
    found = table({"ends": "2018-12-31"}, frequency="every 10 days", deadline="end of period", season="12-25..01-10")
    assert windows(found) == [
        ("2017-12-25", "2017-12-25", "2018-01-03"),
        ("2018-01-04", "2018-01-04", "2018-01-10"),
        ("2018-12-25", "2018-12-25", "2019-01-03"),
    ]


def test_every_ten_days_of_two_seasons_in_order_of_time() -> None:
    found = table(frequency="every 10 days", deadline="end of period", season=["10-01..10-15", "08-01..08-15"])
    assert windows(found) == [
        ("2017-08-01", "2017-08-01", "2017-08-10"),
        ("2017-08-11", "2017-08-11", "2017-08-15"),
        ("2017-10-01", "2017-10-01", "2017-10-10"),
        ("2017-10-11", "2017-10-11", "2017-10-15"),
    ]


def test_a_clipped_period_is_due_after_its_clipped_end() -> None:
    found = table(frequency="every 5 days", deadline="2 days after end of period", season="2017-08-01..2017-08-07")
    assert windows(found) == [("2017-08-01", "2017-08-06", "2017-08-07"), ("2017-08-06", "2017-08-08", "2017-08-09")]


def test_a_season_from_the_leap_day() -> None:
    header = {"issued": "2016-01-01", "ends": "2017-12-31"}
    found = table(header, frequency="every 1 months", deadline="end of period", season="02-29..04-10")
    # In common years the season begins on the last day of February.
    assert windows(found) == [
        ("2016-02-29", "2016-02-29", "2016-03-28"),
        ("2016-03-29", "2016-03-29", "2016-04-10"),
        ("2017-02-28", "2017-02-28", "2017-03-27"),
        ("2017-03-28", "2017-03-28", "2017-04-10"),
    ]


def test_every_month_from_day_31_returns_to_31() -> None:
    found = table(frequency="every 1 months", deadline="end of period", from_="2017-08-31", until="2018-03-31")
    assert windows(found) == [
        ("2017-08-31", "2017-08-31", "2017-09-29"),
        ("2017-09-30", "2017-09-30", "2017-10-30"),
        ("2017-10-31", "2017-10-31", "2017-11-29"),
        ("2017-11-30", "2017-11-30", "2017-12-30"),
        ("2017-12-31", "2017-12-31", "2018-01-30"),
        ("2018-01-31", "2018-01-31", "2018-02-27"),
        ("2018-02-28", "2018-02-28", "2018-03-30"),
        ("2018-03-31", "2018-03-31", "2018-04-29"),
    ]


def test_day_31_of_each_month_returns_to_31() -> None:
    header = {"issued": "2017-01-01", "ends": "2017-05-31"}
    found = table(header, frequency="monthly", deadline="day 31 of period")
    assert [closes for _, _, closes in windows(found)] == [
        "2017-01-31", "2017-02-28", "2017-03-31", "2017-04-30", "2017-05-31",
    ]  # fmt: skip


def stretches(rrule: str, /, horizon: str = "2030-12-31", **keys: object) -> list[str]:
    found = table(horizon=d(horizon), frequency=f"rrule {rrule}", deadline="end of period", **keys)
    assert all(slot.period.label == slot.period.last.isoformat() for slot in found.slots)
    return [f"{slot.period.first:%Y-%m-%d}..{slot.period.last:%Y-%m-%d}" for slot in found.slots]


@pytest.mark.parametrize(
    ("rrule", "expected"),
    [
        pytest.param(
            "FREQ=MONTHLY;BYDAY=1MO",
            "2017-07-11..2017-08-07 2017-08-08..2017-09-04 2017-09-05..2017-10-02 2017-10-03..2017-11-06 "
            "2017-11-07..2017-12-04 2017-12-05..2018-01-01",
            id="first Monday",
        ),
        pytest.param(
            "FREQ=MONTHLY;BYMONTHDAY=31",
            "2017-07-11..2017-07-31 2017-08-01..2017-08-31 2017-09-01..2017-10-31 2017-11-01..2017-12-31",
            id="RFC 5545 skips months without a 31st",
        ),
        pytest.param(
            "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=-1",
            "2017-07-11..2017-07-31 2017-08-01..2017-09-30 2017-10-01..2017-11-30 2017-12-01..2018-01-31",
            id="every other month counted from the start",
        ),
        pytest.param(
            "FREQ=MONTHLY;BYMONTHDAY=15;UNTIL=20171015",
            "2017-07-11..2017-07-15 2017-07-16..2017-08-15 2017-08-16..2017-09-15 2017-09-16..2017-10-15",
            id="UNTIL is inclusive",
        ),
        pytest.param(
            "FREQ=MONTHLY;BYMONTHDAY=15;UNTIL=20171014",
            "2017-07-11..2017-07-15 2017-07-16..2017-08-15 2017-08-16..2017-09-15",
            id="UNTIL the day before",
        ),
        pytest.param("FREQ=MONTHLY;BYMONTHDAY=15;COUNT=2", "2017-07-11..2017-07-15 2017-07-16..2017-08-15", id="COUNT"),
        pytest.param(
            "COUNT=2;FREQ=MONTHLY;BYMONTHDAY=15",
            "2017-07-11..2017-07-15 2017-07-16..2017-08-15",
            id="COUNT before FREQ",
        ),
        pytest.param(
            "UNTIL=20170831;FREQ=MONTHLY;BYMONTHDAY=15",
            "2017-07-11..2017-07-15 2017-07-16..2017-08-15",
            id="UNTIL before FREQ",
        ),
        pytest.param(
            "FREQ=MONTHLY;COUNT=2;BYMONTHDAY=15",
            "2017-07-11..2017-07-15 2017-07-16..2017-08-15",
            id="COUNT in the middle",
        ),
        pytest.param("FREQ=MONTHLY;BYMONTHDAY=11;COUNT=1", "2017-07-11..2017-07-11", id="a date on the first day"),
        pytest.param(
            "FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=10",
            "2017-07-11..2017-09-10 2017-09-11..2018-09-10",
            id="the stretch that is running when the plan ends",
        ),
        pytest.param("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2017-07-11..2020-02-29", id="leap days only"),
        # By days and weeks, further parts are asked of each date; with BYSETPOS they decide together.
        pytest.param(
            "FREQ=DAILY;BYMONTH=8,10;BYMONTHDAY=1,-1",
            "2017-07-11..2017-08-01 2017-08-02..2017-08-31 2017-09-01..2017-10-01 2017-10-02..2017-10-31 "
            "2017-11-01..2018-08-01",
            id="the first and last day of two months",
        ),
        pytest.param(
            "FREQ=DAILY;BYMONTHDAY=13;BYDAY=FR", "2017-07-11..2017-10-13 2017-10-14..2018-04-13", id="Fridays, the 13th"
        ),
        pytest.param(
            "FREQ=DAILY;BYDAY=MO,SU;BYMONTH=12;BYMONTHDAY=3,4",
            "2017-07-11..2017-12-03 2017-12-04..2017-12-04 2017-12-05..2018-12-03",
            id="a Sunday and a Monday",
        ),
        pytest.param(
            "FREQ=WEEKLY;BYMONTH=8;BYDAY=TH",
            "2017-07-11..2017-08-03 2017-08-04..2017-08-10 2017-08-11..2017-08-17 2017-08-18..2017-08-24 "
            "2017-08-25..2017-08-31 2017-09-01..2018-08-02",
            id="Thursdays of one month",
        ),
        pytest.param(
            "FREQ=WEEKLY;BYMONTH=8;BYDAY=MO,FR;BYSETPOS=-1",
            "2017-07-11..2017-08-04 2017-08-05..2017-08-11 2017-08-12..2017-08-18 2017-08-19..2017-08-25 "
            "2017-08-26..2017-08-28 2017-08-29..2018-08-03",
            id="the last of each week that is in August",
        ),
        pytest.param(
            "FREQ=DAILY;BYMONTH=8;BYMONTHDAY=15;COUNT=1", "2017-07-11..2017-08-15", id="COUNT of what all parts allow"
        ),
        # Long intervals, of which the next date lies more than nine years ahead.
        pytest.param(
            "FREQ=YEARLY;INTERVAL=5;BYMONTH=2;BYMONTHDAY=29", "2017-07-11..2032-02-29", id="a leap day in 5 years"
        ),
        pytest.param(
            "FREQ=MONTHLY;INTERVAL=13;BYMONTH=6;BYMONTHDAY=30", "2017-07-11..2029-06-30", id="a June in 13 months"
        ),
        pytest.param("FREQ=WEEKLY;INTERVAL=53;BYMONTH=10", "2017-07-11..2032-10-05", id="an October in 53 weeks"),
        pytest.param("FREQ=DAILY;INTERVAL=366;BYMONTHDAY=21", "2017-07-11..2030-07-21", id="a 21st in 366 days"),
    ],
)
def test_each_date_of_a_rule_ends_the_stretch_since_the_one_before(rrule: str, expected: str) -> None:
    assert " ".join(stretches(rrule)) == expected


@pytest.mark.parametrize(
    ("weekday", "day"),
    [("TU", "11"), ("WE", "12"), ("TH", "13"), ("FR", "14"), ("SA", "15"), ("SU", "16"), ("MO", "17")],
)
def test_days_of_the_week(weekday: str, day: str) -> None:
    # 11 July 2017 was a Tuesday.
    expected = [f"2017-07-11..2017-07-{day}"]
    assert stretches(f"FREQ=DAILY;BYDAY={weekday};COUNT=1") == expected
    assert stretches(f"FREQ=WEEKLY;BYDAY={weekday};COUNT=1") == expected


def test_leap_days_of_every_third_year_around_2100_which_has_none() -> None:
    found = stretches(
        "FREQ=YEARLY;INTERVAL=3;BYMONTH=2;BYMONTHDAY=29", "2088-12-31", from_="2088-03-01", until="2088-12-31"
    )
    assert found == ["2088-03-01..2112-02-29"]


def test_an_interval_longer_than_a_year() -> None:
    rrule = "FREQ=YEARLY;INTERVAL=2;BYMONTH=6;BYMONTHDAY=30"
    assert stretches(rrule, "2021-12-31", until="none") == [
        "2017-07-11..2019-06-30",
        "2019-07-01..2021-06-30",
        "2021-07-01..2023-06-30",
    ]
    assert stretches("FREQ=MONTHLY;INTERVAL=18;BYMONTHDAY=1", "2019-12-31", until="none") == [
        "2017-07-11..2019-01-01",
        "2019-01-02..2020-07-01",
    ]


def test_a_rule_within_a_season_starts_with_it_and_ends_with_its_last_date() -> None:
    assert stretches("FREQ=MONTHLY;BYMONTHDAY=15", season="08-01..10-20") == [
        "2017-08-01..2017-08-15",
        "2017-08-16..2017-09-15",
        "2017-09-16..2017-10-15",
    ]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ("BYMONTH=2;BYMONTHDAY=30,31", []),
        ("BYMONTH=2,4;BYMONTHDAY=31", []),
        ("BYMONTH=2,4;BYMONTHDAY=-31", []),
        ("BYMONTH=2,3;BYMONTHDAY=31", ["2017-07-11..2018-03-31"]),
        ("BYMONTH=2;BYMONTHDAY=31,28", ["2017-07-11..2018-02-28"]),
        ("BYMONTH=2;BYMONTHDAY=-29", ["2017-07-11..2020-02-01"]),
    ],
)
def test_one_day_of_one_month_that_come_together_is_enough(parts: str, expected: list[str]) -> None:
    assert stretches(f"FREQ=YEARLY;{parts}") == expected


@pytest.mark.parametrize("unit", ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
def test_a_rule_that_never_names_a_date_returns_promptly(unit: str) -> None:
    began = time.process_time()
    assert stretches(f"FREQ={unit};BYMONTH=2;BYMONTHDAY=30") == []
    # Two seconds are long for one obligation, and far from what a slow machine needs for an answer that is bounded.
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        pytest.param({}, "2017-07-11", id="from starts"),
        pytest.param({"from_": "2017-09-01"}, "2017-09-01", id="from `from`"),
        pytest.param(
            {"from_": "2018-03-01", "until": "none"}, "2018-03-01", id="after the plan, for a duty without end"
        ),
    ],
)
def test_the_first_stretch_of_a_continuous_duty(keys: Mapping[str, Any], expected: str) -> None:
    assert labels(table(frequency="continuous", deadline="14 days after previous", **keys)) == expected


def test_no_stretch_of_a_continuous_duty_begins_after_the_end() -> None:
    # `from` replaces `starts` only: the plan still ends on 31 December, and nothing begins after that.
    found = table(frequency="continuous", deadline="14 days after previous", from_="2018-01-01")
    assert found.slots == ()


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"frequency": "monthly", "deadline": "end of next month"}, "2017-08-01"),
        ({"frequency": "once", "deadline": "2017-12-31"}, "2017-01-01"),
        ({"frequency": "once", "deadline": "2017-12-31", "opens": "2017-09-01"}, "2017-09-01"),
        # Where no window is shown: the year of the start, or the start.
        ({"frequency": "once", "deadline": "none"}, "2017-01-01"),
        ({"frequency": "once", "deadline": "none", "from_": "2018-03-01", "until": "none"}, "2018-01-01"),
        ({"frequency": "recurring", "deadline": "none"}, "2017-07-11"),
        ({"frequency": "continuous", "deadline": "none"}, "2017-07-11"),
    ],
)
def test_from_when_on_records_count(keys: Mapping[str, Any], expected: str) -> None:
    own = rule(**keys)
    assert counts_from(own, timetable(own, PINNED, FAR).slots[0]) == d(expected)


def test_records_of_an_event_without_a_limit_count_from_its_day() -> None:
    slot = on_event(d("2017-08-05"), deadline="none")
    assert slot is not None
    assert counts_from(rule(frequency="on ev", deadline="none"), slot) == d("2017-08-05")


def test_a_stretch_runs_from_the_record_before() -> None:
    slot = stretch_slot(
        rule(frequency="continuous", deadline="10 working days after previous"), PINNED, d("2017-09-25")
    )
    assert (slot.period.label, slot.opens, slot.deadline) == ("2017-09-25", d("2017-09-25"), d("2017-10-13"))
    slot = stretch_slot(
        rule(frequency="continuous", deadline="5 days after previous", roll="next"), PINNED, d("2017-09-27")
    )
    assert slot.deadline == d("2017-10-09")


@pytest.mark.parametrize(
    ("keys", "period"),
    [
        ({"frequency": "once"}, Period("once", date(2017, 7, 11), date(2017, 12, 31))),
        ({"frequency": "recurring"}, Period("recurring", date(2017, 7, 11), date(2017, 12, 31))),
        ({"frequency": "recurring", "until": "none"}, Period("recurring", date(2017, 7, 11), date(2017, 7, 11))),
        ({"frequency": "continuous"}, Period("2017-07-11", date(2017, 7, 11), date(2017, 7, 11))),
    ],
)
def test_where_no_limit_is_set_there_is_one_slot_without_a_window(keys: Mapping[str, Any], period: Period) -> None:
    assert table(**keys, deadline="none") == ((Slot(period, None, None, provisional=False),), ())


def test_a_continuous_duty_may_begin_on_its_last_day() -> None:
    found = table(frequency="continuous", deadline="14 days after previous", from_="2017-12-31")
    assert windows(found) == [("2017-12-31", "2017-12-31", "2018-01-14")]


def test_duties_on_events_have_no_occurrence_of_the_calendar() -> None:
    assert table(frequency="on ev", deadline="5 days after event") == ((), ())


def on_event(event: When, key: str = "key", **keys: object) -> Slot | None:
    return event_slot(rule(frequency="on ev", **keys), PINNED, event, key)


@pytest.mark.parametrize(
    ("deadline", "event", "opens", "closes"),
    [
        ("5 days after event", "2017-08-05", "2017-08-05", "2017-08-10"),
        ("20 working days after event", "2017-09-25", "2017-09-25", "2017-10-27"),
        ("2 weeks after event", "2017-12-25", "2017-12-25", "2018-01-08"),
        ("1 month after event", "2017-08-31", "2017-08-31", "2017-09-30"),
        ("same day as event", "2017-08-05", "2017-08-05", "2017-08-05"),
        ("before event", "2017-08-05", "2017-07-11", "2017-08-04"),
        ("5 days before event", "2017-08-05", "2017-07-11", "2017-07-31"),
        ("3 working days before event", "2017-10-09", "2017-07-11", "2017-09-28"),
        ("none", "2017-08-05", "-", "-"),
    ],
)
def test_the_window_of_an_event(deadline: str, event: str, opens: str, closes: str) -> None:
    slot = on_event(d(event), "2017-08-05#2", deadline=deadline)
    assert slot is not None
    assert slot.period == Period("2017-08-05#2", d(event), d(event))
    assert (shown(slot.opens), shown(slot.deadline)) == (opens, closes)
    assert slot.provisional is False


def test_a_clock_of_hours_opens_at_the_hour_of_the_event() -> None:
    slot = on_event(at("2017-08-05 22:30"), deadline="5 hours after event")
    assert slot is not None
    assert (slot.opens, slot.deadline) == (at("2017-08-05 22:30"), at("2017-08-06 03:30"))


def test_a_count_of_days_covers_whole_days_whatever_the_hour_of_the_event() -> None:
    slot = on_event(at("2017-08-05 22:30"), deadline="5 days after event")
    assert slot is not None
    assert (slot.opens, slot.deadline) == (d("2017-08-05"), d("2017-08-10"))
    assert not isinstance(slot.opens, datetime)


def test_a_clock_of_hours_needs_the_time_of_its_event() -> None:
    with pytest.raises(ValueError, match="time"):
        on_event(d("2017-08-05"), deadline="5 hours after event")


def test_an_events_window_may_open_later_and_its_deadline_roll() -> None:
    slot = on_event(d("2017-08-05"), deadline="20 days after event", opens="3 days after event")
    assert slot is not None
    assert (slot.opens, slot.deadline) == (d("2017-08-08"), d("2017-08-25"))
    slot = on_event(d("2017-09-27"), deadline="5 days after event", roll="next")
    assert slot is not None
    assert slot.deadline == d("2017-10-09")


def test_an_events_window_may_open_at_an_hour_of_the_plans_clock() -> None:
    event = datetime(2017, 8, 5, 14, 30, tzinfo=ZoneInfo("UTC"))  # 22:30 in Shanghai
    slot = on_event(event, deadline="5 hours after event", opens="2 hours after event")
    assert slot is not None
    assert shown(slot.opens) == "2017-08-06 00:30"
    assert shown(slot.deadline) == "2017-08-06 03:30"


def test_an_opening_that_reads_settled_days_does_not_settle_a_deadline() -> None:
    slot = event_slot(
        rule(LATE_2026, frequency="on ev", deadline="5 working days after event", opens="1 day after event"),
        PINNED,
        d("2026-12-22"),
        "key",
    )
    assert slot is not None
    assert slot.provisional


@pytest.mark.parametrize(
    ("keys", "event", "belongs"),
    [
        # 13 June and 20 working days: 14 to 16 (3), 19 to 23 (8), 26 to 30 (13), 3 to 7 July (18), 10 and 11 July.
        pytest.param({"deadline": "20 working days after event"}, "2017-06-13", True, id="due on the first day"),
        pytest.param({"deadline": "20 working days after event"}, "2017-06-12", False, id="due the day before"),
        pytest.param({"deadline": "20 working days after event"}, "2017-12-31", True, id="on the last day"),
        pytest.param({"deadline": "20 working days after event"}, "2018-01-01", False, id="after the end"),
        pytest.param({"deadline": "5 days after event", "until": "none"}, "2025-01-01", True, id="without end"),
        pytest.param({"deadline": "5 days after event", "until": "2017-08-31"}, "2017-08-31", True, id="until"),
        pytest.param({"deadline": "5 days after event", "until": "2017-08-31"}, "2017-09-01", False, id="after until"),
        pytest.param({"deadline": "5 days after event", "from_": "2017-08-01"}, "2017-07-27", True, id="due on from"),
        pytest.param({"deadline": "5 days after event", "from_": "2017-08-01"}, "2017-07-26", False, id="before from"),
        pytest.param({"deadline": "same day as event"}, "2017-07-11", True, id="same day, the first"),
        pytest.param({"deadline": "same day as event"}, "2017-07-10", False, id="same day, the day before"),
        pytest.param({"deadline": "before event"}, "2017-07-12", True, id="before, due on the first day"),
        pytest.param({"deadline": "before event"}, "2017-07-11", False, id="before, due the day before"),
        pytest.param({"deadline": "before event"}, "2017-12-31", True, id="before, on the last day"),
        pytest.param({"deadline": "before event"}, "2018-01-01", False, id="before, though due on the last day"),
        pytest.param({"deadline": "none"}, "2017-12-31", True, id="no limit"),
        pytest.param({"deadline": "none"}, "2018-01-01", False, id="no limit, after the end"),
    ],
)
def test_which_events_belong(keys: Mapping[str, Any], event: str, belongs: bool) -> None:
    assert (on_event(d(event), **keys) is not None) is belongs


def test_before_event_on_the_first_day_is_a_window_of_one_day() -> None:
    slot = on_event(d("2017-07-12"), deadline="before event")
    assert slot is not None
    assert (slot.opens, slot.deadline) == (d("2017-07-11"), d("2017-07-11"))


@pytest.mark.parametrize(
    ("owner", "completion", "shares"),
    [
        pytest.param("财政局", None, [("财政局",)], id="one owner"),
        pytest.param("区财政局", None, [("财政局",)], id="by an alias"),
        pytest.param(["财政局", "民政局"], "each", [("财政局",), ("民政局",)], id="each"),
        pytest.param(["民政局", "财政局"], "any", [("民政局", "财政局")], id="any, in the plan's order"),
        pytest.param("各部门", None, [("财政局",), ("民政局",)], id="a group owes member by member"),
        pytest.param("各有关部门", None, [("财政局",), ("民政局",)], id="a group by its alias"),
        pytest.param("各学校", None, [("财政局",), ("教育局",)], id="a member by an alias"),
        pytest.param("各部门", "any", [("财政局", "民政局")], id="any of a group"),
        pytest.param(["各部门", "教育局"], "each", [("财政局",), ("民政局",), ("教育局",)], id="a group and an owner"),
        pytest.param(["民政局", "各部门"], "each", [("民政局",), ("财政局",)], id="a member beside its group"),
        pytest.param(["各部门", "各学校"], "each", [("财政局",), ("民政局",), ("教育局",)], id="groups that overlap"),
        pytest.param(["各部门", "各学校"], "any", [("财政局", "民政局", "教育局")], id="any of groups that overlap"),
        pytest.param(["财政局", "区财政局"], "each", [("财政局",)], id="a name and its own alias"),
        pytest.param("独家组", "any", [("民政局",)], id="any of one is no sharing"),
        pytest.param("各级各部门", None, [("各级各部门",)], id="a group without members is one owner"),
    ],
)
def test_who_owes_an_occurrence(owner: object, completion: str | None, shares: list[tuple[str, ...]]) -> None:
    keys: dict[str, Any] = {"owner": owner, "frequency": "monthly", "deadline": "end of period"}
    plan = plan_of({**keys, "completion": completion} if completion else keys)
    assert list(plan.shares_of(plan.obligations[0])) == shares
    found = list(occurrences(plan, PINNED, d("2017-08-01"), d("2017-08-31")))
    assert [each.owners for each in found] == shares
    assert [each.shared for each in found] == [len(share) > 1 for share in shares]


MIXED: tuple[Mapping[str, Any], ...] = (
    {"frequency": "monthly", "deadline": "end of next month", "owner": "各部门"},
    {"frequency": "once", "deadline": "2017-09-30"},
    {"frequency": "weekly", "deadline": "end of period"},
    {"frequency": "quarterly", "deadline": "end of period"},
    {"frequency": "on ev", "deadline": "5 days after event"},
    {"frequency": "continuous", "deadline": "14 days after previous"},
    {"frequency": "recurring", "deadline": "none"},
    {"frequency": "once", "deadline": "none"},
    {"frequency": "once", "deadline": "2017-09-29 17:30"},
)


def test_occurrences_of_a_range_in_the_plans_order() -> None:
    found = occurrences(plan_of(*MIXED), PINNED, d("2017-09-24"), d("2017-09-30"))
    assert [
        (each.obligation.id, each.owners[0], each.slot.period.label, shown(each.slot.deadline)) for each in found
    ] == [
        ("duty-0", "财政局", "2017-08", "2017-09-30"),
        ("duty-0", "民政局", "2017-08", "2017-09-30"),
        ("duty-1", "民政局", "once", "2017-09-30"),
        ("duty-2", "民政局", "2017-W38", "2017-09-24"),
        ("duty-3", "民政局", "2017-Q3", "2017-09-30"),
        ("duty-8", "民政局", "once", "2017-09-29 17:30"),
    ]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2017-08-31", "2017-08-31", ["2017-07"]),
        ("2017-08-30", "2017-08-30", []),
        ("2017-09-01", "2017-09-29", []),
        ("2017-09-01", "2017-10-31", ["2017-08", "2017-09"]),
        ("2018-01-31", "2018-12-31", ["2017-12"]),
        ("2018-02-01", "2018-12-31", []),
        ("2017-01-01", "2017-07-31", []),
    ],
)
def test_a_range_selects_by_the_deadline(first: str, last: str, expected: list[str]) -> None:
    plan = plan_of({"frequency": "monthly", "deadline": "end of next month"})
    assert [each.slot.period.label for each in occurrences(plan, PINNED, d(first), d(last))] == expected


def test_continuous_duties_are_in_no_range_for_records_decide_when_they_fall_due() -> None:
    plan = plan_of({"frequency": "continuous", "deadline": "14 days after previous"})
    assert list(occurrences(plan, PINNED, d("2017-07-11"), d("2017-12-31"))) == []


def test_a_deadline_long_after_its_period_is_found() -> None:
    plan = plan_of({"frequency": "annual", "deadline": "24 months after end of period"})
    found = list(occurrences(plan, PINNED, d("2019-12-31"), d("2019-12-31")))
    assert [each.slot.period.label for each in found] == ["2017"]


def test_the_reading_may_carry_the_deadline() -> None:
    document = {
        "version": 1,
        "plan": {"id": "plan", "title": "要点", "issued": "2017-07-11", "ends": "2017-12-31"},
        "owners": [{"name": "民政局"}],
        "readings": {
            "monthly": {
                "word": "按月",
                "about": "deadline",
                "means": "次月月底前",
                "authority": "通行做法",
                "deadline": "end of next month",
            }
        },
        "obligations": [
            {
                "id": "duty",
                "clause": "1",
                "quote": "按月公开",
                "title": "月报",
                "owner": "民政局",
                "frequency": "monthly",
                "readings": ["monthly"],
            }
        ],
    }
    plan = parse_plan(json.dumps(document, ensure_ascii=False).encode(), "plan.yaml", PINNED).usable()
    found = timetable(rule_of(plan, plan.obligations[0]), PINNED, FAR)
    assert windows(found)[0] == ("2017-07", "2017-08-01", "2017-08-31")


def provisional(header: Mapping[str, Any], /, **keys: Any) -> list[str]:
    return [slot.period.label for slot in table(header, **keys).slots if slot.provisional]


LATE_2026: Mapping[str, Any] = {"issued": "2026-09-01", "ends": "2027-03-31"}


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        pytest.param(
            {"frequency": "monthly", "deadline": "5 working days after end of period"},
            "2026-12 2027-01 2027-02 2027-03",
            id="counts in a year without data",
        ),
        pytest.param({"frequency": "monthly", "deadline": "end of next month"}, "", id="no working day is read"),
        pytest.param(
            {"frequency": "monthly", "deadline": "end of period", "roll": "next"},
            "2026-12 2027-01 2027-02 2027-03",
            id="rolling reads 31 December",
        ),
        pytest.param(
            {"frequency": "monthly", "deadline": "end of next month", "opens": "1 working day after end of period"},
            "2026-12 2027-01 2027-02 2027-03",
            id="the opening reads them too",
        ),
        pytest.param(
            {"frequency": "every working day", "deadline": "end of period", "until": "2027-01-04"},
            "2026-12-29 2026-12-30 2026-12-31 2027-01-01 2027-01-04",
            id="whether the day itself is one",
        ),
        pytest.param({"frequency": "once", "deadline": "2026-12-28", "roll": "next"}, "", id="28 December is settled"),
        pytest.param({"frequency": "once", "deadline": "2026-12-29", "roll": "next"}, "once", id="29 December is not"),
        pytest.param({"frequency": "once", "deadline": "2027-06-30"}, "", id="a fixed date reads nothing"),
        pytest.param(
            {"frequency": "continuous", "deadline": "5 working days after previous", "from_": "2026-12-25"},
            "2026-12-25",
            id="a stretch",
        ),
    ],
)
def test_slots_that_read_an_unsettled_day_are_provisional(keys: Mapping[str, Any], expected: str) -> None:
    assert " ".join(provisional(LATE_2026, **keys)) == expected


def test_years_with_data_are_not_provisional() -> None:
    assert provisional({}, frequency="monthly", deadline="5 working days after end of period", roll="next") == []


@pytest.mark.parametrize(
    ("event", "expected"), [("2026-12-18", False), ("2026-12-21", False), ("2026-12-22", True), ("2027-02-01", True)]
)
def test_events_whose_count_read_an_unsettled_day_are_provisional(event: str, expected: bool) -> None:
    # Monday the 21st and 5 working days: 22 to 25 (4), Monday the 28th (5).
    slot = event_slot(
        rule(LATE_2026, frequency="on ev", deadline="5 working days after event"), PINNED, d(event), "key"
    )
    assert slot is not None
    assert slot.provisional is expected


def test_reckoned_days_of_a_period() -> None:
    counted = rule(frequency="quarterly", deadline="15 working days after end of period")
    quarter = containing("quarter", d("2017-08-05"))
    assert reckoned_days(counted, PINNED, quarter) == (d("2017-10-01"), d("2017-10-27"))


@pytest.mark.parametrize(
    ("frequency", "deadline", "trigger", "expected"),
    [
        ("on ev", "20 working days after event", d("2017-09-25"), (d("2017-09-26"), d("2017-10-27"))),
        ("on ev", "20 working days after event", at("2017-09-25 22:30"), (d("2017-09-26"), d("2017-10-27"))),
        ("on ev", "3 working days before event", d("2017-10-09"), (d("2017-09-28"), d("2017-10-08"))),
        ("continuous", "10 working days after previous", d("2017-09-25"), (d("2017-09-26"), d("2017-10-13"))),
        ("on ev", "20 days after event", d("2017-09-25"), None),
        ("on ev", "5 days before event", d("2017-09-25"), None),
        ("on ev", "before event", d("2017-09-25"), None),
        ("on ev", "same day as event", d("2017-09-25"), None),
        ("on ev", "none", d("2017-09-25"), None),
    ],
)
def test_reckoned_days_of_a_trigger(
    frequency: str, deadline: str, trigger: When, expected: tuple[date, date] | None
) -> None:
    counted = rule(frequency=frequency, deadline=deadline)
    assert reckoned_days(counted, PINNED, trigger=trigger) == expected


@pytest.mark.parametrize(
    ("opens", "closes", "expected"),
    [
        pytest.param("2017-12-01", "2017-12-29", (), id="a Friday"),
        pytest.param("2017-12-01", "2017-12-31", ("deadline-on-non-working-day",), id="a Sunday"),
        pytest.param("2017-09-01", "2017-09-30", (), id="a make-up Saturday"),
        pytest.param("2017-09-30", "2017-10-05", ("deadline-on-non-working-day",), id="one working day, the first"),
        pytest.param(
            "2017-10-01",
            "2017-10-05",
            ("deadline-on-non-working-day", "window-without-working-day"),
            id="nothing but holidays",
        ),
        pytest.param(
            "2017-12-31",
            "2017-12-31",
            ("deadline-on-non-working-day", "window-without-working-day"),
            id="a Sunday alone",
        ),
    ],
)
def test_signals_of_a_window(opens: str, closes: str, expected: tuple[str, ...]) -> None:
    slot = Slot(Period("once", d(opens), d(closes)), d(opens), d(closes), provisional=False)
    assert signals_of(slot, PINNED) == expected


def test_half_a_window_has_no_signal() -> None:
    sunday = d("2017-12-31")
    assert signals_of(Slot(Period("once", sunday, sunday), None, sunday, provisional=False), PINNED) == ()
    assert signals_of(Slot(Period("once", sunday, sunday), sunday, None, provisional=False), PINNED) == ()


def test_a_duty_without_limit_has_no_signal() -> None:
    found = table(frequency="recurring", deadline="none")
    assert [signals_of(slot, PINNED) for slot in found.slots] == [()]
