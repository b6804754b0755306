"""How fast the store writes, reads, decides, replaces and deletes, with readings and vectors given.

    python benchmarks/store.py [--documents 6000] [--target PATH_OR_URL] [--dimension 384]

Documents of one passage are made from a seed: about ten mentions, four sentences and six facts each. Names
are shared between documents as in a real corpus: few are in hundreds of documents, most in one, and the
commonest are borne by several. Prints one JSON object; seconds are of the wall clock, cpu_seconds of this
process, which is what to compare on a machine that others use.

`delete_share` is the cost of deleting 1 % of the documents, their names decided again, as a share of that of
ingesting all of them; the target is below 0.05.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import resource
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from clew.core.records import (
    Argument,
    Document,
    Fact,
    Label,
    Mention,
    Name,
    Part,
    Passage,
    Reading,
    ReadingVectors,
    Span,
)
from clew.kg.resolution import resolve
from clew.storage.rows import Batch
from clew.storage.store import Store

FIRST = "Ada Boris Chen Dora Emil Fatima Goran Hana Ines Jonas Kira Lars Mira Nils Olga Pavel".split()
WORDS = "river city company apple planet council engine bridge market garden school empire".split()


def name(rng: random.Random, names: int, skew: int) -> str:
    """A name out of many; the greater the skew, the commoner are the common ones."""
    return f"{rng.choice(FIRST)} {rng.choice(WORDS).title()} {int(names * rng.random() ** skew)}"


def reading(number: int, dimension: int, names: int) -> tuple[Reading, ReadingVectors]:
    """One made-up document, a function of its number."""
    rng = random.Random(number)
    title = name(rng, names, 2)
    text, sentences, mentions, facts = "", [], [], []
    for ordinal in range(rng.randint(3, 4)):
        start, places = len(text), []
        for _ in range(rng.randint(2, 4)):
            said = name(rng, names, 4)
            text += " ".join(rng.choices(WORDS, k=4)) + " "
            places.append((len(text), said))
            text += said + " "
        text += "was seen. "
        sentences.append(Span(start, len(text) - 1))
        first = len(mentions)
        for place, said in places:
            label = rng.choice([Label.PER, Label.ORG, Label.LOC])
            span = Span(place, place + len(said))
            mentions.append(Mention(Part.TEXT, span.start, span.end, said, label, "tagger", 0.9, ordinal))
        for left in range(first, len(mentions) - 1):
            subject, object = (
                Argument(m.text, m.start, m.end, i)
                for i, m in ((left, mentions[left]), (left + 1, mentions[left + 1]))
            )
            facts.append(Fact(subject, "see", object, start, len(text) - 1, ordinal, 0.7, "verb"))
    document = Document(f"d{number:07}", text, title, {"source": "made up"}, "en")
    vectors = np.random.default_rng(number)
    rows = vectors.standard_normal((len(sentences) + 2, dimension), dtype=np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return (
        Reading(
            document,
            "en",
            "bench@1",
            tuple(sentences),
            (Passage(0, 0, len(text), 0, len(sentences), "en"),),
            tuple(mentions),
            tuple(facts),
            (Name(title, "title", 1.0), Name(title.rsplit(" ", 1)[0], "part", 0.5)),
            Label.PER,
        ),
        ReadingVectors(rows[:1], rows[2:], rows[1]),
    )


def measure(store: Store, documents: int, dimension: int, batch: int) -> dict[str, Any]:
    """Every stage once."""
    seconds: dict[str, float] = {}
    cpu: dict[str, float] = {}

    @contextmanager
    def timed(name: str) -> Iterator[None]:
        wall, used = time.perf_counter(), time.process_time()
        yield
        seconds[name] = round(seconds.get(name, 0.0) + time.perf_counter() - wall, 3)
        cpu[name] = round(cpu.get(name, 0.0) + time.process_time() - used, 3)

    for first in range(0, documents, batch):
        numbers = range(first, min(first + batch, documents))
        made = [reading(number, dimension, documents) for number in numbers]
        with timed("commit"):
            store.commit(Batch(made))
    stats = store.stats()
    with timed("load"):
        loaded = sum(1 for _ in store.load())
    with timed("decide"):
        decided = resolve(store)
    with timed("facts"):
        facts = sum(1 for _ in store.facts())
    with timed("entities"):
        entities = sum(1 for _ in store.entities())
    with timed("fingerprint"):
        fingerprint = store.fingerprint()
    pairs = [(f"d{number:07}", number % 3) for number in range(0, documents, 10)]
    with timed("sentence_vectors"):
        store.sentence_vectors(pairs)
    extra = reading(documents + 1, dimension, documents)
    with timed("add_one"):
        store.commit(Batch([extra]))
    resolve(store)
    with timed("delete_one"):
        store.delete(extra[0].document.id)
        resolve(store)
    gone = [f"d{number:07}" for number in range(0, documents, 100)]
    with timed("delete_1_percent"):
        for first in range(0, len(gone), batch):
            store.commit(Batch(deletes=gone[first : first + batch]))
    with timed("decide_after_deleting"):
        redecided = resolve(store)
    assert loaded == documents and facts == stats["facts"]
    kinds = ("documents", "passages", "mentions", "names", "facts", "dirty_names", "changes")
    # sentences are a row a document, vectors three
    rows = sum(stats[kind] for kind in kinds) + 4 * documents
    return {
        "rows": {**stats, "all": rows},
        "rows_per_second": round(rows / seconds["commit"]),
        "rows_per_cpu_second": round(rows / cpu["commit"]),
        "names_decided": decided.blocks,
        "decisions": decided.reasons,
        "names_decided_after_deleting": redecided.blocks,
        "mentions_decided_after_deleting": redecided.mentions,
        "entities": entities,
        "delete_share": {"seconds": share(seconds), "cpu_seconds": share(cpu)},
        "seconds": seconds,
        "cpu_seconds": cpu,
        "fingerprint": fingerprint,
    }


def share(cost: dict[str, float]) -> float:
    """Deleting 1 % as a share of ingesting everything, identity included in both."""
    deleting = cost["delete_1_percent"] + cost["decide_after_deleting"]
    return round(deleting / (cost["commit"] + cost["decide"]), 4)


def targets(given: str | None) -> Iterator[str]:
    """The target given, or a file in a folder that goes away."""
    if given is not None:
        yield given
        return
    with tempfile.TemporaryDirectory() as folder:
        yield str(Path(folder) / "bench.db")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--documents", type=int, default=6000)
    parser.add_argument("--dimension", type=int, default=384)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--target", help="path or URL of an empty store")
    options = parser.parse_args()
    embedder = SimpleNamespace(name="random", version="1", dimension=options.dimension)
    for target in targets(options.target):
        with Store.open(target, embedder=embedder) as store:
            report = measure(store, options.documents, options.dimension, options.batch)
            if store.path is not None:
                report["megabytes"] = round(store.path.stat().st_size / 1e6, 1)
            report["engine"] = store.engine.dialect.name
    report["sqlite"] = sqlite3.sqlite_version
    report["peak_megabytes"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    report["python"] = platform.python_version()
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
