"""The table engine behind every log: a DuckDB connection that may read the log's files (or copies) and nothing else."""
# ruff: noqa: S608  # what is put into this SQL is our own; all other text goes through `bound`

import re
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from gongkai_cli.log.cores import cores
from gongkai_cli.log.csv_files import CsvFile
from gongkai_cli.log.csv_repair import LONGEST, Span
from gongkai_cli.log.headers import COLUMNS
from gongkai_cli.log.sql import Bound, literal, name
from gongkai_cli.log.staging import PLACE, Staging

if TYPE_CHECKING:
    import duckdb
else:
    # The engine itself, of which the package consists: what it puts around it takes longer to import than a small log
    # to read.
    try:
        import _duckdb as duckdb
    except ImportError:
        import duckdb

EngineError, InvalidInput = duckdb.Error, duckdb.InvalidInputException

# What the engine may hold in megabytes, by itself and for each of its threads; beyond that it writes to its own folder.
# Parts of files that are being read cannot be written anywhere: with too many threads there would be no room for them.
MEMORY, MEMORY_OF_A_THREAD, MOST_THREADS = 200, 15, 8
_MOST_REJECTS = 100_000  # lines that the engine cannot read, of which it keeps account
_PARAMETER = re.compile(r"\$v([0-9]+)")  # as `Engine.bound` names them
# Bytes of CSV that are read at a time. Of more than 8 MB, two threads (DuckDB 2.0) take a half each, come to its end
# together, and one waits while the other reads on: a tenth of all time. The same goes for its threads that do nothing
# but read, `async_threads`.
_BUFFER = 3 * LONGEST
_POLL = 0.1  # seconds between two looks at how far a query is

Told = Callable[[float | None], None]  # is told the share of something that is done, 0 to 1; None: not known


class Part(NamedTuple):
    """Files that are read by one table function."""

    scan: str
    columns: dict[str, str]  # column of the log: SQL of its text
    file: str  # SQL of the file that a line is from
    line: str = "NULL"  # SQL of sheet and line, where the scan knows them
    sheet: str = "NULL"

    def select(self, columns: Sequence[str] = COLUMNS) -> str:
        """Return the SQL that gives these columns of all lines, by the names of the log."""
        cells = ", ".join(f"{self.columns.get(column, 'NULL::VARCHAR')} AS {name(column)}" for column in columns)
        place = f"{self.file} AS at_file, {self.sheet}::VARCHAR AS at_sheet, ({self.line})::VARCHAR AS at_line"
        return f"SELECT {place}, {cells} FROM {self.scan}"


_shared: "dict[Path, duckdb.DuckDBPyConnection]" = {}  # by the folder that they may read
_parsed: "dict[str, tuple[duckdb.Statement, Sequence[str]]]" = {}  # queries of shared engines: few, and often asked
_MOST_PARSED = 500


