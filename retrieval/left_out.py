"""Links that texts leave out: "a Scottish poet" speaks of Scotland, and so does "a poet from Glasgow".

From a sentence with such a word an edge leads to the passages about the place, with less trust than if the
sentence named it. The words are those of `kg/vocabulary`: words for the people of a place by the language of
the sentence, cities by what is mentioned in it. A place is found by its name in any language, so that a
Russian sentence leads to an English passage.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

from ..core.text import fold
from ..kg.words import AVAILABLE, words_of
from .tokens import terms

Places = Mapping[str, frozenset[int]]
"""Rows in `places` by the words that speak of them."""


@lru_cache(maxsize=1)
def places() -> tuple[str, ...]:
    """Codes of all places; an index keeps a place by its row here."""
    return tuple(sorted(names()))


@lru_cache(maxsize=1)
def names() -> Mapping[str, frozenset[str]]:
    """Folded names of places in all languages, by code."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for language in AVAILABLE:
        for code, name in words_of(language).places.items():
            found[code].add(fold(name))
    return {code: frozenset(held) for code, held in found.items()}


@lru_cache(maxsize=64)
def peoples(language: str) -> Places:
    """Places by the terms for their people in a language; none in one that has no vocabulary."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    if language in AVAILABLE:
        for code, words in words_of(language).peoples.items():
            for word in words:
                [term] = terms(word, language)
                found[term].add(places().index(code))
    return {term: frozenset(held) for term, held in found.items()}


@lru_cache(maxsize=1)
def cities() -> Places:
    """Places by the folded names of cities in them; a city in a part of a country is in the country too."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for language in AVAILABLE:
        for code, inside in words_of(language).cities.items():
            for city in inside:
                found[fold(city)].update(places().index(each) for each in {code, code.split("-")[0]})
    return {city: frozenset(held) for city, held in found.items()}
