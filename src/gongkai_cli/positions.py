"""YAML to plain data that remembers where everything stood."""

import gc
import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from gongkai_cli.messages import Text, text
from gongkai_cli.problems import Location, Problem, Problems
from gongkai_cli.yaml_slips import syntax_problem
from gongkai_cli.yaml_text import Source, decode, read_bytes

MAX_DEPTH = 24
# Nodes that aliases may add; a plan written by hand repeats a list of owners at most.
MAX_ALIASED_NODES = 10_000
# A plan of ten thousand duties has half of it.
MAX_NODES = 600_000

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
_ODD_START = _BENT_START | {"", "~"}

Path_ = Sequence[str | int]


# Where a key and its value begin: line and column of the one, then of the other, counted from 0, as libyaml does.
Spot = tuple[int, int, int, int]


@dataclass(slots=True)
class Document(Source):
    """The data of one YAML file, with the place of every key and value."""

    data: Any = None
    spots: dict[int, dict[Any, Spot]] = field(default_factory=dict)

    def locate(self, path: Path_, *, key: bool = False) -> Location:
        """Return where the value at `path` begins (its key with `key`), or where its nearest parent does.

        Steps that are not in the data, such as a missing key or a union's tag, fall back to the parent.
        """
        found = 0, 0, 0, 0
        here = self.data
        missed = False
        for step in path:
            spots = self.spots.get(id(here))
            if spots is None or step not in spots:
                missed = True
                break
            found = spots[step]
            here = here[step]
        return self.place(*found[:2]) if key and not missed else self.place(*found[2:])

    def problem(self, code: str, path: Path_, message: Text, hint: Text | None = None, *, key: bool = False) -> Problem:
        """Return a problem placed at `path`, with its source line."""
        return self.problem_at(self.locate(path, key=key), code, message, hint)


def read_yaml(
    path: Path, shown_as: str | None = None, known_keys: Container[str] = ()
) -> tuple[Document | None, list[Problem]]:
    """Read one YAML file: its data with positions, or None, and every problem found on the way.

    Never raises for what the file holds, whatever its bytes are. Of a key without a value inside `{…}`, `known_keys`
    tells whether it was meant as one, or is the rest of a value that a comma cut.
    """
    name = shown_as or str(path)
    raw = read_bytes(path, name)
    return (None, [raw]) if isinstance(raw, Problem) else parse_yaml(raw, name, known_keys)


def parse_yaml(raw: bytes, name: str, known_keys: Container[str] = ()) -> tuple[Document | None, list[Problem]]:
    """Parse the bytes of one YAML file; see `read_yaml`."""
    content, source, problems = decode(raw, name)
    if problems:
        return None, problems
    document = Document(name, source.lines)
    builder = _Builder(document, known_keys)
    was_enabled = gc.isenabled()
    gc.disable()  # hundreds of thousands of small objects, none of them garbage
    try:
        builder.build(content)
    except yaml.YAMLError as error:
        builder.problems.append(syntax_problem(document, error, builder.open_bracket()))
        builder.failed = True
    finally:
        if was_enabled:
            gc.enable()
    if not builder.failed and document.data is None and not builder.problems:
        example = text("copy docs/plan-format.md’s example to begin")
        builder.problems.append(Problem(Location(name, 1, 1), "GK104", text("the file is empty"), example))
    usable = not builder.failed and document.data is not None
    return (document if usable else None), list(builder.problems)


class _Frame:
    """One open mapping or sequence while the event stream is walked."""

    __slots__ = ("begins", "container", "flow", "is_map", "key", "key_spot", "merged", "skip", "spots")

    def __init__(self, container: Any, spots: dict[Any, Spot], begins: int, *, flow: bool) -> None:
        self.container = container
        self.is_map = isinstance(container, dict)
        self.spots = spots
        self.begins = begins
        self.flow = flow
        self.merged: tuple[Any, Spot] | None = None  # the value of a merge key `<<`
        self.key: str | None = None
        self.key_spot = (0, 0)
        self.skip = False  # the value of a key that stood before


