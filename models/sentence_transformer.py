"""Any sentence-transformers model, by name or folder, on CPU or GPU.

On a CPU every text runs alone, unpadded and on one thread, so that its vector is a function of the text:
torch sums in another order for other batches and numbers of threads. Padding would cost more than batches
save, and bulk work spreads over processes. On a GPU texts run in batches, since alone they would leave it
idle, and the last bits of a vector depend on the texts beside it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ..core.errors import ModelMissingError
from ..core.text import clean
from .base import EmbedderInfo, FloatArray, PassageText, PassageVectors
from .pooling import pool_passage, unit

TITLE_BREAK = "\n"
_BATCH = 64


class SentenceTransformerEmbedder:
    """Vectors by sentence-transformers; sentences' vectors are means of the passage's token states.

    Args:
        info: what the store remembers.
        source: a name on the model hub that is in its local cache, or gives a folder.
        device: "cpu" or "cuda".
        floor: cosine of unrelated texts.
    """

    def __init__(
        self,
        info: EmbedderInfo,
        source: str | Callable[[], Path],
        *,
        device: Literal["cpu", "cuda"] = "cpu",
        floor: float = 0.0,
    ) -> None:
        self.info = info
        self.floor = floor
        self._source = source
        self._device = device
        self._together = 1 if device == "cpu" else _BATCH
        self._lock = threading.Lock()

    @cached_property
    def _model(self) -> Any:
        source = self._source if isinstance(self._source, str) else str(self._source())
        return load_sentence_transformer(source, self._device)

    def embed_queries(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of questions, with the model's own query prompt."""
        return self._encode([clean(text) for text in texts], "query")

    def embed_names(self, texts: Sequence[str]) -> FloatArray:
        """Vectors of names, as of questions."""
        return self.embed_queries(texts)

    def embed_passages(self, passages: Iterable[PassageText]) -> Iterator[PassageVectors]:
        """Vectors of passages and of their sentences, in order."""
        stream = iter(passages)
        while batch := list(islice(stream, _BATCH)):
            yield from self._passages(batch)

    def _encode(self, texts: list[str], prompt: str) -> FloatArray:
        if not texts:
            return np.empty((0, self.info.dimension), np.float32)
        with self._lock, _one_thread():
            name = prompt if prompt in self._model.prompts else None
            vectors = self._model.encode(
                texts,
                prompt_name=name,
                batch_size=self._together,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
        return np.asarray(vectors, np.float32)

    def _passages(self, batch: list[PassageText]) -> Iterator[PassageVectors]:
        with self._lock, _one_thread():
            prompt = self._model.prompts.get("document") or ""
            heads = [prompt + (clean(p.title) + TITLE_BREAK if p.title else "") for p in batch]
            texts = [head + clean(p.text) for head, p in zip(heads, batch, strict=True)]
            outputs = self._model.encode(
                texts, output_value=None, batch_size=self._together, show_progress_bar=False
            )
            tokenizer = self._model.tokenizer
            encodings = tokenizer(
                texts,
                return_offsets_mapping=True,
                truncation=True,
                max_length=self._model.max_seq_length or tokenizer.model_max_length,
            )
        for i, passage in enumerate(batch):
            offsets = np.asarray(encodings["offset_mapping"][i], np.int64)
            empty = offsets[:, 1] <= offsets[:, 0]
            offsets -= len(heads[i])
            offsets[empty] = 0
            states = outputs[i]["token_embeddings"].float().cpu().numpy()[: len(offsets)]
            vector = unit(outputs[i]["sentence_embedding"].float().cpu().numpy())
            yield pool_passage(states, offsets[: len(states)], passage.sentences, vector)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Torch computes on one thread; what the program had set comes back afterwards."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def load_sentence_transformer(source: str, device: str) -> Any:
    """The loaded model, from a folder or the hub's local cache; nothing is downloaded.

    Raises:
        ModelMissingError: it is not on this machine.
    """
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(source, device=device, local_files_only=True)
    except (OSError, ValueError) as error:
        raise ModelMissingError(
            f"embedder {source!r} is neither a name of `clew models list`, nor a sentence-transformers "
            f"folder, nor in the model hub's cache on this machine: download it first, for example with "
            f"`hf download {source}`"
        ) from error
