"""The short answer inside a sentence: a name, date, number or phrase of the kind that the question asks
for.

Candidates come from typed values, capitals, known names (entities, titles, objects of facts) and cues
around them ("by", "in", "由", "位于"); each is ranked by how well it fits the kind, how near it stands to the
question's words, and whether the question already says it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..core.records import Entity, Label
from ..core.results import SearchResult
from ..core.text import fold, has_unspaced, without_parenthesis
from ..kg.words import Words, words_of
from ..retrieval.asking import Kind
from .evidence import Sentence, nations
from .question import Question, Unit
from .tokens import Token, segment
from .values import dates, numbers

_PEOPLE = frozenset({Label.PER, Label.GROUP})
_PLACES = frozenset({Label.LOC})
_TYPED = frozenset({Kind.PERSON, Kind.PLACE})
_JOINED = re.compile(
    r"[ \u00a0]|\. |[-'’&/]| & |['’]s |, (?=Jr|Sr)|"
    r" (?:of|de|of the|de la|de los|del|della|di|da|dos|du|des|la|le|von|van|von der|van der|van den|"
    r"zu|bin|ibn|al|el|y|the|and the|für|der) |"
    r" (?:d|l|L)['’]"
)
_LISTED = re.compile(r", (?:and |und |et |y |e )?| (?:and|und|et|y|e|&) |、|和|与")
_LATIN_NAME = re.compile(r"[A-Za-zÀ-ž][\w.'’-]*(?: [A-Z][\w.'’-]*)*")
_TITLES_ZH = re.compile(r"《([^》]{1,40})》|“([^”]{1,30})”|「([^」]{1,30})」")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible short answer, with offsets in the sentence's text."""

    start: int
    end: int
    text: str
    fit: float
    """How well it fits the kind, 0..1."""
    order: tuple[float, ...] = ()
    """What a value is compared by."""


@dataclass(frozen=True)
class Known:
    """Names that the search brought along, with their types."""

    labels: dict[str, Label] = field(default_factory=dict)
    """Type by folded name."""
    surfaces: tuple[str, ...] = ()

    @classmethod
    def of(cls, found: SearchResult) -> Known:
        """Names of the entities, titles, bridges and facts of a search."""
        labels: dict[str, Label] = {}
        surfaces: dict[str, None] = {}
        for entity in found.entities:
            for name in _surfaces(entity):
                labels.setdefault(fold(name), entity.label)
                surfaces[name] = None
        for name in (
            *(without_parenthesis(h.title) for h in found.passages),
            *(p.entity for p in found.paths),
            *(n for f in found.facts for n in (f.subject, f.object)),
        ):
            last = name.split()[-1] if name.split() else ""
            if 1 < len(name) <= 60 and (name[0].isupper() and last[0].isupper() or has_unspaced(name)):
                surfaces[name] = None
        return cls(labels, tuple(surfaces))


def _surfaces(entity: Entity) -> tuple[str, ...]:
    names = (entity.name, without_parenthesis(entity.name), *entity.aliases)
    return tuple(n for n in names if len(n) > 1)


def candidates(
    sentence: Sentence, question: Question, known: Known, asked: Sequence[Unit]
) -> list[Candidate]:
    """The candidates of a sentence for the question's kind, best first.

    Args:
        asked: words of the question that this sentence has to answer, and no sentence before it.
    """
    words = words_of(sentence.hit.language)
    found = _typed(sentence, question, known, words)
    if any("@nationality" in u.keys for u in question.units):
        found += [Candidate(s, e, sentence.text[s:e], 1.0) for s, e in nations(sentence.text)]
    free = [c for c in (_bare(c, question) for c in found) if not _said(c, question)]
    ranked = [(_near(c, sentence, question, words, asked), c) for c in free]
    ranked.sort(key=lambda pair: (-pair[0], pair[1].start))
    return [Candidate(c.start, c.end, c.text, min(1.0, score), c.order) for score, c in ranked]


