"""Hypothesis strategies for what an evaluator takes: small plans, logs that lie near their boundaries, and instants.

Nearly everything drawn is readable: events that start clocks of hours have a time, no event stands there twice. Titles
name periods only in forms that allow one reading, or none at all.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import yaml
from hypothesis import assume
from hypothesis import strategies as st

from gongkai_cli.deadlines import day_of
from gongkai_cli.periods import Kind, containing
from gongkai_cli.plan import Obligation, Plan
from gongkai_cli.plan_file import parse_plan
from gongkai_cli.schedule import Slot, event_slot, rule_of, timetable
from gongkai_cli.workdays import official_calendar

Row = dict[str, str]

DAY = timedelta(days=1)
OWNERS: list[dict[str, Any]] = [
    {"name": "甲局", "aliases": ["甲"]},
    {"name": "乙局", "aliases": ["乙", "区乙局"]},
    {"name": "丙镇"},
    {"name": "丁镇"},
    {"name": "各镇", "members": ["丙镇", "丁镇"]},
    {"name": "各级各部门", "members": []},
]
EVENTS = {"flood": "洪水", "meeting": "会议", "formed": "信息形成或者变更"}
# Plans of the years with make-up days, of a year and more, across the New Year, and whose days nobody has announced.
SPANS = [
    (date(2016, 11, 25), date(2018, 2, 10)),
    (date(2017, 7, 11), date(2017, 12, 31)),
    (date(2017, 9, 15), date(2017, 11, 10)),
    (date(2017, 11, 20), date(2018, 3, 10)),
    (date(2039, 12, 1), date(2040, 3, 15)),
]
DEADLINES: dict[str, list[str]] = {
    "once": ["DATE", "DATE", "DATE 17:30", "none"],
    "daily": ["end of period", "1 working day after end of period", "2 days after end of period"],
    "every working day": ["end of period", "1 day after end of period"],
    "weekly": ["end of period", "day 3 of period", "3 working days after end of period", "2 weeks after end of period"],
    "monthly": [
        "end of next month", "end of next month", "day 10 of next month", "day 31 of period", "end of period",
        "5 working days after end of period", "2 months after end of period",
    ],
    "quarterly": ["end of period", "day 15 of next month", "10 working days after end of period", "end of next month"],
    "semiannual": ["end of period", "end of next month"],
    "annual": ["06-30", "03-31 of next year", "12-10", "end of period"],
    "every 5 days": ["end of period", "3 days after end of period"],
    "every 2 weeks": ["end of period", "1 working day after end of period", "3 weeks after end of period"],
    "every 1 months": ["end of period", "10 days after end of period"],
    "rrule FREQ=MONTHLY;BYMONTHDAY=15": ["end of period", "5 days after end of period"],
    "rrule FREQ=WEEKLY;BYDAY=MO;COUNT=5": ["end of period", "8 days after end of period"],
    "on flood": ["24 hours after event", "5 hours after event", "3 days after event", "same day as event"],
    "on meeting": ["before event", "3 working days before event", "1 month after event", "none"],
    "on formed": ["20 working days after event", "5 days after event", "5 days after event", "24 hours after event"],
    "continuous": ["14 days after previous", "5 working days after previous", "1 month after previous", "none"],
    "recurring": ["none"],
}  # fmt: skip
# Once a day is many occurrences: such duties run for a week or two only.
DAILY = ("daily", "every working day")
NEUTRAL = ["情况通报", "公告", "信息", ""]
COLUMNS = ["", "财政信息", "公告栏"]
# By which a line without an obligation is known: two duties may have the same.
MATCHES: list[dict[str, list[str]]] = [
    {"title": ["情况"]}, {"title": ["情况 通报", "公告"]}, {"column": ["财政信息"]},
    {"title": ["信息", "情况"], "column": ["财政信息", "公告栏"]},
]  # fmt: skip
# What no reader takes, whatever else the line says.
UNREADABLE: list[Row] = [
    {"kind": "公示"}, {"obligation": "d9"}, {"owner": "外局"}, {"published": "", "kind": "nil"},
    {"kind": "event", "event": "地震"}, {"kind": "waiver", "until": ""},
    {"kind": "extension", "until": "2017-12-31", "approved_by": "政府办", "reference": "1号", "note": ""},
]  # fmt: skip
# What means nothing on a publication.
BESIDE: Row = {"event": "会议", "until": "2017-12-31", "approved_by": "政府办", "reference": "1号", "note": "备注"}
NUMERALS = "一二三四"


@dataclass(frozen=True)
class Scenario:
    """All that an evaluator is asked: `as_of` is empty only beside `known_on`."""

    plan_yaml: str
    lines: list[Row] = field(default_factory=list)
    as_of: str = ""
    known_on: str | None = None


# --- plans -------------------------------------------------------------------------------------------------------


@st.composite
def owed_by(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["one", "one", "each", "any", "group", "any group", "memberless"]))
    if kind == "one":
        return {"owner": draw(st.sampled_from(["甲局", "乙局", "丙镇"]))}
    if kind == "group":
        return {"owner": "各镇"}
    if kind == "memberless":
        return {"owner": "各级各部门"}
    if kind == "any group":
        return {"owner": ["各镇", "甲局"], "completion": "any"}
    several = st.lists(st.sampled_from(["甲局", "乙局", "丙镇", "各镇"]), min_size=2, max_size=3, unique=True)
    return {"owner": draw(several), "completion": kind}


@st.composite
def obligations(draw: st.DrawFn, index: int, starts: date, ends: date) -> dict[str, Any]:
    """An obligation as its mapping in the plan."""
    frequency = draw(st.sampled_from([*DEADLINES, "monthly", "monthly", "on formed"]))
    deadline = draw(st.sampled_from(DEADLINES[frequency]))
    near_the_end = ends - draw(st.integers(0, 40)) * DAY
    deadline = deadline.replace("DATE", near_the_end.isoformat())
    duty: dict[str, Any] = {
        "id": f"d{index}", "clause": str(index), "quote": "原文", "title": f"事项{NUMERALS[index % 4]}",
        **draw(owed_by()), "frequency": frequency,
    }  # fmt: skip
    if draw(st.booleans()) or deadline == "none":
        duty["deadline"] = deadline
    else:
        duty["readings"] = [deadline]  # becomes a reading that carries the deadline
    periodic = frequency not in ("once", "continuous", "recurring") and not frequency.startswith("on ")
    if frequency in DAILY:
        duty["from"] = starts + draw(st.integers(0, 20)) * DAY
        duty["until"] = duty["from"] + draw(st.integers(0, 10)) * DAY
    elif draw(st.integers(0, 5)) == 0:
        duty["until"] = draw(st.sampled_from(["none", ends + 40 * DAY]))
    if periodic and draw(st.integers(0, 4)) == 0:
        duty["opens"] = draw(st.sampled_from(["start of period", "day 2 of period", "end of period"]))
    if periodic and frequency not in DAILY and draw(st.integers(0, 5)) == 0:
        duty["season"] = draw(st.sampled_from([["02-01..12-31"], ["11-15..01-20"], ["09-01..10-15"]]))
    if deadline != "none" and "hour" not in deadline and draw(st.integers(0, 5)) == 0:
        duty["roll"] = "next"
    if frequency not in ("continuous", "recurring"):
        duty["min_records"] = draw(st.sampled_from([1, 1, 1, 2, 3]))
    if draw(st.integers(0, 2)) == 0:
        duty["nil"] = "accepted"
    if draw(st.integers(0, 2)) == 0:
        duty["match"] = draw(st.sampled_from(MATCHES))
    return duty


@st.composite
def plans(draw: st.DrawFn) -> str:
    """A valid plan of one to four obligations, as YAML."""
    starts, ends = draw(st.sampled_from(SPANS))
    duties = [draw(obligations(index, starts, ends)) for index in range(draw(st.integers(1, 4)))]
    readings: dict[str, dict[str, str]] = {}
    for duty in duties:
        for deadline in duty.get("readings", []):
            name = f"r{len(readings)}"
            duty["readings"] = [name]
            readings[name] = {
                "word": "及时", "about": "deadline", "means": "按惯例", "authority": "惯例", "deadline": deadline
            }  # fmt: skip
    warn = draw(st.sampled_from([None, "5 days", "2 working days", "1 month", "2 weeks"]))
    head = {"id": "p", "title": "计划", "issued": starts, "ends": ends}
    data = {
        "version": 1, "plan": {**head, **({"warn_before": warn} if warn else {})}, "owners": OWNERS, "events": EVENTS,
        "readings": readings, "obligations": duties,
    }  # fmt: skip
    written = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
    assume(parse_plan(written.encode(), "plan.yaml").plan is not None)
    return written


def read(plan_yaml: str) -> Plan:
    return parse_plan(plan_yaml.encode(), "plan.yaml").usable()


# --- days and periods worth a line -------------------------------------------------------------------------------


def slots_of(plan: Plan, obligation: Obligation, events: list[Row]) -> list[Slot]:
    """Some occurrences of an obligation: those of the calendar, or those of events."""
    rule, calendar = rule_of(plan, obligation), official_calendar()
    if obligation.frequency.form != "event":
        return list(timetable(rule, calendar, plan.plan.ends + 60 * DAY).slots)
    slots = []
    for event in events:
        if event["event"] == obligation.frequency.event:
            day = date.fromisoformat(event["published"][:10])
            try:
                slots.append(event_slot(rule, calendar, day, event.get("period") or day.isoformat()))
            except ValueError:  # a clock of hours: its days will do
                slots.append(Slot(containing("day", day), day, day + DAY, provisional=False))
    return [slot for slot in slots if slot is not None]


def days_near(plan: Plan, slots: list[Slot]) -> st.SearchStrategy[date]:
    """Days on the edges of windows and around them, and some days of anywhere near the plan."""
    edges = {day_of(when) for slot in slots for when in (slot.opens, slot.deadline) if when is not None}
    edges |= {plan.plan.starts_on, plan.plan.ends}
    near = st.builds(lambda day, by: day + by * DAY, st.sampled_from(sorted(edges)), st.integers(-2, 2))
    anywhere = st.dates(plan.plan.starts_on - 60 * DAY, plan.plan.ends + 120 * DAY)
    return st.one_of(near, near, near, anywhere)


TIMES = st.sampled_from(["", "", "", " 00:00", " 09:30", " 17:30", " 17:31", " 23:59"])


@st.composite
def days_and_times(draw: st.DrawFn, days: st.SearchStrategy[date], times: st.SearchStrategy[str] = TIMES) -> str:
    return draw(days).isoformat() + draw(times)


def labels(plan: Plan, obligation: Obligation, slots: list[Slot]) -> st.SearchStrategy[str]:
    """Periods for a cell: one that belongs, several, or one that does not."""
    known = [slot.period.label for slot in slots] or ["2017-08"]
    kind = obligation.frequency.kind
    foreign = containing(kind, plan.plan.starts_on - 100 * DAY).label if kind else "2001-01-01"
    one = st.sampled_from([*known, *known, *known, foreign])
    written = one.map(in_chinese) if kind == "month" else one
    return st.one_of(one, one, written, st.builds("{}、{}".format, one, one))


def in_chinese(label: str) -> str:
    year, _, month = label.partition("-")
    return f"{year}年{int(month)}月"


def titles(obligation: Obligation, slots: list[Slot]) -> st.SearchStrategy[str]:
    """Titles that name a period of the duty's own kind, or of another kind, or none."""
    neutral = st.sampled_from(NEUTRAL)
    kind = obligation.frequency.kind
    if kind not in ("week", "month", "quarter", "half") or not slots:
        return neutral
    days = st.sampled_from([slot.period.first for slot in slots])
    other: Kind = "quarter" if kind in ("month", "week") else "month"
    return st.one_of(neutral, named(days, kind), named(days, kind), named(days, other))


