"""The type of what a document is about, from the words that say so."""

from __future__ import annotations

import re

from ..core.records import Label, Mention, Part
from ..core.text import parenthesis, without_parenthesis
from .name_lead import Lead
from .name_opening import WORD, Opening
from .name_words import TYPE_WORDS

_BORN = re.compile(
    r"^[^.]{0,120}?[(（,]\s*(?:[^()（）]{0,120}[;,\s])?(?:re)?(?:born|died|née?|geboren|nacid[oa]|род\.|родилс[яь]|родилась)\b"
    r"|^[^.]{0,80}[(（]\s*\*\s*\d|出生于|（\d{4}年[^（）]{0,30}[－—–-]"
)
_LIVED = re.compile(
    r"^[^.()]{2,80}[(（][^()（）]*\b1[0-9]{3}\s*[)）]?\s*[–—-][^()（）]*\b(?:1|20)[0-9]{2,3}\s*[)）]"
)
_END = {
    "en": re.compile(
        r"[,;.:()]|\b(?:of|in|on|at|by|from|for|with|who|whose|that|which|where|based|located|situated|written|"
        r"directed|produced|released|born|starring|created|founded|known|as|to|made|developed|published|recorded|"
        r"performed|broadcast|set|built|used|designed|held|fought|near|between|under|during|about|since)\b"
    ),
    "de": re.compile(r"[,;.()]|\b(?:in|im|am|an|auf|bei|von|vom|der|des|aus|mit|für|zur|zum|über)\b"),
    "es": re.compile(
        r"[,;.()]|\b(?:en|que|con|por|para|dirigid[oa]|situad[oa]|ubicad[oa]|basad[oa]|cuy[oa])\b"
    ),
    "fr": re.compile(r"[,;.()]|\b(?:en|qui|que|dont|avec|par|pour|situé\w*|réalisé\w*|basé\w*|dans|sur)\b"),
    "ru": re.compile(r"[,;.()]|\b(?:в|во|на|из|который|которая|которое|для|по|с|от)\b"),
    "zh": re.compile(r"[，。；,;（(]"),
}
_SKIP = re.compile(
    r"\s*(?:(?:one|two|some|any|each|part|parts|member|type|kind|form|version|series|group|pair) of\s+)"
    r"(?:the|a|an)?\s*",
    re.IGNORECASE,
)
_FRONT = frozenset({"es", "fr", "ru"})
"""Languages whose noun phrases begin with their head."""


def type_of(title: str, start: Opening | None, lead: Lead | None, mentions: tuple[Mention, ...]) -> Label:
    """What the title's parenthesis says, else the first sentence, else the tagger, else MISC."""
    inside = parenthesis(title)
    if inside:
        found = _last(inside, TYPE_WORDS["zh" if re.search(r"[\u4e00-\u9fff]", inside) else "en"], "en")
        if found is not None and found is not Label.MISC:
            return found
    if start is None or lead is None:
        return _tagged(title, None, None, mentions) or _titled(title) or Label.MISC
    if _BORN.search(start.text[lead.start :]):
        return Label.PER
    if lead.verb >= 0:
        said = _said(start, lead)
        if said is not None:
            return said
    if _LIVED.search(start.text[lead.start :]):
        return Label.PER
    return _tagged(title, start, lead, mentions) or _titled(title) or Label.MISC


def _titled(title: str) -> Label | None:
    """What the last word of the title says of itself: "Hebron Academy", "Raft Mountain"."""
    words = without_parenthesis(title).split(",")[0].split()
    if len(words) < 2 or not words[-1][0].isupper():
        return None
    label = None if words[-1] in ("Place", "Area") else TYPE_WORDS["en"].get(words[-1].casefold())
    return label if label in (Label.LOC, Label.ORG, Label.EVENT) else None


def _said(start: Opening, lead: Lead) -> Label | None:
    text = start.text[lead.complement : lead.complement + 220].lstrip()
    table = TYPE_WORDS.get(start.language, TYPE_WORDS["en"])
    if start.language == "en" and (skip := _SKIP.match(re.sub(r"^(?:the|a|an)\s+", "", text))):
        text = re.sub(r"^(?:the|a|an)\s+", "", text)[skip.end() :]
    end = _END.get(start.language, _END["en"])
    place = 0
    for _ in range(3):
        stop = end.search(text, place + 1)
        phrase = text[place : stop.start() if stop else len(text)]
        found = _last(phrase, table, start.language)
        if found is not None or stop is None:
            return found
        place = stop.end()
    return None


def _last(phrase: str, table: dict[str, Label], language: str) -> Label | None:
    """The type of the phrase's head: its last known noun, or its first in languages that put it in front."""
    if language == "zh" or re.search(r"[\u4e00-\u9fff]", phrase):
        places = [
            (phrase.rfind(w) + len(w), len(w), label) for w, label in TYPE_WORDS["zh"].items() if w in phrase
        ]
        return max(places, default=(0, 0, None), key=lambda p: p[:2])[2]
    # in German every noun has a capital, elsewhere a capital is a name: "United States" is no state
    words = [w.casefold().rstrip(".") for w in WORD.findall(phrase) if language == "de" or not w[0].isupper()]
    for word in words if language in _FRONT else reversed(words):
        found = _look_up(word, table, language)
        if found is not None:
            return found
    return None


def _look_up(word: str, table: dict[str, Label], language: str) -> Label | None:
    for form in (word, word.rsplit("-", 1)[-1], word.removesuffix("s"), word.removesuffix("es")):
        if form in table:
            return table[form]
    if language == "en" and word.endswith("ies") and word[:-3] + "y" in table:
        return table[word[:-3] + "y"]
    if language == "ru" and len(word) > 4:
        stems = [
            w for w in table if len(w) > 3 and word.startswith(w.rstrip("аяоеь")) and len(word) - len(w) < 4
        ]
        return table[max(stems, key=len)] if stems else None
    if language == "de":
        tails = [w for w in table if len(w) > 3 and word.endswith(w)]
        return table[max(tails, key=len)] if tails else None
    return None


def _tagged(
    title: str, start: Opening | None, lead: Lead | None, mentions: tuple[Mention, ...]
) -> Label | None:
    for mention in mentions:
        if mention.label.is_value or mention.label is Label.MISC or mention.source == "title":
            continue
        at_lead = (
            start is not None
            and lead is not None
            and mention.part is Part.TEXT
            and mention.start - start.start == lead.start
        )
        whole = mention.part is Part.TITLE and mention.text == title
        if at_lead or whole:
            return mention.label
    return None
