"""A store, a reader and an embedder that are real and cheap, and a small corpus."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from clew.core.records import Document, IngestReport
from clew.core.settings import Settings
from clew.ingestion import ingest
from clew.kg.reader import Reader
from clew.models.embedders import load_embedder
from clew.storage.store import Store

NAMES = ["Jordan", "Mercury", "Apple", "Lyon", "Orion", "Georgia", "Phoenix", "Lincoln", "Paris", "Amazon"]


@pytest.fixture
def settings() -> Settings:
    return Settings.load({"models": {"embedder": "hashing"}, "ingestion": {"batch_size": 8}})


@pytest.fixture
def store(tmp_path: Path, settings: Settings) -> Iterator[Store]:
    with Store.open(tmp_path / "clew.db", embedder=load_embedder(settings.models).info) as opened:
        yield opened


@pytest.fixture
def run(settings: Settings) -> Callable[..., IngestReport]:
    """`ingest` with the models that the settings name; other settings by keyword `change`."""

    def call(
        store: Store, source: Any, *, change: dict[str, Any] | None = None, **options: Any
    ) -> IngestReport:
        ingestion = {**settings.ingestion.model_dump(), **(change or {})}
        chosen = Settings.load({**settings.model_dump(), "ingestion": ingestion})
        models = {"reader": Reader(chosen), "embedder": load_embedder(chosen.models)}
        return ingest(store, source, settings=chosen, **{**models, **options})

    return call


@pytest.fixture
def documents() -> list[Document]:
    """Thirty documents whose names collide; some are long enough for several passages."""
    found = []
    for i in range(30):
        one, two = NAMES[i % 10], NAMES[(i * 3 + 1) % 10]
        text = f"{one} is a place near {two}. It was founded in {1800 + i}. Maria Keller lives in {one}."
        if i % 7 == 0:
            text = " ".join(f"{text} Part {j} of {one} speaks of {two} and of the river." for j in range(12))
        found.append(Document(f"d{i:02}", text, f"{one} ({i % 3})" if i % 4 else "", {"number": i}))
    return found
