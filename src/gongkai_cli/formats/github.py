"""Annotations as GitHub workflow commands, which a pull request shows on its lines.

The form is that of docs.github.com, "Workflow commands for GitHub Actions", with the escapes of its toolkit.
"""

from collections.abc import Sequence

from gongkai_cli.formats.annotations import Annotation, with_hint
from gongkai_cli.formats.escaping import visible
from gongkai_cli.messages import Words

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def render(annotations: Sequence[Annotation], words: Words) -> str:
    """Return one command a line; nothing where there is nothing to say."""
    return "".join(_command(each, words) + "\n" for each in annotations)


def _command(annotation: Annotation, words: Words) -> str:
    place = annotation.location
    properties = {
        "file": visible(place.file),
        "line": str(place.line or ""),
        "col": str(place.column or ""),
        "title": f"{annotation.rule.id} {annotation.rule.title}",
    }
    said = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value)
    return f"::{_COMMANDS[annotation.rule.level]} {said}::{_data(with_hint(annotation, words))}"


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")
