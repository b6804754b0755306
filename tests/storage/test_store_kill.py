"""A process killed anywhere leaves whole batches and nothing else, and the same work run again ends the same.

The child replaces all documents batch by batch, version after version, deciding and deleting in between, and
never stops by itself; the parent kills it at a random moment and looks.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from clew.storage.store import Store

WORK = '''
import sys
from types import SimpleNamespace

import numpy as np

from clew.core.records import *
from clew.storage.rows import AliasRow, Batch, EntityRow
from clew.storage.store import Store

EMBEDDER = SimpleNamespace(name="made-up", version="1", dimension=16)
BATCHES, SIZE = 6, 12


def reading(batch, number, version):
    words = " ".join(f"Name{(number * 7 + n) % 50} saw V{version}." for n in range(12))
    mentions, start = [], 0
    for word in words.replace(".", "").split():
        start = words.index(word, start)
        if word != "saw":
            mentions.append(Mention(Part.TEXT, start, start + len(word), word, Label.PER, "tagger", 1.0, 0))
        start += len(word)
    arguments = [Argument(m.text, m.start, m.end, index) for index, m in enumerate(mentions)]
    facts = [
        Fact(subject, "see", object, 0, len(words), 0, 0.5, "verb")
        for subject, object in zip(arguments[::2], arguments[1::2])
    ]
    document = Document(f"b{batch}-{number:02}", words, f"Title {number}", {"version": version})
    passage = Passage(0, 0, len(words), 0, 1, "en")
    name = Name(document.title, "title", 1.0)
    vectors = np.random.default_rng([batch, number, version]).standard_normal((3, 16)).astype(np.float32)
    parts = ((Span(0, len(words)),), (passage,), tuple(mentions), tuple(facts), (name,))
    return (
        Reading(document, "en", "p", *parts),
        ReadingVectors(vectors[:1], vectors[1:2], vectors[2]),
    )


def batch_of(batch, version):
    return Batch([reading(batch, number, version) for number in range(SIZE)])


def decide(store, limit):
    names = store.dirty_names(limit)
    seen = store.revision()
    blocks = {name: [] for name in names}
    for observation in store.observations(names):
        blocks[observation.name].append(observation)
    entities = [EntityRow("e" + name, name, Label.PER, name) for name in names if blocks[name]]
    aliases = [AliasRow("e" + name, name) for name in names if blocks[name]]
    decisions = [
        Decision(o.mention_id, "e" + name, 1.0, "r") for name in names for o in blocks[name] if o.mention_id
    ]
    store.decide(names, decisions, entities, aliases, seen=seen)
    return len(names)


def finish(store):
    """The state at which the work ends, whatever happened before."""
    for batch in range(BATCHES):
        store.commit(batch_of(batch, 999))
    while decide(store, 50):
        pass


def work(target):
    version = 0
    print("step", flush=True)
    while True:
        # opened anew each time, so that opening and closing are hit as well
        with Store.open(target, embedder=EMBEDDER) as store:
            for batch in range(BATCHES):
                store.commit(batch_of(batch, version))
                print("step", flush=True)
                decide(store, 20)
            version += 1
            gone = version % BATCHES
            store.commit(Batch(deletes=[f"b{gone}-{number:02}" for number in range(SIZE)]))
'''


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The child's program."""
    path = tmp_path_factory.mktemp("kill") / "work.py"
    path.write_text(WORK + '\n\nif __name__ == "__main__":\n    work(sys.argv[1])\n')
    return path


@pytest.fixture(scope="module")
def names(script: Path) -> SimpleNamespace:
    """The names of the child's program, for the parent."""
    known: dict[str, Any] = {}
    exec(compile(WORK, script, "exec"), known)
    return SimpleNamespace(**known)


@pytest.fixture(scope="module")
def expected(names: SimpleNamespace) -> str:
    """The fingerprint of the end, reached without any kill."""
    with Store.open(":memory:", embedder=names.EMBEDDER) as store:
        names.finish(store)
        return store.fingerprint(vectors=True)


def _killed(script: Path, target: str, rng: random.Random) -> Iterator[int]:
    """Runs the child again and again; yields each time it was killed."""
    for number in range(10_000):
        command = [sys.executable, str(script), target]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            # a moment counted in steps of work, not in time, and a little more to be in mid-step
            for _ in range(1 + rng.randrange(8)):
                assert child.stdout.readline() == "step\n"
            time.sleep(rng.uniform(0.0, 0.03))
            child.kill()
            assert child.wait() == -9
        yield number


def _look(store: Store, names: SimpleNamespace, last: int) -> int:
    """Checks what a kill left; returns the revision."""
    versions: dict[str, list[int]] = {}
    for item in store.load():
        versions.setdefault(item.document.id[:2], []).append(item.document.metadata["version"])
        assert len(item.mentions) == 24 and item.title_vector is not None
    for batch, found in versions.items():
        assert len(found) == names.SIZE and len(set(found)) == 1, (batch, found)
    assert len(list(store.facts())) == 12 * sum(map(len, versions.values()))
    assert store.check() == []
    revision = store.revision()
    lines = store.changes(0)
    assert revision >= last and {line.revision for line in lines} == set(range(1, revision + 1))
    return revision


def _harness(kills: int, target: str, script: Path, names: SimpleNamespace, expected: str) -> None:
    rng, revision = random.Random(7), 0
    for number in _killed(script, target, rng):
        with Store.open(target, embedder=names.EMBEDDER) as store:
            revision = _look(store, names, revision)
        if number + 1 == kills:
            break
    assert revision > 0
    with Store.open(target, embedder=names.EMBEDDER) as store:
        names.finish(store)
        assert store.fingerprint(vectors=True) == expected
        assert store.check() == []


def test_a_killed_process_leaves_whole_batches(
    target: str, script: Path, names: SimpleNamespace, expected: str
) -> None:
    _harness(6, target, script, names, expected)


@pytest.mark.slow
def test_forty_kills_lose_and_double_nothing(
    target: str, script: Path, names: SimpleNamespace, expected: str
) -> None:
    _harness(40, target, script, names, expected)


def test_the_child_is_the_test(names: SimpleNamespace, embedder: Callable[..., Any]) -> None:
    """The harness would see a batch that is half there."""
    with Store.open(":memory:", embedder=names.EMBEDDER) as store:
        names.finish(store)
        assert _look(store, names, 0) == store.revision()
        store.delete("b0-03")
        with pytest.raises(AssertionError):
            _look(store, names, 0)
