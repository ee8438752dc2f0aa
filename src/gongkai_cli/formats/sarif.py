"""Annotations as SARIF 2.1.0, which code scanning and many editors read (OASIS standard, 27 March 2020)."""

import json
import os
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from gongkai_cli import __version__
from gongkai_cli.formats.annotations import Annotation, Rule, fingerprints, with_hint
from gongkai_cli.messages import Words, text

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_FINGERPRINT = "gongkai/v1"


def render(annotations: Sequence[Annotation], words: Words, documentation: str | None = None) -> str:
    """Return one run with the rules that occur; `documentation` is the address under which the pages of rules stand."""
    rules = {each.rule.id: each.rule for each in annotations}
    index = {name: number for number, name in enumerate(sorted(rules))}
    results = [
        _result(each, index[each.rule.id], fingerprint, words)
        for each, fingerprint in zip(annotations, fingerprints(annotations), strict=True)
    ]
    driver: dict[str, Any] = {
        "name": "gongkai",
        "version": __version__,
        "semanticVersion": __version__,
        "language": "zh-CN" if words.language == "zh" else "en",
        "rules": [_rule(rules[name], words, documentation) for name in index],
    }
    if documentation is not None:
        driver["informationUri"] = documentation
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def _rule(rule: Rule, words: Words, documentation: str | None) -> dict[str, Any]:
    where = words(text("Explained, with a wrong and a right example, in {page}."), page=rule.page)
    found: dict[str, Any] = {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "help": {"text": f"{rule.title}\n{where}"},
        "defaultConfiguration": {"level": rule.level},
    }
    if documentation is not None:
        address = f"{documentation.rstrip('/')}/{rule.page}"
        found["helpUri"] = address
        found["help"]["markdown"] = f"{rule.title}\n\n[{rule.page}]({address})"
    return found


def _result(annotation: Annotation, rule: int, fingerprint: str, words: Words) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": address(annotation.location.file)}}
    place = annotation.location
    if place.line:
        column = {"startColumn": place.column} if place.column else {}
        physical["region"] = {"startLine": place.line, **column}
        if annotation.source:
            physical["contextRegion"] = {"startLine": place.line, "snippet": {"text": annotation.source}}
    return {
        "ruleId": annotation.rule.id,
        "ruleIndex": rule,
        "level": annotation.rule.level,
        "message": {"text": with_hint(annotation, words)},
        "locations": [{"physicalLocation": physical}],
        "partialFingerprints": {_FINGERPRINT: fingerprint},
    }


def address(file: str) -> str:
    """Return a file's name as a URI (RFC 3986): relative where it is, with `/` and percent-encoded UTF-8."""
    path = PurePath(file)
    if path.is_absolute():
        return path.as_uri()
    return quote(os.fsencode(path.as_posix()))
