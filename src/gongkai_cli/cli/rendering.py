"""A report in the format asked for; each format is imported when it is used."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal

from gongkai_cli.cli.options import BulletinFormat, Format
from gongkai_cli.cli.session import Session
from gongkai_cli.report import Report

if TYPE_CHECKING:
    from gongkai_cli.bulletin import Bulletin
    from gongkai_cli.formats.page import Page
    from gongkai_cli.letters import Letter


def rendered(report: Report, session: Session, format_: Format, by: Literal["day", "owner"] = "day") -> str:
    """Return the text, JSON or CSV of a report."""
    if format_ == "json":
        from gongkai_cli.formats import json

        return json.render(report)
    if format_ == "csv":
        from gongkai_cli.formats import csv

        return csv.render(report, session.words)
    from gongkai_cli.formats import status_text, text

    page = session.page()
    if report.command == "due":
        return text.due(report, page, by)
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
