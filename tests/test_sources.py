"""Source documents in every format: paragraphs, tables, places, and what cannot be read."""

import builtins
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from source_files import FORMATS, as_docx, as_html, as_pdf, document

from gongkai_cli.messages import Words
from gongkai_cli.problems import Problem
from gongkai_cli.sources.document import Cell, SourceText
from gongkai_cli.sources.numbers import numeral
from gongkai_cli.sources.paragraphs import is_page_number
from gongkai_cli.sources.reading import parse_source, read_source

ENGLISH = Words("en")


def source(raw: bytes, name: str = "source.txt") -> SourceText:
    read = parse_source(raw, name)
    assert isinstance(read, SourceText), read
    return read


def prose(read: SourceText) -> list[str]:
    return ["".join(line.text.strip() for line in each.lines) for each in read.paragraphs if each.cell is None]


def cells(read: SourceText) -> dict[tuple[int, int, int, int], str]:
    found: dict[tuple[int, int, int, int], str] = {}
    for each in read.paragraphs:
        if each.cell is not None:
            found[each.cell] = found.get(each.cell, "") + "".join(line.text for line in each.lines)
    return found


def refused(raw: bytes, name: str = "source.txt") -> tuple[str, str | None]:
    problem = parse_source(raw, name)
    assert isinstance(problem, Problem)
    assert (problem.code, problem.level, problem.location.file) == ("GK711", "error", name)
    return ENGLISH(problem.message), ENGLISH(problem.hint) if problem.hint else None


@pytest.mark.parametrize("name", ["municipal", "provincial"])
@pytest.mark.parametrize("form", [form for form in FORMATS if form not in ("txt", "pdf")])
def test_every_format_gives_what_the_text_gives(name: str, form: str) -> None:
    plain = source(document(name).encode())
    read = source(FORMATS[form](document(name)), f"{name}.{form}")
    assert [line.replace(" ", "").replace("\u3000", "") for line in prose(read)] == [
        line.replace(" ", "").replace("\u3000", "") for line in prose(plain)
    ]
    assert cells(read) == cells(plain)


@pytest.mark.parametrize("name", ["municipal", "provincial"])
def test_a_pdf_holds_the_same_words_without_its_page_numbers(name: str) -> None:
    plain, read = source(document(name).encode()), source(as_pdf(document(name)))
    words = ["".join("".join(line.text for line in each.lines) for each in one.paragraphs) for one in (plain, read)]
    assert "".join(words[0].split()) == "".join(words[1].split())
    pages = {line.place.number for each in read.paragraphs for line in each.lines}
    assert read.left_out == max(pages) > 1
    assert read.loose


# Paragraphs


@pytest.mark.parametrize(
    ("content", "paragraphs"),
    [
        (
            "按月公开全区财政收支情况，针对误导和\n\n不实信息发布消息。\n",
            ["按月公开全区财政收支情况，针对误导和不实信息发布消息。"],
        ),
        ("标题一行\n\n正文公开。\n", ["标题一行", "正文公开。"]),
        ("一、章标题\n（一）节。\n", ["一、章标题", "（一）节。"]),
        ("公开信息，\n1．第一项，\n2.第二项。", ["公开信息，", "1．第一项，", "2.第二项。"]),
        ("各镇，各部门：\n现印发给你们。", ["各镇，各部门：", "现印发给你们。"]),
        ("公开情况（区财政局牵头落实）\n加强解读", ["公开情况（区财政局牵头落实）", "加强解读"]),
        ("责任单位：区财政局，区审计局\n公开", ["责任单位：区财政局，区审计局", "公开"]),
        ("公开。\n— 3 —\n解读。", ["公开。", "解读。"]),
        ("要求是，建设统一的政务\n平台。\n", ["要求是，建设统一的政务平台。"]),
    ],
)
def test_lines_become_paragraphs(content: str, paragraphs: list[str]) -> None:
    assert prose(source(content.encode())) == paragraphs


@pytest.mark.parametrize("line", ["— 3 —", "- 12 -", "－３－", "第3页 共10页", "第 3 页", "3/10", "·5·"])
def test_page_numbers(line: str) -> None:
    assert is_page_number(line)


