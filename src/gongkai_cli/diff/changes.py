"""What an edit changes in what a plan says: every field of every part, and what it means for obligations."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from gongkai_cli.diff.pairing import Pairing, resembling
from gongkai_cli.plan import Obligation, Plan, Untracked

Kind = Literal["added", "removed", "renamed", "owner", "timing", "reading", "counting", "wording", "field"]
KINDS: tuple[Kind, ...] = (
    "added", "removed", "renamed", "owner", "timing", "reading", "counting", "wording", "field",
)  # fmt: skip
Section = Literal["plan", "owners", "events", "readings", "obligations", "untracked"]
# Where something stands in a plan file: keys and numbers of list items.
Path = tuple[str | int, ...]

# What a key of an obligation is about; whatever is not listed is a plain field.
_ABOUT: dict[str, Kind] = {
    **dict.fromkeys(("owner", "completion"), "owner"),
    **dict.fromkeys(("frequency", "deadline", "opens", "season", "from", "until", "roll"), "timing"),
    **dict.fromkeys(("min_records", "nil", "match"), "counting"),
    **dict.fromkeys(("clause", "quote", "title"), "wording"),
    "readings": "reading",
}
# What a key of the plan's header is about.
_ABOUT_PLAN: dict[str, Kind] = dict.fromkeys(("starts", "ends", "issued", "timezone", "calendar"), "timing")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that the new plan says otherwise.

    `name` is the id or name of the part (`old_name` where the old plan has another), `key` the field, empty where the
    whole part is meant; `old` and `new` are values as plans write them, None where there is none. `path` leads to the
    place, in the new file, or in the old one for what was removed. `affects` lists the obligations that rest on it.
    `via` names what brought about a change of an obligation that was not edited itself. `resembles` is an obligation
    on the other side that this one may be.
    """

    kind: Kind
    section: Section
    name: str
    path: Path
    key: str = ""
    old: str | None = None
    new: str | None = None
    old_name: str | None = None
    affects: tuple[str, ...] = ()
    via: str = ""
    resembles: str = ""


def changes(pairing: Pairing) -> tuple[Change, ...]:
    """Return every change in the order of the new file; what was removed comes last in its section."""
    return (
        *_plan_changes(pairing),
        *_owner_changes(pairing),
        *_event_changes(pairing),
        *_reading_changes(pairing),
        *_obligation_changes(pairing),
        *_untracked_changes(pairing),
    )


def differing(old: BaseModel, new: BaseModel, inside: Path = ()) -> Iterator[tuple[Path, str | None, str | None]]:
    """Yield every field in which two models differ, with both values as plans write them; models inside are entered."""
    for name, field in type(new).model_fields.items():
        one, other = getattr(old, name), getattr(new, name)
        place = (*inside, field.alias or name)
        if isinstance(one, BaseModel) and isinstance(other, BaseModel):
            yield from differing(one, other, place)
        elif one != other:
            empty = field.get_default(call_default_factory=True)
            yield place, written(one, empty), written(other, empty)


def written(value: Any, empty: Any = None) -> str | None:
    """Return a value as a plan file writes it on one line; None for an absent or an empty one."""
    return None if value is None or value == empty == () else _flow(value)


def _flow(value: Any) -> str:
    if isinstance(value, BaseModel):
        fields = type(value).model_fields.items()
        given = {field.alias or name: getattr(value, name) for name, field in fields}
        return _flow({key: each for key, each in given.items() if each is not None and each != ()})
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(_flow(each) for each in value) + "]"
    return str(value)


def _key(path: Path) -> str:
    return ".".join(str(part) for part in path)


def _renaming(section: Section, old: str, new: str, path: Path, key: str, affects: tuple[str, ...] = ()) -> Change:
    return Change("renamed", section, new, path, key, old, new, old_name=old, affects=affects)


