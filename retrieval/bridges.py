"""What ties found passages to each other, told in the reasons of each: names and entities they share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .index import PassageIndex
from .mentions import FEWEST, MOST
from .ragged import distinct

Rows = NDArray[np.int64]

_UNTITLED = "a passage"


def ties(rows: Sequence[int], titles: Sequence[str], index: PassageIndex) -> list[dict[str, str]]:
    """For each of these passages the strongest tie to another, by the part of the score that comes from it.

    Args:
        rows: passages found, best first.
        titles: of their documents.
    """
    found = np.array(rows, np.int64)
    called = {row: title or _UNTITLED for row, title in zip(rows, titles, strict=True)}
    told: dict[int, dict[str, str]] = {row: {} for row in rows}
    for row, (source, name) in _named(found, index).items():
        told[row]["forward"] = told[row]["path"] = f"{called[source]} names {index.keys[name]}"
    for row, (other, entity) in _shared(found, index).items():
        told[row]["shared"] = told[row]["bridge"] = f"names {index.keys[entity]}, as {called[other]} does"
    return [told[row] for row in rows]


def _named(rows: Rows, index: PassageIndex) -> dict[int, tuple[int, int]]:
    """For each found passage the best found one that names what it is about, and the name's number."""
    sentence, owner = index.table.of_passages(rows)
    edges = index.edges.out_of(sentence)
    source, target, weight = rows[owner[edges.owner]], edges.target, edges.weight
    inside = (target[:, None] == rows).any(axis=1) & (source != target)
    order = np.flatnonzero(inside)[np.argsort(weight[inside], kind="stable")]  # the last one stays
    pairs = zip(source[order].tolist(), edges.name[order].tolist(), strict=True)
    return dict(zip(target[order].tolist(), pairs, strict=True))


def _shared(rows: Rows, index: PassageIndex) -> dict[int, tuple[int, int]]:
    """For each found passage the best other that names the rarest entity that both do, and the entity."""
    table = index.mentions
    seen = table.in_passages(rows)
    entity, owner = np.divmod(distinct(seen.entity * len(rows) + seen.owner), max(len(rows), 1))
    spread = table.spread(entity)
    same = entity[1:] == entity[:-1]
    tied = np.zeros(len(entity), np.bool_)
    tied[1:] |= same
    tied[:-1] |= same
    tied &= (spread >= FEWEST) & (spread <= MOST)
    entity, owner = entity[tied], owner[tied]
    first = np.searchsorted(entity, entity)  # owners of one entity ascend: the best passage stands first
    other = owner[np.where(owner[first] == owner, np.minimum(first + 1, len(entity) - 1), first)]
    order = np.lexsort((-entity, table.idf(entity)))  # the last one stays: the rarest
    pairs = zip(rows[other[order]].tolist(), entity[order].tolist(), strict=True)
    return dict(zip(rows[owner[order]].tolist(), pairs, strict=True))
