"""The gongkai command."""

import atexit
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

import typer

from gongkai_cli import __version__
from gongkai_cli.cli import calendar, check, diff, due, explain, init, ledger, report, schema, status, writing
from gongkai_cli.cli.held import showing
from gongkai_cli.cli.helping import Command, Commands
from gongkai_cli.cli.interrupts import hear_interrupts, ignore_interrupts, was_interrupted
from gongkai_cli.cli.manner import QuietOption, VerboseOption, begin, with_manner
from gongkai_cli.cli.options import LangOption
from gongkai_cli.cli.parsing import refused
from gongkai_cli.cli.streams import prepare_streams
from gongkai_cli.cli.terminal import (
    complain,
    fallback_words,
    flush,
    say_problems,
    words_for_help,
)
from gongkai_cli.messages import Text, text
from gongkai_cli.problems import BadInput, Location, Problem

USAGE_ERROR, INTERNAL_ERROR, INTERRUPTED = 2, 3, 130

_help = words_for_help()
app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=_help(text("Hold an open-government work plan against what was published.")),
)


def _register(group: str, commands: dict[Callable[..., object], Text]) -> None:
    for command, said in commands.items():
        app.command(command.__name__, cls=Command, help=_help(said), rich_help_panel=group)(with_manner(command))


_register(
    _help(text("The plan")),
    {
        init.init: text("Begin a plan with sample files to replace."),
        check.check: text("Validate plan files: every problem, with its line."),
        diff.diff: text("What an edit of a plan changes, in deadlines and verdicts."),
        schema.schema: text("Print the JSON Schema of the plan file, for editors."),
    },
)
_register(
    _help(text("What is due")),
    {
        due.due: text("What falls due in a month, week, quarter or range of days."),
        showing("overdue", "overdue"): text("What is overdue, owner by owner."),
        showing("satisfied", "satisfied", "late"): text("What was done on time and, apart from it, late."),
        status.status: text("One line per owner or plan, and a map of owners and months."),
        explain.explain: text("How each deadline and verdict of a duty came about."),
    },
)
_register(
    _help(text("For the meeting")),
    {
        report.report: text("The bulletin for the meeting, of a month, a quarter or to date."),
        ledger.ledger: text("One Excel sheet per owner to fill in (台账)."),
        calendar.calendar: text("Deadlines as a calendar feed (.ics)."),
    },
)
_register(
    _help(text("The log")),
    {
        writing.record: text("Append one publication to a CSV log."),
        writing.event: text("Append one event, from which clocks run."),
        writing.waive: text("Append one waiver: a deadline excused by a paper."),
        writing.extend: text("Append one extension: a deadline moved by a paper."),
    },
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"gongkai {__version__}")
        raise typer.Exit


@app.callback()
def _global(
    version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help=_help(text("Show the version and stop."))
    ),
    lang: LangOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    begin(quiet=quiet, verbose=verbose, lang=lang)


def main() -> None:
    """Run the command line; the exit code is 0, 1, 2, 3 or 130, as docs/exit-codes.md says."""
    prepare_streams()
    hear_interrupts()
    try:
        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # for the second time, while the first was being dealt with
        code = INTERRUPTED
    ignore_interrupts()
    _leave(code)


def _leave(code: int) -> NoReturn:
    """End with an exit code, tidied up, but without letting go of every object: that takes 0.03 s and more."""
    atexit._run_exitfuncs()  # noqa: SLF001  # temporary files go
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # said before, where it matters; or nobody reads any more
            stream.flush()
    os._exit(code)


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code; nothing but the code comes out of a failure."""
    everything = app.registered_commands
    try:
        # The parser builds each command that there is, which takes longer than to check a small plan.
        app.registered_commands = [each for each in everything if [each.name] == arguments[:1]] or everything
        result = app(arguments, prog_name="gongkai", standalone_mode=False)
        flush()
    except BadInput as error:
        if was_interrupted():
            return INTERRUPTED
        say_problems(error.problems, fallback_words(arguments))
        return USAGE_ERROR
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001  # the last line of defence
        if was_interrupted():
            return INTERRUPTED
        return _failed(error, arguments)
    finally:
        app.registered_commands = everything
    return result if isinstance(result, int) else 0


def _failed(error: Exception, arguments: list[str]) -> int:
    told = refused(error) or _unwritable_name(error)
    if told is not None:
        say_problems(told.problems, fallback_words(arguments))
        return USAGE_ERROR
    show, code = getattr(error, "show", None), getattr(error, "exit_code", None)
    if callable(show) and isinstance(code, int):  # the parser's own usage errors
        show()
        return code
    import traceback

    words = fallback_words(arguments)
    details = "".join(traceback.format_exception(error))
    file = _kept(details)
    said = text("gongkai failed, which is our mistake: {error}. Please report it with {file}")
    if file is None:
        said = text("gongkai failed, which is our mistake: {error}. Please report it with what follows:\n{details}")
    complain(words(said, error=f"{type(error).__name__}: {error}", file=file, details=details) + "\n")
    return INTERNAL_ERROR


def _unwritable_name(error: Exception) -> BadInput | None:
    """Return the error of a locale in which a file cannot be called what it is called; None for any other."""
    if not isinstance(error, UnicodeEncodeError) or sys.getfilesystemencoding() == "utf-8":
        return None
    said = text("the locale cannot write the file name `{name}`", name=error.object)
    hint = text("set LC_ALL to C.UTF-8, and leave PYTHONUTF8 unset")
    return BadInput([Problem(Location("LC_ALL"), "GK801", said, hint)])


def _kept(details: str) -> str | None:
    """Return the file into which the details of a failure were written, or None where none can be."""
    import tempfile

    try:
        handle, name = tempfile.mkstemp(prefix="gongkai-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(details)
    except OSError:
        return None
    return name
