"""Which entity is mentioned in which sentence: the ties between passages that name the same thing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..core.words import Numbering
from .layers import Layers
from .ragged import distinct, ranges

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

FEWEST, MOST = 2, 60
"""An entity in one passage ties nothing; one in more than sixty ties everything."""


@dataclass(frozen=True, slots=True, eq=False)
class Mentioned:
    """Occurrences of entities in passages, each passage and sentence once."""

    entity: Rows
    passage: Rows
    sentence: Rows
    owner: Rows
    """Index in what was asked."""


class MentionTable:
    """Mentions that readers saw and occurrences of known names; an entity is a folded name, by number."""

    def __init__(self, layers: Layers, keys: Numbering, first: Rows, last: Rows) -> None:
        self.entities = keys
        self._layers = layers
        self._first, self._last = first, last
        self._spread = self._count()

    def in_passages(self, passages: Rows) -> Mentioned:
        """What is mentioned in these passages, by passage, sentence and entity."""
        sentence, owner = ranges(self._first[passages], self._last[passages])
        entities, at = [], []
        for name, column in (("mention-starts", "mention-key"), ("named-starts", "named-key")):
            rows, owners = self._layers.of_sentences(sentence, name)
            for number, segment in enumerate(self._layers.segments):
                entities.append(self.entities.into(number, segment[column][rows[number]]))
                at.append(owners[number])
        width = max(len(self.entities), 1)
        place, entity = np.divmod(distinct(np.concatenate(at) * width + np.concatenate(entities)), width)
        return Mentioned(entity, passages[owner[place]], sentence[place], owner[place])

    def of_entities(self, entities: Rows) -> Mentioned:
        """Where these entities are mentioned, by entity as asked, passage and sentence."""
        found = []
        for place, rows, owner in self._layers.under(self.entities, entities, "heard-starts"):
            passage = place.passage[place.segment["heard-passage"][rows]]
            there = passage >= 0
            sentence = place.sentence[place.segment["heard-sentence"][rows[there]]]
            found.append((passage[there], sentence, owner[there]))
        passage, sentence, owner = (np.concatenate(each) for each in zip(*found, strict=True))
        if len(found) > 1:
            order = np.lexsort((sentence, passage, owner))
            passage, sentence, owner = passage[order], sentence[order], owner[order]
        return Mentioned(entities[owner], passage, sentence, owner)

    def spread(self, entities: Rows) -> Rows:
        """(n,) int64 passages that mention each of these."""
        found: Rows = self._spread[entities]
        return found

    def idf(self, entities: Rows) -> Floats:
        """(n,) float32 ln(1 + N / spread)."""
        found: Floats = np.log1p(len(self._first) / np.maximum(self._spread[entities], 1)).astype(np.float32)
        return found

    def _count(self) -> Rows:
        spread = np.zeros(len(self.entities), np.int64)
        for number, segment in enumerate(self._layers.segments):
            spread[self.entities.into(number, np.arange(len(segment.keys)))] += segment["key-spread"]
        gone = self._layers.gone
        if len(gone):
            lost = _heard_in(self._layers, gone)
            np.subtract.at(spread, self.entities.into(0, lost), 1)
        return spread


def _heard_in(layers: Layers, documents: Rows) -> Rows:
    """Keys of what the passages of some documents of the first segment mention, once for each passage."""
    segment = layers.segments[0]
    starts = segment.starts("passage")
    passage, _ = ranges(starts[documents], starts[documents + 1])
    sentence, owner = ranges(segment["passage-first"][passage], segment["passage-last"][passage])
    keys, at = [], []
    for name, column in (("mention-starts", "mention-key"), ("named-starts", "named-key")):
        rows, held = ranges(segment[name][sentence], segment[name][sentence + 1])
        keys.append(segment[column][rows].astype(np.int64))
        at.append(owner[held])
    width = max(len(segment.keys), 1)
    return np.unique(np.concatenate(at) * width + np.concatenate(keys)) % width
