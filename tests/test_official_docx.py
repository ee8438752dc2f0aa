"""Word documents: the page of GB/T 9704—2012, fonts by name, tables that break well, the same bytes each time."""

import shutil
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import docx
import pytest
from bulletins import made
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph
from render_pages import to_pdf
from test_bulletin_formats import expect

from gongkai_cli.bulletin import Bulletin
from gongkai_cli.formats import bulletin_docx
from gongkai_cli.formats.blocks import Block, Column, Heading, Notes, Paragraph, Said, Title, table
from gongkai_cli.formats.official_docx import set_blocks
from gongkai_cli.messages import Words

DAY = date(2017, 10, 12)


@pytest.fixture
def bulletin(bulletin_folder: Path) -> Bulletin:
    return made()


def opened(content: bytes) -> Document:
    return docx.Document(BytesIO(content))


def said(document: Document) -> str:
    """The words of a document with their styles, tables row by row."""
    lines = []
    for item in document.iter_inner_content():
        if isinstance(item, WordParagraph):
            assert item.style is not None
            lines.append(f"{item.style.name}: {item.text}")
        else:
            lines += [f"  | {' | '.join(cell.text for cell in row.cells)} |" for row in item.rows]
    return "\n".join(lines) + "\n"


def tables(document: Document) -> list[WordTable]:
    return document.tables


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_whole_document(bulletin: Bulletin, bulletin_folder: Path, language: str) -> None:
    words = Words("zh" if language == "zh" else "en")
    expect(said(opened(bulletin_docx.render(bulletin, words))), bulletin_folder / f"expected.{language}.docx.txt")


def test_the_page_is_that_of_an_official_document(bulletin: Bulletin) -> None:
    document = opened(bulletin_docx.render(bulletin, Words("zh")))
    (section,) = document.sections
    millimetres = [
        round(length.mm) if length is not None else None
        for length in (
            section.page_width, section.page_height, section.top_margin, section.left_margin, section.right_margin,
            section.bottom_margin,
        )
    ]  # fmt: skip
    assert millimetres == [210, 297, 37, 28, 26, 35]
    grid = section._sectPr.find(qn("w:docGrid"))
    assert grid is not None
    assert grid.get(qn("w:type")) == "linesAndChars"
    line, narrower = int(grid.get(qn("w:linePitch"))), int(grid.get(qn("w:charSpace")))
    assert int(Mm(225).twips) // line == 22
    assert int(Mm(156).pt / (16 + narrower / 4096) + 0.01) == 28


def test_fonts_and_sizes_are_named_for_word_and_wps(bulletin: Bulletin) -> None:
    document = opened(bulletin_docx.render(bulletin, Words("zh")))
    found = {}
    for name in ("Title", "Heading 1", "Heading 2", "公文正文", "Footer"):
        style = document.styles[name]
        fonts = style.element.rPr.find(qn("w:rFonts"))
        found[name] = (fonts.get(qn("w:eastAsia")), style.font.size)
    assert found == {
        "Title": ("方正小标宋简体", Pt(22)),
        "Heading 1": ("黑体", Pt(16)),
        "Heading 2": ("楷体_GB2312", Pt(16)),
        "公文正文": ("仿宋_GB2312", Pt(16)),
        "Footer": ("宋体", Pt(14)),
    }
    with ZipFile(BytesIO(bulletin_docx.render(bulletin, Words("zh")))) as archive:
        fonts_table = archive.read("word/fontTable.xml").decode()
    for font, fallback in (("方正小标宋简体", "华文中宋"), ("仿宋_GB2312", "FangSong"), ("楷体_GB2312", "KaiTi")):
        entry = fonts_table.partition(f'w:name="{font}"')[2].partition("</w:font>")[0]
        assert fallback in entry


def test_a_body_line_holds_28_characters(bulletin: Bulletin) -> None:
    style = opened(bulletin_docx.render(bulletin, Words("zh"))).styles["公文正文"].element
    closer = int(style.rPr.find(qn("w:spacing")).get(qn("w:val"))) / 20
    assert 27 < Mm(156).pt / (16 + closer) < 29
    assert int(Mm(156).pt / (16 + closer)) == 28
    assert style.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"


