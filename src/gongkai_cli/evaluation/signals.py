"""What is odd about the records of an occurrence and worth a look; a signal changes no status."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from gongkai_cli.dates import DateRead, read_date
from gongkai_cli.deadlines import day_of
from gongkai_cli.evaluation.assessment import Record
from gongkai_cli.evaluation.names import Share
from gongkai_cli.evaluation.verdicts import Verdict, later
from gongkai_cli.plan import Plan
from gongkai_cli.workdays import WorkCalendar

# Dates in the addresses of government sites: t20251013_…, /2017/0815/, /2017-08-15/, /2017/8/15/, /20170815/.
_URL_DATE = re.compile(
    r"/t(20[0-9]{2})([0-9]{2})([0-9]{2})_"
    r"|/(20[0-9]{2})/([0-9]{2})([0-9]{2})(?=/)"
    r"|/(20[0-9]{2})[-/]([0-9]{1,2})[-/]([0-9]{1,2})(?=/)"
    r"|/(20[0-9]{2})([0-9]{2})([0-9]{2})(?=/)"
)

Together = Mapping[tuple[Share, date], int]


def url_date(url: str) -> date | None:
    """Return the day that an address carries, or None where it carries none, or several."""
    found = set()
    for match in _URL_DATE.finditer(url):
        year, month, day = (int(value) for value in match.groups() if value is not None)
        try:
            found.add(date(year, month, day))
        except ValueError:
            continue
    return found.pop() if len(found) == 1 else None


def filled_together(verdicts: Iterable[Verdict]) -> Together:
    """Return how many occurrences of one duty and share have their deciding record on each day."""
    counts: dict[tuple[Share, date], int] = {}
    for verdict in verdicts:
        if verdict.deciding is not None:
            share = (verdict.occurrence.obligation.id, verdict.occurrence.owners)
            day = day_of(verdict.deciding.publication.published)
            counts[share, day] = counts.get((share, day), 0) + 1
    return counts


def signals_of_records(
    plan: Plan, calendar: WorkCalendar, verdict: Verdict, records: Sequence[Record], together: Together
) -> tuple[str, ...]:
    """Return the names of what is odd about an occurrence's records."""
    return tuple(dict.fromkeys(_signals(plan, calendar, verdict, records, together)))


def _signals(
    plan: Plan, calendar: WorkCalendar, verdict: Verdict, records: Sequence[Record], together: Together
) -> Iterator[str]:
    settings = plan.plan.signals
    slot = verdict.occurrence.slot
    share = (verdict.occurrence.obligation.id, verdict.occurrence.owners)
    publications = [each.publication for each in verdict.fillings]
    if _alike(records):
        yield "likely-duplicates"
    decided = day_of(verdict.deciding.publication.published) if verdict.deciding is not None else None
    if decided is not None and together[share, decided] >= settings.filled_together:
        yield "several-periods-on-one-day"
    for each in publications:
        day = day_of(each.published)
        if slot.opens is not None and day < day_of(slot.opens):
            yield "published-before-window"
        if isinstance(slot.deadline, datetime) and not isinstance(each.published, datetime):
            yield "day-without-time-against-hours"
    for record in records:
        recorded = read_date(record.recorded)
        claimed = date.fromisoformat(record.published[:10])
        if isinstance(recorded, DateRead) and recorded.day > later(claimed, settings.recorded_after, calendar):
            yield "recorded-long-after"
        stated = url_date(record.url)
        if stated is not None and abs((stated - claimed).days) > settings.url_days:
            yield "url-date-differs"


def _alike(records: Sequence[Record]) -> bool:
    """Whether two lines of one day have one address, or one title under whatever addresses."""
    said = [(each.published[:10], cell) for each in records for cell in {each.url, each.title} if cell]
    return len(said) > len(set(said))
