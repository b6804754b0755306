"""Named snapshots: back to an earlier state, whole, as one more revision, and never a trap for others."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from clew import Document, KnowledgeBase
from clew.core.errors import ArchiveError, ClewError, NotFoundError, SettingsError
from clew.core.records import Failure
from clew.storage.rows import Feedback

DOCUMENTS = [
    Document("ada", "Ada Lovelace was born in London. She wrote programs.", "Ada Lovelace"),
    Document("firm", "Heart Ltd. is a firm in Palos. Ada Lovelace founded Heart Ltd. in 1976.", "Heart Ltd."),
    Document("palos", "Palos is a town by the sea.", "Palos"),
]
LATER = [Document("ada", "Ada Byron was a countess.", "Ada Byron"), Document("new", "Bob left Palos.", "Bob")]
QUESTION = "Who founded Heart Ltd.?"


@pytest.fixture
def configuration(tmp_path: Path) -> dict[str, Any]:
    return {"models": {"embedder": "hashing"}, "storage": {"snapshots": str(tmp_path / "kept")}}


@pytest.fixture
def kb(target: str, configuration: dict[str, Any]) -> Any:
    with KnowledgeBase(target, settings=configuration) as kb:
        kb.ingest(DOCUMENTS)
        yield kb


def found(kb: KnowledgeBase) -> list[Any]:
    return [(hit.document_id, hit.score) for hit in kb.search(QUESTION).passages]


def test_restoring_brings_back_everything_as_one_more_revision(kb):
    kb.store.add_feedback(Feedback("f", "ada", helpful=True))
    kb.store.add_failures([Failure("bad", "E", "no")])
    link = next(k for k in kb.store.links(["firm"]) if k.entity_id is not None)
    kb.decide(link.mention_id, next(kb.store.entities()).id)
    mark, before, decided = kb.store.fingerprint(vectors=True), found(kb), kb.decisions()
    info = kb.snapshot("before-import")
    assert (info.documents, info.fingerprint, info.revision) == (3, kb.fingerprint(), kb.store.revision())
    kb.ingest(LATER)
    kb.delete("palos")
    kb.undo(link.mention_id)
    kb.store.add_feedback(Feedback("f2", "ada"))
    revision = kb.store.revision()
    receipt = kb.restore("before-import")
    assert kb.store.fingerprint(vectors=True) == mark and found(kb) == before
    assert kb.store.revision() > revision and receipt.counts == {"documents": 3}
    assert kb.decisions() == decided and [f.id for f in kb.store.feedback()] == ["f"]
    assert [letter.source for letter in kb.store.dead_letters()] == ["bad"]
    assert kb.verify().problems == ()
    # what was done stays on record
    assert [r.kind for r in kb.audit()] == ["delete", "undo", "restore"]
    assert [each.name for each in kb.snapshots()] == ["before-import"] and kb.snapshots() == [info]


def test_restoring_what_is_there_changes_nothing(kb):
    kb.snapshot("now")
    revision = kb.store.revision()
    assert kb.restore("now").counts == {"documents": 0}
    assert kb.store.revision() == revision


def test_another_process_follows_a_restoration(kb, target, configuration):
    with KnowledgeBase(target, settings=configuration) as other:
        before = found(other)
        kb.snapshot("a")
        kb.ingest(LATER)
        kb.delete("firm")
        assert found(other) != before
        kb.restore("a")
        assert found(other) == before and other.verify().ok


def test_a_name_can_be_used_again_and_removed(kb):
    kb.snapshot("a")
    kb.ingest(LATER)
    kb.snapshot("a"), kb.snapshot("b")
    assert [(s.name, s.documents) for s in kb.snapshots()] == [("a", 4), ("b", 4)]
    kb.remove_snapshot("a")
    assert [s.name for s in kb.snapshots()] == ["b"]
    with pytest.raises(NotFoundError, match="'a'; there are: b"):
        kb.restore("a")
    with pytest.raises(NotFoundError):
        kb.remove_snapshot("a")


@pytest.mark.parametrize("name", ["", "../a", "a/b", ".hidden", "x" * 200, "a\0"])
def test_a_name_that_is_no_file_name_is_refused(kb, name):
    with pytest.raises(ArchiveError, match="no name for a snapshot"):
        kb.snapshot(name)


def test_namespaces_have_snapshots_of_their_own(kb, target, configuration):
    kb.snapshot("a")
    with KnowledgeBase(target, namespace="other", settings=configuration) as other:
        assert other.snapshots() == []
        with pytest.raises(NotFoundError):
            other.restore("a")


def test_a_damaged_snapshot_is_refused_and_nothing_changes(kb, tmp_path):
    kb.snapshot("a")
    [path] = (tmp_path / "kept").rglob("a.clew")
    kb.ingest(LATER)
    mark = kb.store.fingerprint(vectors=True)
    data = bytearray(path.read_bytes())
    data[data.index(b"Lovelace")] ^= 1
    path.write_bytes(data)
    with pytest.raises(ArchiveError, match="damaged"):
        kb.restore("a")
    path.write_bytes(bytes(data[:-50]))
    assert "damaged" in kb.snapshots()[0].problem
    assert kb.store.fingerprint(vectors=True) == mark


def test_a_restoration_that_fails_in_the_middle_changes_nothing(kb, monkeypatch):
    from clew.storage import loading

    kb.snapshot("a")
    kb.ingest(LATER)
    mark, revision = kb.store.fingerprint(vectors=True), kb.store.revision()

    def give_up(*arguments: Any) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr(loading, "replace_ledger", give_up)
    with pytest.raises(RuntimeError):
        kb.restore("a")
    assert kb.store.fingerprint(vectors=True) == mark and kb.store.revision() == revision
    assert kb.verify().ok


def test_restoring_mends_rows_that_were_damaged(kb):
    kb.snapshot("a")
    mark = kb.store.fingerprint(vectors=True)
    with kb.store.engine.begin() as connection:
        connection.execute(text("UPDATE facts SET predicate = 'nonsense'"))
        connection.execute(text("DELETE FROM mentions WHERE text = 'Palos'"))
    assert not kb.verify().ok
    kb.restore("a")
    assert kb.store.fingerprint(vectors=True) == mark and kb.verify().problems == ()


def test_readers_never_see_half_of_a_restoration(kb, target, configuration):
    kb.snapshot("a")
    kb.ingest([Document(f"n{n}", f"Bob number {n} left Palos.", f"Bob {n}") for n in range(5)])
    counts, stop = set(), threading.Event()

    def read() -> None:
        with KnowledgeBase(target, settings=configuration) as other:
            while not stop.is_set():
                counts.add(other.stats()["documents"])

    thread = threading.Thread(target=read)
    thread.start()
    try:
        kb.restore("a")
    finally:
        stop.set()
        thread.join()
    assert counts <= {3, 8}


def test_beside_the_file_unless_a_folder_is_set(tmp_path):
    plain = {"models": {"embedder": "hashing"}}
    with KnowledgeBase(tmp_path / "s.db", settings=plain) as kb:
        kb.add(DOCUMENTS[0])
        kb.snapshot("a")
    assert len(list((tmp_path / "s.db.snapshots").rglob("a.clew"))) == 1
    with KnowledgeBase(":memory:", settings=plain) as kb:
        for call in (lambda: kb.snapshot("a"), kb.snapshots, lambda: kb.restore("a")):
            with pytest.raises(SettingsError, match="storage.snapshots"):
                call()


def test_a_folder_that_cannot_hold_snapshots_is_named(tmp_path):
    (tmp_path / "kept").write_text("a file in the way", "utf-8")
    settings = {"models": {"embedder": "hashing"}, "storage": {"snapshots": str(tmp_path / "kept")}}
    with KnowledgeBase(tmp_path / "s.db", settings=settings) as kb, pytest.raises(ClewError, match="kept"):
        kb.snapshot("a")
