"""What tests and releases gongkai on forges: files that they can read, and scripts that do no more than make does.

The forges themselves cannot be had here; the scripts are run as their runners would, with a `make` that notes what it
is asked.
"""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT
from test_ci_files import ACTION, held_against
from test_docs import read

TEST, RELEASE = ROOT / ".github" / "workflows" / "test.yml", ROOT / ".github" / "workflows" / "release.yml"
GITLAB = ROOT / ".gitlab-ci.yml"
JOBS_OF_MAKE = ["test", "test-lowest", "test-newest", "dist test-dist"]


def workflow(file: Path) -> Any:
    return yaml.safe_load(read(file))


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("vendor.github-workflows", [TEST, RELEASE]),
        ("custom.github-workflows-require-timeout", [TEST, RELEASE]),
        ("vendor.dependabot", [ROOT / ".github" / "dependabot.yml"]),
        ("vendor.gitlab-ci", [GITLAB]),
        ("vendor.citation-file-format", [ROOT / "CITATION.cff"]),
    ],
)
def test_files_are_what_their_readers_read(schema: str, files: list[Path]) -> None:
    done = held_against(schema, *files)
    assert done.returncode == 0, done.stdout


def test_every_python_that_is_promised_is_tested() -> None:
    project = tomllib.loads(read(ROOT / "pyproject.toml"))["project"]
    promised = [each.split(" :: ")[-1] for each in project["classifiers"] if re.search(r":: 3\.[0-9]+$", each)]
    assert project["requires-python"] == f">={promised[0]}"
    assert workflow(TEST)["jobs"]["test"]["strategy"]["matrix"]["python"] == promised
    assert workflow(GITLAB)["test"]["parallel"]["matrix"] == [{"PYTHON": promised}]


def test_what_others_made_is_pinned() -> None:
    uses = [line.strip() for file in (TEST, RELEASE, ACTION) for line in read(file).splitlines() if "- uses:" in line]
    assert len(uses) > 8
    assert [each for each in uses if not re.fullmatch(r"- uses: [\w/-]+@[0-9a-f]{40} # v[0-9.]+", each)] == []


def test_no_job_may_do_more_than_it_must() -> None:
    for file in (TEST, RELEASE):
        assert workflow(file)["permissions"] == {"contents": "read"}
        allowed = {name: job.get("permissions") for name, job in workflow(file)["jobs"].items()}
        publish = {"publish": {"id-token": "write"}} if file == RELEASE else {}
        assert {name: each for name, each in allowed.items() if each is not None} == publish
        scripts = [step["run"] for job in workflow(file)["jobs"].values() for step in job["steps"] if "run" in step]
        assert [each for each in scripts if "${{" in each] == []


# The scripts


def of_github(file: Path) -> list[tuple[str, dict[str, str]]]:
    """Every script of a workflow, with its variables, for each cell of its matrix."""
    found = []
    for job in workflow(file)["jobs"].values():
        targets = job.get("strategy", {}).get("matrix", {}).get("target", [""])
        found += [(step["run"], {"TARGET": target}) for step in job["steps"] if "run" in step for target in targets]
    return found


def of_gitlab() -> list[tuple[str, dict[str, str]]]:
    jobs = [job for job in workflow(GITLAB).values() if "script" in job]
    targets = [
        (job, target) for job in jobs for target in job.get("parallel", {}).get("matrix", [{}])[0].get("TARGET", [""])
    ]
    return [("\n".join(job["script"]), {"TARGET": target}) for job, target in targets]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in which `make` notes what it is asked, and what CI would fetch is there."""
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, script in {
        "make": 'echo "$@" >> asked.txt; exit "${MAKE_ENDS_WITH:-0}"',
        "npm": 'echo "$@" >> fetched.txt; exit 1',  # what cannot be fetched is no reason to stop
        "chromium": "",
        "chromedriver": "",
    }.items():
        (programs / name).write_text(f"#!/bin/sh\n{script}\n")
        (programs / name).chmod(0o755)
    return tmp_path


def run(script: str, checkout: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=checkout,
        env={"PATH": f"{checkout / 'bin'}{os.pathsep}{os.environ['PATH']}", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("scripts", [of_github(TEST), of_gitlab()], ids=["github", "gitlab"])
def test_jobs_are_targets_of_make(checkout: Path, scripts: list[tuple[str, dict[str, str]]]) -> None:
    for script, variables in scripts:
        done = run(script, checkout, **variables)
        assert done.returncode == 0, done.stderr
        assert run(script, checkout, MAKE_ENDS_WITH="2", **variables).returncode == 2
    asked = (checkout / "asked.txt").read_text().splitlines()
    assert list(dict.fromkeys(asked)) == JOBS_OF_MAKE
    targets = re.findall(r"^\.PHONY: (.*)$", read(ROOT / "Makefile"), re.MULTILINE)[0].split()
    assert {name for each in asked for name in each.split()} <= set(targets)


def test_ci_fetches_the_language_server_that_the_tests_talk_to(checkout: Path) -> None:
    from language_server import VERSION

    assert run("bash .ci/run", checkout).returncode == 0
    assert (checkout / "fetched.txt").read_text().split()[-1] == f"yaml-language-server@{VERSION}"


@pytest.mark.parametrize(("tag", "code"), [("v1.2.3", 0), ("v1.2.30", 1), ("v1.2", 1)])
def test_a_release_whose_tag_is_not_its_version_fails(checkout: Path, tag: str, code: int) -> None:
    command = checkout / ".venv" / "bin" / "gongkai"
    command.parent.mkdir(parents=True)
    command.write_text("#!/bin/sh\necho gongkai 1.2.3\n")
    command.chmod(0o755)
    *before, last = (script for script, _ in of_github(RELEASE))
    assert before == ["bash .ci/run dist test-dist"]
    assert run(last, checkout, GITHUB_REF_NAME=tag).returncode == code
