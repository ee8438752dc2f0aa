"""How a deadline came about, as text."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text as Styled

from gongkai_cli.deadlines import day_of
from gongkai_cli.evaluation.placing import Match
from gongkai_cli.explanation import Explanation, Step
from gongkai_cli.formats.escaping import visible
from gongkai_cli.formats.page import Page
from gongkai_cli.formats.wording import (
    ACTS,
    day_words,
    deadline_words,
    frequency_words,
    owners_words,
    published_words,
    signal_words,
    status_words,
)
from gongkai_cli.messages import Text, Words, text
from gongkai_cli.schedule import LeftOut
from gongkai_cli.workdays import DayReason

_ABOUT = {"deadline": text("deadline"), "frequency": text("frequency"), "owner": text("owner")}


def render(found: Explanation, page: Page, period: str | None = None) -> str:
    """Return an explanation as text; `period` shows that occurrence alone."""
    words = page.words
    parts: list[RenderableType] = [Styled(visible(found.obligation.title), style="bold"), _facts(found, words)]
    parts += [Styled(""), *_readings(found, words)]
    shown = [step for step in found.steps if period is None or step.slot.period.label == period]
    parts += _occurrences(found, shown, words)
    if period is None:
        if found.rule.last is None and found.rule.frequency.form != "event":
            parts.append(Styled(words(text("The duty has no end; what comes after this goes on alike."))))
        parts += _left_out(found, words)
    return page.set(parts)


def _facts(found: Explanation, words: Words) -> Table:
    obligation, plan = found.obligation, found.plan
    shares = plan.shares_of(obligation)
    owners = "\n".join(visible(owners_words(owners, words)) for owners in shares)
    rows = [
        (text("id"), obligation.id),
        (text("clause"), words(text("{clause} of {title}"), clause=obligation.clause, title=plan.plan.title)),
        (text("quote"), words(text("「{quote}」"), quote=obligation.quote)),
        (text("owner"), owners),
        (text("support"), "、".join(obligation.support)),
        (text("act"), words(ACTS[obligation.act])),
        (
            text("frequency"),
            _with_source(frequency_words(obligation.frequency, dict(plan.events)), obligation.frequency, words),
        ),
        (text("channel"), obligation.channel or ""),
        (text("season"), "、".join(str(season) for season in obligation.season)),
        (text("deadline"), _with_source(deadline_words(found.rule.deadline), found.rule.deadline, words)),
        (text("note"), obligation.note or ""),
    ]
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False)
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for label, value in rows:
        if value:
            lines = "\n".join(visible(line) for line in value.split("\n")) if label == text("owner") else visible(value)
            table.add_row(words(label), Styled(lines))
    return table


def _with_source(said: Text, form: object, words: Words) -> str:
    """Words for a form, and the form itself as it stands in the plan file."""
    return words(text("{words} (`{form}`)"), words=words(said), form=str(form))


def _readings(found: Explanation, words: Words) -> Iterator[Styled]:
    names = found.obligation.readings
    if not names:
        yield Styled(words(text("Nothing is interpreted here: the document states it.")))
        return
    yield Styled(words(text("What is interpreted, not stated:")))
    for name in names:
        reading = found.plan.readings[name]
        sentence = text(
            "“{word}” ({about}): {means}. Authority: {authority}",
            about=_ABOUT[reading.about],
            word=reading.word,
            means=reading.means.rstrip("。."),
            authority=reading.authority,
        )
        yield Styled(f"  {visible(words(sentence))}")


def _occurrences(found: Explanation, shown: Sequence[Step], words: Words) -> Iterator[RenderableType]:
    yield Styled("")
    waits = found.rule.frequency.form == "event"
    if waits and found.event is None and not found.steps:
        said = (
            text("Occurrences begin with events, and none is recorded without a log.")
            if found.assessment is None
            else text("Occurrences begin with events, and the log has none: nothing is known of this duty.")
        )
        yield Styled(words(said))
        yield Styled(words(text("To try a day: gongkai explain {id} --event 2017-09-25"), id=found.obligation.id))
        return
    if found.event is not None:
        yield Styled(words(text("Supposing the event on {day}:"), day=day_words(found.event, words)))
    if not shown:
        yield Styled(words(text("No occurrence belongs to the plan.")))
        return
    if found.assessment is None:
        yield _windows(shown, words)
        for step in shown:
            yield from _counted(step, words)
        return
    yield Styled(words(text("As of {day}:"), day=day_words(found.assessment.as_of, words)))
    for step in shown:
        yield Styled("")
        yield _windows([step], words)
        yield from _verdict(step, found, words)
        yield from _counted(step, words)


def _verdict(step: Step, found: Explanation, words: Words) -> Iterator[Styled]:
    """Why the verdict is what it is: the status, the records and how each came here."""
    verdict = step.verdict
    assert verdict is not None, "a log was given"  # noqa: S101
    status = words(status_words(verdict.status, found.obligation.act))
    owner = visible(owners_words(verdict.occurrence.owners, words))
    yield Styled(words(text("{owner}: {status}. {reason}"), owner=owner, status=status, reason=_reason(step, found)))
    if step.verdict is not None and step.verdict.uncertain:
        said = words(text("Uncertain: a record placed by its date may belong to another period."))
        yield Styled(f"  {said}")
    for signal in step.signals:
        if signal not in _WINDOW_SIGNALS:
            yield Styled("  " + words(text("signal: {signal}"), signal=signal_words(signal)))
    for record in step.records:
        how = words(_MATCHES[record.match])
        said = words(
            text("{published} {title} ({file}:{line}; {how})"),
            published=published_words(record.published),
            title=record.title or record.url,
            file=record.file,
            line=record.line,
            how=how,
        )
        extra = words(text(" – beyond what is needed")) if record.extra else ""
        if record.kind == "correction":
            extra = words(text(" – a correction, which counts as no publication"))
        yield Styled(f"  {visible(said)}{extra}")


_MATCHES: dict[Match, Text] = {
    "declared": text("the line names this period"),
    "title": text("its title names this period"),
    "formed": text("its day of formation"),
    "date": text("placed by its date"),
}


_WINDOW_SIGNALS = ("deadline-on-non-working-day", "window-without-working-day")


def _reason(step: Step, found: Explanation) -> Text:
    verdict, slot = step.verdict, step.slot
    assert verdict is not None, "a log was given"  # noqa: S101
    needed = found.obligation.min_records
    count = verdict.count
    if verdict.status == "waived":
        return text("A waiver in the log covers this deadline.")
    if verdict.status == "upcoming":
        return text("The window has not opened.")
    if verdict.status == "no_limit":
        return text("The document sets no time limit; {count} records so far.", count=count)
    if verdict.status == "satisfied":
        return text("{count} of {needed} records by the deadline.", count=count, needed=needed)
    if verdict.status == "late":
        return text(
            "{count} of {needed} records, the deciding one {days} days late.",
            count=count,
            needed=needed,
            days=verdict.days_late,
        )
    if verdict.status == "due" and slot.provisional:
        return text(
            "{count} of {needed} records; the deadline is provisional, so nothing is held against it.",
            count=count,
            needed=needed,
        )
    if verdict.status == "due":
        return text("{count} of {needed} records; the deadline has not passed.", count=count, needed=needed)
    return text(
        "{count} of {needed} records, {days} days past the deadline.",
        count=count,
        needed=needed,
        days=verdict.days_late,
    )


def _windows(shown: Sequence[Step], words: Words) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), show_edge=False, header_style="dim")
    for title in (text("period"), text("covers"), text("window opens"), text("deadline"), text("remarks")):
        table.add_column(words(title), overflow="fold")
    for step in shown:
        slot = step.slot
        first, last = slot.period.first.isoformat(), slot.period.last.isoformat()
        table.add_row(
            Styled(visible(slot.period.label)),
            first if first == last else f"{first}..{last}",
            day_words(slot.opens, words) if slot.opens is not None else "",
            day_words(slot.deadline, words) if slot.deadline is not None else words(text("no time limit is set")),
            Styled(_remarks(step, words)),
        )
    return table


def _remarks(step: Step, words: Words) -> str:
    said = []
    if step.moved_from is not None:
        said.append(words(text("moved from {day}, not a working day"), day=day_words(step.moved_from, words)))
    if "deadline-on-non-working-day" in step.signals:
        said.append(words(text("not a working day; not moved")))
    if "window-without-working-day" in step.signals:
        said.append(words(text("no working day in the window")))
    if step.verdict is not None and step.verdict.original_deadline is not None:
        original = day_words(step.verdict.original_deadline, words)
        said.append(words(text("originally {day}; extended by a line of the log"), day=original))
    if step.slot.provisional:
        said.append(words(text("provisional")))
    return ("；" if words.language == "zh" else "; ").join(said)


def _counted(step: Step, words: Words) -> Iterator[Styled]:
    if not step.counted:
        return
    yield Styled("")
    yield Styled(words(text("Working days counted for {period}:"), period=visible(step.slot.period.label)))
    for _, group in groupby(step.counted, key=lambda each: (each.number is not None, each.reason)):
        yield Styled("  " + _stretch(list(group), words))


def _stretch(days: Sequence[DayReason], words: Words) -> str:
    first, last = days[0], days[-1]
    where = day_words(first.day, words)
    if first is not last:
        where = words(text("{first} to {last}"), first=where, last=day_words(last.day, words))
    if first.number is None:
        return words(text("{days}: not counted, {reason}"), days=where, reason=first.reason)
    if first is last:
        return words(text("{days}: number {n}, {reason}"), days=where, n=first.number, reason=first.reason)
    return words(
        text("{days}: {first} to {last}, {reason}"),
        days=where,
        first=first.number,
        last=last.number,
        reason=first.reason,
    )


def _left_out(found: Explanation, words: Words) -> Iterator[Styled]:
    if not found.left_out:
        return
    yield Styled("")
    grounds = {
        "period before start": text("ends before {start}"),
        "deadline before start": text("deadline {deadlines}, before {start}"),
        "event after end": text("the event lies after {end}"),
    }
    for ground, group in groupby(found.left_out, key=lambda each: each.ground):
        left = list(group)
        end = found.rule.last.isoformat() if found.rule.last else ""
        said = words(grounds[ground], start=found.rule.first.isoformat(), deadlines=_ends(left), end=end)
        yield Styled(
            words(
                text("Left out: {periods}; {ground}."),
                periods=_span([each.slot.period.label for each in left]),
                ground=said,
            )
        )


def _ends(left: Sequence[LeftOut]) -> str:
    days = [day_of(each.slot.deadline).isoformat() for each in left if each.slot.deadline is not None]
    return _span(days)


def _span(labels: Sequence[str]) -> str:
    return labels[0] if len(labels) == 1 else f"{labels[0]}..{labels[-1]}"
