"""The page in plain words: everything that a bulletin has, each occurrence once, in the order of its sections."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gongkai_cli.bulletin import Bulletin, Change
from gongkai_cli.deadlines import day_of
from gongkai_cli.evaluation.verdicts import Status
from gongkai_cli.formats.bulletin_html.heat import Heat, heat_of
from gongkai_cli.formats.bulletin_html.items import SHARED, SOON_CHOICE, UNCERTAIN_CHOICE, Item, item_of
from gongkai_cli.formats.reasoning import reading_words
from gongkai_cli.formats.wording import day_words, owner_name, owners_words, period_words, status_name
from gongkai_cli.messages import Text, Words, text
from gongkai_cli.plan import Obligation
from gongkai_cli.report import Row
from gongkai_cli.standings import Totals

_COLUMNS: tuple[Status, ...] = ("satisfied", "late", "overdue", "due", "upcoming", "waived")
# Shown even where it is 0.
_ALWAYS = ("satisfied", "late", "overdue")


class Link(NamedTuple):
    """A place on the page, a value of a filter, or a number, and its words."""

    id: str
    name: str


class Tile(NamedTuple):
    """One figure; `status` gives its mark, empty for none; `change` is said below it."""

    label: str
    value: str
    status: str
    change: str


class Part(NamedTuple):
    """A stretch of the bar, in thousandths of its length."""

    status: str
    x: int
    width: int


class Line(NamedTuple):
    """A sentence, with the occurrence that it speaks of (empty for none)."""

    said: str
    item: str = ""


class Lines(NamedTuple):
    """Sentences under a heading, with how many they are and what is said first."""

    heading: str
    number: str
    lines: tuple[Line, ...]
    lead: str = ""


class Figure(NamedTuple):
    """A cell of the table of owners."""

    value: str
    zero: bool
    strong: bool = False


class OwnerRow(NamedTuple):
    """A line of the table of owners."""

    name: str
    cells: tuple[Figure, ...]


class Sentence(NamedTuple):
    """A sentence above a listing; `good` for one that is a pleasure to write."""

    said: str
    good: bool = False


class Group(NamedTuple):
    """Occurrences, under a heading of their own where there is one."""

    heading: str
    items: tuple[Item, ...]


class Listing(NamedTuple):
    """A section of occurrences."""

    id: str
    heading: str
    number: str
    sentences: tuple[Sentence, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class View:
    """The whole page."""

    title: str
    plan_title: str
    plan_language: str
    issuer: str
    range: str
    as_of: str
    headings: Mapping[str, str]
    overall: tuple[str, ...]
    tiles: tuple[Tile, ...]
    bar: tuple[Part, ...]
    since: tuple[Lines, ...]
    owner_titles: tuple[str, ...]
    owners: tuple[OwnerRow, ...]
    heat: Heat
    owner_choices: tuple[Link, ...]
    status_choices: tuple[Link, ...]
    month_choices: tuple[str, ...]
    listings: tuple[Listing, ...]
    never: Lines | None
    notes_lead: str
    notes: tuple[Link, ...]
    data: tuple[str, ...]
    data_lists: tuple[Lines, ...]

    @property
    def contents(self) -> tuple[Link, ...]:
        """The sections, for the list of contents."""
        before = [Link(name, self.headings[name]) for name in ("overall", "owners")]
        after = [Link(name, self.headings[name]) for name in ("notes", "data")]
        return (*before, *(Link(each.id, each.heading) for each in self.listings), *after)


@dataclass(frozen=True, slots=True)
class _Subject:
    """A bulletin with its language, and the ids by which the page knows owners and occurrences."""

    found: Bulletin
    words: Words
    owner_ids: Mapping[str, str]
    ids: Mapping[int, str]

    @classmethod
    def of(cls, found: Bulletin, words: Words) -> "_Subject":
        present = {owner for row in found.every_row for owner in row.occurrence.owners}
        names = [owner.name for owner in found.plan.owners if owner.name in present]
        owner_ids = {name: f"o{number}" for number, name in enumerate(names, start=1)}
        return cls(found, words, owner_ids, {id(row): f"x{number}" for number, row in enumerate(found.every_row, 1)})

    def items(self, rows: Sequence[Row]) -> tuple[Item, ...]:
        return tuple(item_of(self.found, row, self.ids[id(row)], self.owner_ids, self.words) for row in rows)

    def count(self, count: int) -> str:
        return self.words(text("{n} occurrences"), n=count)

    def group(self, heading: str, rows: Sequence[Row]) -> tuple[Group, ...]:
        return (Group(heading, self.items(rows)),) if rows else ()


def view_of(found: Bulletin, words: Words) -> View:
    """Return everything that the page shows."""
    subject = _Subject.of(found, words)
    meta = found.plan.plan
    number = words(text(" ({number})"), number=meta.document_number) if meta.document_number else ""
    first, last = (day_words(day, words) for day in found.days)
    judged = found.log is not None
    return View(
        title=words(text("Bulletin on open government")),
        plan_title=f"{meta.title}{number}",
        plan_language=meta.language,
        issuer=meta.issuer or "",
        range=words(text("deadlines from {first} to {last}"), first=first, last=last),
        as_of=words(text("as of {day}"), day=day_words(found.as_of, words)),
        headings={name: words(heading) for name, heading in _HEADINGS.items()},
        overall=tuple(_overall(found, words)),
        tiles=tuple(_tiles(found, words)) if judged else (),
        bar=tuple(_bar(found.totals)) if judged else (),
        since=tuple(_since(subject)),
        owner_titles=tuple(_owner_titles(found.totals, words)),
        owners=tuple(_owner_rows(found, words)) if judged else (),
        heat=heat_of(found.heat_map, subject.owner_ids, _places(subject), words),
        owner_choices=tuple(_owner_choices(subject)),
        status_choices=tuple(_status_choices(found, words)) if judged else (),
        month_choices=tuple(sorted({f"{day_of(row.deadline):%Y-%m}" for row in found.every_row if row.deadline})),
        listings=tuple(_listings(subject)),
        never=_never(found, words),
        notes_lead=words(text("A date without a note is stated by the document itself.")),
        notes=tuple(Link(str(each.number), words(reading_words(each.reading))) for each in found.footnotes),
        data=tuple(_data(found, words)),
        data_lists=tuple(_data_lists(subject)),
    )


_HEADINGS = {
    "overall": text("1. Overall"),
    "owners": text("2. Owners"),
    "map": text("Owners and months"),
    "notes": text("Annex 1. Readings"),
    "data": text("Annex 2. Data"),
}


def labels(words: Words) -> dict[str, str]:
    """Return the words of the page's furniture."""
    said = {
        "skip": text("To the occurrences"),
        "contents": text("Contents"),
        "owner": text("owner"),
        "status": text("status"),
        "month": text("month of the deadline"),
        "words": text("contains"),
        "filter": text("Filter the occurrences"),
        "all_owners": text("all owners"),
        "all_statuses": text("all statuses"),
        "all_months": text("all months"),
        "reset": text("Show all"),
        "verdict": text("Why this verdict"),
        "records": text("Records"),
        "deadline_reason": text("How the deadline came about"),
        "counted": text("days counted"),
        "interpreted": text("interpreted"),
        "nobody": text("Nothing fell due, so there is nothing to say of anybody."),
        "list": text("List"),
        "bar": text("The shares of the figures above"),
    }
    shown = words(text("{shown} of {total} shown"), shown="{shown}", total="{total}")
    return {"shown": shown, **{name: words(sentence) for name, sentence in said.items()}}


