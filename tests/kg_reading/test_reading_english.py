"""English patterns, one by one: the triple, its rule, negation, modality and time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clew.core.records import Fact, Reading

Read = Callable[..., Reading]


def triples(reading: Reading) -> set[tuple[str, str, str]]:
    return {(f.subject.text, f.predicate, f.object.text) for f in reading.facts}


def fact(reading: Reading, predicate: str) -> Fact:
    return next(f for f in reading.facts if f.predicate == predicate)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("John Ford directed the film Stagecoach.", ("John Ford", "direct", "Stagecoach")),
        ("Anna Lowe founded Siemens and Bosch.", ("Anna Lowe", "found", "Bosch")),
        ("Stagecoach was directed by John Ford.", ("John Ford", "direct", "Stagecoach")),
        ("Stagecoach was directed by John Ford.", ("Stagecoach", "direct by", "John Ford")),
        ("John Ford was born in Portland.", ("John Ford", "bear in", "Portland")),
        ("John Ford was born and raised in Portland.", ("John Ford", "raise in", "Portland")),
        ("Born in Warsaw, Marie Curie studied in Paris.", ("Marie Curie", "bear in", "Warsaw")),
        ("The Louvre is located in Paris.", ("Louvre", "locate in", "Paris")),
        ("Marie Curie lived in Paris and Warsaw.", ("Marie Curie", "live in", "Warsaw")),
        ("Rome is the capital of Italy.", ("Rome", "capital of", "Italy")),
        ("The capital of France is Paris.", ("Paris", "capital of", "France")),
        ("Anna Lowe is the wife of John Ford.", ("Anna Lowe", "wife of", "John Ford")),
        ("Anna Lowe is John Ford's wife.", ("Anna Lowe", "wife of", "John Ford")),
        ("Anna Lowe is an English painter.", ("Anna Lowe", "be", "English painter")),
        ("Anna Lowe became a painter in London.", ("Anna Lowe", "become", "painter")),
        ("Tim Cook, CEO of Apple, visited Berlin.", ("Tim Cook", "ceo of", "Apple")),
        ("Apple's CEO Tim Cook visited Berlin.", ("Tim Cook", "ceo of", "Apple")),
        ("Tim Cook met the director, John Ford.", ("John Ford", "be", "director")),
        ("Microsoft, which bought Skype, is based in Redmond.", ("Microsoft", "buy", "Skype")),
        ("Microsoft, a company founded by Bill Gates, grew.", ("Bill Gates", "found", "Microsoft")),
        ("Anna Lowe played as a striker for Arsenal.", ("Anna Lowe", "striker for", "Arsenal")),
        (
            "Marie Curie is famous for Radium Studies in Paris.",
            ("Marie Curie", "famous for", "Radium Studies"),
        ),
        ("Marie Curie moved from Warsaw to Paris.", ("Marie Curie", "move to", "Paris")),
        ("Tim Cook took over Apple.", ("Tim Cook", "take over", "Apple")),
        ("Dick Hale, born Richard Poole, sang in Boston.", ("Dick Hale", "also known as", "Richard Poole")),
        ("Marie Curie lived in the city of Paris.", ("Marie Curie", "live in", "Paris")),
    ],
)
def test_a_pattern_reads_its_triple(read: Read, text: str, expected: tuple[str, str, str]) -> None:
    assert expected in triples(read(text))


def test_a_film_said_in_one_breath(read: Read) -> None:
    reading = read(
        "Gone to the Rivers is a 1948 American crime film directed by Ann Lowe "
        "and starring Tom Hale and Mary Poole.",
        title="Gone to the Rivers",
    )
    assert {
        ("Ann Lowe", "direct", "Gone to the Rivers"),
        ("Gone to the Rivers", "star", "Tom Hale"),
        ("Gone to the Rivers", "star", "Mary Poole"),
        ("Gone to the Rivers", "be", "1948 American crime film"),
    } <= triples(reading)


def test_arguments_are_tied_to_mentions(read: Read) -> None:
    reading = read("Tim Cook, CEO of Apple, bought a house in Austin in 2014.")
    tied = fact(reading, "ceo of")
    assert tied.subject.mention is not None and reading.mentions[tied.subject.mention].text == "Tim Cook"
    assert tied.object.mention is not None and reading.mentions[tied.object.mention].text == "Apple"
    literal = fact(reading, "buy")
    assert (literal.object.text, literal.object.mention, literal.time) == ("house", None, "2014")


@pytest.mark.parametrize(
    ("text", "predicate", "negated", "modality"),
    [
        ("Tim Cook did not buy Skype.", "buy", True, None),
        ("Tim Cook never bought Skype.", "buy", True, None),
        ("Tim Cook may buy Skype.", "buy", False, "possible"),
        ("Tim Cook will buy Skype.", "buy", False, "future"),
        ("Tim Cook wants to buy Skype.", "want to buy", False, "intended"),
        ("Analysts said that Tim Cook bought Skype.", "buy", False, "reported"),
        ("Tim Cook allegedly bought Skype.", "buy", False, "reported"),
        ("Tim Cook bought Skype.", "buy", False, None),
    ],
)
def test_negation_and_modality_are_kept(
    read: Read, text: str, predicate: str, negated: bool, modality: str | None
) -> None:
    found = fact(read(text), predicate)
    assert (found.negated, found.modality) == (negated, modality)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Anna Lowe (born 2 June 1946) is a painter.", [("bear on", "1946-06-02")]),
        ("Anna Lowe ( 1608 – 1685) was a painter.", [("bear on", "1608"), ("die on", "1685")]),
        (
            "Anna Lowe( March 3, 1901- May 5, 1980) sang.",
            [("bear on", "1901-03-03"), ("die on", "1980-05-05")],
        ),
        ("Anna Lowe (died 2 June 1946) sang.", [("die on", "1946-06-02")]),
    ],
)
def test_dates_of_life_are_read_in_parentheses(
    read: Read, text: str, expected: list[tuple[str, str]]
) -> None:
    reading = read(text)
    assert [(f.predicate, f.time) for f in reading.facts if f.rule == "parenthesis"] == expected


def test_pronouns_mean_the_topic_while_nobody_else_came(read: Read) -> None:
    reading = read("John Ford was an American director. He was born in Portland.", title="John Ford")
    born = fact(reading, "bear in")
    assert born.subject.text == "He" and born.subject.mention is not None
    assert reading.mentions[born.subject.mention].text == "John Ford"
    lost = read("John Ford met Howard Hawks. Hawks was tall. He was born in Portland.", title="John Ford")
    assert not any(f.predicate == "bear in" for f in lost.facts)


def test_the_film_means_the_topic_that_is_one(read: Read) -> None:
    reading = read("Grey Lake is a 1951 film. The film stars Tom Hale.", title="Grey Lake")
    star = fact(reading, "star")
    assert star.subject.mention is not None and reading.mentions[star.subject.mention].text == "Grey Lake"


def test_two_names_without_a_relation_give_a_weak_fact(read: Read) -> None:
    reading = read("Between Tim Cook and John Ford, nothing.")
    weak = fact(reading, "co-mention")
    assert (weak.subject.text, weak.object.text) == ("Tim Cook", "John Ford") and weak.confidence < 0.3


def test_long_lists_give_a_bounded_number_of_facts(read: Read) -> None:
    names = ", ".join(
        f"Anna {name}" for name in "Lowe Hale Poole Marsh Reed Wood Fields Hill Brook Lane".split()
    )
    reading = read(f"John Ford directed {names} and Tim Cook.")
    assert 0 < len(reading.facts) <= 8


def test_facts_may_be_switched_off(read: Read) -> None:
    from clew.core.records import Document
    from clew.core.settings import Settings
    from clew.kg.reader import Reader

    document = Document("a", "John Ford (born 1 February 1894) directed Stagecoach. He lived in Portland.")
    with_facts, without = (
        Reader(Settings()).read(document),
        Reader(Settings(reading={"facts": False})).read(document),
    )
    assert with_facts.mentions == without.mentions
    assert {f.rule for f in without.facts} <= {"parenthesis", "definition", "co-mention"}
