"""Facts over time: history, search as of a day, and contradictions between documents."""

from __future__ import annotations

import itertools

import pytest

from clew import Document, KnowledgeBase
from clew.core.errors import NotFoundError, QueryError
from clew.core.sample import sample_corpus

SETTINGS = {"models": {"embedder": "hashing"}}


def opened(*documents: Document) -> KnowledgeBase:
    kb = KnowledgeBase(":memory:", settings=SETTINGS)
    kb.ingest(list(documents))
    return kb


def doc(id: str, title: str, text: str, date: str | None = None) -> Document:
    return Document(id, text, title, date=date)


AJAX = [
    doc("old", "Spring report", "The weather was fine. The CEO of Ajax is Ann Lee.", "2012-03-01"),
    doc("new", "Summer report", "The weather was bad. The CEO of Ajax is Bob Ray.", "2020-07-01"),
    doc("ajax", "Ajax", "Ajax is a firm that makes bicycles. It was founded in 1976."),
]


def test_history_is_newest_first_with_sources_and_intervals():
    text = "Ann Lee was mayor of Delft from 1990 to 1995. Ann Lee was mayor of Gouda from 1996 to 2001."
    later = "Ann Lee was mayor of Leiden from 2002 to 2008."
    with opened(doc("a", "Ann Lee", text), doc("b", "Mayors of Leiden", later, "2010")) as kb:
        found = kb.history("Ann Lee", "mayor of")
        assert [s.fact.object for s in found.predicates["mayor of"]] == ["Leiden", "Gouda", "Delft"]
        assert [s.fact.valid_from for s in found.predicates["mayor of"]] == ["2002", "1996", "1990"]
        assert found.predicates["mayor of"][0].date == "2010"
        for statement in found.predicates["mayor of"]:
            fact = statement.fact
            assert kb.store.document(fact.document_id).text[fact.start : fact.end] == statement.quote
        assert kb.history(found.entity.id, "mayor of") == found
        assert set(kb.history("ann lee").predicates) >= {"mayor of"}


def test_history_of_an_ambiguous_name_lists_who_may_be_meant():
    planet = doc("p", "Mercury (planet)", "Mercury is the planet nearest to the Sun.")
    metal = doc("m", "Mercury (element)", "Mercury is a metal that is liquid at room temperature.")
    with opened(planet, metal) as kb:
        with pytest.raises(QueryError, match=r"Mercury \(planet\).*Mercury \(element\)|element.*planet"):
            kb.history("Mercury")
        assert kb.history("Mercury (planet)").entity.name == "Mercury (planet)"
        with pytest.raises(NotFoundError):
            kb.history("Zaphod")
        with pytest.raises(QueryError):
            kb.history(" ")


def test_search_as_of_a_day_leaves_out_facts_that_do_not_hold_then():
    with opened(
        doc("a", "Ajax", "Ann Lee was president of Ajax from 1990 to 1995. Bob Ray led Ajax since 1996.")
    ) as kb:

        def subjects(as_of: str | None) -> set[str]:
            found = kb.search("Who was president of Ajax?", as_of=as_of)
            return {f.subject for f in found.facts if f.predicate in ("president of", "lead")}

        assert subjects(None) == {"Ann Lee", "Bob Ray"}
        assert subjects("1993") == {"Ann Lee"}
        assert subjects("2001-05-04") == {"Bob Ray"}
        assert subjects("1980") == set()
        with pytest.raises(QueryError, match="as_of"):
            kb.search("Who?", as_of="yesterday")


def test_two_chiefs_at_once_are_surfaced_with_both_sources_newer_first():
    with opened(*AJAX) as kb:
        [conflict] = kb.conflicts()
        assert (conflict.relation, conflict.name) == ("chief executive", "Ajax")
        assert (conflict.newer.fact.document_id, conflict.older.fact.document_id) == ("new", "old")
        assert conflict.values == ("Bob Ray", "Ann Lee") and conflict.dated
        assert kb.search("Who is the CEO of Ajax?").conflicts == (conflict,)


