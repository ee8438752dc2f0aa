"""An office's own file of working days: years announced later, and corrections."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from gongkai_cli.deadlines import FIRST_YEAR, LAST_YEAR, parse_day
from gongkai_cli.frequencies import NotAForm
from gongkai_cli.messages import text
from gongkai_cli.positions import Document, read_yaml
from gongkai_cli.problems import BadInput, Problem
from gongkai_cli.shapes import Strict, Words_, one_or_many, parsed_by, shape_problems, what_is, without_bent
from gongkai_cli.workdays import WorkCalendar, YearDays
from gongkai_cli.yaml_slips import slip_hint

# No holiday is longer; a longer range is a slip in one of its dates.
_LONGEST_HOLIDAY = timedelta(days=31)


def _days(value: str) -> tuple[date, ...]:
    first, _, last = value.partition("..")
    begin = parse_day(first)
    end = parse_day(last) if last else begin
    if not begin <= end <= begin + _LONGEST_HOLIDAY:
        raise NotAForm(text("`{value}` is not a stretch of days", value=value), text("write 2027-01-01..2027-01-03"))
    return tuple(begin + timedelta(days=n) for n in range((end - begin).days + 1))


class NamedDays(Strict):
    """Days that belong to one holiday: a day, a range `A..B`, or a list of these."""

    name: Words_
    days: Annotated[
        tuple[Annotated[tuple[date, ...], parsed_by(_days, "GK205")], ...],
        BeforeValidator(one_or_many),
        Field(strict=False, min_length=1),
    ]

    @property
    def all(self) -> Sequence[date]:
        """Every day named."""
        return [day for stretch in self.days for day in stretch]


class OverrideYear(Strict):
    """What holds for one year: the days off, the make-up days, and the notice that says so.

    `covers: year` says that the file gives the whole year, as the State Council's notice does; `covers: days` gives
    single days, and leaves a year without official data provisional.
    """

    year: Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
    covers: Literal["year", "days"]
    document_number: Words_
    holidays: Annotated[tuple[NamedDays, ...], Field(strict=False)] = ()
    make_up_days: Annotated[tuple[NamedDays, ...], Field(strict=False)] = ()


class OverrideFile(Strict):
    """One override file."""

    version: Literal[1]
    calendar: Literal["CN"] = "CN"
    years: Annotated[tuple[OverrideYear, ...], Field(strict=False, min_length=1)]


_KNOWN_KEYS = frozenset(key for model in (OverrideFile, OverrideYear, NamedDays) for key in model.model_fields)


def load_overrides(path: Path | str) -> tuple[Mapping[int, YearDays], tuple[Problem, ...]]:
    """Read an override file: what it says of each year, and every problem in it."""
    document, problems = read_yaml(Path(path), str(path), _KNOWN_KEYS)
    if document is None:
        return {}, tuple(sorted(problems))
    if not isinstance(document.data, dict):
        wrong = text("this file is a mapping of `key: value` lines, not {what}", what=what_is(document.data))
        problems.append(document.problem("GK203", (), wrong, slip_hint(document, 0)))
        return {}, tuple(sorted(problems))
    try:
        content = OverrideFile.model_validate(document.data)
    except ValidationError as error:
        problems.extend(shape_problems(document, error, _model_at))
        return {}, tuple(sorted(without_bent(problems)))
    years: dict[int, YearDays] = {}
    for index, each in enumerate(content.years):
        if each.year in years:
            said = text("the year {year} stands here again", year=each.year)
            problems.append(document.problem("GK501", ("years", index, "year"), said))
        problems.extend(_misplaced_days(document, index, each))
        years[each.year] = YearDays(
            each.year,
            _by_day(each.holidays),
            _by_day(each.make_up_days),
            each.document_number,
            whole=each.covers == "year",
        )
    return years, tuple(sorted(problems))


def calendar_with(base: WorkCalendar, paths: Sequence[Path | str]) -> WorkCalendar:
    """Return a calendar with override files applied in order; raise BadInput where one has a problem."""
    calendar = base
    problems: list[Problem] = []
    for path in paths:
        years, found = load_overrides(path)
        problems.extend(found)
        calendar = calendar.with_overrides(years)
    if problems:
        raise BadInput(problems)
    return calendar


def _by_day(groups: Sequence[NamedDays]) -> dict[date, str]:
    return {day: group.name for group in groups for day in group.all}


def _misplaced_days(document: Document, index: int, given: OverrideYear) -> Iterator[Problem]:
    seen: dict[date, str] = {}
    for key, position, item, day in _each_day(given):
        place: tuple[str | int, ...] = ("years", index, key, position, "days", item)
        if day.year != given.year:
            said = text("{day} does not lie in {year}", day=day.isoformat(), year=given.year)
            yield document.problem("GK502", place, said, text("list it under its own year"))
        elif day in seen:
            again = text("delete one of the two")
            hint = again if seen[day] == key else text("a day is off, or made up for; not both")
            yield document.problem("GK501", place, text("{day} is given twice", day=day.isoformat()), hint)
        seen.setdefault(day, key)


def _each_day(given: OverrideYear) -> Iterator[tuple[str, int, int, date]]:
    """Every day of a year: its list, the holiday's position there, the item's position among its days."""
    for key, groups in (("holidays", given.holidays), ("make_up_days", given.make_up_days)):
        for position, group in enumerate(groups):
            for item, stretch in enumerate(group.days):
                for day in stretch:
                    yield key, position, item, day


def _model_at(place: tuple[str | int, ...]) -> type[BaseModel]:
    if "holidays" in place or "make_up_days" in place:
        return NamedDays
    return OverrideYear if place else OverrideFile
