"""Sensitive values in text, found by their form and their check digits, and replaced by pseudonyms.

    "Write to ann@example.org"       "Write to [EMAIL-7f3a2c41]"

Equal values have equal pseudonyms within a namespace, whatever spaces and dashes they are written with, so
that what they tie together stays tied. A pseudonym is keyed (HMAC-SHA256): without the key nobody can test a
guess, and another namespace has another key. Where a number has check digits they decide; where it has none
(telephones) a word or a "+" must stand before it, or its groups must be those of a telephone.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Sensitive(StrEnum):
    """Kinds of sensitive values."""

    EMAIL = "email"
    PHONE = "phone"
    CARD = "card"
    IBAN = "iban"
    IP = "ip"
    NATIONAL_ID = "national_id"
    """US SSN, Spanish DNI and NIE, French NIR, German tax id, Chinese resident id."""


@dataclass(frozen=True, slots=True)
class Place:
    """A sensitive value in a text."""

    start: int
    end: int
    kind: str
    value: str
    """Normal form: what is the same value however it is written."""


Detector = Callable[[str], Iterable[Place]]
"""Finds sensitive values in a text."""

# ASCII: a sign of another script beside a number is no part of it
_EMAIL = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9][\w.+%-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])", re.A
)
_INTERNATIONAL = re.compile(
    r"(?<![\w+])(?:\+|00)[1-9]\d{0,2}[ .\-/]?(?:\(0?\d{1,4}\)[ .\-/]?)?\d(?:[ .\-/]?\d){5,12}(?!\w)", re.A
)
_NAMED_PHONE = re.compile(
    r"(?:\b(?:tel(?:ephone|efon|éfono|éphone)?|phone|mobile|cell|fax|handy|móvil|portable|call|tlf)\b|电话|手机|传真)"
    r"[\s.:：#]{0,3}(?:is |at |number |nummer |no\.? |(?:us )?(?:at|on) |号码|是|为){0,2}[:：]?\s{0,2}"
    r"(\(?\d(?:[ .\-/()]{0,2}\d){6,13})(?![A-Za-z0-9_])", re.I,
)  # fmt: skip
_US_PHONE = re.compile(r"(?<![\w.+-])(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[-.])[2-9]\d{2}[-.]\d{4}(?![\w-])", re.A)
_CHINESE_MOBILE = re.compile(r"(?<![\d.,-])1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![\d.,-]?\d)", re.A)
_CARD = re.compile(r"(?<![\w.,+-])[2-6]\d{3}(?:(?:[ -]?\d{4}){3}|[ -]?\d{6}[ -]?\d{5})(?![\w-]|[.,]\d)", re.A)
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)", re.A)
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)", re.A)
_IPV6 = re.compile(r"(?<![\w:.])(?=[0-9A-Fa-f]{0,4}:)[0-9A-Fa-f:]{6,39}(?![\w:])", re.A)
_SSN = re.compile(r"(?<![\w-])(\d{3})-(\d{2})-(\d{4})(?![\w-])", re.A)
_DNI = re.compile(r"(?<!\w)(?:(\d{8})|([XYZ])[- ]?(\d{7}))[- ]?([A-Z])(?!\w)", re.A)
_NIR = re.compile(r"(?<!\w)([12]) ?(\d{2}) ?(\d{2}) ?(\d{2}|2[AB]) ?(\d{3}) ?(\d{3}) ?(\d{2})(?!\w)", re.A)
_TAX_ID = re.compile(r"(?<![\w.,+-])\d{2} ?\d{3} ?\d{3} ?\d{3}(?![\w-]|[.,]\d)", re.A)
_TAX_WORD = re.compile(
    r"(?:Steuer-?(?:ID|Ident|identifikation|nummer)|steuerliche|IdNr|Identifikationsnummer|tax id)"
    r"[^\d\n]{0,40}\Z",
    re.I,
)
_CHINESE_ID = re.compile(
    r"(?<!\w)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![A-Za-z0-9_])",
    re.A,
)
_TAG = re.compile(r"\[[A-Z_]+-[0-9a-f]{8}\]")


def find(text: str, kinds: Collection[str], more: Sequence[Detector] = ()) -> list[Place]:
    """The sensitive values of these kinds, in order of place.

    Of two that overlap the one of the earlier kind counts, then the longer one; kinds are tried in the order
    of `_FINDERS`, from those with check digits to telephones, then what `more` finds. Pseudonyms in a text
    are left alone.
    """
    found: list[tuple[int, Place]] = []
    for rank, (kind, finder) in enumerate(_FINDERS.items()):
        if kind in kinds:
            found += [(rank, place) for place in finder(text)]
    found += [(len(_FINDERS), place) for detect in more for place in detect(text)]
    kept: list[Place] = []
    tags = [m.span() for m in _TAG.finditer(text)] if "-" in text and "[" in text else []
    for _, place in sorted(found, key=lambda f: (f[0], f[1].start - f[1].end, f[1].start)):
        apart = all(place.end <= p.start or p.end <= place.start for p in kept)
        if apart and all(place.end <= a or b <= place.start for a, b in tags):
            kept.append(place)
    return sorted(kept, key=lambda place: place.start)


def pseudonym(kind: str, value: str, key: bytes) -> str:
    """What stands in the place of a value: "[EMAIL-7f3a2c41]"."""
    digest = hmac.new(key, f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()
    return f"[{kind.upper()}-{digest[:8]}]"


def redact(text: str, places: Iterable[Place], key: bytes) -> tuple[str, Mapping[str, int]]:
    """The text with pseudonyms, and how many values of each kind it had."""
    parts, at = [], 0
    counts: Counter[str] = Counter()
    for place in places:
        parts += [text[at : place.start], pseudonym(place.kind, place.value, key)]
        at = place.end
        counts[place.kind] += 1
    return "".join(parts) + text[at:], counts


def _emails(text: str) -> Iterator[Place]:
    if "@" in text:
        for m in _EMAIL.finditer(text):
            yield Place(m.start(), m.end(), Sensitive.EMAIL, m.group().casefold())


def _phones(text: str) -> Iterator[Place]:
    for pattern, group in ((_INTERNATIONAL, 0), (_NAMED_PHONE, 1), (_US_PHONE, 0), (_CHINESE_MOBILE, 0)):
        for m in pattern.finditer(text):
            digits = re.sub(r"\D", "", re.sub(r"\(0\)", "", m.group(group)))
            if 7 <= len(digits) <= 15:
                digits = digits.removeprefix("00") if m.group(group).startswith("00") else digits
                yield Place(*m.span(group), Sensitive.PHONE, digits)


def _cards(text: str) -> Iterator[Place]:
    for m in _CARD.finditer(text):
        digits = re.sub(r"\D", "", m.group())
        if luhn(digits) and len(set(digits)) > 1:
            yield Place(m.start(), m.end(), Sensitive.CARD, digits)


def _ibans(text: str) -> Iterator[Place]:
    for m in _IBAN.finditer(text):
        whole = m.group()
        # a word in capitals may follow the number: try it without its last groups
        while len(bare := whole.replace(" ", "")) >= 15:
            if len(bare) <= 34 and mod97(bare):
                yield Place(m.start(), m.start() + len(whole), Sensitive.IBAN, bare)
                break
            whole = whole.rpartition(" ")[0]


def _addresses(text: str) -> Iterator[Place]:
    for pattern in (_IPV4, _IPV6):
        for m in pattern.finditer(text):
            value = m.group()
            try:
                address = ipaddress.ip_address(value)
            except ValueError:
                continue
            # "1.2.3.4" alone may be a version or a chapter; an address has a part that these do not have
            if address.version == 6 or any(int(part) > 19 for part in value.split(".")):
                yield Place(m.start(), m.end(), Sensitive.IP, address.compressed)


def _national_ids(text: str) -> Iterator[Place]:
    kind = Sensitive.NATIONAL_ID
    for m in _SSN.finditer(text):
        area, group, serial = m.groups()
        if area not in ("000", "666") and area < "900" and group != "00" and serial != "0000":
            yield Place(m.start(), m.end(), kind, area + group + serial)
    for m in _DNI.finditer(text):
        number = m.group(1) or str("XYZ".index(m.group(2))) + m.group(3)
        if "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == m.group(4):
            yield Place(m.start(), m.end(), kind, re.sub(r"\W", "", m.group()))
    for m in _NIR.finditer(text):
        digits = "".join(m.groups())
        plain = digits[:13].replace("2A", "19").replace("2B", "18")
        if 1 <= int(m.group(3)) <= 12 and 97 - int(plain) % 97 == int(m.group(7)):
            yield Place(m.start(), m.end(), kind, digits)
    for m in _TAX_ID.finditer(text):
        digits = m.group().replace(" ", "")
        if _TAX_WORD.search(text, max(0, m.start() - 80), m.start()) and german_tax_id(digits):
            yield Place(m.start(), m.end(), kind, digits)
    for m in _CHINESE_ID.finditer(text):
        if chinese_id(m.group().upper()):
            yield Place(m.start(), m.end(), kind, m.group().upper())


_FINDERS: dict[str, Detector] = {
    Sensitive.EMAIL: _emails,
    Sensitive.IBAN: _ibans,
    Sensitive.CARD: _cards,
    Sensitive.NATIONAL_ID: _national_ids,
    Sensitive.IP: _addresses,
    Sensitive.PHONE: _phones,
}


def luhn(digits: str) -> bool:
    """True where the last digit is the check digit of ISO/IEC 7812.

    >>> luhn("4111111111111111"), luhn("4111111111111112")
    (True, False)
    """
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def mod97(iban: str) -> bool:
    """True where the check digits of an IBAN (ISO 13616) hold.

    >>> mod97("GB82WEST12345698765432"), mod97("GB82WEST12345698765431")
    (True, False)
    """
    return int("".join(str(int(c, 36)) for c in iban[4:] + iban[:4])) % 97 == 1


def german_tax_id(digits: str) -> bool:
    """True where the last digit is the check digit of ISO/IEC 7064, MOD 11,10.

    >>> german_tax_id("86095742719"), german_tax_id("86095742718")
    (True, False)
    """
    product = 10
    for digit in digits[:-1]:
        total = (int(digit) + product) % 10 or 10
        product = 2 * total % 11
    return digits[0] != "0" and (11 - product) % 10 == int(digits[-1])


def chinese_id(digits: str) -> bool:
    """True where the last sign is the check digit of GB 11643.

    >>> chinese_id("11010519491231002X"), chinese_id("110105194912310021")
    (True, False)
    """
    total = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(digits[:17]))
    return "10X98765432"[total % 11] == digits[17]
