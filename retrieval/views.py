"""Views by what their readers may see: made when first asked for, the last ones kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ..core.errors import StoreLockedError
from ..core.settings import RetrievalSettings
from ..core.visibility import Visibility
from ..kg.view import StoreView
from ..models.base import Embedder
from ..storage.rows import ChangeKind, DecisionKind, Properties, StoredDecision
from ..storage.store import Store
from .index import PassageIndex
from .places import Places, find_places
from .view import IndexVectors, View, part_of, view_of

_TRIES = 5
_Found = TypeVar("_Found")
Flags = NDArray[np.bool_]
_Key = tuple[int, bytes]
"""Revision, and a bit for each document that is seen."""


class Views:
    """The views of a store's namespace; safe to share between threads.

    Args:
        plain: the view of one who sees everything.
    """

    def __init__(self, store: Store, plain: View, embedder: Embedder, settings: RetrievalSettings) -> None:
        self.plain = plain
        self._store = store
        self._embedder = embedder
        self._settings = settings
        self._lock = threading.Lock()
        self._making = threading.Lock()
        self._catalogue = _Catalogue(store)
        self._shared: _Shared | None = None
        self._chosen: dict[Visibility, Flags] = {}
        self._chosen_of: PassageIndex | None = None
        self._views: OrderedDict[_Key, View] = OrderedDict()

    def over(self, seen: Visibility, use: Callable[[View], _Found]) -> _Found:
        """What `use` makes of the view of a reader who sees that much.

        When a visible document changed while it was being read, it is done again.

        Raises:
            QueryError: a caller's function failed on the metadata of a document.
            StoreLockedError: the documents changed each time.
        """
        if seen.everything:
            return use(self.plain)
        for _ in range(_TRIES):
            revision = self._store.revision()
            view = self.at(seen)
            found = use(view)
            if self._undisturbed(seen, view, revision):
                return found
        raise StoreLockedError(
            f"the visible documents changed during each of {_TRIES} attempts to read them: try again when "
            f"fewer are being written"
        )

    def at(self, seen: Visibility) -> View:
        """The view, at the newest revision."""
        if seen.everything:
            return self.plain
        index = self.plain.retriever.projection.current()
        with self._lock:
            chosen = self._choose(seen, index)
        if chosen.all():
            return self.plain
        key = index.revision, np.packbits(chosen).tobytes()
        view = self._kept(key)
        if view is None:
            with self._making:  # one at a time, while views that are there go on serving
                view = self._kept(key) or self._make(index, chosen)
                self._keep(key, view)
        return view

    def _kept(self, key: _Key) -> View | None:
        with self._lock:
            if key in self._views:
                self._views.move_to_end(key)
            return self._views.get(key)

    def _keep(self, key: _Key, view: View) -> None:
        with self._lock:
            self._views[key] = view
            while len(self._views) > self._settings.views:
                self._views.popitem(last=False)

    def _undisturbed(self, seen: Visibility, view: View, revision: int) -> bool:
        """False when what was read may be of documents as they were not when they were chosen."""
        if isinstance(view.knowledge, StoreView):
            return view.knowledge.holds()
        changed = self._changed(revision)  # all was seen; what came since must be seen as well
        known = self._store.properties(changed) if changed else ()
        return (
            len(set(changed)) == len(changed)
            and all(seen.sees(each.metadata, each.date) for each in known)
            and self._changed(revision) == changed
        )

    def _changed(self, revision: int) -> list[str]:
        if self._store.revision() == revision:
            return []
        return [
            change.document_id
            for change in self._store.changes(revision)
            if change.document_id is not None and change.kind is not ChangeKind.IDENTITY
        ]

    def _choose(self, seen: Visibility, index: PassageIndex) -> Flags:
        """(documents,) bool: which documents of the index are seen."""
        if self._chosen_of is not index:
            self._chosen, self._chosen_of = {}, index
        if seen in self._chosen:
            return self._chosen[seen]
        of = self._catalogue.current(index.revision)
        chosen = np.array(
            [(p := of.get(id)) is not None and seen.sees(p.metadata, p.date) for id in index.documents],
            np.bool_,
        )
        if seen.lasting and len(self._chosen) < 100 * self._settings.views:
            self._chosen[seen] = chosen
        return chosen

    def _make(self, index: PassageIndex, chosen: Flags) -> View:
        if self._shared is None or self._shared.index is not index:
            places = find_places(index, self._store.documents())
            self._shared = _Shared(index, places, self._store.decisions(kind=DecisionKind.HUMAN))
        part = part_of(index, self._shared.places, chosen)
        knowledge = StoreView(
            self._store,
            frozenset(part.documents),
            index.revision,
            vectors=IndexVectors(part),
            people=self._shared.people,
        )
        return view_of(knowledge, part, self._embedder, self._settings)


@dataclass(frozen=True, slots=True, eq=False)
class _Shared:
    """What the views of one index have in common, made with the first of them."""

    index: PassageIndex
    places: Places
    people: list[StoredDecision]
    """All decisions of persons."""


class _Catalogue:
    """Metadata and date of every document, following the change log."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._revision = -1
        self._known: dict[str, Properties] = {}

    def current(self, revision: int) -> dict[str, Properties]:
        """By document id, of this revision or a later one."""
        if self._revision < revision:
            newest = self._store.revision()
            changes = self._store.changes(self._revision) if self._revision >= 0 else []
            if self._revision < 0 or any(change.is_forgotten for change in changes):
                self._known.clear()
                self._read(None)
            else:
                touched = {
                    change.document_id
                    for change in changes
                    if change.document_id is not None and change.kind is not ChangeKind.IDENTITY
                }
                for id in touched:
                    self._known.pop(id, None)
                self._read(sorted(touched))
            self._revision = newest
        return self._known

    def _read(self, ids: list[str] | None) -> None:
        for each in self._store.properties(ids):
            self._known[each.id] = Properties(each.id, MappingProxyType(dict(each.metadata)), each.date)
