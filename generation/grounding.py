"""Claims of an answer against the evidence: citations parsed, support checked, what has none dropped or
flagged.

A claim is a sentence of the answer. Its support is 0 where it says a number, a name or a negation that the
evidence which it cites does not say, else the share of its content words that the best two sentences of
that evidence bear. A claim that cites nothing is tied to the passage that supports it best. Word overlap
cannot see who did what to whom: support is necessary for truth, not sufficient."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..core.results import Citation, Hit, SearchResult
from ..core.text import fold, has_unspaced
from ..kg.sentences import sentences
from ..kg.words import words_of
from ..models.base import Embedder
from .evidence import Sentence, cite, read_hit
from .spans import runs
from .tokens import keys, negated, same_numbers, tokens
from .values import dates

_CITED = re.compile(r"[\[［【]\s*(\d{1,4}(?:\s*[,;，、]\s*\d{1,4})*)\s*[\]］】]")
SUPPORTED = 0.5
"""Share of a claim's words that its evidence must bear."""
TIED = 0.6
"""The same for a claim that did not say where it comes from."""
_SAME_MEANING = 0.6
"""Similarity above the embedder's floor, 0..1, that ties a claim to evidence in another language."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of an answer, checked."""

    text: str
    """Without its citation marks."""
    cited: tuple[int, ...]
    """Numbers that it cites, whether they exist or not."""
    support: float
    citations: tuple[Citation, ...] = ()
    problem: str = ""
    """Why it has no support, "" where it has."""


@dataclass(frozen=True, slots=True)
class Grounded:
    """An answer after the check."""

    text: str
    citations: tuple[Citation, ...]
    claims: tuple[Claim, ...]
    support: float
    """Mean support of the claims that stay, less by up to a third for what had none; 0 when none stays."""
    warnings: tuple[str, ...]


def numbers_cited(text: str) -> tuple[int, ...]:
    """The numbers in citation marks, in order, each once."""
    found = (int(n) for m in _CITED.finditer(text) for n in re.findall(r"\d+", m.group(1)))
    return tuple(dict.fromkeys(found))


def bare(text: str) -> str:
    """The text without citation marks."""
    return re.sub(r"\s+([.,;:!?])", r"\1", re.sub(r"[ \t]{2,}", " ", _CITED.sub("", text))).strip()


def ground(
    text: str, language: str, found: SearchResult, *, flag: bool = False, embedder: Embedder | None = None
) -> Grounded:
    """The answer with every claim tied to what supports it.

    Args:
        text: a sanitised answer with citation marks such as [1].
        language: of the answer.
        flag: keep claims without support, marked as such, instead of dropping them.
        embedder: compares claims with evidence in another language, where words cannot.
    """
    checker = _Checker(found, language, embedder)
    distinct = {fold(bare(claim)): claim for claim in reversed(split(text))}
    claims = [checker.check(claim) for claim in reversed(distinct.values())]
    kept, lines, warnings = [], [], []
    for claim in claims:
        if claim.citations:
            kept.append(claim)
            marks = "".join(f"[{n}]" for n in dict.fromkeys(c.number for c in claim.citations))
            lines.append(_marked(claim.text, marks))
        else:
            warnings.append(
                f"{'flagged' if flag else 'dropped'} without support ({claim.problem}): {claim.text[:120]}"
            )
            if flag:
                lines.append(f"{claim.text} {words_of(language).phrases['unsupported']}")
        absent = [n for n in claim.cited if not 1 <= n <= len(found.passages)]
        if absent:
            warnings.append("cites evidence that is not there: " + ", ".join(f"[{n}]" for n in absent))
    total = sum(len(c.text) for c in claims) or 1
    share = sum(len(c.text) for c in kept) / total
    support = (2 + share) / 3 * sum(c.support for c in kept) / len(kept) if kept else 0.0
    joiner = "" if has_unspaced("".join(lines[:1])) else " "
    citations = tuple(dict.fromkeys(c for claim in kept for c in claim.citations))
    return Grounded(joiner.join(lines), citations, tuple(claims), support, tuple(warnings))


