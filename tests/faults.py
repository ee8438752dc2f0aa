"""Kills, full disks, interrupts and busy logs, over and over: `make faults` prints the figures of docs/reliability.md.

`python tests/faults.py [--quick] [--only NAME]`; exits with 1 where a promise was broken. POSIX only.
"""

import argparse
import atexit
import csv
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import every_command

from gongkai_cli.cli import run, whole_files
from gongkai_cli.cli.interrupts import hear_interrupts
from gongkai_cli.log import appending, scanning  # noqa: F401  # loaded once, before the forks
from gongkai_cli.log.reading import read_log
from gongkai_cli.problems import BadInput

HELD = ("--plan", "plan.yaml", "--log", "log.csv", "--as-of", "2017-10-01")
# Every command that writes files; `out` is what it writes, a file or a folder.
WRITING: Mapping[str, Sequence[str]] = {
    "report text": ("report", *HELD, "--output", "out/report.txt"),
    "report html": ("report", *HELD, "--format", "html", "--output", "out/report.html"),
    "report docx": ("report", *HELD, "--format", "docx", "--output", "out/report.docx"),
    "report xlsx": ("report", *HELD, "--format", "xlsx", "--output", "out/report.xlsx"),
    "report --letter": ("report", "--letter", *HELD, "--output", "out"),
    "ledger": ("ledger", *HELD, "--month", "2017-10", "--output", "out", "--overwrite"),
    "calendar": ("calendar", *HELD, "--output", "out/duties.ics"),
    "calendar, a folder": ("calendar", *HELD, "--output", "out/"),
    "schema": ("schema", "--output", "out/schema.json"),
    "check": ("check", "plan.yaml", "--format", "sarif", "--output", "out/check.sarif"),
    "due": ("due", *HELD, "--output", "out/due.txt"),
    "overdue": ("overdue", *HELD, "--format", "json", "--output", "out/overdue.json"),
    "explain": ("explain", "fiscal-monthly", *HELD, "--output", "out/explained.txt"),
    "diff": ("diff", "old.yaml", "plan.yaml", "--log", "log.csv", "--as-of", "2017-10-01", "--output", "out/diff.txt"),
}
_PAPER = ("--approved-by", "x", "--reference", "y", "--note", "z", "--until", "2017-12-31")
APPENDING: Mapping[str, Sequence[str]] = {
    "record": ("record", "--obligation", "fiscal-monthly", "--period", "2017-07", "--published", "2017-08-30"),
    "event": ("event", "--event", "policy-issued", "--published", "2017-08-30", "--force", "--period", "{number}"),
    "waive": ("waive", "--obligation", "fiscal-monthly", "--published", "2017-08-01", *_PAPER, "--force"),
    "extend": ("extend", "--obligation", "fiscal-monthly", "--period", "2017-09", "--published", "2017-08-01", *_PAPER),
}
HIDDEN = re.compile(r"\.gongkai-[0-9a-f]{16}")
CHANCE = random.Random(2017)  # noqa: S311  # moments, not secrets


@dataclass
class Figures:
    """What was tried, and what came of it; `broken` are promises that did not hold."""

    counts: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def hold(self, promise: bool, what: str) -> None:
        if not promise:
            self.broken.append(what)


def started(arguments: Sequence[str], *, room: int | None = None) -> tuple[int, int]:
    """Start a command in a process of its own; return its number, and a pipe that tells when it begins to write."""
    reading, writing = os.pipe()
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])  # an interrupt must find the child within its `try`
    if pid := os.fork():
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
        os.close(writing)
        return pid, reading
    code = 3
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nowhere, descriptor)
        if room is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
        _tell_of(writing)
        hear_interrupts()
        code = run(list(arguments))
        atexit._run_exitfuncs()
    except KeyboardInterrupt:
        code = 130
        atexit._run_exitfuncs()
    finally:
        os._exit(code)


def _tell_of(pipe: int) -> None:
    """Have the first write announced on a pipe."""
    stage, write = whole_files._stage, appending._write

    def staged(*arguments: object) -> object:
        os.write(pipe, b"w")
        return stage(*arguments)  # type: ignore[arg-type]

    def written(*arguments: object) -> None:
        os.write(pipe, b"w")
        write(*arguments)  # type: ignore[arg-type]

    whole_files._stage, appending._write = staged, written  # type: ignore[assignment]


