"""Reranking by real models made on the spot, by LangChain, by the built-in one, and by what fails."""

import logging

import pytest
from langchain_core.documents import Document as LangChainDocument
from langchain_core.documents.compressor import BaseDocumentCompressor

from clew import KnowledgeBase
from clew.core.errors import ModelMissingError, QueryError

QUESTION = "Where was Steve Wozniak, a founder of Apple Inc., born?"


@pytest.fixture
def kb(settled):
    return settled


def ids(found):
    return [hit.document_id for hit in found.passages]


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory) -> str:
    """The folder of a tiny BERT with random weights, saved as any CrossEncoder is."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    folder = str(tmp_path_factory.mktemp("cross-encoder"))
    words = "[PAD] [UNK] [CLS] [SEP] [MASK] steve wozniak apple jobs born was where a in the city".split()
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = {name: f"[{name[:3].upper()}]" for name in ("pad_token", "unk_token", "cls_token", "sep_token")}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=64, **special).save_pretrained(
        folder
    )
    torch.manual_seed(0)
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    config = BertConfig(vocab_size=len(words), num_labels=1, max_position_embeddings=64, **sizes)
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_a_cross_encoder_orders_the_passages_by_its_scores(kb, cross_encoder):
    from sentence_transformers import CrossEncoder

    model = CrossEncoder(cross_encoder, device="cpu", local_files_only=True)
    before = kb.search(QUESTION, 20, mode="passages")
    pairs = [(QUESTION, f"{h.title}\n{h.text}" if h.title else h.text) for h in before.passages]
    scores = model.predict(pairs, show_progress_bar=False)
    wanted = [
        h.document_id for _, h in sorted(zip(-scores, before.passages, strict=True), key=lambda p: p[0])
    ]
    by_object = kb.search(QUESTION, 3, mode="passages", rerank=model)
    by_folder = kb.search(QUESTION, 3, mode="passages", rerank=cross_encoder)
    assert ids(by_object) == ids(by_folder) == wanted[:3]
    assert by_folder.warnings == ()
    assert by_folder.timings["rerank"] > 0
    assert any(reason.part == "rerank" for reason in by_folder.passages[0].reasons)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_the_setting_names_the_reranker_and_a_search_can_do_without(kb, cross_encoder, documents):
    settings = {"models": {"embedder": "hashing"}, "retrieval": {"reranker": cross_encoder}}
    with KnowledgeBase(":memory:", settings=settings) as other:
        other.ingest(documents)
        assert ids(other.search(QUESTION, 3, mode="passages")) == ids(
            kb.search(QUESTION, 3, mode="passages", rerank=cross_encoder)
        )
        assert ids(other.search(QUESTION, 3, mode="passages", rerank="")) == ids(
            kb.search(QUESTION, 3, mode="passages")
        )


class Shortest(BaseDocumentCompressor):
    """Keeps the two shortest documents, the shorter first."""

    def compress_documents(self, documents, query, callbacks=None):
        return sorted(documents, key=lambda d: len(d.page_content))[:2]


def test_a_langchain_compressor_keeps_and_orders(kb):
    before = kb.search(QUESTION, 20, mode="passages").passages
    found = kb.search(QUESTION, 5, mode="passages", rerank=Shortest())
    assert ids(found) == [h.document_id for h in sorted(before, key=lambda h: len(h.text))[:2]]
    assert [hit.metadata for hit in found.passages] == [{}, {}]


class Stranger(BaseDocumentCompressor):
    """Gives back what it was not given."""

    def compress_documents(self, documents, query, callbacks=None):
        return [LangChainDocument("from elsewhere")]


class Failing:
    def rank(self, question, hits):
        raise RuntimeError("out of memory")


class Short:
    def predict(self, pairs, show_progress_bar=False):
        return [0.5]


@pytest.mark.parametrize(
    ("reranker", "message"),
    [(Failing(), "RuntimeError: out of memory"), (Stranger(), "was not given"), (Short(), "one each")],
    ids=["failing", "stranger", "short"],
)
def test_a_reranker_that_fails_leaves_the_order_and_a_warning(kb, caplog, reranker, message):
    with caplog.at_level(logging.WARNING, "clew"):
        found = kb.search(QUESTION, 3, mode="passages", rerank=reranker)
    plain = kb.search(QUESTION, 3, mode="passages")
    assert (ids(found), found.paths) == (ids(plain), plain.paths)
    assert len(found.warnings) == 1 and message in found.warnings[0]
    assert message in caplog.text


def test_a_model_that_is_not_there_is_an_error_that_names_it(kb, tmp_path):
    with pytest.raises(ModelMissingError, match="nothing-here.*hf download"):
        kb.search(QUESTION, rerank=str(tmp_path / "nothing-here"))


def test_what_cannot_rerank_is_an_error(kb):
    with pytest.raises(QueryError, match="a int cannot rerank"):
        kb.search(QUESTION, rerank=3)


def test_the_built_in_reranker_keeps_the_passages_and_prefers_what_states_the_answer(kb):
    plain = kb.search(QUESTION, 20, mode="passages")
    found = kb.search(QUESTION, 20, mode="passages", rerank="sentences")
    assert sorted(ids(found)) == sorted(ids(plain))
    scores = [hit.score for hit in found.passages]
    assert scores == sorted(scores, reverse=True)
    assert "woz" in ids(found)[:2]


def test_nothing_found_is_reranked_to_nothing(open_kb):
    assert open_kb().search("anything", rerank="sentences").passages == ()
