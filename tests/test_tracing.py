"""A plan against the text of its document: quotes, clauses, coverage, suspicions."""

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest import REAL_PLAN, ROOT, Gongkai
from hypothesis import given
from hypothesis import strategies as st
from source_files import DOCUMENTS, FORMATS, as_docx, as_html, as_pdf, as_text, written

from gongkai_cli.messages import Words
from gongkai_cli.plan_file import load_plan, parse_plan
from gongkai_cli.problems import Problem
from gongkai_cli.sources.document import SourceText
from gongkai_cli.sources.reading import parse_source
from gongkai_cli.tracing import Share, Trace, trace

ENGLISH, CHINESE = Words("en"), Words("zh")
REAL_SOURCE = Path(os.environ.get("GONGKAI_TEST_SOURCE", ROOT.parent / "shared" / "sources" / "2017_dongying.txt"))
WITH_THE_DOCUMENT = pytest.mark.skipif(
    not REAL_SOURCE.exists(),
    reason="the document of the real plan is not at hand; name it in GONGKAI_TEST_SOURCE",
)


def held(plan: str, document: str | bytes, least: float | None = None) -> Trace:
    """Hold a plan against a document, both given as they stand in their files."""
    loaded = parse_plan(plan.encode(), "plan.yaml")
    assert loaded.plan is not None, [ENGLISH(problem.message) for problem in loaded.errors]
    assert loaded.document is not None
    source = parse_source(document.encode() if isinstance(document, str) else document, "document.txt")
    assert isinstance(source, SourceText)
    return trace(loaded.plan, loaded.document, source, least)


def said(traced: Trace) -> list[str]:
    """The problems, each as its place, code and message."""
    return [f"{each.location}: {each.code} {ENGLISH(each.message)}" for each in traced.problems]


def codes(traced: Trace) -> list[str]:
    return [problem.code for problem in traced.problems]


HEADER = """\
version: 1
plan: {id: p, title: t, issued: 2017-01-01, ends: 2017-12-31}
owners:
  - {name: 区财政局, aliases: [财政局]}
  - {name: 区审计局}
  - {name: 区教育局}
  - {name: 两局, members: [区财政局, 区审计局]}
  - {name: 各部门各单位, aliases: ["各部门、单位"], members: []}
readings:
  prompt: {word: 及时, about: deadline, means: m, authority: a, deadline: none}
  remit: {word: 按职责分工, about: owner, means: m, authority: a}
  subject: {word: 无主语, about: owner, means: m, authority: a}
"""


def duty(
    clause: str, quote: str, *, owner: str = "区财政局", frequency: str = "once", rest: str = "deadline: none"
) -> str:
    keys = f"id: {name(quote)}, clause: {clause}, quote: '{quote}', title: t, owner: {owner}, frequency: {frequency}"
    return f"  - {{{keys}, {rest}}}\n"


def name(quote: str) -> str:
    """An id for a duty: that of its quote in hexadecimal digits."""
    return quote.encode().hex()[:60]


def plan(*duties: str, untracked: Sequence[tuple[str, str]] = (), reason: str = "r") -> str:
    listed = "".join(f"  - {{clause: {clause}, quote: '{quote}', reason: {reason}}}\n" for clause, quote in untracked)
    return HEADER + ("obligations:\n" + "".join(duties) if duties else "") + ("untracked:\n" + listed if listed else "")


# The real plan


@WITH_THE_DOCUMENT
def test_the_real_plan_says_all_that_its_document_says(gongkai: Gongkai) -> None:
    done = gongkai("check", REAL_PLAN, "--source", REAL_SOURCE, "--min-coverage", "100", "--lang", "en")
    assert done.code == 0
    assert done.out.splitlines()[-2:] == [
        f"{REAL_SOURCE}: 375 of 375 quotes found; quotes touch 176 of 176 sentences (100.0 %).",
        "Not counted as sentences: 7 lines (titles, signatures, table headings, page numbers).",
    ]
    assert "GK7" not in done.out


def wrapped(content: str, width: int) -> bytes:
    lines = (line[at : at + width] for line in content.splitlines() for at in range(0, max(len(line), 1), width))
    return "\n".join(lines).encode()


@WITH_THE_DOCUMENT
@pytest.mark.parametrize(
    "make",
    [*FORMATS.values(), lambda content: wrapped(content, 28), lambda content: wrapped(content, 45)],
    ids=[*FORMATS, "28 a line", "45 a line"],
)
def test_the_real_plan_against_its_document_in_every_format(make: object) -> None:
    loaded = load_plan(REAL_PLAN)
    assert callable(make)
    source = parse_source(make(REAL_SOURCE.read_text(encoding="utf-8")), "source")
    assert isinstance(source, SourceText)
    assert loaded.plan is not None
    assert loaded.document is not None
    traced = trace(loaded.plan, loaded.document, source, 100)
    assert said(traced) == []
    assert traced.share == Share(176, 176)


