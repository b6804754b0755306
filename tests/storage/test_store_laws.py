"""The laws: order and batches do not show, deletion leaves nothing, namespaces see nothing of one another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clew.core.records import Reading, ReadingVectors
from clew.storage.rows import Batch
from clew.storage.store import Store

Pair = tuple[Reading, ReadingVectors]
Read = Callable[..., Pair]
Fresh = Callable[[], Store]
Decide = Callable[..., None]

_WORDS = st.sampled_from("Ada Bob Eve Zoe left met saw . Ünal".split())
_TEXTS = st.lists(_WORDS, max_size=12).map(" ".join)
_TITLES = st.sampled_from(["", "Ada", "Bob (king)", "Eve"])
_CORPORA = st.dictionaries(st.sampled_from("a b c d e f B é".split()), st.tuples(_TEXTS, _TITLES), max_size=6)
_LAW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def _pairs(read: Read, corpus: dict[str, tuple[str, str]]) -> list[Pair]:
    return [read(id, text, title) for id, (text, title) in corpus.items()]


def _commit(store: Store, pairs: Sequence[Pair], sizes: Sequence[int]) -> None:
    start = 0
    for size in (*sizes, len(pairs)):
        store.commit(Batch(pairs[start : start + size]))
        start += size


@_LAW
@given(corpus=_CORPORA, data=st.data())
def test_order_and_batch_size_do_not_change_the_fingerprint(
    corpus: dict[str, tuple[str, str]], data: Any, fresh: Fresh, read: Read, decide_all: Decide
) -> None:
    pairs = _pairs(read, corpus)
    with fresh() as one, fresh() as other:
        one.commit(Batch(pairs))
        decide_all(one)
        shuffled = data.draw(st.permutations(pairs))
        half = data.draw(st.integers(0, len(pairs)))
        _commit(other, shuffled[:half], data.draw(st.lists(st.integers(0, 3), max_size=4)))
        decide_all(other, size=data.draw(st.integers(1, 3)))
        _commit(other, shuffled[half:], data.draw(st.lists(st.integers(0, 3), max_size=4)))
        decide_all(other)
        assert other.fingerprint(vectors=True) == one.fingerprint(vectors=True)
        assert other.fingerprint() == one.fingerprint()
        assert one.check() == other.check() == []


@_LAW
@given(corpus=_CORPORA, extra=_CORPORA, early=st.booleans())
def test_deletion_leaves_what_would_be_there_had_it_never_been_added(
    corpus: dict[str, tuple[str, str]],
    extra: dict[str, tuple[str, str]],
    early: bool,
    fresh: Fresh,
    read: Read,
    decide_all: Decide,
) -> None:
    added = {"x" + id: content for id, content in extra.items()}
    with fresh() as never, fresh() as store:
        never.commit(Batch(_pairs(read, corpus)))
        decide_all(never)
        store.commit(Batch(_pairs(read, corpus | added)))
        if early:
            decide_all(store)
        store.commit(Batch(deletes=list(added)))
        decide_all(store)
        assert store.fingerprint(vectors=True) == never.fingerprint(vectors=True)
        assert list(store.entities()) == list(never.entities())
        assert store.check() == []


@_LAW
@given(before=_CORPORA, after=_CORPORA)
def test_an_update_leaves_what_would_be_there_had_the_old_text_never_been(
    before: dict[str, tuple[str, str]],
    after: dict[str, tuple[str, str]],
    fresh: Fresh,
    read: Read,
    decide_all: Decide,
) -> None:
    with fresh() as never, fresh() as store:
        never.commit(Batch(_pairs(read, before | after)))
        decide_all(never)
        store.commit(Batch(_pairs(read, before)))
        decide_all(store)
        store.commit(Batch(_pairs(read, after)))
        decide_all(store)
        assert store.fingerprint(vectors=True) == never.fingerprint(vectors=True)
        assert list(store.facts()) == list(never.facts())


def _seen(store: Store) -> list[Any]:
    """All that a store can be asked."""
    names = ["ada", "bob", "eve", "zoe", "unal", "bob king"]
    return [
        store.fingerprint(vectors=True),
        store.revision(),
        store.stats(),
        store.changes(0),
        store.dirty_names(),
        store.observations(names),
        store.decisions(),
        [item.document for item in store.load()],
        list(store.facts()),
        list(store.links()),
        list(store.entities()),
        list(store.aliases()),
        [list(store.facts(entity_id="entity of " + name)) for name in names],
        store.content_hashes(["a", "b", "c"]),
        store.sentence_vectors([("a", 0), ("b", 1)]).tolist(),
        store.meta("embedder"),
        store.jobs(),
        store.dead_letters(),
    ]


@_LAW
@given(mine=_CORPORA, theirs=_CORPORA, later=_CORPORA)
def test_a_namespace_sees_nothing_of_another(
    mine: dict[str, tuple[str, str]],
    theirs: dict[str, tuple[str, str]],
    later: dict[str, tuple[str, str]],
    fresh: Fresh,
    embedder: Any,
    read: Read,
    decide_all: Decide,
) -> None:
    with fresh() as store, fresh() as alone:
        neighbour = Store.open(store.engine, namespace=store.namespace + "-next", embedder=embedder)
        neighbour.commit(Batch(_pairs(read, theirs)))
        decide_all(neighbour)
        for one in (store, alone):
            one.commit(Batch(_pairs(read, mine)))
            decide_all(one)
        assert store.fingerprint(vectors=True) == alone.fingerprint(vectors=True)
        assert list(store.entities()) == list(alone.entities())
        before = _seen(store)
        neighbour.commit(Batch(_pairs(read, later), deletes=list(theirs)))
        neighbour.start_job("j", "j")
        neighbour.set_meta("k", 1)
        neighbour.mark_dirty(["ada"])
        decide_all(neighbour)
        neighbour.decide(["ada"], [], [], [])
        assert _seen(store) == before


@_LAW
@given(corpus=_CORPORA)
def test_the_fingerprint_sees_every_change(
    corpus: dict[str, tuple[str, str]], fresh: Fresh, read: Read, decide_all: Decide
) -> None:
    with fresh() as store:
        store.commit(Batch(_pairs(read, corpus)))
        decide_all(store)
        seen = {store.fingerprint()}
        store.commit(Batch([read("new", "Ada.")]))
        decide_all(store)
        seen.add(store.fingerprint())
        store.commit(Batch([read("new", "Ada.", "Title")]))
        decide_all(store)
        seen.add(store.fingerprint())
        store.commit(Batch([(read("new", "Ada.", "Title")[0], None)]))
        decide_all(store)
        seen.add(store.fingerprint())
        store.mark_dirty(["never"])
        seen.add(store.fingerprint())
        assert len(seen) == 5


@pytest.mark.parametrize("same", [True, False], ids=["one store", "a store each"])
def test_writers_at_once_end_where_one_writer_ends(
    same: bool, opened: Callable[..., Store], fresh: Fresh, read: Read, decide_all: Decide
) -> None:
    corpus = {f"d{n:02}": (f"Ada met N{n % 7}. Bob saw N{n % 3}.", f"T{n}") for n in range(40)}
    pairs = _pairs(read, corpus)
    first = opened()
    stores = [first if same else opened() for _ in range(4)]
    failures: list[BaseException] = []

    def write(store: Store, mine: list[Pair]) -> None:
        try:
            for start in range(0, len(mine), 2):
                store.commit(Batch(mine[start : start + 2]))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(stores[n], pairs[n::4])) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    decide_all(first)
    with fresh() as alone:
        alone.commit(Batch(pairs))
        decide_all(alone)
        assert first.fingerprint(vectors=True) == alone.fingerprint(vectors=True)
    assert first.check() == []
    assert sorted({change.revision for change in first.changes(0)})[:20] == list(range(1, 21))


def test_a_reader_never_sees_half_a_batch(opened: Callable[..., Store], read: Read) -> None:
    writer, reader = opened(), opened()
    done = threading.Event()
    wrong: list[Any] = []

    def watch() -> None:
        while not done.is_set():
            versions = {item.document.text: len(item.mentions) for item in reader.load(vectors=False)}
            if len(versions) > 1 or set(versions.values()) - {2}:
                wrong.append(versions)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        for version in range(25):
            writer.commit(Batch([read(f"d{n}", f"Ada met V{version}.") for n in range(8)]))
    finally:
        done.set()
        thread.join()
    assert wrong == []