def _bare(candidate: Candidate, question: Question) -> Candidate:
    """The candidate without the noun that was asked for: "Stadtteil Bogenhausen" is "Bogenhausen"."""
    head, _, rest = candidate.text.partition(" ")
    if len(question.focus) < 3 or head.casefold() != question.focus or not rest[:1].isupper():
        return candidate
    start = candidate.end - len(rest)
    return Candidate(start, candidate.end, rest, min(1.0, candidate.fit + 0.2), candidate.order)


def _typed(sentence: Sentence, question: Question, known: Known, words: Words) -> list[Candidate]:
    text, language = sentence.text, sentence.hit.language
    if question.kind is Kind.DATE:
        return [Candidate(v.start, v.end, text[v.start : v.end], 0.7, v.order) for v in dates(text, language)]
    if question.kind is Kind.NUMBER:
        return [
            Candidate(v.start, v.end, text[v.start : v.end], 0.6, v.order) for v in numbers(text, language)
        ]
    if question.kind is Kind.DEFINITION:
        return complement(text, words)
    if question.kind in (Kind.PERSON, Kind.PLACE, Kind.NAME, Kind.OPEN, Kind.CHOICE):
        return _names(text, question.kind, known, words)
    return []


def _names(text: str, kind: Kind, known: Known, words: Words) -> list[Candidate]:
    spans: dict[tuple[int, int], float] = {}
    for start, end in runs(text, words.code):
        spans[start, end] = _fit(text[start:end], kind, known, 0.5)
    for surface in known.surfaces:
        at = text.find(surface)
        while at >= 0:
            if _bounded(text, at, at + len(surface)) and not _inside(spans, at, at + len(surface)):
                spans[at, at + len(surface)] = _fit(surface, kind, known, 0.6)
            at = text.find(surface, at + 1)
    if words.code == "zh":
        for start, end, fit in _cued(text, kind, words):
            if not any(s <= start and end <= e for s, e in spans):
                spans[start, end] = fit
    times = dates(text, words.code)
    return [
        Candidate(s, e, text[s:e], fit)
        for (s, e), fit in spans.items()
        if not any(s < t.end and t.start < e for t in times)
    ]


def runs(text: str, language: str) -> list[tuple[int, int]]:
    """Runs of words with capitals, joined over what stands inside names; parts of a list one by one.

    The first word of a sentence counts unless it is a word of the language's own.
    """
    words = words_of(language)
    found: list[tuple[int, int]] = []
    for match in _CAPITAL.finditer(text):
        lower = match.group().casefold()
        first = not text[: match.start()].strip(" \"'“‘„«(")
        if lower.rstrip(".") in words.months or lower in words.stop and (first or len(lower) < 2):
            continue
        if found and _JOINED.fullmatch(text, found[-1][1], match.start()):
            found[-1] = (found[-1][0], match.end())
        else:
            found.append(match.span())
    return found


_CAPITAL = re.compile(
    r"(?<![\w])[A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĢĪİĶĻŁŃŅŇŌŐŒŘŚŞŠŢŤŪŮŰŹŻŽА-ЯЁ]\w*(?:['’][A-ZÀ-Þ]\w+)*(?:-\w+)*"
    r"\.?(?<!\w\w\w\.)(?<!\w\w\.)|(?<=[A-Z]\. )[A-Z]\w+"
)


def _fit(name: str, kind: Kind, known: Known, base: float) -> float:
    label = known.labels.get(fold(name))
    if label is None:
        if kind is Kind.PERSON:
            return base + (0.1 if 2 <= len(name.split()) <= 4 and not re.search(r"\d", name) else 0.0)
        return base
    wanted = {Kind.PERSON: _PEOPLE, Kind.PLACE: _PLACES}.get(kind)
    if wanted is None:
        return base + 0.1
    if label in wanted:
        return base + 0.3
    return base if label in (Label.MISC, Label.ORG) else base - 0.3


