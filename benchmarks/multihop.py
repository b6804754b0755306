"""Evidence for questions that need two or more documents: recall@2/5/10 against BM25, dense and their fusion.

    CLEW_DATA=… python benchmarks/multihop.py 2wiki_public [--db store.db] [--untitled] [--json out.json]

A set is a folder of `CLEW_DATA/multihop`, or any folder with `corpus.json` and `questions.json` of that
form. Documents are shuffled with a fixed seed; recall@k is the share of a question's gold documents among
the first k, averaged over questions. All systems run over the same passages, vectors and words, in the same
run.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from common import Baselines, Memory, data_folder, distinct, medians, table

from clew import Document, KnowledgeBase

KS = (2, 5, 10)
SEED = 20260101


def load(name: str, *, titled: bool) -> tuple[list[Document], list[dict[str, Any]]]:
    """Documents, shuffled, and questions of a set."""
    folder = Path(name) if (Path(name) / "corpus.json").is_file() else data_folder("multihop", name)
    corpus = json.loads((folder / "corpus.json").read_text("utf-8"))
    questions = json.loads((folder / "questions.json").read_text("utf-8"))
    documents = [Document(d["id"], d["text"], d["title"] if titled else "", language="en") for d in corpus]
    random.Random(SEED).shuffle(documents)
    return documents, questions


def measure(kb: KnowledgeBase, questions: list[dict[str, Any]]) -> dict[str, Any]:
    """Recall by system and k, share of questions with all gold in five, and milliseconds a stage."""
    baselines = Baselines(kb)
    recall: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    whole: dict[str, list[float]] = defaultdict(list)
    kinds: dict[str, list[float]] = defaultdict(list)
    timings = []
    kb.retriever.warm()
    for asked in questions:
        vector = kb.embedder.embed_queries([asked["question"]])[0]
        found = kb.retriever.search(asked["question"], 2 * max(KS), vector=vector)
        timings.append(found.timings)
        ranked = baselines.rankings(asked["question"], found.query.language, vector, max(KS))
        ranked["clew"] = distinct(hit.document_id for hit in found.passages)
        gold = set(asked["gold"])
        for system, ids in ranked.items():
            for k in KS:
                recall[system][k].append(len(gold & set(ids[:k])) / len(gold))
            whole[system].append(float(gold <= set(ids[:5])))
        kinds[asked.get("type", "")].append(recall["clew"][5][-1])
    return {
        "questions": len(questions),
        "recall": {s: {k: _mean(v) for k, v in by_k.items()} for s, by_k in recall.items()},
        "all gold in 5": {s: _mean(v) for s, v in whole.items()},
        "recall@5 by type": {t: _mean(v) for t, v in sorted(kinds.items())},
        "milliseconds": medians(timings),
    }


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def run(name: str, *, db: Path, titled: bool, workers: int, limit: int | None) -> dict[str, Any]:
    """Ingest what is not there yet, then measure."""
    documents, questions = load(name, titled=titled)
    with KnowledgeBase(db) as kb:
        report = kb.ingest(documents, workers=workers, progress="auto")
        seconds = dict(report.seconds)
        result = measure(kb, questions[:limit])
        result["set"] = name if titled else f"{name}, without titles"
        result["documents"] = len(documents)
        result["ingestion"] = {
            "documents": report.added,
            "passages a second": report.passages / seconds["wall"] if report.added else None,
            "seconds": seconds,
        }
    started = time.perf_counter()
    with KnowledgeBase(db) as kb:
        kb.embedder.embed_queries(["warm"])
        loaded = time.perf_counter()
        kb.search(questions[0]["question"])
        result["open to first answer"] = {
            "seconds": time.perf_counter() - loaded,
            "models": loaded - started,
        }
    return result


def show(result: dict[str, Any]) -> str:
    """The result as text."""
    rows = [
        (system, *(by_k[k] for k in KS), result["all gold in 5"][system])
        for system, by_k in result["recall"].items()
    ]
    head = ("system", *(f"recall@{k}" for k in KS), "all gold in 5")
    lines = [f"## {result['set']}: {result['documents']} documents, {result['questions']} questions", ""]
    lines += [table(head, rows), "", "recall@5 by type: " + _pairs(result["recall@5 by type"])]
    lines += ["milliseconds, median: " + _pairs(result["milliseconds"])]
    ingestion = result["ingestion"]
    if ingestion["documents"]:
        lines += [f"ingestion: {ingestion['passages a second']:.1f} passages a second; seconds: "
                  + _pairs(ingestion["seconds"])]  # fmt: skip
    lines += [
        f"open to first answer: {result['open to first answer']['seconds']:.2f} s after the model's load "
        f"({result['open to first answer']['models']:.2f} s); peak memory {result['peak memory MB']:.0f} MB"
    ]
    return "\n".join(lines) + "\n"


def _pairs(values: dict[str, float]) -> str:
    return ", ".join(f"{key} {value:.3g}" for key, value in values.items())


def main() -> None:
    """Command line."""
    formatter = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=formatter)
    parser.add_argument("sets", nargs="+")
    parser.add_argument("--db", type=Path, help="store to keep; a temporary one when not given")
    parser.add_argument("--untitled", action="store_true", help="take all titles away")
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--limit", type=int, help="first questions only")
    parser.add_argument("--json", type=Path, help="write all figures here")
    options = parser.parse_args()
    if options.db and len(options.sets) > 1:
        parser.error("--db keeps the store of one set")
    results = []
    for name in options.sets:
        with tempfile.TemporaryDirectory() as folder:
            db = options.db or Path(folder) / "store.db"
            with Memory() as memory:
                result = run(
                    name, db=db, titled=not options.untitled, workers=options.workers, limit=options.limit
                )
        results.append({**result, "peak memory MB": memory.peak})
        print(show(results[-1]), flush=True)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1), "utf-8")


if __name__ == "__main__":
    main()
