"""Workbooks as nobody's program writes them."""

import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_SPREADSHEET}.sheet.main+xml"/>'
        f'<Override PartName="/xl/sheet.xml" ContentType="{_SPREADSHEET}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" Type="{_OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook {_MAIN} xmlns:r="{_OFFICE}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="sheet.xml"/>'
        f'<Relationship Id="r2" Type="{_OFFICE}/sharedStrings" Target="strings.xml"/></Relationships>'
    ),
}


def row(number: int, *cells: str) -> str:
    """A row of texts, from column A on."""
    named = zip("ABCDEFGH", cells, strict=False)
    said = "".join(f'<c r="{letter}{number}" t="inlineStr"><is><t>{cell}</t></is></c>' for letter, cell in named)
    return f'<row r="{number}">{said}</row>'


HEAD = row(1, "published", "obligation", "period")
DATA = row(2, "2017-09-04", "fiscal", "2017-07")


def workbook(
    path: Path,
    rows: str | Iterable[str] = HEAD + DATA,
    *,
    dimension: str = "A1:C2",
    before: str = "",
    after: str = "",
    strings: Iterable[str] | None = None,
    more: Mapping[str, str | bytes] | None = None,
) -> None:
    """Write a workbook of one sheet: rows as XML, what stands before it and after its rows, further parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**_PARTS, **(more or {})}.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
        with archive.open("xl/sheet.xml", "w") as sheet:
            sheet.write(f'{before}<worksheet {_MAIN}><dimension ref="{dimension}"/><sheetData>'.encode())
            for piece in [rows] if isinstance(rows, str) else rows:
                sheet.write(piece.encode())
            sheet.write(f"</sheetData>{after}</worksheet>".encode())
        if strings is not None:
            with archive.open("xl/strings.xml", "w") as table:
                for piece in (f"<sst {_MAIN}>", *strings, "</sst>"):
                    table.write(piece.encode())
