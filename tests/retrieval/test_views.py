"""A reader with a filter gets what a knowledge base of the visible documents alone would give."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from clew import Document, KnowledgeBase
from clew.core.errors import NotFoundError, QueryError, StoreLockedError
from clew.core.records import Decision, Reading, ReadingVectors
from clew.core.settings import Settings
from clew.core.visibility import Visibility
from clew.ingestion.work import Task, Worker
from clew.kg.blocks import about_entity_id
from clew.kg.graph import EntityGraph
from clew.kg.resolution import resolve
from clew.kg.view import StoreView
from clew.retrieval.index import PassageIndex
from clew.retrieval.projection import equal_parts
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


def commit(kb: KnowledgeBase, *documents: Document) -> None:
    """Stores documents; each text is read once, whatever the number of corpora."""
    pairs = [(_read(document.text, document.title), document) for document in documents]
    kb.store.commit(Batch([(replace(reading, document=d), vectors) for (reading, vectors), d in pairs]))


def knowledge(documents: Sequence[Document]) -> KnowledgeBase:
    kb = KnowledgeBase(":memory:", settings=SETTINGS)
    commit(kb, *documents)
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


@seed(2026)
@settings(max_examples=6, deadline=None)
@given(documents=_CORPORA, sights=st.lists(_SEEN, min_size=1, max_size=2))
def test_a_view_gives_what_a_knowledge_base_of_its_documents_gives(documents, sights):
    _non_interference(documents, sights)


@pytest.mark.slow
@seed(2026)
@settings(max_examples=200, deadline=None)
@given(documents=_CORPORA, sights=st.lists(_SEEN, min_size=1, max_size=3))
def test_in_two_hundred_corpora_a_view_gives_what_its_documents_alone_give(documents, sights):
    _non_interference(documents, sights)


SHELF = [
    Document(
        "label", "Apple Records is a firm in London. The Beatles founded it.", "Apple Records", {"t": 1}
    ),
    Document("firm", "Apple is a company in Cupertino. Steve Jobs founded it.", "Apple", {"t": 2}),
    Document(
        "fan", "Jobs bought Apple Records from Apple. He is in London.", "", {"t": 1, "access": "staff"}
    ),
    Document("jobs", "Steve Jobs was born in London.", "Steve Jobs", {"t": 1}, date="2003"),
]


@pytest.fixture
def shelf():
    with knowledge(SHELF) as kb:
        yield kb


def _part(kb: KnowledgeBase, **seen: Any) -> PassageIndex:
    return kb._views.at(Visibility.of(**seen)).retriever.projection.current()


def test_the_index_of_a_view_equals_one_built_of_its_documents(shelf):
    part = _part(shelf, filters={"t": 1})
    with knowledge([document for document in SHELF if document.metadata["t"] == 1]) as alone:
        fresh = alone.projection.current()
    assert list(equal_parts(part.parts, fresh.parts)) == []
    assert part.readings.names == fresh.readings.names
    assert "apple records" in part.readings.names and "apple" not in part.readings.names
    for name in ("sentence", "name"):
        assert np.array_equal(getattr(part.occurrences, name), getattr(fresh.occurrences, name))


def test_a_name_that_an_invisible_longer_one_covered_is_found(shelf):
    found = _part(shelf, filters=lambda metadata: metadata != {"t": 1}).occurrences
    names = _part(shelf, filters=lambda metadata: metadata != {"t": 1}).readings.names
    assert [names[i] for i in found.name.tolist()].count("apple") == 3  # twice in "fan", once in "firm"


def test_a_view_of_everything_is_the_plain_one(shelf):
    assert shelf._views.at(Visibility.of()) is shelf._views.plain
    assert shelf._views.at(Visibility.of({"t": [1, 2]})) is shelf._views.plain
    assert shelf._views.at(Visibility.of(access={"staff"})) is shelf._views.plain


def test_views_are_kept_by_what_they_see_and_the_oldest_go(shelf):
    at = shelf._views.at
    one = at(Visibility.of({"t": 1}))
    assert at(Visibility.of({"t": 1})) is one
    assert at(Visibility.of(lambda metadata: metadata["t"] == 1)) is one
    for filters in ({"t": 2}, {"t": []}, {"access": "staff"}):
        at(Visibility.of(filters))
    assert len(shelf._views._views) == 3
    assert at(Visibility.of({"t": 1})) is not one


def test_a_function_that_changes_its_mind_is_asked_each_time(shelf):
    allowed = {1}
    see = Visibility.of(lambda metadata: metadata["t"] in allowed)
    before = shelf._views.at(see)
    allowed.add(2)
    assert shelf._views.at(see) is shelf._views.plain is not before


def test_a_view_follows_what_is_ingested_changed_and_deleted(shelf):
    documents = {document.id: document for document in SHELF}
    seen = {"filters": {"t": 1}}
    assert_same(shelf, list(documents.values()), seen)
    for change in (
        Document("jobs", "Steve Jobs was born in York.", "Jobs", {"t": 2}),
        Document("new", "York is near Apple.", "York", {"t": 1}),
        Document("firm", "Apple is a company in York.", "Apple", {"t": 1}),
    ):
        documents[change.id] = change
        commit(shelf, change)
        resolve(shelf.store)
        assert_same(shelf, list(documents.values()), seen)
    del documents["label"]
    shelf.delete("label")
    assert_same(shelf, list(documents.values()), seen)


def test_names_that_wait_to_be_decided_are_decided_in_a_view():
    with knowledge(SHELF[:2]) as kb:
        commit(kb, *SHELF[2:])
        assert kb.store.dirty_names()
        assert_same(kb, SHELF, {"filters": {"t": 1}})


@pytest.mark.parametrize("filters", [None, {"t": 1}], ids=["all visible before", "some"])
def test_what_changed_while_it_was_read_is_read_again(shelf, filters):
    secret = replace(SHELF[3], text="Steve Jobs hid gold in Lyon.", metadata={"t": 1, "access": "board"})
    tries = []

    def use(view):
        tries.append(view)
        if len(tries) == 1:
            commit(shelf, secret)
        return [document.text for document in view.knowledge.documents(["jobs"])]

    assert shelf._views.over(Visibility.of(filters, {"staff"}, "2003"), use) == []
    assert len(tries) == 2


def test_documents_that_change_at_every_attempt_are_an_error(shelf):
    def use(view):
        text = SHELF[3].text + " Again." * (shelf.store.revision() + 1)
        commit(shelf, replace(SHELF[3], text=text))

    with pytest.raises(StoreLockedError, match="5 attempts"):
        shelf._views.over(Visibility.of({"t": 1}), use)


def test_documents_that_come_meanwhile_disturb_nobody(shelf):
    seen = []

    def use(view):
        seen.append(view)
        commit(shelf, Document(f"new{len(seen)}", "York is near Apple.", "York"))

    shelf._views.over(Visibility.of({"t": 1}), use)
    shelf._views.over(Visibility.of(as_of="2003"), use)
    assert len(seen) == 2


def test_a_persons_decision_holds_where_its_mention_and_its_entity_are_seen(shelf):
    links = [link for link in shelf.store.links(["fan"]) if not link.label.is_value and link.sentence >= 0]
    label, firm = about_entity_id("label"), about_entity_id("firm")
    first = links[0]
    for entity in (label, firm):
        shelf.store.override([Decision(first.mention_id, entity, 1.0, "I know")])
        for filters in ({"t": 1}, {"t": [1, 2], "x": None}):
            view = shelf._views.at(Visibility.of(filters)).knowledge
            meant = {link.mention_id: link.entity_id for link in view.links(["fan"])}[first.mention_id]
            seen = filters["t"] == [1, 2] or entity == label
            assert (meant == entity) is seen
            counts = {each.id: each.mentions for each in view.entities()}
            assert sum(counts.values()) == sum(link.entity_id is not None for link in view.links())
            assert all(next(iter(view.entities([id]))).mentions == count for id, count in counts.items())


def test_what_is_read_in_parts_equals_what_is_read_whole(shelf):
    sight = Visibility.of({"t": 1})
    whole = shelf._views.at(sight).knowledge
    entities, facts, aliases = list(whole.entities()), list(whole.facts()), list(whole.aliases())
    links = list(whole.links())
    for entity in entities:
        fresh = StoreView(shelf.store, whole.visible, whole.revision())
        assert fresh.entity(entity.id) == entity
        assert list(fresh.aliases(entity_id=entity.id)) == [a for a in aliases if a.entity_id == entity.id]
        own = [f for f in facts if entity.id in (f.subject_entity, f.object_entity)]
        assert list(StoreView(shelf.store, whole.visible, whole.revision()).facts(entity_id=entity.id)) == own
    for document in sorted(whole.visible):
        fresh = StoreView(shelf.store, whole.visible, whole.revision())
        assert list(fresh.facts([document])) == [f for f in facts if f.document_id == document]
        assert list(fresh.links([document])) == [link for link in links if link.document_id == document]
    names = [aliases[0].name]
    assert list(whole.aliases(names)) == [alias for alias in aliases if alias.name in names]


def test_the_graph_as_arrays_is_that_of_the_visible_documents(shelf):
    view = shelf._views.at(Visibility.of({"t": 1})).knowledge
    with knowledge([document for document in SHELF if document.metadata["t"] == 1]) as alone:
        fresh = EntityGraph(alone.store)
    graph = EntityGraph(view)
    assert graph.entities == fresh.entities and graph.facts == fresh.facts
    assert all(np.array_equal(graph.csr()[name], array) for name, array in fresh.csr().items())


def test_nothing_of_an_invisible_document_is_there(shelf):
    seen = {"filters": {"t": 1}, "access": ()}
    view = shelf._views.at(Visibility.of(**seen)).knowledge
    assert [document.id for document in view.documents()] == ["jobs", "label"]
    assert [stored.document.id for stored in view.load(["fan", "label"])] == ["label"]
    assert list(view.facts(["firm", "fan"])) == list(view.links(["firm"])) == []
    with pytest.raises(NotFoundError):
        view.entity(about_entity_id("firm"))
    found = shelf.search("Where is Apple?", 9, **seen)
    assert {hit.document_id for hit in found.passages} <= {"label", "jobs"}
    said = str(shelf.ask("Who is in Cupertino?", **seen)) + str(shelf.link("Apple of Cupertino", **seen))
    assert "Steve Jobs founded" not in said and about_entity_id("firm") not in said


def test_the_result_says_as_of_when_it_is(shelf):
    assert shelf.search("Jobs?", as_of="2002").query.as_of == "2002"
    assert shelf.search("Jobs?", as_of="2004").query.as_of == "2004"
    assert shelf.search("Jobs?").query.as_of is None


async def test_every_way_to_ask_takes_what_the_reader_sees(shelf):
    seen = {"filters": {"t": 2}}
    question = "Who founded Apple?"
    answer = shelf.ask(question, **seen)
    assert (await shelf.aask(question, **seen)).text == answer.text
    assert list(shelf.stream(question, **seen))[-1].text == answer.text
    assert [piece async for piece in shelf.astream(question, **seen)][-1].text == answer.text
    ids = {hit.document_id for hit in (await shelf.asearch(question, **seen)).passages}
    assert ids == {"firm"}
    retriever = shelf.as_retriever(5, **seen)
    assert {d.metadata["document_id"] for d in retriever.invoke(question)} == ids
    assert {d.metadata["document_id"] for d in await retriever.ainvoke(question)} == ids
    with pytest.raises(QueryError):
        shelf.as_retriever(filters="team")


@pytest.mark.models
@pytest.mark.slow
def test_with_the_default_embedder_a_view_gives_the_same_to_the_last_bit(tmp_path):
    with contextlib.ExitStack() as stack:
        whole, alone = (stack.enter_context(KnowledgeBase(tmp_path / f"{name}.db")) for name in "ab")
        documents = [*SHELF, *(replace(d, id=d.id + "2", metadata={"t": 2}) for d in SHELF)]
        whole.ingest(documents)
        alone.ingest([document for document in documents if document.metadata["t"] == 1])
        assert portrait(whole, filters={"t": 1}) == portrait(alone)
