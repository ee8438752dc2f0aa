"""Logs in every format give the same groups and lines, and every line is counted once."""

import csv
import datetime
import io
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pyarrow
import pyarrow.parquet
import pytest
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai_cli.dates import SPACES
from gongkai_cli.log import table
from gongkai_cli.log.headers import COLUMNS
from gongkai_cli.log.reading import Group, Line, Log, Wishes, read_log
from gongkai_cli.log.wishes import Matcher

Row = dict[str, str]

ROWS: list[Row] = [
    {"published": "2017-08-05", "obligation": "fiscal", "owner": "区财政局", "period": "2017-07", "title": "财政收支",
     "url": "http://x/1.html", "recorded": "2017-08-05 17:30", "note": ""},
    {"published": "2017-08-05", "obligation": "fiscal", "owner": "区财政局", "period": "2017-07", "title": "财政收支2",
     "url": "http://x/2.html", "recorded": "2017-08-05 18:30", "note": ""},
    {"published": "2017-08-05 09:00", "obligation": "fiscal", "owner": "区财政局", "period": "2017-07", "title": "又",
     "url": "http://x/2.html", "recorded": "2017-08-05", "note": "补"},
    {"published": "20170806", "obligation": "", "owner": "区教育局", "period": "", "title": "2017年7月通报",
     "url": "", "recorded": "", "note": ""},
    {"published": "", "obligation": "fiscal", "owner": "区财政局", "period": "2017-08", "title": "", "url": "",
     "recorded": "", "note": ""},
    {"published": "2017-08-07 10:00", "obligation": "hot", "owner": "区应急局", "period": "e1", "title": "通报",
     "url": "u", "recorded": "", "note": ""},
]  # fmt: skip
HEADER = tuple(ROWS[0])


def as_csv(path: Path, rows: Sequence[Row] = ROWS, header: Sequence[str] = HEADER, **options: str) -> Path:
    encoding = options.pop("encoding", "utf-8")
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, **{"lineterminator": "\n", **options})  # type: ignore[arg-type]
    writer.writerow(header)
    writer.writerows([row.get(column, "") for column in header] for row in rows)
    path.write_bytes(stream.getvalue().encode(encoding))
    return path


def as_xlsx(path: Path, rows: Sequence[Row] = ROWS) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "2017年台账"
    sheet.merge_cells("A1:H1")
    sheet.append([])
    sheet.append(["发布日期", "事项编号", "责任单位", "期次", "标题", "链接", "登记时间", "备注"])
    for row in rows:
        cells: list[object] = [row.get(column) or None for column in HEADER]
        if row["published"] == "2017-08-05":
            cells[0] = datetime.date(2017, 8, 5)
        elif row["published"].isdigit():
            cells[0] = int(row["published"])
        elif row["published"]:
            cells[0] = datetime.datetime.fromisoformat(row["published"])
        sheet.append(cells)
    sheet.append([" "])
    book.save(path)
    return path


