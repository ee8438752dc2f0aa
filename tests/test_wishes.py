"""What is not told apart of a log decides nothing: verdicts are those of an evaluator that sees every line."""

import csv
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from brute_force import evaluate as brute_force
from held_in_memory import moment, settled
from hypothesis import HealthCheck, given, settings
from log_strategies import Scenario, scenarios

from gongkai_cli.evaluation.assessment import Assessment, LogFigures, assess
from gongkai_cli.evaluation.verdicts import Status
from gongkai_cli.log import scanning, workspaces
from gongkai_cli.log.headers import COLUMNS
from gongkai_cli.log.reading import read_log
from gongkai_cli.plan_file import parse_plan
from gongkai_cli.workdays import official_calendar

OVERDUE: tuple[Status, ...] = ("overdue",)


def figures_of(figures: LogFigures) -> tuple[int, int, int, int, int]:
    """How many lines were read, and of these matched, unmatched, blank and rejected."""
    return figures.read, figures.matched, figures.unmatched, figures.blank, figures.rejected


def shown(assessment: Assessment, numbers: dict[int, int]) -> dict[str, Any]:
    """The verdicts with the lines of their records, and the fate of all lines; `numbers` of lines from 0."""
    verdicts = assessment.evaluation.verdicts
    rows = []
    for verdict, records in zip(verdicts, assessment.records_of(verdicts), strict=True):
        each, slot = verdict.occurrence, verdict.occurrence.slot
        rows.append({
            "obligation": each.obligation.id,
            "owner": list(each.owners) if each.shared else each.owners[0],
            "period": slot.period.label,
            "deadline": slot.deadline.isoformat() if slot.deadline else None,
            "status": verdict.status,
            "uncertain": verdict.uncertain,
            "days_late": verdict.days_late,
            "records": [(numbers[record.line], record.match) for record in records],
        })  # fmt: skip
    return {
        "occurrences": rows,
        "unmatched": sorted(numbers[each.line] for each in assessment.unmatched()),
        "figures": figures_of(assessment.figures),
        "events_never_recorded": list(assessment.evaluation.never_recorded),
    }


def expected(scenario: Scenario, found: dict[str, Any]) -> dict[str, Any]:
    rows = [
        {
            **{name: row[name] for name in ("obligation", "owner", "period", "deadline", "status", "uncertain")},
            "days_late": row["days_late"],
            "records": [(each["line"], each["match"]) for each in row["records"]],
        }
        for row in found["occurrences"]
    ]
    return {
        "occurrences": rows,
        "unmatched": sorted(each["line"] for each in found["unmatched"]),
        "figures": (
            len(scenario.lines),
            found["matched"],
            len(found["unmatched"]),
            len(found["blank"]),
            len(found["rejected"]),
        ),
        "events_never_recorded": found["events_never_recorded"],
    }


@contextmanager
def bundling_early(size: int | None, sample: int) -> Iterator[None]:
    """Read logs from a size (None: the usual one) as large ones are read, and guess from so many of their lines."""
    with pytest.MonkeyPatch.context() as patch:
        if size is not None:
            patch.setattr(scanning, "EARLY_FROM", size)
            patch.setattr(scanning, "LEGIBLE_FROM", size)
            patch.setattr(scanning, "SAMPLE", sample)
            patch.setattr(scanning, "FEW", 0)
        yield


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a process that reads many logs."""
    return tmp_path_factory.mktemp("shared")


@contextmanager
def sharing(folder: Path | None) -> Iterator[None]:
    """Read logs as a process does that is there to read many, all of them with one engine in one folder."""
    with pytest.MonkeyPatch.context() as patch:
        if folder is not None:
            patch.setattr(workspaces, "_shared", [folder])
            patch.setattr(tempfile, "tempdir", str(folder))
        yield


# Fixed examples in CI, so that a build says the same twice; new ones on every other run.
@settings(
    max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=bool(os.environ.get("CI"))
)
@given(scenarios())
def test_a_log_read_with_little_care_gives_the_verdicts_of_every_line(shared: Path, scenario: Scenario) -> None:
    plan = parse_plan(scenario.plan_yaml.encode(), "plan.yaml").usable()
    zone = plan.plan.zone
    as_of = moment(scenario.as_of or scenario.known_on or "", zone)
    known_on = moment(scenario.known_on, zone) if scenario.known_on else None
    found = brute_force(scenario.plan_yaml, scenario.lines, scenario.as_of, scenario.known_on)
    wanted = expected(scenario, found)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(COLUMNS)
            # A note makes no difference but to papers, and keeps a line from being an empty one.
            notes = ["" if line["kind"] in ("waiver", "extension") else "-" for line in scenario.lines]
            writer.writerows(
                [line.get(column) or (note if column == "note" else "") for column in COLUMNS]
                for line, note in zip(scenario.lines, notes, strict=True)
            )
        for every_mark, early_from, sample, among_many, statuses in (
            (False, None, 0, None, None), (False, 0, 2, None, None), (False, 0, 100, None, OVERDUE),
            (True, None, 0, None, None), (False, None, 0, shared, OVERDUE),
        ):  # fmt: skip
            with bundling_early(early_from, sample), sharing(among_many), read_log([str(path)]) as log:
                assessment, problems = assess(
                    plan, official_calendar(), log, as_of, known_on, every_mark=every_mark, statuses=statuses
                )
                numbers = {line: line - 2 for line in range(2, len(scenario.lines) + 2)}
                rows = [row for row in wanted["occurrences"] if statuses is None or row["status"] in statuses]
                every = statuses is None
                got = shown(assessment, numbers)
                assert settled(got.pop("occurrences"), scenario.lines, every=every) == settled(
                    rows, scenario.lines, every=every
                )
                assert got == {name: value for name, value in wanted.items() if name != "occurrences"}
                rejected = {problem.location.line - 2 for problem in problems if problem.level == "error"}
                assert rejected == {each["line"] for each in found["rejected"]}


def test_an_event_of_a_line_without_an_obligation_keeps_days_apart(tmp_path: Path) -> None:
    plan = parse_plan(
        """
