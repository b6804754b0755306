"""The walk and its terms against plain versions written out with loops."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.retrieval.fusion import HAND
from clew.retrieval.links import Reached
from clew.retrieval.ragged import group, ranges
from clew.retrieval.sentences import SentenceTable, Similarity, best_rows, calibrate
from clew.retrieval.walk import BEAM, DECAY, ROUNDS, walk

DIMENSION = 8


@dataclass
class GivenEdges:
    """Edges out of each sentence, written down."""

    starts: np.ndarray
    targets: np.ndarray
    weights: np.ndarray
    relations: np.ndarray

    def out_of(self, sentences: np.ndarray) -> Reached:
        at, owner = ranges(self.starts[sentences], self.starts[sentences + 1])
        how = (self.relations[at] % 3).astype(np.int8)
        return Reached(owner, self.targets[at], self.weights[at], at, self.relations[at], how)


def table_of(sentences_a_passage: list[int], rng: np.random.Generator) -> SentenceTable:
    last = np.cumsum(sentences_a_passage)
    vectors = rng.normal(size=(int(last[-1]), DIMENSION))
    scales = np.abs(vectors).max(axis=1) / 127
    return SentenceTable(
        first=last - sentences_a_passage,
        last=last,
        document=np.arange(len(last)),
        starts=np.zeros(last[-1], np.int64),
        ends=np.ones(last[-1], np.int64),
        codes=np.round(vectors / scales[:, None]).astype(np.int8),
        scales=scales.astype(np.float32),
    )


def plain_walk(edges, table, question, seeds, asked):
    """reach(t) = max w(p) · decay · cos(q, s) · f · edge, by loops."""
    best = {}
    front = {p: w for p, w in enumerate(seeds) if w > 0}
    for _ in range(ROUNDS):
        reached = {}
        for passage in sorted(front, key=lambda p: (-front[p], p))[:BEAM]:
            for s in range(table.first[passage], table.last[passage]):
                vector = table.codes[s].astype(np.float32) * table.scales[s]
                cosine = float(np.clip(vector @ question, 0, 1))
                for e in range(edges.starts[s], edges.starts[s + 1]):
                    relations = int(edges.relations[e])
                    stated = 1 + HAND.stated if relations & asked else 1.0
                    trust = edges.weights[e] * (1.0, HAND.in_a_name, HAND.left_out)[relations % 3]
                    value = front[passage] * DECAY * cosine * stated * trust
                    target = int(edges.targets[e])
                    if value > best.get(target, 0.0) + 1e-9:
                        best[target] = reached[target] = value
        front = reached
    return best


@given(st.integers(0, 10_000), st.integers(2, 12))
def test_the_walk_equals_the_plain_one(seed, passages):
    rng = np.random.default_rng(seed)
    table = table_of(rng.integers(1, 4, passages).tolist(), rng)
    sentences = len(table.starts)
    counts = rng.integers(0, 3, sentences)
    total = int(counts.sum())
    edges = GivenEdges(
        np.concatenate([[0], np.cumsum(counts)]),
        rng.integers(0, passages, total),
        rng.random(total, np.float32),
        rng.integers(0, 8, total).astype(np.uint64),
    )
    question = rng.normal(size=DIMENSION).astype(np.float32)
    question /= np.linalg.norm(question)
    seeds = np.where(rng.random(passages) < 0.4, rng.random(passages), 0).astype(np.float32)
    asked = int(rng.integers(0, 8))
    found = walk(edges, table, Similarity(table, question, 0.0), seeds, asked)
    expected = np.zeros(passages)
    for target, value in plain_walk(edges, table, question, seeds, asked).items():
        expected[target] = value
    np.testing.assert_allclose(found.scores, expected, rtol=1e-4, atol=1e-6)
    assert set(found.edges) == set(np.flatnonzero(found.scores).tolist())
    for target in found.edges:
        via = found.via(target)
        source, sentence = via.source, via.sentence
        assert table.first[source] <= sentence < table.last[source]
        assert target in edges.targets[edges.starts[sentence] : edges.starts[sentence + 1]]


def test_similarity_is_computed_once_and_calibrated():
    rng = np.random.default_rng(1)
    table = table_of([2, 3], rng)
    question = table.vectors(np.array([1]))[0]
    question /= np.linalg.norm(question)
    similar = Similarity(table, question, 0.5)
    plain = calibrate(table.vectors(np.arange(5)) @ question, 0.5)
    np.testing.assert_allclose(similar.of(np.array([4, 0, 4])), plain[[4, 0, 4]], rtol=1e-4, atol=1e-5)
    best, at = similar.best_of_passages(np.array([0, 1]))
    np.testing.assert_allclose(best, [plain[:2].max(), plain[2:].max()], rtol=1e-4, atol=1e-5)
    assert at[0] == plain[:2].argmax() and at[1] == 2 + plain[2:].argmax()


@pytest.mark.parametrize("floor", [0.0, 0.7])
def test_calibration_maps_floor_to_zero_and_one_to_one(floor):
    assert calibrate(np.array([floor, 1.0, -1.0], np.float32), floor).tolist() == [0.0, 1.0, 0.0]


def test_best_rows_are_the_greatest_with_equal_ones_in_row_order():
    values = np.array([0.5, 0.9, 0.5, 0.0, 0.5, -1.0], np.float32)
    assert best_rows(values, 3).tolist() == [1, 0, 2]
    assert best_rows(values, 10).tolist() == [1, 0, 2, 4]
    assert best_rows(np.zeros(3, np.float32), 2).tolist() == []


def test_ranges_and_groups():
    numbers, owners = ranges(np.array([5, 2, 9]), np.array([7, 2, 10]))
    assert numbers.tolist() == [5, 6, 9] and owners.tolist() == [0, 0, 2]
    order, starts = group(np.array([2, 0, 2, 1]), 4)
    assert order.tolist() == [1, 3, 0, 2] and starts.tolist() == [0, 1, 2, 4, 4]


@given(st.integers(0, 10_000), st.integers(1, 6000), st.integers(0, 90), st.sampled_from([2, 50, 10_000]))
def test_the_best_of_many_rows_are_those_of_all_sorted(seed, size, count, kinds):
    values = (np.random.default_rng(seed).integers(-kinds, kinds, size) / kinds).astype(np.float32)
    order = sorted((row for row in range(size) if values[row] > 0), key=lambda row: (-values[row], row))
    assert best_rows(values, count).tolist() == order[:count]
