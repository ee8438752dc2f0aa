"""Times `gongkai overdue` on large logs against a bare DuckDB scan of the same file, whole processes, as ratios."""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from logs import write_log
from measuring import GONGKAI, Cost, cost, machine, middle, overdue
from measuring import bare as scan_bare

from plans import write_copies, write_plan

REAL = Path(__file__).parent.parent / "plans" / "2017_dongying.yaml"


class Case(NamedTuple):
    """A log to be made, the plan to hold it against, and how many times a bare scan it may take; 0: no bound."""

    lines: int
    shape: str
    plan: Path
    most: float


def measure(case: Case, runs: int, folder: Path) -> tuple[str, bool]:
    """Return the table row of a case, and whether its bound was kept.

    The programs take turns, so that noise hits both alike.
    """
    log = folder / f"{case.shape}-{case.lines}.csv"
    write_log(log, case.lines, case.shape, case.plan)
    costs: dict[str, list[Cost]] = {"bare": [], "ours": [], "check": []}
    for _ in range(runs):
        costs["bare"].append(scan_bare(log))
        costs["ours"].append(overdue(case.plan, log))
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
    print(f"{machine()}\n")
    print(
        "| lines | shape | plan | bare scan, s | overdue, s | ratio | bound | kept | CPU ratio | MB | s over `check` |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        large, copies = folder / "made-up-10000.yaml", folder / "copies-10000.yaml"
        write_plan(large, 10_000)
        write_copies(copies, REAL, 10_000)
        cases = [
            Case(10_000, "declared", REAL, 0),
            Case(1_000_000, "declared", REAL, 2.0),
            Case(10_000_000, "declared", REAL, 1.5),
            Case(1_000_000, "declared", large, 4.0),
            Case(1_000_000, "declared", copies, 4.0),
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
