"""gongkai due: what falls due in a range of days."""

from typing import Annotated, Literal

import typer

from gongkai_cli.cli.options import (
    AsOfOption,
    FailOption,
    FormatOption,
    FromOption,
    KnownOnOption,
    LangOption,
    LogOption,
    MonthOption,
    ObligationOption,
    OutputOption,
    OwnerOption,
    PlansOption,
    QuarterOption,
    SkipOption,
    StatusOption,
    ToOption,
    WeekOption,
    WorkdaysOption,
)
from gongkai_cli.cli.terminal import words_for_help
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
    status: StatusOption = None,
    by: Annotated[Literal["day", "owner"], typer.Option("--by", help=_help(text("Group by day or by owner.")))] = "day",
    log: LogOption = None,
    as_of: AsOfOption = None,
    known_on: KnownOnOption = None,
    skip_bad_lines: SkipOption = False,
    fail_on: FailOption = None,
    format_: FormatOption = "text",
    output: OutputOption = None,
    plan: PlansOption = None,
    workdays: WorkdaysOption = None,
    lang: LangOption = None,
) -> int:
    """Show what falls due; without a range, in the current month."""
    from gongkai_cli.cli.answering import answer_due
    from gongkai_cli.cli.session import Asked

    asked = Asked(
        plan or (), log or (), workdays or (), as_of, known_on, skip_bad_lines, owner or (), obligation or (),
        status or (), fail_on, lang, output, every_mark=False,
    )  # fmt: skip
    return answer_due(asked, (month, week, quarter, first, last), format_, by)
