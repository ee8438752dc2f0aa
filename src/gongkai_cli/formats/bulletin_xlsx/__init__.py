"""The bulletin as an Excel workbook: an overview, every occurrence, every record with its line, what it rests on."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from gongkai_cli.bulletin import Bulletin
from gongkai_cli.deadlines import day_of
from gongkai_cli.evaluation.verdicts import Status
from gongkai_cli.formats.blocks import Block, Heading, Notes, Paragraph, Said, Table, Title
from gongkai_cli.formats.bulletin_sections import document
from gongkai_cli.formats.bulletin_words import DOUBT_MARK
from gongkai_cli.formats.bulletin_xlsx.book import HEAD, LINE, Book, Value, paint, paint_of
from gongkai_cli.formats.bulletin_xlsx.columns import (
    PRINTED,
    Column,
    Line,
    numbered,
    occurrence_columns,
    record_columns,
)
from gongkai_cli.formats.escaping import visible
from gongkai_cli.formats.wording import STATUS_LETTERS, heat_words, owner_name, status_words
from gongkai_cli.formats.workbooks import Styles, begin
from gongkai_cli.messages import Text, Words, text
from gongkai_cli.standings import WORST

# The annexes are the last sections of the document.
_ANNEXES = 2
# Over how many columns a text goes, and how wide these are in all, in narrow characters.
_OPENING, _NOTE = (8, 105), (6, 132)
_HEADED: dict[str, object] = {"bold": True, "bg_color": HEAD, "bottom": 1}
_FIGURES: tuple[Status, ...] = ("satisfied", "late", "overdue", "due", "upcoming", "waived")


def render(found: Bulletin, words: Words) -> bytes:
    """Return the workbook; the same bulletin gives the same bytes."""
    stream = io.BytesIO()
    workbook = begin(stream, words, visible(found.plan.plan.title), day_of(found.as_of), "top")
    book = Book(workbook, words, found.plan.plan.zone, Styles(workbook))
    maker = _Maker(book, found, words, tuple(document(found, words)))
    maker.overview()
    maker.occurrences()
    maker.records()
    maker.notes()
    workbook.close()
    return stream.getvalue()


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the sheets of one bulletin."""

    book: Book
    found: Bulletin
    words: Words
    blocks: tuple[Block, ...]

    def overview(self) -> None:
        """The opening of the document, its figures, a line per owner, and the map of owners and months."""
        made = self.book.sheet(text("Overview"), landscape=False)
        made.set_column(0, 0, 28)
        made.set_column(1, max(8, len(self.found.heat_map.months)), 11)
        title, _, *blocks = self.blocks
        assert isinstance(title, Title), "a document begins with its title"  # noqa: S101
        self.book.write(made, (0, 0), title.words, bold=True, font_size=16)
        made.set_row(0, 24)  # points; not every program makes room for large letters by itself
        self.book.write(made, (1, 0), title.below)
        at = 1
        for block in takewhile(lambda each: isinstance(each, Paragraph), blocks):
            at += 1
            self._paragraph(made, at, block.words if isinstance(block, Paragraph) else "", _OPENING)
        at = self._figures(made, at + 2)
        if self.found.log is not None:
            at = self._owners(made, at + 1)
            self._map(made, at + 1)

    def _figures(self, made: Any, at: int) -> int:
        found, words, totals = self.found, self.words, self.found.totals
        before = found.since.totals if found.since is not None else None
        heads = [words(text("figure")), words(text("now"))]
        if found.since is not None:
            heads.append(found.since.day.isoformat())
        self._heads(made, at, heads)
        lines: list[tuple[Text, Status | None, Value, Value]] = [
            (text("in all"), None, totals.owed, before.owed if before else None),
        ]
        if found.log is not None:
            lines.append((text("fell due"), None, totals.fell_due, before.fell_due if before else None))
            lines += [
                (status_words(each, "publish"), each, totals.count(each), before.count(each) if before else None)
                for each in _FIGURES
            ]
        for title, status, now, then in lines:
            at += 1
            self.book.write(made, (at, 0), words(title), **(paint(status) if status else {}))
            self.book.write(made, (at, 1), now)
            if found.since is not None:
                self.book.write(made, (at, 2), then)
        if totals.on_time_rate is not None:
            at += 1
            self.book.write(made, (at, 0), words(text("rate on time")))
            self.book.write(made, (at, 1), totals.on_time_rate, num_format="0.0%")
            if before is not None:
                self.book.write(made, (at, 2), before.on_time_rate, num_format="0.0%")
        if found.log is None:
            at += 1
            self.book.write(made, (at, 0), words(text("No log was given: dates only, no verdict.")))
        return at + 1

    def _heads(self, made: Any, at: int, heads: Sequence[str]) -> None:
        for place, head in enumerate(heads):
            self.book.write(made, (at, place), head, align="right" if place else "left", **_HEADED)

    def _owners(self, made: Any, at: int) -> int:
        words = self.words
        heads = [
            text("owner"),
            text("in all"),
            *(status_words(each, "publish") for each in _FIGURES),
            text("rate on time"),
        ]
        self._heads(made, at, [words(head) for head in heads])
        for line in self.found.owners:
            at += 1
            self.book.write(made, (at, 0), owner_name(line.owner, words))
            self.book.write(made, (at, 1), line.totals.owed)
            for place, status in enumerate(_FIGURES, start=2):
                count = line.totals.count(status)
                self.book.write(made, (at, place), count, **(paint(status) if status == "overdue" and count else {}))
            self.book.write(made, (at, len(heads) - 1), line.totals.on_time_rate, num_format="0.0%")
        return at + 1

    def _map(self, made: Any, at: int) -> None:
        heat, words = self.found.heat_map, self.words
        if not heat.lines:
            return
        self._heads(made, at, [words(text("owner")), *heat.months])
        for line in heat.lines:
            at += 1
            self.book.write(made, (at, 0), owner_name(line.owner, words))
            for place, cell in enumerate(line.cells, start=1):
                if cell is not None:
                    self.book.write(
                        made,
                        (at, place),
                        heat_words(cell, words),
                        align="center",
                        **paint(cell.worst, uncertain=cell.uncertain == cell.count),
                    )
        at += 1
        for status in WORST:
            at += 1
            self.book.write(made, (at, 0), words(STATUS_LETTERS[status]), align="center", **paint(status))
            self.book.write(made, (at, 1), words(status_words(status, "publish")))
        if any(cell is not None and cell.uncertain for line in heat.lines for cell in line.cells):
            at += 1
            self.book.write(made, (at, 0), DOUBT_MARK, align="center")
            self.book.write(made, (at, 1), words(text("some or all of them uncertain")))
        note = words(text("Each cell: the worst status of deadlines in that month, and how many have it."))
        self.book.write(made, (at + 1, 0), note)

    # The lists.

    def occurrences(self) -> None:
        columns = occurrence_columns(self.found, self.words)
        self._listing(text("Occurrences"), columns, list(numbered(self.found)), frozen=3, printed=PRINTED)

    def records(self) -> None:
        lines = [Line(each, record) for each in numbered(self.found) for record in each.row.records]
        columns = record_columns(self.words)
        self._listing(text("Records"), columns, lines, frozen=2, printed=len(columns))

    def notes(self) -> None:
        """The annexes, as every format has them: what the words mean, and what the figures rest on."""
        made = self.book.sheet(text("Notes"))
        made.set_column(0, _NOTE[0] - 1, 22)
        at = -1
        for block in self._annexes():
            match block:
                case Heading(words, level):
                    at += 2
                    self.book.write(made, (at, 0), words, bold=True, font_size=14 if level == 1 else 11)
                case Paragraph(words):
                    at += 1
                    self._paragraph(made, at, words, _NOTE)
                case Notes(items):
                    for mark, words in items:
                        at += 1
                        self._paragraph(made, at, f"{mark} {words}", _NOTE)
                case Table(titles, rows):
                    at = self._table(made, at, [titles, *([cell_words(cell) for cell in row] for row in rows)])

    def _table(self, made: Any, at: int, lines: Sequence[Sequence[str]]) -> int:
        """A table below a row, its last column as wide as there is room; the row that it ends in."""
        count, width = _NOTE
        last = len(lines[0]) - 1
        widths = [width // count] * last + [width // count * (count - last)]
        for number, line in enumerate(lines):
            at += 1
            look: dict[str, object] = {"bottom": 4, "bottom_color": LINE} if number else _HEADED
            if last < count - 1:
                made.merge_range(at, last, at, count - 1, "", self.book.style(**look))
            for place, words in enumerate(line):
                self.book.write(made, (at, place), words, text_wrap=True, **look)
            self.book.fit(made, at, zip(line, widths, strict=True))
        return at

    def _annexes(self) -> Iterator[Block]:
        starts = [at for at, block in enumerate(self.blocks) if isinstance(block, Heading) and block.level == 1]
        yield from self.blocks[starts[-_ANNEXES] :]

    def _paragraph(self, made: Any, at: int, words: str, columns: tuple[int, int]) -> None:
        """A text across some columns of a width in all."""
        count, width = columns
        made.merge_range(at, 0, at, count - 1, "")
        self.book.write(made, (at, 0), words, text_wrap=True)
        self.book.fit(made, at, [(words, width)])

    def _listing(
        self, name: Text, columns: Sequence[Column], things: Sequence[Any], *, frozen: int, printed: int
    ) -> None:
        """A sheet of one line per thing, every column to be filtered; `frozen` and `printed` count columns."""
        made, write = self.book.sheet(name), self.book.write
        for at, column in enumerate(columns):
            made.set_column(at, at, column.width)
            write(made, (0, at), self.words(column.title), text_wrap=True, **_HEADED)
        for row, thing in enumerate(things, start=1):
            for at, column in enumerate(columns):
                colours = paint_of(thing.row) if column.painted else {}
                write(made, (row, at), column.value(thing), text_wrap=True, bottom=4, bottom_color=LINE, **colours)
            self.book.fit(made, row, [(column.value(thing), column.width) for column in columns])
        if not things:
            write(made, (1, 0), self.words(text("There are none.")))
        made.autofilter(0, 0, max(len(things), 1), len(columns) - 1)
        made.freeze_panes(1, frozen)
        made.repeat_rows(0)
        made.print_area(0, 0, max(len(things), 1), min(printed, len(columns)) - 1)


def cell_words(cell: Said) -> str:
    """Return the words of a cell with the numbers of its footnotes."""
    return cell.words + "".join(f"[{mark}]" for mark in cell.marks)
