"""Known names in any text: exact by an automaton, nearly exact by character 3-grams.

Both compare folded forms (`core.text.fold`: case, accents, width and punctuation do not count) and give
offsets in the text as it came. A folded text is laid out with two spaces between words and names with one
space at either end, so that a match can only stand on word boundaries and neighbours do not share a space.
Between a script without spaces and any other a boundary is laid; inside of one every place is a boundary.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from ahocorasick_rs import AhoCorasick, MatchKind
from numpy.typing import NDArray

from ..core.text import fold, has_unspaced

Indices = NDArray[np.int64]
Codes = NDArray[np.uint32]

_SPACE = 32
_SEVERAL = 0xFFFFFFFE
_UNKNOWN = 0xFFFFFFFF
_DIGIT = re.compile(r"\d")


class Match(NamedTuple):
    """A name found: `text[start:end]` folds to `names[index]` folded."""

    start: int
    end: int
    index: int  # type: ignore[assignment]  # shadows tuple.index, which nobody asks of a match


class _Folder:
    """Characters to folded characters with the place each came from, by tables filled as scripts turn up."""

    def __init__(self) -> None:
        self._one = np.full(0x110000, _UNKNOWN, dtype=np.uint32)
        self._unspaced = np.zeros(0x110000, dtype=bool)
        self._several: dict[int, tuple[int, ...]] = {}
        self._lock = threading.Lock()

    def _learn(self, codes: Codes) -> None:
        with self._lock:
            for code in np.unique(codes).tolist():
                character = chr(code)
                # letters at either side keep the space that fold would strip
                folded = fold("a" + character + "a")[1:-1]
                for c in folded:
                    self._unspaced[ord(c)] = has_unspaced(c)
                if len(folded) == 1:
                    self._one[code] = ord(folded[0])
                else:
                    self._several[code] = tuple(map(ord, folded))
                    self._one[code] = _SEVERAL

    def lay(self, text: str) -> tuple[str, Indices]:
        """The text folded and laid out, and for each of its characters the place in `text`."""
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        folded = self._one[codes]
        if (folded == _UNKNOWN).any():
            self._learn(codes[folded == _UNKNOWN])
            folded = self._one[codes]
        places: Indices = np.arange(len(codes), dtype=np.int64)
        if (folded == _SEVERAL).any():
            folded, places = self._spread(codes, folded)
        space = folded == _SPACE
        keep = ~space
        keep[1:] |= space[1:] & ~space[:-1]
        if len(keep):
            keep[0] = not space[0]
        folded = np.concatenate(([_SPACE], folded[keep], [_SPACE])).astype(np.uint32)
        places = np.concatenate(([0], places[keep], [len(text)]))
        return self._widen(folded, places)

    def _spread(self, codes: Codes, folded: Codes) -> tuple[Codes, Indices]:
        at = np.flatnonzero(folded == _SEVERAL)
        values = [self._several[c] for c in codes[at].tolist()]
        counts = np.ones(len(codes), dtype=np.int64)
        counts[at] = [len(v) for v in values]
        places = np.repeat(np.arange(len(codes), dtype=np.int64), counts)
        spread = np.repeat(folded, counts)
        spread[spread == _SEVERAL] = np.fromiter((c for v in values for c in v), dtype=np.uint32)
        return spread, places

    def _widen(self, folded: Codes, places: Indices) -> tuple[str, Indices]:
        space = folded == _SPACE
        unspaced = self._unspaced[folded]
        counts = np.ones(len(folded), dtype=np.int64)
        counts[space] = 2
        if unspaced.any():
            change = np.flatnonzero((unspaced[1:] != unspaced[:-1]) & ~space[1:] & ~space[:-1])
            counts[change] = 3
            starts = np.cumsum(counts)[change] - 3
        else:
            starts = np.empty(0, dtype=np.int64)
        wide = np.repeat(folded, counts)
        wide[starts + 1] = _SPACE
        wide[starts + 2] = _SPACE
        return wide.tobytes().decode("utf-32-le", "replace"), np.repeat(places, counts)

    def pattern(self, name: str) -> str:
        """The form in which a name is looked for in a laid out text; "" when nothing of it is left."""
        if not has_unspaced(name):
            folded = fold(name)
            return f" {folded.replace(' ', '  ')} " if folded else ""
        laid = self.lay(name)[0].strip(" ")
        if not laid:
            return ""
        before = "" if self._unspaced[ord(laid[0])] else " "
        after = "" if self._unspaced[ord(laid[-1])] else " "
        return before + laid + after


_FOLDER = _Folder()


class NameAutomaton:
    """Finds any of many names in texts: longest match, left to right, on word boundaries.

    Of names with the same folded form the first counts. With `cased`, a match in letters that have case
    needs a capital or a digit in the text ("Apple" is found, "apple" is not).
    Cost: one pass over the text, whatever the number of names.

    >>> NameAutomaton(["New York", "York", "苹果"]).find("in new York: 买苹果")
    [Match(start=3, end=11, index=0), Match(start=14, end=16, index=2)]
    """

    def __init__(self, names: Sequence[str], *, cased: bool = True) -> None:
        self.cased = cased
        first: dict[str, int] = {}
        for index, name in enumerate(names):
            pattern = laid_name(name)
            if pattern:
                first.setdefault(pattern, index)
        self._indices = list(first.values())
        self._automaton = AhoCorasick(list(first), matchkind=MatchKind.LeftmostLongest) if first else None

    def __len__(self) -> int:
        """Names that can be told apart."""
        return len(self._indices)

    def find(self, text: str) -> list[Match]:
        """Matches in `text`, by place, none overlapping."""
        if self._automaton is None or not text:
            return []
        laid, places = lay(text)
        found: list[Match] = []
        for pattern, start, end in self._automaton.find_matches_as_indexes(laid):
            begin, stop = span(text, laid, places, start, end)
            if not self.cased or is_named(text[begin:stop]):
                found.append(Match(begin, stop, self._indices[pattern]))
        return found


class Place(NamedTuple):
    """Where a name stands, whatever other names stand there too."""

    start: int
    end: int
    """Stretch of the text as it is laid out for matching; only for comparing places of one text."""
    at: int
    """Character of the text at which it begins."""
    named: bool
    """True when `NameAutomaton` would report it: it has a capital or a digit, or no case."""
    index: int  # type: ignore[assignment]  # shadows tuple.index, as in Match


class OverlappingNames:
    """Every place of every name in a text, those inside of others too.

    What a cased `NameAutomaton` of any of these names finds is the leftmost longest of the places of those
    names, less those that are not named.

    >>> [(place.index, place.at) for place in OverlappingNames(["New York", "York"]).find("in New York")]
    [(0, 3), (1, 7)]
    """

    def __init__(self, names: Sequence[str]) -> None:
        alike: dict[str, list[int]] = {}
        for index, name in enumerate(names):
            pattern = laid_name(name)
            if pattern:
                alike.setdefault(pattern, []).append(index)
        self._indices = list(alike.values())
        self._automaton = AhoCorasick(list(alike), matchkind=MatchKind.Standard) if alike else None

    def find(self, text: str) -> list[Place]:
        """The places in `text`: by start, the longest first, of one stretch by number of the name."""
        if self._automaton is None or not text:
            return []
        laid, places = lay(text)
        found: list[Place] = []
        for pattern, start, end in self._automaton.find_matches_as_indexes(laid, overlapping=True):
            begin, stop = span(text, laid, places, start, end)
            named = is_named(text[begin:stop])
            found += [Place(start, end, begin, named, index) for index in self._indices[pattern]]
        found.sort(key=lambda place: (place.start, -place.end, place.index))
        return found


def lay(text: str) -> tuple[str, Indices]:
    """The text folded and laid out, and for each character of that the place in `text`."""
    return _FOLDER.lay(text)


def laid_name(name: str) -> str:
    """The form in which a name stands in a laid out text; "" when nothing of it is left.

    >>> laid_name("New York"), laid_name("苹果")
    (' new  york ', '苹果')
    """
    return _FOLDER.pattern(name)


def span(text: str, laid: str, places: Indices, start: int, end: int) -> tuple[int, int]:
    """Where `laid[start:end]`, a name as `laid_name` gives it, stands in the text itself."""
    first = start + (laid[start] == " ")
    last = end - 1 - (laid[end - 1] == " ")
    begin, stop = int(places[first]), int(places[last]) + 1
    while stop < len(text) and unicodedata.combining(text[stop]):
        stop += 1
    return begin, stop


def is_named(piece: str) -> bool:
    """True for what can be a name: not all in small letters, or with a digit."""
    return not piece.islower() or _DIGIT.search(piece) is not None


class FuzzyNames:
    """Names that nearly equal a given one: candidates by shared character 3-grams, judged by edit ratio.

    The ratio is 2·LCS / (length + length) of the folded forms (rapidfuzz `ratio`). Candidates are the
    `SHORTLIST` names with the best 3-gram overlap whose length allows the ratio: tens of milliseconds over
    a million names.

    >>> FuzzyNames(["Johann Sebastian Bach", "Bach"]).find("Johan Sebastian Bach")[0][0]
    0
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = [fold(name) for name in names]
        self._grams = GramTable.of(self._names)

    def find(self, text: str, *, limit: int = 5, cutoff: float = 88.0) -> list[tuple[int, float]]:
        """Up to `limit` (index, ratio in 0..100) with ratio at least `cutoff`, best first, then by index."""
        query = fold(text)
        candidates, overlap = self._grams.candidates(query, cutoff)
        return nearest_names(query, candidates, overlap, self._spell, limit=limit, cutoff=cutoff)

    def _spell(self, indices: list[int]) -> list[str]:
        return [self._names[i] for i in indices]


