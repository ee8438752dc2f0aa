"""Two plans held against each other and against one log, as the command line asks for it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gongkai_cli.cli.configuration import find_log
from gongkai_cli.cli.manner import manner
from gongkai_cli.cli.session import no_log, say_skipped
from gongkai_cli.cli.telling import Stopwatch, tell_log
from gongkai_cli.cli.terminal import now, usage
from gongkai_cli.cli.values import check_obligation, read_as_of, read_day
from gongkai_cli.deadlines import When
from gongkai_cli.diff import (
    CONCERNS,
    OF_VERDICTS,
    Difference,
    Held,
    StaleName,
    compare,
    known_names,
    pair,
    under_known_names,
)
from gongkai_cli.diff.pairing import Pairing
from gongkai_cli.frequencies import nearest
from gongkai_cli.messages import Words, text
from gongkai_cli.plan import Plan
from gongkai_cli.plan_file import LoadedPlan
from gongkai_cli.problems import Problem
from gongkai_cli.workdays import WorkCalendar


@dataclass(frozen=True, slots=True)
class Comparing:
    """What the command line asked for, as it was written."""

    log: Sequence[str]
    as_of: str | None
    known_on: str | None
    skip_bad_lines: bool


def read_concerns(value: str | None) -> tuple[str, ...]:
    """Return what --fail-on names; raise BadInput, with the nearest, for unknown ones."""
    named = [each.strip() for each in value.split(",")] if value is not None else []
    for each in named:
        if each not in CONCERNS:
            close = nearest(each, CONCERNS)
            known = text("known are: {statuses}", statuses=", ".join(CONCERNS))
            hint = text("did you mean `{name}`?", name=close) if close else known
            raise usage("--fail-on", text("`{value}` is nothing that diff tells", value=each), hint)
    return tuple(dict.fromkeys(named))


def read_pairs(values: Sequence[str], old: LoadedPlan, new: LoadedPlan) -> dict[str, str]:
    """Return the ids that --renamed declares to be one obligation; raise BadInput for what is not in the plans."""
    pairs: dict[str, str] = {}
    for value in values:
        one, separator, other = value.partition("=")
        if not separator:
            said = text("`{value}` does not name two ids", value=value)
            raise usage("--renamed", said, text("write --renamed OLD=NEW"))
        check_obligation("--renamed", one, [each.id for each in old.usable().obligations])
        check_obligation("--renamed", other, [each.id for each in new.usable().obligations])
        if one in pairs or other in pairs.values():
            raise usage("--renamed", text("`{value}` names an id for the second time", value=value))
        pairs[one] = other
    return pairs


def compare_plans(
    old: LoadedPlan,
    new: LoadedPlan,
    declared: Mapping[str, str],
    calendar: WorkCalendar,
    asked: Comparing,
    words: Words,
    concerns: Sequence[str],
) -> Difference:
    """Return what the new plan changes; raise BadInput for a log that cannot be used."""
    pairing = pair(old.usable(), new.usable(), declared)
    known_on = read_day("--known-on", asked.known_on) if asked.known_on else None
    as_of = (
        known_on
        if known_on is not None and asked.as_of is None
        else read_as_of(asked.as_of, pairing.new, now(pairing.new.plan.zone))
    )
    paths, headers = find_log(asked.log, pairing.new)
    held = None
    if paths:
        watch = Stopwatch()
        held = _held(pairing, calendar, paths, headers, as_of, known_on)
        if manner().verbose:
            tell_log(words, held.sides.new.log.files, watch.read(), asked=bool(asked.log))
        _say(held, words, skip=asked.skip_bad_lines)
    elif not set(OF_VERDICTS).isdisjoint(concerns):
        raise no_log()
    found = held.sides if held is not None else None
    return compare(old, new, pairing, calendar, as_of, known_on, found)


@dataclass(frozen=True, slots=True)
class _BothHeld:
    sides: Held
    shared: tuple[Problem, ...]


def _held(
    pairing: Pairing,
    calendar: WorkCalendar,
    paths: Sequence[str],
    headers: Mapping[str, str],
    as_of: When,
    known_on: date | None,
) -> _BothHeld:
    """Hold both plans against the log; problems that both find are those of the log itself."""
    # Imported here: a comparison without a log needs no table engine.
    from gongkai_cli.evaluation.assessment import assess
    from gongkai_cli.library import load_log
    from gongkai_cli.log.moments import restless

    plans, stale = _named_as_in_log(pairing, paths, headers)
    logs = load_log(paths, headers), load_log(paths, headers)
    old, problems_of_old = assess(plans[0], calendar, logs[0], as_of, known_on)
    new, problems_of_new = assess(plans[1], calendar, logs[1], as_of, known_on)
    if logs[0].moment != logs[1].moment:  # what differs would pass for a difference of the plans
        raise restless(paths[0])
    both = set(problems_of_old) & set(problems_of_new)
    of_old, of_new = (
        tuple(each for each in problems if each not in both) for problems in (problems_of_old, problems_of_new)
    )
    return _BothHeld(Held(old, new, of_old, of_new, stale), tuple(each for each in problems_of_new if each in both))


def _named_as_in_log(
    pairing: Pairing, paths: Sequence[str], headers: Mapping[str, str]
) -> tuple[tuple[Plan, Plan], tuple[StaleName, ...]]:
    """Both plans, with what was renamed under the name that the log uses, so that its lines count for either."""
    plans = pairing.old, pairing.new
    ids = [(old, new) for old, new in pairing.ids.items() if old != new]
    events = list(pairing.names.events.items())
    if not ids and not events:
        return plans, ()
    from gongkai_cli.library import load_log
    from gongkai_cli.period_names import split_values

    named, happened = Counter[str](), Counter[str]()
    for group in load_log(paths, headers).groups():
        named.update(dict.fromkeys(split_values(group.obligation), group.lines))
        happened[group.event] += group.lines
    known = known_names(ids, named, *({each.id for each in plan.obligations} for plan in plans))
    known_events = known_names(events, happened, *(plan.events for plan in plans))
    old, new = (under_known_names(plan, known[side], known_events[side]) for side, plan in enumerate(plans))
    stale = [StaleName(*pair, count[pair[0]]) for pairs, count in ((ids, named), (events, happened)) for pair in pairs]
    return (old, new), tuple(each for each in stale if each.lines)


def _say(held: _BothHeld, words: Words, *, skip: bool) -> None:
    """Say what is wrong with the log itself; raise BadInput where that forbids an answer."""
    from gongkai_cli.evaluation.assessment import allowed

    say_skipped(allowed(held.shared, skip_bad_lines=skip), words)
