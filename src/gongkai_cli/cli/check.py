"""gongkai check: validate plan files."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gongkai_cli.cli.options import LangOption, WorkdaysOption
from gongkai_cli.cli.terminal import colour_wanted, words_for, words_for_help
from gongkai_cli.formats import problems_text
from gongkai_cli.messages import Words, text

if TYPE_CHECKING:
    from gongkai_cli.plan_file import LoadedPlan

_help = words_for_help()


def check(
    plans: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[PLAN]...",
            help=_help(text("Plan files. Default: GONGKAI_PLAN, gongkai.toml, or the only file in plans/.")),
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help=_help(text("Warnings fail too (exit code 1).")))] = False,
    workdays: WorkdaysOption = None,
    lang: LangOption = None,
) -> int:
    """Validate plan files; 2 for errors, 1 for warnings under --strict, else 0."""
    from gongkai_cli.cli.configuration import find_calendar, find_plan
    from gongkai_cli.plan_file import load_plan

    calendar = find_calendar(workdays or ())
    loaded = [load_plan(path, calendar) for path in plans or [find_plan(None)]]
    words = words_for(loaded[0].plan, lang)
    problems = sorted(problem for each in loaded for problem in each.problems)
    if problems:
        sys.stdout.write(problems_text.render(problems, words, colour=colour_wanted()) + "\n")
    for each in loaded:
        sys.stdout.write(_summary(each, words) + "\n")
    if any(each.errors for each in loaded):
        return 2
    return 1 if strict and problems else 0


def _summary(loaded: "LoadedPlan", words: Words) -> str:
    errors, warnings = len(loaded.errors), len(loaded.problems) - len(loaded.errors)
    if loaded.plan is None:
        return words(
            text("{file}: errors: {errors}, warnings: {warnings}."), file=loaded.file, errors=errors, warnings=warnings
        )
    counts = {"obligations": len(loaded.plan.obligations), "untracked": len(loaded.plan.untracked)}
    return words(
        text("{file}: valid. Obligations: {obligations}, passages without one: {untracked}, warnings: {warnings}."),
        file=loaded.file,
        warnings=warnings,
        **counts,
    )
