"""gongkai calendar: deadlines as a calendar feed (RFC 5545), in one file or one for each owner."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gongkai_cli.cli.options import (
    AsOfOption,
    FromOption,
    KnownOnOption,
    LangOption,
    LogOption,
    MonthOption,
    ObligationOption,
    OwnerOption,
    PlanOption,
    QuarterOption,
    SkipOption,
    ToOption,
    WeekOption,
    WorkdaysOption,
)
from gongkai_cli.cli.terminal import words_for_help, write
from gongkai_cli.messages import text

if TYPE_CHECKING:
    from gongkai_cli.cli.session import Session
    from gongkai_cli.report import Row

_help = words_for_help()


def calendar(
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            help=_help(text("A file; or a folder (one that is there, or ends in /): a file per owner.")),
        ),
    ] = None,
    month: MonthOption = None,
    week: WeekOption = None,
    quarter: QuarterOption = None,
    first: FromOption = None,
    last: ToOption = None,
    owner: OwnerOption = None,
    obligation: ObligationOption = None,
    log: LogOption = None,
    as_of: AsOfOption = None,
    known_on: KnownOnOption = None,
    skip_bad_lines: SkipOption = False,
    plan: PlanOption = None,
    workdays: WorkdaysOption = None,
    lang: LangOption = None,
) -> None:
    """Write deadlines as a calendar; without a range, all that belong, and of duties without end a year's."""
    from datetime import date, timedelta

    from gongkai_cli import report
    from gongkai_cli.cli.session import Asked, open_session
    from gongkai_cli.cli.values import read_range
    from gongkai_cli.deadlines import day_of

    range_ = read_range(month, week, quarter, first, last)
    asked = Asked(
        plan or (), log or (), workdays or (), as_of, known_on, skip_bad_lines, owner or (), obligation or (), lang=lang
    )
    year = timedelta(days=366)  # in which duties without end are followed
    session = open_session(
        asked, until=range_[1] if range_ else None, look_ahead=None if range_ else lambda when: day_of(when) + year
    )
    whole = (date.min, max(session.plan.plan.ends, day_of(session.as_of) + year))
    days = report.Days(*(range_ or whole))
    found = report.due(session.plan, session.calendar, days, session.as_of, session.chosen, session.assessment)
    rows = report.with_papers(session.assessment, found.rows) if session.assessment else found.rows
    _write(session, list(rows), output)


def _write(session: "Session", rows: Sequence["Row"], output: str | None) -> None:
    from gongkai_cli.cli.folders import file_names, write_folder
    from gongkai_cli.formats.ics import render

    plan, calendar, chosen = session.plan, session.calendar, session.chosen.owners
    whole_folder = output is not None and (output.endswith(("/", os.sep)) or Path(output).is_dir())
    if output is None or not whole_folder:
        only = next(iter(chosen)) if len(chosen) == 1 else None
        content = render(plan, calendar, rows, session.as_of, session.words, only)
        write(content, Path(output) if output is not None else None)
        if output is not None:
            session.say(text("Written: {file}. Deadlines: {count}.", file=output, count=len(rows)))
        return
    files = {}
    for name, file in file_names([each.name for each in plan.owners], ".ics").items():
        own = [row for row in rows if name in row.occurrence.owners]
        if own and (not chosen or name in chosen):
            files[file] = render(plan, calendar, own, session.as_of, session.words, name)
    write_folder(Path(output), files)
    session.say(text("Written into {folder}. Calendars: {count}.", folder=output, count=len(files)))
