"""Another embedder for a store: embedded again, not read again."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from sqlalchemy import text

from clew import Document, KnowledgeBase
from clew.core.errors import EmbedderMismatchError
from clew.ingestion.reindex import reindex
from clew.models.hashing import HashingEmbedder
from clew.storage.store import Store

SETTINGS = {"models": {"embedder": "hashing"}}
DOCUMENTS = [
    Document("planet", "Mercury is the planet nearest to the Sun. It has no moons.", "Mercury (planet)"),
    Document("metal", "Mercury is a metal that is liquid at room temperature.", "Mercury (element)"),
    Document("sun", "The Sun is a star. Mercury is the planet that circles it fastest.", "Sun"),
]


class Counting(HashingEmbedder):
    """Counts the passages that it embeds, and gives up after `patience`."""

    def __init__(self, dimension, patience=None):
        super().__init__(dimension=dimension)
        self.embedded, self.patience = 0, patience

    def embed_passages(self, passages):
        for vectors in super().embed_passages(passages):
            if self.embedded == self.patience:
                raise RuntimeError("the power went")
            self.embedded += 1
            yield vectors


def waiting(kb):
    """Documents whose new vectors wait."""
    with kb.store.engine.connect() as connection:
        return connection.execute(text("SELECT count(*) FROM reembedded")).scalar()


@pytest.fixture
def path(tmp_path):
    with KnowledgeBase(tmp_path / "s.db", settings=SETTINGS) as kb:
        kb.ingest(DOCUMENTS)
    return tmp_path / "s.db"


def test_a_reindexed_store_equals_one_made_with_the_new_embedder(path, tmp_path):
    small = HashingEmbedder(dimension=32)
    with pytest.raises(EmbedderMismatchError, match="256.*32.*reindex"):
        KnowledgeBase(path, embedder=small)
    assert KnowledgeBase.reindex(path, embedder=small) == 3
    with KnowledgeBase(path, embedder=small) as kb, KnowledgeBase(tmp_path / "t.db", embedder=small) as fresh:
        fresh.ingest(DOCUMENTS)
        assert kb.store.fingerprint(vectors=True) == fresh.store.fingerprint(vectors=True)
        question = "Which planet is nearest to the Sun?"
        assert [(h.document_id, h.score) for h in kb.search(question).passages] == [
            (h.document_id, h.score) for h in fresh.search(question).passages
        ]
        assert kb.verify().ok
    with pytest.raises(EmbedderMismatchError):
        KnowledgeBase(path, settings=SETTINGS)


def test_what_fails_in_the_middle_changes_nothing_and_is_not_done_again(target, monkeypatch):
    monkeypatch.setattr("clew.ingestion.reindex._CHUNK", 1)
    with KnowledgeBase(target, settings=SETTINGS) as kb:
        kb.ingest(DOCUMENTS)
        before, question = kb.store.fingerprint(vectors=True), "Which planet is nearest to the Sun?"
        found = kb.search(question).passages
        with pytest.raises(RuntimeError):
            KnowledgeBase.reindex(target, embedder=Counting(dimension=32, patience=2))
        assert kb.store.fingerprint(vectors=True) == before and kb.verify().ok
        assert kb.search(question).passages == found
    again = Counting(dimension=32)
    assert KnowledgeBase.reindex(target, embedder=again) == 3 and again.embedded == 1
    with KnowledgeBase(target, embedder=again) as kb:
        assert kb.verify().ok and waiting(kb) == 0


def test_what_waits_goes_with_its_document_and_is_made_anew_for_another_text(target, monkeypatch):
    monkeypatch.setattr("clew.ingestion.reindex._CHUNK", 1)
    with KnowledgeBase(target, settings=SETTINGS) as kb:
        kb.ingest(DOCUMENTS)
        with pytest.raises(RuntimeError):
            KnowledgeBase.reindex(target, embedder=Counting(dimension=32, patience=2))
        assert waiting(kb) == 2
        kb.delete("metal")
        kb.update(Document("planet", "Mercury is hot.", "Mercury (planet)"))
        assert waiting(kb) == 0
    with KnowledgeBase(":memory:", embedder=HashingEmbedder(dimension=32)) as fresh:
        KnowledgeBase.reindex(target, embedder=fresh.embedder)
        fresh.ingest([Document("planet", "Mercury is hot.", "Mercury (planet)"), DOCUMENTS[2]])
        with KnowledgeBase(target, embedder=fresh.embedder) as kb:
            assert kb.fingerprint(vectors=True) == fresh.fingerprint(vectors=True)


def test_documents_that_came_and_went_meanwhile_are_seen(target):
    with KnowledgeBase(target, settings=SETTINGS) as kb, Store.open(target) as store:
        kb.ingest(DOCUMENTS)

        class Slow(Counting):
            def embed_passages(self, passages):
                if not self.embedded:
                    kb.ingest([Document("late", "Venus is a planet.", "Venus")])
                    kb.delete("sun")
                yield from super().embed_passages(passages)

        assert reindex(store, Slow(dimension=32)) == 3
    with KnowledgeBase(target, embedder=HashingEmbedder(dimension=32)) as kb:
        assert kb.store.document_ids() == ["late", "metal", "planet"] and kb.verify().ok


def test_two_that_reindex_at_once_end_in_one_index_and_leave_nothing_waiting(target, monkeypatch):
    monkeypatch.setattr("clew.ingestion.reindex._CHUNK", 1)
    with KnowledgeBase(target, settings=SETTINGS) as kb:
        kb.ingest(DOCUMENTS)

    class Overtaken(Counting):
        def embed_passages(self, passages):
            if self.embedded == 1:
                KnowledgeBase.reindex(target, embedder=HashingEmbedder(dimension=32))
            yield from super().embed_passages(passages)

    slow = Overtaken(dimension=32)
    assert KnowledgeBase.reindex(target, embedder=slow) == 3 and slow.embedded == 2
    with KnowledgeBase(target, embedder=HashingEmbedder(dimension=32)) as kb:
        assert kb.verify().ok and waiting(kb) == 0


SEARCHING = """
import json, sys
from clew import KnowledgeBase
from clew.core.errors import EmbedderMismatchError

