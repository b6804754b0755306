"""Identity is decided block by block, whatever the order, and undone by deletion."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.core.progress import ProgressEvent
from clew.core.records import Label
from clew.kg.blocks import Block, Outcome, about_entity_id
from clew.kg.deciding import decide_by_name, most_frequent_type, type_fit
from clew.kg.resolution import load_blocks, resolve
from clew.storage.rows import Batch, StoredDecision
from clew.storage.store import Store


def decision(store: Store, document: str, name: str) -> StoredDecision:
    return next(d for d in store.decisions(names=[name]) if d.document_id == document)


def test_a_mention_in_its_own_document_means_what_the_document_is_about(filled: Store) -> None:
    for document, name in [
        ("company", "apple"),
        ("planet", "mercury"),
        ("god", "mercury"),
        ("lyon-zh", "里昂"),
    ]:
        found = decision(filled, document, name)
        assert (found.entity_id, found.reason) == (about_entity_id(document), "own title")


def test_context_chooses_between_readings_and_keeps_the_others(filled: Store) -> None:
    trip, temple = decision(filled, "trip", "mercury"), decision(filled, "temple", "mercury")
    assert (trip.entity_id, trip.reason) == (about_entity_id("planet"), "context")
    assert temple.entity_id == about_entity_id("god")
    assert [a.entity for a in trip.alternatives] == [about_entity_id("god")]
    assert trip.score + trip.alternatives[0].score == pytest.approx(1.0, abs=0.011)


def test_a_name_that_no_document_bears_is_one_entity_however_the_tagger_wavers(filled: Store) -> None:
    lyon = filled.decisions(names=["lyon"])
    assert {d.document_id for d in lyon} == {"visit", "farm", "rumour"}
    assert len({d.entity_id for d in lyon}) == 1
    entity = filled.entity(lyon[0].entity_id)
    assert (entity.name, entity.label, entity.mentions) == ("Lyon", Label.LOC, 3)
    assert {d.reason for d in lyon} == {"name and type"}


def test_the_only_document_with_a_name_is_meant(store: Store, reading: Callable[..., object]) -> None:
    lead = reading("lead", "Karl Ivar Bergström (born 1950) was a Swedish actor.")
    other = reading("other", "A film with Karl Bergström opened.", "Films", [("Karl Bergström", "PER")])
    place = reading("place", "They walked to Karl Bergström.", "Walks", [("Karl Bergström", "LOC")])
    store.commit(Batch([lead, other, place]))  # type: ignore[list-item]
    resolve(store)
    assert decision(store, "other", "karl bergstrom").entity_id == about_entity_id("lead")
    assert decision(store, "other", "karl bergstrom").reason == "only reading"
    assert decision(store, "place", "karl bergstrom").entity_id != about_entity_id("lead")


def test_entities_carry_names_aliases_types_and_a_description(filled: Store) -> None:
    apple = filled.entity(about_entity_id("company"))
    assert (apple.name, apple.label, apple.documents) == ("Apple Inc.", Label.ORG, ("company",))
    assert apple.description.startswith("Apple Inc. (formerly Apple Computer)")
    assert "Apple Computer" in apple.aliases
    assert filled.entity(about_entity_id("planet")).name == "Mercury (planet)"


def test_documents_of_equal_title_stay_distinct(store: Store, reading: Callable[..., object]) -> None:
    one = reading("one", "Springfield is a town in Ohio.", "Springfield")
    two = reading("two", "Springfield is a city in Illinois.", "Springfield")
    store.commit(Batch([one, two]))  # type: ignore[list-item]
    resolve(store)
    assert {e.id for e in store.entities()} >= {about_entity_id("one"), about_entity_id("two")}


def test_nothing_is_dirty_afterwards_and_a_second_run_changes_nothing(filled: Store) -> None:
    assert filled.dirty_names() == []
    before = filled.fingerprint()
    assert resolve(filled).blocks == 0
    filled.mark_dirty(["mercury", "apple", "lyon", "no such name"])
    revision = filled.revision()
    assert resolve(filled).blocks == 4
    assert filled.fingerprint() == before
    assert filled.revision() == revision
    assert filled.check() == []


def test_the_report_counts_and_progress_is_told(store: Store, documents: list[object]) -> None:
    store.commit(Batch(documents))  # type: ignore[arg-type]
    events: list[ProgressEvent] = []
    report = resolve(store, chunk=3, progress=events.append)
    assert report.blocks == events[-1].done == events[-1].total
    assert report.mentions == sum(report.reasons.values()) == len(store.decisions())
    assert report.revision == store.revision()


@pytest.mark.parametrize("seed", range(3))
def test_order_and_batches_leave_no_trace(
    filled: Store, documents: list[object], embedder: object, seed: int
) -> None:
    draw = random.Random(seed)
    draw.shuffle(documents)
    with Store.open(":memory:", embedder=embedder) as other:  # type: ignore[arg-type]
        while documents:
            size = draw.randint(1, 4)
            other.commit(Batch(documents[:size]))  # type: ignore[arg-type]
            del documents[:size]
            resolve(other, chunk=draw.choice([1, 2, 100]))
        assert other.fingerprint() == filled.fingerprint()


def test_after_a_deletion_the_store_is_as_if_the_document_had_never_been(
    filled: Store, documents: list[tuple[object, object]], embedder: object
) -> None:
    for gone in ("company", "visit", "planet"):
        filled.delete(gone)
        resolve(filled)
        documents = [d for d in documents if d[0].document.id != gone]  # type: ignore[attr-defined]
        with Store.open(":memory:", embedder=embedder) as never:  # type: ignore[arg-type]
            never.commit(Batch(documents))  # type: ignore[arg-type]
            resolve(never)
            assert never.fingerprint() == filled.fingerprint()
        assert filled.check() == []


def test_typed_values_are_no_entities(store: Store, reading: Callable[..., object]) -> None:
    store.commit(Batch([reading("d", "Founded in 1947 in Lyon.", "", [("1947", "DATE"), ("Lyon", "LOC")])]))  # type: ignore[list-item]
    resolve(store)
    assert [e.name for e in store.entities()] == ["Lyon"]


def test_a_decision_by_a_person_survives_resolution(filled: Store) -> None:
    trip = decision(filled, "trip", "mercury")
    from clew.core.records import Decision

    filled.override([Decision(trip.mention_id, about_entity_id("god"), 1.0, "a person said so")])
    resolve(filled)
    assert decision(filled, "trip", "mercury").entity_id == about_entity_id("god")
    filled.take_back([trip.mention_id])
    resolve(filled)
    assert decision(filled, "trip", "mercury").entity_id == about_entity_id("planet")


def test_another_rule_of_identity_can_take_the_place(store: Store, documents: list[object]) -> None:
    store.commit(Batch(documents))  # type: ignore[arg-type]
    blocks: list[str] = []

    def nothing(block: Block) -> Outcome:
        blocks.append(block.name)
        return Outcome()

    resolve(store, decide=nothing)
    assert "mercury" in blocks and store.decisions() == []


@given(st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_a_block_is_decided_whatever_the_order_of_its_observations(draw: random.Random) -> None:
    block = _MERCURY[0]
    mentions, bearers = list(block.mentions), list(block.bearers)
    draw.shuffle(mentions)
    draw.shuffle(bearers)
    shuffled = replace(block, mentions=tuple(mentions), bearers=tuple(bearers))
    one, two = decide_by_name(block), decide_by_name(shuffled)
    assert sorted(map(repr, one.decisions)) == sorted(map(repr, two.decisions))
    assert set(one.entities) == set(two.entities)
    assert sorted(map(repr, one.aliases)) == sorted(map(repr, two.aliases))


_MERCURY: list[Block] = []


@pytest.fixture(autouse=True, scope="module")
def _mercury(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> None:
    corpus, embedder = request.getfixturevalue("corpus_once"), request.getfixturevalue("embedder_once")
    with Store.open(tmp_path_factory.mktemp("block") / "kg.db", embedder=embedder) as store:
        store.commit(Batch(corpus))
        _MERCURY[:] = load_blocks(store, ["mercury"])
    assert len(_MERCURY[0].bearers) == 2 and _MERCURY[0].sentences and _MERCURY[0].documents


def test_the_most_frequent_type_ignores_what_says_nothing() -> None:
    assert most_frequent_type([Label.MISC, Label.MISC, Label.MISC, Label.LOC]) is Label.LOC
    assert most_frequent_type([Label.ORG, Label.PER]) is Label.PER


def test_type_fit_is_symmetric_and_within_bounds() -> None:
    names = [label for label in Label if not label.is_value]
    for one in names:
        for other in names:
            assert type_fit(one, other) == type_fit(other, one)
            assert 0 < type_fit(one, other) <= 1
        assert type_fit(one, one) == 1
