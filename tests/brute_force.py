"""A second evaluator, naive on purpose, written sentence by sentence from the contract (semantics.md, §3 and §4).

It shares the plan's reader and the computation of windows with the program, which have tests of their own, and nothing
of how a log is held against them. Quoted comments are the contract's words; `D7` is a decision in
evaluation_cases/README.md. Run as a program, it checks itself against evaluation_cases/*.yaml.
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from gongkai_cli.deadlines import When, day_of
from gongkai_cli.messages import Words
from gongkai_cli.periods import Kind, containing
from gongkai_cli.plan import Obligation, Plan
from gongkai_cli.plan_file import parse_plan
from gongkai_cli.schedule import Rule, Slot, event_slot, rule_of, stretch_slot, timetable
from gongkai_cli.workdays import WorkCalendar, official_calendar

CASES = Path(__file__).parent / "evaluation_cases"

KINDS = {
    "": "publication", "publication": "publication", "nil": "nil", "本期无": "nil", "correction": "correction",
    "更正": "correction", "event": "event", "事件": "event", "waiver": "waiver", "免责": "waiver",
    "extension": "extension", "延期": "extension",
}  # fmt: skip
DAY = timedelta(days=1)
FAR = date(9999, 12, 31)


class Moment(NamedTuple):
    """A day, or an instant on it (`at`, in UTC)."""

    day: date
    at: datetime | None = None


@dataclass
class Line:
    """One readable line of the log."""

    index: int
    cells: Mapping[str, str]
    kind: str
    published: Moment
    recorded: Moment | None
    formed: Moment | None
    until: Moment | None
    obligations: list[Obligation]  # empty: none named
    owners: list[str]  # empty: none named
    periods: list[str]
    owner_unknown: bool = False

    def cell(self, name: str) -> str:
        return (self.cells.get(name) or "").strip()

    @property
    def order(self) -> tuple[Any, ...]:
        # "in order of `published` (then title, URL)"; then owner and line, which change no verdict (D1)
        return (*_sortable(self.published), self.cell("title"), self.cell("url"), self.cell("owner"), self.index)


@dataclass
class Record:
    """A line in an occurrence: how it came there, and whom of the occurrence's owners it names."""

    line: Line
    match: str
    named: frozenset[str]

    @property
    def sameness(self) -> tuple[object, ...]:
        # "lines equal in owner, day and URL (or title, without URL) fill one slot together" (D2: also without both)
        return sameness(self.line, self.named)


def sameness(line: Line, named: frozenset[str]) -> tuple[object, ...]:
    url = line.cell("url")
    return (named, line.published.day, ("url", url) if url else ("title", line.cell("title")))


@dataclass
class Occ:
    """One occurrence while it is being judged."""

    obligation: Obligation
    share: tuple[str, ...]
    slot: Slot
    opens: Moment  # also where the output says null, so that lines before it are known
    deadline: Moment | None  # in force
    was_in_force: list[tuple[Moment, Moment]] = field(default_factory=list)  # (date of the extension, deadline until)
    extended_to: When | None = None
    extended_on: Moment | None = None
    records: list[Record] = field(default_factory=list)
    nearest: bool = False  # holds a record of "the nearest earlier one not yet filled"
    waived: bool = False
    closed_by: Line | None = None  # continuous duties only

    @property
    def label(self) -> str:
        return self.slot.period.label

    @property
    def sequence(self) -> tuple[Any, ...]:
        return (*_sortable(self.opens), *_end_of(self.deadline), self.slot.period.first, self.label)

    def deciding(self) -> Line | None:
        """Return the line with which there are enough records, or None."""
        if self.obligation.frequency.form == "continuous":
            return self.closed_by
        counted: set[tuple[object, ...]] = set()
        nil_said_by: set[str] = set()
        for record in sorted(self.records, key=lambda each: each.line.order):
            if record.line.kind == "correction":  # "`correction` 更正 (fills nothing)"
                continue
            if record.line.kind == "nil":
                # "`nil` fulfils a whole occurrence where the obligation says `nil: accepted` (under `any`, only when
                # every owner says so)"
                nil_said_by |= record.named
                if len(self.share) == 1 or nil_said_by >= set(self.share):
                    return record.line
                continue
            # "`min_records: N` is met by the Nth"; equal lines count together
            counted.add(record.sameness)
            if len(counted) >= self.obligation.min_records:
                return record.line
        return None

    @property
    def filled(self) -> bool:
        # a recurring duty is owed "again and again", so no record ever fills it
        return self.obligation.frequency.form != "recurring" and self.deciding() is not None


def _sortable(moment: Moment) -> tuple[date, datetime]:
    # A day without a time comes first on its day.
    return moment.day, moment.at or datetime.min.replace(tzinfo=UTC)


def _end_of(deadline: Moment | None) -> tuple[date, datetime]:
    # A deadline without a time is the end of its day.
    last = datetime.max.replace(tzinfo=UTC)
    return (deadline.day, deadline.at or last) if deadline else (FAR, last)


def not_after(one: Moment, other: Moment) -> bool:
    """Whether any moment of `one` is not after the last moment of `other`: instants by the clock, else by the day."""
    # "A line with a day and no time is on time if any moment of that day is"
    return one.at <= other.at if one.at and other.at else one.day <= other.day


