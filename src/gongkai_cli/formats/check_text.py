"""What checking plans found, for people: the problems, then one line for each plan."""

from typing import TYPE_CHECKING

from gongkai_cli.formats import problems_text
from gongkai_cli.formats.escaping import visible
from gongkai_cli.messages import Words, text
from gongkai_cli.problem_report import CheckedPlan, ProblemReport

if TYPE_CHECKING:
    from gongkai_cli.tracing import Trace

# Where there are more plans than this, those without any problem are only counted.
MOST_VALID = 20


def render(report: ProblemReport, words: Words, *, colour: bool = False, quiet: bool = False) -> str:
    """Return the first hundred problems, how many more there are, and, unless `quiet`, what became of each plan."""
    problems = report.problems
    if quiet:
        return problems_text.render(problems, words, colour=colour) if problems else ""
    said = problems_text.render(problems, words, colour=colour) + "\n" if problems else ""
    many = len(report.plans) > MOST_VALID
    said += "".join(_summary(each, words) + "\n" for each in report.plans if each.problems or not many)
    if len(report.plans) > 1:
        said += _total(report, words) + "\n"
    if report.trace is not None:
        return said + _coverage(report.trace, words)
    return said + (
        words(text("{source}: not compared, for the errors above."), source=visible(report.source)) + "\n"
        if report.source
        else ""
    )


def _total(report: ProblemReport, words: Words) -> str:
    said = text("Plans: {plans}, of these valid: {valid}. Errors: {errors}, warnings: {warnings}.")
    valid = sum(each.valid for each in report.plans)
    return words(said, plans=len(report.plans), valid=valid, errors=report.errors, warnings=report.warnings)


def _summary(plan: CheckedPlan, words: Words) -> str:
    file, errors, warnings = visible(plan.file), plan.errors, plan.warnings
    if not plan.valid:
        return words(
            text("{file}: errors: {errors}, warnings: {warnings}."), file=file, errors=errors, warnings=warnings
        )
    return words(
        text("{file}: valid. Obligations: {obligations}, passages without one: {untracked}, warnings: {warnings}."),
        file=file,
        warnings=warnings,
        obligations=plan.obligations,
        untracked=plan.untracked,
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
