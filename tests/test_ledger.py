"""Ledgers as they are sent out: what stands in which cell, what may be filled in, and that nothing runs or moves."""

from pathlib import Path

import pytest
from conftest import REAL_PLAN, Gongkai
from ledger_plan import HEADER, PLAN, fill, header_of
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

LOG = """\
published,kind,obligation,owner,period,title,url,event
2017-08-28,,fiscal,区财政局,2017-07,=2+5 7月收支,http://office.invalid/1,
2017-08-30,,relief,区民政局,2017-07,7月社会救助,http://office.invalid/2,
2017-08-05 22:30,event,,,,,,flood
"""
NIL = "本期无（填认定日期）"


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN, encoding="utf-8")
    return path


def rows(sheet: Worksheet) -> list[list[object]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEADER)]


def test_what_stands_in_a_ledger(gongkai: Gongkai, plan: Path, tmp_path: Path) -> None:
    done = gongkai("ledger", "--plan", plan, "--month", "2017-08", "--output", tmp_path / "out")
    assert done.code == 0
    assert done.out.splitlines() == [
        "2017年某区政务公开工作要点（某区政办发〔2017〕1号）",
        "未提供公开记录：只列期限，不作判定。",
        f"已写入 {tmp_path / 'out'}：台账 3 份，到期事项共 10 项次。",
    ]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "区农业局.xlsx",
        "区民政局.xlsx",
        "区财政局.xlsx",
    ]
    book = load_workbook(tmp_path / "out" / "区民政局.xlsx")
    assert book.sheetnames == ["填报", "补充登记", "事项清单", "填报说明"]
    sheet = book["填报"]
    assert [sheet["A1"].value, sheet["A2"].value, sheet["B3"].value, sheet["C3"].value] == [
        "区民政局政务公开台账（2017年8月）", "2017年某区政务公开工作要点 某区政办发〔2017〕1号", "责任单位", "区民政局",
    ]  # fmt: skip
    assert "gongkai-ledger/1 due office-2017 2017-08-01/2017-08-31" in [cell.value for cell in sheet[4]]
    found = rows(sheet)
    assert found[0] == [
        "序号", "公开事项", "期次", "期限", "要求与口径", "发布日期", "标题", "链接", "备注",
        "条款", "事项编号", "责任单位",
    ]  # fmt: skip
    assert [(row[2], f"{row[3]:%Y-%m-%d %H:%M}", row[10], row[11]) for row in found[1:]] == [
        ("2017-W31", "2017-08-06 00:00", "prices", "区民政局"),
        ("2017-W32", "2017-08-13 00:00", "prices", "区民政局"),
        ("2017-W33", "2017-08-20 00:00", "prices", "区民政局"),
        ("2017-W34", "2017-08-27 00:00", "prices", "区民政局"),
        ("2017-07", "2017-08-31 00:00", "relief", "区民政局"),
        ("2017-07", "2017-08-31 00:00", "relief", "区民政局"),
    ]
    assert (
        found[1][4]
        == "「每周公开价格」\n共同（任一单位公开即可）：区农业局、区民政局\n本期为 2017-07-31 至 2017-08-06。"
    )
    assert found[5][4] == "「按月公开社会救助人数」\n本期至少公开 2 条\n“按月”按此口径：次月月底前公开上月数据"
    duties = rows(book["事项清单"])
    assert [row[1] for row in duties] == ["公开事项", "政策公开", "=社会救助月报", "价格周报"]
    assert duties[1][4] == "每逢：信息形成或者变更；事件发生后20个工作日内"
    told = "\n".join(str(row[0].value) for row in book["填报说明"].iter_rows())
    assert "“按月”按此口径计算：次月月底前公开上月数据（编造）" in told
    assert "标有“共同”的事项" in told
    assert "本期无" not in told


def test_what_may_be_filled_in_and_how_it_prints(gongkai: Gongkai, plan: Path, tmp_path: Path) -> None:
    gongkai("ledger", "--plan", plan, "--month", "2017-08", "--output", tmp_path, "--owner", "财政局")
    book = load_workbook(tmp_path / "区财政局.xlsx")
    sheet = book["填报"]
    columns = header_of(tmp_path / "区财政局.xlsx")
    row = sheet[HEADER + 1]
    is_open = [header for header, column in columns.items() if not row[column - 1].protection.locked]
    assert is_open == ["发布日期", "标题", "链接", NIL, "备注"]
    assert row[columns["发布日期"] - 1].number_format == "yyyy-mm-dd"
    assert row[columns["标题"] - 1].number_format == "@"
    assert row[columns["期限"] - 1].number_format == 'yyyy"年"m"月"d"日"'
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    assert sheet.freeze_panes == "D6"
    assert sheet.print_title_rows == "$5:$5"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (
        "landscape",
        9,
        0,
    )
    assert sheet.auto_filter.ref == "A5:M6"
    checks = {str(each.sqref): each for each in sheet.data_validations.dataValidation}
    day = checks["F6"]
    assert (day.type, day.operator, day.formula1, day.formula2) == ("date", None, "42736", "NOW()")  # 2017-01-01
    assert day.prompt == "实际公开（报送、完成）的日期；尚未公开的留空。写成 2017-08-31。"
    assert day.error == "请写成 2017-08-31，在 2017-01-01 至今天之间；没有的留空。"
    assert checks["I6"].prompt == "本期确无应公开内容的，填认定日期；有内容的留空。写成 2017-08-31。"
    more = book["补充登记"]
    listed = {str(each.sqref): each for each in more.data_validations.dataValidation}["B6:B305"]
    assert (listed.type, listed.formula1) == ("list", "'事项清单'!$B$6:$B$7")
    assert [book["事项清单"][f"B{row}"].value for row in (6, 7)] == ["政策公开", "财政收支月报"]
    assert not more["B6"].protection.locked
    assert not more.column_dimensions["B"].protection.locked  # what lies below the rows with lines around them


