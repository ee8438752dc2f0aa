"""The difference of two plans as Markdown, for a comment in a review (CommonMark 0.31)."""

import re

from gongkai_cli.diff import Difference
from gongkai_cli.formats.diff_words import Saying
from gongkai_cli.formats.escaping import visible
from gongkai_cli.messages import Words, text

# GitHub takes no comment longer than 65,536 characters.
MOST_LINES = 20


def render(difference: Difference, words: Words) -> str:
    """Return headings and lists; text of the plans stands in code spans, where no mark-up, link or mention works."""
    saying = Saying(difference, words, code)
    first, *rest = saying.summary()
    lines = [f"## {saying.heading()}", "", first, ""]
    lines += [f"- {each}" for each in rest]
    for part in saying.parts():
        lines += ["", f"### {part.heading}", ""]
        for item in part.items:
            lines.append(f"- {item.heading}, {code(str(item.place))}")
            lines += [f"  - {line}" for line in part.lines(item, MOST_LINES, words)]
    if said := list(saying.log()):
        heading = words(text("The log"))
        lines += ["", f"### {heading}", "", *(f"- {each.strip()}" for each in said)]
    return "\n".join([*lines, ""])


def code(value: str) -> str:
    """Return text as a code span: between more back-ticks than it has in a row (CommonMark, section 6.1)."""
    shown = visible(value)
    if not shown:
        return ""
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    room = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{room}{shown}{room}{fence}"
