"""What is added to base and walk, against plain versions written out with loops."""

import math
from collections.abc import Callable

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.core.records import Document, Label, Mention, Part, Passage, Span
from clew.retrieval import chains, following
from clew.retrieval.index import PassageIndex
from clew.retrieval.lexical import K1
from clew.retrieval.parts import read_parts
from clew.retrieval.query import Understood
from clew.retrieval.sentences import SentenceTable, Similarity
from clew.retrieval.terms import FRONTIER, residual
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
    columns = index.columns(question)
    nobody = whole.readings.of(np.empty(0, np.int64))
    understood = Understood("", "und", {}, [columns], [], nobody, np.empty(0, np.int64))
    best = chains.pool(whole, similar, understood, np.arange(len(passages)), so_far)
    found = np.empty(len(passages))
    found[best.rows] = best.bridge()
    cosines = similar.of(np.arange(len(sentences)))
    expected = np.zeros(len(passages))
    for p in np.argsort(-so_far)[:FRONTIER].tolist():
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


@settings(deadline=None)
@given(st.integers(1, 30), st.integers(0, 4), st.integers(0, 40), st.integers(0, 3), st.integers(0, 10_000))
def test_the_chain_equals_the_plain_one(passages, words, ties, names, seed):
    rng = np.random.default_rng(seed)
    scores = np.sort(rng.random(passages).astype(np.float32))[::-1].copy()
    most = rng.random(words).astype(np.float32) + 1
    there = rng.random((words, passages)) < 0.4
    held = (most[:, None] * rng.random((words, passages)) * there).astype(np.float32)
    source = rng.integers(0, min(FRONTIER, passages), ties)
    target = rng.integers(0, passages, ties)
    strength, cosine = rng.random(ties).astype(np.float32), rng.random(ties).astype(np.float32)
    about = (rng.random((names, passages)) * (rng.random((names, passages)) < 0.2)).astype(np.float32)
    pool = chains.Pool(np.arange(passages), source, target, strength, cosine, held, most, about)

    tied = {(s, t): 0.0 for s in range(passages) for t in range(passages)}
    for s, t, value in zip(source.tolist(), target.tolist(), (strength * cosine).tolist(), strict=True):
        tied[s, t] = max(tied[s, t], value)
    strongest = max(tied.values()) or 1.0
    taken: list[int] = []
    values: list[float] = []
    while len(taken) < min(chains.TAKEN, passages):
        missing = [w for w in range(words) if all(held[w, p] == 0 for p in taken)]
        whole = sum(float(most[w]) for w in missing)
        reached: dict[int, float] = {}
        for p in set(range(passages)) - set(taken):
            reached[p] = float(scores[p])
            if taken:
                adds = sum(float(held[w, p]) for w in missing) / whole if whole else 0.0
                tie = max(tied[t, p] for t in taken) / strongest
                named = [float(of[p]) for of in about if not any(of[t] for t in taken)]
                reached[p] += 0.7 * adds + 0.4 * tie * (adds + chains.TIED_ALONE)
                reached[p] += 1.1 * max(named, default=0)
        best = max(reached, key=lambda p: (reached[p], -p))
        values.append(reached[best] if not values else min(reached[best], values[-1] - 1e-4))
        taken.append(best)
    gained = pool.chain(scores, cover=0.7, link=0.4, name=1.1)
    np.testing.assert_allclose(scores[taken] + gained[taken], values, rtol=1e-4, atol=1e-5)
    assert not np.delete(gained, taken).any()
    total = scores + gained
    assert np.argsort(-total, kind="stable")[: len(taken)].tolist() == taken


def test_a_passage_that_says_the_other_half_comes_before_one_that_says_the_same_half():
    held = np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]], np.float32)
    assert order_of(held=held) == [0, 2, 1]


def test_a_passage_about_the_other_thing_that_is_named_comes_before_one_about_the_same():
    about = np.array([[1.0, 0.7, 0.0], [0.0, 0.0, 0.7]], np.float32)
    assert order_of(about=about) == [0, 2, 1]


def test_a_passage_that_adds_nothing_keeps_its_place():
    assert order_of() == [0, 1, 2]


def order_of(held: np.ndarray | None = None, about: np.ndarray | None = None) -> list[int]:
    """The order in which three passages are taken, of which the second is the second best by itself."""
    held = np.ones((2, 3), np.float32) if held is None else held
    about = np.zeros((0, 3), np.float32) if about is None else about
    none, nothing, most = np.empty(0, np.int64), np.empty(0, np.float32), np.ones(len(held), np.float32)
    pool = chains.Pool(np.arange(3), none, none, nothing, nothing, held, most, about)
    scores = np.array([3.0, 2.9, 2.2], np.float32)
    return np.argsort(-(scores + pool.chain(scores, cover=1.0, link=1.0, name=2.0))).tolist()
