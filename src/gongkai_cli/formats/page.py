"""How text is set: a page with its width and colour, columns that line up with wide characters, footnotes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO
from itertools import groupby

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Styled

from gongkai_cli.formats.escaping import visible
from gongkai_cli.messages import Text, Words

# In a pipe nothing is wrapped: a line is one thing for grep.
UNLIMITED = 10_000
INDENT, GAP, LEAST_WIDTH = 2, 2, 8
_LEAST_TITLE = 4
# Stands behind a deadline on a non-working day.
REST_MARK = "*"


@dataclass(frozen=True, slots=True)
class Page:
    """How and for whom text is set: language, width in cells (UNLIMITED in a pipe), and whether colour is wanted.

    `quiet` leaves out all but what was asked for: no first lines, notes or hints. `log_from` is what named the log,
    where that was not the command line.
    """

    words: Words
    width: int = UNLIMITED
    colour: bool = False
    quiet: bool = False
    log_from: str | None = None

    def set(self, parts: Iterable[RenderableType]) -> str:
        """Return the parts as lines of text without trailing blanks."""
        out = StringIO()
        console = Console(
            file=out,
            width=self.width,
            height=1,  # which nothing here depends on, so that no terminal is asked for its own
            force_terminal=self.colour,
            no_color=not self.colour,
            color_system="standard" if self.colour else None,
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=False,
        )
        for part in parts:
            if isinstance(part, _AsItIs) or (isinstance(part, Styled) and self._stays(part.plain)):
                out.write(f"{part}\n")
            else:
                console.print(part)
        return "".join(line.rstrip() + "\n" for line in out.getvalue().splitlines())

    def _stays(self, words: str) -> bool:
        """Whether words need neither colour nor breaking."""
        return not self.colour and "\n" not in words and "\t" not in words and cell_len(words) <= self.width


@dataclass(slots=True)
class Footnotes:
    """Numbers notes in the order in which they are first needed."""

    notes: dict[Text, int] = field(default_factory=dict)

    def mark(self, note: Text) -> str:
        """Return the mark for a note, `[1]` for the first."""
        return f"[{self.notes.setdefault(note, len(self.notes) + 1)}]"

    def render(self, words: Words) -> Iterator[RenderableType]:
        """Yield the notes, each hanging beside its mark where it takes more than a line."""
        for note, number in self.notes.items():
            table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
            table.add_column(no_wrap=True)
            table.add_column(overflow="fold")
            table.add_row(Styled(f"[{number}]"), Styled(visible(words(note))))
            yield Padding(table, (0, 0, 0, INDENT))


def grouped(
    titles: Sequence[str], groups: Sequence[tuple[str, Sequence[Sequence[str | Styled]]]], page: Page
) -> Iterator[RenderableType]:
    """Yield groups of rows as tables under their titles, with the same columns throughout."""
    widths, gap = _widths([titles, *(row for _, rows in groups for row in rows)], page.width - INDENT)
    # What needs neither colour nor breaking is set at once: a table takes its time over every cell.
    plain = not page.colour and sum(widths) + gap * (len(widths) - 1) <= page.width - INDENT
    head = _line(titles, widths, gap) if plain else None
    yield _table([titles], widths, gap, style="dim") if head is None else _AsItIs(head)
    for title, rows in groups:
        if title:
            yield Styled(title, style="bold")
        lines = [(row, _line(row, widths, gap) if plain else None) for row in rows]
        for broken, some in groupby(lines, lambda each: each[1] is None):
            if broken:
                yield _table([row for row, _ in some], widths, gap)
            else:
                yield _AsItIs("\n".join(line for _, line in some if line is not None))


class _AsItIs(str):
    """Lines that are already set."""

    __slots__ = ()


def _line(row: Sequence[str | Styled], widths: Sequence[int], gap: int) -> str | None:
    """Return a row as one line, or None where a cell has to be broken."""
    said = " " * INDENT
    for cell, width in zip(row, widths, strict=True):
        words = str(cell)
        room = width - cell_len(words)
        if room < 0 or "\n" in words:
            return None
        said += words + " " * (room + gap)
    return said


def _unbroken(title: str) -> int:
    """The width that a title takes on as many lines as it has words; of Chinese, two characters stay together."""
    words = title.split()
    return max((cell_len(word) if word.isascii() else min(cell_len(word), _LEAST_TITLE) for word in words), default=0)


def _widths(rows: Sequence[Sequence[str | Styled]], available: int) -> tuple[list[int], int]:
    """The width of each column and the gap between two, in cells: what its widest cell takes, or less on a short line.

    Columns come closer before anything below the titles is folded, where that saves it.
    """
    widths = [max(cell_len(str(row[index])) for row in rows) for index in range(len(rows[0]))]
    if sum(widths) + GAP * (len(widths) - 1) > available:
        # Titles are broken before what stands below them.
        below = [max((cell_len(str(row[index])) for row in rows[1:]), default=0) for index in range(len(rows[0]))]
        widths = [
            min(whole, max(least, _unbroken(str(title))))
            for whole, least, title in zip(widths, below, rows[0], strict=True)
        ]
        if 0 < sum(widths) + GAP * (len(widths) - 1) - available <= len(widths) - 1:
            return widths, GAP - 1
    while sum(widths) + GAP * (len(widths) - 1) > available and max(widths) > LEAST_WIDTH:
        widths[widths.index(max(widths))] -= 1
    return widths, GAP


def _table(rows: Sequence[Sequence[str | Styled]], widths: Sequence[int], gap: int, style: str = "") -> RenderableType:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, gap, 0, 0), show_edge=False, style=style)
    for width in widths:
        table.add_column(width=width, overflow="fold")
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Styled) else Styled(cell) for cell in row))
    return Padding(table, (0, 0, 0, INDENT))
