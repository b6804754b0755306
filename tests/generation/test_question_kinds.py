"""What a question asks for, in six languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clew.core.results import Query, SearchResult
from clew.generation.question import Kind, understand

Search = Callable[..., SearchResult]


@pytest.mark.parametrize(
    ("language", "question", "kind"),
    [
        ("en", "Who wrote Emma?", Kind.PERSON),
        ("en", "In which city was Ada Bell born?", Kind.PLACE),
        ("en", "In what year did Ada Bell die?", Kind.DATE),
        ("en", "How many films did Ada Bell make?", Kind.NUMBER),
        ("en", "Did Ada Bell make Alpha?", Kind.YES_NO),
        ("en", "Who is older, Ada Bell or Ben Cole?", Kind.CHOICE),
        ("en", "What is Alpha?", Kind.DEFINITION),
        ("en", "Who is Ada Bell?", Kind.DEFINITION),
        ("en", "Which film did Ada Bell make?", Kind.NAME),
        ("en", "Tell me about Ada Bell.", Kind.OPEN),
        ("de", "In welchem Jahr starb Ada Bell?", Kind.DATE),
        ("de", "Wie viele Filme drehte Ada Bell?", Kind.NUMBER),
        ("de", "Wurde Ada Bell in Delft geboren?", Kind.YES_NO),
        ("de", "Aus welchem Land stammt Ada Bell?", Kind.PLACE),
        ("es", "¿En qué ciudad nació Ada Bell?", Kind.PLACE),
        ("es", "¿Quién dirigió Alpha?", Kind.PERSON),
        ("es", "¿Cuántas películas hizo?", Kind.NUMBER),
        ("fr", "Dans quelle ville le groupe a-t-il été formé ?", Kind.PLACE),
        ("fr", "Est-ce que le pont est long ?", Kind.YES_NO),
        ("fr", "Combien de films tourna-t-elle ?", Kind.NUMBER),
        ("zh", "《晨星》的导演是谁？", Kind.PERSON),
        ("zh", "林雨是哪一年出生的？", Kind.DATE),
        ("zh", "林雨出生在哪座城市？", Kind.PLACE),
        ("zh", "长城有多长？", Kind.NUMBER),
        ("zh", "林雨是导演吗？", Kind.YES_NO),
        ("ru", "Кто написал «Альфа»?", Kind.PERSON),
        ("ru", "Сколько фильмов она сняла?", Kind.NUMBER),
    ],
)
def test_the_kind_is_read_from_the_words(language: str, question: str, kind: Kind) -> None:
    assert understand(question, language, SearchResult(Query(question, language))).kind is kind


def test_names_are_whole_units_and_relations_meet_across_languages() -> None:
    english = understand("Where was Ada Bell born?", "en", SearchResult(Query("", "en")))
    assert [u.text for u in english.names] == ["Ada Bell"]
    german = understand("Wo wurde Ada Bell geboren?", "de", SearchResult(Query("", "de")))
    chinese = understand("林雨在哪里出生？", "zh", SearchResult(Query("", "zh")))
    for question in (english, german, chinese):
        assert any("@birth" in unit.keys for unit in question.units)