version: 1
plan: {id: p, title: P, issued: 2017-07-11, ends: 2017-12-31}
owners: [{name: 财政局}]
events: {formed: 信息形成或者变更}
obligations:
  - {id: fund, clause: '1', quote: 及时公开, title: 资金分配结果, owner: 财政局, frequency: on formed,
     deadline: 20 working days after event, match: {title: [资金]}}
""".encode(),
        "plan.yaml",
    ).usable()
    path = tmp_path / "log.csv"
    path.write_text(
        "published,obligation,formed,title\n"
        "2017-08-10,,2017-08-01,资金分配结果\n"  # an event of its own, found by its title
        "2017-07-20,fund,,再次公开\n"  # before it: nothing is open
        "2017-08-20,fund,,再次公开\n",  # after it: one more record of it
        encoding="utf-8",
    )
    found = []
    for every_mark in (False, True):
        with read_log([str(path)]) as log:
            assessment, _ = assess(
                plan, official_calendar(), log, moment("2017-12-31", plan.plan.zone), every_mark=every_mark
            )
            found.append(shown(assessment, {line: line - 2 for line in (2, 3, 4)}))
    assert found[0] == found[1]
    assert found[0]["figures"] == (3, 2, 1, 0, 0)


@pytest.mark.parametrize("every_mark", [False, True])
@pytest.mark.parametrize("order", [1, -1])
def test_a_line_that_joins_another_takes_no_third_with_it(tmp_path: Path, every_mark: bool, order: int) -> None:
    plan = parse_plan(
        """
version: 1
plan: {id: p, title: P, issued: 2017-07-11, ends: 2017-09-30}
owners: [{name: 财政局}]
obligations:
  - {id: m, clause: '1', quote: 按月公开, title: 月报, owner: 财政局, frequency: monthly, deadline: end of next month}
""".encode(),
        "plan.yaml",
    ).usable()
    # Nothing has opened yet; the second equals the one that names July, and joins it. The others have no occurrence.
    lines = ["2017-07,u1", ",u1", ",u2", ",u3", ",u3"][::order]
    path = tmp_path / "log.csv"
    path.write_text("published,obligation,period,url\n" + "".join(f"2017-07-20,m,{each}\n" for each in lines), "utf-8")
    with read_log([str(path)]) as log:
        as_of = moment("2017-10-31", plan.plan.zone)
        assessment, _ = assess(plan, official_calendar(), log, as_of, every_mark=every_mark)
        assert figures_of(assessment.figures) == (5, 2, 3, 0, 0)
        first, *_ = assessment.records_of(assessment.evaluation.verdicts)
        assert {lines[record.line - 2] for record in first} == {"2017-07,u1", ",u1"}
        assert {lines[each.line - 2] for each in assessment.unmatched()} == {",u2", ",u3"}
        (unplaced,) = assessment.unplaced.values()
        assert (unplaced.lines, unplaced.matched) == (3, 1)


@pytest.mark.parametrize(("zone", "status"), [("Asia/Shanghai", "late"), ("Asia/Urumqi", "satisfied")])
def test_an_instant_is_a_day_in_the_zone_of_the_plan(tmp_path: Path, zone: str, status: str) -> None:
    plan = parse_plan(
        f"""
