"""YAML to plain data that remembers where everything stood."""

import gc
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from gongkai_cli.messages import Text, text
from gongkai_cli.problems import Location, Problem

MAX_DEPTH = 24
# Nodes that aliases may add; a plan written by hand repeats a list of owners at most.
MAX_ALIASED_NODES = 10_000
MAX_BYTES = 64 * 1024 * 1024

_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# Plain scalars that a YAML 1.1 reader turns into something else (yaml.org/type/bool, /int, /float).
_BENT = re.compile(
    r"""
    (?P<truth>yes|no|on|off|true|false|y|n)
    | (?P<octal>[-+]?0[0-7_]+)
    | (?P<minutes>[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?)
    | (?P<hex>[-+]?0x[0-9a-f_]+ | [-+]?0b[01_]+)
    | (?P<grouped>[-+]?[0-9]+_[0-9_]*)
    | (?P<float>[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9_]+)(?:e[-+]?[0-9]+)? | [-+]?[0-9]+e[-+]?[0-9]+
        | [-+]?\.inf | \.nan)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_INTEGER = re.compile(r"0|[-+]?[1-9][0-9]{0,17}")
_BENT_START = frozenset("yYnNoOtTfF0123456789-+.")
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_FULL_WIDTH_SLIP = re.compile("[：　，［］｛｝＃－“”]")

Path_ = Sequence[str | int]


class Spot(NamedTuple):
    """Where a key and its value begin; lines and columns count from 0, as libyaml does."""

    key_line: int
    key_column: int
    line: int
    column: int


@dataclass(slots=True)
class Document:
    """The data of one YAML file, with the place of every key and value."""

    file: str
    lines: list[str]
    data: Any = None
    spots: dict[int, dict[Any, Spot]] = field(default_factory=dict)

    def locate(self, path: Path_, *, key: bool = False) -> Location:
        """Return where the value at `path` begins (its key with `key`), or where its nearest parent does.

        Steps that are not in the data, such as a missing key or a union's tag, fall back to the parent.
        """
        found = Spot(0, 0, 0, 0)
        here = self.data
        missed = False
        for step in path:
            spots = self.spots.get(id(here))
            if spots is None or step not in spots:
                missed = True
                break
            found = spots[step]
            here = here[step]
        if key and not missed:
            return self._location(found.key_line, found.key_column)
        return self._location(found.line, found.column)

    def _location(self, line: int, column: int) -> Location:
        return Location(self.file, line + 1, column + 1)

    def problem(self, code: str, path: Path_, message: Text, hint: Text | None = None, *, key: bool = False) -> Problem:
        """Return a problem placed at `path`, with its source line."""
        return self.problem_at(self.locate(path, key=key), code, message, hint)

    def problem_at(self, location: Location, code: str, message: Text, hint: Text | None = None) -> Problem:
        """Return a problem at a known place, with its source line."""
        index = location.line - 1
        source = self.lines[index] if 0 <= index < len(self.lines) else ""
        return Problem(location, code, message, hint, source)


def read_yaml(path: Path, shown_as: str | None = None) -> tuple[Document | None, list[Problem]]:
    """Read one YAML file: its data with positions, or None, and every problem found on the way.

    Never raises for what the file holds, whatever its bytes are.
    """
    name = shown_as or str(path)
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        return None, [unreadable(name, error)]
    return parse_yaml(raw, name)


def unreadable(name: str, error: OSError) -> Problem:
    """Return the problem that says why a file could not be opened."""
    if isinstance(error, FileNotFoundError):
        message, hint = text("there is no such file"), text("check the path; it counts from the current folder")
    elif isinstance(error, IsADirectoryError):
        message, hint = text("this is a folder, not a file"), text("name a file in it")
    elif isinstance(error, PermissionError):
        message, hint = (
            text("this file may not be read"),
            text("check its permissions, and whether it is open elsewhere"),
        )
    else:
        message, hint = text("the file cannot be read: {reason}", reason=error.strerror or str(error)), None
    return Problem(Location(name), "GK101", message, hint)


def parse_yaml(raw: bytes, name: str) -> tuple[Document | None, list[Problem]]:
    """Parse the bytes of one YAML file; see `read_yaml`."""
    content, problems = _decode(raw, name)
    if content is None:
        return None, problems
    document = Document(name, re.split("\r\n|[\r\n\x85\u2028\u2029]", content))
    for match in _UNPRINTABLE.finditer(content):
        # libyaml refuses these one at a time and without a place.
        line = content.count("\n", 0, match.start())
        column = match.start() - (content.rfind("\n", 0, match.start()) + 1)
        problems.append(
            document.problem_at(
                Location(name, line + 1, column + 1),
                "GK103",
                text("the character U+{code:04X} may not stand in a plan", code=ord(match.group())),
                text("delete it; it is invisible in most editors"),
            )
        )
    if problems:
        return None, problems
    builder = _Builder(document)
    was_enabled = gc.isenabled()
    gc.disable()  # hundreds of thousands of small objects, none of them garbage
    try:
        builder.build(content)
    except yaml.YAMLError as error:
        builder.problems.append(_syntax_problem(document, error))
        builder.failed = True
    finally:
        if was_enabled:
            gc.enable()
    if not builder.failed and document.data is None and not builder.problems:
        builder.problems.append(
            Problem(
                Location(name, 1, 1),
                "GK104",
                text("the file is empty"),
                text("copy docs/plan-format.md’s example to begin"),
            )
        )
    usable = not builder.failed and document.data is not None
    return (document if usable else None), builder.problems


def _decode(raw: bytes, name: str) -> tuple[str | None, list[Problem]]:
    if len(raw) > MAX_BYTES:
        size = text("the file is larger than {limit} MiB", limit=MAX_BYTES // 1024 // 1024)
        return None, [
            Problem(Location(name), "GK101", size, text("a plan is a few pages of text; is this the right file?"))
        ]
    save_as = text("save the file as UTF-8 (in Notepad: Save as, encoding UTF-8)")
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None, [Problem(Location(name, 1, 1), "GK102", text("the file is UTF-16, not UTF-8"), save_as)]
    try:
        return raw.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line = before.count(b"\n")
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace"))
        place = Location(name, line + 1, column + 1)
        byte = raw[error.start]
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        message, hint = text("the byte 0x{byte:02X} is not UTF-8 text", byte=byte), text("is this a plan file at all?")
    else:
        message = text("the byte 0x{byte:02X} is not UTF-8 text; the file looks like GB18030 (GBK)", byte=byte)
        hint = save_as
    return None, [Problem(place, "GK102", message, hint)]


class _Frame:
    """One open mapping or sequence while the event stream is walked."""

    __slots__ = ("container", "flow", "key", "key_spot", "skip", "spots")

    def __init__(self, container: Any, spots: dict[Any, Spot], *, flow: bool) -> None:
        self.container = container
        self.spots = spots
        self.flow = flow
        self.key: str | None = None
        self.key_spot = (0, 0)
        self.skip = False  # the value of a key that stood before


class _Builder:
    """Builds data and positions in one pass over libyaml's events."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Problem] = []
        self.failed = False
        self._stack: list[_Frame] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._open_anchors: list[tuple[str, int, int]] = []  # name, depth, nodes before it
        self._nodes = 0
        self._aliased = 0
        self._documents = 0

    def build(self, content: str) -> None:
        for event in self._events(content):
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._nodes += 1
                if event.tag is not None or event.anchor is not None:
                    self._extras(event)
                self._attach(self._scalar(event), event)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                self._open(event, is_map=kind is yaml.MappingStartEvent)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._close()
            elif kind is yaml.AliasEvent:
                self._attach(self._alias(event), event)
            elif kind is yaml.DocumentStartEvent:
                self._documents += 1
                if self._documents > 1:
                    self._stop(
                        "GK111",
                        event,
                        text("a second document begins here"),
                        text("one file holds one plan: delete the line `---`"),
                    )
            if self.failed:
                return

    def _events(self, content: str) -> Iterator[Any]:
        return iter(yaml.parse(content, Loader=_PARSER))

    def _problem(self, code: str, event: Any, message: Text, hint: Text | None = None) -> None:
        mark = event.start_mark
        self.problems.append(
            self.document.problem_at(Location(self.document.file, mark.line + 1, mark.column + 1), code, message, hint)
        )

    def _stop(self, code: str, event: Any, message: Text, hint: Text | None = None) -> None:
        self._problem(code, event, message, hint)
        self.failed = True

    def _extras(self, event: Any) -> None:
        if event.tag is not None and event.tag != "!":
            self._problem(
                "GK111",
                event,
                text("tags such as `{tag}` are not used in plans", tag=event.tag),
                text("delete the tag"),
            )

    def _scalar(self, event: Any) -> Any:
        value: str = event.value
        if not event.implicit[0] or event.style:
            if event.anchor is not None:
                self._anchors[event.anchor] = (value, 1)
            return value
        result: Any = value
        if value[:1] in _BENT_START:
            if _INTEGER.fullmatch(value):
                result = value if self._expects_key() else int(value)
            elif bent := _BENT.fullmatch(value):
                self._bent(event, value, bent.lastgroup or "")
            elif value in _NULLS and not self._expects_key():
                result = None
        elif value in _NULLS and not self._expects_key():
            result = None
        if event.anchor is not None:
            self._anchors[event.anchor] = (result, 1)
        return result

    def _expects_key(self) -> bool:
        frame = self._stack[-1] if self._stack else None
        return frame is not None and isinstance(frame.container, dict) and frame.key is None

    def _bent(self, event: Any, value: str, kind: str) -> None:
        readings = {
            "truth": text("true or false"),
            "octal": text("an octal number"),
            "minutes": text("a number of minutes or seconds"),
            "hex": text("a number in another base"),
            "grouped": text("a number"),
            "float": text("a decimal fraction"),
        }
        self._problem(
            "GK107",
            event,
            text("other YAML readers take `{value}` for {kind}", value=value, kind=readings[kind]),
            text('write it in quotes: "{value}"', value=value),
        )

    def _open(self, event: Any, *, is_map: bool) -> None:
        self._nodes += 1
        self._extras(event)
        if len(self._stack) >= MAX_DEPTH:
            self._stop(
                "GK110",
                event,
                text("more than {limit} levels of nesting", limit=MAX_DEPTH),
                text("a plan needs five; look for a stray bracket or indentation"),
            )
            return
        container: Any = {} if is_map else []
        spots: dict[Any, Spot] = {}
        self.document.spots[id(container)] = spots
        self._attach(container, event)
        if event.anchor is not None:
            self._anchors[event.anchor] = (None, 0)
            self._open_anchors.append((event.anchor, len(self._stack), self._nodes))
        self._stack.append(_Frame(container, spots, flow=bool(event.flow_style)))

    def _close(self) -> None:
        frame = self._stack.pop()
        if self._open_anchors and self._open_anchors[-1][1] == len(self._stack):
            name, _, before = self._open_anchors.pop()
            self._anchors[name] = (frame.container, self._nodes - before + 1)

    def _alias(self, event: Any) -> Any:
        if event.anchor not in self._anchors:
            # libyaml leaves this to its composer, which is not used here.
            self._stop("GK105", event, text("the alias `*{name}` has no anchor `&{name}` before it", name=event.anchor))
            return None
        value, size = self._anchors[event.anchor]
        if size == 0:
            self._stop(
                "GK109",
                event,
                text("the alias `*{name}` stands inside what it repeats", name=event.anchor),
                text("write the value out"),
            )
            return None
        self._nodes += size
        self._aliased += size
        if self._aliased > MAX_ALIASED_NODES:
            self._stop(
                "GK109",
                event,
                text("aliases repeat more than {limit} values", limit=MAX_ALIASED_NODES),
                text("write the values out"),
            )
        return value

    def _attach(self, value: Any, event: Any) -> None:
        mark = event.start_mark
        if not self._stack:
            self.document.data = value
            return
        frame = self._stack[-1]
        container = frame.container
        if isinstance(container, list):
            frame.spots[len(container)] = Spot(mark.line, mark.column, mark.line, mark.column)
            container.append(value)
        elif frame.key is None:
            self._take_key(frame, value, event)
        else:
            valueless = frame.flow and value is None and mark.index == event.end_mark.index
            if not frame.skip and not (valueless and self._cut_by_comma(frame)):
                frame.spots[frame.key] = Spot(*frame.key_spot, mark.line, mark.column)
                container[frame.key] = value
                if value is None and not self.failed:
                    self._no_value(frame)
            frame.key = None
            frame.skip = False

    def _no_value(self, frame: _Frame) -> None:
        line, column = frame.key_spot
        self.problems.append(
            self.document.problem_at(
                Location(self.document.file, line + 1, column + 1),
                "GK112",
                text("the key `{key}` has no value", key=frame.key),
                text("write a value, or delete the key"),
            )
        )

    def _take_key(self, frame: _Frame, key: Any, event: Any) -> None:
        mark = event.start_mark
        if not isinstance(key, str):
            self._stop("GK111", event, text("a key must be a plain word"), text("write `key: value`"))
            return
        frame.key = key
        frame.key_spot = (mark.line, mark.column)
        if key in frame.container:
            frame.skip = True
            first = frame.spots[key]
            self._problem(
                "GK106",
                event,
                text("the key `{key}` stands here for the second time", key=key),
                text("the first is in line {line}; keep one of them", line=first.key_line + 1),
            )

    def _cut_by_comma(self, frame: _Frame) -> bool:
        """Report a comma inside `{…}` that ended a value, so that what follows became a key without one."""
        if not frame.container:
            return False
        line, column = frame.key_spot
        mark_source = self.document.lines[line] if line < len(self.document.lines) else ""
        after_comma = mark_source[:column].rstrip().endswith(",")
        if not after_comma or re.fullmatch(r"[a-z_]+", frame.key or ""):
            return False
        last = next(reversed(frame.container))
        self.problems.append(
            self.document.problem_at(
                Location(self.document.file, line + 1, column + 1),
                "GK108",
                text("the comma before `{rest}` ended the value of `{key}`", rest=frame.key, key=last),
                text('write the value of `{key}` in quotes: "…"', key=last),
            )
        )
        return True


# libyaml's words for the slips that happen most, in ours.
_SYNTAX: dict[str, Text] = {
    "could not find expected ':'": text("a colon and a space are missing after this key"),
    "mapping values are not allowed in this context": text(
        "a `key: value` may not begin here; look at the indentation and at the line before"
    ),
    "did not find expected key": text("the indentation does not fit, or a quote or bracket was not closed before"),
    "did not find expected '-' indicator": text("a list item must begin with `- `, in line with the others"),
    "did not find expected ',' or ']'": text("a list in brackets needs a comma or `]` here"),
    "did not find expected ',' or '}'": text("a `{{…}}` needs a comma or `}}` here"),
    "found unexpected end of stream": text("the file ends before a quote or bracket is closed"),
    "found character that cannot start any token": text("this character may not begin a value"),
    "found unexpected document indicator": text("`---` or `...` may not stand inside a value"),
    "found unknown escape character": text("an unknown escape inside double quotes; use single quotes"),
    "block sequence entries are not allowed in this context": text(
        "a list item `- ` may not begin here; put it on a line of its own"
    ),
    "found unexpected ':'": text("a colon may not stand here without quotes"),
}


def _syntax_problem(document: Document, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    said = getattr(error, "problem", None) or str(error)
    message = _SYNTAX.get(said, text("the YAML cannot be parsed: {reason}", reason=said))
    line, column = (mark.line, mark.column) if mark is not None else (0, 0)
    problem = document.problem_at(Location(document.file, line + 1, column + 1), "GK105", message)
    return Problem(problem.location, "GK105", message, slip_hint(document, line), problem.source)


def slip_hint(document: Document, line: int) -> Text | None:
    """Return a hint about tabs or full-width punctuation in or just above a line (0-based), if there is any."""
    for index in (line, line - 1):
        source = document.lines[index] if 0 <= index < len(document.lines) else ""
        indent = source[: len(source) - len(source.lstrip())]
        if "\t" in indent:
            return text("line {line} is indented with a tab; YAML wants spaces", line=index + 1)
        if slip := _FULL_WIDTH_SLIP.search(source):
            return text(
                "line {line} has the full-width `{slip}`; YAML's own punctuation and spaces are half-width (: , [ ] #)",
                line=index + 1,
                slip="U+3000" if slip.group() == "　" else slip.group(),
            )
    return None
