"""What a question asks for, by its words alone: kind of answer, relations, two things compared, dates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ..kg.dates import find_dates
from ..kg.words import Words, words_of

Place = tuple[int, int]
"""Start and end in the question."""

_LONGEST_SIDE = 60


class Kind(StrEnum):
    """The kind of answer that a question asks for."""

    PERSON = "person"
    PLACE = "place"
    DATE = "date"
    NUMBER = "number"
    YES_NO = "yes-no"
    CHOICE = "choice"
    DEFINITION = "definition"
    NAME = "name"
    OPEN = "open"


_UNSAID = frozenset({Kind.DEFINITION, Kind.NAME, Kind.OPEN})
"""Kinds that say nothing of the answer's type."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the words of a question ask for."""

    answer_type: str | None = None
    relations: tuple[str, ...] = ()
    compared: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()


def asked(text: str, language: str, names: Sequence[Place]) -> Asked:
    """What a question asks for.

    >>> asked("Who was born first, Ada or Bob, in June 1815?", "en", [(20, 23), (27, 30)])
    Asked(answer_type='choice', relations=('birth',), compared=('Ada', 'Bob'), dates=('1815-06',))

    Args:
        names: places of the names in it, in order.
    """
    words = words_of(language)
    sides = compared(text, names, words)
    kind = kind_of(lowered(text), words, compares=bool(sides))
    return Asked(
        None if kind in _UNSAID else kind.value,
        tuple(dict.fromkeys(_relations(text, names, words))),
        tuple(text[start:end] for start, end in sides),
        tuple(dict.fromkeys(iso for _, _, iso in find_dates(text))),
    )


def lowered(text: str) -> str:
    """A question as the patterns of its kind are written."""
    return " ".join(text.casefold().replace("？", "?").split())


def kind_of(lower: str, words: Words, *, compares: bool) -> Kind:
    """The kind of answer that a question in lower case asks for; the first pattern that matches counts."""
    for name, pattern in words.kinds:
        if name == "choice" and not compares:
            continue
        if pattern.search(lower):
            return Kind(name.replace("_", "-"))
    return Kind.OPEN


def compared(text: str, names: Sequence[Place], words: Words) -> tuple[Place, ...]:
    """The two things on either side of an "or": the nearest names, else the words themselves."""
    pattern = dict(words.kinds).get("choice")
    match = pattern.search(text) if pattern else None
    if match is None:
        return ()
    before = [place for place in names if place[1] <= match.start() + 1]
    after = [place for place in names if place[0] >= match.end() - 1]
    if before and after:
        return before[-1], after[0]
    left = re.split(r"[,:，：?？]", text[: match.start()])[-1]
    right = re.split(r"[,，?？]", text[match.end() :])[0]
    sides = (_stripped(text, match.start() - len(left), match.start()),
             _stripped(text, match.end(), match.end() + len(right)))  # fmt: skip
    fit = all(0 < end - start <= _LONGEST_SIDE for start, end in sides)
    return sides if fit else ()


def _stripped(text: str, start: int, end: int) -> Place:
    side = text[start:end]
    return start + len(side) - len(side.lstrip()), end - len(side) + len(side.rstrip())


def _relations(text: str, names: Sequence[Place], words: Words) -> list[str]:
    """Relations that the words outside of names speak of, in order."""
    return [
        name
        for start, end, name in words.relations_in(text)
        if not any(first < end and start < last for first, last in names)
    ]
