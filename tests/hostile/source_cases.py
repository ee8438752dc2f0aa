"""Hostile documents, configurations and command lines."""

import zipfile
from collections.abc import Iterable
from pathlib import Path

from case import case
from plan_cases import write

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_PARTS = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_DOCUMENT}"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document.xml"/></Relationships>'
    ),
}
_SAID = "<w:p><w:r><w:t>按月公开财政收支情况。</w:t></w:r></w:p>"
TEXT, WORD, PAGE, PDF = (f"check plan.yaml --lang en --source s.{ending}" for ending in ("txt", "docx", "html", "pdf"))
DUE = "due --month 2017-08 --lang en"


def document(folder: Path, body: str | Iterable[str], before: str = "") -> None:
    with zipfile.ZipFile(folder / "s.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _PARTS.items():
            archive.writestr(name, content)
        with archive.open("word/document.xml", "w") as part:
            part.write(f'{before}<w:document xmlns:w="{_WORD}"><w:body>'.encode())
            for piece in [body] if isinstance(body, str) else body:
                part.write(piece.encode())
            part.write(b"</w:body></w:document>")


@case(WORD)
def word_that_unpacks_far(folder: Path, many: int) -> None:
    """A Word document whose text unpacks to 20 MB of blanks."""
    document(folder, ("<w:p>" + " " * 1_000_000 + "</w:p>" for _ in range(20)))


@case(WORD)
def word_nested_deeply(folder: Path, many: int) -> None:
    """Content controls nested 10,000 deep."""
    document(folder, "<w:sdt>" * 10_000 + _SAID + "</w:sdt>" * 10_000)


@case(WORD)
def word_with_wide_cells(folder: Path, many: int) -> None:
    """Cells over a billion columns, and over a number of columns of 5,000 digits."""
    cells = "".join(
        f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr>{_SAID}</w:tc>' for span in ("999999999", "9" * 5000)
    )
    document(folder, f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>")


@case(WORD)
def word_with_entities(folder: Path, many: int) -> None:
    """Entities that expand to billions."""
    told = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    document(folder, "<w:p><w:r><w:t>&e9;</w:t></w:r></w:p>", f'<!DOCTYPE a [<!ENTITY e0 "lol">{told}]>')


@case(WORD)
def word_with_a_file_from_outside(folder: Path, many: int) -> None:
    """An entity that stands for a file of this machine."""
    (folder.parent / "secret.txt").write_text("按月公开财政收支情况", encoding="utf-8")
    outside = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{(folder.parent / "secret.txt").as_uri()}">]>'
    document(folder, f"{_SAID}<w:p><w:r><w:t>&x;</w:t></w:r></w:p>", outside)


@case(TEXT)
def text_larger_than_documents(folder: Path, many: int) -> None:
    """A text of 20 MB."""
    write(folder, "按月公开。\n" * 1_400_000, "s.txt")


@case(TEXT)
def text_of_what_is_looked_for(folder: Path, many: int) -> None:
    """Megabytes of brackets, bars, numbers of clauses, words of time and near quotes."""
    pieces = ["（", "|", "-:", "一、\n（一）\n1.\n", "每月每周按月及时定期年底前", " \u3000", "按月公开财政收支情"]
    write(folder, "x\n".join(piece * (150_000 // len(piece)) for piece in pieces), "s.txt")


@case(TEXT)
def text_that_steers(folder: Path, many: int) -> None:
    """A document with escapes for a terminal and marks that turn text."""
    write(folder, "\u202e按月公开财政收支情况\x1b[31m\x1b]8;;http://evil.example\x07\n", "s.txt")


@case(PAGE)
def page_nested_deeply(folder: Path, many: int) -> None:
    """100,000 elements, each in the one before."""
    write(folder, "<html><body>" + "<div>" * 100_000 + "按月公开", "s.html")


@case(PAGE)
def page_of_attributes(folder: Path, many: int) -> None:
    """One element with 200,000 attributes."""
    write(folder, "<html><body><p " + " ".join(f"a{n}=1" for n in range(200_000)) + ">按月", "s.html")


@case(PAGE)
def page_of_wide_cells(folder: Path, many: int) -> None:
    """Cells over a million rows and columns."""
    write(folder, "<html><body><table>" + '<tr><td rowspan="999999" colspan="999999">按月</td></tr>' * 500, "s.html")


@case(PAGE)
def page_never_begun(folder: Path, many: int) -> None:
    """Comments and declarations that never end."""
    write(folder, " " * 100_000 + "<!-- " * 50_000 + "<?xml " + "a" * 100_000, "s.html")


@case(PDF)
def pdf_in_a_ring(folder: Path, many: int) -> None:
    """A PDF whose pages are their own parents."""
    write(
        folder,
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj\n"
        b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000054 00000 n \n"
        b"trailer<</Root 1 0 R/Size 3>>\nstartxref\n105\n%%EOF",
        "s.pdf",
    )


@case(PDF)
def pdf_of_noise(folder: Path, many: int) -> None:
    """The first bytes of a PDF, and noise."""
    write(folder, b"%PDF-1.4\n" + bytes(range(256)) * 400, "s.pdf")


@case(DUE)
def configuration_with_a_nul(folder: Path, many: int) -> None:
    """A path with a NUL, which no file name has."""
    write(folder, 'plan = "a\\u0000b"\n', "gongkai.toml")


@case("overdue --lang en")
def configuration_of_odd_logs(folder: Path, many: int) -> None:
    """Paths of logs with a NUL, and longer than any file name."""
    write(folder, f'plan = "plan.yaml"\nlog = ["a\\u0000b", "{"a" * 5000}", "*\\u0000"]\n', "gongkai.toml")


@case(DUE)
def configuration_nested_deeply(folder: Path, many: int) -> None:
    """Lists nested 100,000 deep, in the file that many projects share."""
    write(folder, "x = " + "[" * 100_000, "pyproject.toml")


@case(DUE)
def configuration_larger_than_any(folder: Path, many: int) -> None:
    """A configuration of 20 MB."""
    write(folder, f"plan = '{'a' * 20_000_000}'\n", "gongkai.toml")


@case(DUE)
def configuration_with_a_steering_key(folder: Path, many: int) -> None:
    """A key with an escape, and a second line that GitHub would take for a command."""
    write(folder, '"pl\\u001b[31man\\n::error" = 1\n', "gongkai.toml")


@case(f"{DUE} --owner '\x1b[31m\u202e\n::error::' --obligation '\x9b2J' --plan plan.yaml")
def values_that_steer(folder: Path, many: int) -> None:
    """Names on the command line with escapes and lines."""


@case(f"due --plan plan.yaml --lang en --month {'9' * 50_000}")
def value_without_end(folder: Path, many: int) -> None:
    """A month of 50,000 digits."""


@case("diff git:--upload-pack=touch:x plan.yaml --lang en")
def revision_that_is_an_option(folder: Path, many: int) -> None:
    """A revision that git would take for an option."""


@case("diff 'git:HEAD:../../../../etc/passwd' plan.yaml --lang en")
def revision_of_a_file_outside(folder: Path, many: int) -> None:
    """A version of a file outside of all repositories."""


@case("calendar --plan plan.yaml --from 1990-01-01 --to 2200-12-31 --output ../out/x.ics --lang en")
def output_where_no_folder_is(folder: Path, many: int) -> None:
    """A file to write in a folder that is not there."""
