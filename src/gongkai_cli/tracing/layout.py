"""A document laid out for comparison: folded text with its clauses, sentences and brackets of owners."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from gongkai_cli.sources.document import Line, Place, SourceText
from gongkai_cli.tracing.brackets import Named
from gongkai_cli.tracing.folding import Folded
from gongkai_cli.tracing.numbering import Clause


class Sentence(NamedTuple):
    """A stretch of folded text; `counted` ones must be touched by a quote, others belong to what surrounds them.

    Cells that hold no whole sentence (`bit`) make one of their row: the first with content is counted for all.
    """

    start: int
    end: int
    clause: Clause
    row: tuple[int, int] | None = None  # table and row
    counted: bool = True
    bit: bool = False


class Bracket(NamedTuple):
    """Owners named in a bracket or in the cells of a row, with the stretches of text for which they are named."""

    start: int
    clause: Clause
    named: tuple[Named, ...]
    cells: tuple[tuple[int, int], ...]  # from where to where it stands; in a row, for each cell
    row: tuple[int, int] | None = None
    since: int = 0  # where its stretch of the clause begins


@dataclass
class Layout:
    """A document laid out. All positions count folded characters; `formal` counts lines such as the title."""

    source: SourceText
    raw: str
    folded: Folded
    lines: list[tuple[int, Line]]  # by where they begin in `raw`
    entered: list[tuple[int, Clause]] = field(default_factory=list)  # where each clause is entered
    sentences: list[Sentence] = field(default_factory=list)
    brackets: list[Bracket] = field(default_factory=list)
    formal: int = 0

    @cached_property
    def clauses(self) -> list[Clause]:
        """The clauses in the document's order."""
        return list(dict.fromkeys(clause for _, clause in self.entered))

    def clause_at(self, position: int) -> Clause:
        """Return the clause in which a place lies."""
        return self.entered[max(bisect_right(self.entered, position, key=lambda each: each[0]) - 1, 0)][1]

    def sentence_at(self, position: int) -> int:
        """Return the number of the last sentence that begins at or before a place, -1 for none."""
        return bisect_right(self.sentences, position, key=lambda sentence: sentence.start) - 1

    def place_at(self, position: int) -> Place:
        """Return where a place stands in the source."""
        return self._line(position)[0].place

    def spot(self, position: int) -> tuple[int, int, str]:
        """Return line, column and text of a place in a source; zeros and nothing where it has no lines or columns."""
        line, column = self._line(position)
        if line.place.kind != "line":
            return 0, 0, ""
        return (line.place.number, column + 1, line.text) if self.source.columns else (line.place.number, 0, "")

    def original(self, start: int, end: int) -> str:
        """Return a stretch as the document writes it."""
        origin = self.folded.origin
        return self.raw[origin[start] : origin[end - 1] + 1]

    def shown(self, start: int, end: int, most: int = 60) -> str:
        """Return a stretch for people: on one line, and not longer than can be read at a glance."""
        said = re.sub(r"\s*\n\s*", "", self.original(start, end)).strip()
        said = re.sub(r"\s+", " ", said)
        return said if len(said) <= most else said[: most - 1] + "…"

    def _line(self, position: int) -> tuple[Line, int]:
        at = self.folded.origin[position]
        start, line = self.lines[bisect_right(self.lines, at, key=lambda each: each[0]) - 1]
        return line, at - start
