"""Read logs of any size and format: lines in groups that decide verdicts alike, and single lines on demand."""

import time
import weakref
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from gongkai_cli.log import workspaces
from gongkai_cli.log.csv_files import CsvFile, open_csv
from gongkai_cli.log.failures import explained, reporting, room_for, temporary_folder
from gongkai_cli.log.headers import COLUMNS, Names
from gongkai_cli.log.moments import Seen, restless
from gongkai_cli.log.sources import Source, find_sources
from gongkai_cli.log.spots import Spot, spots
from gongkai_cli.log.staging import Staging
from gongkai_cli.log.wishes import EVERYTHING, Wishes
from gongkai_cli.problems import Problem, Problems

if TYPE_CHECKING:
    from gongkai_cli.log.scanning import Scan

Progress = Callable[[str, float | None], None]

# Seconds before each try at a log that is changed while it is read: what saves a file needs a moment.
_PAUSES = (0.0, 0.1, 0.4)
_SMALL = 1 << 26  # bytes; it takes longer to read a larger file than to append to it

# A line with one of these is rejected; all other problems are about files, sheets and columns.
LINE_CODES = frozenset(("GK606", "GK607", "GK608", "GK609", "GK616"))


class Group(NamedTuple):
    """Lines that are alike in everything that decides a verdict; cells without blanks around them, '' when empty."""

    published: str  # without its time of day, unless that can matter; see Log.groups
    kind: str
    obligation: str
    owner: str
    period: str
    formed: str
    event: str
    until: str
    approved_by: str
    reference: str
    recorded: str  # without its time of day
    title: str  # only where it can decide: no obligation, or no period and the title may name one
    column: str  # only where there is no obligation
    fits: str | None  # ids of the obligations that a line without one fits, a line each; None: not asked
    has_note: bool
    every_mark: bool
    bundled: bool  # of several days, of which `published` is the first
    lines: int
    filler_ids: tuple[int, ...]  # what its different records differ in, comparable between groups; see Log.groups
    key: int  # for Log.lines_of, until the next Log.groups


class Line(NamedTuple):
    """One line of a log with its cells as they stand in the file, by column."""

    key: int  # of its group
    file: str
    sheet: str  # '' where the format has none
    line: int  # physical line; the row in a sheet or a Parquet file
    cells: Mapping[str, str]
    mark: int  # which of its group's different records it is; see `Group.filler_ids`


class LogFile(NamedTuple):
    """What was read from one file; `size` in bytes, `read` includes blank and rejected lines."""

    file: str
    format: str
    size: int
    read: int
    blank: int
    rejected: int


class Found(Problems):
    """The problems of a log, with how many lines of each file have one that rejects them."""

    def __init__(self) -> None:
        super().__init__()
        self.rejected: Counter[str] = Counter()
        self._last: dict[str, tuple[str, int]] = {}

    def append(self, problem: Problem) -> None:
        """Take in a problem; those of one line come one after the other."""
        super().append(problem)
        place = problem.location
        if problem.code in LINE_CODES and place.line:
            self.rejected[place.file] += problem.more + (self._last.get(place.file) != (place.sheet, place.line))
            self._last[place.file] = place.sheet, place.line


@dataclass(slots=True)
class Contents:
    """What has been opened, and is ready for the engine."""

    folder: Path
    names: Names
    timezone: str
    csv: list[CsvFile] = field(default_factory=list)
    parquet: list[Source] = field(default_factory=list)
    staged: list[Source] = field(default_factory=list)  # a staged row's file is its place here
    staging: Staging | None = None
    problems: Found = field(default_factory=Found)
    sheets: dict[str, tuple[str, ...]] = field(default_factory=dict)  # what each sheet's columns stand for, or ''
    today: date | None = None  # after which ledgers can have nothing to tell

    def clear(self) -> None:
        """Forget all that was opened."""
        self.csv, self.parquet, self.staged, self.staging = [], [], [], None
        self.problems, self.sheets = Found(), {}


