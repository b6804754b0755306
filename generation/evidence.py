"""Evidence as answers cite it: numbered passages, their sentences with places in the document, and how they
join."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass

from ..core.records import Span
from ..core.results import Citation, Hit, SearchResult
from ..core.text import fold, has_unspaced, without_parenthesis
from ..kg.sentences import sentences
from .fence import commands
from .question import Question, Unit
from .tokens import Token, keys, tokens

_LIFE = re.compile(r"[^.。]{1,80}[(（][^()（）]{0,60}\d[^()（）]*(?:\)|）|[-–—])")
_LIVED = frozenset({"@birth", "@death"})
"""What dates in parentheses after a name speak of."""
_NATIONAL = frozenset({"@nationality"})
"""What "is a Swedish film director" speaks of."""
_NATION = re.compile(
    r"\b(?:is|was|are|were) (?:an? |the )(?:\d{4} )?([A-Z][\w-]+(?: [A-Z][a-z]+)?)(?=[ -][a-z])"
)


def nations(text: str) -> list[tuple[int, int]]:
    """Places of nationalities in definitions: "is a Swedish film director"."""
    return [m.span(1) for m in _NATION.finditer(text)]


ABOUT = 0.97
"""Weight of what a sentence does not say because its whole document is about it."""
TITLED = 0.85
"""Weight of what only the title of the document bears."""
AROUND = 0.6
"""Weight of what only other sentences of the passage bear."""
AROUND_RELATION = 0.1
"""The same for a relation, which holds of what its own sentence names."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage, with offsets in its document."""

    number: int
    """1-based number of the passage that it stands in."""
    hit: Hit
    start: int
    end: int
    text: str
    tokens: tuple[Token, ...]
    """With places in `text`."""
    keys: frozenset[str]
    folded: str
    title_keys: frozenset[str]
    title_folded: str
    around_keys: frozenset[str]
    """What the whole passage says."""
    around_folded: str
    best: bool
    """True for the sentence that search found nearest to the question."""
    orders: bool
    """True when it reads like an instruction to a machine: quoted by nobody."""

    def share(self, unit: Unit) -> float:
        """How much of a unit the sentence bears; what only the title of its document bears counts less."""
        own = unit.share(self.keys, self.folded)
        if own == 1.0:
            return own
        trust = ABOUT if self.title_folded in unit.names else TITLED
        titled = trust * unit.share(self.title_keys, self.title_folded)
        around = AROUND_RELATION if unit.is_relation else AROUND
        return max(own, titled, around * unit.share(self.around_keys, self.around_folded))


@dataclass(frozen=True, slots=True)
class Bridge:
    """A step of the walk: a sentence that names what another passage is about."""

    sentence: Sentence
    target: int
    """Number of the passage that it leads to."""
    entity: str
    score: float


@dataclass(frozen=True)
class Evidence:
    """The numbered passages of one search, read for one question."""

    hits: tuple[Hit, ...]
    sentences: tuple[Sentence, ...]
    bridges: tuple[Bridge, ...]
    weights: dict[int, float]
    """Weight of each unit of the question, by its place in `question.units`."""

    def of(self, number: int) -> tuple[Sentence, ...]:
        """The sentences of the passage with that number."""
        return tuple(s for s in self.sentences if s.number == number)


def cite(hit: Hit, number: int, start: int, end: int) -> Citation:
    """The citation of a place in a passage: the quote is the document's text there."""
    quote = hit.text[start - hit.start : end - hit.start]
    return Citation(number, hit.document_id, hit.title, start, end, quote)


def gather(question: Question, found: SearchResult, limit: int) -> Evidence:
    """The sentences of the first `limit` passages and of those that a path ties to them.

    Numbers are ranks in `found.passages`, from 1, whatever is left out.
    """
    order = {hit.passage_id: i for i, hit in enumerate(found.passages)}
    chosen = set(range(min(limit, len(found.passages))))
    for path in found.paths:
        if order.get(path.source) in chosen and path.target in order:
            chosen.add(order[path.target])
    read = [s for i in sorted(chosen) for s in read_hit(i + 1, found.passages[i])]
    bridges = _bridges(found, order, read) + _named(found, read)
    return Evidence(found.passages, tuple(read), bridges, _weights(question, read))


