"""What the parts of a plan must say together: one plain function per rule, each yielding problems."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from gongkai_cli.deadlines import (
    After,
    Before,
    Deadline,
    NoLimit,
    When,
    counts_hours,
    day_of,
    first_instant,
    last_instant,
    misfit,
    suggestions,
)
from gongkai_cli.frequencies import Frequency, Guesses
from gongkai_cli.messages import Text, text
from gongkai_cli.plan import Obligation, Plan
from gongkai_cli.positions import Document
from gongkai_cli.problems import Location, Problem
from gongkai_cli.schedule import Rule, Slot, Timetable, computed_event_slot, rule_of, timetable
from gongkai_cli.workdays import WorkCalendar
from gongkai_cli.yaml_slips import full_width_hint

# How far a duty without end (`until: none`) is followed when it is checked.
_WITHOUT_END = timedelta(days=2 * 366)
# For how many days events are supposed, to see whether their windows close before they open.
_EVENT_DAYS = 366


@dataclass(slots=True)
class Subject:
    """A plan under examination, with the place of everything in it.

    `kept` maps a list section to the places that its items have in the file, since items of a wrong shape are left
    out; `broken` names the sections that lost some, so that nothing is called unknown for that reason alone.
    """

    plan: Plan
    document: Document
    calendar: WorkCalendar
    kept: Mapping[str, Sequence[int]]
    broken: frozenset[str] = frozenset()
    unsound: set[int] = field(default_factory=set)  # obligations with an error, by position in the plan
    guesses: Guesses = field(default_factory=Guesses)

    def locate(self, path: Sequence[str | int], *, key: bool = False) -> Location:
        """Return the place of a path through the plan."""
        section = path[0]
        if len(path) > 1 and isinstance(path[1], int) and section in self.kept:
            path = (section, self.kept[str(section)][path[1]], *path[2:])
        return self.document.locate(path, key=key)

    def problem(
        self, code: str, path: Sequence[str | int], message: Text, hint: Text | None = None, *, key: bool = False
    ) -> Problem:
        """Return a problem placed at a path through the plan."""
        return self.document.problem_at(self.locate(path, key=key), code, message, hint)

    def sound(self) -> Iterator[tuple[int, Obligation]]:
        """Yield the obligations whose timing can be computed."""
        return ((i, each) for i, each in enumerate(self.plan.obligations) if i not in self.unsound)

    def timetable(self, obligation: Obligation) -> Timetable:
        """Return all occurrences of an obligation; those of a duty without end for two years past the plan's."""
        rule = rule_of(self.plan, obligation)
        horizon = rule.last or max(self.plan.plan.ends, rule.first) + _WITHOUT_END
        return timetable(rule, self.calendar, horizon)


Check = Callable[[Subject], Iterable[Problem]]


def check(subject: Subject) -> list[Problem]:
    """Return every problem in what a plan's parts say together, in no particular order."""
    found: list[Problem] = []
    for rule in REFERENCE_RULES:
        found.extend(rule(subject))
    if "plan" not in subject.broken:
        for rule in TIMING_RULES:
            found.extend(rule(subject))
    return found


# What lists stand separated by where someone wrote them as one text.
_SEPARATORS = re.compile("[，、；,;［］]")


def _resembled(subject: Subject, word: str, known: Iterable[str]) -> str | None:
    """The known name that a word is a slip of, if any; a list written as one text is none."""
    return None if _SEPARATORS.search(word) else subject.guesses.nearest(word, list(known))


def _like(subject: Subject, word: str, known: Iterable[str], otherwise: Text) -> Text:
    close = _resembled(subject, word, known)
    return text("did you mean `{name}`? Else {otherwise}", name=close, otherwise=otherwise) if close else otherwise


def _unlisted(subject: Subject, path: Sequence[str | int], name: str, known: Iterable[str], add: Text) -> Text:
    """The hint for a name that is not listed; it may be several, separated otherwise than YAML does."""
    if separator := _SEPARATORS.search(name):
        location = subject.locate(path)
        before = subject.document.lines[location.line - 1][: location.column - 1]
        if "[" in before or name.startswith("［"):
            return full_width_hint(separator.group(), location.line - 1)
        names = ", ".join(part.strip() for part in _SEPARATORS.split(name) if part.strip())
        return text("write several as a list: [{names}]", names=names)
    return _like(subject, name, known, add)


