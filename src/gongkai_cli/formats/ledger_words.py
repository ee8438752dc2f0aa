"""The sentences of a ledger: what is asked for each duty, what the log says of it, and how to fill in the sheets."""

from collections.abc import Iterator

from gongkai_cli.deadlines import counts_hours
from gongkai_cli.formats.wording import (
    day_words,
    deadline_words,
    frequency_words,
    published_words,
    status_words,
    with_days_late,
)
from gongkai_cli.ledger import Entry, Ledger
from gongkai_cli.messages import Text, Words, text
from gongkai_cli.plan import Obligation, Plan
from gongkai_cli.report import Days, Row

_PERIODS_TO_EXPLAIN = frozenset(("week", "quarter", "half"))


def range_words(days: Days, words: Words) -> str:
    """Return a range of days: a month by its name, else the first and last day."""
    first, last = days
    if first.day == 1 and (first.year, first.month) == (last.year, last.month) and (last - first).days >= 27:
        return words(text("{year}-{month:02}"), year=first.year, month=first.month)
    return words(text("{first} to {last}"), first=first.isoformat(), last=last.isoformat())


def basis(entry: Entry, plan: Plan, words: Words) -> str:
    """Return what the document asks, in its own words, and below it what is interpreted, a line each."""
    obligation, occurrence = entry.obligation, entry.row.occurrence
    lines = [words(text("「{quote}」"), quote=obligation.quote)]
    if occurrence.shared:
        said = text("Shared (any of them fulfils it): {owners}")
        lines.append(words(said, owners=_joined(occurrence.owners, words)))
    if obligation.min_records > 1:
        lines.append(words(text("at least {count} publications in the period"), count=obligation.min_records))
    period = occurrence.slot.period
    if obligation.frequency.kind in _PERIODS_TO_EXPLAIN or obligation.frequency.form == "every":
        said = text("The period is {first} to {last}.")
        lines.append(words(said, first=period.first.isoformat(), last=period.last.isoformat()))
    for name in plan.interpreted(obligation):
        reading = plan.readings[name]
        lines.append(words(text("“{word}” is interpreted: {means}"), word=reading.word, means=reading.means))
    if occurrence.slot.provisional:
        lines.append(words(text("The deadline is provisional.")))
    moved = entry.row.verdict.original_deadline if entry.row.verdict else None
    if moved is not None:
        lines.append(words(text("Extended; the deadline was {day}."), day=day_words(moved, words)))
    return "\n".join(lines)


def state(row: Row, words: Words) -> str:
    """Return what the log says of an occurrence: its status, and the records that count, a line each."""
    verdict = row.verdict
    if verdict is None:
        return ""
    status = words(status_words(verdict.status, row.occurrence.obligation.act))
    lines = [with_days_late(status, verdict.days_late, words)]
    for record in row.records:
        said = text("{day} {title}")
        lines.append(words(said, day=published_words(record.published), title=record.title or record.url).strip())
    doubtful = text("Uncertain: {day} {title} may belong to this period or to another. Please check.")
    lines += [words(doubtful, day=published_words(each.published), title=each.title) for each in row.doubts]
    if verdict.uncertain and not row.doubts:
        lines.append(words(text("Uncertain: a record may belong to another period. Please check.")))
    return "\n".join(lines)


def when_due(obligation: Obligation, plan: Plan, words: Words) -> str:
    """Return how often a duty falls due and by when, and on which readings that rests."""
    often = words(frequency_words(obligation.frequency, dict(plan.events)))
    limit = words(deadline_words(plan.deadline_of(obligation)))
    lines = [words(text("{often}; {limit}"), often=often, limit=limit)]
    for name in plan.interpreted(obligation):
        reading = plan.readings[name]
        lines.append(words(text("“{word}” is interpreted: {means}"), word=reading.word, means=reading.means))
    return "\n".join(lines)


def _joined(names: tuple[str, ...], words: Words) -> str:
    return words.listed(names)


def instructions(ledger: Ledger, words: Words) -> Iterator[str]:
    """Yield how to fill in the sheets, a numbered line each; only what this ledger has."""
    for number, sentence in enumerate(_instructions(ledger, words), start=1):
        yield words(text("{number}. {sentence}"), number=number, sentence=words(sentence))


def _instructions(ledger: Ledger, words: Words) -> Iterator[Text]:
    due, more = words(text("To fill in")), words(text("Further entries"))
    yield text(
        "Fill in the yellow cells only. What is shaded was filled in beforehand, and tells which row is for what: "
        "please leave it as it is."
    )
    yield text(
        "Day: the day on which it was in fact published, submitted or done, as 2017-08-31. If nothing was published "
        "yet, leave it empty; the note may say why, and when it will be."
    )
    if any(counts_hours(ledger.plan.deadline_of(each)) for each in ledger.duties):
        yield text("Where the limit is counted in hours, write the time as well: 2017-08-31 17:30.")
    yield text("Title and address: as they stand on the site.")
    if any(entry.obligation.nil for entry in ledger.entries):
        yield text(
            "Nothing to publish: where the cell is yellow, and there is nothing to publish for the period, write the "
            "day on which this was established, and no day of publication. Elsewhere it is not accepted."
        )
    if any(entry.row.occurrence.shared for entry in ledger.entries):
        yield text("Rows marked as shared stand in the ledger of each of the offices named; one of them is enough.")
    yield text(
        "The sheet “{more}” takes everything that has no row in “{due}”: what events start, what must be kept up to "
        "date, what has no time limit, and second publications for one period. Choose the duty from the list; the day "
        "of formation is that of the information, or of the event.", more=more, due=due,
    )  # fmt: skip
    if ledger.report.log is not None:
        yield text(
            "What is on record already is shown, and its rows are shaded: do not enter it again. If it is wrong, say "
            "so in the note."
        )
    yield text(
        "Rows may be filtered. Please rename no header, delete no column and merge no cells. The names of the file and "
        "of the sheets do not matter."
    )
    yield text("Send the file back as it is, as .xlsx.")


def readings_of(ledger: Ledger, words: Words) -> Iterator[str]:
    """Yield the readings on which dates of this ledger rest, each with its authority, and what else they rest on."""
    plan = ledger.plan
    names = dict.fromkeys(name for each in ledger.duties for name in plan.interpreted(each))
    if names:
        yield words(text("What the document does not state and is interpreted:"))
    for name in names:
        reading = plan.readings[name]
        yield words(
            text("“{word}” is interpreted: {means} ({authority})"),
            word=reading.word, means=reading.means, authority=reading.authority,
        )  # fmt: skip
    yield words(text("All other deadlines are stated by the document itself."))
