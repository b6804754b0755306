"""Vector engines: one suite for each, against the matrix product."""

import numpy as np
import pytest

from clew.core.errors import EmbedderMismatchError, SettingsError
from clew.retrieval.vectors import ExactIndex, FaissIndex, Stored, VectorIndex, faiss_device


def gpus() -> int:
    import faiss

    return faiss.get_num_gpus() if hasattr(faiss, "StandardGpuResources") else 0


needs_gpu = pytest.mark.skipif(not gpus(), reason="FAISS sees no GPU (extra: gpu, in place of faiss-cpu)")


def exact(vectors: np.ndarray) -> ExactIndex:
    """The rows in two places, in another order."""
    order = np.random.default_rng(5).permutation(len(vectors))
    cut = len(vectors) // 3
    stored = [Stored(vectors[order[:cut]], order[:cut]), Stored(vectors[order[cut:]], order[cut:])]
    return ExactIndex(vectors, stored, None, np.zeros((1, vectors.shape[1]), np.float32))


ENGINES = [
    pytest.param(exact, id="in-place"),
    pytest.param(lambda x: FaissIndex(x, device="cpu"), id="faiss-cpu"),
    pytest.param(lambda x: FaissIndex(x, device="cuda"), id="faiss-gpu", marks=needs_gpu),
]


def rows(count: int, dimension: int = 16, seed: int = 0) -> np.ndarray:
    x = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return x / np.linalg.norm(x, axis=1, keepdims=True)


@pytest.mark.parametrize("engine", ENGINES)
def test_finds_the_nearest_rows_best_first(engine):
    vectors, queries = rows(500), rows(7, seed=1)
    index: VectorIndex = engine(vectors)
    scores, found = index.search(queries, 10)
    exact = queries @ vectors.T
    assert (index.size, index.dimension) == (500, 16)
    np.testing.assert_allclose(scores, -np.sort(-exact, axis=1)[:, :10], atol=1e-5)
    np.testing.assert_allclose(np.take_along_axis(exact, found, axis=1), scores, atol=1e-5)


@pytest.mark.parametrize("engine", ENGINES)
def test_fewer_rows_than_wanted(engine):
    scores, found = engine(rows(3)).search(rows(1), 10)
    assert scores.shape == found.shape == (1, 3)
    assert sorted(found[0].tolist()) == [0, 1, 2]


@pytest.mark.parametrize("engine", ENGINES)
def test_no_rows_give_no_hits(engine):
    scores, found = engine(np.empty((0, 16), np.float32)).search(rows(2), 5)
    assert scores.shape == found.shape == (2, 0)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_query_of_another_dimension_names_both(engine):
    with pytest.raises(EmbedderMismatchError, match="16 dimensions.*8"):
        engine(rows(3)).search(rows(1, 8), 2)


@needs_gpu
def test_gpu_and_cpu_give_the_same_results():
    vectors, queries = rows(20_000, 384), rows(64, 384, seed=1)
    on_cpu, on_gpu = FaissIndex(vectors, device="cpu"), FaissIndex(vectors, device="cuda")
    for k in (1, 10, 500):
        cpu_scores, cpu_rows = on_cpu.search(queries, k)
        gpu_scores, gpu_rows = on_gpu.search(queries, k)
        np.testing.assert_allclose(cpu_scores, gpu_scores, atol=1e-4)
        same = [len(set(a) & set(b)) / k for a, b in zip(cpu_rows, gpu_rows, strict=True)]
        assert min(same) >= 0.99


def test_auto_takes_the_gpu_when_there_is_one():
    assert faiss_device("auto") == ("cuda" if gpus() else "cpu")
    assert faiss_device("cpu") == "cpu"


@pytest.mark.skipif(bool(gpus()), reason="there is a GPU")
def test_a_gpu_that_is_not_there_is_a_clear_error():
    with pytest.raises(SettingsError, match="sees no GPU.*clew\\[gpu\\]"):
        faiss_device("cuda")


def test_where_rows_lie_does_not_show_in_any_bit():
    vectors, queries = rows(3000, 384), rows(9, 384, seed=1)
    vectors[7:2000:50] = vectors[7]
    in_order = ExactIndex(vectors, [Stored(vectors, None)], None, np.zeros((1, 384), np.float32))
    for one, other in zip(in_order.search(queries, 40), exact(vectors).search(queries, 40), strict=True):
        np.testing.assert_array_equal(one, other)
    ties = in_order.search(vectors[7:8], 40)[1][0]
    assert ties.tolist() == sorted(ties.tolist())


def test_groups_are_compared_by_what_exceeds_their_centroid():
    vectors, queries = rows(400, 16), rows(5, seed=1)
    group = np.arange(400) % 3
    centroids = np.stack([vectors[group == each].mean(axis=0) for each in range(3)])
    scores, found = ExactIndex(vectors, [Stored(vectors, None)], group, centroids).search(queries, 10)
    plain = queries @ (vectors - centroids[group]).T
    np.testing.assert_allclose(scores, -np.sort(-plain, axis=1)[:, :10], atol=1e-5)
    np.testing.assert_allclose(np.take_along_axis(plain, found, axis=1), scores, atol=1e-5)
