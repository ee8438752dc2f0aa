"""The columns of a document's tables: which hold numbers, owners, times, and which what is to be done."""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from gongkai_cli.tracing.parts import Stretch

Role = Literal["number", "lead", "support", "share", "time", "content"]

_HEADS: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("number", re.compile("(?:项目|任务)?(?:序号|编号)")),
    ("lead", re.compile("(?:牵头|主办|主要责任|主责)(?:单位|部门|主体|科室)")),
    ("support", re.compile("(?:配合|协办|参与|参加|协同)(?:单位|部门|科室)")),
    ("share", re.compile("(?:责任|承办|公开|实施|落实|承担)(?:单位|部门|主体|科室)|责任分工")),
    ("time", re.compile(".*(?:时限|时间|期限|频次|频率|周期)(?:要求|节点)?|时间节点")),
)
_CONTENT_HEAD = re.compile(".*(?:任务|内容|要求|事项|措施|备注|目标|项目|依据|渠道|方式|成果|进展|类别|领域)")


def roles_of(folded: str, stretches: Sequence[Stretch]) -> Mapping[int, tuple[int, Mapping[int, Role]]]:
    """Return for each table with a heading the row of it (0 where another table has it) and the role of each column."""
    tables: dict[int, dict[int, dict[int, str]]] = {}
    before: tuple[int, Mapping[int, Role]] = 0, {}
    for start, end, cell in stretches:
        if cell is not None:
            cells = tables.setdefault(cell.table, {}).setdefault(cell.row, {})
            cells[cell.column] = cells.get(cell.column, "") + folded[start:end]
    found: dict[int, tuple[int, Mapping[int, Role]]] = {}
    for table, rows in tables.items():
        for row, cells in sorted(rows.items())[:3]:
            roles: Mapping[int, Role] = {
                column: role for column, said in cells.items() if (role := _head(said)) is not None
            }
            if len(roles) >= 2 and len(roles) * 2 > len(cells):
                found[table] = row, roles
                before = max(cells), roles
                break
        else:
            # A table that goes on after a page or a title repeats no heading.
            if before[0] == max(max(cells) for cells in rows.values()):
                found[table] = 0, before[1]
    return found


def _head(said: str) -> Role | None:
    if len(said) > 16:
        return None
    said = re.sub(r"\(.*\)", "", said)
    for role, pattern in _HEADS:
        if pattern.fullmatch(said):
            return role
    return "content" if _CONTENT_HEAD.fullmatch(said) else None
