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
    owners = np.arange(len(lengths)).repeat(lengths)
    shift = starts.astype(np.int64) - (lengths.cumsum() - lengths).astype(np.int64, copy=False)
    return np.arange(len(owners)) + shift.repeat(lengths), owners


def begins(counts: NDArray[Any]) -> NDArray[np.int64]:
    """(n + 1,) where each of n ranges of these lengths begins when they stand one after the other.

    >>> begins(np.array([2, 0, 1]))
    array([0, 2, 2, 3])
    """
    found = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=found[1:])
    return found


def starts_of(owners: Rows, size: int) -> NDArray[np.int64]:
    """(size + 1,) where the rows of each of `size` owners begin, of rows whose owners ascend.

    >>> starts_of(np.array([0, 0, 2]), 3)
    array([0, 2, 2, 3])
    """
    return np.searchsorted(owners, np.arange(size + 1)).astype(np.int64)


def firsts(*columns: Rows) -> NDArray[np.bool_]:
    """True for rows that differ from the one before them in any of the columns, and for the first.

    >>> firsts(np.array([1, 1, 2]), np.array([3, 4, 4]))
    array([ True,  True,  True])
    """
    found = np.ones(len(columns[0]), np.bool_)
    found[1:] = False
    for column in columns:
        found[1:] |= column[1:] != column[:-1]
    return found


def distinct(values: NDArray[Any]) -> NDArray[Any]:
    """The values, ascending, each once; of a few hundred faster than `np.unique`, which hashes them first.

    >>> distinct(np.array([3, 1, 3]))
    array([1, 3])
    """
    found = np.sort(values)
    return found[firsts(found)] if len(found) else found


def group(keys: Rows, groups: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Stable order of the keys by value, and (groups + 1,) starts of each value in that order.

    >>> group(np.array([1, 0, 1]), 2)
    (array([1, 0, 2]), array([0, 1, 3]))
    """
    order = np.argsort(keys, kind="stable")
    return order, begins(np.bincount(keys, minlength=groups))
