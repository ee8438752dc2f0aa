"""The periods that log cells and titles name."""

import re
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from gongkai_cli.dates import (
    CHINESE,
    DASHES,
    FIRST_YEAR,
    LAST_YEAR,
    NUMERAL,
    SPACES,
    YEAR,
    ZEROS,
    DateRead,
    dense,
    number,
    read_date,
)
from gongkai_cli.frequencies import Frequency
from gongkai_cli.periods import Kind, containing, last_of_month

_LONGEST = 500  # a title beyond this has swallowed its page, and names no one period
_GONE = "\0"  # stands where a name was already read

_NUM = rf"(?<![0-9{CHINESE}]){NUMERAL}"
_TO = r"(?:-{1,2}|[~至到])"
_AND = "[、,和及与]"


def _odd(more: str) -> str:
    """What makes the name after it no period of a known year: 去年7月, 17年7月, 每3月, 农历八月, the end of a list."""
    return (
        rf"(?P<odd>{more}|(?:[去上前明次来翌后]年|(?<![今本当])年)度?|每|[农阴旧]历"
        rf"|[0-9{CHINESE}{_GONE}](?:{_TO}|[./])第?|[0-9{CHINESE}]{_AND}第?)?"
    )


_ODD, _ODD_QUARTER, _ODD_SO_FAR, _ODD_WEEK = map(_odd, ("[前近]|第(?=[^季]{1,2}月)", "[上下]", "提", "月份?"))
_Y = rf"(?:(?<![0-9])(?P<year>{YEAR})年度?)?"
_UNTIL = "(?P<until>截[至止][到至]?)?"
# What makes a name no period but a point in time or a part: 12月底前, 2月内, 8月上旬, 6月龄, 一季度一次.
_AFTER = (
    r"(?P<after>[底末]前|以[前后内来上下]|之[前后内]|[前后内起初龄]|开始|[上中下]旬|[上下]半月|\([上中下]|一[次报]|[至到]今?|-{1,2}今"
    rf"|-{{1,2}}(?=[0-9{CHINESE}])|(?P<end>[底末]))?"
)
_MONTH_YEAR = rf"(?:(?<![0-9])(?P<year>{YEAR})(?:年度?|[./-]))?"
# 7月5家企业 and 三月三 may be days; 8月第2周 is no ISO week. But 7月12345热线 is July.
_MONTH_DOUBT = rf"(?P<doubt>[0-9]{{1,2}}(?![0-9])|第?{NUMERAL}周|(?<=[{CHINESE}]月)(?=[{CHINESE}]))?"
_DAY_AFTER = r"(?P<after>[至到-]今|以[前后来]|之[前后]|[前后起止]|开始|印发|发布|公布|公开|通过|修订|施行|实施|更新)?"
_YEAR_AFTER = (
    rf"(?P<after>[底末]前|以[前后内来]|之[前后内]|[前后内起初第间]|年[底末初中]|中期|半年|[各每分逐正]?[月季周旬]|{_TO}"
    rf"|[0-9]{{1,2}}(?![0-9])|[0-9]{{1,6}}[号期批次届]|[{CHINESE}]{{1,4}}(?:[月季周]|{_TO}|{_AND})|(?P<end>[底末]))?"
)

