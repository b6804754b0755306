"""Which entity a caller means by an id or a name."""

from __future__ import annotations

from ..core.errors import NotFoundError, QueryError
from ..core.records import Entity
from ..storage.readable import Readable
from ..storage.rows import name_key
from .index import PassageIndex

_LISTED = 8
_SUGGESTED = 3
_CUTOFF = 80.0
"""Least edit ratio (0 to 100) of a name that is suggested instead."""


def resolve(wanted: str, store: Readable, index: PassageIndex) -> Entity:
    """The entity with that id, or else the one that goes by that name.

    Entities that bear just that name come before those that it is an alias of.

    Raises:
        QueryError: several entities go by the name; the message lists them with their ids.
        NotFoundError: none does; the message lists names that are spelt nearly so.
    """
    found = list(store.entities([wanted]))
    if found:
        return found[0]
    entities = called(wanted, store)
    if len(entities) == 1:
        return entities[0]
    if not entities:
        near = index.names.nearly(wanted, limit=_SUGGESTED, cutoff=_CUTOFF)
        hint = "; there is " + ", ".join(index.readings.names[i] for i, _ in near) if near else ""
        raise NotFoundError(f"no entity has the id or the name {wanted!r}{hint}")
    listed = ", ".join(f"{e.name} [{e.id}]" for e in entities[:_LISTED])
    more = f" and {len(entities) - _LISTED} more" if len(entities) > _LISTED else ""
    raise QueryError(f"{len(entities)} entities go by {wanted!r}: {listed}{more}; give one of these ids")


def called(name: str, store: Readable) -> list[Entity]:
    """Entities that bear just that name, else those that it is an alias of; those most named first."""
    key = name_key(name)
    if not key:
        return []
    ids = dict.fromkeys(row.entity_id for row in store.aliases([key]))
    entities = sorted(store.entities(list(ids)), key=lambda e: (-e.mentions, e.id))
    return [e for e in entities if name_key(e.name) == key] or entities
