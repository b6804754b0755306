"""What a language's words mean in questions and sentences: question words, negation, relations, numbers,
fixed sentences, places.

One TOML file a language in `vocabulary/`; a language without one is read with the patterns of English, and
its fixed sentences are English."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from typing import Any

from ..core.text import content_id, has_unspaced

AVAILABLE = ("en", "zh", "de", "es", "fr", "ru")
"""Languages with a file."""

RELATIONS = (
    "birth", "death", "found", "direct", "write", "compose", "spouse", "father", "mother", "child", "parent",
    "sibling", "capital", "located", "flow", "seat", "lead", "population", "area", "height", "length",
    "discover", "invent", "release", "build", "open", "own", "make", "nationality", "speak", "currency",
    "perform", "study", "award", "bury", "name", "work", "live", "kin",
)  # fmt: skip
"""Names of relations in all languages. An index keeps each by its place here: new ones come last."""

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Comparison:
    """What a comparison asks for: the relation whose values are compared, and which end wins."""

    relation: str
    """Name of a relation, or "any"."""
    pick: str
    """"min" or "max"."""
    value: str
    """"date" or "number"."""


@dataclass(frozen=True)
class Words:
    """The words of one language."""

    code: str
    stop: frozenset[str]
    negation: frozenset[str]
    locative: tuple[str, ...]
    agent: tuple[str, ...]
    copula: tuple[str, ...]
    kinds: tuple[tuple[str, re.Pattern[str]], ...]
    """Kind of question and the pattern that shows it; the first that matches counts."""
    relations: Mapping[str, tuple[str, ...]]
    """Relation and its words; a trailing * matches any ending."""
    relation_phrases: tuple[tuple[str, re.Pattern[str]], ...]
    comparisons: tuple[tuple[re.Pattern[str], Comparison], ...]
    same: re.Pattern[str] | None
    same_date: re.Pattern[str] | None
    phrases: Mapping[str, str]
    months: Mapping[str, int]
    numbers: Mapping[str, int]
    orders: tuple[str, ...]
    """Patterns of orders to a language model."""
    cues: Mapping[str, re.Pattern[str]]
    """Candidates by the words around them: kind and pattern, group 1 is the candidate."""
    places: Mapping[str, str]
    """Names of places by their codes of ISO 3166."""
    peoples: Mapping[str, tuple[str, ...]]
    """Words by the code of the place that they speak of: adjectives, names of its people."""
    cities: Mapping[str, tuple[str, ...]]
    """Names of cities by the code of the place that they are in."""

    def relation(self, word: str) -> str | None:
        """The relation that a word of this language (lower case) names, if any."""
        exact = self._exact.get(word)
        if exact is not None or self._prefixes is None:
            return exact
        found = self._prefixes.match(word)
        return self._by_prefix[found.group()] if found else None

    def relations_in(self, text: str) -> list[tuple[int, int, str]]:
        """Start, end and name of each relation that the words of a text speak of, in order."""
        found = [(*m.span(), name) for name, pattern in self.relation_phrases for m in pattern.finditer(text)]
        unspaced = words_of("zh")
        for match in _WORD.finditer(text):
            word = match.group()
            if not has_unspaced(word):
                found.append((*match.span(), self.relation(word.casefold()) or ""))
            elif unspaced.inside:
                for m in unspaced.inside.finditer(text, *match.span()):
                    found.append((*m.span(), unspaced.relation(m.group()) or ""))
        return sorted(each for each in found if each[2])

    def phrase(self, name: str, /, **values: object) -> str:
        """A fixed sentence with its places filled; braces in the values stay as they are."""
        return self.phrases[name].format(**values)

    @cached_property
    def _exact(self) -> dict[str, str]:
        return {
            w: r for r, words in reversed(list(self.relations.items())) for w in words if not w.endswith("*")
        }

    @cached_property
    def _by_prefix(self) -> dict[str, str]:
        return {
            w[:-1]: r for r, words in reversed(list(self.relations.items())) for w in words if w.endswith("*")
        }

    @cached_property
    def _prefixes(self) -> re.Pattern[str] | None:
        longest_first = sorted(self._by_prefix, key=lambda prefix: (-len(prefix), prefix))
        return re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    @cached_property
    def inside(self) -> re.Pattern[str] | None:
        """Pattern of all relation words, for scripts without spaces; `relation` names what it finds."""
        if self.code != "zh":
            return None
        longest_first = sorted(self._exact, key=lambda word: (-len(word), word))
        return re.compile("|".join(map(re.escape, longest_first)))


@lru_cache(maxsize=64)
def words_of(language: str) -> Words:
    """The words of a language; English where it has no file."""
    code = language.split("-")[0].lower()
    return _load(code if code in AVAILABLE else "en")


@lru_cache(maxsize=len(AVAILABLE))
def _load(code: str) -> Words:
    data: dict[str, Any] = tomllib.loads(_text(code))
    order = ("yes_no", "number", "date", "place", "person", "definition", "name")
    kinds = {name: re.compile(pattern) for name, pattern in data["kinds"].items()}
    return Words(
        code=code,
        stop=frozenset(data["stop"].split()),
        negation=frozenset(data["negation"].split()),
        locative=tuple(data["locative"].split()),
        agent=tuple(data["agent"].split()),
        copula=tuple(data["copula"].split()),
        kinds=tuple((name, kinds[name]) for name in ("choice", *order) if name in kinds),
        relations={name: tuple(value.split()) for name, value in data["relations"].items()},
        relation_phrases=tuple(
            (name, re.compile(pattern, re.IGNORECASE)) for name, pattern in data["phrases_relations"].items()
        ),
        comparisons=tuple(
            (re.compile(pattern), Comparison(*value.split())) for pattern, value in data["compare"].items()
        ),
        same=re.compile(data["same"]["pattern"]) if "same" in data else None,
        same_date=re.compile(data["same"]["date"]) if "date" in data.get("same", {}) else None,
        phrases=data["phrases"],
        months=data["months"],
        numbers=data["numbers"],
        orders=tuple(data.get("orders", ())),
        cues={name: re.compile(pattern) for name, pattern in data.get("cues", {}).items()},
        places=data["places"],
        peoples={code: tuple(words.split()) for code, words in data["peoples"].items()},
        cities={code: tuple(names) for code, names in data["cities"].items()},
    )


def relation_bits(relations: Iterable[str]) -> int:
    """Relations as a set of bits, by their places in `RELATIONS`."""
    return sum(1 << RELATIONS.index(relation) for relation in set(relations))


def relations_of(bits: int) -> tuple[str, ...]:
    """The relations of a set of bits."""
    return tuple(relation for place, relation in enumerate(RELATIONS) if bits >> place & 1)


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """Of the files of all languages: what was made with others is not the same."""
    return content_id(*map(_text, AVAILABLE))


def _text(code: str) -> str:
    return resources.files(__package__).joinpath("vocabulary", f"{code}.toml").read_text("utf-8")
