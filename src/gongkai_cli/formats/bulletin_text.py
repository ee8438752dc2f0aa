"""The bulletin as plain text, for a printer or a chat."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from rich.cells import cell_len
from rich.console import RenderableType
from rich.text import Text as Styled

from gongkai_cli.bulletin import Bulletin
from gongkai_cli.formats.blocks import Block, Heading, Notes, Paragraph, Said, Table, Title
from gongkai_cli.formats.bulletin_sections import document
from gongkai_cli.formats.escaping import visible
from gongkai_cli.formats.page import GAP, LEAST_WIDTH, Page

# What may not begin a line (避头), and what may not end one (避尾).
_NOT_FIRST = "，。、；：？！）】》〉”’』」〕％…—,.;:?!)]}%"
_NOT_LAST = "（【《〈“‘『「〔([{"
# What stays with the number before it; dates are not torn apart.
_AFTER_DIGITS = "年月日项个次行条号"
_INDENT = "\u3000\u3000"


def render(bulletin: Bulletin, page: Page) -> str:
    """Return the bulletin as lines that fit the page's width."""
    return set_blocks(document(bulletin, page.words), page)


def set_blocks(blocks: Iterable[Block], page: Page) -> str:
    """Return blocks as lines of text that fit the page's width."""
    return page.set(part for block in blocks for part in _set(block, page))


def _set(block: Block, page: Page) -> Iterator[RenderableType]:
    match block:
        case Title():
            for line in (*wrapped(visible(block.words), page.width), *wrapped(visible(block.below), page.width)):
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
    widths = _widths([block.titles, *rows], block.shares, page.width)
    yield from _row(block.titles, widths)
    yield Styled((" " * GAP).join("-" * width for width in widths))
    for row in rows:
        yield from _row(row, widths)


def _row(cells: Sequence[str], widths: Sequence[int]) -> Iterator[Styled]:
    folded = [list(wrapped(cell, width)) for cell, width in zip(cells, widths, strict=True)]
    for lines in zip_longest(*folded, fillvalue=""):
        padded = (line + " " * (width - cell_len(line)) for line, width in zip(lines, widths, strict=True))
        yield Styled((" " * GAP).join(padded).rstrip())


def _widths(rows: Sequence[Sequence[str]], shares: Sequence[int], available: int) -> list[int]:
    """The width of each column: that of its widest cell where there is room, else by its share, if words fit."""
    columns = list(zip(*rows, strict=True))
    widths = [max(1, *(cell_len(cell) for cell in column)) for column in columns]
    words = [max(1, *(cell_len(piece.rstrip()) for cell in column for piece in _pieces(cell))) for column in columns]
    room = available - GAP * (len(widths) - 1)
    for least in (words, [LEAST_WIDTH] * len(widths), [2] * len(widths)):
        while sum(widths) > room:
            loose = [index for index, width in enumerate(widths) if width > least[index]]
            if not loose:
                break
            widths[max(loose, key=lambda index: widths[index] / shares[index])] -= 1
    return widths


def _cell(cell: Said) -> str:
    return visible(cell.words) + "".join(f"[{number}]" for number in cell.marks)


def _notes(block: Notes, page: Page) -> Iterator[Styled]:
    for mark, note in block.items:
        hang = len(mark) + 1
        for number, line in enumerate(wrapped(visible(note), page.width - hang)):
            yield Styled(f"{mark} {line}" if number == 0 else " " * hang + line)


def wrapped(words: str, width: int) -> Iterator[str]:
    """Yield lines of at most `width` cells: Chinese breaks anywhere but at its punctuation, Latin between words."""
    line = ""
    for piece in _pieces(words):
        if line and cell_len(line) + cell_len(piece.rstrip()) > width:
            yield line.rstrip()
            line = piece.lstrip(" ")
        else:
            line += piece
        while cell_len(line.rstrip()) > width:  # a word, or an address, that is longer than a line
            head = _fitting(line, width)
            yield head
            line = line[len(head) :]
    if line.strip():
        yield line.rstrip()


def _pieces(words: str) -> Iterator[str]:
    """Yield the parts of a text between which a line may end."""
    piece = ""
    for index, sign in enumerate(words):
        piece += sign
        following = words[index + 1 : index + 2]
        if not following:
            break
        breaks = sign == " " or cell_len(sign) == 2 or cell_len(following) == 2
        together = (sign.isdigit() and following in _AFTER_DIGITS) or (sign in "年月" and following.isdigit())
        if (
            breaks
            and not together
            and following not in _NOT_FIRST
            and following not in " [(*"
            and sign not in _NOT_LAST
        ):
            yield piece
            piece = ""
    if piece:
        yield piece


def _fitting(line: str, width: int) -> str:
    taken = ""
    for sign in line:
        if cell_len(taken + sign) > width:
            break
        taken += sign
    return taken or line[:1]
