"""Every format of the bulletin, made from one fixture and compared whole; harmless whatever the plan and the log hold.

`GONGKAI_UPDATE=1 pytest tests/test_bulletin_formats.py` writes the files in tests/bulletin/ anew.
"""

import json
import os
from datetime import date
from pathlib import Path

import pytest
from bulletins import made
from jsonschema import Draft202012Validator
from rich.cells import cell_len

import gongkai_cli.formats
from gongkai_cli.bulletin import Bulletin, Stretch
from gongkai_cli.formats import bulletin_json, bulletin_markdown, bulletin_text
from gongkai_cli.formats.measure import wrapped
from gongkai_cli.formats.page import Page
from gongkai_cli.messages import Language, Words
from gongkai_cli.report import Days

SCHEMA = json.loads((Path(gongkai_cli.formats.__file__).parent / "schema.json").read_text(encoding="utf-8"))
UPDATE = os.environ.get("GONGKAI_UPDATE") == "1"
LANGUAGES: tuple[Language, ...] = ("zh", "en")
# Before anything falls due; the plan begins with its day of issue.
QUIET = Stretch("month", Days(date(2017, 7, 1), date(2017, 7, 31)))


def expect(content: str, path: Path) -> None:
    """Compare with a golden file, or write it anew."""
    if UPDATE:
        path.write_text(content, encoding="utf-8")
    assert content == path.read_text(encoding="utf-8")


@pytest.fixture
def bulletin(bulletin_folder: Path) -> Bulletin:
    return made()


@pytest.mark.parametrize("language", LANGUAGES)
def test_text(bulletin: Bulletin, bulletin_folder: Path, language: Language) -> None:
    said = bulletin_text.render(bulletin, Page(Words(language), 80))
    expect(said, bulletin_folder / f"expected.{language}.txt")


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_line_of_the_text_is_wider_than_asked_for(bulletin: Bulletin, width: int) -> None:
    lines = bulletin_text.render(bulletin, Page(Words("zh"), width)).splitlines()
    assert max(cell_len(line) for line in lines) <= width


@pytest.mark.parametrize("language", LANGUAGES)
def test_markdown(bulletin: Bulletin, bulletin_folder: Path, language: Language) -> None:
    said = bulletin_markdown.render(bulletin, Words(language))
    expect(said, bulletin_folder / f"expected.{language}.md")


def test_json(bulletin: Bulletin, bulletin_folder: Path) -> None:
    said = bulletin_json.render(bulletin)
    Draft202012Validator(SCHEMA).validate(json.loads(said))
    expect(said, bulletin_folder / "expected.json")


@pytest.mark.parametrize("stretch", [QUIET, Stretch("to date")])
@pytest.mark.parametrize("log", [(), ("log.csv",)])
def test_json_of_empty_cases_has_the_promised_shape(
    bulletin_folder: Path, stretch: Stretch, log: tuple[str, ...]
) -> None:
    Draft202012Validator(SCHEMA).validate(json.loads(bulletin_json.render(made(stretch, log=log, since=None))))


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_log(bulletin_folder: Path, language: Language) -> None:
    said = bulletin_text.render(made(log=()), Page(Words(language), 80))
    expect(said, bulletin_folder / f"expected-without-log.{language}.txt")


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_due(bulletin_folder: Path, language: Language) -> None:
    said = bulletin_text.render(made(QUIET, as_of=date(2017, 8, 1), since=None), Page(Words(language), 80))
    expect(said, bulletin_folder / f"expected-nothing-due.{language}.txt")


def test_numbers_are_the_same_in_every_format(bulletin: Bulletin) -> None:
    found = bulletin.totals
    sentence = (
        f"按时公开{found.satisfied}项次、逾期公开{found.late}项次、逾期未公开{found.overdue}项次"
        f"（其中存疑、待核实{found.uncertain}项次）、免责{found.waived}项次。"
    )
    text = bulletin_text.render(bulletin, Page(Words("zh"), 1000))
    assert sentence in text
    assert sentence in bulletin_markdown.render(bulletin, Words("zh"))
    totals = json.loads(bulletin_json.render(bulletin))["bulletin"]["totals"]
    assert (totals["satisfied"], totals["late"], totals["overdue"], totals["waived"]) == (
        found.satisfied, found.late, found.overdue, found.waived,
    )  # fmt: skip


def test_lines_break_where_chinese_breaks_them() -> None:
    assert list(wrapped("期限在2017年7月11日，逾期。", 18)) == ["期限在", "2017年7月11日，逾", "期。"]
    assert list(wrapped("期限已过，没有", 8)) == ["期限已", "过，没有"]
    assert list(wrapped("（见附二）以及其他", 10)) == ["（见附二）", "以及其他"]
    assert list(wrapped("one two  three", 8)) == ["one two", "three"]
    assert list(wrapped("abcdefghij", 4)) == ["abcd", "efgh", "ij"]
    assert list(wrapped("", 4)) == []
