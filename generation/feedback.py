"""People's words on answers, passages, links and facts: made into records, and given out as training data."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..core.errors import NotFoundError, QueryError
from ..core.records import Link, StoredFact
from ..core.results import Hit
from ..core.text import clean, content_id
from ..kg.link_votes import NIL
from ..storage.rows import Feedback, name_key
from ..storage.store import Store
from .answer import Answer

Target = Answer | Hit | Link | StoredFact


def word_on(
    store: Store,
    target: Target,
    *,
    helpful: bool | None = None,
    note: str = "",
    author: str = "",
    correction: str | None = None,
    context: str = "",
) -> Feedback:
    """The record of what a person says of a target; not stored yet.

    An author's second word on the same target in the same context takes the first one's place.

    Args:
        context: the question of a passage, the text of a link; an answer brings its own.

    Raises:
        QueryError: nothing is said, a passage or link comes without its context, or the target is nothing
            that feedback is about.
        NotFoundError: the target's document is not in the store, or a link's correction no entity of it.
    """
    if helpful is None and not note and correction is None:
        raise QueryError("feedback says something: give helpful, note or correction")
    kind, id, details = _described(target, clean(context).strip())
    details["documents"] = _documents(store, details)
    if correction is not None:
        if isinstance(target, Link) and correction != NIL:
            store.entity(correction)
        details["correction"] = clean(correction)
    author = clean(author)
    key = content_id("feedback", id, author, str(details.get("context", ""))) if author else uuid.uuid4().hex
    return Feedback(key, id, kind, helpful, clean(note), author, details)


def examples(store: Store, said: Iterable[Feedback]) -> Iterator[dict[str, Any]]:
    """Training data: one object for each word on a question's passages, a link or a fact that still stands.

    Words on what changed since, or went, are left out.
    """
    said = list(said)
    ids = sorted({id for each in said for id in each.details.get("documents", {})})
    now = store.content_hashes(ids)
    for each in said:
        documents: Mapping[str, str] = each.details.get("documents", {})
        standing = [id for id, digest in sorted(documents.items()) if now.get(id) == digest]
        common = {"kind": each.kind, "helpful": each.helpful, "note": each.note, "author": each.author}
        common |= {"at": each.at, "correction": each.details.get("correction")}
        if each.kind == "link":
            yield common | {key: each.details.get(key) for key in ("mention", "context", "entity")}
        elif standing and each.kind == "fact":
            yield common | {"fact": each.details["fact"], "document": standing[0]}
        elif standing:
            passages = _texts(store, each, standing)
            yield common | {"question": each.details.get("context", ""), "passages": passages}


def _described(target: Target, context: str) -> tuple[str, str, dict[str, Any]]:
    if isinstance(target, Answer):
        cited = (target.found.passages[citation.number - 1] for citation in target.citations)
        passages = {hit.passage_id: hit.document_id for hit in cited}
        return "answer", target.id, {"context": target.question, "passages": passages}
    if isinstance(target, Hit):
        if not context:
            raise QueryError("a passage is helpful for a question: give it as context=…")
        details = {"context": context, "passages": {target.passage_id: target.document_id}}
        return "passage", target.passage_id, details
    if isinstance(target, Link):
        if not context:
            raise QueryError("a link is right in a text: give it as context=…")
        id = content_id("link", name_key(target.text), target.entity or NIL)
        return "link", id, {"mention": target.text, "entity": target.entity, "context": context}
    if isinstance(target, StoredFact):
        fact = {"subject": target.subject, "predicate": target.predicate, "object": target.object}
        return "fact", target.id, {"fact": fact, "fact_document": target.document_id}
    raise QueryError(
        f"feedback is about an Answer or its id, a hit, a link or a fact, not {type(target).__name__}"
    )


def _documents(store: Store, details: dict[str, Any]) -> dict[str, str]:
    """Content hashes of the documents that a word is on: it holds while they stay as they are."""
    ids = sorted({*details.get("passages", {}).values(), *filter(None, [details.pop("fact_document", None)])})
    found = store.content_hashes(ids)
    missing = [id for id in ids if id not in found]
    if missing:
        raise NotFoundError(f"there is no document {missing[0]!r}")
    return found


def _texts(store: Store, said: Feedback, standing: list[str]) -> list[dict[str, str]]:
    wanted: Mapping[str, str] = said.details.get("passages", {})
    found = []
    for stored in store.load(standing, vectors=False):
        for id, passage in zip(stored.passage_ids, stored.passages, strict=True):
            if id in wanted:
                text = stored.document.text[passage.start : passage.end]
                found.append(
                    {"id": id, "document": stored.document.id, "title": stored.document.title, "text": text}
                )
    return found
