"""Nothing that is loaded can run code: what could do that is called nowhere in the package."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = (
    "cli",
    "core",
    "face",
    "generation",
    "ingestion",
    "integrations",
    "kg",
    "models",
    "retrieval",
    "storage",
)
MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
CALLS = {"eval", "exec", "read_pickle", "unsafe_load", "__import__"}


def loaders(source: str) -> list[str]:
    """What in a module could run code that it loads."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [name.name for name in node.names if name.name.split(".")[0] in MODULES]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found += [str(node.module)] * (str(node.module).split(".")[0] in MODULES)
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            # methods of that name are others': `model.eval()`
            found += [name] * (name in CALLS or name.split(".")[-1] in CALLS - {"eval", "exec"})
            found += [name] * (name in ("torch.load", "yaml.load"))
            found += [
                f"{name}({word.arg}=True)"
                for word in node.keywords
                if word.arg in ("allow_pickle", "trust_remote_code")
                and not (isinstance(word.value, ast.Constant) and word.value.value is False)
            ]
    return found


WORKERS = ROOT / "ingestion" / "runners"
"""Messages over pipes between a process and the workers that it started: nothing stored or from elsewhere."""


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_loads_what_could_run(room):
    files = sorted({*(ROOT / room).rglob("*.py")} - {*WORKERS.glob("*.py")})
    assert files
    assert [
        (str(file), loaders(file.read_text("utf-8"))) for file in files if loaders(file.read_text("utf-8"))
    ] == []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from joblib import load",
        "import numpy as np\nnp.load(file, allow_pickle=True)",
        "np.load(file, allow_pickle=asked)",
        "torch.load(file)",
        "eval(text)",
        "pandas.read_pickle(file)",
        "AutoModel.from_pretrained(name, trust_remote_code=True)",
    ],
)
def test_what_could_run_is_seen(source):
    assert loaders(source)


def test_what_cannot_is_not():
    assert loaders("import json\nnp.load(file, allow_pickle=False)\nmodel.eval()\nre.compile(text)") == []
