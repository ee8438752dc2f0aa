"""A plan's occurrences held against what a log says, one share of one duty at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from gongkai_cli.deadlines import NoLimit, When, counts_hours, day_of, last_instant
from gongkai_cli.evaluation.names import Share
from gongkai_cli.evaluation.places import EventDays, Place, not_after, ordered, singly
from gongkai_cli.evaluation.placing import Placing
from gongkai_cli.evaluation.statements import Event, Extension, Publication, Statements, Waiver
from gongkai_cli.evaluation.verdicts import Verdict, judge
from gongkai_cli.messages import Text, text
from gongkai_cli.period_names import read_period
from gongkai_cli.plan import Obligation, Plan
from gongkai_cli.schedule import Occurrence, Rule, Slot, counts_from, event_slot, rule_of, stretch_slot, timetable
from gongkai_cli.workdays import WorkCalendar


@dataclass(slots=True)
class _Decided:
    """The papers that moved or excused the deadline of one occurrence."""

    original: Slot
    was_in_force: list[tuple[date, When]] = field(default_factory=list)  # (day of the extension, deadline until then)
    extension: int | None = None
    waiver: int | None = None
    moved_by: set[tuple[When, When]] = field(default_factory=set)  # published and until of the extensions taken


class Holding:
    """All occurrences that belong, as of an instant; `unmatched` and `used` say what became of the lines' keys."""

    def __init__(self, plan: Plan, calendar: WorkCalendar, said: Statements, at: datetime, horizon: date) -> None:
        self.plan, self.calendar, self.said, self.at, self.horizon = plan, calendar, said, at, horizon
        self.unmatched: dict[int, Text] = dict(said.unmatched)
        self.used: set[int] = set()
        self.never_recorded: list[str] = []
        self._duties: list[_Duty] = []
        for obligation in plan.obligations:
            self._hold(obligation)
        for event in said.events:
            if event.key not in self.used:
                self.unmatched[event.key] = text("no duty of the plan begins with this event")

    def _hold(self, obligation: Obligation) -> None:
        rule = rule_of(self.plan, obligation)
        began = False
        for owners in self.plan.shares_of(obligation):
            duty = _Duty(self, obligation, rule, (obligation.id, owners))
            duty.hold()
            began |= bool(duty.placing.places) or duty.concerned
            self.used |= duty.placing.used
            self.unmatched.update(duty.placing.unmatched)
            self._duties.append(duty)
        if rule.frequency.form == "event" and not began:
            self.never_recorded.append(obligation.id)

    def verdicts(self) -> Iterator[Verdict]:
        """Yield the verdict on every occurrence, in the plan's order."""
        for duty in self._duties:
            yield from duty.verdicts()


