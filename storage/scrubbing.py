"""Leaving no deleted bytes in a database: what a deletion frees is overwritten only when asked.

SQLite: `secure_delete` and VACUUM write every page anew, and a truncating checkpoint empties the write-ahead
log. PostgreSQL: VACUUM FULL writes every table and index anew, ANALYZE its statistics, which quote values;
its write-ahead log, backups and replicas are the server's and out of reach. What a file system or a disk
keeps of pages it was told to overwrite is out of reach on both.
"""

from __future__ import annotations

import sqlite3

from ..core.errors import StoreLockedError, StoreReadOnlyError
from .engines import Database
from .gate import translated
from .schema import Base


def scrub(database: Database) -> None:
    """Write the whole database anew, all namespaces.

    Raises:
        StoreReadOnlyError: it was opened with read_only=True.
        StoreLockedError: somebody reads or writes for longer than the time-out.
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
            for table in Base.metadata.sorted_tables:
                connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {table.name}")
        finally:
            connection.exec_driver_sql("RESET lock_timeout")
