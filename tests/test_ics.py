"""Calendars, read back by other programs' rules: the same days, at the right time, stable, and harmless."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from conftest import PLAN, REAL_PLAN, Gongkai
from icalendar import Calendar

LOG = """\
published,kind,obligation,owner,period,title,url,event,until,approved_by,reference,note
2017-08-28,,fiscal,区财政局,2017-07,"7月; 收支,=1+1\\n",http://office.invalid/1,,,,,
2017-08-05 22:30,event,,,,,,emergency,,,,
2017-08-30,waiver,prices,,2017-W36,,,,2017-09-10,张三,编造〔2017〕9号,市场停业
2017-09-15,extension,fiscal,,2017-08,,,,2017-10-12,张三,编造〔2017〕10号,系统检修
2017-10-09,extension,fiscal,,2017-09,,,,2017-11-05,张三,编造〔2017〕11号,系统检修
2017-10-10,extension,fiscal,,2017-09,,,,2017-11-09,张三,编造〔2017〕12号,系统检修
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.csv"
    path.write_text(LOG, encoding="utf-8")
    return path


def events(content: str) -> dict[str, Any]:
    """The events of a calendar by summary."""
    return {str(event["SUMMARY"]): event for event in Calendar.from_ical(content).walk("VEVENT")}


def test_another_implementation_finds_the_same_days(gongkai: Gongkai, tmp_path: Path) -> None:
    due = gongkai(
        "due", "--plan", REAL_PLAN, "--quarter", "2017-Q4", "--as-of", "2017-10-01", "--format", "json"
    ).json()
    file = tmp_path / "all.ics"
    assert gongkai("calendar", "--plan", REAL_PLAN, "--as-of", "2017-10-01", "--output", file).code == 0
    calendar = Calendar.from_ical(file.read_bytes())
    found = recurring_ical_events.of(calendar).between((2017, 10, 1), (2018, 1, 1))
    assert sorted(event["DTSTART"].dt.isoformat() for event in found) == [
        row["deadline"] for row in due["occurrences"]
    ]  # fmt: skip
    assert len(found) > 30


def test_an_event_says_what_is_stated_what_is_interpreted_and_how_it_stands(
    gongkai: Gongkai, small_plan: Path, log: Path
) -> None:
    done = gongkai("calendar", "--plan", small_plan, "--log", log, "--as-of", "2017-09-01", "--month", "2017-08")
    event = events(done.out)["按时公开：财政收支月报 2017-07，区财政局"]
    assert event["DTSTART"].dt == date(2017, 8, 31)
    assert event["DTEND"].dt == date(2017, 9, 1)
    assert event["URL"] == "http://office.invalid/1"
    assert event["CATEGORIES"].to_ical().decode() == "区财政局,按时公开"
    assert (event["STATUS"], event["TRANSP"], event["SEQUENCE"]) == ("CONFIRMED", "TRANSPARENT", 0)
    assert str(event["DESCRIPTION"]).split("\n") == [
        "文件原文：编造〔2017〕1号，一（一）1「按月公开财政收支情况」",
        "推定口径（非文件原文）：“按月”（期限）：次月月底前公开上月数据。依据：编造",
        "算法：每月；次月月底",
        "期次：2017-07，2017-07-01 至 2017-07-31",
        "期限：2017年8月31日（星期四）",
        "责任单位：区财政局；行为：公开",
        "截至2017年9月1日（星期五）：按时公开",
        "应有 1 条，期限前已有 1 条。",
        f"2017-08-28 7月; 收支,=1+1\\n（{log}:2；记录写明本期）",
        "期限如何得出：gongkai explain fiscal",
    ]
    assert not event.walk("VALARM")
    prices = events(done.out)["逾期未公开：价格周报 2017-W31，区物价办、区农业局（共同）"]
    assert prices["CATEGORIES"].to_ical().decode() == "区物价办,区农业局,逾期未公开"