@pytest.mark.parametrize("line", ["3", "3.", "（3）", "2017年", "—", "第三页的内容", "1—7月"])
def test_what_is_no_page_number(line: str) -> None:
    assert not is_page_number(line)


def test_lines_are_counted_as_editors_count_them() -> None:
    read = source("甲。\r\n\r\n乙，\x0c\n丙。".encode())
    assert [(line.text, line.place.number) for each in read.paragraphs for line in each.lines] == [
        ("甲。", 1),
        ("乙，", 3),
        ("丙。", 5),
    ]


@pytest.mark.parametrize("bar", ["|", "｜", "\t", " │ "])
def test_rows_make_a_table(bar: str) -> None:
    rows = [["序号", "任务", "时限"], ["一、公开"], ["1", "预算", "年底前"], ["2", "决算", "7月底前"]]
    content = "前文。\n" + "\n".join(bar.join(row) for row in rows) + "\n后文。\n"
    read = source(content.encode())
    assert prose(read) == ["前文。", "后文。"]
    assert cells(read) == {
        (1, 1, 1, 1): "序号",
        (1, 1, 2, 1): "任务",
        (1, 1, 3, 1): "时限",
        (1, 2, 1, 1): "一、公开",
        (1, 3, 1, 1): "1",
        (1, 3, 2, 1): "预算",
        (1, 3, 3, 1): "年底前",
        (1, 4, 1, 1): "2",
        (1, 4, 2, 1): "决算",
        (1, 4, 3, 1): "7月底前",
    }


def test_tables_with_rules_and_outer_bars() -> None:
    read = source("| 任务 | 时限 |\n| --- | --- |\n| 预算 | 年底前 |\n".encode())
    assert cells(read) == {(1, 1, 1, 1): "任务", (1, 1, 2, 1): "时限", (1, 2, 1, 1): "预算", (1, 2, 2, 1): "年底前"}


# Encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_of_text(encoding: str) -> None:
    assert prose(source("按月公开财政收支情况。".encode(encoding))) == ["按月公开财政收支情况。"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb2312", "gbk", "gb18030"])
def test_encodings_of_pages(encoding: str) -> None:
    said = f"按月公开{'财政' * 100}收支情况。"
    assert prose(source(as_html(said, encoding))) == [said]


# Web pages


def test_the_text_of_a_page_without_what_surrounds_it() -> None:
    page = f"""<html><body><div><a href=x>首页</a> | <a href=y>登录</a></div>
    <table><tr><td><table><tr><td>导航</td></tr></table></td><td><div id=zoom>
    <p>一、公开<br>（一）按月公开{"财政" * 90}。
    <p>跨行的句
子不断开。<b>粗</b>体 and
    words</p><ol start=3><li>第三项。<li>第四项。</ol></div></td></tr></table><p>版权所有</p></body></html>"""
    read = source(page.encode())
    assert prose(read) == [
        "一、公开",
        f"（一）按月公开{'财政' * 90}。",
        "跨行的句子不断开。粗体 and words",
        "3. 第三项。",
        "4. 第四项。",
    ]
    assert read.left_out == 3


def test_spans_of_a_table_on_a_page() -> None:
    page = """<table><tr><th>序号<th>任务<th>单位</tr>
    <tr><td colspan=3>一、公开</td></tr>
    <tr><td>1</td><td>预算</td><td rowspan="2">区财政局</td></tr>
    <tr><td>2</td><td>决算<p>说明</p></td></tr>
    <tr><td>3</td><td>清单</td><td>区编办</td></tr></table>"""
    assert cells(source(page.encode(), "page.html")) == {
        (1, 1, 1, 1): "序号",
        (1, 1, 2, 1): "任务",
        (1, 1, 3, 1): "单位",
        (1, 2, 1, 1): "一、公开",
        (1, 3, 1, 1): "1",
        (1, 3, 2, 1): "预算",
        (1, 3, 3, 2): "区财政局",
        (1, 4, 1, 1): "2",
        (1, 4, 2, 1): "决算说明",
        (1, 5, 1, 1): "3",
        (1, 5, 2, 1): "清单",
        (1, 5, 3, 1): "区编办",
    }


def test_lists_without_numbers_and_cells_that_push_others_aside() -> None:
    page = """<ul><li>甲。<li>乙。</ul>
    <table><tr><td rowspan=2>1<td>预算<td>年底前</tr><tr><td><td>另有说明</tr><tr><td>2<td>决算<td></tr></table>"""
    read = source(page.encode(), "page.html")
    assert prose(read) == ["甲。", "乙。"]
    assert cells(read) == {
        (1, 1, 1, 2): "1",
        (1, 1, 2, 1): "预算",
        (1, 1, 3, 1): "年底前",
        (1, 2, 3, 1): "另有说明",
        (1, 3, 1, 1): "2",
        (1, 3, 2, 1): "决算",
    }


def test_a_span_that_is_absurd_takes_no_memory() -> None:
    page = "<table><tr><td rowspan=9999 colspan=9999>甲<td>乙</tr><tr><td>丙<td rowspan=x>丁</tr></table>" * 50
    assert len(cells(source(page.encode(), "page.html"))) == 200


def test_places_on_a_page_are_lines_of_its_source() -> None:
    read = source(b"<html>\n<body>\n<p>\xe7\x94\xb2\xe3\x80\x82</p>\n\n<p>\xe4\xb9\x99\xe3\x80\x82</p></body></html>")
    assert [line.place.number for each in read.paragraphs for line in each.lines] == [3, 5]


def test_a_page_nested_deeply_is_no_danger() -> None:
    def page(depth: int) -> bytes:
        return f"<html><body>{'<div>' * depth}按月公开。{'</div>' * depth}</body></html>".encode()

    assert prose(source(page(1000))) == ["按月公开。"]
    assert refused(page(5000))[0] == "the page is nested so deeply that part of it would be lost"


# Word documents


def saved(made: Any) -> bytes:
    stream = BytesIO()
    made.save(stream)
    return stream.getvalue()


def numbered(made: Any, form: str, shown: str, level: int = 0, abstract: int = 90) -> Callable[[str], None]:
    """Return what adds paragraphs that Word numbers by itself."""
    root = made.part.numbering_part.element
    if not root.xpath(f"w:abstractNum[@w:abstractNumId='{abstract}']"):
        root.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{abstract}"/>'))
        root.append(
            parse_xml(f'<w:num {nsdecls("w")} w:numId="{abstract}"><w:abstractNumId w:val="{abstract}"/></w:num>')
        )
    root.xpath(f"w:abstractNum[@w:abstractNumId='{abstract}']")[0].append(
        parse_xml(
            f'<w:lvl {nsdecls("w")} w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
            f'<w:lvlText w:val="{shown}"/></w:lvl>'
        )
    )

    def add(said: str) -> None:
        properties = made.add_paragraph(said)._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{abstract}"/></w:numPr>')
        )

    return add


def test_the_numbers_that_word_prints() -> None:
    made = docx.Document()
    chapter = numbered(made, "chineseCountingThousand", "%1、", 0)
    section = numbered(made, "chineseCounting", "（%2）", 1)
    item = numbered(made, "decimal", "%3.", 2)
    for add, said in [
        (chapter, "甲"),
        (section, "乙"),
        (item, "丙"),
        (item, "丁"),
        (section, "戊"),
        (item, "己"),
        (chapter, "庚"),
    ]:
        add(f"{said}。")
    made.add_paragraph("没有编号。")
    assert prose(source(saved(made))) == [
        "一、甲。",
        "（一）乙。",
        "1.丙。",
        "2.丁。",
        "（二）戊。",
        "1.己。",
        "二、庚。",
        "没有编号。",
    ]


def test_numbers_of_a_style_and_bullets() -> None:
    made = docx.Document()
    made.add_paragraph("第一项。", style="List Number")
    made.add_paragraph("第二项。", style="List Number")
    made.add_paragraph("不编号。", style="List Bullet")
    assert prose(source(saved(made))) == ["1.第一项。", "2.第二项。", "不编号。"]


@pytest.mark.parametrize(
    ("number", "form", "shown"),
    [
        (12, "chineseCounting", "十二"),
        (101, "ideographDigital", "一百零一"),
        (3, "decimalEnclosedCircle", "③"),
        (2, "lowerLetter", "b"),
        (2, "upperLetter", "B"),
        (7, "decimal", "7"),
        (7, "unknown", "7"),
    ],
)
def test_numerals(number: int, form: str, shown: str) -> None:
    assert numeral(number, form) == shown


