"""The ways to search: which one a question calls for, and what each finds."""

import json
from dataclasses import replace

import pytest

from clew import Document, KnowledgeBase
from clew.core.errors import NotFoundError, QueryError
from clew.core.results import Mode
from clew.core.sample import sample_corpus

IN_SAMPLE = {
    "en-apple-inc", "en-apple-fruit", "en-apple-records", "en-steve-wozniak", "en-java-language",
    "en-java-island", "en-james-gosling", "en-sun-microsystems", "en-jeff-bezos", "en-amazon-company",
    "en-amazon-river", "en-michael-jordan", "en-jordan-country", "de-bechtolsheim", "de-fitzcarraldo",
    "de-werner-herzog", "de-klaus-kinski", "de-essen", "de-krupp", "fr-paris", "es-almaden",
    "zh-qiu-chuji", "zh-apple-company", "zh-li-yu",
}  # fmt: skip


@pytest.fixture
def kb(settled):
    return settled


@pytest.fixture(scope="module")
def sample():
    with KnowledgeBase(":memory:", settings={"models": {"embedder": "hashing"}}) as kb:
        found = kb.ingest([d for d in read_sample() if d.id in IN_SAMPLE])
        assert found.added == len(IN_SAMPLE)
        yield kb


def read_sample():
    for line in sample_corpus().read_text("utf-8").splitlines():
        yield Document(**json.loads(line))


@pytest.mark.parametrize(
    ("spelling", "mode"),
    [("facts", Mode.FACTS), ("Fact", Mode.FACTS), ("PASSAGE", Mode.PASSAGES), ("themes", Mode.GLOBAL),
     ("entity", Mode.LOCAL), (Mode.AUTO, Mode.AUTO)],
)  # fmt: skip
def test_modes_accept_the_usual_spellings(spelling, mode):
    assert Mode.of(spelling) is mode


@pytest.mark.parametrize("wrong", ["", "hybrid", "s", None, 3])
def test_an_unknown_mode_is_an_error_that_lists_them(kb, wrong):
    with pytest.raises(QueryError, match="auto, passages, facts, local, global"):
        kb.search("apple", mode=wrong)


def test_an_unknown_option_is_an_error_that_lists_them(kb):
    with pytest.raises(QueryError, match="no option rerankers; there are .*rerank"):
        kb.search("apple", rerankers="x")


@pytest.mark.parametrize(
    "question",
    [
        "What are the main themes?",
        "Give me an overview of the corpus.",
        "Was sind die wichtigsten Themen?",
        "¿Cuáles son los temas principales?",
        "Quels sont les principaux thèmes ?",
        "Какие темы здесь?",
        "主要的主题是什么？",
    ],
)
def test_a_question_about_the_whole_is_global_in_every_language(sample, question):
    found = sample.search(question)
    assert found.query.mode is Mode.GLOBAL
    assert "whole" in found.query.reason


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Who is Michael Jordan?", "Michael Jordan"),
        ("Tell me about Sun Microsystems", "Sun Microsystems"),
        ("Wer ist Werner Herzog?", "Werner Herzog"),
        ("¿Quién es Jeff Bezos?", "Jeff Bezos"),
        ("Кто такой Jeff Bezos?", "Jeff Bezos"),
        ("丘处机是谁？", "丘处机"),
    ],
)
def test_a_question_that_is_only_a_name_looks_around_it_in_every_language(sample, question, name):
    found = sample.search(question)
    assert found.query.mode is Mode.LOCAL
    assert found.entities[0].name == name
    assert found.passages[0].title == name


@pytest.mark.parametrize(
    ("question", "mode"),
    [
        ("List the facts about James Gosling.", Mode.FACTS),
        ("Nenne Fakten über Werner Herzog.", Mode.FACTS),
        ("Where did Steve Wozniak study?", Mode.PASSAGES),
        ("Wer drehte Fitzcarraldo?", Mode.PASSAGES),
        ("What is the main theme of Fitzcarraldo?", Mode.PASSAGES),
    ],
)
def test_other_questions_are_answered_by_facts_or_passages(sample, question, mode):
    assert sample.search(question).query.mode is mode


