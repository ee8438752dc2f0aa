"""A deliberately naive expansion of obligations: it walks the calendar day by day and shares no code with gongkai."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import cache
from typing import Any

import holidays

DAY = timedelta(days=1)
# The years that have official data here; the calendar under test is cut to the same years.
FIRST_YEAR, LAST_YEAR = 2007, 2026
NOTICES: Any = holidays.country_holidays("CN", years=range(FIRST_YEAR, LAST_YEAR + 1))
MONDAY = 0
# No rule of the strategies waits longer for its next date; one that never names any would be walked for ever.
PATIENCE = 30
FIRST_MONTHS = {
    "monthly": range(1, 13),
    "quarterly": (1, 4, 7, 10),
    "semiannual": (1, 7),
    "annual": (1,),
}
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class Duty:
    """An obligation as the plan file writes it; `last` is None where it has no end."""

    frequency: str
    deadline: str
    first: date
    last: date | None
    opens: str | None = None
    season: tuple[str, ...] = ()
    roll: bool = False


@dataclass(frozen=True)
class Window:
    """One occurrence: the days it covers, and when it can and must be fulfilled."""

    label: str
    first: date
    last: date
    opens: date | datetime
    deadline: date | datetime
    provisional: bool


@dataclass(frozen=True)
class Covered:
    """The days that one occurrence covers."""

    label: str
    first: date
    last: date


@cache
def is_working(day: date) -> bool:
    """Whether a day is worked; Monday to Friday where no notice is known."""
    if FIRST_YEAR <= day.year <= LAST_YEAR:
        return bool(NOTICES.is_working_day(day))
    return day.weekday() < 5


def is_unsettled(day: date) -> bool:
    """Whether a notice may yet change a day."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return True
    late_december = day.month == 12 and day.day >= 29
    return late_december and not FIRST_YEAR <= day.year + 1 <= LAST_YEAR


def days_from(day: date) -> Iterator[date]:
    """Every day from a day on."""
    while True:
        yield day
        day += DAY


def is_last_of_month(day: date) -> bool:
    """Whether the next day is a first."""
    return (day + DAY).day == 1


def falls_on(day: date, month: int, number: int) -> bool:
    """Whether a day is this day of the year; 02-29 is the last day of February."""
    if (month, number) == (2, 29):
        return day.month == 2 and is_last_of_month(day)
    return (day.month, day.day) == (month, number)


# Seasons


