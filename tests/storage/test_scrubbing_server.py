"""Scrubbing on PostgreSQL, judged by the bytes of the server's own files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, Engine, create_engine, text

from clew import Document, KnowledgeBase
from clew.core.errors import StoreError, StoreLockedError

pytestmark = pytest.mark.postgres

SETTINGS: dict[str, Any] = {"models": {"embedder": "hashing"}, "storage": {"lock_timeout": 1}}
WORDS = (b"Beeblebrox", b"beeblebrox", b"Arthur number")


@pytest.fixture
def administrator(mortal_server: Any) -> Iterator[Engine]:
    """Who owns the server."""
    engine = create_engine(mortal_server.url + "postgres", isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


def _run(engine: Engine, *statements: str) -> None:
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))


def _holding(data: Path, word: bytes) -> list[str]:
    """Files of the data directory that hold the word, the write-ahead log apart."""
    return sorted(
        str(path.relative_to(data))
        for path in data.rglob("*")
        if path.is_file() and "pg_wal" not in path.parts and word in path.read_bytes()
    )


def _filled(url: URL | str) -> KnowledgeBase:
    """A knowledge base from which eight documents of one name are deleted and one of another stays."""
    kb = KnowledgeBase(url, settings=SETTINGS)
    kb.ingest([
        Document(f"Beeblebrox-{n}", f"Zaphod Beeblebrox met Arthur number {n} in Palos. " * 9, f"Zaphod {n}")
        for n in range(8)
    ])  # fmt: skip
    kb.ingest([Document("a", "Ada Lovelace left.", "Ada")])
    with kb.store.engine.connect() as connection:  # as the server does by itself after a while
        connection.execute(text("ANALYZE documents, mentions, names, aliases, entities, facts"))
        connection.commit()
    for n in range(8):
        kb.delete(f"Beeblebrox-{n}")
    return kb


def _forgotten_log(kb: KnowledgeBase) -> None:
    """The change log keeps ids by law; here they would be taken for what is left of the documents."""
    with kb.store.engine.begin() as connection:
        connection.execute(text("DELETE FROM changes"))


def test_scrubbing_leaves_no_deleted_bytes_in_the_servers_tables(mortal_server, administrator):
    with _filled(mortal_server.url + "postgres") as kb:
        assert kb.verify().ok
        _forgotten_log(kb)
        _run(administrator, "CHECKPOINT")
        assert all(_holding(mortal_server.data, word) for word in WORDS)
        mark = kb.fingerprint(vectors=True)
        kb.scrub()
        _run(administrator, "CHECKPOINT")
        assert [_holding(mortal_server.data, word) for word in WORDS] == [[], [], []]
        assert _holding(mortal_server.data, b"Ada Lovelace")
        assert kb.fingerprint(vectors=True) == mark and kb.store.check() == []


def test_a_transaction_that_still_sees_deleted_rows_is_named_and_nothing_is_claimed(
    mortal_server, administrator
):
    with _filled(mortal_server.url + "postgres") as kb:
        _run(administrator, "CREATE ROLE somebody LOGIN")
        url = administrator.url.set(username="somebody")
        other = create_engine(url, isolation_level="REPEATABLE READ")
        with other.connect() as reader:
            reader.execute(text("SELECT count(*) FROM pg_class"))  # no lock on any table of the store
            _delete_more(kb)
            with pytest.raises(StoreLockedError, match="1 transaction.*still open after 1 s"):
                kb.scrub()
        other.dispose()
        kb.scrub()
        _run(administrator, "CHECKPOINT")
        assert _holding(mortal_server.data, b"Marvin") == []


def _delete_more(kb: KnowledgeBase) -> None:
    kb.ingest([Document("m", "Marvin stayed behind.", "Robot")])
    kb.delete("m")


def test_an_account_that_may_not_write_a_table_anew_is_told_which(mortal_server, administrator):
    _run(
        administrator,
        "CREATE ROLE tenant LOGIN",
        "CREATE SCHEMA AUTHORIZATION tenant",
    )
    with _filled(administrator.url.set(username="tenant")) as kb:
        with pytest.raises(StoreError, match=r"pg_statistic.*VACUUM \(FULL, ANALYZE\) pg_catalog"):
            kb.scrub()
        _forgotten_log(kb)
        _run(administrator, "ALTER DATABASE postgres OWNER TO tenant")
        kb.scrub()
        _run(administrator, "CHECKPOINT")
        assert [_holding(mortal_server.data, word) for word in WORDS] == [[], [], []]
