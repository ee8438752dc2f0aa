"""The numbering of documents: marks before paragraphs, clauses as plans write them, the tree that both name."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from gongkai_cli.dates import CHINESE, in_chinese
from gongkai_cli.messages import Text, text
from gongkai_cli.tracing.folding import fold

LETTER = "通知"
Kind = Literal["编", "部分", "章", "节", "条", "一", "(一)", "1", "(1)", "1)", "①"]
_HAN = f"[{CHINESE}百零]+"


class Step(NamedTuple):
    """One level of a clause: the kind of its mark, and its number."""

    kind: Kind
    number: int


class Clause(NamedTuple):
    """A clause of a document: the part it stands in (通知 for the covering letter, 附件2 …, else empty), its steps."""

    part: str = ""
    steps: tuple[Step, ...] = ()

    def within(self, other: "Clause") -> bool:
        """Whether this clause is another one or lies inside it."""
        return self.part == other.part and self.steps[: len(other.steps)] == other.steps

    def words(self) -> Text:
        """Return the clause as plans write it."""
        label = f"{self.part}{''.join(map(_shown, self.steps))}"
        return text("{clause}", clause=label) if label else text("the text before the numbering")


class Mark(NamedTuple):
    """A mark before a paragraph: which step it opens, and how many folded characters it takes."""

    step: Step
    length: int


_MARKS: tuple[tuple[Kind | None, re.Pattern[str]], ...] = (
    (None, re.compile(rf"第({_HAN}|[0-9]{{1,3}})(编|部分|章|节|条)[、.:]?")),
    ("一", re.compile(rf"({_HAN})[、.]")),
    ("(一)", re.compile(rf"\(({_HAN})\)[、.]?")),
    ("(1)", re.compile(r"\(([0-9]{1,3})\)[、.]?")),
    ("1", re.compile(r"([0-9]{1,3})(?:[.、](?![0-9])|\.(?=(?:19|20)[0-9]{2}年))")),
    ("1)", re.compile(r"([0-9]{1,3})\)[、.]?")),
    ("①", re.compile("([①-⑳])")),
)
# In a plan the mark of the last level often lacks its stop: 一（一）1, 12.
_CLAUSE_MARKS = (
    *_MARKS[:1],
    ("一", re.compile(rf"({_HAN})[、.]?")),
    *_MARKS[2:4],
    ("1)", re.compile(r"([0-9]{1,3})\)")),
    ("1", re.compile(r"([0-9]{1,3})[.、]?")),
    _MARKS[6],
)
_ANNEX = re.compile(r"附件([0-9]{1,2}|[一二三四五六七八九十])?[、.:]?")


def mark_at(folded: str, start: int = 0, end: int | None = None) -> Mark | None:
    """Return the mark that stands at a place of folded text."""
    limit = len(folded) if end is None else end
    for kind, pattern in _MARKS:
        if match := pattern.match(folded, start, limit):
            return Mark(Step(kind or _ordinal_kind(match[2]), _number(match[1])), match.end() - start)
    return None


def parse_clause(written: str) -> Clause | None:
    """Return the clause that a plan writes, such as 一（一）1, 12, 第三条, 通知, 附件2一; None for a mere name."""
    folded = fold(written)
    part, at = "", 0
    if folded.startswith(LETTER):
        part, at = LETTER, len(LETTER)
    elif match := _ANNEX.match(folded):
        part, at = annex(match[1]), match.end()
    steps: list[Step] = []
    while at < len(folded):
        for kind, pattern in _CLAUSE_MARKS:
            if match := pattern.match(folded, at):
                steps.append(Step(kind or _ordinal_kind(match[2]), _number(match[1])))
                at = match.end()
                break
        else:
            return None
    return Clause(part, tuple(steps)) if part or steps else None


def annex(number: str | None) -> str:
    """Return the name of an annex's part; the first one is the plan itself, whose clauses need no name."""
    which = _number(number) if number else 1
    return "" if which == 1 else f"附件{which}"


class Levels:
    """The clause that a walk through a document stands in."""

    def __init__(self) -> None:
        self.clause = Clause()
        self._last: dict[tuple[Clause, Kind], int] = {}

    def begin(self, part: str) -> None:
        """Enter a part of the document, before its first number."""
        self.clause = Clause(part)

    def leave(self) -> None:
        """Leave all numbers, as a signature does."""
        self.clause = Clause(self.clause.part)

    def parent_of(self, kind: Kind) -> Clause:
        """Return the clause in which a mark of this kind would open one."""
        kinds = [step.kind for step in self.clause.steps]
        depth = kinds.index(kind) if kind in kinds else len(kinds)
        return Clause(self.clause.part, self.clause.steps[:depth])

    def in_turn(self, step: Step) -> bool:
        """Whether a step is the next of its row, or the first."""
        return step.number == self._last.get((self.parent_of(step.kind), step.kind), 0) + 1

    def enter(self, step: Step) -> None:
        """Enter a clause."""
        parent = self.parent_of(step.kind)
        self._last[parent, step.kind] = step.number
        self.clause = Clause(parent.part, (*parent.steps, step))


def resolve(claimed: Clause, known: Sequence[Clause]) -> list[Clause]:
    """Return the document's clauses that a claim may mean: itself, or those that end with it (12 for 三12)."""
    if any(clause == claimed for clause in known):
        return [claimed]
    return list(_ending_with(claimed, known))


def _ending_with(claimed: Clause, known: Sequence[Clause]) -> Iterator[Clause]:
    length = len(claimed.steps)
    for clause in known:
        if length and clause.part == claimed.part and clause.steps[-length:] == claimed.steps:
            yield clause


def _ordinal_kind(said: str) -> Kind:
    kinds: dict[str, Kind] = {"编": "编", "部分": "部分", "章": "章", "节": "节", "条": "条"}
    return kinds[said]


def _number(numeral: str) -> int:
    if "①" <= numeral <= "⑳":
        return ord(numeral) - ord("①") + 1
    if numeral.isdigit():
        return int(numeral)
    hundreds, hundred, rest = numeral.rpartition("百")
    tens, ten, ones = rest.lstrip("零").rpartition("十")
    value = 100 * (CHINESE.find(hundreds) + 1 or 1) if hundred else 0
    value += 10 * (CHINESE.find(tens) + 1 if tens else 1) if ten else 0
    return value + (CHINESE.find(ones) + 1 if ones else 0)


def _shown(step: Step) -> str:
    han = in_chinese(step.number)
    return {
        "一": han,
        "(一)": f"（{han}）",
        "1": str(step.number),
        "(1)": f"（{step.number}）",
        "1)": f"{step.number}）",
        "①": chr(ord("①") + step.number - 1),
    }.get(step.kind, f"第{han}{step.kind}")
