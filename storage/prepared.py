"""Small questions that are asked again and again, put to the driver as it stands.

A search asks a handful of them. SQLAlchemy takes longer to put such a question and to wrap the rows than
SQLite takes to answer it; so a statement is compiled once for each length of its lists, and its rows stay
tuples.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Select
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

_DIALECT = SQLiteDialect(paramstyle="qmark")

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement as SQLite's driver takes it."""

    sql: str
    parameters: tuple[Callable[[Mapping[str, Any]], Any], ...]
    """What makes each parameter out of the values by name."""
    conversions: tuple[tuple[int, Callable[[Any], Any]], ...]
    """Columns whose values SQLite keeps as another type, and what makes them of it again."""


def fetch(connection: Any, statement: Select[*tuple[Any, ...]], values: Mapping[str, Any]) -> list[Row]:
    """All rows of a statement that is a constant.

    Args:
        connection: of SQLite's driver.
        values: by the names of the statement's parameters; those that expand are lists.
    """
    lists = tuple((name, len(value)) for name, value in values.items() if isinstance(value, list))
    prepared = _prepared(statement, lists)
    given = [take(values) for take in prepared.parameters]
    rows: list[Row] = connection.execute(prepared.sql, given).fetchall()
    if not prepared.conversions:
        return rows
    wide = [list(row) for row in rows]
    for column, convert in prepared.conversions:
        for row in wide:
            row[column] = convert(row[column])
    return [tuple(row) for row in wide]


@lru_cache(maxsize=1024)
def _prepared(statement: Select[*tuple[Any, ...]], lists: tuple[tuple[str, int], ...]) -> Prepared:
    compiled = statement.compile(dialect=_DIALECT)
    takes: dict[str, Any] = {name: _constant(bind.value) for name, bind in compiled.binds.items()}
    takes |= {name: itemgetter(name) for name, bind in compiled.binds.items() if bind.required}
    takes |= {name: [_place(name, at) for at in range(length)] for name, length in lists}
    # where values will stand stand those that make them
    expanded = compiled.construct_expanded_state(takes)
    conversions = []
    for at, column in enumerate(statement.selected_columns):
        convert = column.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None)
        if convert is not None:
            conversions.append((at, convert))
    parameters = tuple(expanded.parameters[name] for name in expanded.positiontup or ())
    return Prepared(expanded.statement, parameters, tuple(conversions))


def _constant(value: Any) -> Callable[[Mapping[str, Any]], Any]:
    return lambda values: value


def _place(name: str, at: int) -> Callable[[Mapping[str, Any]], Any]:
    return lambda values: values[name][at]