@st.composite
def named(draw: st.DrawFn, days: st.SearchStrategy[date], kind: Kind) -> str:
    day = draw(days)
    year: str = draw(st.sampled_from([f"{day.year}年", f"{day.year}年", ""]))
    if kind == "week":
        iso_year, week, _ = day.isocalendar()
        return f"{f'{iso_year}年' if year else ''}第{week}周情况"
    if kind == "month":
        cumulative = draw(st.integers(0, 4)) == 0 and day.month > 1 and day.month % 3 != 0
        month = f"1—{day.month}月" if cumulative else f"{day.month}月份"
        return f"{year}{month}情况"
    if kind == "quarter":
        return f"{year}第{NUMERALS[(day.month - 1) // 3]}季度情况"
    return f"{year}{'上' if day.month <= 6 else '下'}半年情况"


# --- lines -------------------------------------------------------------------------------------------------------


def owner_cells(plan: Plan, obligation: Obligation) -> st.SearchStrategy[str]:
    """One who owes it, by name or alias; nobody; several; seldom one who does not owe it."""
    owing = plan.owners_of(obligation)
    spelt = {name: [name] for name in owing}
    for alias, name in plan.owner_names.items():
        if name in spelt and alias != name:
            spelt[name].append(alias)
    one = st.sampled_from([spelling for name in owing for spelling in spelt[name]])
    joint = st.just("、".join(owing[:2]))
    unhelpful = st.sampled_from(["甲局", "丁镇", "各镇", ""])
    if len(owing) == 1:
        return st.one_of(one, one, one, st.just(""), st.just(""), unhelpful)
    return st.one_of(one, one, one, one, one, joint, joint, st.just(";".join(reversed(owing))), unhelpful)


