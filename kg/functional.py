"""Predicates that give one value at a time: a country has one capital, a person one date of birth.

    capital           the capital of X is A, the capital of X is B     one of them is out of date or wrong
    date of birth     born in 1976, born on 1 April 1976               the same, said more exactly

`key` names the argument that has one value. What is `permanent` does not change with time; the others are
in conflict only where both hold at once. Predicates are lemmas as the patterns of a language write them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from ..core.records import StoredFact
from .dates import find_dates

Side = Literal["subject", "object"]
Kind = Literal["date", "place", "name"]


@dataclass(frozen=True, slots=True)
class Functional:
    """A relation with one value at a time."""

    name: str
    """As it is shown: "date of birth"."""
    key: Side
    """The argument that has one value; the other one is the value."""
    value: Kind
    forms: tuple[str, ...]
    """Predicates, of all languages."""
    permanent: bool = False
    personal: bool = False
    """True where what has one value is a person."""
    symmetric: bool = False
    """True where the value has the key in turn: a spouse's spouse."""
    inverse: tuple[str, ...] = ()
    """Predicates that say the same with subject and object exchanged."""


TABLE = (
    Functional("date of birth", "subject", "date", ("bear on", "bear in"), permanent=True, personal=True),
    Functional("date of death", "subject", "date", ("die on", "die in"), permanent=True, personal=True),
    Functional(
        "place of birth",
        "subject",
        "place",
        ("bear in", "bear at", "geboren in", "nacer en", "naître à", "出生于"),
        permanent=True,
        personal=True,
    ),
    Functional(
        "place of death",
        "subject",
        "place",
        ("die in", "die at", "sterben in", "morir en", "mourir à", "逝世于"),
        permanent=True,
        personal=True,
    ),
    Functional(
        "date of foundation",
        "subject",
        "date",
        ("found in", "found on", "establish in", "establish on"),
        permanent=True,
    ),
    Functional(
        "father",
        "object",
        "name",
        ("father of", "Vater von", "padre de", "père de"),
        permanent=True,
        personal=True,
    ),
    Functional(
        "mother",
        "object",
        "name",
        ("mother of", "Mutter von", "madre de", "mère de"),
        permanent=True,
        personal=True,
    ),
    Functional(
        "capital",
        "object",
        "place",
        ("capital of", "Hauptstadt von", "capital de", "首都"),
        inverse=("have capital",),
    ),
    Functional(
        "chief executive",
        "object",
        "name",
        (
            "ceo of",
            "chief executive of",
            "chief executive officer of",
            "Geschäftsführer von",
            "director general de",
            "directeur général de",
            "首席执行官",
        ),
    ),
    Functional(
        "president",
        "object",
        "name",
        ("president of", "Präsident von", "presidente de", "président de", "总统"),
    ),
    Functional(
        "head of government",
        "object",
        "name",
        (
            "prime minister of",
            "chancellor of",
            "Bundeskanzler von",
            "primer ministro de",
            "premier ministre de",
            "总理",
        ),
    ),
    Functional("king", "object", "name", ("king of", "König von", "rey de", "roi de", "国王")),
    Functional("queen", "object", "name", ("queen of", "Königin von", "reina de", "reine de", "女王")),
    Functional(
        "mayor", "object", "name", ("mayor of", "Bürgermeister von", "alcalde de", "maire de", "市长")
    ),
    Functional(
        "governor",
        "object",
        "name",
        ("governor of", "Gouverneur von", "gobernador de", "gouverneur de", "省长"),
    ),
    Functional(
        "spouse",
        "subject",
        "name",
        ("wife of", "husband of", "spouse of", "married to", "verheiratet mit", "casado con", "marié à"),
        personal=True,
        symmetric=True,
    ),
)

_LEAST = 0.5
"""Confidence of a fact that may contradict another."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A fact read as one value of a functional relation of an entity."""

    relation: Functional
    entity: str
    """Id of the entity that has one value."""
    name: str
    """Its name."""
    value: str
    value_entity: str | None
    fact: StoredFact
    date: str | None = None
    """Normal form of a value that is a date."""


def claims_of(fact: StoredFact) -> tuple[Claim, ...]:
    """What a fact claims; nothing where it is denied, only possible, past, or weakly read."""
    if fact.negated or fact.modality is not None or fact.confidence < _LEAST:
        return ()
    claims = (_claim(relation, fact, side) for relation, side in keys_of(fact.predicate))
    return tuple(claim for claim in claims if claim is not None)


def keys_of(predicate: str) -> Sequence[tuple[Functional, Side]]:
    """The relations that a predicate gives a value of, each with the argument that has one value."""
    return _forms().get(predicate, ())


def _claim(relation: Functional, fact: StoredFact, side: Side) -> Claim | None:
    subject = (fact.subject_entity, fact.subject)
    object = (fact.object_entity, fact.object)
    (entity, name), (value_entity, value) = (subject, object) if side == "subject" else (object, subject)
    if entity is None:
        return None
    date = _date(value) if value_entity is None else None
    if (relation.value == "date") != (date is not None):
        return None
    if relation.value != "date" and value_entity is None:
        return None
    return Claim(relation, entity, name, value, value_entity, fact, date)


def _date(text: str) -> str | None:
    """The date that a literal is; one that stands beside other words is none."""
    found = find_dates(text)
    whole = len(found) == 1 and found[0][1] - found[0][0] == len(text.strip())
    return found[0][2] if whole and found[0][2][:1].isdigit() and "X" not in found[0][2] else None


@lru_cache(maxsize=1)
def predicates() -> tuple[str, ...]:
    """Predicates of facts that can claim a value of any of the relations."""
    return tuple(_forms())


@lru_cache(maxsize=1)
def _forms() -> dict[str, list[tuple[Functional, Side]]]:
    forms: dict[str, list[tuple[Functional, Side]]] = {}
    for relation in TABLE:
        sides: tuple[Side, Side] = ("subject", "object")
        if relation.key == "object":
            sides = ("object", "subject")
        keys = 2 if relation.symmetric else 1
        for form in relation.forms:
            forms.setdefault(form, []).extend((relation, side) for side in sides[:keys])
        for form in relation.inverse:
            forms.setdefault(form, []).extend((relation, side) for side in sides[::-1][:keys])
    return forms
