"""English patterns over the labels of the English pipelines ("nsubj", "agent", "pobj" …).

    active               Ford directed the film.                    (Ford, direct, film)
    passive-agent        The film was directed by Ford.             (Ford, direct, film), (film, direct by,
    Ford) preposition          He lives in Rome. It is located in Rome.   (He, live in, Rome), (It, locate
    in, Rome) copula               Rome is the capital of Italy.              (Rome, capital of, Italy),
    (Rome, be, capital) copula-clause        X is a film starring Y.                    (X, star, Y)
    relative             the firm which bought Beats                (firm, buy, Beats)
    appositive           Tim Cook, CEO of Apple                     (Tim Cook, ceo of, Apple)
    possessive           Apple's CEO Tim Cook                       (Tim Cook, ceo of, Apple)
    adjective            She is famous for Lolita.                  (She, famous for, Lolita)
    role                 He plays as a striker for Ajax.            (He, striker for, Ajax)

Subjects are handed down: to joined verbs, to infinitives, from a relative pronoun to what it stands for, and
from "a film" to X in "X is a film directed by Y".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .patterns import Clause, Tree, best, children, with_conjuncts

if TYPE_CHECKING:
    from spacy.tokens import Token

LIMIT = 24
"""Clauses kept of a sentence before they are tied to mentions."""
_NOUNS = frozenset({"NOUN", "PROPN", "NUM", "X"})
_MODALS = {
    "may": "possible", "might": "possible", "could": "possible", "can": "possible", "would": "possible",
    "should": "obliged", "must": "obliged", "will": "future", "shall": "future", "'ll": "future",
}  # fmt: skip
_SAYING = frozenset(
    "say claim report believe allege suggest think argue state announce expect consider".split()
)
_TRYING = frozenset(
    "want try plan hope intend attempt refuse fail decide agree offer seek wish threaten".split()
)
_SEEMING = frozenset("begin start continue help manage use come go appear seem".split())
_HEDGES = frozenset("allegedly reportedly supposedly purportedly possibly perhaps probably".split())
_ROLES = frozenset(
    """
    ceo cfo cto president chairman chairwoman chair director founder co-founder manager coach captain minister
    secretary senator governor mayor king queen prince princess emperor author singer drummer guitarist
    bassist wife husband son daughter brother sister father mother actor actress capital spokesman
    spokeswoman editor striker goalkeeper midfielder defender
    """.split()
)
_PLACE_NOUNS = frozenset(
    """
    city town village state province region district county island municipality republic kingdom suburb
    borough commune prefecture territory department canton parish neighborhood neighbourhood
    """.split()
)
_LIGHT_TIME = frozenset("in on at during since until by from before after around".split())


def clauses(tree: Tree) -> list[Clause]:
    """The clauses of one English sentence, most readable first."""
    found: list[Clause] = []
    for verb in tree.verbs():
        found.extend(_verb(tree, verb))
        if verb.lemma_ in ("be", "become", "remain"):
            found.extend(_copula(tree, verb))
    for token in tree.doc:
        if token.dep_ == "appos":
            found.extend(_appositive(tree, token))
        if token.pos_ == "PROPN":
            found.extend(_possessive(tree, token))
    return best(found, LIMIT)


def _verb(tree: Tree, verb: Token) -> Iterator[Clause]:
    """Active, passive and prepositional objects of a verb."""
    subjects, passive, rule, trust = _subjects(verb)
    if not subjects or (verb.lemma_ == "be" and verb.pos_ == "AUX" and not children(verb, "prep")):
        return
    name = _name(verb)
    for subject in subjects:
        if not passive:
            for obj in with_conjuncts(children(verb, "dobj", "oprd")):
                yield _clause(tree, verb, subject, name, obj, rule or "active", 0.8 * trust)
        for agent in children(verb, "agent"):
            for doer in with_conjuncts(children(agent, "pobj")):
                yield _clause(tree, verb, doer, name, subject, "passive-agent", 0.85 * trust)
                yield _clause(tree, verb, subject, f"{name} by", doer, "passive-agent", 0.8 * trust)
        yield from _prepositions(tree, verb, subject, name, passive, trust)


def _prepositions(
    tree: Tree, verb: Token, subject: Token, name: str, passive: bool, trust: float
) -> Iterator[Clause]:
    rule = "passive-preposition" if passive else "preposition"
    owners = [verb] if passive else [verb, *(o for o in children(verb, "dobj") if _light(verb, o))]
    for owner in owners:
        predicate = name if owner is verb else f"{name} {owner.lemma_.lower()}"
        for prep in children(owner, "prep"):
            if prep.tag_ not in ("IN", "TO", "RP"):
                continue
            word = prep.lower_
            if verb.lemma_ == "be" and word not in ("in", "at", "on", "from", "near"):
                continue
            score = 0.75 if passive or not children(verb, "dobj") else 0.6
            if word in ("of", "as", "than", "like", "according", "due", "because", "including"):
                score -= 0.15
            for obj in with_conjuncts(children(prep, "pobj")):
                yield _clause(tree, verb, subject, f"{predicate} {word}", obj, rule, score * trust)
                if word == "as" and obj.pos_ == "NOUN":
                    for role, whose in _noun_relations(obj):
                        yield _clause(tree, verb, subject, role, whose, "role", 0.7 * trust)
                for inner in children(prep, "prep"):
                    for far in with_conjuncts(children(inner, "pobj")):
                        yield _clause(
                            tree, verb, subject, f"{predicate} {inner.lower_}", far, rule, 0.5 * trust
                        )
    for when in children(verb, "npadvmod"):
        if when.ent_type_ == "DATE" or when.pos_ == "NUM":
            yield _clause(tree, verb, subject, f"{name} on", when, rule, 0.7 * trust)


def _light(verb: Token, obj: Token) -> bool:
    """True for objects that make the predicate with their verb: "play a role in", "take part in"."""
    return verb.lemma_ in ("play", "take", "have", "make", "give", "hold", "form") and obj.pos_ == "NOUN"


def _copula(tree: Tree, verb: Token) -> Iterator[Clause]:
    """X is Y, X is the Y of Z, the Y of Z is X, X is Z's Y, X is famous for Y."""
    subjects, _, _, trust = _subjects(verb)
    attributes = with_conjuncts(children(verb, "attr"))
    for subject in subjects:
        for attribute in attributes:
            yield from _is(tree, verb, subject, attribute, trust)
        for adjective in (t for t in children(verb, "acomp") if t.pos_ == "ADJ"):
            for prep in children(adjective, "prep"):
                for obj in with_conjuncts(children(prep, "pobj")):
                    predicate = f"{adjective.lemma_.lower()} {prep.lower_}"
                    yield _clause(tree, verb, subject, predicate, obj, "adjective", 0.7 * trust)


