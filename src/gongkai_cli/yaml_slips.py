"""What YAML's own parser could not read, in words for people, and the slips of the hand that lead there."""

import re
from typing import Any

from gongkai_cli.messages import Text, text
from gongkai_cli.problems import Location, Problem
from gongkai_cli.yaml_text import Source

# libyaml reads no further for the colon of a key.
_LONGEST_KEY = 1024

# libyaml's words for the slips that happen most, in ours.
_SYNTAX: dict[str, Text] = {
    "could not find expected ':'": text("a colon and a space are missing after this key"),
    "mapping values are not allowed in this context": text(
        "a `key: value` may not begin here; look at the indentation and at the line before"
    ),
    "mapping keys are not allowed in this context": text("a key may not begin here"),
    "did not find expected key": text("the indentation does not fit, or a quote or bracket was not closed before"),
    "did not find expected '-' indicator": text("a list item must begin with `- `, in line with the others"),
    "did not find expected ',' or ']'": text("a list in brackets needs a comma or `]` here"),
    "did not find expected ',' or '}'": text("a `{…}` needs a comma or `}` here"),
    "did not find expected node content": text("a value is missing here"),
    "found unexpected end of stream": text("the file ends before a quote or bracket is closed"),
    "found character that cannot start any token": text("this character may not begin a value"),
    "found unexpected document indicator": text("`---` or `...` may not stand inside a value"),
    "found unknown escape character": text("an unknown escape inside double quotes; use single quotes"),
    "did not find expected hexdecimal number": text("an unfinished escape inside double quotes; use single quotes"),
    "found invalid Unicode character escape code": text("this escape names no character"),
    "block sequence entries are not allowed in this context": text(
        "a list item `- ` may not begin here; put it on a line of its own"
    ),
    "found unexpected ':'": text("a colon may not stand here without quotes"),
    "found a tab character that violates indentation": text("a tab may not stand in the indentation"),
    "found a tab character where an indentation space is expected": text("a tab may not stand in the indentation"),
    "did not find expected alphabetic or numeric character": text(
        "`*` and `&` begin an alias or an anchor, and its name is missing"
    ),
    "did not find expected comment or line break": text("nothing may follow `|` or `>` in its line"),
    "found an indentation indicator equal to 0": text("nothing may follow `|` or `>` in its line"),
    "did not find expected <document start>": text("the plan has ended before; nothing may follow it"),
    "found incompatible YAML document": text("the line `%YAML` names a version that is not read"),
    "did not find expected tag URI": text("`!` begins a tag, and its name is missing"),
    "did not find the expected '>'": text("`!` begins a tag, and its name is missing"),
    "found undefined tag handle": text("`!` begins a tag, and its name is missing"),
    "did not find expected whitespace or line break": text("`!` begins a tag, and a space must follow its name"),
}
_DIRECTIVE = text("a line that begins with `%` is an instruction to YAML; plans have none")
_QUOTES = text("put the whole value in single quotes: '…'")
# Those of them that come of a value that should have been in quotes.
_UNQUOTED = {
    "found character that cannot start any token",
    "did not find expected alphabetic or numeric character",
    "did not find expected comment or line break",
    "did not find expected tag URI",
    "did not find the expected '>'",
    "found undefined tag handle",
    "did not find expected whitespace or line break",
}
_MISPLACED_COLON = "mapping values are not allowed in this context"
_VALUE_BEFORE = re.compile(r"""^[ ]*(?:-[ ]+)*(?:[^\s:'"]|:(?!\s))+:[ ]+\S""")
_TEXT_AFTER_A_QUOTE = re.compile(r"""[:\[,-][ ]*(?:"[^"]*"|'[^']*'|\[[^\]]*\])$""")

# Full-width punctuation and invisible blanks, each where YAML's own was expected. Inside a value they are innocent.
_ITEM = r"^[ \t]*(?:-[ ]+)*"
_KEY = r"[A-Za-z0-9_.-]+"
_SLIPS = tuple(
    re.compile(pattern)
    for pattern in (
        _ITEM + "([\u3000\xa0\u200b－＃“])",
        rf"(?:{_ITEM}|[{{,，][ ]*){_KEY}[ ]?(：)",
        rf"(?:{_ITEM}|[{{,，][ ]*){_KEY}:([\u3000\xa0\u200b])",
        r"(?::[ ]+|-[ ]+|\[[ ]*|,[ ]*)([［｛])",
        r"[：:][ ]*(“)[^”]*(?::[ ]|[ ]#)",
        rf"(，)[ ]*{_KEY}[ ]?[：:]",
        r"\[[^\]]*(］)[^\]]*$",
        r"\{[^}]*(｝)[^}]*$",
    )
)
# As much of a line as is searched for slips; a person writes no longer ones.
_SEARCHED = 500
_HALF_WIDTH = frozenset("\xa0\u200b")


