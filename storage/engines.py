"""Opening engines: what a target is, SQLite's pragmas, how transactions begin.

SQLite runs in WAL mode, so that readers and the one writer do not wait for each other, with `synchronous`
FULL: a commit that returned is on the disk even if the power goes. NORMAL would save one fsync a batch,
milliseconds against the seconds that reading the batch's documents took. A write takes the lock at its
beginning (BEGIN IMMEDIATE): it waits there, once, instead of failing in the middle.
"""

from __future__ import annotations

import os
import sqlite3
import time
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    PoolProxiedConnection,
    QueuePool,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.exc import ArgumentError

from ..core.errors import (
    MissingExtraError,
    MissingPathError,
    StoreCorruptError,
    StoreError,
    StoreReadOnlyError,
)
from ..core.settings import StorageSettings

MODE = "clew_mode"
_OURS = "clew_listens"
_MAGIC = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class Database:
    """An open database: its engine, and what is needed to speak of it."""

    engine: Engine
    path: Path | None
    where: str
    """The name that errors call it by, without any password."""
    read_only: bool
    timeout: float
    """Seconds to wait for a lock."""
    owned: bool
    """True when the engine was made here and is disposed of on closing."""

    @classmethod
    def open(
        cls, target: str | Path | URL | Engine, *, read_only: bool, settings: StorageSettings
    ) -> Database:
        """Open the target and bring its tables to this library's version.

        Raises: as `Store.open`.
        """
        from .opening import prepare

        database = _listening(_connect(target, read_only, settings.lock_timeout))
        try:
            prepare(database)
        except BaseException:
            database.close()
            raise
        return database

    def close(self) -> None:
        """Close every connection of an engine that was made here."""
        if self.owned:
            self.engine.dispose()

    def is_sqlite(self) -> bool:
        """True for SQLite, False for PostgreSQL."""
        return self.engine.dialect.name == "sqlite"


def _connect(target: str | Path | URL | Engine, read_only: bool, timeout: float) -> Database:
    if isinstance(target, Engine):
        return _given(target, read_only, timeout)
    if isinstance(target, Path) or (isinstance(target, str) and "://" not in target and target != ":memory:"):
        return _file(Path(target).expanduser(), {}, read_only, timeout)
    try:
        url = make_url("sqlite://" if target == ":memory:" else target)
    except ArgumentError as error:
        raise StoreError("that is no database URL: give a path, sqlite:///… or postgresql://…") from error
    if url.get_backend_name() == "sqlite":
        if not url.database or url.database == ":memory:":
            return _memory(timeout, read_only)
        return _file(Path(url.database), dict(url.query), read_only, timeout)
    if url.get_backend_name() == "postgresql":
        return _server(url, read_only, timeout)
    raise StoreError(f"{url.get_backend_name()} is no engine that Clew knows: use sqlite or postgresql")


def _given(engine: Engine, read_only: bool, timeout: float) -> Database:
    name = engine.dialect.name
    if name not in ("sqlite", "postgresql"):
        raise StoreError(f"{name} is no engine that Clew knows: use sqlite or postgresql")
    path = engine.url.database if name == "sqlite" else None
    file = Path(path) if path and path != ":memory:" and not path.startswith("file:") else None
    where = str(file) if file else engine.url.render_as_string(hide_password=True)
    return Database(engine, file, where, read_only, timeout, owned=False)


def _memory(timeout: float, read_only: bool) -> Database:
    # one connection, lent to one transaction at a time: each further one would be another, empty database
    engine = create_engine(
        "sqlite://",
        hide_parameters=True,
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
        pool_timeout=timeout,
        connect_args={"check_same_thread": False},
    )
    return Database(engine, None, "the store in memory", read_only, timeout, owned=True)


def _file(path: Path, query: dict[str, Any], read_only: bool, timeout: float) -> Database:
    path = path.absolute()
    _inspect(path, read_only)
    uri = path.as_uri()
    if read_only:
        uri += "?immutable=1" if _is_frozen(path) else "?mode=ro"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(uri, uri=True, timeout=timeout, check_same_thread=False)

    engine = create_engine(
        URL.create("sqlite", database=str(path), query=query),
        creator=connect,
        hide_parameters=True,  # values of documents belong neither into logs nor into errors
        poolclass=QueuePool,
        max_overflow=-1,
    )
    return Database(engine, path, str(path), read_only, timeout, owned=True)


