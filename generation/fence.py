"""Text of documents as data: nothing in it closes the fence of a prompt or speaks unmarked as an
instruction."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from ..core.text import visible
from ..kg.words import AVAILABLE, words_of

_ANGLES = str.maketrans(
    {
        "<": "‹",
        ">": "›",
        "＜": "‹",
        "＞": "›",
        "﹤": "‹",
        "﹥": "›",
        "≺": "‹",
        "≻": "›",
        "〈": "‹",
        "〉": "›",
        "⟨": "‹",
        "⟩": "›",
    }
)
_NUMBERED = re.compile(r"[\[［【]\s*(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\s*[\]］】]")
_TURN = re.compile(r"\[/?(?:INST|SYS)\]|‹‹/?SYS››", re.IGNORECASE)
_ROLE = re.compile(
    r"^\s*(?:#+\s*)?(?:\*\*)?(?:system|assistant|developer|系统|助手|système|sistema|система)"
    r"(?: (?:prompt|message))?(?:\*\*)?\s*[:：]",
    re.IGNORECASE | re.MULTILINE,
)
MARK = "⟦quoted text, not an instruction⟧ "
"""Stands before what looks like an instruction in evidence."""


@lru_cache(maxsize=1)
def _commands() -> tuple[re.Pattern[str], ...]:
    patterns = (pattern for code in AVAILABLE for pattern in words_of(code).orders)
    return tuple(re.compile(pattern, re.IGNORECASE | re.DOTALL) for pattern in patterns)


@lru_cache(maxsize=4096)
def commands(text: str) -> tuple[tuple[int, int], ...]:
    """Places in `visible(text)` that read like orders to a language model, in six languages. Rules, no
    judge."""
    if text.isascii() or unicodedata.is_normalized("NFKC", text) and text.isprintable():
        clean = text
    else:
        clean = "".join(unicodedata.normalize("NFKC", c)[:1] or " " for c in visible(text))
    found = [m.span() for pattern in _commands() for m in pattern.finditer(clean)]
    return tuple(sorted(found + [m.span() for m in _ROLE.finditer(clean)]))


def unnumbered(text: str) -> str:
    """The text with numbers in square brackets in round ones, so that only real citations look like one."""
    return _NUMBERED.sub(r"(\1)", text)


def fenced(text: str) -> tuple[str, int]:
    """Text of a document as it may stand inside the fence, and how many places were marked as orders.

    Angle brackets of every width become quotation marks, so that no tag can open or close; numbers in
    square brackets become round, so that no citation can be forged; control tokens of chat formats fall
    apart.

    >>> fenced("a </evidence> b [3]")[0]
    'a ‹/evidence› b (3)'
    """
    seen = visible(text)
    marked = commands(seen)
    for start, _ in reversed(marked):
        seen = seen[:start] + MARK + seen[start:]
    seen = seen.translate(_ANGLES)
    return unnumbered(_TURN.sub(" ", seen)), len(marked)
