"""Working days held against the `holidays` package, against hand-worked counts and against a naive loop."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai_cli.messages import Words
from gongkai_cli.workday_overrides import load_overrides
from gongkai_cli.workdays import WorkCalendar, YearDays, official_calendar

DAY = timedelta(days=1)
FIRST, LAST = 2007, 2026
# Every holiday and make-up day as the other package has it: nothing here comes from chinesecalendar.
NOTICES: Any = holidays.country_holidays("CN", years=range(FIRST, LAST + 1))


def notices_say_working(day: date) -> bool:
    return bool(NOTICES.is_working_day(day))


def pinned_calendar() -> WorkCalendar:
    """A calendar that ends with 2026 whatever chinesecalendar learns later, so that 2027 stays without data."""
    return WorkCalendar(
        {
            year: YearDays(
                year,
                {day: "Holiday" for day in NOTICES if day.year == year},
                {day: "Holiday" for day in NOTICES.weekend_workdays if day.year == year},
            )
            for year in range(FIRST, LAST + 1)
        }
    )


PINNED = pinned_calendar()
# Far enough from both ends that counts of up to 600 working days stay among the years with data.
days = st.dates(date(2010, 6, 1), date(2023, 6, 30))
counts = st.integers(1, 600)


def d(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize("year", range(FIRST, LAST + 1))
def test_every_day_agrees_with_the_holidays_package(year: int) -> None:
    calendar = official_calendar()
    every = (date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days))
    assert [day for day in every if calendar.is_working(day) != notices_say_working(day)] == []


def test_official_years_reach_from_2004_to_2026_at_least() -> None:
    covered = official_calendar().covered
    assert set(range(2004, 2027)) <= covered
    assert 2003 not in covered


def test_make_up_days_of_2017_are_those_of_the_notice() -> None:
    # 国办发明电〔2016〕17号
    every = (date(2017, 1, 1) + timedelta(days=n) for n in range(365))
    working = [day for day in every if day.weekday() >= 5 and official_calendar().is_working(day)]
    assert working == [d("2017-01-22"), d("2017-02-04"), d("2017-04-01"), d("2017-05-27"), d("2017-09-30")]


def test_weekdays_off_in_2017_are_those_of_the_notice() -> None:
    every = (date(2017, 1, 1) + timedelta(days=n) for n in range(365))
    off = [f"{day:%m-%d}" for day in every if day.weekday() < 5 and not official_calendar().is_working(day)]
    assert (
        " ".join(off)
        == "01-02 01-27 01-30 01-31 02-01 02-02 04-03 04-04 05-01 05-29 05-30 10-02 10-03 10-04 10-05 10-06"
    )


def test_last_day_of_2005_is_the_make_up_day_that_the_data_lacks() -> None:
    # 国办发明电〔2005〕35号: Saturday, 31 December 2005 was worked.
    calendar = official_calendar()
    assert d("2005-12-31").weekday() == 5
    assert calendar.is_working(d("2005-12-31"))
    assert calendar.after(d("2005-12-30"), 1).day == d("2005-12-31")
    assert Words("en")(calendar.reason(d("2005-12-31"))) == "make-up working day for New Year's Day"


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        pytest.param("2017-09-25", 20, "2017-10-27", id="over National Day, with its make-up Saturday"),
        pytest.param("2017-09-29", 1, "2017-09-30", id="a make-up Saturday counts"),
        pytest.param("2017-09-30", 1, "2017-10-09", id="eight days off are skipped"),
        pytest.param("2017-10-03", 1, "2017-10-09", id="from within a holiday"),
        pytest.param("2017-07-14", 1, "2017-07-17", id="from a Friday"),
        pytest.param("2017-07-15", 1, "2017-07-17", id="from a Saturday"),
        pytest.param("2017-12-31", 10, "2018-01-15", id="New Year's Day is skipped"),
        pytest.param("2017-12-29", 1, "2018-01-02", id="over the New Year"),
        pytest.param("2018-02-14", 1, "2018-02-22", id="Spring Festival of 2018"),
        # 2018: 04-02..04 (3), the 8th (4), 9 to 13 (9), 16 to 20 (14), 23 to 28 (20): both make-up days count.
        pytest.param("2018-04-01", 20, "2018-04-28", id="two make-up days in one count"),
    ],
)
def test_after(start: str, count: int, expected: str) -> None:
    assert official_calendar().after(d(start), count) == (d(expected), False)


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        pytest.param("2017-10-09", 3, "2017-09-28", id="back over National Day and its make-up Saturday"),
        pytest.param("2017-10-09", 1, "2017-09-30", id="back to the make-up Saturday"),
        pytest.param("2017-10-05", 2, "2017-09-29", id="from within a holiday"),
        pytest.param("2017-07-17", 1, "2017-07-14", id="back over a weekend"),
        pytest.param("2018-01-02", 1, "2017-12-29", id="back over the New Year"),
        pytest.param("2018-01-15", 10, "2017-12-29", id="ten days back: nine in January, then the year before"),
    ],
)
def test_before(start: str, count: int, expected: str) -> None:
    assert official_calendar().before(d(start), count) == (d(expected), False)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param("2017-07-03", "2017-07-03", id="a Monday stays"),
        pytest.param("2017-09-30", "2017-09-30", id="a make-up Saturday stays"),
        pytest.param("2017-07-01", "2017-07-03", id="Saturday"),
        pytest.param("2017-10-01", "2017-10-09", id="first day of a long holiday"),
        pytest.param("2017-12-31", "2018-01-02", id="a Sunday before New Year's Day"),
        pytest.param("2017-05-28", "2017-05-31", id="Dragon Boat Festival"),
    ],
)
def test_roll_forward(day: str, expected: str) -> None:
    assert official_calendar().roll_forward(d(day)) == (d(expected), False)


def naive_after(day: date, count: int) -> date:
    while count:
        day += DAY
        count -= notices_say_working(day)
    return day


def naive_before(day: date, count: int) -> date:
    while count:
        day -= DAY
        count -= notices_say_working(day)
    return day


@settings(deadline=None, max_examples=60)
@given(days, counts)
def test_counting_forward_agrees_with_counting_one_day_at_a_time(day: date, count: int) -> None:
    assert official_calendar().after(day, count) == (naive_after(day, count), False)


@settings(deadline=None, max_examples=60)
@given(days, counts)
def test_counting_back_agrees_with_counting_one_day_at_a_time(day: date, count: int) -> None:
    assert official_calendar().before(day, count) == (naive_before(day, count), False)


@settings(deadline=None, max_examples=60)
@given(days, counts)
def test_counting_there_and_back_ends_on_the_working_day_it_began_on(day: date, count: int) -> None:
    begun = official_calendar().roll_forward(day).day
    there = official_calendar().after(begun, count).day
    assert official_calendar().before(there, count).day == begun


@settings(deadline=None, max_examples=60)
@given(st.dates(date(1990, 1, 1), date(2006, 6, 30)) | st.dates(date(2027, 1, 1), date(2080, 12, 31)), counts)
def test_years_without_data_count_monday_to_friday(day: date, count: int) -> None:
    expected, left = day, count
    while left:
        expected += DAY
        if FIRST <= expected.year <= LAST:
            left -= notices_say_working(expected)
        else:
            left -= expected.weekday() < 5
    assert PINNED.after(day, count) == (expected, True)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        pytest.param("2017-01-01", "2017-12-31", False, id="a year with data between years with data"),
        pytest.param("2025-12-29", "2025-12-31", False, id="late December before a year with data"),
        pytest.param("2026-12-01", "2026-12-28", False, id="up to 28 December before a year without"),
        pytest.param("2026-12-29", "2026-12-29", True, id="29 December before a year without"),
        pytest.param("2026-12-31", "2026-12-31", True, id="31 December before a year without"),
        pytest.param("2026-12-01", "2026-12-29", True, id="a stretch that ends on 29 December"),
        pytest.param("2026-12-20", "2027-01-01", True, id="into a year without data"),
        pytest.param("2027-06-01", "2027-06-01", True, id="within a year without data"),
        pytest.param("2006-12-31", "2007-01-03", True, id="out of a year without data"),
        pytest.param("2007-01-01", "2007-01-03", False, id="first days of the first year with data"),
        pytest.param("2017-06-01", "2026-12-28", False, id="many years with data"),
        pytest.param("2005-01-01", "2030-01-01", True, id="from before the data to after it"),
    ],
)
def test_is_provisional(first: str, last: str, expected: bool) -> None:
    assert PINNED.is_provisional(d(first), d(last)) is expected


@pytest.mark.parametrize(
    ("start", "count", "expected", "provisional"),
    [
        pytest.param("2026-12-25", 1, "2026-12-28", False, id="the day before the unsettled ones"),
        pytest.param("2026-12-28", 1, "2026-12-29", True, id="29 December may yet be moved"),
        # 28 to 31 December (4), Friday 1 January (5, nothing says it is off), 4 to 8 January (10)
        pytest.param("2026-12-25", 10, "2027-01-08", True, id="1 January counts where no notice is known"),
        pytest.param("2025-12-31", 1, "2026-01-04", False, id="the last settled New Year, with its make-up Sunday"),
        pytest.param("2006-12-31", 1, "2007-01-04", False, id="from a day without data, which is not read"),
    ],
)
def test_after_is_provisional_when_it_read_an_unsettled_day(
    start: str, count: int, expected: str, provisional: bool
) -> None:
    assert PINNED.after(d(start), count) == (d(expected), provisional)


@pytest.mark.parametrize(
    ("start", "count", "expected", "provisional"),
    [
        pytest.param("2026-12-29", 1, "2026-12-28", False, id="the day itself is not read"),
        pytest.param("2026-12-30", 1, "2026-12-29", True, id="29 December is read"),
        pytest.param("2027-01-04", 3, "2026-12-30", True, id="out of a year without data"),
        pytest.param("2027-01-04", 6, "2026-12-25", True, id="through the unsettled days to settled ones"),
    ],
)
def test_before_is_provisional_when_it_read_an_unsettled_day(
    start: str, count: int, expected: str, provisional: bool
) -> None:
    assert PINNED.before(d(start), count) == (d(expected), provisional)


@pytest.mark.parametrize(
    ("day", "expected", "provisional"),
    [
        pytest.param("2026-12-26", "2026-12-28", False, id="Saturday to Monday the 28th"),
        pytest.param("2026-12-29", "2026-12-29", True, id="a Tuesday that may yet be moved"),
        pytest.param("2027-01-02", "2027-01-04", True, id="a weekend without data"),
    ],
)
def test_roll_forward_is_provisional_when_it_read_an_unsettled_day(day: str, expected: str, provisional: bool) -> None:
    assert PINNED.roll_forward(d(day)) == (d(expected), provisional)


SUPPLIED = YearDays(
    2027, {d("2027-01-01"): "New Year's Day"}, {d("2027-01-03"): "New Year's Day"}, "国办发明电〔2026〕7号"
)


def test_an_override_supplies_a_year() -> None:
    calendar = PINNED.with_overrides({2027: SUPPLIED})
    assert 2027 in calendar.covered
    assert not calendar.is_working(d("2027-01-01"))
    assert calendar.is_working(d("2027-01-03"))
    # 28 to 31 December (4), then the make-up Sunday (5)
    assert calendar.after(d("2026-12-25"), 5) == (d("2027-01-03"), False)


def test_an_override_settles_the_december_before_it_and_unsettles_its_own() -> None:
    calendar = PINNED.with_overrides({2027: SUPPLIED})
    assert not calendar.is_provisional(d("2026-12-29"), d("2027-12-28"))
    assert calendar.is_provisional(d("2027-12-29"), d("2027-12-29"))


def test_an_override_leaves_a_gap_between_years_unsettled() -> None:
    calendar = PINNED.with_overrides({2029: YearDays(2029, {}, {})})
    assert calendar.is_provisional(d("2026-12-30"), d("2026-12-30"))
    assert calendar.is_provisional(d("2028-06-01"), d("2028-06-01"))
    assert not calendar.is_provisional(d("2029-06-01"), d("2029-06-01"))


def test_an_override_corrects_the_days_it_lists_and_keeps_the_others() -> None:
    local = YearDays(
        2017,
        {d("2017-09-04"): "local day", d("2017-09-30"): "local day"},
        {d("2017-09-09"): "local day", d("2017-10-06"): "local day"},
    )
    calendar = official_calendar().with_overrides({2017: local})
    given_days = ["2017-09-04", "2017-09-09", "2017-09-30", "2017-10-06", "2017-10-05", "2017-05-27", "2017-09-05"]
    assert [calendar.is_working(d(day)) for day in given_days] == [False, True, False, True, False, True, True]
    # 28 and 29 September (2), Friday 6 October (3), Monday the 9th (4)
    assert calendar.after(d("2017-09-27"), 4) == (d("2017-10-09"), False)


def test_an_override_changes_no_calendar_but_its_own() -> None:
    before = PINNED.after(d("2026-12-25"), 5)
    PINNED.with_overrides({2027: SUPPLIED}).after(d("2026-12-25"), 5)
    assert PINNED.after(d("2026-12-25"), 5) == before == (d("2027-01-01"), True)
    assert 2027 not in PINNED.covered


def test_reckon_numbers_working_days_and_gives_each_day_its_reason() -> None:
    say = Words("en")
    told = [
        (f"{each.day:%m-%d}", each.number, say(each.reason))
        for each in official_calendar().reckon(d("2017-09-29"), d("2017-10-10"))
    ]
    shown = " ".join(day for day, _, _ in told)
    assert shown == "09-29 09-30 10-01 10-02 10-03 10-04 10-05 10-06 10-07 10-08 10-09 10-10"
    assert [number for _, number, _ in told] == [1, 2, *[None] * 8, 3, 4]
    assert [reason for _, _, reason in told[:2]] == ["working day", "make-up working day for National Day"]
    assert all(reason.startswith("public holiday: ") for _, _, reason in told[2:10])
    assert [reason for _, _, reason in told[10:]] == ["working day", "working day"]


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ("2017-07-11", "working day"),
        ("2017-07-15", "weekend"),
        ("2017-01-02", "public holiday: New Year's Day"),
        ("2017-01-27", "public holiday: Spring Festival"),
        ("2017-04-04", "public holiday: Tomb-sweeping Day"),
        ("2017-05-01", "public holiday: Labour Day"),
        ("2017-05-30", "public holiday: Dragon Boat Festival"),
        ("2017-10-02", "public holiday: National Day"),
        ("2016-09-15", "public holiday: Mid-autumn Festival"),
        ("2017-01-22", "make-up working day for Spring Festival"),
        ("1999-10-01", "Monday to Friday; no official data for 1999"),
        ("1999-10-02", "weekend; no official data for 1999"),
    ],
)
def test_reason(day: str, reason: str) -> None:
    assert Words("en")(official_calendar().reason(d(day))) == reason


def test_reckon_over_an_override_and_a_year_without_data() -> None:
    say = Words("en")
    calendar = PINNED.with_overrides({2027: SUPPLIED})
    told = [(each.number, say(each.reason)) for each in calendar.reckon(d("2026-12-31"), d("2027-01-03"))]
    assert told == [
        (1, "working day"),
        (None, "public holiday: New Year's Day"),
        (None, "weekend"),
        (2, "make-up working day for New Year's Day"),
    ]
    bare = [(each.number, say(each.reason)) for each in PINNED.reckon(d("2027-01-01"), d("2027-01-03"))]
    assert bare == [
        (1, "Monday to Friday; no official data for 2027"),
        (None, "weekend; no official data for 2027"),
        (None, "weekend; no official data for 2027"),
    ]


def test_reckon_of_a_count_ends_with_the_count() -> None:
    calendar = official_calendar()
    end = calendar.after(d("2017-09-25"), 20).day
    assert [each.number for each in calendar.reckon(d("2017-09-26"), end)][-1] == 20


def write(folder: Path, *lines: str) -> Path:
    path = folder / "workdays.yaml"
    year = ("version: 1", "years:", "  - year: 2027", "    covers: year", "    document_number: 编造〔2026〕1号")
    path.write_text("\n".join((*(() if lines[0].startswith("version") else year), *lines)) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            ["    holidays:", "      - {name: 元旦, days: [2027-01-01, 2026-12-31]}"],
            [(7, 39, "GK502", "list it under its own year")],
            id="the item of a list that lies in another year",
        ),
        pytest.param(
            ["    holidays:", "      - {name: 元旦, days: [2027-01-01, 2027-01-01]}"],
            [(7, 39, "GK501", "delete one of the two")],
            id="twice among the holidays",
        ),
        pytest.param(
            [f"    {key}:\n      - {{name: 元旦, days: 2027-01-01}}" for key in ("holidays", "make_up_days")],
            [(9, 26, "GK501", "a day is off, or made up for; not both")],
            id="off and made up for",
        ),
        pytest.param(
            ["version: 1", "years:", "  - {year: 17, covers: year, document_number: 编造}"],
            [(3, 12, "GK204", "")],
            id="a year of two digits, and no word of an empty list",
        ),
    ],
)
def test_problems_of_an_override_file(
    lines: list[str], expected: list[tuple[int, int, str, str]], tmp_path: Path
) -> None:
    _, problems = load_overrides(write(tmp_path, *lines))
    say = Words("en")
    assert [
        (each.location.line, each.location.column, each.code, say(each.hint) if each.hint else "") for each in problems
    ] == expected


def test_the_range_of_a_year_is_its_own(tmp_path: Path) -> None:
    path = write(tmp_path, "version: 1", "years:", "  - {year: 17, covers: year, document_number: 编造}")
    (problem,) = load_overrides(path)[1]
    assert Words("en")(problem.message) == "`17` is out of range; at least 1990, at most 2200"
