"""gongkai report: the bulletin for the meeting (督查通报), and reminder letters (催办函)."""

from typing import TYPE_CHECKING

from gongkai_cli.cli.options import (
    AsOfOption,
    BulletinFormatOption,
    FailOption,
    KnownOnOption,
    LangOption,
    LetterOption,
    LogOption,
    MonthOption,
    ObligationOption,
    OutputOption,
    OwnerOption,
    PlansOption,
    QuarterOption,
    SinceOption,
    SkipOption,
    WidthOption,
    WorkdaysOption,
)
from gongkai_cli.cli.terminal import usage, write
from gongkai_cli.messages import text

if TYPE_CHECKING:
    from pathlib import Path

    from gongkai_cli.bulletin import Bulletin, Stretch
    from gongkai_cli.cli.options import BulletinFormat
    from gongkai_cli.cli.session import Session
    from gongkai_cli.formats.page import Page

# Fits a printed page and a chat.
_WIDTH = 80
_ENDINGS: "dict[str, BulletinFormat]" = {
    ".docx": "docx",
    ".htm": "html",
    ".html": "html",
    ".json": "json",
    ".md": "markdown",
    ".xlsx": "xlsx",
}


def report(
    month: MonthOption = None,
    quarter: QuarterOption = None,
    since: SinceOption = None,
    letter: LetterOption = False,
    owner: OwnerOption = None,
    obligation: ObligationOption = None,
    log: LogOption = None,
    as_of: AsOfOption = None,
    known_on: KnownOnOption = None,
    skip_bad_lines: SkipOption = False,
    fail_on: FailOption = None,
    format_: BulletinFormatOption = None,
    width: WidthOption = None,
    output: OutputOption = None,
    plan: PlansOption = None,
    workdays: WorkdaysOption = None,
    lang: LangOption = None,
) -> int:
    """Write the bulletin of a month, a quarter or, without either, of the plan to date."""
    from gongkai_cli.bulletin import bulletin
    from gongkai_cli.cli.rendering import BULLETIN_FORMATS
    from gongkai_cli.cli.session import Asked, open_session
    from gongkai_cli.deadlines import day_of

    format_ = format_ or _format_of(output)
    stretch = _stretch(month, quarter)
    asked = Asked(
        plan or (), log or (), workdays or (), as_of, known_on, skip_bad_lines, owner or (), obligation or (), (),
        fail_on, lang, output, since,
    )  # fmt: skip
    if letter:
        _check_letters(format_, output)
    session = open_session(asked, look_ahead=lambda when: stretch.seen_from(when, day_of(when))[1].last)
    with session.waiting.doing(text("Looking up the records")):
        found = bulletin(
            session.plan, session.calendar, stretch, session.as_of, session.chosen, session.assessment, session.skipped
        )
    page = session.page(width or _WIDTH)
    if letter:
        _write_letters(found, session, format_, page)
        return session.exit_code((*found.rows, *found.carried_over))
    write(BULLETIN_FORMATS[format_](found, page), output)
    return session.exit_code((*found.rows, *found.carried_over))


def _format_of(output: "Path | None") -> "BulletinFormat":
    """The format that the ending of a file's name asks for, so that no text stands in a file called .docx."""
    return _ENDINGS.get(output.suffix.lower(), "text") if output else "text"


def _check_letters(format_: "BulletinFormat", output: "Path | None") -> None:
    from gongkai_cli.cli.rendering import LETTER_FORMATS

    if format_ not in LETTER_FORMATS:
        known = ", ".join(LETTER_FORMATS)
        raise usage(
            "--format",
            text("letters are not written as {format}", format=format_),
            text("known are: {known}", known=known),
        )
    if output is None:
        raise usage("--output", text("letters are written into a folder"), text("name it: --output letters"))


def _write_letters(found: "Bulletin", session: "Session", format_: "BulletinFormat", page: "Page") -> None:
    """Write one file per owner, named after the owner and the day, all of them or none."""
    from gongkai_cli.cli.folders import file_names, write_folder
    from gongkai_cli.cli.rendering import LETTER_FORMATS
    from gongkai_cli.deadlines import day_of
    from gongkai_cli.letters import letters

    session.with_log()
    folder = session.asked.output
    assert folder is not None, "it was asked for"  # noqa: S101
    ending, rendered = LETTER_FORMATS[format_]
    names = file_names([each.name for each in found.plan.owners], f" {day_of(found.as_of).isoformat()}{ending}")
    made = letters(found, session.chosen.owners)
    if not made:
        session.say(text("Nothing is overdue, so no letter needs to be written. Well done."))
        return
    write_folder(folder, {names[each.owner]: rendered(each, page) for each in made})
    session.say(text("Written into {folder}. Letters: {count}.", folder=str(folder), count=len(made)))


def _stretch(month: str | None, quarter: str | None) -> "Stretch":
    from gongkai_cli.bulletin import Stretch
    from gongkai_cli.cli.values import read_range
    from gongkai_cli.report import Days

    named = read_range(month, None, quarter, None, None)
    if named is None:
        return Stretch("to date")
    return Stretch("month" if month is not None else "quarter", Days(*named))
