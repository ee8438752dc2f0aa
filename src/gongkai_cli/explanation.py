"""How each deadline of one duty came about, step by step, so that anyone can check it with a wall calendar."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from gongkai_cli.deadlines import When, compute, day_of
from gongkai_cli.evaluation.assessment import Assessment, Doubt, Paper, Record
from gongkai_cli.evaluation.signals import filled_together, signals_of_records
from gongkai_cli.evaluation.verdicts import Verdict
from gongkai_cli.plan import Obligation, Plan
from gongkai_cli.schedule import (
    LeftOut,
    Rule,
    Slot,
    computed_event_slot,
    event_slot,
    reckoned_days,
    rule_of,
    signals_of,
    timetable,
)
from gongkai_cli.workdays import DayReason, WorkCalendar

# A duty without end is followed for a year past the plan.
_WITHOUT_END = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Step:
    """One occurrence: its window, the days counted and skipped, and the day it was moved from, if it was.

    With a log, also the verdict of one owner (or of those who share it), the records that it rests on, and the lines
    that began it, moved or excused its deadline, or leave it in doubt.
    """

    slot: Slot
    counted: tuple[DayReason, ...]
    moved_from: date | None
    signals: tuple[str, ...]
    verdict: Verdict | None = None
    records: tuple[Record, ...] = ()
    papers: tuple[Paper, ...] = ()
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """An obligation with its occurrences; `event` is the supposed event from which a duty `on EVENT` was counted."""

    plan: Plan
    obligation: Obligation
    rule: Rule
    steps: tuple[Step, ...]
    left_out: tuple[LeftOut, ...]
    event: When | None = None
    assessment: Assessment | None = None


def explain(plan: Plan, calendar: WorkCalendar, obligation: Obligation, event: When | None = None) -> Explanation:
    """Return how the deadlines of a duty come about; for a duty `on EVENT`, as if the event had been at `event`.

    Raises ValueError where a clock of hours runs and the event has no time.
    """
    rule = rule_of(plan, obligation)
    if rule.frequency.form == "event":
        if event is None:
            return Explanation(plan, obligation, rule, (), ())
        label = day_of(event).isoformat()
        slot = event_slot(rule, calendar, event, label)
        if slot is not None:
            return Explanation(plan, obligation, rule, (_step(rule, calendar, slot, event),), (), event)
        ended = rule.last is not None and day_of(event) > rule.last
        would_be = computed_event_slot(rule, calendar, event, label)
        left_out = LeftOut(would_be, "event after end" if ended else "deadline before start")
        return Explanation(plan, obligation, rule, (), (left_out,), event)
    horizon = rule.last or max(plan.plan.ends, rule.first) + _WITHOUT_END
    table = timetable(rule, calendar, horizon)
    trigger = rule.first if rule.frequency.form == "continuous" else None
    return Explanation(
        plan, obligation, rule, tuple(_step(rule, calendar, slot, trigger) for slot in table.slots), table.left_out
    )


def explain_verdicts(plan: Plan, calendar: WorkCalendar, obligation: Obligation, assessment: Assessment) -> Explanation:
    """Return how the deadlines and verdicts of a duty came about, for every owner."""
    rule = rule_of(plan, obligation)
    verdicts = [each for each in assessment.evaluation.verdicts if each.occurrence.obligation.id == obligation.id]
    steps = tuple(_judged(rule, calendar, verdicts, assessment))
    left_out = explain(plan, calendar, obligation).left_out
    return Explanation(plan, obligation, rule, steps, left_out, None, assessment)


def _judged(rule: Rule, calendar: WorkCalendar, verdicts: list[Verdict], assessment: Assessment) -> Iterator[Step]:
    together = filled_together(verdicts)
    found = zip(
        verdicts,
        assessment.records_of(verdicts),
        assessment.papers_of(verdicts),
        assessment.doubts_of(verdicts),
        strict=True,
    )
    for verdict, records, papers, doubts in found:
        step = step_of(rule, calendar, verdict.occurrence.slot, verdict)
        odd = signals_of_records(assessment.plan, calendar, verdict, records, together)
        yield replace(step, records=records, signals=(*step.signals, *odd), papers=papers, doubts=doubts)


def step_of(rule: Rule, calendar: WorkCalendar, slot: Slot, verdict: Verdict | None = None) -> Step:
    """Return how one deadline came about, with the signals of its window; `verdict` is the one on it, if any."""
    # An extension gives the deadline itself; what was counted is the original one.
    original = verdict.original_deadline if verdict is not None else None
    counted = slot._replace(deadline=original) if original is not None else slot
    triggered = rule.frequency.form in ("event", "continuous")
    trigger = (slot.opens if isinstance(slot.opens, datetime) else slot.period.first) if triggered else None
    return replace(_step(rule, calendar, counted, trigger), slot=slot, verdict=verdict)


def _step(rule: Rule, calendar: WorkCalendar, slot: Slot, trigger: When | None) -> Step:
    counted: tuple[DayReason, ...] = ()
    moved_from = None
    if slot.deadline is not None:
        stretch = reckoned_days(rule, calendar, slot.period, trigger)
        if stretch is not None:
            counted = tuple(calendar.reckon(*stretch))
        unmoved = compute(rule.deadline, calendar, rule.zone, slot.period, trigger).when
        if unmoved is not None and unmoved != slot.deadline:
            moved_from = day_of(unmoved)
    return Step(slot, counted, moved_from, signals_of(slot, calendar))
