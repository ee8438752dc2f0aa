"""Records of a CSV file and the physical lines they stand on, byte by byte as the engine counts them."""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple

from gongkai_cli.log.csv_pieces import Pieces

Bytes = bytes | Pieces

ENDING = re.compile(rb"\r\n|\n|\r")
_QUOTED = re.compile(rb'"[^"]*+(?:""[^"]*+)*+"? *+')
_READ_AT_ONCE = 1 << 26  # bytes
_NEAR = 1 << 12  # bytes in which most records end
_FAR = 1 << 28  # bytes beyond which the end of a record is not looked for
_STEP = 1 << 20  # bytes taken at a time where no quote makes a closer look necessary


class Record(NamedTuple):
    """One record: where it starts, where its content and its line ending end, and whether it is well formed."""

    start: int
    content: int
    end: int
    sound: bool


@cache
def _grammar(delimiter: bytes) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """Return the patterns of a record and of a field: RFC 4180, with blanks allowed around quotes.

    A field that does not begin with a quote may hold quotes, as it may for most programs.
    """
    stop = re.escape(delimiter)
    field = rb'(?: *+"[^"]*+(?:""[^"]*+)*+" *+(?=[%b\r\n]|\Z)|(?! *")[^%b\r\n]*+)' % (stop, stop)
    return re.compile(rb"%b(?:%b%b)*+(?=[\r\n]|\Z)" % (field, stop, field)), re.compile(field)


@contextmanager
def content_of(path: Path) -> Iterator[Bytes]:
    """Give the content of a file; of one over 64 MB, without having all of it in memory.

    Then an OSError comes out of it where the file has been cut short.
    """
    with path.open("rb") as stream:
        large = os.fstat(stream.fileno()).st_size > _READ_AT_ONCE
        yield Pieces(stream) if large else stream.read()


def next_record(data: Bytes, start: int, delimiter: bytes) -> Record:
    """Return the record that starts at a place; where it is not well formed, the rest of its physical line."""
    if isinstance(data, bytes):
        return _next_record(data, start, delimiter)
    size = _NEAR
    while True:
        piece = data[start : start + size]
        found = _next_record(piece, 0, delimiter)
        whole = start + len(piece) == len(data)
        if whole or size >= _FAR or (found.end < len(piece) and (found.sound or not _runs_on(piece, delimiter))):
            return Record(start, start + found.content, start + found.end, found.sound)
        size *= 16


def _runs_on(piece: bytes, delimiter: bytes) -> bool:
    """Return whether a record that is not well formed may be so only because the piece ends within its quotes."""
    quote = open_quote(piece, delimiter)
    quoted = _QUOTED.match(piece, quote) if quote is not None else None
    return quoted is not None and quoted.end() == len(piece)


def _next_record(data: bytes, start: int, delimiter: bytes) -> Record:
    match = _grammar(delimiter)[0].match(data, start)
    content = match.end() if match else _line_end(data, start)
    ending = ENDING.match(data, content)
    return Record(start, content, ending.end() if ending else content, match is not None)


def first_ending(data: Bytes, start: int = 0, stop: int | None = None) -> tuple[int, int] | None:
    """Return where the first line ending between two places begins and ends."""
    stop = len(data) if stop is None else stop
    while start < stop:
        piece = data[start : min(start + _STEP, stop)]
        found = ENDING.search(piece)
        if found is not None:
            begin, end = start + found.start(), start + found.end()
            half = found.group() == b"\r" and end < stop and data[end : end + 1] == b"\n"  # of a CRLF
            return begin, end + half
        start += _STEP
    return None


def _line_end(data: bytes, start: int) -> int:
    found = ENDING.search(data, start)
    return found.start() if found else len(data)


