"""gongkai check: validate plan files."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gongkai_cli.cli.options import LangOption, OutputOption, WorkdaysOption
from gongkai_cli.cli.terminal import colour_wanted, documentation, words_for, words_for_help, write
from gongkai_cli.messages import text

if TYPE_CHECKING:
    from gongkai_cli.messages import Words
    from gongkai_cli.problem_report import ProblemReport

_help = words_for_help()
CheckFormat = Literal["text", "json", "github", "gitlab", "sarif", "junit"]


def check(
    plans: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PLAN]...",
            help=_help(
                text(
                    "Plan files, folders, patterns, or - for standard input. "
                    "Default: GONGKAI_PLAN, gongkai.toml, or the only file in plans/."
                )
            ),
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help=_help(text("Warnings fail too (exit code 1).")))] = False,
    format_: Annotated[
        CheckFormat, typer.Option("--format", help=_help(text("text, json, github, gitlab, sarif or junit.")))
    ] = "text",
    output: OutputOption = None,
    workdays: WorkdaysOption = None,
    lang: LangOption = None,
) -> int:
    """Validate plan files; 2 for errors, 1 for warnings under --strict, else 0."""
    from gongkai_cli.cli.configuration import find_calendar, find_plan, workday_files
    from gongkai_cli.cli.plan_files import listed, load
    from gongkai_cli.problem_report import ProblemReport

    files = workday_files(workdays or ())
    calendar = find_calendar(files)
    names = listed(plans, files) if plans else [str(find_plan(None))]
    report = ProblemReport(tuple(load(name, calendar, relative=format_ != "text") for name in names))
    words = words_for(report.plans[0].plan, lang if lang or format_ != "json" else "en")
    write(rendered(report, format_, words, strict=strict, colour=colour_wanted() and output is None), output)
    return report.exit_code(strict=strict)


def rendered(report: "ProblemReport", format_: CheckFormat, words: "Words", *, strict: bool, colour: bool) -> str:
    """Return what checking found in the format asked for; each format is imported when it is used."""
    if format_ == "text":
        from gongkai_cli.formats import check_text

        return check_text.render(report, words, colour=colour)
    if format_ == "json":
        from gongkai_cli.formats import check_json

        return check_json.render(report, words)
    from gongkai_cli.formats.annotations import of_problems

    if format_ == "junit":
        from gongkai_cli.formats import junit

        passed = words(text("the plan is valid"))
        suites = [junit.Suite(each.file, passed, of_problems(each.problems, words)) for each in report.plans]
        return junit.render(suites, words, failing=junit.WARNINGS_TOO if strict else junit.ERRORS)
    annotations = of_problems(report.problems, words)
    if format_ == "github":
        from gongkai_cli.formats import github

        return github.render(annotations, words)
    if format_ == "gitlab":
        from gongkai_cli.formats import gitlab

        return gitlab.render(annotations, words)
    from gongkai_cli.formats import sarif

    return sarif.render(annotations, words, documentation())
