"""A plan, its log, and the report on both: what Python programs call, and the command line too."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from os import PathLike, fspath
from typing import TYPE_CHECKING

from gongkai_cli import plan_file
from gongkai_cli.deadlines import When
from gongkai_cli.plan import Plan
from gongkai_cli.problems import Problem
from gongkai_cli.workdays import WorkCalendar, official_calendar

if TYPE_CHECKING:
    from gongkai_cli.evaluation.assessment import Assessment
    from gongkai_cli.evaluation.verdicts import Status
    from gongkai_cli.log.reading import Log, Progress
    from gongkai_cli.report import Report

FileName = str | PathLike[str]


def load_calendar(*overrides: FileName) -> WorkCalendar:
    """Return the official working days of China, with an office's own files applied in order.

    Raises BadInput where a file has a problem.
    """
    if not overrides:
        return official_calendar()
    from gongkai_cli.workday_overrides import calendar_with

    return calendar_with(official_calendar(), [fspath(each) for each in overrides])


def load_plan(path: FileName, calendar: WorkCalendar | None = None) -> Plan:
    """Return the plan in a file; raise BadInput with every error where it has any."""
    return plan_file.load_plan(fspath(path), calendar).usable()


def load_log(
    paths: FileName | Sequence[FileName],
    headers: Mapping[str, str] | None = None,
    *,
    today: date | None = None,
    progress: "Progress | None" = None,
) -> "Log":
    """Open a log: files, folders and globs, mixed freely.

    To be closed, or used in `with`. What is wrong with it is told by `evaluate`, all at once. `headers` maps further
    header names to columns. A ledger that claims something for a day after `today` is told so. `progress` is called
    with what is being read and the share done (0 to 1; None where it is not known).
    """
    from gongkai_cli.log.reading import read_log

    named = [paths] if isinstance(paths, str | PathLike) else paths
    return read_log([fspath(each) for each in named], headers, progress, today=today)


def hold(
    plan: Plan,
    log: "Log",
    as_of: When,
    known_on: date | None,
    calendar: WorkCalendar,
    *,
    until: date | None = None,
    since: date | None = None,
    skip_bad_lines: bool = False,
    every_mark: bool = True,
    statuses: "Collection[Status] | None" = None,
) -> tuple["Assessment", tuple[Problem, ...]]:
    """Return a plan held against its log, see `assess`, and the problems of the log that do not forbid it.

    Raises BadInput with all problems where one forbids it. `skip_bad_lines` spares single lines, never whole files.
    """
    # Imported here: a schedule without a log needs no table engine.
    from gongkai_cli.evaluation.assessment import allowed, assess

    found, problems = assess(
        plan, calendar, log, as_of, known_on, until, since, every_mark=every_mark, statuses=statuses
    )
    return found, allowed(problems, skip_bad_lines=skip_bad_lines)


def evaluate(
    plan: Plan,
    log: "Log | None" = None,
    *,
    as_of: When,
    known_on: date | None = None,
    days: tuple[date, date] | None = None,
    calendar: WorkCalendar | None = None,
    skip_bad_lines: bool = False,
) -> "Report":
    """Return how every occurrence of a plan stands as of a day (its end) or an instant.

    `days`, both inclusive, keeps what falls due in them; without a log it must be given, and no status is claimed. A
    datetime without a zone is one on the plan's clock. `known_on` leaves out what was written down after that day.
    `calendar` is the one that the plan was loaded with. Raises BadInput where the log has errors; lines of which
    `skip_bad_lines` makes it go on without are in the report's `problems`, beside warnings.
    """
    from dataclasses import replace

    from gongkai_cli.report import EVERYTHING, Days, due, held

    if not isinstance(as_of, date):
        raise TypeError(f"as_of is a date or a datetime, not {as_of!r}")
    if isinstance(as_of, datetime) and as_of.tzinfo is None:
        as_of = as_of.replace(tzinfo=plan.plan.zone)
    calendar = calendar or official_calendar()
    chosen = Days(*days) if days is not None else None
    if log is None:
        if chosen is None:
            raise TypeError("without a log, days must be given")
        return due(plan, calendar, chosen, as_of)
    until = chosen.last if chosen is not None else None
    found, problems = hold(plan, log, as_of, known_on, calendar, until=until, skip_bad_lines=skip_bad_lines)
    if chosen is not None:
        report = due(plan, calendar, chosen, as_of, EVERYTHING, found)
    else:
        report = held(found, "status", calendar, None, EVERYTHING)
    return replace(report, problems=problems)
