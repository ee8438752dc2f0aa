"""gongkai overdue and satisfied: one command in two forms, which differ in the statuses they show."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from gongkai_cli.cli.options import (
    AsOfOption,
    FailOption,
    FormatOption,
    FromOption,
    KnownOnOption,
    LangOption,
    LogOption,
    MonthOption,
    ObligationOption,
    OutputOption,
    OwnerOption,
    PlansOption,
    QuarterOption,
    SkipOption,
    ToOption,
    WeekOption,
    WorkdaysOption,
)

if TYPE_CHECKING:
    from gongkai_cli.evaluation.verdicts import Status
    from gongkai_cli.report import Command


def showing(command: "Command", *statuses: "Status") -> Callable[..., int]:
    """Return the command that shows what has one of these statuses; without a range, of all that belongs."""

    def held(
        month: MonthOption = None,
        week: WeekOption = None,
        quarter: QuarterOption = None,
        first: FromOption = None,
        last: ToOption = None,
        owner: OwnerOption = None,
        obligation: ObligationOption = None,
        log: LogOption = None,
        as_of: AsOfOption = None,
        known_on: KnownOnOption = None,
        skip_bad_lines: SkipOption = False,
        fail_on: FailOption = None,
        format_: FormatOption = "text",
        output: OutputOption = None,
        plan: PlansOption = None,
        workdays: WorkdaysOption = None,
        lang: LangOption = None,
    ) -> int:
        from gongkai_cli.cli.answering import answer_held
        from gongkai_cli.cli.session import Asked

        asked = Asked(
            plan or (), log or (), workdays or (), as_of, known_on, skip_bad_lines, owner or (), obligation or (), (),
            fail_on, lang, output, every_mark=False, kept=statuses if command == "overdue" else None,
        )  # fmt: skip
        return answer_held(command, asked, statuses, (month, week, quarter, first, last), format_, "owner")

    held.__name__ = command  # which typer makes the name of the command
    return held