def ended(pid: int, pipe: int) -> int:
    """Wait for a process; return its exit code, negative for a signal."""
    os.close(pipe)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def timed(arguments: Sequence[str]) -> tuple[float, float]:
    """Run a command to its end; return how long it took to its first write, and from there."""
    start = time.monotonic()
    pid, pipe = started(arguments)
    os.read(pipe, 1)
    middle = time.monotonic()
    code = ended(pid, pipe)
    assert code == 0, (arguments, code)
    return middle - start, time.monotonic() - middle


def struck(arguments: Sequence[str], times: tuple[float, float], number: int, sign: signal.Signals) -> int:
    """Start a command and send it a signal: every other time once it has begun to write; return how it ended."""
    pid, pipe = started(arguments)
    if number % 2:
        os.read(pipe, 1)
        time.sleep(CHANCE.random() * times[1])
    else:
        time.sleep(CHANCE.random() * sum(times))
    os.kill(pid, sign)
    return ended(pid, pipe)


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def struck_while_writing(figures: Figures, sign: signal.Signals, count: int, names: Sequence[str]) -> None:
    """Kill or interrupt commands that write files: every file is as it was, or as it was to be."""
    what = "kills" if sign == signal.SIGKILL else "interrupts"
    out = Path("out")
    for name in names:
        arguments = WRITING[name]
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        times = timed(arguments)
        wanted = files_in(out)
        for number in range(count):
            old = {file: b"old" for file in wanted if number % 3} if number % 4 else {}
            shutil.rmtree(out)
            out.mkdir()
            for file, content in old.items():
                (out / file).write_bytes(content)
            code = struck(arguments, times, number, sign)
            figures.counts[f"{what} of commands that write files"] += 1
            figures.counts[f"{what} that came in time"] += code != 0
            left = files_in(out)
            for file in [file for file in left if HIDDEN.fullmatch(file)]:
                figures.counts[f"hidden files left by {what}"] += 1
                figures.hold(sign == signal.SIGKILL, f"{name}: {file} was left by an interrupt")
                left.pop(file)
            for file, content in left.items():
                whole = content in (old.get(file), wanted.get(file))
                figures.hold(whole, f"{name}: {file} is neither as it was nor as it was to be")
            figures.hold(left.keys() >= old.keys(), f"{name}: a file that was there is gone")
            figures.hold(code in (0, 130, -sign), f"{name}: ended with {code}")
            if code == 0:
                figures.hold(left == wanted, f"{name}: acknowledged, and not there")


def struck_while_appending(figures: Figures, sign: signal.Signals, count: int, names: Sequence[str]) -> None:
    """Kill or interrupt commands that append: every line that was acknowledged is there, and each is whole."""
    what = "kills" if sign == signal.SIGKILL else "interrupts"
    log = Path("out/log.csv")
    for name in names:
        line = [*APPENDING[name], "--plan", "plan.yaml", "--log", str(log)]
        log.unlink(missing_ok=True)
        times = timed(line)
        acknowledged = most = 1
        for number in range(count):
            code = struck([each.replace("{number}", str(number)) for each in line], times, number, sign)
            figures.counts[f"{what} of commands that append"] += 1
            figures.counts[f"{what} that came in time"] += code != 0
            acknowledged += code == 0
            most += 1
            figures.hold(code in (0, 130, -sign), f"{name}: ended with {code}")
            content = log.read_bytes()
            rows = list(csv.reader(content.decode("utf-8-sig").splitlines()))
            figures.hold(content.endswith(b"\n"), f"{name}: the last line is torn")
            figures.hold(len({len(row) for row in rows}) == 1, f"{name}: a line is not whole")
            figures.hold(
                acknowledged <= len(rows) - 1 <= most, f"{name}: {len(rows) - 1} lines, {acknowledged} acknowledged"
            )
        figures.counts["lines acknowledged"] += acknowledged
        figures.counts["lines lost"] += max(0, acknowledged - (len(rows) - 1))


def full_disks(figures: Figures, sizes: Sequence[int], names: Sequence[str]) -> None:
    """Run commands that write where files may not grow beyond some size: all is as it was, and exit code 2 says so."""
    out = Path("out")
    log = Path("out/log.csv")
    for name in names:
        appends = name in APPENDING
        arguments = APPENDING[name] if appends else WRITING[name]
        line = [*arguments, "--plan", "plan.yaml", "--log", str(log)] if appends else arguments
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        timed(line)
        wanted = files_in(out)
        largest = max(map(len, wanted.values()))
        for size in [*(size for size in sizes if size < largest), largest - 1]:
            before = {} if size % 2 else ({"log.csv": wanted["log.csv"]} if appends else dict.fromkeys(wanted, b"old"))
            shutil.rmtree(out)
            out.mkdir()
            for file, content in before.items():
                (out / file).write_bytes(content)
            room = size if not before or not appends else largest + min(size, 20)
            pid, pipe = started(line, room=room)
            code = ended(pid, pipe)
            figures.counts["full disks"] += 1
            figures.hold(code == 2, f"{name}: exit code {code} on a full disk of {room} bytes")
            figures.hold(files_in(out) == before, f"{name}: something changed on a full disk of {room} bytes")


