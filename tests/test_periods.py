"""Labels and bounds of calendar periods, held against a wall calendar."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai_cli.periods import Kind, calendar_periods, containing, day_of_month, last_of_month, months_later

KINDS: tuple[Kind, ...] = ("day", "week", "month", "quarter", "half", "year")
any_day = st.dates(date(1990, 1, 1), date(2200, 12, 31))


def d(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("kind", "day", "label", "first", "last"),
    [
        ("day", "2017-08-05", "2017-08-05", "2017-08-05", "2017-08-05"),
        ("week", "2017-08-05", "2017-W31", "2017-07-31", "2017-08-06"),
        ("week", "2017-07-31", "2017-W31", "2017-07-31", "2017-08-06"),
        ("week", "2017-08-06", "2017-W31", "2017-07-31", "2017-08-06"),
        ("week", "2017-08-07", "2017-W32", "2017-08-07", "2017-08-13"),
        # ISO weeks over the New Year: a week belongs to the year of its Thursday.
        ("week", "2015-12-31", "2015-W53", "2015-12-28", "2016-01-03"),
        ("week", "2016-01-03", "2015-W53", "2015-12-28", "2016-01-03"),
        ("week", "2016-01-04", "2016-W01", "2016-01-04", "2016-01-10"),
        ("week", "2017-01-01", "2016-W52", "2016-12-26", "2017-01-01"),
        ("week", "2017-12-31", "2017-W52", "2017-12-25", "2017-12-31"),
        ("week", "2018-01-01", "2018-W01", "2018-01-01", "2018-01-07"),
        ("week", "2018-12-31", "2019-W01", "2018-12-31", "2019-01-06"),
        ("week", "2020-12-31", "2020-W53", "2020-12-28", "2021-01-03"),
        ("week", "2021-01-03", "2020-W53", "2020-12-28", "2021-01-03"),
        ("week", "2021-01-04", "2021-W01", "2021-01-04", "2021-01-10"),
        ("month", "2017-08-05", "2017-08", "2017-08-01", "2017-08-31"),
        ("month", "2017-02-28", "2017-02", "2017-02-01", "2017-02-28"),
        ("month", "2016-02-01", "2016-02", "2016-02-01", "2016-02-29"),
        ("month", "2017-12-31", "2017-12", "2017-12-01", "2017-12-31"),
        ("quarter", "2017-01-01", "2017-Q1", "2017-01-01", "2017-03-31"),
        ("quarter", "2017-06-30", "2017-Q2", "2017-04-01", "2017-06-30"),
        ("quarter", "2017-08-05", "2017-Q3", "2017-07-01", "2017-09-30"),
        ("quarter", "2017-12-31", "2017-Q4", "2017-10-01", "2017-12-31"),
        ("half", "2017-06-30", "2017-H1", "2017-01-01", "2017-06-30"),
        ("half", "2017-07-01", "2017-H2", "2017-07-01", "2017-12-31"),
        ("year", "2017-08-05", "2017", "2017-01-01", "2017-12-31"),
        ("year", "2016-02-29", "2016", "2016-01-01", "2016-12-31"),
    ],
)
def test_containing(kind: Kind, day: str, label: str, first: str, last: str) -> None:
    assert containing(kind, d(day)) == (label, d(first), d(last))


@pytest.mark.parametrize(
    ("kind", "first", "last", "labels"),
    [
        ("day", "2016-02-28", "2016-03-01", "2016-02-28 2016-02-29 2016-03-01"),
        ("week", "2015-12-27", "2016-01-04", "2015-W52 2015-W53 2016-W01"),
        ("week", "2017-12-31", "2018-01-01", "2017-W52 2018-W01"),
        ("week", "2020-12-28", "2021-01-04", "2020-W53 2021-W01"),
        ("month", "2017-11-30", "2018-02-01", "2017-11 2017-12 2018-01 2018-02"),
        ("quarter", "2017-07-11", "2018-01-01", "2017-Q3 2017-Q4 2018-Q1"),
        ("half", "2017-06-30", "2017-07-01", "2017-H1 2017-H2"),
        ("year", "2017-12-31", "2019-01-01", "2017 2018 2019"),
        ("month", "2017-08-31", "2017-08-31", "2017-08"),
    ],
)
def test_calendar_periods(kind: Kind, first: str, last: str, labels: str) -> None:
    assert [period.label for period in calendar_periods(kind, d(first), d(last))] == labels.split()


@settings(deadline=None)
@given(st.sampled_from(KINDS), any_day, st.integers(0, 1200))
def test_calendar_periods_cover_every_day_once(kind: Kind, first: date, length: int) -> None:
    last = first + timedelta(days=length)
    periods = list(calendar_periods(kind, first, last))
    assert periods[0].first <= first <= periods[0].last
    assert periods[-1].first <= last <= periods[-1].last
    assert all(b.first == a.last + timedelta(days=1) for a, b in pairwise(periods))
    assert len({period.label for period in periods}) == len(periods)


@settings(deadline=None)
@given(st.sampled_from(KINDS), any_day)
def test_every_day_of_a_period_gives_that_period(kind: Kind, day: date) -> None:
    period = containing(kind, day)
    assert period.first <= day <= period.last
    assert containing(kind, period.first) == containing(kind, period.last) == period


@settings(deadline=None)
@given(any_day)
def test_iso_weeks_run_from_monday_and_carry_the_year_of_their_thursday(day: date) -> None:
    period = containing("week", day)
    thursday = period.first + timedelta(days=3)
    nth = (thursday - date(thursday.year, 1, 1)).days // 7 + 1
    assert period.first.weekday() == 0
    assert period.label == f"{thursday.year}-W{nth:02d}"


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        pytest.param("2017-08-05", 1, "2017-09-05", id="the corresponding day"),
        pytest.param("2017-08-05", 0, "2017-08-05", id="no month"),
        pytest.param("2017-01-31", 1, "2017-02-28", id="31 to a short month"),
        pytest.param("2017-01-31", 2, "2017-03-31", id="and back to 31"),
        pytest.param("2017-01-31", 3, "2017-04-30", id="31 to 30"),
        pytest.param("2016-01-31", 1, "2016-02-29", id="leap year"),
        pytest.param("2017-01-30", 1, "2017-02-28", id="30 to 28"),
        pytest.param("2017-01-30", 2, "2017-03-30", id="and back to 30, not 31"),
        pytest.param("2017-02-28", 1, "2017-03-28", id="the last day of a month is no rule of its own"),
        pytest.param("2017-11-30", 1, "2017-12-30", id="into December"),
        pytest.param("2017-12-31", 1, "2018-01-31", id="over the New Year"),
        pytest.param("2017-12-31", 2, "2018-02-28", id="over the New Year to a short month"),
        pytest.param("2017-10-31", 13, "2018-11-30", id="more than a year"),
        pytest.param("2016-02-29", 12, "2017-02-28", id="leap day to a common year"),
        pytest.param("2016-02-29", 48, "2020-02-29", id="leap day to leap day"),
        pytest.param("2017-12-15", 12, "2018-12-15", id="December to December"),
    ],
)
def test_months_later(day: str, months: int, expected: str) -> None:
    assert months_later(d(day), months) == d(expected)


@pytest.mark.parametrize(
    ("year", "month", "expected"),
    [(2017, 2, 28), (2016, 2, 29), (2000, 2, 29), (2100, 2, 28), (2017, 4, 30), (2017, 12, 31)],
)
def test_last_of_month(year: int, month: int, expected: int) -> None:
    assert last_of_month(year, month) == date(year, month, expected)


@pytest.mark.parametrize(
    ("year", "month", "day", "expected"),
    [(2017, 2, 29, "2017-02-28"), (2016, 2, 29, "2016-02-29"), (2017, 6, 31, "2017-06-30"), (2017, 7, 31, "2017-07-31"),
     (2017, 6, 5, "2017-06-05")],
)  # fmt: skip
def test_day_of_month(year: int, month: int, day: int, expected: str) -> None:
    assert day_of_month(year, month, day) == d(expected)
