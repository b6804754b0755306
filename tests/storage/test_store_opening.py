"""Opening: every target, every refusal with its name, and nothing touched that is not ours."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, make_url, text

from clew.core.errors import (
    EmbedderMismatchError,
    InputError,
    MissingPathError,
    StoreCorruptError,
    StoreError,
    StoreLockedError,
    StoreReadOnlyError,
    StoreVersionError,
)
from clew.core.records import Reading, ReadingVectors
from clew.core.settings import StorageSettings
from clew.storage.opening import HEAD, configuration
from clew.storage.rows import Batch
from clew.storage.schema import VERSION_TABLE, Base
from clew.storage.store import Store

Read = Callable[..., tuple[Reading, ReadingVectors]]
SHORT = StorageSettings(lock_timeout=0.2)


@pytest.fixture
def path(tmp_path: Path, embedder: Any, read: Read) -> Path:
    """A SQLite store with twenty documents, closed."""
    path = tmp_path / "full.db"
    with Store.open(path, embedder=embedder) as store:
        store.commit(Batch([read(f"d{n:02}", "Ada met Bob. " * 40, "Ada") for n in range(20)]))
    return path


def _files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@contextmanager
def _unprivileged() -> Iterator[None]:
    """As somebody whom permissions bind, for root steps aside and comes back."""
    if os.geteuid() != 0:
        yield
        return
    if not hasattr(os, "setresuid"):
        pytest.skip("root cannot step aside here, and permissions do not bind it")
    os.setresuid(65534, 65534, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@pytest.fixture
def public(path: Path) -> Iterator[Path]:
    """The full store in a folder that everybody may enter and nobody may write."""
    folder = Path(tempfile.mkdtemp(prefix="clew-readonly-"))
    place = folder / "full.db"
    shutil.copy(path, place)
    place.chmod(0o444)
    folder.chmod(0o555)
    yield place
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_migrated_database_is_what_the_tables_say(target: str) -> None:
    with Store.open(target) as store, store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, Base.metadata) == []
        assert context.get_current_revision() == HEAD
        assert inspect(connection).has_table(VERSION_TABLE)


def test_the_newest_migration_is_the_one_that_the_library_knows() -> None:
    assert ScriptDirectory.from_config(configuration()).get_heads() == [HEAD]


def test_every_migration_can_be_taken_back(target: str) -> None:
    from alembic import command

    with Store.open(target) as store, store.engine.begin() as connection:
        command.downgrade(configuration(connection), "base")
        assert inspect(connection).get_table_names() == [VERSION_TABLE]


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("alembic.op.create_index", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            Store.open(target)
    engine = create_engine(_url(target))
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == []
    engine.dispose()
    with Store.open(target) as store:
        assert store.check() == []


def _url(target: str) -> Any:
    if "://" not in target:
        return f"sqlite:///{target}"
    return make_url(target)


def test_a_store_of_a_newer_library_is_refused(target: str) -> None:
    with Store.open(target) as store, store.engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = 'r9999'"))
    for read_only in (False, True):
        with pytest.raises(StoreVersionError, match="r9999.*newer Clew"):
            Store.open(target, read_only=read_only)


def test_a_database_of_something_else_is_refused_and_left_alone(target: str) -> None:
    engine = create_engine(_url(target))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE customers (id INTEGER)"))
    before = _files(Path(target).parent) if "://" not in target else None
    with pytest.raises(StoreVersionError, match="belongs to something else.*customers"):
        Store.open(target)
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["customers"]
    engine.dispose()
    assert before is None or _files(Path(target).parent) == before


def test_many_may_open_a_new_store_at_once(target: str, read: Read) -> None:
    failures: list[BaseException] = []
    barrier = threading.Barrier(5)

    def work(number: int) -> None:
        try:
            barrier.wait()
            with Store.open(target, namespace=f"n{number % 2}") as store:
                store.commit(Batch([(read(f"d{number}", "Ada.")[0], None)]))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with Store.open(target, namespace="n0") as store:
        assert store.document_ids() == ["d0", "d2", "d4"]


def test_another_embedder_is_refused_with_both_figures_and_the_way_out(
    opened: Callable[..., Store], read: Read
) -> None:
    opened().commit(Batch([read("a", "Ada.")]))
    for name, version, dimension in [("made-up", "1", 9), ("made-up", "2", 8), ("other", "1", 8)]:
        other = SimpleNamespace(name=name, version=version, dimension=dimension)
        with pytest.raises(EmbedderMismatchError, match="clew reindex") as caught:
            opened(embedder=other)
        assert "8 dimensions" in str(caught.value) and f"{dimension} dimensions" in str(caught.value)
    # who only reads names none; and what he has read he may write again
    nameless = opened(embedder=None)
    nameless.commit(Batch([read("b", "Bob.")]))
    short = read("c", "Eve.")
    cut = ReadingVectors(short[1].passages[:, :4], short[1].sentences[:, :4])
    with pytest.raises(EmbedderMismatchError, match="4 dimensions.*8"):
        nameless.commit(Batch([(short[0], cut)]))
    # another namespace, or one without vectors, is free
    assert opened(namespace="other", embedder=SimpleNamespace(name="o", version="1", dimension=3))
    nameless.commit(Batch(deletes=["a", "b"]))
    assert opened(embedder=SimpleNamespace(name="o", version="1", dimension=3)).document_ids() == []


def test_vectors_of_nobody_are_refused(opened: Callable[..., Store], read: Read) -> None:
    with pytest.raises(StoreError, match="which embedder"):
        opened(embedder=None).commit(Batch([read("a", "Ada.")]))


def test_a_locked_database_is_named_and_works_again_afterwards(
    target: str, is_sqlite: bool, embedder: Any, read: Read
) -> None:
    with Store.open(target, settings=SHORT, embedder=embedder) as store:
        store.commit(Batch([read("a", "Ada.")]))
        blocker = create_engine(_url(target))
        with blocker.connect() as connection:
            if is_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                connection.exec_driver_sql("SELECT 1 FROM namespaces FOR UPDATE")
            with pytest.raises(StoreLockedError, match=r"0\.2 s.*storage\.lock_timeout"):
                store.commit(Batch([read("b", "Bob.")]))
            assert store.document_ids() == ["a"]
            connection.rollback()
        blocker.dispose()
        assert store.commit(Batch([read("b", "Bob.")])) == 2


def test_an_engine_of_the_callers_is_used_and_left_open(target: str, read: Read) -> None:
    engine = create_engine(_url(target))
    with Store.open(engine) as store:
        store.commit(Batch([(read("a", "Ada.")[0], None)]))
        with Store.open(store.engine, namespace="other") as other:
            assert other.revision() == 0
    with engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM documents")).scalar() == 1
        # his transactions stay his: they write, and roll back
        connection.execute(text("UPDATE documents SET pipeline = 'x'"))
        connection.rollback()
    with Store.open(engine) as store:
        assert next(store.load()).pipeline == "test@1"
        assert (store.path is None) == ("://" in target)
    engine.dispose()


def test_read_only_reads_and_refuses_to_write(opened: Callable[..., Store], read: Read) -> None:
    opened().commit(Batch([read("a", "Ada.")]))
    store = opened(read_only=True)
    assert store.read_only and store.document("a").text == "Ada."
    with pytest.raises(StoreReadOnlyError, match="read_only=True"):
        store.commit(Batch([read("b", "Bob.")]))
    with pytest.raises(StoreReadOnlyError):
        store.delete("a")
    assert opened(namespace="not there", read_only=True).stats()["documents"] == 0
    # it follows what others commit
    opened().commit(Batch([read("b", "Bob.")]))
    assert store.document_ids() == ["a", "b"]


def test_read_only_does_not_make_a_store(target: str) -> None:
    with pytest.raises(MissingPathError, match="read_only=True makes none"):
        Store.open(target, read_only=True)
    assert "://" in target or not Path(target).exists()


def test_a_folder_that_cannot_be_written_is_named_and_can_be_read(public: Path) -> None:
    before = _files(public.parent)
    with _unprivileged():
        with pytest.raises(StoreReadOnlyError, match="read_only=True"):
            Store.open(public)
        with pytest.raises(StoreReadOnlyError, match="cannot be written"):
            Store.open(public.with_name("new.db"))
        with Store.open(public, read_only=True) as store:
            assert len(store.document_ids()) == 20
            assert store.check() == []
    assert _files(public.parent) == before


def test_a_file_that_turns_read_only_is_named_at_the_write(path: Path, read: Read) -> None:
    with Store.open(path) as store:
        with store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA query_only = ON")
            connection.rollback()
        with pytest.raises(StoreReadOnlyError, match="cannot be written"):
            store.delete("d00")


@pytest.mark.parametrize("head", [b"not a database at all", b"\0" * 4096])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, head: bytes) -> None:
    file = tmp_path / "x.db"
    file.write_bytes(head)
    for read_only in (False, True):
        with pytest.raises(StoreCorruptError, match=r"x\.db.*nothing was changed"):
            Store.open(file, read_only=read_only)
    assert _files(tmp_path) == {"x.db": head}


@pytest.mark.parametrize("start", [0.0, 0.3, 0.9], ids=["at its head", "inside", "at its end"])
def test_a_damaged_store_is_named_and_left_as_it_is(path: Path, embedder: Any, start: float) -> None:
    data = bytearray(path.read_bytes())
    first = max(100, int(len(data) * start) // 4096 * 4096)
    data[first : first + len(data) // 10] = b"\xa5" * (len(data) // 10)
    path.write_bytes(data)
    with pytest.raises(StoreCorruptError, match=r"full\.db.*restore it from a copy"):
        with Store.open(path, embedder=embedder) as store:
            list(store.load())
            list(store.facts())
            store.fingerprint(vectors=True)
            store.check()
    assert path.read_bytes() == data


def test_a_store_cut_short_is_named(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(StoreCorruptError):
        with Store.open(path) as store:
            store.check()
            list(store.load())
    assert path.read_bytes() == data[: len(data) // 2]


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    (tmp_path / "x.db").touch()
    with Store.open(tmp_path / "x.db") as store:
        assert store.revision() == 0


def test_places_that_cannot_be_are_named(tmp_path: Path) -> None:
    with pytest.raises(MissingPathError, match="folder .* does not exist"):
        Store.open(tmp_path / "no" / "x.db")
    with pytest.raises(StoreError, match="is a folder"):
        Store.open(tmp_path)
    with pytest.raises(StoreError, match="mysql is no engine"):
        Store.open("mysql://host/name")
    with pytest.raises(StoreError, match="no database URL"):
        Store.open("://")
    for name in ("", "a\0b", "x" * 201):
        with pytest.raises(InputError, match="name of a namespace"):
            Store.open(":memory:", namespace=name)


@pytest.mark.postgres
def test_a_server_that_is_not_there_is_named_without_the_password() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError) as caught:
        Store.open("postgresql://me:secret@127.0.0.1:1/x")
    assert "127.0.0.1" in str(caught.value) and "secret" not in str(caught.value)


def test_spellings_of_a_path_are_one_store(tmp_path: Path, read: Read, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    with Store.open("a b%20#?.db") as store:
        store.commit(Batch([(read("a", "Ada.")[0], None)]))
        assert store.path == tmp_path / "a b%20#?.db"
    for spelling in (tmp_path / "a b%20#?.db", "~/a b%20#?.db"):
        with Store.open(spelling) as store:
            assert store.document_ids() == ["a"]
    with Store.open(f"sqlite:///{tmp_path}/u.db") as store:
        assert store.path == tmp_path / "u.db"


def test_memory_is_one_store_for_all_threads(read: Read) -> None:
    with Store.open(":memory:") as store:
        assert store.path is None
        threads = [
            threading.Thread(target=store.commit, args=(Batch([(read(f"d{n}", "Ada.")[0], None)]),))
            for n in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(store.document_ids()) == 8 and store.revision() == 8


def test_sqlite_runs_as_it_should(path: Path) -> None:
    with Store.open(path) as store, store.engine.connect() as connection:

        def pragma(name: str) -> Any:
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar()

        assert pragma("journal_mode") == "wal" and pragma("foreign_keys") == 1
        assert pragma("synchronous") == 2 and pragma("busy_timeout") == 30_000
        wide = connection.exec_driver_sql("SELECT name FROM pragma_table_list WHERE wr = 1").all()
        assert {"mentions", "facts", "decisions"} <= {row[0] for row in wide}


def _plan(connection: sqlite3.Connection, statement: str) -> str:
    return "; ".join(row[3] for row in connection.execute("EXPLAIN QUERY PLAN " + statement))


def test_what_is_looked_for_is_found_by_index(path: Path) -> None:
    """Replacing one document, or deciding one name, never walks a table or a namespace."""
    connection = sqlite3.connect(path)
    for table in ("passages", "sentences", "mentions", "names", "facts", "vectors", "abouts"):
        plan = _plan(connection, f"DELETE FROM {table} WHERE namespace = 1 AND document IN (1, 2)")
        assert "namespace=? AND document=?" in plan, (table, plan)
    for table, column in [
        ("decisions", "mention"), ("decisions", "entity"), ("mentions", "folded"), ("mentions", "id"),
        ("names", "folded"), ("facts", "subject_mention"), ("facts", "object_mention"), ("aliases", "folded"),
        ("entities", "block"), ("entities", "id"), ("documents", "id"), ("changes", "revision"),
        ("dirty_names", "name"), ("aliases", "entity"), ("abouts", "entity"),
    ]:  # fmt: skip
        plan = _plan(connection, f"SELECT * FROM {table} WHERE namespace = 1 AND {column} IN ('x', 'y')")
        assert f"namespace=? AND {column}=?" in plan, (table, column, plan)
    connection.close()
