"""What is deleted or replaced leaves tables, saved index and answers as if it had never been."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from clew import Document, KnowledgeBase
from clew.core.errors import NotFoundError
from clew.retrieval.projection import drop_saved, index_folder
from clew.retrieval.verifying import contents, differences
from clew.storage.meta import EMBEDDER, VIEW
from clew.storage.rows import Feedback
from clew.storage.schema import DOCUMENTS, META, Base
from clew.storage.store import Store

SETTINGS = {"models": {"embedder": "hashing"}}
QUESTIONS = ("Who founded the firm in Palos?", "Ada Lovelace", "When was Mercury built?")
LOGS = {"namespaces", "changes", "audit", "jobs"}
"""Tables that may remember ids and counts; they hold no text of documents."""
HIDDEN = {"namespace", "key", "revision", "job", "added", "at"}

_NAMES = st.sampled_from(["Ada Lovelace", "Mercury", "Palos", "Zoë Ünal", "Mercury Ltd.", "北京", "Bob"])
_SAID = st.sampled_from(
    [
        "{} was born in {}.",
        "{} founded {} in 1976.",
        "{}, also known as {}, is a firm.",
        "In 1815 {} met {} and left.",
        "nothing is said of {} by {}",
    ]
)
_SENTENCE = st.builds(lambda said, a, b: said.format(a, b), _SAID, _NAMES, _NAMES)
_TEXT = st.lists(_SENTENCE, min_size=1, max_size=4).map(" ".join)
_TITLE = st.one_of(st.just(""), _NAMES, _NAMES.map(lambda name: f"{name} (ship)"))
_CONTENT = st.tuples(_TEXT, _TITLE, st.dictionaries(st.sampled_from("xy"), _NAMES, max_size=1))
_CORPUS = st.dictionaries(st.sampled_from("a b c d".split()), _CONTENT, max_size=4)
_CHECKS = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
QUICK = settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=_CHECKS)
LONG = settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=_CHECKS)

Corpus = dict[str, tuple[str, str, dict[str, str]]]
Fresh = Callable[[], KnowledgeBase]


@pytest.fixture(scope="session")
def fresh_kb(fresh: Callable[[], Store]) -> Fresh:
    """Makes empty knowledge bases fast."""

    def make() -> KnowledgeBase:
        store = fresh()
        return KnowledgeBase(store.engine, namespace=store.namespace, settings=SETTINGS)

    return make


def documents(corpus: Corpus) -> list[Document]:
    return [Document(id, *content) for id, content in corpus.items()]


def tables(kb: KnowledgeBase) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the namespace but those of the logs, with ids in place of keys."""
    found = {}
    with kb.store._scope.read() as unit:
        keys = select(DOCUMENTS.c.key, DOCUMENTS.c.id).where(DOCUMENTS.c.namespace == unit.key)
        ids = dict(tuple(row) for row in unit.rows(keys))
        for name, table in Base.metadata.tables.items():
            if name in LOGS:
                continue
            columns = [column for column in table.columns if column.name not in HIDDEN]
            query = select(*columns).where(table.c.namespace == unit.key)
            if table is META:
                query = query.where(META.c.key != VIEW)  # a revision
            rows = unit.rows(query)
            place = [column.name for column in columns].index("document") if "document" in table.c else None
            shown = (tuple(ids[v] if i == place else v for i, v in enumerate(row)) for row in rows)
            found[name] = sorted(shown, key=repr)
    return found


def answers(kb: KnowledgeBase) -> list[Any]:
    found = [kb.search(question) for question in QUESTIONS]
    return [
        [[(hit.document_id, hit.start, hit.score) for hit in one.passages] for one in found],
        [[(fact.id, fact.score) for fact in one.facts] for one in found],
        kb.link("Ada Lovelace left Palos with Zoë Ünal and Mercury Ltd."),
        sorted(map(repr, kb.graph().edges(data=True))),
    ]


