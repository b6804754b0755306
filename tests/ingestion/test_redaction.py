"""Redaction at ingestion: nothing behind it has seen the values, and what they tie stays tied."""

from __future__ import annotations

import json
import logging
import re
import socket
import sqlite3

import pytest

from clew import Document, KnowledgeBase
from clew.core.errors import MissingExtraError, SettingsError
from clew.core.redaction import Sensitive

SECRETS = [
    "ann.lee@example.org",
    "+49 30 901820 12",
    "4111 1111 1111 1111",
    "DE89 3704 0044 0532 0130 00",
    "192.168.10.77",
    "219-09-9999",
    "12345678Z",
    "11010519491231002X",
]
TEXT = "Ann Lee wrote down: " + "; ".join(SECRETS) + ". Ann Lee lives in Delft."
SETTINGS = {"models": {"embedder": "hashing"}, "ingestion": {"redact": list(Sensitive)}}


def opened(target=":memory:", **options) -> KnowledgeBase:
    return KnowledgeBase(target, settings=SETTINGS, **options)


def tags(kb: KnowledgeBase) -> dict[str, list[str]]:
    return {d.id: re.findall(r"\[[A-Z_]+-[0-9a-f]{8}\]", d.text) for d in kb.documents()}


def test_values_become_pseudonyms_everywhere_and_are_counted():
    document = Document("a", TEXT, "Note to ann.lee@example.org", {"from": ["ann.lee@example.org"], "n": 1})
    with opened() as kb:
        report = kb.ingest([document])
        assert report.redactions == {
            "card": 1, "email": 3, "iban": 1, "ip": 1, "national_id": 3, "phone": 1
        }  # fmt: skip
        [stored] = kb.documents()
        whole = json.dumps([stored.text, stored.title, dict(stored.metadata)])
        assert not any(secret in whole for secret in SECRETS)
        assert stored.metadata["from"][0] in stored.title and stored.metadata["from"][0] in stored.text
        assert kb.ask("Where does Ann Lee live?").citations[0].quote in stored.text
        assert kb.verify().ok
        assert kb.ingest([document]).unchanged == 1


def test_one_value_has_one_pseudonym_in_a_namespace_and_another_elsewhere(tmp_path):
    documents = [
        Document("a", "Write to ann.lee@example.org."),
        Document("b", "From Ann.Lee@Example.org."),
    ]
    with opened(tmp_path / "s.db") as here, opened(tmp_path / "s.db", namespace="there") as there:
        here.ingest(documents)
        there.ingest(documents)
        assert tags(here)["a"] == tags(here)["b"] != tags(there)["a"] == tags(there)["b"]
    with opened(tmp_path / "s.db") as again:
        again.ingest([Document("c", "ann.lee@example.org wrote.")])
        assert tags(again)["c"] == tags(again)["a"]


def test_an_update_is_redacted_and_processes_make_the_same_store():
    documents = [Document(str(n), f"Note {n}. {TEXT}") for n in range(6)]
    with opened() as kb:
        kb.ingest([Document("0", "Nothing here.")])
        kb.ingest(documents[:1])
        assert tags(kb)["0"] and "219-09-9999" not in next(kb.documents()).text
        kb.ingest(documents, workers=2)
        assert all(not any(secret in d.text for secret in SECRETS) for d in kb.documents())


def test_nothing_sensitive_reaches_logs_errors_dead_letters_jobs_or_the_file(tmp_path, caplog):
    path = tmp_path / "s.db"
    lines = tmp_path / "notes.jsonl"
    broken = {"id": "bad", "text": TEXT, "date": "the day of ann.lee@example.org"}
    lines.write_text(json.dumps({"id": "good", "text": TEXT}) + "\n" + json.dumps(broken), "utf-8")
    with caplog.at_level(logging.DEBUG), opened(path) as kb:
        report = kb.ingest(lines, job="nightly", progress="auto")
        assert report.added == 1 and report.failed == 1
        kb.search("Where does Ann Lee live?")
        kb.delete("good")
        kb.ingest([Document("good", TEXT + " Again.")])
        said = [repr(report), repr(kb.store.dead_letters()), repr(kb.store.jobs()), repr(kb.stats())]
    assert any(record.name.startswith("clew") for record in caplog.records) or caplog.records
    said += [record.getMessage() + repr(record.args) + str(record.exc_text) for record in caplog.records]
    with sqlite3.connect(path) as database:
        said += list(database.iterdump())
    held = path.read_bytes()
    for secret in SECRETS:
        assert not any(secret in line for line in said), secret
        assert secret.encode() not in held


def test_errors_of_the_database_do_not_show_what_was_written(tmp_path):
    with opened(tmp_path / "s.db") as kb:
        assert kb.store.engine.hide_parameters


def test_without_the_setting_nothing_is_replaced_and_unknown_kinds_are_refused():
    with KnowledgeBase(":memory:", settings={"models": {"embedder": "hashing"}}) as kb:
        report = kb.ingest([Document("a", TEXT)])
        assert report.redactions == {} and next(kb.documents()).text == TEXT
    with pytest.raises(SettingsError, match=r"ingestion\.redact"):
        KnowledgeBase(":memory:", settings={"ingestion": {"redact": ["shoe size"]}})


def test_presidio_that_is_missing_is_named_with_its_extra(monkeypatch):
    monkeypatch.setattr("clew.ingestion.presidio.find_spec", lambda name: None)
    settings = {"models": {"embedder": "hashing"}, "ingestion": {"redact": ["presidio"]}}
    with KnowledgeBase(":memory:", settings=settings) as kb:
        with pytest.raises(MissingExtraError, match=r"clew\[privacy\]"):
            kb.ingest([Document("a", TEXT)])


WALLET, HEALTH = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "943 476 5919"


@pytest.mark.parametrize("workers", [1, 2])
def test_presidio_finds_more_kinds_without_a_model_and_leaves_names(tmp_path, workers, monkeypatch):
    pytest.importorskip("presidio_analyzer", reason="needs the extra privacy")
    monkeypatch.setattr(socket, "getaddrinfo", _no_network)
    settings = {"models": {"embedder": "hashing"}, "ingestion": {"redact": [*Sensitive, "presidio"]}}
    documents = [
        Document("a", f"Ann Lee of Delft paid to the bitcoin wallet {WALLET} on 1 April 2019.", "Ann Lee"),
        Document("b", f"{TEXT} Her NHS number is {HEALTH}, her wallet {WALLET}.", "", {"wallet": WALLET}),
    ]
    with KnowledgeBase(tmp_path / "s.db", settings=settings) as kb:
        report = kb.ingest(documents, workers=workers)
        assert (report.redactions["crypto"], report.redactions["uk_nhs"]) == (3, 1)
        assert report.redactions["email"] == 1 and "iban_code" not in report.redactions
        text = kb.store.document("a").text
        assert text.startswith("Ann Lee of Delft paid") and text.endswith("on 1 April 2019.")
        [wallet] = tags(kb)["a"]
        assert wallet in tags(kb)["b"] and kb.store.document("b").metadata["wallet"] == wallet
        assert kb.search("Who paid to the wallet?").passages[0].document_id == "a" and kb.verify().ok
    held = (tmp_path / "s.db").read_bytes()
    assert not any(secret.encode() in held for secret in [*SECRETS, WALLET, HEALTH])


def _no_network(*address, **options):
    raise AssertionError(f"looked for {address}")
