"""gongkai diff: one pair of plans and one log, exact output in every format, and readers of each."""

import json
import os
import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from conftest import PLAN, ROOT, Gongkai
from goldens import assert_golden
from junitparser import JUnitXml
from markdown_it import MarkdownIt
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as Sarif

from gongkai_cli.diff import CONCERNS
from gongkai_cli.formats.diff_markdown import code

FORMATS = ("text", "json", "markdown", "github", "gitlab", "sarif", "junit")
# Reading, id, owner, owner's name, header, an obligation gone and one new: what a reviewer has to see at once.
EDITS = (
    ("deadline: end of next month", "deadline: day 10 of next month"),
    ("  - id: prices\n", "  - id: weekly-prices\n"),
    ("    owner: 区财政局\n    act: do", "    owner: 区农业局\n    act: do"),
    ("  - {name: 区财政局, aliases: [财政局]}", "  - {name: 区财政金融局, aliases: [财政局, 区财政局]}"),
    ("  ends: 2017-12-31\n", "  ends: 2017-12-31\n  escalation: [{after: 5 days, call: 催办}]\n"),
    ("deadline: 20 working days after event", "deadline: 40 working days after event"),
    (
        "  - id: social\n    clause: 六\n    quote: 定期公布情况\n    title: 情况公布",
        (
            "  - id: nasty\n    clause: 八\n    quote: '`@all` <img src=x> [x](javascript:y) ::error::'\n"
            "    title: '::set-env::`'"
        ),
    ),
)
LOG = """\
published,obligation,owner,period,formed,kind,event,title
2017-08-20,fiscal,区财政局,2017-07,,,,七月收支
2017-10-05,fiscal,财政局,2017-08,,,,八月收支
2017-07-14,prices,区物价办,2017-W28,,,,价格
2017-07-22,prices,区农业局,2017-W29,,,,价格
2017-07-30,prices,区农业局,2017-W30,,,,价格
2017-09-20,policies,区农业局,,2017-08-01,,,政策
2017-09-01,social,区农业局,,,,,情况
"""
AT = ("--log", "log.csv", "--as-of", "2017-10-20")


@pytest.fixture
def plans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    new = PLAN
    for before, after in EDITS:
        assert before in new
        new = new.replace(before, after)
    for name, content in (("old.yaml", PLAN), ("new.yaml", new), ("log.csv", LOG)):
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_exact_output(gongkai: Gongkai, plans: Path, format_: str, lang: str) -> None:
    done = gongkai("diff", "old.yaml", "new.yaml", *AT, "--format", format_, "--lang", lang, "--fail-on", "erased")
    assert (done.code, done.err) == (1, "")
    assert_golden(f"diff.{lang}.{format_}", done.out)
    again = gongkai("diff", "old.yaml", "new.yaml", *AT, "--format", format_, "--lang", lang, "--output", "out")
    assert (again.code, again.out) == (0, "")
    if format_ in ("text", "json", "markdown"):
        assert Path("out").read_text(encoding="utf-8") == done.out


@pytest.mark.parametrize("format_", FORMATS)
def test_exact_output_without_a_log(gongkai: Gongkai, plans: Path, format_: str) -> None:
    done = gongkai("diff", "old.yaml", "new.yaml", "--as-of", "2017-10-20", "--format", format_, "--lang", "en")
    assert (done.code, done.err) == (0, "")
    assert_golden(f"diff.schedule.{format_}", done.out)


@pytest.mark.parametrize("format_", FORMATS)
def test_exact_output_of_no_change(gongkai: Gongkai, plans: Path, format_: str) -> None:
    done = gongkai("diff", "old.yaml", "old.yaml", *AT, "--format", format_, "--lang", "en", "--fail-on", "any")
    assert (done.code, done.err) == (0, "")
    assert_golden(f"diff.none.{format_}", done.out)


def document(gongkai: Gongkai, *arguments: str) -> Any:
    done = gongkai("diff", *arguments, "--format", "json")
    assert done.code == 0, done.err
    return done.json()


def test_json_keeps_to_its_schema(gongkai: Gongkai, plans: Path) -> None:
    schema = json.loads((ROOT / "src/gongkai_cli/formats/diff_schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    for arguments in (("old.yaml", "new.yaml", *AT), ("new.yaml", "old.yaml", *AT), ("old.yaml", "new.yaml")):
        found = document(gongkai, *arguments)
        jsonschema.validate(found, schema, format_checker=jsonschema.FormatChecker())
        assert set(found["summary"]) == set(CONCERNS)
        assert set(schema["properties"]["summary"]["required"]) == set(CONCERNS)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**found, "changes": [{"kind": "other"}]}, schema)


