"""Ledgers as departments send them back: filled in well, they say what a CSV log says; badly, where and what."""

import shutil
import subprocess
from collections.abc import Callable
from copy import copy
from datetime import date
from pathlib import Path

import pytest
from conftest import Done, Gongkai
from ledger_plan import PLAN, fill, header_of
from openpyxl import load_workbook

from gongkai_cli.problems import Location

NIL = "本期无（填认定日期）"
LOG = """\
published,kind,obligation,owner,period,formed,title,url
2017-08-31,nil,fiscal,区财政局,2017-07,,,
2017-08-20,,relief,区民政局,2017-07,,一,http://office.invalid/1
2017-09-02,,relief,区民政局,2017-07,,二,http://office.invalid/2
2017-08-06,,prices,区民政局,2017-W31,,周报,http://office.invalid/3
2017-08-14,,prices,区农业局,2017-W32,,周报,http://office.invalid/4
2017-08-29,,policy,区民政局,,2017-08-01,政策,http://office.invalid/5
2017-07-20,,fresh,区农业局,,,更新,http://office.invalid/6
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN, encoding="utf-8")
    return path


@pytest.fixture
def sent(gongkai: Gongkai, plan: Path, tmp_path: Path) -> Path:
    """A folder of ledgers as they were sent out."""
    folder = tmp_path / "ledgers"
    assert gongkai("ledger", "--plan", plan, "--month", "2017-08", "--output", folder).code == 0
    return folder


def fill_in_well(folder: Path) -> None:
    fill(folder / "区财政局.xlsx", {(6, NIL): date(2017, 8, 31)})
    fill(folder / "区民政局.xlsx", {
        (10, "发布日期"): date(2017, 8, 20), (10, "标题"): "一", (10, "链接"): "http://office.invalid/1",
        (11, "发布日期"): "2017年9月2日", (11, "标题"): "二", (11, "链接"): "http://office.invalid/2",
        (6, "发布日期"): date(2017, 8, 6), (6, "标题"): "周报", (6, "链接"): "http://office.invalid/3",
        (7, "备注"): "市场休市",
    })  # fmt: skip
    fill(folder / "区民政局.xlsx", {
        (6, "事项"): "政策公开", (6, "成文日期"): date(2017, 8, 1), (6, "发布日期"): date(2017, 8, 29),
        (6, "标题"): "政策", (6, "链接"): "http://office.invalid/5",
    }, "补充登记")  # fmt: skip
    fill(folder / "区农业局.xlsx", {
        (7, "发布日期"): date(2017, 8, 14), (7, "标题"): "周报", (7, "链接"): "http://office.invalid/4",
    })  # fmt: skip
    fill(folder / "区农业局.xlsx", {
        (6, "事项"): "栏目更新", (6, "发布日期"): "2017.7.20", (6, "标题"): "更新", (6, "链接"): "http://office.invalid/6",
    }, "补充登记")  # fmt: skip


def verdicts(done: Done) -> list[tuple[object, ...]]:
    """Every occurrence with all that was said of it but where the records stand."""
    assert done.code == 0, done.err
    found: list[tuple[object, ...]] = []
    for row in done.json()["occurrences"]:
        records = sorted((each["published"], each["title"], each["url"], each["match"]) for each in row["records"])
        found.append((row["obligation"], str(row["owner"]), row["period"], row["status"], row["days_late"], records))
    return found


def status(gongkai: Gongkai, plan: Path, log: Path) -> Done:
    return gongkai("status", "--plan", plan, "--log", log, "--as-of", "2017-09-10", "--format", "json")


@pytest.fixture
def expected(gongkai: Gongkai, plan: Path, tmp_path: Path) -> list[tuple[object, ...]]:
    log = tmp_path / "log.csv"
    log.write_text(LOG, encoding="utf-8")
    return verdicts(status(gongkai, plan, log))


def test_filled_in_they_say_what_a_csv_log_says(
    gongkai: Gongkai, plan: Path, sent: Path, expected: list[tuple[object, ...]]
) -> None:
    fill_in_well(sent)
    done = status(gongkai, plan, sent)
    assert done.err == ""
    assert verdicts(done) == expected
    assert done.json()["log"] == {"read": 13, "matched": 7, "unmatched": 0, "blank": 6, "rejected": 0}


def test_a_record_is_shown_with_its_sheet(gongkai: Gongkai, plan: Path, sent: Path) -> None:
    fill_in_well(sent)
    done = gongkai("explain", "relief", "--plan", plan, "--log", sent, "--as-of", "2017-09-10", "--period", "2017-07")
    assert "区民政局.xlsx[填报]:10；" in done.out


def test_a_ledger_names_the_records_in_doubt(gongkai: Gongkai, plan: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("published,obligation,owner,title\n2017-08-11,prices,区农业局,周报\n", encoding="utf-8")
    given = ("--plan", plan, "--log", log, "--as-of", "2017-09-10")
    assert gongkai("ledger", *given, "--month", "2017-08", "--output", tmp_path / "ledgers").code == 0
    path = tmp_path / "ledgers" / "区农业局.xlsx"
    first = load_workbook(path)["填报"].cell(6, header_of(path)["登记情况"]).value
    assert str(first).splitlines()[1:] == ["存疑：2017-08-11 周报，可能属于本期，也可能属于另一期，请核实。"]


def sorted_rows(path: Path) -> None:
    """As after sorting by 期限, the latest first, and hiding some by a filter."""
    book = load_workbook(path)
    sheet = book["填报"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=6, max_row=11)]
    for number, row in enumerate(reversed(rows), start=6):
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column).value = value
    sheet.row_dimensions[8].hidden = True
    book.save(path)


def renamed(path: Path) -> None:
    """The file, and every sheet in it, under other names."""
    book = load_workbook(path)
    for number, sheet in enumerate(book):
        sheet.title = f"Sheet{number}"
    book.save(path.with_name("回传（定稿）.xlsx"))
    path.unlink()


def copied(path: Path) -> None:
    """One of two rows of an occurrence deleted, and copied again at the end."""
    book = load_workbook(path)
    sheet = book["填报"]
    values = [cell.value for cell in sheet[11]]
    sheet.delete_rows(11)
    for column, value in enumerate(values, start=1):
        sheet.cell(13, column).value = value
    book.save(path)


def identity_merged(path: Path) -> None:
    """What the row is about, merged over two rows of one occurrence, as people like their tables."""
    book = load_workbook(path)
    sheet = book["填报"]
    for header, column in header_of(path).items():
        if header in ("公开事项", "期次", "期限", "要求与口径", "条款", "事项编号", "责任单位"):
            sheet.merge_cells(start_row=10, end_row=11, start_column=column, end_column=column)
    book.save(path)


def without_shown_columns(path: Path) -> None:
    """Columns deleted that the log does not need; the owner's, because the sheet says whose it is."""
    book = load_workbook(path)
    sheet = book["填报"]
    for header, column in sorted(header_of(path).items(), key=lambda each: -each[1]):
        if header in ("序号", "要求与口径", "期限", "条款", "责任单位"):
            sheet.delete_cols(column)
    sheet["A3"] = "责任单位："
    book.save(path)


