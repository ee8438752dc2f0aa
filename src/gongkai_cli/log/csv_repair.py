"""Take lines that cannot be read out of a CSV file, so that all others can."""

import csv
import io
import shutil
from collections import deque
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, NamedTuple

from gongkai_cli.log.csv_files import CsvFile, new_file
from gongkai_cli.log.csv_records import (
    ENDING,
    Bytes,
    Record,
    content_of,
    count_endings,
    fields,
    first_ending,
    next_record,
    open_quote,
)
from gongkai_cli.messages import Text, text
from gongkai_cli.problems import Location, Problem, Problems

# What the engine holds of one line; a longer one is a quote that was never closed, or no log.
LONGEST = 2_000_000
# Bytes of a file that holds too many lines for the engine, should it reject them, and that is read by itself.
LARGE = 8_000_000
_LOOKS, _LOOKED_AT = 8, 4000  # places in a file, and bytes at each
_SHOWN = 500  # characters of a source line that are kept with a problem


class Span(NamedTuple):
    """Where the engine met lines that it could not read: bytes from the file's beginning."""

    start: int
    stop: int


@dataclass(slots=True)
class _Rejection:
    """Why a record cannot be read, and how many bytes from its start the fault lies."""

    code: str
    at: int
    message: Text
    hint: Text


def has_long_line(path: Path) -> bool:
    """Return whether a line of a file is longer than is read; of all others a glance at each half of that is enough."""
    half = LONGEST // 2
    with path.open("rb", buffering=0) as stream:
        return any(not _ends_within(stream, at, half) for at in range(0, path.stat().st_size - half + 1, half))


def is_open(file: CsvFile) -> bool:
    """Return whether it may be that the last quote in a small file is never closed; rather too often than too seldom.

    Of the files that it reads together, the engine (DuckDB 2.0) forgets those that are done, all
    but two for each of its threads, and then does not say that it has lost the end of one.
    """
    if file.source.size >= LARGE:
        return False
    data = file.path.read_bytes()[file.data_starts :]
    quotes = data.count(b'"')
    if not quotes or quotes % 2:
        return bool(quotes)
    reader = csv.reader(io.StringIO(data.decode("latin-1"), newline=""), delimiter=file.delimiter, strict=True)
    try:
        deque(reader, maxlen=0)
    except csv.Error:
        return True
    return False


