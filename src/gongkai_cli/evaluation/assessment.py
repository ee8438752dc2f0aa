"""A plan held against its log: verdicts, and where in which file each line stands that they rest on."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from gongkai_cli.deadlines import Deadline, OnDate, When, counts_hours
from gongkai_cli.evaluation import Evaluation, evaluate
from gongkai_cli.evaluation.placing import Match
from gongkai_cli.evaluation.statements import KINDS, Index
from gongkai_cli.evaluation.verdicts import Verdict
from gongkai_cli.messages import Text
from gongkai_cli.period_names import TITLE_HINT, split_values
from gongkai_cli.plan import Plan
from gongkai_cli.problems import Location, Problem
from gongkai_cli.workdays import WorkCalendar

if TYPE_CHECKING:
    from gongkai_cli.log.reading import Group, Line, Log

# How many single lines are read back for one report, and how many unmatched ones it lists; the figures count all.
MOST_LINES = 20_000
MOST_UNMATCHED = 100


# The codes of problems that concern single lines, which may be left out on demand.
SKIPPABLE = frozenset(
    ("GK606", "GK607", "GK608", "GK609", "GK651", "GK652", "GK653", "GK654", "GK655", "GK656", "GK657", "GK658")
)


class Record(NamedTuple):
    """One line of the log in an occurrence; `extra` where it came after enough others, and decides nothing."""

    published: str
    title: str
    url: str
    kind: str
    match: Match
    file: str
    line: int
    recorded: str = ""
    extra: bool = False


class Paper(NamedTuple):
    """A waiver or extension that excused or moved a deadline, as its line of the log says it."""

    kind: Literal["waiver", "extension"]
    published: str
    until: str
    approved_by: str
    reference: str
    note: str
    file: str
    line: int


class Unmatched(NamedTuple):
    """A line that was understood and has no occurrence, and why."""

    file: str
    line: int
    reason: Text


@dataclass(frozen=True, slots=True)
class LogFigures:
    """What became of the lines read: read = matched + unmatched + blank + rejected.

    `without_recorded` counts the lines that were taken at their word about when they were written down.
    """

    files: tuple[str, ...]
    read: int
    matched: int
    unmatched: int
    blank: int
    rejected: int
    without_recorded: int = 0


class Earlier(NamedTuple):
    """The verdicts as of the end of an earlier day, by what was written down by then."""

    day: date
    evaluation: Evaluation


@dataclass(frozen=True, slots=True)
class Assessment:
    """The verdicts on a plan as of an instant, with the log that they rest on.

    `earlier` has no records of its own to show: it is there to compare with.
    """

    plan: Plan
    calendar: WorkCalendar
    as_of: When
    known_on: date | None
    evaluation: Evaluation
    figures: LogFigures
    unmatched: tuple[Unmatched, ...]
    log: "Log"
    earlier: Earlier | None = None

    def records_of(self, verdicts: Sequence[Verdict]) -> list[tuple[Record, ...]]:
        """Return the lines of the records of each verdict; they are read for these verdicts alone."""
        keys = {filling.publication.key for verdict in verdicts for filling in verdict.fillings}
        lines = lines_by_key(self.log, keys)
        return [tuple(sorted(_records(verdict, lines))) for verdict in verdicts]

    def papers_of(self, verdicts: Sequence[Verdict]) -> list[tuple[Paper, ...]]:
        """Return the lines of the log that excused each verdict's occurrence or moved its deadline."""
        keys = {key for verdict in verdicts for key in (verdict.waiver, verdict.extension) if key is not None}
        lines = lines_by_key(self.log, keys)
        return [tuple(_papers(verdict, lines)) for verdict in verdicts]


def assess(
    plan: Plan,
    calendar: WorkCalendar,
    log: "Log",
    as_of: When,
    known_on: date | None = None,
    until: date | None = None,
    since: date | None = None,
) -> tuple[Assessment, tuple[Problem, ...]]:
    """Return the assessment of a plan by a log, and the problems of the lines that had to be rejected.

    With `since`, it has also the verdicts of that day, as then known.
    """
    groups = _groups(plan, log, as_of)
    found = evaluate(plan, calendar, groups, as_of, known_on, until)
    sizes = {group.key: group.lines for group in groups}
    rejected = list(_rejections(log, found))
    unmatched = sum(sizes[key] for key in found.unmatched)
    lost = sum(sizes[each.key] - each.spared for each in found.rejected)
    matched = sum(sizes.values()) - unmatched - lost
    figures = LogFigures(
        tuple(each.file for each in log.files),
        log.read,
        matched,
        unmatched,
        log.blank,
        lost + log.rejected,
        found.without_recorded,
    )
    listed = tuple(_unmatched(log, found.unmatched))
    earlier = Earlier(since, evaluate(plan, calendar, groups, since, since, until)) if since is not None else None
    assessment = Assessment(plan, calendar, as_of, known_on, found, figures, listed, log, earlier)
    return assessment, tuple(sorted((*log.problems, *rejected)))


