"""The sheets that `gongkai ledger` makes and departments send back: how they are told, and what a row may not say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Literal, NamedTuple

from gongkai_cli.dates import DateRead, plain, read_date
from gongkai_cli.messages import Text, text

# Stands above the header of each sheet, with the sheet's part, the plan and the range behind it.
MARKER = "gongkai-ledger/1"
Part = Literal["due", "more", "notes"]

# The columns of the sheets, in Chinese and in English. Those of the log go by one of its own names.
# fmt: off
COLUMNS: Mapping[str, tuple[str, str]] = {
    "number": ("序号", "no."), "clause": ("条款", "clause"), "obligation": ("事项编号", "obligation"),
    "duty": ("公开事项", "duty"), "owner": ("责任单位", "owner"), "period": ("期次", "period"),
    "deadline": ("期限", "deadline"), "basis": ("要求与口径", "requirement and readings"),
    "state": ("登记情况", "on record"),
    "published": ("发布日期", "published"), "title": ("标题", "title"), "url": ("链接", "url"),
    "nil": ("本期无（填认定日期）", "nothing to publish (day established)"), "note": ("备注", "note"),
    "duty_name": ("事项", "obligation"), "formed": ("成文日期", "formed"),
}
# fmt: on
NEEDED: Mapping[Part, Sequence[str]] = {
    "due": ("obligation", "period", "published"),
    "more": ("obligation", "published"),
    "notes": (),
}
_NIL = tuple(plain(name).replace(" ", "").casefold() for name in ("本期无", "nothing to publish"))
_OWN = frozenset(plain(name).replace(" ", "").casefold() for both in COLUMNS.values() for name in both)
_LABELS = frozenset(("责任单位", "owner"))
# Signs for "does not apply", which forms are often filled with.
_NOTHING = frozenset(("-", "--", "/", "\\", "否", "no"))
# A department fills these in; merged over several rows, all but one of the rows would be empty.
_FILLED_IN = ("published", "formed", "title", "url", "nil")
_SAID = ("published", "formed", "title", "url")


class Form(NamedTuple):
    """What a sheet says of itself above its header: which part it is, and whose (`''` where it does not say)."""

    part: Part
    owner: str = ""


class Wrong(NamedTuple):
    """What is wrong with a row: the column at fault, the sentence, and what to do."""

    column: str
    message: Text
    hint: Text


class Span(NamedTuple):
    """A merged cell: its first and last row and column, from 0."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Layout:
    """Which columns (from 0) hold what in a sheet under a header; `nil` and `form` are None where it has none.

    A ledger can tell of nothing after `today`.
    """

    columns: Mapping[int, str]
    nil: int | None = None
    form: Form | None = None
    spans: tuple[Span, ...] = ()
    today: date | None = None

    @cached_property
    def spans_from(self) -> Mapping[int, Sequence[Span]]:
        """The merged cells by their first row."""
        found: dict[int, list[Span]] = {}
        for span in self.spans:
            found.setdefault(span.top, []).append(span)
        return found

    @cached_property
    def all_columns(self) -> Mapping[int, str]:
        """The columns of the log, and the one for having nothing to publish."""
        return self.columns if self.nil is None else {**self.columns, self.nil: "nil"}

    def place_of(self, column: str) -> int:
        """Return where a column stands; -1 where it does not."""
        return next((index for index, name in self.all_columns.items() if name == column), -1)


def read_form(above: Sequence[Sequence[str]]) -> Form | None:
    """Return what the first rows of a sheet say of a ledger made by gongkai, or None where they say nothing of it."""
    marks = [cell for row in above for cell in row if MARKER in cell]
    if not marks:
        return None
    words = marks[0].partition(MARKER)[2].split()
    part: Part = "notes" if "notes" in words[:1] else "more" if "more" in words[:1] else "due"
    return Form(part, _owner(above))


def _owner(above: Sequence[Sequence[str]]) -> str:
    for row in above:
        cells = [cell.strip() for cell in row if cell.strip()]
        for label, value in pairwise(cells):
            if plain(label).rstrip(": ").casefold() in _LABELS:
                return value
    return ""


def is_nil_header(cell: str) -> bool:
    """Return whether a header cell names the column for periods without anything to publish."""
    return _folded(cell).startswith(_NIL)


