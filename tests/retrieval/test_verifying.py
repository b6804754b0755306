"""`verify` finds damage of every projection and of the tables, and mends what can be mended."""

import numpy as np
import pytest
from sqlalchemy import text

from clew.retrieval.projection import drop_saved, index_folder
from clew.retrieval.verifying import differences


@pytest.fixture
def kb(open_kb, documents, tmp_path):
    kb = open_kb(tmp_path / "s.db")
    kb.ingest(documents)
    kb.adjacency().save()
    assert kb.verify().problems == ()
    return kb


def execute(kb, statement, **values):
    with kb.store.engine.begin() as connection:
        assert connection.execute(text(statement), values).rowcount > 0


def occurrences(kb):
    kb.retriever.projection.current().layers.segments[0]["named-key"][0] += 1


def vectors(kb):
    kb.retriever.projection.current().vectors[0, 0] += 1


def lexical(kb):
    kb.retriever.projection.current().layers.segments[0]["posting-count"][0] += 1


def sentences(kb):
    kb.retriever.projection.current().table.starts[-1] += 1


def graph(kb):
    kb.adjacency().weights[0] = 0.125


MEMORY = [occurrences, vectors, lexical, sentences, graph]


@pytest.mark.parametrize("damage", MEMORY, ids=lambda f: f.__name__)
def test_damage_in_memory_is_named_and_mended(kb, damage):
    damage(kb)
    found = kb.verify()
    assert not found.ok and any(damage.__name__.rstrip("s") in p or "table" in p for p in found.problems)
    assert kb.verify().problems == found.problems
    outcome = kb.verify(repair=True)
    assert outcome.ok and outcome.mended and kb.verify().ok


def flip(kb, name):
    folder = next(index_folder(kb.store.path).glob(f"*/{name}"))
    file = max(folder.glob("*.npy"), key=lambda f: f.stat().st_size)
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)


@pytest.mark.parametrize(("name", "said"), [("passages", "saved index"), ("graph", "saved graph")])
def test_a_damaged_saved_projection_is_named_and_mended(kb, name, said):
    flip(kb, name)
    assert any(said in problem for problem in kb.verify().problems)
    assert kb.verify(repair=True).ok and kb.verify().ok


def test_a_saved_index_that_is_whole_but_wrong_is_named_and_mended(kb, open_kb, documents, tmp_path):
    """What another store would have saved, with checksums that are right."""
    index = kb.retriever.projection.current()
    index.layers.segments[0]["name-weight"][:] = 0.5
    drop_saved(kb.store)
    kb.retriever.projection.save()
    kb.retriever.projection.rebuild()
    assert any("saved index differs" in problem for problem in kb.verify().problems)
    assert kb.verify(repair=True).ok and kb.verify().ok


FIRST = "(SELECT min(mention) FROM decisions)"
DECIDED = {
    "another entity": f"UPDATE decisions SET entity = 'nobody' WHERE mention = {FIRST}",
    "another score": f"UPDATE decisions SET score = 0.123 WHERE mention = {FIRST}",
    "no decision": f"DELETE FROM decisions WHERE mention = {FIRST}",
    "another name": "UPDATE entities SET name = 'Nobody' WHERE id = (SELECT min(id) FROM entities)",
    "no alias": "DELETE FROM aliases WHERE entity = (SELECT min(entity) FROM aliases)",
    "a stray": "INSERT INTO entities SELECT key, 'stray', 'no block', 'Stray', 'PER', '' FROM namespaces",
}


@pytest.mark.parametrize("damage", DECIDED)
def test_damaged_identity_is_named_and_decided_again(kb, damage):
    mark = kb.fingerprint()
    execute(kb, DECIDED[damage])
    assert any("decided otherwise" in problem for problem in kb.verify().problems)
    outcome = kb.verify(repair=True)
    assert outcome.ok and any("decided again" in line for line in outcome.mended)
    assert kb.fingerprint() == mark


def test_a_decision_of_a_person_is_no_damage(kb):
    mention = next(link.mention_id for link in kb.store.links() if link.entity_id)
    kb.decide(mention, next(kb.store.entities()).id)
    assert kb.verify().problems == ()
    kb.verify(repair=True)
    assert len(kb.decisions()) == 1


TABLES = [
    "UPDATE facts SET predicate = 'nonsense' WHERE ordinal = 0",
    "UPDATE documents SET title = 'x' WHERE key = 1",
    "UPDATE vectors SET data = zeroblob(length(data)) WHERE document = 1 AND kind = 'passages'",
    "DELETE FROM names WHERE document = 1",
]


@pytest.mark.parametrize("damage", TABLES)
def test_damage_of_the_tables_is_named_with_the_way_out_and_not_hidden(kb, damage, documents):
    execute(kb, damage)
    outcome = kb.verify(repair=True)
    assert not outcome.ok and any("delete it and ingest it again" in problem for problem in outcome.problems)
    damaged = {problem.split("'")[1] for problem in outcome.problems if "ingest it again" in problem}
    for id in damaged:
        kb.delete(id)
    kb.ingest(documents)
    assert kb.verify(repair=True).ok


def test_names_that_wait_are_counted_and_decided_by_a_repair(kb):
    kb.store.mark_dirty(["apple inc", "nothing at all"])
    found = kb.verify()
    assert found.ok and found.checks["names to decide"] == 2
    assert kb.verify(repair=True).checks["names to decide"] == 0


def test_without_a_saved_index_there_is_nothing_to_compare(kb):
    drop_saved(kb.store)
    assert kb.verify().ok


def test_differences_are_named_by_their_place():
    one = {"a": [1, 2], "b": {"c": np.arange(3)}, "d": ("x", "y")}
    other = {"a": [1, 3], "b": {"c": np.arange(4)}, "d": ("x", "z")}
    assert sorted(differences(one, other)) == ["a.1", "b.c", "d"]
    assert list(differences(one, one | {})) == []