with KnowledgeBase(sys.argv[1], settings={"models": {"embedder": "hashing"}}) as kb:
    for line in sys.stdin:
        try:
            hits = kb.search(line, mode="passages").passages
            print(json.dumps([[hit.document_id, hit.score] for hit in hits]), flush=True)
        except EmbedderMismatchError:
            print(json.dumps("another embedder"), flush=True)
"""


def test_another_process_is_served_by_the_old_index_until_the_switch(target, monkeypatch):
    monkeypatch.setattr("clew.ingestion.reindex._CHUNK", 1)
    with KnowledgeBase(target, settings=SETTINGS) as kb:
        kb.ingest(DOCUMENTS)
    command = [sys.executable, "-c", SEARCHING, target]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as process:

        def asked():
            process.stdin.write("Which planet is nearest to the Sun?\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        before, seen = asked(), []

        class Watched(HashingEmbedder):
            def embed_passages(self, passages):
                seen.append(asked())
                yield from super().embed_passages(passages)

        KnowledgeBase.reindex(target, embedder=Watched(dimension=32))
        after = asked()
        process.stdin.close()
    assert before and seen == [before] * 3 and after == "another embedder"


@pytest.mark.parametrize("changed", ["name", "dimension", "version"])
def test_another_name_dimension_or_normalisation_is_refused_and_named(target, changed):
    with KnowledgeBase(target, settings=SETTINGS) as kb:
        kb.ingest(DOCUMENTS)
        info = kb.embedder.info
    other = {"name": "others", "dimension": 128, "version": f"{info.version}, not normalised"}[changed]

    another = HashingEmbedder()
    another.info = replace(info, **{changed: other})
    with pytest.raises(EmbedderMismatchError, match=str(other)) as raised:
        KnowledgeBase(target, embedder=another)
    assert "clew reindex" in str(raised.value)
    with KnowledgeBase(target, settings=SETTINGS) as kb:
        assert kb.stats()["documents"] == 3


def test_an_empty_store_takes_any_embedder(tmp_path):
    KnowledgeBase(tmp_path / "s.db", settings=SETTINGS).close()
    assert KnowledgeBase.reindex(tmp_path / "s.db", embedder=HashingEmbedder(dimension=32)) == 0
    with KnowledgeBase(tmp_path / "s.db", embedder=HashingEmbedder(dimension=32)) as kb:
        assert kb.ingest(DOCUMENTS, workers=1).added == 3
