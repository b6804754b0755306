"""Documents in, evidence and cited answers out: the sample corpus in ten lines.

python examples/quickstart.py
"""

from clew import KnowledgeBase
from clew.core.sample import sample_corpus

if __name__ == "__main__":
    with KnowledgeBase(":memory:") as kb:
        print(kb.ingest(sample_corpus()).added, "documents read")
        for hit in kb.search("Near which town was the architect born who planned Apple Park?", k=3).passages:
            print(f"found  {hit.document_id:20} {hit.text[:70]} …")
        for link in kb.link("Paris is the seat of Lamar County in Texas."):
            print(f"linked {link.text!r} to {link.name or 'nothing known'!r}, score {link.score:.2f}")
        sculptor = "Dans quelle ville naquit le sculpteur du Mercure de bronze du Bargello ?"
        for question in (sculptor, "电影《苹果》的导演出生在哪里？"):
            answer = kb.ask(question)
            print(f"asked  {question}\n       {answer.text}  {[each.title for each in answer.citations]}")
