"""Dates and quantities in text, with their places and a value to compare by.

Months and number words come from the words of the sentence's language; figures are read in every language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ..kg.words import words_of

_YEAR = r"(?:1\d{3}|20\d{2})"
_ISO = re.compile(rf"\b({_YEAR})-(\d\d)-(\d\d)\b")
_CHINESE = re.compile(r"(?:公元前|前)?(\d{1,4})\s?年(?:(\d{1,2})\s?月)?(?:(\d{1,2})\s?[日号])?")
_ONLY_YEAR = re.compile(
    rf"(?<![\d.,-])(?:c\. ?)?({_YEAR})(?:s\b|er\b)?(?![\d]|[.,]\d|-\d\d)(?: ?(?:v\. ?Chr\.|BCE?|a\. ?C\.))?"
)
_EARLY = re.compile(
    r"(?<![\d.,])(\d{1,4}) ?(?:BCE?|B\.C\.|v\. ?Chr\.|a\. ?C\.|av\. ?J\.-C\.|"
    r"avant (?:Jésus-Christ|J\.-C\.)|antes de Cristo|vor Christus|до н\. ?э\.)"
)
_CENTURY = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th)[- ]centur(?:y|ies)|\b(\d{1,2})\. Jahrhunderts?|"
    r"\bsiglo ([IVX]+)|\b([IVX]+)e siècle|(\d{1,2})世纪",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"[\s\u00a0-]?(?:%|percent|per cent|Prozent|por ciento|pour cent|°[CF]?|€|\$|£|km²|m²|km2|km|kg|cm|mm|m|"
    r"square (?:kilomet\w+|miles)|Quadratkilometern?|kilómetros cuadrados|kilomètres carrés|"
    r"kilomet(?:er|re)s?|Kilometern?|kilómetros|kilomètres|met(?:er|re)s?|Metern?|metros|mètres|miles|feet|"
    r"years?(?: old)?|Jahren?|años|ans|dollars?|euros?|Euro|tonnes?|tons?|Tonnen|toneladas|"
    r"hours?|days?|weeks?|months?)(?![^\W\d_])",
)
_UNIT_ZH = re.compile(
    r"(?:多|余)?(?:平方公里|公里|千米|厘米|毫米|米|千克|公斤|克|吨|人|名|个|座|条|家|颗|种|次|岁|天|"
    r"小时|分钟|元|美元|欧元|%|％)"
)
_FIGURE = re.compile(
    r"(?<![\w.,])[$€£¥]?\d{1,3}(?:[.,\u00a0\u202f ]\d{3})+(?:[.,]\d+)?(?!\d)|"
    r"(?<![\w.,])[$€£¥]?\d+(?:[.,]\d+)?|"
    r"(?<=[\u3400-\u9fff，。、（])\d+(?:[.,]\d+)*"
)
_HAN = "零〇一二两三四五六七八九十百千万亿"
_HAN_NUMBER = re.compile(rf"(?:第)?[{_HAN}]+(?=[个位座条家颗种次岁名人天只部本项月年层届所篇间米公平])")
_FOLLOWING = re.compile(r"[\s\u00a0-]([^\W\d_]+)")
_SCALE = re.compile(r"[\s\u00a0-]?(?:万|亿)")


@dataclass(frozen=True, slots=True)
class Value:
    """A date or quantity at its place."""

    start: int
    end: int
    order: tuple[float, ...]
    """What it is compared by: (year, month, day), months and days 0 where unsaid, or (number,)."""


def dates(text: str, language: str) -> tuple[Value, ...]:
    """Dates of a text in order, longest reading first; they do not overlap."""
    found = [Value(m.start(), m.end(), (float(m[1]), float(m[2]), float(m[3]))) for m in _ISO.finditer(text)]
    for m in _CHINESE.finditer(text):
        sign = -1.0 if "前" in m.group() else 1.0
        found.append(Value(m.start(), m.end(), (sign * float(m[1]), float(m[2] or 0), float(m[3] or 0))))
    for pattern in _month_patterns(language):
        for m in pattern.finditer(text):
            month = words_of(language).months[m["month"].casefold().rstrip(".")]
            found.append(
                Value(m.start(), m.end(), (float(m["year"] or 0), float(month), float(m["day"] or 0)))
            )
    found += [Value(m.start(), m.end(), (-float(m[1]), 0.0, 0.0)) for m in _EARLY.finditer(text)]
    for m in _CENTURY.finditer(text):
        found.append(Value(m.start(), m.end(), (_century(next(g for g in m.groups() if g)), 0.0, 0.0)))
    for m in _ONLY_YEAR.finditer(text):
        if not _counts(text, m.end(), language):
            found.append(Value(m.start(), m.end(), (float(m[1]), 0.0, 0.0)))
    return _apart(found)


def _counts(text: str, end: int, language: str) -> bool:
    """True when what follows a figure makes it a quantity, not a year."""
    if _UNIT.match(text, end) or _UNIT_ZH.match(text, end) or _SCALE.match(text, end):
        return True
    following = _FOLLOWING.match(text, end)
    if following is None:
        return False
    words = words_of(language)
    return words.relation(following[1].casefold()) == "population" or following[1].casefold() in words.numbers


def numbers(text: str, language: str) -> tuple[Value, ...]:
    """Quantities of a text in order, with their scale and unit; dates are left out."""
    taken = dates(text, language)
    found: list[Value] = []
    for m in _FIGURE.finditer(text):
        if not any(d.start < m.end() and m.start() < d.end for d in taken):
            found.append(_quantity(text, m.start(), m.end(), _number(m.group()), language))
    for m in _number_words(language).finditer(text):
        found.append(_quantity(text, m.start(), m.end(), _spelt(m.group(), language), language))
    for m in _HAN_NUMBER.finditer(text):
        if not m.group().startswith("第") and not any(d.start < m.end() and m.start() < d.end for d in taken):
            found.append(_quantity(text, m.start(), m.end(), _han(m.group()), language))
    return _apart(found)


def _quantity(text: str, start: int, end: int, number: float, language: str) -> Value:
    """The number with the scale ("million") and unit that follow."""
    scale = _SCALE.match(text, end)
    if scale:
        number *= 1e4 if "万" in scale.group() else 1e8
        end = scale.end()
    else:
        following = _FOLLOWING.match(text, end)
        size = words_of(language).numbers.get(following[1].casefold(), 0) if following else 0
        if following and size >= 1000:
            number *= size
            end = following.end()
    unit = _UNIT.match(text, end) or _UNIT_ZH.match(text, end)
    return Value(start, unit.end() if unit else end, (number,))


def _number(figure: str) -> float:
    digits = figure.strip("$€£¥")
    if re.fullmatch(r"\d{1,3}(?:[.,\u00a0\u202f ]\d{3})+", digits):
        return float(re.sub(r"\D", "", digits))
    if re.search(r"\d[.,\u00a0\u202f ]\d{3}[.,]\d+$", digits):
        whole, _, part = digits.replace(",", ".").rpartition(".")
        return float(re.sub(r"\D", "", whole) + "." + part)
    try:
        return float(digits.replace(",", "."))
    except ValueError:
        return 0.0


def _spelt(text: str, language: str) -> float:
    table = words_of(language).numbers
    total, current = 0.0, 0.0
    for word in re.findall(r"[^\W\d_]+", text.casefold()):
        size = table.get(word, 0)
        if size >= 1000:
            total += max(current, 1.0) * size
            current = 0.0
        elif size == 100:
            current = max(current, 1.0) * size
        else:
            current += size
    return total + current


def _han(text: str) -> float:
    table = words_of("zh").numbers
    total, section, digit = 0.0, 0.0, 0.0
    for character in text.lstrip("第"):
        size = table.get(character, 0)
        if size >= 10000:
            total += max(section + digit, 1.0) * size
            section = digit = 0.0
        elif size >= 10:
            section += max(digit, 1.0) * size
            digit = 0.0
        else:
            digit = size
    return total + section + digit


def _century(written: str) -> float:
    if written.isdigit():
        return 100.0 * (int(written) - 1)
    values = {"I": 1, "V": 5, "X": 10}
    sizes = [values[c] for c in written.upper()]
    signed = zip(sizes, [*sizes[1:], 0], strict=True)
    return 100.0 * (sum(-size if size < following else size for size, following in signed) - 1)


def _apart(found: list[Value]) -> tuple[Value, ...]:
    """The longest of those that overlap, in order."""
    kept: list[Value] = []
    for value in sorted(found, key=lambda v: (v.start - v.end, v.start)):
        if not any(k.start < value.end and value.start < k.end for k in kept):
            kept.append(value)
    return tuple(sorted(kept, key=lambda v: v.start))


@lru_cache(maxsize=16)
def _month_patterns(language: str) -> tuple[re.Pattern[str], ...]:
    months = words_of(language).months
    if not months:
        return ()
    month = "(?P<month>" + "|".join(sorted(map(re.escape, months), key=len, reverse=True)) + r")\b\.?"
    year = rf"(?P<year>{_YEAR}|\d{{3}})"
    first = rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|\.|º)?(?: de| of)? {month}(?:(?: de| del|,)? {year}\b)?"
    american = rf"\b{month} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:, ?{year}\b)?"
    bare = rf"\b{month}(?: de| del)? (?P<day>)?{year}\b"
    return tuple(re.compile(p, re.IGNORECASE) for p in (first, american, bare))


@lru_cache(maxsize=16)
def _number_words(language: str) -> re.Pattern[str]:
    words = words_of(language)
    if words.code == "zh" or not words.numbers:
        return re.compile(r"(?!)")
    one = "(?:" + "|".join(sorted(map(re.escape, words.numbers), key=len, reverse=True)) + ")"
    return re.compile(rf"(?<![\w.,-]){one}(?:[ -]{one})*(?!\w)", re.IGNORECASE)
