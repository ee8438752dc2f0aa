"""Which verdicts on a log an edit of a plan changes: breaches erased, breaches created, and the rest."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from gongkai_cli.diff.pairing import Pairing
from gongkai_cli.evaluation.verdicts import Verdict

Fate = Literal["erased", "created", "changed"]
FATES: tuple[Fate, ...] = ("erased", "created", "changed")
BREACHES = frozenset(("late", "overdue"))
_AWAITED = frozenset(("upcoming", "due", "no_limit"))


@dataclass(frozen=True, slots=True)
class Revision:
    """The verdict on one occurrence before and after, None where there is no such occurrence.

    `erased` when it was late or overdue and is no longer, `created` the other way round, `changed` for any other
    difference in status, days late, certainty or step of the ladder, and for a breach that those who shared it now
    have each, or the other way round. `owners` has the names of the new plan. An
    occurrence that is new or gone and was merely awaited is no verdict; the moves tell it.
    """

    fate: Fate
    old_id: str | None
    new_id: str | None
    owners: tuple[str, ...]
    period: str
    old: Verdict | None
    new: Verdict | None


_Share = tuple[str, ...]


def revisions(
    pairing: Pairing, old: Mapping[str, Iterable[Verdict]], new: Mapping[str, Iterable[Verdict]]
) -> tuple[Revision, ...]:
    """Return the verdicts that differ, in the order of the new plan; those of removed duties come last.

    `old` and `new` hold the verdicts by obligation, under the ids of their own plans.
    """
    found: list[Revision] = []
    was = {after.id: before for before, after in pairing.pairs}
    for each in pairing.new.obligations:
        before = was.get(each.id)
        mine = old.get(before.id, ()) if before is not None else ()
        found += _compared(pairing, before.id if before else None, each.id, mine, new.get(each.id, ()))
    for each in pairing.removed:
        found += _compared(pairing, each.id, None, old.get(each.id, ()), ())
    return tuple(found)


def _compared(
    pairing: Pairing, old_id: str | None, new_id: str | None, old: Iterable[Verdict], new: Iterable[Verdict]
) -> Iterator[Revision]:
    before = _by_share((pairing.owners(each.occurrence.owners), each) for each in old)
    after = _by_share((each.occurrence.owners, each) for each in new)
    same = _same_shares(before, after)
    earlier = {(same.get(share, share), label): each for (share, label), each in before.items()}
    # Breaches that only one plan has, by period: those of other shares may stand for them.
    only_old, only_new = (
        _breaching({key: each for key, each in mine.items() if key not in theirs})
        for mine, theirs in ((earlier, after), (after, earlier))
    )
    for key in dict.fromkeys((*after, *earlier)):
        one, other = earlier.get(key), after.get(key)
        fate = _fate(one, other)
        if fate is not None and (one is None or other is None):
            still = only_new if other is None else only_old
            fate = "changed" if set(key[0]) <= still.get(key[1], set()) else fate
        if fate is not None:
            owners = other.occurrence.owners if other else pairing.owners(one.occurrence.owners) if one else ()
            yield Revision(fate, old_id, new_id, owners, key[1], one, other)


def _breaching(verdicts: Mapping[tuple[_Share, str], Verdict]) -> dict[str, set[str]]:
    """Who is in breach, by period."""
    found: dict[str, set[str]] = {}
    for (share, label), each in verdicts.items():
        if each.status in BREACHES:
            found.setdefault(label, set()).update(share)
    return found


def _by_share(verdicts: Iterable[tuple[_Share, Verdict]]) -> dict[tuple[_Share, str], Verdict]:
    return {(tuple(sorted(owners)), each.occurrence.slot.period.label): each for owners, each in verdicts}


def _same_shares(before: Iterable[tuple[_Share, str]], after: Iterable[tuple[_Share, str]]) -> dict[_Share, _Share]:
    """Those who owe an occurrence together, and the same in the new plan where they are others.

    Only where one is left on each side, and they have an owner in common.
    """
    mine, theirs = {share for share, _ in before}, {share for share, _ in after}
    gone, come = mine - theirs, theirs - mine
    if len(gone) == len(come) == 1:
        (one,), (other,) = gone, come
        if set(one) & set(other):
            return {one: other}
    return {}


def _fate(old: Verdict | None, new: Verdict | None) -> Fate | None:
    breached = [each is not None and each.status in BREACHES for each in (old, new)]
    if breached == [True, False]:
        return "erased"
    if breached == [False, True]:
        return "created"
    if old is None or new is None:
        only = new or old
        return "changed" if only is not None and only.status not in _AWAITED else None
    return "changed" if _essence(old) != _essence(new) else None


def _essence(verdict: Verdict) -> tuple[object, ...]:
    return verdict.status, verdict.days_late, verdict.uncertain, verdict.escalation
