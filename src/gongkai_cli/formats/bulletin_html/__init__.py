"""The bulletin as one HTML file that needs nothing else: no request, no font, no script from anywhere."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from gongkai_cli.bulletin import Bulletin
from gongkai_cli.formats.bulletin_html.view import labels, view_of
from gongkai_cli.formats.escaping import visible
from gongkai_cli.messages import Words

if TYPE_CHECKING:
    from jinja2 import Environment

_HERE = Path(__file__).parent


def render(found: Bulletin, words: Words) -> str:
    """Return the page; the same bulletin gives the same bytes."""
    from markupsafe import Markup

    style, script = _read("style.css"), _read("script.js")
    return (
        environment()
        .get_template("page.html")
        .render(
            view=view_of(found, words),
            say=labels(words),
            lang="zh-CN" if words.language == "zh" else "en",
            style=Markup(style),  # noqa: S704  # our own files, whole
            script=Markup(script),  # noqa: S704
            style_hash=_hash(style),
            script_hash=_hash(script),
        )
    )


def environment() -> "Environment":
    """Return the one mechanism by which text comes onto the page: made visible first, then escaped for HTML."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    def shown(value: object) -> object:
        return value if isinstance(value, Markup) else visible(str(value))

    return Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        finalize=shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    """The source expression by which a Content-Security-Policy allows one inline element (W3C CSP3, 2.3.1)."""
    return f"sha256-{b64encode(sha256(content.encode()).digest()).decode()}"
