"""gongkai check and gongkai explain."""

from pathlib import Path

import pytest
from conftest import Gongkai


def test_check_says_that_a_plan_is_valid(gongkai: Gongkai, small_plan: Path) -> None:
    done = gongkai("check", small_plan)
    assert done.code == 0
    assert done.out == f"{small_plan}：有效。事项 6 项，不列为事项 0 处，警告 0 处。\n"


def test_check_shows_every_problem_with_a_caret_below_wide_characters(gongkai: Gongkai, small_plan: Path) -> None:
    content = small_plan.read_text(encoding="utf-8").replace(
        "owner: [区物价办, 区农业局]", "owner: [区物价办, 区农叶局]"
    )
    small_plan.write_text(
        content.replace("deadline: 5 hours after event", "deadline: 5 hour after events"), encoding="utf-8"
    )
    done = gongkai("check", small_plan, "--lang", "en")
    assert done.code == 2
    assert done.out == (
        f"{small_plan}:34:19: error GK302 the owner `区农叶局` is not listed under `owners`\n"
        "        owner: [区物价办, 区农叶局]\n"
        f"{' ' * 26}^\n"
        "    hint: did you mean `区农业局`? Else add it to `owners`\n"
        "\n"
        f"{small_plan}:52:15: error GK206 `5 hour after events` is not a deadline\n"
        "        deadline: 5 hour after events\n"
        f"{' ' * 18}^\n"
        "    hint: the nearest form is `5 hours after event`\n"
        "\n"
        f"{small_plan}: errors: 2, warnings: 0.\n"
    )


def test_strict_fails_on_warnings(gongkai: Gongkai, small_plan: Path) -> None:
    content = small_plan.read_text(encoding="utf-8").replace("events:\n", "events:\n  unused: 无人使用\n")
    small_plan.write_text(content, encoding="utf-8")
    assert [gongkai("check", small_plan, *more).code for more in ((), ("--strict",))] == [0, 1]