version: 1
plan: {{id: p, title: P, issued: 2017-07-11, ends: 2017-12-31, timezone: {zone}}}
owners: [{{name: 财政局}}]
obligations:
  - {{id: fund, clause: '1', quote: 公开, title: 资金分配结果, owner: 财政局, frequency: once, deadline: 2017-08-31}}
""".encode(),
        "plan.yaml",
    ).usable()
    # 22:30 on 31 August in Urumqi (UTC+6) is 0:30 on 1 September in Shanghai (UTC+8).
    instant = datetime.fromisoformat("2017-08-31T16:30+00:00")
    zoned = pyarrow.array([instant], pyarrow.timestamp("us", tz="UTC"))
    path = tmp_path / "log.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"published": zoned, "obligation": ["fund"]}), path)
    with read_log([str(path)]) as log:
        as_of = moment("2017-12-31", plan.plan.zone)
        assessment, _ = assess(plan, official_calendar(), log, as_of)
    assert [each.status for each in assessment.evaluation.verdicts] == [status]


@pytest.mark.parametrize("lines", [1, 1000])
def test_a_line_without_a_period_joins_the_one_with_it_that_it_equals(tmp_path: Path, lines: int) -> None:
    plan = parse_plan(
        """
version: 1
plan: {id: p, title: P, issued: 2017-07-11, ends: 2017-12-31}
owners: [{name: 财政局}]
obligations:
  - {id: fund, clause: '1', quote: 予以公开, title: 资金分配结果, owner: 财政局, frequency: once, deadline: 2017-12-31}
""".encode(),
        "plan.yaml",
    ).usable()
    path = tmp_path / "log.csv"
    path.write_text(
        "published,obligation,period,title\n"
        "2016-12-01,fund,,资金分配结果\n"  # before the window, but the next line says what it is of
        "2016-12-01,fund,once,资金分配结果\n" + "2016-12-02,fund,,又一次\n" * lines,
        encoding="utf-8",
    )
    for sample in (None, 0), (0, 1), (0, 100):  # of one line, the guess is wrong
        with bundling_early(*sample), read_log([str(path)]) as log:
            assessment, _ = assess(
                plan, official_calendar(), log, moment("2017-12-31", plan.plan.zone), every_mark=False
            )
            assert (assessment.figures.matched, assessment.figures.unmatched) == (2, lines)


def test_a_record_is_found_again_whatever_else_its_line_has(tmp_path: Path) -> None:
    plan = parse_plan(
        """
version: 1
plan: {id: p, title: P, issued: 2017-07-11, ends: 2017-12-31}
owners: [{name: 财政局}]
events: {meeting: 会议召开}
obligations:
  - {id: fund, clause: '1', quote: 予以公开, title: 资金分配结果, owner: 财政局, frequency: once, deadline: 2017-12-31}
  - {id: month, clause: '2', quote: 按月公开, title: 月报, owner: 财政局, frequency: monthly,
     deadline: end of next month}
""".encode(),
        "plan.yaml",
    ).usable()
    path = tmp_path / "log.csv"
    path.write_text(
        "published,obligation,period,event,until,approved_by,reference,note\n"
        "2017-08-01,fund,,meeting,2017-09-01,政府办,1号,备注\n"
        "2017-08-02,fund,,,,,,\n"
        "2017-08-03,month,2017-07,meeting,,,2号,\n"
        "2016-01-01,fund,,meeting,,,3号,\n",
        encoding="utf-8",
    )
    for size, sample in (None, 0), (0, 100):
        with bundling_early(size, sample), read_log([str(path)]) as log:
            assessment, _ = assess(
                plan, official_calendar(), log, moment("2017-12-31", plan.plan.zone), every_mark=False
            )
            verdicts = assessment.evaluation.verdicts
            records = assessment.records_of(verdicts)
            found = {
                (each.occurrence.slot.period.label, record.line)
                for each, of_it in zip(verdicts, records, strict=True)
                for record in of_it
            }
            assert found == {("once", 2), ("once", 3), ("2017-07", 4)}
            assert [each.line for each in assessment.unmatched()] == [5]