def _cued(text: str, kind: Kind, words: Words) -> list[tuple[int, int, float]]:
    """Names by the words around them, then foreign words, then what the segmenter takes for a name."""
    found: list[tuple[int, int, float]] = []
    for name, pattern in words.cues.items():
        fit = 0.75 if kind.value == name else 0.45 if kind not in _TYPED else 0.0
        found += [(*m.span(1), fit) for m in pattern.finditer(text) if fit]
    if kind not in _TYPED:
        found += [(m.start() + 1, m.end() - 1, 0.5) for m in _TITLES_ZH.finditer(text)]
    found += [(*m.span(), 0.5) for m in _LATIN_NAME.finditer(text)]
    if not any(fit >= 0.7 for _, _, fit in found):
        found += _segmented(text, kind)
    return found


def _segmented(text: str, kind: Kind) -> list[tuple[int, int, float]]:
    wanted = {Kind.PERSON: ("nr",), Kind.PLACE: ("ns",)}.get(kind, ("nr", "ns", "nt", "nz"))
    found, at = [], 0
    for word, flag in segment(text):
        if flag.startswith(wanted) and len(word) > 1:
            found.append((at, at + len(word), 0.55))
        at += len(word)
    return found


def complement(text: str, words: Words) -> list[Candidate]:
    """What a sentence says its subject is: the words after "is" up to the clause's end."""
    if words.code == "zh":
        match = re.search(r"(?:是|为)(?!否)([^，。；（]{2,60})", text)
    else:
        copulas = "|".join(map(re.escape, words.copula))
        match = re.search(
            rf"(?<!\w)(?:{copulas}) (.+?)(?=[,;.:(]\s|[.;]$|\s(?:who|which|that|der|die|das|que|qui)\s|$)",
            text,
        )
    if match is None or not match.group(1).strip():
        return []
    start, end = match.span(1)
    if end - start > 160:
        return []
    return [Candidate(start, end, match.group(1), 0.8)]


def _said(candidate: Candidate, question: Question) -> bool:
    """True when the question already says the candidate.

    A place may answer though a longer name of the question holds it: "Where is the Alden Bridge?" "Alden".
    """
    folded = fold(candidate.text)
    if not folded or any(folded in unit.names for unit in question.names):
        return True
    if has_unspaced(folded):
        return folded in fold(question.text)
    own = set(folded.split())
    if question.kind is Kind.PLACE and _part_of_name(own, question):
        return False
    return own <= set(fold(question.text).split())


def _part_of_name(own: set[str], question: Question) -> bool:
    return any(own < set(fold(u.text).split()) for u in question.names)


def _near(
    candidate: Candidate, sentence: Sentence, question: Question, words: Words, asked: Sequence[Unit]
) -> float:
    """Fit, nearness to the question's words, and the cue before the candidate."""
    relation = [t for t in sentence.tokens if _answers(t, asked)]
    text = sentence.text
    score = candidate.fit
    if relation:
        score += 0.35 / (1 + min(_gap(candidate, t, text) for t in relation) / 12)
    before = sentence.text[: candidate.start].rstrip(" „“\"'«(").casefold()
    if question.kind is Kind.PLACE:
        listed = before.endswith(",") and sentence.text[candidate.start - 2 : candidate.start] == ", "
        score += 0.25 if _ends_in(before, words.locative) else -0.15 if listed else -0.45
        score += lifespan(candidate, sentence.text, asked)
        score -= 0.2 if _part_of_name(set(fold(candidate.text).split()), question) else 0.0
        score -= 0.3 if words.agent and _ends_in(before, words.agent) else 0.0
    if question.kind in (Kind.PERSON, Kind.NAME) and words.agent and _ends_in(before, words.agent):
        score += 0.2
    if (
        question.kind is Kind.PERSON
        and _ends_in(before, words.locative)
        and not _ends_in(before, words.agent)
    ):
        score -= 0.2
    score += _focused(candidate, sentence, question)
    if question.kind is Kind.DATE:
        score += lifespan(candidate, sentence.text, asked) - (0.0 if candidate.order[0] else 0.3)
    return score


