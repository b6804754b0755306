"""Words of a text by hash: in which texts a name can stand, without reading them.

A name can only be found in a text that holds each of its words, folded, and one of them with a capital, a
digit or no letters that have case. Runs of a script without spaces count by pairs of characters, since a name
may begin and end anywhere in them. A hash that two words share only makes a text be looked through in vain.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ..core.text import has_unspaced
from .automaton import is_named, laid_name, lay

Hashes = NDArray[np.uint32]

_WORD = re.compile("[^ ]+")


def spelt(text: str) -> Hashes:
    """Hashes of the text's distinct words, ascending; the last bit says that it can be of a name there.

    >>> [int(h) & 1 for h in spelt("Rome rome")], len(spelt("Rome rome"))
    ([1], 1)
    """
    laid, places = lay(text)
    at = places.tolist()
    found: dict[str, bool] = {}
    for match in _WORD.finditer(laid):
        start, end = match.span()
        word = match.group()
        if has_unspaced(word):
            found.update(dict.fromkeys((*word, *_pieces(word)), True))
        elif not found.get(word):
            # what stands up to the next word is no letter, but may have case
            following = at[end + 1] if end + 1 < len(at) else len(text)
            found[word] = is_named(text[at[start] : at[end - 1] + 1]) or is_named(text[at[start] : following])
    hashes = [_hash(word) | named for word, named in found.items()]
    return np.unique(np.array(hashes, np.uint32))


def spelling(name: str) -> list[int]:
    """Hashes of the words that a text must hold to name this, each with the last bit 0."""
    return sorted({_hash(piece) for word in laid_name(name).split() for piece in _pieces(word)})


def _hash(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "replace")) & ~1


def _pieces(word: str) -> Iterator[str]:
    if not has_unspaced(word):
        yield word
        return
    yield from word if len(word) == 1 else (word[i : i + 2] for i in range(len(word) - 1))
