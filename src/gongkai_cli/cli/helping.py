"""--help: one sentence, what a command takes in groups, examples; in the reader's language, as wide as the terminal.

All is laid out here: the parser's own pages are in English alone, and wrap Chinese as if a character took one column.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from typer.core import TyperCommand, TyperGroup

from gongkai_cli.cli.terminal import tell, usage, width, words_for_help
from gongkai_cli.messages import Text, Words, text

_WIDEST = 80
_FIRST_COLUMN = 26  # what is wider has its explanation on the next line


# The heading of the options that are a command's own; of these commands, what they write.
_SHOW, _WRITE = text("What to show"), text("What to write")
_WRITERS = ("init", "schema", "record", "event", "waive", "extend")
_READ = text("What it reads")
_OUT = text("What comes out")
_HEADINGS: Mapping[Text, Sequence[str]] = {
    _READ: ("--plan", "--log", "--workdays", "--as-of", "--known-on", "--skip-bad-lines", "--source"),
    _OUT: (
        "--strict", "--min-coverage", "--fail-on", "--format", "--width", "--output", "--overwrite", "--force",
        "--lang", "--quiet", "--verbose", "--version", "--install-completion", "--show-completion", "--help",
    ),
}  # fmt: skip
_VALUES: Mapping[str, Text] = {
    "--plan": text("PATH"),
    "--log": text("PATH"),
    "--workdays": text("FILE"),
    "--source": text("FILE"),
    "--output": text("PATH"),
    "--owner": text("NAME"),
    "--obligation": text("ID"),
    "--status": text("STATUS"),
    "--fail-on": text("STATUS,…"),
    "--month": text("MONTH"),
    "--week": text("WEEK"),
    "--quarter": text("QUARTER"),
    "--from": text("DAY"),
    "--to": text("DAY"),
    "--since": text("DAY"),
    "--known-on": text("DAY"),
    "--formed": text("DAY"),
    "--until": text("DAY"),
    "--as-of": text("WHEN"),
    "--published": text("WHEN"),
    "--period": text("PERIOD"),
    "--event": text("EVENT"),
    "--title": text("TEXT"),
    "--note": text("TEXT"),
    "--reference": text("TEXT"),
    "--approved-by": text("NAME"),
    "--url": text("ADDRESS"),
    "--width": text("N"),
    "--min-coverage": text("PERCENT"),
    "--renamed": text("OLD=NEW"),
}
_OTHERWISE: Mapping[tuple[str, str], Text] = {
    ("explain", "--event"): text("WHEN"),
    ("diff", "--fail-on"): text("CHANGE,…"),
}
# What typer adds, and says in English alone.
_ADDED: Mapping[str, Text] = {
    "--install-completion": text("Make the Tab key complete commands, ids and names in this shell."),
    "--show-completion": text("Print what that would install."),
    "--help": text("Show this help."),
}


class Command(TyperCommand):
    """A command that lays out its own --help."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the whole page."""
        formatter.write(_page(_command_lines(self, ctx, words_for_help())))


class Commands(TyperGroup):
    """All commands, under the headings that they name as their `rich_help_panel`, in the order of registration."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the whole page."""
        formatter.write(_page(_group_lines(self, ctx, words_for_help())))

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        """Parse what stands before the command; installing completion is said in the user's language too."""
        for parameter in self.params:
            if "--install-completion" in parameter.opts:
                parameter.callback = _install
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find a command; raise BadInput for one that there is not, in the user's language."""
        name = args[0]
        if name in self.commands or name.startswith("-"):
            return super().resolve_command(ctx, args)
        from gongkai_cli.frequencies import nearest

        close = nearest(name, list(self.commands))
        hint = text("did you mean `{name}`?", name=close) if close else text("gongkai --help shows all commands")
        raise usage(name, text("there is no such command"), hint)


def _install(ctx: Any, _parameter: Any, value: Any) -> Any:
    if not value or ctx.resilient_parsing:
        return value
    from contextlib import redirect_stdout
    from io import StringIO

    from typer import Exit
    from typer.completion import install  # type: ignore[attr-defined]

    try:
        with redirect_stdout(StringIO()):  # what it says is English
            shell, path = install(shell=value if isinstance(value, str) else None)
    except Exit:
        known = text("known are: {known}", known="bash, zsh, fish, powershell, pwsh")
        raise usage("--install-completion", text("this shell is not known"), known) from None
    said = text("Installed for {shell}: {file}. New terminals complete what you type.\n")
    tell(words_for_help()(said, shell=shell, file=str(path)))
    raise Exit


def _page(lines: Iterator[str]) -> str:
    return "\n".join(lines) + "\n"


