"""The one bulletin that every format is made from in the tests; see tests/bulletin/."""

from datetime import date
from pathlib import Path

from gongkai_cli.bulletin import Bulletin, Stretch, bulletin
from gongkai_cli.deadlines import When
from gongkai_cli.evaluation.assessment import assess
from gongkai_cli.log.reading import read_log
from gongkai_cli.plan_file import load_plan
from gongkai_cli.report import EVERYTHING, Filter
from gongkai_cli.workdays import official_calendar

FOLDER = Path(__file__).parent / "bulletin"
AS_OF, SINCE = date(2017, 10, 12), date(2017, 9, 10)


TO_DATE = Stretch("to date")


def made(
    stretch: Stretch = TO_DATE,
    *,
    as_of: When = AS_OF,
    since: date | None = SINCE,
    chosen: Filter = EVERYTHING,
    log: tuple[str, ...] = ("log.csv",),
) -> Bulletin:
    """Return the bulletin; to be called in FOLDER, so that places in the log are `log.csv:2`. Without `log`, none."""
    calendar = official_calendar()
    plan = load_plan("plan.yaml", calendar).usable()
    if not log:
        return bulletin(plan, calendar, stretch, as_of, chosen)
    _, last = stretch.seen_from(as_of, date.min)[1]
    with read_log(log) as read:
        assessment, problems = assess(plan, calendar, read, as_of, until=last, since=since)
        rejected = [each for each in problems if each.level == "error"]
        return bulletin(plan, calendar, stretch, as_of, chosen, assessment, rejected)