def assert_equal(kb: KnowledgeBase, never: KnowledgeBase) -> None:
    assert tables(kb) == tables(never)
    assert kb.store.fingerprint(vectors=True) == never.store.fingerprint(vectors=True)
    assert answers(kb) == answers(never)
    index, other = kb.retriever.projection.current(), never.retriever.projection.current()
    places = differences(contents(index), contents(other))
    assert [place for place in places if not place.endswith("revision")] == []
    assert kb.verify().problems == ()


def check_deletion(kept: Corpus, gone: Corpus, searched: bool, fresh_kb: Fresh) -> None:
    extra = {"x" + id: content for id, content in gone.items()}
    with fresh_kb() as kb, fresh_kb() as never:
        never.ingest(documents(kept))
        kb.ingest(documents(kept | extra))
        if searched:  # so that every cache is warm with what goes
            answers(kb)
        for id in extra:
            kb.ingest([Document(id, "")])  # a dead letter about it
            kb.store.add_feedback(Feedback("f" + id, id, note="it says Ada"))
            assert kb.delete(id).found
        assert_equal(kb, never)
        assert len(kb.audit()) == len(extra)


def check_update(before: Corpus, after: Corpus, searched: bool, fresh_kb: Fresh) -> None:
    with fresh_kb() as kb, fresh_kb() as never:
        never.ingest(documents(before | after))
        kb.ingest(documents(before))
        if searched:
            answers(kb)
        for document in documents(after):
            (kb.update if document.id in before else kb.add)(document)
        assert_equal(kb, never)


@QUICK
@given(kept=_CORPUS, gone=_CORPUS, searched=st.booleans())
def test_deleting_equals_never_having_seen(kept, gone, searched, fresh_kb):
    check_deletion(kept, gone, searched, fresh_kb)


@QUICK
@given(before=_CORPUS, after=_CORPUS, searched=st.booleans())
def test_an_update_equals_never_having_seen_the_old_text(before, after, searched, fresh_kb):
    check_update(before, after, searched, fresh_kb)


@pytest.mark.slow
@LONG
@given(kept=_CORPUS, gone=_CORPUS, searched=st.booleans())
def test_deleting_equals_never_having_seen_in_200_corpora(kept, gone, searched, fresh_kb):
    check_deletion(kept, gone, searched, fresh_kb)


@pytest.mark.slow
@LONG
@given(before=_CORPUS, after=_CORPUS, searched=st.booleans())
def test_an_update_equals_never_having_seen_the_old_text_in_200_corpora(before, after, searched, fresh_kb):
    check_update(before, after, searched, fresh_kb)


def test_an_update_of_what_is_not_there_is_an_error(fresh_kb):
    with fresh_kb() as kb:
        with pytest.raises(NotFoundError, match="'a'.*add"):
            kb.update(Document("a", "Ada."))
        assert kb.stats()["documents"] == 0


def test_deleting_everything_leaves_no_embedder_behind(fresh_kb):
    with fresh_kb() as kb:
        kb.add(Document("a", "Ada Lovelace left."))
        assert kb.store.meta(EMBEDDER) is not None
        kb.delete("a")
        assert kb.store.meta(EMBEDDER) is None


def test_the_logs_remember_ids_and_counts_and_no_text(fresh_kb):
    with fresh_kb() as kb:
        kb.add(Document("a", "Zaphod Beeblebrox left.", "Zaphod", {"who": "Zaphod"}))
        kb.update(Document("a", "Nobody left."))
        kb.delete("a")
        with kb.store._scope.read() as unit:
            rows = [
                repr(tuple(row))
                for name in LOGS - {"namespaces"}
                for row in unit.rows(select(Base.metadata.tables[name]).where(
                    Base.metadata.tables[name].c.namespace == unit.key
                ))
            ]  # fmt: skip
        assert len(rows) >= 5 and not any("Zaphod" in row for row in rows)
        [receipt] = kb.audit()
        assert receipt.kind == "delete" and receipt.concerns("a") and not receipt.concerns("b")


