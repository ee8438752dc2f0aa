"""How a CSV file is written: encoding, delimiter, header; and a copy in UTF-8 where it is in something else."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from gongkai_cli.log.csv_records import ENDING
from gongkai_cli.log.headers import Header, Names, find_header, header_problems, no_header, unknown_header
from gongkai_cli.log.sources import Source
from gongkai_cli.messages import text
from gongkai_cli.problems import Location, Problem, Problems

_HEAD = 1 << 18  # bytes that are looked at before the engine reads a file
_CHUNK = 1 << 20
_SHOWN = 500  # characters of a source line that are kept with a problem
_DELIMITERS = (",", ";", "\t")
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# What the engine takes for one of its own patterns, or for where its options begin; and what it cannot be told: a name
# that is not UTF-8, or any with Chinese in it in a locale that has none.
SPECIAL = re.compile("[*?\\[\\]{}'\"\\\\\ud800-\udfff]|://")


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A CSV file that the engine can read: `path` may be a copy, with the physical lines of the original."""

    source: Source
    path: Path
    delimiter: str
    header: Header
    header_line: int  # the physical line on which the header starts, from 1
    lines_before: int  # physical lines of the original up to and with the header
    data_starts: int  # bytes of `path` before the first line under the header
    skip: int = 1  # lines that the engine has to skip; 0 in a copy that begins with the data


def open_csv(
    source: Source, folder: Path, names: Names, encoding: str | None = None
) -> tuple[CsvFile | None, list[Problem]]:
    """Return how a file is to be read, or why it cannot be; copies go to `folder`.

    Without an `encoding`, it is found by the file's beginning, and by all of it where that is not UTF-8.
    """
    with source.path.open("rb") as stream:
        head = stream.read(_HEAD)
    path = source.path
    problems: list[Problem] = []
    if encoding is None:
        plain = not head.startswith(UTF16) and _is_utf8(head, whole=len(head) < _HEAD)
        encoding = "utf-8" if plain else _encoding(source.path, head)
    if encoding is None:
        return None, [_no_text(source)]
    if encoding != "utf-8":
        path, problems = to_utf8(source, encoding, folder)
    opened, found = _opened(source, path, folder, names)
    return opened, [*problems, *found]


def _opened(source: Source, path: Path, folder: Path, names: Names) -> tuple[CsvFile | None, list[Problem]]:
    with path.open("rb") as stream:
        raw = stream.read(_HEAD)
    mark = len(codecs.BOM_UTF8) if raw.startswith(codecs.BOM_UTF8) else 0
    head = raw[mark:].decode("utf-8", "replace")
    first = source.path.suffix.lower() == ".tsv"
    candidates = [_header_by(head, delimiter, names) for delimiter in (reversed(_DELIMITERS) if first else _DELIMITERS)]
    known = [each for each in candidates if each]
    if not known:
        return None, [no_header(source.shown, re.split("\r\n|\n|\r", head, maxsplit=1)[0])]
    header, start, stop, delimiter = max(known, key=lambda each: sum(map(bool, each[0].columns)))
    lines = re.split("(?<=\n)|(?<=\r)(?!\n)", head, maxsplit=stop)
    shown = lines[start].rstrip("\r\n")
    places = columns_in(shown, header, delimiter)
    if problems := header_problems(header, Location(source.shown, start + 1), places, shown):
        return None, problems
    for at in header.unknown:
        place = Location(source.shown, start + 1, places[at])
        problems.append(unknown_header(names, header.cells[at], place, shown))
    before = mark + len("".join(lines[:stop]).encode())
    opened = CsvFile(source, path, delimiter, header, start + 1, stop, before)
    if opened.lines_before > 1 or SPECIAL.search(str(path)):
        opened = without_header(opened, folder)
    return opened, problems


def _header_by(head: str, delimiter: str, names: Names) -> tuple[Header, int, int, str] | None:
    """Return the header as it is with a delimiter, and the physical lines (from 0) where it starts and stops."""
    rows: list[list[str]] = []
    spans: list[tuple[int, int]] = []
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    before = 0
    with suppress(csv.Error):  # a cell without end: what stands before it is enough
        for row in reader:
            rows.append(row)
            spans.append((before, reader.line_num))
            before = reader.line_num
            if len(rows) > 40:
                break
    found = find_header(rows, names)
    return (found[1], *spans[found[0]], delimiter) if found else None


