"""A report in the format asked for; each format is imported when it is used."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from gongkai_cli.cli.options import BulletinFormat, Format
from gongkai_cli.messages import Words
from gongkai_cli.report import Report

if TYPE_CHECKING:
    from gongkai_cli.bulletin import Bulletin
    from gongkai_cli.formats.page import Page
    from gongkai_cli.letters import Letter


@dataclass(frozen=True, slots=True)
class Style:
    """How a report is to be shown: format and grouping, and for text the width (None: unlimited) and colour."""

    format: Format
    by: Literal["day", "owner", "plan"]
    width: int | None
    colour: bool


def part_of(report: Report, style: Style, words: Words) -> Any:
    """Return the part that one plan has in the answer; `joined` makes the answer of the parts of all plans."""
    if style.format == "json":
        from gongkai_cli.formats import json

        return json.document(report)
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

        return json.written(json.merged(parts))
    if style.format == "csv":
        from gongkai_cli.formats import csv

        return csv.render(parts, words)
    from gongkai_cli.formats import several_text

    return several_text.render(parts, _page(style, words))


def _page(style: Style, words: Words) -> "Page":
    from gongkai_cli.formats.page import UNLIMITED, Page

    return Page(words, style.width or UNLIMITED, style.colour)


def _body(report: Report, style: Style, words: Words) -> str:
    from gongkai_cli.formats import status_text, text

    page = _page(style, words)
    if report.command == "due":
        return text.due(report, page, "owner" if style.by == "owner" else "day")
    if report.command == "overdue":
        return text.overdue(report, page)
    return text.satisfied(report, page) if report.command == "satisfied" else status_text.render(report, page)


def _text(bulletin: "Bulletin", page: "Page") -> str:
    from gongkai_cli.formats import bulletin_text

    return bulletin_text.render(bulletin, page)


def _markdown(bulletin: "Bulletin", page: "Page") -> str:
    from gongkai_cli.formats import bulletin_markdown

    return bulletin_markdown.render(bulletin, page.words)


def _docx(bulletin: "Bulletin", page: "Page") -> bytes:
    from gongkai_cli.formats import bulletin_docx

    return bulletin_docx.render(bulletin, page.words)


def _json(bulletin: "Bulletin", _page: "Page") -> str:
    from gongkai_cli.formats import bulletin_json

    return bulletin_json.render(bulletin)


def _html(bulletin: "Bulletin", page: "Page") -> str:
    from gongkai_cli.formats import bulletin_html

    return bulletin_html.render(bulletin, page.words)


def _xlsx(bulletin: "Bulletin", page: "Page") -> bytes:
    from gongkai_cli.formats import bulletin_xlsx

    return bulletin_xlsx.render(bulletin, page.words)


# The formats of `gongkai report`; what is binary comes as bytes.
BULLETIN_FORMATS: Mapping[BulletinFormat, Callable[["Bulletin", "Page"], str | bytes]] = {
    "text": _text,
    "markdown": _markdown,
    "html": _html,
    "docx": _docx,
    "xlsx": _xlsx,
    "json": _json,
}


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
