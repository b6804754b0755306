"""BM25 against the formula written out, and the words it counts."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.core.records import Document, Label, Passage, Span
from clew.retrieval import following
from clew.retrieval.lexical import K1, B, LexicalIndex
from clew.retrieval.parts import read_parts
from clew.retrieval.tokens import question_terms, terms
from clew.storage.rows import StoredDocument


def index_of(passages: list[list[str]]) -> tuple[LexicalIndex, list[int]]:
    """An index in which every passage is a document of one sentence, and the row of each passage."""
    documents = []
    for number, words in enumerate(passages):
        text = " ".join(words)
        passage, sentence = Passage(0, 0, len(text), 0, 1, "und"), Span(0, len(text))
        read = ("und", "", 1, (passage,), ("",), (sentence,), (), (), Label.MISC, None, None, None, None)
        documents.append(StoredDocument(Document(str(number), text), *read))
    index = following.index_of(read_parts(documents, 1, 4), [])
    return index.lexical, [index.layers.get(str(number)) for number in range(len(passages))]


def plain_bm25(question: list[str], passages: list[list[str]]) -> list[float]:
    mean = sum(map(len, passages)) / len(passages)
    scores = []
    for passage in passages:
        counts = Counter(passage)
        total = 0.0
        for term in question:
            df = sum(term in p for p in passages)
            if df:
                idf = math.log(1 + (len(passages) - df + 0.5) / (df + 0.5))
                tf = counts[term]
                total += idf * tf * (K1 + 1) / (tf + K1 * (1 - B + B * len(passage) / mean))
        scores.append(total)
    return scores


words = st.sampled_from(["river", "bank", "apple", "pie", "city", "sea"])


@given(
    st.lists(st.lists(words, min_size=1, max_size=12), min_size=1, max_size=8),
    st.lists(words, max_size=4, unique=True),
)
def test_scores_equal_the_formula(passages, question):
    index, rows = index_of(passages)
    found = index.scores(index.columns(question))[rows]
    np.testing.assert_allclose(found, plain_bm25(question, passages), rtol=1e-4, atol=1e-5)


def test_coverage_is_the_share_of_the_questions_words_that_a_passage_holds():
    index, (river, apple) = index_of([["river", "bank"], ["apple", "pie"]])
    question = [index.columns([word]) for word in ("river", "bank")]
    assert index.coverage(question, river) == pytest.approx(1.0)
    assert index.coverage(question, apple) == 0.0
    assert 0 < index.coverage([index.columns([word]) for word in ("river", "unknown")], river) < 0.5
    assert index.coverage([], river) == 0.0


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Running rivers", "en", ["run", "river"]),
        ("die Flüsse", "de", ["die", "fluss"]),
        ("苹果公司", "zh", ["苹", "苹果", "果", "果公", "公", "公司", "司"]),
        ("iPhone手机", "zh", ["iphone", "手", "手机", "机"]),
        ("!!! 🙂", "en", []),
    ],
)
def test_terms_of_a_text(text, language, expected):
    found = terms(text, language)
    assert [t for t in expected if t not in found] == []


def test_a_name_in_a_question_meets_its_stem_in_the_language_of_the_passages():
    held = set(terms("The Rivers of Paris", "en"))
    asked = question_terms("Welche Flüsse hat Paris?", ("en",), "de")
    assert any(held & set(word) for word in asked)


def test_question_words_are_not_looked_for():
    words = question_terms("Who founded the city?", ("en",), "en")
    assert words == {("found",): "founded", ("citi",): "city"}
    assert question_terms("谁的城市", ("zh",), "zh") and ("谁",) not in question_terms(
        "谁的城市", ("zh",), "zh"
    )