def duplicate_ids(subject: Subject) -> Iterator[Problem]:
    """GK301: two obligations with one id."""
    first: dict[str, int] = {}
    for index, obligation in enumerate(subject.plan.obligations):
        before = first.setdefault(obligation.id, index)
        if before != index:
            place = subject.locate(("obligations", before, "id"))
            yield subject.problem(
                "GK301",
                ("obligations", index, "id"),
                text("the id `{id}` stands here again", id=obligation.id),
                text("the first is at {place}; ids must be unique", place=str(place)),
            )


def unknown_owners(subject: Subject) -> Iterator[Problem]:
    """GK302: an obligation names an owner that the plan does not list."""
    known = subject.plan.owner_names
    for index, obligation in enumerate(subject.plan.obligations):
        for key, names in (("owner", obligation.owner), ("support", obligation.support)):
            for position, name in enumerate(names):
                if name not in known and "owners" not in subject.broken:
                    subject.unsound.add(index)
                    path = ("obligations", index, key, position)
                    yield subject.problem(
                        "GK302",
                        path,
                        text("the owner `{name}` is not listed under `owners`", name=name),
                        _unlisted(subject, path, name, known, text("add it to `owners`")),
                    )


def unknown_events(subject: Subject) -> Iterator[Problem]:
    """GK303: a frequency names an event that the plan does not list."""
    known = subject.plan.events
    for index, obligation in enumerate(subject.plan.obligations):
        event = obligation.frequency.event
        if event and event not in known and "events" not in subject.broken:
            yield subject.problem(
                "GK303",
                ("obligations", index, "frequency"),
                text("the event `{name}` is not listed under `events`", name=event),
                _like(subject, event, known, text("add it to `events`, with the words of the document")),
            )


def unknown_readings(subject: Subject) -> Iterator[Problem]:
    """GK304: an obligation names a reading that the plan does not list."""
    known = subject.plan.readings
    for index, obligation in enumerate(subject.plan.obligations):
        for position, name in enumerate(obligation.readings):
            if name not in known:
                subject.unsound.add(index)
                if "readings" not in subject.broken:
                    yield subject.problem(
                        "GK304",
                        ("obligations", index, "readings", position),
                        text("the reading `{name}` is not listed under `readings`", name=name),
                        _like(subject, name, known, text("add it to `readings`, with its authority")),
                    )


def missing_completion(subject: Subject) -> Iterator[Problem]:
    """GK305: several owners, and nothing says whether each owes the duty or any of them fulfils it."""
    for index, obligation in enumerate(subject.plan.obligations):
        count = len({subject.plan.owner_names.get(name, name) for name in obligation.owner})
        if count > 1 and obligation.completion is None:
            yield subject.problem(
                "GK305",
                ("obligations", index, "owner"),
                text("`{id}` has {count} owners and no `completion`", id=obligation.id, count=count),
                text("add `completion: each` (every one owes it) or `completion: any` (one of them fulfils it)"),
                key=True,
            )


def duplicate_names(subject: Subject) -> Iterator[Problem]:
    """GK308: a name or alias that stands for two owners."""
    first: dict[str, int] = {}
    for index, owner in enumerate(subject.plan.owners):
        for position, name in enumerate((owner.name, *owner.aliases)):
            before = first.setdefault(name, index)
            if before != index:
                path: tuple[str | int, ...] = ("name",) if position == 0 else ("aliases", position - 1)
                yield subject.problem(
                    "GK308",
                    ("owners", index, *path),
                    text("`{name}` already stands for `{owner}`", name=name, owner=subject.plan.owners[before].name),
                    text("a line of the log must lead to one owner; delete one of the two"),
                )


def broken_groups(subject: Subject) -> Iterator[Problem]:
    """GK309: a member that is no owner, or is a group itself."""
    by_name = {owner.name: owner for owner in subject.plan.owners}
    for index, owner in enumerate(subject.plan.owners):
        for position, member in enumerate(owner.members or ()):
            path = ("owners", index, "members", position)
            name = subject.plan.owner_names.get(member)
            if name is None:
                if "owners" not in subject.broken:
                    yield subject.problem(
                        "GK309",
                        path,
                        text("the member `{name}` is not listed under `owners`", name=member),
                        _like(subject, member, by_name, text("add it to `owners`")),
                    )
            elif by_name[name].members is not None:
                yield subject.problem(
                    "GK309",
                    path,
                    text("the member `{name}` is a group itself", name=member),
                    text("list its members here"),
                )


