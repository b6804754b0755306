"""A small store for the tests of search."""

import pytest

from clew import Document, KnowledgeBase

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
