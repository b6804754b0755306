"""A reader with a filter, and a namespace, get what a store of just their documents would give."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from clew import Document, KnowledgeBase
from clew.core.errors import NotFoundError

_NAMES = (
    "Apple", "Apple Records", "Records", "apple records", "New York", "York", "New York Times", "new york",
    "Mercury", "Mercury Records", "Steve Jobs", "Jobs", "Lyon", "苹果", "苹果公司", "公司", "Лион",
    "Ада Лавлейс",
)  # fmt: skip
_TITLES = (
    "", "Apple", "Apple (fruit)", "Apple Records", "Records", "New York", "York", "New York Times", "Lyon",
    "Mercury (planet)", "Mercury (god)", "Steve Jobs", "Jobs, Georgia", "苹果", "苹果公司", "Лион", "Mercury",
)  # fmt: skip
_SENTENCES = (
    "{a} founded {b} in {c}.", "{a} is a company in {b}.", "In {a} the {b} of {c} was heard.",
    "{a} was born in {b}, near {c}.", "The {a} {b} praised {c}.", "{a}在{b}成立。", "{a}是{b}的城市。",
    "{a} родился в городе {b}.", "{a} liegt bei {b} und gehört zu {c}.",
)  # fmt: skip
_name = st.sampled_from(_NAMES)
_sentence = st.builds(
    lambda form, a, b, c: form.format(a=a, b=b, c=c), st.sampled_from(_SENTENCES), _name, _name, _name
)
_text = st.lists(_sentence, min_size=1, max_size=4).map(" ".join)
_metadata = st.fixed_dictionaries(
    {},
    optional={
        "team": st.sampled_from(["x", "y"]),
        "year": st.integers(2000, 2003),
        "access": st.sampled_from(["staff", ["staff", "board"], ["board"], []]),
    },
)
_date = st.sampled_from([None, "2001", "2001-06", "2002-01-01", "2003-05-05T10:00:00"])
_CORPORA = st.lists(st.tuples(_text, st.sampled_from(_TITLES), _metadata, _date), min_size=2, max_size=9).map(
    lambda rows: [
        Document(f"d{i}", text, title, metadata, date=date)
        for i, (text, title, metadata, date) in enumerate(rows)
    ]
)
_SEEN: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.sampled_from(
        [{"team": "x"}, {"team": ["x", None]}, {"year": {"gte": 2001}}, {"year": {"lt": 2003}}]
    ).map(lambda filters: {"filters": filters}),
    st.sampled_from([(), ("staff",), ("board", "staff")]).map(lambda access: {"access": access}),
    st.sampled_from(["2001", "2001-06-15", "2002-12-31"]).map(lambda as_of: {"as_of": as_of}),
    st.sampled_from([3, 5, 7]).map(lambda n: {"filters": lambda metadata: len(str(dict(metadata))) % n != 0}),
)


@seed(2026)
@settings(max_examples=6, deadline=None)
@given(documents=_CORPORA, sights=st.lists(_SEEN, min_size=1, max_size=2))
def test_a_view_gives_what_a_knowledge_base_of_its_documents_gives(documents, sights, knowledge, assert_same):
    with knowledge(documents) as kb:
        for seen in sights:
            assert_same(kb, documents, seen, 3)


@pytest.mark.slow
@seed(2026)
@settings(max_examples=200, deadline=None)
@given(documents=_CORPORA, sights=st.lists(_SEEN, min_size=1, max_size=3))
def test_in_two_hundred_corpora_a_view_gives_what_its_documents_alone_give(
    documents, sights, knowledge, assert_same
):
    with knowledge(documents) as kb:
        for seen in sights:
            assert_same(kb, documents, seen)


def _neighbours(one, other, gone, knowledge, portrait, folder):
    """Two namespaces of a file, each against a file of its own, before and after deletions in both."""
    with contextlib.ExitStack() as stack:
        pairs = []
        for name, documents in (("one", one), ("other", other)):
            shared = stack.enter_context(knowledge(documents, folder / "shared.db", name))
            alone = stack.enter_context(knowledge(documents, folder / f"{name}.db", name))
            pairs.append((shared, alone))
        for delete in (False, True):
            for shared, alone in pairs:
                if delete:
                    # a receipt's own id is salted: no two are alike
                    receipts = ([replace(kb.delete(id), receipt="") for id in gone] for kb in (shared, alone))
                    assert next(receipts) == next(receipts)
                assert portrait(shared, 3) == portrait(alone, 3)
                assert shared.fingerprint() == alone.fingerprint()
                assert shared.stats() == alone.stats()
                assert shared.verify() == alone.verify()
                for id in gone:
                    assert _said(shared, id) == _said(alone, id)


def _said(kb: KnowledgeBase, id: str) -> str:
    """A document, or the error that is given for it."""
    try:
        return repr(kb.store.document(id))
    except NotFoundError as error:
        return str(error)


_DELETIONS = st.sets(st.sampled_from(["d0", "d1", "d7", "x"]), max_size=3).map(sorted)


@seed(2026)
@settings(max_examples=3, deadline=None)
@given(one=_CORPORA, other=_CORPORA, gone=_DELETIONS)
def test_a_namespace_gives_what_a_store_of_its_own_gives(
    one, other, gone, knowledge, portrait, tmp_path_factory
):
    _neighbours(one, other, gone, knowledge, portrait, tmp_path_factory.mktemp("store"))


@pytest.mark.slow
@seed(2026)
@settings(max_examples=200, deadline=None)
@given(one=_CORPORA, other=_CORPORA, gone=_DELETIONS)
def test_in_two_hundred_pairs_a_namespace_gives_what_a_store_of_its_own_gives(
    one, other, gone, knowledge, portrait, tmp_path_factory
):
    _neighbours(one, other, gone, knowledge, portrait, tmp_path_factory.mktemp("store"))


@pytest.mark.models
@pytest.mark.slow
def test_with_the_default_embedder_a_view_gives_the_same_to_the_last_bit(tmp_path, portrait, documents):
    with contextlib.ExitStack() as stack:
        whole, alone = (stack.enter_context(KnowledgeBase(tmp_path / f"{name}.db")) for name in "ab")
        copies = [replace(d, id=f"{d.id}{t}", metadata={"t": t}) for t in (1, 2) for d in documents]
        whole.ingest(copies)
        alone.ingest([document for document in copies if document.metadata["t"] == 1])
        assert portrait(whole, filters={"t": 1}) == portrait(alone)
