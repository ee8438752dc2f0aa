"""Scan an opened log with the engine: groups, counts, and single lines with where they stand."""
# ruff: noqa: S608  # what is put into this SQL is our own; all other text goes through `bound`

import gc
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import count as count_from
from itertools import repeat
from typing import TYPE_CHECKING, Any

from gongkai_cli.dates import SPACES
from gongkai_cli.log import workspaces
from gongkai_cli.log.csv_files import SPECIAL, CsvFile, is_gb18030, new_file, open_csv, without_header
from gongkai_cli.log.csv_records import content_of, count_endings, physical_lines
from gongkai_cli.log.csv_repair import Span, has_long_line, is_noise, is_open, repair
from gongkai_cli.log.headers import COLUMNS
from gongkai_cli.log.parquet_files import damaged, open_parquet
from gongkai_cli.log.reading import Contents, Group, Line
from gongkai_cli.log.sql import COUNTS, UNTIDY, Grouping, literal, split_cells
from gongkai_cli.log.table import Engine, EngineError, InvalidInput, Part, Told, csv_parts, staged_part
from gongkai_cli.log.wishes import Bundle, Wishes
from gongkai_cli.messages import text
from gongkai_cli.period_names import split_values
from gongkai_cli.problems import BadInput, Location, Problem

if TYPE_CHECKING:
    from gongkai_cli.log.reading import Progress

_WHOLE = Span(0, 1 << 62)
_AT_ONCE = 20_000  # groups that are fetched at a time
_BESIDE = 5  # cells of a group that are fetched beside those of its keys
_TRIES = 4
EARLY_FROM = 32_000_000  # bytes from which a look at the first lines is worth its time
SAMPLE = 20_000  # lines of each kind of file from which it is guessed how all others are
LEGIBLE_FROM = 400_000  # bytes from which lines are not told apart by what means nothing to the plan
SMALL = 8_000_000  # bytes of a log that is read by an engine that is there already
FEW = 10_000  # groups without an obligation that are not worth another look at the log
_SHARE = 0.05  # of the first lines: where more of them have no obligation, the rules of matching are worth their time
_UNNAMED = "SELECT coalesce(sum(lines) FILTER (WHERE obligation IS NULL) / sum(lines), 0)::DOUBLE FROM raw"
_PHASE = "log"
_PAPERS = ("event", "事件", "waiver", "免责", "extension", "延期")  # kinds of lines that equal no record


