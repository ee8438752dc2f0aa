"""Positions: where keys and values stand, which scalars stay text, and that no bytes at all can break the reader."""

import gc
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai_cli import positions
from gongkai_cli.messages import Words, text
from gongkai_cli.plan_file import LoadedPlan, parse_plan
from gongkai_cli.positions import Document, parse_yaml, read_yaml
from gongkai_cli.problems import Problem
from gongkai_cli.workdays import WorkCalendar, YearDays
from gongkai_cli.yaml_slips import slip_hint

ENGLISH = Words("en")
PLANS = ROOT / "tests" / "plans"
CORPUS = sorted(path for path in PLANS.rglob("*.*") if path.suffix in (".yaml", ".bin"))
COMPLETE = (PLANS / "valid" / "every-optional-key.yaml").read_bytes()
CALENDAR = WorkCalendar({year: YearDays(year, {}, {}) for year in range(2004, 2027)})


def document(content: str) -> Document:
    """Parse what is sound, and has data."""
    parsed, problems = parse_yaml(content.encode(), "file.yaml")
    assert problems == []
    assert parsed is not None
    return parsed


def place(parsed: Document, *path: str | int, key: bool = False) -> tuple[int, int]:
    found = parsed.locate(path, key=key)
    return found.line, found.column


NESTED = """\
a: 1
b:
  - c: [x, {d: 二, e: 三}]
    f: >
      folded
  - "quoted key": 'v'
"""


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        (("a",), (1, 4), (1, 1)),
        (("b",), (3, 3), (2, 1)),
        (("b", 0), (3, 5), (3, 5)),
        (("b", 0, "c"), (3, 8), (3, 5)),
        (("b", 0, "c", 0), (3, 9), (3, 9)),
        (("b", 0, "c", 1), (3, 12), (3, 12)),
        (("b", 0, "c", 1, "d"), (3, 16), (3, 13)),
        (("b", 0, "c", 1, "e"), (3, 22), (3, 19)),
        (("b", 0, "f"), (4, 8), (4, 5)),
        (("b", 1, "quoted key"), (6, 19), (6, 5)),
    ],
)
def test_keys_and_values_are_located(path: tuple[str | int, ...], value: tuple[int, int], key: tuple[int, int]) -> None:
    parsed = document(NESTED)
    assert (place(parsed, *path), place(parsed, *path, key=True)) == (value, key)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ((), (1, 1)),
        (("missing",), (1, 1)),
        (("b", 7), (3, 3)),
        (("b", 0, "missing"), (3, 5)),
        (("b", 0, "c", 1, "missing", "deeper"), (3, 12)),
        (("a", "a union's tag"), (1, 4)),
        (("b", 0, "c", "[key]"), (3, 8)),
    ],
)
def test_steps_that_are_not_in_the_data_fall_back_to_the_parent(
    path: tuple[str | int, ...], expected: tuple[int, int]
) -> None:
    parsed = document(NESTED)
    assert place(parsed, *path) == expected
    assert place(parsed, *path, key=True) == expected


def test_what_an_alias_repeats_is_located_at_the_alias_and_its_parts_at_the_anchor() -> None:
    parsed = document("a: &x [one, two]\nb: *x\n")
    assert parsed.data == {"a": ["one", "two"], "b": ["one", "two"]}
    assert (place(parsed, "b"), place(parsed, "b", 1)) == ((2, 4), (1, 13))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_do_not_move_places(end: str) -> None:
    parsed = document(NESTED.replace("\n", end))
    assert place(parsed, "b", 1, "quoted key") == (6, 19)
    assert parsed.problem("GK204", ("b", 1), text("a list")).source == "  - \"quoted key\": 'v'"


def test_a_byte_order_mark_does_not_move_places() -> None:
    parsed, problems = parse_yaml(b"\xef\xbb\xbfa: 1\n", "file.yaml")
    assert problems == []
    assert parsed is not None
    assert place(parsed, "a", key=True) == (1, 1)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0", 0),
        ("12", 12),
        ("-3", -3),
        ("+3", 3),
        ("2017-07-11", "2017-07-11"),
        ("06-30", "06-30"),
        ("1234567890123456789012", "1234567890123456789012"),
        ('"12"', "12"),
        ("'on'", "on"),
        ('"12:30"', "12:30"),
        ("none", "none"),
        ("once", "once"),
        ("on congress-closed", "on congress-closed"),
        ("20 working days after event", "20 working days after event"),
        ("2017-12-31 17:30", "2017-12-31 17:30"),
        ("一（一）1", "一（一）1"),
        ("1.2.3", "1.2.3"),
        ("nothing", "nothing"),
        ('""', ""),
        ("|\n  a\n  b\n", "a\nb\n"),
        ("=", "="),
    ],
)
def test_scalars(written: str, value: Any) -> None:
    data = document(f"key: {written}\n").data
    assert data == {"key": value}
    assert type(data["key"]) is type(value)


