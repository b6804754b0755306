"""Turns of a conversation: their neighbours speak for them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew import Document
from clew.retrieval.threads import REACH, Threads, place_in_thread

CHAT = [
    "Ann: I finally went to the pottery class on Saturday.",
    "Bob: Great! And how was it?",
    "Ann: I made a blue bowl with a chipped rim.",
    "Bob: My week was nothing but invoices.",
    "Ann: The dentist was not much better.",
    "Bob: We still have to book the train to Leeds.",
    "Ann: The early one, please, I hate crowds.",
    "Bob: Done, two seats by the window.",
]


def turns(**more):
    return [
        Document(f"t{i}", text, metadata={"thread": "c1", "position": i, **more}, language="en")
        for i, text in enumerate(CHAT)
    ]


def ranked(kb, question):
    return [hit.document_id for hit in kb.search(question, 8, language="en").passages]


def test_a_turn_is_found_by_what_was_said_before_it(open_kb):
    kb, plain = open_kb(), open_kb()
    kb.ingest(turns(), workers=1)
    plain.ingest([Document(d.id, d.text, language="en") for d in turns()], workers=1)
    question = "What happened in the pottery class?"
    assert ranked(kb, question)[0] == "t0"
    assert {"t1", "t2"} == set(ranked(kb, question)[1:3])
    assert {"t1", "t2"} != set(ranked(plain, question)[1:3])
    reasons = {hit.document_id: hit.reasons for hit in kb.search(question, 8, language="en").passages}
    assert reasons["t2"][0].part == "context"


def test_the_date_orders_a_thread_without_positions(open_kb):
    kb = open_kb()
    kb.ingest(
        [
            Document(
                f"m{i}", text, metadata={"thread": "mail"}, date=f"2024-03-{i + 1:02}T09:00", language="en"
            )
            for i, text in enumerate(CHAT)
        ],
        workers=1,
    )
    assert set(ranked(kb, "What happened in the pottery class?")[:3]) == {"m0", "m1", "m2"}


def test_documents_outside_of_threads_score_as_before(open_kb, documents):
    alone, mixed = open_kb(), open_kb()
    alone.ingest([*documents, *(Document(d.id, d.text, language="en") for d in turns())], workers=1)
    mixed.ingest([*documents, *turns()], workers=1)
    for kb in (alone, mixed):
        hits = kb.search("Which planet is nearest to the Sun?", 5, language="en").passages
        assert hits[0].document_id == "mercury"
        assert all(reason.part != "context" for reason in hits[0].reasons)


def test_threads_follow_the_log(open_kb):
    kb, fresh = open_kb(), open_kb()
    kb.ingest(turns(), workers=1)
    kb.ingest([Document("t3", CHAT[3], metadata={"thread": "c2", "position": 0}, language="en")], workers=1)
    kb.delete("t5")
    assert kb.verify().ok
    fresh.ingest([d for d in turns() if d.id not in ("t3", "t5")], workers=1)
    fresh.ingest(
        [Document("t3", CHAT[3], metadata={"thread": "c2", "position": 0}, language="en")], workers=1
    )
    question = "What happened in the pottery class?"
    assert ranked(kb, question) == ranked(fresh, question)


@pytest.mark.parametrize(
    ("metadata", "date"),
    [
        ({}, "2024-01-01"),
        ({"thread": ""}, "2024-01-01"),
        ({"thread": "x"}, None),
        ({"thread": "x", "position": "first"}, None),
        ({"thread": "x", "position": True}, "some day"),
        ({"thread": "x", "position": float("nan")}, None),
    ],
)
def test_what_has_no_place_is_in_no_thread(metadata, date):
    assert place_in_thread(Document("a", "text", metadata=metadata, date=date)) is None


def test_a_position_counts_before_the_date():
    def place(**metadata):
        return place_in_thread(Document("a", "text", metadata={"thread": 7, **metadata}, date="2024-05-06"))

    assert place(position=3)[1] == 3.0 and place()[1] > 700_000 and place()[0] == place(position=1)[0]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5), st.integers(0, 3)), max_size=12), st.data())
def test_context_is_the_best_neighbour_of_the_same_thread(placed, data):
    passages = [p for _, _, p in placed]
    owner = np.repeat(np.arange(len(placed)), passages)
    thread = np.array([t for t, _, _ in placed], np.int64)
    position = np.array([p for _, p, _ in placed], np.float64)
    chosen = np.flatnonzero(data.draw(st.lists(st.booleans(), min_size=len(placed), max_size=len(placed))))
    scores = np.array(
        data.draw(st.lists(st.floats(0, 5, width=32), min_size=len(owner), max_size=len(owner))), np.float32
    )
    got = Threads.of(thread[chosen], position[chosen], chosen, owner).context(scores)
    wanted = np.zeros(len(owner), np.float32)
    for t in range(4):
        members = sorted((d for d in chosen.tolist() if thread[d] == t), key=lambda d: (position[d], d))
        line = [row for d in members for row in np.flatnonzero(owner == d).tolist()]
        for i, row in enumerate(line):
            near = line[max(i - REACH, 0) : i] + line[i + 1 : i + 1 + REACH]
            wanted[row] = max((scores[n] for n in near), default=0)
    assert np.array_equal(got, wanted)
