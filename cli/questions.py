"""Commands that ask a store, or read a text: ask, search, link, extract."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..core.errors import QueryError
from ..core.records import Link, Reading
from ..core.results import Connection, Hit, Mode, SearchResult
from ..core.visibility import Seen
from .options import Command, json_option, open_store, sight_options, store_options
from .show import shortened, show_json, show_line, show_note, show_table
from .timeline import show_conflict

if TYPE_CHECKING:
    from ..generation.answer import Answer


def language_option(command: Command) -> Command:
    """Adds `--language`."""
    note = "ISO 639-1 code; detected when not given."
    return click.option("--language", metavar="CODE", help=note)(command)


@click.command()
@click.argument("question")
@click.option("--llm", metavar="PROVIDER:MODEL", help="Language model that writes; without one, no model.")
@click.option("-k", type=click.IntRange(1), help="Passages of evidence.")
@click.option("--html", type=click.Path(dir_okay=False, writable=True), help="Also write the answer's page.")
@language_option
@sight_options
@store_options
@json_option
def ask(
    question: str,
    llm: str | None,
    k: int | None,
    html: str | None,
    language: str | None,
    seen: Seen,
    db: str,
    namespace: str,
    as_json: bool,
) -> None:
    """Answer QUESTION with citations, or say that there is no support."""
    with open_store(db, namespace) as kb:
        answer = kb.ask(read_text(question), llm=llm, k=k, language=language, **seen)
    if html is not None:
        Path(html).write_text(answer.to_html(), "utf-8")
    if as_json:
        show_json(answer)
    else:
        show_answer(answer)


@click.command()
@click.argument("question")
@click.option("-k", type=click.IntRange(1), help="Passages (and themes) to find.")
@click.option(
    "--mode",
    default="auto",
    show_default=True,
    help="passages, facts, local (around an entity), global (themes of the whole), or auto by the question.",
)
@click.option("--entity", metavar="ID|NAME", help="Entity that --mode local looks around.")
@click.option("--rerank", metavar="NAME", help='Last stage: "sentences", or a CrossEncoder.')
@click.option("--diversity", type=click.FloatRange(0, 1), default=0.0, help="How little hits may be alike.")
@click.option("--html", type=click.Path(dir_okay=False, writable=True), help="Also write a page of it.")
@language_option
@sight_options
@store_options
@json_option
def search(
    question: str,
    k: int | None,
    mode: str,
    entity: str | None,
    rerank: str | None,
    diversity: float,
    html: str | None,
    language: str | None,
    seen: Seen,
    db: str,
    namespace: str,
    as_json: bool,
) -> None:
    """Find the passages, facts, paths and themes that bear on QUESTION, and say why."""
    with open_store(db, namespace) as kb:
        found = kb.search(
            read_text(question),
            k,
            mode=mode,
            entity=entity,
            rerank=rerank,
            diversity=diversity,
            language=language,
            **seen,
        )
    if html is not None:
        Path(html).write_text(found.to_html(), "utf-8")
    if as_json:
        show_json(found)
    else:
        show_found(found)


@click.command()
@click.argument("a")
@click.argument("b")
@click.option("-k", type=click.IntRange(1), default=3, show_default=True, help="Ways to find.")
@sight_options
@store_options
@json_option
def path(
    a: str,
    b: str,
    k: int,
    seen: Seen,
    db: str,
    namespace: str,
    as_json: bool,
) -> None:
    """Say how the entities A and B, ids or names, are connected; silent where nothing connects them."""
    with open_store(db, namespace) as kb:
        ways = kb.path(a, b, k, **seen)
    if as_json:
        show_json(ways)
    else:
        for way in ways:
            show_connection(way)


@click.command()
@click.argument("text")
@click.option("--span", "spans", multiple=True, metavar="START:END", help="Just these mentions, in order.")
@language_option
@sight_options
@store_options
@json_option
def link(
    text: str,
    spans: tuple[str, ...],
    language: str | None,
    seen: Seen,
    db: str,
    namespace: str,
    as_json: bool,
) -> None:
    """Say which entity each name in TEXT means; - reads standard input."""
    places = [_span(each) for each in spans] or None
    with open_store(db, namespace) as kb:
        links = kb.link(read_text(text), spans=places, language=language, **seen)
    if as_json:
        show_json(links)
    else:
        show_links(links)


@click.command()
@click.argument("text")
@language_option
@json_option
def extract(text: str, language: str | None, as_json: bool) -> None:
    """Show the names and facts that TEXT holds; nothing is stored. - reads standard input."""
    from ..knowledge_base import KnowledgeBase

    with KnowledgeBase(":memory:") as kb:
        reading = kb.extract(read_text(text), language=language)
    if as_json:
        show_json(reading)
    else:
        show_reading(reading)


def read_text(text: str) -> str:
    """The argument itself, or standard input for "-"."""
    return sys.stdin.read() if text == "-" else text


def show_answer(answer: Answer) -> None:
    """The answer, how sure it is, and its citations."""
    show_line(answer.text, bold=True)
    state = "abstained" if answer.abstained else f"confidence {answer.confidence:.2f}"
    show_line(f"    {state}, {answer.engine}, {answer.language}", dim=True)
    if answer.clarification is not None:
        if answer.clarification.question not in answer.text:
            show_line(f"    {answer.clarification.question}")
        for option in answer.clarification.options:
            show_line(f"    - {option}")
    for citation in answer.citations:
        show_line(f"    [{citation.number}] {_named(citation.title, citation.document_id)}: "
                  f"“{shortened(citation.quote)}”")
    for warning in answer.warnings:
        show_note(f"note: {warning}")


def show_found(found: SearchResult) -> None:
    """The hits with their best sentence and the reasons, then how they hang together."""
    if found.query.mode is not Mode.PASSAGES or found.query.reason:
        show_note(f"mode {found.query.mode}" + (f": {found.query.reason}" if found.query.reason else ""))
    for theme in found.themes:
        show_line(f"theme: {theme.title}  {theme.score:.3f}", bold=True)
        show_line(f"   {theme.size} entities, {theme.documents} documents", dim=True)
        for quote in theme.sentences:
            show_line(f"   {_named(quote.title, quote.document_id)}: {shortened(quote.text)}")
    names = {hit.passage_id: _named(hit.title, hit.document_id) for hit in found.passages}
    for rank, hit in enumerate(found.passages, 1):
        show_line(f"{rank}. {names[hit.passage_id]}  {hit.score:.3f}", bold=True)
        show_line(f"   {shortened(_best_sentence(hit))}")
        why = ", ".join(
            f"{each.part} {each.share:.0%}" + (f" ({shortened(each.detail, 60)})" if each.detail else "")
            for each in hit.reasons
        )
        if why:
            show_line(f"   why: {why}", dim=True)
    for path in found.paths:
        source, target = names.get(path.source, path.source), names.get(path.target, path.target)
        said = f" ({', '.join(path.relations)})" if path.relations else ""
        show_line(f"path: {source} → “{path.entity}”{said} → {target}", dim=True)
    for fact in found.facts:
        negation = "not " if fact.negated else ""
        show_line(f"fact: {fact.subject} — {negation}{fact.predicate} — {fact.object} [{fact.document_id}]")
    for conflict in found.conflicts:
        show_conflict(conflict)
    for warning in found.warnings:
        show_note(f"note: {warning}")


def show_connection(way: Connection) -> None:
    """The entities on the way, then each step with its sentence."""
    show_line(f"{' → '.join(way.names)}  {way.score:.3f}", bold=True)
    for tie in way.ties:
        ends = (tie.source_name, tie.target_name) if tie.forward else (tie.target_name, tie.source_name)
        said = f"{'not ' if tie.negated else ''}{tie.predicate}" if tie.kind == "fact" else tie.kind
        show_line(f"   {ends[0]} — {said} — {ends[1]}", dim=True)
        show_line(f"   {_named(tie.quote.title, tie.quote.document_id)}: {shortened(tie.quote.text)}")


def show_links(links: tuple[Link, ...] | list[Link]) -> None:
    """One mention a row."""
    show_table(
        ("text", "place", "type", "means", "score", "or", "entity"),
        [
            (each.text, f"{each.start}:{each.end}", each.label, each.name if each.entity else "NIL",
             each.score, _others(each), each.entity)
            for each in links
        ],
    )  # fmt: skip


def _others(link: Link) -> str:
    """What else the mention may mean."""
    return "; ".join(f"{c.name} {c.score:.2f}" for c in link.candidates if c.entity != link.entity)


def show_reading(reading: Reading) -> None:
    """Mentions, then facts."""
    show_table(
        ("mention", "type", "start", "end", "seen by"),
        [(each.text, each.label, each.start, each.end, each.source) for each in reading.mentions],
    )
    show_table(
        ("subject", "predicate", "object", "confidence", "rule"),
        [
            (each.subject.text, ("not " if each.negated else "") + each.predicate, each.object.text,
             each.confidence, each.rule)
            for each in reading.facts
        ],
    )  # fmt: skip
    show_note(f"{reading.language}, {reading.pipeline}, {len(reading.document.text)} characters")


def _best_sentence(hit: Hit) -> str:
    """The sentence nearest to the question; offsets count in the document, the hit's text is a part of it."""
    start, end = hit.best_sentence.start - hit.start, hit.best_sentence.end - hit.start
    return hit.text[max(start, 0) : end] or hit.text


def _named(title: str, document_id: str) -> str:
    return f"{title} [{document_id}]" if title else f"[{document_id}]"


def _span(text: str) -> tuple[int, int]:
    start, colon, end = text.partition(":")
    if not (colon and start.isdigit() and end.isdigit()):
        raise QueryError(f"--span takes START:END in characters, not {text!r}")
    return int(start), int(end)
