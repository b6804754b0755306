"""Small questions that are asked again and again, put to the driver as it stands.

A search asks a handful of them. SQLAlchemy takes longer to put such a question and to wrap the rows than
SQLite takes to answer it; so a statement is compiled once for each length of its lists, and its rows stay
tuples.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Select
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

_DIALECT = SQLiteDialect(paramstyle="qmark")

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Constant:
    """A value that stands in the statement itself."""

    value: Any


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A statement as SQLite's driver takes it."""

    sql: str
    parameters: tuple[str | _Constant, ...]
    """In the statement's order; the name of a list stands for all of its values."""
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
    given: list[Any] = []
    for each in prepared.parameters:
        value = each.value if isinstance(each, _Constant) else values[each]
        given += value if isinstance(value, list) else [value]
    rows: list[Row] = connection.execute(prepared.sql, given).fetchall()
    if not prepared.conversions:
        return rows
    wide = [list(row) for row in rows]
    for column, convert in prepared.conversions:
        for row in wide:
            row[column] = convert(row[column])
    return [tuple(row) for row in wide]


@lru_cache(maxsize=256)
def _prepared(statement: Select[*tuple[Any, ...]], lists: tuple[tuple[str, int], ...]) -> _Prepared:
    compiled = statement.compile(dialect=_DIALECT)
    # where values will stand stand the names of what they are values of
    named: dict[str, Any] = {name: [name] * length for name, length in lists}
    for name, bind in compiled.binds.items():
        named.setdefault(name, name if bind.required else _Constant(bind.value))
    expanded = compiled.construct_expanded_state(named)
    order = [expanded.parameters[name] for name in expanded.positiontup or ()]
    parameters, lengths = [], dict(lists)
    while order:
        parameters.append(order[0])
        del order[: lengths.get(order[0], 1)]
    conversions = []
    for at, column in enumerate(statement.selected_columns):
        convert = column.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None)
        if convert is not None:
            conversions.append((at, convert))
    return _Prepared(expanded.statement, tuple(parameters), tuple(conversions))
