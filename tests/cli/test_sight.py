"""`--filter`, `--access` and `--as-of`: commands see what the reader may see."""

import json

import pytest

from clew.cli.main import run
from clew.cli.options import sight
from clew.core.errors import QueryError
from clew.core.visibility import Visibility

LINES = [
    {"id": "old", "title": "Pinta", "text": "The Pinta was built in Palos.", "date": "2001",
     "metadata": {"team": "sea", "year": 2001}},
    {"id": "new", "title": "Pinta", "text": "The Pinta was sold in Cadiz.", "date": "2005-03-01",
     "metadata": {"team": "land", "year": 2005}},
    {"id": "secret", "title": "Pinta", "text": "The Pinta carried silver from Huelva.",
     "metadata": {"access": ["board"], "year": 2003}},
]  # fmt: skip


@pytest.fixture(scope="module")
def shelf(tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("shelf")
    (folder / "a.jsonl").write_text("\n".join(map(json.dumps, LINES)), "utf-8")
    db = str(folder / "a.db")
    assert run(["ingest", str(folder / "a.jsonl"), "--db", db, "--workers", "0"]) == 0
    return db


@pytest.mark.parametrize(
    ("options", "seen"),
    [
        ((), {"old", "new", "secret"}),
        (("--filter", "team=sea"), {"old"}),
        (("--filter", "team=sea", "--filter", "team=land"), {"old", "new"}),
        (("--filter", "year>=2003"), {"new", "secret"}),
        (("--filter", "year>2001", "--filter", "year<2005"), {"secret"}),
        (("--filter", "year=2005"), {"new"}),
        (("--access", "staff"), {"old", "new"}),
        (("--access", "staff", "--access", "board"), {"old", "new", "secret"}),
        (("--as-of", "2004"), {"old", "secret"}),
    ],
)
def test_search_finds_what_the_options_let_see(clew_json, shelf, options, seen):
    found = clew_json("search", "What of the Pinta?", "--db", shelf, *options)
    assert {hit["document_id"] for hit in found["passages"]} == seen


def test_ask_and_link_keep_to_it_as_well(clew_json, shelf):
    answer = clew_json("ask", "What did the Pinta carry?", "--db", shelf, "--access", "staff")
    assert "silver" not in json.dumps(answer)
    linked = clew_json("link", "The silver of Huelva", "--db", shelf, "--access", "staff")
    assert [each["entity"] for each in linked if each["text"] == "Huelva"] in ([], [None])
    linked = clew_json("link", "The silver of Huelva", "--db", shelf, "--access", "board")
    assert all(each["entity"] for each in linked if each["text"] == "Huelva")


@pytest.mark.parametrize("filters", [["team"], ["=x"], ["year>=2001", "year=2002"], ["year=2002", "year<9"]])
def test_a_filter_that_is_none_is_one_line(filters):
    with pytest.raises(QueryError, match="--filter"):
        sight(filters, (), None)


def test_a_value_is_what_it_spells_or_the_string_itself():
    seen = Visibility.of(**sight(["n=7"], (), None))
    assert [seen.sees({"n": value}, None) for value in (7, "7", 7.0, True)] == [True, True, True, False]
