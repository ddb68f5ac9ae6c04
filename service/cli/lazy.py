"""A group of commands that knows their names and one line about each, and loads only one called."""

from collections.abc import Mapping
from dataclasses import dataclass

import click

from service.at_once import load_at_once
from service.cli.help import HelpContext


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a command is defined: the module holds it under the name ``command``."""

    module: str
    help: str


class LazyGroup(click.Group):
    """Commands by section; ``--help`` imports none of them."""

    context_class = HelpContext

    def __init__(self, sections: Mapping[str, Mapping[str, Entry]], **attributes: object) -> None:
        super().__init__(**attributes)  # type: ignore[arg-type]  # click's own keywords
        self.sections = sections
        self.entries = {name: entry for part in sections.values() for name, entry in part.items()}

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The names in reading order."""
        return list(self.entries)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, loaded now."""
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        command = load_at_once(entry.module).command
        if not isinstance(command, click.Command):
            raise TypeError(f"{entry.module}.command is not a command")
        _use_help(command)
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The names and their lines, section by section."""
        for title, part in self.sections.items():
            with formatter.section(title):
                formatter.write_dl([(name, entry.help) for name, entry in part.items()])


def _use_help(command: click.Command) -> None:
    command.context_class = HelpContext
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            _use_help(inner)
