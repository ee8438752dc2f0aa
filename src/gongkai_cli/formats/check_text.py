"""What checking plans found, for people: the problems, then one line for each plan."""

from gongkai_cli.formats import problems_text
from gongkai_cli.formats.escaping import visible
from gongkai_cli.messages import Words, text
from gongkai_cli.plan_file import LoadedPlan
from gongkai_cli.problem_report import ProblemReport


def render(report: ProblemReport, words: Words, *, colour: bool = False) -> str:
    """Return the first hundred problems, how many more there are, and what became of each plan."""
    problems = report.problems
    said = problems_text.render(problems, words, colour=colour) + "\n" if problems else ""
    return said + "".join(_summary(each, words) + "\n" for each in report.plans)


def _summary(loaded: LoadedPlan, words: Words) -> str:
    file, errors = visible(loaded.file), len(loaded.errors)
    warnings = len(loaded.problems) - errors
    if loaded.plan is None:
        return words(
            text("{file}: errors: {errors}, warnings: {warnings}."), file=file, errors=errors, warnings=warnings
        )
    return words(
        text("{file}: valid. Obligations: {obligations}, passages without one: {untracked}, warnings: {warnings}."),
        file=file,
        warnings=warnings,
        obligations=len(loaded.plan.obligations),
        untracked=len(loaded.plan.untracked),
    )
