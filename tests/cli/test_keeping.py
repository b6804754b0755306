"""Commands that keep, move, take back and forget."""

import json
import shutil

import pytest

from clew import KnowledgeBase


@pytest.fixture
def db(filled, tmp_path) -> str:
    return str(shutil.copy(filled, tmp_path / "a.db"))


def test_an_archive_goes_out_and_comes_in(db, clew, clew_json, tmp_path):
    counts = clew_json("export", str(tmp_path / "a.clew"), "--db", db)
    assert counts["documents"] == 4
    report = clew_json("import", str(tmp_path / "a.clew"), "--db", str(tmp_path / "b.db"))
    assert (report["added"], report["updated"]) == (4, 0)
    both = (db, str(tmp_path / "b.db"))
    marks = [clew_json("verify", "--fingerprint", "--db", each)["fingerprint"] for each in both]
    assert marks[0] == marks[1]
    assert clew_json("undo", report["job"], "--db", str(tmp_path / "b.db"))["counts"]["documents"] == 4
    (tmp_path / "a.clew").write_bytes(b"x")
    code, _, err = clew("import", str(tmp_path / "a.clew"), "--db", db)
    assert code == 1 and "damaged" in err and len(err.splitlines()) == 1


def test_a_store_is_copied(db, clew, clew_json, tmp_path):
    assert clew_json("copy", db, str(tmp_path / "b.db"))["added"] == 4
    code, _, err = clew("copy", str(tmp_path / "none.db"), str(tmp_path / "c.db"))
    assert code == 1 and "no store" in err and not (tmp_path / "c.db").exists()


def test_a_snapshot_is_made_listed_restored_and_removed(db, clew, clew_json):
    [made] = clew_json("snapshot", "before", "--db", db)
    assert made["documents"] == 4 and clew_json("snapshot", "--db", db) == [made]
    assert clew("delete", "pinta", "--db", db)[0] == 0
    assert clew_json("restore", "before", "--db", db)["counts"] == {"documents": 1}
    assert clew_json("stats", "--db", db)["documents"] == 4
    code, _, err = clew("snapshot", "before", "--remove", "--db", db)
    assert (code, err) == (0, "") and clew_json("snapshot", "--db", db) == []
    assert clew("restore", "before", "--db", db)[0] == 1
    assert clew("snapshot", "--remove", "--db", db)[0] == 2


def test_forgetting_and_scrubbing_leave_no_byte(db, clew, clew_json, tmp_path):
    with KnowledgeBase(db) as kb:
        entity = next(e.id for e in kb.store.entities() if e.name == "Christopher Columbus")
    receipt = clew_json("forget", entity, "--scrub", "--db", db)
    assert receipt["kind"] == "forget" and receipt["counts"]["rewritten"] == 1
    assert clew_json("audit", "--db", db) == [receipt]
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or b"Columbus" not in path.read_bytes()
    code, _, err = clew("forget", entity, "--db", db)
    assert code == 1 and "no entity" in err
    assert clew("scrub", "--db", db)[0] == 0
    code, out, _ = clew("audit", "--db", db)
    assert code == 0 and "forget" in out


def test_verify_repairs_what_it_can(db, clew, clew_json):
    assert clew_json("verify", "--db", db)["ok"]
    with KnowledgeBase(db) as kb:
        kb.retriever.projection.save()
        [manifest] = (kb.store.path.parent).glob("a.db.index/*/passages/manifest.json")
        manifest.write_text(json.dumps({"format": 1}), "utf-8")
    assert clew("verify", "--db", db)[0] == 1
    outcome = clew_json("verify", "--repair", "--db", db)
    assert outcome["ok"] and outcome["mended"] == ["the index was built again from the tables"]
    assert clew("verify", "--db", db)[0] == 0
