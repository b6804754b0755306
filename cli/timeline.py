"""Commands on facts over time: history, conflicts."""

from __future__ import annotations

import click

from ..core.results import Conflict, History, Statement
from ..core.visibility import Seen
from .options import json_option, open_store, sight_options, store_options
from .show import shortened, show_json, show_line, show_note


@click.command()
@click.argument("entity")
@click.option("--predicate", metavar="WORDS", help='Only facts with this one, such as "work for".')
@sight_options
@store_options
@json_option
def history(
    entity: str,
    predicate: str | None,
    seen: Seen,
    db: str,
    namespace: str,
    as_json: bool,
) -> None:
    """Show the facts of ENTITY, an id or a name, over time: newest first, with their sources."""
    with open_store(db, namespace) as kb:
        found = kb.history(entity, predicate, **seen)
    if as_json:
        show_json(found)
    else:
        show_history(found)


@click.command()
@sight_options
@store_options
@json_option
def conflicts(
    seen: Seen,
    db: str,
    namespace: str,
    as_json: bool,
) -> None:
    """Show where documents contradict each other, the newer side first."""
    with open_store(db, namespace) as kb:
        found = kb.conflicts(**seen)
    if as_json:
        show_json(found)
    else:
        for each in found:
            show_conflict(each)
        show_note(f"{len(found)} contradictions")


def show_history(found: History) -> None:
    """One predicate a block, one fact a line."""
    show_line(f"{found.entity.name} [{found.entity.id}]", bold=True)
    for predicate, statements in found.predicates.items():
        show_line(predicate)
        for each in statements:
            show_line(f"    {_when(each)}  {each.fact.subject} — {each.fact.object}  {_source(each)}")


def show_conflict(conflict: Conflict) -> None:
    """Both values with what says them."""
    show_line(f"{conflict.relation} of {conflict.name}", bold=True)
    for value, each in zip(conflict.values, (conflict.newer, conflict.older), strict=True):
        show_line(f"    {value}  {_source(each)}: “{shortened(each.quote)}”")


def _when(statement: Statement) -> str:
    fact = statement.fact
    if fact.valid_from is None and fact.valid_to is None:
        return "undated"
    return f"{fact.valid_from or ''}–{fact.valid_to or ''}"


def _source(statement: Statement) -> str:
    date = f", {statement.date}" if statement.date else ""
    return f"[{statement.fact.document_id}{date}]"
