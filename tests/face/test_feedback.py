"""Votes: kept, undone, bounded, explained, and given out as training data."""

from __future__ import annotations

import json

import pytest

from clew import Document, KnowledgeBase
from clew.core.errors import NotFoundError, QueryError

SETTINGS = {"models": {"embedder": "hashing"}}
QUESTION = "Where is the old harbour?"
DOCUMENTS = [
    Document("delft", "The old harbour is in Delft. Boats lie there.", "Delft harbour"),
    Document("gouda", "The old harbour is in Gouda. Boats lie there.", "Gouda harbour"),
    Document("bread", "Bread is baked from flour and water. Bakers rise early.", "Bread"),
    Document("apple1", "Apple is a firm that makes telephones and computers.", "Apple (company)"),
    Document("apple2", "Apple is a fruit that grows on trees in gardens.", "Apple (fruit)"),
]


@pytest.fixture
def kb():
    with KnowledgeBase(":memory:", settings=SETTINGS) as kb:
        kb.ingest(DOCUMENTS)
        yield kb


def hit(kb, document, question=QUESTION):
    return next(h for h in kb.search(question).passages if h.document_id == document)


def share(kb, document, question=QUESTION):
    return next((r.share for r in hit(kb, document, question).reasons if r.part == "feedback"), 0.0)


def test_a_vote_is_kept_with_who_and_when_and_can_be_undone(kb):
    before = [(h.document_id, h.score) for h in kb.search(QUESTION).passages]
    said = kb.feedback(hit(kb, "delft"), False, "wrong town", "ann", context=QUESTION)
    assert kb.feedbacks() == [said] and (said.author, said.note) == ("ann", "wrong town") and said.at
    assert [(h.document_id, h.score) for h in kb.search(QUESTION).passages] != before
    assert kb.undo_feedback(said.id) and not kb.undo_feedback(said.id)
    assert [(h.document_id, h.score) for h in kb.search(QUESTION).passages] == before


def test_a_vote_shows_as_a_reason_of_its_own_and_moves_its_passage(kb):
    score = hit(kb, "gouda").score
    kb.feedback(hit(kb, "gouda"), True, context=QUESTION)
    kb.feedback(hit(kb, "delft"), False, context=QUESTION)
    found = hit(kb, "gouda")
    assert found.score == pytest.approx(score + kb.settings.retrieval.feedback_bound / 2, abs=1e-3)
    assert [r.detail for r in found.reasons if r.part == "feedback"] == ["people found it helpful"]
    assert sum(r.share for r in found.reasons) == pytest.approx(1, abs=0.1)
    assert share(kb, "delft") < 0 < share(kb, "gouda")
    assert kb.search(QUESTION).passages[0].document_id == "gouda"


def test_the_bound_holds_however_many_vote_and_a_thousand_votes_of_one_equal_one(kb):
    score = hit(kb, "gouda").score
    bound = kb.settings.retrieval.feedback_bound
    kb.feedback(hit(kb, "gouda"), True, author="ann", context=QUESTION)
    one = hit(kb, "gouda").score
    for _ in range(50):
        kb.feedback(hit(kb, "gouda"), True, author="ann", context=QUESTION)
    assert hit(kb, "gouda").score == one and len(kb.feedbacks()) == 1
    previous = one
    for author in range(30):
        kb.feedback(hit(kb, "gouda"), True, author=str(author), context=QUESTION)
        now = hit(kb, "gouda").score
        assert previous <= now < score + bound
        previous = now


def test_a_vote_on_one_question_counts_next_to_nothing_for_an_unlike_one(kb):
    other = "From what is bread baked?"
    before = hit(kb, "gouda", other).score
    kb.feedback(hit(kb, "gouda"), True, context=QUESTION)
    assert hit(kb, "gouda", other).score - before < 0.05
    alike = "Where is the old harbour of boats?"
    assert share(kb, "gouda", alike) > 0


def test_deleting_or_changing_a_document_ends_the_effect_of_its_votes(kb):
    kb.feedback(hit(kb, "gouda"), True, context=QUESTION)
    kb.delete("gouda")
    assert all(r.part != "feedback" for h in kb.search(QUESTION).passages for r in h.reasons)
    kb.ingest([Document("gouda", "The old harbour is in Gouda, near the mill.", "Gouda harbour")])
    assert share(kb, "gouda") == 0
    assert list(kb.training_examples()) == []


def test_votes_are_no_content_and_stay_in_their_namespace(tmp_path):
    path = tmp_path / "store.db"
    with (
        KnowledgeBase(path, settings=SETTINGS) as here,
        KnowledgeBase(path, namespace="there", settings=SETTINGS) as there,
    ):
        here.ingest(DOCUMENTS)
        there.ingest(DOCUMENTS)
        before = here.fingerprint()
        here.feedback(hit(here, "gouda"), True, context=QUESTION)
        assert here.fingerprint() == before
        assert there.feedbacks() == [] and share(there, "gouda") == 0 and share(here, "gouda") > 0


