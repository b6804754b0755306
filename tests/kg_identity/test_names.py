"""Names of what a text is about: from its title, else from its first sentence, in six languages."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.core.records import Document, Label, Mention, Name, Part
from clew.core.text import fold
from clew.kg import name_aliases, names
from clew.kg.names import names_of
from clew.kg.sentences import sentences


def named(text: str, title: str = "", mentions: tuple[Mention, ...] = ()) -> tuple[dict[str, Name], Label]:
    found, about = names_of(Document("d", text, title), sentences(text), mentions)
    return {name.text: name for name in found}, about


def test_examples_in_docstrings_hold() -> None:
    assert doctest.testmod(names).failed == 0
    assert doctest.testmod(name_aliases).failed == 0


@pytest.mark.parametrize(
    ("text", "lead", "about"),
    [
        ("Vera Lindqvist (born 3 May 1961) is a Swedish actress.", "Vera Lindqvist", Label.PER),
        ("The Quiet Harbour is a 1934 drama film directed by Olaf Brandt.", "Quiet Harbour", Label.WORK),
        ('"Paper Lanterns" is a song by the band Small Hours.', "Paper Lanterns", Label.WORK),
        ("Under the Roof of Night is a novel by Ines Prado.", "Under the Roof of Night", Label.WORK),
        ("Dunmere, a town in the hills, is a town in Ohio.", "Dunmere", Label.LOC),
        ("Northwind Traders was a shipping company founded in 1890.", "Northwind Traders", Label.ORG),
        ("Photosynthesis is the process by which plants make sugar.", "Photosynthesis", Label.MISC),
        ("Die Elbe (tschechisch Labe) ist ein Fluss in Mitteleuropa.", "Elbe", Label.LOC),
        ("Klara Vogt (* 3. Mai 1950 in Bonn) ist eine deutsche Filmregisseurin.", "Klara Vogt", Label.PER),
        ("Die Nordlicht AG, kurz Nordlicht, ist ein deutscher Konzern.", "Nordlicht AG", Label.ORG),
        ("El río Ebro es un río de España.", "río Ebro", Label.LOC),
        ("Marta Soler fue una pintora española.", "Marta Soler", Label.PER),
        ("La Loire est le plus long fleuve de France.", "Loire", Label.LOC),
        ("L’Orénoque est un fleuve d’Amérique du Sud.", "Orénoque", Label.LOC),
        ("Москва — столица России, город федерального значения.", "Москва", Label.LOC),
        ("Анна Петрова была русским поэтом.", "Анна Петрова", Label.PER),
        ("雅典是希腊的首都和最大城市。", "雅典", Label.LOC),
        ("《秋夜灯》是中国的一部小说。", "秋夜灯", Label.WORK),
        ("林海，字文远，是明代诗人。", "林海", Label.PER),
        ("# Rivers\n\nNairobi is the capital of Kenya.", "Nairobi", Label.LOC),
        ("The Most Crooked Street is a 1932 film by Olaf Brandt.", "Most Crooked Street", Label.WORK),
        ("So Long Cordelia is the debut album by Mira Kent.", "So Long Cordelia", Label.WORK),
        ("Find Me Again (Far Below) is a 2008 film by Ines Prado.", "Find Me Again", Label.WORK),
        ("Kadal Naa (English: My Sea) is a 2011 film by Asha Rao.", "Kadal Naa", Label.WORK),
        ("Lives and loves of a sailor is a 1951 Danish film.", "Lives and loves of a sailor", Label.WORK),
        ("He Jianming (born 1960 in Beijing) is a Chinese director.", "He Jianming", Label.PER),
        ("Antonio I Ferrari (c. 1390 – 1448) was lord of Forlì.", "Antonio I Ferrari", Label.PER),
        ('Penny Marsh (born 1978) is an artist known for "Our Nixon".', "Penny Marsh", Label.PER),
    ],
)
def test_the_subject_of_the_first_sentence_leads(text: str, lead: str, about: Label) -> None:
    found, label = named(text)
    assert found[lead].kind == "lead"
    assert label is about


@pytest.mark.parametrize(
    "text",
    [
        "Caroline: Hey Mel! Good to see you!",
        "Melanie, that's so great to hear",
        "I went to Paris yesterday.",
        "Yesterday the mayor of Dunmere spoke.",
        "In Berlin, the mayor is a baker.",
        "The weather is a mess today.",
        "Dinner was great.",
        "Thanks, John. See you at 5.",
        '"I love you," he said.',
        "1987 was a good year.",
        "He was born in Bonn.",
        "Who was the founder of Rome?",
        "Wir waren gestern in Berlin.",
        "No sé qué decir.",
        "Je suis allé à Paris hier.",
        "Я вчера был в Москве.",
        "我昨天去了北京，真好玩！",
        "你好，请问苹果多少钱？",
        "ok",
        "…",
    ],
)
def test_a_text_that_defines_nothing_has_no_names(text: str) -> None:
    assert named(text) == ({}, Label.MISC)


@pytest.mark.parametrize(
    ("text", "aliases"),
    [
        ("Mina Hale (born Wilhelmina Haley), better known as Silver Hale, is a singer.",
         ["Wilhelmina Haley", "Silver Hale"]),
        ("International Paper Boats (IPB) is an American company.", ["IPB"]),
        ("Enter Slowly, also known as The Long Door, is a 2011 film.", ["Long Door"]),
        ("Oskar Nils \"Ossi\" Bergman (born 1946) is a Swedish director.",
         ["Ossi Bergman", "Oskar Bergman", "Oskar Nils Bergman", "O. N. Bergman"]),
        ("Ada Maria Klein (née Vogel) was a German chemist.", ["Ada Vogel", "Ada Klein"]),
        ("Rainer Kolb (* 1950), genannt „Ray Kolb“, ist ein deutscher Sänger.", ["Ray Kolb"]),
        ("Pablo Diego Luna, conocido como Pablo Luna, fue un pintor español.", ["Pablo Luna"]),
        ("Jean-Baptiste Martel, dit Moreau, est un acteur français.", ["Moreau"]),
        ("Иван Петрович Орлов (1799—1837), также известный как Ваня Орёл, — поэт.",
         ["Ваня Орёл", "Иван Орлов"]),
        ("长江，又称扬子江，是亚洲最长的河流。", ["扬子江"]),
        ("北风公司（Northwind Inc.），原名东风公司，是一家公司。", ["Northwind Inc.", "东风公司"]),
        ("Harbour Light, Inc. is an American company.", ["Harbour Light"]),
        ("Karl Nevin, 6th Earl of Dunmere (1542 – 1601) was a nobleman.",
         ["Karl Nevin, 6th Earl of Dunmere", "6th Earl of Dunmere"]),
        ("Krumm, Hask Province is a village in Bulgaria.", ["Krumm, Hask Province"]),
        ("Admiral Aleks Bersin (born 1946) was a sailor.", ["Aleks Bersin"]),
        ("The Strange Madame Y is a 1951 French film.", ["The Strange Madame Y"]),
        ("William Edward Quartz (born 1948) is an American actor.", ["Billy Quartz", "Edward Quartz"]),
        ("Rafael Mora Lerma (1919 – 1994) was a Mexican film director.", ["Rafael Mora"]),
        ('Nathan" Nate" Bright( 1889 – 1968) was a director.', ["Nate Bright", "Nathan Bright"]),
        ("Sohra (Khasi: Sohra Nongkyn) is a town in India.", ["Sohra Nongkyn"]),
        ("El río Ebro es un río de España.", ["Ebro"]),
    ],
)  # fmt: skip
def test_first_sentences_give_aliases_that_are_trusted_less(text: str, aliases: list[str]) -> None:
    found, _ = named(text)
    for alias in aliases:
        assert alias in found, (alias, list(found))
        assert found[alias].kind in ("alias", "part", "initials", "lead")
        assert found[alias].weight <= 0.9
    assert all(n.weight <= 0.8 for n in found.values() if n.kind in ("alias", "part", "initials"))


def test_titles_give_their_base_and_what_stands_before_a_comma() -> None:
    found, about = named("Mercury is the planet nearest to the sun.", "Mercury (planet)")
    assert [(n.text, n.kind, n.weight) for n in found.values()] == [
        ("Mercury (planet)", "title", 1.0),
        ("Mercury", "base", 0.9),
    ]
    assert about is Label.LOC
    found, _ = named("", "Dunmere, Ohio")
    assert (found["Dunmere"].kind, found["Dunmere"].weight) == ("comma", 0.5)
    assert "Sleepless" not in named("Sleepless, Again is a film.", "Sleepless, Again")[0]


def test_the_full_name_in_the_first_sentence_is_an_alias_of_the_title() -> None:
    found, about = named("Lawrence George Cole (born 1936) was a screenwriter.", "Larry Cole")
    assert found["Larry Cole"].kind == "title"
    assert {"Lawrence George Cole", "Lawrence Cole"} <= set(found)
    assert about is Label.PER


def test_a_first_sentence_about_something_else_gives_no_aliases() -> None:
    text = "Francisco Garza (born 1710) was the first settler of the valley."
    assert set(named(text, "History of the valley")[0]) == {"History of the valley"}
    assert set(named("The 1992–93 season was their 47th season.", "1992–93 Warriors season")[0]) == {
        "1992–93 Warriors season"
    }


def test_a_name_that_the_tagger_saw_ends_the_subject_before_any_verb() -> None:
    text = "Ibarra founded Nova Foods in 2004."
    assert named(text)[0] == {}
    seen = Mention(Part.TEXT, 0, 6, "Ibarra", Label.PER, "tagger", 1.0, 0)
    found, about = named(text, mentions=(seen,))
    assert found["Ibarra"].kind == "lead" and about is Label.PER


def test_a_parenthesis_in_the_title_says_the_type() -> None:
    assert named("It rained.", "Harbour (song)")[1] is Label.WORK
    assert named("It rained.", "Ann Lee (film director)")[1] is Label.PER
    assert named("下雨了。", "港湾 (电影)")[1] is Label.WORK


def test_a_title_too_long_to_be_a_name_gives_none() -> None:
    assert named("It rained.", "word " * 60)[0] == {}


@given(st.text(max_size=120), st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_gives_distinct_names_of_sane_length(title: str, text: str) -> None:
    found, about = names_of(Document("d", text, title), sentences(text), ())
    keys = [fold(name.text) for name in found]
    assert len(set(keys)) == len(keys) and all(keys)
    assert all(0 < len(n.text) <= 150 and 0 < n.weight <= 1 for n in found)
    assert not about.is_value
