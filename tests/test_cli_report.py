"""gongkai report on the command line: ranges, formats, where bytes may go, exit codes, wrong uses."""

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Gongkai

LOG = ("--plan", "plan.yaml", "--log", "log.csv")
REPORT = ("report", *LOG, "--as-of", "2017-10-12")
GONGKAI = (sys.executable, "-c", "from gongkai_cli.cli import main; main()")


def test_a_month_and_a_quarter(gongkai: Gongkai, bulletin_folder: Path) -> None:
    month = gongkai(*REPORT, "--month", "2017-09", "--width", "1000")
    assert "期限在2017年9月1日至2017年9月30日之间" in month.out
    assert "（2017年9月，情况截至2017年10月12日）" in month.out
    quarter = gongkai(*REPORT, "--quarter", "2017-Q3", "--lang", "en", "--width", "1000")
    assert "(3rd quarter of 2017, as of 2017-10-12)" in quarter.out


@pytest.mark.parametrize(
    ("name", "begins"),
    [("r.docx", b"pk"), ("r.XLSX", b"pk"), ("r.html", b"<!doctype html>"), ("r.md", b"# "), ("r.json", b"{")],
)
def test_the_name_of_the_file_says_in_which_format(
    name: str, begins: bytes, bulletin_folder: Path, gongkai: Gongkai, tmp_path: Path
) -> None:
    made = tmp_path / name
    assert gongkai(*REPORT, "--output", made).code == 0
    assert made.read_bytes().lower().startswith(begins)
    assert gongkai(*REPORT, "--output", made, "--format", "text").code == 0
    assert not made.read_bytes().lower().startswith(begins)


@pytest.mark.parametrize("format_", ["text", "markdown", "json", "docx"])
def test_every_format_into_a_file_and_twice_the_same(
    gongkai: Gongkai, bulletin_folder: Path, tmp_path: Path, format_: str
) -> None:
    for name in ("one", "two"):
        done = gongkai(*REPORT, "--format", format_, "--output", tmp_path / name)
        assert (done.code, done.out, done.err) == (0, "", "")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes() != b""


def test_bytes_go_into_a_pipe(bulletin_folder: Path) -> None:
    done = subprocess.run([*GONGKAI, *REPORT, "--format", "docx"], capture_output=True, check=True, cwd=bulletin_folder)
    assert done.stdout.startswith(b"PK")
    assert done.stderr == b""


def test_bytes_do_not_go_to_a_terminal(
    gongkai: Gongkai, bulletin_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    done = gongkai(*REPORT, "--format", "docx")
    assert (done.code, done.out) == (2, "")
    assert "请写入文件：--output" in done.err


def test_fail_on_looks_at_the_range_and_at_what_is_carried_over(gongkai: Gongkai, bulletin_folder: Path) -> None:
    october = (*REPORT, "--month", "2017-10")
    assert gongkai(*october, "--fail-on", "overdue").code == 1  # from September
    assert gongkai(*october, "--fail-on", "late").code == 0
    assert gongkai(*REPORT, "--fail-on", "late").code == 1


def test_what_was_known_on_a_day(gongkai: Gongkai, bulletin_folder: Path) -> None:
    done = gongkai("report", *LOG, "--known-on", "2017-09-10", "--lang", "en", "--width", "1000")
    assert "as of 2017-09-10. Only lines recorded by 2017-09-10 Sunday count." in done.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--since", "2017-10-12"), "--since: 错误 GK803 没有可以比较的时段"),
        (("--since", "2017-13-01"), "--since: 错误 GK803"),
        (("--month", "2017-09", "--quarter", "2017-Q3"), "--month: 错误 GK803"),
    ],
)
def test_wrong_uses(gongkai: Gongkai, bulletin_folder: Path, arguments: tuple[str, ...], said: str) -> None:
    done = gongkai(*REPORT, *arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_nothing_can_be_compared_without_a_log(gongkai: Gongkai, bulletin_folder: Path) -> None:
    done = gongkai("report", "--plan", "plan.yaml", "--as-of", "2017-10-12", "--since", "2017-09-01")
    assert done.code == 2
    assert "--log" in done.err


def test_rejected_lines_stop_it_or_are_shown(gongkai: Gongkai, bulletin_folder: Path) -> None:
    bad = (*REPORT, "--log", "bad.csv", "--width", "1000")
    assert gongkai(*bad).code == 2
    done = gongkai(*bad, "--skip-bad-lines")
    assert done.code == 0
    assert "无法读取2行。" in done.out
    rows = [line.split() for line in done.out.splitlines() if line.startswith("bad.csv:")]
    assert [row[:2] for row in rows] == [["bad.csv:2:1", "GK658"], ["bad.csv:3:12", "GK651"]]


def test_files_of_one_name_are_told_apart(gongkai: Gongkai, bulletin_folder: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        line = "published,obligation,period\n2017-09-05,fiscal,2017-07\n" if name == "a" else "published,obligation\n"
        (tmp_path / name / "log.csv").write_text(line, encoding="utf-8")
    done = gongkai(
        "report", "--plan", "plan.yaml", "--log", tmp_path / "a", "--log", tmp_path / "b", "--as-of", "2017-10-12",
        "--width", "1000",
    )  # fmt: skip
    assert f"{tmp_path / 'a' / 'log.csv'}:2" in done.out
