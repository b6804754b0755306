"""Views: what is chosen, what is kept, and what happens while documents change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from clew import Document, KnowledgeBase
from clew.core.errors import NotFoundError, QueryError, StoreLockedError
from clew.core.records import Decision
from clew.core.visibility import Visibility
from clew.kg.blocks import about_entity_id
from clew.kg.graph import EntityGraph
from clew.kg.resolution import resolve
from clew.kg.view import StoreView
from clew.retrieval.index import PassageIndex
from clew.retrieval.projection import equal_parts

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
def shelf(knowledge):
    with knowledge(SHELF) as kb:
        yield kb


def _part(kb: KnowledgeBase, **seen: Any) -> PassageIndex:
    return kb._views.at(Visibility.of(**seen)).retriever.projection.current()


def test_the_index_of_a_view_equals_one_built_of_its_documents(shelf, knowledge):
    part = _part(shelf, filters={"t": 1})
    with knowledge([document for document in SHELF if document.metadata["t"] == 1]) as alone:
        fresh = alone.projection.current()
    assert list(equal_parts(part.parts, fresh.parts)) == []
    names = [part.keys[name] for name in part.names.numbers()]
    assert names == [fresh.keys[name] for name in fresh.names.numbers()]
    assert "apple records" in names and "apple" not in names
    for name in ("sentence", "name"):
        assert np.array_equal(getattr(part.occurrences, name), getattr(fresh.occurrences, name))


def test_a_name_that_an_invisible_longer_one_covered_is_found(shelf):
    found = _part(shelf, filters=lambda metadata: metadata != {"t": 1}).occurrences
    names = _part(shelf, filters=lambda metadata: metadata != {"t": 1}).readings.names
    assert [names[i] for i in found.name.tolist()].count("apple") == 2  # in "fan" and in "firm"


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


def test_a_view_follows_what_is_ingested_changed_and_deleted(shelf, commit, assert_same):
    documents = {document.id: document for document in SHELF}
    seen = {"filters": {"t": 1}}
    assert_same(shelf, list(documents.values()), seen, 2)
    for change in (
        Document("jobs", "Steve Jobs was born in York.", "Jobs", {"t": 2}),
        Document("new", "York is near Apple.", "York", {"t": 1}),
        Document("firm", "Apple is a company in York.", "Apple", {"t": 1}),
    ):
        documents[change.id] = change
        commit(shelf, change)
        resolve(shelf.store)
        assert_same(shelf, list(documents.values()), seen, 2)
    del documents["label"]
    shelf.delete("label")
    assert_same(shelf, list(documents.values()), seen, 2)


def test_names_that_wait_to_be_decided_are_decided_in_a_view(knowledge, commit, assert_same):
    with knowledge(SHELF[:2]) as kb:
        commit(kb, *SHELF[2:])
        assert kb.store.dirty_names()
        assert_same(kb, SHELF, {"filters": {"t": 1}})


@pytest.mark.parametrize("filters", [None, {"t": 1}], ids=["all visible before", "some"])
def test_what_changed_while_it_was_read_is_read_again(shelf, filters, commit):
    secret = replace(SHELF[3], text="Steve Jobs hid gold in Lyon.", metadata={"t": 1, "access": "board"})
    tries = []

    def use(view):
        tries.append(view)
        if len(tries) == 1:
            commit(shelf, secret)
        return [document.text for document in view.knowledge.documents(["jobs"])]

    assert shelf._views.over(Visibility.of(filters, {"staff"}, "2003"), use) == []
    assert len(tries) == 2


def test_documents_that_change_at_every_attempt_are_an_error(shelf, commit):
    def use(view):
        text = SHELF[3].text + " Again." * (shelf.store.revision() + 1)
        commit(shelf, replace(SHELF[3], text=text))

    with pytest.raises(StoreLockedError, match="5 attempts"):
        shelf._views.over(Visibility.of({"t": 1}), use)


def test_documents_that_come_meanwhile_disturb_nobody(shelf, commit):
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


def test_with_persons_decisions_a_view_still_equals_a_knowledge_base_of_its_documents(
    shelf, knowledge, portrait
):
    mentions = [link.mention_id for link in shelf.store.links(["fan", "jobs"]) if link.entity_id is not None]
    visible = [document for document in SHELF if document.metadata["t"] == 1]
    here = [
        Decision(mentions[i], about_entity_id(to), 1.0, "I know") for i, to in ((0, "label"), (-1, "label"))
    ]
    with knowledge(visible) as alone:
        for kb, decisions in (
            (shelf, [*here, Decision(mentions[1], about_entity_id("firm"), 1.0, "?")]),
            (alone, here),
        ):
            kb.store.override(decisions)
            resolve(kb.store)
        assert portrait(shelf, 2, filters={"t": 1}) == portrait(alone, 2)


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


def test_the_graph_as_arrays_is_that_of_the_visible_documents(shelf, knowledge):
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
