"""gongkai report: the bulletin for the meeting (督查通报)."""

from typing import TYPE_CHECKING

from gongkai_cli.cli.options import (
    AsOfOption,
    BulletinFormatOption,
    FailOption,
    KnownOnOption,
    LangOption,
    LogOption,
    MonthOption,
    ObligationOption,
    OutputOption,
    OwnerOption,
    PlanOption,
    QuarterOption,
    SinceOption,
    SkipOption,
    WidthOption,
    WorkdaysOption,
)
from gongkai_cli.cli.terminal import write

if TYPE_CHECKING:
    from gongkai_cli.bulletin import Stretch

# Fits a printed page and a chat.
_WIDTH = 80


def report(
    month: MonthOption = None,
    quarter: QuarterOption = None,
    since: SinceOption = None,
    owner: OwnerOption = None,
    obligation: ObligationOption = None,
    log: LogOption = None,
    as_of: AsOfOption = None,
    known_on: KnownOnOption = None,
    skip_bad_lines: SkipOption = False,
    fail_on: FailOption = None,
    format_: BulletinFormatOption = "text",
    width: WidthOption = None,
    output: OutputOption = None,
    plan: PlanOption = None,
    workdays: WorkdaysOption = None,
    lang: LangOption = None,
) -> int:
    """Write the bulletin of a month, a quarter or, without either, of the plan to date."""
    from gongkai_cli.bulletin import bulletin
    from gongkai_cli.cli.rendering import BULLETIN_FORMATS
    from gongkai_cli.cli.session import Asked, open_session
    from gongkai_cli.deadlines import day_of
    from gongkai_cli.formats.page import Page

    stretch = _stretch(month, quarter)
    asked = Asked(
        plan, log or (), workdays or (), as_of, known_on, skip_bad_lines, owner or (), obligation or (), (),
        fail_on, lang, output, since,
    )  # fmt: skip
    session = open_session(asked, look_ahead=lambda when: stretch.seen_from(when, day_of(when))[1].last)
    found = bulletin(
        session.plan, session.calendar, stretch, session.as_of, session.chosen, session.assessment, session.skipped
    )
    page = Page(session.words, width or _WIDTH, session.colour)
    write(BULLETIN_FORMATS[format_](found, page), output)
    return session.exit_code((*found.rows, *found.carried_over))


def _stretch(month: str | None, quarter: str | None) -> "Stretch":
    from gongkai_cli.bulletin import Stretch
    from gongkai_cli.cli.values import read_range
    from gongkai_cli.report import Days

    named = read_range(month, None, quarter, None, None)
    if named is None:
        return Stretch("to date")
    return Stretch("month" if month is not None else "quarter", Days(*named))
