"""Which occurrence a publication fills: by its declared period, its title, its day of formation, or its date."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from gongkai_cli.deadlines import When, day_of
from gongkai_cli.evaluation.statements import Publication, Share
from gongkai_cli.frequencies import Frequency
from gongkai_cli.messages import Text, text
from gongkai_cli.period_names import read_period, read_title
from gongkai_cli.periods import containing
from gongkai_cli.schedule import Slot

Match = Literal["declared", "title", "formed", "date"]
# What makes lines one record: their owner, their day, and their URL (or title, without one).
Sameness = tuple[frozenset[str], date, int]


def not_after(one: When, other: When) -> bool:
    """Return whether any moment of `one` is not after the last moment of `other`: by the clock, else by the day."""
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one <= other
    return day_of(one) <= day_of(other)


@dataclass(frozen=True, slots=True)
class Filling:
    """A publication in an occurrence, and how it came there."""

    publication: Publication
    match: Match


@dataclass(slots=True)
class Place:
    """One occurrence being filled.

    `opens` also says where records may begin when no window is shown. `nearest` has the keys of records that were put
    here as the nearest earlier occurrence; `endless` when no record ever fulfils it; `renews` for the stretches of a
    continuous duty, which no record of their first day closes.
    """

    slot: Slot
    share: Share
    needed: int
    opens: When
    endless: bool = False
    renews: bool = False
    nearest: list[int] = field(default_factory=list)
    fillings: list[Filling] = field(default_factory=list)

    @property
    def filled(self) -> bool:
        """Whether enough records are there."""
        return not self.endless and bool(self.fillings) and self.deciding() is not None

    def deciding(self) -> Filling | None:
        """Return the record with which there were enough: the `needed`th, or the last `nil` that was wanting.

        Under `completion: any` there is nothing to publish only when every owner says so.
        """
        counted: set[Sameness] = set()
        silent = set(self.share[1])
        for filling in sorted(self.fillings, key=filling_order):
            publication = filling.publication
            if self.renews and day_of(publication.published) <= self.slot.period.first:
                continue
            if publication.kind == "nil":
                silent -= publication.owners
                if not silent or len(self.share[1]) == 1:
                    return filling
            elif publication.kind == "publication":
                counted.update(samenesses(publication))
                if len(counted) >= self.needed:
                    return filling
        return None

    @property
    def count(self) -> int:
        """How many different records there are."""
        publications = (each.publication for each in self.fillings if each.publication.kind == "publication")
        return len({same for publication in publications for same in samenesses(publication)})


def samenesses(publication: Publication) -> Iterator[Sameness]:
    """Yield what identifies each of the different records of a publication."""
    day = day_of(publication.published)
    return ((publication.owners, day, mark) for mark in publication.marks)


class Placing:
    """Places the publications of one share of one duty; `used` and `unmatched` tell what became of their keys."""

    def __init__(self, places: list[Place], frequency: Frequency) -> None:
        self.places = places
        self.used: set[int] = set()
        self.unmatched: dict[int, Text] = {}
        self._frequency = frequency
        self._labels: frozenset[str] = frozenset()

    def put(self, place: Place, publication: Publication, match: Match) -> None:
        """Put a publication into an occurrence."""
        place.fillings.append(Filling(publication, match))
        self.used.add(publication.key)

    def refuse(self, publication: Publication, reason: Text) -> None:
        """Leave a publication without an occurrence."""
        self.unmatched[publication.key] = reason

    def by_name(self, publications: Sequence[Publication]) -> list[Publication]:
        """Place what names its period, in its cell or its title; return the rest."""
        by_label = {each.slot.period.label: each for each in self.places}
        self._labels = frozenset(by_label)
        rest = []
        for each in ordered(publications):
            label, match = self._named(each)
            if match is None:
                rest.append(each)
            elif label is not None and label in by_label:
                self.put(by_label[label], each, match)
            else:
                self.refuse(each, text("there is no such period: {period}", period=label or each.period))
        return rest

    def _named(self, publication: Publication) -> tuple[str | None, Match | None]:
        """The label of the period that a line itself names, and how; None where it names no such period."""
        if publication.period:
            return read_period(publication.period, self._frequency), "declared"
        kind = self._frequency.kind or ("day" if self._frequency.form == "every" else None)
        if publication.title and kind is not None:
            first = read_title(publication.title, kind, day_of(publication.published))
            if first is not None and self._frequency.kind is not None:
                return containing(kind, first).label, "title"
            # A stretch of days is a period of this duty only if it begins like one; else it decides nothing.
            if first is not None and first.isoformat() in self._labels:
                return first.isoformat(), "title"
        return None, None

    def by_date(self, publications: Sequence[Publication], past: Sequence[When]) -> list[int]:
        """Place the rest by their dates, in order; return the keys of records where the next occurrence would be.

        `past` gives when the rule would have opened the next occurrences past the last.
        """
        self.places.sort(key=_sequence)
        known: dict[Sameness, tuple[Place, Match]] = {}
        for holder in self.places:  # of several that hold an equal line, the earliest
            for filling in holder.fillings:
                for same in samenesses(filling.publication):
                    known.setdefault(same, (holder, filling.match))
        beyond: list[int] = []
        for each in ordered(publications):
            if each.kind == "correction":
                self._correction(each, past)
                continue
            for single in singly(each):
                same = next(samenesses(single))
                if same in known:  # lines equal in owner, day and URL fill one slot together
                    self.put(known[same][0], single, known[same][1])
                    continue
                place = self._choose(single, past)
                if place is None:
                    past_last = bool(past) and not_after(past[0], single.published)
                    if past_last and (len(past) == 1 or not not_after(past[1], single.published)):
                        beyond.append(single.key)
                    self.refuse(single, text("it lies outside every window of the plan"))
                else:
                    self.put(place, single, "date")
                    known[same] = (place, "date")
        return beyond

    def _choose(self, single: Publication, past: Sequence[When]) -> Place | None:
        published = single.published
        opened = [each for each in self.places if not_after(each.opens, published)]
        holding = [each for each in opened if not each.filled and _holds(each, published)]
        if holding:
            return min(holding, key=_closing)
        if not opened or (past and not_after(past[0], published)):
            return None
        if not opened[-1].filled:
            return opened[-1]
        earlier = next((each for each in reversed(opened) if not each.filled), None)
        if earlier is not None:
            earlier.nearest.append(single.key)
            return earlier
        return opened[-1]

    def _correction(self, publication: Publication, past: Sequence[When]) -> None:
        """A correction fills nothing; it is shown with the last occurrence that had opened."""
        opened = [each for each in self.places if not_after(each.opens, publication.published)]
        if not opened or (past and not_after(past[0], publication.published)):
            self.refuse(publication, text("it lies outside every window of the plan"))
        else:
            self.put(opened[-1], publication, "date")


def _holds(place: Place, published: When) -> bool:
    return place.slot.deadline is None or not_after(published, place.slot.deadline)


def _closing(place: Place) -> tuple[bool, date, bool, str]:
    deadline = place.slot.deadline
    if deadline is None:
        return True, date.max, False, ""
    return False, day_of(deadline), isinstance(deadline, datetime), deadline.isoformat()


def _sequence(place: Place) -> tuple[date, bool, str, tuple[bool, date, bool, str], date, str]:
    opens, period = place.opens, place.slot.period
    return day_of(opens), isinstance(opens, datetime), opens.isoformat(), _closing(place), period.first, period.label


def singly(publication: Publication) -> list[Publication]:
    """Return the records of a day one by one: each may fill, or be, another occurrence."""
    if len(publication.marks) == 1:
        return [publication]
    return [
        publication._replace(marks=(mark,), first=publication.first + number)
        for number, mark in enumerate(publication.marks)
    ]


def ordered(publications: Sequence[Publication]) -> list[Publication]:
    """Return records in the order of their publication, then title."""
    return sorted(publications, key=_order)


def filling_order(filling: Filling) -> tuple[date, bool, str, str, int, int]:
    """Return what orders the records of an occurrence: by publication, then title."""
    return _order(filling.publication)


def _order(publication: Publication) -> tuple[date, bool, str, str, int, int]:
    when = publication.published
    return (
        day_of(when),
        isinstance(when, datetime),
        when.isoformat(),
        publication.title,
        publication.key,
        publication.first,
    )
