"""Sensitive values: found by their form and check digits, ordinary text left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.core.redaction import Sensitive, find, luhn, mod97, pseudonym, redact

ALL = tuple(Sensitive)
KEY = bytes(range(32))

SENSITIVE = [
    ("email", "ann.lee@example.org"),
    ("email", "a+b_c%d@mail.example.co.uk"),
    ("email", "X.Y@sub-domain.example.museum"),
    ("phone", "+1 212 555 0142"),
    ("phone", "+49 (0)30 901820-12"),
    ("phone", "+44 20 7946 0958"),
    ("phone", "0033 1 70 18 99 00"),
    ("phone", "(212) 555-0142"),
    ("phone", "212-555-0142"),
    ("phone", "13812345678"),
    ("phone", "138 1234 5678"),
    ("card", "4111 1111 1111 1111"),
    ("card", "5500-0055-5555-5559"),
    ("card", "378282246310005"),
    ("card", "6011111111111117"),
    ("iban", "GB82 WEST 1234 5698 7654 32"),
    ("iban", "DE89370400440532013000"),
    ("iban", "FR14 2004 1010 0505 0001 3M02 606"),
    ("iban", "ES91 2100 0418 4502 0005 1332"),
    ("ip", "192.168.10.77"),
    ("ip", "2001:db8:85a3::8a2e:370:7334"),
    ("ip", "8.8.4.44"),
    ("national_id", "219-09-9999"),
    ("national_id", "12345678Z"),
    ("national_id", "X-1234567-L"),
    ("national_id", "1 85 05 78 006 084 91"),
    ("national_id", "11010519491231002X"),
]

ORDINARY = [
    "It was published in ISBN 978-3-16-148410-0 and sold 1,234,567 copies between 1914 and 1918.",
    "The match ended 3-2 on 2019-05-04; attendance 45,000; pages 123-4567 of the report.",
    "Version 1.2.3.4 follows 1.2.3; see section 4.3.2.1, and 10:45:32 on the clock.",
    "He scored 100 points; the bill was $4,111.11 and 12345678 people live there, 87654321A.",
    "The comet 2001 QR322 lies at 05h 35m 17s; the number 4111 1111 1111 1112 fails its check.",
    "Call sign WXYZ, route 66, the years 1939 – 1945, 20 July 1944, 1.000.000.000 Euro.",
    "圆周率是3.14159265358979，1949年10月1日成立，人口1400000000。",
    "GB82 WEST 1234 5698 7654 33 is mistyped, and 000-12-3456 was never given out.",
    "twitter @ann, 5 @ 10 dollars, C:\\temp, a::b, std::vector and 12:30.",
]


@pytest.mark.parametrize(("kind", "value"), SENSITIVE)
def test_each_value_is_found_alone_and_in_a_sentence(kind, value):
    for text in (
        value,
        f"Write it as {value}.",
        f"({value})",
        f"她的是{value}，请记下。",
        f"x: {value}\nnext",
    ):
        assert [(text[p.start : p.end], p.kind) for p in find(text, ALL)] == [(value, kind)], text


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("phone", "030 901820", "Tel. 030 901820"),
        ("phone", "91 123 45 67", "teléfono: 91 123 45 67"),
        ("phone", "010 6552 9988", "电话：010 6552 9988"),
        ("national_id", "86 095 742 719", "Ihre Steuer-ID lautet 86 095 742 719."),
    ],
)
def test_numbers_without_a_form_of_their_own_are_found_by_the_word_before_them(kind, value, text):
    assert [(text[p.start : p.end], p.kind) for p in find(text, ALL)] == [(value, kind)]
    assert find(f"There are {value} of them.", ALL) == []


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_is_left_alone(text):
    assert find(text, ALL) == []


@pytest.mark.parametrize(("kind", "value"), SENSITIVE)
def test_only_the_kinds_asked_for_are_found(kind, value):
    assert all(place.kind == kind for place in find(value, (kind,)))
    others = [k for k in ALL if k != kind]
    assert all(place.kind != kind for place in find(value, others))


def test_equal_values_have_equal_pseudonyms_however_they_are_written():
    text = (
        "4111 1111 1111 1111 and 4111-1111-1111-1111; GB82 WEST 1234 5698 7654 32 or GB82WEST12345698765432"
    )
    redacted, counts = redact(text, find(text, ALL), KEY)
    card, _, other, iban, _, same = redacted.replace(";", "").split()
    assert card == other and iban == same and card != iban
    assert counts == {"card": 2, "iban": 2}


@given(st.binary(min_size=32, max_size=32), st.sampled_from(SENSITIVE))
def test_another_key_gives_another_pseudonym(key, item):
    if key != KEY:
        assert pseudonym(*item, key) != pseudonym(*item, KEY)
    assert item[1] not in pseudonym(*item, key)


@given(st.lists(st.sampled_from([value for _, value in SENSITIVE]) | st.text(max_size=20), max_size=6))
def test_redaction_is_done_once_and_leaves_the_rest(parts):
    text = "\n".join(parts)
    places = find(text, ALL)
    redacted, counts = redact(text, places, KEY)
    assert sum(counts.values()) == len(places)
    assert all(a.end <= b.start for a, b in zip(places, places[1:], strict=False))
    again = find(redacted, ALL)
    assert redact(redacted, again, KEY)[0].count("[") >= redacted.count("[")
    for value in (text[p.start : p.end] for p in places):
        assert value in parts or value not in redacted.split("\n")


@given(st.text("0123456789", min_size=15, max_size=19), st.integers(0, 9))
def test_one_wrong_digit_of_a_card_is_noticed(digits, digit):
    if luhn(digits) and str(digit) != digits[7]:
        assert not luhn(digits[:7] + str(digit) + digits[8:])


@given(st.sampled_from([v.replace(" ", "") for k, v in SENSITIVE if k == "iban"]), st.integers(4, 14))
def test_two_exchanged_digits_of_an_iban_are_noticed(iban, at):
    swapped = iban[:at] + iban[at + 1] + iban[at] + iban[at + 2 :]
    assert mod97(iban) and (swapped == iban or not mod97(swapped))
