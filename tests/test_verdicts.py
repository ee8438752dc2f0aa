"""The numbers beside a status, what a verdict rests on, and why a line has no occurrence: worked out by hand."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from held_in_memory import MemoryGroup, grouped

from gongkai_cli.deadlines import When
from gongkai_cli.evaluation import STATUSES, Evaluation, Verdict, evaluate, instant
from gongkai_cli.evaluation.verdicts import escalation, later, warns_from
from gongkai_cli.frequencies import parse_length
from gongkai_cli.messages import Words
from gongkai_cli.plan import Plan
from gongkai_cli.plan_file import parse_plan
from gongkai_cli.workdays import official_calendar

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = official_calendar()


def d(text: str) -> date:
    return date.fromisoformat(text)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def plan_of(*obligations: str, header: str = "") -> Plan:
    """A plan of the second half of 2017; each obligation as the rest of its mapping."""
    duties = "".join(
        f"  - {{id: d{n}, clause: '1', quote: 公开, title: 事项{n}, owner: 财政局, {keys}}}\n"
        for n, keys in enumerate(obligations)
    )
    written = f"""\
version: 1
plan: {{id: p, title: P, issued: 2017-07-11, ends: 2017-12-31{header}}}
owners: [{{name: 财政局}}]
events: {{congress: 人代会}}
obligations:
{duties}"""
    return parse_plan(written.encode(), "plan.yaml").usable()


class Held:
    """Verdicts on a plan, and which lines they rest on, by their place in the log."""

    def __init__(self, plan: Plan, lines: Sequence[dict[str, str]], as_of: When, known_on: date | None = None) -> None:
        self._groups = {group.key: group for group in grouped(plan, lines, timed=True)}
        groups: list[MemoryGroup] = list(self._groups.values())
        self.evaluation: Evaluation = evaluate(plan, CALENDAR, groups, as_of, known_on)

    def __getitem__(self, label: str) -> Verdict:
        found = [each for each in self.evaluation.verdicts if each.occurrence.slot.period.label == label]
        assert len(found) == 1, label
        return found[0]

    @property
    def reasons(self) -> dict[int, str]:
        """Why lines have no occurrence, in English, by their place in the log."""
        english = Words("en")
        return {line: english(why) for key, why in self.evaluation.unmatched.items() for line in self.lines(key)}

    def lines(self, *keys: int | None) -> list[int]:
        return sorted(
            line for key in keys if key is not None for member in self._groups[key].members for line in member
        )


def line(published: str, **cells: str) -> dict[str, str]:
    return {"obligation": "d0", "published": published, **cells}


def paper(kind: str, published: str, until: str, **cells: str) -> dict[str, str]:
    said = {"approved_by": "政府办", "reference": "1号", "note": "改版"}
    return {"kind": kind, "obligation": "d0", "published": published, "until": until, **said, **cells}


MONTHLY = "frequency: monthly, deadline: end of next month"


@pytest.mark.parametrize(
    ("warn_before", "deadline", "expected"),
    [
        # The holidays of October 2017 ran from the 1st to the 8th; Saturday, 30 September, was worked.
        ("5 working days", "2017-10-09", "2017-09-26"),
        ("5 working days", "2017-08-31", "2017-08-24"),
        ("1 working day", "2017-10-08", "2017-09-30"),
        ("10 days", "2017-10-09", "2017-09-29"),
        ("2 weeks", "2017-10-09", "2017-09-25"),
        ("1 month", "2017-10-09", "2017-09-09"),
        ("1 month", "2017-03-31", "2017-02-28"),
        ("5 days", "2017-10-09 17:30", "2017-10-04"),
    ],
)
def test_from_when_on_a_deadline_is_near(warn_before: str, deadline: str, expected: str) -> None:
    plan = plan_of(MONTHLY, header=f", warn_before: {warn_before}")
    assert warns_from(plan, CALENDAR, at(deadline) if " " in deadline else d(deadline)) == d(expected)


@pytest.mark.parametrize(
    ("day", "length", "expected"),
    [
        ("2017-09-27", "5 working days", "2017-10-10"),  # 28, 29 and 30 September, 9 and 10 October
        ("2017-09-27", "5 days", "2017-10-02"),
        ("2017-09-27", "2 weeks", "2017-10-11"),
        ("2017-01-31", "1 month", "2017-02-28"),
        ("2017-09-27", "2 months", "2017-11-27"),
    ],
)
def test_the_last_day_of_a_length_of_time(day: str, length: str, expected: str) -> None:
    assert later(d(day), parse_length(length), CALENDAR) == d(expected)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2017-08-31", None),
        ("2017-09-01", "提醒"),
        ("2017-09-06", "提醒"),
        ("2017-09-07", "催办"),  # 1, 4, 5, 6 and 7 September are five working days
        ("2017-09-13", "催办"),
        ("2017-09-14", "通报"),  # 8, 11, 12, 13 and 14 September five more
        ("2018-01-01", "通报"),
    ],
)
def test_the_rung_of_the_ladder_that_is_reached(day: str, expected: str | None) -> None:
    ladder = "{after: 1 day, call: 提醒}, {after: 5 working days, call: 催办}, {after: 10 working days, call: 通报}"
    plan = plan_of(MONTHLY, header=f", escalation: [{ladder}]")
    assert escalation(plan, CALENDAR, d("2017-08-31"), at(f"{day} 00:00")) == expected
    assert escalation(plan, CALENDAR, at("2017-08-31 17:30"), at(f"{day} 23:59")) == expected
    held = Held(plan, [], d(day))["2017-07"]
    assert held.escalation == expected
    assert held.status == ("due" if expected is None else "overdue")


def test_the_statuses() -> None:
    assert STATUSES == ("satisfied", "waived", "late", "upcoming", "no_limit", "due", "overdue")


def test_a_day_is_looked_at_from_its_end_and_an_instant_from_itself() -> None:
    assert instant(d("2017-08-31"), ZONE).isoformat() == "2017-08-31T23:59:59.999999+08:00"
    assert instant(at("2017-08-31 17:30"), ZONE) == at("2017-08-31 17:30")


def test_the_second_of_two_records_decides_and_what_comes_after_is_extra() -> None:
    lines = [
        line("2017-08-03", url="a/1", period="2017-07"),
        line("2017-08-04", url="a/1", period="2017-07", kind="correction"),
        line("2017-08-05", url="a/2", period="2017-07"),
        line("2017-08-05", url="a/2", period="2017-07"),
        line("2017-08-07", url="a/3", period="2017-07"),
    ]
    held = Held(plan_of(f"{MONTHLY}, min_records: 2"), lines, d("2017-09-30"))
    found = held["2017-07"]
    assert found.status == "satisfied"
    assert found.deciding is not None
    assert found.deciding.publication.published == d("2017-08-05")
    assert found.counted == 3  # the correction is none, and two lines are one record
    extras = [(filling.publication.published.isoformat(), found.is_extra(filling)) for filling in found.fillings]
    assert extras == [("2017-08-03", False), ("2017-08-04", True), ("2017-08-05", False), ("2017-08-07", True)]


def test_where_too_few_records_are_none_is_extra() -> None:
    lines = [line("2017-08-03", period="2017-07"), line("2017-08-04", period="2017-07", kind="correction")]
    found = Held(plan_of(f"{MONTHLY}, min_records: 2"), lines, d("2017-09-30"))["2017-07"]
    assert (found.status, found.deciding, found.counted) == ("overdue", None, 1)
    assert [found.is_extra(filling) for filling in found.fillings] == [False, True]


@pytest.mark.parametrize(
    ("published", "cells", "status", "by_nil"),
    [
        ("2017-08-03", {"kind": "nil"}, "satisfied", True),
        ("2017-09-03", {"kind": "nil"}, "late", True),
        ("2017-08-03", {}, "satisfied", False),
        ("2017-09-03", {}, "late", False),
    ],
)
def test_what_was_fulfilled_by_nothing_to_publish(
    published: str, cells: dict[str, str], status: str, by_nil: bool
) -> None:
    lines = [line(published, period="2017-07", **cells)]
    found = Held(plan_of(f"{MONTHLY}, nil: accepted"), lines, d("2017-09-30"))["2017-07"]
    assert (found.status, found.by_nil) == (status, by_nil)


def test_nothing_to_publish_that_came_late_excuses_nothing_more_where_a_waiver_does() -> None:
    lines = [
        line("2017-09-03", period="2017-07", kind="nil"),
        paper("waiver", "2017-08-01", "2017-08-31", period="2017-07"),
    ]
    found = Held(plan_of(f"{MONTHLY}, nil: accepted"), lines, d("2017-09-30"))["2017-07"]
    assert (found.status, found.by_nil) == ("waived", False)


def test_a_verdict_names_the_papers_that_it_rests_on() -> None:
    lines = [
        paper("waiver", "2017-08-01", "2017-08-31", period="2017-07"),
        paper("extension", "2017-09-01", "2017-10-09", period="2017-08"),
        paper("extension", "2017-09-29", "2017-10-13", period="2017-08"),
    ]
    held = Held(plan_of(MONTHLY), lines, d("2017-10-31"))
    july, august, september = held["2017-07"], held["2017-08"], held["2017-09"]
    assert (july.status, held.lines(july.waiver), july.extension, july.original_deadline) == ("waived", [0], None, None)
    assert (august.status, august.waiver, held.lines(august.extension)) == ("overdue", None, [2])
    assert (august.original_deadline, august.deadline) == (d("2017-09-30"), d("2017-10-13"))
    assert (september.waiver, september.extension, september.original_deadline) == (None, None, None)


def test_a_verdict_names_the_event_that_began_its_occurrence() -> None:
    lines = [
        {"kind": "event", "event": "congress", "published": "2017-08-01"},
        {"kind": "event", "event": "人代会", "published": "2017-09-01", "period": "second"},
    ]
    held = Held(plan_of("frequency: on congress, deadline: 20 days after event"), lines, d("2017-09-30"))
    assert held.lines(held["2017-08-01"].event) == [0]
    assert held.lines(held["second"].event) == [1]
    assert held["2017-08-01"].doubts == ()


def test_the_records_that_may_be_of_another_occurrence_are_its_doubts() -> None:
    lines = [
        line("2017-09-03", url="a/1"),  # August's by its day; July's perhaps, late
        line("2017-10-03", url="a/2", period="2017-09"),
    ]
    held = Held(plan_of(MONTHLY), lines, d("2017-10-31"))
    july, august = held["2017-07"], held["2017-08"]
    assert (july.status, july.uncertain, held.lines(*july.doubts)) == ("overdue", True, [0])
    assert (august.status, august.uncertain, august.doubts) == ("satisfied", False, ())


@pytest.mark.parametrize(
    ("as_of", "days_late"),
    [
        ("2017-08-31 17:30", 0),
        ("2017-08-31 17:31", 1),
        ("2017-09-01 17:30", 1),
        ("2017-09-01 17:31", 2),
        ("2017-09-02 17:30", 2),
    ],
)
def test_days_after_a_deadline_with_a_time_are_24_hours_begun(as_of: str, days_late: int) -> None:
    found = Held(plan_of("frequency: once, deadline: 2017-08-31 17:30"), [], at(as_of))["once"]
    assert (found.status, found.days_late) == ("overdue" if days_late else "due", days_late)


def test_days_late_of_a_record_on_a_clock_are_days_of_the_clock() -> None:
    plan = plan_of("frequency: once, deadline: 2017-08-31 17:30")
    late: dict[str, Any] = {
        published: Held(plan, [line(published)], d("2017-12-31"))["once"].days_late
        for published in ("2017-08-31", "2017-08-31 17:31", "2017-09-01", "2017-09-02", "2017-09-02 18:00")
    }
    assert late == {
        "2017-08-31": 0, "2017-08-31 17:31": 1, "2017-09-01": 1, "2017-09-02": 2, "2017-09-02 18:00": 3,
    }  # fmt: skip


def test_a_record_that_is_late_somewhere_is_the_doubt_of_where_it_lies() -> None:
    lines = [line("2017-09-05", url="a/1"), line("2017-09-06", url="a/2")]
    held = Held(plan_of(MONTHLY), lines, d("2017-09-30"))
    july, august = held["2017-07"], held["2017-08"]
    assert (july.status, held.lines(*july.doubts)) == ("late", [1])
    assert (august.status, august.doubts) == ("satisfied", ())


def test_a_record_of_after_the_last_window_is_its_doubt() -> None:
    held = Held(plan_of(MONTHLY), [line("2018-02-05")], d("2018-02-28"))
    december, november = held["2017-12"], held["2017-11"]
    assert (december.status, held.lines(*december.doubts)) == ("overdue", [0])
    assert (november.status, november.doubts) == ("overdue", ())
    assert held.reasons == {0: "it lies outside every window of the plan"}


ONCE = "frequency: once, deadline: 2017-08-31"
OUTSIDE = "it lies outside every window of the plan"
ENDED = "the duty had ended"
FORMED_ELSEWHERE = "its day of formation begins no duty of the plan"


@pytest.mark.parametrize(
    ("duty", "lines", "reasons"),
    [
        # Publications that name a period.
        (MONTHLY, [line("2017-08-05", period="2018年1月")], {0: "there is no such period: 2018-01"}),
        (MONTHLY, [line("2017-08-05", period="第三季度")], {0: "there is no such period: 第三季度"}),
        (MONTHLY, [line("2017-08-05", title="2018年1月情况")], {0: "there is no such period: 2018-01"}),
        (ONCE, [line("2017-08-05", period="2017-08")], {0: "there is no such period: 2017-08"}),
        # And those that do not.
        (MONTHLY, [line("2017-07-31"), line("2018-02-01")], {0: OUTSIDE, 1: OUTSIDE}),
        (MONTHLY, [line("2017-07-31", kind="correction")], {0: OUTSIDE}),
        ("frequency: on congress, deadline: 5 days after event", [line("2017-07-31")], {0: OUTSIDE}),
        # Duties that must be kept fresh.
        (
            "frequency: continuous, deadline: 14 days after previous",
            [line("2017-07-10"), line("2017-12-31", url="a/1"), line("2018-01-01"), line("2018-01-20")],
            {0: "it lies before the first window of the plan", 3: ENDED},
        ),
        (
            "frequency: continuous, deadline: 14 days after previous",
            [line("2017-07-20", period="2017-07-20"), line("2017-07-21", period="2017-07-11")],
            {0: "there is no such period: 2017-07-20"},
        ),
        ("frequency: continuous, deadline: 14 days after previous, from: 2018-01-01", [line("2018-01-05")], {0: ENDED}),
        # Days of formation.
        (
            "frequency: on congress, deadline: 5 days after event",
            [line("2018-01-05", formed="2018-01-01"), line("2017-08-05", formed="2017-08-01", kind="correction")],
            {0: FORMED_ELSEWHERE, 1: FORMED_ELSEWHERE},
        ),
        (
            "frequency: on congress, deadline: 5 hours after event",
            [line("2017-08-05 09:00", formed="2017-08-05"), line("2017-08-05 10:00", formed="2017-08-05 08:00")],
            {0: "hours are counted here, so its formation needs a time"},
        ),
        # Events.
        (MONTHLY, [{"kind": "event", "event": "congress", "published": "2017-08-01"}],
         {0: "no duty of the plan begins with this event"}),
        (
            "frequency: on congress, deadline: 5 days after event",
            [{"kind": "event", "event": "congress", "published": "2018-01-01"}],
            {0: "no duty of the plan begins with this event"},
        ),
        # Extensions.
        (MONTHLY, [paper("extension", "2017-08-01", "2017-09-30", period="2018-01")],
         {0: "there is no such period: 2018-01"}),
        (MONTHLY, [paper("extension", "2017-09-01", "2017-09-30", period="2017-07")],
         {0: "it is dated after the deadline (2017-08-31)"}),
        (MONTHLY, [paper("extension", "2017-08-31", "2017-09-30", period="2017-07")], {}),
        (MONTHLY, [paper("extension", "2017-08-01", "2017-08-31", period="2017-07")],
         {0: "it does not move the deadline (2017-08-31) later"}),
        (MONTHLY, [paper("extension", "2017-08-01", "2017-08-31 17:30", period="2017-07")],
         {0: "it does not move the deadline (2017-08-31) later"}),
        ("frequency: once, deadline: none", [paper("extension", "2017-08-01", "2017-09-30", period="once")],
         {0: "no deadline is set, so none can be moved"}),
        (
            "frequency: continuous, deadline: 14 days after previous",
            [paper("extension", "2017-07-20", "2017-08-10", period="2017-07-12")],
            {0: "there is no such period: 2017-07-12"},
        ),
        # Waivers.
        (MONTHLY, [paper("waiver", "2017-09-01", "2017-09-29")],
         {0: "it covers no deadline; a waiver must be dated by the deadline"}),
        (MONTHLY, [paper("waiver", "2017-08-01", "2017-09-29", period="2017-08")],
         {0: "it covers no deadline; a waiver must be dated by the deadline"}),
        (MONTHLY, [paper("waiver", "2017-09-30", "2017-09-30")], {}),
    ],
)  # fmt: skip
def test_why_a_line_has_no_occurrence(duty: str, lines: list[dict[str, str]], reasons: dict[int, str]) -> None:
    assert Held(plan_of(duty), lines, d("2018-12-31")).reasons == reasons
    # It is the same for lines that are not known yet.
    assert Held(plan_of(duty), lines, d("2017-07-11"), known_on=d("2017-07-11")).reasons == reasons


def test_a_day_begins_at_midnight_of_the_plans_zone() -> None:
    # From 04:00 of the 31st to midnight are 20 hours, whatever the clock of the machine says.
    plan = plan_of("frequency: once, deadline: 2017-08-31 04:00")
    assert Held(plan, [line("2017-09-01")], d("2017-12-31"))["once"].days_late == 1
    assert Held(plan, [line("2017-09-02")], d("2017-12-31"))["once"].days_late == 2