@WITH_THE_DOCUMENT
@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("quote: 按月公开全区财政收支情况", "quote: 按季公开全区财政收支情况", {"GK701"}),
        ("clause: 四（一）2\n    quote: 按月公开", "clause: 四（一）1\n    quote: 按月公开", {"GK702"}),
        ("人代会结束 60 个工作日内", "人代会结束60个工作日内", {"GK703"}),
        ("readings: [monthly, remit]", "readings: [remit]\n    deadline: end of period", set()),
        ("readings: [monthly, remit]", "readings: [remit]\n    deadline: end of next month", {"GK712"}),
        ("frequency: monthly\n", "frequency: quarterly\n", {"GK708"}),
        ("    owner: 区民政局\n    frequency: monthly", "    owner: 区教育局\n    frequency: monthly", {"GK710"}),
    ],
)  # fmt: skip
def test_what_an_edit_of_the_real_plan_brings_up(old: str, new: str, expected: set[str]) -> None:
    content = REAL_PLAN.read_text(encoding="utf-8")
    assert old in content
    traced = held(content.replace(old, new, 1), REAL_SOURCE.read_bytes())
    assert set(codes(traced)) == expected


# Finding


TEXT = """\
一、财政信息
（一）公开年度预算，公开部门决算。
1. 公开专项资金。公开年度预算草案。
（二）公开政府债务。
二、其他
（一）公开年度预算调整。
"""


def clauses_covered(traced: Trace) -> dict[str, tuple[int, int]]:
    return {CHINESE(clause): (share.covered, share.total) for clause, share in traced.clauses}


def test_a_quote_is_found_in_its_clause() -> None:
    traced = held(plan(duty("一（一）", "公开部门决算")), TEXT)
    assert clauses_covered(traced) == {
        "一": (0, 1),
        "一（一）": (1, 1),
        "一（一）1": (0, 2),
        "一（二）": (0, 1),
        "二": (0, 1),
        "二（一）": (0, 1),
    }
    assert (traced.quotes, traced.found, traced.share) == (1, 1, Share(1, 7))


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("一（一）", {"一（一）": 1}),
        ("一（一）1", {"一（一）1": 1}),
        ("二（一）", {"二（一）": 1}),
        ("二", {"二（一）": 1}),  # inside
    ],
)
def test_a_quote_that_stands_several_times_is_decided_by_its_clause(clause: str, expected: dict[str, int]) -> None:
    traced = held(plan(duty(clause, "公开年度预算")), TEXT)
    assert {name: covered for name, (covered, _) in clauses_covered(traced).items() if covered} == expected
    assert set(codes(traced)) == {"GK706"}


def test_a_quote_that_stands_in_several_clauses_below_its_own_has_no_clear_place() -> None:
    messages = [line.split(": ", 1)[1] for line in said(held(plan(duty("一", "公开年度预算")), TEXT))]
    assert "GK705 the quote stands 2 times in 一 (line 2; line 3); the first is taken" in messages


@pytest.mark.parametrize(
    ("clause", "quote", "message", "hint"),
    [
        (
            "一（二）",
            "公开部门决算",
            "the quote does not stand in 一（二）, but in 一（一）, line 2",
            "write `clause: 一（一）`",
        ),
        (
            "三（一）",
            "公开年度预算",
            (
                "the document has no clause 三（一）; "
                "the quote stands in 一（一）, line 2; 一（一）1, line 3; 二（一）, line 6"
            ),
            "write the clause that is meant, or quote more words",
        ),
        (
            "（一）",
            "公开年度预算调整",
            "the clause （一） may be any of 一（一）; 二（一）; the quote stands in 二（一）, line 6",
            "write `clause: 二（一）`",
        ),
        (
            "总体要求",
            "公开部门决算",
            "the quote does not stand in 总体要求, but in 一（一）, line 2",
            "write `clause: 一（一）`",
        ),
    ],
)
def test_a_quote_in_another_clause(clause: str, quote: str, message: str, hint: str) -> None:
    [problem] = [each for each in held(plan(duty(clause, quote)), TEXT).problems if each.code != "GK706"]
    assert (problem.code, ENGLISH(problem.message), ENGLISH(problem.hint or "")) == ("GK702", message, hint)


def test_text_before_the_numbering_has_any_name() -> None:
    document = "总的要求是公开信息。\n" + TEXT
    assert clauses_covered(held(plan(duty("总体要求", "公开信息")), document))["编号以外的正文"] == (1, 1)
    [problem] = [each for each in held(plan(duty("一", "公开信息")), document).problems if each.code != "GK706"]
    assert (
        ENGLISH(problem.hint or "") == "write for example `clause: 总体要求`; any name stands for text without a number"
    )
    assert clauses_covered(held(plan(duty("通知", "公开信息")), document))["编号以外的正文"] == (1, 1)


def test_a_quote_that_is_not_there() -> None:
    problems = held(plan(duty("一（一）", "公布年度的预算")), TEXT).problems
    [problem] = [each for each in problems if each.code == "GK701"]
    assert ENGLISH(problem.message) == "the document does not say this; nearest is “公开年度预算” (一（一）, line 2)"
    assert ENGLISH(problem.hint or "") == "copy it from the document: “开”, not “布”; “的” is too much"
    assert CHINESE(problem.hint or "") == "请照抄原文：应为“开”，不是“布”；多出“的”"
    # The sentence that was misquoted is not reported a second time.
    assert "公开年度预算，公开部门决算" not in "".join(said(held(plan(duty("一（一）", "公布年度的预算")), TEXT)))


