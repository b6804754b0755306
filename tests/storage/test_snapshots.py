"""Saved projections: read back by memory map, and never trusted when anything is wrong with them."""

from __future__ import annotations

import json
import os
import threading
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clew.core.errors import SnapshotError
from clew.storage.blobs import SnapshotFolder, pack_strings, unpack_strings

ARRAYS: dict[str, Any] = {
    "vectors": np.arange(12, dtype=np.float32).reshape(3, 4),
    "codes": np.array([[1, -127]], np.int8),
    "none": np.zeros((0, 4), np.float32),
}


@pytest.fixture
def folder(tmp_path: Path) -> SnapshotFolder:
    """A folder with one snapshot, "index" of revision 3."""
    folder = SnapshotFolder(tmp_path / "snapshots")
    folder.save("index", 3, ARRAYS, {"model": "m", "floor": 0.7})
    return folder


def _array(folder: SnapshotFolder, name: str) -> Path:
    return folder.path / "index" / folder.manifest("index")["arrays"][name]["file"]


def test_what_was_saved_is_mapped_and_cannot_be_written(folder: SnapshotFolder) -> None:
    arrays, meta = folder.load("index", 3)
    assert meta == {"model": "m", "floor": 0.7}
    assert arrays.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(arrays[name], array)
        assert arrays[name].dtype == array.dtype
    assert isinstance(arrays["vectors"], np.memmap) and not arrays["vectors"].flags.writeable
    assert folder.load("index", None)[1] == meta


def test_strings_travel_as_bytes_and_offsets(folder: SnapshotFolder) -> None:
    data, offsets = pack_strings(["a", "", "苹果", "é\n"])
    folder.save("names", 1, {"data": data, "offsets": offsets})
    arrays, _ = folder.load("names", 1)
    assert unpack_strings(arrays["data"], arrays["offsets"]) == ["a", "", "苹果", "é\n"]


def test_another_revision_is_named_with_both(folder: SnapshotFolder) -> None:
    with pytest.raises(SnapshotError, match="revision 3.* 4"):
        folder.load("index", 4)


def test_a_missing_snapshot_is_named(folder: SnapshotFolder) -> None:
    with pytest.raises(SnapshotError, match="no snapshot"):
        folder.load("other", 3)


def test_saving_again_replaces_and_leaves_no_rest(folder: SnapshotFolder) -> None:
    old, _ = folder.load("index", 3)
    folder.save("index", 4, {"vectors": ARRAYS["vectors"] * 2})
    arrays, meta = folder.load("index", 4)
    np.testing.assert_array_equal(arrays["vectors"], ARRAYS["vectors"] * 2)
    assert meta == {} and len(list((folder.path / "index").iterdir())) == 2
    # who had the old one mapped keeps it
    np.testing.assert_array_equal(old["vectors"], ARRAYS["vectors"])


@pytest.mark.parametrize("damage", ["cut", "flip", "gone", "swapped", "empty"])
def test_a_damaged_array_is_refused(folder: SnapshotFolder, damage: str) -> None:
    file = _array(folder, "vectors")
    data = file.read_bytes()
    if damage == "gone":
        file.unlink()
    else:
        new = {
            "cut": data[:-5],
            "flip": data[:-1] + bytes([data[-1] ^ 1]),
            "swapped": _array(folder, "codes").read_bytes(),
            "empty": b"",
        }[damage]
        file.write_bytes(new)
    with pytest.raises(SnapshotError):
        folder.load("index", 3)


def _manifest(**changes: Any) -> bytes:
    return json.dumps({"format": 1, "revision": 3, "meta": {}, "arrays": {}, **changes}).encode()


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        _manifest(format=99),
        _manifest(revision="3"),
        _manifest(arrays={"x": {"file": "../../etc/passwd"}}),
        _manifest(arrays={"x": {"file": "/etc/passwd"}}),
        _manifest(arrays=[1]),
        _manifest(arrays={"x": {"file": "x." + "0" * 32 + ".npy"}}),
    ],
)
def test_a_damaged_manifest_is_refused(folder: SnapshotFolder, manifest: bytes) -> None:
    (folder.path / "index" / "manifest.json").write_bytes(manifest)
    with pytest.raises(SnapshotError):
        folder.load("index", 3)