def as_json(path: Path, rows: Sequence[Row] = ROWS) -> Path:
    content = [json.dumps({key: value or None for key, value in row.items()}, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(content) + "\n\n", encoding="utf-8")
    return path


def as_parquet(path: Path, rows: Sequence[Row] = ROWS) -> Path:
    pyarrow.parquet.write_table(pyarrow.table({key: [row[key] or None for row in rows] for key in HEADER}), path)
    return path


MAKERS = {"a.csv": as_csv, "b.xlsx": as_xlsx, "c.jsonl": as_json, "d.parquet": as_parquet}


def adds_up(log: Log, groups: list[Group]) -> None:
    assert log.read == sum(group.lines for group in groups) + log.blank + log.rejected
    assert log.read == sum(file.read for file in log.files)


def lines_of(log: Log, groups: list[Group]) -> list[Line]:
    return log.lines_of([group.key for group in groups], 10_000)


def contents(lines: list[Line]) -> list[dict[str, str]]:
    return [{column: cell for column, cell in line.cells.items() if cell} for line in lines]


def test_every_format_says_the_same(tmp_path: Path) -> None:
    found = {}
    for name, make in MAKERS.items():
        with read_log([str(make(tmp_path / name))]) as log:
            groups = log.groups(Wishes(frozenset({"hot"}), "[0-9]月"))
            assert log.problems == ()
            assert (log.read, log.blank, log.rejected) == (6, 1, 0)
            adds_up(log, groups)
            found[name] = groups, contents(lines_of(log, groups))
    assert found["a.csv"] == found["b.xlsx"] == found["c.jsonl"] == found["d.parquet"]
    groups, lines = found["a.csv"]
    assert len(lines) == 5
    assert [group[:5] for group in groups] == [
        ("2017-08-05", "", "fiscal", "区财政局", "2017-07"),
        ("2017-08-05", "", "fiscal", "区财政局", "2017-07"),
        ("2017-08-07 10:00", "", "hot", "区应急局", "e1"),
        ("20170806", "", "", "区教育局", ""),
    ]
    assert [(group.lines, len(group.filler_ids), group.has_note) for group in groups[:2]] == [
        (2, 2, False),
        (1, 1, True),
    ]
    assert groups[0].recorded == "2017-08-05"
    assert [group.title for group in groups] == ["", "", "", "2017年7月通报"]


def test_the_order_of_files_changes_nothing(tmp_path: Path) -> None:
    names = [str(make(tmp_path / name)) for name, make in MAKERS.items()]
    found = []
    for order in (names, names[::-1], [str(tmp_path)], [str(tmp_path / "*.*"), *names]):
        with read_log(order) as log:
            groups = log.groups()
            adds_up(log, groups)
            found.append((groups, lines_of(log, groups), log.files))
    assert found[0] == found[1] == found[2] == found[3]
    assert [file.read for file in found[0][2]] == [6, 6, 6, 6]
    assert [line.file for line in found[0][1][:3]] == names[:3]


def test_places_of_lines(tmp_path: Path) -> None:
    for name, make in MAKERS.items():
        with read_log([str(make(tmp_path / name))]) as log:
            groups = log.groups()
            places = {(line.cells["published"], line.cells["title"]): line for line in lines_of(log, groups)}
        first = places["2017-08-05", "财政收支"]
        last = places["2017-08-07 10:00", "通报"]
        expected = {"a.csv": (2, 7), "b.xlsx": (4, 9), "c.jsonl": (1, 6), "d.parquet": (1, 6)}[name]
        assert (first.line, last.line) == expected
        assert first.sheet == ("Sheet" if name == "b.xlsx" else "")
        assert groups[first.key].published == "2017-08-05"


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.csv", {"encoding": "utf-8-sig"}),
        ("a.csv", {"encoding": "gb18030"}),
        ("a.csv", {"encoding": "utf-16"}),
        ("a.csv", {"delimiter": ";"}),
        ("a.tsv", {"delimiter": "\t"}),
        ("a.csv", {"delimiter": "\t", "lineterminator": "\r\n", "encoding": "gb18030"}),
        ("a.csv", {"lineterminator": "\r"}),
        ("a[1]*.csv", {}),
        ("it's a.csv", {}),
        ("a", {}),
    ],
)
def test_csv_as_people_save_it(tmp_path: Path, name: str, options: dict[str, str]) -> None:
    with read_log([str(as_csv(tmp_path / "plain.csv"))]) as log:
        plain = log.groups(), contents(lines_of(log, log.groups()))
    with read_log([str(as_csv(tmp_path / name, ROWS, HEADER, **options))]) as log:
        groups = log.groups()
        lines = lines_of(log, groups)
        assert log.problems == ()
        assert (groups, contents(lines)) == plain
        assert sorted(line.line for line in lines) == [2, 3, 4, 5, 7]


def test_line_endings_of_several_kinds(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"title,published\r\na,2017-08-01\nb,2017-08-02\r\n\r\n\nc,2017-08-03\rd,2017-08-04")
    with read_log([str(path)]) as log:
        groups = log.groups()
        assert log.problems == ()
        assert [(line.cells["title"], line.line) for line in lines_of(log, groups)] == [
            ("a", 2), ("b", 3), ("c", 6), ("d", 7),
        ]  # fmt: skip


def test_line_breaks_in_cells_and_blank_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('\n"发布\n日期",标题\n\n2017-08-01,"a\r\n\nb"\n\n , \n2017-08-02,c\n', encoding="utf-8", newline="")
    with read_log([str(path)]) as log:
        groups = log.groups()
        assert log.problems == ()
        assert log.read == 2
        assert [(line.cells["title"], line.line) for line in lines_of(log, groups)] == [("a\r\n\nb", 5), ("c", 10)]