def test_several_plans_at_once(gongkai: Gongkai, small_plan: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("", encoding="utf-8")
    done = gongkai("check", small_plan, broken, tmp_path / "missing.yaml", "--lang", "en")
    assert done.code == 2
    assert f"{broken}:1:1: error GK104 the file is empty" in done.out
    assert f"{tmp_path / 'missing.yaml'}: error GK101 there is no such file" in done.out
    assert f"{small_plan}: valid." in done.out


def test_at_most_a_hundred_problems_are_shown(gongkai: Gongkai, small_plan: Path) -> None:
    content = small_plan.read_text(encoding="utf-8")
    small_plan.write_text(content + "".join(f"key{n}: x\n" for n in range(250)), encoding="utf-8")
    done = gongkai("check", small_plan, "--lang", "en")
    assert done.out.count("error GK201") == 100
    assert "… and 150 more\n" in done.out
    assert "errors: 250" in done.out


def test_explain_a_monthly_duty(gongkai: Gongkai, small_plan: Path) -> None:
    done = gongkai("explain", "fiscal", "--plan", small_plan)
    assert done.code == 0
    assert done.out == (
        "编造的小计划（编造〔2017〕1号）\n"
        "未提供公开记录：只列期限，不作判定。\n"
        "\n"
        "财政收支月报\n"
        "编号      fiscal\n"
        "条款      编造的小计划，一（一）1\n"
        "原文      「按月公开财政收支情况」\n"
        "责任单位  区财政局\n"
        "行为      公开\n"
        "频次      每月（`monthly`）\n"
        "期限      次月月底（`end of next month`）\n"
        "\n"
        "以下为推定口径，并非文件原文：\n"
        "  “按月”（期限）：次月月底前公开上月数据。依据：编造\n"
        "\n"
        "期次      所属期间                 起始日                    期限                       备注\n"
        "2017-07   2017-07-01..2017-07-31   2017年8月1日（星期二）    2017年8月31日（星期四）\n"
        "2017-08   2017-08-01..2017-08-31   2017年9月1日（星期五）    2017年9月30日（星期六）\n"
        "2017-09   2017-09-01..2017-09-30   2017年10月1日（星期日）   2017年10月31日（星期二）\n"
        "2017-10   2017-10-01..2017-10-31   2017年11月1日（星期三）   2017年11月30日（星期四）\n"
        "2017-11   2017-11-01..2017-11-30   2017年12月1日（星期五）   2017年12月31日（星期日）   非工作日，期限不顺延\n"
        "2017-12   2017-12-01..2017-12-31   2018年1月1日（星期一）    2018年1月31日（星期三）\n"
        "\n"
        "未列入：2017-01..2017-06，所属期间早于起始日 2017-07-11。\n"
    )


def test_explain_counts_working_days_across_a_holiday(gongkai: Gongkai, small_plan: Path) -> None:
    done = gongkai("explain", "policies", "--event", "2017-09-25", "--lang", "en", "--plan", small_plan)
    assert done.out.split("\n\n")[-1] == (
        "Working days counted for 2017-09-25:\n"
        "  2017-09-26 Tuesday to 2017-09-29 Friday: 1 to 4, working day\n"
        "  2017-09-30 Saturday: number 5, make-up working day for National Day\n"
        "  2017-10-01 Sunday to 2017-10-03 Tuesday: not counted, public holiday: National Day\n"
        "  2017-10-04 Wednesday: not counted, public holiday: Mid-autumn Festival\n"
        "  2017-10-05 Thursday to 2017-10-08 Sunday: not counted, public holiday: National Day\n"
        "  2017-10-09 Monday to 2017-10-13 Friday: 6 to 10, working day\n"
        "  2017-10-14 Saturday to 2017-10-15 Sunday: not counted, weekend\n"
        "  2017-10-16 Monday to 2017-10-20 Friday: 11 to 15, working day\n"
        "  2017-10-21 Saturday to 2017-10-22 Sunday: not counted, weekend\n"
        "  2017-10-23 Monday to 2017-10-27 Friday: 16 to 20, working day\n"
    )


def test_explain_a_clock_of_hours(gongkai: Gongkai, small_plan: Path) -> None:
    done = gongkai("explain", "news", "--event", "2017-08-05 22:30", "--plan", small_plan)
    assert "2017年8月5日（星期六） 22:30   2017年8月6日（星期日） 03:30" in done.out


def test_explain_without_an_event(gongkai: Gongkai, small_plan: Path) -> None:
    done = gongkai("explain", "news", "--plan", small_plan, "--lang", "en")
    assert "Occurrences begin with events" in done.out
    assert "gongkai explain news --event 2017-09-25" in done.out


def test_explain_one_period(gongkai: Gongkai, small_plan: Path) -> None:
    done = gongkai("explain", "fiscal", "--period", "2017-08", "--plan", small_plan)
    assert "2017年9月30日" in done.out
    assert "2017-07-01" not in done.out


def test_explain_a_moved_deadline(gongkai: Gongkai, small_plan: Path) -> None:
    content = small_plan.read_text(encoding="utf-8")
    small_plan.write_text(
        content.replace("deadline: 2017-12-31", "deadline: 2017-12-31\n    roll: next"), encoding="utf-8"
    )
    done = gongkai("explain", "cleanup", "--plan", small_plan, "--lang", "en")
    # 2018-01-01 is New Year's Day.
    assert "2018-01-02 Tuesday   moved from 2017-12-31 Sunday, not a working day" in done.out


def test_explain_a_duty_without_limit(gongkai: Gongkai, small_plan: Path) -> None:
    done = gongkai("explain", "social", "--plan", small_plan, "--lang", "en")
    assert "Nothing is interpreted here: the document states it." in done.out
    assert done.out.count("no time limit is set") == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("fiscl",), "hint: did you mean `fiscal`?"),
        (("fiscal", "--event", "2017-08-05"), "`fiscal` does not wait for an event"),
        (("news", "--event", "2017-08-05"), "hours are counted here, so the event needs a time"),
        (("fiscal", "--period", "2017-8"), "hint: did you mean `2017-08`?"),
        (("news", "--period", "2017-08"), "it has no occurrences"),
    ],
)
def test_explain_refuses(gongkai: Gongkai, small_plan: Path, arguments: tuple[str, ...], said: str) -> None:
    done = gongkai("explain", *arguments, "--plan", small_plan, "--lang", "en")
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_a_plan_with_errors_is_answered_in_its_own_language(gongkai: Gongkai, small_plan: Path) -> None:
    content = small_plan.read_text(encoding="utf-8").replace("end of period", "end of peroid")
    small_plan.write_text(content.replace("  ends:", "  language: en\n  ends:"), encoding="utf-8")
    assert "error GK206 `end of peroid` is not a deadline" in gongkai("check", small_plan).out
    assert "错误 GK206" in gongkai("check", small_plan, "--lang", "zh").out
    small_plan.write_text(content.replace("  ends:", "  language: [en]\n  ends:"), encoding="utf-8")
    assert "错误 GK206" in gongkai("check", small_plan).out
