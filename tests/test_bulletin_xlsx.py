"""The workbook of the bulletin, read back by two other programs: cells, styles, filters, and nothing that runs."""

from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from bulletins import made
from goldens import assert_golden
from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from gongkai_cli.bulletin import Bulletin
from gongkai_cli.formats import bulletin_xlsx
from gongkai_cli.formats.escaping import visible
from gongkai_cli.messages import LANGUAGES, Language, Words

FORMULAS = ("=1+1", '=HYPERLINK("http://evil.invalid")', "+1", "-1", "@SUM(A1)", "\t=1", "{=1}", "'=1")
UNWRITABLE = ("\x00", "\x0b", "\x1b[31m", "\ufffe", "\ud800", "_x0041_", "\u202e", "\r\n")


@pytest.fixture
def to_date(bulletin_folder: Path) -> Bulletin:
    return made()


def opened(found: Bulletin, language: Language = "en") -> Workbook:
    return load_workbook(BytesIO(bulletin_xlsx.render(found, Words(language))))


def cells(sheet: Worksheet) -> list[Cell]:
    return [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]


def columns(sheet: Worksheet) -> dict[str, list[object]]:
    """What stands below each title of a list."""
    first, *rest = sheet.iter_rows(values_only=True)
    return {str(title): [row[at] for row in rest] for at, title in enumerate(first)}


def described(cell: Cell) -> str:
    """A cell with its place, its kind and whatever about its look means something."""
    look = [cell.number_format] if cell.number_format not in ("General", "@") else []
    look += [f"fill {cell.fill.start_color.rgb}"] if cell.fill.fill_type else []
    look += [f"letters {cell.font.color.rgb}"] if cell.font.color is not None and cell.font.color.type == "rgb" else []
    look += [word for word, on in (("bold", cell.font.b), ("italic", cell.font.i)) if on]
    return f"{cell.coordinate}\t{cell.data_type}\t{cell.value}\t{', '.join(look)}".rstrip()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_is_as_written_down(to_date: Bulletin, language: Language) -> None:
    lines = []
    for sheet in opened(to_date, language).worksheets:
        lines += [f"# {sheet.title}", *(described(cell) for cell in cells(sheet)), ""]
    assert_golden(f"bulletin.{language}.xlsx.txt", "\n".join(lines))


