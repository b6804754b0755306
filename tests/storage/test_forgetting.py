"""Forgetting: no trace of a name in any document, answer, note or byte, and everything else in its place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from clew import Document, KnowledgeBase
from clew.core.errors import ArchiveError, DocumentError, NotFoundError, StoreError
from clew.core.name_finder import NameFinder, mapped, replaced
from clew.core.records import Failure
from clew.storage import archive, whole
from clew.storage.rows import Feedback

SETTINGS = {"models": {"embedder": "hashing"}}
MARK = re.compile(r"\[redacted-[0-9a-f]{8}\]")
DOCUMENTS = [
    Document("p1", "Zaphod Beeblebrox was born in Palos. He loved sailing.", "Zaphod Beeblebrox"),
    Document(
        "firm",
        "Heart Ltd. is a firm in Palos. Zaphod Beeblebrox founded Heart Ltd. in 1976. Later Beeblebrox left "
        "Heart Ltd. to Ada Lovelace.",
        "Heart Ltd.",
        {"founder": "Zaphod Beeblebrox", "tags": ["ship", {"by": "ZAPHOD BEEBLEBROX"}]},
    ),
    Document("zaphod-beeblebrox-visit", "ZAPHOD  BEEBLEBROX's visit to Ada Lovelace was short.", "A visit"),
    Document("ada", "Ada Lovelace was born in London. She wrote programs.", "Ada Lovelace"),
]


def person(kb: KnowledgeBase, name: str = "Zaphod Beeblebrox") -> str:
    return next(entity.id for entity in kb.store.entities() if entity.name == name)


@pytest.fixture
def kb(target: str) -> Any:
    with KnowledgeBase(target, settings=SETTINGS) as kb:
        kb.ingest(DOCUMENTS)
        yield kb


def everything(kb: KnowledgeBase) -> str:
    """All that can be asked of a knowledge base, in one string."""
    store = kb.store
    return repr(
        [
            list(kb.documents()),
            [stored.names for stored in store.load()],
            list(store.entities()),
            list(store.aliases()),
            list(store.facts()),
            store.decisions(),
            store.changes(0),
            store.dead_letters(),
            store.feedback(),
            store.jobs(),
            store.meta("note"),
            store.dirty_names(),
            kb.audit(),
            kb.stats(),
            kb.search("Who founded Heart Ltd.?"),
            kb.link("Somebody met Ada Lovelace in Palos."),
            kb.retriever.projection.current().parts.keys,
            kb.retriever.projection.current().parts.terms,
        ]
    ).lower()


def test_a_forgotten_person_is_in_nothing_that_can_be_asked(kb):
    entity = person(kb)
    kb.search("Who is Zaphod Beeblebrox?"), kb.link("Zaphod Beeblebrox")  # caches are warm
    kb.store.add_failures([Failure("x", "E", "it quotes Zaphod Beeblebrox"), Failure("y", "E", "no")])
    details = {"answer": "Zaphod Beeblebrox"}
    kb.store.add_feedback(Feedback("f1", "t", note="was it zaphod beeblebrox?", details=details))
    kb.store.add_feedback(Feedback("f2", entity))
    kb.store.start_job("ingest", "for Zaphod Beeblebrox")
    kb.store.checkpoint("for Zaphod Beeblebrox", {"last": "Zaphod Beeblebrox"})
    kb.store.set_meta("note", {"vip": ["Zaphod Beeblebrox"]})
    receipt = kb.forget(entity)
    seen = everything(kb)
    assert "zaphod" not in seen and "beeblebrox" not in seen
    assert kb.verify().problems == ()
    assert [letter.source for letter in kb.store.dead_letters()] == ["y"]
    assert [feedback.id for feedback in kb.store.feedback()] == ["f1"]
    assert receipt.counts["documents"] == 1 and receipt.counts["rewritten"] == 2
    with pytest.raises(NotFoundError):
        kb.forget(entity)


def test_the_mark_is_one_and_the_same_and_the_rest_of_the_text_stays(kb):
    receipt = kb.forget(person(kb))
    texts = {document.id: document for document in kb.documents()}
    marks = {mark for document in texts.values() for mark in MARK.findall(repr(document))}
    assert marks == {f"[redacted-{receipt.subject[:8]}]"}
    [mark] = marks
    assert texts["firm"].text == re.sub("(Zaphod )?Beeblebrox", mark, DOCUMENTS[1].text)
    assert texts["firm"].metadata == {"founder": mark, "tags": ["ship", {"by": mark}]}
    assert texts[f"{mark}-visit"].text == f"{mark}'s visit to Ada Lovelace was short."
    assert texts["ada"] == DOCUMENTS[3] and "p1" not in texts


def test_what_is_left_equals_a_store_that_was_fed_the_redacted_texts(kb):
    kb.forget(person(kb))
    with KnowledgeBase(":memory:", settings=SETTINGS) as never:
        never.ingest(list(kb.documents()))
        assert kb.store.fingerprint(vectors=True) == never.store.fingerprint(vectors=True)


def test_the_receipt_says_what_and_how_much_and_names_nobody(kb):
    entity = person(kb)
    receipt = kb.forget(entity)
    assert kb.audit() == [receipt] and receipt.kind == "forget" and receipt.concerns(entity)
    assert len(receipt.removed) == 3
    assert receipt.counts["places"] == 3 and receipt.counts["kept"] == 0
    assert receipt.counts["ids in the change log"] == 1
    assert entity not in repr(receipt) and "eeblebrox" not in repr(receipt)


def test_an_entity_that_no_document_is_about_is_forgotten_too(kb):
    receipt = kb.forget(person(kb, "London"))
    assert receipt.counts["documents"] == 0 and receipt.counts["rewritten"] == 1
    assert "london" not in everything(kb)


def test_somebody_else_of_the_same_name_keeps_it(target):
    other = Document("actor", "Zaphod Beeblebrox is an actor from Waco.", "Zaphod Beeblebrox (actor)")
    with KnowledgeBase(target, settings=SETTINGS) as kb:
        kb.ingest([DOCUMENTS[0], other])
        receipt = kb.forget(person(kb))
        assert [document.id for document in kb.documents()] == ["actor"]
        assert kb.store.document("actor") == other
        assert receipt.counts["kept"] > 0


def test_decisions_of_people_on_others_survive_at_their_new_places(kb):
    mention = next(
        link.mention_id
        for link in kb.store.links(["firm"])
        if DOCUMENTS[1].text[link.start : link.end] == "Ada Lovelace"
    )
    palos = person(kb, "Palos")
    kb.decide(mention, palos)
    kb.forget(person(kb))
    [decision] = kb.decisions()
    text = kb.store.document("firm").text
    link = next(k for k in kb.store.links(["firm"]) if k.mention_id == decision.mention_id)
    assert text[link.start : link.end] == "Ada Lovelace" and decision.entity_id == palos


def test_snapshots_that_could_bring_it_back_go(tmp_path):
    with KnowledgeBase(tmp_path / "s.db", settings=SETTINGS) as kb:
        kb.ingest(DOCUMENTS)
        kb.snapshot("before"), kb.snapshot("again")
        receipt = kb.forget(person(kb))
        assert receipt.counts["snapshots"] == 2 and kb.snapshots() == []
        with pytest.raises(NotFoundError, match="before"):
            kb.restore("before")
        kb.export(tmp_path / "out.clew")
        kb.scrub()
    for path in Path(tmp_path).rglob("*"):
        if path.is_file():
            assert b"beeblebrox" not in path.read_bytes().lower(), path


class _Failing:
    """Reads what has no mark in it."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader

    def read_many(self, documents: Any) -> Any:
        for document in documents:
            if MARK.search(document.text):
                raise RuntimeError(f"cannot read {document.text}")
            yield from self._reader.read_many([document])


