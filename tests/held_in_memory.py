"""The evaluator under test, fed with lines held in memory, in the words of the brute-force evaluator."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from gongkai_cli.dates import DateRead, read_date
from gongkai_cli.deadlines import When
from gongkai_cli.evaluation import STATUSES, Status, evaluate
from gongkai_cli.evaluation.verdicts import Verdict
from gongkai_cli.evaluation.wishes import clock_names
from gongkai_cli.messages import Words
from gongkai_cli.period_names import TITLE_HINT
from gongkai_cli.plan import Plan
from gongkai_cli.plan_file import parse_plan
from gongkai_cli.workdays import official_calendar

_HINT = re.compile(TITLE_HINT)
_CELLS = (
    "kind", "obligation", "owner", "period", "published", "formed", "event", "until", "approved_by", "reference",
    "recorded", "title", "column", "has_note",
)  # fmt: skip


@dataclass(frozen=True)
class MemoryGroup:
    """Lines alike, as the log reader would group them."""

    key: int
    kind: str
    obligation: str
    owner: str
    period: str
    published: str
    formed: str
    event: str
    until: str
    approved_by: str
    reference: str
    recorded: str
    title: str
    column: str
    has_note: bool
    marks: tuple[tuple[str, str], ...]  # the different URLs, or titles
    members: tuple[tuple[int, ...], ...]  # the indices of the lines that have each of them
    fits: None = None

    @property
    def filler_ids(self) -> tuple[int, ...]:
        return tuple(hash(mark) for mark in self.marks)

    @property
    def lines(self) -> int:
        return sum(len(member) for member in self.members)


def is_blank(line: Mapping[str, str]) -> bool:
    """Whether a line is a row of a prefilled ledger that nobody filled in."""
    return not any(line.get(name) for name in ("published", "title", "url", "kind", "event"))


def grouped(plan: Plan, lines: Sequence[Mapping[str, str]], *, timed: bool = False) -> list[MemoryGroup]:
    """Return lines in groups, as gongkai_cli.log.reading.Log.groups does."""
    clocks = set(clock_names(plan))
    found: dict[tuple[Any, ...], dict[tuple[str, str], list[tuple[tuple[str, ...], int]]]] = {}
    for index, line in enumerate(lines):
        if is_blank(line):
            continue
        cells: dict[str, Any] = {name: line.get(name, "").strip() for name in _CELLS}
        cells["has_note"] = bool(line.get("note", "").strip())
        keeps_time = (
            timed
            or cells["kind"] in ("event", "事件", "extension", "延期", "waiver", "免责")
            or not cells["obligation"]
        )
        if not keeps_time and not clocks & set(re.split("[、;；]", cells["obligation"])):
            cells["published"] = cells["published"].split(" ")[0]
        cells["recorded"] = cells["recorded"].split(" ")[0]
        may_decide = not cells["obligation"] or (not cells["period"] and _HINT.search(cells["title"]))
        cells["title"] = cells["title"] if may_decide else ""
        cells["column"] = cells["column"] if not cells["obligation"] else ""
        order = (line.get("published", ""), line.get("title", ""), line.get("url", ""))
        same = ("url", line["url"]) if line.get("url") else ("title", line.get("title", ""))
        found.setdefault(tuple(cells[name] for name in _CELLS), {}).setdefault(same, []).append((order, index))
    groups = []
    for key, cells_key in enumerate(sorted(found)):
        clusters = sorted(found[cells_key].items(), key=lambda item: min(item[1]))
        marks = tuple(mark for mark, _ in clusters)
        members = tuple(tuple(index for _, index in sorted(cluster)) for _, cluster in clusters)
        groups.append(MemoryGroup(key, **dict(zip(_CELLS, cells_key, strict=True)), marks=marks, members=members))
    return groups


def held(
    plan_yaml: str,
    lines: list[dict[str, str]],
    as_of: str,
    known_on: str | None = None,
    statuses: Collection[Status] = STATUSES,
) -> dict[str, Any]:
    """Return what gongkai's evaluator says, in the shape of brute_force.evaluate."""
    calendar = official_calendar()
    plan = parse_plan(plan_yaml.encode(), "plan.yaml").usable()
    by_the_minute = any(":" in line.get("until", "") for line in lines)  # then the time of day matters to records too
    groups = grouped(plan, lines, timed=":" in (as_of or "") or by_the_minute)
    members = {group.key: group.members for group in groups}
    known = date.fromisoformat(known_on) if known_on else None
    at = moment(as_of or known_on or "", plan.plan.zone)
    found = evaluate(plan, calendar, groups, at, known, statuses=statuses)
    english = Words("en")
    rejected = {
        index: each
        for each in found.rejected
        for index in sorted(index for member in members[each.key] for index in member)[each.spared :]
    }
    unmatched = {index: why for key, why in found.unmatched.items() for member in members[key] for index in member}
    for group in groups:
        marks, why = found.partly.get(group.key, (frozenset(), None))
        for mark, member in zip(group.filler_ids, group.members, strict=True):
            if mark in marks and why is not None:
                unmatched |= dict.fromkeys(member, why)
    return {
        "occurrences": [occurrence(verdict, members, lines) for verdict in found.verdicts],
        "unmatched": [{"line": index, "reason": english(why)} for index, why in sorted(unmatched.items())],
        "matched": sum(group.lines for group in groups) - len(unmatched) - len(rejected),
        "rejected": [{"line": index, "reason": english(each.message)} for index, each in sorted(rejected.items())],
        "events_never_recorded": list(found.never_recorded),
    }


