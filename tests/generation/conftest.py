"""Searches written by hand, and a tiny language model made on the spot."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path as FilePath
from typing import Any

import pytest

from clew.core.records import Span
from clew.core.results import Hit, Path, Query, QueryEntity, SearchResult
from clew.core.settings import Settings
from clew.generation import Answerer
from clew.kg.sentences import sentences

Search = Callable[..., SearchResult]


def _search(
    question: str,
    documents: Sequence[tuple[str, str]],
    *,
    language: str = "en",
    spoken: str | None = None,
    reliability: float = 0.8,
    offset: int = 0,
    entities: Sequence[QueryEntity] = (),
    **rest: Any,
) -> SearchResult:
    """A search that found these (title, text) in this order, tied where one names another's title."""
    words = set(re.findall(r"\w+", question.casefold()))
    hits = []
    for i, (title, text) in enumerate(documents):
        spans = sentences(text) or (Span(0, len(text)),)

        def shared(span: Span, text: str = text) -> int:
            return len(words & set(re.findall(r"\w+", text[span.start : span.end].casefold())))

        best = max(spans, key=shared)
        near = Span(best.start + offset, best.end + offset)
        hits.append(
            Hit(f"p{i}", f"d{i}", title, text, offset, offset + len(text), 1.0 / (i + 1), language, near)
        )
    paths = [
        Path(a.passage_id, b.passage_id, b.title, Span(s.start + offset, s.end + offset), 0.5)
        for a in hits
        for b in hits
        if a is not b and b.title
        for s in sentences(a.text)
        if b.title in a.text[s.start : s.end]
    ]
    query = Query(question, spoken or language, tuple(entities))
    return SearchResult(query, tuple(hits), paths=tuple(paths), reliability=reliability, **rest)


@pytest.fixture
def search() -> Search:
    """Makes a search out of a question and documents."""
    return _search


@pytest.fixture
def answerer() -> Answerer:
    """An answerer by the default settings."""
    return Answerer(Settings())


@pytest.fixture
def alpha() -> SearchResult:
    """A question over two documents, the second reached by a path."""
    return _search(
        "Where was the director of Alpha born?",
        [
            ("Alpha", "Alpha is a film of 1968, directed by Ada Bell. It runs for 90 minutes."),
            ("Ada Bell", "Ada Bell was a Dutch film director. She was born in Delft and died in 1990."),
            ("Bell", "A bell is a hollow object that rings when it is struck."),
        ],
    )


@pytest.fixture(scope="session")
def tiny_llama(tmp_path_factory: pytest.TempPathFactory) -> FilePath:
    """A folder with a real Llama of two layers, weights random, and a tokenizer with a chat template."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("tiny-llama")
    bare = Tokenizer(models.BPE(unk_token="<unk>"))
    bare.pre_tokenizer = pre_tokenizers.ByteLevel()
    from tokenizers.decoders import ByteLevel

    bare.decoder = ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=["<unk>", "<s>", "</s>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bare.train_from_iterator(["the film was directed by a woman who was born in a town"], trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bare, unk_token="<unk>", bos_token="<s>", eos_token="</s>", pad_token="</s>"
    )
    tokenizer.chat_template = (
        "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant:"
    )
    tokenizer.save_pretrained(folder)
    state = torch.random.get_rng_state()
    torch.manual_seed(7)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=1024,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=2,
    )
    LlamaForCausalLM(config).save_pretrained(folder, safe_serialization=True)
    torch.random.set_rng_state(state)
    return folder
