"""The deadline language: parse it strictly, print it canonically, compute it exactly."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Literal, NamedTuple, cast

from gongkai_cli.frequencies import Frequency, NotAForm, Unit, day_hint, in_days, in_english, nearest, written_count
from gongkai_cli.messages import Text, text
from gongkai_cli.periods import DAY, Kind, Period, containing, day_of_month, months_later
from gongkai_cli.workdays import WorkCalendar

# A day means the whole of that day in the plan's time zone; a date-time is an instant with an offset.
When = date | datetime
Anchor = Literal["end of period", "event", "previous"]

FIRST_YEAR, LAST_YEAR = 1990, 2200
# The longest period of each kind, in days: `day N of period` may not ask for more.
_LONGEST: dict[Kind, int] = {"day": 1, "week": 7, "month": 31, "quarter": 92, "half": 184, "year": 366}


@dataclass(frozen=True, slots=True)
class OnDate:
    """`2017-12-31` or `2018-12-31 17:30`."""

    day: date
    at: time | None = None

    def __str__(self) -> str:
        return self.day.isoformat() + (f" {self.at:%H:%M}" if self.at else "")


@dataclass(frozen=True, slots=True)
class YearDay:
    """`06-30` of the period's own year, or `03-31 of next year`; 02-29 means 02-28 in common years."""

    month: int
    day: int
    next_year: bool = False

    def __str__(self) -> str:
        return f"{self.month:02d}-{self.day:02d}" + (" of next year" if self.next_year else "")


@dataclass(frozen=True, slots=True)
class DayOf:
    """`start of period`, `end of period`, `day N of period`, `end of next month`, `day N of next month`."""

    which: int | Literal["start", "end"]
    next_month: bool = False

    def __str__(self) -> str:
        what = f"day {self.which}" if isinstance(self.which, int) else self.which
        return f"{what} of {'next month' if self.next_month else 'period'}"


@dataclass(frozen=True, slots=True)
class After:
    """`N hours|days|working days|weeks|months after end of period|event|previous`."""

    count: int
    unit: Unit
    anchor: Anchor

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'s' if self.count > 1 else ''} after {self.anchor}"


@dataclass(frozen=True, slots=True)
class SameDay:
    """`same day as event`."""

    def __str__(self) -> str:
        return "same day as event"


@dataclass(frozen=True, slots=True)
class Before:
    """`before event` (count 0), or `N days|working days before event`."""

    count: int = 0
    unit: Unit = "day"

    def __str__(self) -> str:
        counted = f"{self.count} {self.unit}{'s' if self.count > 1 else ''} " if self.count else ""
        return f"{counted}before event"


@dataclass(frozen=True, slots=True)
class NoLimit:
    """`none`: no time limit is set; it can never be overdue."""

    def __str__(self) -> str:
        return "none"


Deadline = OnDate | YearDay | DayOf | After | SameDay | Before | NoLimit

_SHAPES = (
    "2017-12-31", "2017-12-31 17:30", "06-30", "06-30 of next year",
    "start of period", "end of period", "day N of period", "end of next month", "day N of next month",
    *(f"N {unit} after end of period" for unit in ("days", "working days", "weeks", "months")),
    *(f"N {unit} after event" for unit in ("hours", "days", "working days", "weeks", "months")),
    *(f"N {unit} after previous" for unit in ("days", "working days", "weeks", "months")),
    "same day as event", "before event", "N days before event", "N working days before event", "none",
)  # fmt: skip

_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?: ([0-9]{2}:[0-9]{2}))?")
_YEAR_DAY = re.compile(r"([0-9]{2})-([0-9]{2})( of next year)?")
_DAY_OF = re.compile(r"(?:(start|end)|day ([1-9][0-9]{0,2})) of (period|next month)")
_AFTER = re.compile(r"([1-9][0-9]{0,3}) (hour|day|working day|week|month)(s?) after (end of period|event|previous)")
_BEFORE = re.compile(r"(?:([1-9][0-9]{0,3}) (day|working day)(s?) )?before event")


@lru_cache(maxsize=4096)
def parse_deadline(value: str) -> Deadline:
    """Return the deadline that a text states; raise NotAForm, with the nearest valid form, otherwise."""
    deadline = _parse(value)
    if deadline is None:
        raise NotAForm(text("`{value}` is not a deadline", value=value), _hint(value))
    return deadline


