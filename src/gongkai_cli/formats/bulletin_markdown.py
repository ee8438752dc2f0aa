"""The bulletin as Markdown: CommonMark with the tables of GitHub (github.github.com/gfm, 4.10)."""

import re
from collections.abc import Iterable, Iterator, Sequence

from gongkai_cli.bulletin import Bulletin
from gongkai_cli.formats.blocks import Block, Heading, Notes, Paragraph, Said, Table, Title
from gongkai_cli.formats.bulletin_sections import document
from gongkai_cli.formats.escaping import visible
from gongkai_cli.messages import Words

# What Markdown would read as markup anywhere in a line, and what GitHub would make of addresses and names.
_MARKUP = re.compile(r"[\\`*_\[\]<>&|~#$@]|:(?=//)|(?<=www)\.", re.IGNORECASE)
# What would begin a list, a rule or a heading at the start of a line.
_BEGINS = re.compile(r"^(?:[-+=]|[0-9]+[.)])")


def render(bulletin: Bulletin, words: Words) -> str:
    """Return the bulletin as Markdown; nothing from the plan or the log is read as markup."""
    return set_blocks(document(bulletin, words))


def set_blocks(blocks: Iterable[Block]) -> str:
    """Return blocks as Markdown, each followed by an empty line."""
    return "\n".join(line for block in blocks for line in (*_set(block), "")).rstrip() + "\n"


def _set(block: Block) -> Iterator[str]:
    match block:
        case Title():
            yield f"# {escaped(block.words)}"
            if block.below:
                yield f"\n{escaped(block.below)}"
        case Heading():
            yield f"{'#' * (block.level + 1)} {escaped(block.words)}"
        case Paragraph():
            yield _BEGINS.sub(_backslashed, escaped(block.words))
        case Table():
            yield _row(escaped(title) for title in block.titles)
            yield _row(["---"] * len(block.titles))
            yield from (_row(_cell(cell) for cell in row) for row in block.rows)
        case Notes():
            yield from (f"- {escaped(mark)} {escaped(note)}" for mark, note in block.items)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Said) -> str:
    return escaped(cell.words) + _marks(cell.marks)


def _marks(marks: Sequence[int]) -> str:
    return "".join(escaped(f"[{number}]") for number in marks)


def escaped(words: str) -> str:
    """Return text that Markdown shows as it is, on one line."""
    return _MARKUP.sub(_backslashed, visible(words))


def _backslashed(match: re.Match[str]) -> str:
    return f"{match[0][:-1]}\\{match[0][-1]}"
