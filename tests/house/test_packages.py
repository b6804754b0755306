"""What is in the wheel and the sdist, and that the wheel works with the sources out of reach."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
ROOMS = (
    "cli", "core", "face", "generation", "ingestion", "integrations", "kg", "models", "retrieval", "storage",
)  # fmt: skip
NO_SOURCE = {"__pycache__", ".git", ".venv", "build", "dist", "site", ".demo", "htmlcov"}

QUERY = """
import clew, json, sys
from importlib import metadata
document = clew.Document(id="p", title="Pinta", text="The Pinta was a ship. It was built in Palos.")
with clew.KnowledgeBase(sys.argv[1]) as kb:
    kb.ingest([document])
    answer = kb.ask("Where was the Pinta built?")
print(json.dumps({
    "file": clew.__file__, "version": metadata.version("clew"), "text": answer.text,
    "documents": [hit.document_id for hit in answer.found.passages],
}))
"""


def folders() -> list[str]:
    """Dotted names of the root's folders that hold Python modules of the package."""
    found = ["clew"]
    for room in ROOMS:
        for init in sorted((ROOT / room).rglob("__init__.py")):
            if not NO_SOURCE & set(init.relative_to(ROOT).parts):
                found.append(".".join(("clew", *init.relative_to(ROOT).parent.parts)))
    return found


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Path:
    """A folder with the sdist and the wheel that was built from it."""
    copy, out = tmp_path_factory.mktemp("source") / "checkout", tmp_path_factory.mktemp("built")
    ignored = shutil.ignore_patterns(*NO_SOURCE, "*.egg-info", ".*_cache", ".hypothesis", "tests", "*.db")
    shutil.copytree(ROOT, copy, ignore=ignored)
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return out


@pytest.fixture(scope="session")
def wheel(built) -> Path:
    return next(built.glob("*.whl"))


def test_every_room_is_in_the_package_list():
    assert sorted(PROJECT["tool"]["setuptools"]["packages"]) == sorted(folders())


def test_every_folder_with_modules_is_a_package():
    bare = {
        str(path.parent.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if not (path.parent / "__init__.py").exists() and not NO_SOURCE & set(path.parts)
    }
    assert bare == set()


def test_the_root_holds_no_other_modules():
    assert {path.name for path in ROOT.glob("*.py")} <= {"__init__.py", "knowledge_base.py"}


def test_the_wheel_holds_every_file_of_the_rooms(wheel):
    inside = set(zipfile.ZipFile(wheel).namelist())
    files = {
        "clew/" + path.relative_to(ROOT).as_posix()
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert files - inside == set()
    assert "clew/py.typed" in inside


def test_the_wheel_holds_nothing_else(wheel):
    allowed = (*(f"clew/{room}/" for room in ROOMS), "clew/datasets/", "clew-")
    strange = [
        name
        for name in zipfile.ZipFile(wheel).namelist()
        if not name.startswith(allowed) and name.count("/") > 1
    ]
    assert strange == []


def test_wheel_and_sdist_carry_the_licence_and_notice(built, wheel):
    assert {name.rpartition("/")[2] for name in zipfile.ZipFile(wheel).namelist()} >= {"LICENSE", "NOTICE"}
    assert len(list(built.glob("*.tar.gz"))) == 1


def test_the_installed_wheel_answers_with_the_sources_out_of_reach(wheel, tmp_path):
    target = tmp_path / "installed"
    install = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--target", str(target)]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True)
    # -S keeps Python from reading .pth files, among them the one that leads to the sources.
    libraries = sysconfig.get_paths()["purelib"]
    code = f"import sys; sys.path[:0] = [{str(target)!r}]; sys.path.append({libraries!r})\n{QUERY}"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, str(tmp_path / "a.db")],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    outcome = json.loads(done.stdout.splitlines()[-1])
    assert Path(outcome["file"]).is_relative_to(target)
    assert outcome["version"] == PROJECT["project"]["version"]
    assert "Palos" in outcome["text"]
    assert outcome["documents"] == ["p"]


@pytest.mark.slow
def test_the_wheel_installs_into_an_empty_environment_and_runs_there(wheel, tmp_path):
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env/bin/python"
    pip = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    environment = {**os.environ, "PIP_NO_INPUT": "1", "PYTHONNOUSERSITE": "1"}
    constraints = ["--constraint", str(ROOT / "constraints.txt")]
    for arguments in ([*constraints, f"{wheel}[offline]"], ["--no-deps", "--force-reinstall", str(wheel)]):
        subprocess.run([*pip, *arguments], check=True, env=environment, cwd=tmp_path)
    done = subprocess.run(
        [str(python), "-I", "-c", QUERY, str(tmp_path / "a.db")],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Palos" in json.loads(done.stdout.splitlines()[-1])["text"]
