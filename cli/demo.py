"""`clew demo`: the sample corpus becomes a graph, questions become cited answers, on this machine alone."""

from __future__ import annotations

import time
from collections.abc import Sequence
from importlib import metadata
from typing import TYPE_CHECKING

import click

from ..core.settings import ModelSettings
from .evaluate import Asked, as_asked, measure, show_summary, summary
from .options import json_option
from .questions import show_answer, show_found, show_links
from .show import show_json, show_line, show_note

if TYPE_CHECKING:
    from ..knowledge_base import KnowledgeBase

K = 5
COUNTED = ("documents", "passages", "sentences", "mentions", "entities", "aliases", "facts")
AMBIGUOUS = ("Paris is the seat of Lamar County in Texas.", "李娜在巴黎的法网决赛中获胜。")


@click.command()
@click.option("--db", help="Store to fill; one in the user's cache folder when not given.")
@click.option("--namespace", default="demo", show_default=True)
@json_option
def demo(db: str | None, namespace: str, as_json: bool) -> None:
    """Read the sample corpus, link, search and ask, and measure all its questions."""
    from ..core.sample import sample_corpus, sample_questions
    from ..knowledge_base import KnowledgeBase

    start = time.perf_counter()
    asked = [as_asked(row) for row in sample_questions()]
    with KnowledgeBase(db or _store(), namespace=namespace) as kb:
        report = kb.ingest(sample_corpus(), progress="auto")
        for failure in report.failures[:3]:
            show_note(f"skipped {failure.source}: {failure.error}: {failure.reason}")
        if not as_json:
            _show(kb, asked, f"{report.added} documents read, {report.unchanged} unchanged")
        outcomes = [measure(kb, each, k=K) for each in asked]
        counts = kb.stats()
    if as_json:
        show_json({"report": report, "stats": counts, "k": K, **summary(outcomes)})
        return
    _title(f"All {len(asked)} questions, measured now")
    show_summary(outcomes, K)
    show_note(f"{time.perf_counter() - start:.0f} s")


def _show(kb: KnowledgeBase, asked: Sequence[Asked], read: str) -> None:
    _title("What the documents became")
    show_line(read)
    counts = kb.stats()
    show_line(", ".join(f"{counts[name]} {name}" for name in COUNTED))
    for text in AMBIGUOUS:
        _title(f"Who is meant: {text}")
        show_links(kb.link(text))
    bridges = [each for each in asked if each.type == "bridge"]
    english = [each for each in bridges if each.language == "en"]
    for each in english[:2]:
        _title(f"Search: {each.question}")
        show_found(kb.search(each.question, 3))
    others = {each.language: each for each in reversed(bridges) if each.language != "en"}
    for each in [*english[2:3], *others.values(), *[each for each in asked if not each.answers][:1]]:
        _title(f"Ask: {each.question}")
        show_answer(kb.ask(each.question))


def _title(text: str) -> None:
    show_line()
    show_line(text, bold=True)


def _store() -> str:
    # Named after the version, so that a newer Clew starts afresh.
    path = ModelSettings().cache / f"demo-{metadata.version('clew')}.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    return str(path)
