"""How results look: JSON for scripts, tables on a terminal, tab-separated lines in a pipe."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any

import click


def plain(value: Any) -> Any:
    """A record as what JSON knows: dataclasses and mappings to objects, sequences to arrays."""
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, Iterable):
        return [plain(item) for item in value]
    return str(value)


def show_json(value: Any) -> None:
    """One JSON value on standard output."""
    click.echo(json.dumps(plain(value), ensure_ascii=False, indent=2))


def show_line(text: str = "", *, bold: bool = False, dim: bool = False) -> None:
    """One line; styles are dropped where the output is no terminal."""
    click.echo(click.style(text, bold=bold, dim=dim) if bold or dim else text)


def show_note(text: str) -> None:
    """One line beside the result, on standard error."""
    click.echo(text, err=True)


def show_table(headers: Sequence[str], rows: Iterable[Sequence[Any]], *, named: bool = False) -> None:
    """Rows under headers: a table on a terminal, tab-separated lines in a pipe, with headers if `named`."""
    cells = [[_cell(value) for value in row] for row in rows]
    if not sys.stdout.isatty():
        for row in [headers, *cells] if named else cells:
            click.echo("\t".join(" ".join(value.split()) for value in row))
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD)
    for number, header in enumerate(headers):
        table.add_column(header, overflow="fold", justify="right" if _numeric(cells, number) else "left")
    for row in cells:
        table.add_row(*(Text(value) for value in row))
    Console().print(table)


def shortened(text: str, length: int = 160) -> str:
    """The text in one line, cut at a word to at most that many characters."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > length // 2 else cut) + "…"


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, Enum):
        return str(value.value)
    return "" if value is None else str(value)


def _numeric(cells: Sequence[Sequence[str]], number: int) -> bool:
    values = [row[number] for row in cells if row[number]]
    return bool(values) and all(value.replace(".", "", 1).replace("%", "", 1).isdigit() for value in values)
