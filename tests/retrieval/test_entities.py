"""Entities as vectors: found by what they are called, and by what is said of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from clew import Document, KnowledgeBase


@pytest.fixture(scope="module")
def kb() -> Any:
    with KnowledgeBase(":memory:", settings={"models": {"embedder": "hashing"}}) as kb:
        kb.ingest([
            Document("planet", "Mercury is the planet nearest to the Sun.", "Mercury (planet)"),
            Document("metal", "Mercury is a liquid metal in thermometers.", "Mercury (element)"),
            Document("ship", "The Pinta was a ship. Everybody knew the harbour of Palos.", "Pinta"),
        ])  # fmt: skip
        yield kb


def named(kb: KnowledgeBase, name: str) -> str:
    return next(entity.id for entity in kb.store.entities() if entity.name == name)


def test_an_entity_is_found_by_a_name_that_is_spelt_alike(kb):
    [vector] = kb.embedder.embed_names(["The Pinta"])
    found = kb.retriever.entities().by_name(vector, 3)
    assert found[0][0] == named(kb, "Pinta") and found == sorted(found, key=lambda pair: -pair[1])


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("liquid metal in thermometers", "Mercury (element)"),
        ("Mercury (planet): Mercury is the planet nearest to the Sun", "Mercury (planet)"),
    ],
)
def test_an_entity_is_found_by_what_its_document_says_of_it(kb, said, name):
    [vector] = kb.embedder.embed_names([said])
    entities = kb.retriever.entities()
    (first, cosine), *_ = entities.by_description(vector, 3)
    assert first == named(kb, name)
    assert np.isclose(entities.describe([first])[0] @ vector, cosine, atol=1e-5)


def test_an_entity_without_a_document_of_its_own_has_the_vector_of_what_mentions_it(kb):
    palos, entities = named(kb, "Palos"), kb.retriever.entities()
    [vector] = entities.describe([palos])
    found = dict(entities.by_description(vector, 5))
    assert np.isclose(found[palos], 1.0, atol=1e-5)