def _overall(found: Bulletin, words: Words) -> Iterator[str]:
    totals = found.totals
    if found.log is None:
        yield words(text("No log was given: dates only, no verdict. {count} occurrences."), count=totals.owed)
        return
    yield words(
        text("{count} occurrences belong to this range; the deadline of {fell_due} has passed."),
        count=totals.owed,
        fell_due=totals.fell_due,
    )


def _tiles(found: Bulletin, words: Words) -> Iterator[Tile]:
    now, then = found.totals, found.since.totals if found.since is not None else None

    def change(count: int, before: int | None) -> str:
        if before is None:
            return ""
        return (
            words(text("{change:+} since then"), change=count - before) if count != before else words(text("as then"))
        )

    yield Tile(words(text("fell due")), str(now.fell_due), "", change(now.fell_due, then.fell_due if then else None))
    for status in _COLUMNS:
        count, before = now.count(status), then.count(status) if then else None
        if count or before or status in _ALWAYS:
            yield Tile(words(status_name(status)), str(count), status, change(count, before))
    if now.on_time_rate is not None:
        yield Tile(words(text("on time")), f"{now.on_time_rate:.1%}", "", "")


def _bar(totals: Totals) -> Iterator[Part]:
    counts = [(status, totals.count(status)) for status in _COLUMNS]
    whole, gone, at = sum(count for _, count in counts), 0, 0
    for status, count in counts:
        gone += count
        end = round(1000 * gone / whole) if whole else 0
        if end > at:
            yield Part(status, at, end - at)
        at = end


