"""Occurrences being filled, and the records in them: in which order, and which of them are one and the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter
from typing import Literal, NamedTuple

from gongkai_cli.deadlines import When, day_of
from gongkai_cli.evaluation.statements import Publication
from gongkai_cli.schedule import Slot

Match = Literal["declared", "title", "formed", "date"]
# What makes lines one record: their owner, their day, and their URL (or title, without one).
Sameness = tuple[frozenset[str], date, int]


def not_after(one: When, other: When) -> bool:
    """Return whether any moment of `one` is not after the last moment of `other`: by the clock, else by the day."""
    if isinstance(one, datetime) != isinstance(other, datetime):
        return day_of(one) <= day_of(other)
    return one <= other


class Filling(NamedTuple):
    """A publication in an occurrence, and how it came there."""

    publication: Publication
    match: Match


class Need(NamedTuple):
    """What fulfils the occurrences of one share of a duty: how many records, by any of which owners.

    `endless` when no record ever does; `renews` for the stretches of a continuous duty, which no record of their first
    day closes.
    """

    owners: tuple[str, ...]
    records: int = 1
    endless: bool = False
    renews: bool = False


@dataclass(slots=True)
class Place:
    """One occurrence being filled.

    `opens` also says where records may begin when no window is shown. `nearest` has the keys of records that were put
    here as the nearest earlier occurrence. `filled` once enough records are there.
    """

    slot: Slot
    opens: When
    need: Need
    nearest: list[int] = field(default_factory=list)
    fillings: list[Filling] = field(default_factory=list)
    filled: bool = False
    _counted: set[Sameness] | None = None
    _silent: frozenset[str] = frozenset()  # the owners who said that there is nothing to publish

    def put(self, filling: Filling) -> None:
        """Take a record in. Whether there are enough does not depend on their order."""
        self.fillings.append(filling)
        if not (self.filled or self.need.endless):
            self.filled = self._suffices(filling.publication)

    def emptied(self) -> "Place":
        """Return the same occurrence without any record."""
        return Place(self.slot, self.opens, self.need)

    def _suffices(self, publication: Publication) -> bool:
        """Whether there are enough records with this one."""
        if self._renews_nothing(publication):
            return False
        if publication.kind == "nil":
            self._silent |= publication.owners
            return self._all_silent(self._silent)
        if publication.kind != "publication":
            return False
        if len(publication.marks) >= self.need.records:
            return True
        if self._counted is None:
            self._counted = set()
        self._counted.update(samenesses(publication))
        return len(self._counted) >= self.need.records

    def _renews_nothing(self, publication: Publication) -> bool:
        return self.need.renews and day_of(publication.published) <= self.slot.period.first

    def _all_silent(self, silent: frozenset[str]) -> bool:
        """Under `completion: any` there is nothing to publish only when every owner says so."""
        return len(self.need.owners) == 1 or silent.issuperset(self.need.owners)

    def deciding(self, in_order: Sequence[Filling]) -> Filling | None:
        """Return the record with which there were enough: the `needed`th, or the last `nil` that was wanting."""
        if not self.filled:
            return None
        counted: set[Sameness] = set()
        silent: frozenset[str] = frozenset()
        for filling in in_order:
            publication = filling.publication
            if self._renews_nothing(publication):
                continue
            if publication.kind == "nil":
                silent |= publication.owners
                if self._all_silent(silent):
                    return filling
            elif publication.kind == "publication":
                if self.need.records == 1:
                    return filling
                counted.update(samenesses(publication))
                if len(counted) >= self.need.records:
                    return filling
        return None


def samenesses(publication: Publication) -> Iterator[Sameness]:
    """Yield what identifies each of the different records of a publication."""
    day = day_of(publication.published)
    return ((publication.owners, day, mark) for mark in publication.marks)


def singly(publication: Publication) -> list[Publication]:
    """Return the records of a day one by one: each may fill, or be, another occurrence."""
    return [part_of(publication, number, number + 1) for number in range(len(publication.marks))]


def part_of(publication: Publication, begin: int, end: int) -> Publication:
    """Return some of the records of a day, counted from 0."""
    if end - begin == len(publication.marks):
        return publication
    return publication._replace(marks=publication.marks[begin:end], first=publication.first + begin, whole=False)


def ordered(publications: Sequence[Publication]) -> list[Publication]:
    """Return records in the order of their publication, then title."""
    if any(isinstance(each.published, datetime) for each in publications):
        return sorted(publications, key=_order)
    return sorted(publications, key=_DAYS)  # the same order, sooner


_DAYS = attrgetter("published", "title", "key")


def filling_order(filling: Filling) -> tuple[date, str, str, int, int]:
    """Return what orders the records of an occurrence: by publication, then title."""
    return _order(filling.publication)


def _order(publication: Publication) -> tuple[date, str, str, int, int]:
    when = publication.published
    clock = when.isoformat() if isinstance(when, datetime) else ""  # a day without a time comes first
    return day_of(when), clock, publication.title, publication.key, publication.first


class EventDays:
    """The occurrences of a duty on an event by the day of their event, and what they hold."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._by_day: dict[date, list[Place]] = {}
        self._wanting: dict[date, list[Place]] = {}
        self._equal: dict[tuple[date, Sameness], Place] = {}
        self._labels = {each.slot.period.label for each in places}
        self._numbers: dict[date, int] = {}
        for place in places:
            self.add(place)
            for filling in place.fillings:
                self.note(place, filling.publication)

    def add(self, place: Place) -> None:
        """Take in an occurrence; the first ones come first."""
        day = place.slot.period.first
        self._by_day.setdefault(day, []).append(place)
        self._wanting.setdefault(day, []).append(place)
        self._labels.add(place.slot.period.label)

    def note(self, place: Place, publication: Publication) -> None:
        """Remember that an occurrence holds the records of a publication."""
        day = place.slot.period.first
        for same in samenesses(publication):
            self._equal.setdefault((day, same), place)

    def with_equal(self, day: date, publication: Publication) -> Place | None:
        """Return the occurrence of a day that holds an equal record."""
        found = (self._equal.get((day, same)) for same in samenesses(publication))
        return next((place for place in found if place is not None), None)

    def first(self, day: date) -> Place | None:
        """Return the first occurrence of a day."""
        places = self._by_day.get(day)
        return places[0] if places else None

    def wanting(self, day: date) -> Place | None:
        """Return the first occurrence of a day that is not filled."""
        places = [each for each in self._wanting.get(day, ()) if not each.filled]
        self._wanting[day] = places
        return places[0] if places else None

    def free_label(self, day: date) -> str:
        """Return the first key of a day that no event has: 2017-08-05, then 2017-08-05#2."""
        number = self._numbers.get(day, 1)
        while (label := f"{day.isoformat()}#{number}" if number > 1 else day.isoformat()) in self._labels:
            number += 1
        self._numbers[day] = number
        return label