def test_page_numbers_stand_outside(bulletin: Bulletin) -> None:
    document = opened(bulletin_docx.render(bulletin, Words("zh")))
    assert document.settings.odd_and_even_pages_header_footer
    (section,) = document.sections
    sides = []
    for footer in (section.footer, section.even_page_footer):
        (paragraph,) = footer.paragraphs
        assert paragraph.text == "— 1 —"
        assert "PAGE" in paragraph._p.xml
        sides.append(paragraph._p.pPr.find(qn("w:jc")).get(qn("w:val")))
    assert sides == ["right", "left"]


def test_tables_repeat_their_header_and_tear_no_row(bulletin: Bulletin) -> None:
    for each in tables(opened(bulletin_docx.render(bulletin, Words("zh")))):
        headers = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in each.rows]
        assert headers == [True] + [False] * (len(headers) - 1)
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in each.rows)
        width = sum(int(column.get(qn("w:w"))) for column in each._tbl.tblGrid)
        assert abs(width - Mm(156).twips) < 20


@pytest.mark.parametrize(("count", "kept"), [(1, []), (8, [1, 2, 3, 4, 5, 6, 7]), (9, [1, 8])])
def test_no_row_stands_alone_at_the_end_of_a_page_or_on_the_next(count: int, kept: list[int]) -> None:
    blocks: list[Block] = [Title(("表",)), table([Column("数", 1)], [[str(number)] for number in range(count)])]
    (made,) = tables(opened(set_blocks(blocks, "zh", DAY)))
    held = [number for number, row in enumerate(made.rows) if row._tr.find(f".//{qn('w:keepNext')}") is not None]
    assert held == [0, *kept]  # each with the next; 0 is the header


def test_the_same_bulletin_is_the_same_bytes(bulletin: Bulletin) -> None:
    made_once = bulletin_docx.render(bulletin, Words("zh"))
    assert made_once == bulletin_docx.render(bulletin, Words("zh"))
    with ZipFile(BytesIO(made_once)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in archive.namelist() if "thumbnail" in name or "theme" in name]
    properties = opened(made_once).core_properties
    assert properties.created is not None
    assert (properties.author, properties.created.date()) == ("gongkai", DAY)
    assert properties.title == "关于《2017年某区政务公开工作要点》落实情况的督查通报"


def test_what_xml_forbids_stays_visible() -> None:
    nasty = "a\x00b\x0bc\ufffe\ud800<w:br/>&amp;\u202e"
    blocks: list[Block] = [
        Title((nasty,), nasty),
        Heading(nasty),
        Paragraph(nasty),
        table([Column(nasty, 1)], [[Said(nasty, (1,))]]),
        Notes((("[1]", nasty),)),
        Paragraph(nasty, "salutation"),
        Paragraph(nasty, "signature"),
    ]
    document = opened(set_blocks(blocks, "zh", DAY))
    shown = "a\\x00b\\x0bc\\ufffe\\ud800<w:br/>&amp;\\u202e"
    assert said(document).count(shown) == 9


def test_annexes_begin_on_a_new_page(bulletin: Bulletin) -> None:
    document = opened(bulletin_docx.render(bulletin, Words("zh")))
    breaking = [each.text for each in document.paragraphs if each._p.find(f".//{qn('w:pageBreakBefore')}") is not None]
    assert breaking == ["附一　口径说明", "附二　数据说明"]


@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="needs LibreOffice: apt install libreoffice-writer fonts-noto-cjk"
)
def test_libreoffice_opens_it(bulletin: Bulletin, tmp_path: Path) -> None:
    path = tmp_path / "bulletin.docx"
    path.write_bytes(bulletin_docx.render(bulletin, Words("zh")))
    pdf = to_pdf(path, tmp_path)
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert pdf.stat().st_size > 20_000
