"""What the Tab key offers, by the protocol of the shells and in the shells themselves."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent
PLAN = """\
version: 1
plan: {id: p, title: 编造的计划, issued: 2017-07-11, ends: 2017-12-31}
owners: [{name: 区财政局, aliases: [财政局]}, {name: 区政府 (办公室)}]
events: {flood: 防汛应急响应启动}
obligations:
  - id: fiscal
    clause: 一
    quote: 每月公开
    title: 财政收支月报
    owner: 区财政局
    frequency: monthly
    deadline: end of next month
  - id: notice
    clause: 二
    quote: 及时发布
    title: 汛情
    owner: 区政府 (办公室)
    frequency: on flood
    deadline: same day as event
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "plan.yaml").write_text(PLAN, encoding="utf-8")
    return tmp_path


def surroundings(home: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GONGKAI_", "LC_", "LANG"))}
    return {**kept, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "HOME": str(home), "LC_ALL": "C.UTF-8", **more}


def offered(folder: Path, *words: str) -> list[str]:
    """What bash is offered for the last word."""
    environment = surroundings(
        folder, COMP_WORDS="\n".join(words), COMP_CWORD=str(len(words) - 1), _GONGKAI_COMPLETE="complete_bash"
    )
    done = subprocess.run(
        [sys.executable, "-m", "gongkai_cli"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.stdout.split("\n")[:-1] if done.stdout.strip() else []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("gongkai", "ex"), ["explain", "extend"]),
        (("gongkai", "due", "--owner", "区"), ["区财政局", "区政府\\ \\(办公室\\)"]),
        (("gongkai", "due", "--owner", "'区政"), ["区政府 (办公室)"]),
        (("gongkai", "due", "--owner", "财"), ["财政局"]),
        (("gongkai", "explain", "fis"), ["fiscal"]),
        (("gongkai", "explain", "fiscal", "--period", "2017-0"), ["2017-07", "2017-08", "2017-09"]),
        (("gongkai", "explain", "notice", "--period", ""), []),
        (("gongkai", "record", "--obligation", "fiscal", "--period", "2017-1"), ["2017-10", "2017-11", "2017-12"]),
        (("gongkai", "event", "--event", ""), ["flood"]),
        (("gongkai", "due", "--status", "over"), ["overdue"]),
        (("gongkai", "due", "--fail-on", "late,o"), ["late,overdue"]),
        (("gongkai", "diff", "--fail-on", "era"), ["erased"]),
        (("gongkai", "due", "--format", ""), ["text", "json", "csv"]),
        (("gongkai", "due", "--lang", ""), ["zh", "en"]),
        (("gongkai", "due", "--quarter", ""), ["2017-Q3", "2017-Q4"]),
        (("gongkai", "due", "--month", "2017-1"), ["2017-10", "2017-11", "2017-12"]),
        (("gongkai", "due", "--plan", "none.yaml", "--owner", ""), []),
        (("gongkai", "due", "--fail"), ["--fail-on"]),
    ],
)
def test_what_bash_is_offered(folder: Path, words: tuple[str, ...], expected: list[str]) -> None:
    assert offered(folder, *words) == expected


def test_a_plan_with_errors_offers_nothing_and_says_nothing(folder: Path) -> None:
    (folder / "plans" / "plan.yaml").write_text("version: [\n", encoding="utf-8")
    assert offered(folder, "gongkai", "due", "--owner", "") == []


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_in_bash(folder: Path) -> None:
    script = (
        'eval "$(_GONGKAI_COMPLETE=source_bash gongkai)"\n'
        "COMP_WORDS=(gongkai due --owner 区政) COMP_CWORD=3\n_gongkai_completion gongkai\n"
        'eval "set -- ${COMPREPLY[*]}"\nprintf "%s|" "$@"\n'
    )
    done = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=surroundings(folder), capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("区政府 (办公室)|", "")


@pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish")
def test_in_fish(folder: Path) -> None:
    script = "_GONGKAI_COMPLETE=source_fish gongkai | source; complete -C 'gongkai explain fis'"
    done = subprocess.run(
        ["fish", "-c", script], cwd=folder, env=surroundings(folder), capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("fiscal\t财政收支月报\n", "")


@pytest.mark.skipif(shutil.which("zsh") is None, reason="there is no zsh")
def test_in_zsh(folder: Path) -> None:
    script = (
        '_arguments() { print -r -- "$@" }\ncompdef() { : }\n'
        'eval "$(_GONGKAI_COMPLETE=source_zsh gongkai)"\n'
        "words=(gongkai explain fis) CURRENT=3\n_gongkai_completion\n"
    )
    done = subprocess.run(
        ["zsh", "-fc", script], cwd=folder, env=surroundings(folder), capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["*:", ':(("fiscal":"财政收支月报"))']


def test_installing_is_said_in_the_users_language(folder: Path) -> None:
    def install(*more: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-c", f"gongkai {' '.join(more)} --install-completion; true"],
            env=surroundings(folder, **environment), capture_output=True, text=True, check=True,
        )  # fmt: skip

    script = folder / ".bash_completions" / "gongkai.sh"
    assert install().stdout == f"已为 bash 安装：{script}。新开的终端即可补全。\n"
    assert "_GONGKAI_COMPLETE" in script.read_text(encoding="utf-8")
    said = install("--lang", "en").stdout
    assert said == f"Installed for bash: {script}. New terminals complete what you type.\n"
