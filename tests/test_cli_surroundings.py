"""Which plan and working days are found, exit codes, pipes, interrupts, and what start-up imports."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, Gongkai

from gongkai_cli import __version__
from gongkai_cli.cli import check, interrupts

OVERRIDE = """\
version: 1
years:
  - year: 2017
    covers: days
    document_number: 编造〔2017〕2号
    holidays:
      - {name: 暴雪停工, days: [2017-08-30, 2017-08-31..2017-09-01]}
"""


def gongkai_process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from gongkai_cli.cli import main; main()", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, **environment}
    )


def test_the_only_plan_in_plans_is_used(gongkai: Gongkai, small_plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = small_plan.parent / "plans"
    folder.mkdir()
    small_plan.rename(folder / "one.yaml")
    monkeypatch.chdir(folder.parent)
    assert gongkai("check").out.startswith("plans/one.yaml")
    (folder / "two.yml").write_text("", encoding="utf-8")
    done = gongkai("due")
    assert done.code == 2
    assert "`plans/` 中有 2 个计划，用哪一个？" in done.err


def test_no_plan_at_all(gongkai: Gongkai, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = gongkai("due", "--lang", "en")
    assert done.code == 2
    assert "there is no plan here: no file in `plans/`" in done.err


def test_the_environment_and_the_configuration_name_a_plan(
    gongkai: Gongkai, small_plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = small_plan.parent / "a" / "b"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    (small_plan.parent / "gongkai.toml").write_text('plan = "plan.yaml"\n', encoding="utf-8")
    assert gongkai("check").code == 0
    (deep.parent / "pyproject.toml").write_text('[tool.gongkai]\nplan = "missing.yaml"\n', encoding="utf-8")
    assert gongkai("check").code == 2  # the nearer one wins
    monkeypatch.setenv("GONGKAI_PLAN", str(small_plan))
    assert gongkai("check").code == 0


def test_configured_files_are_shown_from_the_current_folder(
    gongkai: Gongkai, small_plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = small_plan.parent
    (folder / "gongkai.toml").write_text(
        'plan = "plan.yaml"\nlog = ["log.csv"]\nworkdays = "workdays.yaml"\n', encoding="utf-8"
    )
    (folder / "log.csv").write_text("published,obligation\n2017-09-40,x\n", encoding="utf-8")
    (folder / "below").mkdir()
    (folder / "workdays.yaml").write_text(OVERRIDE, encoding="utf-8")
    for current, shown in ((folder, "log.csv:2:1: "), (folder / "below", f"{folder / 'log.csv'}:2:1: ")):
        monkeypatch.chdir(current)
        assert gongkai("due").err.startswith(shown)
    monkeypatch.chdir(folder)
    (folder / "workdays.yaml").write_text("version: 1\n", encoding="utf-8")
    assert gongkai("due").err.startswith("workdays.yaml:1:1: ")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("plam = 'x'\n", "hint: did you mean `plan`?"),
        ("plan = 3\n", "`plan`, `log` and `workdays` are lists of paths"),
        ("plan = \n", "cannot be read"),
    ],
)
def test_a_bad_configuration(
    gongkai: Gongkai, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "gongkai.toml").write_text(content, encoding="utf-8")
    done = gongkai("check", "--lang", "en")
    assert done.code == 2
    assert "GK801" in done.err
    assert said in done.err


def test_working_days_are_overridden(gongkai: Gongkai, small_plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    override = small_plan.parent / "workdays.yaml"
    override.write_text(OVERRIDE, encoding="utf-8")
    arguments = ("explain", "policies", "--event", "2017-08-04", "--plan", small_plan, "--lang", "en")
    assert "2017-09-01 Friday" in gongkai(*arguments).out
    expected = "2017-08-30 Wednesday to 2017-09-01 Friday: not counted, public holiday: 暴雪停工"
    assert expected in gongkai(*arguments, "--workdays", override).out
    monkeypatch.setenv("GONGKAI_WORKDAYS", str(override))
    assert expected in gongkai(*arguments).out
    monkeypatch.delenv("GONGKAI_WORKDAYS")
    monkeypatch.chdir(small_plan.parent)
    (small_plan.parent / "gongkai.toml").write_text('workdays = "workdays.yaml"\n', encoding="utf-8")
    assert expected in gongkai(*arguments).out


def test_the_shipped_override_example_is_valid(gongkai: Gongkai, small_plan: Path) -> None:
    done = gongkai("check", small_plan, "--workdays", ROOT / "examples" / "workdays-override.yaml")
    assert (done.code, done.err) == (0, "")


def test_a_bad_override_gives_no_schedule(gongkai: Gongkai, small_plan: Path) -> None:
    override = small_plan.parent / "workdays.yaml"
    override.write_text(OVERRIDE.replace("2017-08-30", "2018-08-30"), encoding="utf-8")
    done = gongkai("due", "--plan", small_plan, "--workdays", override, "--lang", "en")
    assert done.code == 2
    assert "error GK502 2018-08-30 does not lie in 2017" in done.err


def test_version_and_help(gongkai: Gongkai) -> None:
    assert gongkai("--version").out == f"gongkai {__version__}\n"
    assert gongkai("--help").code == 0


def test_usage_errors_exit_2() -> None:
    assert [gongkai_process(*each).returncode for each in (["nonsense"], ["due", "--by", "moon"], [])] == [2, 2, 2]


def test_help_follows_the_locale_and_lang() -> None:
    assert "列出某月" in gongkai_process("--help", LC_ALL="C.UTF-8").stdout
    assert "What falls due" in gongkai_process("--help", LC_ALL="en_US.UTF-8").stdout
    assert "What falls due" in gongkai_process("due", "--help", "--lang", "en", LC_ALL="zh_CN.UTF-8").stdout + (
        gongkai_process("due", "--lang", "en", "--help", LC_ALL="zh_CN.UTF-8").stdout
    )


@pytest.mark.parametrize(
    ("locale", "headings"),
    [
        ("C.UTF-8", ["计划", "期限与状态", "会议与督办", "公开记录"]),
        ("en_US.UTF-8", ["The plan", "What is due", "For the meeting", "The log"]),
    ],
)
def test_help_shows_the_commands_in_groups(locale: str, headings: list[str]) -> None:
    blocks = [part.splitlines() for part in gongkai_process("--help", LC_ALL=locale).stdout.split("\n\n")]
    groups = {heading: [line.split()[0] for line in lines] for heading, *lines in blocks[2:6]}
    assert groups == dict(
        zip(
            headings,
            (
                ["init", "check", "diff", "schema"],
                ["due", "overdue", "satisfied", "status", "explain"],
                ["report", "ledger", "calendar"],
                ["record", "event", "waive", "extend"],
            ),
            strict=True,
        )
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("chek",), "chek: 错误 GK803 没有这个命令\n    提示：是否为 `check`？\n"),
        (
            ("zzz", "--lang", "en"),
            "zzz: error GK803 there is no such command\n    hint: gongkai --help shows all commands\n",
        ),
        (("check", "--strikt"), "--strikt: 错误 GK803 没有这个选项\n    提示：是否为 `--strict`？\n"),
        (
            ("check", "--format", "docx", "--lang", "en"),
            (
                "--format: error GK803 `docx` is not possible here\n"
                "    hint: known are: text, json, github, gitlab, sarif, junit\n"
            ),
        ),
        (("check", "--source"), "--source: 错误 GK803 缺少取值\n    提示：该命令的 --help 列出全部选项\n"),
        (
            ("due", "--skip-bad-lines=3"),
            "--skip-bad-lines: 错误 GK803 此选项不带取值\n    提示：该命令的 --help 列出全部选项\n",
        ),
        (("explain",), "OBLIGATION: 错误 GK803 缺少必填的内容\n    提示：该命令的 --help 列出全部选项\n"),
        (
            ("due", "--format", "jsn"),
            ("--format: 错误 GK803 此处不能使用 `jsn`\n    提示：是否为 `json`？可用的有：text, json, csv\n"),
        ),
        (("due", "month"), "month: 错误 GK803 这里不需要这一项\n    提示：该命令的 --help 列出全部选项\n"),
        (("--quiet",), "gongkai: 错误 GK803 没有写命令\n    提示：gongkai --help 列出全部命令\n"),
        (("due", "--zzz"), "--zzz: 错误 GK803 没有这个选项\n    提示：该命令的 --help 列出全部选项\n"),
    ],
)
def test_what_the_parser_refuses(typed: tuple[str, ...], said: str) -> None:
    done = gongkai_process(*typed, LC_ALL="C.UTF-8")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


def test_a_number_that_is_none_is_told_with_its_option() -> None:
    done = gongkai_process("report", "--width", "3", LC_ALL="C.UTF-8")
    assert done.returncode == 2
    assert done.stderr.startswith("--width: 错误 GK803 此值无法使用：")


def test_what_the_parser_says_otherwise_is_left_as_it_is() -> None:
    done = gongkai_process("schema", "extra")
    assert done.returncode == 2
    assert "extra" in done.stderr


def test_an_internal_error_is_one_line_and_exit_3(
    gongkai: Gongkai, small_plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> str:
        raise RuntimeError("boom")

    monkeypatch.setattr(check, "rendered", broken)
    done = gongkai("check", small_plan, "--lang", "en")
    assert done.code == 3
    assert done.err.startswith("gongkai failed, which is our mistake: RuntimeError: boom.")
    written = Path(done.err.split()[-1])
    assert "Traceback" in written.read_text(encoding="utf-8")
    written.unlink()


def test_ctrl_c_exits_130(gongkai: Gongkai, small_plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(check, "rendered", interrupted)
    assert gongkai("check", small_plan).code == 130


def test_a_closed_pipe_is_no_error(small_plan: Path) -> None:
    command = f"{sys.executable} -c 'from gongkai_cli.cli import main; main()' due --from 2017-01-01 --to 2018-12-31"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"{command} --format json --plan {small_plan} | head -c 10"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_output_does_not_depend_on_the_locale(small_plan: Path) -> None:
    arguments = ("due", "--month", "2017-08", "--plan", str(small_plan))
    plain = gongkai_process(*arguments, LC_ALL="C.UTF-8").stdout
    odd = gongkai_process(*arguments, LC_ALL="POSIX", PYTHONUTF8="0", PYTHONIOENCODING="", TZ="America/New_York")
    assert odd.returncode == 0
    assert odd.stdout == plain


def test_chinese_in_a_locale_without_it(small_plan: Path) -> None:
    """What is typed is understood, and files are called what they are called."""
    poor = {"LC_ALL": "C", "PYTHONUTF8": "0"}
    log, folder = small_plan.with_name("记录.csv"), small_plan.with_name("催办")
    line = ("--obligation", "fiscal", "--owner", "财政局", "--period", "2017-07", "--title", "七月收支")
    held = ("--plan", str(small_plan), "--log", str(log), "--lang", "en")
    done = gongkai_process("record", *line, "--published", "2017-09-05", *held, **poor)
    assert (done.returncode, done.stderr) == (0, "")
    assert "七月收支" in log.read_text(encoding="utf-8-sig")
    asked = ("--as-of", "2017-12-15", "--owner", "区财政局", "--obligation", "fiscal")
    done = gongkai_process("overdue", *held, *asked, **poor)
    assert (done.returncode, done.stderr) == (0, "")
    done = gongkai_process("report", "--letter", *held, *asked, "--output", str(folder), **poor)
    assert done.returncode == 0
    assert [path.name for path in folder.iterdir()] == ["区财政局 2017-12-15.txt"]
    (small_plan.parent / "gongkai.toml").write_text('plan = "plan.yaml"\nlog = "记录.csv"\n', encoding="utf-8")
    command = [sys.executable, "-m", "gongkai_cli", "overdue", "--lang", "en"]
    done = subprocess.run(
        command, cwd=small_plan.parent, env={**os.environ, **poor}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "hint: set LC_ALL to C.UTF-8, and leave PYTHONUTF8 unset" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (("--help",), {"pydantic", "yaml", "rich.console", "dateutil", "duckdb", "chinese_calendar"}),
        (("check", "{plan}"), {"rich", "dateutil", "duckdb", "jsonschema"}),
        (("due", "--month", "2017-08", "--format", "json", "--plan", "{plan}"), {"rich", "dateutil", "duckdb"}),
    ],
)
def test_nothing_heavy_is_imported(small_plan: Path, arguments: tuple[str, ...], unwanted: set[str]) -> None:
    filled = [argument.format(plan=small_plan) for argument in arguments]
    code = "import sys; from gongkai_cli.cli import run; run(sys.argv[1:]);print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code, *filled], capture_output=True, text=True, check=True)
    assert unwanted & set(done.stderr.split()) == set()


def test_what_is_installed_as_a_plugin_of_pydantic_does_not_run(small_plan: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    information = tmp_path / "plugged-1.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: plugged\nVersion: 1\n", encoding="utf-8")
    (information / "entry_points.txt").write_text("[pydantic]\nplugged = plugged:plugin\n", encoding="utf-8")
    (tmp_path / "plugged.py").write_text(f"open({str(ran)!r}, 'w').close()\nplugin = None\n", encoding="utf-8")
    command = [sys.executable, "-m", "gongkai_cli", "check", str(small_plan)]
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": str(tmp_path)}, capture_output=True, check=False)
    assert (done.returncode, done.stderr, ran.exists()) == (0, b"", False)


def test_an_interrupt_that_a_library_lost_is_heeded(
    gongkai: Gongkai, small_plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interrupts, "_heard", [2])
    log, report = tmp_path / "log.csv", tmp_path / "report.txt"
    assert gongkai("due", "--plan", small_plan, "--output", report).code == 130
    assert gongkai("due", "--plan", tmp_path / "none.yaml").code == 130
    arguments = ("--obligation", "cleanup", "--published", "2017-08-05", "--log", log, "--plan", small_plan)
    assert gongkai("record", *arguments).code == 130
    assert not report.exists()
    assert not log.exists()
