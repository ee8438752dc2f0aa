"""Annotations as a GitLab Code Quality report, which a merge request shows beside its lines.

The form is that of docs.gitlab.com, "Code Quality report format".
"""

import json
from collections.abc import Sequence

from gongkai_cli.formats.annotations import Annotation, fingerprints, with_hint
from gongkai_cli.formats.escaping import visible
from gongkai_cli.messages import Words

_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def render(annotations: Sequence[Annotation], words: Words) -> str:
    """Return the report; fingerprints stay while lines move. What has no line stands at the first."""
    found = [
        {
            "description": with_hint(each, words).replace("\n", " "),
            "check_name": each.rule.id,
            "fingerprint": fingerprint,
            "severity": _SEVERITIES[each.rule.level],
            "location": {
                "path": visible(each.location.file).replace("\\", "/").removeprefix("./"),
                "lines": {"begin": each.location.line or 1},
            },
        }
        for each, fingerprint in zip(annotations, fingerprints(annotations), strict=True)
    ]
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"
