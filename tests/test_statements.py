"""What the lines of a log say of a plan: names resolved, dates read, and why a line says nothing."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from held_in_memory import grouped

from gongkai_cli.evaluation.names import matchers
from gongkai_cli.evaluation.statements import Event, Statements, read_statements
from gongkai_cli.log.wishes import Matcher
from gongkai_cli.messages import Text, Words
from gongkai_cli.plan import Plan
from gongkai_cli.plan_file import parse_plan

ZONE = ZoneInfo("Asia/Shanghai")
PLAN = """\
version: 1
plan: {id: p, title: P, issued: 2017-07-11, ends: 2017-12-31}
owners:
  - {name: 财政局, aliases: [区财政局]}
  - {name: 民政局}
  - {name: 甲镇}
  - {name: 乙镇}
  - {name: 各镇, members: [甲镇, 乙镇]}
  - {name: 文化、旅游局}
events: {congress: 人代会, emergency: 突发事件}
obligations:
  - {id: fiscal, clause: '1', quote: 按月, title: 财政收支月报, owner: 财政局, frequency: monthly,
     deadline: end of next month, nil: accepted, match: {title: [财政收支], column: [财政信息]}}
  - {id: reports, clause: '2', quote: 按季, title: 季报, owner: [财政局, 民政局], completion: each,
     frequency: quarterly, deadline: end of next month, match: {title: [季报]}}
  - {id: towns, clause: '3', quote: 按年, title: 年报, owner: 各镇, frequency: annual, deadline: 12-31,
     match: {title: [年度 报告, 年报], column: [年报]}}
  - {id: prices, clause: '4', quote: 每周, title: 价格, owner: [财政局, 民政局], completion: any, frequency: weekly,
     deadline: end of period, match: {title: [价格, 季报]}}
  - {id: budget, clause: '5', quote: 批准后, title: 预算、决算, owner: 财政局, frequency: on congress,
     deadline: 20 days after event}
  - {id: news, clause: '6', quote: 5小时内, title: 权威信息, owner: 民政局, frequency: on emergency,
     deadline: 5 hours after event}
  - {id: sights, clause: '9', quote: 年底前, title: 景区, owner: 文化、旅游局, frequency: once, deadline: 2017-12-31}
  - {id: twin-1, clause: '7', quote: 年底前, title: 同名, owner: 民政局, frequency: once, deadline: 2017-12-31}
  - {id: twin-2, clause: '8', quote: 年底前, title: 同名, owner: 民政局, frequency: once, deadline: 2017-12-31}
