"""On opening: whose database is it, which version, and the migration to ours.

The migration runs in one transaction with the version it writes, so a process killed in the middle leaves the
old version; two processes that open at once do it one after the other, and the second finds it done.
"""

from __future__ import annotations

import logging
from enum import Enum, auto
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from ..core.errors import MissingPathError, StoreError, StoreVersionError
from .engines import MODE, Database, write_ahead
from .gate import translated
from .schema import VERSION_TABLE, Base

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "r0001"
"""The version of the tables that this library reads and writes."""

_LOCK = 0x436C6577
"""Key of the advisory lock under which PostgreSQL migrates."""

_ROWS = 1_000_000
"""Rows of a table as SQLite's planner is told."""

_log = logging.getLogger(__name__)


class State(Enum):
    """What a database is to this library."""

    EMPTY = auto()
    CURRENT = auto()
    OLD = auto()


def prepare(database: Database) -> None:
    """Make or migrate the tables where that is needed and allowed.

    Raises:
        StoreVersionError: written by a newer Clew, of something else, or old and `read_only`.
    """
    with translated(database.where, database.timeout):
        with database.engine.connect() as connection:
            state = _state(connection, database.where)
        if database.read_only:
            _refuse_to_write(state, database.where)
            return
        if database.is_sqlite():
            write_ahead(database)
        if state is not State.CURRENT:
            _migrate(database)


def _state(connection: Connection, where: str) -> State:
    tables = set(inspect(connection).get_table_names())
    if not tables:
        return State.EMPTY
    if VERSION_TABLE not in tables:
        raise StoreVersionError(
            f"{where} belongs to something else: it has {len(tables)} tables "
            f"({', '.join(sorted(tables)[:3])} …) and no {VERSION_TABLE}; give Clew a database of its own"
        )
    version = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
    if version == HEAD:
        return State.CURRENT
    if version is not None and version in _known():
        return State.OLD
    raise StoreVersionError(
        f"{where} has version {version}, this Clew knows versions up to {HEAD}: install a newer Clew"
    )


def _refuse_to_write(state: State, where: str) -> None:
    if state is State.EMPTY:
        raise MissingPathError(f"{where} holds no store, and read_only=True makes none")
    if state is State.OLD:
        raise StoreVersionError(f"{where} is older than {HEAD}: open it once without read_only to migrate it")


def _known() -> set[str]:
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(configuration())
    return {step.revision for step in script.walk_revisions()}


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration, made here since a library has no ini file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "clew.storage:migrations")
    config.attributes.update(connection=connection, metadata=Base.metadata, version_table=VERSION_TABLE)
    return config


def _agree_with_server(connection: Connection, where: str) -> None:
    """Wait for another process that migrates, and refuse an encoding that cannot hold every text."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    encoding = connection.execute(text("SHOW server_encoding")).scalar()
    if encoding != "UTF8":
        raise StoreError(f"{where} is encoded in {encoding}: make the database with ENCODING 'UTF8'")


def _migrate(database: Database) -> None:
    from alembic import command

    with database.engine.connect() as plain:
        connection = plain.execution_options(**{MODE: "write"})
        with connection.begin():
            if not database.is_sqlite():
                _agree_with_server(connection, database.where)
            if _state(connection, database.where) is State.CURRENT:
                return
            command.upgrade(configuration(connection), "head")
            if database.is_sqlite():
                _teach_planner(connection)
            _log.info("%s is now at version %s", database.where, HEAD)


def _teach_planner(connection: Connection) -> None:
    """Tell SQLite's planner that a namespace holds nearly everything, before there are rows to count.

    Without statistics it takes the first column of any index to pick ten rows, and walks a whole namespace
    where an index on name or id stands ready. ANALYZE on real rows would say the same, later.
    """
    run = connection.exec_driver_sql
    run("ANALYZE")
    run("DELETE FROM sqlite_stat1")
    for name, table in Base.metadata.tables.items():
        clustered = table.dialect_options["sqlite"]["with_rowid"] is False
        for _, index, unique, origin, *_ in run(f"PRAGMA index_list({name})").all():
            columns = [row[2] for row in run(f"PRAGMA index_info({index})").all()]
            counts = [10] * len(columns)
            if columns[0] == "namespace":
                counts[0] = _ROWS
            if unique:
                counts[-1] = 1
            known_as = name if origin == "pk" and clustered else index
            statistics = " ".join(map(str, [_ROWS, *counts]))
            run("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", (name, known_as, statistics))
    run("ANALYZE sqlite_schema")
