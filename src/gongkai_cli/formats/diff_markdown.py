"""The difference of two plans as Markdown, for a comment in a review (CommonMark 0.31)."""

import re

from gongkai_cli.diff import Difference
from gongkai_cli.formats.diff_words import Saying
from gongkai_cli.formats.escaping import visible
from gongkai_cli.messages import Words, text

MOST_LINES = 20
# GitHub takes no comment longer than 65,536 characters.
MOST_CHARACTERS = 60_000


def render(difference: Difference, words: Words) -> str:
    """Return headings and lists; text of the plans stands in code spans, where no mark-up, link or mention works."""
    saying = Saying(difference, words, code)
    first, *rest = (*saying.context(), *saying.summary())
    lines = [f"## {saying.heading()}", "", first, "", *(f"- {each}" for each in rest)]
    below = [f"- {each.strip()}" for each in saying.log()]
    if below:
        heading = words(text("The log"))
        below = ["", f"### {heading}", "", *below]
    room = MOST_CHARACTERS - sum(len(line) + 1 for line in (*lines, *below))
    left_out = 0
    for part in saying.parts():
        heading_lines = ["", f"### {part.heading}", ""]
        for item in part.items:
            said = [f"- {item.heading} {code(str(item.place))}"]
            said += [f"  - {line}" for line in part.lines(item, MOST_LINES, words)]
            size = sum(len(line) + 1 for line in (*heading_lines, *said))
            if left_out or size > room:
                left_out += 1
                continue
            room -= size
            lines += [*heading_lines, *said]
            heading_lines = []
    if left_out:
        lines += ["", words(text("… and {count} more, which a comment cannot hold"), count=left_out)]
    return "\n".join([*lines, *below, ""])


def code(value: str) -> str:
    """Return text as a code span: between more back-ticks than it has in a row (CommonMark, section 6.1)."""
    shown = visible(value)
    if not shown:
        return ""
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    room = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{room}{shown}{room}{fence}"
