"""A plan held against its log: verdicts, and where in which file each line stands that they rest on."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gongkai_cli.deadlines import When
from gongkai_cli.evaluation import Evaluation, evaluate
from gongkai_cli.evaluation.placing import Filling, Match
from gongkai_cli.evaluation.verdicts import Verdict
from gongkai_cli.messages import Text
from gongkai_cli.period_names import TITLE_HINT
from gongkai_cli.plan import Plan
from gongkai_cli.problems import Location, Problem
from gongkai_cli.workdays import WorkCalendar

if TYPE_CHECKING:
    from gongkai_cli.log.reading import Line, Log

# How many single lines are read back for one report, and how many unmatched ones it lists; the figures count all.
MOST_LINES = 20_000
MOST_UNMATCHED = 100


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
    uncertain: bool = False


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


@dataclass(frozen=True, slots=True)
class Assessment:
    """The verdicts on a plan as of an instant, with the log that they rest on."""

    plan: Plan
    calendar: WorkCalendar
    as_of: When
    known_on: date | None
    evaluation: Evaluation
    figures: LogFigures
    unmatched: tuple[Unmatched, ...]
    log: "Log"

    def records_of(self, verdicts: Sequence[Verdict]) -> list[tuple[Record, ...]]:
        """Return the lines of the records of each verdict; they are read for these verdicts alone."""
        fillings = [list(_shown(verdict)) for verdict in verdicts]
        keys = {filling.publication.key for found in fillings for filling, _ in found}
        lines = lines_by_key(self.log, keys)
        return [tuple(_records(found, lines)) for found in fillings]


def assess(
    plan: Plan,
    calendar: WorkCalendar,
    log: "Log",
    as_of: When,
    known_on: date | None = None,
    until: date | None = None,
) -> tuple[Assessment, tuple[Problem, ...]]:
    """Return the assessment of a plan by a log, and the problems of the lines that had to be rejected."""
    groups = log.groups(clock_names(plan), title_hint=TITLE_HINT)
    found = evaluate(plan, calendar, groups, as_of, known_on, until)
    sizes = {group.key: group.lines for group in groups}
    rejected = list(_rejections(log, found))
    unmatched = sum(sizes[key] for key in found.unmatched)
    lost = sum(sizes[each.key] for each in found.rejected)
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
    return Assessment(plan, calendar, as_of, known_on, found, figures, listed, log), tuple(
        sorted((*log.problems, *rejected))
    )


def clock_names(plan: Plan) -> list[str]:
    """Return the ids and titles of duties for which the time of day of a record matters."""
    hourly = [each for each in plan.obligations if getattr(plan.deadline_of(each), "unit", "") == "hour"]
    return [name for each in hourly for name in (each.id, each.title)]


def lines_by_key(log: "Log", keys: Collection[int], most: int = MOST_LINES) -> Mapping[int, list["Line"]]:
    """Return the lines of some groups, at most so many in all, in their order."""
    found: dict[int, list[Line]] = {}
    if keys:
        for line in log.lines_of(sorted(keys), most):
            found.setdefault(line.key, []).append(line)
    return found


def _shown(verdict: Verdict) -> Iterator[tuple[Filling, bool]]:
    yield from ((filling, False) for filling in verdict.fillings)
    yield from ((filling, True) for filling in verdict.extras)


def _records(fillings: Iterable[tuple[Filling, bool]], lines: Mapping[int, Sequence["Line"]]) -> Iterator[Record]:
    for filling, extra in fillings:
        publication = filling.publication
        # Lines equal in URL (or title, without one) are one record; a filling may hold some of a group's records.
        alike: dict[str, list[Line]] = {}
        for line in lines.get(publication.key, ()):
            alike.setdefault(line.cells.get("url") or line.cells.get("title", ""), []).append(line)
        own = list(alike.values())[publication.first : publication.first + publication.fillers]
        for line in chain.from_iterable(own):
            yield Record(
                publication.published.isoformat(),
                line.cells.get("title", ""),
                line.cells.get("url", ""),
                "nil" if publication.nil else "publication",
                filling.match,
                line.file,
                line.line,
                line.cells.get("recorded", ""),
                extra,
                filling.uncertain,
            )


def _rejections(log: "Log", found: Evaluation) -> Iterator[Problem]:
    reasons = {each.key: each for each in found.rejected}
    for key, lines in lines_by_key(log, reasons.keys(), MOST_UNMATCHED).items():
        each = reasons[key]
        for line in lines:
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
