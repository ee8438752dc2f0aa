"""Occurrences held against a log: which record fills which occurrence, and every status at an instant."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from gongkai_cli.dates import DateRead, read_date
from gongkai_cli.deadlines import LAST_YEAR, When, day_of
from gongkai_cli.evaluation.holding import Holding, Setting
from gongkai_cli.evaluation.later import unmatched_later
from gongkai_cli.evaluation.names import Group
from gongkai_cli.evaluation.statements import KINDS, Rejection, Statements, read_statements
from gongkai_cli.evaluation.verdicts import STATUSES, UNFULFILLED, Status, Verdict, instant
from gongkai_cli.messages import Text
from gongkai_cli.plan import Plan
from gongkai_cli.workdays import WorkCalendar

__all__ = ["STATUSES", "Evaluation", "Group", "Rejection", "Status", "Verdict", "evaluate", "instant"]


_YEAR = re.compile(r"(?<![0-9])2[0-2][0-9]{2}(?![0-9])")


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The verdicts asked for in the plan's order, and what became of every group of lines.

    `unmatched` gives the reason by key, and `partly` that of groups of which some records alone are unmatched, with the
    marks of these; `never_recorded` names the obligations whose event no line reports;
    `without_recorded` counts the lines that `known_on` took at their word.
    """

    verdicts: tuple[Verdict, ...]
    unmatched: Mapping[int, Text]
    rejected: tuple[Rejection, ...]
    never_recorded: tuple[str, ...]
    without_recorded: int = 0
    partly: Mapping[int, tuple[frozenset[int], Text]] = field(default_factory=dict)


def evaluate(
    plan: Plan,
    calendar: WorkCalendar,
    groups: Iterable[Group],
    as_of: When,
    known_on: date | None = None,
    until: date | None = None,
    statuses: Collection[Status] = STATUSES,
) -> Evaluation:
    """Return the verdict on every occurrence that belongs, as of a day (its end) or an instant.

    Only those with one of `statuses` are kept. `known_on` leaves out lines recorded after that day; `until` follows
    duties without end at least that far.
    """
    groups = list(groups)
    at = instant(as_of, plan.plan.zone)
    shown = max(plan.plan.ends, at.date(), until or date.min)
    said = read_statements(plan, groups)
    horizon = _reach(groups, said, shown)
    setting = Setting(plan, calendar, at, horizon)
    known = _known(groups, at, known_on)
    everything = len(known) == len(groups)

    def wanted(each: Verdict) -> bool:
        """Whether it is asked for. Of a duty without end, what begins later is not; events are, wherever they lie."""
        begun = each.occurrence.slot.period.first <= shown or each.occurrence.obligation.frequency.form == "event"
        return begun and each.status in statuses

    fulfilled = not UNFULFILLED.issuperset(statuses)
    held = Holding(setting, said if everything else said.of(known), wanted=wanted, fulfilled=fulfilled)
    without = sum(group.lines for group in groups if not group.recorded and group.key in known) if known_on else 0
    # What was known is judged by what was known; the rest, by what it would decide beside everything.
    unmatched = {key: why for key, why in held.unmatched.items() if key in known and key not in held.used}
    partly = {key: which for key, which in held.partly().items() if key in known}
    if not everything:
        later, partly_later = unmatched_later(setting, said, known)
        unmatched |= later
        partly |= partly_later
    never = tuple(held.never_recorded)
    return Evaluation(tuple(held.verdicts), unmatched, tuple(said.rejected), never, without, partly)


def _reach(groups: Iterable[Group], said: Statements, shown: date) -> date:
    """A day by which everything that a line could speak of has begun: duties without end are followed that far."""
    cells = {cell for group in groups for cell in (group.period, group.title, group.until)}
    years = {int(year) for cell in cells for year in _YEAR.findall(cell)}
    named = [date(year, 12, 31) for year in years if year <= LAST_YEAR]
    days = {day_of(when) for when in {each.published for found in said.publications.values() for each in found}}
    return min(max([shown, *named, *days]) + timedelta(days=400), date(LAST_YEAR, 12, 31))


def _known(groups: Iterable[Group], at: datetime, known_on: date | None) -> set[int]:
    """The keys of the groups whose lines existed at an instant."""
    found = set()
    judged: dict[tuple[str, str, str], bool] = {}  # the same few days again and again
    for group in groups:
        cells = group.kind, group.published, group.recorded
        counts = judged.get(cells)
        if counts is None:
            counts = judged[cells] = _counts(group, at, known_on)
        if counts:
            found.add(group.key)
    return found


def _counts(group: Group, at: datetime, known_on: date | None) -> bool:
    """Whether a line existed at an instant: published by then (an event: recorded by then) and known by `known_on`.

    Lines that cannot be read are kept; they are rejected elsewhere.
    """
    published, recorded = read_date(group.published), read_date(group.recorded)
    written = recorded if isinstance(recorded, DateRead) else published  # an empty one counts as published
    if known_on is not None and isinstance(written, DateRead) and written.day > known_on:
        return False
    if KINDS.get(group.kind.strip().lower()) == "event":
        return not isinstance(recorded, DateRead) or recorded.day <= at.date()
    if not isinstance(published, DateRead):
        return True
    if published.time is None:
        return published.day <= at.date()
    return datetime.combine(published.day, published.time, at.tzinfo) <= at
