"""Clew as the retriever of a LangChain chain, and Clew's own answer with its citations checked.

python examples/langchain_rag.py                              # no language model: the extractive default
python examples/langchain_rag.py openai:gpt-4o-mini           # any model that LangChain knows by name
python examples/langchain_rag.py transformers:/models/qwen    # a model in a folder on this machine
"""

import sys

from langchain_core.documents import Document
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnablePassthrough

from clew import KnowledgeBase
from clew.core.errors import ClewError
from clew.core.sample import sample_corpus

QUESTION = "Near which city was the head of the team born that developed the programming language Java?"
PROMPT = ChatPromptTemplate.from_template(
    "Answer from these passages only, in one sentence.\n\n{passages}\n\nQuestion: {question}"
)


def together(documents: list[Document]) -> str:
    """The retrieved passages as one text."""
    return "\n\n".join(f"{each.metadata['title']}: {each.page_content}" for each in documents)


def main(model: str | None) -> None:
    """Retrieve through LangChain, answer with a chain of one's own where there is a model, then with Clew."""
    with KnowledgeBase(":memory:") as kb:
        kb.ingest(sample_corpus())
        retriever = kb.as_retriever(k=4)
        for document in retriever.invoke(QUESTION):
            print(f"retrieved {document.metadata['document_id']:20} {document.page_content[:60]} …")
        if model is not None and not model.startswith("transformers:"):
            try:
                from langchain.chat_models import init_chat_model
            except ModuleNotFoundError:
                sys.exit("pip install langchain, and the package of the provider (langchain-openai …)")

            passages = {"passages": retriever | together, "question": RunnablePassthrough()}
            chain = passages | PROMPT | init_chat_model(model) | StrOutputParser()
            print("chain:", chain.invoke(QUESTION))
        answer = kb.ask(QUESTION, llm=model)
        print(f"clew: {answer.text} (confidence {answer.confidence:.2f}, written by {answer.engine})")
        for citation in answer.citations:
            print(f"  [{citation.number}] {citation.document_id}: “{citation.quote}”")


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else None)
    except ClewError as error:
        sys.exit(str(error))
