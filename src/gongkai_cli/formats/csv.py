"""Reports as CSV for spreadsheets: UTF-8 with a byte order mark, as Excel expects it (RFC 4180 otherwise)."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import NamedTuple

from gongkai_cli.deadlines import When
from gongkai_cli.formats.escaping import no_formula
from gongkai_cli.formats.wording import signal_words, status_words
from gongkai_cli.messages import Words, text
from gongkai_cli.report import Report, Row, deadline_order

_BOM = "\ufeff"
HEADER = (
    text("plan"), text("plan title"),
    text("clause"), text("id"), text("duty"), text("owner"), text("support"), text("period"), text("window opens"),
    text("deadline"), text("original deadline"), text("status"), text("uncertain"), text("days late"),
    text("provisional"), text("escalation"), text("published"), text("title"), text("url"), text("match"),
    text("file"), text("line"), text("signals"),
)  # fmt: skip


class Line(NamedTuple):
    """The cells of one occurrence, and what the lines of several plans are sorted by."""

    order: tuple[bool, str, str]
    cells: Sequence[str]


def lines(report: Report, words: Words) -> list[Line]:
    """Return one line per occurrence, with the record that decided; no cell can be taken for a formula."""
    return [
        Line(deadline_order(_when(row.deadline)), [no_formula(cell) for cell in _cells(row, words)])
        for row in report.rows
    ]


def render(of_plans: Iterable[Sequence[Line]], words: Words) -> str:
    """Return the lines of each plan as one table, ordered by deadline, then as the plans are."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([words(title) for title in HEADER])
    every = sorted((line for of_plan in of_plans for line in of_plan), key=lambda line: line.order)
    writer.writerows(line.cells for line in every)
    return _BOM + out.getvalue()


def _cells(row: Row, words: Words) -> list[str]:
    occurrence, verdict = row.occurrence, row.verdict
    obligation, slot = occurrence.obligation, occurrence.slot
    record = row.deciding
    yes = words(text("yes"))
    return [
        row.plan.plan.id,
        row.plan.plan.title,
        obligation.clause,
        obligation.id,
        obligation.title,
        "、".join(occurrence.owners),
        "、".join(obligation.support),
        slot.period.label,
        _when(slot.opens),
        _when(slot.deadline),
        _when(verdict.original_deadline) if verdict else "",
        words(status_words(verdict.status, obligation.act)) if verdict else "",
        yes if verdict and verdict.uncertain else "",
        str(verdict.days_late) if verdict and verdict.days_late else "",
        yes if slot.provisional else "",
        (verdict.escalation or "") if verdict else "",
        *(
            (record.published, record.title, record.url, record.match, record.file, str(record.line))
            if record
            else [""] * 6
        ),
        "、".join(words(signal_words(each)) for each in row.signals),
    ]


def _when(when: When | None) -> str:
    return when.isoformat() if when is not None else ""
