"""No support, no answer: fixed refusals, before any model is called."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel

from clew.core.errors import QueryError
from clew.core.results import Query, SearchResult
from clew.core.settings import Settings
from clew.generation import Answerer, confidence
from clew.kg.words import words_of

Search = Callable[..., SearchResult]


class _Untouched(FakeListChatModel):
    """A model that may not be called."""

    responses: list[str] = ["never"]

    def _call(self, *args: Any, **kwargs: Any) -> str:
        raise AssertionError("the model was called")


@pytest.mark.parametrize(
    ("language", "refusal"),
    [
        ("en", "The documents do not support an answer to this question."),
        ("zh", "现有文档不足以回答这个问题。"),
        ("de", "Die Dokumente belegen keine Antwort auf diese Frage."),
        ("es", "Los documentos no respaldan una respuesta a esta pregunta."),
        ("fr", "Les documents ne permettent pas de répondre à cette question."),
        ("ru", "Документы не подтверждают ответа на этот вопрос."),
        ("sw", "The documents do not support an answer to this question."),
    ],
)
def test_without_evidence_the_refusal_is_in_the_users_language(
    language: str, refusal: str, answerer: Answerer
) -> None:
    answer = answerer.answer("x?", SearchResult(Query("x?", language)), llm=_Untouched())
    assert answer.abstained and answer.text == refusal
    assert answer.confidence == 0.0 and not answer.citations


def test_hopeless_evidence_is_refused_before_the_model_is_called(search: Search, answerer: Answerer) -> None:
    question = "Who painted the ceiling of the Sistine Chapel?"
    found = search(question, [("Bell", "A bell is a hollow object that rings.")], reliability=0.1)
    answer = answerer.answer(question, found, llm=_Untouched())
    assert answer.abstained and answer.confidence < 0.45
    assert any(w.startswith("abstained") for w in answer.warnings)


def test_the_threshold_is_a_setting(search: Search) -> None:
    question = "Who painted the ceiling of the Sistine Chapel?"
    found = search(question, [("Bell", "A bell is a hollow object that rings.")], reliability=0.1)
    brave = Answerer(Settings(generation={"abstain_below": 0.0})).answer(question, found)
    assert not brave.abstained and brave.citations
    shy = Answerer(Settings(generation={"abstain_below": 1.0}))
    assert shy.answer(
        "Is a bell hollow?", search("Is a bell hollow?", [("Bell", "A bell is hollow.")])
    ).abstained


def test_missing_names_lower_the_confidence(search: Search, answerer: Answerer) -> None:
    text = ("Alden Bridge", "The Alden Bridge was designed by Mary Holt.")
    right, wrong = "Who designed the Alden Bridge?", "Who designed the Borden Bridge?"
    sure = answerer.answer(right, search(right, [text])).confidence
    assert answerer.answer(wrong, search(wrong, [text])).confidence < sure


def test_a_model_that_declines_abstains(alpha: SearchResult, answerer: Answerer) -> None:
    refusal = words_of("en").phrases["refusal"]
    answer = answerer.answer(alpha.query.text, alpha, llm=FakeListChatModel(responses=[refusal]))
    assert answer.abstained and answer.text == refusal and answer.engine == "fake-list-chat-model"


@pytest.mark.parametrize("question", ["", "  \n", "\u200b \n"[1:]])
def test_an_empty_question_is_an_error(question: str, answerer: Answerer) -> None:
    with pytest.raises(QueryError, match="empty"):
        answerer.answer(question, SearchResult(Query("", "en")))


def test_confidence_rises_with_each_of_its_parts() -> None:
    base = confidence(coverage=0.5, reliability=0.5, support=0.5, fit=0.5)
    for part in ("coverage", "reliability", "support", "fit"):
        values = {"coverage": 0.5, "reliability": 0.5, "support": 0.5, "fit": 0.5, part: 1.0}
        assert confidence(**values) > base
    assert confidence(coverage=1, reliability=5, support=1, fit=1) == 1.0
