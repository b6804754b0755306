"""Claims against evidence: what is supported stays with its quotation, what is not is dropped or flagged."""

from __future__ import annotations

import numpy as np
import pytest

from clew.core.results import SearchResult
from clew.generation.grounding import ground, numbers_cited, split
from clew.models.base import EmbedderInfo


def test_citation_marks_are_read_in_their_usual_forms() -> None:
    assert numbers_cited("a [1], b [2, 3] c［4］d【5】 [x] [1]") == (1, 2, 3, 4, 5)


def test_marks_after_the_full_stop_belong_to_the_sentence_before() -> None:
    assert split("Ada left. [1] Ben came.[2] He ate [3].") == [
        "Ada left. [1]",
        "Ben came. [2]",
        "He ate [3].",
    ]


@pytest.mark.parametrize(
    ("claim", "kept"),
    [
        ("Ada Bell was born in Delft [2].", True),
        ("Alpha was directed by Ada Bell [1].", True),
        ("Ada Bell was born in Berlin [2].", False),
        ("Ada Bell died in 1991 [2].", False),
        ("Ada Bell was not born in Delft [2].", False),
        ("Purple elephants dance at midnight [2].", False),
        ("Alpha runs for 90 minutes [1].", True),
        ("Alpha runs for 95 minutes [1].", False),
    ],
)
def test_a_claim_stays_when_its_evidence_says_it(claim: str, kept: bool, alpha: SearchResult) -> None:
    grounded = ground(claim, "en", alpha)
    assert bool(grounded.citations) is kept
    assert bool(grounded.text) is kept
    assert kept or grounded.warnings


def test_a_claim_without_a_mark_is_tied_to_what_supports_it(alpha: SearchResult) -> None:
    grounded = ground("Ada Bell was born in Delft.", "en", alpha)
    assert grounded.text == "Ada Bell was born in Delft [2]."
    assert grounded.citations[0].quote == "She was born in Delft and died in 1990."


def test_a_claim_that_cites_the_wrong_passage_is_tied_to_the_right_one(alpha: SearchResult) -> None:
    assert ground("Ada Bell was born in Delft [3].", "en", alpha).text == "Ada Bell was born in Delft [2]."


def test_numbers_that_are_not_there_are_reported(alpha: SearchResult) -> None:
    grounded = ground("Ada Bell was born in Delft [9].", "en", alpha)
    assert grounded.text == "Ada Bell was born in Delft [2]."
    assert any("[9]" in warning for warning in grounded.warnings)


def test_unsupported_claims_are_flagged_on_wish(alpha: SearchResult) -> None:
    text = "Ada Bell was born in Delft [2]. She was a queen of Spain [2]."
    assert "Spain" not in ground(text, "en", alpha).text
    flagged = ground(text, "en", alpha, flag=True)
    assert "queen of Spain. (not supported by the evidence)" in flagged.text
    assert flagged.support == ground(text, "en", alpha).support < 1.0


def test_a_claim_said_twice_is_kept_once(alpha: SearchResult) -> None:
    grounded = ground("Ada Bell was born in Delft [2]. Ada Bell was born in Delft [2].", "en", alpha)
    assert grounded.text == "Ada Bell was born in Delft [2]."


class _Same:
    """An embedder to which all texts mean the same, or nothing the same."""

    floor = 0.0

    def __init__(self, cosine: float) -> None:
        self.info = EmbedderInfo("same", "1", 2)
        self._cosine = cosine

    def embed_queries(self, texts: list[str]) -> np.ndarray:
        rows = np.zeros((len(texts), 2), np.float32)
        rows[0] = (1.0, 0.0)
        rows[1:] = (self._cosine, (1 - self._cosine**2) ** 0.5)
        return rows


def test_evidence_in_another_language_needs_an_embedder_that_agrees(alpha: SearchResult) -> None:
    claim = "她出生在代尔夫特[2]。"
    assert not ground(claim, "zh", alpha).citations
    assert not ground(claim, "zh", alpha, embedder=_Same(0.2)).citations  # type: ignore[arg-type]
    assert ground(claim, "zh", alpha, embedder=_Same(0.9)).citations  # type: ignore[arg-type]
