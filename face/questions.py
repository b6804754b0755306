"""Questions: search, link, ask, in a thread or for an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Unpack

from ..core.errors import QueryError
from ..core.records import Document, Link, Reading
from ..core.results import SearchResult
from ..core.text import clean
from ..core.visibility import Access, Filters, Seen, Visibility
from .opened import Opened

if TYPE_CHECKING:
    from ..generation.answer import Answer
    from ..integrations.langchain import ClewRetriever


class Questions(Opened):
    """What can be asked of a namespace."""

    def search(
        self,
        query: str,
        k: int | None = None,
        *,
        mode: str = "auto",
        filters: Filters | None = None,
        access: Access | None = None,
        as_of: str | None = None,
        summarise: Any = None,
        **options: Any,
    ) -> SearchResult:
        """The passages, facts, entities, paths and themes that bear on a question, best first, with reasons.

        With `filters`, `access` or `as_of` the result is that of a knowledge base of the visible documents.

        Args:
            k: passages (and themes); the settings' `retrieval.k` when None.
            mode: "passages", "facts", "local" (around one entity), "global" (themes of the whole), or "auto",
                which chooses by the question; `found.query` says which and why.
            filters: documents whose metadata meet them: field to value, to a list of values, or to bounds
                ("gt", "gte", "lt", "lte"); or a function of the metadata.
            access: labels that the reader holds: documents with one of them under "access" in their
                metadata, or without any; or a function of the metadata. None sees everything.
            as_of: ISO 8601 date; documents dated later are not seen, facts whose text says that they do not
                hold then are left out.
            summarise: a LangChain chat model or "provider:model" that puts themes into words.
            options: language (ISO 639-1 code of the question; None is detected), entity (id or name for mode
                "local"), rerank (a reranker, its name, or "" for none), diversity (0..1), per_document
                (passages of one document at most).

        Raises:
            QueryError: the question is empty, k is not positive, there is no such mode or option, a filter
                cannot be understood, or the name of the entity is ambiguous.
            NotFoundError: there is no such entity.
        """
        seen = Visibility.of(filters, access, as_of)
        options["as_of"] = as_of
        found = self._views.over(seen, lambda view: view.searcher.search(query, k, mode, **options))
        if summarise is None:
            return found
        from ..generation.summaries import summarised

        return summarised(found, summarise, timeout=self.settings.generation.timeout)

    async def asearch(self, query: str, k: int | None = None, **options: Any) -> SearchResult:
        """`search`, in a thread."""
        return await asyncio.to_thread(partial(self.search, query, k, **options))

    def search_many(
        self,
        queries: Sequence[str],
        k: int | None = None,
        *,
        mode: str = "auto",
        filters: Filters | None = None,
        access: Access | None = None,
        as_of: str | None = None,
        **options: Any,
    ) -> list[SearchResult]:
        """`search` for each question, the questions embedded in one batch; takes the same options."""
        seen = Visibility.of(filters, access, as_of)
        options["as_of"] = as_of
        return self._views.over(seen, lambda view: view.searcher.search_many(queries, k, mode, **options))

    async def asearch_many(
        self, queries: Sequence[str], k: int | None = None, **options: Any
    ) -> list[SearchResult]:
        """`search_many`, in a thread."""
        return await asyncio.to_thread(partial(self.search_many, queries, k, **options))

    def ask(
        self,
        question: str,
        llm: Any = None,
        *,
        k: int | None = None,
        language: str | None = None,
        **seen: Unpack[Seen],
    ) -> Answer:
        """An answer with its citations, or a refusal when the evidence does not support one.

        Args:
            llm: None answers from the best sentences and facts; a LangChain chat model, "provider:model" or
                "transformers:path" has it written by a language model, whose citations are then checked.
            k: passages to look at; the settings' `generation.evidence_passages` when None.
            language: ISO 639-1 code of question and answer; None is detected.
            seen: which documents: filters, access, as_of as for `search`.
        """
        found = self.search(question, **self._evidence(k, language), **seen)
        return self._noted(self.answerer.answer(question, found, llm=llm, language=language))

    async def aask(
        self,
        question: str,
        llm: Any = None,
        *,
        k: int | None = None,
        language: str | None = None,
        **seen: Unpack[Seen],
    ) -> Answer:
        """`ask`; the search runs in a thread, the language model asynchronously."""
        found = await self.asearch(question, **self._evidence(k, language), **seen)
        return self._noted(await self.answerer.aanswer(question, found, llm=llm, language=language))

    def stream(
        self,
        question: str,
        llm: Any = None,
        *,
        k: int | None = None,
        language: str | None = None,
        **seen: Unpack[Seen],
    ) -> Iterator[str | Answer]:
        """`ask`, piece by piece as it is written; the last item is the checked `Answer`."""
        found = self.search(question, **self._evidence(k, language), **seen)
        written = self.answerer.stream(question, found, llm=llm, language=language)
        return (piece if isinstance(piece, str) else self._noted(piece) for piece in written)

    async def astream(
        self,
        question: str,
        llm: Any = None,
        *,
        k: int | None = None,
        language: str | None = None,
        **seen: Unpack[Seen],
    ) -> AsyncIterator[str | Answer]:
        """`stream`, for an event loop."""
        found = await self.asearch(question, **self._evidence(k, language), **seen)
        async for piece in self.answerer.astream(question, found, llm=llm, language=language):
            yield piece if isinstance(piece, str) else self._noted(piece)

    def _evidence(self, k: int | None, language: str | None) -> dict[str, Any]:
        """How an answer's evidence is searched for."""
        return {
            "k": k or self.settings.generation.evidence_passages, "mode": "passages", "language": language
        }  # fmt: skip

    def extract(self, text: str, *, language: str | None = None, title: str = "") -> Reading:
        """Mentions, facts and sentences of any text; nothing is stored.

        Raises:
            EmptyDocumentError: the text is empty.
        """
        return self.reader.read(Document("text", clean(text), clean(title), language=language))

    def link(
        self,
        text: str,
        *,
        spans: Sequence[tuple[int, int]] | None = None,
        language: str | None = None,
        **seen: Unpack[Seen],
    ) -> tuple[Link, ...]:
        """Entity linking: the names in any text with the entities that they mean; `entity` None is NIL.

        Args:
            spans: (start, end) of the mentions to link, kept in order; None finds them.
            seen: whose entities may be meant: filters, access, as_of as for `search`.

        Raises:
            QueryError: the text is empty, a span lies outside of it, or a filter cannot be understood.
        """
        from ..models.base import PassageText

        sight = Visibility.of(**seen)
        text = clean(text)
        if not text.strip():
            raise QueryError("the text to link is empty")
        mentions = self.extract(text, language=language).mentions if spans is None else ()
        whole = PassageText("", text, ((0, len(text)),))
        vector = next(iter(self.embedder.embed_passages([whole]))).vector
        if spans:
            vector = vector[None].repeat(len(spans), axis=0)
        return self._views.over(
            sight, lambda view: view.linker.link(text, spans, language, vector, mentions=mentions)
        )

    def as_retriever(self, k: int | None = None, **seen: Unpack[Seen]) -> ClewRetriever:
        """A LangChain retriever over this knowledge base, or over the documents that a reader may see."""
        from ..integrations.langchain import ClewRetriever

        Visibility.of(**seen)  # what cannot be understood is an error here already
        return ClewRetriever(kb=self, k=k or self.settings.retrieval.k, options=dict(seen))
