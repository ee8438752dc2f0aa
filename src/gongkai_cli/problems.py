"""Problems with input files, as data: where, which code, what is wrong and what to do."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from gongkai_cli.messages import Text, Words, text

Level = Literal["error", "warning"]

# Of one file and one code, so many problems are told one by one. A file of noise has millions, which nobody reads and
# no memory holds.
MOST_LISTED = 1000
_MOST_SAID = 20  # by an exception; `problems` has all


@dataclass(frozen=True, slots=True)
class Location:
    """A place in an input file; line and column count characters from 1, 0 where there is none.

    In a workbook they count the rows and columns of a sheet.
    """

    file: str
    line: int = 0
    column: int = 0
    sheet: str = ""

    def __str__(self) -> str:
        file = f"{self.file}[{self.sheet}]" if self.sheet else self.file
        return ":".join(str(part) for part in (file, self.line, self.column) if part)

    def __lt__(self, other: "Location") -> bool:
        return self._order < other._order

    @property
    def _order(self) -> tuple[str, str, int, int]:
        return self.file, self.sheet, self.line, self.column

    @property
    def letters(self) -> str:
        """The column as spreadsheets name it: A, B, … Z, AA; empty where there is none."""
        name, number = "", self.column
        while number:
            number, digit = divmod(number - 1, 26)
            name = chr(ord("A") + digit) + name
        return name


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """One thing wrong with an input; problems order by place, then code."""

    location: Location
    code: str
    message: Text = field(compare=False)
    hint: Text | None = field(default=None, compare=False)
    source: str = field(default="", compare=False)  # the line at fault, as it stands in the file
    caret: int = field(default=0, compare=False)  # the character of `source` (from 1) at fault; 0: at the column
    more: int = field(default=0, compare=False)  # how many further problems of this code and file are not listed

    def __str__(self) -> str:
        """Return the problem on one line, in English; what would steer a terminal is spelt out."""
        words = Words("en")
        hint = f" ({words(self.hint)})" if self.hint is not None else ""
        said = f"{self.location}: {self.code} {words(self.message)}{hint}"
        return "".join(each if each.isprintable() or each == "\u3000" else ascii(each)[1:-1] for each in said)

    @property
    def level(self) -> Level:
        """`error` or `warning`, as the table of codes says."""
        return CODES[self.code].level


def count(problems: Iterable[Problem]) -> int:
    """Return how many problems there are, with those that are not listed."""
    return sum(1 + problem.more for problem in problems)


class Problems:
    """Collects problems: all are counted, and of one file and code the first MOST_LISTED are kept to be listed."""

    def __init__(self) -> None:
        self._listed: list[Problem] = []
        self._counts: Counter[tuple[str, str]] = Counter()
        self._over: dict[tuple[str, str], tuple[Problem, int]] = {}

    def append(self, problem: Problem) -> None:
        """Take in a problem; those of one file and code come in the order of their places."""
        kind = problem.location.file, problem.code
        self._counts[kind] += 1
        if self._counts[kind] <= MOST_LISTED:
            self._listed.append(problem)
            return
        first, more = self._over.get(kind, (problem, -1))
        self._over[kind] = first, more + 1 + problem.more

    def only_counted(self, file: str, code: str) -> bool:
        """Count a problem that would not be listed, and need not be made; return whether it is one."""
        over = self._over.get((file, code))
        if over is not None:
            self._over[file, code] = over[0], over[1] + 1
        return over is not None

    def extend(self, problems: Iterable[Problem]) -> None:
        """Take in several."""
        for problem in problems:
            self.append(problem)

    def __iter__(self) -> Iterator[Problem]:
        """Give the problems to list; the last of one file and code stands for all that follow it."""
        yield from self._listed
        for first, more in self._over.values():
            yield standing_for(first, more)

    def __bool__(self) -> bool:
        return bool(self._counts)


def standing_for(problem: Problem, more: int) -> Problem:
    """Return a problem that stands for `more` others of its file and code too, and says so."""
    if not more:
        return problem
    return replace(problem, more=more, hint=text("{count} more with this code in this file are not listed", count=more))


class BadInput(Exception):  # noqa: N818  # it carries problems rather than being one
    """Raised when going on makes no sense; `problems` has every problem found, in order of place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        """Return the first problems, one a line."""
        said = [str(each) for each in self.problems[:_MOST_SAID]]
        more = count(self.problems) - len(said)
        return "\n".join([*said, f"… and {more} more"] if more > 0 else said)


@dataclass(frozen=True, slots=True)
class Code:
    """What a problem code stands for; its page in docs/problems/ shows a wrong and a right example."""

    level: Level
    title: Text


def _error(title: Text) -> Code:
    return Code("error", title)


def _warning(title: Text) -> Code:
    return Code("warning", title)