def test_an_ambiguous_name_alone_keeps_all_its_readings(kb):
    found = kb.search("Mercury")
    assert found.query.mode is Mode.PASSAGES
    assert {"mercury", "element"} <= {hit.document_id for hit in found.passages}


def test_a_mode_that_is_given_needs_no_reason(kb):
    query = kb.search("Who founded Apple Inc.?", mode="passages").query
    assert (query.mode, query.reason) == (Mode.PASSAGES, "")


# --- facts


def test_facts_are_ranked_by_entity_and_relation(kb):
    found = kb.search("Who founded Apple Inc.?", mode="facts")
    first = found.facts[0]
    assert "found" in first.predicate
    assert {first.subject, first.object} & {"Apple Inc."}
    scores = [fact.score for fact in found.facts]
    assert scores == sorted(scores, reverse=True)


def test_the_passages_of_facts_state_them(sample):
    found = sample.search("Who founded Amazon?", mode="facts")
    assert found.facts
    places = [(fact.document_id, fact.start, fact.end) for fact in found.facts]
    for hit in found.passages:
        assert any(d == hit.document_id and hit.start <= s and e <= hit.end for d, s, e in places)


def test_no_fact_ties_an_entity_to_itself_or_says_the_same_twice(sample):
    facts = sample.search("List the facts about Sun Microsystems", mode="facts").facts
    ends = [(f.subject_entity or f.subject, f.predicate, f.object_entity or f.object) for f in facts]
    assert len(ends) == len(set(ends)) > 0
    assert all(subject != object_ for subject, _, object_ in ends)


def test_where_no_fact_fits_passages_come(kb):
    found = kb.search("weather at noon", mode="facts")
    assert [hit.document_id for hit in found.passages][:1] == ["note"]


# --- local


def test_around_an_entity_are_its_facts_neighbours_and_passages(kb):
    found = kb.search("Where did he work?", mode="local", entity="Steve Jobs")
    assert found.entities[0].name == "Steve Jobs"
    assert {"Apple Inc.", "San Francisco"} <= {entity.name for entity in found.entities[1:]}
    assert [hit.document_id for hit in found.passages] == ["jobs", "apple"]
    assert all("Steve Jobs" in (fact.subject, fact.object) for fact in found.facts)


def test_an_entity_can_be_named_by_its_id(kb):
    by_name = kb.search("life", mode="local", entity="Steve Wozniak")
    by_id = kb.search("life", mode="local", entity=by_name.entities[0].id)
    assert by_id.passages == by_name.passages


def test_an_ambiguous_entity_is_an_error_that_lists_its_readings(kb):
    with pytest.raises(QueryError, match=r"2 entities go by 'Mercury': .*\(planet\).*give one"):
        kb.search("moons", mode="local", entity="Mercury")


def test_an_unknown_entity_is_an_error_with_the_nearest_name(kb):
    with pytest.raises(NotFoundError, match="Steve Wozniac.*there is steve wozniak"):
        kb.search("life", mode="local", entity="Steve Wozniac")


def test_an_entity_in_a_mode_that_looks_around_none_is_an_error(kb):
    with pytest.raises(QueryError, match="mode facts looks around none"):
        kb.search("life", mode="facts", entity="Steve Jobs")


def test_a_question_that_names_nothing_known_is_searched_for_its_passages(kb):
    found = kb.search("weather at noon", mode="local")
    assert found.passages[0].document_id == "note"
    assert "no entity" in found.query.reason


# --- global


