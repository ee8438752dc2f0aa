"""The files that make up a log: from files, folders and globs to one list in one order."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from errno import ENAMETOOLONG
from pathlib import Path
from typing import Literal

from gongkai_cli.log.moments import Change, Seen, change, look
from gongkai_cli.messages import Text, text
from gongkai_cli.problems import Location, Problem

Format = Literal["csv", "sheets", "json", "parquet"]

_SUFFIXES: dict[str, Format] = {
    ".csv": "csv", ".tsv": "csv", ".xlsx": "sheets", ".xlsm": "sheets", ".xls": "sheets",
    ".jsonl": "json", ".ndjson": "json", ".parquet": "parquet",
}  # fmt: skip
_ZIP = b"PK\x03\x04"
# [MS-CFB] 2.2: what .xls files are, and what Excel makes of an .xlsx with a password.
COMPOUND_FILE = bytes.fromhex("D0CF11E0A1B11AE1")
_PARQUET = b"PAR1"
_GLOB = frozenset("*?[")


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """One file of a log: the name to show, where it is, what it holds, and what it looked like."""

    shown: str
    path: Path
    format: Format
    seen: Seen

    @property
    def size(self) -> int:
        """Its size in bytes, when it was seen."""
        return self.seen.size

    def change(self) -> Change:
        """Return what became of it since."""
        return change(self.path, self.seen)


def place_in(file: str, sheet: str) -> str:
    """Return how a sheet of a workbook is named in problems; its line and column are row and column there."""
    return f"{file}[{sheet}]"


def find_sources(paths: Sequence[str]) -> tuple[list[Source], list[Problem]]:
    """Return the files that paths name, each once, in an order that does not depend on that of the paths.

    A folder stands for all files in and below it whose ending is one of a log's; hidden files and those that
    office programs leave while one is open (~$…) are left out. `**` in a glob goes through folders.
    """
    problems: list[Problem] = []
    found: dict[Path, str] = {}
    for given in dict.fromkeys(paths):
        if reason := _impossible(given):
            problems.append(_missing(given, reason, text("check the path; it counts from the current folder")))
            continue
        for shown in _expand(given, problems):
            real = Path(os.path.realpath(shown))
            # One file reached by two names is read once, under the name that sorts first.
            found[real] = min(shown, found.get(real, shown))
    sources = []
    for real, shown in found.items():
        source = _look(real, shown)
        if isinstance(source, Problem):
            problems.append(source)
        else:
            sources.append(source)
    return sorted(sources), sorted(set(problems))


def _impossible(given: str) -> Text | None:
    """Why no file can have such a name: it may come from a configuration, and hold anything."""
    try:
        Path(given).lstat()
    except UnicodeEncodeError:
        return None  # the locale's fault, which is told elsewhere
    except ValueError:
        return text("there is no such log file")
    except OSError as error:
        return (
            text("this log file cannot be read: {reason}", reason=error.strerror)
            if error.errno == ENAMETOOLONG
            else None
        )
    return None


def _expand(given: str, problems: list[Problem]) -> Iterable[str]:
    path = Path(given)
    if path.is_dir():
        inside = _inside(path)
        if not inside:
            kinds = " ".join(_SUFFIXES)
            said = text("there is no log file in this folder")
            problems.append(_missing(given, said, text("files that end so are read: {kinds}", kinds=kinds)))
        return inside
    if path.exists() or _GLOB.isdisjoint(given):
        return [given]
    import glob  # only for those who use it: its regular expressions cost a few milliseconds

    found = glob.glob(given, recursive=True)  # noqa: PTH207  # pathlib has no absolute patterns
    matched = sorted(name for name in found if not (Path(name).name.startswith("~$") or Path(name).is_dir()))
    if not matched:
        said = text("no file matches this pattern")
        problems.append(_missing(given, said, text("check the pattern; it counts from the current folder")))
    return matched


def _inside(folder: Path) -> list[str]:
    names = []
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        names += [
            os.path.join(root, name)  # noqa: PTH118  # pathlib would drop a leading ./ that the user typed
            for name in files
            if not name.startswith((".", "~$")) and Path(name).suffix.lower() in _SUFFIXES
        ]
    return sorted(names)


def _look(path: Path, shown: str) -> Source | Problem:
    """Return what a file is, by what it holds and what its name says, or why it cannot be used."""
    try:
        seen = look(path)
    except FileNotFoundError:
        said = text("there is no such log file")
        return _missing(shown, said, text("check the path; it counts from the current folder"))
    except OSError as error:
        said = text("this log file cannot be read: {reason}", reason=error.strerror or str(error))
        return _missing(shown, said, text("check its permissions, and whether it is open elsewhere"))
    named = _SUFFIXES.get(path.suffix.lower())
    holds = _holds(seen.start, named)
    if not seen.start:
        return _odd(shown, text("the file is empty"), text("begin with a header row, or leave the file out"))
    if named is None or named == holds:
        return Source(shown, path, holds, seen)
    return _misnamed(shown, named, holds)


def _holds(start: bytes, named: Format | None) -> Format:
    if start.startswith((_ZIP, COMPOUND_FILE)):
        return "sheets"
    if start.startswith(_PARQUET):
        return "parquet"
    first = start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return "json" if named == "json" or (named is None and first in (b"{", b"[")) else "csv"


def _misnamed(shown: str, named: Format, holds: Format) -> Problem:
    kinds: dict[Format, Text] = {
        "csv": text("text"),
        "sheets": text("an Excel workbook"),
        "json": text("JSON Lines"),
        "parquet": text("Parquet"),
    }
    suffix = Path(shown).suffix
    right = {"csv": ".csv", "sheets": ".xlsx", "json": ".jsonl", "parquet": ".parquet"}[holds]
    said = text("the name ends in {suffix}, but the file holds {holds}", suffix=suffix, holds=kinds[holds])
    if holds == "csv" and named == "parquet":
        return _odd(shown, text("this is not a Parquet file, or only a part of one"), text("get the whole file again"))
    return _odd(shown, said, text("rename it to end in {suffix}, or save it anew as what it says", suffix=right))


def _missing(shown: str, message: Text, hint: Text) -> Problem:
    return Problem(Location(shown), "GK601", message, hint)


def _odd(shown: str, message: Text, hint: Text) -> Problem:
    return Problem(Location(shown), "GK602", message, hint)