def syntax_problem(source: Source, error: Any, opened: tuple[str, int] | None) -> Problem:
    """Return the problem for an error of the parser; `opened` is the bracket still open and its line, from 0."""
    said: str = getattr(error, "problem", None) or str(error)
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    begins = getattr(error, "context_mark", None) or mark
    if said in ("could not find expected ':'", "found unexpected end of stream"):
        mark = begins  # where the key, or the quote, begins
    line, column = (mark.line, mark.column) if mark is not None else (0, 0)
    place = source.place(line, column)
    if key := _long_key(source, said, place):
        message = text("a key may have at most {limit} characters", limit=_LONGEST_KEY)
        return source.problem_at(key, "GK105", message, text("is a colon and a space missing after the key?"))
    message = _message(said, getattr(error, "context", None) or "")
    if said == "found character that cannot start any token" and _character(source, place) == "\t":
        message = _SYNTAX["found a tab character that violates indentation"]
    return source.problem_at(place, "GK105", message, _syntax_hint(source, said, place, opened))


def _message(said: str, context: str) -> Text:
    if "directive" in context or "directive" in said:
        return _DIRECTIVE
    return _SYNTAX.get(said) or text("the YAML cannot be parsed (`{reason}`)", reason=said.replace("`", "'"))


def _syntax_hint(source: Source, said: str, place: Location, opened: tuple[str, int] | None) -> Text | None:
    if slip := slip_hint(source, place.line - 1):
        return slip
    before = source.lines[place.line - 1][: place.column - 1]
    if said in _UNQUOTED:
        return _QUOTES
    if said == _MISPLACED_COLON and _VALUE_BEFORE.match(before):
        return text("a value with `: ` in it needs quotes: put the whole value in single quotes: '…'")
    if said.startswith("did not find expected") and _TEXT_AFTER_A_QUOTE.search(before.rstrip()[-_SEARCHED:]):
        return _QUOTES
    if opened is not None:
        return text("the `{bracket}` in line {line} is still open here", bracket=opened[0], line=opened[1] + 1)
    return None


def _character(source: Source, place: Location) -> str:
    return source.lines[place.line - 1][place.column - 1 : place.column]


def _long_key(source: Source, said: str, place: Location) -> Location | None:
    """Where a key begins that is so long that libyaml does not take it for one."""
    line = source.lines[place.line - 1]
    if said == _MISPLACED_COLON:
        key = line[: place.column - 1].lstrip(" -")
        begins = place.column - 1 - len(key)
    elif said == "could not find expected ':'":
        begins = place.column - 1
        key = re.split(r":(?:\s|$)", line[begins:], maxsplit=1)[0]
    else:
        return None
    return Location(place.file, place.line, begins + 1) if len(key) > _LONGEST_KEY and ": " not in key else None


def slip_hint(source: Source, line: int) -> Text | None:
    """Return a hint about a tab or full-width punctuation in the place of YAML's, in or just above a line (from 0)."""
    for index in (line, line - 1):
        written = source.lines[index][:_SEARCHED] if 0 <= index < len(source.lines) else ""
        if "\t" in written[: len(written) - len(written.lstrip())]:
            return text("line {line} is indented with a tab; YAML wants spaces", line=index + 1)
        for pattern in _SLIPS:
            if slip := pattern.search(written):
                return full_width_hint(slip[1], index)
    return None


def full_width_hint(slip: str, line: int) -> Text:
    """Return the hint about one character that stands in the place of YAML's, in a line counted from 0."""
    if slip in _HALF_WIDTH:
        return text(
            "line {line} has U+{code:04X}, which looks like a space or like nothing; YAML wants ordinary spaces",
            line=line + 1,
            code=ord(slip),
        )
    return text(
        "line {line} has the full-width `{slip}`; YAML's own punctuation and spaces are half-width (: , [ ] #)",
        line=line + 1,
        slip="U+3000" if slip == "\u3000" else slip,
    )
