"""What a language's words mean in questions and sentences: question words, negation, relations, numbers,
fixed sentences.

One TOML file a language in `vocabulary/`; a language without one is read with the patterns of English, and
its fixed sentences are English."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from typing import Any

AVAILABLE = ("en", "zh", "de", "es", "fr", "ru")
"""Languages with a file."""


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

    def relation(self, word: str) -> str | None:
        """The relation that a word of this language (lower case) names, if any."""
        exact = self._exact.get(word)
        if exact is not None or self._prefixes is None:
            return exact
        found = self._prefixes.match(word)
        return self._by_prefix[found.group()] if found else None

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
    text = resources.files(__package__).joinpath("vocabulary", f"{code}.toml").read_text("utf-8")
    data: dict[str, Any] = tomllib.loads(text)
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
    )
