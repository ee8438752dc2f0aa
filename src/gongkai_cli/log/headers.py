"""The columns of a log, by all the names that people give them."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from gongkai_cli.frequencies import Guesses
from gongkai_cli.log.appending import COLUMNS, NAMES
from gongkai_cli.messages import Text, text
from gongkai_cli.problems import Location, Problem

__all__ = ["COLUMNS", "Header", "Names", "find_header", "header_problems"]

# The columns of which a line needs one to belong to something: named, sorted by `match`, or an event.
BELONGING = frozenset(("obligation", "title", "column", "event"))
# What numbers the rows of a ledger, and says nothing; not read, and no reason to warn.
_ORDINALS = frozenset(("序号", "序", "no", "no.", "#"))
# Title rows that people put above a header; a header further down is not looked for.
DEEPEST = 20
MAX_COLUMNS = 16_384  # as many as a sheet of Excel has


@dataclass(frozen=True, slots=True)
class Header:
    """What the cells of a header row stand for: a column of the log each, or ''."""

    cells: tuple[str, ...]
    columns: tuple[str, ...]
    twice: tuple[tuple[str, int, int], ...] = ()  # column, and the first two cells that stand for it
    unknown: tuple[int, ...] = ()  # cells with a name that the log doesn't know

    def usable(self) -> bool:
        """Whether lines under this header can be told apart and sorted to obligations."""
        return not self.twice and not BELONGING.isdisjoint(self.columns)


class Names:
    """All names of the log's columns, with the caller's own (`headers`: header name to column)."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._known = {_plain(name): column for column, names in NAMES.items() for name in (column, *names)}
        self._guesses = Guesses(20_000)
        self._known |= {_plain(name): column for name, column in headers.items() if column in NAMES}

    def column(self, cell: str) -> str:
        """Return the column that a header cell stands for, or ''."""
        return self._known.get(_plain(cell), "")

    def means_nothing(self, cell: str) -> bool:
        """Return whether a header cell is empty, or of a column that only numbers the rows."""
        return _plain(cell) in ("", *_ORDINALS)

    def near(self, cell: str) -> str | None:
        """Return the known name that a header cell is probably meant to be."""
        return self._guesses.nearest(_plain(cell), list(self._known))

    def read(self, cells: Sequence[str]) -> Header:
        """Return what a row means as a header."""
        columns = tuple(self.column(cell) for cell in cells)
        places: dict[str, list[int]] = {}
        for index, column in enumerate(columns):
            places.setdefault(column, []).append(index)
        twice = tuple((column, at[0], at[1]) for column, at in places.items() if column and len(at) > 1)
        unknown = tuple(i for i, cell in enumerate(cells) if not columns[i] and not self.means_nothing(cell))
        return Header(tuple(cells), columns, twice, unknown)


@lru_cache(maxsize=1024)
def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).replace("\ufeff", "").split()).casefold()


def find_header(rows: Iterable[Sequence[str]], names: Names) -> tuple[int, Header] | None:
    """Return the place (from 0) and meaning of the row that is most of all a header, or None where none is."""
    best: tuple[int, int, Header] | None = None
    for place, row in enumerate(rows):
        if place >= DEEPEST:
            break
        header = names.read(row)
        known = sum(map(bool, header.columns))
        # Data below a header may hold a name by chance, so a later row must know more, not as much.
        if known and (best is None or known > best[0]):
            best = known, place, header
    return best[1:] if best else None


def header_problems(header: Header, line: Location, columns: Sequence[int], source: str) -> list[Problem]:
    """Return why lines under this header cannot be read; `columns` are the places of its cells in its line."""
    if len(header.cells) > MAX_COLUMNS:
        said = text(
            "the header has {count} columns; at most {limit} are read", count=len(header.cells), limit=MAX_COLUMNS
        )
        asked = text("is this the right file? the log needs a dozen columns")
        return [Problem(replace(line, column=min(line.line, 1)), "GK602", said, asked, source)]
    problems = []
    for column, first, second in header.twice:
        one, other = header.cells[first].strip(), header.cells[second].strip()
        place = replace(line, column=columns[second])
        if one == other:
            message: Text = text("two columns are named `{name}`", name=one)
        else:
            message = text("`{one}` and `{other}` both stand for `{column}`", one=one, other=other, column=column)
        problems.append(Problem(place, "GK604", message, text("rename one of them, or take it out"), source))
    if not problems and not header.usable():
        message = text("the header names no `obligation`, `title`, `column` or `event`, so its lines belong to nothing")
        hint = text("add a column 事项编号 or 标题, or map a header to one in gongkai.toml")
        problems.append(Problem(replace(line, column=min(line.line, 1)), "GK603", message, hint, source))
    return problems


def no_header(file: str, source: str = "", line: int = 1) -> Problem:
    """Return the problem of a file in whose first rows no column of the log is named."""
    message = text("no header: none of the first {rows} rows names a column of the log", rows=DEEPEST)
    hint = text("begin with a row such as {names}", names="发布日期,事项编号,责任单位,期次,标题,网址")
    return Problem(Location(file, line, 1 if line else 0), "GK603", message, hint, source)


def unknown_header(names: Names, cell: str, location: Location, source: str) -> Problem:
    """Return the warning that a column is not read."""
    message = text("the log has no column `{name}`; it is not read", name=cell.strip())
    close = names.near(cell)
    hint = (
        text("did you mean `{name}`?", name=close)
        if close
        else text("nothing is lost if it does not matter; else map it to a column in gongkai.toml")
    )
    return Problem(location, "GK605", message, hint, source)
