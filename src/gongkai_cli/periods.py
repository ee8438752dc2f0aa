"""Calendar periods: what an occurrence covers, and the label it goes by."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

Kind = Literal["day", "week", "month", "quarter", "half", "year"]

DAY = timedelta(days=1)
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


class Period(NamedTuple):
    """A stretch of days, both ends inclusive, and its label."""

    label: str
    first: date
    last: date


def last_of_month(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def day_of_month(year: int, month: int, day: int) -> date:
    """Return a day of a month, or the month's last day where it is shorter."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def months_later(day: date, months: int) -> date:
    """Return the corresponding day some months on, or the last day of a shorter month (民法典 art. 202)."""
    month = day.year * 12 + day.month - 1 + months
    return day_of_month(month // 12, month % 12 + 1, day.day)


@lru_cache(maxsize=4096)
def containing(kind: Kind, day: date) -> Period:
    """Return the calendar period of a kind that contains a day; weeks are ISO 8601 weeks.

    Labels: `2017-08-05`, `2017-W31`, `2017-08`, `2017-Q3`, `2017-H2`, `2017`.
    """
    if kind == "day":
        return Period(day.isoformat(), day, day)
    if kind == "week":
        year, week, weekday = day.isocalendar()
        first = day - timedelta(days=weekday - 1)
        return Period(f"{year:04d}-W{week:02d}", first, first + timedelta(days=6))
    months = _MONTHS[kind]
    index = (day.month - 1) // months
    first = date(day.year, index * months + 1, 1)
    last = last_of_month(day.year, (index + 1) * months)
    part = {"month": f"-{day.month:02d}", "quarter": f"-Q{index + 1}", "half": f"-H{index + 1}", "year": ""}[kind]
    return Period(f"{day.year:04d}{part}", first, last)


def calendar_periods(kind: Kind, first: date, last: date) -> Iterator[Period]:
    """Yield the periods of a kind in order, from the one that contains `first` to the one that contains `last`."""
    period = containing(kind, first)
    while period.first <= last:
        yield period
        period = containing(kind, period.last + DAY)
