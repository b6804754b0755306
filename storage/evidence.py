"""What a search shows of what it found, in one transaction: texts of passages, facts in them, entities.

Of a document only the passages that were found are read, and only the facts that lie in them and say how two
things are related: a book costs little more than a letter.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import BindParameter, bindparam, func, select

from ..core.records import CO_MENTION
from . import entities, facts
from .rows import Evidence, ShownPassage
from .schema import DOCUMENTS, FACTS, PASSAGES
from .shelving import metadata_of
from .units import Asks

_NAMESPACE: BindParameter[int] = bindparam("namespace")
_IDS: BindParameter[list[str]] = bindparam("ids", expanding=True)
_SHOWN = PASSAGES.join(
    DOCUMENTS, (DOCUMENTS.c.namespace == PASSAGES.c.namespace) & (DOCUMENTS.c.key == PASSAGES.c.document)
)
_STATED = _SHOWN.join(
    FACTS,
    (FACTS.c.namespace == PASSAGES.c.namespace)
    & (FACTS.c.document == PASSAGES.c.document)
    & (FACTS.c.start >= PASSAGES.c.start)
    & (FACTS.c.end <= PASSAGES.c.end),
)
_PASSAGES = (
    select(
        PASSAGES.c.id,
        DOCUMENTS.c.id.label("document_id"),
        DOCUMENTS.c.title,
        func.substr(DOCUMENTS.c.text, PASSAGES.c.start + 1, PASSAGES.c.end - PASSAGES.c.start).label("said"),
        DOCUMENTS.c.details,
    )
    .select_from(_SHOWN)
    .where(PASSAGES.c.namespace == _NAMESPACE, PASSAGES.c.id.in_(_IDS))
)
_FACTS = (
    facts.query(_STATED)
    .add_columns(PASSAGES.c.id.label("passage_id"))
    .where(PASSAGES.c.namespace == _NAMESPACE, PASSAGES.c.id.in_(_IDS), FACTS.c.rule != CO_MENTION)
    .order_by(PASSAGES.c.id, FACTS.c.start, FACTS.c.ordinal)
)


def evidence(
    unit: Asks, passages: Sequence[str], stating: Sequence[str], about: Sequence[str], decided: bool
) -> Evidence:
    """These passages, the facts that lie in `stating`, and the entities `about`; what is gone is left out.

    Facts that are not `decided` stand in the words of the text and without entities.
    """
    fact = facts.made if decided else facts.said
    shown = {
        id: ShownPassage(document, title, said, metadata_of(details))
        for id, document, title, said, details in unit.fetch(_PASSAGES, {"ids": list(passages)})
    }
    stated = tuple((row[-1], fact(row)) for row in unit.fetch(_FACTS, {"ids": list(stating)}))
    return Evidence(shown, stated, {entity.id: entity for entity in entities.some(unit, about)})
