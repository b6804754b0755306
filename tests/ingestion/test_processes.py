"""Worker processes: the same store as without them, and a clean end whatever ends it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from clew.core.errors import WorkerError
from clew.core.progress import ProgressEvent
from clew.core.records import Document, IngestReport
from clew.core.settings import Settings
from clew.ingestion.runners.processes import ProcessRunner
from clew.ingestion.work import Task
from clew.models.hashing import HashingEmbedder
from clew.storage.store import Store

Run = Callable[..., IngestReport]

PROGRAM = """
import sys
from clew.core.settings import Settings
from clew.ingestion import ingest
from clew.kg.reader import Reader
from clew.models.embedders import load_embedder
from clew.storage.store import Store

settings = Settings.load({"models": {"embedder": "hashing"}, "ingestion": {"batch_size": 8}})
embedder = load_embedder(settings.models)
with Store.open(sys.argv[1], embedder=embedder.info) as store:
    print("begin", flush=True)
    report = ingest(store, sys.argv[2], settings=settings, reader=Reader(settings), embedder=embedder,
                    workers=int(sys.argv[3]), job="nightly")
    print(report.added, report.unchanged, flush=True)
"""
"""A program without a `__main__` guard, as people write them."""


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)

    def start(database: Path, corpus: Path, workers: int = 2) -> subprocess.Popen[str]:
        command = [sys.executable, str(path), str(database), str(corpus), str(workers)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    return start


@pytest.fixture
def corpus(tmp_path: Path, documents: list[Document]) -> Path:
    """As many lines as take a few seconds to read."""
    path = tmp_path / "corpus.jsonl"
    with path.open("w") as handle:
        for i in range(1200):
            document = documents[i % 30]
            record = {"id": f"{i}", "title": document.title, "text": f"{document.text} This is number {i}."}
            handle.write(json.dumps(record) + "\n")
    return path


def wait_for_documents(database: Path, count: int, seconds: float = 60) -> None:
    """Until so many documents are committed, as another process sees it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if database.exists():
            with Store.open(database) as store:
                if store.stats()["documents"] >= count:
                    return
        time.sleep(0.05)
    raise AssertionError("nothing was committed")


def children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()] or [
        int(child) for child in text.split()
    ]


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_workers_and_batches_change_nothing(
    tmp_path: Path, store: Store, run: Run, documents: list[Document]
) -> None:
    report = run(store, documents, workers=2)
    assert report.added == len(documents) and store.check() == []
    for workers, size in ((0, 64), (1, 3)):
        with Store.open(tmp_path / f"{workers}.db", embedder=HashingEmbedder().info) as other:
            run(other, documents, workers=workers, change={"batch_size": size})
            assert other.fingerprint(vectors=True) == store.fingerprint(vectors=True)
            assert list(other.documents()) == list(store.documents())
    with Store.open(tmp_path / "inline.db", embedder=HashingEmbedder().info) as other:
        for start in range(0, len(documents), 10):
            run(other, documents[start : start + 10])
        assert other.fingerprint(vectors=True) == store.fingerprint(vectors=True)


def test_a_worker_that_dies_is_an_error_and_loses_nothing(
    store: Store, run: Run, corpus: Path
) -> None:
    def kill(event: ProgressEvent) -> None:
        for child in children(os.getpid()):
            os.kill(child, signal.SIGKILL)

    with pytest.raises(WorkerError, match="killed by signal 9.*run again goes on"):
        run(store, corpus, workers=1, progress=kill, change={"batch_size": 16})
    there = store.stats()["documents"]
    assert there >= 16 and there % 16 == 0 and store.check() == []
    report = run(store, corpus, workers=1)
    assert (report.unchanged, report.added) == (there, 1200 - there)


def test_an_embedder_that_the_settings_do_not_name_is_told_apart(store: Store, run: Run) -> None:
    with pytest.raises(WorkerError, match="hashing 1-256, but hashing 1-64 was given"):
        run(store, ["text"], embedder=HashingEmbedder(dimension=64), workers=1)


def test_a_program_without_a_main_guard_can_use_workers(
    tmp_path: Path, program: Callable[..., subprocess.Popen[str]], corpus: Path
) -> None:
    out, err = program(tmp_path / "a.db", corpus).communicate(timeout=120)
    assert out.split() == ["begin", "1200", "0"], err


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda n: n.name)
def test_an_ingestion_that_is_ended_goes_on_where_it_was(
    number: signal.Signals,
    tmp_path: Path,
    program: Callable[..., subprocess.Popen[str]],
    corpus: Path,
    run: Run,
    settings: Settings,
) -> None:
    database = tmp_path / "clew-of-a-program.db"
    process = program(database, corpus)
    try:
        wait_for_documents(database, 8)
        workers = children(process.pid)
        process.send_signal(number)
        _, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == (143 if number is signal.SIGTERM else -number), err
    assert len(workers) == 2
    end = time.monotonic() + 10
    while not all(map(gone, workers)):
        assert time.monotonic() < end, "workers outlived the program"
        time.sleep(0.1)
    info = HashingEmbedder().info
    with Store.open(database, embedder=info) as store, Store.open(tmp_path / "w.db", embedder=info) as whole:
        there = store.stats()["documents"]
        assert 8 <= there < 1200 and there % 8 == 0 and store.check() == []
        assert store.jobs()[0].state.value == "running"
        report = run(store, corpus, workers=2, job="nightly")
        assert (report.unchanged, report.added) == (there, 1200 - there)
        assert store.jobs()[0].documents == 1200 and store.jobs()[0].state.value == "finished"
        run(whole, corpus, workers=2)
        assert store.fingerprint(vectors=True) == whole.fingerprint(vectors=True)


def test_a_runner_can_be_closed_at_any_time(settings: Settings, documents: list[Document]) -> None:
    runner = ProcessRunner(settings, 2, HashingEmbedder().info)
    results = runner.run(Task(i, tuple(documents)) for i in range(100))
    assert next(results).number == 0
    before = children(os.getpid())
    runner.close()
    assert before and not set(before) & set(children(os.getpid()))
    runner = ProcessRunner(settings, 2, HashingEmbedder().info)
    runner.close()


def test_workers_compute_in_one_thread(settings: Settings, documents: list[Document]) -> None:
    runner = ProcessRunner(settings, 1, HashingEmbedder().info)
    try:
        assert len(list(runner.run([Task(0, tuple(documents[:2]))]))) == 1
        [child] = children(os.getpid())
        environment = Path(f"/proc/{child}/environ").read_bytes().split(b"\0")
        assert b"OMP_NUM_THREADS=1" in environment
        assert os.environ.get("OMP_NUM_THREADS") != "1" or "OMP_NUM_THREADS" in os.environ
    finally:
        runner.close()