def _focused(candidate: Candidate, sentence: Sentence, question: Question) -> float:
    """What the noun after "which" or "how many" adds where it stands beside the candidate."""
    near = sentence.text[max(0, candidate.start - 24) : candidate.end + 24].casefold()
    focus = question.focus.rstrip("s")
    bonus = 0.25 if len(focus) >= 2 and focus in near else 0.0
    bonus += 0.2 if len(focus) >= 3 and focus in candidate.text.casefold() else 0.0
    if question.kind is Kind.NUMBER:
        after = [t for t in sentence.tokens if candidate.end - 12 <= t.start <= candidate.end + 24]
        bonus += 0.3 if any(_answers(t, question.units) for t in after) else 0.0
        weak = re.fullmatch(r"1\d{3}|20\d\d", candidate.text) or candidate.order == (1.0,)
        bonus -= 0.3 if weak else 0.0
    return bonus


def lifespan(candidate: Candidate, text: str, asked: Sequence[Unit]) -> float:
    """For "(2 June 1946 in Bern – 3 May 1999)": before the dash stands the birth, after it the death."""
    relations = {k for u in asked for k in u.keys if k.startswith("@")}
    if not relations & {"@birth", "@death"}:
        return 0.0
    opening = max(text.rfind(c, 0, candidate.start) for c in "(（")
    closing = min((i for i in (text.find(c, candidate.end) for c in ")）") if i >= 0), default=-1)
    if opening < 0 or closing < 0 or closing - opening > 160 or ")" in text[opening : candidate.start]:
        return 0.0
    second = _DASH.search(text, opening, candidate.start) is not None
    first = _DASH.search(text, candidate.end, closing) is not None
    if "@birth" in relations and "@death" not in relations:
        return -0.3 if second else 0.35 if first else 0.15
    return 0.4 if second else -0.3 if first else 0.0


_DASH = re.compile(r"[–—†至]|(?<=\s)-|-(?=\s)|(?<=[日年0-9])[-－](?=[0-9])")


def _answers(token: Token, asked: Sequence[Unit]) -> bool:
    return any(token.key in u.keys if token.key else False for u in asked) or bool(
        token.relation and any("@" + token.relation in u.keys for u in asked)
    )


def _gap(candidate: Candidate, token: Token, text: str) -> int:
    """Characters between the candidate and a word: more for what stands before it or in another clause."""
    if token.end <= candidate.start:
        between, factor = text[token.end : candidate.start], 1.0
    else:
        between, factor = text[candidate.end : token.start], 1.3
    clauses = len(re.findall("[,;:，；：]", between))
    return int(factor * len(between)) + 12 * clauses


def _ends_in(before: str, words: Sequence[str]) -> bool:
    return any(
        before.endswith(word) and (has_unspaced(word) or not before[: -len(word)][-1:].isalpha())
        for word in words
    )


def _inside(spans: dict[tuple[int, int], float], start: int, end: int) -> bool:
    return any(s <= start and end <= e for s, e in spans)


def _bounded(text: str, start: int, end: int) -> bool:
    if has_unspaced(text[start:end]):
        return True
    return not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum())


def widened(candidate: Candidate, sentence: Sentence, kind: Kind, known: Known) -> Candidate:
    """The candidate with the rest of the list of people that it stands in ("Jobs, Wozniak and Wayne")."""
    if kind is not Kind.PERSON:
        return candidate
    language = sentence.hit.language
    parts = sorted({(c.start, c.end) for c in _names(sentence.text, kind, known, words_of(language))})
    start, end = candidate.start, candidate.end
    for s, e in parts:
        if s >= end and _LISTED.fullmatch(sentence.text, end, s):
            end = e
    for s, e in reversed(parts):
        if e <= start and _LISTED.fullmatch(sentence.text, e, start):
            start = s
    return Candidate(start, end, sentence.text[start:end], candidate.fit, candidate.order)
