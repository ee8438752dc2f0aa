"""--quiet, --verbose and --lang, before a command's name and after it; what every command says first."""

import re
from pathlib import Path

import pytest
from conftest import ROOT, Gongkai

LOG = """\
published,obligation,owner,period,title
2017-08-30,fiscal,区财政局,2017-07,七月
2017-09-30,fiscal,区财政局,2017-08,八月
"""
FIRST = "编造的小计划 (编造〔2017〕1号)\nAs of 2017-10-05 Thursday. Log: log.csv.\n"
WITHOUT_LOG = "编造的小计划 (编造〔2017〕1号)\nNo log was given: dates only, no verdict.\n"


@pytest.fixture
def folder(small_plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with `plan.yaml` and `log.csv`, in which the command runs."""
    place = tmp_path / "office"
    place.mkdir()
    (place / "plan.yaml").write_bytes(small_plan.read_bytes())
    (place / "log.csv").write_text(LOG, encoding="utf-8")
    monkeypatch.chdir(place)
    monkeypatch.setenv("GONGKAI_PLAN", "plan.yaml")
    return place


@pytest.fixture
def said(folder: Path, gongkai: Gongkai, monkeypatch: pytest.MonkeyPatch) -> Gongkai:
    monkeypatch.setenv("GONGKAI_PLAN", "plan.yaml")
    return gongkai


AT = ("--log", "log.csv", "--as-of", "2017-10-05", "--lang", "en")
HELD = {
    "due": ("due", "--month", "2017-08"),
    "overdue": ("overdue",),
    "satisfied": ("satisfied",),
    "status": ("status",),
    "explain": ("explain", "fiscal"),
    "ledger": ("ledger", "--month", "2017-08", "--output", "ledgers"),
    "calendar": ("calendar", "--output", "deadlines.ics"),
    "calendars": ("calendar", "--output", "calendars/"),
    "letters": ("report", "--letter", "--output", "letters"),
}


@pytest.mark.parametrize("command", HELD.values(), ids=HELD)
def test_the_first_lines_say_the_plan_the_day_and_the_log(said: Gongkai, command: tuple[str, ...]) -> None:
    done = said(*command, *AT)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(FIRST)


@pytest.mark.parametrize("name", ["due", "explain", "ledger", "calendar"])
def test_the_first_lines_say_that_there_is_no_log(said: Gongkai, name: str) -> None:
    assert said(*HELD[name], "--lang", "en").out.startswith(WITHOUT_LOG)


@pytest.mark.parametrize("command", HELD.values(), ids=HELD)
def test_quiet_says_no_first_lines_notes_or_hints(said: Gongkai, command: tuple[str, ...]) -> None:
    loud = said(*command, *AT).out
    quiet = said("-q", *command, *AT)
    assert (quiet.code, quiet.err) == (0, "")
    assert set(quiet.out.splitlines()) < set(loud.splitlines())
    assert not re.search(r"编造的小计划 \(|As of|Notes|Lines of the log|gongkai|Each cell", quiet.out)


def test_quiet_keeps_the_marks_of_dates_that_are_interpreted(said: Gongkai) -> None:
    """So that no interpreted date passes for one that the document states."""
    assert "财政收支月报 [1]" in said("due", "--month", "2017-08", "--quiet").out


def test_a_quiet_check_of_a_plan_without_problems_says_nothing(said: Gongkai, folder: Path) -> None:
    done = said("check", "--quiet")
    assert (done.code, done.out, done.err) == (0, "", "")
    (folder / "plan.yaml").write_text("version: 1\n", encoding="utf-8")
    broken = said("check", "--quiet", "--lang", "en")
    assert broken.code == 2
    assert "error GK" in broken.out
    assert "errors:" not in broken.out


def test_quiet_writers_say_nothing(said: Gongkai, folder: Path) -> None:
    words = ("--obligation", "fiscal", "--period", "2017-09", "--published", "2017-10-10", "--log", "log.csv")
    done = said("record", "--quiet", *words)
    assert (done.code, done.out, done.err) == (0, "", "")
    assert "2017-10-10" in (folder / "log.csv").read_text(encoding="utf-8")
    begun = said("--quiet", "init", "elsewhere")
    assert (begun.code, begun.out, begun.err) == (0, "", "")


def test_errors_are_said_however_quiet(said: Gongkai) -> None:
    done = said("--quiet", "overdue", "--log", "nowhere.csv", "--lang", "en")
    assert (done.code, done.out) == (2, "")
    assert "GK601" in done.err


def test_what_named_the_log_is_said_where_no_option_did(
    said: Gongkai, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "gongkai.toml").write_text('log = "log.csv"\n', encoding="utf-8")
    arguments = ("overdue", "--as-of", "2017-10-05", "--lang", "en")
    assert "Log: log.csv (from gongkai.toml).\n" in said(*arguments).out
    monkeypatch.setenv("GONGKAI_LOG", "log.csv")
    assert "Log: log.csv (from GONGKAI_LOG).\n" in said(*arguments).out
    assert "Log: log.csv.\n" in said(*arguments, "--log", "log.csv").out


def test_verbose_says_what_was_read_and_what_named_it(said: Gongkai, folder: Path) -> None:
    (folder / "days.yaml").write_bytes((ROOT / "examples" / "workdays-override.yaml").read_bytes())
    (folder / "gongkai.toml").write_text('log = "log.csv"\nworkdays = "days.yaml"\n', encoding="utf-8")
    plain = said("overdue", "--as-of", "2017-10-05", "--lang", "en")
    assert (plain.code, plain.err) == (0, "")
    done = said("overdue", "--as-of", "2017-10-05", "--lang", "en", "--verbose")
    assert done.out == plain.out
    assert re.sub(r"[0-9]+\.[0-9]{2}(?= s\.)|2004 to [0-9]{4}", "N", done.err) == (
        "Plan: plan.yaml (GONGKAI_PLAN). Obligations: 6; read in N s.\n"
        "Working days: official for N.\n"
        "Working days: days.yaml (gongkai.toml).\n"
        "Log: gongkai.toml; files: 1, read in N s.\n"
        "  log.csv: CSV, 2 lines, 0 blank, 0 rejected.\n"
    )


VERBOSE = {
    "check": (("check",), ["Working days", "Plan"]),
    "diff": (("diff", "plan.yaml", "plan.yaml", *AT), ["Working days", "Plan", "Plan", "Log", "  log.csv"]),
    "record": (("record", "--obligation", "fiscal", "--published", "2017-10-20", *AT[:2]), ["Plan", "Working days"]),
}


@pytest.mark.parametrize(("command", "told"), VERBOSE.values(), ids=VERBOSE)
def test_other_commands_say_what_they_read_too(said: Gongkai, command: tuple[str, ...], told: list[str]) -> None:
    done = said("--lang", "en", "-v", *command)
    assert done.code == 0
    assert [line.partition(":")[0] for line in done.err.splitlines()] == told


def test_a_quiet_diff_says_only_what_changes(said: Gongkai) -> None:
    assert said("diff", "plan.yaml", "plan.yaml", "--quiet", *AT).out == "Both say the same.\n"


def test_quiet_and_verbose_do_not_go_together(said: Gongkai) -> None:
    done = said("-q", "due", "-v", "--lang", "en")
    assert (done.code, done.out) == (2, "")
    assert "--quiet and --verbose contradict each other" in done.err


def test_the_language_may_stand_before_the_command(said: Gongkai) -> None:
    after = said("due", "--month", "2017-08", "--lang", "en").out
    assert said("--lang", "en", "due", "--month", "2017-08").out == after
    both = said("--lang", "zh", "due", "--month", "2017-08", "--lang", "en").out
    assert both == after


def test_nothing_is_left_for_the_next_command(said: Gongkai) -> None:
    said("--quiet", "--lang", "en", "due", "--month", "2017-08")
    assert said("due", "--month", "2017-08").out.startswith("编造的小计划（编造〔2017〕1号）\n")
