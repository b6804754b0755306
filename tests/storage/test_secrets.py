"""The key of pseudonyms: it comes along where the store goes on, and nowhere else unless asked for."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from clew import Document, KnowledgeBase
from clew.core.errors import StoreCorruptError, StoreError
from clew.ingestion.redaction import KEY
from clew.storage.meta import SECRET


@pytest.fixture
def options(tmp_path: Path) -> dict[str, Any]:
    return {
        "models": {"embedder": "hashing"},
        "ingestion": {"redact": ["email"]},
        "storage": {"snapshots": str(tmp_path / "kept")},
    }


@pytest.fixture
def kb(target: str, options: dict[str, Any]) -> Any:
    with KnowledgeBase(target, settings=options) as kb:
        kb.ingest([Document("a", "Write to ann.lee@example.org today.")])
        yield kb


def _written(kb: KnowledgeBase, id: str) -> str:
    """What the address becomes in a new document."""
    kb.ingest([Document(id, "Write to Ann.Lee@example.org today.")])
    return kb.store.document(id).text


def test_an_archive_leaves_the_key_behind(kb, options, tmp_path):
    kb.export(tmp_path / "a.clew")
    assert kb.store.secret(KEY).hex().encode() not in (tmp_path / "a.clew").read_bytes()
    with KnowledgeBase(tmp_path / "other.db", settings=options) as other:
        other.import_archive(tmp_path / "a.clew")
        assert other.fingerprint(vectors=True) == kb.fingerprint(vectors=True)
        assert _written(other, "b") != _written(kb, "b") == kb.store.document("a").text


def test_an_archive_with_the_key_goes_on_giving_the_same_pseudonyms(kb, options, tmp_path):
    kb.export(tmp_path / "a.clew", pseudonym_key=True)
    with KnowledgeBase(tmp_path / "other.db", settings=options) as other:
        other.import_archive(tmp_path / "a.clew")
        assert _written(other, "b") == kb.store.document("a").text
    with KnowledgeBase(tmp_path / "known.db", settings=options) as known:
        mine = _written(known, "mine")
        known.import_archive(tmp_path / "a.clew")  # where a key is, it stays
        assert _written(known, "b") == mine != kb.store.document("a").text


def test_a_copy_goes_on_giving_the_same_pseudonyms(kb, target, options, tmp_path):
    KnowledgeBase.copy(target, tmp_path / "other.db", settings=options)
    with KnowledgeBase(tmp_path / "other.db", settings=options) as other:
        assert _written(other, "b") == kb.store.document("a").text


def test_a_snapshot_keeps_the_key_and_one_without_does_not_remove_it(target, options):
    with KnowledgeBase(target, settings=options) as kb:
        kb.snapshot("empty")
        before = _written(kb, "a")
        kb.snapshot("full")
        kb.restore("empty")
        assert _written(kb, "a") == before
    with KnowledgeBase(target, settings=options) as kb:
        with kb.store.engine.begin() as connection:  # made anew at the same place
            connection.execute(text(f"DELETE FROM meta WHERE key = '{SECRET}{KEY}'"))
        assert _written(kb, "b") != before
        kb.restore("full")
        assert _written(kb, "b") == before


def test_a_damaged_key_is_named(kb, options):
    with kb.store.engine.begin() as connection:
        connection.execute(text(f"UPDATE meta SET value = '\"zz\"' WHERE key = '{SECRET}{KEY}'"))
    with pytest.raises(StoreCorruptError, match="redaction key"):
        kb.ingest([Document("b", "Write to ann.lee@example.org.")])


def test_no_logger_shows_the_key_or_values_even_of_an_engine_that_shows_all(target, options, caplog):
    caplog.set_level(logging.DEBUG, "sqlalchemy")
    url = target if "://" in target else f"sqlite:///{target}"
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), echo="debug")
    with KnowledgeBase(engine, settings=options) as kb:
        kb.ingest([Document("a", "Write to ann.lee@example.org today.")])
        kb.ingest([Document("b", "Write to ann.lee@example.org again.")])
        key = kb.store.secret(KEY)
    engine.dispose()
    said = "\n".join(record.getMessage() for record in caplog.records)
    assert "INSERT INTO documents" in said and "Row (" in said
    assert key.hex() not in said and repr(key) not in said and "ann.lee" not in said


@pytest.mark.postgres
def test_an_error_of_the_server_is_told_without_the_row_that_it_quotes(new_schema, options):
    with KnowledgeBase(new_schema(), settings=options) as kb:
        with kb.store.engine.begin() as connection:
            connection.execute(text("ALTER TABLE documents ADD CHECK (title <> 'Zaphod')"))
        with pytest.raises(StoreError, match="check constraint") as raised:
            kb.ingest([Document("z", "Zaphod left.", "Zaphod")])
    assert "Failing row" in str(raised.value.__cause__) and "Zaphod" not in str(raised.value)
