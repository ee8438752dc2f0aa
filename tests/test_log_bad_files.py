"""What is wrong with log files is said with its exact place, and everything else is read all the same."""

import io
import json
import os
import re
import zipfile
from pathlib import Path

import openpyxl
import pyarrow
import pyarrow.parquet
import pytest
from conftest import Gongkai

from gongkai_cli.log import workbook_limits
from gongkai_cli.log.reading import Log, Wishes, read_log
from gongkai_cli.messages import Words
from gongkai_cli.problems import Problem

GOOD = "published,obligation,title\n"


def said(log: Log, folder: Path) -> list[str]:
    return [_say(problem).replace(f"{folder}/", "") for problem in log.problems]


def _say(problem: Problem) -> str:
    return f"{problem.location}: {problem.code} {Words('en')(problem.message)}"


def read(folder: Path, name: str, content: str | bytes) -> Log:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_log([str(path)])


def check(folder: Path, name: str, content: str | bytes, problems: list[str], titles: list[str]) -> Log:
    """Read a file, hold its problems and the titles of its good lines against what is expected."""
    with read(folder, name, content) as log:
        groups = log.groups()
        assert said(log, folder) == problems
        lines = log.lines_of([group.key for group in groups], 1000)
        assert sorted(line.cells["title"] for line in lines) == sorted(titles)
        assert log.read == sum(group.lines for group in groups) + log.blank + log.rejected
        if name.endswith((".csv", ".jsonl")) and lines and not str(content).startswith("b'"):
            physical = str(content).splitlines()
            assert all(line.cells["title"] in physical[line.line - 1] for line in lines)
    return log


def test_paths_that_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "~$open.xlsx").write_bytes(b"x")
    (tmp_path / "empty" / "readme.txt").write_bytes(b"x")
    (tmp_path / "nothing.csv").write_bytes(b"")
    with read_log([str(tmp_path / name) for name in ("no.csv", "empty", "*.xlsx", "nothing.csv", "no.csv")]) as log:
        assert said(log, tmp_path) == [
            "*.xlsx: GK601 no file matches this pattern",
            "empty: GK601 there is no log file in this folder",
            "no.csv: GK601 there is no such log file",
            "nothing.csv: GK602 the file is empty",
        ]
        assert (log.read, log.files, log.groups(), log.lines_of([0], 1)) == (0, (), [], [])
    hints = {problem.location.file.rsplit("/", 1)[-1]: problem.hint for problem in log.problems}
    assert Words("en")(hints["empty"] or "") == (
        "files that end so are read: .csv .tsv .xlsx .xlsm .xls .jsonl .ndjson .parquet"
    )


