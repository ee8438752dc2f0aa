"""The page in plain words: the document that every format shows, with its occurrences opened, figures and a map."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gongkai_cli.bulletin import Bulletin
from gongkai_cli.deadlines import day_of
from gongkai_cli.evaluation.verdicts import Status
from gongkai_cli.formats.blocks import Block, Heading, Title
from gongkai_cli.formats.bulletin_html.heat import Heat, heat_of
from gongkai_cli.formats.bulletin_html.items import SHARED, SOON_CHOICE, UNCERTAIN_CHOICE, Item, item_of
from gongkai_cli.formats.bulletin_html.pieces import Piece, Section, pieces
from gongkai_cli.formats.bulletin_sections import document
from gongkai_cli.formats.wording import owner_name, percent, status_words
from gongkai_cli.messages import Words, text
from gongkai_cli.report import Row
from gongkai_cli.standings import Totals

# The sections of the document, in their order.
_SECTIONS = ("overall", "owners", "overdue", "late", "coming", "no-limit", "definitions", "data")
_REST = "rest"
_STATUSES: tuple[Status, ...] = ("satisfied", "late", "overdue", "waived", "due", "upcoming", "no_limit")
# Shown as figures even where they are 0.
_ALWAYS = ("satisfied", "late", "overdue")


class Link(NamedTuple):
    """A place on the page or a value of a filter, and its words."""

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


@dataclass(frozen=True, slots=True)
class View:
    """The whole page; `before` the filters stand the figures, `listings` are filtered, `after` come the annexes."""

    title: Title
    issuer: str
    plan_language: str
    before: tuple[Section, ...]
    tiles: tuple[Tile, ...]
    bar: tuple[Part, ...]
    heat: Heat
    owner_choices: tuple[Link, ...]
    status_choices: tuple[Link, ...]
    month_choices: tuple[str, ...]
    listings: tuple[Section, ...]
    after: tuple[Section, ...]

    @property
    def contents(self) -> tuple[Section, ...]:
        """All sections, for the list of contents."""
        return (*self.before, *self.listings, *self.after)


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


def view_of(found: Bulletin, words: Words) -> View:
    """Return everything that the page shows."""
    subject = _Subject.of(found, words)
    title, *blocks = document(found, words)
    assert isinstance(title, Title), "a document begins with its title"  # noqa: S101
    sections = dict(zip(_SECTIONS, _split(blocks), strict=True))
    judged = found.log is not None
    return View(
        title=title,
        issuer=found.plan.plan.issuer or "",
        plan_language=found.plan.plan.language,
        before=tuple(_section(name, sections[name]) for name in ("overall", "owners")),
        tiles=tuple(_tiles(found, words)) if judged else (),
        bar=tuple(_bar(found.totals)) if judged else (),
        heat=heat_of(found.heat_map, subject.owner_ids, _places(subject), words),
        owner_choices=tuple(_owner_choices(subject)),
        status_choices=tuple(_status_choices(found, words)) if judged else (),
        month_choices=tuple(sorted({f"{day_of(row.deadline):%Y-%m}" for row in found.every_row if row.deadline})),
        listings=tuple(_listings(subject, sections)),
        after=tuple(_section(name, sections[name]) for name in ("definitions", "data")),
    )


def labels(words: Words) -> dict[str, str]:
    """Return the words of the page's furniture."""
    said = {
        "skip": text("To the occurrences"),
        "contents": text("Contents"),
        "map": text("Owners and months"),
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
        "bar": text("The shares of the figures above"),
    }
    rows = words(text("Show the table: {count} lines"), count="{count}")
    shown = words(text("{shown} of {total} shown"), shown="{shown}", total="{total}")
    return {"shown": shown, "rows": rows, **{name: words(sentence) for name, sentence in said.items()}}


def _split(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """The sections, each beginning with its heading."""
    section: list[Block] = []
    for block in blocks:
        if isinstance(block, Heading) and block.level == 1 and section:
            yield section
            section = []
        section.append(block)
    yield section


def _section(name: str, blocks: Sequence[Block]) -> Section:
    heading, *rest = blocks
    assert isinstance(heading, Heading), "a section begins with its heading"  # noqa: S101
    return Section(name, heading.words, "", tuple(pieces(rest)))


def _listings(subject: _Subject, sections: Mapping[str, Sequence[Block]]) -> Iterator[Section]:
    """The sections of occurrences: each of these once, where the document first tells of it."""
    found, words = subject.found, subject.words
    listed: dict[str, list[Sequence[Row]]] = {
        "overdue": [found.overdue, found.carried_over],
        "late": [found.late],
        "coming": [found.coming],
        "no-limit": [found.no_limit],
    }
    for name, groups in listed.items():
        heading, *rest = sections[name]
        assert isinstance(heading, Heading), "a section begins with its heading"  # noqa: S101
        items = [subject.items(rows) for rows in groups if rows]
        yield Section(name, heading.words, _number(sum(map(len, items)), words), tuple(pieces(rest, items)))
    remaining = [row for row in found.rows if row.status not in ("overdue", "late")]
    if remaining:
        title = text("Everything else in this range") if found.log is not None else text("Everything in this range")
        lists = (Piece("items", items=subject.items(remaining)),)
        yield Section(_REST, words(title), _number(len(remaining), words), lists)


def _number(count: int, words: Words) -> str:
    return words(text("{n} occurrences"), n=count) if count else ""


def _tiles(found: Bulletin, words: Words) -> Iterator[Tile]:
    now, then = found.totals, found.since.totals if found.since is not None else None

    def change(count: int, before: int | None) -> str:
        if before is None:
            return ""
        return words(text("as then") if count == before else text("{change:+} since then"), change=count - before)

    yield Tile(words(text("in all")), str(now.owed), "", change(now.owed, then.owed if then else None))
    for status in _STATUSES:
        count, before = now.count(status), then.count(status) if then else None
        if count or before or status in _ALWAYS:
            yield Tile(words(status_words(status, "publish")), str(count), status, change(count, before))
    if now.on_time_rate is not None:
        yield Tile(words(text("rate on time")), percent(now.on_time_rate), "", "")


def _bar(totals: Totals) -> Iterator[Part]:
    counts = [(status, totals.count(status)) for status in _STATUSES]
    whole, gone, at = sum(count for _, count in counts), 0, 0
    for status, count in counts:
        gone += count
        end = round(1000 * gone / whole) if whole else 0
        if end > at:
            yield Part(status, at, end - at)
        at = end


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
    for status in _STATUSES:
        if status in present:
            yield Link(status, words(status_words(status, "publish")))
    if any(row.verdict is not None and row.verdict.uncertain for row in found.every_row):
        yield Link(UNCERTAIN_CHOICE, words(text("uncertain")))
    if any(row.due_soon for row in found.every_row):
        yield Link(SOON_CHOICE, words(text("due soon")))