"""
APPROVED = {"approved_by": "政府办", "reference": "1号", "note": "改版"}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return parse_plan(PLAN.encode(), "plan.yaml").usable()


def said(plan: Plan, *lines: dict[str, str]) -> Statements:
    return read_statements(plan, grouped(plan, lines, timed=True))


def english(text: Text | None) -> str:
    return Words("en")(text) if text is not None else ""


DATE = "write YYYY-MM-DD, for example 2017-07-11"
WHO = "write who approved it, which paper says so, and why"


@pytest.mark.parametrize(
    ("line", "code", "column", "message", "hint"),
    [
        ({"kind": "notice"}, "GK653", "kind", "`notice` is no kind of line",
         "write one of: publication, nil, correction, event, waiver, extension"),
        ({"obligation": "fiscla"}, "GK651", "obligation", "`fiscla` is no obligation of the plan",
         "did you mean `fiscal`?"),
        ({"obligation": "ｆｉｓｃａl"}, "GK651", "obligation", "`ｆｉｓｃａl` is no obligation of the plan",
         "did you mean `fiscal`?"),
        ({"obligation": "同名"}, "GK651", "obligation", "`同名` is no obligation of the plan",
         "`gongkai due` shows the ids"),
        ({"obligation": "fiscal", "owner": "区财政"}, "GK652", "owner", "`区财政` is no owner of the plan",
         "did you mean `区财政局`?"),
        ({"obligation": "fiscal", "owner": "水利"}, "GK652", "owner", "`水利` is no owner of the plan",
         "add it to the plan, or as an alias there"),
        ({"kind": "event", "event": "congres"}, "GK654", "event", "`congres` is no event of the plan",
         "did you mean `congress`?"),
        ({"kind": "event", "event": "洪水"}, "GK654", "event", "`洪水` is no event of the plan",
         "add it to the plan's `events`"),
        ({"kind": "event", "event": "突发事件"}, "GK655", "published",
         "this event starts a clock of hours and has no time", "write the time too: 2017-08-05 22:30"),
        ({"kind": "event", "event": "congress", "owner": "水利"}, "GK652", "owner", "`水利` is no owner of the plan",
         "add it to the plan, or as an alias there"),
        ({"kind": "waiver", "obligation": "fiscal", "until": "2017-08-31", **APPROVED, "approved_by": ""}, "GK657",
         "approved_by", "the line needs `approved_by`", WHO),
        ({"kind": "waiver", "obligation": "fiscal", "until": "2017-08-31", **APPROVED, "reference": ""}, "GK657",
         "reference", "the line needs `reference`", WHO),
        ({"kind": "extension", "obligation": "fiscal", "period": "2017-07", "until": "2017-08-31", **APPROVED,
          "note": ""}, "GK657", "note", "the line needs `note`", WHO),
        ({"kind": "waiver", "obligation": "fiscal", **APPROVED}, "GK657", "until", "the line needs `until`",
         "write the last deadline covered"),
        ({"kind": "waiver", "until": "2017-08-31", **APPROVED}, "GK657", "obligation", "the line needs `obligation`",
         "name the obligation"),
        ({"kind": "extension", "period": "2017-07", "until": "2017-08-31", **APPROVED}, "GK657", "obligation",
         "the line needs `obligation`", "name the obligation"),
        ({"kind": "waiver", "obligation": "fiscal", "until": "2017-02-30", **APPROVED}, "GK658", "until",
         "`2017-02-30` is a day that does not exist", DATE),
        ({"kind": "extension", "obligation": "fiscal", "period": "2017-07", "until": "soon", **APPROVED}, "GK658",
         "until", "`soon` is not a date", DATE),
        ({"kind": "extension", "obligation": "fiscal", "period": "2017-07", "until": "2017-09-30", **APPROVED,
          "published": "soon"}, "GK658", "published", "`soon` is not a date", DATE),
        ({"kind": "waiver", "obligation": "fiscal", "until": "2017-09-30", **APPROVED, "published": "soon"}, "GK658",
         "published", "`soon` is not a date", DATE),
        ({"kind": "event", "event": "congress", "published": "soon"}, "GK658", "published", "`soon` is not a date",
         DATE),
        ({"kind": "event", "event": "congress", "recorded": "soon"}, "GK658", "recorded", "`soon` is not a date", DATE),
        ({"obligation": "fiscal", "published": "soon"}, "GK658", "published", "`soon` is not a date", DATE),
        ({"obligation": "fiscal", "formed": "soon"}, "GK658", "formed", "`soon` is not a date", DATE),
        ({"obligation": "fiscal", "recorded": "soon"}, "GK658", "recorded", "`soon` is not a date", DATE),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_rejected_with_its_column(
    plan: Plan, line: dict[str, str], code: str, column: str, message: str, hint: str
) -> None:
    found = said(plan, {"published": "2017-08-05", **line})
    assert [(each.key, each.code, each.column, each.spared) for each in found.rejected] == [(0, code, column, 0)]
    assert english(found.rejected[0].message) == message
    assert english(found.rejected[0].hint) == hint
    assert (found.publications, found.waivers, found.extensions, found.events, found.unmatched) == ({}, {}, {}, [], {})


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ({"obligation": "reports"}, "`reports` has several owners; the line must name one"),
        ({"obligation": "fiscal", "owner": "民政局、甲镇"}, "民政局、甲镇 does not owe `fiscal`"),
        ({"obligation": "reports", "owner": "财政局", "kind": "nil"},
         "`reports` does not accept that there is nothing to publish"),
        ({"owner": "水利局", "title": "财政收支"}, "the plan does not know the owner `水利局`"),
        ({"owner": "财政局", "title": "人事任免"}, "no obligation's `match` fits the line"),
        ({"owner": "财政局", "title": "财政收支", "column": "首页"}, "no obligation's `match` fits the line"),
        ({"owner": "甲镇", "title": "财政收支", "column": "财政信息"}, "no obligation's `match` fits the line"),
        ({"owner": "财政局", "event": "congress"}, "the line names an event, but its `kind` is not `event`"),
        ({"owner": "财政局", "title": "价格季报"}, "several obligations fit the line: reports、prices"),
        ({"kind": "extension", "obligation": "fiscal", "until": "2017-09-30", **APPROVED},
         "an extension needs `period`"),
        ({"kind": "waiver", "obligation": "reports", "until": "2017-09-30", **APPROVED},
         "`reports` has several owners; the line must name one"),
    ],
)  # fmt: skip
def test_what_is_understood_and_about_no_duty_is_unmatched_with_the_reason(
    plan: Plan, line: dict[str, str], reason: str
) -> None:
    found = said(plan, {"published": "2017-08-05", **line})
    assert {key: english(why) for key, why in found.unmatched.items()} == {0: reason}
    assert (found.publications, found.waivers, found.extensions, found.events, found.rejected) == ({}, {}, {}, [], [])


SHARES = {
    "fiscal": ("fiscal", ("财政局",)),
    "reports of 财政局": ("reports", ("财政局",)),
    "reports of 民政局": ("reports", ("民政局",)),
    "towns of 甲镇": ("towns", ("甲镇",)),
    "towns of 乙镇": ("towns", ("乙镇",)),
    "prices": ("prices", ("财政局", "民政局")),
    "budget": ("budget", ("财政局",)),
    "sights": ("sights", ("文化、旅游局",)),
}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"obligation": "fiscal"}, {"fiscal": {"财政局"}}),
        ({"obligation": "财政收支月报", "owner": "区财政局"}, {"fiscal": {"财政局"}}),
        ({"obligation": "fiscal、reports", "owner": "财政局"},
         {"fiscal": {"财政局"}, "reports of 财政局": {"财政局"}}),
        ({"obligation": "预算、决算"}, {"budget": {"财政局"}}),
        ({"obligation": "reports", "owner": "财政局；民政局"},
         {"reports of 财政局": {"财政局"}, "reports of 民政局": {"民政局"}}),
        ({"obligation": "reports", "owner": "甲镇、民政局"}, {"reports of 民政局": {"民政局"}}),
        ({"obligation": "towns", "owner": "各镇"}, {"towns of 甲镇": {"甲镇"}, "towns of 乙镇": {"乙镇"}}),
        ({"obligation": "sights", "owner": "文化、旅游局"}, {"sights": {"文化、旅游局"}}),
        # Of two duties of the same owners, one owed by each and one by any of them.
        ({"obligation": "reports、prices", "owner": "民政局"},
         {"reports of 民政局": {"民政局"}, "prices": {"民政局"}}),
        # Of a duty that several share, a line names those whom it names, or nobody.
        ({"obligation": "prices"}, {"prices": set()}),
        ({"obligation": "prices", "owner": "民政局"}, {"prices": {"民政局"}}),
        ({"obligation": "prices", "owner": "民政局、财政局"}, {"prices": {"财政局", "民政局"}}),
        # Without an obligation, `match` and the owner tell.
        ({"title": "7月财政收支情况", "column": "财政信息"}, {"fiscal": {"财政局"}}),
        ({"title": "7月财政收支情况", "column": "财政信息", "owner": "区财政局"}, {"fiscal": {"财政局"}}),
        ({"title": "季报", "owner": "财政局、甲镇"}, {}),
        ({"title": "价格 季报", "owner": "民政局"}, {}),
        ({"title": "价格", "owner": "民政局、财政局"}, {"prices": {"财政局", "民政局"}}),
    ],
)  # fmt: skip
def test_whom_a_publication_is_said_of(plan: Plan, line: dict[str, str], expected: dict[str, set[str]]) -> None:
    found = said(plan, {"published": "2017-08-05", **line}).publications
    assert {share: [each.owners for each in publications] for share, publications in found.items()} == {
        SHARES[name]: [frozenset(owners)] for name, owners in expected.items()
    }


def test_what_a_publication_says(plan: Plan) -> None:
    line = {
        "obligation": "fiscal", "published": "2017-08-05 09:30", "formed": "2017年8月1日", "kind": "公开",
        "recorded": "2017-08-06 10:00", "period": "2017-06、2017-07",
    }  # fmt: skip
    june, july = said(plan, {**line, "url": "a/1"}, {**line, "url": "a/2"}).publications[SHARES["fiscal"]]
    assert (june.period, july.period) == ("2017-06", "2017-07")
    assert june.published == datetime(2017, 8, 5, 9, 30, tzinfo=ZONE)
    assert (june.formed, june.recorded, june.kind) == (date(2017, 8, 1), date(2017, 8, 6), "publication")
    assert (june.key, june.lines, len(set(june.marks)), june.first, june.whole) == (0, 2, 2, 0, True)
    assert june._replace(period="2017-07") == july


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("", "publication"), ("publication", "publication"), ("公开", "publication"), ("发布", "publication"),
        (" Nil ", "nil"), ("本期无", "nil"), ("correction", "correction"), ("更正", "correction"),
    ],
)  # fmt: skip
def test_kinds_are_written_in_both_languages(plan: Plan, written: str, kind: str) -> None:
    found = said(plan, {"obligation": "fiscal", "published": "2017-08-05", "kind": written})
    assert [each.kind for each in found.publications[SHARES["fiscal"]]] == [kind]


def test_what_waivers_and_extensions_say(plan: Plan) -> None:
    until_october = {"published": "2017-08-05", "until": "2017-10-31", **APPROVED}
    of_two_months = {**until_october, "obligation": "fiscal", "period": "2017-07、2017-08"}
    found = said(
        plan,
        {**until_october, "kind": "免责", "obligation": "reports", "owner": "民政局"},
        {**of_two_months, "kind": "waiver"},
        {**of_two_months, "kind": "延期", "until": "2017-10-31 17:30"},
    )
    on, until = date(2017, 8, 5), date(2017, 10, 31)
    assert {share: [each[:3] for each in waivers] for share, waivers in found.waivers.items()} == {
        SHARES["reports of 民政局"]: [(on, until, "")],
        SHARES["fiscal"]: [(on, until, "2017-07"), (on, until, "2017-08")],
    }
    at = datetime(2017, 10, 31, 17, 30, tzinfo=ZONE)
    assert {share: [each[:3] for each in extensions] for share, extensions in found.extensions.items()} == {
        SHARES["fiscal"]: [(on, at, "2017-07"), (on, at, "2017-08")],
    }


def test_what_events_say(plan: Plan) -> None:
    lines = [
        {"kind": "event", "event": "人代会", "published": "2017-08-05"},
        {"kind": "事件", "event": "congress", "published": "2017-08-06", "period": "二次会议", "owner": "各镇、财政局",
         "obligation": "budget、towns", "recorded": "2017-08-07 09:00"},
        {"kind": "event", "event": "emergency", "published": "2017-08-08 22:30"},
    ]  # fmt: skip
    nobody: frozenset[str] = frozenset()
    events = {each.label: each._replace(key=0) for each in said(plan, *lines).events}
    assert events == {
        "2017-08-05": Event("congress", "2017-08-05", date(2017, 8, 5), nobody, nobody, None, 0),
        "二次会议": Event(
            "congress", "二次会议", date(2017, 8, 6), frozenset({"甲镇", "乙镇", "财政局"}),
            frozenset({"budget", "towns"}), date(2017, 8, 7), 0,
        ),
        "2017-08-08": Event(
            "emergency", "2017-08-08", datetime(2017, 8, 8, 22, 30, tzinfo=ZONE), nobody, nobody, None, 0
        ),
    }  # fmt: skip


def test_of_events_of_one_name_and_key_all_but_one_are_rejected(plan: Plan) -> None:
    event = {"kind": "event", "event": "congress", "published": "2017-08-05"}
    other = {**event, "period": "2017-08-05"}
    found = said(plan, event, event, other, {**event, "event": "emergency", "published": "2017-08-05 09:00"})
    assert [(each.name, each.label) for each in found.events] == [
        ("congress", "2017-08-05"),
        ("emergency", "2017-08-05"),
    ]
    assert [(each.code, each.column, each.spared) for each in found.rejected] == [
        ("GK656", "event", 1),
        ("GK656", "event", 0),
    ]
    assert english(found.rejected[0].message) == "the event `congress` (2017-08-05) stands twice"
    assert english(found.rejected[0].hint) == "give each a `period` of its own, or delete one line"


def test_some_lines_by_themselves(plan: Plan) -> None:
    event = {"kind": "event", "event": "congress", "published": "2017-08-05"}
    lines = [
        event,
        {**event, "period": "2017-08-05"},
        {**APPROVED, "kind": "extension", "obligation": "fiscal", "published": "2017-08-05", "until": "2017-10-31",
         "period": "2017-07"},
        {"obligation": "fiscal", "published": "2017-08-05"},
        {"obligation": "reports", "published": "2017-08-05"},
        {"kind": "waiver", "obligation": "fiscal", "published": "2017-08-05", "until": "2017-10-31", **APPROVED},
    ]  # fmt: skip
    whole = said(plan, *lines)
    assert len(whole.rejected) == 1
    second = next(each for each, _ in whole.heard if each.key == whole.rejected[0].key)
    alone = whole.of({second.key})
    assert (alone.events, alone.rejected) == ([second], [])  # its twin is not known yet
    assert not any(any(found.values()) for found in (alone.publications, alone.waivers, alone.extensions))
    assert alone.unmatched == {}
    everything = whole.of(range(len(lines)))
    assert (everything.publications, everything.waivers, everything.extensions) == (
        whole.publications, whole.waivers, whole.extensions,
    )  # fmt: skip
    assert (everything.events, everything.rejected, everything.unmatched) == (
        whole.events, whole.rejected, whole.unmatched,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fits", "share", "reason"),
    [
        ("prices", "prices", None),
        ("fiscal", "fiscal", None),
        ("", None, "no obligation's `match` fits the line"),
        ("fiscal prices", None, "several obligations fit the line: fiscal、prices"),
        ("towns", None, "no obligation's `match` fits the line"),  # which is not this owner's
    ],
)
def test_where_the_engine_has_tried_all_matches_it_is_believed(
    plan: Plan, fits: str, share: str | None, reason: str | None
) -> None:
    (group,) = grouped(
        plan, [{"published": "2017-08-05", "owner": "财政局", "title": "财政收支", "column": "财政信息"}]
    )
    found = read_statements(plan, [replace(group, fits=fits)])  # type: ignore[arg-type]
    assert list(found.publications) == ([SHARES[share]] if share else [])
    assert [english(why) for why in found.unmatched.values()] == ([reason] if reason else [])


def test_how_lines_without_an_obligation_are_known_for_one(plan: Plan) -> None:
    finance, affairs, towns = {"财政局", "区财政局"}, {"民政局"}, {"甲镇", "乙镇", "各镇"}
    assert list(matchers(plan)) == [
        Matcher("fiscal", (("财政收支",),), ("财政信息",), frozenset(finance)),
        Matcher("reports", (("季报",),), (), frozenset(finance | affairs)),
        Matcher("towns", (("年度", "报告"), ("年报",)), ("年报",), frozenset(towns)),
        Matcher("prices", (("价格",), ("季报",)), (), frozenset(finance | affairs)),
    ]


def test_of_two_lines_that_fit_nothing_each_has_its_own_reason(plan: Plan) -> None:
    lines = [{"published": "2017-08-05", "owner": "财政局", **cells} for cells in ({}, {"event": "congress"})]
    groups = [replace(group, fits="") for group in grouped(plan, lines)]  # type: ignore[arg-type]
    assert sorted(english(why) for why in read_statements(plan, groups).unmatched.values()) == [
        "no obligation's `match` fits the line",
        "the line names an event, but its `kind` is not `event`",
    ]


def test_events_of_one_key_are_twins_whether_they_have_a_time_or_not(plan: Plan) -> None:
    event = {"kind": "event", "event": "congress"}
    found = said(plan, {**event, "published": "2017-08-05 09:00"}, {**event, "published": "2017-08-05"})
    assert [each.when for each in found.events] == [date(2017, 8, 5)]
    assert [each.code for each in found.rejected] == ["GK656"]


def test_nothing_to_publish_is_refused_for_the_duties_that_do_not_accept_it(plan: Plan) -> None:
    found = said(plan, {"obligation": "reports、fiscal", "owner": "财政局", "published": "2017-08-05", "kind": "nil"})
    assert list(found.publications) == [SHARES["fiscal"]]
    assert [english(why) for why in found.unmatched.values()] == [
        "`reports` does not accept that there is nothing to publish"
    ]


def test_a_cell_of_separators_names_no_period(plan: Plan) -> None:
    (found,) = said(plan, {"obligation": "fiscal", "published": "2017-08-05", "period": "、；"}).publications.values()
    assert [each.period for each in found] == [""]


def test_lines_of_which_nothing_tells_the_records_apart_are_other_records_than_those_of_other_groups(
    plan: Plan,
) -> None:
    lines = [{"obligation": "fiscal", "published": day} for day in ("2017-08-05", "2017-08-06")]
    groups = [replace(group, marks=()) for group in grouped(plan, lines)]
    (found,) = read_statements(plan, groups).publications.values()
    assert [len(each.marks) for each in found] == [1, 1]
    assert found[0].marks != found[1].marks


def test_of_the_moment_when_a_line_was_written_down_the_day_counts(plan: Plan) -> None:
    publication, event = grouped(
        plan,
        [
            {"obligation": "fiscal", "published": "2017-08-05"},
            {"kind": "event", "event": "congress", "published": "2017-08-05"},
        ],
    )
    found = read_statements(plan, [replace(each, recorded="2017-08-06 10:00") for each in (publication, event)])
    assert type(found.publications[SHARES["fiscal"]][0].recorded) is date
    assert found.publications[SHARES["fiscal"]][0].recorded == found.events[0].known == date(2017, 8, 6)
