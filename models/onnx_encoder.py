"""An encoder in ONNX Runtime: one pass a passage gives its vector and its sentences' vectors.

Every text runs alone, unpadded. On a CPU that costs nothing (a passage fills the cores by itself), and it
makes a vector a function of its text: the batch, its order, the texts beside it and the number of threads
change no bit. The kernels of the graph sum each row by itself, whatever the threads.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.text import clean
from .base import EmbedderInfo, FloatArray, PassageText, PassageVectors
from .pooling import pool_passage, unit

TITLE_BREAK = "\n"
_SPECIAL_TOKENS = 2


class OnnxEncoder:
    """A mean-pooling encoder with query and passage prefixes, run by ONNX Runtime.

    Args:
        info: what the store remembers.
        folder: gives the folder with the tokenizer and the graph; called on first use.
        graph, tokenizer: their places in the folder.
        floor: cosine of unrelated texts.
        prefixes: put before questions and names, and before passages.
        max_tokens: longest input; of a longer passage the beginning gives its vector, and sentences are read
            in pieces of equal length.
    """

    def __init__(
        self,
        info: EmbedderInfo,
        folder: Callable[[], Path],
        *,
        graph: Path,
        tokenizer: Path,
        floor: float,
        prefixes: tuple[str, str] = ("", ""),
        max_tokens: int = 512,
    ) -> None:
        self.info = info
        self.floor = floor
        self._folder = folder
        self._graph = graph
        self._tokenizer_file = tokenizer
        self._query_prefix, self._passage_prefix = prefixes
        self._max_tokens = max_tokens
        self._lock = threading.Lock()

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS") or 0)
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        graph = str(self._folder() / self._graph)
        return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        return Tokenizer.from_file(str(self._folder() / self._tokenizer_file))

    def embed_queries(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of questions, (n, d) float32, rows L2-normalised; cut at `max_tokens`."""
        rows = [self._pooled(self._query_prefix + clean(text)) for text in texts]
        return np.stack(rows) if rows else np.empty((0, self.info.dimension), np.float32)

    def embed_names(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of names; the same as of questions, since both sides of a name match look alike."""
        return self.embed_queries(texts)

    def embed_passages(self, passages: Iterable[PassageText]) -> Iterator[PassageVectors]:
        """Vectors of passages and of their sentences (the mean of the token states over each), in order.

        The title stands before the text, on a line of its own.
        """
        self._load()
        for passage in passages:
            title = clean(passage.title)
            head = self._passage_prefix + (title + TITLE_BREAK if title else "")
            encoding = self._tokenizer.encode(head + clean(passage.text), add_special_tokens=True)
            offsets = np.asarray(encoding.offsets, np.int64).reshape(-1, 2) - len(head)
            ids = np.asarray(encoding.ids, np.int64)
            states = self._states(ids)
            # of a text that is too long its beginning stands for it: a mean over pieces is near to everything
            whole = unit(self._run(self._cut(ids)).mean(axis=0)) if len(ids) > len(self._cut(ids)) else None
            yield pool_passage(states, offsets, passage.sentences, whole)

    def _load(self) -> None:
        with self._lock:  # cached_property alone would load twice in two threads
            _ = self._session, self._tokenizer

    def _pooled(self, text: str) -> FloatArray:
        self._load()
        ids = np.asarray(self._tokenizer.encode(text).ids, np.int64)
        return unit(self._run(self._cut(ids)).mean(axis=0))

    def _cut(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """As many tokens as the model allows, the closing one among them."""
        if len(ids) <= self._max_tokens:
            return ids
        return np.concatenate([ids[: self._max_tokens - 1], ids[-1:]])

    def _states(self, ids: NDArray[np.int64]) -> FloatArray:
        """(t, d) token states; a text longer than the model allows runs in pieces of equal length."""
        if len(ids) <= self._max_tokens:
            return self._run(ids)
        inner, room = ids[1:-1], self._max_tokens - _SPECIAL_TOKENS
        pieces = np.array_split(inner, -(-len(inner) // room))
        states = [self._run(np.concatenate([ids[:1], piece, ids[-1:]])) for piece in pieces]
        return np.concatenate([states[0][:1], *[s[1:-1] for s in states], states[-1][-1:]])

    def _run(self, ids: NDArray[np.int64]) -> FloatArray:
        feed = {"input_ids": ids[None], "attention_mask": np.ones((1, len(ids)), np.int32)}
        states: FloatArray = self._session.run(None, feed)[0][0]
        return states
