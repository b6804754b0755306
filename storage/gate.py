"""The one gate where the errors of database libraries become Clew's."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from ..core.errors import StoreCorruptError, StoreError, StoreLockedError, StoreReadOnlyError

_LOCKED = {"55P03", "40P01", "40001"}
_READ_ONLY = {"25006", "42501"}
_CORRUPT = {"XX001", "XX002"}
_GONE = {"57P01", "57P02", "57P03", "08000", "08001", "08003", "08006"}


@contextmanager
def translated(where: str, timeout: float) -> Iterator[None]:
    """Let nothing but Clew's errors out; `where` names the database, `timeout` is the wait in seconds.

    Raises:
        StoreLockedError, StoreReadOnlyError, StoreCorruptError, StoreError: what the database said.
    """
    try:
        yield
    except exc.DBAPIError as error:
        origin = error.orig if error.orig is not None else error
        raise _translate(origin, where, timeout) from error
    except sqlite3.Error as error:
        raise _translate(error, where, timeout) from error
    except exc.TimeoutError as error:
        raise StoreLockedError(_locked(where, timeout)) from error


def _locked(where: str, timeout: float) -> str:
    return (
        f"{where} was locked by another writer for more than {timeout:g} s: "
        "try again, or raise the setting storage.lock_timeout"
    )


def _translate(error: BaseException, where: str, timeout: float) -> StoreError:
    if isinstance(error, sqlite3.Error):
        return _from_sqlite(error, where, timeout)
    return _from_postgresql(error, where, timeout)


def _from_sqlite(error: sqlite3.Error, where: str, timeout: float) -> StoreError:
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreLockedError(_locked(where, timeout))
    if code == sqlite3.SQLITE_READONLY:
        return StoreReadOnlyError(f"{where} cannot be written ({error}): open it with read_only=True")
    if code == sqlite3.SQLITE_CANTOPEN:
        return StoreReadOnlyError(
            f"{where} cannot be opened ({error}): file and folder must be writable, "
            "or open it with read_only=True"
        )
    undecodable = code == 0 and "Could not decode" in str(error)
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or undecodable:
        return StoreCorruptError(f"{where} is damaged ({error}): restore it from a copy; nothing was changed")
    if code == sqlite3.SQLITE_FULL:
        return StoreError(f"the disk under {where} is full: nothing of the batch was kept")
    return StoreError(f"{where}: {error}")


def _from_postgresql(error: BaseException, where: str, timeout: float) -> StoreError:
    state = getattr(error, "sqlstate", None) or ""
    # not its detail, which quotes the row
    primary = getattr(getattr(error, "diag", None), "message_primary", None)
    said = " ".join((primary or str(error)).split())
    if state in _LOCKED:
        return StoreLockedError(_locked(where, timeout))
    if state in _READ_ONLY:
        return StoreReadOnlyError(f"{where} cannot be written ({said})")
    if state in _CORRUPT:
        return StoreCorruptError(f"{where} is damaged ({said}): restore it from a copy")
    if state == "53100":
        return StoreError(f"the disk under {where} is full: nothing of the batch was kept")
    if state in _GONE or (not state and type(error).__name__ == "OperationalError"):
        return StoreError(
            f"the server of {where} is gone or cannot be reached ({said}): what was committed stays; "
            "run it again when the server is back"
        )
    return StoreError(f"{where}: {said}")
