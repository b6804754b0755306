"""Facts ranked for a question.

    score = entity + predicate + ½ cos(question, sentence) + support + .3 confidence

- entity: how likely the question means the fact's subject or object; both count when it names both,
- predicate: the share of the question's relation words that the fact's own words hold, or the embedder's
  cosine of those words and the predicate, whichever is more,
- support: the score of the passage that states it, as a share of the best passage's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray

from ..core.records import CO_MENTION, StoredFact
from ..core.text import fold
from ..storage.readable import Readable
from .around import passages_of
from .evidence import Look
from .sentences import best_rows, calibrate, dot
from .stopwords import STOP_WORDS
from .tokens import terms, words

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Floats]
"""Names or short phrases -> (n, d) float32 rows"""

MOST = 5_000
"""Facts of one entity that are looked at: a hub has more than anyone asks for."""
_PASSAGES = 20
_CLOSE = 80
"""Facts whose words and predicates are compared; the cheap parts choose them."""
_PARAPHRASE_FLOOR = 0.6
"""How far between the embedder's floor and 1 two unrelated short phrases are."""
_SUPPORT = 0.5
"""Share of the best passage's score that a passage has whose facts count though they name nothing meant."""
_FITS = 0.3
"""How well the relation has to fit of a fact that names nothing meant."""
_LEAST = 0.5
"""Share of the best fact's score below which a fact is left out."""
_NOT_SAID = 0.6
"""What a negated fact keeps of its score."""
_ASKED_UNSPACED = re.compile("[谁誰何哪几幾吗嗎呢的了是在]|什么|什麼|怎么|怎麼|多少|ですか|とは")


@dataclass(frozen=True, slots=True, eq=False)
class RankedFact:
    """A fact with its score as `fact.score`, and what it rests on."""

    fact: StoredFact
    sentence: int
    """Row of the sentence table."""
    predicate: float
    """How well the predicate fits the question's relation words, 0..1."""


def rank_facts(
    looked: Look, meant: Mapping[str, float], store: Readable, embed: Embed, floor: float
) -> list[RankedFact]:
    """Facts about what a question means, or stated by the passages found for it, best first.

    Args:
        meant: entity ids with the probability of each to be meant.
        floor: the embedder's cosine of unrelated texts.
    """
    index = looked.index
    facts, sentence = _candidates(looked, meant, store)
    if not facts:
        return []
    ends = [(fact.subject_entity or "", fact.object_entity or "") for fact in facts]
    entity = np.array([sum(meant.get(end, 0.0) for end in pair) for pair in ends])
    confidence = np.array([fact.confidence for fact in facts])
    total = looked.scored.total
    passage, at = passages_of(index.table, sentence)
    support = np.zeros(len(facts))
    np.maximum.at(support, at, total[passage] / max(float(total.max()), 1e-9))
    bears = (entity > 0) | (support >= _SUPPORT)
    facts, sentence = [fact for fact, b in zip(facts, bears, strict=True) if b], sentence[bears]
    entity, support, confidence = entity[bears], support[bears], confidence[bears]
    value = entity + 0.5 * looked.scored.similar.of(sentence) + support + 0.3 * confidence
    close = np.argsort(-value, kind="stable")[:_CLOSE]
    match = _predicates([facts[i] for i in close], sentence[close], looked, store, embed, floor)
    value[close] += match
    said = np.array([_NOT_SAID if fact.negated else 1.0 for fact in facts])
    value *= said
    ranked = [
        RankedFact(replace(facts[i], score=float(value[i])), int(sentence[i]), float(m))
        for i, m in zip(close.tolist(), match.tolist(), strict=True)
        if entity[i] > 0 or m >= _FITS
    ]
    ranked.sort(key=lambda r: (-r.fact.score, r.fact.id))
    least = _LEAST * ranked[0].fact.score if ranked else 0.0
    return _without_doubles([each for each in ranked if each.fact.score >= least])


def relation_words(looked: Look) -> str:
    """The words of a question without the names in it and without words that say nothing."""
    text, kept, at = looked.understood.text, [], 0
    for seen in looked.understood.seen:
        kept.append(text[at : seen.start])
        at = max(at, seen.end)
    kept.append(text[at:])
    stop = STOP_WORDS.get(looked.understood.language.split("-")[0], frozenset())
    left = [w for w, unspaced in words(" ".join(kept)) if unspaced or w not in stop]
    return " ".join(_ASKED_UNSPACED.sub("", word) for word in left).strip()


def _candidates(looked: Look, meant: Mapping[str, float], store: Readable) -> tuple[list[StoredFact], Rows]:
    """Facts with a readable relation, and the row of the sentence that states each."""
    index = looked.index
    top = best_rows(looked.scored.total, _PASSAGES)
    documents = sorted({index.documents[int(place)] for place in index.table.document[top]})
    sources: list[Iterable[StoredFact]] = [islice(store.facts(entity_id=id), MOST) for id in meant]
    base = np.searchsorted(index.sentence_document, np.arange(len(index.documents) + 1))
    found: dict[str, tuple[StoredFact, int]] = {}
    for fact in chain(*sources, store.facts(documents) if documents else ()):
        place = index.place.get(fact.document_id)
        circular = fact.subject_entity is not None and fact.subject_entity == fact.object_entity
        if place is None or circular or fact.rule == CO_MENTION or fact.sentence < 0:
            continue
        row = int(base[place]) + fact.sentence
        if row < base[place + 1]:
            found[fact.id] = (fact, row)
    ordered = [found[id] for id in sorted(found)]
    return [fact for fact, _ in ordered], np.array([row for _, row in ordered], np.int64)


def _predicates(
    facts: Sequence[StoredFact], sentence: Rows, looked: Look, store: Readable, embed: Embed, floor: float
) -> NDArray[np.float64]:
    """(n,) how well each predicate fits the question's relation words, 0..1."""
    asked = relation_words(looked)
    if not asked:
        return np.zeros(len(facts))
    distinct = sorted({fact.predicate for fact in facts})
    vectors = embed([asked, *distinct])
    cosine = calibrate(dot(vectors[1:], vectors[0]), floor + _PARAPHRASE_FLOOR * (1.0 - floor))
    near = dict(zip(distinct, cosine.tolist(), strict=True))
    texts = {d.id: d.text for d in store.documents(sorted({fact.document_id for fact in facts}))}
    index = looked.index
    match = np.zeros(len(facts))
    for i, fact in enumerate(facts):
        language = index.languages[int(index.sentence_language[int(sentence[i])])]
        wanted = set(terms(asked, language))
        own = set(terms(f"{fact.subject} {fact.object}", language))
        said = set(terms(texts.get(fact.document_id, "")[fact.start : fact.end], language)) - own
        said.update(terms(fact.predicate, language))
        match[i] = max(near[fact.predicate], len(wanted & said) / len(wanted) if wanted else 0.0)
    return match


def _without_doubles(ranked: Sequence[RankedFact]) -> list[RankedFact]:
    """One of the facts that say the same of the same, the best."""
    seen: set[tuple[str, str, str, bool]] = set()
    kept = []
    for each in ranked:
        fact = each.fact
        subject, object_ = fact.subject_entity or fold(fact.subject), fact.object_entity or fold(fact.object)
        key = (subject, fold(fact.predicate), object_, fact.negated)
        if key not in seen:
            seen.add(key)
            kept.append(each)
    return kept
