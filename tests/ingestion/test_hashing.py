"""The hashing embedder: real vectors without a model."""

from __future__ import annotations

import numpy as np

from clew.core.settings import ModelSettings
from clew.models.base import Embedder, PassageText
from clew.models.embedders import load_embedder
from clew.models.hashing import HashingEmbedder


def test_settings_name_it() -> None:
    embedder = load_embedder(ModelSettings(embedder="hashing"))
    assert isinstance(embedder, HashingEmbedder) and isinstance(embedder, Embedder)
    assert embedder.info == HashingEmbedder().info


def test_vectors_are_unit_rows_and_the_same_alone_and_in_a_batch() -> None:
    embedder = HashingEmbedder(dimension=64)
    texts = ["The river Jordan", "苹果公司发布了新手机", "a", "Größe"]
    rows = embedder.embed_queries(texts)
    assert rows.shape == (4, 64) and rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, rtol=1e-6)
    for text, row in zip(texts, rows, strict=True):
        np.testing.assert_array_equal(embedder.embed_names([text])[0], row)
    assert embedder.embed_queries([]).shape == (0, 64)


def test_texts_that_share_words_are_near_in_any_script() -> None:
    embedder = HashingEmbedder()
    for near, far, question in [
        ("The Jordan is a river", "Apples are fruits", "Which river is the Jordan?"),
        ("苹果公司发布了新手机", "北京是中国的首都", "苹果公司"),
        ("Река Волга", "Столица Германии", "волга"),
    ]:
        a, b, q = embedder.embed_queries([near, far, question])
        assert q @ a > q @ b + 0.1


def test_a_passage_is_its_title_and_text_and_a_sentence_only_itself() -> None:
    embedder = HashingEmbedder()
    [found] = embedder.embed_passages([PassageText("Jordan", "It flows. It ends.", ((0, 9), (10, 18)))])
    np.testing.assert_array_equal(found.vector, embedder.embed_queries(["Jordan It flows. It ends."])[0])
    np.testing.assert_array_equal(found.sentences, embedder.embed_queries(["It flows.", "It ends."]))


def test_text_without_a_word_is_zero_and_nothing_breaks_it() -> None:
    rows = HashingEmbedder().embed_queries(["", "!!!", "\0\ud800", "x" * 300_000])
    assert not rows[:3].any() and np.isfinite(rows).all()
