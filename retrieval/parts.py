"""What search keeps of every document, in flat tables: the form that is saved, and brought up to date.

Each table's rows belong to documents (`owner`), and places inside a document are counted from its start, so
that documents can be taken out and put in without touching the rest. Documents stand in the order of a hash
of their
ids: position is no signal, and two stores with the same documents have the same tables.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.records import Label, Part
from ..core.text import content_id, fold
from ..kg.spelling import spelt
from ..kg.words import relation_bits, words_of
from ..storage.rows import StoredDocument
from .left_out import cities, peoples
from .threads import place_in_thread
from .tokens import terms

Rows = NDArray[np.int64]
AnyArray = NDArray[Any]

TABLES: dict[str, tuple[str, ...]] = {
    "passages": ("first", "last", "start", "end", "language", "vector"),
    "sentences": ("start", "end", "codes", "scale"),
    "tokens": ("sentence", "term"),
    "heads": ("term",),
    "names": ("key", "weight", "titled"),
    "mentions": ("sentence", "key", "relations"),
    "spoken": ("sentence", "place"),
    "words": ("hash",),
    "titles": ("vector",),
    "companions": ("codes", "scale"),
    "threads": ("thread", "position"),
}
"""Columns of each table beside `owner`.

"heads" are the words of titles, "titles" their vectors as names; the "relations" of a mention are what facts
say of it there, as `kg.words.relation_bits`; "spoken" are the places that sentences speak of without naming
them (`left_out`); "words" says how the text is spelt (`kg.spelling`). "companions" are the passages by the
embedder's companion, a row each, or no rows where there is none; "threads" has a row for a document that
stands in one.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Rows that belong to documents, ascending by `owner`."""

    owner: Rows
    columns: dict[str, AnyArray]

    def __getitem__(self, column: str) -> AnyArray:
        return self.columns[column]

    def take(self, rows: Rows, owner: Rows) -> Table:
        """These rows, with other owners."""
        return Table(owner, {name: column[rows] for name, column in self.columns.items()})


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """All documents of a namespace as search sees them."""

    revision: int
    documents: Sequence[str]
    titles: Sequence[str]
    terms: Sequence[str]
    """Vocabulary of the lexical index, sorted."""
    keys: Sequence[str]
    """Folded names, of documents and of mentions, sorted."""
    languages: tuple[str, ...]
    tables: dict[str, Table]


class _Words:
    """Strings numbered as they come."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def __call__(self, word: str) -> int:
        return self.numbers.setdefault(word, len(self.numbers))


def read_parts(documents: Iterable[StoredDocument], revision: int, dimension: int) -> Parts:
    """The parts of stored documents, given in any order.

    Args:
        dimension: of the vectors; documents stored without vectors get zeros, which are near to nothing.
    """
    ordered = sorted(documents, key=lambda d: content_id(d.document.id))
    words, keys, languages = _Words(), _Words(), _Words()
    collected: dict[str, dict[str, list[AnyArray]]] = {
        name: {column: [] for column in ("owner", *columns)} for name, columns in TABLES.items()
    }
    for owner, stored in enumerate(ordered):
        for table, columns in _document(stored, dimension, words, keys, languages).items():
            count = len(next(iter(columns.values())))
            collected[table]["owner"].append(np.full(count, owner, np.int64))
            for column, values in columns.items():
                collected[table][column].append(values)
    empty = _document(None, dimension, _Words(), _Words(), _Words())
    tables = {}
    for name, lists in collected.items():
        whole = {column: _joined([empty[name][column], *lists[column]]) for column in TABLES[name]}
        tables[name] = Table(np.concatenate([np.empty(0, np.int64), *lists["owner"]]), whole)
    return _canonical(
        revision,
        tuple(d.document.id for d in ordered),
        tuple(d.document.title for d in ordered),
        (list(words.numbers), list(keys.numbers), list(languages.numbers)),
        tables,
    )


