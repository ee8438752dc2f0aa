"""Open a log for a command at which somebody may sit and wait."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from gongkai_cli.cli.interrupts import put_off

if TYPE_CHECKING:
    from gongkai_cli.cli.waiting import Waiting
    from gongkai_cli.log.reading import Log


def open_log(paths: Sequence[str], headers: Mapping[str, str], waiting: "Waiting", today: date) -> "Log":
    """Return the log at some paths, with the table engine loaded; its ledgers can tell of nothing after `today`."""
    with put_off():  # a fifth of a second in which an interrupt would leave the engine half loaded
        from gongkai_cli.library import load_log
        from gongkai_cli.log import scanning  # noqa: F401
    return load_log(paths, headers, today=today, progress=waiting.reading)
