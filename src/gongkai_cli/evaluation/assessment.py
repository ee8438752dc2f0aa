"""A plan held against its log: verdicts, and where in which file each line stands that they rest on."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Literal, NamedTuple

from gongkai_cli.dates import DateRead, read_date
from gongkai_cli.deadlines import When, day_of
from gongkai_cli.evaluation import Evaluation, evaluate
from gongkai_cli.evaluation.illegible import Illegible
from gongkai_cli.evaluation.places import Match
from gongkai_cli.evaluation.statements import Publication
from gongkai_cli.evaluation.verdicts import STATUSES, UNFULFILLED, Status, Verdict
from gongkai_cli.evaluation.wishes import groups_of
from gongkai_cli.log.sources import place_in
from gongkai_cli.messages import Text, text
from gongkai_cli.plan import Plan
from gongkai_cli.problems import BadInput, Problem
from gongkai_cli.workdays import WorkCalendar

if TYPE_CHECKING:
    from gongkai_cli.log.reading import Group, Line, Log

# How many single lines are read back for one report, and how many unmatched ones it lists; the figures count all.
MOST_LINES = 20_000
MOST_UNMATCHED = 100


# The codes of problems that concern single lines, which may be left out on demand.
SKIPPABLE = frozenset(
    (
        "GK606",
        "GK607",
        "GK608",
        "GK609",
        "GK616",
        "GK651",
        "GK652",
        "GK653",
        "GK654",
        "GK655",
        "GK656",
        "GK657",
        "GK658",
    )
)


def allowed(problems: Sequence[Problem], *, skip_bad_lines: bool) -> tuple[Problem, ...]:
    """Return the problems of a log where none forbids an answer; raise BadInput with all of them where one does."""
    errors = [problem for problem in problems if problem.level == "error"]
    # Single lines may be spared, never whole files.
    if errors and (not skip_bad_lines or any(each.code not in SKIPPABLE for each in errors)):
        raise BadInput(problems)
    return tuple(problems)


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
    """An event, waiver or extension that began, excused or moved a deadline, as its line of the log says it."""

    kind: Literal["event", "waiver", "extension"]
    published: str
    until: str
    approved_by: str
    reference: str
    note: str
    file: str
    line: int
    event: str = ""


class Doubt(NamedTuple):
    """A record that may belong to one occurrence or to another."""

    published: str
    title: str
    file: str
    line: int


class Unmatched(NamedTuple):
    """A line that was understood and has no occurrence, and why."""

    file: str
    line: int
    reason: Text


class Unplaced(NamedTuple):
    """What a group of unmatched lines names, as its cells have it, how many lines it is, and why they are unmatched.

    Where other lines of the group have an occurrence, `marks` tell the unmatched ones, and `matched` counts the others.
    """

    obligation: str
    owner: str
    lines: int
    reason: Text
    marks: frozenset[int] = frozenset()
    matched: int = 0


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
    unplaced: Mapping[int, Unplaced]
    illegible: Illegible
    log: "Log"
    earlier: Earlier | None = None

    def records_of(self, verdicts: Sequence[Verdict]) -> list[tuple[Record, ...]]:
        """Return the lines of the records of each verdict; they are read for these verdicts alone."""
        keys = {filling.publication.key for verdict in verdicts for filling in verdict.fillings}
        lines = lines_by_key(self.log, keys)
        return [tuple(sorted(_records(verdict, lines))) for verdict in verdicts]

    def papers_of(self, verdicts: Sequence[Verdict]) -> list[tuple[Paper, ...]]:
        """Return the lines of the log that began each verdict's occurrence, excused it or moved its deadline."""
        named = [(verdict.event, verdict.waiver, verdict.extension) for verdict in verdicts]
        lines = lines_by_key(self.log, {key for keys in named for key in keys if key is not None})
        return [tuple(_papers(verdict, lines)) for verdict in verdicts]

    def doubts_of(self, verdicts: Sequence[Verdict]) -> list[tuple[Doubt, ...]]:
        """Return the records that may belong to each verdict's occurrence or to another, which make it uncertain."""
        lines = lines_by_key(self.log, {key for verdict in verdicts for key in verdict.doubts})
        return [
            tuple(_doubt(line) for key in dict.fromkeys(verdict.doubts) for line in lines.get(key, ()))
            for verdict in verdicts
        ]

    def unmatched(self, wanted: Callable[[Unplaced], bool] = lambda _: True) -> tuple[Unmatched, ...]:
        """Return the first of the (wanted) lines, by file and line, that were understood and have no occurrence."""
        keys = [key for key, each in self.unplaced.items() if wanted(each)]
        most = MOST_UNMATCHED + sum(self.unplaced[key].matched for key in keys)
        lines = self.log.lines_of(keys, most, first_in_file=True)
        own = ((line, self.unplaced[line.key]) for line in lines)
        found = (
            Unmatched(_file(line), line.line, self.illegible.reason(each.reason, line))
            for line, each in own
            if not each.marks or line.mark in each.marks
        )
        return tuple(islice(found, MOST_UNMATCHED))


