"""Read a log in Excel workbooks, as people save them from Excel or WPS."""

import datetime
import zipfile
import zlib
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from gongkai_cli.log import ledgers
from gongkai_cli.log.headers import DEEPEST, Header, Names, find_header, header_problems, no_header, unknown_header
from gongkai_cli.log.old_workbooks import MAX_SIZE, TooLarge, read_old
from gongkai_cli.log.sources import COMPOUND_FILE, Source, place_in
from gongkai_cli.log.workbook_limits import too_large
from gongkai_cli.messages import Text, text
from gongkai_cli.problems import Location, Problem

Row = tuple[str, int, dict[str, str]]


class Sheet(NamedTuple):
    """One sheet of a workbook: what it is called, whether people see it, its cells as text, and its merged cells."""

    name: str
    visible: bool
    rows: list[list[str]]
    spans: tuple[ledgers.Span, ...]


def read_sheets(
    source: Source, names: Names, report: Callable[[Problem], None],
    headers: MutableMapping[str, tuple[str, ...]], today: datetime.date | None = None,
) -> Iterator[Row]:  # fmt: skip
    """Give sheet, row (from 1) and cells of each row under a sheet's header; report what cannot be read.

    Rows above the header are titles. A sheet without a header is left out and named, unless it is empty or hidden.
    `headers` is told what the columns of each sheet stand for. Ledgers can tell of nothing after `today`.
    """
    with source.path.open("rb") as stream:
        compound = stream.read(8) == COMPOUND_FILE
    problem = _protected(source) if compound else _dangerous(source)
    if problem:
        report(problem)
        return
    yield from _read(source, names, report, headers, today, compound=compound)


def _read(
    source: Source, names: Names, report: Callable[[Problem], None],
    headers: MutableMapping[str, tuple[str, ...]], today: datetime.date | None, *, compound: bool,
) -> Iterator[Row]:  # fmt: skip
    left_out: list[Problem] = []
    understood = seen = False
    for sheet in _old_sheets(source, report) if compound else _sheets(source, report):
        if not sheet.rows:
            continue
        seen = True
        form = ledgers.read_form(sheet.rows[:DEEPEST])
        if form is not None and form.part == "notes":
            understood = True
            continue
        header = find_header(sheet.rows, names)
        if header is not None:
            understood = True
            headers[place_in(source.shown, sheet.name)] = header[1].columns
            yield from _under(source, sheet, header, form, names, report, today)
        elif sheet.visible:
            left_out.append(_no_header(source, sheet.name))
    if understood:
        for each in left_out:
            report(each)
    elif seen:
        report(no_header(source.shown, line=0))


def _sheets(source: Source, report: Callable[[Problem], None]) -> Iterator[Sheet]:
    """Give each sheet; report a workbook that cannot be read."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    sheets = []
    try:
        with CalamineWorkbook.from_path(str(source.path)) as workbook:
            for about in workbook.sheets_metadata:
                if about.typ == SheetTypeEnum.WorkSheet:
                    found = workbook.get_sheet_by_name(about.name)
                    rows = _rows(found.to_python(skip_empty_area=False))
                    spans = tuple(ledgers.Span(*start, *end) for start, end in found.merged_cell_ranges or ())
                    sheets.append(Sheet(about.name, about.visible == SheetVisibleEnum.Visible, rows, spans))
    except BaseException as error:
        # What the library does not expect it raises as a panic, which is no Exception.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        report(_unreadable(source, error))
        return
    yield from _told_if_empty(source, sheets, report)


def _old_sheets(source: Source, report: Callable[[Problem], None]) -> Iterator[Sheet]:
    """Give each sheet of a workbook of the format before 2007; report one that cannot be read."""
    sheets = []
    try:
        with source.path.open("rb") as stream:
            content = stream.read(MAX_SIZE + 1)
        for old in read_old(content):
            spans = tuple(ledgers.Span(*start, *end) for start, end in old.merged)
            sheets.append(Sheet(old.name, old.visible, _rows(old.rows), spans))
    except TooLarge:
        said = text("this workbook holds more than is read")
        report(
            Problem(
                Location(source.shown), "GK602", said, text("is this the right file? else split it, or save it as CSV")
            )
        )
        return
    except Exception as error:  # noqa: BLE001  # the library raises whatever a damaged file leads it to
        report(_protected_problem(source) if "encrypted" in str(error) else _unreadable_old(source, error))
        return
    yield from _told_if_empty(source, sheets, report)


def _told_if_empty(source: Source, sheets: list[Sheet], report: Callable[[Problem], None]) -> list[Sheet]:
    if not any(sheet.rows for sheet in sheets):
        report(no_header(source.shown, line=0))
    return sheets


def _rows(cells: Sequence[Sequence[Any]]) -> list[list[str]]:
    rows = [[_text(cell) for cell in row] for row in cells]
    while rows and not any(map(str.strip, rows[-1])):
        rows.pop()
    return rows


def _under(
    source: Source, sheet: Sheet, found: tuple[int, Header], form: ledgers.Form | None,
    names: Names, report: Callable[[Problem], None], today: datetime.date | None,
) -> Iterator[Row]:  # fmt: skip
    at, header = found
    shown = "\t".join(sheet.rows[at]).rstrip("\t")
    place = Location(source.shown, at + 1, 0, sheet.name)
    if problems := header_problems(header, place, range(1, len(header.cells) + 1), shown):
        for problem in problems:
            report(_pointing(problem, sheet.rows[at]))
        return
    nil = next((index for index in header.unknown if ledgers.is_nil_header(header.cells[index])), None)
    for index in header.unknown:
        if index != nil and not (form and ledgers.is_own_header(header.cells[index])):
            problem = unknown_header(names, header.cells[index], replace(place, column=index + 1), shown)
            report(_pointing(problem, sheet.rows[at]))
    columns = {index: column for index, column in enumerate(header.columns) if column}
    layout = ledgers.Layout(columns, nil, form, sheet.spans, today)
    if lost := _lacking(layout, header, place):
        report(lost)
        return
    ledgers.unmerged(sheet.rows, layout)
    for number, row in enumerate(sheet.rows[at + 1 :], start=at + 1):
        cells, wrong = ledgers.read_row(layout, number, row)
        for column, said, hint in wrong:
            cell = replace(place, line=number + 1, column=layout.place_of(column) + 1)
            report(_pointing(Problem(cell, "GK616", said, hint, "\t".join(row).rstrip("\t")), row))
        if not wrong:
            yield sheet.name, number + 1, cells


def _lacking(layout: ledgers.Layout, header: Header, place: Location) -> Problem | None:
    """Return the problem of a ledger from which columns were deleted, without which its rows say nothing certain."""
    lost = ledgers.lacking(layout)
    if not lost:
        return None
    english = any(cell.isascii() for cell in header.cells if cell.strip())
    told = (
        ", ".join(ledgers.COLUMNS[column][1] for column in lost)
        if english
        else "、".join(ledgers.COLUMNS[column][0] for column in lost)
    )
    said = text("this ledger lacks columns that it was made with: {columns}", columns=told)
    return Problem(place, "GK617", said, text("restore them, with their headers, from the file that was sent out"))


def _pointing(problem: Problem, row: Sequence[str]) -> Problem:
    """Return a problem whose caret stands below its cell; a sheet's column counts cells."""
    return replace(problem, caret=len("\t".join([*row[: problem.location.column - 1], ""])) + 1)