def _inspect(path: Path, read_only: bool) -> None:
    """Say what is wrong with a path before SQLite touches it."""
    if path.is_dir():
        raise StoreError(f"{path} is a folder: name the file in it that holds the store")
    if not path.parent.is_dir():
        raise MissingPathError(f"the folder {path.parent} does not exist")
    if not path.exists():
        if read_only:
            raise MissingPathError(f"there is no store at {path}, and read_only=True makes none")
        if not os.access(path.parent, os.W_OK):
            raise StoreReadOnlyError(f"the folder {path.parent} cannot be written: it can hold no new store")
        return
    try:
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
    except OSError as error:
        raise StoreReadOnlyError(f"{path} cannot be read: {error.strerror}") from error
    if head and head != _MAGIC:
        raise StoreCorruptError(
            f"{path} is no SQLite file, or its head is damaged: restore it from a copy; nothing was changed"
        )
    if not read_only and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        raise StoreReadOnlyError(f"{path} and its folder cannot both be written: open it with read_only=True")


def _is_frozen(path: Path) -> bool:
    """True when nobody can write here, so that SQLite may read without the lock files it cannot make."""
    log = path.with_name(path.name + "-wal")
    return not os.access(path.parent, os.W_OK) and not (log.exists() and log.stat().st_size)


def _server(url: URL, read_only: bool, timeout: float) -> Database:
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    if url.get_driver_name() == "psycopg" and find_spec("psycopg") is None:
        raise MissingExtraError('PostgreSQL needs its driver: pip install "clew[postgres]"')
    where = url.render_as_string(hide_password=True)
    engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)
    return Database(engine, None, where, read_only, timeout, owned=True)


def _listening(database: Database) -> Database:
    """The database over an engine that begins transactions as this library wants them."""
    if database.engine.get_execution_options().get(_OURS):
        return database  # the engine of another store
    # a sibling over the same pool: our events are not those of the engine that was passed in
    engine = database.engine.execution_options(**{_OURS: True})
    engine.hide_parameters = True  # also where the engine that was passed in shows them in logs and errors
    timeout = database.timeout

    def begin_sqlite(connection: Connection) -> None:
        write = connection.get_execution_options().get(MODE) == "write"
        # by the driver itself: on its own way SQLAlchemy takes longer for this word than a short read takes
        cursor = connection.connection.cursor()
        cursor.execute("BEGIN IMMEDIATE" if write else "BEGIN")
        cursor.close()

    def begin_postgresql(connection: Connection) -> None:
        mode = connection.get_execution_options().get(MODE)
        if mode == "write":
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(timeout * 1000)}")
        elif mode == "read":
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")

    if database.is_sqlite():
        event.listen(engine, "engine_connect", lambda connection: _configure(connection.connection, database))
        event.listen(engine, "begin", begin_sqlite)
    else:
        event.listen(engine, "begin", begin_postgresql)
    return replace(database, engine=engine)


def raw_connection(database: Database) -> PoolProxiedConnection:
    """A connection to SQLite out of the pool, for the driver's own interface; closing it gives it back."""
    connection = database.engine.raw_connection()
    _configure(connection, database)
    return connection


def _configure(connection: PoolProxiedConnection, database: Database) -> None:
    if "clew" in connection.info:
        return
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = FULL")
    # 32 MiB: the trees of ids are written at random places, and 2 MiB hold few of them
    cursor.execute("PRAGMA cache_size = -32768")
    cursor.execute(f"PRAGMA busy_timeout = {int(database.timeout * 1000)}")
    if database.read_only:
        cursor.execute("PRAGMA query_only = ON")
    cursor.close()
    connection.info["clew"] = True


def write_ahead(database: Database) -> None:
    """Put a SQLite file into WAL mode, which it then keeps."""
    patience = time.monotonic() + database.timeout
    with database.engine.connect() as connection:
        cursor = connection.connection.cursor()
        while cursor.execute("PRAGMA journal_mode").fetchone()[0] not in ("wal", "memory"):
            try:
                cursor.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                # the switch does not wait for others by itself
                if "locked" not in str(error) or time.monotonic() > patience:
                    raise
                time.sleep(0.01)
        cursor.close()
