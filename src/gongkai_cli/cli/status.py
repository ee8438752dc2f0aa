"""gongkai status: how owners stand, or plans side by side."""

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
    ToOption,
    WeekOption,
    WorkdaysOption,
)
from gongkai_cli.cli.terminal import words_for_help
from gongkai_cli.messages import text

_help = words_for_help()


def status(
    month: MonthOption = None,
    week: WeekOption = None,
    quarter: QuarterOption = None,
    first: FromOption = None,
    last: ToOption = None,
    owner: OwnerOption = None,
    obligation: ObligationOption = None,
    by: Annotated[
        Literal["plan", "owner"] | None,
        typer.Option("--by", help=_help(text("A line per owner or per plan. Default: owner; of several plans, plan."))),
    ] = None,
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
    """Show one line per owner and a map of owners and months; of several plans, one line per plan."""
    from gongkai_cli.cli.answering import answer_held
    from gongkai_cli.cli.session import Asked

    asked = Asked(
        plan or (), log or (), workdays or (), as_of, known_on, skip_bad_lines, owner or (), obligation or (), (),
        fail_on, lang, output, every_mark=False,
    )  # fmt: skip
    return answer_held("status", asked, (), (month, week, quarter, first, last), format_, by)
