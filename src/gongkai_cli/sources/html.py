"""Web pages to paragraphs: the element that holds the document, without what surrounds it."""

import re
from collections.abc import Iterator
from typing import Any

from gongkai_cli.messages import Text, text
from gongkai_cli.sources.document import Cell, Line, Paragraph, Place, SourceText
from gongkai_cli.sources.paragraphs import paragraphs_of, usual_width

_SILENT = frozenset(
    ["script", "style", "noscript", "template", "head", "nav", "select", "option", "button", "textarea", "svg"]
)
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "big",
        "code",
        "del",
        "em",
        "font",
        "i",
        "ins",
        "label",
        "mark",
        "o:p",
        "q",
        "s",
        "small",
        "span",
        "st1",
        "strike",
        "strong",
        "sub",
        "sup",
        "tt",
        "u",
        "var",
        "ucaptitle",
        "ucapcontent",
    ]
)
_WIDE = "[\u3000-\u9fff\uff00-\uffef“”‘’—…·]"
_HAN = re.compile("[\u4e00-\u9fff]")
# The document is the smallest element with this share of the page's Chinese characters outside of links.
_SHARE = 0.95
_MOST_SPANNED = 100  # columns or rows
# Each is compared with each by the library.
_MOST_ATTRIBUTES = 5000
_LONG_TAG = re.compile(f"<[A-Za-z][^<>]{{{2 * _MOST_ATTRIBUTES},}}")


def read_html(content: str, file: str) -> SourceText | Text:
    """Return the paragraphs and tables of a page's main text, or why there are none.

    A line is the one on which its element begins.
    """
    from lxml import html as lxml_html
    from lxml.etree import ParserError

    # lxml refuses a declared encoding in what is text already.
    content = re.sub(r"^\s*<\?xml[^>]*\?>", "", content)
    if not content.strip():
        return SourceText(file, ())
    if any(len(tag[0].split()) > _MOST_ATTRIBUTES for tag in _LONG_TAG.finditer(content)):
        return text("the page has an element with more than {limit} attributes", limit=_MOST_ATTRIBUTES)
    parser = lxml_html.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root: Any = lxml_html.document_fromstring(content, parser=parser)
    except ParserError:
        return SourceText(file, ())  # it holds nothing but a head
    if any("depth" in error.message for error in parser.error_log):
        return text("the page is nested so deeply that part of it would be lost")
    main = _main(root)
    pieces = list(_Walk().pieces(main))
    width = usual_width(piece.text for piece in pieces if isinstance(piece, Line))
    paragraphs: list[Paragraph] = []
    prose: list[Line] = []
    for piece in pieces:
        if isinstance(piece, Line):
            prose.append(piece)
        else:
            paragraphs += paragraphs_of(prose, width=width)
            prose = []
            paragraphs += paragraphs_of(piece[1], piece[0], width)
    paragraphs += paragraphs_of(prose, width=width)
    everything = sum(isinstance(piece, Line) for piece in _Walk().pieces(root))
    return SourceText(
        file, tuple(paragraphs), everything - sum(isinstance(piece, Line) for piece in pieces), columns=False
    )


def _main(root: Any) -> Any:
    body = root.find("body")
    here = root if body is None else body
    weights: dict[Any, int] = {}
    # Children come after their parents, so that sums are complete when read backwards; deep pages need no recursion.
    elements = [element for element in here.iter() if isinstance(element.tag, str)]
    for element in reversed(elements):
        own = 0 if element.tag in _SILENT or element.tag == "a" else _weight(element.text)
        own += sum(weights.get(child, 0) + _weight(child.tail) for child in element)
        weights[element] = 0 if element.tag in _SILENT or element.tag == "a" else own
    total = weights.get(here, 0)
    while True:
        inner = next((child for child in here if weights.get(child, 0) >= total * _SHARE and total), None)
        if inner is None or inner.tag == "p" or (inner.tag == "table" and _is_data(inner)):
            return here
        here = inner


def _weight(said: str | None) -> int:
    return len(_HAN.findall(said)) if said else 0


