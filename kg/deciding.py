"""The rule of identity by name and type, with the context that is cheap: one block in, its decisions out.

A mention means, by the first of these that holds:

- "own title": its own document bears the name;
- "only reading": one document bears the name and its type does not contradict;
- "context": several do; softmax over `_SHARPNESS` · cos(sentence, first passage) + ln(weight · type fit);
- "name and type": none does; all such mentions of the block are one entity of their most frequent type, so
  that a tagger's noise does not split it.

The type of a mention is the most frequent one of the name within its document: one document, one sense.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable

import numpy as np

from ..core.records import Candidate, Decision, Label
from ..storage.rows import AliasRow, EntityRow, Observation
from .blocks import Bearer, Block, Outcome, named_entity_id

_SHARPNESS = 20.0
"""A cosine 0.035 higher doubles the odds: between the narrow scale of E5 and the wide one of MiniLM."""
_CONTRADICTION = 0.25
"""Type fit below which one bearer alone is not believed."""
_ALTERNATIVES = 5
_OWN = {"title": 0.98, "base": 0.97, "lead": 0.95}

_FIT: dict[frozenset[Label], float] = {
    frozenset(pair): fit
    for pair, fit in {
        (Label.ORG, Label.GROUP): 0.8,
        (Label.ORG, Label.LOC): 0.6,
        (Label.ORG, Label.PRODUCT): 0.6,
        (Label.ORG, Label.WORK): 0.5,
        (Label.ORG, Label.EVENT): 0.5,
        (Label.ORG, Label.PER): 0.3,
        (Label.LOC, Label.GROUP): 0.5,
        (Label.LOC, Label.EVENT): 0.4,
        (Label.LOC, Label.PRODUCT): 0.3,
        (Label.LOC, Label.WORK): 0.3,
        (Label.LOC, Label.PER): 0.1,
        (Label.WORK, Label.PRODUCT): 0.7,
        (Label.WORK, Label.EVENT): 0.5,
        (Label.WORK, Label.PER): 0.2,
        (Label.WORK, Label.GROUP): 0.4,
        (Label.PER, Label.GROUP): 0.4,
        (Label.PER, Label.PRODUCT): 0.2,
        (Label.PER, Label.EVENT): 0.15,
        (Label.PRODUCT, Label.EVENT): 0.4,
        (Label.PRODUCT, Label.GROUP): 0.4,
        (Label.EVENT, Label.GROUP): 0.4,
    }.items()
}


def type_fit(one: Label, other: Label) -> float:
    """How well two types can be of one thing, 0..1; MISC says nothing."""
    if one is other:
        return 1.0
    if Label.MISC in (one, other):
        return 0.7
    return _FIT.get(frozenset((one, other)), 0.3)


def decide_by_name(block: Block) -> Outcome:
    """Decisions, entities and aliases of a block."""
    senses = _senses(block.mentions)
    own = {bearer.document_id: bearer for bearer in block.bearers}
    decisions: list[Decision] = []
    rest: list[Observation] = []
    for mention in block.mentions:
        sense = senses[mention.document_id]
        bearer = own.get(mention.document_id)
        if bearer is not None and _is_own(mention, sense, bearer, block):
            decisions.append(_decision(mention, bearer, _OWN.get(bearer.kind, 0.9), "own title"))
            continue
        fitting = [b for b in block.bearers if type_fit(sense, b.label) >= _CONTRADICTION]
        if len(fitting) == 1:
            only = fitting[0]
            score = only.weight * (0.7 + 0.3 * type_fit(sense, only.label))
            decisions.append(_decision(mention, only, round(score, 2), "only reading"))
        elif fitting:
            decisions.append(_by_context(block, mention, sense, fitting))
        else:
            rest.append(mention)
    entities, aliases = _owned(block)
    if rest:
        entity, alias, named = _by_name_and_type(block, rest)
        decisions += named
        entities.append(entity)
        aliases.append(alias)
    return Outcome(tuple(decisions), tuple(entities), tuple(aliases))


def _senses(mentions: Iterable[Observation]) -> dict[str, Label]:
    """The type of the name in each document."""
    labels: dict[str, list[Label]] = defaultdict(list)
    for mention in mentions:
        labels[mention.document_id].append(mention.label)
    return {document: most_frequent_type(found) for document, found in labels.items()}


def most_frequent_type(labels: Iterable[Label]) -> Label:
    """The type seen most, MISC counting a quarter; of equals the first in the order of `Label`."""
    counts = Counter(labels)
    order = list(Label)
    return max(
        counts,
        key=lambda label: (counts[label] * (0.25 if label is Label.MISC else 1.0), -order.index(label)),
    )


def _is_own(mention: Observation, sense: Label, bearer: Bearer, block: Block) -> bool:
    """True unless the name is only part of what the document is called and another bearer fits far better.

    In "Madonna (book)" the name alone may mean the singer that the book is about.
    """
    if (
        bearer.kind in ("title", "lead")
        or mention.sentence < 0
        or type_fit(sense, bearer.label) >= _CONTRADICTION
    ):
        return True
    others = (b for b in block.bearers if b.document_id != bearer.document_id)
    return not any(type_fit(sense, other.label) == 1.0 for other in others)


def _by_context(block: Block, mention: Observation, sense: Label, fitting: list[Bearer]) -> Decision:
    vector = block.sentences.get((mention.document_id, mention.sentence))
    logits = []
    for bearer in fitting:
        logit = math.log(max(bearer.weight, 0.01) * type_fit(sense, bearer.label))
        there = block.documents.get(bearer.document_id)
        if vector is not None and there is not None:
            # row by row: the sum must not depend on how many rows are compared
            logit += _SHARPNESS * float(np.dot(vector.astype(np.float64), there.astype(np.float64)))
        logits.append(logit)
    top = max(logits)
    odds = [math.exp(logit - top) for logit in logits]
    ranked = sorted(
        ((round(odd / sum(odds), 2), bearer) for odd, bearer in zip(odds, fitting, strict=True)),
        key=lambda pair: (-pair[0], pair[1].entity_id),
    )
    best = ranked[0][1]
    others = tuple(Candidate(b.entity_id, b.title, p) for p, b in ranked[1 : _ALTERNATIVES + 1])
    return _decision(mention, best, ranked[0][0], "context", others)


def _decision(
    mention: Observation, bearer: Bearer, score: float, reason: str, others: tuple[Candidate, ...] = ()
) -> Decision:
    assert mention.mention_id is not None
    return Decision(mention.mention_id, bearer.entity_id, score, reason, others)


def _owned(block: Block) -> tuple[list[EntityRow], list[AliasRow]]:
    """Entities of the documents whose first name this is."""
    entities, aliases = [], []
    for bearer in block.bearers:
        if not bearer.owns:
            continue
        label = bearer.label
        if label is Label.MISC:
            inside = [m.label for m in block.mentions if m.document_id == bearer.document_id]
            label = most_frequent_type(inside) if inside else label
        entities.append(
            EntityRow(
                bearer.entity_id, bearer.text, label, block.name, bearer.description, (bearer.document_id,)
            )
        )
        aliases += [
            AliasRow(bearer.entity_id, n.text, n.kind, n.weight, bearer.language) for n in bearer.names
        ]
    return entities, aliases


def _by_name_and_type(
    block: Block, mentions: list[Observation]
) -> tuple[EntityRow, AliasRow, list[Decision]]:
    """One entity for mentions that no document's subject can be."""
    labels = Counter(m.label for m in mentions)
    label = most_frequent_type(labels.elements())
    entity_id = named_entity_id(block.name, label)
    surfaces = Counter(m.text for m in mentions)
    surface = min(surfaces, key=lambda text: (-surfaces[text], text))
    score = round(0.5 + 0.4 * labels[label] / len(mentions), 2)
    decisions = [Decision(m.mention_id, entity_id, score, "name and type") for m in mentions if m.mention_id]
    entity = EntityRow(entity_id, surface, label, block.name)
    return entity, AliasRow(entity_id, surface, "mention", 0.8), decisions
