"""The reader without a language model: the sentence, or the chain of sentences over a path, that bears the
question.

Every sentence of the evidence is an option, and so is every chain bridge -> target over the paths of the
search. An option's score is the share of the question that it bears (rare words weigh more, names count as
wholes), with a little for what search found nearest, for the best candidate of the asked kind in its last
sentence, and less for every hop: a longer chain has to bear more to win. No model is called; some forty
sentences cost a few milliseconds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..core.records import StoredFact
from ..core.results import Citation, SearchResult
from ..core.text import fold, squeeze, visible
from ..kg.words import Words, words_of
from ..retrieval.asking import Kind
from .compare import compare
from .evidence import Evidence, Sentence, cite
from .fence import unnumbered
from .question import Question
from .spans import Candidate, Known, candidates, widened
from .tokens import keys, negated, tokens
from .values import dates, numbers

QUOTE_LIMIT = 400
"""Longest quotation in characters; a longer sentence is quoted around the answer."""
_HOP = 0.09
_TYPED = frozenset(
    {Kind.PERSON, Kind.PLACE, Kind.DATE, Kind.NUMBER, Kind.NAME, Kind.DEFINITION, Kind.OPEN, Kind.CHOICE}
)
_STRICT = frozenset({Kind.PERSON, Kind.PLACE, Kind.DATE, Kind.NUMBER})


@dataclass(frozen=True, slots=True)
class Option:
    """Sentences that answer together: the last one says it, those before lead to it."""

    chain: tuple[Sentence, ...]
    coverage: float
    """Weighted share of the question that the chain bears."""
    score: float
    candidate: Candidate | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What the reader found, before it is decided whether it may be said."""

    text: str
    short: str
    """The span that answers, "" when only a sentence does."""
    citations: tuple[Citation, ...]
    coverage: float
    fit: float
    """How well the short answer fits the kind asked for, 0..1."""
    language: str
    """Language that it is written in."""


def read(
    question: Question, evidence: Evidence, known: Known, found: SearchResult, language: str | None = None
) -> Draft | None:
    """The best answer in the evidence, or None without any sentence.

    Args:
        language: of the answer; None is the question's.
    """
    if not evidence.sentences:
        return None
    words = words_of(language or question.language)
    code = language or question.language
    if question.operands:
        compared = compare(question, evidence, words)
        if compared is not None:
            coverage = _coverage(question, evidence, tuple(s for s, _ in compared.places))
            quotes = tuple(_quoted(s, c) for s, c in compared.places)
            return Draft(
                answered_text(words, compared.text, quotes), compared.short, quotes, coverage, 0.9, code
            )
    options = sorted(_options(question, evidence), key=_rank)[:14]
    if question.kind is Kind.YES_NO:
        return _verdict(question, options[0], words, code)
    best = min((_answered(o, question, known, found) for o in options), key=_rank)
    candidate, last = best.candidate, best.chain[-1]
    if candidate is not None:
        candidate = widened(candidate, last, question.kind, known)
    quotes = tuple(_quoted(s, candidate if s is last else None) for s in best.chain)
    short = _tidy(candidate.text) if candidate is not None else ""
    fit = candidate.fit if candidate is not None else (0.0 if question.kind in _STRICT else 0.4)
    return Draft(answered_text(words, short, quotes), short, quotes, best.coverage, fit, code)


def _rank(option: Option) -> tuple[float, int, int]:
    """Best first; ties go to the better passage and the earlier sentence."""
    return -option.score, option.chain[-1].number, option.chain[-1].start


def _options(question: Question, evidence: Evidence) -> Iterator[Option]:
    table = {id(s): [s.share(u) for u in question.units] for s in evidence.sentences}
    weights = [evidence.weights[i] for i in range(len(question.units))]
    total = sum(weights) or 1.0
    seen = set()
    for chain in _chains(evidence):
        key = tuple((s.number, s.start) for s in chain)
        if key in seen:
            continue
        seen.add(key)
        if len(chain) > 1 and not _adds(chain, question):
            continue
        shares = [max(column) for column in zip(*(table[id(s)] for s in chain), strict=True)]
        coverage = sum(w * share for w, share in zip(weights, shares, strict=True)) / total
        last = chain[-1]
        score = coverage - _HOP * (len(chain) - 1) + 0.05 / last.number
        score += _nearest(last, question)
        score -= sum(0.6 for s in chain if s.orders)
        score -= 0.1 if len(last.tokens) < 4 else 0.0
        yield Option(chain, coverage, score)