def test_a_document_that_cannot_be_read_without_the_name_stops_it_and_nothing_changes(kb):
    mark, entity = kb.store.fingerprint(vectors=True), person(kb)
    kb.__dict__["reader"] = _Failing(kb.reader)
    with pytest.raises(DocumentError, match="2 documents.*nothing was changed"):
        kb.forget(entity)
    assert kb.store.fingerprint(vectors=True) == mark and kb.audit() == []


def test_what_is_committed_meanwhile_is_not_overwritten(kb):
    class Slow(_Failing):
        def read_many(self, documents: Any) -> Any:
            kb.store.mark_dirty(["somebody else wrote"])
            yield from self._reader.read_many(documents)

    entity = person(kb)
    kb.__dict__["reader"] = Slow(kb.reader)
    with pytest.raises(StoreError, match="changed meanwhile"):
        kb.forget(entity)
    assert kb.store.document("firm") == DOCUMENTS[1] and kb.audit() == []


def test_a_snapshot_or_a_restoration_that_is_under_way_does_not_bring_it_back(tmp_path, monkeypatch):
    with (
        KnowledgeBase(tmp_path / "s.db", settings=SETTINGS) as kb,
        KnowledgeBase(tmp_path / "s.db", settings=SETTINGS) as other,
    ):
        kb.ingest(DOCUMENTS)
        kb.snapshot("a")
        entity, write, check = person(kb), archive.write, whole.Whole._check_embedder

        def forgotten_while_it_is_written(*arguments: Any) -> Any:
            monkeypatch.undo()
            other.forget(entity)
            return write(*arguments)

        monkeypatch.setattr(archive, "write", forgotten_while_it_is_written)
        with pytest.raises(ArchiveError, match="forgotten while"):
            kb.snapshot("b")
        assert kb.snapshots() == []
        kb.ingest(DOCUMENTS)
        kb.snapshot("a")

        def forgotten_while_it_waits(self: Any, content: Any) -> None:
            monkeypatch.undo()
            other.forget(person(other))
            check(self, content)

        monkeypatch.setattr(whole.Whole, "_check_embedder", forgotten_while_it_waits)
        with pytest.raises(NotFoundError):
            kb.restore("a")
        assert "beeblebrox" not in everything(kb)