class World:
    """A plan, its working days, and the zone that its days are in."""

    def __init__(self, plan_yaml: str) -> None:
        loaded = parse_plan(plan_yaml.encode(), "plan.yaml")
        if loaded.plan is None:
            said = Words("en")
            raise ValueError("; ".join(f"{each.code} {said(each.message)}" for each in loaded.errors))
        self.plan: Plan = loaded.plan
        self.calendar: WorkCalendar = official_calendar()
        self.by_name: dict[str, Obligation] = {each.title: each for each in self.plan.obligations}
        self.by_name |= {each.id: each for each in self.plan.obligations}
        self.events = {words: key for key, words in self.plan.events.items()} | {key: key for key in self.plan.events}

    def moment(self, text: str) -> Moment:
        """Read `YYYY-MM-DD` or `YYYY-MM-DD HH:MM`, "in the plan's time zone"."""
        when = self.when(text)
        return self.moment_of(when)

    def when(self, text: str) -> When:
        text = text.strip().replace("T", " ")
        if " " not in text:
            return date.fromisoformat(text)
        return datetime.fromisoformat(text).replace(tzinfo=self.plan.plan.zone)

    def moment_of(self, when: When) -> Moment:
        return Moment(day_of(when), when.astimezone(UTC) if isinstance(when, datetime) else None)

    def start_of(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=self.plan.plan.zone).astimezone(UTC)

    def owner_names(self, cell: str) -> tuple[list[str], bool]:
        """Return the owners that a cell names, groups with members expanded (D3), and whether one is unknown."""
        found: list[str] = []
        unknown = False
        for value in split_values(cell, self.plan.owner_names):
            name = self.plan.owner_names.get(value)
            if name is None:
                unknown = True
            else:
                found += self.plan.groups.get(name, (name,))
        return list(dict.fromkeys(found)), unknown


def split_values(cell: str, known: Iterable[str] = ()) -> list[str]:
    # "Cells of `period`, `owner` and `obligation` may hold several values (`、` or `;`)"; a name that itself holds
    # such a sign is one value (D4)
    cell = cell.strip()
    if cell in known:
        return [cell]
    return list(dict.fromkeys(value.strip() for value in re.split("[、;；]", cell) if value.strip()))


# --- reading the log ---------------------------------------------------------------------------------------------


class Unreadable(Exception):  # noqa: N818  # a line, not an error of ours
    """Raised for a line that is rejected; says why."""


@dataclass
class Log:
    """The lines by what became of them when they were read."""

    lines: list[Line] = field(default_factory=list)
    rejected: dict[int, str] = field(default_factory=dict)
    blank: list[int] = field(default_factory=list)


def read_log(world: World, rows: list[dict[str, str]]) -> Log:
    log = Log()
    keys: set[tuple[str, str]] = set()
    for index, cells in enumerate(rows):
        try:
            line = read_line(world, index, cells)
            if line is None:
                log.blank.append(index)
                continue
            if line.kind == "event":
                check_event(world, line, keys)
        except Unreadable as reason:
            log.rejected[index] = str(reason)
        else:
            log.lines.append(line)
    return log


def read_line(world: World, index: int, cells: Mapping[str, str]) -> Line | None:
    def cell(name: str) -> str:
        return (cells.get(name) or "").strip()

    # "rejected (unreadable, or naming an unknown kind, obligation or event, or an unknown owner beside an obligation"
    if cell("kind") not in KINDS:
        raise Unreadable("unknown kind")
    kind = KINDS[cell("kind")]
    if not cell("published"):
        if kind != "publication":
            raise Unreadable("no date")
        return None  # "blank (a prefilled ledger row not filled in)"
    named = split_values(cell("obligation"), world.by_name)
    if any(name not in world.by_name for name in named):
        raise Unreadable("unknown obligation")
    owners, unknown = world.owner_names(cell("owner"))
    if named and unknown:
        raise Unreadable("unknown owner")
    if kind == "event" and cell("event") not in world.events:
        raise Unreadable("unknown event")
    # "`approved_by`, `reference`, `note`: required on waivers and extensions"; so is `until`, which says how far (D5)
    needed = ("until", "approved_by", "reference", "note") if kind in ("waiver", "extension") else ()
    if any(not cell(name) for name in needed):
        raise Unreadable("incomplete")
    obligations = list({world.by_name[name].id: world.by_name[name] for name in named}.values())
    return Line(
        index, cells, kind, world.moment(cell("published")),
        world.moment(cell("recorded")) if cell("recorded") else None,
        world.moment(cell("formed")) if cell("formed") else None,
        world.moment(cell("until")) if cell("until") else None,
        obligations, owners, split_values(cell("period")), unknown,
    )  # fmt: skip


def check_event(world: World, line: Line, keys: set[tuple[str, str]]) -> None:
    # "Two events of one name and key are a problem; so is an event without a time that starts a clock of hours."
    key = (world.events[line.cell("event")], event_key(line))
    if key in keys:
        raise Unreadable("this event is there already")
    keys.add(key)
    if line.published.at is None:
        for obligation in world.plan.obligations:
            clock = getattr(world.plan.deadline_of(obligation), "unit", "") == "hour"
            if clock and any(concerns(world, line, obligation, share) for share in world.plan.shares_of(obligation)):
                raise Unreadable("a clock of hours needs a time")


def event_key(line: Line) -> str:
    return line.cell("period") or line.published.day.isoformat()  # "its key is `period` (default: its day)"


def concerns(world: World, line: Line, obligation: Obligation, share: tuple[str, ...]) -> bool:
    # "`owner` and `obligation` on an event line narrow whom it concerns …; empty means all."
    if obligation.frequency.event != world.events[line.cell("event")]:
        return False
    if line.obligations and obligation not in line.obligations:
        return False
    return not line.cell("owner") or bool(set(line.owners) & set(share))


# --- which duty a line is about ----------------------------------------------------------------------------------


