"""A second embedder for questions in another language than the passages."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clew import Document, KnowledgeBase
from clew.core.errors import EmbedderMismatchError
from clew.models.hashing import HashingEmbedder
from clew.models.paired import PairedEmbedder
from clew.retrieval.companion import Abroad, Companion, foreign_languages
from clew.retrieval.parts import merge, read_parts
from clew.retrieval.projection import equal_parts
from clew.retrieval.retriever import NO_COMPANION

WORDS = {
    "fluss": "river", "durch": "through", "welcher": "which", "fließt": "flows", "stadt": "city",
    "planet": "planet", "sonne": "sun", "nächsten": "nearest", "steht": "is", "der": "the",
}  # fmt: skip
DOCUMENTS = [
    Document("seine", "The river that flows through the city is wide.", language="en"),
    Document("mercury", "The planet that is nearest to the sun has no moons.", language="en"),
    Document("bread", "Bread is baked of flour, water and salt.", language="en"),
    Document("garden", "Roses and tulips grow in a garden behind the house.", language="en"),
    Document("katze", "Die Katze schläft auf dem Sofa neben dem Ofen.", language="de"),
]
QUESTIONS = {
    "seine": "Welcher Fluss fließt durch die Stadt?",
    "mercury": "Welcher Planet ist der Sonne am nächsten?",
}


class Bilingual(HashingEmbedder):
    """Knows spelling, and a few German words in English."""

    def embed_queries(self, texts):
        return super().embed_queries([" ".join(WORDS.get(w, w) for w in t.lower().split()) for t in texts])


def pair():
    return PairedEmbedder(HashingEmbedder(dimension=128), Bilingual(dimension=64))


@pytest.fixture
def paired(tmp_path):
    with KnowledgeBase(tmp_path / "paired.db", embedder=pair()) as kb:
        kb.ingest(DOCUMENTS, workers=1)
        yield kb


def found(kb, question, language):
    return [(hit.document_id, hit.score) for hit in kb.search(question, 5, language=language).passages]


def test_a_question_in_another_language_finds_by_the_companion(paired, tmp_path):
    with KnowledgeBase(tmp_path / "alone.db", embedder=HashingEmbedder(dimension=128)) as alone:
        alone.ingest(DOCUMENTS, workers=1)
        for gold, question in QUESTIONS.items():
            assert found(paired, question, "de")[0][0] == gold
        assert any(found(alone, question, "de")[0][0] != gold for gold, question in QUESTIONS.items())


def test_within_one_language_the_companion_changes_nothing(tmp_path):
    english = [document for document in DOCUMENTS if document.language == "en"]
    with (
        KnowledgeBase(tmp_path / "a.db", embedder=pair()) as paired,
        KnowledgeBase(tmp_path / "b.db", embedder=HashingEmbedder(dimension=128)) as alone,
    ):
        paired.ingest(english, workers=1)
        alone.ingest(english, workers=1)
        for question in ("Which river flows through the city?", "What is bread baked of?"):
            assert found(paired, question, "en") == found(alone, question, "en")


def test_the_store_does_without_when_the_companion_is_not_loaded(paired):
    path = paired.store.path
    with KnowledgeBase(path, embedder=HashingEmbedder(dimension=128)) as kb:
        assert kb.search(QUESTIONS["seine"], language="de").warnings == (NO_COMPANION,)
        assert kb.search("Which river is wide?", language="en").passages
        assert kb.verify().ok
        with pytest.raises(EmbedderMismatchError, match="companion.*hashing.*reindex"):
            kb.ingest([Document("new", "A lake lies in the hills.")], workers=1)
        assert kb.delete("katze").found
    assert paired.search(QUESTIONS["seine"], language="de").warnings == ()
    assert found(paired, QUESTIONS["seine"], "de")[0][0] == "seine"


def test_a_store_without_companion_stays_without(tmp_path):
    with KnowledgeBase(tmp_path / "s.db", embedder=HashingEmbedder(dimension=128)) as kb:
        kb.ingest(DOCUMENTS[:2], workers=1)
    with KnowledgeBase(tmp_path / "s.db", embedder=pair()) as kb:
        assert kb.ingest(DOCUMENTS, workers=1).added == 3
        assert kb.store.embedder() == {"name": "hashing", "version": "1-128", "dimension": 128}
        assert kb.search(QUESTIONS["seine"], language="de").warnings == ()
        assert kb.verify().ok


def test_reindex_brings_a_companion_and_takes_it_away(tmp_path, paired):
    path = tmp_path / "s.db"
    with KnowledgeBase(path, embedder=HashingEmbedder(dimension=128)) as kb:
        kb.ingest(DOCUMENTS, workers=1)
        before = kb.store.fingerprint(vectors=True)
    assert KnowledgeBase.reindex(path, embedder=pair()) == len(DOCUMENTS)
    with KnowledgeBase(path, embedder=pair()) as kb:
        assert kb.store.fingerprint(vectors=True) == paired.store.fingerprint(vectors=True) != before
        assert kb.store.embedder()["companion"]["dimension"] == 64
        assert found(kb, QUESTIONS["seine"], "de") == found(paired, QUESTIONS["seine"], "de")
    KnowledgeBase.reindex(path, embedder=HashingEmbedder(dimension=128))
    with KnowledgeBase(path, embedder=pair()) as kb:
        assert kb.store.fingerprint(vectors=True) == before


def test_an_emptied_store_chooses_anew(paired):
    path = paired.store.path
    for document in DOCUMENTS:
        paired.delete(document.id)
    assert list(equal_parts(paired.retriever.projection.current().parts, read_parts([], 0, 128))) == []
    with KnowledgeBase(path, embedder=HashingEmbedder(dimension=128)) as kb:
        kb.ingest(DOCUMENTS, workers=1)
        assert "companion" not in kb.store.embedder()


def test_vectors_of_the_companion_follow_documents_in_any_order(tmp_path, paired):
    with KnowledgeBase(tmp_path / "t.db", embedder=pair()) as other:
        for document in reversed(DOCUMENTS):
            other.ingest([document], workers=1)
        other.ingest([Document("bread", "Something else.", language="en")], workers=1)
        other.ingest([DOCUMENTS[2], Document("gone", "A text that goes again.")], workers=1)
        other.delete("gone")
        assert other.store.fingerprint(vectors=True) == paired.store.fingerprint(vectors=True)
        assert other.verify().ok
        index = other.retriever.projection.current()
        assert list(equal_parts(index.parts, paired.retriever.projection.current().parts)) == []
        assert index.accompanied
        stored = {s.document.id: s for s in other.store.load()}
        rest = read_parts([s for id, s in stored.items() if id != "bread"], 1, 128)
        whole = merge(rest, set(), read_parts([stored["bread"]], 1, 128))
        assert list(equal_parts(whole, index.parts)) == []


def test_a_saved_index_keeps_the_companion(paired):
    with KnowledgeBase(paired.store.path, embedder=pair()) as again:
        assert again.retriever.projection.current().accompanied
        for question in QUESTIONS.values():
            assert found(again, question, "de") == found(paired, question, "de")


def test_a_question_whose_language_is_unknown_is_foreign_nowhere(paired):
    index = paired.retriever.projection.current()
    assert index.languages == ("de", "en")
    assert foreign_languages(index, "de").tolist() == [False, True]
    assert foreign_languages(index, "und").tolist() == [False, False]


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), depth=st.integers(1, 12))
def test_both_together_equal_the_formula_and_leave_their_own_language_alone(seed, depth):
    draw = np.random.default_rng(seed)
    documents = [
        Document(
            f"d{i}", " ".join(draw.choice(list(WORDS.values()), 6)) + ".", language=draw.choice(["en", "de"])
        )
        for i in range(12)
    ]
    with KnowledgeBase(":memory:", embedder=pair()) as kb:
        kb.ingest(documents, workers=1)
        index, vectors = kb.retriever._current()
    side = Companion.of(index, "cpu")
    question, other = draw.normal(size=128).astype(np.float32), draw.normal(size=64).astype(np.float32)
    foreign = foreign_languages(index, "de")
    cosines, rows = vectors.search(question[None], depth)
    got_rows, got = Abroad(index, side, other, foreign).together(question, rows[0], cosines[0], depth)
    first = index.centred @ question
    codes, language = index.parts.tables["companions"], index.passage_language
    second = codes["codes"] * codes["scale"][:, None]
    second = (second - side.centroids[language]) @ other
    abroad = foreign[language]
    wanted = first.copy()
    if abroad.sum() >= 3:
        summed = (first[abroad] - first[abroad].mean()) / first[abroad].std()
        summed += (second[abroad] - second[abroad].mean()) / second[abroad].std()
        wanted[abroad] = first[abroad].mean() + first[abroad].std() * summed / summed.std()
    assert len(got) <= depth and np.all(np.diff(got) <= 0)
    np.testing.assert_allclose(got, wanted[got_rows], atol=1e-3)
    if depth == 12:
        np.testing.assert_allclose(got, np.sort(wanted)[::-1], atol=1e-3)


@pytest.mark.slow
def test_worker_processes_embed_as_the_store_wants_it(tmp_path):
    both = {"models": {"embedder": "hashing", "companion": "hashing"}}
    alone = {"models": {"embedder": "hashing", "companion": ""}}
    prints = {}
    for name, first, then in (("both", both, both), ("alone", alone, both)):
        for workers in (1, 2):
            path = tmp_path / f"{name}{workers}.db"
            with KnowledgeBase(path, settings=first) as kb:
                kb.ingest(DOCUMENTS[:1], workers=1)
            with KnowledgeBase(path, settings=then) as kb:
                assert kb.ingest(DOCUMENTS, workers=workers).added == 4
                prints[name, workers] = kb.store.fingerprint(vectors=True)
                assert ("companion" in kb.store.embedder()) == (name == "both")
    assert prints["both", 1] == prints["both", 2] != prints["alone", 1] == prints["alone", 2]
