"""Why a passage was found: shares of the parts in its score, and the paths between passages."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..core.records import Span
from ..core.results import Path, Reason
from .index import PassageIndex
from .query import Understood
from .scoring import Scored

_LEAST_SHARE = 0.01


def reasons(
    scored: Scored, rows: Sequence[int], understood: Understood, index: PassageIndex
) -> list[tuple[Reason, ...]]:
    """For each of these passages the parts of its score, greatest first; shares sum to about 1.

    Only people's votes can take from a score: their share is negative then.
    """
    parts = list(scored.parts)
    values = np.stack([scored.parts[part][rows] for part in parts])
    shared = _shared_words(rows, understood, index)
    found: list[tuple[Reason, ...]] = []
    for i, (of_row, total) in enumerate(zip(values.T.tolist(), values.sum(axis=0).tolist(), strict=True)):
        shares = [(part, value / total) for part, value in zip(parts, of_row, strict=True) if total > 0]
        found.append(
            tuple(
                Reason(part, share, _detail(part, rows[i], shared[i], scored, understood, index))
                for part, share in sorted(shares, key=lambda pair: -pair[1])
                if abs(share) >= _LEAST_SHARE
            )
        )
    return found


def _detail(
    part: str, row: int, shared: list[str], scored: Scored, understood: Understood, index: PassageIndex
) -> str:
    if part == "lexical":
        return "shares " + ", ".join(shared)
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


def _shared_words(rows: Sequence[int], understood: Understood, index: PassageIndex) -> list[list[str]]:
    """For each passage the words of the question that it holds, each in its longest stem."""
    at = np.asarray(rows, np.int64)
    shared: list[list[str]] = [[] for _ in rows]
    for word in understood.words:
        held = np.zeros(len(at), np.bool_)
        for column in index.lexical.columns([word]):
            held |= index.lexical.adds(column, at) > 0
        for i in np.flatnonzero(held).tolist():
            shared[i].append(max(word, key=len))
    return shared


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