def fields(record: bytes, delimiter: bytes) -> list[tuple[int, bytes]]:
    """Return where each field of a well-formed record starts, and its content."""
    pattern = _grammar(delimiter)[1]
    found = []
    at = 0
    while match := pattern.match(record, at):
        raw = match.group()
        bare = raw.strip(b" ")
        quoted = bare.startswith(b'"')
        found.append((at, bare[1:-1].replace(b'""', b'"') if quoted else raw))
        at = match.end() + 1
        if at > len(record):
            break
    return found


def open_quote(record: bytes, delimiter: bytes) -> int | None:
    """Return where the quote stands that keeps a record from being well formed."""
    pattern = _grammar(delimiter)[1]
    at = 0
    while match := pattern.match(record, at):
        if record[match.end() : match.end() + 1] != delimiter:
            break
        at = match.end() + 1
    quote = record.find(b'"', at)
    return quote if quote >= 0 else None


def count_endings(data: Bytes, start: int = 0, stop: int | None = None) -> int:
    """Return how many line endings (CRLF, LF, CR) there are between two places of what may be much data."""
    stop = len(data) if stop is None else stop
    count = 0
    while start < stop:
        end = min(start + _STEP, stop)
        raw = data[start:end]
        if raw.endswith(b"\r") and end < stop and data[end : end + 1] == b"\n":
            raw, end = raw + b"\n", end + 1  # both halves of one
        returns = raw.count(b"\r")
        count += raw.count(b"\n") + (returns - raw.count(b"\r\n") if returns else 0)
        start = end
    return count


def physical_lines(
    data: Bytes, start: int, wanted: Sequence[int], delimiter: bytes, *, blanks_count: bool
) -> dict[int, int]:
    """Return the lines on which records start; both count from 0 at the byte `start`, records ascend.

    Blank lines are no records, except with a single column (`blanks_count`), as the engine has it.
    """
    found: dict[int, int] = {}
    pending = iter(wanted)
    target = next(pending, None)
    record = line = 0
    for records, lines, offsets in _lines_with_records(data, start, delimiter, blanks_count=blanks_count):
        while target is not None and target < record + records:
            found[target] = line + (offsets[target - record] if offsets else target - record)
            target = next(pending, None)
        if target is None:
            break
        record, line = record + records, line + lines
    return found


def _lines_with_records(
    data: Bytes, at: int, delimiter: bytes, *, blanks_count: bool
) -> Iterator[tuple[int, int, list[int]]]:
    """Give stretches of a file: how many records, how many lines, and where records are when that is not all lines."""
    while at < len(data):
        stop = _quiet_until(data, at)
        if stop > at:
            yield _plain_lines(data[at:stop], blanks_count=blanks_count)
            at = stop
        else:
            record = next_record(data, at, delimiter)
            yield 1, max(1, count_endings(data[at : record.end])), [0]
            at = record.end


def _plain_lines(stretch: bytes, *, blanks_count: bool) -> tuple[int, int, list[int]]:
    """The same of lines without a quote."""
    if b"\r" not in stretch and b"\n\n" not in stretch and stretch[:1] != b"\n" and stretch[-1:] == b"\n":
        count = stretch.count(b"\n")
        return count, count, []
    lines = stretch.splitlines()
    if blanks_count or b"" not in lines:
        return len(lines), len(lines), []
    offsets = [number for number, each in enumerate(lines) if each]
    return len(offsets), len(lines), offsets


def _quiet_until(data: Bytes, at: int) -> int:
    """Return the end of the whole lines from `at` on that hold no quote, at most about a megabyte of them."""
    limit = min(len(data), at + _STEP)
    quote = data.find(b'"', at, limit)
    stop = quote if quote >= 0 else limit
    if stop == len(data):
        return stop
    # A CR at the very end may be half of a CRLF, so LF is looked for first, and CR only where it stands alone.
    newline = max(data.rfind(b"\n", at, stop), data.rfind(b"\r", at, stop - 1) if stop - 1 > at else -1)
    if newline >= 0 and data[newline : newline + 2] == b"\r\n":
        newline += 1
    return newline + 1 if newline >= 0 else at
