"""The process that is killed. Started once, it forks a child for every step and tells what became of them.

Reads one JSON object a line: steps to do at once, their target, when to kill: after some seconds, before or
after the n-th SQL statement or commit, before or after the n-th fsync, rename or unlink. Writes what a child
got done ("done" with a revision, as each call of the store returns) and how it ended.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

import operations
from sqlalchemy import Engine, event

from clew.storage.store import Store

COUNTED = {"statements": 0, "calls": 0}
"""Statements and commits, and calls of the file system, so far."""


def tell(**what: Any) -> None:
    """One line to whoever reads: one write, so that a kill leaves it whole or away."""
    os.write(1, (json.dumps(what) + "\n").encode())


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
    signal.pause()


def _passing(kind: str, doomed: int, after: bool) -> tuple[Callable[[], None], Callable[[], None]]:
    """What to call before and after each counted thing; one of them kills at the `doomed`-th."""

    def before() -> None:
        COUNTED[kind] += 1
        if COUNTED[kind] == doomed and not after:
            _die()

    def afterwards() -> None:
        if COUNTED[kind] == doomed and after:
            _die()

    return before, afterwards


def count_statements(doomed: int, after: bool) -> None:
    """Watch what goes to the database."""
    before, afterwards = _passing("statements", doomed, after)
    event.listen(Engine, "before_cursor_execute", lambda *_: before())
    event.listen(Engine, "after_cursor_execute", lambda *_: afterwards())
    event.listen(Engine, "commit", lambda _: before())


def count_calls(doomed: int, after: bool) -> None:
    """Watch what goes to the file system from here."""
    before, afterwards = _passing("calls", doomed, after)

    def watched(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **options: Any) -> Any:
            before()
            result = real(*given, **options)
            afterwards()
            return result

        return call

    for name in ("fsync", "rename", "replace", "unlink"):
        setattr(os, name, watched(getattr(os, name)))


def tell_what_returned() -> None:
    """Have every write of the store that came back tell its revision: it may not be lost any more."""

    def telling(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(store: Store, *given: Any, **options: Any) -> Any:
            result = real(store, *given, **options)
            revision = result if isinstance(result, int) else getattr(result, "revision", 0)
            tell(done=name, revision=revision)
            return result

        return call

    for name in ("commit", "delete", "decide", "reindex", "restore"):
        setattr(Store, name, telling(name, getattr(Store, name)))


def child(order: dict[str, Any]) -> None:
    """Do the step, and never come back."""
    try:
        kill = order["kill"]
        count_statements(kill["at"] if kill["by"] == "statements" else 0, kill["after"])
        count_calls(kill["at"] if kill["by"] == "calls" else 0, kill["after"])
        tell_what_returned()
        operations.perform(operations.Step(**order["step"]), order["target"], order["dimension"])
        tell(counted=COUNTED)
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def start(order: dict[str, Any]) -> int:
    """A child for the step; its process id."""
    pid = os.fork()
    if pid == 0:
        child(order)
    return pid


def run(order: dict[str, Any]) -> None:
    """Fork, once for each step, kill if it is time that kills, and tell the end."""
    started = time.perf_counter()
    pids = [start({**order, "step": step}) for step in order["steps"]]
    if order["kill"]["by"] == "time":
        time.sleep(order["kill"]["at"])
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
    tell(ended=codes, seconds=time.perf_counter() - started)


def main() -> None:
    """Load everything once, then do what is ordered."""
    with operations.fill(":memory:", operations.State({0: 0, 1: 0})) as kb:
        kb.retriever.projection.save()
        kb.adjacency()
        kb.delete("d00")
    tell(ready=True)
    for line in sys.stdin:
        run(json.loads(line))


if __name__ == "__main__":
    main()
