"""What each mode looks for: the passages that it takes, in order, and what it shows beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..core.records import Entity, StoredFact
from ..core.results import QueryEntity, Theme
from ..storage.readable import Readable
from .around import neighbours, passages_around, passages_of
from .choosing import particular
from .evidence import Look, readings_of
from .factual import Embed, RankedFact, rank_facts
from .naming import called, resolve
from .sentences import best_rows
from .themes import Community, describe, relevance
from .ties import Ties

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]

_READINGS = 3
"""Readings of a name whose facts are looked at."""
_FACTS = 12
_NEIGHBOURS = 12
_SIZE = 0.1
"""What the size of a theme counts beside its nearness to the question."""
_NEAREST = 0.25
"""Share of the best theme's nearness below which a theme has nothing to do with the question."""
_THEME_FACTS, _THEME_ENTITIES = 2, 3


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """What a mode takes; None leaves what the passages bring with them."""

    rows: Rows
    """Passages, best first."""
    values: Floats
    """(n,) float32 their scores in this mode"""
    facts: tuple[StoredFact, ...] | None = None
    entities: tuple[Entity, ...] | None = None
    themes: tuple[Theme, ...] = ()
    note: str = ""
    """What the mode settled on, for `Query.reason`."""


def plain(looked: Look, depth: int) -> Way:
    """Passages by the recipe."""
    total = looked.scored.total
    rows = best_rows(total, depth)
    return Way(rows, total[rows])


def facts(looked: Look, depth: int, store: Readable, embed: Embed, floor: float) -> Way:
    """Facts first; the passages are those that state them. Where no fact fits, passages by the recipe."""
    ranked = rank_facts(looked, _meant(readings_of(looked), store), store, embed, floor)
    if not ranked:
        return replace(plain(looked, depth), note="no fact fits")
    rows, values = _stating(ranked, looked, depth)
    return Way(rows, values, tuple(each.fact for each in ranked[:_FACTS]))


def local(
    looked: Look, depth: int, entity: str | None, ties: Ties, store: Readable, embed: Embed, floor: float
) -> Way:
    """Around an entity: the one given by id or name, else the one that the question is most about. Where it
    names none that is known, passages by the recipe.

    Raises:
        QueryError: the name given is ambiguous.
        NotFoundError: there is no such entity.
    """
    middle = resolve(entity, store, looked.index) if entity is not None else _best_entity(looked, store)
    if middle is None:
        return replace(plain(looked, depth), note="names no entity that is known")
    near = neighbours(middle, ties)
    rows, values = passages_around(middle, near, looked.scored.total, ties, looked.index)
    about = {middle.id: 1.0}
    ranked = [
        each.fact
        for each in rank_facts(looked, about, store, embed, floor)
        if middle.id in (each.fact.subject_entity, each.fact.object_entity)
    ]
    around = tuple(ties.entities[node] for node in near[0][:_NEIGHBOURS].tolist())
    note = f"around {middle.name} [{middle.id}]"
    return Way(rows[:depth], values[:depth], tuple(ranked[:_FACTS]), (middle, *around), note=note)


def whole(looked: Look, k: int, depth: int, found: Sequence[Community], ties: Ties, store: Readable) -> Way:
    """Themes: by the weight of what hangs together, or by nearness where the question asks for more than
    the whole. The passages are those of the themes' sentences, a theme after the other; where nothing hangs
    together, passages by the recipe."""
    if not found:
        return replace(plain(looked, depth), note="nothing hangs together")
    weight = np.array([c.weight for c in found])
    score = weight / max(float(weight.max(initial=0.0)), 1e-9)
    named = [ties.node[e] for e in _meant(readings_of(looked), store) if e in ties.node]
    if named or particular(looked.understood):
        near = relevance(found, looked.scored.total, np.array(named, np.int64), ties, looked.index)
        score = np.where(near >= _NEAREST * near.max(), near + _SIZE * score, 0.0)
    order = np.argsort(-score, kind="stable")[:k]
    order = order[score[order] > 0]
    themes = describe([(found[i], float(score[i])) for i in order.tolist()], ties, store, looked.index)
    longest = max((len(found[i].passages) for i in order.tolist()), default=0)
    turns = [
        (int(found[i].passages[turn]), float(score[i]))
        for turn in range(longest)
        for i in order.tolist()
        if turn < len(found[i].passages)
    ]
    kept: dict[int, float] = {}
    for row, value in turns:
        kept.setdefault(row, value)
    said = [fact for theme in themes for fact in theme.facts[:_THEME_FACTS]]
    central = [entity for theme in themes for entity in theme.entities[:_THEME_ENTITIES]]
    return Way(
        np.array(list(kept), np.int64)[:depth],
        np.array(list(kept.values()), np.float32)[:depth],
        tuple({fact.id: fact for fact in said}.values()),
        tuple({entity.id: entity for entity in central}.values()),
        themes,
    )


def _meant(asked: Sequence[QueryEntity], store: Readable) -> dict[str, float]:
    """Entities that the names of a question may mean, with the probability of each.

    A name that no document is about may still be that of an entity which documents only mention.
    """
    meant: dict[str, float] = {}
    for seen in asked:
        if seen.candidates:
            readings = [(c.entity, c.score) for c in seen.candidates[:_READINGS]]
        else:
            bearers = called(seen.text, store)[:_READINGS]
            readings = [(entity.id, 1.0 / len(bearers)) for entity in bearers]
        for entity, p in readings:
            meant[entity] = max(meant.get(entity, 0.0), p)
    return meant


def _best_entity(looked: Look, store: Readable) -> Entity | None:
    """The likeliest reading of the name whose passage bears most on the question."""
    asked = readings_of(looked)
    total, index = looked.scored.total, looked.index
    best: list[tuple[float, int, str]] = []
    for i, seen in enumerate(asked):
        name = looked.understood.seen[i].name
        if seen.candidates and name is not None:
            value = float(total[index.readings.of(np.array([name])).passage].max())
            best.append((-value, i, seen.candidates[0].entity))
    ids = [entity for _, _, entity in sorted(best)]
    ids += [entity.id for seen in asked if not seen.candidates for entity in called(seen.text, store)[:1]]
    known = {entity.id: entity for entity in store.entities(ids)} if ids else {}
    return next((known[id] for id in ids if id in known), None)


def _stating(ranked: Sequence[RankedFact], looked: Look, depth: int) -> tuple[Rows, Floats]:
    """The passage that states each fact, of several the better one for the question; in the facts' order."""
    total, table = looked.scored.total, looked.index.table
    kept: dict[int, float] = {}
    for each in ranked:
        holding = passages_of(table, np.array([each.sentence]))[0]
        if len(holding):
            row = int(holding[np.argmax(total[holding])])
            kept.setdefault(row, each.fact.score)
        if len(kept) == depth:
            break
    return np.array(list(kept), np.int64), np.array(list(kept.values()), np.float32)
