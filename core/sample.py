"""The sample corpus that ships with Clew: short documents whose names collide, and questions about them.

Its format, its sources and its licence are told in `datasets/README.md`.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import TypedDict, cast

from .errors import MissingPathError


class SampleEntity(TypedDict):
    """A named entity of a question; `question[start:end] == text`."""

    text: str
    start: int
    end: int
    document: str | None
    """Id of the document that is about it; None where there is none (NIL)."""


class SampleQuestion(TypedDict):
    """A question about the sample corpus with what is known of its answer."""

    id: str
    question: str
    language: str
    """ISO 639-1 code of the question."""
    answer: str
    """The best answer; empty where the corpus has none."""
    answers: list[str]
    """Every answer that counts as right, the best one first."""
    type: str
    """"single", "bridge", "comparison", "ambiguous", "cross-lingual" or "unanswerable"."""
    gold: list[str]
    """Ids of the documents that are needed to answer."""
    entities: list[SampleEntity]


def sample_corpus() -> Path:
    """The corpus as a JSONL file that `KnowledgeBase.ingest` reads.

    Raises:
        MissingPathError: this installation of Clew lacks it.
    """
    return _file("corpus.jsonl")


def sample_questions() -> list[SampleQuestion]:
    """The questions about the corpus, in the order of the file.

    Raises:
        MissingPathError: this installation of Clew lacks them.
    """
    return cast(list[SampleQuestion], json.loads(_file("questions.json").read_text("utf-8")))


def _file(name: str) -> Path:
    package = __package__.rpartition(".")[0]
    found = files(package) / "datasets" / "sample" / name
    if not isinstance(found, Path) or not found.is_file():
        raise MissingPathError(f"the sample {name} is not in this installation of Clew; install clew again")
    return found
