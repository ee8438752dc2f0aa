"""The forms of the plan's small languages, and days, in words for people."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from gongkai_cli.deadlines import After, Before, Deadline, NoLimit, OnDate, SameDay, When, YearDay, day_of
from gongkai_cli.evaluation.verdicts import Status
from gongkai_cli.frequencies import Frequency
from gongkai_cli.messages import Text, Words, text

if TYPE_CHECKING:
    from gongkai_cli.standings import HeatCell

_UNITS = {
    "hour": (text("1 hour"), text("{n} hours")),
    "day": (text("1 day"), text("{n} days")),
    "working day": (text("1 working day"), text("{n} working days")),
    "week": (text("1 week"), text("{n} weeks")),
    "month": (text("1 month"), text("{n} months")),
}
_WEEKDAYS = (
    text("Monday"),
    text("Tuesday"),
    text("Wednesday"),
    text("Thursday"),
    text("Friday"),
    text("Saturday"),
    text("Sunday"),
)
_SHORT_WEEKDAYS = (text("Mon"), text("Tue"), text("Wed"), text("Thu"), text("Fri"), text("Sat"), text("Sun"))
_FREQUENCIES = {
    "once": text("once"),
    "daily": text("every day"),
    "every working day": text("every working day"),
    "weekly": text("every week"),
    "monthly": text("every month"),
    "quarterly": text("every quarter"),
    "semiannual": text("every half year"),
    "annual": text("every year"),
    "continuous": text("kept up to date throughout"),
    "recurring": text("again and again, no interval stated"),
}
ACTS = {"publish": text("publish"), "report": text("submit"), "do": text("do")}


_DONE: dict[Status, Text] = {
    "satisfied": text("done on time"),
    "late": text("done late"),
    "due": text("to be done"),
    "overdue": text("not done, overdue"),
}
_STATUSES: dict[Status, Text] = {
    "satisfied": text("published on time"),
    "late": text("published late"),
    "due": text("to be published"),
    "overdue": text("not published, overdue"),
    "waived": text("excused"),
    "upcoming": text("not yet due"),
    "no_limit": text("no time limit"),
}
_SUBMITTED: dict[Status, Text] = {
    "satisfied": text("submitted on time"),
    "late": text("submitted late"),
    "due": text("to be submitted"),
    "overdue": text("not submitted, overdue"),
}


# One character each, for the map of owners and months.
STATUS_LETTERS: dict[Status, Text] = {
    "overdue": text("O"),
    "late": text("L"),
    "due": text("d"),
    "upcoming": text("u"),
    "waived": text("w"),
    "satisfied": text("s"),
}
_NAMES: dict[Status, Text] = {
    "overdue": text("overdue"),
    "late": text("late"),
    "due": text("due"),
    "upcoming": text("upcoming"),
    "waived": text("waived"),
    "satisfied": text("satisfied"),
    "no_limit": text("no limit"),
}


def status_name(status: Status) -> Text:
    """Return the name of a status for figures over different acts."""
    return _NAMES[status]


def status_words(status: Status, act: str) -> Text:
    """Return a status in words that fit the act: published, submitted or done."""
    by_act = {"report": _SUBMITTED, "do": _DONE}.get(act, {})
    return by_act.get(status, _STATUSES[status])


def with_days_late(said: str, days_late: int, words: Words) -> str:
    """Return a status in words with how many days it is past its deadline, where it is."""
    if not days_late:
        return said
    return words(text("{status}, {days}"), status=said, days=words(text("{n} d"), n=days_late))


def amount(count: int, unit: str) -> Text:
    """Return a counted length of time in words."""
    one, many = _UNITS[unit]
    return one if count == 1 else Text(many.template, (("n", count),))


def frequency_words(frequency: Frequency, events: dict[str, str]) -> Text:
    """Return how often a duty falls due, in words; an event in the document's own."""
    if frequency.form == "event":
        return text("each time: {event}", event=events.get(frequency.event, frequency.event))
    if frequency.form == "every":
        return text("every {length}", length=amount(frequency.count, frequency.unit))
    if frequency.form == "rrule":
        return text("by the recurrence rule {rule}", rule=frequency.rule)
    return _FREQUENCIES[frequency.form]


