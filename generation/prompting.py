"""The prompt that a language model gets: system, cards of entities, evidence fenced as data, facts,
question.

Templates are files, one a language, with a version that the answer's origin can be traced by. What would be
sent can be looked at without sending it."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from ..core.results import Hit, SearchResult
from ..core.text import has_unspaced, squeeze
from ..kg.sentences import sentences
from ..kg.words import words_of
from .contradiction import places, source
from .fence import fenced

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

Counter = Callable[[str], int]
"""Tokens of a text."""
TEMPLATES = ("en", "zh")
"""Languages with a template; others are asked in English to answer in theirs."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What would be sent, part by part: only the evidence holds text of documents, and only inside its
    fence."""

    version: str
    system: str
    evidence: str
    """Cards, fenced passages, facts and contradictions."""
    question: str
    numbers: tuple[int, ...]
    """Numbers of the passages that are in it."""
    marked: int
    """Places in them that look like instructions, and are marked so."""

    @property
    def user(self) -> str:
        """What is sent in the user's name."""
        return f"{self.evidence}\n\n{self.question}"

    def messages(self) -> list[BaseMessage]:
        """The prompt as LangChain messages."""
        from langchain_core.messages import HumanMessage, SystemMessage

        return [SystemMessage(self.system), HumanMessage(self.user)]


def approximate_tokens(text: str) -> int:
    """Tokens of a text without a tokenizer: four characters each, one each where words are not separated.

    >>> approximate_tokens("four score and seven"), approximate_tokens("知识图谱")
    (5, 4)
    """
    wide = sum(has_unspaced(c) for c in text) if has_unspaced(text) else 0
    return wide + math.ceil((len(text) - wide) / 4)


def build(
    question: str,
    language: str,
    found: SearchResult,
    *,
    passages: int,
    budget: int,
    count: Counter = approximate_tokens,
) -> Prompt:
    """The prompt for a question and its evidence.

    Args:
        passages: how many of the hits at most, best first.
        budget: tokens of evidence; a passage that does not fit is cut at sentences, around its best one.
    """
    template = template_of(language)
    named = template["languages"].get(language, language)
    refusal = words_of(language).phrases["refusal"]
    blocks, numbers, marked = _evidence(found.passages[:passages], budget, count)
    left = max(0, budget - count("\n".join(blocks)))
    conflicts = _conflicts(found, numbers, template, left, count)
    left = max(0, left - count("\n".join(conflicts)))
    facts = _facts(found, numbers, template, left, count)
    parts = [*_cards(found, template), template["evidence"], *blocks, *facts, *conflicts]
    asked = fenced(squeeze(question))[0]
    return Prompt(
        version=template["version"],
        system=template["system"].strip().format(refusal=refusal, language=named),
        evidence="\n".join(parts),
        question=template["question"].format(question=asked) + "\n" + template["answer"],
        numbers=numbers,
        marked=marked,
    )


def template_of(language: str) -> dict[str, Any]:
    """The template of a language, in English where it has none."""
    return _template(language if language in TEMPLATES else "en")


@lru_cache(maxsize=len(TEMPLATES))
def _template(language: str) -> dict[str, Any]:
    text = resources.files(__package__).joinpath("prompts", f"{language}.toml").read_text("utf-8")
    return tomllib.loads(text)


def _evidence(hits: Sequence[Hit], budget: int, count: Counter) -> tuple[list[str], tuple[int, ...], int]:
    blocks, numbers, marked, left = [], [], 0, budget
    for number, hit in enumerate(hits, 1):
        title = fenced(squeeze(hit.title))[0].replace('"', "'")[:200]
        opening = f'<evidence number="{number}" title="{title}" language="{hit.language}">'
        overhead = count(opening) + 8
        text = _cut(hit, left - overhead, count)
        if not text:
            break
        inside, orders = fenced(text)
        blocks.append(f"{opening}\n{inside}\n</evidence>")
        numbers.append(number)
        marked += orders
        left -= overhead + count(inside)
    return blocks, tuple(numbers), marked


def _cut(hit: Hit, budget: int, count: Counter) -> str:
    """The passage, or its best sentence and as many of its neighbours as fit, or "" where none does."""
    if count(hit.text) <= budget:
        return hit.text
    spans = sentences(hit.text)
    if not spans or budget <= 0:
        return ""
    best = next((i for i, s in enumerate(spans) if hit.start + s.end > hit.best_sentence.start), 0)
    first = last = best
    text = hit.text[spans[best].start : spans[best].end]
    if count(text) > budget:
        return ""
    while first > 0 or last < len(spans) - 1:
        grown = (
            (first - 1, last)
            if first > 0 and (best - first <= last - best or last == len(spans) - 1)
            else (first, last + 1)
        )
        longer = hit.text[spans[grown[0]].start : spans[grown[1]].end]
        if count(longer) > budget:
            break
        first, last = grown
        text = longer
    return ("… " if first else "") + text + (" …" if last < len(spans) - 1 else "")


def _cards(found: SearchResult, template: dict[str, Any]) -> list[str]:
    """One line for each name of the question: which one is meant."""
    lines = []
    for entity in found.query.entities:
        if not entity.candidates:
            continue
        best = max(entity.candidates, key=lambda c: c.score)
        described = f", {_inline(best.description)}" if best.description else ""
        lines.append(
            template["card"].format(
                mention=_inline(entity.text),
                name=_inline(best.name),
                description=described,
                id=_inline(best.entity),
            )
        )
    return [template["entities"], *lines, ""] if lines else []


def _facts(
    found: SearchResult, numbers: tuple[int, ...], template: dict[str, Any], budget: int, count: Counter
) -> list[str]:
    lines: list[str] = []
    for fact in found.facts:
        number = next(
            (n for n in numbers if _states(found.passages[n - 1], fact.document_id, fact.start, fact.end)),
            None,
        )
        if number is None or fact.negated or fact.modality:
            continue
        line = template["fact"].format(
            subject=_inline(fact.subject),
            predicate=_inline(fact.predicate),
            object=_inline(fact.object),
            number=number,
        )
        budget -= count(line)
        if budget < 0:
            break
        lines.append(line)
    return ["", template["facts"], *lines] if lines else []


def _conflicts(
    found: SearchResult, numbers: tuple[int, ...], template: dict[str, Any], budget: int, count: Counter
) -> list[str]:
    """One line for each contradiction of which both sides are shown, the newer one first."""
    lines: list[str] = []
    for conflict in found.conflicts:
        sides = places(conflict, found)
        if sides is None or not {side.number for side in sides} <= {*numbers}:
            continue
        newer, older = conflict.values
        line = template["conflict_newer" if conflict.dated else "conflict"].format(
            relation=_inline(conflict.relation),
            name=_inline(conflict.name),
            a=_inline(source(conflict.older)),
            va=_inline(older),
            na=sides[0].number,
            b=_inline(source(conflict.newer)),
            vb=_inline(newer),
            nb=sides[1].number,
        )
        budget -= count(line)
        if budget < 0:
            break
        lines.append(line)
    return ["", template["conflicts"], *lines] if lines else []


def _states(hit: Hit, document_id: str, start: int, end: int) -> bool:
    return hit.document_id == document_id and hit.start <= start and end <= hit.end


def _inline(text: str) -> str:
    """Text of documents outside of the fence: one short line, escaped like the rest."""
    return fenced(squeeze(text))[0][:160]