def test_a_quote_that_leaves_words_out() -> None:
    [problem] = [each for each in held(plan(duty("一（一）", "公开部门算")), TEXT).problems if each.code == "GK701"]
    assert ENGLISH(problem.hint or "") == "copy it from the document: “决” is missing"


def test_a_place_in_a_word_document() -> None:
    problems = held(plan(), as_docx("一、公开预算。\n序号｜任务\n1｜公开决算\n")).problems
    assert [ENGLISH(each.message) for each in problems] == [
        "no quote touches “公开预算。” (一, paragraph 1)",
        "no quote touches “公开决算” (一1, table 1, row 2)",
    ]
    assert {str(each.location) for each in problems} == {"document.txt"}


def test_a_place_on_a_page_has_no_column() -> None:
    [problem] = held(plan(), "<html>\n<p>一、公开预算。</p></html>").problems
    assert (str(problem.location), problem.source) == ("document.txt:2", "")


def test_a_quote_of_another_document() -> None:
    problems = held(plan(duty("一", "加强安全生产检查执法")), TEXT).problems
    [problem] = [each for each in problems if each.code == "GK701"]
    assert ENGLISH(problem.message) == "the document does not say this, nor anything like it"


def test_places_point_at_the_quote() -> None:
    content = plan(duty("一（一）", "公布预算"))
    [problem] = [each for each in held(content, TEXT).problems if each.code == "GK701"]
    line = content.splitlines()[problem.location.line - 1]
    assert line[problem.location.column - 1 :].startswith("'公布预算'")


@pytest.mark.parametrize(
    ("quote", "document", "differs"),
    [
        ("公开 PPP 项目", "公开PPP项目。", True),
        ("公开（试点）情况", "公开(试点)情况。", True),
        ("公开“三公”经费", '公开"三公"经费。', True),
        ("公开第２批", "公开第2批。", True),
        ("公开预算执行", "公开预\n算执行。", False),
        ("公开 PPP 项目", "公开 PPP\n项目。", False),
        ("公开PPP项目", "公开PPP\n　　项目。", False),
        ("公开预算执行", "公开预\n\n— 3 —\n\n算执行。", False),
    ],
)
def test_forms_do_not_matter_for_finding_and_are_told(quote: str, document: str, differs: bool) -> None:
    traced = held(plan(duty("概述", quote)), document)
    assert traced.found == 1
    assert codes(traced) == (["GK703"] if differs else [])


def test_blanks_in_a_pdf_are_the_typesetters() -> None:
    raw = as_pdf("一、公开 PPP 项目。")
    assert codes(held(plan(duty("一", "公开PPP项目")), raw)) == []


def test_quotation_marks_that_a_pdf_has_moved() -> None:
    raw = as_pdf("“ ”一、推进 放管服 改革，公开“清单。")
    assert codes(held(plan(duty("一", "推进“放管服”改革，公开“清单”")), raw)) == []


def test_a_time_in_a_table_of_a_pdf() -> None:
    raw = as_pdf("序号｜任务｜时限\n1｜公开预算｜年底前\n2｜公开决算｜7月底前\n")
    assert "GK712" not in codes(held(plan(duty("1", "公开预算", rest="deadline: 2017-12-31")), raw))
    assert "GK712" in codes(held(plan(duty("1", "公开预算", rest="deadline: 2017-07-31")), raw))


def test_a_quote_of_forty_characters_and_one_more() -> None:
    document = "公开" * 30 + "。"
    assert "GK704" not in codes(held(plan(duty("概述", "公开" * 20)), document))
    assert "GK704" in codes(held(plan(duty("概述", "公开" * 20 + "公")), document))


# The covering letter and annexes


LETTER = """\
某区办公室文件
关于印发工作要点的通知
各部门：
现印发给你们，请认真执行。
一、请于8月底前报送方案。
某区办公室
2017年7月11日
2017年工作要点
总的要求是公开。
一、公开预算。
附件2
任务表
一、公开决算。
"""


@pytest.mark.parametrize(
    ("clause", "quote", "there"),
    [
        ("通知", "请认真执行", "通知"),
        ("通知一", "报送方案", "通知一"),
        ("通知", "报送方案", "通知一"),
        ("总体要求", "总的要求是公开", "编号以外的正文"),
        ("一", "公开预算", "一"),
        ("附件2一", "公开决算", "附件2一"),
    ],
)
def test_parts_of_a_document(clause: str, quote: str, there: str) -> None:
    traced = held(plan(duty(clause, quote)), LETTER)
    assert {name for name, (covered, _) in clauses_covered(traced).items() if covered} == {there}
    assert clauses_covered(traced)["通知"] == (clause == there == "通知", 1)
    assert traced.aside == 8  # head, title, addressee, signature, day, title of the plan, number and title of the annex


