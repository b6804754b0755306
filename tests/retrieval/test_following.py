"""An index that followed changes equals one that was built afresh: to the last bit of every score."""

import itertools
import tempfile
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.core.records import (
    Argument,
    Document,
    Fact,
    Label,
    Mention,
    Name,
    Part,
    Passage,
    Reading,
    ReadingVectors,
    Span,
)
from clew.kg.automaton import NameAutomaton
from clew.kg.spelling import spelling, spelt
from clew.models.base import EmbedderInfo
from clew.retrieval import projection
from clew.retrieval.following import compacted
from clew.retrieval.index import PassageIndex
from clew.retrieval.parts import canonical, read_parts
from clew.retrieval.projection import SNAPSHOT, equal_parts, index_folder, snapshot_folder
from clew.retrieval.retriever import Retriever
from clew.retrieval.saved import _segment as saved_segment
from clew.retrieval.verifying import contents, differences
from clew.storage.rows import Batch
from clew.storage.store import Store

DIMENSION = 8
NAMES = (
    "Ada Stone/Stone/Ada/New York/York/New York City/The End/End (film)/苹果/苹果公司/iPhone 手机/手机/"
    "São Paulo/Sao/No. 5/5/River End/ﬁne Art/Ⅷ/🅰 Star/Ⓐ/O'Neil/Scotland/法国/Glasgow"
).split("/")
WORDS = "the end of stone river york was seen 5 公司 买 in Sao STAR ö Scottish French".split()
QUESTIONS = [
    "Who saw Ada Stone in New York?",
    "Who directed The End?",
    "苹果公司的手机",
    "The End of the river",
    "Ada Stoen Yrok",
    "seen",
]
ids = st.integers(0, 9)
names = st.sampled_from(NAMES)
texts = st.lists(
    st.lists(st.one_of(st.sampled_from(WORDS), names), min_size=1, max_size=7).map(" ".join),
    min_size=1,
    max_size=4,
)
batches = st.lists(
    st.one_of(st.tuples(ids, st.none()), st.tuples(ids, st.tuples(names, texts))), min_size=1, max_size=6
)


class Given:
    """An embedder whose vectors are always given."""

    info = EmbedderInfo("given", "1", DIMENSION)
    floor = 0.0


def unit(rng: np.random.Generator, rows: int) -> np.ndarray:
    x = rng.normal(size=(rows, DIMENSION)).astype(np.float32)
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def reading(number: int, title: str, sentences: list[str]) -> tuple[Reading, ReadingVectors]:
    """A document with windows of two sentences that overlap by one; vectors depend on the text alone."""
    text, spans, mentions = "", [], []
    for ordinal, sentence in enumerate(sentences):
        spans.append(Span(len(text), len(text) + len(sentence)))
        for name in NAMES[:: 2 + number % 2]:
            at = sentence.find(name)
            if at >= 0:
                start = len(text) + at
                mentions.append(
                    Mention(Part.TEXT, start, start + len(name), name, Label.ORG, "test", 0.9, ordinal)
                )
        text += sentence + " "
    text = text[:-1]
    windows = [(first, min(first + 2, len(spans))) for first in range(max(1, len(spans) - 1))]
    facts = tuple(
        Fact(
            *(Argument(one.text, one.start, one.end), "direct", Argument(two.text, two.start, two.end)),
            *(spans[one.sentence].start, spans[one.sentence].end, one.sentence, 0.5, "verb"),
            negated=number == 0,
        )
        for one, two in itertools.pairwise(mentions)
        if one.sentence == two.sentence
    )
    language = "zh" if "苹果" in title else "en"
    passages = tuple(
        Passage(i, spans[first].start, spans[last - 1].end, first, last, language if i % 2 else "en")
        for i, (first, last) in enumerate(windows)
    )
    bare = title.partition(" (")[0]
    known = (Name(title, "title", 1.0), Name(bare, "base", 0.9), Name(bare.split()[-1], "part", 0.5))
    rng = np.random.default_rng(list((title + text).encode()))
    read = Reading(
        *(Document(f"d{number}", text, title), "en", "t@1"),
        *(tuple(spans), passages, tuple(mentions), facts, known),
    )
    return read, ReadingVectors(unit(rng, len(passages)), unit(rng, len(spans)), unit(rng, 1)[0])


