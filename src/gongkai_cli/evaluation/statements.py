"""What the lines of a log say of a plan: names resolved, dates read, every line accounted for."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, NamedTuple, TypeVar
from unicodedata import normalize

from gongkai_cli.dates import DateRead, read_date
from gongkai_cli.deadlines import When, counts_hours
from gongkai_cli.evaluation.names import Group, Index, Refused, Share
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


# Columns that a waiver or an extension cannot do without, as readers know them.
_COLUMNS: Mapping[str, Text] = {
    "obligation": text("`obligation`"),
    "until": text("`until`"),
    "approved_by": text("`approved_by`"),
    "reference": text("`reference`"),
    "note": text("`note`"),
}


class Publication(NamedTuple):
    """Records alike, said of one duty and one share of its owners: those of a day (or instant) in one group of lines.

    `marks` tell the different ones apart, by URL or title; `first` is which of the group's it begins with, and `whole`
    whether it has all of them. `owners` are those of the share whom the lines name.
    """

    published: When
    period: str
    formed: When | None
    title: str
    kind: Kind
    owners: frozenset[str]
    marks: tuple[int, ...]
    key: int
    lines: int = 1
    recorded: date | None = None
    first: int = 0
    whole: bool = True


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

    published: When
    until: When
    period: str
    key: int


class Extension(NamedTuple):
    """The deadline of one period is moved to `until` by a decision of `published`."""

    published: When
    until: When
    period: str
    key: int


class Rejection(NamedTuple):
    """Why the lines of a group cannot be used: the column at fault, a code, and what to do; `spared` lines stand."""

    key: int
    code: str
    column: str
    message: Text
    hint: Text | None
    spared: int = 0


@dataclass(slots=True)
class Statements:
    """All that a log says, sorted by what it is about; `unmatched` and `rejected` hold the rest."""

    publications: dict[Share, list[Publication]] = field(default_factory=dict)
    waivers: dict[Share, list[Waiver]] = field(default_factory=dict)
    extensions: dict[Share, list[Extension]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    unmatched: dict[int, Text] = field(default_factory=dict)
    rejected: list[Rejection] = field(default_factory=list)
    heard: list[tuple[Event, int]] = field(default_factory=list)  # every event, also the twins, with its lines

    def of(self, keys: Collection[int]) -> "Statements":
        """Return what some of the lines say by themselves."""
        found = Statements(
            _of(self.publications, keys),
            _of(self.waivers, keys),
            _of(self.extensions, keys),
            unmatched={key: why for key, why in self.unmatched.items() if key in keys},
            heard=[each for each in self.heard if each[0].key in keys],
        )
        found.refuse_twin_events()
        return found

    def refuse_twin_events(self) -> None:
        """Take all but one of the events of one name and key as rejected: it is not known which of them counts."""
        seen: set[tuple[str, str]] = set()
        for event, lines in sorted(self.heard, key=lambda each: (each[0].name, each[0].label, each[0].key)):
            first = (event.name, event.label) not in seen
            if first:
                seen.add((event.name, event.label))
                self.events.append(event)
            if not first or lines > 1:
                hint = text("give each a `period` of its own, or delete one line")
                said = text("the event `{name}` ({key}) stands twice", name=event.name, key=event.label)
                self.rejected.append(Rejection(event.key, "GK656", "event", said, hint, 1 if first else 0))


Said = TypeVar("Said", Publication, Waiver, Extension)


def _of(said: Mapping[Share, list[Said]], keys: Collection[int]) -> dict[Share, list[Said]]:
    return {share: [each for each in found if each.key in keys] for share, found in said.items()}


def read_statements(plan: Plan, groups: Iterable[Group]) -> Statements:
    """Return what the lines of a log say of a plan; nothing is dropped."""
    reader = Reader(plan)
    for group in groups:
        reader.read(group)
    reader.statements.refuse_twin_events()
    return reader.statements


class _Addressed(NamedTuple):
    """The shares that a line speaks of, each with the owners it names; and what was in the way of others."""

    shares: tuple[tuple[Share, frozenset[str]], ...]
    refused: Text | None


class Reader:
    """Reads groups one by one. Most of their cells recur again and again, so what each says is worked out once."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.index = Index(plan)
        self.statements = Statements()
        hourly = {each.id for each in plan.obligations if counts_hours(plan.deadline_of(each))}
        self._hour_events = {each.frequency.event for each in plan.obligations if each.id in hourly}
        self._whens: dict[str, When] = {}
        self._kinds: dict[str, Kind] = {}
        self._periods: dict[str, Sequence[str]] = {"": ("",)}
        self._addressed: dict[tuple[str, str, str | None, bool], _Addressed] = {}

    def read(self, group: Group) -> None:
        try:
            kind = self._kinds.get(group.kind)
            if kind is None:
                kind = self._kinds[group.kind] = _kind(group.kind)
            if kind == "event":
                self._event(group)
            elif kind == "waiver":
                self._waiver(group)
            elif kind == "extension":
                self._extension(group)
            else:
                self._publication(group, kind)
        except Refused as refused:
            if refused.code is None:
                self.statements.unmatched[group.key] = refused.message
            else:
                rejection = Rejection(group.key, refused.code, refused.column, refused.message, refused.hint)
                self.statements.rejected.append(rejection)

    def _publication(self, group: Group, kind: Kind) -> None:
        published = self._when("published", group.published)
        formed = self._when("formed", group.formed) if group.formed else None
        recorded = self._day("recorded", group.recorded) if group.recorded else None
        # Without marks of their own, the records of a group are different from those of every other.
        marks = group.filler_ids or (hash((group.key, 0)),)
        periods = self._periods.get(group.period)
        if periods is None:
            periods = self._periods[group.period] = split_values(group.period) or ("",)
        publications = self.statements.publications
        for share, named in self._shares(group):
            if kind == "nil" and self.index.by_id[share[0]].nil is None:
                reason = text("`{id}` does not accept that there is nothing to publish", id=share[0])
                self.statements.unmatched[group.key] = reason
                continue
            for period in periods:
                said = Publication(
                    published, period, formed, group.title, kind, named, marks, group.key, group.lines, recorded
                )
                publications.setdefault(share, []).append(said)

    def _shares(self, group: Group) -> Sequence[tuple[Share, frozenset[str]]]:
        """The shares that a line speaks of, each with the owners it names; what is in the way is noted."""
        if group.obligation or group.fits is not None:
            cells = group.obligation, group.owner, group.fits, bool(group.event)
            found = self._addressed.get(cells)
            if found is None:
                found = self._addressed[cells] = self._looked_up(group)
        else:
            found = self._looked_up(group)
        if found.refused is not None:
            self.statements.unmatched[group.key] = found.refused
        return found.shares

    def _looked_up(self, group: Group) -> _Addressed:
        obligations = self.index.obligations(group.obligation)
        owners = self.index.owners(group.owner, beside_obligation=bool(obligations))
        found: dict[Share, frozenset[str]] = {}
        reason: Text | None = None
        asked: list[tuple[Obligation | None, list[str]]] = [(each, owners) for each in obligations]
        asked = asked or [(None, [owner] if owner else []) for owner in owners or [""]]
        for obligation, own in asked:
            try:
                sorted_to = obligation or self.index.sorted_to(group, own[0] if own else "")
                for share, named in self.index.addressed(sorted_to, own).items():
                    found[share] = found.get(share, frozenset()) | named
            except Refused as refused:
                if refused.code is not None:
                    raise
                reason = refused.message
        return _Addressed(tuple(found.items()), reason)

    def _event(self, group: Group) -> None:
        name = group.event
        known = {**{words: key for key, words in self.plan.events.items()}, **{key: key for key in self.plan.events}}
        if name not in known:
            close = self.index.guesses.nearest(normalize("NFKC", name), list(known))
            hint = text("did you mean `{name}`?", name=close) if close else text("add it to the plan's `events`")
            raise Refused(text("`{value}` is no event of the plan", value=name), "GK654", "event", hint)
        when = self._when("published", group.published)
        if known[name] in self._hour_events and not isinstance(when, datetime):
            hint = text("write the time too: 2017-08-05 22:30")
            raise Refused(text("this event starts a clock of hours and has no time"), "GK655", "published", hint)
        members = frozenset(self.index.owners(group.owner, beside_obligation=True))
        obligations = frozenset(each.id for each in self.index.obligations(group.obligation))
        recorded = self._day("recorded", group.recorded) if group.recorded else None
        label = group.period or (when.date() if isinstance(when, datetime) else when).isoformat()
        event = Event(known[name], label, when, members, obligations, recorded, group.key)
        self.statements.heard.append((event, group.lines))

    def _approved(self, group: Group) -> None:
        lacking = {"approved_by": group.approved_by, "reference": group.reference, "note": group.has_note}
        for column, value in lacking.items():
            if not value:
                hint = text("write who approved it, which paper says so, and why")
                raise Refused(text("the line needs {column}", column=_COLUMNS[column]), "GK657", column, hint)

    def _waiver(self, group: Group) -> None:
        self._approved(group)
        published = self._when("published", group.published)
        if not group.until:
            hint = text("write the last deadline covered")
            raise Refused(text("the line needs {column}", column=_COLUMNS["until"]), "GK657", "until", hint)
        until = self._when("until", group.until)
        for share, _ in self._named_shares(group):
            for period in split_values(group.period) or [""]:
                said = Waiver(published, until, period, group.key)
                self.statements.waivers.setdefault(share, []).append(said)

    def _extension(self, group: Group) -> None:
        self._approved(group)
        published = self._when("published", group.published)
        until = self._when("until", group.until)
        periods = split_values(group.period)
        if not periods:
            raise Refused(text("an extension needs `period`"))
        for share, _ in self._named_shares(group):
            for period in periods:
                said = Extension(published, until, period, group.key)
                self.statements.extensions.setdefault(share, []).append(said)

    def _named_shares(self, group: Group) -> Sequence[tuple[Share, frozenset[str]]]:
        if not group.obligation:
            hint = text("name the obligation")
            raise Refused(text("the line needs {column}", column=_COLUMNS["obligation"]), "GK657", "obligation", hint)
        return self._shares(group)

    def _when(self, column: str, value: str) -> When:
        when = self._whens.get(value)
        if when is None:
            found = read_date(value)
            if not isinstance(found, DateRead):
                raise Refused(found, "GK658", column, text("write YYYY-MM-DD, for example 2017-07-11"))
            day, time = found
            when = self._whens[value] = datetime.combine(day, time, self.plan.plan.zone) if time is not None else day
        return when

    def _day(self, column: str, value: str) -> date:
        found = self._when(column, value)
        return found.date() if isinstance(found, datetime) else found


def _kind(value: str) -> Kind:
    kind = KINDS.get(value.strip().lower())
    if kind is None:
        hint = text("write one of: publication, nil, correction, event, waiver, extension")
        raise Refused(text("`{value}` is no kind of line", value=value), "GK653", "kind", hint)
    return kind
