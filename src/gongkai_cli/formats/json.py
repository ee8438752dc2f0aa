"""Reports as JSON, in the shape that src/gongkai_cli/formats/schema.json holds."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from gongkai_cli.deadlines import When
from gongkai_cli.evaluation.assessment import Record
from gongkai_cli.formats.escaping import plain_json
from gongkai_cli.formats.json_text import Written, json_text
from gongkai_cli.messages import Words
from gongkai_cli.report import Report, Row, deadline_order

SCHEMA_VERSION = 1
_MARGIN, _ROW = "\n ", "\n  "  # of what is in the document, and of an occurrence
_HERE = "@"  # stands for the occurrences until they are put in; no value of JSON begins like this
_LINES = ("read", "matched", "unmatched", "blank", "rejected")
# Reasons are for programs to show as they are; the language of JSON is English.
_ENGLISH = Words("en")


Document = dict[str, Any]


def render(report: Report) -> str:
    """Return a report as one JSON document."""
    return written(document(report))


def written(content: Document) -> str:
    """Return a JSON document as text."""
    return joined([part(content)])


class Part(NamedTuple):
    """What one plan has in a document: its occurrences are text already, each beside its deadline."""

    content: Document
    occurrences: Sequence[tuple[str, str]]


def part(content: Document) -> Part:
    """Return the part of one plan, of its document: most of the text is made where the plan is read."""
    rows = content["occurrences"]
    texts = [(row["deadline"] or "", plain_json(json_text(row, _ROW))) for row in rows]
    return Part({**content, "occurrences": ()}, texts)


def joined(parts: Sequence[Part]) -> str:
    """Return what several reports of one command say, each on a plan of its own, as one JSON document.

    Figures are sums; `plans` has those of each plan. Occurrences are ordered by deadline, then as the plans are.
    """
    rows = [row for each in parts for row in each.occurrences]
    if len(parts) > 1:
        rows.sort(key=lambda row: deadline_order(row[0]))
    content = _merged([each.content for each in parts]) | {"occurrences": Written(_HERE)}
    # Put together at once: of thousands of plans the text is so large that there is no room for a copy.
    before, here, after = plain_json(json_text(content)).partition(f'"occurrences": {_HERE}')
    pieces = [before, here.removesuffix(_HERE)]
    for number, (_, occurrence_text) in enumerate(rows):
        pieces += (f",{_ROW}" if number else f"[{_ROW}", occurrence_text)
    pieces += (f"{_MARGIN}]" if rows else "[]", after, "\n")
    return "".join(pieces)


def _merged(documents: Sequence[Document]) -> Document:
    """Return what documents say beside occurrences."""
    if len(documents) == 1:
        return documents[0]
    content = {
        **documents[0],
        "plans": [plan for each in documents for plan in each["plans"]],
        "summary": _sums(each["summary"] for each in documents),
        "older_overdue": _sum(each["older_overdue"] for each in documents),
        "events_never_recorded": [id_ for each in documents for id_ in each["events_never_recorded"]],
        "undated": _sums(each["undated"] for each in documents),
        "log": _sums(each["log"] for each in documents),
        "unmatched": [line for each in documents for line in each["unmatched"]],
    }
    own = content.pop("bulletin", None)
    if own is not None:
        content["bulletins"] = [{"plan": each["plans"][0]["id"], **each["bulletin"]} for each in documents]
    return content


def _sum(numbers: Iterable[int | None]) -> int | None:
    found = [each for each in numbers if each is not None]
    return sum(found) if found else None


def _sums(figures: Iterable[Mapping[str, int] | None]) -> dict[str, int] | None:
    found = [each for each in figures if each is not None]
    return {name: sum(each[name] for each in found) for name in found[0]} if found else None


def document(report: Report) -> Document:
    """Return what a report says, in JSON's types; without a log no status is claimed."""
    figures = _figures(report)
    return {
        "schema_version": SCHEMA_VERSION,
        "command": report.command,
        "plans": [{**_plan(report), **figures}],
        "as_of": _when(report.as_of),
        "known_on": _when(report.known_on),
        "range": {"from": report.days.first.isoformat(), "to": report.days.last.isoformat()} if report.days else None,
        "occurrences": [occurrence(row) for row in report.rows],
        **figures,
        "unmatched": [
            {"plan": report.plan.plan.id, "file": each.file, "line": each.line, "reason": _ENGLISH(each.reason)}
            for each in report.unmatched
        ],
    }


def _plan(report: Report) -> dict[str, Any]:
    meta = report.plan.plan
    return {
        "id": meta.id,
        "title": meta.title,
        "document_number": meta.document_number,
        "as_of": _when(report.as_of),
    }


def _figures(report: Report) -> dict[str, Any]:
    """What is counted, of one plan and of all."""
    log = report.log
    return {
        "summary": report.summary,
        "older_overdue": report.older_overdue,
        "events_never_recorded": list(report.never_recorded),
        "undated": {
            "on_events": len(report.undated.on_events),
            "continuous": len(report.undated.continuous),
            "no_limit": len(report.undated.no_limit),
        },
        "log": None if log is None else {name: getattr(log, name) for name in _LINES},
    }


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
