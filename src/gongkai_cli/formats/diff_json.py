"""The difference of two plans as JSON, in the shape that src/gongkai_cli/formats/diff_schema.json holds."""

import json
from typing import Any

from gongkai_cli.deadlines import When
from gongkai_cli.diff import OF_VERDICTS, Difference
from gongkai_cli.diff.changes import Change
from gongkai_cli.diff.moves import Move
from gongkai_cli.diff.verdicts import Revision
from gongkai_cli.evaluation.assessment import Assessment
from gongkai_cli.evaluation.verdicts import Verdict
from gongkai_cli.formats.annotations import of_problems
from gongkai_cli.formats.escaping import visible
from gongkai_cli.messages import Words
from gongkai_cli.plan_file import LoadedPlan
from gongkai_cli.problems import Problem
from gongkai_cli.schedule import Slot

SCHEMA_VERSION = 1
_FIGURES = ("read", "matched", "unmatched", "blank", "rejected")


def render(difference: Difference, words: Words) -> str:
    """Return one JSON document; `verdicts` and `log` are null without a log. `words` say why lines are refused."""
    held = difference.held
    titles = {
        **{each.id: each.title for each in difference.pairing.old.obligations},
        **{each.id: each.title for each in difference.pairing.new.obligations},
    }
    document = {
        "schema_version": SCHEMA_VERSION,
        "command": "diff",
        "old": _plan(difference.old),
        "new": _plan(difference.new),
        "as_of": difference.as_of.isoformat(),
        "known_on": difference.known_on.isoformat() if difference.known_on else None,
        "changes": [_change(difference, each) for each in difference.changes],
        "deadlines": [_move(each, titles) for each in difference.moves],
        "verdicts": None if difference.revisions is None else [_revision(e, titles) for e in difference.revisions],
        "summary": {
            name: None if name in OF_VERDICTS and held is None else count for name, count in difference.counts.items()
        },
        "log": None
        if held is None
        else {
            "old": _log(held.old, held.refused_by_old, words),
            "new": _log(held.new, held.refused_by_new, words),
            "stale_names": [each._asdict() for each in held.stale],
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _plan(loaded: LoadedPlan) -> dict[str, Any]:
    meta = loaded.usable().plan
    return {"file": visible(loaded.file), "id": meta.id, "title": meta.title, "document_number": meta.document_number}


def _change(difference: Difference, change: Change) -> dict[str, Any]:
    place = difference.place(change)
    return {
        "kind": change.kind,
        "section": change.section,
        "name": change.name,
        "old_name": change.old_name,
        "key": change.key or None,
        "old": change.old,
        "new": change.new,
        "via": change.via or None,
        "affects": list(change.affects),
        "resembles": change.resembles or None,
        "file": visible(place.file),
        "line": place.line,
        "column": place.column,
    }


def _move(move: Move, titles: dict[str, str]) -> dict[str, Any]:
    return {
        "effect": move.effect,
        "obligation": move.new_id,
        "old_obligation": move.old_id,
        "title": titles[move.new_id or move.old_id or ""],
        "owners": list(move.owners),
        "period": move.period,
        "old": _slot(move.old),
        "new": _slot(move.new),
        "past": move.past,
        "retroactive": move.retroactive,
        "backdated": move.backdated,
    }


def _slot(slot: Slot | None) -> dict[str, Any] | None:
    if slot is None:
        return None
    return {"opens": _when(slot.opens), "deadline": _when(slot.deadline), "provisional": slot.provisional}


def _when(when: When | None) -> str | None:
    return when.isoformat() if when is not None else None


def _revision(revision: Revision, titles: dict[str, str]) -> dict[str, Any]:
    return {
        "fate": revision.fate,
        "obligation": revision.new_id,
        "old_obligation": revision.old_id,
        "title": titles[revision.new_id or revision.old_id or ""],
        "owners": list(revision.owners),
        "period": revision.period,
        "old": _verdict(revision.old),
        "new": _verdict(revision.new),
    }


def _verdict(verdict: Verdict | None) -> dict[str, Any] | None:
    if verdict is None:
        return None
    return {
        "owners": list(verdict.occurrence.owners),
        "status": verdict.status,
        "deadline": _when(verdict.occurrence.slot.deadline),
        "days_late": verdict.days_late,
        "uncertain": verdict.uncertain,
        "escalation": verdict.escalation,
    }


def _log(assessment: Assessment, refused: tuple[Problem, ...], words: Words) -> dict[str, Any]:
    """What became of the lines under one plan, and the first of those that it refuses and the other does not."""
    return {
        **{name: getattr(assessment.figures, name) for name in _FIGURES},
        "refused_alone": [
            {
                "file": visible(each.location.file),
                "line": each.location.line,
                "code": each.rule.id,
                "message": each.message,
            }
            for each in of_problems(refused, words)
        ],
    }