def split(text: str) -> list[str]:
    """The claims of an answer: its sentences, citation marks after the full stop with the sentence
    before."""
    text = re.sub(rf"(?<=[.!?])(?={_CITED.pattern})", " ", text)
    parts: list[str] = []
    for span in sentences(text):
        part = text[span.start : span.end]
        leading = re.match(rf"(?:{_CITED.pattern}[\s.,;。]*)+", part)
        if leading and parts:
            parts[-1] += " " + leading.group().strip()
            part = part[leading.end() :].strip()
        if part:
            parts.append(part)
    return [p for p in parts if any(c.isalnum() for c in bare(p))]


def _marked(text: str, marks: str) -> str:
    """The claim with its marks before the full stop."""
    match = re.search(r"[.!?。！？…]+$", text)
    if match is None:
        return f"{text} {marks}"
    space = "" if has_unspaced(text[: match.start()][-1:]) else " "
    return f"{text[: match.start()]}{space}{marks}{match.group()}"


class _Checker:
    """Support of claims by the numbered passages of one search; passages are read once."""

    def __init__(self, found: SearchResult, language: str, embedder: Embedder | None) -> None:
        self._hits = found.passages
        self._language = language
        self._embedder = embedder
        self._read: dict[int, list[Sentence]] = {}
        names = (fold(n) for e in found.entities for n in (e.name, *e.aliases))
        self._aliases = frozenset(word for name in names for word in name.split())

    def check(self, claim: str) -> Claim:
        """The claim with the citations that support it, or the reason why none does."""
        cited = numbers_cited(claim)
        text = bare(claim)
        valid = [n for n in cited if 1 <= n <= len(self._hits)]
        support, citations, problem = (
            self._supported(text, valid) if valid else (0.0, (), "cites no evidence")
        )
        if support < SUPPORTED:
            others = [n for n in range(1, len(self._hits) + 1) if n not in valid]
            elsewhere = [self._supported(text, [n]) for n in others]
            best = max(elsewhere, key=lambda e: e[0], default=(0.0, (), problem))
            if best[0] >= TIED:
                support, citations, problem = best
            elif not valid and elsewhere:
                problem = best[2] or problem
            if support < SUPPORTED:
                return Claim(text, cited, 0.0, (), problem or "its words are not in the evidence")
        return Claim(text, cited, support, citations)

    def _sentences(self, number: int) -> list[Sentence]:
        if number not in self._read:
            self._read[number] = read_hit(number, self._hits[number - 1])
        return self._read[number]

    def _supported(self, text: str, numbers: Sequence[int]) -> tuple[float, tuple[Citation, ...], str]:
        """Support by these passages together, the quotations that carry it, and what speaks against it."""
        hits = [self._hits[n - 1] for n in numbers]
        whole = " \n ".join(f"{h.title} \n {h.text}" for h in hits)
        problem = self._contradicted(text, whole, hits)
        if problem:
            return 0.0, (), problem
        said = keys(tokens(text, self._language))
        if not said:
            return 0.0, (), "it says nothing that evidence could bear"
        foreign = all(h.language.split("-")[0] != self._language for h in hits)
        scored = sorted(
            ((self._borne(said, s), s) for n in numbers for s in self._sentences(n)),
            key=lambda p: (-p[0], p[1].number, p[1].start),
        )
        best, second = scored[:1], self._second(said, scored)
        alone = _share(said, best)
        support = max(alone, _share(said, best + second))
        chosen = [s for _, s in best + (second if support > alone else [])]
        if foreign and support < SUPPORTED:
            return self._across(text, [s for _, s in scored])
        if chosen and negated(text, self._language) != negated(chosen[0].text, chosen[0].hit.language):
            return 0.0, (), "it denies what the evidence says, or the other way round"
        return support, tuple(cite(s.hit, s.number, s.start, s.end) for s in chosen), ""

    def _borne(self, said: frozenset[str], sentence: Sentence) -> float:
        own = len(said & sentence.keys)
        return (own + 0.5 * len((said & sentence.title_keys) - sentence.keys)) / len(said)

    def _second(
        self, said: frozenset[str], scored: list[tuple[float, Sentence]]
    ) -> list[tuple[float, Sentence]]:
        """The sentence that adds most to the best one."""
        if len(scored) < 2:
            return []
        rest = said - scored[0][1].keys
        added = max(scored[1:], key=lambda p: (len(rest & p[1].keys), p[0]))
        return [added] if len(rest & added[1].keys) >= 1 else []

    def _contradicted(self, text: str, whole: str, hits: Sequence[Hit]) -> str:
        """A number or name of the claim that the passages do not hold, as a sentence; "" when they hold
        all."""
        absent = same_numbers(text) - same_numbers(whole)
        absent -= _spelt(whole, {h.language for h in hits}, absent)
        if absent:
            return "number not in the evidence: " + ", ".join(sorted(absent))
        if has_unspaced(whole) and not has_unspaced(text):
            return ""
        present = frozenset(fold(whole).split()) | self._aliases
        for start, end in runs(text, self._language):
            name = fold(text[start:end]).split()
            if (start == 0 or self._language == "de") and len(name) == 1:
                continue
            if any(word not in present and not _inflected(word, present) for word in name):
                return f"name not in the evidence: {text[start:end]}"
        return ""

    def _across(self, text: str, found: list[Sentence]) -> tuple[float, tuple[Citation, ...], str]:
        """Support by meaning, for evidence in another language than the claim."""
        if self._embedder is None or not found:
            return 0.0, (), "the evidence is in another language and no embedder compares them"
        near = sorted(found, key=lambda s: not s.best)[:12]
        vectors = self._embedder.embed_queries([text, *(s.text for s in near)])
        cosines = vectors[1:] @ vectors[0]
        best = int(np.argmax(cosines))
        floor = self._embedder.floor
        similarity = float(np.clip((cosines[best] - floor) / (1 - floor), 0.0, 1.0))
        if similarity < _SAME_MEANING:
            return 0.0, (), "no sentence of the evidence means the same"
        chosen = near[best]
        return similarity, (cite(chosen.hit, chosen.number, chosen.start, chosen.end),), ""


