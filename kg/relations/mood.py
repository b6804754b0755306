"""How English says a fact: negated, possible, reported, wanted; and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .patterns import Tree, children

if TYPE_CHECKING:
    from spacy.tokens import Token

_MODALS = {
    "may": "possible", "might": "possible", "could": "possible", "can": "possible", "would": "possible",
    "should": "obliged", "must": "obliged", "will": "future", "shall": "future", "'ll": "future",
}  # fmt: skip
_SAYING = frozenset(
    "say claim report believe allege suggest think argue state announce expect consider".split()
)
TRYING = frozenset(
    "want try plan hope intend attempt refuse fail decide agree offer seek wish threaten".split()
)
_HEDGES = frozenset("allegedly reportedly supposedly purportedly possibly perhaps probably".split())
WHEN = frozenset("in on at during since until by from before after around through to".split())


def mood_of(verb: Token, depth: int = 0) -> tuple[bool, str | None]:
    """Negation and modality of a verb, with those of the verbs it depends on."""
    negated = any(t.dep_ == "neg" or t.lower_ == "never" for t in verb.children)
    modality = next((_MODALS[t.lower_] for t in children(verb, "aux") if t.lower_ in _MODALS), None)
    if any(t.lower_ in _HEDGES for t in children(verb, "advmod")):
        modality = "reported"
    if any(t.lower_ in ("if", "unless", "whether") for t in children(verb, "mark")):
        modality = modality or "conditional"
    head = verb.head
    if depth < 3 and head is not verb and head.pos_ in ("VERB", "AUX"):
        if verb.dep_ == "ccomp" and head.lemma_ in _SAYING:
            modality = modality or "reported"
        if verb.dep_ == "xcomp":
            above, mood = mood_of(head, depth + 1)
            negated = negated != above
            modality = modality or mood
            if head.lemma_ in _SAYING:
                modality = modality or "reported"
            elif head.lemma_ in TRYING:
                modality = modality or "intended"
    return negated, modality


def time_of(tree: Tree, verb: Token, obj: Token) -> tuple[int, int] | None:
    """Place of the words that say when: a date after a preposition or on its own, not the object itself."""
    for child in verb.children:
        whole = list(child.subtree)
        if child.dep_ == "npadvmod" or (child.dep_ == "prep" and child.lower_ in WHEN):
            if obj in whole or not any(t.like_num or t.ent_type_ == "DATE" for t in whole):
                continue
            return tree.hull(whole)
    return None
