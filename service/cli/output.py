"""What commands print: JSON for programs, tables for people."""

import dataclasses
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import click

F = TypeVar("F", bound=Callable[..., object])


def json_option(function: F) -> F:
    """``--json``, for every command that prints data; the function gets ``as_json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(function)


def print_json(value: object) -> None:
    """A value as JSON: amounts and days as text, letters as they are."""
    indent = 2 if sys.stdout.isatty() else None
    click.echo(json.dumps(value, default=_plain, ensure_ascii=False, indent=indent))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> None:
    """Rows under the names of their columns; numbers stand right."""
    from rich.table import Table  # noqa: PLC0415 - loaded only where a table is printed

    table = Table(title=title or None, title_justify="left", box=None, header_style="bold")
    body = [[_cell(value) for value in row] for row in rows]
    for place, name in enumerate(columns):
        numbers = bool(body) and all(_is_number(row[place]) for row in body)
        table.add_column(name, justify="right" if numbers else "left")
    for row in body:
        table.add_row(*row)
    print_rich(table)


def print_record(record: Mapping[str, object]) -> None:
    """One thing: the names of its parts and their values."""
    from rich.table import Table  # noqa: PLC0415 - loaded only where a table is printed

    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in record.items():
        table.add_row(name.replace("_", " "), _cell(value))
    print_rich(table)


def print_rich(renderable: object) -> None:
    """Anything of rich; not cut to a width where it goes to a file."""
    from rich.console import Console  # noqa: PLC0415 - loaded only where a table is printed

    width = None if sys.stdout.isatty() else 200
    Console(file=sys.stdout, width=width, markup=False, highlight=False).print(renderable)


def note(text: str) -> None:
    """A remark for the person at the terminal; standard output stays for data."""
    click.echo(text, err=True)


def _plain(value: object) -> object:
    match value:
        case Decimal() | Path():
            return str(value)
        case date():
            return value.isoformat()
        case Mapping():
            return dict(value)
        case set() | frozenset():
            return sorted(value)
    if dataclasses.is_dataclass(value):
        return {part.name: getattr(value, part.name) for part in dataclasses.fields(value)}
    names: Sequence[str] | None = getattr(value, "__struct_fields__", None)
    if names is None:
        raise TypeError(f"{type(value).__name__} has no JSON form")
    return {name: getattr(value, name) for name in names}


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _is_number(text: str) -> bool:
    return text.replace(",", "").replace(".", "").removeprefix("-").isdecimal()
