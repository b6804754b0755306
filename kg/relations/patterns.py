"""What patterns are written with: a tree with a few questions to ask of it, chunks, and clauses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..validity import Standing

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token


@dataclass(frozen=True, slots=True)
class Chunk:
    """A noun phrase without its article and what follows its head, by offsets in the sentence."""

    start: int
    end: int
    head_start: int
    head_end: int
    pronoun: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """What one pattern read; offsets count in the sentence."""

    subject: Chunk
    predicate: str
    object: Chunk
    rule: str
    confidence: float
    start: int
    end: int
    negated: bool = False
    modality: str | None = None
    time: tuple[int, int] | None = None
    """Place of the words that may say when."""
    when: tuple[tuple[int, int], ...] = ()
    """Places of all words that may bound the time of the clause."""
    lasting: bool = False
    """True for a state, which holds for a while; False for an event, whose outcome stays."""
    standing: Standing | None = None
    """Whether the clause calls itself past or present: "former", "now"."""


_LEFT = frozenset({"compound", "amod", "nummod", "nmod", "quantmod", "poss", "case", "punct", "advmod"})
_QUOTES = frozenset("\"'“”‘’„«»`")


@dataclass(frozen=True, slots=True)
class Tree:
    """A parsed sentence; tokens stand where `offsets` says, which may differ from spaCy's own."""

    doc: Doc
    offsets: list[tuple[int, int]]

    def at(self, token: Token) -> tuple[int, int]:
        """Start and end of a token in the sentence."""
        return self.offsets[token.i]

    def chunk(self, head: Token) -> Chunk:
        """The noun phrase of a head: its modifiers to the left and itself, without articles and quotes."""
        left = head
        tokens = sorted((t for t in head.lefts if t.dep_ in _LEFT), key=lambda t: -t.i)
        for token in tokens:
            if token.dep_ == "punct" and not token.text.startswith("-"):
                break
            if token.right_edge.i + 1 < left.left_edge.i and token.dep_ != "compound":
                break
            left = token.left_edge
        while left.i < head.i and (left.dep_ in ("det", "predet", "case", "punct") or left.text in _QUOTES):
            left = self.doc[left.i + 1]
        start, (head_start, head_end) = self.at(left)[0], self.at(head)
        return Chunk(start, head_end, head_start, head_end, head.pos_ == "PRON")

    def hull(self, tokens: Iterable[Token]) -> tuple[int, int]:
        """The stretch of the sentence from the first to the last of these tokens."""
        places = [self.at(token) for token in tokens]
        return min(start for start, _ in places), max(end for _, end in places)

    def verbs(self) -> Iterator[Token]:
        """Tokens that may be a predicate: verbs, and forms of be and have that head something."""
        for token in self.doc:
            if token.pos_ == "VERB" or (token.pos_ == "AUX" and token.dep_ not in ("aux", "auxpass")):
                yield token


def children(token: Token, *labels: str) -> list[Token]:
    """Children with one of these labels, in order."""
    return [child for child in token.children if child.dep_ in labels]


def with_conjuncts(heads: Iterable[Token]) -> list[Token]:
    """The heads and what is joined to them by "and", "or" and commas."""
    found: list[Token] = []
    for head in heads:
        found.append(head)
        found.extend(
            t for t in head.conjuncts if t.i > head.i and t.pos_ in ("NOUN", "PROPN", "NUM", "PRON", "X")
        )
    return found


def best(clauses: Iterable[Clause], limit: int) -> list[Clause]:
    """The clauses without doubles, at most `limit`, most readable first, then in the order of the text."""
    kept: dict[tuple[int, str, int], Clause] = {}
    for clause in clauses:
        if clause.subject.head_start == clause.object.head_start:
            continue
        key = (clause.subject.head_start, clause.predicate, clause.object.head_start)
        if key not in kept or kept[key].confidence < clause.confidence:
            kept[key] = clause
    ranked = sorted(
        kept.values(), key=lambda c: (-c.confidence, c.start, c.subject.start, c.object.start, c.predicate)
    )
    return ranked[:limit]


def weaker(clause: Clause, factor: float) -> Clause:
    """The same clause, less sure."""
    return replace(clause, confidence=round(clause.confidence * factor, 3))
