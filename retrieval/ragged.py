"""Rows of different lengths in flat arrays (CSR): the ranges that a walk gathers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.integer[Any]]


def ranges(starts: Rows, ends: Rows) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The numbers of all ranges [start, end) one after the other, and the index of the range each is from.

    >>> ranges(np.array([3, 7]), np.array([5, 8]))
    (array([3, 4, 7]), array([0, 0, 1]))
    """
    lengths = (ends - starts).astype(np.int64)
    owners = np.repeat(np.arange(len(lengths)), lengths)
    shift = starts.astype(np.int64) - (np.cumsum(lengths) - lengths)
    return np.arange(len(owners)) + shift[owners], owners


def group(keys: Rows, groups: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Stable order of the keys by value, and (groups + 1,) starts of each value in that order.

    >>> group(np.array([1, 0, 1]), 2)
    (array([1, 0, 2]), array([0, 1, 3]))
    """
    order = np.argsort(keys, kind="stable")
    counts = np.bincount(keys, minlength=groups)
    return order, np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