def test_an_exported_list(tmp_path: Path) -> None:
    rows = [{"发布机关": "区财政局", "标题": f"第{n}条", "成文日期": "2017-08-01", "发布日期": "2017-08-0" + str(n),
             "网址": "u", "栏目": "财政信息"} for n in (1, 2)]  # fmt: skip
    with read_log([str(as_csv(tmp_path / "a.csv", rows, tuple(rows[0])))]) as log:
        groups = log.groups()
        assert log.problems == ()
    assert [(group.owner, group.title, group.formed, group.column) for group in groups] == [
        ("区财政局", "第1条", "2017-08-01", "财政信息"),
        ("区财政局", "第2条", "2017-08-01", "财政信息"),
    ]


def test_a_header_map(tmp_path: Path) -> None:
    path = as_csv(tmp_path / "a.csv", [{"名称": "x", "日子": "2017-08-01"}], ("名称", "日子"))
    with read_log([str(path)], {"名称": "title", "日子": "published"}) as log:
        assert [(group.title, group.published) for group in log.groups()] == [("x", "2017-08-01")]
        assert log.problems == ()


def test_blanks_around_cells_make_no_groups(tmp_path: Path) -> None:
    cells = [("a", "2017-08-01"), (" a", "2017-08-01 "), ("a\u3000", "\t2017-08-01"), ("a", "2017-08-01\u00a0")]
    rows = [{"obligation": one, "published": other} for one, other in cells]
    rows += [{"obligation": " ", "published": "\u3000"}, {"obligation": "a", "published": " "}]
    with read_log([str(as_csv(tmp_path / "a.csv", rows, ("obligation", "published")))]) as log:
        groups = log.groups()
        assert [(group.obligation, group.published, group.lines) for group in groups] == [("a", "2017-08-01", 4)]
        assert (log.read, log.blank) == (5, 1)
        assert sorted(line.line for line in lines_of(log, groups)) == [2, 3, 4, 5]


@pytest.mark.parametrize("odd", [" ", "\u3000", "\ufeff", "\u00a0\t"])
@pytest.mark.parametrize("column", HEADER)
def test_a_cell_of_blanks_is_empty(tmp_path: Path, column: str, odd: str) -> None:
    rows = [{"obligation": "a", "owner": "b", "title": "", "url": "", "published": "", "period": "", "note": ""}]
    rows += [dict.fromkeys(HEADER, ""), {**ROWS[0], "url": "u"}, {**ROWS[3], "title": "t"}]
    found = []
    for value in ("", odd):
        path = as_csv(tmp_path / "a.csv", [{**row, column: row.get(column) or value} for row in rows])
        with read_log([str(path)]) as log:
            found.append((log.groups(Wishes(title_hint="t")), log.read, log.blank))
    assert found[0] == found[1]
    assert found[0][1:] == (3, 1)


@pytest.mark.parametrize(
    ("written", "group"),
    [
        ("2017-08-05 17:30", "2017-08-05"),
        ("2017-08-05T17:30:59", "2017-08-05"),
        ("2017/8/5 9:30", "2017/8/5"),
        ("2017年8月5日17时30分", "2017年8月5日"),
        ("2017年8月5日 17:30", "2017年8月5日"),
        ("2017-08-05 25:30", "2017-08-05 25:30"),  # left for whoever reads the date to reject
        ("2017-08-05 17:30 左右", "2017-08-05 17:30 左右"),
    ],
)
def test_times_of_day_make_no_groups(tmp_path: Path, written: str, group: str) -> None:
    rows = [{"obligation": each, "published": written} for each in ("plain", "clock")]
    rows.append({"obligation": "plain", "published": written, "kind": "event"})
    path = as_csv(tmp_path / "a.csv", rows, ("obligation", "published", "kind"))
    with read_log([str(path)]) as log:
        found = {(each.obligation, each.kind): each.published for each in log.groups(Wishes(frozenset({"clock"})))}
    assert found == {("plain", ""): group, ("clock", ""): written, ("plain", "event"): written}


