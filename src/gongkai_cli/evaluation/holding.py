"""A plan's occurrences held against what a log says, one share of one duty at a time."""

from collections.abc import Callable, Container, Iterator, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime

from gongkai_cli.deadlines import Before, Deadline, NoLimit, When, counts_hours, day_of, last_instant
from gongkai_cli.evaluation.names import Share
from gongkai_cli.evaluation.places import EventDays, Need, Place, not_after, ordered, singly
from gongkai_cli.evaluation.placing import Placing
from gongkai_cli.evaluation.statements import Event, Extension, Publication, Statements, Waiver
from gongkai_cli.evaluation.verdicts import NO_PAPERS, Judge, Papers, Verdict
from gongkai_cli.evaluation.windows import Opening, Windows, sequence
from gongkai_cli.messages import Text, text
from gongkai_cli.plan import Obligation, Plan
from gongkai_cli.schedule import Occurrence, Rule, Slot, event_slot, rule_of
from gongkai_cli.workdays import WorkCalendar

# Of groups of lines by key, of which some have an occurrence: the marks of the others, and why they have none.
Partly = dict[int, tuple[frozenset[int], Text]]


@dataclass(slots=True)
class _Decided:
    """The papers that moved or excused the deadline of one occurrence."""

    original: Slot
    was_in_force: list[tuple[date, When]] = field(default_factory=list)  # (day of the extension, deadline until then)
    extension: int | None = None
    waiver: int | None = None
    moved_by: set[tuple[When, When]] = field(default_factory=set)  # published and until of the extensions taken

    def papers(self) -> Papers:
        """Return what a verdict says of them."""
        return Papers(self.original.deadline if self.extension is not None else None, self.waiver, self.extension)


class Setting:
    """A plan as of an instant, with the windows of its rules, which are followed to a horizon (a day)."""

    def __init__(self, plan: Plan, calendar: WorkCalendar, at: datetime, horizon: date) -> None:
        self.plan, self.calendar, self.at = plan, calendar, at
        by_rule: dict[Rule, Windows] = {}
        self.windows: list[Windows] = []  # of each obligation
        for obligation in plan.obligations:
            rule = rule_of(plan, obligation)
            if rule not in by_rule:
                by_rule[rule] = Windows(rule, calendar, horizon)
            self.windows.append(by_rule[rule])


class Holding:
    """All occurrences that belong, or those of some shares; `unmatched` and `used` say what became of lines, by key.

    `verdicts` are those that are `wanted`, in the plan's order; without `fulfilled`, what has enough records has none.
    Whatever else there is of an occurrence is gone with its share: there may be millions.
    """

    def __init__(
        self,
        setting: Setting,
        said: Statements,
        shares: Container[Share] | None = None,
        wanted: Callable[[Verdict], bool] | None = None,
        *,
        fulfilled: bool = False,
    ) -> None:
        self.setting, self.said = setting, said
        self.unmatched: dict[int, Text] = dict(said.unmatched)
        self.used: set[int] = set()
        self.never_recorded: list[str] = []
        self.verdicts: list[Verdict] = []
        self._shares = shares
        self._wanted, self._fulfilled = wanted, fulfilled
        self._judge = Judge(setting.plan, setting.calendar, setting.at)
        self._refused_parts: dict[int, list[Publication]] = {}
        self._events = _Events(said.events)
        for obligation, windows in zip(setting.plan.obligations, setting.windows, strict=True):
            self._hold(obligation, windows)
        for event in said.events:
            if event.key not in self.used:
                self.unmatched[event.key] = text("no duty of the plan begins with this event")

    def _hold(self, obligation: Obligation, windows: Windows) -> None:
        began = False
        for duty in self._duties(obligation, windows):
            began |= bool(duty.placing.places) or duty.concerned
            self.used |= duty.placing.used
            self.unmatched.update(duty.placing.unmatched)
            for key, parts in duty.placing.refused_parts.items():
                self._refused_parts.setdefault(key, []).extend(parts)
            if self._wanted is not None:
                self.verdicts += filter(self._wanted, duty.verdicts(self._judge))
        if obligation.frequency.form == "event" and not began:
            self.never_recorded.append(obligation.id)

    def _duties(self, obligation: Obligation, windows: Windows, keys: Set[int] | None = None) -> Iterator["_Duty"]:
        """Yield an obligation held against the log, share by share; with `keys`, where publications have one."""
        for owners in self.setting.plan.shares_of(obligation):
            share = obligation.id, owners
            if self._shares is not None and share not in self._shares:
                continue
            if keys is not None and not any(each.key in keys for each in self.said.publications.get(share, ())):
                continue
            duty = _Duty(self.said, obligation, windows, share, fulfilled=self._fulfilled)
            duty.hold(self._events)
            yield duty

    def partly(self) -> Partly:
        """Return the groups of which only some records have a place, and the others."""
        mixed = self._refused_parts.keys() & self.used
        if not mixed:  # nearly always
            return {}
        marks = {key: {mark for part in self._refused_parts[key] for mark in part.marks} for key in mixed}
        for obligation, windows in zip(self.setting.plan.obligations, self.setting.windows, strict=True):
            for duty in self._duties(obligation, windows, mixed):
                for each in duty.placed():
                    if each.key in mixed:
                        marks[each.key].difference_update(each.marks)
        return {key: (frozenset(left), self.unmatched[key]) for key, left in marks.items() if left}