def test_clocks_of_hours_end_at_an_instant(gongkai: Gongkai, small_plan: Path, log: Path) -> None:
    done = gongkai("calendar", "--plan", small_plan, "--log", log, "--as-of", "2017-08-06", "--month", "2017-08")
    event = events(done.out)["逾期未公开：权威信息 2017-08-05，区财政局"]
    assert event["DTSTART"].dt == datetime(2017, 8, 5, 19, 30, tzinfo=UTC)
    assert event["DTSTART"].dt.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%m-%d %H:%M") == "08-06 03:30"
    assert "DTEND" not in event
    # Five working days before would lie before the event itself.
    assert [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")] == [datetime(2017, 8, 5, 14, 30, tzinfo=UTC)]
    assert "期限：2017年8月6日（星期日） 03:30" in event["DESCRIPTION"]
    assert "BEGIN:VEVENT" not in gongkai("calendar", "--plan", small_plan, "--obligation", "news").out


def test_alarms_go_off_when_a_deadline_counts_as_near(gongkai: Gongkai, small_plan: Path) -> None:
    done = gongkai("calendar", "--plan", small_plan, "--month", "2017-09", "--obligation", "fiscal")
    (event,) = events(done.out).values()
    (alarm,) = event.walk("VALARM")
    # 30 September 2017 is a make-up working day; the fifth before it is the 25th (29, 28, 27, 26, 25).
    assert date(2017, 9, 30) == event["DTSTART"].dt
    assert datetime(2017, 9, 30) + alarm["TRIGGER"].dt == datetime(2017, 9, 25, 9)  # noqa: DTZ001  # floating
    assert alarm["ACTION"] == "DISPLAY"


def test_a_deadline_that_moves_keeps_its_identity(gongkai: Gongkai, small_plan: Path, log: Path) -> None:
    def of(*options: str | Path) -> dict[str, Any]:
        found = Calendar.from_ical(gongkai("calendar", "--plan", small_plan, *options).out).walk("VEVENT")
        return {str(event["UID"]): event for event in found}

    planned = of("--as-of", "2017-08-01")
    later = of("--as-of", "2017-10-11", "--log", log)
    assert planned.keys() <= later.keys()
    moved = {uid: event for uid, event in later.items() if uid in planned and event["SEQUENCE"] != 0}
    said = sorted(
        (planned[uid]["DTSTART"].dt, event["DTSTART"].dt, event["SEQUENCE"], str(event["STATUS"]))
        for uid, event in moved.items()
    )
    assert said == [
        (date(2017, 9, 10), date(2017, 9, 10), 1, "CANCELLED"),  # excused by a waiver
        (date(2017, 9, 30), date(2017, 10, 12), 12, "CONFIRMED"),
        (date(2017, 10, 31), date(2017, 11, 9), 9, "CONFIRMED"),  # moved twice; once, it would be 5
    ]
    waived = next(event for event in moved.values() if event["STATUS"] == "CANCELLED")
    assert str(waived["SUMMARY"]).startswith("免责：价格周报 2017-W36")
    assert "编造〔2017〕9号" in waived["DESCRIPTION"]
    assert len({str(event["UID"]) for event in later.values()}) == len(later)


def test_the_same_day_gives_the_same_bytes_and_the_text_is_as_the_standard_has_it(
    gongkai: Gongkai, log: Path, small_plan: Path, tmp_path: Path
) -> None:
    written = []
    for at in ("2017-09-01 08:00", "2017-09-01 17:00"):
        gongkai("calendar", "--plan", small_plan, "--log", log, "--as-of", at, "--output", tmp_path / "all.ics")
        written.append((tmp_path / "all.ics").read_bytes())
    assert written[0] == written[1]
    lines = written[0].split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)  # RFC 5545, 3.1
    assert {b"VERSION:2.0", b"METHOD:PUBLISH", b"X-WR-TIMEZONE:Asia/Shanghai"} <= set(lines)
    unfolded = written[0].replace(b"\r\n ", b"").decode()
    assert "X-WR-CALNAME:编造的小计划：期限\r\n" in unfolded
    assert "DTSTAMP:20170831T160000Z\r\n" in unfolded
    assert "7月\\; 收支\\,=1+1\\\\n" in unfolded