def assess(
    plan: Plan,
    calendar: WorkCalendar,
    log: "Log",
    as_of: When,
    known_on: date | None = None,
    until: date | None = None,
    since: date | None = None,
    *,
    every_mark: bool = True,
    statuses: Collection[Status] | None = None,
) -> tuple[Assessment, tuple[Problem, ...]]:
    """Return the assessment of a plan by a log, and the problems of the lines that had to be rejected.

    With `since`, it has also the verdicts of that day, as then known. Without `every_mark` records are told apart only
    where it can decide something: verdicts are the same, but `Verdict.counted` may be less than all. With `statuses`,
    only verdicts with one of these are kept, since there may be more than memory holds.
    """
    statuses = STATUSES if statuses is None else statuses
    by_recorded = known_on is not None or since is not None
    fulfilled = not UNFULFILLED.issuperset(statuses)
    groups = groups_of(plan, calendar, log, as_of, by_recorded=by_recorded, every_mark=every_mark, fulfilled=fulfilled)
    found = evaluate(plan, calendar, groups, as_of, known_on, until, statuses)
    sizes = {group.key: group.lines for group in groups}
    unplaced = {
        group.key: Unplaced(group.obligation, group.owner, group.lines, found.unmatched[group.key])
        for group in groups
        if group.key in found.unmatched
    }
    if found.partly:
        unplaced |= _partly_unplaced(log, [group for group in groups if group.key in found.partly], found)
    unmatched = sum(each.lines for each in unplaced.values())
    lost = sum(sizes[each.key] - each.spared for each in found.rejected)
    illegible = Illegible(plan, groups)
    rejected = _rejections(log, found, illegible, lost)
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
    earlier = Earlier(since, evaluate(plan, calendar, groups, since, since, until)) if since is not None else None
    assessment = Assessment(plan, calendar, as_of, known_on, found, figures, unplaced, illegible, log, earlier)
    return assessment, tuple(sorted((*log.problems, *rejected)))


def _partly_unplaced(log: "Log", groups: Sequence["Group"], found: Evaluation) -> Iterator[tuple[int, Unplaced]]:
    """Yield what is unmatched of groups of which some lines have an occurrence."""
    lines = log.lines_of([group.key for group in groups], sum(group.lines for group in groups))
    counts = Counter(line.key for line in lines if line.mark in found.partly[line.key][0])
    for group in groups:
        marks, reason = found.partly[group.key]
        left = counts[group.key]
        yield group.key, Unplaced(group.obligation, group.owner, left, reason, marks, group.lines - left)


def lines_by_key(log: "Log", keys: Collection[int], most: int = MOST_LINES) -> Mapping[int, list["Line"]]:
    """Return the lines of some groups, at most so many in all, in their order."""
    found: dict[int, list[Line]] = {}
    if keys:
        for line in log.lines_of(sorted(keys), most):
            found.setdefault(line.key, []).append(line)
    return found


def _records(verdict: Verdict, lines: Mapping[int, Sequence["Line"]]) -> Iterator[Record]:
    decided = verdict.deciding.publication.published if verdict.deciding is not None else None
    for filling in verdict.fillings:
        publication = filling.publication
        for line in _own_lines(publication, lines.get(publication.key, ())):
            published = publication.published
            said = read_date(line.cells.get("published", ""))
            if isinstance(said, DateRead) and not isinstance(published, datetime):
                published = said.day  # lines of several days may be one group
            yield Record(
                published.isoformat(),
                line.cells.get("title", ""),
                line.cells.get("url", ""),
                publication.kind,
                filling.match,
                _file(line),
                line.line,
                line.cells.get("recorded", ""),
                verdict.is_extra(filling) or (decided is not None and day_of(published) > day_of(decided)),
            )


def _own_lines(publication: Publication, lines: Sequence["Line"]) -> Iterator["Line"]:
    """The lines of the records of a publication, which may be some of a group's."""
    if publication.whole:
        return iter(lines)
    marks = frozenset(publication.marks)
    return (line for line in lines if line.mark in marks)


def _papers(verdict: Verdict, lines: Mapping[int, Sequence["Line"]]) -> Iterator[Paper]:
    kinds: tuple[tuple[Literal["event", "waiver", "extension"], int | None], ...] = (
        ("event", verdict.event),
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
                _file(line),
                line.line,
                cells.get("event", ""),
            )


def _doubt(line: "Line") -> Doubt:
    return Doubt(line.cells["published"], line.cells["title"] or line.cells["url"], _file(line), line.line)


def _file(line: "Line") -> str:
    return place_in(line.file, line.sheet) if line.sheet else line.file


def _rejections(log: "Log", found: Evaluation, illegible: Illegible, lost: int) -> list[Problem]:
    """The problems of the first rejected lines by file and line; the last stands for the others of all that is lost."""
    reasons = {each.key: each for each in found.rejected}
    most = MOST_UNMATCHED + min(MOST_LINES, sum(each.spared for each in found.rejected))
    lines: dict[int, list[Line]] = {}
    for line in log.lines_of(sorted(reasons), most, first_in_file=True):
        lines.setdefault(line.key, []).append(line)
    wanted = [(line, reasons[key].column) for key, of_key in lines.items() for line in of_key[reasons[key].spared :]]
    listed = []
    for (line, _), spot in zip(wanted, log.spots(wanted), strict=True):
        each = illegible.rejection(reasons[line.key], line)
        listed.append(Problem(spot.location, each.code, each.message, each.hint, spot.source, spot.caret))
    listed.sort()
    if listed and len(listed) < lost:
        more = lost - len(listed)
        hint = text("{count} more lines of the log are rejected, and not listed", count=more)
        listed[-1] = replace(listed[-1], more=more, hint=hint)
    return listed
