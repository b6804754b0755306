"""Facts that contradict each other: two values of a relation that has one at a time.

Only what two documents say of the same entity is compared, and only where nothing that they say agrees. A
value that says the same less exactly is no contradiction ("1976" and "1 April 1976", "Cook" and "Tim Cook",
a town and the country that a fact ties it to). Persons share names, most of all parts of them: a claim whose
name may mean somebody else in its document counts for nothing, and so do years of life too far apart to be
those of one person. What changes with time contradicts where both hold at once for sure, or where a document
says in the present tense, without a date, what another gives an end that is open. Both sides are kept; the
newer one stands first, by validity, then by the documents' dates.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations

from ..core.records import Document, StoredFact
from ..core.results import Conflict, Statement
from ..core.text import fold, has_unspaced, without_parenthesis
from ..core.validity import compatible, first_day, newness, partial_of, surely_overlap
from ..storage.rows import FactEnds
from .functional import Claim, claims_of, keys_of

Facts = Callable[[], Iterable[StoredFact]]
Texts = Callable[[Sequence[str]], Iterable[Document]]

_PRESENT = re.compile(
    r"\b(?:is|are|has been|have been|remains?|serves?|ist|sind|es|son|est|sont)\b|现任|是", re.I
)
_TITLE = re.compile(r"\bqueen[ -]mother\b", re.I)
"""A rank and no kinship."""
_APART = 10
"""Years between two births, or deaths, from which on two persons of one name are likelier than a mistake."""
_BESIDE = frozenset({"appositive", "possessive"})
"""Rules that read no verb: they speak of the present only where the document has a date."""


def find(facts: Facts, texts: Texts, *, claiming: Facts | None = None) -> tuple[Conflict, ...]:
    """The contradictions among facts, by relation and name.

    Args:
        facts: gives the facts, as often as it is called.
        texts: gives the documents of these ids.
        claiming: gives those of the facts whose predicate is one of `functional.predicates`, where that is
            had for less; None takes all.
    """
    groups = _groups(claim for fact in (claiming or facts)() for claim in claims_of(fact))
    if not groups:
        return ()
    ids = sorted({claim.fact.document_id for group in groups for claim in group})
    documents = {document.id: document for document in texts(ids)}
    tied = _tied(groups, facts)
    found = [c for group in groups for c in _of_group(group, documents, tied)]
    return tuple(sorted(found, key=lambda c: (c.relation, c.name, c.newer.fact.id, c.older.fact.id)))


def possible(ends: Iterable[FactEnds]) -> bool:
    """True where two documents may give an entity two values of a relation; without that `find` finds none.

    Args:
        ends: of the facts whose predicate is one of `functional.predicates`.
    """
    claiming: dict[tuple[str, str], str] = {}
    for document, predicate, subject, object in ends:
        for relation, side in keys_of(predicate):
            entity = subject if side == "subject" else object
            if entity is not None and claiming.setdefault((relation.name, entity), document) != document:
                return True
    return False


def statement(fact: StoredFact, document: Document) -> Statement:
    """A fact with the place that says it."""
    quote = document.text[fact.start : fact.end]
    return Statement(fact, document.title, partial_of(document.date), quote)


def _groups(claims: Iterable[Claim]) -> list[list[Claim]]:
    """Claims of one relation of one entity, where more than one document makes them."""
    groups: defaultdict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        groups[claim.relation.name, claim.entity].append(claim)
    return [
        group
        for _, group in sorted(groups.items())
        if len({claim.fact.document_id for claim in group}) > 1
        and len({claim.date or claim.value_entity for claim in group}) > 1
    ]


def _tied(groups: Iterable[Iterable[Claim]], facts: Facts) -> set[frozenset[str]]:
    """Pairs of places that some fact ties: one may lie in the other."""
    places = {
        claim.value_entity
        for group in groups
        for claim in group
        if claim.relation.value == "place" and claim.value_entity is not None
    }
    if not places:
        return set()
    return {
        frozenset((fact.subject_entity or "", fact.object_entity or ""))
        for fact in facts()
        if fact.subject_entity in places and fact.object_entity in places
    }


def _of_group(
    claims: Sequence[Claim], documents: Mapping[str, Document], tied: set[frozenset[str]]
) -> Iterable[Conflict]:
    by_document: defaultdict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        document = documents.get(claim.fact.document_id)
        if document is None or not _in_full(claim, document) or not _meant(claim, document):
            continue
        if claim.relation.permanent or _timed(claim, document):
            by_document[document.id].append(claim)
    seen: set[frozenset[str]] = set()
    for one, other in combinations(sorted(by_document), 2):
        pairs = [(a, b) for a in by_document[one] for b in by_document[other]]
        if any(_agree(a, b, documents, tied) for a, b in pairs):
            continue
        against = [
            (a, b) for a, b in pairs if not _far_apart(a, b) and (a.relation.permanent or _at_once(a, b))
        ]
        if not against:
            continue
        first, second = max(against, key=_trust)
        values = frozenset((_value(first), _value(second)))
        if values not in seen:
            seen.add(values)
            yield _conflict(first, second, documents)


def _in_full(claim: Claim, document: Document) -> bool:
    """True where a document has all words of the entity's name: by "William" alone many may be meant."""
    words = set(fold(without_parenthesis(claim.name)).split())
    return has_unspaced(claim.name) or words <= set(fold(f"{document.title} {document.text}").split())


