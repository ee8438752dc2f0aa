"""A document as blocks, before any format sets it: so that all formats say the same sentences and the same tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

# What the blocks hold is raw: each format makes it harmless in its own way.


class Said(NamedTuple):
    """The words of a cell, and the numbers of the footnotes to them."""

    words: str
    marks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Title:
    """The title of the document, in parts between which a line may end, and a smaller line below it."""

    parts: tuple[str, ...]
    below: str = ""

    @property
    def words(self) -> str:
        """The title in one piece."""
        return "".join(self.parts)


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a section (level 1) or of a part of one (level 2); an annex begins on a new page."""

    words: str
    level: Literal[1, 2] = 1
    annex: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; a salutation has no indent, a signature stands on the right."""

    words: str
    kind: Literal["body", "salutation", "signature"] = "body"


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `shares` say how wide the columns are in relation to each other, where a format has to divide a page."""

    titles: tuple[str, ...]
    rows: tuple[tuple[Said, ...], ...]
    shares: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Notes:
    """Numbered notes: the mark and the note."""

    items: tuple[tuple[str, str], ...]


Block = Title | Heading | Paragraph | Table | Notes


class Column(NamedTuple):
    """One column of a table to be made: its title and its share of the width."""

    title: str
    share: int


def table(columns: Sequence[Column], rows: Sequence[Sequence[Said | str]]) -> Table:
    """Return a table; plain strings become cells without footnotes, and a column empty throughout is left out."""
    cells = [[cell if isinstance(cell, Said) else Said(cell) for cell in row] for row in rows]
    filled = [index for index in range(len(columns)) if any(row[index] != Said("") for row in cells)]
    return Table(
        tuple(columns[index].title for index in filled),
        tuple(tuple(row[index] for index in filled) for row in cells),
        tuple(columns[index].share for index in filled),
    )
