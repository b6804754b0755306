"""What the benchmarks share: where the data is, baselines over the same index, figures of a process."""

from __future__ import annotations

import os
import statistics
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
        dense = np.asarray(self.index.vectors) @ vector
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


class Memory:
    """The highest memory of this process and all below it at one moment, in MB, sampled four times a second.

    Shared pages count once (proportional set size, Linux).
    """

    def __init__(self) -> None:
        self.peak = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.25):
            self.peak = max(self.peak, sum(_memory(pid) for pid in _below(os.getpid())))


def _below(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:  # the thread ended
            continue
        for child in children:
            yield from _below(int(child))


def _memory(pid: int) -> float:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except OSError:  # the process ended
        return 0.0
    return 0.0


def medians(timings: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Median of each stage in milliseconds."""
    return {stage: statistics.median(t[stage] for t in timings) for stage in timings[0]} if timings else {}


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; floats with three digits."""
    cells = [[f"{c:.3f}" if isinstance(c, float) else str(c) for c in row] for row in rows]
    lines = ["| " + " | ".join(row) + " |" for row in ([*head], ["---"] * len(head), *cells)]
    return "\n".join(lines)
