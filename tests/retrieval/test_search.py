"""What a search gives back."""

import pytest

from clew.core.errors import QueryError
from clew.core.records import CO_MENTION
from clew.retrieval.fusion import lexical_reliability, stretch


@pytest.fixture
def kb(open_kb, documents):
    kb = open_kb()
    kb.ingest(documents)
    return kb


def test_a_question_over_two_documents_finds_both(kb):
    result = kb.search("Where was Steve Wozniak, a founder of Apple Inc., born?", 3)
    assert {"woz", "apple"} <= {hit.document_id for hit in result.passages}


def test_the_walk_reaches_what_only_a_sentence_names(kb):
    result = kb.search("In which city was a man born who founded Apple Inc.?", 6)
    assert {"jobs", "woz"} <= {hit.document_id for hit in result.passages}
    bridges = {(path.source, path.target): path for path in result.paths}
    apple = next(hit for hit in result.passages if hit.document_id == "apple")
    jobs = next(hit for hit in result.passages if hit.document_id == "jobs")
    path = bridges[apple.passage_id, jobs.passage_id]
    sentence = kb.store.document("apple").text[path.sentence.start : path.sentence.end]
    assert path.entity == "steve jobs" and "Steve Jobs" in sentence


def test_every_hit_says_why_it_is_there(kb):
    for hit in kb.search("Where was the founder of Apple Inc. born?").passages:
        assert hit.reasons and sum(r.share for r in hit.reasons) == pytest.approx(1, abs=0.06)
        assert [r.share for r in hit.reasons] == sorted((r.share for r in hit.reasons), reverse=True)
    first = kb.search("Where is Apple Inc.?").passages[0]
    assert any(r.part == "seed" and "Apple Inc" in r.detail for r in first.reasons)


def test_timings_sum_up_the_walk_and_all_that_is_added_to_the_base(kb):
    timings = kb.search("Where was the founder of Apple Inc. born?").timings
    stages = ("walk", "path", "shared", "residual", "second", "sentence", "bridge", "chain", "context")
    assert timings["walk and terms"] == pytest.approx(sum(timings.get(stage, 0.0) for stage in stages))
    assert timings["walk and terms"] < timings["total"]


def test_hits_quote_their_documents(kb):
    for hit in kb.search("planet").passages:
        text = kb.store.document(hit.document_id).text
        assert text[hit.start : hit.end] == hit.text
        assert hit.start <= hit.best_sentence.start < hit.best_sentence.end <= hit.end


def test_scores_fall(kb):
    scores = [hit.score for hit in kb.search("San Francisco").passages]
    assert scores == sorted(scores, reverse=True)


def test_a_name_with_two_readings_has_both_with_probabilities(kb):
    entity = kb.search("Is Mercury a planet?").query.entities[0]
    assert entity.text == "Mercury"
    assert [c.name for c in entity.candidates][0] == "Mercury (planet)"
    assert {c.name for c in entity.candidates} == {"Mercury (planet)", "Mercury (element)"}
    assert sum(c.score for c in entity.candidates) == pytest.approx(1)


def test_a_misspelt_name_is_still_found(kb):
    entities = kb.search("Who was Steve Wozniack?").query.entities
    assert any(c.name == "Steve Wozniak" for e in entities for c in e.candidates)


def test_facts_stand_in_the_passages_found(kb):
    result = kb.search("Where was Steve Jobs born?")
    spans = [(hit.document_id, hit.start, hit.end) for hit in result.passages]
    assert result.facts
    for fact in result.facts:
        assert any(d == fact.document_id and s <= fact.start and fact.end <= e for d, s, e in spans)
    assert any("san francisco" in f.object.lower() for f in result.facts[:5])


def test_k_limits_the_passages(kb):
    assert len(kb.search("Steve", 2).passages) == 2
    assert len(kb.search("Steve", 1000).passages) <= 8


@pytest.mark.parametrize("question", ["", "   ", "\n\t"])
def test_an_empty_question_is_an_error(kb, question):
    with pytest.raises(QueryError, match="empty"):
        kb.search(question)


def test_a_k_below_one_is_an_error(kb):
    with pytest.raises(QueryError, match="k is 0"):
        kb.search("apple", 0)


def test_an_absurdly_long_question_is_an_error(kb):
    with pytest.raises(QueryError, match="29999 characters"):
        kb.search("words " * 5000)


@pytest.mark.parametrize(
    "question", ["\0apple", "\ud800", "🙂", "苹果", "???", "a" * 5000, "' OR 1=1 --"], ids=ascii
)
def test_odd_questions_have_an_answer(kb, question):
    kb.search(question)


def test_a_single_document_is_found(open_kb, documents):
    kb = open_kb()
    kb.ingest(documents[2:3])
    assert [hit.document_id for hit in kb.search("Where was Steve Jobs born?").passages] == ["jobs"]
    assert [hit.document_id for hit in kb.search("calligraphy").passages] == ["jobs"]


def test_an_empty_store_finds_nothing(open_kb):
    result = open_kb().search("anything")
    assert (result.passages, result.facts, result.entities, result.paths) == ((), (), (), ())


async def test_the_same_from_an_event_loop(kb):
    import asyncio

    one, other = await asyncio.gather(kb.asearch("Steve Jobs"), kb.asearch("Mercury"))
    assert one.passages == kb.search("Steve Jobs").passages
    assert other.passages == kb.search("Mercury").passages


def test_lexical_search_counts_less_the_fewer_words_it_knows():
    assert lexical_reliability(0.0) == 0.0
    assert lexical_reliability(0.1) < lexical_reliability(0.3) < lexical_reliability(0.5) == 1.0


def test_stretching_keeps_order_and_reaches_both_ends():
    import numpy as np

    assert stretch(np.array([3, 1, 2], np.float32)).tolist() == [1.0, 0.0, 0.5]
    assert stretch(np.array([2, 2], np.float32)).tolist() == [0.0, 0.0]
    assert stretch(np.empty(0, np.float32)).tolist() == []


def test_facts_say_how_two_things_are_related(kb):
    stored = {fact.rule for fact in kb.store.facts()}
    found = kb.search("Where was the founder of Apple Inc. born?").facts
    assert CO_MENTION in stored and found
    assert all(fact.rule != CO_MENTION for fact in found)
