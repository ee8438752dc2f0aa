"""What runs gongkai in other people's repositories: the hook, the action, and the files that `gongkai init` writes.

GitHub and GitLab cannot be had here. Their files are held against the schemas of their makers, and the scripts in them
are run as a runner would.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml
from conftest import ROOT
from test_docs import FENCE, read
from test_plan_schema import check_jsonschema

from gongkai_cli.messages import LANGUAGES
from gongkai_cli.starter import CI, GITHUB, GITLAB, Start, starter_files

BIN = Path(sys.executable).parent
ACTION = ROOT / "action.yml"
PAGE = ROOT / "docs" / "ci.md"


def held_against(schema: str, *files: Path) -> subprocess.CompletedProcess[str]:
    transform = ["--data-transform", "gitlab-ci"] if schema == "vendor.gitlab-ci" else []
    return check_jsonschema("--builtin-schema", schema, *transform, *files)


# The schemas of their makers


@pytest.mark.parametrize(("server", "schema"), [("github", "vendor.github-workflows"), ("gitlab", "vendor.gitlab-ci")])
def test_what_init_writes_is_what_the_server_reads(tmp_path: Path, server: CI, schema: str) -> None:
    files: list[Path] = []
    for language in LANGUAGES:
        for origin in (None, "git+https://example.org/x/gongkai@0123456789abcdef"):
            made = starter_files(Start(date(2026, 3, 10), language, server, origin=origin))
            files.append(tmp_path / f"{len(files)}.yml")
            files[-1].write_bytes(made[GITHUB if server == "github" else GITLAB])
    assert held_against(schema, *files).returncode == 0
    wrong = re.sub(r"(?m)^( +)(steps|script):", r"\1stebs:", read(files[0]))
    files[0].write_text(wrong, encoding="utf-8")
    assert held_against(schema, files[0]).returncode == 1


def test_the_action_is_one(tmp_path: Path) -> None:
    assert held_against("vendor.github-actions", ACTION).returncode == 0
    broken = tmp_path / "action.yml"
    broken.write_text(read(ACTION).replace("shell: bash", "shall: bash"), encoding="utf-8")
    assert held_against("vendor.github-actions", broken).returncode == 1


def shown(name: str) -> str:
    """A file that docs/ci.md shows under a name."""
    return next(block["body"] for block in FENCE.finditer(read(PAGE)) if f"file=office/{name}" in block["info"])


def test_the_workflow_of_the_page_uses_inputs_that_there_are(tmp_path: Path) -> None:
    file = tmp_path / "workflow.yml"
    file.write_text(shown(".github/workflows/with-the-action.yml"), encoding="utf-8")
    assert held_against("vendor.github-workflows", file).returncode == 0
    inputs = yaml.safe_load(read(ACTION))["inputs"]
    (used,) = (step["with"] for step in yaml.safe_load(read(file))["jobs"]["check"]["steps"] if "with" in step)
    assert used.keys() <= inputs.keys()
    assert {name for name in inputs if f"| `{name}` |" not in read(PAGE)} == set()


# The scripts


def run_as_a_runner(script: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a script as GitHub does with `shell: bash`, with this gongkai in the path."""
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env={"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "LC_ALL": "C.UTF-8", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


Office = Callable[..., Path]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A folder with a starter plan, in which something may be replaced."""

    def make(old: str = "", new: str = "", ci: CI = "github") -> Path:
        for path, content in starter_files(Start(date(2026, 3, 10), "en", ci)).items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_bytes(content.replace(old.encode(), new.encode()) if old else content)
        return tmp_path

    return make


WRONG = ("end of period", "end of peroid")
UNUSED = ("  - name: Education Bureau", "  - name: Education Bureau\n  - name: Nobody")


def action_step(name: str) -> str:
    script: str = next(
        step["run"] for step in yaml.safe_load(read(ACTION))["runs"]["steps"] if step.get("name") == name
    )
    return script


@pytest.mark.parametrize(
    ("fault", "inputs", "code", "said"),
    [
        (("", ""), {}, 0, ""),
        (WRONG, {}, 2, "::error file=plans/plan.yaml,line=55,col=15,title=GK206"),
        (WRONG, {"CHOSEN_LANGUAGE": "zh"}, 2, "title=GK206 期限写法无效"),
        (WRONG, {"PLANS": "plans/*.yaml"}, 2, "::error file=plans/plan.yaml,line=55"),
        (WRONG, {"PLANS": "plans/plan.yaml missing.yaml"}, 2, "missing.yaml"),
        (UNUSED, {}, 1, "::warning file=plans/plan.yaml"),
        (UNUSED, {"STRICT": "false"}, 0, "::warning file=plans/plan.yaml"),
        (("", ""), {"PLANS": "$(touch plans/run) --strict"}, 2, "touch"),
    ],
)
def test_the_action_annotates_and_fails(
    office: Office, fault: tuple[str, str], inputs: dict[str, str], code: int, said: str
) -> None:
    folder = office(*fault)
    given = {"PLANS": "", "STRICT": "true", "CHOSEN_LANGUAGE": "", **inputs}
    done = run_as_a_runner(action_step("Check"), folder, **given)
    assert done.returncode == code, done.stderr
    assert said in done.stdout + done.stderr
    assert not (folder / "plans" / "run").exists()


def test_inputs_reach_the_shell_as_variables_only() -> None:
    steps = yaml.safe_load(read(ACTION))["runs"]["steps"]
    assert [step["run"] for step in steps if "${{" in step.get("run", "")] == []


@pytest.mark.parametrize(("fault", "code"), [(("", ""), 0), (WRONG, 2), (UNUSED, 1)])
def test_the_steps_that_init_writes_fail_when_they_should(office: Office, fault: tuple[str, str], code: int) -> None:
    folder = office(*fault)
    steps = yaml.safe_load((folder / GITHUB).read_bytes())["jobs"]["check"]["steps"]
    scripts = [step["run"] for step in steps if "run" in step]
    assert len(scripts) == 3
    assert scripts[0].startswith("pip install ")
    assert run_as_a_runner(scripts[1], folder).returncode == code


@pytest.fixture
def change(tmp_path: Path, office: Office) -> Callable[..., Path]:
    """A checkout in which a pull request changes the starter plan, or adds it."""

    def make(before: tuple[str, str], after: tuple[str, str], *, new: bool = False) -> Path:
        folder = office(*before)
        git(folder, "init", "--initial-branch", "main")
        git(folder, "add", "gongkai.toml" if new else ".")
        git(folder, "commit", "-m", "before")
        clone = tmp_path / "clone"
        git(tmp_path, "clone", str(folder), str(clone))
        shutil.copytree(office(*after) / "plans", clone / "plans", dirs_exist_ok=True)
        return clone

    return make


NOTHING = ("", "")
EARLIER = ("deadline: end of period", "deadline: day 15 of period")


def compare_of_the_action(folder: Path, summary: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    given = {"COMPARE": "plans/plan.yaml", "FAIL_ON": "", "CHOSEN_LANGUAGE": "", **inputs}
    environment = {"GITHUB_BASE_REF": "main", "GITHUB_STEP_SUMMARY": str(summary), "HOME": str(folder), **given}
    return run_as_a_runner(action_step("Compare"), folder, **environment)


def compare_of_init(folder: Path, summary: Path) -> subprocess.CompletedProcess[str]:
    steps = yaml.safe_load((folder / GITHUB).read_bytes())["jobs"]["check"]["steps"]
    environment = {"GITHUB_BASE_REF": "main", "GITHUB_STEP_SUMMARY": str(summary), "HOME": str(folder)}
    return run_as_a_runner(steps[-1]["run"], folder, **environment)


@pytest.mark.parametrize("compare", [compare_of_the_action, compare_of_init])
def test_what_a_pull_request_changes_stands_in_the_summary(
    change: Callable[..., Path], tmp_path: Path, compare: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("# Before\n", encoding="utf-8")
    done = compare(change(NOTHING, EARLIER), summary)
    assert done.returncode == 0, done.stderr
    assert summary.read_text(encoding="utf-8").startswith("# Before\n")
    assert "### Obligations changed" in summary.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("before", "after", "options", "code"),
    [
        (NOTHING, NOTHING, {"FAIL_ON": "any"}, 0),
        (NOTHING, EARLIER, {"FAIL_ON": "any"}, 1),
        (NOTHING, EARLIER, {"FAIL_ON": "removed"}, 0),
        (WRONG, NOTHING, {"FAIL_ON": "any"}, 0),  # mending a plan with errors
        (NOTHING, WRONG, {"FAIL_ON": "any"}, 0),  # the check has failed before
        (NOTHING, EARLIER, {"CHOSEN_LANGUAGE": "zh", "FAIL_ON": "any"}, 1),
    ],
)
def test_the_comparison_of_the_action_fails_when_it_should(
    change: Callable[..., Path],
    tmp_path: Path,
    before: tuple[str, str],
    after: tuple[str, str],
    options: dict[str, str],
    code: int,
) -> None:
    done = compare_of_the_action(change(before, after), tmp_path / "summary.md", **options)
    assert done.returncode == code, done.stderr


@pytest.mark.parametrize("compare", [compare_of_the_action, compare_of_init])
def test_a_plan_that_is_new_is_compared_with_nothing(
    change: Callable[..., Path], tmp_path: Path, compare: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    clone = change(NOTHING, NOTHING, new=True)
    for path, content in starter_files(Start(date(2026, 3, 10), "en", "github")).items():
        (clone / path).parent.mkdir(parents=True, exist_ok=True)
        (clone / path).write_bytes(content)
    done = compare(clone, tmp_path / "summary.md")
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "summary.md").exists()


@pytest.mark.parametrize(("fault", "code"), [(("", ""), 0), (WRONG, 2), (UNUSED, 1)])
def test_the_job_for_gitlab_keeps_its_report_and_fails_when_it_should(
    office: Office, fault: tuple[str, str], code: int
) -> None:
    folder = office(*fault, ci="gitlab")
    job = yaml.safe_load((folder / GITLAB).read_bytes())["gongkai"]
    assert job["script"][0].startswith("pip install ")
    done = run_as_a_runner("\n".join(job["script"][1:]), folder)
    assert done.returncode == code
    report = folder / job["artifacts"]["reports"]["codequality"]
    assert ('"check_name"' in report.read_text(encoding="utf-8")) == (code > 0)


# pre-commit


def test_the_hook_looks_at_plans_only() -> None:
    (hook,) = yaml.safe_load(read(ROOT / ".pre-commit-hooks.yaml"))
    wanted = ["plans/a.yaml", "office/plans/b.yml"]
    others = ["plans/a.json", "plans/old/a.yaml", "myplans/a.yaml", "a.yaml"]
    assert [name for name in (*wanted, *others) if re.search(hook["files"], name)] == wanted


def test_the_page_shows_the_hook_that_there_is() -> None:
    (repository,) = yaml.safe_load(shown(".pre-commit-config.yaml"))["repos"]
    (hook,) = yaml.safe_load(read(ROOT / ".pre-commit-hooks.yaml"))
    assert [each["id"] for each in repository["hooks"]] == [hook["id"]]


def git(folder: Path, *arguments: str) -> None:
    me = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *me, *arguments], cwd=folder, check=True, capture_output=True)


def test_pre_commit_runs_the_hook(tmp_path: Path, office: Office) -> None:
    """The real one: it clones this project, builds and installs it. Only what gongkai needs is taken from here."""
    tool = tmp_path / "tool"
    tool.mkdir()
    shutil.copytree(ROOT / "src", tool / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, tool)
    git(tool, "init")
    git(tool, "add", ".")
    git(tool, "commit", "-m", "gongkai")
    folder = office()
    git(folder, "init")
    git(folder, "add", "plans")
    here = next(path for path in sys.path if (Path(path) / "pydantic").is_dir())
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PIP_", "GONGKAI_"))},
        "HOME": str(tmp_path / "home"),
        "PRE_COMMIT_HOME": str(tmp_path / "home" / "hooks"),
        "PYTHONPATH": here,
        # pip reads `0` as: no isolation.
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0",
        "LC_ALL": "C.UTF-8",
    }

    def pre_commit() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pre_commit", "try-repo", str(tool), "gongkai-check", "--all-files"]
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)

    passed = pre_commit()
    assert "gongkai check............................................................Passed" in passed.stdout, passed
    assert passed.returncode == 0
    office(*WRONG)
    git(folder, "add", "plans")
    failed = pre_commit()
    assert failed.returncode == 1
    assert "plans/plan.yaml:55:15: error GK206 `end of peroid` is not a deadline" in failed.stdout
