"""Questions with known answers put to a store: how often the evidence is found and the answer is right.

A file of questions is a JSON array of objects: `question`; `gold`, the ids of the documents that are needed;
`answer`, a text or a list of texts any of which is right, empty or missing where the store cannot know;
and, if wanted, `id` and `language`.

- recall@k: share of a question's gold documents among the first k documents found, averaged over the
  questions that have any.
- right: the answer holds one of the gold answers as whole words, whatever case and accents; where there is
  none, the answer abstains.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..core.errors import InputError, MissingPathError
from ..core.text import fold, has_unspaced
from .options import json_option, open_store, store_options
from .show import shortened, show_json, show_note, show_table

if TYPE_CHECKING:
    from ..knowledge_base import KnowledgeBase


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what is known about its answer."""

    question: str
    gold: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    """Any of them is right; empty: the answer has to abstain."""
    language: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one question got."""

    asked: Asked
    documents: tuple[str, ...]
    """Found, best first, each once."""
    recall: float | None
    """Share of the gold documents among the first k; None where there are none."""
    text: str | None
    """The answer; None when only searched."""
    right: bool | None
    milliseconds: float


@click.command("eval")
@click.argument("questions", type=click.Path(dir_okay=False))
@click.option("-k", type=click.IntRange(1), default=5, show_default=True, help="Documents that count.")
@click.option("--no-answers", is_flag=True, help="Only search, do not answer.")
@click.option("--llm", metavar="PROVIDER:MODEL", help="Language model that writes; without one, no model.")
@store_options
@json_option
def evaluate(
    questions: str, k: int, no_answers: bool, llm: str | None, db: str, namespace: str, as_json: bool
) -> None:
    """Put the QUESTIONS of a JSON file to the store and measure recall@k and right answers."""
    asked = read_questions(Path(questions))
    with open_store(db, namespace) as kb:
        outcomes = [measure(kb, each, k=k, answer=not no_answers, llm=llm) for each in asked]
    if as_json:
        show_json({"k": k, **summary(outcomes), "questions": outcomes})
        return
    for each in outcomes:
        if each.right is False:
            show_note(f"wrong: {each.asked.question} — {shortened(each.text or '', 80)}")
    show_summary(outcomes, k)


def read_questions(path: Path) -> list[Asked]:
    """The questions of a JSON file.

    Raises:
        MissingPathError: there is no such file.
        InputError: it is not an array of questions.
    """
    if not path.is_file():
        raise MissingPathError(f"there is no file {path}")
    try:
        rows = json.loads(path.read_text("utf-8"))
        return [as_asked(row) for row in rows]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(f"{path} is not a JSON array of questions: {error!r}") from error


def as_asked(row: Mapping[str, Any]) -> Asked:
    """A question from an object of such a file."""
    answers = row.get("answers", row.get("answer")) or ()
    return Asked(
        question=str(row["question"]),
        gold=tuple(str(each) for each in row.get("gold") or ()),
        answers=(answers,) if isinstance(answers, str) else tuple(str(each) for each in answers),
        language=str(row.get("language") or ""),
        type=str(row.get("type") or ""),
    )


def measure(kb: KnowledgeBase, asked: Asked, *, k: int, answer: bool = True, llm: Any = None) -> Outcome:
    """Searches and answers one question."""
    start = time.perf_counter()
    if answer:
        given = kb.ask(asked.question, llm=llm)
        found, text = given.found, given.text
        right = is_right(text, asked.answers) if asked.answers else given.abstained
        if asked.answers and given.abstained:
            right = False
    else:
        found, text, right = kb.search(asked.question, max(2 * k, 10)), None, None
    spent = 1000 * (time.perf_counter() - start)
    documents = tuple(dict.fromkeys(hit.document_id for hit in found.passages))
    if answer and len(documents) < k:
        hits = kb.search(asked.question, max(2 * k, 10)).passages
        documents = tuple(dict.fromkeys(hit.document_id for hit in hits))
    recall = len({*asked.gold} & {*documents[:k]}) / len({*asked.gold}) if asked.gold else None
    return Outcome(asked, documents, recall, text, right, spent)


def is_right(text: str, answers: Sequence[str]) -> bool:
    """True when the text holds one of the answers as whole words, whatever case and accents."""
    padded = f" {fold(text)} "
    for answer in answers:
        key = fold(answer)
        if key and (key in padded if has_unspaced(key) else f" {key} " in padded):
            return True
    return False


def summary(outcomes: Sequence[Outcome]) -> dict[str, float | int | None]:
    """The averages of a set of questions."""
    recalls = [each.recall for each in outcomes if each.recall is not None]
    rights = [each.right for each in outcomes if each.right is not None]
    times = sorted(each.milliseconds for each in outcomes)
    return {
        "asked": len(outcomes),
        "recall": sum(recalls) / len(recalls) if recalls else None,
        "right": sum(rights) / len(rights) if rights else None,
        "milliseconds": times[len(times) // 2] if times else None,
    }


def show_summary(outcomes: Sequence[Outcome], k: int) -> None:
    """One row a language and one for all."""
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for each in outcomes:
        groups[each.asked.language].append(each)
    rows = [_row(language, group) for language, group in sorted(groups.items()) if language]
    headers = ("language", "questions", f"recall@{k}", "right answers", "ms (median)")
    show_table(headers, [*rows, _row("all", outcomes)], named=True)


def _row(name: str, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    values = summary(outcomes)
    shares = ["" if values[key] is None else f"{values[key]:.3f}" for key in ("recall", "right")]
    spent = values["milliseconds"]
    return (name, str(len(outcomes)), *shares, "" if spent is None else f"{spent:.0f}")
