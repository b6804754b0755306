"""What every engine does with documents: write, read back, replace, delete, log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sqlalchemy import event, text

from clew.core.errors import DocumentError, NotFoundError, StoreError
from clew.core.records import (
    Argument,
    Document,
    Fact,
    Failure,
    Label,
    Mention,
    Part,
    Reading,
    ReadingVectors,
    Span,
)
from clew.storage.blobs import dequantise
from clew.storage.rows import Batch, ChangeKind, Feedback, JobState, StoredDocument
from clew.storage.schema import Base
from clew.storage.store import Store

Read = Callable[..., tuple[Reading, ReadingVectors]]

TEXT = "Ada Lovelace met Charles Babbage. both liked London. Ada Lovelace wrote."


def test_a_new_store_is_empty(store: Store) -> None:
    assert store.revision() == 0
    assert store.document_ids() == []
    assert list(store.load()) == [] and list(store.facts()) == []
    assert set(store.stats().values()) == {0}
    assert store.check() == []


def test_what_is_committed_is_read_back_as_it_was(store: Store, read: Read) -> None:
    reading, vectors = read("a", TEXT, "Ada", {"team": ["x", {"y": 1.5}], "ü": None})
    store.commit(Batch([(reading, vectors)]))
    [stored] = store.load()
    assert stored.document == reading.document
    assert stored.document.content_hash == reading.document.content_hash
    assert (stored.language, stored.pipeline, stored.about) == ("en", "test@1", Label.PER)
    assert stored.sentences == reading.sentences
    assert stored.passages == reading.passages
    assert stored.mentions == reading.mentions
    assert stored.names == reading.names
    assert len(set(stored.passage_ids)) == len(stored.passages) == 2
    np.testing.assert_array_equal(stored.passage_vectors, vectors.passages)
    np.testing.assert_array_equal(stored.title_vector, vectors.title)
    assert stored.sentence_codes is not None and stored.sentence_scales is not None
    close = dequantise(stored.sentence_codes, stored.sentence_scales)
    np.testing.assert_allclose(close, vectors.sentences, atol=0.005)
    [fact] = store.facts()
    assert (fact.subject, fact.predicate, fact.object) == ("Ada Lovelace", "meet", "Charles Babbage")
    assert TEXT[fact.start : fact.end] == "Ada Lovelace met Charles Babbage."
    assert fact.subject_mention == reading.mentions[0].id_in("a")
    assert store.document("a") == reading.document
    assert list(store.documents()) == [reading.document]


def test_without_vectors_none_come_back(store: Store, read: Read) -> None:
    store.commit(Batch([(read("a", TEXT)[0], None)]))
    [stored] = store.load()
    assert stored.passage_vectors is None and stored.sentence_codes is None and stored.title_vector is None


def test_loading_can_leave_the_vectors_out(store: Store, read: Read) -> None:
    store.commit(Batch([read("a", TEXT)]))
    assert next(store.load(vectors=False)).passage_vectors is None
    assert next(store.load()).passage_vectors is not None


def test_streams_go_by_id_in_code_point_order_whatever_the_chunk(store: Store, read: Read) -> None:
    ids = ["b", "B", "a", "é", "z", "_", "10", "9", "苹果", "a b", "a-b"]
    store.commit(Batch([read(id, f"Ada saw {id}. Bob saw Ada.") for id in ids]))
    for chunk in (1, 2, 3, 500):
        assert [item.document.id for item in store.load(chunk=chunk)] == sorted(ids)
        assert [document.id for document in store.documents(chunk=chunk)] == sorted(ids)
        assert [fact.document_id for fact in store.facts(chunk=chunk)] == sorted(ids)
        assert [link.document_id for link in store.links(chunk=chunk)][::3] == sorted(ids)
    assert store.document_ids() == sorted(ids)
    some = ["z", "nowhere", "B", "z"]
    assert [item.document.id for item in store.load(some)] == ["B", "z"]
    assert [document.id for document in store.documents(some, chunk=1)] == ["B", "z"]


def test_evidence_is_the_passages_that_are_asked_for_and_the_facts_in_them(store: Store, read: Read) -> None:
    words = "Ada met 𝔅ob 😀 and Bob. Nothing else. Ada Lovelace met Grace. The sea. 苹果 met Ada and Yale."
    store.commit(Batch([read("a", words, "Ada", {"team": "x"}), read("b", TEXT)]))
    [first, other] = store.load()
    ids = first.passage_ids
    found = store.evidence([ids[1], ids[2], other.passage_ids[0], "gone"], [ids[1], "gone"], ["nobody"])
    assert {id: shown.text for id, shown in found.passages.items()} == {
        ids[1]: words[first.passages[1].start : first.passages[1].end],
        ids[2]: words[first.passages[2].start : first.passages[2].end],
        other.passage_ids[0]: TEXT[other.passages[0].start : other.passages[0].end],
    }
    shown = found.passages[ids[1]]
    assert (shown.document_id, shown.title, shown.metadata) == ("a", "Ada", {"team": "x"})
    inside = [f for f in store.facts(["a"]) if first.passages[1].start <= f.start < first.passages[1].end]
    assert inside and list(found.facts) == [(ids[1], fact) for fact in inside]
    assert found.entities == {}


def test_the_ends_of_facts_are_those_of_the_facts_with_these_predicates(store: Store, read: Read) -> None:
    store.commit(Batch([read("a", "Ada met Bob. Ada met Grace.", "Ada"), read("b", TEXT)]))
    facts = list(store.facts(["a", "b"]))
    said = sorted({fact.predicate for fact in facts})
    for predicates in (said, said[:1], ["never said"]):
        expected = sorted(
            (f.document_id, f.predicate, f.subject_entity or "", f.object_entity or "")
            for f in facts
            if f.predicate in predicates
        )
        found = store.fact_ends(["a", "gone", "b", "a"], predicates)
        assert sorted((d, p, s or "", o or "") for d, p, s, o in found) == expected
    assert facts and store.fact_ends([], said) == []


def test_the_same_id_with_new_text_replaces_everything(store: Store, read: Read) -> None:
    store.commit(Batch([read("a", TEXT, "Ada"), read("b", TEXT)]))
    other, vectors = read("a", "Grace Hopper saw Yale.")
    assert store.commit(Batch([(other, vectors)])) == 2
    assert next(store.load(["a"])).mentions == other.mentions
    assert [f.object for f in store.facts(["a"])] == ["Yale"]
    assert store.content_hashes(["a", "b", "c"]).keys() == {"a", "b"}
    assert store.content_hashes(["a"])["a"] == other.document.content_hash
    assert [(c.kind, c.document_id) for c in store.changes(1)] == [(ChangeKind.UPDATED, "a")]
    assert store.check() == []


def test_the_last_of_an_id_in_one_batch_wins(store: Store, read: Read) -> None:
    store.commit(Batch([read("a", "Ada."), read("a", "Bob.")], deletes=["a"]))
    assert store.document("a").text == "Bob."


def test_the_same_content_again_changes_nothing(store: Store, read: Read) -> None:
    batch = Batch([read("a", TEXT, "Ada"), read("b", "Bob.")])
    store.commit(batch)
    store.clear_dirty(store.dirty_names())
    before = store.fingerprint(vectors=True)
    assert store.commit(batch) == 1
    assert store.fingerprint(vectors=True) == before
    assert store.dirty_names() == [] and len(store.changes(0)) == 2


def test_deleting_removes_every_row_and_unknown_ids_do_nothing(store: Store, read: Read) -> None:
    store.commit(Batch([read("a", TEXT, "Ada")]))
    receipt = store.delete("a")
    assert (receipt.found, receipt.passages, receipt.mentions, receipt.facts) == (True, 2, 4, 1)
    assert receipt.revision == store.revision() == 2
    left = {name: number for name, number in store.stats().items() if number}
    assert left == {"dirty_names": 4, "changes": 2, "audit": 1, "revision": 2}
    assert not store.delete("a").found
    assert store.commit(Batch(deletes=["a", "never"])) == 2
    with pytest.raises(NotFoundError, match="'a'"):
        store.document("a")


def test_each_commit_is_one_revision_with_its_lines_in_the_log(store: Store, read: Read) -> None:
    store.commit(Batch([read("b", "Bob."), read("a", "Ada.")]))
    store.commit(Batch([read("a", "Eve.")], deletes=["b"]))
    lines = [(change.revision, change.kind.value, change.document_id) for change in store.changes(0)]
    assert lines == [(1, "added", "a"), (1, "added", "b"), (2, "updated", "a"), (2, "deleted", "b")]
    assert [change.revision for change in store.changes(1)] == [2, 2]
    assert store.changes(2) == []


def test_a_failing_batch_leaves_nothing(store: Store, read: Read) -> None:
    store.commit(Batch([read("a", TEXT)]))
    before = store.fingerprint()
    # the job is missed after every row was written
    with pytest.raises(NotFoundError, match="job"):
        store.commit(Batch([read("b", TEXT), read("a", "Eve.")], job="unknown"))
    assert store.fingerprint() == before and store.revision() == 1 and len(store.changes(0)) == 1


def test_nul_and_lone_surrogates_become_replacement_characters(store: Store, read: Read) -> None:
    reading, vectors = read("a\0", "Ada\0 met Bo\ud800b Q. End.", "T\0", {"k\0": "\udfff"})
    mention = Mention(Part.TEXT, 0, 4, "Ada\0", Label.PER, "alias\0")
    odd = Reading(
        reading.document, "en", "p", reading.sentences, reading.passages, (mention,), (), reading.names
    )
    store.commit(Batch([(odd, vectors)], failures=[Failure("x\0", "E", "why\ud800")]))
    [stored] = store.load()
    assert stored.document.id == "a\ufffd" and stored.document.title == "T\ufffd"
    assert stored.document.text == "Ada\ufffd met Bo\ufffdb Q. End."
    assert stored.mentions[0].text == "Ada\ufffd"
    assert dict(stored.document.metadata) == {"k\0": "\udfff"}
    assert store.content_hashes(["a\0"]) == {"a\0": stored.document.content_hash}
    assert store.document("a\0").id == "a\ufffd"
    assert store.dead_letters()[0].reason == "why\ufffd"
    assert store.commit(Batch([(odd, vectors)])) == 1
    assert store.check() == []


def test_names_of_any_length_are_kept_and_found(store: Store) -> None:
    long = "Very " * 2000 + "Long"
    mention = Mention(Part.TITLE, 0, len(long), long, Label.ORG, "title")
    reading = Reading(Document("a", "x", long), "en", "p", (), (), (mention,), ())
    store.commit(Batch([(reading, None)]))
    [name] = store.dirty_names()
    assert store.observations([name])[0].text == long
    assert store.observations([("very " * 2000 + "long")])[0].text == long


def test_typed_values_and_signs_are_no_names(store: Store) -> None:
    words = "1815 !!! Ada"
    mentions = (
        Mention(Part.TEXT, 0, 4, "1815", Label.DATE, "pattern", value="1815-01-01"),
        Mention(Part.TEXT, 5, 8, "!!!", Label.ORG, "tagger"),
        Mention(Part.TEXT, 9, 12, "Ada", Label.PER, "tagger"),
    )
    store.commit(Batch([(Reading(Document("a", words), "en", "p", (), (), mentions, ()), None)]))
    assert store.dirty_names() == ["ada"]
    assert next(store.load()).mentions == mentions


def test_two_mentions_of_one_span_are_one_the_surer(store: Store) -> None:
    weak = Mention(Part.TEXT, 0, 3, "Ada", Label.ORG, "tagger", 0.4)
    sure = Mention(Part.TEXT, 0, 3, "Ada", Label.PER, "alias", 0.9)
    subject = Argument("Ada", 0, 3, 1)
    fact = Fact(subject, "be", Argument("here", 4, 8), 0, 8, 0, 0.5, "copula")
    reading = Reading(Document("a", "Ada here"), "en", "p", (Span(0, 8),), (), (weak, sure), (fact,) * 2)
    store.commit(Batch([(reading, None)]))
    assert next(store.load()).mentions == (sure,)
    [stored] = store.facts()
    assert stored.subject_mention == sure.id_in("a") and stored.object == "here"
    assert store.check() == []


def _bad(case: str) -> Reading:
    document = Document("a", "Ada.")
    mention = Mention(Part.TEXT, 0, 3, "Eve", Label.PER, "tagger")
    fact = Fact(Argument("Ada", 0, 3, 7), "be", Argument("x", 0, 1), 0, 4, 0, 0.5, "r")
    far = Fact(Argument("Ada", 0, 3), "be", Argument("x", 0, 1), 0, 5, 0, 0.5, "r")
    return {
        "quote": Reading(document, "en", "p", (), (), (mention,), ()),
        "sentence": Reading(document, "en", "p", (Span(2, 9),), (), (), ()),
        "argument": Reading(document, "en", "p", (), (), (), (fact,)),
        "fact": Reading(document, "en", "p", (), (), (), (far,)),
        "no id": Reading(Document("", "Ada."), "en", "p", (), (), (), ()),
        "long id": Reading(Document("x" * 501, "Ada."), "en", "p", (), (), (), ()),
    }[case]


@pytest.mark.parametrize("case", ["quote", "sentence", "argument", "fact", "no id", "long id"])
def test_a_reading_that_contradicts_its_text_is_refused(store: Store, read: Read, case: str) -> None:
    with pytest.raises(DocumentError):
        store.commit(Batch([read("b", TEXT), (_bad(case), None)]))
    assert store.document_ids() == []


def test_vectors_must_be_one_for_each_passage_and_sentence_and_finite(store: Store, read: Read) -> None:
    reading, vectors = read("a", TEXT)
    with pytest.raises(StoreError, match="sentences"):
        store.commit(Batch([(reading, ReadingVectors(vectors.passages, vectors.sentences[:1]))]))
    broken = vectors.passages.copy()
    broken[0, 0] = np.nan
    with pytest.raises(StoreError, match="not finite"):
        store.commit(Batch([(reading, ReadingVectors(broken, vectors.sentences))]))


def test_vectors_come_in_bulk_with_zeros_where_there_is_none(store: Store, read: Read) -> None:
    made = {id: read(id, f"{id} Ada met Bob. Eve saw {id} Yan. Third.", id) for id in ("a", "b", "c")}
    store.commit(Batch([made["a"], made["b"], (made["c"][0], None)]))
    pairs = [("b", 2), ("a", 0), ("zz", 0), ("a", 99), ("c", 0), ("b", 0), ("a", 0), ("a", -1)]
    found = store.sentence_vectors(pairs)
    assert found.shape == (8, 8) and found.dtype == np.float32
    for row, (id, ordinal) in zip(found[[0, 1, 5, 6]], [pairs[i] for i in (0, 1, 5, 6)], strict=True):
        np.testing.assert_allclose(row, made[id][1].sentences[ordinal], atol=0.005)
    assert not found[[2, 3, 4, 7]].any()
    first = store.first_passage_vectors(["b", "zz", "a", "b"])
    np.testing.assert_array_equal(first[0], made["b"][1].passages[0])
    np.testing.assert_array_equal(first[2], made["a"][1].passages[0])
    np.testing.assert_array_equal(first[0], first[3])
    assert not first[1].any()


def test_jobs_count_what_was_committed_under_them(store: Store, read: Read) -> None:
    job = store.start_job("ingest", "nightly")
    assert job.state is JobState.RUNNING
    note = {"next": 2}
    failures = [Failure("f", "E", "r")]
    store.commit(Batch([read("a", "Ada.")], job="nightly", failures=failures, checkpoint=note))
    again = store.start_job("ingest", "nightly")
    assert (again.documents, again.failures, again.checkpoint) == (1, 1, note)
    store.checkpoint("nightly", {"next": 3})
    assert store.finish_job("nightly").state is JobState.FINISHED
    assert store.start_job("other").id != "nightly"
    assert {j.id: j.checkpoint for j in store.jobs()}["nightly"] == {"next": 3}
    with pytest.raises(NotFoundError):
        store.finish_job("unknown")


def test_dead_letters_keep_the_newest_reason_until_the_document_comes(store: Store, read: Read) -> None:
    long = "/x" * 5000
    store.add_failures([Failure("a", "EncodingError", "old"), Failure(long, "E", "r")])
    store.add_failures([Failure("a", "EncodingError", "new"), Failure("b", "E", "r")], job="j")
    assert [(d.source, d.reason, d.job) for d in store.dead_letters()] == [
        (long, "r", None),
        ("a", "new", "j"),
        ("b", "r", "j"),
    ]
    store.commit(Batch([read("a", "Ada.")]))
    assert [d.source for d in store.dead_letters()] == [long, "b"]
    assert store.clear_dead_letters(["b", "unknown"]) == 1
    assert store.clear_dead_letters() == 1 and store.dead_letters() == []


def test_feedback_is_kept_listed_and_taken_back(store: Store) -> None:
    store.add_feedback(Feedback("1", "answer-a", helpful=True, note="yes", at="2024-01-01"))
    store.add_feedback(Feedback("2", "answer-b", helpful=None, details={"k": [1]}, at="2024-01-02"))
    store.add_feedback(Feedback("1", "answer-a", helpful=False, note="no", author="me", at="2024-01-03"))
    assert [(f.id, f.helpful) for f in store.feedback()] == [("2", None), ("1", False)]
    assert store.feedback("answer-b")[0].details == {"k": [1]}
    assert store.remove_feedback("1") and not store.remove_feedback("1")


def test_meta_keeps_json(store: Store) -> None:
    assert store.meta("k") is None
    store.set_meta("k", {"a": [1, None, "é"]})
    assert store.meta("k") == {"a": [1, None, "é"]}
    store.set_meta("k", None)
    assert store.meta("k") is None
    with pytest.raises(TypeError):
        store.set_meta("k", object())


def test_a_checked_store_says_what_was_tampered_with(store: Store, read: Read) -> None:
    store.commit(Batch([read("a", TEXT, "Ada"), read("b", TEXT)]))
    assert store.check() == []
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE documents SET text = 'x' || text WHERE id = 'a'"))
        change = text("UPDATE vectors SET data = :data WHERE kind = 'title'")
        connection.execute(change, {"data": b"12345678"})
    problems = "\n".join(store.check())
    assert "document 'a': its rows are not what was committed" in problems
    assert "document 'a': its vectors are not what was committed" in problems
    assert "does not quote it" in problems and "'b'" not in problems


def test_every_statement_names_the_namespace(store: Store, read: Read, decide_all: Any) -> None:
    """Whatever the store does, no statement on a table of contents goes without the namespace."""
    seen: list[str] = []

    def note(_c: Any, _k: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    store.commit(Batch([read("a", TEXT, "Ada"), read("b", TEXT)]))
    decide_all(store)
    entity = next(store.entities()).id
    list(store.load()), list(store.load(["a"])), list(store.documents()), list(store.links())
    list(store.facts()), list(store.facts(entity_id=entity)), store.document("a"), store.entity(entity)
    list(store.aliases()), list(store.aliases(["ada"])), store.entity_ids(["ada"])
    store.decisions(names=["ada lovelace"], entity_id=entity), store.stats(), store.check()
    store.fingerprint(), store.changes(0), store.content_hashes(["a"]), store.document_ids()
    store.sentence_vectors([("a", 0)]), store.first_passage_vectors(["a"])
    store.start_job("j", "j"), store.checkpoint("j", {}), store.finish_job("j"), store.jobs()
    store.add_failures([Failure("a", "E", "r")]), store.dead_letters(), store.clear_dead_letters()
    store.add_feedback(Feedback("1", "t")), store.feedback("t"), store.remove_feedback("1")
    store.set_meta("k", 1), store.meta("k"), store.mark_dirty(["x"]), store.delete("a")
    tables = Base.metadata.tables.keys() - {"namespaces"}
    about = [s for s in seen if "PRAGMA" not in s and any(t in s.replace('"', "").split() for t in tables)]
    assert len(about) > 60
    assert [statement for statement in about if "namespace" not in statement] == []


def test_loaded_documents_are_independent_of_the_chunk(store: Store, read: Read) -> None:
    store.commit(Batch([read(f"d{n}", TEXT * (1 + n % 3), "Ada") for n in range(7)]))

    def seen(item: StoredDocument) -> tuple[Any, ...]:
        assert item.passage_vectors is not None
        return (item.document, item.mentions, item.passages, item.passage_vectors.tolist())

    assert [seen(d) for d in store.load(chunk=2)] == [seen(d) for d in store.load(chunk=100)]
