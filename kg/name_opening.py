"""The opening of a text: its first sentence as one string, ready to read a subject out of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..core.records import Span
from ..core.text import has_unspaced, is_unspaced

_WINDOW = 600
WORD = re.compile(r"[\w][\w'’.&/\-‐‑]*", re.UNICODE)
_STOPWORDS = {
    "en": "the a an is was are were of in and by born",
    "de": "der die das ein eine ist war von und im in den",
    "es": "el la los las un una es fue de y en por con",
    "fr": "le la les un une est était de et en par du des",
    "pt": "o a os as um uma é foi de e em do da",
    "it": "il lo la un una è fu di e in del della",
}


@dataclass(frozen=True, slots=True)
class Opening:
    """The first sentences as one string, their place in the document's text, and their language."""

    text: str
    start: int
    language: str
    """en, de, es, fr, pt, it, ru or zh: which words define, not a detection of the document's language."""
    later: tuple[str, ...] = ()
    """The two sentences that follow."""


def opening(text: str, sentences: tuple[Span, ...], language: str | None) -> Opening | None:
    """The first sentence, joined with the next ones where it was split within a parenthesis or a name.

    None where there is none, or where it is an exclamation or a question, as in a chat.
    """
    if not sentences:
        return None
    sentences = sentences[_headings(text, sentences) :]
    start, last = sentences[0].start, 0
    while start < sentences[0].end and (text[start].isspace() or text[start] in "#>-•=\ufeff"):
        start += 1
    end = sentences[0].end
    if text[start:end].rstrip().endswith(("!", "?", "！", "？")):
        return None
    for last in range(1, min(4, len(sentences))):
        head = text[start:end]
        open_ = head.count("(") + head.count("（") > head.count(")") + head.count("）")
        if not open_ and len(head.strip()) >= 25 and not re.search(r"\b[A-Z][a-z]?\.\s*$", head):
            last -= 1
            break
        if not open_ and is_unspaced(head):
            last -= 1
            break
        end = sentences[last].end
    head = text[start : min(end, start + _WINDOW)].replace("\n", " ").rstrip()
    if not head:
        return None
    later = tuple(text[s.start : min(s.end, s.start + 200)] for s in sentences[last + 1 : last + 3])
    return Opening(head, start, _language(head, language), later)


def _headings(text: str, sentences: tuple[Span, ...]) -> int:
    """How many of the first sentences are lines of their own without a full stop, before running text."""
    for skipped, span in enumerate(sentences[:3]):
        piece = text[span.start : span.end].rstrip()
        alone = span.end == len(text) or "\n" in text[span.start + len(piece) : span.end + 1]
        if (
            not piece
            or (not alone and "\n" not in text[span.end - 1 : span.end + 1])
            or piece[-1] in ".!?。！？:：)）"
        ):
            return skipped
    return 0


def _language(head: str, given: str | None) -> str:
    if is_unspaced(head) or has_unspaced(head[:2]) or (given == "zh" and has_unspaced(head[:10])):
        return "zh"
    if re.search(r"[\u0400-\u04ff]", head[:60]) and not re.match(r"[\W_]*[A-Za-z]{2}", head):
        return "ru"
    if given is not None and given[:2] in _STOPWORDS:
        return given[:2]
    words = [w.casefold() for w in WORD.findall(head)]
    votes = {name: sum(w in line.split() for w in words) for name, line in _STOPWORDS.items()}
    return max(votes, key=lambda name: (votes[name], name == "en"))
