"""The windows of one timing rule, worked out once for all the duties that follow it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

from gongkai_cli.deadlines import When, day_of
from gongkai_cli.evaluation.places import not_after
from gongkai_cli.evaluation.statements import Publication
from gongkai_cli.period_names import read_period, read_title
from gongkai_cli.periods import containing
from gongkai_cli.schedule import Rule, Slot, counts_from, stretch_slot, timetable, timetable_until
from gongkai_cli.workdays import WorkCalendar


class Opening(NamedTuple):
    """An occurrence, and from when on records count for it, also where no window is shown."""

    slot: Slot
    opens: When


class Windows:
    """The windows of a rule; those of a duty without end as far as a horizon (a day)."""

    def __init__(self, rule: Rule, calendar: WorkCalendar, horizon: date) -> None:
        self.rule, self.calendar, self.horizon = rule, calendar, horizon
        self._stretches: dict[date, Opening] = {}
        self._named: dict[str, str | None] = {}

    @property
    def openings(self) -> Sequence[Opening]:
        """What the calendar gives, in the order in which it opens."""
        return self._of_rule[0]

    @property
    def by_label(self) -> Mapping[str, int]:
        """Where among the openings each label is."""
        return self._of_rule[1]

    @cached_property
    def _of_rule(self) -> tuple[Sequence[Opening], Mapping[str, int]]:
        return _openings(self.rule, self.calendar, self.rule.until(self.horizon))

    @cached_property
    def past_the_last(self) -> Sequence[When]:
        """When the rule would have opened the next two occurrences past the last that belongs, had it gone on."""
        if self.rule.last is None or not self.rule.frequency.periodic or not self.openings:
            return ()
        final = max(each.slot.period.first for each in self.openings)
        endless = replace(self.rule, last=None)
        opens: list[When] = []
        for years in (2, 12):  # a rule may pause for years, but seldom does
            horizon = date(self.rule.last.year + years, 12, 31)
            slots = timetable(endless, self.calendar, horizon).slots
            opens = [slot.opens for slot in slots if slot.period.first > final and slot.opens is not None]
            if len(opens) > 1:
                break
        return opens[:2]

    def opening(self, slot: Slot) -> Opening:
        """Return an occurrence of the rule with the moment from which records count for it."""
        return _opening(self.rule, slot)

    def stretch(self, day: date) -> Opening:
        """Return the stretch of a duty that must be kept fresh, from a day on."""
        found = self._stretches.get(day)
        if found is None:
            found = self._stretches[day] = self.opening(stretch_slot(self.rule, self.calendar, day))
        return found

    def spoken_of(self, publication: Publication) -> tuple[str | None, Literal["declared", "title"] | None]:
        """Return the label of the period that a line itself names, and how; None where it names no such period."""
        if publication.period:
            return self.named(publication.period), "declared"
        if not publication.title:
            return None, None
        frequency = self.rule.frequency
        kind = frequency.kind or ("day" if frequency.form == "every" else None)
        if kind is not None:
            first = read_title(publication.title, kind, day_of(publication.published))
            if first is not None and frequency.kind is not None:
                return containing(kind, first).label, "title"
            # A stretch of days is a period of this duty only if it begins like one; else it decides nothing.
            if first is not None and first.isoformat() in self.by_label:
                return first.isoformat(), "title"
        return None, None

    def has_begun(self, when: When) -> bool:
        """Return whether the first window had opened by a day or instant."""
        return bool(self.openings) and not_after(self.openings[0].opens, when)

    def has_ended(self, when: When) -> bool:
        """Return whether the rule would have opened an occurrence past the last by a day or instant."""
        return bool(self.past_the_last) and not_after(self.past_the_last[0], when)

    def named(self, period: str) -> str | None:
        """Return the label of the period that a cell names, whether the rule has it or not."""
        if period not in self._named:
            self._named[period] = read_period(period, self.rule.frequency)
        return self._named[period]


def _opening(rule: Rule, slot: Slot) -> Opening:
    return Opening(slot, counts_from(rule, slot))


@lru_cache(maxsize=4096)
def _openings(rule: Rule, calendar: WorkCalendar, until: date) -> tuple[Sequence[Opening], Mapping[str, int]]:
    """The openings of a rule, and where among them each label is; the same for all plans that follow it."""
    found = [_opening(rule, slot) for slot in timetable_until(rule, calendar, until).slots]
    openings = tuple(sorted(found, key=lambda each: sequence(each.slot, each.opens)))
    return openings, {each.slot.period.label: at for at, each in enumerate(openings)}


def closing(slot: Slot) -> tuple[date, time]:
    """Return what orders windows by their deadlines: a day is its last moment, and none comes last."""
    deadline = slot.deadline
    if deadline is None:
        return date.max, time.max
    return (deadline.date(), deadline.time()) if isinstance(deadline, datetime) else (deadline, time.max)


def sequence(slot: Slot, opens: When) -> tuple[date, time, tuple[date, time], date, str]:
    """Return what orders windows: as they open (a day is its first moment), then as they close."""
    clock = opens.time() if isinstance(opens, datetime) else time.min
    return day_of(opens), clock, closing(slot), slot.period.first, slot.period.label
