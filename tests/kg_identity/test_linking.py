"""Names in any text are linked to known entities, or to none."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from clew.core.errors import QueryError
from clew.core.records import Label, Mention, Part
from clew.kg.blocks import about_entity_id
from clew.kg.linking import Linker
from clew.kg.resolution import resolve
from clew.storage.rows import Batch
from clew.storage.store import Store

PLANET, GOD, COMPANY = (about_entity_id(d) for d in ("planet", "god", "company"))


def test_known_names_are_found_with_their_entities(filled: Store) -> None:
    text = "Nadia Orlova took her Iris to Apple Computer, to 里昂 and back."
    links = Linker(filled).link(text)
    assert [(link.text, link.name) for link in links] == [
        ("Nadia Orlova", "Nadia Orlova"),
        ("Iris", "Iris"),
        ("Apple Computer", "Apple Inc."),
        ("里昂", "里昂"),
    ]
    for link in links:
        assert text[link.start : link.end] == link.text
        assert link.entity == link.candidates[0].entity
        assert link.score == link.candidates[0].score
        assert sum(c.score for c in link.candidates) < 1


def test_given_spans_are_linked_in_their_order(filled: Store) -> None:
    text = "Mercury and Lyon"
    links = Linker(filled).link(text, [(12, 16), (0, 7)])
    assert [link.text for link in links] == ["Lyon", "Mercury"]
    assert {c.entity for c in links[1].candidates} == {PLANET, GOD}


def test_an_unknown_name_is_nil(filled: Store) -> None:
    text = "Zebulon Quick came."
    (link,) = Linker(filled).link(text, [(0, 13)])
    assert (link.entity, link.score, link.candidates) == (None, 1.0, ())
    seen = Mention(Part.TEXT, 0, 13, "Zebulon Quick", Label.PER, "tagger")
    (link,) = Linker(filled).link(text, mentions=[seen])
    assert (link.text, link.label, link.entity) == ("Zebulon Quick", Label.PER, None)


def test_a_misspelt_name_is_linked_with_less_trust(filled: Store) -> None:
    linker = Linker(filled)
    (exact,) = linker.link("Nadia Orlova", [(0, 12)])
    (near,) = linker.link("Nadja Orlova", [(0, 12)])
    assert near.entity == exact.entity
    assert near.score < exact.score


@pytest.mark.parametrize("name", ["Apple's", "the Apple", "APPLE", "Ápple", "Apple (company)"])
def test_forms_of_a_name_lead_to_it(filled: Store, name: str) -> None:
    (link,) = Linker(filled).link(name, [(0, len(name))])
    assert COMPANY in {c.entity for c in link.candidates}


def test_a_vector_of_the_text_decides_between_readings(filled: Store, embedder: object) -> None:
    def describe(ids: Sequence[str]) -> np.ndarray:
        return embedder.embed([filled.entity(id).description for id in ids])  # type: ignore[attr-defined]

    linker = Linker(filled, describe=describe)
    for text, meant in [
        ("Mercury, nearest planet", PLANET),
        ("Mercury, patron of travellers and trade", GOD),
    ]:
        (link,) = linker.link(text, [(0, 7)], vectors=embedder.embed([text])[0])  # type: ignore[attr-defined]
        assert link.entity == meant


def test_a_type_that_does_not_fit_speaks_against_a_reading(filled: Store) -> None:
    linker = Linker(filled)
    for label, meant in [(Label.LOC, PLANET), (Label.PER, GOD)]:
        seen = Mention(Part.TEXT, 0, 7, "Mercury", label, "tagger")
        (link,) = linker.link("Mercury", mentions=[seen])
        assert link.candidates[0].entity == meant


def test_a_longer_mention_takes_the_place_of_the_names_in_it(filled: Store) -> None:
    text = "the Lyon Observatory"
    seen = Mention(Part.TEXT, 4, 20, "Lyon Observatory", Label.ORG, "tagger")
    assert [link.text for link in Linker(filled).link(text, mentions=[seen])] == ["Lyon Observatory"]
    assert [link.text for link in Linker(filled).link(text)] == ["Lyon"]


def test_the_alias_table_follows_the_store(filled: Store, reading: Callable[..., object]) -> None:
    linker = Linker(filled)
    assert linker.link("Tarnwick") == ()
    filled.commit(Batch([reading("new", "Tarnwick is a village in Wales.")]))  # type: ignore[list-item]
    resolve(filled)
    assert [link.entity for link in linker.link("Tarnwick")] == [about_entity_id("new")]
    filled.delete("new")
    resolve(filled)
    assert linker.link("Tarnwick") == ()


def test_threads_share_a_linker(filled: Store) -> None:
    linker = Linker(filled)
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(linker.link("Mercury, Lyon"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8 and all(links == found[0] for links in found)


def test_spans_outside_of_the_text_and_missing_vectors_are_refused(filled: Store) -> None:
    linker = Linker(filled)
    with pytest.raises(QueryError, match="5 characters"):
        linker.link("Lyons", [(2, 9)])
    with pytest.raises(QueryError, match="2 vectors for 1"):
        linker.link("Lyon", [(0, 4)], vectors=np.zeros((2, 64), np.float32))


def test_an_empty_store_links_nothing(store: Store) -> None:
    linker = Linker(store)
    assert linker.link("Mercury") == () and linker.link("") == ()
    assert linker.link("Mercury", [(0, 7)])[0].entity is None
    assert linker.candidates("Mercury") == ()
