"""gongkai due: what falls due in a range of days."""

from typing import Annotated, Literal

import typer

from gongkai_cli.cli.options import (
    AsOfOption,
    Format,
    FromOption,
    LangOption,
    MonthOption,
    ObligationOption,
    OutputOption,
    OwnerOption,
    PlanOption,
    QuarterOption,
    ToOption,
    WeekOption,
    WorkdaysOption,
)
from gongkai_cli.cli.terminal import colour_wanted, width, words_for, words_for_help, write
from gongkai_cli.messages import text

_help = words_for_help()


def due(
    month: MonthOption = None,
    week: WeekOption = None,
    quarter: QuarterOption = None,
    first: FromOption = None,
    last: ToOption = None,
    owner: OwnerOption = None,
    obligation: ObligationOption = None,
    by: Annotated[Literal["day", "owner"], typer.Option("--by", help=_help(text("Group by day or by owner.")))] = "day",
    as_of: AsOfOption = None,
    format_: Annotated[Format, typer.Option("--format", help=_help(text("text or json.")))] = "text",
    output: OutputOption = None,
    plan: PlanOption = None,
    workdays: WorkdaysOption = None,
    lang: LangOption = None,
) -> None:
    """Show what falls due; without a range, in the current month."""
    from gongkai_cli import report
    from gongkai_cli.cli.configuration import find_calendar, use_plan
    from gongkai_cli.cli.values import read_as_of, read_filter, read_range
    from gongkai_cli.deadlines import day_of
    from gongkai_cli.periods import containing

    asked = read_range(month, week, quarter, first, last)
    calendar = find_calendar(workdays or ())
    used = use_plan(plan, calendar)
    words = words_for(used, lang)
    instant = read_as_of(as_of, used)
    begin, end = asked or containing("month", day_of(instant))[1:]
    found = report.due(used, calendar, begin, end, instant, read_filter(used, owner, obligation))
    if format_ == "json":
        from gongkai_cli.formats import json

        write(json.due(found), output)
    else:
        from gongkai_cli.formats.text import UNLIMITED, Page
        from gongkai_cli.formats.text import due as as_text

        page = Page(words, width() or UNLIMITED if output is None else UNLIMITED, colour_wanted() and output is None)
        write(as_text(found, page, by), output)
