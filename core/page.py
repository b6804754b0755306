"""What the pages are made of: a frame, entities, steps and passages as HTML.

Self-contained: no script, nothing loaded from anywhere (a content policy forbids it too), light and dark by
the reader's preference, text that runs from right to left set so. Everything that comes from documents,
questions and models is escaped.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from html import escape
from importlib import resources

from .records import Span
from .results import Hit, Path, QueryEntity
from .text import visible

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})


def page(language: str, title: str, sections: Iterable[tuple[str, str]]) -> str:
    """A whole HTML document.

    Args:
        language: ISO 639-1 code of the question.
        sections: heading and HTML of each section; one without HTML is left out.
    """
    body = "\n".join(f"<li><h2>{escape(head)}</h2>{html}</li>" for head, html in sections if html)
    turned = ' dir="rtl"' if language in _RIGHT_TO_LEFT else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}"{turned}>\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{shown(title)}</title>\n<style>\n{_style()}</style>\n</head>\n"
        f'<body>\n<main>\n<ol class="thread">\n{body}\n</ol>\n</main>\n</body>\n</html>\n'
    )


def shown(text: str) -> str:
    """The text as HTML: escaped, without characters that cannot be seen."""
    return escape(visible(text))


def headings(language: str) -> Mapping[str, str]:
    """Headings by name, in the language where there are some, else in English."""
    known = _headings()
    return known.get(language.split("-")[0].lower(), known["en"])


def question(text: str) -> str:
    """The question, large."""
    return f'<p class="question" dir="auto">{shown(text)}</p>'


def entities(seen: Sequence[QueryEntity]) -> Iterator[str]:
    """The names in a question with what they most likely mean, and what else."""
    for entity in seen:
        if not entity.candidates:
            continue
        best, *others = sorted(entity.candidates, key=lambda c: -c.score)
        described = f" – {shown(best.description)}" if best.description else ""
        rest = ", ".join(f"{shown(c.name)} ({c.score:.0%})" for c in others[:3])
        yield (
            f'<p dir="auto">“{shown(entity.text)}” → <b>{shown(best.name)}</b>{described} '
            f'<span class="meta">{best.score:.0%}{" · " + rest if rest else ""}</span></p>'
        )


def step(source: str, name: str, target: str, quote: str) -> str:
    """One step from a source to a target, both given as HTML, over a sentence that uses a name."""
    return (
        f'<p class="step" dir="auto">{source} — <b>{shown(name)}</b> → {target}'
        f'<br><span class="soft">{shown(quote)}</span></p>'
    )


def steps(paths: Iterable[Path], hits: Iterable[Hit], language: str, most: int) -> Iterator[str]:
    """The steps of the walk between the passages given, best first."""
    known = {hit.passage_id: hit for hit in hits}
    between = [p for p in paths if p.source in known and p.target in known]
    for path in sorted(between, key=lambda p: -p.score)[:most]:
        source, target = known[path.source], known[path.target]
        start, end = path.sentence.start - source.start, path.sentence.end - source.start
        quote = source.text[start:end] if 0 <= start < end <= len(source.text) else ""
        yield step(title(source, language), path.entity, title(target, language), quote)


def card(number: int, hit: Hit, marks: Iterable[Span], language: str, notes: str = "") -> str:
    """A passage, with stretches of its document marked, and where it stands.

    Args:
        notes: HTML under the passage.
    """
    why = " · ".join(f"{shown(r.part)} {r.share:.0%}" for r in hit.reasons[:4])
    return (
        f'<div class="card" id="evidence-{number}">'
        f'<h3 dir="auto"><span class="number">{number}</span>{title(hit, language)}</h3>'
        f'<p dir="auto" lang="{escape(hit.language)}">{marked(hit, marks)}</p>{notes}'
        f'<p class="meta">{shown(hit.document_id)} · {hit.start}–{hit.end}'
        f"{' · ' + why if why else ''}</p></div>"
    )


def marked(hit: Hit, marks: Iterable[Span]) -> str:
    """The passage as HTML; where marks overlap there is one."""
    inside: set[int] = set()
    for span in marks:
        inside.update(range(max(0, span.start - hit.start), min(len(hit.text), span.end - hit.start)))
    parts, at = [], 0
    while at < len(hit.text):
        end = at
        while end < len(hit.text) and (end in inside) == (at in inside):
            end += 1
        text = shown(hit.text[at:end])
        parts.append(f"<mark>{text}</mark>" if at in inside else text)
        at = end
    return "".join(parts)


def title(hit: Hit, language: str) -> str:
    """The title of a passage's document as HTML, or that it has none."""
    return shown(hit.title) or escape(headings(language)["untitled"])


@lru_cache(maxsize=1)
def _style() -> str:
    return resources.files(__package__).joinpath("page.css").read_text("utf-8")


@lru_cache(maxsize=1)
def _headings() -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files(__package__).joinpath("page.toml").read_text("utf-8"))
