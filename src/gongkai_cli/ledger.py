"""Ledgers: what one owner owes in a range of days, and which duties it can report on at any time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gongkai_cli.plan import Obligation, Plan
from gongkai_cli.report import Days, Report, Row

# With these, nothing is left to fill in.
_SETTLED = frozenset(("satisfied", "late", "waived"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One occurrence in a ledger: how many rows are open for it (0 where it is settled), and whether it is shared."""

    row: Row
    open_rows: int

    @property
    def obligation(self) -> Obligation:
        """The duty."""
        return self.row.occurrence.obligation


@dataclass(frozen=True, slots=True)
class Ledger:
    """What one owner is to fill in: occurrences with a deadline in the range, and duties that have none of their own.

    `more` are the duties that wait for events, must be kept up to date or have no limit: the owner adds rows for them.
    `duties` are all of the owner's, in the plan's order. With a log, `report` tells what it says.
    """

    report: Report
    owner: str
    days: Days
    entries: tuple[Entry, ...]
    more: tuple[Obligation, ...]
    duties: tuple[Obligation, ...]

    @property
    def plan(self) -> Plan:
        """The plan that the duties are from."""
        return self.report.plan


def ledgers(report: Report, days: Days, owners: Iterable[str]) -> list[Ledger]:
    """Return a ledger for each of the owners that owes anything at all, in their order.

    An occurrence that several owners share is in the ledger of each.
    """
    found = []
    for owner in owners:
        duties = tuple(each for each in report.plan.obligations if owner in report.plan.owners_of(each))
        if duties:
            entries = tuple(_entry(row) for row in report.rows if owner in row.occurrence.owners)
            found.append(Ledger(report, owner, days, entries, _without_dates(report, duties), duties))
    return found


def _entry(row: Row) -> Entry:
    if row.status in _SETTLED:
        return Entry(row, 0)
    needed = row.occurrence.obligation.min_records
    return Entry(row, max(1, needed - (row.verdict.count if row.verdict else 0)))


def _without_dates(report: Report, duties: Sequence[Obligation]) -> tuple[Obligation, ...]:
    undated = {each.id for group in (report.undated.on_events, report.undated.continuous, report.undated.no_limit)
               for each in group}  # fmt: skip
    return tuple(each for each in duties if each.id in undated)
