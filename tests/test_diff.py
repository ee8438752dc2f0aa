"""One plan against another: what is told, by the plans alone; with a log in test_diff_formats.py."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from conftest import PLAN, REAL_PLAN
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from gongkai_cli.deadlines import parse_deadline
from gongkai_cli.diff import Difference, compare, known_names, pair
from gongkai_cli.diff.changes import Change
from gongkai_cli.diff.pairing import resembling
from gongkai_cli.frequencies import parse_frequency, parse_length, parse_season
from gongkai_cli.plan import (
    EscalationStep,
    MatchRule,
    Obligation,
    Owner,
    Plan,
    PlanMeta,
    Reading,
    SignalSettings,
    Untracked,
)
from gongkai_cli.plan_file import LoadedPlan, parse_plan
from gongkai_cli.workdays import official_calendar

AS_OF = date(2017, 10, 1)


def loaded(content: str, name: str = "plan.yaml") -> LoadedPlan:
    found = parse_plan(content.encode(), name)
    assert found.errors == ()
    return found


def difference(old: str, new: str, declared: dict[str, str] | None = None, as_of: date = AS_OF) -> Difference:
    one, other = loaded(old, "old.yaml"), loaded(new, "new.yaml")
    return compare(one, other, pair(one.usable(), other.usable(), declared), official_calendar(), as_of)


def edited(*replacements: tuple[str, str], plan: str = PLAN) -> str:
    for before, after in replacements:
        assert before in plan
        plan = plan.replace(before, after)
    return plan


def told(found: Difference) -> list[tuple[str, str, str, str | None, str | None]]:
    return [(each.kind, each.name, each.key, each.old, each.new) for each in found.changes]


# Nothing is lost


def test_a_plan_and_itself_say_the_same() -> None:
    for content in (PLAN, REAL_PLAN.read_text(encoding="utf-8")):
        found = difference(content, content)
        assert (found.changes, found.moves, found.revisions) == ((), (), None)
        assert set(found.counts.values()) == {0}


def test_comments_order_and_layout_are_no_changes() -> None:
    head, _, duties = PLAN.partition("obligations:\n")
    turned = "".join(reversed([f"  - id: {each}" for each in duties.split("  - id: ")[1:]]))
    assert difference(PLAN, f"# a remark\n\n{head}obligations:\n{turned}").changes == ()


COMPLETE = PLAN.replace(
    "    owner: 区财政局\n    frequency: monthly\n",
    "    owner: 区财政局\n    match: {title: [财政收支]}\n    frequency: monthly\n",
).replace("  ends: 2017-12-31\n", "  ends: 2017-12-31\n  escalation: [{after: 1 day, call: 提醒}]\n") + (
    "untracked:\n  - {clause: 七, quote: 加强领导, reason: 无具体行为}\n"
)
# Another value for every key there is; a new key without one fails the test below.
OTHER: dict[type[BaseModel], dict[str, Any]] = {
    PlanMeta: {
        "id": "other", "title": "另一计划", "document_number": "另〔2017〕2号", "issuer": "某办",
        "issued": date(2017, 7, 12), "starts": date(2017, 8, 1), "ends": date(2018, 1, 31),
        "timezone": ZoneInfo("UTC"), "calendar": "XX", "language": "en", "warn_before": parse_length("1 day"),
        "escalation": (), "signals": SignalSettings(url_days=4),
    },
    SignalSettings: {"recorded_after": parse_length("1 day"), "url_days": 9, "filled_together": 9},
    EscalationStep: {"after": parse_length("9 days"), "call": "通报"},
    Owner: {"name": "另一单位", "aliases": ("别名",), "members": ("区物价办",)},
    Reading: {
        "word": "每月", "about": "frequency", "means": "另一含义", "authority": "另一依据",
        "deadline": parse_deadline("day 5 of next month"),
    },
    MatchRule: {"title": ("另外",), "column": ("栏目",)},
    Obligation: {
        "id": "other", "clause": "九", "quote": "另一句话", "title": "另一标题", "owner": ("区农业局",),
        "completion": "any", "support": ("区物价办",), "act": "do", "frequency": parse_frequency("quarterly"),
        "season": (parse_season("02-01..12-31"),), "opens": parse_deadline("start of period"),
        "deadline": parse_deadline("day 9 of next month"), "roll": "next", "readings": ("none-such",),
        "from_": date(2017, 8, 1), "until": "none", "min_records": 2, "nil": "accepted",
        "match": MatchRule(title=("另外",)), "channel": "网站", "note": "备注",
    },
    Untracked: {"clause": "九", "quote": "另一句话", "reason": "另一理由"},
}  # fmt: skip
SECTIONS = {
    Plan: lambda plan: plan,
    PlanMeta: lambda plan: plan.plan,
    SignalSettings: lambda plan: plan.plan.signals,
    EscalationStep: lambda plan: plan.plan.escalation[0],
    Owner: lambda plan: plan.owners[0],
    Reading: lambda plan: plan.readings["monthly"],
    MatchRule: lambda plan: plan.obligations[0].match,
    Obligation: lambda plan: plan.obligations[0],
    Untracked: lambda plan: plan.untracked[0],
}


def models(model: type[BaseModel] = Plan) -> set[type[BaseModel]]:
    """Every model that a plan is made of."""

    def inside(annotation: Any) -> Iterator[type[BaseModel]]:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield annotation
        for each in getattr(annotation, "__args__", ()):
            yield from inside(each)

    direct = {each for field in model.model_fields.values() for each in inside(field.annotation)}
    return {model, *direct, *(each for found in direct for each in models(found))}


def with_value(plan: Plan, model: type[BaseModel], key: str, value: Any) -> Plan:
    """A plan in which one key of the first part of a kind has another value."""
    part: BaseModel = SECTIONS[model](plan)
    changed = part.model_copy(update={key: value})
    meta, duty = plan.plan, plan.obligations[0]
    update: dict[type[BaseModel], dict[str, Any]] = {
        PlanMeta: {"plan": changed},
        SignalSettings: {"plan": meta.model_copy(update={"signals": changed})},
        EscalationStep: {"plan": meta.model_copy(update={"escalation": (changed,)})},
        Owner: {"owners": (changed, *plan.owners[1:])},
        Reading: {"readings": {**plan.readings, "monthly": changed}},
        MatchRule: {"obligations": (duty.model_copy(update={"match": changed}), *plan.obligations[1:])},
        Obligation: {"obligations": (changed, *plan.obligations[1:])},
        Untracked: {"untracked": (changed, *plan.untracked[1:])},
    }
    return Plan.model_construct(**{**dict(plan), **update[model]})


def test_the_table_above_knows_every_key_of_every_model() -> None:
    assert models() == set(SECTIONS)
    assert {model: set(values) for model, values in OTHER.items()} == {
        model: set(model.model_fields) for model in models() - {Plan}
    }
    # One version, and the sections themselves.
    assert set(Plan.model_fields) == {"version", "plan", "owners", "events", "readings", "obligations", "untracked"}


@pytest.mark.parametrize(
    ("model", "key"), [(model, key) for model, values in OTHER.items() for key in values], ids=lambda each: str(each)
)
def test_every_key_of_every_part_is_told(model: type[BaseModel], key: str) -> None:
    from gongkai_cli.diff.changes import changes

    old = loaded(COMPLETE).usable()
    value = OTHER[model][key]
    assert getattr(SECTIONS[model](old), key) != value
    new = with_value(old, model, key, value)
    if key == "readings":
        new.readings["none-such"] = new.readings["monthly"]
    for one, other in ((old, new), (new, old)):
        found = changes(pair(one, other))
        assert found, f"{model.__name__}.{key} is not told"
        assert all(each.old != each.new for each in found)


def test_events_are_told() -> None:
    assert told(difference(PLAN, edited(("突发事件发生", "事故发生")))) == [
        ("field", "emergency", "", "突发事件发生", "事故发生")
    ]


# What it means


def test_an_obligation_added_and_removed() -> None:
    new = edited(
        ("  - id: social\n", "  - id: reports\n"),
        ("情况公布", "年报"),
        ("定期公布情况", "公布年报"),
        ("clause: 六", "clause: 八"),
    )
    found = difference(PLAN, new)
    assert [(each.kind, each.name, each.resembles) for each in found.changes] == [
        ("added", "reports", ""),
        ("removed", "social", ""),
    ]
    assert [str(found.place(each)) for each in found.changes] == ["new.yaml:60:5", "old.yaml:60:5"]


@pytest.mark.parametrize(
    ("more", "kinds"),
    [
        ((), ["renamed"]),
        ((("clause: 一（一）1", "clause: 一（二）"),), ["renamed", "wording"]),
        ((("quote: 按月公开财政收支情况", "quote: 每月公开财政收支情况"),), ["renamed", "wording"]),
        ((("title: 财政收支月报", "title: 收支月报"),), ["renamed", "wording"]),
        # Another title, and owed by another or at another time: that may be another duty.
        (
            (("title: 财政收支月报", "title: 收支月报"), ("readings: [monthly]", "deadline: end of period")),
            ["added", "removed"],
        ),
        ((("clause: 一（一）1", "clause: 一（二）"), ("title: 财政收支月报", "title: 收支月报")), ["added", "removed"]),
    ],
)
def test_a_new_id_is_a_new_name_where_the_rule_says_so(more: tuple[tuple[str, str], ...], kinds: list[str]) -> None:
    new = edited(("  - id: fiscal\n", "  - id: revenue\n"), *more)
    found = difference(PLAN, new)
    assert [each.kind for each in found.changes if each.section == "obligations"] == kinds
    back = difference(new, PLAN)
    assert ("renamed" in kinds) == ("renamed" in [each.kind for each in back.changes])


def test_two_candidates_are_no_new_name() -> None:
    duty = PLAN.partition("obligations:\n")[2].partition("  - id: prices")[0]
    new = edited((duty, duty.replace("id: fiscal", "id: one") + duty.replace("id: fiscal", "id: two")))
    assert [each.kind for each in difference(PLAN, new).changes] == ["added", "added", "removed"]


def test_a_likely_new_name_is_said_and_can_be_declared() -> None:
    new = edited(
        ("  - id: fiscal\n", "  - id: revenue\n"),
        ("clause: 一（一）1", "clause: 一（二）"),
        ("title: 财政收支月报", "title: 收支月报"),
    )
    found = difference(PLAN, new)
    assert {each.name: each.resembles for each in found.changes} == {"revenue": "fiscal", "fiscal": "revenue"}
    declared = difference(PLAN, new, {"fiscal": "revenue"})
    assert [(each.kind, each.key) for each in declared.changes] == [
        ("renamed", "id"),
        ("wording", "clause"),
        ("wording", "title"),
    ]
    assert declared.moves == ()


def test_resemblance_is_the_same_from_both_sides() -> None:
    old = loaded(PLAN).usable().obligations
    new = loaded(edited(("按月公开财政收支情况", "按月公布财政收支情况"), ("月报", "报告"))).usable().obligations
    there, back = resembling(old[:1], new[:1]), resembling(new[:1], old[:1])
    assert there == back == {"fiscal": "fiscal"}


def test_a_deadline_moved_by_a_reading() -> None:
    found = difference(PLAN, edited(("deadline: end of next month", "deadline: day 10 of next month")))
    assert told(found) == [
        ("reading", "monthly", "deadline", "end of next month", "day 10 of next month"),
        ("timing", "fiscal", "deadline", "end of next month", "day 10 of next month"),
    ]
    reading, duty = found.changes
    assert (reading.affects, duty.via) == (("fiscal",), "monthly")
    assert str(found.place(reading)) == "new.yaml:21:15"
    # August's figures were due on 30 September, which had passed on 1 October; now on 10 September.
    assert [(each.period, each.effect, each.backdated, each.retroactive) for each in found.moves] == [
        ("2017-07", "earlier", True, False),
        ("2017-08", "earlier", True, False),
        ("2017-09", "earlier", False, False),
        ("2017-10", "earlier", False, False),
        ("2017-11", "earlier", False, False),
        ("2017-12", "earlier", False, False),
    ]
    back = difference(edited(("deadline: end of next month", "deadline: day 10 of next month")), PLAN)
    assert [(each.effect, each.retroactive) for each in back.moves] == [("later", True)] * 2 + [("later", False)] * 4


@pytest.mark.parametrize(
    ("as_of", "retroactive"),
    [(date(2017, 8, 9), 0), (date(2017, 8, 10), 0), (date(2017, 8, 11), 1), (date(2017, 9, 11), 2)],
)
def test_a_deadline_is_past_on_the_day_after_it(as_of: date, retroactive: int) -> None:
    old = edited(("deadline: end of next month", "deadline: day 10 of next month"))
    assert difference(old, PLAN, as_of=as_of).counts["retroactive"] == retroactive


def test_the_same_deadline_without_the_reading_moves_nothing() -> None:
    new = edited(("    readings: [monthly]\n", "    deadline: end of next month\n"))
    found = difference(PLAN, new)
    assert told(found) == [
        ("field", "fiscal", "deadline", None, "end of next month"),
        ("reading", "fiscal", "readings", "[monthly]", None),
    ]
    assert found.moves == ()


def test_no_time_limit_is_later_than_any_day() -> None:
    found = difference(PLAN, edited(("deadline: 2017-12-31", "deadline: none")), as_of=date(2018, 1, 1))
    assert [(each.effect, each.retroactive) for each in found.moves] == [("later", True)]


def test_a_plan_that_starts_later_takes_occurrences_away() -> None:
    found = difference(PLAN, edited(("  ends: 2017-12-31", "  starts: 2017-08-10\n  ends: 2017-12-31")))
    assert ("timing", "small", "starts", None, "2017-08-10") in told(found)
    gone = [each.period for each in found.moves if each.retroactive and each.effect == "vanished"]
    assert gone == ["2017-07", "2017-W28", "2017-W29", "2017-W30", "2017-W31"]


def test_an_owner_under_a_new_name_is_no_change_of_owner() -> None:
    old_name = "  - {name: 区财政局, aliases: [财政局]}"
    new = edited((old_name, "  - {name: 区金融局, aliases: [财政局, 区财政局]}"))
    everywhere = new.replace("owner: 区财政局", "owner: 区金融局")
    for content in (new, everywhere):
        for one, other in ((PLAN, content), (content, PLAN)):
            found = difference(one, other)
            assert [(each.kind, each.section, each.key) for each in found.changes] == [
                ("renamed", "owners", "name"),
                ("field", "owners", "aliases"),
            ]
            assert found.changes[0].affects == ("fiscal", "cleanup", "news")


def test_another_owner_is_a_change_of_owner_and_an_alias_is_none() -> None:
    assert told(difference(PLAN, edited(("    owner: 区财政局\n    act: do", "    owner: 区农业局\n    act: do")))) == [
        ("owner", "cleanup", "owner", "[区财政局]", "[区农业局]")
    ]
    assert told(difference(PLAN, edited(("    owner: 区财政局\n    act: do", "    owner: 财政局\n    act: do")))) == [
        ("field", "cleanup", "owner", "[区财政局]", "[财政局]")
    ]


def test_members_of_a_group_change_who_owes() -> None:
    group = edited(
        ("  - {name: 区物价办}\n", "  - {name: 区物价办}\n  - {name: 各单位, members: [区物价办, 区农业局]}\n"),
        ("    owner: 区财政局\n    act: do", "    owner: 各单位\n    completion: each\n    act: do"),
    )
    found = difference(group, group.replace("members: [区物价办, 区农业局]", "members: [区物价办]"))
    assert told(found) == [
        ("owner", "各单位", "members", "[区物价办, 区农业局]", "[区物价办]"),
        ("owner", "cleanup", "owner", "[区农业局, 区物价办]", "[区物价办]"),
    ]
    assert [each.via or each.affects for each in found.changes] == [("cleanup",), "各单位"]


def test_readings_and_events_under_a_new_name_change_nothing_else() -> None:
    new = edited(
        ("  monthly:\n", "  by-month:\n"),
        ("[monthly]", "[by-month]"),
        ("  formed:", "  made:"),
        ("on formed", "on made"),
    )
    assert [(each.kind, each.section, each.old, each.new) for each in difference(PLAN, new).changes] == [
        ("renamed", "events", "formed", "made"),
        ("renamed", "readings", "monthly", "by-month"),
    ]


def test_passages_without_an_obligation() -> None:
    old = (
        PLAN
        + "untracked:\n  - {clause: 七, quote: 加强领导, reason: 甲}\n  - {clause: 七, quote: 加强领导, reason: 乙}\n"
    )
    new = old.replace("reason: 乙", "reason: 丙") + "  - {clause: 八, quote: 提高认识, reason: 丁}\n"
    assert told(difference(old, new)) == [
        ("field", "七 加强领导", "reason", "乙", "丙"),
        ("added", "八 提高认识", "", None, "{clause: 八, quote: 提高认识, reason: 丁}"),
    ]


def test_names_that_a_log_uses() -> None:
    ids = [("a", "b"), ("c", "c")]
    assert known_names(ids, {}, {"a", "c"}, {"b", "c"}) == ({"a": "a"}, {"b": "a"})
    assert known_names(ids, {"a": 1, "b": 2}, {"a", "c"}, {"b", "c"}) == ({"a": "b"}, {"b": "b"})
    # `b` is another duty of the old plan: its lines must not count for this one.
    assert known_names(ids, {"b": 2}, {"a", "b", "c"}, {"b", "c"}) == ({"a": "a"}, {"b": "a"})
    assert known_names(ids, {"b": 2}, {"a", "b", "c"}, {"a", "b", "c"}) == ({}, {})


# Both ways alike

EDITS = (
    ("deadline: end of next month", "deadline: day 10 of next month"),
    ("  - id: prices\n", "  - id: weekly-prices\n"),
    ("    owner: [区物价办, 区农业局]\n    completion: any", "    owner: [区物价办, 区农业局]\n    completion: each"),
    ("frequency: weekly", "frequency: every 10 days"),
    ("  - {name: 区物价办}", "  - {name: 区发改局, aliases: [区物价办]}"),
    ("ends: 2017-12-31", "ends: 2017-11-30"),
    ("  - id: cleanup\n", "  - id: tidy\n"),
    ("title: 完成清理", "title: 清理完毕"),
    ("deadline: 2017-12-31", "deadline: 2017-09-30"),
    ("    act: do\n", "    act: do\n    roll: next\n    min_records: 2\n"),
    ("clause: 五", "clause: 五（一）"),
    ("quote: 定期公布情况", "quote: 定期公布有关情况"),
    ("  - id: social\n", "  - id: society\n"),
    ("emergency: 突发事件发生", "emergency: 重大突发事件发生"),
)
MIRRORED = {"later": "earlier", "earlier": "later", "vanished": "appeared", "appeared": "vanished", "window": "window"}
OPPOSITE = {"added": "removed", "removed": "added"}


def mirrored(change: Change) -> tuple[str, str, str | None, str | None]:
    return OPPOSITE.get(change.kind, change.kind), change.section, change.new, change.old


@given(st.sets(st.sampled_from(EDITS)), st.dates(date(2017, 7, 1), date(2018, 3, 1)))
def test_the_way_back_is_the_mirror_image(edits: set[tuple[str, str]], as_of: date) -> None:
    new = PLAN
    for before, after in sorted(edits):
        new = new.replace(before, after)
    there, back = difference(PLAN, new, as_of=as_of), difference(new, PLAN, as_of=as_of)
    forward = sorted((each.kind, each.section, each.old, each.new) for each in there.changes if each.key != "owner")
    assert forward == sorted(mirrored(each) for each in back.changes if each.key != "owner")
    assert {(each.period, each.old, each.new, each.effect, each.retroactive) for each in there.moves} == {
        (each.period, each.new, each.old, MIRRORED[each.effect], each.backdated) for each in back.moves
    }
    assert {(each.old_id, each.new_id) for each in there.moves} == {(each.new_id, each.old_id) for each in back.moves}


@given(st.lists(st.sampled_from(EDITS), unique=True, min_size=1))
def test_every_edit_is_told(edits: list[tuple[str, str]]) -> None:
    versions = [PLAN]
    for before, after in edits:
        versions.append(versions[-1].replace(before, after))
    for old, new in pairwise(versions):
        assert (difference(old, new).changes == ()) == (old == new)
