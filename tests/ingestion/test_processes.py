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

MANY = 160
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
def corpus(tmp_path: Path) -> Path:
    """As many lines as take some seconds to read."""
    path = tmp_path / "corpus.jsonl"
    with path.open("w") as handle:
        for i in range(MANY):
            text = f"Station {i} stands near the river. Keeper {i // 2} lives in Station {i}. " * (1 + i % 5)
            handle.write(json.dumps({"id": f"{i}", "title": f"Station {i}", "text": text}) + "\n")
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
    """Processes that the process, or any of its threads, has started."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


@pytest.fixture
def workers() -> Callable[[], list[int]]:
    """Processes that this one has started since the test began."""
    before = set(children(os.getpid()))
    return lambda: [child for child in children(os.getpid()) if child not in before]


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
    for workers, size in ((0, 64), (1, 3)):  # 0: processes, since the documents are many
        with Store.open(tmp_path / f"{workers}.db", embedder=HashingEmbedder().info) as other:
            run(other, documents, workers=workers, change={"batch_size": size})
            assert other.fingerprint(vectors=True) == store.fingerprint(vectors=True)
            assert list(other.documents()) == list(store.documents())


def test_a_worker_that_dies_is_an_error_and_loses_nothing(
    store: Store, run: Run, corpus: Path, workers: Callable[[], list[int]]
) -> None:
    def kill(event: ProgressEvent) -> None:
        for child in workers():
            os.kill(child, signal.SIGKILL)

    with pytest.raises(WorkerError, match="killed by signal 9.*run again goes on"):
        run(store, corpus, workers=2, progress=kill, change={"batch_size": 16})
    there = store.stats()["documents"]
    assert there >= 16 and there % 16 == 0 and store.check() == []
    report = run(store, corpus, workers=1)
    assert (report.unchanged, report.added) == (there, MANY - there)


def test_an_embedder_that_the_settings_do_not_name_is_told_apart(
    store: Store, run: Run, workers: Callable[[], list[int]]
) -> None:
    with pytest.raises(WorkerError, match="hashing 1-256, but hashing 1-64 was given"):
        run(store, ["text"], embedder=HashingEmbedder(dimension=64), workers=2)
    assert workers() == []


@pytest.mark.parametrize(
    "number",
    [signal.SIGKILL, signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)],
    ids=["SIGKILL", "SIGTERM", "SIGINT"],
)
def test_a_program_that_is_ended_takes_its_workers_along_and_goes_on_where_it_was(
    number: signal.Signals,
    tmp_path: Path,
    program: Callable[..., subprocess.Popen[str]],
    corpus: Path,
    run: Run,
) -> None:
    database = tmp_path / "of-a-program.db"
    with program(database, corpus) as process:
        try:
            wait_for_documents(database, 8)
            workers = children(process.pid)
            process.send_signal(number)
            _, err = process.communicate(timeout=30)
        finally:
            process.kill()
    assert process.returncode == (143 if number is signal.SIGTERM else -number), err
    assert len(workers) == 2
    end = time.monotonic() + 30
    while not all(map(gone, workers)):
        assert time.monotonic() < end, "workers outlived the program"
        time.sleep(0.1)
    with Store.open(database) as store:
        there = store.stats()["documents"]
        assert 8 <= there < MANY and there % 8 == 0 and store.check() == []
        assert [job.state.value for job in store.jobs()] == ["running"]
    if number is not signal.SIGKILL:
        return
    with program(database, corpus) as process:
        out, err = process.communicate(timeout=120)
    assert out.split() == ["begin", str(MANY - there), str(there)], err
    info = HashingEmbedder().info
    with Store.open(database, embedder=info) as store, Store.open(tmp_path / "w.db", embedder=info) as whole:
        [job] = store.jobs()
        assert (job.documents, job.state.value) == (MANY, "finished")
        run(whole, corpus, workers=1)
        assert store.fingerprint(vectors=True) == whole.fingerprint(vectors=True)


def test_a_runner_can_be_closed_at_any_time(
    settings: Settings, documents: list[Document], workers: Callable[[], list[int]]
) -> None:
    runner = ProcessRunner(settings, 2, HashingEmbedder().info)
    results = runner.run(Task(i, tuple(documents)) for i in range(100))
    assert next(results).number == 0
    before = workers()
    for child in before:  # each computes in one thread
        assert b"OMP_NUM_THREADS=1" in Path(f"/proc/{child}/environ").read_bytes().split(b"\0")
    runner.close()
    assert before and not set(before) & set(workers())
    runner = ProcessRunner(settings, 2, HashingEmbedder().info)
    runner.close()
