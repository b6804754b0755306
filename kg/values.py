"""Typed values in text: dates, amounts of money, percentages, quantities, with a normal form that compares.

    "2 June 1946" DATE 1946-06-02 · "$3.5 million" MONEY "3500000 USD" · "5,4 %" PERCENT "5.4" · "12 km"
    NUMBER "12 km"

Found by rule, the same in every pipeline; a value that has no normal form is not one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from ..core.records import Label
from .dates import find_dates


@dataclass(frozen=True, slots=True)
class Value:
    """A typed value at a place."""

    start: int
    end: int
    label: Label
    value: str


_SCALES: dict[str, int] = {
    "thousand": 3, "k": 3, "million": 6, "millions": 6, "mn": 6, "m": 6, "billion": 9, "bn": 9,
    "trillion": 12, "tausend": 3, "tsd": 3, "millionen": 6, "mio": 6, "milliarde": 9, "milliarden": 9,
    "mrd": 9, "billionen": 12, "mil": 3, "millón": 6, "millones": 6, "mille": 3, "milliard": 9,
    "milliards": 9, "mila": 3, "milione": 6, "milioni": 6, "miliardo": 9, "miliardi": 9, "milhão": 6,
    "milhões": 6, "bilhão": 9, "bilhões": 9, "miljoen": 6, "miljard": 9, "milion": 6, "miliony": 6,
    "milionów": 6, "miliard": 9, "miliardów": 9, "tysięcy": 3, "тысяч": 3, "тысячи": 3, "тыс": 3,
    "миллион": 6, "миллиона": 6, "миллионов": 6, "млн": 6, "миллиард": 9, "миллиарда": 9, "миллиардов": 9,
    "млрд": 9, "万": 4, "萬": 4, "亿": 8, "億": 8,
}  # fmt: skip
_CURRENCIES: dict[str, str] = {
    "$": "USD", "us$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₽": "RUB", "₩": "KRW",
    "dollar": "USD", "dollars": "USD", "usd": "USD", "euro": "EUR", "euros": "EUR", "eur": "EUR",
    "pounds": "GBP", "gbp": "GBP", "yen": "JPY", "rupees": "INR", "francs": "CHF", "chf": "CHF",
    "franken": "CHF", "dólares": "USD", "dollari": "USD", "долларов": "USD", "доллара": "USD",
    "евро": "EUR", "рублей": "RUB", "рубля": "RUB", "руб": "RUB", "美元": "USD", "欧元": "EUR",
    "英镑": "GBP", "日元": "JPY", "人民币": "CNY", "元": "CNY", "港元": "HKD", "złotych": "PLN", "zł": "PLN",
}  # fmt: skip
_UNITS: dict[str, str] = {
    "km": "km", "kilometres": "km", "kilometers": "km", "kilometer": "km", "kilómetros": "km",
    "kilomètres": "km", "chilometri": "km", "quilômetros": "km", "км": "km", "公里": "km", "千米": "km",
    "m": "m", "metres": "m", "meters": "m", "metre": "m", "meter": "m", "metros": "m", "mètres": "m",
    "metri": "m", "м": "m", "метров": "m", "米": "m", "cm": "cm", "mm": "mm", "厘米": "cm", "miles": "mi",
    "mile": "mi", "mi": "mi", "feet": "ft", "ft": "ft", "inches": "in", "acres": "acre", "hectares": "ha",
    "ha": "ha", "kg": "kg", "kilograms": "kg", "公斤": "kg", "千克": "kg", "кг": "kg", "tonnes": "t",
    "tons": "ton", "tonnen": "t", "吨": "t", "km²": "km2", "km2": "km2", "м²": "m2", "m²": "m2",
    "平方公里": "km2", "平方米": "m2", "square kilometres": "km2", "square kilometers": "km2",
    "square miles": "mi2", "quadratkilometer": "km2", "mph": "mph", "km/h": "km/h", "°c": "°C", "°f": "°F",
    "inhabitants": "people", "people": "people", "residents": "people", "einwohner": "people",
    "einwohnern": "people", "habitantes": "people", "habitants": "people", "abitanti": "people",
    "жителей": "people", "человек": "people", "人": "people", "employees": "employees",
    "mitarbeiter": "employees", "minutes": "min", "minuten": "min", "minutos": "min", "минут": "min",
    "分钟": "min", "hours": "h", "years": "years", "jahre": "years", "años": "years", "ans": "years",
    "лет": "years",
}  # fmt: skip


def _either(table: dict[str, object] | dict[str, int] | dict[str, str]) -> str:
    return "|".join(re.escape(word) for word in sorted(table, key=lambda word: (-len(word), word)))


_NUMBER = r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,'’]\d+)*"
_BORDER = r"(?![^\W\d_\u4e00-\u9fff])"
_SCALE = rf"(?:[ \u00a0-]?({_either(_SCALES)})\b\.?)?"
_CJK_SCALE = rf"(?:[ ]?([万萬亿億]+|(?:{_either(_SCALES)})(?![^\W\d_\u4e00-\u9fff]))\.?)?"
_START = r"(?<![^\W\u4e00-\u9fff])(?<![.,/-])"
_MONEY_BEFORE = re.compile(rf"(US\$|[$€£¥₹₽₩])[ \u00a0]?({_NUMBER}){_SCALE}", re.I)
_MONEY_AFTER = re.compile(
    rf"{_START}({_NUMBER}){_CJK_SCALE}[ \u00a0]?(?:de |di |US |Hong Kong )?({_either(_CURRENCIES)}){_BORDER}",
    re.I,
)
_PERCENT = re.compile(
    rf"(?<![^\W\u4e00-\u9fff])({_NUMBER})[ \u00a0]?(?:%|percent\b|per cent\b|Prozent\b|por ciento\b|"
    r"por cento\b|pour cent\b|"
    rf"per cento\b|procent\b|procenta?\b|процент\w*)|百分之(\d+(?:\.\d+)?)", re.I,
)  # fmt: skip
_QUANTITY = re.compile(rf"{_START}({_NUMBER}){_CJK_SCALE}[ \u00a0-]?({_either(_UNITS)}){_BORDER}", re.I)
_WORDS: dict[str, int] = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1000, "million": 10**6,
    "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "dozen": 12,
}  # fmt: skip
_DECIMAL_COMMA = frozenset("de es fr it pt nl pl ru uk da no sv fi cs sk tr ro el hu".split())


def find_values(text: str, language: str = "en") -> list[Value]:
    """Typed values of a text in order; of two that overlap the longer one, then the earlier one."""
    if not any(c.isdigit() for c in text) and "entury" not in text and "I" not in text and "X" not in text:
        return []
    every = [Value(a, b, Label.DATE, iso) for a, b, iso in find_dates(text)]
    every.extend(_amounts(text, language))
    kept: list[Value] = []
    for value in sorted(every, key=lambda v: (v.start - v.end, v.start, v.label)):
        if all(value.end <= other.start or other.end <= value.start for other in kept):
            kept.append(value)
    return sorted(kept, key=lambda v: v.start)


def _amounts(text: str, language: str) -> Iterator[Value]:
    for m in _MONEY_BEFORE.finditer(text):
        amount = _scaled(m.group(2), m.group(3), language)
        if amount is not None:
            end = m.end() - text[: m.end()].endswith(".")
            yield Value(m.start(), end, Label.MONEY, f"{amount} {_CURRENCIES[m.group(1).lower()]}")
    for m in _MONEY_AFTER.finditer(text):
        amount = _scaled(m.group(1), m.group(2), language)
        if amount is not None:
            yield Value(m.start(), m.end(), Label.MONEY, f"{amount} {_CURRENCIES[m.group(3).lower()]}")
    for m in _PERCENT.finditer(text):
        amount = _scaled(m.group(1) or m.group(2), None, language)
        if amount is not None:
            yield Value(m.start(), m.end(), Label.PERCENT, amount)
    for m in _QUANTITY.finditer(text):
        amount = _scaled(m.group(1), m.group(2), language)
        if amount is not None:
            yield Value(m.start(), m.end(), Label.NUMBER, f"{amount} {_UNITS[m.group(3).lower()]}")


def decimal(text: str, language: str = "en") -> Decimal | None:
    """The number that digits with separators write, or None.

    >>> decimal("1,234.5"), decimal("1.234,5", "de"), decimal("3,5", "fr")
    (Decimal('1234.5'), Decimal('1234.5'), Decimal('3.5'))
    """
    bare = re.sub(r"[\s\u00a0\u202f'’]", "", text)
    marks = [c for c in bare if c in ".,"]
    if len(set(marks)) == 2:
        last = marks[-1]
        bare = bare.replace("." if last == "," else ",", "").replace(",", ".")
    elif len(marks) > 1:
        bare = bare.replace(marks[0], "")
    elif marks:
        thousands = "." if language in _DECIMAL_COMMA else ","
        grouped = len(bare) - bare.index(marks[0]) == 4
        bare = bare.replace(marks[0], "" if grouped and marks[0] == thousands else ".")
    if len(bare) > 40:
        return None
    try:
        return Decimal(bare)
    except InvalidOperation:
        return None


def number(text: str, language: str = "en") -> str | None:
    """Normal form of a number in digits or English words, or None where it has none.

    >>> number("twenty-one"), number("3rd"), number("about 1,200"), number("several")
    ('21', '3', '1200', None)
    """
    found = re.search(rf"({_NUMBER}){_SCALE}", text, re.I)
    if found is not None:
        if len(re.findall(_NUMBER, text)) > 1:
            return None
        return _scaled(found.group(1), found.group(2), language)
    total = part = 0
    for word in re.findall(r"[a-z]+", text.lower()):
        value = _WORDS.get(word)
        if value is None:
            if word in (
                "and",
                "about",
                "nearly",
                "over",
                "almost",
                "around",
                "at",
                "least",
                "more",
                "than",
                "the",
            ):
                continue
            return None
        if value >= 1000:
            total, part = total + max(part, 1) * value, 0
        elif value == 100:
            part = max(part, 1) * 100
        else:
            part += value
    return str(total + part) if total + part > 1 else None


def _scaled(digits: str, scale: str | None, language: str) -> str | None:
    amount = decimal(digits, language)
    if amount is None:
        return None
    if scale:
        if scale in _SCALES or scale.lower() in _SCALES:
            amount = amount.scaleb(_SCALES.get(scale) or _SCALES[scale.lower()])
        else:
            for character in scale:
                amount = amount.scaleb(_SCALES[character])
    plain = format(amount.normalize(), "f")
    return plain
