"""Arrays as bytes: vectors in the database, strings in snapshots. No pickle, little-endian everywhere.

Layout of a vector blob (format 1): passages and title are float32 rows one after the other; sentences are the
float32 scales of all rows, then their int8 codes. A sentence's vector is codes · scale, scale = max|x| / 127,
so a component is off by at most half a scale: about 0.4 % of the largest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .snapshots import SnapshotFolder

if TYPE_CHECKING:
    from ..core.records import FloatArray
    from .rows import CodeArray

__all__ = [
    "SnapshotFolder",
    "dequantise",
    "pack_codes",
    "pack_floats",
    "pack_offsets",
    "pack_strings",
    "quantise",
    "unpack_codes",
    "unpack_floats",
    "unpack_offsets",
    "unpack_strings",
]

_FLOAT = np.dtype("<f4")
_OFFSET = np.dtype("<i4")


def quantise(vectors: FloatArray) -> tuple[CodeArray, FloatArray]:
    """Int8 codes and a float32 scale a row of (n, d) float32 vectors; a zero row has scale 0.

    >>> codes, scales = quantise(np.array([[0.5, -1.0]], np.float32))
    >>> codes.tolist(), round(float(scales[0]), 5)
    ([[64, -127]], 0.00787)
    """
    values = np.asarray(vectors, dtype=np.float32)
    if values.size == 0:
        return np.zeros(values.shape, np.int8), np.zeros(values.shape[0], np.float32)
    scales = (np.abs(values).max(axis=1) / np.float32(127)).astype(np.float32)
    divisors = np.where(scales > 0, scales, np.float32(1))[:, None]
    codes = np.clip(np.rint(values / divisors), -127, 127).astype(np.int8)
    return codes, scales


def dequantise(codes: CodeArray, scales: FloatArray) -> FloatArray:
    """The (n, d) float32 vectors of codes and scales."""
    return codes.astype(np.float32) * np.asarray(scales, dtype=np.float32)[:, None]


def pack_floats(vectors: FloatArray) -> bytes:
    """Bytes of float32 rows."""
    return np.ascontiguousarray(vectors, dtype=_FLOAT).tobytes()


def unpack_floats(data: bytes, rows: int, dimension: int) -> FloatArray:
    """(rows, dimension) float32, read-only.

    Raises:
        ValueError: the bytes are not that many.
    """
    return np.frombuffer(data, dtype=_FLOAT).reshape(rows, dimension)


def pack_codes(codes: CodeArray, scales: FloatArray) -> bytes:
    """Bytes of the scales, then the codes."""
    return pack_floats(scales) + np.ascontiguousarray(codes, dtype=np.int8).tobytes()


def unpack_codes(data: bytes, rows: int, dimension: int) -> tuple[CodeArray, FloatArray]:
    """(rows, dimension) int8 codes and (rows,) float32 scales, read-only.

    Raises:
        ValueError: the bytes are not that many.
    """
    head = rows * _FLOAT.itemsize
    scales = np.frombuffer(data, dtype=_FLOAT, count=rows)
    return np.frombuffer(data, dtype=np.int8, offset=head).reshape(rows, dimension), scales


def pack_offsets(spans: Sequence[tuple[int, int]]) -> bytes:
    """Bytes of (s, 2) int32 starts and ends."""
    return np.array(spans, dtype=_OFFSET).reshape(-1, 2).tobytes()


def unpack_offsets(data: bytes) -> list[tuple[int, int]]:
    """Starts and ends.

    Raises:
        ValueError: the bytes are no pairs.
    """
    flat = np.frombuffer(data, dtype=_OFFSET).reshape(-1, 2).tolist()
    return [(start, end) for start, end in flat]


def pack_strings(strings: Sequence[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """UTF-8 bytes of all strings, and the (n + 1,) int64 offsets at which they begin and end.

    >>> data, offsets = pack_strings(["a", "", "苹果"])
    >>> offsets.tolist(), unpack_strings(data, offsets)
    ([0, 1, 1, 7], ['a', '', '苹果'])
    """
    parts = [string.encode("utf-8") for string in strings]
    offsets = np.zeros(len(parts) + 1, dtype=np.int64)
    np.cumsum([len(part) for part in parts], out=offsets[1:])
    return np.frombuffer(b"".join(parts), dtype=np.uint8), offsets


def unpack_strings(data: NDArray[np.uint8], offsets: NDArray[np.int64]) -> list[str]:
    """The strings that `pack_strings` packed."""
    raw = data.tobytes()
    places = offsets.tolist()
    return [raw[start:end].decode("utf-8") for start, end in zip(places, places[1:], strict=False)]
