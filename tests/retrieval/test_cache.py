"""What is kept from searches before, and that a commit is seen whoever made it."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew import Document, KnowledgeBase
from clew.models.hashing import HashingEmbedder
from clew.retrieval.cache import LeastRecent

SETTINGS = {"models": {"embedder": "hashing"}}
COMMIT = """
import sys
from clew import Document, KnowledgeBase
with KnowledgeBase(sys.argv[1], settings={"models": {"embedder": "hashing"}}) as kb:
    kb.ingest([Document("new", "Steve Jobs loved Kyoto.", "Kyoto")])
"""


class Counting(HashingEmbedder):
    """The model-free embedder, counting what it embeds."""

    def __init__(self):
        super().__init__()
        self.calls = []

    def embed_queries(self, texts):
        self.calls.append(list(texts))
        return super().embed_queries(texts)


def same(a, b):
    """Two results but for their timings."""
    from dataclasses import replace

    return replace(a, timings={}) == replace(b, timings={})


@pytest.fixture
def counting(documents):
    embedder = Counting()
    with KnowledgeBase(":memory:", settings=SETTINGS, embedder=embedder) as kb:
        kb.ingest(documents)
        embedder.calls.clear()
        yield kb, embedder


def test_the_same_search_is_made_once(counting):
    kb, embedder = counting
    first, second = kb.search("Steve Jobs"), kb.search("Steve Jobs")
    assert same(first, second)
    assert len(embedder.calls) == 1
    assert set(second.timings) == {"total"}


@pytest.mark.parametrize(
    "other", [{"k": 2}, {"mode": "facts"}, {"diversity": 0.5}, {"per_document": 1}, {"rerank": "sentences"}]
)
def test_everything_that_matters_tells_searches_apart(counting, other):
    kb, _ = counting
    kb.search("Where was Steve Jobs born?", **{"k": 5, "mode": "passages"})
    changed = kb.search("Where was Steve Jobs born?", **{"k": 5, "mode": "passages", **other})
    assert set(changed.timings) != {"total"}


def test_a_commit_of_another_process_is_seen(tmp_path, documents):
    db = str(tmp_path / "shared.db")
    with KnowledgeBase(db, settings=SETTINGS) as kb:
        kb.ingest(documents)
        before = kb.search("Who loved Kyoto?", mode="passages")
        subprocess.run([sys.executable, "-c", COMMIT, db], check=True, timeout=300)
        after = kb.search("Who loved Kyoto?", mode="passages")
    assert "new" not in {hit.document_id for hit in before.passages}
    assert "new" in {hit.document_id for hit in after.passages}
    assert after.revision > before.revision


def test_themes_and_ways_follow_a_commit(open_kb, documents):
    kb = open_kb()
    kb.ingest(documents)
    assert kb.path("Apple Inc.", "Mercury (planet)") == ()
    kb.ingest([Document("trip", "Steve Jobs saw Mercury (planet) from San Francisco.", "Trip")])
    kb.ingest([Document("mercury", "Steve Jobs saw Mercury from a hill.", "Mercury (planet)")])
    assert kb.path("Apple Inc.", "Mercury (planet)")
    kb.delete("mercury"), kb.delete("trip")
    assert not any("Mercury (planet)" in e.name for e in kb.search("themes", mode="global").entities)


def test_what_a_caller_does_to_metadata_is_not_kept(open_kb):
    kb = open_kb()
    kb.ingest([Document("a", "Cider is pressed from apples.", metadata={"tags": ["drink"]})])
    kb.search("cider").passages[0].metadata["tags"].append("changed")
    assert kb.search("cider").passages[0].metadata == {"tags": ["drink"]}


def test_nothing_is_kept_when_the_settings_say_so(documents):
    settings = {**SETTINGS, "retrieval": {"cached_results": 0, "cached_vectors": 0}}
    embedder = Counting()
    with KnowledgeBase(":memory:", settings=settings, embedder=embedder) as kb:
        kb.ingest(documents)
        embedder.calls.clear()
        kb.search("Steve Jobs", mode="passages")
        kb.search("Steve Jobs", mode="passages")
        assert len(embedder.calls) == 2
        assert [f.query.text for f in kb.search_many(["apple", "planet", "apple"])] == [
            "apple",
            "planet",
            "apple",
        ]


def test_threads_that_search_together_find_what_one_finds(open_kb, documents):
    kb = open_kb()
    kb.ingest(documents)
    questions = [
        ("Steve Jobs", "local"), ("Who founded Apple Inc.?", "facts"), ("Mercury", "passages"),
        ("themes", "global"),
    ] * 6  # fmt: skip
    alone = [kb.search(q, 3, mode=m) for q, m in questions[:4]] * 6
    fresh = open_kb()
    fresh.ingest(documents)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda pair: fresh.search(pair[0], 3, mode=pair[1]), questions))
    assert [f.passages for f in found] == [f.passages for f in alone]
    assert [f.themes for f in found] == [f.themes for f in alone]


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=60), st.integers(0, 5))
def test_the_cache_holds_the_keys_that_were_asked_for_last(steps, room):
    cache, recent = LeastRecent(room), []
    for key, put in steps:
        if put:
            cache.put(key, str(key))
        assert cache.get(key) == (str(key) if put and room else (str(key) if key in recent else None))
        if put or key in recent:
            recent = [*(k for k in recent if k != key), key][-room:] if room else []
        assert len(cache) == len(recent) <= room


def test_the_cache_stays_within_its_bounds_under_threads():
    cache: LeastRecent[int, int] = LeastRecent(10)

    def work(start):
        for i in range(500):
            cache.put((start * i) % 37, i)
            cache.get(i % 37)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(cache) == 10


# --- many at once


def test_many_searches_are_single_searches_with_one_embedding(counting):
    kb, embedder = counting
    questions = ["Who founded Apple Inc.?", "Where was Steve Jobs born?", "Mercury", "Mercury", "weather"]
    together = kb.search_many(questions, 3)
    assert len(embedder.calls) == 1 and len(embedder.calls[0]) == 4
    with KnowledgeBase(":memory:", settings=SETTINGS) as fresh:
        fresh.ingest(kb.documents())
        alone = [fresh.search(question, 3) for question in questions]
    assert [(f.query, f.passages, f.facts) for f in together] == [
        (f.query, f.passages, f.facts) for f in alone
    ]


def test_no_questions_have_no_results(counting):
    assert counting[0].search_many([]) == []


async def test_many_from_an_event_loop(counting):
    kb, _ = counting
    found = await kb.asearch_many(["Steve Jobs", "Mercury"], 2, mode="passages")
    assert [f.passages for f in found] == [
        kb.search(q, 2, mode="passages").passages for q in ("Steve Jobs", "Mercury")
    ]
