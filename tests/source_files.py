"""The made-up documents in every format that sources are read in, made from their text."""

import re
from collections.abc import Callable, Iterator
from html import escape
from io import BytesIO
from pathlib import Path
from textwrap import wrap

import docx
from conftest import ROOT
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

DOCUMENTS = ROOT / "tests" / "documents"
BAR = "｜"

Row = list[str]
Block = str | list[Row]


def blocks(content: str) -> Iterator[Block]:
    """Yield the paragraphs of a text, and its tables as rows; a heading inside a table is a row of one cell."""
    table: list[Row] = []
    lines = content.splitlines()
    for index, line in enumerate(lines):
        inside = BAR in line or (table and line.strip() and index + 1 < len(lines) and BAR in lines[index + 1])
        if inside:
            table.append(line.split(BAR))
            continue
        if table:
            yield table
            table = []
        if line.strip():
            yield line
    if table:
        yield table


def as_text(content: str, encoding: str = "utf-8") -> bytes:
    return content.encode(encoding)


def as_docx(content: str) -> bytes:
    document = docx.Document()
    for block in blocks(content):
        if isinstance(block, str):
            document.add_paragraph(block)
            continue
        table = document.add_table(rows=0, cols=max(map(len, block)))
        for row in block:
            cells = table.add_row().cells
            if len(row) == 1:
                cells[0].merge(cells[-1])
            for cell, said in zip(cells, row, strict=False):
                cell.text = said
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def as_html(content: str, encoding: str = "utf-8") -> bytes:
    """A page as offices' sites make them: the document inside a frame of menus, links and a foot."""
    parts = []
    for block in blocks(content):
        if isinstance(block, str):
            parts.append(f'<p style="text-indent:2em"><span>　　{escape(block)}</span></p>')
            continue
        columns = max(map(len, block))
        parts.append('<table border="1"><tbody>')
        for row in block:
            span = f' colspan="{columns}"' if len(row) == 1 else ""
            parts.append("<tr>" + "".join(f"<td{span}><p>{escape(said)}</p></td>" for said in row) + "</tr>")
        parts.append("</tbody></table>")
    body = "\n".join(parts)
    page = f"""<!DOCTYPE html>
<html><head><meta http-equiv="Content-Type" content="text/html; charset={encoding}"><title>政务公开</title>
<style>p {{ margin: 0 }}</style><script>var 每月 = "按月公开。";</script></head>
<body><div class="nav"><a href="/">首页</a> <a href="/zwgk">政务公开</a></div>
<div class="content"><!-- 正文 --><div class="TRS_Editor">
{body}
</div></div>
<div class="foot">主办：某办公室</div></body></html>
"""
    return page.encode(encoding)


def as_pdf(content: str, lines_a_page: int = 22, width: int = 28) -> bytes:
    """Pages of 22 lines of 28 characters (GB/T 9704), numbered; the cells of tables stand one below the other."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    lines: list[str] = []
    for block in blocks(content):
        paragraphs = [block] if isinstance(block, str) else [said for row in block for said in row]
        for paragraph in paragraphs:
            lines += [re.sub(" ", "\u00a0", line) for line in wrap(paragraph, width, drop_whitespace=False)] or [""]
    stream = BytesIO()
    canvas = Canvas(stream, pagesize=A4, invariant=1)
    for page, first in enumerate(range(0, len(lines), lines_a_page), 1):
        canvas.setFont("STSong-Light", 14)
        for number, line in enumerate(lines[first : first + lines_a_page]):
            canvas.drawString(80, 760 - 28 * number, line)
        canvas.drawString(280, 60, f"— {page} —")
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


FORMATS: dict[str, Callable[[str], bytes]] = {
    "txt": as_text,
    "gb18030.txt": lambda content: as_text(content, "gb18030"),
    "docx": as_docx,
    "html": as_html,
    "gbk.html": lambda content: as_html(content, "gbk"),
    "pdf": as_pdf,
}


def document(name: str) -> str:
    """Return the text of a made-up document."""
    return (DOCUMENTS / f"{name}.txt").read_text(encoding="utf-8")


def written(folder: Path, name: str, form: str) -> Path:
    """Write a made-up document in a format and return its path."""
    path = folder / f"{name}.{form}"
    path.write_bytes(FORMATS[form](document(name)))
    return path
