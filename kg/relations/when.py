"""When English says that a fact holds: the words of a clause that bound its time.

The words may hang on the verb, on the noun that makes the predicate or on its object ("was chief of Ajax
since 2011"); the nearest to the object count, so that "chief from 2011 to 2019 and chairman until 2021"
gives each its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..validity import Standing
from .patterns import Tree, children

if TYPE_CHECKING:
    from spacy.tokens import Token

_BOUNDING = frozenset(
    "in on at during since until till by from before after around through to between".split()
)
_STATES = frozenset(
    """
    be live reside work serve hold own lead run head play belong remain stay teach govern rule reign chair
    manage employ contain locate base situate know include captain coach preside command
    represent lie stand cover border occupy
    """.split()
)
"""Verbs that tell a state; those of others are events."""
_FORMER = frozenset("former ex previous onetime sometime then erstwhile past".split())
_CURRENT = frozenset("current present incumbent now today currently presently nowadays".split())
_WAS = frozenset("formerly previously longer".split())
_PREFIXES = ("ex-", "former ", "then-")


def lasting(anchor: Token) -> bool:
    """True where what a verb or a noun tells is a state."""
    if anchor.pos_ not in ("VERB", "AUX"):
        return True
    return anchor.lemma_ in _STATES


def when_of(tree: Tree, anchor: Token, obj: Token) -> tuple[tuple[int, int], ...]:
    """Places of the words that bound the time of a clause, nearest to the object first found."""
    for token in _path(anchor, obj):
        found = [tree.hull(child.subtree) for child in token.children if _temporal(child, obj)]
        if found:
            return tuple(sorted(found))
    return ()


def standing_of(anchor: Token, subject: Token, obj: Token) -> Standing | None:
    """Whether a clause calls itself past or present."""
    # what stands before the object itself is part of its words: "is a former player"
    around = [t for t in _path(anchor, obj)[1:] if t.pos_ != "PROPN"]
    if anchor.dep_ in ("compound", "nmod"):  # "former Apple chief Tim Cook": the adjective hangs on the name
        around += [anchor, subject]
    for token in around:
        if token.pos_ in ("VERB", "AUX"):
            words = {t.lower_ for t in children(token, "advmod")}
            if words & _WAS:
                return Standing.FORMER
        else:
            words = {t.lower_.rstrip("-") for t in children(token, "amod", "compound", "advmod", "nmod")}
            if words & _FORMER or token.lower_.startswith(("ex-", "then-")):
                return Standing.FORMER
        if words & _CURRENT:
            return Standing.CURRENT
    return None


def bare(predicate: str) -> str:
    """The predicate without what only says that it is past: "ex-president of" is "president of"."""
    for prefix in _PREFIXES:
        if predicate.startswith(prefix) and len(predicate) > len(prefix):
            return predicate.removeprefix(prefix).lstrip()
    return predicate


def _path(anchor: Token, obj: Token) -> Sequence[Token]:
    """From the object up to the anchor, both with it; the two alone where the one is not above the other."""
    path = [obj]
    while path[-1] is not anchor and path[-1].i != anchor.i:
        above = path[-1].head
        if above.i == path[-1].i:
            return [obj, anchor]
        path.append(above)
    return path


def _temporal(child: Token, obj: Token) -> bool:
    whole = list(child.subtree)
    if any(t.i == obj.i for t in whole):
        return False
    dated = any(t.like_num or t.ent_type_ == "DATE" for t in whole)
    if child.dep_ in ("npadvmod", "tmod") or child.lower_ == "ago":
        return dated or child.lower_ == "ago"
    return child.dep_ in ("prep", "advmod", "mark") and child.lower_ in _BOUNDING and dated
