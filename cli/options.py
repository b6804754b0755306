"""Options that commands share, and how a command opens a knowledge base."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..core.errors import MissingPathError

if TYPE_CHECKING:
    from ..knowledge_base import KnowledgeBase

Command = TypeVar("Command", bound=Callable[..., Any])


def store_options(command: Command) -> Command:
    """Adds `--db` and `--namespace`."""
    namespace = click.option(
        "--namespace", default="default", show_default=True, help="Part of the store to work in."
    )
    database = click.option(
        "--db",
        default="clew.db",
        show_default=True,
        envvar="CLEW_DB",
        help="Store: a file, or an SQLAlchemy URL such as postgresql+psycopg://user@host/name.",
    )
    return database(namespace(command))


def json_option(command: Command) -> Command:
    """Adds `--json`, given to the command as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON value on standard output.")(command)


def require_store(db: str) -> None:
    """Checks that the file is there which `--db` names.

    Raises:
        MissingPathError: there is no such file.
    """
    if "://" not in db and not Path(db).exists():
        raise MissingPathError(f"there is no store at {db}: clew ingest PATH --db {db} makes one")


def open_store(
    db: str, namespace: str, *, create: bool = False, settings: dict[str, Any] | None = None
) -> KnowledgeBase:
    """The knowledge base that `--db` and `--namespace` name.

    Raises:
        MissingPathError: there is no such file, and the command does not create one.
    """
    if not create:
        require_store(db)
    from ..knowledge_base import KnowledgeBase

    return KnowledgeBase(db, namespace=namespace, settings=settings)
