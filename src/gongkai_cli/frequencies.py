"""How often a duty falls due, in which season, and lengths of time: parsed strictly, printed canonically."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal, cast

from gongkai_cli.messages import Text, text
from gongkai_cli.periods import Kind, day_of_month

CALENDAR_KINDS: dict[str, Kind] = {
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "quarterly": "quarter",
    "semiannual": "half",
    "annual": "year",
}
Form = Literal[
    "once", "daily", "every working day", "weekly", "monthly", "quarterly", "semiannual", "annual",
    "every", "rrule", "event", "continuous", "recurring",
]  # fmt: skip
Unit = Literal["hour", "day", "working day", "week", "month"]

_WORDS = (*CALENDAR_KINDS, "once", "every working day", "continuous", "recurring")
_EVERY = re.compile(r"every ([1-9][0-9]{0,3}) (days|weeks|months)")
_EVENT = re.compile(r"on (\S+)")
_RRULE = re.compile(r"rrule (.+)", re.DOTALL)
_LENGTH = re.compile(r"([1-9][0-9]{0,3}) (hour|day|working day|week|month)(s?)")
_SEASON = re.compile(r"([0-9]{2})-([0-9]{2})\.\.([0-9]{2})-([0-9]{2})")
_DATED = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.\.([0-9]{4}-[0-9]{2}-[0-9]{2})")
_LEAP_YEAR = 2000
_LONGEST_GUESSED = 200  # characters; what is longer is no slip of a name


class NotAForm(ValueError):  # noqa: N818  # named for what the text is not
    """Raised for text that is none of the forms of a small language; says which form is nearest."""

    def __init__(self, message: Text, hint: Text | None = None, code: str | None = None) -> None:
        super().__init__(message.template)
        self.message = message
        self.hint = hint
        self.code = code  # where the mistake is of another kind than the form that holds it


def nearest(word: str, candidates: Sequence[str], cutoff: float = 0.6) -> str | None:
    """Return the candidate most like a word, or None."""
    if len(word) > _LONGEST_GUESSED:
        return None
    import difflib  # needed only for hints

    found = difflib.get_close_matches(word, candidates, n=1, cutoff=cutoff)
    return found[0] if found else None


class Guesses:
    """Finds nearest candidates for many words, until all that comparing has taken too long for a hint."""

    def __init__(self, comparisons: int = 200_000) -> None:
        self._left = comparisons

    def nearest(self, word: str, candidates: Sequence[str]) -> str | None:
        """Return the candidate most like a word; None where none is, or where so many words were wrong before."""
        if self._left < len(candidates):
            return None
        self._left -= len(candidates)
        return nearest(word, candidates)


def written_count(value: str, most: int = 9999) -> str:
    """Return the first number in a text where a form may hold it, from 1 to `most`; else `N`."""
    number = re.search(r"[0-9]+", value)
    return str(int(number.group())) if number and 1 <= int(number.group()[:9]) <= most else "N"


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often: `count` and `unit` for `every N days|weeks|months`, `event` for `on EVENT`, `rule` for RFC 5545."""

    form: Form
    count: int = 0
    unit: str = ""
    event: str = ""
    rule: str = ""

    def __str__(self) -> str:
        if self.form == "every":
            return f"every {self.count} {self.unit}s"
        if self.form == "event":
            return f"on {self.event}"
        return f"rrule {self.rule}" if self.form == "rrule" else self.form

    @property
    def kind(self) -> Kind | None:
        """The kind of calendar period, or None where occurrences are no calendar periods."""
        return "day" if self.form == "every working day" else CALENDAR_KINDS.get(self.form)

    @property
    def periodic(self) -> bool:
        """Whether every occurrence covers a period that the rule itself gives."""
        return self.kind is not None or self.form in ("every", "rrule")