def _bytes(folder: Path, word: bytes) -> list[str]:
    return sorted({p.name for p in folder.rglob("*") if p.is_file() and word in p.read_bytes()})


def _opens_without_reading(path: Path) -> bool:
    """Whether the saved index serves: nothing but some documents is read for it."""
    with KnowledgeBase(path, settings=SETTINGS) as kb, pytest.MonkeyPatch.context() as patch:
        load, read = kb.store.load, []

        def noted(ids: Any = None, **options: Any) -> Any:
            read.append(ids)
            return load(ids, **options)

        patch.setattr(kb.store, "load", noted)
        kb.retriever.projection.current()
        return None not in read


@pytest.mark.parametrize(
    "away",
    [
        lambda kb, job: kb.delete("z"),
        lambda kb, job: kb.update(Document("z", "Nobody left.", "Nobody")),
        lambda kb, job: kb.forget(kb.link("Zaphod")[0].entity),
        lambda kb, job: kb.undo(job),
        lambda kb, job: kb.restore("before"),
    ],
    ids=["deleted", "updated", "forgotten", "undone", "restored"],
)
def test_the_saved_index_does_not_keep_what_went_and_still_serves(away, tmp_path):
    path = tmp_path / "s.db"
    with KnowledgeBase(path, settings=SETTINGS) as kb:
        kb.ingest([Document("a", "Ada Lovelace left.", "Ada"), Document("b", "Bob stayed.", "Bob")])
        kb.ingest([Document("c", "Carl Weber stayed too.", "Carl")])
        kb.snapshot("before")
        job = kb.ingest([Document("z", "Zaphod left.", "Zaphod")]).job
    drop_saved(kb.store)
    with KnowledgeBase(path, settings=SETTINGS) as kb:
        kb.projection.save()  # all of it in the large snapshot
        [stored] = kb.store.load(["z"])
        traces = [b"zaphod", stored.passage_vectors.tobytes(), stored.sentence_codes.tobytes()]
        assert all(_bytes(index_folder(path), trace) for trace in traces)
        away(kb, job)
        assert not any(_bytes(index_folder(path), trace) for trace in traces)
        assert _bytes(index_folder(path), b"lovelace") and _opens_without_reading(path)
    assert _opens_without_reading(path)
    with KnowledgeBase(path, settings=SETTINGS) as kb:
        assert kb.verify().ok and not any(_bytes(index_folder(path), trace) for trace in traces)


def test_scrubbing_leaves_no_deleted_bytes_in_any_file(tmp_path):
    path = tmp_path / "s.db"
    with KnowledgeBase(path, settings=SETTINGS) as kb:
        texts = (f"Zaphod Beeblebrox met Arthur number {n} in Palos. " * 20 for n in itertools.count())
        kb.ingest([Document(f"z{n}", next(texts), f"Zaphod {n}") for n in range(8)])
        kb.ingest([Document("a", "Ada Lovelace left.", "Ada")])
        for n in range(8):
            kb.delete(f"z{n}")
        assert _bytes(tmp_path, b"Beeblebrox")  # SQLite does not overwrite what it frees
        mark = kb.fingerprint()
        kb.scrub()
        for word in (b"Beeblebrox", b"beeblebrox", b"Arthur number"):
            assert _bytes(tmp_path, word) == []
        assert (tmp_path / "s.db-wal").stat().st_size == 0
        assert kb.fingerprint() == mark and kb.verify().ok
    assert _bytes(tmp_path, b"eeblebrox") == []


def test_scrubbing_works_on_every_engine(target):
    with KnowledgeBase(target, settings=SETTINGS) as kb:
        kb.ingest([Document("z", "Zaphod left.", "Zaphod"), Document("a", "Ada Lovelace left.", "Ada")])
        kb.delete("z")
        mark = kb.fingerprint()
        kb.scrub()
        assert kb.fingerprint() == mark and kb.verify().ok