def test_untrusted_text_injects_no_lines(gongkai: Gongkai, tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(PLAN, encoding="utf-8")
    log = tmp_path / "log.csv"
    title = "坏\r\nEND:VEVENT\r\nBEGIN:VALARM\x1b[31m\u202e<script>"
    log.write_text(
        f'published,obligation,period,title,url\n2017-08-28,fiscal,2017-07,"{title}","http://x/\r\nATTACH:y"\n',
        encoding="utf-8", newline="",
    )  # fmt: skip
    out = gongkai("calendar", "--plan", plan, "--log", log, "--as-of", "2017-09-01", "--month", "2017-08",
                  "--obligation", "fiscal").out  # fmt: skip
    assert len(re.findall(r"^BEGIN:VEVENT\r?$", out, re.MULTILINE)) == 1
    assert not re.search(r"^(ATTACH|BEGIN:VALARM|URL)", out, re.MULTILINE)
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202e]", out)
    assert "\\x1b[31m\\u202e<script>" in str(events(out)["按时公开：财政收支月报 2017-07，区财政局"]["DESCRIPTION"])


def test_one_file_per_owner(gongkai: Gongkai, small_plan: Path, tmp_path: Path) -> None:
    out = tmp_path / "calendars"
    assert gongkai("calendar", "--plan", small_plan, "--month", "2017-08", "--output", f"{out}/").code == 0
    assert sorted(path.name for path in out.iterdir()) == ["区农业局.ics", "区物价办.ics", "区财政局.ics"]
    farm, price = (events((out / f"{name}.ics").read_text(encoding="utf-8")) for name in ("区农业局", "区物价办"))
    assert [str(event["UID"]) for event in farm.values()] == [str(event["UID"]) for event in price.values()]
    assert next(iter(farm)) == "价格周报 2017-W31，区物价办、区农业局（共同）"
    fiscal = (out / "区财政局.ics").read_text(encoding="utf-8")
    assert list(events(fiscal)) == ["财政收支月报 2017-07"]
    assert "X-WR-CALNAME:编造的小计划：区财政局期限" in fiscal
    # The folder is there now, and so needs no sign that it is one.
    assert gongkai("calendar", "--plan", small_plan, "--output", out, "--owner", "财政局", "--lang", "en").code == 0
    assert "X-WR-CALNAME:编造的小计划: deadlines of 区财政局" in (out / "区财政局.ics").read_text(encoding="utf-8")


def test_in_english_without_a_log(gongkai: Gongkai, small_plan: Path) -> None:
    done = gongkai("calendar", "--plan", small_plan, "--month", "2017-12", "--lang", "en", "--obligation", "cleanup")
    event = events(done.out)["完成清理, 区财政局"]
    assert str(event["DESCRIPTION"]).split("\n") == [
        "Stated: 编造〔2017〕1号, 三 「年底前完成清理」",
        "Nothing is interpreted here: the document states it.",
        "Counted: once; 2017-12-31",
        "Period: once, 2017-01-01 to 2017-12-31",
        "Deadline: 2017-12-31 Sunday",
        "Owner: 区财政局; act: do",
        "signal: the deadline is not a working day",
        "How it came about: gongkai explain cleanup",
    ]


def test_duties_without_end_are_followed_for_a_year(gongkai: Gongkai, small_plan: Path) -> None:
    plan = small_plan.read_text(encoding="utf-8").replace(
        "    readings: [monthly]\n", "    readings: [monthly]\n    until: none\n", 1
    )
    small_plan.write_text(plan, encoding="utf-8")
    for log in ((), ("--log", small_plan.parent / "empty.csv")):
        (small_plan.parent / "empty.csv").write_text("published,obligation\n", encoding="utf-8")
        done = gongkai("calendar", "--plan", small_plan, "--obligation", "fiscal", "--as-of", "2018-06-01", *log)
        days = [event["DTSTART"].dt for event in events(done.out).values()]
        assert (min(days), max(days)) == (date(2017, 8, 31), date(2019, 5, 31))
        assert timedelta(days=366) >= max(days) - date(2018, 6, 1)
