"""Plans that are wrong in one way each, with what `check` says of them, and plans that are right.

Every file in tests/plans/invalid has a golden beside it, NAME.problems.txt, in English; those in tests/plans/valid give
no problem at all. `GONGKAI_UPDATE=1 pytest tests/test_plan_corpus.py` writes the goldens anew: read the difference as
the clerk would who gets these messages.
"""

import os
import re
from pathlib import Path

import pytest
from conftest import ROOT

from gongkai_cli import yaml_text
from gongkai_cli.formats import problems_text
from gongkai_cli.messages import Words
from gongkai_cli.plan_file import LoadedPlan, load_plan, parse_plan
from gongkai_cli.problems import Problem
from gongkai_cli.workdays import WorkCalendar, YearDays

UPDATE = os.environ.get("GONGKAI_UPDATE") == "1"
PLANS = ROOT / "tests" / "plans"
GOLDEN = ".problems.txt"
INVALID = sorted(path for path in (PLANS / "invalid").iterdir() if not path.name.endswith(GOLDEN))
VALID = sorted((PLANS / "valid").iterdir())
ENGLISH, CHINESE = Words("en"), Words("zh")
# Which years are covered changes with every release of chinesecalendar; the goldens must not.
CALENDAR = WorkCalendar({year: YearDays(year, {}, {}) for year in range(2004, 2027)})


def load(path: Path) -> LoadedPlan:
    return load_plan(path, CALENDAR, shown_as=path.name)


def golden(path: Path) -> Path:
    return path.with_name(path.name + GOLDEN)


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.name)
def test_problems_are_as_written_down(path: Path) -> None:
    said = problems_text.render(load(path).problems, ENGLISH)
    if UPDATE:
        golden(path).write_text(said, encoding="utf-8")
    assert said == golden(path).read_text(encoding="utf-8")


def test_every_golden_has_its_plan() -> None:
    goldens = {path for path in (PLANS / "invalid").iterdir() if path.name.endswith(GOLDEN)}
    assert goldens == {golden(path) for path in INVALID}


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.name)
def test_problems_are_found_placed_and_in_order(path: Path) -> None:
    loaded = load(path)
    assert loaded.problems
    assert (loaded.plan is None) == bool(loaded.errors)
    assert list(loaded.problems) == sorted(loaded.problems)
    said = [(problem.location, problem.code, ENGLISH(problem.message)) for problem in loaded.problems]
    assert len(said) == len(set(said)), "one thing is said twice"
    content = path.read_bytes().decode("utf-8", "replace")
    last = len(re.split("\r\n|[\r\n\x85\u2028\u2029]", content))
    assert all(1 <= problem.location.line <= last and problem.location.column >= 1 for problem in loaded.problems)


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.name)
def test_chinese_messages_hold_no_english_sentence(path: Path) -> None:
    """Words of the plan language stand in back-ticks; what is left is Chinese, whatever library found the problem."""
    for problem in load(path).problems:
        said = re.sub(r"`[^`]*`", "", CHINESE(problem.message))
        assert re.search(r"[a-z]{2,} [a-z]{2,}", said) is None, said
        assert re.search(r"[一-鿿]", said), said


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.name)
def test_valid_plans_give_no_problem(path: Path) -> None:
    loaded = load(path)
    assert problems_text.render(loaded.problems, ENGLISH) == ""
    assert loaded.plan is not None


# What no file in a repository can show


def only(problems: tuple[Problem, ...]) -> tuple[str, str]:
    assert len(problems) == 1
    return problems[0].code, ENGLISH(problems[0].message)


def test_a_missing_file(tmp_path: Path) -> None:
    loaded = load_plan(tmp_path / "plan.yaml")
    assert only(loaded.problems) == ("GK101", "there is no such file")
    assert str(loaded.problems[0].location) == str(tmp_path / "plan.yaml")


def test_a_folder(tmp_path: Path) -> None:
    assert only(load_plan(tmp_path).problems) == ("GK101", "this is a folder, not a file")


