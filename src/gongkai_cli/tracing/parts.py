"""The parts of a document: covering letter, plan, annexes; and its formal lines (GB/T 9704)."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gongkai_cli.sources.document import Cell
from gongkai_cli.tracing.numbering import LETTER, annex, mark_at

ENDS = "。;!?"
_DATE_LINE = re.compile(
    "(?:[0-9]{4}|[一二三四五六七八九〇零○]{4})年[0-9一二三四五六七八九十]{1,2}月[0-9一二三四五六七八九十]{1,3}日"
)
_IMPRINT = re.compile(r"(?:抄送|抄报|主题词):.*|\(此件.{2,10}\)|.{2,30}[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日印发")
_ANNEX_LINE = re.compile("附件([0-9]{1,2}|[一二三四五六七八九十])?:?")
_ROW_NUMBER = re.compile("([0-9]{1,3})[.、]?")


class Stretch(NamedTuple):
    """One paragraph, or one of a cell, in folded text."""

    start: int
    end: int
    cell: Cell | None


def is_formal(said: str) -> bool:
    """Return whether an unnumbered paragraph is a formal part: head, title, addressee, signature."""
    return not any(end in said for end in ENDS) and ("," not in said or said.endswith(":"))


def is_imprint(said: str) -> bool:
    """Return whether a paragraph is of the imprint at a document's end (版记): who gets copies, when it was printed."""
    return _IMPRINT.fullmatch(said) is not None


def is_day(said: str) -> bool:
    """Return whether a paragraph is a day and nothing else, as below a signature."""
    return _DATE_LINE.fullmatch(said) is not None


def row_number(said: str) -> int | None:
    """Return the number that a paragraph or cell consists of, as the number of a row."""
    match = _ROW_NUMBER.fullmatch(said)
    return int(match[1]) if match else None


def parts_of(folded: str, stretches: Sequence[Stretch]) -> Iterator[tuple[int, str]]:
    """Yield the paragraphs at which a part begins: the covering letter, the plan itself, further annexes."""
    said = [folded[start:end] for start, end, _ in stretches]
    annexes = [(i, match) for i, each in enumerate(said) if (match := _ANNEX_LINE.fullmatch(each))]
    plan = next((i for i, match in annexes if not annex(match[1])), None)
    if plan is None:
        plan = _after_the_signature(stretches, said)
    if plan is not None:
        yield 0, LETTER
        yield plan, ""
    for index, match in annexes:
        if annex(match[1]) and index > (plan or 0):
            yield index, annex(match[1])


def _after_the_signature(stretches: Sequence[Stretch], said: Sequence[str]) -> int | None:
    """The paragraph after the last line with nothing but a day from which numbers begin anew."""
    following = None
    for index in range(len(said) - 1, -1, -1):
        if following == 1 and is_day(said[index]):
            return index + 1
        opening = _opening(stretches[index], said[index])
        following = following if opening is None else opening
    return None


def _opening(stretch: Stretch, said: str) -> int | None:
    """The number with which a paragraph or a row begins, if it does."""
    if stretch.cell is not None:
        return row_number(said) if stretch.cell.column == 1 else None
    mark = mark_at(said)
    return mark.step.number if mark else None