class _Duty:
    """One obligation of one share of its owners: its occurrences, and what the log says of them."""

    def __init__(
        self, said: Statements, obligation: Obligation, windows: Windows, share: Share, *, fulfilled: bool
    ) -> None:
        self.said, self.obligation, self.windows, self.rule, self.share = said, obligation, windows, windows.rule, share
        self.placing = Placing(windows)
        self.concerned = False  # there was an event, though its occurrence may not belong, or need not be made
        self._fulfilled = fulfilled  # whether verdicts on what is fulfilled are asked for
        self._need = Need(share[1], obligation.min_records, endless=self.rule.frequency.form == "recurring")
        self._decided: dict[str, _Decided] = {}
        self._events: dict[str, int] = {}  # the keys of the event lines, by label
        self._as_they_came: dict[str, Place] = {}  # by label; see `Placing.as_they_came`
        self._beyond: list[int] = []  # the keys of records where the occurrence after the last would be

    def hold(self, events: "_Events") -> None:
        """Find the occurrences, place the records, move and excuse deadlines."""
        publications = ordered(self.said.publications.get(self.share, ()))
        waivers = self.said.waivers.get(self.share, ())
        form = self.rule.frequency.form
        if form == "continuous":
            self._stretches(publications)
            for extension in self._extensions():
                self._extend(extension)
            self._waive(waivers)
            return
        placing = self.placing
        if form == "event":
            self._event_places(events)
            if self._has_only_own_events():
                self._pass_own_events(publications)
                return
            by_label = {each.slot.period.label: at for at, each in enumerate(placing.places)}
            rest = self._formed(placing.by_name(publications, by_label))
        else:
            placing.places = [Place(slot, opens, self._need) for slot, opens in self.windows.openings]
            rest = placing.by_name(publications, self.windows.by_label)
        # Windows end at the deadline in force, so extensions come before dates decide.
        extensions = self._extensions()
        for extension in extensions:
            self._extend(extension)
        if extensions or form == "event":
            placing.sort()
        if self._fulfilled or not all(each.filled for each in placing.places):
            self._as_they_came = {each.slot.period.label: each for each in placing.as_they_came(rest)}
        self._beyond = placing.by_date(rest)
        self._waive(waivers)

    def placed(self) -> Iterator[Publication]:
        """Yield the records that have an occurrence."""
        if not self.placing.places:
            yield from (each for each in self.said.publications.get(self.share, ()) if each.key in self.placing.used)
        for place in self.placing.places:
            yield from (filling.publication for filling in place.fillings)

    def verdicts(self, judge: Judge) -> Iterator[Verdict]:
        """Yield the verdict on every occurrence, in order."""
        places = self.placing.places
        last = len(places) - 1
        for at, place in enumerate(places):
            if place.filled and not self._fulfilled:
                continue
            label = place.slot.period.label
            decided = self._decided.get(label)
            papers = decided.papers() if decided is not None else NO_PAPERS
            # The record that filled the next one by its date may be this one's own, late.
            beyond = () if place.filled else self._beyond if at == last else _by_date(places[at + 1])
            occurrence = Occurrence(self.obligation, self.share[1], place.slot)
            verdict = judge.verdict(occurrence, place, papers, self._events.get(label), beyond)
            other = self._as_they_came.get(label)
            if other is not None and judge.verdict(occurrence, other, papers, None, ()).status != verdict.status:
                # What is written later must not turn a missed period into a met one in silence.
                verdict = verdict._replace(doubts=(*verdict.doubts, *_moved(place, other)))
            yield verdict

    # What there is to fill.

    def _place(self, slot: Slot) -> Place:
        return Place(*self.windows.opening(slot), self._need)

    def _event_places(self, events: "_Events") -> None:
        for event in events.of(self.rule.frequency.event, self.share):
            self.concerned = True
            slot = event_slot(self.rule, self.windows.calendar, event.when, event.label)
            if slot is not None:
                self.placing.used.add(event.key)
                self._events[event.label] = event.key
                self.placing.places.append(self._place(slot))

    def _has_only_own_events(self) -> bool:
        """Whether each occurrence is the event of a record that fulfils it, while only the others are asked for.

        Then nothing but the fate of the lines is left to tell, and it does not hang on how many records there are.
        """
        said = self.said
        moved = said.waivers.get(self.share) or said.extensions.get(self.share)
        if self._fulfilled or self.placing.places or moved:
            return False
        owners, deadline = self.share[1], self.rule.deadline
        in_time = all(formed_by_then(each.formed, each.published) for each in said.publications.get(self.share, ()))
        return in_time and fulfils_alone(self.obligation, owners, deadline)

    def _pass_own_events(self, publications: Sequence[Publication]) -> None:
        """Tell the fate of the lines of a share that has only own events; no occurrence is made."""
        placing, rest = self.placing, []
        days: set[date] = set()
        first: Opening | None = None
        for each in placing.by_name(publications, {}):
            if each.formed is None:
                rest.append(each)
                continue
            day = day_of(each.formed)
            slot = None
            if each.kind != "correction":
                slot = event_slot(self.rule, self.windows.calendar, each.formed, day.isoformat())
            if slot is not None:
                opening = self.windows.opening(slot)
                first = opening if first is None else min(first, opening, key=lambda one: sequence(*one))
                days.add(day)
            if day in days:
                placing.used.add(each.key)
            else:
                placing.refuse(each, text("its day of formation begins no duty of the plan"))
        for each in rest:
            if first is not None and not_after(first.opens, each.published):
                placing.used.add(each.key)
            else:
                placing.refuse(each, text("it lies outside every window of the plan"))
        self.concerned |= first is not None

    def _formed(self, publications: Sequence[Publication]) -> list[Publication]:
        """Place what gives its day of formation: in the event recorded for it, or as an event of its own."""
        own = EventDays(self.placing.places)
        rest = []
        for publication in publications:
            if publication.formed is None:
                rest.append(publication)
                continue
            for single in singly(publication):
                place = self._place_formed(own, single, publication.formed)
                if place is not None:
                    self.placing.put(place, single, "formed")
                    own.note(place, single)
        return rest

    def _place_formed(self, own: "EventDays", publication: Publication, formed: When) -> Place | None:
        day = day_of(formed)
        alike = own.with_equal(day, publication)
        if alike is not None:
            return alike
        if publication.kind == "correction":
            first = own.first(day)
            if first is None:
                self.placing.refuse(publication, text("its day of formation begins no duty of the plan"))
            return first
        # An event that another record has filled is that record's; this one is an event of its own.
        return own.wanting(day) or self._own_event(own, publication, formed)

    def _own_event(self, own: "EventDays", publication: Publication, formed: When) -> Place | None:
        if counts_hours(self.rule.deadline) and not isinstance(formed, datetime):
            self.placing.refuse(publication, text("hours are counted here, so its formation needs a time"))
            return None
        slot = event_slot(self.rule, self.windows.calendar, formed, own.free_label(day_of(formed)))
        if slot is None:
            self.placing.refuse(publication, text("its day of formation begins no duty of the plan"))
            return None
        place = self._place(slot)
        self.placing.places.append(place)
        own.add(place)
        return place

    def _stretches(self, publications: Sequence[Publication]) -> None:
        """Fill the stretches of a duty that must be kept fresh: each ends with a record, and the next begins."""
        placing, rule = self.placing, self.rule
        if rule.last is not None and rule.first > rule.last:
            for each in publications:
                placing.refuse(each, text("the duty had ended"))
            return
        self._begin_stretch(rule.first)
        closed_on: date | None = None
        for each in publications:
            day, running = day_of(each.published), placing.places[-1]
            if closed_on is not None and closed_on < day:
                if rule.last is not None and closed_on > rule.last:
                    placing.refuse(each, text("the duty had ended"))
                    continue
                running = self._begin_stretch(closed_on)
                closed_on = None
            if day < rule.first:
                placing.refuse(each, text("it lies before the first window of the plan"))
            elif each.period and self.windows.named(each.period) != running.slot.period.label:
                placing.refuse(each, text("there is no such period: {period}", period=each.period))
            else:
                placing.put(running, each, "declared" if each.period else "date")
                if running.slot.deadline is not None and running.filled:
                    closed_on = closed_on or day
        if closed_on is not None and (rule.last is None or closed_on <= rule.last):
            self._begin_stretch(closed_on)

    def _begin_stretch(self, day: date) -> Place:
        if isinstance(self.rule.deadline, NoLimit):
            place = Place(*self.windows.openings[0], Need(self.share[1], endless=True))
        else:
            place = Place(*self.windows.stretch(day), Need(self.share[1], renews=True))
        self.placing.places.append(place)
        return place

    # What moves and excuses it.

    def _extensions(self) -> list[Extension]:
        """The extensions of this share in order; of two of one moment, the longer one is the last."""
        found = self.said.extensions.get(self.share, ())
        zone = self.rule.zone
        return sorted(found, key=lambda each: (_moment(each.published), last_instant(each.until, zone), each.key))

    def _extend(self, extension: Extension) -> None:
        label = self.windows.named(extension.period)
        place = next((each for each in self.placing.places if each.slot.period.label == label), None)
        paper = extension.published, extension.until
        taken = self._decided.get(place.slot.period.label) if place is not None else None
        if taken is not None and paper in taken.moved_by:  # written down twice
            self.placing.used.add(extension.key)
            return
        refused: Text | None = None
        if place is None:
            refused = text("there is no such period: {period}", period=extension.period)
        elif (deadline := place.slot.deadline) is None:
            refused = text("no deadline is set, so none can be moved")
        elif not not_after(extension.published, deadline):
            refused = text("it is dated after the deadline ({day})", day=day_of(deadline).isoformat())
        elif last_instant(extension.until, self.rule.zone) <= last_instant(deadline, self.rule.zone):
            refused = text("it does not move the deadline ({day}) later", day=day_of(deadline).isoformat())
        else:
            decided = self._decided.setdefault(place.slot.period.label, _Decided(place.slot))
            decided.was_in_force.append((day_of(extension.published), deadline))
            decided.extension = extension.key
            decided.moved_by.add(paper)
            place.slot = place.slot._replace(deadline=extension.until, provisional=False)
            self.placing.used.add(extension.key)
        if refused is not None:
            self.placing.unmatched[extension.key] = refused

    def _waive(self, waivers: Sequence[Waiver]) -> None:
        for waiver in waivers:
            label = self.windows.named(waiver.period) if waiver.period else None
            covered = False
            for place in self.placing.places:
                own = place.slot.period.label
                if (not waiver.period or own == label) and self._covers(waiver, place):
                    decided = self._decided.setdefault(own, _Decided(place.slot))
                    decided.waiver = decided.waiver or waiver.key
                    covered = True
            if covered:
                self.placing.used.add(waiver.key)
            else:
                reason = text("it covers no deadline; a waiver must be dated by the deadline")
                self.placing.unmatched[waiver.key] = reason

    def _covers(self, waiver: Waiver, place: Place) -> bool:
        """Whether a deadline that was in force at some moment of the waiver's day lies in what it covers."""
        if place.slot.deadline is None:
            return False
        decided = self._decided.get(place.slot.period.label)
        history = decided.was_in_force if decided else []
        day = day_of(waiver.published)
        begins = [date.min, *(since for since, _ in history)]
        ends = [*begins[1:], date.max]
        for deadline, begin, end in zip([*(was for _, was in history), place.slot.deadline], begins, ends, strict=True):
            by_then = begin <= day <= end and not_after(waiver.published, deadline)
            if by_then and not_after(deadline, waiver.until):
                return True
        return False


