"""Lines to paragraphs: what a page break or a line wrap tore apart is put together again."""

import re
from collections.abc import Iterable, Iterator, Sequence

from gongkai_cli.sources.document import Cell, Line, Paragraph

# What may follow the end of a sentence within it.
CLOSERS = "”’\"'」』）)】］]》〉"
SENTENCE_ENDS = tuple("。；;！!？?…")
_MARK = re.compile(
    r"""[\s“”]*(?:
      第[一二三四五六七八九十百0-9]+(?:编|部分|章|节|条)
    | [一二三四五六七八九十百]+[、．.]
    | [(（](?:[一二三四五六七八九十百]+|[0-9０-９]{1,3})[)）]
    | [0-9０-９]{1,3}(?:[、．.](?![0-9０-９])|[.．](?=(?:19|20)[0-9]{2}\s*年)|[)）])
    | [\u2460-\u2473\u3220-\u3229\u2488-\u249b]
    )""",
    re.VERBOSE,
)
_BRACKET = re.compile(r"[(（][^()（）]*(?:负责|牵头|配合|落实|承担|单位[:：])[^()（）]*[)）]\s*$")
_FAR = 600  # characters of a bracket that names owners
_LABEL = re.compile(r"\s*(?:牵头|责任|配合|主办|协办|承办)(?:单位|部门|主体)\s*[:：]")
_PAGE_NUMBER = re.compile(
    r"[-—–―－·•\s]*[-—–―－·•]\s*[0-9０-９]{1,4}\s*[-—–―－·•][-—–―－·•\s]*"
    r"|第\s*[0-9０-９]{1,4}\s*页(?:\s*[,，/]?\s*共\s*[0-9０-９]{1,4}\s*页)?|[0-9]{1,4}\s*/\s*[0-9]{1,4}"
)
# The number of a row, which a PDF gives as a line of its own.
_NUMBER = re.compile(r"\s*[0-9]{1,3}[.、]?\s*").fullmatch
# A page of GB/T 9704 holds 28 characters a line; what is much shorter may be a heading whatever the other lines are.
_LEAST_WIDTH = 20
_HEADING = 100  # lines that a heading may have


def is_page_number(line: str) -> bool:
    """Return whether a line is a page number and nothing else, such as `— 3 —` or 第3页 共10页."""
    return len(line) < _FAR and _PAGE_NUMBER.fullmatch(line.strip()) is not None


def paragraphs_of(lines: Sequence[Line], cell: Cell | None = None, width: int | None = None) -> Iterator[Paragraph]:
    """Yield paragraphs; blank lines alone don't end one, since page breaks leave them in the middle of a sentence."""
    width = usual_width(line.text for line in lines) if width is None else width
    open_lines: list[Line] = []
    for line in lines:
        if not line.text.strip():
            continue
        if open_lines and _ended(open_lines, line.text, width):
            yield Paragraph(tuple(open_lines), cell)
            open_lines = []
        open_lines.append(line)
    if open_lines:
        yield Paragraph(tuple(open_lines), cell)


def usual_width(lines: Iterable[str]) -> int:
    """Return how many characters a full line has: nine lines of ten are no longer."""
    lengths = sorted(len(line.strip()) for line in lines if line.strip())
    return max(_LEAST_WIDTH, lengths[len(lengths) * 9 // 10] if lengths else 0)


def _ended(lines: Sequence[Line], following: str, width: int) -> bool:
    """Whether a paragraph ends between its lines so far and the one that follows."""
    line = lines[-1].text.strip()
    if (
        _NUMBER(line)
        or _NUMBER(following)
        or _MARK.match(following)
        or _LABEL.match(following)
        or _BRACKET.search(line[-_FAR:])
        or _LABEL.match(line)
    ):
        return True
    full = len(line) >= width * 0.75
    bare = line.rstrip(CLOSERS)
    if bare.endswith(SENTENCE_ENDS):
        return True
    if bare.endswith(("：", ":")):
        return not full
    # What holds no stop at all is a heading, or a line of a title; else the sentence goes on, however short the line.
    return not full and not _has_stop("".join(each.text for each in lines[:_HEADING]))


def _has_stop(said: str) -> bool:
    """Whether a text holds a stop besides that of its number, which is looked for near its beginning."""
    mark = _MARK.search(said[:_FAR])
    rest = said[: mark.start()] + said[mark.end() :] if mark else said
    return re.search("[，。；：、,]", rest) is not None
