"""Names by their capitals, for languages without a trained tagger and as a second look beside one.

A name is a run of capitalised words, with particles allowed between two of them ("Ludwig van Beethoven",
"Universidad de Salamanca"). The word that opens a sentence says nothing by its capital: alone it is only a
weak candidate, which a reader keeps if the document writes it with a capital elsewhere too. German writes
every noun so: there a name needs two capitalised words, an acronym, or a cue before it ("in Köln",
"Präsident Steinmeier").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .abbreviations import MONTHS, STARTERS
from .name_cues import (
    AWARD_WORDS,
    EVENT_WORDS,
    FIRST_NAMES,
    NOT_NAMES,
    NOUN_ENDINGS,
    ORG_WORDS,
    PARTICLES,
    PLACE_BEFORE,
    PLACE_WORDS,
    PLACES,
    TITLES,
    WEAK_PARTICLES,
)

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Span

_WORD = re.compile(r"[^\W_]+(?:[.'’&/-][^\W_]+)*\.?", re.UNICODE)
_INITIALS = re.compile(r"(?:[^\W\d_]\.-?)+$")
_ACRONYM = re.compile(r"[^\W\d_]{2,6}$|(?:[^\W\d_]\.){2,6}$")
_ELISION = re.compile(r"(?:[cdjlmnst]|qu|dell|all|nell|dall|sull|un)['’](?=[^\W\d_]*[A-ZÀ-Þ])")
_PLAIN_GAP = re.compile(r"[ \u00a0]{1,2}(?:d['’])?$")
LONGEST = 8
"""Words of the longest name."""


@dataclass(frozen=True, slots=True)
class Capital:
    """A stretch that looks like a name; weak ones need another sign."""

    start: int
    end: int
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    text: str
    capital: bool


def capital_names(text: str, language: str) -> list[Capital]:
    """Names in one sentence, by their capitals, in order, without overlap.

    >>> [text[c.start : c.end] for text in ["Ayer llegó Ana de Armas a Lima."] for c in capital_names(text,
    "es")] ['Ana de Armas', 'Lima']
    """
    words = [_word(text, found) for found in _WORD.finditer(text)]
    lower = sum(word.text[0].islower() for word in words)
    if not words or (lower == 0 and len(words) > 3):
        return []
    found = []
    for first, last in _runs(text, words, language):
        name = _judge(text, words, first, last, language)
        if name is not None:
            found.append(name)
    return found


def _word(text: str, found: re.Match[str]) -> _Word:
    start, end = found.span()
    elided = _ELISION.match(text, start, end)
    if elided is not None:
        start = elided.end()
    if text[end - 1] == "." and not _INITIALS.match(text[start:end]):
        end -= 1
    return _Word(start, end, text[start:end], text[start].isupper())


def _runs(text: str, words: list[_Word], language: str) -> Iterator[tuple[int, int]]:
    """First and last (inclusive) word of every run of capitalised words with particles inside."""
    at = 0
    while at < len(words):
        if not words[at].capital:
            at += 1
            continue
        last = at
        while last - at < LONGEST:
            step = _joined(text, words, at, last, language)
            if step is None:
                break
            last = step
        yield at, last
        at = last + 1


def _joined(text: str, words: list[_Word], first: int, last: int, language: str) -> int | None:
    """The next capitalised word that belongs to the same run, over at most two particles."""
    for ahead in range(1, 4):
        at = last + ahead
        if at >= len(words) or not _PLAIN_GAP.match(text[words[at - 1].end : words[at].start]):
            return None
        if words[at].capital:
            between = [w.text for w in words[last + 1 : at]]
            if between and all(w in WEAK_PARTICLES for w in between):
                return None
            if between and language == "de" and not _german_join(words, first, between):
                return None
            return at
        if words[at].text.isdigit() and ahead == 1 and len(words[at].text) <= 3:
            return at
        if words[at].text not in PARTICLES and words[at].text.casefold() not in PARTICLES:
            return None
    return None


def _german_join(words: list[_Word], first: int, between: list[str]) -> bool:
    """True where a particle stands inside a German name and not between two nouns ("Ludwig von Mises")."""
    if any(w in ("der", "des", "dem", "vom", "die", "zum", "zur") for w in between) and len(between) == 1:
        return False
    before = words[first - 1].text.casefold() if first else ""
    return before not in STARTERS and words[first].text.casefold() in FIRST_NAMES or "van" in between


def _judge(text: str, words: list[_Word], first: int, last: int, language: str) -> Capital | None:
    """The name in a run, without the words at its ends that are none, or None."""
    opens = first == 0 or text[words[first - 1].end : words[first].start].rstrip().endswith((":", "|", "•"))
    while first <= last and _is_plain(words[first].text, opens):
        first += 1
        opens = False
    while last >= first and (not words[last].capital or words[last].text.casefold() in MONTHS | NOT_NAMES):
        if words[last].text.isdigit() and last > first:
            break
        last -= 1
    if first > last:
        return None
    capitals = [w for w in words[first : last + 1] if w.capital]
    before = words[first - 1].text.casefold() if first else ""
    title = before.rstrip(".") in TITLES
    while len(capitals) > 1 and capitals[0].text.casefold().rstrip(".") in TITLES:
        first, title = first + 1, True
        while not words[first].capital:
            first += 1
        capitals = capitals[1:]
    start, end = words[first].start, words[last].end
    if language == "de" and len(capitals) > 1:
        while len(capitals) > 1 and capitals[0].text.casefold().endswith(NOUN_ENDINGS):
            first, capitals = first + 1, capitals[1:]
        start = words[first].start
        if capitals[-1].text.casefold().endswith(NOUN_ENDINGS):
            return None
    elif len(capitals) == 1 and not _single(capitals[0].text, before, title, language):
        return None
    label = _label(text[start:end], [w.text for w in capitals], before, title, language)
    weak = opens and len(capitals) == 1 and not capitals[0].text[1:].isupper() and label not in ("PER", "LOC")
    return Capital(start, end, label, 0.3 if weak else 0.5 + 0.1 * (len(capitals) > 1))


def _is_plain(word: str, opens: bool) -> bool:
    folded = word.casefold()
    if folded in NOT_NAMES or folded in MONTHS:
        return True
    return folded in STARTERS and (opens or len(word) > 1 or word == "I")


def _single(word: str, before: str, title: bool, language: str) -> bool:
    """True when one capitalised word may be a name in this language."""
    if len(word.rstrip(".")) < 2 or word.casefold() in STARTERS:
        return False
    if language != "de":
        return True
    if title or (word.isupper() and len(word) <= 6) or word.casefold() in PLACES:
        return True
    return before in PLACE_BEFORE["de"] and not word.casefold().endswith(NOUN_ENDINGS)


def _label(name: str, capitals: list[str], before: str, title: bool, language: str) -> str:
    folded = [w.casefold().rstrip(".") for w in capitals]
    if title or (len(capitals) > 1 and folded[0] in FIRST_NAMES):
        return "PER"
    if all(w in PLACES for w in folded):
        return "LOC"
    if folded[0] in EVENT_WORDS or folded[-1] in EVENT_WORDS:
        return "EVENT"
    if folded[0] in AWARD_WORDS or folded[-1] in AWARD_WORDS:
        return "MISC"
    if any(w in ORG_WORDS for w in folded):
        return "ORG"
    if len(capitals) == 1 and _ACRONYM.match(name) and name.replace(".", "").isupper():
        return "ORG"
    if before in PLACE_BEFORE.get(language, frozenset()) and len(capitals) <= 3:
        return "LOC"
    if folded[0] in PLACE_WORDS or folded[-1] in PLACE_WORDS:
        return "LOC"
    if 2 <= len(capitals) <= 3 and all(w.replace("-", "").isalpha() or _INITIALS.match(w) for w in capitals):
        return "PER" if not any(w.isupper() and len(w) > 2 for w in capitals) else "MISC"
    return "MISC"


def capitals_pipeline(code: str) -> Language:
    """A blank spaCy pipeline for a language, or for "xx", which sets entities by capitals."""
    import spacy
    from spacy.language import Language as Loaded

    if not Loaded.has_factory("clew_capitals"):
        Loaded.component("clew_capitals", func=set_capital_names, retokenizes=False)
    try:
        nlp = spacy.blank(code)
    except ImportError:
        nlp = spacy.blank("xx")
    nlp.add_pipe("clew_capitals")
    nlp.meta["lang_code"] = code
    return nlp


def set_capital_names(doc: Doc) -> Doc:
    """The spaCy component: sets `doc.ents` to the names that `capital_names` finds."""
    spans: list[Span] = []
    for name in capital_names(doc.text, str(doc.lang_)):
        if name.score < 0.4:
            continue
        span = doc.char_span(name.start, name.end, label=name.label, alignment_mode="expand")
        if span is not None and (not spans or span.start >= spans[-1].end):
            spans.append(span)
    doc.ents = tuple(spans)
    return doc