class Address(NamedTuple):
    """A duty and those who owe it together, with those of them whom the line names (none: it names nobody)."""

    obligation: Obligation
    share: tuple[str, ...]
    named: frozenset[str]


def addresses(world: World, line: Line) -> tuple[list[Address], list[str]]:
    """Return the duties that a line is about ("the line then counts once for each"), and what was in the way."""
    found: list[Address] = []
    reasons: list[str] = []
    if line.obligations:
        for obligation in line.obligations:
            _address(world, obligation, line.owners, found, reasons)
        return found, reasons
    if line.kind in ("waiver", "extension"):  # nothing is excused by the words of a title (D5)
        return [], ["no obligation named"]
    # "A line without `obligation` is sorted by the obligations' `match` rules"
    fitting = [each for each in world.plan.obligations if fits(each, line)]
    if line.owner_unknown:
        reasons.append("owner unknown to the plan")
    for owner in line.owners or ([] if line.owner_unknown else [""]):
        # "One obligation that fits and has that owner: it is the one. None or several …: unmatched."
        own = [each for each in fitting if not owner or owner in world.plan.owners_of(each)]
        if len(own) == 1:
            _address(world, own[0], [owner] if owner else [], found, reasons)
        else:
            reasons.append("several obligations fit" if own else "no obligation fits")
    # Two owners of one shared duty are one claim, as with an obligation named.
    merged: dict[tuple[str, tuple[str, ...]], Address] = {}
    for each in found:
        known = merged.get((each.obligation.id, each.share))
        merged[each.obligation.id, each.share] = each._replace(named=each.named | (known.named if known else set()))
    return list(merged.values()), reasons


def _address(world: World, obligation: Obligation, owners: list[str], found: list[Address], reasons: list[str]) -> None:
    shares = world.plan.shares_of(obligation)
    if not owners:
        # "`owner` … may be empty where only one owner is possible" (D6: a shared occurrence is one, too)
        if len(shares) == 1:
            found.append(Address(obligation, shares[0], frozenset(shares[0] if len(shares[0]) == 1 else ())))
        else:
            reasons.append("several owners are possible")
        return
    # `any`: "one shared occurrence, any of them can satisfy it"; a joint line is one record of it (D7)
    own = [Address(obligation, share, frozenset(share) & frozenset(owners)) for share in shares]
    own = [each for each in own if each.named]
    found += own
    if not own:
        reasons.append("this owner does not owe it")


def fits(obligation: Obligation, line: Line) -> bool:
    rule = obligation.match
    if rule is None or not (rule.title or rule.column):
        return False
    # "words of one entry must all occur; columns must equal; several keys must all hold"
    title = not rule.title or any(all(word in line.cell("title") for word in entry.split()) for entry in rule.title)
    column = not rule.column or line.cell("column") in rule.column
    return title and column


# --- periods in cells and titles (only the simple forms) ----------------------------------------------------------

_TITLE_FORMS: dict[Kind, str] = {
    "month": r"(?:(\d{4})年)?(?:1[—-])?(?<!\d)(\d{1,2})月份?(?!\d)",
    "quarter": r"(?:(\d{4})年)?[第前]([一二三四])季度",
    "half": r"(?:(\d{4})年)?([上下])半年",
    "week": r"(?:(\d{4})年)?第(\d{1,2})周",
}
_NUMBERS = {"一": 1, "二": 2, "三": 3, "四": 4, "上": 1, "下": 2}


def label_in_title(title: str, kind: Kind | None, published: date) -> str | None:
    """Return the label of the one period of a kind that a title names, if it names exactly one."""
    if kind not in _TITLE_FORMS:
        return None
    # "A cumulative range names its last member (1—7月 is July, 前三季度 is Q3)."
    named = set(re.findall(_TITLE_FORMS[kind], title))
    if len(named) != 1:
        return None
    year, numeral = named.pop()
    number = _NUMBERS.get(numeral) or int(numeral)
    if year:
        start = start_of_period(kind, int(year), number)
        return containing(kind, start).label if start else None
    # "A year not named is that of the latest such period begun by `published`."
    starts = [start_of_period(kind, each, number) for each in range(published.year - 7, published.year + 2)]
    begun = [start for start in starts if start and start <= published]
    return containing(kind, max(begun)).label if begun else None


def label_of_stretch_in_title(duty: "Duty", title: str) -> str | None:
    """Return the label of the one stretch of days that begins on a day which a title names, with its year."""
    days = {date(*map(int, each)).isoformat() for each in re.findall(r"(\d{4})年(\d{1,2})月(\d{1,2})日", title)}
    return next((day for day in days if len(days) == 1 and duty.labelled(day)), None)


def start_of_period(kind: Kind, year: int, number: int) -> date | None:
    try:
        if kind == "week":
            return date.fromisocalendar(year, number, 1)
        return date(year, (number - 1) * {"month": 1, "quarter": 3, "half": 6}[kind] + 1, 1)
    except ValueError:
        return None


def label_in_cell(value: str, obligation: Obligation) -> str:
    """Return the label that a `period` cell names; the value itself where it is one already."""
    form = obligation.frequency
    kind = form.kind
    if kind is None:
        return value
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):  # "for a monthly duty an Excel date means its month"
        return containing(kind, date.fromisoformat(value)).label
    if re.match(r"\d{4}年", value):
        return label_in_title(value, kind, date.max) or value
    return value


# --- occurrences -------------------------------------------------------------------------------------------------


class Fates:
    """What became of each line: matched at least once, or the reasons why not."""

    def __init__(self) -> None:
        self.matched: set[int] = set()
        self.reasons: dict[int, list[str]] = {}

    def match(self, line: Line) -> None:
        self.matched.add(line.index)

    def refuse(self, line: Line, reason: str) -> None:
        self.reasons.setdefault(line.index, []).append(reason)


