"""How much a workbook holds, found out before the library makes room for it: a made-up one asks for terabytes."""

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

# Bounds that no ledger comes near, and that keep a made-up file from taking all memory.
MAX_UNPACKED = 1 << 30  # bytes of all parts together
MAX_CELLS = 10_000_000  # rows × columns that a sheet spans, stray cells far out included
MAX_TEXT = 256 << 20  # bytes of text in all cells of a part
_MARKUP = 100  # bytes that a cell takes without its text, at most

# ECMA-376 part 1, 18.3.1.4 and 18.3.1.73: cells and rows name their place, or follow the one before.
_PLACE = re.compile(rb"""\sr\s*=\s*["']\s*([A-Za-z]*)([0-9]+)""")
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_SHARED = re.compile(rb"""\st\s*=\s*["']s["']""")
_SHARED_VALUE = re.compile(rb"""\st\s*=\s*["']s["'][^>]*>\s*<(?:\w+:)?v>\s*([0-9]{1,9})""")
_STRING = re.compile(rb"<(?:\w+:)?si[\s/>]")


@dataclass(slots=True)
class _Part:
    """What one part of a workbook spans, as far as it has been looked at."""

    size: int = 0
    rows: int = 0
    columns: int = 0
    cells: int = 0
    shared: int = 0  # cells with a shared string
    unplaced_rows: int = 0
    unplaced: int = 0  # cells without a place, in the row so far
    most_unplaced: int = 0

    def look(self, piece: bytes) -> None:
        self.size += len(piece)
        cells = len(_CELL.findall(piece))
        rows = len(_ROW.findall(piece))
        if not cells and not rows:
            return
        places = _PLACE.findall(piece)
        self.cells += cells
        self.shared += len(_SHARED.findall(piece))
        self.rows = max([self.rows, *(_number(digits) for digits in {digits for _, digits in places})])
        self.columns = max([self.columns, *(_column(letters) for letters in {letters for letters, _ in places})])
        placed = sum(1 for letters, _ in places if letters)
        self.unplaced_rows += max(0, rows - (len(places) - placed))
        if cells > placed:
            self._count_unplaced(piece)

    def _count_unplaced(self, piece: bytes) -> None:
        first, *others = _ROW.split(piece)
        counts = [self.unplaced + len(_CELL.findall(first)), *(len(_CELL.findall(row)) for row in others)]
        self.unplaced = counts[-1]
        self.most_unplaced = max(self.most_unplaced, *counts)

    @property
    def fits(self) -> bool:
        """Whether there is room for all rows and columns, and for the text in the cells."""
        area = (self.rows + self.unplaced_rows) * (self.columns + self.most_unplaced)
        return area <= MAX_CELLS and (not self.cells or self.size - _MARKUP * self.cells <= MAX_TEXT)


def too_large(archive: zipfile.ZipFile) -> str | None:
    """Return the part of a workbook that holds more than is read, or None.

    Any part may be a sheet, whatever its name. A part that unpacks to more than it says raises BadZipFile.
    """
    members = archive.infolist()
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        return max(members, key=lambda member: member.file_size).filename
    shared = 0
    strings: dict[str, list[int]] = {}
    for member in members:
        part, lengths = _Part(), [0]
        for piece in _pieces(archive, member):
            part.look(piece)
            if not part.fits:
                return member.filename
            _measure(piece, lengths)
        shared += part.shared
        if len(lengths) > 1:
            strings[member.filename] = lengths[1:]
    for name, lengths in strings.items():
        if max(lengths) * shared > MAX_TEXT and _repeated(archive, lengths) > MAX_TEXT:
            return name
    return None


def _measure(piece: bytes, lengths: list[int]) -> None:
    """Add the bytes of each shared string, the last of which goes on in the next piece."""
    first, *others = _STRING.split(piece)
    lengths[-1] += len(first)
    lengths += map(len, others)


def _repeated(archive: zipfile.ZipFile, lengths: list[int]) -> int:
    """Return the bytes of all shared strings in all cells."""
    uses: Counter[bytes] = Counter()
    for member in archive.infolist():
        for piece in _pieces(archive, member):
            uses.update(_SHARED_VALUE.findall(piece))
    return sum(lengths[int(number)] * count for number, count in uses.items() if int(number) < len(lengths))


def _pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Give a part in pieces that do not end within a tag, unless one is longer than a piece."""
    rest = b""
    with archive.open(member) as stream:
        while chunk := stream.read(1 << 20):
            whole, tag, rest = (rest + chunk).rpartition(b"<")
            if len(rest) > 1 << 20:
                whole, tag, rest = whole + tag + rest, b"", b""
            yield whole
            rest = tag + rest
    yield rest


def _number(digits: bytes) -> int:
    return int(digits) if len(digits) < 8 else MAX_CELLS + 1


def _column(letters: bytes) -> int:
    if len(letters) > 3:
        return MAX_CELLS + 1
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
