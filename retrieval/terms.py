"""What is added to base and walk: a function a term, with its formula; all give (passages,) float32 ≥ 0.

W is the frontier: the passages that the search stands on so far, with a weight each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .lexical import LexicalIndex
from .mentions import FEWEST, MOST, MentionTable
from .ragged import distinct
from .sentences import SentenceTable, Similarity, best_rows, calibrate, dot
from .walk import Step

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

FRONTIER = 20
_MOST_PAIRS = 20_000
_RESIDUAL_FROM = 10
"""Passages of the frontier that leave words open; those behind change no rank."""
_RESIDUAL_TERMS = 12
_MOST_SHARE = 0.2


def overlap(table: MentionTable, entities: Rows, passages: int) -> Floats:
    """Share, by idf, of the question's entities that a passage mentions."""
    scores = np.zeros(passages, np.float32)
    if len(entities):
        found, idf = table.of_entities(entities), table.idf(entities)
        owner, passage = np.divmod(distinct(found.owner * passages + found.passage), passages)
        np.add.at(scores, passage, idf[owner])
        scores /= float(idf.sum())
    return scores


def frontier(reached: Floats, base: Floats, shared: Floats) -> tuple[Rows, Floats]:
    """The best of max(reached, .6 · base for the top ten, .7 · overlap · (½ + ½ base)), base in 0..1."""
    highest = float(base.max()) if len(base) else 0.0
    relative = base / highest if highest > 0 else base
    weights = np.maximum(reached, 0.7 * shared * (0.5 + 0.5 * relative))
    top = best_rows(base, 10)
    weights[top] = np.maximum(weights[top], 0.6 * relative[top])
    rows = best_rows(weights, FRONTIER)
    return rows, weights[rows]


def forward(taken: Step, passages: int) -> Floats:
    """max over edges out of the frontier: W · cos(question, s) · edge."""
    scores = np.zeros(passages, np.float32)
    np.maximum.at(scores, taken.target, taken.start * taken.cosine * taken.weight)
    return scores


def path(
    taken: Step, table: SentenceTable, similar: Similarity, question: Floats, floor: float, passages: int
) -> Floats:
    """max over edges: W · edge · cos(question, s + t), t the target's sentence nearest to the question."""
    scores = np.zeros(passages, np.float32)
    if len(taken.target):
        targets, at = np.unique(taken.target, return_inverse=True)
        nearest = similar.best_of_passages(targets)[1]
        both = table.vectors(taken.sentence) + table.vectors(nearest[at])
        norm = np.linalg.norm(both, axis=1)
        cosine = dot(both, question) / np.maximum(norm, 1e-9)
        np.maximum.at(scores, taken.target, taken.start * taken.weight * calibrate(cosine, floor))
    return scores


def shared_entities(
    table: MentionTable, similar: Similarity, sources: Rows, weights: Floats, passages: int
) -> Floats:
    """max over entities e in sentences s of a source, t of a target: W · idf(e) · cos(q, s) · cos(q, t).

    Args:
        weights: (m, n) float32 W of the sources, in m ways.

    Returns:
        (m, passages) float32.
    """
    scores = np.zeros((len(weights), passages), np.float32)
    found = tied(table, similar, sources, weights.max(axis=0))
    value = found.strength * similar.of(found.sentence)
    for of_one, start in zip(scores, weights, strict=True):
        np.maximum.at(of_one, found.target, start[found.owner] * value)
    return scores


@dataclass(frozen=True, slots=True, eq=False)
class Ties:
    """Sentences of other passages that mention what sentences of the sources mention."""

    target: Rows
    sentence: Rows
    owner: Rows
    """(n,) int64 index of the source"""
    strength: Floats
    """(n,) float32 idf(e) · cos(q, s)"""


