"""The blocks of a document as the template sets them: what may be folded, what is a number, where a note stands."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from gongkai_cli.formats.blocks import Block, Heading, Notes, Paragraph, Said, Table
from gongkai_cli.formats.bulletin_html.items import Item

# A longer table comes folded, and is laid out when it is opened.
_FOLDED = 30
_FIGURE = re.compile(r"[-+]?[0-9.,]*%?\??|–")


class Cell(NamedTuple):
    """A cell of a table, with the numbers of the footnotes to it."""

    words: str
    marks: tuple[int, ...]


class Grid(NamedTuple):
    """A table; `figures` says of each column whether it holds numbers."""

    titles: tuple[str, ...]
    figures: tuple[bool, ...]
    rows: tuple[tuple[Cell, ...], ...]
    folded: bool


class Note(NamedTuple):
    """A numbered note."""

    number: str
    words: str


class Piece(NamedTuple):
    """One piece of a section; what its kind does not have is empty."""

    kind: Literal["heading", "paragraph", "table", "notes", "items"]
    words: str = ""
    grid: Grid | None = None
    notes: tuple[Note, ...] = ()
    items: tuple[Item, ...] = ()


class Section(NamedTuple):
    """A section: its place on the page, its heading, and how many occurrences it lists (empty where it lists none)."""

    id: str
    heading: str
    number: str
    pieces: tuple[Piece, ...]


def pieces(blocks: Sequence[Block], listed: Sequence[tuple[Item, ...]] | None = None) -> Iterator[Piece]:
    """Yield the pieces of a section; where occurrences are `listed`, these take the places of its tables."""
    waiting = iter(listed or ())
    for block in blocks:
        match block:
            case Heading(words):
                yield Piece("heading", words)
            case Paragraph(words):
                yield Piece("paragraph", words)
            case Table() if listed is None:
                yield Piece("table", grid=_grid(block))
            case Table():
                # A further table tells of the same occurrences what each of them opens to.
                items = next(waiting, None)
                if items is not None:
                    yield Piece("items", items=items)
            case Notes(items):
                yield Piece("notes", notes=tuple(Note(mark.strip("[]"), words) for mark, words in items))


def _grid(table: Table) -> Grid:
    columns = list(zip(*table.rows, strict=True))
    figures = tuple(any(cell.words for cell in column) and all(map(_is_figure, column)) for column in columns)
    rows = tuple(tuple(_cell(cell) for cell in row) for row in table.rows)
    return Grid(table.titles, figures, rows, len(rows) > _FOLDED)


def _cell(cell: Said) -> Cell:
    return Cell(cell.words, cell.marks)


def _is_figure(cell: Said) -> bool:
    return _FIGURE.fullmatch(cell.words) is not None