BENT = """
on On ON off yes No y N true FALSE 0777 012 -017 12:30 190:20:30 0x1F 0b101 1_000 1.5 .5 1e3 2E-7 .inf -.Inf .nan
"""


@pytest.mark.parametrize("written", BENT.split())
def test_scalars_that_yaml_1_1_would_bend(written: str) -> None:
    parsed, problems = parse_yaml(f"key: {written}\n".encode(), "file.yaml")
    assert [(each.code, each.location.line, each.location.column) for each in problems] == [("GK107", 1, 6)]
    assert parsed is not None
    assert parsed.data == {"key": written}, "so that what follows is still checked"


@pytest.mark.parametrize("written", ["", "~", "null", "Null", "NULL"])
def test_a_key_without_a_value(written: str) -> None:
    parsed, problems = parse_yaml(f"a: 1\nkey: {written}\n".encode(), "file.yaml")
    assert [(each.code, each.location.line, each.location.column) for each in problems] == [("GK112", 2, 1)]
    assert parsed is not None
    assert parsed.data == {"a": 1, "key": None}


def test_keys_are_text_whatever_they_look_like() -> None:
    assert document("12: a\nnull: b\n~: c\n").data == {"12": "a", "null": "b", "~": "c"}


def test_the_first_of_two_equal_keys_is_kept() -> None:
    parsed, problems = parse_yaml(b"a: {b: 1}\na: {b: 2, c: 3}\n", "file.yaml")
    assert [each.code for each in problems] == ["GK106"]
    assert parsed is not None
    assert parsed.data == {"a": {"b": 1}}
    assert place(parsed, "a") == (1, 4)


@pytest.mark.parametrize("was_enabled", [True, False])
@pytest.mark.parametrize("content", [b"a: 1\n", b"a: [\n", b"\xff", b"a: *x\n"])
def test_the_garbage_collector_is_left_as_it_was(content: bytes, was_enabled: bool) -> None:
    before = gc.isenabled()
    try:
        if was_enabled:
            gc.enable()
        else:
            gc.disable()
        parse_yaml(content, "file.yaml")
        assert gc.isenabled() is was_enabled
    finally:
        if before:
            gc.enable()
        else:
            gc.disable()


def test_a_file_is_shown_under_the_name_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_bytes(b"a:\n")
    assert [str(each.location) for each in read_yaml(path, "short.yaml")[1]] == ["short.yaml:1:1"]
    assert [str(each.location) for each in read_yaml(path)[1]] == [f"{path}:1:1"]


@pytest.mark.parametrize(
    ("content", "line", "expected"),
    [
        ("a: b\n", 0, None),
        ("\ta: b\n", 0, "line 1 is indented with a tab; YAML wants spaces"),
        ("\ta: b\nc: d\n", 1, "line 1 is indented with a tab; YAML wants spaces"),
        ("\ta: b\nc: d\ne: f\n", 2, None),
        ("a：b\n", 0, "line 1 has the full-width `：`"),
        ("a:　b\n", 0, "line 1 has the full-width `U+3000`"),
        ("", 0, None),
        ("a: b\n", 99, None),
    ],
)
def test_hints_about_slips(content: str, line: int, expected: str | None) -> None:
    hint = slip_hint(Document("file.yaml", content.split("\n")), line)
    assert (
        None if hint is None else ENGLISH(hint).partition(";" if "full-width" in ENGLISH(hint) else "\n")[0]
    ) == expected


# The pure Python parser, where libyaml is missing


# What PyYAML's own parser does otherwise: a tab inside a plain value, the column of a broken escape.
PARSERS_DIFFER = {"tab-after-colon-value.yaml", "unknown-escape.yaml"}