def test_conflicts_do_not_depend_on_the_order_of_documents():
    results = []
    for order in itertools.permutations(AJAX):
        with opened(*order) as kb:
            results.append(kb.conflicts())
    assert all(each == results[0] for each in results) and results[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann Lee was born in 1976.", "Ann Lee was born on April 1, 1976."),
        ("Ann Lee was CEO of Ajax from 1990 to 1995.", "Bob Ray was CEO of Ajax from 1995 to 2001."),
        ("Ann Lee was CEO of Ajax.", "Bob Ray was CEO of Ajax."),
        ("The CEO of Ajax is Ann Lee.", "The CEO of Ajax is Lee."),
        ("Ann Lee was CEO of Ajax until 1995.", "The CEO of Ajax is Bob Ray."),
        ("The former CEO of Ajax is Ann Lee.", "The CEO of Ajax is Bob Ray."),
        ("Ann Lee may be the CEO of Ajax.", "The CEO of Ajax is Bob Ray."),
        ("Ann Lee was born in Delft, a town in Holland.", "Ann Lee was born in Holland."),
    ],
)
def test_what_agrees_or_follows_is_no_conflict(one, other):
    with opened(
        doc("a", "Ann Lee", f"Ann Lee is a manager. {one}"),
        doc("b", "Ajax", f"Ajax is a firm. {other}"),
        doc("c", "Delft", "Delft is a town in Holland."),
    ) as kb:
        assert kb.conflicts() == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            doc("a", "Robert Petre, 7th Baron Petre", "Baron Petre (1689–1713) was a peer. He was kind."),
            doc("b", "Robert Petre, 8th Baron Petre", "Baron Petre (1685–1712) was a peer. He was kind."),
        ),
        (
            doc("a", "Gerry Neugebauer", "Gerry Neugebauer is a physicist. Neugebauer was born in Delft."),
            doc("b", "Marcia Neugebauer", "Marcia Neugebauer is a physicist. Neugebauer was born in Gouda."),
        ),
        (
            doc("a", "Olof Palme", "Olof Palme (30 January 1927 – 28 February 1986) was a statesman."),
            doc("b", "Ulric Palme", "He acted on many stages. His uncle was Olof Palme (1884–1918)."),
        ),
        (
            doc("a", "Helen", "Helen of Greece was the queen mother of Romania. She was kind."),
            doc("b", "Xenia", "Xenia met many people. Queen Mary was the queen mother of Romania."),
        ),
    ],
    ids=["rank", "surname", "namesake", "queen mother"],
)
def test_persons_who_share_a_name_do_not_contradict_each_other(one, other):
    more = [doc("c", "Delft", "Delft is a town."), doc("d", "Gouda", "Gouda is a town."),
            doc("e", "Romania", "Romania is a country.")]  # fmt: skip
    with opened(one, other, *more) as kb:
        assert kb.conflicts() == ()


def test_dates_of_a_life_in_its_own_document_contradict_what_others_say_of_it():
    life = "Ann Lee (1 April 1936 – 3 May 2010) was a painter. She lived in Delft."
    elsewhere = "There are many painters. Ann Lee died on May 4, 2010."
    with opened(doc("a", "Ann Lee", life), doc("b", "Painters", elsewhere)) as kb:
        [conflict] = kb.conflicts()
        assert (conflict.relation, conflict.name) == ("date of death", "Ann Lee")


def test_births_on_two_days_are_a_conflict_whose_order_the_documents_dates_give():
    title = "Ann Lee"
    one = doc("a", title, "Ann Lee was born on April 1, 1976.", "1999")
    other = doc("b", "Painters", "There are many painters. Ann Lee was born on May 3, 1975.", "2004")
    with opened(one, other) as kb:
        [conflict] = kb.conflicts()
        assert conflict.relation == "date of birth" and conflict.dated
        assert conflict.newer.fact.document_id == "b"
    undated = [Document(d.id, d.text, d.title) for d in (one, other)]
    with opened(*undated) as kb:
        assert not kb.conflicts()[0].dated


@pytest.mark.parametrize(
    ("language", "newer"),
    [("en", "newer"), ("de", "neuer"), ("es", "más reciente"), ("fr", "plus récent"), ("zh", "较新")],
)
def test_an_answer_names_both_sides_with_their_citations(language, newer):
    with opened(*AJAX) as kb:
        answer = kb.ask("Who is the CEO of Ajax?", language=language)
        assert "Ann Lee" in answer.text and "Bob Ray" in answer.text and newer in answer.text
        assert answer.short == "Bob Ray"
        assert {c.document_id for c in answer.citations} >= {"old", "new"}
        for citation in answer.citations:
            document = kb.store.document(citation.document_id)
            assert document.text[citation.start : citation.end] == citation.quote
            assert f"[{citation.number}]" in answer.text


def test_intervals_are_content_that_digests_and_fingerprint_cover():
    with opened(doc("a", "Ann Lee", "Ann Lee was mayor of Delft until 1995.")) as kb:
        before = kb.fingerprint()
        with kb.store.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE facts SET valid_to = '1996' WHERE valid_to = '1995'")
        assert kb.fingerprint() != before
        assert kb.store.check() != []


def test_a_view_has_the_history_and_the_contradictions_of_what_it_sees():
    with opened(*AJAX) as kb:
        assert kb.conflicts(as_of="2015") == ()
        chiefs = kb.history("Ajax", "ceo of", as_of="2015").predicates["ceo of"]
        assert [statement.fact.subject for statement in chiefs] == ["Ann Lee"]


@pytest.mark.slow
def test_nothing_in_the_sample_corpus_is_taken_for_a_contradiction():
    with KnowledgeBase(":memory:", settings=SETTINGS) as kb:
        kb.ingest(sample_corpus(), workers=1)
        assert kb.conflicts() == ()
        assert any(fact.valid_from is not None for fact in kb.store.facts())
