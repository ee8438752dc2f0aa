"""What the Tab key offers: ids, owners, periods, events of the plan that the command would use, and statuses."""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from gongkai_cli.plan import Obligation, Plan

Offer = tuple[str, str]  # what is to be typed, and what it is
_MOST_PERIODS = 400


def obligations(ctx: typer.Context) -> list[Offer]:
    """Offer the ids of all obligations, with their titles."""
    return _of_the_plan(ctx, lambda plan: ((each.id, each.title) for each in plan.obligations))


def owners(ctx: typer.Context) -> list[Offer]:
    """Offer the names of all owners, then their aliases, each with the name it stands for."""

    def named(plan: "Plan") -> Iterator[Offer]:
        yield from ((each.name, "") for each in plan.owners)
        yield from ((alias, each.name) for each in plan.owners for alias in each.aliases)

    return _of_the_plan(ctx, named)


def events(ctx: typer.Context) -> list[Offer]:
    """Offer the events of the plan, with the document's words for them."""
    return _of_the_plan(ctx, lambda plan: plan.events.items())


def periods(ctx: typer.Context) -> list[Offer]:
    """Offer the periods of the obligations typed so far, with the duty; those of events are not in the plan."""
    # The parser has not come to the argument where an option still lacks its value.
    typed = ctx.params.get("obligation") or ctx.args
    ids = {typed} if isinstance(typed, str) else set(typed)

    def labelled(plan: "Plan") -> Iterator[Offer]:
        for each in plan.obligations:
            if each.id in ids and each.frequency.form != "event":
                yield from ((label, each.title) for label in _labels(plan, each))

    return _of_the_plan(ctx, labelled)


def months(ctx: typer.Context) -> list[Offer]:
    """Offer the months of the plan."""
    return _of_the_plan(ctx, lambda plan: ((f"{year}-{month:02}", "") for year, month in _months(plan)))


def quarters(ctx: typer.Context) -> list[Offer]:
    """Offer the quarters of the plan."""

    def named(plan: "Plan") -> Iterable[Offer]:
        return ((label, "") for label in dict.fromkeys(f"{year}-Q{(month + 2) // 3}" for year, month in _months(plan)))

    return _of_the_plan(ctx, named)


def statuses(ctx: typer.Context) -> list[Offer]:
    """Offer all statuses, with their names in the plan's language."""
    from gongkai_cli.cli.terminal import words_for
    from gongkai_cli.evaluation.verdicts import STATUSES
    from gongkai_cli.formats.wording import status_name

    def named(plan: "Plan") -> Iterator[Offer]:
        words = words_for(plan, ctx.params.get("lang"))
        yield from ((each, words(status_name(each))) for each in STATUSES)

    return _of_the_plan(ctx, named) or [(each, "") for each in STATUSES]


def failing(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """Offer what --fail-on takes, behind what stands before the last comma."""
    if ctx.command.name == "diff":
        from gongkai_cli.diff import CONCERNS

        known: Iterable[str] = CONCERNS
    else:
        known = ("overdue", "late", "due")
    before = incomplete[: incomplete.rfind(",") + 1]
    return [(before + each, "") for each in known if each not in before.split(",")]


def languages() -> list[Offer]:
    """Offer the languages."""
    return [("zh", "中文"), ("en", "English")]


def _labels(plan: "Plan", obligation: "Obligation") -> list[str]:
    from datetime import timedelta

    from gongkai_cli.schedule import rule_of, timetable
    from gongkai_cli.workdays import official_calendar

    found = timetable(rule_of(plan, obligation), official_calendar(), plan.plan.ends + timedelta(days=366))
    return [slot.period.label for slot in found.slots[:_MOST_PERIODS]]


def _months(plan: "Plan") -> Iterator[tuple[int, int]]:
    first, last = ((day.year * 12 + day.month - 1) for day in (plan.plan.starts_on, plan.plan.ends))
    return ((number // 12, number % 12 + 1) for number in range(first, min(last, first + 240) + 1))


def _of_the_plan(ctx: typer.Context, offers: Callable[["Plan"], Iterable[Offer]]) -> list[Offer]:
    """Return what the plan has to offer; nothing where there is none to be read: a prompt is no place for errors."""
    try:
        from gongkai_cli.cli.configuration import use_plan
        from gongkai_cli.formats.escaping import visible
        from gongkai_cli.workdays import official_calendar

        plan = use_plan(ctx.params.get("plan") or (), official_calendar())
        return [(_typed(name), visible(said)) for name, said in offers(plan) if visible(name) == name]
    except Exception:  # noqa: BLE001
        return []


def _typed(name: str) -> str:
    """Return a name as it has to stand in bash, which takes offers as they are; other shells quote by themselves."""
    word = os.environ.get("COMP_WORDS", "").rpartition("\n")[2]
    if os.environ.get("_GONGKAI_COMPLETE") != "complete_bash" or word.startswith(("'", '"')):
        return name
    return re.sub(r"([^\w.,:=@%+/-])", r"\\\1", name)
