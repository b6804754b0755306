"""FAISS: exact inner product, on the GPU where FAISS sees one."""

from __future__ import annotations

import logging
import threading
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ...core.errors import EmbedderMismatchError, MissingExtraError, SettingsError

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]
Device = Literal["auto", "cpu", "cuda"]

_FEW = 16

_log = logging.getLogger(__name__)


def _faiss() -> Any:
    try:
        import faiss
    except ImportError as error:
        raise MissingExtraError(
            'FAISS is not installed: pip install "clew[cpu]", or "clew[gpu]" on a machine with a GPU'
        ) from error
    return faiss


def faiss_device(wanted: Device) -> str:
    """ "cuda" or "cpu": where an index will live.

    Raises:
        MissingExtraError: FAISS is not installed.
        SettingsError: "cuda" is asked for and the installed FAISS sees no GPU.
    """
    faiss = _faiss()
    seen = faiss.get_num_gpus() if hasattr(faiss, "StandardGpuResources") else 0
    if wanted == "cuda" and not seen:
        raise SettingsError(
            "retrieval.device is 'cuda', but the installed FAISS sees no GPU: "
            'pip uninstall faiss-cpu && pip install "clew[gpu]", or set it to "auto"'
        )
    return "cuda" if seen and wanted != "cpu" else "cpu"


class FaissIndex:
    """A flat index: exact, and the same on CPU and GPU up to the last bits of a score.

    Args:
        vectors: (n, d) float32, rows L2-normalised.
        device: "auto" is the GPU when FAISS sees one.
    """

    def __init__(self, vectors: Floats, *, device: Device = "auto") -> None:
        faiss = _faiss()
        self._dimension = int(vectors.shape[1])
        self._device = faiss_device(device)
        index: Any = faiss.IndexFlatIP(self._dimension)
        index.add(np.ascontiguousarray(vectors, np.float32))
        if self._device == "cuda":
            self._resources = faiss.StandardGpuResources()
            index = faiss.index_cpu_to_gpu(self._resources, 0, index)
            _log.info("%d vectors on the GPU", len(vectors))
        self._index = index
        self._lock = threading.Lock() if self._device == "cuda" else None

    @property
    def size(self) -> int:
        """Rows."""
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    @property
    def device(self) -> str:
        """ "cpu" or "cuda"."""
        return self._device

    def search(self, queries: Floats, k: int) -> tuple[Floats, Rows]:
        """Scores (n, k') and rows (n, k') of the nearest, best first, k' = min(k, size).

        Raises:
            EmbedderMismatchError: the queries have another dimension than the index.
        """
        if queries.shape[1] != self._dimension:
            raise EmbedderMismatchError(
                f"the index has {self._dimension} dimensions, the query has {queries.shape[1]}: open the "
                f"store with the embedder that made it, or run `clew reindex`"
            )
        k = min(k, self.size)
        if k == 0 or not len(queries):
            return np.empty((len(queries), 0), np.float32), np.empty((len(queries), 0), np.int64)
        contiguous = np.ascontiguousarray(queries, np.float32)
        if self._lock is None and len(queries) <= _FEW:
            # one at a time stays on this thread; several are spread over threads that stall on busy cores
            found = [self._index.search(query[None], k) for query in contiguous]
            scores, rows = (np.concatenate(each) for each in zip(*found, strict=True))
        elif self._lock is None:
            scores, rows = self._index.search(contiguous, k)
        else:
            with self._lock:  # one GPU's resources serve one thread at a time
                scores, rows = self._index.search(contiguous, k)
        return scores, rows
