"""The crash harness: its modules lie beside the tests, and its driver is started once a session."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parent))

from harness import Driver, Harness, Places  # noqa: E402


@pytest.fixture(scope="session")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Variables of the environment: where snapshots lie whose database is no file with a place beside it."""
    return {"CLEW_STORAGE__SNAPSHOTS": str(tmp_path_factory.mktemp("snapshots"))}


@pytest.fixture(scope="session")
def driver(snapshots: dict[str, str]) -> Iterator[Driver]:
    """The process that forks what is killed."""
    with Driver({**os.environ, **snapshots}) as running:
        yield running


@pytest.fixture
def harness(
    target: str,
    driver: Driver,
    snapshots: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> Harness:
    """A harness over a store that is not there yet."""
    for name, value in snapshots.items():
        monkeypatch.setenv(name, value)
    numbers = iter(range(1_000_000))
    make: Callable[[], str]
    server: Any = None
    if "://" in target:
        make, server = request.getfixturevalue("new_schema"), request.getfixturevalue("server")
    else:
        make = lambda: str(tmp_path / f"new{next(numbers)}.db")  # noqa: E731
    return Harness(driver, Places(target, make, server))
