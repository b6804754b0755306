"""The retriever passes LangChain's own suite."""

from __future__ import annotations

import asyncio
from typing import Any

from langchain_core.retrievers import BaseRetriever
from langchain_tests.integration_tests import RetrieversIntegrationTests

from clew.core.records import Span
from clew.core.results import Hit, Query, Reason, SearchResult
from clew.integrations.langchain import ClewRetriever, Searchable


class _Shelf:
    """A real, small knowledge base: documents ranked by the words that they share with the question."""

    TEXTS = (
        "A bell rings.",
        "A bridge stands in Alden.",
        "A river flows.",
        "Ada Bell was born in Delft.",
        "Rain.",
    )

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def search(self, query: str, k: int = 8, **options: Any) -> SearchResult:
        self.asked.append(options)
        words = set(query.casefold().split())
        ranked = sorted(self.TEXTS, key=lambda t: (-len(words & set(t.casefold().split())), t))
        hits = tuple(
            Hit(
                f"p{i}", f"d{i}", "T", text, 5, 5 + len(text), 1.0 / (i + 1), "en", Span(5, 5 + len(text)),
                (Reason("lexical", 1.0),), {"shelf": "b", "title": "not mine"},
            )
            for i, text in enumerate(ranked[:k])
        )  # fmt: skip
        return SearchResult(Query(query, "en"), hits)


class _AsyncShelf(_Shelf):
    """The same with a method of its own for asyncio."""

    async def asearch(self, query: str, k: int = 8, **options: Any) -> SearchResult:
        await asyncio.sleep(0)
        return self.search(query, k, **options)


class TestClewRetriever(RetrieversIntegrationTests):
    """LangChain's standard suite, unmodified."""

    @property
    def retriever_constructor(self) -> type[BaseRetriever]:
        return ClewRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"kb": _Shelf()}

    @property
    def retriever_query_example(self) -> str:
        return "Where was Ada Bell born"


class TestClewRetrieverAsync(TestClewRetriever):
    """The same over a knowledge base that searches asynchronously."""

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"kb": _AsyncShelf()}


def test_documents_carry_where_they_come_from() -> None:
    first = ClewRetriever(kb=_Shelf(), k=1).invoke("Where was Ada Bell born")[0]
    assert first.page_content == "Ada Bell was born in Delft." and first.id == "p0"
    assert first.metadata["document_id"] == "d0" and first.metadata["shelf"] == "b"
    assert (first.metadata["start"], first.metadata["end"]) == (5, 5 + len(first.page_content))
    assert first.metadata["title"] == "T" and first.metadata["reasons"] == {"lexical": 1.0}


async def test_options_reach_the_search() -> None:
    shelf = _AsyncShelf()
    retriever = ClewRetriever(kb=shelf, options={"language": "en"})
    retriever.invoke("bell", mode="facts")
    await retriever.ainvoke("bell")
    assert shelf.asked == [{"language": "en", "mode": "facts"}, {"language": "en"}]


def test_anything_that_searches_is_a_knowledge_base() -> None:
    assert isinstance(_Shelf(), Searchable)
