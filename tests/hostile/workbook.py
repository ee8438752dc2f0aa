"""Workbooks as nobody's program writes them."""

import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
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


# --- the format before 2007: [MS-XLS] records in a [MS-CFB] compound file -------------------------------------------

_SECTOR = 512
_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_BOF, _EOF, _BOUNDSHEET, _LABEL = 0x0809, 0x000A, 0x0085, 0x0204


def record(code: int, content: bytes = b"") -> bytes:
    """A record of a workbook stream ([MS-XLS] 2.1.4)."""
    return struct.pack("<HH", code, len(content)) + content


def label(row: int, column: int, said: str) -> bytes:
    """A cell of text; rows and columns count from 0."""
    return record(_LABEL, struct.pack("<HHHHB", row, column, 0, len(said), 1) + said.encode("utf-16-le"))


OLD_HEAD = b"".join(label(0, at, said) for at, said in enumerate(("published", "obligation", "period")))
OLD_DATA = b"".join(label(1, at, said) for at, said in enumerate(("2017-09-04", "fiscal", "2017-07")))


def stream_of(sheets: Sequence[bytes], *, before: bytes = b"", starts: Sequence[int] | None = None) -> bytes:
    """A workbook stream: records of each sheet, others among the global ones, and where sheets are said to start."""
    begin = record(_BOF, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 1996, 0, 6))
    bound = sum(4 + 8 + len(f"s{at}".encode()) for at in range(len(sheets if starts is None else starts)))
    at = len(begin) + len(before) + bound + 4
    if starts is None:
        starts = [at + sum(len(each) + 24 for each in sheets[:number]) for number in range(len(sheets))]
    else:
        starts = [at + each for each in starts]
    named = (
        record(_BOUNDSHEET, struct.pack("<IHBB", start, 0, len(f"s{number}"), 0) + f"s{number}".encode())
        for number, start in enumerate(starts)
    )
    own = record(_BOF, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 1996, 0, 6))
    return begin + before + b"".join(named) + record(_EOF) + b"".join(own + each + record(_EOF) for each in sheets)


def old_workbook(
    path: Path, stream: bytes, *, next_sectors: Mapping[int, int] | None = None, folders: Sequence[bytes] = ()
) -> None:
    """Write a compound file with a workbook stream; `next_sectors` says of sectors which come after them, wrongly.

    `folders` stand in its directory beside the stream, which is the second entry.
    """
    stream = stream.ljust(4096, b"\0")
    count = -(-len(stream) // _SECTOR)
    tables = 1
    while tables * 128 < tables + 1 + count:
        tables += 1
    first = tables + 1  # after the allocation tables and the directory
    allocation = [_TABLE] * tables + [_END] + list(range(first + 1, first + count)) + [_END]
    for sector, after in (next_sectors or {}).items():
        allocation[first + sector] = first + after
    allocation += [_FREE] * (tables * 128 - len(allocation))
    header = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, tables, tables, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<109I", *range(tables), *[_FREE] * (109 - tables))
    entries = [entry("Root Entry", 5, child=1), entry("Workbook", 2, first, len(stream), right=2 if folders else _FREE)]
    directory = b"".join([*entries, *folders]).ljust(_SECTOR, b"\0")
    assert len(directory) == _SECTOR
    body = stream.ljust(count * _SECTOR, b"\0")
    path.write_bytes(header + struct.pack(f"<{len(allocation)}I", *allocation) + directory + body)


def entry(
    name: str, kind: int, start: int = _END, size: int = 0, *, left: int = _FREE, right: int = _FREE, child: int = _FREE
) -> bytes:
    """An entry of the directory: a stream (2), a folder (1) or the root (5)."""
    raw = name.encode("utf-16-le")
    siblings = struct.pack("<III", left, right, child)
    return (
        raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw) + 2, kind, 1) + siblings + bytes(36)
        + struct.pack("<II", start, size) + bytes(4)
    )  # fmt: skip
