"""A workbook being made: cells that stay what they are, styles that are made once, sheets that print well."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import Any

from gongkai_cli.deadlines import day_of
from gongkai_cli.evaluation.verdicts import Status
from gongkai_cli.formats.escaping import visible
from gongkai_cli.formats.workbooks import Styles
from gongkai_cli.messages import Text, Words, text
from gongkai_cli.report import Row

LINE, HEAD = "#9A9FA6", "#E4E8ED"
_LONGEST = 32_000  # characters; Excel's cells hold 32,767
_EARLIEST = date(1900, 3, 1)  # before it, Excel's days are one off
# Fill and letters of each status; the word or its letter always stands in the cell too.
_COLOURS: Mapping[Status, tuple[str, str]] = {
    "overdue": ("#8F1218", "#FFFFFF"),
    "late": ("#FFD98A", "#3D2600"),
    "due": ("#FFFFFF", "#0A4F9C"),
    "satisfied": ("#D9EEE1", "#0B4A2B"),
    "waived": ("#E7E7EA", "#3C3E44"),
    "upcoming": ("#FFFFFF", "#595E66"),
    "no_limit": ("#FFFFFF", "#595E66"),
}
_WIDE = 0x2E80  # from here on, nearly every character takes two columns
_LINE_HEIGHT, _HIGHEST = 15, 409  # points; Excel's rows are not higher
Value = str | int | float | date | None


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook in one language; `zone` is the clock on which its times are told."""

    book: Any
    words: Words
    zone: tzinfo
    style: Styles

    def write(self, sheet: Any, at: tuple[int, int], value: Value, **style: object) -> None:
        """Write one cell: text as text that stays text when it is edited, days as days, numbers as numbers."""
        if isinstance(value, date) and day_of(value) < _EARLIEST:
            value = value.isoformat()
        if isinstance(value, datetime):
            clock = value.astimezone(self.zone).replace(tzinfo=None) if value.tzinfo else value
            sheet.write_datetime(*at, clock, self.style(num_format="yyyy-mm-dd hh:mm", align="left", **style))
        elif isinstance(value, date):
            moment = datetime.combine(value, time())
            sheet.write_datetime(*at, moment, self.style(num_format="yyyy-mm-dd", align="left", **style))
        elif isinstance(value, str):
            shown = visible(value)
            shown = shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"
            sheet.write_string(*at, shown, self.style(num_format="@", quote_prefix=True, **style))
        elif value is not None:
            sheet.write_number(*at, value, self.style(**style))
        else:
            sheet.write_blank(*at, None, self.style(**style))

    def fit(self, sheet: Any, row: int, texts: Iterable[tuple[object, int]]) -> None:
        """Make a row as high as its texts need in columns of some widths: not every program does so by itself."""
        lines = max((1 + max(0, cells(said) - 1) // width for said, width in texts if isinstance(said, str)), default=1)
        if lines > 1:
            sheet.set_row(row, min(_HIGHEST, _LINE_HEIGHT * lines))

    def sheet(self, name: Text, *, landscape: bool = True) -> Any:
        made = self.book.add_worksheet(self.words(name))
        made.set_paper(9)  # A4
        made.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        made.fit_to_pages(1, 0)
        if landscape:
            made.set_landscape()
        made.set_footer("&C" + self.words(text("page {page} of {pages}"), page="&P", pages="&N"))
        return made


def paint(status: Status | None, *, uncertain: bool = False) -> dict[str, object]:
    """Return the colours of a status; what may be another period's is not accused as loudly."""
    if status is None:
        return {}
    fill, letters = _COLOURS[status]
    if uncertain and status in ("overdue", "late"):
        return {"bg_color": "#FFFFFF", "font_color": fill if status == "overdue" else letters, "italic": True}
    return {"bg_color": fill, "font_color": letters, **({"bold": True} if status == "overdue" else {})}


def paint_of(row: Row) -> dict[str, object]:
    """Return the colours of a row."""
    return paint(row.status, uncertain=row.verdict is not None and row.verdict.uncertain)


def cells(said: str) -> int:
    """Return how many narrow characters a text is wide: those of East Asia take two."""
    return sum(2 if ord(each) >= _WIDE else 1 for each in visible(said))