def _is(tree: Tree, verb: Token, subject: Token, attribute: Token, trust: float) -> Iterator[Clause]:
    if attribute.pos_ not in _NOUNS or attribute.tag_ in ("WP", "WDT"):
        return
    if attribute.pos_ == "PROPN" and subject.pos_ == "NOUN":
        for owner in [*_of(subject), *_owners(subject)]:
            yield _clause(tree, verb, attribute, f"{_noun(subject)} of", owner, "copula", 0.8 * trust)
    relational = any(p.lower_ == "of" for p in children(attribute, "prep"))
    if (subject.pos_ not in ("NOUN", "NUM") or not children(subject, "poss", "prep")) and not relational:
        predicate = "be" if verb.lemma_ != "become" else "become"
        yield _clause(tree, verb, subject, predicate, attribute, "copula", 0.7 * trust)
    if attribute.pos_ == "NOUN":
        for predicate, owner in _noun_relations(attribute):
            yield _clause(tree, verb, subject, predicate, owner, "copula", 0.8 * trust)


def _appositive(tree: Tree, token: Token) -> Iterator[Clause]:
    """Tim Cook, CEO of Apple · the director, John Ford."""
    head = token.head
    if token.pos_ not in ("NOUN", "PROPN") or head.pos_ not in ("NOUN", "PROPN"):
        return
    if head.pos_ == "PROPN" and token.pos_ == "NOUN":
        subject, role = head, token
    elif head.pos_ == "NOUN" and token.pos_ == "PROPN":
        subject, role = token, head
    elif head.pos_ == "PROPN" and (_of(token) or token.lemma_.lower() in _ROLES):
        subject, role = head, token
    else:
        return
    for joined in with_conjuncts([role]) if role is token else [role]:
        for predicate, owner in _noun_relations(joined):
            yield _clause(tree, joined, subject, predicate, owner, "appositive", 0.75)
        if joined.pos_ == "NOUN":
            yield _clause(tree, joined, subject, "be", joined, "appositive", 0.6)