def _share(said: frozenset[str], scored: list[tuple[float, Sentence]]) -> float:
    """Share of a claim's words that these sentences and the titles above them bear together."""
    together = frozenset[str]().union(*(s.keys | s.title_keys for _, s in scored))
    return len(said & together) / len(said)


def _inflected(word: str, present: frozenset[str]) -> bool:
    """True when another form of a long word is there ("Germans" for "German")."""
    return len(word) > 4 and any(w.startswith(word[:-2]) and abs(len(w) - len(word)) <= 3 for w in present)


def _spelt(whole: str, languages: set[str], absent: frozenset[str]) -> frozenset[str]:
    """Numbers that the evidence writes as words, or as part of a date in another form."""
    said: set[str] = set()
    for language in languages:
        table = words_of(language).numbers
        lower = whole.casefold()
        for word, size in table.items():
            if str(size) in absent and (
                word in lower if has_unspaced(word) else re.search(rf"\b{word}\b", lower)
            ):
                said.add(str(size))
        for date in dates(whole, language):
            said.update(str(int(abs(part))) for part in date.order if part)
    return frozenset(said)


def unbroken(citations: Sequence[Citation], hits: Sequence[Hit]) -> bool:
    """True when every quotation stands in its numbered passage, at its place.

    >>> unbroken((), ())
    True
    """
    for citation in citations:
        if not 1 <= citation.number <= len(hits):
            return False
        hit = hits[citation.number - 1]
        same = (
            hit.document_id == citation.document_id and hit.start <= citation.start <= citation.end <= hit.end
        )
        if not same or hit.text[citation.start - hit.start : citation.end - hit.start] != citation.quote:
            return False
    return True
