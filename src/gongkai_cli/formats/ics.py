"""Deadlines as a calendar (RFC 5545): one event each, all day, or at its time where hours count."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from gongkai_cli.deadlines import When, day_of, first_instant
from gongkai_cli.evaluation.verdicts import warns_from
from gongkai_cli.formats.escaping import visible
from gongkai_cli.formats.reasoning import reading_words, reasoning
from gongkai_cli.formats.wording import (
    ACTS,
    day_words,
    deadline_words,
    frequency_words,
    owners_words,
    signal_words,
    status_words,
)
from gongkai_cli.messages import Words, text
from gongkai_cli.plan import Plan
from gongkai_cli.report import Row
from gongkai_cli.workdays import WorkCalendar

if TYPE_CHECKING:
    from icalendar import Alarm, Event

# When an alarm of an all-day deadline goes off, on the clock of whoever looks at the calendar.
ALARM_AT = time(9)
_NAMESPACE = uuid5(NAMESPACE_URL, "https://gongkai.invalid/calendar")
# What can stand in a URL property without being changed (RFC 3986 has no other signs).
_URL = re.compile(r"https?://[!-~]+")
_SETTLED = frozenset(("satisfied", "late", "waived"))


def render(
    plan: Plan, calendar: WorkCalendar, rows: Sequence[Row], as_of: When, words: Words, owner: str | None = None
) -> bytes:
    """Return the calendar of some occurrences; the same ones, as of the same day, give the same bytes.

    `owner` is whose calendar it is, where it is one owner's.
    """
    from icalendar import Calendar

    feed = Calendar()
    feed.add("prodid", "-//gongkai//deadlines//ZH" if words.language == "zh" else "-//gongkai//deadlines//EN")
    feed.add("version", "2.0")
    feed.add("method", "PUBLISH")
    titled = text("{title}: deadlines") if owner is None else text("{title}: deadlines of {owner}")
    name = visible(words(titled, title=plan.plan.title, owner=owner))
    feed.add("name", name)  # RFC 7986; the next is what most programs read
    feed.add("x-wr-calname", name)
    feed.add("x-wr-timezone", str(plan.plan.zone))
    for row in rows:
        feed.add_component(_event(plan, calendar, row, as_of, words, named=owner is None))
    return bytes(feed.to_ical())


def uid(plan: Plan, row: Row) -> str:
    """Return what identifies an occurrence in every calendar, in every run, and when its deadline moves."""
    occurrence = row.occurrence
    parts = (plan.plan.id, occurrence.obligation.id, *sorted(occurrence.owners), occurrence.slot.period.label)
    return f"{uuid5(_NAMESPACE, chr(0).join(parts))}@gongkai"


def _event(plan: Plan, calendar: WorkCalendar, row: Row, as_of: When, words: Words, *, named: bool) -> "Event":
    from icalendar import Event

    deadline = row.deadline
    assert deadline is not None, "only what has a deadline is in a calendar"  # noqa: S101
    event = Event()
    event.add("uid", uid(plan, row))
    # When this was looked at, to the day: runs of one day give the same bytes.
    event.add("dtstamp", first_instant(day_of(as_of), plan.plan.zone).astimezone(UTC))
    event.add("sequence", _sequence(row, deadline))
    if isinstance(deadline, datetime):
        event.add("dtstart", deadline.astimezone(UTC))
    else:
        event.add("dtstart", deadline)
        event.add("dtend", deadline + timedelta(days=1))
    summary = _summary(row, words, named=named)
    event.add("summary", summary)
    event.add("description", "\n".join(visible(line) for line in _description(plan, row, as_of, words)))
    event.add("categories", [visible(each) for each in (*row.occurrence.owners, _state(row, words)) if each])
    event.add("status", _status(row))
    event.add("transp", "TRANSPARENT")  # a deadline takes nobody's time
    url = row.deciding.url if row.deciding is not None else ""
    if _URL.fullmatch(url):
        event.add("url", url)
    if row.status not in _SETTLED:
        event.add_component(_alarm(plan, calendar, row, deadline, summary))
    return event


def _sequence(row: Row, deadline: When) -> int:
    """How often the event was revised, as far as programs compare it: extensions only move a deadline later, so the
    days (for clocks of hours, the minutes) by which they moved it grow with each."""
    original = row.verdict.original_deadline if row.verdict else None
    moved = 0
    if isinstance(original, datetime) and isinstance(deadline, datetime):
        moved = int((deadline - original).total_seconds()) // 60
    elif original is not None:
        moved = (day_of(deadline) - day_of(original)).days
    revised = max(1, moved) if original is not None else 0
    return revised + 1 if row.status == "waived" else revised


def _status(row: Row) -> str:
    if row.status == "waived":
        return "CANCELLED"
    return "TENTATIVE" if row.occurrence.slot.provisional else "CONFIRMED"


def _alarm(plan: Plan, calendar: WorkCalendar, row: Row, deadline: When, summary: str) -> "Alarm":
    """The alarm on the day from which the deadline counts as near, but not before its window opens."""
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    warns = warns_from(plan, calendar, deadline)
    if isinstance(deadline, datetime):
        opens = row.occurrence.slot.opens
        at = datetime.combine(warns, ALARM_AT, plan.plan.zone)
        begins = first_instant(opens, plan.plan.zone) if opens is not None else at
        alarm.add("trigger", min(max(at, begins), deadline).astimezone(UTC))
    else:
        alarm.add("trigger", timedelta(hours=ALARM_AT.hour) - (deadline - warns))
    return alarm


def _state(row: Row, words: Words) -> str:
    return words(status_words(row.status, row.occurrence.obligation.act)) if row.status is not None else ""


def _summary(row: Row, words: Words, *, named: bool) -> str:
    """The title, its period and owner, with the status before it where a log was given."""
    occurrence = row.occurrence
    said = text("{title} {period}")
    label = occurrence.slot.period.label
    summary = words(said, title=occurrence.obligation.title, period="" if label == "once" else label).strip()
    if named or occurrence.shared:
        owners = owners_words(occurrence.owners, words)
        summary = words(text("{summary}, {owner}"), summary=summary, owner=owners)
    state = _state(row, words)
    return visible(words(text("{status}: {summary}"), status=state, summary=summary) if state else summary)


def _description(plan: Plan, row: Row, as_of: When, words: Words) -> Iterator[str]:
    """What the document states, what is interpreted, how the deadline follows, and what the log says; a line each."""
    occurrence = row.occurrence
    obligation, slot = occurrence.obligation, occurrence.slot
    document = plan.plan.document_number or plan.plan.title
    yield words(text("Stated: {document}, {clause} 「{quote}」"), document=document, clause=obligation.clause,
                quote=obligation.quote)  # fmt: skip
    interpreted = [plan.readings[name] for name in obligation.readings]
    if not interpreted:
        yield words(text("Nothing is interpreted here: the document states it."))
    for reading in interpreted:
        yield words(text("Interpreted, not stated: {reading}"), reading=reading_words(reading))
    often = frequency_words(obligation.frequency, dict(plan.events))
    yield words(text("Counted: {often}; {limit}"), often=often, limit=deadline_words(plan.deadline_of(obligation)))
    first, last = slot.period.first.isoformat(), slot.period.last.isoformat()
    if first != last:
        yield words(text("Period: {label}, {first} to {last}"), label=slot.period.label, first=first, last=last)
    yield words(text("Deadline: {day}"), day=day_words(_here(slot.deadline, plan), words))
    yield words(text("Owner: {owner}; act: {act}"), owner=owners_words(occurrence.owners, words),
                act=ACTS[obligation.act])  # fmt: skip
    if obligation.support:
        yield words(text("Support: {names}"), names="、".join(obligation.support))
    if slot.provisional:
        yield words(text("Provisional: no official working-day data for those days yet."))
    if row.verdict is not None:
        yield words(text("As of {day}: {status}"), day=day_words(day_of(as_of), words), status=_state(row, words))
        yield from reasoning(row, words)
    else:
        for signal in row.signals:
            yield words(text("signal: {signal}"), signal=signal_words(signal))
    yield words(text("How it came about: gongkai explain {id}"), id=obligation.id)


def _here(when: When | None, plan: Plan) -> date | datetime:
    """A deadline on the clock of the plan."""
    assert when is not None, "only what has a deadline is in a calendar"  # noqa: S101
    return when.astimezone(plan.plan.zone) if isinstance(when, datetime) else when
