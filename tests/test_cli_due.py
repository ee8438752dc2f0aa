"""gongkai due: what falls due, as text and as JSON."""

import json
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from conftest import Gongkai
from jsonschema import Draft202012Validator

import gongkai_cli.formats
from gongkai_cli.cli import session

SCHEMA = json.loads((Path(gongkai_cli.formats.__file__).parent / "schema.json").read_text(encoding="utf-8"))


def test_text_by_day(gongkai: Gongkai, small_plan: Path) -> None:
    done = gongkai("due", "--month", "2017-08", "--plan", small_plan)
    assert done.code == 0
    assert done.out == (
        "编造的小计划（编造〔2017〕1号）\n"
        "未提供公开记录：只列期限，不作判定。\n"
        "2017年8月1日（星期二）至2017年8月31日（星期四）到期 5 项次。\n"
        "\n"
        "  责任单位                    事项              期次                条款       编号    期限\n"
        "期间内多次到期\n"
        "  区物价办、区农业局（共同）  价格周报          2017-W31..2017-W34  二         prices  "
        "8月6日(日)*、8月13日(日)*、8月20日(日)*、8月27日(日)*\n"
        "8月31日（星期四）\n"
        "  区财政局                    财政收支月报 [1]  2017-07             一（一）1  fiscal\n"
        "\n"
        "以下事项没有确定日期，未列入上表：由事件触发 2 项；无明确时限 1 项。\n"
        "期限如何得出：gongkai explain prices\n"
        "\n"
        "说明\n"
        "  [1] “按月”按此口径计算：次月月底前公开上月数据（编造）\n"
        "  未加标注的期限由文件原文写明。\n"
        "  * 该日不是工作日，期限不顺延。\n"
    )


def test_text_by_owner_in_english(gongkai: Gongkai, small_plan: Path) -> None:
    done = gongkai("due", "--quarter", "2017-Q4", "--by", "owner", "--lang", "en", "--plan", small_plan)
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[1:3] == [
        "No log was given: dates only, no verdict.",
        "Due from 2017-10-01 Sunday to 2017-12-31 Sunday: 18.",
    ]
    assert lines[5:7] == [
        "区财政局",
        "  财政收支月报 [1]  2017-09..2017-11    一（一）1  fiscal   10-31 (Tue), 11-30 (Thu), 12-31 (Sun)*",
    ]
    assert "区物价办, 区农业局 (shared)" in lines
    # Fourteen Sundays are told by the first and the last.
    assert lines[9].endswith("prices   10-01 (Sun)* … 12-31 (Sun)*, 14 times")


def test_json_without_a_log_claims_no_status(gongkai: Gongkai, small_plan: Path) -> None:
    done = gongkai("due", "--month", "2017-08", "--format", "json", "--as-of", "2017-08-25", "--plan", small_plan)
    document = done.json()
    Draft202012Validator(SCHEMA).validate(document)
    assert [document[key] for key in ("summary", "log", "older_overdue")] == [None, None, None]
    assert document["as_of"] == "2017-08-25"
    assert document["range"] == {"from": "2017-08-01", "to": "2017-08-31"}
    assert document["events_never_recorded"] == ["news", "policies"]
    last = document["occurrences"][-1]
    assert last == {
        "plan": "small",
        "obligation": "fiscal",
        "clause": "一（一）1",
        "title": "财政收支月报",
        "act": "publish",
        "owner": "区财政局",
        "support": [],
        "period": "2017-07",
        "opens": "2017-08-01",
        "deadline": "2017-08-31",
        "original_deadline": None,
        "status": None,
        "uncertain": False,
        "due_soon": True,
        "days_late": None,
        "provisional": False,
        "needed": 1,
        "escalation": None,
        "readings": ["monthly"],
        "signals": [],
        "records": [],
    }
    shared = document["occurrences"][0]
    assert shared["owner"] == ["区物价办", "区农业局"]
    assert shared["signals"] == ["deadline-on-non-working-day"]


