"""The difference of two plans in the format asked for; each format is imported when it is used."""

from collections.abc import Collection, Sequence

from gongkai_cli.cli.check import CheckFormat
from gongkai_cli.cli.check import rendered as check_rendered
from gongkai_cli.cli.diff import DiffFormat
from gongkai_cli.cli.terminal import colour_wanted, documentation
from gongkai_cli.diff import Difference
from gongkai_cli.messages import Words, text
from gongkai_cli.plan_file import LoadedPlan
from gongkai_cli.problem_report import ProblemReport, checked


def rendered(
    difference: Difference,
    format_: DiffFormat,
    words: Words,
    concerns: Collection[str],
    *,
    plain: bool,
    quiet: bool = False,
) -> str:
    """Return the text, JSON, Markdown or annotations of a difference; `plain` text has no colour.

    `quiet` text has no first lines.
    """
    if format_ == "text":
        from gongkai_cli.formats import diff_text

        return diff_text.render(difference, words, colour=colour_wanted() and not plain, quiet=quiet)
    if format_ == "json":
        from gongkai_cli.formats import diff_json

        return diff_json.render(difference, words)
    if format_ == "markdown":
        from gongkai_cli.formats import diff_markdown

        return diff_markdown.render(difference, words)
    from gongkai_cli.formats.diff_annotations import annotations

    found = annotations(difference, words, concerns)
    if format_ == "github":
        from gongkai_cli.formats import github

        return github.render(found, words)
    if format_ == "gitlab":
        from gongkai_cli.formats import gitlab

        return gitlab.render(found, words)
    if format_ == "junit":
        from gongkai_cli.formats import junit

        return junit.render([junit.Suite(difference.new.file, words(text("Both say the same.")), found)], words)
    from gongkai_cli.formats import sarif

    return sarif.render(found, words, documentation())


def rendered_problems(sides: Sequence[LoadedPlan], format_: CheckFormat, words: Words) -> str:
    """Return the problems of plans that cannot be compared, as `gongkai check` writes them."""
    return check_rendered(
        ProblemReport(tuple(checked(side) for side in sides)), format_, words, strict=False, colour=False
    )