def test_marks_are_told_for_whom_it_is_asked(tmp_path: Path) -> None:
    rows = [{"obligation": one, "period": period, "published": "2017-08-01", "url": url, "title": title}
            for one in ("a", "b", "a;b", "") for period in ("", "7") for url, title in
            (("u1", "x"), ("u1", "y"), ("u2", "x"), ("", "x"), (" ", "x"))]  # fmt: skip
    path = as_csv(tmp_path / "a.csv", rows, ("obligation", "period", "published", "url", "title"))

    def told(wishes: Wishes) -> dict[str, tuple[int, bool]]:
        groups = log.groups(wishes)
        return {
            group.obligation + group.period: (len(group.filler_ids), group.every_mark)
            for group in groups
            if group.obligation
        }

    with read_log([str(path)]) as log:
        every, two = (3, True), (2, False)
        names = ("a", "a7", "b", "b7", "a;b", "a;b7")
        assert told(Wishes()) == dict.fromkeys(names, every)
        assert told(Wishes(marked=frozenset())) == {**dict.fromkeys(names, two), "a;b": every}
        assert told(Wishes(marked=frozenset("b"))) == {
            **dict.fromkeys(names, every), "a": two, "a7": two,
        }  # fmt: skip
        undated = Wishes(marked=frozenset(), marked_undated=frozenset("b"))
        assert told(undated) == {**dict.fromkeys(names, two), "b": every, "a;b": every}
        groups = {group.obligation + group.period: group for group in log.groups(Wishes(marked=frozenset("b")))}
        assert set(groups["b"].filler_ids) == set(groups["a;b7"].filler_ids) > set(groups["a"].filler_ids)
        assert {len(group.filler_ids) for group in log.groups(undated) if not group.obligation + group.period} == {1, 3}


def test_one_record_needs_no_list_of_marks(tmp_path: Path) -> None:
    rows = [{"obligation": "a", "published": "2017-08-01", "url": url} for url in ("u1", "u1", " u1")]
    with read_log([str(as_csv(tmp_path / "a.csv", rows, ("obligation", "published", "url")))]) as log:
        (group,) = log.groups(Wishes(marked=frozenset()))
        assert (group.lines, len(group.filler_ids), group.every_mark) == (3, 1, True)
        assert group.filler_ids == log.groups()[0].filler_ids


def test_marks_stand_in_one_order_whatever_threads_do(tmp_path: Path) -> None:
    rows = [{"obligation": "a", "published": "2017-08-01", "url": f"u{n}"} for n in range(500)]
    for order in (rows, rows[::-1]):
        with read_log([str(as_csv(tmp_path / "a.csv", order, ("obligation", "published", "url")))]) as log:
            (group,) = log.groups()
            assert len(group.filler_ids) == 500
            assert list(group.filler_ids) == sorted(group.filler_ids)


WORDS = st.sampled_from(["财政", "收支", "预算 执行", "'", "%", " ", "\u3000", "7月"])
TITLES = st.lists(WORDS, max_size=5).map("".join)
OFFICES = st.sets(st.sampled_from(["甲局", "乙局", "丙局"]), min_size=1)
RULES = st.tuples(
    st.lists(TITLES.filter(str.split), max_size=2), st.lists(WORDS.filter(str.strip), max_size=2), OFFICES
)
CELLS = st.tuples(
    TITLES, WORDS, st.sampled_from(["", "d0"]), st.sampled_from(["甲局", "乙局", "", "甲局、乙局", "丁局", "\u3000"])
)


