"""Reports as JSON, in the shape that src/gongkai_cli/formats/schema.json holds."""

from collections.abc import Mapping
from typing import Any

from gongkai_cli.deadlines import When
from gongkai_cli.evaluation.assessment import Record
from gongkai_cli.formats.escaping import plain_json
from gongkai_cli.formats.json_text import json_text
from gongkai_cli.messages import Words
from gongkai_cli.plan import Plan
from gongkai_cli.report import Report, Row

SCHEMA_VERSION = 1
_FIGURES = ("read", "matched", "unmatched", "blank", "rejected")
# Reasons are for programs to show as they are; the language of JSON is English.
_ENGLISH = Words("en")


def render(report: Report) -> str:
    """Return a report as one JSON document; without a log no status is claimed."""
    return written(document(report))


def written(content: Mapping[str, Any]) -> str:
    """Return a JSON document as text."""
    return plain_json(json_text(content)) + "\n"


def document(report: Report) -> dict[str, Any]:
    """Return what a report says, in JSON's types."""
    log = report.log
    return {
        "schema_version": SCHEMA_VERSION,
        "command": report.command,
        "plans": [_plan(report.plan)],
        "as_of": _when(report.as_of),
        "known_on": _when(report.known_on),
        "range": {"from": report.days.first.isoformat(), "to": report.days.last.isoformat()} if report.days else None,
        "occurrences": [occurrence(row) for row in report.rows],
        "summary": report.summary,
        "older_overdue": report.older_overdue,
        "events_never_recorded": list(report.never_recorded),
        "undated": {
            "on_events": len(report.undated.on_events),
            "continuous": len(report.undated.continuous),
            "no_limit": len(report.undated.no_limit),
        },
        "log": None if log is None else {name: getattr(log, name) for name in _FIGURES},
        "unmatched": [
            {"file": each.file, "line": each.line, "reason": _ENGLISH(each.reason)} for each in report.unmatched
        ],
    }


def _plan(plan: Plan) -> dict[str, Any]:
    return {"id": plan.plan.id, "title": plan.plan.title, "document_number": plan.plan.document_number}


def _when(when: When | None) -> str | None:
    return when.isoformat() if when is not None else None


def occurrence(row: Row) -> dict[str, Any]:
    """Return one occurrence, with its verdict and records where a log was given."""
    obligation, slot, owners = row.occurrence.obligation, row.occurrence.slot, row.occurrence.owners
    verdict = row.verdict
    return {
        "plan": row.plan.plan.id,
        "obligation": obligation.id,
        "clause": obligation.clause,
        "title": obligation.title,
        "act": obligation.act,
        "owner": list(owners) if row.occurrence.shared else owners[0],
        "support": list(obligation.support),
        "period": slot.period.label,
        "opens": _when(slot.opens),
        "deadline": _when(slot.deadline),
        "original_deadline": _when(verdict.original_deadline) if verdict else None,
        "status": verdict.status if verdict else None,
        "uncertain": verdict.uncertain if verdict else False,
        "due_soon": row.due_soon,
        "days_late": verdict.days_late if verdict else None,
        "provisional": slot.provisional,
        "needed": obligation.min_records,
        "escalation": verdict.escalation if verdict else None,
        "readings": list(obligation.readings),
        "signals": list(row.signals),
        "records": [_record(record) for record in row.records],
    }


def _record(record: Record) -> dict[str, Any]:
    return {
        "published": record.published,
        "title": record.title,
        "url": record.url,
        "kind": record.kind,
        "match": record.match,
        "file": record.file,
        "line": record.line,
        "extra": record.extra,
    }
