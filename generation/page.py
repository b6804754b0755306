"""An answer as one page: the thread from the question over entities, path and passages to what is said.

Self-contained HTML: no script, nothing loaded from anywhere (a content policy forbids it too), light and
dark by the reader's preference. Everything that comes from documents, questions and models is escaped."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from html import escape
from importlib import resources
from typing import TYPE_CHECKING

from ..core.results import Citation, Hit, Path
from ..kg.words import words_of
from .fence import visible

if TYPE_CHECKING:
    from .answer import Answer

_SHOWN = 8
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def answer_page(answer: Answer) -> str:
    """The page of an answer, a whole HTML document."""
    words = words_of(answer.language)
    items = [
        ("question", f'<p class="question" dir="auto">{_text(answer.question)}</p>'),
        ("entities", "".join(_entities(answer))),
        ("path", "".join(_paths(answer))),
        ("evidence", "".join(_passages(answer))),
        ("answer_heading", _said(answer)),
    ]
    body = "\n".join(
        f"<li><h2>{escape(words.phrases[name])}</h2>{content}</li>" for name, content in items if content
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(answer.language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(answer.question)}</title>\n<style>\n{_style()}</style>\n</head>\n"
        f'<body>\n<main>\n<ol class="thread">\n{body}\n</ol>\n</main>\n</body>\n</html>\n'
    )


@lru_cache(maxsize=1)
def _style() -> str:
    return resources.files(__package__).joinpath("page.css").read_text("utf-8")


def _text(text: str) -> str:
    return escape(visible(text))


def _entities(answer: Answer) -> Iterator[str]:
    for entity in answer.found.query.entities:
        if not entity.candidates:
            continue
        best, *others = sorted(entity.candidates, key=lambda c: -c.score)
        described = f" – {_text(best.description)}" if best.description else ""
        rest = ", ".join(f"{_text(c.name)} ({c.score:.0%})" for c in others[:3])
        yield (
            f'<p dir="auto">“{_text(entity.text)}” → <b>{_text(best.name)}</b>{described} '
            f'<span class="meta">{best.score:.0%}{" · " + rest if rest else ""}</span></p>'
        )


def _paths(answer: Answer) -> Iterator[str]:
    """The steps of the walk between the passages that are shown."""
    shown = {hit.passage_id: hit for _, hit in _chosen(answer)}
    steps = [p for p in answer.found.paths if p.source in shown and p.target in shown]
    for path in sorted(steps, key=lambda p: -p.score)[:_SHOWN]:
        source, target = shown[path.source], shown[path.target]
        yield (
            f'<p class="step" dir="auto">{_title(source, answer)} — <b>{_text(path.entity)}</b> → '
            f'{_title(target, answer)}<br><span class="soft">{_text(_bridge(path, source))}</span></p>'
        )


def _bridge(path: Path, source: Hit) -> str:
    start, end = path.sentence.start - source.start, path.sentence.end - source.start
    return source.text[start:end] if 0 <= start < end <= len(source.text) else ""


def _chosen(answer: Answer) -> list[tuple[int, Hit]]:
    """The cited passages and the best others, by number."""
    cited = {c.number for c in answer.citations}
    numbered = list(enumerate(answer.found.passages, 1))
    room = max(0, _SHOWN - len(cited)) if not cited else max(0, 4 - len(cited))
    others = [n for n, _ in numbered if n not in cited][:room]
    return [(n, hit) for n, hit in numbered if n in cited or n in others]


def _passages(answer: Answer) -> Iterator[str]:
    for number, hit in _chosen(answer):
        quotes = [c for c in answer.citations if c.number == number]
        why = " · ".join(f"{_text(r.part)} {r.share:.0%}" for r in hit.reasons[:4])
        yield (
            f'<div class="card" id="evidence-{number}">'
            f'<h3><span class="number">{number}</span>{_title(hit, answer)}</h3>'
            f'<p dir="auto" lang="{escape(hit.language)}">{_highlighted(hit, quotes)}</p>'
            f'<p class="meta">{_text(hit.document_id)} · {hit.start}–{hit.end}'
            f"{' · ' + why if why else ''}</p></div>"
        )


def _highlighted(hit: Hit, quotes: list[Citation]) -> str:
    """The passage with what is cited marked; overlapping citations are marked once."""
    inside: set[int] = set()
    for quote in quotes:
        inside.update(range(max(0, quote.start - hit.start), min(len(hit.text), quote.end - hit.start)))
    parts, at = [], 0
    while at < len(hit.text):
        end = at
        while end < len(hit.text) and (end in inside) == (at in inside):
            end += 1
        text = _text(hit.text[at:end])
        parts.append(f"<mark>{text}</mark>" if at in inside else text)
        at = end
    return "".join(parts)


def _title(hit: Hit, answer: Answer) -> str:
    return _text(hit.title) or escape(words_of(answer.language).phrases["untitled"])


def _said(answer: Answer) -> str:
    words = words_of(answer.language)
    kind = "answer refused" if answer.abstained and answer.clarification is None else "answer"
    lines = [f'<p class="{kind}" dir="auto">{_text(answer.text)}</p>']
    if answer.clarification is not None:
        options = "".join(f"<li>{_text(o)}</li>" for o in answer.clarification.options)
        lines.append(f"<ul>{options}</ul>")
    lines.append(
        f'<p class="meta">{escape(words.phrases["confidence"])} '
        f'<meter min="0" max="1" value="{answer.confidence:.3f}"></meter> '
        f"{answer.confidence:.2f} · {_text(answer.engine)}</p>"
    )
    if answer.warnings:
        notes = "".join(f"<li>{_text(w)}</li>" for w in answer.warnings)
        lines.append(f'<p class="meta">{escape(words.phrases["warnings"])}</p><ul class="meta">{notes}</ul>')
    return "".join(lines)
