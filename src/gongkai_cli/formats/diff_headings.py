"""The headings and labels under which the difference of two plans is told."""

from collections.abc import Callable

from gongkai_cli.diff.changes import Change
from gongkai_cli.diff.moves import Effect
from gongkai_cli.messages import Text, text

REFUSED_BY_NEW = text("Lines of the log that only the new plan refuses; commands that use it will stop at them:")
REFUSED_BY_OLD = text("Lines of the log that only the old plan refuses:")
FATES = {
    "erased": text("Breaches erased: late or overdue before, no longer now"),
    "created": text("Breaches created: late or overdue now, not before"),
    "changed": text("Other verdicts that change"),
}
PAST = {
    "retroactive": text("Retroactive: deadlines already past that are put off or taken away"),
    "backdated": text("Backdated: deadlines brought forward, or set, into the past"),
}
AHEAD: dict[Effect, Text] = {
    "later": text("Deadlines put off"),
    "earlier": text("Deadlines brought forward"),
    "vanished": text("Occurrences that are no more"),
    "appeared": text("Occurrences that are new"),
    "window": text("Windows that change under the same deadline"),
}


def _is_edit(change: Change) -> bool:
    return change.section == "obligations" and change.kind not in ("added", "removed")


CHANGES: tuple[tuple[str, Callable[[Change], bool], Text], ...] = (
    ("removed", lambda each: each.section == "obligations" and each.kind == "removed", text("Obligations removed")),
    ("added", lambda each: each.section == "obligations" and each.kind == "added", text("Obligations added")),
    ("obligations", lambda each: _is_edit(each), text("Obligations changed")),
    ("readings", lambda each: each.section == "readings", text("Readings changed")),
    ("plan", lambda each: each.section not in ("obligations", "readings"), text("Elsewhere in the plan")),
)
SECTIONS = {
    "plan": text("plan"),
    "owners": text("owner"),
    "events": text("event"),
    "readings": text("reading"),
    "untracked": text("passage without an obligation"),
}
COUNTS = {
    "erased": text("breaches erased: {count}"),
    "created": text("breaches created: {count}"),
    "changed": text("other verdicts: {count}"),
    "retroactive": text("retroactive: {count}"),
    "backdated": text("backdated: {count}"),
    "moved": text("deadlines moved: {count}"),
    "vanished": text("occurrences gone: {count}"),
    "appeared": text("occurrences new: {count}"),
    "removed": text("obligations removed: {count}"),
    "added": text("obligations added: {count}"),
    "renamed": text("obligations renamed: {count}"),
}
LABELS = {
    "owner": text("owner"),
    "support": text("support"),
    "completion": text("who completes it"),
    "clause": text("clause"),
    "quote": text("quote"),
    "title": text("title"),
    "act": text("act"),
    "frequency": text("frequency"),
    "deadline": text("deadline"),
    "opens": text("window opens"),
    "season": text("season"),
    "from": text("first day"),
    "until": text("last day"),
    "starts": text("first day of the plan"),
    "ends": text("last day of the plan"),
    "issued": text("day of issue"),
    "timezone": text("time zone"),
    "language": text("language"),
    "issuer": text("issuer"),
    "document_number": text("document number"),
    "roll": text("moving to working days"),
    "readings": text("readings"),
    "min_records": text("records needed"),
    "nil": text("nothing to publish"),
    "channel": text("channel"),
    "note": text("note"),
    "word": text("word"),
    "about": text("what it decides"),
    "means": text("meaning"),
    "authority": text("authority"),
    "members": text("members"),
    "aliases": text("aliases"),
    "escalation": text("escalation"),
    "warn_before": text("warning before the deadline"),
    "reason": text("reason"),
}
