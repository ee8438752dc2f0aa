"""Read workbooks of the format before 2007 (.xls), whose numbers may ask for more memory than any machine has."""

import datetime
import io
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from gongkai_cli.log.workbook_limits import MAX_CELLS

MAX_SIZE = 64 << 20  # bytes of a file
_MAX_WORK = 1 << 28  # sheets × bytes: each sheet may claim all that follows

Value = str | bool | float | datetime.datetime | datetime.time
Corner = tuple[int, int]  # row and column, from 0


class OldSheet(NamedTuple):
    """One sheet: its name, whether people see it, its cells, and the first and last cell of each merged range."""

    name: str
    visible: bool
    rows: list[list[Value]]
    merged: list[tuple[Corner, Corner]]


class TooLarge(Exception):  # noqa: N818
    """Raised for a workbook that holds, or claims to hold, more than is read."""


def read_old(content: bytes) -> Iterator[OldSheet]:
    """Yield the sheets of a workbook, one after the other.

    Raises TooLarge; of a damaged file, or one with a password, whatever the library makes of it.
    """
    import xlrd  # no program writes this format by itself any more, so seldom needed

    if len(content) > MAX_SIZE:
        raise TooLarge
    stream = _stream(content)
    # Merged cells are told only with all formatting; rows that end with their last cell need no room for the others.
    book = xlrd.open_workbook(
        file_contents=stream, logfile=io.StringIO(), formatting_info=True, ragged_rows=True, on_demand=True
    )
    if book.nsheets * len(stream) > max(_MAX_WORK, len(stream)):
        raise TooLarge
    cells = 0
    for number in range(book.nsheets):
        sheet = book.sheet_by_index(number)
        cells += sheet.nrows * sheet.ncols
        if cells > MAX_CELLS:
            raise TooLarge
        rows = [_values(sheet, row, book.datemode) for row in range(sheet.nrows)]
        merged = [((top, left), (below - 1, right - 1)) for top, below, left, right in sheet.merged_cells]
        book.unload_sheet(number)
        yield OldSheet(sheet.name, sheet.visibility == 0, rows, merged)


def _stream(content: bytes) -> bytes:
    """Return the workbook in a compound file ([MS-XLS] 2.1.2), whose sectors and folders may lead in a circle."""
    import olefile

    with olefile.OleFileIO(io.BytesIO(content)) as compound:
        name = "Workbook" if compound.exists("Workbook") else "Book"
        stream = compound.openstream(name)
        _check_sectors(compound, next(each for each in compound.root.kids if each.name == name))
        found: bytes = stream.read()
        return found


def _check_sectors(compound: Any, entry: Any) -> None:
    """Raise OSError where the sectors of a stream are not each another one, as many as its size says."""
    small = entry.size < compound.minisectorcutoff
    table, size = (compound.minifat, compound.minisectorsize) if small else (compound.fat, compound.sectorsize)
    seen: set[int] = set()
    sector = entry.isectStart
    for _ in range(-(-entry.size // size)):
        if sector in seen or sector >= len(table):
            raise OSError("its sectors are damaged")
        seen.add(sector)
        sector = table[sector]


def _values(sheet: Any, row: int, datemode: int) -> list[Value]:
    kinds: Sequence[int] = sheet.row_types(row)
    values: Sequence[Any] = sheet.row_values(row)
    found = [_value(kind, value, datemode) for kind, value in zip(kinds, values, strict=True)]
    return found + [""] * (sheet.ncols - len(found))


def _value(kind: int, value: Any, datemode: int) -> Value:
    from xlrd import XL_CELL_BOOLEAN, XL_CELL_DATE, XL_CELL_NUMBER, XL_CELL_TEXT, xldate_as_datetime

    if kind == XL_CELL_DATE:
        try:
            # Days are counted from 1 on; what is less is a time of day.
            when: datetime.datetime = xldate_as_datetime(value, datemode)
        except (ValueError, OverflowError):  # a day that no calendar has
            return float(value)
        return when if value >= 1 else when.time()
    if kind == XL_CELL_BOOLEAN:
        return bool(value)
    if kind == XL_CELL_NUMBER:
        return float(value)
    return str(value) if kind == XL_CELL_TEXT else ""  # formulas that came to an error say nothing