def one_deadline(subject: Subject) -> Iterator[Problem]:
    """GK310 and GK311: an obligation has no deadline, or two that differ."""
    for index, obligation in enumerate(subject.plan.obligations):
        if index in subject.unsound:
            continue
        carried = [
            (position, deadline)
            for position, name in enumerate(obligation.readings)
            if (deadline := subject.plan.readings[name].deadline) is not None
        ]
        own = obligation.deadline
        if own is None and not carried:
            subject.unsound.add(index)
            yield subject.problem(
                "GK310",
                ("obligations", index, "id"),
                text("`{id}` has no deadline, and none of its readings carries one", id=obligation.id),
                text("add `deadline:`, or `deadline: none` where the document sets no limit"),
            )
            continue
        stated = own if own is not None else carried[0][1]
        for position, deadline in carried:
            if deadline != stated:
                subject.unsound.add(index)
                yield subject.problem(
                    "GK311",
                    ("obligations", index, "readings", position),
                    text(
                        "this reading says `{one}`, but `{other}` is already set", one=str(deadline), other=str(stated)
                    ),
                    text("one obligation has one deadline: keep one of the two"),
                )


def fitting_deadlines(subject: Subject) -> Iterator[Problem]:
    """GK306: a deadline or an opening that does not go with the frequency."""
    for index, obligation in enumerate(subject.plan.obligations):
        if index in subject.unsound:
            continue
        frequency = obligation.frequency
        asked: list[tuple[Deadline, str, bool]] = [
            (subject.plan.deadline_of(obligation), "deadline" if obligation.deadline else "readings", False)
        ]
        if obligation.opens is not None:
            asked.append((obligation.opens, "opens", True))
        for deadline, key, opens in asked:
            if reason := misfit(deadline, frequency, opens=opens):
                subject.unsound.add(index)
                yield subject.problem(
                    "GK306",
                    ("obligations", index, key),
                    reason,
                    _forms_hint(frequency, opens=opens),
                )


def _forms_hint(frequency: Frequency, *, opens: bool) -> Text:
    forms = suggestions(frequency, opens=opens)
    if not forms:
        return text("delete `{key}`", key="opens")
    return text("with `{frequency}`, write: {forms}", frequency=str(frequency), forms=forms)


def ordered_dates(subject: Subject) -> Iterator[Problem]:
    """GK312: an end before its beginning. Nothing falls due then, which needs no warning of its own."""
    meta = subject.plan.plan
    plan_begins = None if "plan" in subject.broken else meta.starts_on
    for index, obligation in enumerate(subject.plan.obligations):
        until, begins = obligation.until, obligation.from_ or plan_begins
        if isinstance(until, date) and begins is not None and until < begins:
            subject.unsound.add(index)
            yield subject.problem(
                "GK312",
                ("obligations", index, "until"),
                text("`until` lies before the duty begins ({day})", day=begins.isoformat()),
            )
    if plan_begins is not None and meta.ends < plan_begins:
        subject.broken |= {"plan"}
        yield subject.problem(
            "GK312", ("plan", "ends"), text("the plan ends before it starts ({day})", day=plan_begins.isoformat())
        )


def fitting_keys(subject: Subject) -> Iterator[Problem]:
    """GK313: a key that has no meaning with this frequency or deadline."""
    for name, reading in subject.plan.readings.items():
        if reading.about == "owner" and reading.deadline is not None:
            yield subject.problem(
                "GK313",
                ("readings", name, "deadline"),
                text("a reading about the owner cannot carry a deadline"),
                text("set `about: deadline`, or delete the deadline"),
            )
    for index, obligation in enumerate(subject.plan.obligations):
        if index in subject.unsound:
            continue
        for key, reason in _misplaced(obligation, subject.plan.deadline_of(obligation)):
            yield subject.problem(
                "GK313", ("obligations", index, key), reason, text("delete `{key}`", key=key), key=True
            )


def _misplaced(obligation: Obligation, deadline: Deadline) -> Iterator[tuple[str, Text]]:
    frequency = obligation.frequency
    if obligation.season and not frequency.periodic:
        yield (
            "season",
            text(
                "`season` goes with duties that repeat by the calendar, not with `{frequency}`",
                frequency=str(frequency),
            ),
        )
    if obligation.opens is not None and isinstance(deadline, NoLimit):
        yield "opens", text("there is no window to open where no limit is set")
    if obligation.roll == "next" and (isinstance(deadline, NoLimit) or counts_hours(deadline)):
        yield "roll", text("`roll` moves deadlines that are days")
    if obligation.min_records > 1 and frequency.form in ("continuous", "recurring"):
        yield (
            "min_records",
            text("`{frequency}` has no single occurrence to count records for", frequency=str(frequency)),
        )


