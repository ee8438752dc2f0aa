"""Times `gongkai overdue` on large logs against a bare DuckDB scan of the same file, whole processes, as ratios."""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from gongkai_cli.plan_file import load_plan
from plans import write_plan

HERE = Path(__file__).parent
GONGKAI = str(Path(sys.executable).parent / "gongkai")
REAL = HERE.parent / "plans" / "2017_dongying.yaml"
COLUMNS = "published,obligation,owner,period,formed,title,url,recorded"
# Every title and every address is another one; the days are those of half a year.
GENERATE = """
import duckdb, json, sys
lines, shape, path, duties = int(sys.argv[1]), sys.argv[2], sys.argv[3], json.load(open(sys.argv[4]))
con = duckdb.connect()
con.execute("CREATE TABLE duties (n INT, id VARCHAR, owner VARCHAR, kind VARCHAR, form VARCHAR, title VARCHAR)")
unnested = ", ".join(["unnest(?)"] * 6)
con.execute("INSERT INTO duties SELECT " + unnested, [list(column) for column in zip(*duties)])
period = \"\"\"CASE kind
 WHEN 'month' THEN strftime(day - INTERVAL 1 MONTH, '%Y-%m') WHEN 'week' THEN strftime(day, '%G-W%V')
 WHEN 'quarter' THEN year(day) || '-Q' || quarter(day) WHEN 'year' THEN year(day)::VARCHAR END\"\"\"
named = \"\"\"CASE kind WHEN 'month' THEN year(day) || '年' || month(day - INTERVAL 1 MONTH) || '月'
 WHEN 'week' THEN year(day) || '年第' || week(day) || '周' WHEN 'year' THEN year(day) || '年度' ELSE '' END\"\"\"
formed = "CASE WHEN form = 'event' AND n % 2 = 0 THEN strftime(day - INTERVAL (n % 9) DAY, '%Y-%m-%d') END"
con.execute(f\"\"\"COPY (SELECT strftime(day, '%Y-%m-%d') AS published,
  {"NULL" if shape == "website" else "id"} AS obligation, owner,
  {period if shape == "declared" else "NULL"} AS period, {formed if shape == "formed" else "NULL"} AS formed,
  '关于' || {"''" if shape == "declared" else named} || title || '的公告（' || n || '）' AS title,
  'http://www.example.gov.cn/zwgk/' || strftime(day, '%Y%m/t%Y%m%d_') || n || '.html' AS url,
  strftime(day, '%Y-%m-%d ') || lpad((8 + n % 10)::VARCHAR, 2, '0') || ':' || lpad((n % 60)::VARCHAR, 2, '0')
  AS recorded
  FROM (SELECT lines.n, id, owner, kind, form, title, DATE '2017-07-12' + (hash(lines.n * 7 + 1) % 170)::INT AS day
        FROM range({lines}) lines(n) JOIN duties ON duties.n = (hash(lines.n) % {len(duties)})::INT) ORDER BY n)
  TO '{path}' (HEADER)\"\"\")
"""
BARE = f"""
import duckdb, sys
columns = {COLUMNS!r}.split(",")
print(duckdb.execute("SELECT count(*), " + ", ".join(f"max({{c}})" for c in columns)
                     + f" FROM read_csv('{{sys.argv[1]}}', all_varchar = true)").fetchall())
"""
# Wall time, CPU time (both in seconds) and peak memory (in MB) of a process and nothing else.
MEASURE = """
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


class Case(NamedTuple):
    """A log to be made, the plan to hold it against, and how many times a bare scan it may take; 0: no bound."""

    lines: int
    shape: str
    plan: Path
    most: float


def cost(*command: str) -> Cost:
    """Run a command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *command],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    return Cost(*map(float, done.stderr.split()[-3:]))


def middle(costs: Sequence[Cost]) -> Cost:
    return Cost(*(statistics.median(values) for values in zip(*costs, strict=True)))


def duties(plan: Path, folder: Path) -> Path:
    """Write what the generator has to know of a plan's duties."""
    import json

    loaded = load_plan(plan).usable()
    rows = [
        (n, each.id, loaded.owners_of(each)[0], each.frequency.kind or "", each.frequency.form, each.title)
        for n, each in enumerate(loaded.obligations)
    ]
    path = folder / "duties.json"
    path.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    return path


def measure(case: Case, runs: int, folder: Path) -> tuple[str, bool]:
    """Return the table row of a case, and whether its bound was kept.

    The programs take turns, so that noise hits both alike.
    """
    log = folder / f"{case.shape}-{case.lines}.csv"
    cost(sys.executable, "-c", GENERATE, str(case.lines), case.shape, str(log), str(duties(case.plan, folder)))
    ours = (
        GONGKAI,
        "overdue",
        "--format",
        "json",
        "--plan",
        str(case.plan),
        "--as-of",
        "2017-10-01",
        "--log",
        str(log),
    )
    costs: dict[str, list[Cost]] = {"bare": [], "ours": [], "check": []}
    for _ in range(runs):
        costs["bare"].append(cost(sys.executable, "-c", BARE, str(log)))
        costs["ours"].append(cost(*ours))
        costs["check"].append(cost(GONGKAI, "check", str(case.plan)))
    log.unlink()
    bare, found, check = (middle(costs[name]) for name in ("bare", "ours", "check"))
    ratio = found.seconds / bare.seconds
    bound = f"at most {case.most}" if case.most else "–"
    kept = not case.most or ratio <= case.most
    row = (
        f"| {case.lines:,} | {case.shape} | {case.plan.stem} | {bare.seconds:.2f} | {found.seconds:.2f} | {ratio:.2f} "
        f"| {bound} | {'yes' if kept else 'NO'} | {found.cpu / bare.cpu:.2f} | {found.memory:.0f} "
        f"| {found.seconds - check.seconds:+.2f} |"
    )
    return row, kept


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--most-lines", type=int, default=10_000_000, help="leave out larger logs")
    options = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}\n")
    print(
        "| lines | shape | plan | bare scan, s | overdue, s | ratio | bound | kept | CPU ratio | MB | s over `check` |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        large = folder / "plan-of-10000.yaml"
        write_plan(large, 10_000)
        cases = [
            Case(10_000, "declared", REAL, 0),
            Case(1_000_000, "declared", REAL, 2.0),
            Case(10_000_000, "declared", REAL, 1.5),
            Case(1_000_000, "declared", large, 4.0),
            Case(1_000_000, "titles", REAL, 0),
            Case(1_000_000, "formed", REAL, 0),
            Case(1_000_000, "website", REAL, 0),
        ]
        failed = 0
        for case in cases:
            if case.lines <= options.most_lines:
                row, kept = measure(case, options.runs if case.lines < 5_000_000 else 3, folder)
                failed += not kept
                print(row, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
