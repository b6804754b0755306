"""Personalised PageRank by forward push against networkx and, where it is installed, igraph.

    python benchmarks/pagerank.py [--nodes 700000] [--edges 3000000] [--seeds 20] [--json out.json]

The graph is synthetic, with hubs: one end of an edge is any node, the other is drawn by the third power of a
uniform number. The same seeds are walked from by every engine; the overlap is the share of the exact answer's
twenty best that the push finds too.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx
import numpy as np
from common import table
from numpy.typing import NDArray

from clew.retrieval.pagerank import RESTART, personalised

SEED = 20260101
TOP = 20


def graph(nodes: int, edges: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """CSR arrays of an undirected graph, each edge seen from both ends."""
    random = np.random.default_rng(SEED)
    pairs = np.stack([random.integers(0, nodes, edges), (nodes * random.random(edges) ** 3).astype(np.int64)])
    pairs = np.unique(np.sort(pairs[:, pairs[0] != pairs[1]], axis=0), axis=1)
    source, target = np.concatenate([pairs[0], pairs[1]]), np.concatenate([pairs[1], pairs[0]])
    order = np.lexsort((target, source))
    indptr = np.zeros(nodes + 1, np.int64)
    np.cumsum(np.bincount(source, minlength=nodes), out=indptr[1:])
    return indptr, target[order].astype(np.int32)


def timed(call: Callable[[int], Any], seeds: list[int]) -> tuple[list[Any], float]:
    """What a call gives for each seed, and the median milliseconds after one to warm up."""
    call(seeds[0])
    answers, spent = [], []
    for seed in seeds:
        started = time.perf_counter()
        answers.append(call(seed))
        spent.append(1000 * (time.perf_counter() - started))
    return answers, statistics.median(spent)


def measure(nodes: int, edges: int, count: int) -> dict[str, Any]:
    """Milliseconds by engine, and the overlap of the push with the exact answer."""
    indptr, indices = graph(nodes, edges)
    weights = np.ones(len(indices), np.float32)
    connected = np.flatnonzero(np.diff(indptr))
    seeds = np.random.default_rng(SEED).choice(connected, count, replace=False).tolist()

    def push(compiled: bool) -> Callable[[int], set[int]]:
        def call(seed: int) -> set[int]:
            found, shares = personalised(indptr, indices, weights, np.array([seed]), compiled=compiled)
            return set(found[np.argsort(-shares, kind="stable")[:TOP]].tolist())

        return call

    pushes = {"push, numpy": timed(push(False), seeds)}
    if importlib.util.find_spec("numba"):
        pushes["push, numba"] = timed(push(True), seeds)
    source = np.repeat(np.arange(nodes), np.diff(indptr))
    half = source < indices
    exact: dict[str, tuple[list[Any], float]] = {}
    if importlib.util.find_spec("igraph"):
        import igraph

        own = igraph.Graph(n=nodes, edges=np.stack([source[half], indices[half]], axis=1).tolist())

        def prpack(seed: int) -> set[int]:
            shares = np.array(own.personalized_pagerank(damping=1 - RESTART, reset_vertices=[seed]))
            return set(np.argsort(-shares, kind="stable")[:TOP].tolist())

        exact["igraph, prpack"] = timed(prpack, seeds[:3])
    plain = networkx.Graph()
    plain.add_edges_from(zip(source[half].tolist(), indices[half].tolist(), strict=True))

    def iterate(seed: int) -> set[int]:
        shares = networkx.pagerank(plain, alpha=1 - RESTART, personalization={seed: 1.0}, tol=1e-10)
        return set(sorted(shares, key=lambda node: -shares[node])[:TOP])

    exact["networkx"] = timed(iterate, seeds[:2])
    answers = exact["networkx"][0]
    return {
        "nodes": nodes,
        "edges": len(indices) // 2,
        "milliseconds": {name: spent for name, (_, spent) in {**pushes, **exact}.items()},
        "overlap of the top 20 with networkx": {
            name: statistics.mean(len(a & b) / TOP for a, b in zip(found, answers, strict=False))
            for name, (found, _) in {**pushes, **exact}.items()
        },
    }


def main() -> None:
    """Command line."""
    formatter = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=formatter)
    parser.add_argument("--nodes", type=int, default=700_000)
    parser.add_argument("--edges", type=int, default=3_000_000)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--json", type=Path, help="write all figures here")
    options = parser.parse_args()
    result = measure(options.nodes, options.edges, options.seeds)
    slowest = result["milliseconds"]["networkx"]
    overlap = result["overlap of the top 20 with networkx"]
    rows = [(name, spent, slowest / spent, overlap[name]) for name, spent in result["milliseconds"].items()]
    print(f"{result['nodes']} nodes, {result['edges']} edges\n")
    print(table(("engine", "milliseconds", "times networkx", "overlap of the top 20"), rows))
    if options.json:
        options.json.write_text(json.dumps(result, indent=1), "utf-8")


if __name__ == "__main__":
    main()
