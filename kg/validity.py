"""From when to when a fact holds, as its own clause says it.

    "was chief executive from 2011 to 2019"     2011 to 2019
    "has run the firm since March 2021"         from 2021-03
    "was mayor in 1999"                         1999 to 1999
    "was founded in 1976"                       from 1976: what happened stays so
    "the former chairman"                       to the document's date at the latest

A date counts by the word before it (after it, in Chinese). The document's date is used only for words that
point at it ("last year", "former", "now"): when a text was written says when it was observed, not how long
it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ..core.validity import Interval, edges, ordered, partial_of

Dated = tuple[int, int, str]
"""A date in the text: start, end, normal form."""


class Role(StrEnum):
    """What a date does to a stretch of time."""

    FROM = "from"
    TO = "to"
    AT = "at"


class Standing(StrEnum):
    """What a clause says of the document's own time."""

    FORMER = "former"
    CURRENT = "current"


@dataclass(frozen=True, slots=True)
class _Words:
    """Words that give a date its role; patterns end at the date, or begin after it."""

    before: tuple[tuple[Role, re.Pattern[str]], ...]
    after: tuple[tuple[Role, re.Pattern[str]], ...] = ()


def _ending(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|(?<!\w))(?:{words})\s*(?:the\s+|early\s+|late\s+|mid-?\s*|about\s+)*$", re.I)


_EN = _Words(
    (
        (Role.FROM, _ending("since|from|after|between|starting(?: in)?|beginning(?: in)?")),
        (Role.TO, _ending("until|till|through|before|up to|to|and|[-–—]")),
        (Role.AT, _ending("in|on|at|during|around")),
    )
)
_WORDS = {
    "en": _EN,
    "de": _Words(((Role.FROM, _ending("seit|ab|von|zwischen")), (Role.TO, _ending("bis(?: zum)?|[-–—]")))),
    "es": _Words(((Role.FROM, _ending("desde|entre")), (Role.TO, _ending("hasta|[-–—]")))),
    "fr": _Words(
        (
            (Role.FROM, _ending("depuis|à partir d['’e]|dès|entre")),
            (Role.TO, _ending("jusqu['’](?:en|au|à)|[-–—]")),
        )
    ),
    "zh": _Words(
        (
            (Role.TO, re.compile(r"(?:直到|直至|截至|[至到—–-])\s*$")),
            (Role.FROM, re.compile(r"(?:自从|[自从])\s*$")),
        ),
        (
            (Role.FROM, re.compile(r"\s*(?:起|以来|開始|开始|[至到—–-])")),
            (Role.TO, re.compile(r"\s*为止")),
        ),
    ),
}
_SECOND = re.compile(r"\s?[-–—]\s?(\d{4}|present|now|today)\b", re.I)
_NUMBERS = {w: n for n, w in enumerate("one two three four five six seven eight nine ten".split(), 1)} | {
    "a": 1
}
_AGO = re.compile(rf"\b({'|'.join(_NUMBERS)}|\d{{1,2}}) (year|month)s? ago\b", re.I)
_TURNED = re.compile(r"\b(last|this|next) (year|month)\b", re.I)


def stretch(
    text: str,
    places: Iterable[tuple[int, int]],
    dates: Sequence[Dated],
    *,
    lasting: bool,
    standing: Standing | None = None,
    day: str | None = None,
) -> Interval:
    """The stretch of time that the words at `places` give a fact.

    Args:
        places: start and end of the words that say when, in the order of the text.
        dates: dates of the sentence, by their places in `text`.
        lasting: True for a state ("was mayor"), which a date bounds; False for an event, which a date begins.
        day: the document's date.
    """
    valid_from: str | None = None
    valid_to: str | None = None
    for role, value in _said(text, places, dates, partial_of(day)):
        first, last = edges(value)
        if role is Role.TO and valid_to is None:
            valid_to = last
        elif role is not Role.TO and valid_from is None:
            valid_from = first
            if role is Role.AT and lasting:
                valid_to = last
    if standing is Standing.FORMER and valid_to is None:
        valid_to = partial_of(day)
    if standing is Standing.CURRENT and valid_from is None:
        valid_from = partial_of(day)
    return (valid_from, valid_to) if ordered(valid_from, valid_to) else (None, None)


def plain(text: str, language: str, dates: Sequence[Dated]) -> Interval:
    """The stretch that a sentence gives in the plain forms of its language: "seit 2019", "hasta 2019".

    A date without such a word gives none, and neither do two that claim the same end.
    """
    ends: dict[Role, list[str]] = {Role.FROM: [], Role.TO: []}
    words = _WORDS.get(language)
    if words is None:
        return None, None
    for start, end, value in dates:
        role = _role(text, 0, start, end, words)
        if role in (Role.FROM, Role.TO) and edges(value)[0] is not None:
            ends[role].append(value)
    if len(ends[Role.FROM]) > 1 or len(ends[Role.TO]) > 1:
        return None, None
    valid_from = edges(ends[Role.FROM][0])[0] if ends[Role.FROM] else None
    valid_to = edges(ends[Role.TO][0])[1] if ends[Role.TO] else None
    return (valid_from, valid_to) if ordered(valid_from, valid_to) else (None, None)


def role_of_word(word: str) -> Role:
    """The role that a preposition gives the date which is its fact's object: "found in" 1976."""
    return next((role for role, pattern in _EN.before if pattern.search(word)), Role.AT)


def _said(
    text: str, places: Iterable[tuple[int, int]], dates: Sequence[Dated], day: str | None
) -> list[tuple[Role, str]]:
    found: list[tuple[Role, str]] = []
    for start, end in places:
        inside = [d for d in dates if start <= d[0] and d[1] <= end]
        begun = False
        for at, stop, value in inside:
            role = _role(text, start, at, stop, _EN)
            # "to" and "and" end a stretch only where one was begun: "from 2011 to 2019"
            joined = re.search(r"(?:^|\W)(?:to|and|[-–—])\s*$", text[start:at], re.I)
            if role is Role.TO and joined and not begun and not any(r is Role.FROM for r, _ in found):
                role = Role.AT
            second = _SECOND.match(text, stop)
            if second is not None and role is not Role.TO:
                found.append((Role.FROM, value))
                if second.group(1).isdigit():
                    found.append((Role.TO, second.group(1)))
                break
            begun = begun or role is Role.FROM
            found.append((role or Role.AT, value))
        if not inside and day is not None:
            found += _relative(text[start:end], day)
    return found


def _role(text: str, begin: int, start: int, end: int, words: _Words) -> Role | None:
    head, tail = text[max(begin, start - 24) : start], text[end : end + 6]
    for role, pattern in words.before:
        if pattern.search(head):
            return role
    return next((role for role, pattern in words.after if pattern.match(tail)), None)


def _relative(words: str, day: str) -> list[tuple[Role, str]]:
    """Dates that count from the document's: "last year", "two years ago"."""
    since = Role.FROM if re.match(r"since\b", words, re.I) else Role.AT
    ago, turned = _AGO.search(words), _TURNED.search(words)
    if ago is not None:
        number = ago.group(1).lower()
        back, unit = int(number) if number.isdigit() else _NUMBERS[number], ago.group(2)
    elif turned is not None:
        back, unit = {"last": 1, "this": 0, "next": -1}[turned.group(1).lower()], turned.group(2)
    else:
        return []
    year = int(day[:4])
    if unit.lower() == "year":
        return [(since, f"{year - back:04d}")]
    if len(day) < 7:
        return []
    months = 12 * year + int(day[5:7]) - 1 - back
    return [(since, f"{months // 12:04d}-{months % 12 + 1:02d}")]