class _Walk:
    """Walks the elements of a page in order and collects lines and cells."""

    def __init__(self) -> None:
        self._tables = 0

    def pieces(self, element: Any) -> Iterator[Line | tuple[Cell, list[Line]]]:
        """Yield the lines of an element, and the cells of its tables."""
        open_text: list[str] = []
        open_line = 0
        for kind, what in _events(element):
            if kind == "text":
                open_line = open_line or what[1]
                open_text.append(what[0])
                continue
            if "".join(open_text).strip():
                yield Line("".join(open_text), Place("line", open_line))
            open_text, open_line = [], 0
            if kind == "table":
                self._tables += 1
                yield from _cells(what, self._tables)
        if "".join(open_text).strip():
            yield Line("".join(open_text), Place("line", open_line))


def _events(root: Any) -> Iterator[tuple[str, Any]]:
    """Yield texts, breaks between blocks, and tables of data, without recursion: pages may be nested deeply."""
    waiting: list[tuple[str, Any]] = [("open", root)]
    while waiting:
        kind, what = waiting.pop()
        if kind != "open":
            yield kind, what
            continue
        if not isinstance(what.tag, str) or what.tag in _SILENT:
            continue
        if what.tag == "table" and _is_data(what):
            yield "table", what
            continue
        block = what.tag not in _INLINE
        later: list[tuple[str, Any]] = [("break", None)] if block else []
        if what.tag == "li" and (mark := _item_mark(what)):
            later.append(("text", (mark, what.sourceline or 0)))
        if what.text:
            later.append(("text", (_flat(what.text), what.sourceline or 0)))
        for child in what:
            later.append(("open", child))
            if child.tail:
                later.append(("text", (_flat(child.tail), child.sourceline or 0)))
        if block:
            later.append(("break", None))
        waiting.extend(reversed(later))


def _flat(said: str) -> str:
    """Text without the line breaks of the page's source; only those between Chinese characters leave no blank."""
    said = re.sub(rf"(?<={_WIDE})[ \t]*[\r\n]\s*(?={_WIDE})", "", said)
    return re.sub(r"\s*[\r\n]\s*", " ", said)


def _item_mark(item: Any) -> str:
    """The number that a browser prints before an item of an ordered list."""
    parent = item.getparent()
    if parent is None or parent.tag != "ol":
        return ""
    start = parent.get("start", "1")
    number = int(start) if start.isdigit() else 1
    return f"{number + sum(each.tag == 'li' for each in item.itersiblings(preceding=True))}. "


def _is_data(table: Any) -> bool:
    """Whether a table holds rows of data rather than the layout of a page."""
    if next(table.iterdescendants("table"), None) is not None:
        return False
    rows = [sum(cell.tag in ("td", "th") for cell in row) for row in table.iterdescendants("tr")]
    return sum(cells >= 2 for cells in rows) >= 2


def _cells(table: Any, number: int) -> Iterator[tuple[Cell, list[Line]]]:
    """Yield the cells of a table with the columns in which they stand, as spans push them."""
    taken: dict[tuple[int, int], bool] = {}
    trs = list(table.iterdescendants("tr"))
    for row, element in enumerate(trs, 1):
        column = 1
        for cell in element:
            if cell.tag not in ("td", "th"):
                continue
            while taken.get((row, column)):
                column += 1
            rows, columns = min(_span(cell, "rowspan"), len(trs) - row + 1), _span(cell, "colspan")
            for below in range(rows):
                for beside in range(columns):
                    taken[row + below, column + beside] = True
            place = Place("row", row, number)
            lines = [Line(said.text, place) for said in _Walk().pieces(cell) if isinstance(said, Line)]
            if lines:
                yield Cell(number, row, column, rows), lines
            column += columns


def _span(cell: Any, name: str) -> int:
    value = cell.get(name, "1").strip()
    return min(max(int(value), 1), _MOST_SPANNED) if value.isascii() and value.isdigit() and len(value) < 5 else 1
