"""The way of documents into a store: counts, failures, batches, order, jobs."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clew.core.errors import (
    DocumentError,
    DuplicateDocumentError,
    EmptyDocumentError,
    MissingPathError,
    ModelMissingError,
    SettingsError,
    StoreLockedError,
)
from clew.core.progress import ProgressEvent
from clew.core.records import Document, IngestReport, Reading
from clew.core.settings import Settings
from clew.ingestion.pipeline import FEW
from clew.ingestion.work import embed, passage_texts
from clew.kg.reader import Reader
from clew.models.hashing import HashingEmbedder
from clew.storage.rows import Batch, JobState
from clew.storage.store import Store

Run = Callable[..., IngestReport]


def test_documents_are_stored_and_counted(store: Store, run: Run, documents: list[Document]) -> None:
    report = run(store, documents[:10])
    assert (report.added, report.updated, report.unchanged, report.failed) == (10, 0, 0, 0)
    assert report.characters == sum(len(d.text) for d in documents[:10])
    stats = store.stats()
    assert (report.passages, report.mentions, report.facts) == tuple(
        stats[table] for table in ("passages", "mentions", "facts")
    )
    assert report.revision == store.revision() > 0
    assert set(report.seconds) == {"expand", "look up", "read", "embed", "commit", "resolve", "wall"}
    assert list(store.documents()) == documents[:10]
    assert store.dirty_names() == [] and store.check() == []


def test_what_is_there_is_left_alone_and_what_changed_is_replaced(
    store: Store, run: Run, documents: list[Document]
) -> None:
    run(store, documents[:10])
    revision = store.revision()
    report = run(store, documents[:10])
    assert (report.added, report.unchanged) == (0, 10) and store.revision() == revision
    changed = Document("d03", "Jordan is a river.", "Jordan")
    report = run(store, [*documents[:3], changed])
    assert (report.added, report.updated, report.unchanged) == (0, 1, 3)
    assert store.document("d03") == changed


@pytest.mark.parametrize("size", [1, 7, 64])
def test_the_store_does_not_depend_on_batches_or_order(
    size: int, tmp_path: Path, store: Store, run: Run, documents: list[Document]
) -> None:
    run(store, documents[:FEW])
    with Store.open(tmp_path / "other.db", embedder=HashingEmbedder().info) as other:
        shuffled = random.Random(size).sample(documents[:FEW], FEW)
        for part in (shuffled[:5], shuffled):
            run(other, part, change={"batch_size": size})
        assert other.fingerprint(vectors=True) == store.fingerprint(vectors=True)


def test_batches_are_committed_at_their_size(
    store: Store, run: Run, documents: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    commit = Store.commit
    monkeypatch.setattr(Store, "commit", lambda s, b: (sizes.append(len(b.readings)), commit(s, b))[1])
    run(store, documents[:11], change={"batch_size": 3})
    assert sizes == [3, 3, 3, 2]


def test_memory_is_bounded_by_characters_too(
    store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clew.ingestion import pipeline

    monkeypatch.setattr(pipeline, "_BATCH_CHARACTERS", 100)
    monkeypatch.setattr(pipeline, "_TASK_CHARACTERS", 100)
    sizes: list[int] = []
    commit = Store.commit
    monkeypatch.setattr(Store, "commit", lambda s, b: (sizes.append(len(b.readings)), commit(s, b))[1])
    run(store, [Document(str(i), "word " * (10 + 20 * (i % 2))) for i in range(6)])
    assert sizes == [2, 2, 2]


# --- failures


def test_failures_are_told_and_kept_and_the_others_go_on(tmp_path: Path, store: Store, run: Run) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "good.txt").write_text("Jordan is a river.")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 20)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 and no more")
    (folder / "picture.png").write_bytes(b"x")
    (folder / "wrong.txt").write_bytes(bytes(128 + i * i % 128 for i in range(999)))
    (folder / "lines.jsonl").write_text('{"id": "one", "text": "Lyon is a city."}\n{"id": \n')
    report = run(store, str(folder))
    assert report.added == 2 and report.failed == 6
    assert {(f.source, f.error) for f in report.failures} == {
        ("empty.txt", "EmptyDocumentError"),
        ("binary.txt", "BinaryFileError"),
        ("broken.pdf", "BrokenFileError"),
        ("picture.png", "UnsupportedFileError"),
        ("wrong.txt", "EncodingError"),
        ("lines.jsonl:2", "BrokenFileError"),
    }
    assert {letter.failure for letter in store.dead_letters()} == set(report.failures)


def test_a_mended_document_is_no_dead_letter_any_more(tmp_path: Path, store: Store, run: Run) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"")
    run(store, path)
    assert [letter.source for letter in store.dead_letters()] == ["a.txt"]
    path.write_text("Now there is text.")
    assert run(store, path).added == 1
    assert store.dead_letters() == []


def test_raise_commits_what_came_before_and_raises_the_first_error(store: Store, run: Run) -> None:
    source = [Document("a", "One."), Document("b", ""), Document("c", "Three."), Document("d", "")]
    with pytest.raises(EmptyDocumentError, match="b: the document has no text"):
        run(store, source, on_error="raise", change={"batch_size": 1})
    assert [d.id for d in store.documents()] == ["a"]
    assert store.dead_letters() == [] and store.dirty_names() == []


def test_the_same_document_twice_counts_once(store: Store, run: Run) -> None:
    report = run(store, [Document("a", "One."), Document("a", "One."), "text", "text"])
    assert (report.added, report.unchanged, report.failed) == (2, 0, 0)


def test_one_id_with_two_contents_keeps_the_first(store: Store, run: Run, documents: list[Document]) -> None:
    source = [Document("a", "One."), *documents[:12], Document("a", "Two.")]
    report = run(store, source)
    assert [(f.source, f.error) for f in report.failures] == [("a", "DuplicateDocumentError")]
    assert store.document("a").text == "One."
    with pytest.raises(DuplicateDocumentError):
        run(store, source, on_error="raise")


def test_a_missing_path_is_an_error_before_anything_happens(store: Store, run: Run) -> None:
    with pytest.raises(MissingPathError):
        run(store, "no/such/corpus", job="nightly")
    assert store.jobs() == [] and store.revision() == 0


def test_nul_lone_surrogates_and_unknown_languages_are_stored(store: Store, run: Run) -> None:
    dirty = Document("a", "Jordan\0 is \ud800 a river.", "J\0")
    report = run(store, [dirty, Document("b", "Qapla!", language="tlh")])
    assert report.added == 2 and report.failed == 0
    assert store.document("a").text == "Jordan\ufffd is \ufffd a river."
    assert store.document("b").language == "tlh"
    assert run(store, [dirty]).unchanged == 1


@pytest.mark.parametrize("text", ["a " * 200_000, "字" * 200_000, "a" * 200_000, "one. " * 40_000])
def test_long_lines_of_any_kind_are_stored(store: Store, run: Run, text: str) -> None:
    assert run(store, [Document("a", text)]).added == 1
    assert store.check() == []


# --- workers in this process


class Picky(Reader):
    """Reads everything but what says "poison"."""

    def read_many(self, documents: Iterable[Document]) -> Iterator[Reading]:
        for document in documents:
            if "poison" in document.text:
                raise ValueError("cannot read poison")
            yield from super().read_many([document])


def test_only_the_document_that_cannot_be_read_fails(
    store: Store, run: Run, settings: Settings, documents: list[Document]
) -> None:
    source = [*documents[:9], Document("bad", "poison"), *documents[9:20]]
    report = run(store, source, reader=Picky(settings))
    assert report.added == 20
    assert [(f.source, f.error, f.reason) for f in report.failures] == [
        ("bad", "ValueError", "cannot read poison")
    ]
    with pytest.raises(DocumentError, match=r"bad: cannot read poison \(ValueError\)"):
        run(store, source, reader=Picky(settings), on_error="raise")


class Broken(HashingEmbedder):
    def embed_passages(self, passages: Any) -> Any:
        raise ModelMissingError("the weights are gone")


def test_a_model_that_is_missing_ends_the_ingestion(
    store: Store, run: Run, documents: list[Document]
) -> None:
    with pytest.raises(ModelMissingError):
        run(store, documents, embedder=Broken(), job="nightly")
    assert store.jobs()[0].state is JobState.FAILED and store.dead_letters() == []


def test_vectors_that_are_no_numbers_fail_alone(store: Store, run: Run) -> None:
    class Nan(HashingEmbedder):
        def embed_passages(self, passages: Any) -> Any:
            kept = list(passages)
            for passage, vectors in zip(kept, super().embed_passages(kept), strict=True):
                if "poison" in passage.text:
                    vectors.vector[:] = np.nan
                yield vectors

    report = run(store, ["good", "poison"], embedder=Nan())
    assert report.added == 1 and "not finite" in report.failures[0].reason


def test_a_document_that_cannot_be_committed_fails_alone(
    store: Store, run: Run, documents: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = Store.commit

    def refuse(self: Store, batch: Batch) -> int:
        if any(reading.document.id == "d05" for reading, _ in batch.readings):
            raise DocumentError("span outside of its text")
        return commit(self, batch)

    monkeypatch.setattr(Store, "commit", refuse)
    report = run(store, documents[:10])
    assert report.added == 9 and [f.source for f in report.failures] == ["d05"]
    assert [letter.source for letter in store.dead_letters()] == ["d05"]


def test_an_error_of_the_store_leaves_what_was_committed(
    store: Store, run: Run, documents: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    commit, calls = Store.commit, []

    def locked(self: Store, batch: Batch) -> int:
        calls.append(batch)
        if len(calls) == 2:
            raise StoreLockedError("locked by another process")
        return commit(self, batch)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "commit", locked)
        with pytest.raises(StoreLockedError):
            run(store, documents[:12], change={"batch_size": 4})
    assert store.stats()["documents"] == 4 and store.check() == []
    report = run(store, documents[:12])
    assert (report.added, report.unchanged) == (8, 4)
    assert store.dirty_names() == []


def test_models_of_the_callers_own_stay_in_this_process(
    store: Store, run: Run, settings: Settings, documents: list[Document]
) -> None:
    assert len(documents) > FEW
    assert run(store, documents, reader=Picky(settings)).added == len(documents)
    with pytest.raises(SettingsError, match="workers=2"):
        run(store, ["other"], reader=Picky(settings), workers=2)


@pytest.mark.parametrize("options", [{"on_error": "ignore"}, {"workers": -1}, {"progress": "loud"}])
def test_options_that_are_none_are_refused(store: Store, run: Run, options: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        run(store, ["text"], **options)


# --- vectors


def test_a_sentence_in_two_windows_takes_its_vector_from_the_first(
    settings: Settings, documents: list[Document]
) -> None:
    [reading] = Reader(settings).read_many([documents[0]])
    assert len(reading.passages) > 1
    assert any(b.first < a.last for a, b in zip(reading.passages, reading.passages[1:], strict=False))

    class Numbered(HashingEmbedder):
        """Sentence vectors that say which passage they come from."""

        def embed_passages(self, passages: Any) -> Any:
            for number, vectors in enumerate(super().embed_passages(passages), 1):
                vectors.sentences[:] = number
                yield vectors

    [vectors] = embed([reading], Numbered())
    expected = np.zeros(len(reading.sentences))
    for number, passage in reversed(list(enumerate(reading.passages, 1))):
        expected[passage.first : passage.last] = number
    np.testing.assert_array_equal(vectors.sentences[:, 0], expected)
    assert expected.all() and vectors.passages.shape == (len(reading.passages), 256)


def test_passages_carry_their_title_and_the_places_of_their_sentences(settings: Settings) -> None:
    document = Document("a", "  One is here. Two is there.\n\nThree is away. ", "Title")
    [reading] = Reader(settings).read_many([document])
    for passage, text in zip(reading.passages, passage_texts(reading), strict=True):
        assert text.title == "Title" and text.text == document.text[passage.start : passage.end]
        spans = reading.sentences[passage.first : passage.last]
        assert [text.text[a:b] for a, b in text.sentences] == [document.text[s.start : s.end] for s in spans]


def test_a_document_without_a_title_has_no_title_vector(settings: Settings) -> None:
    source = [Document("a", "x", "A"), Document("b", "x"), Document("c", "x", "C")]
    a, b, c = embed(list(Reader(settings).read_many(source)), HashingEmbedder())
    assert b.title is None and a.title is not None and c.title is not None
    np.testing.assert_array_equal(c.title, HashingEmbedder().embed_names(["C"])[0])


# --- jobs and progress


def test_a_job_counts_what_is_committed_under_it(store: Store, run: Run, documents: list[Document]) -> None:
    run(store, [*documents[:5], Document("bad", "")], job="nightly")
    [job] = store.jobs()
    assert (job.id, job.kind, job.state) == ("nightly", "ingest", JobState.FINISHED)
    assert (job.documents, job.failures) == (5, 1)
    run(store, documents[:6], job="nightly")
    [job] = store.jobs()
    assert (job.documents, job.state) == (6, JobState.FINISHED)


def test_progress_tells_every_document(store: Store, run: Run, documents: list[Document]) -> None:
    run(store, documents[:3])
    events: list[ProgressEvent] = []
    run(store, [*documents[:10], documents[0], Document("bad", "")], progress=events.append)
    assert (events[-1].done, events[-1].failed, events[-1].total) == (12, 1, 12)
    assert events[-1].finished and "resolve" in {event.stage for event in events}


def test_a_stream_is_read_no_further_than_needed(store: Store, run: Run) -> None:
    taken = 0

    def stream() -> Iterator[Document]:
        nonlocal taken
        for i in range(300):
            taken += 1
            yield Document(str(i), f"Text number {i}.")
        raise KeyError("the caller's own error")

    class Watching(Picky):
        def read_many(self, documents: Iterable[Document]) -> Iterator[Reading]:
            kept = list(documents)
            assert taken - int(kept[0].id) <= 64 + 3 * 16
            return super().read_many(kept)

    with pytest.raises(KeyError):
        run(store, stream(), reader=Watching(Settings()), change={"batch_size": 16})
    assert store.stats()["documents"] >= 200


def test_a_jsonl_corpus_goes_in_as_a_stream(tmp_path: Path, store: Store, run: Run) -> None:
    path = tmp_path / "corpus.jsonl"
    path.write_text("".join(json.dumps({"id": f"{i}", "text": f"Text {i}."}) + "\n" for i in range(FEW)))
    assert run(store, path).added == FEW
