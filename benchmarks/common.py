"""What the benchmarks share: where the data is, baselines over the same index, figures of a process."""

from __future__ import annotations

import os
import resource
import statistics
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clew import KnowledgeBase
from clew.retrieval.index import PassageIndex
from clew.retrieval.query import understand

Floats = NDArray[np.float32]
RRF_K = 60


def data_folder(*names: str) -> Path:
    """The folder of a public set under `CLEW_DATA`."""
    root = os.environ.get("CLEW_DATA")
    if not root:
        sys.exit("set CLEW_DATA to the folder with the public sets; datasets/README.md says which and how")
    folder = Path(root, *names)
    if not folder.exists():
        sys.exit(f"{folder} is not there; datasets/README.md says how to get it")
    return folder


class Baselines:
    """BM25, dense search and their reciprocal rank fusion over the passages of a knowledge base."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self.index: PassageIndex = kb.retriever.projection.current()

    def rankings(self, question: str, language: str, vector: Floats, k: int) -> dict[str, list[str]]:
        """Document ids by system, best first, each once."""
        understood = understand(question, language, self.index)
        lexical = self.index.lexical.scores(understood.columns)
        dense = self.index.vectors @ vector
        fused = np.zeros(len(dense), np.float32)
        for scores in (lexical, dense):
            order = np.argsort(-scores, kind="stable")
            fused[order] += 1.0 / (RRF_K + 1 + np.arange(len(order), dtype=np.float32))
        scores_of = {"BM25": lexical, "dense": dense, "BM25 + dense (RRF)": fused}
        return {name: self._documents(scores, k) for name, scores in scores_of.items()}

    def _documents(self, scores: Floats, k: int) -> list[str]:
        order = np.argsort(-scores, kind="stable")[: 4 * k]
        return distinct(self.index.documents[int(self.index.table.document[row])] for row in order)[:k]


def distinct(ids: Iterable[str]) -> list[str]:
    """The ids in order, each once."""
    return list(dict.fromkeys(ids))


def peak_memory() -> float:
    """Peak resident memory in MB of this process and the largest of its children, added."""
    own, children = (
        resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return (own + children) / 1024


def medians(timings: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Median of each stage in milliseconds."""
    return {stage: statistics.median(t[stage] for t in timings) for stage in timings[0]} if timings else {}


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; floats with three digits."""
    cells = [[f"{c:.3f}" if isinstance(c, float) else str(c) for c in row] for row in rows]
    lines = ["| " + " | ".join(row) + " |" for row in ([*head], ["---"] * len(head), *cells)]
    return "\n".join(lines)