def test_a_signature_at_the_end_belongs_to_no_clause() -> None:
    traced = held(plan(duty("一", "公开预算")), "一、公开预算。\n某区办公室\n2017年7月11日\n")
    assert (clauses_covered(traced), traced.aside) == ({"一": (1, 1)}, 2)


def test_the_imprint_is_no_sentence_of_the_last_clause() -> None:
    document = "一、公开预算。\n（此件公开发布）\n抄送：区委办公室，区人大办公室。\n某区办公室　　2017年7月12日印发\n"
    traced = held(plan(duty("一", "公开预算")), document)
    assert (clauses_covered(traced), traced.aside) == ({"一": (1, 1)}, 3)


def test_marks_within_a_paragraph_count_in_turn() -> None:
    document = "一、总述。（一）公开预算。（二）公开决算。参见（五）之规定。（四）不是条款。\n"
    covered = clauses_covered(held(plan(duty("一（二）", "公开决算")), document))
    assert covered == {"一": (0, 1), "一（一）": (0, 1), "一（二）": (1, 3)}


# Coverage


@pytest.mark.parametrize(
    ("document", "sentences"),
    [
        ("公开甲。公开乙；公开丙！公开丁？公开戊", ["公开甲。", "公开乙；", "公开丙！", "公开丁？", "公开戊"]),
        ("公开甲（含乙；丙。），公开丁。", ["公开甲（含乙；丙。），公开丁。"]),
        ("落实“公开甲。”公开乙。", ["落实“公开甲。”", "公开乙。"]),
        ("公开甲。（区财政局负责）公开乙。（区审计局牵头，区财政局配合）", ["公开甲。", "公开乙。"]),
        ("公开甲（区财政局负责）。公开乙", ["公开甲", "公开乙"]),
        ("公开（不成对。公开乙。", ["公开（不成对。", "公开乙。"]),
        ("公开甲……公开乙。", ["公开甲……公开乙。"]),
    ],
)
def test_sentences(document: str, sentences: list[str]) -> None:
    problems = [each for each in held(plan(), "一、" + document).problems if each.code == "GK706"]
    shown = [re.search("“(.*)” \\(", ENGLISH(each.message)) for each in problems]
    assert [match[1] for match in shown if match] == sentences


def test_an_uncovered_sentence_stands_at_its_place_in_the_document() -> None:
    problems = held(plan(duty("一", "公开甲")), "一、公开甲。　公开\n乙。\n").problems
    [problem] = problems
    assert (str(problem.location), problem.source) == ("document.txt:1:8", "一、公开甲。　公开")


def test_the_threshold() -> None:
    document = "一、公开甲。公开乙。公开丙。"
    for least, below in ((33, False), (33.3, False), (33.4, True), (100, True)):
        assert ("GK707" in codes(held(plan(duty("一", "公开甲")), document, least))) is below


def test_shares_are_rounded_down() -> None:
    assert [Share(*each).percent for each in ((9999, 10000), (2, 3), (0, 0), (7, 7))] == [99.9, 66.6, 100.0, 100.0]


# Tables


TABLE = """\
一、任务
序号｜工作任务｜牵头单位｜责任单位｜完成时限
1｜公开预算｜区财政局｜区审计局｜年底前
2｜公开决算。公开说明。｜区财政局｜区审计局｜批复后20日内
"""


def test_rows_are_clauses_and_their_cells_belong_together() -> None:
    traced = held(plan(duty("1", "公开预算", rest="deadline: 2017-12-31, support: 区审计局")), TABLE)
    assert clauses_covered(traced) == {"一": (0, 1), "一1": (1, 1), "一2": (0, 2)}
    assert set(codes(traced)) == {"GK706"}


def test_a_quote_in_the_column_of_times_touches_its_row() -> None:
    traced = held(plan(duty("1", "年底前", rest="deadline: 2017-12-31, support: 区审计局")), TABLE)
    assert clauses_covered(traced)["一1"] == (1, 1)


def test_times_and_owners_of_a_row_are_held_against_its_duties() -> None:
    traced = held(plan(duty("1", "公开预算", owner="区教育局", rest="deadline: 2017-11-30")), TABLE)
    duty_name = name("公开预算")
    time = f"GK708 the document says “年底前” here (line 3); `{duty_name}` (`once`, `2017-11-30`) carries neither"
    assert [line.split(": ", 1)[1] for line in said(traced) if "GK706" not in line] == [
        f"{time} that nor a reading of it",
        f"GK709 一1 names 区财政局 (line 3), but none of its duties does: {duty_name}",
        f"GK709 一1 names 区审计局 (line 3), but none of its duties does: {duty_name}",
        f"GK710 `{duty_name}` is 区教育局's, whom the document does not name here: 区财政局 | 区审计局",
    ]


def test_a_table_that_goes_on_without_its_heading() -> None:
    document = TABLE + "\n说明。\n\n3｜公开债务｜区教育局｜区审计局｜年底前\n4｜公开名录｜区教育局｜区审计局｜年底前\n"
    traced = held(
        plan(duty("3", "公开债务", owner="区教育局", rest="deadline: 2017-12-31, support: 区审计局")), document
    )
    assert set(codes(traced)) == {"GK706"}
    assert clauses_covered(traced)["一3"] == (1, 1)