class GramTable:
    """Names by hashed 3-grams.

    Args:
        hashes: (h,) int32 distinct hashes, ascending.
        starts: (h + 1,) int32 where each begins in `owners`.
        owners: (grams,) int32 name of each 3-gram, ordered by hash.
        lengths: (names,) int32 characters.
    """

    BUCKETS = 1 << 20

    def __init__(
        self, hashes: NDArray[Any], starts: NDArray[Any], owners: NDArray[Any], lengths: NDArray[Any]
    ) -> None:
        self.hashes = hashes
        self.starts = starts
        self.owners = owners
        self.lengths = lengths

    @classmethod
    def of(cls, names: Sequence[str]) -> GramTable:
        """The table of folded names."""
        grams, owners = _grams(names, cls.BUCKETS)
        order = np.argsort(grams, kind="stable")
        hashes, starts = np.unique(grams[order], return_index=True)
        return cls(
            hashes.astype(np.int32),
            np.append(starts, len(grams)).astype(np.int32),
            owners[order].astype(np.int32),
            np.array([len(name) for name in names], dtype=np.int32),
        )

    def candidates(self, query: str, cutoff: float) -> tuple[Indices, NDArray[np.float64]]:
        """Names that share a 3-gram with a folded one and whose length allows the ratio, and the overlap."""
        if not query or not len(self.lengths):
            return np.empty(0, np.int64), np.empty(0)
        grams = np.unique(_grams([query], self.BUCKETS)[0])
        known = np.flatnonzero(np.isin(self.hashes, grams, assume_unique=True)).tolist()
        lists = [self.owners[self.starts[g] : self.starts[g + 1]] for g in known]
        found, shared = np.unique(np.concatenate([np.empty(0, np.int32), *lists]), return_counts=True)
        lengths = self.lengths[found]
        # 2·min/(sum) bounds the ratio
        allowed = 200.0 * np.minimum(lengths, len(query)) / (lengths + len(query)) >= cutoff
        overlap = 2.0 * shared[allowed] / (len(grams) + lengths[allowed])
        return found[allowed].astype(np.int64), overlap


