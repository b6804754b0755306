"""Who is named where: the names that documents go by, and the sentences that use them.

A name has one reading for each document that goes by it; its trust is shared out over them (÷ √readings).
An occurrence of a name in a sentence is an edge from that sentence to the passages about its readings; so is
a word that speaks of a place without naming it (`left_out`).
Both are read from the segments when they are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from ..core.words import Numbering
from .layers import Layers
from .left_out import names as place_names
from .left_out import places
from .ragged import begins, ranges

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

LATER_PASSAGE = 0.8
"""Trust that a later passage of a document is about what its title names, against the first passage."""


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """Readings of names: passages about what a name means, by name, then document, then place."""

    passage: Rows
    weight: Floats
    """(n,) float32 trust ÷ √(documents that go by the name)"""
    document: Rows
    owner: Rows
    """Index of the name in what was asked."""


class Readings:
    """Names and the passages that are about what they mean."""

    def __init__(self, layers: Layers, keys: Numbering) -> None:
        self.names = keys
        """Folded, distinct, sorted; a name's number. Some are of mentions only, and have no reading."""
        self._layers = layers
        document = layers.passage_document
        self._first = np.searchsorted(document, np.arange(len(layers.document_source) + 1))

    def of(self, names: Rows) -> Read:
        """The readings of these names; titles share with titles only, aliases with all that bear the name."""
        owner, document, weight, titled = self.bearers(names)
        size = len(names)
        bearers = np.bincount(owner, minlength=size)
        titles = np.bincount(owner[titled], minlength=size)
        share = weight / np.sqrt(np.where(titled, titles[owner], bearers[owner]))
        passage, at = ranges(self._first[document], self._first[document + 1])
        later = np.where(passage == self._first[document[at]], 1.0, LATER_PASSAGE)
        return Read(passage, (share[at] * later).astype(np.float32), document[at], owner[at])

    def bearers(self, names: Rows) -> tuple[Rows, Rows, Floats, NDArray[np.bool_]]:
        """Index of the name, document, weight and "is its title" of all documents that go by these names."""
        found: list[tuple[NDArray[np.generic], ...]] = []
        for place, rows, owner in self._layers.under(self.names, names, "bearer-starts"):
            segment = place.segment
            document = place.document[segment["bearer-document"][rows]]
            there = document >= 0
            rows, owner, document = rows[there], owner[there], document[there]
            found.append((owner, document, segment["bearer-weight"][rows], segment["bearer-titled"][rows]))
        owner, document, weight, titled = (np.concatenate(each) for each in zip(*found, strict=True))
        if len(found) > 1:
            order = np.lexsort((document, owner))
            owner, document, weight, titled = owner[order], document[order], weight[order], titled[order]
        return owner, document, weight, titled

    def known(self, name: int) -> bool:
        """True when a document goes by the name with that number."""
        return name >= 0 and len(self.bearers(np.array([name]))[0]) > 0


class How(IntEnum):
    """How a sentence calls what an edge leads to."""

    NAMED = 0
    IN_A_NAME = 1
    """By a name that is part of a longer one: "Virginia" in "West Virginia" or "University of Virginia"."""
    LEFT_OUT = 2
    """Not at all: it speaks of the people of a place, or of a city there."""


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """Edges: from the sentence at `owner` in what was asked to `target`, which it calls by `name`."""

    owner: Rows
    target: Rows
    weight: Floats
    name: Rows
    relations: NDArray[np.uint64]
    """What facts of the sentence say of the name, as `kg.words.relation_bits`."""
    how: NDArray[np.int8]
    """(n,) `How` the sentence calls it"""


class Edges:
    """From each sentence to the passages about what it names, in other documents."""

    def __init__(self, layers: Layers, readings: Readings) -> None:
        self._layers = layers
        self._readings = readings
        find = readings.names.find
        known = [sorted(k for n in place_names()[place] if (k := find(n)) >= 0) for place in places()]
        self._place_starts = begins(np.array([len(each) for each in known], np.int64))
        self._place_keys = np.array([key for each in known for key in each], np.int64)

    def out_of(self, sentences: Rows) -> Reached:
        """The edges out of these sentences: first those by name, then those that the text leaves out."""
        at, name, relations, whole = self.names_in(sentences)
        more, place = self._left_out(sentences)
        how = np.where(whole, np.int8(How.NAMED), np.int8(How.IN_A_NAME))
        at, name = np.concatenate([at, more]), np.concatenate([name, place])
        relations = np.concatenate([relations, np.zeros(len(more), np.uint64)])
        how = np.concatenate([how, np.full(len(more), How.LEFT_OUT, np.int8)])
        read = self._readings.of(name)
        source = at[read.owner]
        outward = read.document != self._layers.sentence_document[sentences[source]]
        owner = read.owner[outward]
        passage, weight = read.passage[outward], read.weight[outward]
        return Reached(source[outward], passage, weight, name[owner], relations[owner], how[owner])

    def names_in(self, sentences: Rows) -> tuple[Rows, Rows, NDArray[np.uint64], NDArray[np.bool_]]:
        """Names of documents in these sentences: index of the sentence, number, relations, "is whole"."""
        rows, owners = self._layers.of_sentences(sentences, "named-starts")
        names = [
            self._readings.names.into(number, segment["named-key"][rows[number]])
            for number, segment in enumerate(self._layers.segments)
        ]
        at, name = np.concatenate(owners), np.concatenate(names)
        relations, whole = (
            np.concatenate([segment[column][rows[i]] for i, segment in enumerate(self._layers.segments)])
            for column in ("named-relations", "named-whole")
        )
        if len(names) > 1:
            order = np.lexsort((name, at))
            at, name, relations, whole = at[order], name[order], relations[order], whole[order]
        return at, name, relations, whole

    def _left_out(self, sentences: Rows) -> tuple[Rows, Rows]:
        """Places that these sentences speak of: index of the sentence, and a number of the place's name."""
        rows, owners = self._layers.of_sentences(sentences, "spoken-starts")
        said = [segment["spoken-place"][rows[i]] for i, segment in enumerate(self._layers.segments)]
        place, at = np.concatenate(said), np.concatenate(owners)
        row, which = ranges(self._place_starts[place], self._place_starts[place + 1])
        at = at[which]
        if len(said) > 1:
            order = np.lexsort((row, at))
            at, row = at[order], row[order]
        return at, self._place_keys[row]
