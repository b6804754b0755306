"""What a namespace knows of itself; first of all whose vectors it holds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select

from ..core.errors import EmbedderMismatchError, StoreError
from .rows import EmbedderLike
from .schema import META, VECTORS
from .units import Unit

EMBEDDER = "embedder"


@dataclass(frozen=True, slots=True)
class KnownEmbedder:
    """Who made stored vectors, as the store remembers it."""

    name: str
    version: str
    dimension: int


def known_embedder(unit: Unit) -> KnownEmbedder | None:
    """Who made the namespace's vectors, None while there are none."""
    known = get_meta(unit, EMBEDDER)
    return None if known is None else KnownEmbedder(**known)


def get_meta(unit: Unit, key: str) -> Any:
    """The JSON value under `key`, None without one."""
    query = select(META.c.value).where(META.c.namespace == unit.key, META.c.key == key)
    found = unit.run(query).scalar()
    return None if found is None else json.loads(found)


def put_meta(unit: Unit, key: str, value: Any) -> None:
    """Keep a JSON value under `key`; None removes it."""
    unit.run(delete(META).where(META.c.namespace == unit.key, META.c.key == key))
    if value is not None:
        unit.put(META, [{"namespace": unit.key, "key": key, "value": json.dumps(value, sort_keys=True)}])


def check_embedder(unit: Unit, embedder: EmbedderLike) -> None:
    """Refuse an embedder other than the one that made the stored vectors.

    Raises:
        EmbedderMismatchError: name, version or dimension differ.
    """
    known = get_meta(unit, EMBEDDER)
    if known is not None and _has_vectors(unit):
        same_embedder(KnownEmbedder(**known), embedder)


def same_embedder(stored: EmbedderLike, given: EmbedderLike) -> None:
    """Refuse vectors of one embedder where another's are.

    Raises:
        EmbedderMismatchError: name, version or dimension differ.
    """
    known, other = described(stored), described(given)
    if known != other:
        raise EmbedderMismatchError(
            f"the stored vectors are of {_shown(known)}, the embedder given is {_shown(other)}: open the "
            "store with the first, or run `clew reindex` to embed again without extracting again"
        )


def settle_embedder(unit: Unit, embedder: EmbedderLike | None, dimensions: set[int]) -> None:
    """Before vectors of these dimensions are written: check them, and note whose they are.

    Raises:
        EmbedderMismatchError: another embedder or dimension.
        StoreError: nobody said which embedder made them.
    """
    if embedder is not None:
        check_embedder(unit, embedder)
        if get_meta(unit, EMBEDDER) != described(embedder):
            put_meta(unit, EMBEDDER, described(embedder))
    known = get_meta(unit, EMBEDDER)
    if known is None:
        raise StoreError(
            "vectors came and nobody said which embedder made them: pass it to Store.open(embedder=…)"
        )
    for dimension in sorted(dimensions):
        if dimension != known["dimension"]:
            raise EmbedderMismatchError(
                f"the vectors given have {dimension} dimensions, those of {_shown(known)} have "
                f"{known['dimension']}: embed with it, or run `clew reindex`"
            )


def drop_unused_embedder(unit: Unit) -> None:
    """Forget whose vectors there were when the last of them is gone."""
    if not _has_vectors(unit):
        put_meta(unit, EMBEDDER, None)


def described(embedder: EmbedderLike) -> dict[str, Any]:
    """What is kept of an embedder."""
    return {
        "name": embedder.name,
        "version": embedder.version,
        "dimension": int(embedder.dimension),
    }


def _shown(known: dict[str, Any]) -> str:
    return f"{known['name']} (version {known['version']}, {known['dimension']} dimensions)"


def _has_vectors(unit: Unit) -> bool:
    query = select(VECTORS.c.document).where(VECTORS.c.namespace == unit.key).limit(1)
    return unit.run(query).first() is not None