def test_the_same_bulletin_gives_the_same_bytes(to_date: Bulletin) -> None:
    first, second = (bulletin_xlsx.render(to_date, Words("zh")) for _ in range(2))
    assert first == second
    with ZipFile(BytesIO(first)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_lists_are_filtered_and_their_headers_stay(to_date: Bulletin) -> None:
    book = opened(to_date)
    for name, frozen in (("Occurrences", "D2"), ("Records", "C2")):
        sheet = book[name]
        assert sheet.auto_filter.ref == sheet.dimensions
        assert sheet.freeze_panes == frozen
        assert sheet.print_title_rows == "$1:$1"
    assert book.active is book["Overview"]


def test_days_are_days_and_times_are_on_the_plans_clock(to_date: Bulletin) -> None:
    occurrences, records = (columns(opened(to_date)[name]) for name in ("Occurrences", "Records"))
    by_id = dict(zip(occurrences["id"], occurrences["deadline"], strict=True))
    assert by_id["seeds"] == datetime.fromisoformat("2017-09-10T00:00")
    assert by_id["alerts"] == datetime.fromisoformat("2017-09-03T22:30")
    assert by_id["guide"] is None
    published = dict(zip(records["line"], records["published"], strict=True))
    assert published[11] == datetime.fromisoformat("2017-09-04T01:15")
    assert all(value is None or isinstance(value, datetime) for value in occurrences["deadline"])
    assert all(isinstance(value, datetime) for value in records["published"])


def test_every_occurrence_and_every_record_is_there_once(to_date: Bulletin) -> None:
    book = opened(to_date)
    occurrences, records = (columns(book[name]) for name in ("Occurrences", "Records"))
    assert occurrences["no."] == list(range(1, len(to_date.every_row) + 1))
    assert len(records["line"]) == sum(len(row.records) for row in to_date.every_row)
    assert set(records["file"]) == {"log.csv"}
    named = dict(zip(occurrences["no."], occurrences["duty"], strict=True))
    assert [named[number] for number in records["no."]] == records["duty"]


def test_each_colour_has_its_word(to_date: Bulletin) -> None:
    """In the overview and in the lists: what is coloured by a status is never told by the colour alone."""
    for sheet in opened(to_date).worksheets:
        coloured = [cell for row in sheet.iter_rows() for cell in row if cell.fill.fill_type]
        assert all(cell.value is not None for cell in coloured), sheet.title


def test_an_uncertain_breach_looks_otherwise(to_date: Bulletin) -> None:
    sheet = opened(to_date)["Occurrences"]
    said = {str(cell.value): cell.fill.start_color.rgb for cell in sheet["B"]}
    assert said["not published, overdue"] == "FF8F1218"
    assert said["not published, overdue?"] == "FFFFFFFF"


@pytest.mark.parametrize("hostile", [*FORMULAS, *UNWRITABLE])
def test_no_cell_can_be_taken_for_a_formula_and_no_character_is_lost(to_date: Bulletin, hostile: str) -> None:
    row = to_date.late[0]
    record = row.records[0]._replace(title=hostile, url=hostile, file=hostile, recorded=hostile)
    obligation = row.occurrence.obligation.model_copy(update={"title": hostile, "clause": hostile, "quote": hostile})
    occurrence = row.occurrence._replace(obligation=obligation, owners=(hostile,))
    bad = replace(row, occurrence=occurrence, records=(record,))
    owners = (replace(to_date.owners[0], owner=hostile), *to_date.owners[1:])
    found = replace(to_date, rows=tuple(bad if each is row else each for each in to_date.rows), owners=owners)
    content = bulletin_xlsx.render(found, Words("en"))
    book = load_workbook(BytesIO(content))
    every = [cell for sheet in book.worksheets for cell in cells(sheet)]
    assert {cell.data_type for cell in every} == {"s", "n", "d"}
    texts = [cell for cell in every if cell.data_type == "s"]
    # Text stays text also when it is edited (ECMA-376, 18.8.45: quotePrefix).
    assert all(cell.quotePrefix and cell.number_format == "@" for cell in texts)
    assert [cell.hyperlink for cell in every if cell.hyperlink] == []
    # openpyxl leaves _xHHHH_ as it stands in the file; calamine reads it as Excel does.
    calamine = CalamineWorkbook.from_filelike(BytesIO(content))
    said = [
        cell for name in calamine.sheet_names for line in calamine.get_sheet_by_name(name).to_python() for cell in line
    ]
    assert said.count(visible(hostile)) >= 8


def test_a_text_longer_than_a_cell_is_cut_and_says_so(to_date: Bulletin) -> None:
    row = to_date.late[0]
    bad = replace(row, records=(row.records[0]._replace(title="长" * 40_000),))
    found = replace(to_date, rows=tuple(bad if each is row else each for each in to_date.rows))
    title = next(value for value in columns(opened(found)["Records"])["title"] if str(value).startswith("长"))
    assert title == "长" * 32_000 + "…"


def test_a_day_before_excels_calendar_is_text(to_date: Bulletin) -> None:
    row = to_date.late[0]
    bad = replace(row, records=(row.records[0]._replace(published="1899-12-31"),))
    found = replace(to_date, rows=tuple(bad if each is row else each for each in to_date.rows))
    assert "1899-12-31" in columns(opened(found)["Records"])["published"]


def test_without_a_log_nothing_is_judged(bulletin_folder: Path) -> None:
    book = opened(made(log=()))
    occurrences = columns(book["Occurrences"])
    assert not {"status", "days late", "reason", "records"} & set(occurrences)
    assert date(2017, 9, 10) in [value.date() for value in occurrences["deadline"] if isinstance(value, datetime)]
    assert book["Records"]["A2"].value == "There are none."
    assert "No log was given: dates only, no verdict." in [cell.value for cell in cells(book["Overview"])]
