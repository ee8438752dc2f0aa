"""The status of an occurrence at an instant, and the numbers that go with it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from math import ceil
from typing import Literal, NamedTuple, get_args

from gongkai_cli.deadlines import When, day_of, first_instant, last_instant
from gongkai_cli.evaluation.places import Filling, Place, filling_order, not_after, samenesses
from gongkai_cli.frequencies import Length
from gongkai_cli.periods import months_later
from gongkai_cli.plan import Plan
from gongkai_cli.schedule import Occurrence, Slot
from gongkai_cli.workdays import WorkCalendar

Status = Literal["satisfied", "waived", "late", "upcoming", "no_limit", "due", "overdue"]
STATUSES: tuple[Status, ...] = get_args(Status)

# No occurrence that has enough records has one of these.
UNFULFILLED: frozenset[Status] = frozenset(("upcoming", "overdue"))


class Verdict(NamedTuple):
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
    fillings: tuple[Filling, ...] = ()
    deciding: Filling | None = None
    waiver: int | None = None
    extension: int | None = None
    event: int | None = None
    doubts: tuple[int, ...] = ()

    @property
    def deadline(self) -> When | None:
        """The deadline in force."""
        return self.occurrence.slot.deadline

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
    def counted(self) -> int:
        """How many different records there are; exact where every mark was asked of the log."""
        publications = (each.publication for each in self.fillings if each.publication.kind == "publication")
        return len({same for publication in publications for same in samenesses(publication)})

    def is_extra(self, filling: Filling) -> bool:
        """Return whether a record decides nothing: a correction, or what came after enough others."""
        if filling.publication.kind == "correction":
            return True
        decided = self.deciding
        return decided is not None and filling_order(filling) > filling_order(decided)


class _Standing(NamedTuple):
    """How an occurrence stands, whoever owes it; the fields are those of a verdict."""

    status: Status
    due_soon: bool = False
    days_late: int = 0
    escalation: str | None = None


_SATISFIED, _NO_LIMIT, _WAIVED = _Standing("satisfied"), _Standing("no_limit"), _Standing("waived")


class Papers(NamedTuple):
    """The lines of the log that moved an occurrence's deadline or excused it; `original` is the deadline moved."""

    original: When | None
    waiver: int | None
    extension: int | None


NO_PAPERS = Papers(None, None, None)


class Judge:
    """Judges the occurrences of a plan as of an instant, the last that counts."""

    def __init__(self, plan: Plan, calendar: WorkCalendar, at: datetime) -> None:
        self._plan, self._calendar, self._at = plan, calendar, at
        self._zone = plan.plan.zone
        # How what is not fulfilled stands: the same few windows, again and again.
        self._unfulfilled: dict[tuple[When | None, When | None, bool], _Standing] = {}

    def verdict(
        self, occurrence: Occurrence, place: Place, papers: Papers, event: int | None, beyond: Sequence[int]
    ) -> Verdict:
        """Return the verdict on an occurrence whose records are placed.

        `event` is the key of the line that began it, `beyond` those of the records that may be its own, late.
        """
        slot = place.slot
        in_order = (
            tuple(sorted(place.fillings, key=filling_order)) if len(place.fillings) > 1 else tuple(place.fillings)
        )
        deciding = place.deciding(in_order)
        standing = self._fulfilled(slot, deciding) if deciding is not None else self._standing(slot)
        if papers.waiver is not None and standing.status != "satisfied":
            standing = _WAIVED
        doubts = (*place.nearest, *beyond) if standing.status == "overdue" else tuple(place.nearest)
        return Verdict(
            occurrence, standing.status, standing.due_soon, standing.days_late, papers.original, standing.escalation,
            in_order, deciding, papers.waiver, papers.extension, event, doubts,
        )  # fmt: skip

    def _standing(self, slot: Slot) -> _Standing:
        window = slot.opens, slot.deadline, slot.provisional
        found = self._unfulfilled.get(window)
        if found is None:
            found = self._unfulfilled[window] = self._without_records(slot)
        return found

    def _without_records(self, slot: Slot) -> _Standing:
        """How what has not enough records stands; a provisional deadline is never missed."""
        if slot.deadline is None:
            return _NO_LIMIT
        if slot.opens is not None and self._at < first_instant(slot.opens, self._zone):
            return _Standing("upcoming", self._due_soon(slot.deadline))
        if self._at <= last_instant(slot.deadline, self._zone) or slot.provisional:
            return _Standing("due", self._due_soon(slot.deadline))
        days_late = _days_late(slot.deadline, self._at, self._zone)
        return _Standing("overdue", False, days_late, escalation(self._plan, self._calendar, slot.deadline, self._at))

    def _fulfilled(self, slot: Slot, deciding: Filling) -> _Standing:
        """How what has enough records stands; a day without a time is on time if any moment of that day is."""
        decided = deciding.publication.published
        if slot.deadline is None:
            return _SATISFIED  # of what is owed again and again nothing is ever enough
        if not_after(decided, slot.deadline):
            return _SATISFIED
        if slot.provisional:
            return _Standing("due", self._due_soon(slot.deadline))
        return _Standing("late", False, _days_late(slot.deadline, decided, self._zone))

    def _due_soon(self, deadline: When) -> bool:
        return warns_from(self._plan, self._calendar, deadline) <= self._at.date()


def _days_late(deadline: When, until: When, zone: tzinfo) -> int:
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


def escalation(plan: Plan, calendar: WorkCalendar, deadline: When, at: datetime) -> str | None:
    """Return the highest rung of the office's ladder reached at an instant, or None below the first."""
    reached = [step for step in plan.plan.escalation if later(day_of(deadline), step.after, calendar) <= at.date()]
    return reached[-1].call if reached else None


def instant(when: When, zone: tzinfo) -> datetime:
    """Return the last instant that `--as-of` includes: a day means the end of that day."""
    return when if isinstance(when, datetime) else datetime.combine(when, time.max, zone)
