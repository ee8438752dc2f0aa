"""Seconds, CPU and memory of whole processes, and the machine that they ran on."""

import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from logs import COLUMNS, PLAIN

GONGKAI = str(Path(sys.executable).parent / "gongkai")
BARE = f"""
import duckdb, sys
columns = {COLUMNS!r}.split(",")
path = sys.argv[1]
source = f"read_parquet('{{path}}')" if path.endswith(".parquet") else f"read_csv('{{path}}', all_varchar = true)"
print(duckdb.execute("SELECT count(*), " + ", ".join(f"max({{c}})" for c in columns) + f" FROM {{source}}").fetchall())
"""
# Wall time, CPU time (both in seconds) and peak memory (in MB) of a process and nothing else.
_MEASURE = """
import os, sys, time
begin = time.perf_counter()
child = os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
_, status, used = os.wait4(child, 0)
print(time.perf_counter() - begin, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, file=sys.stderr)
sys.exit(status != 0)
"""


class Cost(NamedTuple):
    """What one process took: seconds on the wall, seconds of CPU, megabytes at most."""

    seconds: float
    cpu: float
    memory: float


def cost(*command: str) -> Cost:
    """Run a command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, *command],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=PLAIN,
    )
    return Cost(*map(float, done.stderr.split()[-3:]))


def bare(log: Path) -> Cost:
    """What a bare scan of all columns of a log by the table engine takes."""
    return cost(sys.executable, "-c", BARE, str(log))


def overdue(plan: Path, log: Path) -> Cost:
    """What `gongkai overdue` takes."""
    command = (GONGKAI, "overdue", "--format", "json", "--as-of", "2017-10-01")
    return cost(*command, "--plan", str(plan), "--log", str(log))


def middle(costs: Sequence[Cost]) -> Cost:
    """The median of each figure."""
    return Cost(*(statistics.median(values) for values in zip(*costs, strict=True)))


def machine() -> str:
    """The machine and the versions, in one line."""
    cpu = next((line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return (
        f"{os.cpu_count()} cores ({cpu or platform.machine()}), {memory:.0f} GB of memory, {platform.system()}, "
        f"Python {platform.python_version()}, DuckDB {version('duckdb')}"
    )


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines() if Path(path).exists() else []
