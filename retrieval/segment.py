"""Documents as search reads them: arrays that are looked up in place, in memory or in a mapped file.

A segment is made of the parts of some documents and of where names stand in their texts. It holds each thing
once in the direction in which search asks for it: postings by term, bearers by name, names by sentence,
passages by name. Rows count from the segment's start; `places` says where they stand in an index. Nothing in
a segment depends on documents outside of it but which names were known when its texts were looked through.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.text import content_id
from ..core.words import Words
from ..kg.automaton import GramTable, laid_name
from .left_out import spoken_of
from .parts import Parts, Table
from .ragged import firsts, group, ranges, starts_of

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

FIXED_POINT = 2.0**36

Named = Mapping[str, Iterable[tuple[int, str]]]
"""By document id: sentence (counted from the document's start) and name of a document that stands in it."""


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


def build(parts: Parts, sentence: Rows, key: Rows) -> Segment:
    """The segment of these parts.

    Args:
        sentence, key: (n,) where names of documents stand: sentence, counted over all parts, and the key of
            the name, in any order, doubles allowed.
    """
    documents, sentences = len(parts.documents), len(parts.tables["sentences"].owner)
    passages, names, mentions = (parts.tables[name] for name in ("passages", "names", "mentions"))
    base = np.searchsorted(parts.tables["sentences"].owner, np.arange(documents + 1))
    first = base[passages.owner] + passages["first"].astype(np.int64)
    last = base[passages.owner] + passages["last"].astype(np.int64)
    seen = base[mentions.owner] + mentions["sentence"].astype(np.int64)
    named, named_key = _pairs(sentence, key, len(parts.keys))
    heard = _heard(
        np.concatenate([seen, named]),
        np.concatenate([mentions["key"].astype(np.int64), named_key]),
        first,
        last,
        len(parts.keys),
    )
    tokens = parts.tables["tokens"]
    words = base[tokens.owner] + tokens["sentence"].astype(np.int64)
    spoken, place = spoken_of((parts.terms, words, tokens["term"]), (parts.keys, seen, mentions["key"]))
    patterns, borne = _patterns(parts)
    arrays = {
        "document-hash": np.array([document_hash(id) for id in parts.documents], "S10"),
        "passage-document": passages.owner,
        "passage-first": first,
        "passage-last": last,
        **{f"passage-{c}": passages[c] for c in ("start", "end", "language", "vector")},
        "sentence-document": parts.tables["sentences"].owner,
        **{f"sentence-{c}": parts.tables["sentences"][c] for c in ("start", "end", "codes", "scale")},
        **_lexical(parts, base, first, last),
        "name-starts": starts_of(names.owner, documents),
        **{f"name-{c}": names[c] for c in ("key", "weight", "titled")},
        **_bearers(names, len(parts.keys)),
        "mention-starts": starts_of(seen, sentences),
        **{f"mention-{c}": mentions[c] for c in ("key", "relations")},
        "named-starts": starts_of(named, sentences),
        "named-key": named_key,
        "named-relations": _relations(named, named_key, seen, mentions, len(parts.keys)),
        "spoken-starts": starts_of(spoken, sentences),
        "spoken-place": place,
        **heard,
        **_words(parts.tables["words"]),
        **patterns,
        "language-sum": language_sums(passages["vector"], passages["language"], len(parts.languages)),
        **_owned("title", parts),
        **_owned("companion", parts),
        **_owned("thread", parts),
    }
    return Segment(
        Words.of(parts.documents),
        Words.of(parts.titles),
        Words.of(parts.terms),
        Words.of(parts.keys),
        borne,
        parts.languages,
        {name: np.ascontiguousarray(arrays[name], dtype) for name, (dtype, _) in LAYOUT.items()},
    )


def build_small(parts: Parts, named: Named) -> Segment:
    """The segment of parts whose names in texts are given by document."""
    given, names = parts, {name for id in parts.documents for _, name in named.get(id, ())}
    parts = _with_keys(parts, names)
    keys = {key: number for number, key in enumerate(parts.keys)}
    base = np.searchsorted(parts.tables["sentences"].owner, np.arange(len(parts.documents) + 1)).tolist()
    found = [
        (base[row] + sentence, keys[name])
        for row, id in enumerate(parts.documents)
        for sentence, name in named.get(id, ())
    ]
    places = np.array(found, np.int64).reshape(-1, 2)
    return replace(build(parts, places[:, 0], places[:, 1]), made_of=given)


def _with_keys(parts: Parts, names: Iterable[str]) -> Parts:
    """The same parts with these names among the keys, though no document of theirs uses them."""
    more = set(names).difference(parts.keys)
    if not more:
        return parts
    keys = sorted(more.union(parts.keys))
    number = {key: i for i, key in enumerate(keys)}
    shift = np.array([number[key] for key in parts.keys], np.int64)
    tables = dict(parts.tables)
    for name in ("names", "mentions"):
        table = tables[name]
        tables[name] = Table(table.owner, {**table.columns, "key": shift[table["key"]]})
    return Parts(
        parts.revision, parts.documents, parts.titles, parts.terms, tuple(keys), parts.languages, tables
    )


def _pairs(first: Rows, second: Rows, width: int) -> tuple[Rows, Rows]:
    """Distinct pairs, ascending."""
    a, b = np.divmod(np.unique(first * max(width, 1) + second), max(width, 1))
    return a, b


def _relations(named: Rows, key: Rows, seen: Rows, mentions: Table, keys: int) -> Array:
    """What facts say of the names in sentences: that which they say of a mention with the same words."""
    mentioned = seen * max(keys, 1) + mentions["key"]
    wanted = named * max(keys, 1) + key
    at = np.minimum(np.searchsorted(mentioned, wanted), max(len(mentioned) - 1, 0))
    if not len(mentioned):
        return np.zeros(len(named), np.uint64)
    return np.where(mentioned[at] == wanted, mentions["relations"][at], np.uint64(0))


def _lexical(parts: Parts, base: Rows, first: Rows, last: Rows) -> dict[str, Array]:
    tokens, heads = parts.tables["tokens"], parts.tables["heads"]
    documents, sentences = len(parts.documents), len(parts.tables["sentences"].owner)
    passages, terms = parts.tables["passages"].owner, len(parts.terms)
    token_starts = starts_of(base[tokens.owner] + tokens["sentence"].astype(np.int64), sentences)
    head_starts = starts_of(heads.owner, documents)
    inside, owner = ranges(token_starts[first], token_starts[last])
    head, titled = ranges(head_starts[passages], head_starts[passages + 1])
    passage = np.concatenate([owner, titled])
    term = np.concatenate([tokens["term"][inside], heads["term"][head]]).astype(np.int64)
    size = max(len(passages), 1)
    unique, counts = np.unique(term * size + passage, return_counts=True)
    column, row = np.divmod(unique, size)
    return {
        "token-starts": token_starts,
        "token-term": tokens["term"],
        "head-starts": head_starts,
        "head-term": heads["term"],
        "posting-starts": starts_of(column, terms),
        "posting-passage": row,
        "posting-count": counts,
        "passage-length": np.bincount(passage, minlength=len(passages)),
    }


def _bearers(names: Table, keys: int) -> dict[str, Array]:
    """Documents by the names they go by; of two names of one form the better counts."""
    order = np.lexsort((-names["weight"], names.owner, names["key"]))
    key, document = names["key"][order].astype(np.int64), names.owner[order]
    first = firsts(key, document)
    titled = np.zeros(int(first.sum()), np.bool_)
    np.logical_or.at(titled, np.cumsum(first) - 1, names["titled"][order].astype(np.bool_))
    return {
        "bearer-starts": starts_of(key[first], keys),
        "bearer-document": document[first],
        "bearer-weight": names["weight"][order][first],
        "bearer-titled": titled,
    }


def _heard(sentence: Rows, key: Rows, first: Rows, last: Rows, keys: int) -> dict[str, Array]:
    """Passages by what is mentioned or named in them; a sentence stands in several where windows overlap."""
    inside, passage = ranges(first, last)
    order, starts = group(inside, int(max(sentence.max(initial=-1), inside.max(initial=-1))) + 1)
    sentence, key = _pairs(sentence, key, keys)
    at, owner = ranges(starts[sentence], starts[sentence + 1])
    passage, sentence, key = passage[order][at], sentence[owner], key[owner]
    ascending = np.lexsort((sentence, passage, key))
    passage, sentence, key = passage[ascending], sentence[ascending], key[ascending]
    return {
        "heard-starts": starts_of(key, keys),
        "heard-passage": passage,
        "heard-sentence": sentence,
        "key-spread": np.bincount(key[firsts(key, passage)], minlength=keys),
    }


def _owned(what: str, parts: Parts) -> dict[str, Array]:
    table = parts.tables[f"{what}s"]
    columns = {f"{what}-{column}": values for column, values in table.columns.items()}
    return {f"{what}-document": table.owner, **columns}


def _words(words: Table) -> dict[str, Array]:
    order = np.argsort(words["hash"], kind="stable")
    return {"word-hash": words["hash"][order], "word-document": words.owner[order]}


def _patterns(parts: Parts) -> tuple[dict[str, Array], Words]:
    borne = np.unique(parts.tables["names"]["key"])
    names = [parts.keys[key] for key in borne.tolist()]
    laid = sorted(
        (pattern, key)
        for key, name in zip(borne.tolist(), names, strict=True)
        if (pattern := laid_name(name))
    )
    grams = GramTable.of(names)
    return {
        "pattern-key": np.array([key for _, key in laid], np.int64),
        "borne-key": borne,
        "borne-length": grams.lengths,
        "gram-hash": grams.hashes,
        "gram-starts": grams.starts,
        "gram-owner": grams.owners,
    }, Words.of(pattern for pattern, _ in laid)


def language_sums(vectors: Array, language: Array, languages: int, block: int = 8192) -> Array:
    """(languages, d) int64 sum of rint(vector · 2^36) of the passages of each language."""
    sums = np.zeros((languages, vectors.shape[1]), np.int64)
    for start in range(0, len(vectors), block):
        fixed = np.rint(vectors[start : start + block].astype(np.float64) * FIXED_POINT).astype(np.int64)
        spoken = language[start : start + block]
        for each in np.unique(spoken).tolist():
            sums[each] += fixed[spoken == each].sum(axis=0)
    return sums
