"""Documents that contradict each other: a language model is told, and its answer names both sides."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel

from clew import Answer, Document, KnowledgeBase
from clew.generation import build
from clew.generation.prompting import Prompt

QUESTION = "Who is the CEO of Ajax?"
BOTH = (
    "“Summer report (2020-07-01)”, newer, says Bob Ray [{new}]; "
    "“Spring report (2012-03-01)” says Ann Lee [{old}]."
)


@pytest.fixture(scope="module")
def kb() -> Any:
    with KnowledgeBase(":memory:", settings={"models": {"embedder": "hashing"}}) as kb:
        kb.ingest([
            Document("new", "The CEO of Ajax is Bob Ray. Rain fell.", "Summer report", date="2020-07-01"),
            Document("old", "The CEO of Ajax is Ann Lee. The weather was fine.", "Spring report",
                     date="2012-03-01"),
            Document("ajax", "Ajax is a firm that makes bicycles. It was founded in 1976.", "Ajax"),
        ])  # fmt: skip
        yield kb


def numbers(kb: KnowledgeBase) -> dict[str, int]:
    hits = kb.search(QUESTION, 8, mode="passages").passages
    return {hit.document_id: number for number, hit in enumerate(hits, 1)}


def asked(kb: KnowledgeBase, said: str, **options: Any) -> Answer:
    at = numbers(kb)
    text = said.format(new=at["new"], old=at["old"])
    answer = kb.ask(QUESTION, FakeListChatModel(responses=[text]), **options)
    assert answer.engine == "fake-list-chat-model"
    for citation in answer.citations:
        assert kb.store.document(citation.document_id).text[citation.start : citation.end] == citation.quote
        assert f"[{citation.number}]" in answer.text
    return answer


def test_the_prompt_tells_both_sides_newer_first(kb):
    at = numbers(kb)
    prompt = kb.answerer.prompt(QUESTION, kb.search(QUESTION, 8, mode="passages"))
    line = (
        f"- chief executive of Ajax: Bob Ray [{at['new']}], which is newer (Summer report (2020-07-01)); "
        f"Ann Lee [{at['old']}] (Spring report (2012-03-01))"
    )
    assert line in prompt.evidence.splitlines() and "newer one first" in prompt.system
    chinese = kb.answerer.prompt(QUESTION, kb.search(QUESTION, 8, mode="passages"), language="zh")
    assert "Bob Ray" in chinese.evidence.rpartition("证据互相矛盾之处：")[2]


def test_contradictions_keep_to_the_budget(kb):
    found = kb.search(QUESTION, 8, mode="passages")

    def built(budget: int) -> Prompt:
        return build(QUESTION, "en", found, passages=8, budget=budget)

    least = next(budget for budget in range(500) if built(budget).numbers == (1, 2, 3))
    assert "contradicts itself:" not in built(least).evidence
    assert "contradicts itself:" in built(least + 100).evidence


def test_the_prompt_tells_nothing_of_a_side_that_it_does_not_show(kb):
    found = kb.search(QUESTION, 1, mode="passages")
    assert "contradicts itself:" not in kb.answerer.prompt(QUESTION, found).evidence


@pytest.mark.parametrize("side", ["new", "old"])
def test_a_model_that_names_one_side_gets_the_other_added_with_its_citation(kb, side):
    name = {"new": "Bob Ray", "old": "Ann Lee"}[side]
    at = numbers(kb)
    answer = asked(kb, f"The CEO of Ajax is {name} [{{{side}}}].")
    assert answer.text == f"The CEO of Ajax is {name} [{at[side]}]. {BOTH.format(**at)}"
    assert {citation.document_id for citation in answer.citations} == {"new", "old"}


def test_a_model_that_names_both_sides_is_left_alone(kb):
    said = "The CEO of Ajax is Bob Ray [{new}]. The CEO of Ajax is Ann Lee in another report [{old}]."
    assert "says" not in asked(kb, said).text


def test_an_answer_about_something_else_is_left_alone(kb):
    found = kb.search("When was Ajax founded?", 8, mode="passages")
    number = next(n for n, hit in enumerate(found.passages, 1) if hit.document_id == "ajax")
    model = FakeListChatModel(responses=[f"It was founded in 1976 [{number}]."])
    answer = kb.ask("When was Ajax founded?", model)
    assert "1976" in answer.text and "Ann Lee" not in answer.text