def _since(subject: _Subject) -> Iterator[Lines]:
    since, words = subject.found.since, subject.words
    if since is None:
        return
    day = day_words(since.day, words)
    parts: tuple[tuple[Text, Sequence[Change]], ...] = (
        (text("Newly overdue since {day}"), since.newly_overdue),
        (text("Done since {day}"), since.newly_done),
        (text("No longer overdue since {day}"), since.cleared),
    )
    for title, changes in parts:
        if changes:
            lines = tuple(Line(_row_words(each.row, words), subject.ids.get(id(each.row), "")) for each in changes)
            yield Lines(words(title, day=day), subject.count(len(lines)), lines)
    if since.gone:
        lines = tuple(Line(_row_words(row, words)) for row in since.gone)
        yield Lines(words(text("Overdue then, and not owed any more")), subject.count(len(lines)), lines)


def _row_words(row: Row, words: Words) -> str:
    occurrence = row.occurrence
    owner = owners_words(occurrence.owners, words)
    title, period = occurrence.obligation.title, period_words(occurrence.slot.period.label)
    sentence = text("{owner}: {title}, {period}") if period else text("{owner}: {title}")
    return words(sentence, owner=owner, title=title, period=period)


def _columns(totals: Totals) -> list[Status]:
    return [status for status in _COLUMNS if totals.count(status) or status in _ALWAYS]


def _owner_titles(totals: Totals, words: Words) -> Iterator[str]:
    yield words(text("owner"))
    yield words(text("owed"))
    for status in _columns(totals):
        yield words(status_name(status))
    yield words(text("on time"))


def _owner_rows(found: Bulletin, words: Words) -> Iterator[OwnerRow]:
    for line in found.owners:
        counts = [(status, line.totals.count(status)) for status in _columns(found.totals)]
        cells = [Figure(str(n) if n else "·", not n, status == "overdue" and n > 0) for status, n in counts]
        rate = line.totals.on_time_rate if line.owner is not None else None
        share = Figure(f"{rate:.0%}" if rate is not None else "–", rate is None)
        yield OwnerRow(owner_name(line.owner, words), (Figure(str(line.totals.owed), zero=False), *cells, share))


def _places(subject: _Subject) -> dict[tuple[str | None, str], str]:
    places: dict[tuple[str | None, str], str] = {}
    for row in subject.found.every_row:
        if row.deadline is not None:
            owner = None if row.occurrence.shared else row.occurrence.owners[0]
            places.setdefault((owner, f"{day_of(row.deadline):%Y-%m}"), subject.ids[id(row)])
    return places


def _owner_choices(subject: _Subject) -> Iterator[Link]:
    for name, id_ in subject.owner_ids.items():
        yield Link(id_, name)
    if any(row.occurrence.shared for row in subject.found.every_row):
        yield Link(SHARED, owner_name(None, subject.words))