def unused_parts(subject: Subject) -> Iterator[Problem]:
    """GK402, GK403, GK404: owners, events and readings that nothing uses, not even a slip of their name."""
    if "obligations" in subject.broken:
        return
    plan = subject.plan
    written = {name for each in plan.obligations for name in (*each.owner, *each.support)}
    named = {plan.owner_names.get(name, name) for name in _meant(subject, written, plan.owner_names)}
    named |= {member for group in named for member in plan.groups.get(group, ())}
    for index, owner in enumerate(plan.owners):
        if owner.name not in named:
            yield subject.problem(
                "GK402", ("owners", index, "name"), text("no obligation names the owner `{name}`", name=owner.name)
            )
    events = _meant(subject, {each.frequency.event for each in plan.obligations}, plan.events)
    for event in plan.events:
        if event not in events:
            yield subject.problem(
                "GK403", ("events", event), text("no obligation waits for the event `{name}`", name=event), key=True
            )
    readings = _meant(subject, {name for each in plan.obligations for name in each.readings}, plan.readings)
    for name in plan.readings:
        if name not in readings:
            yield subject.problem(
                "GK404", ("readings", name), text("no obligation rests on the reading `{name}`", name=name), key=True
            )


def _meant(subject: Subject, written: set[str], known: Mapping[str, object]) -> set[str]:
    """The names that were written, and those that the unknown among them are slips of."""
    slips = (_resembled(subject, name, known) for name in written if name and name not in known)
    return written | {name for name in slips if name is not None}


def memberless_groups(subject: Subject) -> Iterator[Problem]:
    """GK405: a group without members is one owner; its members cannot be told apart."""
    for index, owner in enumerate(subject.plan.owners):
        if owner.members == ():
            yield subject.problem(
                "GK405",
                ("owners", index, "members"),
                text("the group `{name}` has no members, so it is judged as one", name=owner.name),
                text("list its members to see who is late"),
                key=True,
            )


def idle_completion(subject: Subject) -> Iterator[Problem]:
    """GK408: `completion` where only one owner can fulfil the duty."""
    for index, obligation in enumerate(subject.plan.obligations):
        if obligation.completion and index not in subject.unsound and len(subject.plan.owners_of(obligation)) == 1:
            yield subject.problem(
                "GK408",
                ("obligations", index, "completion"),
                text("`completion` changes nothing where there is one owner"),
                text("delete it"),
                key=True,
            )


def ordered_windows(subject: Subject) -> Iterator[Problem]:
    """GK307: a window that would close before it opens."""
    for index, obligation in subject.sound():
        if obligation.opens is None:
            continue
        rule = rule_of(subject.plan, obligation)
        on_event = rule.frequency.form == "event"
        slots = _supposed(rule, subject.calendar) if on_event else subject.timetable(obligation).slots
        slot = next((slot for slot in slots if _shut(slot, rule)), None)
        if slot is not None:
            subject.unsound.add(index)
            yield subject.problem(
                "GK307",
                ("obligations", index, "opens"),
                _shut_words(slot, rule.frequency),
                text("let it open earlier, or move the deadline"),
            )


def _shut(slot: Slot, rule: Rule) -> bool:
    if slot.opens is None or slot.deadline is None:
        return False
    return first_instant(slot.opens, rule.zone) > last_instant(slot.deadline, rule.zone)


@lru_cache(maxsize=4096)
def _supposed(rule: Rule, calendar: WorkCalendar) -> tuple[Slot, ...]:
    """The occurrences of events supposed on every day of a duty's first year; of its clocks, on the day's edges."""
    by_clock = any(isinstance(each, After) and each.unit == "hour" for each in (rule.opens, rule.deadline))
    days = min(_EVENT_DAYS, ((rule.last or date.max) - rule.first).days + 1)
    events: list[When] = [rule.first + timedelta(days=n) for n in range(days)]
    if by_clock:
        edges = (time(0, 0), time(23, 59))
        events = [datetime.combine(day_of(day), edge, rule.zone) for day in events for edge in edges]
    return tuple(computed_event_slot(rule, calendar, event, day_of(event).isoformat()) for event in events)


