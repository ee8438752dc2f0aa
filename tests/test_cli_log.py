"""Commands that hold a plan against a log: verdicts, exit codes, formats, and lines appended."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest
from conftest import Gongkai
from jsonschema import Draft202012Validator
from rich.cells import cell_len

import gongkai_cli.formats
from gongkai_cli.cli import writing
from gongkai_cli.cli.logs import open_log
from gongkai_cli.cli.waiting import Waiting
from gongkai_cli.formats.page import Page, grouped
from gongkai_cli.formats.wording import percent
from gongkai_cli.log.reading import Log
from gongkai_cli.messages import Words

SCHEMA = json.loads((Path(gongkai_cli.formats.__file__).parent / "schema.json").read_text(encoding="utf-8"))

LOG = """\
published,kind,obligation,owner,period,title,url,recorded,event,until,approved_by,reference,note
2017-08-28,,fiscal,区财政局,2017-07,2017年7月财政收支,http://example.invalid/1,2017-08-28,,,,,
2017-10-03,,fiscal,,,2017年8月份财政收支情况,http://example.invalid/art/2017-10-03/2.html,2017-10-03,,,,,
2017-08-04,,prices,区物价办,,第31周价格,http://example.invalid/3,,,,,,
2017-08-10,,prices,区农业局,,批发市场价格,http://example.invalid/4,,,,,,
2017-08-05 22:30,event,,,,,,,emergency,,,,
2017-08-06 03:31,,news,,,权威信息,http://example.invalid/5,,,,,,
2017-08-30,waiver,prices,,,,,,,2017-09-10,张三,编造〔2017〕9号,市场停业
2017-09-15,extension,prices,,2017-W37,,,,,2017-09-20,张三,编造〔2017〕10号,系统检修
"""

PAPER = ("--approved-by", "甲", "--reference", "乙", "--note", "丙")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.csv"
    path.write_text(LOG, encoding="utf-8")
    return path


def statuses(document: dict[str, list[dict[str, str]]]) -> dict[tuple[str, str], str]:
    return {(row["obligation"], row["period"]): row["status"] for row in document["occurrences"]}


@pytest.mark.parametrize("command", ["due", "overdue", "satisfied", "status"])
def test_json_has_the_promised_shape(gongkai: Gongkai, small_plan: Path, log: Path, command: str) -> None:
    done = gongkai(command, "--format", "json", "--log", log, "--plan", small_plan, "--as-of", "2017-10-10")
    assert done.code == 0
    document = done.json()
    Draft202012Validator(SCHEMA).validate(document)
    figures = document["log"]
    assert figures == {"read": 8, "matched": 8, "unmatched": 0, "blank": 0, "rejected": 0}
    assert document["summary"].keys() == {
        "upcoming", "due", "satisfied", "satisfied_by_nil", "late", "overdue", "waived", "no_limit",
    }  # fmt: skip


def test_verdicts(gongkai: Gongkai, small_plan: Path, log: Path) -> None:
    document = gongkai("status", "--format", "json", "--log", log, "--plan", small_plan, "--as-of", "2017-10-10").json()
    found = statuses(document)
    assert found["fiscal", "2017-07"] == "satisfied"
    assert found["fiscal", "2017-08"] == "late"  # due on 2017-09-30, published on 2017-10-03
    assert found["fiscal", "2017-09"] == "due"
    assert found["fiscal", "2017-10"] == "upcoming"
    assert found["prices", "2017-W31"] == "satisfied"
    assert found["prices", "2017-W32"] == "satisfied"
    assert found["prices", "2017-W33"] == "overdue"
    assert found["prices", "2017-W35"] == "waived"  # its deadline, 2017-09-03, lies in the waiver
    assert found["prices", "2017-W37"] == "overdue"  # even the extended deadline has passed
    assert found["news", "2017-08-05"] == "late"  # one minute after five hours
    assert found["social", "recurring"] == "no_limit"
    assert document["events_never_recorded"] == ["policies"]
    rows = {(row["obligation"], row["period"]): row for row in document["occurrences"]}
    assert rows["news", "2017-08-05"]["days_late"] == 1  # a day of 24 hours begun
    assert rows["news", "2017-08-05"]["deadline"] == "2017-08-06T03:30:00+08:00"
    assert rows["prices", "2017-W37"]["original_deadline"] == "2017-09-17"
    assert rows["fiscal", "2017-08"]["records"] == [
        {
            "published": "2017-10-03",
            "title": "2017年8月份财政收支情况",
            "url": "http://example.invalid/art/2017-10-03/2.html",
            "kind": "publication",
            "match": "title",
            "file": str(log),
            "line": 3,
            "extra": False,
        }
    ]


def test_what_the_meeting_of_a_day_knew(gongkai: Gongkai, small_plan: Path, log: Path) -> None:
    arguments = ("status", "--format", "json", "--log", log, "--plan", small_plan)
    then = gongkai(*arguments, "--known-on", "2017-10-02").json()
    assert (then["as_of"], then["known_on"]) == ("2017-10-02", "2017-10-02")
    assert statuses(then)["fiscal", "2017-08"] == "overdue"


def test_overdue_reads_well(gongkai: Gongkai, small_plan: Path, log: Path) -> None:
    done = gongkai("overdue", "--log", log, "--plan", small_plan, "--as-of", "2017-08-25", "--obligation", "prices")
    assert done.out == (
        "编造的小计划（编造〔2017〕1号）\n"
        f"截至2017年8月25日（星期五）。公开记录：{log}。\n"
        "逾期 4 项次。\n"
        "\n"
        "  事项      期次      条款  编号    期限          状态\n"
        "区物价办、区农业局（共同）\n"
        "  价格周报  2017-W28  二    prices  7月16日(日)*  逾期未公开，40日\n"
        "  价格周报  2017-W29  二    prices  7月23日(日)*  逾期未公开，33日\n"
        "  价格周报  2017-W30  二    prices  7月30日(日)*  逾期未公开，26日\n"
        "  价格周报  2017-W33  二    prices  8月20日(日)*  逾期未公开，5日\n"
        "\n"
        "公开记录共 8 行：对应 8，未对应 0，空白 0，无法读取 0。\n"
        "期限如何得出：gongkai explain prices\n"
        "\n"
        "说明\n"
        "  未加标注的期限由文件原文写明。\n"
        "  * 该日不是工作日，期限不顺延。\n"
    )


def test_nothing_overdue_is_said_with_pleasure(gongkai: Gongkai, small_plan: Path, log: Path) -> None:
    done = gongkai("overdue", "--log", log, "--plan", small_plan, "--as-of", "2017-07-12", "--lang", "en")
    assert "Nothing is overdue. Well done." in done.out


def test_satisfied_keeps_late_apart(gongkai: Gongkai, small_plan: Path, log: Path) -> None:
    done = gongkai("satisfied", "--log", log, "--plan", small_plan, "--as-of", "2017-10-10", "--lang", "en")
    on_time, late = done.out.split("Late (2)")
    assert "On time (3)" in on_time
    assert "2017年7月财政收支" in on_time
    assert "published late, 3 d" in late


def test_status_has_owners_rates_and_a_map(gongkai: Gongkai, small_plan: Path, log: Path) -> None:
    lines = gongkai("status", "--log", log, "--plan", small_plan, "--as-of", "2017-10-10").out.splitlines()
    fiscal = next(line for line in lines if line.strip().startswith("区财政局"))
    assert fiscal.split()[-1] == "33%"  # one on time; two late
    assert sum(line.strip().startswith("共同") for line in lines) == 2
    assert any("逾=逾期未办" in line for line in lines)


def test_a_map_that_does_not_fit_is_set_in_parts(
    gongkai: Gongkai, small_plan: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ("status", "--plan", small_plan, "--log", log, "--as-of", "2017-10-05", "--lang", "en")
    whole = gongkai(*arguments).out
    (header,) = [line.split() for line in whole.splitlines() if line.split()[:2] == ["owner", "2017-07"]]
    monkeypatch.setenv("COLUMNS", "60")
    narrow = gongkai(*arguments).out
    parts = [line.split() for line in narrow.splitlines() if line.startswith("  owner") and " 2017-" in line]
    assert len(parts) > 1
    assert [month for part in parts for month in part[1:]] == header[1:]
    assert max(map(cell_len, narrow.splitlines())) <= 60


def test_owners_keep_their_names_whole_where_titles_can_be_broken(
    gongkai: Gongkai, small_plan: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = small_plan.read_text(encoding="utf-8")
    owner = "东营区政务服务中心管理办公室"
    small_plan.write_text(text.replace("区财政局", owner), encoding="utf-8")
    log.write_text(log.read_text(encoding="utf-8").replace("区财政局", owner), encoding="utf-8")
    monkeypatch.setenv("COLUMNS", "80")
    done = gongkai("status", "--plan", small_plan, "--log", log, "--as-of", "2017-10-05")
    assert done.code == 0, done.err
    assert owner in done.out
    assert max(map(cell_len, done.out.splitlines())) <= 80


def test_columns_come_closer_before_a_name_is_folded() -> None:
    rows = [["某区政务服务中心管理办公室", "1", "100%"]]
    titles = ["owner", "satisfied", "rate"]
    wide, close, folded = (
        Page(Words("en"), width).set(grouped(titles, [("", rows)], Page(Words("en"), width))) for width in (45, 43, 42)
    )
    assert wide.splitlines()[1] == "  某区政务服务中心管理办公室  1          100%"
    assert close.splitlines()[1] == "  某区政务服务中心管理办公室 1         100%"
    assert len(folded.splitlines()) == 3


def test_what_nobody_has_takes_no_column(gongkai: Gongkai, small_plan: Path, log: Path) -> None:
    done = gongkai("status", "--log", log, "--plan", small_plan, "--as-of", "2017-07-12", "--owner", "区财政局")
    titles = next(line for line in done.out.splitlines() if "责任单位" in line).split()
    assert titles[:4] == ["责任单位", "按时完成", "逾期完成", "逾期未办"]
    assert "免责" not in titles


def test_of_many_files_the_first_are_named_and_all_are_counted(gongkai: Gongkai, small_plan: Path, log: Path) -> None:
    header, *_ = log.read_text(encoding="utf-8").splitlines()
    parts = [log.with_name(f"{number}.csv") for number in range(5)]
    for part in parts:
        part.write_text(header + "\n", encoding="utf-8")

    def said(files: list[Path]) -> str:
        named = [word for file in files for word in ("--log", file)]
        return gongkai("status", "--plan", small_plan, "--as-of", "2017-10-05", *named).out

    assert f"公开记录：{parts[0]}、{parts[1]}。" not in said(parts[:2])
    assert f"公开记录：{log.parent}/（2 个文件）。" in said(parts[:2])
    elsewhere = log.parent / "elsewhere.csv" / "5.csv"
    elsewhere.parent.mkdir()
    elsewhere.write_text(header + "\n", encoding="utf-8")
    assert f"公开记录：{parts[0]}、{elsewhere}。" in said([parts[0], elsewhere])
    assert f"公开记录：{parts[0]}、{parts[1]} 等 3 个文件。" in said([*parts[:2], elsewhere])


@pytest.mark.parametrize(
    ("rate", "decimals", "said"),
    [
        (1 / 16, 1, "6.3%"),
        (29 / 400, 1, "7.3%"),
        (1 / 8, 0, "13%"),
        (2 / 3, 1, "66.7%"),
        (1.0, 1, "100.0%"),
        (None, 0, "–"),
    ],
)
def test_halves_of_a_rate_are_rounded_up(rate: float | None, decimals: int, said: str) -> None:
    assert percent(rate, decimals) == said


def test_explain_says_why(gongkai: Gongkai, small_plan: Path, log: Path) -> None:
    arguments = ("explain", "fiscal", "--period", "2017-08", "--log", log, "--plan", small_plan, "--lang", "en")
    done = gongkai(*arguments, "--as-of", "2017-10-10")
    assert "区财政局: published late. 1 of 1 records, the deciding one 3 days late." in done.out
    assert f"2017-10-03 2017年8月份财政收支情况 ({log}:3; its title names this period)" in done.out


def explained(gongkai: Gongkai, plan: Path, log: Path, duty: str, period: str) -> str:
    arguments = ("explain", duty, "--period", period, "--log", log, "--plan", plan, "--lang", "en")
    return gongkai(*arguments, "--as-of", "2017-10-10").out.replace(str(log), "log")


def test_explain_names_the_lines_of_papers_and_events(gongkai: Gongkai, small_plan: Path, log: Path) -> None:
    paper = "waiver of 2017-08-30 until 2017-09-10: 编造〔2017〕9号, approved by 张三; 市场停业 (log:8)"
    assert paper in explained(gongkai, small_plan, log, "prices", "2017-W35")
    paper = "extension of 2017-09-15 until 2017-09-20: 编造〔2017〕10号, approved by 张三; 系统检修 (log:9)"
    assert paper in explained(gongkai, small_plan, log, "prices", "2017-W37")
    event = "event of 2017-08-05 22:30: 突发事件发生 (log:6)"
    assert event in explained(gongkai, small_plan, log, "news", "2017-08-05")
    assert "(log:" not in explained(gongkai, small_plan, log, "prices", "2017-W38")


def test_explain_names_the_records_that_leave_a_doubt(gongkai: Gongkai, small_plan: Path, log: Path) -> None:
    # The record of 10 August lies in the window of week 32; week 31's own may be the late one.
    content = "".join(line for line in LOG.splitlines(keepends=True) if "第31周" not in line)
    log.write_text(content, encoding="utf-8")
    found = explained(gongkai, small_plan, log, "prices", "2017-W31")
    doubt = "uncertain: 2017-08-10 批发市场价格 (log:4) may belong to this period or to another"
    assert "not published, overdue" in found
    assert doubt in found
    # Published after the last week's window: it lies where the next occurrence would have been.
    beyond = "".join(f"2018-01-0{day},,prices,区农业局,,价格{day},,,,,,,\n" for day in range(1, 6))
    log.write_text(content + beyond, encoding="utf-8")
    arguments = ("explain", "prices", "--period", "2017-W52", "--log", log, "--plan", small_plan, "--lang", "en")
    last = gongkai(*arguments, "--as-of", "2018-01-10").out.replace(str(log), "log")
    assert "uncertain: 2018-01-01 价格1 (log:9) may belong to this period or to another" in last
    assert "价格3" in last
    assert "… and 2 more" in last


def test_unmatched_lines_of_others_are_only_counted(gongkai: Gongkai, small_plan: Path, log: Path) -> None:
    more = (
        "2019-09-03,,fiscal,区财政局,2019-08,别的年份,,,,,,,\n"
        "2017-07-01,,cleanup,,2019,不对,,,,,,,\n"
        "2017-09-04,,,区农业局,,无从归属,,,,,,,\n"
        "2017-09-05,,,某局,,计划外的单位,,,,,,,\n"
    )
    log.write_text(LOG + more, encoding="utf-8")

    def listed(*chosen: str) -> tuple[list[str], str]:
        arguments = (*chosen, "--log", log, "--plan", small_plan, "--as-of", "2017-10-10")
        said = gongkai("overdue", *arguments, "--lang", "en").out.replace(str(log), "log")
        found = [line.strip().split(":")[1] for line in said.splitlines() if line.startswith("  log:")]
        document = gongkai("overdue", *arguments, "--format", "json").json()
        assert [each["line"] for each in document["unmatched"]] == [10, 11, 12, 13]  # always of the whole log
        assert document["log"]["unmatched"] == 4
        return found, next((line.strip() for line in said.splitlines() if "are not listed here" in line), "")

    count = "{} unmatched lines name other duties or owners, and are not listed here."
    assert listed() == (["10", "11", "12", "13"], "")
    assert listed("--obligation", "fiscal") == (["10"], count.format(3))
    assert listed("--owner", "区财政局") == (["10", "11"], count.format(2))
    assert listed("--owner", "区农业局") == (["12"], count.format(3))
    assert listed("--obligation", "prices") == (["12"], count.format(3))
    assert listed("--obligation", "fiscal", "--owner", "区农业局") == ([], count.format(4))


@pytest.mark.parametrize("command", ["due", "overdue", "satisfied", "status", "explain"])
def test_what_was_known_is_said_in_the_heading(gongkai: Gongkai, small_plan: Path, log: Path, command: str) -> None:
    arguments = ("fiscal",) if command == "explain" else ()
    done = gongkai(command, *arguments, "--log", log, "--plan", small_plan, "--known-on", "2017-10-02", "--lang", "en")
    said = "Only lines recorded by 2017-10-02 Monday count."
    heading = done.out if command == "explain" else done.out.split("\n\n")[0]
    assert said in heading
    assert said not in gongkai(command, *arguments, "--log", log, "--plan", small_plan, "--lang", "en").out


def test_kinds_are_listed_in_the_language_of_the_reader(gongkai: Gongkai, small_plan: Path, log: Path) -> None:
    log.write_text(LOG + "2017-09-28,公示,fiscal,,2017-08,,,,,,,,\n", encoding="utf-8")
    arguments = ("overdue", "--log", log, "--plan", small_plan)
    assert "提示：可用写法：公开、本期无、更正、事件、免责、延期（" in gongkai(*arguments).err
    assert "hint: write one of: publication, nil, correction, event, waiver" in gongkai(*arguments, "--lang", "en").err


def test_a_log_of_events_alone(gongkai: Gongkai, small_plan: Path, tmp_path: Path) -> None:
    log = tmp_path / "events.csv"
    log.write_text(
        "类型,事件名称,发布日期\n事件,突发事件发生,2017-08-05 22:30\n,突发事件发生,2017-08-06 10:00\n", encoding="utf-8"
    )
    done = gongkai("overdue", "--log", log, "--plan", small_plan, "--as-of", "2017-08-07", "--lang", "en")
    assert (done.code, done.err) == (0, "")
    assert "news" in done.out
    assert f"{log}:3: the line names an event, but its `kind` is not `event`" in done.out


def test_csv_for_spreadsheets(gongkai: Gongkai, small_plan: Path, log: Path) -> None:
    content = log.read_text(encoding="utf-8").replace("2017年8月份财政收支情况", "=HYPERLINK(2017年8月)")
    log.write_text(content, encoding="utf-8")
    done = gongkai("satisfied", "--format", "csv", "--log", log, "--plan", small_plan, "--as-of", "2017-10-10")
    assert done.out.startswith("\ufeff计划,计划名称,条款,编号,")
    rows = list(csv.DictReader(io.StringIO(done.out.lstrip("\ufeff"))))
    assert {row["标题"] for row in rows if row["状态"] == "逾期公开"} == {"'=HYPERLINK(2017年8月)", "权威信息"}


@pytest.mark.parametrize(
    ("fail_on", "code"), [("overdue", 1), ("late", 0), ("due,overdue", 1)], ids=["overdue", "late", "several"]
)
def test_fail_on(gongkai: Gongkai, small_plan: Path, log: Path, fail_on: str, code: int) -> None:
    arguments = ("overdue", "--log", log, "--plan", small_plan, "--as-of", "2017-10-10", "--fail-on", fail_on)
    assert gongkai(*arguments).code == code


@pytest.mark.parametrize(
    "arguments",
    [("overdue",), ("satisfied",), ("status",), ("due", "--status", "overdue"), ("due", "--fail-on", "overdue")],
    ids=" ".join,
)
def test_without_a_log_no_status_is_claimed(gongkai: Gongkai, small_plan: Path, arguments: tuple[str, ...]) -> None:
    done = gongkai(*arguments, "--plan", small_plan, "--lang", "en")
    assert (done.code, done.out) == (2, "")
    assert "no log was given, so nothing can be said of what was published" in done.err


def test_bad_lines_give_no_verdict_unless_skipped(gongkai: Gongkai, small_plan: Path, log: Path) -> None:
    bad = "2017-13-01,,fiscal,,2017-09,坏,,,,,,,\n2017-09-01,,fiscl,区财政局,2017-09,坏,,,,,,,\n"
    log.write_text(LOG + bad, encoding="utf-8")
    arguments = ("overdue", "--log", log, "--plan", small_plan, "--as-of", "2017-10-10", "--lang", "en")
    done = gongkai(*arguments)
    assert (done.code, done.out) == (2, "")
    assert f"{log}:10:1: error GK658 `2017-13-01` is a day that does not exist" in done.err
    assert f"{log}:11:13: error GK651 `fiscl` is no obligation of the plan" in done.err
    assert "hint: did you mean `fiscal`?" in done.err
    skipped = gongkai(*arguments, "--skip-bad-lines")
    assert skipped.code == 0
    assert "2 bad lines were skipped." in skipped.err
    assert "Lines of the log: 10; 8 matched, 0 unmatched, 0 blank, 2 rejected." in skipped.out


def test_skipping_bad_lines_never_skips_a_whole_file(gongkai: Gongkai, small_plan: Path, tmp_path: Path) -> None:
    arguments = ("--log", tmp_path / "missing.csv", "--plan", small_plan, "--skip-bad-lines", "--lang", "en")
    done = gongkai("overdue", *arguments)
    assert (done.code, done.out) == (2, "")
    assert "there is no such log file" in done.err


def test_the_record_shown_is_the_one_that_decided(gongkai: Gongkai, small_plan: Path, log: Path) -> None:
    content = small_plan.read_text(encoding="utf-8")
    small_plan.write_text(
        content.replace("deadline: 2017-12-31", "deadline: 2017-12-31\n    min_records: 2"), encoding="utf-8"
    )
    lines = [
        "2017-07-12,correction,cleanup,,,更正,,,,,,,\n",
        "2017-08-01,,cleanup,,,第一,,,,,,,\n",
        "2017-08-02,,cleanup,,,第二,,,,,,,\n",
        "2017-08-03,,cleanup,,,第三,,,,,,,\n",
    ]
    log.write_text(LOG + "".join(lines), encoding="utf-8")
    arguments = ("--obligation", "cleanup", "--log", log, "--plan", small_plan, "--as-of", "2017-10-10")
    assert "2017-08-02 第二" in gongkai("satisfied", *arguments).out


def test_a_log_without_a_column_for_the_day_of_recording(gongkai: Gongkai, small_plan: Path, tmp_path: Path) -> None:
    log = tmp_path / "short.csv"
    log.write_text("published,obligation,period\n", encoding="utf-8")
    arguments = ("--obligation", "fiscal", "--period", "2017-07", "--published", "2017-08-05", "--log", log)
    assert gongkai("record", *arguments, "--plan", small_plan).code == 0
    assert log.read_text(encoding="utf-8") == 'published,obligation,period\n2017-08-05,fiscal,"2017-07"\n'


def test_a_configured_log_that_is_missing_is_an_error(
    gongkai: Gongkai, small_plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(small_plan.parent)
    (small_plan.parent / "gongkai.toml").write_text('plan = "plan.yaml"\nlog = ["missing.csv"]\n', encoding="utf-8")
    done = gongkai("due", "--lang", "en")
    assert (done.code, done.out) == (2, "")
    assert "there is no such log file" in done.err


def test_the_order_of_files_and_lines_changes_nothing(
    gongkai: Gongkai, small_plan: Path, log: Path, tmp_path: Path
) -> None:
    header, *lines = LOG.splitlines(keepends=True)
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    one.write_text(header + "".join(reversed(lines[4:])), encoding="utf-8")
    other.write_text(header + "".join(reversed(lines[:4])), encoding="utf-8")

    def verdicts(*logs: Path) -> dict[tuple[str, str], str]:
        named = [part for path in logs for part in ("--log", path)]
        done = gongkai("status", "--format", "json", *named, "--plan", small_plan, "--as-of", "2017-10-10")
        return statuses(done.json())

    assert verdicts(log) == verdicts(one, other) == verdicts(other, one)


def test_record_appends_and_says_what_it_counts_for(gongkai: Gongkai, small_plan: Path, log: Path) -> None:
    arguments = (
        "--obligation",
        "fiscal",
        "--period",
        "2017-09",
        "--published",
        "2017-10-20",
        "--title",
        "九月",
        "--log",
        log,
    )
    done = gongkai("record", *arguments, "--plan", small_plan, "--lang", "en")
    assert done.code == 0
    assert done.out == (
        "编造的小计划 (编造〔2017〕1号)\n"
        f"Written: {log}, line 10.\nIt counts for 财政收支月报, 2017-09, 区财政局: published on time.\n"
    )
    document = gongkai("status", "--format", "json", "--log", log, "--plan", small_plan, "--as-of", "2017-10-25").json()
    assert statuses(document)["fiscal", "2017-09"] == "satisfied"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("record", "--obligation", "fiscl", "--published", "2017-10-20"), "hint: did you mean `fiscal`?"),
        (
            ("record", "--obligation", "fiscal", "--published", "2017-10-20", "--period", "2019-01"),
            "no such period: 2019-01\n    hint: its periods run from 2017-07 to 2017-12; nothing was written",
        ),
        (("record", "--obligation", "fiscal", "--published", "20.10.2017"), "--published: error GK658"),
        (("event", "--event", "emergncy", "--published", "2017-10-20 10:00"), "hint: did you mean `emergency`?"),
        (("event", "--event", "emergency", "--published", "2017-10-20"), "this event starts a clock of hours"),
        (
            ("waive", "--obligation", "fiscal", "--published", "2017-12-01", "--until", "2017-10-01", *PAPER),
            "a waiver must be dated by the deadline",
        ),
        (
            ("extend", "--obligation", "fiscal", "--period", "2017-09", "--published", "2017-11-01",
             "--until", "2017-11-15", *PAPER),
            "it is dated after the deadline (2017-10-31)",
        ),
    ],
    ids=["unknown id", "no such period", "no date", "unknown event", "no time", "late waiver", "late extension"],
)  # fmt: skip
def test_appending_refuses(
    gongkai: Gongkai, small_plan: Path, log: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = gongkai(*arguments, "--log", log, "--plan", small_plan, "--lang", "en")
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert log.read_text(encoding="utf-8") == LOG


def test_force_appends_what_matches_nothing(gongkai: Gongkai, small_plan: Path, log: Path) -> None:
    arguments = ("--obligation", "fiscal", "--published", "2017-10-20", "--period", "2019-01", "--log", log)
    assert gongkai("record", *arguments, "--plan", small_plan, "--force").code == 0
    assert len(log.read_text(encoding="utf-8").splitlines()) == 10


def test_events_waivers_and_extensions_are_written_and_count(
    gongkai: Gongkai, small_plan: Path, tmp_path: Path
) -> None:
    log = tmp_path / "new.csv"
    common = ("--log", log, "--plan", small_plan)
    paper = ("--approved-by", "张三", "--reference", "编造1号", "--note", "停电")
    assert gongkai("event", "--event", "emergency", "--published", "2017-08-05 22:30", *common).code == 0
    assert (
        gongkai(
            "waive",
            "--obligation",
            "fiscal",
            "--period",
            "2017-07",
            "--published",
            "2017-08-20",
            "--until",
            "2017-08-31",
            *paper,
            *common,
        ).code
        == 0
    )
    assert gongkai(
        "extend", "--obligation", "fiscal", "--period", "2017-08", "--published", "2017-09-20", "--until", "2017-10-15",
        *paper, *common,
    ).code == 0  # fmt: skip
    # The event is known only since it was recorded, which is now; so the verdicts are today's.
    document = gongkai("status", "--format", "json", *common).json()
    found = statuses(document)
    assert (found["news", "2017-08-05"], found["fiscal", "2017-07"]) == ("overdue", "waived")
    rows = {(row["obligation"], row["period"]): row for row in document["occurrences"]}
    assert rows["fiscal", "2017-08"]["deadline"] == "2017-10-15"
    assert rows["fiscal", "2017-08"]["original_deadline"] == "2017-09-30"
    before = gongkai("status", "--format", "json", *common, "--as-of", "2017-10-10").json()
    assert ("news", "2017-08-05") not in statuses(before)


def test_what_a_line_does_is_said(gongkai: Gongkai, small_plan: Path, log: Path) -> None:
    common = ("--log", log, "--plan", small_plan, "--lang", "en")
    done = gongkai("event", "--event", "emergency", "--published", "2017-09-05 22:30", *common)
    assert done.out == (
        "编造的小计划 (编造〔2017〕1号)\n"
        f"Written: {log}, line 10.\n"
        "It starts 权威信息, 2017-09-05, 区财政局; deadline: 2017-09-06 Wednesday 03:30.\n"
    )  # fmt: skip
    fiscal = ("--obligation", "fiscal", "--period", "2017-09")
    done = gongkai("extend", *fiscal, "--published", "2017-10-20", "--until", "2017-11-15", *PAPER, *common)
    assert done.out.splitlines()[2] == (
        "It moves the deadline of 财政收支月报, 2017-09, 区财政局: from 2017-10-31 Tuesday to 2017-11-15 Wednesday."
    )
    # What is on time by the extension alone is seen by reading the log.
    done = gongkai("record", *fiscal, "--published", "2017-11-10", "--title", "九月", *common)
    assert done.out.splitlines()[2] == "It counts for 财政收支月报, 2017-09, 区财政局: published on time."
    done = gongkai("record", *fiscal, "--published", "2017-11-11", "--kind", "correction", *common)
    assert done.out.splitlines()[2] == (
        "It is shown with 财政收支月报, 2017-09, 区财政局, as a correction, which fills nothing."
    )
    weeks = ("--obligation", "prices", "--published", "2017-10-01", "--until", "2017-11-30")
    covered = gongkai("waive", *weeks, *PAPER, *common).out.splitlines()
    assert covered[2] == (
        "It covers 价格周报, 2017-W39, 区物价办, 区农业局 (shared); deadline: 2017-10-01 Sunday; excused."
    )
    assert (len(covered), covered[-1]) == (8, "… and 4 more")


def test_an_event_is_not_written_twice(gongkai: Gongkai, small_plan: Path, log: Path) -> None:
    arguments = ("event", "--event", "emergency", "--published", "2017-08-05 22:30", "--log", log)
    done = gongkai(*arguments, "--plan", small_plan, "--lang", "en")
    assert (done.code, done.out) == (2, "")
    assert "--event: error GK656 the event `emergency` (2017-08-05) stands twice" in done.err
    assert log.read_text(encoding="utf-8") == LOG


@pytest.mark.parametrize(
    ("arguments", "reads"),
    [
        (("--obligation", "fiscal", "--period", "2017-09", "--published", "2017-10-20"), False),
        (("--obligation", "fiscal", "--published", "2017-10-20", "--title", "2017年9月财政收支"), False),
        (("--obligation", "财政收支月报", "--period", "2019-01", "--published", "2017-10-20", "--force"), False),
        (("--obligation", "cleanup", "--published", "2017-10-20"), False),
        # An extension may have moved the deadline; dates go by what is filled; an event may be recorded.
        (("--obligation", "fiscal", "--period", "2017-09", "--published", "2017-11-20"), True),
        (("--obligation", "fiscal", "--published", "2017-10-20"), True),
        (("--obligation", "news", "--published", "2017-08-05 23:00"), True),
        (("--obligation", "fiscal", "--period", "2017-09", "--published", "2017-10-20", "--kind", "correction"), True),
    ],
)  # fmt: skip
def test_the_log_is_read_only_where_it_can_matter(
    gongkai: Gongkai,
    small_plan: Path,
    log: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    reads: bool,
) -> None:
    opened: list[object] = []

    def opening(paths: Sequence[str], headers: Mapping[str, str], waiting: Waiting, today: date) -> Log:
        opened.append(paths)
        return open_log(paths, headers, waiting, today)

    monkeypatch.setattr(writing, "open_log", opening)
    assert gongkai("record", *arguments, "--log", log, "--plan", small_plan).code == 0
    assert bool(opened) == reads


def test_a_record_of_a_day_to_come_says_from_when_it_counts(gongkai: Gongkai, small_plan: Path, log: Path) -> None:
    done = gongkai(
        "record", "--plan", str(small_plan), "--log", str(log), "--obligation", "fiscal", "--published", "2199-01-05",
        "--lang", "en", "--force",
    )  # fmt: skip
    assert done.code == 0
    assert done.out.splitlines()[-1].startswith("Its day lies ahead: it counts for nothing before 2199-01-05")