def test_rows_come_by_deadline_then_plan_order(gongkai: Gongkai, small_plan: Path) -> None:
    rows = gongkai("due", "--quarter", "2017-Q4", "--format", "json", "--plan", small_plan).json()["occurrences"]
    assert [row["deadline"] for row in rows] == sorted(row["deadline"] for row in rows)
    assert [row["obligation"] for row in rows if row["deadline"] == "2017-12-31"] == ["fiscal", "prices", "cleanup"]


@pytest.mark.parametrize(
    ("options", "owners"),
    [
        (("--owner", "财政局"), {"区财政局"}),
        (("--owner", "区农业局"), {"区物价办、区农业局"}),
        (("--obligation", "fiscal"), {"区财政局"}),
        (("--owner", "区物价办", "--obligation", "fiscal"), set()),
    ],
)
def test_filters(gongkai: Gongkai, small_plan: Path, options: tuple[str, ...], owners: set[str]) -> None:
    done = gongkai("due", "--month", "2017-08", "--format", "json", *options, "--plan", small_plan)
    found = {
        row["owner"] if isinstance(row["owner"], str) else "、".join(row["owner"]) for row in done.json()["occurrences"]
    }
    assert found == owners


@pytest.mark.parametrize(
    ("options", "days"),
    [
        (("--month", "2017-08"), ("2017-08-01", "2017-08-31")),
        (("--week", "2017-W31"), ("2017-07-31", "2017-08-06")),
        (("--quarter", "2017-Q4"), ("2017-10-01", "2017-12-31")),
        (("--from", "2017-08-30", "--to", "2017-09-02"), ("2017-08-30", "2017-09-02")),
        (("--as-of", "2017-09-15"), ("2017-09-01", "2017-09-30")),
    ],
)
def test_ranges(gongkai: Gongkai, small_plan: Path, options: tuple[str, ...], days: tuple[str, str]) -> None:
    document = gongkai("due", "--format", "json", *options, "--plan", small_plan).json()
    assert (document["range"]["from"], document["range"]["to"]) == days


