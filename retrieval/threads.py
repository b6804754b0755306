"""Documents that belong to a sequence: what stands next to a passage in its thread speaks for it too.

A turn of a chat or a reply in an e-mail thread is short and leaves out what was just said: the question names
what the turn before was about. So a passage gains from the best of those around it,

    context(p) = max over passages n of the same thread, at most REACH before or after p, of score(n).

Which thread, and where in it, say the metadata: `thread` names it, `position` is a number that grows along
it. Without one the document's date orders it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from ..core.records import Document
from ..core.text import content_id
from .ragged import ranges

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

REACH = 2


@dataclass(frozen=True, slots=True, eq=False)
class Threads:
    """The passages that stand in threads."""

    passages: Rows
    """(n,) int64 thread after thread, each in its order"""
    thread: Rows
    """(n,) int64 the thread of each"""

    @classmethod
    def of(cls, thread: Rows, position: NDArray[np.float64], document: Rows, owner: Rows) -> Threads:
        """The threads of documents, spread over their passages.

        Args:
            thread, position, document: (m,) of each document in a thread; equal positions stand by document.
            owner: (passages,) document of each passage, ascending.
        """
        order = np.lexsort((document, position, thread))
        starts = np.searchsorted(owner, document[order])
        ends = np.searchsorted(owner, document[order], side="right")
        passages, at = ranges(starts, ends)
        return cls(passages, thread[order][at])

    def context(self, scores: Floats) -> Floats:
        """(passages,) float32: the best score among the neighbours of each; 0 outside of threads."""
        found = np.zeros_like(scores)
        along = scores[self.passages]
        best = np.zeros_like(along)
        for distance in range(1, min(REACH, len(along) - 1) + 1):
            same = self.thread[distance:] == self.thread[:-distance]
            best[distance:] = np.maximum(best[distance:], along[:-distance] * same)
            best[:-distance] = np.maximum(best[:-distance], along[distance:] * same)
        found[self.passages] = best
        return found


def place_in_thread(document: Document) -> tuple[int, float] | None:
    """Number of the document's thread and its place in it; None when the metadata name none.

    >>> place_in_thread(Document("a", "Hi!", metadata={"thread": "c1", "position": 4}))[1]
    4.0
    >>> place_in_thread(Document("a", "Hi!")) is None
    True
    """
    thread = document.metadata.get("thread")
    if thread is None or thread == "":
        return None
    place = _number(document.metadata.get("position"))
    if place is None:
        place = _day(document.date)
    if place is None:
        return None
    return int(content_id("thread", str(thread))[:15], 16), place


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def _day(date: str | None) -> float | None:
    """Days since year 1 of an ISO 8601 date or time; None for what is none."""
    try:
        when = datetime.fromisoformat(date or "")
    except ValueError:
        return None
    return when.toordinal() + (when.hour * 3600 + when.minute * 60 + when.second) / 86_400
