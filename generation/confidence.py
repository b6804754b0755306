"""How sure an answer is: one number in 0..1 from what the evidence bears, and the threshold under which it
abstains."""

from __future__ import annotations

from .evidence import Evidence
from .question import Question


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


def named(question: Question, evidence: Evidence) -> float:
    """Share of what the question names that any evidence names, 1 where it names nothing."""
    names = question.names
    if not names:
        return 1.0
    best = (max((s.share(n) for s in evidence.sentences), default=0.0) for n in names)
    return sum(best) / len(names)
