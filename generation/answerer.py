"""Evidence to answer: abstain, ask back, quote, or let a language model write and check what it wrote.

The order is fixed: no evidence or hopeless evidence is refused before any model is called; a name whose
readings lead to different answers is asked back; the extractive reader's answer is always there, as the
default and as what is said when a model fails, stalls, or says nothing that the evidence supports."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..core.errors import GenerationError, QueryError
from ..core.results import Citation, SearchResult
from ..core.settings import Settings
from ..core.text import clean, content_id, fold
from ..kg.languages import detect
from ..kg.words import words_of
from . import llms
from .answer import Answer
from .clarify import clarify
from .confidence import borne, confidence
from .contradiction import completed, contradicted
from .evidence import Evidence, gather
from .extractive import Draft, coverage_of, read
from .grounding import Grounded, ground
from .prompting import Prompt, approximate_tokens, build
from .question import Question, understand
from .sanitise import Stream, sanitise
from .spans import Known

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from ..models.base import Embedder


@dataclass(frozen=True, slots=True)
class _Plan:
    """An answer on its way to a language model."""

    question: Question
    found: SearchResult
    evidence: Evidence
    draft: Draft
    prompt: Prompt
    llm: BaseChatModel
    warnings: tuple[str, ...]


class Answerer:
    """Answers questions from the evidence of a search; holds no state between answers, safe between
    threads."""

    def __init__(self, settings: Settings, embedder: Embedder | None = None) -> None:
        """An answerer by these settings.

        Args:
            embedder: compares what a language model says with evidence in another language; not needed
        otherwise."""
        self._settings = settings.generation
        self._embedder = embedder

    def answer(
        self, question: str, found: SearchResult, *, llm: Any = None, language: str | None = None
    ) -> Answer:
        """The answer to a question from what was found for it.

        Args:
            llm: None for the extractive reader, a LangChain chat model, or a name that `load_llm` knows.
            language: ISO 639-1 code of the answer; None is the question's.

        Raises:
            QueryError: the question is empty.
            MissingExtraError: the package that the model's name needs is not installed.
            ModelMissingError: the local model is not on this machine.
        """
        plan = self._plan(question, found, llm, language)
        if isinstance(plan, Answer):
            return plan
        try:
            text = llms.complete(plan.llm, plan.prompt.messages(), self._settings.timeout)
        except GenerationError as error:
            return self._fallback(plan, str(error))
        return self._finish(plan, text)

    async def aanswer(
        self, question: str, found: SearchResult, *, llm: Any = None, language: str | None = None
    ) -> Answer:
        """The same without blocking the event loop while a language model writes."""
        plan = self._plan(question, found, llm, language)
        if isinstance(plan, Answer):
            return plan
        try:
            text = await llms.acomplete(plan.llm, plan.prompt.messages(), self._settings.timeout)
        except GenerationError as error:
            return self._fallback(plan, str(error))
        return self._finish(plan, text)

    def stream(
        self, question: str, found: SearchResult, *, llm: Any = None, language: str | None = None
    ) -> Iterator[str | Answer]:
        """The answer as it is written: pieces of text, then the Answer as the last item.

        Pieces are sanitised but not yet checked; the Answer is, and replaces them where they differ: what
        has no support is dropped from it, and a model that failed is replaced by the extractive reader."""
        plan = self._plan(question, found, llm, language)
        if isinstance(plan, Answer):
            yield plan.text
            yield plan
            return
        written, guard = [], Stream(_said(found))
        try:
            for piece in llms.chunks(plan.llm, plan.prompt.messages(), self._settings.timeout):
                written.append(piece)
                shown = guard.feed(piece)
                if shown:
                    yield shown
        except GenerationError as error:
            yield self._fallback(plan, str(error))
            return
        if rest := guard.close():
            yield rest
        yield self._finish(plan, "".join(written))

    async def astream(
        self, question: str, found: SearchResult, *, llm: Any = None, language: str | None = None
    ) -> AsyncIterator[str | Answer]:
        """The same as an asynchronous iterator."""
        plan = self._plan(question, found, llm, language)
        if isinstance(plan, Answer):
            yield plan.text
            yield plan
            return
        written, guard = [], Stream(_said(found))
        try:
            async for piece in llms.achunks(plan.llm, plan.prompt.messages(), self._settings.timeout):
                written.append(piece)
                shown = guard.feed(piece)
                if shown:
                    yield shown
        except GenerationError as error:
            yield self._fallback(plan, str(error))
            return
        if rest := guard.close():
            yield rest
        yield self._finish(plan, "".join(written))

    def prompt(
        self, question: str, found: SearchResult, *, llm: Any = None, language: str | None = None
    ) -> Prompt:
        """What would be sent to a language model, without sending it."""
        asked, code = self._asked(question, found, language)
        return self._prompt(asked, code, found, llms.load_llm(llm))

    def _prompt(self, question: str, language: str, found: SearchResult, llm: BaseChatModel | None) -> Prompt:
        count = llms.counter_of(llm) if llm is not None else approximate_tokens
        budget = self._settings.token_budget
        room = getattr(llm, "context_tokens", None)
        if isinstance(room, int):
            budget = max(64, min(budget, room - int(getattr(llm, "max_new_tokens", 256)) - 400))
        passages = self._settings.evidence_passages
        return build(question, language, found, passages=passages, budget=budget, count=count)

    def _asked(self, question: str, found: SearchResult, language: str | None) -> tuple[str, str]:
        asked = clean(question).strip()
        if not asked:
            raise QueryError("the question is empty")
        code = language or found.query.language
        if not code or code == "und":
            code = detect(asked)
        return asked, code.split("-")[0].lower()

    def _plan(self, text: str, found: SearchResult, llm: Any, language: str | None) -> _Plan | Answer:
        """The answer where no language model is needed, or the plan for one."""
        asked, code = self._asked(text, found, language)
        model = llms.load_llm(llm)
        spoken = detect(asked, among=_spoken(code, found)) if language else code
        question = understand(asked, spoken if spoken != "und" else code, found)
        evidence = gather(question, found, self._settings.evidence_passages)
        draft = read(question, evidence, Known.of(found), found, code)
        if draft is None:
            return self._refusal(question, code, found, 0.0, "there is no evidence")
        draft = contradicted(draft, found)
        hoped = confidence(
            coverage=borne(question, evidence, draft.citations, found.reliability),
            reliability=found.reliability,
        )
        if hoped < self._settings.abstain_below:
            return self._refusal(question, code, found, hoped, "the evidence does not bear the question")
        limit = self._settings.evidence_passages
        back = clarify(asked, question.language, found, limit)
        if back is not None:
            return _answer(
                question, code, found, back.question, (), hoped, abstained=True, clarification=back
            )
        warnings = _orders(evidence)
        if model is None:
            return self._extractive(question, code, found, evidence, draft, warnings)
        prompt = self._prompt(asked, code, found, model)
        return _Plan(question, found, evidence, draft, prompt, model, warnings)

    def _extractive(
        self,
        question: Question,
        code: str,
        found: SearchResult,
        evidence: Evidence,
        draft: Draft,
        warnings: tuple[str, ...],
    ) -> Answer:
        coverage = borne(question, evidence, draft.citations, found.reliability)
        sure = confidence(coverage=coverage, reliability=found.reliability, fit=draft.fit)
        if sure < self._settings.abstain_below:
            return self._refusal(question, code, found, sure, "no sentence of the evidence answers", warnings)
        return _answer(
            question, code, found, draft.text, draft.citations, sure, short=draft.short, warnings=warnings
        )

    def _fallback(self, plan: _Plan, reason: str) -> Answer:
        """The extractive answer, with a warning that says why the model's is not given."""
        warnings = (*plan.warnings, f"answered without the language model: {reason}")
        return self._extractive(
            plan.question, plan.draft.language, plan.found, plan.evidence, plan.draft, warnings
        )

    def _finish(self, plan: _Plan, text: str) -> Answer:
        """What the model wrote, sanitised, checked claim by claim, or what is said in its place."""
        said = _said(plan.found)
        code = plan.draft.language
        written = sanitise(text, said)
        if _declines(written, code):
            reason = f"{llms.name_of(plan.llm)} found no answer in the evidence"
            return self._refusal(plan.question, code, plan.found, 0.0, reason, plan.warnings, plan.llm)
        flag = self._settings.unsupported == "flag"
        grounded = ground(written, code, plan.found, flag=flag, embedder=self._embedder)
        if not grounded.citations:
            reason = "nothing that it said is supported by the evidence" if written else "it returned nothing"
            dropped = tuple(w for w in grounded.warnings if not w.startswith("flagged"))
            return self._fallback(plan, "; ".join((reason, *dropped[:3])))
        coverage = coverage_of(plan.question, plan.evidence, grounded.citations)
        if not _relevant(plan.draft, grounded, coverage):
            return self._fallback(plan, "what it said is in the evidence but does not answer the question")
        coverage = borne(plan.question, plan.evidence, grounded.citations, plan.found.reliability)
        sure = confidence(coverage=coverage, reliability=plan.found.reliability, support=grounded.support)
        warnings = (*plan.warnings, *grounded.warnings)
        if sure < self._settings.abstain_below:
            reason = "what it said is hardly supported by the evidence"
            return self._refusal(plan.question, code, plan.found, sure, reason, warnings, plan.llm)
        told, citations = completed(grounded.text, grounded.citations, code, plan.found)
        return _answer(
            plan.question, code, plan.found, told, citations, sure,
            engine=llms.name_of(plan.llm), warnings=warnings,
        )  # fmt: skip

    def _refusal(
        self,
        question: Question,
        code: str,
        found: SearchResult,
        sure: float,
        reason: str,
        warnings: tuple[str, ...] = (),
        llm: BaseChatModel | None = None,
    ) -> Answer:
        text = words_of(code).phrases["refusal"]
        engine = llms.name_of(llm) if llm is not None else "extractive"
        notes = (*warnings, f"abstained: {reason}")
        return _answer(question, code, found, text, (), sure, abstained=True, engine=engine, warnings=notes)


