"""Sources: what a path, a pattern, a text or a record becomes."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.core.errors import InputError, MissingPathError
from clew.core.records import Document, Failure
from clew.core.settings import IngestionSettings
from clew.ingestion.sources import count, expand


def ids(found: Any) -> list[str]:
    return [item.id if isinstance(item, Document) else f"!{item.error}" for item in found]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    for name in ("b.txt", "a/two.md", "a/one.txt", "a/.hidden.txt", ".git/config.txt", "a-b.txt", "x.png"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("text of " + name)
    return folder


def test_a_folder_is_read_in_order_without_what_is_hidden(corpus: Path) -> None:
    expected = ["a/one.txt", "a/two.md", "a-b.txt", "b.txt", "!UnsupportedFileError"]
    assert ids(expand(str(corpus))) == ids(expand(corpus)) == expected


def test_ids_of_files_do_not_depend_on_how_the_folder_is_named(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = ids(expand(corpus))
    monkeypatch.chdir(corpus.parent)
    assert ids(expand("corpus")) == ids(expand("corpus/")) == ids(expand("./corpus/../corpus")) == expected


def test_a_file_alone_goes_by_its_name(corpus: Path) -> None:
    [found] = expand(str(corpus / "a" / "one.txt"))
    assert isinstance(found, Document)
    assert (found.id, found.text, found.title) == ("one.txt", "text of a/one.txt", "one")


def test_a_pattern_goes_by_what_follows_its_fixed_part(corpus: Path) -> None:
    assert ids(expand(f"{corpus}/**/*.txt")) == ["a/one.txt", "a-b.txt", "b.txt"]
    assert ids(expand(f"{corpus}/a/*")) == ["one.txt", "two.md"]
    assert ids(expand([Path(f"{corpus}/a/*.md")])) == ["two.md"]


def test_a_file_with_brackets_in_its_name_is_no_pattern(corpus: Path) -> None:
    (corpus / "a[1].txt").write_text("x")
    assert ids(expand(f"{corpus}/a[1].txt")) == ["a[1].txt"]


def test_root_is_what_ids_count_from(corpus: Path) -> None:
    sources = [corpus / "a", corpus / "b.txt"]
    assert ids(expand(sources, root=corpus.parent)) == [
        "corpus/a/one.txt", "corpus/a/two.md", "corpus/b.txt",
    ]  # fmt: skip
    assert ids(expand(sources)) == ["one.txt", "two.md", "b.txt"]


@pytest.mark.parametrize(
    "source",
    ["no/such/folder", "no/*.txt", "a text, not a path", "x" * 10_000, "nul\0", "line\nline", "", "[", "~x~"],
)
def test_a_string_alone_is_a_path_and_a_missing_one_is_an_error_at_once(source: str) -> None:
    with pytest.raises(MissingPathError):
        expand(source)


def test_a_missing_path_in_a_list_is_an_error_at_once_and_in_a_stream_a_failure(tmp_path: Path) -> None:
    with pytest.raises(MissingPathError, match="put it into a list"):
        expand(["text", tmp_path / "gone.txt"])
    assert ids(expand(iter([tmp_path / "gone.txt"]))) == ["!MissingPathError"]


def test_a_path_that_vanishes_in_between_is_a_failure(corpus: Path) -> None:
    stream = expand([corpus / "b.txt", corpus / "a" / "one.txt"])
    (corpus / "a" / "one.txt").unlink()
    assert ids(stream) == ["b.txt", "!MissingPathError"]
    stream = expand(corpus)
    assert ids([next(stream)]) == ["a/two.md"]
    (corpus / "b.txt").unlink()
    assert ids(stream) == ["a-b.txt", "!MissingPathError", "!UnsupportedFileError"]


def test_strings_in_an_iterable_are_texts_even_when_they_name_a_file(corpus: Path) -> None:
    path = str(corpus / "b.txt")
    [found] = expand([path])
    assert isinstance(found, Document) and found.text == path


def test_a_text_has_the_same_id_each_time(corpus: Path) -> None:
    one, two, three = expand(text for text in ("x", "y", "x"))
    assert one == three != two


def test_documents_and_mappings_come_through() -> None:
    document = Document("a", "text", metadata={"when": date(2019, 5, 31)}, language="zh-CN", date="2019-05")
    expected = Document("a", "text", metadata={"when": "2019-05-31"}, language="zh", date="2019-05")
    assert list(expand(document)) == list(expand([document])) == [expected]
    mapping = {"id": "b", "text": "text", "date": date(2019, 5, 31), "k": 1}
    expected = Document("b", "text", metadata={"k": 1}, date="2019-05-31")
    assert list(expand(mapping)) == list(expand(iter([mapping]))) == [expected]


def test_nul_and_lone_surrogates_are_replaced_one_for_one() -> None:
    [found] = expand(Document("a\0", "b\ud800c", "\udfff", {"k\0": ["\ud800", float("nan")]}))
    assert found == Document("a\ufffd", "b\ufffdc", "\ufffd", {"k\ufffd": ["\ufffd", None]})


@pytest.mark.parametrize(
    ("document", "error"),
    [
        (Document("a", ""), "EmptyDocumentError"),
        (Document("a", " \n\0\u200b"), "EmptyDocumentError"),
        (Document("a", "x" * 1001), "DocumentTooLargeError"),
        (Document("", "x"), "MalformedDocumentError"),
        (Document("x" * 501, "x"), "MalformedDocumentError"),
        (Document("a", "x", language="english!"), "MalformedDocumentError"),
        (Document("a", "x", date="yesterday"), "MalformedDocumentError"),
        (Document("a", "x", date="2019-02-31"), "MalformedDocumentError"),
        (Document("a", "x", metadata={("no", "key"): 1}), "MalformedDocumentError"),
        (Document(1, "x"), "MalformedDocumentError"),  # type: ignore[arg-type]
        (Document("a", b"x"), "MalformedDocumentError"),  # type: ignore[arg-type]
        (Document("a", "x", metadata=3), "MalformedDocumentError"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_a_document_is_a_failure(document: Document, error: str) -> None:
    [found] = expand([document], settings=IngestionSettings(max_characters=1000))
    assert isinstance(found, Failure)
    assert found.error == error and found.reason


def test_an_unknown_language_comes_through() -> None:
    [found] = expand(Document("a", "Qapla' batlh je", language="tlh"))
    assert isinstance(found, Document) and found.language == "tlh"


@pytest.mark.parametrize("item", [3, None, b"bytes", {"id": "x"}, ["nested"]])
def test_items_that_are_nothing_fail_alone(item: object) -> None:
    found = list(expand(["one", item, "two"]))  # type: ignore[list-item]
    assert [type(f) for f in found] == [Document, Failure, Document]


@pytest.mark.parametrize("source", [3, None, b"bytes"])
def test_a_source_that_is_nothing_is_an_error(source: Any) -> None:
    with pytest.raises(InputError, match=type(source).__name__):
        expand(source)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_a_failure(corpus: Path) -> None:
    (corpus / "b.txt").chmod(0)
    assert ids(expand(corpus / "b.txt")) == ["!UnreadableFileError"]


def test_a_pipe_is_not_opened(corpus: Path) -> None:
    os.mkfifo(corpus / "pipe.txt")
    assert ids(expand(corpus / "pipe.txt")) == ["!UnreadableFileError"]


def test_links_to_folders_are_not_followed(corpus: Path) -> None:
    (corpus / "a" / "loop").symlink_to(corpus)
    (corpus / "linked.txt").symlink_to(corpus / "b.txt")
    (corpus / "dead.txt").symlink_to(corpus / "nothing")
    found = ids(expand(corpus))
    assert "linked.txt" in found and "!MissingPathError" in found
    assert not any("loop" in id for id in found)


def test_a_name_that_is_no_unicode_is_read(corpus: Path) -> None:
    Path(os.fsdecode(os.fsencode(corpus) + b"/\xff.txt")).write_text("x")
    assert "\ufffd.txt" in ids(expand(corpus))


def test_a_reader_that_raises_anything_is_a_failure(corpus: Path) -> None:
    from clew.ingestion.readers import register, registry

    def broken(file: object) -> Any:
        raise KeyError("oops")

    register([".broken"], broken)
    try:
        (corpus / "x.broken").write_text("x")
        assert ids(expand(corpus / "x.broken")) == ["!KeyError"]
    finally:
        del registry._READERS[".broken"]


def test_expansion_streams() -> None:
    def endless() -> Any:
        while True:
            yield Document("a", "x")

    stream = expand(endless())
    assert ids([next(stream), next(stream)]) == ["a", "a"]


def test_count_knows_what_can_be_known(corpus: Path) -> None:
    assert count(["a", "b"]) == 2
    assert count({"text": "x"}) == 1
    assert count([corpus]) is None
    assert count("corpus") is None
    assert count(iter([])) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(JSON | st.binary(max_size=9) | st.dictionaries(
    st.sampled_from(["id", "text", "title", "metadata", "language", "date", "x"]), JSON)))  # fmt: skip
def test_whatever_is_in_a_list_becomes_a_storable_document_or_a_failure(items: list[Any]) -> None:
    found = list(expand(items))
    assert len(found) == len(items)
    for item in found:
        if isinstance(item, Document):
            for part in (item.id, item.title, item.text, repr(item.metadata)):
                part.encode()
            assert item.id.strip() and item.text.strip() and "\0" not in item.text
            assert list(expand(item)) == [item]
        else:
            item.source.encode()
            item.reason.encode()
