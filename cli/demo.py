"""`clew demo`: the sample corpus becomes a graph, questions become cited answers, on this machine alone."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..core.settings import ModelSettings
from .evaluate import Asked, measure, show_summary, summary
from .options import json_option
from .questions import show_answer, show_found, show_links
from .show import show_json, show_line, show_note, show_table

if TYPE_CHECKING:
    from ..knowledge_base import KnowledgeBase

K = 5


@click.command()
@click.option("--db", help="Store to fill; one in the user's cache folder when not given.")
@click.option("--namespace", default="demo", show_default=True)
@json_option
def demo(db: str | None, namespace: str, as_json: bool) -> None:
    """Read the sample corpus, link, search and ask, and measure all its questions."""
    from ..core.sample import sample_corpus, sample_questions
    from ..knowledge_base import KnowledgeBase

    start = time.perf_counter()
    asked = [
        Asked(each.question, tuple(each.gold), tuple(each.answers), each.language)
        for each in sample_questions()
    ]
    with KnowledgeBase(db or _store(), namespace=namespace) as kb:
        report = kb.ingest(sample_corpus(), progress="auto")
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
    show_table(("what", "count"), list(kb.stats().items()))
    for text in SENTENCES:
        _title(f"Who is meant in “{text}”")
        show_links(kb.link(text))
    for each in [each for each in asked if len(each.gold) > 1 and each.language == "en"][:2]:
        _title(f"Search: {each.question}")
        show_found(kb.search(each.question, 3))
    for each in _one_a_language(asked):
        _title(f"Ask: {each.question}")
        show_answer(kb.ask(each.question))


SENTENCES = (
    "Jordan flows into the Dead Sea.",
    "Apple presented a new phone in Cupertino.",
)


def _one_a_language(asked: Sequence[Asked]) -> list[Asked]:
    """The first answerable question of each language, then one that the corpus cannot answer."""
    first: dict[str, Asked] = {}
    for each in asked:
        if each.answers:
            first.setdefault(each.language, each)
    return [*first.values(), *[each for each in asked if not each.answers][:1]]


def _title(text: str) -> None:
    show_line()
    show_line(text, bold=True)


def _store() -> str:
    path = ModelSettings().cache / "demo.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    return str(Path(path))
