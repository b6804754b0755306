"""A bounded store of what was computed before, safe to share between threads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class LeastRecent(Generic[Key, Value]):
    """At most `room` values by key; the one that was not asked for the longest goes first.

    A key has to hold everything that the value depends on, the revision of the store among it: nothing is
    ever thrown away because it became wrong, it is just not asked for again.

    >>> cache = LeastRecent(1)
    >>> cache.put("a", 1); cache.put("b", 2); cache.get("a"), cache.get("b")
    (None, 2)
    """

    def __init__(self, room: int) -> None:
        self.room = room
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: Key) -> Value | None:
        """The value, or None."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: Key, value: Value) -> None:
        """Keep a value; nothing is kept where there is no room at all."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self.room:
                self._values.popitem(last=False)
