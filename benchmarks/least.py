"""Times what holding a million records against 10,000 obligations cannot do without, each part at its plainest.

What is decided is not among it: the libraries are loaded, the plan's YAML is parsed and nothing made of it, the log is
grouped by obligation, owner, and period or day, the groups are fetched, and the answer is written from finished data.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from logs import PLAIN, write_log
from measuring import GONGKAI, bare, machine

from plans import write_plan

LOAD = "import duckdb, json, pydantic, typer, yaml"
GROUPS = """
CREATE TEMP TABLE groups AS
SELECT obligation, owner, period, CASE WHEN period IS NULL THEN published END AS day, min(published), count(*)
FROM read_csv('{log}', all_varchar = true) GROUP BY ALL
"""


def main() -> None:
    import duckdb
    import yaml

    with tempfile.TemporaryDirectory() as name:
        plan, log = Path(name, "plan.yaml"), Path(name, "log.csv")
        write_plan(plan, 10_000)
        write_log(log, 1_000_000, "declared", plan)
        raw = plan.read_bytes()
        command = (GONGKAI, "overdue", "--format", "json", "--as-of", "2017-10-01", "--plan", plan, "--log", log)
        answer = json.loads(subprocess.run(command, check=True, capture_output=True, env=PLAIN).stdout)
        connection = duckdb.connect()
        parts = {
            "a process that loads the libraries": lambda: subprocess.run([sys.executable, "-c", LOAD], check=True),
            "PyYAML's C parser, of whose events none is kept": lambda: all(yaml.parse(raw, yaml.CLoader)),
            "the engine's GROUP BY": lambda: connection.execute(GROUPS.format(log=log)),
            "fetching the groups": lambda: connection.execute("SELECT * FROM groups").fetchall(),
            "json.dumps of the answer": lambda: json.dumps(answer, ensure_ascii=False, indent=1),
        }
        scan = bare(log).seconds
        print(f"{machine()}\n\n| part | seconds | bare scans |\n| --- | --: | --: |")
        total = 0.0
        for part, work in parts.items():
            seconds = _seconds(work)
            total += seconds
            print(f"| {part} | {seconds:.2f} | {seconds / scan:.1f} |", flush=True)
        print(f"| together, with nothing decided | {total:.2f} | {total / scan:.1f} |")


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