Unit = Literal["days"] | Kind
_MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
# In this order: what is read is taken out, so that 2017年8月5日 is not also August, nor 2017年8月 also a year.
_FORMS: tuple[tuple[Unit, str], ...] = (
    ("days", (rf"{_ODD}{_Y}(?P<m>{_NUM})月(?P<d>{NUMERAL})[日号]?{_TO}"
              rf"(?:(?:(?P<year2>{YEAR})年)?(?P<m2>{NUMERAL})月)?(?P<d2>{NUMERAL})[日号]")),
    ("days", (rf"(?P<issue>[(\[〔【]|(?:日期|时间):?)?{_ODD}{_Y}(?P<m>{_NUM})月(?P<d>{NUMERAL})[日号]"
              rf"(?P<doubt>{_AND}(?:{NUMERAL}月)?{NUMERAL}[日号])?{_DAY_AFTER}")),
    ("week", rf"(?P<doubt>第?{_NUM}周?(?:{_TO}|{_AND})第?{NUMERAL}周)"),
    ("week", rf"{_ODD_WEEK}{_Y}第(?P<last>{NUMERAL})周(?![年岁]){_AFTER}"),
    ("quarter", rf"(?P<doubt>{_NUM}(?:季度?)?{_AND}第?{NUMERAL}季度)"),
    ("quarter", rf"{_ODD}{_UNTIL}{_Y}第?(?P<first>{_NUM})(?:季度?)?{_TO}第?(?P<last>{NUMERAL})季度{_AFTER}"),
    ("quarter", rf"{_ODD_SO_FAR}{_Y}(?P<so_far>前)(?P<last>{_NUM})个?季度{_AFTER}"),
    ("quarter", rf"{_ODD_QUARTER}{_UNTIL}{_Y}第?(?P<last>{_NUM})季度{_AFTER}"),
    ("half", r"(?P<doubt>上(?:半年)?[、,和及与]?下半年)"),
    ("half", rf"{_ODD}{_UNTIL}{_Y}(?P<last>[上下])半年度?{_AFTER}"),
    ("month", rf"(?P<doubt>{_NUM}[、,和及与/]{NUMERAL}月)"),
    ("month", (rf"{_ODD}{_UNTIL}{_MONTH_YEAR}(?P<first>{_NUM})(?:月份?)?{_TO}"
               rf"(?:(?P<year2>{YEAR})年)?(?P<last>{NUMERAL})月份?{_MONTH_DOUBT}{_AFTER}")),
    ("month", rf"(?<![0-9])(?P<year>{YEAR})年度?(?P<so_far>前)(?P<last>{NUMERAL})个?月份?{_AFTER}"),
    ("month", rf"{_ODD}{_UNTIL}{_MONTH_YEAR}(?P<last>{_NUM})月份?{_MONTH_DOUBT}{_AFTER}"),
    ("year", rf"(?P<doubt>(?<![0-9]){YEAR}年?{_AND}{YEAR}年)"),
    ("year", rf"(?<![0-9])(?P<year>{YEAR})(?:年度?)?{_TO}(?P<year2>{YEAR})年度?"),
    ("year", rf"(?P<doubt>{_GONE}{_TO})?{_UNTIL}(?<![0-9])(?P<year>{YEAR})年度?{_YEAR_AFTER}"),
)  # fmt: skip


@cache
def _names() -> tuple[tuple[Unit, re.Pattern[str]], ...]:
    return tuple((unit, re.compile(form)) for unit, form in _FORMS)  # a log of declared periods needs none of them


# What still looks like a period when all is read was not understood, so nothing is decided.
_LEFT = re.compile(rf"[0-9{CHINESE}](?:月|季度)|第[0-9{CHINESE}]{{1,3}}周(?![年岁])")
_ISSUE = re.compile("第[^年月]{1,6}[期批次号]")  # one of a series in its year
_JANUARY = re.compile("(?<=年)元月|元月(?=份)")
_ISO = re.compile(rf"(?<![0-9A-Za-z.])(?<![A-Za-z]-)({YEAR})([-/.])([0-9]{{1,2}})\2([0-9]{{1,2}})(?![0-9]|\2)")
_ISO_END = re.compile(rf"(?<=日)({_TO})([0-9]{{1,2}})\.([0-9]{{1,2}})(?![0-9.])")
# Signs that some name, or what stands around it, may have: those of all patterns, and what `dense` makes them of.
_SIGNS = "".join(
    {sign for _, form in _FORMS for sign in form if not sign.isascii()}
    | set(f"{CHINESE}{SPACES}{DASHES}{ZEROS}〇〜∼元第期批次号年月周季度半日")
    | {chr(code) for code in (*range(0x80), *range(0xFF01, 0xFF5F))}
)
_RUN = re.compile(f"[{re.escape(_SIGNS)}]+")
# Without one of these, a run of such signs is no name and no part of one: a number, a bracket, 公开.
_ALIVE = re.compile(
    "[年月周季半日号期批次第]|[0-9０-９][ -~！-～" + re.escape(DASHES + SPACES) + "]*[-./－．／" + DASHES + "]"
)
_OTHER, _FAR = "啊", 7  # no pattern looks over more than six signs that it does not name
_LONG = re.compile(f"{_OTHER}{{{_FAR},}}")