def _groups(plan: Plan, log: "Log", as_of: When) -> "list[Group]":
    """The log's lines in groups, with the time of day wherever it can matter."""
    clocks = set(clock_names(plan))
    if isinstance(as_of, datetime):
        clocks |= {name for each in plan.obligations for name in (each.id, each.title)}
    groups = log.groups(clocks, title_hint=TITLE_HINT, filler_ids=True)
    # An extension to the minute makes the time of day matter where the plan did not.
    timed = {group.obligation for group in groups if KINDS.get(group.kind) == "extension" and ":" in group.until}
    if timed - clocks:
        index = Index(plan)
        named = {each for cell in timed for each in split_values(cell) if each in index.by_name}
        found = [index.by_name[name] for name in named]
        clocks |= {name for each in found for name in (each.id, each.title)}
        groups = log.groups(clocks, title_hint=TITLE_HINT, filler_ids=True)
    return groups


def clock_names(plan: Plan) -> list[str]:
    """Return the ids and titles of duties for which the time of day of a record matters."""
    timed = [each for each in plan.obligations if _runs_by_the_clock(plan.deadline_of(each))]
    return [name for each in timed for name in (each.id, each.title)]


def _runs_by_the_clock(deadline: Deadline) -> bool:
    return counts_hours(deadline) or (isinstance(deadline, OnDate) and deadline.at is not None)


def lines_by_key(log: "Log", keys: Collection[int], most: int = MOST_LINES) -> Mapping[int, list["Line"]]:
    """Return the lines of some groups, at most so many in all, in their order."""
    found: dict[int, list[Line]] = {}
    if keys:
        for line in log.lines_of(sorted(keys), most):
            found.setdefault(line.key, []).append(line)
    return found


def _records(verdict: Verdict, lines: Mapping[int, Sequence["Line"]]) -> Iterator[Record]:
    for filling in verdict.fillings:
        publication = filling.publication
        # Lines equal in URL (or title, without one) are one record; a filling may hold some of a group's records.
        alike: dict[str, list[Line]] = {}
        for line in lines.get(publication.key, ()):
            alike.setdefault(line.cells.get("url") or line.cells.get("title", ""), []).append(line)
        own = list(alike.values())[publication.first : publication.first + len(publication.marks)]
        for line in chain.from_iterable(own):
            yield Record(
                publication.published.isoformat(),
                line.cells.get("title", ""),
                line.cells.get("url", ""),
                publication.kind,
                filling.match,
                line.file,
                line.line,
                line.cells.get("recorded", ""),
                verdict.is_extra(filling),
            )


def _papers(verdict: Verdict, lines: Mapping[int, Sequence["Line"]]) -> Iterator[Paper]:
    kinds: tuple[tuple[Literal["waiver", "extension"], int | None], ...] = (
        ("waiver", verdict.waiver),
        ("extension", verdict.extension),
    )
    for kind, key in kinds:
        for line in lines.get(key, ()) if key is not None else ():
            cells = line.cells
            yield Paper(
                kind,
                cells.get("published", ""),
                cells.get("until", ""),
                cells.get("approved_by", ""),
                cells.get("reference", ""),
                cells.get("note", ""),
                line.file,
                line.line,
            )


def _rejections(log: "Log", found: Evaluation) -> Iterator[Problem]:
    reasons = {each.key: each for each in found.rejected}
    for key, lines in lines_by_key(log, reasons.keys(), MOST_UNMATCHED).items():
        each = reasons[key]
        for line in lines[each.spared :]:
            source = source_line(line)
            value = line.cells.get(each.column, "")
            column = source.find(value) + 1 if value else 0
            yield Problem(Location(line.file, line.line, column), each.code, each.message, each.hint, source)


def source_line(line: "Line") -> str:
    """Return a line as it stands in its file; for sheets and the like, its cells."""
    if Path(line.file).suffix.lower() in (".csv", ".tsv", ".txt", ".jsonl", ".ndjson") and not line.sheet:
        with Path(line.file).open("rb") as stream:
            raw = next(islice(stream, line.line - 1, None), b"").rstrip(b"\r\n")
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            return raw.decode("gb18030", "replace")
    return " | ".join(value for value in line.cells.values() if value)


def _unmatched(log: "Log", reasons: Mapping[int, Text]) -> Iterator[Unmatched]:
    keys = sorted(reasons)[:MOST_UNMATCHED]
    found = [
        Unmatched(line.file, line.line, reasons[key])
        for key, lines in lines_by_key(log, keys, MOST_UNMATCHED).items()
        for line in lines
    ]
    yield from sorted(found)[:MOST_UNMATCHED]
