"""Reports as JSON, in the shape that src/gongkai_cli/formats/schema.json holds."""

import json
from typing import Any

from gongkai_cli.deadlines import When
from gongkai_cli.plan import Plan
from gongkai_cli.report import DueReport, Row

SCHEMA_VERSION = 1


def due(report: DueReport) -> str:
    """Return what falls due as one JSON document; without a log no status is claimed."""
    events = [obligation.id for obligation in report.undated.on_events]
    document = {
        "schema_version": SCHEMA_VERSION,
        "command": "due",
        "plans": [_plan(report.plan)],
        "as_of": _when(report.as_of),
        "known_on": None,
        "range": {"from": report.first.isoformat(), "to": report.last.isoformat()},
        "occurrences": [_occurrence(row) for row in report.rows],
        "summary": None,
        "older_overdue": None,
        "events_never_recorded": events,
        "undated": {
            "on_events": len(events),
            "continuous": len(report.undated.continuous),
            "no_limit": len(report.undated.no_limit),
        },
        "log": None,
        "unmatched": [],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _plan(plan: Plan) -> dict[str, Any]:
    return {"id": plan.plan.id, "title": plan.plan.title, "document_number": plan.plan.document_number}


def _when(when: When | None) -> str | None:
    return when.isoformat() if when is not None else None


def _occurrence(row: Row) -> dict[str, Any]:
    occurrence = row.occurrence
    obligation, slot = occurrence.obligation, occurrence.slot
    return {
        "plan": row.plan.plan.id,
        "obligation": obligation.id,
        "clause": obligation.clause,
        "title": obligation.title,
        "act": obligation.act,
        "owner": list(occurrence.owners) if occurrence.shared else occurrence.owners[0],
        "support": list(obligation.support),
        "period": slot.period.label,
        "opens": _when(slot.opens),
        "deadline": _when(slot.deadline),
        "original_deadline": None,
        "status": None,
        "uncertain": False,
        "due_soon": row.due_soon,
        "days_late": None,
        "provisional": slot.provisional,
        "needed": obligation.min_records,
        "escalation": None,
        "readings": list(obligation.readings),
        "signals": list(row.signals),
        "records": [],
    }
