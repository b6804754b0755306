"""Which pipeline reads a language, and what is said when one is missing."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from clew.core.errors import ModelMissingError
from clew.core.settings import Settings
from clew.kg.pipelines import choose, load
from clew.kg.reader import Reader


def test_english_is_read_by_a_trained_pipeline() -> None:
    choice = choose("en")
    assert choice.folder is not None and choice.stored.startswith("en_core_web_")
    pipeline = load(choice)
    assert pipeline.parser and pipeline.scheme == "clear"
    assert "ner" not in pipeline.idle and "parser" in pipeline.idle


def test_chinese_is_read_by_jieba() -> None:
    assert choose("zh", {}).name in ("zh_jieba", "zh_core_web_lg", "zh_core_web_md", "zh_core_web_sm")


@pytest.mark.parametrize("language", ["de", "es", "ru", "th", "und", "xx", "gl", "eo"])
def test_other_languages_always_have_one(language: str) -> None:
    pipeline = load(choose(language, {language: ""}))
    assert pipeline.choice.folder is None and not pipeline.parser
    assert list(pipeline.nlp.pipe(["Anna Tolland."]))


def test_empty_keeps_to_the_blank_one() -> None:
    assert choose("en", {"en": ""}).stored == "en_capitals@1"


@pytest.mark.parametrize("name", ["en_core_web_nowhere", "no/such/folder", "rm -rf"])
def test_a_missing_pipeline_names_the_way_out(name: str) -> None:
    with pytest.raises(ModelMissingError, match="pip install|no config.cfg"):
        Reader(Settings(models={"pipelines": {"en": name}}))


def test_a_folder_may_be_named(tmp_path: Path) -> None:
    import spacy

    nlp = spacy.blank("de")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "LOC", "pattern": "Seestadt"}])  # type: ignore[attr-defined]
    nlp.meta["name"], nlp.meta["version"] = "own", "0.7"
    nlp.to_disk(tmp_path / "own")
    choice = choose("de", {"de": str(tmp_path / "own")})
    assert choice.stored == "own@0.7"
    doc = load(choice).nlp("Er kam aus Seestadt.")
    assert [(e.text, e.label_) for e in doc.ents] == [("Seestadt", "LOC")]


def test_a_broken_folder_is_a_named_error(tmp_path: Path) -> None:
    (tmp_path / "meta.json").write_text('{"lang": "de", "name": "x", "version": "1"}')
    (tmp_path / "config.cfg").write_text("[nlp]\nlang = 'de'\npipeline = ['nothing']\n")
    with pytest.raises(ModelMissingError, match="cannot be loaded"):
        load(choose("de", {"de": str(tmp_path)}))


def test_jieba_writes_no_cache_and_says_nothing(tmp_path: Path) -> None:
    code = (
        "from clew.kg.chinese import words_of\n"
        "assert ''.join(w for w, _ in words_of('小河流过村子。')) == '小河流过村子。'\n"
    )
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout == done.stderr == ""
    assert not list(tmp_path.iterdir())


def test_loading_leaves_the_root_logger_alone() -> None:
    before = logging.getLogger().level, list(logging.getLogger().handlers)
    load(choose("zh", {}))
    assert (logging.getLogger().level, list(logging.getLogger().handlers)) == before
