"""Nothing is downloaded and nothing phones home: a day's work without a network, in its own process."""

import subprocess
import sys

import pytest

from clew.core.errors import ClewError
from clew.core.settings import ModelSettings
from clew.models.embedders import E5, load_embedder

WORK = """
import sys

def no_network(event, arguments):
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.sendmsg"):
        raise AssertionError(f"{event}{arguments}")
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        raise AssertionError(f"{event}{arguments[1:]}")

sys.addaudithook(no_network)

from clew import Document, KnowledgeBase

settings = {"models": {"embedder": sys.argv[2]}}
with KnowledgeBase(sys.argv[1], settings=settings) as kb:
    kb.ingest([
        Document("pinta", "The Pinta was a ship. It was built in Palos.", "Pinta"),
        Document("zh", "北京是中国的首都。", "北京"),
        Document("de", "Der Rhein fließt durch Köln.", "Rhein"),
    ])
    assert kb.search("Where was the Pinta built?", mode="passages").passages[0].document_id == "pinta"
    assert kb.ask("Where was the Pinta built?").citations
    kb.search("What is all of this about?", mode="global"), kb.link("The Pinta left Palos.")
    kb.graph(), kb.conflicts(), kb.verify(), kb.delete("de"), kb.scrub()
KnowledgeBase.reindex(sys.argv[1], settings=settings)
print("done")
"""


def _work(place, embedder):
    done = subprocess.run(
        [sys.executable, "-c", WORK, str(place), embedder], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "done", done.stderr[-2000:]


def test_indexing_and_answering_need_no_network(tmp_path):
    _work(tmp_path / "s.db", "hashing")


@pytest.mark.models
def test_the_default_embedder_needs_no_network(tmp_path):
    try:
        load_embedder(ModelSettings())
    except ClewError as error:
        pytest.skip(str(error))
    _work(tmp_path / "s.db", E5)


def test_the_hook_sees_a_look_up():
    code = WORK.partition("from clew")[0] + "import socket; socket.getaddrinfo('localhost', 80)"
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "AssertionError: socket.getaddrinfo" in seen.stderr