@lru_cache(maxsize=1024)
def parse_frequency(value: str) -> Frequency:
    """Return the frequency that a text names; raise NotAForm otherwise."""
    if value in _WORDS:
        return Frequency(cast("Form", value))
    if match := _EVERY.fullmatch(value):
        return Frequency("every", int(match[1]), match[2].removesuffix("s"))
    if match := _EVENT.fullmatch(value):
        return Frequency("event", event=match[1])
    if match := _RRULE.fullmatch(value):
        _check_rrule(match[1])
        return Frequency("rrule", rule=match[1])
    raise NotAForm(text("`{value}` is not a frequency", value=value), _frequency_hint(value))


def _listed(item: str) -> str:
    return rf"{item}(?:,{item})*"


# The parts of a recurrence rule over days, each at most once (RFC 5545 section 3.3.10).
RRULE_PARTS = {
    "FREQ": r"DAILY|WEEKLY|MONTHLY|YEARLY",
    "INTERVAL": r"[1-9][0-9]{0,3}",
    "COUNT": r"[1-9][0-9]{0,4}",
    "UNTIL": r"[0-9]{8}",
    "BYDAY": _listed(r"(?:[+-]?(?:[1-9]|[1-4][0-9]|5[0-3]))?(?:MO|TU|WE|TH|FR|SA|SU)"),
    "BYMONTHDAY": _listed(r"[+-]?(?:[1-9]|[12][0-9]|3[01])"),
    "BYYEARDAY": _listed(r"[+-]?(?:[1-9][0-9]?|[12][0-9][0-9]|3[0-5][0-9]|36[0-6])"),
    "BYWEEKNO": _listed(r"[+-]?(?:[1-9]|[1-4][0-9]|5[0-3])"),
    "BYMONTH": _listed(r"(?:[1-9]|1[0-2])"),
    "BYSETPOS": _listed(r"[+-]?(?:[1-9][0-9]?|[12][0-9][0-9]|3[0-5][0-9]|36[0-6])"),
    "WKST": r"MO|TU|WE|TH|FR|SA|SU",
}


def _check_rrule(rule: str) -> None:
    """Refuse what is no RFC 5545 recurrence rule over days."""
    if re.search(r"BY(?:HOUR|MINUTE|SECOND)\b|FREQ=(?:HOUR|MINUTE|SECOND)LY", rule, re.IGNORECASE):
        raise NotAForm(text("a recurrence rule gives dates only, no hours"), text("use FREQ=DAILY or longer"))
    if re.search(r"DTSTART|\n", rule, re.IGNORECASE):
        raise NotAForm(text("the rule must be one RRULE value without DTSTART"), text("set `from:` instead"))
    reason = _rrule_fault(rule)
    if reason is not None:
        raise NotAForm(
            text("`{rule}` is not a recurrence rule: {reason}", rule=rule, reason=reason),
            text("see RFC 5545 section 3.3.10, for example `rrule FREQ=MONTHLY;BYDAY=1MO`"),
        )


def _rrule_fault(rule: str) -> Text | None:
    """Why a rule is none of RFC 5545 section 3.3.10, or cannot be followed over days."""
    parts = [part.partition("=") for part in rule.upper().split(";")]
    for name, _, value in parts:
        if name not in RRULE_PARTS:
            return text("`{name}` is none of its parts", name=name)
        if not re.fullmatch(RRULE_PARTS[name], value):
            return text("`{name}` cannot be `{value}`", name=name, value=value)
    given = {name: value for name, _, value in parts}
    if len(given) < len(parts):
        return text("a part stands twice")
    if "FREQ" not in given:
        return text("`FREQ` is missing")
    if {"COUNT", "UNTIL"} <= given.keys():
        return text("`COUNT` and `UNTIL` exclude each other")
    return _weekday_fault(given) or _date_fault(given)


