"""Who searches while others write sees whole commits only, and sees them soon.

Every version of a document is told apart by its text, its metadata and the places of its sentences, so that
places of one version with the text of another cannot pass.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from clew import Document, KnowledgeBase
from clew.core.errors import EmbedderMismatchError
from clew.core.results import SearchResult
from clew.models.hashing import HashingEmbedder

SETTINGS: dict[str, Any] = {
    "models": {"embedder": "hashing", "pipelines": {"en": ""}},
    "ingestion": {"batch_size": 4, "workers": 1},
}
VERSIONS = 3
QUESTIONS = ["Who founded Mercury Corp?", "Where does Ada Lovelace live?", "Is Jordan near the river?"]
Place = tuple[str, int, int]


def document(number: int, version: int) -> Document:
    """The later the version, the further back its sentences stand, and the shorter its end."""
    before = "It is said here. " * version
    end = "The river runs by. " * (VERSIONS - version)
    text = f"{before}Ada Lovelace founded Mercury Corp {number}. She lives in Jordan. {end}"
    title = ("Mercury Corp", "Jordan", "Ada Lovelace")[number % 3] + f" {number % 4}"
    return Document(f"d{number}", text, title, {"version": version}, "en")


def opened(target: str, **options: Any) -> KnowledgeBase:
    """A knowledge base without a model."""
    return KnowledgeBase(target, settings=SETTINGS, **options)


class Truth:
    """What any version of any document says, and where."""

    def __init__(self, numbers: range) -> None:
        self.passages: set[tuple[str, int, int, str, int]] = set()
        self.sentences: set[tuple[str, int, int, int]] = set()
        self.facts: set[Place] = set()
        with opened(":memory:") as kb:
            for version in range(VERSIONS):
                kb.ingest(document(number, version) for number in numbers)
                for stored in kb.store.load():
                    id, text = stored.document.id, stored.document.text
                    for p in stored.passages:
                        self.passages.add((id, p.start, p.end, text[p.start : p.end], version))
                    self.sentences |= {(id, s.start, s.end, version) for s in stored.sentences}
                self.facts |= {(f.document_id, f.start, f.end) for f in kb.store.facts()}

    def holds(self, found: SearchResult) -> None:
        """Everything in a result is from one version of its document.

        Raises:
            AssertionError: something is not.
        """
        said = {}
        for hit in found.passages:
            version = hit.metadata["version"]
            assert (hit.document_id, hit.start, hit.end, hit.text, version) in self.passages, hit
            best = hit.best_sentence
            assert (hit.document_id, best.start, best.end, version) in self.sentences, hit
            assert said.setdefault(hit.document_id, version) == version
        there = {hit.document_id for hit in found.passages}
        for fact in found.facts:
            assert fact.document_id in there and (fact.document_id, fact.start, fact.end) in self.facts, fact
        assert len({hit.passage_id for hit in found.passages}) == len(found.passages)


@pytest.fixture(scope="module")
def truth() -> Truth:
    """The truth about ten documents."""
    return Truth(range(10))


class Readers:
    """Threads that search without a pause, over knowledge bases of their own, and check what they find."""

    def __init__(self, target: str, truth: Truth, count: int = 2) -> None:
        self._stop = threading.Event()
        self.errors: list[BaseException] = []
        self.searches = 0
        self._target, self._truth = target, truth
        self._threads = [threading.Thread(target=self._read) for _ in range(count)]

    def _read(self) -> None:
        try:
            with opened(self._target) as kb:
                while not self._stop.is_set():
                    found = kb.search(QUESTIONS[self.searches % len(QUESTIONS)], 5)
                    self._truth.holds(found)
                    answer = kb.ask(QUESTIONS[0])
                    for citation in answer.citations:
                        assert citation.quote and citation.quote in {
                            text[citation.start - start : citation.end - start]
                            for id, start, _, text, _ in self._truth.passages
                            if id == citation.document_id
                        }
                    self.searches += 1
        except BaseException as error:
            self.errors.append(error)

    def __enter__(self) -> Readers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        least = self.searches + 4
        patience = time.monotonic() + 60
        while self.searches < least and not self.errors and time.monotonic() < patience:
            time.sleep(0.01)
        self._stop.set()
        for thread in self._threads:
            thread.join()


def _ingest(target: str) -> None:
    with opened(target) as kb:
        for number in range(10):
            kb.ingest([document(number, 0)])


def _update(target: str) -> None:
    with opened(target) as kb:
        for version in (1, 2, 0, 1):
            kb.ingest(document(number, version) for number in range(10))


def _delete(target: str) -> None:
    with opened(target) as kb:
        for number in (3, 1, 7, 9, 0):
            kb.delete(f"d{number}")


def _reindex(target: str) -> None:
    for _ in range(3):
        KnowledgeBase.reindex(target, settings=SETTINGS)


@pytest.mark.parametrize("write", [_ingest, _update, _delete, _reindex], ids=lambda f: f.__name__[1:])
def test_what_is_found_during_writes_is_of_one_version(
    write: Callable[[str], None], target: str, truth: Truth
) -> None:
    with opened(target) as kb:
        if write is not _ingest:
            kb.ingest(document(number, 0) for number in range(10))
    with Readers(target, truth) as readers:
        write(target)
    assert readers.errors == [] and readers.searches > 0
    with opened(target) as kb:
        assert kb.verify().ok


def test_documents_that_change_between_index_and_text_are_searched_again(
    tmp_path: Any, truth: Truth
) -> None:
    target = str(tmp_path / "s.db")
    with opened(target) as reader, opened(target) as writer:
        writer.ingest(document(number, 0) for number in range(10))
        versions = iter([1, 2, 0, 1, 2])
        real = reader.store.evidence

        def overtaken(*asked: Any, **options: Any) -> Any:
            """Somebody writes after the index was asked and before the texts are read, once for each."""
            version = next(versions, None)
            if version is not None and not overtaken.off:  # type: ignore[attr-defined]
                writer.ingest([document(number, version) for number in range(5)])
            return real(*asked, **options)

        reader.search(QUESTIONS[1])  # another: what is kept of a search would not be read again
        reader.store.evidence = overtaken  # type: ignore[method-assign]
        overtaken.off = False  # type: ignore[attr-defined]
        found = reader.search(QUESTIONS[0], 8)
        truth.holds(found)
        assert {hit.document_id for hit in found.passages} <= {f"d{n}" for n in range(5, 10)}
        overtaken.off = True  # type: ignore[attr-defined]
        found = reader.search(QUESTIONS[0], 8)
        truth.holds(found)
        assert len(found.passages) == 8


def test_another_embedder_is_named_to_readers_that_were_open(target: str) -> None:
    with opened(target) as reader:
        reader.ingest(document(number, 0) for number in range(4))
        assert reader.search(QUESTIONS[0]).passages
        KnowledgeBase.reindex(target, settings=SETTINGS, embedder=HashingEmbedder(dimension=32))
        with pytest.raises(EmbedderMismatchError, match="256.*32|32.*256"):
            reader.search(QUESTIONS[0])


FOLLOW = """
import json, sys, time
from clew import KnowledgeBase
with KnowledgeBase(sys.argv[1], settings=json.loads(sys.argv[2])) as kb:
    kb.search("anything")
    print("ready", flush=True)
    for line in sys.stdin:
        started = time.monotonic()
        wanted, tries = line.strip(), 0
        while True:
            tries += 1
            found = [hit.text for hit in kb.search("Who founded Mercury Corp?", 9).passages]
            if any(wanted in text for text in found) or time.monotonic() > started + 10:
                break
        print(json.dumps({"seconds": time.monotonic() - started, "tries": tries}), flush=True)
"""


def test_another_process_follows_within_a_second(target: str) -> None:
    with opened(target) as writer:
        writer.ingest([document(0, 0)])
        command = [sys.executable, "-c", FOLLOW, target, json.dumps(SETTINGS)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
            assert other.stdin is not None and other.stdout is not None
            assert other.stdout.readline() == "ready\n"
            for number in range(1, 6):
                writer.ingest([document(number, 0)])
                other.stdin.write(f"Mercury Corp {number}.\n")
                other.stdin.flush()
                told = json.loads(other.stdout.readline())
                # no wait of its own: the first search after the commit has it
                assert told["tries"] == 1 and told["seconds"] < 1, told
            other.stdin.close()
            assert other.wait(30) == 0