def without_marker(path: Path) -> None:
    """The line above the header is gone, and with it what says that gongkai made the sheet."""
    book = load_workbook(path)
    sheet = book["填报"]
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    for cell in sheet[4]:
        cell.value = None
    book.save(path)


@pytest.mark.parametrize(
    "change", [sorted_rows, renamed, copied, identity_merged, without_shown_columns, without_marker]
)
def test_what_people_do_to_tables_changes_nothing(
    gongkai: Gongkai, plan: Path, sent: Path, expected: list[tuple[object, ...]], change: Callable[[Path], None]
) -> None:
    fill_in_well(sent)
    change(sent / "区民政局.xlsx")
    assert verdicts(status(gongkai, plan, sent)) == expected


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice: apt-get install libreoffice-calc")
def test_saved_again_by_libreoffice(
    gongkai: Gongkai, plan: Path, sent: Path, expected: list[tuple[object, ...]], tmp_path: Path
) -> None:
    fill_in_well(sent)
    again = tmp_path / "again"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    for kind in ("xlsx", "xls"):
        subprocess.run(
            ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", again / kind, *sorted(sent.iterdir())],
            check=True, capture_output=True, timeout=180,
        )  # fmt: skip
        done = status(gongkai, plan, again / kind)
        assert done.err == ""
        assert verdicts(done) == expected


def problems(done: Done, folder: Path) -> list[str]:
    assert done.code == 2
    assert done.out == ""
    lines = done.err.replace(f"{folder}/", "").splitlines()
    return [line for line in lines if line and not line.startswith("    ")]


def overdue(gongkai: Gongkai, plan: Path, log: Path, *more: str) -> Done:
    return gongkai("overdue", "--plan", plan, "--log", log, "--as-of", "2017-09-10", *more)


