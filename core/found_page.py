"""What a search found as one page: entities, themes, facts, the steps between passages, passages with why."""

from __future__ import annotations

from collections.abc import Iterator

from . import page
from .results import Hit, Reason, SearchResult, Theme

_SHOWN = 12
_FEW = 4


def found_page(found: SearchResult) -> str:
    """The page of a search, a whole HTML document."""
    language = found.query.language
    heads = page.headings(language)
    mode = f"{found.query.mode}{' – ' + found.query.reason if found.query.reason else ''}"
    asked = page.question(found.query.text) + f'<p class="meta"><bdi>{page.shown(mode)}</bdi></p>'
    hits = found.passages[:_SHOWN]
    sections = [
        (heads["question"], asked),
        (heads["entities"], "".join(page.entities(found.query.entities))),
        (heads["themes"], "".join(map(_theme, found.themes))),
        (heads["facts"], "".join(_facts(found))),
        (heads["path"], "".join(page.steps(found.paths, hits, language, _SHOWN))),
        (heads["evidence"], "".join(_card(i, hit, language) for i, hit in enumerate(hits, 1))),
        (heads["warnings"], "".join(f'<p dir="auto">{page.shown(w)}</p>' for w in found.warnings)),
    ]
    return page.page(language, found.query.text, sections)


def _facts(found: SearchResult) -> Iterator[str]:
    for fact in found.facts[:_SHOWN]:
        negation = "¬ " if fact.negated else ""
        time = f" · {page.shown(fact.time)}" if fact.time else ""
        subject, object_ = page.shown(fact.subject), page.shown(fact.object)
        predicate = f"{negation}<b>{page.shown(fact.predicate)}</b>"
        yield (
            f'<p class="step" dir="auto">{subject} — {predicate} → {object_} '
            f'<span class="meta">{page.shown(fact.document_id)} · {fact.start}–{fact.end}{time}</span></p>'
        )


def _theme(theme: Theme) -> str:
    names = " · ".join(page.shown(entity.name) for entity in theme.entities)
    said = "".join(
        f'<p class="soft" dir="auto">{page.shown(quote.text)} '
        f'<span class="meta">{page.shown(quote.document_id)} · {quote.start}–{quote.end}</span></p>'
        for quote in theme.sentences
    )
    summary = f'<p dir="auto">{page.shown(theme.summary)}</p>' if theme.summary else ""
    return (
        f'<div class="card"><h3 dir="auto">{page.shown(theme.title)}</h3>{summary}'
        f'<p dir="auto">{names}</p>{said}</div>'
    )


def _card(number: int, hit: Hit, language: str) -> str:
    notes = "".join(_why(reason) for reason in hit.reasons[:_FEW] if reason.detail)
    bridges = "".join(
        f'<li><bdi>“{page.shown(step.bridge.text)}” → <b>{page.shown(step.entity)}</b></bdi></li>'
        for step in hit.path
        if step.bridge is not None
    )
    list_ = f'<ul class="meta">{notes}{bridges}</ul>' if notes or bridges else ""
    return page.card(number, hit, [hit.best_sentence], language, list_)


def _why(reason: Reason) -> str:
    return f'<li><bdi>{page.shown(reason.part)} {reason.share:.0%}: {page.shown(reason.detail)}</bdi></li>'