def _parse(value: str) -> Deadline | None:
    if value == "none":
        return NoLimit()
    if value == "same day as event":
        return SameDay()
    if match := _DATE.fullmatch(value):
        return _on_date(value, match)
    if match := _YEAR_DAY.fullmatch(value):
        return _year_day(value, match)
    if match := _DAY_OF.fullmatch(value):
        which = int(match[2]) if match[2] else cast("Literal['start', 'end']", match[1])
        next_month = match[3] == "next month"
        beyond_month = next_month and isinstance(which, int) and which > _LONGEST["month"]
        return None if beyond_month or (next_month and which == "start") else DayOf(which, next_month)
    if match := _AFTER.fullmatch(value):
        return _after(match)
    if (match := _BEFORE.fullmatch(value)) and _plural_fits(match[1], match[3]):
        return Before(int(match[1] or 0), cast("Unit", match[2] or "day"))
    return None


def _after(match: re.Match[str]) -> After | None:
    hours_misplaced = match[2] == "hour" and match[4] != "event"
    if hours_misplaced or not _plural_fits(match[1], match[3]):
        return None
    return After(int(match[1]), cast("Unit", match[2]), cast("Anchor", match[4]))


def _plural_fits(count: str | None, plural: str | None) -> bool:
    return plural == "s" or count in (None, "1")


def parse_day(value: str) -> date:
    """Return the day that `YYYY-MM-DD` names; raise NotAForm for what is none, or is no such day."""
    try:
        day = date.fromisoformat(value) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) else None
    except ValueError:
        raise NotAForm(
            text("`{value}` does not exist in the calendar", value=value), day_hint(value), "GK205"
        ) from None
    if day is None:
        raise NotAForm(text("`{value}` is not a date", value=value), text("write YYYY-MM-DD, for example 2017-07-11"))
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise NotAForm(
            text("the year of `{value}` lies outside {first} to {last}", value=value, first=FIRST_YEAR, last=LAST_YEAR),
            text("check the year"),
            "GK205",
        )
    return day


def parse_clock(value: str) -> time:
    """Return the time that `HH:MM` names; raise ValueError where there is none, as for 24:00."""
    # `time.fromisoformat` takes 24:00 for 00:00 from Python 3.14 on: a day early.
    hour, minute = value.split(":")
    return time(int(hour), int(minute))


def _on_date(value: str, match: re.Match[str]) -> OnDate:
    day = parse_day(match[1])
    try:
        return OnDate(day, parse_clock(match[2]) if match[2] else None)
    except ValueError:
        raise NotAForm(
            text("`{value}` names a time that does not exist", value=value), text("hours run from 00:00 to 23:59")
        ) from None


def _year_day(value: str, match: re.Match[str]) -> YearDay:
    month, day = int(match[1]), int(match[2])
    try:
        date(2000, month, day)  # a leap year: 02-29 is allowed
    except ValueError:
        raise NotAForm(text("`{value}` names a day that does not exist", value=value), day_hint(value)) from None
    return YearDay(month, day, bool(match[3]))


# Deadlines as Chinese documents write them, and the form that says the same; 年底 depends on the frequency.
_IN_CHINESE = (
    (re.compile(r"(?:次月|下月|下个月)月?[底末]前?"), "end of next month"),
    (re.compile(r"(?:次月|下月|下个月)0?([1-9]|[12][0-9]|3[01])[日号]前?"), "day {} of next month"),
    (re.compile(r"(?:每月|当月|本月)0?([1-9]|[12][0-9]|3[01])[日号]前?"), "day {} of period"),
    (re.compile(r"[每当本]?(?:月月?|季度?|半年|周)[底末]前?"), "end of period"),
    (re.compile(r"同步(?:公开|发布)?|同日|当[天日]"), "same day as event"),
)


def _from_chinese(value: str) -> str | None:
    """Return the form that says what these Chinese words say, or None."""
    said = re.sub(r"\s", "", unicodedata.normalize("NFKC", value))
    for pattern, form in _IN_CHINESE:
        if match := pattern.fullmatch(said):
            return form.format(*match.groups())
    return None


