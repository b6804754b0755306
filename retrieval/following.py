"""An index brought up to date: documents that changed are taken into its small segment, and no others read.

Where names stand in texts depends on which names there are. When names come or go, the texts that hold all
words of a name that came, or that name one that went, are looked through again; whichever of them now name
something else move to the small segment too, so that what a segment says of a document always holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ..core.records import Document
from ..core.words import Numbering
from ..kg.automaton import Match, NameAutomaton
from ..kg.spelling import spelling
from ..storage.rows import StoredDocument
from .building import Named, build, build_small
from .finder import NameFinder
from .index import PassageIndex
from .joining import joined
from .layers import Layers
from .links import Readings
from .parts import Parts, canonical, merge, read_parts
from .segment import Segment

Rows = NDArray[np.int64]

Texts = Callable[[Sequence[str]], Iterable[Document]]
"""Reads documents by id."""

_MANY = 300
"""Texts from which on an automaton over all names is made, which then looks through each ten times faster."""


def index_of(parts: Parts, texts: Iterable[Document]) -> PassageIndex:
    """The index of documents read afresh, in one segment.

    Args:
        texts: the documents, in any order.
    """
    borne = np.unique(parts.tables["names"]["key"])
    names = NameAutomaton([parts.keys[key] for key in borne.tolist()])
    row = {id: i for i, id in enumerate(parts.documents)}
    sentences = parts.tables["sentences"]
    base = np.searchsorted(sentences.owner, np.arange(len(row) + 1)).tolist()
    found: list[tuple[int, int]] = []
    for document in texts:
        at = row.get(document.id)
        if at is not None:
            starts, matches = sentences["start"][base[at] : base[at + 1]], names.find(document.text)
            found += [(base[at] + sentence, match.index) for sentence, match in _sentences(matches, starts)]
    places = np.array(found, np.int64).reshape(-1, 2)
    return PassageIndex(parts.revision, [build(parts, places[:, 0], borne[places[:, 1]])])


def compacted(index: PassageIndex) -> PassageIndex:
    """The same index in one segment."""
    return index if index.layers.whole else PassageIndex(index.revision, [joined(index.layers)])


def follow(
    index: PassageIndex, touched: set[str], stored: Sequence[StoredDocument], texts: Texts, revision: int
) -> tuple[PassageIndex, set[str]]:
    """The index with documents replaced, and the ids of the other documents that were read for it.

    Args:
        touched: ids of documents that came, changed or went.
        stored: those of them that are there.
        revision: at which they are.
    """
    dimension = index.vectors.shape[1]
    new = read_parts(stored, revision, dimension)
    base, *rest = index.layers.segments
    small = read_parts([], revision, dimension)
    named: dict[str, tuple[tuple[int, str], ...]] = {}
    if rest:
        rows = np.arange(len(rest[0].documents))
        small = rest[0].made_of or canonical(rest[0].parts(rows, revision))
        named = {id: names for id, names in rest[0].named(rows).items() if id not in touched}
    small = merge(small, touched, new)
    gone = _without(base, index.layers.gone, touched)
    names = _Names(base, gone, small)
    again = names.holding(_came(index, new)) | _naming(index, _went(index, touched, names))
    again -= touched
    read = {document.document.id: document.document for document in stored}
    if again:
        read |= {document.id: document for document in texts(sorted(again))}
    before = _named(index, again & read.keys())
    found = names.find(read)
    moved = {id for id in before if before[id] != found[id]}
    named |= {id: names for id, names in found.items() if id in moved or id not in again}
    out = np.array(sorted(row for id in moved if (row := base.find(id)) >= 0), np.int64)
    out = np.setdiff1d(out, gone)
    if len(out):
        small = merge(small, set(), canonical(base.parts(out, revision)))
        gone = np.union1d(gone, out)
    segments = [base, build_small(small, named)] if len(small.documents) else [base]
    return PassageIndex(revision, segments, gone), again


class _Names:
    """The names known after a change, and the texts that may hold them."""

    def __init__(self, base: Segment, gone: Rows, small: Parts) -> None:
        self._small = small
        segments = [base, build_small(small, {})] if len(small.documents) else [base]
        self._layers = Layers(segments, gone)
        self.keys = Numbering([segment.keys for segment in segments])
        self.readings = Readings(self._layers, self.keys)
        self._finder = NameFinder(self._layers, self.readings)

    def holding(self, names: Iterable[str]) -> set[str]:
        """Ids of documents whose text holds all words of any of the names."""
        found: set[str] = set()
        for wanted in map(spelling, names):
            for place in self._layers.parts:
                rows = _holding(place.segment, wanted)
                rows = rows[place.document[rows] >= 0]
                found.update(place.segment.documents.take(rows.tolist()))
        return found

    def find(self, texts: Mapping[str, Document]) -> dict[str, tuple[tuple[int, str], ...]]:
        """Where names stand in the texts: sentence within the document, and name, each once, in order."""
        names, look = self.keys, self._finder.find
        if len(texts) > _MANY:
            numbers = self._finder.numbers().tolist()
            automaton = NameAutomaton([names[number] for number in numbers])

            def look(text: str) -> list[Match]:
                return [match._replace(index=numbers[match.index]) for match in automaton.find(text)]

        found = {}
        for id, document in texts.items():
            places = set(_sentences(look(document.text), self._starts(id)))
            pairs = {(sentence, match.index) for sentence, match in places}
            found[id] = tuple((sentence, names[number]) for sentence, number in sorted(pairs))
        return found

    def _starts(self, document: str) -> NDArray[np.integer]:
        for place in reversed(self._layers.parts):
            row = place.segment.find(document)
            if row >= 0 and place.document[row] >= 0:
                bounds = np.searchsorted(place.segment["sentence-document"], [row, row + 1])
                return place.segment["sentence-start"][bounds[0] : bounds[1]]
        return np.empty(0, np.int64)


def _sentences(matches: Sequence[Match], starts: NDArray[np.integer]) -> Iterator[tuple[int, Match]]:
    """For each match the sentence of its document in which it begins; none where there are no sentences."""
    if not len(starts) or not matches:
        return
    at = np.searchsorted(starts, [match.start for match in matches], side="right") - 1
    yield from zip(np.maximum(at, 0).tolist(), matches, strict=True)


def _holding(segment: Segment, wanted: Sequence[int]) -> Rows:
    """Documents of a segment whose text holds all of these words, one of them in the form of a name."""
    hashes, documents = segment["word-hash"], segment["word-document"]
    holding: Rows | None = None
    named = []
    for word in wanted:
        first, last = np.searchsorted(hashes, np.array([word, word + 2], np.uint32))
        rows = documents[first:last]
        named.append(rows[hashes[first:last] & 1 == 1])
        holding = rows if holding is None else np.intersect1d(holding, rows)
    if holding is None:
        return np.empty(0, np.int64)
    return np.intersect1d(holding, np.concatenate(named)).astype(np.int64)


def _without(base: Segment, gone: Rows, documents: set[str]) -> Rows:
    rows = [row for id in documents if (row := base.find(id)) >= 0]
    return np.union1d(gone, np.array(rows, np.int64)).astype(np.int64)


def _came(index: PassageIndex, new: Parts) -> set[str]:
    """Names of documents that no document went by before."""
    names = {new.keys[key] for key in np.unique(new.tables["names"]["key"]).tolist()}
    return {name for name in names if not index.readings.known(index.keys.find(name))}


def _went(index: PassageIndex, touched: set[str], names: _Names) -> list[int]:
    """Numbers in the index of the names of changed documents that no document goes by any more."""
    numbers: set[int] = set()
    for part, segment in enumerate(index.layers.segments):
        for id in touched:
            row = segment.find(id)
            if row >= 0 and index.layers.parts[part].document[row] >= 0:
                keys = segment["name-key"][segment["name-starts"][row] : segment["name-starts"][row + 1]]
                numbers.update(index.keys.into(part, keys).tolist())
    return sorted(n for n in numbers if not names.readings.known(names.keys.find(index.keys[n])))


def _naming(index: PassageIndex, names: Sequence[int]) -> set[str]:
    """Ids of documents that name any of these."""
    found: set[str] = set()
    for part, segment in enumerate(index.layers.segments if names else ()):
        keys = index.keys.out_of(part, np.array(names))
        rows = np.flatnonzero(np.isin(segment["named-key"], keys[keys >= 0]))
        sentence = np.searchsorted(segment["named-starts"], rows, side="right") - 1
        documents = np.unique(segment["sentence-document"][sentence])
        documents = documents[index.layers.parts[part].document[documents] >= 0]
        found.update(segment.documents.take(documents.tolist()))
    return found


def _named(index: PassageIndex, documents: set[str]) -> Named:
    """Where names stood in these documents."""
    found: dict[str, tuple[tuple[int, str], ...]] = {}
    for place in index.layers.parts:
        rows = (place.segment.find(id) for id in documents)
        there = [row for row in rows if row >= 0 and place.document[row] >= 0]
        found |= place.segment.named(np.array(sorted(there), np.int64))
    return found
