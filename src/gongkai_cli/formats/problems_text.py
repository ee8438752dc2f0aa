"""Problems for people: place, code, what is wrong, the source line with a caret, and what to do."""

import unicodedata
from collections.abc import Sequence

from gongkai_cli.formats.escaping import shortened, visible
from gongkai_cli.messages import Words, text
from gongkai_cli.problems import Location, Problem, count

MOST_SHOWN = 100
# A line of YAML is seldom longer; more would hide the caret.
_WINDOW = 100
_RED, _YELLOW, _BOLD, _DIM, _RESET = "\x1b[31m", "\x1b[33m", "\x1b[1m", "\x1b[2m", "\x1b[0m"


def render(problems: Sequence[Problem], words: Words, *, colour: bool = False) -> str:
    """Return the problems as text, at most MOST_SHOWN of them, and how many more there are."""
    blocks = [_block(problem, words, colour=colour) for problem in problems[:MOST_SHOWN]]
    if more := count(problems) - count(problems[:MOST_SHOWN]):
        blocks.append(words(text("… and {count} more"), count=more) + "\n")
    return "\n".join(blocks)


def _block(problem: Problem, words: Words, *, colour: bool) -> str:
    def paint(style: str, value: str) -> str:
        return f"{style}{value}{_RESET}" if colour else value

    level = words(text("error")) if problem.level == "error" else words(text("warning"))
    tone = _RED if problem.level == "error" else _YELLOW
    said = visible(shortened(words(problem.message)))
    place = visible(shortened(_place(problem.location, words)))
    lines = [f"{paint(_BOLD, place)}: {paint(tone, f'{level} {problem.code}')} {said}"]
    if problem.source.strip():
        at = problem.caret or problem.location.column
        source, offset = _excerpt(problem.source, max(at - 1, 0))
        lines.append(f"    {source}")
        lines += [f"    {' ' * offset}{paint(tone, '^')}"] if at else []
    if problem.hint is not None:
        said = words(text("hint: {hint}"), hint=shortened(words(problem.hint)))
        lines.append(paint(_DIM, f"    {visible(said)}"))
    return "\n".join(lines) + "\n"


def _place(location: Location, words: Words) -> str:
    """FILE:LINE:COLUMN, as editors understand it; for a workbook in words that its author can follow."""
    if not location.sheet:
        return str(location)
    values = {"file": location.file, "sheet": location.sheet, "row": location.line, "column": location.letters}
    if location.column:
        return words(text("{file} [{sheet}] row {row}, column {column}"), **values)
    return words(text("{file} [{sheet}] row {row}") if location.line else text("{file} [{sheet}]"), **values)


def _excerpt(source: str, column: int) -> tuple[str, int]:
    """The part of a line around a column, and how many cells of a terminal stand before that column."""
    start = max(0, column - _WINDOW // 2) if len(source) > _WINDOW else 0
    before = visible(source[start:column].replace("\t", " "))
    after = visible(source[column : start + _WINDOW].replace("\t", " "))
    if start:
        before = "…" + before
    if start + _WINDOW < len(source):
        after += "…"
    return before + after, sum(_cells(character) for character in before)


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
