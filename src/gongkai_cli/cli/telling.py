"""What --verbose says on standard error: which files were used, what named them, and how long it took."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from gongkai_cli.cli.configuration import named_by, workday_files
from gongkai_cli.cli.manner import manner
from gongkai_cli.cli.terminal import complain
from gongkai_cli.formats.escaping import visible
from gongkai_cli.messages import Text, Words, text

if TYPE_CHECKING:
    from pathlib import Path

    from gongkai_cli.log.reading import LogFile
    from gongkai_cli.workdays import WorkCalendar

_FORMATS = {"csv": "CSV", "sheets": "XLSX", "json": "JSON Lines", "parquet": "Parquet"}


class Stopwatch:
    """Counts seconds since it was made, or since it was last read."""

    def __init__(self) -> None:
        self._since = time.monotonic()

    def read(self) -> str:
        """Return the seconds, with two decimals, and begin again."""
        since, self._since = self._since, time.monotonic()
        return f"{self._since - since:.2f}"


def tell_plan(words: Words, file: object, count: int, seconds: str, *, asked: bool) -> None:
    """Say which plan is used, what named it and how many obligations it has: none, where it has errors."""
    origin = _origin("plan", asked=asked)
    said = text("Plan: {file} ({origin}). Obligations: {count}; read in {seconds} s.", file=visible(str(file)))
    _tell(words, Text(said.template, (*said.values, ("origin", origin), ("count", count), ("seconds", seconds))))


def tell_workdays(words: Words, calendar: "WorkCalendar", asked: Sequence["Path"]) -> None:
    """Say which working days are used and what named further files of them."""
    if not manner().verbose:
        return
    first, last = min(calendar.covered), max(calendar.covered)
    _tell(words, text("Working days: official for {first} to {last}.", first=first, last=last))
    for file in workday_files(asked):
        origin = _origin("workdays", asked=bool(asked))
        _tell(words, text("Working days: {file} ({origin}).", file=visible(str(file)), origin=origin))


def tell_log(words: Words, files: Sequence["LogFile"], seconds: str, *, asked: bool) -> None:
    """Say which files the log is and how many lines each has."""
    origin = _origin("log", asked=asked)
    _tell(
        words,
        text("Log: {origin}; files: {count}, read in {seconds} s.", count=len(files), origin=origin, seconds=seconds),
    )
    for file in files:
        said = text(
            "  {file}: {format}, {read} lines, {blank} blank, {rejected} rejected.",
            file=visible(file.file),
            format=_FORMATS.get(file.format, file.format),
            read=file.read,
            blank=file.blank,
            rejected=file.rejected,
        )
        _tell(words, said)


def _origin(what: Literal["plan", "log", "workdays"], *, asked: bool) -> str | Text:
    if asked:
        return text("the command line")
    return named_by(what, asked=asked) or text("the only file in plans/")


def _tell(words: Words, sentence: Text) -> None:
    if manner().verbose:
        complain(words(sentence) + "\n")