def fulfils_alone(obligation: Obligation, owners: Sequence[str], deadline: Deadline) -> bool:
    """Return whether a record that is an event of its own always fulfils it, and its window opens on its day.

    That is so where one record is enough and the event needs no time.
    """
    silence = obligation.nil is not None and len(owners) > 1  # which all of them must keep
    at_once = obligation.opens is None and not isinstance(deadline, Before)
    return obligation.min_records == 1 and not silence and at_once and not counts_hours(deadline)


def formed_by_then(formed: When | None, published: When) -> bool:
    """Return whether information was there on the day on which a line says that it was published."""
    return formed is None or day_of(formed) <= day_of(published)


def _moment(when: When) -> tuple[date, bool, str]:
    return day_of(when), isinstance(when, datetime), when.isoformat()


def _moved(place: Place, other: Place) -> list[int]:
    """The keys of the records that lie in one of two readings of an occurrence only."""
    here, there = ({each.publication for each in one.fillings} for one in (place, other))
    return sorted({each.key for each in here ^ there})


def _by_date(place: Place) -> Sequence[int]:
    if not place.fillings:
        return ()
    dated = [each.publication for each in place.fillings if each.match == "date"]
    return [each.key for each in dated if each.kind != "correction"]


class _Events:
    """Events by whom they concern."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._events = events
        self._by_owner: dict[tuple[str, str], list[int]] = {}  # '' where an event concerns every owner
        for at, event in enumerate(events):
            for owner in event.owners or ("",):
                self._by_owner.setdefault((event.name, owner), []).append(at)

    def of(self, name: str, share: Share) -> Iterator[Event]:
        """Yield the events of a name that concern a duty and some of its owners, in order."""
        for at in sorted({at for owner in ("", *share[1]) for at in self._by_owner.get((name, owner), ())}):
            event = self._events[at]
            if not event.obligations or share[0] in event.obligations:
                yield event
