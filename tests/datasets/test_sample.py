"""The sample corpus is what its description says: this set is used to judge, so it is judged first."""

import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from clew.core.records import Document
from clew.core.sample import SampleQuestion, sample_corpus, sample_questions
from clew.core.text import fold, has_unspaced, without_parenthesis
from clew.kg.languages import detect

LANGUAGES = ("de", "en", "es", "fr", "zh")
TYPES = {"single", "bridge", "comparison", "ambiguous", "cross-lingual", "unanswerable"}
YES_NO = {"yes", "no", "ja", "nein", "sí", "oui", "non", "是", "不是"}
GOLD = {"unanswerable": (0, 0), "bridge": (2, 2), "comparison": (2, 2), "cross-lingual": (1, 2)}

ROWS = [json.loads(line) for line in sample_corpus().read_text("utf-8").splitlines()]
DOCUMENTS = {row["id"]: Document(**row) for row in ROWS}
QUESTIONS = sample_questions()


def named(*types: str) -> pytest.MarkDecorator:
    """Parametrise over the questions of these types, all of them without one."""
    chosen = [each for each in QUESTIONS if not types or each["type"] in types]
    return pytest.mark.parametrize("asked", chosen, ids=[each["id"] for each in chosen])


def words(text: str) -> list[str]:
    """Words, or characters where the script has no spaces."""
    return re.findall(r"\w" if has_unspaced(text) else r"\w+", text.casefold())


def size(document: Document) -> float:
    """Length in words; two characters count as one where the script has no spaces."""
    text = document.text
    return len(text) / 2 if document.language == "zh" else len(text.split())


def gold_text(asked: SampleQuestion) -> str:
    """Titles and texts of the gold documents."""
    return "\n".join(f"{DOCUMENTS[id].title}\n{DOCUMENTS[id].text}" for id in asked["gold"])


def test_every_id_is_used_once():
    assert len(DOCUMENTS) == len(ROWS)
    assert len({each["id"] for each in QUESTIONS}) == len(QUESTIONS)


def test_documents_have_the_fields_of_the_format_and_clean_text():
    for row in ROWS:
        assert set(row) == {"id", "title", "text", "language", "metadata"}
        assert set(row["metadata"]) == {"topic", "team"}
        assert row["id"].startswith(f"{row['language']}-")
        for text in (row["title"], row["text"]):
            assert text == text.strip()
            assert not re.search(r"[\x00-\x09\x0b-\x1f\ufffd]|  | ,", text)


def test_position_says_nothing_since_documents_stand_in_the_order_of_their_ids():
    assert [row["id"] for row in ROWS] == sorted(DOCUMENTS)


def test_there_are_enough_documents_of_every_language():
    counts = Counter(document.language for document in DOCUMENTS.values())
    assert set(counts) == set(LANGUAGES)
    assert len(DOCUMENTS) >= 75
    assert counts.pop("en") > max(counts.values())
    assert min(counts.values()) >= 12


def test_documents_are_short_but_each_language_has_one_that_takes_several_passages():
    long = {document.language for document in DOCUMENTS.values() if size(document) >= 300}
    assert long == set(LANGUAGES)
    assert all(40 <= size(each) <= 160 or size(each) >= 300 for each in DOCUMENTS.values())


def test_some_titles_have_a_parenthesis_some_documents_none_at_all():
    titles = [document.title for document in DOCUMENTS.values()]
    assert titles.count("") >= 5
    assert sum(without_parenthesis(title) != title for title in titles) >= 20


def test_names_collide():
    bases = Counter(fold(without_parenthesis(each.title)) for each in DOCUMENTS.values() if each.title)
    assert sum(count > 1 for count in bases.values()) >= 10


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_document_is_in_the_language_it_says(document):
    assert detect(document.text, among=LANGUAGES) == document.language


@named()
def test_a_question_is_in_the_language_it_says(asked):
    assert detect(asked["question"], among=LANGUAGES) == asked["language"]


def test_no_two_documents_share_a_long_run_of_words():
    seen = defaultdict(set)
    for document in DOCUMENTS.values():
        length = 12 if document.language == "zh" else 6
        row = words(document.text)
        for start in range(len(row) - length + 1):
            seen[tuple(row[start : start + length])].add(document.id)
    assert {" ".join(run): ids for run, ids in seen.items() if len(ids) > 1} == {}


def test_there_are_enough_questions_of_every_type_and_language():
    types = Counter(each["type"] for each in QUESTIONS)
    assert set(types) == TYPES
    assert len(QUESTIONS) >= 75
    assert types["bridge"] >= 25
    assert min(types["comparison"], types["cross-lingual"], types["ambiguous"]) >= 10
    assert types["unanswerable"] >= 6
    assert min(Counter(each["language"] for each in QUESTIONS).values()) >= 15


