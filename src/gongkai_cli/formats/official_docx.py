"""Word documents laid out as Chinese official documents are (党政机关公文格式, GB/T 9704—2012), from blocks.

Sizes: 二号 22 pt, 三号 16 pt, 四号 14 pt, 小四 12 pt, 五号 10.5 pt.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from gongkai_cli.formats.blocks import Block, Heading, Notes, Paragraph, Said, Table, Title
from gongkai_cli.formats.escaping import visible
from gongkai_cli.formats.measure import cell_len, column_widths
from gongkai_cli.messages import Language

if TYPE_CHECKING:
    from docx.document import Document
    from docx.styles.style import ParagraphStyle

# GB/T 9704—2012, 5.2: 天头 37 mm, 订口 28 mm, 版心 156 mm × 225 mm; 22 lines of 28 characters.
_PAGE_MM, _TOP_MM, _LEFT_MM, _AREA_MM = (210, 297), 37, 28, (156, 225)
_LINES, _CHARACTERS = 22, 28
_TWIPS_PER_MM = 1440 / 25.4
_LINE = int(_AREA_MM[1] * _TWIPS_PER_MM / _LINES)  # twips from line to line
# 三号 in half points, and by how many twips its characters stand closer so that 28 go on a line.
_BODY_HALF_POINTS, _CONDENSED = 32, -5
# How much narrower than 三号 a character of the grid is, in 4096ths of a point (ECMA-376, 17.6.5).
_CHARACTER_SPACE = round((_AREA_MM[0] * _TWIPS_PER_MM / 20 / _CHARACTERS - 16) * 4096)
# The lower edge of a page number lies 7 mm and its own line of 6.4 mm below the type area (7.5).
_FOOTER_MM = _PAGE_MM[1] - _TOP_MM - _AREA_MM[1] - 7 - 6.4

_SONG, _BODY, _HEI, _KAI, _TITLE = "宋体", "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体"
_LATIN = "Times New Roman"
# What to take where a font is missing: names of the same face in Windows, WPS, macOS and Linux (ECMA-376, 17.8.3.1).
_FALLBACK = {
    _SONG: "SimSun,宋体-简,Songti SC,STSong,Noto Serif CJK SC",
    _BODY: "仿宋,FangSong,华文仿宋,STFangsong,FangSong_GB2312,Noto Serif CJK SC",
    _HEI: "SimHei,黑体-简,Heiti SC,STHeiti,Noto Sans CJK SC",
    _KAI: "楷体,KaiTi,华文楷体,STKaiti,KaiTi_GB2312,Noto Serif CJK SC",
    _TITLE: "方正小标宋_GBK,FZXiaoBiaoSong-B05S,小标宋体,华文中宋,STZhongsong,宋体,SimSun,Noto Serif CJK SC",
}
_NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TABLE_STYLE, _BODY_STYLE, _NOTE_STYLE, _SIGNED_STYLE = "公文表格", "公文正文", "公文注释", "公文落款"
_KEPT_STYLES = ("Normal", "Default Paragraph Font", "Normal Table", "No List", "Heading 1", "Heading 2", "Title",
                "Subtitle", "Footer")  # fmt: skip
# A cell of text is half a character of 五号; so many go into the type area.
_CELLS = int(_AREA_MM[0] * _TWIPS_PER_MM / 105)
_SHORT = 8  # rows
_TITLE_CELLS = 40  # what of a title in 二号 goes on one line
_CELL_MARGIN = 50  # twips, left and right of what stands in a cell of a table
# The first moment that a zip archive can name: documents made of the same things are the same bytes.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def set_blocks(blocks: Iterable[Block], language: Language, day: date) -> bytes:
    """Return blocks as a Word document; `day` is its date of writing, as its properties say it."""
    import docx  # only where a document is written

    document = docx.Document()
    blocks = list(blocks)
    _strip(document)
    _styles(document, language)
    _page(document)
    body = document.element.body
    for block in blocks:
        for part in _xml(block, language):
            body.insert(len(body) - 1, _parsed(part))
    title = next((block.words for block in blocks if isinstance(block, Title)), "")
    _properties(document, visible(title), language, day)
    return _packed(document)


# What stands on the page


def _xml(block: Block, language: Language) -> Iterator[str]:
    match block:
        case Title(parts):
            broken = cell_len(block.words) > _TITLE_CELLS
            yield _paragraph("Title", _broken(parts) if broken else _run(block.words))
            yield _paragraph("Subtitle", _run(block.below)) if block.below else _paragraph("Normal", "")
        case Heading():
            new_page = "<w:pageBreakBefore/>" if block.annex else ""
            yield _paragraph(f"Heading{block.level}", _run(block.words), new_page)
        case Paragraph(words, kind):
            style = {"body": _BODY_STYLE, "salutation": "Normal", "signature": _SIGNED_STYLE}[kind]
            yield _paragraph(style, _run(words))
        case Table():
            yield _table(block)
            # Two tables must not grow together, and the text keeps its distance.
            yield _paragraph(_NOTE_STYLE, "")
        case Notes():
            yield from (_paragraph(_NOTE_STYLE, _run(f"{mark} {note}")) for mark, note in block.items)


def _paragraph(style: str, runs: str, properties: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{runs}</w:p>'


def _broken(parts: Sequence[str]) -> str:
    return "<w:r><w:br/></w:r>".join(_run(part.strip()) for part in parts)


def _run(words: str, properties: str = "") -> str:
    preserved = f'<w:t xml:space="preserve">{escape(visible(words))}</w:t>'
    return f"<w:r>{properties and f'<w:rPr>{properties}</w:rPr>'}{preserved}</w:r>"


def _table(block: Table) -> str:
    """A table as wide as the type area, with its header repeated on every page and no row torn apart."""
    # Marks are raised, and half as wide.
    rows = [[visible(cell.words) + _marks(cell)[::2] for cell in row] for row in block.rows]
    room = _CELLS - len(block.titles)
    cells = column_widths([block.titles, *rows], block.shares, room)
    whole = round(_AREA_MM[0] * _TWIPS_PER_MM)
    widths = [whole * (width + 1) // (sum(cells) + len(cells)) for width in cells]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    # The header stays with the first row, the last row (often a sum) with the one before, a short table on one page.
    apart = range(len(rows)) if len(rows) <= _SHORT else (1, len(rows) - 1)
    kept = [number in apart for number in range(1, len(rows) + 1)]
    header = "".join(
        _cell(_run(title, f'<w:rFonts w:eastAsia="{_HEI}"/>'), width, "center", keep=True)
        for title, width in zip(block.titles, widths, strict=True)
    )
    lines = "".join(
        "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        + "".join(_cell(_said(cell), width, "left", keep=keep) for cell, width in zip(row, widths, strict=True))
        + "</w:tr>"
        for row, keep in zip(block.rows, kept, strict=True)
    )
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>'
        f'<w:left w:w="{_CELL_MARGIN}" w:type="dxa"/><w:right w:w="{_CELL_MARGIN}" w:type="dxa"/></w:tblCellMar>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
        f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{header}</w:tr>{lines}</w:tbl>"
    )


def _cell(runs: str, width: int, align: str, *, keep: bool) -> str:
    kept = "<w:keepNext/>" if keep else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{_TABLE_STYLE}"/>{kept}<w:jc w:val="{align}"/></w:pPr>{runs}</w:p></w:tc>'
    )


def _said(cell: Said) -> str:
    marks = _run(_marks(cell), '<w:vertAlign w:val="superscript"/>') if cell.marks else ""
    return _run(cell.words) + marks


def _marks(cell: Said) -> str:
    return "".join(f"[{number}]" for number in cell.marks)


# How it looks


def _strip(document: "Document") -> None:
    """Take out of the library's template what is not ours: a thumbnail, themes, and styles that nothing uses."""
    for owner in (document.part.package, document.part):
        for name, relation in list(owner.rels.items()):
            if relation.reltype.rsplit("/", 1)[-1] in ("thumbnail", "customXml", "stylesWithEffects", "theme",
                                                        "extended-properties", "webSettings", "numbering"):  # fmt: skip
                del owner.rels[name]
    for style in list(document.styles):
        if style.name not in _KEPT_STYLES:
            style.delete()


