"""Word documents to paragraphs: what Word would show, its automatic numbers included, deleted text left out."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from gongkai_cli.sources.document import Cell, Line, Paragraph, Place, SourceText
from gongkai_cli.sources.numbers import numeral
from gongkai_cli.sources.paragraphs import paragraphs_of, usual_width

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HIDDEN = frozenset((f"{_W}del", f"{_W}moveFrom", f"{_W}txbxContent", f"{_W}instrText", _FALLBACK))


def read_docx(raw: bytes, file: str) -> SourceText:
    """Return the paragraphs and tables of a document's body; heads, feet and notes are not read."""
    import docx

    document: Any = docx.Document(BytesIO(raw))
    numbers = _Numbers(document)
    body = document.element.body
    blocks = list(_blocks(body))
    width = usual_width(_text(block) for block in blocks if block.tag == f"{_W}p")
    paragraphs: list[Paragraph] = []
    prose: list[Line] = []
    tables = counted = 0
    for block in blocks:
        if block.tag == f"{_W}p":
            counted += 1
            lines = f"{numbers.mark(block)}{_text(block)}".split("\n")
            prose += [Line(said, Place("paragraph", counted)) for said in lines]
            continue
        paragraphs += paragraphs_of(prose, width=width)
        prose, tables = [], tables + 1
        for cell, lines_ in _cells(block, tables, numbers):
            paragraphs += paragraphs_of(lines_, cell, width)
    paragraphs += paragraphs_of(prose, width=width)
    return SourceText(file, tuple(paragraphs))


def _blocks(element: Any) -> Iterator[Any]:
    """Yield paragraphs and tables in order, also those inside content controls."""
    for child in element:
        if child.tag in (f"{_W}p", f"{_W}tbl"):
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"):
            yield from _blocks(child)


def _text(element: Any) -> str:
    """The text of a paragraph with insertions accepted and deletions gone."""
    said: list[str] = []
    waiting = [element]
    while waiting:
        here = waiting.pop()
        if here.tag in _HIDDEN:
            continue
        if here.tag == f"{_W}t":
            said.append(here.text or "")
        elif here.tag == f"{_W}tab":
            said.append("\t")
        elif here.tag in (f"{_W}br", f"{_W}cr"):
            said.append("\n")
        elif here.tag == f"{_W}noBreakHyphen":
            said.append("-")
        if here.tag != f"{_W}pPr":
            waiting.extend(reversed(here))
    return "".join(said)


def _cells(table: Any, number: int, numbers: "_Numbers") -> Iterator[tuple[Cell, list[Line]]]:
    rows = [list(_row(element)) for element in table.iterchildren(f"{_W}tr")]
    continued = {(r, column) for r, row in enumerate(rows, 1) for column, cell in row if _merge(cell) == "continue"}
    for row, cells in enumerate(rows, 1):
        for column, cell in cells:
            if (row, column) in continued:
                continue
            below = row + 1
            while (below, column) in continued:
                below += 1
            place = Place("row", row, number)
            said = [
                line for block in cell.iter(f"{_W}p") for line in f"{numbers.mark(block)}{_text(block)}".split("\n")
            ]
            lines = [Line(line, place) for line in said]
            if any(line.text.strip() for line in lines):
                yield Cell(number, row, column, below - row), lines


def _row(row: Any) -> Iterator[tuple[int, Any]]:
    """Yield the cells of a row with the grid columns in which they begin."""
    column = 1
    for cell in row.iterchildren(f"{_W}tc"):
        yield column, cell
        span = cell.find(f"{_W}tcPr/{_W}gridSpan")
        column += _integer(span, 1)


def _merge(cell: Any) -> str | None:
    merge = cell.find(f"{_W}tcPr/{_W}vMerge")
    return None if merge is None else merge.get(f"{_W}val", "continue")


def _integer(element: Any, default: int) -> int:
    value = "" if element is None else element.get(f"{_W}val", "")
    return int(value) if value.isdigit() else default


class _Numbers:
    """The automatic numbers of a document's paragraphs (ECMA-376 part 1, 17.9), as far as plans use them."""

    def __init__(self, document: Any) -> None:
        self._levels: dict[tuple[str, int], tuple[str, str, int]] = {}  # format, text, start
        self._abstract: dict[str, str] = {}
        self._counts: dict[str, list[int]] = {}
        self._styles: dict[str, Any] = {style.style_id: style.element for style in document.styles}
        part = next(
            (rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/numbering")), None
        )
        if part is None:
            return
        root = part.element
        for abstract in root.iterchildren(f"{_W}abstractNum"):
            for level in abstract.iterchildren(f"{_W}lvl"):
                form = level.find(f"{_W}numFmt")
                shown = level.find(f"{_W}lvlText")
                key = abstract.get(f"{_W}abstractNumId"), int(level.get(f"{_W}ilvl", "0"))
                self._levels[key] = (
                    "" if form is None else form.get(f"{_W}val", ""),
                    "" if shown is None else shown.get(f"{_W}val", ""),
                    _integer(level.find(f"{_W}start"), 1),
                )
        for each in root.iterchildren(f"{_W}num"):
            self._abstract[each.get(f"{_W}numId")] = each.find(f"{_W}abstractNumId").get(f"{_W}val")

    def mark(self, paragraph: Any) -> str:
        """Return what Word prints before a paragraph, and count it."""
        numbered = self._numbered(paragraph)
        if numbered is None:
            return ""
        abstract, level = numbered
        counts = self._counts.setdefault(abstract, [])
        for each in range(len(counts), level + 1):
            counts.append(self._levels.get((abstract, each), ("", "", 1))[2] - 1)
        counts[level] += 1
        del counts[level + 1 :]
        form, shown, _ = self._levels.get((abstract, level), ("", "", 1))
        if form in ("", "bullet", "none"):
            return ""

        def fill(match: re.Match[str]) -> str:
            which = int(match[1]) - 1
            count = counts[which] if which < len(counts) else 1
            return numeral(count, self._levels.get((abstract, which), ("decimal", "", 1))[0])

        return re.sub(r"%([1-9])", fill, shown)

    def _numbered(self, paragraph: Any) -> tuple[str, int] | None:
        """The list and the level of a paragraph, its own or its style's."""
        properties = paragraph.find(f"{_W}pPr")
        for _ in range(12):  # styles rest on styles; a ring of them must not hang us
            if properties is None:
                return None
            number = properties.find(f"{_W}numPr/{_W}numId")
            if number is not None:
                abstract = self._abstract.get(number.get(f"{_W}val"))
                level = _integer(properties.find(f"{_W}numPr/{_W}ilvl"), 0)
                return None if abstract is None else (abstract, min(level, 8))
            style = properties.find(f"{_W}pStyle")
            style = properties.getparent().find(f"{_W}basedOn") if style is None else style
            element = self._styles.get("" if style is None else style.get(f"{_W}val"))
            properties = None if element is None else element.find(f"{_W}pPr")
        return None
