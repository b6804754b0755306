"""Errors are one line on standard error, and exit codes are those that the page on the command line lists."""

import json
import subprocess
import sysconfig
from pathlib import Path

import pytest

CLEW = str(Path(sysconfig.get_path("scripts")) / "clew")


def failed(outcome, code):
    """The one line that a failed command leaves on standard error."""
    found, out, err = outcome
    assert found == code, err
    assert out == ""
    # Click ends the line of a terminal's ^C first.
    line = err.removeprefix("\n") if code == 130 else err
    assert line.startswith("clew: ")
    assert line.count("\n") == 1
    return line


def test_a_store_that_is_not_there_is_not_made(clew, tmp_path):
    missing = tmp_path / "missing.db"
    assert "clew ingest" in failed(clew("ask", "Who?", "--db", str(missing)), 1)
    assert not missing.exists()


@pytest.mark.parametrize("command", ["stats", "verify", "search Who", "link Palos", "delete a", "graph -"])
def test_every_reading_command_says_so(clew, tmp_path, command):
    failed(clew(*command.split(), "--db", str(tmp_path / "missing.db")), 1)


def test_a_path_that_matches_nothing_is_an_error(clew, tmp_path):
    missing = str(tmp_path / "no" / "such" / "file.txt")
    assert "no/such/file.txt" in failed(clew("ingest", missing, "--db", str(tmp_path / "a.db")), 1)


def test_a_file_that_is_no_database_is_an_error(clew, tmp_path):
    (tmp_path / "a.db").write_bytes(b"no database" * 500)
    failed(clew("stats", "--db", str(tmp_path / "a.db")), 1)


def test_an_empty_question_is_an_error(clew, filled):
    failed(clew("ask", "   ", "--db", filled), 1)


def test_a_span_that_is_none_is_an_error(clew, filled):
    assert "START:END" in failed(clew("link", "Palos", "--span", "4", "--db", filled), 1)


@pytest.mark.parametrize("content", ["{", "[1]", '[{"no": "question"}]', "7"])
def test_a_file_that_holds_no_questions_is_an_error(clew, filled, tmp_path, content):
    (tmp_path / "questions.json").write_text(content, "utf-8")
    assert "questions.json" in failed(clew("eval", str(tmp_path / "questions.json"), "--db", filled), 1)


def test_a_setting_out_of_range_is_named(clew, filled, monkeypatch):
    monkeypatch.setenv("CLEW_RETRIEVAL__K", "0")
    assert "retrieval.k" in failed(clew("stats", "--db", filled), 1)


def test_an_embedder_that_did_not_make_the_store_is_refused(clew, filled, monkeypatch):
    monkeypatch.setenv("CLEW_MODELS__EMBEDDER", "universal-sentence-encoder-multilingual")
    assert "hashing" in failed(clew("search", "Palos", "--db", filled), 1)


@pytest.mark.parametrize("line", ["no-such-command", "ask", "search a -k 0", "stats --no"])
def test_wrong_usage_is_two(clew, line):
    assert "--help" in failed(clew(*line.split()), 2)


def test_a_model_that_comes_with_another_package_is_not_installed_alone(clew):
    assert "jieba" in failed(clew("models", "install", "jieba"), 1)


def test_an_unexpected_error_is_one_line_too(clew, filled, monkeypatch):
    monkeypatch.setattr("clew.cli.store.open_store", lambda *_, **__: 1 / 0)
    assert "ZeroDivisionError" in failed(clew("stats", "--db", filled), 1)
    monkeypatch.setenv("CLEW_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        clew("stats", "--db", filled)


def test_the_installed_command_prints_one_json_value(filled):
    command = [CLEW, "stats", "--json", "--db", filled]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["documents"] == 4


def test_a_pipe_that_closes_early_is_no_error(filled):
    command = f"{CLEW} search 'Palos Pinta' --json --db {filled} | head -c 1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_an_interrupted_command_is_130(clew, filled, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("clew.cli.store.open_store", interrupted)
    assert failed(clew("stats", "--db", filled), 130) == "clew: interrupted\n"
