"""Read a log in JSON Lines: one object of plain values a line."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from gongkai_cli.log.headers import BELONGING, Names, unknown_header
from gongkai_cli.log.sources import Source
from gongkai_cli.messages import Text, text
from gongkai_cli.problems import Location, Problem

_LONGEST = 1_000_000  # bytes of a line
_SHOWN = 500


class _Wrong(Exception):  # noqa: N818
    """Why a line is rejected, and at which character (from 1)."""

    def __init__(self, column: int, message: Text, hint: Text) -> None:
        super().__init__(message.template)
        self.column, self.message, self.hint = column, message, hint


def read_json_lines(
    source: Source, names: Names, report: Callable[[Problem], None]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Give the line and the cells of each object; report lines that are none, one by one, and unknown keys once."""
    warned: set[str] = set()
    rejected = belongs = False
    with source.path.open("rb") as stream:
        for number, raw in enumerate(iter(lambda: stream.readline(_LONGEST + 1), b""), start=1):
            line = raw
            if len(raw) > _LONGEST and not raw.endswith(b"\n"):
                _skip_line(stream.readline)
            elif not raw.removeprefix(b"\xef\xbb\xbf" if number == 1 else b"").strip():
                continue
            shown = line.rstrip(b"\r\n").decode("utf-8", "replace")[:_SHOWN]
            try:
                cells, unknown = _cells(line, names, first=number == 1)
            except _Wrong as wrong:
                rejected = True
                place = Location(source.shown, number, wrong.column)
                report(Problem(place, "GK609", wrong.message, wrong.hint, shown))
                continue
            belongs = belongs or not BELONGING.isdisjoint(cells)
            for key in unknown:
                if key not in warned:
                    warned.add(key)
                    column = shown.find(json.dumps(key, ensure_ascii=False)) + 1
                    report(unknown_header(names, key, Location(source.shown, number, max(column, 1)), shown))
            yield number, cells
    if not belongs and not rejected:
        said = text("no line names an `obligation`, `title`, `column` or `event`, so they belong to nothing")
        hint = text("add a key 事项编号 or 标题, or map a key to one in gongkai.toml")
        report(Problem(Location(source.shown), "GK603", said, hint))


def _skip_line(readline: Callable[[int], bytes]) -> None:
    while (more := readline(_LONGEST)) and not more.endswith(b"\n"):
        pass


def _cells(line: bytes, names: Names, *, first: bool) -> tuple[dict[str, str], list[str]]:
    """Return the cells of one object by column, and the keys that are no columns."""
    pairs = _pairs(line, first=first)
    cells: dict[str, str] = {}
    unknown = []
    for key, value in pairs:
        column = names.column(key)
        if not column:
            unknown += [] if names.means_nothing(key) else [key]
            continue
        if column in cells:
            said = text("two keys stand for `{column}`", column=column)
            raise _Wrong(_column_of(line, key), said, text("take one of them out"))
        if isinstance(value, list | dict):
            said = text("the value of `{key}` is not plain text", key=key)
            raise _Wrong(_column_of(line, key), said, text("write several values as one text, with 、 between them"))
        cells[column] = _text(value)
        if not cells[column].isascii() and any("\ud800" <= each <= "\udfff" for each in cells[column]):
            said = text("the value of `{key}` holds half a character", key=key)
            raise _Wrong(_column_of(line, key), said, text("write the character itself instead of \\u escapes"))
    return cells, unknown


def _pairs(line: bytes, *, first: bool) -> list[tuple[str, Any]]:
    if len(line) > _LONGEST:
        said = text("this line is longer than {limit} bytes", limit=_LONGEST)
        raise _Wrong(1, said, text("each line holds one object"))
    each_line = text("each line holds one object: {example}", example='{"published": "2017-08-05", …}')
    try:
        decoded = line.rstrip(b"\r\n").decode("utf-8-sig" if first else "utf-8")
        value = _DECODER.decode(decoded)
    except UnicodeDecodeError as error:
        said = text("the byte 0x{byte:02X} is not UTF-8 text", byte=line[error.start])
        raise _Wrong(len(line[: error.start].decode("utf-8", "replace")) + 1, said, each_line) from None
    except json.JSONDecodeError as error:
        said = text("this is not JSON: {reason}", reason=error.msg)
        raise _Wrong(error.colno if error.lineno == 1 else 1, said, each_line) from None
    except RecursionError:
        raise _Wrong(1, text("the values are nested too deeply"), each_line) from None
    if not isinstance(value, _Pairs):
        raise _Wrong(1, text("this line is not an object"), each_line)
    return value.pairs


class _Pairs(dict[str, Any]):
    """An object that remembers keys that stand twice, and numbers as they were written."""

    pairs: list[tuple[str, Any]]


def _object(pairs: list[tuple[str, Any]]) -> _Pairs:
    found = _Pairs()
    found.pairs = pairs
    return found


# Numbers stay as written: 20170805 is a day, and 1.10 no 1.1.
_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=str, parse_float=str, parse_constant=str)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return str(value)


def _column_of(line: bytes, key: str) -> int:
    shown = line.decode("utf-8", "replace")
    return max(shown.find(json.dumps(key, ensure_ascii=False)), shown.find(json.dumps(key)), 0) + 1
