"""What checking plan files found, before any format says it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gongkai_cli.messages import text
from gongkai_cli.plan_file import LoadedPlan
from gongkai_cli.problems import Problem, count

if TYPE_CHECKING:
    from gongkai_cli.tracing import Trace


@dataclass(frozen=True, slots=True)
class CheckedPlan:
    """A plan file with its problems, without all that it holds; what it is about is empty where errors forbid its use.

    `named` is the place of its id, as the problem that it would be if another plan had the same one.
    """

    file: str
    problems: tuple[Problem, ...]
    valid: bool
    language: str | None
    id: str = ""
    title: str = ""
    document_number: str | None = None
    obligations: int = 0
    untracked: int = 0
    named: Problem | None = None

    @property
    def errors(self) -> int:
        """How many of its problems forbid using it."""
        return count(problem for problem in self.problems if problem.level == "error")

    @property
    def warnings(self) -> int:
        """How many of its problems are warnings."""
        return count(self.problems) - self.errors


def checked(loaded: LoadedPlan) -> CheckedPlan:
    """Return what is to be told of a plan file that was read."""
    plan = loaded.plan
    if plan is None or loaded.document is None:
        return CheckedPlan(loaded.file, loaded.problems, False, loaded.language)
    return CheckedPlan(
        loaded.file,
        loaded.problems,
        True,
        loaded.language,
        plan.plan.id,
        plan.plan.title,
        plan.plan.document_number,
        len(plan.obligations),
        len(plan.untracked),
        loaded.document.problem("GK807", ("plan", "id"), text("an id stands twice")),
    )


def same_ids(named: Iterable[tuple[str, str, Problem | None]]) -> Iterator[Problem]:
    """Yield a problem for each plan that has the id of one before it, from their files, ids and places of these."""
    first: dict[str, str] = {}
    for file, id_, place in named:
        if place is not None:
            other = first.setdefault(id_, file)
            if other != file:
                said = text("the plan in {file} has the id `{id}` too", file=other, id=id_)
                yield replace(
                    place, message=said, hint=text("give each plan an id of its own, or leave one of them out")
                )


def told_apart(plans: Iterable[CheckedPlan]) -> tuple[CheckedPlan, ...]:
    """Return plans with an error in each that has the id of one before it."""
    plans = tuple(plans)
    taken = {problem.location.file: problem for problem in same_ids((each.file, each.id, each.named) for each in plans)}
    return tuple(
        replace(each, valid=False, problems=tuple(sorted((*each.problems, taken[each.file]))))
        if each.file in taken
        else each
        for each in plans
    )


@dataclass(frozen=True, slots=True)
class ProblemReport:
    """The plan files that were checked, in the order asked for, each with its problems.

    With a `source` the only plan was to be held against its document. `trace` is what that found, None where it could
    not be done; its problems are among the plan's.
    """

    plans: tuple[CheckedPlan, ...]
    source: str = ""
    trace: "Trace | None" = None

    @property
    def problems(self) -> list[Problem]:
        """Every problem, in order of place."""
        return sorted(problem for plan in self.plans for problem in plan.problems)

    @property
    def errors(self) -> int:
        """How many problems forbid using a plan."""
        return sum(plan.errors for plan in self.plans)

    @property
    def warnings(self) -> int:
        """How many problems are warnings."""
        return sum(plan.warnings for plan in self.plans)

    def exit_code(self, *, strict: bool = False) -> int:
        """Return 2 where a plan has errors; 1 where `strict` makes a warning fail or too little is covered; else 0."""
        if self.errors:
            return 2
        too_little = any(problem.code == "GK707" for problem in self.problems)
        return 1 if too_little or (strict and self.warnings) else 0
