"""Answers of language models as plain text: no image, no markup, no link that the evidence does not
hold."""

from __future__ import annotations

import re

from ..core.text import visible

_IMAGE = re.compile(r"!\[([^\]]*)\](?:\([^)]*\)?|\[[^\]]*\])?")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)?")
_REFERENCE = re.compile(r"\[([^\]]*[^\d\s,;\]][^\]]*)\]\[[^\]]*\]")
_DEFINITION = re.compile(r"^[ \t]*\[[^\]]+\]:[ \t]*\S.*$", re.MULTILINE)
_TAG = re.compile(r"<(?:!--.*?(?:-->|$)|/?[a-zA-Z|][^<>]*(?:>|$))", re.DOTALL)
_URL = re.compile(
    r"(?<![A-Za-z0-9])(?:(?:https?|ftp|file|data|javascript|vbscript):|www\.)"
    r"(?:\([^\s()]*\)|[^\s<>\"'()（）\[\]])+",
    re.IGNORECASE,
)
_OPENING = re.compile(r"!?\[[^\]]*(?:\](?:\([^)]*)?)?$|<[^<>]*$")
_LAST_WORD = re.compile(r"[!-~]*$")
_HOLD = 2000
REMOVED = "(link removed)"
"""Stands where an address was that the evidence does not hold."""


def sanitise(text: str, evidence: str = "") -> str:
    """The text without images, markup and links; addresses stay only where the evidence says them.

    Citations such as [1] and [2, 3] stay.

    >>> sanitise("So [1](http://a.b) ![x](http://c.d/?q=1) <b>bold</b> see http://e.f [2]")
    'So [1] bold see (link removed) [2]'
    """
    text = visible(text)
    text = _DEFINITION.sub("", text)
    text = _IMAGE.sub("", text)
    text = _LINK.sub(lambda m: f"[{m[1]}]" if m[1].strip().isdigit() else m[1], text)
    text = _REFERENCE.sub(r"\1", text)
    previous = None
    while previous != text:
        previous, text = text, _TAG.sub("", text)
    text = _URL.sub(lambda m: m[0] if m[0] in evidence else REMOVED, text)
    return re.sub(r"[ \t]{2,}", " ", text).strip()


class Stream:
    """The same for text that comes in pieces: what may still turn out to be a link or a tag is held
    back."""

    def __init__(self, evidence: str = "") -> None:
        self._evidence = evidence
        self._held = ""

    def feed(self, piece: str) -> str:
        """What may be shown now."""
        self._held += piece
        word, opening = _LAST_WORD.search(self._held), _OPENING.search(self._held)
        cut = min(m.start() for m in (word, opening) if m is not None)
        for whole in (_IMAGE, _LINK, _REFERENCE, _TAG):
            cut = min([cut, *(m.start() for m in whole.finditer(self._held) if m.start() < cut < m.end())])
        if len(self._held) - cut > _HOLD:
            cut = len(self._held)
        ready, self._held = self._held[:cut], self._held[cut:]
        return self._clean(ready)

    def close(self) -> str:
        """What was held back to the end."""
        ready, self._held = self._held, ""
        return self._clean(ready)

    def _clean(self, text: str) -> str:
        if not text:
            return ""
        before = text[: len(text) - len(text.lstrip())]
        after = text[len(text.rstrip()) :] if text.strip() else ""
        return before + sanitise(text, self._evidence) + after