def test_changes_are_read_as_accepted() -> None:
    made = docx.Document()
    paragraph = made.add_paragraph("按月")._p
    deleted = parse_xml(f"<w:del {nsdecls('w')}><w:r><w:delText>按季</w:delText><w:t>不</w:t></w:r></w:del>")
    inserted = parse_xml(
        f"<w:ins {nsdecls('w')}><w:r><w:t>公开</w:t><w:tab/><w:t>预算</w:t><w:br/><w:t>执行。</w:t></w:r></w:ins>"
    )
    paragraph.append(deleted)
    paragraph.append(inserted)
    assert [line.text for each in source(saved(made)).paragraphs for line in each.lines] == ["按月公开\t预算", "执行。"]


def test_a_document_without_automatic_numbers_and_its_places() -> None:
    made = docx.Document()
    part = made.part
    for name, relation in list(part.rels.items()):
        if relation.reltype.endswith("/numbering"):
            del part.rels[name]
    made.add_paragraph("第一段。")._p.append(
        parse_xml(f"<w:r {nsdecls('w')}><w:t>甲</w:t><w:noBreakHyphen/><w:t>乙</w:t></w:r>")
    )
    made.add_table(rows=1, cols=2).cell(0, 1).text = "丙"
    made.add_paragraph("第二段。")
    places = [
        (line.text, ENGLISH(line.place.words())) for each in source(saved(made)).paragraphs for line in each.lines
    ]
    assert places == [("第一段。甲-乙", "paragraph 1"), ("丙", "table 1, row 1"), ("第二段。", "paragraph 2")]


def test_content_controls_are_read() -> None:
    made = docx.Document()
    control = parse_xml(
        f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>控件内的文字。</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    made.element.body.insert(0, control)
    assert prose(source(saved(made))) == ["控件内的文字。"]


def test_merged_cells_of_a_word_table() -> None:
    made = docx.Document()
    table = made.add_table(rows=4, cols=3)
    said = [["序号", "任务", "单位"], ["一、公开", "", ""], ["1", "预算", "区财政局"], ["2", "决算", ""]]
    for row, words in zip(table.rows, said, strict=True):
        for cell, word in zip(row.cells, words, strict=True):
            cell.text = word
    table.cell(1, 0).merge(table.cell(1, 2))
    table.cell(2, 2).merge(table.cell(3, 2))
    read = cells(source(saved(made)))
    assert read[1, 2, 1, 1] == "一、公开"
    assert read[1, 3, 3, 2] == "区财政局"
    assert (1, 4, 3, 1) not in read


def test_a_table_with_odd_spans_is_read() -> None:
    made = docx.Document()
    table = made.add_table(rows=1, cols=2)
    table.cell(0, 0).text = "甲"
    span = OxmlElement("w:gridSpan")
    span.set(qn("w:val"), "x")
    table.cell(0, 0)._tc.get_or_add_tcPr().append(span)
    assert cells(source(saved(made)))[1, 1, 1, 1] == "甲"


# PDF


def test_running_heads_are_left_out() -> None:
    pages = [f"第{page}页的内容公开。" for page in range(1, 5)]
    read = source(as_pdf("\n".join(pages), lines_a_page=1))
    assert (prose(read), read.left_out) == (pages, 4)
    headed = "".join(f"云山市政务公开\n第{page}条公开{page}项。\n" for page in range(1, 5))
    read = source(as_pdf(headed, lines_a_page=2))
    assert prose(read) == [f"第{page}条公开{page}项。" for page in range(1, 5)]
    assert read.left_out == 8


def test_the_numbers_of_rows_stand_apart_from_their_cells() -> None:
    said = "1 月底前公开。\n序号 任务\n1 公开预算\n年底前\n2 公开决算\n20 日内\n3 公开名录\n7 公开清单"
    assert prose(source(as_pdf(said))) == [
        "1\xa0月底前公开。",
        "序号\xa0任务",
        "1",
        "公开预算",
        "年底前",
        "2",
        "公开决算",
        "20\xa0日内",
        "3",
        "公开名录",
        "7\xa0公开清单",
    ]


def test_a_pdf_that_needs_a_password() -> None:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(as_pdf("按月公开。"))))
    writer.encrypt("secret", algorithm="RC4-128")
    stream = BytesIO()
    writer.write(stream)
    assert refused(stream.getvalue(), "a.pdf")[0] == "the PDF is encrypted"


