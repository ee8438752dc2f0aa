"""What is shown on a terminal while a command works, and what Ctrl-C leaves: nothing."""

import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import PLAN

if sys.platform == "win32":
    pytest.skip("pseudo-terminals and signals are those of POSIX", allow_module_level=True)

import fcntl
import pty

GONGKAI = [sys.executable, "-m", "gongkai_cli"]
PATIENCE = 60.0  # seconds after which something that should have happened never will
_STEP = re.compile(
    r"\x1b\[(?P<count>[0-9]*)(?P<what>[A-Za-z])|\x1b\[\?25[hl]|(?P<control>[\r\n])|(?P<text>[^\x1b\r\n]+)"
)


def screen(written: str) -> list[str]:
    """Return the lines of a terminal after something was written to it."""
    lines, row, column = [""], 0, 0
    for step in _STEP.finditer(written):
        if step["text"]:
            lines[row] = lines[row].ljust(column)[:column] + step["text"] + lines[row][column + len(step["text"]) :]
            column += len(step["text"])
        elif step["control"] == "\n":
            row += 1
            lines += [""] if row == len(lines) else []
        elif step["control"] == "\r":
            column = 0
        elif step["what"] == "K":
            lines[row] = ""
        elif step["what"] == "A":
            row = max(0, row - int(step["count"] or 1))
    return lines


class Terminal:
    """A pseudo-terminal that a process has as its standard error."""

    def __init__(self) -> None:
        self.ours, self.theirs = pty.openpty()
        self.written = ""

    def until(self, text: str, process: "subprocess.Popen[str]") -> None:
        """Read until a text has been written, or the process has ended."""
        end = time.monotonic() + PATIENCE
        while text not in self.written and time.monotonic() < end:
            if not self._read(0.1) and process.poll() is not None:
                break
        assert text in self.written

    def rest(self) -> str:
        while self._read(0.05):
            pass
        return self.written

    def _read(self, patience: float) -> bool:
        if not select.select([self.ours], [], [], patience)[0]:
            return False
        self.written += os.read(self.ours, 65536).decode()
        return True


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    found = Terminal()
    yield found
    os.close(found.ours)
    os.close(found.theirs)


@pytest.fixture
def slow_plan(tmp_path: Path) -> Path:
    """A plan that cannot be read before somebody writes it, so that a command has to wait."""
    path = tmp_path / "slow.yaml"
    os.mkfifo(path)
    return path


def run(arguments: list[str], stderr: int, **environment: str) -> "subprocess.Popen[str]":
    names = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "GONGKAI_LOG")}
    surroundings = {**names, "TERM": "xterm", **environment}
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=stderr, text=True, env=surroundings)


@pytest.mark.parametrize("no_color", ["", "1"])
def test_a_terminal_shows_what_is_done_and_nothing_in_the_end(
    terminal: Terminal, slow_plan: Path, no_color: str
) -> None:
    arguments = [*GONGKAI, "due", "--month", "2017-08", "--plan", str(slow_plan), "--lang", "en"]
    process = run(arguments, terminal.theirs, NO_COLOR=no_color)
    terminal.until("Reading the plan", process)
    assert any("Reading the plan" in line for line in screen(terminal.written))
    slow_plan.write_text(PLAN, encoding="utf-8")
    out, _ = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out.splitlines()[0]) == (0, "编造的小计划 (编造〔2017〕1号)")
    shown = terminal.rest()
    assert "".join(screen(shown)).strip() == ""
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l")  # the cursor is back
    assert (re.search(r"\x1b\[[0-9;]*3[0-9]", shown) is None) == bool(no_color)


# What `Waiting` does by itself, with nothing to wait for before it draws.
WAIT = """
import sys, time
from gongkai_cli.cli.waiting import Waiting
from gongkai_cli.messages import Words
with Waiting(Words("en"), delay=0) as waiting:
    waiting.reading(sys.argv[1], 0.42)
    time.sleep(float(sys.argv[2]))
"""


def test_the_share_that_is_done_and_the_name_of_the_file(terminal: Terminal) -> None:
    process = run([sys.executable, "-c", WAIT, "台账[red]\x1b[2J.xlsx", "60"], terminal.theirs, COLUMNS="120")
    terminal.until("42%", process)
    lines = [line for line in screen(terminal.written) if line.strip()]
    assert len(lines) == 1
    assert lines[0].startswith("Reading 台账[red]\\x1b[2J.xlsx")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE)


def test_a_share_that_nobody_knows_is_not_shown(terminal: Terminal) -> None:
    process = run([sys.executable, "-c", WAIT.replace("0.42", "None"), "log", "60"], terminal.theirs, COLUMNS="120")
    terminal.until("0:00:01", process)
    assert "Reading the log" in terminal.written
    assert "%" not in terminal.written
    process.kill()
    process.communicate(timeout=PATIENCE)


