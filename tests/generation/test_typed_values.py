"""Dates and quantities in six languages, with their places and what they are compared by."""

from __future__ import annotations

import pytest

from clew.generation.tokens import negated, same_numbers
from clew.generation.values import dates, numbers


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "en",
            "born 2 June 1946, died November 15, 1999",
            [("2 June 1946", (1946, 6, 2)), ("November 15, 1999", (1999, 11, 15))],
        ),
        (
            "en",
            "in 1947, the 10th century and 55 BC",
            [("1947", (1947, 0, 0)), ("10th century", (900, 0, 0)), ("55 BC", (-55, 0, 0))],
        ),
        ("en", "on 1999-12-31", [("1999-12-31", (1999, 12, 31))]),
        ("en", "1200 people and 1500 km", []),
        ("de", "am 2. Juni 1946", [("2. Juni 1946", (1946, 6, 2))]),
        ("es", "el 2 de junio de 1946", [("2 de junio de 1946", (1946, 6, 2))]),
        ("fr", "le 1er juin 1946", [("1er juin 1946", (1946, 6, 1))]),
        (
            "zh",
            "生于1946年6月2日，公元前221年",
            [("1946年6月2日", (1946, 6, 2)), ("公元前221年", (-221, 0, 0))],
        ),
        ("ru", "родился 2 июня 1946 года", [("2 июня 1946", (1946, 6, 2))]),
    ],
)
def test_dates(language: str, text: str, expected: list[tuple[str, tuple[float, ...]]]) -> None:
    assert [(text[d.start : d.end], d.order) for d in dates(text, language)] == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "en",
            "three million people, 1,234.5 km, $5 million",
            [("three million", 3e6), ("1,234.5 km", 1234.5), ("$5 million", 5e6)],
        ),
        ("en", "twenty one ships in 1950", [("twenty one", 21)]),
        (
            "de",
            "3,5 Millionen Einwohner, 1.234.567 Menschen",
            [("3,5 Millionen", 3.5e6), ("1.234.567", 1234567)],
        ),
        ("es", "noventa grados", [("noventa", 90)]),
        ("fr", "12 345 habitants", [("12 345", 12345)]),
        (
            "zh",
            "人口约1200万人，有三个儿子，海拔8848米",
            [("1200万人", 1.2e7), ("三个", 3), ("8848米", 8848)],
        ),
    ],
)
def test_quantities(language: str, text: str, expected: list[tuple[str, float]]) -> None:
    assert [(text[n.start : n.end], n.order[0]) for n in numbers(text, language)] == expected


def test_numbers_meet_across_ways_of_writing() -> None:
    assert same_numbers("3,5 km") == same_numbers("3.5 km") == {"3.5"}
    assert same_numbers("1,200") == same_numbers("1.200") == same_numbers("1\u202f200") == {"1200"}


@pytest.mark.parametrize(
    ("language", "text", "denies"),
    [
        ("en", "It isn't open.", True),
        ("en", "It is open.", False),
        ("en", "It was never not open.", False),
        ("de", "Sie hat keine Spuren.", True),
        ("es", "No nació aquí.", True),
        ("fr", "Il n'est pas né ici.", True),
        ("zh", "他没有出生在这里。", True),
        ("ru", "Он не родился здесь.", True),
    ],
)
def test_denials(language: str, text: str, denies: bool) -> None:
    assert negated(text, language) is denies
