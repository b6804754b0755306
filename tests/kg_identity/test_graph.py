"""The graph is a projection of the store: networkx for people, arrays for walks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from clew.core.errors import NotFoundError
from clew.kg.blocks import about_entity_id
from clew.kg.graph import EntityGraph, to_networkx
from clew.kg.resolution import resolve
from clew.storage.rows import Batch
from clew.storage.snapshots import SnapshotFolder
from clew.storage.store import Store


def by_name(store: Store, name: str) -> str:
    return next(e.id for e in store.entities() if e.name == name)


def test_nodes_are_entities_and_edges_are_facts(filled: Store) -> None:
    graph = to_networkx(filled)
    nadia, lyon = by_name(filled, "Nadia Orlova"), by_name(filled, "Lyon")
    assert set(graph) == {e.id for e in filled.entities()}
    assert graph.nodes[nadia]["label"] == "PER" and graph.nodes[nadia]["mentions"] == 3
    assert graph.nodes[about_entity_id("company")]["documents"] == ["company"]
    ((key, edge),) = graph[nadia][lyon].items()
    assert (edge["predicate"], edge["document"], edge["negated"]) == ("live in", "visit", False)
    assert key in {fact.id for fact in filled.facts()}
    text = filled.document("visit").text
    assert text[edge["start"] : edge["end"]].strip() == "Nadia Orlova lives in Lyon."


def test_arrays_say_what_networkx_says(filled: Store) -> None:
    arrays, graph = EntityGraph(filled), to_networkx(filled)
    assert arrays.entities == sorted(graph)
    assert arrays.indptr[-1] == len(arrays.indices) == 2 * graph.number_of_edges()
    for node in graph:
        said = {(o, key, True) for _, o, key in graph.out_edges(node, keys=True)}
        said |= {(s, key, False) for s, _, key in graph.in_edges(node, keys=True)}
        assert {(n.entity, n.fact, n.forward) for n in arrays.neighbours(node)} == said
    assert all(n.weight == pytest.approx(0.9) for n in arrays.neighbours(by_name(filled, "Lyon")))


def test_an_unknown_entity_is_an_error(filled: Store) -> None:
    with pytest.raises(NotFoundError, match="no entity 'nobody'"):
        EntityGraph(filled).neighbours("nobody")


def test_a_refresh_follows_the_store(filled: Store, reading: Callable[..., object]) -> None:
    graph = EntityGraph(filled)
    assert not graph.refresh()
    before = graph.csr()
    names, facts = [("Olga Brandt", "PER"), ("Lyon", "LOC")], [("Olga Brandt", "live in", "Lyon")]
    filled.commit(Batch([reading("more", "Olga Brandt lives in Lyon.", "", names, facts)]))  # type: ignore[list-item]
    resolve(filled)
    assert graph.refresh() and graph.revision == filled.revision()
    assert [n.entity for n in graph.neighbours(about_entity_id("more"))] == [by_name(filled, "Lyon")]
    filled.delete("more")
    resolve(filled)
    assert graph.refresh()
    for name, array in graph.csr().items():
        np.testing.assert_array_equal(array, before[name])


def test_saved_arrays_are_loaded_when_they_are_of_this_revision(filled: Store, tmp_path: Path) -> None:
    folder = SnapshotFolder(tmp_path / "snapshots")
    built = EntityGraph(filled, folder)
    built.save()
    loaded = EntityGraph(filled, folder)
    assert isinstance(loaded.indices, np.memmap) and not isinstance(built.indices, np.memmap)
    assert (loaded.entities, loaded.facts, loaded.revision) == (built.entities, built.facts, built.revision)
    for name, array in loaded.csr().items():
        np.testing.assert_array_equal(array, built.csr()[name])
    filled.delete("visit")
    assert not isinstance(EntityGraph(filled, folder).indices, np.memmap)


def test_a_damaged_snapshot_is_built_again(filled: Store, tmp_path: Path) -> None:
    folder = SnapshotFolder(tmp_path / "snapshots")
    EntityGraph(filled, folder).save()
    victim = next((tmp_path / "snapshots" / "graph").glob("indices.*"))
    victim.write_bytes(victim.read_bytes()[:-4])
    graph = EntityGraph(filled, folder)
    assert len(graph.neighbours(by_name(filled, "Lyon"))) == 1


def test_an_empty_store_has_an_empty_graph(store: Store, tmp_path: Path) -> None:
    folder = SnapshotFolder(tmp_path / "snapshots")
    graph = EntityGraph(store, folder)
    graph.save()
    assert EntityGraph(store, folder).entities == [] == graph.entities
    assert to_networkx(store).number_of_nodes() == 0