def _hint(value: str) -> Text:
    """Name the nearest valid form, with the number that was written where the form can hold it."""
    if form := _from_chinese(value):
        return text("the nearest form is `{form}`", form=form)
    if length := in_english(f"{value}日" if re.fullmatch("[0-9]{1,3}", value) else value):
        return text("write for example `{length} after end of period`, or `{length} after event`", length=length)
    said = _countable(value.lower())
    if said in ("end of month", "end of the month", "month end"):
        return text("write `end of period` for the month itself, or `end of next month`")
    shapes = [_filled(shape, said) for shape in _SHAPES]
    # The last word says what is counted from, and in which direction; of forms that are equally near, it decides.
    anchor = nearest(said.split()[-1], ("event", "period", "previous", "month", "year")) if said.split() else None
    if "before" in said.split():
        anchor, shapes = "event", [shape for shape in shapes if "before event" in shape]
    own = [shape for shape in shapes if anchor and shape.endswith(anchor)]
    if re.match(r"0+ ", said):
        zero = {"event": "same day as event", "period": "end of period"}.get(anchor or "")
        own = [zero] if zero and "before" not in said else own
    close = nearest(said, own, 0.3) or nearest(said, shapes, 0.5)
    if close is not None:
        return text("the nearest form is `{form}`", form=close)
    return text("write for example `{forms}`; docs/deadlines.md lists every form", forms="`, `".join(_SHAPES[4:8]))


def _countable(said: str) -> str:
    """A text with its hours as days, and before an event its weeks too, where the language counts no others."""
    if "before" not in said:
        return said if "event" in said else in_days(said)
    return re.sub(r"([0-9]{1,3}) ?weeks?", lambda weeks: f"{int(weeks[1]) * 7} days", in_days(said))


def _filled(shape: str, said: str) -> str:
    """A shape with the number written in a text, or `N`; `1 days` becomes `1 day`."""
    most = {"day N of next month": _LONGEST["month"], "day N of period": _LONGEST["year"]}.get(shape, 9999)
    filled = shape.replace("N", written_count(said, most))
    return re.sub(r"^1 (hour|day|working day|week|month)s ", r"1 \1 ", filled)


def misfit(deadline: Deadline, frequency: Frequency, *, opens: bool = False) -> Text | None:
    """Return why a deadline cannot go with a frequency, or None; `opens` asks for the opening of a window."""
    if isinstance(deadline, NoLimit):
        if opens:
            return text("`opens` says when a window opens, and `none` is no such time")
        if frequency.form in ("once", "event", "continuous", "recurring"):
            return None
        return text("`none` goes with `once`, `on EVENT`, `continuous` and `recurring` only")
    fits = _FITS[type(deadline)](deadline, frequency, opens)
    if fits:
        return None
    return text("`{deadline}` does not go with `{frequency}`", deadline=str(deadline), frequency=str(frequency))


def suggestions(frequency: Frequency, *, opens: bool = False) -> str:
    """Return the deadline forms that go with a frequency, for a hint; with `opens`, the openings, if there are any."""
    if frequency.form == "once":
        forms = "2017-12-31 | 2017-12-31 17:30"
    elif frequency.form == "event":
        forms = (
            "N hours|days|working days|weeks|months after event | same day as event | before event | "
            "N days|working days before event"
        )
    elif frequency.form == "continuous":
        forms = "" if opens else "N days|working days|weeks|months after previous"
    elif frequency.form == "recurring":
        forms = ""
    else:
        start = "start of period | " if opens else ""
        extra = " | end of next month | day N of next month" if frequency.kind not in (None, "day", "week") else ""
        annual = " | 06-30 | 03-31 of next year" if frequency.kind == "year" else ""
        return f"{start}end of period | day N of period | N days after end of period{extra}{annual}"
    return forms if opens else " | ".join(form for form in (forms, "none") if form)


def _day_of_fits(deadline: DayOf, frequency: Frequency, opens: bool) -> bool:
    if not frequency.periodic or (deadline.which == "start" and not opens):
        return False
    if deadline.next_month:
        return frequency.kind in ("month", "quarter", "half", "year")
    longest = _LONGEST[frequency.kind or "year"]
    return not isinstance(deadline.which, int) or deadline.which <= longest


def _after_fits(deadline: After, frequency: Frequency, opens: bool) -> bool:
    if deadline.anchor == "end of period":
        return frequency.periodic
    if deadline.anchor == "event":
        return frequency.form == "event"
    return frequency.form == "continuous" and not opens


