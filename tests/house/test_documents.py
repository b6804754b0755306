"""Every command and code block in the README and the pages runs."""

import contextlib
import io
import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from clew.cli.main import run
from clew.core import errors

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "datasets/README.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!http)([^)#]+)(?:#[^)]*)?\)")
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]


def blocks(page: Path) -> list[tuple[str, str]]:
    return BLOCK.findall(page.read_text("utf-8"))


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.fixture
def workplace(tmp_path, monkeypatch) -> Path:
    """An empty folder with the few files that the pages speak of."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus/pinta.txt").write_text("The Pinta was a ship. It was built in Palos.", "utf-8")
    (tmp_path / "corpus/apple.txt").write_text("An apple is a fruit that grows on trees.", "utf-8")
    question = {"question": "Where was the Pinta built?", "gold": ["pinta.txt"], "answer": "Palos"}
    (tmp_path / "questions.json").write_text(json.dumps([question]), "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_python_blocks_print_the_result_that_is_shown(page, workplace):
    found = blocks(page)
    scope = {"__name__": "__main__"}
    for number, (language, code) in enumerate(found):
        if language != "python":
            continue
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(code, f"{page.name}:{number}", "exec"), scope)
        after = found[number + 1] if number + 1 < len(found) else ("", "")
        if out.getvalue():
            assert after == ("text", out.getvalue())


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_run(page, workplace, capsys):
    for language, text in blocks(page):
        if language == "sh":
            for line in text.splitlines():
                try_command(line)
    capsys.readouterr()


def try_command(line: str) -> None:
    """Runs a command of Clew; of others checks that what they name exists."""
    words = shlex.split(line)
    if words[0] == "clew":
        assert run(words[1:]) == 0, line
    elif words[0] == "make":
        subprocess.run(["make", "-n", *words[1:]], cwd=ROOT, check=True, capture_output=True)
    elif words[:2] == ["pip", "install"]:
        for extra in re.findall(r"clew\[([\w,]+)\]", line):
            assert set(extra.split(",")) <= set(EXTRAS), line
    elif words[0] == "python":
        subprocess.run([sys.executable, str(ROOT / words[1]), "--help"], check=True, capture_output=True)
    else:
        assert words[:2] == ["pip", "uninstall"], f"this test does not know how to try {line!r}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_to_files(page):
    broken = [each for each in LINK.findall(page.read_text("utf-8")) if not (page.parent / each).exists()]
    assert broken == []


def test_benchmarks_that_the_readme_names_exist():
    named = re.findall(r"`python (benchmarks/\w+\.py)", (ROOT / "README.md").read_text("utf-8"))
    assert named
    assert [each for each in named if not (ROOT / each).is_file()] == []


def test_every_option_group_of_the_command_line_is_described():
    page = (ROOT / "docs/command-line.md").read_text("utf-8")
    from clew.cli.main import cli

    assert [command for command in cli.commands if f"clew {command}" not in page] == []


def test_the_page_on_bad_input_names_every_error_that_can_be_caught():
    page = (ROOT / "docs/bad-input.md").read_text("utf-8")
    classes = [each for each in vars(errors).values() if isinstance(each, type)]
    ends = {each.__name__ for each in classes if not each.__subclasses__()}
    named = set(re.findall(r"`(\w+Error)`", page))
    assert ends - named == set()
    assert named - {each.__name__ for each in classes} == set()


@pytest.mark.parametrize(
    "file", ["LICENSE", "NOTICE", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"]
)
def test_the_house_has_its_papers(file):
    assert len((ROOT / file).read_text("utf-8")) > 500


def test_the_changelog_speaks_of_this_version():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_reference_is_made_from_docstrings_without_a_warning(tmp_path):
    command = [sys.executable, str(ROOT / "docs/reference.py"), str(tmp_path / "site")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert (tmp_path / "site/clew/core/records.html").is_file()
