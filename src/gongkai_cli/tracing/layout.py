"""A document laid out for comparison: folded text with its clauses, sentences, tables and brackets of owners."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from gongkai_cli.sources.document import Cell, Line, Paragraph, Place, SourceText
from gongkai_cli.tracing.brackets import Named, read_bracket, read_label
from gongkai_cli.tracing.folding import Folded, fold_with_origin
from gongkai_cli.tracing.numbering import LETTER, Clause, Levels, Step, annex, mark_at

Role = Literal["number", "lead", "support", "share", "time", "content"]

_HEADS: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("number", re.compile("(?:项目|任务)?(?:序号|编号)")),
    ("lead", re.compile("(?:牵头|主办|主要责任|主责)(?:单位|部门|主体|科室)")),
    ("support", re.compile("(?:配合|协办|参与|参加|协同)(?:单位|部门|科室)")),
    ("share", re.compile("(?:责任|承办|公开|实施|落实|承担)(?:单位|部门|主体|科室)|责任分工")),
    ("time", re.compile(".*(?:时限|时间|期限|频次|频率|周期)(?:要求|节点)?|时间节点")),
)
_CONTENT_HEAD = re.compile(".*(?:任务|内容|要求|事项|措施|备注|目标|项目|依据|渠道|方式|成果|进展|类别|领域)")
_DATE_LINE = re.compile(
    "(?:[0-9]{4}|[一二三四五六七八九〇零○]{4})年[0-9一二三四五六七八九十]{1,2}月[0-9一二三四五六七八九十]{1,3}日"
)
_ANNEX_LINE = re.compile("附件([0-9]{1,2}|[一二三四五六七八九十])?:?")
_ENDS, _CLOSERS, _SAYS = "。;!?", "\"')]》>", re.compile(r"[^\W\d_]")
_ROW_NUMBER = re.compile("([0-9]{1,3})[.、]?").fullmatch


class Sentence(NamedTuple):
    """A stretch of folded text; `counted` ones must be touched by a quote, others belong to what surrounds them.

    Cells that hold no whole sentence (`bit`) make one of their row: the first with content is counted for all.
    """

    start: int
    end: int
    clause: Clause
    row: tuple[int, int] | None = None  # table and row
    counted: bool = True
    bit: bool = False


class Bracket(NamedTuple):
    """Owners named in a bracket or in the cells of a row, with the stretches of text for which they are named."""

    start: int
    clause: Clause
    named: tuple[Named, ...]
    cells: tuple[tuple[int, int], ...]  # from where to where it stands; in a row, for each cell
    row: tuple[int, int] | None = None
    since: int = 0  # where its stretch of the clause begins


@dataclass(slots=True)
class Layout:
    """A document laid out. All positions count folded characters; `formal` counts lines such as the title."""

    source: SourceText
    raw: str
    folded: Folded
    clauses: list[Clause] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    brackets: list[Bracket] = field(default_factory=list)
    formal: int = 0
    _lines: list[Line] = field(default_factory=list)
    _line_starts: list[int] = field(default_factory=list)
    _clause_starts: list[int] = field(default_factory=list)
    _clause_at: list[Clause] = field(default_factory=list)

    def clause_at(self, position: int) -> Clause:
        """Return the clause in which a place lies."""
        return self._clause_at[max(bisect_right(self._clause_starts, position) - 1, 0)]

    def sentence_at(self, position: int) -> int:
        """Return the number of the last sentence that begins at or before a place, -1 for none."""
        return bisect_right(self.sentences, position, key=lambda sentence: sentence.start) - 1

    def place_at(self, position: int) -> Place:
        """Return where a place stands in the source."""
        return self._line(position)[0].place

    def spot(self, position: int) -> tuple[int, int, str]:
        """Return line, column and text of a place in a source of lines; zeros and nothing elsewhere."""
        line, column = self._line(position)
        return (line.place.number, column + 1, line.text) if line.place.kind == "line" else (0, 0, "")

    def original(self, start: int, end: int) -> str:
        """Return a stretch as the document writes it."""
        origin = self.folded.origin
        return self.raw[origin[start] : origin[end - 1] + 1]

    def shown(self, start: int, end: int, most: int = 60) -> str:
        """Return a stretch for people: on one line, and not longer than can be read at a glance."""
        said = re.sub(r"\s*\n\s*", "", self.original(start, end)).strip()
        said = re.sub(r"\s+", " ", said)
        return said if len(said) <= most else said[: most - 1] + "…"

    def _line(self, position: int) -> tuple[Line, int]:
        at = self.folded.origin[position]
        index = bisect_right(self._line_starts, at) - 1
        return self._lines[index], at - self._line_starts[index]


class _Stretch(NamedTuple):
    """One paragraph in folded text."""

    start: int
    end: int
    cell: Cell | None


def lay_out(source: SourceText) -> Layout:
    """Return a document laid out for comparison."""
    raw, lines, starts, spans = _joined(source.paragraphs)
    layout = Layout(source, raw, fold_with_origin(raw), _lines=lines, _line_starts=starts)
    stretches = _stretches(layout, spans)
    _Walk(layout, stretches, _roles(layout.folded.text, stretches)).run()
    layout.sentences.sort()
    return layout


def _joined(paragraphs: Sequence[Paragraph]) -> tuple[str, list[Line], list[int], list[tuple[int, int, Cell | None]]]:
    parts: list[str] = []
    lines: list[Line] = []
    starts: list[int] = []
    spans: list[tuple[int, int, Cell | None]] = []
    at = 0
    for paragraph in paragraphs:
        begin = at
        for line in paragraph.lines:
            parts.append(line.text)
            lines.append(line)
            starts.append(at)
            at += len(line.text) + 1
        spans.append((begin, at, paragraph.cell))
    return "\n".join(parts), lines, starts, spans


def _stretches(layout: Layout, spans: Sequence[tuple[int, int, Cell | None]]) -> list[_Stretch]:
    found: list[_Stretch] = []
    origin, at = layout.folded.origin, 0
    for _, end, cell in spans:
        start = at
        while at < len(origin) and origin[at] < end:
            at += 1
        if at > start:
            found.append(_Stretch(start, at, cell))
    return found


def _roles(folded: str, stretches: Sequence[_Stretch]) -> Mapping[int, tuple[int, Mapping[int, Role]]]:
    """For each table with a heading: the row of it, and the role of each column."""
    tables: dict[int, dict[int, dict[int, str]]] = {}
    before: tuple[int, Mapping[int, Role]] = 0, {}
    for start, end, cell in stretches:
        if cell is not None:
            cells = tables.setdefault(cell.table, {}).setdefault(cell.row, {})
            cells[cell.column] = cells.get(cell.column, "") + folded[start:end]
    found: dict[int, tuple[int, Mapping[int, Role]]] = {}
    for table, rows in tables.items():
        for row, cells in sorted(rows.items())[:3]:
            roles: Mapping[int, Role] = {
                column: role for column, said in cells.items() if (role := _head(said)) is not None
            }
            if len(roles) >= 2 and len(roles) * 2 > len(cells):
                found[table] = row, roles
                before = max(cells), roles
                break
        else:
            # A table that goes on after a page or a title repeats no heading.
            if before[0] == max(max(cells) for cells in rows.values()):
                found[table] = 0, before[1]
    return found


def _head(said: str) -> Role | None:
    if len(said) > 16:
        return None
    said = re.sub(r"\(.*\)", "", said)
    for role, pattern in _HEADS:
        if pattern.fullmatch(said):
            return role
    return "content" if _CONTENT_HEAD.fullmatch(said) else None


class _Walk:
    """Walks through the paragraphs of a document and notes clauses, sentences and brackets."""

    def __init__(
        self,
        layout: Layout,
        stretches: Sequence[_Stretch],
        roles: Mapping[int, tuple[int, Mapping[int, Role]]],
    ) -> None:
        self._layout = layout
        self._text = layout.folded.text
        self._stretches = stretches
        self._roles = roles
        self._levels = Levels()
        self._since = 0  # where the stretch begins that the next bracket speaks of
        self._before_table: Clause | None = None
        self._row_number = 0
        self._bits: set[tuple[int, int]] = set()  # rows of which a bit is counted
        self._parts = dict(_parts(self._text, stretches))

    def run(self) -> None:
        for index, stretch in enumerate(self._stretches):
            if index in self._parts:
                self._levels.begin(self._parts[index])
                self._enter(stretch.start)
            elif index == 0:
                self._enter(0)
            if stretch.cell is None:
                self._leave_table(stretch.start)
                self._prose(index, stretch)
            else:
                self._cell(stretch, stretch.cell)
        self._rows()
        self._layout.clauses = list(dict.fromkeys(self._layout._clause_at))  # noqa: SLF001  # built here

    def _enter(self, position: int) -> None:
        self._layout._clause_starts.append(position)  # noqa: SLF001  # built here
        self._layout._clause_at.append(self._levels.clause)  # noqa: SLF001
        self._since = position

    def _leave_table(self, position: int) -> None:
        if self._before_table is not None:
            self._levels.clause = self._before_table
            self._before_table = None
            self._enter(position)

    def _prose(self, index: int, stretch: _Stretch) -> None:
        start, end, _ = stretch
        said = self._text[start:end]
        if _DATE_LINE.fullmatch(said) or self._signs(index):
            if self._levels.clause.steps:
                self._levels.leave()
                self._enter(start)
        elif (number := _ROW_NUMBER(said)) and int(number[1]) in (1, self._row_number + 1):
            # The cells of a table in a PDF come as lines, the number of a row first.
            self._row_number = int(number[1])
            self._levels.enter(Step("1", self._row_number))
            self._enter(start)
            return
        elif mark := mark_at(self._text, start, end):
            self._levels.enter(mark.step)
            self._enter(start)
            start += mark.length
        elif label := read_label(said):
            self._bracket(stretch.start, end, label)
            return
        if not self._levels.clause.steps and _is_formal(said):
            self._layout.formal += 1
            return
        self._sentences(start, end)

    def _signs(self, index: int) -> bool:
        """Whether a paragraph is a signature: what stands, without a stop, above a line with nothing but a day."""
        if index + 1 >= len(self._stretches):
            return False
        start, end, cell = self._stretches[index + 1]
        here = self._text[self._stretches[index].start : self._stretches[index].end]
        return cell is None and _DATE_LINE.fullmatch(self._text, start, end) is not None and _is_formal(here)

    def _cell(self, stretch: _Stretch, cell: Cell) -> None:
        start, end, _ = stretch
        if self._before_table is None:
            self._before_table = self._levels.clause
        heading, roles = self._roles.get(cell.table, (0, {}))
        if cell.row == heading:
            self._layout.formal += 1
            return
        role = roles.get(cell.column, "content")
        row = (cell.table, cell.row)
        if cell.column == 1 or role == "number":
            mark = mark_at(self._text, start, end)
            bare = _ROW_NUMBER(self._text[start:end])
            if bare is not None:
                mark = mark_at(f"{bare[1]}.")
            if mark is not None:
                self._levels.enter(mark.step)
                self._enter(start)
                start = end if bare else start + mark.length
                role = "content" if start < end else role
        if role in ("lead", "support", "share"):
            return  # told to the rows when all cells are known
        if start < end and not any(said in _ENDS for said in self._text[start:end]):
            counted = role == "content" and row not in self._bits
            if counted:
                self._bits.add(row)
            self._layout.sentences.append(Sentence(start, end, self._levels.clause, row, counted, bit=True))
        elif start < end:
            self._sentences(start, end, row)

    def _rows(self) -> None:
        """Note who is named in the rows of tables, also by a cell that reaches over several of them."""
        named: dict[tuple[int, int], list[tuple[int, int, Named]]] = {}
        for start, end, cell in self._stretches:
            heading, roles = self._roles.get(cell.table, (0, {})) if cell else (0, {})
            role = roles.get(cell.column) if cell else None
            if cell is None or cell.row == heading or role not in ("lead", "support", "share"):
                continue
            for each in read_bracket(self._text[start:end], role) or ():
                for row in range(cell.row, cell.row + cell.rows):
                    named.setdefault((cell.table, row), []).append((start, end, each))
        for place, everyone in named.items():
            start = everyone[0][0]
            cells = tuple(dict.fromkeys((begin, end) for begin, end, _ in everyone))
            names = tuple(each for *_, each in everyone)
            self._layout.brackets.append(Bracket(start, self._layout.clause_at(start), names, cells, place))

    def _bracket(self, start: int, end: int, named: tuple[Named, ...]) -> None:
        self._layout.brackets.append(Bracket(start, self._levels.clause, named, ((start, end),), None, self._since))
        self._layout.sentences.append(Sentence(start, end, self._levels.clause, counted=False))
        self._since = end

    def _sentences(self, start: int, end: int, row: tuple[int, int] | None = None) -> None:
        """Note the sentences between two places, and the brackets of owners and the marks among them."""
        said = self._text
        begin = at = start
        balanced = said.count("(", start, end) == said.count(")", start, end)
        while at < end:
            character = said[at]
            if character == "(":
                close = said.find(")", at, end)
                named = read_bracket(said[at + 1 : close]) if close > 0 else None
                if named:
                    self._close(begin, at, row)
                    self._bracket(at, close + 1, named)
                    at = begin = close + 1
                    while at < end and said[at] in _ENDS:
                        at = begin = at + 1
                    continue
                at = close if balanced and close > 0 else at
            elif character in _ENDS:
                while at + 1 < end and said[at + 1] in _ENDS + _CLOSERS:
                    at += 1
                self._close(begin, at + 1, row)
                begin = at + 1
                mark = mark_at(said, begin, end) if row is None else None
                if mark is not None and self._levels.in_turn(mark.step):
                    self._levels.enter(mark.step)
                    self._enter(begin)
                    begin, at = begin + mark.length, begin + mark.length - 1
            at += 1
        self._close(begin, end, row)

    def _close(self, start: int, end: int, row: tuple[int, int] | None) -> None:
        if start < end and _SAYS.search(self._text, start, end):
            self._layout.sentences.append(Sentence(start, end, self._levels.clause, row))


def _is_formal(said: str) -> bool:
    """Whether an unnumbered paragraph is a formal part of a document (GB/T 9704): head, title, addressee, signature."""
    return not any(end in said for end in _ENDS) and ("," not in said or said.endswith(":"))


def _parts(folded: str, stretches: Sequence[_Stretch]) -> Iterator[tuple[int, str]]:
    """Yield the paragraphs at which a part begins: the covering letter, the plan itself, further annexes."""
    said = [folded[start:end] for start, end, _ in stretches]
    annexes = [(i, match) for i, each in enumerate(said) if (match := _ANNEX_LINE.fullmatch(each))]
    plan = next((i for i, match in annexes if not annex(match[1])), None)
    if plan is None:
        plan = _after_the_signature(folded, stretches, said)
    if plan is not None:
        yield 0, LETTER
        yield plan, ""
    for index, match in annexes:
        if annex(match[1]) and index > (plan or 0):
            yield index, annex(match[1])


def _after_the_signature(folded: str, stretches: Sequence[_Stretch], said: Sequence[str]) -> int | None:
    """The paragraph after the last line with nothing but a day from which numbers begin anew."""
    found = None
    for index, each in enumerate(said[:-1]):
        if _DATE_LINE.fullmatch(each):
            later = (stretches[i] for i in range(index + 1, len(stretches)))
            mark = next((mark for one in later if (mark := _opening(folded, one)) is not None), None)
            if mark == 1:
                found = index + 1
    return found


def _opening(folded: str, stretch: _Stretch) -> int | None:
    """The number with which a paragraph or a row begins, if it does."""
    start, end, cell = stretch
    if cell is not None:
        bare = _ROW_NUMBER(folded[start:end]) if cell.column == 1 else None
        return int(bare[1]) if bare else None
    mark = mark_at(folded, start, end)
    return mark.step.number if mark else None