def test_verdicts_that_change(gongkai: Gongkai, plans: Path) -> None:
    found = document(gongkai, "old.yaml", "new.yaml", *AT)
    said = {
        (each["fate"], each["obligation"], each["owners"][0], each["period"]): tuple(
            side and side["status"] for side in (each["old"], each["new"])
        )
        for each in found["verdicts"]
    }
    # July's figures came on 20 August: by the end of the month, but not by the 10th. August's were late either way.
    assert said[("created", "fiscal", "区财政金融局", "2017-07")] == ("satisfied", "late")
    assert said[("changed", "fiscal", "区财政金融局", "2017-08")] == ("late", "late")
    # Formed on 1 August: 20 working days end on 29 August, 40 on 26 September.
    assert said[("erased", "policies", "区农业局", "2017-08-01")] == ("late", "satisfied")
    # The log calls it by its old name; nothing else about it has changed.
    assert not [key for key in said if key[1] == "weekly-prices" and key[0] != "changed"]
    assert found["log"]["stale_names"] == [{"old": "prices", "new": "weekly-prices", "lines": 3}]
    assert [(each["line"], each["code"]) for each in found["log"]["new"]["refused_alone"]] == [(8, "GK651")]
    assert found["log"]["old"]["refused_alone"] == []


def test_a_log_that_already_has_the_new_names(gongkai: Gongkai, plans: Path) -> None:
    before = document(gongkai, "old.yaml", "new.yaml", *AT)
    (plans / "log.csv").write_text(LOG.replace(",prices,", ",weekly-prices,"), encoding="utf-8")
    after = document(gongkai, "old.yaml", "new.yaml", *AT)
    assert after["verdicts"] == before["verdicts"]
    assert after["log"]["stale_names"] == []


def test_events_under_a_new_name(gongkai: Gongkai, plans: Path) -> None:
    log = LOG + "2017-08-03 08:00,news,,,,event,emergency,\n2017-08-03 20:00,news,区财政局,2017-08-03,,,,迟了\n"
    (plans / "log.csv").write_text(log, encoding="utf-8")
    new = PLAN.replace("  emergency:", "  disaster:").replace("on emergency", "on disaster")
    (plans / "new.yaml").write_text(new, encoding="utf-8")
    found = document(gongkai, "old.yaml", "new.yaml", *AT)
    assert (found["verdicts"], found["deadlines"]) == ([], [])
    assert found["log"]["stale_names"] == [{"old": "emergency", "new": "disaster", "lines": 1}]


def test_a_breach_that_goes_to_another_owner_is_erased_and_created(gongkai: Gongkai, plans: Path) -> None:
    new = PLAN.replace("    owner: 区财政局\n    frequency: monthly", "    owner: 区农业局\n    frequency: monthly")
    (plans / "new.yaml").write_text(new, encoding="utf-8")
    (plans / "log.csv").write_text("published,obligation,period\n2017-07-14,prices,2017-W28\n", encoding="utf-8")
    found = document(gongkai, "old.yaml", "new.yaml", "--log", "log.csv", "--as-of", "2017-09-20")
    assert [(each["fate"], each["owners"], each["period"]) for each in found["verdicts"]] == [
        ("created", ["区农业局"], "2017-07"),
        ("erased", ["区财政局"], "2017-07"),
    ]


def fates(gongkai: Gongkai, old: str, new: str, *at: str) -> dict[tuple[str, str], str]:
    found = document(gongkai, old, new, *at)["verdicts"]
    return {("、".join(each["owners"]), each["period"]): each["fate"] for each in found}


def test_a_breach_that_is_shared_among_others_is_seen(gongkai: Gongkai, plans: Path) -> None:
    (plans / "new.yaml").write_text(PLAN.replace("completion: any", "completion: each"), encoding="utf-8")
    head = "published,obligation,owner,period\n"
    at = ("--log", "log.csv", "--as-of", "2017-07-17")
    # One of two has published: enough while they share the duty, not for the other one alone.
    (plans / "log.csv").write_text(f"{head}2017-07-14,prices,区物价办,2017-W28\n", encoding="utf-8")
    alone, shared, both = ("区农业局", "2017-W28"), ("区物价办", "2017-W28"), ("区物价办、区农业局", "2017-W28")
    assert fates(gongkai, "old.yaml", "new.yaml", *at) == {alone: "created", shared: "changed", both: "changed"}
    back = fates(gongkai, "new.yaml", "old.yaml", *at)
    assert back == {alone: "erased", shared: "changed", both: "changed"}
    # Neither has: in breach together, and then each.
    (plans / "log.csv").write_text(head, encoding="utf-8")
    for one, other in (("old.yaml", "new.yaml"), ("new.yaml", "old.yaml")):
        assert fates(gongkai, one, other, *at) == {alone: "changed", shared: "changed", both: "changed"}


