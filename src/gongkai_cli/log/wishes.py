"""What a caller wants told apart of a log: the less, the fewer groups of lines, and the sooner they are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

UNREADABLE = "\x1a"  # stands for whatever else stood in a cell that means nothing to the plan; see `Wishes.legible`

MAY_BE_UNREADABLE = ("published", "kind", "obligation", "owner", "period", "formed", "event")


class Bundle(NamedTuple):
    """Which lines of a duty may be one group although their days differ; see `Log.groups`.

    `declared`: those with one and the same period. `since`: those without one, before and from a day apart; None:
    none of them. `events`: those without one only as long as the log has none of these events for the duty.
    """

    declared: bool
    since: date | None = None
    events: frozenset[str] = frozenset()


class Matcher(NamedTuple):
    """How a line without an obligation is known for one: all words of one of `titles` occur, its column is named.

    `owners` are the cells that name one of those who owe it.
    """

    name: str
    titles: tuple[tuple[str, ...], ...]
    columns: tuple[str, ...]
    owners: frozenset[str]

    def fits(self, title: str, column: str) -> bool:
        """Return whether a line with this title and column fits, whoever it is from."""
        titled = not self.titles or any(all(word in title for word in words) for words in self.titles)
        return titled and (not self.columns or column in self.columns)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is to be told apart of a log; see `Log.groups`. Names are ids and titles, as in the cells.

    `names` are all that there are, or none: those of which nothing is wished cost less when it is known that they are
    single names. With `legible`, all cells of owners, kinds and events that mean something, what means nothing is not
    told apart: names that the plan does not have, dates that are none, periods that name none of a periodic duty.
    """

    clocks: frozenset[str] = frozenset()
    title_hint: str | None = None
    titled: frozenset[str] | None = None
    skeletons: bool = False  # of titles, only what names a period is told apart
    marked: frozenset[str] | None = None
    marked_undated: frozenset[str] = frozenset()
    by_recorded: bool = True
    names: frozenset[str] = frozenset()
    legible: Mapping[str, frozenset[str]] = field(default_factory=dict)
    matchers: tuple[Matcher, ...] | None = None
    bundles: Mapping[str, Bundle] = field(default_factory=dict)
    as_of: date | None = None


EVERYTHING = Wishes()
