"""Frequencies, seasons and lengths of time: what is read, how it is printed, and what is refused with which hint."""

from datetime import date

import pytest

from gongkai_cli.frequencies import (
    Frequency,
    Length,
    NotAForm,
    Season,
    nearest,
    parse_frequency,
    parse_length,
    parse_season,
)
from gongkai_cli.messages import Words


def d(text: str) -> date:
    return date.fromisoformat(text)


def hint_of(error: NotAForm) -> str:
    return Words("en")(error.hint) if error.hint else ""


def hinted_form(hint: str) -> str:
    """The form in backquotes of a hint that says which form is nearest."""
    lead = "the nearest form is `"
    return hint.removeprefix(lead).removesuffix("`") if hint.startswith(lead) else ""


@pytest.mark.parametrize(
    ("value", "expected", "kind", "periodic"),
    [
        ("once", Frequency("once"), None, False),
        ("daily", Frequency("daily"), "day", True),
        ("every working day", Frequency("every working day"), "day", True),
        ("weekly", Frequency("weekly"), "week", True),
        ("monthly", Frequency("monthly"), "month", True),
        ("quarterly", Frequency("quarterly"), "quarter", True),
        ("semiannual", Frequency("semiannual"), "half", True),
        ("annual", Frequency("annual"), "year", True),
        ("every 5 days", Frequency("every", 5, "day"), None, True),
        ("every 1 days", Frequency("every", 1, "day"), None, True),
        ("every 2 weeks", Frequency("every", 2, "week"), None, True),
        ("every 18 months", Frequency("every", 18, "month"), None, True),
        ("every 365 days", Frequency("every", 365, "day"), None, True),
        ("rrule FREQ=MONTHLY;BYDAY=1MO", Frequency("rrule", rule="FREQ=MONTHLY;BYDAY=1MO"), None, True),
        ("on congress-closed", Frequency("event", event="congress-closed"), None, False),
        ("continuous", Frequency("continuous"), None, False),
        ("recurring", Frequency("recurring"), None, False),
    ],
)
def test_frequency(value: str, expected: Frequency, kind: str | None, periodic: bool) -> None:
    parsed = parse_frequency(value)
    assert parsed == expected
    assert str(parsed) == value
    assert parse_frequency(str(parsed)) == parsed
    assert (parsed.kind, parsed.periodic) == (kind, periodic)


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("Monthly", "monthly"),
        ("monthy", "monthly"),
        ("month", "monthly"),
        ("every month", "monthly"),
        ("每月", "monthly"),
        ("每个工作日", "every working day"),
        ("bimonthly", "every 2 months"),
        ("biweekly", "every 2 weeks"),
        ("every two weeks", "every N weeks"),
        ("every 0 days", "every N days"),
        ("on", "on EVENT"),
        ("each month", "monthly"),
        ("every day", "daily"),
        ("every week", "weekly"),
        ("every quarter", "quarterly"),
        ("quaterly", "quarterly"),
        ("every year", "annual"),
        ("yearly", "annual"),
        ("anual", "annual"),
        ("half-yearly", "semiannual"),
        ("semi-annual", "semiannual"),
        ("Once", "once"),
        ("monthly ", "monthly"),
        (" weekly", "weekly"),
        ("every working days", "every working day"),
        ("every workday", "every working day"),
        ("every 5 day", "every 5 days"),
        ("every 1 day", "every 1 days"),
        ("every  5 days", "every 5 days"),
        ("every 5days", "every 5 days"),
        ("5 days", "every 5 days"),
        ("every 2 week", "every 2 weeks"),
        ("every 3 month", "every 3 months"),
        ("Every 3 Months", "every 3 months"),
        ("continous", "continuous"),
        ("continuously", "continuous"),
        ("reccuring", "recurring"),
    ],
)
def test_a_near_miss_is_refused_with_the_nearest_form(value: str, form: str) -> None:
    with pytest.raises(NotAForm) as refusal:
        parse_frequency(value)
    assert hinted_form(hint_of(refusal.value)) == form


