"""A ledger as an Excel workbook to fill in: what is owed, further entries, the duties, and how to fill it in."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from math import ceil
from typing import Any
from unicodedata import east_asian_width

from gongkai_cli.deadlines import counts_hours
from gongkai_cli.formats.escaping import visible
from gongkai_cli.formats.ledger_words import basis, instructions, range_words, readings_of, state, when_due
from gongkai_cli.formats.workbooks import Styles, begin
from gongkai_cli.ledger import Entry, Ledger
from gongkai_cli.log.ledgers import COLUMNS, MARKER, Part
from gongkai_cli.messages import Words, text
from gongkai_cli.plan import Obligation

HEADER_ROW = 4  # from 0
_FREE_ROWS = 300  # prepared for further entries
_SHOWN_FREE_ROWS = 25  # of those, with lines around them
_LONGEST = 32_000  # characters that a cell can hold
_WIDTHS = {
    "number": 5, "duty": 22, "period": 11, "deadline": 15, "basis": 32, "state": 24, "published": 13, "title": 26,
    "url": 22, "nil": 13, "note": 16, "clause": 8, "obligation": 15, "owner": 12, "duty_name": 34, "formed": 13,
}  # fmt: skip
_GREY, _YELLOW, _DARK, _LINE = "#EDEDED", "#FFF8D6", "#D9E2EC", "#8C8C8C"
_NOTES_WIDTH = 74
_LINE_HEIGHT = 15  # points
_MOST_HEIGHT = 400  # Excel allows 409


def render(ledger: Ledger, words: Words) -> bytes:
    """Return the workbook; the same ledger gives the same bytes."""
    stream = io.BytesIO()
    book = begin(stream, words, _title(ledger, words), ledger.plan.plan.issued, "vcenter")
    maker = _Maker(book, ledger, words, Styles(book))
    maker.due()
    maker.more()
    maker.duties()
    maker.notes()
    book.close()
    return stream.getvalue()


def _height(told: Mapping[str, str], **widths: int) -> float:
    """The height of a row in points in which all that is told can be read: not every program finds it by itself."""
    lines = (
        sum(_lines_of(line, widths.get(column, _WIDTHS[column])) for line in said.split("\n"))
        for column, said in told.items()
    )
    return min(_MOST_HEIGHT, _LINE_HEIGHT * max(2, *lines) + 3)


def _lines_of(said: str, width: int) -> int:
    cells = sum(2 if east_asian_width(character) in "WFA" else 1 for character in said)
    return max(1, ceil(cells / (width - 2)))


def _title(ledger: Ledger, words: Words) -> str:
    days = range_words(ledger.days, words)
    return visible(words(text("Ledger of {owner} ({days})"), owner=ledger.owner, days=days))


@dataclass(frozen=True, slots=True)
class _Maker:
    """The workbook being made."""

    book: Any
    ledger: Ledger
    words: Words
    style: Styles

    def cell(self, *, fill: bool = False, **properties: object) -> Any:
        """The style of a cell of a table: shaded, or open to be filled in."""
        shade = {"bg_color": _YELLOW, "locked": False} if fill else {"bg_color": _GREY}
        return self.style(border=1, border_color=_LINE, text_wrap=True, **shade, **properties)

    @property
    def day_format(self) -> str:
        return 'yyyy"年"m"月"d"日"' if self.words.language == "zh" else "yyyy-mm-dd"

    def header_words(self, column: str) -> str:
        zh, en = COLUMNS[column]
        return zh if self.words.language == "zh" else en

    def sheet(self, name: str, part: Part, columns: Sequence[str], note: str) -> Any:
        """Add a sheet with its titles, its header, its marker, and how it is printed."""
        made = self.book.add_worksheet(name)
        last = max(len(columns) - 1, 5)
        plan = self.ledger.plan.plan
        source = " ".join(part for part in (plan.title, plan.document_number) if part)
        made.merge_range(0, 0, 0, last, _title(self.ledger, self.words),
                         self.style(bold=True, font_size=16, align="center"))  # fmt: skip
        made.merge_range(1, 0, 1, last, visible(source), self.style(align="center", font_color="#444444"))
        made.write_string(2, 1, self.header_words("owner"), self.style(align="right"))
        made.write_string(2, 2, self.ledger.owner, self.style(bold=True))
        made.merge_range(3, 0, 3, last - 2, note, self.style(text_wrap=True, align="left"))
        days = self.ledger.days
        mark = f"{MARKER} {part} {plan.id} {days.first.isoformat()}/{days.last.isoformat()}"
        made.merge_range(3, last - 1, 3, last, mark, self.style(font_size=7, font_color="#9A9A9A", text_wrap=True))
        made.set_row(0, 28)
        made.set_row(3, 34)
        made.set_row(HEADER_ROW, 34)
        for at, column in enumerate(columns):
            head = self.style(bold=True, bg_color=_DARK, border=1, border_color=_LINE, text_wrap=True, align="center")
            made.set_column(at, at, _WIDTHS[column])
            made.write_string(HEADER_ROW, at, self.header_words(column), head)
        made.set_landscape()
        made.set_paper(9)  # A4
        made.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        made.fit_to_pages(1, 0)
        made.repeat_rows(HEADER_ROW)
        made.set_footer("&C" + self.words(text("page {page} of {pages}"), page="&P", pages="&N"))
        return made

    def protect(self, made: Any) -> None:
        """Keep what is shaded from being overwritten by accident; there is no password."""
        allowed = (
            "format_columns",
            "format_rows",
            "autofilter",
            "sort",
            "select_locked_cells",
            "select_unlocked_cells",
        )
        made.protect("", dict.fromkeys(allowed, True))

    # The sheet of what falls due.

    def due(self) -> None:
        ledger, words = self.ledger, self.words
        columns = self._due_columns()
        note = words(
            text("Fill in the yellow cells only; the sheet “{notes}” says how. Deadlines ({days}): {count}."),
            notes=words(text("How to fill in")), days=range_words(ledger.days, words), count=len(ledger.entries),
        )  # fmt: skip
        made = self.sheet(words(text("To fill in")), "due", columns, note)
        self._signature(made, columns)
        at = HEADER_ROW + 1
        for number, (entry, is_open) in enumerate(self._lines(), start=1):
            told = self._told(entry)
            made.set_row(at, _height(told))
            for place, column in enumerate(columns):
                if column in told:
                    self._say(made, (at, place), told[column])
                else:
                    self._due_cell(made, (at, place), column, entry, number, is_open=is_open)
            at += 1
        if not ledger.entries:
            made.write_string(at, 1, words(text("Nothing falls due in this range.")))
        else:
            made.autofilter(HEADER_ROW, 0, at - 1, len(columns) - 1)
        made.freeze_panes(HEADER_ROW + 1, 3)
        self.protect(made)
        made.activate()

    def _lines(self) -> Iterator[tuple[Entry, bool]]:
        for entry in self.ledger.entries:
            for _ in range(max(1, entry.open_rows)):
                yield entry, entry.open_rows > 0

    def _due_columns(self) -> list[str]:
        columns = ["number", "duty", "period", "deadline", "basis"]
        if self.ledger.report.log is not None:
            columns.append("state")
        columns += ["published", "title", "url"]
        if any(entry.obligation.nil for entry in self.ledger.entries):
            columns.append("nil")
        return [*columns, "note", "clause", "obligation", "owner"]

    def _signature(self, made: Any, columns: Sequence[str]) -> None:
        """Where who filled it in signs, and when: above the columns that are filled in."""
        at = columns.index("published")
        for place, label in ((at - 1, text("Filled in by")), (at + 1, text("Telephone"))):
            made.write_string(2, place, self.words(label), self.style(align="right"))
            made.write_blank(2, place + 1, None, self.cell(fill=True, num_format="@"))

    def _told(self, entry: Entry) -> dict[str, str]:
        """What is written beforehand about an occurrence, by column."""
        obligation, words = entry.obligation, self.words
        slot = entry.row.occurrence.slot
        told = {
            "duty": obligation.title,
            # What must be kept up to date has no periods that anybody would name.
            "period": "" if obligation.frequency.form == "continuous" else slot.period.label,
            "basis": basis(entry, self.ledger.plan, words),
            "state": state(entry.row, words),
            "clause": obligation.clause,
            "obligation": obligation.id,
            "owner": self.ledger.owner,
        }
        return {column: "\n".join(visible(line) for line in said.split("\n")) for column, said in told.items()}

    def _due_cell(
        self, made: Any, place: tuple[int, int], column: str, entry: Entry, number: int, *, is_open: bool
    ) -> None:
        deadline = entry.row.deadline
        if column == "number":
            made.write_number(*place, number, self.cell(align="center"))
        elif column == "deadline":
            assert deadline is not None, "a range holds what has a deadline"  # noqa: S101
            self._moment(made, place, deadline)
        else:
            fill = column == "note" or (is_open and (column != "nil" or entry.obligation.nil is not None))
            self._fill_cell(made, place, column, fill=fill, timed=isinstance(deadline, datetime))

    def _say(self, made: Any, place: tuple[int, int], said: str) -> None:
        made.write_string(*place, said[:_LONGEST], self.cell(num_format="@"))

    def _moment(self, made: Any, place: tuple[int, int], when: date | datetime) -> None:
        timed = isinstance(when, datetime)
        clock = when.replace(tzinfo=None) if isinstance(when, datetime) else datetime.combine(when, time())
        form = f"{self.day_format} hh:mm" if timed else self.day_format
        made.write_datetime(*place, clock, self.cell(num_format=form, align="center"))

    def _fill_cell(self, made: Any, place: tuple[int, int], column: str, *, fill: bool, timed: bool = False) -> None:
        dated = column in ("published", "formed", "nil")
        form = "yyyy-mm-dd hh:mm" if timed and column != "nil" else "yyyy-mm-dd" if dated else "@"
        made.write_blank(*place, None, self.cell(fill=fill, num_format=form, **({"align": "center"} if dated else {})))
        if fill:
            made.data_validation(*place, *place, self._check(column, timed=timed))

    def _check(self, column: str, *, timed: bool = False) -> dict[str, object]:
        """What may stand in a cell, what is said when it is chosen, and when something else is entered."""
        words = self.words
        if column in ("published", "formed", "nil"):
            earliest = date(self.ledger.plan.plan.starts_on.year, 1, 1)
            if column == "formed":
                earliest = earliest.replace(year=earliest.year - 1)
            said = {
                "published": text("The day on which it was published, submitted or done. Leave it empty until then."),
                "formed": text("The day on which the information was formed, or the event happened."),
                "nil": text(
                    "If there is nothing to publish: the day on which this was established. Else leave it empty."
                ),
            }[column]
            space = "" if words.language == "zh" else " "
            hint = text("Write it as {example}.", example="2017-08-31 17:30" if timed else "2017-08-31")
            return {
                "validate": "date", "criteria": "between", "minimum": earliest, "maximum": "=NOW()",
                "input_title": self.header_words(column)[:32], "input_message": f"{words(said)}{space}{words(hint)}",
                "error_title": words(text("Not a day")),
                "error_message": words(
                    text("Write a day as 2017-08-31, from {first} to today, or leave the cell empty."),
                    first=earliest.isoformat(),
                ),
            }  # fmt: skip
        prompts = {
            "title": text("The title, as it stands on the site."),
            "url": text("The address, beginning with http:// or https://."),
            "note": text("Anything worth knowing; for example why it is not published yet, and when it will be."),
            "period": text("The period covered, such as 2017-08 or 2017-Q3; leave it empty where the duty has none."),
        }
        return {
            "validate": "any",
            "input_title": self.header_words(column)[:32],
            "input_message": words(prompts[column]),
        }

    # The sheet of further entries.

    def more(self) -> None:
        words, ledger = self.words, self.ledger
        columns = ["number", "duty_name", "period", "formed", "published", "title", "url", "note"]
        note = words(
            text(
                "For what has no row in “{first}”: duties that events start, that must be kept up to date or have no "
                "time limit ({count}), and further publications. One row for each; choose the duty from the list."
            ),
            first=words(text("To fill in")), count=len(ledger.more),
        )  # fmt: skip
        made = self.sheet(words(text("Further entries")), "more", columns, note)
        first, last = HEADER_ROW + 1, HEADER_ROW + _FREE_ROWS
        timed = any(counts_hours(ledger.plan.deadline_of(each)) for each in ledger.more)
        for place, column in enumerate(columns):
            dated = column in ("formed", "published")
            form = "yyyy-mm-dd hh:mm" if dated and timed else "yyyy-mm-dd" if dated else "@"
            made.set_column(place, place, _WIDTHS[column], self.style(locked=False, num_format=form, text_wrap=True))
            for row in range(first, first + _SHOWN_FREE_ROWS):
                if column == "number":
                    made.write_number(row, place, row - HEADER_ROW, self.cell(align="center"))
                else:
                    made.write_blank(row, place, None, self.cell(fill=True, num_format=form))
            if column == "duty_name":
                made.data_validation(first, place, last, place, self._list())
            elif column != "number":
                made.data_validation(first, place, last, place, self._check(column, timed=timed and dated))
        for row in range(first, first + _SHOWN_FREE_ROWS):
            made.set_row(row, 22)
        made.freeze_panes(first, 2)
        self.protect(made)

    def _list(self) -> dict[str, object]:
        sheet = self.words(text("Duties")).replace("'", "''")
        count = len(self.ledger.duties)
        first = HEADER_ROW + 2  # from 1
        return {
            "validate": "list",
            "source": f"='{sheet}'!$B${first}:$B${first + count - 1}",
            "input_title": self.header_words("duty_name"),
            "input_message": self.words(text("Choose one of the list; the sheet “{sheet}” tells more of each."),
                                        sheet=self.words(text("Duties"))),
            "error_title": self.words(text("Not in the list")),
            "error_message": self.words(text("Choose a duty from the list.")),
        }  # fmt: skip

    # The sheets that are only read.

    def duties(self) -> None:
        words, ledger = self.words, self.ledger
        columns = ["number", "duty", "clause", "basis", "deadline", "obligation"]
        note = words(text("All duties of {owner} under the plan: {count}."), owner=visible(ledger.owner),
                     count=len(ledger.duties))  # fmt: skip
        made = self.sheet(words(text("Duties")), "notes", columns, note)
        made.set_column(4, 4, 40)
        ordered = [*ledger.more, *(each for each in ledger.duties if each not in ledger.more)]
        for row, each in enumerate(ordered, start=HEADER_ROW + 1):
            told = {
                "duty": self._name(each),
                "clause": each.clause,
                "basis": words(text("「{quote}」"), quote=each.quote),
                "deadline": when_due(each, ledger.plan, words),
                "obligation": each.id,
            }
            made.set_row(row, _height(told, deadline=40))
            made.write_number(row, 0, row - HEADER_ROW, self.cell(align="center"))
            for place, value in enumerate(told.values(), start=1):
                self._say(made, (row, place), value)
        made.freeze_panes(HEADER_ROW + 1, 2)
        self.protect(made)

    def _name(self, obligation: Obligation) -> str:
        """The name by which further entries choose a duty: its title, or its id where another has the same."""
        alike = sum(1 for each in self.ledger.plan.obligations if each.title == obligation.title)
        return obligation.title if alike == 1 else obligation.id

    def notes(self) -> None:
        words, ledger = self.words, self.ledger
        made = self.book.add_worksheet(words(text("How to fill in")))
        made.set_column(0, 0, _NOTES_WIDTH)
        plan, days = ledger.plan.plan, ledger.days
        lines = [*instructions(ledger, words), "", *readings_of(ledger, words)]
        made.write_string(0, 0, words(text("How to fill in")), self.style(bold=True, font_size=16, align="center"))
        mark = f"{MARKER} notes {plan.id} {days.first.isoformat()}/{days.last.isoformat()}"
        made.write_string(1, 0, mark, self.style(font_size=7, font_color="#9A9A9A", align="right"))
        for row, line in enumerate(lines, start=2):
            made.set_row(row, _LINE_HEIGHT * _lines_of(line, _NOTES_WIDTH) + 4)
            made.write_string(
                row, 0, visible(line)[:_LONGEST], self.style(text_wrap=True, valign="top", num_format="@")
            )
        made.set_paper(9)
        made.fit_to_pages(1, 0)
        self.protect(made)