class Log:
    """All lines of a log. What is counted, and problems of single lines, is known once `groups` has run.

    To be closed (or used in `with`): it holds a temporary folder and the engine's memory.
    """

    def __init__(self, paths: Sequence[str], contents: Contents, progress: Progress | None) -> None:
        self._paths = paths
        self._sources: Sequence[Source] = ()
        self._contents = contents
        self._progress = progress
        self._scan: Scan | None = None
        self._counts: dict[str, tuple[int, int]] | None = None
        self.read_in()

    def __enter__(self) -> "Log":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of memory and temporary files."""
        if self._scan is not None:
            self._scan.close()
            self._scan = None
        self._tidy()

    def groups(self, wishes: Wishes = EVERYTHING) -> list[Group]:
        """Return all lines that are neither blank nor rejected, in groups; sorted, whatever the order of files.

        `published` keeps its time of day where `obligation` is one of `clocks` or may be, and on events, waivers and
        extensions. `title_hint` (RE2) finds titles that may name a period; they are kept for the obligations of
        `titled` (None: for all) and for cells with several values. `filler_ids` has the marks of all different
        records (lines that differ in URL, or title without one) for the obligations of `marked` (None: for all), and
        on lines without a period for those of `marked_undated` and lines without an obligation; elsewhere, of more
        than one record, those of two, and `every_mark` is False. Without `by_recorded` publications are not kept
        apart by the day on which they were written down, which only matters to who asks what was known on a day.
        With `matchers`, lines without an obligation are lines of what they fit, whatever else their titles say.
        With `as_of`, lines of several days may be one `bundled` group, as `bundles` says for a duty; those of days up
        to `as_of` and later ones are kept apart.
        """
        unsettled = ""
        for turn, pause in enumerate(_PAUSES, start=1):
            if unsettled:
                time.sleep(pause)
                self.read_in()
            try:
                found, unsettled = self._groups(wishes, patient=turn < len(_PAUSES))
            except BaseException:
                self.close()
                raise
            if not unsettled:
                return found
            self.close()
        raise restless(unsettled)

    def read_in(self) -> None:
        """Find the files and make them ready for the engine, in a temporary folder of their own."""
        contents = self._contents
        contents.clear()
        # The folder is tidied up from before it is there: an interrupt at any moment leaves none.
        self._tidy = weakref.finalize(self, workspaces.let_go, contents.folder)
        self._sources, missing = find_sources(self._paths)
        contents.problems.extend(missing)
        try:
            with room_for(contents.folder):
                workspaces.make(contents.folder)
                _open(self._sources, contents, self._progress)
        except BaseException:
            if contents.staging:
                contents.staging.discard()
            self.close()
            raise

    def in_zone(self, timezone: str) -> None:
        """Read instants (Parquet's timestamps with a zone) as days and times of a time zone from now on."""
        contents = self._contents
        if timezone == contents.timezone:
            return
        contents.timezone = timezone
        if contents.parquet and self._scan is not None:  # what was read is of another zone
            self.close()
            self.read_in()
            self._counts = None

    @property
    def moment(self) -> tuple[tuple[str, Seen], ...]:
        """What the files looked like that were read: of two logs with one moment, both say the same."""
        return tuple((source.shown, source.seen) for source in self._sources)

    def _groups(self, wishes: Wishes, *, patient: bool) -> tuple[list[Group], str]:
        """Return the groups, and a file that was changed meanwhile so that they may be of no moment at all, or ''.

        Lines appended meanwhile do no harm: the engine has read whole ones, or has rejected half of one. But it may be
        a whole log that is being written; who is `patient` waits for the end of a small one.
        """
        found: list[Group] = []
        failed: Exception | None = None
        try:
            found, self._counts = self._opened().groups(wishes, self._progress)
        except (OSError, self._engine_error()) as error:
            failed = error
        torn = {each.location.file for each in self._contents.problems if each.code in LINE_CODES}
        for source in self._sources:
            change = source.change()
            waits = failed is not None or source.shown in torn or (patient and source.size <= _SMALL)
            if change == "other" or (change == "grown" and waits):
                return found, source.shown
        if failed is not None:
            raise explained(failed, self._sources, self._contents.folder) from failed
        return found, ""

    @contextmanager
    def _still(self) -> Iterator[None]:
        """Look into files again; raise BadInput where one is no longer what it was, apart from lines at its end."""
        failed: Exception | None = None
        try:
            yield
        except (OSError, self._engine_error()) as error:
            failed = error
        read_in_place = [file.source for file in self._contents.csv] + self._contents.parquet
        for source in read_in_place:
            if source.change() == "other":
                raise restless(source.shown)
        if failed is not None:
            raise explained(failed, self._sources, self._contents.folder) from failed

    @staticmethod
    def _engine_error() -> type[Exception]:
        from gongkai_cli.log.table import EngineError  # see `_opened`

        return EngineError

    def lines_of(self, keys: Collection[int], limit: int, *, first_in_file: bool = False) -> list[Line]:
        """Return at most `limit` single lines of groups, in order of published, title, url, file and line.

        Where there are more, they are the first ones of each group. With `first_in_file` they are the first ones by
        file and line, and in that order; no more is read than it takes.
        """
        if not keys or limit <= 0:
            return []
        with self._still():
            return self._opened().lines_of(
                sorted(set(keys)), limit, first_in_file=first_in_file, progress=self._progress
            )

    def spots(self, wanted: Sequence[tuple[Line, str]]) -> list[Spot]:
        """Return where the cell of a column stands, for pairs of a line and a column."""
        with self._still():
            return spots(self._contents, wanted)

    def _opened(self) -> "Scan":
        if not self._tidy.alive:
            raise ValueError("this log is closed")
        if self._scan is None:
            from gongkai_cli.log.scanning import Scan  # brings in the engine, which takes a fifth of a second

            self._scan = Scan(self._contents)
        return self._scan

    def _counted(self) -> dict[str, tuple[int, int]]:
        if self._counts is None:
            self.groups(Wishes(marked=frozenset()))
        return self._counts or {}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything wrong with the files and their lines, sorted by place."""
        self._counted()
        return tuple(_once(self._contents.problems))

    @property
    def files(self) -> tuple[LogFile, ...]:
        """Every file that could be opened, with what was read from it."""
        counts = self._counted()
        rejected = self._contents.problems.rejected
        found = []
        for source in self._sources:
            good, blanks = counts.get(source.shown, (0, 0))
            bad = rejected[source.shown] if source.shown in self._readable() else 0
            found.append(LogFile(source.shown, source.format, source.size, good + bad, blanks, bad))
        return tuple(found)

    def _readable(self) -> set[str]:
        contents = self._contents
        return {file.source.shown for file in contents.csv} | {
            source.shown for source in (*contents.parquet, *contents.staged)
        }

    @property
    def read(self) -> int:
        """How many lines were read, with those that are blank or rejected; wholly empty rows are no lines."""
        return sum(file.read for file in self.files)

    @property
    def blank(self) -> int:
        """How many are rows of a prefilled ledger that nobody filled in."""
        return sum(file.blank for file in self.files)

    @property
    def rejected(self) -> int:
        """How many could not be read."""
        return sum(file.rejected for file in self.files)


def read_log(
    paths: Sequence[str],
    headers: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    *,
    timezone: str = "Asia/Shanghai",
    today: date | None = None,
) -> Log:
    """Open a log: files, folders and globs, mixed freely; what is wrong with them is in the log's problems.

    `headers` maps further header names to columns. `progress` is told what is read and the share done (0 to 1; None:
    not known). Instants (Parquet's timestamps with a zone) are read in `timezone`, see `Log.in_zone`. A ledger that
    claims something for a day after `today` is told so.
    """
    folder = workspaces.named_in(temporary_folder())
    return Log(paths, Contents(folder, Names(headers or {}), timezone, today=today), progress)


def _open(sources: Sequence[Source], contents: Contents, progress: Progress | None) -> None:
    total = sum(source.size for source in sources if source.format in ("sheets", "json")) or 1
    done = 0
    for source in sources:
        if progress and source.format in ("sheets", "json"):
            progress(source.shown, done / total if source.size < total else None)  # of one file, nothing is known
            done += source.size
        with reporting(source, contents.folder, contents.problems.append):
            _open_one(source, contents)
    if contents.staging:
        contents.staging.close()


def _open_one(source: Source, contents: Contents) -> None:
    if source.format == "csv":
        file, problems = open_csv(source, contents.folder, contents.names)
        contents.problems.extend(problems)
        contents.csv += [file] if file else []
    elif source.format == "parquet":
        contents.parquet.append(source)
    else:
        _stage(source, contents)


def _stage(source: Source, contents: Contents) -> None:
    if contents.staging is None:
        contents.staging = Staging(contents.folder / "staged.csv")
    number = len(contents.staged)
    contents.staged.append(source)
    for sheet, line, cells in _rows(source, contents):
        contents.staging.add(number, sheet, line, cells)


def _rows(source: Source, contents: Contents) -> Iterator[tuple[str, int, dict[str, str]]]:
    report = contents.problems.append
    if source.format == "json":
        from gongkai_cli.log.json_lines import read_json_lines

        for line, cells in read_json_lines(source, contents.names, report):
            yield "", line, cells
    else:
        from gongkai_cli.log.sheets import read_sheets

        yield from read_sheets(source, contents.names, report, contents.sheets, contents.today)


def _once(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems with each unknown header named once, however many files have it."""
    kept: list[Problem] = []
    seen: set[Any] = set()
    for problem in sorted(problems):
        if problem.code == "GK605":
            if problem.message in seen:
                continue
            seen.add(problem.message)
        kept.append(problem)
    return kept


__all__ = ["COLUMNS", "LINE_CODES", "Group", "Line", "Log", "LogFile", "Wishes", "read_log"]