def _styles(document: "Document", language: Language) -> None:
    from docx.enum.style import WD_STYLE_TYPE

    defaults = document.styles.element.find(_tag("docDefaults"))
    assert defaults is not None, "the template has defaults"  # noqa: S101
    defaults.getparent().replace(defaults, _parsed(_DEFAULTS.format(lang="zh-CN" if language == "zh" else "en-GB")))
    styles = document.styles
    for name in (_BODY_STYLE, _TABLE_STYLE, _NOTE_STYLE, _SIGNED_STYLE):
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).element.set(_tag("styleId"), name)
    # Snapping to the grid of characters is left to the spacing: LibreOffice gives a character that is wider than a
    # cell of the grid two of them.
    line, loose, centred = (
        f'<w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0" w:line="{_LINE}" w:lineRule="exact"/>',
        '<w:jc w:val="both"/>',
        '<w:jc w:val="center"/>',
    )
    titled = f'<w:keepNext/><w:snapToGrid w:val="0"/><w:spacing w:before="{_LINE}" w:line="720" w:lineRule="exact"/>'
    below = f'<w:keepNext/><w:snapToGrid w:val="0"/><w:spacing w:after="{_LINE}" w:line="{_LINE}" w:lineRule="exact"/>'
    indent = '<w:ind w:firstLineChars="200" w:firstLine="640"/>' if language == "zh" else ""
    narrow = '<w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>'
    settings = {
        "Normal": (line + loose, _BODY, _BODY_HALF_POINTS),
        _BODY_STYLE: (line + indent + loose, _BODY, _BODY_HALF_POINTS),
        "Title": (titled + centred, _TITLE, 44),
        "Subtitle": (below + centred, _KAI, _BODY_HALF_POINTS),
        "Heading 1": ("<w:keepNext/>" + line + indent + '<w:outlineLvl w:val="0"/>', _HEI, _BODY_HALF_POINTS),
        "Heading 2": ("<w:keepNext/>" + line + indent + '<w:outlineLvl w:val="1"/>', _KAI, _BODY_HALF_POINTS),
        _TABLE_STYLE: (narrow, _BODY, 21),
        _NOTE_STYLE: (narrow + '<w:ind w:left="480" w:hanging="480"/>', _BODY, 24),
        _SIGNED_STYLE: (
            line + '<w:ind w:rightChars="400" w:right="1280"/><w:jc w:val="right"/>',
            _BODY,
            _BODY_HALF_POINTS,
        ),
        "Footer": ('<w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0"/>', _SONG, 28),
    }
    for name, (paragraph, font, half_points) in settings.items():
        _set_style(styles[name], paragraph, font, half_points)


