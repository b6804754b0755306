"""Several processes write one store at once: they wait for one another, and the end is that of one writer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from harness import Driver
from operations import NUMBERS, State, Step, document, fill, opened

from clew.core.errors import StoreLockedError
from clew.core.settings import StorageSettings
from clew.kg.deciding import decide_by_name
from clew.kg.resolution import load_blocks
from clew.storage.store import Store

ALL = State({number: number % 3 for number in range(NUMBERS)})
NAMES = ["mercury", "jordan", "apple corp", "georgia", "ada lovelace", "karl weber"]


def fingerprint(state: State) -> str:
    """Of a store that one process filled."""
    with fill(":memory:", state) as kb:
        return kb.store.fingerprint(vectors=True)


def stored(target: str) -> str:
    """The fingerprint of what is there, which must be sound and all decided."""
    with opened(target, ALL.dimension) as kb:
        assert kb.verify().ok and kb.store.dirty_names() == []
        return kb.store.fingerprint(vectors=True)


def _ingest(numbers: list[int]) -> Step:
    return Step("ingest", [[number, ALL.documents[number]] for number in numbers])


def test_overlapping_ingestions_at_once_end_where_one_ends(target: str, driver: Driver) -> None:
    there = list(range(NUMBERS))
    steps = [_ingest(there[:9]), _ingest(there[4:]), _ingest(there[::-1]), _ingest(there[::2])]
    assert driver(steps, target, ALL.dimension).ended == [0, 0, 0, 0]
    assert stored(target) == fingerprint(ALL)
    with Store.open(target) as store:
        changes = store.changes(0)
        assert {change.revision for change in changes} == set(range(1, store.revision() + 1))


def test_ingestion_deletion_and_resolution_at_once_end_where_they_end_one_by_one(
    target: str, driver: Driver
) -> None:
    old = State({number: 0 for number in range(8)})
    fill(target, old).close()
    steps = [
        Step("ingest", [[number, 2] for number in range(3, NUMBERS)]),
        Step("delete", [0, 1, 2]),
        Step("resolve", NAMES),
        Step("resolve", NAMES[::-1]),
        Step("save", []),
    ]
    assert driver(steps, target, old.dimension).ended == [0] * len(steps)
    assert stored(target) == fingerprint(State({number: 2 for number in range(3, NUMBERS)}))


@pytest.mark.parametrize("turn", range(3))
def test_resolutions_at_once_end_where_one_ends(turn: int, target: str, driver: Driver) -> None:
    fill(target, ALL).close()
    assert driver([Step("resolve", NAMES)] * 4, target, ALL.dimension).ended == [0] * 4
    assert stored(target) == fingerprint(ALL)


def test_a_resolution_that_was_overtaken_spoils_nothing(target: str) -> None:
    with opened(target, ALL.dimension) as slow, opened(target, ALL.dimension) as fast:
        slow.ingest(document(number, 0) for number in range(5))
        slow.store.mark_dirty(NAMES)
        seen = slow.store.revision()
        outcomes = [decide_by_name(block) for block in load_blocks(slow.store, NAMES)]
        fast.ingest(document(number, 0) for number in range(5, NUMBERS))
        fast.delete("d01")
        slow.store.decide(
            NAMES,
            [decision for outcome in outcomes for decision in outcome.decisions],
            [entity for outcome in outcomes for entity in outcome.entities],
            [alias for outcome in outcomes for alias in outcome.aliases],
            seen=seen,
        )
    kept = {number: 0 for number in range(NUMBERS) if number != 1}
    assert stored(target) == fingerprint(State(kept))


def test_a_writer_waits_for_another_and_says_so_when_it_takes_too_long(target: str) -> None:
    fill(target, State({0: 0})).close()
    impatient = StorageSettings(lock_timeout=0.2)
    with Store.open(target) as holder, Store.open(target, settings=impatient) as other:
        with holder._scope.write(), pytest.raises(StoreLockedError, match="more than 0.2 s.*lock_timeout"):
            other.mark_dirty(["mercury"])
        other.mark_dirty(["mercury"])
        assert other.dirty_names() == ["mercury"]


def test_of_many_writers_each_is_told_that_it_waited_too_long_and_all_go_on_afterwards(target: str) -> None:
    fill(target, State({0: 0})).close()
    names = [f"name {number}" for number in range(6)]

    def write(name: str) -> str:
        with Store.open(target, settings=StorageSettings(lock_timeout=0.3)) as store:
            try:
                store.mark_dirty([name])
            except StoreLockedError as error:
                return str(error)
            return ""

    with Store.open(target) as holder, ThreadPoolExecutor(len(names)) as pool:
        with holder._scope.write():
            said = list(pool.map(write, names))
        assert all("locked by another writer for more than 0.3 s" in each for each in said)
        assert holder.dirty_names() == []
        patient = StorageSettings(lock_timeout=30)
        for each in [pool.submit(_marked, target, patient, name) for name in names]:
            each.result()
        assert holder.dirty_names() == names


def _marked(target: str, settings: StorageSettings, name: str) -> None:
    with Store.open(target, settings=settings) as store:
        store.mark_dirty([name])