def _plan_changes(pairing: Pairing) -> Iterator[Change]:
    old, new = pairing.old, pairing.new
    for path, one, other in differing(old.plan, new.plan):
        kind = _ABOUT_PLAN.get(str(path[0]), "field")
        yield Change(kind, "plan", new.plan.id, ("plan", *path), _key(path), one, other)


def _owner_changes(pairing: Pairing) -> Iterator[Change]:
    old, new, renamed = pairing.old, pairing.new, pairing.names.owners
    before = {renamed.get(each.name, each.name): each for each in old.owners}
    users = _users_of_owners(new)
    for index, each in enumerate(new.owners):
        place: Path = ("owners", index)
        mine = before.pop(each.name, None)
        affects = users.get(each.name, ())
        if mine is None:
            yield Change("added", "owners", each.name, place, new=written(each), affects=affects)
            continue
        if mine.name != each.name:
            yield _renaming("owners", mine.name, each.name, (*place, "name"), "name", affects)
        members = mine.members if mine.members in (None, each.members) else pairing.owners(mine.members or ())
        same = mine.model_copy(update={"name": each.name, "members": members})
        for path, one, other in differing(same, each):
            kind: Kind = "owner" if path[0] == "members" else "field"
            yield Change(kind, "owners", each.name, (*place, *path), _key(path), one, other, affects=affects)
    lost = _users_of_owners(old)
    for index, each in enumerate(old.owners):
        if before.get(each.name) is each:
            affects = lost.get(each.name, ())
            yield Change("removed", "owners", each.name, ("owners", index), old=written(each), affects=affects)


def _users_of_owners(plan: Plan) -> dict[str, tuple[str, ...]]:
    """The ids of the obligations that name each owner, or a group of which it is a member."""
    found: dict[str, list[str]] = {}
    for each in plan.obligations:
        named = {plan.owner_names.get(name, name) for name in (*each.owner, *each.support)}
        for name in named.union(plan.owners_of(each)):
            found.setdefault(name, []).append(each.id)
    return {name: tuple(ids) for name, ids in found.items()}


def _event_changes(pairing: Pairing) -> Iterator[Change]:
    users = [_by(plan, lambda each: [each.frequency.event]) for plan in (pairing.old, pairing.new)]
    yield from _mapped("events", pairing.old.events, pairing.new.events, pairing.names.events, users, _one_field)


def _reading_changes(pairing: Pairing) -> Iterator[Change]:
    users = [_by(plan, lambda each: each.readings) for plan in (pairing.old, pairing.new)]
    yield from _mapped("readings", pairing.old.readings, pairing.new.readings, pairing.names.readings, users, differing)


def _one_field(old: Any, new: Any) -> Iterator[tuple[Path, str | None, str | None]]:
    if old != new:
        yield (), old, new


def _by(plan: Plan, names_of: Any) -> dict[str, tuple[str, ...]]:
    """The ids of the obligations by the names that they use."""
    found: dict[str, list[str]] = {}
    for each in plan.obligations:
        for name in names_of(each):
            found.setdefault(name, []).append(each.id)
    return {name: tuple(ids) for name, ids in found.items()}


def _mapped(
    section: Section,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    renamed: Mapping[str, str],
    users: Sequence[Mapping[str, tuple[str, ...]]],
    compare: Any,
) -> Iterator[Change]:
    """Yield the changes of a section whose parts are known by their keys."""
    old_names = {name: each for each, name in renamed.items()}
    kind: Kind = "reading" if section == "readings" else "field"
    for name, value in new.items():
        affects = users[1].get(name, ())
        if name in old_names:
            yield _renaming(section, old_names[name], name, (section, name), "", affects)
        elif name not in old:
            yield Change("added", section, name, (section, name), new=written(value), affects=affects)
        else:
            for path, one, other in compare(old[name], value):
                yield Change(kind, section, name, (section, name, *path), _key(path), one, other, affects=affects)
    for name, value in old.items():
        if name not in new and name not in renamed:
            affects = users[0].get(name, ())
            yield Change("removed", section, name, (section, name), old=written(value), affects=affects)


