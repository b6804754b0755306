"""Kill, look, do it again: what holds after every crash, whatever was killed and when.

After each kill, and before anything else touches the store:

- `verify` finds nothing: no row, vector or projection that differs from what a commit left;
- what is there is the state before with whole batches of the step on top, none of them half, no document
  twice, and at least the batches whose commit had returned;
- the revision is at least the last one that a call returned;
- the named snapshot is there whole.

Then the same step runs again, undisturbed, and the fingerprint, vectors included, is that of a store that
never saw anything else, and the saved index holds nothing that was replaced or deleted.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import operations
from operations import MIGRATE, OPERATIONS, State, Step
from sqlalchemy import create_engine, text

from clew.retrieval.projection import snapshot_folder
from clew.retrieval.saved import SavedIndex
from clew.storage.store import Store

NEVER = {"by": "nothing", "at": 0, "after": False}


@dataclass(frozen=True, slots=True)
class Places:
    """Where the store is, and where new ones can be made."""

    target: str
    make: Callable[[], str]
    server: str | None
    """URL of the PostgreSQL server, None for SQLite."""

    def settle(self) -> None:
        """Wait until the server has noticed that a client is gone: a commit on its way may still land."""
        if self.server is None:
            return
        engine = create_engine(self.server + "postgres")
        others = text(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND state <> 'idle'"
        )
        patience = time.monotonic() + 60
        while True:
            with engine.connect() as connection:
                if connection.execute(others).scalar() == 0:
                    break
            assert time.monotonic() < patience, "a dead client's transaction is still running"
            time.sleep(0.005)
        engine.dispose()


@dataclass(slots=True)
class Outcome:
    """What the driver told of one step."""

    ended: list[int]
    """Exit codes; -9 when it was killed."""
    done: list[dict[str, Any]]
    """Calls of the store that returned, in order."""
    counted: dict[str, float]
    """Statements, calls and seconds of a step that came to its end."""

    @property
    def killed(self) -> bool:
        """True when it was killed."""
        return -9 in self.ended


class Driver:
    """The driver process, as its parent sees it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        command = [sys.executable, str(Path(__file__).with_name("driver.py"))]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def __enter__(self) -> Self:
        assert next(self._lines()) == {"ready": True}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate(timeout=30)

    def _lines(self) -> Iterator[dict[str, Any]]:
        assert self._process.stdout is not None
        while line := self._process.stdout.readline():
            yield json.loads(line)
        raise AssertionError("the driver died; its last words are on standard error")

    def __call__(
        self, steps: Sequence[Step], target: str, dimension: int, kill: dict[str, Any] = NEVER
    ) -> Outcome:
        """Have steps done at once, each in a process of its own, and perhaps killed."""
        assert self._process.stdin is not None
        given = [asdict(step) for step in steps]
        order = {"steps": given, "target": target, "dimension": dimension, "kill": kill}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        done, counted = [], {}
        for line in self._lines():
            if "done" in line:
                done.append(line)
            elif "counted" in line:
                counted = line["counted"]
            else:
                return Outcome(line["ended"], done, {**counted, "time": line["seconds"]})
        raise AssertionError


