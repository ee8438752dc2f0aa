"""What checking plans found, for people: the problems, then one line for each plan."""

from typing import TYPE_CHECKING

from gongkai_cli.formats import problems_text
from gongkai_cli.formats.escaping import visible
from gongkai_cli.messages import Words, text
from gongkai_cli.plan_file import LoadedPlan
from gongkai_cli.problem_report import ProblemReport
from gongkai_cli.problems import count

if TYPE_CHECKING:
    from gongkai_cli.tracing import Trace


def render(report: ProblemReport, words: Words, *, colour: bool = False, quiet: bool = False) -> str:
    """Return the first hundred problems, how many more there are, and, unless `quiet`, what became of each plan."""
    problems = report.problems
    if quiet:
        return problems_text.render(problems, words, colour=colour) if problems else ""
    said = problems_text.render(problems, words, colour=colour) + "\n" if problems else ""
    said += "".join(_summary(each, words) + "\n" for each in report.plans)
    if report.trace is not None:
        return said + _coverage(report.trace, words)
    return said + (
        words(text("{source}: not compared, for the errors above."), source=visible(report.source)) + "\n"
        if report.source
        else ""
    )


def _summary(loaded: LoadedPlan, words: Words) -> str:
    file, errors = visible(loaded.file), count(loaded.errors)
    warnings = count(loaded.problems) - errors
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


def _coverage(trace: "Trace", words: Words) -> str:
    """How many quotes were found and how many sentences they touch; the clauses that lack some, one a line."""
    lines = [
        words(
            text(
                "{source}: {found} of {quotes} quotes found; quotes touch {covered} of {total} sentences ({percent} %)."
            ),
            source=visible(trace.source_file),
            found=trace.found,
            quotes=trace.quotes,
            covered=trace.share.covered,
            total=trace.share.total,
            percent=f"{trace.share.percent:.1f}",
        )
    ]
    if trace.aside:
        lines.append(
            words(
                text("Not counted as sentences: {count} lines (titles, signatures, table headings, page numbers)."),
                count=trace.aside,
            )
        )
    lacking = [(words(clause), share) for clause, share in trace.clauses if share.covered < share.total]
    if lacking:
        lines.append(words(text("Sentences touched, where some are not:")))
    shown = text("{clause}: {covered}/{total}")
    lines += [
        f"  {words(shown, clause=visible(clause), covered=share.covered, total=share.total)}"
        for clause, share in lacking
    ]
    return "\n".join(lines) + "\n"
