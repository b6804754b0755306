"""Sentences: where they end in each script, and that their cost is linear."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.kg.sentences import LIMIT, LIMIT_UNSPACED, sentences


def cut(text: str) -> list[str]:
    return [text[s.start : s.end] for s in sentences(text)]


@pytest.mark.parametrize(
    "parts",
    [
        ["The ship left at dawn.", "Nobody saw it again!", "Did it sink?", "Perhaps."],
        ["Dr. A. B. Mercer met Mrs. Lowe at St. Ives.", "They talked."],
        ["He moved to the U.S. Navy in May.", "It cost 3.50 dollars."],
        ["She works for Lanz Inc. in Bern.", "The firm is old."],
        ["He lived in Washington, D.C.", "He died there."],
        ['"Will you come?" he asked.', "She did not."],
        ["He said “We are done.”", "Then he left."],
        ["See e.g. chapter 2 of the book, i.e. the long one.", "It helps."],
        ["Der 2. Weltkrieg endete am 8. Mai 1945.", "Danach kam Frieden."],
        ["Er kaufte z. B. Brot, Käse usw. und ging.", "Sie blieb."],
        ["La Sra. Paz nació en EE.UU. y vive allí.", "Es médica.", "¿Dónde está?", "¡Aquí!"],
        ["M. Lenoir est né en 1901.", "Il est mort en 1950 à Nice."],
        ["Он родился в 1901 г. в Твери.", "Умер в 1950 г.", "Похоронен там же."],
        ["Żył w XIX w. w Krakowie, ul. Długa 3.", "Był malarzem."],
        ["Η πόλη είναι παλιά.", "Πότε χτίστηκε;"],
        ["The file is called node.js and lives at www.example.org today.", "Fine."],
    ],
)
def test_ends_are_found_and_abbreviations_passed(parts: list[str]) -> None:
    assert cut(" ".join(parts)) == parts


@pytest.mark.parametrize(
    "parts",
    [
        ["小河流过村子。", "谁住在那里？", "没有人！"],
        ["他说：“今天下雨。”", "我们没有出门。"],
        ["村の朝は静かだ。", "誰もいない。"],
        ["यह एक नदी है।", "वह बड़ी है।"],
    ],
)
def test_scripts_without_spaces_between_sentences_are_cut(parts: list[str]) -> None:
    assert cut("".join(parts)) == parts


def test_an_arabic_question_mark_ends_a_sentence() -> None:
    assert cut("أين المدينة؟ هي هنا.") == ["أين المدينة؟", "هي هنا."]


def test_a_missing_space_after_a_full_stop_is_seen() -> None:
    assert cut("The river rose.The town flooded.") == ["The river rose.", "The town flooded."]


def test_titles_in_chinese_book_marks_are_not_cut() -> None:
    assert cut("他写了《你好！世界》一书。") == ["他写了《你好！世界》一书。"]


def test_headings_lists_and_paragraphs_are_kept_apart() -> None:
    text = "# Rivers\nThe Aar is long.\n\n- one boat\n- two boats\n1. first\n2. second\n\nEnd of it"
    assert cut(text) == [
        "# Rivers", "The Aar is long.", "- one boat", "- two boats", "1. first", "2. second", "End of it",
    ]  # fmt: skip


def test_wrapped_lines_stay_one_sentence() -> None:
    text = "The mill stood by the river for many years and\nwas burnt in the war. Nobody built it\nagain."
    assert len(cut(text)) == 2


def test_writers_without_capitals_are_understood() -> None:
    assert len(cut("i went home. it was late. nobody was there. so i slept.")) == 4


@pytest.mark.parametrize("text", ["", "   \n\t ", "\x1f\x1e"])
def test_white_space_has_no_sentences(text: str) -> None:
    assert sentences(text) == ()


@pytest.mark.parametrize("unit", ["a", "word ", "漢", "ab,", "!", "👩‍🚀", "e\u0301"])
def test_a_line_that_never_ends_is_cut_in_bounded_pieces(unit: str) -> None:
    text = unit * (120_000 // len(unit))
    found = sentences(text)
    limit = LIMIT_UNSPACED if unit == "漢" else LIMIT
    assert all(s.end - s.start <= limit for s in found)
    assert sum(s.end - s.start for s in found) >= len(text.replace(" ", ""))


def test_combining_marks_are_not_torn_off() -> None:
    text = "e\u0301" * 2000
    assert all(text[s.start] == "e" for s in sentences(text))


@given(st.text(max_size=400))
def test_every_character_but_white_space_is_in_one_sentence(text: str) -> None:
    at = 0
    for span in sentences(text):
        assert not text[at : span.start].strip()
        assert span.start >= at and text[span.start : span.end].strip() == text[span.start : span.end]
        at = span.end
    assert not text[at:].strip()
