"""Each command over a real store: what it prints for people, for pipes and for scripts."""

import io
import json
import shutil

import networkx
import pytest


def test_ingest_counts_what_it_read_and_leaves_the_unchanged_alone(clew_json, corpus, tmp_path):
    db = str(tmp_path / "new.db")
    first = clew_json("ingest", str(corpus), "--db", db)
    again = clew_json("ingest", str(corpus), "--db", db)
    assert (first["added"], first["unchanged"]) == (4, 0)
    assert (again["added"], again["unchanged"]) == (0, 4)


def test_ingest_names_what_it_skipped(clew, tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/good.txt").write_text("Huelva is a city in Spain.", "utf-8")
    (tmp_path / "docs/bad.txt").write_bytes(bytes(range(256)) * 20)
    code, out, err = clew("ingest", str(tmp_path / "docs"), "--db", str(tmp_path / "a.db"))
    assert code == 0
    assert "added\t1" in out
    assert "bad.txt" in err
    assert "Traceback" not in err


def test_ask_answers_with_a_citation_that_quotes_the_document(clew_json, filled):
    answer = clew_json("ask", "Where was the Pinta built?", "--db", filled)
    assert "Palos" in answer["text"]
    assert answer["abstained"] is False
    assert answer["citations"][0]["document_id"] == "pinta"
    assert "Palos" in answer["citations"][0]["quote"]


def test_ask_shows_the_answer_and_its_source(clew, filled):
    code, out, _ = clew("ask", "Where was the Pinta built?", "--db", filled)
    assert code == 0
    assert "Palos" in out.splitlines()[0]
    assert "[1] Pinta [pinta]" in out


def test_ask_says_when_nothing_supports_an_answer(clew_json, filled):
    assert clew_json("ask", "Who composed the opera Fidelio?", "--db", filled)["abstained"] is True


def test_ask_writes_the_answers_page(clew, filled, tmp_path):
    page = tmp_path / "answer.html"
    assert clew("ask", "Where was the Pinta built?", "--db", filled, "--html", str(page))[0] == 0
    assert "Palos" in page.read_text("utf-8")


def test_search_ranks_and_says_why(clew, clew_json, filled):
    found = clew_json("search", "Where was the Pinta built?", "--db", filled, "-k", "2")
    assert found["passages"][0]["document_id"] == "pinta"
    assert len(found["passages"]) <= 2
    assert found["passages"][0]["reasons"]
    out = clew("search", "Where was the Pinta built?", "--db", filled, "-k", "2")[1]
    assert out.startswith("1. Pinta [pinta]")
    assert "why: " in out


def test_a_question_comes_from_standard_input_as_well(clew_json, filled, stdin):
    stdin("Where was the Pinta built?")
    assert clew_json("search", "-", "--db", filled)["passages"][0]["document_id"] == "pinta"


def test_link_gives_places_and_entities(clew, clew_json, filled):
    text = "The Pinta left Palos."
    links = clew_json("link", text, "--db", filled)
    assert {text[each["start"] : each["end"]] for each in links} == {each["text"] for each in links}
    known = {each["text"] for each in links if each["entity"] is not None}
    assert {"Pinta", "Palos"} <= known
    assert "Pinta\t4:9" in clew("link", text, "--db", filled)[1]


def test_link_takes_the_spans_it_is_given(clew_json, filled):
    links = clew_json("link", "The Pinta left Palos.", "--span", "15:20", "--db", filled)
    assert [each["text"] for each in links] == ["Palos"]


def test_extract_needs_no_store_and_makes_none(clew_json, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = "Christopher Columbus sailed from Palos."
    reading = clew_json("extract", text)
    assert {text[each["start"] : each["end"]] for each in reading["mentions"]} == {
        each["text"] for each in reading["mentions"]
    }
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", ["graphml", "json"])
def test_the_graph_is_written_so_that_others_can_read_it(clew, filled, tmp_path, ending):
    file = tmp_path / f"graph.{ending}"
    assert clew("graph", str(file), "--db", filled)[0] == 0
    if ending == "graphml":
        graph = networkx.read_graphml(file, force_multigraph=True)
    else:
        data = json.loads(file.read_text("utf-8"))
        graph = networkx.node_link_graph(data, edges="edges", multigraph=True)
    assert any("Pinta" in json.dumps(data) for _, data in graph.nodes(data=True))


def test_delete_gives_receipts_and_fails_for_an_unknown_id(clew, clew_json, corpus, tmp_path):
    db = str(tmp_path / "own.db")
    clew("ingest", str(corpus), "--db", db)
    assert clew_json("delete", "apple", "--db", db)[0]["found"] is True
    code, out, _ = clew("delete", "apple", "--db", db)
    assert (code, out.split("\t")[:2]) == (1, ["apple", "unknown"])


def test_stats_counts_documents(clew, clew_json, filled):
    assert clew_json("stats", "--db", filled)["documents"] == 4
    assert "documents\t4" in clew("stats", "--db", filled)[1]


def test_verify_is_silent_about_a_sound_store(clew, clew_json, filled):
    report = clew_json("verify", "--fingerprint", "--db", filled)
    assert report["ok"] is True
    assert report["problems"] == []
    assert len(report["fingerprint"]) >= 16
    assert clew("verify", "--db", filled)[2].strip() == "ok"


def test_namespaces_are_apart(clew_json, filled):
    assert clew_json("stats", "--db", filled, "--namespace", "other").get("documents", 0) == 0


def test_eval_measures_recall_and_right_answers(clew, clew_json, filled, tmp_path):
    questions = [
        {"question": "Where was the Pinta built?", "gold": ["pinta"], "answer": "Palos", "language": "en"},
        {"question": "Who composed the opera Fidelio?", "gold": [], "answer": None, "language": "en"},
    ]
    file = tmp_path / "questions.json"
    file.write_text(json.dumps(questions), "utf-8")
    report = clew_json("eval", str(file), "--db", filled)
    assert (report["asked"], report["recall"], report["right"]) == (2, 1.0, 1.0)
    last = clew("eval", str(file), "--db", filled)[1].splitlines()[-1]
    assert last.split("\t")[:4] == ["all", "2", "1.000", "1.000"]


def test_models_list_shows_licences_and_states(clew, clew_json):
    rows = {row["name"]: row for row in clew_json("models", "list")["models"]}
    assert rows["multilingual-e5-small-q4"]["licence"] == "MIT"
    assert rows["jieba"]["state"] == "ready"
    french = clew("models", "list", "--language", "fr")[1]
    assert "fr_core_news_md" in french
    assert "en_core_web_sm" not in french


def test_models_list_says_what_reads_each_language(clew_json):
    rows = {row["language"]: row for row in clew_json("models", "list")["languages"]}
    assert set(rows) >= {"en", "zh", "de", "es", "fr"}
    assert rows["en"]["licence"] == "MIT"
    assert rows["en"]["embedder"] == "hashing"


def test_models_check_hashes_again(clew, clew_json):
    assert clew_json("models", "check")["jieba"] == "ready"
    assert clew("models", "check", "jieba")[:2] == (0, "jieba\tready\t\n")


def test_models_install_leaves_what_is_there_alone(clew):
    code, out, err = clew("models", "install", "en_core_web_sm")
    if "installing" in err:
        pytest.fail("en_core_web_sm was not installed before")
    assert (code, out) == (0, "en_core_web_sm\tready\n")


def test_results_are_tables_on_a_terminal(monkeypatch):
    from clew.cli.show import show_table

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    screen = Terminal()
    monkeypatch.setattr("sys.stdout", screen)
    show_table(("name", "count"), [("苹果", 3), ("a [bold]b", 12)])
    assert "name" in screen.getvalue()
    assert "苹果" in screen.getvalue()
    assert "a [bold]b" in screen.getvalue()


def test_reindex_embeds_again_what_is_stored(clew, clew_json, filled, tmp_path):
    copy = str(shutil.copy(filled, tmp_path / "copy.db"))
    assert clew_json("reindex", "--db", copy)["documents"] == clew_json("stats", "--db", filled)["documents"]
    assert clew_json("verify", "--db", copy)["ok"] is True
    code, _, err = clew("reindex", "--db", str(tmp_path / "none.db"))
    assert code == 1 and "there is no store" in err


def test_search_takes_a_mode_and_writes_a_page(clew, clew_json, filled, tmp_path):
    page = tmp_path / "found.html"
    found = clew_json(
        "search", "Pinta", "--mode", "local", "--entity", "Pinta", "--html", str(page), "--db", filled
    )
    assert (found["query"]["mode"], found["entities"][0]["name"]) == ("local", "Pinta")
    assert "Pinta" in page.read_text("utf-8")
    assert "mode local: around Pinta" in clew("search", "Pinta", "--mode", "local", "--db", filled)[2]
    code, _, err = clew("search", "Pinta", "--mode", "hybrid", "--db", filled)
    assert code == 1 and "there is no mode 'hybrid'" in err


def test_path_shows_how_two_entities_are_connected(clew, clew_json, filled):
    way = clew_json("path", "Pinta", "Palos", "-k", "1", "--db", filled)[0]
    assert [way["ties"][0]["source_name"], way["ties"][-1]["target_name"]] == ["Pinta", "Palos"]
    code, out, _ = clew("path", "Pinta", "Palos", "--db", filled)
    assert code == 0 and out.startswith("Pinta → ") and "It was built in Palos." in out
    code, _, err = clew("path", "Pinta", "Nowhere", "--db", filled)
    assert code == 1 and "'Nowhere'" in err