def _text(cell: Any) -> str:
    """Return what a cell shows, as text: dates in ISO form, whole numbers without a point."""
    match cell:
        case str():
            return cell
        case bool():
            return "TRUE" if cell else "FALSE"
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case datetime.datetime():
            # A day is stored as its midnight, so midnight is no time that anybody wrote down.
            return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ", _grain(cell))
        case datetime.date():
            return cell.isoformat()
    return str(cell)


def _grain(moment: datetime.datetime) -> str:
    return "microseconds" if moment.microsecond else "seconds" if moment.second else "minutes"


def _protected(source: Source) -> Problem | None:
    """Return the problem of a workbook with a password: its parts are in a compound file, in UTF-16 names."""
    with source.path.open("rb") as stream:
        # [MS-OFFCRYPTO] 2.3.4: the streams that make up an encrypted workbook; the directory may stand anywhere.
        content = stream.read(64 << 20)
    return _protected_problem(source) if "EncryptedPackage".encode("utf-16-le") in content else None


def _protected_problem(source: Source) -> Problem:
    said = text("this workbook is protected with a password")
    return Problem(Location(source.shown), "GK602", said, text("save a copy without the password"))


def _dangerous(source: Source) -> Problem | None:
    """Return why a workbook is not even to be opened: torn, or unpacking to more than any ledger holds."""
    try:
        with zipfile.ZipFile(source.path) as archive:
            part = too_large(archive)
        if part is not None:
            said = text("`{part}` in this workbook unpacks to more than is read", part=part)
            hint = text("is this the right file? else split it, or save it as CSV")
            return Problem(Location(source.shown), "GK602", said, hint)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        return _unreadable(source, error)
    return None


def _no_header(source: Source, sheet: str) -> Problem:
    said = text("the sheet `{sheet}` has no header and is left out", sheet=sheet)
    hint = text("its first {rows} rows name no column of the log; hide it, or give it a header", rows=DEEPEST)
    return Problem(Location(source.shown, sheet=sheet), "GK610", said, hint)


def _unreadable(source: Source, error: BaseException) -> Problem:
    said = text("this workbook is damaged or only a part of one: {reason}", reason=str(error))
    return Problem(Location(source.shown), "GK602", said, text("copy or download it again"))


def _unreadable_old(source: Source, error: Exception) -> Problem:
    told = isinstance(error, OSError) or type(error).__module__.startswith("xlrd")
    # What else is raised speaks of the library, not of the file.
    reason: Text | str = str(error) if told else text("its content makes no sense")
    said = text("this is no workbook that can be read: {reason}", reason=reason)
    return Problem(Location(source.shown), "GK602", said, text("save it anew as .xlsx"))
