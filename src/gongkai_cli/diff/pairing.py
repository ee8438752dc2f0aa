"""Which part of one plan is which part of another: by name, or by a rule that leaves no choice."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import TypeVar

from gongkai_cli.plan import Obligation, Plan

_Item = TypeVar("_Item")
# Two quotes under one clause with this share of two-character pieces in common may be one duty, and are said to be.
_ALIKE = 0.5
_MOST_OF_CLAUSE = 50


@dataclass(frozen=True, slots=True)
class Renames:
    """Names in the old plan, and those of the same owners, events and readings in the new one."""

    owners: Mapping[str, str]
    events: Mapping[str, str]
    readings: Mapping[str, str]


@dataclass(frozen=True)
class Pairing:
    """Two plans, and which obligation of the one is which of the other (by id)."""

    old: Plan
    new: Plan
    names: Renames
    ids: Mapping[str, str]

    @cached_property
    def old_places(self) -> Mapping[str, int]:
        """Where each obligation stands in the old plan."""
        return {each.id: index for index, each in enumerate(self.old.obligations)}

    @cached_property
    def new_places(self) -> Mapping[str, int]:
        """Where each obligation stands in the new plan."""
        return {each.id: index for index, each in enumerate(self.new.obligations)}

    @cached_property
    def pairs(self) -> list[tuple[Obligation, Obligation]]:
        """The obligations that both plans have, in the new plan's order."""
        before = {each.id: each for each in self.old.obligations}
        old_ids = {new: old for old, new in self.ids.items()}
        return [(before[old_ids[each.id]], each) for each in self.new.obligations if each.id in old_ids]

    @cached_property
    def removed(self) -> list[Obligation]:
        """The obligations that only the old plan has."""
        return [each for each in self.old.obligations if each.id not in self.ids]

    @cached_property
    def added(self) -> list[Obligation]:
        """The obligations that only the new plan has."""
        known = set(self.ids.values())
        return [each for each in self.new.obligations if each.id not in known]

    def in_new_names(self, old: Obligation, new: Obligation) -> Obligation:
        """Return the old one of a pair with the names that owners, events and readings have in the new plan.

        Names that are written alike in both stay: one that is an alias now still means the same owner.
        """
        frequency = old.frequency
        return old.model_copy(
            update={
                "owner": old.owner if old.owner == new.owner else self.owners(old.owner),
                "support": old.support if old.support == new.support else self.owners(old.support),
                "readings": tuple(self.names.readings.get(name, name) for name in old.readings),
                "frequency": replace(frequency, event=self.names.events.get(frequency.event, frequency.event)),
            }
        )

    def owners(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return owners of the old plan under the names that they have in the new one; aliases stay as they are."""
        return tuple(self.names.owners.get(name, name) for name in names)


def pair(old: Plan, new: Plan, declared: Mapping[str, str] | None = None) -> Pairing:
    """Return which part is which; `declared` says so for obligations by id, before any rule does."""
    names = Renames(
        renamed_owners(old, new),
        _renamed(old.events, new.events, lambda words: words),
        _renamed(old.readings, new.readings, lambda reading: tuple(str(value) for _, value in reading)),
    )
    pairing = Pairing(old, new, names, {})
    return Pairing(old, new, names, _paired_ids(pairing, declared or {}))


def renamed_owners(old: Plan, new: Plan) -> dict[str, str]:
    """Return the owners whose new name was an alias before, or whose old name is one now, where that is one to one."""
    before, after = {each.name for each in old.owners}, {each.name for each in new.owners}
    come: dict[str, list[str]] = {}
    for each in new.owners:
        if each.name not in before:
            for name in (each.name, *each.aliases):
                come.setdefault(name, []).append(each.name)
    candidates = []
    for each in old.owners:
        if each.name not in after:
            now = [
                *come.get(each.name, ()),
                *(name for alias in each.aliases for name in come.get(alias, ()) if name == alias),
            ]
            candidates += [(each.name, name) for name in dict.fromkeys(now)]
    return dict(_one_to_one(candidates))


def _renamed(old: Mapping[str, _Item], new: Mapping[str, _Item], says: Callable[[_Item], Hashable]) -> dict[str, str]:
    """Names that are gone, and those that came for the very same content, where that is one to one."""
    come: dict[Hashable, list[str]] = {}
    for name, value in new.items():
        if name not in old:
            come.setdefault(says(value), []).append(name)
    gone = [name for name in old if name not in new]
    return dict(_one_to_one([(name, each) for name in gone for each in come.get(says(old[name]), [])]))


def _paired_ids(pairing: Pairing, declared: Mapping[str, str]) -> dict[str, str]:
    after = {each.id for each in pairing.new.obligations}
    taken = set(declared.values())
    ids = dict(declared)
    for each in pairing.old.obligations:
        if each.id not in declared and each.id in after and each.id not in taken:
            ids[each.id] = each.id
    known = set(ids.values())
    gone = [each for each in pairing.old.obligations if each.id not in ids]
    come = [each for each in pairing.new.obligations if each.id not in known]
    likely = _sharing(gone, come, lambda each: combinations(_parts(each), 2))
    certain = [(one.id, other.id) for one, other in likely if _same(pairing, one, other)]
    return ids | dict(_one_to_one(certain))


def _sharing(
    gone: Sequence[Obligation],
    come: Sequence[Obligation],
    of: Callable[[Obligation], Iterable[Hashable]],
    most: int | None = None,
) -> list[tuple[Obligation, Obligation]]:
    """Pairs that have something in common, found by look-up, since both lists may be long; `most` on either side."""
    mine: dict[Hashable, list[Obligation]] = {}
    theirs: dict[Hashable, list[Obligation]] = {}
    for side, duties in ((mine, gone), (theirs, come)):
        for each in duties:
            for part in of(each):
                side.setdefault(part, []).append(each)
    found = {
        (one.id, other.id): (one, other)
        for part in mine.keys() & theirs.keys()
        if most is None or max(len(mine[part]), len(theirs[part])) <= most
        for one in mine[part]
        for other in theirs[part]
    }
    return list(found.values())


def _parts(obligation: Obligation) -> tuple[tuple[str, str], ...]:
    return tuple((part, _folded(getattr(obligation, part))) for part in ("clause", "quote", "title"))


def _folded(value: str) -> str:
    return "".join(value.split())


def _same(pairing: Pairing, old: Obligation, new: Obligation) -> bool:
    """Whether two obligations with different ids, and two of clause, quote and title in common, are one.

    Where it is the title that differs, who owes it and when must be equal.
    """
    if _parts(old)[-1] == _parts(new)[-1]:
        return True
    mine = pairing.in_new_names(old, new)
    owed = set(pairing.owners(pairing.old.owners_of(old))), set(pairing.new.owners_of(new))
    timing = pairing.old.deadline_of(old), pairing.new.deadline_of(new)
    return owed[0] == owed[1] and timing[0] == timing[1] and (mine.act, mine.frequency) == (new.act, new.frequency)


def resembling(gone: Sequence[Obligation], come: Sequence[Obligation]) -> dict[str, str]:
    """Return which of the removed obligations may be which of the added ones, to be said and not acted upon.

    They share the quote or the title, or the clause and half of the two-character pieces of the quote; one to one.
    Clauses of which more are removed or added than _MOST_OF_CLAUSE are left alone.
    """
    equal = _sharing(gone, come, lambda each: _parts(each)[1:])
    under = _sharing(gone, come, lambda each: _parts(each)[:1], _MOST_OF_CLAUSE)
    alike = [pair for pair in under if _shared(*(_folded(each.quote) for each in pair)) >= _ALIKE]
    return dict(_one_to_one([(one.id, other.id) for one, other in (*equal, *alike)]))


def _shared(one: str, other: str) -> float:
    """The share of two-character pieces that two texts have in common (Dice's coefficient)."""
    pieces = [{value[n : n + 2] for n in range(len(value) - 1)} for value in (one, other)]
    total = len(pieces[0]) + len(pieces[1])
    return 2 * len(pieces[0] & pieces[1]) / total if total else 0.0


def _one_to_one(candidates: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Keep the pairs of which neither side has another candidate."""
    left: dict[str, set[str]] = {}
    right: dict[str, set[str]] = {}
    for one, other in candidates:
        left.setdefault(one, set()).add(other)
        right.setdefault(other, set()).add(one)
    return [(one, other) for one, other in dict.fromkeys(candidates) if len(left[one]) == len(right[other]) == 1]
