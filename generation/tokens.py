"""Words of a question and of sentences as keys that can be compared, with their places.

A key is the stem of a word, shortened so that "director" meets "directed"; pairs of characters where words
are not separated. Beside it stand the relations that the words name ("@birth" for "born", "geboren", "出生"),
which also meet across languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ..core.text import fold, has_unspaced
from ..kg import chinese
from ..kg.words import Words, words_of
from ..retrieval.tokens import stem

_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]{1,2}\b)?")
_SCRIPTS = re.compile(r"[0-9A-Za-zÀ-ɏ]+|[^0-9A-Za-zÀ-ɏ]+")
_KEY = 7
"""Characters of a stem that count."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word at its place."""

    start: int
    end: int
    text: str
    key: str
    """What is compared; "" for words that carry no content."""
    relation: str = ""
    """Name of the relation that the word speaks of, if any."""


@lru_cache(maxsize=8192)
def tokens(text: str, language: str) -> tuple[Token, ...]:
    """The words of a text, in order."""
    words = words_of(language)
    found: list[Token] = []
    for match in _WORD.finditer(text):
        word = match.group()
        if has_unspaced(word):
            for part in _SCRIPTS.finditer(word):
                start = match.start() + part.start()
                if has_unspaced(part.group()):
                    found += _unspaced(part.group(), start, words_of("zh"))
                else:
                    found.append(Token(start, start + len(part.group()), part.group(), fold(part.group())))
            continue
        key, relation = _key(word, words.code)
        found.append(Token(match.start(), match.end(), word, key, relation))
    for name, pattern in words.relation_phrases:
        for match in pattern.finditer(text):
            found.append(Token(match.start(), match.end(), match.group(), "", name))
    return tuple(found)


def keys(found: tuple[Token, ...]) -> frozenset[str]:
    """What the tokens say, for comparing: keys, and relations with an @."""
    return frozenset({t.key for t in found if t.key} | {"@" + t.relation for t in found if t.relation})


@lru_cache(maxsize=200_000)
def _key(word: str, language: str) -> tuple[str, str]:
    words = words_of(language)
    lower = word.casefold()
    bare = lower
    for mark in ("'", "’"):
        bare = bare.split(mark)[0] if lower.endswith((mark + "s", mark)) else bare
    if bare in words.stop:
        return "", words.relation(bare) or ""
    return fold(stem(bare, language))[:_KEY] or bare, words.relation(bare) or ""


def _unspaced(run: str, at: int, words: Words) -> list[Token]:
    """Relation words, then pairs of characters of what stands between characters that carry no content."""
    found: list[Token] = []
    pattern = words.inside
    if pattern is not None:
        for match in pattern.finditer(run):
            name = words.relation(match.group()) or ""
            found.append(Token(at + match.start(), at + match.end(), match.group(), "", name))
    start = 0
    for i in range(len(run) + 1):
        if i < len(run) and run[i] not in words.stop:
            continue
        part = run[start:i]
        if len(part) == 1:
            found.append(Token(at + start, at + i, part, part, ""))
        for j in range(len(part) - 1):
            place = at + start + j
            found.append(Token(place, place + 2, part[j : j + 2], part[j : j + 2], ""))
        start = i + 1
    return found


@lru_cache(maxsize=1024)
def segment(text: str) -> tuple[tuple[str, str], ...]:
    """The words of a Chinese text with their part of speech; joined again they are the text."""
    return tuple(chinese.words_of(text))


def negated(text: str, language: str) -> bool:
    """True when a sentence denies: an odd number of negations."""
    words = words_of(language)
    if words.code == "zh":
        return sum(text.count(word) for word in words.negation) % 2 == 1
    found = [w.casefold().replace("’", "'") for w in re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", text)]
    count: int = sum(word in words.negation or word.endswith("n't") for word in found)
    if words.code == "fr":
        count = count // 2 + count % 2
    return count % 2 == 1


def same_numbers(text: str) -> frozenset[str]:
    """Numbers of a text in one form: separators of thousands gone, a decimal comma as a point.

    >>> sorted(same_numbers("1,200 men, 3,5 km and 12.5 or 1.000.000"))
    ['1000000', '12.5', '1200', '3.5']
    """
    found = set()
    for match in re.finditer(r"\d+(?:[.,\u00a0\u202f ]\d{3})+(?!\d)|\d+[.,]\d+|\d+", text):
        number = match.group()
        if re.fullmatch(r"\d{1,3}(?:[.,\u00a0\u202f ]\d{3})+", number):
            number = re.sub(r"\D", "", number)
        number = number.replace(",", ".")
        found.update(re.split(r"\s", number))
    return frozenset(found)