@st.composite
def events_(draw: st.DrawFn, plan: Plan) -> list[Row]:
    """Up to four events of one name and key each, narrowed or not, with a time where a clock of hours waits for one."""
    rows: list[Row] = []
    names = sorted({each.frequency.event for each in plan.obligations if each.frequency.event})
    for _ in range(draw(st.integers(0, 4)) if names else 0):
        name = draw(st.sampled_from(names))
        day = draw(st.dates(plan.plan.starts_on - 20 * DAY, plan.plan.ends + 5 * DAY))
        waiting = [each for each in plan.obligations if each.frequency.event == name]
        by_the_clock = any(getattr(plan.deadline_of(each), "unit", "") == "hour" for each in waiting)
        timed = by_the_clock or draw(st.integers(0, 3)) == 0
        row = {"kind": "event", "event": name, "published": f"{day} 10:30" if timed else day.isoformat()}
        obligation = draw(st.sampled_from(waiting))
        if draw(st.integers(0, 3)) == 0:
            row["obligation"] = obligation.id
        if draw(st.booleans()):
            row["owner"] = draw(st.sampled_from([*plan.owners_of(obligation), "丙镇", "各镇"]))
        if draw(st.integers(0, 3)) == 0:
            row["recorded"] = (day + draw(st.integers(-10, 30)) * DAY).isoformat()
        if draw(st.integers(0, 3)) == 0:
            row["period"] = f"{name}-{len(rows)}"
        key = (name, row.get("period") or day.isoformat())
        if all(key != (each["event"], each.get("period") or each["published"][:10]) for each in rows):
            rows.append(row)
    return rows


