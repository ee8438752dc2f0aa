"""What is odd about the records of an occurrence, each signal at its edge."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from gongkai_cli.deadlines import When
from gongkai_cli.evaluation.assessment import Record
from gongkai_cli.evaluation.places import Filling
from gongkai_cli.evaluation.signals import filled_together, signals_of_records, url_date
from gongkai_cli.evaluation.statements import Publication
from gongkai_cli.evaluation.verdicts import Verdict
from gongkai_cli.periods import Period
from gongkai_cli.plan import Plan
from gongkai_cli.plan_file import parse_plan
from gongkai_cli.schedule import Occurrence, Slot
from gongkai_cli.workdays import official_calendar

ZONE = ZoneInfo("Asia/Shanghai")
PLAN = """\
version: 1
plan: {id: p, title: P, issued: 2017-07-11, ends: 2017-12-31SETTINGS}
owners: [{name: 财政局}, {name: 民政局}]
obligations:
  - {id: fiscal, clause: '1', quote: 按月公开, title: 月报, owner: 财政局, frequency: monthly,
     deadline: end of next month}
  - {id: reports, clause: '2', quote: 按月公开, title: 月报二, owner: [财政局, 民政局], completion: each,
     frequency: monthly, deadline: end of next month}
"""


def plan_of(settings: str = "") -> Plan:
    return parse_plan(PLAN.replace("SETTINGS", settings).encode(), "plan.yaml").usable()


def d(text: str) -> date:
    return date.fromisoformat(text)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def filling(published: When) -> Filling:
    return Filling(Publication(published, "", None, "", "publication", frozenset(), (1,), 1), "declared")


def verdict(
    *published: When, deciding: int | None = 0, deadline: When | None = None, opens: When | None = None,
    obligation: int = 0, owner: str = "财政局", label: str = "2017-07",
) -> Verdict:  # fmt: skip
    """A verdict on July, whose window runs through August unless told otherwise."""
    fillings = tuple(map(filling, published))
    period = Period(label, d("2017-07-01"), d("2017-07-31"))
    slot = Slot(period, opens or d("2017-08-01"), deadline or d("2017-08-31"), provisional=False)
    occurrence = Occurrence(plan_of().obligations[obligation], (owner,), slot)
    decides = fillings[deciding] if deciding is not None and fillings else None
    return Verdict(occurrence, "satisfied", False, 0, None, None, fillings, decides)


def record(published: str, title: str = "", url: str = "", recorded: str = "") -> Record:
    return Record(published, title, url, "publication", "declared", "log.csv", 2, recorded)


def signals(found: Verdict, *records: Record, settings: str = "", together: int = 1) -> Sequence[str]:
    share = (found.occurrence.obligation.id, found.occurrence.owners)
    days = {each.publication.published for each in found.fillings}
    counts = {(share, day.date() if isinstance(day, datetime) else day): together for day in days}
    return signals_of_records(plan_of(settings), official_calendar(), found, records, counts)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://a.gov.cn/art/t20170815_123.html", "2017-08-15"),
        ("http://a.gov.cn/2017/0815/1.html", "2017-08-15"),
        ("http://a.gov.cn/2017-08-15/1.html", "2017-08-15"),
        ("http://a.gov.cn/2017/8/5/1.html", "2017-08-05"),
        ("http://a.gov.cn/20170815/1.html", "2017-08-15"),
        ("http://a.gov.cn/20170815/t20170815_1.html", "2017-08-15"),
        ("http://a.gov.cn/20170815/t20170816_1.html", None),  # two days
        ("http://a.gov.cn/20170230/1.html", None),
        ("http://a.gov.cn/20170230/t20170815_1.html", "2017-08-15"),
        ("http://a.gov.cn/19990815/1.html", None),
        ("http://a.gov.cn/content_20170815.html", None),
        ("http://a.gov.cn/201708/1.html", None),
        ("", None),
    ],
)
def test_the_day_that_an_address_carries(url: str, expected: str | None) -> None:
    assert url_date(url) == (d(expected) if expected else None)


def test_how_many_occurrences_of_a_share_were_filled_on_a_day() -> None:
    verdicts = [
        verdict(d("2017-09-05")),
        verdict(at("2017-09-05 09:30"), label="2017-08"),
        verdict(d("2017-09-06"), d("2017-09-05"), deciding=1, label="2017-09"),
        verdict(d("2017-09-06"), label="2017-10"),
        verdict(d("2017-09-05"), deciding=None, label="2017-11"),
        verdict(d("2017-09-05"), obligation=1),
        verdict(d("2017-09-05"), obligation=1, owner="民政局"),
    ]
    assert filled_together(verdicts) == {
        (("fiscal", ("财政局",)), d("2017-09-05")): 3,
        (("fiscal", ("财政局",)), d("2017-09-06")): 1,
        (("reports", ("财政局",)), d("2017-09-05")): 1,
        (("reports", ("民政局",)), d("2017-09-05")): 1,
    }


def test_what_is_as_it_should_be_has_no_signal() -> None:
    found = verdict(d("2017-08-05"))
    assert signals(found, record("2017-08-05", "月报", "http://a/20170805/1", recorded="2017-08-05")) == ()
    assert signals(verdict()) == ()


@pytest.mark.parametrize(("together", "expected"), [(2, ()), (3, ("several-periods-on-one-day",))])
def test_several_periods_on_one_day(together: int, expected: tuple[str, ...]) -> None:
    assert signals(verdict(d("2017-08-05")), together=together) == expected
    assert signals(verdict(d("2017-08-05"), deciding=None), together=together) == ()


def test_how_many_periods_are_several_is_for_the_plan_to_say() -> None:
    assert signals(verdict(d("2017-08-05")), settings=", signals: {filled_together: 5}", together=4) == ()
    assert signals(verdict(d("2017-08-05")), settings=", signals: {filled_together: 5}", together=5) != ()


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (d("2017-07-31"), ("published-before-window",)),
        (d("2017-08-01"), ()),
        (at("2017-07-31 23:59"), ("published-before-window",)),
        (at("2017-08-01 00:00"), ()),
    ],
)
def test_published_before_the_window(published: When, expected: tuple[str, ...]) -> None:
    assert signals(verdict(published)) == expected
    assert signals(verdict(published, opens=at("2017-08-01 10:30"))) == expected  # the day alone is asked


def test_any_record_may_be_the_odd_one_and_a_signal_is_given_once() -> None:
    found = verdict(d("2017-08-05"), d("2017-07-30"), d("2017-07-31"))
    assert signals(found) == ("published-before-window",)


def test_a_day_without_a_time_where_hours_count() -> None:
    noon = at("2017-08-31 12:00")
    assert signals(verdict(d("2017-08-31"), deadline=noon)) == ("day-without-time-against-hours",)
    assert signals(verdict(at("2017-08-31 11:00"), deadline=noon)) == ()
    assert signals(verdict(d("2017-08-31"))) == ()
    assert signals(verdict(at("2017-08-31 11:00"))) == ()


@pytest.mark.parametrize(
    ("recorded", "settings", "expected"),
    [
        # Five working days after Thursday, 31 August, are over on Thursday, 7 September.
        ("2017-09-07", ", signals: {recorded_after: 5 working days}", ()),
        ("2017-09-08", ", signals: {recorded_after: 5 working days}", ("recorded-long-after",)),
        ("2017-09-10", ", signals: {recorded_after: 10 days}", ()),
        ("2017-09-11", ", signals: {recorded_after: 10 days}", ("recorded-long-after",)),
        ("2017-09-11 08:00", ", signals: {recorded_after: 10 days}", ("recorded-long-after",)),
        ("", ", signals: {recorded_after: 10 days}", ()),
        ("soon", ", signals: {recorded_after: 10 days}", ()),
    ],
)
def test_recorded_long_after_the_day_claimed(recorded: str, settings: str, expected: tuple[str, ...]) -> None:
    found = verdict(d("2017-08-31"))
    assert signals(found, record("2017-08-31", recorded=recorded), settings=settings) == expected
    assert signals(found, record("2017-08-31T09:30:00+08:00", recorded=recorded), settings=settings) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [("20170829", ()), ("20170828", ("url-date-differs",)), ("20170902", ()), ("20170903", ("url-date-differs",))],
)
def test_an_address_with_another_date(day: str, expected: tuple[str, ...]) -> None:
    found = verdict(d("2017-08-31"))
    url = f"http://a.gov.cn/{day}/1.html"
    assert signals(found, record("2017-08-31", url=url), settings=", signals: {url_days: 2}") == expected


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([("2017-08-05", "月报", "a/1"), ("2017-08-05", "月报", "a/2")], True),  # one title
        ([("2017-08-05", "月报", "a/1"), ("2017-08-05", "转载", "a/1")], True),  # one address
        ([("2017-08-05", "月报", ""), ("2017-08-05T09:30:00+08:00", "月报", "")], True),  # one day
        ([("2017-08-05", "月报", "a/1"), ("2017-08-06", "月报", "a/1")], False),
        ([("2017-08-05", "月报", "a/1"), ("2017-08-05", "周报", "a/2")], False),
        ([("2017-08-05", "", ""), ("2017-08-05", "", "")], False),
        ([("2017-08-05", "a/1", "a/1")], False),  # a title that is the address
    ],
)
def test_likely_duplicates(records: list[tuple[str, str, str]], expected: bool) -> None:
    found = signals(verdict(d("2017-08-05")), *(record(*each) for each in records))
    assert found == (("likely-duplicates",) if expected else ())
