"""The parts of tracing: folding, numbering, brackets of owners, words of time, the nearest text."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai_cli.dates import in_chinese, number
from gongkai_cli.deadlines import parse_deadline
from gongkai_cli.frequencies import parse_frequency
from gongkai_cli.messages import Words
from gongkai_cli.tracing.brackets import Named, read_bracket, read_label
from gongkai_cli.tracing.folding import fold, fold_with_origin
from gongkai_cli.tracing.nearest import Pairs, likest
from gongkai_cli.tracing.numbering import Clause, Levels, Step, mark_at, parse_clause, resolve
from gongkai_cli.tracing.timing import time_words

CHINESE = Words("zh")

# Folding


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("２０１７年", "2017 年"),
        ("（一）", "(一)"),
        ("“五公开”", '"五公开"'),
        ("；，：！", ";,:!"),
        ("〔2017〕", "[2017]"),
        ("A—B", "A-B"),
        ("⼀⼆", "一二"),  # radicals, as PDF files give them
        ("公\u200b开\n\u3000信\u00a0息", "公开信息"),
        ("㈠", "(一)"),
    ],
)
def test_forms_that_are_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("、", "，"), ("。", "."), ("①", "1"), ("按月", "每月"), ("PPP", "ppp")])
def test_forms_that_differ(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text())
def test_every_folded_character_knows_where_it_comes_from(value: str) -> None:
    folded = fold_with_origin(value)
    assert folded.text == fold(value)
    assert len(folded.origin) == len(folded.text)
    assert all(one <= other for one, other in pairwise(folded.origin))
    for at, character in zip(folded.origin, folded.text, strict=True):
        assert character in fold(value[at])


# Numbering


@pytest.mark.parametrize(
    ("written", "steps"),
    [
        ("一", [("一", 1)]),
        ("一（一）1", [("一", 1), ("(一)", 1), ("1", 1)]),
        ("四(二)", [("一", 4), ("(一)", 2)]),
        ("12", [("1", 12)]),
        ("三、2．", [("一", 3), ("1", 2)]),
        ("十二（十）3（2）", [("一", 12), ("(一)", 10), ("1", 3), ("(1)", 2)]),
        ("第三条", [("条", 3)]),
        ("第二章第十二条", [("章", 2), ("条", 12)]),
        ("第一部分二1②", [("部分", 1), ("一", 2), ("1", 1), ("①", 2)]),
        ("5)", [("1)", 5)]),
        ("一百零五", [("一", 105)]),
    ],
)
def test_clauses_as_plans_write_them(written: str, steps: list[tuple[str, int]]) -> None:
    clause = parse_clause(written)
    assert clause is not None
    assert (clause.part, [tuple(step) for step in clause.steps]) == ("", steps)
    assert parse_clause(CHINESE(clause.words())) == clause


@pytest.mark.parametrize(
    ("written", "part", "shown"),
    [
        ("通知", "通知", "通知"),
        ("通知一", "通知", "通知一"),
        ("附件2一（二）", "附件2", "附件2一（二）"),
        ("附件1三", "", "三"),
    ],
)
def test_parts_of_documents(written: str, part: str, shown: str) -> None:
    clause = parse_clause(written)
    assert clause is not None
    assert (clause.part, CHINESE(clause.words())) == (part, shown)


@pytest.mark.parametrize("written", ["总体要求", "前言", "一般要求", "12月"])
def test_names_are_no_clauses(written: str) -> None:
    assert parse_clause(written) is None


@pytest.mark.parametrize(
    ("line", "kind", "which"),
    [
        ("一、以政务公开", "一", 1),
        ("（十二）推进", "(一)", 12),
        ("1.加强", "1", 1),
        ("1.2017年年底前", "1", 1),
        ("3、推进", "1", 3),
        ("（3）推进", "(1)", 3),
        ("3）推进", "1)", 3),
        ("②公开", "①", 2),
        ("第十条 公开", "条", 10),
    ],
)
def test_marks_before_paragraphs(line: str, kind: str, which: int) -> None:
    mark = mark_at(fold(line))
    assert mark is not None
    assert mark.step == Step(kind, which)  # type: ignore[arg-type]


@pytest.mark.parametrize("line", ["1.5亿元", "2017年7月", "5小时内", "一是公开", "（以下统称）", "3.14", "一般"])
def test_what_is_no_mark(line: str) -> None:
    assert mark_at(fold(line)) is None


def test_levels_open_and_close() -> None:
    levels = Levels()
    seen = []
    for line in ("一、", "（一）", "1.", "2.", "（二）", "二、", "1.", "（一）", "（1）"):
        mark = mark_at(fold(line))
        assert mark is not None
        levels.enter(mark.step)
        seen.append(CHINESE(levels.clause.words()))
    assert seen == ["一", "一（一）", "一（一）1", "一（一）2", "一（二）", "二", "二1", "二1（一）", "二1（一）（1）"]


def test_a_short_clause_is_the_only_one_that_ends_so() -> None:
    known = [clause for each in ("一", "一11", "二", "二12", "三1", "四1") if (clause := parse_clause(each))]
    assert resolve(Clause("", (Step("1", 12),)), known) == [known[3]]
    assert resolve(Clause("", (Step("1", 1),)), known) == known[4:]
    assert resolve(Clause("", (Step("1", 13),)), known) == []


@given(st.integers(1, 99))
def test_numbers_in_chinese_read_back(value: int) -> None:
    assert number(in_chinese(value)) == value


# Brackets


@pytest.mark.parametrize(
    ("bracket", "named"),
    [
        ("区财政局负责", {"lead": "区财政局"}),
        ("区发改局、区财政局按职责分工分别牵头落实", {"lead": "区发改局 区财政局"}),
        ("区商务局、区质监局等部门按职责分工分别牵头落实", {"lead": "区商务局 区质监局"}),
        ("区财政局牵头,区发改局、区人社局配合", {"lead": "区财政局", "support": "区发改局 区人社局"}),
        ("区财政局、区发改局牵头,各镇街配合落实", {"lead": "区财政局 区发改局", "support": "各镇街"}),
        ("省教育厅,各设区市人民政府负责", {"lead": "省教育厅 各设区市人民政府"}),
        ("牵头单位:区财政局;配合单位:区统计局、区审计局", {"lead": "区财政局", "support": "区统计局 区审计局"}),
        ("责任单位:区财政局,区应急局", {"share": "区财政局 区应急局"}),
        ("省民政厅负责,2019年12月底前完成", {"lead": "省民政厅"}),
        ("区不动产登记中心、自由贸易区管委会负责", {"lead": "区不动产登记中心 自由贸易区管委会"}),
    ],
)
def test_brackets_that_name_owners(bracket: str, named: dict[str, str]) -> None:
    expected = {Named(name, part) for part, names in named.items() for name in names.split()}  # type: ignore[arg-type]
    found = read_bracket(bracket)
    assert found is not None
    assert set(found) == expected


@pytest.mark.parametrize(
    "bracket",
    [
        '以下统称"五公开"',
        "街道",
        "PPP",
        "东政办发[2017]15号",
        "农村集体资产清产核资",
        "由区财政局负责的除外",
        "不含应由上级机关负责",
        "",
        "负责",
    ],
)
def test_brackets_that_name_nobody(bracket: str) -> None:
    assert read_bracket(bracket) is None


def test_labels() -> None:
    assert read_label("责任单位:省生态环境厅,南湾市人民政府。") == (
        Named("省生态环境厅", "share"),
        Named("南湾市人民政府", "share"),
    )
    assert read_label("责任单位要按时报送") is None


@given(st.text(alphabet="区财政局、,;()负责牵头配合等部门按职责分工的由"))
def test_no_bracket_is_too_odd(said: str) -> None:
    for named in (read_bracket(said), read_bracket(said, "lead"), read_label(said)):
        assert named is None or all(each.name and "、" not in each.name for each in named)


# Words of time

SAID = [
    # sentence, the word in it, what answers it, what does not
    ("按月公开", "按月", ["monthly | end of next month", "every 1 months | none"], ["quarterly | end of period"]),
    ("每周发布", "每周", ["weekly | end of period", "continuous | 1 week after previous"], ["monthly | end of period"]),
    ("每季度公布", "每季度", ["quarterly | end of next month"], ["monthly | end of period", "recurring | none"]),
    ("按季度公布", "按季度", ["rrule FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=25 | end of period"], ["once | none"]),
    ("加大季度抽查力度", "季度", ["quarterly | end of next month"], ["once | none"]),
    ("每半年公布", "每半年", ["semiannual | end of period"], ["annual | 12-31"]),
    ("每年6月底前公开", "每年", ["annual | 06-30"], ["once | 2017-06-30"]),
    ("每年6月底前公开", "6月底前", ["annual | 06-30", "once | 2017-06-30"], ["annual | 07-31", "once | none"]),
    ("2017年年底前完成", "2017年年底前", ["once | 2017-12-31"], ["once | 2018-12-31", "once | none"]),
    ("2019年底前完成", "2019年底前", ["once | 2019-12-31"], ["once | 2018-12-31"]),
    ("年内至少听取一次", "年内", ["once | 2017-12-31", "annual | end of period"], ["once | 2017-11-30"]),
    ("12月10日前报送", "12月10日前", ["once | 2018-12-10"], ["once | 2018-12-31"]),
    ("每月25日前报送", "每月25日前", ["monthly | day 25 of next month"], ["monthly | end of period", "once | none"]),
    ("次月月底前公布", "月底前", ["monthly | end of next month"], ["monthly | day 5 of next month"]),
    ("每五日发布", "每五日", ["every 5 days | end of period"], ["every 10 days | end of period"]),
    ("每2周更新", "每2周", ["continuous | 2 weeks after previous"], ["weekly | end of period"]),
    ("60 个工作日内公开", "60个工作日内", ["on e | 60 working days after event"], ["on e | 60 days after event"]),
    ("批准后20日内公开", "20日内", ["on e | 20 days after event"], ["on e | 20 working days after event"]),
    ("最迟5小时内发布", "最迟5小时内", ["on e | 5 hours after event"], ["on e | 24 hours after event"]),
    ("不超过三个工作日", "不超过三个工作日", ["on e | 3 working days after event"], ["on e | same day as event"]),
    ("提前3日公布", "提前3日", ["on e | 3 days before event"], ["on e | before event"]),
    ("及时公开", "及时", [], ["on e | 20 working days after event", "once | none"]),
    ("定期公布", "定期", ["recurring | none"], ["monthly | end of period"]),
    ("不定期抽查", "不定期", ["recurring | none"], []),
    ("实时更新", "实时", ["continuous | none"], ["once | none"]),
    ("同步发布", "同步", ["on e | same day as event"], ["on e | 3 days after event"]),
    ("在法定时限内答复", "法定时限", [], ["on e | 15 working days after event"]),
]


def timing(said: str) -> tuple[str, str]:
    frequency, _, deadline = said.partition(" | ")
    return frequency, deadline


@pytest.mark.parametrize(("sentence", "word", "right", "wrong"), SAID, ids=lambda value: str(value)[:12])
def test_words_of_time(sentence: str, word: str, right: list[str], wrong: list[str]) -> None:
    found = {each.word: each for each in time_words(fold(sentence))}
    assert word in found
    for said in (*right, *wrong):
        frequency, deadline = timing(said)
        answered = found[word].answers(parse_frequency(frequency), parse_deadline(deadline))
        assert answered == (said in right), said


@pytest.mark.parametrize(
    "sentence",
    [
        "三年内完成",
        "中长期规划",
        "上一年度情况",
        "一季度情况",
        "按日常工作",
        "按周期",
        "按季节",
        "2017年工作",
        "8月份",
        "第一季",
        "近年内",
        "前三项",
        "月底",
    ],
)
def test_what_is_no_word_of_time(sentence: str) -> None:
    assert list(time_words(fold(sentence))) == []


# The nearest text

TEXT = fold("按月公开全区财政收支情况，解读财政收支增减变化情况及原因。每周发布区内重点批发市场价格信息。")


def test_the_nearest_text_and_how_it_differs() -> None:
    near = Pairs(TEXT).nearest(fold("每周公布重点批发市场的价格"))
    assert near is not None
    assert TEXT[near.start : near.end] == fold("每周发布区内重点批发市场价格")
    assert near.differences == (("公", "发"), ("", "区内"), ("的", ""))


def test_the_bracket_of_the_number_before_is_no_part_of_the_nearest_text() -> None:
    text = fold("（一）按月公开饮用水水质监测结果。")
    near = Pairs(text).nearest(fold("每季度公开饮用水水质监测结果"))
    assert near is not None
    assert text[near.start : near.end] == fold("按月公开饮用水水质监测结果")
    assert near.differences == (("每季度", "按月"),)


@pytest.mark.parametrize("wanted", ["毫不相干的一句话", "按", "", "zzzzzzzz"])
def test_nothing_is_near(wanted: str) -> None:
    assert Pairs(TEXT).nearest(wanted) is None


def test_text_with_nothing_but_scattered_pairs_in_common_is_not_near() -> None:
    assert Pairs("甲乙" + "丁" * 40 + "乙丙").nearest("甲乙一二三四五六七八九十百千万零") is None


def test_of_common_pairs_the_rarest_are_asked_first() -> None:
    text = "公开预算。" * 2000 + "公开决算。" + "公开预算。" * 2000
    near = Pairs(text).nearest("公开了决算")
    assert near is not None
    assert (near.start, text[near.start : near.end]) == (10_000, "公开决算")


def edits(one: str, other: str) -> int:
    """The number of edits between two texts, by the textbook."""
    table = [[max(i, j) if 0 in (i, j) else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            same = one[i - 1] == other[j - 1]
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (not same))
    return table[-1][-1]


@given(st.text("甲乙丙", min_size=1, max_size=6), st.text("甲乙丙丁", max_size=12))
def test_the_likest_stretch_has_the_fewest_edits(wanted: str, among: str) -> None:
    start, end, fewest = likest(wanted, among)
    stretches = (among[i:j] for i in range(len(among) + 1) for j in range(i, len(among) + 1))
    assert edits(wanted, among[start:end]) == fewest == min(edits(wanted, each) for each in stretches)


def test_a_text_without_one_word_is_found_again() -> None:
    for missing in re.findall("..", TEXT[:20]):
        near = Pairs(TEXT).nearest(TEXT[:20].replace(missing, ""))
        assert near is not None
        assert near.start < 20
