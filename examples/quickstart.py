"""Documents in, evidence and cited answers out: the sample corpus in ten lines.

python examples/quickstart.py
"""

from clew import KnowledgeBase
from clew.core.sample import sample_corpus

if __name__ == "__main__":
    with KnowledgeBase(":memory:") as kb:
        print(kb.ingest(sample_corpus()).added, "documents read")
        for hit in kb.search("In which city was the director of the film Lincoln born?", k=3).passages:
            print(f"found  {hit.document_id:20} {hit.text[:70]} …")
        for link in kb.link("Jordan won six championships with the Chicago Bulls."):
            print(f"linked {link.text!r} to {link.name or 'nothing known'!r}, score {link.score:.2f}")
        for question in ("Who founded the firm that makes the iPhone?", "2000年图灵奖的得主出生在哪座城市？"):
            answer = kb.ask(question)
            print(f"asked  {question}\n       {answer.text}  {[each.title for each in answer.citations]}")