class Duty:
    """One obligation of one owner (or of several that share it), with its occurrences in order."""

    def __init__(self, world: World, obligation: Obligation, share: tuple[str, ...], horizon: date) -> None:
        self.world, self.obligation, self.share, self.horizon = world, obligation, share, horizon
        self.rule: Rule = rule_of(world.plan, obligation)
        self.form = obligation.frequency.form
        self.occs: list[Occ] = []
        self.as_they_came: dict[str, Occ] = {}  # had every line counted from its own day only (D35)
        self.successor_taken = False  # a line went where the next occurrence past the last would have been
        if self.form != "event":
            self.add(timetable(self.rule, world.calendar, horizon).slots)

    def add(self, slots: Iterable[Slot]) -> None:
        for slot in slots:
            opens = self.world.moment_of(slot.opens if slot.opens is not None else self._default_opening(slot))
            deadline = None if slot.deadline is None else self.world.moment_of(slot.deadline)
            self.occs.append(Occ(self.obligation, self.share, slot, opens, deadline))
        self.occs.sort(key=lambda occ: occ.sequence)

    def _default_opening(self, slot: Slot) -> When:
        # Without a limit nothing is shown as a window, but records may still lie before it (D8).
        if self.form == "once":
            return date(self.rule.first.year, 1, 1)
        return slot.period.first if self.form == "event" else self.rule.first

    def labelled(self, label: str) -> Occ | None:
        return next((occ for occ in self.occs if occ.label == label), None)

    def past_the_last(self) -> list[Moment]:
        """Return when the rule would have opened the next two occurrences past the last, had it gone on."""
        if self.rule.last is None or not self.obligation.frequency.periodic or not self.occs:
            return []
        final = max(occ.slot.period.first for occ in self.occs)
        endless = replace(self.rule, last=None)
        for years in (2, 12):
            slots = timetable(endless, self.world.calendar, self.rule.last + timedelta(days=366 * years)).slots
            after = [slot for slot in slots if slot.period.first > final and slot.opens is not None]
            if len(after) > 1:
                break
        return [self.world.moment_of(slot.opens) for slot in after[:2] if slot.opens is not None]


def event_duties(world: World, lines: list[Line], duties: list[Duty], fates: Fates) -> None:
    """Give the duties `on EVENT` the occurrences of the events that are known."""
    for line in lines:
        if line.kind != "event":
            continue
        concerned = [
            duty for duty in duties if duty.form == "event" and concerns(world, line, duty.obligation, duty.share)
        ]
        if not concerned:
            fates.refuse(line, "it concerns nobody")
        for duty in concerned:
            slot = event_slot(duty.rule, world.calendar, world.when(line.cell("published")), event_key(line))
            if slot is None:
                fates.refuse(line, "its occurrence does not belong")
            else:
                duty.add([slot])
                fates.match(line)


# --- which occurrence a publication fills ------------------------------------------------------------------------


class Claim(NamedTuple):
    """A line about one duty."""

    line: Line
    named: frozenset[str]


def place(duty: Duty, claims: list[Claim], fates: Fates) -> list[Claim]:
    """Place the publications, nil lines and corrections of one duty, up to rule 3; return those left to rule 4."""
    usable: list[Claim] = []
    for claim in sorted(claims, key=lambda each: each.line.order):
        # "`nil` fulfils a whole occurrence where the obligation says `nil: accepted` …; elsewhere it is unmatched."
        if claim.line.kind == "nil" and duty.obligation.nil != "accepted":
            fates.refuse(claim.line, "nil is not accepted here")
        else:
            usable.append(claim)
    if duty.form == "continuous":
        place_continuous(duty, usable, fates)
        return []
    rest = place_declared(duty, usable, fates)
    rest = place_by_title(duty, rest, fates)
    return place_formed(duty, rest, fates)


def put(occ: Occ, claim: Claim, match: str, fates: Fates) -> None:
    if all(record.line is not claim.line for record in occ.records):
        occ.records.append(Record(claim.line, match, claim.named))
    fates.match(claim.line)


def place_declared(duty: Duty, claims: list[Claim], fates: Fates) -> list[Claim]:
    # "1. `declared`: its `period` decides alone. No such occurrence: unmatched."
    rest = []
    for claim in claims:
        if not claim.line.periods:
            rest.append(claim)
        for value in claim.line.periods:
            occ = duty.labelled(label_in_cell(value, duty.obligation))
            if occ is None:
                fates.refuse(claim.line, "no such period")
            else:
                put(occ, claim, "declared", fates)
    return rest


def place_by_title(duty: Duty, claims: list[Claim], fates: Fates) -> list[Claim]:
    # "2. `title`: a title that names exactly one period of the obligation's own kind decides alone. No such
    # occurrence: unmatched."
    rest = []
    for claim in claims:
        title = claim.line.cell("title")
        label = label_in_title(title, duty.obligation.frequency.kind, claim.line.published.day)
        if duty.form == "every":
            label = label_of_stretch_in_title(duty, title)
        if label is None:
            rest.append(claim)
            continue
        occ = duty.labelled(label)
        if occ is None:
            fates.refuse(claim.line, "no such period as in the title")
        else:
            put(occ, claim, "title", fates)
    return rest


