"""Passages: windows of whole sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.kg.passages import SLACK, count_words, sentences, windows


def make(lengths: list[int]) -> str:
    return " ".join(" ".join(["Word"] + ["word"] * (n - 1)) + "." for n in lengths)


def test_a_short_text_is_one_window() -> None:
    text = make([20] * 9)
    assert windows(text, sentences(text), 120) == ((0, 9),)


def test_a_long_text_slides_with_shared_sentences() -> None:
    text = make([20] * 30)
    found = windows(text, sentences(text), 120, overlap=1)
    assert found[0] == (0, 6)
    assert all(b[0] == a[1] - 1 for a, b in zip(found, found[1:], strict=False))
    assert found[-1][1] == 30


def test_windows_without_overlap_share_nothing() -> None:
    text = make([20] * 30)
    found = windows(text, sentences(text), 120, overlap=0)
    assert all(b[0] == a[1] for a, b in zip(found, found[1:], strict=False))


def test_a_small_rest_joins_the_last_window() -> None:
    text = make([20] * 10 + [5])
    assert windows(text, sentences(text), 120, overlap=0)[-1][1] == 11


def test_two_chinese_characters_count_as_a_word() -> None:
    assert count_words("小河流过村子") == 3
    text = "小河流过村子。" * 60
    assert len(windows(text, sentences(text), 60)) > 2


@pytest.mark.parametrize("unit", [".", "a", "- "])
def test_text_without_words_still_gives_bounded_windows(unit: str) -> None:
    text = unit * (60_000 // len(unit))
    spans = sentences(text)
    assert all(spans[b - 1].end - spans[a].start <= 5_000 for a, b in windows(text, spans, 120))


def test_an_empty_text_has_no_window() -> None:
    assert windows("", (), 120) == ()


@pytest.mark.parametrize("overlap", [0, 1, 3, 10])
@given(lengths=st.lists(st.integers(1, 90), min_size=1, max_size=40), aim=st.integers(20, 150))
def test_windows_cover_everything_and_move_on(overlap: int, lengths: list[int], aim: int) -> None:
    text = make(lengths)
    spans = sentences(text)
    found = windows(text, spans, aim, overlap)
    assert found[0][0] == 0 and found[-1][1] == len(spans)
    for before, after in zip(found, found[1:], strict=False):
        assert before[0] < after[0] <= before[1] < after[1]
    for first, last in found:
        words = sum(count_words(text[s.start : s.end]) for s in spans[first:last])
        assert last - first == 1 or words <= SLACK * aim + 90
