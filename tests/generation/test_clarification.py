"""A question back where two readings of a name lead to different answers, and only there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clew.core.records import Candidate, Entity, Label
from clew.core.results import QueryEntity, SearchResult
from clew.generation import Answerer

Search = Callable[..., SearchResult]

PLANET = ("Mercury (planet)", "Mercury is the planet nearest to the Sun. Mercury was first drawn in 1639.")
METAL = ("Mercury (element)", "Mercury is a metal that is liquid. Mercury was first frozen in 1759.")
QUESTION = "When was Mercury first seen in the books?"


def _found(search: Search, first: float, second: float, question: str = QUESTION) -> SearchResult:
    candidates = (
        Candidate("e1", "Mercury", first, "the planet"),
        Candidate("e2", "Mercury", second, "the element"),
    )
    at = question.index("Mercury")
    entities = (
        Entity("e1", "Mercury", Label.MISC, documents=("d0",)),
        Entity("e2", "Mercury", Label.MISC, documents=("d1",)),
    )
    found = search(
        question,
        [PLANET, METAL],
        entities=[QueryEntity("Mercury", at, at + 7, candidates)],
    )
    return SearchResult(found.query, found.passages, (), entities, (), reliability=0.8)


def test_asks_back_and_names_both(search: Search, answerer: Answerer) -> None:
    question = "When was Mercury first drawn or frozen?"
    answer = answerer.answer(question, _found(search, 0.5, 0.45, question))
    assert answer.clarification is not None
    assert answer.clarification.options == ("Mercury (the planet)", "Mercury (the element)")
    assert answer.text == answer.clarification.question
    assert answer.text == "Which “Mercury” do you mean: Mercury (the planet), or Mercury (the element)?"
    assert not answer.citations and answer.abstained


def test_does_not_ask_where_one_reading_leads(search: Search, answerer: Answerer) -> None:
    question = "When was Mercury first drawn or frozen?"
    assert answerer.answer(question, _found(search, 0.9, 0.1, question)).clarification is None


def test_does_not_ask_where_the_question_says_which(search: Search, answerer: Answerer) -> None:
    question = "When was the liquid metal Mercury first frozen?"
    answer = answerer.answer(question, _found(search, 0.5, 0.5, question))
    assert answer.clarification is None and answer.short == "1759"


def test_does_not_ask_where_only_one_reading_has_evidence(search: Search, answerer: Answerer) -> None:
    found = _found(search, 0.5, 0.5)
    alone = SearchResult(found.query, found.passages[:1], (), found.entities, (), reliability=0.8)
    assert answerer.answer(QUESTION, alone).clarification is None


@pytest.mark.parametrize(
    ("language", "start"), [("de", "Welches"), ("zh", "您"), ("es", "¿A cuál"), ("fr", "De quel")]
)
def test_asks_in_the_users_language(language: str, start: str, search: Search) -> None:
    from clew.kg.words import words_of

    assert words_of(language).phrase("clarify", name="Mercury", options="a").startswith(start)
