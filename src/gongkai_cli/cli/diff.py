"""gongkai diff: what an edit of a plan changes."""

from typing import Annotated, Literal

import typer

from gongkai_cli.cli import completing
from gongkai_cli.cli.manner import manner
from gongkai_cli.cli.options import (
    AsOfOption,
    KnownOnOption,
    LangOption,
    LogOption,
    OutputOption,
    SkipOption,
    WorkdaysOption,
)
from gongkai_cli.cli.terminal import usage, words_for_help, write
from gongkai_cli.messages import text

_help = words_for_help()
DiffFormat = Literal["text", "json", "markdown", "github", "gitlab", "sarif", "junit"]


def diff(
    old: Annotated[
        str, typer.Argument(metavar="OLD", help=_help(text("The plan before: a file, git:REVISION:PATH, or -.")))
    ],
    new: Annotated[
        str | None,
        typer.Argument(
            metavar="[NEW]", help=_help(text("The plan after. Default: the file that OLD is a version of."))
        ),
    ] = None,
    log: LogOption = None,
    as_of: AsOfOption = None,
    known_on: KnownOnOption = None,
    skip_bad_lines: SkipOption = False,
    renamed: Annotated[
        list[str] | None,
        typer.Option("--renamed", metavar="OLD=NEW", help=_help(text("Two ids that are one obligation; may repeat."))),
    ] = None,
    fail_on: Annotated[
        str | None,
        typer.Option(
            "--fail-on",
            autocompletion=completing.failing,
            help=_help(text("Exit with 1 when there is one: erased,created,retroactive,removed,any …")),
        ),
    ] = None,
    format_: Annotated[
        DiffFormat,
        typer.Option("--format", help=_help(text("The format of the result."))),
    ] = "text",
    output: OutputOption = None,
    workdays: WorkdaysOption = None,
    lang: LangOption = None,
) -> int:
    """Show what changes in obligations, deadlines and, with a log, verdicts; 1 for what --fail-on names."""
    from gongkai_cli.cli.comparing import Comparing, compare_plans, read_concerns, read_pairs
    from gongkai_cli.cli.configuration import find_calendar
    from gongkai_cli.cli.difference_rendering import rendered, rendered_problems
    from gongkai_cli.cli.plan_files import load
    from gongkai_cli.cli.telling import Stopwatch, tell_plan, tell_workdays
    from gongkai_cli.cli.terminal import words_for
    from gongkai_cli.problems import BadInput

    if old == new == "-":
        raise usage("NEW", text("standard input holds one plan, not two"), text("name the other by its file"))
    calendar = find_calendar(workdays or ())
    concerns = read_concerns(fail_on)
    relative = format_ not in ("text", "json", "markdown")
    watch = Stopwatch()
    sides = [load(name, calendar, relative=relative) for name in (old, _after(old, new))]
    words = words_for(sides[1].plan or sides[0].plan, lang if lang or format_ != "json" else "en")
    if manner().verbose:
        tell_workdays(words, calendar, workdays or ())
        for side in sides:
            tell_plan(words, side.file, len(side.plan.obligations) if side.plan else 0, watch.read(), asked=True)
    errors = [problem for side in sides for problem in side.errors]
    if errors:
        if format_ == "text" or format_ == "json" or format_ == "markdown":  # as mypy understands it
            raise BadInput(errors)
        write(rendered_problems(sides, format_, words), output)
        return 2
    asked = Comparing(log or (), as_of, known_on, skip_bad_lines)
    found = compare_plans(sides[0], sides[1], read_pairs(renamed or (), *sides), calendar, asked, words, concerns)
    write(rendered(found, format_, words, concerns, plain=output is not None, quiet=manner().quiet), output)
    return 1 if any(found.counts[concern] for concern in concerns) else 0


def _after(old: str, new: str | None) -> str:
    """The plan after: the file of which a version of git was named, unless another is named."""
    if new is not None:
        return new
    _, _, path = old.removeprefix("git:").partition(":")
    if not old.startswith("git:") or not path:
        raise usage(
            "NEW", text("name the plan after the edit too"), text("for example: gongkai diff old.yaml new.yaml")
        )
    return path
