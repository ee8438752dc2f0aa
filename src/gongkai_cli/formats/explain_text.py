"""How a deadline came about, as text."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text as Styled

from gongkai_cli.deadlines import day_of
from gongkai_cli.explanation import Explanation, Step
from gongkai_cli.formats.context import Seen, context_lines, plan_words
from gongkai_cli.formats.escaping import visible
from gongkai_cli.formats.page import Page
from gongkai_cli.formats.reasoning import (
    WINDOW_SIGNALS,
    counted_days,
    doubts_words,
    paper_words,
    reading_words,
    record_words,
    remarks,
    verdict_reason,
)
from gongkai_cli.formats.wording import (
    ACTS,
    day_words,
    deadline_words,
    frequency_words,
    owners_words,
    signal_words,
    status_words,
)
from gongkai_cli.messages import Text, Words, text
from gongkai_cli.schedule import LeftOut


def render(found: Explanation, page: Page, period: str | None = None) -> str:
    """Return an explanation as text; `period` shows that occurrence alone."""
    words = page.words
    parts: list[RenderableType] = [*map(Styled, _first_lines(found, page))]
    parts += [Styled(visible(found.obligation.title), style="bold"), _facts(found, words)]
    parts += [Styled(""), *_readings(found, words)]
    shown = [step for step in found.steps if period is None or step.slot.period.label == period]
    parts += _occurrences(found, shown, words)
    if period is None:
        if found.rule.last is None and found.rule.frequency.form != "event":
            parts.append(Styled(words(text("The duty has no end; what comes after this goes on alike."))))
        parts += _left_out(found, words)
    return page.set(parts)


def _first_lines(found: Explanation, page: Page) -> Iterator[str]:
    if page.quiet:
        return
    words = page.words
    if found.event is not None:
        yield plan_words(found.plan, words)
        yield words(text("Only supposed: no log is read."))
    else:
        held = found.assessment
        seen = Seen(held.as_of, held.known_on, held.figures.files, page.log_from) if held is not None else None
        yield from context_lines(found.plan, seen, words)
    yield ""


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
        yield Styled(f"  {visible(words(reading_words(found.plan.readings[name])))}")


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
    for place, step in enumerate(shown):
        if place:
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
    yield Styled(words(text("{owner}: {status}. {reason}"), owner=owner, status=status, reason=verdict_reason(verdict)))
    for paper in step.papers:
        yield Styled(f"  {visible(paper_words(paper, found.plan.events, words))}")
    for said in doubts_words(step.doubts, words):
        yield Styled(f"  {visible(said)}")
    for signal in step.signals:
        if signal not in WINDOW_SIGNALS:
            yield Styled("  " + words(text("signal: {signal}"), signal=signal_words(signal)))
    for record in step.records:
        yield Styled(f"  {visible(record_words(record, words))}")


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
            Styled(("；" if words.language == "zh" else "; ").join(remarks(step, words))),
        )
    return table


def _counted(step: Step, words: Words) -> Iterator[Styled]:
    if not step.counted:
        return
    yield Styled("")
    yield Styled(words(text("Working days counted for {period}:"), period=visible(step.slot.period.label)))
    for stretch in counted_days(step, words):
        yield Styled(f"  {stretch}")


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
