"""Plain text to paragraphs; rows whose cells are kept apart by bars or tabs make a table."""

import re
from collections.abc import Iterator, Sequence

from gongkai_cli.sources.document import Cell, Line, Paragraph, Place, SourceText
from gongkai_cli.sources.paragraphs import is_page_number, paragraphs_of, usual_width

_LINE_END = re.compile("\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_BARS = re.compile("[|｜│┃]")
_RULE = re.compile(r"[-—─━=+|｜│┼├┤┌┐└┘┬┴:\s]*[-—─━=]{2,}[-—─━=+|｜│┼├┤┌┐└┘┬┴:\s]*")


def read_plain(content: str, file: str) -> SourceText:
    """Return the paragraphs and tables of a text; lines are counted as editors count them."""
    lines = [Line(said, Place("line", number)) for number, said in enumerate(_LINE_END.split(content), 1)]
    kept = [line for line in lines if not is_page_number(line.text)]
    width = usual_width(line.text for line in kept if len(_cells(line.text)) < 2)
    return SourceText(file, tuple(_paragraphs(kept, width)), len(lines) - len(kept))


def _paragraphs(lines: Sequence[Line], width: int) -> Iterator[Paragraph]:
    prose: list[Line] = []
    tables = begin = 0
    while begin < len(lines):
        end = _table_end(lines, begin)
        if end - begin < 2:
            prose.append(lines[begin])
            begin += 1
            continue
        yield from paragraphs_of(prose, width=width)
        prose, tables = [], tables + 1
        rows = [line for line in lines[begin:end] if not _RULE.fullmatch(line.text)]
        for row, line in enumerate(rows, 1):
            for column, said in enumerate(_cells(line.text), 1):
                if said:
                    yield Paragraph((Line(said, line.place),), Cell(tables, row, column))
        begin = end
    yield from paragraphs_of(prose, width=width)


def _table_end(lines: Sequence[Line], begin: int) -> int:
    """Where a table that begins at a line ends: all its rows have as many cells."""
    columns, end = len(_cells(lines[begin].text)), begin
    if columns < 2:
        return begin

    def row(at: int) -> bool:
        return at < len(lines) and len(_cells(lines[at].text)) == columns

    def passed(at: int) -> bool:
        # A rule, or a heading that spans the rows before and after it.
        alone = at < len(lines) and len(_cells(lines[at].text)) == 1 and bool(lines[at].text.strip())
        return at < len(lines) and (_RULE.fullmatch(lines[at].text) is not None or (alone and row(at + 1)))

    while row(end) or passed(end):
        end += 1
    return end


def _cells(line: str) -> list[str]:
    parts = _BARS.split(line.strip()) if _BARS.search(line) else line.strip().split("\t")
    cells = [part.strip() for part in parts]
    if len(cells) > 2 and not cells[0] and not cells[-1]:
        cells = cells[1:-1]
    return cells