def _adds(chain: tuple[Sentence, ...], question: Question) -> bool:
    """True when the last sentence itself says something of the question that those before it do not.

    A hop that adds nothing leads anywhere. In another language words do not meet, and similarity decides.
    """
    *before, last = chain
    if last.hit.language != question.language:
        return True
    return any(
        u.share(last.keys, last.folded) >= 0.5 > max(u.share(s.keys, s.folded) for s in before)
        for u in question.units
        if not u.is_name
    )


def _nearest(last: Sentence, question: Question) -> float:
    """For the sentence that search found nearest; by rank in another language, where words do not meet."""
    if not last.best:
        return 0.0
    return 0.1 if last.hit.language == question.language else 0.35 / (1 + 0.5 * (last.number - 1))


def _chains(evidence: Evidence) -> Iterator[tuple[Sentence, ...]]:
    """Sentences alone, then over one bridge, then over two."""
    for sentence in evidence.sentences:
        yield (sentence,)
    for bridge in evidence.bridges:
        for last in evidence.of(bridge.target):
            yield bridge.sentence, last
        for onward in evidence.bridges:
            if onward.sentence.number == bridge.target and onward.target != bridge.sentence.number:
                for last in evidence.of(onward.target):
                    yield bridge.sentence, onward.sentence, last


def _coverage(question: Question, evidence: Evidence, chain: tuple[Sentence, ...]) -> float:
    total = sum(evidence.weights.values()) or 1.0
    borne = (
        evidence.weights[i] * max((s.share(u) for s in chain), default=0.0)
        for i, u in enumerate(question.units)
    )
    return sum(borne) / total


def coverage_of(question: Question, evidence: Evidence, citations: tuple[Citation, ...]) -> float:
    """Weighted share of the question that the cited sentences bear, 0..1."""
    places = {(c.number, c.start) for c in citations}
    return _coverage(
        question, evidence, tuple(s for s in evidence.sentences if (s.number, s.start) in places)
    )


def _answered(option: Option, question: Question, known: Known, found: SearchResult) -> Option:
    """The option with its best candidate, whose fit counts for its score."""
    if question.kind not in _TYPED:
        return option
    last = option.chain[-1]
    words = [u for u in question.units if not u.is_name]
    led = [u for u in words if max((s.share(u) for s in option.chain[:-1]), default=0.0) < 0.5]
    ranked = candidates(last, question, known, led or words)
    stated = _stated(last, question, found.facts)
    if stated:
        ranked = sorted((_raised(c, stated) for c in ranked), key=lambda c: (-c.fit, c.start))
        if not ranked and question.kind in (Kind.NAME, Kind.OPEN):
            ranked = [Candidate(s, e, last.text[s:e], 0.8) for s, e in stated[:1]]
    floor = 0.75 if question.kind in (Kind.OPEN, Kind.CHOICE) else 0.6 if question.kind is Kind.NAME else 0.45
    if not ranked or ranked[0].fit < floor:
        penalty = 0.25 if question.kind in _STRICT else 0.0
        return Option(option.chain, option.coverage, option.score - penalty)
    return Option(option.chain, option.coverage, option.score + 0.25 * ranked[0].fit, ranked[0])