REFUSED_FREQUENCIES = [
    "", " ", "每月", "now and then", "every", "every days", "every 0 days", "every 05 days", "every -5 days",
    "every 1.5 days", "every 10000 days", "every ５ days", "every 5 working days", "every 3 years", "on", "on ",
    "on  x", "on a b", "rrule", "rrule ", "RRULE FREQ=DAILY", "monthly\n", "every 5 days\n", "biweekly", "none",
]  # fmt: skip


@pytest.mark.parametrize("value", REFUSED_FREQUENCIES, ids=repr)
def test_every_refusal_names_a_form(value: str) -> None:
    with pytest.raises(NotAForm) as refusal:
        parse_frequency(value)
    hint = hint_of(refusal.value)
    assert hinted_form(hint) or "every N days|weeks|months" in hint


@pytest.mark.parametrize("value", REFUSED_FREQUENCIES, ids=repr)
def test_the_form_that_a_refusal_names_is_one(value: str) -> None:
    with pytest.raises(NotAForm) as refusal:
        parse_frequency(value)
    # `N` stands for any number in a form that is named without one.
    form = hinted_form(hint_of(refusal.value)).replace("N ", "5 ")
    if form:
        assert str(parse_frequency(form)) == form


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY",
        "FREQ=WEEKLY;BYDAY=MO,TH",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=MONTHLY;BYDAY=1MO",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=YEARLY;BYMONTH=3,9;BYMONTHDAY=10",
        "FREQ=YEARLY;INTERVAL=2;BYMONTH=6;BYMONTHDAY=30",
        "FREQ=MONTHLY;COUNT=3",
        "FREQ=MONTHLY;UNTIL=20171231",
        "COUNT=3;FREQ=MONTHLY",
        "FREQ=WEEKLY;WKST=SU;INTERVAL=2",
    ],
)
def test_rules_of_dates_are_accepted(rule: str) -> None:
    assert parse_frequency(f"rrule {rule}") == Frequency("rrule", rule=rule)


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param("FREQ=HOURLY", id="hours"),
        pytest.param("FREQ=MINUTELY", id="minutes"),
        pytest.param("FREQ=SECONDLY", id="seconds"),
        pytest.param("freq=hourly", id="hours in small letters"),
        pytest.param("FREQ=DAILY;BYHOUR=9", id="BYHOUR"),
        pytest.param("FREQ=DAILY;BYMINUTE=30", id="BYMINUTE"),
        pytest.param("FREQ=DAILY;BYSECOND=30", id="BYSECOND"),
        pytest.param("DTSTART:20170101 RRULE:FREQ=DAILY", id="DTSTART"),
        pytest.param("FREQ=DAILY;DTSTART=20170101", id="DTSTART as a part"),
        pytest.param("FREQ=DAILY\nFREQ=WEEKLY", id="two lines"),
        pytest.param("INTERVAL=2", id="no FREQ"),
        pytest.param("monthly", id="a word"),
        pytest.param("FREQ=FORTNIGHTLY", id="unknown FREQ"),
        pytest.param("FREQ=DAILY;", id="empty part"),
        pytest.param("FREQ=DAILY;BYDAY=XX", id="unknown day"),
        pytest.param("FREQ=DAILY;INTERVAL=two", id="INTERVAL is no number"),
        pytest.param("FREQ=DAILY;COLOUR=RED", id="unknown part"),
        pytest.param("FREQ=DAILY;UNTIL=someday", id="UNTIL is no date"),
        # What RFC 5545 section 3.3.10 rules out, and a lenient library lets pass.
        pytest.param("FREQ=DAILY;INTERVAL=0", id="INTERVAL below 1"),
        pytest.param("FREQ=DAILY;COUNT=-1", id="COUNT below 1"),
        pytest.param("FREQ=DAILY;UNTIL=2017-12-31", id="UNTIL in another form of date"),
        pytest.param("FREQ=DAILY;BYMONTH=13", id="a 13th month"),
        # What dateutil would look for up to the year 9999, or stumble over.
        pytest.param("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=300", id="the 300th Monday of a month"),
        pytest.param("FREQ=DAILY;BYSETPOS=366", id="the 366th date of a day"),
        pytest.param("FREQ=DAILY;BYMONTHDAY=31;BYSETPOS=1", id="one date of a day"),
        pytest.param("FREQ=MONTHLY;BYDAY=53MO", id="the 53rd Monday of a month"),
        pytest.param("FREQ=YEARLY;BYDAY=6MO;BYMONTH=2", id="the sixth Monday of February"),
        pytest.param("FREQ=YEARLY;BYDAY=99MO", id="the 99th Monday of a year"),
        pytest.param("FREQ=YEARLY;BYDAY=1MO;BYWEEKNO=3", id="the first Monday of a week"),
        pytest.param("FREQ=MONTHLY;UNTIL=20171399", id="UNTIL in a 13th month"),
        pytest.param("FREQ=MONTHLY;INTERVAL=99999999999", id="a very long INTERVAL"),
        pytest.param("RDATE:20170801", id="another property"),
        pytest.param("FREQ=DAILY EXDATE:20170801", id="two properties"),
    ],
)
def test_rules_that_are_no_rfc_5545_rule_of_dates_are_refused_with_a_hint(rule: str) -> None:
    with pytest.raises(NotAForm) as refusal:
        parse_frequency(f"rrule {rule}")
    assert hint_of(refusal.value)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_until_and_count_in_one_rule_are_refused() -> None:
    # RFC 5545 section 3.3.10: they MUST NOT occur in the same rule. Without the filter dateutil's warning would
    # end the test before the refusal could be seen to be missing.
    with pytest.raises(NotAForm):
        parse_frequency("rrule FREQ=DAILY;COUNT=3;UNTIL=20170805")


