"""How a command speaks: --lang, --quiet and --verbose, before the command's name or after it."""

import functools
import inspect
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Annotated, Any

import typer

from gongkai_cli.cli.terminal import usage, words_for_help
from gongkai_cli.messages import text

_help = words_for_help()

QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help=_help(text("Only what was asked for: no notes, no hints.")))
]
VerboseOption = Annotated[
    bool,
    typer.Option("--verbose", "-v", help=_help(text("Say on standard error what was read."))),
]


@dataclass(frozen=True, slots=True)
class Manner:
    """What was asked of every command alike; `lang` as it was written."""

    quiet: bool = False
    verbose: bool = False
    lang: str | None = None


_ORDINARY = Manner()
_manner: ContextVar[Manner] = ContextVar("manner", default=_ORDINARY)


def manner() -> Manner:
    """Return how the command that runs is to speak."""
    return _manner.get()


def begin(*, quiet: bool = False, verbose: bool = False, lang: str | None = None) -> None:
    """Take what stands before the command's name; nothing of an earlier command is left."""
    _manner.set(Manner(quiet, verbose, lang))


def with_manner(command: Callable[..., Any]) -> Callable[..., Any]:
    """Return a command that takes --quiet and --verbose too, and --lang also from before its name."""

    @functools.wraps(command)
    def run(*, quiet: bool, verbose: bool, **values: Any) -> Any:
        before = manner()
        now = replace(before, quiet=quiet or before.quiet, verbose=verbose or before.verbose)
        if now.quiet and now.verbose:
            raise usage("--quiet", text("--quiet and --verbose contradict each other"), text("leave one of them out"))
        _manner.set(now)
        if values.get("lang") is None:
            values["lang"] = before.lang
        return command(**values)

    kind = inspect.Parameter.KEYWORD_ONLY
    added = [
        inspect.Parameter(name, kind, default=False, annotation=option)
        for name, option in (("quiet", QuietOption), ("verbose", VerboseOption))
    ]
    signature = inspect.signature(command)
    run.__signature__ = signature.replace(parameters=[*signature.parameters.values(), *added])  # type: ignore[attr-defined]
    run.__annotations__ = {**command.__annotations__, "quiet": QuietOption, "verbose": VerboseOption}
    return run