@given(st.lists(CELLS, min_size=1, max_size=8), st.lists(RULES.filter(lambda rule: bool(rule[0] or rule[1]))))
@settings(max_examples=40, deadline=None)
def test_what_a_line_without_an_obligation_fits(
    tmp_path_factory: pytest.TempPathFactory,
    lines: list[tuple[str, str, str, str]],
    rules: list[tuple[list[str], list[str], set[str]]],
) -> None:
    matchers = tuple(
        Matcher(
            f"d{n}", tuple(tuple(each.split()) for each in titles), tuple(map(str.strip, columns)), frozenset(owners)
        )
        for n, (titles, columns, owners) in enumerate(rules)
    )
    header = ("title", "column", "obligation", "owner")
    rows = [{**dict(zip(header, line, strict=True)), "published": "2017-08-01"} for line in lines]
    path = as_csv(tmp_path_factory.mktemp("log") / "a.csv", rows, (*header, "published"))
    with read_log([str(path)]) as log, pytest.MonkeyPatch.context() as patch:
        # A few such lines beside lines with an obligation are left to the caller; without rules, nothing fits.
        assert {group.fits for group in log.groups(Wishes(matchers=matchers))} == {None if matchers else ""}
        patch.setattr("gongkai_cli.log.scanning.FEW", -1)
        groups = log.groups(Wishes(matchers=matchers))
        found = {line.line - 2: group.fits for group in groups for line in log.lines_of([group.key], 99)}
    for number, (title, column, name, owner) in enumerate(lines):
        anybody = not owner.strip() or "、" in owner
        fits = [
            each.name
            for each in matchers
            if (anybody or owner in each.owners)
            and (not each.titles or any(all(word in title for word in words) for words in each.titles))
            and (not each.columns or column.strip() in each.columns)
        ]
        assert found[number] == ("" if name else "\n".join(fits))


def test_titles_are_kept_for_whom_they_decide(tmp_path: Path) -> None:
    rows = [{"obligation": one, "period": period, "published": "2017-08-01", "title": "7月"}
            for one in ("a", "b", "a；b", "") for period in ("", "2017-07")]  # fmt: skip
    path = as_csv(tmp_path / "a.csv", rows, ("obligation", "period", "published", "title"))
    with read_log([str(path)]) as log:
        kept = {
            (each.obligation, each.period): each.title for each in log.groups(Wishes(frozenset(), "月", frozenset("b")))
        }
    assert {cells for cells, title in kept.items() if title} == {("", ""), ("", "2017-07"), ("b", ""), ("a；b", "")}


def test_days_of_writing_down_need_not_make_groups(tmp_path: Path) -> None:
    rows = [{"obligation": "a", "published": "2017-08-01", "recorded": f"2017-08-0{n} 10:00"} for n in (1, 3, 2)]
    rows.append({"obligation": "a", "published": "2017-08-01", "recorded": "2017-08-04", "kind": "waiver"})
    with read_log([str(as_csv(tmp_path / "a.csv", rows, ("obligation", "published", "recorded", "kind")))]) as log:
        assert len(log.groups()) == 4
        groups = log.groups(Wishes(by_recorded=False))
        assert [(group.recorded, group.lines) for group in groups] == [("", 3), ("2017-08-04", 1)]
        assert [line.line for line in lines_of(log, groups)] == [2, 3, 4, 5]


def test_lines_are_limited_in_order(tmp_path: Path) -> None:
    with read_log([str(as_csv(tmp_path / "a.csv"))]) as log:
        groups = log.groups()
        every = lines_of(log, groups)
        keys = [group.key for group in groups]
        assert log.lines_of(keys, len(every)) == every
        # The first of each group come first, then their second ones.
        firsts = [next(line for line in every if line.key == key) for key in keys]
        assert log.lines_of(keys, len(keys)) == sorted(firsts, key=every.index)
        assert set(map(every.index, log.lines_of(keys, len(keys) + 1))) > set(map(every.index, firsts))
        assert log.lines_of([], 5) == []
        assert [line.key for line in log.lines_of([0], 9)] == [0, 0]


def test_the_first_lines_by_file_and_line(tmp_path: Path) -> None:
    paths = [str(as_csv(tmp_path / name)) for name in ("b.csv", "a.csv")]
    with read_log([*paths, str(as_xlsx(tmp_path / "c.xlsx"))]) as log:
        keys = [group.key for group in log.groups()]
        places = sorted((line.file, line.line) for line in log.lines_of(keys, 99))
        for limit in (1, 4, 7, 99):
            first = log.lines_of(keys, limit, first_in_file=True)
            assert [(line.file, line.line) for line in first] == places[:limit]


