"""Archives: everything comes back, equal content has equal bytes, nothing tampered with gets in."""

from __future__ import annotations

import json
import shutil
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clew import Document, KnowledgeBase
from clew.core.errors import ArchiveError, EmbedderMismatchError
from clew.core.records import Failure, Reading, ReadingVectors
from clew.models.hashing import HashingEmbedder
from clew.storage import archive
from clew.storage.archive_reading import Archive
from clew.storage.content import COLUMNS, Live
from clew.storage.rows import Batch, Feedback
from clew.storage.store import Store

SETTINGS = {"models": {"embedder": "hashing"}}
DOCUMENTS = [
    Document("ada", "Ada Lovelace was born in London. She wrote programs.", "Ada Lovelace", {"n": 1.5}),
    Document("firm", "Heart Ltd. is a firm in Palos. Ada Lovelace founded Heart Ltd. in 1976.", "Heart Ltd."),
    Document("mer-p", "Mercury is the planet nearest to the Sun.", "Mercury (planet)", date="2019-05-01"),
    Document("mer-m", "Mercury is a metal. It is liquid.", "Mercury (element)", language="en"),
    Document("zh", "北京是中国的首都。", "北京"),
]
QUESTION = "Who founded Heart Ltd.?"

Pair = tuple[Reading, ReadingVectors]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store and its archive; tests get copies."""
    folder = tmp_path_factory.mktemp("made")
    with KnowledgeBase(folder / "first.db", settings=SETTINGS) as kb:
        kb.ingest(DOCUMENTS)
        kb.export(folder / "a.clew")
    return folder


@pytest.fixture
def kb(made: Path, tmp_path: Path) -> Any:
    shutil.copy(made / "first.db", tmp_path / "first.db")
    with KnowledgeBase(tmp_path / "first.db", settings=SETTINGS) as kb:
        yield kb


@pytest.fixture
def exported(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made / "a.clew", tmp_path / "a.clew"))


def found(kb: KnowledgeBase) -> list[Any]:
    return [(hit.document_id, hit.score) for hit in kb.search(QUESTION).passages]


def ledger(kb: KnowledgeBase) -> list[Any]:
    return [kb.store.feedback(), kb.audit(), kb.decisions(), kb.store.meta("note")]


def decide(kb: KnowledgeBase) -> str:
    link = next(k for k in kb.store.links(["firm"]) if k.entity_id is not None)
    other = next(e.id for e in kb.store.entities() if e.id != link.entity_id)
    return kb.decide(link.mention_id, other, reason="I know him").mention_id


def test_everything_comes_back_on_every_engine(kb, target, tmp_path):
    decide(kb)
    kb.store.add_feedback(Feedback("f", "ada", helpful=True, note="yes", author="me", details={"a": [1]}))
    kb.store.set_meta("note", {"x": 1})
    kb.add(Document("gone", "Nobody left."))
    kb.delete("gone")
    kb.export(tmp_path / "a.clew")
    with KnowledgeBase(target, settings=SETTINGS) as other:
        report = other.import_archive(tmp_path / "a.clew")
        assert (report.added, report.updated, report.unchanged) == (len(DOCUMENTS), 0, 0)
        assert other.store.fingerprint(vectors=True) == kb.store.fingerprint(vectors=True)
        assert ledger(other) == ledger(kb) and found(other) == found(kb)
        assert other.verify().problems == ()
        other.export(tmp_path / "b.clew")
        assert (tmp_path / "b.clew").read_bytes() == (tmp_path / "a.clew").read_bytes()
        assert other.import_archive(tmp_path / "a.clew").unchanged == len(DOCUMENTS)


def test_equal_content_has_equal_bytes_whatever_its_history(exported, tmp_path):
    with KnowledgeBase(tmp_path / "other.db", namespace="x", settings=SETTINGS) as other:
        for document in reversed(DOCUMENTS):
            other.ingest([document])
        other.export(tmp_path / "b.clew")
    assert (tmp_path / "b.clew").read_bytes() == exported.read_bytes()


def test_other_programs_can_read_an_archive(exported):
    with zipfile.ZipFile(exported) as zipped:
        manifest = json.loads(zipped.read("manifest.json"))
        lines = zipped.read("documents/000000.jsonl").decode().splitlines()
        first = dict(zip(manifest["columns"]["documents"], json.loads(lines[0])["document"], strict=True))
        with zipped.open("vectors/000000-passages.npy") as file:
            vectors = np.load(file, allow_pickle=False)
    assert (first["id"], first["text"]) == ("ada", DOCUMENTS[0].text)
    assert vectors.dtype == np.float32 and vectors.shape[1] == manifest["embedder"]["dimension"]
    assert manifest["counts"]["documents"] == len(lines) == len(DOCUMENTS)


def test_importing_into_what_is_there_equals_ingesting_both(exported, target):
    mine = [
        Document("ada", "Ada Byron was a countess.", "Ada Byron"),
        Document("palos", "Palos is a town. Mercury was built there.", "Palos"),
        DOCUMENTS[2],
    ]
    with (
        KnowledgeBase(target, settings=SETTINGS) as kb,
        KnowledgeBase(":memory:", settings=SETTINGS) as never,
    ):
        kb.ingest(mine)
        report = kb.import_archive(exported)
        assert (report.added, report.updated, report.unchanged) == (3, 1, 1)
        never.ingest(mine)
        never.ingest(DOCUMENTS)
        assert kb.store.fingerprint(vectors=True) == never.store.fingerprint(vectors=True)
        assert found(kb) == found(never) and kb.verify().ok


def test_decisions_of_people_come_along_where_nobody_decided(kb, tmp_path):
    mention = decide(kb)
    kb.export(tmp_path / "a.clew")
    with KnowledgeBase(tmp_path / "other.db", settings=SETTINGS) as other:
        other.ingest([*DOCUMENTS, Document("more", "More is said.")])
        other.import_archive(tmp_path / "a.clew")
        assert [d.mention_id for d in other.decisions()] == [mention]
        own = other.decide(mention, next(other.store.entities()).id, reason="I know better")
        other.import_archive(tmp_path / "a.clew")
        assert other.decisions() == [own]


def test_copying_to_another_engine_and_back_keeps_everything(kb, target, tmp_path):
    kb.store.add_failures([Failure("bad", "E", "no")])
    jobs, mark = kb.store.jobs(), kb.store.fingerprint(vectors=True)
    KnowledgeBase.copy(kb.store.path, target, settings=SETTINGS)
    KnowledgeBase.copy(target, tmp_path / "back.db", settings=SETTINGS)
    with KnowledgeBase(tmp_path / "back.db", settings=SETTINGS) as back:
        assert back.store.fingerprint(vectors=True) == mark
        assert back.store.jobs() == jobs and back.store.dead_letters() == kb.store.dead_letters()
        assert back.verify().ok and found(back) == found(kb)
        # which job a document is of came along
        assert back.undo(jobs[0].id).counts["documents"] == len(DOCUMENTS)


_WORDS = st.lists(st.sampled_from("Ada Bob Eve met saw . Ünal 北京".split()), max_size=10).map(" ".join)
_CORPUS = st.dictionaries(st.text("aéB ", min_size=1, max_size=3), _WORDS, max_size=6)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(corpus=_CORPUS, there=_CORPUS)
def test_any_content_survives_the_way_through_an_archive(
    corpus: dict[str, str],
    there: dict[str, str],
    fresh: Callable[[], Store],
    read: Callable[..., Pair],
    decide_all: Callable[..., None],
    tmp_path: Path,
) -> None:
    pairs = {id: read(id, text, id) for id, text in corpus.items()}
    others = {id: read(id, text, "Eve") for id, text in there.items()}
    with fresh() as one, fresh() as empty, fresh() as full, fresh() as never:
        one.commit(Batch(list(pairs.values())))
        full.commit(Batch(list(others.values())))
        for store in (one, full):
            decide_all(store)
        one.export(tmp_path / "a.clew")
        with Archive(tmp_path / "a.clew") as content:
            empty.load_content(content)
            full.load_content(content)
        decide_all(full)
        assert empty.fingerprint(vectors=True) == one.fingerprint(vectors=True)
        # the same words under another title are another content
        never.commit(Batch(list({**others, **pairs}.values())))
        decide_all(never)
        assert full.fingerprint(vectors=True) == never.fingerprint(vectors=True)
        assert empty.check() == full.check() == []


# --- what is refused


def rewrite(path: Path, change: Callable[[dict[str, bytes]], None], **options: Any) -> None:
    """Make the archive anew with other members; options of zipfile."""
    with zipfile.ZipFile(path) as zipped:
        members = {name: zipped.read(name) for name in zipped.namelist()}
    change(members)
    with zipfile.ZipFile(path, "w", **options) as zipped:
        for name, data in members.items():
            zipped.writestr(name, data)


def change_manifest(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    def changed(members: dict[str, bytes]) -> None:
        manifest = json.loads(members["manifest.json"])
        change(manifest)
        members["manifest.json"] = json.dumps(manifest).encode()

    rewrite(path, changed)


def forge(path: Path, name: str, old: bytes, new: bytes) -> None:
    """Change a member and its checksum, as somebody would who means it."""
    import hashlib

    def changed(members: dict[str, bytes]) -> None:
        assert old in members[name]
        data = members[name] = members[name].replace(old, new, 1)
        manifest = json.loads(members["manifest.json"])
        digest = hashlib.blake2b(data, digest_size=20).hexdigest()
        manifest["members"][name] = {"bytes": len(data), "blake2b": digest}
        members["manifest.json"] = json.dumps(manifest).encode()

    rewrite(path, changed)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def flip_a_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[data.index(b"Lovelace")] ^= 1
    path.write_bytes(data)


def from_the_future(path: Path) -> None:
    change_manifest(path, lambda manifest: manifest.update(format=99))


def other_columns(path: Path) -> None:
    change_manifest(path, lambda manifest: manifest["columns"]["facts"].append("mood"))


def a_bomb(path: Path) -> None:
    rewrite(path, lambda members: members.update({"documents/000001.jsonl": bytes(10_000_000)}),
            compression=zipfile.ZIP_DEFLATED)  # fmt: skip


def a_path_out(path: Path) -> None:
    rewrite(path, lambda members: members.update({"../../outside.jsonl": b"{}"}))


def a_member_too_many(path: Path) -> None:
    rewrite(path, lambda members: members.update({"documents/000001.jsonl": b"{}"}))


def a_member_missing(path: Path) -> None:
    rewrite(path, lambda members: members.pop("rows/decisions.jsonl"))


def another_text(path: Path) -> None:
    forge(path, "documents/000000.jsonl", b"Ada Lovelace was born", b"Ada Lovelace was dead")


def a_wrong_type(path: Path) -> None:
    forge(path, "rows/entities.jsonl", b'"Ada Lovelace"', b"17")


def endless_nesting(path: Path) -> None:
    forge(path, "rows/entities.jsonl", b"[", b"[" * 100_000)


def an_array_of_objects(path: Path) -> None:
    forge(path, "vectors/000000-passages.npy", b"'<f4'", b"'|O8'")


def not_a_number(path: Path) -> None:
    with zipfile.ZipFile(path) as zipped:
        last = zipped.read("vectors/000000-title.npy")[-4:]
    forge(path, "vectors/000000-title.npy", last, struct.pack("<f", float("nan")))


def no_archive(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0 and so on")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def nothing(path: Path) -> None:
    path.unlink()


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    "damage",
    [cut_short, flip_a_bit, from_the_future, other_columns, a_bomb, a_path_out, a_member_too_many,
     a_member_missing, another_text, a_wrong_type, endless_nesting, an_array_of_objects, not_a_number,
     no_archive, empty, nothing, a_folder],
    ids=lambda damage: damage.__name__,
)  # fmt: skip
def test_what_was_tampered_with_is_refused_and_harms_nothing(exported, tmp_path, damage):
    damage(exported)
    with KnowledgeBase(tmp_path / "other.db", settings=SETTINGS) as other:
        other.ingest([Document("palos", "Palos is a town.", "Palos")])
        before = other.store.fingerprint(vectors=True)
        with pytest.raises(ArchiveError):
            other.import_archive(exported)
        assert other.store.fingerprint(vectors=True) == before and other.verify().ok
    assert not (tmp_path.parent / "outside.jsonl").exists()


def test_a_newer_format_is_named(exported, kb):
    from_the_future(exported)
    with pytest.raises(ArchiveError, match="format 99, this Clew reads 1: install a newer"):
        kb.import_archive(exported)


def test_vectors_of_another_embedder_are_refused_before_anything_is_written(exported, tmp_path):
    with KnowledgeBase(tmp_path / "other.db", embedder=HashingEmbedder(dimension=32)) as other:
        with pytest.raises(EmbedderMismatchError, match="256.*32"):
            other.import_archive(exported)
        assert other.stats()["documents"] == 0 and other.store.jobs() == []


def test_rows_that_do_not_quote_the_text_are_refused(kb, tmp_path):
    """An archive made of rows that hang together by their digests, but not with the text."""
    from dataclasses import replace

    from clew.storage import digests

    class Lying(Live):
        def documents(self) -> Any:
            for item in super().documents():
                document = {**item.document, "text": item.document["text"].replace("a", "o")}
                document["digest"] = digests.of_rows(document, item.parts)
                yield replace(item, document=document)

    with kb.store._scope.read() as unit:
        archive.write(Lying(unit, complete=False), tmp_path / "lie.clew")
    with KnowledgeBase(tmp_path / "other.db", settings=SETTINGS) as other:
        with pytest.raises(ArchiveError, match="does not quote it"):
            other.import_archive(tmp_path / "lie.clew")
        assert other.stats()["documents"] == 0


def test_an_export_that_cannot_be_written_leaves_the_old_one(exported, kb, monkeypatch, tmp_path):
    before = exported.read_bytes()
    kb.add(Document("new", "Something new."))

    def full(descriptor: int) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr(archive.os, "fsync", full)
    with pytest.raises(ArchiveError, match="no space left"):
        kb.export(exported)
    assert exported.read_bytes() == before and list(tmp_path.glob("*.new")) == []
    monkeypatch.undo()
    with pytest.raises(ArchiveError):
        kb.export(tmp_path / "no" / "folder.clew")


def test_portions_bound_what_is_held(kb, tmp_path, monkeypatch):
    from clew.storage import loading

    monkeypatch.setattr(loading, "_DOCUMENTS", 2)
    kb.export(tmp_path / "many.clew")
    with zipfile.ZipFile(tmp_path / "many.clew") as zipped:
        assert sum(name.startswith("documents/") for name in zipped.namelist()) == 3
    with KnowledgeBase(tmp_path / "other.db", settings=SETTINGS) as other:
        other.import_archive(tmp_path / "many.clew")
        assert other.store.fingerprint(vectors=True) == kb.store.fingerprint(vectors=True)


def test_an_empty_namespace_is_an_archive_too(tmp_path):
    with KnowledgeBase(tmp_path / "e.db", settings=SETTINGS) as kb:
        assert kb.export(tmp_path / "e.clew")["documents"] == 0
        assert kb.import_archive(tmp_path / "e.clew").added == 0


def test_every_table_is_either_in_an_archive_or_known_to_stay_behind():
    from clew.storage.digests import PARTS
    from clew.storage.schema import Base

    inside = {*PARTS, *COLUMNS, "documents", "vectors"} - {"origins"}
    assert set(Base.metadata.tables) - inside == {
        "namespaces", "changes", "reembedded", "waiting_vectors",
    }  # fmt: skip


def test_a_copy_of_the_archive_elsewhere_is_the_same_archive(exported, tmp_path):
    shutil.copy(exported, tmp_path / "moved.zip")
    with KnowledgeBase(tmp_path / "other.db", settings=SETTINGS) as other:
        assert other.import_archive(tmp_path / "moved.zip").added == len(DOCUMENTS)
