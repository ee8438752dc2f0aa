"""The deadline language: every form read, printed and computed by hand, and what is refused with which hint."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai_cli.deadlines import (
    After,
    Before,
    DayOf,
    Deadline,
    NoLimit,
    OnDate,
    SameDay,
    When,
    YearDay,
    compute,
    day_of,
    first_instant,
    last_instant,
    misfit,
    parse_day,
    parse_deadline,
    roll_forward,
    suggestions,
)
from gongkai_cli.frequencies import NotAForm, parse_frequency
from gongkai_cli.messages import Words
from gongkai_cli.periods import Kind, Period, containing
from gongkai_cli.workdays import WorkCalendar, YearDays, official_calendar

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


def d(text: str) -> date:
    return date.fromisoformat(text)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def hint_of(error: NotAForm) -> str:
    return Words("en")(error.hint) if error.hint else ""


def hinted_form(hint: str) -> str:
    """The form in backquotes of a hint that says which form is nearest."""
    lead = "the nearest form is `"
    return hint.removeprefix(lead).removesuffix("`") if hint.startswith(lead) else ""


def refusal_of(value: str) -> NotAForm:
    with pytest.raises(NotAForm) as refusal:
        parse_deadline(value)
    return refusal.value


FORMS: dict[str, Deadline] = {
    "2017-12-31": OnDate(date(2017, 12, 31)),
    "2018-12-31 17:30": OnDate(date(2018, 12, 31), datetime(2018, 12, 31, 17, 30).time()),  # noqa: DTZ001
    "2017-12-31 00:00": OnDate(date(2017, 12, 31), datetime(2017, 12, 31).time()),  # noqa: DTZ001
    "06-30": YearDay(6, 30),
    "02-29": YearDay(2, 29),
    "03-31 of next year": YearDay(3, 31, next_year=True),
    "start of period": DayOf("start"),
    "end of period": DayOf("end"),
    "day 1 of period": DayOf(1),
    "day 15 of period": DayOf(15),
    "day 100 of period": DayOf(100),
    "end of next month": DayOf("end", next_month=True),
    "day 10 of next month": DayOf(10, next_month=True),
    "day 31 of next month": DayOf(31, next_month=True),
    "1 day after end of period": After(1, "day", "end of period"),
    "20 days after end of period": After(20, "day", "end of period"),
    "1 working day after end of period": After(1, "working day", "end of period"),
    "15 working days after end of period": After(15, "working day", "end of period"),
    "2 weeks after end of period": After(2, "week", "end of period"),
    "3 months after end of period": After(3, "month", "end of period"),
    "1 hour after event": After(1, "hour", "event"),
    "5 hours after event": After(5, "hour", "event"),
    "20 days after event": After(20, "day", "event"),
    "60 working days after event": After(60, "working day", "event"),
    "1 week after event": After(1, "week", "event"),
    "6 months after event": After(6, "month", "event"),
    "14 days after previous": After(14, "day", "previous"),
    "10 working days after previous": After(10, "working day", "previous"),
    "2 weeks after previous": After(2, "week", "previous"),
    "1 month after previous": After(1, "month", "previous"),
    "same day as event": SameDay(),
    "before event": Before(),
    "1 day before event": Before(1, "day"),
    "5 days before event": Before(5, "day"),
    "1 working day before event": Before(1, "working day"),
    "3 working days before event": Before(3, "working day"),
    "none": NoLimit(),
}


@pytest.mark.parametrize("value", FORMS)
def test_every_form_is_read_and_printed(value: str) -> None:
    parsed = parse_deadline(value)
    assert parsed == FORMS[value]
    assert str(parsed) == value
    assert parse_deadline(str(parsed)) == parsed


def test_one_days_is_printed_as_one_day() -> None:
    # The contract writes `N days`; with 1 both spellings are read, and one is printed.
    assert parse_deadline("1 days after event") == parse_deadline("1 day after event")
    assert str(parse_deadline("1 working days before event")) == "1 working day before event"


def counted(unit_words: tuple[str, ...], tails: tuple[str, ...]) -> st.SearchStrategy[str]:
    def phrase(count: int, unit: str, tail: str) -> str:
        return f"{count} {unit}{'' if count == 1 else 's'} {tail}"

    return st.builds(phrase, st.integers(1, 9999), st.sampled_from(unit_words), st.sampled_from(tails))


any_form = st.one_of(
    st.sampled_from(list(FORMS)),
    st.dates(date(1990, 1, 1), date(2200, 12, 31)).map(date.isoformat),
    st.datetimes(datetime(1990, 1, 1), datetime(2200, 12, 31)).map("{:%Y-%m-%d %H:%M}".format),  # noqa: DTZ001
    st.dates(date(2000, 1, 1), date(2000, 12, 31)).map("{:%m-%d}".format),
    st.dates(date(2000, 1, 1), date(2000, 12, 31)).map("{:%m-%d of next year}".format),
    st.integers(1, 366).map("day {} of period".format),
    st.integers(1, 31).map("day {} of next month".format),
    counted(("day", "working day", "week", "month"), ("after end of period", "after event", "after previous")),
    counted(("hour",), ("after event",)),
    counted(("day", "working day"), ("before event",)),
)


@settings(deadline=None, max_examples=300)
@given(any_form)
def test_what_is_read_is_printed_as_it_was_written(value: str) -> None:
    assert str(parse_deadline(value)) == value


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("20 working day after events", "20 working days after event"),
        ("20 working day after event", "20 working days after event"),
        ("20 working days after events", "20 working days after event"),
        ("20 workdays after event", "20 working days after event"),
        ("20 work days after event", "20 working days after event"),
        ("20 working days after the event", "20 working days after event"),
        ("20 working days from event", "20 working days after event"),
        ("20working days after event", "20 working days after event"),
        ("20 Working Days After Event", "20 working days after event"),
        ("20 day after event", "20 days after event"),
        ("-20 days after event", "20 days after event"),
        ("within 20 days after event", "20 days after event"),
        ("20 days  after event", "20 days after event"),
        (" 20 days after event", "20 days after event"),
        ("20 days after event ", "20 days after event"),
        ("20 days after event\n", "20 days after event"),
        ("5 hour after event", "5 hours after event"),
        ("5 hours after the event", "5 hours after event"),
        ("5hours after event", "5 hours after event"),
        ("2 week after event", "2 weeks after event"),
        ("6 month after event", "6 months after event"),
        ("1 day after events", "1 day after event"),
        ("0 days after event", "same day as event"),
        ("0 days after end of period", "end of period"),
        ("15 days after period", "15 days after end of period"),
        ("15 days after end of the period", "15 days after end of period"),
        ("15 days after the end of period", "15 days after end of period"),
        ("14 days after the previous", "14 days after previous"),
        ("14 days after previous one", "14 days after previous"),
        ("14 day after previous", "14 days after previous"),
        ("same day as the event", "same day as event"),
        ("same day", "same day as event"),
        ("on same day as event", "same day as event"),
        ("before the event", "before event"),
        ("before events", "before event"),
        ("3 day before event", "3 days before event"),
        ("3 days before the event", "3 days before event"),
        ("3 working day before event", "3 working days before event"),
        ("end of the period", "end of period"),
        ("End of period", "end of period"),
        ("end of periods", "end of period"),
        ("end of  period", "end of period"),
        ("period end", "end of period"),
        ("end of next months", "end of next month"),
        ("end of the next month", "end of next month"),
        ("24 hours before event", "1 day before event"),
        ("2 weeks before event", "14 days before event"),
        ("30 hours after end of period", "2 days after end of period"),
        ("day 0 of period", "day N of period"),
        ("day 32 of next month", "day N of next month"),
        ("end next month", "end of next month"),
        ("day 10 of the next month", "day 10 of next month"),
        ("day 10 next month", "day 10 of next month"),
        ("day10 of next month", "day 10 of next month"),
        ("10th day of next month", "day 10 of next month"),
        ("day 15 of the period", "day 15 of period"),
        ("day 15 of periods", "day 15 of period"),
        ("15 day of period", "day 15 of period"),
        ("2017/12/31", "2017-12-31"),
        ("2017.12.31", "2017-12-31"),
        ("2017-12-31T17:30", "2017-12-31 17:30"),
        ("2017-12-31 17:30:00", "2017-12-31 17:30"),
        ("2017-12-31  17:30", "2017-12-31 17:30"),
        ("none.", "none"),
        ("None", "none"),
        ("nones", "none"),
    ],
)
def test_a_near_miss_is_refused_with_the_nearest_form(value: str, form: str) -> None:
    assert hinted_form(hint_of(refusal_of(value))) == form


@pytest.mark.parametrize("form", [form for form in FORMS if re.search(" (of|after|as) |before", form)])
def test_one_letter_too_many_is_refused_with_the_form_without_it(form: str) -> None:
    assert hinted_form(hint_of(refusal_of(f"{form}x"))) == re.sub("^[0-9-]+(?= of next year)", "06-30", form)


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("end of month", "write `end of period` for the month itself, or `end of next month`"),
        ("end of the month", "write `end of period` for the month itself, or `end of next month`"),
        ("Month end", "write `end of period` for the month itself, or `end of next month`"),
        ("20个工作日内", "write for example `20 working days after end of period`, or `20 working days after event`"),
        ("02-30", "check the month's length"),
        ("2017-02-30", "check the month's length"),
        ("13-01", "months run from 01 to 12, and stand before the day"),
        ("2017-13-01", "months run from 01 to 12, and stand before the day"),
    ],
)
def test_a_refusal_that_cannot_be_sure_of_one_form(value: str, hint: str) -> None:
    assert hint_of(refusal_of(value)) == hint


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("次月月底前", "end of next month"),
        ("下个月底", "end of next month"),
        ("次月 10 日前", "day 10 of next month"),
        ("下月05日", "day 5 of next month"),
        ("每月２５日前", "day 25 of period"),
        ("每季度末前", "end of period"),
        ("当月月底", "end of period"),
        ("月底前", "end of period"),
        ("同步公开", "same day as event"),
    ],
)
def test_a_refusal_of_chinese_words_names_the_form_that_says_the_same(value: str, form: str) -> None:
    assert hint_of(refusal_of(value)) == f"the nearest form is `{form}`"


REFUSED = [
    "次月32日", "每月0日前", "年底前", "次月",
    "", " ", "soon", "20个工作日", "月底前", "20", "in 5 days", "event", "after event", "days after event",
    "N days after event", "0 days after event", "00 days after event", "05 days after event", "1.5 days after event",
    "5,5 days after event", "-5 days after event", "10000 days after event", "5 years after event",
    "5 business days after event", "5 hours after end of period", "5 hours after previous", "5 hours before event",
    "0 hours after event", "0 days after previous", "0 working days after end of period", "2 weeks before event",
    "2 months before event", "0 days before event", "day 0 of period", "day 00 of period", "day 01 of period",
    "day 1000 of period", "day 0 of next month", "day 32 of next month", "day 40 of next month", "day of period",
    "day -1 of period", "start of next month", "start of next year", "end of next quarter", "end of year",
    "end of period of next year", "2017-02-30", "2017-02-29", "2017-13-01", "2017-00-10", "2017-12-31 24:00",
    "2017-12-31 17:60", "2017-12-31 5:30", "2017-12-31 17:30 ", "2017-12", "2017", "17-12-31", "2017-1-1", "1989-12-31",
    "2201-01-01", "06-31", "13-01", "00-10", "6-30", "06/30", "06-30 of this year", "06-30 of the next year",
    "2017-06-30 of next year", "none none", "２０ days after event", "20 days after event; end of period",
]  # fmt: skip


@pytest.mark.parametrize("value", REFUSED, ids=repr)
def test_every_refusal_has_a_hint(value: str) -> None:
    assert hint_of(refusal_of(value))


@pytest.mark.parametrize("value", REFUSED, ids=repr)
def test_the_form_that_a_refusal_names_is_one(value: str) -> None:
    # `N` stands for any number in a form that is named without one.
    form = hinted_form(hint_of(refusal_of(value))).replace("N ", "5 ")
    if form:
        assert str(parse_deadline(form)) == form


@pytest.mark.parametrize("value", ["2017-02-30", "2017-02-29", "2017-04-31", "1989-12-31", "2201-01-01"])
def test_days_that_do_not_exist_are_bad_dates_rather_than_bad_deadlines(value: str) -> None:
    assert refusal_of(value).code == "GK205"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2017-07-11", "2017-07-11"),
        ("2016-02-29", "2016-02-29"),
        ("1990-01-01", "1990-01-01"),
        ("2200-12-31", "2200-12-31"),
    ],
)
def test_parse_day(value: str, expected: str) -> None:
    assert parse_day(value) == d(expected)


@pytest.mark.parametrize(
    "value",
    ["", "2017-2-3", "2017/02/03", "20170203", "2017-W05-5", "2017-02-30", "2017-02-03 ", "0000-01-01"],
    ids=repr,
)
def test_parse_day_refuses(value: str) -> None:
    with pytest.raises(NotAForm) as refusal:
        parse_day(value)
    assert hint_of(refusal.value)


ALL_FREQUENCIES = (
    "once",
    "daily",
    "every working day",
    "weekly",
    "monthly",
    "quarterly",
    "semiannual",
    "annual",
    "every 5 days",
    "every 2 weeks",
    "every 3 months",
    "rrule FREQ=MONTHLY;BYMONTHDAY=15",
    "on formed",
    "continuous",
    "recurring",
)
PERIODIC = {*ALL_FREQUENCIES} - {"once", "on formed", "continuous", "recurring"}
MONTHS = {"monthly", "quarterly", "semiannual", "annual"}
# The second column of the contract's table of deadline forms.
FITS: dict[str, set[str]] = {
    "2017-12-31": {"once"},
    "2018-12-31 17:30": {"once"},
    "06-30": {"annual"},
    "03-31 of next year": {"annual"},
    "end of period": PERIODIC,
    "day 1 of period": PERIODIC,
    "end of next month": MONTHS,
    "day 10 of next month": MONTHS,
    "5 days after end of period": PERIODIC,
    "5 working days after end of period": PERIODIC,
    "2 weeks after end of period": PERIODIC,
    "2 months after end of period": PERIODIC,
    "5 hours after event": {"on formed"},
    "5 days after event": {"on formed"},
    "5 working days after event": {"on formed"},
    "2 weeks after event": {"on formed"},
    "2 months after event": {"on formed"},
    "same day as event": {"on formed"},
    "before event": {"on formed"},
    "5 days before event": {"on formed"},
    "5 working days before event": {"on formed"},
    "5 days after previous": {"continuous"},
    "5 working days after previous": {"continuous"},
    "2 weeks after previous": {"continuous"},
    "2 months after previous": {"continuous"},
    "none": {"once", "on formed", "continuous", "recurring"},
    "start of period": set(),
}
CASES = [(form, frequency) for form in FITS for frequency in ALL_FREQUENCIES]


@pytest.mark.parametrize(("form", "frequency"), CASES, ids=[f"{a} | {b}" for a, b in CASES])
def test_which_deadlines_go_with_which_frequencies(form: str, frequency: str) -> None:
    reason = misfit(parse_deadline(form), parse_frequency(frequency))
    assert (reason is None) is (frequency in FITS[form])


# `none` and `after previous` are left out: the contract says "the same language", but not what such a window would be.
OPENS_CASES = [case for case in CASES if case[0] != "none" and "previous" not in case[0]]


@pytest.mark.parametrize(("form", "frequency"), OPENS_CASES, ids=[f"{a} | {b}" for a, b in OPENS_CASES])
def test_openings_use_the_same_language_and_start_of_period(form: str, frequency: str) -> None:
    reason = misfit(parse_deadline(form), parse_frequency(frequency), opens=True)
    fits = PERIODIC if form == "start of period" else FITS[form]
    assert (reason is None) is (frequency in fits)


@pytest.mark.parametrize(
    ("form", "frequency"),
    [
        ("day 2 of period", "daily"),
        ("day 2 of period", "every working day"),
        ("day 8 of period", "weekly"),
        ("day 32 of period", "monthly"),
        ("day 93 of period", "quarterly"),
        ("day 185 of period", "semiannual"),
        ("day 367 of period", "annual"),
    ],
)
def test_a_day_that_no_such_period_has_does_not_go_with_it(form: str, frequency: str) -> None:
    assert misfit(parse_deadline(form), parse_frequency(frequency)) is not None


@pytest.mark.parametrize(
    ("form", "frequency"),
    [
        ("day 7 of period", "weekly"),
        ("day 31 of period", "monthly"),
        ("day 92 of period", "quarterly"),
        ("day 184 of period", "semiannual"),
        ("day 366 of period", "annual"),
    ],
)
def test_the_last_day_that_such_a_period_can_have_goes_with_it(form: str, frequency: str) -> None:
    assert misfit(parse_deadline(form), parse_frequency(frequency)) is None


@pytest.mark.parametrize("frequency", ALL_FREQUENCIES)
def test_every_suggested_form_goes_with_its_frequency(frequency: str) -> None:
    for shape in suggestions(parse_frequency(frequency)).split(" | "):
        counted_shape = re.fullmatch(r"N (.+) (after|before) (.+)", shape)
        forms = (
            [f"2 {unit} {counted_shape[2]} {counted_shape[3]}" for unit in counted_shape[1].split("|")]
            if counted_shape
            else [shape.replace("N", "1")]
        )
        for form in forms:
            assert misfit(parse_deadline(form), parse_frequency(frequency)) is None, form


WITHIN = "end of period | day N of period | N days after end of period"


@pytest.mark.parametrize(
    ("frequency", "deadlines", "openings"),
    [
        ("once", "2017-12-31 | 2017-12-31 17:30 | none", "2017-12-31 | 2017-12-31 17:30"),
        ("continuous", "N days|working days|weeks|months after previous | none", ""),
        ("recurring", "none", ""),
        ("weekly", WITHIN, f"start of period | {WITHIN}"),
        (
            "annual",
            f"{WITHIN} | end of next month | day N of next month | 06-30 | 03-31 of next year",
            f"start of period | {WITHIN} | end of next month | day N of next month | 06-30 | 03-31 of next year",
        ),
    ],
)
def test_suggestions(frequency: str, deadlines: str, openings: str) -> None:
    assert suggestions(parse_frequency(frequency)) == deadlines
    assert suggestions(parse_frequency(frequency), opens=True) == openings


def covering(kind: Kind, day: str) -> Period:
    return containing(kind, d(day))


@pytest.mark.parametrize(
    ("form", "kind", "day", "expected"),
    [
        ("start of period", "month", "2017-08-05", "2017-08-01"),
        ("start of period", "week", "2016-01-03", "2015-12-28"),
        ("end of period", "day", "2017-08-05", "2017-08-05"),
        ("end of period", "week", "2017-08-05", "2017-08-06"),
        ("end of period", "week", "2015-12-31", "2016-01-03"),
        ("end of period", "week", "2018-01-01", "2018-01-07"),
        ("end of period", "month", "2017-02-01", "2017-02-28"),
        ("end of period", "month", "2016-02-01", "2016-02-29"),
        ("end of period", "quarter", "2017-08-05", "2017-09-30"),
        ("end of period", "half", "2017-01-01", "2017-06-30"),
        ("end of period", "year", "2017-01-01", "2017-12-31"),
        ("day 1 of period", "week", "2017-08-05", "2017-07-31"),
        ("day 5 of period", "week", "2017-08-05", "2017-08-04"),
        ("day 5 of period", "month", "2017-08-05", "2017-08-05"),
        ("day 31 of period", "month", "2017-01-05", "2017-01-31"),
        ("day 31 of period", "month", "2017-02-05", "2017-02-28"),
        ("day 31 of period", "month", "2016-02-05", "2016-02-29"),
        ("day 31 of period", "month", "2017-03-05", "2017-03-31"),
        ("day 31 of period", "month", "2017-04-05", "2017-04-30"),
        ("day 32 of period", "quarter", "2017-08-05", "2017-08-01"),
        ("day 92 of period", "quarter", "2017-01-05", "2017-03-31"),
        ("day 60 of period", "year", "2017-01-05", "2017-03-01"),
        ("day 60 of period", "year", "2016-01-05", "2016-02-29"),
        ("end of next month", "month", "2017-01-05", "2017-02-28"),
        ("end of next month", "month", "2016-01-05", "2016-02-29"),
        ("end of next month", "month", "2017-02-05", "2017-03-31"),
        ("end of next month", "month", "2017-12-05", "2018-01-31"),
        ("end of next month", "quarter", "2017-08-05", "2017-10-31"),
        ("end of next month", "half", "2017-03-05", "2017-07-31"),
        ("end of next month", "year", "2017-03-05", "2018-01-31"),
        ("day 10 of next month", "month", "2017-07-05", "2017-08-10"),
        ("day 10 of next month", "month", "2017-12-05", "2018-01-10"),
        ("day 31 of next month", "month", "2017-01-05", "2017-02-28"),
        ("day 31 of next month", "month", "2017-02-05", "2017-03-31"),
        ("day 15 of next month", "quarter", "2017-11-05", "2018-01-15"),
        ("06-30", "year", "2017-01-01", "2017-06-30"),
        ("03-31 of next year", "year", "2017-01-01", "2018-03-31"),
        ("12-31", "year", "2017-01-01", "2017-12-31"),
        ("02-29", "year", "2016-01-01", "2016-02-29"),
        ("02-29", "year", "2017-01-01", "2017-02-28"),
        ("02-29 of next year", "year", "2015-01-01", "2016-02-29"),
        ("02-29 of next year", "year", "2016-01-01", "2017-02-28"),
        ("1 day after end of period", "month", "2017-07-05", "2017-08-01"),
        ("20 days after end of period", "month", "2017-07-05", "2017-08-20"),
        ("20 days after end of period", "year", "2017-07-05", "2018-01-20"),
        ("2 weeks after end of period", "week", "2017-08-05", "2017-08-20"),
        ("1 month after end of period", "month", "2017-01-05", "2017-02-28"),
        ("2 months after end of period", "month", "2017-01-05", "2017-03-31"),
        ("2 months after end of period", "year", "2017-01-05", "2018-02-28"),
        ("1 month after end of period", "month", "2017-06-05", "2017-07-30"),
        # 9 to 13 October (5), 16 to 20 (10), 23 to 27 (15): all of National Day lies between.
        ("15 working days after end of period", "quarter", "2017-08-05", "2017-10-27"),
        # 1 October is a Sunday: the count begins on the 9th.
        ("1 working day after end of period", "quarter", "2017-08-05", "2017-10-09"),
        # 2 to 5 January (4), 8 to 12 (9), 15 (10)
        ("10 working days after end of period", "year", "2017-08-05", "2018-01-15"),
    ],
)
def test_compute_from_a_period(form: str, kind: Kind, day: str, expected: str) -> None:
    assert compute(parse_deadline(form), official_calendar(), ZONE, covering(kind, day)) == (d(expected), False)


@pytest.mark.parametrize(
    ("form", "trigger", "expected"),
    [
        ("same day as event", "2017-08-05", "2017-08-05"),
        ("before event", "2017-08-05", "2017-08-04"),
        ("before event", "2018-01-01", "2017-12-31"),
        ("before event", "2016-03-01", "2016-02-29"),
        ("1 day before event", "2017-08-05", "2017-08-04"),
        ("5 days before event", "2017-08-05", "2017-07-31"),
        ("3 working days before event", "2017-10-09", "2017-09-28"),
        ("1 working day before event", "2017-10-09", "2017-09-30"),
        ("1 day after event", "2017-08-05", "2017-08-06"),
        ("20 days after event", "2017-08-20", "2017-09-09"),
        ("60 days after event", "2017-12-31", "2018-03-01"),
        ("60 days after event", "2015-12-31", "2016-02-29"),
        ("20 working days after event", "2017-09-25", "2017-10-27"),
        ("10 working days after event", "2017-12-31", "2018-01-15"),
        ("1 working day after event", "2017-09-29", "2017-09-30"),
        ("1 week after event", "2017-12-28", "2018-01-04"),
        ("1 month after event", "2017-08-31", "2017-09-30"),
        ("2 months after event", "2017-08-31", "2017-10-31"),
        ("6 months after event", "2017-08-31", "2018-02-28"),
        ("12 months after event", "2016-02-29", "2017-02-28"),
        ("14 days after previous", "2017-08-05", "2017-08-19"),
        ("10 working days after previous", "2017-09-25", "2017-10-13"),
        ("2 weeks after previous", "2017-08-05", "2017-08-19"),
        ("1 month after previous", "2017-01-31", "2017-02-28"),
    ],
)
def test_compute_from_a_trigger(form: str, trigger: str, expected: str) -> None:
    deadline = parse_deadline(form)
    assert compute(deadline, official_calendar(), ZONE, trigger=d(trigger)) == (d(expected), False)


@pytest.mark.parametrize(
    ("form", "trigger", "expected"),
    [
        ("same day as event", "2017-08-05 22:30", "2017-08-05"),
        ("before event", "2017-08-05 00:00", "2017-08-04"),
        ("1 day after event", "2017-08-05 22:30", "2017-08-06"),
        ("1 working day after event", "2017-08-04 22:30", "2017-08-07"),
        ("1 month after event", "2017-08-31 09:00", "2017-09-30"),
    ],
)
def test_counts_of_days_end_with_the_whole_day_whatever_the_hour_of_the_trigger(
    form: str, trigger: str, expected: str
) -> None:
    when = compute(parse_deadline(form), official_calendar(), ZONE, trigger=at(trigger)).when
    assert type(when) is date
    assert when == d(expected)


@pytest.mark.parametrize(
    ("form", "trigger", "expected"),
    [
        ("5 hours after event", "2017-08-05 22:30", "2017-08-06 03:30"),
        ("5 hours after event", "2017-08-05 09:00", "2017-08-05 14:00"),
        ("1 hour after event", "2017-12-31 23:59", "2018-01-01 00:59"),
        ("24 hours after event", "2017-02-28 10:15", "2017-03-01 10:15"),
        ("48 hours after event", "2016-02-28 10:15", "2016-03-01 10:15"),
        # A clock doesn't stop for a holiday.
        ("24 hours after event", "2017-09-30 18:00", "2017-10-01 18:00"),
    ],
)
def test_hours_run_on_the_clock(form: str, trigger: str, expected: str) -> None:
    when, provisional = compute(parse_deadline(form), official_calendar(), ZONE, trigger=at(trigger))
    assert isinstance(when, datetime)
    assert when == at(expected)
    assert when.utcoffset() == timedelta(hours=8)
    assert not provisional


def test_hours_are_shown_by_the_plans_clock() -> None:
    computed = compute(
        parse_deadline("5 hours after event"), PINNED, ZONE, trigger=datetime(2017, 8, 5, 14, 30, tzinfo=UTC)
    )
    assert isinstance(computed.when, datetime)
    assert computed.when.isoformat() == "2017-08-06T03:30:00+08:00"


def test_hours_are_hours_when_the_clock_is_put_back() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    trigger = datetime(2017, 10, 29, 0, 30, tzinfo=berlin)  # at 03:00 the clock went back to 02:00
    computed = compute(parse_deadline("5 hours after event"), PINNED, berlin, trigger=trigger)
    assert isinstance(computed.when, datetime)
    assert computed.when.isoformat() == "2017-10-29T04:30:00+01:00"


def test_hours_need_the_time_of_their_trigger() -> None:
    with pytest.raises(ValueError, match=r"^a clock of hours needs the time of its trigger$"):
        compute(parse_deadline("5 hours after event"), PINNED, ZONE, trigger=d("2017-08-05"))


def test_fixed_dates_and_none() -> None:
    assert compute(parse_deadline("2017-12-31"), PINNED, ZONE) == (d("2017-12-31"), False)
    assert compute(parse_deadline("2018-12-31 17:30"), PINNED, ZONE) == (at("2018-12-31 17:30"), False)
    assert compute(parse_deadline("2018-12-31 00:00"), PINNED, ZONE) == (at("2018-12-31 00:00"), False)
    assert compute(parse_deadline("none"), PINNED, ZONE) == (None, False)


@pytest.mark.parametrize(
    ("form", "trigger", "expected", "provisional"),
    [
        pytest.param("1 working day after event", "2026-12-25", "2026-12-28", False, id="up to 28 December"),
        pytest.param("2 working days after event", "2026-12-25", "2026-12-29", True, id="29 December is unsettled"),
        pytest.param("5 working days after event", "2026-12-25", "2027-01-01", True, id="a year without data"),
        pytest.param("3 working days before event", "2027-01-04", "2026-12-30", True, id="back into December"),
        pytest.param("1 working day before event", "2026-12-29", "2026-12-28", False, id="not reading the event's day"),
        # Calendar days and months read no working day, so nothing about them can change.
        pytest.param("10 days after event", "2026-12-25", "2027-01-04", False, id="days"),
        pytest.param("1 month after event", "2026-12-31", "2027-01-31", False, id="months"),
        pytest.param("same day as event", "2027-06-01", "2027-06-01", False, id="same day"),
    ],
)
def test_a_count_of_working_days_that_read_an_unsettled_day_is_provisional(
    form: str, trigger: str, expected: str, provisional: bool
) -> None:
    assert compute(parse_deadline(form), PINNED, ZONE, trigger=d(trigger)) == (d(expected), provisional)


@pytest.mark.parametrize(
    ("when", "expected", "provisional"),
    [
        pytest.param(d("2017-12-29"), d("2017-12-29"), False, id="a Friday stays"),
        pytest.param(d("2017-12-31"), d("2018-01-02"), False, id="Sunday, over New Year's Day"),
        pytest.param(d("2017-10-01"), d("2017-10-09"), False, id="a long holiday"),
        pytest.param(d("2017-09-30"), d("2017-09-30"), False, id="a make-up Saturday stays"),
        pytest.param(at("2017-12-31 17:30"), at("2018-01-02 17:30"), False, id="the time of day is kept"),
        pytest.param(at("2017-12-29 17:30"), at("2017-12-29 17:30"), False, id="a time on a working day stays"),
        pytest.param(d("2026-12-29"), d("2026-12-29"), True, id="an unsettled day was read"),
        pytest.param(d("2027-05-01"), d("2027-05-03"), True, id="a year without data"),
    ],
)
def test_roll_forward(when: When, expected: When, provisional: bool) -> None:
    assert roll_forward(when, PINNED) == (expected, provisional)


def test_the_quarters_deadlines_that_fall_on_holidays_in_2017() -> None:
    calendar = official_calendar()
    ends = [
        compute(parse_deadline("end of period"), calendar, ZONE, covering("quarter", day)).when
        for day in ("2017-01-01", "2017-04-01", "2017-07-01", "2017-10-01")
    ]
    rolled = [roll_forward(end, calendar).when for end in ends if end is not None]
    # Friday; Friday; a make-up Saturday; Sunday before New Year's Day
    assert rolled == [d("2017-03-31"), d("2017-06-30"), d("2017-09-30"), d("2018-01-02")]


@settings(deadline=None, max_examples=100)
@given(st.dates(date(2008, 1, 1), date(2020, 12, 31)), st.integers(1, 400))
def test_working_days_after_agree_with_counting_one_day_at_a_time(day: date, count: int) -> None:
    unit = "working day" if count == 1 else "working days"
    expected, left = day, count
    while left:
        expected += timedelta(days=1)
        left -= bool(NOTICES.is_working_day(expected))
    assert compute(parse_deadline(f"{count} {unit} after event"), PINNED, ZONE, trigger=day) == (expected, False)


def test_day_of_and_the_instants_of_a_window() -> None:
    assert day_of(d("2017-08-05")) == d("2017-08-05")
    assert day_of(at("2017-08-05 23:30")) == d("2017-08-05")
    assert first_instant(d("2017-08-05"), ZONE) == at("2017-08-05 00:00")
    assert first_instant(at("2017-08-05 09:30"), ZONE) == at("2017-08-05 09:30")
    assert last_instant(at("2017-08-05 09:30"), ZONE) == at("2017-08-05 09:30")
    whole = last_instant(d("2017-08-05"), ZONE)
    assert at("2017-08-05 23:59:59") <= whole < at("2017-08-06 00:00")
