"""Words of time in a document's sentences, and what frequency or deadline answers each."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from gongkai_cli.dates import CHINESE, number
from gongkai_cli.deadlines import After, DayOf, Deadline, OnDate, SameDay, YearDay
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


def time_words(folded: str, start: int = 0, end: int | None = None) -> Iterator[TimeWord]:
    """Yield the words of time in a stretch of folded text; of several at one place, the longest kind."""
    taken = start
    for match in _ANY.finditer(folded, start, len(folded) if end is None else end):
        if match.start() >= taken:
            form = _FORMS[str(match.lastgroup)]
            taken = match.end()
            yield TimeWord(match.start(), match.end(), match.group(), form.answers(match))


class _Form(NamedTuple):
    pattern: str
    answers: Callable[[re.Match[str]], Answers]


def _repeats(*forms: str, every: tuple[int, str] | None = None) -> Callable[[re.Match[str]], Answers]:
    def answered(frequency: Frequency, _: Deadline) -> bool:
        return frequency.form in forms or (every is not None and (frequency.count, frequency.unit) == every)

    return lambda _: answered


def _every(match: re.Match[str]) -> Answers:
    count, unit = re.fullmatch(rf"每隔?({_NUMBER})个?(日|天|周|月)", match.group()).groups()  # type: ignore[union-attr]
    wanted = (_number(count), {"日": "day", "天": "day", "周": "week", "月": "month"}[unit])
    return lambda frequency, _: (frequency.count, frequency.unit) == wanted


def _within(match: re.Match[str]) -> Answers:
    count, unit = re.match(rf"({_NUMBER})个?(工作日|日|天|小时|周|月)", match.group()).groups()  # type: ignore[union-attr]
    units = {"工作日": "working day", "日": "day", "天": "day", "小时": "hour", "周": "week", "月": "month"}
    wanted = (_number(count), units[unit])

    def answered(_: Frequency, deadline: Deadline) -> bool:
        return isinstance(deadline, After) and (deadline.count, deadline.unit) == wanted

    return answered


def _monthly_day(match: re.Match[str]) -> Answers:
    day = _number(re.search(rf"({_NUMBER})[日号]", match.group())[1])  # type: ignore[index]
    return lambda frequency, deadline: (
        frequency.form == "monthly" and isinstance(deadline, DayOf) and deadline.which in (day, day - 1)
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
        last = day_of_month(when.year, when.month, 31).day
        # 20日前 is the 20th to most, the 19th to some; both are the document's.
        return when.day in ((wanted_day, wanted_day - 1) if wanted_day else (last,))

    return answered


def _month_end(_: re.Match[str]) -> Answers:
    return lambda __, deadline: deadline in (DayOf("end"), DayOf("end", next_month=True))


def _vague(*forms: str) -> Callable[[re.Match[str]], Answers]:
    def answered(frequency: Frequency, deadline: Deadline) -> bool:
        return frequency.form in forms or ("same day" in forms and isinstance(deadline, SameDay))

    return lambda _: answered


def _number(said: str) -> int:
    return number(said.replace("两", "二"))


_BEFORE = "(?:以|之)?(?:前|内)"
_FORMS: dict[str, _Form] = {
    "monthly_day": _Form(rf"每月(?:的)?{_NUMBER}[日号]{_BEFORE}", _monthly_day),
    "every": _Form(rf"每隔?{_NUMBER}个?(?:日|天|周|月)", _every),
    "within": _Form(rf"{_NUMBER}(?:个工作日|工作日|个?小时|日|天|周|个月)(?:以|之)?内", _within),
    "dated": _Form(
        rf"(?:20[0-9]{{2}}年)?{_NUMBER}月(?:{_NUMBER}[日号](?:以|之)?前|(?:底|末)(?:以|之)?(?:前|内)?)", _on_date
    ),
    "year_end": _Form(
        rf"(?:20[0-9]{{2}}年年?|{_NO_NUMBER}年)(?:底|末)(?:以|之)?前|(?:20[0-9]{{2}}|{_NO_NUMBER})年内", _on_date
    ),
    "monthly": _Form("按月(?!份)|每个?月|逐月|月度", _repeats("monthly", every=(1, "month"))),
    "weekly": _Form("按周|每个?周|每个?星期|逐周", _repeats("weekly", every=(7, "day"))),
    "daily": _Form("按日|每日|每天|每个工作日|逐日", _repeats("daily", "every working day", every=(1, "day"))),
    "quarterly": _Form("按季度?|每个?季度?|逐季|季度", _repeats("quarterly", every=(3, "month"))),
    "semiannual": _Form("每半年|按半年|半年度", _repeats("semiannual", every=(6, "month"))),
    "annual": _Form("每年度?|按年度?|逐年", _repeats("annual", every=(12, "month"))),
    "month_end": _Form("月底(?:以|之)?前|月末(?:以|之)?前", _month_end),
    "prompt": _Form("及时|即时|立即|第一时间|尽快|尽早|适时|限期|按期", _vague()),
    "fresh": _Form("实时|动态更新|(?<!中)长期|随时", _vague("continuous")),
    "again": _Form("不?定期|分批次?", _vague("recurring")),
    "together": _Form("同步", _vague("same day")),
    "elsewhere": _Form("法定时限|规定时限|规定期限|法定期限", _vague()),
}
_ANY = re.compile("|".join(f"(?P<{name}>{form.pattern})" for name, form in _FORMS.items()))
