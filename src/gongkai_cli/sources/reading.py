"""From a file to a source document, whatever format it has."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from gongkai_cli.messages import Text, text
from gongkai_cli.problems import Location, Problem
from gongkai_cli.sources.document import SourceText
from gongkai_cli.sources.plain import read_plain
from gongkai_cli.yaml_text import read_bytes

MAX_BYTES = 64 * 1024 * 1024
# Of text, which is all read; the rest of a larger file is pictures. A plan has less than a hundredth of it.
_MAX_TEXT = 16 * 1024 * 1024
# What a packed file may hold when unpacked.
_MAX_UNPACKED = 512 * 1024 * 1024
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_SAVE_AS = text("save it as DOCX, as PDF with text, as a web page or as plain text")


def read_source(path: Path, shown_as: str | None = None) -> SourceText | Problem:
    """Return what a file says, or why it cannot be read; never raises for what the file holds."""
    name = shown_as or str(path)
    raw = read_bytes(path, name, MAX_BYTES)
    if isinstance(raw, Problem):
        return Problem(raw.location, "GK711", raw.message, raw.hint)
    if len(raw) > MAX_BYTES:
        return _refused(name, text("the file is larger than {limit} MiB", limit=MAX_BYTES // 1024 // 1024))
    return parse_source(raw, name)


def parse_source(raw: bytes, name: str) -> SourceText | Problem:
    """Read a source document from bytes; `name` stands for the file in problems."""
    read = _sound(raw, name)
    if not isinstance(read, SourceText):
        return read
    if not any(line.text.strip() for paragraph in read.paragraphs for line in paragraph.lines):
        return _refused(name, text("the file holds no text"))
    return read


def _sound(raw: bytes, name: str) -> SourceText | Problem:
    if raw.startswith(b"%PDF-"):
        from gongkai_cli.sources.pdf import read_pdf

        return _by_library(lambda: read_pdf(raw, name), "pypdf", "PDF", name)
    if raw.startswith(b"PK\x03\x04"):
        if reason := _not_word(raw):
            return _refused(name, reason, _SAVE_AS)
        from gongkai_cli.sources.docx import read_docx

        return _by_library(lambda: read_docx(raw, name), "python-docx", "DOCX", name)
    if len(raw) > _MAX_TEXT:
        return _refused(name, text("the text of the file is larger than {limit} MiB", limit=_MAX_TEXT // 1024 // 1024))
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        return _refused(name, text("this is a file of the old Word or WPS format (.doc, .wps)"), _SAVE_AS)
    if _HTML.match(raw[:4096]) or name.lower().endswith((".html", ".htm", ".xhtml")):
        page = _decoded(raw, _CHARSET.search(raw[:4096]))
        if page is None:
            return _refused(name, text("the file is neither UTF-8 nor GB18030 text"))
        from gongkai_cli.sources.html import read_html

        return _by_library(lambda: read_html(page, name), "lxml", "HTML", name)
    content = _decoded(raw, None)
    if content is None or "\0" in content:
        return _refused(name, text("the file is neither UTF-8 nor GB18030 text"), _SAVE_AS)
    return read_plain(content, name)


def _by_library(read: Callable[[], SourceText | Text], library: str, form: str, name: str) -> SourceText | Problem:
    """Read by a library that may be missing, and that may fail at a damaged file in ways of its own."""
    try:
        result = read()
    except ImportError:
        return _refused(
            name,
            text("reading {form} needs the library {library}, which is not installed", form=form, library=library),
            text('install it: pip install "gongkai-cli[source]"'),
        )
    except Exception as error:  # noqa: BLE001  # libraries fail at damaged files in many ways
        reason = str(error) or type(error).__name__
        return _refused(name, text("it cannot be read as {form}: {reason}", form=form, reason=reason[:200]), _SAVE_AS)
    return _refused(name, result, _SAVE_AS) if isinstance(result, Text) else result


def _not_word(raw: bytes) -> Text | None:
    """Why a packed file is no Word document that may be opened, or None."""
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(BytesIO(raw)) as packed:
            entries = packed.infolist()
    except (BadZipFile, ValueError, OSError):
        return text("the file is damaged: it cannot be unpacked")
    if sum(entry.file_size for entry in entries) > _MAX_UNPACKED:
        return text("the file is larger than {limit} MiB", limit=_MAX_UNPACKED // 1024 // 1024)
    body = next((entry for entry in entries if entry.filename == "word/document.xml"), None)
    if body is None:
        return text("this packed file is not a Word document (.docx)")
    if body.file_size > _MAX_TEXT:
        return text("the text of the file is larger than {limit} MiB", limit=_MAX_TEXT // 1024 // 1024)
    return None


def _decoded(raw: bytes, declared: re.Match[bytes] | None) -> str | None:
    """The characters of a text: UTF-8 or UTF-16 by its mark, what the page declares, UTF-8, else GB18030."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        said = declared[1].decode("ascii").lower() if declared else ""
        # What is declared as GB2312 is mostly GBK; GB18030 holds both.
        encodings = ["gb18030", "utf-8-sig"] if said.startswith("gb") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _refused(name: str, message: Text, hint: Text | None = None) -> Problem:
    return Problem(Location(name), "GK711", message, hint)
