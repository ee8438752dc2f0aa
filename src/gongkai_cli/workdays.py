"""Working days in China: official days with make-up days (调休), an office's corrections, and what is provisional."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from gongkai_cli.messages import Text, text
from gongkai_cli.periods import DAY

_SATURDAY = 5
# 国办发明电〔2005〕35号 made this Saturday a working day; chinesecalendar 1.11 has it as a day of rest.
_MISSING_MAKE_UP_DAYS = {date(2005, 12, 31): "New Year's Day"}

_FESTIVALS = {
    "New Year's Day": text("New Year's Day"),
    "Spring Festival": text("Spring Festival"),
    "Tomb-sweeping Day": text("Tomb-sweeping Day"),
    "Labour Day": text("Labour Day"),
    "Dragon Boat Festival": text("Dragon Boat Festival"),
    "National Day": text("National Day"),
    "Mid-autumn Festival": text("Mid-autumn Festival"),
    "Anti-Fascist 70th Day": text("Victory Day, 70th anniversary"),
}


@dataclass(frozen=True, slots=True)
class YearDays:
    """What a notice says of one year: the days off and the make-up days, each with the name of its holiday."""

    year: int
    holidays: Mapping[date, str]
    make_up_days: Mapping[date, str]
    document_number: str = ""
    whole: bool = True  # the notice settles every day of the year


class Counted(NamedTuple):
    """The day that a count of working days ends on; provisional when it read a day without official data."""

    day: date
    provisional: bool


class DayReason(NamedTuple):
    """One day of a count: whether it is a working day, its number in the count, and why."""

    day: date
    number: int | None
    reason: Text


class WorkCalendar:
    """Counts working days. Years without data count Monday to Friday and make a count provisional."""

    def __init__(self, years: Mapping[int, YearDays], name: str = "CN") -> None:
        self.name = name
        self._years = dict(years)
        self._covered = frozenset(year for year, days in self._years.items() if days.whole)
        self._ordinals: dict[int, list[int]] = {}

    @property
    def covered(self) -> frozenset[int]:
        """The years with official data or an override."""
        return self._covered

    def with_overrides(self, overrides: Mapping[int, YearDays]) -> "WorkCalendar":
        """Return a calendar in which the listed days of each year replace what was known of them."""
        years = dict(self._years)
        for year, given in overrides.items():
            base = years.get(year, YearDays(year, {}, {}, whole=False))
            holidays = {d: n for d, n in base.holidays.items() if d not in given.make_up_days}
            make_up = {d: n for d, n in base.make_up_days.items() if d not in given.holidays}
            years[year] = YearDays(
                year,
                {**holidays, **given.holidays},
                {**make_up, **given.make_up_days},
                given.document_number,
                base.whole or given.whole,
            )
        return WorkCalendar(years, self.name)

    def is_working(self, day: date) -> bool:
        """Return whether a day is a working day: a make-up day, or a weekday that is no statutory holiday."""
        known = self._years.get(day.year)
        if known is None:
            return day.weekday() < _SATURDAY
        return day in known.make_up_days or (day.weekday() < _SATURDAY and day not in known.holidays)

    def is_provisional(self, first: date, last: date) -> bool:
        """Return whether a stretch of days holds one that no notice has settled.

        Those are all days of uncovered years, and 29 to 31 December before one: in 2005, 2006 and 2018 the next
        year's notice changed them afterwards.
        """
        for year in range(first.year, last.year + 1):
            if year not in self._covered:
                return True
            if year + 1 not in self._covered and first <= date(year, 12, 31) and last >= date(year, 12, 29):
                return True
        return False

    def after(self, day: date, count: int) -> Counted:
        """Return the `count`th working day after `day`, which is not itself counted."""
        ordinal, year, left = day.toordinal(), day.year, count
        while True:
            days = self._working(year)
            at = bisect_right(days, ordinal) + left - 1
            if at < len(days):
                found = date.fromordinal(days[at])
                return Counted(found, self.is_provisional(day + DAY, found))
            left -= len(days) - bisect_right(days, ordinal)
            year += 1

    def before(self, day: date, count: int) -> Counted:
        """Return the `count`th working day before `day`, which is not itself counted."""
        ordinal, year, left = day.toordinal(), day.year, count
        while True:
            days = self._working(year)
            at = bisect_left(days, ordinal) - left
            if at >= 0:
                found = date.fromordinal(days[at])
                return Counted(found, self.is_provisional(found, day - DAY))
            left -= bisect_left(days, ordinal)
            year -= 1

    def roll_forward(self, day: date) -> Counted:
        """Return the day itself if it is a working day, else the next one."""
        return self.after(day - DAY, 1)

    def reckon(self, first: date, last: date) -> Iterator[DayReason]:
        """Yield every day of a count with its number or the reason why it is skipped, for a wall calendar."""
        number = 0
        day = first
        while day <= last:
            working = self.is_working(day)
            number += working
            yield DayReason(day, number if working else None, self.reason(day))
            day += DAY

    def reason(self, day: date) -> Text:
        """Return why a day is, or is not, a working day."""
        known = self._years.get(day.year)
        year_open = day.year not in self._covered
        weekend = day.weekday() >= _SATURDAY
        if known is None or (year_open and day not in known.make_up_days and day not in known.holidays):
            return (
                text("weekend; no official data for {year}", year=day.year)
                if weekend
                else text("Monday to Friday; no official data for {year}", year=day.year)
            )
        if day in known.make_up_days:
            return text("make-up working day for {holiday}", holiday=_festival(known.make_up_days[day]))
        if day in known.holidays:
            return text("public holiday: {holiday}", holiday=_festival(known.holidays[day]))
        return text("weekend") if weekend else text("working day")

    def _working(self, year: int) -> list[int]:
        days = self._ordinals.get(year)
        if days is None:
            first = date(year, 1, 1)
            length = (date(year + 1, 1, 1) - first).days if year < date.max.year else 365
            every = (first + timedelta(days=n) for n in range(length))
            days = self._ordinals[year] = [day.toordinal() for day in every if self.is_working(day)]
        return days


def _festival(name: str) -> Text:
    return _FESTIVALS.get(name) or text("{name}", name=name)


@cache
def official_calendar() -> WorkCalendar:
    """Return the calendar of the State Council's notices, 2004 to the last year that `chinesecalendar` covers."""
    # Imported here: a plan that counts no working days needs none of it.
    from chinese_calendar.constants import holidays, workdays

    years = {
        year: YearDays(
            year,
            {day: name for day, name in holidays.items() if day.year == year},
            {day: name for day, name in {**workdays, **_MISSING_MAKE_UP_DAYS}.items() if day.year == year},
        )
        for year in {day.year for day in holidays}
    }
    return WorkCalendar(years)