def _shut_words(slot: Slot, frequency: Frequency) -> Text:
    assert slot.opens is not None, "a window that never opens does not close too early"  # noqa: S101
    assert slot.deadline is not None, "a window that never closes does not close too early"  # noqa: S101
    opens, deadline = _moment(slot.opens), _moment(slot.deadline)
    if frequency.form == "once":
        return text("the window would open on {opens} and close on {deadline}", opens=opens, deadline=deadline)
    if frequency.form == "event":
        return text(
            "for an event on {day} the window would open on {opens} and close on {deadline}",
            day=slot.period.label,
            opens=opens,
            deadline=deadline,
        )
    return text(
        "in {period} the window would open on {opens} and close on {deadline}",
        period=slot.period.label,
        opens=opens,
        deadline=deadline,
    )


def _moment(when: When) -> str:
    return f"{when:%Y-%m-%d %H:%M}" if isinstance(when, datetime) else when.isoformat()


def never_due(subject: Subject) -> Iterator[Problem]:
    """GK401: the calendar gives an obligation no occurrence at all."""
    for index, obligation in subject.sound():
        if obligation.frequency.form == "event":
            continue
        table = subject.timetable(obligation)
        if not table.slots:
            yield subject.problem(
                "GK401",
                ("obligations", index, "id"),
                _never_words(obligation.id, len(table.left_out)),
                text("check the dates, and `from` and `until` (`until: none` for a duty without end)"),
            )


def _never_words(name: str, before: int) -> Text:
    if before == 0:
        return text("`{id}` never falls due within the plan", id=name)
    if before == 1:
        return text("`{id}` never falls due: its only occurrence lies before it starts", id=name)
    return text("`{id}` never falls due: all its {count} occurrences lie before it starts", id=name, count=before)


def early_from(subject: Subject) -> Iterator[Problem]:
    """GK406: a duty that counts from before the document existed, without a note that says why."""
    issued = subject.plan.plan.issued
    for index, obligation in enumerate(subject.plan.obligations):
        if obligation.from_ is not None and obligation.from_ < issued and obligation.note is None:
            yield subject.problem(
                "GK406",
                ("obligations", index, "from"),
                text("`{id}` counts from before the plan was issued ({day})", id=obligation.id, day=issued.isoformat()),
                text("say in `note` on what ground, or delete `from`"),
                key=True,
            )


def uncovered_years(subject: Subject) -> Iterator[Problem]:
    """GK407: working days are counted in years that no notice has settled."""
    plan = subject.plan
    years: set[int] = set()
    for _, obligation in subject.sound():
        rule = rule_of(plan, obligation)
        if rule.frequency.form == "event" and _counts_working_days(rule.deadline, roll=rule.roll):
            years.update(range(rule.first.year, (rule.last or plan.plan.ends).year + 1))
        elif rule.frequency.form != "event":
            slots = subject.timetable(obligation).slots
            years.update(day_of(slot.deadline).year for slot in slots if slot.deadline and slot.provisional)
    missing = sorted(years - subject.calendar.covered)
    if missing:
        yield subject.problem(
            "GK407",
            ("plan", "ends"),
            text("there is no official working-day data for {years}", years=_years(missing)),
            text(
                "known are {years}; deadlines outside those years count Monday to Friday and are provisional until an "
                "override file supplies them",
                years=_years(sorted(subject.calendar.covered)),
            ),
        )


def _years(years: Sequence[int]) -> Text:
    """The words for years in order, those that follow each other as a range."""
    spans: list[tuple[int, int]] = []
    for year in years:
        if spans and spans[-1][1] == year - 1:
            spans[-1] = spans[-1][0], year
        else:
            spans.append((year, year))
    said = text("none")
    for position, (first, last) in enumerate(spans):
        span = text("{year}", year=first) if first == last else text("{first} to {last}", first=first, last=last)
        said = text("{years}, {year}", years=said, year=span) if position else span
    return said


def _counts_working_days(deadline: Deadline, *, roll: bool) -> bool:
    return roll or (isinstance(deadline, After | Before) and deadline.unit == "working day")


REFERENCE_RULES: tuple[Check, ...] = (
    duplicate_ids,
    unknown_owners,
    unknown_events,
    unknown_readings,
    missing_completion,
    duplicate_names,
    broken_groups,
    one_deadline,
    fitting_deadlines,
    ordered_dates,
    fitting_keys,
    unused_parts,
    memberless_groups,
    idle_completion,
)
TIMING_RULES: tuple[Check, ...] = (ordered_windows, never_due, early_from, uncovered_years)