SHORTLIST = 400


def nearest_names(
    query: str,
    candidates: Indices,
    overlap: NDArray[np.float64],
    spell: Callable[[list[int]], list[str]],
    *,
    limit: int,
    cutoff: float,
) -> list[tuple[int, float]]:
    """Up to `limit` (index, ratio) of the candidates with the best overlap, best first, then by index.

    `spell` gives the folded names with these indices.
    """
    from rapidfuzz import fuzz, process

    best = candidates[np.lexsort((candidates, -overlap))[:SHORTLIST]].tolist()
    found: list[tuple[Any, float, int]] = process.extract(
        query, spell(best), scorer=fuzz.ratio, score_cutoff=cutoff, limit=None
    )
    ranked = sorted(((best[i], float(score)) for _, score, i in found), key=lambda f: (-f[1], f[0]))
    return ranked[:limit]


def _grams(names: Sequence[str], buckets: int) -> tuple[Indices, Indices]:
    """Hashed 3-grams of the names (padded by a space at either end) and the name each is of."""
    padded = [f" {name} " if len(name) > 1 else f" {name}  " for name in names]
    joined = "".join(padded).encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(joined, dtype=np.uint32).astype(np.int64)
    owners = np.repeat(np.arange(len(names), dtype=np.int64), [len(p) for p in padded])
    if len(codes) < 3:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    hashed = (codes[:-2] * 1_000_003 + codes[1:-1] * 8_191 + codes[2:]) % buckets
    inside = owners[:-2] == owners[2:]
    return hashed[inside], owners[:-2][inside]
