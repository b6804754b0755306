"""Names to decide, decisions by block, people's decisions, and facts and entities through them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from clew.core.errors import NotFoundError, StoreError
from clew.core.records import Candidate, Decision, Label, Reading, ReadingVectors
from clew.storage.rows import AliasRow, Batch, ChangeKind, DecisionKind, EntityRow
from clew.storage.store import Store

Read = Callable[..., tuple[Reading, ReadingVectors]]


@pytest.fixture
def filled(store: Store, read: Read) -> Store:
    """Two documents that share Ada, one of them about her."""
    store.commit(Batch([read("a", "Bob met Ada. Ada left.", "Ada"), read("b", "Ada met Eve.")]))
    return store


def _mentions(store: Store, name: str) -> list[str]:
    return [item.mention_id for item in store.observations([name]) if item.mention_id]


def test_names_of_new_changed_and_gone_documents_are_dirty(filled: Store, read: Read) -> None:
    assert filled.dirty_names() == ["ada", "bob", "eve"]
    assert filled.dirty_names(2) == ["ada", "bob"]
    filled.clear_dirty(["ada", "bob", "eve"])
    filled.commit(Batch([read("b", "Ada met Zoe.")]))
    assert filled.dirty_names() == ["ada", "eve", "zoe"]
    filled.clear_dirty(filled.dirty_names())
    filled.delete("a")
    assert filled.dirty_names() == ["ada", "bob"]
    filled.mark_dirty(["x", "x"])
    assert filled.dirty_names() == ["ada", "bob", "x"]


def test_observations_are_mentions_and_names_in_a_fixed_order(filled: Store) -> None:
    seen = filled.observations(["eve", "ada", "nobody", "ada"])
    places = [(o.name, o.document_id, o.is_name, o.start, o.sentence) for o in seen]
    assert places == [
        ("ada", "a", False, 8, 0),
        ("ada", "a", False, 13, 1),
        ("ada", "a", True, 0, -1),
        ("ada", "b", False, 0, 0),
        ("eve", "b", False, 8, 0),
    ]
    mention, name = seen[0], seen[2]
    assert (mention.text, mention.label, mention.source, mention.score) == ("Ada", Label.PER, "tagger", 0.75)
    assert (mention.title, mention.language, mention.end) == ("Ada", "en", 11)
    assert (name.kind, name.weight, name.label, name.mention_id) == ("title", 1.0, Label.PER, None)


def test_decisions_give_facts_links_and_entities_their_meaning(filled: Store) -> None:
    other = Candidate("E2", "Ada, Oklahoma", 0.1, "city")
    decisions = [Decision(id, "E1", 0.9, "same name", (other,)) for id in _mentions(filled, "ada")]
    entity = EntityRow("E1", "Ada Lovelace", Label.PER, "ada", "mathematician", ("a", "gone"))
    aliases = [AliasRow("E1", "Ada", "title", 1.0, "en"), AliasRow("E1", "Lady L.", weight=0.5)]
    assert filled.decide(["ada"], decisions, [entity], aliases) == 2
    assert filled.dirty_names() == ["bob", "eve"]
    [found] = filled.entities()
    assert (found.id, found.name, found.label) == ("E1", "Ada Lovelace", Label.PER)
    assert (found.aliases, found.description) == (("Ada", "Lady L."), "mathematician")
    assert (found.mentions, found.documents) == (3, ("a",))
    assert filled.entity("E1") == found and list(filled.entities(["E1", "E9"])) == [found]
    facts = [(f.document_id, f.subject, f.subject_entity, f.object, f.object_entity) for f in filled.facts()]
    assert facts == [("a", "Bob", None, "Ada Lovelace", "E1"), ("b", "Ada Lovelace", "E1", "Eve", None)]
    assert [f.document_id for f in filled.facts(entity_id="E1")] == ["a", "b"]
    assert [f.document_id for f in filled.facts(["b"], entity_id="E1")] == ["b"]
    links = [(link.document_id, link.start, link.entity_id, link.score) for link in filled.links()]
    assert links[:3] == [("a", 0, None, 0.0), ("a", 8, "E1", 0.9), ("a", 13, "E1", 0.9)]
    [first, *_] = filled.decisions(entity_id="E1", names=["ada"], kind=DecisionKind.AUTO)
    assert (first.alternatives, first.name, first.kind) == ((other,), "ada", DecisionKind.AUTO)
    assert filled.entity_ids(["ada", "bob"]) == ["E1"]
    assert list(filled.aliases(["lady l"])) == list(filled.aliases(entity_id="E1"))[1:]
    assert list(filled.aliases(chunk=1)) == aliases
    with pytest.raises(NotFoundError, match="E9"):
        filled.entity("E9")


def test_deciding_again_replaces_the_block_and_leaves_the_others(filled: Store) -> None:
    ada, eve = _mentions(filled, "ada"), _mentions(filled, "eve")
    rows = [EntityRow("E1", "Ada", Label.PER, "ada"), EntityRow("E3", "Eve", Label.PER, "eve")]
    filled.decide(["ada"], [Decision(id, "E1", 1.0, "r") for id in ada], rows[:1], [AliasRow("E1", "Ada")])
    filled.decide(["eve"], [Decision(eve[0], "E3", 1.0, "r")], rows[1:], [AliasRow("E3", "Eve")])
    filled.decide(["ada"], [Decision(ada[0], "E2", 1.0, "r")], [EntityRow("E2", "A", Label.PER, "ada")], [])
    assert [entity.id for entity in filled.entities()] == ["E2", "E3"]
    assert [(d.mention_id, d.entity_id) for d in filled.decisions(names=["ada"])] == [(ada[0], "E2")]
    assert [alias.entity_id for alias in filled.aliases()] == ["E3"]
    assert [c.entity_id for c in filled.changes(3) if c.kind is ChangeKind.IDENTITY] == ["E1", "E2"]
    assert filled.decide(["ada"], [], [], []) == 5
    assert [entity.id for entity in filled.entities()] == ["E3"]


def test_deciding_without_news_makes_no_revision(filled: Store, decide_all: Callable[..., None]) -> None:
    decide_all(filled)
    revision, before = filled.revision(), filled.fingerprint()
    filled.mark_dirty(["ada", "bob", "eve"])
    decide_all(filled)
    assert filled.fingerprint() == before
    # the mark has a revision of its own, the decision none
    assert filled.revision() == revision + 1 and filled.changes(revision) == []


def test_an_entity_that_moves_to_another_block_is_not_there_twice(filled: Store) -> None:
    filled.decide(["ada"], [], [EntityRow("E1", "Ada", Label.PER, "ada")], [AliasRow("E1", "Ada")])
    filled.decide(["bob"], [], [EntityRow("E1", "Bob", Label.PER, "bob")], [AliasRow("E1", "Bob")])
    assert [(entity.name, entity.aliases) for entity in filled.entities()] == [("Bob", ("Bob",))]
    assert filled.entity_ids(["ada"]) == []


def test_marks_set_after_the_observations_were_read_stay(filled: Store, read: Read) -> None:
    seen, ids = filled.revision(), _mentions(filled, "ada")
    filled.commit(Batch([read("c", "Ada saw Zoe.")], deletes=["b"]))
    filled.decide(["ada", "bob"], [Decision(id, "E", 1.0, "r") for id in ids], [], [], seen=seen)
    assert filled.dirty_names() == ["ada", "eve", "zoe"]
    # the decision on the mention that went with its document is passed over
    assert {d.document_id for d in filled.decisions()} == {"a"}


def test_an_alias_needs_its_entity_and_an_entity_comes_once(filled: Store) -> None:
    with pytest.raises(StoreError, match="E1"):
        filled.decide(["ada"], [], [], [AliasRow("E1", "Ada")])
    with pytest.raises(StoreError, match="twice"):
        filled.decide(["ada"], [], [EntityRow("E1", "Ada", Label.PER, "ada")] * 2, [])
    assert "ada" in filled.dirty_names()


def test_an_alias_in_two_languages_is_kept_twice_and_named_once(filled: Store) -> None:
    aliases = [AliasRow("E1", "Ada", language=tag, weight=w) for tag, w in (("en", 1.0), ("de", 0.5))]
    aliases.append(AliasRow("E1", "Ada", kind="other", language="en", weight=0.1))
    filled.decide(["ada"], [], [EntityRow("E1", "Ada", Label.PER, "ada")], aliases)
    assert list(filled.aliases()) == aliases[:2]
    assert filled.entity("E1").aliases == ("Ada",)


def test_a_persons_decision_wins_until_it_is_taken_back(
    filled: Store, decide_all: Callable[..., None]
) -> None:
    decide_all(filled)
    before = filled.fingerprint()
    [first, *_] = _mentions(filled, "ada")
    filled.override([Decision(first, "entity of bob", 1.0, "I know her")])
    assert filled.dirty_names() == ["ada"]
    decide_all(filled)
    [stands] = filled.decisions([first])
    assert (stands.entity_id, stands.kind) == ("entity of bob", DecisionKind.HUMAN)
    assert filled.fingerprint() != before
    filled.take_back([first])
    assert filled.decisions([first]) == [] and filled.dirty_names() == ["ada"]
    decide_all(filled)
    assert filled.fingerprint() == before
    with pytest.raises(NotFoundError, match="nobody"):
        filled.override([Decision("nobody", "E", 1.0, "r")])


def test_decisions_go_with_their_mentions(
    filled: Store, read: Read, decide_all: Callable[..., None]
) -> None:
    decide_all(filled)
    filled.commit(Batch([read("a", "Bob left.")]))
    assert {(d.document_id, d.name) for d in filled.decisions()} == {("b", "ada"), ("b", "eve")}
    assert filled.check() == []
    decide_all(filled)
    assert filled.check() == []
    assert filled.entity("entity of ada").documents == ()


def test_a_decision_for_no_entity_is_found_by_the_check(filled: Store) -> None:
    filled.decide(["ada"], [Decision(_mentions(filled, "ada")[0], "E1", 1.0, "r")], [], [])
    [problem] = filled.check()
    assert "'E1', which is no entity" in problem


def test_strings_of_decisions_are_cleaned(filled: Store) -> None:
    [first, *_] = _mentions(filled, "ada")
    odd: Any = "E\0"
    candidate = Candidate(odd, odd, 0.5, odd)
    filled.decide(
        ["ada"],
        [Decision(first, odd, 1.0, odd, (candidate,))],
        [EntityRow(odd, odd, Label.PER, "ada", odd)],
        [AliasRow(odd, odd)],
    )
    assert filled.entity(odd).id == "E\ufffd"
    assert filled.decisions([first])[0].alternatives == (candidate,)
    assert len(list(filled.facts(entity_id=odd))) == 1 and filled.check() == []