def _group_lines(group: "Commands", ctx: Any, words: Words) -> Iterator[str]:
    yield words(text("Usage: gongkai [OPTIONS] COMMAND …"))
    yield ""
    yield from _wrapped(group.help or "", 2)
    wide = max(map(len, group.commands))
    heading = ""
    for name, command in group.commands.items():
        if heading != (heading := getattr(command, "rich_help_panel", "")):
            yield ""
            yield heading
        yield from _row(name, command.help or "", wide)
    yield ""
    yield words(text("Options"))
    rows = [_option_row("gongkai", parameter, words) for parameter in group.get_params(ctx)]
    yield from _rows(rows)
    yield from _examples("gongkai", words)
    yield ""
    yield from _wrapped(words(text("gongkai COMMAND --help shows what a command takes, with examples.")), 2)


def _command_lines(command: "Command", ctx: Any, words: Words) -> Iterator[str]:
    parameters = command.get_params(ctx)
    arguments = [each for each in parameters if each.param_type_name == "argument"]
    taken = " ".join(("gongkai", command.name or "", *(_argument(each) for each in arguments)))
    yield words(text("Usage: {command} [OPTIONS]"), command=taken)
    yield ""
    yield from _wrapped(command.help or "", 2)
    first = _WRITE if command.name in _WRITERS else _SHOW
    groups: dict[Text, list[tuple[str, str]]] = {first: [], _READ: [], _OUT: []}
    for parameter in parameters:
        if parameter.param_type_name == "argument":
            row = (_argument(parameter), getattr(parameter, "help", None) or "")
        else:
            row = _option_row(command.name or "", parameter, words)
        groups[_heading(parameter, first)].append(row)
    for heading, rows in groups.items():
        if rows:
            yield ""
            yield words(heading)
            yield from _rows(rows)
    yield from _examples(command.name or "", words)


def _argument(parameter: Any) -> str:
    name = str(parameter.metavar or parameter.name.upper())
    return name if parameter.required or name.startswith("[") else f"[{name}]"


def _heading(parameter: Any, first: Text) -> Text:
    names = parameter.opts
    return next((each for each, options in _HEADINGS.items() if not set(names).isdisjoint(options)), first)


def _option_row(command: str, parameter: Any, words: Words) -> tuple[str, str]:
    """An option as it is typed, with what it takes; and what it means, its default among several values, its need."""
    named = sorted(parameter.opts, key=len)
    choices = _choices(parameter)
    taken = "" if getattr(parameter, "is_flag", False) else f" {_taken(command, named[-1], choices, words)}"
    added = _ADDED.get(named[-1])
    said = words(added) if added is not None else parameter.help or ""
    if choices and isinstance(parameter.default, str):
        said = words(text("{said} Default: {default}."), said=said, default=parameter.default)
    elif parameter.required:
        said = words(text("{said} Needed."), said=said)
    return ", ".join(named) + taken, said


def _taken(command: str, option: str, choices: Sequence[str], words: Words) -> str:
    if option == "--lang":
        return "zh|en"
    return (
        "|".join(choices) if choices else words(_OTHERWISE.get((command, option)) or _VALUES.get(option, text("VALUE")))
    )


def _choices(parameter: Any) -> tuple[str, ...]:
    """The values of which an option takes one; the parser has kept them in two places over the years."""
    holders = (getattr(parameter, name, None) for name in ("type_descriptor", "type"))
    found = next((each for holder in holders if (each := getattr(holder, "choices", None))), ())
    return tuple(map(str, found))


def _examples(name: str, words: Words) -> Iterator[str]:
    from gongkai_cli.cli.examples import EXAMPLES  # only where help is asked for

    yield ""
    yield words(text("Examples"))
    for example in EXAMPLES[name]:
        yield f"  {example.line}"
        yield from _wrapped(words(example.what), 6)


def _rows(rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    wide = max((cells for name, _ in rows if (cells := _cells(name)) <= _FIRST_COLUMN), default=_FIRST_COLUMN)
    for name, said in rows:
        yield from _row(name, said, wide)


def _row(name: str, said: str, wide: int) -> Iterator[str]:
    lines = list(_wrapped(said, wide + 4))
    if _cells(name) > wide or not lines:
        yield f"  {name}"
        yield from lines
    else:
        yield f"  {name}{' ' * (wide - _cells(name))}  {lines[0].lstrip()}"
        yield from lines[1:]


def _wrapped(said: str, indent: int) -> Iterator[str]:
    from gongkai_cli.formats.measure import wrapped  # only where help is asked for

    room = max(20, min(width() or _WIDEST, _WIDEST) - indent)
    for line in wrapped(said, room):
        yield f"{' ' * indent}{line}"


def _cells(said: str) -> int:
    from gongkai_cli.formats.measure import cell_len

    return cell_len(said)
