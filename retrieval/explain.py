"""Why a passage was found: shares of the parts in its score, and the paths between passages."""

from __future__ import annotations

from dataclasses import dataclass

from ..core.records import Document, Span
from ..core.results import Path, Quote, Reason
from .index import PassageIndex
from .query import Understood
from .scoring import Scored

_LEAST_SHARE = 0.01


def reasons(scored: Scored, row: int, understood: Understood, index: PassageIndex) -> tuple[Reason, ...]:
    """The parts of the score of one passage, greatest first; shares sum to about 1."""
    values = {part: float(scores[row]) for part, scores in scored.parts.items()}
    total = sum(values.values())
    if total <= 0:
        return ()
    found = [
        Reason(part, value / total, _detail(part, row, scored, understood, index))
        for part, value in values.items()
        if value / total >= _LEAST_SHARE
    ]
    return tuple(sorted(found, key=lambda r: -r.share))


def _detail(part: str, row: int, scored: Scored, understood: Understood, index: PassageIndex) -> str:
    if part == "lexical":
        held = [word for word in understood.words if _held(word, row, index)]
        return "shares " + ", ".join(max(word, key=len) for word in held)
    if part == "seed":
        names = seeds(row, understood, index)
        return "the question names " + ", ".join(names) if names else ""
    if part == "walk" and row in scored.reach.via:
        source, _, name = scored.reach.via[row]
        title = index.parts.titles[int(index.table.document[source])]
        called = index.readings.names[name]
        return f"{title or 'a passage'} names {called}" if called else ""
    return ""


def _held(word: tuple[str, ...], row: int, index: PassageIndex) -> bool:
    return any(index.lexical.holds(at, row) for at in index.lexical.columns([word]))


def _means(name: int, document: int, index: PassageIndex) -> bool:
    first, last = index.readings.starts[name], index.readings.starts[name + 1]
    return bool((index.readings.documents[first:last] == document).any())


def seeds(row: int, understood: Understood, index: PassageIndex) -> tuple[str, ...]:
    """Names in the question that what the passage is about goes by."""
    document = int(index.table.document[row])
    found = (s.text for s in understood.seen if s.name is not None and _means(s.name, document, index))
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Walked:
    """One step of the walk: over a sentence of `source` that names what `target` is about."""

    source: int
    sentence: int
    name: int
    target: int
    score: float
    """What the walk reached the target with."""


def walked_to(row: int, scored: Scored) -> tuple[Walked, ...]:
    """The steps of the walk from a seed to a passage, in order; none where the walk added nothing to it."""
    if scored.parts["walk"][row] <= 0:
        return ()
    steps: list[Walked] = []
    at, seen = row, {row}
    while at in scored.reach.via:
        source, sentence, name = scored.reach.via[at]
        steps.append(Walked(source, sentence, name, at, float(scored.reach.scores[at])))
        if scored.seeds[source] >= scored.reach.scores[source] or source in seen:
            break
        seen.add(source)
        at = source
    return tuple(reversed(steps))


def paths(
    steps: tuple[Walked, ...], ids: dict[int, str], texts: dict[str, Document], index: PassageIndex
) -> tuple[Path, ...]:
    """Steps as records.

    Args:
        ids: of all passages that the steps touch.
        texts: documents by id; a step from one that is not there has no words.
    """
    found = []
    for step in steps:
        start, end = int(index.table.starts[step.sentence]), int(index.table.ends[step.sentence])
        document = texts.get(index.documents[int(index.table.document[step.source])])
        bridge = (
            Quote(document.id, document.title, start, end, document.text[start:end]) if document else None
        )
        called = index.readings.names[step.name]
        found.append(Path(ids[step.source], ids[step.target], called, Span(start, end), step.score, bridge))
    return tuple(found)
