"""A reader with a filter gets what a knowledge base of the visible documents alone would give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clew import Document, KnowledgeBase
from clew.core.records import Reading, ReadingVectors
from clew.core.settings import Settings
from clew.core.visibility import Visibility
from clew.ingestion.work import Task, Worker
from clew.kg.resolution import resolve
from clew.storage.rows import Batch

SETTINGS = {"models": {"embedder": "hashing"}, "retrieval": {"views": 3}}
_NAMES = (
    "Apple", "Apple Records", "Records", "apple records", "New York", "York", "New York Times", "new york",
    "Mercury", "Mercury Records", "Steve Jobs", "Jobs", "Lyon", "苹果", "苹果公司", "公司", "Лион",
    "Ада Лавлейс",
)  # fmt: skip
_TITLES = (
    "", "Apple", "Apple (fruit)", "Apple Records", "Records", "New York", "York", "New York Times", "Lyon",
    "Mercury (planet)", "Mercury (god)", "Steve Jobs", "Jobs, Georgia", "苹果", "苹果公司", "Лион", "Mercury",
)  # fmt: skip
_SENTENCES = (
    "{a} founded {b} in {c}.", "{a} is a company in {b}.", "In {a} the {b} of {c} was heard.",
    "{a} was born in {b}, near {c}.", "The {a} {b} praised {c}.", "{a}在{b}成立。", "{a}是{b}的城市。",
    "{a} родился в городе {b}.", "{a} liegt bei {b} und gehört zu {c}.",
)  # fmt: skip
_QUESTIONS = (
    "Who founded Apple Records in New York?", "Is Mercury a planet near York?", "苹果公司在哪里成立？",
    "Where was Steve Jobs born?", "Кто родился в Лионе?", "What does the New York Tmies praise?",
)  # fmt: skip

_name = st.sampled_from(_NAMES)
_sentence = st.builds(
    lambda form, a, b, c: form.format(a=a, b=b, c=c), st.sampled_from(_SENTENCES), _name, _name, _name
)
_text = st.lists(_sentence, min_size=1, max_size=4).map(" ".join)
_metadata = st.fixed_dictionaries(
    {},
    optional={
        "team": st.sampled_from(["x", "y"]),
        "year": st.integers(2000, 2003),
        "access": st.sampled_from(["staff", ["staff", "board"], ["board"], []]),
    },
)
_date = st.sampled_from([None, "2001", "2001-06", "2002-01-01", "2003-05-05T10:00:00"])
_CORPORA = st.lists(st.tuples(_text, st.sampled_from(_TITLES), _metadata, _date), min_size=2, max_size=9).map(
    lambda rows: [
        Document(f"d{i}", text, title, metadata, date=date)
        for i, (text, title, metadata, date) in enumerate(rows)
    ]
)
_SEEN: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.sampled_from(
        [{"team": "x"}, {"team": ["x", None]}, {"year": {"gte": 2001}}, {"year": {"lt": 2003}}]
    ).map(lambda filters: {"filters": filters}),
    st.sampled_from([(), ("staff",), ("board", "staff")]).map(lambda access: {"access": access}),
    st.sampled_from(["2001", "2001-06-15", "2002-12-31"]).map(lambda as_of: {"as_of": as_of}),
    st.sampled_from([3, 5, 7]).map(lambda n: {"filters": lambda metadata: len(str(dict(metadata))) % n != 0}),
)


@lru_cache(maxsize=1)
def _worker() -> Worker:
    return Worker.from_settings(Settings.load(SETTINGS))


@lru_cache(maxsize=20_000)
def _read(text: str, title: str) -> tuple[Reading, ReadingVectors]:
    result = _worker()(Task(0, (Document("x", text, title),)))
    return result.readings[0]


def knowledge(documents: Sequence[Document]) -> KnowledgeBase:
    """A knowledge base of these documents; each text is read once, whatever the number of corpora."""
    kb = KnowledgeBase(":memory:", settings=SETTINGS)
    pairs = [(_read(document.text, document.title), document) for document in documents]
    kb.store.commit(Batch([(replace(reading, document=d), vectors) for (reading, vectors), d in pairs]))
    resolve(kb.store)
    return kb


def portrait(kb: KnowledgeBase, questions: Sequence[str] = _QUESTIONS, **seen: Any) -> dict[str, Any]:
    """Everything that a reader can get out of it, but times, revisions and what was asked."""
    shown: dict[str, Any] = {}
    for question in questions:
        found = kb.search(question, 6, **seen)
        shown["search", question] = replace(
            found, timings={}, revision=0, query=replace(found.query, as_of=None)
        )
        answer = kb.ask(question, **seen)
        shown["ask", question] = replace(answer, id="", found=None)
        shown["link", question] = kb.link(question, **seen)
    graph = kb.graph(**seen)
    shown["nodes"] = sorted(graph.nodes(data=True))
    shown["edges"] = sorted(graph.edges(keys=True, data=True), key=lambda edge: edge[2])
    return shown


def assert_same(kb: KnowledgeBase, documents: Sequence[Document], seen: dict[str, Any]) -> None:
    sight = Visibility.of(**seen)
    visible = [document for document in documents if sight.sees(document.metadata, document.date)]
    with knowledge(visible) as alone:
        assert portrait(kb, **seen) == portrait(alone)


def _non_interference(documents: Sequence[Document], sights: Sequence[dict[str, Any]]) -> None:
    with knowledge(documents) as kb:
        for seen in sights:
            assert_same(kb, documents, seen)


@settings(max_examples=12, deadline=None)
@given(documents=_CORPORA, sights=st.lists(_SEEN, min_size=1, max_size=2))
def test_a_view_gives_what_a_knowledge_base_of_its_documents_gives(documents, sights):
    _non_interference(documents, sights)


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(documents=_CORPORA, sights=st.lists(_SEEN, min_size=1, max_size=3))
def test_in_two_hundred_corpora_a_view_gives_what_its_documents_alone_give(documents, sights):
    _non_interference(documents, sights)
