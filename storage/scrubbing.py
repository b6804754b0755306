"""Leaving no deleted bytes in a database: what a deletion frees is overwritten only when asked.

SQLite: `secure_delete` and VACUUM write every page anew, and a truncating checkpoint empties the write-ahead
log. PostgreSQL: VACUUM FULL writes every table and index anew. It keeps rows that an older transaction can
still see, so these are waited for. The server's statistics quote values: ANALYZE makes them anew, and their
own table is vacuumed last. Its write-ahead log, backups and replicas are the server's and out of reach. What
a file system or a disk keeps of pages it was told to overwrite is out of reach on both.
"""

from __future__ import annotations

import sqlite3
import time

from sqlalchemy import Connection, LargeBinary, Table, Text, literal, select

from ..core.errors import StoreError, StoreLockedError, StoreReadOnlyError
from .engines import Database
from .gate import translated
from .schema import Base

_STATISTICS = "pg_catalog.pg_statistic"
_OLDER = """
    SELECT count(*) FROM (
        SELECT backend_xmin AS held FROM pg_stat_activity
        WHERE pid <> pg_backend_pid() AND (datname = current_database() OR datname IS NULL)
        UNION ALL SELECT transaction FROM pg_prepared_xacts WHERE database = current_database()
        UNION ALL SELECT xmin FROM pg_replication_slots
    ) AS others WHERE held IS NOT NULL AND age(held) > age('{mark}'::xid)
"""


def scrub(database: Database) -> None:
    """Write the whole database anew, all namespaces.

    Raises:
        StoreReadOnlyError: it was opened with read_only=True.
        StoreLockedError: somebody reads or writes for longer than the time-out.
        StoreError: the account may not write a table of the database anew.
    """
    if database.read_only:
        raise StoreReadOnlyError(f"{database.where} was opened with read_only=True")
    with translated(database.where, database.timeout):
        if database.is_sqlite():
            _scrub_sqlite(database)
        else:
            _scrub_postgresql(database)


def _scrub_sqlite(database: Database) -> None:
    with database.engine.connect() as connection:
        # beneath SQLAlchemy, which would begin a transaction: none of these may run in one
        cursor = connection.connection.cursor()
        try:
            cursor.execute("PRAGMA secure_delete = ON")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute("VACUUM")
            busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            busy = 1
        finally:
            cursor.execute("PRAGMA secure_delete = OFF")
            cursor.close()
    if busy:
        raise StoreLockedError(
            f"{database.where} is read or written by somebody else: its log cannot be emptied, try again"
        )


def _scrub_postgresql(database: Database) -> None:
    with database.engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        connection.exec_driver_sql(f"SET lock_timeout = {int(database.timeout * 1000)}")
        try:
            _wait_for_older(connection, database)
            tables = Base.metadata.sorted_tables
            kept = [table.name for table in tables if not _written_anew(connection, table.name)]
            if not kept:
                for table in tables:
                    _drop_statistics_without_rows(connection, table)
            # last: what is made anew leaves the old rows of the statistics behind
            kept += [_STATISTICS] * (not _written_anew(connection, _STATISTICS))
        finally:
            connection.exec_driver_sql("RESET lock_timeout")
    if kept:
        raise StoreError(
            f"{database.where}: deleted bytes may be left in {', '.join(kept)}, which this account may not "
            f"write anew: run `VACUUM (FULL, ANALYZE) {kept[0]}` as the owner of the database"
        )


def _wait_for_older(connection: Connection, database: Database) -> None:
    """Wait until no transaction is left that could still see what is deleted: VACUUM would keep it for that.

    Raises:
        StoreLockedError: one is left after the time-out.
    """
    mark = connection.exec_driver_sql("SELECT pg_current_xact_id()::xid").scalar()
    patience = time.monotonic() + database.timeout
    while older := connection.exec_driver_sql(_OLDER.format(mark=mark)).scalar():
        if time.monotonic() > patience:
            raise StoreLockedError(
                f"{database.where}: {older} transaction(s) that began before are still open after "
                f"{database.timeout:g} s and can see what was deleted: end them and try again, or raise the "
                "setting storage.lock_timeout"
            )
        time.sleep(0.05)


def _written_anew(connection: Connection, table: str) -> bool:
    """Vacuum a table; False where the server passed it over, which it does with a mere warning."""
    file = f"SELECT pg_relation_filenode('{table}'::regclass)"
    before = connection.exec_driver_sql(file).scalar()
    connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {table}")
    return bool(connection.exec_driver_sql(file).scalar() != before)


def _drop_statistics_without_rows(connection: Connection, table: Table) -> None:
    """Drop what the statistics quote of a table that has no rows now: ANALYZE leaves that as it was.

    The one way that every version of the server has is to set the type of a column, even to what it is.
    """
    if connection.execute(select(literal(1)).select_from(table).limit(1)).first() is not None:
        return
    quote = connection.dialect.identifier_preparer.quote
    steps = [
        f"ALTER COLUMN {quote(column.name)} TYPE {column.type.compile(connection.dialect)}"
        for column in table.columns
        if isinstance(column.type, Text | LargeBinary)
    ]
    if steps:
        connection.exec_driver_sql(f"ALTER TABLE {table.name} {', '.join(steps)}")