def place_formed(duty: Duty, claims: list[Claim], fates: Fates) -> list[Claim]:
    # "3. `formed`: for `on EVENT` duties, a line with `formed` fills the event recorded for that day, or else is its
    # own event on that day (key `2017-08-05`; further ones of the day `2017-08-05#2`, in the order below)."
    rest = []
    for claim in claims:
        formed = claim.line.formed
        if duty.form != "event" or formed is None:
            rest.append(claim)
            continue
        that_day = [occ for occ in duty.occs if occ.slot.period.first == formed.day]
        equal = [occ for occ in that_day if any(each.sameness == sameness(*claim) for each in occ.records)]
        if claim.line.kind == "correction":
            chosen = next(iter(that_day), None)
            if chosen is None:
                fates.refuse(claim.line, "no event on that day")
        else:
            # filled by another line, the event is that line's, and this one an event of its own (D9)
            chosen = next(iter([*equal, *(occ for occ in that_day if not occ.filled)]), None)
            chosen = chosen or own_event(duty, claim.line, fates)
        if chosen is not None:
            put(chosen, claim, "formed", fates)
    return rest


def own_event(duty: Duty, line: Line, fates: Fates) -> Occ | None:
    assert line.formed is not None
    key = day = line.formed.day.isoformat()
    number = 1
    while duty.labelled(key):
        number += 1
        key = f"{day}#{number}"
    try:
        slot = event_slot(duty.rule, duty.world.calendar, duty.world.when(line.cell("formed")), key)
    except ValueError:
        fates.refuse(line, "a clock of hours needs a time")  # D10
        return None
    if slot is None:
        fates.refuse(line, "the event does not belong")
        return None
    duty.add([slot])
    return duty.labelled(key)


def place_by_date(duty: Duty, claims: list[Claim], fates: Fates) -> None:
    # "4. `date`: the rest, in order of `published` (then title, URL), after 1 to 3 are placed"
    past = duty.past_the_last()
    groups: dict[object, list[Claim]] = {}
    for claim in claims:
        if claim.line.kind == "correction":
            place_correction(duty, claim, past, fates)
        else:
            groups.setdefault(sameness(*claim), []).append(claim)
    for same, group in groups.items():
        # "lines equal in owner, day and URL … fill one slot together": also with one that rules 1 to 3 placed (D11)
        equal = [(occ, each.match) for occ in duty.occs for each in occ.records if each.sameness == same]
        if equal:
            chosen: Occ | None = equal[0][0]
            match = equal[0][1]
        else:
            chosen, match = choose(duty, group[0].line.published, past), "date"
        for claim in group:
            if chosen is None:
                fates.refuse(claim.line, "outside all windows")
            else:
                put(chosen, claim, match, fates)


def day_by_day(duty: Duty, claims: list[Claim]) -> dict[str, Occ]:
    """Return the occurrences by label, filled as if a line that rules 1 to 3 placed had done so on its own day."""
    other = copy(duty)
    other.occs = [replace(occ, records=[]) for occ in duty.occs]

    def put_named(first: date, last: date) -> None:
        for occ, filled in zip(duty.occs, other.occs, strict=True):
            filled.records += [record for record in occ.records if first <= record.line.published.day <= last]

    done = date.min
    for day in sorted({claim.line.published.day for claim in claims}):
        put_named(done, day)
        place_by_date(other, [claim for claim in claims if claim.line.published.day == day], Fates())
        done = day + DAY
    put_named(done, FAR)
    return {occ.label: occ for occ in other.occs}


def choose(duty: Duty, published: Moment, past: list[Moment]) -> Occ | None:
    opened = [occ for occ in duty.occs if not_after(occ.opens, published)]
    # "the occurrence with the earliest deadline among those not yet filled whose window contains it;"
    holding = [occ for occ in opened if not occ.filled and (occ.deadline is None or not_after(published, occ.deadline))]
    if holding:  # comes before the rule about what lies past the last occurrence (D12)
        return min(holding, key=lambda occ: (_end_of(occ.deadline), occ.sequence))
    # "Before the first opening, or after the rule would have opened another occurrence past the last, it is unmatched."
    if not opened:
        return None
    if past and not_after(past[0], published):
        if len(past) == 1 or not not_after(past[1], published):
            duty.successor_taken = True
        return None
    # "else the last opened one if not yet filled;"
    if not opened[-1].filled:
        return opened[-1]
    # "else the nearest earlier one not yet filled, which is then `uncertain`;"
    for occ in reversed(opened[:-1]):
        if not occ.filled:
            occ.nearest = True
            return occ
    # "else it is an extra of the last opened."
    return opened[-1]


def place_correction(duty: Duty, claim: Claim, past: list[Moment], fates: Fates) -> None:
    # Fills nothing; shown at the last opened (D13).
    opened = [occ for occ in duty.occs if not_after(occ.opens, claim.line.published)]
    if not opened or (past and not_after(past[0], claim.line.published)):
        fates.refuse(claim.line, "outside all windows")
    else:
        put(opened[-1], claim, "date", fates)


def place_continuous(duty: Duty, claims: list[Claim], fates: Fates) -> None:
    # "each stretch between records"; "the first stretch begins at `from`/`starts`"; "with `none` it is one `no_limit`
    # line". Records of one day are one boundary (D14).
    by_day: dict[date, list[Claim]] = {}
    for claim in claims:
        by_day.setdefault(claim.line.published.day, []).append(claim)
    limitless = duty.occs[0].deadline is None
    for day in sorted(by_day):
        running = duty.occs[-1]
        for claim in by_day[day]:
            closed_before = running.closed_by is not None and running.closed_by.published.day < day
            if day < duty.rule.first:
                fates.refuse(claim.line, "before the first opening")
            elif closed_before:  # "Nothing begins after `ends`."
                fates.refuse(claim.line, "after the last stretch")
            elif claim.line.periods and running.label not in claim.line.periods:
                fates.refuse(claim.line, "no such period")
            else:
                put(running, claim, "declared" if claim.line.periods else "date", fates)
                if not limitless and day > running.slot.period.first and closes(running, claim):
                    running.closed_by = running.closed_by or claim.line
        if running.closed_by is not None and running.closed_by.published.day == day:
            begins = duty.rule.last is None or day <= duty.rule.last
            if begins:
                duty.add([stretch_slot(duty.rule, duty.world.calendar, day)])


