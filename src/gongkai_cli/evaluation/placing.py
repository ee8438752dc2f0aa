"""Which occurrence a publication fills: by its declared period, its title, its day of formation, or its date."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from gongkai_cli.deadlines import When, day_of
from gongkai_cli.evaluation.statements import Publication
from gongkai_cli.frequencies import Frequency
from gongkai_cli.messages import Text, text
from gongkai_cli.period_names import read_period, read_title
from gongkai_cli.periods import containing
from gongkai_cli.schedule import Slot

Match = Literal["declared", "title", "formed", "date"]


@dataclass(frozen=True, slots=True)
class Filling:
    """A publication in an occurrence: how it came there, and whether it might be another's."""

    publication: Publication
    match: Match
    uncertain: bool = False


@dataclass(slots=True)
class Place:
    """One occurrence being filled; `needed` different records fulfil it, or one `nil`."""

    slot: Slot
    needed: int
    fillings: list[Filling] = field(default_factory=list)
    extras: list[Filling] = field(default_factory=list)

    @property
    def filled(self) -> bool:
        """Whether enough records are there."""
        return any(each.publication.nil for each in self.fillings) or self.count >= self.needed

    @property
    def count(self) -> int:
        """How many different records there are."""
        return sum(each.publication.fillers for each in self.fillings)

    def add(self, filling: Filling) -> None:
        """Put a publication into this occurrence."""
        self.fillings.append(filling)


def place(
    places: Sequence[Place], publications: Sequence[Publication], frequency: Frequency, closed_from: date | None
) -> dict[int, Text]:
    """Fill occurrences with publications; return the keys of those without one, each with the reason.

    `places` come in the order of their periods. `closed_from` is the day on which the rule would have opened another
    occurrence past the last.
    """
    by_label = {each.slot.period.label: each for each in places}
    unplaced: dict[int, Text] = {}
    undecided: list[Publication] = []
    for each in ordered(publications):
        label, match = _named(each, frequency)
        if match is None:
            undecided.append(each)
        elif label is not None and label in by_label:
            by_label[label].add(Filling(each, match))
        else:
            unplaced[each.key] = text("there is no such period: {period}", period=label or each.period)
    dated = _Dated(places, closed_from)
    for each in undecided:
        for single in singly(each):
            if not dated.place(single):
                unplaced[each.key] = text("it lies outside every window of the plan")
    return unplaced


def ordered(publications: Sequence[Publication]) -> list[Publication]:
    """Return records in the order of their publication, then title."""
    return sorted(publications, key=_order)


def _order(publication: Publication) -> tuple[date, bool, str, str, int]:
    when = publication.published
    return day_of(when), isinstance(when, datetime), when.isoformat(), publication.title, publication.key


def _named(publication: Publication, frequency: Frequency) -> tuple[str | None, Match | None]:
    """The label of the period that a line itself names, and how; the label is None where it names no such period."""
    if publication.period:
        return read_period(publication.period, frequency), "declared"
    kind = frequency.kind or ("day" if frequency.form == "every" else None)
    if publication.title and kind is not None:
        first = read_title(publication.title, kind, day_of(publication.published))
        if first is not None:
            return containing(kind, first).label, "title"
    return None, None


def singly(publication: Publication) -> list[Publication]:
    """Return the records of a day one by one: each may fill, or be, another occurrence."""
    if publication.fillers == 1:
        return [publication]
    return [publication._replace(fillers=1, first=number) for number in range(publication.fillers)]


class _Dated:
    """Places records by their date alone, in order."""

    def __init__(self, places: Sequence[Place], closed_from: date | None) -> None:
        self._places = sorted(places, key=lambda each: (_opens(each), each.slot.period.first))
        self._closed_from = closed_from

    def place(self, publication: Publication) -> bool:
        """Put a record where its date says; False when no occurrence had opened, or the last is long past."""
        day = day_of(publication.published)
        if self._closed_from is not None and day >= self._closed_from:
            return False
        opened = [each for each in self._places if _opens(each) <= day]
        if not opened:
            return False
        within = [each for each in opened if not each.filled and day <= _closes(each)]
        if within:
            min(within, key=_closes).add(Filling(publication, "date"))
        elif not opened[-1].filled:
            opened[-1].add(Filling(publication, "date"))
        elif earlier := [each for each in opened if not each.filled]:
            earlier[-1].add(Filling(publication, "date", uncertain=True))
        else:
            opened[-1].extras.append(Filling(publication, "date"))
        return True


def _opens(place: Place) -> date:
    return day_of(place.slot.opens) if place.slot.opens is not None else place.slot.period.first


def _closes(place: Place) -> date:
    return day_of(place.slot.deadline) if place.slot.deadline is not None else date.max


def latest(fillings: Sequence[Filling], needed: int) -> tuple[When, Filling] | None:
    """Return the instant or day of the record that decided, and that record: the first `nil`, or the Nth record."""
    count = 0
    for each in sorted(fillings, key=lambda filling: _order(filling.publication)):
        count += each.publication.fillers
        if each.publication.nil or count >= needed:
            return each.publication.published, each
    return None
