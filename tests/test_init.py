"""gongkai init: what it writes holds at once, nothing that is there is touched, and it is all or nothing."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, tzinfo
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from conftest import Gongkai
from test_plan_schema import SCHEMA, check_jsonschema

from gongkai_cli.cli import init, session, whole_files, writing
from gongkai_cli.messages import LANGUAGES, Language
from gongkai_cli.plan_file import parse_plan
from gongkai_cli.starter import GITHUB, GITLAB, PLAN, UNKNOWN_ORIGIN, Start, starter_files

SHARED = ["gongkai.toml", "log.csv", "plans/plan.yaml", "schema/plan.schema.json"]
Clock = Callable[[str], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    def at(day: str) -> None:
        def now(zone: tzinfo) -> datetime:
            return datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=zone)

        for module in (init, session, writing):
            monkeypatch.setattr(module, "now", now)

    return at


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Path:
    clock("2026-03-10")
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setattr(init, "_origin", lambda: None)
    return folder


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


# What comes out


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_result_holds_at_once(gongkai: Gongkai, here: Path, language: Language) -> None:
    assert gongkai("init", "--lang", language).code == 0
    assert files(here) == [".github/workflows/gongkai.yml", *SHARED]
    checked = gongkai("check", "--strict")
    assert (checked.code, checked.err) == (0, "")
    due = gongkai("due", "--format", "json")
    assert due.code == 0
    assert [(each["deadline"], each["status"]) for each in due.json()["occurrences"]] == [("2026-03-31", "due")]
    assert gongkai("overdue", "--fail-on", "overdue").code == 0


@pytest.mark.parametrize("day", ["2026-01-01", "2027-02-28", "2028-02-29", "2031-12-31", "2099-06-15"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_it_holds_on_any_day(gongkai: Gongkai, here: Path, clock: Clock, day: str, language: Language) -> None:
    """Also in years for which no working days have been announced."""
    clock(day)
    assert gongkai("init", "--lang", language).code == 0
    assert gongkai("check", "--strict").code == 0
    assert gongkai("due", "--format", "json").json()["occurrences"] != []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_record_goes_into_the_log(gongkai: Gongkai, here: Path, language: Language) -> None:
    gongkai("init", "--lang", language)
    record = ("record", "--obligation", "relief-month-end", "--published", "2026-03-10", "--period", "2026-03")
    done = gongkai(*record)
    assert (done.code, done.err) == (0, "")
    assert gongkai("satisfied", "--format", "json").json()["summary"]["satisfied"] == 1
    # Excel takes the file for UTF-8 only with this mark.
    assert (here / "log.csv").read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_plan_passes_the_schema_that_it_names(gongkai: Gongkai, here: Path, language: Language) -> None:
    gongkai("init", "--lang", language)
    first = (here / PLAN).read_text(encoding="utf-8").splitlines()[0]
    named = (here / PLAN).parent / first.removeprefix("# yaml-language-server: $schema=")
    assert named.read_bytes() == SCHEMA.read_bytes()
    assert check_jsonschema("--schemafile", named, here / PLAN).returncode == 0


def test_both_languages_say_the_same() -> None:
    """The samples differ in words only."""
    plans = []
    for language in LANGUAGES:
        content = starter_files(Start(date(2026, 3, 10), language))[PLAN]
        loaded = parse_plan(content, "plan.yaml")
        assert loaded.plan is not None
        assert loaded.problems == ()
        plans.append([(each.id, str(each.frequency), str(each.deadline)) for each in loaded.plan.obligations])
    assert plans[0] == plans[1]


def test_no_line_of_a_template_is_left_as_it_was(gongkai: Gongkai, here: Path) -> None:
    for language in LANGUAGES:
        for server in ("github", "gitlab"):
            folder = here / language / server
            gongkai("init", folder, "--lang", language, "--ci", server)
            said = "".join(
                (folder / name).read_text(encoding="utf-8") for name in files(folder) if "schema" not in name
            )
            assert not [each for each in ("zh|", "en|", "{place}", "{origin}", "{year}", "{today}") if each in said]


def test_it_says_what_to_do_next(gongkai: Gongkai, here: Path) -> None:
    done = gongkai("init", "new folder", "--lang", "en")
    assert done.out == (
        "Written into new folder:\n"
        "  plans/plan.yaml\n"
        "  log.csv\n"
        "  gongkai.toml\n"
        "  schema/plan.schema.json\n"
        "  .github/workflows/gongkai.yml\n"
        "\n"
        "Next: replace the sample in plans/plan.yaml by your own document. Then:\n"
        "  cd 'new folder'\n"
        "  gongkai check --strict  # the plan is valid; so it should stay\n"
        "  gongkai due             # what falls due this month\n"
        "  gongkai record --help   # writes down what was published, in log.csv\n"
        "  CI: put the address of gongkai's repository in place of git+https://github.com/OWNER/gongkai\n"
    )
    assert "cd" not in gongkai("init", "--lang", "en", "--ci", "none").out
    assert gongkai("init", "--lang", "fr").code == 2


# For which server


@pytest.mark.parametrize(
    ("before", "written"),
    [
        ({}, str(GITHUB)),
        ({".git/config": "[remote]\nurl = https://github.com/a/b"}, str(GITHUB)),
        ({".git/config": "[remote]\nurl = git@gitlab.example:a/b"}, str(GITLAB)),
        ({".gitlab-ci.yml": "a: {script: b}\n"}, ".gitlab/gongkai.yml"),
        ({"../.git/config": ""}, None),  # a file for CI belongs at the root of the repository
    ],
)
def test_the_server_is_that_of_the_repository(
    gongkai: Gongkai, here: Path, before: dict[str, str], written: str | None
) -> None:
    for name, content in before.items():
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text(content, encoding="utf-8")
    there = set(files(here))
    assert gongkai("init").code == 0
    assert sorted(set(files(here)) - there) == sorted([*SHARED, *([written] if written else [])])


def test_an_existing_pipeline_is_told_to_include_the_file(gongkai: Gongkai, here: Path) -> None:
    (here / GITLAB).write_text("a: {script: b}\n", encoding="utf-8")
    assert "  CI: add to .gitlab-ci.yml: include: /.gitlab/gongkai.yml\n" in gongkai("init", "--lang", "en").out


@pytest.mark.parametrize(
    ("said", "origin"),
    [
        (
            {"url": "https://example.org/x/gongkai.git", "vcs_info": {"vcs": "git", "commit_id": "0123456789abcdef"}},
            "git+https://example.org/x/gongkai.git@0123456789abcdef",
        ),
        ({"url": "file:///home/me/gongkai", "dir_info": {"editable": True}}, None),
        ({"url": 'https://example.org/"; rm', "vcs_info": {"commit_id": "0123456789abcdef"}}, None),
        (None, None),
    ],
)
def test_ci_installs_the_gongkai_that_wrote_the_file(
    gongkai: Gongkai, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: Any, origin: str | None
) -> None:
    class Installed:
        def read_text(self, name: str) -> str | None:
            assert name == "direct_url.json"
            return json.dumps(said) if said else None

    monkeypatch.setattr(metadata, "distribution", lambda _: Installed())
    done = gongkai("init", tmp_path, "--ci", "github", "--lang", "en")
    content = (tmp_path / GITHUB).read_text(encoding="utf-8")
    assert f'pip install "{origin or UNKNOWN_ORIGIN}"' in content
    assert ("put the address" in content) == ("put the address" in done.out) == (origin is None)


# What is in the way


def test_nothing_that_is_there_is_touched(gongkai: Gongkai, here: Path) -> None:
    (here / "log.csv").write_text("mine\n", encoding="utf-8")
    (here / "plans" / "plan.yaml").mkdir(parents=True)
    (here / "notes.txt").write_text("mine\n", encoding="utf-8")
    done = gongkai("init", "--lang", "en")
    assert done.code == 2
    assert done.out == ""
    assert [line.split(": error")[0] for line in done.err.splitlines() if "GK804" in line] == [
        "log.csv",
        "plans/plan.yaml",
    ]
    assert "this is there already, and is left as it is" in done.err
    assert files(here) == ["log.csv", "notes.txt"]
    assert not (here / "schema").exists()


def test_other_files_are_no_hindrance(gongkai: Gongkai, here: Path) -> None:
    (here / "plans").mkdir()
    (here / "plans" / "old.yaml").write_text("mine\n", encoding="utf-8")
    assert gongkai("init").code == 0
    assert gongkai("check", "--strict").code == 0
    assert (here / "plans" / "old.yaml").read_text(encoding="utf-8") == "mine\n"


def test_a_link_that_leads_nowhere_is_in_the_way(gongkai: Gongkai, here: Path) -> None:
    (here / "gongkai.toml").symlink_to(here / "missing.toml")
    assert gongkai("init").code == 2
    assert files(here) == ["gongkai.toml"]
    assert not (here / "missing.toml").exists()


@pytest.mark.parametrize("name", ["plans", ".", ".github"])
def test_a_file_where_a_folder_must_be(gongkai: Gongkai, here: Path, name: str) -> None:
    folder = here / "new"
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("mine\n", encoding="utf-8")
    done = gongkai("init", folder, "--lang", "en")
    assert done.code == 2
    assert done.err.count("a folder is needed here, and this is none") == 1
    assert [path.read_text(encoding="utf-8") for path in here.rglob("*") if path.is_file()] == ["mine\n"]


def test_a_folder_below_a_file(gongkai: Gongkai, here: Path) -> None:
    (here / "file").write_text("mine\n", encoding="utf-8")
    done = gongkai("init", here / "file" / "new", "--lang", "en")
    assert done.code == 2
    assert "cannot be made: Not a directory" in done.err


def refuse(*_: object, **__: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_a_folder_that_may_not_be_written(gongkai: Gongkai, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gongkai_cli.cli.whole_files._stage", refuse)  # the permission bits do not bind root
    done = gongkai("init", "--lang", "en")
    assert done.code == 2
    assert "cannot be written: Permission denied" in done.err
    assert list(here.iterdir()) == []


def test_a_folder_that_cannot_be_made(gongkai: Gongkai, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "mkdir", refuse)
    done = gongkai("init", here / "new", "--lang", "en")
    assert done.code == 2
    assert "cannot be made: Permission denied" in done.err


@pytest.mark.parametrize("after", range(6))
def test_a_break_in_the_middle_leaves_nothing(
    gongkai: Gongkai, here: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """Ctrl-C before the first file appears, between any two of them, and after the last."""
    appear, count = whole_files._put, 0

    def interrupted(staged: whole_files._Staged, target: Path) -> None:
        nonlocal count
        if count == after:
            raise KeyboardInterrupt
        count += 1
        appear(staged, target)
        if count == after == 5:
            raise KeyboardInterrupt

    monkeypatch.setattr(whole_files, "_put", interrupted)
    (here / "mine").mkdir()
    assert gongkai("init").code == 130
    assert [path.name for path in here.iterdir()] == ["mine"]


def test_it_imports_nothing_heavy() -> None:
    code = (
        "import sys; from gongkai_cli.cli import run; code = run(['init', sys.argv[1]]); "
        "print(sorted({'duckdb', 'rich', 'openpyxl', 'docx'} & set(sys.modules)), code)"
    )
    done = subprocess.run([sys.executable, "-c", code, "/dev/null/x"], capture_output=True, text=True, check=False)
    assert done.stdout == "[] 2\n"
