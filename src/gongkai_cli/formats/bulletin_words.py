"""How the bulletin says what all its parts have in common: days, owners, statuses, places in the log."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import PurePath

from gongkai_cli.bulletin import Bulletin
from gongkai_cli.deadlines import When, day_of
from gongkai_cli.formats.blocks import Said
from gongkai_cli.formats.wording import owners_words, published_words, status_words
from gongkai_cli.messages import Words, text
from gongkai_cli.report import Row

# Stands behind a deadline on a non-working day, and behind a status for which another reading is possible.
REST_MARK, DOUBT_MARK = "*", "?"
_WEEK, _DAY = re.compile(r"\d{4}-W\d{2}"), re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Speaker:
    """A bulletin and the language to say it in, with the ways of saying things that its sections share."""

    bulletin: Bulletin
    words: Words

    @cached_property
    def _several_years(self) -> bool:
        days = [day_of(row.deadline) for row in self.bulletin.every_row if row.deadline is not None]
        return len({day.year for day in days}) > 1

    @cached_property
    def _file_names(self) -> Counter[str]:
        return Counter(PurePath(each.file).name for each in self.bulletin.files)

    def list(self, items: Sequence[str]) -> str:
        """Return things in a row."""
        return self.words.listed(items)

    def clauses(self, items: Sequence[str]) -> str:
        """Return parts of a sentence in a row."""
        return ("；" if self.words.language == "zh" else "; ").join(items)

    def day(self, when: When) -> str:
        """Return a day in little room, with its year where several years occur, and the time where a clock runs."""
        day = day_of(when)
        written = f"{day.month}月{day.day}日" if self.words.language == "zh" else f"{day:%m-%d}"
        if self._several_years:
            written = plain_day(day, self.words)
        return f"{written} {when:%H:%M}" if isinstance(when, datetime) else written

    def owner(self, row: Row) -> Said:
        """Return who owes, with the footnotes to that."""
        owners = owners_words(row.occurrence.owners, self.words)
        return Said(owners, self.bulletin.owner_marks(row.occurrence.obligation))

    def deadline(self, row: Row) -> Said:
        """Return the deadline in force, with the footnotes to it."""
        marks = self.bulletin.marks(row.occurrence.obligation)
        if row.deadline is None:
            return Said(self.words(text("no time limit")), marks)
        rest = REST_MARK if "deadline-on-non-working-day" in row.signals else ""
        return Said(self.day(row.deadline) + rest, marks)

    def status(self, row: Row) -> str:
        """Return the status of a row in the words of its act."""
        verdict = row.verdict
        if verdict is None:
            return ""
        said = self.words(status_words(verdict.status, row.occurrence.obligation.act))
        if verdict.by_nil and verdict.status == "satisfied":
            said = self.words(text("{status} (nothing to publish)"), status=said)
        return said + (DOUBT_MARK if verdict.uncertain else "")

    def place(self, file: str, line: int) -> str:
        """Return where a line stands: by the file's own name where no other has it; annex 2 gives the whole path."""
        name = PurePath(file).name
        whole = max(self._file_names[name], self._file_names[name.rpartition("[")[0]])  # `台账.xlsx[八月]`: its sheet
        return f"{name if whole == 1 else file}:{line}"

    def evidence(self, row: Row) -> tuple[str, str]:
        """Return the day of the record that decided, and where it stands; both empty where there is none."""
        record = row.deciding
        return (self.published(record.published), self.place(record.file, record.line)) if record else ("", "")

    def published(self, when: str) -> str:
        """Return the day of a record, and the time where it matters, in little room."""
        return f"{self.day(date.fromisoformat(when[:10]))}{published_words(when)[10:]}"

    def days_late(self, row: Row) -> str:
        """Return by how many days a row is late, with the mark of doubt."""
        verdict = row.verdict
        assert verdict is not None, "a log was given"  # noqa: S101
        return str(verdict.days_late) + (DOUBT_MARK if verdict.uncertain else "")


def plain_day(when: When, words: Words) -> str:
    """Return a day as official documents write it, without its weekday: `2017年8月31日`."""
    day = day_of(when)
    written = f"{day.year}年{day.month}月{day.day}日" if words.language == "zh" else day.isoformat()
    return f"{written} {when:%H:%M}" if isinstance(when, datetime) else written


_QUARTERS = (text("1st quarter"), text("2nd quarter"), text("3rd quarter"), text("4th quarter"))


def stretch_words(bulletin: Bulletin, words: Words) -> str:
    """Return the month or quarter that the bulletin is about, or the day that it is up to."""
    first = bulletin.days.first
    if bulletin.scope == "month":
        return f"{first.year}年{first.month}月" if words.language == "zh" else f"{first:%Y-%m}"
    if bulletin.scope == "quarter":
        quarter = words(_QUARTERS[(first.month - 1) // 3])
        return words(text("{quarter} of {year}"), quarter=quarter, year=first.year)
    return words(text("up to {day}"), day=plain_day(bulletin.as_of, words))


def signs_words(rows: Sequence[Row], words: Words) -> Iterator[str]:
    """Yield what the mark at a deadline and the names of periods mean, a sentence each; only what the rows have."""
    if any("deadline-on-non-working-day" in row.signals for row in rows):
        yield words(text("{mark} not a working day; the deadline is not moved."), mark=REST_MARK)
    periods = [row.occurrence.slot.period for row in rows]
    week = next((each for each in periods if _WEEK.fullmatch(each.label)), None)
    if week is not None:
        sentence = text("Weeks are numbered as in ISO 8601: {label} is {first} to {last}.")
        days = {"first": plain_day(week.first, words), "last": plain_day(week.last, words)}
        yield words(sentence, label=week.label, **days)
    if any(_DAY.fullmatch(each.label) for each in periods):
        yield words(text("A period named by a day begins on that day, or is that of the event on it."))


def period_words(row: Row, words: Words) -> str:
    """Return the label of a period; nothing for what happens once."""
    label = row.occurrence.slot.period.label
    return "" if label in ("once", "recurring") else label
