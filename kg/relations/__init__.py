"""Facts from text: subject, predicate, object as a sentence says them.

A *clause* is what a pattern reads off a tree: two chunks (noun phrases with a head) and a predicate, by
character offsets in its sentence. It knows no mentions: `linking` ties its chunks to the mentions of the
reading, wherever these came from, and makes facts of it. Sentences that mention two names and say nothing
readable of them give a weak *co-mention*.

    "Tim Cook, CEO of Apple, was born in Mobile."
        (Tim Cook, "ceo of", Apple)      appositive
        (Tim Cook, "bear in", Mobile)    passive-preposition

Each language has one page of patterns; `clauses_of` knows them. Predicates are lemmas with their preposition.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .patterns import Chunk, Clause, Tree

if TYPE_CHECKING:
    from spacy.tokens import Doc

__all__ = ["Chunk", "Clause", "Tree", "clauses_of"]

Offsets = list[tuple[int, int]]


def clauses_of(doc: Doc, offsets: Offsets, language: str, scheme: str) -> list[Clause]:
    """Clauses of one parsed sentence, or none where no page of patterns reads this language's trees.

    Args:
        doc: the sentence, with heads, labels, lemmas and parts of speech.
        offsets: start and end of every token in the sentence's text.
        scheme: labels of the trees: "clear" or "ud".
    """
    page = _page(language, scheme)
    return [] if page is None else page(Tree(doc, offsets))


def _page(language: str, scheme: str) -> Callable[[Tree], list[Clause]] | None:
    if language == "en" and scheme == "clear":
        from .en import clauses

        return clauses
    return None
