"""What the command line knows of its surroundings: the clock, the terminal, the language, where to write."""

import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from gongkai_cli.cli.interrupts import heed_interrupts
from gongkai_cli.cli.streams import NO_CHINESE, failure
from gongkai_cli.formats import problems_text
from gongkai_cli.messages import LANGUAGES, Language, Text, Words, language_of, text
from gongkai_cli.problems import BadInput, Location, Problem

if TYPE_CHECKING:
    from gongkai_cli.plan import Plan


def now(zone: tzinfo) -> datetime:
    """Return the present instant on a plan's clock."""
    return datetime.now(zone)


def here() -> Path:
    """Return the current folder; raise BadInput where somebody has removed it (GK801)."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        said, hint = text("the current folder is no longer there"), text("change into a folder that is, and try again")
        raise BadInput([Problem(Location("."), "GK801", said, hint)]) from None


def typed(value: str) -> str:
    """Return what was typed in UTF-8, where the locale has no Chinese and Python took it for something else."""
    if sys.getfilesystemencoding() not in NO_CHINESE:
        return value
    try:
        return os.fsencode(value).decode()
    except UnicodeError:
        return value


def colour_wanted(stream: TextIO | None = None) -> bool:
    """Return whether to colour: only on a terminal, and not against NO_COLOR (no-color.org)."""
    return (stream or sys.stdout).isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width() -> int | None:
    """Return the terminal's width in cells, or None in a pipe; COLUMNS overrides both."""
    if os.environ.get("COLUMNS", "").isdigit() or sys.stdout.isatty():
        return max(40, shutil.get_terminal_size().columns)
    return None


def words_for(plan: "Plan | None", asked: str | None) -> Words:
    """Return the language asked for with --lang, else the plan's, else Chinese."""
    if asked is not None:
        return Words(as_language(asked))
    return Words(language_of(plan.plan.language)) if plan is not None else Words("zh")


def as_language(asked: str) -> Language:
    """Return a language by its code; raise BadInput for one that gongkai does not speak."""
    for language in LANGUAGES:
        if asked == language:
            return language
    raise usage("--lang", text("`{value}` is not a language of gongkai", value=asked), text("write zh or en"))


def fallback_words(arguments: Sequence[str]) -> Words:
    """Return the words of --help and of errors: --lang, else English under an English locale, else Chinese."""
    for index, argument in enumerate(arguments):
        value = argument.removeprefix("--lang=") if argument.startswith("--lang=") else None
        if argument == "--lang" and index + 1 < len(arguments):
            value = arguments[index + 1]
        if value is not None:
            return Words(language_of(value))
    return Words(_language_of_surroundings())


def _language_of_surroundings() -> Language:
    """The first language of LANGUAGE that gongkai speaks (GNU gettext), else that of the locale, else Chinese."""
    locale = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    wanted = [] if locale in ("C", "POSIX") else os.environ.get("LANGUAGE", "").split(":")
    for tag in (*wanted, locale):
        if tag[:2] in LANGUAGES:
            return language_of(tag)
    return "zh"


def words_for_help() -> Words:
    """Return the language of --help."""
    return fallback_words(sys.argv)


def usage(option: str, message: Text, hint: Text | None = None) -> BadInput:
    """Return the error for a value on the command line that cannot be used."""
    return BadInput([Problem(Location(option), "GK803", message, hint)])


def documentation() -> str | None:
    """Return the address of the documentation, where the installed package names one."""
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        named = metadata("gongkai-cli").get_all("Project-URL") or []
    except PackageNotFoundError:
        return None
    addresses = dict(each.split(", ", 1) for each in named)
    return addresses.get("Documentation")


def say_problems(problems: Iterable[Problem], words: Words) -> None:
    """Write problems to standard error."""
    complain(problems_text.render(sorted(problems), words, colour=colour_wanted(sys.stderr)))


def complain(content: str) -> None:
    """Write to standard error; where that takes nothing, the exit code has to do."""
    sys.stderr.write(content)
    sys.stderr.flush()


def tell(content: str) -> None:
    """Say on standard output what was done; where that takes nothing, it was done all the same."""
    sys.stdout.write(content)
    failure(sys.stdout)


def write(content: str | bytes, output: Path | None) -> None:
    """Write a document to standard output, or to a file: whole, or not at all.

    Raises BadInput where it cannot be written, and for bytes that would go to a terminal.
    """
    heed_interrupts()
    if output is None:
        _say(content)
        return
    from gongkai_cli.cli.whole_files import write_whole  # only for files

    write_whole({output: content.encode(errors="backslashreplace") if isinstance(content, str) else content})


def flush() -> None:
    """Bring what was said to where it goes; raise BadInput where that cannot be (GK804).

    A reader such as `head`, who has seen enough, is no failure.
    """
    error = failure(sys.stdout)
    if error is not None and not isinstance(error, BrokenPipeError):
        said = text("cannot be written: {reason}", reason=error.strerror or str(error))
        hint = text("check where the output goes, and its free space")
        raise BadInput([Problem(Location("<stdout>"), "GK804", said, hint)])


def _say(content: str | bytes) -> None:
    if isinstance(content, str):
        sys.stdout.write(content)
    elif sys.stdout.isatty():
        raise usage("--output", text("this format is not for a terminal"), text("write to a file: --output FILE"))
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
    flush()