def columns_in(line: str, header: Header, delimiter: str) -> list[int]:
    """Return where (characters from 1) each cell of a header stands in its line, as well as can be told."""
    places = []
    at = 0
    for cell in header.cells:
        inner = line.find(cell.replace('"', '""'), at) if cell else at
        places.append(max(inner, 0) + 1)
        following = line.find(delimiter, max(inner, at) + len(cell))
        at = following + 1 if following >= 0 else len(line)
    return places


def without_header(opened: CsvFile, folder: Path) -> CsvFile:
    """Return the file as a copy that begins with its data, under a name that is no pattern."""
    copy = new_file(folder)
    with opened.path.open("rb") as stream, copy.open("wb") as out:
        stream.seek(opened.data_starts)
        while chunk := stream.read(_CHUNK):
            out.write(chunk)
    return replace(opened, path=copy, data_starts=0, skip=0)


def _is_utf8(data: bytes, *, whole: bool) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data, whole)
    except UnicodeDecodeError:
        return False
    return True


def _encoding(path: Path, head: bytes) -> str | None:
    """Return the encoding of a file that is not all UTF-8: by far most of its lines decide.

    Nearly every pair of bytes is a character in GB18030, and a few broken bytes don't make a file of it; so lines
    with more than ASCII vote, each for UTF-8 if it is that.
    """
    if head.startswith(UTF16):
        return "utf-16"
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8"
    plain = utf8 = gb18030 = neither = 0
    with path.open("rb") as stream:
        for line in stream:
            if line.isascii():
                plain += 1
            elif _is_utf8(line, whole=True):
                utf8 += 1
            elif _decodes(line, "gb18030"):
                gb18030 += 1
            else:
                neither += 1
    if neither > plain + utf8 + gb18030:
        return None
    return "gb18030" if gb18030 > utf8 else "utf-8"


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def is_gb18030(path: Path) -> bool:
    """Whether a file in which the engine met bytes that are not UTF-8 is GB18030 as a whole."""
    with path.open("rb") as stream:
        return _encoding(path, stream.read(4)) == "gb18030"


def to_utf8(source: Source, encoding: str, folder: Path) -> tuple[Path, list[Problem]]:
    """Return a copy in UTF-8, line for line, and the lines that are not even text in the file's own encoding."""
    copy = new_file(folder)
    problems = Problems()
    with copy.open("wb") as out:
        for number, (line, bad) in enumerate(_decoded(source.path, encoding), start=1):
            if bad is None:
                out.write(line.encode())
                continue
            said = text("these bytes are not {encoding} text", encoding=encoding.upper())
            hint = text("the line was damaged; write it anew")
            place = Location(source.shown, number, bad + 1)
            problems.append(Problem(place, "GK608", said, hint, line.rstrip("\r\n")[:_SHOWN]))
            out.write(b"".join(ENDING.findall(line.encode("utf-8", "replace"))))
    return copy, list(problems)


def _decoded(path: Path, encoding: str) -> Iterator[tuple[str, int | None]]:
    """Give the lines of a file, and where the first character of each is that cannot be read."""
    # Line by line: no byte of a line ending can be part of a longer character in GB18030.
    with path.open("r", encoding=encoding, errors="surrogateescape" if encoding != "utf-16" else "replace",
                   newline="") as stream:  # fmt: skip
        for line in stream:
            bad = re.search("[\udc80-\udcff]", line)
            yield (re.sub("[\udc80-\udcff]", "\ufffd", line), bad.start()) if bad else (line, None)


def _no_text(source: Source) -> Problem:
    said = text("this is neither UTF-8 nor GB18030 text")
    return Problem(Location(source.shown), "GK602", said, text("save it as CSV UTF-8, or leave it out"))


def new_file(folder: Path) -> Path:
    """Return a path in a folder that nothing has yet."""
    return folder / f"{sum(1 for _ in folder.iterdir())}.csv"
