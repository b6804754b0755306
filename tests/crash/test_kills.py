"""Killed anywhere: nothing committed is lost, nothing is half there, the same work run again ends the same.

`CLEW_CRASH_SEED` and `CLEW_CRASH_KILLS` choose other crashes; a failure names its seed.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import pytest
from harness import Harness, Outcome, look
from operations import BATCH, OPERATIONS, State, Step, fill, opened

SEED = int(os.environ.get("CLEW_CRASH_SEED", "1"))
KILLS = int(os.environ.get("CLEW_CRASH_KILLS", "500"))


def test_a_few_kills_lose_and_double_nothing(harness: Harness) -> None:
    harness.run(10, SEED)
    assert harness.killed.total() == 10


@pytest.mark.slow
def test_hundreds_of_kills_lose_and_double_nothing(
    harness: Harness, capsys: pytest.CaptureFixture[str]
) -> None:
    harness.run(KILLS, SEED)
    kinds = {kind for kind, _ in harness.killed}
    with capsys.disabled():
        counts = ", ".join(f"{kind} by {way} {n}" for (kind, way), n in sorted(harness.killed.items()))
        total = harness.killed.total()
        sys.stdout.write(f"\nseed {SEED}: {total} kills, {harness.unharmed} came too late; {counts}\n")
    assert harness.killed.total() == KILLS and (KILLS < 100 or kinds == set(OPERATIONS))


BEFORE = State({0: 0, 1: 0, 2: 0, 3: 0})
STEP = Step("ingest", [[4, 0], [5, 0], [6, 0], [7, 0]])
AFTER = OPERATIONS["ingest"].after(BEFORE, STEP.arguments)


def _half(kb: Any) -> None:
    """One document of a batch of three."""
    kb.store.delete("d05")


def _lost(kb: Any) -> None:
    """A document that no step touched."""
    kb.store.delete("d02")


def _torn(kb: Any) -> None:
    """A row of a document."""
    with kb.store.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM mentions WHERE ordinal = 0")


def _unacknowledged(kb: Any) -> None:
    """A batch whose commit had returned."""
    for number in (4, 5, 6, 7):
        kb.store.delete(f"d{number:02}")


@pytest.mark.parametrize("harm", [_half, _lost, _torn, _unacknowledged], ids=lambda harm: harm.__doc__)
def test_the_harness_sees_what_a_crash_must_not_do(harm: Any, tmp_path: Any) -> None:
    target = str(tmp_path / "s.db")
    fill(target, AFTER).close()
    outcome = Outcome([-9], [{"done": "commit", "revision": 1}], {})
    assert look(target, BEFORE, AFTER, STEP, outcome) == AFTER
    with opened(target, AFTER.dimension) as kb:
        harm(kb)
    with pytest.raises(AssertionError):
        look(target, BEFORE, AFTER, STEP, outcome)
    assert BATCH == 3