def _possessive(tree: Tree, name: Token) -> Iterator[Clause]:
    """Apple's CEO Tim Cook · Apple CEO Tim Cook."""
    roles = [t for t in children(name, "compound", "nmod") if t.lemma_.lower() in _ROLES]
    if not roles:
        return
    role = roles[-1]
    owners = (
        _owners(name)
        or [t for t in children(name, "compound", "nmod") if t.i < role.i and t.pos_ == "PROPN"][-1:]
    )
    for owner in owners:
        if owner.i != role.i:
            yield _clause(tree, role, name, f"{_noun(role)} of", owner, "possessive", 0.7)


def _noun_relations(noun: Token) -> Iterator[tuple[str, Token]]:
    """What a relational noun ties to: "capital of" Italy, "wife of" Y in "Y's wife", "professor at" Yale."""
    for prep in children(noun, "prep"):
        if prep.lower_ in ("of", "in", "at", "for", "from", "to", "by", "with", "on", "between"):
            for owner in with_conjuncts(children(prep, "pobj")):
                yield f"{_noun(noun)} {prep.lower_}", owner
    for owner in _owners(noun):
        yield f"{_noun(noun)} of", owner


def _of(noun: Token) -> list[Token]:
    return with_conjuncts(
        o for prep in children(noun, "prep") if prep.lower_ == "of" for o in children(prep, "pobj")
    )


def _owners(noun: Token) -> list[Token]:
    return with_conjuncts(t for t in children(noun, "poss") if t.pos_ in ("PROPN", "NOUN"))


def _noun(token: Token) -> str:
    """A relational noun as predicate: its lemma, with the noun compounded with it ("vice president")."""
    parts = [t for t in children(token, "compound") if t.pos_ == "NOUN" and t.i == token.i - 1]
    return " ".join(t.lemma_.lower() for t in [*parts, token])


def _subjects(verb: Token, depth: int = 0) -> tuple[list[Token], bool, str, float]:
    """Subjects of a verb, own or handed down; whether the verb is passive; the rule; the trust in it."""
    passive = _is_passive(verb)
    own = with_conjuncts(children(verb, "nsubj", "nsubjpass"))
    if depth > 4:
        return [], passive, "", 0.0
    if own:
        resolved: list[Token] = []
        rule = ""
        for subject in own:
            if subject.tag_ in ("WDT", "WP"):
                if verb.dep_ == "relcl":
                    resolved.extend(_stands_for(verb.head, depth))
                    rule = "relative"
            elif subject.lower_ not in ("there", "that", "this", "which", "who", "what"):
                resolved.append(subject)
        return resolved, passive, rule, 1.0
    if verb.dep_ == "acl" and verb.tag_ in ("VBN", "VBG"):
        noun = verb.head
        rule = "copula-clause" if noun.dep_ == "attr" else "participle"
        apart = noun.pos_ == "PROPN" and noun.dep_ in ("pobj", "conj", "dobj") and noun.nbor().text == ","
        return _stands_for(noun, depth), passive, rule, 0.6 if apart else 0.95
    if verb.dep_ in ("conj", "xcomp", "advcl") and verb.head.pos_ in ("VERB", "AUX"):
        if verb.dep_ == "advcl" and verb.tag_ not in ("VBG", "VBN"):
            return [], passive, "", 0.0
        if verb.dep_ == "xcomp":
            patients = children(verb.head, "dobj")
            if patients:
                return with_conjuncts(patients), passive, "infinitive", 0.7
        subjects, above, rule, trust = _subjects(verb.head, depth + 1)
        if verb.dep_ == "conj":
            shares = above and verb.tag_ == "VBN" and not children(verb, "aux", "auxpass", "dobj")
            passive = passive if verb.dep_ != "conj" or verb.tag_ != "VBN" else (passive or shares)
        return subjects, passive, rule, trust * (0.9 if verb.dep_ != "advcl" else 0.75)
    return [], passive, "", 0.0


