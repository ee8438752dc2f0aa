"""A source document as read: paragraphs of lines, each with its place; cells of tables know where they stand."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from gongkai_cli.messages import Text, text


class Place(NamedTuple):
    """Where a line stands, counted from 1: a line of a text file, a page, a paragraph, or a row of a table."""

    kind: Literal["line", "page", "paragraph", "row"]
    number: int
    table: int = 0

    def words(self) -> Text:
        """Return the place as people name it."""
        if self.kind == "line":
            return text("line {number}", number=self.number)
        if self.kind == "page":
            return text("page {number}", number=self.number)
        if self.kind == "row":
            return text("table {table}, row {row}", table=self.table, row=self.number)
        return text("paragraph {number}", number=self.number)


class Cell(NamedTuple):
    """Where a cell of a table stands, counted from 1, and over how many rows it reaches."""

    table: int
    row: int
    column: int
    rows: int = 1


class Line(NamedTuple):
    """One line as read; a paragraph may have been broken into several."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together, be it over page breaks."""

    lines: tuple[Line, ...]
    cell: Cell | None = None


@dataclass(frozen=True, slots=True)
class SourceText:
    """A document's paragraphs in order.

    `left_out` counts lines that are none of its text, such as page numbers. In a `loose` source the blanks are the
    typesetter's, not the author's, and quotation marks may have moved, as in a PDF. Without `columns` only the lines
    of its text are those of the file.
    """

    file: str
    paragraphs: tuple[Paragraph, ...]
    left_out: int = 0
    loose: bool = False
    columns: bool = True
