"""The reader: a document to its sentences, passages, mentions, facts and names, as a pure function of the
document.

Documents are read in groups so that a pipeline gets many sentences at once, but every sentence is read on
its own: the same document gives the same reading alone, in any group and in any order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby

from ..core.errors import EmptyDocumentError
from ..core.records import Document, Fact, Label, Mention, Name, Passage, Reading, Span
from ..core.settings import Settings
from ..core.text import clean, fold
from .candidates import Candidate, quoted, sentence_candidates, title_candidates
from .languages import UNKNOWN, detect, script_of
from .mentions import resolve, title_mentions
from .names import names_of
from .parsing import make_doc
from .passages import count_words, sentences, windows
from .pipelines import Choice, Pipeline, choose, load
from .relations import Clause, clauses_of
from .relations.arguments import LIMIT, Sentence, facts_of
from .relations.shallow import co_mentions, definition_facts, life_facts
from .topic import find_topic

GROUP_CHARACTERS = 200_000
"""Characters of documents that are read together: bounds the memory of a stream."""
_BATCH = 128
_PASSAGE_TO_JUDGE = 30
"""Words that a passage needs to be of another language than its document in the same script."""


@dataclass(slots=True)
class _Draft:
    """A document on its way to a reading."""

    document: Document
    sentences: tuple[Span, ...]
    passages: tuple[Passage, ...]
    language: str
    spoken: list[str]
    """Language of each sentence."""
    candidates: list[Candidate]
    atoms: dict[int, list[tuple[int, int]]]
    clauses: dict[int, list[Clause]] = field(default_factory=dict)
    choices: dict[Choice, int] = field(default_factory=dict)


class Reader:
    """Reads documents. Safe to share between threads; pipelines are loaded on first use.

    >>> from clew.core.settings import Settings
    >>> reading = Reader(Settings()).read(Document("a", "Rome is the capital of Italy."))
    >>> [(f.subject.text, f.predicate, f.object.text) for f in reading.facts]
    [('Rome', 'capital of', 'Italy')]

    Raises:
        ModelMissingError: `settings.models.pipelines` names a pipeline that is not installed.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._named = dict(settings.models.pipelines)
        for language in self._named:
            choose(language, self._named)

    def read(self, document: Document) -> Reading:
        """What one document says.

        Raises:
            EmptyDocumentError: the document has no text.
        """
        return next(iter(self.read_many((document,))))

    def read_many(self, documents: Iterable[Document]) -> Iterator[Reading]:
        """Readings of documents, in order, streamed in groups of bounded size.

        Raises:
            EmptyDocumentError: a document has no text; the readings of those before it have been given.
        """
        group: list[_Draft] = []
        size = 0
        for document in documents:
            try:
                group.append(self._draft(document))
            except EmptyDocumentError:
                yield from self._finish(group)
                raise
            size += len(document.text)
            if size >= GROUP_CHARACTERS:
                yield from self._finish(group)
                group, size = [], 0
        yield from self._finish(group)

    def _draft(self, given: Document) -> _Draft:
        document = replace(given, text=clean(given.text), title=clean(given.title))
        spans = sentences(document.text)
        if not spans:
            raise EmptyDocumentError(f"document {given.id!r} has no text")
        reading = self._settings.reading
        parts = windows(document.text, spans, reading.passage_words, reading.overlap_sentences)
        main = document.language or _main_language(document)
        passages = []
        spoken = [""] * len(spans)
        for ordinal, (first, last) in enumerate(parts):
            start, end = spans[first].start, spans[last - 1].end
            language = document.language or _language(document.text[start:end], main)
            passages.append(Passage(ordinal, start, end, first, last, language))
            for at in range(first, last):
                spoken[at] = spoken[at] or language
        candidates = list(title_candidates(document, spans))
        return _Draft(
            document, spans, tuple(passages), _prevailing(spoken, spans), spoken, candidates,
            _atoms(document.text, spans, candidates),
        )  # fmt: skip

    def _finish(self, drafts: list[_Draft]) -> Iterator[Reading]:
        work = [
            (spoken, at, ordinal)
            for at, draft in enumerate(drafts)
            for ordinal, spoken in enumerate(draft.spoken)
        ]
        for language, jobs in groupby(sorted(work), key=lambda job: job[0]):
            self._tag(drafts, load(choose(language, self._named)), language, [(at, n) for _, at, n in jobs])
        for draft in drafts:
            yield self._reading(draft)

    def _tag(
        self, drafts: list[_Draft], pipeline: Pipeline, language: str, jobs: list[tuple[int, int]]
    ) -> None:
        """Reads sentences of one language: adds candidates and clauses to their drafts."""
        facts = self._settings.reading.facts and pipeline.parser
        off = () if facts else pipeline.idle
        trained = pipeline.choice.folder is not None
        nlp = pipeline.nlp
        for begin in range(0, len(jobs), _BATCH):
            batch = jobs[begin : begin + _BATCH]
            with pipeline.lock, nlp.memory_zone():
                made = [
                    make_doc(nlp, _text(drafts[at], n), drafts[at].atoms.get(n, ()) if trained else ())
                    for at, n in batch
                ]
                docs = nlp.pipe((doc for doc, _ in made), batch_size=_BATCH, disable=list(off))
                for (at, n), doc, (_, offsets) in zip(batch, docs, made, strict=True):
                    draft = drafts[at]
                    sentence = draft.sentences[n]
                    tagged = [
                        (
                            sentence.start + offsets[e.start][0],
                            sentence.start + offsets[e.end - 1][1],
                            e.label_,
                        )
                        for e in doc.ents
                    ]
                    text = draft.document.text
                    draft.candidates.extend(sentence_candidates(text, sentence, n, language, tagged, trained))
                    draft.choices[pipeline.choice] = draft.choices.get(pipeline.choice, 0) + 1
                    if facts:
                        draft.clauses[n] = clauses_of(doc, offsets, language, pipeline.scheme)

    def _reading(self, draft: _Draft) -> Reading:
        document = draft.document
        mentions = resolve(draft.candidates, document)
        names, about = names_of(document, draft.sentences, tuple(mentions))
        if about is not Label.MISC:
            mentions = [replace(m, label=about) if m.source == "title" else m for m in mentions]
        facts = tuple(_facts(draft, mentions, names, about))
        used = sorted(draft.choices.items(), key=lambda item: (-item[1], item[0].stored))
        return Reading(
            document=document,
            language=draft.language,
            pipeline=", ".join(choice.stored for choice, _ in used),
            sentences=draft.sentences,
            passages=draft.passages,
            mentions=(*mentions, *title_mentions(document, about)),
            facts=facts,
            names=names,
            about=about,
        )