def test_a_cell_over_several_rows_names_the_owner_of_each() -> None:
    page = """<table><tr><th>序号<th>任务<th>责任单位</tr><tr><td>1<td>公开预算<td rowspan=2>区财政局</tr>
    <tr><td>2<td>公开决算</tr></table>"""
    wrong = held(plan(duty("2", "公开决算", owner="区教育局"), duty("1", "公开预算")), f"<html>{page}".encode())
    assert codes(wrong) == ["GK709", "GK710"]
    assert codes(held(plan(duty("2", "公开决算"), duty("1", "公开预算")), f"<html>{page}".encode())) == []


# Suspicions


@pytest.mark.parametrize(
    ("sentence", "duties", "found"),
    [
        ("及时公开预算。", [("及时公开预算", "deadline: none")], 1),
        ("及时公开预算。", [("及时公开预算", "readings: prompt")], 0),
        ("及时公开预算。", [("公开预算", "readings: prompt")], 0),
        ("及时公开预算。", [("及时公开预算", "deadline: none, note: “及时”说的是效果")], 0),
        ("及时公开预算。", [("及时公开预算", "deadline: none, note: 及时说的是效果")], 1),
        # The duty that quotes the word must carry it itself.
        ("及时公开预算，公开决算。", [("及时公开预算", "deadline: none"), ("公开决算", "readings: prompt")], 1),
        ("及时公开预算，公开决算。", [("及时公开预算", "readings: prompt"), ("公开决算", "deadline: none")], 0),
        ("年底前公开预算，及时解读。", [("公开预算", "deadline: 2017-12-31")], 1),
        ("年底前公开预算，年底前解读。", [("公开预算", "deadline: 2017-11-30")], 2),
    ],
)
def test_words_of_time_ask_for_an_answer(sentence: str, duties: list[tuple[str, str]], found: int) -> None:
    listed = [duty("一", quote, rest=rest) for quote, rest in duties]
    assert codes(held(plan(*listed), f"一、{sentence}")).count("GK708") == found


def test_what_is_deliberately_untracked_raises_no_suspicion() -> None:
    document = "一、公开预算，保证信息及时。"
    traced = held(plan(duty("一", "公开预算"), untracked=[("一", "保证信息及时")]), document)
    assert codes(traced) == []
    assert codes(held(plan(untracked=[("一", "保证信息及时")]), document)) == []


def test_a_timed_duty_that_was_dropped_leaves_its_word_of_time_behind() -> None:
    document = "一、明确时限，在20日内公开预算。"
    [problem] = held(plan(untracked=[("一", "明确时限")]), document).problems
    assert ENGLISH(problem.message) == (
        "the document says “20日内” in this sentence (line 1), and no obligation is quoted from it"
    )
    assert problem.code == "GK708"
    assert codes(held(plan(untracked=[("一", "在20日内公开预算")]), document)) == []


def test_a_misquoted_duty_is_still_held_against_its_sentence() -> None:
    traced = held(plan(duty("一", "按月公布预算情况", owner="区教育局")), "一、按月公开预算情况。（区财政局负责）")
    assert codes(traced) == ["GK701", "GK708", "GK709", "GK710"]
    assert (traced.found, traced.share) == (0, Share(0, 1))


@pytest.mark.parametrize(
    ("bracket", "owner", "rest", "expected"),
    [
        ("区财政局负责", "区财政局", "", []),
        ("财政局负责", "区财政局", "", []),
        ("区审计局负责", "区财政局", "", ["GK709", "GK710"]),
        ("区财政局、区审计局负责", "区财政局", "", ["GK709"]),
        ("区财政局牵头，区审计局配合", "区财政局", ", support: 区审计局", []),
        ("区财政局牵头，区审计局配合", "[区财政局, 区审计局]", ", completion: any", ["GK710"]),
        ("区财政局、区审计局负责", "两局", ", completion: each", ["GK710"]),
        ("两局负责", "两局", ", completion: each", []),
        ("区卫计局负责", "区财政局", "", ["GK709", "GK710"]),
        ("各部门、单位负责", "各部门各单位", "", []),
        # Whose duty it is by another reading than of the bracket's own words is said elsewhere.
        ("区审计局按职责分工负责", "区财政局", ", readings: remit", ["GK709", "GK710"]),
        ("区审计局负责", "区财政局", ", readings: subject", ["GK709"]),
        ("区审计局负责", "区财政局", ", note: 区审计局只审计", ["GK710"]),
    ],
)
def test_owners_of_document_and_plan(bracket: str, owner: str, rest: str, expected: list[str]) -> None:
    listed = duty("一", "公开预算", owner=owner, rest=f"deadline: none{rest}")
    assert codes(held(plan(listed), f"一、公开预算。（{bracket}）")) == expected


def test_an_owner_whom_the_sentence_names_itself() -> None:
    listed = [duty("一", "区教育局公开预算", owner="区教育局"), duty("一", "公开决算")]
    assert codes(held(plan(*listed), "一、区教育局公开预算。公开决算。（区财政局负责）")) == []


