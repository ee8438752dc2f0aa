"""Times gongkai on thousands of plans, each with a log of its own, made up into a temporary folder."""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from gongkai_cli import report
from gongkai_cli.plan_file import load_plan
from gongkai_cli.workdays import official_calendar
from plans import write_plan

BIN = Path(sys.executable).parent
GOAL = 60.0  # seconds for 3,000 plans of 100 obligations on two cores
ROUGH_EVERY, LATE_EVERY = 11, 17  # one deadline in so many is missed, or met late


class Result(NamedTuple):
    """One command on all plans: wall time in seconds, and processor time of it and its workers."""

    command: str
    wall: float
    processor: float


def lines_of(plan_file: Path) -> list[str]:
    """Return the lines of a log that fulfils most of a plan; made up."""
    plan = load_plan(plan_file).usable()
    days = report.Days(date(2017, 1, 1), date(2017, 12, 31))
    rows = report.scheduled_rows(plan, official_calendar(), days, days.last, report.EVERYTHING)
    lines = ["published,obligation,owner,period,title,url"]
    for number, row in enumerate(rows):
        deadline = row.occurrence.slot.deadline
        if number % ROUGH_EVERY and deadline is not None:
            day = deadline.replace(month=12, day=31) if number % LATE_EVERY == 0 else deadline
            duty, owner = row.occurrence.obligation.id, row.occurrence.owners[0]
            lines.append(f"{day},{duty},{owner},{row.occurrence.slot.period.label},编造,http://office.invalid/{number}")
    return lines


def write_plans(folder: Path, plans: int, obligations: int) -> None:
    """Write plans and logs; they differ in their ids, and so in nothing that costs time."""
    (folder / "plans").mkdir()
    (folder / "logs").mkdir()
    first = folder / "first.yaml"
    write_plan(first, obligations)
    content = first.read_text(encoding="utf-8")
    log = "\n".join(lines_of(first)) + "\n"
    for number in range(plans):
        name = f"county-{number:05}"
        (folder / "plans" / f"{name}.yaml").write_text(
            content.replace(f"id: made-up-{obligations}", f"id: {name}"), encoding="utf-8"
        )
        (folder / "logs" / f"{name}.csv").write_text(log, encoding="utf-8")


def measured(folder: Path) -> Iterator[Result]:
    """Yield how long each command takes, whole process."""
    named = ("--plan", "plans", "--as-of", "2017-10-31")
    log = ("--log", "logs/{plan}.csv")
    commands = (
        ("check", "plans"),
        ("overdue", *named, *log),
        ("status", *named, *log),
        ("overdue", *named, *log, "--format", "json"),
    )
    for command in commands:
        begin, before = time.perf_counter(), os.times()
        out = folder / "out"
        subprocess.run([BIN / "gongkai", *command, "--output", out], check=True, cwd=folder)
        after = os.times()
        used = after.children_user + after.children_system - before.children_user - before.children_system
        yield Result(" ".join(command), time.perf_counter() - begin, used)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plans", type=int, default=3_000)
    parser.add_argument("--obligations", type=int, default=100)
    options = parser.parse_args()
    cores = os.cpu_count() or 1
    print(f"{platform.machine()}, {cores} cores, {platform.system()}, Python {platform.python_version()}")
    print(f"\n{options.plans:,} plans of {options.obligations} obligations, each with a log of its own\n")
    print("| command | seconds | processor seconds | milliseconds a plan and core |")
    print("| --- | --- | --- | --- |")
    kept = True
    with tempfile.TemporaryDirectory() as name:
        write_plans(Path(name), options.plans, options.obligations)
        for result in measured(Path(name)):
            each = result.processor / options.plans * 1000
            print(
                f"| `gongkai {result.command}` | {result.wall:.1f} | {result.processor:.1f} | {each:.1f} |", flush=True
            )
            kept = kept and result.wall < GOAL
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
