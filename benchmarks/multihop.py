"""Evidence for questions that need two or more documents, against BM25, dense and their fusion.

    CLEW_DATA=… python benchmarks/multihop.py 2wiki_public [--views titled untitled pooled] [--ablate]
        [--stores FOLDER | --db store.db] [--limit n] [--json out.json]

A set is a folder of `CLEW_DATA/multihop`, or any folder with `corpus.json` and `questions.json` of that
form. Milliseconds are those of a search for as many passages as the settings say, with the vectors made
before, one search after the other.
Documents are shuffled with a fixed seed; recall@k is the share of a question's gold documents among
the first k, averaged over questions; MRR is the mean of 1 / rank of the first gold document, 0 behind the
tenth. Hops are counted by gold documents. All systems run over the same passages, vectors and words, in the
same run. The view "untitled" takes all titles away, "pooled" asks every set's questions over the documents
of all sets given.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from common import Baselines, Memory, data_folder, distinct, medians, table

from clew import Document, KnowledgeBase
from clew.retrieval.fusion import HAND
from clew.retrieval.query import understand
from clew.retrieval.scoring import score
from clew.retrieval.sentences import best_rows
from clew.retrieval.vectors import FaissIndex

KS = (2, 5, 10)
SEED = 20260101
VIEWS = ("titled", "untitled", "pooled")


@dataclass(frozen=True)
class Corpus:
    """Documents, shuffled, and by set the questions that are asked over them."""

    name: str
    documents: list[Document]
    questions: dict[str, list[dict[str, Any]]]


def load(name: str, *, titled: bool, prefix: str = "") -> tuple[list[Document], list[dict[str, Any]]]:
    """Documents, shuffled, and questions of a set; `prefix` keeps the ids of several sets apart."""
    folder = Path(name) if (Path(name) / "corpus.json").is_file() else data_folder("multihop", name)
    corpus = json.loads((folder / "corpus.json").read_text("utf-8"))
    questions = json.loads((folder / "questions.json").read_text("utf-8"))
    documents = [
        Document(prefix + d["id"], d["text"], d["title"] if titled else "", language="en") for d in corpus
    ]
    random.Random(SEED).shuffle(documents)
    return documents, [{**q, "gold": [prefix + id for id in q["gold"]]} for q in questions]


def corpora(sets: list[str], views: list[str]) -> list[Corpus]:
    """What is to be measured: each set alone in the views that are asked for, then all of them pooled."""
    found = []
    for view in views:
        if view == "pooled":
            loaded = {name: load(name, titled=True, prefix=f"{Path(name).name}/") for name in sets}
            documents = [document for part, _ in loaded.values() for document in part]
            random.Random(SEED).shuffle(documents)
            found.append(Corpus("pooled", documents, {name: asked for name, (_, asked) in loaded.items()}))
            continue
        for name in sets:
            documents, questions = load(name, titled=view == "titled")
            suffix = "" if view == "titled" else "-untitled"
            found.append(Corpus(Path(name).name + suffix, documents, {name: questions}))
    return found


@dataclass
class Tally:
    """Figures of one system, a question at a time."""

    ranks: list[list[int]]
    """For each question the 0-based ranks of its gold documents; those not found are behind all."""

    def add(self, ids: list[str], gold: list[str]) -> None:
        """Count one question's ranking."""
        place = {id: i for i, id in enumerate(ids)}
        self.ranks.append([place.get(id, 10**6) for id in gold])

    def figures(self) -> dict[str, float]:
        """recall@k, all gold in five, MRR."""
        recall = {f"recall@{k}": _mean([_mean([r < k for r in q]) for q in self.ranks]) for k in KS}
        first = [min(q) for q in self.ranks]
        return {
            **recall,
            "all gold in 5": _mean([max(q) < 5 for q in self.ranks]),
            "MRR": _mean([1 / (1 + r) if r < max(KS) else 0.0 for r in first]),
        }


def measure(kb: KnowledgeBase, questions: list[dict[str, Any]]) -> dict[str, Any]:
    """Figures by system, of Clew also by type and by hops, and milliseconds a stage."""
    baselines = Baselines(kb)
    tallies: dict[str, Tally] = defaultdict(lambda: Tally([]))
    types: dict[str, Tally] = defaultdict(lambda: Tally([]))
    hops: dict[str, Tally] = defaultdict(lambda: Tally([]))
    kb.retriever.warm()
    texts = [asked["question"] for asked in questions]
    vectors = kb.embedder.embed_queries(texts)
    timings = [kb.retriever.search(t, vector=v).timings for t, v in zip(texts, vectors, strict=True)]
    for asked, vector in zip(questions, vectors, strict=True):
        found = kb.retriever.search(asked["question"], 2 * max(KS), vector=vector)
        ranked = baselines.rankings(asked["question"], found.query.language, vector, max(KS))
        ranked["clew"] = distinct(hit.document_id for hit in found.passages)
        for system, ids in ranked.items():
            tallies[system].add(ids, asked["gold"])
        types[asked.get("type", "")].add(ranked["clew"], asked["gold"])
        hops[str(len(asked["gold"]))].add(ranked["clew"], asked["gold"])
    return {
        "questions": len(questions),
        "systems": {system: tally.figures() for system, tally in tallies.items()},
        "by type": {name: tally.figures() for name, tally in sorted(types.items())},
        "by hops": {name: tally.figures() for name, tally in sorted(hops.items())},
        "milliseconds": medians(timings),
    }


