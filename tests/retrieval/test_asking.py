"""What a question asks for, and that a search shows it."""

import pytest

from clew.retrieval.asking import asked


@pytest.mark.parametrize(
    ("question", "language", "kind", "relations"),
    [
        ("Who directed the film?", "en", "person", ("direct",)),
        ("Wann wurde sie geboren?", "de", "date", ("birth",)),
        ("¿Dónde nació?", "es", "place", ("birth",)),
        ("苹果公司的创始人是谁？", "zh", "person", ("found",)),
        ("How many people live there?", "en", "number", ("population", "live")),
        ("Is Paris the capital of France?", "en", "yes-no", ("capital",)),
        ("What is a clew?", "en", None, ()),
        ("Tell me about it.", "en", None, ()),
    ],
)
def test_kind_and_relations_come_from_the_words(question, language, kind, relations):
    found = asked(question, language, [])
    assert (found.answer_type, found.relations, found.compared) == (kind, relations, ())


def test_words_inside_of_names_are_no_relations():
    question = "Who played in Death of a Director?"
    assert asked(question, "en", []).relations == ("perform", "death", "direct")
    start = question.index("Death")
    assert asked(question, "en", [(start, len(question) - 1)]).relations == ("perform",)


def test_an_or_between_names_compares_them_and_dates_are_seen():
    question = "Who was born first, Ada or Bob, in June 1815?"
    found = asked(question, "en", [(20, 23), (27, 30)])
    assert found.answer_type == "choice"
    assert found.compared == ("Ada", "Bob")
    assert found.dates == ("1815-06",)


def test_a_search_shows_what_was_understood(open_kb, documents):
    kb = open_kb()
    kb.ingest(documents)
    query = kb.search("Was Steve Jobs or Steve Wozniak born in San Jose in 1950?").query
    assert [entity.text for entity in query.entities] == ["Steve Jobs", "Steve Wozniak", "San Jose"]
    assert query.entities[0].candidates[0].name == "Steve Jobs"
    assert (query.language, query.answer_type) == ("en", "choice")
    assert query.compared == ("Steve Jobs", "Steve Wozniak")
    assert query.relations == ("birth",)
    assert query.dates == ("1950",)
