"""What Python programs use: the page that shows it, and that it is what the command line does.

`GONGKAI_UPDATE=1 pytest tests/test_library.py` writes the results on the page anew. That types are what they should
be is held by mypy, which reads this file too.
"""

import ast
import contextlib
import io
import os
import pickle
import re
import subprocess
import sys
from dataclasses import fields
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import assert_type

import pytest
from conftest import PLAN, REAL_PLAN, ROOT, Gongkai

import gongkai_cli
from gongkai_cli import (
    BadInput,
    Log,
    Plan,
    Problem,
    Report,
    Row,
    WorkCalendar,
    evaluate,
    load_calendar,
    load_log,
    load_plan,
    to_dict,
    to_json,
)
from gongkai_cli.evaluation.assessment import LogFigures, Record, Unmatched
from gongkai_cli.messages import text
from gongkai_cli.problems import Location
from gongkai_cli.report import Undated

PAGE = ROOT / "docs" / "python.md"
LOG = ROOT / "examples" / "made-up-log-2017"
BAD_LINES = ROOT / "examples" / "made-up-bad-lines-2017.csv"
DAY = date(2017, 9, 30)


def test_types_are_known() -> None:
    with load_log(LOG) as log:
        assert_type(log, Log)
        plan = load_plan(REAL_PLAN)
        assert_type(plan, Plan)
        report = evaluate(plan, log, as_of=DAY)
        assert_type(report, Report)
        assert_type(report.of("overdue"), tuple[Row, ...])
        assert_type(report.rows[0].owners, tuple[str, ...])
        assert_type(report.problems, tuple[Problem, ...])
    assert report.of("overdue", "late") == tuple(row for row in report.rows if row.status in ("overdue", "late"))


# The page


def cells(content: str) -> list[re.Match[str]]:
    return list(
        re.finditer(
            r"^```python\n(?P<code>.*?)^```\n(?:\n```output\n(?P<said>.*?)^```\n)?", content, re.MULTILINE | re.DOTALL
        )
    )


def run_cell(code: str, names: dict[str, object]) -> str:
    """Return what a notebook shows for a cell: what it prints, and the value of its last line."""
    *before, last = ast.parse(code).body
    with contextlib.redirect_stdout(io.StringIO()) as said:
        if isinstance(last, ast.Expr):
            exec(compile(ast.Module(before, []), "<cell>", "exec"), names)  # noqa: S102
            value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)  # noqa: S307
            if value is not None:
                print(repr(value))  # noqa: T201
        else:
            exec(compile(code, "<cell>", "exec"), names)  # noqa: S102
    return said.getvalue()


def test_the_page_shows_what_its_cells_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    content = PAGE.read_text(encoding="utf-8")
    names: dict[str, object] = {}
    fresh, end = "", 0
    for cell in cells(content):
        said = run_cell(cell["code"], names)
        if cell["said"] is None:
            assert said == "", cell["code"]
            continue
        fresh += content[end : cell.start("said")] + said
        end = cell.end("said")
    fresh += content[end:]
    if os.environ.get("GONGKAI_UPDATE") == "1":
        PAGE.write_text(fresh, encoding="utf-8")
    assert fresh == content
    assert content.count("```python\n") == len(cells(content)) > 8


