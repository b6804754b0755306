"""Units of work: one transaction in one namespace."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from sqlalchemy import (
    Connection,
    CursorResult,
    Executable,
    Select,
    Table,
    bindparam,
    insert,
    select,
    text,
    update,
)

from ..core.errors import InputError, StoreLockedError, StoreReadOnlyError
from ..core.text import clean
from .engines import MODE, Database, raw_connection
from .gate import translated
from .prepared import Row, fetch
from .schema import NAMESPACES, Base

LIST = 1000
"""Values in one IN list: below every engine's limit of parameters."""

REVISION = select(NAMESPACES.c.revision).where(NAMESPACES.c.key == bindparam("namespace"))

_Item = TypeVar("_Item")

_log = logging.getLogger(__name__)


def chunks(items: Sequence[_Item], size: int = LIST) -> Iterator[Sequence[_Item]]:
    """The items in slices of `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def now() -> str:
    """The time, UTC, ISO 8601 with microseconds."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


class Asks(Protocol):
    """Where small questions are put that are constants, about one namespace."""

    def fetch(self, statement: Select[*tuple[Any, ...]], values: Mapping[str, Any]) -> list[Row]:
        """All rows as tuples; lists among the values expand (`prepared`)."""
        ...


@dataclass(frozen=True, slots=True)
class _Driver:
    """SQLite's driver within a transaction."""

    connection: Any
    key: int

    def fetch(self, statement: Select[*tuple[Any, ...]], values: Mapping[str, Any]) -> list[Row]:
        return fetch(self.connection, statement, {"namespace": self.key, **values})


class Unit:
    """What one transaction sees and writes: a connection and the namespace's key, -1 while it has no rows."""

    def __init__(self, connection: Connection, key: int) -> None:
        self.connection = connection
        self.key = key
        self.written = 0
        """Rows inserted so far."""

    def run(self, statement: Executable, values: Any = None) -> CursorResult[Any]:
        """Execute one statement, with many rows of values if given a list."""
        return self.connection.execute(statement, values)

    def rows(self, statement: Executable) -> Sequence[Any]:
        """All rows of a query; what they hold the query says, in ways that differ between versions."""
        return self.connection.execute(statement).all()

    def fetch(self, statement: Select[*tuple[Any, ...]], values: Mapping[str, Any]) -> list[Row]:
        """All rows of a small question that is a constant, as tuples."""
        if self.is_sqlite():
            return _Driver(self.connection.connection.driver_connection, self.key).fetch(statement, values)
        return [tuple(row) for row in self.connection.execute(statement, {"namespace": self.key, **values})]

    def put(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows, many to a call of the driver."""
        if rows:
            self.connection.execute(insert(table), list(rows))
            self.written += len(rows)

    def is_sqlite(self) -> bool:
        """True for SQLite, False for PostgreSQL."""
        return self.connection.dialect.name == "sqlite"

    def revision(self) -> int:
        """The namespace's newest revision, 0 when it has none."""
        found = self.connection.execute(REVISION, {"namespace": self.key}).scalar()
        return int(found or 0)

    def next_revision(self) -> int:
        """Count the revision up and return it."""
        step = update(NAMESPACES).where(NAMESPACES.c.key == self.key)
        self.connection.execute(step.values(revision=NAMESPACES.c.revision + 1))
        return self.revision()


@dataclass(slots=True)
class Scope:
    """One namespace of a database, where units of work begin."""

    database: Database
    name: str
    _key: int = -1
    _written: int = 0
    _count_at: int = 2000
    """Rows written through this scope after which PostgreSQL counts its tables; doubled each time."""

    def __post_init__(self) -> None:
        if not self.name or clean(self.name) != self.name or len(self.name) > 200:
            raise InputError(
                f"{self.name!r} is no name of a namespace: give 1 to 200 characters, no NUL or surrogate"
            )

    @contextmanager
    def read(self) -> Iterator[Unit]:
        """One consistent view of the namespace."""
        with self._transaction("read") as connection:
            if self._key < 0:
                self._key = self._find(connection)
            yield Unit(connection, self._key)

    @contextmanager
    def glimpse(self) -> Iterator[Asks]:
        """One consistent view of the namespace for a few small questions.

        SQLite answers them in less time than SQLAlchemy takes to put a transaction around them: there they
        are the driver's.
        """
        if self._key < 0 or not self.database.is_sqlite():
            with self.read() as unit:
                yield unit
            return
        with translated(self.database.where, self.database.timeout):
            connection = raw_connection(self.database)
            driver: Any = connection.driver_connection
            try:
                driver.execute("BEGIN")
                yield _Driver(driver, self._key)
            finally:
                driver.rollback()
                connection.close()

    def fetch(
        self, statement: Select[*tuple[Any, ...]], values: Mapping[str, Any] = MappingProxyType({})
    ) -> list[Row]:
        """All rows of one small question that is a constant."""
        with self.glimpse() as asks:
            return asks.fetch(statement, values)

    @contextmanager
    def write(self) -> Iterator[Unit]:
        """One transaction, committed at the end or not at all; other writers of the namespace wait for it.

        Raises:
            StoreReadOnlyError: the store was opened with `read_only=True`.
        """
        if self.database.read_only:
            raise StoreReadOnlyError(f"{self.database.where} was opened with read_only=True")
        with self._transaction("write") as connection:
            key = self._key if self._key >= 0 else self._make(connection)
            if not self.database.is_sqlite():
                # SQLite has one writer anyway; here the namespace's row is what writers queue for
                connection.execute(select(NAMESPACES.c.key).where(NAMESPACES.c.key == key).with_for_update())
            unit = Unit(connection, key)
            yield unit
        self._key = key
        self._written += unit.written
        if self._written >= self._count_at and not self.database.is_sqlite():
            self._count_at = 2 * self._written
            self._count()

    def _count(self) -> None:
        """Have PostgreSQL count its rows.

        Its own counting comes a minute later, which bulk work would spend on plans for empty tables.
        """
        try:
            with self._transaction("write") as connection:
                connection.exec_driver_sql("SET LOCAL lock_timeout = 100")
                connection.exec_driver_sql("ANALYZE " + ", ".join(Base.metadata.tables))
        except StoreLockedError:
            _log.debug("%s is being counted by somebody else", self.database.where)

    @contextmanager
    def _transaction(self, mode: str) -> Iterator[Connection]:
        database = self.database
        with translated(database.where, database.timeout), database.engine.connect() as plain:
            connection = plain.execution_options(**{MODE: mode})
            with connection.begin():
                yield connection

    def _find(self, connection: Connection) -> int:
        found = connection.execute(select(NAMESPACES.c.key).where(NAMESPACES.c.name == self.name)).scalar()
        return -1 if found is None else int(found)

    def _make(self, connection: Connection) -> int:
        connection.execute(
            text("INSERT INTO namespaces (name, revision) VALUES (:name, 0) ON CONFLICT (name) DO NOTHING"),
            {"name": self.name},
        )
        return self._find(connection)
