"""Commands that fill, empty, count and check a store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..core.redaction import Sensitive
from ..core.visibility import Seen
from .graph_files import FORMATS, write_graph
from .options import json_option, open_store, require_store, sight_options, store_options
from .show import show_json, show_line, show_note, show_table


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="PATH...")
@click.option("--workers", type=click.IntRange(0), help="Processes that read and embed; 0 chooses.")
@click.option("--on-error", type=click.Choice(["skip", "raise"]), default="skip", show_default=True)
@click.option("--redact", metavar="KINDS", help="Sensitive values to replace: all, or email,phone,card …")
@store_options
@json_option
def ingest(
    sources: tuple[str, ...],
    workers: int | None,
    on_error: Any,
    redact: str | None,
    db: str,
    namespace: str,
    as_json: bool,
) -> None:
    """Read files, folders or globs into the store; what did not change is left alone."""
    paths = [Path(each) for each in sources]
    settings = None if redact is None else {"ingestion": {"redact": _kinds(redact)}}
    with open_store(db, namespace, create=True, settings=settings) as kb:
        report = kb.ingest(paths, workers=workers, on_error=on_error, progress="auto")
    if as_json:
        show_json(report)
        return
    counts = ("added", "updated", "unchanged", "passages", "mentions", "facts")
    show_table(("what", "count"), [(name, getattr(report, name)) for name in counts])
    seconds = ", ".join(f"{stage} {value:.1f}" for stage, value in report.seconds.items())
    if seconds:
        show_note(f"seconds: {seconds}")
    if report.added or report.updated:
        show_note(f"job: {report.job}")
    if report.redactions:
        show_note("redacted: " + ", ".join(f"{kind} {n}" for kind, n in report.redactions.items()))
    for failure in report.failures:
        show_note(f"skipped {failure.source}: {failure.error}: {failure.reason}")


def _kinds(text: str) -> list[str]:
    """Kinds of sensitive values, separated by commas; "all" is every one that needs no extra."""
    return list(Sensitive) if text == "all" else [kind.strip() for kind in text.split(",")]


@click.command()
@click.argument("documents", nargs=-1, required=True, metavar="ID...")
@store_options
@json_option
def delete(documents: tuple[str, ...], db: str, namespace: str, as_json: bool) -> int:
    """Delete documents: what is left is what there would be without them. 1 if an id is unknown."""
    with open_store(db, namespace) as kb:
        receipts = [kb.delete(each) for each in documents]
    if as_json:
        show_json(receipts)
    else:
        show_table(
            ("document", "outcome", "passages", "mentions", "facts"),
            [
                (each.document_id, "deleted" if each.found else "unknown", each.passages, each.mentions,
                 each.facts)
                for each in receipts
            ],
        )  # fmt: skip
    return 0 if all(each.found for each in receipts) else 1


@click.command()
@store_options
@json_option
def stats(db: str, namespace: str, as_json: bool) -> None:
    """Count what the store holds."""
    with open_store(db, namespace) as kb:
        found = kb.stats()
    if as_json:
        show_json(found)
    else:
        show_table(("what", "count"), list(found.items()))


@click.command()
@click.option("--fingerprint", is_flag=True, help="Also the hash of the content, whatever its order.")
@click.option("--repair", is_flag=True, help="Build again what differs from the tables.")
@store_options
@json_option
def verify(fingerprint: bool, repair: bool, db: str, namespace: str, as_json: bool) -> int:
    """Compare every projection with the tables. 1 if something differs, or still does after a repair."""
    with open_store(db, namespace) as kb:
        outcome = kb.verify(repair=repair)
        mark = kb.fingerprint() if fingerprint else None
    if as_json:
        report = {
            "ok": outcome.ok,
            "checks": outcome.checks,
            "problems": outcome.problems,
            "mended": outcome.mended,
        }
        show_json(report if mark is None else {**report, "fingerprint": mark})
    else:
        show_table(("check", "rows"), list(outcome.checks.items()))
        for line in (*outcome.mended, *outcome.problems):
            show_line(line)
        if mark is not None:
            show_line(mark)
        show_note("ok" if outcome.ok else f"{len(outcome.problems)} problems")
    return 0 if outcome.ok else 1


@click.command()
@click.option("--embedder", metavar="NAME", help="As in `clew models list`, or a folder.")
@click.option("--companion", metavar="NAME", help='For questions in other languages; "" takes it away.')
@store_options
@json_option
def reindex(
    embedder: str | None, companion: str | None, db: str, namespace: str, as_json: bool
) -> None:
    """Embed the stored documents again, with another embedder or companion; nothing is read again."""
    from ..knowledge_base import KnowledgeBase

    require_store(db)
    models = {"embedder": embedder or None, "companion": companion}
    settings = {"models": {name: value for name, value in models.items() if value is not None}}
    count = KnowledgeBase.reindex(db, namespace=namespace, settings=settings, progress="auto")
    if as_json:
        show_json({"documents": count})
    else:
        show_note(f"{count} documents embedded again")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, writable=True, allow_dash=True))
@click.option("--format", "kind", type=click.Choice(FORMATS), help="By the file's ending when not given.")
@sight_options
@store_options
def graph(
    file: str,
    kind: str | None,
    seen: Seen,
    db: str,
    namespace: str,
) -> None:
    """Write the graph of entities and facts to FILE as GraphML or node-link JSON; - is standard output."""
    with open_store(db, namespace) as kb:
        whole = kb.graph(**seen)
    write_graph(whole, file, kind or ("graphml" if file.endswith((".graphml", ".xml")) else "json"))
    show_note(f"{whole.number_of_nodes()} entities, {whole.number_of_edges()} edges")
