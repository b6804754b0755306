"""What edges of the walk rest on: names, facts that say what is asked, words that speak of a place."""

from dataclasses import replace

import numpy as np
import pytest

from clew import Document
from clew.kg.words import AVAILABLE, RELATIONS, relation_bits, words_of
from clew.retrieval.asking import Asked
from clew.retrieval.fusion import HAND
from clew.retrieval.left_out import cities, places
from clew.retrieval.links import How
from clew.retrieval.query import understand
from clew.retrieval.scoring import score
from clew.retrieval.stopwords import STOP_WORDS
from clew.retrieval.tokens import terms

FILM = [
    Document(
        "film", "The Long Night is a film. It was directed by Ann Lee. It stars Bo Chen.", "The Long Night"
    ),
    Document("lee", "Ann Lee lives in Oslo.", "Ann Lee"),
    Document("chen", "Bo Chen lives in Bergen.", "Bo Chen"),
]


def edges_of(kb, document):
    """Name, target's title, how it is called, and relations of all edges out of a document."""
    index = kb.retriever.projection.current()
    sentences = np.flatnonzero(index.sentence_document == index.place[document])
    reached = index.edges.out_of(sentences)
    title = [index.titles[int(row)] for row in index.table.document[reached.target]]
    called = [index.keys[name] for name in reached.name.tolist()]
    return list(zip(called, title, map(How, reached.how.tolist()), reached.relations.tolist(), strict=True))


def walked(kb, question, relations=None):
    """Reach by title of a question, with other relations than its own where they are given."""
    index = kb.retriever.projection.current()
    understood = understand(question, "en", index)
    if relations is not None:
        understood = replace(understood, asked=Asked(relations=relations))
    [vector] = kb.embedder.embed_queries([question])
    scored = score(vector, understood, index, index.nearest, floor=kb.embedder.floor)
    titles = [index.titles[int(row)] for row in index.table.document]
    return dict(zip(titles, scored.reach.scores.tolist(), strict=True))


def test_a_name_carries_what_facts_say_of_it_though_their_subject_is_a_pronoun(open_kb):
    kb = open_kb()
    kb.ingest(FILM)
    said = {title: relations for _, title, _, relations in edges_of(kb, "film")}
    assert said == {"Ann Lee": relation_bits(["direct"]), "Bo Chen": relation_bits(["perform"])}


def test_an_edge_counts_three_times_where_its_fact_says_what_is_asked(open_kb):
    kb = open_kb()
    kb.ingest(FILM)
    question = "Who directed The Long Night?"
    plain, stated = walked(kb, question, relations=()), walked(kb, question)
    assert stated["Ann Lee"] == pytest.approx((1 + HAND.stated) * plain["Ann Lee"]) and plain["Ann Lee"] > 0
    assert stated["Bo Chen"] == pytest.approx(plain["Bo Chen"])


def test_what_a_fact_denies_weighs_nothing(open_kb):
    kb = open_kb()
    kb.ingest([Document("film", "The Long Night was not directed by Ann Lee.", "The Long Night"), *FILM[1:]])
    assert [(title, relations) for _, title, _, relations in edges_of(kb, "film")] == [("Ann Lee", 0)]


def test_a_question_for_relatives_asks_for_the_steps_that_lead_to_them(open_kb):
    kb = open_kb()
    kb.ingest(FILM)
    index = kb.retriever.projection.current()
    asked = understand("Who is the maternal grandfather of Ann Lee?", "en", index).relations
    assert asked == relation_bits(["father", "mother", "parent", "child", "kin", "spouse", "sibling"])
    assert understand("Who directed it?", "en", index).relations == relation_bits(["direct"])
    assert understand("Who has a degree in law?", "en", index).relations == 0


PLACES = [
    Document("scotland", "The capital is Edinburgh.", "Scotland"),
    Document("united", "The capital is London.", "United Kingdom"),
    Document("france", "The capital is Paris.", "France"),
]


@pytest.mark.parametrize(
    ("text", "language", "reached"),
    [
        ("Ada Stone is a Scottish painter.", "en", {"scotland"}),
        ("Ada Stone is a painter from Glasgow.", "en", {"scotland", "united kingdom"}),
        ("Ada Stone ist eine schottische Malerin.", "de", {"scotland"}),
        ("Ada Stone es una pintora escocesa.", "es", {"scotland"}),
        ("Ada Stone est une peintre écossaise.", "fr", {"scotland"}),
        ("Ада Стоун — шотландская художница.", "ru", {"scotland"}),
        ("Ada Stone is a painter who likes the sea.", "en", set()),
    ],
)
def test_a_word_for_the_people_of_a_place_or_a_city_leads_to_the_place(open_kb, text, language, reached):
    kb = open_kb()
    kb.ingest([*PLACES, Document("ada", text, "Ada Stone", language=language)])
    edges = edges_of(kb, "ada")
    assert {name for name, *_ in edges} == reached
    assert {how for _, _, how, _ in edges} <= {How.LEFT_OUT}


