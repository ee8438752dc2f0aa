"""gongkai report: the bulletin for the meeting (督查通报), and reminder letters (催办函)."""

from functools import partial
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
from gongkai_cli.cli.terminal import colour_wanted, tell, usage, write
from gongkai_cli.messages import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from gongkai_cli.bulletin import Bulletin, Stretch
    from gongkai_cli.cli.options import BulletinFormat
    from gongkai_cli.cli.rendering import BulletinPart
    from gongkai_cli.cli.session import Asked, Session
    from gongkai_cli.deadlines import When
    from gongkai_cli.messages import Words

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
    from gongkai_cli.cli.session import Asked

    format_ = format_ or _format_of(output)
    stretch = _stretch(month, quarter)
    asked = Asked(
        plan or (), log or (), workdays or (), as_of, known_on, skip_bad_lines, owner or (), obligation or (), (),
        fail_on, lang, output, since,
    )  # fmt: skip
    if not letter:
        return _answer(asked, stretch, format_, width or _WIDTH)
    _check_letters(format_, output)
    return _write_letters(asked, stretch, format_, width or _WIDTH)


def _answer(asked: "Asked", stretch: "Stretch", format_: "BulletinFormat", width: int) -> int:
    """Write the bulletin of one plan; of several, one document on all of them, or a file for each."""
    from gongkai_cli.cli.configuration import named_by
    from gongkai_cli.cli.manner import manner
    from gongkai_cli.cli.rendering import ALONE, bulletins_joined
    from gongkai_cli.cli.several import ask
    from gongkai_cli.formats.page import Page

    answers = ask(asked, partial(_part, stretch, format_), look_ahead=partial(_ahead, stretch))
    parts = [part for part, _ in answers.found]
    if len(parts) > 1 and format_ in ALONE:
        _write_each(parts, asked, format_, answers.words)
    else:
        colour, log_from = colour_wanted() and asked.output is None, None if asked.log else named_by("log", asked=False)
        page = Page(answers.words, width, colour, manner().quiet, log_from)
        write(bulletins_joined(parts, format_, page), asked.output)
    return max(code for _, code in answers.found)


def _ahead(stretch: "Stretch", when: "When") -> "date":
    from gongkai_cli.deadlines import day_of

    return stretch.seen_from(when, day_of(when))[1].last


def _part(stretch: "Stretch", format_: "BulletinFormat", session: "Session") -> tuple["BulletinPart", int]:
    from gongkai_cli.cli.rendering import bulletin_part

    found = _bulletin(stretch, session)
    return bulletin_part(found, format_, session.words), session.exit_code((*found.rows, *found.carried_over))


def _bulletin(stretch: "Stretch", session: "Session") -> "Bulletin":
    from gongkai_cli.bulletin import bulletin

    return bulletin(
        session.plan, session.calendar, stretch, session.as_of, session.chosen, session.assessment, session.skipped
    )


def _write_each(parts: "Sequence[BulletinPart]", asked: "Asked", format_: "BulletinFormat", words: "Words") -> None:
    """Write one file per plan, named after its id, all of them or none."""
    from gongkai_cli.cli.folders import write_folder
    from gongkai_cli.cli.manner import manner

    if asked.output is None:
        said = text("of several plans, {format} is one file for each, in a folder", format=format_)
        raise usage("--output", said, text("name it: --output reports"))
    made = {f"{part.line.id}.{format_}": part.content for part in parts}
    write_folder(asked.output, {name: each.encode() if isinstance(each, str) else each for name, each in made.items()})
    if not manner().quiet:
        tell(words(text("Written into {folder}. Reports: {count}.\n"), folder=str(asked.output), count=len(made)))


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


def _write_letters(asked: "Asked", stretch: "Stretch", format_: "BulletinFormat", width: int) -> int:
    """Write one file per owner of one plan, named after the owner and the day, all of them or none."""
    from gongkai_cli.cli.folders import file_names, write_folder
    from gongkai_cli.cli.rendering import LETTER_FORMATS
    from gongkai_cli.cli.session import open_session
    from gongkai_cli.deadlines import day_of
    from gongkai_cli.letters import letters

    session = open_session(asked, look_ahead=partial(_ahead, stretch))
    with session.waiting.doing(text("Looking up the records")):
        found = _bulletin(stretch, session)
    session.with_log()
    folder = asked.output
    assert folder is not None, "it was asked for"  # noqa: S101
    ending, rendered = LETTER_FORMATS[format_]
    names = file_names([each.name for each in found.plan.owners], f" {day_of(found.as_of).isoformat()}{ending}")
    made = letters(found, session.chosen.owners)
    if made:
        page = session.page(width)
        write_folder(folder, {names[each.owner]: rendered(each, page) for each in made})
        session.say(text("Written into {folder}. Letters: {count}.", folder=str(folder), count=len(made)))
    else:
        session.say(text("Nothing is overdue, so no letter needs to be written. Well done."))
    return session.exit_code((*found.rows, *found.carried_over))


def _stretch(month: str | None, quarter: str | None) -> "Stretch":
    from gongkai_cli.bulletin import Stretch
    from gongkai_cli.cli.values import read_range
    from gongkai_cli.report import Days

    named = read_range(month, None, quarter, None, None)
    if named is None:
        return Stretch("to date")
    return Stretch("month" if month is not None else "quarter", Days(*named))