def _connected(folder: Path, files: Sequence[Path], *, small: bool) -> "duckdb.DuckDBPyConnection":
    """Return a connection that is locked down: some files, a folder, no extensions, no changes of settings.

    One for `small` logs runs queries as they are written, in one thread: to plan them better takes longer than to run
    them.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
        "allow_persistent_secrets": "false",
        "python_enable_replacements": "false",
    }
    threads = 1 if small else min(cores(), MOST_THREADS)
    connection = duckdb.connect(":memory:", config=config | {"threads": threads, "async_threads": 0})
    settings: dict[str, str | bool | list[str]] = {
        "memory_limit": f"{MEMORY + threads * MEMORY_OF_A_THREAD}MB",
        "temp_directory": str(folder / "spill"),
        "allowed_paths": [str(file) for file in files],
        "allowed_directories": [str(folder)],
        "enable_external_access": False,
        "enable_progress_bar": False,
    }
    for setting, value in settings.items():
        connection.execute(f"SET {setting} = ?", [value])
    # Joins as they are written: a log streams past the few lines that are looked for, and stops with the last. An
    # engine of another version may have no such optimizer; then it is only slower.
    with suppress(EngineError):
        connection.execute("SET disabled_optimizers = 'build_side_probe_side'")
        if small:
            every = "SELECT string_agg(name) FROM duckdb_optimizers()"
            connection.execute("SET disabled_optimizers = ?", [connection.execute(every).fetchall()[0][0]])
    connection.execute("SET lock_configuration = true")
    return connection


class Engine:
    """A connection that is locked down: the given files, its own folder, no extensions, no changes of settings.

    One that is `shared` lives on with its process, for the small logs that this reads one after the other: to start
    one takes longer than to read such a log. Nothing in it outlasts `close`, and queries run on the caller's thread.
    """

    def __init__(self, folder: Path, files: Sequence[Path] = (), *, shared: bool = False) -> None:
        self._bound: dict[str | tuple[str, ...], int] = {}
        self._at_once = shared
        if not shared:
            self.connection = _connected(folder, files, small=False)
            return
        if folder not in _shared:
            _shared[folder] = _connected(folder, files, small=True)
        self.connection = _shared[folder].cursor()  # which has temporary tables of its own

    def close(self) -> None:
        """Let go of all memory and files."""
        self.connection.close()

    def bound(self, value: str | tuple[str, ...]) -> str:
        """Return the SQL for a text, or for a list of texts; the value itself never is in a query."""
        return f"$v{self._bound.setdefault(value, len(self._bound))}"

    def execute(self, query: str) -> "duckdb.DuckDBPyConnection":
        """Start a query, and hand over what is bound in it."""
        values = list(self._bound)
        read, parameters = self._read(query) if self._at_once else (query, _PARAMETER.findall(query))
        return self.connection.execute(read, {f"v{at}": values[int(at)] for at in parameters})

    def _read(self, query: str) -> "tuple[duckdb.Statement, Sequence[str]]":
        """Return a query as the engine reads it, which takes a tenth of the time of a small log, and what is bound."""
        if query not in _parsed:
            if len(_parsed) >= _MOST_PARSED:
                _parsed.clear()
            _parsed[query] = self.connection.extract_statements(query)[0], _PARAMETER.findall(query)
        return _parsed[query]

    def rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query, which either has these values for each `?` or those that are bound in it."""
        return (self.connection.execute(query, list(values)) if values else self.execute(query)).fetchall()

    def run(self, query: str, progress: Told | None = None, size: int = 0) -> None:
        """Run a long query, which reads files of `size` bytes.

        `progress` is told the share of it that is done (0 to 1) now and then, on the caller's thread; None where the
        system does not say what has been read. The engine's own account is of no use: it averages over all steps of a
        query, of which nearly all are done before the first line is read.

        It runs on a thread of its own, so that Ctrl-C stops it at once and comes out as what it is.
        """
        if self._at_once:
            self.execute(query)
            return
        failed: list[BaseException] = []
        done = threading.Event()

        def work() -> None:
            try:
                self.execute(query)
            except BaseException as error:  # noqa: BLE001  # raised again on the caller's thread
                failed.append(error)
            finally:
                done.set()

        worker = threading.Thread(target=work, daemon=True)
        before = _read_so_far() if progress is not None and size else None
        try:
            worker.start()
            while True:
                if progress is not None:
                    progress(None if before is None else min(1.0, ((_read_so_far() or before) - before) / size))
                if done.wait(_POLL):
                    break
        except BaseException:
            self.connection.interrupt()
            # Not `join`, which believes after an interrupt that the thread has ended; it must have before we do.
            while worker.is_alive() and not done.is_set():
                with suppress(KeyboardInterrupt):
                    done.wait()
            raise
        if failed:
            raise failed[0]

    def forget_rejects(self) -> None:
        """Empty the engine's tables of lines that it could not read."""
        for table in ("reject_errors", "reject_scans"):
            self.connection.execute(f"DROP TABLE IF EXISTS {table}")

    def rejects(self) -> dict[str, Span]:
        """Return where the last query met lines that it could not read, by file."""
        try:
            count = self.rows("SELECT count(*) FROM reject_errors")[0][0]
        except duckdb.CatalogException:  # no scan has made the table; to ask for it first takes longer
            count = 0
        if not count:
            return {}
        # Beyond that number, nothing is known of any file that is read.
        if count >= _MOST_REJECTS:
            return {path: Span(0, 1 << 62) for (path,) in self.rows("SELECT DISTINCT file_path FROM reject_scans")}
        # The engine's positions count from 1. A line over the limit is only partly known: there the end is the file's.
        stop = (
            f"CASE WHEN error_type::VARCHAR LIKE '%SIZE%' THEN {1 << 62} ELSE line_byte_position + strlen(csv_line) END"
        )
        found = self.rows(
            f"SELECT file_path, min(line_byte_position)::BIGINT - 1, max({stop})::BIGINT "
            "FROM reject_errors JOIN reject_scans USING (scan_id, file_id) GROUP BY file_path"
        )
        return {path: Span(start, end) for path, start, end in found}

    def refused(self) -> list[tuple[str, int, str]]:
        """Return file, byte position and reason of each line that the last query could not read."""
        found = self.rows(
            "SELECT file_path, line_byte_position::BIGINT - 1, any_value(error_message) FROM reject_errors "
            "JOIN reject_scans USING (scan_id, file_id) GROUP BY ALL ORDER BY ALL"
        )
        return [(path, at, reason.splitlines()[0]) for path, at, reason in found]

    def odd_bytes(self) -> set[str]:
        """Return the files in which the last query met bytes that are not UTF-8."""
        found = self.rows(
            "SELECT DISTINCT file_path FROM reject_errors JOIN reject_scans USING (scan_id, file_id) "
            "WHERE error_type::VARCHAR LIKE '%ENCODING%'"
        )
        return {path for (path,) in found}


