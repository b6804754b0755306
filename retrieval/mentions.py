"""Which entity is mentioned in which sentence: the ties between passages that name the same thing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .ragged import group, ranges

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

FEWEST, MOST = 2, 60
"""An entity in one passage ties nothing; one in more than sixty ties everything."""


@dataclass(frozen=True, slots=True, eq=False)
class MentionTable:
    """Occurrences of entities in passages, by passage and by entity."""

    entities: tuple[str, ...]
    by_passage: Rows
    """(passages + 1,) int64 starts into `entity` and `sentence`"""
    entity: Rows
    """(n,) int64 entity, occurrences ordered by passage"""
    sentence: Rows
    """(n,) int64"""
    by_entity: Rows
    """(entities + 1,) int64 starts into `order`"""
    order: Rows
    """(n,) int64 occurrences ordered by entity"""
    passage: Rows
    """(n,) int64 passage of each occurrence"""
    spread: Rows
    """(entities,) int64 passages that mention it"""
    idf: Floats
    """(entities,) float32 ln(1 + N / spread)"""

    def in_passages(self, passages: Rows) -> tuple[Rows, Rows]:
        """Occurrences in these passages, and for each the index in `passages` of its owner."""
        return ranges(self.by_passage[passages], self.by_passage[passages + 1])

    def of_entities(self, entities: Rows) -> tuple[Rows, Rows]:
        """Occurrences of these entities, and for each the index in `entities` of its owner."""
        at, owner = ranges(self.by_entity[entities], self.by_entity[entities + 1])
        return self.order[at], owner


def mention_table(
    entities: tuple[str, ...], passage: Rows, sentence: Rows, entity: Rows, passages: int
) -> MentionTable:
    """The table of occurrences.

    Args:
        passage, sentence, entity: (n,) int64 of each occurrence, in any order, doubles allowed.
        passages: how many passages there are.
    """
    triples = np.unique(np.stack([passage, sentence, entity], axis=1), axis=0) if len(passage) else None
    if triples is not None:
        passage, sentence, entity = triples.T.copy()
    order, by_entity = group(entity, len(entities))
    pairs = (
        np.unique(np.stack([entity, passage], axis=1), axis=0) if len(passage) else np.empty((0, 2), np.int64)
    )
    spread = np.bincount(pairs[:, 0], minlength=len(entities)).astype(np.int64)
    return MentionTable(
        entities=entities,
        by_passage=np.searchsorted(passage, np.arange(passages + 1)).astype(np.int64),
        entity=entity,
        sentence=sentence,
        by_entity=by_entity,
        order=order,
        passage=passage,
        spread=spread,
        idf=np.log1p(passages / np.maximum(spread, 1)).astype(np.float32),
    )
