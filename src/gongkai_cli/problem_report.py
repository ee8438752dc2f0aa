"""What checking plan files found, before any format says it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gongkai_cli.plan_file import LoadedPlan
from gongkai_cli.problems import Problem, count

if TYPE_CHECKING:
    from gongkai_cli.tracing import Trace


@dataclass(frozen=True, slots=True)
class ProblemReport:
    """The plan files that were checked, in the order asked for, each with its problems.

    With a `source` the only plan was to be held against its document. `trace` is what that found, None where it could
    not be done; its problems are among the plan's.
    """

    plans: tuple[LoadedPlan, ...]
    source: str = ""
    trace: "Trace | None" = None

    @property
    def problems(self) -> list[Problem]:
        """Every problem, in order of place."""
        return sorted(problem for plan in self.plans for problem in plan.problems)

    @property
    def errors(self) -> int:
        """How many problems forbid using a plan."""
        return sum(count(plan.errors) for plan in self.plans)

    @property
    def warnings(self) -> int:
        """How many problems are warnings."""
        return sum(count(plan.problems) for plan in self.plans) - self.errors

    def exit_code(self, *, strict: bool = False) -> int:
        """Return 2 where a plan has errors; 1 where `strict` makes a warning fail or too little is covered; else 0."""
        if self.errors:
            return 2
        too_little = any(problem.code == "GK707" for problem in self.problems)
        return 1 if too_little or (strict and self.warnings) else 0
