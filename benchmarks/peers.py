"""Times `gongkai overdue` against other plain-text record keepers on the same content; prints a table of ratios."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from plans import write_plan

GONGKAI = str(Path(sys.executable).parent / "gongkai")
OBLIGATIONS = 200


class Line(NamedTuple):
    """One record of the content that all programs get."""

    number: int
    duty: str
    published: date
    period: str


class Peer(NamedTuple):
    """A program: what to run, how to get it, and how it writes the content into a folder."""

    name: str
    program: str
    get: str
    write: Callable[[Path, list[Line]], None]
    command: Callable[[Path], list[str]]


def content(lines: int) -> Iterator[Line]:
    """Give records of monthly duties over the months of a year."""
    for number in range(lines):
        published = date(2017, 8, 1) + timedelta(days=number * 7 % 150)
        month = published.month - 1
        yield Line(number, f"duty-{number * 31 % OBLIGATIONS}", published, f"2017-{month:02d}")


def _hledger(folder: Path, lines: list[Line]) -> None:
    with (folder / "log.journal").open("w", encoding="utf-8") as out:
        for each in lines:
            out.write(f"{each.published} 记录{each.number} ; period:{each.period}\n")
            out.write(f"    done:{each.duty}:{each.period}  1\n    owed:{each.duty}  -1\n\n")


def _beancount(folder: Path, lines: list[Line]) -> None:
    with (folder / "log.beancount").open("w", encoding="utf-8") as out:
        for number in range(OBLIGATIONS):
            out.write(f"2017-01-01 open Assets:Duty-{number}\n2017-01-01 open Income:Duty-{number}\n")
        for each in lines:
            account = each.duty.replace("duty", "Duty")
            out.write(f'{each.published} * "记录{each.number}"\n  period: "{each.period}"\n')
            out.write(f"  Assets:{account}  1 RECORD\n  Income:{account}  -1 RECORD\n\n")


def _taskwarrior(folder: Path, lines: list[Line]) -> None:
    import json
    import uuid

    tasks = folder / "tasks.json"
    with tasks.open("w", encoding="utf-8") as out:
        for each in lines:
            stamp = f"{each.published:%Y%m%d}T000000Z"
            task = {
                "uuid": str(uuid.UUID(int=each.number + 1)), "description": f"记录{each.number}", "entry": stamp,
                "project": each.duty, "tags": [each.period], "status": "pending" if each.number % 50 else "completed",
                "due": stamp,
            }  # fmt: skip
            out.write(json.dumps(task | ({"end": stamp} if task["status"] == "completed" else {})) + "\n")
    (folder / "taskrc").write_text("confirmation=off\nverbose=nothing\ngc=off\n", encoding="utf-8")
    subprocess.run([*_task(folder), "import", str(tasks)], check=True, capture_output=True)


def _task(folder: Path) -> list[str]:
    return ["task", f"rc:{folder / 'taskrc'}", f"rc.data.location={folder / 'task'}"]


PEERS = (
    Peer("hledger", "hledger", "apt-get install hledger", _hledger,
         lambda folder: ["hledger", "-f", str(folder / "log.journal"), "balance", "owed"]),
    Peer("beancount", "bean-check", "pip install beancount", _beancount,
         lambda folder: ["bean-check", "--no-cache", str(folder / "log.beancount")]),
    Peer("taskwarrior", "task", "apt-get install taskwarrior", _taskwarrior,
         lambda folder: [*_task(folder), "overdue", "limit:10"]),
)  # fmt: skip


def seconds(command: list[str]) -> float:
    """Return the wall time of a command, the better of two runs."""
    times = []
    for _ in range(2):
        begin = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "LC_ALL": "C.UTF-8"})
        times.append(time.perf_counter() - begin)
    return min(times)


def measure(count: int, folder: Path) -> Iterator[str]:
    """Give table rows for a log of so many lines."""
    lines = list(content(count))
    plan, log = folder / "plan.yaml", folder / "log.csv"
    write_plan(plan, OBLIGATIONS)
    with log.open("w", encoding="utf-8") as out:
        out.write("published,obligation,period,title\n")
        out.writelines(f"{each.published},{each.duty},{each.period},记录{each.number}\n" for each in lines)
    command = [GONGKAI, "overdue", "--format", "json", "--plan", str(plan), "--log", str(log), "--as-of", "2017-12-31"]
    own = seconds(command)
    yield f"| {count:,} | gongkai overdue | {own:.2f} | 1.00 |"
    for peer in PEERS:
        if shutil.which(peer.program) is None:
            yield f"| {count:,} | {peer.name} | not installed: `{peer.get}` | – |"
            continue
        peer.write(folder, lines)
        took = seconds(peer.command(folder))
        yield f"| {count:,} | {' '.join(peer.command(Path()))[:40]} | {took:.2f} | {took / own:.2f} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, nargs="+", default=[10_000, 100_000])
    options = parser.parse_args()
    print("| lines | program, whole process | seconds | times gongkai |")
    print("| --- | --- | --- | --- |")
    for count in options.lines:
        with tempfile.TemporaryDirectory() as folder:
            print("\n".join(measure(count, Path(folder))), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
