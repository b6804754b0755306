"""Undo: a person's decision, and what a job added, gone as if they had never been."""

from __future__ import annotations

from typing import Any

import pytest

from clew import Document, KnowledgeBase
from clew.core.errors import NotFoundError, StoreError

SETTINGS = {"models": {"embedder": "hashing"}}
FIRST = [
    Document("ada", "Ada Lovelace was born in London. She wrote programs.", "Ada Lovelace"),
    Document("firm", "Heart Ltd. is a firm in Palos. Ada Lovelace founded Heart Ltd. in 1976.", "Heart Ltd."),
]
SECOND = [
    Document("palos", "Palos is a town by the sea.", "Palos"),
    Document("bob", "Bob left Palos.", "Bob"),
]


@pytest.fixture
def kb(target: str) -> Any:
    with KnowledgeBase(target, settings=SETTINGS) as kb:
        yield kb


def test_a_decision_of_a_person_is_set_listed_and_undone(kb):
    kb.ingest(FIRST)
    mark = kb.fingerprint()
    link = next(k for k in kb.store.links(["firm"]) if k.entity_id is not None)
    other = next(e.id for e in kb.store.entities() if e.id != link.entity_id)
    decision = kb.decide(link.mention_id, other, reason="I know it")
    assert (decision.entity_id, decision.reason, decision.kind.value) == (other, "I know it", "human")
    assert kb.decisions() == [decision] and kb.fingerprint() != mark
    kb.ingest(SECOND), kb.delete("palos"), kb.delete("bob")
    assert kb.decisions() == [decision]
    receipt = kb.undo(link.mention_id)
    assert receipt.kind == "undo" and receipt.concerns(link.mention_id)
    assert kb.decisions() == [] and kb.fingerprint() == mark
    with pytest.raises(NotFoundError):
        kb.undo(link.mention_id)


def test_deciding_about_what_is_not_there_is_an_error(kb):
    kb.ingest(FIRST)
    entity = next(kb.store.entities()).id
    mention = next(kb.store.links()).mention_id
    for wrong in ((mention, "nobody"), ("no mention", entity)):
        with pytest.raises(NotFoundError):
            kb.decide(*wrong)
    assert kb.decisions() == []


def test_an_ingestion_is_undone_as_if_it_had_never_been(kb):
    first = kb.ingest(FIRST)
    mark = kb.store.fingerprint(vectors=True)
    second = kb.ingest(SECOND)
    assert first.job and second.job and first.job != second.job
    receipt = kb.undo(second.job)
    assert receipt.counts["documents"] == 2 and receipt.concerns(second.job)
    assert kb.store.fingerprint(vectors=True) == mark and kb.verify().ok
    assert {job.id: job.state.value for job in kb.store.jobs()} == {
        first.job: "finished",
        second.job: "undone",
    }
    with pytest.raises(NotFoundError, match="no job"):
        kb.undo("unknown")


def test_an_ingestion_that_wrote_nothing_keeps_no_job(kb):
    kb.ingest(FIRST)
    jobs = kb.store.jobs()
    report = kb.ingest(FIRST)
    assert report.unchanged == 2 and kb.store.jobs() == jobs
    with pytest.raises(NotFoundError):
        kb.undo(report.job)


def test_what_was_replaced_cannot_come_back_and_nothing_is_touched(kb):
    kb.ingest(FIRST)
    job = kb.ingest([Document("ada", "Ada Byron was a countess.", "Ada Byron"), *SECOND]).job
    mark = kb.store.fingerprint(vectors=True)
    with pytest.raises(StoreError, match="replaced 1 documents.*snapshot.*force=True.*2"):
        kb.undo(job)
    assert kb.store.fingerprint(vectors=True) == mark
    receipt = kb.undo(job, force=True)
    assert receipt.counts["documents"] == 2 and receipt.counts["left"] == 1
    assert kb.store.document_ids() == ["ada", "firm"]
    assert kb.store.document("ada").title == "Ada Byron"


def test_what_a_later_job_replaced_is_that_jobs(kb):
    first = kb.ingest(FIRST).job
    kb.update(Document("ada", "Ada Byron was a countess.", "Ada Byron"))
    assert kb.undo(first).counts["documents"] == 1
    assert kb.store.document_ids() == ["ada"]


def test_a_job_that_is_taken_up_again_still_counts_as_one(kb):
    kb.ingest(FIRST[:1], job="nightly")
    kb.ingest([Document("ada", "Ada Byron was a countess.", "Ada Byron"), FIRST[1]], job="nightly")
    assert kb.undo("nightly").counts["documents"] == 2
    assert kb.stats()["documents"] == 0


def test_an_import_is_undone(kb, tmp_path):
    with KnowledgeBase(":memory:", settings=SETTINGS) as other:
        other.ingest(SECOND)
        other.export(tmp_path / "a.clew")
    kb.ingest(FIRST)
    mark = kb.store.fingerprint(vectors=True)
    report = kb.import_archive(tmp_path / "a.clew")
    assert report.added == 2
    kb.undo(report.job)
    assert kb.store.fingerprint(vectors=True) == mark and kb.verify().ok
