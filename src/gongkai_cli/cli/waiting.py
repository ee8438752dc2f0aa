"""What a command is doing, shown on a terminal while anything takes longer than a second, and erased afterwards."""

import os
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from gongkai_cli.cli.manner import manner
from gongkai_cli.formats.escaping import visible
from gongkai_cli.messages import Text, Words, text

if TYPE_CHECKING:
    from threading import Event, Thread

_DELAY = 1.0  # seconds in which nothing is shown
_STEP = 0.1  # seconds between two drawings
_SILENCE = 0.5  # seconds after which the table engine, which reports all the time, must have finished
_ENGINE = "log"  # what the engine calls its part of reading


class Waiting:
    """Draws one line on standard error, if that is a terminal, while its block runs; may be entered again.

    `words` may be set once the reader's language is known.
    """

    def __init__(self, words: Words, delay: float = _DELAY) -> None:
        self.words = words
        self._delay = delay
        self._doing: tuple[Text, float | None, float] = (text("Reading the plan"), None, 0.0)
        self._stop: Event | None = None
        self._drawing: Thread | None = None

    def __enter__(self) -> "Waiting":
        if sys.stderr.isatty() and os.environ.get("TERM") != "dumb" and not manner().quiet:
            from threading import Event, Thread  # only for terminals

            self._stop = Event()
            self._drawing = Thread(target=self._draw, args=(self._stop,), daemon=True)
            self._drawing.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._stop is not None and self._drawing is not None:
            self._stop.set()
            self._drawing.join()

    def doing(self, what: Text) -> "Waiting":
        """Say what is being done, where no share of it can be told."""
        self._doing = (what, None, time.monotonic())
        return self

    def counting(self, what: Text, share: float) -> None:
        """Say what is being done, and which share (0 to 1) of it is done."""
        self._doing = (what, share, time.monotonic())

    def reading(self, what: str, share: float | None) -> None:
        """Say what of the log is being read, and which share (0 to 1) is done, if that is known; for `read_log`."""
        said = text("Reading the log") if what == _ENGINE else text("Reading {file}", file=visible(what))
        self._doing = (said, share, time.monotonic())

    def _now(self) -> tuple[Text, float | None]:
        what, share, since = self._doing
        if what == text("Reading the log") and time.monotonic() - since > _SILENCE:
            return text("Holding the plan against the log"), None
        return what, share

    def _draw(self, stop: "Event") -> None:
        if stop.wait(self._delay):
            return
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

        # A terminal that has gone away is no reason to stop working.
        with suppress(OSError, ValueError):
            columns = (
                TextColumn("{task.description}", markup=False),
                BarColumn(bar_width=20),
                TaskProgressColumn(),
                TimeElapsedColumn(),
            )
            console = Console(stderr=True, highlight=False, emoji=False)
            line = Progress(
                *columns, console=console, transient=True, auto_refresh=False, redirect_stdout=False,
                redirect_stderr=False,
            )  # fmt: skip
            with line:
                task = line.add_task("", total=None)
                while True:
                    what, share = self._now()
                    total = 1.0 if share is not None else None
                    line.update(task, description=self.words(what), completed=share or 0.0, total=total, refresh=True)
                    if stop.wait(_STEP):
                        break
