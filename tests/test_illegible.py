"""Cells that mean nothing to the plan are one to the log, and each line is still told what is wrong with it."""

import csv
from pathlib import Path

import pytest

from gongkai_cli.evaluation.assessment import assess
from gongkai_cli.evaluation.wishes import groups_of
from gongkai_cli.log import scanning
from gongkai_cli.log.headers import COLUMNS
from gongkai_cli.log.reading import Group, read_log
from gongkai_cli.messages import Words
from gongkai_cli.plan_file import parse_plan
from gongkai_cli.workdays import official_calendar


@pytest.fixture(autouse=True)
def _however_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "LEGIBLE_FROM", 0)


PLAN = parse_plan(
    """
version: 1
plan: {id: p, title: P, issued: 2017-07-11, ends: 2017-12-31}
owners: [{name: 财政局}, {name: 教育局}]
events: {flood: 洪水}
obligations:
  - {id: fund, clause: '1', quote: 按月公开, title: 资金分配结果, owner: 财政局, frequency: monthly,
     deadline: end of next month, match: {title: [资金]}}
  - {id: water, clause: '2', quote: 及时公开, title: 汛情, owner: 财政局, frequency: on flood,
     deadline: 3 days after event}
""".encode(),
    "plan.yaml",
).usable()
DAY = official_calendar(), PLAN.plan.ends
LINE = {"published": "2017-08-05", "obligation": "fund", "owner": "财政局", "url": "http://a/1"}
# Of each kind, many that differ in one cell, which nobody can read.
ILLEGIBLE = {
    "obligation": [LINE | {"obligation": f"found{n}"} for n in range(9)] + [LINE | {"obligation": "资金分配结果二"}],
    "owner": [LINE | {"owner": f"某局{n}"} for n in range(9)],
    "owner alone": [LINE | {"obligation": "", "owner": f"某局{n}"} for n in range(9)],
    "period": [LINE | {"period": f"第{n}号"} for n in range(9)] + [LINE | {"period": "P-2017"}],
    "published": [LINE | {"published": f"某日{n}"} for n in range(9)],
    "formed": [LINE | {"formed": f"某日{n}"} for n in range(9)],
    "kind": [LINE | {"kind": f"类{n}"} for n in range(9)],
    "event": [LINE | {"kind": "event", "event": f"地震{n}"} for n in range(9)],
    "event of a publication": [LINE | {"obligation": "", "event": f"地震{n}"} for n in range(9)],
}
# Each says something else, however odd it looks.
LEGIBLE = [
    *(LINE | {"obligation": cell} for cell in ("资金分配结果", "fund;water", "fund、x", "ｆｕｎｄ", "fund\x1d")),
    *(LINE | {"owner": cell} for cell in ("财政局;某局", "财政局\u3000")),
    *(LINE | {"period": cell} for cell in ("2017-08", "二〇一七年八月", "２０１7０8", "2017.8.5", "第八月")),
    LINE | {"obligation": "water", "period": "特别重大"},
    LINE | {"kind": "Event", "event": "洪水", "period": "第一号"},
    *(LINE | {"published": cell} for cell in ("二〇一七年八月五日", "２０１７－８－５ 9:30", "2017‐08‐05", "5日")),
]  # fmt: skip


def written(path: Path, rows: list[dict[str, str]]) -> str:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


def groups_in(path: str) -> list[Group]:
    with read_log([path]) as log:
        return groups_of(PLAN, *DAY[:1], log, DAY[1], by_recorded=False, every_mark=False)


def told(path: str) -> list[tuple[int, str]]:
    """What is said of each line that is rejected or unmatched, with its number."""
    english = Words("en")
    with read_log([path]) as log:
        assessment, problems = assess(PLAN, official_calendar(), log, DAY[1], every_mark=False)
        said = [
            (each.location.line, f"{each.code} {english(each.message)} {english(each.hint) if each.hint else ''}")
            for each in problems
        ]
        return sorted(said + [(each.line, english(each.reason)) for each in assessment.unmatched()])


@pytest.mark.parametrize("kind", ILLEGIBLE)
def test_what_means_nothing_is_one_group_and_each_line_is_told_its_own(tmp_path: Path, kind: str) -> None:
    rows = ILLEGIBLE[kind]
    path = written(tmp_path / "log.csv", rows)
    assert [group.lines for group in groups_in(path)] == [len(rows)]
    alone = [told(written(tmp_path / "one.csv", [row])) for row in rows]
    assert told(path) == [(number + 2, said) for number, found in enumerate(alone) for _, said in found]
    assert all(len(found) == 1 for found in alone)


def test_what_means_something_is_kept_apart(tmp_path: Path) -> None:
    assert len(groups_in(written(tmp_path / "log.csv", LEGIBLE))) == len(LEGIBLE)


def test_of_lines_that_nobody_else_reads_no_cell_is_lost(tmp_path: Path) -> None:
    path = written(tmp_path / "log.csv", ILLEGIBLE["owner"])
    with read_log([path]) as log:
        assert {group.owner for group in log.groups()} == {row["owner"] for row in ILLEGIBLE["owner"]}


@pytest.mark.parametrize("kind", ILLEGIBLE)
def test_of_a_small_log_the_same_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    path = written(tmp_path / "log.csv", ILLEGIBLE[kind])
    together = told(path)
    monkeypatch.setattr(scanning, "LEGIBLE_FROM", 1_000_000)
    assert told(path) == together
    assert len(groups_in(path)) > 1
