"""What it costs to see a part: making views of a store, and searching, linking and the graph in them.

    python benchmarks/views.py --db STORE [--questions 50] [--shares 0.1 0.5 0.9]

The documents of a share are chosen by a hash of their ids; questions are titles of the store. Prints Markdown
tables in milliseconds of this process' time, which is what to compare on a machine that others use.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence

import numpy as np
from common import table

from clew import KnowledgeBase
from clew.core.text import content_id
from clew.kg.graph import to_networkx
from clew.kg.view import StoreView
from clew.retrieval.places import find_places
from clew.retrieval.retriever import Retriever
from clew.retrieval.view import IndexVectors, part_of, view_of
from clew.storage.rows import DecisionKind


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", required=True, help="a store; it is only read")
    parser.add_argument("--questions", type=int, default=50)
    parser.add_argument("--shares", type=float, nargs="+", default=[0.1, 0.5, 0.9])
    given = parser.parse_args()
    with KnowledgeBase(given.db, read_only=True) as kb:
        measure(kb, given.questions, given.shares)


def measure(kb: KnowledgeBase, count: int, shares: Sequence[float]) -> None:
    """Prints what everything costs to one who sees all, and to those who see a share."""
    index = kb.projection.current()
    titles = [document.title or document.text[:80] for document in kb.documents(index.documents[: 2 * count])]
    warm, questions = titles[:count], titles[count:]
    rows = [("all", len(index.documents), "", *searches(kb.retriever, warm, questions))]
    rows[0] += (clock(kb.linker.table), clock(lambda: to_networkx(kb.store)))
    started = time.process_time()
    places = find_places(index, kb.documents())
    people = kb.store.decisions(kind=DecisionKind.HUMAN)
    once = 1000 * (time.process_time() - started)
    hashes = np.array([int(content_id("share", id)[:8], 16) / 16**8 for id in index.documents])
    for share in shares:
        started = time.process_time()
        part = part_of(index, places, hashes < share)
        ids = frozenset(part.documents)
        knowledge = StoreView(kb.store, ids, index.revision, vectors=IndexVectors(part), people=people)
        view = view_of(knowledge, part, kb.embedder, kb.settings.retrieval)
        made = f"{1000 * (time.process_time() - started):.0f}"
        found = searches(view.retriever, warm, questions)
        last = clock(view.linker.table), clock(lambda seen=knowledge: to_networkx(seen))
        rows.append((f"{share:.0%}", len(part.documents), made, *found, *last))
    head = ("seen", "documents", "made", "first search", "search, p50", "p95", "again, p50", "names to link")
    print(table((*head, "graph"), rows))
    print(f"\nOnce a revision, before the first view: {once:.0f} ms to find all names in all texts.")


def searches(retriever: Retriever, warm: Sequence[str], questions: Sequence[str]) -> tuple[str, ...]:
    """The first search of all; median and 95th percentile of new questions; median of the same again."""
    first = clock(lambda: retriever.search(warm[0]))
    for question in warm:
        retriever.search(question)
    new, again = (
        [float(clock(lambda q=question: retriever.search(q), digits=3)) for question in questions]
        for _ in range(2)
    )
    high = float(np.percentile(new, 95))
    return first, f"{statistics.median(new):.1f}", f"{high:.1f}", f"{statistics.median(again):.1f}"


def clock(work: Callable[[], object], digits: int = 0) -> str:
    """Milliseconds of this process' time."""
    started = time.process_time()
    work()
    return f"{1000 * (time.process_time() - started):.{digits}f}"


if __name__ == "__main__":
    main()