def _obligation_changes(pairing: Pairing) -> Iterator[Change]:
    after = {each.id: index for index, each in enumerate(pairing.new.obligations)}
    before = {each.id: index for index, each in enumerate(pairing.old.obligations)}
    likely = resembling(pairing.removed, pairing.added)
    was = {new.id: old for old, new in pairing.pairs}
    maybe = {new: old for old, new in likely.items()}
    for each in pairing.new.obligations:
        place: Path = ("obligations", after[each.id])
        old = was.get(each.id)
        if old is None:
            resembles = maybe.get(each.id, "")
            yield Change("added", "obligations", each.id, place, new=written(each), resembles=resembles)
        else:
            yield from _edited(pairing, old, each, place)
    for each in pairing.removed:
        place = ("obligations", before[each.id])
        resembles = likely.get(each.id, "")
        yield Change("removed", "obligations", each.id, place, old=written(each), resembles=resembles)


def _edited(pairing: Pairing, old: Obligation, new: Obligation, place: Path) -> Iterator[Change]:
    if old.id != new.id:
        yield _renaming("obligations", old.id, new.id, (*place, "id"), "id")
    owed = [set(pairing.owners(pairing.old.owners_of(old))), set(pairing.new.owners_of(new))]
    deadlines = [str(pairing.old.deadline_of(old)), str(pairing.new.deadline_of(new))]
    edited = set()
    mine = pairing.in_new_names(old, new).model_copy(update={"id": new.id})
    for path, one, other in differing(mine, new):
        key = str(path[0])
        edited.add(key)
        kind = _ABOUT.get(key, "field")
        before, after = one, other
        if key == "owner" and owed[0] == owed[1]:
            kind = "field"  # the same owners, written otherwise
        elif key == "deadline" and deadlines[0] == deadlines[1]:
            kind = "field"  # the same deadline, stated by the duty instead of a reading, or the other way round
        elif key == "deadline":
            before, after = deadlines
        yield Change(kind, "obligations", new.id, (*place, *path), _key(path), before, after)
    if owed[0] != owed[1] and "owner" not in edited:
        old_owners, new_owners = (_flow(tuple(sorted(each))) for each in owed)
        via = "、".join(dict.fromkeys(new.owner))
        yield Change("owner", "obligations", new.id, (*place, "owner"), "owner", old_owners, new_owners, via=via)
    if deadlines[0] != deadlines[1] and "deadline" not in edited:
        carrying = [name for name in new.readings if pairing.new.readings[name].deadline is not None]
        where, via = (*place, "readings"), "、".join(carrying)
        yield Change("timing", "obligations", new.id, where, "deadline", deadlines[0], deadlines[1], via=via)


def _untracked_changes(pairing: Pairing) -> Iterator[Change]:
    """Passages are known by clause and quote; those alike in both, one by one in their order."""
    before = _numbered(pairing.old.untracked)
    after = _numbered(pairing.new.untracked)
    for key, (index, each) in after.items():
        place: Path = ("untracked", index)
        name = f"{each.clause} {each.quote}"
        if key not in before:
            yield Change("added", "untracked", name, place, new=written(each))
            continue
        for path, one, other in differing(before[key][1], each):
            yield Change("field", "untracked", name, (*place, *path), _key(path), one, other)
    for key, (index, each) in before.items():
        if key not in after:
            name = f"{each.clause} {each.quote}"
            yield Change("removed", "untracked", name, ("untracked", index), old=written(each))


def _numbered(passages: Iterable[Untracked]) -> dict[tuple[str, str, int], tuple[int, Untracked]]:
    found: dict[tuple[str, str, int], tuple[int, Untracked]] = {}
    for index, each in enumerate(passages):
        number = 0
        while (each.clause, each.quote, number) in found:
            number += 1
        found[(each.clause, each.quote, number)] = (index, each)
    return found
