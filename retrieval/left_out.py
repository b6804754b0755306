"""Links that texts leave out: "a Scottish poet" speaks of Scotland, and so does "a poet from Glasgow".

From a sentence with such a word an edge leads to the passages about the place, with less trust than if the
sentence named it. The words are those of `kg/vocabulary`, by language: words for the people of a place are
looked for among the terms of a sentence, cities among what is mentioned in it. A place is found by its name
in any language, so that a Russian sentence leads to an English passage.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ..core.text import fold
from ..kg.words import AVAILABLE, words_of
from .ragged import begins, firsts, ranges
from .tokens import terms

Rows = NDArray[np.int64]
Words = tuple[Sequence[str], Rows, Rows]
"""Words, sorted; sentences; and the row of a word that stands in each of these sentences."""


@lru_cache(maxsize=1)
def places() -> tuple[str, ...]:
    """Codes of all places; an index keeps a place by its row here."""
    return tuple(sorted(names()))


def spoken_of(words: Words, mentions: Words) -> tuple[Rows, Rows]:
    """Sentence, and row in `places` of a place that it speaks of, ascending, each pair once.

    Args:
        words: the terms of sentences.
        mentions: what is mentioned in them, folded.
    """
    pairs = (_found(*words, _peoples()), _found(*mentions, _cities()))
    sentence, place = (np.concatenate(each) for each in zip(*pairs, strict=True))
    order = np.lexsort((place, sentence))
    sentence, place = sentence[order], place[order]
    first = firsts(sentence, place)
    return sentence[first], place[first]


def _found(
    words: Sequence[str], sentence: Rows, word: Rows, table: Mapping[str, Sequence[int]]
) -> tuple[Rows, Rows]:
    counts = np.zeros(len(words), np.int64)
    held: list[int] = []
    for each in sorted(table):
        row = bisect_left(words, each)
        if row < len(words) and words[row] == each:
            counts[row] = len(table[each])
            held += table[each]
    starts = begins(counts)
    at, owner = ranges(starts[word], starts[word + 1])
    return sentence[owner], np.array(held, np.int64)[at]


@lru_cache(maxsize=1)
def _peoples() -> Mapping[str, Sequence[int]]:
    """Places by the stems of the words for their people."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for language in AVAILABLE:
        for code, words in words_of(language).peoples.items():
            for word in words:
                for stem in terms(word, language):
                    found[stem].add(places().index(code))
    return {word: sorted(held) for word, held in found.items()}


@lru_cache(maxsize=1)
def _cities() -> Mapping[str, Sequence[int]]:
    """Places by the folded names of their cities; a city in a part of a country is in the country too."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for language in AVAILABLE:
        for code, cities in words_of(language).cities.items():
            around = {code, code.split("-")[0]}
            for city in cities:
                found[fold(city)].update(places().index(place) for place in around)
    return {city: sorted(held) for city, held in found.items()}


@lru_cache(maxsize=1)
def names() -> Mapping[str, set[str]]:
    """Folded names of places in all languages, by code."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for language in AVAILABLE:
        for code, name in words_of(language).places.items():
            found[code].add(fold(name))
    return dict(found)
