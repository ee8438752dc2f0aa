"""The bulletin as an object: its range, its parts, its figures, what changed, and its footnotes."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from bulletins import AS_OF, SINCE, TO_DATE, made

from gongkai_cli.bulletin import Bulletin, Stretch, bulletin
from gongkai_cli.evaluation.assessment import Earlier, assess
from gongkai_cli.formats import bulletin_text
from gongkai_cli.formats.page import Page
from gongkai_cli.log.reading import read_log
from gongkai_cli.messages import Words
from gongkai_cli.plan_file import load_plan
from gongkai_cli.report import Days, Filter, Row
from gongkai_cli.workdays import official_calendar

OCTOBER = Stretch("month", Days(date(2017, 10, 1), date(2017, 10, 31)))


def named(rows: tuple[Row, ...]) -> list[str]:
    return [f"{row.occurrence.obligation.id} {row.occurrence.slot.period.label}" for row in rows]


@pytest.fixture
def to_date(bulletin_folder: Path) -> Bulletin:
    return made()


def test_parts_to_date(to_date: Bulletin) -> None:
    assert to_date.days == Days(date(2017, 7, 11), date(2017, 10, 12))
    assert to_date.coming_days == Days(date(2017, 10, 13), date(2017, 11, 12))
    assert named(to_date.overdue) == ["prices 2017-W37", "relief 2017-08", "cleanup once"]
    assert named(to_date.late) == ["relief 2017-07", "alerts 2017-09-02", "fiscal 2017-08"]
    assert named(to_date.waived) == ["seeds once"]
    assert named(to_date.coming) == ["audit 2017-Q3", "fiscal 2017-09", "relief 2017-09"]
    assert named(to_date.no_limit) == ["social recurring", "guide once"]
    assert to_date.carried_over == ()
    assert [each.id for each in to_date.never_recorded] == ["meeting"]
    assert len(to_date.every_row) == 17


def test_figures_to_date(to_date: Bulletin) -> None:
    found = to_date.totals
    assert (found.owed, found.fell_due) == (12, 12)
    assert (found.satisfied, found.late, found.overdue, found.waived) == (5, 3, 3, 1)
    assert found.uncertain == 1
    assert found.on_time_rate == 5 / 11
    assert found.done_rate == 8 / 11


def test_owners_stand_worst_first_and_what_is_shared_last(to_date: Bulletin) -> None:
    lines = [(line.owner, line.totals.overdue, line.totals.late, line.totals.owed) for line in to_date.owners]
    assert lines == [
        ("区民政局", 1, 1, 3),
        ("区财政局", 1, 1, 3),
        ("=区安监局<b>|`*", 0, 1, 2),
        ("区农业局", 0, 0, 1),
        (None, 1, 0, 3),
    ]
    assert sum(owed for *_, owed in lines) == to_date.totals.owed


def test_footnotes_are_numbered_as_the_sections_come(to_date: Bulletin) -> None:
    assert [(each.number, each.name) for each in to_date.footnotes] == [
        (1, "weekly"), (2, "monthly"), (3, "remit"), (4, "regular"),
    ]  # fmt: skip
    fiscal, cleanup = (row.occurrence.obligation for row in (to_date.late[2], to_date.overdue[2]))
    assert (to_date.marks(fiscal), to_date.owner_marks(fiscal)) == ((2,), (3,))
    assert (to_date.marks(cleanup), to_date.owner_marks(cleanup)) == ((), ())


def test_papers_and_records_are_traced_to_their_lines(to_date: Bulletin) -> None:
    (waived,) = to_date.waived
    (paper,) = waived.papers
    assert (paper.kind, paper.reference, paper.file, paper.line) == ("waiver", "编造〔2017〕9号", "log.csv", 12)
    moved = next(row for row in to_date.rows if row.occurrence.obligation.id == "drills")
    assert [each.line for each in moved.papers] == [14]
    assert [record.line for record in moved.records] == [15]
    assert to_date.untraced == 0
    assert [(each.file, each.read, each.blank) for each in to_date.files] == [("log.csv", 17, 1)]


def test_what_changed_since_an_earlier_day(to_date: Bulletin) -> None:
    since = to_date.since
    assert since is not None
    assert since.days == Days(date(2017, 7, 11), date(2017, 9, 10))
    assert (since.totals.owed, since.totals.satisfied, since.totals.late, since.totals.waived) == (5, 2, 2, 1)
    assert named(tuple(each.row for each in since.newly_overdue)) == [
        "prices 2017-W37", "relief 2017-08", "cleanup once",
    ]  # fmt: skip
    assert named(tuple(each.row for each in since.newly_done)) == [
        "prices 2017-W38", "drills once", "fiscal 2017-08", "cleanup once",
    ]  # fmt: skip
    assert since.cleared == ()
    assert since.gone == ()
    assert all(each.row.records for each in since.newly_done)


def test_a_month_carries_older_breaches_over_and_sees_them_cleared(bulletin_folder: Path) -> None:
    october = made(OCTOBER, since=date(2017, 10, 5))
    assert named(october.carried_over) == ["prices 2017-W37", "relief 2017-08", "cleanup once"]
    assert october.since is not None
    assert named(tuple(each.row for each in october.since.cleared)) == ["fiscal 2017-08"]
    assert [record.line for record in october.since.cleared[0].row.records] == [4]
    assert october.coming_days == Days(date(2017, 11, 1), date(2017, 11, 30))


def test_a_quarter_is_followed_by_the_next(bulletin_folder: Path) -> None:
    quarter = made(Stretch("quarter", Days(date(2017, 7, 1), date(2017, 9, 30))))
    assert quarter.coming_days == Days(date(2017, 10, 1), date(2017, 12, 31))
    assert quarter.totals.owed == 12


def test_without_a_log_no_status_is_claimed(bulletin_folder: Path) -> None:
    found = made(log=())
    assert found.log is None
    assert found.since is None
    assert {row.status for row in found.every_row} == {None}
    assert found.totals.owed == 11  # the emergency is known from the log alone
    assert named(found.no_limit) == ["social recurring", "guide once"]
    assert [each.id for each in found.never_recorded] == ["alerts", "meeting"]
    assert found.heat_map.months == ()


def test_an_owner_alone(bulletin_folder: Path) -> None:
    found = made(chosen=Filter(owners=frozenset({"区农业局"})))
    assert [line.owner for line in found.owners] == ["区农业局", None]
    assert named(found.no_limit) == ["social recurring"]
    assert found.never_recorded == ()


def test_an_instant_to_look_from(bulletin_folder: Path) -> None:
    morning = datetime(2017, 9, 30, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    found = made(as_of=morning, since=None)
    assert found.totals.owed == 12
    assert found.totals.fell_due == 8  # what is due on the 30th itself has until midnight


def test_a_breach_that_is_no_longer_there_is_not_silently_gone(bulletin_folder: Path) -> None:
    calendar = official_calendar()
    plan = load_plan("plan.yaml", calendar).usable()
    with read_log(("log.csv",)) as log:
        assessment, _ = assess(plan, calendar, log, AS_OF, since=SINCE)
        missed = next(each for each in assessment.evaluation.verdicts if each.status == "overdue")
        slot = missed.occurrence.slot
        gone = slot._replace(period=slot.period._replace(label="gone"))
        withdrawn = missed._replace(occurrence=missed.occurrence._replace(slot=gone))
        assert assessment.earlier is not None
        then = replace(assessment.earlier.evaluation, verdicts=(*assessment.earlier.evaluation.verdicts, withdrawn))
        assessment = replace(assessment, earlier=Earlier(SINCE, then))
        found = bulletin(plan, calendar, TO_DATE, AS_OF, assessment=assessment)
    assert found.since is not None
    assert [row.occurrence.slot.period.label for row in found.since.gone] == ["gone"]
    said = bulletin_text.render(found, Page(Words("zh"), 1000))
    assert "原逾期未公开、现已解决1项次" in said
    assert "已不存在" in said
