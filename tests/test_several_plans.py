"""Several plans at once: found, held against logs of their own, answered together, and in several processes."""

import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import docx
import pytest
from conftest import ROOT, Gongkai
from jsonschema import Draft202012Validator

import gongkai_cli.formats
from gongkai_cli.cli import processes, several
from gongkai_cli.cli.processes import of_each
from gongkai_cli.cli.waiting import Waiting
from gongkai_cli.formats import several_text
from gongkai_cli.messages import Words

SCHEMA = json.loads((Path(gongkai_cli.formats.__file__).parent / "schema.json").read_text(encoding="utf-8"))
CITY = ROOT / "examples" / "made-up-city"
DAY = ("--as-of", "2017-10-10", "--lang", "en")
COMMANDS = (("due", "--month", "2017-10"), ("overdue",), ("satisfied",), ("status",), ("status", "--by", "owner"))


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a copy of the made-up city with its three districts."""
    folder = tmp_path / "city"
    shutil.copytree(CITY, folder)
    monkeypatch.chdir(folder)
    return folder


def plan_of(city: Path, name: str) -> Path:
    return city / "plans" / f"{name}.yaml"


def shown(out: str) -> list[str]:
    """The cells of the overview, a line for each plan."""
    return [" ".join(line.split()[1:]) for line in out.split("\n\n")[1].splitlines()]


def test_plans_stand_side_by_side_the_worst_first(gongkai: Gongkai, city: Path) -> None:
    done = gongkai("status", *DAY)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("How 3 plans stand as of 2017-10-10 Tuesday.\n\n")
    assert shown(done.out) == [
        "id occurrences satisfied late overdue due upcoming waived no limit on time",
        "xishan 19 6 2 3 2 6 · · 55%",
        "beiqiao 20 9 1 1 3 6 · · 82%",
        "donghu 19 11 · · 2 6 · · 100%",
        "together 58 26 3 4 7 18 · · 79%",
    ]
    assert "Logs: 3 files. 30 lines: 29 matched, 1 unmatched, 0 blank, 0 rejected.\n" in done.out


def test_each_plan_is_said_as_it_is_said_alone(gongkai: Gongkai, city: Path) -> None:
    together = gongkai("overdue", *DAY).out
    parts = [gongkai("overdue", *DAY, "--plan", f"plans/{name}.yaml").out for name in ("xishan", "beiqiao")]
    overview, separator, rest = together.partition("\n\n西山区")
    assert f"西山区{rest}" == "\n".join(parts)
    assert separator
    assert "Plans with nothing to show here: 1.\n" in overview


@pytest.mark.parametrize("named", [["plans"], ["plans/*.yaml"], ["plans/xishan.yaml", "plans/b*", "plans/donghu.yaml"]])
@pytest.mark.parametrize("how", ["option", "environment", "configuration"])
def test_plans_are_named_alike_everywhere(
    gongkai: Gongkai, city: Path, monkeypatch: pytest.MonkeyPatch, named: list[str], how: str
) -> None:
    expected = gongkai("status", *DAY).out
    settings = 'log = "logs/{plan}.csv"\n' + (f"plan = {json.dumps(named)}\n" if how == "configuration" else "")
    (city / "gongkai.toml").write_text(settings, encoding="utf-8")
    if how == "environment":
        monkeypatch.setenv("GONGKAI_PLAN", os.pathsep.join(named))
    options = [word for each in named for word in ("--plan", each)] if how == "option" else []
    assert gongkai("status", *DAY, *options).out == expected


@pytest.mark.parametrize("log", ["logs/{plan}.csv", "logs/{plan}.*", "{plan}/log", "{plan}"])
def test_every_plan_has_a_log_of_its_own(
    gongkai: Gongkai, city: Path, monkeypatch: pytest.MonkeyPatch, log: str
) -> None:
    expected = gongkai("status", *DAY).out
    (city / "gongkai.toml").unlink()
    for file in (city / "logs").iterdir():
        (city / file.stem / "log").mkdir(parents=True)
        shutil.copy(file, city / file.stem / "log" / "a.csv")
    assert gongkai("status", *DAY, "--plan", "plans", "--log", log).out == expected
    monkeypatch.setenv("GONGKAI_LOG", log)
    assert gongkai("status", *DAY, "--plan", "plans").out == expected
    assert gongkai("status", *DAY, "--plan", "plans/donghu.yaml").code == 0


@pytest.mark.parametrize("command", [each for each in COMMANDS if "--by" not in each], ids=" ".join)
def test_json_is_the_sum_of_its_plans(gongkai: Gongkai, city: Path, command: Sequence[str]) -> None:
    names = ("beiqiao", "donghu", "xishan")
    whole = gongkai(*command, *DAY, "--format", "json").json()
    Draft202012Validator(SCHEMA).validate(whole)
    alone = [gongkai(*command, *DAY, "--format", "json", "--plan", f"plans/{name}.yaml").json() for name in names]
    assert [plan for each in alone for plan in each["plans"]] == whole["plans"]
    rows = [row for each in alone for row in each["occurrences"]]
    assert sorted(map(json.dumps, rows)) == sorted(map(json.dumps, whole["occurrences"]))
    deadlines = [row["deadline"] for row in whole["occurrences"]]
    assert deadlines == sorted(deadlines)
    same_day = [names.index(row["plan"]) for row in whole["occurrences"] if row["deadline"] == deadlines[-1]]
    assert same_day == sorted(same_day)
    for figures in ("summary", "log", "undated"):
        assert whole[figures] == {name: sum(each[figures][name] for each in alone) for name in whole[figures]}
    assert [line["plan"] for line in whole["unmatched"]] == ["beiqiao"]


def test_csv_says_of_which_plan_each_row_is(gongkai: Gongkai, city: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(gongkai("overdue", *DAY, "--format", "csv").out.lstrip("\ufeff"))))
    assert [(row["plan"], row["plan title"][:2], row["id"], row["deadline"]) for row in rows] == [
        ("xishan", "西山", "relief", "2017-08-31"),
        ("beiqiao", "北桥", "relief", "2017-09-30"),
        ("xishan", "西山", "fiscal", "2017-09-30"),
        ("xishan", "西山", "relief", "2017-09-30"),
    ]


def test_everything_wrong_is_shown_at_once_and_nothing_is_answered(gongkai: Gongkai, city: Path) -> None:
    plan_of(city, "donghu").write_text("version: 1\n", encoding="utf-8")
    (city / "logs" / "xishan.csv").unlink()
    with (city / "logs" / "beiqiao.csv").open("a", encoding="utf-8") as log:
        log.write("2017-10-01,fiscl,2017-09,x,\n")
    done = gongkai("status", *DAY, "--skip-bad-lines")
    assert (done.code, done.out) == (2, "")
    assert [line.partition(" ")[0] for line in done.err.splitlines() if "error GK" in line] == [
        "logs/xishan.csv:",
        "plans/donghu.yaml:1:1:",
    ]
    assert "logs/beiqiao.csv:13:12: error GK651" in gongkai("status", *DAY).err


def test_bad_lines_can_be_left_out_of_several_logs(gongkai: Gongkai, city: Path) -> None:
    for name in ("beiqiao", "xishan"):
        with (city / "logs" / f"{name}.csv").open("a", encoding="utf-8") as log:
            log.write("2017-10-01,fiscl,2017-09,x,\n")
    done = gongkai("status", *DAY, "--skip-bad-lines")
    assert (done.code, shown(done.out)[1][:6]) == (0, "xishan")
    assert done.err.endswith("2 bad lines were skipped.\n")
    assert "2 rejected" in done.out


def test_one_log_for_all_is_refused(gongkai: Gongkai, city: Path) -> None:
    done = gongkai("status", *DAY, "--log", "logs/xishan.csv")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "--log: error GK803 logs/xishan.csv would be the log of every plan, and its lines do not say of which one\n"
        "    hint: write {plan} where the path has the plan's id, for example logs/{plan}.csv\n"
    )


def test_without_a_log_there_are_dates_and_no_verdicts(gongkai: Gongkai, city: Path) -> None:
    (city / "gongkai.toml").write_text('plan = "plans"\n', encoding="utf-8")
    done = gongkai("due", "--month", "2017-10", *DAY)
    assert done.code == 0
    assert "in 3 plans: 6. No log was given: dates only, no verdict.\n" in done.out
    assert shown(done.out)[0] == "id occurrences"
    refused = gongkai("overdue", *DAY)
    assert (refused.code, refused.err.count("error")) == (2, 1)
    document = gongkai("due", "--month", "2017-10", *DAY, "--format", "json").json()
    Draft202012Validator(SCHEMA).validate(document)
    assert (document["log"], document["summary"], document["older_overdue"]) == (None, None, None)


def test_two_plans_with_one_id(gongkai: Gongkai, city: Path) -> None:
    shutil.copy(plan_of(city, "donghu"), plan_of(city, "copy"))
    for command in ("status", "check"):
        done = gongkai(command, *(DAY if command == "status" else DAY[2:]))
        assert done.code == 2
        assert "plans/donghu.yaml:4:7: error GK807 the plan in plans/copy.yaml has the id `donghu` too" in (
            done.out + done.err
        )


def test_names_that_only_some_plans_know(gongkai: Gongkai, city: Path) -> None:
    done = gongkai("status", *DAY, "--owner", "东湖区财政局")
    assert [line[:6] for line in shown(done.out)[1:-1]] == ["donghu"]
    assert "Plans with nothing to show here: 2.\n" in done.out
    assert [line[:4] for line in shown(gongkai("status", *DAY, "--obligation", "bridges").out)[1:-1]] == ["beiq"]
    refused = gongkai("status", *DAY, "--owner", "东湖区财证局", "--owner", "东湖区财政局", "--obligation", "nowhere")
    assert refused.code == 2
    assert [line.partition(" hint")[0] for line in refused.err.splitlines() if "GK803" in line] == [
        "--obligation: error GK803 `nowhere` is not in the plan",
        "--owner: error GK803 `东湖区财证局` is not in the plan",
    ]


def test_what_is_wrong_with_the_question_is_said_once(gongkai: Gongkai, city: Path) -> None:
    done = gongkai("status", "--as-of", "yesterday", "--lang", "en")
    assert (done.code, done.err.count("error GK803")) == (2, 1)


@pytest.mark.parametrize("fail_on", [("overdue", 1), ("waived", 0)])
def test_the_exit_code_is_that_of_any_plan(gongkai: Gongkai, city: Path, fail_on: tuple[str, int]) -> None:
    assert gongkai("status", *DAY, "--fail-on", fail_on[0]).code == fail_on[1]


@pytest.mark.parametrize(
    "command",
    [
        ("calendar",),
        ("ledger", "--output", "ledgers"),
        ("record", "--published", "2017-10-01", "--obligation", "fiscal"),
        ("event", "--published", "2017-10-01", "--event", "x"),
    ],
    ids=lambda command: command[0],
)
def test_commands_on_one_plan_ask_which(gongkai: Gongkai, city: Path, command: Sequence[str]) -> None:
    done = gongkai(*command, "--lang", "en")
    assert (done.code, done.out) == (2, "")
    assert "this command works with one plan, and 3 are named: plans/beiqiao.yaml, plans/donghu.yaml" in done.err


def test_a_terminal_shows_so_many_plans_and_a_file_all(
    gongkai: Gongkai, city: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(several_text, "MOST_LINES", 2)
    monkeypatch.setattr(several_text, "MOST_BODIES", 1)
    whole = gongkai("due", "--month", "2017-10", *DAY).out
    assert (whole.count("\nDue from"), "not shown" in whole) == (3, False)
    monkeypatch.setenv("COLUMNS", "120")
    done = gongkai("due", "--month", "2017-10", *DAY)
    assert [" ".join(line.split()) for line in done.out.splitlines() if "not shown" in line] == [
        f"{count} more plans are not shown here: write them to a file with --output, or name fewer with --plan."
        for count in (1, 2)
    ]
    assert done.out.count("\nDue from") == 1
    assert shown(done.out)[-2].startswith("together 6")
    gongkai("due", "--month", "2017-10", *DAY, "--output", "due.txt")
    assert (city / "due.txt").read_text(encoding="utf-8") == whole


# The bulletin


def test_the_bulletin_shows_plans_side_by_side_and_then_each_as_it_is_alone(gongkai: Gongkai, city: Path) -> None:
    overview, *rest = re.split(r"\nPlan \d: .*\n", gongkai("report", *DAY).out)
    names = ("xishan", "beiqiao", "donghu")
    alone = [gongkai("report", *DAY, "--plan", f"plans/{name}.yaml").out for name in names]
    assert [part.strip() for part in rest] == [part.strip() for part in alone]
    figures = re.findall(r"^\S+ +(\w+) +(\d+) +(\d+) +(\d+) +(\d+)", overview, re.MULTILINE)
    assert figures == [
        ("xishan", "11", "6", "2", "3"), ("beiqiao", "11", "9", "1", "1"), ("donghu", "11", "11", "0", "0"),
        ("33", "26", "3", "4", "0"),
    ]  # fmt: skip


def test_the_bulletin_of_several_plans_as_json(gongkai: Gongkai, city: Path) -> None:
    whole = gongkai("report", *DAY, "--format", "json").json()
    Draft202012Validator(SCHEMA).validate(whole)
    alone = gongkai("report", *DAY, "--format", "json", "--plan", "plans/donghu.yaml").json()
    assert [each["plan"] for each in whole["bulletins"]] == ["beiqiao", "donghu", "xishan"]
    assert whole["bulletins"][1] == {"plan": "donghu", **alone["bulletin"]}
    assert "bulletin" not in whole


@pytest.mark.parametrize("format_", ["html", "xlsx"])
def test_some_formats_are_a_file_for_each_plan(gongkai: Gongkai, city: Path, format_: str) -> None:
    refused = gongkai("report", *DAY, "--format", format_)
    assert (refused.code, refused.out) == (2, "")
    done = gongkai("report", *DAY, "--format", format_, "--output", "reports")
    assert (done.code, done.out) == (0, "Written into reports. Reports: 3.\n")
    gongkai("report", *DAY, "--format", format_, "--output", "alone", "--plan", "plans/donghu.yaml")
    assert (city / "reports" / f"donghu.{format_}").read_bytes() == (city / "alone").read_bytes()
    assert len(list((city / "reports").iterdir())) == 3


def test_word_and_markdown_hold_all_plans(gongkai: Gongkai, city: Path) -> None:
    gongkai("report", *DAY, "--format", "docx", "--output", "city.docx")
    assert [row.cells[1].text for row in docx.Document("city.docx").tables[0].rows] == [
        "id", "xishan", "beiqiao", "donghu", "",
    ]  # fmt: skip
    written = gongkai("report", *DAY, "--format", "markdown").out
    assert written.startswith("# Bulletin: how 3 plans are carried out\n")
    assert written.count("\n## Plan ") == 3


def test_letters_are_about_one_plan(gongkai: Gongkai, city: Path) -> None:
    assert "this command works with one plan" in gongkai("report", *DAY, "--letter", "--output", "letters").err
    done = gongkai("report", *DAY, "--letter", "--output", "letters", "--plan", "plans/xishan.yaml")
    assert done.out.endswith("\nWritten into letters. Letters: 2.\n")


# In several processes


@pytest.mark.parametrize("command", [*COMMANDS, ("overdue", "--format", "json"), ("check",)], ids=" ".join)
def test_processes_give_the_same_bytes(
    gongkai: Gongkai, city: Path, monkeypatch: pytest.MonkeyPatch, command: Sequence[str]
) -> None:
    plan_of(city, "donghu").write_text(
        plan_of(city, "donghu")
        .read_text(encoding="utf-8")
        .replace("readings:\n", "events: {x: 无人使用}\nreadings:\n"),
        encoding="utf-8",
    )
    arguments = (*command, *(DAY if command != ("check",) else DAY[2:]))
    alone = gongkai(*arguments)
    monkeypatch.setattr(several, "FEWEST", 2)
    monkeypatch.setattr("gongkai_cli.cli.check._FEWEST", 2)
    assert gongkai(*arguments) == alone


def test_processes_say_what_they_read(gongkai: Gongkai, city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def said() -> list[str]:
        return re.sub(r"[0-9.]+ s\.", "N s.", gongkai("overdue", *DAY, "--verbose").err).splitlines()

    alone = said()
    monkeypatch.setattr(several, "FEWEST", 2)
    assert said() == alone
    assert sum(line.startswith("Plan: ") for line in alone) == sum(line.startswith("Log: ") for line in alone) == 3


def work(name: str, _: Waiting) -> str:
    """Do something to a worker process: return what it is called, fail, or die."""
    if name == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if name == "fail":
        raise LookupError(name)
    return f"{name} of {os.environ.get('NOBODY', 'nobody')}"


def test_results_come_in_order() -> None:
    names = [str(number) for number in range(30)]
    assert of_each(work, names, Waiting(Words("en"))) == [f"{name} of nobody" for name in names]


def test_what_fails_there_fails_here_and_says_where() -> None:
    with pytest.raises(LookupError) as caught:
        of_each(work, ["a", "fail", "b"], Waiting(Words("en")), 2)
    assert caught.value.__notes__ == ["while working on fail"]


def test_a_process_that_dies_is_an_error_and_no_hang() -> None:
    from concurrent.futures.process import BrokenProcessPool

    with pytest.raises(BrokenProcessPool):
        of_each(work, ["a", "die", *map(str, range(20))], Waiting(Words("en")), 2)


def test_ctrl_c_ends_all_processes_and_leaves_nothing(city: Path, tmp_path: Path) -> None:
    content = plan_of(city, "beiqiao").read_text(encoding="utf-8")
    log = (city / "logs" / "beiqiao.csv").read_bytes()
    for number in range(processes.FEWEST * 24):
        plan_of(city, f"x{number}").write_text(content.replace("id: beiqiao", f"id: x{number}"), encoding="utf-8")
        (city / "logs" / f"x{number}.csv").write_bytes(log)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    running = subprocess.Popen(
        [sys.executable, "-m", "gongkai_cli", "status", *DAY, "--output", "out.txt"],
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    begun = time.monotonic()
    while not any(temporary.glob("gongkai-*/gongkai-log-*")):
        assert running.poll() is None
        assert time.monotonic() - begun < 60
        time.sleep(0.01)
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does, to the whole group
    out, err = running.communicate(timeout=60)
    assert (running.returncode, out, err) == (130, b"", b"")
    assert list(temporary.iterdir()) == []
    assert not (city / "out.txt").exists()
    while at_work(running.pid):
        assert time.monotonic() - begun < 90
        time.sleep(0.05)


def at_work(group: int) -> list[str]:
    """The processes of a group that have not ended, as /proc has them; those that only nobody asked about have."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            said = stat.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        state, _, of_group = said.rpartition(")")[2].split()[:3]
        if int(of_group) == group and state != "Z":
            found.append(said)
    return found
