"""No other process: for a few documents, and for models that cannot be built anew from settings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..work import Result, Task, Worker


class InlineRunner:
    """Does one task after the other in the caller's thread."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def run(self, tasks: Iterable[Task]) -> Iterator[Result]:
        """Results in the order of the tasks, none taken ahead."""
        return map(self._worker, tasks)

    def close(self) -> None:
        """Nothing to end."""
