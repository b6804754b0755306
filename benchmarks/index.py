"""What the index costs: building, opening, following one change, erasing, searching; time, memory and size.

    python benchmarks/index.py [--documents 100000] [--db PATH] [--check]

Readings and vectors are made up (`corpus.py`), so that the store and the index alone are measured. The store
is made at PATH and kept, or in a folder that goes away. Each stage is a process of its own: memory is the
most that it held beyond what it held when its libraries were loaded, mapped files included. cpu is seconds
of this process, which is what to compare on a machine that others use. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from corpus import Corpus

from clew.models.base import EmbedderInfo
from clew.retrieval.projection import Projection, index_folder
from clew.retrieval.retriever import Retriever
from clew.storage.rows import Batch
from clew.storage.store import Store

QUESTIONS = 40
REPEATS = 5


class Made:
    """An embedder whose vectors are given."""

    floor = 0.6

    def __init__(self, dimension: int) -> None:
        self.info = EmbedderInfo("made", "1", dimension)


def make(path: Path, corpus: Corpus) -> None:
    """The store, a thousand documents a batch."""
    with Store.open(path, embedder=Made(corpus.dimension).info) as store:
        for first in range(0, corpus.documents, 1000):
            last = min(first + 1000, corpus.documents)
            store.commit(Batch([corpus.reading(number) for number in range(first, last)]))


def timed(work: Callable[[], Any]) -> dict[str, float]:
    """Seconds of the wall clock and of this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return {
        "seconds": round(time.perf_counter() - wall, 3),
        "cpu": round(time.process_time() - cpu, 3),
    }


def peak() -> float:
    """MB, the most that this process held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def opened(path: Path, corpus: Corpus) -> tuple[Store, Retriever]:
    """The store and what searches it."""
    embedder = Made(corpus.dimension)
    store = Store.open(path, embedder=embedder.info)
    projection = Projection(store, corpus.dimension)
    return store, Retriever(store, embedder, projection=projection)


def answer(retriever: Retriever, corpus: Corpus, number: int) -> Any:
    """A search with the vector given."""
    text, vector = corpus.question(number)
    found = retriever.search(text, 10, vector=vector)
    assert found.passages
    return found


def first_answer(path: Path, corpus: Corpus) -> dict[str, Any]:
    """To the first answer, and what the next ones take; afterwards the index is saved."""
    import faiss  # noqa: F401  # libraries are not counted

    corpus.titles  # noqa: B018
    before = peak()
    store, retriever = opened(path, corpus)
    report: dict[str, Any] = dict(timed(lambda: answer(retriever, corpus, 0)))
    report["memory"] = round(peak() - before)
    times = [timed(lambda n=n: answer(retriever, corpus, n)) for n in range(1, QUESTIONS + 1)]
    for clock in ("seconds", "cpu"):
        report[f"search_{clock}_p50"] = statistics.median(each[clock] for each in times)
    report["save"] = timed(retriever.projection.save)
    store.close()
    return report


def changes(path: Path, corpus: Corpus) -> dict[str, Any]:
    """From a commit to the first answer that shows it, for the writer and for somebody else who follows."""
    store, writer = opened(path, corpus)
    other, reader = opened(path, corpus)
    for retriever in (writer, reader):
        answer(retriever, corpus, 0)
    size = corpus.documents
    batches: dict[str, Callable[[int], Batch]] = {
        "update": lambda n: Batch([corpus.reading(size // 2 + n, 1)]),
        "add": lambda n: Batch([corpus.reading(size + n)]),
        "delete": lambda n: Batch(deletes=[corpus.id(size // 3 + n)]),
    }
    report: dict[str, Any] = {}
    for name, batch in batches.items():
        times = []
        for n in range(REPEATS):
            made = batch(n)
            times.append(
                {
                    "commit": timed(lambda made=made: store.commit(made)),
                    "writer": timed(lambda: answer(writer, corpus, 1)),
                    "reader": timed(lambda: answer(reader, corpus, 1)),
                }
            )
        report[name] = {
            part: {clock: statistics.median(t[part][clock] for t in times) for clock in ("seconds", "cpu")}
            for part in times[0]
        }
    # a saved index without what went, once for all of it
    report["erase"] = timed(writer.projection.erase)
    for each in (store, other):
        each.close()
    return report


def check(path: Path, corpus: Corpus) -> dict[str, Any]:
    """Whether the index that followed answers as one built afresh does, to the last bit."""
    store, followed = opened(path, corpus)
    plain = [answer(followed, corpus, n) for n in range(QUESTIONS)]
    store.close()
    shutil.rmtree(index_folder(path))
    store, fresh = opened(path, corpus)
    again = [answer(fresh, corpus, n) for n in range(QUESTIONS)]
    store.close()
    same = [replace(a, timings={}) == replace(b, timings={}) for a, b in zip(plain, again, strict=True)]
    assert all(same), f"{same.count(False)} of {len(same)} answers differ"
    return {"equal_answers": len(same)}


STAGES = {
    "build": first_answer,
    "open": first_answer,
    "changes": changes,
    "open_after": first_answer,
    "check": check,
}


def measure(path: Path, documents: int, checked: bool) -> dict[str, Any]:
    """Every stage, in processes of their own."""
    shutil.rmtree(index_folder(path), ignore_errors=True)
    report: dict[str, Any] = {"documents": documents}
    for stage in list(STAGES)[: None if checked else -1]:
        options = ["--documents", str(documents), "--db", str(path), "--stage", stage]
        command = [sys.executable, __file__, *options]
        report[stage] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        if stage == "build":
            files = index_folder(path).rglob("*.npy")
            report["megabytes"] = round(sum(file.stat().st_size for file in files) / 1e6)
    build, open_ = report["build"], report["open"]
    report["open_to_build"] = {key: round(open_[key] / build[key], 3) for key in ("cpu", "memory")}
    return report


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--db", type=Path, help="where the store is made, or lies already")
    parser.add_argument("--check", action="store_true", help="build again and compare answers")
    parser.add_argument("--stage", choices=STAGES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    corpus = Corpus(options.documents)
    if options.stage:
        print(json.dumps(STAGES[options.stage](options.db, corpus)))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = options.db or Path(folder) / "index.db"
        if not path.exists():
            make(path, corpus)
        print(json.dumps(measure(path, options.documents, options.check), indent=2))


if __name__ == "__main__":
    main()
