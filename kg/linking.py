"""Entity linking of any text: which known entity a name in it means, or none (NIL).

Names are found by an automaton over the store's aliases; candidates are the entities with that alias, exact
or, where there is none, nearly exact. Their shares are

    share(e) ∝ weight · likeness · language · type fit · (1 + ln(1 + mentions of e)) · exp(20 · cos(text, e))

and the probability that the name is known at all is 0.95 · (0.6 + 0.4 · weight) · likeness³ of the best
candidate; what is left of 1 is NIL. These are hand-set, not calibrated.
"""

from __future__ import annotations

import math
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import QueryError
from ..core.records import Candidate, Label, Link, Mention, Part
from ..core.text import fold, without_parenthesis
from ..storage.readable import Readable
from .automaton import FuzzyNames, NameAutomaton
from .deciding import type_fit
from .link_votes import LinkVotes, voted
from .name_words import OPENERS

if TYPE_CHECKING:
    from ..core.records import FloatArray

Describe = Callable[[Sequence[str]], "FloatArray"]
"""Entity ids to their description vectors, (n, d) float32, rows L2-normalised."""

_CANDIDATES = 20
_SHARPNESS = 20.0
_FUZZY_LENGTH = 4
"""Shorter names have too many neighbours at one edit."""


@dataclass(frozen=True, slots=True)
class _Known:
    id: str
    name: str
    label: Label
    description: str
    mentions: int


@dataclass(frozen=True, slots=True)
class _Reading:
    entity: _Known
    weight: float
    language: str


@dataclass(slots=True)
class _Table:
    """The aliases of one revision."""

    revision: int
    names: list[str]
    readings: list[tuple[_Reading, ...]]
    place: dict[str, int]
    automaton: NameAutomaton
    fuzzy: FuzzyNames | None = None


@dataclass(frozen=True, slots=True)
class _Choice:
    reading: _Reading
    likeness: float


class Linker:
    """Links names in texts to the entities of a store; its alias table follows the store's revision.

    `describe` gives entities' description vectors, for callers that pass vectors of their texts. Safe to
    share between threads.
    """

    def __init__(self, store: Readable, *, describe: Describe | None = None) -> None:
        self._store = store
        self._describe = describe
        self._lock = threading.Lock()
        self._table: _Table | None = None
        self._votes: tuple[tuple[int, str], LinkVotes] | None = None

    def link(
        self,
        text: str,
        spans: Sequence[tuple[int, int]] | None = None,
        language: str | None = None,
        vectors: FloatArray | None = None,
        *,
        mentions: Iterable[Mention] = (),
    ) -> tuple[Link, ...]:
        """The names in `text` with what they mean, by place; with `spans` exactly these, in their order.

        `mentions` are names that a tagger saw; they are linked besides the known ones, or instead of those
        they contain. `vectors` is one (d,) float32 vector of the text, or (n, d) with one for each span.
        Scores of a link's candidates and of NIL (1 - their sum) sum to 1; `entity` is None where NIL is above
        one half.

        Raises:
            QueryError: a span does not lie in the text, or there are not as many vectors as spans.
        """
        table = self.table()
        labels: list[Label | None]
        if spans is None:
            places, labels = self._seen(table, text, mentions)
        else:
            places, labels = list(spans), [None] * len(spans)
            for start, end in places:
                if not 0 <= start < end <= len(text):
                    raise QueryError(f"span ({start}, {end}) is none of a text of {len(text)} characters")
        rows, votes = _rows(vectors, len(places)), self.votes()
        return tuple(
            voted(self._decide(table, text, place, label, language, row), text, votes, self._store)
            for place, label, row in zip(places, labels, rows, strict=True)
        )

    def candidates(self, name: str, language: str | None = None) -> tuple[Candidate, ...]:
        """What a name can mean, best first, without any context; their scores and NIL's sum to 1."""
        return self.link(name, [(0, len(name))], language)[0].candidates if name else ()

    def table(self) -> _Table:
        """The alias table of the store's revision, built anew when that moved."""
        revision = self._store.revision()
        table = self._table
        if table is not None and table.revision == revision:
            return table
        with self._lock:
            if self._table is None or self._table.revision != revision:
                self._table = _build(self._store)
            return self._table

    def votes(self) -> LinkVotes:
        """What people said of links, read again when somebody votes."""
        mark = self._store.feedback_mark()
        held = self._votes
        if held is None or held[0] != mark:
            held = mark, LinkVotes.of(self._store.feedback() if mark[0] else ())
            self._votes = held
        return held[1]

    def _seen(
        self, table: _Table, text: str, mentions: Iterable[Mention]
    ) -> tuple[list[tuple[int, int]], list[Label | None]]:
        given = {
            (m.start, m.end): m.label
            for m in mentions
            if m.part is Part.TEXT and not m.label.is_value and 0 <= m.start < m.end <= len(text)
        }
        found: dict[tuple[int, int], Label | None] = {}
        covered = np.zeros(len(text), dtype=bool)
        for place in sorted(given, key=lambda p: (p[0] - p[1], p[0])):
            if not covered[place[0] : place[1]].any():
                covered[place[0] : place[1]] = True
                found[place] = given[place]
        for match in table.automaton.find(text):
            place = (match.start, match.end)
            inside = [p for p in found if p[0] < match.end and match.start < p[1]]
            if any(p[1] - p[0] >= match.end - match.start for p in inside):
                continue
            for other in inside:
                del found[other]
            if place in given or not _opens_only(text, match.start, match.end):
                found[place] = given.get(place)
        places = sorted(found)
        return places, [found[p] for p in places]

    def _decide(
        self,
        table: _Table,
        text: str,
        place: tuple[int, int],
        label: Label | None,
        language: str | None,
        vector: FloatArray | None,
    ) -> Link:
        piece = text[place[0] : place[1]]
        choices = self._choices(table, piece)
        if not choices:
            return Link(piece, *place, label or Label.MISC, None, piece, 1.0)
        odds = [math.log(_odds(choice, label, language)) for choice in choices]
        if vector is not None and self._describe is not None:
            described = np.asarray(self._describe([c.reading.entity.id for c in choices]))
            # row by row: the sum must not depend on how many candidates there are
            near = np.einsum("ij,j->i", described, np.asarray(vector))
            odds = [odd + _SHARPNESS * float(cosine) for odd, cosine in zip(odds, near, strict=True)]
        ranked = sorted(zip(odds, choices, strict=True), key=lambda p: (-p[0], p[1].reading.entity.id))
        ranked = ranked[:_CANDIDATES]
        shares = np.exp(np.array([odd for odd, _ in ranked]) - ranked[0][0])
        shares /= shares.sum()
        known = max(_known(choice, label) for _, choice in ranked)
        candidates = tuple(
            Candidate(
                c.reading.entity.id, c.reading.entity.name, float(known * share), c.reading.entity.description
            )
            for share, (_, c) in zip(shares, ranked, strict=True)
        )
        if known < 0.5:
            return Link(piece, *place, label or Label.MISC, None, piece, 1.0 - known, candidates)
        best = ranked[0][1].reading.entity
        return Link(piece, *place, best.label, best.id, best.name, candidates[0].score, candidates)

    def _choices(self, table: _Table, piece: str) -> list[_Choice]:
        """Entities that go by this name: by the first of its forms that is known, else by one near it."""
        for key in _forms(piece):
            if key in table.place:
                return _distinct(_Choice(r, 1.0) for r in table.readings[table.place[key]])
        if len(fold(piece)) < _FUZZY_LENGTH:
            return []
        with self._lock:
            if table.fuzzy is None:
                table.fuzzy = FuzzyNames(table.names)
        near = table.fuzzy.find(piece)
        return _distinct(_Choice(r, ratio / 100) for i, ratio in near for r in table.readings[i])