def test_themes_hang_together_and_quote_their_documents(sample):
    found = sample.search("What are the main themes?", 5)
    assert 2 <= len(found.themes) <= 5
    for theme in found.themes:
        assert theme.size >= 3 and theme.documents >= 2 and theme.title
        assert len({entity.name for entity in theme.entities}) == len(theme.entities)
        for quote in theme.sentences:
            text = sample.store.document(quote.document_id).text
            assert text[quote.start : quote.end] == quote.text
    scores = [theme.score for theme in found.themes]
    assert scores == sorted(scores, reverse=True)
    together = [{"James Gosling", "Sun Microsystems"} <= {e.name for e in t.entities} for t in found.themes]
    assert any(together)


def test_a_question_about_something_puts_its_theme_first(sample):
    film = sample.search("What do the texts say about films with Klaus Kinski?", 5, mode="global")
    assert {"Werner Herzog", "Klaus Kinski"} & {entity.name for entity in film.themes[0].entities}
    assert film.passages[0].document_id.startswith("de-")


def test_themes_are_a_function_of_the_documents_not_of_their_order(kb, open_kb, documents):
    other = open_kb()
    for document in reversed(documents):
        other.ingest([document])
    question = "What are the main themes?"
    assert other.search(question).themes == kb.search(question).themes


def test_a_corpus_where_nothing_hangs_together_has_no_themes(open_kb):
    kb = open_kb()
    kb.ingest([Document("a", "It rained all day."), Document("b", "Bread is baked from flour.")])
    found = kb.search("rain", mode="global")
    assert found.themes == ()
    assert "nothing hangs together" in found.query.reason
    assert found.passages


# --- all modes


@pytest.mark.parametrize("mode", list(Mode))
def test_every_mode_finds_nothing_in_an_empty_store(open_kb, mode):
    found = open_kb().search("anything", mode=mode)
    assert (found.passages, found.facts, found.themes) == ((), (), ())
    assert found.query.mode is not Mode.AUTO


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("question", ["\0apple", "🙂", "苹果", "???", "a" * 5000, "' OR 1=1 --"], ids=ascii)
def test_every_mode_lives_with_odd_questions(kb, mode, question):
    kb.search(question, mode=mode)


@pytest.mark.parametrize("mode", ["passages", "facts", "local", "global"])
def test_k_limits_the_passages_of_every_mode(kb, mode):
    assert len(kb.search("Steve Jobs and Apple Inc.", 1, mode=mode).passages) <= 1


# --- what a reader sees


@pytest.mark.parametrize("mode", ["passages", "facts", "local", "global"])
def test_a_reader_gets_in_every_mode_what_the_visible_documents_alone_give(open_kb, documents, mode):
    marked = [replace(d, metadata={"team": "x" if i % 3 else "y"}) for i, d in enumerate(documents)]
    everything, visible = open_kb(), open_kb()
    everything.ingest(marked)
    visible.ingest([d for d in marked if d.metadata["team"] == "x"])
    for question in ("Where was Steve Jobs born?", "What are the main themes?", "Mercury"):
        seen = everything.search(question, mode=mode, filters={"team": "x"})
        alone = visible.search(question, mode=mode)
        assert (seen.query, seen.passages, seen.facts) == (alone.query, alone.passages, alone.facts)
        assert (seen.entities, seen.themes) == (alone.entities, alone.themes)


def test_a_way_never_leads_over_what_a_reader_does_not_see(open_kb, documents):
    kb = open_kb()
    hidden = {"jobs": {"access": "board"}}
    kb.ingest([replace(d, metadata=hidden.get(d.id, {})) for d in documents])
    assert kb.path("Apple Inc.", "San Francisco")
    assert kb.path("Apple Inc.", "San Francisco", access=["board"])
    assert kb.path("Apple Inc.", "San Francisco", access=[]) == ()
    assert kb.search("Who is Steve Jobs?", access=[]).query.as_of is None


def test_the_date_asked_about_is_told_though_two_dates_see_the_same(settled):
    for date in ("2020", "2021"):
        assert settled.search("Steve Jobs", as_of=date).query.as_of == date
