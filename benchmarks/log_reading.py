"""Times reading a log against a bare DuckDB scan of the same CSV, whole processes; prints a table of ratios."""

import argparse
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

COLUMNS = "published,kind,obligation,owner,period,title,url,recorded,note"
# 200 obligations of 40 owners over a year of days; every title and every address is another one.
GENERATE = """
import duckdb, sys
lines, path = int(sys.argv[1]), sys.argv[2]
duckdb.execute(f\"\"\"COPY (
  SELECT strftime(day, '%Y-%m-%d') AS published, 'publication' AS kind, 'duty-' || duty AS obligation,
    '第' || (duty % 40) || '局' AS owner, strftime(day - INTERVAL 1 MONTH, '%Y-%m') AS period,
    '关于第' || duty || '项事项信息公开的通报（' || n || '）' AS title,
    'http://www.example.gov.cn/zwgk/' || strftime(day, '%Y%m/t%Y%m%d_') || n || '.html' AS url,
    strftime(day, '%Y-%m-%d ') || lpad((8 + n % 10)::VARCHAR, 2, '0') || ':' || lpad((n % 60)::VARCHAR, 2, '0')
      AS recorded,
    CASE WHEN n % 50 = 0 THEN '补录' END AS note
  FROM (SELECT n, (hash(n) % 200)::INT AS duty, DATE '2017-01-01' + (hash(n * 7 + 1) % 365)::INT AS day
        FROM range({lines}) t(n))) TO '{path}' (HEADER)\"\"\")
"""
BARE = f"""
import duckdb, sys
columns = {COLUMNS!r}.split(",")
print(duckdb.execute("SELECT count(*), " + ", ".join(f"max({{c}})" for c in columns)
                     + f" FROM read_csv('{{sys.argv[1]}}', all_varchar = true)").fetchall())
"""
OURS = """
import sys
from gongkai_cli.log.reading import read_log
with read_log([sys.argv[1]]) as log:
    groups = log.groups(count_fillers_for=WANTED)
    assert log.read == sum(group.lines for group in groups), log.problems
    PLACES
"""
PLACES = "assert len(log.lines_of(range(100), 1000)) > 100"
# Wall time, CPU time (both in seconds) and peak memory (in MB) of a process and nothing else.
MEASURE = """
import os, sys, time
begin = time.perf_counter()
child = os.spawnv(os.P_NOWAIT, sys.executable, [sys.executable, *sys.argv[1:]])
_, status, used = os.wait4(child, 0)
print(time.perf_counter() - begin, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, file=sys.stderr)
sys.exit(status != 0)
"""


class Cost(NamedTuple):
    """What one process took: seconds on the wall, seconds of CPU, megabytes at most."""

    seconds: float
    cpu: float
    memory: float


def cost(code: str, *arguments: str) -> Cost:
    """Run Python code in a process of its own."""
    command = [sys.executable, "-c", MEASURE, "-c", code, *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    return Cost(*map(float, done.stderr.split()[-3:]))


def middle(costs: list[Cost]) -> Cost:
    return Cost(*(statistics.median(values) for values in zip(*costs, strict=True)))


def measure(lines: int, runs: int, folder: Path) -> list[str]:
    """Return table rows for a log of so many lines; the programs take turns, so that noise hits all alike."""
    path = folder / f"{lines}.csv"
    cost(GENERATE, str(lines), str(path))
    ours = {
        "groups": OURS.replace("WANTED", "(), by_recorded=False").replace("PLACES", ""),
        "groups by day of writing down": OURS.replace("WANTED", "()").replace("PLACES", ""),
        "groups, fillers of 20 obligations": OURS.replace("WANTED", "[f'duty-{n}' for n in range(20)]").replace(
            "PLACES", ""
        ),
        "groups, all fillers": OURS.replace("WANTED", "None").replace("PLACES", ""),
        "groups and the lines of 100": OURS.replace("WANTED", "()").replace("PLACES", PLACES),
    }
    programs = {"a bare scan": BARE, **ours}
    costs: dict[str, list[Cost]] = {name: [] for name in programs}
    for _ in range(runs):
        for name, code in programs.items():
            costs[name].append(cost(code, str(path)))
    bare = middle(costs["a bare scan"])
    rows = []
    for name, each in costs.items():
        found = middle(each)
        rows.append(
            f"| {lines:,} | {name} | {found.seconds:.2f} | {found.seconds / bare.seconds:.2f} | {found.cpu:.2f} "
            f"| {found.cpu / bare.cpu:.2f} | {found.memory:.0f} |"
        )
    path.unlink()
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    print(f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}; medians of {options.runs}\n")
    print("| lines | measured, whole process | seconds | ratio | CPU seconds | ratio | MB at most |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for lines in options.lines:
            print("\n".join(measure(lines, options.runs, Path(folder))), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
