"""A log as it was at one moment: what a file looked like when it was opened, and whether it is still so."""

import os
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple

from gongkai_cli.messages import text
from gongkai_cli.problems import BadInput, Location, Problem

# What became of a file: nothing; lines were appended to it; anything else.
Change = Literal["none", "grown", "other"]

_END = 1024  # bytes of a file's beginning and of its end that are kept


class Seen(NamedTuple):
    """What a file looked like: which one it is, its size in bytes, when it was changed, its first and last bytes."""

    device: int
    number: int
    size: int
    changed: int  # nanoseconds
    start: bytes
    end: bytes


def look(path: Path) -> Seen:
    """Return what a file looks like now; raise OSError where it cannot be read."""
    with path.open("rb") as stream:
        status = os.fstat(stream.fileno())
        start = stream.read(_END)
        end = _end(stream, status.st_size)
    return Seen(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, start, end)


def _end(stream: BinaryIO, size: int) -> bytes:
    stream.seek(max(0, size - _END))
    return stream.read(min(size, _END))


def change(path: Path, seen: Seen) -> Change:
    """Return what became of a file since it was seen.

    It has grown where it is the same file, begins as it did, and its old end is followed by a new line: another
    program may write into its middle, but not so that this passes for an append.
    """
    try:
        status = path.stat()
        if (status.st_dev, status.st_ino) != seen[:2] or status.st_size < seen.size:
            return "other"
        if (status.st_size, status.st_mtime_ns) == (seen.size, seen.changed):
            return "none"
        with path.open("rb") as stream:
            start = stream.read(len(seen.start))
            old_end = _end(stream, seen.size)
            following = stream.read(1)
    except OSError:
        return "other"
    whole = seen.end.endswith((b"\n", b"\r")) or following in (b"\n", b"\r")
    return "grown" if (start, old_end) == (seen.start, seen.end) and following and whole else "other"


def restless(file: str) -> BadInput:
    """Return the error of a file that changes again and again while it is read (GK620)."""
    said = text("this file was changed while it was read, several times")
    hint = text("ask again when nobody writes to it, or copy it and ask of the copy; no verdict was given")
    return BadInput([Problem(Location(file), "GK620", said, hint)])
