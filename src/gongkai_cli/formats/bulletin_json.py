"""The bulletin as JSON: the shape of every report, and beside it what only the bulletin says; see schema.json."""

from typing import Any

from gongkai_cli.bulletin import Bulletin, Since
from gongkai_cli.evaluation.verdicts import STATUSES
from gongkai_cli.formats.json import Document, occurrence, written
from gongkai_cli.formats.json import document as report_document
from gongkai_cli.formats.reasoning import verdict_reason
from gongkai_cli.messages import Words
from gongkai_cli.report import Days, Report, Row
from gongkai_cli.standings import HeatMap, OwnerLine, Totals

# As in every JSON: the words are English, except what stands in the plan and the log.
_ENGLISH = Words("en")


def render(bulletin: Bulletin) -> str:
    """Return the bulletin as one JSON document."""
    return written(document(bulletin))


def document(bulletin: Bulletin) -> Document:
    """Return what the bulletin says, in JSON's types; `occurrences` are those with a deadline in the range."""
    content = report_document(as_report(bulletin))
    content["occurrences"] = [_row(row) for row in bulletin.rows]
    content["bulletin"] = _bulletin(bulletin)
    return content


def as_report(bulletin: Bulletin) -> Report:
    """Return what the bulletin has in common with the reports of other commands."""
    judged = bulletin.log is not None
    return Report(
        "report",
        bulletin.plan,
        bulletin.as_of,
        bulletin.known_on,
        bulletin.days,
        bulletin.rows,
        bulletin.undated,
        tuple(each.id for each in bulletin.never_recorded),
        len(bulletin.carried_over) if judged else None,
        bulletin.log,
        bulletin.unmatched,
    )


def _bulletin(bulletin: Bulletin) -> dict[str, Any]:
    judged = bulletin.log is not None
    return {
        "scope": bulletin.scope,
        "totals": _totals(bulletin.totals, judged=judged),
        "owners": _owners(bulletin.owners, judged=judged),
        "carried_over": [_row(row) for row in bulletin.carried_over],
        "coming": {**_days(bulletin.coming_days), "occurrences": [_row(row) for row in bulletin.coming]},
        "no_limit": [_row(row) for row in bulletin.no_limit],
        "heat_map": _heat_map(bulletin.heat_map),
        "footnotes": [
            {
                "number": each.number,
                "reading": each.name,
                "word": each.reading.word,
                "about": each.reading.about,
                "means": each.reading.means,
                "authority": each.reading.authority,
            }
            for each in bulletin.footnotes
        ],
        "since": _since(bulletin.since) if bulletin.since is not None else None,
        "files": [{"file": each.file, "lines": each.read, "blank": each.blank} for each in bulletin.files],
        "rejected": [
            {
                "file": each.location.file,
                "line": each.location.line,
                "column": each.location.column,
                "code": each.code,
                "message": _ENGLISH(each.message),
            }
            for each in bulletin.rejected
        ],
        "signals": {signal: len(rows) for signal, rows in bulletin.signals},
        "provisional_years": list(bulletin.provisional_years),
        "untraced": bulletin.untraced,
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        **occurrence(row),
        "reason": _ENGLISH(verdict_reason(row.verdict)) if row.verdict is not None else None,
        "papers": [each._asdict() for each in row.papers],
        "doubts": [each._asdict() for each in row.doubts],
    }


def _totals(found: Totals, *, judged: bool) -> dict[str, Any]:
    """The figures; without a log none but how many fall due is claimed."""
    counts: dict[str, int] = {status: found.count(status) for status in STATUSES}
    counts |= {"satisfied_by_nil": found.by_nil, "overdue_uncertain": found.uncertain}
    return {
        "owed": found.owed,
        "fell_due": found.fell_due,
        **{name: count if judged else None for name, count in counts.items()},
        "on_time_rate": found.on_time_rate,
        "done_rate": found.done_rate,
    }


def _owners(lines: tuple[OwnerLine, ...], *, judged: bool) -> list[dict[str, Any]]:
    return [{"owner": line.owner, **_totals(line.totals, judged=judged)} for line in lines]


def _heat_map(heat: HeatMap) -> dict[str, Any]:
    return {
        "months": list(heat.months),
        "owners": [
            {
                "owner": line.owner,
                "cells": [
                    {"worst": cell.worst, "count": cell.count, "counts": dict(cell.counts)} if cell else None
                    for cell in line.cells
                ],
            }
            for line in heat.lines
        ],
    }


def _since(since: Since) -> dict[str, Any]:
    return {
        "day": since.day.isoformat(),
        "range": _days(since.days),
        "totals": _totals(since.totals, judged=True),
        "owners": _owners(since.owners, judged=True),
        "changes": [{"then": each.then, "now": _row(each.row)} for each in since.changes],
        "gone": [occurrence(row) for row in since.gone],
    }


def _days(days: Days) -> dict[str, str]:
    return {"from": days.first.isoformat(), "to": days.last.isoformat()}
