"""What a question names: known names exactly, what is left over nearly; and its words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..core.text import fold, has_unspaced
from ..kg.words import relation_bits
from .asking import Asked, asked
from .index import PassageIndex
from .links import Read
from .stopwords import STOP_WORDS
from .tokens import question_terms

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]

FUZZY_CUTOFF = 88.0
"""Least edit ratio (rapidfuzz, 0 to 100) at which a misspelt name counts."""
_SHORTEST_FUZZY = 5
_FAMILY = frozenset({"father", "mother", "parent", "child", "kin"})
"""Who is whose father is also said of the son, and a grandfather is a father's father."""
_BY_MARRIAGE = frozenset({"spouse", "sibling"})
"""What an uncle or a mother-in-law is reached over beside the family."""
_CAPITALS = re.compile(
    r"[^\W\d_a-zß-öø-ÿа-я][\w'’.\-]*"
    r"(?:\s+(?:(?:of|the|and|de|del|la|le|du|der|von|van|in|for|on|di|da|&)\s+)*[^\W_a-zß-öø-ÿа-я][\w'’.\-]*)*"
)
_DATED = re.compile(r"\s+(?:in|on)\s+\d+$")
_POSSESSIVE = re.compile(r"['’]s?$")
_JOINING = frozenset(
    {"of", "the", "and", "de", "del", "la", "le", "du", "der", "von", "van", "in", "for", "on"}
)


@dataclass(frozen=True, slots=True)
class Seen:
    """A name seen in a question."""

    text: str
    start: int
    end: int
    name: int | None
    """Row of the readings; None when no document goes by it."""
    trust: float
    """1 for an exact match, else the edit ratio in 0..1."""


@dataclass(frozen=True, eq=False)
class Understood:
    """A question as the walk starts from it."""

    text: str
    language: str
    words: dict[tuple[str, ...], str]
    """Its words without stop words, as it says them, by their stems in the languages of the corpus."""
    columns_of: list[list[int]]
    """For each word its columns of the lexical index, as far as any passage holds it."""
    seen: list[Seen]
    readings: Read
    """The readings of the names that documents go by; an owner is an index in `known`."""
    entities: Rows
    """(n,) rows of the mention table for what it names."""
    asked: Asked = Asked()
    """What its words ask for."""

    @cached_property
    def relations(self) -> int:
        """The relations that it asks for or that say the same from the other end, as `relation_bits`."""
        named = frozenset(self.asked.relations)
        more = _FAMILY if named & _FAMILY else frozenset()
        return relation_bits(named | more | (_BY_MARRIAGE if "kin" in named else frozenset()))

    @property
    def known(self) -> list[Seen]:
        """What it names that documents go by."""
        return [seen for seen in self.seen if seen.name is not None]

    @property
    def columns(self) -> list[int]:
        """Columns of the lexical index for all words that are in it."""
        return [column for of_word in self.columns_of for column in of_word]

    @property
    def trust(self) -> Floats:
        """(n,) float32 trust in the match of each name that documents go by."""
        return np.array([s.trust for s in self.known], np.float32)


def understand(text: str, language: str, index: PassageIndex) -> Understood:
    """Names, entities and words of a question, against what the index knows.

    The longest known names are taken first, left to right; runs of capitalised words that are left over are
    looked up by spelling.
    """
    seen = [Seen(text[m.start : m.end], m.start, m.end, m.index, 1.0) for m in index.names.find(text)]
    for start, end in _runs(text, language):
        if not any(s.start < end and start < s.end for s in seen):
            seen.append(_nearly(text[start:end], start, end, index))
    seen.sort(key=lambda s: s.start)
    known = [s.name for s in seen if s.name is not None]
    keys = {fold(s.text) for s in seen} | {index.readings.names[name] for name in known}
    entities = sorted(entity for key in keys if (entity := index.entity(key)) >= 0)
    words = question_terms(text, index.languages, language)
    return Understood(
        text,
        language,
        words,
        [index.lexical.columns(word) for word in words],
        seen,
        index.readings.of(np.array(known, np.int64)),
        np.array(entities, np.int64),
        asked(text, language, [(s.start, s.end) for s in seen]),
    )


def _runs(text: str, language: str) -> list[tuple[int, int]]:
    """Runs of capitalised words, without question words in front and a possessive behind."""
    stop = STOP_WORDS.get(language, frozenset())
    runs = []
    for match in _CAPITALS.finditer(text):
        if has_unspaced(match.group()):
            continue  # no capitals, and no ends of words
        words = [(m.start() + match.start(), m.group()) for m in re.finditer(r"\S+", match.group())]
        while words and (words[0][1].casefold() in stop or words[0][1].casefold() in _JOINING):
            words.pop(0)
        if not words:
            continue
        start, end = words[0][0], match.end()
        while end > start and text[end - 1] in ".-":
            end -= 1
        if dated := _DATED.search(text[start:end]):  # "San Jose in 1950"
            end = start + dated.start()
        if possessive := _POSSESSIVE.search(text[start:end]):
            end = start + possessive.start()
        if end - start > 1:
            runs.append((start, end))
    return runs


def _nearly(text: str, start: int, end: int, index: PassageIndex) -> Seen:
    if len(text) >= _SHORTEST_FUZZY:
        for name, ratio in index.names.nearly(text, limit=1, cutoff=FUZZY_CUTOFF):
            return Seen(text, start, end, name, ratio / 100.0)
    return Seen(text, start, end, None, 0.0)