@st.composite
def publications(draw: st.DrawFn, plan: Plan, events: list[Row], days_had: list[date]) -> Row:
    """A line of one duty, sometimes of two, or of whatever its words fit; sometimes of a day that another line has."""
    obligation = draw(st.sampled_from(plan.obligations))
    slots = slots_of(plan, obligation, events)
    days = days_near(plan, slots)
    if days_had and draw(st.integers(0, 3)) == 0:
        days = st.sampled_from(days_had)
    row = {
        "published": draw(days_and_times(days)),
        "kind": draw(st.sampled_from(["", "", "", "", "", "publication", "nil", "correction"])),
        "obligation": draw(st.sampled_from([obligation.id, obligation.title])),
        "owner": draw(owner_cells(plan, obligation)),
        "title": draw(titles(obligation, slots)),
        "url": draw(st.sampled_from(["", "", "http://a/1", "http://a/2"])),
    }
    # A stretch is named by the day it began, which only other lines tell: those are not declared.
    if obligation.frequency.form != "continuous" and draw(st.integers(0, 2)) == 0:
        row["period"] = draw(labels(plan, obligation, slots))
    if obligation.frequency.form == "event" and draw(st.booleans()):
        formed = date.fromisoformat(row["published"][:10]) - draw(st.sampled_from([0, 1, 5, 6, 28, 29])) * DAY
        known = [date.fromisoformat(event["published"][:10]) for event in events]
        formed = draw(st.sampled_from([formed, *known]))
        row["formed"] = f"{formed} 10:30" if draw(st.booleans()) else formed.isoformat()
    row |= {column: cell for column, cell in BESIDE.items() if draw(st.integers(0, 4)) == 0}
    by_words = any(each.match is not None for each in plan.obligations)
    if draw(st.integers(0, 9)) == 0:
        row["obligation"] += draw(st.sampled_from("、;")) + draw(st.sampled_from(plan.obligations)).id
    elif draw(st.integers(0, 2 if by_words else 19)) == 0:
        row["obligation"] = ""
        row["column"] = draw(st.sampled_from(COLUMNS))
        row["owner"] = draw(st.sampled_from([row["owner"], row["owner"], "甲局", "丙镇;乙", "外局"]))
    return row


