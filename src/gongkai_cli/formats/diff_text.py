"""The difference of two plans as text for people."""

from gongkai_cli.diff import Difference
from gongkai_cli.formats.diff_words import Saying
from gongkai_cli.formats.escaping import visible
from gongkai_cli.messages import Words

MOST_LINES = 50
_BOLD, _RED, _RESET = "\x1b[1m", "\x1b[31m", "\x1b[0m"


def render(difference: Difference, words: Words, *, colour: bool = False, quiet: bool = False) -> str:
    """Return the sections under their headings; at most MOST_LINES of one item, and how many more there are.

    `quiet` begins with how much changes.
    """
    saying = Saying(difference, words, visible)
    lines = list(saying.summary()) if quiet else [saying.heading(), *saying.context(), *saying.summary()]
    for part in saying.parts():
        tone = (_RED if part.name in ("erased", "retroactive") else _BOLD) if colour else ""
        lines += ["", f"{tone}{part.heading}{_RESET if colour else ''}"]
        for item in part.items:
            lines.append(f"  {item.heading}  {visible(str(item.place))}")
            lines += [f"    {line}" for line in part.lines(item, MOST_LINES, words)]
    if said := list(saying.log()):
        lines += ["", *said]
    return "".join(f"{line.rstrip()}\n" for line in lines)
