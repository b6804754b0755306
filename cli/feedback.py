"""Commands on what people say of passages: feedback add, list, undo, export."""

from __future__ import annotations

import json

import click

from ..core.errors import NotFoundError
from ..core.visibility import Seen
from .options import json_option, open_store, sight_options, store_options
from .show import plain, show_json, show_note, show_table


@click.group()
def feedback() -> None:
    """Keep, list, undo and export what people say; it moves ranking within a bound."""


@feedback.command()
@click.argument("question")
@click.argument("document")
@click.option("--helpful/--unhelpful", default=True, help="Whether DOCUMENT helps with QUESTION.")
@click.option("--note", default="")
@click.option("--author", default="", help="One vote an author counts.")
@click.option("-k", type=click.IntRange(1), help="Passages to look for it in.")
@sight_options
@store_options
@json_option
def add(
    question: str,
    document: str,
    helpful: bool,
    note: str,
    author: str,
    k: int | None,
    seen: Seen,
    db: str,
    namespace: str,
    as_json: bool,
) -> None:
    """Vote on the passage of DOCUMENT that is found for QUESTION."""
    with open_store(db, namespace) as kb:
        hits = kb.search(question, k, **seen).passages
        found = next((hit for hit in hits if hit.document_id == document), None)
        if found is None:
            raise NotFoundError(f"the first {len(hits)} passages for this question are not of {document!r}")
        said = kb.feedback(found, helpful, note, author, context=question)
    if as_json:
        show_json(said)
    else:
        show_note(f"kept as {said.id}")


@feedback.command("list")
@store_options
@json_option
def listed(db: str, namespace: str, as_json: bool) -> None:
    """Show what people said, oldest first."""
    with open_store(db, namespace) as kb:
        found = kb.feedbacks()
    if as_json:
        show_json(found)
    else:
        show_table(
            ("id", "on", "helpful", "author", "at", "note"),
            [(each.id, each.kind, each.helpful, each.author, each.at, each.note) for each in found],
        )


@feedback.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@store_options
def undo(ids: tuple[str, ...], db: str, namespace: str) -> int:
    """Take words back, with all that they did. 1 if an id is unknown."""
    with open_store(db, namespace) as kb:
        gone = [kb.undo_feedback(each) for each in ids]
    show_note(f"{sum(gone)} taken back")
    return 0 if all(gone) else 1


@feedback.command()
@click.argument("file", type=click.Path(dir_okay=False, writable=True, allow_dash=True))
@store_options
def export(file: str, db: str, namespace: str) -> None:
    """Write what people said as training data to FILE, one JSON object a line; - is standard output."""
    count = 0
    with open_store(db, namespace) as kb, click.open_file(file, "w", encoding="utf-8") as out:
        for row in kb.training_examples():
            out.write(json.dumps(plain(row), ensure_ascii=False) + "\n")
            count += 1
    show_note(f"{count} examples")