@st.composite
def excuses(draw: st.DrawFn, plan: Plan, events: list[Row]) -> Row:
    """A waiver or an extension, complete; dated before, on or after a deadline, until before, on or after it."""
    obligation = draw(st.sampled_from(plan.obligations))
    slots = slots_of(plan, obligation, events)
    kind = draw(st.sampled_from(["waiver", "extension"]))
    deadlines = [(slot.period.label, day_of(slot.deadline)) for slot in slots if slot.deadline is not None]
    label, deadline = draw(st.sampled_from(deadlines or [("once", plan.plan.ends)]))
    published = draw(days_and_times(st.just(deadline + draw(st.sampled_from([-20, -7, -2, -1, 0, 0, 1])) * DAY)))
    until = deadline + draw(st.sampled_from([-1, 0, 0, 1, 2, 7, 20, 40])) * DAY
    row = {
        "kind": kind, "published": published, "owner": draw(owner_cells(plan, obligation)),
        "obligation": "、".join({obligation.id, draw(st.sampled_from([obligation, obligation, *plan.obligations])).id}),
        "until": draw(days_and_times(st.just(until), st.sampled_from(["", "", "", " 12:00"]))),
        "approved_by": "政府办", "reference": "1号", "note": "改版",
    }  # fmt: skip
    if draw(st.integers(0, 19) if kind == "extension" else st.integers(0, 1)) > 0:
        row["period"] = label
        if obligation.frequency.form != "continuous" and draw(st.integers(0, 3)) == 0:
            row["period"] = draw(labels(plan, obligation, slots))
    return row


@st.composite
def logs(draw: st.DrawFn, plan_yaml: str, size: int = 15) -> list[Row]:
    """Up to `size` lines for a plan, in any order, some of them twice, some recorded later than published."""
    plan = read(plan_yaml)
    events = draw(events_(plan))
    rows: list[Row] = [*events]
    number = draw(st.integers(0, size - len(rows)))
    for _ in range(number):
        ordinary = publications(plan, events, [date.fromisoformat(each["published"][:10]) for each in rows])
        row: Row = draw(st.one_of(ordinary, ordinary, ordinary, ordinary, excuses(plan, events)))
        again = [each for each in rows if each["kind"] not in ("event", "waiver", "extension")]
        if again and draw(st.integers(0, 5)) == 0:  # a likely duplicate, perhaps declared or named otherwise
            row = {**draw(st.sampled_from(again)), **draw(st.sampled_from([{}, {"period": ""}, {"title": "转载"}]))}
        if draw(st.integers(0, 4)) == 0:
            day = date.fromisoformat(row["published"][:10])
            row["recorded"] = f"{day + draw(st.integers(0, 60)) * DAY}{draw(st.sampled_from(['', '', ' 09:30']))}"
        rows.append({name: value for name, value in row.items() if value or name == "kind"})
    if draw(st.integers(0, 3)) == 0:
        rows += draw(st.lists(loose_ends(plan, events), max_size=2))
    return draw(st.permutations(rows))


@st.composite
def loose_ends(draw: st.DrawFn, plan: Plan, events: list[Row]) -> Row:
    """A row of a ledger that nobody has filled in, or a line that cannot be read."""
    row: Row = draw(publications(plan, events, []))
    if draw(st.booleans()):
        named = {name: row[name] for name in ("owner", "period") if row.get(name)}
        return {"kind": "", "obligation": plan.obligations[0].id, **named}
    row = {**row, "obligation": plan.obligations[0].id, **draw(st.sampled_from(UNREADABLE))}
    return {name: value for name, value in row.items() if value or name == "kind"}


@st.composite
def instants(draw: st.DrawFn, plan_yaml: str, lines: list[Row]) -> str:
    """A day or an instant: near the boundaries of windows, near lines, or anywhere."""
    plan = read(plan_yaml)
    events = [row for row in lines if row.get("kind") == "event"]
    slots = [slot for each in plan.obligations for slot in slots_of(plan, each, events)]
    published = [date.fromisoformat(row["published"][:10]) for row in lines if row.get("published")]
    around = days_near(plan, slots)
    days = around
    if published:
        days = st.one_of(
            around, st.sampled_from(published), st.just(max(published)), st.just(max(published) + 30 * DAY)
        )
    return draw(days_and_times(days))


@st.composite
def scenarios(draw: st.DrawFn, size: int = 15) -> Scenario:
    """A plan, a log for it, and an instant, sometimes with the day whose knowledge counts."""
    plan_yaml = draw(plans())
    lines = draw(logs(plan_yaml, size))
    as_of = draw(instants(plan_yaml, lines))
    known_on = draw(instants(plan_yaml, lines))[:10] if draw(st.integers(0, 3)) == 0 else None
    if known_on and draw(st.booleans()):
        as_of = ""
    return Scenario(plan_yaml, lines, as_of, known_on)
