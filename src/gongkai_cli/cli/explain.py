"""gongkai explain: how each deadline of one duty came about."""

from typing import TYPE_CHECKING, Annotated

import typer

from gongkai_cli.cli import completing
from gongkai_cli.cli.options import (
    AsOfOption,
    KnownOnOption,
    LangOption,
    LogOption,
    OutputOption,
    PlanOption,
    SkipOption,
    WorkdaysOption,
)
from gongkai_cli.cli.terminal import usage, words_for_help, write
from gongkai_cli.messages import text

if TYPE_CHECKING:
    from gongkai_cli.cli.session import Session
    from gongkai_cli.explanation import Explanation
    from gongkai_cli.plan import Obligation

_help = words_for_help()


def explain(
    obligation: Annotated[
        str,
        typer.Argument(
            metavar="OBLIGATION", autocompletion=completing.obligations, help=_help(text("The obligation's id."))
        ),
    ],
    period: Annotated[
        str | None,
        typer.Option(
            "--period", autocompletion=completing.periods, help=_help(text("Only this period, for example 2017-08."))
        ),
    ] = None,
    event: Annotated[
        str | None,
        typer.Option("--event", help=_help(text("Suppose the event on this day (and time), to see what follows."))),
    ] = None,
    log: LogOption = None,
    as_of: AsOfOption = None,
    known_on: KnownOnOption = None,
    skip_bad_lines: SkipOption = False,
    output: OutputOption = None,
    plan: PlanOption = None,
    workdays: WorkdaysOption = None,
    lang: LangOption = None,
) -> None:
    """Show a duty's clause, quote, owner and readings, and every occurrence with its window, deadline and verdict."""
    from gongkai_cli.cli.session import Asked, open_session
    from gongkai_cli.cli.values import check_obligation
    from gongkai_cli.formats.explain_text import render

    asked = Asked(
        plan or (), log or (), workdays or (), as_of, known_on, skip_bad_lines, lang=lang, output=output
    )  # fmt: skip
    session = open_session(asked)
    ids = [each.id for each in session.plan.obligations]
    check_obligation("OBLIGATION", obligation, ids)
    with session.waiting.doing(text("Looking up the records")):
        found = _explained(session, session.plan.obligations[ids.index(obligation)], event)
    _check_period(found, period)
    write(render(found, session.page(), period), output)


def _explained(session: "Session", obligation: "Obligation", event: str | None) -> "Explanation":
    from gongkai_cli.cli.values import read_instant
    from gongkai_cli.explanation import explain as explain_obligation
    from gongkai_cli.explanation import explain_verdicts

    plan, calendar = session.plan, session.calendar
    if event is None and session.assessment is not None:
        return explain_verdicts(plan, calendar, obligation, session.assessment)
    happened = read_instant("--event", event, plan) if event is not None else None
    if happened is not None and obligation.frequency.form != "event":
        raise usage("--event", text("`{id}` does not wait for an event", id=obligation.id), text("leave --event out"))
    try:
        return explain_obligation(plan, calendar, obligation, happened)
    except ValueError:
        hint = text("write --event '2017-08-05 22:30'")
        raise usage("--event", text("hours are counted here, so the event needs a time"), hint) from None


def _check_period(found: "Explanation", period: str | None) -> None:
    from gongkai_cli.frequencies import nearest

    labels = [step.slot.period.label for step in found.steps]
    if period is not None and period not in labels:
        close = nearest(period, labels, 0.0)
        hint = text("did you mean `{name}`?", name=close) if close else text("it has no occurrences")
        raise usage("--period", text("`{value}` is not one of its periods", value=period), hint)
