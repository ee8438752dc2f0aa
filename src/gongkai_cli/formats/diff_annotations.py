"""The difference of two plans as annotations: one for each item, at its line of the new file, or the old one."""

from collections.abc import Collection

from gongkai_cli.diff import Difference
from gongkai_cli.formats.annotations import Annotation, Level, Rule
from gongkai_cli.formats.diff_words import Saying
from gongkai_cli.formats.escaping import visible
from gongkai_cli.messages import Words

MOST_LINES = 20
_PAGE = "docs/diff.md"
_WARNINGS = frozenset(("erased", "created", "retroactive", "backdated"))


def annotations(difference: Difference, words: Words, concerns: Collection[str] = ()) -> list[Annotation]:
    """Return what changed as annotations; what a build fails on is an error, the rest a warning or a note."""
    failing = frozenset(concerns)
    found = []
    for part in Saying(difference, words, visible, together=False).parts():
        for item in part.items:
            level: Level = "error" if failing & (item.concerns | {"any"}) else _level(part.name)
            lines = part.lines(item, MOST_LINES, words)
            rule = Rule(f"diff-{part.name}", level, part.heading, _PAGE)
            found.append(Annotation(rule, item.place, "\n".join((item.heading, *lines)), subject=item.heading))
    return found


def _level(name: str) -> Level:
    return "warning" if name in _WARNINGS else "note"
