"""Comparison of two things: "who was born first, A or B?", "which is longer?", "are A and B of the same
country?"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..core.text import fold
from ..kg.words import Words
from ..retrieval.asking import Kind
from .evidence import Bridge, Evidence, Sentence, nations
from .question import Question, Unit
from .spans import Candidate, lifespan, runs
from .values import dates, numbers

_BELONGS = frozenset({"@nationality", "@located", "@live", "@birth", "@seat"})
_NATION_ZH = re.compile(r"([\u4e00-\u9fff]{1,5}国|日本|俄罗斯|意大利|西班牙|印度|加拿大|澳大利亚)")


@dataclass(frozen=True, slots=True)
class Compared:
    """The outcome, and the places that it rests on."""

    short: str
    text: str
    places: tuple[tuple[Sentence, Candidate | None], ...]


@dataclass(frozen=True, slots=True)
class _Valued:
    """A value of one of the two things."""

    sentence: Sentence
    candidate: Candidate
    via: Sentence | None


def compare(question: Question, evidence: Evidence, words: Words) -> Compared | None:
    """The outcome, or None where the evidence does not give a value for both."""
    if question.same and question.comparison is None:
        return _agree(question, evidence, words)
    if question.comparison is None:
        return None
    a, b = (_value(operand, question, evidence) for operand in question.operands)
    if a is None or b is None:
        return None
    length = 3 if _sure(a, b) else 1
    x, y = a.candidate.order[:length], b.candidate.order[:length]
    if question.same:
        return _equal(question, (a, b), words)
    if x == y:
        return None
    first = (x < y) == (question.comparison.pick == "min")
    one, two = question.operands
    winner = one if first else two
    text = words.phrase(
        "compare", winner=winner.text, a=one.text, b=two.text, va=a.candidate.text, vb=b.candidate.text
    )
    return Compared(winner.text, text, _places((a, b)))


def _places(values: Sequence[_Valued]) -> tuple[tuple[Sentence, Candidate | None], ...]:
    places: list[tuple[Sentence, Candidate | None]] = []
    for valued in values:
        if valued.via is not None:
            places.append((valued.via, None))
        places.append((valued.sentence, valued.candidate))
    return tuple(places)


def _equal(question: Question, values: tuple[_Valued, _Valued], words: Words) -> Compared | None:
    """Yes or no to "in the same year", "on the same day": as far as the coarser value says."""
    a, b = (v.candidate.order for v in values)
    year_only = not (all(a) and all(b))
    same = a[0] == b[0] if year_only else a == b
    if same and year_only and re.search("day|date|tag|día|jour|天|日", question.text.casefold()):
        return None
    short = words.phrases["yes" if same else "no"]
    return Compared(short, short, _places(values))


def _sure(a: _Valued, b: _Valued) -> bool:
    """True when both values say as much: a year is only compared with the year of a full date."""
    return all(all(v.candidate.order) for v in (a, b)) or len(a.candidate.order) == 1


def _about(operand: Unit, evidence: Evidence) -> list[Sentence]:
    """Sentences of the passages that are about the operand; else those that name it."""
    titled = [s for s in evidence.sentences if s.title_folded in operand.names]
    if titled:
        return titled
    return [s for s in evidence.sentences if operand.share(s.keys, s.folded) == 1.0]


def _value(operand: Unit, question: Question, evidence: Evidence) -> _Valued | None:
    """The value to compare, in the operand's own passage or in the one that a bridge leads to."""
    comparison = question.comparison
    assert comparison is not None
    own = _about(operand, evidence)
    asked = [u for u in question.units if not u.is_name]
    if comparison.relation != "any":
        for bridge in _onward(own, question, evidence, frozenset({f"@{comparison.relation}"})):
            found = _best(evidence.of(bridge.target), question, asked)
            if found is not None:
                return _Valued(*found, bridge.sentence)
    found = _best(own, question, asked)
    return _Valued(*found, None) if found is not None else None


def _onward(
    own: Sequence[Sentence], question: Question, evidence: Evidence, compared: frozenset[str]
) -> list[Bridge]:
    """Bridges from the operand over a relation that the question names beside the one that it compares."""
    relations = {k for u in question.units if not u.is_name for k in u.keys if k[0] == "@"} - compared
    if not relations:
        return []
    numbered = {s.number for s in own}
    return [b for b in evidence.bridges if b.sentence.number in numbered and relations & b.sentence.keys]


def _best(
    sentences: Sequence[Sentence], question: Question, asked: Sequence[Unit]
) -> tuple[Sentence, Candidate] | None:
    comparison = question.comparison
    assert comparison is not None
    read = dates if comparison.value == "date" else numbers
    wanted = (
        [Unit("", 0, frozenset({f"@{comparison.relation}"}))] if comparison.relation != "any" else list(asked)
    )
    best: tuple[float, Sentence, Candidate] | None = None
    for position, sentence in enumerate(sentences):
        bears = max((u.share(sentence.keys, "") for u in wanted), default=0.0)
        for value in read(sentence.text, sentence.hit.language):
            if not value.order[0]:
                continue
            candidate = Candidate(
                value.start, value.end, sentence.text[value.start : value.end], 0.7, value.order
            )
            score = bears + lifespan(candidate, sentence.text, wanted) - 0.02 * position - 0.001 * value.start
            if best is None or score > best[0]:
                best = score, sentence, candidate
    return (best[1], best[2]) if best is not None else None


def _agree(question: Question, evidence: Evidence, words: Words) -> Compared | None:
    """Yes or no to "the same": where both say where they belong, these are compared; else no verdict."""
    origins = []
    vias: list[Sentence | None] = []
    for operand in question.operands[:2]:
        own = _about(operand, evidence)
        onward = _onward(own, question, evidence, _BELONGS)[:1]
        origins.append(_origins(evidence.of(onward[0].target) if onward else own, operand))
        vias.append(onward[0].sentence if onward else None)
    if len(origins) < 2 or not origins[0] or not origins[1]:
        return None
    shared = set(origins[0]) & set(origins[1])

    short = words.phrases["yes" if shared else "no"]
    if not shared and question.kind is not Kind.YES_NO:
        return None
    key = sorted(shared)[0] if shared else None
    places: list[tuple[Sentence, Candidate | None]] = []
    for via, side in zip(vias, origins, strict=True):
        said = side[key] if key is not None else next(iter(side.values()))
        places += [(via, None), (said, None)] if via is not None else [(said, None)]
    return Compared(short, short, tuple(places))


def _origins(sentences: Sequence[Sentence], operand: Unit) -> dict[str, Sentence]:
    """Nationalities and places that the first sentences give, folded, with the sentence that gives them."""
    found: dict[str, Sentence] = {}
    for sentence in sentences[:3]:
        text, code = sentence.text, sentence.hit.language
        if code == "zh":
            for match in _NATION_ZH.finditer(text):
                found.setdefault(match.group(1), sentence)
            continue
        for start, end in nations(text):
            found.setdefault(fold(text[start:end]), sentence)
        for start, end in runs(text, code):
            if re.search(r", $", text[:start]) and fold(text[start:end]) not in operand.names:
                found.setdefault(fold(text[start:end]), sentence)
    return found