def deadline_words(deadline: Deadline) -> Text:
    """Return a deadline, or an opening, in words."""
    match deadline:
        case NoLimit():
            return text("no time limit is set")
        case OnDate():
            return text("{date}", date=str(deadline))
        case YearDay(month, day, next_year):
            template = (
                text("{month:02}-{day:02} of the next year") if next_year else text("{month:02}-{day:02} of the year")
            )
            return Text(template.template, (("month", month), ("day", day)))
        case SameDay():
            return text("the day of the event")
        case Before(0):
            return text("before the event")
        case Before(count, unit):
            return text("{length} before the event", length=amount(count, unit))
        case After(count, unit, anchor):
            length = amount(count, unit)
            if anchor == "event":
                return text("within {length} after the event", length=length)
            if anchor == "previous":
                return text("within {length} after the last record", length=length)
            return text("within {length} after the end of the period", length=length)
    if isinstance(deadline.which, int):
        template = text("day {n} of the next month") if deadline.next_month else text("day {n} of the period")
        return Text(template.template, (("n", deadline.which),))
    if deadline.next_month:
        return text("the end of the next month")
    return text("the end of the period") if deadline.which == "end" else text("the start of the period")


def weekday(day: date, words: Words) -> str:
    """Return the full name of a weekday."""
    return words(_WEEKDAYS[day.weekday()])


def short_weekday(day: date, words: Words) -> str:
    """Return the short name of a weekday."""
    return words(_SHORT_WEEKDAYS[day.weekday()])


def day_words(when: When, words: Words, *, year: bool = True) -> str:
    """Return a day as people write it, with its weekday and, where a clock runs, the time."""
    day = day_of(when)
    written = f"{day:%Y-%m-%d}" if year else f"{day:%m-%d}"
    if words.language == "zh":
        written = f"{day.year}年{day.month}月{day.day}日" if year else f"{day.month}月{day.day}日"
    clock = f" {when:%H:%M}" if isinstance(when, datetime) else ""
    return words(text("{day} {weekday}{clock}"), day=written, weekday=weekday(day, words), clock=clock)


def short_day_words(when: When, words: Words, *, year: bool = False) -> str:
    """Return a day in little room: `8月31日(四)`, `08-31 (Thu)`."""
    day = day_of(when)
    clock = f" {when:%H:%M}" if isinstance(when, datetime) else ""
    if words.language == "zh":
        written = f"{day.month}月{day.day}日({short_weekday(day, words)}){clock}"
        return f"{day.year}年{written}" if year else written
    return (
        f"{day:%Y-%m-%d} ({short_weekday(day, words)}){clock}"
        if year
        else f"{day:%m-%d} ({short_weekday(day, words)}){clock}"
    )


def owners_words(owners: tuple[str, ...], words: Words) -> str:
    """Return the name of an owner, or of those who share an occurrence, marked as shared."""
    if len(owners) == 1:
        return owners[0]
    joined = words.listed(owners)
    return words(text("{owners} (shared)"), owners=joined)


def known_words(known_on: date | None, words: Words) -> str:
    """Return what follows a heading under --known-on: that later lines do not count; else nothing."""
    if known_on is None:
        return ""
    return words(text(" Only lines recorded by {day} count."), day=day_words(known_on, words))


def period_words(label: str) -> str:
    """Return the label of a period where there is one to name: `once` and `recurring` are none."""
    return "" if label in ("once", "recurring") else label


def heat_words(cell: "HeatCell", words: Words) -> str:
    """Return what stands in a cell of the map: the letter of its worst status, how many, `?` for any doubt."""
    return f"{words(STATUS_LETTERS[cell.worst])}{cell.count}{'?' if cell.uncertain else ''}"


def percent(rate: float | None, decimals: int = 1) -> str:
    """Return a rate (0 to 1) in per cent, halves rounded up as spreadsheets do; a dash where there is none."""
    if rate is None:
        return "–"
    # The shortest digits of the rate, so that 0.0625 is a half and not what a float makes of it.
    step = Decimal(1).scaleb(-decimals)
    return f"{(Decimal(repr(rate)) * 100).quantize(step, ROUND_HALF_UP)}%"


def owner_name(owner: str | None, words: Words) -> str:
    """Return an owner's name, or the words for what several share, which is None."""
    return owner if owner is not None else words(text("shared by several"))


def published_words(published: str) -> str:
    """Return the day, or day and time, of a record as people read it: without seconds and offset."""
    return published[:16].replace("T", " ")


_SIGNALS = {
    "deadline-on-non-working-day": text("the deadline is not a working day"),
    "window-without-working-day": text("no working day in the window"),
    "likely-duplicates": text("likely duplicates"),
    "several-periods-on-one-day": text("several periods filled on one day"),
    "recorded-long-after": text("recorded long after the day claimed"),
    "published-before-window": text("published before the window"),
    "day-without-time-against-hours": text("a day without a time, where hours count"),
    "url-date-differs": text("the address carries another date"),
}


def signal_words(signal: str) -> Text:
    """Return a signal in words."""
    return _SIGNALS[signal]
