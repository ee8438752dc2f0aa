"""Verdicts: worked cases, and agreement with an evaluator written straight from the contract."""

import os
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from brute_force import differences, load_cases
from brute_force import evaluate as brute_force
from held_in_memory import grouped, held, settled
from hypothesis import HealthCheck, given, settings
from log_strategies import Scenario, scenarios

from gongkai_cli.evaluation import STATUSES, Evaluation, Status, evaluate
from gongkai_cli.plan_file import parse_plan
from gongkai_cli.workdays import official_calendar

CASES = list(load_cases())


@pytest.mark.parametrize("case", CASES, ids=[f"{case['file'][:2]} {case['name']}" for case in CASES])
def test_worked_case(case: dict[str, Any]) -> None:
    asked = (case["plan"], case["log"], str(case["as_of"]), case.get("known_on"))
    got = held(*asked)
    assert differences(case, got) == []
    assert_the_same_of_some_statuses(asked, got)


def assert_the_same_of_some_statuses(
    asked: tuple[str, list[dict[str, str]], str, str | None], got: dict[str, Any]
) -> None:
    """Whoever asks for some statuses gets those of the verdicts on everything, and all else as it was."""
    some: Sequence[tuple[Status, ...]] = (("overdue",), ("upcoming", "overdue"), ("overdue", "late"), ("upcoming",))
    for statuses in some:
        expected = [each for each in got["occurrences"] if each["status"] in statuses]
        assert held(*asked, statuses=statuses) == {**got, "occurrences": expected}


def comparable(found: dict[str, Any], lines: list[dict[str, str]]) -> dict[str, Any]:
    """What must agree: every verdict and the fate of every line; of records, what `settled` says.

    So is which of a publication and a `nil` of one day came first: groups of lines do not carry every title.
    """
    rows = []
    for found_row in found["occurrences"]:
        row = {**found_row, "records": [(each["line"], each["match"]) for each in found_row["records"]]}
        if {each["kind"] for each in found_row["records"]} >= {"nil", "publication"}:
            del row["by_nil"]
        rows.append(row)
    return {
        "occurrences": settled(rows, lines),
        "unmatched": sorted(each["line"] for each in found["unmatched"]),
        "rejected": sorted(each["line"] for each in found["rejected"]),
        "matched": found["matched"],
        "events_never_recorded": found["events_never_recorded"],
    }


# Fixed examples in CI, so that a build says the same twice; new ones on every other run.
@settings(
    max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=bool(os.environ.get("CI"))
)
@given(scenarios())
def test_the_brute_force_evaluator_agrees(scenario: Scenario) -> None:
    asked = (scenario.plan_yaml, scenario.lines, scenario.as_of, scenario.known_on)
    got = held(*asked)
    assert comparable(got, scenario.lines) == comparable(brute_force(*asked), scenario.lines)
    assert_the_same_of_some_statuses(asked, got)


MONTHLY = """\
version: 1
plan: {id: p, title: P, issued: 2017-07-11, ends: 2017-12-31}
owners: [{name: 财政局}]
obligations:
  - {id: fiscal, clause: '1', quote: 按月公开, title: 月报, owner: 财政局, frequency: monthly,
     deadline: end of next month, until: none}
"""


def evaluated(
    lines: list[dict[str, str]], as_of: date, known_on: date | None = None, until: date | None = None
) -> Evaluation:
    plan = parse_plan(MONTHLY.encode(), "plan.yaml").usable()
    return evaluate(plan, official_calendar(), grouped(plan, lines), as_of, known_on, until)


@pytest.mark.parametrize(
    ("as_of", "until", "last"),
    [
        (date(2017, 9, 30), None, "2017-12"),
        (date(2017, 9, 30), date(2017, 10, 31), "2017-12"),  # the plan goes further
        (date(2017, 9, 30), date(2018, 2, 1), "2018-02"),
        (date(2018, 5, 31), date(2018, 2, 1), "2018-05"),  # so does the day that is asked about
    ],
)
def test_a_duty_without_end_is_followed_as_far_as_is_asked(as_of: date, until: date | None, last: str) -> None:
    assert evaluated([], as_of, until=until).verdicts[-1].occurrence.slot.period.label == last