def test_default_is_the_current_month_in_the_plans_zone(
    gongkai: Gongkai, small_plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 23:30 on 31 July in London is already August in Dongying.
    moment = datetime(2017, 7, 31, 23, 30, tzinfo=ZoneInfo("Europe/London"))
    monkeypatch.setattr(session, "now", moment.astimezone)
    document = gongkai("due", "--format", "json", "--plan", small_plan).json()
    assert (document["as_of"], document["range"]["from"]) == ("2017-08-01", "2017-08-01")


def test_an_empty_month_names_the_next_deadline(gongkai: Gongkai, small_plan: Path) -> None:
    done = gongkai("due", "--from", "2017-07-18", "--to", "2017-07-19", "--plan", small_plan)
    assert "此期间没有到期事项。下一个期限是2017年7月23日（星期日）：区物价办、区农业局（共同），价格周报。" in done.out


def test_an_empty_month_after_the_plan_names_the_last_deadline(gongkai: Gongkai, small_plan: Path) -> None:
    done = gongkai("due", "--month", "2020-01", "--plan", small_plan, "--lang", "en")
    assert (
        "Nothing falls due in this range. The last deadline was 2018-01-31 Wednesday: 区财政局, 财政收支月报."
        in done.out
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("--month", "2017-13"),
            "--month: error GK803 `2017-13` is not a month\n    hint: write for example --month 2017-08",
        ),
        (("--week", "2017-W53"), "--week: error GK803 `2017-W53` is not a week"),
        (("--month", "2017-08", "--week", "2017-W31"), "--month: error GK803 give one range"),
        (("--from", "2017-08-01"), "--from: error GK803 --from and --to go together"),
        (("--from", "2017-08-02", "--to", "2017-08-01"), "--to: error GK803 the range ends before it begins"),
        (("--from", "2017-02-30", "--to", "2017-08-01"), "--from: error GK803 `2017-02-30` does not exist"),
        (("--owner", "区财正局"), "hint: did you mean `区财政局`?"),
        (("--obligation", "fiscl"), "hint: did you mean `fiscal`?"),
        (("--as-of", "soon"), "--as-of: error GK803 `soon` is neither a day nor a day and time"),
        (("--as-of", "2017-08-01 25:00"), "--as-of: error GK803"),
        (
            ("--as-of", "2017-08-01 24:00"),
            "--as-of: error GK803 `2017-08-01 24:00` is neither a day nor a day and time",
        ),
    ],
)
def test_bad_values_exit_2_and_say_what_to_do(
    gongkai: Gongkai, small_plan: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = gongkai("due", *arguments, "--plan", small_plan, "--lang", "en")
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_unknown_language(gongkai: Gongkai, small_plan: Path) -> None:
    done = gongkai("due", "--lang", "fr", "--plan", small_plan)
    assert done.code == 2
    assert "gongkai 不支持语言 `fr`" in done.err


def test_a_bad_plan_gives_no_schedule(gongkai: Gongkai, tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text("version: 1\n", encoding="utf-8")
    done = gongkai("due", "--plan", plan, "--lang", "en")
    assert (done.code, done.out) == (2, "")
    assert "error GK202 the key `plan` is missing" in done.err


def test_text_from_the_plan_cannot_steer_the_terminal(gongkai: Gongkai, small_plan: Path) -> None:
    content = small_plan.read_text(encoding="utf-8")
    hostile = '"[red]财政\\e[31m\\u202e月报[/red]"'
    small_plan.write_text(content.replace("title: 财政收支月报", f"title: {hostile}"), encoding="utf-8")
    done = gongkai("due", "--month", "2017-08", "--plan", small_plan)
    assert r"[red]财政\x1b[31m\u202e月报[/red]" in done.out
    assert "\x1b" not in done.out


def test_output_is_written_whole(gongkai: Gongkai, small_plan: Path, tmp_path: Path) -> None:
    target = tmp_path / "due.json"
    target.write_text("old", encoding="utf-8")
    assert gongkai("due", "--format", "json", "-o", target, "--plan", small_plan).out == ""
    assert json.loads(target.read_text(encoding="utf-8"))["command"] == "due"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["due.json", "plan.yaml"]


def test_output_that_cannot_be_written(gongkai: Gongkai, small_plan: Path, tmp_path: Path) -> None:
    done = gongkai("due", "-o", tmp_path / "missing" / "due.txt", "--plan", small_plan, "--lang", "en")
    assert done.code == 2
    assert "error GK804 cannot be written" in done.err


def test_provisional_deadlines_are_marked(gongkai: Gongkai, small_plan: Path) -> None:
    content = small_plan.read_text(encoding="utf-8").replace("2017-", "2049-")
    content = content.replace("deadline: end of period", "deadline: 3 working days after end of period")
    small_plan.write_text(content, encoding="utf-8")
    done = gongkai("due", "--month", "2049-08", "--plan", small_plan, "--lang", "en")
    assert "provisional: no official working-day data for those days yet" in done.out
    rows = gongkai("due", "--month", "2049-08", "--plan", small_plan, "--format", "json").json()["occurrences"]
    assert {row["obligation"]: row["provisional"] for row in rows} == {"prices": True, "fiscal": False}


def test_due_soon_follows_warn_before(gongkai: Gongkai, small_plan: Path) -> None:
    def soon(day: str) -> bool:
        arguments = ("--month", "2017-10", "--obligation", "fiscal", "--as-of", day, "--format", "json")
        return bool(gongkai("due", *arguments, "--plan", small_plan).json()["occurrences"][0]["due_soon"])

    # Five working days before Tuesday 2017-10-31 is Tuesday 2017-10-24.
    assert [soon(day) for day in ("2017-10-23", "2017-10-24", "2017-10-31", "2017-11-01")] == [False, True, True, False]
    assert date(2017, 10, 31).weekday() == 1
