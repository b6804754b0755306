"""Finding names in text whatever their case, accents, width and punctuation; a mark in their place.

A name is found where its words stand as whole words one after the other: "Steve Jobs" in "STEVE-JOBS" and
"Steve  Jobs's", not in "Steve Jobsen". In scripts without spaces between words it is found anywhere. A name
of one word needs a capital, a digit or a script without capitals: in small letters it is taken for a common
word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from .text import fold, has_unspaced

Place = tuple[int, int]


class NameFinder:
    """Names to look for in texts.

    >>> names = NameFinder(["Zoë Ünal"])
    >>> names.places("The letter of ZOE UNAL's sister")
    [(14, 22)]
    """

    def __init__(self, names: Iterable[str]) -> None:
        folded = sorted({f for name in names if (f := fold(name))}, key=lambda f: (-len(f), f))
        self._pattern = re.compile("|".join(map(_pattern, folded))) if folded else None

    def places(self, text: str) -> list[Place]:
        """Start and end of each, left to right, the longest where several begin."""
        if self._pattern is None:
            return []
        plain, at = _plain(text)
        found = []
        for match in self._pattern.finditer(plain):
            start, end = match.span()
            if at is not None:
                start, end = at[start], at[end]
                # a mark that folds away still belongs to the letter before it, a separator does not
                while end > start + 1 and _folded(text[end - 1]) == " ":
                    end -= 1
            words = match.group().split()
            if len(words) > 1 or _is_name(text[start:end]):
                found.append((start, end))
        return found


def replaced(text: str, places: Sequence[Place], mark: str) -> tuple[str, Callable[[int], int]]:
    """The text with a mark at each place, and the function from old offsets outside of them to new ones.

    >>> text, moved = replaced("Ada met Bob.", [(0, 3)], "[x]!")
    >>> text, moved(8)
    ('[x]! met Bob.', 9)
    """
    pieces, last = [], 0
    for start, end in places:
        pieces += [text[last:start], mark]
        last = end

    def moved(offset: int) -> int:
        return offset + sum(len(mark) - (end - start) for start, end in places if end <= offset)

    return "".join([*pieces, text[last:]]), moved


def mapped(value: Any, change: Callable[[str], str]) -> Any:
    """A JSON value with every string in it changed, keys too."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list | tuple):
        return [mapped(item, change) for item in value]
    if isinstance(value, dict):
        return {change(str(key)): mapped(item, change) for key, item in value.items()}
    return value


def merged(places: Iterable[Place]) -> list[Place]:
    """Places in order, those that overlap as one."""
    found: list[Place] = []
    for start, end in sorted(places):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _pattern(folded: str) -> str:
    words = " +".join(map(re.escape, folded.split()))
    before = "" if has_unspaced(folded[0]) else r"(?<![^\W_])"
    after = "" if has_unspaced(folded[-1]) else r"(?![^\W_])"
    return before + words + after


def _is_name(text: str) -> bool:
    return any(c.isupper() or c.isdigit() or (c.isalpha() and c.lower() == c.upper()) for c in text)


_KNOWN: dict[str, str] = {}


def _folded(character: str) -> str:
    """A character folded: letters, a space for what separates words, "" for a mark on the letter before."""
    known = _KNOWN.get(character)
    if known is None:
        if unicodedata.combining(character):
            known = ""
        else:
            known = fold.__wrapped__(character) or " "
        _KNOWN[character] = known
    return known


def _plain(text: str) -> tuple[str, list[int] | None]:
    """The folded text, separators kept as spaces, and the place in the text of each of its characters and of
    its end; None where they are the same."""
    if text.isascii():
        return re.sub(r"[\W_]", " ", text.lower()), None
    pieces, at = [], []
    for place, character in enumerate(text):
        folded = _folded(character)
        pieces.append(folded)
        at += [place] * len(folded)
    return "".join(pieces), [*at, len(text)]
