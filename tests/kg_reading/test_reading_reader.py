"""The reader: a pure function of the document, in every language and for every odd input."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable

import pytest

from clew.core.errors import ClewError, EmptyDocumentError
from clew.core.records import Document, Label, Part, Reading
from clew.kg.reader import Reader

Read = Callable[..., Reading]

TEXTS = {
    "en": "Anna Lowe founded the Harbour Museum in Boston in 1931. She sold it to Tim Hale.",
    "zh": "李白石在杭州出生，毕业于清华大学。他于1931年创立了白石公司，著有《山河》。",
    "de": "Angela Berger wurde 1931 in Köln geboren. Sie gründete die Berger GmbH in Hamburg.",
    "es": "Lucía Ferrer nació en Sevilla en 1931. Fundó la Universidad de Ronda con Pablo Ruiz.",
    "fr": "Jeanne Moulin est née à Lyon en 1931. Elle a fondé l'Institut Moulin avec Paul Girard.",
    "ru": "Анна Лесная родилась в Москве в 1931 году. Она основала Институт Лесной в Твери.",
    "it": "Giulia Bruni è nata a Torino nel 1931. Ha fondato l'Istituto Bruni con Marco Sala.",
    "ja": "東京は日本の首都である。1931年に博物館が建てられた。",
    "ar": "ولدت ليلى في القاهرة سنة 1931. أسست متحفا في المدينة القديمة.",
    "th": "กรุงเทพเป็นเมืองหลวงของประเทศไทย",
}


@pytest.mark.parametrize("language", TEXTS)
def test_every_language_is_read(read: Read, language: str) -> None:
    reading = read(TEXTS[language])
    assert reading.language == language
    assert reading.pipeline and "@" in reading.pipeline


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", {"Anna Lowe", "Boston", "Tim Hale"}),
        ("zh", {"李白石", "杭州", "清华大学", "山河"}),
        ("de", {"Angela Berger", "Köln", "Hamburg"}),
        ("es", {"Lucía Ferrer", "Sevilla", "Universidad de Ronda", "Pablo Ruiz"}),
        ("fr", {"Jeanne Moulin", "Lyon", "Institut Moulin", "Paul Girard"}),
        ("ru", {"Анна Лесная", "Москве"}),
        ("it", {"Giulia Bruni", "Torino", "Istituto Bruni", "Marco Sala"}),
    ],
)
def test_names_and_dates_are_found_in_each(read: Read, language: str, names: set[str]) -> None:
    reading = read(TEXTS[language])
    assert names <= {m.text for m in reading.mentions}
    assert "1931" in {m.value for m in reading.mentions}
    assert reading.facts


def test_dates_of_life_are_read_without_a_parser(read: Read) -> None:
    zh = read("史蒂夫·李（1931年9月25日－1996年10月19日）是作家。")
    assert [(f.subject.text, f.predicate, f.time) for f in zh.facts if f.rule == "parenthesis"] == [
        ("史蒂夫·李", "bear on", "1931-09-25"),
        ("史蒂夫·李", "die on", "1996-10-19"),
    ]
    de = read("Angela Berger (* 12. Mai 1905 in Köln; † 3. April 1980 in Hamburg) war Malerin.")
    assert [(f.predicate, f.object.text) for f in de.facts if f.rule == "parenthesis"] == [
        ("bear on", "12. Mai 1905"), ("bear in", "Köln"), ("die on", "3. April 1980"), ("die in", "Hamburg"),
    ]  # fmt: skip


def test_passages_in_other_languages_get_their_own_pipeline(read: Read) -> None:
    english = "The river was long and the people of the valley had built many bridges over it. " * 8
    chinese = "小河流过村子，村里的人在河上修了很多桥，大家都很高兴。" * 12
    reading = read(english + "\n\n" + chinese)
    assert {p.language for p in reading.passages} == {"en", "zh"}
    assert len(reading.pipeline.split(", ")) == 2


def test_the_language_of_the_user_holds(read: Read) -> None:
    assert read("Anna Lowe.", language="fr").language == "fr"


DOCUMENTS = [
    Document(f"{language}{n}", text + " " + text[:40], title="Anna Lowe" if n else "")
    for language, text in TEXTS.items()
    for n in range(2)
]


@pytest.mark.parametrize("seed", range(4))
def test_a_reading_is_the_same_alone_and_in_any_company(reader: Reader, seed: int) -> None:
    shuffled = DOCUMENTS[:]
    random.Random(seed).shuffle(shuffled)
    together = {r.document.id: r for r in reader.read_many(shuffled[: 5 + 5 * seed])}
    for document in shuffled[: 5 + 5 * seed]:
        assert together[document.id] == reader.read(document)


def test_groups_do_not_change_a_reading(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = list(reader.read_many(DOCUMENTS))
    monkeypatch.setattr("clew.kg.reader.GROUP_CHARACTERS", 100)
    monkeypatch.setattr("clew.kg.reader._BATCH", 3)
    assert list(reader.read_many(DOCUMENTS)) == whole


def test_the_id_does_not_change_what_is_read(reader: Reader) -> None:
    one, two = (reader.read(Document(i, TEXTS["en"])) for i in ("a", "b"))
    assert (one.mentions, one.facts, one.names) == (two.mentions, two.facts, two.names)


def test_threads_read_the_same(reader: Reader) -> None:
    expected = list(reader.read_many(DOCUMENTS[:6]))
    results: list[list[Reading]] = []
    threads = [
        threading.Thread(target=lambda: results.append(list(reader.read_many(DOCUMENTS[:6]))))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 3


@pytest.mark.parametrize("text", ["", "  \n\t  ", "\x1c\x1d"])
def test_a_document_without_text_is_a_named_error(reader: Reader, text: str) -> None:
    with pytest.raises(EmptyDocumentError, match="'a' has no text"):
        reader.read(Document("a", text))


def test_readings_before_an_empty_document_are_given(reader: Reader) -> None:
    given = []
    with pytest.raises(ClewError):
        for reading in reader.read_many([Document("a", TEXTS["en"]), Document("b", "")]):
            given.append(reading.document.id)
    assert given == ["a"]


@pytest.mark.parametrize(
    "text",
    [
        "THE SHIP LEFT BOSTON IN 1931 AND SANK OFF MALTA.",
        "the ship left boston in 1931 and sank off malta. nobody came back.",
        "Theshipleftbostoninnineteenthirtyoneandsankoffmalta",
        "...!!!???;;;---((([[[",
        "🚀🚢 Anna Lowe 👩‍🚀 left Boston 🇫🇷.",
        "ولدت ليلى في Boston سنة 1931 ثم عادت.",
        "\ufeffAnna\u200bLowe\u202e left\u202c Boston.",
        "\x01\x02Anna Lowe\x07 left \x1b[31mBoston\x1b[0m.",
        "Anna Lowe\x00 left \ud800Boston.",
        "a\r\nb\r\n\r\nc\u2028d\u2029e",
        "| Name | Born |\n|---|---|\n| Anna Lowe | 1931 |\n| Tim Hale | 1940 |",
        "((((((((((" * 60 + "Anna" + "))))))))))" * 60,
        '"' * 501 + "Anna" + "“" * 300,
        "Anna Lowe, " * 300,
        "x" * 30_000,
        "1 " * 5_000,
        "李" * 5_000,
        "Ａｎｎａ　Ｌｏｗｅ　ｌｅｆｔ．",
        "e\u0301" * 400 + " A\u0300nna",
        "-",
        "1931",
    ],
)
def test_odd_text_is_read_and_keeps_the_laws(read: Read, text: str) -> None:
    reading = read(text, title=text[:60])
    assert len(reading.document.text) == len(text)


def test_capitals_only_still_give_names(read: Read) -> None:
    reading = read("THE SHIP OF MARY LOWE LEFT BOSTON IN 1931 FOR MALTA.")
    assert {"BOSTON", "MALTA"} & {m.text for m in reading.mentions}


def test_nul_and_lone_surrogates_become_replacements_in_place(reader: Reader) -> None:
    reading = reader.read(Document("a", "Anna\x00 Lowe \ud800 left Boston."))
    assert reading.document.text == "Anna\ufffd Lowe \ufffd left Boston."


def test_a_very_long_line_is_read_in_bounded_pieces(reader: Reader, laws: Callable[[Reading], None]) -> None:
    reading = reader.read(Document("a", "lorem ipsum dolor " * 6_000, language="la"))
    laws(reading)
    assert len(reading.passages) > 100


def test_the_title_is_read_too(read: Read) -> None:
    reading = read("It was painted in 1931.", title="  Grey Lake (painting) ")
    titles = [(m.text, m.start) for m in reading.mentions if m.part is Part.TITLE]
    assert titles == [("Grey Lake (painting)", 2), ("Grey Lake", 2)]
    assert [n.text for n in reading.names][:1] == ["Grey Lake (painting)"]


def test_what_it_is_about_types_the_title(read: Read) -> None:
    reading = read("Tolland Green was an English painter. He lived in London.", title="Tolland Green")
    assert reading.about is Label.PER
    assert {m.label for m in reading.mentions if m.source == "title"} == {Label.PER}