def test_a_file_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "plan").write_text("version: 1\n", encoding="utf-8")
    code, said = only(load_plan(tmp_path / "plan" / "plan.yaml").problems)
    assert (code, said) == ("GK101", "the file cannot be read: Not a directory")


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # the permission bits do not bind root, as which CI may run
    assert only(load_plan(tmp_path / "plan.yaml").problems) == ("GK101", "this file may not be read")


def test_a_file_that_is_no_plan_at_all_for_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_text, "MAX_BYTES", 1024 * 1024)
    (tmp_path / "plan.yaml").write_bytes(b"#" * (1024 * 1024 + 1))
    assert only(load_plan(tmp_path / "plan.yaml").problems) == ("GK101", "the file is larger than 1 MiB")


# What must hold, however it is worded

HEAD = "version: 1\nplan: {id: demo, title: 示例, issued: 2017-07-11, ends: 2017-12-31}\n"
OWNERS = "owners:\n  - {name: 区财政局, aliases: [财政局]}\n"


def plan(**keys: str) -> LoadedPlan:
    """A plan of one obligation, with some keys of it given."""
    given = {"owner": "区财政局", "frequency": "monthly", "deadline": "end of next month", **keys}
    said = "".join(f"    {key}: {value}\n" for key, value in given.items())
    first = "    clause: 一\n    quote: 按月\n    title: 月报\n"
    body = f"events:\n  formed: 信息形成\nobligations:\n  - id: fiscal\n{first}{said}"
    return parse_plan(f"{HEAD}{OWNERS}{body}".encode(), "plan.yaml", CALENDAR)


def codes(loaded: LoadedPlan) -> set[str]:
    return {problem.code for problem in loaded.problems}


@pytest.mark.parametrize(
    "content",
    [
        "owners:\n  - name: 区财政局\n  -\n",
        "obligations:\n  -\n",
        "untracked: [~]\n",
        "owners: [{name: 局, aliases: [~]}]\n",
    ],
)
def test_an_empty_list_item_is_an_error(content: str) -> None:
    """Whatever stood there, or was meant to, must not vanish from the plan without a word."""
    loaded = parse_plan((HEAD + content).encode(), "plan.yaml", CALENDAR)
    assert loaded.plan is None
    assert [problem.location.line for problem in loaded.errors] == [len((HEAD + content).splitlines())]


def test_an_empty_owner_is_an_error() -> None:
    assert plan(owner="[区财政局, ~]", completion="any").plan is None


@pytest.mark.parametrize("value", ['" "', "'　'", '"\\t"'])
def test_a_text_of_blanks_is_empty(value: str) -> None:
    assert "GK204" in codes(plan(channel=value))


@pytest.mark.parametrize("zone", ["Asia/Bejing", "Asia", "../../etc/passwd", "C:\\", "北京"])
def test_a_time_zone_that_does_not_exist(zone: str) -> None:
    content = HEAD.replace("ends: ", f"timezone: '{zone}', ends: ")
    loaded = parse_plan(content.encode(), "plan.yaml", CALENDAR)
    assert only(loaded.problems) == ("GK204", f"`{zone}` is not a time zone")


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=MONTHLY;COUNT=-1",
        "FREQ=DAILY;COUNT=99999999999999999999",
        "FREQ=MONTHLY;UNTIL=2017-12-31",  # RFC 5545 writes 20171231; accepted and ignored, it would never end
        "FREQ=MONTHLY;BYDAY=1XX",
        "BYDAY=MO",
    ],
)
def test_recurrence_rules_that_cannot_be_followed_are_refused(rule: str) -> None:
    assert only(plan(frequency=f"rrule {rule}", deadline="end of period").errors)[0] == "GK207"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("deadline", "day 0 of period"),
        ("deadline", "day 32 of next month"),
        ("deadline", "5 day after end of period"),
        ("frequency", "every 0 days"),
        ("frequency", "every two weeks"),
    ],
)
def test_the_nearest_form_is_not_the_mistake_itself(key: str, value: str) -> None:
    (problem,) = (each for each in plan(**{key: value}).errors if each.code in ("GK206", "GK207"))
    assert problem.hint is not None
    hint = ENGLISH(problem.hint)
    assert f"`{value}`" not in hint
    assert not set(re.findall("[0-9]+", hint)) - set(re.findall("[0-9]+", value)), "a number that nobody wrote"