def test_a_word_on_an_answer_counts_for_the_passages_that_it_cites(kb):
    answer = kb.ask(QUESTION)
    assert answer.citations
    said = kb.feedback(answer.id, helpful=False, note="no", author="ann")
    assert said.kind == "answer" and said.target == answer.id
    cited = answer.citations[0].document_id
    assert share(kb, cited) < 0
    with pytest.raises(NotFoundError, match="no recent answer"):
        kb.feedback("unknown", helpful=True)


def test_facts_that_people_refuse_sink_and_show_the_correction(kb):
    question = "What is baked from flour?"
    facts = kb.search(question).facts
    worst = kb.feedback(facts[0], False, correction="Bread is baked from rye.")
    after = {f.id: f for f in kb.search(question).facts}
    assert after[facts[0].id].score < facts[0].score
    assert after[facts[0].id].correction == "Bread is baked from rye."
    kb.undo_feedback(worst.id)
    assert kb.search(question).facts == facts


def test_a_vote_against_a_link_lowers_it_in_like_text_only_and_a_correction_pins_another(kb):
    text = "We ate an Apple in the gardens yesterday."
    far = "Shares of Apple rose on the exchange after strong quarterly earnings news."
    link = kb.link(text, spans=[(10, 15)])[0]
    unlike = kb.link(far, spans=[(10, 15)])[0]
    assert len(link.candidates) == 2
    kb.feedback(link, False, context=text)
    lowered = kb.link(text, spans=[(10, 15)])[0]
    score = {c.entity: c.score for c in lowered.candidates}
    assert score[link.candidates[0].entity] < link.candidates[0].score
    moved = {c.entity: c.score for c in kb.link(far, spans=[(10, 15)])[0].candidates}
    assert abs(moved[unlike.candidates[0].entity] - unlike.candidates[0].score) < 0.05
    other = link.candidates[1].entity
    kb.feedback(link, correction=other, context=text, author="ann")
    pinned = kb.link(text, spans=[(10, 15)])[0]
    assert pinned.entity == other and pinned.score == pytest.approx(0.95)
    assert sum(c.score for c in pinned.candidates) <= 1 + 1e-9
    assert kb.link(far, spans=[(10, 15)])[0].score < 0.95
    kb.feedback(link, correction="NIL", context=text, author="ann")
    assert kb.link(text, spans=[(10, 15)])[0].entity is None
    with pytest.raises(NotFoundError):
        kb.feedback(link, correction="no such entity", context=text)


def test_words_are_given_out_as_training_data(kb):
    text = "We ate an Apple in the gardens yesterday."
    kb.feedback(hit(kb, "gouda"), True, context=QUESTION)
    kb.feedback(kb.link(text, spans=[(10, 15)])[0], False, context=text)
    kb.feedback(kb.search("bread flour").facts[0], False)
    rows = {row["kind"]: row for row in json.loads(json.dumps(list(kb.training_examples())))}
    assert rows["passage"]["question"] == QUESTION and rows["passage"]["helpful"] is True
    assert rows["passage"]["passages"][0]["text"].startswith("The old harbour is in Gouda")
    assert rows["link"]["mention"] == "Apple" and rows["link"]["context"] == text
    assert set(rows["fact"]["fact"]) == {"subject", "predicate", "object"}


def test_feedback_that_says_nothing_or_lacks_its_context_is_refused(kb):
    found = hit(kb, "gouda")
    for call in (
        lambda: kb.feedback(found, context=QUESTION),
        lambda: kb.feedback(found, True),
        lambda: kb.feedback(kb.link("Apple", spans=[(0, 5)])[0], True),
    ):
        with pytest.raises(QueryError):
            call()
    assert kb.feedbacks() == []


def test_votes_can_be_turned_off():
    with KnowledgeBase(":memory:", settings={**SETTINGS, "retrieval": {"feedback_bound": 0}}) as kb:
        kb.ingest(DOCUMENTS)
        before = kb.search(QUESTION).passages
        kb.feedback(hit(kb, "gouda"), True, context=QUESTION)
        assert kb.search(QUESTION).passages == before


def test_votes_on_documents_that_are_not_seen_have_no_effect():
    documents = [
        Document(d.id, d.text, d.title, {"team": "y" if d.id == "gouda" else "x"}) for d in DOCUMENTS
    ]
    with KnowledgeBase(":memory:", settings=SETTINGS) as kb:
        kb.ingest(documents)
        before = kb.search(QUESTION, filters={"team": "x"})
        kb.feedback(hit(kb, "gouda"), True, context=QUESTION)
        kb.feedback(next(f for f in kb.search(QUESTION).facts if f.document_id == "gouda"), False)
        after = kb.search(QUESTION, filters={"team": "x"})
        assert (after.passages, after.facts) == (before.passages, before.facts)
        kb.feedback(hit(kb, "delft"), False, context=QUESTION)
        assert kb.search(QUESTION, filters={"team": "x"}).passages != before.passages