def test_clocks_of_two_time_zones_are_told_apart(gongkai: Gongkai, plans: Path) -> None:
    (plans / "new.yaml").write_text(
        PLAN.replace("  ends: 2017-12-31\n", "  ends: 2017-12-31\n  timezone: Asia/Tokyo\n"), encoding="utf-8"
    )
    (plans / "log.csv").write_text("published,kind,event\n2017-08-03 08:00,event,emergency\n", encoding="utf-8")
    said = gongkai("diff", "old.yaml", "new.yaml", *AT, "--lang", "en").out
    assert "2017-08-03, 区财政局: 2017-08-03 (Thu) 13:00 +0800 → 2017-08-03 (Thu) 13:00 +0900\n" in said


def test_erased_and_created_are_mirror_images(gongkai: Gongkai, plans: Path) -> None:
    there, back = document(gongkai, "old.yaml", "new.yaml", *AT), document(gongkai, "new.yaml", "old.yaml", *AT)
    mirror = {"erased": "created", "created": "erased", "changed": "changed"}

    def essence(each: Any) -> tuple[object, ...]:
        return each and (each["status"], each["days_late"], each["deadline"])

    assert Counter(
        (e["fate"], e["period"], essence(e["old"]), essence(e["new"])) for e in there["verdicts"]
    ) == Counter((mirror[e["fate"]], e["period"], essence(e["new"]), essence(e["old"])) for e in back["verdicts"])
    for one, other in (("added", "removed"), ("retroactive", "backdated"), ("erased", "created"), ("moved", "moved")):
        assert there["summary"][one] == back["summary"][other]


@pytest.mark.parametrize(
    ("concern", "code"),
    [("erased", 1), ("created,removed", 1), ("reading", 1), ("owner", 1), ("counting", 0), ("wording , counting", 0),
     ("retroactive", 1), ("any", 1)],
)  # fmt: skip
def test_what_a_build_fails_on(gongkai: Gongkai, plans: Path, concern: str, code: int) -> None:
    assert gongkai("diff", "old.yaml", "new.yaml", *AT, "--fail-on", concern).code == code


def test_what_fails_is_an_error_in_every_report(gongkai: Gongkai, plans: Path) -> None:
    def levels(*more: str) -> dict[str, str]:
        said = gongkai("diff", "old.yaml", "new.yaml", *AT, "--format", "github", *more).out
        return dict(
            re.findall(r"^::(?P<level>\w+) [^\n]*title=(?P<rule>diff-\w+)", said, re.MULTILINE)
            and [(rule, level) for level, rule in re.findall(r"^::(\w+) [^\n]*title=(diff-\w+)", said, re.MULTILINE)]
        )

    plain = levels()
    assert (plain["diff-erased"], plain["diff-removed"], plain["diff-readings"]) == ("warning", "notice", "notice")
    failing = levels("--fail-on", "erased,reading")
    assert (failing["diff-erased"], failing["diff-removed"], failing["diff-readings"]) == ("error", "notice", "error")
    assert set(levels("--fail-on", "any").values()) == {"error"}


def test_annotations_stand_at_the_lines_they_are_about(gongkai: Gongkai, plans: Path) -> None:
    said = gongkai("diff", "old.yaml", "new.yaml", *AT, "--format", "github").out
    lines = {name: (plans / name).read_text(encoding="utf-8").splitlines() for name in ("old.yaml", "new.yaml")}
    places = re.findall(r"file=([^,]+),line=(\d+),col=(\d+),title=(diff-\w+)", said)
    at = {rule: lines[file][int(line) - 1][int(column) - 1 :] for file, line, column, rule in reversed(places)}
    assert at["diff-erased"].startswith("id: policies")
    assert at["diff-readings"].startswith("day 10 of next month")
    assert at["diff-removed"].startswith("id: social")
    assert at["diff-added"].startswith("id: nasty")
    assert {file for file, *_, rule in places if rule == "diff-removed"} == {"old.yaml"}


