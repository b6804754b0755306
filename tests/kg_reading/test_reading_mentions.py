"""Mentions: names by tagger, title, quotes, definitions and capitals; what is trimmed and kept out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clew.core.records import Label, Part, Reading
from clew.kg.candidates import is_junk, quoted, trim
from clew.kg.capitals import capital_names

Read = Callable[..., Reading]


def named(reading: Reading) -> dict[str, Label]:
    return {m.text: m.label for m in reading.mentions if m.part is Part.TEXT and not m.label.is_value}


def test_english_names_have_types(read: Read) -> None:
    found = named(
        read("Angela Merkel met Emmanuel Macron in Paris after talks with Siemens and the European Union.")
    )
    assert found["Angela Merkel"] is Label.PER and found["Emmanuel Macron"] is Label.PER
    assert found["Paris"] is Label.LOC
    assert "European Union" in found


def test_titles_are_mentions_whole_and_without_their_parenthesis(read: Read) -> None:
    reading = read("Mercury is a planet. Mercury has no moon.", title="Mercury (planet)")
    titles = [(m.text, m.sentence) for m in reading.mentions if m.part is Part.TITLE]
    assert titles == [("Mercury (planet)", -1), ("Mercury", -1)]
    own = [m for m in reading.mentions if m.part is Part.TEXT and m.source == "title"]
    assert [m.text for m in own] == ["Mercury", "Mercury"]


def test_a_title_with_small_words_is_one_mention(read: Read) -> None:
    found = named(read("Gone to the Rivers is a film directed by Ann Lowe.", title="Gone to the Rivers"))
    assert found["Gone to the Rivers"] is Label.WORK and found["Ann Lowe"] is Label.PER


def test_quoted_works_are_mentions_and_speech_is_not(read: Read) -> None:
    found = named(read('Lowe wrote "The Long Road" and said "We will never come back to this place".'))
    assert found["The Long Road"] is Label.WORK
    assert not any("never" in name for name in found)


def test_definitions_give_both_names(read: Read) -> None:
    reading = read("The International Harbour Pilots Union (IHPU) was founded in Genoa.")
    assert {"International Harbour Pilots Union", "IHPU"} <= set(named(reading))
    assert ("International Harbour Pilots Union", "also known as", "IHPU") in [
        (f.subject.text, f.predicate, f.object.text) for f in reading.facts
    ]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("the Alps", "Alps"), ("Anna's", "Anna"), ('"Anna"', "Anna"), ("(Anna)", "Anna"),
        ("Anna (born", "Anna"), ("Anna,", "Anna"),
        ("Bank of", "Bank"), ("J. K.", "J. K."), ("Yahoo!", "Yahoo!"), ("《家》", "家"),
    ],
)  # fmt: skip
def test_edges_are_trimmed(text: str, kept: str) -> None:
    start, end = trim(text, 0, len(text))
    assert text[start:end] == kept


@pytest.mark.parametrize(
    "name", ["He", "it", "42", "...", "January", "Monday", "film", "x", "The", "\ufffd", "他", "Sie"]
)
def test_junk_is_kept_out(name: str) -> None:
    assert is_junk(name, Label.PER, "tagger")


def test_quotes_of_works_and_of_speech() -> None:
    text = 'He sang "Blue Hills", read «Война и мир» and said "go away now".'
    assert [text[a:b] for a, b in quoted(text)] == ["Blue Hills"]
    assert [t for t in ["他写了《家》。"] for a, b in quoted(t) if t[a:b] == "家"]


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("es", "Ayer Lucía Ferrer visitó la Universidad de Salamanca en España.",
         ["Lucía Ferrer", "Universidad de Salamanca", "España"]),
        ("fr", "Hier, Jeanne Moulin a quitté Lyon pour l'Université de Genève.",
         ["Jeanne Moulin", "Lyon", "Université de Genève"]),
        ("de", "Gestern besuchte Angela Berger den Ort und fuhr nach Köln.", ["Angela Berger", "Köln"]),
        ("ru", "Вчера Анна Лесная приехала в Тверь.", ["Анна Лесная", "Тверь"]),
        ("it", "Ieri Marco Bruni è tornato a Torino.", ["Marco Bruni", "Torino"]),
        ("nl", "Gisteren kwam Kees van den Berg in Utrecht aan.", ["Kees van den Berg", "Utrecht"]),
        ("el", "Χθες ο Νίκος Παππάς ήρθε στην Αθήνα.", ["Νίκος Παππάς", "Αθήνα"]),
    ],
)  # fmt: skip
def test_names_are_found_by_their_capitals(language: str, text: str, names: list[str]) -> None:
    assert [text[c.start : c.end] for c in capital_names(text, language) if c.score >= 0.4] == names


def test_german_nouns_are_no_names() -> None:
    text = "Der Hund lief durch den Garten und die Katze schlief auf dem Dach des Hauses."
    assert [c for c in capital_names(text, "de") if c.score >= 0.4] == []


def test_a_name_that_opens_a_sentence_is_kept_if_it_comes_again(read: Read) -> None:
    once = read("Tolland ganó la carrera ayer por la tarde.", language="es")
    twice = read("Tolland ganó la carrera. Después todos vieron a Tolland en la plaza.", language="es")
    assert "Tolland" not in named(once)
    assert [m.text for m in twice.mentions].count("Tolland") == 2


def test_a_name_has_one_type_in_a_document(read: Read) -> None:
    reading = read(
        "Clara Tolland was a painter. Tolland lived in Bern. The city bought a picture from Tolland."
    )
    labels = {m.label for m in reading.mentions if "Tolland" in m.text}
    assert labels == {Label.PER}


def test_dates_are_values_with_a_normal_form(read: Read) -> None:
    reading = read("Anna Tolland left Bern on 2 June 1946.")
    assert [(m.text, m.value) for m in reading.mentions if m.label is Label.DATE] == [
        ("2 June 1946", "1946-06-02")
    ]
