"""The standard streams: UTF-8 whatever the locale, whole lines to slow readers, and failures that are told once."""

import io
import os
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

NO_CHINESE = ("ascii", "us-ascii", "ansi-x3.4-1968", "latin-1", "iso8859-1", "iso-8859-1")


class Outlet(io.FileIO):
    """A pipe or file that remembers why it takes no more, so that this is told at the end, by who can say it well."""

    failed: OSError | None = None

    def write(self, content: "ReadableBuffer") -> int:
        """Write what is possible; from the first failure on, everything is taken and lost."""
        if self.failed is None:
            try:
                while (written := super().write(content)) is None:  # a pipe that does not wait, and is full
                    _wait_for(self.fileno())
            except OSError as error:
                self.failed = error
            else:
                return written
        return memoryview(content).nbytes


def _wait_for(descriptor: int) -> None:
    import select  # only for who starts us with such a pipe

    select.select([], [descriptor], [])


def prepare_streams() -> None:
    """Make standard output and error what the rest of the program writes to; see `Outlet`.

    In the place of streams that the caller has closed something is put, so that no file is opened there; what is
    written to it fails. A terminal keeps its own encoding, if it has Chinese.
    """
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            while os.open(os.devnull, os.O_RDONLY) < descriptor:
                pass
            setattr(sys, name, open(descriptor, "w" if descriptor else "r", encoding="utf-8"))  # noqa: PTH123, SIM115
    sys.stdout, sys.stderr = _prepared(sys.stdout), _prepared(sys.stderr)


def _prepared(stream: TextIO) -> TextIO:
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    if stream.isatty():
        poor = stream.encoding.lower().replace("_", "-") in NO_CHINESE
        stream.reconfigure(encoding="utf-8" if poor else None, errors="backslashreplace")
        return stream
    stream.flush()
    outlet = io.BufferedWriter(Outlet(stream.fileno(), "w", closefd=False))
    return io.TextIOWrapper(outlet, "utf-8", errors="backslashreplace", newline=None)


def failure(stream: TextIO) -> OSError | None:
    """Bring what was written to where it goes; return why that could not be done, once."""
    stream.flush()
    raw = getattr(getattr(stream, "buffer", None), "raw", None)
    if not isinstance(raw, Outlet):
        return None
    failed, raw.failed = raw.failed, None
    return failed
