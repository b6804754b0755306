"""Reranking, an optional last stage: a model that reads question and passage together puts them in order.

A reranker is any of these, or its name in the setting `retrieval.reranker`:

- "sentences", the built-in one, which looks at sentence vectors and facts and loads no model,
- a sentence-transformers CrossEncoder, as an object, a folder or a name in the hub's local cache,
- a LangChain document compressor: passages that it leaves out are left out,
- any object with `rank(question, hits)`.

One that fails does not fail the search: the order is that before it, and `found.warnings` says so.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Protocol, runtime_checkable

import numpy as np

from ..core.errors import ModelMissingError, QueryError
from ..core.results import Hit, Reason, SearchResult

SENTENCES = "sentences"
log = logging.getLogger(__name__)


@runtime_checkable
class Reranker(Protocol):
    """What puts passages in order."""

    def rank(self, question: str, hits: Sequence[Hit]) -> Sequence[tuple[int, float]]:
        """Indices of the hits to keep, best first, each with its score."""
        ...


class CrossEncoderReranker:
    """A sentence-transformers CrossEncoder over title and text of each passage.

    Args:
        model: the loaded model, or its folder or name.
        device: "cpu" or "cuda" for one that is loaded here.
    """

    def __init__(self, model: Any, device: str = "cpu") -> None:
        self._source, self._device = model, device
        self._lock = threading.Lock()
        self._model: Any = None if isinstance(model, str) else model

    def rank(self, question: str, hits: Sequence[Hit]) -> Sequence[tuple[int, float]]:
        """All hits by the model's score.

        Raises:
            ModelMissingError: the model is not on this machine.
        """
        with self._lock:  # loaded once, and its tokenizer is not made for two threads at once
            if self._model is None:
                self._model = load_cross_encoder(self._source, self._device)
            pairs = [(question, f"{hit.title}\n{hit.text}" if hit.title else hit.text) for hit in hits]
            scores = np.asarray(self._model.predict(pairs, show_progress_bar=False), np.float64)
        if scores.shape != (len(hits),):
            raise ValueError(f"{len(hits)} passages got scores of shape {scores.shape}; wanted is one each")
        if not np.isfinite(scores).all():
            raise ValueError(f"{int((~np.isfinite(scores)).sum())} of {len(hits)} scores are no numbers")
        order = np.argsort(-scores, kind="stable")
        return [(int(i), float(scores[i])) for i in order]


class CompressorReranker:
    """A LangChain document compressor; what it gives back counts, in its order."""

    def __init__(self, compressor: Any) -> None:
        self._compressor = compressor

    def rank(self, question: str, hits: Sequence[Hit]) -> Sequence[tuple[int, float]]:
        """The hits that the compressor gives back; scores fall from 1 where it gives none of its own."""
        from langchain_core.documents import Document

        documents = [
            Document(hit.text, id=hit.passage_id, metadata={**hit.metadata, "title": hit.title, _PLACE: i})
            for i, hit in enumerate(hits)
        ]
        kept: dict[int, float] = {}
        for n, document in enumerate(self._compressor.compress_documents(documents, question)):
            place = document.metadata.get(_PLACE)
            if not isinstance(place, int) or not 0 <= place < len(hits):
                raise ValueError("the compressor returned a document that it was not given")
            score = document.metadata.get("relevance_score")
            kept.setdefault(place, float(score) if isinstance(score, int | float) else 1.0 - n / len(hits))
        return list(kept.items())


_PLACE = "clew_place"


def load_cross_encoder(source: str, device: str) -> Any:
    """The loaded model, from a folder or the hub's local cache; nothing is downloaded.

    Raises:
        ModelMissingError: it is not on this machine.
    """
    from sentence_transformers import CrossEncoder

    try:
        return CrossEncoder(source, device=device, local_files_only=True)
    except (OSError, ValueError) as error:
        raise ModelMissingError(
            f"reranker {source!r} is neither {SENTENCES!r}, nor a CrossEncoder's folder, nor in the model "
            f"hub's cache on this machine: download it first, for example with `hf download {source}`"
        ) from error


def reranker_of(given: Any, device: str = "cpu") -> Reranker:
    """The reranker that an object or a name stands for; a named model loads when it is first used.

    Raises:
        QueryError: the object is nothing that can rerank.
    """
    if isinstance(given, str):
        return _named(given, device)
    if hasattr(given, "compress_documents"):
        return CompressorReranker(given)
    if hasattr(given, "predict"):  # before `rank`, which a CrossEncoder has too, over texts
        return CrossEncoderReranker(given)
    if isinstance(given, Reranker):
        return given
    raise QueryError(
        f"a {type(given).__name__} cannot rerank: give {SENTENCES!r}, a CrossEncoder or its name, a "
        "LangChain document compressor, or an object with rank(question, hits)"
    )


@lru_cache(maxsize=4)
def _named(name: str, device: str) -> Reranker:
    return CrossEncoderReranker(name, device)


def reranked(found: SearchResult, reranker: Reranker, k: int) -> SearchResult:
    """The k best passages in the reranker's order; in the one before where it fails, with a warning.

    Raises:
        ModelMissingError: the reranker's model is not on this machine.
    """
    hits = found.passages
    if not hits:
        return found
    try:
        ranking = reranker.rank(found.query.text, hits)
        order = [hits[i] for i, _ in ranking]
    except ModelMissingError:
        raise
    except Exception as error:  # whatever a model of others' may raise
        message = f"reranking failed, the order is that before it: {type(error).__name__}: {error}"
        log.warning(message)
        return replace(_kept(found, hits[:k]), warnings=(*found.warnings, message))
    told = [_told(hit, score) for hit, (_, score) in zip(order, ranking, strict=True)]
    return _kept(found, told[:k])


def _kept(found: SearchResult, hits: Sequence[Hit]) -> SearchResult:
    """The result with these passages only, and the steps that lead to them."""
    ids = {hit.passage_id for hit in hits}
    return replace(found, passages=tuple(hits), paths=tuple(p for p in found.paths if p.target in ids))


def _told(hit: Hit, score: float) -> Hit:
    """The hit with its new score; the reasons still tell the shares of the score before."""
    why = Reason("rerank", 0.0, f"reranked to {score:.3g}")
    return replace(hit, score=score, reasons=(*hit.reasons, why))