def test_a_scan() -> None:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    stream = BytesIO()
    writer.write(stream)
    message, hint = refused(stream.getvalue(), "scan.pdf")
    assert message == "the PDF holds no text; it is probably a scan"
    assert hint is not None


# What cannot be read


def packed(**entries: bytes) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "the file holds no text"),
        (b" \n\n", "the file holds no text"),
        (b"\xff\xff\xff\xff", "the file is neither UTF-8 nor GB18030 text"),
        (b"abc\0def", "the file is neither UTF-8 nor GB18030 text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "this is a file of the old Word or WPS format (.doc, .wps)"),
        (b"PK\x03\x04 damaged", "the file is damaged: it cannot be unpacked"),
        (packed(xl__workbook=b""), "this packed file is not a Word document (.docx)"),
        (b"<html><body></body></html>", "the file holds no text"),
        (b"<!DOCTYPE html>\n", "the file holds no text"),
        (b"<html>\xff\xff\xff\xff", "the file is neither UTF-8 nor GB18030 text"),
        (as_docx(""), "the file holds no text"),
    ],
)
def test_what_cannot_be_read(raw: bytes, said: str) -> None:
    assert refused(raw)[0] == said


def test_an_empty_page() -> None:
    assert refused(b" ", "page.html")[0] == "the file holds no text"


def test_damaged_files_say_what_the_library_says() -> None:
    broken = packed(**{"word__document.xml": b"<w:document"})
    assert refused(broken, "a.docx")[0].startswith("it cannot be read as DOCX: ")
    assert refused(b"%PDF-1.7\nnothing", "a.pdf")[0].startswith("it cannot be read as PDF: ")


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    for path, said in ((tmp_path / "none.txt", "there is no such file"), (tmp_path, "this is a folder, not a file")):
        problem = read_source(path)
        assert isinstance(problem, Problem)
        assert (problem.code, ENGLISH(problem.message)) == ("GK711", said)


def test_a_file_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gongkai_cli.sources.reading.MAX_BYTES", 4)
    path = tmp_path / "source.txt"
    path.write_bytes(b"12345")
    problem = read_source(path)
    assert isinstance(problem, Problem)
    assert ENGLISH(problem.message).startswith("the file is larger than")


def test_a_packed_file_that_grows_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gongkai_cli.sources.reading._MAX_UNPACKED", 100)
    assert refused(as_docx("按月公开。"), "a.docx")[0].startswith("the file is larger than")


@pytest.mark.parametrize(
    ("form", "library", "module"),
    [("docx", "python-docx", "docx"), ("pdf", "pypdf", "pypdf"), ("html", "lxml", "lxml")],
)
def test_a_library_that_is_missing(form: str, library: str, module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = FORMATS[form]("按月公开。")
    imported = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.split(".")[0] == module:
            raise ImportError(name)
        return imported(name, *rest, **more)

    for name in [name for name in sys.modules if name.split(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", without)
    message, hint = refused(raw, f"a.{form}")
    assert message == f"reading {form.upper()} needs the library {library}, which is not installed"
    assert hint == 'install it: pip install "gongkai-cli[source]"'


@given(st.binary(max_size=200), st.sampled_from([b"", b"<html>", b"%PDF-1.4\n", b"PK\x03\x04", b"<table><tr>"]))
def test_no_bytes_are_too_odd(raw: bytes, start: bytes) -> None:
    assert isinstance(parse_source(start + raw, "odd"), SourceText | Problem)


@given(st.text(alphabet="一二（）1.、｜|\t\n。；公开 —-负责"))
def test_no_text_is_lost(content: str) -> None:
    read = parse_source(content.encode(), "odd.txt")
    if isinstance(read, SourceText):
        kept = "".join(line.text for each in read.paragraphs for line in each.lines)
        wanted = [character for character in content if character in "一二公开负责"]
        if read.left_out == 0:
            assert [character for character in kept if character in "一二公开负责"] == wanted


def test_cells_know_their_place() -> None:
    read = source(document("provincial").encode())
    assert {each.cell for each in read.paragraphs if each.cell and each.cell.column == 1} == {
        Cell(1, row, 1) for row in range(1, 7)
    }
