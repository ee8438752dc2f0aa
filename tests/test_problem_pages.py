"""Every problem code has a page whose wrong example gives that code, exactly as shown, and whose right one does not."""

import ast
import re
import shlex
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest import ROOT, Gongkai

from gongkai_cli import library
from gongkai_cli.messages import Words
from gongkai_cli.problems import CODES
from gongkai_cli.workdays import WorkCalendar, YearDays

PAGES = ROOT / "docs" / "problems"
# What is wrong with a log, or with a line for it, gets its pages with the log.
DESCRIBED = [code for code in CODES if not "GK600" <= code < "GK700" and code != "GK805"]
# What cannot be shown without another problem: too little is covered where a sentence is not.
COMPANIONS = {"GK707": {"GK706"}}
SMALL = """\
version: 1
plan:
  id: demo
  title: 2017年政务公开工作要点
  issued: 2017-07-11
  ends: 2017-12-31
"""
FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
PLACE = re.compile(r"^[^ :]+:(?P<line>\d+):\d+: \w+ (?P<code>GK\d{3}) ", re.MULTILINE)


class Example(NamedTuple):
    """A wrong or a right example: the files of the folder in which the command runs, and the command."""

    files: dict[str, bytes]
    arguments: list[str]


def read(code: str) -> str:
    return (PAGES / f"{code}.md").read_text(encoding="utf-8")


def blocks(code: str) -> dict[str, str]:
    found = [(block["info"], block["body"]) for block in FENCE.finditer(read(code))]
    assert len(found) == len(dict(found)), f"{code}: two blocks of one kind"
    return dict(found)


def example(code: str, which: str) -> Example:
    """Return one of a page's examples; override files are named on the command line."""
    given = blocks(code)
    files = {"plan.yaml": SMALL.encode()}
    if document := given.get("text document"):
        files = {"plan.yaml": given[f"yaml {which}"].encode(), "document.txt": document.encode()}
    if toml := given.get(f"toml {which}"):
        files["gongkai.toml"] = toml.encode()
    if other := given.get(f"yaml other {which}"):
        files["other.yaml"] = other.encode()
    if console := given.get(f"console {which}"):
        return Example(files, shlex.split(console.splitlines()[0].removeprefix("$ gongkai ")))
    raw = given.get(f"python {which}")
    content: bytes = ast.literal_eval(raw) if raw else given[f"yaml {which}"].encode()
    arguments = ["check", "plan.yaml", "--lang", "en"]
    if document:
        return Example({**files, "plan.yaml": content}, [*arguments, "--source", "document.txt"])
    if code.startswith("GK5"):
        return Example({**files, "workdays.yaml": content}, [*arguments, "--workdays", "workdays.yaml"])
    return Example({"plan.yaml": content}, arguments)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # Which years are covered changes with every release of chinesecalendar; the pages must not.
    covered = WorkCalendar({year: YearDays(year, {}, {}) for year in range(2004, 2027)})
    monkeypatch.setattr(library, "official_calendar", lambda: covered)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(wanted: Example, folder: Path, gongkai: Gongkai) -> str:
    for name, content in wanted.files.items():
        (folder / name).write_bytes(content)
    done = gongkai(*wanted.arguments)
    return (done.out + done.err).replace(str(folder), "/home/office").rstrip() + "\n"


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    pages = {path.stem for path in PAGES.glob("*.md")} - {"README"}
    assert pages - set(CODES) == set()
    assert set(DESCRIBED) - pages == set()


def test_the_index_is_complete() -> None:
    said = (PAGES / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[(GK\d{3})\]\((GK\d{3})\.md\) \| (\w+) \| (.*) \|$", said, re.MULTILINE)
    indexed = {code: (link, level, title) for code, link, level, title in rows}
    expected = {code: (code, CODES[code].level, Words("en")(CODES[code].title)) for code in DESCRIBED}
    assert {code: row for code, row in indexed.items() if code in expected} == expected
    for part in said.split("\n## "):
        listed = re.findall(r"^\| \[(GK\d{3})\]", part, re.MULTILINE)
        assert listed == sorted(listed)
    assert set(indexed) == {path.stem for path in PAGES.glob("*.md")} - {"README"}


@pytest.mark.parametrize("code", DESCRIBED)
def test_pages_begin_with_the_title(code: str) -> None:
    assert read(code).startswith(f"# {code}: {Words('en')(CODES[code].title)}\n\n")


@pytest.mark.parametrize("code", DESCRIBED)
def test_the_wrong_example_gives_what_the_page_shows(code: str, folder: Path, gongkai: Gongkai) -> None:
    given = blocks(code)
    shown = given["text"] if "text" in given else given["console wrong"].partition("\n")[2]
    assert run(example(code, "wrong"), folder, gongkai) == shown
    codes = set(re.findall(r"\bGK\d{3}\b", shown))
    assert codes - COMPANIONS.get(code, set()) == {code}, "the example shows other problems too"
    if "text" in given:
        assert all(int(place["line"]) >= 1 for place in PLACE.finditer(shown))
        assert PLACE.search(shown) is not None


@pytest.mark.parametrize("code", DESCRIBED)
def test_the_right_example_gives_no_problem(code: str, folder: Path, gongkai: Gongkai) -> None:
    assert re.search(r"\bGK\d{3}\b", run(example(code, "right"), folder, gongkai)) is None


@pytest.mark.parametrize("code", DESCRIBED)
def test_every_problem_can_be_said_in_chinese(code: str, folder: Path, gongkai: Gongkai) -> None:
    wrong = example(code, "wrong")
    arguments = ["zh" if argument == "en" else argument for argument in wrong.arguments]
    said = run(Example(wrong.files, arguments), folder, gongkai)
    assert code in said
    assert re.search("[一-鿿]", next(line for line in said.splitlines() if code in line))