def test_a_pickle_is_never_loaded(folder: SnapshotFolder, tmp_path: Path) -> None:
    objects = np.array([{"a": 1}], dtype=object)
    with pytest.raises(SnapshotError, match="Python objects"):
        folder.save("index", 4, {"x": objects})
    assert folder.load("index", 3)[1]["model"] == "m"
    # even with a manifest that vouches for it
    file = _array(folder, "vectors")
    np.save(file, objects, allow_pickle=True)
    place = folder.path / "index" / "manifest.json"
    manifest = json.loads(place.read_bytes())
    import hashlib

    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    manifest["arrays"]["vectors"] |= {"bytes": file.stat().st_size, "sha256": digest}
    place.write_text(json.dumps(manifest))
    with pytest.raises(SnapshotError, match="cannot be read"):
        folder.load("index", 3)


@pytest.mark.parametrize("name", ["", "a/b", "..", "a b", ".hidden", "x" * 101, "a.b"])
def test_names_that_are_no_file_names_are_refused(folder: SnapshotFolder, name: str) -> None:
    with pytest.raises(SnapshotError, match="no name"):
        folder.save(name, 1, {})
    with pytest.raises(SnapshotError, match="no name"):
        folder.save("ok", 1, {name: ARRAYS["codes"]})
    with pytest.raises(SnapshotError, match="no name"):
        folder.load(name, 1)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SnapshotError, match="cannot be written"):
        SnapshotFolder(tmp_path / "file").save("index", 1, ARRAYS)


def test_a_writer_cut_off_leaves_the_old_one(
    folder: SnapshotFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(SnapshotError, match="No space"):
            folder.save("index", 4, ARRAYS)
    assert folder.load("index", 3)[1]["model"] == "m"
    assert len(list((folder.path / "index").iterdir())) == 1 + len(ARRAYS)


def test_rests_of_killed_writers_go(folder: SnapshotFolder) -> None:
    rest = folder.path / "index" / f"vectors.{'a' * 32}.npy"
    rest.touch()
    folder.save("index", 4, ARRAYS)
    assert not rest.exists()
    rest.touch()
    (folder.path / "never-finished").mkdir()
    folder.sweep()
    assert not rest.exists() and folder.names() == ["index"] and folder.load("index", 4)
    folder.remove("index")
    folder.remove("index")
    assert list(folder.path.iterdir()) == []


def test_where_nothing_can_be_locked_rests_go_when_they_are_old(
    folder: SnapshotFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clew.storage.snapshots._alone", lambda folder: nullcontext(False))
    fresh = folder.path / "index" / f"vectors.{'a' * 32}.npy"
    old = folder.path / "index" / f"vectors.{'b' * 32}.npy"
    fresh.touch()
    old.touch()
    os.utime(old, (0, 0))
    folder.save("index", 4, ARRAYS)
    assert fresh.exists() and not old.exists()


def test_a_snapshot_that_takes_the_place_of_another_while_it_is_opened_is_opened_instead(
    folder: SnapshotFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest, late = folder.manifest, iter([True])

    def overtaken(name: str) -> dict[str, Any]:
        found = manifest(name)
        if next(late, False):
            folder.save(name, 4, ARRAYS)
        return found

    monkeypatch.setattr(folder, "manifest", overtaken)
    assert folder.open("index").revision == 4


def test_readers_during_saving_see_one_snapshot_whole(folder: SnapshotFolder) -> None:
    done = threading.Event()
    wrong: list[Any] = []

    def watch() -> None:
        while not done.is_set():
            try:
                arrays, meta = folder.load("index", None)
            except SnapshotError:
                continue  # replaced between manifest and array: built again
            if meta.get("number", 0) != arrays["vectors"][0, 0]:
                wrong.append(meta)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        for number in range(40):
            folder.save("index", number, {"vectors": np.full((2, 2), number)}, {"number": number})
    finally:
        done.set()
        thread.join()
    assert wrong == []