def test_with_a_log_what_is_on_record_is_shown_and_closed(gongkai: Gongkai, plan: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text(LOG, encoding="utf-8")
    options = ("--plan", plan, "--month", "2017-08", "--as-of", "2017-09-10", "--log", log)
    assert gongkai("ledger", *options, "--output", tmp_path / "out").code == 0
    fiscal = load_workbook(tmp_path / "out" / "区财政局.xlsx")["填报"]
    columns = header_of(tmp_path / "out" / "区财政局.xlsx")
    assert fiscal.cell(6, columns["登记情况"]).value == "按时公开\n2017-08-28 =2+5 7月收支"
    assert fiscal.cell(6, columns["登记情况"]).data_type == "s"
    assert fiscal.cell(6, columns["发布日期"]).protection.locked
    assert not fiscal.cell(6, columns["备注"]).protection.locked
    relief = rows(load_workbook(tmp_path / "out" / "区民政局.xlsx")["填报"])
    assert [(row[2], row[5]) for row in relief if row[11] == "relief"] == [
        ("2017-07", "逾期未公开，10日\n2017-08-30 7月社会救助")
    ]
    farm = load_workbook(tmp_path / "out" / "区农业局.xlsx")["填报"]
    event = next(row for row in farm.iter_rows(min_row=6) if row[11].value == "flood")
    assert f"{event[3].value:%Y-%m-%d %H:%M}" == "2017-08-06 03:30"
    assert event[3].number_format == 'yyyy"年"m"月"d"日" hh:mm'
    assert event[6].number_format == "yyyy-mm-dd hh:mm"
    assert event[2].value == "2017-08-05"


def test_what_the_log_says_is_harmless_and_visible(gongkai: Gongkai, plan: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    title = "\x1b[31m\u202e<b>&\x0b_x0041_\ufffe"
    log.write_text(f'published,obligation,period,title\n2017-08-28,fiscal,2017-07,"{title}"\n', encoding="utf-8")
    options = ("--plan", plan, "--month", "2017-08", "--as-of", "2017-09-10", "--log", log, "--owner", "区财政局")
    assert gongkai("ledger", *options, "--output", tmp_path / "out").code == 0
    sheet = load_workbook(tmp_path / "out" / "区财政局.xlsx")["填报"]
    said = str(sheet.cell(6, header_of(tmp_path / "out" / "区财政局.xlsx")["登记情况"]).value)
    assert said == "按时公开\n2017-08-28 \\x1b[31m\\u202e<b>&\\x0b_x0041_\\ufffe"


def test_in_english(gongkai: Gongkai, plan: Path, tmp_path: Path) -> None:
    done = gongkai("ledger", "--plan", plan, "--from", "2017-08-01", "--to", "2017-09-15", "--output", tmp_path,
                   "--owner", "区财政局", "--lang", "en")  # fmt: skip
    assert done.out.splitlines()[-1] == f"Written into {tmp_path}. Ledgers: 1, deadlines: 1."
    book = load_workbook(tmp_path / "区财政局.xlsx")
    assert book.sheetnames == ["To fill in", "Further entries", "Duties", "How to fill in"]
    assert book["To fill in"]["A1"].value == "Ledger of 区财政局 (2017-08-01 to 2017-09-15)"
    assert [cell.value for cell in book["To fill in"][5]] == [
        "no.", "duty", "period", "deadline", "requirement and readings", "published", "title", "url",
        "nothing to publish (day established)", "note", "clause", "obligation", "owner",
    ]  # fmt: skip
    prompts = [each.prompt for each in book["To fill in"].data_validations.dataValidation if each.type == "date"]
    assert (
        "The day on which it was published, submitted or done. Leave it empty until then. Write it as 2017-08-31."
        in prompts
    )
    assert [cell.value for cell in book["Duties"][5]] == [
        "no.", "duty", "clause", "requirement and readings", "deadline", "obligation",
    ]  # fmt: skip


def test_no_cell_is_a_formula_and_bytes_are_the_same_each_time(gongkai: Gongkai, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        assert gongkai("ledger", "--plan", REAL_PLAN, "--quarter", "2017-Q4", "--output", tmp_path / folder).code == 0
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert len(names) == 36
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
        for sheet in load_workbook(tmp_path / "one" / name):
            assert not [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_ledger_that_was_filled_in_is_not_written_over(gongkai: Gongkai, plan: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    options = ("--plan", plan, "--month", "2017-08", "--output", out)
    assert gongkai("ledger", *options).code == 0
    assert gongkai("ledger", *options).code == 0
    fill(out / "区财政局.xlsx", {(6, "标题"): "已填"})
    done = gongkai("ledger", *options)
    assert done.code == 2
    assert f"{out / '区财政局.xlsx'}: 错误 GK804 该文件已存在，且内容不同" in done.err
    assert load_workbook(out / "区财政局.xlsx")["填报"]["G6"].value == "已填"
    assert gongkai("ledger", *options, "--overwrite").code == 0
    assert load_workbook(out / "区财政局.xlsx")["填报"]["G6"].value is None


def test_without_a_folder_or_with_nothing_due(gongkai: Gongkai, plan: Path, tmp_path: Path) -> None:
    done = gongkai("ledger", "--plan", plan, "--month", "2017-08")
    assert done.code == 2
    assert "台账要写入文件夹" in done.err
    gongkai("ledger", "--plan", plan, "--month", "2019-08", "--output", tmp_path)
    assert load_workbook(tmp_path / "区财政局.xlsx")["填报"]["B6"].value == "本期没有到期的事项。"
