"""Sentences by rule, with offsets: one splitter for every language and every pipeline, linear in the text.

Sentences must not depend on which pipeline is installed, since passages, vectors and ids are made of them. A
sentence ends at a full stop, question or exclamation mark of any script with what closes after it, at a
blank line, and at a line break that is not a mere wrap; not after an abbreviation, an initial, or inside a
number. What is longer than `LIMIT` characters (a whole book on one line) is cut at the best white space or
comma.

    "Dr. Ada B. King wrote it. He read it."  ->  "Dr. Ada B. King wrote it." | "He read it."

The sentences cover everything but white space, in order, and do not overlap.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from ..core.records import Span
from .abbreviations import AFTER_NUMBERS, BEFORE_NAMES, MONTHS, SOMETIMES_LAST, STARTERS

LIMIT = 1000
"""Longest sentence, in characters."""
LIMIT_UNSPACED = 320
"""Longest sentence where words are written without spaces."""

_WIDE_END = "。！？｡‼⁇⁈⁉।॥۔؟።፧։៕။"
_CLOSE = "\"'”’»」』）)\\]】》〉›“"
_END = re.compile(rf"(?:[.!?…]+|[{_WIDE_END}])(?:[^\S\n]?[.!?…{_WIDE_END}])*[{_CLOSE}]*")
_OPEN = "\"'“‘„«‹¿¡([{（「『《〈【—–-"
_NEXT_WORD = re.compile(rf"[\s{re.escape(_OPEN)}]*([^\W_]+(?:[.'’][^\W_]+)*)?")
_LAST_WORD = re.compile(r"[^\s\"'“”„«»()\[\]{}（）,;:/—–]+$")
_GLUED = re.compile(r"[^\W\d_]{2,}\s|[A-ZÀ-ÖØ-Þ]\s")
_SMALL_START = re.compile(r"(\w{2,})[.!?]\s+[^\W\d_A-ZÀ-ÞА-Я](?![.)])")
_CAPITAL_START = re.compile(r"\w[.!?]\s+[A-ZÀ-ÞА-Я]")
_BLANK = re.compile(r"\n[^\S\n]*\n\s*|[\f\v\x1c-\x1e\u2029]+")
_BULLET = re.compile(r"\s*(?:[-*•‣▪◦·–—+>|]\s|#{1,6}\s|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,4})[.)]\s)")
_HEADING = re.compile(r"\s*(?:#{1,6}\s|[|=~*_-]{3,}\s*$)")
_SOFT = (re.compile(r"[;；:：]\s*|[。！？.!?]\s+"), re.compile(r"[,，、،]\s*|\s[-–—|]\s"), re.compile(r"\s+"))
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def sentences(text: str) -> tuple[Span, ...]:
    """The sentences of a text, in order.

    >>> [("Mr. A. Fox left. He ran!")[s.start : s.end] for s in sentences("Mr. A. Fox left. He ran!")]
    ['Mr. A. Fox left.', 'He ran!']
    """
    found: list[Span] = []
    for block_start, block_end in _blocks(text):
        start = block_start
        for end in _ends(text, block_start, block_end):
            found.extend(_pieces(text, start, end))
            start = end
        found.extend(_pieces(text, start, block_end))
    return tuple(found)


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Stretches that no sentence crosses: paragraphs, headings, items of lists."""
    start = 0
    for blank in _BLANK.finditer(text):
        yield from _lines(text, start, blank.start())
        start = blank.end()
    yield from _lines(text, start, len(text))


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A paragraph in stretches, cut at the line breaks that are not a wrap."""
    if text.find("\n", start, end) < 0 and text.find("\r", start, end) < 0:
        yield start, end
        return
    lines: list[tuple[int, int]] = []
    at = start
    while at < end:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop + 1
        lines.append((at, stop))
        at = stop
    width = max(stop - at for at, stop in lines)
    begin = start
    for (at, stop), following in zip(lines, lines[1:], strict=False):
        if not _wrapped(text, at, stop, following, width):
            yield begin, stop
            begin = stop
    yield begin, end


def _wrapped(text: str, at: int, stop: int, following: tuple[int, int], width: int) -> bool:
    """True when the line break at `stop` only wraps a sentence that goes on in the following line."""
    if _BULLET.match(text, following[0], following[1]) or _HEADING.match(text, at, stop):
        return False
    last, first = text[at:stop].rstrip()[-1:], text[following[0] : following[0] + 80].lstrip()[:1]
    if not last or not first or last in _WIDE_END:
        return False
    if first.islower() or last in ",，、-":
        return True
    return 45 <= width <= 130 and (stop - at) >= 0.72 * width and last not in ":："


def _ends(text: str, start: int, end: int) -> Iterator[int]:
    """Where sentences end inside one block."""
    lower = _writes_lower(text[start : min(end, start + 4000)])
    for found in _END.finditer(text, start, end):
        if found.end() < end and _is_end(text, start, found, lower):
            yield found.end()


def _writes_lower(sample: str) -> bool:
    """True where the writer starts sentences with small letters, as in chats."""
    ends = (found.group(1).casefold() for found in _SMALL_START.finditer(sample))
    small = sum(end not in BEFORE_NAMES and end not in SOMETIMES_LAST for end in ends)
    return small >= 2 and small > 2 * len(_CAPITAL_START.findall(sample))


def _is_end(text: str, start: int, found: re.Match[str], lower: bool) -> bool:
    mark, after = found.group(), found.end()
    if any(c in _WIDE_END for c in mark):
        near = text[max(start, found.start() - 40) : after]
        return near.rfind("《") <= near.rfind("》") and text[after] not in "，、,;；"
    following = _NEXT_WORD.match(text, after, after + 60)
    word = (following.group(1) if following else None) or ""
    gap = text[after : following.start(1) if word and following else after + 1]
    before = text[max(start, found.start() - 40) : found.start()]
    last = _LAST_WORD.search(before)
    stem = last.group() if last else ""
    if not any(c.isspace() for c in gap):
        return _glued(text, after, mark, stem)
    if not word:
        return True
    if stem.casefold() in AFTER_NUMBERS and word[0].isupper():
        return before[: -len(stem)].rstrip()[-1:].isdigit()
    if word[0].islower() and not lower:
        return False
    return "!" in mark or "?" in mark or ".." in mark or "…" in mark or not _goes_on(stem, word)


def _goes_on(stem: str, word: str) -> bool:
    """True when a full stop between these two words belongs to the first one."""
    folded, starts = stem.casefold(), word.casefold() in STARTERS
    if not folded:
        return False
    if folded in SOMETIMES_LAST:
        return not starts
    if folded in BEFORE_NAMES:
        return True
    if len(stem) == 1 and stem.isalpha() and (stem.isupper() or not starts):
        return not (starts and len(word) > 1)
    if folded.isdigit() and len(folded) <= 2:
        return not starts or word.casefold() in MONTHS
    return "." in folded and len(folded) <= 8 and all(len(p) <= 2 for p in folded.split(".")) and not starts


def _glued(text: str, after: int, mark: str, stem: str) -> bool:
    """True for "end.Next word": a space is missing. Never inside addresses, names of files and numbers."""
    if mark not in (".", "!", "?") or len(stem) < 3 or not stem.isalpha() or not stem[-1].islower():
        return _UNSPACED.match(text, after) is not None and mark[0] in ".!?" and not stem[-1:].isdigit()
    return text[after].isupper() and _GLUED.match(text, after, after + 30) is not None


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """The stretch without white space around it, in pieces that are not too long."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > LIMIT_UNSPACED:
        limit = LIMIT_UNSPACED if _is_unspaced(text, start) else LIMIT
        if end - start <= limit:
            break
        cut = _cut(text, start, start + limit)
        stop = cut
        while stop > start and text[stop - 1].isspace():
            stop -= 1
        if stop > start:
            yield Span(start, stop)
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if end > start:
        yield Span(start, end)


def _is_unspaced(text: str, start: int) -> bool:
    return 2 * len(_UNSPACED.findall(text, start, start + LIMIT_UNSPACED)) > LIMIT_UNSPACED


def _cut(text: str, start: int, limit: int) -> int:
    """The best place before `limit` to cut a stretch that never ends: in its last half."""
    middle = (start + limit) // 2
    for soft in _SOFT:
        places = [found.end() for found in soft.finditer(text, middle, limit)]
        if places:
            return places[-1]
    while limit < len(text) and limit > middle and _joins(text[limit]):
        limit -= 1
    return limit


def _joins(character: str) -> bool:
    """True for combining marks and joiners, which may not be torn from the character before."""
    return character in "\u200d\ufe0f" or unicodedata.combining(character) != 0
