"""Messages between a worker process and its parent: the length in eight bytes, then a pickle.

The pipes are held by these two processes alone; nothing that was stored or came from elsewhere is
unpickled.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from typing import IO, Any

from ...core.settings import Settings
from ...models.base import EmbedderInfo

_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Ready:
    """The first message, sent back when the models are there.

    What to build the models from, and what the embedder must turn out to be.
    """

    settings: Settings
    embedder: EmbedderInfo


@dataclass(frozen=True, slots=True)
class Trouble:
    """An answer that is an error of the worker."""

    kind: str
    message: str
    trace: str


def send(pipe: IO[bytes], message: Any) -> None:
    """Write one message."""
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.write(len(data).to_bytes(_LENGTH, "little"))
    pipe.write(data)
    pipe.flush()


def receive(pipe: IO[bytes]) -> Any:
    """Read one message.

    Raises:
        EOFError: the other side has closed the pipe.
    """
    length = int.from_bytes(_exactly(pipe, _LENGTH), "little")
    return pickle.loads(_exactly(pipe, length))


def _exactly(pipe: IO[bytes], length: int) -> bytes:
    data = pipe.read(length)
    if len(data) < length:
        raise EOFError("the pipe is closed")
    return data