def _set_style(style: "ParagraphStyle", paragraph: str, font: str, half_points: int) -> None:
    element = style.element
    for tag in ("link", "pPr", "rPr"):  # what it was linked to is gone
        for old in element.findall(_tag(tag)):
            element.remove(old)
    condensed = f'<w:spacing w:val="{_CONDENSED}"/>' if half_points == _BODY_HALF_POINTS else ""
    latin = _SONG if font == _SONG else _LATIN
    element.append(_parsed(f"<w:pPr>{paragraph}</w:pPr>"))
    element.append(
        _parsed(
            f'<w:rPr><w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{font}" w:cs="{latin}"/><w:b w:val="0"/>'
            f'<w:i w:val="0"/><w:color w:val="000000"/>{condensed}'
            f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/></w:rPr>'
        )
    )


_DEFAULTS = (
    f'<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="{_LATIN}" w:hAnsi="{_LATIN}" w:eastAsia="{_BODY}" '
    f'w:cs="{_LATIN}"/><w:sz w:val="32"/><w:szCs w:val="32"/>'
    '<w:lang w:val="{lang}" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
)


def _page(document: "Document") -> None:
    """Set the page, its grid, and the page numbers: 四号宋体 between dashes, odd ones right, even ones left (7.5)."""
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = Mm(_PAGE_MM[0]), Mm(_PAGE_MM[1])
    section.top_margin, section.left_margin = Mm(_TOP_MM), Mm(_LEFT_MM)
    section.right_margin = Mm(_PAGE_MM[0] - _LEFT_MM - _AREA_MM[0])
    section.bottom_margin = Mm(_PAGE_MM[1] - _TOP_MM - _AREA_MM[1])
    section.header_distance, section.footer_distance = Mm(15), Mm(_FOOTER_MM)
    for old in section._sectPr.findall(_tag("docGrid")):  # noqa: SLF001  # the library has no name for the grid
        section._sectPr.remove(old)  # noqa: SLF001
    grid = f'<w:docGrid w:type="linesAndChars" w:linePitch="{_LINE}" w:charSpace="{_CHARACTER_SPACE}"/>'
    section._sectPr.append(_parsed(grid))  # noqa: SLF001
    document.settings.odd_and_even_pages_header_footer = True
    for footer, side, indent in ((section.footer, "right", "right"), (section.even_page_footer, "left", "left")):
        paragraph = footer.paragraphs[0]._p  # noqa: SLF001
        number = (
            f'<w:p><w:pPr><w:pStyle w:val="Footer"/><w:ind w:{indent}Chars="100" w:{indent}="280"/>'
            f'<w:jc w:val="{side}"/></w:pPr>{_run("— ")}<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
            '<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
            f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{_run("1")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
            f"{_run(' —')}</w:p>"
        )
        paragraph.getparent().replace(paragraph, _parsed(number))


def _properties(document: "Document", title: str, language: Language, day: date) -> None:
    properties = document.core_properties
    properties.title = title[:255]
    properties.author = properties.last_modified_by = "gongkai"
    properties.comments = properties.keywords = properties.subject = properties.category = ""
    properties.language = "zh-CN" if language == "zh" else "en"
    properties.revision = 1
    properties.created = properties.modified = datetime(day.year, day.month, day.day, tzinfo=UTC)


def _packed(document: "Document") -> bytes:
    """Return the document's bytes, the same for the same document whenever it is written."""
    made, packed = BytesIO(), BytesIO()
    for part in document.part.package.iter_parts():
        if part.partname == "/word/fontTable.xml":
            part._blob = _fonts().encode()  # noqa: SLF001  # the library keeps this part as it came
    document.save(made)
    with ZipFile(made) as source, ZipFile(packed, "w") as target:
        for name in source.namelist():
            entry = ZipInfo(name, _EPOCH)
            entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, 0, 0
            target.writestr(entry, source.read(name))
    return packed.getvalue()


def _fonts() -> str:
    """The fonts that the document names, each with what may stand in for it."""
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/><w:family w:val="{family}"/>'
        '<w:pitch w:val="auto"/></w:font>'
        for name, others in _FALLBACK.items()
        for family in ("modern" if name == _HEI else "roman",)
    )
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {_NS}>{fonts}</w:fonts>'


def _tag(name: str) -> str:
    return f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{name}"


def _parsed(xml: str) -> Any:
    from docx.oxml import parse_xml

    start = xml.index(">") if xml[xml.index(">") - 1] != "/" else xml.index(">") - 1
    return parse_xml(f"{xml[:start]} {_NS}{xml[start:]}")
