"""Personalised PageRank by forward push (Andersen, Chung and Lang, "Local graph partitioning using PageRank
vectors", FOCS 2006), on CSR arrays.

A walker starts at the seeds, at every step goes home with probability `restart`, otherwise along an edge in
proportion to its weight; a node without edges sends it home. p(v) is the share of time at v:

    p = restart · s + (1 − restart) · (Wᵀ p + s · Σ p(dangling))

An estimate p̂ and a residual r hold p = p̂ + Σ r(v) · ppr(v) throughout; a push at v moves restart · r(v) to
p̂(v) and spreads the rest over v's edges. Pushing goes on until every r(v) < epsilon · max(1, edges of v).

Convergence: each push at v takes at least restart · epsilon · max(1, edges of v) of the mass 1 out of the
residual, so at most 1 / (restart · epsilon) edges are followed, however large the graph. p̂ never exceeds p
and lies less than epsilon · edges of v below it in an undirected unweighted graph. Beside the walk itself a
call clears two arrays of n numbers.

numpy pushes all ready nodes of a round at once. On a large graph the loop that numba compiles is a few times
faster, where it is installed (the extra `fast`); on a small one its import would cost more than it gains.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.errors import MissingExtraError
from .ragged import ranges

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]
Weights = NDArray[np.float32]

RESTART = 0.15
EPSILON = 1e-5
COMPILED_FROM = 200_000
"""Edges from which numba is used."""


def personalised(
    indptr: Rows,
    indices: NDArray[np.integer[Any]],
    weights: Weights,
    seeds: Rows,
    trust: Floats | None = None,
    *,
    restart: float = RESTART,
    epsilon: float = EPSILON,
    compiled: bool | None = None,
) -> tuple[Rows, Floats]:
    """Nodes near the seeds with their share of the walk, ascending by node; all others have none.

    Args:
        indptr: (n + 1,) int64: the edges of node i stand at indptr[i] to indptr[i + 1].
        indices: (m,) whole numbers, node at the other end of each edge.
        weights: (m,) float32 > 0.
        seeds: (s,) int64 nodes, distinct.
        trust: (s,) float64 > 0 share of the starts at each seed, scaled to sum to 1; None is equal shares.
        restart: probability of going home, inside 0..1.
        epsilon: residual an edge at which pushing stops.
        compiled: True takes numba, False numpy, None numba for a large graph where it is installed.

    Raises:
        ValueError: seeds, trust, restart or epsilon are out of range.
        MissingExtraError: compiled is True and numba is not installed.
    """
    nodes = len(indptr) - 1
    if not 0 < restart < 1 or epsilon <= 0:
        raise ValueError(f"restart {restart}, epsilon {epsilon}: wanted are 0 < restart < 1, epsilon > 0")
    if len(seeds) and not 0 <= int(seeds.min()) <= int(seeds.max()) < nodes:
        raise ValueError(f"seeds reach from {seeds.min()} to {seeds.max()}, the graph has {nodes} nodes")
    if trust is not None and (len(trust) != len(seeds) or (trust <= 0).any()):
        raise ValueError(f"{len(seeds)} seeds need as many trusts above 0, given are {trust.tolist()}")
    if not len(seeds):
        return np.empty(0, np.int64), np.empty(0, np.float64)
    shares = np.full(len(seeds), 1.0) if trust is None else trust.astype(np.float64)
    shares /= shares.sum()
    if compiled is None:
        compiled = len(indices) >= COMPILED_FROM and _compiled() is not None
    push = _compiled() if compiled else pushed
    if push is None:
        raise MissingExtraError("the compiled PageRank needs numba: pip install 'clew[fast]'")
    estimate = push(indptr, indices, weights, seeds, shares, restart, epsilon)
    found = np.flatnonzero(estimate)
    return found, estimate[found]


def pushed(
    indptr: Rows,
    indices: NDArray[np.integer[Any]],
    weights: Weights,
    seeds: Rows,
    shares: Floats,
    restart: float,
    epsilon: float,
) -> Floats:
    """(n,) float64 estimate, by rounds over all nodes that are ready; arguments as in `personalised`."""
    nodes = len(indptr) - 1
    estimate, residual = np.zeros(nodes), np.zeros(nodes)
    residual[seeds] = shares
    ready = np.unique(seeds)
    while True:
        degree = indptr[ready + 1] - indptr[ready]
        ready = ready[residual[ready] >= epsilon * np.maximum(degree, 1)]
        if not len(ready):
            return estimate
        mass = residual[ready]
        residual[ready] = 0.0
        estimate[ready] += restart * mass
        edges, owner = ranges(indptr[ready], indptr[ready + 1])
        weight = weights[edges].astype(np.float64)
        total = np.bincount(owner, weight, minlength=len(ready))
        dangling = total <= 0
        targets = indices[edges].astype(np.int64)
        np.add.at(residual, targets, (1 - restart) * mass[owner] * weight / total[owner])
        touched = [targets]
        if dangling.any():
            residual[seeds] += (1 - restart) * mass[dangling].sum() * shares
            touched.append(seeds)
        ready = np.unique(np.concatenate(touched))


@lru_cache(maxsize=1)
def _compiled() -> Callable[..., Floats] | None:
    """The same loop, node by node in the order of a queue, as machine code; None without numba.

    It is compiled at the first call on a machine and kept in numba's cache after that.
    """
    try:
        from numba import njit
    except ImportError:
        return None
    compiled: Callable[..., Floats] = njit(cache=True, nogil=True)(_queue)
    return compiled


def _queue(
    indptr: Rows,
    indices: NDArray[np.integer[Any]],
    weights: Weights,
    seeds: Rows,
    shares: Floats,
    restart: float,
    epsilon: float,
) -> Floats:
    """Written in the part of Python that numba compiles: a ring of waiting nodes, one push at a time."""
    nodes = len(indptr) - 1
    estimate, residual = np.zeros(nodes), np.zeros(nodes)
    waits = np.zeros(nodes, np.bool_)
    room = 1024
    ring = np.empty(room, np.int64)
    first, count = 0, 0
    for i in range(len(seeds)):
        residual[seeds[i]] = shares[i]
    for i in range(len(seeds)):
        node = seeds[i]
        if not waits[node] and residual[node] >= epsilon * max(1, indptr[node + 1] - indptr[node]):
            waits[node] = True
            if count == room:
                ring = np.concatenate((ring, np.empty(room, np.int64)))
                room *= 2
            ring[count] = node
            count += 1
    while count > 0:
        node = ring[first]
        first = (first + 1) % room
        count -= 1
        waits[node] = False
        mass = residual[node]
        residual[node] = 0.0
        estimate[node] += restart * mass
        start, end = indptr[node], indptr[node + 1]
        total = 0.0
        for edge in range(start, end):
            total += weights[edge]
        home = total <= 0
        steps = len(seeds) if home else end - start
        for step in range(steps):
            if home:
                other = seeds[step]
                residual[other] += (1 - restart) * mass * shares[step]
            else:
                other = np.int64(indices[start + step])
                residual[other] += (1 - restart) * mass * weights[start + step] / total
            if not waits[other] and residual[other] >= epsilon * max(1, indptr[other + 1] - indptr[other]):
                waits[other] = True
                if count == room:
                    ring = np.concatenate((ring[first:], ring[:first], np.empty(room, np.int64)))
                    first = 0
                    room *= 2
                ring[(first + count) % room] = other
                count += 1
    return estimate