def _stated(sentence: Sentence, question: Question, facts: tuple[StoredFact, ...]) -> list[tuple[int, int]]:
    """Places of the other arguments of the facts that the sentence states about what the question names."""
    asked = frozenset(k for u in question.units if not u.is_name for k in u.keys)
    places = []
    for fact in facts:
        inside = fact.document_id == sentence.hit.document_id and sentence.start <= fact.start < sentence.end
        if not inside or fact.negated:
            continue
        if _is_what_is_asked(fact, asked) and all(sentence.share(u) >= 0.8 for u in question.names):
            at = sentence.text.find(fact.subject)
            places += [(at, at + len(fact.subject))] if at >= 0 else []
            continue
        if asked.isdisjoint(keys(tokens(fact.predicate, "en"))):
            continue
        for known, other in ((fact.subject, fact.object), (fact.object, fact.subject)):
            at = sentence.text.find(other)
            if at >= 0 and any(u.share(frozenset(), fold(known)) for u in question.names):
                places.append((at, at + len(other)))
                break
    return places


def _is_what_is_asked(fact: StoredFact, asked: frozenset[str]) -> bool:
    """True for "Atlanta is the capital" where the capital is asked for."""
    return fact.rule == "copula" and not asked.isdisjoint(keys(tokens(fact.object, "en")))


def _raised(candidate: Candidate, stated: list[tuple[int, int]]) -> Candidate:
    if not any(s < candidate.end and candidate.start < e for s, e in stated):
        return candidate
    fit = min(1.0, max(0.6, candidate.fit + 0.3))
    return Candidate(candidate.start, candidate.end, candidate.text, fit, candidate.order)


def _verdict(question: Question, best: Option, words: Words, code: str) -> Draft:
    """Yes or no where one option bears all of the question or only another value; else just the
    quotation."""
    last = best.chain[-1]
    missing = [u for u in question.units if max(s.share(u) for s in best.chain) < 0.5]
    denies = negated(last.text, last.hit.language) != negated(question.text, question.language)
    short = ""
    if not missing and best.coverage >= 0.8:
        short = words.phrases["no" if denies else "yes"]
    elif missing and not denies and all(_is_value(u.text, question.language) for u in missing):
        other = (dates if dates(missing[0].text, question.language) else numbers)(
            last.text, last.hit.language
        )
        short = words.phrases["no"] if other else ""
    quotes = tuple(_quoted(s, None) for s in best.chain)
    return Draft(
        answered_text(words, short, quotes), short, quotes, best.coverage, 0.8 if short else 0.3, code
    )


def _is_value(text: str, language: str) -> bool:
    return bool(dates(text, language) or numbers(text, language))


def _quoted(sentence: Sentence, candidate: Candidate | None) -> Citation:
    """The citation of a sentence, around the candidate where the sentence is long."""
    start, end = 0, len(sentence.text)
    if end > QUOTE_LIMIT:
        if candidate is not None:
            start = max(0, min(candidate.start - QUOTE_LIMIT // 2, end - QUOTE_LIMIT))
        end = max(min(end, start + QUOTE_LIMIT), candidate.end if candidate else 0)
        while (
            start
            and not sentence.text[start - 1].isspace()
            and start < (candidate.start if candidate else end)
        ):
            start += 1
        while (
            end < len(sentence.text) and not sentence.text[end].isspace() and end > start + QUOTE_LIMIT // 2
        ):
            end -= 1
        if candidate is not None:
            end = max(end, candidate.end)
    return cite(sentence.hit, sentence.number, sentence.start + start, sentence.start + end)


def _tidy(short: str) -> str:
    bare = squeeze(short).rstrip(",;:")
    if bare.endswith(".") and bare[-3:-2] not in (".", " "):
        bare = bare.rstrip(".")
    return bare


def answered_text(words: Words, short: str, quotes: tuple[Citation, ...]) -> str:
    """One or two sentences in the question's language, each quotation with its number."""
    distinct = tuple(dict.fromkeys(quotes))
    quoted = " ".join(quotation(c, words) for c in distinct)
    return words.phrase("answer", short=short, quotes=quoted) if short else quoted


def quotation(citation: Citation, words: Words) -> str:
    """A citation as the answer shows it: title, quoted words, number."""
    quote = unnumbered(squeeze(visible(citation.quote)))
    title = unnumbered(squeeze(visible(citation.title)))
    if title:
        return words.phrase("quote", title=title, quote=quote, n=citation.number)
    return words.phrase("bare_quote", quote=quote, n=citation.number)
