"""Known names are found exactly, on word boundaries, with offsets in the text as it came."""

from __future__ import annotations

import doctest
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.core.text import fold
from clew.kg import automaton
from clew.kg.automaton import FuzzyNames, NameAutomaton


def found(names: list[str], text: str, *, cased: bool = True) -> list[tuple[str, str]]:
    matches = NameAutomaton(names, cased=cased).find(text)
    return [(text[m.start : m.end], names[m.index]) for m in matches]


def test_examples_in_docstrings_hold() -> None:
    assert doctest.testmod(automaton).failed == 0


def test_longest_name_wins_from_left_to_right() -> None:
    assert found(["New York", "York", "New York City"], "New York City and York") == [
        ("New York City", "New York City"),
        ("York", "York"),
    ]


def test_neighbouring_names_share_one_space() -> None:
    assert [name for _, name in found(["Ada", "Babbage"], "Ada Babbage,Ada")] == ["Ada", "Babbage", "Ada"]


@pytest.mark.parametrize("text", ["Yorker", "NewYork", "Yorks", "x York1"])
def test_no_match_inside_a_word(text: str) -> None:
    assert found(["York"], text) == []


def test_a_longer_word_does_not_hide_the_shorter_name() -> None:
    assert found(["New York", "New"], "New Yorker") == [("New", "New")]


@pytest.mark.parametrize(
    ("name", "text", "piece"),
    [
        ("Groß", "die GROSS AG", "GROSS"),
        ("Gross AG", "die Groß   AG.", "Groß   AG"),
        ("Łódź", "w Łódz", "Łódz"),
        ("Cafe Noir", "das Cafe\u0301 Noir", "Cafe\u0301 Noir"),
        ("Noir Cafe", "das Noir Cafe\u0301!", "Noir Cafe\u0301"),
        ("ＩＢＭ", "of IBM", "IBM"),
        ("IBM", "of ＩＢＭ", "ＩＢＭ"),
        ("St. Louis", "in St Louis", "St Louis"),
        ("Москва", "город МОСКВА,", "МОСКВА"),
        ("finch", "a Ｆinch", "Ｆinch"),
        ("fine Finch", "… ﬁne Finch…", "ﬁne Finch"),
    ],
)
def test_folded_forms_match_and_offsets_are_of_the_original(name: str, text: str, piece: str) -> None:
    assert found([name], text) == [(piece, name)]


def test_scripts_without_spaces_have_no_boundaries() -> None:
    assert found(["苹果公司", "苹果"], "他买了苹果公司的苹果") == [("苹果公司", "苹果公司"), ("苹果", "苹果")]


def test_names_of_mixed_script_are_found_with_and_without_spaces() -> None:
    assert found(["iPhone手机"], "用iPhone手机拍") == [("iPhone手机", "iPhone手机")]
    assert found(["Apple"], "买Apple手机") == [("Apple", "Apple")]
    assert found(["苹果 Inc"], "苹果Inc发布") == [("苹果Inc", "苹果 Inc")]


def test_cased_names_need_a_capital_or_a_digit() -> None:
    assert found(["Apple", "1984", "苹果", "أبل"], "apple Apple 1984 苹果 أبل") == [
        ("Apple", "Apple"),
        ("1984", "1984"),
        ("苹果", "苹果"),
        ("أبل", "أبل"),
    ]
    assert found(["Apple"], "an apple", cased=False) == [("apple", "Apple")]


def test_nothing_to_look_for_finds_nothing() -> None:
    assert found([], "anything") == []
    assert found(["", "…", "  "], "anything …") == []
    assert found(["Name"], "") == []


def test_equal_names_answer_with_the_first() -> None:
    assert [m.index for m in NameAutomaton(["x", "Été", "ETE"]).find("Ete")] == [1]


def test_lone_surrogates_and_nul_are_gaps() -> None:
    assert found(["York"], "\ud800York\0York") == [("York", "York"), ("York", "York")]


NAMES = ["Ana", "Ana Bo", "Bo", "bo-bo", "Éa", "中", "中文", "Ana中"]
PIECES = ["Ana", "bo", "Bo", " ", "-", "中", "文", "éa", "e\u0301a", ", ", "ß", "½"]


@given(st.lists(st.sampled_from(NAMES), max_size=6), st.lists(st.sampled_from(PIECES)).map("".join))
@settings(max_examples=150, deadline=None)
def test_every_match_folds_to_its_name(names: list[str], text: str) -> None:
    last = 0
    for match in NameAutomaton(names).find(text):
        assert match.start >= last and match.end > match.start
        last = match.end
        piece = text[match.start : match.end]
        assert fold(piece).replace(" ", "") == fold(names[match.index]).replace(" ", "")


def test_a_misspelt_name_finds_its_nearest_first() -> None:
    names = ["Marie Curie", "Mary Currie", "Pierre Curie", "Warsaw"]
    fuzzy = FuzzyNames(names)
    assert [names[i] for i, _ in fuzzy.find("Marie Curei")] == ["Marie Curie"]
    assert fuzzy.find("Warszawa") == []
    assert fuzzy.find("") == [] and FuzzyNames([]).find("x") == []


def test_fuzzy_equals_comparing_with_every_name() -> None:
    from rapidfuzz import fuzz

    draw = random.Random(3)
    syllables = ["ka", "ro", "lin", "stein", "berg", "ma", "tu", "sel", "von", "ir"]
    names = ["".join(draw.choices(syllables, k=draw.randint(2, 5))).title() for _ in range(600)]
    fuzzy = FuzzyNames(names)
    for name in draw.sample(names, 40):
        cut = draw.randrange(len(name))
        query = name[:cut] + name[cut + 1 :]
        plain = {i for i, n in enumerate(names) if fuzz.ratio(fold(query), fold(n)) >= 88}
        assert {i for i, _ in fuzzy.find(query, limit=1000)} == plain