def test_sarif_and_junit_are_read_back(gongkai: Gongkai, plans: Path) -> None:
    arguments = ("diff", "old.yaml", "new.yaml", *AT, "--fail-on", "erased")
    said = gongkai(*arguments, "--format", "sarif").out
    Sarif.model_validate_json(said)
    results = json.loads(said)["runs"][0]["results"]
    assert Counter(each["level"] for each in results)["error"] == 1
    assert len({each["partialFingerprints"]["gongkai/v1"] for each in results}) == len(results)
    gongkai(*arguments, "--format", "junit", "--output", "report.xml")
    assert JUnitXml.fromfile("report.xml").failures == 1
    ElementTree.parse("report.xml")  # noqa: S314


def test_markdown_holds_no_markup_of_the_plan(gongkai: Gongkai, plans: Path) -> None:
    said = gongkai("diff", "old.yaml", "new.yaml", *AT, "--format", "markdown").out
    html = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(said)
    bare = re.sub(r"<code>.*?</code>", "", html)
    assert not re.search(r"@all|<img|<a |javascript", bare)
    assert "<code>`@all` &lt;img src=x&gt; [x](javascript:y) ::error::</code>" in html


@pytest.mark.parametrize("value", ["a", "`", "``a`", " a", "a\nb", "@x", "```"])
def test_code_spans(value: str) -> None:
    shown = value.replace("\n", "\\x0a")
    html = MarkdownIt().render(f"x {code(value)} y")
    assert html == f"<p>x <code>{shown}</code> y</p>\n"


# Input


@pytest.mark.parametrize("format_", FORMATS)
def test_an_invalid_plan_gives_its_problems(gongkai: Gongkai, plans: Path, format_: str) -> None:
    (plans / "old.yaml").write_text("", encoding="utf-8")
    done = gongkai("diff", "old.yaml", "new.yaml", "--format", format_)
    assert done.code == 2
    assert "GK104" in done.out + done.err
    assert (done.out == "") == (format_ in ("text", "json", "markdown"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("old.yaml", "new.yaml", "--fail-on", "erasd"), "hint: did you mean `erased`?"),
        (("old.yaml", "new.yaml", "--fail-on", "overdue"), "`overdue` is nothing that diff tells"),
        (("old.yaml", "new.yaml", "--fail-on", "erased"), "no log was given"),
        (("old.yaml",), "name the plan after the edit too"),
        (("git:HEAD",), "name the plan after the edit too"),
        (("-", "-"), "standard input holds one plan, not two"),
        (("old.yaml", "new.yaml", "--renamed", "prices"), "`prices` does not name two ids"),
        (("old.yaml", "new.yaml", "--renamed", "price=weekly-prices"), "did you mean `prices`?"),
        (("old.yaml", "new.yaml", "--renamed", "fiscal=fiscal", "--renamed", "fiscal=news"), "for the second time"),
        (("old.yaml", "new.yaml", "--log", "none.csv"), "none.csv"),
        (("old.yaml", "none.yaml"), "there is no such file"),
    ],
)
def test_usage_errors(gongkai: Gongkai, plans: Path, arguments: tuple[str, ...], said: str) -> None:
    done = gongkai("diff", *arguments, "--lang", "en")
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_bad_lines_of_the_log_give_no_answer(gongkai: Gongkai, plans: Path) -> None:
    (plans / "log.csv").write_text(LOG + "2017-02-30,fiscal,,,,,,\n", encoding="utf-8")
    done = gongkai("diff", "old.yaml", "new.yaml", *AT, "--lang", "en")
    assert (done.code, done.out) == (2, "")
    assert "log.csv:9:1: error GK658" in done.err
    skipped = gongkai("diff", "old.yaml", "new.yaml", *AT, "--lang", "en", "--skip-bad-lines")
    assert skipped.code == 0
    assert "1 bad lines were skipped." in skipped.err
    assert skipped.out.startswith("编造的小计划")


def test_what_was_known_on_a_day(gongkai: Gongkai, plans: Path) -> None:
    found = document(gongkai, "old.yaml", "new.yaml", "--log", "log.csv", "--known-on", "2017-08-25")
    assert (found["as_of"], found["known_on"]) == ("2017-08-25", "2017-08-25")
    said = gongkai("diff", "old.yaml", "new.yaml", "--log", "log.csv", "--known-on", "2017-08-25", "--lang", "en").out
    assert "As of 2017-08-25 Friday. Only lines recorded by 2017-08-25 Friday count. Log: log.csv.\n" in said