def _weekday_fault(given: Mapping[str, str]) -> Text | None:
    """Numbered weekdays, as in "the first Monday", need a month or a year to be numbered in."""
    numbers = [int(number) for number in re.findall("[0-9]+", given.get("BYDAY", ""))]
    if numbers and given["FREQ"] not in ("MONTHLY", "YEARLY"):
        return text("numbers in `BYDAY` go with `FREQ=MONTHLY` and `FREQ=YEARLY` only")
    if numbers and "BYWEEKNO" in given:
        return text("numbers in `BYDAY` do not go with `BYWEEKNO`")
    if max(numbers, default=0) > 5 and (given["FREQ"] == "MONTHLY" or "BYMONTH" in given):
        return text("no month has more than five weeks' days of one name")
    return None


def _date_fault(given: Mapping[str, str]) -> Text | None:
    from datetime import datetime

    from dateutil.rrule import rrulestr

    try:
        datetime.strptime(given.get("UNTIL", "20000101"), "%Y%m%d")  # noqa: DTZ007  # a day, not an instant
    except ValueError:
        return text("`{name}` cannot be `{value}`", name="UNTIL", value=given["UNTIL"])
    if "BYSETPOS" not in given:
        return None
    if given["FREQ"] == "DAILY":
        return text("`BYSETPOS` chooses among several dates, and `FREQ=DAILY` has one a day")
    # A position that no set of dates has keeps dateutil looking up to the year 9999; so it looks there only.
    bare = ";".join(f"{name}={given[name]}" for name in given if name not in ("COUNT", "UNTIL", "INTERVAL"))
    found = next(iter(rrulestr(bare, dtstart=datetime(9940, 1, 1))), None)  # noqa: DTZ001  # rules run on naive days
    return text("no date fits all its parts") if found is None else None


# What people say, and the form that means it; Chinese as documents say it.
_CONVENTIONAL = {
    "yearly": "annual", "half-yearly": "semiannual", "every day": "daily", "every week": "weekly",
    "every month": "monthly", "every quarter": "quarterly", "every year": "annual", "biweekly": "every 2 weeks",
    "fortnightly": "every 2 weeks", "bimonthly": "every 2 months", "biennial": "every 24 months",
    "on": "on EVENT", "每日": "daily", "每天": "daily", "每个工作日": "every working day", "每周": "weekly",
    "按周": "weekly", "每月": "monthly", "按月": "monthly", "每季度": "quarterly", "按季度": "quarterly",
    "每半年": "semiannual", "每年": "annual", "按年": "annual", "一次": "once", "定期": "recurring",
}  # fmt: skip
_CHINESE_UNITS = {"个工作日": "working day", "工作日": "working day", "日": "day", "天": "day", "周": "week",
                  "个星期": "week", "个月": "month"}  # fmt: skip
_CHINESE_LENGTH = re.compile(rf"([1-9][0-9]{{0,3}}) ?({'|'.join(_CHINESE_UNITS)})[之以]?[内后前]?")


def in_english(value: str) -> str | None:
    """Return the English for a length of time as Chinese documents write it (`20个工作日内`), or None."""
    match = _CHINESE_LENGTH.fullmatch(value.strip())
    return str(Length(int(match[1]), cast("Unit", _CHINESE_UNITS[match[2]]))) if match else None


def _frequency_hint(value: str) -> Text:
    said = value.strip().lower()
    if said in _CONVENTIONAL:
        return text("the nearest form is `{form}`", form=_CONVENTIONAL[said])
    count = written_count(value)
    shapes = [*_WORDS, *(f"every {count} {unit}s" for unit in ("day", "week", "month")), *_CONVENTIONAL]
    # Of a number written out as a word, no more than its unit is known.
    if counted := re.fullmatch(r"every (?!working)[a-z]+ (day|week|month)s?", said):
        return text("the nearest form is `{form}`", form=f"every N {counted[1]}s")
    close = nearest(value.lower(), shapes)
    if close is not None:
        return text("the nearest form is `{form}`", form=_CONVENTIONAL.get(close, close))
    return text(
        "write one of: {forms}",
        forms="once, daily, every working day, weekly, monthly, quarterly, semiannual, annual, "
        "every N days|weeks|months, rrule FREQ=…, on EVENT, continuous, recurring",
    )


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time, as in `5 working days`."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'s' if self.count > 1 else ''}"


