"""A folder of one's own documents, kept in one file beside it; run it again and only what is new is read.

python examples/own_documents.py FOLDER [QUESTION]
"""

import sys
from pathlib import Path

from clew import KnowledgeBase
from clew.core.errors import ClewError


def main(folder: Path, question: str) -> None:
    """Read what is new in the folder, say what could not be read, then search or ask."""
    with KnowledgeBase(folder.resolve().with_suffix(".clew.db")) as kb:
        report = kb.ingest(folder, progress="auto")
        print(f"{report.added} added, {report.updated} updated, {report.unchanged} unchanged")
        for failure in report.failures:
            print(f"not read: {failure.source}: {failure.reason}")
        if not question:
            print(", ".join(f"{count} {what}" for what, count in kb.stats().items()))
            return
        answer = kb.ask(question)
        print(f"\n{answer.text}")
        for citation in answer.citations:
            print(f"  [{citation.number}] {citation.title or citation.document_id}: “{citation.quote}”")
        if answer.clarification:
            print(answer.clarification.question, *answer.clarification.options, sep="\n  - ")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    try:
        main(Path(sys.argv[1]), " ".join(sys.argv[2:]))
    except ClewError as error:
        sys.exit(str(error))
