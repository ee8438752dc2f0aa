"""The map of owners and months, in plain words that the template escapes."""

from collections.abc import Mapping
from itertools import groupby
from typing import NamedTuple

from gongkai_cli.formats.bulletin_html.items import SHARED, UNCERTAIN_CHOICE
from gongkai_cli.formats.wording import STATUS_LETTERS, heat_words, owner_name, status_name
from gongkai_cli.messages import Words, text
from gongkai_cli.standings import WORST, HeatCell, HeatMap

# The first occurrence of each owner and month that the page shows; the owner is None for what is shared.
Places = Mapping[tuple[str | None, str], str]


class Cell(NamedTuple):
    """A cell: its letter and number, all its counts in words, and the occurrence it leads to (empty for none)."""

    mark: str
    said: str
    counts: str
    owner: str
    month: str
    item: str


class HeatRow(NamedTuple):
    """The line of one owner; None in a month without a deadline."""

    name: str
    cells: tuple[Cell | None, ...]


class Year(NamedTuple):
    """A year, and how many of its months are shown."""

    label: str
    months: int


class Key(NamedTuple):
    """An entry of the legend."""

    mark: str
    letter: str
    meaning: str


class Heat(NamedTuple):
    """The map; without lines where no month has a deadline with a verdict."""

    years: tuple[Year, ...]
    months: tuple[str, ...]
    lines: tuple[HeatRow, ...]
    legend: tuple[Key, ...]
    note: str


def heat_of(found: HeatMap, owner_ids: Mapping[str, str], places: Places, words: Words) -> Heat:
    """Return the map as it is shown."""
    years = tuple(Year(year, len(list(months))) for year, months in groupby(found.months, lambda month: month[:4]))
    lines = []
    for line in found.lines:
        who = SHARED if line.owner is None else owner_ids.get(line.owner, "")
        name = owner_name(line.owner, words)
        cells = [
            _cell(cell, name, who, month, places.get((line.owner, month), ""), words) if cell is not None else None
            for cell, month in zip(line.cells, found.months, strict=True)
        ]
        lines.append(HeatRow(name, tuple(cells)))
    return Heat(
        years,
        tuple(month[5:] for month in found.months),
        tuple(lines),
        tuple(_legend(found, words)),
        words(text("Each cell: the worst status of deadlines in that month, and how many have it.")),
    )


def _cell(cell: HeatCell, name: str, who: str, month: str, item: str, words: Words) -> Cell:
    counts = [f"{words(status_name(status))} {cell.counts[status]}" for status in WORST if cell.counts.get(status)]
    if cell.uncertain:
        counts.append(words(text("{n} of them uncertain"), n=cell.uncertain))
    every = words(
        text("{owner}, {month}: {counts}"),
        owner=name,
        month=month,
        counts=("，" if words.language == "zh" else ", ").join(counts),
    )
    doubt = cell.uncertain == cell.count
    mark = f"{cell.worst} {UNCERTAIN_CHOICE}" if doubt else cell.worst
    return Cell(mark, heat_words(cell, words), every, who, month, item)


def _legend(found: HeatMap, words: Words) -> list[Key]:
    cells = [cell for line in found.lines for cell in line.cells if cell is not None]
    seen = {cell.worst for cell in cells}
    keys = [
        Key(status, words(STATUS_LETTERS[status]), words(status_name(status))) for status in WORST if status in seen
    ]
    if any(cell.uncertain for cell in cells):
        keys.append(Key(f"overdue {UNCERTAIN_CHOICE}", "?", words(text("some or all of them uncertain"))))
    return keys
