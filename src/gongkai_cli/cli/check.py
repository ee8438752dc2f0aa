"""gongkai check: validate plan files, and hold one against the text of its document."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gongkai_cli.cli.manner import manner
from gongkai_cli.cli.options import LangOption, OutputOption, PlansOption, WorkdaysOption
from gongkai_cli.cli.terminal import colour_wanted, documentation, usage, words_for, words_for_help, write
from gongkai_cli.messages import language_of, text

if TYPE_CHECKING:
    from gongkai_cli.cli.waiting import Waiting
    from gongkai_cli.messages import Words
    from gongkai_cli.plan_file import LoadedPlan
    from gongkai_cli.problem_report import CheckedPlan, ProblemReport
    from gongkai_cli.workdays import WorkCalendar

_help = words_for_help()
# A plan alone takes so little that others processes are worth it only for many.
_FEWEST = 100
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
    source: Annotated[
        Path | None,
        typer.Option(
            "--source",
            help=_help(
                text("The plan's document (TXT, DOCX, PDF with text, HTML): find every quote, show what none touches.")
            ),
        ),
    ] = None,
    min_coverage: Annotated[
        float | None,
        typer.Option(
            "--min-coverage",
            help=_help(text("Exit with 1 when quotes touch less of the document's sentences, in percent.")),
        ),
    ] = None,
    format_: Annotated[CheckFormat, typer.Option("--format", help=_help(text("The format of the result.")))] = "text",
    output: OutputOption = None,
    plan: PlansOption = None,
    workdays: WorkdaysOption = None,
    lang: LangOption = None,
) -> int:
    """Validate plan files; 2 for errors, 1 for warnings under --strict or too little coverage, else 0."""
    from gongkai_cli.cli.configuration import find_calendar, find_plans, workday_files
    from gongkai_cli.cli.plan_files import load
    from gongkai_cli.cli.telling import Stopwatch, tell_plan, tell_workdays

    files = workday_files(workdays or ())
    calendar = find_calendar(files)
    names = find_plans([*(plans or ()), *(plan or ())], files)
    _check_options(names, source, min_coverage)
    relative = format_ != "text"
    watch = Stopwatch()
    if source is not None:
        report = _traced(load(names[0], calendar, relative=relative), source, min_coverage, relative=relative)
    else:
        report = _checked(names, calendar, words_for(None, lang), relative=relative)
    words = words_for(None, lang or _language(report.plans[0], format_))
    if manner().verbose:
        tell_workdays(words, calendar, workdays or ())
        for each in report.plans:
            tell_plan(words, each.file, each.obligations, watch.read(), asked=bool(plans or plan))
    colour = colour_wanted() and output is None
    write(rendered(report, format_, words, strict=strict, colour=colour, quiet=manner().quiet), output)
    return report.exit_code(strict=strict)


def _checked(names: Sequence[str], calendar: "WorkCalendar", words: "Words", *, relative: bool) -> "ProblemReport":
    from gongkai_cli.cli.plan_files import STDIN
    from gongkai_cli.cli.processes import of_each
    from gongkai_cli.cli.waiting import Waiting
    from gongkai_cli.problem_report import ProblemReport, told_apart

    work = partial(_check_one, calendar, relative)
    alone = STDIN in names  # which other processes do not have
    return ProblemReport(told_apart(of_each(work, names, Waiting(words), len(names) + 1 if alone else _FEWEST)))


def _check_one(calendar: "WorkCalendar", relative: bool, name: str, _: "Waiting") -> "CheckedPlan":
    from gongkai_cli.cli.plan_files import load
    from gongkai_cli.problem_report import checked

    return checked(load(name, calendar, relative=relative))


def _language(plan: "CheckedPlan", format_: CheckFormat) -> str | None:
    """The language of a plan, even of one with errors; JSON is for programs."""
    if format_ == "json":
        return "en"
    return language_of(plan.language) if plan.language is not None else None


def _check_options(names: Sequence[str], source: Path | None, min_coverage: float | None) -> None:
    if min_coverage is not None and source is None:
        raise usage("--min-coverage", text("there is no document to cover"), text("name it with --source FILE"))
    if min_coverage is not None and not 0 <= min_coverage <= 100:
        raise usage("--min-coverage", text("`{value}` is not a share", value=f"{min_coverage:g}"), text("0 to 100"))
    if source is not None and len(names) > 1:
        raise usage("--source", text("one document belongs to one plan"), text("check the plans one after the other"))


def _traced(loaded: "LoadedPlan", source: Path, least: float | None, *, relative: bool) -> "ProblemReport":
    """Hold a plan against its document; one with errors has nothing sound to hold."""
    from gongkai_cli.cli.plan_files import shown_as
    from gongkai_cli.plan_file import LoadedPlan
    from gongkai_cli.problem_report import ProblemReport, checked
    from gongkai_cli.problems import Problem
    from gongkai_cli.sources.reading import read_source
    from gongkai_cli.tracing import trace

    shown = shown_as(source, relative=relative)
    read = read_source(source, shown)
    traced = None
    more: Sequence[Problem] = ()
    if isinstance(read, Problem):
        more = (read,)
    elif loaded.plan is not None and loaded.document is not None:
        traced = trace(loaded.plan, loaded.document, read, least)
        more = traced.problems
    plan = None if any(problem.level == "error" for problem in more) else loaded.plan
    problems = tuple(sorted((*loaded.problems, *more)))
    return ProblemReport((checked(LoadedPlan(loaded.file, plan, loaded.document, problems)),), shown, traced)


def rendered(
    report: "ProblemReport", format_: CheckFormat, words: "Words", *, strict: bool, colour: bool, quiet: bool = False
) -> str:
    """Return what checking found in the format asked for; each format is imported when it is used."""
    if format_ == "text":
        from gongkai_cli.formats import check_text

        return check_text.render(report, words, colour=colour, quiet=quiet)
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
