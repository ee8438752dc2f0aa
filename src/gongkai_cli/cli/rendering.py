"""A report in the format asked for; each format is imported when it is used."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from gongkai_cli.cli.options import BulletinFormat, Format
from gongkai_cli.messages import Words
from gongkai_cli.report import Report

if TYPE_CHECKING:
    from datetime import date

    from gongkai_cli.bulletin import Bulletin
    from gongkai_cli.formats.page import Page
    from gongkai_cli.letters import Letter
    from gongkai_cli.standings import PlanLine


@dataclass(frozen=True, slots=True)
class Style:
    """How a report is to be shown: format and grouping, and how text is set, which `Page` describes."""

    format: Format
    by: Literal["day", "owner", "plan"]
    width: int | None
    colour: bool
    quiet: bool = False
    log_from: str | None = None


def part_of(report: Report, style: Style, words: Words) -> Any:
    """Return the part that one plan has in the answer; `joined` makes the answer of the parts of all plans."""
    if style.format == "json":
        from gongkai_cli.formats import json

        return json.part(json.document(report))
    if style.format == "csv":
        from gongkai_cli.formats import csv

        return csv.lines(report, words)
    from gongkai_cli.formats.several_text import Part
    from gongkai_cli.standings import plan_line

    return Part(plan_line(report), "" if style.by == "plan" else _body(report, style, words))


def joined(parts: Sequence[Any], style: Style, words: Words) -> str:
    """Return the text, JSON or CSV of what is said of one plan or of several."""
    if style.format == "json":
        from gongkai_cli.formats import json

        return json.joined(parts)
    if style.format == "csv":
        from gongkai_cli.formats import csv

        return csv.render(parts, words)
    from gongkai_cli.formats import several_text

    return several_text.render(parts, _page(style, words))


def _page(style: Style, words: Words) -> "Page":
    from gongkai_cli.formats.page import UNLIMITED, Page

    return Page(words, style.width or UNLIMITED, style.colour, style.quiet, style.log_from)


def _body(report: Report, style: Style, words: Words) -> str:
    from gongkai_cli.formats import status_text, text

    page = _page(style, words)
    if report.command == "due":
        return text.due(report, page, "owner" if style.by == "owner" else "day")
    if report.command == "overdue":
        return text.overdue(report, page)
    return text.satisfied(report, page) if report.command == "satisfied" else status_text.render(report, page)


# Formats that are a file for each plan: what is in them is not made to stand one after the other.
ALONE: tuple[BulletinFormat, ...] = ("html", "xlsx")


class BulletinPart(NamedTuple):
    """One plan's bulletin: its line beside the other plans, its day, and what its format makes a document of."""

    line: "PlanLine"
    day: "date"
    content: Any


def bulletin_part(found: "Bulletin", format_: BulletinFormat, words: Words) -> BulletinPart:
    """Return the part that one plan has in the bulletin; `bulletins_joined` makes it of the parts of all plans."""
    from gongkai_cli.deadlines import day_of
    from gongkai_cli.formats.bulletin_json import as_report
    from gongkai_cli.standings import plan_line

    return BulletinPart(plan_line(as_report(found)), day_of(found.as_of), _content(found, format_, words))


def _content(found: "Bulletin", format_: BulletinFormat, words: Words) -> Any:
    if format_ == "json":
        from gongkai_cli.formats import bulletin_json, json

        return json.part(bulletin_json.document(found))
    if format_ == "html":
        from gongkai_cli.formats import bulletin_html

        return bulletin_html.render(found, words)
    if format_ == "xlsx":
        from gongkai_cli.formats import bulletin_xlsx

        return bulletin_xlsx.render(found, words)
    from gongkai_cli.formats import bulletin_sections

    return list(bulletin_sections.document(found, words))


def bulletins_joined(parts: Sequence[BulletinPart], format_: BulletinFormat, page: "Page") -> str | bytes:
    """Return the bulletin on one plan, or on several: how they stand side by side, then each by itself."""
    if format_ == "json":
        from gongkai_cli.formats import json

        return json.joined([part.content for part in parts])
    if format_ in ALONE:
        content: str | bytes = parts[0].content
        return content
    from gongkai_cli.formats.several_sections import document

    blocks = document([(part.line, part.content) for part in parts], page.words)
    if format_ == "text":
        from gongkai_cli.formats import bulletin_text

        return bulletin_text.set_blocks(blocks, page)
    if format_ == "markdown":
        from gongkai_cli.formats import bulletin_markdown

        return bulletin_markdown.set_blocks(blocks)
    from gongkai_cli.formats import official_docx

    return official_docx.set_blocks(blocks, page.words.language, max(part.day for part in parts))


def _text_letter(made: "Letter", page: "Page") -> bytes:
    from gongkai_cli.formats import bulletin_text

    return bulletin_text.letter(made, page).encode()


def _docx_letter(made: "Letter", page: "Page") -> bytes:
    from gongkai_cli.formats import bulletin_docx

    return bulletin_docx.letter(made, page.words)


# The formats of `gongkai report --letter`, with the endings of their files.
LETTER_FORMATS: Mapping[BulletinFormat, tuple[str, Callable[["Letter", "Page"], bytes]]] = {
    "text": (".txt", _text_letter),
    "docx": (".docx", _docx_letter),
}
