"""Vectors and strings as bytes: what goes in comes out, as near as the layout promises."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.storage.blobs import (
    dequantise,
    pack_codes,
    pack_floats,
    pack_offsets,
    pack_strings,
    quantise,
    unpack_codes,
    unpack_floats,
    unpack_offsets,
    unpack_strings,
)

_MATRICES = st.tuples(st.integers(0, 5), st.integers(1, 16), st.integers(0, 2**32)).map(
    lambda given: (
        np.random.default_rng(given[2]).standard_normal(given[:2]).astype(np.float32)
        * np.float32(10.0 ** (given[2] % 7 - 3))
    )
)


@given(_MATRICES)
def test_a_component_is_off_by_at_most_half_a_scale(vectors: Any) -> None:
    codes, scales = quantise(vectors)
    assert codes.dtype == np.int8 and scales.dtype == np.float32
    assert codes.shape == vectors.shape and scales.shape == vectors.shape[:1]
    error = np.abs(dequantise(codes, scales) - vectors)
    assert (error <= scales[:, None] * 0.501).all()
    assert not vectors.size or (np.abs(codes).max(axis=1) == 127).all()


@given(_MATRICES)
def test_quantising_again_changes_nothing(vectors: Any) -> None:
    codes, _ = quantise(vectors)
    again, _ = quantise(dequantise(*quantise(vectors)))
    np.testing.assert_array_equal(again, codes)


def test_a_zero_row_stays_zero() -> None:
    codes, scales = quantise(np.zeros((2, 3), np.float32))
    assert not codes.any() and not scales.any() and not dequantise(codes, scales).any()


def test_cosines_survive_quantisation() -> None:
    rows = np.random.default_rng(0).standard_normal((500, 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    close = dequantise(*quantise(rows))
    cosines = (close * rows).sum(axis=1) / np.linalg.norm(close, axis=1)
    assert cosines.min() > 0.9998


@given(_MATRICES)
def test_packed_vectors_come_back(vectors: Any) -> None:
    shape = vectors.shape
    np.testing.assert_array_equal(unpack_floats(pack_floats(vectors), *shape), vectors)
    codes, scales = quantise(vectors)
    data = pack_codes(codes, scales)
    assert len(data) == scales.size * 4 + codes.size
    again = unpack_codes(data, *shape)
    np.testing.assert_array_equal(again[0], codes)
    np.testing.assert_array_equal(again[1], scales)


def test_bytes_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError):
        unpack_floats(b"1234" * 5, 2, 3)
    with pytest.raises(ValueError):
        unpack_codes(b"1234" * 5, 2, 3)
    with pytest.raises(ValueError):
        unpack_offsets(b"1234" * 3)


@given(st.lists(st.tuples(st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1))))
def test_packed_offsets_come_back(spans: list[tuple[int, int]]) -> None:
    assert unpack_offsets(pack_offsets(spans)) == spans


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_packed_strings_come_back(strings: list[str]) -> None:
    assert unpack_strings(*pack_strings(strings)) == strings
