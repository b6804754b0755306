"""The networkx graph as a file that other programs read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    import networkx as nx

FORMATS = ("graphml", "json")


def write_graph(graph: nx.MultiDiGraph, file: str, kind: str) -> None:
    """Writes the graph as GraphML or as node-link JSON; "-" is standard output."""
    import networkx as nx

    if kind == "json":
        data = nx.node_link_data(graph, edges="edges")
        with click.open_file(file, "w", encoding="utf-8") as out:
            json.dump(data, out, ensure_ascii=False, indent=1, default=_listed)
            out.write("\n")
        return
    flat = nx.MultiDiGraph()
    flat.add_nodes_from((_text(node), _flat(data)) for node, data in graph.nodes(data=True))
    flat.add_edges_from(
        (_text(source), _text(target), _text(key), _flat(data))
        for source, target, key, data in graph.edges(keys=True, data=True)
    )
    with click.open_file(file, "wb") as out:
        nx.write_graphml(flat, out)


def _flat(data: dict[Any, Any]) -> dict[str, str | int | float | bool]:
    """Attributes as GraphML knows them: None goes, what is not a scalar becomes JSON."""
    flat: dict[str, str | int | float | bool] = {}
    for key, value in data.items():
        if isinstance(value, bool | int | float):
            flat[str(key)] = value
        elif isinstance(value, str):
            flat[str(key)] = _text(value)
        elif value is not None:
            flat[str(key)] = _text(json.dumps(value, ensure_ascii=False, default=_listed))
    return flat


def _text(value: object) -> str:
    """The text without the characters that XML forbids."""
    text = str(value)
    return "".join(c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"))


def _listed(value: object) -> object:
    return list(value) if isinstance(value, list | tuple | set | frozenset) else str(value)
