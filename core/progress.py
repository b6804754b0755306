"""Progress of long work: a bar on a terminal, log lines elsewhere, a callback for programs, or silence.

    with Reporter("ingest", show="auto", total=1000) as reporter:
        for document in documents:
            reporter.advance()

`show` is "auto" (a bar where standard error is a terminal, else log lines), "bar", "log", any callable that
takes a `ProgressEvent`, or None for silence.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Protocol, Self

from .errors import SettingsError

log = logging.getLogger(__name__)

_LOG_EVERY = 10.0
"""Seconds between two log lines."""


@dataclass(frozen=True, slots=True)
class ProgressEvent:
    """How far a task is."""

    task: str
    """"ingest", "reindex" …"""
    done: int
    """Documents (or what the task counts) that are through, failed ones included."""
    total: int | None
    """None when nobody can know before the end, as with a stream."""
    failed: int
    seconds: float
    """Since the task began."""
    stage: str = ""
    """What it does now, where a task has several stages."""
    finished: bool = False
    """True on the last event, which also comes when the task was broken off."""

    @property
    def rate(self) -> float:
        """Documents a second since the beginning."""
        return self.done / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """At the rate so far; None when the total or the rate is unknown."""
        if self.total is None or self.done == 0:
            return None
        return max(self.total - self.done, 0) * self.seconds / self.done


Show = Callable[[ProgressEvent], None] | Literal["auto", "bar", "log"] | None


class Display(Protocol):
    """What shows events; `close` is called once, after the last one."""

    def show(self, event: ProgressEvent) -> None:
        """Show one event; called at every step, so it must be cheap."""
        ...

    def close(self) -> None:
        """Leave the terminal as it was."""
        ...


class Reporter:
    """Counts the steps of one task and shows them; closes its display whatever happens.

    Args:
        task: name of the task.
        show: where to; see the head of this file.
        total: steps in all, None when unknown.

    Raises:
        SettingsError: `show` is none of the above.
    """

    def __init__(self, task: str, *, show: Show = None, total: int | None = None) -> None:
        self._task = task
        self._total = total
        self._display = _display(show)
        self._done = self._failed = 0
        self._stage = ""
        self._start = time.perf_counter()

    def advance(self, steps: int = 1, *, failed: int = 0) -> None:
        """`steps` more are through, `failed` of them without success."""
        self._done += steps
        self._failed += failed
        self._show()

    def stage(self, name: str) -> None:
        """The task now does this."""
        self._stage = name
        self._show()

    def _show(self, *, finished: bool = False) -> None:
        if self._display is not None:
            seconds = time.perf_counter() - self._start
            event = ProgressEvent(
                self._task, self._done, self._total, self._failed, seconds, self._stage, finished
            )
            self._display.show(event)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._display is not None:
            try:
                self._show(finished=True)
            finally:
                self._display.close()


def _display(show: Show) -> Display | None:
    if show is None:
        return None
    if show == "auto":
        show = "bar" if sys.stderr.isatty() else "log"
    if show == "bar":
        return _Bar()
    if show == "log":
        return _Log()
    if callable(show):
        return _Callback(show)
    raise SettingsError(f'progress is {show!r}; it can be "auto", "bar", "log", a callable or None')


class _Callback:
    """Hands every event to a program; what it raises ends the task."""

    def __init__(self, call: Callable[[ProgressEvent], None]) -> None:
        self.show = call

    def close(self) -> None:
        """Nothing to leave."""


class _Log:
    """A line in the log every ten seconds, and one at the end."""

    def __init__(self) -> None:
        self._next = _LOG_EVERY

    def show(self, event: ProgressEvent) -> None:
        if not event.finished and event.seconds < self._next:
            return
        self._next = event.seconds + _LOG_EVERY
        whole = "" if event.total is None else f" of {event.total}"
        left = event.seconds_left
        rest = "" if left is None or event.finished else f", {left:.0f} s left"
        log.info(
            "%s: %d%s, %d failed, %.1f a second, %.0f s%s%s",
            event.task, event.done, whole, event.failed, event.rate, event.seconds, rest,
            f" ({event.stage})" if event.stage else "",
        )  # fmt: skip

    def close(self) -> None:
        """Nothing to leave."""


class _Bar:
    """A bar of `rich` on standard error."""

    def __init__(self) -> None:
        self._bar: Any = None

    def show(self, event: ProgressEvent) -> None:
        if self._bar is None:
            self._bar = _rich_bar()
            self._bar.start()
            self._row = self._bar.add_task(event.task, total=event.total, failed="")
        self._bar.update(
            self._row,
            completed=event.done,
            total=event.total if event.total is not None or not event.finished else event.done,
            description=f"{event.task} {event.stage}".strip(),
            failed=f"{event.failed} failed" if event.failed else "",
        )

    def close(self) -> None:
        if self._bar is not None:
            self._bar.stop()


def _rich_bar() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
    from rich.progress import TimeRemainingColumn as TimeLeftColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeLeftColumn(),
        TextColumn("[red]{task.fields[failed]}"),
        console=Console(stderr=True),
    )
