"""Which occurrence a publication fills: by its declared period, its title, its day of formation, or its date."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time
from heapq import heappop, heappush

from gongkai_cli.deadlines import When, day_of
from gongkai_cli.evaluation.places import Filling, Match, Place, Sameness, not_after, part_of, samenesses
from gongkai_cli.evaluation.statements import Publication
from gongkai_cli.evaluation.windows import Windows, closing, sequence
from gongkai_cli.messages import Text, text


class Placing:
    """Places the publications of one share of one duty; `used` and `unmatched` tell what became of their keys.

    Publications come in the order of `ordered`, places in that of `sort`, which those of a rule have to begin with.
    """

    def __init__(self, windows: Windows) -> None:
        self.places: list[Place] = []
        self.used: set[int] = set()
        self.unmatched: dict[int, Text] = {}
        self.refused_parts: dict[int, list[Publication]] = {}  # of groups of which other records may have a place
        self._windows = windows

    def put(self, place: Place, publication: Publication, match: Match) -> None:
        """Put a publication into an occurrence."""
        place.put(Filling(publication, match))
        self.used.add(publication.key)

    def refuse(self, publication: Publication, reason: Text) -> None:
        """Leave a publication without an occurrence."""
        self.unmatched[publication.key] = reason
        if not publication.whole:
            self.refused_parts.setdefault(publication.key, []).append(publication)

    def sort(self) -> None:
        """Bring the places into the order in which they open."""
        self.places.sort(key=lambda each: sequence(each.slot, each.opens))

    def by_name(self, publications: Sequence[Publication], by_label: Mapping[str, int]) -> list[Publication]:
        """Place what names its period, in its cell or its title; return the rest. `by_label` finds places."""
        rest = []
        for each in publications:
            label, match = self._windows.spoken_of(each)
            if match is None:
                rest.append(each)
            elif label is not None and label in by_label:
                place = self.places[by_label[label]]
                # Two days in a cell may name one month, and then name it once.
                if not (place.fillings and place.fillings[-1].publication.key == each.key):
                    self.put(place, each, match)
            else:
                self.refuse(each, no_such_period(label, each))
        return rest

    def as_they_came(self, publications: Sequence[Publication]) -> list[Place]:
        """Return what the places would hold if records that name theirs counted from their own day only.

        To be asked before `by_date`; empty where it comes to the same. A record that names its period pushes those that
        do not to another one, also from days before it was published; so nobody could have seen it then.
        """
        if not publications:
            return []
        named = [(at, filling) for at, place in enumerate(self.places) for filling in place.fillings]
        if all(_day(filling) <= day_of(publications[0].published) for _, filling in named):
            return []
        reading = Placing(self._windows)
        reading.places = [each.emptied() for each in self.places]
        later = sorted(((reading.places[at], filling) for at, filling in named), key=lambda each: _day(each[1]))
        reading.by_date(publications, later)
        return reading.places

    def by_date(self, publications: Sequence[Publication], later: Sequence[tuple[Place, Filling]] = ()) -> list[int]:
        """Place the rest by their dates, in order; return the keys of records where the next occurrence would be.

        `later` are records that name their places, in which they are put once their day has come.
        """
        if not self.places:
            for each in publications:
                self.refuse(each, text("it lies outside every window of the plan"))
        if not (self.places and publications):
            return []
        past_last = self._windows.past_the_last
        placed = later or [(place, filling) for place in self.places for filling in place.fillings]
        equals = _Equals(placed, publications)
        coming = deque(later)
        opened = _Opened(self.places)
        beyond: list[int] = []
        for each in publications:
            _put_until(day_of(each.published), coming)
            opened.move_to(each.published)
            ended = self._windows.has_ended(each.published)
            if each.kind == "correction":
                self._correction(each, opened, ended=ended)
                continue
            for single in self._apart(each, opened, equals):
                known = equals.of(single)
                if known is not None:  # lines equal in owner, day and URL fill one slot together
                    self.put(known[0], single, known[1])
                    continue
                place = opened.choose(single, ended=ended)
                if place is None:
                    if ended and (len(past_last) == 1 or not not_after(past_last[1], single.published)):
                        beyond.append(single.key)
                    self.refuse(single, text("it lies outside every window of the plan"))
                else:
                    self.put(place, single, "date")
                    equals.note(single, place)
        _put_until(date.max, coming)
        return beyond

    def _apart(self, publication: Publication, opened: "_Opened", equals: "_Equals") -> Iterator[Publication]:
        """Yield the records of a day one by one as long as each may belong elsewhere, and the others together."""
        if len(publication.marks) == 1:
            yield publication
            return
        placed = equals.which(publication)
        begin = 0
        while begin < len(placed):
            end = begin + 1
            if not (placed[begin] or opened.any_wanting()):
                while end < len(placed) and not placed[end]:
                    end += 1
            yield part_of(publication, begin, end)
            begin = end

    def _correction(self, publication: Publication, opened: "_Opened", *, ended: bool) -> None:
        """A correction fills nothing; it is shown with the last occurrence that had opened."""
        if opened.last is None or ended:
            self.refuse(publication, text("it lies outside every window of the plan"))
        else:
            self.put(opened.last, publication, "date")


def no_such_period(label: str | None, publication: Publication) -> Text:
    """Return why a publication that names a period (of this label, if it is any) has no occurrence."""
    return text("there is no such period: {period}", period=label or publication.period)


class _Equals:
    """Where records have been put, for those that equal them; of equal ones that were placed by name, the earliest.

    Only records of one day can be equal, so of a day with a single line in the whole duty nothing is kept.
    """

    def __init__(self, placed: Sequence[tuple[Place, Filling]], publications: Sequence[Publication]) -> None:
        days: set[date] = set()
        self._days: set[date] = set()  # with more than one line
        for each in publications:
            day = day_of(each.published)
            (self._days if day in days else days).add(day)
        self._found: dict[Sameness, tuple[Place, Match]] = {}
        for place, (publication, match) in reversed(placed):
            day = day_of(publication.published)
            if day in days:
                self._days.add(day)
                self._found |= dict.fromkeys(samenesses(publication), (place, match))

    def of(self, publication: Publication) -> tuple[Place, Match] | None:
        """Return where an equal of the (first) record was put, and how it came there."""
        if day_of(publication.published) not in self._days:
            return None
        return self._found.get(next(samenesses(publication)))

    def which(self, publication: Publication) -> list[bool]:
        """Return of each of the records of a publication whether an equal was put somewhere."""
        if day_of(publication.published) not in self._days:
            return [False] * len(publication.marks)
        return [same in self._found for same in samenesses(publication)]

    def note(self, publication: Publication, place: Place) -> None:
        """Remember that records were put into an occurrence by their date."""
        if day_of(publication.published) in self._days:
            self._found |= dict.fromkeys(samenesses(publication), (place, "date"))


class _Opened:
    """The occurrences that have opened by the moment of the record to which it was moved, and which of them want one.

    Records come in the order of `ordered`, a day without a time before the times of that day: so a window that has
    closed before one of them stays closed.
    """

    def __init__(self, places: Sequence[Place]) -> None:
        self._places = places  # in order
        self._count = 0
        self._published: When = date.min
        self._open: list[tuple[tuple[date, time], int]] = []  # a heap: what closes first comes first
        self._closed: list[int] = []  # a heap, of negative numbers: what opened last comes first

    def move_to(self, published: When) -> None:
        """Move on to the day, or instant, of a record."""
        self._published = published
        # What opens in the course of a day has opened for the day as a whole, but not yet for its early hours.
        while self._count and not not_after(self._places[self._count - 1].opens, published):
            self._count -= 1
        while self._count < len(self._places) and not_after(self._places[self._count].opens, published):
            place = self._places[self._count]
            if not place.filled:
                heappush(self._open, (closing(place.slot), self._count))
            self._count += 1

    @property
    def last(self) -> Place | None:
        """The one that opened last."""
        return self._places[self._count - 1] if self._count else None

    def any_wanting(self) -> bool:
        """Return whether any of them wants a record."""
        return self._first_to_close() is not None or self._last_closed() is not None

    def choose(self, record: Publication, *, ended: bool) -> Place | None:
        """Return where a record belongs by its date, or None; `ended` when the rule would have gone on by then."""
        holding = self._first_to_close()
        if holding is not None:
            return holding
        if self.last is None or ended:
            return None
        wanting = self._last_closed()
        if wanting is None:
            return self.last  # an extra
        if wanting is not self.last:
            wanting.nearest.append(record.key)
        return wanting

    def _first_to_close(self) -> Place | None:
        """The one that closes first of those whose window holds the moment and that want a record."""
        while self._open:
            at = self._open[0][1]
            if self._wants(at):
                if _holds(self._places[at], self._published):
                    return self._places[at]
                heappush(self._closed, -at)
            heappop(self._open)
        return None

    def _last_closed(self) -> Place | None:
        """The one that opened last of those whose window has closed and that want a record."""
        while self._closed:
            at = -self._closed[0]
            if self._wants(at):
                return self._places[at]
            heappop(self._closed)
        return None

    def _wants(self, at: int) -> bool:
        return at < self._count and not self._places[at].filled


def _holds(place: Place, published: When) -> bool:
    return place.slot.deadline is None or not_after(published, place.slot.deadline)


def _put_until(day: date, coming: deque[tuple[Place, Filling]]) -> None:
    """Put what was published by the end of a day into its place; it comes in order."""
    while coming and _day(coming[0][1]) <= day:
        place, filling = coming.popleft()
        place.put(filling)


def _day(filling: Filling) -> date:
    return day_of(filling.publication.published)