def commit(store: Store, batch) -> None:
    last = dict(batch)
    store.commit(
        Batch(
            [reading(number, *content) for number, content in last.items() if content is not None],
            deletes=[f"d{number}" for number, content in last.items() if content is None],
        )
    )


def answers(retriever: Retriever):
    for i, question in enumerate(QUESTIONS):
        vector = unit(np.random.default_rng(i), 1)[0]
        yield replace(retriever.search(question, 20, vector=vector), timings={}, revision=0)


def assert_same(followed: Retriever, fresh: Retriever) -> None:
    a, b = followed.projection.current(), fresh.projection.current()
    assert list(equal_parts(a.parts, b.parts)) == []
    assert [a.keys[n] for n in a.occurrences.name] == [b.keys[n] for n in b.occurrences.name]
    np.testing.assert_array_equal(a.occurrences.sentence, b.occurrences.sentence)
    np.testing.assert_array_equal(a.centroids, b.centroids)
    assert list(differences(contents(a), contents(b))) == []
    assert list(answers(followed)) == list(answers(fresh))


def opened_on(store: Store) -> Retriever:
    return Retriever(store, Given(), projection=projection.Projection(store, DIMENSION))


def opened(target) -> Store:
    return Store.open(target, embedder=Given.info)


def check_following(steps) -> None:
    with opened(":memory:") as store:
        followed = opened_on(store)
        for step in steps:
            commit(store, step)
            assert_same(followed, opened_on(store))


def assert_nothing_stale(store: Store) -> None:
    """What is saved says of its documents what the tables say, and of no others, in any array."""
    everything = read_parts(store.load(), 0, DIMENSION)
    folder = snapshot_folder(store)
    for name in folder.names():
        found = folder.open(name)
        if "documents-bytes" not in found:
            continue  # none of the documents came since
        segment = saved_segment(found)
        rows = np.arange(len(segment.documents))
        held, stored = segment.parts(rows), read_parts(store.load(list(segment.documents)), 0, DIMENSION)
        assert list(equal_parts(canonical(held), stored)) == []
        assert contents(PassageIndex(0, [segment]))["lookups"] == []
        assert list(segment.terms) == list(stored.terms)
        assert set(segment.keys) <= set(everything.keys)


def check_saving(steps, few: int, chance: Random) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr("clew.retrieval.saved.FEW", few)
        patch.setattr(projection, "SMALL", chance.choice([0, 3, 1000]))
        patch.setattr(projection, "_REST", chance.choice([0, 1e9]))
        patch.setattr("clew.retrieval.joining._PIECES", chance.choice([0, 20_000]))
        with opened(Path(folder, "s.db")) as store, opened(":memory:") as plain:
            followed = opened_on(store)
            for step in steps:
                commit(store, step)
                commit(plain, step)
                saving = chance.choice([followed.projection.save, followed.projection.erase, None])
                if saving:
                    saving()
                    assert_nothing_stale(store)
                if chance.random() < 0.5:
                    followed.projection.close()
                    followed = opened_on(store)
                assert_same(followed, opened_on(plain))


sequences = st.lists(batches, min_size=2, max_size=5)
savings = given(sequences, st.integers(0, 1), st.randoms(use_true_random=False))


@settings(max_examples=8, deadline=None)
@given(sequences)
def test_following_random_changes_equals_reading_afresh(steps):
    check_following(steps)


@settings(max_examples=5, deadline=None)
@savings
def test_saving_opening_and_compacting_in_between_changes_nothing(steps, few, chance):
    check_saving(steps, few, chance)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(sequences)
def test_following_many_random_changes_equals_reading_afresh(steps):
    check_following(steps)


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@savings
def test_saving_opening_and_compacting_many_times_changes_nothing(steps, few, chance):
    check_saving(steps, few, chance)


