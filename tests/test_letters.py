"""Reminder letters: each owner's own items only, what is uncertain shown as such, whole files in one folder."""

from datetime import date
from io import BytesIO
from pathlib import Path

import docx
import pytest
from bulletins import made
from conftest import Gongkai
from test_bulletin_formats import LANGUAGES, expect
from test_official_docx import said

from gongkai_cli.formats import bulletin_docx, bulletin_text
from gongkai_cli.formats.page import Page
from gongkai_cli.letters import Letter, letters
from gongkai_cli.messages import Language, Words

REPORT = ("report", "--letter", "--plan", "plan.yaml", "--log", "log.csv", "--as-of", "2017-10-12")


@pytest.fixture
def every_letter(bulletin_folder: Path) -> tuple[Letter, ...]:
    return letters(made())


def test_who_gets_a_letter_about_what(every_letter: tuple[Letter, ...]) -> None:
    ids = [
        (each.owner, *([row.occurrence.obligation.id for row in part] for part in (each.overdue, each.uncertain)))
        for each in every_letter
    ]
    assert ids == [
        ("区财政局", ["cleanup"], []),
        ("区民政局", ["relief"], []),
        ("区物价办", [], ["prices"]),
        ("区农业局", [], ["prices"]),
    ]


def test_a_letter_names_nobody_elses_items(every_letter: tuple[Letter, ...]) -> None:
    for each in every_letter:
        words = bulletin_text.letter(each, Page(Words("zh"), 1000))
        rows = (*each.overdue, *each.shared, *each.uncertain, *each.soon)
        assert all(each.owner in row.occurrence.owners for row in rows)
        others = {owner.name for owner in each.bulletin.plan.owners} - {
            owner for row in rows for owner in row.occurrence.owners
        }
        assert not [name for name in others if name in words]


def test_what_is_shared_goes_to_each_of_those_who_share_it(bulletin_folder: Path) -> None:
    # Before the records of 21 September nothing makes the missed week doubtful.
    found = {each.owner: each for each in letters(made(as_of=date(2017, 9, 20)))}
    assert found.keys() == {"区物价办", "区农业局"}
    for each in found.values():
        assert [row.occurrence.slot.period.label for row in each.shared] == ["2017-W37"]
        assert each.uncertain == ()
        assert "任一单位完成即可" in bulletin_text.letter(each, Page(Words("zh"), 1000))


def test_only_those_asked_for(bulletin_folder: Path) -> None:
    assert [each.owner for each in letters(made(), {"区民政局", "区审计局"})] == ["区民政局"]


def test_footnotes_are_those_of_the_letter(every_letter: tuple[Letter, ...]) -> None:
    names = {each.owner: [note.name for note in each.bulletin.footnotes] for each in every_letter}
    assert names == {"区财政局": [], "区民政局": ["monthly"], "区物价办": ["weekly"], "区农业局": ["weekly"]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_letters_as_text(every_letter: tuple[Letter, ...], bulletin_folder: Path, language: Language) -> None:
    page = Page(Words(language), 80)
    words = "\n".join(bulletin_text.letter(each, page) for each in every_letter)
    expect(words, bulletin_folder / f"expected-letters.{language}.txt")


def test_letters_as_word_documents(every_letter: tuple[Letter, ...], bulletin_folder: Path) -> None:
    written = [bulletin_docx.letter(each, Words("zh")) for each in every_letter]
    assert written == [bulletin_docx.letter(each, Words("zh")) for each in every_letter]
    words = "\n".join(said(docx.Document(BytesIO(each))) for each in written)
    expect(words, bulletin_folder / "expected-letters.zh.docx.txt")


@pytest.mark.parametrize(("format_", "ending"), [("text", "txt"), ("docx", "docx")])
def test_one_file_per_owner(gongkai: Gongkai, bulletin_folder: Path, tmp_path: Path, format_: str, ending: str) -> None:
    done = gongkai(*REPORT, "--format", format_, "--output", tmp_path / "letters")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        "2017年某区政务公开工作要点（编造〔2017〕1号）",
        "截至2017年10月12日（星期四）。公开记录：log.csv。",
        f"已写入 {tmp_path / 'letters'}：催办函 4 份。",
    ]
    names = sorted(path.name for path in (tmp_path / "letters").iterdir())
    owners = sorted(["区财政局", "区民政局", "区物价办", "区农业局"])
    assert names == [f"{owner} 2017-10-12.{ending}" for owner in owners]


def test_names_of_owners_do_not_lead_out_of_the_folder(gongkai: Gongkai, tmp_path: Path, bulletin_folder: Path) -> None:
    plan = (bulletin_folder / "plan.yaml").read_text(encoding="utf-8").replace("区民政局", "../../区民政局")
    (tmp_path / "plan.yaml").write_text(plan, encoding="utf-8")
    (tmp_path / "log.csv").write_text("published,obligation\n2017-08-01,fiscal\n", encoding="utf-8")
    folder = tmp_path / "a" / "letters"
    done = gongkai(
        "report", "--letter", "--plan", tmp_path / "plan.yaml", "--log", tmp_path / "log.csv", "--as-of", "2017-10-12",
        "--output", folder,
    )  # fmt: skip
    assert done.code == 0
    assert {path.parent for path in tmp_path.rglob("*.txt")} == {folder}
    assert [path.name for path in folder.iterdir() if "民政" in path.name] == [
        "．./../区民政局 2017-10-12.txt".replace("/", "／")
    ]


def test_nothing_overdue_needs_no_letter(gongkai: Gongkai, bulletin_folder: Path, tmp_path: Path) -> None:
    done = gongkai(*REPORT, "--owner", "区审计局", "--output", tmp_path / "letters")
    assert (done.code, done.out.splitlines()[-1]) == (0, "没有逾期事项，无需催办，值得肯定。")
    assert not (tmp_path / "letters").exists()


@pytest.mark.parametrize(
    ("arguments", "said_"),
    [
        (("--format", "html", "--output", "x"), "催办函不能写成 html"),
        ((), "催办函要写入文件夹"),
    ],
)
def test_what_letters_need(gongkai: Gongkai, bulletin_folder: Path, arguments: tuple[str, ...], said_: str) -> None:
    done = gongkai(*REPORT, *arguments)
    assert done.code == 2
    assert said_ in done.err


def test_letters_need_a_log(gongkai: Gongkai, bulletin_folder: Path, tmp_path: Path) -> None:
    done = gongkai("report", "--letter", "--plan", "plan.yaml", "--output", tmp_path / "letters")
    assert done.code == 2
    assert "--log" in done.err


def test_a_file_that_is_there_survives_a_failure(
    gongkai: Gongkai, bulletin_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "区民政局 2017-10-12.txt"
    old.write_text("先前的函", encoding="utf-8")

    def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", no_room)
    done = gongkai(*REPORT, "--output", tmp_path)
    assert done.code == 2
    assert "GK804" in done.err
    assert [path.name for path in tmp_path.iterdir()] == [old.name]
    assert old.read_text(encoding="utf-8") == "先前的函"


def test_fail_on_still_counts(gongkai: Gongkai, bulletin_folder: Path, tmp_path: Path) -> None:
    assert gongkai(*REPORT, "--fail-on", "overdue", "--output", tmp_path).code == 1
