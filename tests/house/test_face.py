"""What `clew` shows at its face."""

import importlib
import pkgutil
import types

import clew


def test_all_lists_exactly_the_public_names():
    visible = {
        name
        for name in dir(clew)
        if not name.startswith("_") and not isinstance(getattr(clew, name), types.ModuleType)
    }
    assert set(clew.__all__) - {"__version__"} == visible
    assert len(clew.__all__) == len(set(clew.__all__))


def test_every_public_name_has_a_docstring():
    bare = [name for name in clew.__all__ if name != "__version__" and not getattr(clew, name).__doc__]
    assert bare == []


def test_every_module_can_be_imported_and_says_what_it_is():
    silent = []
    for found in pkgutil.walk_packages(clew.__path__, "clew."):
        # Migrations are run by Alembic inside a migration; a root folder without __init__ is no room.
        if ".versions." in found.name or found.name.endswith("migrations.env"):
            continue
        if not (importlib.import_module(found.name).__doc__ or "").strip():
            silent.append(found.name)
    assert silent == []