class _Builder:
    """Builds data and positions in one pass over libyaml's events."""

    def __init__(self, document: Document, known_keys: Container[str]) -> None:
        self.document = document
        self.known_keys = known_keys
        self.problems = Problems()
        self.failed = False
        self._stack: list[_Frame] = []
        self._texts: set[str] = set()  # those that might have been something else, and are not
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._open_anchors: list[tuple[str, int, int]] = []  # name, depth, nodes before it
        self._nodes = 0
        self._aliased = 0
        self._documents = 0

    def build(self, content: str) -> None:
        scalar = yaml.ScalarEvent
        for event in self._events(content):
            kind = type(event)
            if kind is scalar:
                self._nodes += 1
                if not self._simple(event):
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
            if self._nodes > MAX_NODES:
                said = text("the file holds more than {limit} values", limit=MAX_NODES)
                self._stop("GK101", event, said, text("a plan is a few pages of text; is this the right file?"))
            if self.failed:
                return

    def open_bracket(self) -> tuple[str, int] | None:
        """Return the innermost bracket that is still open, and its line."""
        if self._stack and self._stack[-1].flow:
            frame = self._stack[-1]
            return "[" if isinstance(frame.container, list) else "{", frame.begins
        return None

    def _events(self, content: str) -> Iterator[Any]:
        return iter(_PARSER(content).get_event, None)

    def _problem(self, code: str, event: Any, message: Text, hint: Text | None = None) -> None:
        mark = event.start_mark
        self._problem_at((mark.line, mark.column), code, message, hint)

    def _problem_at(self, spot: tuple[int, int], code: str, message: Text, hint: Text | None = None) -> None:
        if not self.problems.only_counted(self.document.file, code):
            self.problems.append(self.document.problem_at(self.document.place(*spot), code, message, hint))

    def _stop(self, code: str, event: Any, message: Text, hint: Text | None = None) -> None:
        self._problem(code, event, message, hint)
        self.failed = True

    def _extras(self, event: Any) -> None:
        if event.tag is not None and event.tag != "!":
            self._problem(
                "GK111",
                event,
                text(
                    "tags such as `{tag}` are not used in plans",
                    tag=re.sub("^tag:yaml.org,2002:", "!!", event.tag),
                ),
                text("delete the tag, or put a value that begins with `!` in quotes"),
            )

    def _simple(self, event: Any) -> bool:
        """Take in a plain text, as nearly all keys and values are; return whether it was one, and could be taken in."""
        if event.tag is not None or event.anchor is not None or not self._stack:
            return False
        value: str = event.value
        if value[:1] in _ODD_START and not event.style and value not in self._texts:
            return False
        frame, mark = self._stack[-1], event.start_mark
        line, column = mark.line, mark.column
        key, container = frame.key, frame.container
        if not frame.is_map:
            frame.spots[len(container)] = line, column, line, column
            container.append(value)
        elif key is None:
            if value in container or value == "<<":
                return False
            frame.key, frame.key_spot = value, (line, column)
        elif frame.skip or key == "<<":
            return False
        else:
            frame.spots[key] = *frame.key_spot, line, column
            container[key] = value
            frame.key = None
        return True

    def _scalar(self, event: Any) -> Any:
        value: str = event.value
        if event.style:
            if event.anchor is not None:
                self._anchors[event.anchor] = (value, 1)
            return value
        result: Any = value
        if value[:1] in _BENT_START:
            if _INTEGER.fullmatch(value):
                result = value if self._expects_key() else int(value)
            elif bent := _BENT.fullmatch(value):
                self._bent(event, value, bent.lastgroup or "")
            elif value not in _NULLS:
                self._texts.add(value)
            elif not self._expects_key():
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
        self._stack.append(_Frame(container, spots, event.start_mark.line, flow=bool(event.flow_style)))

    def _close(self) -> None:
        frame = self._stack.pop()
        if frame.merged is not None:
            self._merge(frame, *frame.merged)
        if self._open_anchors and self._open_anchors[-1][1] == len(self._stack):
            name, _, before = self._open_anchors.pop()
            self._anchors[name] = (frame.container, self._nodes - before + 1)

    def _alias(self, event: Any) -> Any:
        if event.anchor not in self._anchors:
            # libyaml leaves this to its composer, which is not used here.
            self._stop(
                "GK105",
                event,
                text("the alias `*{name}` has no anchor `&{name}` before it", name=event.anchor),
                text("put a value that begins with `*` in quotes"),
            )
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
            frame.spots[len(container)] = mark.line, mark.column, mark.line, mark.column
            container.append(value)
            if value is None and not self.failed:
                self._problem("GK112", event, text("this list item is empty"), text("write a value, or delete it"))
        elif frame.key is None:
            self._take_key(frame, value, event)
        else:
            valueless = frame.flow and value is None and mark.index == event.end_mark.index
            spot = *frame.key_spot, mark.line, mark.column
            if frame.key == "<<" and not frame.skip:
                frame.merged = value, spot
            elif not frame.skip and not (valueless and self._cut_by_comma(frame)):
                frame.spots[frame.key] = spot
                container[frame.key] = value
                if value is None and not self.failed:
                    self._no_value(frame)
            frame.key = None
            frame.skip = False

    def _merge(self, frame: _Frame, value: Any, spot: Spot) -> None:
        """Give a mapping the keys of what it merges, so that they are not reported as missing too."""
        for each in value if isinstance(value, list) else [value]:
            for key, merged in each.items() if isinstance(each, dict) else ():
                if key not in frame.container:
                    frame.container[key] = merged
                    frame.spots[key] = spot

    def _no_value(self, frame: _Frame) -> None:
        self._problem_at(
            frame.key_spot,
            "GK112",
            text("the key `{key}` has no value", key=frame.key),
            text("write a value, or delete the key"),
        )

    def _take_key(self, frame: _Frame, key: Any, event: Any) -> None:
        mark = event.start_mark
        if not isinstance(key, str):
            self._stop("GK111", event, text("a key must be a plain word"), text("write `key: value`"))
            return
        frame.key = key
        frame.key_spot = (mark.line, mark.column)
        if key == "<<":
            self._problem(
                "GK111", event, text("the merge key `<<` is not used in plans"), text("write the keys and values out")
            )
        elif key in frame.container:
            frame.skip = True
            first = frame.spots[key]
            self._problem(
                "GK106",
                event,
                text("the key `{key}` stands here again", key=key),
                text("the first is in line {line}; keep one of them", line=first[0] + 1),
            )

    def _cut_by_comma(self, frame: _Frame) -> bool:
        """Report a comma inside `{…}` that ended a value, so that what follows became a key without one."""
        if not frame.container or frame.key in self.known_keys:
            return False
        line, column = frame.key_spot
        lines = self.document.lines
        before = next((said for said in (lines[line][:column], *reversed(lines[:line])) if said.strip()), "")
        if not before.rstrip().endswith(","):
            return False
        last = next(reversed(frame.container))
        self._problem_at(
            frame.key_spot,
            "GK108",
            text("the comma before `{rest}` ended the value of `{key}`", rest=frame.key, key=last),
            text('write the value of `{key}` in quotes: "…"', key=last),
        )
        return True