def _build(store: Readable) -> _Table:
    revision = store.revision()
    known = {e.id: _Known(e.id, e.name, e.label, e.description, e.mentions) for e in store.entities()}
    readings: dict[str, list[_Reading]] = defaultdict(list)
    for alias in store.aliases():
        entity = known.get(alias.entity_id)
        if entity is not None and alias.name:
            readings[alias.name].append(_Reading(entity, alias.weight, alias.language))
    names = sorted(readings)
    return _Table(
        revision,
        names,
        [tuple(readings[name]) for name in names],
        {name: index for index, name in enumerate(names)},
        NameAutomaton(names),
    )


def _opens_only(text: str, start: int, end: int) -> bool:
    """True for a single word whose capital is that of the sentence and that names nothing ("Who", "The")."""
    word = text[start:end]
    before = text[:start].rstrip(" \"“”«»'([")
    return word.casefold() in OPENERS and word[1:].islower() and (not before or before[-1] in ".!?:\n")


def _forms(piece: str) -> Iterable[str]:
    """Folded forms in which a name may be known: as it stands, without possessive, article, parenthesis."""
    whole = fold(piece)
    yield whole
    yield whole.removesuffix(" s")
    for article in ("the ", "a ", "der ", "die ", "das ", "el ", "la ", "los ", "las ", "le ", "les ", "l "):
        if whole.startswith(article):
            yield whole.removeprefix(article)
    yield fold(without_parenthesis(piece))


def _distinct(choices: Iterable[_Choice]) -> list[_Choice]:
    """The best choice for each entity."""
    best: dict[str, _Choice] = {}
    for choice in choices:
        known = best.get(choice.reading.entity.id)
        if known is None or choice.reading.weight * choice.likeness > known.reading.weight * known.likeness:
            best[choice.reading.entity.id] = choice
    return list(best.values())


def _odds(choice: _Choice, label: Label | None, language: str | None) -> float:
    reading = choice.reading
    fit = 1.0 if label is None else max(type_fit(label, reading.entity.label), 0.05)
    spoken = 0.9 if language and reading.language and language != reading.language else 1.0
    prior = 1.0 + math.log1p(reading.entity.mentions)
    return max(reading.weight, 0.01) * choice.likeness * spoken * fit * prior


def _known(choice: _Choice, label: Label | None) -> float:
    fit = 1.0 if label is None else type_fit(label, choice.reading.entity.label)
    return 0.95 * (0.6 + 0.4 * choice.reading.weight) * choice.likeness**3 * (0.6 + 0.4 * fit)


def _rows(vectors: FloatArray | None, count: int) -> list[FloatArray | None]:
    if vectors is None:
        return [None] * count
    if vectors.ndim == 1:
        return [vectors] * count
    if len(vectors) != count:
        raise QueryError(
            f"{len(vectors)} vectors for {count} mentions: give one for each, or one for the text"
        )
    return list(vectors)
