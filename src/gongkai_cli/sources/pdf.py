"""PDF with text to paragraphs; what every page repeats at its edges is no text of the document."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from io import BytesIO

from gongkai_cli.messages import Text, text
from gongkai_cli.sources.document import Line, Place, SourceText
from gongkai_cli.sources.paragraphs import SENTENCE_ENDS, is_page_number, paragraphs_of

# A running head stands on at least so many pages, and on more than half of all.
_RUNNING = 3
# What looks like the number of a row, but not of days or things.
_ROW = re.compile(r"\s*([0-9]{1,3})\s+(?=[\u4e00-\u9fff《“])(?![年月日天个小周项次类家条])")
_BARE = re.compile(r"\s*[0-9]{1,4}\s*").fullmatch


def read_pdf(raw: bytes, file: str) -> SourceText | Text:
    """Return the paragraphs of a PDF, or why there are none."""
    import logging

    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it would write of every flaw to the terminal
    reader = PdfReader(BytesIO(raw))
    if reader.is_encrypted and not reader.decrypt(""):
        return text("the PDF is encrypted")
    pages = [_lines(page.extract_text()) for page in reader.pages]
    if not any(pages):
        return text("the PDF holds no text; it is probably a scan")
    kept = _without_edges(pages)
    left_out = sum(map(len, pages)) - sum(map(len, kept))
    lines = list(_rows_apart(Line(said, Place("page", number)) for number, page in enumerate(kept, 1) for said in page))
    return SourceText(file, tuple(paragraphs_of(lines)), left_out, loose=True)


def _lines(said: str) -> list[str]:
    return [line for line in said.splitlines() if line.strip()]


def _rows_apart(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield lines with the numbers of a table's rows as lines of their own, once a heading has promised numbers."""
    promised, last = False, 0
    for line in lines:
        match = _ROW.match(line.text) if promised else None
        if match is not None and int(match[1]) in (1, last + 1):
            last = int(match[1])
            yield Line(match[1], line.place)
            line = Line(line.text[match.end() :], line.place)
        promised = promised or "序号" in line.text
        yield line


def _without_edges(pages: list[list[str]]) -> list[list[str]]:
    """Pages without page numbers and running heads, which stand in the first and the last line."""
    heads = Counter(_digitless(line) for page in pages for line in {*page[:1], *page[-1:]} if _digitless(line))
    # A bare number may be a row's of a table; those of pages count with them.
    bare = Counter(int(line) - at for at, page in enumerate(pages) for line in {*page[:1], *page[-1:]} if _BARE(line))
    step, times = bare.most_common(1)[0] if bare else (0, 0)

    def furniture(line: str, at: int) -> bool:
        if _BARE(line):
            return times * 2 > len(pages) and int(line) - at == step
        count = heads[_digitless(line)]
        running = count >= _RUNNING and count * 2 > len(pages) and not line.rstrip().endswith(SENTENCE_ENDS)
        return is_page_number(line) or running

    kept = []
    for at, page in enumerate(pages):
        inner = page
        while inner and furniture(inner[0], at):
            inner = inner[1:]
        while inner and furniture(inner[-1], at):
            inner = inner[:-1]
        kept.append(inner)
    return kept


def _digitless(line: str) -> str:
    return re.sub(r"[0-9\s]+", "", line)