@pytest.mark.parametrize(
    ("value", "expected", "printed"),
    [
        ("5 working days", Length(5, "working day"), "5 working days"),
        ("1 working day", Length(1, "working day"), "1 working day"),
        ("1 day", Length(1, "day"), "1 day"),
        ("1 days", Length(1, "day"), "1 day"),
        ("10 days", Length(10, "day"), "10 days"),
        ("2 weeks", Length(2, "week"), "2 weeks"),
        ("1 week", Length(1, "week"), "1 week"),
        ("3 months", Length(3, "month"), "3 months"),
    ],
)
def test_length(value: str, expected: Length, printed: str) -> None:
    assert parse_length(value) == expected
    assert str(expected) == printed
    assert parse_length(printed) == expected


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("5 day", "5 days"),
        ("5 working day", "5 working days"),
        ("5 workdays", "5 working days"),
        ("5 business days", "5 working days"),
        ("5working days", "5 working days"),
        ("1 hour", "1 day"),
        ("48 hours", "2 days"),
        ("5个工作日", "5 working days"),
        ("20个工作日内", "20 working days"),
        ("3个月", "3 months"),
        ("0 days", "N days"),
        ("2 week", "2 weeks"),
        ("3 Months", "3 months"),
        ("3 months ", "3 months"),
    ],
)
def test_a_near_miss_of_a_length_is_refused_with_the_nearest_form(value: str, form: str) -> None:
    with pytest.raises(NotAForm) as refusal:
        parse_length(value)
    assert hinted_form(hint_of(refusal.value)) == form


@pytest.mark.parametrize(
    "value",
    [
        "",
        "5",
        "days",
        "0 days",
        "05 days",
        "-5 days",
        "1.5 days",
        "5 hours",
        "10000 days",
        "5 years",
        "五天",
        "5 days\n",
    ],
    ids=repr,
)
def test_the_form_that_a_refused_length_names_is_one(value: str) -> None:
    with pytest.raises(NotAForm) as refusal:
        parse_length(value)
    form = hinted_form(hint_of(refusal.value)).replace("N ", "5 ")
    assert str(parse_length(form)) == form


