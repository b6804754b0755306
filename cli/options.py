"""Options that commands share, and how a command opens a knowledge base."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from ..core.errors import MissingPathError, QueryError
from ..core.visibility import Seen

if TYPE_CHECKING:
    from ..knowledge_base import KnowledgeBase

Command = TypeVar("Command", bound=Callable[..., Any])

_FILTER = re.compile(r"([^=<>]+)(>=|<=|>|<|=)(.*)", re.DOTALL)
_BOUNDS = {">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}


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


def sight_options(command: Command) -> Command:
    """Adds `--filter`, `--access` and `--as-of`, given to the command as `seen`."""

    @functools.wraps(command)
    def seeing(
        *given: Any, filters: Sequence[str], access: Sequence[str], as_of: str | None, **options: Any
    ) -> Any:
        return command(*given, seen=sight(filters, access, as_of), **options)

    which = click.option(
        "--filter",
        "filters",
        multiple=True,
        metavar="KEY=VALUE",
        help="Only documents whose metadata say so; also >=, <=, > and <. One key twice takes either value.",
    )
    labels = click.option(
        "--access",
        multiple=True,
        metavar="LABEL",
        help='Only documents with this label or none; repeatable; "" is a reader without labels.',
    )
    until = click.option("--as-of", metavar="DATE", help="Only documents not dated later.")
    return cast("Command", which(labels(until(seeing))))


def sight(filters: Sequence[str], access: Sequence[str], as_of: str | None) -> Seen:
    """Which documents these options let see.

    Raises:
        QueryError: a filter is no KEY=VALUE.
    """
    asked: dict[str, Any] = {}
    for each in filters:
        found = _FILTER.fullmatch(each)
        if found is None:
            raise QueryError(f"--filter takes KEY=VALUE, or >=, <=, > or < between them, not {each!r}")
        key, sign, text = found.groups()
        bounds = isinstance(asked.get(key), dict)
        if key in asked and bounds == (sign == "="):
            raise QueryError(f"--filter asks for {key!r} both by value and by bounds: give one of them")
        if sign == "=":
            asked.setdefault(key, []).extend(_readings(text))
        else:
            asked.setdefault(key, {})[_BOUNDS[sign]] = _readings(text)[-1]
    held = {label for label in access if label} if access else None
    seen: Seen = {"filters": asked or None, "access": held, "as_of": as_of}
    return seen


def _readings(text: str) -> list[Any]:
    """What a value on the command line may stand for: the string, and the number or truth value it spells."""
    try:
        read = json.loads(text)
    except ValueError:
        return [text]
    return [text, read] if isinstance(read, bool | int | float) else [text]


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