def test_typed_columns_of_parquet(tmp_path: Path) -> None:
    zone = datetime.timezone(datetime.timedelta(hours=8))
    moment = datetime.datetime.fromisoformat("2017-08-05 17:30")
    table = pyarrow.table({
        "obligation": ["a", "b", "c"],
        "published": [moment, datetime.datetime.fromisoformat("2017-08-05"), None],
        "formed": [datetime.date(2017, 8, 1), None, None],
        "recorded": pyarrow.array([moment.replace(tzinfo=zone)] * 3, pyarrow.timestamp("us", tz="UTC")),
        "period": [20170805.0, 1.5, None],
        "reference": [1, 2, 3],
    })  # fmt: skip
    path = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(table, path)
    with read_log([str(path)]) as log:
        lines = lines_of(log, log.groups())
    assert [
        [line.cells[name] for name in ("published", "formed", "recorded", "period", "reference")] for line in lines
    ] == [
        ["", "", "2017-08-05 17:30", "", "3"],
        ["2017-08-05", "", "2017-08-05 17:30", "1.5", "2"],
        ["2017-08-05 17:30", "2017-08-01", "2017-08-05 17:30", "20170805", "1"],
    ]


def test_instants_of_parquet_are_read_in_a_zone(tmp_path: Path) -> None:
    instant = datetime.datetime.fromisoformat("2017-08-31T16:30+00:00")
    zoned = pyarrow.array([instant], pyarrow.timestamp("us", tz="UTC"))
    path = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"published": zoned, "obligation": ["a"], "odd": ["?"]}), path)
    with read_log([str(path)]) as log:
        found = [lines_of(log, log.groups())[0].cells["published"]]
        for zone in ("Asia/Urumqi", "Asia/Urumqi", "America/New_York"):
            log.in_zone(zone)
            found.append(lines_of(log, log.groups())[0].cells["published"])
        assert [problem.code for problem in log.problems] == ["GK605"]
        assert log.read == 1
    assert found == ["2017-09-01 00:30", "2017-08-31 22:30", "2017-08-31 22:30", "2017-08-31 12:30"]


def test_a_workbook_of_the_old_format_says_the_same(tmp_path: Path) -> None:
    """`workbooks/made-up.xls` is what LibreOffice made of the workbook below."""
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "台账"
    sheet.append(("published", "obligation", "period", "title", "url", "note", "recorded"))
    day, moment = datetime.date(2017, 9, 4), datetime.datetime.fromisoformat("2017-09-05 10:30")
    sheet.append((day, "fiscal", "2017-07", "财政收支月报", "http://a", "x", moment))
    clock = datetime.datetime.fromisoformat("2017-09-04 09:30:15")
    sheet.append((clock, "fiscal", datetime.date(2017, 8, 1), 12345, 1.5, True, datetime.time(10, 30)))
    sheet.append(("2017-09-04", "a", "2017-07", None, False, "a\nb", 20170904))
    sheet.append((None, "b"))
    sheet.append((None, "c"))
    sheet.merge_cells("A4:A6")
    hidden = workbook.create_sheet("hid")
    hidden.sheet_state, hidden["C3"] = "hidden", "x"
    workbook.create_sheet("empty")
    workbook.save(tmp_path / "a.xlsx")
    found = []
    for path in (tmp_path / "a.xlsx", ROOT / "tests" / "workbooks" / "made-up.xls"):
        with read_log([str(path)]) as log:
            lines = [(line.sheet, line.line, line.cells) for line in lines_of(log, log.groups())]
            found.append((lines, [problem.code for problem in log.problems]))
    assert found[0] == found[1]
    assert (len(found[0][0]), found[0][1]) == (2, ["GK616"])  # of the merged cell


def test_odd_characters_stay_text(tmp_path: Path) -> None:
    odd = "a\0b\x1e1\x1f0\x1e\x01\x7f'\"\\{}\u2028\ufeff🙂c"
    rows = [{"title": odd, "published": "2017-08-01"}]
    for path in (as_csv(tmp_path / "a.csv", rows, ("title", "published")), as_json(tmp_path / "a.jsonl", rows)):
        with read_log([str(path)]) as log:
            assert [group.title for group in log.groups()] == [odd]
            assert log.problems == ()


