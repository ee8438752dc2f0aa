"""Problems of lines point at the right cell, whatever the format, and also where the cell is empty."""

import json
from pathlib import Path

import openpyxl
import pyarrow
import pyarrow.parquet
import pytest
from conftest import Gongkai

HEADER = ["recorded", "published", "kind", "obligation", "period", "until", "approved_by", "reference", "note"]


def said(gongkai: Gongkai, plan: Path, log: Path) -> list[str]:
    """Return every line of the problems, without the name of the file."""
    done = gongkai("overdue", "--log", log, "--plan", plan, "--as-of", "2017-10-10", "--lang", "en")
    assert done.code == 2
    return done.err.replace(str(log), "log").splitlines()


@pytest.mark.parametrize(
    ("line", "place", "caret"),
    [
        # The same text stands in an earlier cell, where it is in order.
        ("2017-08-05,2017-08-05,extension,fiscal,2017-08,2017-08-32,a,b,c", "log:2:48", 47),
        ("2017-13-01,2017-13-01,,fiscal,2017-08,,,,", "log:2:12", 11),
        ("2017-08-05,,,fiscal,2017-08,,a,,x", "log:2:12", 11),
        ("2017-08-05,2017-08-05,waiver,fiscal,2017-08,,a,b,c", "log:2:45", 44),
        ("2017-08-05,2017-08-05,waiver,fiscal,2017-08,2017-09-30,a,,c", "log:2:58", 57),
        ('"2017-08-05","",,fiscal,2017-08,,a,,x', "log:2:14", 13),
        ('2017-08-05,"x",,fiscal,2017-08,,,,x', "log:2:13", 12),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv(
    gongkai: Gongkai, small_plan: Path, tmp_path: Path, line: str, place: str, caret: int, encoding: str
) -> None:
    log = tmp_path / "log.csv"
    good = "2017-09-01,2017-09-01,,fiscal,2017-07,,,,备注"
    log.write_bytes("\r\n".join([",".join(HEADER), line, good, ""]).encode(encoding))
    lines = said(gongkai, small_plan, log)
    assert lines[0].startswith(f"{place}: error GK65")
    assert lines[1:3] == [f"    {line}", "    " + " " * caret + "^"]


def test_a_cell_on_a_later_line_of_its_record(gongkai: Gongkai, small_plan: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text('title,published,obligation\n"上\n下",上周,fiscal\n', encoding="utf-8")
    assert said(gongkai, small_plan, log)[:3] == [
        "log:3:4: error GK658 `上周` is not a date",
        '    下",上周,fiscal',
        "        ^",
    ]


def test_a_column_that_the_log_lacks_has_no_caret(gongkai: Gongkai, small_plan: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("obligation,title\nfiscal,某月\n", encoding="utf-8")
    assert said(gongkai, small_plan, log) == [
        "log:2: error GK658 there is no date",
        "    fiscal,某月",
        "    hint: write YYYY-MM-DD, for example 2017-07-11",
    ]


def test_sheets(gongkai: Gongkai, small_plan: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "台账"
    for row in (["某局台账"], ["序号", "事项编号", "标题", "发布日期"], [1, "fiscal", "", "上周"], [2, "fiscal", "补"]):
        book.active.append(row)
    book.save(log)
    assert said(gongkai, small_plan, log) == [
        "log [台账] row 3, column D: error GK658 `上周` is not a date",
        "    fiscal |  | 上周",
        "                ^",
        "    hint: write YYYY-MM-DD, for example 2017-07-11",
        "",
        "log [台账] row 4, column D: error GK658 there is no date",
        "    fiscal | 补 | ",
        "                  ^",
        "    hint: write YYYY-MM-DD, for example 2017-07-11",
    ]


def test_json_lines(gongkai: Gongkai, small_plan: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    lines = [
        json.dumps({"标题": "上周", "发布日期": "上周", "obligation": "fiscal"}, ensure_ascii=False),
        json.dumps({"obligation": "fiscal", "title": "x"}),
    ]
    log.write_text("\n".join(lines), encoding="utf-8")
    found = said(gongkai, small_plan, log)
    assert found[0] == "log:1:23: error GK658 `上周` is not a date"
    assert found[5] == "log:2:1: error GK658 there is no date"


def test_parquet(gongkai: Gongkai, small_plan: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.parquet"
    table = pyarrow.table({"published": ["2017-09-01", "soon"], "obligation": ["fiscal", "fiscal"]})
    pyarrow.parquet.write_table(table, log)
    assert said(gongkai, small_plan, log)[:3] == [
        "log:2: error GK658 `soon` is not a date",
        "    soon | fiscal",
        "    ^",
    ]
