"""Passages that do not say the same."""

import pytest

from clew import Document
from clew.core.errors import QueryError


@pytest.fixture
def kb(open_kb):
    kb = open_kb()
    same = "The castle of Veere was built in 1470 by Ada Bell."
    kb.ingest(
        [
            *(Document(f"copy{i}", same) for i in range(4)),
            Document("other", "Ada Bell also built a mill at the harbour of Veere."),
        ]
    )
    return kb


def test_without_diversity_copies_fill_the_list(kb):
    found = kb.search("Who built the castle of Veere in 1470?", 3, mode="passages")
    assert {hit.document_id[:4] for hit in found.passages} == {"copy"}


def test_with_diversity_another_passage_stands_second(kb):
    found = kb.search("Who built the castle of Veere in 1470?", 3, mode="passages", diversity=0.8)
    assert found.passages[0].document_id.startswith("copy")
    assert found.passages[1].document_id == "other"


def test_a_document_gives_as_many_passages_as_allowed(open_kb):
    kb = open_kb()
    long = " ".join(f"Ada Bell wrote letter number {i} about the mill at Veere." for i in range(120))
    kb.ingest(
        [Document("long", long), Document("short", "The mill at Veere is old."), Document("far", "Bread.")]
    )
    question = "What did Ada Bell write about the mill?"
    every = [h.document_id for h in kb.search(question, 4, mode="passages").passages]
    one = [h.document_id for h in kb.search(question, 4, mode="passages", per_document=1).passages]
    assert every.count("long") > 1
    assert one.count("long") == 1 and "short" in one


@pytest.mark.parametrize(
    ("option", "message"),
    [({"diversity": 1.5}, "diversity is 1.5"), ({"diversity": -0.1}, "diversity is"),
     ({"per_document": 0}, "per_document is 0")],
)  # fmt: skip
def test_what_is_out_of_range_is_an_error(kb, option, message):
    with pytest.raises(QueryError, match=message):
        kb.search("castle", **option)