def test_periods_of_the_last_years_are_found_and_none_beyond() -> None:
    lines = [
        {"published": "2017-09-03", "obligation": "fiscal", "period": "2200-12"},
        {"published": "2017-09-03", "obligation": "fiscal", "period": "2201-01"},
    ]
    assert list(evaluated(lines, date(2017, 9, 30)).unmatched) == [1]


def test_lines_that_do_not_say_when_they_were_written_down_are_counted_where_it_matters() -> None:
    lines = [
        {"published": "2017-08-03", "obligation": "fiscal", "period": "2017-07"},
        {"published": "2017-08-03", "obligation": "fiscal", "period": "2017-07"},
        {"published": "2017-09-03", "obligation": "fiscal", "period": "2017-08", "recorded": "2017-09-04"},
        {"published": "2017-10-03", "obligation": "fiscal", "period": "2017-09"},  # of after the day
    ]
    assert evaluated(lines, date(2017, 9, 30), known_on=date(2017, 9, 30)).without_recorded == 2
    assert evaluated(lines, date(2017, 9, 30)).without_recorded == 0


def test_of_records_alike_those_without_an_occurrence_are_told_by_themselves() -> None:
    plan = parse_plan(MONTHLY.replace("until: none", "until: 2017-12-31").encode(), "plan.yaml").usable()
    lines = [
        {"kind": "extension", "obligation": "fiscal", "published": "2018-01-20", "period": "2017-12",
         "until": "2018-02-28", "approved_by": "政府办", "reference": "1号", "note": "改版"},
        # The next month would have opened by then: December takes the one that it wants.
        {"published": "2018-02-10", "obligation": "fiscal", "url": "a/1"},
        {"published": "2018-02-10", "obligation": "fiscal", "url": "a/2"},
        {"published": "2018-02-10", "obligation": "fiscal", "url": "a/3"},
        {"published": "2018-03-01", "obligation": "fiscal", "period": "2017-11"},
    ]  # fmt: skip
    groups = grouped(plan, lines)
    several = next(each for each in groups if len(each.marks) == 3)
    for as_of in (date(2018, 2, 28), date(2018, 3, 1)):  # with a line that is not known yet, and without one
        found = evaluate(plan, official_calendar(), groups, as_of)
        assert {key: which for key, (which, _) in found.partly.items()} == {several.key: {*several.filler_ids[1:]}}
        assert found.unmatched == {}


TWO_DUTIES = """\
version: 1
plan: {id: p, title: P, issued: 2017-07-11, ends: 2017-12-31}
owners: [{name: 甲局}, {name: 乙局}]
events: {formed: 信息形成}
obligations:
  - {id: fiscal, clause: '1', quote: 按月公开, title: 月报, owner: 乙局, frequency: monthly,
     deadline: end of next month}
  - {id: endless, clause: '2', quote: 按月公开, title: 月报二, owner: [甲局, 乙局], completion: each,
     frequency: monthly, deadline: end of next month, until: none}
  - {id: rules, clause: '3', quote: 20日内公开, title: 规范性文件, owner: 乙局, frequency: on formed,
     deadline: 20 days after event, until: none}
"""


@pytest.mark.parametrize("statuses", [STATUSES, ("overdue",)])
@pytest.mark.parametrize("another", ["endless", "rules"])
def test_a_record_that_one_duty_refuses_may_have_its_place_in_another(another: str, statuses: Sequence[Status]) -> None:
    plan = parse_plan(TWO_DUTIES.encode(), "plan.yaml").usable()
    extension = {
        "kind": "extension", "obligation": "fiscal", "published": "2018-01-20", "period": "2017-12",
        "until": "2018-02-28", "approved_by": "政府办", "reference": "1号", "note": "改版",
    }  # fmt: skip
    both = {"published": "2018-02-10", "formed": "2018-02-01", "obligation": f"fiscal、{another}", "owner": "乙局"}
    other = {"published": "2018-02-11", "obligation": "endless", "owner": "甲局"}
    lines = [extension, {**both, "url": "a/1"}, {**both, "url": "a/2"}, other]
    found = evaluate(plan, official_calendar(), grouped(plan, lines), date(2018, 2, 28), statuses=statuses)
    assert (found.partly, found.unmatched) == ({}, {})
    # Of the first duty alone, the second record has none.
    alone = [{**line, "obligation": "fiscal"} for line in lines[:3]]
    found = evaluate(plan, official_calendar(), grouped(plan, alone), date(2018, 2, 28), statuses=statuses)
    assert (len(found.partly), found.unmatched) == (1, {})