def _meant(claim: Claim, document: Document) -> bool:
    """False where a document likely means somebody else by a person's name.

    A name that is a part of its title means whom the title names, who is then another entity ("Baron Petre"
    under "Robert Petre, 8th Baron Petre"); so do dates of life in parentheses in its first sentence.
    """
    if not claim.relation.personal:
        return True
    if _TITLE.search(document.text[claim.fact.start : claim.fact.end]):
        return False
    name, title = fold(without_parenthesis(claim.name)), fold(without_parenthesis(document.title))
    if not title or name == title:
        return True
    if (name in title) if has_unspaced(name) else set(name.split()) < set(title.split()):
        return False
    return claim.fact.rule != "parenthesis" or claim.fact.sentence != 0


def _far_apart(one: Claim, other: Claim) -> bool:
    if not one.relation.personal or one.date is None or other.date is None:
        return False
    return abs(int(one.date[:4]) - int(other.date[:4])) > _APART


def _trust(pair: tuple[Claim, Claim]) -> tuple[float, str, str]:
    one, other = pair[0].fact, pair[1].fact
    return one.confidence + other.confidence, one.id, other.id


def _value(claim: Claim) -> str:
    return claim.date or fold(claim.value)


def _agree(one: Claim, other: Claim, documents: Mapping[str, Document], tied: set[frozenset[str]]) -> bool:
    """True where two values may be the same, or one says the other less exactly."""
    if one.date is not None and other.date is not None:
        return compatible(one.date, other.date)
    if one.value_entity == other.value_entity:
        return True
    first, second = fold(one.value), fold(other.value)
    if not first or not second or set(first.split()) <= set(second.split()):
        return True
    if set(second.split()) <= set(first.split()):
        return True
    if one.relation.value != "place":
        return False
    if frozenset((one.value_entity or "", other.value_entity or "")) in tied:
        return True
    texts = (fold(documents[claim.fact.document_id].text) for claim in (one, other))
    return any(first in text and second in text for text in texts)


def _timed(claim: Claim, document: Document) -> bool:
    """True where it can be said when a claim holds: by its dates, or because it speaks of the present."""
    fact = claim.fact
    if fact.valid_from is not None or fact.valid_to is not None:
        return True
    if fact.rule in _BESIDE:
        return document.date is not None
    return _PRESENT.search(document.text[fact.start : fact.end]) is not None


def _at_once(one: Claim, other: Claim) -> bool:
    """True where both hold on one day: for sure, or because one speaks of the present and one is open."""
    spans = [(claim.fact.valid_from, claim.fact.valid_to) for claim in (one, other)]
    if all(span != (None, None) for span in spans):
        return surely_overlap(*spans)
    return all(end is None for _, end in spans)


def _conflict(one: Claim, other: Claim, documents: Mapping[str, Document]) -> Conflict:
    ages = _ages(one, other, documents)
    ids = one.fact.document_id, other.fact.document_id
    newer, older = (one, other) if (ages[0], ids[1]) > (ages[1], ids[0]) else (other, one)
    return Conflict(
        relation=one.relation.name,
        name=min(one.name, other.name),
        entity=one.entity,
        newer=statement(newer.fact, documents[newer.fact.document_id]),
        older=statement(older.fact, documents[older.fact.document_id]),
        values=(newer.value, older.value),
        dated=ages[0] != ages[1],
    )


def _ages(one: Claim, other: Claim, documents: Mapping[str, Document]) -> list[tuple[object, ...]]:
    """How new each claim is: by validity where both have one, else by the documents' dates.

    Dates of what is permanent are no validity: a birth in 1956 is no newer claim than one in 1955.
    """
    days = [partial_of(documents[claim.fact.document_id].date) for claim in (one, other)]
    ages: list[tuple[object, ...]] = [(first_day(day) if day else (-10_000, 1, 1),) for day in days]
    spans = [(claim.fact.valid_from, claim.fact.valid_to) for claim in (one, other)]
    if one.relation.permanent or (None, None) in spans:
        return ages
    return [(*newness(*span)[::-1], *age) for span, age in zip(spans, ages, strict=True)]
