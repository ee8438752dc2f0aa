"""Dates and numbers as Chinese offices write them, read without guessing."""

import re
from datetime import date
from datetime import time as clock
from functools import lru_cache
from typing import NamedTuple

from gongkai_cli.messages import Text, text

FIRST_YEAR, LAST_YEAR = 1990, 2200
# Four digits that can be a year here; everything else of four digits is a number.
YEAR = r"(?:199[0-9]|2[01][0-9]{2}|2200)"
CHINESE = "一二三四五六七八九十"
NUMERAL = rf"(?:[0-9]{{1,2}}|[一二三四五]?十[{CHINESE[:9]}]?|[{CHINESE[:9]}])"
# Blanks and invisible characters that web pages and word processors leave between the parts of a date.
SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u2060\u3000\ufeff" + "".join(
    map(chr, range(0x2000, 0x200E))
)
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2500\ufe58\ufe63"
ZEROS = "零○◯"

_PLAIN = str.maketrans(
    {code + 0xFEE0: chr(code) for code in range(0x21, 0x7F)}  # the full-width forms of ASCII
    | dict.fromkeys(map(ord, SPACES), " ")
    | dict.fromkeys(map(ord, DASHES), "-")
    | dict.fromkeys(map(ord, ZEROS), "〇")
    | {ord("〜"): "~", ord("∼"): "~", 0: "|"}
)
# 二〇一七年, also with the letter O or the digit 0 for the zero, as many keyboards produce it.
_CHINESE_YEAR = re.compile(rf"(?<![0-9〇{CHINESE}])((?:一九|二[〇Oo0一二])[〇Oo0{CHINESE[:9]}]{{2}})(?=年)")
_YEAR_DIGITS = str.maketrans("〇Oo一二三四五六七八九", "000123456789")
_APART = re.compile(rf"(?<=[0-9〇{CHINESE}]) +(?=[0-9〇{CHINESE}])")

_TIME = (
    r"(?:(?:[T ]|(?<=[日号]))(?P<hour>[0-9]{1,2})(?:时(?P<fen>[0-9]{1,2})分|:(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,6}))?)?))?"
)
_DATE = tuple(
    re.compile(form + _TIME)
    for form in (
        r"(?P<year>[0-9]{4})(?P<sign>[-/.])(?P<month>[0-9]{1,2})(?P=sign)(?P<day>[0-9]{1,2})(?![0-9])",
        r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})(?![0-9])",
        rf"(?P<year>[0-9]{{4}}) ?年 ?(?P<month>{NUMERAL}) ?月 ?(?P<day>{NUMERAL}) ?[日号]",
    )
)
_AMBIGUOUS = re.compile(
    r"[0-9]{1,2}([-/.])[0-9]{1,2}\1(?:[0-9]{4}|[0-9]{1,2})(?: .*)?|[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日.*"
)
_INCOMPLETE = re.compile(
    rf"[0-9]{{4}}(?: ?年|[-/.][0-9]{{1,2}}|[0-9]{{2}})?|[0-9]{{4}} ?年 ?{NUMERAL} ?月|{NUMERAL} ?月 ?{NUMERAL} ?[日号]"
    r"|[0-9]{1,2}(?::[0-9]{2}){1,2}|[0-9]{1,2}时[0-9]{1,2}分"
)
_LONGEST = 40  # of a cell that can be a date


class DateRead(NamedTuple):
    """A day, and the time of day where one was written."""

    day: date
    time: clock | None = None


def plain(value: str) -> str:
    """Return a text with ASCII digits and signs for full-width ones, one kind of dash, blank and zero, and
    Arabic digits in years written in Chinese."""
    return _CHINESE_YEAR.sub(lambda found: found[1].translate(_YEAR_DIGITS), value.translate(_PLAIN))


def dense(value: str) -> str:
    """Return plain text without blanks; a bar stands for those that keep two numbers apart."""
    return _APART.sub("|", plain(value)).replace(" ", "")


def number(numeral: str) -> int:
    """Return the number that a match of NUMERAL stands for: 8, 08, 八, 十二, 三十一."""
    if numeral.isdigit():
        return int(numeral)
    tens, ten, ones = numeral.rpartition("十")
    return (10 * (CHINESE.find(tens) + 1 if tens else 1) if ten else 0) + (CHINESE.find(ones) + 1 if ones else 0)


def in_chinese(number: int) -> str:
    """Return a number from 1 to 999 in Chinese: 八, 十二, 三十一, 一百零五."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    said = f"{CHINESE[hundreds - 1]}百" if hundreds else ""
    if tens:
        said += "十" if tens == 1 and not hundreds else f"{CHINESE[tens - 1]}十"
    elif hundreds and ones:
        said += "零"
    return said + (CHINESE[ones - 1] if ones else "")


@lru_cache(maxsize=65536)
def read_date(value: str) -> DateRead | Text:
    """Return the day (and time) that a cell names, or why it names none.

    Read are 2017-08-05, 2017/8/5, 2017.8.5, 20170805, 2017年8月5日 and 二〇一七年八月五日, alone or before a time as
    17:30, 17:30:05 or 17时30分. What is impossible, ambiguous or incomplete is refused, never guessed.
    """
    written = " ".join(plain(value).split())
    shown = written if len(written) <= _LONGEST else written[:_LONGEST] + "…"
    if not written:
        return text("there is no date")
    if len(written) <= _LONGEST:
        for form in _DATE:
            if match := form.fullmatch(written):
                return _checked(match, shown)
        if _AMBIGUOUS.fullmatch(written):
            return text("`{value}` can be read as more than one day; write year, month, day", value=shown)
        if _INCOMPLETE.fullmatch(written):
            return text("`{value}` is not a whole date; write year, month and day", value=shown)
    return text("`{value}` is not a date", value=shown)


def _checked(match: re.Match[str], shown: str) -> DateRead | Text:
    year = int(match["year"])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return text(
            "the year of `{value}` lies outside {first} to {last}", value=shown, first=FIRST_YEAR, last=LAST_YEAR
        )
    try:
        day = date(year, number(match["month"]), number(match["day"]))
    except ValueError:
        return text("`{value}` is a day that does not exist", value=shown)
    if match["hour"] is None:
        return DateRead(day)
    microsecond = int((match["fraction"] or "0").ljust(6, "0"))
    try:
        moment = clock(int(match["hour"]), int(match["minute"] or match["fen"]), int(match["second"] or 0), microsecond)
    except ValueError:
        return text("`{value}` has a time of day that does not exist", value=shown)
    return DateRead(day, moment)