class _Duty:
    """One obligation of one share of its owners: its occurrences, and what the log says of them."""

    def __init__(self, holding: Holding, obligation: Obligation, rule: Rule, share: Share) -> None:
        self.holding, self.obligation, self.rule, self.share = holding, obligation, rule, share
        self.placing = Placing([], rule.frequency)
        self.concerned = False  # an event was recorded, though its occurrence may not belong
        self._decided: dict[str, _Decided] = {}
        self._events: dict[str, int] = {}  # the keys of the event lines, by label
        self._beyond: list[int] = []  # the keys of records where the occurrence after the last would be

    def hold(self) -> None:
        """Find the occurrences, place the records, move and excuse deadlines."""
        said = self.holding.said
        publications = ordered(said.publications.get(self.share, ()))
        form = self.rule.frequency.form
        if form == "continuous":
            self._stretches(publications)
            for extension in self._extensions():
                if extension.key not in self.placing.used and extension.key not in self.placing.unmatched:
                    self._extend(extension)  # of no stretch that ever began, which it will say
            self._waive(said.waivers.get(self.share, ()))
            return
        if form == "event":
            self._event_places()
        else:
            slots = timetable(self.rule, self.holding.calendar, self.holding.horizon).slots
            self.placing.places = [self._place(slot) for slot in slots]
        rest = self.placing.by_name(publications)
        if form == "event":
            rest = self._formed(rest)
        # Windows end at the deadline in force, so extensions come before dates decide.
        for extension in self._extensions():
            self._extend(extension)
        self._beyond = self.placing.by_date(rest, self._past_the_last)
        self._waive(said.waivers.get(self.share, ()))

    def verdicts(self) -> Iterator[Verdict]:
        """Yield the verdict on every occurrence, in order."""
        holding = self.holding
        places = self.placing.places
        for index, place in enumerate(places):
            occurrence = Occurrence(self.obligation, self.share[1], place.slot)
            verdict = judge(occurrence, place, holding.at, holding.calendar, holding.plan)
            decided = self._decided.get(place.slot.period.label)
            if decided is not None:
                moved = decided.original.deadline if decided.extension is not None else None
                verdict = replace(verdict, original_deadline=moved, waiver=decided.waiver, extension=decided.extension)
                if decided.waiver is not None and verdict.status != "satisfied":
                    verdict = replace(verdict, status="waived", days_late=0, escalation=None, due_soon=False)
            doubts = list(place.nearest)
            if verdict.status == "overdue":
                # The record that filled the next one by its date may be this one's own, late.
                doubts += _by_date(places[index + 1]) if index + 1 < len(places) else self._beyond
            event = self._events.get(place.slot.period.label)
            if doubts or event is not None:
                verdict = replace(verdict, doubts=tuple(doubts), event=event)
            yield verdict

    # What there is to fill.

    def _place(self, slot: Slot) -> Place:
        endless = self.rule.frequency.form in ("recurring", "continuous")
        return Place(slot, self.share, self.obligation.min_records, counts_from(self.rule, slot), endless)

    def _event_places(self) -> None:
        for event in self.holding.said.events:
            if event.name == self.rule.frequency.event and _concerns(event, self.share):
                self.concerned = True
                slot = event_slot(self.rule, self.holding.calendar, event.when, event.label)
                if slot is not None:
                    self.placing.used.add(event.key)
                    self._events[event.label] = event.key
                    self.placing.places.append(self._place(slot))

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
        slot = event_slot(self.rule, self.holding.calendar, formed, own.free_label(day_of(formed)))
        if slot is None:
            self.placing.refuse(publication, text("its day of formation begins no duty of the plan"))
            return None
        place = self._place(slot)
        self.placing.places.append(place)
        own.add(place)
        return place

    def _past_the_last(self) -> list[When]:
        """When the rule would have opened the next two occurrences past the last that belongs, had it gone on."""
        places = self.placing.places
        if self.rule.last is None or not self.rule.frequency.periodic or not places:
            return []
        final = max(place.slot.period.first for place in places)
        endless = replace(self.rule, last=None)
        for years in (2, 12):  # a rule may pause for years, but seldom does
            horizon = date(self.rule.last.year + years, 12, 31)
            slots = timetable(endless, self.holding.calendar, horizon).slots
            opens = [slot.opens for slot in slots if slot.period.first > final and slot.opens is not None]
            if len(opens) > 1:
                break
        return list(opens[:2])

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
            elif each.period and read_period(each.period, rule.frequency) != running.slot.period.label:
                placing.refuse(each, text("there is no such period: {period}", period=each.period))
            else:
                placing.put(running, each, "declared" if each.period else "date")
                if running.slot.deadline is not None and running.filled:
                    closed_on = closed_on or day
        if closed_on is not None and (rule.last is None or closed_on <= rule.last):
            self._begin_stretch(closed_on)

    def _begin_stretch(self, day: date) -> Place:
        limitless = isinstance(self.rule.deadline, NoLimit)
        slot = (
            timetable(self.rule, self.holding.calendar, self.holding.horizon).slots[0]
            if limitless
            else stretch_slot(self.rule, self.holding.calendar, day)
        )
        place = replace(self._place(slot), needed=1, endless=limitless, renews=not limitless)
        self.placing.places.append(place)
        for extension in self._extensions():
            if read_period(extension.period, self.rule.frequency) == slot.period.label:
                self._extend(extension)
        return place

    # What moves and excuses it.

    def _extensions(self) -> list[Extension]:
        """The extensions of this share in order; of two of one moment, the longer one is the last."""
        found = self.holding.said.extensions.get(self.share, ())
        return sorted(found, key=lambda each: (_moment(each.published), _moment(each.until), each.key))

    def _extend(self, extension: Extension) -> None:
        label = read_period(extension.period, self.rule.frequency)
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
            label = read_period(waiver.period, self.rule.frequency) if waiver.period else None
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


def _moment(when: When) -> tuple[date, bool, str]:
    return day_of(when), isinstance(when, datetime), when.isoformat()


def _by_date(place: Place) -> list[int]:
    dated = [each.publication for each in place.fillings if each.match == "date"]
    return [each.key for each in dated if each.kind != "correction"]


def _concerns(event: Event, share: Share) -> bool:
    if event.obligations and share[0] not in event.obligations:
        return False
    return not event.owners or not event.owners.isdisjoint(share[1])
