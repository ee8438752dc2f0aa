"""Versions of a plan that git keeps."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import PLAN, Gongkai


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a plan committed in a folder, and changed since."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.chdir(tmp_path)
    plan = tmp_path / "plans" / "计划.yaml"
    plan.parent.mkdir()
    plan.write_text(PLAN, encoding="utf-8")
    author = ("-c", "user.name=office", "-c", "user.email=office@office.invalid")
    for command in (["init", "-q"], ["add", "."], [*author, "commit", "-q", "-m", "first"]):
        subprocess.run(["git", *command], check=True)
    plan.write_text("", encoding="utf-8")
    return tmp_path


def test_a_committed_version_is_checked(gongkai: Gongkai, repository: Path) -> None:
    assert gongkai("check", "plans/计划.yaml").code == 2
    done = gongkai("check", "git:HEAD:plans/计划.yaml", "--lang", "en")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("git:HEAD:plans/计划.yaml: valid.")


def test_machines_see_the_path_of_a_version(gongkai: Gongkai, repository: Path) -> None:
    said = gongkai("check", "git:HEAD:plans/计划.yaml", "--format", "json").json()
    assert said["plans"][0]["file"] == "plans/计划.yaml"


def test_the_path_counts_from_the_current_folder(
    gongkai: Gongkai, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository / "plans")
    assert gongkai("check", "git:HEAD:计划.yaml").code == 0
    assert gongkai("check", "git:HEAD:plans/计划.yaml").code == 2


@pytest.mark.parametrize(
    ("named", "code", "said"),
    [
        ("git:HEAD~9:plans/计划.yaml", "GK806", "git knows no revision `HEAD~9` here"),
        ("git:HEAD:plans/none.yaml", "GK806", "there is no file `plans/none.yaml` in revision `HEAD`"),
        ("git:HEAD:plans", "GK806", "there is no file `plans` in revision `HEAD`"),
        ("git:--output=x:plans/计划.yaml", "GK806", "`--output=x` is not a revision"),
        ("git:HEAD\n:plans/计划.yaml", "GK806", "is not a revision"),
        ("git:HEAD^{tree}:plans/计划.yaml", "GK806", "git knows no revision `HEAD^{tree}` here"),
        ("git:HEAD", "GK803", "this names no version of a file"),
        ("git::plans/计划.yaml", "GK803", "this names no version of a file"),
        ("git:HEAD:/plans/计划.yaml", "GK803", "this names no version of a file"),
    ],
)
def test_what_git_cannot_give(gongkai: Gongkai, repository: Path, named: str, code: str, said: str) -> None:
    done = gongkai("check", named, "--lang", "en")
    assert (done.code, done.out) == (2, "")
    assert f"error {code} " in done.err
    assert said in done.err
    assert not (repository / "x").exists()


def test_outside_a_repository(gongkai: Gongkai, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    done = gongkai("check", "git:HEAD:plan.yaml", "--lang", "en")
    assert (done.code, done.out) == (2, "")
    assert "not a git repository" in done.err


def test_without_git(gongkai: Gongkai, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repository))
    done = gongkai("check", "git:HEAD:plans/计划.yaml", "--lang", "en")
    assert (done.code, "git is not installed here" in done.err) == (2, True)


def test_no_program_that_a_repository_names_is_run(gongkai: Gongkai, repository: Path) -> None:
    """Git's configuration can name programs: to fetch what a partial clone lacks, as monitor, hook, pager, filter."""
    pwned = repository / "pwned"
    program = repository / "program"
    program.write_text(f"#!/bin/sh\ntouch '{pwned}'\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)

    def git(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=repository, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    for name in (
        "core.sshCommand",
        "core.fsmonitor",
        "core.pager",
        "core.gitProxy",
        "filter.x.smudge",
        "diff.x.textconv",
    ):
        git("config", name, str(program))
    (repository / ".git" / "info" / "attributes").write_text("* filter=x diff=x\n", encoding="utf-8")
    assert gongkai("check", "git:HEAD:plans/计划.yaml").code == 0
    blob = git("rev-parse", "HEAD:plans/计划.yaml")
    (repository / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    for name, value in (("extensions.partialClone", "origin"), ("remote.origin.promisor", "true")):
        git("config", name, value)
    git("config", "remote.origin.url", "ssh://example.invalid/x")
    assert gongkai("check", "git:HEAD:plans/计划.yaml").code == 2
    assert not pwned.exists()
    git("cat-file", "blob", blob)
    assert pwned.exists(), "git itself would have run it"


def test_a_git_in_the_current_folder_is_not_run(
    gongkai: Gongkai, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: "git.bat")
    done = gongkai("check", "git:HEAD:plans/计划.yaml", "--lang", "en")
    assert done.code == 2
    assert "git is not installed here" in done.err