def test_another_process_that_follows_the_log_forgets_too(tmp_path):
    with (
        KnowledgeBase(tmp_path / "s.db", settings=SETTINGS) as kb,
        KnowledgeBase(tmp_path / "s.db", settings=SETTINGS) as other,
    ):
        kb.ingest(DOCUMENTS)
        assert "beeblebrox" in repr(other.search("Who founded Heart Ltd.?")).lower()
        tagged = {"tags": "ship"}
        assert "beeblebrox" in repr(other.search("Who founded Heart Ltd.?", filters=tagged)).lower()
        kb.forget(person(kb))
        assert "beeblebrox" not in repr(other.search("Who founded Heart Ltd.?", filters=tagged)).lower()
        assert "beeblebrox" not in everything(other) and other.verify().ok


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("Zoë Ünal", "ZOE UNAL, zoe-unal, Zoe\u0308 Unal", ["ZOE UNAL", "zoe-unal", "Zoe\u0308 Unal"]),
        ("Bell", "A bell for Bell, Bells and Campbell", ["Bell"]),
        ("乔布斯", "史蒂夫·乔布斯是", ["乔布斯"]),
        ("Ann Lee", "Ann  Lee's; Ann\nLee; Joann Lee; Ann Leeds", ["Ann  Lee", "Ann\nLee"]),
        ("!!!", "!!! and nothing", []),
    ],
)  # fmt: skip
def test_names_are_found_as_whole_words_however_they_are_written(name, text, found):
    assert [text[start:end] for start, end in NameFinder([name]).places(text)] == found


def test_offsets_outside_of_what_is_replaced_move_with_the_text():
    text, places = "Bob met Ada and Bob.", [(0, 3), (16, 19)]
    new, moved = replaced(text, places, "[mark]")
    assert new == "[mark] met Ada and [mark]."
    assert new[moved(8) : moved(11)] == text[8:11] == "Ada"
    assert mapped({"Bob": ["Bob", 1, None]}, lambda word: word.lower()) == {"bob": ["bob", 1, None]}
