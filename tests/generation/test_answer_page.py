"""The page of an answer: self-contained, escaped, with the thread from question to answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from clew.core.records import Candidate
from clew.core.results import QueryEntity, Reason, SearchResult
from clew.generation import Answerer, answer_page

Search = Callable[..., SearchResult]

VOID = {"meta", "br", "link", "img"}


class _Reader(HTMLParser):
    """Collects tags and checks that they close in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def _read(page: str) -> _Reader:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


def test_the_thread_runs_from_question_to_answer(alpha: SearchResult, answerer: Answerer) -> None:
    answer = answerer.answer(alpha.query.text, alpha)
    page = answer.to_html()
    assert page == answer_page(answer)
    reader = _read(page)
    heads = re.findall(r"<h2>([^<]+)</h2>", page)
    assert heads == ["Question", "How the evidence hangs together", "Evidence", "Answer"]
    assert "<mark>She was born in Delft and died in 1990.</mark>" in page
    assert "Alpha — Ada Bell → Ada Bell" in reader.text
    assert "prefers-color-scheme:dark" in page


def test_nothing_is_loaded_and_nothing_runs(alpha: SearchResult, answerer: Answerer) -> None:
    page = answerer.answer(alpha.query.text, alpha).to_html()
    tags = {tag for tag, _ in _read(page).seen}
    assert not tags & {"script", "img", "link", "iframe", "object", "embed", "form", "a", "svg"}
    assert "default-src 'none'" in page and not re.search(r"url\(|@import|https?://", page)


def test_everything_is_escaped(search: Search, answerer: Answerer) -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
    question = f"Who made the bell of {evil}?"
    entity = QueryEntity("bell", 13, 17, (Candidate("e", evil, 0.9, evil), Candidate("f", evil, 0.1)))
    found = search(question, [(evil, f"The bell of {evil} was made by Ada Bell.")], entities=[entity])
    answer = answerer.answer(question, found)
    reader = _read(answer.to_html())
    assert {tag for tag, _ in reader.seen}.isdisjoint({"script", "img"})
    assert all(not name.startswith("on") for _, attributes in reader.seen for name in attributes)
    assert "<script>alert(1)</script>" in reader.text


@pytest.mark.parametrize(
    ("language", "heading"), [("zh", "回答"), ("de", "Antwort"), ("es", "Respuesta"), ("fr", "Réponse")]
)
def test_headings_speak_the_answers_language(
    language: str, heading: str, alpha: SearchResult, answerer: Answerer
) -> None:
    page = answerer.answer(alpha.query.text, alpha, language=language).to_html()
    assert f"<h2>{heading}</h2>" in page and f'<html lang="{language}">' in page


def test_a_refusal_has_a_page_too(answerer: Answerer) -> None:
    from clew.core.results import Query

    answer = answerer.answer("x?", SearchResult(Query("x?", "en")))
    assert 'class="answer refused"' in answer.to_html()


def test_reasons_of_a_hit_are_shown(alpha: SearchResult, answerer: Answerer) -> None:
    from dataclasses import replace

    hits = tuple(replace(h, reasons=(Reason("walk", 0.7), Reason("dense", 0.3))) for h in alpha.passages)
    page = answerer.answer(alpha.query.text, replace(alpha, passages=hits)).to_html()
    assert "walk 70% · dense 30%" in page
