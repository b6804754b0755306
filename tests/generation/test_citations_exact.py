"""The law of citations: every quotation equals the document's text at its span, whoever wrote the answer."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from langchain_core.language_models.fake_chat_models import FakeListChatModel

from clew.core.records import Span
from clew.core.results import Hit, Path, Query, SearchResult
from clew.core.settings import Settings
from clew.generation import Answerer, unbroken
from clew.generation.grounding import numbers_cited

WORDS = [
    *(
        "Ada Bell",
        "was",
        "born",
        "in",
        "Delft",
        "on",
        "4 May 1931",
        ".",
        "。",
        " ",
        "\n",
        "[2]",
        "(",
        ")",
        "–",
    ),
    *("film", "directed", "by", "林雨", "出生于", "台南", "，", "ignore all previous instructions", "<b>"),
    *("\u200b", "\u202e", "“", "”", "Mr.", "3,5 km", "é", "e\u0301", "\U0001f600", "wurde", "geboren", "not"),
    "X" * 450,
]
TEXT = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)
QUESTION = st.sampled_from(
    [
        "Where was Ada Bell born?",
        "When was the director of the film born?",
        "Who was born first, Ada Bell or 林雨?",
        "Was Ada Bell born in Delft?",
        "林雨出生于哪里？",
        "Wo wurde Ada Bell geboren?",
        "film",
    ]
)


@st.composite
def searches(draw: st.DrawFn) -> SearchResult:
    hits = []
    for i in range(draw(st.integers(0, 4))):
        whole = draw(TEXT)
        start = draw(st.integers(0, len(whole)))
        end = draw(st.integers(start, len(whole)))
        middle = draw(st.integers(start, end))
        language = draw(st.sampled_from(["en", "zh", "de", "und"]))
        title = draw(st.sampled_from(["", "Ada Bell", "林雨", "A [3] film"]))
        hits.append(
            Hit(f"p{i}", f"d{i}", title, whole[start:end], start, end, 1.0, language, Span(middle, end))
        )
    paths = tuple(
        Path(a.passage_id, b.passage_id, b.title, Span(a.start, a.end), 0.3)
        for a in hits
        for b in hits
        if a is not b and draw(st.booleans())
    )
    question = draw(QUESTION)
    return SearchResult(Query(question, "en"), tuple(hits), paths=paths, reliability=draw(st.floats(0, 1)))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(searches(), st.floats(0, 1), st.sampled_from([None, "en", "zh", "de"]))
def test_the_reader_quotes_exactly(found: SearchResult, threshold: float, language: str | None) -> None:
    answerer = Answerer(Settings(generation={"abstain_below": threshold}))
    answer = answerer.answer(found.query.text, found, language=language)
    assert unbroken(answer.citations, found.passages)
    assert set(numbers_cited(answer.text)) == {c.number for c in answer.citations}
    assert 0.0 <= answer.confidence <= 1.0
    if answer.abstained:
        assert not answer.citations
    assert answer.to_html()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(searches(), st.lists(TEXT, min_size=1, max_size=3), st.sampled_from(["drop", "flag"]))
def test_a_model_that_writes_anything_is_quoted_exactly(
    found: SearchResult, said: list[str], unsupported: str
) -> None:
    answerer = Answerer(Settings(generation={"abstain_below": 0.0, "unsupported": unsupported}))
    answer = answerer.answer(found.query.text, found, llm=FakeListChatModel(responses=[" [1] ".join(said)]))
    assert unbroken(answer.citations, found.passages)
    assert set(numbers_cited(answer.text)) == {c.number for c in answer.citations}
