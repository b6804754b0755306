"""Long conversations: recall of the turns that hold the evidence, against BM25, dense and their fusion.

    CLEW_DATA=… python benchmarks/dialogue.py [--plain] [--captions] [--db FILE] [--json out.json]

Every turn of LoCoMo is a document, "speaker: text", with its session's date, and in the metadata its session
as `thread` and its number as `position`; each conversation is a namespace. `--plain` leaves the thread out,
`--captions` adds the caption of a picture that was shared. All questions with evidence count, the adversarial
ones too.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from common import Baselines, data_folder, distinct, medians, table

from clew import Document, KnowledgeBase

DEPTHS = (5, 10, 25, 50)
KINDS = {1: "several turns", 2: "time", 3: "open", 4: "one turn", 5: "adversarial"}
_TURN = re.compile(r"D\d+:\d+")


@dataclass(frozen=True, slots=True)
class Question:
    """A question about a conversation."""

    text: str
    evidence: frozenset[str]
    """Ids of the turns that answer it."""
    kind: str


def turns(conversation: dict[str, Any], *, threads: bool, captions: bool) -> list[Document]:
    """The turns of a conversation as documents."""
    found = []
    for session in sorted(key for key in conversation if re.fullmatch(r"session_\d+", key)):
        when = datetime.strptime(conversation[f"{session}_date_time"], "%I:%M %p on %d %B, %Y")
        for position, turn in enumerate(conversation[session]):
            text = f"{turn['speaker']}: {turn['text']}"
            if captions and turn.get("blip_caption"):
                text += f" [{turn['blip_caption']}]"
            place = {"thread": session, "position": position} if threads else {}
            found.append(
                Document(turn["dia_id"], text, "", place, language="en", date=when.date().isoformat())
            )
    return found


def questions(asked: list[dict[str, Any]], known: set[str]) -> Iterator[Question]:
    """The questions with evidence among the known turns."""
    for row in asked:
        evidence = frozenset(_TURN.findall(" ".join(row.get("evidence", [])))) & known
        if evidence:
            yield Question(str(row["question"]), evidence, KINDS[row["category"]])


def run(options: argparse.Namespace, database: Path) -> dict[str, Any]:
    """Recall by system and depth, recall@10 of the last system by kind of question, times."""
    recall: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    by_kind: dict[str, list[float]] = defaultdict(list)
    timings = []
    for sample in json.loads((data_folder("locomo_dev") / "locomo4.json").read_text("utf-8")):
        documents = turns(sample["conversation"], threads=not options.plain, captions=options.captions)
        with KnowledgeBase(database, namespace=sample["sample_id"]) as kb:
            kb.ingest(documents, progress="auto")
            baselines = Baselines(kb)
            for question in questions(sample["qa"], {document.id for document in documents}):
                vector = kb.embedder.embed_queries([question.text])[0]
                ranked = baselines.rankings(question.text, "en", vector, DEPTHS[-1])
                found = kb.retriever.search(question.text, DEPTHS[-1], language="en", vector=vector)
                ranked["clew"] = distinct(hit.document_id for hit in found.passages)
                timings.append(found.timings)
                for system, ids in ranked.items():
                    for depth in DEPTHS:
                        share = len(question.evidence.intersection(ids[:depth])) / len(question.evidence)
                        recall[system][depth].append(share)
                by_kind[question.kind].append(recall["clew"][10][-1])
    return {
        "questions": len(timings),
        "recall": {s: {d: sum(v) / len(v) for d, v in by.items()} for s, by in recall.items()},
        "recall@10 by kind": {kind: sum(v) / len(v) for kind, v in sorted(by_kind.items())},
        "milliseconds": medians(timings),
    }


def show(result: dict[str, Any]) -> str:
    """The result as tables."""
    recall = table(
        ("recall of evidence turns", *(f"@{depth}" for depth in DEPTHS)),
        ((system, *by.values()) for system, by in result["recall"].items()),
    )
    kinds = result["recall@10 by kind"]
    return f"{recall}\n\n{table(('clew, recall@10', *kinds), [('', *kinds.values())])}"


def main() -> None:
    """Command line."""
    formatter = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=formatter)
    parser.add_argument("--plain", action="store_true", help="turns without thread and position")
    parser.add_argument("--captions", action="store_true", help="captions of pictures belong to the turn")
    parser.add_argument("--db", type=Path, help="file to keep the store in")
    parser.add_argument("--json", type=Path, help="write all figures here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = run(options, options.db or Path(folder, "dialogue.db"))
    print(show(result))
    if options.json:
        options.json.write_text(json.dumps(result, indent=1), "utf-8")


if __name__ == "__main__":
    main()
