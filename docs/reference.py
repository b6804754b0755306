"""Writes the reference pages from the docstrings: `python docs/reference.py FOLDER`. A warning is an error."""

import pkgutil
import sys
import warnings
from pathlib import Path

import pdoc
import pdoc.render

import clew

# Run by Alembic inside a migration; they cannot be imported on their own.
NOT_SHOWN = "clew.storage.migrations."


def main(folder: str) -> None:
    """Makes one page for each module of the package."""
    warnings.simplefilter("error")
    # networkx is generic for type checkers only: its classes cannot be subscripted.
    warnings.filterwarnings("ignore", "Error parsing type annotation networkx")
    # Rooms with __all__ are walked only as far as it says, so each module is named, some of them twice.
    warnings.filterwarnings("ignore", "The module specification .* adds a module named")
    modules = [found.name for found in pkgutil.walk_packages(clew.__path__, "clew.")]
    shown = [name for name in modules if not name.startswith(NOT_SHOWN)]
    pdoc.render.configure(docformat="google", footer_text="Clew")
    pdoc.pdoc("clew", *shown, output_directory=Path(folder))


if __name__ == "__main__":
    main(sys.argv[1])
