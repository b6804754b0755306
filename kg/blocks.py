"""Blocks: everything that the store has seen under one folded name, and what is decided of it.

A block is decided as a pure function of what it holds, so that neither the order of documents nor the size of
batches shows in the result, and a deletion just decides the blocks again that it touched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..core.records import Decision, Label, Name
from ..core.text import content_id
from ..storage.rows import AliasRow, EntityRow, Observation

if TYPE_CHECKING:
    from ..core.records import FloatArray


def about_entity_id(document_id: str) -> str:
    """Id of the entity that a document is about."""
    return content_id("entity", "about", document_id)


def named_entity_id(name: str, label: Label) -> str:
    """Id of an entity that no document is about: known by folded name and type."""
    return content_id("entity", "named", name, label.value)


@dataclass(frozen=True, slots=True)
class Bearer:
    """A document that gives this name to what it is about: one reading of the name."""

    document_id: str
    entity_id: str
    title: str
    """The document's title, or the name itself where it has none."""
    text: str
    """The name as the document writes it."""
    kind: str
    weight: float
    label: Label
    language: str
    owns: bool
    """This is the document's first name: its entity is written with this block."""
    names: tuple[Name, ...] = ()
    """All names of the document; only where `owns`."""
    description: str = ""
    """The document's first sentence; only where `owns`."""


@dataclass(frozen=True, slots=True)
class Block:
    """One folded name: its mentions, the documents that bear it, and vectors to compare them by."""

    name: str
    mentions: tuple[Observation, ...]
    """In order of document id and place."""
    bearers: tuple[Bearer, ...]
    """In order of document id."""
    sentences: Mapping[tuple[str, int], FloatArray] = field(default_factory=dict)
    """(d,) vectors of the mentions' sentences by document id and ordinal, where there are two readings or
    more; ordinal -1 is the first passage."""
    documents: Mapping[str, FloatArray] = field(default_factory=dict)
    """(d,) vectors of the bearers' first passages, likewise."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is decided of a block, ready to be stored."""

    decisions: tuple[Decision, ...] = ()
    entities: tuple[EntityRow, ...] = ()
    aliases: tuple[AliasRow, ...] = ()


Decide = Callable[[Block], Outcome]
"""A rule of identity: must depend on the block alone, and on no order within it."""