def _status_choices(found: Bulletin, words: Words) -> Iterator[Link]:
    present = {row.status for row in found.every_row}
    for status in (*_COLUMNS, "no_limit"):
        if status in present:
            yield Link(status, words(status_name(status)))
    if any(row.verdict is not None and row.verdict.uncertain for row in found.every_row):
        yield Link(UNCERTAIN_CHOICE, words(text("uncertain")))
    if any(row.due_soon for row in found.every_row):
        yield Link(SOON_CHOICE, words(text("due soon")))


def _listings(subject: _Subject) -> Iterator[Listing]:
    found, words = subject.found, subject.words
    if found.log is not None:
        older = subject.group(words(text("Overdue from before this range")), found.carried_over)
        rows = (*found.overdue, *found.carried_over)
        groups = (*subject.group("", found.overdue), *older)
        said = () if rows else (Sentence(words(text("Nothing is overdue. Well done.")), good=True),)
        yield Listing("overdue", words(text("3. Overdue")), _counted(subject, rows), said, groups)
        said = () if found.late else (Sentence(words(text("Nothing was late. Well done.")), good=True),)
        yield _listing(subject, "late", text("4. Done late"), found.late, said)
    first, last = (day_words(day, words) for day in found.coming_days)
    sentence = (
        text("Deadlines from {first} to {last}.") if found.coming else text("Nothing falls due from {first} to {last}.")
    )
    said = (Sentence(words(sentence, first=first, last=last)),)
    yield _listing(subject, "coming", text("5. Coming up"), found.coming, said)
    said = () if found.no_limit else (Sentence(words(text("Every duty has a time limit."))),)
    yield _listing(subject, "no-limit", text("6. Without a time limit"), found.no_limit, said)
    rest = [row for row in found.rows if row.status not in ("overdue", "late")]
    if rest:
        title = text("Everything else in this range") if found.log is not None else text("Everything in this range")
        yield _listing(subject, "rest", title, rest, ())


def _listing(subject: _Subject, id_: str, title: Text, rows: Sequence[Row], said: tuple[Sentence, ...]) -> Listing:
    return Listing(id_, subject.words(title), _counted(subject, rows), said, subject.group("", rows))


def _counted(subject: _Subject, rows: Sequence[Row]) -> str:
    return subject.count(len(rows)) if rows else ""


def _never(found: Bulletin, words: Words) -> Lines | None:
    if not found.never_recorded:
        return None

    def said(obligation: Obligation) -> Line:
        owners = "、".join(found.plan.owners_of(obligation))
        return Line(
            words(
                text("{owner}: {title} ({id}), clause {clause}"),
                owner=owners,
                title=obligation.title,
                id=obligation.id,
                clause=obligation.clause,
            )
        )

    count = len(found.never_recorded)
    lead = words(text("No event was ever recorded for {count} duties, so nothing is known of them."), count=count)
    heading = words(text("Duties that wait for an event"))
    number = words(text("{n} duties"), n=count)
    return Lines(heading, number, tuple(said(each) for each in found.never_recorded), lead)


def _data(found: Bulletin, words: Words) -> Iterator[str]:
    log = found.log
    if log is None:
        yield words(text("No log was given."))
        return
    yield words(
        text(
            "Log: {files}. {read} lines: {matched} matched, {unmatched} unmatched, {blank} blank, {rejected} rejected."
        ),
        files=("、" if words.language == "zh" else ", ").join(log.files),
        read=log.read,
        matched=log.matched,
        unmatched=log.unmatched,
        blank=log.blank,
        rejected=log.rejected,
    )


def _data_lists(subject: _Subject) -> Iterator[Lines]:
    found, words = subject.found, subject.words
    if found.unmatched:
        lines = tuple(Line(f"{each.file}:{each.line}: {words(each.reason)}") for each in found.unmatched)
        yield Lines(words(text("Unmatched lines")), str(len(lines)), lines)