def is_noise(file: CsvFile) -> bool:
    """Return whether so many lines of a large file cannot be read that the engine had better not see it.

    It keeps account of each, in memory. Some lines here and there in the file tell.
    """
    size = file.path.stat().st_size
    if size < LARGE:
        return False
    delimiter = file.delimiter.encode()
    judged = bad = 0
    with file.path.open("rb") as stream:
        for part in range(_LOOKS):
            stream.seek(max(file.data_starts, size * part // _LOOKS))
            lines = ENDING.split(stream.read(_LOOKED_AT))
            for line in filter(None, lines[bool(part) : -1]):
                record = next_record(line, 0, delimiter)
                judged += 1
                bad += _judge(file, line, record, delimiter)[0] is not None
    return bad * 4 > judged


def _ends_within(stream: BinaryIO, at: int, size: int) -> bool:
    """Whether a line ends within some bytes of a file."""
    stream.seek(at)
    while size > 0:
        piece = stream.read(min(size, 4096))
        if not piece or b"\n" in piece or b"\r" in piece:
            return True
        size -= len(piece)
    return False


def repair(file: CsvFile, span: Span, folder: Path) -> tuple[CsvFile, list[Problem]]:
    """Return a copy of a file without the lines that cannot be read in a span, and a problem for each of them.

    Physical lines keep their numbers: what is taken out leaves blank lines, which are no records. Records in the
    span are written anew, each field in quotes and each with the ending that the file's first line has, so that
    nothing there is left to interpret. Where all is written anew, the header is left out.
    """
    copy = new_file(folder)
    problems = Problems()
    with file.path.open("rb") as stream, copy.open("wb") as out:
        whole = span.start <= file.data_starts
        start = file.data_starts if whole else span.start
        _copy(stream, out, 0 if whole else start)
        with content_of(file.path) as data:
            line = file.lines_before + 1 + count_endings(data, file.data_starts, start)
            first = first_ending(data)
            ending = data[first[0] : first[1]] if first else b"\n"
            rewriter = _Rewriter(file, data, ending, out, problems)
            stop = rewriter.run(start, max(span.stop, start), line)
        stream.seek(stop)
        shutil.copyfileobj(stream, out)
    fixed = replace(file, path=copy, data_starts=0, skip=0) if whole else replace(file, path=copy)
    return fixed, list(problems)


def _copy(stream: BinaryIO, out: BinaryIO, size: int) -> None:
    while size > 0 and (chunk := stream.read(min(size, 1 << 20))):
        out.write(chunk)
        size -= len(chunk)


@dataclass(frozen=True, slots=True)
class _Rewriter:
    """Copies records that are in order, and reports the others."""

    file: CsvFile
    data: Bytes
    ending: bytes
    out: BinaryIO
    problems: Problems

    def run(self, at: int, stop: int, line: int) -> int:
        """Write the records from `at` on, which is on a `line`, until one starts at `stop` or beyond; return where."""
        delimiter = self.file.delimiter.encode()
        single = len(self.file.header.cells) == 1
        while at < len(self.data) and at < stop:
            record = next_record(self.data, at, delimiter)
            within = 0
            if single or self.data[record.start : record.content].strip(b" "):
                rejection, record = _judge(self.file, self.data, record, delimiter)
                content = self.data[record.start : min(record.content, record.start + LONGEST)]
                if rejection is None:
                    cells = (cell.replace(b'"', b'""') for _, cell in fields(content, delimiter))
                    self.out.write(b'"' + (b'"' + delimiter + b'"').join(cells) + b'"')
                    within = count_endings(content)  # written with the record, inside quotes
                elif not self.problems.only_counted(self.file.source.shown, rejection.code):
                    self.problems.append(_problem(self.file, content, line, rejection))
            endings = count_endings(self.data, record.start, record.end)
            self.out.write(self.ending * (endings - within))
            line += endings
            at = record.end
        return at


def _judge(file: CsvFile, data: Bytes, record: Record, delimiter: bytes) -> tuple[_Rejection | None, Record]:
    """Return why a record is rejected, or None, and how far it really goes."""
    if record.content - record.start > LONGEST:
        return _too_long(file, data, record, delimiter)
    content = data[record.start : record.content]
    if record.sound:
        cells = fields(content, delimiter)
        excess = [at for at, cell in cells[len(file.header.cells) :] if cell]
        ragged = len(cells) < len(file.header.cells) or bool(excess)
        if ragged and (first := _first_line(file, data, record, delimiter)):
            return _unclosed(data[first.start : first.content], delimiter), first
        if ragged:
            return _ragged(file, content, len(cells), excess), record
    else:
        return _unclosed(content, delimiter), record
    return _not_text(content), record


def _too_long(file: CsvFile, data: Bytes, record: Record, delimiter: bytes) -> tuple[_Rejection, Record]:
    """Return the same of a record that is so long that nobody looks at its fields."""
    first = _first_line(file, data, record, delimiter) if record.sound else record
    if first is not None and first.content - first.start <= LONGEST:
        return _unclosed(data[first.start : first.content], delimiter), first
    said = text("this line is longer than {limit} bytes", limit=LONGEST)
    return _Rejection("GK608", 0, said, text("is a quote missing its partner?")), first or record


def _first_line(file: CsvFile, data: Bytes, record: Record, delimiter: bytes) -> Record | None:
    """Return the first line of a record, if the record is one only because a quote in that line was never closed.

    The next line shows it: on its own, it is a record with the right number of fields.
    """
    ending = first_ending(data, record.start, record.content)
    if ending is None:
        return None
    following = next_record(data, ending[1], delimiter)
    if not following.sound or len(fields(data[following.start : following.content], delimiter)) != len(
        file.header.cells
    ):
        return None
    return Record(record.start, *ending, sound=False)


def _ragged(file: CsvFile, content: bytes, found: int, excess: list[int]) -> _Rejection:
    said = text("this line has {found} fields, the header has {wanted}", found=found, wanted=len(file.header.cells))
    if excess:
        return _Rejection("GK606", excess[0], said, text("put a field that holds the delimiter in double quotes"))
    return _Rejection("GK606", len(content), said, text("add the missing delimiters; empty fields count too"))


def _unclosed(content: bytes, delimiter: bytes) -> _Rejection:
    said = text("a quote opens here and is not closed before a delimiter or the line’s end")
    hint = text("close it; a quote inside a quoted field is written twice")
    return _Rejection("GK607", open_quote(content, delimiter) or 0, said, hint)


def _not_text(content: bytes) -> _Rejection | None:
    try:
        content.decode()
    except UnicodeDecodeError as error:
        said = text("the byte 0x{byte:02X} is not UTF-8 text", byte=content[error.start])
        return _Rejection("GK608", error.start, said, text("the line was damaged; write it anew"))
    return None


def _problem(file: CsvFile, content: bytes, line: int, why: _Rejection) -> Problem:
    before = content[: why.at]
    # A fault behind a line break inside quotes stands on that line.
    line += count_endings(before)
    begins = max(before.rfind(b"\n"), before.rfind(b"\r")) + 1
    column = len(before[begins:].decode("utf-8", "replace")) + 1
    shown = ENDING.split(content[begins:], maxsplit=1)[0].decode("utf-8", "replace")[:_SHOWN]
    return Problem(Location(file.source.shown, line, column), why.code, why.message, why.hint, shown)
