"""What can fail beneath a store: disks that are full, broken or read-only, a server that dies, damaged files.

Each ends in a named error or in a documented outcome, nothing stored is lost, and the same work run again
when the cause is gone ends the same.
"""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from operations import NUMBERS, State, document, fill, opened

from clew.core.errors import SnapshotError, StoreError, StoreReadOnlyError
from clew.kg.resolution import resolve
from clew.retrieval.projection import snapshot_folder

DIMENSION = 16
STATE = State({number: 0 for number in range(NUMBERS)}, DIMENSION)
QUESTION = "Who founded Mercury?"


def fingerprint(state: State) -> str:
    """Of a store that nothing befell."""
    with fill(":memory:", state) as kb:
        return kb.store.fingerprint(vectors=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Mounts a disk in memory of some KiB."""
    mounted: list[Path] = []

    def mount(size: int) -> Path:
        place = tmp_path / "disk"
        place.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(place)]
        try:
            done = subprocess.run(command, capture_output=True, text=True)
        except FileNotFoundError:
            pytest.skip("there is no mount command here")
        if done.returncode != 0:
            pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")
        mounted.append(place)
        return place

    yield mount
    for place in mounted:
        subprocess.run(["umount", "-l", str(place)], check=True)


FILL = """
import json, sys
sys.path.insert(0, sys.argv[2])
from operations import document, opened
from clew import Document
with opened(sys.argv[1], 16) as kb:
    kb.ingest(document(number, 0) for number in range(14))
    print(json.dumps(kb.store.document_ids()), flush=True)
    try:
        kb.ingest(Document(f"big{n:04}", f"Mercury {n} is said to be large. " * 40) for n in range(10_000))
    except Exception as error:
        print(json.dumps([type(error).__name__, str(error)]), flush=True)
"""


@pytest.mark.slow
def test_a_full_disk_is_named_and_loses_nothing(small_disk: Callable[..., Path]) -> None:
    place = small_disk(4_000)
    target = str(place / "s.db")
    command = [sys.executable, "-c", FILL, target, str(Path(__file__).parent)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    before, (name, message) = json.loads(told[0]), json.loads(told[1])
    assert name == "StoreError" and "full" in message, message
    subprocess.run(["mount", "-o", "remount,size=60000k", str(place)], check=True)
    with opened(target, DIMENSION) as kb:
        there = kb.store.document_ids()
        big = [id for id in there if id.startswith("big")]
        assert set(before) <= set(there) and len(big) % 3 == 0 and big == sorted(big)
        assert kb.verify().ok
        for id in big:
            kb.store.delete(id)
        kb.ingest(document(number, 0) for number in range(NUMBERS))
        assert kb.store.fingerprint(vectors=True) == fingerprint(STATE) and kb.verify().ok


def test_a_disk_that_turns_read_only_is_named_and_can_be_read(small_disk: Callable[..., Path]) -> None:
    place = small_disk(20_000)
    target = str(place / "s.db")
    with fill(target, STATE) as kb:
        expected = [hit.passage_id for hit in kb.search(QUESTION).passages]
    subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
    with pytest.raises(StoreReadOnlyError, match="read_only=True"):
        opened(target, DIMENSION)
    with opened(target, DIMENSION, read_only=True) as kb:
        assert [hit.passage_id for hit in kb.search(QUESTION).passages] == expected
        assert kb.verify().ok
        with pytest.raises(StoreReadOnlyError):
            kb.ingest([document(0, 1)])


# --- the file system refuses


def _snapshots(target: str) -> list[Path]:
    return sorted(path for path in Path(target + ".index").rglob("*") if path.is_file())


def _refusing(real: Callable[..., Any], at: int) -> Callable[..., Any]:
    """The function, whose `at`-th call fails as a broken disk would have it."""
    count = 0

    def call(*given: Any, **options: Any) -> Any:
        nonlocal count
        count += 1
        if count == at:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(*given, **options)

    return call


@pytest.mark.parametrize(("name", "at"), [("fsync", 1), ("fsync", 3), ("fsync", -1), ("replace", 1)])
def test_a_snapshot_that_cannot_be_written_leaves_a_whole_one(
    name: str, at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = str(tmp_path / "s.db")
    with fill(target, STATE) as kb:
        kb.adjacency().save()
        before = _snapshots(target)
        folder = snapshot_folder(kb.store)
        assert folder is not None
        calls = 2 + len(folder.manifest("graph")["arrays"]) + 1  # arrays, manifest, the folder twice
        kb.store.mark_dirty(["mercury"])
        resolve(kb.store)
        with monkeypatch.context() as patched:
            patched.setattr(os, name, _refusing(getattr(os, name), at % (calls + 1)))
            with pytest.raises(SnapshotError, match="cannot be written"):
                kb.adjacency().save()
            folder.load("graph", None)
            patched.setattr(os, name, _refusing(getattr(os, name), 1))
            kb.retriever.projection.save()  # a warning, no error
            folder.load("passages", None)
        assert kb.verify().ok
        if at > 0:  # the last fsync comes after the new one took its place
            assert _snapshots(target) == before
    with opened(target, DIMENSION) as kb:
        assert kb.verify().ok and kb.search(QUESTION).passages
        kb.adjacency().save()
        kb.retriever.projection.save()


def test_where_an_index_cannot_be_written_without_what_went_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = str(tmp_path / "s.db")
    with fill(target, STATE) as kb:
        assert _snapshots(target)
        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", _refusing(os.fsync, 1))
            kb.delete("d03")
        assert _snapshots(target) == []
        assert kb.verify().ok and kb.search(QUESTION).passages
    with opened(target, DIMENSION) as kb:
        assert _snapshots(target) and kb.verify().ok


def _cut(path: Path) -> None:
    """Cut short"""
    path.write_bytes(path.read_bytes()[:-1])


def _empty(path: Path) -> None:
    """Emptied"""
    path.write_bytes(b"")


def _flip(path: Path) -> None:
    """A bit turned over"""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def _lose(path: Path) -> None:
    """Gone"""
    path.unlink()


@pytest.mark.parametrize(
    "harm",
    [_cut, *(pytest.param(harm, marks=pytest.mark.slow) for harm in (_empty, _flip, _lose))],
    ids=lambda harm: harm.__doc__,
)
def test_damage_to_any_file_of_a_snapshot_changes_no_answer(
    harm: Callable[[Path], None], tmp_path: Path
) -> None:
    target = str(tmp_path / "s.db")
    with fill(target, STATE) as kb:
        kb.adjacency().save()
        expected = [(hit.passage_id, hit.score) for hit in kb.search(QUESTION).passages]
        edges = {name: array.tolist() for name, array in kb.adjacency().csr().items()}
    whole = {path: path.read_bytes() for path in _snapshots(target)}
    assert len(whole) > 20
    for path, data in whole.items():
        harm(path)
        with opened(target, DIMENSION) as kb:
            assert [(hit.passage_id, hit.score) for hit in kb.search(QUESTION).passages] == expected, path
            assert {name: array.tolist() for name, array in kb.adjacency().csr().items()} == edges, path
        path.write_bytes(data)


# --- the server dies


@pytest.mark.postgres
def test_a_server_that_is_killed_in_mid_batch_loses_nothing(mortal_server: Any) -> None:
    target = mortal_server.url + "postgres"
    with fill(target, State({0: 0, 1: 0}, DIMENSION)) as kb:
        for turn in range(3):
            killed = threading.Timer(0.05 + 0.15 * turn, mortal_server.kill)
            killed.start()
            patience = time.monotonic() + 60
            with pytest.raises(StoreError, match="run it again"):
                while time.monotonic() < patience:
                    for version in (1, 2):
                        kb.ingest(document(number, version) for number in range(NUMBERS))
            killed.join()
            mortal_server.start()
            # the same object goes on: connections that died are made anew
            assert kb.verify().ok
            versions = {item.id: item.metadata["version"] for item in kb.documents()}
            assert {"d00", "d01"} <= versions.keys() and set(versions.values()) <= {0, 1, 2}
        kb.ingest(document(number, 0) for number in range(NUMBERS))
        assert kb.store.fingerprint(vectors=True) == fingerprint(STATE) and kb.verify().ok
