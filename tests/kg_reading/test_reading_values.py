"""Typed values: dates, money, percentages and quantities in several languages, with their normal form."""

from __future__ import annotations

import pytest

from clew.kg.values import decimal, find_values, number


def found(text: str, language: str = "en") -> list[tuple[str, str, str]]:
    return [(text[v.start : v.end], v.label.value, v.value) for v in find_values(text, language)]


@pytest.mark.parametrize(
    ("text", "language", "quoted", "value"),
    [
        ("She left on 2 June 1946 for good.", "en", "2 June 1946", "1946-06-02"),
        ("She left on June 2, 1946, for good.", "en", "June 2, 1946", "1946-06-02"),
        ("She left in June 1946.", "en", "June 1946", "1946-06"),
        ("She left on the 3rd of May 1946.", "en", "3rd of May 1946", "1946-05-03"),
        ("It closed in 1946.", "en", "1946", "1946"),
        ("It was common in the 1970s.", "en", "1970s", "197X"),
        ("It dates from the 19th century.", "en", "19th century", "18XX"),
        ("He died in 44 BC.", "en", "44 BC", "-0043"),
        ("Signed 1946-06-02 by all.", "en", "1946-06-02", "1946-06-02"),
        ("Signed 25/12/1946 by all.", "en", "25/12/1946", "1946-12-25"),
        ("We met on May 5 again.", "en", "May 5", "--05-05"),
        ("Er kam am 12. Mai 1905 an.", "de", "12. Mai 1905", "1905-05-12"),
        ("Er kam am 3.4.1999 an.", "de", "3.4.1999", "1999-04-03"),
        ("Im 19. Jahrhundert war es so.", "de", "19. Jahrhundert", "18XX"),
        ("Nació el 2 de junio de 1946.", "es", "2 de junio de 1946", "1946-06-02"),
        ("Vivió en el siglo XIX.", "es", "siglo XIX", "18XX"),
        ("Il est né le 1er juin 1946.", "fr", "1er juin 1946", "1946-06-01"),
        ("Nato il 7 marzo 1880.", "it", "7 marzo 1880", "1880-03-07"),
        ("Он умер 2 июня 1946 года.", "ru", "2 июня 1946", "1946-06-02"),
        ("他生于1947年11月15日。", "zh", "1947年11月15日", "1947-11-15"),
        ("公元前44年他去世。", "zh", "公元前44年", "-0043"),
        ("这是1990年代的事。", "zh", "1990年代", "199X"),
    ],
)
def test_dates_have_an_iso_form(text: str, language: str, quoted: str, value: str) -> None:
    assert found(text, language) == [(quoted, "DATE", value)]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("It cost $3.5 million.", "en", ("$3.5 million", "MONEY", "3500000 USD")),
        ("It cost 20 euros.", "en", ("20 euros", "MONEY", "20 EUR")),
        ("Es kostete 3,5 Mio. Euro.", "de", ("3,5 Mio. Euro", "MONEY", "3500000 EUR")),
        ("花了3.5亿美元。", "zh", ("3.5亿美元", "MONEY", "350000000 USD")),
        ("It fell by 5.4 percent.", "en", ("5.4 percent", "PERCENT", "5.4")),
        ("Es fiel um 5,4 %.", "de", ("5,4 %", "PERCENT", "5.4")),
        ("占百分之30。", "zh", ("百分之30", "PERCENT", "30")),
        ("The path is 1,250 km long.", "en", ("1,250 km", "NUMBER", "1250 km")),
        ("Der Weg ist 1.250 km lang.", "de", ("1.250 km", "NUMBER", "1250 km")),
        ("全长5公里。", "zh", ("5公里", "NUMBER", "5 km")),
        ("It has 3 million inhabitants.", "en", ("3 million inhabitants", "NUMBER", "3000000 people")),
    ],
)
def test_amounts_have_a_decimal_form(text: str, language: str, expected: tuple[str, str, str]) -> None:
    assert found(text, language) == [expected]


@pytest.mark.parametrize(
    "text",
    ["Version 3.1415", "Call 030 1234567", "1500 people came"[5:], "31 February 2000"[:11], "", "no digits"],
)
def test_other_digits_are_no_dates(text: str) -> None:
    assert not [v for v in find_values(text) if v.label.value == "DATE"]


def test_numbers_in_words_and_separators() -> None:
    assert (number("twenty-one"), number("3rd"), number("several")) == ("21", "3", None)
    assert str(decimal("1.234,5", "de")) == str(decimal("1,234.5", "en")) == "1234.5"
    assert decimal("9" * 50) is None


def test_a_long_run_of_digits_is_read_in_linear_time() -> None:
    assert find_values("1 " * 3000 + "," * 3000) == []
