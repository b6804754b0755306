"""How sure an answer is: one number in 0..1 from what the evidence bears, and the threshold under which it
abstains."""

from __future__ import annotations

from collections.abc import Sequence

from ..core.results import Citation
from .evidence import Evidence, Sentence
from .question import Question, Unit


def confidence(*, coverage: float, reliability: float, support: float = 1.0, fit: float = 1.0) -> float:
    """support · (½ coverage + 0.3 reliability + 0.2 fit), clipped to 0..1.

    Args:
        coverage: weighted share of the question's words and names that the cited evidence bears, 0..1.
        reliability: what search says of its own evidence, 0..1.
        support: share of the answer that the evidence supports, 1 for quotations.
        fit: how well the short answer fits the kind asked for, 1 where it is left open.
    """
    value = support * (0.5 * coverage + 0.3 * min(max(reliability, 0.0), 1.0) + 0.2 * fit)
    return round(min(max(value, 0.0), 1.0), 4)


def named(question: Question, sentences: Sequence[Sentence]) -> float:
    """Share of what the question names that the sentences name, 1 where it names nothing."""
    names = question.names
    if not names:
        return 1.0
    best = (max((s.share(n) for s in sentences), default=0.0) for n in names)
    return sum(best) / len(names)


def borne(question: Question, evidence: Evidence, citations: Sequence[Citation], reliability: float) -> float:
    """How much of the question the cited sentences bear, 0..1: words and names, less where names are missing.

    In evidence of another language words do not meet; there the similarity that search saw stands for them.
    """
    places = {(c.number, c.start) for c in citations}
    numbers = {c.number for c in citations}
    cited = [s for s in evidence.sentences if (s.number, s.start) in places or s.number in numbers]
    total = sum(evidence.weights.values()) or 1.0
    units = enumerate(question.units)
    words = sum(
        evidence.weights[i] * max((_near(s, u, places) for s in cited), default=0.0) for i, u in units
    )
    share = words / total
    related = _related(question, cited)
    if related and cited and all(s.hit.language != question.language for s in cited):
        share = max(share, reliability)
    return share * (0.5 + 0.5 * named(question, cited)) * (0.7 + 0.3 * related)


def _related(question: Question, cited: Sequence[Sentence]) -> float:
    """Share of the relations that the question names which the sentences name too, 1 where it names none."""
    relations = [u for u in question.units if u.is_relation]
    if not relations:
        return 1.0
    return sum(any(s.share(u) > 0 for s in cited) for u in relations) / len(relations)


def _near(sentence: Sentence, unit: Unit, places: set[tuple[int, int]]) -> float:
    """What a cited sentence bears; its neighbours in the passage count half."""
    return sentence.share(unit) * (1.0 if (sentence.number, sentence.start) in places else 0.5)
