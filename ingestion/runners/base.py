"""What a runner is: it spreads tasks over whatever it has and gives their results back in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from ..work import Result, Task


class Runner(Protocol):
    """Does tasks. Which runner does them, and how many at a time, changes nothing of the results."""

    def run(self, tasks: Iterable[Task]) -> Iterator[Result]:
        """Results in the order of the tasks; takes a bounded number of tasks ahead.

        Raises:
            ModelError, SettingsError, MissingExtraError: no document can be read.
            WorkerError: a worker died or could not start.
        """
        ...

    def close(self) -> None:
        """End the workers, at once, whatever they do."""
        ...
