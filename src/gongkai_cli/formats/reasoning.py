"""Why a verdict is what it is and how its deadline was counted, in words that every format shares."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from gongkai_cli.evaluation.assessment import Doubt, Paper, Record
from gongkai_cli.evaluation.places import Match
from gongkai_cli.evaluation.verdicts import Verdict
from gongkai_cli.explanation import Step
from gongkai_cli.formats.wording import amount, day_words, published_words, signal_words
from gongkai_cli.messages import Text, Words, text
from gongkai_cli.plan import Reading
from gongkai_cli.report import Row
from gongkai_cli.workdays import DayReason

# Signals that speak of the window; the remarks on a deadline say them.
WINDOW_SIGNALS = ("deadline-on-non-working-day", "window-without-working-day")
_MOST_DOUBTS = 3
_ABOUT = {"deadline": text("deadline"), "frequency": text("frequency"), "owner": text("owner")}
_MATCHES: dict[Match, Text] = {
    "declared": text("the line names this period"),
    "title": text("its title names this period"),
    "formed": text("its day of formation"),
    "date": text("placed by its date"),
}


def match_words(match: Match) -> Text:
    """Return how a record came to its occurrence."""
    return _MATCHES[match]


def reading_words(reading: Reading) -> Text:
    """Return what is interpreted, what it decides, how, and on whose authority."""
    return text(
        "“{word}” ({about}): {means}. Authority: {authority}",
        about=_ABOUT[reading.about],
        word=reading.word,
        means=reading.means.rstrip("。."),
        authority=reading.authority,
    )


def verdict_reason(verdict: Verdict) -> Text:
    """Return the reason of a status: how many records there are of how many needed, and how the deadline stands."""
    needed, count = verdict.occurrence.obligation.min_records, verdict.counted
    if verdict.status == "waived":
        return text("A waiver covers this deadline.")
    if verdict.status == "upcoming":
        return text("The window has not opened.")
    if verdict.status == "no_limit":
        return text("The document sets no time limit; {count} records so far.", count=count)
    if verdict.status == "satisfied":
        return text("{count} of {needed} records by the deadline.", count=count, needed=needed)
    if verdict.status == "late":
        return text(
            "{count} of {needed} records, the deciding one {length} late.",
            count=count,
            needed=needed,
            length=amount(verdict.days_late, "day"),
        )
    if verdict.status == "due" and verdict.occurrence.slot.provisional:
        return text(
            "{count} of {needed} records; the deadline is provisional, so nothing is held against it.",
            count=count,
            needed=needed,
        )
    if verdict.status == "due":
        return text("{count} of {needed} records; the deadline has not passed.", count=count, needed=needed)
    return text(
        "{count} of {needed} records, {length} past the deadline.",
        count=count,
        needed=needed,
        length=amount(verdict.days_late, "day"),
    )


def remarks(step: Step, words: Words) -> Iterator[str]:
    """Yield what there is to say about a deadline: moved, extended, on a day of rest, provisional."""
    if step.moved_from is not None:
        yield words(text("moved from {day}, not a working day"), day=day_words(step.moved_from, words))
    if "deadline-on-non-working-day" in step.signals:
        yield words(text("not a working day; not moved"))
    if "window-without-working-day" in step.signals:
        yield words(text("no working day in the window"))
    if step.verdict is not None and step.verdict.original_deadline is not None:
        original = day_words(step.verdict.original_deadline, words)
        yield words(text("originally {day}; extended by a line of the log"), day=original)
    if step.slot.provisional:
        yield words(text("provisional"))


def counted_days(step: Step, words: Words) -> Iterator[str]:
    """Yield the stretches of days that were counted, with their numbers, or skipped, with the reason."""
    for _, group in groupby(step.counted, key=lambda each: (each.number is not None, each.reason)):
        yield _stretch(list(group), words)


def _stretch(days: Sequence[DayReason], words: Words) -> str:
    first, last = days[0], days[-1]
    where = day_words(first.day, words)
    if first is not last:
        where = words(text("{first} to {last}"), first=where, last=day_words(last.day, words))
    if first.number is None:
        return words(text("{days}: not counted, {reason}"), days=where, reason=first.reason)
    if first is last:
        return words(text("{days}: number {n}, {reason}"), days=where, n=first.number, reason=first.reason)
    return words(
        text("{days}: {first} to {last}, {reason}"),
        days=where,
        first=first.number,
        last=last.number,
        reason=first.reason,
    )


def record_words(record: Record, words: Words) -> str:
    """Return a record with its place in the log and how it came to its occurrence; to be escaped by the format."""
    said = words(
        text("{published} {title} ({file}:{line}; {how})"),
        published=published_words(record.published),
        title=record.title or record.url,
        file=record.file,
        line=record.line,
        how=match_words(record.match),
    )
    if record.kind == "correction":
        return said + words(text(" – a correction, which counts as no publication"))
    return said + (words(text(" – beyond what is needed")) if record.extra else "")


_PAPERS = {
    "event": text("event of {published}: {event} ({file}:{line})"),
    "waiver": text("waiver of {published} until {until}: {reference}, approved by {approver}; {note} ({file}:{line})"),
    "extension": text(
        "extension of {published} until {until}: {reference}, approved by {approver}; {note} ({file}:{line})"
    ),
}


def paper_words(paper: Paper, events: Mapping[str, str], words: Words) -> str:
    """Return the line that began, excused or moved a deadline, and its place; to be escaped by the format.

    `events` has the document's words for each event.
    """
    return words(
        _PAPERS[paper.kind],
        published=paper.published,
        until=paper.until,
        reference=paper.reference,
        approver=paper.approved_by,
        note=paper.note,
        event=events.get(paper.event, paper.event),
        file=paper.file,
        line=paper.line,
    )


def doubts_words(doubts: Sequence[Doubt], words: Words) -> Iterator[str]:
    """Yield the first records that may belong here or elsewhere, and how many more; to be escaped by the format."""
    sentence = text("uncertain: {published} {title} ({file}:{line}) may belong to this period or to another")
    for each in doubts[:_MOST_DOUBTS]:
        yield words(sentence, published=each.published, title=each.title, file=each.file, line=each.line)
    if len(doubts) > _MOST_DOUBTS:
        yield words(text("… and {count} more"), count=len(doubts) - _MOST_DOUBTS)


def reasoning(row: Row, words: Words) -> Iterator[str]:
    """Yield the sentences behind a row's verdict, with its papers, signals and records; to be escaped by the format."""
    verdict = row.verdict
    if verdict is None:
        return
    yield words(verdict_reason(verdict))
    yield from doubts_words(row.doubts, words)
    if verdict.original_deadline is not None:
        original = day_words(verdict.original_deadline, words)
        yield words(text("originally {day}; extended by a line of the log"), day=original)
    for paper in row.papers:
        yield paper_words(paper, row.plan.events, words)
    for signal in row.signals:
        yield words(text("signal: {signal}"), signal=signal_words(signal))
    for record in row.records:
        yield record_words(record, words)