def test_each_bracket_speaks_of_the_sentences_since_the_one_before() -> None:
    document = "一、公开预算。（区财政局负责）公开审计。（区审计局负责）"
    assert codes(held(plan(duty("一", "公开预算"), duty("一", "公开审计", owner="区审计局")), document)) == []
    crossed = held(plan(duty("一", "公开预算", owner="区审计局"), duty("一", "公开审计")), document)
    assert codes(crossed).count("GK709") == codes(crossed).count("GK710") == 2


def test_a_bracket_about_nothing_that_is_encoded_is_silent() -> None:
    assert codes(held(plan(untracked=[("一", "公开预算")]), "一、公开预算。（区财政局负责）")) == []


def test_a_time_in_a_bracket_is_asked_of_its_duties() -> None:
    document = "一、公开预算。（区财政局负责，2017年10月底前完成）"
    assert codes(held(plan(duty("一", "公开预算", rest="deadline: 2017-10-31")), document)) == []
    assert codes(held(plan(duty("一", "公开预算")), document)) == ["GK708"]


@pytest.mark.parametrize(
    ("document", "quote", "frequency", "rest", "expected"),
    [
        ("一、公开预算。", "公开预算", "once", "deadline: 2017-12-31", ["GK712"]),
        ("一、公开预算。", "公开预算", "once", "deadline: none", []),
        ("一、年底前公开预算。", "公开预算", "once", "deadline: 2017-12-31", []),
        ("一、公开预算。", "公开预算", "once", "deadline: 2017-12-31, note: 按“公开预算”的惯例", []),
        ("一、公开预算。", "公开预算", "once", "deadline: 2017-12-31, note: 按“惯例”", ["GK712"]),
        ("一、按月公开预算。", "按月公开预算", "monthly", "deadline: end of period", []),
        ("一、按月公开预算。", "按月公开预算", "monthly", "deadline: end of next month", ["GK712"]),
        ("一、每年公开预算。", "公开预算", "annual", "deadline: 12-31", []),
        ("一、每年公开预算。", "公开预算", "annual", "deadline: 06-30", ["GK712"]),
        ("一、每年6月底前公开预算。", "公开预算", "annual", "deadline: 06-30", []),
        ("一、决策前公开预算。", "公开预算", "on e", "deadline: before event", []),
        ("一、公开预算。", "公开预算", "on e", "deadline: before event", ["GK712"]),
        # The lead of the clause above sets the time of those below.
        ("一、每月公开：\n1. 预算；\n2. 决算。", "决算", "monthly", "deadline: end of period", []),
        ("一、公开预算。（区财政局负责，2017年10月底前完成）", "公开预算", "once", "deadline: 2017-10-31", []),
    ],
)
def test_a_time_must_come_from_somewhere(
    document: str, quote: str, frequency: str, rest: str, expected: list[str]
) -> None:
    clause = "一2" if quote == "决算" else "一"
    content = plan(duty(clause, quote, frequency=frequency, rest=rest))
    content = content.replace("readings:", "events: {e: 事件}\nreadings:", 1)
    assert [code for code in codes(held(content, document)) if code != "GK706"] == expected


# Other documents


@pytest.mark.parametrize(("name", "covered"), [("municipal", Share(38, 68)), ("provincial", Share(28, 28))])
@pytest.mark.parametrize("form", [form for form in FORMATS if form != "pdf"])
def test_plans_of_other_kinds(name: str, covered: Share, form: str, tmp_path: Path, gongkai: Gongkai) -> None:
    path = written(tmp_path, name, form)
    done = gongkai("check", DOCUMENTS / f"{name}.yaml", "--source", path, "--format", "json")
    assert done.code == 0
    coverage = done.json()["coverage"]
    assert (coverage["covered"], coverage["sentences"]) == (covered.covered, covered.total)
    assert coverage["quotes"] == coverage["found"]
    assert {each["code"] for each in done.json()["problems"]} <= {"GK405", "GK706"}


@pytest.mark.parametrize("name", ["municipal", "provincial"])
def test_every_quote_is_found_in_a_pdf_even_in_tables(name: str, tmp_path: Path, gongkai: Gongkai) -> None:
    done = gongkai("check", DOCUMENTS / f"{name}.yaml", "--source", written(tmp_path, name, "pdf"), "--format", "json")
    assert done.json()["coverage"]["quotes"] == done.json()["coverage"]["found"]
    assert {each["code"] for each in done.json()["problems"]} & {"GK701", "GK702", "GK703", "GK705"} == set()