class Scan:
    """An opened log and the engine that reads it, which starts when it is first needed."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents
        self._engine: Engine | None = None
        self._parquet: list[tuple[str, Part]] = []
        self._labels: dict[str, str] = {}  # what Parquet files are called in SQL, and the names to show
        self._grouping: Grouping | None = None
        self._lines: dict[str, int] = {}  # how many there were, by the engine's name of the file
        self._unnamed = 0.0  # the share of the first lines that have no obligation

    def close(self) -> None:
        """Stop the engine."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None

    def groups(self, wishes: Wishes, progress: "Progress | None") -> tuple[list[Group], dict[str, tuple[int, int]]]:
        """Return the groups, and for each file its good lines (blank ones included) and its blank ones."""
        engine = self._started()
        if engine is None:
            return [], {}
        parts = self._parts(engine)
        present = frozenset(column for part in parts for column in part.columns)
        files = len(self._contents.csv) + len(self._contents.parquet) + len(self._contents.staged)
        if files == len(self._contents.csv) and self._size < LEGIBLE_FROM:
            wishes = replace(wishes, legible={})  # to look for it takes as long as reading all lines
        grouping = Grouping(engine.bound, wishes, present, one_file=files == 1)
        told = (lambda share: progress(_PHASE, share)) if progress else None
        # Rules of matching cost time even where no line needs them, so a few such lines are left to the caller.
        plain = replace(grouping, wishes=replace(wishes, matchers=None))
        left = wishes.matchers and all("obligation" in part.columns for part in parts)
        if left and self._suffices(engine, plain, told):
            grouping = plain
        else:
            self._group(engine, grouping, self._guessed(engine, grouping), told)
        groups, counted, tidy = self._read_out(engine, grouping)
        if not tidy:
            grouping = replace(grouping, careful=True)
            self._group(engine, grouping, {}, told)
            groups, counted, _ = self._read_out(engine, grouping)
        counts: dict[str, tuple[int, int]] = {}
        for file, lines, empty, blanks in counted:
            self._lines[file] = lines
            counts[self._shown(file)] = lines - empty, blanks
        return groups, counts

    @property
    def _size(self) -> int:
        """The bytes of the files that the engine reads where they are."""
        return sum(source.size for source in (*(file.source for file in self._contents.csv), *self._contents.parquet))

    def _suffices(self, engine: Engine, grouping: Grouping, progress: Told | None) -> bool:
        """Group lines without rules of matching; return whether few enough are left that have no obligation."""
        early = self._guessed(engine, grouping)
        if self._unnamed > _SHARE:
            return False
        self._group(engine, grouping, early, progress)
        return bool(engine.rows(f"SELECT count(*) <= {FEW} FROM grouped WHERE obligation = ''")[0][0])

    def _group(
        self,
        engine: Engine,
        grouping: Grouping,
        early: Mapping[str, Bundle],
        progress: Told | None,
    ) -> None:
        """Fill the engine's table of groups; `early` are the bundles to be made while lines are read."""
        grouping = replace(grouping, early=early)
        bundles = self._collected(engine, grouping, progress)
        # What a later line said: bundles that were made too early are taken apart, if any lines are in them.
        wrong = {each for each, bundle in grouping.early.items() if bundles.get(each) != bundle}
        filled = f"SELECT DISTINCT {grouping.duty} FROM raw WHERE early IS NOT NULL"
        if wrong and not wrong.isdisjoint(duty for (duty,) in engine.rows(filled)):
            early = {each: bundle for each, bundle in grouping.early.items() if each not in wrong}
            grouping = replace(grouping, early=early)
            bundles = self._collected(engine, grouping, progress)
        self._grouping = grouping
        engine.run(grouping.bundles(bundles))
        if grouping.wishes.legible:
            engine.run(grouping.offices())
        engine.run(grouping.neat())
        engine.run(grouping.grouped())

    @staticmethod
    def _read_out(engine: Engine, grouping: Grouping) -> tuple[list[Group], list[tuple[Any, ...]], bool]:
        """Return the groups, the counts by file, and whether no cell has blanks around it.

        Blanks around cells are what only a careful grouping can bear.
        """
        groups, texts = _fetched(engine, grouping)
        counted = engine.rows(COUNTS)
        untidy = any(blanks for *_, blanks in counted) and engine.rows(UNTIDY)
        return groups, counted, not untidy and all(each == each.strip(SPACES) for each in texts)

    def _guessed(self, engine: Engine, grouping: Grouping) -> dict[str, Bundle]:
        """Return the bundles that there will be if all lines are like the first ones; of small logs none.

        Days that are put together while lines are read need not be kept apart: a large log is read in two thirds of
        the time. How many of these lines have no obligation is noted too.
        """
        self._unnamed = 0.0
        # Of a file that it cannot read the engine may hold all, however few lines are asked of it.
        if self._size < EARLY_FROM or any(is_noise(file) for file in self._contents.csv):
            return {}
        parts = (f"({part.select()} LIMIT {SAMPLE})" for part in self._parts(engine))
        if grouping.wishes.matchers:
            engine.run(grouping.owners())
        try:
            engine.run(grouping.sample(" UNION ALL ".join(parts)))
        except InvalidInput:  # which will be met again, and repaired
            return {}
        self._unnamed = engine.rows(_UNNAMED)[0][0]
        return _bundled(engine, grouping)

    def _collected(self, engine: Engine, grouping: Grouping, progress: Told | None) -> dict[str, Bundle]:
        """Fill the engine's table of raw groups; return the names whose lines may fall together."""
        if grouping.wishes.matchers:
            engine.run(grouping.owners())
        engine.run(grouping.named())
        if grouping.early:
            engine.run(grouping.days())
        self._collect(engine, grouping, progress)
        return _bundled(engine, grouping)

    def _started(self) -> Engine | None:
        """Return the engine with all files open, or None where there is nothing to read."""
        contents = self._contents
        if self._engine is None:
            if not (contents.csv or contents.parquet or contents.staged):
                return None
            self._engine = self._shared() or self._own()
            for source in list(contents.parquet):
                self._open_parquet(self._engine, source.shown)
        return self._engine if self._parts(self._engine) else None

    def _own(self) -> Engine:
        contents = self._contents
        sources = [file.source for file in contents.csv] + contents.parquet
        return Engine(contents.folder, [each.path for each in sources if not SPECIAL.search(str(each.path))])

    def _shared(self) -> Engine | None:
        """Return the engine of a process that reads many logs, with copies of this one's files where it may read."""
        contents, folder = self._contents, workspaces.shared()
        size = sum(file.source.size for file in contents.csv)
        if folder is None or contents.parquet or size > SMALL:
            return None
        contents.csv = [
            file if file.path.parent == contents.folder else without_header(file, contents.folder)
            for file in contents.csv
        ]
        return Engine(folder, shared=True)

    def _open_parquet(self, engine: Engine, shown: str) -> None:
        contents = self._contents
        source = next(source for source in contents.parquet if source.shown == shown)
        path = str(source.path)
        if SPECIAL.search(path):
            copy = new_file(contents.folder)
            shutil.copyfile(path, copy)
            path = str(copy)
        opened, problems = open_parquet(engine, source, path, contents.names, contents.timezone)
        contents.problems.extend(problems)
        if opened is None:
            contents.parquet.remove(source)
        else:
            label = path if SPECIAL.search(shown) else shown
            self._labels[label] = shown
            self._parquet.append((label, Part(*opened, engine.bound(label), line="file_row_number + 1")))

    def _parts(self, engine: Engine) -> list[Part]:
        contents = self._contents
        staged = [staged_part(contents.staging, engine.bound)] if contents.staging and contents.staging.rows else []
        return [*csv_parts(contents.csv, engine.bound), *staged, *(part for _, part in self._parquet)]

    def _collect(self, engine: Engine, grouping: Grouping, progress: Told | None) -> None:
        """Fill the engine's table of raw groups; files with lines that it cannot read are repaired on the way."""
        seen: set[str] = set()
        looked_at: set[str] = set()
        for turn in range(_TRIES):
            new = [file for file in self._contents.csv if str(file.path) not in looked_at]
            looked_at.update(str(file.path) for file in new)
            sick = {str(file.path): _WHOLE for file in new if self._is_sick(file)}
            self._repair(engine, sick, seen)
            engine.forget_rejects()
            parts = self._parts(engine)
            lines = " UNION ALL ".join(f"({part.select()})" for part in parts)
            try:
                engine.run(grouping.collect(f"({lines})"), progress, self._size)
            except InvalidInput as error:
                # Line endings of several kinds in one file make the engine give up.
                if turn == _TRIES - 1 or not (
                    self._repair(engine, self._named_in(error), seen) or self._leave_out_damaged(engine)
                ):
                    raise
                continue
            except EngineError:
                if turn == _TRIES - 1 or not self._leave_out_damaged(engine):
                    raise
                continue
            spans = engine.rejects()
            if not spans:
                return
            if turn == _TRIES - 1:
                self._contents.problems.extend(self._refused(engine))
                return
            self._repair(engine, spans, seen, odd=engine.odd_bytes())

    def _is_sick(self, file: CsvFile) -> bool:
        """Return whether the engine may say nothing, or too much, of lines of a file that it cannot read."""
        together = len(self._contents.csv) > 1
        return has_long_line(file.path) or is_noise(file) or (together and is_open(file))

    def _leave_out_damaged(self, engine: Engine) -> bool:
        """Leave out the Parquet files whose data cannot be read; return whether there were any."""
        sound = []
        for label, part in self._parquet:
            try:
                engine.rows(f"SELECT count(hash(line)) FROM ({part.select()}) line")
                sound.append((label, part))
            except EngineError as error:
                shown = self._labels[label]
                source = next(source for source in self._contents.parquet if source.shown == shown)
                self._contents.problems.append(damaged(source, error))
                self._contents.parquet.remove(source)
        found = len(sound) < len(self._parquet)
        self._parquet = sound
        if found and not self._parts(engine):
            raise BadInput(self._contents.problems)
        return found

    def _refused(self, engine: Engine) -> list[Problem]:
        """Return problems for lines that the engine refuses although they are written as CSV has to be."""
        files = {str(file.path): file for file in self._contents.csv}
        found = []
        for path, start, reason in engine.refused():
            file = files[path]
            with file.path.open("rb") as stream:
                stream.seek(file.data_starts)
                line = file.lines_before + 1 + count_endings(stream.read(start - file.data_starts))
            said = text("this line cannot be read: {reason}", reason=reason)
            found.append(Problem(Location(file.source.shown, line, 1), "GK608", said))
        return found

    def _named_in(self, error: Exception) -> dict[str, Span]:
        paths = [str(file.path) for file in self._contents.csv]
        return {path: _WHOLE for path in paths if f"file = {path}\n" in str(error)} or dict.fromkeys(paths, _WHOLE)

    def _repair(self, engine: Engine, spans: dict[str, Span], seen: set[str], odd: set[str] = frozenset()) -> bool:  # type: ignore[assignment]
        """Put copies in the place of files that have lines the engine cannot read; return whether there were any."""
        contents = self._contents
        for place, file in enumerate(contents.csv):
            span = spans.get(str(file.path))
            if span is None:
                continue
            shown = file.source.shown
            if str(file.path) in odd and is_gb18030(file.source.path):
                opened, problems = open_csv(file.source, contents.folder, contents.names, "gb18030")
                fixed = opened or file
            else:
                # Met for the second time: whatever it is that the engine dislikes, everything is written anew.
                fixed, problems = repair(file, _WHOLE if shown in seen else span, contents.folder)
                seen.add(shown)
            contents.problems.extend(problems)
            contents.csv[place] = fixed
        return bool(spans)

    def _shown(self, file: str) -> str:
        """Return the name to show for a file as the engine names it: a path, a staged file's number, or that name."""
        if file.isdigit():
            return self._contents.staged[int(file)].shown
        shown = self._labels.get(file, file)
        return next((each.source.shown for each in self._contents.csv if str(each.path) == file), shown)

    def lines_of(
        self, keys: Sequence[int], limit: int, *, first_in_file: bool, progress: "Progress | None"
    ) -> list[Line]:
        """Return single lines of groups; see `Log.lines_of`."""
        engine, grouping = self._started(), self._grouping
        if engine is None or grouping is None:
            return []
        engine.rows(grouping.wanted(), [" ".join(map(str, keys))])
        columns = "group_id BIGINT, at_file VARCHAR, record BIGINT, cells VARCHAR[], which UBIGINT"
        engine.run(f"CREATE OR REPLACE TEMP TABLE hits ({columns})")
        files = sorted((file for (file,) in engine.rows("SELECT DISTINCT at_file FROM wanted")), key=self._shown)
        still = limit
        for file in files:
            marked, hits = grouping.find(self._one(engine, file), file, still if first_in_file else None)
            engine.run(marked, (lambda share: progress(_PHASE, share)) if progress else None, self._size)
            engine.rows("DELETE FROM hit WHERE record >= ?", [self._lines[file]])  # appended since
            engine.run(hits)
            still = limit - engine.rows("SELECT count(*) FROM hits")[0][0]
            if first_in_file and still <= 0:
                break
        engine.run("DROP TABLE IF EXISTS hit")
        said = [f"trim(coalesce(cells[{COLUMNS.index(column) + 1}], ''))" for column in ("published", "title", "url")]
        place = [f"list_position({engine.bound(tuple(files))}, at_file)", "record"]
        order = ", ".join(place if first_in_file else [*said, *place])
        # A limit that is short of all lines still leaves the first ones of each group, of which one decides.
        nth = "1" if first_in_file else f"row_number() OVER (PARTITION BY group_id ORDER BY {order})"
        kept = f"SELECT *, {nth} AS nth FROM hits ORDER BY nth, {order} LIMIT {int(limit)}"
        found = f"SELECT group_id, at_file, record, cells, which FROM ({kept}) ORDER BY {order}"
        return self._placed(engine.rows(found))

    def _one(self, engine: Engine, file: str) -> str:
        """Return the SQL that gives the lines of one file."""
        contents = self._contents
        if file.isdigit() and contents.staging:
            part = staged_part(contents.staging, engine.bound)
            return f"({part.select()} WHERE c0 = {engine.bound(file)})"
        for each in contents.csv:
            if str(each.path) == file:
                return f"({csv_parts([each], engine.bound)[0].select()})"
        return f"({dict(self._parquet)[file].select()})"

    def _placed(self, found: Sequence[tuple[int, str, int, list[str | None], int]]) -> list[Line]:
        """Return lines with where they stand; in CSV files the engine counts records, which may be several lines."""
        lines: dict[tuple[str, int], int] = {}
        for each in self._contents.csv:
            records = sorted({record for _, file, record, *_ in found if file == str(each.path)})
            if records:
                lines |= {(str(each.path), record): line for record, line in _physical(each, records).items()}
        return [
            Line(
                key, self._shown(file), cells[-2] or "", lines.get((file, record)) or int(cells[-1] or 0),
                dict(zip(COLUMNS, ((cell or "") for cell in cells), strict=False)), which,
            )
            for key, file, record, cells, which in found
        ]  # fmt: skip


