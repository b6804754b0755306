"""Processes on this machine, each with models of its own and one thread of computation.

A worker is a fresh interpreter that runs `child.main` and nothing of the caller's program: no `__main__`
guard is needed, nothing is forked. Tasks and results go as length-prefixed pickles over its standard
input and output, pipes that only the two processes hold. A worker ends when its input ends or its parent
is gone.
"""

from __future__ import annotations

import json
import logging
import os
import pickle
import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from multiprocessing import spawn
from typing import Any

from ...core import errors
from ...core.errors import WorkerError
from ...core.settings import Settings
from ...models.base import EmbedderInfo
from ..work import Result, Task
from .frames import Ready, Trouble, receive, send

log = logging.getLogger(__name__)

AHEAD = 2
"""Tasks a worker that are taken ahead of the one whose result is awaited."""
_THREADS = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS", "BLIS_NUM_THREADS", "RAYON_NUM_THREADS",
)  # fmt: skip
_BOOT = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); import importlib, json;"
    "sys.path[:] = json.loads(sys.argv[1]); importlib.import_module(sys.argv[2]).main()"
)
_PATIENCE = 5.0
"""Seconds that an idle worker gets to end by itself."""


class ProcessRunner:
    """Spreads tasks over worker processes, started when the first tasks reach them.

    Args:
        settings: what the workers build their models from.
        workers: how many processes.
        embedder: what the workers' embedder must turn out to be.
    """

    def __init__(self, settings: Settings, workers: int, embedder: EmbedderInfo) -> None:
        self._start = Ready(settings, embedder)
        self._workers = workers
        self._tasks: queue.SimpleQueue[tuple[Task, Future[Result]] | None] = queue.SimpleQueue()
        self._children: list[_Child] = []
        self._lock = threading.Lock()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._serve, name=f"clew-worker-{i}", daemon=True) for i in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def run(self, tasks: Iterable[Task]) -> Iterator[Result]:
        """Results in the order of the tasks, at most `AHEAD` tasks a worker taken ahead."""
        waiting: deque[Future[Result]] = deque()
        for task in tasks:
            future: Future[Result] = Future()
            self._tasks.put((task, future))
            waiting.append(future)
            if len(waiting) > AHEAD * self._workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def close(self) -> None:
        """End the workers; one that is at work is killed."""
        with self._lock:
            self._closed = True
            for child in self._children:
                child.interrupt()
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()

    def _serve(self) -> None:
        child: _Child | None = None
        try:
            while (item := self._tasks.get()) is not None:
                task, future = item
                try:
                    if self._closed:
                        raise WorkerError("the workers were ended")
                    if child is None:
                        child = self._child()
                    future.set_result(child.call(task))
                except BaseException as error:
                    future.set_exception(error)
        finally:
            if child is not None:
                child.end()

    def _child(self) -> _Child:
        with self._lock:
            if self._closed:
                raise WorkerError("the workers were ended")
            child = _Child()
            self._children.append(child)
        try:
            child.call(self._start)
        except BaseException:
            child.end()
            raise
        return child


class _Child:
    """One worker process, as its thread in the parent sees it."""

    def __init__(self) -> None:
        environment = os.environ | dict.fromkeys(_THREADS, "1") | {"TOKENIZERS_PARALLELISM": "false"}
        module = __name__.rpartition(".")[0] + ".child"
        executable = spawn.get_executable() or sys.executable
        try:
            self._process = subprocess.Popen(
                [executable, "-c", _BOOT, json.dumps(sys.path), module],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=environment,
            )
        except OSError as error:
            raise WorkerError(f"no worker process can be started: {error}") from error
        self._lock = threading.Lock()
        self._busy = self._stopped = False

    def call(self, message: Any) -> Any:
        """Send a message and wait for the answer.

        Raises:
            WorkerError: the process died.
            ClewError: what it raised.
        """
        inbox, outbox = self._process.stdin, self._process.stdout
        assert inbox is not None and outbox is not None
        with self._lock:
            if self._stopped:
                raise WorkerError("the workers were ended")
            self._busy = True
        try:
            send(inbox, message)
            answer = receive(outbox)
        except (OSError, EOFError, ValueError, pickle.UnpicklingError) as error:
            raise WorkerError(self._obituary()) from error
        finally:
            self._busy = False
        if isinstance(answer, Trouble):
            raise _error(answer)
        return answer

    def interrupt(self) -> None:
        """Give it no more work, and kill it if it is at work; its thread then finds the pipe closed."""
        with self._lock:
            self._stopped = True
            if self._busy:
                self._process.kill()

    def end(self) -> None:
        """Let the process end, or make it."""
        process = self._process
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.close()
        except OSError:
            log.debug("worker %d has closed its input already", process.pid)
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()

    def _obituary(self) -> str:
        try:
            code = self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        why = f"killed by signal {-code}" if code < 0 else f"exit code {code}"
        hint = "; signal 9 often means that memory ran out: use fewer workers" if code == -9 else ""
        return (
            f"worker process {self._process.pid} died ({why}{hint}). What was committed stays; the same"
            " ingestion run again goes on from there"
        )


def _error(trouble: Trouble) -> Exception:
    error = errors.named(trouble.kind, trouble.message)
    if error is not None:
        return error
    log.error("a worker process failed:\n%s", trouble.trace)
    return WorkerError(f"a worker process failed with {trouble.kind}: {trouble.message}")