CELL = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(
    ["", " ", '"', ",", "\n", "\r\n", "\r", "a\nb", '"a"', "a,b;c\td", "2017-08-05", "\ufeff"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cells=st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=12),
    delimiter=st.sampled_from([",", ";", "\t"]),
    ending=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
)
def test_whatever_csv_writes_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    cells: list[tuple[str, str, str]], delimiter: str, ending: str, quoting: int,
) -> None:  # fmt: skip
    path = tmp_path_factory.mktemp("round") / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=delimiter, lineterminator=ending, quoting=quoting)  # type: ignore[arg-type]
        writer.writerow(("title", "published", "note"))
        starts = [stream.tell()]
        for row in cells:
            writer.writerow(row)
            starts.append(stream.tell())
    raw = path.read_bytes()
    numbers = [1 + len(re.findall(rb"\r\n|\n|\r", raw[:at])) for at in starts]
    with read_log([str(path)]) as log:
        groups = log.groups()
        lines = lines_of(log, groups)
        assert log.problems == ()
        adds_up(log, groups)
    blanks = SPACES
    written = [(numbers[at], row) for at, row in enumerate(cells) if any(cell.strip(blanks) for cell in row)]
    read = sorted((line.line, (line.cells["title"], line.cells["published"], line.cells["note"])) for line in lines)
    assert read == written


def test_a_long_file_keeps_its_line_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = 150_000
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write("title,published,obligation,note\n")
        for n in range(rows):
            broken = f'"第{n}条\n续"' if n % 50_000 == 49_999 else f"第{n}条"
            stream.write(f"{broken},2017-08-{1 + n % 28:02d},duty-{n % 500},{'x' * 200}\n")
    with read_log([str(path)]) as log:
        groups = log.groups(Wishes(marked=frozenset()))
        wanted = [group.key for group in groups if group.obligation == "duty-7"]
        lines = log.lines_of(wanted, 1000)
        assert len(lines) == 300
        for line in lines:
            number = int(line.cells["title"][1:].split("条")[0])
            assert line.line == number + 2 + number // 50_000
        adds_up(log, groups)


def test_progress_and_interruption(tmp_path: Path) -> None:
    said: list[tuple[str, float | None]] = []
    paths = [str(as_csv(tmp_path / "a.csv")), str(as_json(tmp_path / "a.jsonl"))]
    with read_log(paths, progress=lambda what, share: said.append((what, share))) as log:
        log.groups()
    assert {what for what, _ in said} == {str(tmp_path / "a.jsonl"), "log"}
    assert all(0 <= share <= 1 for _, share in said if share is not None)

    def stop(what: str, share: float | None) -> None:
        raise KeyboardInterrupt

    with read_log(paths[:1], progress=stop) as log, pytest.raises(KeyboardInterrupt):
        log.groups()
    assert not log._contents.folder.exists()


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="the system does not say what a process has read")
def test_the_share_grows_with_what_has_been_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "_POLL", 0.0005)
    path = tmp_path / "log.csv"
    line = f"2017-08-05,fiscal,2017-07,{'标题' * 20}\n"
    path.write_text("published,obligation,period,title\n" + line * 200_000, encoding="utf-8")
    said: list[float | None] = []
    with read_log([str(path)], progress=lambda _, share: said.append(share)) as log:
        log.groups()
    known = [share for share in said if share is not None]
    assert len(known) == len(said)
    assert known == sorted(known)
    assert known[0] < 0.1
    assert known[-1] > 0.5
    assert len(set(known)) > 2


def test_nothing_heavy_is_imported_before_a_log_is_read() -> None:
    code = (
        "import sys, gongkai_cli.log, gongkai_cli.log.reading; print({'duckdb', 'python_calamine'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_engine_is_locked_down(tmp_path: Path) -> None:
    import duckdb

    other = as_csv(tmp_path / "other.csv")
    with read_log([str(as_csv(tmp_path / "a.csv"))]) as log:
        log.groups()
        assert log._scan is not None
        engine = log._scan._engine
        assert engine is not None
        for query in (
            f"SELECT * FROM read_text('{other}')",  # noqa: S608
            "INSTALL httpfs", "LOAD httpfs", "SET enable_external_access = true",
            f"COPY (SELECT 1) TO '{tmp_path / 'out.csv'}'", "ATTACH '/tmp/x.db'",
        ):  # fmt: skip
            with pytest.raises(duckdb.Error):
                engine.rows(query)
        values = dict(engine.rows("SELECT name, value FROM duckdb_settings()"))
        assert (values["autoload_known_extensions"], values["lock_configuration"]) == ("false", "true")


def test_columns_are_those_of_the_log() -> None:
    assert set(Group._fields) - {"has_note", "lines", "every_mark", "bundled", "fits", "filler_ids", "key"} == set(
        COLUMNS
    ) - {
        "url",
        "note",
    }
