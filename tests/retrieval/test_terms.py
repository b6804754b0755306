"""What is added to base and walk, against plain versions written out with loops."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clew.retrieval.lexical import LexicalIndex
from clew.retrieval.terms import residual

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