def test_the_nearest_form_keeps_the_direction() -> None:
    """A hint taken over without a thought must not turn 24 hours before an event into 24 hours after it."""
    (problem,) = plan(frequency="on formed", deadline="24 hours before event").errors
    assert problem.hint is not None
    assert "after event`" not in ENGLISH(problem.hint)


@pytest.mark.parametrize(
    "keys",
    [
        {"frequency": "on formed", "opens": "10 days after event", "deadline": "5 days after event"},
        {"frequency": "on formed", "opens": "same day as event", "deadline": "before event"},
        {"frequency": "once", "opens": "2017-10-01 18:00", "deadline": "2017-10-01 09:00"},
    ],
)
def test_a_window_that_closes_before_it_opens(keys: dict[str, str]) -> None:
    assert "GK307" in codes(plan(**keys))


def test_one_owner_under_two_names_can_be_written_without_a_problem() -> None:
    owner = "[区财政局, 财政局]"
    said = codes(plan(owner=owner)), codes(plan(owner=owner, completion="any"))
    assert {"GK403"} in said, "GK305 asks for `completion`, and GK408 asks to delete it"


@pytest.mark.parametrize("value", ["*见附件", "&附件一", "*", "&"])
def test_a_value_that_begins_like_an_alias(value: str) -> None:
    loaded = plan(channel=value)
    (problem,) = loaded.problems
    assert (problem.code, problem.location.line) == ("GK105", 15)


@pytest.mark.parametrize("letter", ["a", "区"])
def test_a_key_of_2000_characters(letter: str) -> None:
    """YAML ends a key after 1,024 characters; that its colon is missing is not what is wrong."""
    loaded = parse_plan(f"{HEAD}{letter * 2000}: 1\n".encode(), "plan.yaml", CALENDAR)
    (problem,) = loaded.problems
    assert (problem.code, problem.location.line, problem.location.column) == ("GK105", 3, 1)


def test_a_merge_key_is_one_problem() -> None:
    base = "untracked:\n  - &base {clause: 一, quote: 二, reason: 三}\n  - {<<: *base, quote: 四}\n"
    assert len(parse_plan((HEAD + base).encode(), "plan.yaml", CALENDAR).problems) == 1


def test_a_quoted_version_is_not_refused_and_suggested_at_once() -> None:
    content = HEAD.replace("version: 1", 'version: "1"')
    (problem,) = parse_plan(content.encode(), "plan.yaml", CALENDAR).problems
    assert problem.location.line == 1
    assert "did you mean `1`" not in ENGLISH(problem.hint or problem.message)


def test_a_language_is_no_id() -> None:
    content = HEAD.replace("ends: ", "language: 中文, ends: ")
    (problem,) = parse_plan(content.encode(), "plan.yaml", CALENDAR).problems
    assert problem.code == "GK204"
    assert "fiscal-monthly" not in ENGLISH(problem.hint or problem.message)


def test_zero_bytes_are_one_problem() -> None:
    """A file after a power cut holds thousands; a list of each of them hides everything else."""
    assert len(parse_plan(bytes(5000), "plan.yaml", CALENDAR).problems) == 1


@pytest.mark.parametrize(("keys", "missing"), [({"owner": "12"}, "text"), ({"season": "{a: b}"}, "text")])
def test_where_text_or_a_list_may_stand_both_are_named(keys: dict[str, str], missing: str) -> None:
    (problem,) = plan(**keys).errors
    assert problem.code == "GK203"
    assert missing in ENGLISH(problem.message).partition(", not")[0]


def test_a_refused_opening_is_not_suggested() -> None:
    (problem,) = plan(frequency="once", deadline="2017-12-31", opens="none").errors
    assert problem.code == "GK306"
    assert "`once`" not in ENGLISH(problem.message), "`none` does not go with `once` as an opening"