BUSY = """
import itertools, sys, time
from pathlib import Path
from gongkai_cli.log.appending import append_line
file, way, states = Path(sys.argv[1]), sys.argv[2], [Path(name).read_bytes() for name in sys.argv[4:]]
for number in itertools.count():
    content = states[number % 2]
    if way == "append":
        append_line(file, {"published": "2017-08-05", "obligation": "fiscal-monthly", "title": str(number)})
    elif way == "replace":
        other = file.with_name("other")
        other.write_bytes(content)
        other.replace(file)
    else:
        with file.open("r+b") as stream:
            stream.truncate(0)
            stream.write(content)
    time.sleep(float(sys.argv[3]))
"""


def busy_logs(figures: Figures, seconds: float) -> None:
    """Read a log that another process appends to, replaces, or rewrites in place: each reading is of one moment."""
    header, *lines = Path("log.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    states = [Path("state-a"), Path("state-b")]
    for state, kept in zip(states, (lines, lines[::2]), strict=True):
        state.write_text(header + "".join(kept), encoding="utf-8")
    whole = {len(lines), len(lines[::2])}
    file = Path("busy.csv")
    for way, pause in (("append", 0.05), ("replace", 0.05), ("replace", 0.4), ("rewrite", 0.05), ("rewrite", 0.4)):
        file.write_bytes(states[0].read_bytes())
        command = [sys.executable, "-c", BUSY, str(file), way, str(pause), *map(str, states)]
        last = 0
        with subprocess.Popen(command) as writer:
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                figures.counts["readings of a log that is written to"] += 1
                try:
                    with read_log([str(file)]) as log:
                        groups = log.groups()
                        count = sum(group.lines for group in groups)
                        shown = len(log.lines_of([group.key for group in groups], 100_000))
                        codes = {problem.code for problem in log.problems}
                except BadInput as refused:
                    codes = {problem.code for problem in refused.problems}
                if codes:
                    figures.counts["of these refused"] += 1
                    figures.hold(codes <= {"GK602", "GK620"}, f"{way}: {codes}")
                    continue
                figures.hold(shown == count, f"{way}: {count} lines counted, {shown} shown")
                fine = count >= max(last, len(lines)) if way == "append" else count in whole
                figures.hold(fine, f"{way}: {count} lines are of no moment")
                last = count
            writer.kill()


def same_bytes(figures: Figures) -> None:
    """Run every command in every format with one thing after the other changed that must not matter."""
    inputs = Path("inputs").absolute()
    ways = {
        "as it is": {}, "hash seed": {"PYTHONHASHSEED": "1"}, "order and threads": {},
        "locale, time zone, home": {
            "LC_ALL": "POSIX", "PYTHONUTF8": "0", "TZ": "America/New_York", "HOME": "/nonexistent",
        },
    }  # fmt: skip
    surroundings = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    surroundings |= {"LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
    first: dict[str, bytes] | None = None
    for way, environment in ways.items():
        folder = Path("sweeps", way).absolute()
        for name in ("results", "temporary"):
            (folder / name).mkdir(parents=True)
        shutil.copytree(inputs, folder / "inputs")
        options = ["--all", *(["--otherwise"] if way == "order and threads" else [])]
        done = subprocess.run(
            [sys.executable, every_command.__file__, str(folder / "inputs"), str(folder / "results"), *options],
            env={**surroundings, "TMPDIR": str(folder / "temporary"), **environment},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        seen = json.loads(done.stdout)
        figures.counts["commands run under watch"] += len(seen["codes"])
        figures.counts["events watched"] += seen["seen"]
        figures.hold(seen["told"] == [], f"{way}: {seen['told'][:3]}")
        compared = len([*every_command.commands(all_of_them=True)])
        found = {
            f"{place}/{name}": content
            for place in ("results", "inputs/out")
            for name, content in files_in(folder / place).items()
            if not (name.startswith(("log.csv", "new/")) if place != "results" else int(name[:3]) >= compared)
        }
        if first is None:
            first = found
        for name in first.keys() | found.keys():
            figures.counts["outputs compared"] += 1
            figures.hold(first.get(name) == found.get(name), f"{way}: {name} differs")
        shutil.rmtree(folder)


def system_calls(figures: Figures) -> None:
    """Look at the system calls of the engine too, which Python's audit events do not see; needs strace."""
    program = shutil.which("strace")
    if program is None:
        figures.counts["system calls: strace is missing, nothing was looked at"] += 1
        return
    log = ("--log", "inputs/log", "--as-of", "2017-10-01")
    for arguments in (
        ("overdue", "--plan", "plan.yaml", *log), ("report", "--plan", "plan.yaml", *log, "--format", "html"),
        ("overdue", "--plan", "inputs/hostile.yaml", "--log", "inputs/hostile", "--as-of", "2017-10-01"),
    ):  # fmt: skip
        calls = (
            "trace=network,execve,execveat,openat,open,creat,unlink,unlinkat,rename,renameat2,mkdir,link,linkat,symlink"
        )
        command = [program, "-f", "-qq", "-e", calls, "-o", "calls", sys.executable, "-m", "gongkai_cli", *arguments]
        subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        )
        temporary = re.escape(tempfile.gettempdir())
        for number, call in enumerate(Path("calls").read_text(encoding="utf-8", errors="replace").splitlines()):
            figures.counts["system calls looked at"] += 1
            said = call.split(None, 1)[1]
            if said.startswith(("+++", "---", "<...")):
                continue
            opened = said.startswith(("open", "creat"))
            harmless = (
                (said.startswith("execve(") and number == 0)
                or (opened and "O_RDONLY" in said)
                or re.match(rf'\w+\((?:AT_FDCWD, )?"(?:{temporary}|/dev/)', said)
                or re.match(r'unlinkat\(\d+, "', said)
                or said.startswith("sendfile(")  # how Python copies a file; for a socket there would be another call
                or " = -1 " in said
            )
            figures.hold(bool(harmless), f"{arguments[0]}: {said}")


def _set_up(folder: Path) -> None:
    (folder / "temporary").mkdir()
    tempfile.tempdir = os.environ["TMPDIR"] = str(folder / "temporary")
    os.chdir(folder)
    Path("inputs").mkdir()
    every_command.inputs_in(Path("inputs"))
    for file in ("plan.yaml", "old.yaml"):
        shutil.copy(Path("inputs", file), file)
    shutil.copy(every_command.ROOT / "examples" / "made-up-log-2017" / "log.csv", "log.csv")
    Path("out").mkdir()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="a sample")
    parser.add_argument("--only", default="", help="only the parts with this in their name")
    options = parser.parse_args()
    quick = options.quick
    writing = ["ledger", "schema"] if quick else [*WRITING]
    appending = ["record"] if quick else [*APPENDING]
    kill, interrupt = signal.SIGKILL, signal.SIGINT
    parts: dict[str, Callable[[Figures], None]] = {
        "kills": lambda figures: struck_while_writing(figures, kill, 3 if quick else 12, writing),
        "kills of appends": lambda figures: struck_while_appending(figures, kill, 4 if quick else 50, appending),
        "interrupts": lambda figures: struck_while_writing(figures, interrupt, 1 if quick else 6, writing),
        "interrupts of appends": lambda figures: struck_while_appending(
            figures, interrupt, 2 if quick else 20, appending
        ),
        "full disks": lambda figures: full_disks(
            figures, (1,) if quick else (0, 1, 1000, 5000), [*writing, *appending]
        ),
        "busy logs": lambda figures: busy_logs(figures, 20),
        "same bytes": same_bytes,
        "system calls": system_calls,
    }
    left_out = ("busy logs", "same bytes", "system calls") if quick else ()
    figures = Figures()
    folder = Path(tempfile.mkdtemp())  # no object that tidies up: that would happen in every child too
    try:
        _set_up(folder)
        for part, work in parts.items():
            if options.only in part and part not in left_out:
                work(figures)
        figures.counts["temporary folders left by kills, which a run an hour later takes away"] += len(
            list((folder / "temporary").iterdir())
        )
    finally:
        os.chdir("/")
        shutil.rmtree(folder)
    for what, count in figures.counts.items():
        print(f"{count:>9,}  {what}")  # noqa: T201
    print(f"{len(figures.broken):>9,}  promises broken")  # noqa: T201
    for each in figures.broken[:50]:
        print(f"  {each}")  # noqa: T201
    return 1 if figures.broken else 0


if __name__ == "__main__":
    sys.exit(main())