def test_the_other_plans_fall_due_as_their_documents_say(gongkai: Gongkai) -> None:
    def due(name: str, first: str, last: str) -> set[tuple[str, str, str]]:
        done = gongkai("due", "--plan", DOCUMENTS / f"{name}.yaml", "--from", first, "--to", last, "--format", "json")
        return {
            (each["obligation"], str(each["owner"]), each["deadline"]) for each in json.loads(done.out)["occurrences"]
        }

    june = due("municipal", "2018-06-15", "2018-06-15")
    assert ("scheme", "市财政局", "2018-06-15") in june
    assert ("budget", "市财政局", "2018-06-15") in june
    assert ("progress", "市生态环境局", "2018-07-25") in due("municipal", "2018-07-25", "2018-07-25")
    assert ("old-gazettes", "市政府办公室", "2019-12-31") in due("municipal", "2019-12-31", "2019-12-31")
    # 30 working days after 2019-04-30, over 1 to 4 May, the working Sunday 5 May and 7 June.
    assert ("scheme", "南湾市人民政府", "2019-06-14") in due("provincial", "2019-06-14", "2019-06-14")
    assert ("inspection", "省政府办公厅", "2019-09-25") in due("provincial", "2019-09-25", "2019-09-25")
    assert ("across-provinces", "['省政务服务局', '邻水省政务服务局']", "2019-07-15") in due(
        "provincial", "2019-07-15", "2019-07-15"
    )
    assert ("summary", "东川市人民政府", "2020-01-20") in due("provincial", "2020-01-20", "2020-01-20")


# The command line


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.yaml").write_text(
        plan(duty("一", "公开预算"), duty("一", "公开审计", owner="区审计局"))
        + "untracked:\n  - {clause: 二, quote: 其他, reason: 各部门各单位、两局、区教育局}\n",
        encoding="utf-8",
    )
    (tmp_path / "document.txt").write_text("一、公开预算。公开审计。公开决算。\n二、其他。\n", encoding="utf-8")
    return tmp_path


@pytest.mark.usefixtures("files")
def test_coverage_fails_only_where_it_is_asked_to(gongkai: Gongkai) -> None:
    call = ("check", "plan.yaml", "--source", "document.txt")
    for more, code in (((), 0), (("--min-coverage", "75"), 0), (("--min-coverage", "75.1"), 1), (("--strict",), 1)):
        assert gongkai(*call, *more).code == code


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("form", ["json", "github", "gitlab", "sarif", "junit", "text"])
def test_every_format_shows_what_tracing_found(gongkai: Gongkai, form: str) -> None:
    done = gongkai("check", "plan.yaml", "--source", "document.txt", "--min-coverage", "100", "--format", form)
    assert done.code == 1
    assert "GK706" in done.out
    assert "GK707" in done.out
    assert "document.txt" in done.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--min-coverage", "100"), "--min-coverage: error GK803 there is no document to cover"),
        (("--source", "document.txt", "--min-coverage", "101"), "--min-coverage: error GK803 `101` is not a share"),
        (("--source", "document.txt", "--min-coverage", "nan"), "--min-coverage: error GK803 `nan` is not a share"),
        (("document.txt", "--source", "document.txt"), "--source: error GK803 one document belongs to one plan"),
    ],
)
@pytest.mark.usefixtures("files")
def test_options_that_do_not_fit(gongkai: Gongkai, arguments: tuple[str, ...], message: str) -> None:
    done = gongkai("check", "plan.yaml", *arguments, "--lang", "en")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(message)


def test_a_plan_with_errors_is_not_compared(gongkai: Gongkai, files: Path) -> None:
    (files / "plan.yaml").write_text("version: 1\n", encoding="utf-8")
    done = gongkai("check", "plan.yaml", "--source", "document.txt", "--lang", "en")
    assert done.code == 2
    assert done.out.endswith("plan.yaml: errors: 1, warnings: 0.\ndocument.txt: not compared, for the errors above.\n")
    assert gongkai("check", "plan.yaml", "--source", "document.txt", "--format", "json").json()["coverage"] is None


def test_a_document_that_is_missing_beside_a_plan_with_warnings(gongkai: Gongkai, files: Path) -> None:
    done = gongkai("check", "plan.yaml", "--source", files / "none.docx", "--lang", "en")
    assert done.code == 2
    assert f"{files / 'none.docx'}: error GK711 there is no such file\n" in done.out
    assert "GK405" in done.out


def test_nothing_in_a_document_steers_the_terminal(gongkai: Gongkai, files: Path) -> None:
    (files / "document.txt").write_text("一、\x1b[31m公开预算\x1b]0;title\x07。公开\u202e决算。\n", encoding="utf-8")
    done = gongkai("check", "plan.yaml", "--source", "document.txt")
    assert not set("\x1b\x07\u202e") & set(done.out)
    assert "\\x1b" in done.out


# Against a naive oracle, and under noise


class Clause(NamedTuple):
    """A clause of a made-up document: its name, the mark of its paragraph, its sentences."""

    name: str
    mark: str
    sentences: list[str]


PHRASES = st.lists(
    st.sampled_from(["公开预算", "公布决算", "清单", "财政", "A+B（甲）", "“五公开”"]), min_size=1, max_size=4
)
SENTENCE = PHRASES.map("，".join).map(lambda each: f"{each}，办理。")


