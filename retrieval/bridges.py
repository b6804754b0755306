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
    named = _named(rows, index)
    return tuple(
        replace(hit, reasons=tuple(_told(reason, row, rows, hits, named, index) for reason in hit.reasons))
        for row, hit in hits.items()
    )


def _told(
    reason: Reason,
    row: int,
    rows: Rows,
    hits: dict[int, Hit],
    named: dict[int, tuple[int, str]],
    index: PassageIndex,
) -> Reason:
    if reason.detail:
        return reason
    if reason.part in _NAMED and row in named:
        source, name = named[row]
        return replace(reason, detail=f"{hits[source].title or 'a passage'} names {name}")
    if reason.part == _SHARED:
        found = _shared(row, rows[rows != row], index)
        if found is not None:
            other, name = found
            return replace(reason, detail=f"names {name}, as {hits[other].title or 'a passage'} does")
    return reason


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


def _shared(row: int, others: Rows, index: PassageIndex) -> tuple[int, str] | None:
    """The rarest entity that the passage and one of the others name, and that other."""
    table = index.mentions
    here, there = table.in_passages(np.array([row])), table.in_passages(others)
    common = np.intersect1d(here.entity, there.entity)
    spread = table.spread(common)
    common = common[(spread >= FEWEST) & (spread <= MOST)]
    if not len(common):
        return None
    rarest = int(common[np.argmax(table.idf(common))])
    first = int(np.argmax(there.entity == rarest))
    return int(there.passage[first]), table.entities[rarest]
