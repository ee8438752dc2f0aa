"""gongkai --help with its commands in groups, without the library that typer would load for them."""

from typing import Any

from typer.core import TyperGroup

from gongkai_cli.cli.terminal import usage
from gongkai_cli.messages import text


class GroupedCommands(TyperGroup):
    """Lists commands under the headings that they name as their `rich_help_panel`, in the order of registration."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find a command; raise BadInput for one that there is not, in the user's language."""
        name = args[0]
        if name in self.commands or name.startswith("-"):
            return super().resolve_command(ctx, args)
        from gongkai_cli.frequencies import nearest

        close = nearest(name, list(self.commands))
        hint = text("did you mean `{name}`?", name=close) if close else text("gongkai --help shows all commands")
        raise usage(name, text("there is no such command"), hint)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write one section for each group; names are padded, so that all groups share one column."""
        wide = max(map(len, self.commands))
        limit = formatter.width - 6 - wide
        groups: dict[str, list[tuple[str, str]]] = {}
        for name, command in self.commands.items():
            row = (name.ljust(wide), command.get_short_help_str(limit))
            groups.setdefault(getattr(command, "rich_help_panel", ""), []).append(row)
        for heading, rows in groups.items():
            with formatter.section(heading):
                formatter.write_dl(rows)
