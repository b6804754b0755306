"""LangChain: a knowledge base as a retriever.

retriever = ClewRetriever(kb=kb, k=8)
retriever.invoke("Who founded the firm that makes the iPhone?")   # list of langchain_core Documents
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import Field, SkipValidation

from ..core.results import Hit, SearchResult


@runtime_checkable
class Searchable(Protocol):
    """What the retriever needs of a knowledge base; `asearch` is used where there is one."""

    def search(self, query: str, k: int = 8) -> SearchResult:
        """The evidence for a question."""
        ...


class ClewRetriever(BaseRetriever):
    """The passages that a search finds, as LangChain documents, best first."""

    kb: SkipValidation[Searchable]
    """The knowledge base."""
    k: int = Field(default=8, ge=1)
    """How many passages at most."""
    options: Mapping[str, Any] = Field(default_factory=dict)
    """Further arguments of `search` (language, filters …)."""

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None, **options: Any
    ) -> list[Document]:
        found = self.kb.search(query, k=k or self.k, **{**self.options, **options})
        return documents(found)

    async def _aget_relevant_documents(
        self,
        query: str,
        *,
        run_manager: AsyncCallbackManagerForRetrieverRun,
        k: int | None = None,
        **options: Any,
    ) -> list[Document]:
        arguments = {**self.options, **options}
        search = getattr(self.kb, "asearch", None)
        if search is not None:
            return documents(await search(query, k=k or self.k, **arguments))
        return documents(await asyncio.to_thread(self.kb.search, query, k=k or self.k, **arguments))


def documents(found: SearchResult) -> list[Document]:
    """The passages of a search as LangChain documents; `id` is the passage's."""
    return [_document(hit, number) for number, hit in enumerate(found.passages, 1)]


def _document(hit: Hit, number: int) -> Document:
    own = {
        "document_id": hit.document_id,
        "title": hit.title,
        "start": hit.start,
        "end": hit.end,
        "language": hit.language,
        "score": hit.score,
        "rank": number,
        "best_sentence": (hit.best_sentence.start, hit.best_sentence.end),
        "reasons": {reason.part: reason.share for reason in hit.reasons},
    }
    return Document(id=hit.passage_id, page_content=hit.text, metadata={**hit.metadata, **own})
