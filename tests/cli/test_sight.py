"""`--filter`, `--access` and `--as-of`: commands see what the reader may see."""

import json
import shutil

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
    {"id": "ajax", "title": "Ajax", "text": "Ajax is a firm that makes bicycles."},
    {"id": "chief", "title": "Report", "text": "All is well. The CEO of Ajax is Ann Lee.", "date": "2004",
     "metadata": {"team": "firm"}},
    {"id": "later", "title": "Report", "text": "All is well. The CEO of Ajax is Bob Ray.", "date": "2006",
     "metadata": {"team": "firm"}},
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
        (("--access", ""), {"old", "new"}),
        (("--as-of", "2004"), {"old", "secret"}),
    ],
)
def test_search_finds_what_the_options_let_see(clew_json, shelf, options, seen):
    found = clew_json("search", "What of the Pinta?", "--db", shelf, *options)
    assert {hit["document_id"] for hit in found["passages"]} - {"ajax", "chief", "later"} == seen


def test_ask_and_link_keep_to_it_as_well(clew_json, shelf):
    answer = clew_json("ask", "What did the Pinta carry?", "--db", shelf, "--access", "staff")
    assert "silver" not in json.dumps(answer)
    linked = clew_json("link", "The silver of Huelva", "--db", shelf, "--access", "staff")
    assert [each["entity"] for each in linked if each["text"] == "Huelva"] in ([], [None])
    linked = clew_json("link", "The silver of Huelva", "--db", shelf, "--access", "board")
    assert all(each["entity"] for each in linked if each["text"] == "Huelva")


def test_paths_histories_contradictions_and_the_graph_keep_to_it_as_well(clew, clew_json, shelf):
    public, board = ("--db", shelf, "--access", ""), ("--db", shelf, "--access", "board")
    assert clew_json("history", "Huelva", *board)["predicates"].keys() == {"carry silver from"}
    assert clew("history", "Huelva", *public)[0] == 1  # nothing that this reader sees has the name
    assert clew_json("path", "Ann Lee", "Bob Ray", "--db", shelf)
    assert clew("path", "Ann Lee", "Bob Ray", "--db", shelf, "--as-of", "2005")[0] == 1
    said = [clew("graph", "-", *reader)[1] for reader in (board, public)]
    assert "Huelva" in said[0] and "Huelva" not in said[1]
    assert clew_json("conflicts", "--db", shelf) != []
    assert clew_json("conflicts", "--db", shelf, "--as-of", "2004") == []


def test_a_vote_is_given_on_what_the_voter_sees(clew, shelf, tmp_path):
    db = str(shutil.copy(shelf, tmp_path / "copy.db"))
    vote = ("feedback", "add", "What of the Pinta?", "secret", "--db", db)
    code, _, err = clew(*vote, "--access", "staff")
    assert code == 1 and "not of 'secret'" in err
    assert clew(*vote, "--access", "board")[0] == 0


@pytest.mark.parametrize("filters", [["team"], ["=x"], ["year>=2001", "year=2002"], ["year=2002", "year<9"]])
def test_a_filter_that_is_none_is_one_line(filters):
    with pytest.raises(QueryError, match="--filter"):
        sight(filters, (), None)


def test_a_value_is_what_it_spells_or_the_string_itself():
    seen = Visibility.of(**sight(["n=7"], (), None))
    assert [seen.sees({"n": value}, None) for value in (7, "7", 7.0, True)] == [True, True, True, False]