# The same in RE2's syntax, for the table engine, which cannot put as many signs for others as there were. Where no `第`
# stands before them it need not: no other name looks over any sign that it does not know. So a title is two parts.
_CLASS = "\\x00-\\x7f！-～" + "".join(sorted(sign for sign in _SIGNS if sign > "\x7f" and not "！" <= sign <= "～"))
_LIVELY = f"年月周季半日号期批次第./－．／{DASHES}-"
TITLE_OTHER = f"[^{_CLASS}]"  # of the head, for each of which TITLE_SIGN stands
TITLE_HEAD = f"(?s)^.*第(?:.{{{_FAR - 1}}}{TITLE_OTHER}|.{{0,{_FAR}}}[{_CLASS}]*)"  # as far as `第` may look
TITLE_NOISE = f"(?:^|{TITLE_OTHER})[^{_LIVELY}]*(?:{TITLE_OTHER}|$)|{TITLE_OTHER}"  # of the rest, for which one stands
TITLE_SIGN, TITLE_LONGEST = _OTHER, _LONGEST

# How an obligation's periods are labelled, and what is typed for it. 2017.1 is left out: a spreadsheet makes it of
# 2017.10 as well.
_LABELS: dict[Kind, re.Pattern[str]] = {
    "week": re.compile(rf"({YEAR})(?:-?W|年(?=[0-9]+周))([0-9]{{1,2}})周?"),
    "month": re.compile(rf"({YEAR})(?:[-/]|\.(?!1$)|(?=[0-9]{{2}}$))([0-9]{{1,2}})"),
    "quarter": re.compile(rf"({YEAR})[-年]?Q([1-4])"),
    "half": re.compile(rf"({YEAR})[-年]?H([12])"),
    "year": re.compile(rf"({YEAR})()"),
}


def _title_hint() -> str:
    def either(signs: str) -> str:
        return signs + "".join(chr(ord(sign) + 0xFEE0) for sign in signs if sign.isascii())

    gap = f"[{SPACES}]*"
    digit = f"[{either('0123456789')}]"
    sign = f"[{either('./')}{DASHES}－-]"
    return (
        f"[{either('0123456789Oo')}元〇{ZEROS}{CHINESE}]{gap}(?:个{gap})?[年月周季]|[上下]{gap}半{gap}年"
        f"|{digit}{gap}{sign}{gap}{digit}{{1,2}}{gap}{sign}{gap}{digit}"
    )


# A regular expression (RE2's syntax) that finds something in every title that read_title could read for any kind.
TITLE_HINT = _title_hint()


class _Name(NamedTuple):
    """A name found in a text: members of a unit (months 1 to 7), or days as month × 100 + day."""

    unit: Unit
    year: int | None
    first: int
    last: int
    last_year: int | None = None  # where the last member's own is named


def split_values(cell: str) -> list[str]:
    """Return the values of a cell that may hold several, in order, without blanks and repetitions."""
    return list(dict.fromkeys(value.strip() for value in re.split("[、;；]", cell) if value.strip()))