def _fetched(engine: Engine, grouping: Grouping) -> tuple[list[Group], Iterable[str]]:
    """Return the groups, and the different texts among their cells."""
    collects = gc.isenabled()
    gc.disable()  # hundreds of thousands of small objects, none of them garbage
    try:
        return _taken(engine, grouping, escaped=False) or _taken(engine, grouping, escaped=True) or ([], ())
    finally:
        if collects:
            gc.enable()


def _taken(engine: Engine, grouping: Grouping, *, escaped: bool) -> tuple[list[Group], Iterable[str]] | None:
    """Return what `_fetched` does, or None where a cell ought to be escaped and is not."""
    known: dict[str, str] = {}
    groups: list[Group] = []
    wide = len(grouping.keys) + _BESIDE
    cursor = engine.execute(grouping.joined(escaped=escaped))
    while rows := cursor.fetchmany(_AT_ONCE):
        joined, marks = zip(*rows, strict=True)
        cells = split_cells(joined, escaped=escaped)
        if {*map(len, cells)} != {wide}:
            return None
        _take(grouping, cells, marks, groups, known)
    return groups, known


def _take(
    grouping: Grouping,
    rows: Sequence[Sequence[str]],
    marks: Iterable[Iterable[int]],
    groups: list[Group],
    known: dict[str, str],
) -> None:
    """Add rows of cells, with the marks of each, to groups."""
    *texts, fits, notes, every, bundled, lines = zip(*rows, strict=True)
    # The same few texts, again and again: one of each is kept.
    columns: dict[str, Iterable[Any]] = {
        column: map(known.setdefault, cells, cells) for column, cells in zip(grouping.keys, texts, strict=True)
    }
    asked = grouping.wishes.matchers is not None
    columns["fits"] = map(known.setdefault, fits, fits) if asked else repeat(None)
    flags = {"has_note": notes, "every_mark": every, "bundled": bundled}
    columns |= {flag: map("1".__eq__, values) for flag, values in flags.items()}
    columns |= {
        "lines": map(int, lines),
        "filler_ids": map(tuple, marks),
        "key": count_from(len(groups)),
    }
    in_order = (columns.get(field, repeat("")) for field in Group._fields)
    groups += map(tuple.__new__, repeat(Group), zip(*in_order, strict=False))


