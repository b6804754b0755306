"""The index is a projection: it follows the tables, and what is saved of it is never trusted."""

import json
import random
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest

from clew.retrieval.parts import merge, read_parts
from clew.retrieval.projection import equal_parts, index_folder

QUESTION = "Where was the founder of Apple Inc. born?"


def found(kb, question=QUESTION, k=8):
    return [(hit.document_id, round(hit.score, 5)) for hit in kb.search(question, k).passages]


def test_a_commit_is_searchable_at_once(open_kb, documents):
    kb = open_kb()
    assert kb.search(QUESTION).passages == ()
    kb.ingest(documents[:2])
    assert {d for d, _ in found(kb)} == {"apple", "fruit"}
    kb.ingest(documents)
    assert {"jobs", "woz"} <= {d for d, _ in found(kb)[:4]}


def test_another_knowledge_base_on_the_same_file_follows(open_kb, documents, tmp_path):
    writer, reader = open_kb(tmp_path / "s.db"), open_kb(tmp_path / "s.db")
    writer.ingest(documents[:3])
    before = found(reader)
    writer.ingest(documents)
    assert found(reader) == found(writer) != before


def test_following_the_log_equals_reading_everything_anew(open_kb, documents):
    order = random.Random(5)
    for _ in range(6):
        kb, present = open_kb(), {}
        for _ in range(5):
            batch = order.sample(documents, order.randint(1, 4))
            kb.ingest(batch)
            present.update({d.id: d for d in batch})
            gone = order.choice(sorted(present))
            kb.delete(gone)
            del present[gone]
            index = kb.retriever.projection.current()
            fresh = read_parts(kb.store.load(), index.revision, kb.embedder.info.dimension)
            assert list(equal_parts(index.parts, fresh)) == []
        again = open_kb()
        again.ingest(sorted(present.values(), key=lambda d: d.title))
        assert found(again) == found(kb)


def test_results_do_not_depend_on_the_order_of_documents(open_kb, documents):
    straight, backwards = open_kb(), open_kb()
    straight.ingest(documents)
    for document in reversed(documents):
        backwards.ingest([document])
    for question in (QUESTION, "Mercury", "weather at noon", "fruit"):
        assert found(straight, question) == found(backwards, question)


def test_deleting_equals_never_having_added(open_kb, documents):
    kept, trimmed = open_kb(), open_kb()
    kept.ingest(documents[1:])
    trimmed.ingest(documents)
    trimmed.delete("apple")
    assert found(kept) == found(trimmed)
    assert kept.fingerprint() == trimmed.fingerprint()


def test_merging_nothing_changes_nothing(open_kb, documents):
    kb = open_kb()
    kb.ingest(documents)
    parts = kb.retriever.projection.current().parts
    nothing = read_parts([], parts.revision, kb.embedder.info.dimension)
    assert list(equal_parts(merge(parts, set(), nothing), parts)) == []


@pytest.fixture
def saved(open_kb, documents, tmp_path):
    kb = open_kb(tmp_path / "s.db")
    kb.ingest(documents)
    expected = found(kb)
    kb.close()
    folder = next(index_folder(tmp_path / "s.db").glob("*/passages"))
    return tmp_path / "s.db", folder, expected


def test_a_saved_index_is_opened_without_reading_the_tables(saved, open_kb, monkeypatch):
    path, _, expected = saved
    kb = open_kb(path)
    monkeypatch.setattr(kb.store, "load", lambda *a, **k: pytest.fail("the tables were read"))
    assert found(kb) == expected


def cut_short(folder: Path) -> None:
    file = max(folder.glob("*.npy"), key=lambda f: f.stat().st_size)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def flip_a_bit(folder: Path) -> None:
    file = max(folder.glob("*.npy"), key=lambda f: f.stat().st_size)
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)


def lose_a_file(folder: Path) -> None:
    next(folder.glob("*.npy")).unlink()


def spoil_the_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_text("{", "utf-8")


