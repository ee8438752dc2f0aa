"""How `gongkai overdue` grows from ten thousand records to a hundred million, and with the size of plans.

Each figure is kept in build/scale.json as soon as it is there; what is there is not measured again, so a run that was
stopped goes on where it was. `--again` forgets it. `--write` puts the tables into docs/benchmarks.md.
"""

import argparse
import json
import math
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from logs import SHAPES, write_log
from measuring import bare, machine, middle, overdue

from gongkai_cli.plan_file import load_plan
from gongkai_cli.schedule import occurrences
from gongkai_cli.workdays import official_calendar
from plans import write_plan

HERE = Path(__file__).parent
REAL = HERE.parent / "plans" / "2017_dongying.yaml"
PAGE = HERE.parent / "docs" / "benchmarks.md"
KEPT = HERE.parent / "build" / "scale.json"
BEGIN, END = "<!-- made by `make bench-scale` -->", "<!-- end of what is made -->"
MEMORY = 2000  # MB that no run may take
MOST = {(100_000_000, "csv"): 120.0, (100_000_000, "parquet"): 60.0}  # seconds
STEEPEST = 1.1  # exponent of growth between two sizes, of which 1 is linear; noise is the rest


class Row(NamedTuple):
    """One thing to measure: a log, and a plan; 0 obligations stand for the real plan."""

    lines: int
    shape: str = "declared"
    form: str = "csv"
    obligations: int = 0
    owners: int = 0

    @property
    def name(self) -> str:
        """What the row is kept under."""
        return f"{self.lines} {self.shape} {self.form} {self.obligations} {self.owners}"


def records(sizes: list[int], most_of_others: int) -> Iterator[Row]:
    """The rows that differ in the number of records; all shapes but the first only up to a size."""
    for form in ("csv", "parquet"):
        yield from (Row(size, form=form) for size in sizes)
    for shape in SHAPES[1:]:
        yield from (Row(size, shape) for size in sizes if size <= most_of_others)


def plans(obligations: list[int], owners: list[int], lines: int) -> Iterator[Row]:
    """The rows that differ in the size of the plan."""
    yield from (Row(lines, "declared", "csv", many, whose) for whose in owners for many in obligations)


def measured(row: Row, folder: Path, runs: int) -> dict[str, float]:
    """Return the figures of a row; the log is made, read and deleted."""
    plan = REAL
    if row.obligations:
        plan = folder / "plan.yaml"
        write_plan(plan, row.obligations, row.owners)
    log = folder / f"log.{row.form}"
    write_log(log, row.lines, row.shape, plan)
    size = log.stat().st_size
    # Taking turns, so that noise hits both alike.
    turns = [(bare(log), overdue(plan, log)) for _ in range(runs if row.lines < 10_000_000 else 1)]
    log.unlink()
    least, ours = middle([turn[0] for turn in turns]), middle([turn[1] for turn in turns])
    days = date(2017, 1, 1), date(2018, 12, 31)
    count = sum(1 for _ in occurrences(load_plan(plan).usable(), official_calendar(), *days))
    return {
        "bytes": size, "bare": least.seconds, "bare_cpu": least.cpu, "seconds": ours.seconds, "cpu": ours.cpu,
        "memory": ours.memory, "occurrences": count,
    }  # fmt: skip


def broken(row: Row, found: dict[str, float]) -> str:
    """Return which bound a row breaks, or ''."""
    most = MOST.get((row.lines, row.form)) if row.shape == "declared" and not row.obligations else None
    if most is not None and found["seconds"] > most:
        return f"over {most:.0f} s"
    return f"over {MEMORY} MB" if found["memory"] > MEMORY else ""


def exponent(size: float, cost: float, before: tuple[float, float] | None) -> str:
    """Return the exponent of growth since the size before, in words of a table: 1 is linear."""
    if before is None or size <= before[0]:
        return "–"
    return f"{math.log(cost / before[1]) / math.log(size / before[0]):.2f}"