def _stands_for(noun: Token, depth: int) -> list[Token]:
    """What a described noun is: X for "a film" in "X is a film …" and "X, a film …", else the noun itself."""
    if noun.pos_ == "NOUN":
        if noun.dep_ == "attr" and noun.head.lemma_ == "be":
            subjects = _subjects(noun.head, depth + 1)[0]
            if subjects:
                return subjects
        if noun.dep_ == "appos" and noun.head.pos_ == "PROPN":
            return [noun.head]
        if noun.dep_ == "conj" and noun.head.dep_ in ("attr", "appos"):
            return _stands_for(noun.head, depth + 1)
    return [noun]


def _is_passive(verb: Token) -> bool:
    if children(verb, "auxpass", "nsubjpass", "agent"):
        return True
    return verb.dep_ == "acl" and verb.tag_ == "VBN"


def _name(verb: Token) -> str:
    """Lemma of a verb with its particle, after the verbs that only say that it was wanted or begun."""
    particles = [t.lower_ for t in children(verb, "prt")]
    name = " ".join([verb.lemma_.lower(), *particles])
    if verb.dep_ == "xcomp" and verb.head.pos_ == "VERB" and verb.head.lemma_ in _TRYING:
        return f"{verb.head.lemma_.lower()} to {name}"
    return name


def _clause(
    tree: Tree, anchor: Token, subject: Token, predicate: str, obj: Token, rule: str, confidence: float
) -> Clause:
    obj = _through(obj)
    negated, modality = _mood(anchor)
    if any(t.lower_ in ("no", "neither") for t in (*subject.lefts, *obj.lefts) if t.dep_ in ("det", "neg")):
        negated = not negated
    start, end = tree.hull([subject, anchor, obj])
    first, last = tree.chunk(subject), tree.chunk(obj)
    return Clause(
        subject=first,
        predicate=predicate,
        object=last,
        rule=rule,
        confidence=round(confidence, 3),
        start=min(start, first.start, last.start),
        end=end,
        negated=negated,
        modality=modality,
        time=_time(tree, anchor, obj),
    )


def _through(noun: Token) -> Token:
    """The name in "the city of Rome" and "the state of Utah", else the noun itself."""
    if noun.lemma_.lower() in _PLACE_NOUNS:
        for prep in children(noun, "prep"):
            for name in children(prep, "pobj"):
                if prep.lower_ == "of" and name.pos_ == "PROPN":
                    return name
    return noun


def _mood(verb: Token, depth: int = 0) -> tuple[bool, str | None]:
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
            above, mood = _mood(head, depth + 1)
            negated = negated != above
            modality = modality or mood
            if head.lemma_ in _SAYING:
                modality = modality or "reported"
            elif head.lemma_ in _TRYING:
                modality = modality or "intended"
    return negated, modality


def _time(tree: Tree, verb: Token, obj: Token) -> tuple[int, int] | None:
    """Place of the words that say when: a date after a preposition or on its own, not the object itself."""
    for child in verb.children:
        whole = list(child.subtree)
        if child.dep_ == "npadvmod" or (child.dep_ == "prep" and child.lower_ in _LIGHT_TIME):
            if obj in whole or not any(t.like_num or t.ent_type_ == "DATE" for t in whole):
                continue
            return tree.hull(whole)
    return None
