"""gongkai explain: how each deadline of one duty came about."""

from typing import Annotated

import typer

from gongkai_cli.cli.options import LangOption, OutputOption, PlanOption, WorkdaysOption
from gongkai_cli.cli.terminal import colour_wanted, usage, width, words_for, words_for_help, write
from gongkai_cli.messages import text

_help = words_for_help()


def explain(
    obligation: Annotated[str, typer.Argument(metavar="OBLIGATION", help=_help(text("The obligation's id.")))],
    period: Annotated[
        str | None, typer.Option("--period", help=_help(text("Only this period, for example 2017-08.")))
    ] = None,
    event: Annotated[
        str | None,
        typer.Option("--event", help=_help(text("Suppose the event on this day (and time), to see what follows."))),
    ] = None,
    output: OutputOption = None,
    plan: PlanOption = None,
    workdays: WorkdaysOption = None,
    lang: LangOption = None,
) -> None:
    """Show a duty's clause, quote, owner and readings, and every occurrence with its window and deadline."""
    from gongkai_cli.cli.configuration import find_calendar, use_plan
    from gongkai_cli.cli.values import check_obligation, read_instant
    from gongkai_cli.explanation import explain as explain_obligation
    from gongkai_cli.formats.explain_text import render
    from gongkai_cli.formats.text import UNLIMITED, Page
    from gongkai_cli.frequencies import nearest

    calendar = find_calendar(workdays or ())
    used = use_plan(plan, calendar)
    words = words_for(used, lang)
    ids = [each.id for each in used.obligations]
    check_obligation("OBLIGATION", obligation, ids)
    chosen = used.obligations[ids.index(obligation)]
    happened = read_instant("--event", event, used) if event is not None else None
    if happened is not None and chosen.frequency.form != "event":
        raise usage("--event", text("`{id}` does not wait for an event", id=obligation), text("leave --event out"))
    try:
        found = explain_obligation(used, calendar, chosen, happened)
    except ValueError:
        hint = text("write --event '2017-08-05 22:30'")
        raise usage("--event", text("hours are counted here, so the event needs a time"), hint) from None
    labels = [step.slot.period.label for step in found.steps]
    if period is not None and period not in labels:
        close = nearest(period, labels, 0.0)
        hint = text("did you mean `{name}`?", name=close) if close else text("it has no occurrences")
        raise usage("--period", text("`{value}` is not one of its periods", value=period), hint)

    page = Page(words, width() or UNLIMITED if output is None else UNLIMITED, colour_wanted() and output is None)
    write(render(found, page, period), output)