def records_table(kept: dict[str, dict[str, float]], rows: list[Row]) -> list[str]:
    """The table of growth in records."""
    table = [
        "| records | shape | file | GB | bare scan, s | `overdue`, s | ratio | CPU ratio | MB | growth |",
        "| --: | --- | --- | --: | --: | --: | --: | --: | --: | --: |",
    ]
    before: tuple[float, float] | None = None
    last = ("", "")
    for row in rows:
        found = kept.get(row.name)
        if found is None:
            continue
        before = before if last == (row.shape, row.form) else None
        table.append(
            f"| {row.lines:,} | {row.shape} | {row.form} | {found['bytes'] / 1e9:.3f} | {found['bare']:.2f} "
            f"| {found['seconds']:.2f} | {found['seconds'] / found['bare']:.2f} "
            f"| {found['cpu'] / found['bare_cpu']:.2f} | {found['memory']:.0f} "
            f"| {exponent(row.lines, found['seconds'], before)} |"
        )
        before, last = (row.lines, found["seconds"]), (row.shape, row.form)
    return table


def plans_table(kept: dict[str, dict[str, float]], rows: list[Row]) -> list[str]:
    """The table of growth in the plan."""
    table = [
        "| obligations | owners | occurrences | records | bare scan, s | `overdue`, s | MB | growth |",
        "| --: | --: | --: | --: | --: | --: | --: | --: |",
    ]
    before: tuple[float, float] | None = None
    owners = -1
    for row in rows:
        found = kept.get(row.name)
        if found is None:
            continue
        before = before if owners == row.owners else None
        count = found["occurrences"]
        table.append(
            f"| {row.obligations:,} | {row.owners:,} | {count:,} | {row.lines:,} | {found['bare']:.2f} "
            f"| {found['seconds']:.2f} | {found['memory']:.0f} | {exponent(count, found['seconds'], before)} |"
        )
        before, owners = (count, found["seconds"]), row.owners
    return table


def page(kept: dict[str, dict[str, float]], by_records: list[Row], by_plan: list[Row]) -> str:
    """Return what is made of docs/benchmarks.md."""
    return "\n".join([
        f"Measured on {machine()}.", "",
        "Growth in records, with the real plan:", "", *records_table(kept, by_records), "",
        "Growth in the plan, with made-up plans; its exponent is that of time in occurrences:", "",
        *plans_table(kept, by_plan),
    ])  # fmt: skip


def write(made: str) -> None:
    """Put what was made between its markers."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{made}\n\n{END}{after}", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sizes = [10**power for power in range(4, 9)]
    parser.add_argument("--records", type=int, nargs="*", default=sizes, help="sizes of logs")
    parser.add_argument("--most-of-others", type=int, default=1_000_000, help="the largest log of the other shapes")
    parser.add_argument("--obligations", type=int, nargs="*", default=[10, 100, 1_000, 10_000])
    parser.add_argument("--owners", type=int, nargs="*", default=[100, 5_000])
    parser.add_argument("--plan-records", type=int, default=1_000_000, help="size of the log beside plans")
    parser.add_argument(
        "--runs", type=int, default=3, help="runs of each, of which the median counts; one from 10^7 on"
    )
    parser.add_argument("--folder", type=Path, help="where logs are made: up to 20 GB for 10^8 records")
    parser.add_argument("--again", action="store_true", help="forget what was measured before")
    parser.add_argument("--write", action="store_true", help=f"put the tables into {PAGE.name}")
    options = parser.parse_args()
    by_records = list(records(options.records, options.most_of_others))
    by_plan = list(plans(options.obligations, options.owners, options.plan_records))
    kept: dict[str, Any] = {} if options.again or not KEPT.exists() else json.loads(KEPT.read_text(encoding="utf-8"))
    KEPT.parent.mkdir(exist_ok=True)
    worse = []
    for row in (*by_records, *by_plan):
        if row.name not in kept:
            folder = Path(tempfile.mkdtemp(prefix="gongkai-scale-", dir=options.folder))
            try:
                kept[row.name] = measured(row, folder, options.runs)
            finally:
                shutil.rmtree(folder)
            KEPT.write_text(json.dumps(kept, indent=1), encoding="utf-8")
        found = kept[row.name]
        bound = broken(row, found)
        worse += [f"{row.name}: {bound}"] if bound else []
        print(f"{row.name}: {found['seconds']:.2f} s, {found['memory']:.0f} MB {bound}".rstrip(), flush=True)
    made = page(kept, by_records, by_plan)
    print(f"\n{made}")
    if options.write:
        write(made)
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
