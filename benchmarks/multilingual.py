"""One paragraph out of a pool, in five languages: hit@1 and hit@5 against BM25, dense and their fusion.

    CLEW_DATA=… python benchmarks/multilingual.py [--sets xquad cmrc2018] [--cross] [--json out.json]

Every paragraph of a language is a document without a title. With `--cross`, questions of one language are
asked over the paragraphs of English.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from common import Baselines, data_folder, distinct, table

from clew import Document, KnowledgeBase

LANGUAGES = ("en", "de", "es", "ru", "zh")
TARGET = "en"


def squad(path: Path, language: str) -> tuple[list[Document], list[tuple[str, str]]]:
    """Paragraphs as documents, and (question, id of its paragraph), from a file in SQuAD's format."""
    documents, questions = [], []
    for article in json.loads(path.read_text("utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            id = f"p{len(documents):05}"
            documents.append(Document(id, paragraph["context"], language=language))
            questions += [(qa["question"], id) for qa in paragraph["qas"] if not qa.get("is_impossible")]
    return documents, questions


def hits(kb: KnowledgeBase, questions: list[tuple[str, str]], language: str) -> dict[str, dict[str, float]]:
    """hit@1 and hit@5 by system."""
    baselines = Baselines(kb)
    found: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for question, gold in questions:
        vector = kb.embedder.embed_queries([question])[0]
        ranked = baselines.rankings(question, language, vector, 5)
        hits = kb.retriever.search(question, 20, language=language, vector=vector).passages
        ranked["clew"] = distinct(hit.document_id for hit in hits)
        for system, ids in ranked.items():
            found[system]["hit@1"].append(gold in ids[:1])
            found[system]["hit@5"].append(gold in ids[:5])
    return {s: {m: sum(v) / len(v) for m, v in by.items()} for s, by in found.items()}


def run(sets: list[str], *, cross: bool, folder: Path) -> list[dict[str, Any]]:
    """One result for each pair of question language and paragraph language."""
    results = []
    for name in sets:
        files = {"zh": data_folder(name, "cmrc2018_dev.json")} if name == "cmrc2018" else {
            language: data_folder(name, f"{name}.{language}.json") for language in LANGUAGES
        }  # fmt: skip
        for language, file in files.items():
            documents, questions = squad(file, language)
            with KnowledgeBase(folder / f"{name}.{language}.db") as kb:
                kb.ingest(documents, progress="auto")
                results.append({"set": name, "question": language, "paragraphs": language,
                                "systems": hits(kb, questions, language)})  # fmt: skip
                if cross and language == TARGET:
                    for other in files:
                        if other != TARGET:
                            asked = squad(files[other], other)[1]
                            results.append({"set": name, "question": other, "paragraphs": TARGET,
                                            "systems": hits(kb, asked, other)})  # fmt: skip
    return results


def show(results: list[dict[str, Any]]) -> str:
    """The results as a table of hit@1 (hit@5)."""
    systems = list(results[0]["systems"])
    rows = [
        (f"{r['set']} {r['question']} → {r['paragraphs']}",
         *(f"{r['systems'][s]['hit@1']:.3f} ({r['systems'][s]['hit@5']:.3f})" for s in systems))
        for r in results
    ]  # fmt: skip
    return table(("hit@1 (hit@5)", *systems), rows)


def main() -> None:
    """Command line."""
    formatter = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=formatter)
    parser.add_argument("--sets", nargs="+", default=["xquad"])
    parser.add_argument("--cross", action="store_true", help="also ask in each language over English")
    parser.add_argument("--stores", type=Path, help="folder to keep the stores in")
    parser.add_argument("--json", type=Path, help="write all figures here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        results = run(options.sets, cross=options.cross, folder=options.stores or Path(folder))
    print(show(results))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1), "utf-8")


if __name__ == "__main__":
    main()
