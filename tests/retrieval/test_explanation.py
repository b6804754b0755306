"""Why a passage was found: seeds, the walk with its sentences, ties to other passages; and the page of it."""

import re
from html.parser import HTMLParser

import pytest

from clew import Document
from clew.core.found_page import found_page
from clew.core.page import headings
from clew.core.results import Query, SearchResult

QUESTION = "In which city was a man born who founded Apple Inc.?"


@pytest.fixture
def found(settled):
    return settled.search(QUESTION, 6, mode="passages")


def hit(found, document):
    return next(h for h in found.passages if h.document_id == document)


def test_a_seed_says_which_name_of_the_question_it_goes_by(found):
    assert hit(found, "apple").seeds == ("Apple Inc",) or hit(found, "apple").seeds == ("Apple Inc.",)
    assert hit(found, "jobs").seeds == ()


def test_a_hit_carries_the_walk_that_led_to_it_with_the_bridging_sentence(found, settled):
    steps = hit(found, "jobs").path
    assert [(s.source, s.target) for s in steps] == [
        (hit(found, "apple").passage_id, hit(found, "jobs").passage_id)
    ]
    bridge = steps[0].bridge
    assert "Steve Jobs" in bridge.text and bridge.document_id == "apple"
    assert settled.store.document("apple").text[bridge.start : bridge.end] == bridge.text
    assert found.paths and set(found.paths) == {h.path[-1] for h in found.passages if h.path}


def test_a_walk_of_two_steps_is_told_whole(open_kb):
    kb = open_kb()
    kb.ingest(
        [
            Document("film", "The film Red Mill was directed by Ada Bell.", "Red Mill"),
            Document("ada", "The director Ada Bell was a daughter of Rolf Baum.", "Ada Bell"),
            Document("rolf", "Rolf Baum, her father, was a printer who was born in Delft.", "Rolf Baum"),
            *(Document(f"x{i}", f"Nothing happened in the year {1900 + i}.") for i in range(6)),
        ]
    )
    found = kb.search("Where was the father of the director of the film Red Mill born?", 5, mode="passages")
    steps = hit(found, "rolf").path
    assert [step.entity for step in steps] == ["ada bell", "rolf baum"]
    assert steps[0].target == steps[1].source
    assert steps[-1].target == hit(found, "rolf").passage_id


def test_parts_that_come_from_other_passages_name_the_tie(found):
    details = {r.part: r.detail for h in found.passages for r in h.reasons if r.detail}
    assert any("names" in detail for part, detail in details.items() if part in ("forward", "path", "shared"))


def test_shares_are_those_of_the_score(found):
    for each in found.passages:
        assert sum(r.share for r in each.reasons) == pytest.approx(1, abs=0.06)


# --- the page


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.tags, self.attributes, self.text = [], set(), [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def read(page):
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


@pytest.mark.parametrize("mode", ["passages", "facts", "local", "global"])
def test_every_mode_has_a_page_that_loads_nothing_and_runs_nothing(settled, mode):
    page = settled.search(QUESTION, 4, mode=mode).to_html()
    assert not read(page).tags & {"script", "img", "link", "iframe", "object", "embed", "form", "a", "svg"}
    assert "default-src 'none'" in page and not re.search(r"url\(|@import|https?://", page)
    assert "prefers-color-scheme:dark" in page


def test_the_page_shows_question_facts_steps_passages_and_why(found):
    page = found.to_html()
    assert page == found_page(found)
    text = read(page).text
    assert QUESTION in text and "Apple Inc. — steve jobs → Steve Jobs" in text
    assert f"<mark>{found.passages[0].text.split('. ')[0]}" in page or "<mark>" in page
    assert "the question names Apple Inc" in text


def test_everything_on_the_page_is_escaped(open_kb):
    evil = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
    kb = open_kb()
    kb.ingest([Document(evil, f"The bell of {evil} was made by Ada Bell.", evil)])
    reader = read(kb.search(f"bell {evil}", mode="passages").to_html())
    assert reader.tags.isdisjoint({"script", "img"})
    assert not any(name.startswith("on") for name, _ in reader.attributes)
    assert "<script>alert(1)</script>" in reader.text


def test_a_page_in_a_script_from_right_to_left_is_set_so():
    page = SearchResult(Query("من بنى القلعة؟", "ar")).to_html()
    assert '<html lang="ar" dir="rtl">' in page
    assert '<html lang="de">' in SearchResult(Query("Wer?", "de")).to_html()


def test_headings_are_there_in_every_language_that_has_some():
    names = set(headings("en"))
    for language in ("zh", "de", "es", "fr", "ru"):
        assert set(headings(language)) == names and headings(language) != headings("en")
    assert headings("xx") == headings("en")
