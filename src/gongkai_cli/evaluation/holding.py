"""A plan's occurrences held against what a log says, one share of one duty at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from gongkai_cli.deadlines import NoLimit, day_of, last_instant
from gongkai_cli.evaluation.placing import Filling, Place, ordered, place, singly
from gongkai_cli.evaluation.statements import Event, Publication, Share, Statements
from gongkai_cli.evaluation.verdicts import Verdict, judge
from gongkai_cli.messages import Text, text
from gongkai_cli.period_names import read_period
from gongkai_cli.plan import Obligation, Plan
from gongkai_cli.schedule import Occurrence, Rule, Slot, event_slot, rule_of, stretch_slot, timetable
from gongkai_cli.workdays import WorkCalendar

_DUTY_ENDED = text("the duty had ended")
_TOO_EARLY = text("it lies before the first window of the plan")


@dataclass(slots=True)
class _Held:
    """An occurrence with its records, and the decisions that moved or excused it."""

    place: Place
    original: Slot
    extension: int | None = None
    waiver: int | None = None


class Holding:
    """All occurrences that belong, as of an instant; `unmatched` and `used` say what became of the lines' keys."""

    def __init__(self, plan: Plan, calendar: WorkCalendar, said: Statements, at: datetime, horizon: date) -> None:
        self.plan, self.calendar, self.said, self.at, self.horizon = plan, calendar, said, at, horizon
        self.unmatched: dict[int, Text] = dict(said.unmatched)
        self.used: set[int] = set()
        self.never_recorded: list[str] = []
        self.verdicts: list[Verdict] = []
        for obligation in plan.obligations:
            self._hold(obligation)
        for event in said.events:
            if event.key not in self.used:
                self.unmatched[event.key] = text("no duty of the plan begins with this event")

    def _hold(self, obligation: Obligation) -> None:
        rule = rule_of(self.plan, obligation)
        began = False
        for owners in self.plan.shares_of(obligation):
            share = (obligation.id, owners)
            publications = ordered(self.said.publications.get(share, ()))
            held = [_Held(each, each.slot) for each in self._places(obligation, rule, owners, publications)]
            began |= bool(held)
            if rule.frequency.form not in ("continuous", "recurring"):
                self._extend(share, held, rule)
                self._place(held, rule, publications)
            self._waive(share, held, rule)
            self.verdicts.extend(self._judged(obligation, owners, held))
        if rule.frequency.form == "event" and not began:
            self.never_recorded.append(obligation.id)

    # What there is to fill.

    def _places(
        self, obligation: Obligation, rule: Rule, owners: tuple[str, ...], publications: Sequence[Publication]
    ) -> list[Place]:
        form = rule.frequency.form
        if form == "continuous" and not isinstance(rule.deadline, NoLimit):
            return list(self._stretches(rule, publications))
        if form in ("continuous", "recurring"):
            return [self._endless(rule, publications)]
        if form == "event":
            return self._event_places(obligation, rule, owners, publications)
        slots = timetable(rule, self.calendar, self.horizon).slots
        return [Place(slot, obligation.min_records) for slot in slots]

    def _stretches(self, rule: Rule, publications: Sequence[Publication]) -> Iterator[Place]:
        """The stretches of a duty that must be kept fresh: each ends with a record, and the next begins."""
        current: Place | None = Place(stretch_slot(rule, self.calendar, rule.first), 1)
        for each in publications:
            day = day_of(each.published)
            if current is None:
                self.unmatched[each.key] = _DUTY_ENDED
            elif day < rule.first:
                self.unmatched[each.key] = _TOO_EARLY
            elif day == current.slot.period.first:
                # It renews the stretch on the day it began, which moves nothing.
                current.extras.append(self._filled(each))
            else:
                current.add(self._filled(each))
                yield current
                ended = rule.last is not None and day > rule.last
                current = None if ended else Place(stretch_slot(rule, self.calendar, day), 1)
        if current is not None:
            yield current

    def _endless(self, rule: Rule, publications: Sequence[Publication]) -> Place:
        """The one line of a duty without interval or limit: it only gathers records."""
        slots = timetable(rule, self.calendar, self.horizon).slots
        found = Place(slots[0], 1)
        for each in publications:
            found.add(self._filled(each))
        return found

    def _filled(self, publication: Publication) -> Filling:
        self.used.add(publication.key)
        return Filling(publication, "date")

    def _event_places(
        self, obligation: Obligation, rule: Rule, owners: tuple[str, ...], publications: Sequence[Publication]
    ) -> list[Place]:
        """The occurrences that recorded events start, and those that records with a day of formation are themselves."""
        places = []
        for event in self.said.events:
            if event.name == rule.frequency.event and _concerns(event, obligation, owners):
                slot = event_slot(rule, self.calendar, event.when, event.label)
                if slot is not None:
                    self.used.add(event.key)
                    places.append(Place(slot, obligation.min_records))
        recorded = {place.slot.period.first: place for place in reversed(places)}
        own: dict[date, int] = {}
        for each in publications:
            if each.formed is None or each.period:
                continue
            self.used.add(each.key)
            if each.formed in recorded:
                recorded[each.formed].add(Filling(each, "formed"))
                continue
            for single in singly(each):
                own[each.formed] = own.get(each.formed, 0) + 1
                made = self._own_event(rule, single, own[each.formed])
                if made is None:
                    self.used.discard(each.key)
                    self.unmatched[each.key] = text("its day of formation begins no duty of the plan")
                else:
                    places.append(made)
        return sorted(places, key=lambda place: (place.slot.period.first, place.slot.period.label))

    def _own_event(self, rule: Rule, publication: Publication, number: int) -> Place | None:
        assert publication.formed is not None, "only records with a day of formation"  # noqa: S101
        label = publication.formed.isoformat() + (f"#{number}" if number > 1 else "")
        if getattr(rule.deadline, "unit", "") == "hour":
            return None  # a day cannot start a clock of hours
        slot = event_slot(rule, self.calendar, publication.formed, label)
        if slot is None:
            return None
        # One record is its own event: a second one would be another event, so one is always enough.
        made = Place(slot, 1)
        made.add(Filling(publication, "formed"))
        return made

    # What fills, moves and excuses it.

    def _place(self, held: Sequence[_Held], rule: Rule, publications: Sequence[Publication]) -> None:
        formed = rule.frequency.form == "event"
        left = [each for each in publications if not (formed and each.formed is not None and not each.period)]
        unplaced = place([each.place for each in held], left, rule.frequency, self._closed_from(held, rule))
        self.used.update(each.key for each in left if each.key not in unplaced)
        self.unmatched.update(unplaced)

    def _closed_from(self, held: Sequence[_Held], rule: Rule) -> date | None:
        """The day on which the rule would have opened another occurrence past the last that belongs."""
        if rule.last is None or not rule.frequency.periodic or not held:
            return None
        last = held[-1].original
        endless = timetable(replace(rule, last=None), self.calendar, date(last.period.last.year + 3, 12, 31))
        later = [slot for slot in endless.slots if slot.period.first > last.period.first]
        return day_of(later[0].opens) if later and later[0].opens is not None else None

    def _extend(self, share: Share, held: Sequence[_Held], rule: Rule) -> None:
        by_label = {each.place.slot.period.label: each for each in held}
        for each in sorted(self.said.extensions.get(share, ()), key=lambda each: (each.published, each.key)):
            found = by_label.get(read_period(each.period, rule.frequency) or "")
            if found is None:
                self.unmatched[each.key] = text("there is no such period: {period}", period=each.period)
                continue
            slot, zone = found.place.slot, rule.zone
            if slot.deadline is None:
                self.unmatched[each.key] = text("no deadline is set, so none can be moved")
            elif each.published > day_of(slot.deadline):
                self.unmatched[each.key] = text("it is dated after the deadline ({day})", day=day_of(slot.deadline))
            elif last_instant(each.until, zone) <= last_instant(slot.deadline, zone):
                self.unmatched[each.key] = text(
                    "it does not move the deadline ({day}) later", day=day_of(slot.deadline)
                )
            else:
                found.place.slot = slot._replace(deadline=each.until, provisional=False)
                found.extension = each.key
                self.used.add(each.key)

    def _waive(self, share: Share, held: Sequence[_Held], rule: Rule) -> None:
        for each in sorted(self.said.waivers.get(share, ()), key=lambda each: (each.published, each.key)):
            label = read_period(each.period, rule.frequency) if each.period else None
            for candidate in held:
                slot = candidate.place.slot
                if slot.deadline is None or (each.period and slot.period.label != label):
                    continue
                closes = day_of(slot.deadline)
                if each.published <= closes and (each.until is None or closes <= each.until):
                    candidate.waiver = candidate.waiver or each.key
                    self.used.add(each.key)
            if each.key not in self.used:
                self.unmatched[each.key] = text("it covers no deadline; a waiver must be dated by the deadline")

    # What follows.

    def _judged(self, obligation: Obligation, owners: tuple[str, ...], held: Sequence[_Held]) -> Iterator[Verdict]:
        verdicts = []
        for each in held:
            slot = each.place.slot
            verdict = judge(Occurrence(obligation, owners, slot), each.place, self.at, self.calendar, self.plan)
            moved = each.original.deadline if slot.deadline != each.original.deadline else None
            if each.waiver is not None and verdict.status != "satisfied":
                verdict = replace(
                    verdict, status="waived", days_late=0, escalation=None, due_soon=False, uncertain=False
                )
            verdicts.append(replace(verdict, original_deadline=moved, waiver=each.waiver, extension=each.extension))
        for index, verdict in enumerate(verdicts):
            following = verdicts[index + 1] if index + 1 < len(verdicts) else None
            # The record that filled the next one by its date may be this one's own, late.
            doubtful = following is not None and any(each.match == "date" for each in following.fillings)
            yield replace(verdict, uncertain=True) if verdict.status == "overdue" and doubtful else verdict


def _concerns(event: Event, obligation: Obligation, owners: tuple[str, ...]) -> bool:
    if event.obligations and obligation.id not in event.obligations:
        return False
    return not event.owners or not event.owners.isdisjoint(owners)
