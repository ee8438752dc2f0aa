"""Ctrl-C: heard at once, except where a library in C could not bear it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_heard: list[int] = []


def hear_interrupts() -> None:
    """Hear Ctrl-C, unless whoever started the program wants it ignored."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)


def was_interrupted() -> bool:
    """Return whether Ctrl-C was heard: libraries in C make other exceptions of the one that it raises."""
    return bool(_heard)


def heed_interrupts() -> None:
    """Raise KeyboardInterrupt if Ctrl-C was heard and lost in a library: what was worked out since may be wrong."""
    if _heard:
        raise KeyboardInterrupt


def ignore_interrupts() -> None:
    """Hear no further Ctrl-C: what is left is tidying up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def put_off() -> Iterator[None]:
    """Hear Ctrl-C only at the end of a short block."""
    if signal.getsignal(signal.SIGINT) is not _interrupt:
        yield
        return
    early: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: early.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, _interrupt)
    if early:
        _interrupt(early[0], None)


def _interrupt(number: int, frame: FrameType | None) -> None:
    _heard.append(number)
    signal.default_int_handler(number, frame)