CODES: dict[str, Code] = {
    # The file and its YAML.
    "GK101": _error(text("the file cannot be read")),
    "GK102": _error(text("the file is not UTF-8 text")),
    "GK103": _error(text("a character that has no place in a text file")),
    "GK104": _error(text("the file is empty")),
    "GK105": _error(text("the YAML cannot be parsed")),
    "GK106": _error(text("a key stands twice")),
    "GK107": _error(text("a value that other YAML readers would change")),
    "GK108": _error(text("a comma cut a value short")),
    "GK109": _error(text("an alias that expands too far")),
    "GK110": _error(text("nested too deeply")),
    "GK111": _error(text("a YAML feature that has no place here")),
    "GK112": _error(text("a key or a list item without a value")),
    # The shape of a plan file.
    "GK201": _error(text("unknown key")),
    "GK202": _error(text("missing key")),
    "GK203": _error(text("wrong type")),
    "GK204": _error(text("a value that is not allowed here")),
    "GK205": _error(text("not a date")),
    "GK206": _error(text("not a deadline")),
    "GK207": _error(text("not a frequency")),
    "GK208": _error(text("not a season")),
    "GK209": _error(text("not a length of time")),
    # What the parts of a plan say together.
    "GK301": _error(text("an id stands twice")),
    "GK302": _error(text("unknown owner")),
    "GK303": _error(text("unknown event")),
    "GK304": _error(text("unknown reading")),
    "GK305": _error(text("several owners without `completion`")),
    "GK306": _error(text("the deadline does not fit the frequency")),
    "GK307": _error(text("the deadline lies before its window opens")),
    "GK308": _error(text("one name for two owners")),
    "GK309": _error(text("a group that cannot be expanded")),
    "GK310": _error(text("no deadline")),
    "GK311": _error(text("two deadlines")),
    "GK312": _error(text("dates in the wrong order")),
    "GK313": _error(text("a key that does not fit the frequency")),
    # What is allowed, and probably not meant.
    "GK401": _warning(text("never falls due")),
    "GK402": _warning(text("an owner that nothing uses")),
    "GK403": _warning(text("an event that nothing uses")),
    "GK404": _warning(text("a reading that nothing uses")),
    "GK405": _warning(text("a group without members")),
    "GK406": _warning(text("counts from before the plan was issued")),
    "GK407": _warning(text("working days without official data")),
    "GK408": _warning(text("a key without effect")),
    # Working-day override files.
    "GK501": _error(text("one day given twice")),
    "GK502": _error(text("a day outside its year")),
    # Reading a log.
    "GK601": _error(text("no log where one was named")),
    "GK602": _error(text("the log file cannot be read")),
    "GK603": _error(text("no header that a log can be read by")),
    "GK604": _error(text("two columns stand for one")),
    "GK605": _warning(text("a column that is not read")),
    "GK606": _error(text("a line with too few or too many fields")),
    "GK607": _error(text("a quote that is not closed")),
    "GK608": _error(text("a line that is not text")),
    "GK609": _error(text("a value that is not plain text")),
    "GK610": _warning(text("a sheet that is not read")),
    # Appending to a log.
    "GK611": _error(text("the log cannot be written")),
    "GK612": _error(text("another gongkai is writing to the log")),
    "GK613": _error(text("the log has no column for a value")),
    "GK614": _error(text("a value that the log cannot hold")),
    "GK615": _error(text("the end of the log is damaged")),
    # Ledgers that departments send back.
    "GK616": _error(text("a ledger row that is not filled in as it should be")),
    "GK617": _error(text("a ledger that has lost a column")),
    # What happens while a log is read.
    "GK620": _error(text("the log was changed while it was read")),
    "GK621": _error(text("no room for temporary files")),
    # What a line of the log says of the plan.
    "GK651": _error(text("unknown obligation in the log")),
    "GK652": _error(text("unknown owner in the log")),
    "GK653": _error(text("unknown kind of line in the log")),
    "GK654": _error(text("unknown event in the log")),
    "GK655": _error(text("an event without the time that its clock needs")),
    "GK656": _error(text("an event stands twice")),
    "GK657": _error(text("a waiver or an extension lacks what it must say")),
    "GK658": _error(text("not a date in the log")),
    # A plan against the text of its document.
    "GK701": _error(text("a quote that the document does not hold")),
    "GK702": _error(text("a quote that stands in another clause")),
    "GK703": _warning(text("a quote that is written otherwise")),
    "GK704": _error(text("a quote that is too long")),
    "GK705": _warning(text("a quote that stands several times in its clause")),
    "GK706": _warning(text("a sentence that no quote touches")),
    "GK707": _warning(text("less covered than asked for")),
    "GK708": _warning(text("a word of time that no duty carries")),
    "GK709": _warning(text("an owner that no duty names")),
    "GK710": _warning(text("an owner that the document does not name")),
    "GK711": _error(text("the document cannot be read")),
    "GK712": _warning(text("a time that the document does not state")),
    # The command line and the configuration.
    "GK801": _error(text("the configuration cannot be used")),
    "GK802": _error(text("no plan found")),
    "GK803": _error(text("a value on the command line that cannot be used")),
    "GK804": _error(text("the output cannot be written")),
    "GK805": _error(text("a line that would match nothing")),
    "GK806": _error(text("a version that git cannot give")),
    "GK807": _error(text("two plans have one id")),
}