def settled(
    rows: Sequence[Mapping[str, Any]], lines: Sequence[Mapping[str, str]], *, every: bool = True
) -> list[dict[str, Any]]:
    """Return occurrences in order with what is settled of their records, which are pairs of a line and a match.

    Of several lines of one day that rule 4 puts into occurrences it is open which is in which: groups of lines do not
    carry every title. So their days are told for each occurrence, and (of `every` occurrence) all of them for the first
    one of their duty.
    """
    dated: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        own = dated.setdefault((row["obligation"], str(row["owner"])), [])
        own += [line for line, match in row["records"] if match == "date" and every]
    found = []
    for row in sorted(rows, key=lambda row: (row["obligation"], str(row["owner"]), row["period"])):
        named = sorted((line, match) for line, match in row["records"] if match != "date")
        days = {lines[line]["published"].split(" ")[0] for line, match in row["records"] if match == "date"}
        all_dated = sorted(dated.pop((row["obligation"], str(row["owner"])), []))
        found.append({**row, "records": (named, sorted(days), all_dated)})
    return found


def moment(value: str, zone: ZoneInfo) -> When:
    """Return the day or instant that a text names."""
    read = read_date(value)
    assert isinstance(read, DateRead), value
    return datetime.combine(read.day, read.time, zone) if read.time else read.day


def order_of(line: Mapping[str, str], index: int) -> tuple[str, str, str, int]:
    """The order of lines: published, title, URL."""
    return line.get("published", ""), line.get("title", ""), line.get("url", ""), index


def occurrence(
    verdict: Verdict, members: Mapping[int, tuple[tuple[int, ...], ...]], lines: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    each, slot = verdict.occurrence, verdict.occurrence.slot
    records: list[dict[str, Any]] = []
    for filling in verdict.fillings:
        key, begin = filling.publication.key, filling.publication.first
        for member in members[key][begin : begin + len(filling.publication.marks)]:
            records += [{"line": index, "match": filling.match, "kind": filling.publication.kind} for index in member]
    return {
        "obligation": each.obligation.id,
        "owner": list(each.owners) if each.shared else each.owners[0],
        "period": slot.period.label,
        "opens": slot.opens.isoformat() if slot.opens else None,
        "deadline": slot.deadline.isoformat() if slot.deadline else None,
        "original_deadline": verdict.original_deadline.isoformat() if verdict.original_deadline else None,
        "status": verdict.status,
        "uncertain": verdict.uncertain,
        "due_soon": verdict.due_soon,
        "days_late": verdict.days_late,
        "provisional": slot.provisional,
        "needed": each.obligation.min_records,
        "by_nil": verdict.by_nil,
        "records": sorted(records, key=lambda record: order_of(lines[record["line"]], record["line"])),
    }