def read_hit(number: int, hit: Hit) -> list[Sentence]:
    """The sentences of a passage, with their places in its document."""
    title = without_parenthesis(hit.title)
    title_keys = keys(tokens(hit.title, hit.language))
    title_folded = fold(title)
    around_keys = keys(tokens(hit.text, hit.language))
    around_folded = fold(hit.text)
    suspicious = bool(commands(hit.text))
    found: list[Sentence] = []
    for span in sentences(hit.text):
        text = hit.text[span.start : span.end]
        seen = tokens(text, hit.language)
        said = keys(seen) | (_LIVED if not found and _LIFE.match(text) else frozenset())
        said |= _NATIONAL if len(found) < 2 and nations(text) else frozenset()
        place = Span(hit.start + span.start, hit.start + span.end)
        found.append(
            Sentence(
                number=number,
                hit=hit,
                start=place.start,
                end=place.end,
                text=text,
                tokens=seen,
                keys=said,
                folded=fold(text),
                title_keys=title_keys,
                title_folded=title_folded,
                around_keys=around_keys,
                around_folded=around_folded,
                best=_same_place(place, hit.best_sentence),
                orders=suspicious and bool(commands(text)),
            )
        )
    return found


def _same_place(a: Span, b: Span) -> bool:
    overlap = min(a.end, b.end) - max(a.start, b.start)
    return overlap > 0 and 2 * overlap >= min(a.end - a.start, b.end - b.start)


def _bridges(found: SearchResult, order: dict[str, int], read: list[Sentence]) -> tuple[Bridge, ...]:
    bridges = []
    for path in found.paths:
        source, target = order.get(path.source), order.get(path.target)
        if source is None or target is None or source == target:
            continue
        near = [
            s for s in read if s.number == source + 1 and _same_place(Span(s.start, s.end), path.sentence)
        ]
        if near:
            bridges.append(Bridge(near[0], target + 1, path.entity, path.score))
    return tuple(bridges)


def _named(found: SearchResult, read: list[Sentence]) -> tuple[Bridge, ...]:
    """Steps that no path of the search took: sentences that name what another passage is about."""
    about: dict[str, list[int]] = {}
    documents = {s.number: s.hit for s in read}
    for number, hit in documents.items():
        names = [without_parenthesis(hit.title)]
        names += [n for e in found.entities if hit.document_id in e.documents for n in (e.name, *e.aliases)]
        for name in dict.fromkeys(names):
            if len(name) > 2 or len(name) == 2 and has_unspaced(name):
                about.setdefault(name, []).append(number)
    bridges = []
    for sentence in read:
        for name, numbers in about.items():
            if sentence.number not in numbers and name in sentence.text and _whole(name, sentence.text):
                bridges += [Bridge(sentence, number, name, 0.0) for number in numbers]
    return tuple(bridges)


def _whole(name: str, text: str) -> bool:
    """True when the name stands in the text without cutting a word."""
    if has_unspaced(name):
        return True
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def _weights(question: Question, read: list[Sentence]) -> dict[int, float]:
    """Rare words of the question weigh more: log(1 + n / df) over the sentences of the evidence."""
    total = max(len(read), 1)
    seen: Counter[int] = Counter()
    for sentence in read:
        for i, unit in enumerate(question.units):
            if unit.share(sentence.keys, sentence.folded) >= 0.5:
                seen[i] += 1
    return {
        i: math.log(1 + total / max(seen[i], 1)) * _importance(unit) for i, unit in enumerate(question.units)
    }


def _importance(unit: Unit) -> float:
    """Names and relations say what is asked; other words may be a matter of style."""
    if unit.is_name:
        return 1.6
    return 1.3 if unit.is_relation else 0.8
