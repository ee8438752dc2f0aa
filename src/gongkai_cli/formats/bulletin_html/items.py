"""One occurrence of the page: its line, and what it opens to, in plain words that the template escapes."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from gongkai_cli.bulletin import Bulletin
from gongkai_cli.deadlines import day_of
from gongkai_cli.evaluation.assessment import Record
from gongkai_cli.explanation import Step, step_of
from gongkai_cli.formats.escaping import visible
from gongkai_cli.formats.reasoning import (
    WINDOW_SIGNALS,
    counted_days,
    doubts_words,
    match_words,
    paper_words,
    reading_words,
    remarks,
    verdict_reason,
)
from gongkai_cli.formats.wording import (
    day_words,
    deadline_words,
    owners_words,
    period_words,
    published_words,
    short_day_words,
    signal_words,
    status_words,
)
from gongkai_cli.messages import Text, Words, text
from gongkai_cli.report import Row
from gongkai_cli.schedule import rule_of

# What a status filter can ask for beside the statuses themselves.
UNCERTAIN_CHOICE, SOON_CHOICE = "uncertain", "soon"
SHARED = "shared"
# A row without a verdict, where no log was given.
NO_VERDICT = "unknown"
# Printed open: these are what the meeting talks about.
_TOLD = ("overdue", "late")


class Fact(NamedTuple):
    """A label and what stands beside it."""

    label: str
    value: str


class Reference(NamedTuple):
    """A record: what it says, the address to link (empty where it is none to follow), and where its line stands."""

    said: str
    href: str
    place: str


class Basis(NamedTuple):
    """A reading that an occurrence rests on, and the number of its note (0 for none)."""

    said: str
    note: int


class Item(NamedTuple):
    """One occurrence; `statuses` and `owners` are the words by which the filters find it."""

    id: str
    mark: str
    statuses: str
    owners: str
    month: str
    told: bool
    status_words: str
    title: str
    under: str
    owner: str
    deadline: str
    marks: str
    after: str
    sentences: tuple[str, ...]
    records: tuple[Reference, ...]
    facts: tuple[Fact, ...]
    readings: tuple[Basis, ...]
    counted: tuple[str, ...]


def item_of(found: Bulletin, row: Row, id_: str, owner_ids: Mapping[str, str], words: Words) -> Item:
    """Return what is shown of one occurrence."""
    occurrence, verdict = row.occurrence, row.verdict
    obligation, slot = occurrence.obligation, occurrence.slot
    rule = rule_of(row.plan, obligation)
    step = step_of(rule, found.calendar, slot, verdict)
    status = verdict.status if verdict is not None else NO_VERDICT
    doubt = [UNCERTAIN_CHOICE] if verdict is not None and verdict.uncertain else []
    soon = [SOON_CHOICE] if row.due_soon else []
    mine = [owner_ids[owner] for owner in occurrence.owners]
    marks = sorted((*found.marks(obligation), *found.owner_marks(obligation)))
    return Item(
        id=id_,
        mark=" ".join([status, *doubt]),
        statuses=" ".join([status, *doubt, *soon]),
        owners=" ".join([*mine, SHARED] if occurrence.shared else mine),
        month=f"{day_of(row.deadline):%Y-%m}" if row.deadline is not None else "",
        told=status in _TOLD,
        status_words=_status(row, words),
        title=obligation.title,
        under=" · ".join(
            filter(None, (period_words(slot.period.label), words(text("clause {clause}"), clause=obligation.clause)))
        ),
        owner=owners_words(occurrence.owners, words),
        deadline=short_day_words(row.deadline, words, year=True) if row.deadline else "",
        marks="".join(f"[{number}]" for number in marks),
        after=_after(row, words),
        sentences=tuple(_sentences(row, words)),
        records=tuple(_reference(record, words) for record in row.records),
        facts=tuple(_facts(row, step, words)),
        readings=tuple(_readings(found, row, words)),
        counted=tuple(counted_days(step, words)),
    )


def _status(row: Row, words: Words) -> str:
    verdict = row.verdict
    if verdict is None:
        return words(text("no verdict"))
    said = words(status_words(verdict.status, row.occurrence.obligation.act))
    if verdict.by_nil and verdict.status == "satisfied":
        said = words(text("{status} (nothing to publish)"), status=said)
    return said + "?" if verdict.uncertain else said


def _after(row: Row, words: Words) -> str:
    """What follows a deadline in small letters: days late, the rung of the ladder, that it is near."""
    verdict = row.verdict
    said = []
    if verdict is not None and verdict.days_late:
        late = text("1 day late") if verdict.days_late == 1 else text("{n} days late")
        said.append(words(late, n=verdict.days_late))
    if verdict is not None and verdict.escalation:
        said.append(verdict.escalation)
    if row.due_soon:
        said.append(words(text("due soon")))
    if row.occurrence.slot.provisional:
        said.append(words(text("provisional")))
    return " · ".join(said)


def _sentences(row: Row, words: Words) -> Iterator[str]:
    verdict = row.verdict
    if verdict is None:
        return
    yield words(verdict_reason(verdict))
    yield from doubts_words(row.doubts, words)
    for paper in row.papers:
        yield paper_words(paper, row.plan.events, words)
    for signal in row.signals:
        if signal not in WINDOW_SIGNALS:
            yield words(text("signal: {signal}"), signal=signal_words(signal))


def _reference(record: Record, words: Words) -> Reference:
    day, what = published_words(record.published), record.title or record.url
    href = followable(record.url)
    beside = f" {record.url}" if record.title and record.url and not href else ""
    how = words(match_words(record.match))
    place = words(text("{file}:{line}; {how}"), file=record.file, line=record.line, how=how)
    if record.kind == "correction":
        place += words(text(" – a correction, which counts as no publication"))
    elif record.extra:
        place += words(text(" – beyond what is needed"))
    if record.kind == "nil":
        what = " ".join((words(text("nothing to publish")), what)).strip()
    return Reference(f"{day} {what}{beside}".strip(), href, place)


def followable(url: str) -> str:
    """Return an address that may be made a link: http or https with a host and nothing hidden in it; else nothing."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    plain = url == visible(url) and not any(each.isspace() for each in url)
    return url if plain and parts.scheme in ("http", "https") and parts.netloc else ""


