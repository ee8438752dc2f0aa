"""From paragraphs to a layout: one walk through a document that notes clauses, sentences, brackets and rows."""

import re
from collections.abc import Sequence

from gongkai_cli.sources.document import Cell, Line, Paragraph, SourceText
from gongkai_cli.tracing.brackets import Named, read_bracket, read_label
from gongkai_cli.tracing.folding import fold_with_origin
from gongkai_cli.tracing.layout import Bracket, Layout, Sentence
from gongkai_cli.tracing.numbering import Clause, Levels, Mark, Step, mark_at
from gongkai_cli.tracing.parts import ENDS, Stretch, is_day, is_formal, is_imprint, parts_of, row_number
from gongkai_cli.tracing.tables import roles_of

_FAR = 600  # characters; a longer parenthesis is none
_CLOSERS, _SAYS = "\"')]》>", re.compile(r"[^\W\d_]")


def lay_out(source: SourceText) -> Layout:
    """Return a document laid out for comparison."""
    raw, lines, spans = _joined(source.paragraphs)
    layout = Layout(source, raw, fold_with_origin(raw, bare=source.loose), lines)
    _Walk(layout, _stretches(layout, spans)).run()
    layout.sentences.sort()
    return layout


def _joined(paragraphs: Sequence[Paragraph]) -> tuple[str, list[tuple[int, Line]], list[Stretch]]:
    parts: list[str] = []
    lines: list[tuple[int, Line]] = []
    spans: list[Stretch] = []
    at = 0
    for paragraph in paragraphs:
        begin = at
        for line in paragraph.lines:
            parts.append(line.text)
            lines.append((at, line))
            at += len(line.text) + 1
        spans.append(Stretch(begin, at, paragraph.cell))
    return "\n".join(parts), lines, spans


def _stretches(layout: Layout, spans: Sequence[Stretch]) -> list[Stretch]:
    found: list[Stretch] = []
    origin, at = layout.folded.origin, 0
    for _, end, cell in spans:
        start = at
        while at < len(origin) and origin[at] < end:
            at += 1
        if at > start:
            found.append(Stretch(start, at, cell))
    return found


class _Walk:
    """Walks through the paragraphs of a document and notes clauses, sentences and brackets."""

    def __init__(self, layout: Layout, stretches: Sequence[Stretch]) -> None:
        self._layout = layout
        self._text = layout.folded.text
        self._stretches = stretches
        self._roles = roles_of(self._text, stretches)
        self._levels = Levels()
        self._since = 0  # where the stretch begins that the next bracket speaks of
        self._before_table: Clause | None = None
        self._row_number = 0
        self._bits: set[tuple[int, int]] = set()  # rows of which a bit is counted
        self._parts = dict(parts_of(self._text, stretches))

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

    def _enter(self, position: int) -> None:
        self._layout.entered.append((position, self._levels.clause))
        self._since = position

    def _leave_table(self, position: int) -> None:
        if self._before_table is not None:
            self._levels.clause = self._before_table
            self._before_table = None
            self._enter(position)

    def _prose(self, index: int, stretch: Stretch) -> None:
        start, end, _ = stretch
        said = self._text[start:end]
        if is_imprint(said):
            self._levels.leave()
            self._enter(start)
            self._layout.formal += 1
            return
        if is_day(said) or self._signs(index):
            if self._levels.clause.steps:
                self._levels.leave()
                self._enter(start)
        elif (number := row_number(said)) in (1, self._row_number + 1) and number is not None:
            # The cells of a table in a PDF come as lines, the number of a row first.
            self._row_number = number
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
        if not self._levels.clause.steps and is_formal(said):
            self._layout.formal += 1
            return
        self._sentences(start, end)

    def _signs(self, index: int) -> bool:
        """Whether a paragraph is a signature: what stands, without a stop, above a line with nothing but a day."""
        if index + 1 >= len(self._stretches):
            return False
        start, end, cell = self._stretches[index + 1]
        here = self._text[self._stretches[index].start : self._stretches[index].end]
        return cell is None and is_day(self._text[start:end]) and is_formal(here)

    def _cell(self, stretch: Stretch, cell: Cell) -> None:
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
            bare = row_number(self._text[start:end])
            if bare is not None:
                mark = Mark(Step("1", bare), end - start)
            if mark is not None:
                self._levels.enter(mark.step)
                self._enter(start)
                start += mark.length
                role = "content" if start < end else role
        if role in ("lead", "support", "share"):
            return  # told to the rows when all cells are known
        if start < end and not any(said in ENDS for said in self._text[start:end]):
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
                close = said.find(")", at, min(end, at + _FAR))
                named = read_bracket(said[at + 1 : close]) if close > 0 else None
                if named:
                    self._close(begin, at, row)
                    self._bracket(at, close + 1, named)
                    at = begin = close + 1
                    while at < end and said[at] in ENDS:
                        at = begin = at + 1
                    continue
                at = close if balanced and close > 0 else at
            elif character in ENDS:
                while at + 1 < end and said[at + 1] in ENDS + _CLOSERS:
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