def _answer(
    question: Question,
    code: str,
    found: SearchResult,
    text: str,
    citations: tuple[Citation, ...],
    sure: float,
    **rest: Any,
) -> Answer:  # fmt: skip
    places = (f"{c.document_id}:{c.start}:{c.end}" for c in citations)
    key = content_id("answer", question.text, text, str(found.revision), *places)
    return Answer(
        id=key, question=question.text, text=text, citations=citations, confidence=round(sure, 4),
        abstained=rest.pop("abstained", False), language=code, found=found, **rest,
    )  # fmt: skip


def _relevant(draft: Draft, grounded: Grounded, coverage: float) -> bool:
    """True when an answer speaks of what was asked: as much of it as half of what the reader found, or the
    same."""
    if coverage >= 0.5 * draft.coverage or draft.short and fold(draft.short) in fold(grounded.text):
        return True
    last = draft.citations[-1]
    return any((c.number, c.start) == (last.number, last.start) for c in grounded.citations)


def _said(found: SearchResult) -> str:
    """All text of the evidence: addresses in it may be repeated."""
    return "\n".join(hit.text for hit in found.passages)


def _spoken(code: str, found: SearchResult) -> frozenset[str]:
    """Languages that the question may stand in where the answer's was given."""
    return frozenset({code, found.query.language, "en", "zh", "de", "es", "fr", "ru"} - {"und", ""})


def _declines(text: str, code: str) -> bool:
    """True when the model says, in the words it was given, that the evidence does not answer."""
    folded = fold(text)
    return any(fold(words_of(c).phrases["refusal"]) in folded for c in {code, "en"})


def _orders(evidence: Evidence) -> tuple[str, ...]:
    places = sum(s.orders for s in evidence.sentences)
    if not places:
        return ()
    return (
        f"{places} sentence(s) of the evidence read like instructions: marked as quoted text, not followed",
    )