def _bundled(engine: Engine, grouping: Grouping) -> dict[str, Bundle]:
    """Return the names whose lines may fall together, now that it is known what else the log has."""
    wished = grouping.wishes.bundles
    known = "obligation" in grouping.present or grouping.wishes.matchers is not None
    if not wished or grouping.careful or not known:
        return {}

    waited_for = tuple(sorted({event for bundle in wished.values() for event in bundle.events})) or ("",)
    duty = grouping.duty if "obligation" in grouping.present else "fits"
    is_record = f"(kind IS NULL OR kind NOT IN ({', '.join(map(literal, _PAPERS))}))"
    said = {
        "event": f"CASE WHEN event IN {engine.bound(waited_for)} THEN event END",
        # A line that gives its day of formation is an event of its own.
        "formed": "formed IS NOT NULL",
        # A line without a period may equal one with it, and then joins it.
        "period": f"period IS NULL, period IS NOT NULL AND {is_record if 'kind' in grouping.present else 'true'}",
    }
    absent = {"event": "NULL", "formed": "false", "period": "false, false"}
    columns = (said[column] if column in grouping.present else absent[column] for column in said)
    rows = engine.rows(grouping.spoken_of(duty, columns))

    def spoken_of(at: int) -> set[str]:
        """The names of what some lines speak of; a line without any may be anybody's."""
        cells = {row[0] for row in rows if row[at]}
        return {*wished} if None in cells else _values(cells)

    events = {row[1] for row in rows if row[1] is not None}
    formed, undated, dated = map(spoken_of, (2, 3, 4))
    if "period" not in grouping.present:
        undated = {*wished}
    found = {}
    for name, bundle in wished.items():
        begun = bool(bundle.events) and (name in formed or not bundle.events.isdisjoint(events))
        since = None if begun or name in dated else bundle.since
        declared = bundle.declared and name not in undated
        if declared or since is not None:
            found[name] = Bundle(declared, since)
    return found


def _values(cells: Iterable[str | None]) -> set[str]:
    """The names in cells that may hold several, and the ids of what a line fits."""
    found = {cell.strip(SPACES) for cell in cells if cell}
    return found | {value for cell in found for part in cell.split("\n") for value in split_values(part)}


def _physical(file: CsvFile, records: Sequence[int]) -> dict[int, int]:
    """Return the physical lines of records (from 0) of a file."""
    with content_of(file.path) as data:
        first = file.lines_before + 1
        single = len(file.header.cells) == 1
        found = physical_lines(data, file.data_starts, records, file.delimiter.encode(), blanks_count=single)
        return {record: first + line for record, line in found.items()}