def test_a_place_that_is_named_is_reached_by_its_name(open_kb):
    kb = open_kb()
    kb.ingest([*PLACES, Document("ada", "Ada Stone, a Scottish painter, lives in Scotland.", "Ada Stone")])
    assert [how for _, _, how, _ in edges_of(kb, "ada")] == [How.NAMED, How.LEFT_OUT]


def test_what_a_text_leaves_out_answers_a_question_of_two_steps(open_kb):
    kb = open_kb()
    others = [Document(f"o{n}", "The capital is a town.", f"Region {n}") for n in range(20)]
    kb.ingest([*PLACES, *others, Document("ada", "Ada Stone is a Scottish painter.", "Ada Stone")])
    found = kb.search("What is the capital of the country that Ada Stone comes from?", 2)
    assert [hit.title for hit in found.passages] == ["Ada Stone", "Scotland"]
    [step] = found.paths
    assert (step.entity, step.bridge.text) == ("scotland", "Ada Stone is a Scottish painter.")
    assert "Ada Stone speaks of scotland" in {reason.detail for reason in found.passages[1].reasons}


def test_a_path_and_a_reason_say_what_the_fact_says(open_kb):
    kb = open_kb()
    kb.ingest(FILM)
    found = kb.search("Who directed The Long Night?")
    [step] = [path for path in found.paths if path.entity == "ann lee"]
    assert step.relations == ("direct",)
    [hit] = [hit for hit in found.passages if hit.title == "Ann Lee"]
    assert "The Long Night names ann lee (direct)" in {reason.detail for reason in hit.reasons}


def test_a_name_in_a_longer_one_is_told_from_one_that_stands_alone(open_kb):
    kb = open_kb()
    kb.ingest(
        [
            Document("ii", "Ii is a town on the coast.", "Ii (Finland)"),
            Document("york", "York is a city on the Ouse.", "York"),
            Document("ball", "The Ball was written by Johann Strauss II in Vienna.", "The Ball"),
            Document("visit", "Ada Stone came to York.", "Ada Stone"),
        ]
    )
    assert edges_of(kb, "ball") == [("ii", "Ii (Finland)", How.IN_A_NAME, 0)]
    assert edges_of(kb, "visit") == [("york", "York", How.NAMED, 0)]


@pytest.mark.parametrize("language", AVAILABLE)
def test_the_tables_of_a_language_know_every_relation_and_place_that_they_use(language):
    words = words_of(language)
    assert words.relations.keys() <= set(RELATIONS)
    assert {name for name, _ in words.relation_phrases} <= set(RELATIONS)
    known = set(words_of("en").places)
    assert words.places.keys() <= known and words.peoples.keys() <= known and words.cities.keys() <= known


@pytest.mark.parametrize("language", AVAILABLE)
def test_words_for_peoples_are_single_terms_that_say_nothing_else(language):
    stop = {term for word in STOP_WORDS.get(language, ()) for term in terms(word, language)}
    for words in words_of(language).peoples.values():
        for word in words:
            [term] = terms(word, language)
            assert term not in stop


def test_relations_fit_into_the_bits_of_an_index_and_places_into_its_numbers():
    assert len(set(RELATIONS)) == len(RELATIONS) <= 64
    assert len(places()) < 2**15
    assert all(cities().values()), "a city is in a place that has a name"


def test_words_of_one_language_say_nothing_in_another_and_persons_are_no_cities(open_kb):
    kb = open_kb()
    isles = [Document("iceland", "A country.", "Iceland"), Document("denmark", "A country.", "Denmark")]
    dansk = Document("fr", "Ada vit dans une maison sur une île.", "Ada Stone", language="fr")
    crete = Document("en", "Crete is a large island. Ada told us a slow story.", "Crete")
    darwin = Document("darwin", "Charles Darwin met Emma. Darwin wrote a book.", "Charles Darwin")
    kb.ingest([*PLACES, *isles, Document("au", "A country.", "Australia"), dansk, crete, darwin])
    assert [edges_of(kb, id) for id in ("fr", "en", "darwin")] == [[], [], []]
