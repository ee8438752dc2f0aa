"""Reminder letters (催办函): what one owner still owes, from a bulletin, and nothing of anybody else's."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from gongkai_cli.bulletin import Bulletin, numbered
from gongkai_cli.report import Row


@dataclass(frozen=True, slots=True)
class Letter:
    """What one owner is reminded of; no row is in two of these.

    `overdue` is certain and the owner's own, `shared` certain and owed together with others. `uncertain` may have been
    done: the records in doubt are its rows' `doubts`. `soon` is not due yet, but nearly. `bulletin` is the one it was
    made from, with the footnotes of this letter alone.
    """

    owner: str
    overdue: tuple[Row, ...]
    shared: tuple[Row, ...]
    uncertain: tuple[Row, ...]
    soon: tuple[Row, ...]
    bulletin: Bulletin

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows that the letter speaks of."""
        return (*self.overdue, *self.shared, *self.uncertain, *self.soon)


def letters(bulletin: Bulletin, owners: Collection[str] = ()) -> tuple[Letter, ...]:
    """Return a letter for everybody (or every one of `owners`) with anything overdue, in the order of the plan."""
    of_owner: dict[str, list[Row]] = {}
    for row in bulletin.every_row:
        for owner in row.occurrence.owners:
            of_owner.setdefault(owner, []).append(row)
    asked = [each.name for each in bulletin.plan.owners if not owners or each.name in owners]
    found = (_letter(bulletin, owner, of_owner[owner]) for owner in asked if owner in of_owner)
    return tuple(each for each in found if each.overdue or each.shared or each.uncertain)


def _letter(bulletin: Bulletin, owner: str, mine: Collection[Row]) -> Letter:
    overdue = [row for row in mine if row.status == "overdue"]
    certain = [row for row in overdue if row.verdict is not None and not row.verdict.uncertain]
    parts = (
        tuple(row for row in certain if not row.occurrence.shared),
        tuple(row for row in certain if row.occurrence.shared),
        tuple(row for row in overdue if row.verdict is not None and row.verdict.uncertain),
        tuple(_pressing(mine)),
    )
    footnotes = numbered(bulletin.plan, [row for part in parts for row in part])
    return Letter(owner, *parts, bulletin=bulletin.with_footnotes(footnotes))


def _pressing(rows: Collection[Row]) -> Iterator[Row]:
    return (row for row in rows if row.due_soon)
