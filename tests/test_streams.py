"""Standard streams that are closed, full or slow: the exit code is right, and what went wrong is told once."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from gongkai_cli.cli.streams import Outlet, failure

posix = pytest.mark.skipif(os.name != "posix", reason="by means of a POSIX shell")
PYTHON = f"{sys.executable} -m gongkai_cli"


def shell(command: str, folder: Path) -> tuple[int, str]:
    """Run a command line in bash with `gongkai` in it; return its code and what it said on standard error."""
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f'gongkai() {{ LC_ALL=en_US.UTF-8 {PYTHON} "$@"; }}; {command}'],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stderr


@posix
@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("gongkai due --plan plan.yaml --month 2017-08 --lang en > /dev/full", 2, "No space left on device"),
        ("gongkai due --plan plan.yaml --month 2017-08 --lang en >&-", 2, "Bad file descriptor"),
        ("gongkai report --plan plan.yaml --format xlsx --lang en > /dev/full", 2, "No space left on device"),
        ("gongkai --help > /dev/full", 2, "No space left on device"),
        ("gongkai due --plan plan.yaml --month 2017-08 --output due.txt >&-", 0, ""),
        ("gongkai due --plan plan.yaml --month 2017-08 <&- 2>&- > /dev/null", 0, ""),
        ("gongkai due --plan none.yaml 2>&-", 2, ""),
        ("gongkai due --plan none.yaml 2> /dev/full", 2, ""),
        ("gongkai due --nonsense 2> /dev/full", 2, ""),
        ("gongkai --help | true", 0, ""),
        ("gongkai due --plan none.yaml 2>&1 | true", 2, ""),
        ("gongkai ledger --plan plan.yaml --month 2017-08 --output ledgers > /dev/full", 0, ""),
    ],
)  # fmt: skip
def test_streams_that_take_nothing(small_plan: Path, command: str, code: int, said: str) -> None:
    lines = (
        f"<stdout>: error GK804 cannot be written: {said}\n    hint: check where the output goes, and its free space\n"
    )
    assert shell(command, small_plan.parent) == (code, lines if said else "")


@posix
def test_a_line_that_is_recorded_is_acknowledged_by_the_exit_code_alone(small_plan: Path) -> None:
    record = "gongkai record --plan plan.yaml --log log.csv --obligation cleanup --published 2017-08-05"
    for streams in ("> /dev/full", ">&-", "| true"):
        assert shell(f"{record} {streams}", small_plan.parent) == (0, "")
    assert (small_plan.parent / "log.csv").read_text(encoding="utf-8").count("cleanup") == 3


@posix
def test_a_reader_that_leaves_changes_no_exit_code(small_plan: Path) -> None:
    (small_plan.parent / "log.csv").write_text("published,obligation\n", encoding="utf-8")
    command = "gongkai overdue --plan plan.yaml --log log.csv --as-of 2018-03-01 --format json --fail-on overdue"
    assert shell(f"{command} | head -c 10 > some.txt", small_plan.parent) == (1, "")


@posix
def test_the_current_folder_is_gone(small_plan: Path) -> None:
    for command in ("due --plan ../plan.yaml", "check --lang en", "init --lang en", f"overdue --plan {small_plan}"):
        code, said = shell(f"mkdir gone; cd gone; rmdir ../gone; gongkai {command}", small_plan.parent)
        assert code == 2
        assert said == (
            ".: error GK801 the current folder is no longer there\n"
            "    hint: change into a folder that is, and try again\n"
        )


@posix
def test_details_of_a_failure_are_told_where_no_file_can_be_made(tmp_path: Path) -> None:
    code = (
        "import sys, tempfile; from gongkai_cli import cli; from gongkai_cli.cli import check\n"
        "def broken(*_, **__): raise RuntimeError('boom')\n"
        "def no_file(*_, **__): raise OSError(28, 'No space left on device')\n"
        "check.rendered, tempfile.mkstemp = broken, no_file\n"
        "sys.exit(cli.run(sys.argv[1:]))"
    )
    plan = Path(__file__).parent / "bulletin" / "plan.yaml"
    done = subprocess.run(
        [sys.executable, "-c", code, "check", str(plan), "--lang", "en"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    first, second, *_ = done.stderr.splitlines()
    assert first == "gongkai failed, which is our mistake: RuntimeError: boom. Please report it with what follows:"
    assert second == "Traceback (most recent call last):"


@posix
def test_a_pipe_that_does_not_wait_gets_everything() -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    taken: list[bytes] = []

    def read() -> None:
        while chunk := os.read(reading, 65536):
            taken.append(chunk)

    reader = threading.Timer(0.2, read)
    reader.start()
    content = b"x" * 1_000_000
    with Outlet(writing, "w") as outlet:
        left = memoryview(content)
        while left:
            left = left[outlet.write(left) :]
    reader.join()
    os.close(reading)
    assert b"".join(taken) == content


def test_a_stream_of_another_kind_has_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert failure(sys.stdout) is None
