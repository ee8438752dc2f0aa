"""Regular expressions (ECMA 262) for the small languages of the plan file, as its JSON Schema needs them.

They accept what the parsers accept; the tests hold the one against the other. What no expression can say is left to
`gongkai check`.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from gongkai_cli.frequencies import RRULE_PARTS

# A day that every year has; 02-29 stands apart.
_COMMON_DAY = (
    r"(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    r"|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_YEAR_DAY = rf"(?:{_COMMON_DAY}|02-29)"
_LEAP_YEAR = r"(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
_ANY_DAY = rf"(?!0000)(?:[0-9]{{4}}-{_COMMON_DAY}|{_LEAP_YEAR}-02-29)"
# From FIRST_YEAR to LAST_YEAR of the deadline language.
_DAY = rf"(?=199|20|21|2200){_ANY_DAY}"
_AT = rf"{_DAY}(?: (?:[01][0-9]|2[0-3]):[0-5][0-9])?"
_ID = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
# Numbers from 1 to the length of the longest period of a kind, in days.
_UP_TO = {
    1: "1",
    7: "[1-7]",
    31: "(?:[1-9]|[12][0-9]|3[01])",
    92: "(?:[1-9]|[1-8][0-9]|9[0-2])",
    184: "(?:[1-9]|[1-9][0-9]|1[0-7][0-9]|18[0-4])",
    366: "(?:[1-9]|[1-9][0-9]|[12][0-9][0-9]|3[0-5][0-9]|36[0-6])",
    999: "[1-9][0-9]{0,2}",
}


def _one_of(forms: Iterable[str]) -> str:
    return f"(?:{'|'.join(forms)})"


def _counted(*units: str) -> str:
    """`1 day`, `1 days`, `2 days`, to 9999: after 1 the plural is understood too."""
    unit = _one_of(units)
    return rf"(?:1 {unit}s?|(?:[2-9]|[1-9][0-9]{{1,3}}) {unit}s)"


def _any_case(expression: str) -> str:
    """An expression of capitals, such as those of recurrence rules, for small letters too."""
    return "".join(f"[{each}{each.lower()}]" if each.isupper() else each for each in expression)


def _rrule() -> str:
    """Parts in any order, FREQ among them, none twice, COUNT and UNTIL not together."""
    part = _any_case(_one_of(f"{name}=(?:{value})" for name, value in RRULE_PARTS.items()))
    ruled_out = [f"{name}=.*;{name}=" for name in RRULE_PARTS] + ["COUNT=.*;UNTIL=", "UNTIL=.*;COUNT="]
    conditions = "(?=(?:.*;)?FREQ=)" + "".join(f"(?!(?:.*;)?{each})" for each in ruled_out)
    return f"rrule {_any_case(conditions)}{part}(?:;{part})*"


_DAYS = _counted("day", "working day", "week", "month")
_EVENT_FORMS = (
    f"{_counted('hour', 'day', 'working day', 'week', 'month')} after event",
    "same day as event",
    f"(?:{_counted('day', 'working day')} )?before event",
)
_NEXT_MONTH = f"(?:end|day {_UP_TO[31]}) of next month"


class Manner(NamedTuple):
    """A kind of frequency: one of it, the expression for all of it, and those of the deadlines that go with it."""

    example: str
    frequency: str
    deadline: str
    opens: str | None  # None where no opening goes with it


def _periodic(example: str, frequency: str, longest: int, *more: str) -> Manner:
    shared = (f"day {_UP_TO[longest]} of period", f"{_DAYS} after end of period", *more)
    return Manner(
        example, frequency, _one_of(("end of period", *shared)), _one_of(("(?:start|end) of period", *shared))
    )


def _manners() -> Iterator[Manner]:
    yield Manner("once", "once", _one_of((_AT, "none")), _AT)
    yield _periodic("daily", "(?:daily|every working day)", 1)
    yield _periodic("weekly", "weekly", 7)
    yield _periodic("monthly", "monthly", 31, _NEXT_MONTH)
    yield _periodic("quarterly", "quarterly", 92, _NEXT_MONTH)
    yield _periodic("semiannual", "semiannual", 184, _NEXT_MONTH)
    yield _periodic("annual", "annual", 366, _NEXT_MONTH, f"{_YEAR_DAY}(?: of next year)?")
    yield _periodic("every 5 days", rf"(?:every [1-9][0-9]{{0,3}} (?:days|weeks|months)|{_rrule()})", 366)
    yield Manner("on EVENT", f"on {_ID}", _one_of((*_EVENT_FORMS, "none")), _one_of(_EVENT_FORMS))
    yield Manner("continuous", "continuous", _one_of((f"{_DAYS} after previous", "none")), None)
    yield Manner("recurring", "recurring", "none", None)


MANNERS = tuple(_manners())
_DEADLINES = (
    *(_AT, f"{_YEAR_DAY}(?: of next year)?", f"(?:start|end|day {_UP_TO[999]}) of period", _NEXT_MONTH),
    *(f"{_DAYS} after (?:end of period|previous)", *_EVENT_FORMS, "none"),
)
_FORMS = {
    "day": _DAY,
    "until": _one_of((_DAY, "none")),
    "deadline": _one_of(_DEADLINES),
    "opening": _one_of(_DEADLINES),
    "frequency": _one_of(manner.frequency for manner in MANNERS),
    "season": _one_of((rf"{_YEAR_DAY}\.\.{_YEAR_DAY}", rf"{_ANY_DAY}\.\.{_ANY_DAY}")),
    "length": _DAYS,
    "zone": "[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*",
    "language": "[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*",
}


def whole(expression: str) -> str:
    """Return the expression for a text that consists of a form and nothing else."""
    return f"^(?:{expression})$"


PATTERNS = {form: whole(expression) for form, expression in _FORMS.items()}