def test_every_document_is_needed_by_some_question():
    assert {id for each in QUESTIONS for id in each["gold"]} == set(DOCUMENTS)


def test_the_description_gives_the_right_counts():
    page = (Path(__file__).parents[2] / "datasets" / "README.md").read_text("utf-8")
    types = {name: int(count) for name, count in re.findall(r"^\| `([a-z-]+)` \| (\d+) \|", page, re.M)}
    assert types == Counter(each["type"] for each in QUESTIONS)
    assert f"{len(QUESTIONS)} questions" in page
    assert f"{len(DOCUMENTS)} short documents" in page
    names = {"en": "English", "zh": "Chinese", "de": "German", "es": "Spanish", "fr": "French"}
    for rows in (DOCUMENTS.values(), QUESTIONS):
        languages = Counter(each["language"] if isinstance(each, dict) else each.language for each in rows)
        assert all(f"{names[code]} ({count})" in page for code, count in languages.items())


@named()
def test_gold_documents_exist_and_are_as_many_as_the_type_needs(asked):
    gold = asked["gold"]
    assert set(gold) <= set(DOCUMENTS)
    assert len(set(gold)) == len(gold)
    least, most = GOLD.get(asked["type"], (1, 1))
    assert least <= len(gold) <= most


@named()
def test_entities_quote_the_question_and_do_not_overlap(asked):
    end = 0
    for entity in asked["entities"]:
        assert asked["question"][entity["start"] : entity["end"]] == entity["text"] != ""
        assert entity["start"] >= end
        assert entity["document"] is None or entity["document"] in DOCUMENTS
        end = entity["end"]


@named()
def test_the_best_answer_stands_first_among_the_accepted_ones(asked):
    if asked["type"] == "unanswerable":
        assert (asked["answer"], asked["answers"]) == ("", [])
    else:
        assert asked["answers"][0] == asked["answer"] != ""
        assert len(set(asked["answers"])) == len(asked["answers"])


@named("single", "bridge", "ambiguous")
def test_every_accepted_answer_stands_in_the_gold_documents(asked):
    text = gold_text(asked)
    assert [answer for answer in asked["answers"] if answer not in text] == []


@named("bridge")
def test_the_answer_of_a_bridge_question_stands_behind_the_bridge_only(asked):
    holding = [id for id in asked["gold"] if any(answer in DOCUMENTS[id].text for answer in asked["answers"])]
    assert holding == asked["gold"][-1:]


@named("cross-lingual")
def test_the_fact_of_a_cross_lingual_question_stands_in_another_language(asked):
    holding = [id for id in asked["gold"] if any(answer in DOCUMENTS[id].text for answer in asked["answers"])]
    assert asked["gold"][-1] in holding
    assert DOCUMENTS[asked["gold"][-1]].language != asked["language"]


@named("comparison")
def test_the_answer_of_a_comparison_is_one_of_the_two_or_yes_or_no(asked):
    named_there = any(answer in asked["question"] for answer in asked["answers"])
    assert named_there or asked["answer"] in YES_NO


def called(id: str) -> set[str]:
    """Names of what a document is about: its title, or how its text begins."""
    document = DOCUMENTS[id]
    if document.title:
        return {document.title, without_parenthesis(document.title)}
    text = document.text
    if has_unspaced(text):
        return {text[:length] for length in (2, 3)}
    return {" ".join(text.split()[:length]) for length in (2, 3)}


def rare_names(id: str) -> set[str]:
    """Capitalised words of a document that at most two documents use."""
    return {
        word
        for word in re.findall(r"[A-Z][a-z]{4,}", DOCUMENTS[id].text)
        if sum(word in document.text for document in DOCUMENTS.values()) <= 2
    }


@named("bridge")
def test_the_two_documents_of_a_bridge_question_are_tied_by_a_name(asked):
    first, second = asked["gold"]
    tied = any(name in DOCUMENTS[second].text for name in called(first)) or any(
        name in DOCUMENTS[first].text for name in called(second)
    )
    assert tied or rare_names(first) & rare_names(second)


@named("ambiguous")
def test_the_name_in_an_ambiguous_question_stands_for_other_things_in_other_documents(asked):
    names = [each["text"] for each in asked["entities"] if each["document"] in asked["gold"]]
    assert names
    others = [each for each in DOCUMENTS.values() if each.id not in asked["gold"]]
    for name in names:
        name = name[:2] if has_unspaced(name) else name
        assert any(fold(name) in fold(f"{each.title} {each.text}") for each in others)
