"""The examples are what they say: made up, complete, and judged as worked out by hand.

`GONGKAI_UPDATE=1 pytest tests/test_examples.py` writes the outputs in examples/README.md anew.
"""

import csv
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from test_docs import BIN, FENCE, UPDATE, Console, anchors, console, file_name, links, read

from gongkai_cli.evaluation import STATUSES

__all__ = ["console"]  # a fixture

EXAMPLES = ROOT / "examples"
LOG, LEDGERS = "examples/made-up-log-2017", "examples/made-up-ledgers-2017"
LIST, BAD = "examples/made-up-website-list-2017.csv", "examples/made-up-bad-lines-2017.csv"
PAGES = [EXAMPLES / "README.md", EXAMPLES / "made-up-log-2017" / "README.md"]

# Worked out by hand, from the contract and the lines of the log alone. Deadline, obligation, period, days late,
# whether it is uncertain.
OVERDUE_ON_OCTOBER_FIRST = [
    # No line for the week of 31 July; one of 11 August names no week and was taken for week 32.
    ("2017-08-06", "market-prices", "2017-W31", 56, True),
    # No line for 5 to 9 August; one of 13 August names no days and was taken for 10 to 14 August.
    ("2017-08-09", "grain-progress", "2017-08-05", 53, True),
    # 本期无 (29 August) is not accepted, the waiver of 5 September came too late; the next issue is of November.
    ("2017-08-29", "grain-progress", "2017-08-25", 33, False),
    # 区民政局 keeps a ledger of its own.
    ("2017-08-31", "relief-monthly", "2017-07", 31, False),
    # Published on 12 October; what came after it says which weeks it is for.
    ("2017-09-17", "market-prices", "2017-W37", 14, False),
    # 22 August and 20 working days: 3, 5, 5, 5 and 2 in the weeks to 19 September. Published on 11 October.
    ("2017-09-19", "accident-alerts", "2017-08-22", 12, False),
    # 25 August and 20 working days: four whole weeks. 区教育局 keeps a ledger of its own.
    ("2017-09-22", "enrolment-results", "2017-08-25", 9, False),
    ("2017-09-30", "relief-monthly", "2017-08", 1, False),
]


def run(command: str, *options: str) -> "subprocess.CompletedProcess[str]":
    """Run gongkai in the repository, in English."""
    arguments = [str(BIN / "gongkai"), command, *options, "--lang", "en"]
    return subprocess.run(arguments, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=60, check=False)


