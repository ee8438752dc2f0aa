"""What the values of options mean."""

import re
from collections.abc import Sequence
from datetime import date, datetime

from gongkai_cli.cli.terminal import typed, usage
from gongkai_cli.deadlines import When, day_of, parse_clock, parse_day
from gongkai_cli.evaluation.verdicts import STATUSES, Status
from gongkai_cli.frequencies import NotAForm, nearest
from gongkai_cli.messages import Text, text
from gongkai_cli.periods import Period, containing
from gongkai_cli.plan import Plan
from gongkai_cli.problems import BadInput, Problem
from gongkai_cli.report import Filter

_RANGES = {
    "--month": (re.compile(r"([0-9]{4})-([0-9]{2})"), "2017-08"),
    "--week": (re.compile(r"([0-9]{4})-W([0-9]{2})"), "2017-W31"),
    "--quarter": (re.compile(r"([0-9]{4})-Q([1-4])"), "2017-Q3"),
}
_NOT_ONE = {
    "--month": text("`{value}` is not a month"),
    "--week": text("`{value}` is not a week"),
    "--quarter": text("`{value}` is not a quarter"),
}
_INSTANT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T]([0-9]{2}:[0-9]{2}))?")


def read_range(
    month: str | None, week: str | None, quarter: str | None, first: str | None, last: str | None
) -> tuple[date, date] | None:
    """Return the days that the options for a range name, or None when none is given."""
    given = {"--month": month, "--week": week, "--quarter": quarter}
    named = {option: value for option, value in given.items() if value is not None}
    if len(named) + (first is not None or last is not None) > 1:
        raise usage("--month", text("give one range: a month, a week, a quarter, or --from and --to"))
    for option, value in named.items():
        period = _period(option, value)
        return period.first, period.last
    if first is None and last is None:
        return None
    if first is None or last is None:
        raise usage("--from", text("--from and --to go together"), text("give both days"))
    begin, end = read_day("--from", first), read_day("--to", last)
    if end < begin:
        raise usage("--to", text("the range ends before it begins"), text("swap the two days"))
    return begin, end


def _period(option: str, value: str) -> Period:
    form, example = _RANGES[option]
    match = form.fullmatch(value)
    period = _calendar_period(option, int(match[1]), int(match[2])) if match else None
    if period is None:
        hint = text("write for example {example}", example=f"{option} {example}")
        raise usage(option, Text(_NOT_ONE[option].template, (("value", value),)), hint)
    return period


def _calendar_period(option: str, year: int, number: int) -> Period | None:
    try:
        if option == "--week":
            return containing("week", date.fromisocalendar(year, number, 1))
        if option == "--quarter":
            return containing("quarter", date(year, 3 * number, 1))
        return containing("month", date(year, number, 1))
    except ValueError:
        return None


def read_day(option: str, value: str) -> date:
    """Return the day that an option names."""
    try:
        return parse_day(value)
    except NotAForm as error:
        raise usage(option, error.message, error.hint) from None


def read_as_of(value: str | None, plan: Plan, began: datetime) -> When:
    """Return the day or instant to look from; by default the day on which it began, in the plan's time zone."""
    if value is None:
        return began.astimezone(plan.plan.zone).date()
    return read_instant("--as-of", value, plan)


def read_instant(option: str, value: str, plan: Plan) -> When:
    """Return the day, or the instant on the plan's clock, that an option names."""
    match = _INSTANT.fullmatch(value)
    try:
        clock = parse_clock(match[2]) if match and match[2] else None
    except ValueError:
        match = None
    if match is None:
        hint = text("write 2017-09-30 or '2017-09-30 17:30'")
        raise usage(option, text("`{value}` is neither a day nor a day and time", value=value), hint)
    day = read_day(option, match[1])
    return datetime.combine(day, clock, plan.plan.zone) if clock is not None else day


def read_since(value: str | None, as_of: When) -> date | None:
    """Return the earlier day to compare with; raise BadInput unless it lies before the day looked from."""
    if value is None:
        return None
    day = read_day("--since", value)
    if day >= day_of(as_of):
        hint = text("give a day before {day}, the day looked from; --as-of moves it", day=day_of(as_of).isoformat())
        raise usage("--since", text("there is nothing to compare with yet"), hint)
    return day


def read_filter(
    plan: Plan, owners: Sequence[str], obligations: Sequence[str], statuses: Sequence[str] = ()
) -> tuple[Filter, tuple[Problem, ...]]:
    """Return what --owner, --obligation and --status ask for, and problems, with the nearest, for unknown names.

    An unknown name stays in the filter, where it chooses nothing.
    """
    names: list[str] = []
    unknown: list[BadInput] = []
    for owner in map(typed, owners):
        name = plan.owner_names.get(owner, owner)
        if owner not in plan.owner_names:
            unknown.append(_unknown("--owner", owner, list(plan.owner_names)))
        names.extend((name, *plan.groups.get(name, ())))
    ids = [obligation.id for obligation in plan.obligations]
    obligations = [typed(obligation) for obligation in obligations]
    unknown += [_unknown("--obligation", each, ids) for each in obligations if each not in ids]
    chosen = Filter(frozenset(names), frozenset(obligations), read_statuses("--status", statuses))
    return chosen, tuple(problem for each in unknown for problem in each.problems)


def read_statuses(option: str, values: Sequence[str]) -> frozenset[Status]:
    """Return the statuses that an option names."""
    found = set()
    for value in values:
        status = next((each for each in STATUSES if each == value.strip()), None)
        if status is None:
            close, known = nearest(value, STATUSES), ", ".join(STATUSES)
            hint = (
                text("did you mean `{name}`? known are: {known}", name=close, known=known)
                if close
                else text("known are: {known}", known=known)
            )
            raise usage(option, text("`{value}` is no status", value=value), hint)
        found.add(status)
    return frozenset(found)


def check_obligation(option: str, value: str, ids: Sequence[str]) -> None:
    """Raise BadInput, with the nearest id, unless an id is one of the plan's."""
    if value not in ids:
        raise _unknown(option, value, ids)


def _unknown(option: str, value: str, known: Sequence[str]) -> BadInput:
    close = nearest(value, known)
    hint = text("did you mean `{name}`?", name=close) if close else text("`gongkai due --by owner` shows the names")
    return usage(option, text("`{value}` is not in the plan", value=value), hint)
