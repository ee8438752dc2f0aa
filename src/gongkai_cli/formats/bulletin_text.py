"""The bulletin, and letters, as plain text, for a printer or a chat."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from rich.cells import cell_len
from rich.console import RenderableType
from rich.text import Text as Styled

from gongkai_cli.bulletin import Bulletin
from gongkai_cli.formats import letter_words
from gongkai_cli.formats.blocks import Block, Heading, Notes, Paragraph, Said, Table, Title
from gongkai_cli.formats.bulletin_sections import document
from gongkai_cli.formats.escaping import visible
from gongkai_cli.formats.measure import GAP, column_widths, wrapped
from gongkai_cli.formats.page import Page
from gongkai_cli.letters import Letter

_INDENT = "\u3000\u3000"


def render(bulletin: Bulletin, page: Page) -> str:
    """Return the bulletin as lines that fit the page's width."""
    return set_blocks(document(bulletin, page.words), page)


def letter(made: Letter, page: Page) -> str:
    """Return a reminder letter as lines that fit the page's width."""
    return set_blocks(letter_words.document(made, page.words), page)


def set_blocks(blocks: Iterable[Block], page: Page) -> str:
    """Return blocks as lines of text that fit the page's width."""
    return page.set(part for block in blocks for part in _set(block, page))


def _set(block: Block, page: Page) -> Iterator[RenderableType]:
    match block:
        case Title():
            parts = [block.words] if cell_len(visible(block.words)) <= page.width else block.parts
            for line in (line for part in (*parts, block.below) for line in wrapped(visible(part), page.width)):
                yield Styled(" " * ((page.width - cell_len(line)) // 2) + line, style="bold")
            yield Styled("")
        case Heading():
            if block.level == 1:
                yield Styled("")
            yield from (Styled(line, style="bold") for line in wrapped(visible(block.words), page.width))
        case Paragraph(words, kind):
            indent = _INDENT if page.words.language == "zh" and kind == "body" else ""
            lines = list(wrapped(indent + visible(words), page.width))
            yield from (Styled(_right(line, page) if kind == "signature" else line) for line in lines)
        case Table():
            yield from _table(block, page)
        case Notes():
            yield from _notes(block, page)


def _right(line: str, page: Page) -> str:
    return " " * (page.width - cell_len(line)) + line


def _table(block: Table, page: Page) -> Iterator[Styled]:
    """Columns that line up, cells folded within theirs; a rule of hyphens, whose width no font doubts."""
    rows = [[_cell(cell) for cell in row] for row in block.rows]
    widths = column_widths([block.titles, *rows], block.shares, page.width)
    yield from _row(block.titles, widths)
    yield Styled((" " * GAP).join("-" * width for width in widths))
    for row in rows:
        yield from _row(row, widths)


def _row(cells: Sequence[str], widths: Sequence[int]) -> Iterator[Styled]:
    folded = [list(wrapped(cell, width)) for cell, width in zip(cells, widths, strict=True)]
    for lines in zip_longest(*folded, fillvalue=""):
        padded = (line + " " * (width - cell_len(line)) for line, width in zip(lines, widths, strict=True))
        yield Styled((" " * GAP).join(padded).rstrip())


def _cell(cell: Said) -> str:
    return visible(cell.words) + "".join(f"[{number}]" for number in cell.marks)


def _notes(block: Notes, page: Page) -> Iterator[Styled]:
    for mark, note in block.items:
        hang = len(mark) + 1
        for number, line in enumerate(wrapped(visible(note), page.width - hang)):
            yield Styled(f"{mark} {line}" if number == 0 else " " * hang + line)
