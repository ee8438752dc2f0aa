"""gongkai --help with its commands in groups, without the library that typer would load for them."""

from typing import Any

from typer.core import TyperGroup


class GroupedCommands(TyperGroup):
    """Lists commands under the headings that they name as their `rich_help_panel`, in the order of registration."""

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
