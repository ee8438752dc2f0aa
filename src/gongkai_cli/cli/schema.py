"""gongkai schema: the JSON Schema of the plan file, for editors."""

from typing import Annotated

import typer

from gongkai_cli.cli.options import OutputOption
from gongkai_cli.cli.terminal import as_language, words_for_help, write
from gongkai_cli.messages import LANGUAGES, Words, text

_help = words_for_help()


def schema(
    lang: Annotated[
        str | None, typer.Option("--lang", help=_help(text("Explain keys in one language. Default: both.")))
    ] = None,
    output: OutputOption = None,
) -> int:
    """Print the JSON Schema of the plan file; 0 always."""
    from gongkai_cli.formats import plan_schema

    languages = LANGUAGES if lang is None else (as_language(lang),)
    write(plan_schema.render([Words(language) for language in languages]), output)
    return 0
