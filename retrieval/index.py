"""Everything that search needs, assembled from the parts: arrays that are read and never changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..core.records import Document
from ..kg.automaton import FuzzyNames, NameAutomaton
from .lexical import LexicalIndex
from .links import Edges, edges, readings
from .mentions import MentionTable, mention_table
from .parts import Parts
from .ragged import ranges
from .sentences import SentenceTable
from .threads import Threads

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]

_FEW = 10
"""Passages of a language from which on its centroid is its own more than that of all."""


@dataclass(frozen=True, slots=True, eq=False)
class Occurrences:
    """Where names of documents stand in the text of any document, ascending by sentence."""

    sentence: Rows
    name: Rows


class PassageIndex:
    """The projection that one search runs over; made anew for every revision, shared between threads.

    Args:
        parts: what is kept of every document.
        found: where the names of documents stand in the texts; or the documents, in any order, to look
            through for them.
    """

    def __init__(self, parts: Parts, found: Iterable[Document] | Occurrences) -> None:
        self.parts = parts
        self.revision = parts.revision
        self.documents = parts.documents
        self.place = {document: i for i, document in enumerate(parts.documents)}
        self.table = _table(parts)
        self.vectors: Floats = np.ascontiguousarray(parts.tables["passages"]["vector"], np.float32)
        self.languages = parts.languages
        self.passage_language: Rows = parts.tables["passages"]["language"].astype(np.int64)
        self.centroids = centroids(self.vectors, self.passage_language, len(parts.languages))
        self.readings = readings(parts)
        self.names = NameAutomaton(self.readings.names)
        self.occurrences = found if isinstance(found, Occurrences) else self._find(found)
        self.edges: Edges = edges(
            self.readings, self.occurrences.sentence, self.occurrences.name, self.sentence_document
        )
        self.mentions: MentionTable = self._mentions(self.occurrences)
        self.lexical: LexicalIndex = _lexical(parts, self.table)

    @property
    def size(self) -> int:
        """Passages."""
        return len(self.table.first)

    @cached_property
    def fuzzy(self) -> FuzzyNames:
        """Look-up of misspelt names."""
        return FuzzyNames(self.readings.names)

    @cached_property
    def entity_at(self) -> dict[str, int]:
        """Folded name -> row of the mention table."""
        return {key: i for i, key in enumerate(self.mentions.entities)}

    @cached_property
    def ordinals(self) -> Rows:
        """(passages,) number of each passage in its document."""
        owner = self.table.document
        starts = np.searchsorted(owner, owner)
        numbers: Rows = np.arange(len(owner)) - starts
        return numbers

    @cached_property
    def threads(self) -> Threads:
        """The passages that stand in threads."""
        table = self.parts.tables["threads"]
        return Threads.of(table["thread"], table["position"], table.owner, self.table.document)

    @property
    def accompanied(self) -> bool:
        """True when every passage has a vector of the embedder's companion."""
        return 0 < self.size == len(self.parts.tables["companions"].owner)

    @property
    def centred(self) -> Floats:
        """(passages, d) float32: each passage's vector less the centroid of its language.

        An encoder puts the texts of one language near each other, so that a question finds those of its own
        first. Without the centroids, cos(q, p) - cos(q, centroid) compares them across languages; within one
        language nothing changes but a constant.
        """
        return self.vectors - self.centroids[self.passage_language]

    def centred_rows(self, passages: Rows) -> Floats:
        """(n, d) float32: the rows of `centred` for some passages."""
        rows: Floats = self.vectors[passages] - self.centroids[self.passage_language[passages]]
        return rows

    def nearness(self, question: Floats) -> Floats:
        """(languages,) float32 cosine of the question to the centroid of each language."""
        near: Floats = self.centroids @ question
        return near

    @cached_property
    def sentence_language(self) -> Rows:
        """(sentences,) language of each sentence: that of the first passage that holds it."""
        languages = np.zeros(len(self.table.starts), np.int64)
        inside, passage = ranges(self.table.first, self.table.last)
        languages[inside[::-1]] = self.passage_language[passage[::-1]]
        return languages

    @cached_property
    def sentence_document(self) -> Rows:
        """(sentences,) document of each sentence."""
        return self.parts.tables["sentences"].owner

    def _find(self, texts: Iterable[Document]) -> Occurrences:
        owner = self.parts.tables["sentences"].owner
        bounds = np.searchsorted(owner, np.arange(len(self.documents) + 1))
        sentence: list[int] = []
        name: list[int] = []
        for document in texts:
            place = self.place.get(document.id)
            if place is None:
                continue
            first, last = int(bounds[place]), int(bounds[place + 1])
            found = self.names.find(document.text)
            if not found or first == last:
                continue
            starts = self.table.starts[first:last]
            at = np.searchsorted(starts, [match.start for match in found], side="right") - 1
            sentence += (first + np.maximum(at, 0)).tolist()
            name += [match.index for match in found]
        rows, names = np.asarray(sentence, np.int64), np.asarray(name, np.int64)
        order = np.lexsort((names, rows))
        return Occurrences(rows[order], names[order])

    def _mentions(self, occurrences: Occurrences) -> MentionTable:
        """Mentions that readers saw and occurrences of known names, by folded name, in all their passages."""
        mentions = self.parts.tables["mentions"]
        base = np.searchsorted(self.sentence_document, np.arange(len(self.documents) + 1))
        seen = base[mentions.owner] + mentions["sentence"].astype(np.int64)
        key_of_name = {key: i for i, key in enumerate(self.parts.keys)}
        known = np.array([key_of_name[name] for name in self.readings.names], np.int64)
        sentence = np.concatenate([seen, occurrences.sentence])
        entity = np.concatenate([mentions["key"].astype(np.int64), known[occurrences.name]])
        # a sentence may stand in several passages, where windows overlap
        inside, passage = ranges(self.table.first, self.table.last)
        by_sentence = np.argsort(inside, kind="stable")
        starts = np.searchsorted(inside[by_sentence], np.arange(len(self.table.starts) + 1))
        at, owner = ranges(starts[sentence], starts[sentence + 1])
        return mention_table(
            self.parts.keys, passage[by_sentence][at], sentence[owner], entity[owner], self.size
        )


