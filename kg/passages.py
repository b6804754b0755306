"""Passages: windows of whole sentences, about `aim` words each, that share sentences as offsets only."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..core.records import Span
from .sentences import sentences

__all__ = ["count_words", "sentences", "windows"]

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_RUNS = re.compile(rf"([{_UNSPACED}]+)|[^\W_{_UNSPACED}]+")
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n")
_LONGEST_WORD = 15
SLACK = 1.5
"""A text of up to this many times the aim stays one passage."""


def count_words(text: str) -> float:
    """Words of a text; in scripts without spaces two characters count as a word.

    >>> count_words("two words"), count_words("知识图谱 graph")
    (2.0, 3.0)
    """
    unspaced = spaced = 0
    for run in _RUNS.finditer(text):
        if run.group(1):
            unspaced += run.end() - run.start()
        else:
            spaced += 1
    return spaced + unspaced / 2


def windows(text: str, spans: Sequence[Span], aim: int, overlap: int = 1) -> tuple[tuple[int, int], ...]:
    """Windows (first, last) over the sentences, last exclusive, in order; every sentence is in one at least.

    A text of up to `SLACK` times the aim is one window. Longer text is filled sentence by sentence until the
    aim is nearest, a little earlier where a paragraph ends; each window begins with the last `overlap`
    sentences of the one before, unless these alone make half a window. A rest of less than half the aim
    joins the last window.
    """
    if not spans:
        return ()
    words = [_weight(text, span) for span in spans]
    left = sum(words)
    if left <= SLACK * aim:
        return ((0, len(spans)),)
    found: list[tuple[int, int]] = []
    first = fresh = 0
    while fresh < len(spans):
        last, filled = _fill(text, spans, words, first, fresh, aim)
        left -= sum(words[fresh:last])
        if left < aim / 2 and filled + left <= SLACK * aim:
            last = len(spans)
        found.append((first, last))
        fresh, first = last, last
        lowest = max(found[-1][0] + 1, fresh - overlap)
        while first > lowest and sum(words[first - 1 : fresh]) <= aim / 2:
            first -= 1
    return tuple(found)


def _weight(text: str, span: Span) -> float:
    """Words of a sentence; a stretch without words (dots, one endless word) weighs by its length."""
    return max(count_words(text[span.start : span.end]), (span.end - span.start) / _LONGEST_WORD)


def _fill(
    text: str, spans: Sequence[Span], words: Sequence[float], first: int, fresh: int, aim: int
) -> tuple[int, float]:
    """End and words of the window that begins with sentence `first` and must take sentence `fresh`."""
    filled = sum(words[first : fresh + 1])
    last = fresh + 1
    while last < len(spans):
        over = filled + words[last] - aim
        if over > 0 and over > aim - filled:
            break
        if filled >= 0.75 * aim and _PARAGRAPH.search(text, spans[last - 1].end, spans[last].start):
            break
        filled += words[last]
        last += 1
    return last, filled