def spans(value: str, first: str, last: str) -> list[tuple[str, str]]:
    return [(a.isoformat(), b.isoformat()) for a, b in parse_season(value).spans(d(first), d(last))]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("06-01..09-30", Season((6, 1), (9, 30))),
        ("11-01..02-28", Season((11, 1), (2, 28))),
        ("02-29..03-01", Season((2, 29), (3, 1))),
        ("06-01..06-01", Season((6, 1), (6, 1))),
        ("2017-06-01..2017-09-30", Season(d("2017-06-01"), d("2017-09-30"))),
        ("2017-12-01..2018-02-28", Season(d("2017-12-01"), d("2018-02-28"))),
        ("2017-06-01..2017-06-01", Season(d("2017-06-01"), d("2017-06-01"))),
    ],
)
def test_season(value: str, expected: Season) -> None:
    assert parse_season(value) == expected
    assert str(expected) == value


@pytest.mark.parametrize(
    ("value", "first", "last", "expected"),
    [
        pytest.param("06-01..09-30", "2017-01-01", "2017-12-31", [("2017-06-01", "2017-09-30")], id="one year"),
        pytest.param(
            "06-01..09-30",
            "2017-07-11",
            "2018-06-01",
            [("2017-06-01", "2017-09-30"), ("2018-06-01", "2018-09-30")],
            id="whole, though the range cuts both",
        ),
        pytest.param("06-01..09-30", "2017-10-01", "2018-05-31", [], id="between two seasons"),
        pytest.param(
            "11-01..02-28",
            "2017-01-01",
            "2017-12-31",
            [("2016-11-01", "2017-02-28"), ("2017-11-01", "2018-02-28")],
            id="over the New Year, at both ends",
        ),
        pytest.param("11-01..02-28", "2017-03-01", "2017-10-31", [], id="the gap of a wrapping season"),
        pytest.param("12-31..01-01", "2018-01-01", "2018-01-01", [("2017-12-31", "2018-01-01")], id="two days"),
        pytest.param("02-01..02-29", "2017-01-01", "2017-12-31", [("2017-02-01", "2017-02-28")], id="common year"),
        pytest.param("02-01..02-29", "2016-01-01", "2016-12-31", [("2016-02-01", "2016-02-29")], id="leap year"),
        pytest.param("12-01..02-29", "2016-02-29", "2016-02-29", [("2015-12-01", "2016-02-29")], id="wraps to 02-29"),
        pytest.param(
            "2017-06-01..2017-09-30",
            "2017-07-11",
            "2019-12-31",
            [("2017-06-01", "2017-09-30")],
            id="a dated season does not come back",
        ),
        pytest.param("2017-06-01..2017-09-30", "2017-10-01", "2019-12-31", [], id="a dated season that is over"),
        pytest.param(
            "2016-12-01..2018-01-31",
            "2017-01-01",
            "2017-12-31",
            [("2016-12-01", "2018-01-31")],
            id="a dated season longer than a year",
        ),
    ],
)
def test_spans(value: str, first: str, last: str, expected: list[tuple[str, str]]) -> None:
    assert spans(value, first, last) == expected


@pytest.mark.parametrize(
    "value",
    [
        "", "summer", "06-01", "06-01..", "6-1..9-30", "06-01..9-30", "06-01-09-30", "06-01 .. 09-30", "06-01...09-30",
        "06-31..09-30", "02-30..03-01", "13-01..14-01", "00-01..01-01", "2017-06-01..09-30", "06-01..2017-09-30",
        "2017-02-29..2017-03-31", "2017-09-30..2017-06-01", "2017-6-1..2017-9-30", "06-01..09-30\n",
    ],
    ids=repr,
)  # fmt: skip
def test_bad_seasons_are_refused_with_a_hint(value: str) -> None:
    with pytest.raises(NotAForm) as refusal:
        parse_season(value)
    assert hint_of(refusal.value)


@pytest.mark.parametrize(
    ("word", "candidates", "expected"),
    [
        ("monthy", ["weekly", "monthly"], "monthly"),
        ("zzz", ["weekly", "monthly"], None),
        ("weekly", [], None),
    ],
)
def test_nearest(word: str, candidates: list[str], expected: str | None) -> None:
    assert nearest(word, candidates) == expected
