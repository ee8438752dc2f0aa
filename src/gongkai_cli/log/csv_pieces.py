"""A large file as if its bytes were in memory, though only a piece of it is; nothing is mapped.

Whoever cuts a file short that is mapped into memory ends the process that looks at it. Here it is an OSError.
"""

import errno
import os
from typing import BinaryIO

_PIECE = 1 << 20  # bytes that are read at a time


class Pieces:
    """The bytes of an open file, as long as it was when it was opened; slices without a step, `find` and `rfind`."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._size = os.fstat(stream.fileno()).st_size
        self._at, self._held = 0, b""

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, which: slice) -> bytes:
        start, stop, _ = which.indices(self._size)
        if start >= stop:
            return b""
        if start < self._at or stop > self._at + len(self._held):
            self._hold(start, max(stop - start, _PIECE))
        return self._held[start - self._at : stop - self._at]

    def _hold(self, start: int, size: int) -> None:
        size = min(size, self._size - start)
        self._stream.seek(start)
        self._at, self._held = start, self._stream.read(size)
        if len(self._held) < size:
            raise OSError(errno.EIO, "the file has become shorter", self._stream.name)

    def find(self, sign: bytes, start: int = 0, stop: int | None = None) -> int:
        """Return where a single byte first stands between two places, or -1."""
        stop = self._size if stop is None else stop
        while start < stop:
            found = self[start : min(start + _PIECE, stop)].find(sign)
            if found >= 0:
                return start + found
            start += _PIECE
        return -1

    def rfind(self, sign: bytes, start: int, stop: int) -> int:
        """Return where a single byte last stands between two places, or -1."""
        while start < stop:
            begin = max(start, stop - _PIECE)
            found = self[begin:stop].rfind(sign)
            if found >= 0:
                return begin + found
            stop = begin
        return -1
