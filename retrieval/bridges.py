"""What ties found passages to each other, told in the reasons of each: names and entities they share."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..core.results import Hit, Reason
from .index import PassageIndex
from .mentions import FEWEST, MOST

Rows = NDArray[np.int64]

_NAMED = ("forward", "path")
_SHARED = "shared"


def explained(hits: dict[int, Hit], index: PassageIndex) -> tuple[Hit, ...]:
    """The hits in order; parts of a score that come from other passages name the strongest tie to one found.

    Args:
        hits: passages by row, best first.
    """
    rows = np.array(list(hits), np.int64)
    named, shared = _named(rows, index), _shared(rows, index)

    def told(reason: Reason, row: int) -> Reason:
        if reason.detail:
            return reason
        if reason.part in _NAMED and row in named:
            source, name = named[row]
            return replace(reason, detail=f"{hits[source].title or 'a passage'} names {name}")
        if reason.part == _SHARED and row in shared:
            other, name = shared[row]
            return replace(reason, detail=f"names {name}, as {hits[other].title or 'a passage'} does")
        return reason

    return tuple(
        replace(hit, reasons=tuple(told(reason, row) for reason in hit.reasons)) for row, hit in hits.items()
    )


def _named(rows: Rows, index: PassageIndex) -> dict[int, tuple[int, str]]:
    """For each found passage the best found one that names what it is about, and the name."""
    sentence, owner = index.table.of_passages(rows)
    edges = index.edges.out_of(sentence)
    source, target, weight = rows[owner[edges.owner]], edges.target, edges.weight
    inside = np.isin(target, rows) & (source != target)
    found: dict[int, tuple[int, str]] = {}
    for i in np.flatnonzero(inside)[np.argsort(weight[inside], kind="stable")].tolist():
        found[int(target[i])] = (int(source[i]), index.readings.names[int(edges.name[i])])
    return found


def _shared(rows: Rows, index: PassageIndex) -> dict[int, tuple[int, str]]:
    """For each found passage the rarest entity that it and another name, and the best such other."""
    table = index.mentions
    seen = table.in_passages(rows)
    entity, owner = np.unique(np.stack([seen.entity, seen.owner]), axis=1)
    spread = table.spread(entity)
    same = entity[1:] == entity[:-1]
    tied = np.zeros(len(entity), np.bool_)
    tied[1:] |= same
    tied[:-1] |= same
    tied &= (spread >= FEWEST) & (spread <= MOST)
    entity, owner = entity[tied], owner[tied]
    first = np.searchsorted(entity, entity)  # owners of one entity ascend: the best passage stands first
    other = owner[np.where(owner[first] == owner, np.minimum(first + 1, len(entity) - 1), first)]
    found: dict[int, tuple[int, str]] = {}
    for i in np.lexsort((-entity, table.idf(entity))).tolist():  # the last one stays: the rarest
        found[int(rows[owner[i]])] = (int(rows[other[i]]), table.entities[int(entity[i])])
    return found
