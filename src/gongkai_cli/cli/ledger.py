"""gongkai ledger: one Excel sheet per owner to fill in (台账)."""

from pathlib import Path
from typing import Annotated

import typer

from gongkai_cli.cli.options import (
    AsOfOption,
    FromOption,
    KnownOnOption,
    LangOption,
    LogOption,
    MonthOption,
    OwnerOption,
    PlanOption,
    QuarterOption,
    SkipOption,
    ToOption,
    WeekOption,
    WorkdaysOption,
)
from gongkai_cli.cli.terminal import usage, words_for_help
from gongkai_cli.messages import Text, text

_help = words_for_help()


def ledger(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help=_help(text("The folder to write into, one file per owner.")))
    ] = None,
    month: MonthOption = None,
    week: WeekOption = None,
    quarter: QuarterOption = None,
    first: FromOption = None,
    last: ToOption = None,
    owner: OwnerOption = None,
    log: LogOption = None,
    as_of: AsOfOption = None,
    known_on: KnownOnOption = None,
    skip_bad_lines: SkipOption = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help=_help(text("Replace files that are there, filled in or not.")))
    ] = False,
    plan: PlanOption = None,
    workdays: WorkdaysOption = None,
    lang: LangOption = None,
) -> None:
    """Write one Excel sheet per owner to fill in; without a range, for the current month."""
    from dataclasses import replace

    from gongkai_cli import report
    from gongkai_cli.cli.folders import file_names, write_folder
    from gongkai_cli.cli.session import Asked, open_session
    from gongkai_cli.cli.values import read_range
    from gongkai_cli.deadlines import day_of
    from gongkai_cli.formats.ledger_xlsx import render
    from gongkai_cli.ledger import ledgers
    from gongkai_cli.periods import containing

    if output is None:
        raise usage("--output", text("ledgers are written into a folder"), text("name it: --output ledgers"))
    range_ = read_range(month, week, quarter, first, last)
    asked = Asked(
        plan or (), log or (), workdays or (), as_of, known_on, skip_bad_lines, owner or (), lang=lang
    )  # fmt: skip
    session = open_session(asked, until=range_[1] if range_ else None)
    days = report.Days(*(range_ or containing("month", day_of(session.as_of))[1:]))
    found = report.due(session.plan, session.calendar, days, session.as_of, session.chosen, session.assessment)
    if session.assessment is not None:
        found = replace(found, rows=tuple(report.with_papers(session.assessment, found.rows)))
    names = file_names([each.name for each in session.plan.owners], ".xlsx")
    owners = [name for name in names if not session.chosen.owners or name in session.chosen.owners]
    made = ledgers(found, days, owners)
    files = {names[each.owner]: render(each, session.words) for each in made}
    write_folder(output, files, replace=overwrite)
    rows = sum(len(each.entries) for each in made)
    said = text("Written into {folder}. Ledgers: {count}, deadlines: {rows}.")
    session.say(Text(said.template, (("folder", str(output)), ("count", len(made)), ("rows", rows))))