def _facts(draft: _Draft, mentions: list[Mention], names: tuple[Name, ...], about: Label) -> Iterator[Fact]:
    """Facts by sentence: from parentheses, definitions, patterns, and weak ones where room is left."""
    text = draft.document.text
    by_sentence: dict[int, list[tuple[int, Mention]]] = {n: [] for n in range(len(draft.sentences))}
    for at, mention in enumerate(mentions):
        by_sentence[mention.sentence].append((at, mention))
    topic = None
    if draft.clauses:
        named = {fold(name.text) for name in names if name.weight >= 0.7}
        nouns = _nouns(draft, mentions, named)
        topic = find_topic(text, draft.sentences, mentions, about, named, nouns)
    for ordinal, own in sorted(by_sentence.items()):
        sentence = Sentence(text, draft.sentences[ordinal], ordinal, own, topic, draft.document.date)
        kept: dict[tuple[int, str, int], Fact] = {}
        for fact in (
            *life_facts(sentence),
            *definition_facts(sentence),
            *facts_of(sentence, draft.clauses.get(ordinal, ())),
        ):
            if len(kept) < LIMIT:
                kept.setdefault((fact.subject.start, fact.predicate, fact.object.start), fact)
        yield from kept.values()
        yield from co_mentions(
            sentence, kept.values(), LIMIT - len(kept), draft.spoken[ordinal] or draft.language
        )


def _nouns(draft: _Draft, mentions: list[Mention], named: set[str]) -> set[str]:
    """What the first sentences say that the title's mention is: the last words of "a 1948 American film"."""
    found = set()
    for ordinal in (0, 1):
        for clause in draft.clauses.get(ordinal, ()):
            at = draft.sentences[ordinal].start
            head = at + clause.subject.head_start
            if clause.predicate == "be" and not clause.negated:
                if any(m.start <= head < m.end and fold(m.text) in named for m in mentions):
                    found.add(
                        draft.document.text[at + clause.object.head_start : at + clause.object.head_end]
                    )
    return found


def _text(draft: _Draft, ordinal: int) -> str:
    sentence = draft.sentences[ordinal]
    return draft.document.text[sentence.start : sentence.end]


def _main_language(document: Document) -> str:
    found = detect(document.text)
    return found if found != UNKNOWN else detect(f"{document.title}. {document.text}")


def _language(text: str, main: str) -> str:
    """Language of a passage; a short one is of another language than its document only in another script."""
    found = detect(text)
    if found in (UNKNOWN, main):
        return main
    if main != UNKNOWN and count_words(text) < _PASSAGE_TO_JUDGE and script_of(text) == "LATIN":
        return main
    return found


def _prevailing(spoken: list[str], spans: tuple[Span, ...]) -> str:
    """The language that most characters of the document are in."""
    sizes: dict[str, int] = {}
    for language, span in zip(spoken, spans, strict=True):
        sizes[language] = sizes.get(language, 0) + span.end - span.start
    return max(sorted(sizes), key=lambda language: sizes[language])


def _atoms(text: str, spans: tuple[Span, ...], titles: list[Candidate]) -> dict[int, list[tuple[int, int]]]:
    """Places, by sentence, that a parser should see as one word: own titles, quoted works."""
    found: dict[int, list[tuple[int, int]]] = {}
    for title in titles:
        name = text[title.start : title.end]
        words = name.split()
        if len(words) > 1 and (any(w[0].islower() for w in words) or any(c in "!?:,\"'" for c in name)):
            at = spans[title.sentence].start
            found.setdefault(title.sentence, []).append((title.start - at, title.end - at))
    for ordinal, span in enumerate(spans):
        own = text[span.start : span.end]
        for start, end in quoted(own) if any(c in own for c in '"“«„') else ():
            if " " in own[start:end] and not any(start < b and a < end for a, b in found.get(ordinal, ())):
                found.setdefault(ordinal, []).append((start, end))
    return {ordinal: sorted(_apart(places)) for ordinal, places in found.items()}


def _apart(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for place in sorted(places, key=lambda p: (p[0] - p[1], p)):
        if all(place[1] <= a or b <= place[0] for a, b in kept):
            kept.append(place)
    return kept