def documented(heading: str) -> set[str]:
    """The names in the first column of the table under a heading."""
    _, _, rest = PAGE.read_text(encoding="utf-8").partition(f"\n### {heading}\n")
    rows = re.findall(r"^\| (`.*?) \| ", rest.partition("\n### ")[0], re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([a-z_]+)", row)}


def test_every_public_name_is_on_the_page() -> None:
    content = PAGE.read_text(encoding="utf-8")
    functions = {name for name in gongkai_cli.__all__ if name[0].islower()}
    assert documented("Functions") == functions
    assert [name for name in gongkai_cli.__all__ if f"`{name}" not in content] == []


@pytest.mark.parametrize(
    ("heading", "kind", "inner"),
    [
        ("`Report`", Report, {"command", "concerned", "concerned_lines", "nearest"}),
        ("`Row`", Row, {"plan", "occurrence", "verdict", "papers", "doubts"}),
    ],
)
def test_attributes_are_on_the_page(heading: str, kind: type, inner: set[str]) -> None:
    """All but a few, which only our own formats need."""
    there = {name for name in dir(kind) if not name.startswith("_")}
    assert there - documented(heading) == inner
    assert documented(heading) <= there


def test_what_stands_in_the_attributes_is_on_the_page() -> None:
    content = PAGE.read_text(encoding="utf-8")
    parts = [each.name for kind in (LogFigures, Undated, Location) for each in fields(kind)]
    assert [name for name in (*parts, *Record._fields, *Unmatched._fields) if f"`{name}`" not in content] == []


# The package


def test_names_are_imported_when_asked_for() -> None:
    code = "import sys, gongkai_cli; gongkai_cli.BadInput; print({'pydantic', 'yaml', 'duckdb'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_the_names_of_the_package() -> None:
    assert set(gongkai_cli.__all__) <= set(dir(gongkai_cli))
    assert all(getattr(gongkai_cli, name) is not None for name in gongkai_cli.__all__)
    with pytest.raises(AttributeError, match="'gongkai_cli' has no attribute 'evaluates'"):
        _ = gongkai_cli.evaluates


# The same as the command line


def test_json_is_that_of_the_command_line(gongkai: Gongkai) -> None:
    plan, day = load_plan(REAL_PLAN), DAY
    given = ("--plan", REAL_PLAN, "--as-of", str(DAY), "--format", "json")
    september = ("--from", "2017-09-01", "--to", "2017-09-30")
    days = date(2017, 9, 1), date(2017, 9, 30)
    with load_log([LOG, ROOT / "examples" / "made-up-ledgers-2017"]) as log:
        whole, part = evaluate(plan, log, as_of=day), evaluate(plan, log, as_of=day, days=days)
        known = evaluate(plan, log, as_of=day, known_on=date(2017, 9, 1))
    logs = ("--log", LOG, "--log", ROOT / "examples" / "made-up-ledgers-2017")
    assert gongkai("status", *given, *logs).out == to_json(whole)
    assert gongkai("due", *given, *logs, *september).out == to_json(part)
    assert gongkai("status", *given, *logs, "--known-on", "2017-09-01").out == to_json(known)
    assert gongkai("due", *given, *september).out == to_json(evaluate(plan, as_of=day, days=days))
    assert to_dict(whole)["summary"] == whole.summary


def test_a_log_can_be_asked_again() -> None:
    plan = load_plan(REAL_PLAN)
    with load_log([BAD_LINES, LOG]) as log:
        first = evaluate(plan, log, as_of=DAY, skip_bad_lines=True)
        evaluate(plan, log, as_of=date(2017, 8, 31), skip_bad_lines=True)
        assert evaluate(plan, log, as_of=DAY, skip_bad_lines=True) == first
    assert first.log is not None
    assert len({each.location.line for each in first.problems if each.level == "error"}) == first.log.rejected > 0


def test_working_days_of_the_office(tmp_path: Path) -> None:
    file = tmp_path / "workdays.yaml"
    file.write_text(
        "# Made up\nversion: 1\nyears:\n"
        "  - {year: 2017, covers: days, document_number: none, holidays: [{name: flood, days: 2017-08-07}]}\n",
        encoding="utf-8",
    )
    plan_file = tmp_path / "plan.yaml"
    plan_file.write_text(PLAN.replace("deadline: 5 hours after event", "deadline: 1 working day after event"))
    log_file = tmp_path / "log.csv"
    log_file.write_text("published,kind,event,obligation\n2017-08-04,event,emergency,news\n", encoding="utf-8")

    def deadline(calendar: WorkCalendar) -> object:
        with load_log(log_file) as log:
            report = evaluate(load_plan(plan_file, calendar), log, as_of=DAY, calendar=calendar)
        return next(row.deadline for row in report.rows if row.obligation.id == "news")

    assert deadline(load_calendar()) == date(2017, 8, 7)
    assert deadline(load_calendar(file)) == date(2017, 8, 8)
    file.write_text("version: 2\n", encoding="utf-8")
    with pytest.raises(BadInput):
        load_calendar(file)


def test_a_datetime_without_a_zone_is_on_the_plans_clock() -> None:
    plan = load_plan(REAL_PLAN)
    naive = datetime(2017, 9, 30, 12)  # noqa: DTZ001
    with load_log(LOG) as log:
        report = evaluate(plan, log, as_of=naive)
        aware = evaluate(plan, log, as_of=naive.replace(tzinfo=plan.plan.zone))
    assert isinstance(report.as_of, datetime)
    assert report.as_of.utcoffset() == timedelta(hours=8)
    assert report == aware


# What goes wrong


def test_wrong_calls() -> None:
    plan = load_plan(REAL_PLAN)
    with pytest.raises(TypeError, match="as_of is a date or a datetime, not '2017-09-30'"):
        evaluate(plan, as_of="2017-09-30", days=(DAY, DAY))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="days must be given"):
        evaluate(plan, as_of=DAY)
    log = load_log(str(LOG))
    log.close()
    with pytest.raises(ValueError, match="closed"):
        evaluate(plan, log, as_of=DAY)


def test_a_missing_plan_is_bad_input() -> None:
    with pytest.raises(BadInput, match=r"^missing\.yaml: GK101 ") as caught:
        load_plan("missing.yaml")
    assert [each.code for each in caught.value.problems] == ["GK101"]


def test_errors_of_a_log_are_told_all_at_once() -> None:
    with load_log([BAD_LINES, "missing.csv"]) as log, pytest.raises(BadInput) as caught:
        evaluate(load_plan(REAL_PLAN), log, as_of=DAY, skip_bad_lines=True)  # spares lines, never files
    problems = caught.value.problems
    assert {"GK601", "GK651", "GK658"} <= {each.code for each in problems}
    said = str(caught.value).splitlines()
    assert said[:20] == [str(each) for each in problems[:20]]
    assert said[20:] == [f"… and {len(problems) - 20} more"]


def test_errors_travel_between_processes() -> None:
    with pytest.raises(BadInput) as caught:
        load_plan("missing.yaml")
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert again.problems == caught.value.problems
    assert str(again) == str(caught.value)


def test_a_problem_on_one_line_does_nothing_to_a_terminal() -> None:
    said = text("the id `{id}` stands here for the second time", id="a\x1b[31m\nb\u202e区　局")
    problem = Problem(Location("plan.yaml", 3, 7), "GK301", said, text("delete one of the two"))
    assert str(problem) == (
        "plan.yaml:3:7: GK301 the id `a\\x1b[31m\\nb\\u202e区　局` stands here for the second time "
        "(delete one of the two)"
    )
