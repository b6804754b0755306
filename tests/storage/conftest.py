"""Stores on every engine, and documents made from their text alone."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from clew.core.records import (
    Argument,
    Decision,
    Document,
    Fact,
    Label,
    Mention,
    Name,
    Part,
    Passage,
    Reading,
    ReadingVectors,
    Span,
)
from clew.core.settings import StorageSettings
from clew.storage.rows import AliasRow, EntityRow
from clew.storage.store import Store

DIMENSION = 8
NAME = re.compile(r"[A-Z]\w+(?: [A-Z]\w+)*")

Pair = tuple[Reading, ReadingVectors]
_NUMBERS = itertools.count()


@pytest.fixture
def is_sqlite(target: str) -> bool:
    """True when the target is a file."""
    return "://" not in target


@pytest.fixture(scope="session")
def embedder() -> Any:
    """Who made the vectors of `read`."""
    return SimpleNamespace(name="made-up", version="1", dimension=DIMENSION)


@pytest.fixture
def opened(target: str, embedder: Any) -> Iterator[Callable[..., Store]]:
    """Opens stores at the target, with the embedder and a short patience unless told otherwise."""
    stores: list[Store] = []

    def open_store(**options: Any) -> Store:
        options = {"embedder": embedder, "settings": StorageSettings(lock_timeout=20), **options}
        stores.append(Store.open(target, **options))
        return stores[-1]

    yield open_store
    for store in stores:
        store.close()


@pytest.fixture
def store(opened: Callable[..., Store]) -> Store:
    """An empty store."""
    return opened()


@pytest.fixture(
    scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def fresh(
    request: pytest.FixtureRequest, embedder: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Store]]:
    """Makes empty stores fast, for properties: namespaces of one database."""
    if request.param == "sqlite":
        place = str(tmp_path_factory.mktemp("fresh") / "store.db")
    else:
        place = request.getfixturevalue("new_schema")()
    with Store.open(place, namespace="first", embedder=embedder) as first:
        yield lambda: Store.open(first.engine, namespace=f"example-{next(_NUMBERS)}", embedder=embedder)


def _vector(words: str) -> np.ndarray[Any, np.dtype[np.float32]]:
    digest = hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    seed = int.from_bytes(digest, "little")
    row = np.random.default_rng(seed).standard_normal(DIMENSION, dtype=np.float32)
    return row / np.float32(np.linalg.norm(row))


def _read(id: str, words: str, title: str = "", metadata: dict[str, Any] | None = None) -> Pair:
    document = Document(id, words, title, metadata or {})
    spans = [Span(found.start(), found.end()) for found in re.finditer(r"[^.\s][^.]*\.?", words)]
    mentions, facts = [], []
    for ordinal, span in enumerate(spans):
        first = len(mentions)
        for found in NAME.finditer(words, span.start, span.end):
            label = Label.PER if len(found.group()) % 2 else Label.ORG
            place = (found.start(), found.end(), found.group())
            mentions.append(Mention(Part.TEXT, *place, label, "tagger", 0.75, ordinal))
        for left in range(first, len(mentions) - 1):
            subject, object = (
                Argument(mention.text, mention.start, mention.end, index)
                for index, mention in enumerate(mentions[left : left + 2], left)
            )
            facts.append(Fact(subject, "meet", object, span.start, span.end, ordinal, 0.5, "verb"))
    windows = [(first, min(first + 2, len(spans))) for first in range(0, len(spans), 2)]
    passages = tuple(
        Passage(ordinal, spans[first].start, spans[last - 1].end, first, last, "en")
        for ordinal, (first, last) in enumerate(windows)
    )
    names = (Name(title, "title", 1.0),) if title else ()
    reading = Reading(
        document, "en", "test@1", tuple(spans), passages, tuple(mentions), tuple(facts), names, Label.PER
    )
    empty = np.zeros((0, DIMENSION), np.float32)
    vectors = ReadingVectors(
        np.array([_vector(words[p.start : p.end]) for p in passages]) if passages else empty,
        np.array([_vector(words[s.start : s.end]) for s in spans]) if spans else empty,
        _vector(title) if title else None,
    )
    return reading, vectors


@pytest.fixture(scope="session")
def read() -> Callable[..., Pair]:
    """Reads a document: names are capitalised words, neighbours in a sentence meet. A pure function."""
    return _read


def _decide_all(store: Store, size: int = 100) -> None:
    while names := store.dirty_names(size):
        seen = store.revision()
        blocks: dict[str, list[Any]] = {name: [] for name in names}
        for observation in store.observations(names):
            blocks[observation.name].append(observation)
        entities, aliases, decisions = [], [], []
        for name, block in blocks.items():
            if block:
                id = "entity of " + name
                documents = tuple(sorted({item.document_id for item in block if item.is_name}))
                word = min(item.text for item in block)
                entities.append(EntityRow(id, word, Label.PER, name, documents=documents))
                aliases += [AliasRow(id, item) for item in sorted({item.text for item in block})]
                score = 1 / len(block)
                decisions += [Decision(o.mention_id, id, score, "same name") for o in block if o.mention_id]
        store.decide(names, decisions, entities, aliases, seen=seen)


@pytest.fixture(scope="session")
def decide_all() -> Callable[..., None]:
    """Decides every dirty name: one entity a name, a pure function of the name's observations."""
    return _decide_all