def test_filled_in_badly_they_say_where_and_what(gongkai: Gongkai, plan: Path, sent: Path) -> None:
    fill(sent / "区财政局.xlsx", {(6, NIL): "是", (6, "发布日期"): date(2017, 8, 31)})
    relief = sent / "区民政局.xlsx"
    fill(relief, {(7, "发布日期"): date(2017, 8, 13), (7, "责任单位"): "区农业局", (9, "发布日期"): date(2017, 8, 30),
                  (9, "事项编号"): None, (10, "发布日期"): date(2017, 8, 30), (8, "责任单位"): "区卫计局"})  # fmt: skip
    fill(relief, {(7, "标题"): "没有选事项", (7, "发布日期"): date(2017, 8, 30)}, "补充登记")
    fill(
        relief, {(8, "成文日期"): "2071-08-30", (8, "发布日期"): date(2071, 8, 30), (8, "事项"): "政策公开"}, "补充登记"
    )
    book = load_workbook(relief)
    book["填报"].merge_cells("F10:F11")
    book.save(relief)
    assert problems(overdue(gongkai, plan, sent), sent) == [
        "区民政局.xlsx [填报] 第7行L列: 错误 GK616 这是区民政局的台账，该行却写着 `区农业局`",
        "区民政局.xlsx [填报] 第8行L列: 错误 GK616 这是区民政局的台账，该行却写着 `区卫计局`",
        "区民政局.xlsx [填报] 第9行K列: 错误 GK616 该行填了内容，但没有写明是哪个事项",
        "区民政局.xlsx [填报] 第10行F列: 错误 GK616 该单元格合并了 2 行，无法确定填的是哪一行",
        "区民政局.xlsx [补充登记] 第7行B列: 错误 GK616 该行填了内容，但没有写明是哪个事项",
        "区民政局.xlsx [补充登记] 第8行D列: 错误 GK616 2071-08-30 还没有到",
        "区民政局.xlsx [补充登记] 第8行E列: 错误 GK616 2071-08-30 还没有到",
        "区财政局.xlsx [填报] 第6行I列: 错误 GK616 `是` 没有写明是哪一天认定本期无应公开内容的",
        "区财政局.xlsx [填报] 第6行I列: 错误 GK616 该行既填了发布日期，又填了本期无",
    ]
    done = overdue(gongkai, plan, sent, "--skip-bad-lines", "--format", "json")
    # A row with two problems is one line.
    assert done.json()["log"] == {"read": 13, "matched": 0, "unmatched": 0, "blank": 6, "rejected": 7}


def test_an_inserted_row_that_says_nothing_of_its_duty(gongkai: Gongkai, plan: Path, sent: Path) -> None:
    path = sent / "区民政局.xlsx"
    book = load_workbook(path)
    sheet = book["填报"]
    sheet.insert_rows(7)
    for cell in sheet[6]:
        sheet.cell(7, cell.column).number_format = copy(cell.number_format)
    sheet["F7"], sheet["G7"] = date(2017, 8, 6), "另一条"
    book.save(path)
    assert problems(overdue(gongkai, plan, sent), sent) == [
        "区民政局.xlsx [填报] 第7行K列: 错误 GK616 该行填了内容，但没有写明是哪个事项"
    ]


def test_columns_deleted_that_are_needed(gongkai: Gongkai, plan: Path, sent: Path) -> None:
    path = sent / "区民政局.xlsx"
    book = load_workbook(path)
    for header, column in sorted(header_of(path).items(), key=lambda each: -each[1]):
        if header in ("期次", "发布日期"):
            book["填报"].delete_cols(column)
    book.save(path)
    assert problems(overdue(gongkai, plan, sent), sent) == [
        "区民政局.xlsx [填报] 第5行: 错误 GK617 本台账缺少原有的列：期次、发布日期"
    ]


@pytest.mark.parametrize("sign", ["", "-", "——", "/", "否", " "])
def test_signs_for_does_not_apply_are_no_statement(gongkai: Gongkai, plan: Path, sent: Path, sign: str) -> None:
    fill(sent / "区财政局.xlsx", {(6, NIL): sign})
    done = overdue(gongkai, plan, sent, "--format", "json")
    assert done.json()["log"]["blank"] == 11


def test_a_column_of_ones_own_is_named_once(gongkai: Gongkai, plan: Path, sent: Path) -> None:
    path = sent / "区民政局.xlsx"
    book = load_workbook(path)
    book["填报"]["M5"], book["填报"]["M6"] = "经办人", "张三"
    book.save(path)
    done = overdue(gongkai, plan, sent)
    assert [line for line in done.err.splitlines() if "GK605" in line] == [
        f"{path} [填报] 第5行M列: 警告 GK605 没有 `经办人` 这一列，不予读取"
    ]


def test_places_in_workbooks() -> None:
    assert [Location("a", 1, column).letters for column in (0, 1, 26, 27, 702, 703)] == [
        "",
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
    ]
    places = [Location("a", 2, 1, "乙"), Location("a", 9, 1, "丙"), Location("b"), Location("a", 1, 1, "乙")]
    assert [str(place) for place in sorted(places)] == ["a[丙]:9:1", "a[乙]:1:1", "a[乙]:2:1", "b"]
