"""Ledgers: what one owner owes in a range of days, and which duties it can report on at any time."""

from collections.abc import Iterable
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
    duties: dict[str, list[Obligation]] = {}
    for obligation in report.plan.obligations:
        for owner in report.plan.owners_of(obligation):
            duties.setdefault(owner, []).append(obligation)
    entries: dict[str, list[Entry]] = {}
    for row in report.rows:
        for owner in row.occurrence.owners:
            entries.setdefault(owner, []).append(_entry(row))
    undated = report.undated
    dateless = {each.id for each in (*undated.on_events, *undated.continuous, *undated.no_limit)}
    found = []
    for owner in owners:
        if mine := tuple(duties.get(owner, ())):
            more = tuple(each for each in mine if each.id in dateless)
            found.append(Ledger(report, owner, days, tuple(entries.get(owner, ())), more, mine))
    return found


def _entry(row: Row) -> Entry:
    if row.status in _SETTLED:
        return Entry(row, 0)
    needed = row.occurrence.obligation.min_records
    return Entry(row, max(1, needed - (row.verdict.counted if row.verdict else 0)))
