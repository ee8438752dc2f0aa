"""The columns of the lists of a workbook: what stands in each for one occurrence, or for one record."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from gongkai_cli.bulletin import Bulletin
from gongkai_cli.deadlines import When
from gongkai_cli.evaluation.assessment import Record
from gongkai_cli.formats.bulletin_xlsx.book import Value
from gongkai_cli.formats.reasoning import match_words, verdict_reason
from gongkai_cli.formats.wording import owners_words, period_words, signal_words, status_words
from gongkai_cli.messages import Text, Words, text
from gongkai_cli.report import Row

# The columns of the sheet of occurrences that are printed: the rest is for the screen.
PRINTED = 12


class Column(NamedTuple):
    """A column of a sheet: its title, its width in characters, what stands in it for one thing, whether in colour."""

    title: Text
    width: int
    value: Callable[[Any], Value]
    painted: bool = False


class Numbered(NamedTuple):
    """A row with its number, by which the records name it, and the part of the bulletin that it belongs to."""

    number: int
    part: Text
    row: Row


class Line(NamedTuple):
    """A record with the occurrence that it fills."""

    of: Numbered
    record: Record


def numbered(found: Bulletin) -> Iterator[Numbered]:
    """Yield every row of a bulletin once, numbered from 1 in the order of its parts."""
    parts = (
        (text("overdue from before"), found.carried_over),
        (text("this range"), found.rows),
        (text("coming up"), found.coming),
        (text("no time limit"), found.no_limit),
    )
    number = 0
    for part, rows in parts:
        for row in rows:
            number += 1
            yield Numbered(number, part, row)


def occurrence_columns(found: Bulletin, words: Words) -> Sequence[Column]:
    """Return the columns of the sheet of occurrences, for `Numbered`; without a log, those of verdicts are missing."""
    yes = words(text("yes"))
    comma = "、" if words.language == "zh" else ", "

    def status(each: Numbered) -> str:
        row = each.row
        if row.verdict is None:
            return ""
        said = words(status_words(row.verdict.status, row.occurrence.obligation.act))
        if row.verdict.by_nil and row.verdict.status == "satisfied":
            said = words(text("{status} (nothing to publish)"), status=said)
        return f"{said}?" if row.verdict.uncertain else said

    def notes(each: Numbered) -> str:
        obligation = each.row.occurrence.obligation
        numbers = sorted((*found.marks(obligation), *found.owner_marks(obligation)))
        return "".join(f"[{number}]" for number in numbers)

    def signals(each: Numbered) -> str:
        return comma.join(words(signal_words(signal)) for signal in each.row.signals)

    columns = [
        Column(text("no."), 6, lambda each: each.number),
        Column(text("status"), 16, status, painted=True),
        Column(text("duty"), 30, lambda each: each.row.occurrence.obligation.title),
        Column(text("owner"), 22, lambda each: owners_words(each.row.occurrence.owners, words)),
        Column(text("period"), 12, lambda each: _period(each.row)),
        Column(text("deadline"), 17, lambda each: each.row.deadline),
        Column(text("days late"), 10, lambda each: (each.row.verdict and each.row.verdict.days_late) or None),
        Column(text("escalation"), 10, lambda each: (each.row.verdict and each.row.verdict.escalation) or None),
        Column(text("uncertain"), 10, lambda each: yes if each.row.verdict and each.row.verdict.uncertain else None),
        Column(text("due soon"), 10, lambda each: yes if each.row.due_soon else None),
        Column(text("reason"), 36, lambda each: words(verdict_reason(each.row.verdict)) if each.row.verdict else None),
        Column(text("records"), 9, lambda each: len(each.row.records) if found.log is not None else None),
        Column(text("original deadline"), 17, _original),
        Column(text("window opens"), 17, lambda each: each.row.occurrence.slot.opens),
        Column(text("provisional"), 10, lambda each: yes if each.row.occurrence.slot.provisional else None),
        Column(text("notes"), 10, lambda each: notes(each) or None),
        Column(text("signals"), 24, lambda each: signals(each) or None),
        Column(text("part"), 14, lambda each: words(each.part)),
        Column(text("clause"), 12, lambda each: each.row.occurrence.obligation.clause),
        Column(text("quote"), 36, lambda each: each.row.occurrence.obligation.quote),
        Column(text("support"), 18, lambda each: comma.join(each.row.occurrence.obligation.support) or None),
        Column(text("id"), 20, lambda each: each.row.occurrence.obligation.id),
    ]
    judged = ("status", "days late", "escalation", "uncertain", "reason", "records", "original deadline")
    return [each for each in columns if found.log is not None or each.title.template not in judged]


def _original(each: Numbered) -> When | None:
    return each.row.verdict.original_deadline if each.row.verdict is not None else None


def record_columns(words: Words) -> Sequence[Column]:
    """Return the columns of the sheet of records, for `Line`."""
    kinds = {"publication": text("publication"), "nil": text("nothing to publish"), "correction": text("correction")}
    yes = words(text("yes"))
    return [
        Column(text("no."), 6, lambda each: each.of.number),
        Column(text("duty"), 30, lambda each: each.of.row.occurrence.obligation.title),
        Column(text("owner"), 22, lambda each: owners_words(each.of.row.occurrence.owners, words)),
        Column(text("period"), 12, lambda each: _period(each.of.row)),
        Column(text("published"), 17, lambda each: _moment(each.record.published)),
        Column(text("title"), 44, lambda each: each.record.title or None),
        Column(text("url"), 44, lambda each: each.record.url or None),
        Column(text("kind"), 12, lambda each: words(kinds[each.record.kind])),
        Column(text("match"), 18, lambda each: words(match_words(each.record.match))),
        Column(text("beyond what is needed"), 12, lambda each: yes if each.record.extra else None),
        Column(text("recorded"), 17, lambda each: each.record.recorded or None),
        Column(text("file"), 30, lambda each: each.record.file),
        Column(text("line"), 8, lambda each: each.record.line),
    ]


def _period(row: Row) -> str | None:
    return period_words(row.occurrence.slot.period.label) or None


def _moment(published: str) -> date:
    return datetime.fromisoformat(published) if "T" in published else date.fromisoformat(published)
