"""Every format of the bulletin, made from one fixture and compared whole; harmless whatever the plan and the log hold.

`GONGKAI_UPDATE=1 pytest tests/test_bulletin_formats.py` writes the files in tests/bulletin/ anew.
"""

import json
import os
from datetime import date
from pathlib import Path

import pytest
from bulletins import made
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from rich.cells import cell_len

import gongkai_cli.formats
from gongkai_cli.bulletin import Bulletin, Stretch
from gongkai_cli.formats import bulletin_json, bulletin_markdown, bulletin_text
from gongkai_cli.formats.measure import wrapped
from gongkai_cli.formats.page import Page
from gongkai_cli.messages import Language, Words
from gongkai_cli.report import Days, Filter

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
    assert list(wrapped("期限在2017年7月11日，逾期。", 18)) == ["期限在2017年", "7月11日，逾期。"]
    assert list(wrapped("期限已过，没有", 8)) == ["期限已", "过，没有"]
    assert list(wrapped("（见附二）以及其他", 10)) == ["（见附二）", "以及其他"]
    assert list(wrapped("one two  three", 8)) == ["one two", "three"]
    assert list(wrapped("abcdefghij", 4)) == ["abcd", "efgh", "ij"]
    assert list(wrapped("区农业局 (shared)[2]", 14)) == ["区农业局", "(shared)[2]"]
    assert list(wrapped("四（一）2见附二", 12)) == ["四（一）2见", "附二"]
    assert list(wrapped("", 4)) == []


@given(st.text(alphabet="区一2017年月日（），。 ab[*", max_size=60), st.integers(min_value=2, max_value=20))
def test_lines_fit_and_lose_nothing(words: str, width: int) -> None:
    lines = list(wrapped(words, width))
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")


def in_one_line(found: Bulletin, language: Language = "zh") -> str:
    return bulletin_text.render(found, Page(Words(language), 1000))


def test_what_is_well_is_said_with_pleasure(bulletin_folder: Path) -> None:
    audit = Filter(owners=frozenset({"区审计局"}))
    done = in_one_line(made(as_of=date(2017, 10, 25), since=None, chosen=audit))
    assert "按时公开1项次（其中本期无应公开内容1项次）" in done
    assert "到期事项全部按时公开，值得肯定。" in done
    assert "没有逾期未公开的事项，值得肯定。" in done
    alerts = Filter(obligations=frozenset({"alerts"}))
    assert "到期事项均已公开，没有逾期未公开的事项，值得肯定。" in in_one_line(made(since=None, chosen=alerts))


def test_what_is_pending_is_counted_apart(bulletin_folder: Path) -> None:
    october = Stretch("month", Days(date(2017, 10, 1), date(2017, 10, 31)))
    said = in_one_line(made(october, since=None))
    assert "本期应公开3项次，其中按时公开1项次" in said
    assert "期限已到的0项次；期限未到、已经公开的，计入按时公开。" in said
    assert "待公开2项次。应公开各项中" in said
    assert "按时率100.0%" in said


ODD_PLAN = """\
version: 1
plan: {id: odd, title: 编造的跨年计划, issued: 2040-01-01, ends: 2041-12-31}
owners: [{name: 甲}]
events: {sent: 文件印发}
obligations:
  - id: reply
    clause: 一
    quote: 编造
    title: 答复
    owner: 甲
    frequency: on sent
    deadline: 20 working days after event
  - {id: weekly, clause: 二, quote: 编造, title: 周报, owner: 甲, frequency: weekly, deadline: end of period}
"""


def test_what_is_odd_is_told(bulletin_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("plan.yaml").write_text(ODD_PLAN, encoding="utf-8")
    lines = [
        "published,kind,obligation,event,period,title,recorded",
        "2040-06-01,event,,sent,,,",
        "2040-12-10,event,,sent,,,",
    ]
    lines += [f"2040-01-{day:02},,weekly,,2040-W01,甲的周报,2040-06-01" for day in (2, 3, 4, 5, 6, 7)]
    lines += [f"2040-01-{day:02},,weekly,,2050-W01,错的期次,2040-06-01" for day in range(1, 31)] * 4
    Path("log.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    said = in_one_line(made(as_of=date(2041, 2, 28), since=None))
    # No notice has settled the working days of these years: nobody is late by them.
    assert "2040、2041年的工作日安排尚未公布，有关期限为暂定，不据此认定逾期。" in said
    assert "登记远晚于所称日期" in said
    assert "另有 20" in said  # of 120 unmatched lines a hundred are listed
    assert "2040年1月8日" in said


def test_records_too_many_to_be_listed_are_counted(bulletin_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gongkai_cli.evaluation.assessment.lines_by_key", lambda *_: {})
    found = made(since=None)
    assert found.untraced == 10
    assert "记录过多，未能全部列出，未列10项次" in in_one_line(found)