def merge(old: Parts, gone: set[str], new: Parts) -> Parts:
    """The parts without the documents `gone`, with those of `new`; equal to reading all of them afresh."""
    gone = gone.union(new.documents)
    kept = [i for i, id in enumerate(old.documents) if id not in gone]
    ids = [old.documents[i] for i in kept] + list(new.documents)
    titles = [old.titles[i] for i in kept] + list(new.titles)
    order = sorted(range(len(ids)), key=lambda i: content_id(ids[i]))
    rank = np.empty(len(ids), np.int64)
    rank[order] = np.arange(len(ids))
    place = np.full(len(old.documents), -1, np.int64)
    place[kept] = rank[: len(kept)]
    shifts = [len(old.terms), len(old.keys), len(old.languages)]
    tables = {}
    for name in TABLES:
        first, second = old.tables[name], _renumber(name, new.tables[name], shifts)
        staying = np.flatnonzero(place[first.owner] >= 0)
        owner = np.concatenate([place[first.owner[staying]], rank[len(kept) + second.owner]])
        sequence = np.argsort(owner, kind="stable")
        columns = {
            column: _joined([first[column][staying], second[column]])[sequence]
            for column in TABLES[name]
        }
        tables[name] = Table(owner[sequence], columns)
    vocabularies = (
        [*old.terms, *new.terms],
        [*old.keys, *new.keys],
        [*old.languages, *new.languages],
    )
    return _canonical(
        new.revision,
        tuple(ids[i] for i in order),
        tuple(titles[i] for i in order),
        vocabularies,
        tables,
    )


def _joined(arrays: Sequence[AnyArray]) -> AnyArray:
    """The rows of all; arrays without rows have no say in the width, which "companions" learn from theirs."""
    filled = [array for array in arrays if len(array)]
    return np.concatenate(filled or arrays[-1:])


_USES = {
    "tokens": ("term", 0),
    "heads": ("term", 0),
    "names": ("key", 1),
    "mentions": ("key", 1),
    "passages": ("language", 2),
}
"""Columns that hold numbers of words, and which vocabulary: terms, keys, languages."""


def _renumber(name: str, table: Table, shifts: Sequence[int]) -> Table:
    if name not in _USES:
        return table
    column, vocabulary = _USES[name]
    return Table(table.owner, {**table.columns, column: table[column] + np.int64(shifts[vocabulary])})


def _canonical(
    revision: int,
    documents: tuple[str, ...],
    titles: tuple[str, ...],
    vocabularies: tuple[Sequence[str], Sequence[str], Sequence[str]],
    tables: dict[str, Table],
) -> Parts:
    """Vocabularies sorted, without doubles and words that nothing uses; rows inside a document in order."""
    tables = dict(tables)
    sorted_words: list[tuple[str, ...]] = []
    for number, vocabulary in enumerate(vocabularies):
        users = [(name, column) for name, (column, v) in _USES.items() if v == number]
        used = np.unique(np.concatenate([tables[name][column] for name, column in users]))
        spelt_out = [vocabulary[i] for i in used.tolist()]
        words = sorted(set(spelt_out))
        at = {word: i for i, word in enumerate(words)}
        numbers = np.full(len(vocabulary), -1, np.int64)
        numbers[used] = [at[word] for word in spelt_out]
        for name, column in users:
            table = tables[name]
            tables[name] = Table(table.owner, {**table.columns, column: numbers[table[column]]})
        sorted_words.append(tuple(words))
    return Parts(revision, documents, titles, sorted_words[0], sorted_words[1], sorted_words[2], tables)


def canonical(parts: Parts) -> Parts:
    """The same parts without words that nothing uses."""
    vocabularies = (parts.terms, parts.keys, parts.languages)
    return _canonical(parts.revision, tuple(parts.documents), tuple(parts.titles), vocabularies, parts.tables)


