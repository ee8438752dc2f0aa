"""What the lines of a log say of a plan: names resolved, dates read, every line accounted for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Literal, NamedTuple, Protocol

from gongkai_cli.dates import DateRead, read_date
from gongkai_cli.deadlines import When
from gongkai_cli.frequencies import nearest
from gongkai_cli.messages import Text, text
from gongkai_cli.period_names import split_values
from gongkai_cli.plan import Obligation, Plan

Kind = Literal["publication", "nil", "correction", "event", "waiver", "extension"]
KINDS: Mapping[str, Kind] = {
    "": "publication", "publication": "publication", "公开": "publication", "发布": "publication",
    "nil": "nil", "本期无": "nil",
    "correction": "correction", "更正": "correction",
    "event": "event", "事件": "event",
    "waiver": "waiver", "免责": "waiver",
    "extension": "extension", "延期": "extension",
}  # fmt: skip


class Group(Protocol):
    """Log lines alike in everything that decides a verdict; cells are raw text, empty when missing."""

    @property
    def key(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def obligation(self) -> str: ...
    @property
    def owner(self) -> str: ...
    @property
    def period(self) -> str: ...
    @property
    def published(self) -> str: ...
    @property
    def formed(self) -> str: ...
    @property
    def event(self) -> str: ...
    @property
    def until(self) -> str: ...
    @property
    def approved_by(self) -> str: ...
    @property
    def reference(self) -> str: ...
    @property
    def recorded(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def column(self) -> str: ...
    @property
    def has_note(self) -> bool: ...
    @property
    def lines(self) -> int: ...
    @property
    def fillers(self) -> int: ...


class Publication(NamedTuple):
    """Records alike: so many different ones of a day (or instant), said of one duty and one share of its owners."""

    published: When
    period: str
    formed: date | None
    title: str
    nil: bool
    owner: str
    fillers: int
    key: int
    lines: int = 1
    recorded: date | None = None
    first: int = 0  # which of the group's different records this begins with


class Event(NamedTuple):
    """An event of the plan that happened; empty `owners` or `obligations` concern all."""

    name: str
    label: str
    when: When
    owners: frozenset[str]
    obligations: frozenset[str]
    known: date | None
    key: int


class Waiver(NamedTuple):
    """Deadlines from `published` to `until` are excused for one duty and share, and one period where given."""

    published: date
    until: date | None
    period: str
    key: int


class Extension(NamedTuple):
    """The deadline of one period is moved to `until` by a decision of `published`."""

    published: date
    until: When
    period: str
    key: int


class Rejection(NamedTuple):
    """Why the lines of a group cannot be used: the column at fault, a code, and what to do."""

    key: int
    code: str
    column: str
    message: Text
    hint: Text | None


Share = tuple[str, tuple[str, ...]]  # an obligation's id, and the owners who owe one occurrence together


@dataclass(slots=True)
class Statements:
    """All that a log says, sorted by what it is about; `unmatched` and `rejected` hold the rest."""

    publications: dict[Share, list[Publication]] = field(default_factory=dict)
    waivers: dict[Share, list[Waiver]] = field(default_factory=dict)
    extensions: dict[Share, list[Extension]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    unmatched: dict[int, Text] = field(default_factory=dict)
    rejected: list[Rejection] = field(default_factory=list)


class _Refused(Exception):  # noqa: N818
    """Raised to leave a group out; `code` None means unmatched rather than rejected."""

    def __init__(self, message: Text, code: str | None = None, column: str = "", hint: Text | None = None) -> None:
        super().__init__(message.template)
        self.message, self.code, self.column, self.hint = message, code, column, hint


class Index:
    """The plan's names, as lines of a log use them."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.by_id = {each.id: each for each in plan.obligations}
        titles: dict[str, list[Obligation]] = {}
        for each in plan.obligations:
            titles.setdefault(each.title, []).append(each)
        # A title that two obligations share names neither.
        self.by_name = {title: found[0] for title, found in titles.items() if len(found) == 1} | self.by_id
        self.shares = {each.id: plan.shares_of(each) for each in plan.obligations}

    @cached_property
    def matchable(self) -> list[Obligation]:
        """The obligations that lines without an obligation can be sorted to."""
        return [each for each in self.plan.obligations if each.match is not None]

    def obligation(self, name: str) -> Obligation:
        found = self.by_name.get(name)
        if found is None:
            close = nearest(name, list(self.by_name))
            hint = text("did you mean `{name}`?", name=close) if close else text("`gongkai due` shows the ids")
            raise _Refused(text("`{value}` is no obligation of the plan", value=name), "GK651", "obligation", hint)
        return found

    def owner(self, name: str, *, beside_obligation: bool) -> str:
        found = self.plan.owner_names.get(name)
        if found is not None:
            return found
        if not beside_obligation:
            raise _Refused(text("the plan does not know the owner `{value}`", value=name))
        close = nearest(name, list(self.plan.owner_names))
        hint = text("did you mean `{name}`?", name=close) if close else text("add it to the plan, or as an alias there")
        raise _Refused(text("`{value}` is no owner of the plan", value=name), "GK652", "owner", hint)

    def share(self, obligation: Obligation, owner: str) -> Share:
        """Return the share of a duty that a line of this owner speaks of; an empty owner must leave no choice."""
        shares = self.shares[obligation.id]
        if not owner:
            if len(shares) == 1:
                return obligation.id, shares[0]
            raise _Refused(text("`{id}` has several owners; the line must name one", id=obligation.id))
        for owners in shares:
            if owner in owners:
                return obligation.id, owners
        raise _Refused(text("{owner} does not owe `{id}`", owner=owner, id=obligation.id))


