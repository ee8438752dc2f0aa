"""One plan against another: what an edit changes in obligations, deadlines and, with a log, verdicts."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import NamedTuple

from gongkai_cli.deadlines import When
from gongkai_cli.diff.changes import KINDS, Change, changes
from gongkai_cli.diff.moves import Move, moves
from gongkai_cli.diff.pairing import Pairing, pair
from gongkai_cli.diff.verdicts import FATES, Revision, revisions
from gongkai_cli.evaluation.assessment import Assessment
from gongkai_cli.evaluation.verdicts import Verdict, instant
from gongkai_cli.plan import Obligation, Plan
from gongkai_cli.plan_file import LoadedPlan
from gongkai_cli.problems import Location, Problem
from gongkai_cli.workdays import WorkCalendar

# What a build may be asked to fail on; those of verdicts need a log.
OF_VERDICTS = FATES
OF_MOVES = ("moved", "vanished", "appeared", "retroactive", "backdated")
CONCERNS = (*OF_VERDICTS, *OF_MOVES, *(kind for kind in KINDS if kind != "field"), "any")


_MOVED = {"later": "moved", "earlier": "moved"}


def concerns_of(change: Change) -> tuple[str, ...]:
    """Return what of CONCERNS a change of what the plan says is."""
    if change.section == "readings":
        return ("reading", "any")
    if change.kind == "field" or (change.section != "obligations" and change.kind in ("added", "removed", "renamed")):
        return ("any",)
    return (change.kind, "any")


class StaleName(NamedTuple):
    """A name that the new plan gives up, and how many lines of the log still use it."""

    old: str
    new: str
    lines: int


@dataclass(frozen=True, slots=True)
class Held:
    """Both plans held against one log, the lines of it that only one of them refuses, and the names it must give up.

    What was renamed was held under the name that the log uses; `stale` says where the new plan would refuse that.
    """

    old: Assessment
    new: Assessment
    refused_by_old: tuple[Problem, ...] = ()
    refused_by_new: tuple[Problem, ...] = ()
    stale: tuple[StaleName, ...] = ()


@dataclass(frozen=True)
class Difference:
    """What the new plan changes, as of a day or instant; `held` and `revisions` are None without a log."""

    old: LoadedPlan
    new: LoadedPlan
    pairing: Pairing
    as_of: When
    known_on: date | None
    changes: tuple[Change, ...]
    moves: tuple[Move, ...]
    revisions: tuple[Revision, ...] | None = None
    held: Held | None = None

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How much there is of everything that a build may fail on.

        `added`, `removed` and `renamed` count obligations; `reading` also counts all that befalls readings.
        """
        found = Counter[str](concern for each in self.changes for concern in concerns_of(each))
        found.update(each.fate for each in self.revisions or ())
        for each in self.moves:
            found[_MOVED.get(each.effect, each.effect)] += 1
            found["retroactive"] += each.retroactive
            found["backdated"] += each.backdated
        return {name: found[name] for name in CONCERNS}

    def place(self, change: Change) -> Location:
        """Return where a change stands: in the new file, or in the old one for what was removed."""
        side = self.old if change.kind == "removed" else self.new
        return place_of(side, change.path)

    def place_of_duty(self, old_id: str | None, new_id: str | None) -> Location:
        """Return where a duty stands in the new file, or in the old one where it was removed."""
        if new_id is not None:
            return place_of(self.new, ("obligations", self.pairing.new_places[new_id]))
        return place_of(self.old, ("obligations", self.pairing.old_places[old_id or ""]))

    def duty(self, old_id: str | None, new_id: str | None) -> Obligation:
        """Return a duty of the new plan, or of the old one where it was removed."""
        if new_id is not None:
            return self.pairing.new.obligations[self.pairing.new_places[new_id]]
        return self.pairing.old.obligations[self.pairing.old_places[old_id or ""]]

    @cached_property
    def moves_of(self) -> Mapping[str, Sequence[Move]]:
        """The occurrences of duties that are new or gone, by the id of the duty."""
        found: dict[str, list[Move]] = {}
        for each in self.moves:
            if each.old_id is None or each.new_id is None:
                found.setdefault(each.new_id or each.old_id or "", []).append(each)
        return found


def place_of(side: LoadedPlan, path: tuple[str | int, ...]) -> Location:
    """Return where something stands in a plan file, or the nearest thing around it."""
    assert side.document is not None, "a plan was read"  # noqa: S101
    named = len(path) == 2 and isinstance(path[1], str)
    return side.document.locate(path, key=named)


def compare(
    old: LoadedPlan,
    new: LoadedPlan,
    pairing: Pairing,
    calendar: WorkCalendar,
    as_of: When,
    known_on: date | None = None,
    held: Held | None = None,
) -> Difference:
    """Return what the new plan changes; with a log (`held`) also which verdicts."""
    seen = None
    if held is not None:
        # The plans were held against the log under the names that the log uses.
        seen = (
            _by_obligation(held.old.evaluation.verdicts, held.old.plan, pairing.old),
            _by_obligation(held.new.evaluation.verdicts, held.new.plan, pairing.new),
        )
    at = instant(as_of, pairing.new.plan.zone)
    return Difference(
        old,
        new,
        pairing,
        as_of,
        known_on,
        changes(pairing),
        moves(pairing, calendar, at, seen),
        revisions(pairing, *seen) if seen is not None else None,
        held,
    )


def _by_obligation(verdicts: Iterable[Verdict], known: Plan, plan: Plan) -> dict[str, list[Verdict]]:
    """The verdicts under the ids of a plan, which stands in the log under the names of `known`."""
    ids = {one.id: other.id for one, other in zip(known.obligations, plan.obligations, strict=True)}
    found: dict[str, list[Verdict]] = {}
    for each in verdicts:
        found.setdefault(ids[each.occurrence.obligation.id], []).append(each)
    return found


def under_known_names(plan: Plan, ids: Mapping[str, str], events: Mapping[str, str]) -> Plan:
    """Return a plan whose obligations and events bear the names under which a log knows them."""
    return plan.model_copy(
        update={
            "events": {events.get(name, name): words for name, words in plan.events.items()},
            "obligations": tuple(
                each.model_copy(
                    update={
                        "id": ids.get(each.id, each.id),
                        "frequency": replace(
                            each.frequency, event=events.get(each.frequency.event, each.frequency.event)
                        ),
                    }
                )
                for each in plan.obligations
            ),
        }
    )


def known_names(
    pairs: Iterable[tuple[str, str]], cells: Mapping[str, int], old: Collection[str], new: Collection[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return, for renamed things, what a log that writes `cells` calls those of the old and of the new plan.

    That is whichever of the two names it writes more often, else the old one; never one that another thing of the
    same plan has (`old` and `new` are all names).
    """
    mine, theirs = {}, {}
    for one, other in pairs:
        names = sorted((one, other), key=lambda name: -cells.get(name, 0))
        free = [name for name in names if (name == one or name not in old) and (name == other or name not in new)]
        if one != other and free:
            mine[one], theirs[other] = free[0], free[0]
    return mine, theirs


__all__ = [
    "CONCERNS",
    "OF_VERDICTS",
    "Difference",
    "Held",
    "compare",
    "concerns_of",
    "known_names",
    "pair",
    "under_known_names",
]
