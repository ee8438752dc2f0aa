"""Owners' names as file names: none leads out of its folder, none hides another, whatever a plan calls its owners."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai_cli.cli.folders import LONGEST, file_names, write_folder
from gongkai_cli.messages import Words
from gongkai_cli.problems import BadInput

FORBIDDEN = set('\\/:*?"<>|') | {chr(code) for code in range(32)}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("区财政局", "区财政局.xlsx"),
        ("../../etc/passwd", "．.／..／etc／passwd.xlsx"),
        ("C:\\temp", "C：＼temp.xlsx"),
        ("..", "．.xlsx"),
        (".hidden", "．hidden.xlsx"),
        ("~$lock", "～$lock.xlsx"),
        ("CON", "_CON.xlsx"),
        ("nul.txt", "_nul.txt.xlsx"),
        ("com1 .a", "_com1 .a.xlsx"),
        ("Console", "Console.xlsx"),
        ("教育局\n..", "教育局＼x0a.xlsx"),
        ("a\u202egnp", "a＼u202egnp.xlsx"),
        (" 局 ", "局.xlsx"),
        ("a*b?[c]", "a＊b？［c］.xlsx"),
        ("   ", "_.xlsx"),
    ],
)
def test_names_that_could_lead_astray(name: str, expected: str) -> None:
    assert file_names([name], ".xlsx") == {name: expected}


def test_names_that_are_one_where_case_does_not_count() -> None:
    names = ["Office", "OFFICE", "office (2)", "e\u0301cole", "\u00e9COLE", "Office"]
    assert file_names(names, ".docx") == {
        "Office": "Office.docx",
        "OFFICE": "OFFICE (2).docx",
        "office (2)": "office (2) (2).docx",
        "e\u0301cole": "\u00e9cole.docx",
        "\u00e9COLE": "\u00e9COLE (2).docx",
    }


def test_long_names_are_cut_between_characters() -> None:
    long = ["局" * 100, "局" * 101]
    one, two = file_names(long, ".xlsx").values()
    assert one == "局" * 45 + ".xlsx"
    assert two == "局" * 43 + " (2).xlsx"


@given(st.lists(st.text(max_size=60), max_size=8))
def test_any_names(names: list[str]) -> None:
    found = file_names(names, ".xlsx")
    assert list(found) == list(dict.fromkeys(names))
    assert len({name.casefold() for name in found.values()}) == len(found)
    for name in found.values():
        assert name.endswith(".xlsx")
        assert not FORBIDDEN & set(name)
        assert Path("folder", name).resolve().parent == Path("folder").resolve()
        assert len(name.encode()) <= LONGEST
        assert not name.startswith((".", "~$", " "))


def test_a_folder_is_made_and_filled_in_files_are_kept(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    files = {"one.xlsx": b"1", "two.xlsx": b"2"}
    assert write_folder(folder, files, replace=False) == [folder / "one.xlsx", folder / "two.xlsx"]
    write_folder(folder, files, replace=False)  # the same bytes harm nobody
    (folder / "two.xlsx").write_bytes(b"filled in")
    with pytest.raises(BadInput) as caught:
        write_folder(folder, {"one.xlsx": b"9", "two.xlsx": b"9"}, replace=False)
    assert [Path(each.location.file).name for each in caught.value.problems] == ["one.xlsx", "two.xlsx"]
    assert (folder / "one.xlsx").read_bytes() == b"1"
    assert (folder / "two.xlsx").read_bytes() == b"filled in"
    write_folder(folder, {"two.xlsx": b"9"})
    assert (folder / "two.xlsx").read_bytes() == b"9"


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(BadInput) as caught:
        write_folder(tmp_path / "a", {"one.xlsx": b"1"})
    (problem,) = caught.value.problems
    assert problem.code == "GK804"
    assert problem.hint is not None
    assert Words("zh")(problem.hint) == "请写文件夹名，没有时会自动建立"


def test_a_folder_that_was_made_for_nothing_is_taken_back(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    for name in ("new", "there"):
        with pytest.raises(BadInput):
            write_folder(tmp_path / name, {"one.xlsx": b"1", "no/two.xlsx": b"2"})
    assert list(tmp_path.iterdir()) == [tmp_path / "there"]
