"""What is done to a store between two crashes: operations over a small corpus of names that collide.

An operation is three functions: `draw` chooses one for the state that the store is in, `after` says which
state it leads to, `perform` does it. All are functions of their arguments, so that a seed is enough to do a
crash again. A new operation is one more entry of `OPERATIONS`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from clew import Document, KnowledgeBase
from clew.kg.reader import Reader
from clew.kg.resolution import resolve
from clew.models.hashing import HashingEmbedder

NUMBERS = 14
VERSIONS = 4
DIMENSIONS = (16, 24, 32)
BATCH = 3
_NAME = "before"
"""Of the named snapshot."""
SETTINGS: dict[str, Any] = {
    "models": {"embedder": "hashing", "pipelines": {"en": ""}},
    "ingestion": {"batch_size": BATCH, "workers": 1},
}
_NAMES = ("Mercury", "Jordan", "Apple Corp", "Georgia", "Ada Lovelace")
"""What documents are about."""
_SAID = (*_NAMES, "Karl Weber")
"""What they speak of; no document is about the last."""


@dataclass(frozen=True, slots=True)
class State:
    """What a store holds."""

    documents: Mapping[int, int]
    """Version by number."""
    dimension: int = DIMENSIONS[0]
    kept: State | None = None
    """What its named snapshot holds."""

    def key(self) -> tuple[Any, ...]:
        """The state as something to look up."""
        return (self.dimension, *sorted(self.documents.items()))


@dataclass(frozen=True, slots=True)
class Step:
    """One operation with its arguments; JSON can carry it."""

    kind: str
    arguments: list[Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """How a kind of step is chosen, where it leads, and what it does."""

    draw: Callable[[random.Random, State], list[Any]]
    after: Callable[[State, list[Any]], State]
    perform: Callable[[str, int, list[Any]], None]


def document(number: int, version: int) -> Document:
    """One document; every name stands in several of them, and several are called by one."""
    rng = random.Random(f"{number} {version}")
    one, other, third = (rng.choice(_SAID) for _ in range(3))
    title = f"{_NAMES[number % 5]} ({number % 3})" if number % 4 else ""
    text = f"{one} founded {other} in {1900 + number}. {third} lives in {other}. {one} left."
    return Document(f"d{number:02}", text, title, {"version": version}, "en")


def documents(state: State) -> Iterator[Document]:
    """All documents of a state."""
    return (document(number, version) for number, version in sorted(state.documents.items()))


class CachingReader:
    """Reads a document once: reading is a pure function, and not what crashes are about."""

    def __init__(self) -> None:
        self._reader: Reader | None = None
        self._known: dict[str, Any] = {}

    def read_many(self, given: Sequence[Document]) -> Iterator[Any]:
        """Readings in order."""
        for item in given:
            key = f"{item.id} {item.content_hash}"
            if key not in self._known:
                self._reader = self._reader or Reader(open_settings())
                [self._known[key]] = self._reader.read_many([item])
            yield self._known[key]


READER = CachingReader()


def open_settings() -> Any:
    """The settings of every knowledge base here."""
    from clew.core.settings import Settings

    return Settings.load(SETTINGS)


def opened(target: str, dimension: int, **options: Any) -> KnowledgeBase:
    """A knowledge base with the embedder of that dimension."""
    embedder = HashingEmbedder(dimension=dimension)
    kb = KnowledgeBase(target, settings=SETTINGS, embedder=embedder, **options)
    kb.reader = READER  # type: ignore[assignment]
    return kb


def fill(target: str, state: State) -> KnowledgeBase:
    """A store that never saw anything else."""
    kb = opened(target, state.dimension)
    kb.ingest(documents(state))
    return kb


# --- the operations


def _draw_ingest(rng: random.Random, state: State) -> list[Any]:
    numbers = rng.sample(range(NUMBERS), rng.randint(1, 8))
    return [[number, rng.randrange(VERSIONS)] for number in numbers]


def _draw_update(rng: random.Random, state: State) -> list[Any]:
    there = sorted(state.documents)
    numbers = rng.sample(there, min(len(there), rng.randint(1, 5)))
    return [[number, (state.documents[number] + 1) % VERSIONS] for number in numbers]


def _with(state: State, arguments: list[Any]) -> State:
    return replace(state, documents={**state.documents, **dict(arguments)})


def _ingest(target: str, dimension: int, arguments: list[Any]) -> None:
    with opened(target, dimension) as kb:
        report = kb.ingest(document(number, version) for number, version in arguments)
        assert not report.failures, report.failures


def _draw_delete(rng: random.Random, state: State) -> list[Any]:
    there = sorted(state.documents)
    return rng.sample(there, min(len(there), rng.randint(1, 3)))


def _without(state: State, arguments: list[Any]) -> State:
    return replace(state, documents={n: v for n, v in state.documents.items() if n not in arguments})


def _delete(target: str, dimension: int, arguments: list[Any]) -> None:
    with opened(target, dimension) as kb:
        for number in arguments:
            kb.delete(f"d{number:02}")


def _resolve(target: str, dimension: int, arguments: list[Any]) -> None:
    with opened(target, dimension) as kb:
        kb.store.mark_dirty(arguments)
        resolve(kb.store, chunk=2)


def _save(target: str, dimension: int, arguments: list[Any]) -> None:
    with opened(target, dimension) as kb:
        kb.retriever.projection.save()
        kb.adjacency().save()


def _draw_dimension(rng: random.Random, state: State) -> list[Any]:
    return [rng.choice([d for d in DIMENSIONS if d != state.dimension])]


def _reindex(target: str, dimension: int, arguments: list[Any]) -> None:
    embedder = HashingEmbedder(dimension=arguments[0])
    KnowledgeBase.reindex(target, settings=SETTINGS, embedder=embedder)


def _same(state: State, arguments: list[Any]) -> State:
    return state


def _kept(state: State, arguments: list[Any]) -> State:
    return replace(state, kept=replace(state, kept=None))


def _snapshot(target: str, dimension: int, arguments: list[Any]) -> None:
    with opened(target, dimension) as kb:
        kb.snapshot(_NAME)


def _draw_restore(rng: random.Random, state: State) -> list[Any]:
    """The snapshot's name; nothing where there is none, or one with vectors of another embedder."""
    return [_NAME] if state.kept is not None and state.kept.dimension == state.dimension else []