def claim_another_layout(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["meta"]["layout"] = -1
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def claim_other_words(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["meta"]["words"] = "others"
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def claim_the_future(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["revision"] += 1000
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")


DAMAGES = [
    cut_short,
    flip_a_bit,
    lose_a_file,
    spoil_the_manifest,
    claim_another_layout,
    claim_other_words,
    claim_the_future,
    shutil.rmtree,
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda f: f.__name__)
def test_a_damaged_or_missing_index_is_rebuilt(saved, open_kb, damage):
    path, folder, expected = saved
    damage(folder)
    kb = open_kb(path)
    assert found(kb) == expected
    assert kb.verify(repair=True).ok


@pytest.mark.parametrize("damage", [claim_another_layout, claim_other_words])
def test_an_index_of_another_version_is_saved_anew_when_a_store_that_searched_is_closed(
    saved, open_kb, damage, monkeypatch
):
    path, folder, expected = saved
    damage(folder)
    kb = open_kb(path)
    assert found(kb) == expected
    kb.close()
    test_a_saved_index_is_opened_without_reading_the_tables((path, folder, expected), open_kb, monkeypatch)


@pytest.mark.parametrize("damage", [flip_a_bit, lose_a_file, claim_the_future, shutil.rmtree])
def test_damaged_or_missing_changes_are_read_from_the_tables(
    open_kb, documents, tmp_path, monkeypatch, damage
):
    monkeypatch.setattr("clew.retrieval.saved.FEW", 1)
    kb = open_kb(tmp_path / "s.db")
    kb.ingest(documents[:6])
    kb.ingest(documents[6:])
    expected = found(kb)
    kb.close()
    damage(next(index_folder(tmp_path / "s.db").glob("*/passages-changes")))
    again = open_kb(tmp_path / "s.db")
    assert found(again) == expected
    assert again.verify().ok


def test_a_folder_that_cannot_hold_the_index_only_costs_time(open_kb, documents, tmp_path, caplog):
    index_folder(tmp_path / "s.db").write_text("a file in the way", "utf-8")
    kb = open_kb(tmp_path / "s.db")
    kb.ingest(documents)
    assert found(kb)[0][0] in {"apple", "jobs", "woz"}
    assert "the index is not saved" in caplog.text


def test_searching_while_documents_come_in_never_sees_half_a_batch(open_kb, documents, tmp_path):
    writer, reader = open_kb(tmp_path / "s.db"), open_kb(tmp_path / "s.db")
    writer.ingest(documents[:4])
    stop, problems = threading.Event(), []

    def search() -> None:
        while not stop.is_set():
            result = reader.search(QUESTION, 8)
            for hit in result.passages:
                stored = reader.store.document(hit.document_id)
                if stored.text[hit.start : hit.end] != hit.text:
                    problems.append(hit.document_id)

    threads = [threading.Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    for document in documents[4:]:
        writer.ingest([document])
    stop.set()
    for thread in threads:
        thread.join()
    assert problems == []


def test_vectors_of_entities_follow_too(open_kb, documents):
    kb = open_kb()
    kb.ingest(documents)
    entities = kb.retriever.entities()
    name = kb.embedder.embed_names(["Steve Jobs"])[0]
    best, cosine = entities.by_name(name)[0]
    assert kb.store.entity(best).name == "Steve Jobs" and cosine > 0.99
    described = entities.describe([best, "no such entity"])
    assert np.linalg.norm(described[0]) == pytest.approx(1, abs=1e-4) and not described[1].any()
    kb.delete("jobs")
    assert best not in [e for e, _ in kb.retriever.entities().by_name(name)]


def test_vectors_of_titles_that_were_damaged_are_read_from_the_tables(saved, open_kb, caplog):
    path, folder, expected = saved
    file = next(folder.glob("title-vector.*.npy"))
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    kb = open_kb(path)
    assert found(kb) == expected
    best, cosine = kb.retriever.entities().by_name(kb.embedder.embed_names(["Steve Jobs"])[0])[0]
    assert kb.store.entity(best).name == "Steve Jobs" and cosine > 0.99
    assert "read from the tables" in caplog.text
