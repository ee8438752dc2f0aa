"""Where in its file one cell of a line stands, and the line as it stands there."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gongkai_cli.log.csv_files import UTF16, CsvFile
from gongkai_cli.log.csv_records import count_endings, fields, next_record
from gongkai_cli.log.headers import Names
from gongkai_cli.log.sources import place_in
from gongkai_cli.problems import Location

if TYPE_CHECKING:
    from gongkai_cli.log.reading import Contents, Line

_SHOWN = 500  # characters of a source line that are kept
_MOST_LINES = 200  # that one record may go over
_BETWEEN = " | "  # cells of a sheet
_KEY = re.compile(r'"((?:[^"\\]|\\.)*)"\s*:\s*"?')


class Spot(NamedTuple):
    """A cell's place, its line as it stands in the file, and the character (from 1) to point at; 0: the column's."""

    location: Location
    source: str
    caret: int = 0


def spots(contents: "Contents", wanted: Sequence[tuple["Line", str]]) -> list[Spot]:
    """Return where the cell of a column stands, for each pair of a line and a column; files are read once."""
    csv_files = {file.source.shown: file for file in contents.csv}
    json_files = {source.shown: source.path for source in contents.staged if source.format == "json"}
    found: dict[int, Spot] = {}
    texts: dict[str, list[int]] = {}
    for index, (line, column) in enumerate(wanted):
        if line.file in csv_files or line.file in json_files:
            texts.setdefault(line.file, []).append(index)
        else:
            found[index] = _in_table(contents.sheets, line, column)
    for file, indices in texts.items():
        path = csv_files[file].source.path if file in csv_files else json_files[file]
        numbers = {wanted[index][0].line for index in indices}
        raw = dict(_physical(path, numbers, _MOST_LINES if file in csv_files else 1))
        for index in indices:
            line, column = wanted[index]
            lines = raw.get(line.line, [])
            if file in csv_files:
                found[index] = _in_csv(csv_files[file], line, column, lines)
            else:
                found[index] = _in_json(contents.names, line, column, "".join(lines))
    return [found[index] for index in range(len(wanted))]


def _physical(path: Path, numbers: set[int], most: int) -> Iterator[tuple[int, list[str]]]:
    """Give some physical lines (from 1) of a file, each with those after it, `most` in all."""
    with path.open("rb") as stream:
        utf16 = stream.read(2) in UTF16
    open_ones: dict[int, list[str]] = {}
    with path.open("r", encoding="utf-16" if utf16 else "utf-8", errors="surrogateescape", newline="") as lines:
        for number, line in enumerate(lines, start=1):
            if number in numbers:
                open_ones[number] = []
            for start, collected in list(open_ones.items()):
                collected.append(line if utf16 else _decoded(line))
                if len(collected) == most:
                    yield start, open_ones.pop(start)
            if not open_ones and number >= max(numbers):
                break
    yield from open_ones.items()


def _decoded(line: str) -> str:
    """Return a line that was read as UTF-8, in GB18030 where it is not UTF-8."""
    if line.isascii():
        return line
    raw = line.encode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def _in_csv(file: CsvFile, line: "Line", column: str, lines: Sequence[str]) -> Spot:
    delimiter = file.delimiter.encode()
    raw = b""
    for each in lines:
        raw += each.encode()
        record = next_record(raw, 0, delimiter)
        if record.sound:
            break
    else:
        return Spot(Location(line.file, line.line), lines[0].rstrip("\r\n")[:_SHOWN] if lines else "")
    content = raw[: record.content]
    cells = fields(content, delimiter)
    at = file.header.columns.index(column) if column in file.header.columns else len(cells)
    if at >= len(cells):
        return Spot(Location(line.file, line.line), lines[0].rstrip("\r\n")[:_SHOWN])
    start = cells[at][0]
    stop = cells[at + 1][0] - 1 if at + 1 < len(cells) else len(content)
    value = line.cells.get(column, "").strip().splitlines()
    within = content[start:stop].find(value[0].encode()) if value else -1
    before = content[: start + max(within, 0)]
    begins = max(before.rfind(b"\n"), before.rfind(b"\r")) + 1
    number = line.line + count_endings(before)
    shown = content[begins:].decode().splitlines()
    place = Location(line.file, number, len(before[begins:].decode()) + 1)
    return Spot(place, shown[0][:_SHOWN] if shown else "")


def _in_json(names: Names, line: "Line", column: str, raw: str) -> Spot:
    shown = raw.rstrip("\r\n")[:_SHOWN]
    key = next((found for found in _KEY.finditer(shown) if names.column(found[1]) == column), None)
    return Spot(Location(line.file, line.line, key.end() + 1 if key else 1), shown)


def _in_table(sheets: Mapping[str, Sequence[str]], line: "Line", column: str) -> Spot:
    """Where a cell of a sheet stands: its row and column there; of a Parquet file, its row."""
    file = place_in(line.file, line.sheet) if line.sheet else line.file
    columns = [each for each in sheets.get(file, ()) if each] or [each for each, cell in line.cells.items() if cell]
    cells = [line.cells.get(each, "").replace("\n", " ") for each in columns]
    at = sheets[file].index(column) + 1 if column in sheets.get(file, ()) else 0
    caret = len(_BETWEEN.join([*cells[: columns.index(column)], ""])) + 1 if column in columns else 0
    return Spot(Location(line.file, line.line, at, line.sheet), _BETWEEN.join(cells)[:_SHOWN], caret)
