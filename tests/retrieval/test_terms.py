"""What is added to base and walk, against plain versions written out with loops."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.retrieval.lexical import K1, LexicalIndex
from clew.retrieval.mentions import mention_table
from clew.retrieval.sentences import SentenceTable, Similarity
from clew.retrieval.terms import FRONTIER, bridge, residual

words = st.sampled_from("abcdefgh")


def index_of(passages: list[list[list[str]]]) -> tuple[LexicalIndex, list[list[str]]]:
    """The index of passages given as sentences of words, and all sentences in order."""
    vocabulary = sorted({w for p in passages for s in p for w in s})
    number = {w: i for i, w in enumerate(vocabulary)}
    sentences = [s for p in passages for s in p]
    owner = [i for i, s in enumerate(sentences) for _ in s]
    passage = [i for i, p in enumerate(passages) for s in p for _ in s]
    term = [number[w] for s in sentences for w in s]
    built = LexicalIndex.build(
        vocabulary,
        passage=np.array(passage, np.int64),
        term=np.array(term, np.int64),
        passages=len(passages),
        sentence=np.array(owner, np.int64),
        sentence_term=np.array(term, np.int64),
        sentences=len(sentences),
    )
    return built, sentences


@settings(deadline=None)
@given(
    st.lists(
        st.lists(st.lists(words, min_size=1, max_size=5), min_size=1, max_size=3), min_size=1, max_size=6
    ),
    st.lists(words, max_size=4, unique=True),
    st.randoms(use_true_random=False),
)
def test_the_residual_equals_the_plain_one(passages, question, rng):
    index, sentences = index_of(passages)
    columns = index.columns([(w,) for w in question])
    rows = rng.sample(range(len(passages)), rng.randint(1, len(passages)))
    weights = np.array([rng.random() for _ in rows], np.float32)
    first = np.cumsum([0, *map(len, passages)]).tolist()
    best = np.array([rng.randrange(first[p], first[p + 1]) for p in rows])
    found = residual(index, columns, np.array(rows), weights, best)
    expected = np.zeros(len(passages))
    spread = {w: sum(any(w in s for s in p) for p in passages) for w in index.vocabulary}
    for passage, weight, sentence in zip(rows, weights, best, strict=True):
        held = {w for s in passages[passage] for w in s}
        missing = [w for w in question if w in index.vocabulary and w not in held]
        leads = [w for w in set(sentences[sentence]) - set(question) if spread[w] > 1]
        left_open = index.scores(index.columns([(w,) for w in missing]))
        led_to = index.scores(index.columns([(w,) for w in leads]))
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
    index, sentences = index_of(passages)
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
    entities = tuple("xyz")
    said = rng.random((len(sentences), len(entities))) < 0.4
    sentence, entity = np.nonzero(said)
    mentions = mention_table(entities, owner[sentence], sentence, entity, len(passages))
    so_far = (rng.random(len(passages)) + 0.1).astype(np.float32)
    pool = np.argsort(-so_far)
    columns = index.columns([(w,) for w in question])
    found = bridge(mentions, index, similar, columns, pool, so_far)
    cosines = similar.of(np.arange(len(sentences)))
    expected = np.zeros(len(passages))
    for p in pool[:FRONTIER].tolist():
        held = {w for s in passages[p] for w in s}
        missing = [w for w in question if w in index.vocabulary and w not in held]
        left_open = index.scores(index.columns([(w,) for w in missing]))
        most = sum((K1 + 1) * index.idf[index.vocabulary[w]] for w in missing)
        for s, e in np.argwhere(said).tolist():
            if owner[s] != p or mentions.spread[e] < 2:
                continue
            for t in np.flatnonzero(said[:, e]).tolist():
                if owner[t] != p:
                    match = cosines[t] + (left_open[owner[t]] / most if most else 0.0)
                    value = so_far[p] / so_far.max() * mentions.idf[e] * cosines[s] * match
                    expected[owner[t]] = max(expected[owner[t]], value)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)