@st.composite
def documents(draw: st.DrawFn) -> list[Clause]:
    found = []
    for chapter, han in enumerate("一二三"[: draw(st.integers(1, 3))], 1):
        found.append(Clause(han, f"{han}、", draw(st.lists(SENTENCE, min_size=1, max_size=2))))
        for section in "一二"[: draw(st.integers(0, 2))]:
            found.append(
                Clause(f"{han}（{section}）", f"（{section}）", draw(st.lists(SENTENCE, min_size=1, max_size=2)))
            )
            found += [
                Clause(f"{han}（{section}）{item}", f"{item}. ", draw(st.lists(SENTENCE, min_size=1, max_size=2)))
                for item in range(1, draw(st.integers(1, 3)))
            ]
        assert chapter
    return found


@st.composite
def entries(draw: st.DrawFn, made: list[Clause]) -> tuple[str, str]:
    """A clause and a quote, mostly of it."""
    clause = draw(st.sampled_from(made))
    sentence = draw(st.sampled_from(draw(st.sampled_from([clause, draw(st.sampled_from(made))])).sentences))
    start = draw(st.integers(0, len(sentence) - 2))
    quote = sentence[start : draw(st.integers(start + 2, len(sentence)))].strip("，。（）“”+")
    return clause.name, quote if len(quote) > 1 else "预算"


def oracle(made: list[Clause], wanted: list[tuple[str, str]]) -> tuple[dict[str, int], int]:
    """The sentences covered in each clause, and how many quotes stand in the document, by trying every place."""
    covered: set[tuple[int, int]] = set()
    found = 0
    for name, quote in wanted:
        # Where each character stands: clause, sentence.
        text = [
            (i, j, character)
            for i, each in enumerate(made)
            for j, said in enumerate(each.sentences)
            for character in said
        ]
        hits = []
        for at in range(len(text) - len(quote) + 1):
            window = text[at : at + len(quote)]
            if "".join(character for *_, character in window) == quote and window[0][0] == window[-1][0]:
                hits.append(window)
        own = [hit for hit in hits if made[hit[0][0]].name == name]
        inside = own or [hit for hit in hits if made[hit[0][0]].name.startswith(name)]
        chosen = inside or (hits if len(hits) == 1 else [])
        if chosen:
            found += 1
            covered |= {(i, j) for i, j, _ in chosen[0]}
    return {each.name: sum(i == place for i, _ in covered) for place, each in enumerate(made)}, found


def rendered(made: list[Clause]) -> str:
    return "".join(f"{each.mark}{''.join(each.sentences)}\n" for each in made)


@given(st.data())
def test_a_naive_oracle_finds_the_same(data: st.DataObject) -> None:
    made = data.draw(documents())
    wanted = data.draw(st.lists(entries(made), min_size=1, max_size=6))
    traced = held(plan(untracked=wanted), rendered(made))
    covered, found = oracle(made, wanted)
    assert {CHINESE(clause): share.covered for clause, share in traced.clauses} == covered
    assert traced.found == found
    assert {CHINESE(clause): share.total for clause, share in traced.clauses} == {
        each.name: len(each.sentences) for each in made
    }


WIDTHS = str.maketrans("（），A+“”", '(),Ａ＋""')
BREAKS = ["\n", " ", "　", "\n\n", "\n　　", "\u200b", "\n\n— 3 —\n\n", "\x0c", "\n第 2 页\n"]


@st.composite
def noisy(draw: st.DrawFn, content: str) -> str:
    """The text with blanks, breaks of lines and pages, and other widths inside its sentences."""
    said = list(content)
    places = [i for i in range(2, len(said)) if said[i - 1] not in "\n.、）)" and said[i] != "\n" and i + 1 < len(said)]
    for at in draw(st.lists(st.sampled_from(places), max_size=8, unique=True)) if places else []:
        inside = "，" in re.split("[\n。]", "".join(said[:at]))[-1]  # a line without any stop may be a heading
        change = draw(st.sampled_from(BREAKS if inside else [" ", "　", "\u200b"]))
        said[at] = change + (said[at].translate(WIDTHS) if draw(st.booleans()) else said[at])
    return "".join(said)


@given(st.data())
def test_blanks_breaks_and_widths_change_nothing_that_is_found(data: st.DataObject) -> None:
    made = data.draw(documents())
    wanted = data.draw(st.lists(entries(made), min_size=1, max_size=6))
    plain = held(plan(untracked=wanted), rendered(made))
    noise = held(plan(untracked=wanted), data.draw(noisy(rendered(made))))
    assert (noise.clauses, noise.share, noise.found) == (plain.clauses, plain.share, plain.found)
    assert [code for code in codes(noise) if code != "GK703"] == [code for code in codes(plain) if code != "GK703"]


@pytest.mark.parametrize("make", [as_text, as_docx, as_html])
def test_a_document_of_many_pages_is_traced(make: object) -> None:
    assert callable(make)
    content = "".join(f"{at}. 公开第{at}项信息，{'及其说明' * 20}。\n" for at in range(1, 600))
    wanted = [(str(at), f"公开第{at}项信息") for at in range(1, 600)]
    traced = held(plan(untracked=wanted), make(content))
    assert traced.share == Share(599, 599)


def test_problems_are_problems() -> None:
    traced = held(plan(duty("一", "公开预算")), "一、公开决算。")
    assert all(isinstance(each, Problem) for each in traced.problems)
    assert list(traced.problems) == sorted(traced.problems)