@lru_cache(maxsize=16384)
def read_period(value: str, form: Frequency) -> str | None:
    """Return the label of the period that a `period` cell names for a duty of this frequency, or None.

    Read are labels (2017-08, 2017-W31, 2017-Q3, 2017-H2, 2017, 2017-08-05) and the forms of titles, with a year; a
    whole date means the calendar period that it lies in. For an event any text is its key.
    """
    value = value.strip()
    if form.form in ("once", "recurring"):
        return form.form if value == form.form else None
    kind = form.kind or "day"
    day = read_date(value)
    if isinstance(day, DateRead):
        return containing(kind, day.day).label
    if form.form == "event":
        return value or None
    name = _only_name(value, kind)
    start = _start(name, kind, name.year) if name else None
    return containing(kind, start).label if start else None


def _only_name(value: str, kind: Kind) -> _Name | None:
    """Return the name that is all of a cell, if it speaks of this kind of period."""
    if len(value) > _LONGEST:
        return None
    label = _LABELS[kind].fullmatch(dense(value).upper()) if kind in _LABELS else None
    if label:
        return _Name(kind, int(label[1]), int(label[2] or 1), int(label[2] or 1))
    names, rest = _names_in(value)
    return names[0] if names and len(names) == 1 and rest == _GONE and _speaks_of(names[0], kind) else None


def read_title(title: str, kind: Kind, published: date) -> date | None:
    """Return the first day of the one period of a kind that a title names, or None when it decides nothing.

    A cumulative range names its last member (1—7月 is July), and a year not named is that of the latest such period
    begun by `published`. Anything that allows another reading decides nothing.
    """
    return _read_title(skeleton(title), kind, published) if len(title) <= _LONGEST else None


@lru_cache(maxsize=65536)
def skeleton(title: str) -> str:
    """Return a title with one sign for all that no name of a period has in it: many titles, but few skeletons."""
    parts = []
    at = 0
    for run in _RUN.finditer(title):
        parts.append(_OTHER * (run.start() - at))
        parts.append(run[0] if _ALIVE.search(run[0]) else _OTHER * len(run[0]))
        at = run.end()
    parts.append(_OTHER * (len(title) - at))
    return _LONG.sub(_OTHER * _FAR, "".join(parts))


@lru_cache(maxsize=16384)
def _read_title(title: str, kind: Kind, published: date) -> date | None:
    if kind == "year" and _ISSUE.search(title):
        return None
    names, _ = _names_in(title)
    own = [name for name in names or () if _speaks_of(name, kind)]
    if not own:
        return None
    dated = [name for name in own if name.year is not None]
    start = _start(dated[0], kind, dated[0].year) if dated else _latest(own[0], kind, published)
    if start is None:
        return None
    period = containing(kind, start)
    # ISO weeks, and days that cross the New Year, may begin in the year before that of their last day.
    years = {period.first.year, period.last.year, period.first.year - 1}
    for name in own:
        if start not in {_start(name, kind, year) for year in ([name.year] if name.year else years)}:
            return None
    others = [name for name in names or () if name not in own]
    return start if all(_agrees(name, kind, years, period.first, period.last) for name in others) else None


def _agrees(name: _Name, kind: Kind, years: set[int], first: date, last: date) -> bool:
    """Whether another name in the title can belong to the period: 第三季度（7-9月）, but not 二季度及7月份."""
    if name.unit == "days" and name.first == name.last:
        return True  # a date of issue, most often
    if kind == "year" and name.unit != "year":
        return False  # 2017年度（8月）: rather a month's
    spans = [_span(name, year) for year in ([name.year] if name.year else years)]
    return any(span is not None and span[0] <= last and span[1] >= first for span in spans)


def _speaks_of(name: _Name, kind: Kind) -> bool:
    if name.unit == "days":
        return kind == "day" or (kind == "week" and name.first != name.last)
    if name.unit == "month" and kind in ("quarter", "half", "year"):
        months = _MONTHS[kind]  # 7-9月 is a quarter
        return name.last - name.first == months - 1 and name.last % months == 0 and name.last_year in (None, name.year)
    return name.unit == kind