@dataclass(slots=True)
class Harness:
    """A store under fire."""

    driver: Driver
    places: Places
    state: State = State({})
    lengths: dict[str, dict[str, float]] = field(default_factory=dict)
    """The longest undisturbed run of each kind of step, in statements, calls and seconds."""
    killed: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Kills by kind of step and way of killing."""
    unharmed: int = 0
    """Steps that ended before their kill."""
    _fingerprints: dict[Any, str] = field(default_factory=dict)

    def run(self, kills: int, seed: int) -> None:
        """Steps until so many were killed; the n-th depends on the seed, on n and on the steps before."""
        number = 0
        while self.killed.total() < kills:
            rng = random.Random(f"{seed} {number}")
            kind = rng.choice(list(OPERATIONS))
            fresh = kind == MIGRATE
            before = State({}) if fresh else self.state
            target = self.places.make() if fresh else self.places.target
            step = Step(kind, OPERATIONS[kind].draw(rng, before))
            kill = self._kill(rng, kind)
            try:
                after = self._once(step, target, before, kill)
            except Exception as error:
                error.add_note(f"seed {seed}, number {number}: {step}, killed by {kill}, before {before}")
                raise
            if not fresh:
                self.state = after
            number += 1

    def _kill(self, rng: random.Random, kind: str) -> dict[str, Any]:
        length = self.lengths.get(kind)
        if length is None:
            return NEVER
        by = rng.choice([way for way in ("time", "statements", "statements", "calls") if length[way]])
        at = rng.uniform(0, length[by]) if by == "time" else rng.randint(1, int(length[by]))
        return {"by": by, "at": at, "after": rng.random() < 0.5}

    def _once(self, step: Step, target: str, before: State, kill: dict[str, Any]) -> State:
        outcome = self.driver([step], target, before.dimension, kill)
        assert outcome.ended in ([-9], [0]), "the step failed by itself; see standard error"
        if outcome.killed:
            self.killed[step.kind, kill["by"]] += 1
            self.places.settle()
        else:
            self.unharmed += 1
            known = self.lengths.setdefault(step.kind, dict(outcome.counted))
            known |= {way: max(known[way], outcome.counted[way]) for way in ("statements", "calls")}
            known["time"] = 0.7 * known["time"] + 0.3 * outcome.counted["time"]
        after = OPERATIONS[step.kind].after(before, step.arguments)
        now = look(target, before, after, step, outcome)
        if outcome.killed:
            operations.perform(step, target, now.dimension)
        self._expect(target, after)
        if step.arguments and step.kind in ("ingest", "update", "delete", "restore"):
            _expect_nothing_stale(target)
        return after

    def _expect(self, target: str, state: State) -> None:
        """The store holds this state and nothing else, to the last bit of every vector."""
        if state.key() not in self._fingerprints:
            with operations.fill(":memory:", state) as never_killed:
                self._fingerprints[state.key()] = never_killed.store.fingerprint(vectors=True)
        with Store.open(target) as store:
            assert store.fingerprint(vectors=True) == self._fingerprints[state.key()]


def _expect_nothing_stale(target: str) -> None:
    """What was replaced or deleted is not in the saved index any more."""
    with Store.open(target) as store:
        folder = snapshot_folder(store)
        assert folder is None or SavedIndex(folder, 0).stale(store) == (False, False)


def look(target: str, before: State, after: State, step: Step, outcome: Outcome) -> State:
    """Checks what a crash left and returns it."""
    with Store.open(target) as store:
        known = store.meta("embedder")
        assert store.revision() >= max((line["revision"] for line in outcome.done), default=0)
    dimension = known["dimension"] if known else before.dimension
    assert dimension in (before.dimension, after.dimension)
    with operations.opened(target, dimension) as kb:
        problems = kb.verify().problems
        assert problems == (), problems
        found = list(kb.documents())
        snapshots = [info.problem for info in kb.snapshots()]
        sure = before.kept if outcome.killed else after.kept
        assert snapshots == [""] or (snapshots == [] and sure is None), snapshots
    versions = {int(item.id[1:]): int(item.metadata["version"]) for item in found}
    assert len(versions) == len(found), "a document is there twice"
    assert found == [operations.document(number, version) for number, version in sorted(versions.items())]
    assert versions in list(_possible(before, after, step, outcome)), versions
    return replace(after, documents=versions, dimension=dimension)


def _possible(before: State, after: State, step: Step, outcome: Outcome) -> Iterator[dict[int, int]]:
    """Documents that may be there: those before, and whole batches of the step, in its order."""
    if step.kind == "restore":  # all in one transaction
        if outcome.killed and not any(line["done"] == "restore" for line in outcome.done):
            yield dict(before.documents)
        yield dict(after.documents)
        return
    numbers = [item[0] if isinstance(item, list) else item for item in step.arguments]
    changing = [n for n in numbers if before.documents.get(n) != after.documents.get(n)]
    size = 1 if step.kind == "delete" else operations.BATCH
    committed = sum(line["done"] in ("commit", "delete") for line in outcome.done) * size
    whole = not outcome.killed
    for count in [*range(0, len(changing), size), len(changing)]:
        if count < min(committed, len(changing)) or (whole and count < len(changing)):
            continue
        versions = dict(before.documents)
        for number in changing[:count]:
            if number in after.documents:
                versions[number] = after.documents[number]
            else:
                versions.pop(number)
        yield versions
