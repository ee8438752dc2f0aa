"""The text of a YAML file: its bytes as characters, its lines, and what may not stand in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from gongkai_cli.messages import Text, text
from gongkai_cli.problems import MOST_LISTED, Location, Problem, standing_for

MAX_BYTES = 16 * 1024 * 1024

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# What ends a line for libyaml; places are counted in these lines everywhere.
_LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
# Runs of one character that YAML does not allow, or that nobody can see.
_FORBIDDEN = re.compile("([\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff])\\1*")
_SAVE_AS = text("save the file as UTF-8 (in Notepad: Save as, encoding UTF-8)")


@dataclass(slots=True)
class Source:
    """The lines of one file, for problems that show the line at fault."""

    file: str
    lines: list[str]

    def place(self, line: int, column: int) -> Location:
        """Return the location of a line and column counted from 0; past the last line, the end of that one."""
        if line >= len(self.lines):
            line, column = len(self.lines) - 1, len(self.lines[-1])
        return Location(self.file, line + 1, column + 1)

    def problem_at(self, location: Location, code: str, message: Text, hint: Text | None = None) -> Problem:
        """Return a problem at a known place, with its source line."""
        index = location.line - 1
        shown = self.lines[index] if 0 <= index < len(self.lines) else ""
        return Problem(location, code, message, hint, shown)


def read_bytes(path: Path, name: str, most: int | None = None) -> bytes | Problem:
    """Return what a file holds, at most one byte more than is read, or the problem that forbids it."""
    try:
        with path.open("rb") as stream:
            return stream.read((most or MAX_BYTES) + 1)
    except OSError as error:
        return unreadable(name, error)
    except ValueError:  # a NUL in its name, which only a configuration can hold
        return unreadable(name, FileNotFoundError())


def unreadable(name: str, error: OSError) -> Problem:
    """Return the problem that says why a file could not be opened."""
    if isinstance(error, FileNotFoundError):
        message, hint = text("there is no such file"), text("check the path; it counts from the current folder")
    elif isinstance(error, IsADirectoryError):
        message, hint = text("this is a folder, not a file"), text("name a file in it")
    elif isinstance(error, PermissionError):
        message, hint = (
            text("this file may not be read"),
            text("check its permissions, and whether it is open elsewhere"),
        )
    else:
        message, hint = text("the file cannot be read: {reason}", reason=error.strerror or str(error)), None
    return Problem(Location(name), "GK101", message, hint)


def decode(raw: bytes, name: str) -> tuple[str, Source, list[Problem]]:
    """Return the characters of a file, its lines, and what forbids reading it as YAML."""
    if len(raw) > MAX_BYTES:
        size = text("the file is larger than {limit} MiB", limit=MAX_BYTES // 1024 // 1024)
        hint = text("a plan is a few pages of text; is this the right file?")
        return "", Source(name, [""]), [Problem(Location(name), "GK101", size, hint)]
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff") or _looks_like_utf_16(raw):
        said = text("the file is UTF-16, not UTF-8")
        return "", Source(name, [""]), [Problem(Location(name, 1, 1), "GK102", said, _SAVE_AS)]
    body = raw.removeprefix(_BYTE_ORDER_MARK)
    try:
        content = body.decode("utf-8")
    except UnicodeDecodeError as error:
        return "", *_not_utf_8(name, body, error.start)
    source = Source(name, _LINE_END.split(content))
    return content, source, list(_first_of(_forbidden(source, content), content))


def _looks_like_utf_16(raw: bytes) -> bool:
    """Whether zero bytes stand in every second place, as those of half-width characters do in UTF-16."""
    start = raw[:4096]
    zeros = sorted((start[0::2].count(0), start[1::2].count(0)))
    return zeros[1] * 8 > len(start) and zeros[0] * 4 < zeros[1]


def _not_utf_8(name: str, body: bytes, at: int) -> tuple[Source, list[Problem]]:
    """Return what the bytes seem to say, and the problem at the first that is no UTF-8."""
    message, hint = text("the byte 0x{byte:02X} is not UTF-8 text", byte=body[at]), text("is this a plan file at all?")
    encoding = "utf-8"
    try:
        body.decode("gb18030")
    except UnicodeDecodeError:
        pass
    else:
        encoding = "gb18030"
        message = text("the byte 0x{byte:02X} is not UTF-8 text; the file looks like GB18030 (GBK)", byte=body[at])
        hint = _SAVE_AS
    source = Source(name, _LINE_END.split(body.decode(encoding, "replace")))
    before = _LINE_END.split(body[:at].decode(encoding, "replace"))
    return source, [source.problem_at(source.place(len(before) - 1, len(before[-1])), "GK102", message, hint)]


def _first_of(problems: Iterator[Problem], content: str) -> Iterator[Problem]:
    """Yield the first problems; the last stands for all that follow, which are counted and not made."""
    count = sum(1 for _ in _FORBIDDEN.finditer(content))
    for number, problem in enumerate(islice(problems, MOST_LISTED), start=1):
        yield problem if number < MOST_LISTED else standing_for(problem, count - number)


def _forbidden(source: Source, content: str) -> Iterator[Problem]:
    """Yield the characters that libyaml would refuse one at a time and without a place."""
    line, begins = 0, 0
    ends = _LINE_END.finditer(content)
    end = next(ends, None)
    for match in _FORBIDDEN.finditer(content):
        while end is not None and end.end() <= match.start():
            line, begins, end = line + 1, end.end(), next(ends, None)
        yield source.problem_at(
            source.place(line, match.start() - begins),
            "GK103",
            text("the character U+{code:04X} may not stand in a plan", code=ord(match[1])),
            text("delete it; it is invisible in most editors"),
        )
