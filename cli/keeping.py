"""Commands that keep, move, take back and forget: archives, snapshots, undo, forget, scrub, audit."""

from __future__ import annotations

import click

from ..core.records import IngestReport
from .options import json_option, open_store, require_store, store_options
from .show import show_json, show_note, show_table


@click.command()
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--pseudonym-key", is_flag=True, help="Also the key of redaction; who has it can test guesses.")
@store_options
@json_option
def export(file: str, pseudonym_key: bool, db: str, namespace: str, as_json: bool) -> None:
    """Write the whole namespace to FILE, one portable archive."""
    with open_store(db, namespace) as kb:
        counts = kb.export(file, pseudonym_key=pseudonym_key)
    if as_json:
        show_json(counts)
    else:
        show_table(("what", "count"), list(counts.items()))


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@store_options
@json_option
def import_(file: str, db: str, namespace: str, as_json: bool) -> None:
    """Bring in an archive; its documents merge with those that are there, by id."""
    with open_store(db, namespace, create=True) as kb:
        report = kb.import_archive(file)
    if as_json:
        show_json(report)
        return
    _show_counts(report)
    show_note(f"clew undo {report.job} takes it back")


@click.command()
@click.argument("source")
@click.argument("target")
@click.option("--namespace", default="default", show_default=True, help="Part of the store to copy.")
@json_option
def copy(source: str, target: str, namespace: str, as_json: bool) -> None:
    """Copy a namespace from SOURCE to TARGET, files or SQLAlchemy URLs; the fingerprints are equal."""
    from ..knowledge_base import KnowledgeBase

    require_store(source)
    report = KnowledgeBase.copy(source, target, namespace=namespace)
    if as_json:
        show_json(report)
    else:
        _show_counts(report)


@click.command()
@click.argument("name", required=False)
@click.option("--remove", is_flag=True, help="Delete the snapshot NAME.")
@store_options
@json_option
def snapshot(name: str | None, remove: bool, db: str, namespace: str, as_json: bool) -> None:
    """Keep the store as it is under NAME; without NAME list what is kept."""
    if remove and name is None:
        raise click.UsageError("--remove needs the NAME of a snapshot")
    with open_store(db, namespace) as kb:
        if name is None:
            found = kb.snapshots()
        elif remove:
            kb.remove_snapshot(name)
            found = kb.snapshots()
        else:
            found = [kb.snapshot(name)]
    if as_json:
        show_json(found)
        return
    show_table(
        ("name", "at", "documents", "bytes", "problem"),
        [(each.name, each.at, each.documents, each.bytes, each.problem) for each in found],
    )


@click.command()
@click.argument("name")
@store_options
@json_option
def restore(name: str, db: str, namespace: str, as_json: bool) -> None:
    """Bring back the snapshot NAME, whole or not at all."""
    with open_store(db, namespace) as kb:
        receipt = kb.restore(name)
    if as_json:
        show_json(receipt)
    else:
        show_note(f"{receipt.counts['documents']} documents changed; revision {receipt.revision}")


@click.command()
@click.argument("id")
@click.option("--force", is_flag=True, help="Also a job that replaced documents; these stay as they are.")
@store_options
@json_option
def undo(id: str, force: bool, db: str, namespace: str, as_json: bool) -> None:
    """Take back a person's decision (the mention's id), or what an ingestion or import (its job) added."""
    with open_store(db, namespace) as kb:
        receipt = kb.undo(id, force=force)
    if as_json:
        show_json(receipt)
    else:
        show_table(("what", "count"), list(receipt.counts.items()))


@click.command()
@click.argument("entity")
@click.option("--scrub", "scrubbed", is_flag=True, help="Also overwrite the bytes that this frees.")
@store_options
@json_option
def forget(entity: str, scrubbed: bool, db: str, namespace: str, as_json: bool) -> None:
    """Redact an entity, by its id, everywhere; documents about it and all snapshots go."""
    with open_store(db, namespace) as kb:
        receipt = kb.forget(entity)
        if scrubbed:
            kb.scrub()
    if as_json:
        show_json(receipt)
    else:
        show_table(("what", "count"), list(receipt.counts.items()))
        show_note(f"receipt {receipt.id}")


@click.command()
@store_options
def scrub(db: str, namespace: str) -> None:
    """Leave no deleted bytes in the database, its log and the saved index."""
    with open_store(db, namespace) as kb:
        kb.scrub()
    show_note("scrubbed")


@click.command()
@store_options
@json_option
def audit(db: str, namespace: str, as_json: bool) -> None:
    """Receipts of what was deleted, forgotten, undone and restored."""
    with open_store(db, namespace) as kb:
        receipts = kb.audit()
    if as_json:
        show_json(receipts)
        return
    show_table(
        ("at", "kind", "revision", "receipt", "counts"),
        [
            (each.at, each.kind, each.revision, each.id, " ".join(f"{k}={n}" for k, n in each.counts.items()))
            for each in receipts
        ],
    )


def _show_counts(report: IngestReport) -> None:
    names = ("added", "updated", "unchanged")
    show_table(("what", "count"), [(name, getattr(report, name)) for name in names])
