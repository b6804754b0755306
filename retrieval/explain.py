"""Why a passage was found: shares of the parts in its score, and the paths between passages."""

from __future__ import annotations

from ..core.records import Span
from ..core.results import Path, Reason
from .index import PassageIndex
from .query import Understood
from .scoring import Scored

_LEAST_SHARE = 0.01


def reasons(scored: Scored, row: int, understood: Understood, index: PassageIndex) -> tuple[Reason, ...]:
    """The parts of the score of one passage, greatest first; shares sum to about 1.

    Only people's votes can take from a score: their share is negative then.
    """
    values = {part: float(scores[row]) for part, scores in scored.parts.items()}
    total = sum(values.values())
    if total <= 0:
        return ()
    found = [
        Reason(part, value / total, _detail(part, row, scored, understood, index))
        for part, value in values.items()
        if abs(value / total) >= _LEAST_SHARE
    ]
    return tuple(sorted(found, key=lambda r: -r.share))


def _detail(part: str, row: int, scored: Scored, understood: Understood, index: PassageIndex) -> str:
    if part == "lexical":
        held = [word for word in understood.words if _held(word, row, index)]
        return "shares " + ", ".join(max(word, key=len) for word in held)
    if part == "seed":
        document = int(index.table.document[row])
        names = [s.text for s in understood.seen if s.name is not None and _means(s.name, document, index)]
        return "the question names " + ", ".join(names) if names else ""
    if part == "context":
        return "stands in its thread beside what the question asks for"
    if part == "feedback":
        return "people found it helpful" if scored.parts[part][row] > 0 else "people found it unhelpful"
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


def paths(scored: Scored, rows: list[int], index: PassageIndex, ids: dict[int, str]) -> tuple[Path, ...]:
    """The steps of the walk that led to the passages found, best first.

    Args:
        rows: passages found.
        ids: their ids, and those of the passages that a step starts from.
    """
    found = []
    for row in rows:
        if row not in scored.reach.via or scored.parts["walk"][row] <= 0:
            continue
        source, sentence, name = scored.reach.via[row]
        start, end = int(index.table.starts[sentence]), int(index.table.ends[sentence])
        entity = index.readings.names[name]
        found.append(Path(ids[source], ids[row], entity, Span(start, end), float(scored.reach.scores[row])))
    return tuple(sorted(found, key=lambda p: -p.score))