def _latest(name: _Name, kind: Kind, published: date) -> date | None:
    # The ISO year may already be the next one at the end of December.
    for year in (published.year + 1, published.year, published.year - 1):
        start = _start(name, kind, year)
        if start is not None and start <= published:
            return start
    return None


def _start(name: _Name, kind: Kind, year: int | None) -> date | None:
    """Return the first day of the one period of a kind that a name stands for in a year, if it does."""
    span = _span(name, year)
    if span is None:
        return None
    if name.unit == "days":
        week = containing(kind, span[0])
        return week.first if kind == "day" or week.last >= span[1] else None
    if name.unit != kind:
        return span[0]
    if name.last_year not in (None, name.year) or (name.first != name.last and name.first != 1):
        return None
    return containing(kind, span[1]).first


def _span(name: _Name, year: int | None) -> tuple[date, date] | None:
    """Return the days that a name covers in a year, or None where the calendar has no such days."""
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    last_year = name.last_year or year
    try:
        if name.unit == "week":
            monday = date.fromisocalendar(year, name.last, 1)
            return monday, monday + timedelta(days=6)
        if name.unit == "days":
            wraps = name.last_year is None and name.last < name.first
            first = date(year, *divmod(name.first, 100))
            last = date(last_year + wraps, *divmod(name.last, 100))
        else:
            months = _MONTHS[name.unit]
            first = date(year, (name.first - 1) * months + 1, 1)
            last = last_of_month(last_year, name.last * months)
    except ValueError:
        return None
    return (first, last) if first <= last else None


@lru_cache(maxsize=16384)
def _names_in(title: str) -> tuple[tuple[_Name, ...] | None, str]:
    """Return the names in a text and the rest of it; None where one of them allows two readings."""
    rest = _ISO_END.sub(r"\1\2月\3日", _ISO.sub(r"\1年\3月\4日", _JANUARY.sub("1月", dense(title))))
    names: list[_Name] = []
    for unit, pattern in _names():
        for match in pattern.finditer(rest):
            groups = match.groupdict()
            odd = groups.get("odd")
            if groups.get("doubt") is not None or (odd and (not groups.get("year") or odd[-1] in "-~至到")):
                return None, rest
            if not _is_noise(groups):
                name = _name(unit, groups)
                if name is None:
                    return None, rest
                names.append(name)
        rest = pattern.sub(_GONE, rest)
    return (None if _LEFT.search(rest) else tuple(dict.fromkeys(names))), rest


def _is_noise(groups: dict[str, str | None]) -> bool:
    """Whether a match is no period: a date of issue, a time limit, a part of the period."""
    if groups.get("end"):
        return not (groups.get("until") or groups.get("first"))  # 截至7月底 and 1月至7月底 cover July
    return bool(groups.get("issue") or groups.get("after"))


def _name(unit: Unit, groups: dict[str, str | None]) -> _Name | None:
    """Return the name that a match stands for, or None where the calendar has no such thing."""
    year = int(groups["year"] or 0) or None
    last_year = int(groups.get("year2") or 0) or None
    first = last = 1
    if unit == "days":
        month, day = groups["m"] or "", groups["d"] or ""
        first = number(month) * 100 + number(day)
        last = number(groups.get("m2") or month) * 100 + number(groups.get("d2") or day)
    elif unit != "year":
        last = {"上": 1, "下": 2}.get(groups["last"] or "") or number(groups["last"] or "")
        first = 1 if groups.get("so_far") else number(groups.get("first") or str(last))
        if groups.get("so_far") and last == 1:
            return None  # 前一季度 is the one before
    name = _Name(unit, year, first, last, last_year)
    return name if _span(name, year or 2000) or (unit == "week" and name.last == 53 and not year) else None
