"""A made-up plan with every manner of duty that a ledger shows, and how a department fills one in."""

from collections.abc import Mapping
from pathlib import Path

from openpyxl import load_workbook

PLAN = """\
version: 1
plan:
  id: office-2017
  title: 2017年某区政务公开工作要点
  document_number: 某区政办发〔2017〕1号
  issued: 2017-07-11
  ends: 2017-12-31
owners:
  - {name: 区财政局, aliases: [财政局]}
  - {name: 区民政局}
  - {name: 区农业局}
events: {formed: 信息形成或者变更, flood: 发生洪涝}
readings:
  monthly:
    {word: 按月, about: deadline, means: 次月月底前公开上月数据, authority: 编造, deadline: end of next month}
obligations:
  - {id: fiscal, clause: 一, quote: 按月公开财政收支情况, title: 财政收支月报, owner: 区财政局, frequency: monthly,
     readings: [monthly], nil: accepted}
  - {id: relief, clause: 二, quote: 按月公开社会救助人数, title: =社会救助月报, owner: 区民政局, frequency: monthly,
     readings: [monthly], min_records: 2}
  - {id: prices, clause: 三, quote: 每周公开价格, title: 价格周报, owner: [区农业局, 区民政局], completion: any,
     frequency: weekly, deadline: end of period}
  - {id: policy, clause: 四, quote: 及时公开政策, title: 政策公开, owner: [区财政局, 区民政局], completion: each,
     frequency: on formed, deadline: 20 working days after event}
  - {id: flood, clause: 五, quote: 5小时内发布, title: 灾情发布, owner: 区农业局, frequency: on flood,
     deadline: 5 hours after event}
  - {id: fresh, clause: 六, quote: 保持更新, title: 栏目更新, owner: 区农业局, frequency: continuous,
     deadline: 20 days after previous}
"""
HEADER = 5  # its row, from 1


def header_of(path: Path, sheet: str = "填报") -> dict[str, int]:
    """Return the columns (from 1) of a sheet by their headers."""
    return {str(cell.value): cell.column for cell in load_workbook(path)[sheet][HEADER]}


def fill(path: Path, cells: Mapping[tuple[int, str], object], sheet: str = "填报") -> None:
    """Write into cells, given by row and header."""
    book = load_workbook(path)
    columns = {str(cell.value): cell.column for cell in book[sheet][HEADER]}
    for (row, header), value in cells.items():
        book[sheet].cell(row, columns[header]).value = value
    book.save(path)
