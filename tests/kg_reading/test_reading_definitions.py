"""Definitions: second names in brackets and after "also known as"."""

from __future__ import annotations

import pytest

from clew.kg.definitions import definitions


@pytest.mark.parametrize(
    ("text", "name", "other", "kind"),
    [
        ("The Harbour Pilots Union (HPU) met.", "Harbour Pilots Union", "HPU", "acronym"),
        ("The Ministry of Rivers and Lakes (MRL) closed.", "Ministry of Rivers and Lakes", "MRL", "acronym"),
        ("李白石（Li Baishi）是画家。", "李白石", "Li Baishi", "foreign"),
        ("Seestadt (English: Lake Town) is small.", "Seestadt", "Lake Town", "foreign"),
        ("Anna Tolland, also known as Nan Toll, sang.", "Anna Tolland", "Nan Toll", "alias"),
        ("Anna Tolland, auch bekannt als Nan Toll, sang.", "Anna Tolland", "Nan Toll", "alias"),
        ("Ana Toledo, también conocida como Nana, cantó.", "Ana Toledo", "Nana", "alias"),
        ("李白石，又名李小山，是画家。", "李白石", "李小山", "alias"),
    ],
)
def test_a_second_name_is_tied_to_the_first(text: str, name: str, other: str, kind: str) -> None:
    found = definitions(text)
    assert [(text[d.start : d.end], text[d.other_start : d.other_end], d.kind) for d in found] == [
        (name, other, kind)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "He came (as ever) late.",
        "The mill (1905) burnt.",
        "They (the boys) ran.",
        "A (B",
        "（）",
        "It rose (CO2).",
    ],
)
def test_other_brackets_define_nothing(text: str) -> None:
    assert definitions(text) == []
