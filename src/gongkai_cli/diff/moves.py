"""Which occurrences an edit of a plan moves, brings about or takes away, by the plan alone or with a log's events."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Literal

from gongkai_cli.deadlines import When, last_instant
from gongkai_cli.diff.pairing import Pairing
from gongkai_cli.evaluation.verdicts import Verdict
from gongkai_cli.plan import Obligation, Plan
from gongkai_cli.schedule import Slot, rule_of, timetable
from gongkai_cli.workdays import WorkCalendar

Effect = Literal["later", "earlier", "vanished", "appeared", "window"]
EFFECTS: tuple[Effect, ...] = ("later", "earlier", "vanished", "appeared", "window")
# Forms of frequency whose occurrences only a log brings about.
_FROM_LOG = ("event", "continuous")


@dataclass(frozen=True, slots=True)
class Move:
    """What became of one occurrence of a duty: its window before and after, None where there is none.

    `window` means that the deadline is the same, and something else of the window is not. `past` when one of the two
    deadlines had passed at the instant looked from. `owners` is empty where it holds for all who owe the duty.
    """

    old_id: str | None
    new_id: str | None
    period: str
    old: Slot | None
    new: Slot | None
    effect: Effect
    past: bool
    owners: tuple[str, ...] = ()

    @property
    def retroactive(self) -> bool:
        """Whether a deadline that had passed was put off or taken away."""
        return self.past and self.effect in ("later", "vanished")

    @property
    def backdated(self) -> bool:
        """Whether a deadline was brought forward, or set, into the past."""
        return self.past and self.effect in ("earlier", "appeared")


def moves(
    pairing: Pairing,
    calendar: WorkCalendar,
    at: datetime,
    seen: tuple[Mapping[str, Iterable[Verdict]], Mapping[str, Iterable[Verdict]]] | None = None,
) -> tuple[Move, ...]:
    """Return what became of every occurrence that is not as it was, in the order of the new plan.

    `at` is the last instant that counts; `seen` holds the verdicts of both plans by obligation, where there is a log.
    """
    horizon = max(pairing.old.plan.ends, pairing.new.plan.ends, at.date())
    both: list[tuple[Obligation | None, Obligation | None]] = [
        *pairing.pairs,
        *((None, each) for each in pairing.added),
        *((each, None) for each in pairing.removed),
    ]
    order = {each.id: index for index, each in enumerate(pairing.new.obligations)}
    both.sort(key=lambda each: order[each[1].id] if each[1] is not None else len(order))
    found: list[Move] = []
    for old, new in both:
        before = _slots(pairing.old, old, calendar, horizon, seen and seen[0], pairing)
        after = _slots(pairing.new, new, calendar, horizon, seen and seen[1], None)
        found += _merged(_compared(old, new, before, after, at))
    return tuple(found)


_Key = tuple[str, tuple[str, ...]]


def _slots(
    plan: Plan,
    obligation: Obligation | None,
    calendar: WorkCalendar,
    horizon: date,
    seen: Mapping[str, Iterable[Verdict]] | None,
    pairing: Pairing | None,
) -> dict[_Key, Slot]:
    """The windows of a duty by period, and by owners where a log brings them about; `pairing` gives the new names."""
    if obligation is None:
        return {}
    if obligation.frequency.form not in _FROM_LOG or seen is None:
        return {(slot.period.label, ()): slot for slot in timetable(rule_of(plan, obligation), calendar, horizon).slots}
    found = {}
    for verdict in seen.get(obligation.id, ()):
        slot, owners = verdict.occurrence.slot, verdict.occurrence.owners
        if verdict.original_deadline is not None:
            slot = slot._replace(deadline=verdict.original_deadline)  # a paper's extension is no edit of the plan
        named = pairing.owners(owners) if pairing is not None else owners
        found[(slot.period.label, tuple(sorted(named)))] = slot
    return found


def _compared(
    old: Obligation | None,
    new: Obligation | None,
    before: Mapping[_Key, Slot],
    after: Mapping[_Key, Slot],
    at: datetime,
) -> Iterator[Move]:
    ids = (old.id if old else None, new.id if new else None)
    zone = at.tzinfo
    assert zone is not None, "an instant has a zone"  # noqa: S101
    for key in dict.fromkeys((*after, *before)):
        one, other = before.get(key), after.get(key)
        if _window(one) != _window(other):
            past = any(_passed(slot, at, zone) for slot in (one, other))
            yield Move(*ids, key[0], one, other, _effect(one, other, zone), past, key[1])


def _window(slot: Slot | None) -> tuple[object, ...] | None:
    return (slot.opens, slot.deadline, slot.provisional) if slot is not None else None


def _passed(slot: Slot | None, at: datetime, zone: tzinfo) -> bool:
    return slot is not None and slot.deadline is not None and at > last_instant(slot.deadline, zone)


def _effect(old: Slot | None, new: Slot | None, zone: tzinfo) -> Effect:
    if new is None:
        return "vanished"
    if old is None:
        return "appeared"
    before, after = _limit(old.deadline, zone), _limit(new.deadline, zone)
    if before == after:
        return "window"
    return "later" if after is None or (before is not None and after > before) else "earlier"


def _limit(deadline: When | None, zone: tzinfo) -> datetime | None:
    return last_instant(deadline, zone) if deadline is not None else None


def _merged(found: Iterable[Move]) -> Iterator[Move]:
    """The moves in order of period; those of several owners that are alike become one."""
    alike: dict[tuple[str, Slot | None, Slot | None], list[Move]] = {}
    for each in found:
        alike.setdefault((each.period, each.old, each.new), []).append(each)
    merged = [
        Move(
            first.old_id, first.new_id, first.period, first.old, first.new, first.effect, first.past,
            tuple(dict.fromkeys(owner for each in same for owner in each.owners)),
        )
        for same in alike.values()
        for first in same[:1]
    ]  # fmt: skip
    yield from sorted(merged, key=lambda each: ((each.new or each.old).period.first, each.period))  # type: ignore[union-attr]
