"""What a namespace knows of itself; first of all whose vectors it holds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select

from ..core.errors import EmbedderMismatchError, StoreCorruptError, StoreError
from .rows import EmbedderLike
from .schema import META, VECTORS
from .shelving import Shapes
from .units import Unit

EMBEDDER = "embedder"
VIEW = "decided"
"""The latest revision at which blocks were read that were then written."""
OF_THIS_STORE = (EMBEDDER, VIEW)
"""Keys that mean this store and no copy of it."""
SECRET = "secret "
"""How keys of secrets begin, which an archive leaves out unless told otherwise."""


@dataclass(frozen=True, slots=True)
class KnownEmbedder:
    """Who made stored vectors, as the store remembers it."""

    name: str
    version: str
    dimension: int
    companion: KnownEmbedder | None = None


def remembered(known: dict[str, Any]) -> KnownEmbedder:
    """The embedder that `described` described."""
    companion = known.get("companion")
    return KnownEmbedder(
        known["name"],
        known["version"],
        int(known["dimension"]),
        None if companion is None else remembered(companion),
    )


def known_embedder(unit: Unit) -> KnownEmbedder | None:
    """Who made the namespace's vectors, None while there are none."""
    known = get_meta(unit, EMBEDDER)
    return None if known is None else remembered(known)


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


def get_secret(unit: Unit, key: str) -> bytes | None:
    """The random bytes under `key`, read beneath SQLAlchemy, whose logger may write every row.

    Raises:
        StoreCorruptError: they are none.
    """
    query = select(META.c.value).where(META.c.namespace == unit.key, META.c.key == SECRET + key)
    plain = str(query.compile(unit.connection, compile_kwargs={"literal_binds": True}))
    cursor = unit.connection.connection.cursor()
    try:
        cursor.execute(plain)
        found = cursor.fetchone()
    finally:
        cursor.close()
    if found is None:
        return None
    try:
        return bytes.fromhex(json.loads(found[0]))
    except (ValueError, TypeError) as error:
        raise StoreCorruptError(f"the secret {key!r} of the namespace is damaged: restore a copy") from error


def put_secret(unit: Unit, key: str, value: bytes) -> None:
    """Keep random bytes under `key`."""
    put_meta(unit, SECRET + key, value.hex())


def check_embedder(unit: Unit, embedder: EmbedderLike) -> None:
    """Refuse an embedder other than the one that made the stored vectors; companions may differ.

    Raises:
        EmbedderMismatchError: name, version or dimension differ.
    """
    known = held_embedder(unit)
    if known is not None:
        same_embedder(remembered(known), embedder)


def same_embedder(stored: EmbedderLike, given: EmbedderLike) -> None:
    """Refuse vectors of one embedder where another's are; companions may differ.

    Raises:
        EmbedderMismatchError: name, version or dimension differ.
    """
    known, other = _alone(described(stored)), _alone(described(given))
    if known != other:
        raise EmbedderMismatchError(
            f"the stored vectors are of {_shown(known)}, the embedder given is {_shown(other)}: open the "
            "store with the first, or run `clew reindex` to embed again without extracting again"
        )


def held_embedder(unit: Unit) -> dict[str, Any] | None:
    """What is kept of the embedder that made the stored vectors; None while there are none."""
    known: dict[str, Any] | None = get_meta(unit, EMBEDDER)
    return known if known is not None and _has_vectors(unit) else None


def settle_embedder(unit: Unit, embedder: EmbedderLike | None, given: Shapes) -> None:
    """Before vectors of these dimensions are written: check them, and note whose they are.

    The first vectors of a namespace say whether it has a companion's; all others then have them, or none.

    Raises:
        EmbedderMismatchError: another embedder, companion or dimension.
        StoreError: nobody said which embedder made them.
    """
    if embedder is not None:
        check_embedder(unit, embedder)
        if held_embedder(unit) is None:
            mine = described(embedder)
            whole = mine if given.companion - {0} else _alone(mine)
            if get_meta(unit, EMBEDDER) != whole:
                put_meta(unit, EMBEDDER, whole)
    known = get_meta(unit, EMBEDDER)
    if known is None:
        raise StoreError(
            "vectors came and nobody said which embedder made them: pass it to Store.open(embedder=…)"
        )
    _check_shapes(known, given)


def check_shapes(embedder: EmbedderLike, given: Shapes) -> None:
    """Make sure that vectors of these dimensions can be an embedder's.

    Raises:
        EmbedderMismatchError: they are not.
    """
    _check_shapes(described(embedder), given)


def _check_shapes(known: dict[str, Any], given: Shapes) -> None:
    for dimension in sorted(given.embedder):
        if dimension != known["dimension"]:
            raise EmbedderMismatchError(
                f"the vectors given have {dimension} dimensions, those of {_shown(known)} have "
                f"{known['dimension']}: embed with it, or run `clew reindex`"
            )
    _check_companion(known.get("companion"), given.companion)


def _check_companion(known: dict[str, Any] | None, given: frozenset[int]) -> None:
    wanted = known["dimension"] if known else 0
    for dimension in sorted(given - {wanted}):
        held = f"vectors of the companion {_shown(known)}" if known else "no companion's vectors"
        came = f"companion vectors of {dimension} dimensions" if dimension else "none"
        raise EmbedderMismatchError(
            f"the store has {held}, the documents given have {came}: install or name the same companion "
            "(models.companion), or run `clew reindex` to have all documents embedded alike"
        )


def drop_unused_embedder(unit: Unit) -> None:
    """Forget whose vectors there were when the last of them is gone."""
    if not _has_vectors(unit):
        put_meta(unit, EMBEDDER, None)


def described(embedder: EmbedderLike) -> dict[str, Any]:
    """What is kept of an embedder."""
    companion = getattr(embedder, "companion", None)
    found = {
        "name": embedder.name,
        "version": embedder.version,
        "dimension": int(embedder.dimension),
    }
    return found if companion is None else {**found, "companion": described(companion)}


def _alone(known: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in known.items() if name != "companion"}


def _shown(known: dict[str, Any]) -> str:
    return f"{known['name']} (version {known['version']}, {known['dimension']} dimensions)"


def _has_vectors(unit: Unit) -> bool:
    query = select(VECTORS.c.document).where(VECTORS.c.namespace == unit.key).limit(1)
    return unit.run(query).first() is not None
