"""The worker process of `processes`: builds its models once, then does tasks until its input ends."""

from __future__ import annotations

import os
import threading
import time
import traceback

from ...core.errors import WorkerError
from ..work import Worker
from .frames import Ready, Trouble, receive, send

_LOOK = 1.0
"""Seconds between two looks whether the parent lives."""


def main() -> None:
    """Serve the parent at the other end of standard input and output."""
    inbox, outbox = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)  # whatever a library prints must not land among the answers
    threading.Thread(target=_follow, args=(os.getppid(),), daemon=True).start()
    worker: Worker | None = None
    while True:
        try:
            message = receive(inbox)
        except EOFError:
            return
        answer: object
        try:
            if isinstance(message, Ready):
                worker = _build(message)
                answer = message
            elif worker is None:
                raise WorkerError("a worker got a task before its settings")
            else:
                answer = worker(message)
        except Exception as error:
            answer = Trouble(type(error).__name__, str(error), traceback.format_exc())
        try:
            send(outbox, answer)
        except BrokenPipeError:  # the parent is gone
            return


def _build(message: Ready) -> Worker:
    worker = Worker.from_settings(message.settings, companion=message.embedder.companion is not None)
    built = worker.embedder.info
    if built != message.embedder:
        raise WorkerError(
            f"the settings name embedder {built.name} {built.version}, but {message.embedder.name}"
            f" {message.embedder.version} was given; it cannot be built anew in worker processes"
        )
    return worker


def _follow(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK)
    os._exit(1)
