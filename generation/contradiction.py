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
        places = {s: _cited(s, found) for s in (conflict.older, conflict.newer)}
        older, newer = places[conflict.older], places[conflict.newer]
        if older is None or newer is None:
            continue
        if not any(_overlaps(c, place) for c in draft.citations for place in (older, newer)):
            continue
        quotes, short = draft.citations, draft.short
        if conflict.dated and short and fold(short) == fold(conflict.values[1]):
            short = squeeze(conflict.values[0])
            quotes = (newer, *(c for c in quotes if not _overlaps(c, older)))
        quotes = (*quotes, *(p for p in (older, newer) if not any(_overlaps(c, p) for c in quotes)))
        numbers = {s: next(c.number for c in quotes if _overlaps(c, p)) for s, p in places.items() if p}
        text = answered_text(words, short, draft.citations if quotes[0] is not newer else quotes[:1])
        said = _sentence(conflict, numbers[conflict.older], numbers[conflict.newer], words)
        return replace(draft, text=f"{text} {said}" if words.code != "zh" else text + said,
                       short=short, citations=quotes)  # fmt: skip
    return draft


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
        a=_source(conflict.older),
        va=_shown(conflict.values[1]),
        na=older,
        b=_source(conflict.newer),
        vb=_shown(conflict.values[0]),
        nb=newer,
    )


def _source(statement: Statement) -> str:
    title = _shown(statement.title or statement.fact.document_id)
    return f"{title} ({statement.date})" if statement.date else title


def _shown(text: str) -> str:
    return unnumbered(squeeze(visible(text)))
