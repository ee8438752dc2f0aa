"""Problems of plans as JSON, in the shape that src/gongkai_cli/formats/check_schema.json holds."""

import json
from typing import TYPE_CHECKING, Any

from gongkai_cli.formats.annotations import of_problems
from gongkai_cli.formats.escaping import visible
from gongkai_cli.messages import Words
from gongkai_cli.problem_report import CheckedPlan, ProblemReport

if TYPE_CHECKING:
    from gongkai_cli.tracing import Trace

SCHEMA_VERSION = 1


def render(report: ProblemReport, words: Words) -> str:
    """Return one JSON document: the plans that were checked, and every problem in order of place."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "command": "check",
        "plans": [_plan(each) for each in report.plans],
        "problems": [
            {
                "file": visible(each.location.file),
                "line": each.location.line or None,
                "column": each.location.column or None,
                "code": each.rule.id,
                "level": each.rule.level,
                "message": each.message,
                "hint": each.hint or None,
                "source": each.source or None,
            }
            for each in of_problems(report.problems, words)
        ],
        "coverage": _coverage(report.trace, words) if report.trace is not None else None,
        "summary": {"plans": len(report.plans), "errors": report.errors, "warnings": report.warnings},
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _coverage(trace: "Trace", words: Words) -> dict[str, Any]:
    return {
        "source": visible(trace.source_file),
        "quotes": trace.quotes,
        "found": trace.found,
        "sentences": trace.share.total,
        "covered": trace.share.covered,
        "percent": trace.share.percent,
        "not_counted": trace.aside,
        "clauses": [
            {"clause": visible(words(clause)), "sentences": share.total, "covered": share.covered}
            for clause, share in trace.clauses
        ],
    }


def _plan(plan: CheckedPlan) -> dict[str, Any]:
    return {
        "file": visible(plan.file),
        "valid": plan.valid,
        "id": plan.id if plan.valid else None,
        "title": plan.title if plan.valid else None,
        "document_number": plan.document_number if plan.valid else None,
        "obligations": plan.obligations if plan.valid else None,
        "untracked": plan.untracked if plan.valid else None,
        "errors": plan.errors,
        "warnings": plan.warnings,
    }
