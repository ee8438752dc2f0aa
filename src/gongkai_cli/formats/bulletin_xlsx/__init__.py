"""The bulletin as an Excel workbook: an overview, every occurrence, every record with its line, what it rests on."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from gongkai_cli.bulletin import Bulletin
from gongkai_cli.deadlines import day_of
from gongkai_cli.evaluation.verdicts import Status
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
from gongkai_cli.formats.reasoning import reading_words
from gongkai_cli.formats.wording import STATUS_LETTERS, day_words, heat_words, owner_name, status_name
from gongkai_cli.messages import Text, Words, text
from gongkai_cli.standings import WORST

_FIGURES: tuple[Status, ...] = ("satisfied", "late", "overdue", "due", "upcoming", "waived")


def render(found: Bulletin, words: Words) -> bytes:
    """Return the workbook; the same bulletin gives the same bytes."""
    from xlsxwriter import Workbook

    stream = io.BytesIO()
    font = "宋体" if words.language == "zh" else "Calibri"
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        "default_format_properties": {"font_name": font, "font_size": 11, "valign": "top"},
    }  # fmt: skip
    workbook = Workbook(stream, options)
    title = visible(found.plan.plan.title)
    # What a workbook says of its making would else be the present.
    workbook.set_properties({"title": title, "created": datetime.combine(day_of(found.as_of), time())})
    maker = _Maker(Book(workbook, words, found.plan.plan.zone), found, words)
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

    def overview(self) -> None:
        found, words = self.found, self.words
        made = self.book.sheet(text("Overview"), landscape=False)
        made.set_column(0, 0, 28)
        made.set_column(1, max(9, len(found.heat_map.months) + 1), 11)
        meta = found.plan.plan
        first, last = (day_words(day, words) for day in found.days)
        self.book.write(made, (0, 0), words(text("Bulletin on open government")), bold=True, font_size=16)
        self.book.write(made, (1, 0), " ".join(part for part in (meta.title, meta.document_number) if part))
        self.book.write(made, (2, 0), words(text("deadlines from {first} to {last}"), first=first, last=last))
        self.book.write(made, (3, 0), words(text("as of {day}"), day=day_words(found.as_of, words)))
        at = self._figures(made, 5)
        if found.log is not None:
            at = self._owners(made, at + 1)
            self._map(made, at + 1)

    def _figures(self, made: Any, at: int) -> int:
        found, words, totals = self.found, self.words, self.found.totals
        before = found.since.totals if found.since is not None else None
        heads = [words(text("figure")), words(text("now"))]
        if found.since is not None:
            heads.append(found.since.day.isoformat())
        for place, head in enumerate(heads):
            self.book.write(
                made, (at, place), head, bold=True, bg_color=HEAD, bottom=1, align="right" if place else "left"
            )
        lines: list[tuple[Text, Status | None, Value, Value]] = [
            (text("owed"), None, totals.owed, before.owed if before else None),
        ]
        if found.log is not None:
            lines.append((text("fell due"), None, totals.fell_due, before.fell_due if before else None))
            lines += [
                (status_name(each), each, totals.count(each), before.count(each) if before else None)
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
            self.book.write(made, (at, 0), words(text("on time")))
            self.book.write(made, (at, 1), totals.on_time_rate, num_format="0.0%")
            if before is not None:
                self.book.write(made, (at, 2), before.on_time_rate, num_format="0.0%")
        if found.log is None:
            at += 1
            self.book.write(made, (at, 0), words(text("No log was given: dates only, no verdict.")))
        return at + 1

    def _owners(self, made: Any, at: int) -> int:
        words = self.words
        heads = [text("owner"), text("owed"), *(status_name(each) for each in _FIGURES), text("on time")]
        for place, head in enumerate(heads):
            self.book.write(
                made, (at, place), words(head), bold=True, bg_color=HEAD, bottom=1, align="right" if place else "left"
            )
        for line in self.found.owners:
            at += 1
            self.book.write(made, (at, 0), owner_name(line.owner, words))
            self.book.write(made, (at, 1), line.totals.owed)
            for place, status in enumerate(_FIGURES, start=2):
                count = line.totals.count(status)
                self.book.write(made, (at, place), count, **(paint(status) if status == "overdue" and count else {}))
            rate = line.totals.on_time_rate if line.owner is not None else None
            self.book.write(made, (at, len(heads) - 1), rate, num_format="0%")
        return at + 1

    def _map(self, made: Any, at: int) -> None:
        heat, words = self.found.heat_map, self.words
        if not heat.lines:
            return
        for place, head in enumerate([words(text("owner")), *heat.months]):
            self.book.write(
                made, (at, place), head, bold=True, bg_color=HEAD, bottom=1, align="right" if place else "left"
            )
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
        for status in WORST:
            at += 1
            self.book.write(made, (at, 0), words(STATUS_LETTERS[status]), align="center", **paint(status))
            self.book.write(made, (at, 1), words(status_name(status)))
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
        """What the dates rest on, and what became of the lines of the log."""
        found, words = self.found, self.words
        made = self.book.sheet(text("Notes"), landscape=False)
        made.set_column(0, 0, 6)
        made.set_column(1, 1, 90)
        at = 0
        self.book.write(made, (at, 0), words(text("Readings")), bold=True)
        for note in found.footnotes:
            at += 1
            self.book.write(made, (at, 0), note.number, align="left")
            self.book.write(made, (at, 1), words(reading_words(note.reading)), text_wrap=True)
        at += 1
        self.book.write(made, (at, 1), words(text("A date without a note is stated by the document itself.")))
        at += 2
        self.book.write(made, (at, 0), words(text("Data")), bold=True)
        for sentence in self._data():
            at += 1
            self.book.write(made, (at, 1), sentence, text_wrap=True)

    def _data(self) -> Iterator[str]:
        found, words = self.found, self.words
        if found.log is None:
            yield words(text("No log was given: dates only, no verdict."))
            return
        for each in found.unmatched:
            yield f"{each.file}:{each.line}: {words(each.reason)}"

    def _listing(
        self, name: Text, columns: Sequence[Column], things: Sequence[Any], *, frozen: int, printed: int
    ) -> None:
        """A sheet of one line per thing, every column to be filtered; `frozen` and `printed` count columns."""
        made, write = self.book.sheet(name), self.book.write
        for at, column in enumerate(columns):
            made.set_column(at, at, column.width)
            write(made, (0, at), self.words(column.title), bold=True, bg_color=HEAD, bottom=1, text_wrap=True)
        for row, thing in enumerate(things, start=1):
            for at, column in enumerate(columns):
                colours = paint_of(thing.row) if column.painted else {}
                write(made, (row, at), column.value(thing), text_wrap=True, bottom=4, bottom_color=LINE, **colours)
        if not things:
            write(made, (1, 0), self.words(text("There are none.")))
        made.autofilter(0, 0, max(len(things), 1), len(columns) - 1)
        made.freeze_panes(1, frozen)
        made.repeat_rows(0)
        made.print_area(0, 0, max(len(things), 1), min(printed, len(columns)) - 1)
