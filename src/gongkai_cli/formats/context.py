"""What a text rests on, in its first lines: the plan, the day looked from, and the log."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import PurePath
from typing import NamedTuple

from gongkai_cli.deadlines import When
from gongkai_cli.formats.escaping import visible
from gongkai_cli.formats.wording import day_words, known_words
from gongkai_cli.messages import Words, text
from gongkai_cli.plan import Plan

_MOST_FILES = 2


def plan_words(plan: Plan, words: Words, show: Callable[[str], str] = visible) -> str:
    """Return a plan's title with its document number."""
    meta = plan.plan
    if meta.document_number is None:
        return show(meta.title)
    return words(text("{title} ({number})"), title=show(meta.title), number=show(meta.document_number))


class Seen(NamedTuple):
    """From when a log was looked at, and which it is; see `Assessment`. `origin` is what named it, if no option did."""

    as_of: When
    known_on: date | None
    files: Sequence[str]
    origin: str | None


def log_words(files: Sequence[str], origin: str | None, words: Words, show: Callable[[str], str] = visible) -> str:
    """Return which files a log is, and what named them where that was not the command line.

    Several files of one folder are told by the folder; of others, the first two and how many they are.
    """
    folders = {str(PurePath(file).parent) for file in files}
    if len(files) > 1 and len(folders) == 1:
        named = words(text("{names} ({count} files)"), names=f"{folders.pop()}/", count=len(files))
    elif len(files) > _MOST_FILES:
        names = words.listed(files[:_MOST_FILES])
        named = words(text("{names} … ({count} files)"), names=names, count=len(files))
    else:
        named = words.listed(files)
    if origin is None:
        return words(text("Log: {files}."), files=show(named))
    return words(text("Log: {files} (from {origin})."), files=show(named), origin=show(origin))


def instant_words(as_of: When, known_on: date | None, words: Words) -> str:
    """Return the day, or day and time, that is looked from; with --known-on, also which lines count."""
    return words(text("As of {day}."), day=day_words(as_of, words)) + known_words(known_on, words)


def context_lines(plan: Plan, seen: Seen | None, words: Words) -> Iterator[str]:
    """Yield the plan, then the day and the log; without a log no day decides anything, and none is said."""
    yield plan_words(plan, words)
    if seen is None:
        yield words(text("No log was given: dates only, no verdict."))
    else:
        space = "" if words.language == "zh" else " "
        instant, log = instant_words(seen.as_of, seen.known_on, words), log_words(seen.files, seen.origin, words)
        yield f"{instant}{space}{log}"
