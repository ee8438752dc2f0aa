"""Verdicts of two plans on one log: for random plans and logs, nothing is lost and the way back is the mirror image."""

import os
from collections import Counter
from collections.abc import Iterable, Mapping

from held_in_memory import grouped, moment
from hypothesis import HealthCheck, given, settings
from log_strategies import Scenario, plans, read, scenarios

from gongkai_cli.diff.moves import moves
from gongkai_cli.diff.pairing import Pairing, pair
from gongkai_cli.diff.verdicts import BREACHES, Revision, revisions
from gongkai_cli.evaluation import evaluate, instant
from gongkai_cli.evaluation.verdicts import Verdict
from gongkai_cli.plan import Plan
from gongkai_cli.workdays import official_calendar

MIRROR = {"erased": "created", "created": "erased", "changed": "changed"}
OPPOSITE = {"later": "earlier", "earlier": "later", "vanished": "appeared", "appeared": "vanished", "window": "window"}
ByObligation = Mapping[str, Iterable[Verdict]]


def verdicts(plan: Plan, scenario: Scenario) -> dict[str, list[Verdict]]:
    groups = grouped(plan, scenario.lines, timed=":" in scenario.as_of)
    at = moment(scenario.as_of or scenario.known_on or "", plan.plan.zone)
    found: dict[str, list[Verdict]] = {}
    for each in evaluate(plan, official_calendar(), groups, at).verdicts:
        found.setdefault(each.occurrence.obligation.id, []).append(each)
    return found


def essence(each: Revision) -> tuple[object, ...]:
    sides = [side and (side.status, side.days_late, side.occurrence.owners) for side in (each.old, each.new)]
    return each.fate, each.old_id, each.new_id, each.period, *sides


def mirrored(each: Revision) -> tuple[object, ...]:
    fate, old_id, new_id, period, old, new = essence(each)
    return MIRROR[str(fate)], new_id, old_id, period, new, old


def unaccounted(pairing: Pairing, old: ByObligation, new: ByObligation) -> list[Verdict]:
    """Breaches of the old plan that are neither told as erased nor still those of anyone who had them."""
    erased = [each.old for each in revisions(pairing, old, new) if each.fate == "erased"]
    still = {
        (each.occurrence.obligation.id, each.occurrence.slot.period.label, owner)
        for found in new.values()
        for each in found
        if each.status in BREACHES
        for owner in each.occurrence.owners
    }
    return [
        each
        for found in old.values()
        for each in found
        if each.status in BREACHES and each not in erased
        and not any(
            (pairing.ids.get(each.occurrence.obligation.id), each.occurrence.slot.period.label, owner) in still
            for owner in pairing.owners(each.occurrence.owners)
        )
    ]  # fmt: skip


@settings(
    max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=bool(os.environ.get("CI"))
)
@given(scenarios(), plans())
def test_no_breach_is_lost_and_the_way_back_is_the_mirror_image(scenario: Scenario, other: str) -> None:
    old, new = read(scenario.plan_yaml), read(other)
    before, after = verdicts(old, scenario), verdicts(new, scenario)
    there, back = pair(old, new), pair(new, old)
    assert revisions(pair(old, old), before, before) == ()
    assert unaccounted(there, before, after) == []
    assert unaccounted(back, after, before) == []
    forward, backward = revisions(there, before, after), revisions(back, after, before)
    assert Counter(map(essence, forward)) == Counter(map(mirrored, backward))


@settings(
    max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=bool(os.environ.get("CI"))
)
@given(scenarios(), plans())
def test_deadlines_move_back_as_they_moved(scenario: Scenario, other: str) -> None:
    old, new = read(scenario.plan_yaml), read(other)
    seen = verdicts(old, scenario), verdicts(new, scenario)
    calendar = official_calendar()
    at = instant(moment(scenario.as_of or scenario.known_on or "", new.plan.zone), new.plan.zone)
    assert moves(pair(old, old), calendar, at, (seen[0], seen[0])) == ()
    there = moves(pair(old, new), calendar, at, seen)
    back = moves(pair(new, old), calendar, at, (seen[1], seen[0]))
    assert Counter((e.effect, e.old_id, e.new_id, e.period, e.retroactive, e.backdated) for e in there) == Counter(
        (OPPOSITE[e.effect], e.new_id, e.old_id, e.period, e.backdated, e.retroactive) for e in back
    )