def test_hidden_and_nested_files(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    for name in ("a/b/c.csv", "a/.hidden.csv", "a/~$d.csv"):
        (tmp_path / name).write_text(GOOD + "2017-08-01,a,x\n", encoding="utf-8")
    (tmp_path / "a" / "same.csv").symlink_to(tmp_path / "a" / "b" / "c.csv")
    with read_log([str(tmp_path / "a"), str(tmp_path / "a" / "b"), str(tmp_path / "**" / "*.csv")]) as log:
        assert [file.file for file in log.files] == [str(tmp_path / "a" / "b" / "c.csv")]
        assert log.read == 1


def test_ragged_lines(tmp_path: Path) -> None:
    content = (
        GOOD + "2017-08-01,a,one\n2017-08-02,a\n2017-08-03,a,two\n\n2017-08-04,a,three,和,四\n2017-08-05,a,four,\n"
    )
    log = check(tmp_path, "a.csv", content, [
        "a.csv:3:13: GK606 this line has 2 fields, the header has 3",
        "a.csv:6:20: GK606 this line has 5 fields, the header has 3",
    ], ["one", "two", "four"])  # fmt: skip
    assert (log.read, log.rejected) == (5, 2)
    first, second = log.problems
    assert first.source == "2017-08-02,a"
    assert Words("en")(first.hint or "") == "add the missing delimiters; empty fields count too"
    assert second.source == "2017-08-04,a,three,和,四"


def test_a_ragged_line_over_several_lines_is_one(tmp_path: Path) -> None:
    content = GOOD + '2017-08-01,a,"x\ny",z\n2017-08-02,a,good\n'
    check(tmp_path, "a.csv", content, ["a.csv:3:4: GK606 this line has 4 fields, the header has 3"], ["good"])


def test_a_quote_that_is_not_closed(tmp_path: Path) -> None:
    quote = "GK607 a quote opens here and is not closed before a delimiter or the line’s end"
    many = [f"2017-08-02,a,line{n}" for n in range(100)]
    content = GOOD + "\n".join(["2017-08-01,a,first", '2017-08-01,a,"通报', *many, '2017-08-03,a,"quoted, too"', ""])
    titles = ["first", *[f"line{n}" for n in range(100)], "quoted, too"]
    log = check(tmp_path, "a.csv", content, [f"a.csv:3:14: {quote}"], titles)
    assert (log.read, log.rejected) == (103, 1)
    # To the very end of the file; and closed too early.
    check(tmp_path, "b.csv", GOOD + '2017-08-01,"a,x\n2017-08-02,a,y', [f"b.csv:2:12: {quote}"], ["y"])
    check(tmp_path, "c.csv", GOOD + '2017-08-01,a,"x"y\n2017-08-02,a,z\n', [f"c.csv:2:14: {quote}"], ["z"])
    # The swallowed text ends in a record of more fields than there should be.
    content = GOOD + '2017-08-01,"a,x\n2017-08-02,a,y\n2017-08-03,"a",z\n2017-08-03,",a",z\n'
    check(tmp_path, "d.csv", content, [f"d.csv:2:12: {quote}"], ["y", "z", "z"])


def test_many_bad_lines_in_a_file_of_several_buffers(tmp_path: Path) -> None:
    lines = [f"2017-08-{1 + n % 28:02d},duty-{n % 9},{'x' * 300}{n}" for n in range(120_000)]
    bad = {10: "ragged", 60_000: '2017-08-01,"duty-1,open', 119_998: "1,2,3,4"}
    for at, line in bad.items():
        lines[at] = line
    with read(tmp_path, "a.csv", GOOD + "\r\n".join(lines).replace("\r\n", "\n")) as log:
        groups = log.groups(Wishes(marked=frozenset()))
        assert [(problem.location.line, problem.code) for problem in log.problems] == [
            (12, "GK606"), (60_002, "GK607"), (120_000, "GK606"),
        ]  # fmt: skip
        assert sum(group.lines for group in groups) == 120_000 - 3
        last = log.lines_of([group.key for group in groups if group.published == "2017-08-16"], 10_000)
        assert last
        for each in last:
            assert each.line == int(each.cells["title"].lstrip("x")) + 2


def test_headers(tmp_path: Path) -> None:
    row = "2017-08-01,a,x\n"
    check(tmp_path, "a.csv", "published,title,title\n" + row, ["a.csv:1:17: GK604 two columns are named `title`"], [])
    check(tmp_path, "b.csv", "发布日期,标题,发布时间\n" + row,
          ["b.csv:1:9: GK604 `发布日期` and `发布时间` both stand for `published`"], [])  # fmt: skip
    neither = "the header names no `obligation`, `title`, `column` or `event`, so its lines belong to nothing"
    check(tmp_path, "c.csv", "published,owner,url\n" + row, [f"c.csv:1:1: GK603 {neither}"], [])
    none = "GK603 no header: none of the first 20 rows names a column of the log"
    check(tmp_path, "d.csv", "a,b,c\n" + row, [f"d.csv:1:1: {none}"], [])
    check(tmp_path, "e.csv", "published,obligation,序 号,No.,公文号,titel\n2017-08-01,a,1,1,2,x\n", [
        "e.csv:1:30: GK605 the log has no column `公文号`; it is not read",
        "e.csv:1:34: GK605 the log has no column `titel`; it is not read",
    ], [""])  # fmt: skip


def test_an_unknown_header_is_named_once(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv"):
        (tmp_path / name).write_text("标题,文种,titel\nx,1,2\n", encoding="utf-8")
    with read_log([str(tmp_path)]) as log:
        assert said(log, tmp_path) == [
            "a.csv:1:4: GK605 the log has no column `文种`; it is not read",
            "a.csv:1:7: GK605 the log has no column `titel`; it is not read",
        ]
        assert [Words("en")(problem.hint or "") for problem in log.problems] == [
            "nothing is lost if it does not matter; else map it to a column in gongkai.toml",
            "did you mean `title`?",
        ]
        assert log.read == 2


def test_encodings(tmp_path: Path) -> None:
    check(
        tmp_path,
        "a.csv",
        b"\x00\xff\xfe\x81\x20\n\xff\xff\n",
        ["a.csv: GK602 this is neither UTF-8 nor GB18030 text"],
        [],
    )
    broken = "标题,发布日期\n第一条,2017-08-01\n".encode() + b"\xe7\xac,2017-08-02\n" + "第三条,2017-08-03\n".encode()
    log = check(tmp_path, "b.csv", broken, ["b.csv:3:1: GK608 the byte 0xE7 is not UTF-8 text"], ["第一条", "第三条"])
    assert log.rejected == 1
    chinese = (
        "标题,发布日期\n第一条,2017-08-01\n".encode("gb18030")
        + b"\xff\xff,2017-08-02\n"
        + "二,2017-08-03\n".encode("gb18030")
    )
    check(tmp_path, "c.csv", chinese, ["c.csv:3:1: GK608 these bytes are not GB18030 text"], ["第一条", "二"])


def test_gb18030_after_a_long_english_beginning(tmp_path: Path) -> None:
    start = GOOD + "".join(f"2017-08-01,a,{'x' * 200}{n}\n" for n in range(2000))
    with read(tmp_path, "a.csv", (start + "2017-08-02,a,政务公开𠮷\n").encode("gb18030")) as log:
        groups = log.groups()
        assert log.problems == ()
        (line,) = log.lines_of([group.key for group in groups if group.published == "2017-08-02"], 5)
        assert (line.cells["title"], line.line) == ("政务公开𠮷", 2002)


def test_json_lines(tmp_path: Path) -> None:
    lines = [
        '{"title": "one", "published": 20170805, "文种": 1}', "", "[1]", '{"title": "two"', '{"title": {"a": 1}}',
        '{"title": ["a"]}', '{"title": "x", "标题": "y"}', '{"title": "\\ud800"}', '"text"', "[" * 100_000,
        '{"title": "last", "url": null, "note": true, "period": 1.10, "文种": 2}',
    ]  # fmt: skip
    content = "\n".join(lines).encode() + b'\n{"title": "\xff"}\n'
    check(tmp_path, "a.jsonl", content, [
        "a.jsonl:1:41: GK605 the log has no column `文种`; it is not read",
        "a.jsonl:3:1: GK609 this line is not an object",
        "a.jsonl:4:16: GK609 this is not JSON: Expecting ',' delimiter",
        "a.jsonl:5:2: GK609 the value of `title` is not plain text",
        "a.jsonl:6:2: GK609 the value of `title` is not plain text",
        "a.jsonl:7:16: GK609 two keys stand for `title`",
        "a.jsonl:8:2: GK609 the value of `title` holds half a character",
        "a.jsonl:9:1: GK609 this line is not an object",
        "a.jsonl:10:1: GK609 the values are nested too deeply",
        "a.jsonl:12:12: GK609 the byte 0xFF is not UTF-8 text",
    ], ["one", "last"])  # fmt: skip
    with read(tmp_path, "b.jsonl", '\ufeff{"title": "last", "note": true, "period": 1.10}\n') as log:
        (line,) = log.lines_of([log.groups()[0].key], 1)
        assert (line.cells["note"], line.cells["period"]) == ("TRUE", "1.10")
    neither = "GK603 no line names an `obligation`, `title`, `column` or `event`, so they belong to nothing"
    check(tmp_path, "c.jsonl", '{"owner": "x"}\n', [f"c.jsonl: {neither}"], [])
    long = '{"title": "' + "x" * 1_000_000 + '"}\n{"title": "y"}\n'
    check(tmp_path, "d.jsonl", long, ["d.jsonl:1:1: GK609 this line is longer than 1000000 bytes"], ["y"])


def book(*rows: tuple[object, ...]) -> bytes:
    stream = io.BytesIO()
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook["Sheet"].append(row)
    workbook.save(stream)
    return stream.getvalue()


def test_files_that_are_not_what_they_are_called(tmp_path: Path) -> None:
    text, excel = GOOD + "2017-08-01,a,x\n", book(("title",), ("x",))
    check(tmp_path, "a.xlsx", text, ["a.xlsx: GK602 the name ends in .xlsx, but the file holds text"], [])
    check(tmp_path, "b.csv", excel, ["b.csv: GK602 the name ends in .csv, but the file holds an Excel workbook"], [])
    check(tmp_path, "c.parquet", text, ["c.parquet: GK602 this is not a Parquet file, or only a part of one"], [])
    check(tmp_path, "d.xlsx", excel[:2000],
          ["d.xlsx: GK602 this workbook is damaged or only a part of one: File is not a zip file"], [])  # fmt: skip
    encrypted = bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 2000 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 512
    check(tmp_path, "e.xlsx", encrypted, ["e.xlsx: GK602 this workbook is protected with a password"], [])
    with read(tmp_path, "f.xls", bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 3000) as log:
        assert [problem.code for problem in log.problems] == ["GK602"]
        assert "this is no workbook that can be read" in said(log, tmp_path)[0]
    hint = read(tmp_path, "g.xlsx", text).problems[0].hint
    assert Words("en")(hint or "") == "rename it to end in .csv, or save it anew as what it says"


def test_sheets(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    first = workbook["Sheet"]
    for row in (("说明", ""), ("请填写", "")):
        first.append(row)
    for name, header in (("甲", "title"), ("乙", "标题"), ("丙", "url")):
        sheet = workbook.create_sheet(name)
        sheet["C3"], sheet["D3"], sheet["E3"] = header, "发布日期", "文种"
        sheet["C4"], sheet["D4"], sheet["E4"] = name, "2017-08-01", 1
        sheet["C9"] = "末"
        sheet["A40"].number_format = "0.00"
    workbook.create_sheet("隐").append(("选项",))
    workbook["隐"].sheet_state = "hidden"
    workbook.create_sheet("空")
    workbook.save(tmp_path / "a.xlsx")
    with read_log([str(tmp_path / "a.xlsx")]) as log:
        groups = log.groups()
        assert said(log, tmp_path) == [
            "a.xlsx[Sheet]: GK610 the sheet `Sheet` has no header and is left out",
            (
                "a.xlsx[丙]:3:1: GK603 the header names no `obligation`, `title`, `column` or `event`, "
                "so its lines belong to nothing"
            ),
            "a.xlsx[乙]:3:5: GK605 the log has no column `文种`; it is not read",
        ]
        places = [
            (line.cells["title"], line.sheet, line.line) for line in log.lines_of([each.key for each in groups], 9)
        ]
        assert sorted(places) == [("乙", "乙", 4), ("末", "乙", 9), ("末", "甲", 9), ("甲", "甲", 4)]
    none = "GK603 no header: none of the first 20 rows names a column of the log"
    for number, rows in enumerate([(), (("a",), ("b",))]):
        check(tmp_path, f"{number}.xlsx", book(*rows), [f"{number}.xlsx: {none}"], [])


def rezipped(content: bytes, change: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change.get(name.rsplit("/", 1)[-1], old.read(name)))
    return out.getvalue()


def test_workbooks_made_to_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    excel = book(("title",), ("x",))
    monkeypatch.setattr(workbook_limits, "MAX_UNPACKED", 1 << 20)
    bomb = rezipped(excel, {"sheet1.xml": b" " * (2 << 20)})
    part = "`xl/worksheets/sheet1.xml` in this workbook unpacks to more than is read"
    check(tmp_path, "a.xlsx", bomb, [f"a.xlsx: GK602 {part}"], [])
    # It says that it is small: the archive's own checksum tells.
    lying = bomb.replace((2 << 20).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    with read(tmp_path, "b.xlsx", lying) as log:
        assert re.fullmatch("b.xlsx: GK602 this workbook is damaged or only a part of one: .*", said(log, tmp_path)[0])
    workbook = openpyxl.Workbook()
    workbook["Sheet"]["A1"], workbook["Sheet"]["XFD1048576"] = "title", "far"
    workbook.save(tmp_path / "c.xlsx")
    check(tmp_path, "c.xlsx", (tmp_path / "c.xlsx").read_bytes(), [f"c.xlsx: GK602 {part}"], [])
    torn = rezipped(
        excel, {"sheet1.xml": b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><she'}
    )
    with read(tmp_path, "d.xlsx", torn) as log:
        assert [problem.code for problem in log.problems] in (["GK602"], ["GK603"])


def test_parquet(tmp_path: Path) -> None:
    def written(**columns: list[object]) -> bytes:
        stream = io.BytesIO()
        pyarrow.parquet.write_table(pyarrow.table(columns), stream)
        return stream.getvalue()

    good = written(title=["x"], 文种=["1"])
    check(tmp_path, "a.parquet", good, ["a.parquet: GK605 the log has no column `文种`; it is not read"], ["x"])
    with read(tmp_path, "b.parquet", good[: len(good) // 2]) as log:
        assert said(log, tmp_path)[0].startswith(
            "b.parquet: GK602 this Parquet file is damaged or only a part of one: "
        )
    nested = "GK609 the column `title` holds VARCHAR[], not plain text"
    check(tmp_path, "c.parquet", written(title=[["x"]]), [f"c.parquet: {nested}"], [])
    neither = "GK603 the header names no `obligation`, `title`, `column` or `event`, so its lines belong to nothing"
    check(tmp_path, "d.parquet", written(owner=["x"]), [f"d.parquet: {neither}"], [])
    twice = "GK604 `title` and `标题` both stand for `title`"
    check(tmp_path, "e.parquet", written(title=["x"], 标题=["y"]), [f"e.parquet: {twice}"], [])
    check(tmp_path, "f[1]*.parquet", written(title=["x"]), [], ["x"])


@pytest.mark.parametrize("lost", ['2017-08-01,a,"x\n2017-08-01,a,y\n', '2017-08-01,a,x"\n2017-08-01,a,"x\n'])
def test_of_many_files_none_loses_its_end(tmp_path: Path, lost: str) -> None:
    for number in range(40):
        (tmp_path / f"{number:02}.csv").write_text(f"{GOOD}2017-08-01,a,w\n" + lost * (number == 0), encoding="utf-8")
    with read_log([str(tmp_path)]) as log:
        assert sum(group.lines for group in log.groups()) + log.rejected == log.read == 42


def test_one_bad_file_does_not_hide_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(GOOD + '2017-08-01,a,"x\n2017-08-01,a,y\n', encoding="utf-8")
    (tmp_path / "b.csv").write_bytes(b"published,obligation,title\r\n2017-08-01,a,z\n2017-08-02,b,\xff\r\n")
    (tmp_path / "c.xlsx").write_bytes(b"PK\x03\x04")
    (tmp_path / "d.csv").write_text(GOOD + "2017-08-01,a,w\n", encoding="utf-8")
    with read_log([str(tmp_path)]) as log:
        groups = log.groups()
        assert [(problem.location.file[-6:].strip("/"), problem.code) for problem in log.problems] == [
            ("a.csv", "GK607"), ("b.csv", "GK608"), ("c.xlsx", "GK602"),
        ]  # fmt: skip
        assert [(group.obligation, group.lines, len(group.filler_ids)) for group in groups] == [("a", 3, 3)]
        assert [(file.read, file.rejected) for file in log.files] == [(2, 1), (2, 1), (0, 0), (1, 0)]


@pytest.mark.parametrize(
    ("line", "said", "hint"),
    [
        ("8/5/2017,fiscal,,2017-07", "GK658 `8/5/2017` can be read as more than one day", "write YYYY-MM-DD"),
        ("2017-13-01,fiscal,,2017-07", "GK658 `2017-13-01` is a day that does not exist", "write YYYY-MM-DD"),
        ("17:30,fiscal,,2017-07", "GK658 `17:30` is not a whole date", "write YYYY-MM-DD"),
        ("2017-08-28,fiscal,区财证局,2017-07", "GK652 `区财证局` is no owner", "did you mean `区财政局`?"),
        ("2017-08-28,fiscal,区 财政局,2017-07", "GK652 `区 财政局` is no owner", "did you mean `区财政局`?"),
        ("2017-08-28,ｆｉｓｃａｌ,,2017-07", "GK651 `ｆｉｓｃａｌ` is no obligation", "did you mean `fiscal`?"),
        ("二〇一七年八月五日,fiscal,财政局,2017年7月", "", ""),
    ],
    ids=[
        "ambiguous",
        "no such month",
        "time alone",
        "owner nearly right",
        "owner with a blank",
        "full width",
        "accepted",
    ],
)
def test_cells_that_people_write(
    gongkai: Gongkai, small_plan: Path, tmp_path: Path, line: str, said: str, hint: str
) -> None:
    log = tmp_path / "log.csv"
    log.write_text(f"发布日期,事项编号,责任单位,期次\n{line}\n", encoding="utf-8")
    done = gongkai("satisfied", "--log", log, "--plan", small_plan, "--as-of", "2017-09-30", "--lang", "en")
    assert (done.code, said in done.err, hint in done.err) == (2 if said else 0, True, True)
    assert ("2017-08-05" in done.out) == (not said)


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such names")
@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_a_name_that_is_no_text(gongkai: Gongkai, small_plan: Path, ending: str) -> None:
    path = Path(os.fsdecode(os.fsencode(small_plan.parent / "log-") + b"\xff\xfe." + ending.encode()))
    cells = {"published": "2017-08-30", "obligation": "fiscal", "period": "2017-07", "title": "收支"}
    if ending == "parquet":
        pyarrow.parquet.write_table(
            pyarrow.table({key: [value] for key, value in cells.items()}), small_plan.parent / "x"
        )
        (small_plan.parent / "x").rename(path)
    elif ending == "jsonl":
        path.write_text(json.dumps(cells), encoding="utf-8")
    else:
        path.write_text(",".join(cells) + "\n" + ",".join(cells.values()) + "\n", encoding="utf-8")
    held = ("--plan", small_plan, "--log", path, "--as-of", "2017-10-01")
    done = gongkai("satisfied", *held, "--format", "json")
    assert (done.code, done.json()["summary"]["satisfied"]) == (0, 1)
    for format_ in ("text", "json", "html", "xlsx", "docx"):
        output = small_plan.with_name(f"out.{format_}")
        assert gongkai("report", *held, "--format", format_, "--output", output).code == 0
