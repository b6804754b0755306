"""A segment out of parts: everything that `segment.LAYOUT` names, from the tables of some documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.text import has_unspaced
from ..core.words import Words
from ..kg.automaton import GramTable, laid_name
from .parts import Parts, Table
from .ragged import firsts, group, ranges, starts_of
from .segment import LAYOUT, Segment, document_hash

Array = NDArray[Any]
Rows = NDArray[np.int64]

FIXED_POINT = 2.0**36

Named = Mapping[str, Iterable[tuple[int, str]]]
"""By document id: sentence (counted from the document's start) and name of a document that stands in it."""


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
    relations, whole = _stated(parts.keys, named, named_key, seen, mentions)
    heard = _heard(
        np.concatenate([seen, named]),
        np.concatenate([mentions["key"].astype(np.int64), named_key]),
        first,
        last,
        len(parts.keys),
    )
    places = parts.tables["spoken"]
    spoken = base[places.owner] + places["sentence"].astype(np.int64)
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
        "named-relations": relations,
        "named-whole": whole,
        "spoken-starts": starts_of(spoken, sentences),
        "spoken-place": places["place"],
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


def _stated(
    keys: Sequence[str], named: Rows, key: Rows, seen: Rows, mentions: Table
) -> tuple[Array, NDArray[np.bool_]]:
    """What facts say of the names in sentences, and which of these are no part of a longer one.

    A name says what a mention with the same words says. Where readers mention only longer names with its
    words it may be another thing: "Virginia" in "West Virginia".
    """
    mentioned, wanted = (at * max(len(keys), 1) + of for at, of in ((seen, mentions["key"]), (named, key)))
    if not len(mentioned):
        return np.zeros(len(named), np.uint64), np.ones(len(named), np.bool_)
    at = np.minimum(np.searchsorted(mentioned, wanted), len(mentioned) - 1)
    whole = mentioned[at] == wanted
    relations = np.where(whole, mentions["relations"][at], np.uint64(0))
    begin, end = (np.searchsorted(seen, named, side=side) for side in ("left", "right"))
    for row in np.flatnonzero(~whole).tolist():
        near = mentions["key"][begin[row] : end[row]].tolist()
        whole[row] = not any(_is_part(keys[key[row]], keys[other]) for other in near)
    return relations, whole


def _is_part(name: str, longer: str) -> bool:
    """True where folded words stand in others, whole words in scripts that have spaces."""
    return name in longer and (has_unspaced(name) or f" {name} " in f" {longer} ")


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
