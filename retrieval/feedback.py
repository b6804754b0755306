"""How people's votes move passages and facts: by a bounded prior that is a part of the score like any other.

    feedback(passage) = bound · balance of the votes on it, each weighted by likeness(question, its question)³

A vote was given for one question; on another it counts as far as the two are alike, which for unlike ones is
next to nothing. With `bound` B no passage passes another that stood more than 2 B before it. A vote holds for
the text that it was given on: it ends when the document goes or changes, and it is none of the store's
content, so fingerprints do not know of it.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..core.records import StoredFact
from ..core.text import content_id
from ..core.votes import Vote, balance
from ..models.base import Embedder
from ..storage.readable import Readable
from ..storage.rows import Feedback
from .index import PassageIndex
from .scoring import Scored
from .sentences import calibrate

Floats = NDArray[np.float32]

FACT_SHARE = 0.5
"""Share of its score that a fact can gain or lose."""
_LIKENESS_POWER = 3


@dataclass(frozen=True, slots=True)
class _OnPassage:
    document: str
    passage: str
    question: str
    vote: Vote
    """Weight 1; likeness is known when a question is asked."""


@dataclass(frozen=True, slots=True)
class Votes:
    """All votes that stand, at one state of feedback and documents."""

    mark: tuple[object, ...]
    passages: tuple[_OnPassage, ...]
    facts: dict[str, tuple[Vote, ...]]
    corrections: dict[str, str]
    questions: tuple[str, ...]
    vectors: Floats
    """(questions, d) float32"""


class FeedbackPrior:
    """The votes of one namespace; read again when somebody votes or documents change."""

    def __init__(self, store: Readable, embedder: Embedder, bound: float) -> None:
        self._store, self._embedder, self._bound = store, embedder, bound
        self._held: Votes | None = None
        self._lock = threading.Lock()

    def add_to(self, scored: Scored, question: Floats, index: PassageIndex) -> Votes:
        """Add the part "feedback" to the scores, where any vote bears on the question; returns all votes.

        Args:
            question: (d,) float32 vector of the question.
        """
        votes = self._votes()
        if votes.passages and self._bound:
            self._add(votes, scored, question, index)
        return votes

    def _add(self, votes: Votes, scored: Scored, question: Floats, index: PassageIndex) -> None:
        cosines = votes.vectors @ question
        likeness = calibrate(cosines.astype(np.float32), self._embedder.floor) ** _LIKENESS_POWER
        weight = dict(zip(votes.questions, likeness.tolist(), strict=True))
        rows: defaultdict[int, list[Vote]] = defaultdict(list)
        for each in votes.passages:
            row = _row(each, index)
            if row is not None:
                rows[row].append(replace(each.vote, weight=weight[each.question]))
        part = np.zeros(index.size, np.float32)
        for row, cast in rows.items():
            part[row] = self._bound * balance(cast)
        if part.any():
            scored.parts["feedback"] = part

    @staticmethod
    def judged(votes: Votes, facts: Sequence[StoredFact]) -> tuple[StoredFact, ...]:
        """The facts by score, those that people found unhelpful lower, corrected ones with the correction."""
        if not votes.facts and not votes.corrections:
            return tuple(facts)
        found = [
            replace(
                fact,
                score=fact.score * (1.0 + FACT_SHARE * balance(votes.facts.get(fact.id, ()))),
                correction=votes.corrections.get(fact.id, ""),
            )
            for fact in facts
        ]
        return tuple(sorted(found, key=lambda fact: -fact.score))

    def _votes(self) -> Votes:
        said = self._store.feedback_mark()
        if said[0] == 0:
            return Votes(said, (), {}, {}, (), np.zeros((0, 0), np.float32))
        mark, held = (*said, self._store.revision()), self._held
        if held is not None and held.mark == mark:
            return held
        with self._lock:
            if self._held is None or self._held.mark != mark:
                self._held = self._read(mark)
            return self._held

    def _read(self, mark: tuple[object, ...]) -> Votes:
        said = self._store.feedback()
        documents = {d: h for f in said for d, h in f.details.get("documents", {}).items()}
        now = self._store.content_hashes(sorted(documents))
        passages: list[_OnPassage] = []
        facts: defaultdict[str, list[Vote]] = defaultdict(list)
        corrections: dict[str, str] = {}
        for each in said:
            standing = {d for d, h in each.details.get("documents", {}).items() if now.get(d) == h}
            vote = Vote(each.author, bool(each.helpful), 1.0, each.at)
            if each.kind == "fact" and standing:
                if each.details.get("correction"):
                    corrections[each.target] = str(each.details["correction"])
                if each.helpful is not None:
                    facts[each.target].append(vote)
            elif each.helpful is not None and each.kind in ("answer", "passage"):
                passages += _on_passages(each, standing, vote)
        questions = tuple(sorted({each.question for each in passages}))
        vectors = self._embedder.embed_queries(list(questions)) if questions else np.zeros((0, 0), np.float32)
        return Votes(
            mark,
            tuple(passages),
            {id: tuple(cast) for id, cast in facts.items()},
            corrections,
            questions,
            np.asarray(vectors, np.float32),
        )


def _on_passages(said: Feedback, standing: set[str], vote: Vote) -> Iterable[_OnPassage]:
    for passage, document in said.details.get("passages", {}).items():
        if document in standing:
            yield _OnPassage(document, passage, str(said.details.get("context", "")), vote)


def _row(each: _OnPassage, index: PassageIndex) -> int | None:
    """The row of a passage in the index, None where its document is not in it."""
    place = index.place.get(each.document)
    if place is None:
        return None
    first, last = np.searchsorted(index.table.document, [place, place + 1])
    for row in range(int(first), int(last)):
        if content_id(each.document, "passage", str(int(index.ordinals[row]))) == each.passage:
            return row
    return None
