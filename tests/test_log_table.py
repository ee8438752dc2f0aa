"""The engine is locked down, and no text of a user is ever SQL."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import _duckdb
import duckdb
import every_command
import pyarrow
import pyarrow.parquet
import pytest
from conftest import Gongkai
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai_cli.log import table
from gongkai_cli.log.table import Engine, EngineError

ODD = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("'\";-\\$?\n\t\x1f{}"), max_size=30)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    folder = tmp_path / "own"
    folder.mkdir()
    for file in ("log.csv", "other.csv"):
        (tmp_path / file).write_text("a,b\n1,2\n", encoding="utf-8")
    engine = Engine(folder, [tmp_path / "log.csv"])
    yield engine
    engine.close()


@pytest.mark.parametrize(("cores", "threads", "megabytes"), [(1, 1, 215), (2, 2, 230), (8, 8, 320), (96, 8, 320)])
def test_there_is_memory_for_what_each_thread_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cores: int, threads: int, megabytes: int
) -> None:
    # With a thread for each of 16 cores, and 240 MB for all of them, a log of 200 MB could not be read.
    monkeypatch.setattr(table, "cores", lambda: cores)
    engine = Engine(tmp_path)
    [(found, memory)] = engine.rows("SELECT current_setting('threads'), current_setting('memory_limit')")
    engine.close()
    assert (found, memory.removesuffix(" MiB")) == (threads, f"{int(megabytes * 1_000_000 / (1 << 20) * 10) / 10}")


def test_a_shared_engine_reads_its_folder_alone(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    for file in (folder / "copy.csv", tmp_path / "log.csv"):
        file.write_text("a,b\n1,2\n", encoding="utf-8")
    engine = Engine(folder, shared=True)
    assert engine.rows("SELECT count(*) FROM read_csv(?)", [str(folder / "copy.csv")]) == [(1,)]
    for refused in (f"FROM read_csv('{tmp_path}/log.csv')", "FROM read_text('/etc/passwd')", "SET threads = 2"):
        with pytest.raises(EngineError):
            engine.run(refused)
    engine.close()


def test_nothing_in_a_shared_engine_outlasts_a_log(tmp_path: Path) -> None:
    first, second = Engine(tmp_path, shared=True), Engine(tmp_path, shared=True)
    first.run("CREATE TEMP TABLE raw AS SELECT 1 AS of_first")
    with pytest.raises(EngineError, match="raw"):
        second.rows("SELECT * FROM raw")
    first.close()
    with pytest.raises(EngineError, match="raw"):
        Engine(tmp_path, shared=True).rows("SELECT * FROM raw")


def test_the_log_is_read(engine: Engine, tmp_path: Path) -> None:
    assert engine.rows("SELECT count(*) FROM read_csv(?)", [str(tmp_path / "log.csv")]) == [(1,)]


@pytest.mark.parametrize(
    "query",
    [
        "LOAD httpfs",
        "INSTALL httpfs",
        "INSTALL spatial FROM community",
        "FORCE INSTALL '{folder}/x.duckdb_extension'",
        "LOAD '{folder}/x.duckdb_extension'",
        "SELECT * FROM read_csv('{folder}/other.csv')",
        "SELECT * FROM '{folder}/other.csv'",
        "SELECT * FROM read_csv('{folder}/own/../other.csv')",
        "SELECT * FROM read_csv('{folder}/log.csv/../other.csv')",
        "SELECT * FROM read_csv('{folder}/*.csv')",
        "SELECT * FROM sniff_csv('{folder}/other.csv')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_blob('/proc/self/environ')",
        "SELECT * FROM read_csv('file:///etc/passwd')",
        "SELECT * FROM read_csv('https://example.invalid/x.csv')",
        "SELECT * FROM read_parquet('s3://bucket/x.parquet')",
        "SELECT * FROM glob('{folder}/*')",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM parquet_metadata('/etc/passwd')",
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "COPY (SELECT 1) TO '{folder}/log.csv'",
        "EXPORT DATABASE '{folder}/export'",
        "IMPORT DATABASE '{folder}/export'",
        "ATTACH '{folder}/x.db'",
        "ATTACH 'https://example.invalid/x.db'",
        "CREATE SECRET s (TYPE s3)",
        "CREATE PERSISTENT SECRET s (TYPE http, BEARER_TOKEN 'x')",
        "SELECT getenv('HOME')",
        "SELECT * FROM every_command",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "SET autoload_known_extensions = true",
        "SET memory_limit = '100GB'",
        "SET temp_directory = '/tmp'",
        "SET log_query_path = '{folder}/queries'",
        "SET lock_configuration = false",
        "RESET lock_configuration",
        "PRAGMA enable_profiling",
        "CALL enable_logging()",
    ],
)
def test_the_engine_refuses(engine: Engine, tmp_path: Path, query: str) -> None:
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(EngineError):
        engine.rows(query.replace("{folder}", str(tmp_path)))
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_how_the_engine_is_set(engine: Engine, tmp_path: Path) -> None:
    wanted = {
        "enable_external_access": "false",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
        "allow_unsigned_extensions": "false",
        "allow_persistent_secrets": "false",
        "python_enable_replacements": "false",
        "lock_configuration": "true",
        "temp_directory": str(tmp_path / "own" / "spill"),
    }
    settings = dict(engine.rows("SELECT name, value::VARCHAR FROM duckdb_settings()"))
    assert {key: re.sub("^(True|False)$", lambda found: found[0].lower(), settings[key]) for key in wanted} == wanted
    allowed = [re.findall(r"[^\[\]', ]+", settings[key]) for key in ("allowed_paths", "allowed_directories")]
    assert allowed[0] == [str(tmp_path / "log.csv")]
    assert {Path(each) for each in allowed[1]} <= {tmp_path / "own", tmp_path / "own" / "spill"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # one engine for all examples
@given(ODD, st.lists(ODD, max_size=5).map(tuple))
def test_what_is_bound_comes_back_as_it_is(engine: Engine, value: str, values: tuple[str, ...]) -> None:
    query = f"SELECT {engine.bound(value)}, {engine.bound(values)}, {engine.bound(value)}"
    assert re.fullmatch(r"SELECT (\$v[0-9]+), (?!\1,)\$v[0-9]+, \1", query)
    assert engine.rows(query) == [(value, list(values), value)]


def test_no_text_of_a_user_is_sql(gongkai: Gongkai, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No query of a run over a hostile plan and log has anything of them in it: all of it is a parameter."""
    every_command.inputs_in(tmp_path)
    day = pyarrow.array([datetime(2017, 9, 5, tzinfo=UTC)], pyarrow.timestamp("us", "UTC"))
    odd = pyarrow.table({"published": day, 'pwned"); DROP TABLE raw; --': ["x"], "title": ["'pwned'"]})
    pyarrow.parquet.write_table(odd, tmp_path / "hostile" / "pwned.parquet")
    monkeypatch.chdir(tmp_path)
    queries: list[str] = []
    parameters: list[object] = []

    class Heard:
        def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
            self._connection = connection

        def execute(self, query: str, values: object = None) -> duckdb.DuckDBPyConnection:
            queries.append(query)
            parameters.append(values)
            return self._connection.execute(query, values)

        def __getattr__(self, attribute: str) -> object:
            return getattr(self._connection, attribute)

    connect = _duckdb.connect
    monkeypatch.setattr(_duckdb, "connect", lambda *args, **options: Heard(connect(*args, **options)))
    for command in ("overdue", "report"):
        asked = ("--plan", "hostile.yaml", "--log", "hostile", "--as-of", "2017-10-01", "--format", "json")
        assert gongkai(command, *asked).code == 0
    assert len(queries) > 30
    handed = str(parameters)
    for text in ("COPY (SELECT 1)", "ATTACH", "touch pwned", "duty-1", "甲 ", "Asia/Shanghai", str(tmp_path)):
        assert text in handed, "hostile names, paths and rules do get to the engine"
    theirs = ("pwned", "touch", "ATTACH", "COPY", "hostile", "duty-", "甲", "Asia/", str(tmp_path))
    assert not [
        (text, query) for query in queries for text in (*every_command.HOSTILE_TITLES, *theirs) if text in query
    ]
    assert not list(tmp_path.rglob("pwned"))
