"""Options that several commands share; nothing heavy is imported for them."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from gongkai_cli.cli import completing
from gongkai_cli.cli.terminal import words_for_help
from gongkai_cli.messages import text

_help = words_for_help()

PlanOption = Annotated[
    list[str] | None,
    typer.Option(
        "--plan", help=_help(text("The plan file. Default: GONGKAI_PLAN, gongkai.toml, or the only file in plans/."))
    ),
]
PlansOption = Annotated[
    list[str] | None,
    typer.Option(
        "--plan",
        help=_help(
            text(
                "Plan files, folders or patterns; may repeat. "
                "Default: GONGKAI_PLAN, gongkai.toml, or the only file in plans/."
            )
        ),
    ),
]
LangOption = Annotated[
    str | None,
    typer.Option(
        "--lang", autocompletion=completing.languages, help=_help(text("The language. Default: the plan's own."))
    ),
]
WorkdaysOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--workdays",
        help=_help(
            text("A file of working days that adds to the official ones. Default: GONGKAI_WORKDAYS, gongkai.toml.")
        ),
    ),
]
OwnerOption = Annotated[
    list[str] | None,
    typer.Option(
        "--owner", autocompletion=completing.owners, help=_help(text("Only this owner, by name or alias; may repeat."))
    ),
]
ObligationOption = Annotated[
    list[str] | None,
    typer.Option(
        "--obligation",
        autocompletion=completing.obligations,
        help=_help(text("Only this obligation, by id; may repeat.")),
    ),
]
AsOfOption = Annotated[
    str | None, typer.Option("--as-of", help=_help(text("The day, or day and time, to look from. Default: now.")))
]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", help=_help(text("Write to this file instead of the terminal.")))
]
MonthOption = Annotated[
    str | None, typer.Option("--month", autocompletion=completing.months, help=_help(text("For example 2017-08.")))
]
WeekOption = Annotated[str | None, typer.Option("--week", help=_help(text("An ISO week, for example 2017-W31.")))]
QuarterOption = Annotated[
    str | None, typer.Option("--quarter", autocompletion=completing.quarters, help=_help(text("For example 2017-Q3.")))
]
FromOption = Annotated[str | None, typer.Option("--from", help=_help(text("The first day of a range.")))]
ToOption = Annotated[str | None, typer.Option("--to", help=_help(text("The last day of a range.")))]
LogOption = Annotated[
    list[str] | None,
    typer.Option(
        "--log",
        help=_help(
            text(
                "The log: files, folders or patterns (CSV, XLSX, JSON Lines, Parquet). "
                "Default: GONGKAI_LOG, gongkai.toml."
            )
        ),
    ),
]
KnownOnOption = Annotated[
    str | None, typer.Option("--known-on", help=_help(text("Leave out lines that were recorded after this day.")))
]
SkipOption = Annotated[
    bool, typer.Option("--skip-bad-lines", help=_help(text("Go on without the lines that cannot be read.")))
]
StatusOption = Annotated[
    list[str] | None,
    typer.Option(
        "--status",
        autocompletion=completing.statuses,
        help=_help(text("Only this status, for example overdue; may repeat.")),
    ),
]
FailOption = Annotated[
    str | None,
    typer.Option(
        "--fail-on",
        autocompletion=completing.failing,
        help=_help(text("Exit with 1 when one is shown: overdue,late,due.")),
    ),
]
Format = Literal["text", "json", "csv"]
FormatOption = Annotated[Format, typer.Option("--format", help=_help(text("The format of the result.")))]
BulletinFormat = Literal["text", "markdown", "html", "docx", "xlsx", "json"]
BulletinFormatOption = Annotated[
    BulletinFormat | None,
    typer.Option(
        "--format",
        help=_help(text("The format of the result. Default: as the name of --output ends, else text.")),
    ),
]
SinceOption = Annotated[
    str | None,
    typer.Option("--since", help=_help(text("Compare with this earlier day, by what was known then."))),
]
WidthOption = Annotated[
    int | None,
    typer.Option(
        "--width",
        min=40,
        max=1000,
        help=_help(text("How many columns wide the text is; a Chinese character takes two. Default: 80.")),
    ),
]
LetterOption = Annotated[
    bool,
    typer.Option(
        "--letter",
        help=_help(
            text("Instead, write a reminder letter for every owner with anything overdue, into the folder --output.")
        ),
    ),
]
