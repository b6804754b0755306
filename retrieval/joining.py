"""One segment out of an index: what is gone taken out, what came put in between, without sorting anything.

What is left keeps its order and so do the words, hence every array is the large segment's with rows left out
and rows of the small one in between, and numbers looked up in a table. The result equals, array by array,
what `building.build` makes of the same documents. Cost: one pass over every array.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.words import Numbering, Words
from .building import build, language_sums
from .layers import Layers
from .parts import read_parts
from .ragged import begins, firsts, starts_of
from .segment import LAYOUT, Segment

Array = NDArray[Any]
Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]

_PIECES = 20_000
"""Cuts in an array up to which it is copied by slices, which is faster than row by row."""


def joined(layers: Layers) -> Segment:
    """The documents of one or two segments as one, those that are gone left out."""
    return _Join(layers).segment()


class _Merge:
    """How rows of the large segment and of the small one become rows of one array.

    Args:
        keep: (n,) rows of the large one that stay.
        at: (m,) how many of those that stay come before each row of the small one, ascending.
        more: (m',) rows of the small one that are taken, m of them.
    """

    def __init__(self, keep: Mask, at: Rows, more: Mask) -> None:
        self.keep, self.more, self._at = keep, more, at
        gone = np.flatnonzero(~keep)
        self._runs = _runs(keep, gone, at) if len(gone) + len(at) < _PIECES else None

    def __call__(self, first: Array, second: Array) -> Array:
        """The rows of both."""
        second = second[self.more]
        if self._runs is not None:
            both = (first, second)
            return np.concatenate([first[:0], *(both[late][start:end] for late, start, end in self._runs)])
        late = self._at + np.arange(len(self._at))
        early = np.ones(int(self.keep.sum()) + len(second), np.bool_)
        early[late] = False
        rows = np.empty((len(early), *first.shape[1:]), first.dtype)
        rows[early], rows[late] = first[self.keep], second
        return rows

    def inside(self, starts: Rows, more: Rows) -> tuple[_Merge, Rows]:
        """How rows that belong to these rows become one array, and where those of each begin.

        Args:
            starts, more: (n + 1,) and (m' + 1,) where the rows of each row of the two segments begin.
        """
        count, others = np.diff(starts), np.diff(more)
        begin = begins(count[self.keep])
        at = np.repeat(begin[self._at], others[self.more])
        inside = _Merge(np.repeat(self.keep, count), at, np.repeat(self.more, others))
        return inside, begins(self(count, others))


def _runs(keep: Mask, gone: Rows, at: Rows) -> list[tuple[bool, int, int]]:
    """Slices of the two arrays, one after the other: True for the second, start, end."""
    place = at + np.searchsorted(gone - np.arange(len(gone)), at)
    last = gone[np.flatnonzero(np.diff(gone, append=-1) != 1)] + 1
    edges = np.unique(np.concatenate([[0, len(keep)], gone, last, place])).tolist()
    edges = [edge for edge in edges if edge == len(keep) or keep[edge] or not edge or keep[edge - 1]]
    first, end = (np.searchsorted(place, edges, side=side).tolist() for side in ("left", "right"))
    runs = []
    for number, edge in enumerate(edges):
        runs.append((True, first[number], end[number]))
        if edge < len(keep) and keep[edge]:
            runs.append((False, edge, edges[number + 1]))
    return runs


def _by_key(first: Rows, second: Rows, keep: Mask, more: Mask) -> _Merge:
    """Rows in the order of a key that ascends in both."""
    return _Merge(keep, np.searchsorted(first[keep], second[more]), more)


@dataclass(frozen=True, slots=True, eq=False)
class _Vocabulary:
    """The words of both segments that something uses; the number of each by its row in either, else -1."""

    words: Words
    numbers: tuple[Rows, Rows]

    @classmethod
    def of(cls, both: tuple[Words, Words], used: Sequence[Sequence[Array]]) -> _Vocabulary:
        """The vocabulary of the numbers that are `used` of each segment."""
        numbering = Numbering(both)
        held = np.zeros(len(numbering), np.bool_)
        common = [numbering.into(part, np.arange(len(words))) for part, words in enumerate(both)]
        for number, columns in zip(common, used, strict=True):
            for column in columns:
                held[number[np.bincount(column, minlength=len(number)).astype(np.bool_)]] = True
        kept = np.flatnonzero(held)
        first, second = (numbering.out_of(part, kept) for part in (0, 1))
        source = np.where(first >= 0, first, len(both[0]) + second)
        final = np.where(held, np.cumsum(held) - 1, -1)
        return cls(Words.spliced(both, source), (final[common[0]], final[common[1]]))


class _Join:
    def __init__(self, layers: Layers) -> None:
        large = layers.parts[0]
        small = layers.parts[1] if len(layers.parts) > 1 else None
        nothing = _nothing_like(large.segment)
        self._layers = layers
        self._both = (large.segment, small.segment if small else nothing)
        none = np.empty(0, np.int64)
        self._places = [
            (getattr(large, what), getattr(small, what) if small else none)
            for what in ("document", "passage", "sentence")
        ]
        self._documents, self._passages, self._sentences = (
            _Merge(first >= 0, second - np.arange(len(second)), np.ones(len(second), np.bool_))
            for first, second in self._places
        )
        self._tokens, self._token_starts = self._inside(self._sentences, "token-starts")
        self._heads, self._head_starts = self._inside(self._documents, "head-starts")
        self._names, self._name_starts = self._inside(self._documents, "name-starts")
        self._mentions, self._mention_starts = self._inside(self._sentences, "mention-starts")
        self._terms = self._vocabulary("terms", {"token-term": self._tokens, "head-term": self._heads})
        self._keys = self._vocabulary("keys", {"name-key": self._names, "mention-key": self._mentions})
        self._languages, self._language = self._spoken()

    def segment(self) -> Segment:
        """What both say."""
        large, small = self._both
        borne, patterns = self._borne()
        arrays = {
            **self._rows(),
            **self._owned(),
            **self._postings(),
            **self._bearers(),
            **self._heard(),
            **self._words(),
            **borne,
        }
        return Segment(
            Words.spliced((large.documents, small.documents), self._layers.document_source),
            Words.spliced((large.titles, small.titles), self._layers.document_source),
            self._terms.words,
            self._keys.words,
            patterns,
            self._languages,
            {name: np.ascontiguousarray(arrays[name], dtype) for name, (dtype, _) in LAYOUT.items()},
        )

    def _pair(self, name: str) -> tuple[Array, Array]:
        return self._both[0][name], self._both[1][name]

    def _numbered(self, name: str, numbers: tuple[Rows, Rows]) -> tuple[Array, Array]:
        """An array of numbers in either segment, as numbers that both share."""
        first, second = self._pair(name)
        return numbers[0][first], numbers[1][second]

    def _inside(self, owners: _Merge, name: str) -> tuple[_Merge, Rows]:
        return owners.inside(*self._pair(name))

    def _vocabulary(self, name: str, users: Mapping[str, _Merge]) -> _Vocabulary:
        large, small = self._both
        used = (
            [large[column][merge.keep] for column, merge in users.items()],
            [small[column][merge.more] for column, merge in users.items()],
        )
        return _Vocabulary.of((getattr(large, name), getattr(small, name)), used)

    def _spoken(self) -> tuple[tuple[str, ...], tuple[Rows, Rows]]:
        """Languages of the passages, sorted, and the number of each by its place in either segment."""
        used: set[str] = set()
        for segment, kept in zip(self._both, (self._passages.keep, self._passages.more), strict=True):
            used.update(segment.languages[i] for i in np.unique(segment["passage-language"][kept]).tolist())
        spoken = tuple(sorted(used))
        number = {language: i for i, language in enumerate(spoken)}
        first, second = (
            np.array([number.get(language, -1) for language in segment.languages], np.int64)
            for segment in self._both
        )
        return spoken, (first, second)

    def _rows(self) -> dict[str, Array]:
        """Columns of documents, passages and sentences."""
        documents, passages, sentences = self._places
        first, last = self._layers.sentences()
        return {
            "document-hash": self._documents(*self._pair("document-hash")),
            "passage-document": self._layers.passage_document,
            "passage-first": first,
            "passage-last": last,
            "passage-language": self._passages(*self._numbered("passage-language", self._language)),
            **{
                f"passage-{c}": self._passages(*self._pair(f"passage-{c}"))
                for c in ("start", "end", "length", "vector")
            },
            "language-sum": self._sums(),
            "sentence-document": self._layers.sentence_document,
            **{
                f"sentence-{c}": self._sentences(*self._pair(f"sentence-{c}"))
                for c in ("start", "end", "codes", "scale")
            },
        }

    def _owned(self) -> dict[str, Array]:
        """What stands in rows of its own for each document or sentence."""
        named, named_starts = self._inside(self._sentences, "named-starts")
        spoken, spoken_starts = self._inside(self._sentences, "spoken-starts")
        found = {
            "token-starts": self._token_starts,
            "token-term": self._tokens(*self._numbered("token-term", self._terms.numbers)),
            "head-starts": self._head_starts,
            "head-term": self._heads(*self._numbered("head-term", self._terms.numbers)),
            "name-starts": self._name_starts,
            "name-key": self._names(*self._numbered("name-key", self._keys.numbers)),
            **{f"name-{c}": self._names(*self._pair(f"name-{c}")) for c in ("weight", "titled")},
            "mention-starts": self._mention_starts,
            "mention-key": self._mentions(*self._numbered("mention-key", self._keys.numbers)),
            "mention-relations": self._mentions(*self._pair("mention-relations")),
            "named-starts": named_starts,
            "named-key": named(*self._numbered("named-key", self._keys.numbers)),
            **{f"named-{c}": named(*self._pair(f"named-{c}")) for c in ("relations", "whole")},
            "spoken-starts": spoken_starts,
            "spoken-place": spoken(*self._pair("spoken-place")),
        }
        for what in ("title", "companion", "thread"):
            owner, more = self._numbered(f"{what}-document", self._places[0])
            merge = _by_key(owner, more, owner >= 0, more >= 0)
            columns = [name for name in LAYOUT if name.startswith(f"{what}-") and "document" not in name]
            found[f"{what}-document"] = merge(owner, more)
            found |= {name: merge(*_as_wide(*self._pair(name))) for name in columns}
        return found

    def _postings(self) -> dict[str, Array]:
        terms = self._expanded("posting-starts", self._terms.numbers)
        passages = self._numbered("posting-passage", self._places[1])
        merge = self._merge(terms, passages, len(self._passages.keep) + len(self._passages.more))
        return {
            "posting-starts": starts_of(merge(*terms), len(self._terms.words)),
            "posting-passage": merge(*passages),
            "posting-count": merge(*self._pair("posting-count")),
        }

    def _bearers(self) -> dict[str, Array]:
        keys = self._expanded("bearer-starts", self._keys.numbers)
        documents = self._numbered("bearer-document", self._places[0])
        merge = self._merge(keys, documents, len(self._documents.keep) + len(self._documents.more))
        return {
            "bearer-starts": starts_of(merge(*keys), len(self._keys.words)),
            "bearer-document": merge(*documents),
            **{f"bearer-{c}": merge(*self._pair(f"bearer-{c}")) for c in ("weight", "titled")},
        }

    def _heard(self) -> dict[str, Array]:
        keys = self._expanded("heard-starts", self._keys.numbers)
        passages = self._numbered("heard-passage", self._places[1])
        merge = self._merge(keys, passages, len(self._passages.keep) + len(self._passages.more))
        key, passage = merge(*keys), merge(*passages)
        return {
            "heard-starts": starts_of(key, len(self._keys.words)),
            "heard-passage": passage,
            "heard-sentence": merge(*self._numbered("heard-sentence", self._places[2])),
            "key-spread": np.bincount(key[firsts(key, passage)], minlength=len(self._keys.words)),
        }

    def _words(self) -> dict[str, Array]:
        first, second = self._pair("word-hash")
        documents = self._numbered("word-document", self._places[0])
        size = len(self._documents.keep) + len(self._documents.more)
        merge = self._merge((first.astype(np.int64), second.astype(np.int64)), documents, size)
        return {"word-hash": merge(first, second), "word-document": merge(*documents)}

    def _merge(self, outer: tuple[Rows, Rows], inner: tuple[Rows, Rows], size: int) -> _Merge:
        """Rows in the order of two keys; those whose inner one is -1 do not stay.

        No row of one segment has both keys in common with a row of the other: a document is in one of them.
        """
        if not len(inner[1]):
            return _Merge(inner[0] >= 0, inner[1], inner[1] >= 0)
        first, second = (a * size + b for a, b in zip(outer, inner, strict=True))
        return _by_key(first, second, inner[0] >= 0, inner[1] >= 0)

    def _expanded(self, starts: str, numbers: tuple[Rows, Rows]) -> tuple[Rows, Rows]:
        """The number of the word that each row stands under."""
        first, second = self._pair(starts)
        return np.repeat(numbers[0], np.diff(first)), np.repeat(numbers[1], np.diff(second))

    def _sums(self) -> Array:
        large, small = self._both
        size, gone = len(self._languages), np.flatnonzero(~self._passages.keep)
        sums = np.zeros((size, large.dimension), np.int64)
        vectors, spoken = large["passage-vector"][gone], large["passage-language"][gone]
        taken = large["language-sum"] - language_sums(vectors, spoken, len(large.languages))
        for number, rows in zip(self._language, (taken, small["language-sum"]), strict=True):
            sums[number[number >= 0]] += rows[number >= 0]
        return sums

    def _borne(self) -> tuple[dict[str, Array], Words]:
        """Names of documents, each once: by three characters, and as they stand in laid out texts."""
        names = self._names(*self._numbered("name-key", self._keys.numbers))
        used = np.bincount(names, minlength=len(self._keys.words)).astype(np.bool_)
        keys = self._numbered("borne-key", self._keys.numbers)
        here = _among(used, keys[0])
        late = used.copy()
        late[keys[0][here]] = False
        merge = _by_key(*keys, here, _among(late, keys[1]))
        patterns, words = self._patterns(used, late)
        return {
            "borne-key": merge(*keys),
            "borne-length": merge(*self._pair("borne-length")),
            **self._grams(keys, (merge.keep, merge.more), np.cumsum(used) - 1),
            **patterns,
        }, words

    def _grams(self, keys: tuple[Rows, Rows], kept: tuple[Mask, Mask], places: Rows) -> dict[str, Array]:
        """Three characters of names, and the place of each name among those that are borne."""
        hashes, owners = [], []
        for segment, number, stays in zip(self._both, keys, kept, strict=True):
            hashes.append(np.repeat(segment["gram-hash"], np.diff(segment["gram-starts"])).astype(np.int64))
            owners.append(np.where(stays, places[number], -1)[segment["gram-owner"]])
        merge = self._merge((hashes[0], hashes[1]), (owners[0], owners[1]), len(places) + 1)
        known, starts = np.unique(merge(hashes[0], hashes[1]), return_index=True)
        rows = merge(owners[0], owners[1])
        return {"gram-hash": known, "gram-starts": np.append(starts, len(rows)), "gram-owner": rows}

    def _patterns(self, used: Mask, late: Mask) -> tuple[dict[str, Array], Words]:
        """How names stand in texts, ascending, then by key; `late` are those that only the small one has."""
        large, small = self._both[0].patterns, self._both[1].patterns
        keys, others = self._numbered("pattern-key", self._keys.numbers)
        keep, more = _among(used, keys), _among(late, others)
        before = begins(keep)
        at = []
        for row in np.flatnonzero(more).tolist():
            pattern, key = small[row], others[row]
            place = large.place(pattern)
            while place < len(large) and large[place] == pattern and keys[place] < key:
                place += 1
            at.append(before[place])
        merge = _Merge(keep, np.array(at, np.int64), more)
        source = merge(np.arange(len(large)), len(large) + np.arange(len(small)))
        return {"pattern-key": merge(keys, others)}, Words.spliced((large, small), source)


def _nothing_like(segment: Segment) -> Segment:
    """A segment of no documents."""
    return build(read_parts([], 0, segment.dimension), np.empty(0, np.int64), np.empty(0, np.int64))


def _among(which: Mask, numbers: Rows) -> Mask:
    """Which of the numbers, of which some are -1, are marked."""
    return (numbers >= 0) & which[numbers] if len(which) else np.zeros(len(numbers), np.bool_)


def _as_wide(first: Array, second: Array) -> tuple[Array, Array]:
    """Both, where one that has no rows has the other's width."""
    if first.shape[1:] == second.shape[1:]:
        return first, second
    if len(second):
        return np.empty((0, *second.shape[1:]), first.dtype), second
    return first, np.empty((0, *first.shape[1:]), second.dtype)
