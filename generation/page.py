"""An answer as one page: the thread from the question over entities, path and passages to what is said."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ..core import page
from ..core.records import Span
from ..core.results import Hit

if TYPE_CHECKING:
    from .answer import Answer

_SHOWN = 8


def answer_page(answer: Answer) -> str:
    """The page of an answer, a whole HTML document."""
    heads = page.headings(answer.language)
    chosen = _chosen(answer)
    steps = page.steps(answer.found.paths, [hit for _, hit in chosen], answer.language, _SHOWN)
    sections = [
        (heads["question"], page.question(answer.question)),
        (heads["entities"], "".join(page.entities(answer.found.query.entities))),
        (heads["path"], "".join(steps)),
        (heads["evidence"], "".join(_card(number, hit, answer) for number, hit in chosen)),
        (heads["answer"], _said(answer)),
    ]
    return page.page(answer.language, answer.question, sections)


def _chosen(answer: Answer) -> list[tuple[int, Hit]]:
    """The cited passages and the best others, by number."""
    cited = {c.number for c in answer.citations}
    numbered = list(enumerate(answer.found.passages, 1))
    room = max(0, _SHOWN - len(cited)) if not cited else max(0, 4 - len(cited))
    others = [n for n, _ in numbered if n not in cited][:room]
    return [(n, hit) for n, hit in numbered if n in cited or n in others]


def _card(number: int, hit: Hit, answer: Answer) -> str:
    quotes = [Span(c.start, c.end) for c in answer.citations if c.number == number]
    return page.card(number, hit, quotes, answer.language)


def _said(answer: Answer) -> str:
    heads = page.headings(answer.language)
    kind = "answer refused" if answer.abstained and answer.clarification is None else "answer"
    lines = [f'<p class="{kind}" dir="auto">{page.shown(answer.text)}</p>']
    if answer.clarification is not None:
        options = "".join(f"<li>{page.shown(o)}</li>" for o in answer.clarification.options)
        lines.append(f"<ul>{options}</ul>")
    lines.append(
        f'<p class="meta">{escape(heads["confidence"])} '
        f'<meter min="0" max="1" value="{answer.confidence:.3f}"></meter> '
        f"{answer.confidence:.2f} · {page.shown(answer.engine)}</p>"
    )
    if answer.warnings:
        notes = "".join(f"<li>{page.shown(w)}</li>" for w in answer.warnings)
        lines.append(f'<p class="meta">{escape(heads["warnings"])}</p><ul class="meta">{notes}</ul>')
    return "".join(lines)