def _restored(state: State, arguments: list[Any]) -> State:
    if not arguments:
        return state
    assert state.kept is not None
    return replace(state, documents=state.kept.documents)


def _restore(target: str, dimension: int, arguments: list[Any]) -> None:
    with opened(target, dimension) as kb:
        for name in arguments:
            kb.restore(name)


MIGRATE = "migrate"
"""The one kind that is done to a store that is not there yet: opening makes the tables."""

OPERATIONS: dict[str, Operation] = {
    "ingest": Operation(_draw_ingest, _with, _ingest),
    "update": Operation(_draw_update, _with, _ingest),
    "delete": Operation(_draw_delete, _without, _delete),
    "resolve": Operation(
        lambda rng, state: [name.casefold() for name in rng.sample(_NAMES, 4)], _same, _resolve
    ),
    "save": Operation(lambda rng, state: [], _same, _save),
    "reindex": Operation(
        _draw_dimension, lambda state, arguments: replace(state, dimension=arguments[0]), _reindex
    ),
    "snapshot": Operation(lambda rng, state: [], _kept, _snapshot),
    "restore": Operation(_draw_restore, _restored, _restore),
    MIGRATE: Operation(_draw_ingest, lambda state, arguments: _with(State({}), arguments), _ingest),
}


def perform(step: Step, target: str, dimension: int) -> None:
    """Do a step to a store whose vectors have that dimension."""
    OPERATIONS[step.kind].perform(target, dimension, step.arguments)
