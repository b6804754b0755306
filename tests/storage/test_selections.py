"""What views of a store are made from: properties, names and who observes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from clew.storage.rows import Batch, Properties
from clew.storage.store import Store


@pytest.fixture
def filled(store: Store, read: Callable[..., Any], decide_all: Callable[..., None]) -> Store:
    pairs = [
        read("a", "Ada met Bob", "Ada", {"team": "x"}),
        read("b", "Bob left . Eve met Ada", "Bob (king)"),
        read("é", "nobody left"),
    ]
    reading, vectors = pairs[2]
    pairs[2] = replace(reading, document=replace(reading.document, date="2019-05")), vectors
    store.commit(Batch(pairs))
    decide_all(store)
    return store


def test_properties_are_metadata_and_date_in_order_of_ids(filled: Store) -> None:
    found = list(filled.properties(chunk=2))
    assert found == [
        Properties("a", {"team": "x"}, None), Properties("b", {}, None), Properties("é", {}, "2019-05")
    ]  # fmt: skip
    assert list(filled.properties(["é", "a", "none"])) == [found[0], found[2]]


def test_documents_names_are_folded_and_keep_their_kind(filled: Store) -> None:
    names = filled.document_names(["a", "b", "é"])
    assert names["b"][0] == ("bob king", "title")
    assert names["a"][0] == ("ada", "title") and "é" not in names


def test_observers_of_a_name_are_the_documents_that_mention_or_bear_it(filled: Store) -> None:
    observers = filled.observers()
    for document, stored in {each.document.id: each for each in filled.load()}.items():
        seen = {o.name for o in filled.observations(list(observers)) if o.document_id == document}
        assert {name for name, documents in observers.items() if document in documents} == seen
        assert bool(seen) == bool(stored.mentions or stored.names)


def test_mentions_and_entities_know_their_block(filled: Store) -> None:
    links = [link for link in filled.links() if link.entity_id is not None]
    names = filled.mention_names([link.mention_id for link in links])
    blocks = filled.entity_blocks()
    assert set(blocks) == {entity.id for entity in filled.entities()}
    assert all(filled.entity_ids([block])[0] in blocks for block in blocks.values())
    assert {names[link.mention_id] for link in links} <= set(filled.observers())
    some = sorted(blocks)[:1]
    assert filled.entity_blocks([*some, "none"]) == {some[0]: blocks[some[0]]}


def test_facts_as_said_keep_the_words_of_the_text(filled: Store) -> None:
    decided, said = list(filled.facts()), list(filled.facts_as_said())
    assert [fact.id for fact in said] == [fact.id for fact in decided]
    texts = {document.id: document.text for document in filled.documents()}
    assert said
    for fact in said:
        assert fact.subject_entity is fact.object_entity is None
        assert fact.subject in texts[fact.document_id] and fact.object in texts[fact.document_id]
    assert list(filled.facts_as_said(["b"])) == [fact for fact in said if fact.document_id == "b"]
