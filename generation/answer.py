"""What is said to the user: an answer with its citations, or a refusal that says so."""

from __future__ import annotations

from dataclasses import dataclass

from ..core.results import Citation, Clarification, SearchResult


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its citations, or a refusal that says so."""

    id: str
    question: str
    text: str
    citations: tuple[Citation, ...]
    confidence: float
    """0..1; below the setting's threshold the answer abstains."""
    abstained: bool
    language: str
    found: SearchResult
    clarification: Clarification | None = None
    engine: str = "extractive"
    """What wrote it: "extractive", or the name of the language model."""
    warnings: tuple[str, ...] = ()
    short: str = ""
    """The shortest span of the evidence that answers (a name, a date, yes or no); "" without one."""

    def to_html(self) -> str:
        """One self-contained page: the thread from question to evidence to answer."""
        from .page import answer_page

        return answer_page(self)
