"""Words of time in a document's sentences, and what frequency or deadline answers each."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from gongkai_cli.dates import CHINESE, number
from gongkai_cli.deadlines import After, Before, DayOf, Deadline, OnDate, SameDay, YearDay
from gongkai_cli.frequencies import Frequency
from gongkai_cli.periods import day_of_month

Answers = Callable[[Frequency, Deadline], bool]
_NUMBER = rf"(?:[0-9]{{1,3}}|[{CHINESE}两]{{1,3}})"
_NO_NUMBER = rf"(?<![0-9{CHINESE}两几多近])"


class TimeWord(NamedTuple):
    """A word of time in folded text: where, and what frequency or deadline would answer it."""

    start: int
    end: int
    word: str
    answers: Answers
    how_often: bool  # it states a rhythm, which no reading about the deadline can change


def time_words(folded: str, start: int = 0, end: int | None = None) -> Iterator[TimeWord]:
    """Yield the words of time in a stretch of folded text; of several at one place, the longest kind."""
    taken = start
    for match in _ANY.finditer(folded, start, len(folded) if end is None else end):
        if match.start() >= taken:
            form = _FORMS[str(match.lastgroup)]
            taken = match.end()
            yield TimeWord(match.start(), match.end(), match.group(), form.answers(match), form.how_often)


class _Form(NamedTuple):
    pattern: str
    answers: Callable[[re.Match[str]], Answers]
    how_often: bool = False


def _repeats(*forms: str, every: tuple[int, str], per_year: int) -> Callable[[re.Match[str]], Answers]:
    def answered(frequency: Frequency, deadline: Deadline) -> bool:
        if frequency.form == "rrule":
            return _dates_a_year(frequency.rule) == per_year
        return frequency.form in forms or _spaced(frequency, deadline, every)

    return lambda _: answered


def _every(match: re.Match[str]) -> Answers:
    count, unit = re.fullmatch(rf"每隔?({_NUMBER})个?(日|天|周|月)", match.group()).groups()  # type: ignore[union-attr]
    wanted = (_number(count), {"日": "day", "天": "day", "周": "week", "月": "month"}[unit])
    return lambda frequency, deadline: _spaced(frequency, deadline, wanted)


def _spaced(frequency: Frequency, deadline: Deadline, wanted: tuple[int, str]) -> bool:
    """Whether a duty recurs at an interval: `every N days`, or kept no older than that."""
    if frequency.form == "every":
        return _length(frequency.count, frequency.unit) == _length(*wanted)
    if not isinstance(deadline, After) or deadline.anchor != "previous":
        return False
    return _length(deadline.count, deadline.unit) == _length(*wanted)


def _length(count: int, unit: str) -> tuple[int, str]:
    return (count * 7, "day") if unit == "week" else (count, unit)


def _dates_a_year(rule: str) -> int:
    """How many days of a year a recurrence rule (RFC 5545) names, as far as its parts say so without a calendar."""
    parts = dict(part.split("=") for part in rule.upper().split(";"))
    named = {name: len(parts[name].split(",")) for name in ("BYMONTH", "BYMONTHDAY", "BYDAY") if name in parts}
    days = named.get("BYMONTHDAY", named.get("BYDAY", 1))
    months = named.get("BYMONTH")
    a_year = {"DAILY": 365, "WEEKLY": 52 * days, "MONTHLY": (months or 12) * days, "YEARLY": (months or 1) * days}
    return a_year[parts["FREQ"]] // int(parts.get("INTERVAL", "1"))


def _within(match: re.Match[str]) -> Answers:
    count, unit = re.search(rf"({_NUMBER})个?(工作日|日|天|小时|周|月)", match.group()).groups()  # type: ignore[union-attr]
    units = {"工作日": "working day", "日": "day", "天": "day", "小时": "hour", "周": "week", "月": "month"}
    wanted = (_number(count), units[unit])

    def answered(_: Frequency, deadline: Deadline) -> bool:
        return isinstance(deadline, After) and (deadline.count, deadline.unit) == wanted

    return answered


def _ahead(match: re.Match[str]) -> Answers:
    count, unit = re.search(rf"({_NUMBER})个?(工作日|日|天)", match.group()).groups()  # type: ignore[union-attr]
    wanted = Before(_number(count), "working day" if unit == "工作日" else "day")
    return lambda _, deadline: deadline == wanted


def _monthly_day(match: re.Match[str]) -> Answers:
    day = _number(re.search(rf"({_NUMBER})[日号]", match.group())[1])  # type: ignore[index]
    return lambda frequency, deadline: (
        frequency.periodic and isinstance(deadline, DayOf) and deadline.which in (day, day - 1)
    )


def _on_date(match: re.Match[str]) -> Answers:
    """A day, a month's end or a year's end, with or without its year."""
    said = match.group()
    year = re.match("20[0-9]{2}", said)
    month = re.search(rf"({_NUMBER})月", said)
    day = re.search(rf"({_NUMBER})[日号]", said)
    wanted_month = _number(month[1]) if month else 12
    wanted_day = _number(day[1]) if day else None

    def on(deadline: Deadline) -> date | None:
        if isinstance(deadline, OnDate):
            return deadline.day
        return date(2000, deadline.month, deadline.day) if isinstance(deadline, YearDay) else None

    def answered(frequency: Frequency, deadline: Deadline) -> bool:
        if month is None and frequency.form == "annual" and deadline == DayOf("end"):
            return True
        when = on(deadline)
        if when is None or when.month != wanted_month:
            return False
        if year and isinstance(deadline, OnDate) and when.year != int(year.group()):
            return False
        if wanted_day is None:
            return when.day == day_of_month(when.year, when.month, 31).day or (when.month, when.day) == (2, 28)
        # 20日前 is the 20th to most, the 19th to some; both are the document's.
        return when.day in (wanted_day, wanted_day - 1)

    return answered


def _month_end(_: re.Match[str]) -> Answers:
    return lambda __, deadline: deadline in (DayOf("end"), DayOf("end", next_month=True))


def _vague(*forms: str) -> Callable[[re.Match[str]], Answers]:
    def answered(frequency: Frequency, deadline: Deadline) -> bool:
        return frequency.form in forms or ("same day" in forms and isinstance(deadline, SameDay))

    return lambda _: answered


def _number(said: str) -> int:
    return number(said.replace("两", "二"))


_LENGTH = "(?:个?工作日|个?小时|日|天|周|个月)"
_BEFORE = "(?:以|之)?(?:前|内)"
_FORMS: dict[str, _Form] = {
    "monthly_day": _Form(rf"(?:每月|次月|当月|首月)的?{_NUMBER}[日号]{_BEFORE}", _monthly_day),
    "every": _Form(rf"每隔?{_NUMBER}个?(?:日|天|周|月)", _every, how_often=True),
    "within": _Form(rf"{_NUMBER}{_LENGTH}(?:以|之)?内|(?:不超过|最迟){_NUMBER}{_LENGTH}(?:以|之)?内?", _within),
    "ahead": _Form(rf"(?:提前|前){_NUMBER}(?:个?工作日|日|天)", _ahead),
    "dated": _Form(
        rf"(?:20[0-9]{{2}}年)?{_NUMBER}月(?:{_NUMBER}[日号](?:以|之)?前|(?:底|末)(?:以|之)?(?:前|内)?)", _on_date
    ),
    "year_end": _Form(
        rf"(?:20[0-9]{{2}}年年?|{_NO_NUMBER}年)(?:底|末)(?:以|之)?前|(?:20[0-9]{{2}}|{_NO_NUMBER})年内", _on_date
    ),
    "monthly": _Form(
        "按月(?!份)|每个?月|逐月|月度", _repeats("monthly", every=(1, "month"), per_year=12), how_often=True
    ),
    "weekly": _Form(
        "按周(?![期边])|每个?周|每个?星期|逐周", _repeats("weekly", every=(1, "week"), per_year=52), how_often=True
    ),
    "daily": _Form(
        "按日(?![常期程])|每日|每天|每个工作日|逐日",
        _repeats("daily", "every working day", every=(1, "day"), per_year=365),
        how_often=True,
    ),
    "quarterly": _Form(
        "按季(?:度|(?!节))|每个?季度?|逐季|(?<![一二三四1-4上])季度",
        _repeats("quarterly", every=(3, "month"), per_year=4),
        how_often=True,
    ),
    "semiannual": _Form("每半年|按半年|半年度", _repeats("semiannual", every=(6, "month"), per_year=2), how_often=True),
    "annual": _Form("每年度?|按年度?|逐年", _repeats("annual", every=(12, "month"), per_year=1), how_often=True),
    "month_end": _Form("月底(?:以|之)?前|月末(?:以|之)?前", _month_end),
    "prompt": _Form("及时|即时|立即|第一时间|尽快|尽早|适时|限期|按期", _vague()),
    "fresh": _Form("实时|动态更新|(?<!中)长期|随时", _vague("continuous")),
    "again": _Form("不?定期|分批次?", _vague("recurring")),
    "together": _Form("同步", _vague("same day")),
    "elsewhere": _Form("法定时限|规定时限|规定期限|法定期限", _vague()),
}
_ANY = re.compile("|".join(f"(?P<{name}>{form.pattern})" for name, form in _FORMS.items()))
