"""Rows that Python read, on their way to the engine: one CSV file in a shape that leaves nothing to interpret."""

import csv
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from gongkai_cli.log.headers import COLUMNS

PLACE = ("at_file", "at_sheet", "at_line")  # the place of a row, before its cells


class Staging:
    """Collects rows of any number of files; the file appears with the first row."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = 0
        self._stream = path.open("w", encoding="utf-8", newline="")
        # Everything quoted: what csv leaves bare differs between versions of Python (a lone CR, for one).
        self._writer = csv.writer(self._stream, quoting=csv.QUOTE_ALL, lineterminator="\n")

    def add(self, file: int, sheet: str, line: int, cells: Mapping[str, str]) -> None:
        """Add one row: the number of its file, the name of its sheet or '', its line or row, its cells by column."""
        self._writer.writerow((file, sheet, line, *[cells.get(column, "") for column in COLUMNS]))
        self.rows += 1

    def close(self) -> None:
        """Bring all rows to the file."""
        self._stream.close()

    def discard(self) -> None:
        """Let go of the file, whole or not."""
        with suppress(OSError):  # on a full disk, what is not yet in it
            self._stream.close()