def centroids(vectors: Floats, language: Rows, languages: int) -> Floats:
    """(languages, d) float32 mean vector of each language's passages.

    The mean of all passages counts as `_FEW` more of each language: a few passages are no language's centre,
    and one alone would be its own.
    """
    sums = np.zeros((languages, vectors.shape[1]), np.float64)
    np.add.at(sums, language, vectors)
    counts = np.bincount(language, minlength=languages)[:, None]
    whole = sums.sum(axis=0) / max(len(vectors), 1)
    means: Floats = ((sums + _FEW * whole) / (counts + _FEW)).astype(np.float32)
    return means


def _table(parts: Parts) -> SentenceTable:
    passages, sentences = parts.tables["passages"], parts.tables["sentences"]
    base = np.searchsorted(sentences.owner, np.arange(len(parts.documents) + 1))
    return SentenceTable(
        first=base[passages.owner] + passages["first"].astype(np.int64),
        last=base[passages.owner] + passages["last"].astype(np.int64),
        document=passages.owner,
        starts=sentences["start"].astype(np.int64),
        ends=sentences["end"].astype(np.int64),
        # gathering from a plain array costs less than from a memory map, though the memory is the same
        codes=np.asarray(sentences["codes"], np.int8),
        scales=np.asarray(sentences["scale"], np.float32),
    )


def _lexical(parts: Parts, table: SentenceTable) -> LexicalIndex:
    tokens, heads = parts.tables["tokens"], parts.tables["heads"]
    base = np.searchsorted(parts.tables["sentences"].owner, np.arange(len(parts.documents) + 1))
    sentence = base[tokens.owner] + tokens["sentence"].astype(np.int64)
    starts = np.searchsorted(sentence, np.arange(len(table.starts) + 1))
    inside, owner = ranges(starts[table.first], starts[table.last])
    head_starts = np.searchsorted(heads.owner, np.arange(len(parts.documents) + 1))
    head, titled = ranges(head_starts[table.document], head_starts[table.document + 1])
    return LexicalIndex.build(
        parts.terms,
        passage=np.concatenate([owner, titled]),
        term=np.concatenate([tokens["term"][inside], heads["term"][head]]).astype(np.int64),
        passages=len(table.first),
        sentence=sentence,
        sentence_term=tokens["term"].astype(np.int64),
        sentences=len(table.starts),
    )
