"""A small store that the commands work on; its embedder needs no weights."""

import json
import sys
from pathlib import Path

import pytest

from clew.cli.main import run

TEXTS = {
    "pinta": ("Pinta", "The Pinta was a ship of Christopher Columbus. It was built in Palos."),
    "palos": ("Palos", "Palos is a town in the province of Huelva in Spain."),
    "apple": ("Apple", "An apple is a round fruit that grows on trees."),
    "mercury": ("Mercury (planet)", "Mercury is the planet nearest to the Sun."),
}


@pytest.fixture(autouse=True, scope="module")
def _small_embedder(tmp_path_factory):
    patch = pytest.MonkeyPatch()
    patch.setenv("CLEW_MODELS__EMBEDDER", "hashing")
    patch.setenv("CLEW_MODELS__CACHE", str(tmp_path_factory.mktemp("cache")))
    yield
    patch.undo()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> Path:
    """A file of documents."""
    path = tmp_path_factory.mktemp("corpus") / "documents.jsonl"
    lines = [json.dumps({"id": key, "title": title, "text": text}) for key, (title, text) in TEXTS.items()]
    path.write_text("\n".join(lines), "utf-8")
    return path


@pytest.fixture(scope="module")
def filled(tmp_path_factory, corpus) -> str:
    """A store that holds them; commands that change it get a copy of their own."""
    db = str(tmp_path_factory.mktemp("store") / "a.db")
    assert run(["ingest", str(corpus), "--db", db, "--workers", "0"]) == 0
    return db


@pytest.fixture
def clew(capsys):
    """Runs one command; returns its exit code, standard output and standard error."""

    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(arguments)
        return code, *capsys.readouterr()

    return call


@pytest.fixture
def clew_json(clew):
    """Runs one command with --json and returns what it printed, parsed."""

    def call(*arguments: str):
        code, out, err = clew(*arguments, "--json")
        assert code == 0, err
        return json.loads(out)

    return call


@pytest.fixture
def stdin(monkeypatch):
    """Puts a text on standard input."""
    import io

    def put(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    return put
