"""Small stores for the tests of search, and what a reader can get out of one."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import pytest

from clew import Document, KnowledgeBase
from clew.core.records import Reading, ReadingVectors
from clew.core.settings import Settings
from clew.core.visibility import Visibility
from clew.ingestion.work import Task, Worker
from clew.kg.resolution import resolve
from clew.storage.rows import Batch

DOCUMENTS = [
    Document(
        "apple",
        "Apple Inc. is a company in Cupertino. Steve Jobs and Steve Wozniak founded it.",
        "Apple Inc.",
    ),
    Document("fruit", "An apple is the fruit of a tree. Cider is pressed from it.", "Apple (fruit)"),
    Document("jobs", "Steve Jobs was born in San Francisco. He loved calligraphy.", "Steve Jobs"),
    Document("woz", "Steve Wozniak was born in San Jose. He built the first machine alone.", "Steve Wozniak"),
    Document("mercury", "Mercury is the planet nearest to the Sun. It has no moons.", "Mercury (planet)"),
    Document("element", "Mercury is a metal that is liquid at room temperature.", "Mercury (element)"),
    Document(
        "sf", "San Francisco is a city in California. The Golden Gate Bridge is its emblem.", "San Francisco"
    ),
    Document("note", "We met at noon and talked about the weather. Nothing else happened.", ""),
]
SETTINGS = {"models": {"embedder": "hashing"}}


@pytest.fixture
def documents():
    return list(DOCUMENTS)


@pytest.fixture(scope="session")
def settled():
    """A knowledge base of the documents that tests share and do not change."""
    with KnowledgeBase(":memory:", settings=SETTINGS) as kb:
        kb.ingest(DOCUMENTS)
        yield kb


@pytest.fixture
def open_kb():
    """Opens knowledge bases with the model-free embedder, and closes them at the end."""
    opened = []

    def make(target=":memory:", **options) -> KnowledgeBase:
        opened.append(KnowledgeBase(target, settings=SETTINGS, **options))
        return opened[-1]

    yield make
    for kb in opened:
        kb.close()


QUESTIONS = (
    "Who founded Apple Records in New York?", "Is Mercury a planet near York?", "苹果公司在哪里成立？",
    "Where was Steve Jobs born?", "Кто родился в Лионе?", "What does the New York Tmies praise?",
)  # fmt: skip


@lru_cache(maxsize=1)
def _worker() -> Worker:
    return Worker.from_settings(Settings.load(SETTINGS))


@lru_cache(maxsize=20_000)
def _read(text: str, title: str) -> tuple[Reading, ReadingVectors]:
    result = _worker()(Task(0, (Document("x", text, title),)))
    return result.readings[0]


def _commit(kb: KnowledgeBase, *documents: Document) -> None:
    pairs = [(_read(document.text, document.title), document) for document in documents]
    kb.store.commit(Batch([(replace(reading, document=d), vectors) for (reading, vectors), d in pairs]))


@pytest.fixture(scope="session")
def commit() -> Callable[..., None]:
    """Stores documents, undecided; each text is read once, whatever the number of corpora."""
    return _commit


@pytest.fixture(scope="session")
def knowledge() -> Callable[..., KnowledgeBase]:
    """A knowledge base of documents that are committed and decided."""

    def make(
        documents: Sequence[Document], target: Any = ":memory:", namespace: str = "default"
    ) -> KnowledgeBase:
        settings = {**SETTINGS, "retrieval": {"views": 3}}
        kb = KnowledgeBase(target, namespace=namespace, settings=settings)
        _commit(kb, *documents)
        resolve(kb.store)
        return kb

    return make


@pytest.fixture(scope="session")
def portrait() -> Callable[..., dict[str, Any]]:
    """Everything that a reader can get out of a knowledge base, but times, revisions and what was asked."""

    def draw(kb: KnowledgeBase, questions: int = len(QUESTIONS), **seen: Any) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for question in QUESTIONS[:questions]:
            found = kb.search(question, 6, **seen)
            asked = replace(found.query, as_of=None)
            shown["search", question] = replace(found, timings={}, revision=0, query=asked)
            shown["ask", question] = replace(kb.ask(question, **seen), id="", found=None)
            shown["link", question] = kb.link(question, **seen)
        graph = kb.graph(**seen)
        shown["nodes"] = sorted(graph.nodes(data=True))
        shown["edges"] = sorted(graph.edges(keys=True, data=True), key=lambda edge: edge[2])
        return shown

    return draw


@pytest.fixture(scope="session")
def assert_same(knowledge: Any, portrait: Any) -> Callable[..., None]:
    """Compares a view with a knowledge base of its documents."""

    def compare(
        kb: KnowledgeBase, documents: Sequence[Document], seen: dict[str, Any], questions: int = 6
    ) -> None:
        sight = Visibility.of(**seen)
        visible = [document for document in documents if sight.sees(document.metadata, document.date)]
        with knowledge(visible) as alone:
            assert portrait(kb, questions, **seen) == portrait(alone, questions)

    return compare
