"""Documents that contradict each other on what an answer says: both are named, the newer one as such."""

from __future__ import annotations

from dataclasses import replace

from ..core.results import Citation, Conflict, SearchResult, Statement
from ..core.text import fold, squeeze, visible
from ..kg.words import Words, words_of
from .evidence import cite
from .extractive import Draft, answered_text
from .fence import unnumbered


def contradicted(draft: Draft, found: SearchResult) -> Draft:
    """The draft with a sentence on the contradiction that it stands in, if it stands in one.

    An answer that is the older of two dated values becomes the newer one.
    """
    words = words_of(draft.language)
    for conflict in found.conflicts:
        sides = places(conflict, found)
        if sides is None:
            continue
        older, newer = sides
        if not any(_overlaps(c, place) for c in draft.citations for place in (older, newer)):
            continue
        quotes, short = draft.citations, draft.short
        if conflict.dated and short and fold(short) == fold(conflict.values[1]):
            short = squeeze(conflict.values[0])
            quotes = (newer, *(c for c in quotes if not _overlaps(c, older)))
        quotes = (*quotes, *(p for p in (older, newer) if not any(_overlaps(c, p) for c in quotes)))
        text = answered_text(words, short, draft.citations if quotes[0] is not newer else quotes[:1])
        said = _sentence(conflict, _number(older, quotes), _number(newer, quotes), words)
        return replace(draft, text=_joined(text, said, words), short=short, citations=quotes)
    return draft


def completed(
    text: str, citations: tuple[Citation, ...], language: str, found: SearchResult
) -> tuple[str, tuple[Citation, ...]]:
    """What a language model wrote, with a sentence on a contradiction of which it names one side only."""
    words = words_of(language)
    folded = fold(text)
    for conflict in found.conflicts:
        sides = places(conflict, found)
        if sides is None or not any(_overlaps(c, place) for c in citations for place in sides):
            continue
        if all(fold(value) in folded for value in conflict.values):
            continue
        citations = (*citations, *(p for p in sides if not any(_overlaps(c, p) for c in citations)))
        older, newer = (_number(place, citations) for place in sides)
        return _joined(text, _sentence(conflict, older, newer, words), words), citations
    return text, citations


def places(conflict: Conflict, found: SearchResult) -> tuple[Citation, Citation] | None:
    """The citations of the older and the newer side, None where a side is in no passage found."""
    older, newer = (_cited(side, found) for side in (conflict.older, conflict.newer))
    return None if older is None or newer is None else (older, newer)


def _number(place: Citation, citations: tuple[Citation, ...]) -> int:
    return next(citation.number for citation in citations if _overlaps(citation, place))


def _joined(text: str, said: str, words: Words) -> str:
    return text + said if words.code == "zh" else f"{text} {said}"


def _cited(statement: Statement, found: SearchResult) -> Citation | None:
    """The citation of a statement, None where no passage found holds it."""
    fact = statement.fact
    for number, hit in enumerate(found.passages, 1):
        if hit.document_id == fact.document_id and hit.start <= fact.start and fact.end <= hit.end:
            return cite(hit, number, fact.start, fact.end)
    return None


def _overlaps(one: Citation, other: Citation) -> bool:
    return one.document_id == other.document_id and one.start < other.end and other.start < one.end


def _sentence(conflict: Conflict, older: int, newer: int, words: Words) -> str:
    phrase = "conflict_newer" if conflict.dated else "conflict"
    return words.phrase(
        phrase,
        a=source(conflict.older),
        va=_shown(conflict.values[1]),
        na=older,
        b=source(conflict.newer),
        vb=_shown(conflict.values[0]),
        nb=newer,
    )


def source(statement: Statement) -> str:
    """Title and date of the document that states it."""
    title = _shown(statement.title or statement.fact.document_id)
    return f"{title} ({statement.date})" if statement.date else title


def _shown(text: str) -> str:
    return unnumbered(squeeze(visible(text)))
