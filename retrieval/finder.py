"""Names of documents in a text, against the sorted names of an index: nothing is built before the first look.

The same matches as an automaton over all names (`kg.automaton`) finds: longest first, left to right. A text
costs a look-up for each of its words, so that many texts are better looked through by the automaton.
"""

from __future__ import annotations

from os.path import commonprefix

import numpy as np
from numpy.typing import NDArray

from ..core.text import fold, has_unspaced
from ..core.words import Words
from ..kg.automaton import GramTable, Match, is_named, lay, nearest_names, span
from .layers import Layers
from .links import Readings

Rows = NDArray[np.int64]


class NameFinder:
    """Finds the names that documents of an index go by; a match's index is the name's number."""

    def __init__(self, layers: Layers, readings: Readings) -> None:
        self._layers = layers
        self._readings = readings
        self._known: dict[int, bool] = {}
        longest = (np.diff(segment.patterns.offsets).max(initial=0) for segment in layers.segments)
        self._reach = int(max(longest))

    def find(self, text: str) -> list[Match]:
        """Matches in `text`, by place, none overlapping."""
        if not text:
            return []
        laid, places = lay(text)
        found: list[Match] = []
        at = 0
        while at < len(laid):
            # a name begins with the space before a word, or anywhere in a script without spaces
            begins = laid[at + 1 : at + 2].strip(" ") if laid[at] == " " else has_unspaced(laid[at])
            longest = self._longest(laid[at : at + self._reach]) if begins else None
            if longest is None:
                at += 1
                continue
            length, name = longest
            begin, stop = span(text, laid, places, at, at + length)
            if is_named(text[begin:stop]):
                found.append(Match(begin, stop, name))
            at += length
        return found

    def numbers(self) -> Rows:
        """The names that documents go by, ascending."""
        keys = self._readings.names
        borne = [keys.into(i, segment["borne-key"]) for i, segment in enumerate(self._layers.segments)]
        return self._alive(np.unique(np.concatenate(borne)))

    def nearly(self, text: str, *, limit: int = 5, cutoff: float = 88.0) -> list[tuple[int, float]]:
        """Up to `limit` (name, edit ratio in 0..100) of names spelt nearly so, best first, then by number."""
        query = fold(text)
        found, overlaps = [], []
        for number, segment in enumerate(self._layers.segments):
            grams = [segment[name] for name in ("gram-hash", "gram-starts", "gram-owner", "borne-length")]
            rows, overlap = GramTable(*grams).candidates(query, cutoff)
            found.append(self._readings.names.into(number, segment["borne-key"][rows]))
            overlaps.append(overlap)
        names, first = np.unique(np.concatenate(found), return_index=True)
        alive = np.isin(names, self._alive(names))
        overlap = np.concatenate(overlaps)[first][alive]
        spell = self._readings.names.take
        return nearest_names(query, names[alive], overlap, spell, limit=limit, cutoff=cutoff)

    def _alive(self, names: Rows) -> Rows:
        counts = np.bincount(self._readings.bearers(names)[0], minlength=len(names))
        return names[counts > 0]

    def _longest(self, text: str) -> tuple[int, int] | None:
        """Length and number of the longest name that the text begins with; the first of equal ones."""
        best: tuple[int, int] | None = None
        for part, segment in enumerate(self._layers.segments):
            found = self._longest_of(part, segment.patterns, segment["pattern-key"], text)
            if found is not None and (best is None or (-found[0], found[1]) < (-best[0], best[1])):
                best = found
        return best

    def _longest_of(self, part: int, patterns: Words, keys: Rows, text: str) -> tuple[int, int] | None:
        """The same within one segment.

        Of sorted strings, a prefix of the text stands at or before the text; the string just before it
        shares with the text whatever longer prefix of it there is.
        """
        while text:
            row = patterns.place(text)
            if row == len(patterns) or patterns[row] != text:
                row -= 1
            if row < 0:
                return None
            pattern = patterns[row]
            if not text.startswith(pattern):
                text = commonprefix((text, pattern))
                if not has_unspaced(text):  # a name ends with the space behind its last word
                    text = text[: text.rfind(" ", 1) + 1]
                continue
            equal = self._readings.names.into(part, keys[patterns.place(pattern) : row + 1])
            for name in equal.tolist():
                if self._is_known(name):
                    return len(pattern), name
            text = pattern[:-1]
        return None

    def _is_known(self, name: int) -> bool:
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = self._readings.known(name)
        return known
