"""From a plan file to a plan: read, validate, check, with every problem placed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
    Untracked,
)
from gongkai_cli.plan_rules import Subject, check
from gongkai_cli.positions import Document, parse_yaml, read_yaml, slip_hint
from gongkai_cli.problems import BadInput, Problem
from gongkai_cli.shapes import shape_problems, what_is
from gongkai_cli.workdays import WorkCalendar, official_calendar

_LISTS: dict[str, type[BaseModel]] = {"owners": Owner, "obligations": Obligation, "untracked": Untracked}
_MAPPINGS = ("events", "readings")
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

    def usable(self) -> Plan:
        """Return the plan; raise BadInput with all errors where there are any."""
        if self.plan is None:
            raise BadInput(self.errors)
        return self.plan


def load_plan(path: Path | str, calendar: WorkCalendar | None = None, shown_as: str | None = None) -> LoadedPlan:
    """Read one plan file, whatever its bytes are; problems are returned, never raised."""
    name = shown_as or str(path)
    document, problems = read_yaml(Path(path), name)
    return _load(name, document, problems, calendar)


def parse_plan(raw: bytes, name: str, calendar: WorkCalendar | None = None) -> LoadedPlan:
    """Read a plan from bytes; `name` stands for the file in problems."""
    document, problems = parse_yaml(raw, name)
    return _load(name, document, problems, calendar)


def _load(name: str, document: Document | None, problems: list[Problem], calendar: WorkCalendar | None) -> LoadedPlan:
    if document is None:
        return LoadedPlan(name, None, None, tuple(sorted(problems)))
    if not isinstance(document.data, dict):
        wrong = text("a plan is a mapping of `key: value` lines, not {what}", what=what_is(document.data))
        problems.append(document.problem("GK203", (), wrong, slip_hint(document, 0)))
        return LoadedPlan(name, None, document, tuple(sorted(problems)))
    plan, kept, broken = _validate(document, problems)
    if plan is not None:
        subject = Subject(plan, document, calendar or official_calendar(), kept, broken)
        problems.extend(check(subject))
    problems.sort()
    failed = any(problem.level == "error" for problem in problems)
    return LoadedPlan(name, None if failed else plan, document, tuple(problems))


def _validate(
    document: Document, problems: list[Problem]
) -> tuple[Plan | None, Mapping[str, Sequence[int]], frozenset[str]]:
    """Validate the data; where parts have a wrong shape, return a plan of the rest and which sections lost some."""
    data = document.data
    kept: dict[str, Sequence[int]] = {
        section: range(len(data[section])) for section in _LISTS if isinstance(data.get(section), list)
    }
    try:
        return Plan.model_validate(data), kept, frozenset()
    except ValidationError as error:
        problems.extend(shape_problems(document, error, _model_at))
        return _without_broken(data, [each["loc"] for each in error.errors(include_url=False)])


def _without_broken(
    data: dict[str, Any], places: Sequence[tuple[int | str, ...]]
) -> tuple[Plan | None, Mapping[str, Sequence[int]], frozenset[str]]:
    rest = {key: value for key, value in data.items() if key in Plan.model_fields}
    broken = frozenset(str(place[0]) for place in places if place)
    kept: dict[str, Sequence[int]] = {}
    dropped = {(place[0], place[1]) for place in places if len(place) > 1}
    for section in _LISTS:
        items = rest.get(section)
        if isinstance(items, list):
            kept[section] = [index for index in range(len(items)) if (section, index) not in dropped]
            rest[section] = [items[index] for index in kept[section]]
        else:
            rest.pop(section, None)
    for section in _MAPPINGS:
        items = rest.get(section)
        rest[section] = (
            {key: value for key, value in items.items() if (section, key) not in dropped}
            if isinstance(items, dict)
            else {}
        )
    rest["version"] = 1
    if "plan" in broken or "plan" not in rest:
        rest["plan"] = _PLACEHOLDER
        broken |= {"plan"}
    try:
        return Plan.model_validate(rest), kept, broken
    except ValidationError:
        return None, kept, broken


def _model_at(place: tuple[str | int, ...]) -> type[BaseModel]:
    """Return the model that describes the mapping at a place in a plan file."""
    if not place:
        return Plan
    if "escalation" in place:
        return EscalationStep
    if place[-1] == "match":
        return MatchRule
    sections: dict[str, type[BaseModel]] = {"plan": PlanMeta, "readings": Reading, **_LISTS}
    return sections.get(str(place[0]), Plan)
