"""The answer to what is due, overdue or done: of one plan or several, in every format."""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any, Literal

from gongkai_cli import report
from gongkai_cli.cli.configuration import find_plans
from gongkai_cli.cli.manner import manner
from gongkai_cli.cli.options import Format
from gongkai_cli.cli.rendering import Style, joined, part_of
from gongkai_cli.cli.session import Asked, Session
from gongkai_cli.cli.several import ask
from gongkai_cli.cli.terminal import colour_wanted, width, write
from gongkai_cli.cli.values import read_range
from gongkai_cli.deadlines import day_of
from gongkai_cli.evaluation.verdicts import Status
from gongkai_cli.periods import containing
from gongkai_cli.report import Command, Days, Report

By = Literal["day", "owner", "plan"]
RangeOptions = tuple[str | None, str | None, str | None, str | None, str | None]


def answer_due(asked: Asked, range_options: RangeOptions, format_: Format, by: By) -> int:
    """Answer `gongkai due`; without a range, of the current month."""
    named = read_range(*range_options)
    days = Days(*named) if named else None
    return _answer(asked, partial(_due, days), format_, by, days)


def _due(days: Days | None, session: Session) -> Report:
    days = days or Days(*containing("month", day_of(session.as_of))[1:])
    return report.due(session.plan, session.calendar, days, session.as_of, session.chosen, session.assessment)


def answer_held(
    command: Command,
    asked: Asked,
    statuses: Collection[Status],
    range_options: RangeOptions,
    format_: Format,
    by: By | None,
) -> int:
    """Answer a command that needs a log, about what has one of the statuses; none of them means all.

    Where nothing says what to group `by`, owners stand side by side for one plan, and plans for several.
    """
    named = read_range(*range_options)
    days = Days(*named) if named else None
    by = by or ("plan" if len(find_plans(asked.plan)) > 1 else "owner")
    records = command != "status" or format_ != "text"  # that text has figures alone
    return _answer(asked, partial(_held, command, tuple(statuses), days, records), format_, by, days)


def _held(command: Command, statuses: Collection[Status], days: Days | None, records: bool, session: Session) -> Report:
    return report.held(session.with_log(), command, session.calendar, days, session.chosen, statuses, records=records)


def _answer(asked: Asked, find: Callable[[Session], Report], format_: Format, by: By, days: Days | None) -> int:
    shown = asked.output is None
    style = Style(format_, by, width() if shown else None, colour_wanted() and shown, manner().quiet, asked.log_from)
    answers = ask(asked, partial(_shown, find, style), days.last if days else None)
    parts: Sequence[Any] = [part for part, _ in answers.found]
    write(joined(parts, style, answers.words), asked.output)
    return max(code for _, code in answers.found)


def _shown(find: Callable[[Session], Report], style: Style, session: Session) -> tuple[Any, int]:
    found = find(session)
    return part_of(found, style, session.words), session.exit_code(found.rows)
