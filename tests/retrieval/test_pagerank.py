"""Forward push against the exact answer, a plain implementation and networkx."""

import importlib.util

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.retrieval.pagerank import RESTART, personalised

COMPILED = [False]
if importlib.util.find_spec("numba"):
    COMPILED.append(True)
ENGINES = pytest.mark.parametrize("compiled", COMPILED, ids=lambda c: "numba" if c else "numpy")


def csr(nodes, edges):
    """Arrays of an undirected weighted graph given as (a, b, weight)."""
    both = sorted([(a, b, w) for a, b, w in edges] + [(b, a, w) for a, b, w in edges])
    indptr = np.searchsorted([a for a, _, _ in both], np.arange(nodes + 1)).astype(np.int64)
    indices = np.array([b for _, b, _ in both], np.int32)
    return indptr, indices, np.array([w for _, _, w in both], np.float32)


def exact(nodes, edges, starts):
    """p = restart · s + (1 − restart) · (Wᵀ p + s · Σ p(dangling)), solved as the linear system it is."""
    moves = np.zeros((nodes, nodes))
    for a, b, w in edges:
        moves[a, b] += w
        moves[b, a] += w
    total = moves.sum(axis=1)
    moves[total > 0] /= total[total > 0, None]
    moves[total == 0] = starts
    return np.linalg.solve(np.eye(nodes) - (1 - RESTART) * moves.T, RESTART * starts)


@st.composite
def graphs(draw):
    nodes = draw(st.integers(1, 12))
    pairs = st.tuples(st.integers(0, nodes - 1), st.integers(0, nodes - 1)).filter(lambda p: p[0] < p[1])
    chosen = draw(st.lists(pairs, unique=True, max_size=24)) if nodes > 1 else []
    edges = [(a, b, draw(st.floats(0.125, 8, width=32))) for a, b in chosen]
    seeds = draw(st.lists(st.integers(0, nodes - 1), unique=True, min_size=1, max_size=3))
    trust = [draw(st.floats(0.1, 1.0)) for _ in seeds]
    return nodes, edges, np.array(sorted(seeds), np.int64), np.array(trust)


@ENGINES
@settings(max_examples=60, deadline=None)
@given(graph=graphs())
def test_the_push_comes_to_the_exact_answer_from_below(compiled, graph):
    nodes, edges, seeds, trust = graph
    starts = np.zeros(nodes)
    starts[seeds] = trust / trust.sum()
    found, shares = personalised(*csr(nodes, edges), seeds, trust, epsilon=1e-9, compiled=compiled)
    whole = np.zeros(nodes)
    whole[found] = shares
    answer = exact(nodes, edges, starts)
    assert np.all(whole <= answer + 1e-12)
    assert whole == pytest.approx(answer, abs=1e-6)
    assert whole.sum() == pytest.approx(1, abs=1e-6)


@ENGINES
def test_a_known_graph_has_the_shares_that_networkx_gives(compiled):
    graph = networkx.karate_club_graph()
    edges = [(a, b, float(d["weight"])) for a, b, d in graph.edges(data=True)]
    answer = networkx.pagerank(
        graph, alpha=1 - RESTART, personalization={0: 1, 33: 1}, tol=1e-12, max_iter=500
    )
    found, shares = personalised(*csr(34, edges), np.array([0, 33]), epsilon=1e-10, compiled=compiled)
    assert dict(zip(found.tolist(), shares.tolist(), strict=True)) == pytest.approx(answer, abs=1e-7)


@ENGINES
def test_pushing_stays_near_the_seeds(compiled):
    chain = csr(10_000, [(i, i + 1, 1.0) for i in range(9_999)])
    found, shares = personalised(*chain, np.array([5_000]), epsilon=1e-4, compiled=compiled)
    assert len(found) < 200
    assert abs(int(found[np.argmax(shares)]) - 5_000) == 0


@pytest.mark.skipif(len(COMPILED) == 1, reason="numba is not installed: pip install 'clew[fast]'")
def test_more_waiting_nodes_than_the_ring_holds_lose_nothing():
    star = csr(5_000, [(0, i, 1.0) for i in range(1, 5_000)])
    seeds = np.arange(5_000)
    plain = personalised(*star, seeds, epsilon=1e-7, compiled=False)[1]
    fast = personalised(*star, seeds, epsilon=1e-7, compiled=True)[1]
    assert fast == pytest.approx(plain, abs=1e-4)


def test_a_node_alone_keeps_the_walker():
    found, shares = personalised(*csr(3, [(1, 2, 1.0)]), np.array([0]), epsilon=1e-9, compiled=False)
    assert found.tolist() == [0]
    assert shares == pytest.approx([1.0], abs=1e-6)


def test_no_seed_reaches_nothing():
    found, shares = personalised(*csr(3, [(1, 2, 1.0)]), np.empty(0, np.int64))
    assert len(found) == len(shares) == 0


@pytest.mark.parametrize(
    ("seeds", "options", "message"),
    [
        ([3], {}, "3 to 3, the graph has 3 nodes"),
        ([0], {"restart": 1.0}, "restart 1.0"),
        ([0], {"epsilon": 0.0}, "epsilon 0.0"),
        ([0, 1], {"trust": np.array([1.0])}, "2 seeds need as many"),
    ],
)
def test_what_cannot_be_walked_is_an_error_with_the_figures(seeds, options, message):
    with pytest.raises(ValueError, match=message):
        personalised(*csr(3, [(1, 2, 1.0)]), np.array(seeds), **options)
