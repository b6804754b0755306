"""What is added to base and walk, against plain versions written out with loops."""

import math
from collections.abc import Callable

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.core.records import Document, Label, Mention, Part, Passage, Span
from clew.retrieval import following
from clew.retrieval.index import PassageIndex
from clew.retrieval.lexical import K1
from clew.retrieval.parts import read_parts
from clew.retrieval.sentences import SentenceTable, Similarity
from clew.retrieval.terms import FRONTIER, bridge, residual
from clew.storage.rows import StoredDocument

words = st.sampled_from("abcdefgh")


def index_of(
    passages: list[list[list[str]]], said: Callable[[int, int], str] = lambda p, s: ""
) -> PassageIndex:
    """The index of passages given as sentences of words, a document each.

    Args:
        said: characters that name what the sentence of a passage mentions.
    """
    documents = []
    for number, sentences in enumerate(passages):
        text, spans, mentions = "", [], []
        for ordinal, sentence in enumerate(sentences):
            start = len(text)
            text += " ".join(sentence)
            spans.append(Span(start, len(text)))
            text += " "
            mentions += [
                Mention(Part.TEXT, start, start + 1, name, Label.ORG, "test", 1.0, ordinal)
                for name in said(number, ordinal)
            ]
        passage = Passage(0, 0, len(text), 0, len(spans), "und")
        read = ("und", "", 1, (passage,), ("",), tuple(spans), tuple(mentions), (), Label.MISC)
        documents.append(StoredDocument(Document(str(number), text), *read, None, None, None, None))
    return following.index_of(read_parts(documents, 1, 4), [])


def in_order(passages: list[list[list[str]]]) -> list[list[list[str]]]:
    """The passages in the order in which the index has them."""
    return [passages[number] for number in numbers(passages)]


def numbers(passages: list[list[list[str]]]) -> list[int]:
    return [int(id) for id in index_of(passages).documents]


@settings(deadline=None)
@given(
    st.lists(
        st.lists(st.lists(words, min_size=1, max_size=5), min_size=1, max_size=3), min_size=1, max_size=6
    ),
    st.lists(words, max_size=4, unique=True),
    st.randoms(use_true_random=False),
)
def test_the_residual_equals_the_plain_one(passages, question, rng):
    index = index_of(passages).lexical
    passages = in_order(passages)
    sentences = [s for p in passages for s in p]
    known = {w for s in sentences for w in s}
    columns = index.columns(question)
    rows = rng.sample(range(len(passages)), rng.randint(1, len(passages)))
    weights = np.array([rng.random() for _ in rows], np.float32)
    first = np.cumsum([0, *map(len, passages)]).tolist()
    best = np.array([rng.randrange(first[p], first[p + 1]) for p in rows])
    found = residual(index, columns, np.array(rows), weights, best)
    expected = np.zeros(len(passages))
    spread = {w: sum(any(w in s for s in p) for p in passages) for w in known}
    for passage, weight, sentence in zip(rows, weights, best, strict=True):
        held = {w for s in passages[passage] for w in s}
        missing = [w for w in question if w in known and w not in held]
        leads = [w for w in set(sentences[sentence]) - set(question) if spread[w] > 1]
        left_open = index.scores(index.columns(missing))
        led_to = index.scores(index.columns(leads))
        for target, (r, x) in enumerate(zip(left_open, led_to, strict=True)):
            expected[target] = max(expected[target], weight * (math.sqrt(r * x) + 0.3 * r))
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


@settings(deadline=None)
@given(
    st.lists(
        st.lists(st.lists(words, min_size=1, max_size=5), min_size=1, max_size=3), min_size=1, max_size=6
    ),
    st.lists(words, max_size=4, unique=True),
    st.integers(0, 10_000),
)
def test_the_bridge_equals_the_plain_one(passages, question, seed):
    rng = np.random.default_rng(seed)
    entities = "xyz"
    mentioned = rng.random((sum(map(len, passages)), len(entities))) < 0.4
    begin = np.cumsum([0, *map(len, passages)])
    whole = index_of(
        passages, lambda p, s: "".join(e for i, e in enumerate(entities) if mentioned[begin[p] + s, i])
    )
    index, mentions = whole.lexical, whole.mentions
    order = np.concatenate([np.arange(begin[n], begin[n + 1]) for n in numbers(passages)])
    said = mentioned[order]
    entity = np.array([whole.keys.find(e) for e in entities])
    passages = in_order(passages)
    sentences = [s for p in passages for s in p]
    known = {w for s in sentences for w in s}
    owner = np.array([p for p, of_passage in enumerate(passages) for _ in of_passage])
    last = np.cumsum([len(p) for p in passages])
    table = SentenceTable(
        first=last - [len(p) for p in passages],
        last=last,
        document=np.arange(len(passages)),
        starts=np.zeros(len(sentences), np.int64),
        ends=np.ones(len(sentences), np.int64),
        codes=rng.integers(-127, 127, (len(sentences), 4)).astype(np.int8),
        scales=np.full(len(sentences), 1 / 254, np.float32),
    )
    asked = rng.normal(size=4).astype(np.float32)
    similar = Similarity(table, asked, 0.0)
    so_far = (rng.random(len(passages)) + 0.1).astype(np.float32)
    pool = np.argsort(-so_far)
    columns = index.columns(question)
    found = bridge(mentions, index, similar, columns, pool, so_far)
    cosines = similar.of(np.arange(len(sentences)))
    expected = np.zeros(len(passages))
    for p in pool[:FRONTIER].tolist():
        held = {w for s in passages[p] for w in s}
        missing = [w for w in question if w in known and w not in held]
        left_open = index.scores(index.columns(missing))
        most = sum((K1 + 1) * index.idf[index.vocabulary.find(w)] for w in missing)
        for s, e in np.argwhere(said).tolist():
            if owner[s] != p or mentions.spread(entity[[e]])[0] < 2:
                continue
            for t in np.flatnonzero(said[:, e]).tolist():
                if owner[t] != p:
                    match = cosines[t] + (left_open[owner[t]] / most if most else 0.0)
                    value = so_far[p] / so_far.max() * mentions.idf(entity[[e]])[0] * cosines[s] * match
                    expected[owner[t]] = max(expected[owner[t]], value)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)