_FITS: dict[type, Callable[..., bool]] = {
    OnDate: lambda _d, frequency, _o: frequency.form == "once",
    YearDay: lambda _d, frequency, _o: frequency.form == "annual",
    SameDay: lambda _d, frequency, _o: frequency.form == "event",
    Before: lambda _d, frequency, _o: frequency.form == "event",
    DayOf: _day_of_fits,
    After: _after_fits,
}


def counts_hours(deadline: Deadline) -> bool:
    """Return whether a deadline runs on the clock from its trigger, so that the trigger needs a time."""
    return isinstance(deadline, After) and deadline.unit == "hour"


class Computed(NamedTuple):
    """A computed deadline or opening; provisional when it read a day that no notice has settled."""

    when: When | None
    provisional: bool = False


def compute(
    deadline: Deadline, calendar: WorkCalendar, zone: tzinfo, period: Period | None = None, trigger: When | None = None
) -> Computed:
    """Return when a deadline falls: a day, an instant where a clock runs, or None for `none`.

    `period` serves the periodic forms, `trigger` (the event, or the previous record) the others. A count of days or
    working days starts on the day after the trigger and ends with the whole of its last day (民法典 art. 201); months
    end on the corresponding day (art. 202); hours run on the clock from the trigger.
    """
    match deadline:
        case NoLimit():
            return Computed(None)
        case OnDate(day, at):
            return Computed(datetime.combine(day, at, zone) if at else day)
        case DayOf() | YearDay():
            assert period is not None, "a periodic form needs its period"  # noqa: S101
            return Computed(_in_period(deadline, period))
        case After(anchor="end of period"):
            assert period is not None, "a periodic form needs its period"  # noqa: S101
            return _counted(deadline.count, deadline.unit, period.last, calendar)
    assert trigger is not None, "this form counts from a trigger"  # noqa: S101
    match deadline:
        case After(count, "hour"):
            if not isinstance(trigger, datetime):
                raise ValueError("a clock of hours needs the time of its trigger")  # noqa: TRY004  # a value, not a type
            return Computed((trigger.astimezone(UTC) + timedelta(hours=count)).astimezone(zone))
        case After(count, unit):
            return _counted(count, unit, day_of(trigger), calendar)
        case Before(count, "working day"):
            return Computed(*calendar.before(day_of(trigger), count))
        case Before(count):
            return Computed(day_of(trigger) - timedelta(days=count or 1))
    return Computed(day_of(trigger))


def _in_period(deadline: DayOf | YearDay, period: Period) -> date:
    if isinstance(deadline, YearDay):
        return day_of_month(period.first.year + deadline.next_year, deadline.month, deadline.day)
    which = deadline.which
    if deadline.next_month:
        following = containing("month", period.last + DAY)
        return (
            following.last
            if not isinstance(which, int)
            else min(following.first + timedelta(which - 1), following.last)
        )
    if isinstance(which, int):
        return min(period.first + timedelta(days=which - 1), period.last)
    return period.first if which == "start" else period.last


def _counted(count: int, unit: Unit, start: date, calendar: WorkCalendar) -> Computed:
    if unit == "working day":
        return Computed(*calendar.after(start, count))
    if unit == "month":
        return Computed(months_later(start, count))
    return Computed(start + timedelta(days=count * (7 if unit == "week" else 1)))


def roll_forward(when: When, calendar: WorkCalendar) -> Computed:
    """Return a deadline moved from a non-working day to the next working day, a time of day kept."""
    day, provisional = calendar.roll_forward(day_of(when))
    return Computed(when + (day - day_of(when)), provisional)


def day_of(when: When) -> date:
    """Return the day on which a day or instant lies, by its own clock."""
    return when.date() if isinstance(when, datetime) else when


def last_instant(when: When, zone: tzinfo) -> datetime:
    """Return the instant after which a deadline has passed: the end of its day, or the instant itself."""
    return when if isinstance(when, datetime) else datetime.combine(when, time.max, zone)


def first_instant(when: When, zone: tzinfo) -> datetime:
    """Return the instant from which a window is open: the start of its day, or the instant itself."""
    return when if isinstance(when, datetime) else datetime.combine(when, time.min, zone)
