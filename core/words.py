"""Many strings in two arrays: read in place from a file, without an object for each.

UTF-8 sorts as code points do, so that sorted strings are looked up as bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray


class Words(Sequence[str]):
    """Strings packed one after the other; immutable, compared by content.

    Args:
        data: (bytes,) uint8, the strings in UTF-8.
        offsets: (n + 1,) int64 where each begins and ends.
    """

    __slots__ = ("_data", "_offsets", "_places", "data", "offsets")

    def __init__(self, data: NDArray[np.uint8], offsets: NDArray[np.int64]) -> None:
        self.data = data
        self.offsets = offsets
        self._data = memoryview(data)  # type: ignore[arg-type]  # an array is a buffer
        self._offsets = memoryview(offsets)  # type: ignore[arg-type]
        self._places: dict[str, tuple[int, bool]] = {}

    @classmethod
    def of(cls, strings: Iterable[str]) -> Words:
        """The strings, packed.

        >>> list(Words.of(["a", "", "苹果"]))
        ['a', '', '苹果']
        """
        parts = [string.encode("utf-8") for string in strings]
        offsets = np.zeros(len(parts) + 1, dtype=np.int64)
        np.cumsum([len(part) for part in parts], out=offsets[1:])
        return cls(np.frombuffer(b"".join(parts), dtype=np.uint8), offsets)

    @classmethod
    def spliced(cls, parts: Sequence[Words], rows: NDArray[np.int64]) -> Words:
        """Strings of several, by row, the rows of each counted on from the end of those before.

        >>> list(Words.spliced([Words.of(["ant", "cat"]), Words.of(["bee"])], np.array([0, 2])))
        ['ant', 'bee']
        """
        begins = np.cumsum([0, *(len(part.data) for part in parts)]).tolist()
        moved = [part.offsets + begin for part, begin in zip(parts, begins, strict=False)]
        starts = np.concatenate([each[:-1] for each in moved])
        lengths = np.concatenate([np.diff(each) for each in moved])[rows]
        offsets = np.zeros(len(rows) + 1, np.int64)
        np.cumsum(lengths, out=offsets[1:])
        places = np.arange(offsets[-1]) + np.repeat(starts[rows] - offsets[:-1], lengths)
        return cls(np.concatenate([part.data for part in parts])[places], offsets)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(len(self)))]
        size = len(self._offsets) - 1
        if not -size <= at < size:
            raise IndexError(at)
        at %= size
        return bytes(self._data[self._offsets[at] : self._offsets[at + 1]]).decode("utf-8")

    def __iter__(self) -> Iterator[str]:
        raw, at = self.data.tobytes(), self.offsets.tolist()
        return (raw[start:end].decode("utf-8") for start, end in zip(at, at[1:], strict=False))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # as a list

    def take(self, rows: Iterable[int]) -> list[str]:
        """The strings of these rows."""
        data, at = self._data, self._offsets
        return [bytes(data[at[row] : at[row + 1]]).decode("utf-8") for row in rows]

    def place(self, word: str) -> int:
        """In sorted strings, the row of the first that is not less than the word."""
        key, low, high = word.encode("utf-8"), 0, len(self)
        data, offsets = self._data, self._offsets
        while low < high:
            middle = (low + high) // 2
            if bytes(data[offsets[middle] : offsets[middle + 1]]) < key:
                low = middle + 1
            else:
                high = middle
        return low

    def places(self, words: Iterable[str]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """The place of each word and whether it is there; kept for those who ask again for the same words."""
        known, found = self._places, []
        for word in words:
            place = known.get(word)
            if place is None:
                at = self.place(word)
                place = known[word] = (at, at < len(self) and self[at] == word)
            found.append(place)
        rows = np.array(found, np.int64).reshape(-1, 2)
        return rows[:, 0], rows[:, 1] == 1

    def find(self, word: str) -> int:
        """In sorted strings, the row of the word, -1 when it is not there.

        >>> Words.of(["ant", "bee"]).find("bee"), Words.of(["ant", "bee"]).find("cat")
        (1, -1)
        """
        at = self.place(word)
        return at if at < len(self) and self[at] == word else -1


class Numbering:
    """The words of one or two sorted vocabularies under one order; a word in both has one number.

    Numbers of the first are turned into common ones and back by the places at which words of the second
    stand between them, so that the second costs nothing where it is small.

    >>> both = Numbering([Words.of(["ant", "cat"]), Words.of(["bee", "cat"])])
    >>> list(both), both.into(0, np.array([1])), both.into(1, np.array([0, 1])), both.out_of(1, np.array([0]))
    (['ant', 'bee', 'cat'], array([2]), array([1, 2]), array([-1]))
    """

    def __init__(self, parts: Sequence[Words]) -> None:
        self._first, *rest = parts
        self._more = rest[0] if rest else Words.of([])
        place, held = self._first.places(self._more)
        extra = place[~held]
        self._before = extra
        """Rows of the first vocabulary before which a word of the second alone stands."""
        self._alone = extra + np.arange(len(extra))
        self._number = np.where(held, place + np.searchsorted(extra, place, side="right"), 0).astype(np.int64)
        self._number[~held] = self._alone

    def __len__(self) -> int:
        return len(self._first) + len(self._alone)

    def __getitem__(self, number: int) -> str:
        if not 0 <= number < len(self):
            raise IndexError(number)
        return self.take([number])[0]

    def take(self, numbers: Iterable[int]) -> list[str]:
        """The words with these numbers."""
        wanted = np.fromiter(numbers, np.int64)
        first = self.out_of(0, wanted)
        if not len(self._alone):
            return self._first.take(first.tolist())
        more = self.out_of(1, wanted)
        rows = zip(first.tolist(), more.tolist(), strict=True)
        return [self._first[row] if row >= 0 else self._more[other] for row, other in rows]

    def find(self, word: str) -> int:
        """The number of a word, -1 for one in neither vocabulary."""
        at = self._first.find(word)
        if at >= 0:
            return int(self.into(0, np.array([at]))[0])
        at = self._more.find(word)
        return int(self._number[at]) if at >= 0 else -1

    def into(self, part: int, rows: NDArray[Any]) -> NDArray[np.int64]:
        """Numbers of rows of a vocabulary."""
        if part:
            numbers: NDArray[np.int64] = self._number[rows]
            return numbers
        rows = rows.astype(np.int64, copy=False)
        if not len(self._before):
            return rows
        return rows + np.searchsorted(self._before, rows, side="right")

    def out_of(self, part: int, numbers: NDArray[Any]) -> NDArray[np.int64]:
        """Rows in a vocabulary of words by number, -1 for those that it does not hold."""
        held, rows = self._number if part else self._alone, numbers.astype(np.int64, copy=False)
        if not len(held):
            return np.full(len(rows), -1) if part else rows
        at = np.searchsorted(held, rows)
        there = held[np.minimum(at, len(held) - 1)] == rows
        return np.where(there, at, -1) if part else np.where(there, -1, rows - at)
