"""--help: its language, its width, its groups; and that every example it shows runs."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from conftest import ROOT, Gongkai
from rich.cells import cell_len

from gongkai_cli import cli
from gongkai_cli.cli.examples import EXAMPLES

COMMANDS = typer.main.get_command(cli.app).commands  # type: ignore[attr-defined]
PAGES = ["", *COMMANDS]
# English words that are what has to be typed, or names.
TYPED = re.compile(
    r"--?[a-z][a-z-]*|gongkai\S*|\b(?:GONGKAI|NO)_[A-Z]+|[a-z]+(?:\|[a-z]+)+|OLD|NEW|PLAN|OBLIGATION|FOLDER"
    r"|git:|ISO|CSV|XLSX|JSON Lines|JSON Schema|Parquet|TXT|DOCX|PDF|HTML|Excel|Word|CI|Tab|shell|zh|en|nil"
    r"|plans/|\.ics|\b(?:init|check|diff|schema|due|overdue|satisfied|status|explain|report|ledger|calendar|record|event"
    r"|waive|extend|late|day|owner|text|json|any|erased|created|retroactive|removed|auto|publication|W31|Q3|office)\b"
)


def page(command: str, *more: str, **environment: str) -> str:
    arguments = [*([command] if command else []), "--help", *more]
    kept = {name: value for name, value in os.environ.items() if name[:3] != "LC_"}
    done = subprocess.run(
        [sys.executable, "-m", "gongkai_cli", *arguments],
        capture_output=True, text=True, check=True, env={**kept, "LANG": "", "LANGUAGE": "", **environment},
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("command", PAGES)
def test_a_page_says_one_sentence_groups_and_examples(command: str) -> None:
    said = page(command, LC_ALL="en_US.UTF-8")
    usage, sentence, *blocks = said.rstrip("\n").split("\n\n")
    assert usage.startswith(f"Usage: gongkai {command}".rstrip())
    assert sentence.count(".") - sentence.count(".ics") == 1
    assert max(map(len, blocks)) < 1500
    headings = [block.splitlines()[0] for block in blocks]
    assert headings[-1 if command else -2] == "Examples"
    assert len(EXAMPLES[command or "gongkai"]) in (2, 3)
    assert not re.search(r"[\u3000-\u303f\uff00-\uffef]", re.sub(r"gongkai .*|\(台账\)", "", said))


@pytest.mark.parametrize("command", PAGES)
def test_a_chinese_page_is_chinese_throughout_and_fits(command: str) -> None:
    said = page(command, COLUMNS="60")
    examples = [example.line for example in EXAMPLES[command or "gongkai"]]
    prose = [line for line in said.splitlines() if line.strip() not in examples]
    assert [line for line in prose if re.search("[A-Za-z]{2}", TYPED.sub("", line))] == []
    assert [line for line in prose if cell_len(line) > 60 and "|" not in line] == []


def test_the_language_is_that_of_lang_then_language_then_the_locale() -> None:
    english, chinese = "Usage: gongkai due", "用法：gongkai due"
    assert page("due", LC_ALL="", LANG="en_GB.UTF-8").startswith(english)
    assert page("due", LC_ALL="", LANG="zh_CN.UTF-8").startswith(chinese)
    assert page("due", LC_ALL="", LANG="zh_CN.UTF-8", LANGUAGE="fr:en:zh").startswith(english)
    assert page("due", LC_ALL="C", LANGUAGE="en").startswith(chinese)
    assert page("due", "--lang", "zh", LC_ALL="en_US.UTF-8").startswith(chinese)
    assert page("due", "--lang", "en").startswith(english)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_runs(name: str, gongkai: Gongkai, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("plans", "examples"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    shutil.copy(ROOT / "plans" / "2017_dongying.yaml", tmp_path / "edited.yaml")
    monkeypatch.chdir(tmp_path)
    for example in EXAMPLES[name]:
        program, *arguments = shlex.split(example.line)
        done = gongkai(*arguments)
        assert (program, done.err) == ("gongkai", ""), example.line
        assert done.code == ("--strict" in arguments), example.line  # the plan has warnings


def test_every_command_has_examples() -> None:
    assert list(EXAMPLES) == ["gongkai", *COMMANDS]
    assert [name for name in COMMANDS if any(f"gongkai {name}" not in each.line for each in EXAMPLES[name])] == []
