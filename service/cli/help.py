"""Help pages drawn by rich; rich is loaded only when one is shown."""

import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import RenderableType

WIDTH = 100


@dataclass(frozen=True, slots=True)
class _Block:
    """A piece of the page: a text, or lines of name and explanation, under a heading or none."""

    heading: str = ""
    text: str = ""
    rows: tuple[tuple[str, str], ...] = ()


class HelpPage(click.HelpFormatter):
    """Collects what click writes and draws it at the end."""

    def __init__(self, *_layout: object, **_options: object) -> None:
        super().__init__(width=min(shutil.get_terminal_size().columns, WIDTH))
        self._heading = ""
        self._usage = ("", "")
        self._blocks: list[_Block] = []

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:  # noqa: ARG002 - click's signature
        """How the command is called."""
        self._usage = (prog, args)

    def write_heading(self, heading: str) -> None:
        """The name of what comes next."""
        self._heading = heading

    def write_text(self, text: str) -> None:
        """A paragraph."""
        self._blocks.append(_Block(self._heading, text=text))

    def write_dl(
        self,
        rows: Iterable[tuple[str, str]],
        col_max: int = 30,  # noqa: ARG002 - click's signature
        col_spacing: int = 2,  # noqa: ARG002 - click's signature
    ) -> None:
        """Names with their explanations."""
        self._blocks.append(_Block(self._heading, rows=tuple(rows)))

    def dedent(self) -> None:
        """The end of a section."""
        super().dedent()
        self._heading = ""

    def getvalue(self) -> str:
        """The page, coloured where it goes to a terminal."""
        from rich.console import Console  # noqa: PLC0415 - loaded only for a page that is shown
        from rich.markup import escape  # noqa: PLC0415

        page = StringIO()
        console = Console(
            file=page, width=self.width, force_terminal=sys.stdout.isatty(), highlight=False
        )
        prog, args = self._usage
        if prog:
            console.print(f"Usage: [bold]{prog}[/bold] {escape(args)}\n")
        for block in self._blocks:
            console.print(_drawn(block))
        return "\n".join(line.rstrip() for line in page.getvalue().splitlines()).rstrip()


class HelpContext(click.Context):
    """A context whose help is a ``HelpPage``."""

    formatter_class = HelpPage


def _drawn(block: _Block) -> "RenderableType":
    from rich import box  # noqa: PLC0415 - loaded only for a page that is shown
    from rich.padding import Padding  # noqa: PLC0415
    from rich.panel import Panel  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    if not block.rows:
        return Padding(Text(block.text), (0, 0, 1, 0))
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="cyan")
    table.add_column()
    for name, explanation in block.rows:
        table.add_row(Text(name), Text(explanation))
    return Panel(
        table,
        title=block.heading,
        title_align="left",
        border_style="dim",
        box=box.ROUNDED,
    )