@settings(max_examples=15, deadline=None)
@given(batches, st.lists(st.one_of(names, st.sampled_from(WORDS)), max_size=30).map(" ".join))
def test_names_are_found_as_by_the_automaton_and_only_where_all_their_words_are(batch, text):
    with opened(":memory:") as store:
        commit(store, batch)
        index = opened_on(store).projection.current()
        known = [index.keys[number] for number in index.names.numbers()]
        expected = NameAutomaton(known).find(text)
        found = index.names.find(text)
        assert [(m.start, m.end, index.keys[m.index]) for m in found] == [
            (m.start, m.end, known[m.index]) for m in expected
        ]
        held = spelt(text)
        for match in found:
            words = np.array(spelling(index.keys[match.index]), np.uint32)
            assert (np.isin(words, held) | np.isin(words | 1, held)).all() and np.isin(words | 1, held).any()


def test_a_change_that_names_nothing_new_reads_one_document(monkeypatch):
    with opened(":memory:") as store:
        commit(store, [(n, (NAMES[n], [f"{NAMES[n + 1]} was seen in York"])) for n in range(8)])
        retriever = opened_on(store)
        retriever.projection.current()
        monkeypatch.setattr(store, "documents", lambda *a, **k: pytest.fail("another document was read"))
        commit(store, [(3, (NAMES[3], ["Ada was seen again"]))])
        assert retriever.projection.current().titles[0]


def test_a_name_that_comes_is_found_in_texts_that_were_there_and_gone_when_it_goes():
    with opened(":memory:") as store:
        commit(store, [(0, ("York", ["They met in New York"])), (1, ("End", ["Nothing was seen"]))])
        retriever = opened_on(store)

        def named() -> list[str]:
            index = retriever.projection.current()
            return [index.keys[name] for name in index.occurrences.name]

        assert named() == ["york"]
        commit(store, [(2, ("New York", ["A city"]))])
        assert named() == ["new york"]
        commit(store, [(2, None)])
        assert named() == ["york"]


def test_small_changes_leave_the_large_snapshot_as_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr("clew.retrieval.saved.FEW", 2)
    with opened(tmp_path / "s.db") as store:
        commit(store, [(n, (NAMES[n], ["was seen"])) for n in range(9)])
        retriever = opened_on(store)
        retriever.projection.save()
        large = {f.name: f.stat().st_mtime_ns for f in index_folder(tmp_path / "s.db").glob("*/passages/*")}
        for n in range(4):
            commit(store, [(20 + n, ("Ada", ["in the river"]))])
            retriever.projection.save()
        assert large == {
            f.name: f.stat().st_mtime_ns for f in index_folder(tmp_path / "s.db").glob("*/passages/*")
        }
        again = opened_on(store)
        monkeypatch.setattr(store, "load", lambda *a, **k: pytest.fail("the tables were read"))
        assert list(answers(again)) == list(answers(retriever))


def saved_bytes(store: Store, word: bytes) -> list[str]:
    files = [path for path in snapshot_folder(store).path.rglob("*") if path.is_file()]
    return [path.name for path in files if word in path.read_bytes()]


def vectors_of(store: Store, id: str) -> bytes:
    [stored] = store.load([id])
    return stored.passage_vectors.tobytes()


@pytest.mark.parametrize("content", [None, ("Ada", ["in the river"])], ids=["deleted", "replaced"])
def test_what_is_saved_loses_a_document_and_can_still_be_opened(content, tmp_path, monkeypatch):
    with opened(tmp_path / "s.db") as store, opened(tmp_path / "s.db") as other:
        commit(store, [(n, (NAMES[n], ["was seen"])) for n in range(9)])
        commit(store, [(9, ("Zaphod", ["of York was seen"]))])
        retriever = opened_on(store)
        retriever.projection.save()
        traces = [b"zaphod", vectors_of(store, "d9")]
        assert all(saved_bytes(store, trace) for trace in traces)
        commit(store, [(9, content)])
        retriever.projection.erase()
        assert not any(saved_bytes(store, trace) for trace in traces)
        assert_nothing_stale(store)
        expected = list(answers(retriever))
        load = other.load

        def some(ids=None, **options):
            return load(ids, **options) if ids is not None else pytest.fail("all was read")

        monkeypatch.setattr(other, "load", some)
        assert list(answers(opened_on(other))) == expected


