"""One or two segments as one row of documents: where each segment's rows stand in it.

An index is a large segment without some of its documents, and a small one of those that came since. Rows of
the index are numbered as if all documents had been read afresh: in the order of the hash of their ids.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.words import Numbering, Words
from .ragged import ranges
from .segment import Segment

Array = NDArray[Any]
Rows = NDArray[np.int64]


class Spliced:
    """Rows of two arrays in an order of their own, gathered when they are asked for; reads as an array does.

    Args:
        first, second: arrays of one type, rows along the first axis.
        source: (n,) row in the first, or in the second counted on from the first's end.
    """

    def __init__(self, first: Array, second: Array, source: Rows) -> None:
        self._first, self._second, self._source = first, second, source
        self.shape = (len(source), *first.shape[1:])
        self.dtype = first.dtype

    def __len__(self) -> int:
        return len(self._source)

    def __getitem__(self, rows: Any) -> Any:
        at = self._source[rows]
        if not isinstance(at, np.ndarray):
            return self._first[at] if at < len(self._first) else self._second[at - len(self._first)]
        late = at >= len(self._first)
        if not late.any():
            return self._first[at]
        found = np.empty((*at.shape, *self.shape[1:]), self.dtype)
        found[~late] = self._first[at[~late]]
        found[late] = self._second[at[late] - len(self._first)]
        return found

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.asarray(self[np.arange(len(self))], dtype)


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """Where the rows of one segment stand in the index; -1 for those that are not in it."""

    segment: Segment
    document: Rows
    passage: Rows
    sentence: Rows


class Layers:
    """The documents, passages and sentences of an index, by row.

    Args:
        segments: one or two; of the second every document is taken.
        gone: documents of the first that are not in the index, ascending.
    """

    def __init__(self, segments: Sequence[Segment], gone: Rows) -> None:
        first = segments[0]
        self.segments = tuple(segments)
        self.gone = gone
        staying = np.ones(len(first.documents), np.bool_)
        staying[gone] = False
        kept = first["document-hash"][staying] if len(gone) else first["document-hash"]
        places = [np.full(len(first.documents), -1)]
        for more in segments[1:]:
            place = np.searchsorted(kept, more["document-hash"])
            places.append(place + np.arange(len(place)))
        size = len(kept) + sum(len(place) for place in places[1:])
        places[0][staying] = np.delete(np.arange(size), np.concatenate([np.empty(0, np.int64), *places[1:]]))
        self.whole = len(segments) == 1 and not len(gone)
        """True when the rows are those of the only segment."""
        self.document_source = _source(places, size)
        passage_places, self.passage_document = self._laid("passage", places)
        sentence_places, self.sentence_document = self._laid("sentence", places)
        self.passage_source = _source(passage_places, len(self.passage_document))
        self.sentence_source = _source(sentence_places, len(self.sentence_document))
        self.parts = tuple(
            Layer(*each) for each in zip(segments, places, passage_places, sentence_places, strict=True)
        )

    def _laid(self, what: str, documents: Sequence[Rows]) -> tuple[list[Rows], Rows]:
        """Where the rows of each segment come to stand, and the document of every row."""
        size = len(self.document_source)
        owners = [segment[f"{what}-document"] for segment in self.segments]
        counts = np.zeros(size + 1, np.int64)
        inside = []
        for place, segment in zip(documents, self.segments, strict=True):
            starts = segment.starts(what)
            there = place >= 0
            counts[place[there] + 1] = np.diff(starts)[there]
            inside.append(starts)
        begin = np.cumsum(counts)
        places = []
        for owner, place, starts in zip(owners, documents, inside, strict=True):
            shift = np.where(place >= 0, begin[place] - starts[:-1], 0)
            there = np.repeat(place >= 0, np.diff(starts))
            places.append(np.where(there, np.arange(len(owner)) + np.repeat(shift, np.diff(starts)), -1))
        return places, np.repeat(np.arange(size), counts[1:])

    def rows(self, what: str, name: str, *, gather: bool = False) -> Any:
        """An array of the index out of those of the segments: an array as it is, else spliced or gathered."""
        arrays = [segment[name] for segment in self.segments]
        if self.whole:
            return arrays[0]
        source = self.passage_source if what == "passage" else self.sentence_source
        second = arrays[1] if len(arrays) > 1 else arrays[0][:0]
        spliced = Spliced(arrays[0], second, source)
        return spliced[np.arange(len(source))] if gather else spliced

    def strings(self, name: str) -> Sequence[str]:
        """Ids or titles of the documents."""
        words: list[Words] = [getattr(segment, name) for segment in self.segments]
        if self.whole:
            return words[0]
        return _Strings(words[0], words[1] if len(words) > 1 else Words.of([]), self.document_source)

    def __contains__(self, document: str) -> bool:
        return self.get(document) is not None

    def __getitem__(self, document: str) -> int:
        row = self.get(document)
        if row is None:
            raise KeyError(document)
        return row

    def get(self, document: str) -> int | None:
        """Row of a document by id, None for one that is not in the index."""
        for place in self.parts:
            row = place.segment.find(document)
            if row >= 0 and place.document[row] >= 0:
                return int(place.document[row])
        return None

    def sentences(self) -> tuple[Rows, Rows]:
        """(passages,) first sentence and end of the sentences of each passage."""
        first = np.empty(len(self.passage_document), np.int64)
        last = np.empty(len(self.passage_document), np.int64)
        begin = np.searchsorted(self.sentence_document, np.arange(len(self.document_source) + 1))
        for place in self.parts:
            there = np.flatnonzero(place.passage >= 0)
            row, document = place.passage[there], place.segment["passage-document"][there]
            shift = begin[place.document[document]] - place.segment.starts("sentence")[document]
            first[row] = place.segment["passage-first"][there] + shift
            last[row] = place.segment["passage-last"][there] + shift
        return first, last

    def under(self, numbers: Numbering, wanted: Rows, name: str) -> Iterator[tuple[Layer, Rows, Rows]]:
        """For each segment, the rows of an array that is grouped by word, and for each row its owner.

        The owner is an index in `wanted`; `name` is that of the array with the starts.

        Args:
            numbers: of the words of the segments.
            wanted: numbers of words.
        """
        for number, place in enumerate(self.parts):
            word = numbers.out_of(number, wanted)
            known = np.flatnonzero(word >= 0)
            starts = place.segment[name]
            rows, owner = ranges(starts[word[known]], starts[word[known] + 1])
            yield place, rows, known[owner]

    def of_sentences(self, sentences: Rows, name: str) -> tuple[list[Rows], list[Rows]]:
        """For each segment, the rows of an array that is grouped by sentence, and for each row its owner.

        The owner is an index in `sentences`; `name` is that of the array with the starts.
        """
        source = self.sentence_source[sentences]
        if len(self.segments) == 1:
            starts = self.segments[0][name]
            rows, owner = ranges(starts[source], starts[source + 1])
            return [rows], [owner]
        size = len(self.segments[0]["sentence-document"])
        found, owners = [], []
        for number, segment in enumerate(self.segments):
            mine = np.flatnonzero((source >= size) if number else (source < size))
            at = source[mine] - (size if number else 0)
            starts = segment[name]
            rows, owner = ranges(starts[at], starts[at + 1])
            found.append(rows)
            owners.append(mine[owner])
        return found, owners


class _Strings(Sequence[str]):
    def __init__(self, first: Words, second: Words, source: Rows) -> None:
        self._first, self._second, self._source = first, second, source

    def __len__(self) -> int:
        return len(self._source)

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(len(self)))]
        row = int(self._source[at])
        return self._first[row] if row < len(self._first) else self._second[row - len(self._first)]


def _source(places: Sequence[Rows], size: int) -> Rows:
    source = np.empty(size, np.int64)
    begin = 0
    for place in places:
        there = np.flatnonzero(place >= 0)
        source[place[there]] = begin + there
        begin += len(place)
    return source