def closes(running: Occ, claim: Claim) -> bool:
    if claim.line.kind != "nil" or len(running.share) == 1:
        return claim.line.kind != "correction"
    said = {owner for record in running.records if record.line.kind == "nil" for owner in record.named}
    return said >= set(running.share)


# --- extensions and waivers --------------------------------------------------------------------------------------


def extend(world: World, duty: Duty, lines: list[Line], fates: Fates) -> None:
    def in_order(line: Line) -> tuple[Any, ...]:
        # two of one moment: the longer one is the last (D15)
        return (*_sortable(line.published), *_end_of(line.until), line.index)

    for line in sorted(lines, key=in_order):
        if not line.periods:  # "Extensions name a period"
            fates.refuse(line, "an extension names a period")
        for value in line.periods:
            occ = duty.labelled(label_in_cell(value, duty.obligation))
            assert line.until is not None
            if occ is None or occ.deadline is None:
                fates.refuse(line, "no such period" if occ is None else "there is no deadline")
            elif (line.published, line.until) == (occ.extended_on, occ.deadline):
                fates.match(line)  # the same extension once more, whichever of the two stands first (D15)
            # "must be dated by the deadline then in force and lie after it; else likewise" unmatched
            elif not not_after(line.published, occ.deadline):
                fates.refuse(line, "dated after the deadline")
            elif not end_of(world, line.until) > end_of(world, occ.deadline):
                fates.refuse(line, "not after the deadline")
            else:  # "The last one wins; the original deadline is kept and shown."
                occ.was_in_force.append((line.published, occ.deadline))
                occ.deadline, occ.extended_to = line.until, world.when(line.cell("until"))
                occ.extended_on = line.published
                fates.match(line)


def end_of(world: World, moment: Moment) -> datetime:
    """Return the instant by which a moment is over; of a day, the midnight after it."""
    return moment.at or world.start_of(moment.day + DAY)


def waive(duty: Duty, lines: list[Line], fates: Fates) -> None:
    # "Waivers cover, for good, the occurrences of their obligation, owner and (when given) period whose deadline lies
    # between `published` and `until`"
    for line in lines:
        labels = {label_in_cell(value, duty.obligation) for value in line.periods}
        covered = [
            occ
            for occ in duty.occs
            if (not labels or occ.label in labels) and any(lies_between(line, each) for each in in_force_on(line, occ))
        ]
        if not covered:  # "one dated after the deadline covers nothing and is unmatched with a warning"
            fates.refuse(line, "it covers nothing")
        for occ in covered:
            occ.waived = True
            fates.match(line)


def in_force_on(line: Line, occ: Occ) -> Iterator[Moment]:
    """Yield the deadlines that were in force at some moment of a line's day, so that their order is no matter (D16)."""
    day = line.published.day
    deadlines = [deadline for _, deadline in occ.was_in_force] + ([occ.deadline] if occ.deadline else [])
    begins = [date.min, *(published.day for published, _ in occ.was_in_force)]
    ends = [*begins[1:], FAR]
    for deadline, first, last in zip(deadlines, begins, ends, strict=False):
        if first <= day <= last:
            yield deadline


def lies_between(line: Line, deadline: Moment) -> bool:
    assert line.until is not None
    return not_after(line.published, deadline) and not_after(deadline, line.until)


# --- statuses ----------------------------------------------------------------------------------------------------


def passed(world: World, deadline: Moment, as_of: Moment) -> bool:
    # "T is an instant: a date means the end of that day"
    if deadline.at is None:
        return as_of.day > deadline.day
    return end_of(world, as_of) > deadline.at


def status_of(world: World, occ: Occ, as_of: Moment) -> str:
    """Return the first status that applies."""
    deciding = occ.deciding()
    form = occ.obligation.frequency.form
    if occ.slot.deadline is None:
        # "`once` and `on EVENT` with `none` are satisfied by a record"; "`no_limit` … never overdue" (D17)
        return "satisfied" if deciding is not None and form in ("once", "event") else "no_limit"
    assert occ.deadline is not None
    if deciding is not None and not_after(deciding.published, occ.deadline):
        return "satisfied"
    if occ.waived:
        return "waived"
    if deciding is not None:
        # "`provisional`: … never late or overdue on that ground (it stays `due`)"
        return "due" if provisional(occ) else "late"
    if not not_after(occ.opens, as_of):
        return "upcoming"
    if not passed(world, occ.deadline, as_of) or provisional(occ):
        return "due"
    return "overdue"


def provisional(occ: Occ) -> bool:
    # A deadline that a paper states was not computed from days without data (D18).
    return occ.slot.provisional and occ.extended_to is None


