"""From when to when a fact holds, as its sentence says it."""

from __future__ import annotations

import pytest

from clew.core.records import Reading


def interval(reading: Reading, predicate: str) -> tuple[str | None, str | None]:
    [fact] = [f for f in reading.facts if f.predicate == predicate]
    return fact.valid_from, fact.valid_to


@pytest.mark.parametrize(
    ("text", "predicate", "expected"),
    [
        ("Tim Cook was chief executive of Apple from 2011 to 2019.", "chief executive of", ("2011", "2019")),
        ("Ann Lee was the mayor of Springfield until 2019.", "mayor of", (None, "2019")),
        ("Ann Lee has been chairman of Ajax since March 2021.", "chairman of", ("2021-03", None)),
        ("Ann Lee led Ajax between 1990 and 1995.", "lead", ("1990", "1995")),
        ("Ann Lee was president of Ajax in the 1970s.", "president of", ("1970", "1979")),
        ("Ann Lee, mayor of Delft (2008–2016), spoke.", "mayor of", ("2008", "2016")),
        ("Ann Lee was married to Bob Ray from 1985 to 1990.", "married to", ("1985", "1990")),
        ("Bonn was the capital of West Germany from 1949 to 1990.", "capital of", ("1949", "1990")),
        ("Steve Jobs founded Apple in 1976.", "found", ("1976", None)),
        ("Apple was founded in 1976.", "found in", ("1976", None)),
        ("Ann Lee was born in Bern on 2 June 1946.", "bear in", ("1946-06-02", None)),
        ("Ann Lee is the wife of Bob Ray.", "wife of", (None, None)),
    ],
)
def test_dates_of_a_clause_bound_its_fact(read, text, predicate, expected):
    assert interval(read(text), predicate) == expected


def test_a_date_of_the_document_alone_says_nothing_of_validity(read):
    assert interval(read("Ann Lee works for Ajax.", date="2020-05-03"), "work for") == (None, None)


@pytest.mark.parametrize(
    ("text", "predicate", "expected", "modality"),
    [
        ("Ann Lee now lives in Oslo.", "live in", ("2020-05-03", None), None),
        ("Ann Lee is the current president of Ajax.", "president of", ("2020-05-03", None), None),
        ("Ann Lee no longer works for Ajax.", "work for", (None, "2020-05-03"), "former"),
        ("Bob Ray, the then-president of Ajax, met Ann Lee.", "president of", (None, "2020-05-03"), "former"),
        ("Bob Ray moved to Oslo last year.", "move to", ("2019", None), None),
        ("Bob Ray moved to Oslo two months ago.", "move to", ("2020-03", None), None),
    ],
)
def test_words_that_point_at_the_documents_date_are_counted_from_it(
    read, text, predicate, expected, modality
):
    reading = read(text, date="2020-05-03")
    assert interval(reading, predicate) == expected
    assert {f.modality for f in reading.facts if f.predicate == predicate} == {modality}


def test_without_a_date_of_the_document_former_keeps_its_mark_alone(read):
    [fact] = [f for f in read("Ann Lee no longer works for Ajax.").facts if f.predicate == "work for"]
    assert (fact.valid_from, fact.valid_to, fact.modality) == (None, None, "former")


def test_two_jobs_of_one_sentence_keep_their_own_times(read):
    text = "Ann Lee was mayor of Delft from 1990 to 1995 and was president of Ajax until 2001."
    reading = read(text)
    assert interval(reading, "mayor of") == ("1990", "1995")
    assert interval(reading, "president of") == (None, "2001")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Angela Merkel war bis 2021 Bundeskanzlerin von Deutschland.", (None, "2021")),
        ("Ana Gómez trabaja desde 2019 en Madrid.", ("2019", None)),
        ("Jean Dupont dirigea Renault jusqu'en 2005.", (None, "2005")),
        ("马云自1999年起领导阿里巴巴。", ("1999", None)),
    ],
)
def test_plain_forms_of_other_languages_bound_the_only_tie_of_a_sentence(read, text, expected):
    [fact] = read(text).facts
    assert (fact.valid_from, fact.valid_to) == expected


def test_a_life_in_parentheses_begins_with_its_date_in_any_language(read):
    facts = {f.predicate: f for f in read("鲁迅（1881年9月25日－1936年10月19日）是作家。").facts}
    assert facts["bear on"].valid_from == "1881-09-25" and facts["die on"].valid_from == "1936-10-19"
