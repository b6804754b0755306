"""What is said of an entity over time."""

from __future__ import annotations

from collections import defaultdict

from ..core.errors import NotFoundError, QueryError
from ..core.records import CO_MENTION, Entity
from ..core.results import History, Statement
from ..core.text import clean
from ..core.validity import first_day, newness
from ..storage.readable import Readable
from ..storage.rows import name_key
from .conflicts import statement

_SHOWN = 10
"""Candidates that an error lists."""


def history(store: Readable, entity: str, predicate: str | None = None) -> History:
    """The facts of an entity, grouped by predicate, the newest first in each.

    Newest is what holds longest, then what began last, then what the newest document says. Weak co-mentions
    are no history.

    Args:
        entity: an id, or a name in any of its forms.
        predicate: only facts with this one.

    Raises:
        NotFoundError: nothing has this id or name.
        QueryError: several entities go by the name; the message lists them.
    """
    meant = named(store, entity)
    facts = [f for f in store.facts(entity_id=meant.id) if f.rule != CO_MENTION]
    if predicate is not None:
        facts = [fact for fact in facts if fact.predicate == predicate]
    documents = {d.id: d for d in store.documents(sorted({fact.document_id for fact in facts}))}
    groups: defaultdict[str, list[Statement]] = defaultdict(list)
    for fact in facts:
        if fact.document_id in documents:
            groups[fact.predicate].append(statement(fact, documents[fact.document_id]))
    return History(meant, {key: tuple(sorted(groups[key], key=_newest)) for key in sorted(groups)})


def named(store: Readable, entity: str) -> Entity:
    """The entity with this id, or the only one that goes by this name.

    Raises:
        NotFoundError: nothing has this id or name.
        QueryError: the name is empty, or several entities go by it; the message lists them.
    """
    text = clean(entity).strip()
    if not text:
        raise QueryError("the entity is empty: give an id or a name")
    try:
        return store.entity(text)
    except NotFoundError:
        pass
    ids = list(dict.fromkeys(alias.entity_id for alias in store.aliases([name_key(text)])))
    found = sorted(store.entities(ids), key=lambda e: (-e.mentions, e.id))
    if not found:
        raise NotFoundError(f"there is no entity with the id or name {text!r}")
    whole = [each for each in found if name_key(each.name) == name_key(text)]
    if len(found) == 1 or len(whole) == 1:
        return (whole or found)[0]
    listed = "; ".join(f"{each.name} ({each.id})" for each in found[:_SHOWN])
    raise QueryError(f"{text!r} may mean {len(found)} entities, give the id of one: {listed}")


def _newest(item: Statement) -> tuple[object, ...]:
    fact = item.fact
    end, start = newness(fact.valid_from, fact.valid_to)
    written = first_day(item.date) if item.date is not None else (-10_000, 1, 1)
    return (_down(end), _down(start), _down(written), fact.document_id, fact.start, fact.id)


def _down(day: tuple[int, int, int]) -> tuple[int, int, int]:
    return -day[0], -day[1], -day[2]