def tied(table: MentionTable, similar: Similarity, sources: Rows, weights: Floats) -> Ties:
    """What ties the sources to other passages, over entities that are neither rare nor everywhere.

    Args:
        weights: W of the sources, by which the strongest ties are taken where there are very many.
    """
    here = table.in_passages(sources)
    spread = table.spread(here.entity)
    useful = (spread >= FEWEST) & (spread <= MOST)
    owner, entity = here.owner[useful], here.entity[useful]
    strength = table.idf(entity) * similar.of(here.sentence[useful])
    there = table.of_entities(entity)
    tie, target, sentence = there.owner, there.passage, there.sentence
    if len(tie) > _MOST_PAIRS:  # the strongest ties first
        keep = np.argsort(-(weights[owner] * strength)[tie], kind="stable")[:_MOST_PAIRS]
        tie, target, sentence = tie[keep], target[keep], sentence[keep]
    outward = target != sources[owner[tie]]
    tie, target, sentence = tie[outward], target[outward], sentence[outward]
    return Ties(target, sentence, owner[tie], strength[tie])


def residual(lexical: LexicalIndex, question: list[int], rows: Rows, weights: Floats, best: Rows) -> Floats:
    """max over the frontier: W · (√(r · x) + .3 r).

    r is BM25 of the question's words that are missing in p, x that of the other words of p's sentence nearest
    to the question: what p leaves open, said together with what p leads to.

    Args:
        question: columns of the question's terms.
        rows, weights: the frontier, best first.
        best: sentence of each of its passages that is nearest to the question.
    """
    rows, weights, best = rows[:_RESIDUAL_FROM], weights[:_RESIDUAL_FROM], best[:_RESIDUAL_FROM]
    scores = np.zeros(lexical.size, np.float32)
    rare = telling(lexical, question)
    if not len(rare) or not len(rows):
        return scores
    asked = [lexical.column(c) for c in rare.tolist()]
    place = np.full(lexical.size, -1, np.int64)
    for passages, _ in asked:
        place[passages] = 0
    holders = np.flatnonzero(place == 0)
    place[holders] = np.arange(len(holders))
    held = np.zeros((len(rare), len(holders)), np.float32)
    for word, (passages, added) in zip(held, asked, strict=True):
        word[place[passages]] = added
    missing = np.stack([lexical.adds(column, rows) == 0 for column in rare.tolist()], axis=1)
    left_open = missing.astype(np.float32) @ held
    said = _said(lexical, *_leads(lexical, best, question), place, left_open.shape)
    value = np.sqrt(left_open * said) + 0.3 * left_open
    scores[holders] = (weights[:, None] * value).max(axis=0)
    return scores


def _said(lexical: LexicalIndex, owner: Rows, term: Rows, place: Rows, shape: tuple[int, int]) -> Floats:
    """(owners, places) float32: what the terms of each owner add to the passages that have a place.

    Args:
        owner, term: (n,) pairs, summed in this order.
        place: (passages,) column of a passage in the result, -1 for none.
    """
    said = np.zeros(shape, np.float32)
    which, passage, added = lexical.postings(term, place >= 0)
    np.add.at(said.reshape(-1), owner[which] * shape[1] + place[passage], added)
    return said


def telling(lexical: LexicalIndex, question: list[int]) -> Rows:
    """Columns of the question's terms that tell passages apart, each once."""
    columns = distinct(np.asarray(question, np.int64))
    rare: Rows = columns[lexical.spread[columns] <= max(_MOST_SHARE * lexical.size, 50)]
    return rare


def _leads(lexical: LexicalIndex, sentences: Rows, question: list[int]) -> tuple[Rows, Rows]:
    """The rarest terms of each sentence that the question does not say: index of the sentence, term."""
    owner, term = lexical.terms_of(sentences)
    spread = lexical.spread[term]
    most = max(_MOST_SHARE * lexical.size, 50)
    fit = (spread > 1) & (spread <= most) & ~(term[:, None] == np.asarray(question, np.int64)).any(axis=1)
    term, owner = term[fit], owner[fit]
    order = np.lexsort((term, -lexical.idf[term], owner))
    term, owner = term[order], owner[order]
    place = np.arange(len(owner)) - np.searchsorted(owner, owner)
    rarest = place < _RESIDUAL_TERMS
    return owner[rarest], term[rarest]