def test_a_version_of_git_against_the_file(gongkai: Gongkai, plans: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    new = (plans / "new.yaml").read_bytes()
    author = ("-c", "user.name=office", "-c", "user.email=office@office.invalid")
    for command in (["init", "-q"], ["add", "old.yaml"], [*author, "commit", "-q", "-m", "first"]):
        subprocess.run(["git", *command], check=True)
    (plans / "old.yaml").write_bytes(new)
    said = gongkai("diff", "git:HEAD:old.yaml", "--as-of", "2017-10-20", "--lang", "en")
    assert (said.code, said.err) == (0, "")
    assert "From git:HEAD:old.yaml to old.yaml\n" in said.out
    by_name = gongkai("diff", "git:HEAD:old.yaml", "old.yaml", "--as-of", "2017-10-20", "--lang", "en")
    assert by_name.out == said.out
    places = re.findall(r"file=([^,]+),", gongkai("diff", "git:HEAD:old.yaml", "--format", "github").out)
    assert set(places) == {"old.yaml"}


def test_long_lists_are_cut_for_people_and_whole_in_json(gongkai: Gongkai, plans: Path) -> None:
    daily = PLAN.replace("frequency: weekly", "frequency: daily")
    (plans / "old.yaml").write_text(daily, encoding="utf-8")
    later = daily.replace("    deadline: end of period", "    deadline: 2 days after end of period")
    (plans / "new.yaml").write_text(later, encoding="utf-8")
    arguments = ("diff", "old.yaml", "new.yaml", "--as-of", "2017-07-01")
    assert "… and 124 more\n" in gongkai(*arguments, "--lang", "en").out
    assert len(gongkai(*arguments, "--format", "json").json()["deadlines"]) == 174
    assert "… and 154 more" in gongkai(*arguments, "--lang", "en", "--format", "markdown").out


RARE = (
    ("deadline: 2017-12-31", "deadline: none"),
    ("    frequency: weekly\n", "    frequency: weekly\n    opens: day 3 of period\n    min_records: 2\n"),
    ("  - {name: 区农业局}\n", "  - {name: 区农业局}\n  - {name: 区水利局}\n"),
    ("  emergency: 突发事件发生\n", "  emergency: 突发事件发生\n  flood: 汛情\n"),
    ("    act: do\n", "    act: publish\n    support: [区水利局]\n"),
    ("  - id: social\n    clause: 六\n", "  - id: society\n    clause: 六（一）\n"),
    ("quote: 定期公布情况", "quote: 定期公布相关情况"),
    ("frequency: monthly\n", "frequency: quarterly\n"),
)  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("way", ["there", "back"])
def test_the_words_of_rarer_changes(gongkai: Gongkai, plans: Path, lang: str, way: str) -> None:
    new = PLAN
    for before, after in RARE:
        assert before in new
        new = new.replace(before, after)
    new += "untracked:\n  - {clause: 七, quote: 加强领导, reason: 无具体行为}\n"
    (plans / "new.yaml").write_text(new, encoding="utf-8")
    # Undated by their period, and one week short: which it belongs to is uncertain.
    (plans / "log.csv").write_text(
        "published,obligation,owner\n2017-07-14,prices,区物价办\n2017-07-30,prices,区农业局\n2017-07-30,prices,区物价办\n",
        encoding="utf-8",
    )
    sides = ("old.yaml", "new.yaml") if way == "there" else ("new.yaml", "old.yaml")
    done = gongkai("diff", *sides, "--log", "log.csv", "--as-of", "2017-08-01", "--lang", lang)
    assert (done.code, done.err) == (0, "")
    assert_golden(f"diff.rare.{way}.{lang}.text", done.out)


def test_a_comment_is_never_longer_than_reviews_take(gongkai: Gongkai, plans: Path) -> None:
    what = "owner: 区农业局, frequency: once, deadline: none"
    duty = f"  - {{{{id: x{{n}}, clause: 七, quote: 公布第{{n}}项, title: 第{{n}}项, {what}}}}}\n"
    (plans / "new.yaml").write_text(PLAN + "".join(duty.format(n=n) for n in range(2000)), encoding="utf-8")
    said = gongkai("diff", "old.yaml", "new.yaml", "--format", "markdown", "--lang", "en").out
    assert 55_000 < len(said) <= 60_100
    left_out = re.search(r"… and ([0-9]+) more, which a comment cannot hold", said)
    assert left_out is not None
    assert said.count("\n- `第") + int(left_out[1]) == 2000
