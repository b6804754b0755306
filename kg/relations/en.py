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
    birth-name           Dick Hale, born Richard Hale, sang.        (Dick Hale, also known as, Richard Hale)
    role                 He plays as a striker for Ajax.            (He, striker for, Ajax)

Subjects are handed down: to joined verbs, to infinitives, from a relative pronoun to what it stands for, and
from "a film" to X in "X is a film directed by Y".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .mood import TRYING, WHEN, mood_of, time_of
from .patterns import Clause, Tree, best, children, with_conjuncts
from .when import bare, lasting, standing_of, when_of

if TYPE_CHECKING:
    from spacy.tokens import Token

LIMIT = 24
"""Clauses kept of a sentence before they are tied to mentions."""
_NOUNS = frozenset({"NOUN", "PROPN", "NUM", "X"})
_ROLES = frozenset(
    """
    ceo cfo cto president chairman chairwoman chair director founder co-founder manager coach captain minister
    secretary senator governor mayor king queen prince princess emperor author singer drummer guitarist
    bassist wife husband son daughter brother sister father mother actor actress capital spokesman
    spokeswoman editor striker goalkeeper midfielder defender
    """.split()
)
_RANKS = frozenset("chief prime vice deputy general assistant acting".split())
_PLACE_NOUNS = frozenset(
    """
    city town village state province region district county island municipality republic kingdom suburb
    borough commune prefecture territory department canton parish neighborhood neighbourhood
    """.split()
)
_WHERE = frozenset("in at on near".split())
_PLACES = frozenset({"GPE", "LOC", "FAC", "DATE"})


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
    if not subjects or (verb.lemma_ in ("bear", "die") and _bracketed(tree, verb)):
        return
    name = _name(verb)
    for subject in subjects:
        if not passive:
            for obj in with_conjuncts(children(verb, "dobj", "oprd")):
                if verb.lemma_ == "bear" and verb.tag_ == "VBN" and obj.pos_ == "PROPN":
                    yield _clause(tree, verb, subject, "also known as", obj, "birth-name", 0.7 * trust)
                    continue
                yield _clause(tree, verb, subject, name, obj, rule or "active", 0.8 * trust)
        for agent in children(verb, "agent") if verb.lemma_ not in ("base", "follow") else ():
            for doer in with_conjuncts(children(agent, "pobj")):
                yield _clause(tree, verb, doer, name, subject, "passive-agent", 0.85 * trust)
                yield _clause(tree, verb, subject, f"{name} by", doer, "passive-agent", 0.8 * trust)
        yield from _prepositions(tree, verb, subject, name, passive, trust)


def _bracketed(tree: Tree, verb: Token) -> bool:
    """True inside a parenthesis, where dates of life are read by rule."""
    left = [t.text for t in tree.doc[: verb.i]]
    return left.count("(") > left.count(")")


def _prepositions(
    tree: Tree, verb: Token, subject: Token, name: str, passive: bool, trust: float
) -> Iterator[Clause]:
    rule = "passive-preposition" if passive else "preposition"
    objects = [] if passive else children(verb, "dobj")
    for owner in [verb, *(o for o in objects if _light(verb, o))]:
        predicate = name
        if objects and objects[0].pos_ == "NOUN":
            predicate = f"{name} {objects[0].lemma_.lower()}"
        for prep in children(owner, "prep"):
            word = prep.lower_
            if prep.tag_ not in ("IN", "TO", "RP") or (objects and word in WHEN and _dated(prep)):
                continue
            if children(verb, "attr", "acomp"):
                continue
            if verb.lemma_ == "be" and (word not in _WHERE or _dated(prep)):
                continue
            score = 0.75 if not objects else 0.6
            if word in ("of", "as", "than", "like", "according", "due", "because", "including"):
                score -= 0.15
            for obj in with_conjuncts(children(prep, "pobj")):
                if objects and objects[0].pos_ == "PROPN" and obj.pos_ == "NOUN":
                    continue
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


