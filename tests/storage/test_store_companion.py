"""Vectors of an embedder's companion: all documents of a namespace have them, or none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from clew.core.errors import EmbedderMismatchError, StoreError
from clew.core.records import Reading, ReadingVectors
from clew.storage.blobs import dequantise
from clew.storage.rows import Batch
from clew.storage.store import Store

Pair = tuple[Reading, ReadingVectors]
Read = Callable[..., Pair]
PAIRED = SimpleNamespace(
    name="made-up",
    version="1",
    dimension=8,
    companion=SimpleNamespace(name="second", version="3", dimension=4),
)


@pytest.fixture
def paired(opened: Callable[..., Store]) -> Store:
    return opened(embedder=PAIRED)


def with_companion(pair: Pair, dimension: int = 4) -> Pair:
    reading, vectors = pair
    rows = np.linspace(-1, 1, len(vectors.passages) * dimension, dtype=np.float32).reshape(-1, dimension)
    return reading, replace(vectors, companion=rows)


def test_they_come_back_and_the_store_says_whose_they_are(paired: Store, read: Read) -> None:
    assert paired.embedder() is None
    given = with_companion(read("a", "Ada met Bob. Eve saw Yan. Third."))
    paired.commit(Batch([given]))
    [stored] = paired.load()
    assert stored.companion_codes is not None and stored.companion_scales is not None
    back = dequantise(stored.companion_codes, stored.companion_scales)
    np.testing.assert_allclose(back, given[1].companion, atol=0.005)
    held = paired.embedder()
    assert held is not None and held["companion"] == {"name": "second", "version": "3", "dimension": 4}
    assert paired.check() == []


@pytest.mark.parametrize("first", [True, False])
def test_documents_with_and_without_do_not_mix(paired: Store, read: Read, first: bool) -> None:
    bare, full = read("a", "Ada met Bob."), with_companion(read("b", "Eve met Yan."))
    with pytest.raises(EmbedderMismatchError, match="companion"):
        paired.commit(Batch([bare, full]))
    assert paired.document_ids() == []
    one, other = (full, bare) if first else (bare, full)
    paired.commit(Batch([one]))
    with pytest.raises(EmbedderMismatchError, match="clew reindex"):
        paired.commit(Batch([other]))
    assert paired.check() == [] and len(paired.document_ids()) == 1


def test_other_dimensions_and_counts_are_refused(paired: Store, read: Read) -> None:
    with pytest.raises(EmbedderMismatchError, match="5 dimensions"):
        paired.commit(Batch([with_companion(read("a", "Ada met Bob."), 5)]))
    reading, vectors = with_companion(read("a", "Ada met Bob. Eve. Third sentence."))
    assert vectors.companion is not None
    with pytest.raises(StoreError, match="2 passages.*for 1"):
        paired.commit(Batch([(reading, replace(vectors, companion=vectors.companion[:1]))]))
    broken: Any = vectors.companion * np.nan
    with pytest.raises(StoreError, match="not finite"):
        paired.commit(Batch([(reading, replace(vectors, companion=broken))]))


def test_a_document_without_passages_says_nothing_about_companions(paired: Store, read: Read) -> None:
    paired.commit(Batch([with_companion(read("empty", "")), with_companion(read("a", "Ada met Bob."))]))
    paired.commit(Batch([read("blank", "")]))
    assert paired.document_ids() == ["a", "blank", "empty"]


def test_an_emptied_namespace_takes_either(paired: Store, read: Read) -> None:
    paired.commit(Batch([with_companion(read("a", "Ada met Bob."))]))
    paired.delete("a")
    assert paired.embedder() is None
    paired.commit(Batch([read("b", "Eve met Yan.")]))
    held = paired.embedder()
    assert held is not None and "companion" not in held
