"""Write the made-up ledgers of examples/made-up-ledgers-2017/, the same bytes each time.

Everything in them is invented and accuses nobody. Usage: python examples/make_ledgers.py [FOLDER]
"""

import io
import os
import re
import sys
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

# openpyxl writes other bytes where lxml happens to be installed.
os.environ["OPENPYXL_LXML"] = "False"
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.worksheet import Worksheet

FOLDER = Path(__file__).parent / "made-up-ledgers-2017"
WRITTEN = datetime(2018, 1, 4, 9, 0)  # noqa: DTZ001  # what the documents' properties say
FICTION = "（2017年，内容均为虚构，仅作演示）"

Cell = str | int | date | None
Row = Sequence[Cell]


def sheet(
    book: Workbook, name: str, title: str, header: Row, rows: Sequence[Row], *, above: Sequence[Row] = ()
) -> None:
    """Add a sheet as offices keep them: a merged title, perhaps more lines, then the header and the rows."""
    made: Worksheet = book.create_sheet(name)
    made.append([title])
    made.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(header))
    made["A1"].font = Font(name="黑体", size=16)
    made["A1"].alignment = Alignment(horizontal="center")
    for row in (*above, header, *rows):
        made.append(list(row))
    thin = Side(style="thin")
    for cells in made.iter_rows(min_row=2 + len(above)):
        for cell in cells:
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
    for column in made.iter_cols(min_row=3 + len(above)):
        for cell in column:
            if isinstance(cell.value, date):
                monthly = made.cell(2 + len(above), cell.column).value == "期次"
                cell.number_format = 'yyyy"年"m"月"' if monthly else "yyyy/m/d"
    # Rows below that were once formatted and never filled.
    for number in range(made.max_row + 1, made.max_row + 21):
        made.cell(number, 1).border = Border(left=thin)


def addresses(host: str) -> Callable[[int, int], str]:
    """Return what makes an address of a day and a number, as sites of offices do."""
    return lambda day, number: f"http://{host}.dyq.example.invalid/{day // 100}/t{day}_{number}.html"


def civil_affairs() -> Workbook:
    """Return the ledger of one office: prefilled months as date cells, days as dates and as text, three sheets."""
    book, at = Workbook(), addresses("mzj")
    monthly, owner = "社会救助人数和标准月报", "区民政局"
    told = "2017年{}月社会救助人数和标准"
    sheet(
        book,
        "月报",
        f"区民政局政务公开台账{FICTION}",
        ("序号", "事项", "责任单位", "期次", "发布日期", "标题", "网址", "备注"),
        [
            (1, monthly, owner, date(2017, 7, 1), date(2017, 8, 25), told.format(7), at(20170825, 301)),
            (2, monthly, owner, date(2017, 8, 1), "2017.9.28", told.format(8), at(20170928, 302)),
            (3, monthly, owner, date(2017, 9, 1), date(2017, 9, 29), told.format(9), at(20170929, 303), "节前提前发布"),
            (4, monthly, owner, date(2017, 10, 1), "2017年11月30日", told.format(10), at(20171130, 304)),
            (5, monthly, owner, date(2017, 11, 1), date(2018, 1, 3), told.format(11), at(20180103, 305)),
            (6, monthly, owner, date(2017, 12, 1)),
        ],
        above=[("填表人：（虚构）",), ()],
    )
    sheet(
        book,
        "政策",
        f"社会救助政策公开情况{FICTION}",
        ("序号", "事项编号", "成文日期", "发布日期", "标题", "网址"),
        [
            (1, "relief-policy", date(2017, 7, 10), date(2017, 8, 1), "临时救助办法", at(20170801, 311)),
            (2, "relief-policy", "2017年10月31日", "2017/12/5", "低保工作意见", at(20171205, 312)),
        ],
    )
    notes = book.create_sheet("填表说明")
    for line in ("填表说明", "一、每月月底前填写。", "二、没有发布的，发布日期留空。", FICTION):
        notes.append([line])
    return book


def health() -> Workbook:
    """Return the ledger of another office: one sheet, quarters as text, and a row that nobody has filled in."""
    book, at = Workbook(), addresses("wjj")
    sheet(
        book,
        "2017年",
        f"区卫计局主动公开台账{FICTION}",
        ("序号", "事项编号", "责任单位", "所属期", "发布日期", "标题", "链接", "备注"),
        [
            (
                1,
                "water-tap",
                "区卫计局",
                "2017年第三季度",
                date(2017, 10, 27),
                "第三季度末梢水水质监测结果",
                at(20171027, 401),
            ),
            (2, "water-tap", "区卫计局", "2017年第四季度"),
            (
                3,
                "water-plant",
                "区卫计局",
                "2017-Q4",
                date(2018, 1, 15),
                "第四季度水厂出水水质监测结果",
                at(20180115, 402),
            ),
            (4, "hospital-affairs", "卫计局", None, date(2017, 9, 12), "区人民医院院务公开（示例）", at(20170912, 403)),
        ],
    )
    return book


def education() -> Workbook:
    """Return the ledger of a third office: an empty sheet beside the one that counts, owners left out."""
    book, at = Workbook(), addresses("jyj")
    book.create_sheet("上半年")
    sheet(
        book,
        "下半年",
        f"区教育局信息公开登记表{FICTION}",
        ("事项编号", "成文日期", "发布时间", "标题", "链接"),
        [
            ("enrolment-results", None, date(2017, 9, 21), "2017年义务教育招生结果", at(20170921, 501)),
            ("school-inspection", date(2017, 10, 16), date(2017, 10, 27), "教育督导报告（示例）", at(20171027, 502)),
            ("enrolment-hotline", None, date(2017, 7, 12), "招生咨询监督电话", at(20170712, 503)),
        ],
    )
    return book


def content(book: Workbook) -> bytes:
    """Return a workbook's bytes with nothing in them of when, where and with which zlib they were written."""
    del book["Sheet"]
    book.properties.creator = "gongkai examples"
    book.properties.created = WRITTEN
    raw, fixed = io.BytesIO(), io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_STORED) as new:
        for part in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            data = old.read(part)
            if part == "docProps/core.xml":  # openpyxl writes the present into it
                said = rb"\g<1>" + WRITTEN.isoformat().encode() + rb"Z\2"
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*(<)", said, data)
            about = zipfile.ZipInfo(part, (1980, 1, 1, 0, 0, 0))
            about.create_system = 0
            new.writestr(about, data)
    return fixed.getvalue()


def main(folder: Path = FOLDER) -> None:
    """Write the ledgers into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, book in (("区民政局", civil_affairs()), ("区卫计局", health()), ("区教育局", education())):
        (folder / f"{name}台账.xlsx").write_bytes(content(book))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
