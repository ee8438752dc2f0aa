"""Lines that the log does not tell apart, since what they differ in means nothing to the plan."""

from collections.abc import Iterable
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from gongkai_cli.dates import SPACES
from gongkai_cli.evaluation.statements import Reader, Rejection
from gongkai_cli.log.wishes import MAY_BE_UNREADABLE, UNREADABLE
from gongkai_cli.messages import Text
from gongkai_cli.plan import Plan

if TYPE_CHECKING:
    from gongkai_cli.log.reading import Group, Line


_CELLS = attrgetter(*MAY_BE_UNREADABLE)


class Illegible:
    """The groups of such lines, of which each that is shown is read for itself."""

    def __init__(self, plan: Plan, groups: "Iterable[Group]") -> None:
        self._plan = plan
        self._groups = {each.key: each for each in groups if UNREADABLE in _CELLS(each)}

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self._plan)

    def _read(self, line: "Line") -> None:
        """Read a line with those of its cells that its group has not kept."""
        group = self._groups[line.key]
        columns = [column for column in MAY_BE_UNREADABLE if getattr(group, column) == UNREADABLE]
        own: dict[str, Any] = {column: line.cells.get(column, "").strip(SPACES) for column in columns}
        self._reader.read(group._replace(**own))

    def rejection(self, each: Rejection, line: "Line") -> Rejection:
        """Return why a line is rejected, given why its group is."""
        if line.key not in self._groups:
            return each
        self._read(line)
        found = self._reader.statements.rejected
        return found.pop() if found else each

    def reason(self, each: Text, line: "Line") -> Text:
        """Return why a line is unmatched, given why its group is."""
        if line.key not in self._groups:
            return each
        self._read(line)
        said = self._reader.statements.unmatched.get(line.key)
        # What the names do not tell is the period's fault, which stands in the sentence.
        period = line.cells.get("period", "").strip(SPACES)
        own = tuple((name, period if value == UNREADABLE else value) for name, value in each.values)
        return said or each._replace(values=own)
