"""Readings written out by hand: what a reader would see, without a tagger or an embedder."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from clew.core.records import (
    Argument,
    Document,
    Fact,
    Label,
    Mention,
    Part,
    Passage,
    Reading,
    ReadingVectors,
    Span,
)
from clew.core.text import fold
from clew.kg.names import names_of
from clew.kg.sentences import sentences
from clew.storage.rows import Batch
from clew.storage.store import Store

DIMENSION = 64


@dataclass(frozen=True)
class Embedder:
    """Bags of words hashed into 64 dimensions: the nearness of texts that share words."""

    name: str = "bag-of-words"
    version: str = "1"
    dimension: int = DIMENSION

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        rows = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in fold(text).split():
                if len(word) > 3:
                    row[sum(ord(c) * 31**i for i, c in enumerate(word)) % DIMENSION] += 1.0
            row /= max(float(np.linalg.norm(row)), 1e-6)
        return rows


def _places(text: str, name: str) -> Iterator[tuple[int, int]]:
    for match in re.finditer(re.escape(name), text):
        yield match.start(), match.end()


def read(
    id: str,
    text: str,
    title: str = "",
    names: Sequence[tuple[str, str]] = (),
    facts: Sequence[tuple[str, str, str]] = (),
    language: str = "en",
) -> tuple[Reading, ReadingVectors]:
    """A document in which each of `names` (text, label) is a mention wherever it stands."""
    document = Document(id, text, title)
    spans = sentences(text)
    mentions: list[Mention] = []
    if title:
        label = dict(names).get(title, "MISC")
        mentions.append(Mention(Part.TITLE, 0, len(title), title, Label(label), "title"))
    for name, label in names:
        for start, end in _places(text, name):
            sentence = next(i for i, s in enumerate(spans) if s.start <= start < s.end)
            mentions.append(Mention(Part.TEXT, start, end, name, Label(label), "tagger", 1.0, sentence))
    found, about = names_of(document, spans, tuple(mentions))
    whole = Passage(0, 0, len(text), 0, len(spans), language)
    said = tuple(_fact(text, spans, mentions, *fact) for fact in facts)
    reading = Reading(document, language, "by hand", spans, (whole,), tuple(mentions), said, found, about)
    embed = Embedder().embed
    vectors = ReadingVectors(
        embed([f"{title} {text}"]),
        embed([text[s.start : s.end] for s in spans]),
        embed([title])[0] if title else None,
    )
    return reading, vectors


def _fact(
    text: str, spans: tuple[Span, ...], mentions: list[Mention], subject: str, predicate: str, object_: str
) -> Fact:
    sentence, span = next(
        (i, s)
        for i, s in enumerate(spans)
        if subject in text[s.start : s.end] and object_ in text[s.start : s.end]
    )
    ends = []
    for name in (subject, object_):
        start = text.index(name, span.start)
        number = next((i for i, m in enumerate(mentions) if m.start == start and m.part is Part.TEXT), None)
        ends.append(Argument(name, start, start + len(name), number))
    return Fact(ends[0], predicate, ends[1], span.start, span.end, sentence, 0.9, "by hand")


@pytest.fixture
def reading() -> Callable[..., tuple[Reading, ReadingVectors]]:
    return read


@pytest.fixture
def embedder() -> Embedder:
    return Embedder()


@pytest.fixture
def store(tmp_path: object) -> Iterator[Store]:
    with Store.open(f"{tmp_path}/kg.db", embedder=Embedder()) as opened:
        yield opened


def corpus() -> list[tuple[Reading, ReadingVectors]]:
    """Two companies, a fruit, a river, a planet and a god, in several languages, whose names collide."""
    company = (
        "Apple Inc. (formerly Apple Computer) is an American technology company. Apple makes the phone Iris."
    )
    fruit = "The apple is a fruit of a tree. Apple trees grow in an orchard and carry blossom in spring."
    visit = "Nadia Orlova bought an Apple phone from the technology company. Nadia Orlova lives in Lyon."
    farm = "In the orchard of Lyon every Apple tree stood in blossom, said Nadia Orlova."
    planet = "Mercury is the planet nearest to the sun. Mercury has a short orbit around the sun."
    god = "Mercury is a god of trade and of travellers in Roman religion. Mercury wears winged sandals."
    trip = "The probe began its orbit of the planet Mercury near the sun."
    temple = "Traders in Rome brought gifts to Mercury, god of travellers."
    chinese = "里昂是法国的城市。里昂位于罗讷河畔。"
    rumour = "Orlova Holdings said that Iris sells well. Iris is made in Lyon."
    return [
        read("company", company, "Apple Inc.", [("Apple", "ORG"), ("Iris", "PRODUCT")],
             [("Apple", "make", "Iris")]),
        read("fruit", fruit, "Apple (fruit)", [("Apple", "MISC")]),
        read("visit", visit, "", [("Nadia Orlova", "PER"), ("Apple", "ORG"), ("Lyon", "LOC")],
             [("Nadia Orlova", "live in", "Lyon"), ("Nadia Orlova", "buy", "Apple")]),
        read("farm", farm, "", [("Nadia Orlova", "PER"), ("Apple", "MISC"), ("Lyon", "PER")]),
        read("planet", planet, "Mercury (planet)", [("Mercury", "LOC")]),
        read("god", god, "Mercury (mythology)", [("Mercury", "PER")]),
        read("trip", trip, "A flight", [("Mercury", "MISC")]),
        read("temple", temple, "", [("Mercury", "PER"), ("Rome", "LOC")]),
        read("lyon-zh", chinese, "里昂", [("里昂", "LOC"), ("罗讷河", "LOC")], language="zh"),
        read("rumour", rumour, "", [("Orlova Holdings", "ORG"), ("Iris", "PRODUCT"), ("Lyon", "LOC")]),
    ]  # fmt: skip


@pytest.fixture
def documents() -> list[tuple[Reading, ReadingVectors]]:
    return corpus()


@pytest.fixture
def filled(store: Store, documents: list[tuple[Reading, ReadingVectors]]) -> Store:
    from clew.kg.resolution import resolve

    store.commit(Batch(documents))
    resolve(store)
    return store


@pytest.fixture(scope="module")
def corpus_once() -> list[tuple[Reading, ReadingVectors]]:
    return corpus()


@pytest.fixture(scope="module")
def embedder_once() -> Embedder:
    return Embedder()
