"""Times gongkai against plain programs on this machine and prints ratios; `make bench` runs it."""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from plans import write_plan

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
BARE = """
import typer
app = typer.Typer()
@app.command()
def one(name: str = ""):
    print("hello")
@app.command()
def two(name: str = ""):
    print("hello")
app()
"""
# What one month's deadlines cost once the plan is loaded, in a process of its own.
MONTH = """
import sys, time
from datetime import date
from gongkai_cli import report
from gongkai_cli.plan_file import load_plan
from gongkai_cli.workdays import official_calendar
plan, calendar = load_plan(sys.argv[1]).usable(), official_calendar()
from gongkai_cli.schedule import timetable_until
timetable_until.cache_clear()  # `check` has filled it; the month must pay for itself
begin = time.perf_counter()
found = report.due(plan, calendar, report.Days(date(2017, 8, 1), date(2017, 8, 31)), date(2017, 8, 1))
print(time.perf_counter() - begin, len(found.rows))
"""


class Result(NamedTuple):
    """One line of the table: the median of a measurement, what it is held against, and the bound."""

    name: str
    seconds: float
    reference: float | None
    bound: str
    kept: bool


def timed(command: Sequence[str], runs: int) -> float:
    """Return the median wall time of a command in seconds, whole process, after one run to warm the disk."""
    times = []
    for _ in range(runs + 1):
        begin = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "LC_ALL": "C.UTF-8"})
        times.append(time.perf_counter() - begin)
    return statistics.median(times[1:])


def ratio(name: str, seconds: float, reference: float, most: float) -> Result:
    return Result(name, seconds, reference, f"at most {most} times", seconds <= most * reference)


def absolute(name: str, seconds: float, most: float) -> Result:
    return Result(name, seconds, None, f"under {most} s", seconds < most)


def measure(folder: Path, runs: int) -> list[Result]:
    """Return every measurement; the bounds are those of the project's issues."""
    bare = folder / "bare.py"
    bare.write_text(BARE, encoding="utf-8")
    large = folder / "plan.yaml"
    write_plan(large, 10_000)
    gongkai, python = str(BIN / "gongkai"), sys.executable
    real = str(HERE.parent / "plans" / "2017_dongying.yaml")
    bare_help, bare_command = timed([python, str(bare), "--help"], runs), timed([python, str(bare), "one"], runs)
    month = [float(_output([python, "-c", MONTH, str(large)]).split()[0]) for _ in range(max(3, runs // 3))]
    return [
        ratio("gongkai --help / a bare typer app's", timed([gongkai, "--help"], runs), bare_help, 1.3),
        ratio(
            "gongkai check, the real plan / a bare typer command",
            timed([gongkai, "check", real], runs),
            bare_command,
            2.2,
        ),
        absolute("gongkai check, 10,000 obligations", timed([gongkai, "check", str(large)], max(3, runs // 3)), 1.6),
        absolute("a month's deadlines of 10,000 obligations, plan loaded", statistics.median(month), 0.5),
    ]


def _output(command: Sequence[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def table(results: Sequence[Result]) -> str:
    """Return the results as a Markdown table with the machine described."""
    lines = [
        f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}",
        "",
        "| measured (median, whole process unless said) | seconds | against | ratio | bound | kept |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for each in results:
        against = f"{each.reference:.3f}" if each.reference else "–"
        times = f"{each.seconds / each.reference:.2f}" if each.reference else "–"
        kept = "yes" if each.kept else "NO"
        lines.append(f"| {each.name} | {each.seconds:.3f} | {against} | {times} | {each.bound} | {kept} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15, help="runs of each short command")
    parser.add_argument("--json", action="store_true", help="print the results as JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        results = measure(Path(folder), options.runs)
    print(json.dumps([each._asdict() for each in results], indent=1) if options.json else table(results))
    return 0 if all(each.kept for each in results) else 1


if __name__ == "__main__":
    sys.exit(main())