def test_a_document_that_was_saved_with_the_changes_goes_and_the_large_snapshot_stays(tmp_path, monkeypatch):
    monkeypatch.setattr("clew.retrieval.saved.FEW", 1)
    with opened(tmp_path / "s.db") as store:
        commit(store, [(n, (NAMES[n], ["was seen"])) for n in range(9)])
        projection = opened_on(store).projection
        projection.save()
        large = sorted(snapshot_folder(store).path.glob("passages/*"))
        commit(store, [(9, ("Zaphod", ["was seen"]))])
        projection.save()
        assert saved_bytes(store, b"zaphod")
        commit(store, [(9, None)])
        projection.erase()
        assert not saved_bytes(store, b"zaphod")
        assert sorted(snapshot_folder(store).path.glob("passages/*")) == large


def test_who_deletes_on_and_on_writes_once_and_again_at_the_end(tmp_path, monkeypatch):
    monkeypatch.setattr(projection, "_REST", 1e9)
    with opened(tmp_path / "s.db") as store:
        commit(store, [(n, (f"Zaphod{n}", ["was seen"])) for n in range(9)])
        kept = opened_on(store).projection
        kept.save()
        folder, there = snapshot_folder(store), []
        for n in range(4):
            commit(store, [(n, None)])
            kept.erase()
            assert not saved_bytes(store, f"zaphod{n}".encode())
            there.append(SNAPSHOT in folder.names())
        assert there == [True, False, False, False]
        kept.close()
        assert saved_bytes(store, b"zaphod8") and not saved_bytes(store, b"zaphod0")
        assert_nothing_stale(store)


def test_a_process_takes_over_what_another_saved_and_does_not_write_it_again(tmp_path):
    with opened(tmp_path / "s.db") as store, opened(tmp_path / "s.db") as second:
        commit(store, [(n, (NAMES[n], ["was seen"])) for n in range(9)])
        one, other = opened_on(store).projection, opened_on(second).projection
        one.save()
        other.current()
        commit(store, [(0, None)])
        one.erase()
        large = sorted(snapshot_folder(store).path.glob("passages/*"))
        commit(second, [(9, ("Ada", ["was seen"]))])
        other.save()
        one.save()
        assert sorted(snapshot_folder(store).path.glob("passages/*")) == large


def test_a_deletion_that_was_killed_before_the_saved_index_followed_is_mended_by_the_next_one(tmp_path):
    with opened(tmp_path / "s.db") as store:
        commit(store, [(n, (f"Zaphod{n}", ["was seen"])) for n in range(9)])
        opened_on(store).projection.save()
        commit(store, [(0, None)])
        assert saved_bytes(store, b"zaphod0")
        opened_on(store).projection.erase()
        assert not saved_bytes(store, b"zaphod0") and saved_bytes(store, b"zaphod1")


def test_without_a_saved_index_erasing_reads_and_writes_nothing(tmp_path, monkeypatch):
    with opened(tmp_path / "s.db") as store:
        commit(store, [(n, (NAMES[n], ["was seen"])) for n in range(9)])
        monkeypatch.setattr(store, "load", lambda *a, **k: pytest.fail("the tables were read"))
        opened_on(store).projection.erase()
        assert snapshot_folder(store).names() == []


def test_vectors_of_equal_documents_stand_in_the_order_of_documents_whatever_came_first():
    content = ("Ada", ["in the river"])
    with opened(":memory:") as one, opened(":memory:") as other:
        commit(one, [(n, content) for n in range(9)])
        retriever = opened_on(other)
        for n in reversed(range(9)):
            commit(other, [(n, content)])
            retriever.projection.current()
        assert list(answers(retriever)) == list(answers(opened_on(one)))


def test_compacting_keeps_every_part():
    with opened(":memory:") as store:
        commit(store, [(n, (NAMES[n], [f"{NAMES[-n]} was seen"])) for n in range(10)])
        retriever = opened_on(store)
        retriever.projection.current()
        commit(store, [(3, None), (4, ("苹果公司", ["买 iPhone 手机", "York"]))])
        index = retriever.projection.current()
        one = compacted(index)
        assert len(index.layers.segments) == 2 and len(one.layers.segments) == 1
        assert list(equal_parts(index.parts, one.parts)) == []
        names = [[i.keys[name] for name in i.occurrences.name] for i in (index, one)]
        assert names[0] == names[1] != []