def month_days(season: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """The two ends of an `MM-DD..MM-DD` season."""
    begins, ends = (end.split("-") for end in season.split(".."))
    return (int(begins[0]), int(begins[1])), (int(ends[0]), int(ends[1]))


def in_season(day: date, season: str) -> bool:
    """Whether a day lies in a season."""
    if len(season) > len("06-01..09-30"):
        begins, ends = season.split("..")
        return begins <= day.isoformat() <= ends
    begin, end = month_days(season)
    after_begin = (day.month, day.day) >= begin or falls_on(day, *begin)
    before_end = (day.month, day.day) <= end
    return (after_begin and before_end) if begin <= end else (after_begin or before_end)


def runs(duty: Duty, until: date) -> list[tuple[date, date | None]]:
    """The stretches of days in which `every N` and rules count: each season of each year, or all from the start."""
    if not duty.season:
        return [(duty.first, None)]
    found: list[tuple[date, date | None]] = []
    for season in duty.season:
        if len(season) > len("06-01..09-30"):
            begins, ends = season.split("..")
            found.append((date.fromisoformat(begins), date.fromisoformat(ends)))
            continue
        begin, end = month_days(season)
        for day in days_from(date(duty.first.year - 2, 1, 1)):
            if day > until:
                break
            if falls_on(day, *begin):
                found.append((day, next(each for each in days_from(day) if falls_on(each, *end))))
    return sorted(found, key=lambda run: run[0])


# Periods


def starts_calendar_period(frequency: str, day: date) -> bool:
    """Whether a calendar period begins on a day."""
    if frequency in ("daily", "every working day"):
        return True
    if frequency == "weekly":
        return day.weekday() == MONDAY
    return day.day == 1 and day.month in FIRST_MONTHS[frequency]


def calendar_label(frequency: str, first: date) -> str:
    """The label of the calendar period that begins on a day."""
    if frequency in ("daily", "every working day"):
        return first.isoformat()
    if frequency == "weekly":
        # A week belongs to the year of its Thursday and is numbered by that year's Thursdays.
        thursday = first + 3 * DAY
        number = sum(day.weekday() == 3 for day in days_between(date(thursday.year, 1, 1), thursday))
        return f"{thursday.year}-W{number:02d}"
    if frequency == "annual":
        return f"{first.year}"
    part = list(FIRST_MONTHS[frequency]).index(first.month) + 1
    return f"{first.year}-" + {"monthly": f"{part:02d}", "quarterly": f"Q{part}", "semiannual": f"H{part}"}[frequency]


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day from one to another, both included."""
    for day in days_from(first):
        if day > last:
            return
        yield day


def calendar_periods(duty: Duty, until: date) -> Iterator[Covered]:
    """The calendar periods that begin by a day and touch the season."""
    began: date | None = None
    for day in days_from(date(duty.first.year - 1, 1, 1)):
        if starts_calendar_period(duty.frequency, day):
            began = day
            if began > until:
                return
        if began is None or not starts_calendar_period(duty.frequency, day + DAY):
            continue
        if duty.frequency == "every working day" and not is_working(day):
            continue
        if duty.season and not any(in_season(each, one) for each in days_between(began, day) for one in duty.season):
            continue
        yield Covered(calendar_label(duty.frequency, began), began, day)


def starts_step(begin: date, day: date, count: int, unit: str, days: int, months: int) -> bool:
    """Whether a step of `every N units` from `begin` starts on a day, so many days and turns of month later."""
    if unit != "months":
        return days % (count * (7 if unit == "weeks" else 1)) == 0
    if months % count:
        return False
    return day.day == begin.day or (is_last_of_month(day) and day.day < begin.day)


def every_periods(duty: Duty, until: date) -> Iterator[Covered]:
    """The periods of `every N days|weeks|months` that begin by a day."""
    _, number, unit = duty.frequency.split(" ")
    for begin, end in runs(duty, until):
        began = begin
        months = 0
        for days, day in enumerate(days_from(begin)):
            months += day.day == 1 and day != begin
            if day != begin and starts_step(begin, day, int(number), unit, days, months):
                yield Covered(began.isoformat(), began, day - DAY)
                began = day
            if began > until:
                break
            if day == end:
                yield Covered(began.isoformat(), began, day)
                break


def rule_periods(duty: Duty, until: date) -> Iterator[Covered]:
    """The stretches that end on the dates of a recurrence rule and begin by a day."""
    parts = dict(part.split("=") for part in duty.frequency.removeprefix("rrule ").split(";"))
    for begin, end in runs(duty, until):
        began, named = begin, 0
        for day in days_from(begin):
            if (end is not None and day > end) or day.strftime("%Y%m%d") > parts.get("UNTIL", "9"):
                break
            if began > until or day.year > until.year + PATIENCE or named == int(parts.get("COUNT", "-1")):
                break
            if is_named(parts, begin, day):
                yield Covered(day.isoformat(), began, day)
                named += 1
                began = day + DAY


def is_named(parts: dict[str, str], begin: date, day: date) -> bool:
    """Whether a rule that starts on a day names another; knows the parts that the strategies use."""
    interval = int(parts.get("INTERVAL", "1"))
    gone = {
        "DAILY": (day - begin).days,
        "WEEKLY": ((day - day.weekday() * DAY) - (begin - begin.weekday() * DAY)).days // 7,
        "MONTHLY": (day.year - begin.year) * 12 + day.month - begin.month,
        "YEARLY": day.year - begin.year,
    }[parts["FREQ"]]
    if gone % interval:
        return False
    if "BYMONTH" in parts and str(day.month) not in parts["BYMONTH"].split(","):
        return False
    if "BYMONTHDAY" in parts:
        left = sum(1 for _ in days_between(day, next(each for each in days_from(day) if is_last_of_month(each))))
        if not {str(day.day), str(-left)} & set(parts["BYMONTHDAY"].split(",")):
            return False
    return "BYDAY" not in parts or any(is_named_weekday(each, day) for each in parts["BYDAY"].split(","))


def is_named_weekday(named: str, day: date) -> bool:
    """Whether a day is `MO`, or `1MO` (the month's first Monday), or `-1MO` (its last)."""
    if named[-2:] != WEEKDAYS[day.weekday()]:
        return False
    last = next(each for each in days_from(day) if is_last_of_month(each))
    before = sum(each.weekday() == day.weekday() for each in days_between(day.replace(day=1), day))
    after = sum(each.weekday() == day.weekday() for each in days_between(day, last))
    return named[:-2] in ("", str(before), str(-after))


def periods(duty: Duty, until: date) -> Iterator[Covered]:
    """The periods of a periodic duty that begin by a day, from before it starts."""
    if duty.frequency.startswith("rrule "):
        return rule_periods(duty, until)
    return every_periods(duty, until) if re.match(r"every \d", duty.frequency) else calendar_periods(duty, until)


# Deadlines


def stepped(start: date, count: int, unit: str) -> tuple[date, set[date]]:
    """The day so many units after a day, and the days that had to be known as worked or not."""
    day, read = start, set()
    if unit in ("month", "months"):
        turns = 0
        for day in days_from(start + DAY):
            turns += day.day == 1
            if turns == count and (day.day == start.day or (is_last_of_month(day) and day.day < start.day)):
                break
        return day, set()
    left = count * (7 if unit in ("week", "weeks") else 1)
    while left:
        day += DAY
        if unit.startswith("working"):
            read.add(day)
            left -= is_working(day)
        else:
            left -= 1
    return day, read


def stepped_back(start: date, count: int, unit: str) -> tuple[date, set[date]]:
    """The day so many days or working days before a day, and the days that had to be known."""
    day, read = start, set()
    while count:
        day -= DAY
        if unit.startswith("working"):
            read.add(day)
            count -= is_working(day)
        else:
            count -= 1
    return day, read


def fixed(form: str, zone: tzinfo | None) -> date | datetime:
    """The day or instant of a form that states one."""
    return datetime.fromisoformat(form).replace(tzinfo=zone) if " " in form else date.fromisoformat(form)


def in_period(form: str, covered: Covered) -> tuple[date, set[date]]:
    """The day of a form that counts within or from a period."""
    if form == "start of period":
        return covered.first, set()
    if form == "end of period":
        return covered.last, set()
    if form == "end of next month":
        return next(day for day in days_from(covered.last + DAY) if is_last_of_month(day)), set()
    if match := re.fullmatch(r"day (\d+) of period", form):
        return numbered(covered.first, int(match[1]), covered.last), set()
    if match := re.fullmatch(r"day (\d+) of next month", form):
        first = covered.last + DAY
        return numbered(first, int(match[1]), next(day for day in days_from(first) if is_last_of_month(day))), set()
    if match := re.fullmatch(r"(\d+) (.+) after end of period", form):
        return stepped(covered.last, int(match[1]), match[2])
    month, number = (int(part) for part in form.removesuffix(" of next year").split("-"))
    year = covered.first.year + form.endswith(" of next year")
    return next(day for day in days_from(date(year, 1, 1)) if falls_on(day, month, number)), set()


def numbered(first: date, number: int, last: date) -> date:
    """The so manyth day of a stretch, or its last."""
    day = first
    while number > 1 and day < last:
        day += DAY
        number -= 1
    return day


def from_event(form: str, event: date | datetime) -> tuple[date | datetime, set[date]]:
    """The day or instant of a form that counts from an event or the record before."""
    day = event.date() if isinstance(event, datetime) else event
    if form == "same day as event":
        return day, set()
    if form == "before event":
        return day - DAY, set()
    match = re.fullmatch(r"(\d+) (.+) (after event|after previous|before event)", form)
    assert match, form
    if match[2].startswith("hour"):
        return event + int(match[1]) * timedelta(hours=1), set()
    count = stepped_back if match[3] == "before event" else stepped
    return count(day, int(match[1]), match[2])


def rolled(when: date | datetime, roll: bool) -> tuple[date | datetime, set[date]]:
    """A deadline moved to the next working day where it has to be, and the days that were looked at."""
    read: set[date] = set()
    while roll:
        day = when.date() if isinstance(when, datetime) else when
        read.add(day)
        if is_working(day):
            break
        when += DAY
    return when, read


# Occurrences


def window_of(duty: Duty, covered: Covered) -> Window:
    """The occurrence of a period."""
    due, read = in_period(duty.deadline, covered)
    deadline, looked = rolled(due, duty.roll)
    read |= looked
    assert not isinstance(deadline, datetime)
    if duty.opens is not None:
        opens, opening_read = in_period(duty.opens, covered)
        read |= opening_read
    else:
        # The deadline as stated decides: moved over a weekend, it must not turn a window of a month into one of a day.
        opens = covered.last + DAY if due > covered.last else covered.first
    if duty.frequency == "every working day":
        read.add(covered.first)
    unsettled = any(is_unsettled(day) for day in read)
    return Window(covered.label, covered.first, covered.last, opens, deadline, unsettled)


def expand(duty: Duty, horizon: date) -> tuple[list[Window], list[Window]]:
    """The occurrences of a periodic duty whose period begins by a day: what belongs, and what lies before its start."""
    belonging: list[Window] = []
    before: list[Window] = []
    for covered in periods(duty, horizon if duty.last is None else min(duty.last, horizon)):
        window = window_of(duty, covered)
        belongs = covered.last >= duty.first and day_of(window.deadline) >= duty.first
        (belonging if belongs else before).append(window)
    return belonging, before


def expand_once(duty: Duty, zone: tzinfo) -> Window | None:
    """The one occurrence of a duty `once` with a date, or None where that lies before it starts."""
    deadline, read = rolled(fixed(duty.deadline, zone), duty.roll)
    opens = fixed(duty.opens, zone) if duty.opens else date(duty.first.year, 1, 1)
    if day_of(deadline) < duty.first:
        return None
    unsettled = any(is_unsettled(day) for day in read)
    return Window("once", day_of(opens), day_of(deadline), opens, deadline, unsettled)


def expand_event(duty: Duty, event: date | datetime, key: str) -> Window | None:
    """The occurrence that an event starts, or None where it does not belong."""
    due, read = from_event(duty.deadline, event)
    deadline, looked = rolled(due, duty.roll)
    read |= looked
    if (duty.last is not None and day_of(event) > duty.last) or day_of(deadline) < duty.first:
        return None
    opens: date | datetime
    if duty.opens is not None:
        opens, opening_read = from_event(duty.opens, event)
        read |= opening_read
    elif "before event" in duty.deadline:
        opens = duty.first
    else:
        opens = event if "hour" in duty.deadline else day_of(event)
    unsettled = any(is_unsettled(day) for day in read)
    return Window(key, day_of(event), day_of(event), opens, deadline, unsettled)


def expand_stretch(duty: Duty, previous: date) -> Window:
    """The stretch of a `continuous` duty that begins with a record on a day."""
    due, read = from_event(duty.deadline, previous)
    deadline, looked = rolled(due, duty.roll)
    unsettled = any(is_unsettled(day) for day in read | looked)
    return Window(previous.isoformat(), previous, day_of(deadline), previous, deadline, unsettled)


def day_of(when: date | datetime) -> date:
    """The day on which a day or instant lies."""
    return when.date() if isinstance(when, datetime) else when
