"""The status of an occurrence at an instant, and the numbers that go with it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from math import ceil
from typing import Literal

from gongkai_cli.deadlines import When, day_of, first_instant, last_instant
from gongkai_cli.evaluation.places import Filling, Place, filling_order, not_after, samenesses
from gongkai_cli.frequencies import Length
from gongkai_cli.periods import months_later
from gongkai_cli.plan import Plan
from gongkai_cli.schedule import Occurrence, Slot
from gongkai_cli.workdays import WorkCalendar

Status = Literal["satisfied", "waived", "late", "upcoming", "no_limit", "due", "overdue"]
STATUSES: tuple[Status, ...] = ("satisfied", "waived", "late", "upcoming", "no_limit", "due", "overdue")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The status of one occurrence as of an instant, and what it rests on.

    `days_late` counts calendar days, or 24-hour days begun where hours count; 0 when not late. `waiver`,
    `extension` and `event` are the keys of the log lines that excused it, moved its deadline or began it; `doubts`
    those of the records that may belong here or elsewhere, which make it uncertain.
    """

    occurrence: Occurrence
    status: Status
    due_soon: bool
    days_late: int
    original_deadline: When | None
    escalation: str | None
    fillings: tuple[Filling, ...]
    deciding: Filling | None = None
    waiver: int | None = None
    extension: int | None = None
    event: int | None = None
    doubts: tuple[int, ...] = ()

    @property
    def uncertain(self) -> bool:
        """Whether the evidence allows another reading."""
        return bool(self.doubts)

    @property
    def by_nil(self) -> bool:
        """Whether it was fulfilled because there was nothing to publish."""
        decided = self.deciding is not None and self.deciding.publication.kind == "nil"
        return decided and self.status in ("satisfied", "late")

    @property
    def count(self) -> int:
        """How many different records there are; exact where every mark was asked of the log."""
        publications = (each.publication for each in self.fillings if each.publication.kind == "publication")
        return len({same for publication in publications for same in samenesses(publication)})

    def is_extra(self, filling: Filling) -> bool:
        """Return whether a record decides nothing: a correction, or what came after enough others."""
        if filling.publication.kind == "correction":
            return True
        decided = self.deciding
        return decided is not None and filling_order(filling) > filling_order(decided)


def judge(occurrence: Occurrence, place: Place, at: datetime, calendar: WorkCalendar, plan: Plan) -> Verdict:
    """Return the verdict on an occurrence whose records are placed; `at` is the last instant that counts."""
    slot = place.slot
    zone = plan.plan.zone
    in_order = sorted(place.fillings, key=filling_order)
    deciding = place.deciding(in_order)
    decided = deciding.publication.published if deciding else None
    status = _status(slot, occurrence, decided, at, zone)
    late_until = decided if status == "late" else at if status == "overdue" else None
    awaited = status in ("due", "upcoming") and slot.deadline is not None
    return Verdict(
        occurrence,
        status,
        due_soon=awaited and warns_from(plan, calendar, slot.deadline or at) <= at.date(),
        days_late=_days_late(slot.deadline, late_until, zone),
        original_deadline=None,
        escalation=escalation(plan, calendar, slot.deadline, at) if status == "overdue" else None,
        fillings=tuple(in_order),
        deciding=deciding,
    )


def _status(slot: Slot, occurrence: Occurrence, decided: When | None, at: datetime, zone: tzinfo) -> Status:
    """The first status of the contract's table that applies; a provisional deadline is never missed."""
    if slot.deadline is None:
        fulfilled = decided is not None and occurrence.obligation.frequency.form in ("once", "event")
        return "satisfied" if fulfilled else "no_limit"
    limit = last_instant(slot.deadline, zone)
    if decided is not None:
        # A day without a time is on time if any moment of that day is.
        if not_after(decided, slot.deadline):
            return "satisfied"
        return "due" if slot.provisional else "late"
    if slot.opens is not None and at < first_instant(slot.opens, zone):
        return "upcoming"
    return "due" if at <= limit or slot.provisional else "overdue"


def _days_late(deadline: When | None, until: When | None, zone: tzinfo) -> int:
    if deadline is None or until is None:
        return 0
    if isinstance(deadline, datetime):
        gone = first_instant(until, zone).astimezone(UTC) - deadline.astimezone(UTC)
        return max(1, ceil(gone / timedelta(days=1)))
    return (day_of(until) - deadline).days


def later(day: date, length: Length, calendar: WorkCalendar) -> date:
    """Return the last day of a length of time that begins on the day after `day`."""
    if length.unit == "working day":
        return calendar.after(day, length.count).day
    if length.unit == "month":
        return months_later(day, length.count)
    return day + timedelta(days=length.count * (7 if length.unit == "week" else 1))


def warns_from(plan: Plan, calendar: WorkCalendar, deadline: When) -> date:
    """Return the day from which a deadline counts as near: `warn_before` before it."""
    length, day = plan.plan.warn_before, day_of(deadline)
    if length.unit == "working day":
        return calendar.before(day, length.count).day
    if length.unit == "month":
        return months_later(day, -length.count)
    return day - timedelta(days=length.count * (7 if length.unit == "week" else 1))


def escalation(plan: Plan, calendar: WorkCalendar, deadline: When | None, at: datetime) -> str | None:
    """Return the highest rung of the office's ladder reached at an instant, or None below the first."""
    if deadline is None:
        return None
    reached = [step for step in plan.plan.escalation if later(day_of(deadline), step.after, calendar) <= at.date()]
    return reached[-1].call if reached else None


def instant(when: When, zone: tzinfo) -> datetime:
    """Return the last instant that `--as-of` includes: a day means the end of that day."""
    return when if isinstance(when, datetime) else datetime.combine(when, time.max, zone)