def ablate(kb: KnowledgeBase, questions: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Figures of Clew with the weight of each part set to nothing, one at a time."""
    index = kb.retriever.projection.current()
    vectors = FaissIndex(index.centred)
    texts = [question["question"] for question in questions]
    asked = [(understand(text, "en", index), vector)
             for text, vector in zip(texts, kb.embedder.embed_queries(texts), strict=True)]  # fmt: skip
    without = {"all parts": HAND} | {f.name: replace(HAND, **{f.name: 0.0}) for f in fields(HAND)}
    found = {}
    for name, weights in without.items():
        tally = Tally([])
        for question, (understood, vector) in zip(questions, asked, strict=True):
            scored = score(vector, understood, index, vectors, floor=kb.embedder.floor, weights=weights)
            rows = index.table.document[best_rows(np.asarray(scored.total), 2 * max(KS))]
            tally.add(distinct(index.documents[int(row)] for row in rows), question["gold"])
        found[name] = tally.figures()
    return found


def _mean(values: list[Any]) -> float:
    return sum(values) / len(values)


def run(corpus: Corpus, *, db: Path, workers: int, limit: int | None, parts: bool) -> list[dict[str, Any]]:
    """Ingest what is not there yet, then measure each set's questions."""
    results = []
    with KnowledgeBase(db) as kb:
        report = kb.ingest(corpus.documents, workers=workers, progress="auto")
        seconds = dict(report.seconds)
        for name, questions in corpus.questions.items():
            result = measure(kb, questions[:limit])
            result["set"], result["view"], result["documents"] = name, corpus.name, len(corpus.documents)
            if parts:
                result["without"] = ablate(kb, questions[:limit])
            result["ingestion"] = {
                "documents": report.added,
                "passages a second": report.passages / seconds["wall"] if report.added else None,
                "seconds": seconds,
            }
            results.append(result)
    started = time.perf_counter()
    with KnowledgeBase(db) as kb:
        kb.embedder.embed_queries(["warm"])
        loaded = time.perf_counter()
        kb.search(next(iter(corpus.questions.values()))[0]["question"])
        opening = {"seconds": time.perf_counter() - loaded, "models": loaded - started}
    return [{**result, "open to first answer": opening} for result in results]


def show(result: dict[str, Any]) -> str:
    """The result as text."""
    head = [*(f"recall@{k}" for k in KS), "all gold in 5", "MRR"]

    def rows(by: dict[str, dict[str, float]]) -> list[tuple[object, ...]]:
        return [(name, *(figures[column] for column in head)) for name, figures in by.items()]

    title = f"## {result['set']} ({result['view']}): {result['documents']} documents"
    lines = [f"{title}, {result['questions']} questions", ""]
    lines += [table(("system", *head), rows(result["systems"])), ""]
    lines += [table(("type", *head), rows(result["by type"])), ""]
    lines += [table(("hops", *head), rows(result["by hops"])), ""]
    if "without" in result:
        lines += [table(("without", *head), rows(result["without"])), ""]
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
    parser.add_argument("--views", nargs="+", choices=VIEWS, default=["titled"])
    parser.add_argument("--untitled", action="store_true", help="the same as --views untitled")
    parser.add_argument("--ablate", action="store_true", help="measure again without each part of the score")
    parser.add_argument("--db", type=Path, help="store to keep, of one set in one view")
    parser.add_argument("--stores", type=Path, help="folder in which the stores of all runs are kept")
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--limit", type=int, help="first questions only")
    parser.add_argument("--json", type=Path, help="write all figures here")
    options = parser.parse_args()
    wanted = corpora(options.sets, ["untitled"] if options.untitled else options.views)
    if options.db and len(wanted) > 1:
        parser.error("--db keeps the store of one set in one view; --stores keeps all")
    results = []
    for corpus in wanted:
        with tempfile.TemporaryDirectory() as folder:
            db = options.db or (options.stores or Path(folder)) / f"{corpus.name}.db"
            with Memory() as memory:
                measured = run(
                    corpus, db=db, workers=options.workers, limit=options.limit, parts=options.ablate
                )
        for result in measured:
            results.append({**result, "peak memory MB": memory.peak})
            print(show(results[-1]), flush=True)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1), "utf-8")


if __name__ == "__main__":
    main()