def _read_so_far() -> int | None:
    """Return how many bytes this process has read, from wherever; None where the system (proc(5)) does not say."""
    try:
        return int(Path("/proc/self/io").read_bytes().split()[1])  # rchar
    except (OSError, ValueError, IndexError):
        return None


def csv_scan(paths: Sequence[Path], fields: int, delimiter: str, skip: int, bound: Bound) -> str:
    """Return the table function that reads CSV files; nothing in it is left for the engine to guess."""
    files = bound(tuple(map(str, paths)))
    columns = ", ".join(f"{literal(f'c{at}')}: 'VARCHAR'" for at in range(fields))
    return (
        f"read_csv({files}, columns = {{{columns}}}, auto_detect = false, header = false, skip = {skip}, "
        f"delim = {literal(delimiter)}, quote = '\"', escape = '\"', strict_mode = true, null_padding = false, "
        f"store_rejects = true, rejects_limit = {_MOST_REJECTS}, compression = 'none', hive_partitioning = false, "
        f"max_line_size = {LONGEST}, buffer_size = {_BUFFER}, rejects_line_size_limit = {LONGEST}, "
        f"filename = {str(len(paths) > 1).lower()})"
    )


def csv_parts(files: Sequence[CsvFile], bound: Bound) -> list[Part]:
    """Return how CSV files are read, those that are written alike together."""
    alike: dict[tuple[object, ...], list[CsvFile]] = {}
    for file in files:
        alike.setdefault((file.delimiter, file.header.columns, file.skip), []).append(file)
    parts = []
    for group in alike.values():
        first = group[0]
        scan = csv_scan([file.path for file in group], len(first.header.columns), first.delimiter, first.skip, bound)
        columns = {column: f"c{at}" for at, column in enumerate(first.header.columns) if column}
        parts.append(Part(scan, columns, "filename" if len(group) > 1 else bound(str(first.path))))
    return parts


def staged_part(staging: Staging, bound: Bound) -> Part:
    """Return how the rows are read that Python read before."""
    scan = csv_scan([staging.path], len(PLACE) + len(COLUMNS), ",", 0, bound)
    columns = {column: f"c{at}" for at, column in enumerate(COLUMNS, start=len(PLACE))}
    return Part(scan, columns, file="c0", sheet="c1", line="c2")