def facts(problem: Problem) -> tuple[int, int, str, str]:
    # The two parsers word syntax errors differently; ours stand only for libyaml's words.
    said = "" if problem.code == "GK105" else ENGLISH(problem.message)
    return problem.location.line, problem.location.column, problem.code, said


@pytest.mark.parametrize(
    "path", [path for path in CORPUS if path.name not in PARSERS_DIFFER], ids=lambda path: path.name
)
def test_without_libyaml_the_results_are_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = path.read_bytes()
    fast = parse_yaml(raw, path.name)
    monkeypatch.setattr(positions, "_PARSER", yaml.SafeLoader)
    slow = parse_yaml(raw, path.name)
    assert [facts(each) for each in slow[1]] == [facts(each) for each in fast[1]]
    assert (slow[0] and slow[0].data) == (fast[0] and fast[0].data)
    if fast[0] is not None and slow[0] is not None:
        assert sorted(map(repr, slow[0].spots.values())) == sorted(map(repr, fast[0].spots.values()))


# Anything at all

TOKENS = [
    *(each.encode() for each in ":-[]{},#&*!|>%@`'\"?~：，　“”\ufeff\u200b\u2028\x85\0\t\r\n 0"),
    *(b": ", b"- ", b"\n  ", b"\n---\n", b"&a ", b"*a", b"!!str ", b"<<: ", b"on", b"12:30", b"0777", b"null"),
    *(b"none", b"2017-02-30", b"9999-12-31", b"end of period", b"every 2 days", b"\xff", b"\xc4\xea", b"\xed\xa0\x80"),
]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A complete plan after a few slips of the hand: cut, doubled, moved, overwritten."""
    content = COMPLETE
    for _ in range(draw(st.integers(1, 4))):
        first = draw(st.integers(0, len(content)))
        last = min(len(content), first + draw(st.integers(0, 60)))
        insert = draw(st.sampled_from(TOKENS) | st.just(b"") | st.just(content[first:last] * 2) | st.binary(max_size=4))
        at = draw(st.just(first) | st.integers(0, max(0, len(content) - (last - first))))
        rest = content[:first] + content[last:]
        content = rest[:at] + insert + rest[at:]
    return content


@st.composite
def with_other_values(draw: st.DrawFn) -> bytes:
    """A complete plan in which values were replaced by others that a plan may hold somewhere."""
    lines = COMPLETE.decode().splitlines()
    values = [match[1] for line in lines if (match := re.search(r": (.+)$", line))]
    for _ in range(draw(st.integers(1, 3))):
        index = draw(st.integers(0, len(lines) - 1))
        value = draw(st.sampled_from(values) | st.text("0123456789-:.[]{}abc 日", max_size=12))
        key, separator, _ = lines[index].partition(": ")
        lines[index] = key + separator + value
    return "\n".join(lines).encode()


def assert_sound(raw: bytes, loaded: LoadedPlan) -> None:
    last = len(re.split("\r\n|[\r\n\x85\u2028\u2029]", raw.decode("utf-8", "replace")))
    assert (loaded.plan is None) == bool(loaded.errors)
    assert list(loaded.problems) == sorted(loaded.problems)
    for problem in loaded.problems:
        assert 0 <= problem.location.line <= last
        assert problem.location.column >= 0
        for words in (ENGLISH, Words("zh")):
            assert words(problem.message)
            assert problem.hint is None or words(problem.hint)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    assert_sound(raw, parse_plan(raw, "plan.yaml", CALENDAR))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(TOKENS) | st.text(max_size=5).map(lambda each: each.encode("utf-8", "replace"))))
def test_no_punctuation_breaks_the_reader(parts: list[bytes]) -> None:
    raw = b"".join(parts)
    assert_sound(raw, parse_plan(raw, "plan.yaml", CALENDAR))


@settings(max_examples=300, deadline=None)
@given(mutated())
def test_no_slip_in_a_plan_breaks_the_reader(raw: bytes) -> None:
    assert_sound(raw, parse_plan(raw, "plan.yaml", CALENDAR))


@settings(max_examples=300, deadline=None)
@given(with_other_values())
def test_no_value_in_a_plan_breaks_the_reader(raw: bytes) -> None:
    assert_sound(raw, parse_plan(raw, "plan.yaml", CALENDAR))


def test_the_plan_that_is_mutated_is_sound() -> None:
    assert parse_plan(COMPLETE, "plan.yaml", CALENDAR).problems == ()
