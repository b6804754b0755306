"""Are the projections what the tables say? Each is computed anew and compared, and mended when asked.

Compared are the index in memory and the saved one (passages, sentences, vectors, words, names, occurrences,
edges), the graph's arrays in memory and saved, and identity: every block is decided again and must give the
decisions, entities and aliases that are stored. Names that wait to be decided are counted, not compared.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ..core.errors import SnapshotError
from ..core.records import Verification
from ..kg.blocks import Decide
from ..kg.deciding import decide_by_name
from ..kg.graph import EntityGraph
from ..kg.resolution import load_blocks, resolve
from ..storage.snapshots import SnapshotFolder
from ..storage.store import Store
from .building import build_small
from .following import compacted
from .index import PassageIndex
from .parts import canonical
from .projection import SNAPSHOT, Projection, snapshot_folder
from .segment import STRINGS, Segment

_BLOCKS = 500
_GRAPH = "graph"
_TRIES = 3


class Verifier:
    """Compares the projections of a store with its tables.

    Args:
        projection: the index that searches use.
        graph: the graph in memory, None where nobody asked for it.
        dimension: of the vectors.
    """

    def __init__(
        self,
        store: Store,
        projection: Projection,
        graph: EntityGraph | None,
        dimension: int,
        decide: Decide = decide_by_name,
    ) -> None:
        self._store, self._projection, self._graph = store, projection, graph
        self._dimension, self._decide = dimension, decide

    def __call__(self, *, repair: bool = False) -> Verification:
        """What differs; with `repair` what still does after everything that can be was made anew."""
        found = self._compare()
        if not repair or not (found.problems or found.checks["names to decide"]):
            return found
        mended = tuple(self._mend())
        return dataclasses.replace(self._compare(), mended=mended)

    def _compare(self) -> Verification:
        """One look; when somebody writes meanwhile, another."""
        for _ in range(_TRIES):
            revision = self._store.revision()
            checks = Counter(self._store.stats())
            problems = list(self._store.check())
            problems += self._index(checks)
            problems += self._arrays()
            blocks = list(self._identity(checks))
            if blocks:
                problems.append(f"{len(blocks)} names would be decided otherwise now, such as {blocks[0]!r}")
            if self._store.revision() == revision:
                break
        return Verification(dict(checks), tuple(problems))

    def _mend(self) -> Iterator[str]:
        checks: Counter[str] = Counter()
        blocks = list(self._identity(checks))
        if blocks or checks["names to decide"]:
            self._store.mark_dirty(blocks)
            resolve(self._store, decide=self._decide)
            yield f"{len(blocks) + checks['names to decide']} names were decided again"
        if list(self._index(checks)):
            self._projection.rebuild()
            self._remove_saved(SNAPSHOT)
            self._projection.save()
            yield "the index was built again from the tables"
        if list(self._arrays()):
            self._remove_saved(_GRAPH)
            if self._graph is not None:
                self._graph.rebuild()
            yield "the graph was built again from the tables"

    def _remove_saved(self, name: str) -> None:
        folder = snapshot_folder(self._store)
        if folder is not None and not self._store.read_only:
            folder.remove(name)

    def _index(self, checks: Counter[str]) -> Iterator[str]:
        fresh = Projection(self._store, self._dimension, saved=False).current()
        index = self._projection.current()
        checks["indexed passages"] = index.size
        for place in differences(contents(index), contents(fresh)):
            yield f"the index differs from the tables in {place}"
        folder = _with(snapshot_folder(self._store), SNAPSHOT)
        if folder is None:
            return
        try:
            folder.load(SNAPSHOT, None)
        except SnapshotError as error:
            yield f"the saved index cannot be used: {error}"
            return
        saved = Projection(self._store, self._dimension).current()
        for place in differences(contents(saved), contents(fresh)):
            yield f"the saved index differs from the tables in {place}"

    def _arrays(self) -> Iterator[str]:
        folder = _with(snapshot_folder(self._store), _GRAPH)
        if self._graph is None and folder is None:
            return
        fresh = _shown(EntityGraph(self._store))
        if self._graph is not None:
            self._graph.refresh()
            for place in differences(_shown(self._graph), fresh):
                yield f"the graph differs from the tables in {place}"
        if folder is None:
            return
        try:
            folder.load(_GRAPH, None)
        except SnapshotError as error:
            yield f"the saved graph cannot be used: {error}"
            return
        for place in differences(_shown(EntityGraph(self._store, folder)), fresh):
            yield f"the saved graph differs from the tables in {place}"

    def _identity(self, checks: Counter[str]) -> Iterator[str]:
        """Folded names of the blocks that would be decided otherwise."""
        waiting = set(self._store.dirty_names())
        checks["names to decide"] = len(waiting)
        last = ""
        while names := self._store.block_names(after=last, limit=_BLOCKS):
            last = names[-1]
            names = [name for name in names if name not in waiting]
            checks["blocks"] += len(names)
            outcomes = [self._decide(block) for block in load_blocks(self._store, names)]
            yield from sorted(
                self._store.differing_blocks(
                    names,
                    [d for o in outcomes for d in o.decisions],
                    [e for o in outcomes for e in o.entities],
                    [a for o in outcomes for a in o.aliases],
                )
                - waiting
            )


def contents(index: PassageIndex) -> dict[str, Any]:
    """What an index says of all documents, and where a segment of it is not what its own parts make."""
    whole = _segment(compacted(index).layers.segments[0])
    differing: list[str] = []
    for segment in index.layers.segments:
        rows = np.arange(len(segment.documents))
        again = build_small(canonical(segment.parts(rows)), segment.named(rows))
        differing += differences(_segment(segment), _segment(again))
    return {**whole, "lookups": differing}


def _segment(segment: Segment) -> dict[str, Any]:
    strings = {name: list(getattr(segment, name)) for name in STRINGS}
    return {**strings, "languages": segment.languages, **segment.arrays}


def _with(folder: SnapshotFolder | None, name: str) -> SnapshotFolder | None:
    """The folder where it holds such a snapshot; a first one that was never finished is none yet."""
    if folder is None or not (folder.path / name / "manifest.json").exists():
        return None
    return folder


def _shown(graph: EntityGraph) -> dict[str, Any]:
    return {"entities": graph.entities, "facts": graph.facts, **graph.csr()}


def differences(one: Any, other: Any, path: str = "", seen: set[int] | None = None) -> Iterator[str]:
    """Where two structures of arrays, records, mappings and plain values differ, as dotted paths.

    What is computed on demand counts where both have it; what is opaque (automata, locks) does not: it is
    made of what is compared.
    """
    seen = set() if seen is None else seen
    if one is other or id(one) in seen:
        return
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        if not np.array_equal(one, other):
            yield path
        return
    if isinstance(one, str | int | float | bool | bytes | set | frozenset | None):
        if one != other:
            yield path
        return
    if isinstance(one, list | tuple):
        plain = bool(one) and isinstance(one[0], str)
        if len(one) != len(other) or (plain and one != other):
            yield path
        if plain or len(one) != len(other):
            return
        pairs: Iterator[tuple[Any, Any, Any]] = (
            (place, a, b) for place, (a, b) in enumerate(zip(one, other, strict=True))
        )
    elif isinstance(one, Mapping):
        if one.keys() != other.keys():
            yield path
            return
        pairs = ((key, value, other[key]) for key, value in one.items())
    else:
        seen.add(id(one))
        mine, its = _attributes(one), _attributes(other)
        pairs = ((name, mine[name], its[name]) for name in mine.keys() & its.keys())
    found = False
    for name, a, b in pairs:
        for place in differences(a, b, f"{path}.{name}".lstrip("."), seen):
            yield place
            found = True
        if found and isinstance(one, list | tuple):
            return  # the first place of a list says enough


def _attributes(value: Any) -> dict[str, Any]:
    if callable(value):
        return {}
    if dataclasses.is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    return dict(getattr(value, "__dict__", {}))
