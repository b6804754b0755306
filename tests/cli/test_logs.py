"""Nothing sensitive in logs: every logger at DEBUG, every command, and what goes wrong as well."""

from __future__ import annotations

import json
import logging
import sqlite3
import traceback
from pathlib import Path

import pytest

from clew import Document, KnowledgeBase
from clew.core.errors import StoreError

SECRETS = ("ann.lee@example.org", "+49 30 901820 12", "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00")
WORDS = ("Zaphod", "Beeblebrox")
"""No pattern finds these: they are redacted nowhere, and still not for a log."""
TEXT = f"Zaphod Beeblebrox wrote down: {'; '.join(SECRETS)}. Zaphod Beeblebrox lives in Delft."


@pytest.fixture
def everything(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Records of every logger there is, those included that set a level of their own."""
    from clew.cli import main  # noqa: F401  its imports make loggers

    caplog.set_level(logging.DEBUG)
    for name in [*logging.root.manager.loggerDict, "sqlalchemy", "alembic"]:
        caplog.set_level(logging.DEBUG, name)
    return caplog


def _records(caplog: pytest.LogCaptureFixture, *, rows: bool = False) -> list[str]:
    """What was logged, tracebacks and arguments included; `rows` are those that SQLAlchemy reads."""
    said = []
    for record in caplog.records:
        if rows or not record.getMessage().startswith("Row "):
            trace = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""
            said.append(f"{record.name} {record.getMessage()} {record.args!r} {trace}")
    return said


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "notes.jsonl"
    good = {"id": "good", "title": "Note", "text": TEXT, "metadata": {"from": SECRETS[0]}}
    broken = {"id": "bad", "text": TEXT, "date": f"the day of {SECRETS[0]}"}
    path.write_text("\n".join(map(json.dumps, (good, broken))), "utf-8")
    return path


def test_no_command_shows_or_logs_a_redacted_value(everything, lines, clew, tmp_path):
    db = str(tmp_path / "s.db")
    said = []
    for command in (
        ["ingest", str(lines), "--redact", "all"],
        ["ingest", str(lines), "--redact", "all", "--workers", "2"],
        ["search", "Where does Zaphod Beeblebrox live?", "--json"],
        ["ask", "Where does Zaphod Beeblebrox live?", "--json"],
        ["history", "Zaphod Beeblebrox"],
        ["conflicts"],
        ["stats"],
        ["verify"],
        ["graph", "-"],
        ["snapshot", "now"],
        ["export", str(tmp_path / "a.clew")],
        ["reindex"],
        ["history", "Nobody"],
        ["delete", "good"],
        ["audit", "--json"],
        ["scrub"],
    ):
        code, out, err = clew(*command, "--db", db)
        assert code in (0, 1), (command, err)
        said += [out, err]
    said += _records(everything, rows=True)
    assert any("INSERT INTO documents" in line for line in said)
    assert any(line.startswith("clew.") for line in said)
    for secret in SECRETS:
        assert not any(secret in line for line in said), secret


def test_the_library_logs_no_words_of_documents_and_questions_whatever_fails(everything, tmp_path):
    path = tmp_path / "s.db"
    with KnowledgeBase(path, settings={"models": {"embedder": "hashing"}}) as kb:
        kb.ingest([Document("a", TEXT, "Zaphod Beeblebrox"), Document("b", "Delft is a town.", "Delft")])
        kb.search("Where does Zaphod Beeblebrox live?")
        kb.ask("Where does Zaphod Beeblebrox live?")
        kb.link("Zaphod Beeblebrox lives in Delft.")
        with sqlite3.connect(path) as other:
            other.execute("CREATE TRIGGER no BEFORE INSERT ON passages BEGIN SELECT RAISE(FAIL, 'no'); END")
        other.close()
        late = Document("c", TEXT, "Zaphod")  # a traceback quotes the line that calls
        with pytest.raises(StoreError) as raised:
            kb.ingest([late])
    chain = "".join(traceback.format_exception(raised.value))
    assert "INSERT INTO passages" in chain
    for said in (*_records(everything), chain):
        assert not any(word in said for word in WORDS), said
