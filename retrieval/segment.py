"""Documents as search reads them: arrays that are looked up in place, in memory or in a mapped file.

A segment is made of the parts of some documents and of where names stand in their texts. It holds each thing
once in the direction in which search asks for it: postings by term, bearers by name, names by sentence,
passages by name. Rows count from the segment's start; `places` says where they stand in an index. Nothing in
a segment depends on documents outside of it but which names were known when its texts were looked through.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.text import content_id
from ..core.words import Words
from .parts import Parts, Table
from .ragged import ranges

Array = NDArray[Any]
Rows = NDArray[np.int64]

LAYOUT: Mapping[str, tuple[str, str]] = {
    "document-hash": ("S10", "of its id, ascending: the order of documents"),
    "passage-document": ("i4", "ascending"),
    "passage-first": ("i4", "first sentence"),
    "passage-last": ("i4", "end of its sentences"),
    "passage-start": ("i4", "character in its document"),
    "passage-end": ("i4", ""),
    "passage-language": ("i4", "place in the languages of the segment"),
    "passage-length": ("i4", "terms, those of the title included"),
    "passage-vector": ("f4", "(passages, d)"),
    "sentence-document": ("i4", "ascending"),
    "sentence-start": ("i4", "character in its document"),
    "sentence-end": ("i4", ""),
    "sentence-codes": ("i1", "(sentences, d) vector = codes · scale"),
    "sentence-scale": ("f4", ""),
    "token-starts": ("i8", "by sentence"),
    "token-term": ("i4", "terms in the order of the text"),
    "head-starts": ("i8", "by document"),
    "head-term": ("i4", "terms of the title"),
    "posting-starts": ("i8", "by term"),
    "posting-passage": ("i4", "ascending"),
    "posting-count": ("i4", "how often"),
    "name-starts": ("i8", "by document"),
    "name-key": ("i4", "in the order in which the document gives its names"),
    "name-weight": ("f4", ""),
    "name-titled": ("b1", ""),
    "bearer-starts": ("i8", "by key"),
    "bearer-document": ("i4", "ascending, each once"),
    "bearer-weight": ("f4", "of the document's best name of that form"),
    "bearer-titled": ("b1", "any of them is its title"),
    "mention-starts": ("i8", "by sentence"),
    "mention-key": ("i4", "what readers saw, ascending"),
    "mention-relations": ("u8", "what facts say of it, as `kg.words.relation_bits`"),
    "named-starts": ("i8", "by sentence"),
    "named-key": ("i4", "names of documents that stand in it, ascending, each once"),
    "named-relations": ("u8", "those of the mention of the same name"),
    "named-whole": ("b1", "it is no part of a longer name that is mentioned there"),
    "spoken-starts": ("i8", "by sentence"),
    "spoken-place": ("i2", "places that it speaks of without naming them (`left_out`), ascending"),
    "heard-starts": ("i8", "by key"),
    "heard-passage": ("i4", "passages that mention or name it, ascending"),
    "heard-sentence": ("i4", "and where, ascending within the passage"),
    "key-spread": ("i4", "passages that mention or name it"),
    "word-hash": ("u4", "how texts are spelt, ascending"),
    "word-document": ("i4", "whose text"),
    "pattern-key": ("i4", "names of documents as they stand in laid out texts, sorted"),
    "gram-hash": ("i4", "of three characters of a name, ascending"),
    "gram-starts": ("i4", "by hash"),
    "gram-owner": ("i4", "row among the borne keys"),
    "borne-key": ("i4", "keys that documents go by, ascending"),
    "borne-length": ("i4", "characters"),
    "language-sum": ("i8", "(languages, d) sum of rint(vector · 2^36) of its passages: no order shows"),
    "title-document": ("i4", "ascending"),
    "title-vector": ("f4", "(titles, d)"),
    "companion-document": ("i4", "ascending, once for each passage"),
    "companion-codes": ("i1", "(passages, d') by the embedder's companion, or no rows"),
    "companion-scale": ("f4", "vector = codes · scale"),
    "thread-document": ("i4", "that stands in a thread, ascending"),
    "thread-thread": ("i8", "which"),
    "thread-position": ("f8", "where in it"),
}
"""Type and meaning of each array of a segment."""

STRINGS = ("documents", "titles", "terms", "keys", "patterns")
"""Its packed strings."""


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """Some documents of a namespace, in the order of the hash of their ids."""

    documents: Words
    titles: Words
    terms: Words
    """Sorted."""
    keys: Words
    """Folded names of documents and mentions, sorted."""
    patterns: Words
    """Names of documents as `laid_name` gives them, sorted."""
    languages: tuple[str, ...]
    arrays: Mapping[str, Array]
    """By the names of `LAYOUT`."""
    made_of: Parts | None = None
    """What a small segment was made of, kept for the next one; None for one that is large or was saved."""
    _starts: dict[str, Rows] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Array:
        return self.arrays[name]

    @property
    def dimension(self) -> int:
        """Of the vectors."""
        return int(self["passage-vector"].shape[1])

    def find(self, document: str) -> int:
        """Row of a document by id, -1 for one that is not here."""
        return find_document(self.documents, self["document-hash"], document)

    def starts(self, what: str) -> Rows:
        """(documents + 1,) where the passages or sentences of each document begin."""
        if what not in self._starts:
            owner = self[f"{what}-document"]
            self._starts[what] = np.searchsorted(owner, np.arange(len(self.documents) + 1))
        return self._starts[what]

    def parts(self, documents: Rows, revision: int = 0) -> Parts:
        """The parts of some of the documents, rows ascending: what the segment was made of.

        The words are those of the whole segment.
        """
        passages, sentences = self.starts("passage"), self.starts("sentence")
        p, p_owner = ranges(passages[documents], passages[documents + 1])
        s, s_owner = ranges(sentences[documents], sentences[documents + 1])
        t, t_owner = ranges(self["token-starts"][s], self["token-starts"][s + 1])
        m, m_owner = ranges(self["mention-starts"][s], self["mention-starts"][s + 1])
        q, q_owner = ranges(self["spoken-starts"][s], self["spoken-starts"][s + 1])
        h, h_owner = ranges(self["head-starts"][documents], self["head-starts"][documents + 1])
        n, n_owner = ranges(self["name-starts"][documents], self["name-starts"][documents + 1])
        place = np.full(len(self.documents), -1)
        place[documents] = np.arange(len(documents))
        w = np.flatnonzero(place[self["word-document"]] >= 0)
        w = w[np.argsort(place[self["word-document"][w]], kind="stable")]
        inside = s - sentences[documents][s_owner]
        base = sentences[documents][p_owner]
        tables = {
            "passages": Table(
                p_owner,
                {
                    "first": self["passage-first"][p] - base,
                    "last": self["passage-last"][p] - base,
                    **{c: self[f"passage-{c}"][p] for c in ("start", "end", "language", "vector")},
                },
            ),
            "sentences": Table(
                s_owner, {c: self[f"sentence-{c}"][s] for c in ("start", "end", "codes", "scale")}
            ),
            "tokens": Table(s_owner[t_owner], {"sentence": inside[t_owner], "term": self["token-term"][t]}),
            "heads": Table(h_owner, {"term": self["head-term"][h]}),
            "names": Table(n_owner, {c: self[f"name-{c}"][n] for c in ("key", "weight", "titled")}),
            "mentions": Table(
                s_owner[m_owner],
                {
                    "sentence": inside[m_owner],
                    **{c: self[f"mention-{c}"][m] for c in ("key", "relations")},
                },
            ),
            "spoken": Table(
                s_owner[q_owner], {"sentence": inside[q_owner], "place": self["spoken-place"][q]}
            ),
            "words": Table(place[self["word-document"][w]], {"hash": self["word-hash"][w]}),
            **{
                f"{what}s": self._owned(what, columns, place)
                for what, columns in (
                    ("title", ("vector",)),
                    ("companion", ("codes", "scale")),
                    ("thread", ("thread", "position")),
                )
            },
        }
        return Parts(
            revision,
            self.documents.take(documents.tolist()),
            self.titles.take(documents.tolist()),
            self.terms,
            self.keys,
            self.languages,
            tables,
        )

    def _owned(self, what: str, columns: Sequence[str], place: Rows) -> Table:
        owner = place[self[f"{what}-document"]]
        rows = np.flatnonzero(owner >= 0)
        return Table(owner[rows], {column: self[f"{what}-{column}"][rows] for column in columns})

    def named(self, documents: Rows) -> dict[str, tuple[tuple[int, str], ...]]:
        """Where names of documents stand in the texts of some of the documents, rows ascending."""
        starts, bounds, keys = self["named-starts"], self.starts("sentence"), self["named-key"]
        found = {}
        for document in documents.tolist():
            first, last = int(bounds[document]), int(bounds[document + 1])
            at, sentence = ranges(starts[first:last], starts[first + 1 : last + 1])
            names = [self.keys[key] for key in keys[at].tolist()]
            found[self.documents[document]] = tuple(zip(sentence.tolist(), names, strict=True))
        return found


def document_hash(id: str) -> bytes:
    """What documents are ordered by: position is no signal, and two stores have the same order."""
    return bytes.fromhex(content_id(id))


def find_document(documents: Words, hashes: Array, id: str) -> int:
    """Row of an id among those of a segment, -1 for one that is not there."""
    row = int(np.searchsorted(hashes, document_hash(id)))
    return row if row < len(documents) and documents[row] == id else -1