@cache
def told(command: str, as_of: str, *logs: str) -> dict[str, Any]:
    """The JSON that a command says of some of the logs."""
    named = [option for log in logs for option in ("--log", log)]
    done = run(command, *named, "--as-of", as_of, "--format", "json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def everything() -> list[dict[str, Any]]:
    """All occurrences of the logs together, on three days of the year."""
    days = ("2017-09-15", "2017-10-01", "2018-01-31")
    return [each for day in days for each in told("status", day, LOG, LEDGERS, LIST)["occurrences"]]


@cache
def lines(name: str, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    with (EXAMPLES / name).open(encoding=encoding, newline="") as stream:
        return list(csv.DictReader(stream))


# The page


def test_a_list_by_itself_is_judged_by_days_as_it_is_by_instants() -> None:
    """Days are put together where they decide nothing, instants never are; the list has no column of obligations."""
    by_day, by_instant = (
        [
            (each["obligation"], each["owner"], each["period"], each["status"])
            for each in told("status", when, LIST)["occurrences"]
        ]
        for when in ("2017-12-31", "2017-12-31 23:59")
    )
    assert {"satisfied", "overdue"} <= {status for *_, status in by_day}
    assert by_day == by_instant


def test_the_walk_shows_what_the_commands_say(console: Console) -> None:
    page = EXAMPLES / "README.md"
    content = read(page)
    fresh, end = "", 0
    for block in FENCE.finditer(content):
        assert file_name(block["info"]) is None
        body = console.run(block["body"]) if block["info"] == "console" else block["body"]
        fresh += content[end : block.start("body")] + body
        end = block.end("body")
    fresh += content[end:]
    assert "程序出错" not in fresh
    if UPDATE:
        page.write_text(fresh, encoding="utf-8")
    else:
        assert fresh == content


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_links_lead_somewhere(page: Path) -> None:
    found = list(links(page))
    assert found
    assert [target for target, file, _ in found if not file.exists()] == []
    assert [target for target, file, anchor in found if anchor and anchor not in anchors(file)] == []


def test_the_walk_names_every_file() -> None:
    said, own = read(EXAMPLES / "README.md"), {"README.md", "__pycache__"}
    assert [name for name in {each.name for each in EXAMPLES.iterdir()} - own if name not in said] == []


# What is invented says so


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_a_page_begins_by_saying_that_all_is_invented(page: Path) -> None:
    first = read(page).splitlines()[0]
    assert "accuses nobody" in first
    assert "虚构" in first


def test_the_logs_say_that_all_is_invented() -> None:
    assert "虚构" in lines("made-up-log-2017/log.csv")[0]["note"]
    assert "虚构" in (ROOT / BAD).read_bytes().splitlines()[1].decode()
    assert all("made-up" in name for name in (LOG, LEDGERS, LIST, BAD))


def test_addresses_can_never_exist() -> None:
    rows = [*lines("made-up-log-2017/log.csv"), *lines("made-up-website-list-2017.csv", "gb18030")]
    addresses = [row.get("url") or row.get("网址") or "" for row in rows]
    assert sum(map(bool, addresses)) > 100
    assert [each for each in addresses if each and not each.split("/")[2].endswith(".example.invalid")] == []


# They hold what they promise


def test_the_log_is_utf8_with_a_mark_and_the_list_is_gb18030() -> None:
    assert (EXAMPLES / "made-up-log-2017" / "log.csv").read_bytes().startswith(b"\xef\xbb\xbfpublished,")
    exported = (ROOT / LIST).read_bytes()
    assert exported.startswith("发布机关,标题,成文日期,发布日期,网址,栏目\r\n".encode("gb18030"))
    with pytest.raises(UnicodeDecodeError):
        exported.decode("utf-8")


def test_every_status_occurs() -> None:
    assert {each["status"] for each in everything()} == set(STATUSES)


def test_every_kind_of_line_occurs() -> None:
    kinds = {row["kind"] or "publication" for row in lines("made-up-log-2017/log.csv")}
    assert kinds == {"publication", "nil", "correction", "event", "waiver", "extension"}


def test_every_way_of_matching_occurs() -> None:
    matches = {record["match"] for each in everything() for record in each["records"]}
    assert matches == {"declared", "title", "formed", "date"}


def test_doubts_extensions_and_shared_occurrences_occur() -> None:
    assert {each["status"] for each in everything() if each["uncertain"]} == {"overdue", "late"}
    assert {each["status"] for each in everything() if each["original_deadline"]} >= {"satisfied", "due"}
    assert {each["status"] for each in everything() if isinstance(each["owner"], list)} >= {
        "late",
        "satisfied",
        "waived",
    }


def test_every_signal_occurs() -> None:
    found = {signal for each in everything() for signal in each["signals"]}
    assert found == {
        "deadline-on-non-working-day",
        "window-without-working-day",
        "likely-duplicates",
        "several-periods-on-one-day",
        "recorded-long-after",
        "published-before-window",
        "url-date-differs",
        "day-without-time-against-hours",
    }


@pytest.mark.parametrize("logs", [(LOG,), (LEDGERS,), (LIST,), (LOG, LEDGERS, LIST)], ids=len)
def test_figures_add_up_and_nothing_is_rejected(logs: tuple[str, ...]) -> None:
    figures = told("status", "2018-01-31", *logs)["log"]
    parts = [figures[name] for name in ("matched", "unmatched", "blank", "rejected")]
    assert figures["read"] == sum(parts)
    assert figures["rejected"] == 0
    if logs == (LOG,):
        assert figures["read"] == len(lines("made-up-log-2017/log.csv"))
        assert 120 <= figures["read"] <= 180
    if LEDGERS in logs:
        assert figures["blank"] == 2  # the rows of December and of the fourth quarter


def test_lines_match_nothing_for_many_reasons() -> None:
    unmatched = told("status", "2018-01-31", LOG)["unmatched"]
    assert len({each["reason"] for each in unmatched}) >= 12


# The verdicts


def test_what_is_overdue_on_the_first_of_october() -> None:
    found = [
        (each["deadline"][:10], each["obligation"], each["period"], each["days_late"], each["uncertain"])
        for each in told("overdue", "2017-10-01", LOG)["occurrences"]
    ]
    assert found == OVERDUE_ON_OCTOBER_FIRST


def test_the_ledgers_take_their_offices_off_the_list() -> None:
    theirs = {"relief-monthly", "enrolment-results"}
    found = [
        (each["obligation"], each["period"]) for each in told("overdue", "2017-10-01", LOG, LEDGERS)["occurrences"]
    ]
    assert found == [row[1:3] for row in OVERDUE_ON_OCTOBER_FIRST if row[1] not in theirs]


@pytest.mark.parametrize(
    ("obligation", "period", "status", "days_late", "uncertain"),
    [
        ("fiscal-monthly", "2017-07", "satisfied", 0, False),  # 1—7月
        ("fiscal-monthly", "2017-12", "satisfied", 0, False),  # a page of 2018
        ("env-monthly", "2017-07", "late", 3, True),  # 3 September, no period; August has its own
        ("env-monthly", "2017-10", "waived", 0, False),  # published late all the same
        ("market-prices", "2017-W34", "late", 1, False),  # the Monday after
        ("market-prices", "2017-W37", "late", 25, False),  # 17 September to 12 October
        ("market-prices", "2017-W39", "satisfied", 0, False),  # the waiver covers it, but it was on time
        ("market-prices", "2017-W40", "waived", 0, False),
        ("market-prices", "2017-W44", "late", 19, False),  # 5 to 24 November
        ("grain-progress", "2017-08-15", "late", 5, False),  # one line for two, of 24 August
        ("grain-progress", "2017-08-20", "satisfied", 0, False),
        pytest.param("grain-progress", "2017-12-06", "late", 3, False),  # extended too late
        ("stats-release", "2017-08-15", "late", 8, False),  # 20 working days end on 12 September
        ("stats-release", "2017-09-05", "late", 2, False),  # 19 to 30 September, the 20th on 9 October; 11 October
        ("stats-release", "2017-09-14#2", "satisfied", 0, False),
        ("emergency-news", "2017-08-05", "satisfied", 0, False),  # 22:30 to 02:10
        ("emergency-press", "2017-08-05", "late", 1, False),  # the earliest it can be is 7 August, 00:00
        ("emergency-news", "2017-10-19", "satisfied", 0, False),  # some moment of that day is in time
        ("emergency-press", "2017-10-19", "late", 1, False),  # 40 minutes
        ("finance-rumour-reply", "2017-09-26", "late", 13, False),  # 28 September 10:00 to 11 October 09:00
        ("request-reply", "2017-09-08", "satisfied", 0, False),  # extended from 29 September to 26 October
        ("capacity-before", "2017-10-20", "satisfied", 0, False),
        ("draft-decisions", "2017-11-17", "overdue", 76, False),  # 16 November to 31 January
        ("relief-monthly", "2017-11", "late", 3, False),  # 31 December to 3 January
        ("relief-policy", "2017-10-31", "late", 7, False),  # 28 November to 5 December
        ("housing-project", "2017-09-30", "satisfied", 0, False),  # formed on a make-up day; until 3 November
        ("goods-sampling", "2017-09-27", "late", 6, False),  # 31 October to 6 November
    ],
)  # fmt: skip
def test_a_verdict(obligation: str, period: str, status: str, days_late: int, uncertain: bool) -> None:
    found = [
        (each["status"], each["days_late"], each["uncertain"])
        for each in told("status", "2018-01-31", LOG, LEDGERS, LIST)["occurrences"]
        if (each["obligation"], each["period"]) == (obligation, period)
    ]
    assert found == [(status, days_late, uncertain)]


def test_what_the_meeting_of_october_ninth_knew() -> None:
    known = run("overdue", "--log", LOG, "--known-on", "2017-10-09", "--format", "json").stdout
    later = told("overdue", "2017-10-09", LOG)
    found = {(each["obligation"], each["period"]) for each in json.loads(known)["occurrences"]}
    assert found - {(each["obligation"], each["period"]) for each in later["occurrences"]} == {
        ("fiscal-monthly", "2017-08")
    }


# Bad lines

# By physical line, by hand; 2 and 27 are sound, and of events of one key the first (16) counts.
MISTAKES = {
    **dict.fromkeys((3, 4), "GK651"),
    5: "GK652",
    6: "GK653",
    **dict.fromkeys((*range(7, 14), 22), "GK658"),
    14: "GK655",
    15: "GK654",
    **dict.fromkeys((17, 18), "GK656"),
    **dict.fromkeys(range(19, 22), "GK657"),
    **dict.fromkeys((23, 24), "GK606"),
    25: "GK607",
    26: "GK608",
}


def mistakes() -> dict[int, str]:
    """The code that is told of each bad line."""
    done = run("overdue", "--log", BAD, "--as-of", "2017-10-01")
    assert (done.returncode, done.stdout) == (2, "")
    told_of = [line.removeprefix(BAD).split(" ") for line in done.stderr.splitlines() if line.startswith(BAD)]
    return {int(words[0].split(":")[1]): words[2] for words in told_of}


def test_every_mistake_of_a_line_is_shown() -> None:
    assert mistakes() == MISTAKES


def test_bad_lines_can_be_left_out() -> None:
    done = run("status", "--log", BAD, "--as-of", "2017-12-31", "--skip-bad-lines", "--format", "json")
    figures = json.loads(done.stdout)["log"]
    written = len((ROOT / BAD).read_bytes().splitlines()) - 1
    assert (done.returncode, figures["read"], figures["rejected"]) == (0, written, len(mistakes()))


# The ledgers


def test_the_ledgers_are_made_byte_for_byte(tmp_path: Path) -> None:
    script = [sys.executable, str(EXAMPLES / "make_ledgers.py"), str(tmp_path)]
    # openpyxl writes other bytes, of the same meaning, where lxml is installed.
    subprocess.run(script, check=True, timeout=60, env={**os.environ, "OPENPYXL_LXML": "False"})
    made = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    assert made == {each.name: each.read_bytes() for each in (ROOT / LEDGERS).iterdir()}
