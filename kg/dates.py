"""Dates in text, normalised to ISO 8601: "2 June 1946" is 1946-06-02, "June 1946" 1946-06, "the 1970s" 197X.

What a date leaves open stays open: --06-02 has no year, 18XX is the 19th century (as in EDTF), -0043 is 44
BC. Dates that only a context could fill ("next year", "Monday") are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

Found = tuple[int, int, str]
"""Start, end, normal form."""

_MONTH_NAMES = (
    "january jan januar jänner jän enero ene janvier janv gennaio genn janeiro januari stycznia styczeń "
    "января январь",
    "february feb februar febrero février févr febbraio febbr fevereiro fev februari lutego luty "
    "февраля февраль",
    "march mar märz mrz marzo mars março maart marca marzec марта март",
    "april apr abril abr avril avr aprile kwietnia kwiecień апреля апрель",
    "may mai mayo maggio magg maio mei maja maj мая май",
    "june jun juni junio juin giugno junho czerwca czerwiec июня июнь",
    "july jul juli julio juillet juil luglio julho lipca lipiec июля июль",
    "august aug agosto ago août aout augustus sierpnia sierpień августа август",
    "september sept sep septiembre setiembre septembre settembre setembro września wrzesień "
    "сентября сентябрь",
    "october oct oktober okt octubre octobre ottobre outubro out października październik октября октябрь",
    "november nov noviembre novembre novembro listopada listopad ноября ноябрь",
    "december dec dezember dez diciembre dic décembre déc dicembre dezembro grudnia grudzień декабря декабрь",
)
MONTHS: dict[str, int] = {name: at for at, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
_MONTH = "(" + "|".join(sorted(MONTHS, key=lambda name: (-len(name), name))) + r")\b\.?"
_DAY = r"(0?[1-9]|[12]\d|3[01])"
_YEAR = r"(1\d{3}|20\d{2}|[5-9]\d{2})"
_NOT_DIGIT = r"(?<![\d.,/:-])"
_END = r"(?![\d%‰])(?![.,/:-]\d)"
_OF = r"(?:of\s+|de\s+|del\s+|do\s+|d['’])?"
_DAY_MONTH = re.compile(
    rf"{_NOT_DIGIT}{_DAY}(?:st|nd|rd|th|er|º|ª|\.)?\s*(?:[-–]\s*{_DAY}\.?\s*)?\s{_OF}{_MONTH}"
    rf"(?:,?\s+{_OF}{_YEAR}{_END})?", re.I,
)  # fmt: skip
_MONTH_DAY = re.compile(rf"\b{_MONTH}\s+{_DAY}(?:st|nd|rd|th)?(?:\s*,\s*|\s+){_YEAR}{_END}", re.I)
_MONTH_DAY_ONLY = re.compile(rf"\b{_MONTH}\s+{_DAY}(?:st|nd|rd|th)?\b(?![\d.,:]\d)", re.I)
_MONTH_YEAR = re.compile(rf"\b{_MONTH},?\s+{_OF}{_YEAR}{_END}", re.I)
_ISO = re.compile(r"(?<![\d-])(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?!\d)")
_DOTTED = re.compile(rf"{_NOT_DIGIT}{_DAY}\.\s?(0?[1-9]|1[0-2])\.\s?(1\d{{3}}|20\d{{2}})(?!\d)")
_SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(1\d{3}|20\d{2})(?![\d/])")
_CHINESE = re.compile(
    r"(?<!\d)(公元前)?(\d{1,4})\s?[年년](?:\s?(\d{1,2})\s?[月월](?:\s?(\d{1,2})\s?[日号號일])?)?"
    r"|(?<!\d)(\d{1,2})月(\d{1,2})[日号號]"
)
_DECADE = re.compile(r"(?<!\d)(1\d|20)(\d)0(?:['’]?s\b|er\b|er-Jahre|-х\b|年代)")
_CENTURY = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th)[\s-]century\b|\b(\d{1,2})\.\s?(?:Jahrhunderts?|Jh\.?|Jhd\.?)"
    r"|\bsiglo\s+([IVX]+)\b|\bs[eé]culo\s+([IVX]+)\b|\b([IVX]+)\s?(?:e|ème|er)\s+siècle\b|\b([IVX]+)\s+secolo\b"
    r"|\b(XX?I{0,3}|XI?[VX]|XVI{1,3}|X)\s+(?:век[а-я]*|в\.)|(\d{1,2})世[纪紀]", re.I,
)  # fmt: skip
_BEFORE_CHRIST = re.compile(
    r"(?<!\d)(\d{1,4})\s?(?:BCE?\b|B\.C\.(?:E\.)?|v\.\s?Chr\.|a\.\s?C\.|av\.\s?J\.-C\.|до\s+н\.\s?э\.)"
)
_PLAIN_YEAR = re.compile(
    r"(?<![\d.,/:$€£¥№#+-])(?<![\d][ \u00a0])(?<!\w)(1[0-9]\d{2}|20\d{2})(?!\w)(?![.,:/]\d)(?!\s?[%‰°€£$])"
)
_COUNTED = re.compile(
    r"\s+(?:people|men|women|children|students|inhabitants|residents|soldiers|troops|members|employees|copies|km|m|kg|"
    r"metres|meters|miles|feet|ft|acres|hectares|square|tons|tonnes|years|days|hours|dollars|euros?|pounds|votes|"
    r"times|units|others|more|Menschen|Einwohner\w*|Personen|Meter|Kilometer|Euro|Jahre|Mann|Stück|personas|habitantes|"
    r"metros|kilómetros|años|euros|hommes|habitants|mètres|kilomètres|ans|abitanti|metri|человек|жителей|метров|км|"
    r"рублей|лет|штук|million|billion|thousand)\b"
)  # fmt: skip


def find_dates(text: str) -> list[Found]:
    """Dates of a text in order, without overlap; of two that overlap the longer one.

    >>> [(text[a:b], iso) for text in ["She left on 2 June 1946, in the 19th century style."]
    ...  for a, b, iso in find_dates(text)]
    [('2 June 1946', '1946-06-02'), ('19th century', '18XX')]
    """
    if not any(c.isdigit() for c in text) and "entury" not in text and "I" not in text and "X" not in text:
        return []
    every = sorted(_candidates(text), key=lambda found: (found[0], -found[1]))
    kept: list[Found] = []
    for found in every:
        if kept and found[0] < kept[-1][1]:
            if found[1] - found[0] > kept[-1][1] - kept[-1][0]:
                kept[-1] = found
            continue
        kept.append(found)
    return kept


def _candidates(text: str) -> Iterator[Found]:
    for m in _ISO.finditer(text):
        yield from _day(m, m.group(1), int(m.group(2)), m.group(3))
    for m in _DAY_MONTH.finditer(text):
        yield from _day(m, m.group(4), MONTHS[m.group(3).lower()], m.group(1))
    for m in _MONTH_DAY.finditer(text):
        yield from _day(m, m.group(3), MONTHS[m.group(1).lower()], m.group(2))
    for m in _MONTH_DAY_ONLY.finditer(text):
        if m.group(1)[0].isupper():
            yield from _day(m, None, MONTHS[m.group(1).lower()], m.group(2))
    for m in _MONTH_YEAR.finditer(text):
        yield m.start(), m.end(), f"{int(m.group(2)):04d}-{MONTHS[m.group(1).lower()]:02d}"
    for m in _DOTTED.finditer(text):
        yield from _day(m, m.group(3), int(m.group(2)), m.group(1))
    for m in _SLASHED.finditer(text):
        first, second = int(m.group(1)), int(m.group(2))
        if first > 12 >= second > 0:
            yield from _day(m, m.group(3), second, str(first))
        elif second > 12 >= first > 0 or first == second:
            yield from _day(m, m.group(3), first, str(second))
    yield from _others(text)


def _others(text: str) -> Iterator[Found]:
    for m in _CHINESE.finditer(text):
        yield from _chinese(m)
    for m in _DECADE.finditer(text):
        yield m.start(), m.end(), f"{m.group(1)}{m.group(2)}X"
    for m in _CENTURY.finditer(text):
        digits = next(group for group in m.groups() if group)
        century = int(digits) if digits.isdigit() else _roman(digits.upper())
        if 1 <= century <= 22:
            yield m.start(), m.end(), f"{century - 1:02d}XX"
    for m in _BEFORE_CHRIST.finditer(text):
        yield m.start(), m.end(), f"-{int(m.group(1)) - 1:04d}" if m.group(1) != "1" else "0000"
    for m in _PLAIN_YEAR.finditer(text):
        if int(m.group(1)) >= 1000 and not _COUNTED.match(text, m.end()):
            yield m.start(), m.end(), m.group(1)


def _day(found: re.Match[str], year: str | None, month: int, day: str) -> Iterator[Found]:
    if not 1 <= int(day) <= (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]:
        return
    head = f"{int(year):04d}-" if year else "--"
    yield found.start(), found.end(), f"{head}{month:02d}-{int(day):02d}"


def _chinese(found: re.Match[str]) -> Iterator[Found]:
    before, year, month, day, lone_month, lone_day = found.groups()
    if lone_month:
        if 1 <= int(lone_month) <= 12:
            yield from _day(found, None, int(lone_month), lone_day)
        return
    if before:
        yield found.start(), found.end(), f"-{int(year) - 1:04d}"
    elif len(year) >= 3 and month and 1 <= int(month) <= 12:
        if day:
            yield from _day(found, year, int(month), day)
        else:
            yield found.start(), found.end(), f"{int(year):04d}-{int(month):02d}"
    elif len(year) >= 3 and not month:
        yield found.start(), found.end(), f"{int(year):04d}"


@lru_cache(maxsize=64)
def _roman(text: str) -> int:
    values = {"I": 1, "V": 5, "X": 10}
    total = 0
    for at, letter in enumerate(text):
        value = values[letter]
        total += -value if at + 1 < len(text) and values[text[at + 1]] > value else value
    return total
