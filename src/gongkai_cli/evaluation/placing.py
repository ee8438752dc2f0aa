"""Which occurrence a publication fills: by its declared period, its title, its day of formation, or its date."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, NamedTuple

from gongkai_cli.deadlines import When, day_of
from gongkai_cli.evaluation.names import Share
from gongkai_cli.evaluation.statements import Publication
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


class Filling(NamedTuple):
    """A publication in an occurrence, and how it came there."""

    publication: Publication
    match: Match


@dataclass(slots=True)
class Place:
    """One occurrence being filled.

    `opens` also says where records may begin when no window is shown. `nearest` has the keys of records that were put
    here as the nearest earlier occurrence; `endless` when no record ever fulfils it; `renews` for the stretches of a
    continuous duty, which no record of their first day closes. `filled` once enough records are there.
    """

    slot: Slot
    share: Share
    needed: int
    opens: When
    endless: bool = False
    renews: bool = False
    nearest: list[int] = field(default_factory=list)
    fillings: list[Filling] = field(default_factory=list)
    filled: bool = False
    _counted: set[Sameness] = field(default_factory=set)
    _silent: frozenset[str] = frozenset()  # the owners who said that there is nothing to publish

    def put(self, filling: Filling) -> None:
        """Take a record in. Whether there are enough does not depend on their order."""
        self.fillings.append(filling)
        if not (self.filled or self.endless):
            self.filled = self._suffices(filling.publication)

    def _suffices(self, publication: Publication) -> bool:
        """Whether there are enough records with this one."""
        if self._renews_nothing(publication):
            return False
        if publication.kind == "nil":
            self._silent |= publication.owners
            return self._all_silent(self._silent)
        if publication.kind != "publication":
            return False
        if len(publication.marks) >= self.needed:
            return True
        self._counted.update(samenesses(publication))
        return len(self._counted) >= self.needed

    def _renews_nothing(self, publication: Publication) -> bool:
        return self.renews and day_of(publication.published) <= self.slot.period.first

    def _all_silent(self, silent: frozenset[str]) -> bool:
        """Under `completion: any` there is nothing to publish only when every owner says so."""
        return len(self.share[1]) == 1 or silent.issuperset(self.share[1])

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
                if self.needed == 1:
                    return filling
                counted.update(samenesses(publication))
                if len(counted) >= self.needed:
                    return filling
        return None


def samenesses(publication: Publication) -> Iterator[Sameness]:
    """Yield what identifies each of the different records of a publication."""
    day = day_of(publication.published)
    return ((publication.owners, day, mark) for mark in publication.marks)


class Placing:
    """Places the publications of one share of one duty; `used` and `unmatched` tell what became of their keys.

    Publications come in the order of `ordered`.
    """

    def __init__(self, places: list[Place], frequency: Frequency) -> None:
        self.places = places
        self.used: set[int] = set()
        self.unmatched: dict[int, Text] = {}
        self._frequency = frequency
        self._labels: frozenset[str] = frozenset()
        self._declared: dict[str, str | None] = {}  # what each text of a period cell names

    def put(self, place: Place, publication: Publication, match: Match) -> None:
        """Put a publication into an occurrence."""
        place.put(Filling(publication, match))
        self.used.add(publication.key)

    def refuse(self, publication: Publication, reason: Text) -> None:
        """Leave a publication without an occurrence."""
        self.unmatched[publication.key] = reason

    def by_name(self, publications: Sequence[Publication]) -> list[Publication]:
        """Place what names its period, in its cell or its title; return the rest."""
        by_label = {each.slot.period.label: each for each in self.places}
        self._labels = frozenset(by_label)
        rest = []
        for each in publications:
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
        period = publication.period
        if period:
            if period not in self._declared:
                self._declared[period] = read_period(period, self._frequency)
            return self._declared[period], "declared"
        kind = self._frequency.kind or ("day" if self._frequency.form == "every" else None)
        if publication.title and kind is not None:
            first = read_title(publication.title, kind, day_of(publication.published))
            if first is not None and self._frequency.kind is not None:
                return containing(kind, first).label, "title"
            # A stretch of days is a period of this duty only if it begins like one; else it decides nothing.
            if first is not None and first.isoformat() in self._labels:
                return first.isoformat(), "title"
        return None, None

    def by_date(self, publications: Sequence[Publication], past: Callable[[], Sequence[When]]) -> list[int]:
        """Place the rest by their dates, in order; return the keys of records where the next occurrence would be.

        `past` gives when the rule would have opened the next occurrences past the last.
        """
        self.places.sort(key=_sequence)
        if not self.places:
            for each in publications:
                self.refuse(each, text("it lies outside every window of the plan"))
        if not (self.places and publications):
            return []
        past_last = past()
        known = self._placed_on({day_of(each.published) for each in publications})
        opened = _Opened(self.places)
        beyond: list[int] = []
        for each in publications:
            opened.move_to(each.published)
            ended = bool(past_last) and not_after(past_last[0], each.published)
            if each.kind == "correction":
                self._correction(each, opened, ended=ended)
                continue
            for single in self._apart(each, opened, known):
                same = next(samenesses(single))
                if same in known:  # lines equal in owner, day and URL fill one slot together
                    self.put(known[same][0], single, known[same][1])
                    continue
                place = opened.choose(single, ended=ended)
                if place is None:
                    if ended and (len(past_last) == 1 or not not_after(past_last[1], single.published)):
                        beyond.append(single.key)
                    self.refuse(single, text("it lies outside every window of the plan"))
                else:
                    self.put(place, single, "date")
                    known |= dict.fromkeys(samenesses(single), (place, "date"))
        return beyond

    def _apart(
        self, publication: Publication, opened: "_Opened", known: Mapping[Sameness, tuple[Place, Match]]
    ) -> Iterator[Publication]:
        """Yield the records of a day one by one as long as each may belong elsewhere, and the others together."""
        placed = [same in known for same in samenesses(publication)] if known else [False] * len(publication.marks)
        begin = 0
        while begin < len(placed):
            end = begin + 1
            if not (placed[begin] or opened.wanting()):
                while end < len(placed) and not placed[end]:
                    end += 1
            yield part_of(publication, begin, end)
            begin = end

    def _placed_on(self, days: Collection[date]) -> dict[Sameness, tuple[Place, Match]]:
        """Where the records of some days were put; of equal ones, the earliest."""
        found: dict[Sameness, tuple[Place, Match]] = {}
        for place in reversed(self.places):
            for publication, match in place.fillings:
                if day_of(publication.published) in days:
                    found |= dict.fromkeys(samenesses(publication), (place, match))
        return found

    def _correction(self, publication: Publication, opened: "_Opened", *, ended: bool) -> None:
        """A correction fills nothing; it is shown with the last occurrence that had opened."""
        if opened.last is None or ended:
            self.refuse(publication, text("it lies outside every window of the plan"))
        else:
            self.put(opened.last, publication, "date")


class _Opened:
    """The occurrences that have opened by the moment to which it was moved, and which of them want records.

    Moments come in the order of `ordered`: a day without a time before the times of that day.
    """

    def __init__(self, places: Sequence[Place]) -> None:
        self._places = places  # in the order of `_sequence`
        self._count = 0
        self._wanting: list[Place] = []

    def move_to(self, published: When) -> None:
        """Move on to the day, or instant, of a record."""
        # What opens in the course of a day has opened for the day as a whole, but not yet for its early hours.
        while self._count and not not_after(self._places[self._count - 1].opens, published):
            self._count -= 1
            self._wanting = [each for each in self._wanting if each is not self._places[self._count]]
        while self._count < len(self._places) and not_after(self._places[self._count].opens, published):
            place = self._places[self._count]
            self._count += 1
            if not place.filled:
                self._wanting.append(place)

    @property
    def last(self) -> Place | None:
        """The one that opened last."""
        return self._places[self._count - 1] if self._count else None

    def wanting(self) -> list[Place]:
        """Return those that want records, in the order in which they opened."""
        if any(each.filled for each in self._wanting):
            self._wanting = [each for each in self._wanting if not each.filled]
        return self._wanting

    def choose(self, record: Publication, *, ended: bool) -> Place | None:
        """Return where a record belongs by its date, or None; `ended` when the rule would have gone on by then."""
        wanting = self.wanting()
        holding = [each for each in wanting if _holds(each, record.published)]
        if holding:
            return min(holding, key=_closing)
        if self.last is None or ended:
            return None
        if not wanting:
            return self.last  # an extra
        if wanting[-1] is not self.last:
            wanting[-1].nearest.append(record.key)
        return wanting[-1]


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
    return [part_of(publication, number, number + 1) for number in range(len(publication.marks))]


def part_of(publication: Publication, begin: int, end: int) -> Publication:
    """Return some of the records of a day, counted from 0."""
    if end - begin == len(publication.marks):
        return publication
    return publication._replace(marks=publication.marks[begin:end], first=publication.first + begin, whole=False)


def ordered(publications: Sequence[Publication]) -> list[Publication]:
    """Return records in the order of their publication, then title."""
    return sorted(publications, key=_order)


def filling_order(filling: Filling) -> tuple[date, bool, str, str, int, int]:
    """Return what orders the records of an occurrence: by publication, then title."""
    return _order(filling.publication)


def _order(publication: Publication) -> tuple[date, bool, str, str, int, int]:
    when = publication.published
    if isinstance(when, datetime):
        return when.date(), True, when.isoformat(), publication.title, publication.key, publication.first
    return when, False, "", publication.title, publication.key, publication.first
