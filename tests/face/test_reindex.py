"""Another embedder for a store: embedded again, not read again."""

import pytest

from clew import Document, KnowledgeBase
from clew.core.errors import EmbedderMismatchError, StoreError
from clew.ingestion.reindex import reindex
from clew.models.hashing import HashingEmbedder
from clew.storage.store import Store

SETTINGS = {"models": {"embedder": "hashing"}}
DOCUMENTS = [
    Document("planet", "Mercury is the planet nearest to the Sun. It has no moons.", "Mercury (planet)"),
    Document("metal", "Mercury is a metal that is liquid at room temperature.", "Mercury (element)"),
    Document("sun", "The Sun is a star. Mercury is the planet that circles it fastest.", "Sun"),
]


class Failing(HashingEmbedder):
    """Gives up in the middle."""

    def embed_passages(self, passages):
        for number, vectors in enumerate(super().embed_passages(passages)):
            if number == 1:
                raise RuntimeError("the power went")
            yield vectors


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


def test_what_fails_in_the_middle_changes_nothing(path):
    with KnowledgeBase(path, settings=SETTINGS) as kb:
        before = kb.store.fingerprint(vectors=True)
    with pytest.raises(RuntimeError):
        KnowledgeBase.reindex(path, embedder=Failing(dimension=32))
    with KnowledgeBase(path, settings=SETTINGS) as kb:
        assert kb.store.fingerprint(vectors=True) == before and kb.verify().ok


def test_documents_that_came_meanwhile_are_not_lost(path):
    with Store.open(path) as store, KnowledgeBase(path, settings=SETTINGS) as kb:

        class Slow(HashingEmbedder):
            def embed_passages(self, passages):
                kb.ingest([Document("late", "Venus is a planet.", "Venus")])
                yield from super().embed_passages(passages)

        with pytest.raises(StoreError, match="changed while they were embedded"):
            reindex(store, Slow(dimension=32))
        assert kb.stats()["documents"] == 4 and kb.verify().ok


def test_an_empty_store_takes_any_embedder(tmp_path):
    KnowledgeBase(tmp_path / "s.db", settings=SETTINGS).close()
    assert KnowledgeBase.reindex(tmp_path / "s.db", embedder=HashingEmbedder(dimension=32)) == 0
    with KnowledgeBase(tmp_path / "s.db", embedder=HashingEmbedder(dimension=32)) as kb:
        assert kb.ingest(DOCUMENTS, workers=1).added == 3