def _dated(prep: Token) -> bool:
    """True for a preposition of time: "in 1927", "from June to July"."""
    return any(t.ent_type_ in ("DATE", "TIME") or t.like_num for t in children(prep, "pobj"))


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
    if head.pos_ == "PROPN" and token.pos_ == "NOUN" and not _is_role(head):
        subject, role = head, token
        if head.ent_type_ in _PLACES and _is_role(token):
            above = _subject_above(head, 0)
            subject = above[0] if above else head
    elif (head.pos_ == "NOUN" or _is_role(head)) and token.pos_ == "PROPN" and not children(token, "det"):
        subject, role = token, head
    elif head.pos_ == "PROPN" and _is_role(token):
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
    roles = [t for t in children(name, "compound", "nmod") if _is_role(t)]
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
    first = parts[0].i if parts else token.i
    # a chief executive is not any executive
    parts = [t for t in children(token, "amod") if t.i == first - 1 and t.lower_ in _RANKS] + parts
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
                    who = subject.lower_ == "who"
                    resolved.extend(_stands_for(_person_above(verb.head) if who else verb.head, depth))
                    rule = "relative"
            elif subject.lower_ not in ("there", "that", "this", "which", "who", "what"):
                resolved.append(subject)
        return resolved, passive, rule, 1.0
    if verb.dep_ == "acl" and verb.tag_ in ("VBN", "VBG"):
        noun = verb.head
        rule = "copula-clause" if noun.dep_ == "attr" else "participle"
        if verb.left_edge.i > 0 and verb.left_edge.nbor(-1).text == "," and noun.pos_ == "PROPN":
            return _subject_above(noun, depth), passive, "participle", 0.8
        return _stands_for(noun, depth), passive, rule, 0.95
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


def _person_above(noun: Token) -> Token:
    """The nearest noun above that "who" can mean: no place ("a poet from Rome who …" is the poet)."""
    while noun.ent_type_ in _PLACES and noun.dep_ in ("pobj", "conj", "appos") and noun.head.i < noun.i:
        noun = noun.head if noun.dep_ != "pobj" else noun.head.head
    return noun


def _subject_above(noun: Token, depth: int) -> list[Token]:
    """Whom a participle after a comma tells of: not the name before it, but what that name is told of."""
    while noun.pos_ in ("PROPN", "ADP") and noun.dep_ in ("pobj", "conj", "prep", "agent", "appos", "dobj"):
        noun = noun.head
    if noun.pos_ in ("VERB", "AUX"):
        return _subjects(noun, depth + 1)[0]
    return _stands_for(noun, depth + 1)


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
    if verb.dep_ == "xcomp" and verb.head.pos_ == "VERB" and verb.head.lemma_ in TRYING:
        return f"{verb.head.lemma_.lower()} to {name}"
    return name


def _clause(
    tree: Tree, anchor: Token, subject: Token, predicate: str, obj: Token, rule: str, confidence: float
) -> Clause:
    subject, obj = _through(subject), _through(obj)
    negated, modality = mood_of(anchor)
    if any(t.lower_ in ("no", "neither") for t in (*subject.lefts, *obj.lefts) if t.dep_ in ("det", "neg")):
        negated = not negated
    start, end = tree.hull([subject, anchor, obj])
    first, last = tree.chunk(subject), tree.chunk(obj)
    return Clause(
        subject=first,
        predicate=bare(predicate),
        object=last,
        rule=rule,
        confidence=round(confidence, 3),
        start=min(start, first.start, last.start),
        end=end,
        negated=negated,
        modality=modality,
        time=time_of(tree, anchor, obj),
        when=when_of(tree, anchor, obj),
        lasting=lasting(anchor),
        standing=standing_of(anchor, subject, obj),
    )


def _through(noun: Token) -> Token:
    """The name in "the city of Rome", "the film Stagecoach", "Apple's CEO Tim Cook", else the noun."""
    if noun.pos_ == "NOUN" or _is_role(noun):
        for name in children(noun, "appos"):
            close = name.left_edge.i - noun.i == 1
            if close and name.pos_ == "PROPN" and not children(name, "det"):
                return name
    if noun.lemma_.lower() in _PLACE_NOUNS:
        for prep in children(noun, "prep"):
            for name in children(prep, "pobj"):
                if prep.lower_ == "of" and name.pos_ == "PROPN":
                    return name
    return noun


def _is_role(token: Token) -> bool:
    return token.lemma_.lower() in _ROLES