def _facts(row: Row, step: Step, words: Words) -> Iterator[Fact]:
    obligation, slot, plan = row.occurrence.obligation, row.occurrence.slot, row.plan
    first, last = slot.period.first.isoformat(), slot.period.last.isoformat()
    covers = first if first == last else f"{first}..{last}"
    deadline = rule_of(plan, obligation).deadline
    rule = words(text("{words} (`{form}`)"), words=words(deadline_words(deadline)), form=str(deadline))
    semicolon = "；" if words.language == "zh" else "; "
    support = words.listed(obligation.support)
    given: list[tuple[Text, str]] = [
        (text("id"), obligation.id),
        (text("quote"), words(text("「{quote}」"), quote=obligation.quote)),
        (text("support"), support),
        (text("covers"), covers if row.deadline is not None else ""),
        (text("window opens"), day_words(slot.opens, words) if slot.opens is not None else ""),
        (text("deadline"), day_words(row.deadline, words) if row.deadline is not None else ""),
        (text("rule"), rule),
        (text("remarks"), semicolon.join(remarks(step, words))),
        (text("note"), obligation.note or ""),
    ]
    for label, value in given:
        if value:
            yield Fact(words(label), value)


def _readings(found: Bulletin, row: Row, words: Words) -> Iterator[Basis]:
    names = row.occurrence.obligation.readings
    if not names:
        yield Basis(words(text("Nothing is interpreted here: the document states it.")), 0)
    notes = {note.name: note.number for note in found.footnotes}
    for name in names:
        yield Basis(words(reading_words(row.plan.readings[name])), notes.get(name, 0))