def is_own_header(cell: str) -> bool:
    """Return whether a header cell is one of those that ledgers show and logs do not need."""
    return _folded(cell) in _OWN


def _folded(cell: str) -> str:
    return "".join(plain(cell).split()).casefold()


def lacking(layout: Layout) -> list[str]:
    """Return the columns of the log that a ledger's sheet must have and does not."""
    needed = NEEDED[layout.form.part] if layout.form else ()
    return [column for column in needed if column not in layout.columns.values()]


def read_row(layout: Layout, number: int, row: Sequence[str]) -> tuple[dict[str, str], list[Wrong]]:
    """Return the cells of a row (from 0) by column of the log, and what is wrong with it.

    What a cell says that is merged over several rows holds for all of them, where it says which duty, owner or period
    they are about. In a ledger made by gongkai, rows without an owner are of the one that is named above the header.
    """
    cells = {column: row[index] for index, column in layout.columns.items() if row[index].strip()}
    wrong = list(_merged(layout, number, row))
    nil = row[layout.nil].strip() if layout.nil is not None else ""
    if nil and _folded(nil).strip("—") not in _NOTHING | {""}:
        wrong += _nil(nil, cells)
        cells |= {"kind": "nil", "published": nil}
    form = layout.form
    if form is not None and cells:
        wrong += _foreign(form, cells)
        wrong += _ahead(layout, cells)
        if form.owner:
            cells.setdefault("owner", form.owner)
    return cells, wrong


def _nil(value: str, cells: Mapping[str, str]) -> Iterator[Wrong]:
    hint = text("write a day such as 2017-08-31; leave the cell empty if something was published")
    if not isinstance(read_date(value), DateRead):
        yield Wrong(
            "nil",
            text("`{value}` does not say on which day it was established that there is nothing", value=value),
            hint,
        )
    if cells.get("published"):
        said = text("the row says both that something was published and that there was nothing to publish")
        yield Wrong("nil", said, text("empty one of the two cells"))


def _foreign(form: Form, cells: Mapping[str, str]) -> Iterator[Wrong]:
    owner = cells.get("owner", "").strip()
    if form.owner and owner and owner != form.owner:
        said = text("this is the ledger of {owner}, and the row names `{other}`", owner=form.owner, other=owner)
        yield Wrong("owner", said, text("restore the owner’s name; what others did stands in their own ledgers"))
    if not cells.get("obligation") and any(cells.get(column) for column in _SAID):
        said = text("something is filled in here, and the row does not say for which duty")
        hint = (
            text("choose the duty from the list in this column")
            if form.part == "more"
            else text("copy the shaded cells from the row of that duty, or use the sheet for further entries")
        )
        yield Wrong("obligation", said, hint)


def _ahead(layout: Layout, cells: Mapping[str, str]) -> Iterator[Wrong]:
    for column in ("published", "formed"):
        said = read_date(cells.get(column, ""))
        if layout.today is not None and isinstance(said, DateRead) and said.day > layout.today:
            at = "nil" if cells.get("kind") == "nil" and column == "published" else column
            message = text("{day} lies in the future", day=said.day.isoformat())
            yield Wrong(at, message, text("write the day on which it happened; leave it empty until then"))


def _merged(layout: Layout, number: int, row: Sequence[str]) -> Iterator[Wrong]:
    for span in layout.spans_from.get(number, ()):
        column = layout.all_columns.get(span.left, "")
        if span.bottom > number and column in _FILLED_IN and row[span.left].strip():
            count = span.bottom - span.top + 1
            said = text(
                "a cell is merged over {count} rows, so that it is not clear which of them it is for", count=count
            )
            yield Wrong(column, said, text("unmerge it, and fill in each row that it is meant for"))


def unmerged(rows: list[list[str]], layout: Layout) -> None:
    """Write what merged cells say of duty, owner and period into each of their rows."""
    # Merged cells never share a row of one column, so a made-up file cannot keep us busy with ones that do.
    free = dict.fromkeys(range(max(map(len, rows), default=0)), len(rows))
    for span in layout.spans:
        if layout.columns.get(span.left) in ("obligation", "owner", "period") and span.top < len(rows):
            within = rows[span.top + 1 : span.bottom + 1][: free.get(span.left, 0)]
            free[span.left] = free.get(span.left, 0) - len(within)
            for row in within:
                row[span.left] = row[span.left] or rows[span.top][span.left]
