"""Where a text gives a second name: "International Business Machines (IBM)", "居里夫人（Marie Curie）", "also
known as".

A definition is two places in one sentence: the name and what else it is called. No parser is needed, so it
is read in every language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..core.text import has_unspaced


@dataclass(frozen=True, slots=True)
class Definition:
    """Offsets of a name and of its other name, and how the text ties them."""

    start: int
    end: int
    other_start: int
    other_end: int
    kind: str
    """"acronym", "foreign" (another language or script), "alias"."""


_PARENTHESIS = re.compile(r"[ \u00a0]?[(（]([^()（）\n]{2,80})[)）]")
_ACRONYM = re.compile(r"[A-ZÄÖÜÀ-ÞА-ЯЁ][A-ZÄÖÜÀ-ÞА-ЯЁa-z0-9.&-]{1,9}$")
_WORD = re.compile(r"[^\W_]+(?:[-'’.&][^\W_]+)*")
_CAPITALS = r"[A-ZÀ-ÞĀ-ŽА-ЯЁ][^\W_]*(?:[-'’.][^\W_]+)*"
_NAME = rf"{_CAPITALS}(?:\s(?:(?:of|the|de|la|del|di|da|von|van|der|and|&|for)\s){{0,2}}{_CAPITALS}){{0,6}}"
_QUOTED = '["“„«\'‘]([^"“”„«»\\n]{2,60})["”“»\'’]'
_LATIN = re.compile(rf"{_NAME}$")
_LANGUAGES = re.compile(
    r"(?:in\s+)?(?:German|French|Spanish|Italian|Russian|Chinese|Japanese|Korean|Arabic|Hebrew|Greek|Latin|Dutch|Polish|"
    r"Portuguese|Turkish|Swedish|Hungarian|Czech|Ukrainian|Hindi|Persian|Thai|Irish|Welsh|English|englisch|französisch|"
    r"deutsch|spanisch|italienisch|lateinisch|russisch|en inglés|en francés|en alemán|en español|en anglais|"
    r"en allemand|"
    r"英语|英文|法语|法文|德语|德文|日语|俄语|拉丁语|西班牙语|англ\.|нем\.|фр\.|исп\.|лат\.)\s?(?:name)?\s?[:：]?\s*",
    re.I,
)  # fmt: skip
_KNOWN_AS = re.compile(
    r"\b(?:(?:also|better|best|formerly|commonly|previously|popularly|sometimes|professionally|generally|simply)\s+"
    r"(?:known|called|referred\s+to|titled|spelled)(?:\s+(?:simply|professionally))?(?:\s+as)?|known\s+(?:simply\s+)?as|"
    r"a\.?k\.?a\.?|nicknamed|née|"
    r"auch\s+(?:bekannt\s+als|genannt)|bekannt\s+als|genannt|también\s+(?:conocid[oa]|llamad[oa])(?:\s+como)?|"
    r"conocid[oa]\s+como|aussi\s+appelée?|(?:aussi\s+)?connue?\s+sous\s+le\s+nom\s+de|noto\s+come|nota\s+come|"
    r"conhecid[oa]\s+como|ook\s+wel|bekend\s+als|znan[ya]\s+jako|также\s+известн\w+\s+как|известн\w+\s+как)"
    rf"\s+(?:the\s+)?(?:{_QUOTED}|({_NAME}))", re.UNICODE,
)  # fmt: skip
_CHINESE_ALIAS = re.compile(
    "(?:又称|又名|也称为?|也叫|亦称|别称|别名|简称|原名|本名|俗称|旧称|全称|英文名为?|中文名为?|艺名)(?:"
    '为|是|[：:])?[“"「《]?([\u4e00-\u9fff·A-Za-z][\u4e00-\u9fff·A-Za-z .]{1,20}?)[”"」》]?'
    "(?=[，。；、,;)）]|$)"
)


def definitions(text: str) -> list[Definition]:
    """Definitions in one sentence, in order.

    >>> s = "The World Health Organization (WHO) met."
    >>> [(s[d.start:d.end], s[d.other_start:d.other_end]) for d in definitions(s)]
    [('World Health Organization', 'WHO')]
    """
    found = [*_parentheses(text), *_called(text)]
    return sorted(found, key=lambda d: (d.other_start, d.start))


def _parentheses(text: str) -> Iterator[Definition]:
    for group in _PARENTHESIS.finditer(text):
        at, inside = group.start(1), group.group(1)
        for part in re.split(r"[;,；，]", inside)[:2]:
            begin = text.index(part, at)
            at = begin + len(part)
            prefix = _LANGUAGES.match(part)
            start = begin + (prefix.end() if prefix else len(part) - len(part.lstrip()))
            other = text[start:at].rstrip()
            found = _pair(text, group.start(), start, other, foreign=prefix is not None)
            if found is not None:
                yield found


def _pair(text: str, before: int, start: int, other: str, foreign: bool) -> Definition | None:
    """The definition of what stands before a parenthesis by `other`, which stands in it at `start`."""
    if len(other) < 2 or any(c.isdigit() for c in other) and not _ACRONYM.match(other):
        return None
    if _ACRONYM.match(other) and sum(c.isupper() for c in other) >= 2:
        name = _long_form(text, before, other)
        if name is not None:
            return Definition(name, before, start, start + len(other), "acronym")
    head = text[:before]
    if has_unspaced(head[-1:]) and (_LATIN.match(other) or foreign):
        run = re.search("[\u4e00-\u9fff\u3040-\u30ff·]{2,12}$", head)
        if run is not None and (run.start() == 0 or not has_unspaced(head[run.start() - 1])):
            return Definition(run.start(), before, start, start + len(other), "foreign")
        return None
    if foreign or (has_unspaced(other) and len(other) <= 12):
        named = re.search(rf"{_NAME}$", head)
        if named is not None and (other[0].isupper() or not other[0].islower()):
            return Definition(named.start(), before, start, start + len(other), "foreign")
    return None


def _long_form(text: str, before: int, acronym: str) -> int | None:
    """Start of the words before `before` whose initials make the acronym, small words skipped."""
    letters = [c for c in acronym.casefold() if c.isalpha()]
    words = list(_WORD.finditer(text, max(0, before - 120), before))
    if not words or words[-1].end() < before - 1:
        return None
    at = len(words) - 1
    for letter in reversed(letters):
        while at >= 0 and not _has_initial(words[at].group(), letter):
            if not words[at].group()[0].islower():
                return None
            at -= 1
        if at < 0:
            return None
        at -= 1
    first = words[at + 1]
    if not first.group()[0].isupper() or len(words) - at - 1 < 2:
        return None
    return first.start()


def _has_initial(word: str, letter: str) -> bool:
    return word[0].casefold() == letter


def _called(text: str) -> Iterator[Definition]:
    for pattern in (_KNOWN_AS, _CHINESE_ALIAS):
        for found in pattern.finditer(text):
            group = next(at for at, value in enumerate(found.groups(), 1) if value)
            name = _subject(text, found.start())
            if name is not None:
                yield Definition(*name, found.start(group), found.end(group), "alias")


def _subject(text: str, before: int) -> tuple[int, int] | None:
    """The name that opens the sentence, of which the alias is told, up to a comma or bracket."""
    found = re.match(rf"\W{{0,3}}(?:The\s+)?({_NAME})", text[:before]) or re.match(
        "()?([\u4e00-\u9fff·]{2,12})(?=[，,（(])", text[:before]
    )
    if found is None:
        return None
    group = 1 if found.group(1) else 2
    return found.start(group), found.end(group)
