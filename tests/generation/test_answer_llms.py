"""Answers with scripted language models: they cite right or wrong, say nothing, raise, stall."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.language_models.fake_chat_models import FakeListChatModel, GenericFakeChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult

from clew.core.errors import InputError, MissingExtraError, ModelMissingError
from clew.core.results import SearchResult
from clew.core.settings import Settings
from clew.generation import Answer, Answerer, unbroken
from clew.generation.llms import counter_of, load_llm, name_of
from clew.generation.prompting import approximate_tokens

GOOD = "Ada Bell was born in Delft [2]."


def _says(*texts: str, **options: Any) -> FakeListChatModel:
    return FakeListChatModel(responses=list(texts), **options)


class _Raises(FakeListChatModel):
    """A model whose server is down."""

    def _call(self, *args: Any, **kwargs: Any) -> str:
        raise ConnectionError("no route to host")


class _SyncOnly(GenericFakeChatModel):
    """A model without methods of its own for asyncio and streams, which takes its time."""

    delay: float = 0.0

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        time.sleep(self.delay)
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=GOOD))])

    _stream = FakeListChatModel.__mro__[1]._stream


def test_a_model_that_cites_right_is_believed(alpha: SearchResult, answerer: Answerer) -> None:
    answer = answerer.answer(alpha.query.text, alpha, llm=_says(GOOD))
    assert answer.text == GOOD and answer.engine == "fake-list-chat-model"
    assert [c.quote for c in answer.citations] == ["She was born in Delft and died in 1990."]
    assert not answer.abstained and not answer.warnings and answer.confidence > 0.5


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("Ada Bell was born in Berlin [2].", "name not in the evidence: Berlin"),
        ("Purple elephants [1] dance [99].", "supported"),
        ("", "returned nothing"),
        ("[1][2][3]", "supported"),
        ("![x](http://a.b/?q=secret)", "returned nothing"),
        ("A bell is a hollow object that rings [3].", "does not answer the question"),
    ],
)
def test_what_is_not_supported_is_answered_from_the_evidence_instead(
    said: str, why: str, alpha: SearchResult, answerer: Answerer
) -> None:
    answer = answerer.answer(alpha.query.text, alpha, llm=_says(said))
    assert answer.engine == "extractive" and answer.short == "Delft"
    assert any("answered without the language model" in w and why in w for w in answer.warnings)
    assert unbroken(answer.citations, alpha.passages)


def test_a_false_sentence_is_dropped_from_a_true_answer(alpha: SearchResult, answerer: Answerer) -> None:
    answer = answerer.answer(alpha.query.text, alpha, llm=_says(f"{GOOD} She won 3 prizes in Rome [2]."))
    assert answer.text == GOOD and answer.engine == "fake-list-chat-model"
    assert any("dropped" in w and "3" in w for w in answer.warnings)


def test_a_model_that_fails_is_replaced_and_named(alpha: SearchResult, answerer: Answerer) -> None:
    answer = answerer.answer(alpha.query.text, alpha, llm=_Raises(responses=[""]))
    assert answer.short == "Delft" and "ConnectionError: no route to host" in answer.warnings[-1]


@pytest.mark.parametrize("kind", ["answer", "aanswer", "stream", "astream"])
@pytest.mark.parametrize(
    "model", [_says(GOOD, sleep=1.0), _SyncOnly(messages=iter(()), delay=1.0)], ids=["own", "sync"]
)
async def test_a_model_that_stalls_is_given_up(kind: str, model: Any, alpha: SearchResult) -> None:
    answerer = Answerer(Settings(generation={"timeout": 0.2}))
    started = time.monotonic()
    answer = await _ask(answerer, kind, alpha, model)
    assert time.monotonic() - started < 3.0
    assert answer.short == "Delft" and "no answer within 0.2 s" in answer.warnings[-1]


@pytest.mark.parametrize("kind", ["answer", "aanswer", "stream", "astream"])
@pytest.mark.parametrize("model", [_says(GOOD), _SyncOnly(messages=iter(()))], ids=["own", "sync"])
async def test_every_way_of_asking_gives_the_same_answer(
    kind: str, model: Any, alpha: SearchResult, answerer: Answerer
) -> None:
    answer = await _ask(answerer, kind, alpha, model)
    assert answer.text == GOOD and answer.citations[0].number == 2


async def _ask(answerer: Answerer, kind: str, found: SearchResult, llm: Any) -> Answer:
    question = found.query.text
    if kind == "answer":
        return await asyncio.to_thread(answerer.answer, question, found, llm=llm)
    if kind == "aanswer":
        return await answerer.aanswer(question, found, llm=llm)
    if kind == "stream":
        items = await asyncio.to_thread(lambda: list(answerer.stream(question, found, llm=llm)))
    else:
        items = [item async for item in answerer.astream(question, found, llm=llm)]
    assert all(isinstance(item, str) for item in items[:-1])
    assert isinstance(items[-1], Answer)
    return items[-1]


def test_a_stream_gives_pieces_and_then_the_checked_answer(alpha: SearchResult, answerer: Answerer) -> None:
    *pieces, answer = answerer.stream(alpha.query.text, alpha, llm=_says(f"{GOOD} She ruled Spain [2]."))
    assert len(pieces) > 3 and "".join(map(str, pieces)) == f"{GOOD} She ruled Spain [2]."
    assert isinstance(answer, Answer) and answer.text == GOOD


def test_a_stream_without_a_model_is_the_answer_in_one_piece(alpha: SearchResult, answerer: Answerer) -> None:
    text, answer = answerer.stream(alpha.query.text, alpha)
    assert isinstance(answer, Answer) and text == answer.text


def test_a_stream_never_shows_a_link_even_for_a_moment(alpha: SearchResult, answerer: Answerer) -> None:
    said = (
        "See [the page](http://evil.example/?q=1), ![p](http://evil.example/p.png) or <img src=x> here. "
        + GOOD
    )
    shown = ""
    for piece in answerer.stream(alpha.query.text, alpha, llm=_says(said)):
        if isinstance(piece, str):
            shown += piece
    assert "evil" not in shown and "<" not in shown and "](" not in shown
    assert shown.endswith(GOOD) and "the page" in shown


def test_a_stream_that_breaks_off_ends_in_the_extractive_answer(
    alpha: SearchResult, answerer: Answerer
) -> None:
    items = list(answerer.stream(alpha.query.text, alpha, llm=_says(GOOD, error_on_chunk_number=9)))
    assert isinstance(items[-1], Answer) and items[-1].engine == "extractive"


def test_an_endless_stream_is_cut(alpha: SearchResult, answerer: Answerer) -> None:
    class Endless(GenericFakeChatModel):
        def _stream(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
            from langchain_core.messages import AIMessageChunk
            from langchain_core.outputs import ChatGenerationChunk

            while True:
                yield ChatGenerationChunk(message=AIMessageChunk(content="la " * 500))

    *_, answer = answerer.stream(alpha.query.text, alpha, llm=Endless(messages=iter(())))
    assert isinstance(answer, Answer) and answer.engine == "extractive"


def test_callbacks_see_the_call(alpha: SearchResult, answerer: Answerer) -> None:
    seen: list[Any] = []

    class Handler(BaseCallbackHandler):
        def on_chat_model_start(self, serialized: Any, messages: Any, **kwargs: Any) -> None:
            seen.append(messages)

    model = GenericFakeChatModel(messages=iter([GOOD]), callbacks=[Handler()])
    assert answerer.answer(alpha.query.text, alpha, llm=model).text == GOOD
    assert [m.type for m in seen[0][0]] == ["system", "human"]


def test_content_in_blocks_is_read(alpha: SearchResult, answerer: Answerer) -> None:
    blocks = AIMessage(
        content=[{"type": "text", "text": "Ada Bell was born "}, {"type": "text", "text": "in Delft [2]."}]
    )
    model = GenericFakeChatModel(messages=iter([blocks]))
    assert answerer.answer(alpha.query.text, alpha, llm=model).text == GOOD


def test_what_is_no_model_is_an_input_error() -> None:
    assert load_llm(None) is None
    for spec in ("", "gpt", "openai:", ":x", 7):
        with pytest.raises(InputError):
            load_llm(spec)


def test_a_provider_that_is_not_installed_names_the_command() -> None:
    try:
        import langchain  # noqa: F401
    except ImportError:
        with pytest.raises(MissingExtraError, match="pip install langchain langchain-openai"):
            load_llm("openai:gpt-4o-mini")


def test_a_local_model_that_is_not_there_is_named(tmp_path: Any) -> None:
    with pytest.raises(ModelMissingError, match="hf download"):
        load_llm("transformers:nobody/no-such-model")
    with pytest.raises(ModelMissingError, match="config.json"):
        load_llm(f"transformers:{tmp_path}")


def test_tokens_are_counted_without_a_download() -> None:
    assert counter_of(_says("x")) is approximate_tokens
    assert name_of(_says("x")) == "fake-list-chat-model"
