"""Writes the reference pages from the docstrings: `python docs/reference.py FOLDER`. No warning passes."""

import pkgutil
import sys
import warnings
from importlib import import_module
from pathlib import Path

import pdoc
import pdoc.render

import clew

# Run by Alembic inside a migration; they cannot be imported on their own.
NOT_SHOWN = "!clew.storage.migrations"


def main(folder: str) -> None:
    """Makes one page for each module of the package."""
    warnings.simplefilter("error")
    # networkx is generic for type checkers only: its classes cannot be subscripted.
    warnings.filterwarnings("ignore", "Error parsing type annotation networkx")
    # Rooms with __all__ are walked only as far as it says, so each module is named, some of them twice.
    warnings.filterwarnings("ignore", "The module specification .* adds a module named")
    packages = [clew.__name__, *(each.name for each in modules() if each.ispkg)]
    for name in packages:
        resolve(name)
    pdoc.render.configure(docformat="google", footer_text="Clew")
    pdoc.pdoc("clew", *(each.name for each in modules()), NOT_SHOWN, output_directory=Path(folder))


def modules() -> list[pkgutil.ModuleInfo]:
    """Every module below the face."""
    return list(pkgutil.walk_packages(clew.__path__, "clew."))


def resolve(name: str) -> None:
    """Loads the names that a room exports lazily, since pdoc looks only at what is there."""
    room = import_module(name)
    for public in getattr(room, "__all__", ()):
        room.__dict__.setdefault(public, getattr(room, public))


if __name__ == "__main__":
    main(sys.argv[1])