def test_after_the_engine_has_finished_the_verdicts_are_worked_out(terminal: Terminal) -> None:
    process = run([sys.executable, "-c", WAIT, "log", "60"], terminal.theirs)
    terminal.until("Reading the log", process)
    terminal.until("Holding the plan against the log", process)
    process.kill()
    process.communicate(timeout=PATIENCE)


def test_a_dumb_terminal_shows_nothing(terminal: Terminal) -> None:
    process = run([sys.executable, "-c", WAIT, "log", "0.5"], terminal.theirs, TERM="dumb")
    process.communicate(timeout=PATIENCE)
    assert terminal.rest() == ""


def test_a_pipe_shows_nothing() -> None:
    process = run([sys.executable, "-c", WAIT, "log", "0.5"], subprocess.PIPE)
    assert process.communicate(timeout=PATIENCE) == ("", "")


def test_what_is_quick_shows_nothing(terminal: Terminal) -> None:
    process = run([sys.executable, "-c", WAIT.replace("delay=0", "delay=30"), "log", "0.3"], terminal.theirs)
    process.communicate(timeout=PATIENCE)
    assert terminal.rest() == ""


# Ctrl-C


@pytest.fixture(scope="module")
def large_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log that takes a while to read."""
    path = tmp_path_factory.mktemp("large") / "log.csv"
    lines = (f"2017-08-{1 + n % 28:02d},fiscal,2017-07,标题{n},http://x.invalid/{n}\n" for n in range(300_000))
    path.write_text("published,obligation,period,title,url\n" + "".join(lines), encoding="utf-8")
    return path


def interrupted(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    # Where a library ran Python code from C at that moment, Python ends itself by the signal; a shell says 130 too.
    return 130 if process.returncode == -signal.SIGINT else process.returncode, out, err


def wait_for(something: Callable[[], object], process: "subprocess.Popen[str]") -> None:
    end = time.monotonic() + PATIENCE
    while not something() and process.poll() is None and time.monotonic() < end:
        time.sleep(0.005)


def test_ctrl_c_while_the_plan_is_read(slow_plan: Path, terminal: Terminal) -> None:
    process = run([*GONGKAI, "due", "--plan", str(slow_plan), "--lang", "en"], terminal.theirs)
    terminal.until("Reading the plan", process)
    assert interrupted(process)[:2] == (130, "")
    assert "".join(screen(terminal.rest())).strip() == ""


@pytest.mark.parametrize("delay", [0.0, 0.05, 0.15, 0.3, 0.6])
@pytest.mark.parametrize("command", ["overdue", "explain"])
def test_ctrl_c_while_the_log_is_read(
    small_plan: Path, large_log: Path, tmp_path: Path, command: str, delay: float
) -> None:
    own, target = tmp_path / "own", tmp_path / "target"
    own.mkdir()
    target.mkdir()
    arguments = [*GONGKAI, command, *(["fiscal"] if command == "explain" else []), "--plan", str(small_plan)]
    arguments += ["--log", str(large_log), "--as-of", "2017-10-10", "--output", str(target / "report.txt")]
    process = run(arguments, subprocess.PIPE, TMPDIR=str(own))
    wait_for(lambda: list(own.glob("gongkai-log-*")), process)
    time.sleep(delay)
    code, out, err = interrupted(process)
    assert (out, err.strip()) == ("", "")
    assert list(own.iterdir()) == []
    # It may have been quicker than the signal; then all is there, and nothing else.
    written = {each.name: each.read_text(encoding="utf-8") for each in target.iterdir()}
    assert (code, written) == (130, {}) or (code in (0, 130) and list(written) == ["report.txt"])
    assert all(each.startswith(("编造的小计划", "财政收支月报")) for each in written.values())
    assert all("fiscal" in each and each.endswith("\n") for each in written.values())
    assert code == 130 or delay


def test_ctrl_c_while_another_is_writing(small_plan: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("published,obligation,period\n", encoding="utf-8")
    own = tmp_path / "own"
    own.mkdir()
    with log.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        arguments = [*GONGKAI, "record", "--obligation", "fiscal", "--published", "2017-08-05", "--period", "2017-07"]
        process = run([*arguments, "--log", str(log), "--plan", str(small_plan)], subprocess.PIPE, TMPDIR=str(own))
        time.sleep(1.5)  # by then it waits; if not, it is on the way there
        code, out, err = interrupted(process)
    assert (code, out, err.strip()) == (130, "", "")
    assert log.read_text(encoding="utf-8") == "published,obligation,period\n"
    assert list(own.iterdir()) == []
