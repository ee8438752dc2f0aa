"""What the system refuses while a log is read is told with its code, and nothing temporary stays."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
from conftest import Gongkai

from gongkai_cli.log import reading
from gongkai_cli.log.csv_files import CsvFile
from gongkai_cli.log.failures import explained
from gongkai_cli.log.moments import look
from gongkai_cli.log.sources import Source
from gongkai_cli.log.table import Engine

if sys.platform != "win32":
    import resource

posix = pytest.mark.skipif(os.name != "posix", reason="by means of POSIX limits")
LINES = "published,obligation,period,title\n" + "2017-08-30,fiscal,2017-07,财政收支\n" * 400


@contextmanager
def room(size: int) -> Iterator[None]:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def overdue(gongkai: Gongkai, plan: Path, log: Path) -> tuple[int, str]:
    done = gongkai("satisfied", "--plan", plan, "--log", log, "--as-of", "2017-10-01", "--lang", "en")
    return done.code, done.err


@posix
@pytest.mark.parametrize("size", [0, 1, 5000])
@pytest.mark.parametrize("name", ["log.csv", "[log].csv", "log.jsonl"])
def test_a_full_disk(gongkai: Gongkai, small_plan: Path, temporary: Path, name: str, size: int) -> None:
    log = small_plan.with_name(name)
    log.write_bytes(LINES.encode("gb18030"))
    if name == "log.jsonl":
        log.write_text('{"published": "2017-08-30", "obligation": "fiscal", "period": "2017-07"}\n' * 400)
    elif name == "[log].csv":
        log.write_text(LINES, encoding="utf-8")
    with room(size):
        code, said = overdue(gongkai, small_plan, log)
    assert code == 2
    assert said == (
        f"{temporary}: error GK621 this log needs temporary files, and they cannot be written: File too large\n"
        "    hint: make room there, or name another folder in the environment variable TMPDIR\n"
    )
    assert list(temporary.iterdir()) == []
    assert overdue(gongkai, small_plan, log) == (0, "")


def test_no_folder_for_temporary_files(
    gongkai: Gongkai, small_plan: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = small_plan.with_name("log.csv")
    log.write_text(LINES, encoding="utf-8")
    temporary.rmdir()
    code, said = overdue(gongkai, small_plan, log)
    assert code == 2
    assert said.startswith(f"{temporary}: error GK621 ")
    assert "No such file or directory" in said

    def none() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr(tempfile, "gettempdir", none)
    code, said = overdue(gongkai, small_plan, log)
    assert code == 2
    assert said.startswith(
        "TMPDIR: error GK621 this log needs temporary files, and they cannot be written: there is no"
    )


def test_a_file_that_cannot_be_read(
    gongkai: Gongkai, small_plan: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = small_plan.with_name("log.csv")
    log.write_text(LINES, encoding="utf-8")

    def broken(source: Source, *_: object) -> tuple[CsvFile | None, list[object]]:
        raise OSError(5, "Input/output error", str(source.path))

    with monkeypatch.context() as patched:
        patched.setattr(reading, "open_csv", broken)
        code, said = overdue(gongkai, small_plan, log)
    assert code == 2
    assert said.startswith(f"{log}: error GK602 this log file cannot be read: Input/output error\n")

    def not_there(self: Engine, *_: object) -> None:
        raise duckdb.IOException(f'IO Error: Could not read from file "{log}": Input/output error\nmore')

    monkeypatch.setattr(Engine, "run", not_there)
    code, said = overdue(gongkai, small_plan, log)
    assert code == 2
    assert said.startswith(f"{log}: error GK602 this log file cannot be read: IO Error: Could not read from file")
    assert list(temporary.iterdir()) == []


def test_what_the_engine_says_is_told_apart(tmp_path: Path, temporary: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(b"x")
    sources = [Source("log.csv", path, "csv", look(path))]

    def code(error: Exception) -> str:
        found = explained(error, sources, temporary)
        return "itself" if found is error else found.problems[0].code  # type: ignore[attr-defined]

    assert code(duckdb.OutOfMemoryException("Out of Memory Error: failed to offload data block")) == "GK621"
    assert code(duckdb.IOException("IO Error: Could not write file: No space left on device")) == "GK621"
    assert code(OSError(28, "No space left on device")) == "GK621"
    assert code(PermissionError(13, "Permission denied", str(temporary / "x"))) == "GK621"
    assert code(PermissionError(13, "Permission denied", str(path))) == "GK602"
    assert code(PermissionError(13, "Permission denied", "/elsewhere")) == "itself"
    assert code(duckdb.BinderException("Binder Error: our mistake")) == "itself"
