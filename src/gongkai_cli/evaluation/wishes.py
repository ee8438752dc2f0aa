"""What has to be told apart of a log so that the verdicts on a plan come out right, and what need not be."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from gongkai_cli.dates import DateRead, read_date
from gongkai_cli.deadlines import Deadline, NoLimit, OnDate, When, counts_hours
from gongkai_cli.evaluation.holding import formed_by_then, fulfils_alone
from gongkai_cli.evaluation.names import Index, matchers
from gongkai_cli.evaluation.statements import KINDS
from gongkai_cli.log.wishes import Bundle, Wishes
from gongkai_cli.period_names import TITLE_HINT, split_values
from gongkai_cli.plan import Obligation, Plan
from gongkai_cli.schedule import counts_from, rule_of, timetable
from gongkai_cli.workdays import WorkCalendar

if TYPE_CHECKING:
    from gongkai_cli.log.reading import Group, Log


def groups_of(
    plan: Plan,
    calendar: WorkCalendar,
    log: "Log",
    as_of: When,
    *,
    by_recorded: bool,
    every_mark: bool,
    fulfilled: bool = True,
) -> "list[Group]":
    """Return the log's lines in groups; see `Log.groups`.

    `by_recorded` keeps apart what was written down on different days; `every_mark` tells all different records apart,
    not only those of which it can matter; without `fulfilled`, no verdict is asked for on what has enough records. Days
    and times are those of the plan's zone.
    """
    log.in_zone(plan.plan.zone.key)
    index = Index(plan)
    wishes = wishes_of(plan, by_recorded=by_recorded, every_mark=every_mark)
    events = frozenset((*plan.events, *plan.events.values()))
    legible = {"owner": frozenset(plan.owner_names), "kind": frozenset(KINDS), "event": events}
    # Which of the records of one day decides is seen where they are shown.
    wishes = replace(wishes, legible=legible, skeletons=not fulfilled)
    if isinstance(as_of, datetime):
        wishes = replace(wishes, clocks=_names(plan.obligations))
    elif not (by_recorded or every_mark):
        wishes = replace(wishes, bundles=dict(_bundles(index, calendar)), as_of=as_of)
    groups = log.groups(wishes)
    # An extension to the minute makes the time of day matter where the plan did not.
    timed = {group.obligation for group in groups if _kind(group) == "extension" and ":" in group.until}
    clocks = wishes.clocks.union(*(_named(index, cell) for cell in timed))
    marked = None if wishes.marked is None else wishes.marked | _compared(index, groups, fulfilled=fulfilled)
    if (clocks, marked) != (wishes.clocks, wishes.marked):
        groups.clear()  # of many lines, there is no room for both
        groups = log.groups(replace(wishes, clocks=clocks, marked=marked))
    return groups


def wishes_of(plan: Plan, *, by_recorded: bool, every_mark: bool) -> Wishes:
    """Return what is to be told apart for verdicts as of a day, as far as the plan alone says it."""
    periodic = _names(each for each in plan.obligations if each.frequency.periodic)
    return Wishes(
        clocks=clock_names(plan),
        title_hint=TITLE_HINT,
        titled=periodic,
        marked=None if every_mark else _names(each for each in plan.obligations if each.min_records > 1),
        marked_undated=periodic,  # two records of one day may belong to two periods
        by_recorded=by_recorded,
        names=_names(plan.obligations),
        matchers=tuple(matchers(plan)),
    )


def _bundles(index: Index, calendar: WorkCalendar) -> Iterator[tuple[str, Bundle]]:
    """Yield the names of duties of which the first of several lines decides, and which lines those are."""
    plan = index.plan
    for each in plan.obligations:
        if each.min_records > 1 or _runs_by_the_clock(plan.deadline_of(each)):
            continue
        form = each.frequency.form
        bundle = None
        if each.frequency.periodic:
            bundle = Bundle(declared=True)
        elif form == "event":
            # Without an event nothing can be filled, so all lines come to the same.
            event = each.frequency.event
            bundle = Bundle(declared=False, since=date.min, events=frozenset((event, plan.events.get(event, event))))
        elif form != "continuous" or isinstance(plan.deadline_of(each), NoLimit):
            bundle = _single(plan, calendar, each)
        if bundle is not None:
            yield from ((name, bundle) for name in (each.id, each.title) if index.by_name.get(name) is each)


def _single(plan: Plan, calendar: WorkCalendar, obligation: Obligation) -> Bundle | None:
    """The bundle of a duty with one occurrence: what comes before it counts, and what comes then."""
    rule = rule_of(plan, obligation)
    slots = timetable(rule, calendar, plan.plan.ends).slots
    since = counts_from(rule, slots[0]) if slots else rule.first
    return None if isinstance(since, datetime) else Bundle(declared=False, since=since)


def _compared(index: Index, groups: "Sequence[Group]", *, fulfilled: bool) -> frozenset[str]:
    """The names of the duties of which it turns out that all marks must be known.

    Each record of a day may be, or fill, another event; and one without a period that equals one with it joins it.
    """
    unsure = [each for each in groups if not (each.every_mark or each.bundled)]
    named = {cell: _named(index, cell) for cell in {_spoken_of(each) for each in groups}} if unsure else {}
    on_events = _names(_with_events(index, groups, fulfilled=fulfilled)) if unsure else frozenset()
    # Where no event is known, and no line is one of its own, nothing can be filled.
    begun = any(each.formed or _kind(each) == "event" for each in groups) if unsure else False
    found = {cell for cell in map(_spoken_of, unsure) if begun and not named[cell].isdisjoint(on_events)}
    declared = {(_spoken_of(each), each.published) for each in unsure if each.period}
    if declared:
        undated: dict[date | None, set[str]] = {}
        for cell, published in {(_spoken_of(each), each.published) for each in groups if not each.period}:
            undated.setdefault(_day(published), set()).update(named[cell] or {""})
        found |= {cell for cell, day in declared if not undated.get(_day(day), set()).isdisjoint({"", *named[cell]})}
    return frozenset(name for cell in found for name in named[cell])


def _with_events(index: Index, groups: "Iterable[Group]", *, fulfilled: bool) -> Iterator[Obligation]:
    """Yield the duties on events of which it can matter how many records there are; see `fulfils_alone`."""
    plan = index.plan
    recorded = {each.event for each in groups if _kind(each) == "event"}
    cells = {each.obligation for each in groups if _kind(each) in ("waiver", "extension")}
    # What was formed after it was published, or cannot be read, may be what another line says too.
    cells |= {_spoken_of(each) for each in groups if each.formed and not _formed_by_then(each)}
    moved = {name for cell in cells for name in _named(index, cell)}
    for each in plan.obligations:
        event = each.frequency.event
        if each.frequency.form == "event" and (
            fulfilled
            or not recorded.isdisjoint((event, plan.events.get(event, event)))
            or each.id in moved
            or not all(fulfils_alone(each, owners, plan.deadline_of(each)) for owners in plan.shares_of(each))
        ):
            yield each


def _formed_by_then(group: "Group") -> bool:
    formed, published = read_date(group.formed), read_date(group.published)
    if not (isinstance(formed, DateRead) and isinstance(published, DateRead)):
        return False
    return formed_by_then(formed.day, published.day)


def _kind(group: "Group") -> str | None:
    return KINDS.get(group.kind.lower())


def _spoken_of(group: "Group") -> str:
    """What tells of which obligations lines speak: the cell that names them, or else the ids of what they fit."""
    return group.obligation or group.fits or ""


def _named(index: Index, cell: str) -> frozenset[str]:
    """The ids and titles of the obligations that a cell names, or the lines of what a line fits."""
    named = {cell, *split_values(cell), *cell.split("\n")}
    return _names(index.by_name[each] for each in named if each in index.by_name)


def _day(published: str) -> date | None:
    found = read_date(published)
    return found.day if isinstance(found, DateRead) else None


def clock_names(plan: Plan) -> frozenset[str]:
    """Return the ids and titles of duties for which the time of day of a record matters."""
    return _names(each for each in plan.obligations if _runs_by_the_clock(plan.deadline_of(each)))


def _names(obligations: Iterable[Obligation]) -> frozenset[str]:
    """The ids and titles of obligations, as lines of a log name them."""
    return frozenset(name for each in obligations for name in (each.id, each.title))


def _runs_by_the_clock(deadline: Deadline) -> bool:
    return counts_hours(deadline) or (isinstance(deadline, OnDate) and deadline.at is not None)