@lru_cache(maxsize=256)
def parse_length(value: str) -> Length:
    """Return the length of time that a text names; raise NotAForm otherwise. `1 day` may also be `1 days`."""
    match = _LENGTH.fullmatch(value)
    if match and (match[3] or match[1] == "1") and match[2] != "hour":
        return Length(int(match[1]), cast("Unit", match[2]))
    hint = text("the nearest form is `{form}`", form=_nearest_length(value.lower()))
    raise NotAForm(text("`{value}` is not a length of time", value=value), hint)


def _nearest_length(said: str) -> str:
    said = in_english(said) or in_days(said)
    count = written_count(said)
    shapes = [f"{count} {unit}{'s' if count != '1' else ''}" for unit in ("day", "working day", "week", "month")]
    return nearest(said, shapes, 0.4) or shapes[1]


def in_days(said: str) -> str:
    """Return a text with its hours as days, begun ones counted, for where no hours are counted."""
    return re.sub(r"([0-9]{1,5}) ?hours?", lambda hours: str(Length(-(-int(hours[1]) // 24) or 1, "day")), said)


@dataclass(frozen=True, slots=True)
class Season:
    """Part of every year (`MM-DD..MM-DD`, may wrap the New Year), or one dated range."""

    first: tuple[int, int] | date
    last: tuple[int, int] | date

    def __str__(self) -> str:
        return "..".join(
            end.isoformat() if isinstance(end, date) else f"{end[0]:02d}-{end[1]:02d}"
            for end in (self.first, self.last)
        )

    def spans(self, first: date, last: date) -> list[tuple[date, date]]:
        """Return the season's stretches that touch the days from `first` to `last`, whole and in order."""
        if isinstance(self.first, date) and isinstance(self.last, date):
            found = [(self.first, self.last)]
        else:
            begins, ends = cast("tuple[int, int]", self.first), cast("tuple[int, int]", self.last)
            wraps = ends < begins
            years = range(max(first.year - 1, date.min.year), min(last.year, date.max.year - 1) + 1)
            found = [(day_of_month(year, *begins), day_of_month(year + wraps, *ends)) for year in years]
        return [(begin, end) for begin, end in found if begin <= last and end >= first]


def day_hint(value: str) -> Text:
    """Return what to look at in a text whose months and days (`MM-DD`) do not all exist."""
    months = [int(month) for month in re.findall(r"([0-9]{2})-[0-9]{2}(?!-)", value)]
    if all(1 <= month <= 12 for month in months):
        return text("check the month's length")
    return text("months run from 01 to 12, and stand before the day")


@lru_cache(maxsize=256)
def parse_season(value: str) -> Season:
    """Return the season that a text names; raise NotAForm otherwise."""
    season = None
    try:
        if match := _SEASON.fullmatch(value):
            month, day, end_month, end_day = (int(part) for part in match.groups())
            date(_LEAP_YEAR, month, day), date(_LEAP_YEAR, end_month, end_day)
            season = Season((month, day), (end_month, end_day))
        elif match := _DATED.fullmatch(value):
            season = Season(date.fromisoformat(match[1]), date.fromisoformat(match[2]))
    except ValueError:
        raise NotAForm(
            text("the season `{value}` names a day that does not exist", value=value), day_hint(value)
        ) from None
    if season is not None:
        if isinstance(season.first, date) and isinstance(season.last, date) and season.last < season.first:
            raise NotAForm(text("the season `{value}` ends before it begins", value=value), text("swap the two dates"))
        return season
    raise NotAForm(
        text("`{value}` is not a season", value=value),
        text("write `MM-DD..MM-DD`, for example `06-01..09-30`, or `2017-06-01..2017-09-30`"),
    )