def read_statements(plan: Plan, groups: Iterable[Group]) -> Statements:
    """Return what the lines of a log say of a plan; nothing is dropped."""
    reader = _Reader(plan)
    for group in groups:
        reader.read(group)
    reader.refuse_twin_events()
    return reader.statements


class _Reader:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.index = Index(plan)
        self.statements = Statements()
        hourly = {each.id for each in plan.obligations if getattr(plan.deadline_of(each), "unit", "") == "hour"}
        self._hour_events = {each.frequency.event for each in plan.obligations if each.id in hourly}

    def read(self, group: Group) -> None:
        try:
            kind = _kind(group.kind)
            if kind == "event":
                self._event(group)
            elif kind == "waiver":
                self._waiver(group)
            elif kind == "extension":
                self._extension(group)
            else:
                self._publication(group, kind)
        except _Refused as refused:
            if refused.code is None:
                self.statements.unmatched[group.key] = refused.message
            else:
                rejection = Rejection(group.key, refused.code, refused.column, refused.message, refused.hint)
                self.statements.rejected.append(rejection)

    def _publication(self, group: Group, kind: Kind) -> None:
        published = self._when("published", group.published)
        formed = self._day("formed", group.formed) if group.formed else None
        recorded = self._day("recorded", group.recorded) if group.recorded else None
        spoken = list(self._shares(group))
        if kind == "correction":
            raise _Refused(text("a correction fills nothing"))
        for share, owner in spoken:
            obligation = self.index.by_id[share[0]]
            if kind == "nil" and obligation.nil is None:
                raise _Refused(text("`{id}` does not accept that there is nothing to publish", id=obligation.id))
            for period in split_values(group.period) or [""]:
                said = Publication(
                    published,
                    period,
                    formed,
                    group.title,
                    kind == "nil",
                    owner,
                    max(1, group.fillers),
                    group.key,
                    group.lines,
                    recorded,
                )
                self.statements.publications.setdefault(share, []).append(said)

    def _shares(self, group: Group) -> Iterator[tuple[Share, str]]:
        """The shares that a line speaks of, each with the owner who spoke: every pair of the values it names."""
        names = split_values(group.obligation)
        owners = [self.index.owner(name, beside_obligation=bool(names)) for name in split_values(group.owner)] or [""]
        found = [self.index.obligation(name) for name in names]
        for owner in owners:
            for obligation in found or [self._sorted(group, owner)]:
                yield self.index.share(obligation, owner), owner

    def _sorted(self, group: Group, owner: str) -> Obligation:
        """The one obligation that a line without an obligation fits and whose owner it has."""
        fitting = [
            each
            for each in self.index.matchable
            if (not owner or any(owner in owners for owners in self.index.shares[each.id])) and _fits(each, group)
        ]
        if len(fitting) == 1:
            return fitting[0]
        if not fitting:
            raise _Refused(text("no obligation's `match` fits the line"))
        raise _Refused(text("several obligations fit the line: {ids}", ids="、".join(each.id for each in fitting)))

    def _event(self, group: Group) -> None:
        name = group.event
        known = {**{words: key for key, words in self.plan.events.items()}, **{key: key for key in self.plan.events}}
        if name not in known:
            close = nearest(name, list(known))
            hint = text("did you mean `{name}`?", name=close) if close else text("add it to the plan's `events`")
            raise _Refused(text("`{value}` is no event of the plan", value=name), "GK654", "event", hint)
        when = self._when("published", group.published)
        if known[name] in self._hour_events and not isinstance(when, datetime):
            hint = text("write the time too: 2017-08-05 22:30")
            raise _Refused(text("this event starts a clock of hours and has no time"), "GK655", "published", hint)
        owners = frozenset(self.index.owner(each, beside_obligation=True) for each in split_values(group.owner))
        members = frozenset(member for owner in owners for member in self.plan.groups.get(owner, (owner,)))
        obligations = frozenset(self.index.obligation(each).id for each in split_values(group.obligation))
        recorded = self._day("recorded", group.recorded) if group.recorded else None
        label = group.period or (when.date() if isinstance(when, datetime) else when).isoformat()
        self.statements.events.append(Event(known[name], label, when, members, obligations, recorded, group.key))

    def refuse_twin_events(self) -> None:
        """Reject the second of two events of one name and key: it is not known which of them counts."""
        seen: set[tuple[str, str]] = set()
        kept = []
        for event in sorted(self.statements.events, key=lambda each: (each.name, each.label, each.key)):
            if (event.name, event.label) in seen:
                hint = text("give each a `period` of its own, or delete one line")
                said = text("the event `{name}` ({key}) stands twice", name=event.name, key=event.label)
                self.statements.rejected.append(Rejection(event.key, "GK656", "event", said, hint))
            else:
                seen.add((event.name, event.label))
                kept.append(event)
        self.statements.events = kept

    def _approved(self, group: Group) -> None:
        lacking = {"approved_by": group.approved_by, "reference": group.reference, "note": group.has_note}
        for column, value in lacking.items():
            if not value:
                hint = text("write who approved it, which paper says so, and why")
                raise _Refused(text("the line needs `{column}`", column=column), "GK657", column, hint)

    def _waiver(self, group: Group) -> None:
        self._approved(group)
        published = self._day("published", group.published)
        until = self._day("until", group.until) if group.until else None
        if until is None and not group.period:
            hint = text("write the last deadline covered, or a period")
            raise _Refused(text("a waiver needs `until` or `period`"), "GK657", "until", hint)
        for share, _ in self._named_shares(group):
            for period in split_values(group.period) or [""]:
                said = Waiver(published, until, period, group.key)
                self.statements.waivers.setdefault(share, []).append(said)

    def _extension(self, group: Group) -> None:
        self._approved(group)
        published = self._day("published", group.published)
        until = self._when("until", group.until)
        periods = split_values(group.period)
        if not periods:
            hint = text("name the period whose deadline is moved")
            raise _Refused(text("an extension needs `period`"), "GK657", "period", hint)
        for share, _ in self._named_shares(group):
            for period in periods:
                said = Extension(published, until, period, group.key)
                self.statements.extensions.setdefault(share, []).append(said)

    def _named_shares(self, group: Group) -> Iterator[tuple[Share, str]]:
        if not group.obligation:
            hint = text("name the obligation")
            raise _Refused(text("the line needs `{column}`", column="obligation"), "GK657", "obligation", hint)
        return self._shares(group)

    def _when(self, column: str, value: str) -> When:
        found = read_date(value)
        if not isinstance(found, DateRead):
            raise _Refused(found, "GK658", column, text("write YYYY-MM-DD, for example 2017-07-11"))
        return datetime.combine(found.day, found.time, self.plan.plan.zone) if found.time is not None else found.day

    def _day(self, column: str, value: str) -> date:
        found = self._when(column, value)
        return found.date() if isinstance(found, datetime) else found


def _kind(value: str) -> Kind:
    kind = KINDS.get(value.strip().lower())
    if kind is None:
        hint = text("write one of: {forms}", forms="publication, nil, correction, event, waiver, extension")
        raise _Refused(text("`{value}` is no kind of line", value=value), "GK653", "kind", hint)
    return kind


def _fits(obligation: Obligation, group: Group) -> bool:
    match = obligation.match
    if match is None or not (match.title or match.column):
        return False
    titled = not match.title or any(_all_words(entry.split(), group.title) for entry in match.title)
    return titled and (not match.column or group.column in match.column)


def _all_words(words: Sequence[str], title: str) -> bool:
    return all(word in title for word in words)