def _document(
    stored: StoredDocument | None, dimension: int, word: _Words, key: _Words, language: _Words
) -> dict[str, dict[str, AnyArray]]:
    """The rows of one document in every table; without a document, empty columns of the right types."""
    passages = stored.passages if stored else ()
    sentences = stored.sentences if stored else ()
    names = stored.names if stored else ()
    text = stored.document.text if stored else ""
    spoken = stored.language if stored else "und"
    said = _sentence_languages(stored)
    worded = [terms(text[s.start : s.end], said.get(i, spoken)) for i, s in enumerate(sentences)]
    tokens = [(i, word(t)) for i, found in enumerate(worded) for t in found]
    mentions = _mentions(stored, said) if stored and sentences else {}
    places = _places(stored, said, worded) if stored and sentences else []
    known = [(key(fold(n.text)), n.weight, n.kind in ("title", "base")) for n in names if fold(n.text)]
    heads = [word(t) for t in terms(stored.document.title, spoken)] if stored else []
    vectors = stored.passage_vectors if stored else None
    codes = stored.sentence_codes if stored else None
    scales = stored.sentence_scales if stored else None
    title = stored.title_vector if stored else None
    place = place_in_thread(stored.document) if stored else None
    other = stored.companion_codes if stored else None
    other_scales = stored.companion_scales if stored else None
    return {
        "passages": {
            "first": np.array([p.first for p in passages], np.int64),
            "last": np.array([p.last for p in passages], np.int64),
            "start": np.array([p.start for p in passages], np.int64),
            "end": np.array([p.end for p in passages], np.int64),
            "language": np.array([language(p.language) for p in passages], np.int64),
            "vector": vectors if vectors is not None else np.zeros((len(passages), dimension), np.float32),
        },
        "sentences": {
            "start": np.array([s.start for s in sentences], np.int64),
            "end": np.array([s.end for s in sentences], np.int64),
            "codes": codes if codes is not None else np.zeros((len(sentences), dimension), np.int8),
            "scale": scales if scales is not None else np.zeros(len(sentences), np.float32),
        },
        "tokens": {
            "sentence": np.array([i for i, _ in tokens], np.int64),
            "term": np.array([t for _, t in tokens], np.int64),
        },
        "heads": {"term": np.array(heads, np.int64)},
        "names": {
            "key": np.array([k for k, _, _ in known], np.int64),
            "weight": np.array([w for _, w, _ in known], np.float32),
            "titled": np.array([t for _, _, t in known], np.bool_),
        },
        "mentions": {
            "sentence": np.array([s for s, _ in mentions], np.int64),
            "key": np.array([key(name) for _, name in mentions], np.int64),
            "relations": np.array(list(mentions.values()), np.uint64),
        },
        "spoken": {
            "sentence": np.array([s for s, _ in places], np.int64),
            "place": np.array([p for _, p in places], np.int64),
        },
        "words": {"hash": spelt(text)},
        "titles": {"vector": title[None] if title is not None else np.zeros((0, dimension), np.float32)},
        "companions": {
            "codes": other if other is not None else np.zeros((0, 0), np.int8),
            "scale": other_scales if other_scales is not None else np.zeros(0, np.float32),
        },
        "threads": {
            "thread": np.array([place[0]] if place else [], np.int64),
            "position": np.array([place[1]] if place else [], np.float64),
        },
    }


def _mentions(stored: StoredDocument, said: Mapping[int, str]) -> dict[tuple[int, str], int]:
    """What is mentioned in which sentence, in order, and the relations that facts state of it there.

    Mentions of the title stand with the first sentence.

    Args:
        said: language by sentence.
    """
    stated: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for sentence, start, end, predicate in stored.stated:
        if bits := _relations(predicate, said.get(sentence, stored.language)):
            stated[sentence].append((start, end, bits))
    found: dict[tuple[int, str], int] = {}
    for mention in stored.mentions:
        name = fold(mention.text)
        if name and not mention.label.is_value:
            at = max(mention.sentence, 0), name
            found[at] = found.get(at, 0)
            if mention.part is Part.TEXT:
                for start, end, bits in stated[mention.sentence]:
                    if start <= mention.start and mention.end <= end:
                        found[at] |= bits
    return dict(sorted(found.items()))


def _places(
    stored: StoredDocument, said: Mapping[int, str], worded: Sequence[Sequence[str]]
) -> list[tuple[int, int]]:
    """Sentence and place that it speaks of, in order, each once.

    Args:
        said: language by sentence.
        worded: terms by sentence.
    """
    found: set[tuple[int, int]] = set()
    for sentence, words in enumerate(worded):
        known = peoples(said.get(sentence, stored.language))
        found.update((sentence, place) for word in words for place in known.get(word, ()))
    named = [(fold(mention.text), mention) for mention in stored.mentions if mention.part is Part.TEXT]
    persons = {part for name, m in named if m.label is Label.PER and " " in name for part in name.split()}
    for name, mention in named:
        if name not in persons:  # "Darwin" is no city where Charles Darwin is
            found.update((mention.sentence, place) for place in cities().get(name, ()))
    return sorted(found)


@lru_cache(maxsize=100_000)
def _relations(predicate: str, language: str) -> int:
    """The relations that a predicate speaks of."""
    return relation_bits(name for *_, name in words_of(language).relations_in(predicate))


def _sentence_languages(stored: StoredDocument | None) -> dict[int, str]:
    """Language of each sentence: that of the first passage that holds it."""
    said: dict[int, str] = {}
    for passage in stored.passages if stored else ():
        for i in range(passage.first, passage.last):
            said.setdefault(i, passage.language)
    return said
