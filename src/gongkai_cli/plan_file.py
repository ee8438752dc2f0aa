"""From a plan file to a plan: read, validate, check, with every problem placed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from gongkai_cli.messages import text
from gongkai_cli.plan import (
    EscalationStep,
    MatchRule,
    Obligation,
    Owner,
    Plan,
    PlanMeta,
    Reading,
    SignalSettings,
    Untracked,
)
from gongkai_cli.plan_rules import Subject, check
from gongkai_cli.positions import Document, parse_yaml, read_yaml
from gongkai_cli.problems import BadInput, Problem
from gongkai_cli.shapes import first_errors, shape_problems, what_is, without_bent
from gongkai_cli.workdays import WorkCalendar, official_calendar
from gongkai_cli.yaml_slips import slip_hint

_LISTS: dict[str, type[BaseModel]] = {"owners": Owner, "obligations": Obligation, "untracked": Untracked}
_MAPPINGS = ("events", "readings")
_MODELS: tuple[type[BaseModel], ...] = (
    *(Plan, PlanMeta, EscalationStep, SignalSettings, Reading, MatchRule),
    *_LISTS.values(),
)
_KNOWN_KEYS = frozenset(field.alias or name for model in _MODELS for name, field in model.model_fields.items())
# Stands in for a header that could not be read, so that the rest is still checked.
_PLACEHOLDER = {"id": "unreadable", "title": "unreadable", "issued": "2000-01-01", "ends": "2000-12-31"}


@dataclass(frozen=True, slots=True)
class LoadedPlan:
    """A plan file as read: the plan, unless there were errors, and every problem in order of place."""

    file: str
    plan: Plan | None
    document: Document | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that forbid using the plan."""
        return tuple(problem for problem in self.problems if problem.level == "error")

    @property
    def language(self) -> str | None:
        """The language that the file names, also where errors forbid using the plan; None where it names none."""
        plan = self.document.data.get("plan") if self.document and isinstance(self.document.data, dict) else None
        named = plan.get("language") if isinstance(plan, dict) else None
        return named if isinstance(named, str) else None

    def usable(self) -> Plan:
        """Return the plan; raise BadInput with all errors where there are any."""
        if self.plan is None:
            raise BadInput(self.errors)
        return self.plan


def load_plan(path: Path | str, calendar: WorkCalendar | None = None, shown_as: str | None = None) -> LoadedPlan:
    """Read one plan file, whatever its bytes are; problems are returned, never raised."""
    name = shown_as or str(path)
    document, problems = read_yaml(Path(path), name, _KNOWN_KEYS)
    return _load(name, document, problems, calendar)


def parse_plan(raw: bytes, name: str, calendar: WorkCalendar | None = None) -> LoadedPlan:
    """Read a plan from bytes; `name` stands for the file in problems."""
    document, problems = parse_yaml(raw, name, _KNOWN_KEYS)
    return _load(name, document, problems, calendar)


def _load(name: str, document: Document | None, problems: list[Problem], calendar: WorkCalendar | None) -> LoadedPlan:
    if document is None:
        return LoadedPlan(name, None, None, tuple(sorted(problems)))
    if not isinstance(document.data, dict):
        wrong = text("a plan is a mapping of `key: value` lines, not {what}", what=what_is(document.data))
        problems.append(document.problem("GK203", (), wrong, slip_hint(document, 0)))
        return LoadedPlan(name, None, document, tuple(sorted(problems)))
    rest = _validate(document, problems)
    if rest.plan is not None:
        calendar = calendar or official_calendar()
        subject = Subject(rest.plan, document, calendar, rest.kept, rest.broken, set(rest.mended))
        problems.extend(check(subject))
    plan = rest.plan
    problems.sort()
    failed = any(problem.level == "error" for problem in problems)
    return LoadedPlan(name, None if failed else plan, document, tuple(problems))


class _Rest(NamedTuple):
    """What could be read of a plan: where its list items stood, which sections lost some, which items were mended."""

    plan: Plan | None
    kept: Mapping[str, Sequence[int]]
    broken: frozenset[str] = frozenset()
    mended: frozenset[int] = frozenset()


_Place = tuple[int | str, ...]


def _validate(document: Document, problems: list[Problem]) -> _Rest:
    """Validate the data; where parts have a wrong shape, the rest is still read, so that it can be checked too."""
    data = document.data
    kept = {section: range(len(data[section])) for section in _LISTS if isinstance(data.get(section), list)}
    try:
        return _Rest(Plan.model_validate(data), kept)
    except ValidationError as error:
        problems[:] = without_bent([*problems, *shape_problems(document, error, _model_at)])
        return _without_broken(data, [each["loc"] for each in first_errors(error, Plan, data)[0]])


def _without_broken(data: dict[str, Any], places: Sequence[_Place]) -> _Rest:
    rest = {key: value for key, value in data.items() if key in Plan.model_fields}
    broken = frozenset(str(place[0]) for place in places if place)
    dropped = {(place[0], place[1]) for place in places if len(place) > 1}
    kept: dict[str, Sequence[int]] = {}
    mended: dict[int, Any] = {}
    for section in _LISTS:
        items = rest.pop(section, None)
        if isinstance(items, list):
            if section == "obligations":
                mended = dict(_mended(items, places))
            kept[section] = [i for i in range(len(items)) if (section, i) not in dropped or _in(mended, section, i)]
            rest[section] = [mended[i] if _in(mended, section, i) else items[i] for i in kept[section]]
    for section in _MAPPINGS:
        items = rest.pop(section, None)
        if isinstance(items, dict):
            rest[section] = {key: value for key, value in items.items() if (section, key) not in dropped}
    rest["version"] = 1
    if "plan" in broken or "plan" not in rest:
        rest["plan"] = _PLACEHOLDER
        broken |= {"plan"}
    unsound = frozenset(place for place, i in enumerate(kept.get("obligations", ())) if i in mended)
    try:
        return _Rest(Plan.model_validate(rest), kept, broken, unsound)
    except ValidationError:
        return _Rest(None, kept, broken)


def _in(mended: Mapping[int, Any], section: str, index: int) -> bool:
    return section == "obligations" and index in mended


def _mended(items: Sequence[Any], places: Sequence[_Place]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Obligations of a wrong shape without the keys at fault: what else they name can still be unknown."""
    faults: dict[int, set[str]] = {}
    for place in places:
        if place[0] == "obligations" and len(place) > 2 and isinstance(place[1], int):
            faults.setdefault(place[1], set()).add(str(place[2]))
    for index, keys in faults.items():
        item = items[index]
        if isinstance(item, dict) and "owner" not in keys:
            stand_ins = {"id": f"unreadable.{index}", "clause": "?", "quote": "?", "title": "?", "frequency": "once"}
            sound = {key: value for key, value in item.items() if key not in keys}
            yield index, {**stand_ins, **sound}


def _model_at(place: tuple[str | int, ...]) -> type[BaseModel]:
    """Return the model that describes the mapping at a place in a plan file."""
    if not place:
        return Plan
    if "escalation" in place:
        return EscalationStep
    if place[-1] == "match":
        return MatchRule
    if place[:2] == ("plan", "signals"):
        return SignalSettings
    sections: dict[str, type[BaseModel]] = {"plan": PlanMeta, "readings": Reading, **_LISTS}
    return sections.get(str(place[0]), Plan)
