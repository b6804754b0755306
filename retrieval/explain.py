"""Why a passage was found: shares of the parts in its score, and the paths between passages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..core.records import Span
from ..core.results import Path, Quote, Reason
from ..kg.words import relations_of
from ..storage.rows import ShownPassage
from .index import PassageIndex
from .links import How
from .query import Understood
from .scoring import Scored
from .walk import Via

_LEAST_SHARE = 0.01
_CALLS = {How.NAMED: "names", How.IN_A_NAME: "has in a longer name", How.LEFT_OUT: "speaks of"}


def reasons(
    scored: Scored,
    rows: Sequence[int],
    named: Sequence[tuple[str, ...]],
    tied: Sequence[Mapping[str, str]],
    understood: Understood,
    index: PassageIndex,
) -> list[tuple[Reason, ...]]:
    """For each of these passages the parts of its score, greatest first; shares sum to about 1.

    Only people's votes can take from a score: their share is negative then.

    Args:
        named: the `seeds` of the passages.
        tied: their `bridges.ties` to each other.
    """
    parts = list(scored.parts)
    values = np.stack([scored.parts[part][rows] for part in parts])
    total = values.sum(axis=0)
    shares = values.T / np.where(total > 0, total, np.inf).astype(np.float64)[:, None]
    order = np.argsort(-shares, axis=1, kind="stable").tolist()
    shared = _shared_words(rows, understood, index)
    adding = _adding(shared, np.argsort(-total, kind="stable").tolist())
    found: list[tuple[Reason, ...]] = []
    for i, of_row in enumerate(shares.tolist()):
        told = []
        for at in order[i]:
            part, share = parts[at], of_row[at]
            if abs(share) >= _LEAST_SHARE:
                said = (named[i], shared[i], adding[i])
                told.append(
                    Reason(part, share, tied[i].get(part) or _detail(part, rows[i], said, scored, index))
                )
        found.append(tuple(told))
    return found


def _detail(
    part: str,
    row: int,
    said: tuple[Sequence[str], Sequence[str], Sequence[str]],
    scored: Scored,
    index: PassageIndex,
) -> str:
    """Of `said`: names and words of the question that the passage has, and words that none before it has."""
    named, shared, adding = said
    if part == "lexical":
        return "shares " + ", ".join(shared)
    if part == "seed":
        return "the question names " + ", ".join(named) if named else ""
    if part == "chain":
        return "adds " + ", ".join(adding) if adding else "leads on from passages before it"
    if part == "context":
        return "stands in its thread beside what the question asks for"
    if part == "feedback":
        return "people found it helpful" if scored.parts[part][row] > 0 else "people found it unhelpful"
    if part == "walk" and (via := scored.reach.via(row)) is not None:
        return _walked(via, index)
    return ""


def _walked(via: Via, index: PassageIndex) -> str:
    title = index.titles[int(index.table.document[via.source])] or "a passage"
    said = f" ({', '.join(relations_of(via.said))})" if via.said else ""
    return f"{title} {_CALLS[via.how]} {index.keys[via.name]}{said}"


def _shared_words(rows: Sequence[int], understood: Understood, index: PassageIndex) -> list[list[str]]:
    """For each passage the words of the question that it holds."""
    at = np.asarray(rows, np.int64)
    shared: list[list[str]] = [[] for _ in rows]
    for word, columns in zip(understood.words.values(), understood.columns_of, strict=True):
        held = np.zeros(len(at), np.bool_)
        for column in columns:
            held |= index.lexical.adds(column, at) > 0
        for i in np.flatnonzero(held).tolist():
            shared[i].append(word)
    return shared


def _adding(shared: list[list[str]], order: list[int]) -> list[list[str]]:
    """For each passage those of the words that it shares which none before it has, in an order."""
    adding: list[list[str]] = [[] for _ in shared]
    known: set[str] = set()
    for at in order:
        adding[at] = [word for word in shared[at] if word not in known]
        known.update(shared[at])
    return adding


def seeds(rows: Sequence[int], understood: Understood, index: PassageIndex) -> list[tuple[str, ...]]:
    """For each of these passages the names in the question that what it is about goes by."""
    read = understood.readings
    bearers = [
        (seen.text, set(read.document[read.owner == i].tolist())) for i, seen in enumerate(understood.known)
    ]
    documents = index.table.document[list(rows)].tolist()
    return [
        tuple(dict.fromkeys(text for text, borne in bearers if document in borne)) for document in documents
    ]


@dataclass(frozen=True, slots=True)
class Walked:
    """One step of the walk."""

    via: Via
    target: int
    score: float
    """What the walk reached the target with."""


def walked_to(row: int, scored: Scored) -> tuple[Walked, ...]:
    """The steps of the walk from a seed to a passage, in order; none where the walk added nothing to it."""
    if scored.parts["walk"][row] <= 0:
        return ()
    steps: list[Walked] = []
    at, seen = row, {row}
    while (via := scored.reach.via(at)) is not None:
        steps.append(Walked(via, at, float(scored.reach.scores[at])))
        source = via.source
        if scored.seeds[source] >= scored.reach.scores[source] or source in seen:
            break
        seen.add(source)
        at = source
    return tuple(reversed(steps))


def paths(
    steps: tuple[Walked, ...],
    ids: Mapping[int, str],
    shown: Mapping[str, ShownPassage],
    index: PassageIndex,
) -> tuple[Path, ...]:
    """Steps as records.

    Args:
        ids: of all passages that the steps touch.
        shown: texts of passages by id; a step from one that is not there has no words.
    """
    found = []
    for step in steps:
        via = step.via
        start, end = int(index.table.starts[via.sentence]), int(index.table.ends[via.sentence])
        source = shown.get(ids[via.source])
        bridge = None
        if source is not None:
            at = int(index.passage_span[0][via.source])
            words = source.text[start - at : end - at]
            bridge = Quote(source.document_id, source.title, start, end, words)
        ends, called = (ids[via.source], ids[step.target]), index.keys[via.name]
        said = relations_of(via.said)
        found.append(Path(*ends, called, Span(start, end), step.score, bridge, said))
    return tuple(found)