def days_late(world: World, occ: Occ, status: str, as_of: Moment) -> int:
    # "`days_late`: calendar days; for clocks of hours, 24-hour days begun; 0 when not late"; what is overdue is late
    # so far (D19)
    if status not in ("late", "overdue"):
        return 0
    deciding = occ.deciding()
    assert occ.deadline is not None
    moment = deciding.published if status == "late" and deciding else as_of
    if occ.deadline.at is None:
        return (moment.day - occ.deadline.day).days
    reached = (moment.at or world.start_of(moment.day)) if status == "late" else end_of(world, moment)
    return -((occ.deadline.at - reached) // DAY)


def due_soon(world: World, occ: Occ, status: str, as_of: Moment) -> bool:
    # "`due_soon`: T is within `warn_before` of the deadline", while something is still to be done (D20)
    if status not in ("due", "upcoming") or occ.deadline is None:
        return False
    warn, day = world.plan.plan.warn_before, occ.deadline.day
    if warn.unit == "working day":
        left = warn.count
        while left:
            day -= DAY
            left -= world.calendar.is_working(day)
    elif warn.unit == "month":
        month = day.year * 12 + day.month - 1 - warn.count
        first = date(month // 12, month % 12 + 1, 1)
        day = min(first + (day.day - 1) * DAY, containing("month", first).last)
    else:
        day -= warn.count * (7 if warn.unit == "week" else 1) * DAY
    return as_of.day >= day


def uncertain(world: World, duty: Duty, at: int, status: str, as_of: Moment) -> bool:
    occ = duty.occs[at]
    if occ.nearest:
        return True
    # "nothing written later turns late into on time, or a missed period into a met one": not in silence (D35)
    other = duty.as_they_came.get(occ.label)
    if other is not None:
        other.waived = occ.waived
        if status_of(world, other, as_of) != status:
            return True
    if status != "overdue":
        return False
    # "An overdue occurrence whose successor was filled by `date` is `uncertain` too: the record may be its own, late."
    if at + 1 == len(duty.occs):
        return duty.successor_taken  # D21
    return any(record.match == "date" and record.line.kind != "correction" for record in duty.occs[at + 1].records)


# --- all together ------------------------------------------------------------------------------------------------


def hold(world: World, lines: list[Line], horizon: date) -> tuple[list[Duty], Fates]:
    """Hold lines, all of which count, against the plan."""
    fates = Fates()
    duties = [
        Duty(world, obligation, share, horizon)
        for obligation in world.plan.obligations
        for share in world.plan.shares_of(obligation)
    ]
    event_duties(world, lines, duties, fates)
    addressed: dict[tuple[str, tuple[str, ...], str], list[Claim]] = {}
    for line in lines:
        if line.kind == "event":
            continue
        found, reasons = addresses(world, line)
        for reason in reasons:
            fates.refuse(line, reason)
        what = line.kind if line.kind in ("waiver", "extension") else "record"
        for obligation, share, named in found:
            addressed.setdefault((obligation.id, share, what), []).append(Claim(line, named))
    for duty in duties:
        own = (duty.obligation.id, duty.share)
        undecided = place(duty, addressed.get((*own, "record"), []), fates)
        # After own events exist, before windows are asked for: a window ends at the deadline in force (D15).
        extend(world, duty, [claim.line for claim in addressed.get((*own, "extension"), [])], fates)
        duty.occs.sort(
            key=lambda occ: occ.sequence
        )  # of those that open together the moved one may now close later (D27)
        duty.as_they_came = day_by_day(duty, undecided)
        place_by_date(duty, undecided, fates)
        waive(duty, [claim.line for claim in addressed.get((*own, "waiver"), [])], fates)
    return duties, fates


def counts(line: Line, as_of: Moment, known_on: Moment | None) -> bool:
    # "`--known-on D` also ignores lines recorded after D (an empty `recorded` counts as `published` …)"
    if known_on is not None and not not_after(line.recorded or line.published, known_on):
        return False
    if line.kind == "event":
        # "An event counts from `recorded` (or at once, when empty), even when its day lies ahead."
        return line.recorded is None or not_after(line.recorded, as_of)
    return not_after(line.published, as_of)  # "Only what was published by T counts."


def evaluate(plan_yaml: str, lines: list[dict[str, str]], as_of: str, known_on: str | None = None) -> dict[str, Any]:
    """Return all occurrences that belong with their verdicts, and what became of every line.

    Of a duty without end (`until: none`): the occurrences whose period begins by the plan's end or by T (D24).
    Besides what was asked for: `rejected` [{line, reason}], `blank` [line], `not_counted` [line] (published or
    recorded after T or `known_on`; whether they are matched is what they would be if everything counted, D22), and
    `by_nil` of an occurrence.
    """
    world = World(plan_yaml)
    # "it sets `--as-of D` unless that is given"
    instant = world.moment(as_of or known_on or "")
    known = world.moment(known_on) if known_on else None
    log = read_log(world, lines)
    shown_until = max(world.plan.plan.ends, instant.day)
    horizon = reach(log, shown_until)
    counted = [line for line in log.lines if counts(line, instant, known)]
    left = [line for line in log.lines if not counts(line, instant, known)]
    duties, fates = hold(world, counted, horizon)
    if left:
        _, later = hold(world, log.lines, horizon)
        for line in left:
            if line.index in later.matched:
                fates.match(line)
            fates.reasons[line.index] = later.reasons.get(line.index, [])
    return {
        "occurrences": verdicts(world, duties, instant, shown_until),
        "unmatched": [
            {"line": line.index, "reason": fates.reasons[line.index][0]}
            for line in log.lines
            if line.index not in fates.matched
        ],
        "matched": len(fates.matched),
        "rejected": [{"line": index, "reason": reason} for index, reason in log.rejected.items()],
        "blank": log.blank,
        "not_counted": [line.index for line in left],
        "events_never_recorded": never_recorded(world, counted, duties),
    }


def reach(log: Log, shown_until: date) -> date:
    """Return a day by which everything that a line could speak of has begun."""
    days = [shown_until]
    for line in log.lines:
        days += [each.day for each in (line.published, line.until) if each]
        days += [
            date(int(year), 12, 31) for year in re.findall(r"20\d\d", " ".join([*line.periods, line.cell("title")]))
        ]
    return max(days) + timedelta(days=400)


def never_recorded(world: World, counted: list[Line], duties: list[Duty]) -> list[str]:
    # "Obligations whose event was never recorded are listed, so that silence does not look like compliance." (D23)
    known = {
        duty.obligation.id
        for duty in duties
        if duty.occs
        or any(line.kind == "event" and concerns(world, line, duty.obligation, duty.share) for line in counted)
    }
    return [each.id for each in world.plan.obligations if each.frequency.form == "event" and each.id not in known]


def verdicts(world: World, duties: list[Duty], as_of: Moment, shown_until: date) -> list[dict[str, Any]]:
    rows: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
    position = {obligation.id: at for at, obligation in enumerate(world.plan.obligations)}
    for duty in duties:
        for at, occ in enumerate(duty.occs):
            if duty.form != "event" and occ.slot.period.first > shown_until:
                continue
            row = verdict(world, duty, at, as_of)
            # "Order: deadline, plan order, owner, period."
            last = end_of(world, occ.deadline) if occ.deadline else datetime.max.replace(tzinfo=UTC)
            rows.append(((last, position[duty.obligation.id], duty.share, occ.label), row))
    return [row for _, row in sorted(rows, key=lambda each: each[0])]


def verdict(world: World, duty: Duty, at: int, as_of: Moment) -> dict[str, Any]:
    occ = duty.occs[at]
    status = status_of(world, occ, as_of)
    deadline = occ.extended_to or occ.slot.deadline
    deciding = occ.deciding()
    return {
        "obligation": duty.obligation.id,
        "owner": list(occ.share) if len(occ.share) > 1 else occ.share[0],
        "period": occ.label,
        "opens": occ.slot.opens.isoformat() if occ.slot.opens else None,
        "deadline": deadline.isoformat() if deadline else None,
        "original_deadline": occ.slot.deadline.isoformat() if occ.extended_to and occ.slot.deadline else None,
        "status": status,
        "uncertain": uncertain(world, duty, at, status, as_of),
        "due_soon": due_soon(world, occ, status, as_of),
        "days_late": days_late(world, occ, status, as_of),
        "provisional": provisional(occ),
        "needed": duty.obligation.min_records,
        "by_nil": status in ("satisfied", "late") and deciding is not None and deciding.kind == "nil",
        "records": [
            {"line": record.line.index, "match": record.match, "kind": record.line.kind}
            for record in sorted(occ.records, key=lambda each: each.line.order)
        ],
    }


# --- the worked cases --------------------------------------------------------------------------------------------

Evaluate = Callable[[str, list[dict[str, str]], str, str | None], dict[str, Any]]


class _CaseLoader(yaml.SafeLoader):
    """Reads dates as the text that they are written as."""


_CaseLoader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in forms if tag != "tag:yaml.org,2002:timestamp"]
    for first, forms in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load_cases() -> Iterator[dict[str, Any]]:
    """Yield the worked cases in order of file, each with its `file`; log cells are text."""
    for path in sorted(CASES.glob("*.yaml")):
        loader = _CaseLoader(path.read_text(encoding="utf-8"))
        for case in loader.get_single_data():
            case["file"] = path.name
            case["log"] = [{key: str(value) for key, value in line.items()} for line in case.get("log") or []]
            yield case


def differences(case: Mapping[str, Any], got: Mapping[str, Any]) -> list[str]:
    """Return in words how an evaluation differs from what a case expects; only the fields it names are compared."""
    expected = case["expect"]
    found: list[str] = []
    for wanted in expected.get("occurrences", ()):
        keys = [key for key in ("obligation", "owner", "period") if key in wanted]
        rows = [row for row in got["occurrences"] if all(row[key] == _text(wanted[key]) for key in keys)]
        shown = " ".join(str(wanted[key]) for key in keys)
        if len(rows) != 1:
            found.append(f"{shown}: {len(rows)} such occurrences")
            continue
        for key in wanted.keys() - set(keys):
            value = rows[0][key]
            if key == "records":
                value = [{name: each[name] for name in ("line", "match")} for each in value]
            if value != wanted[key]:
                found.append(f"{shown}: {key} is {value!r}, not {wanted[key]!r}")
    if "count" in expected and len(got["occurrences"]) != expected["count"]:
        found.append(f"{len(got['occurrences'])} occurrences, not {expected['count']}")
    for key in ("unmatched", "rejected"):
        indices = [each["line"] for each in got[key]]
        wanted_indices = [each["line"] for each in expected.get(key, ())]
        if sorted(indices) != sorted(wanted_indices):
            found.append(f"{key} are the lines {indices}, not {wanted_indices}")
    found += [
        f"{key} is {got[key]!r}, not {expected[key]!r}"
        for key in ("matched", "events_never_recorded")
        if key in expected and got[key] != expected[key]
    ]
    return found


def _text(value: object) -> object:
    return str(value) if isinstance(value, int) else value


def check_cases(evaluate_: Evaluate) -> tuple[int, list[str]]:
    """Return how many worked cases there are, and where an evaluator differs from them."""
    number, wrong = 0, []
    for case in load_cases():
        number += 1
        got = evaluate_(case["plan"], case["log"], str(case["as_of"]), case.get("known_on"))
        wrong += [f"{case['file']}: {case['name']}: {each}" for each in differences(case, got)]
    return number, wrong


def main() -> int:
    number, wrong = check_cases(evaluate)
    sys.stdout.write("".join(f"{each}\n" for each in wrong) + f"{number} cases, {len(wrong)} differences\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
