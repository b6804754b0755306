"""What every room's tests share: a PostgreSQL server of our own, and places for stores on every engine.

What is parametrised over `ENGINES` runs on SQLite and on PostgreSQL: a new engine is one more parameter.
"""

from __future__ import annotations

import getpass
import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, text

# How long an example takes says more of the machine than of the code: no test depends on wall time.
settings.register_profile("clew", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("clew")

ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
_NUMBERS = itertools.count()


def _binary(name: str) -> str | None:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which(name) or next((str(f / name) for f in folders if (f / name).exists()), None)
    return found and str(Path(found).resolve())


def _account() -> str | None:
    """An account that may run a server when we are root, which PostgreSQL refuses; None for our own."""
    if os.geteuid() != 0:
        return None
    import pwd

    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


class PostgresServer:
    """A PostgreSQL server on loopback with a folder of its own, which can be killed and started again."""

    def __init__(self) -> None:
        initdb, control = _binary("initdb"), _binary("pg_ctl")
        if initdb is None or control is None:
            pytest.skip("no PostgreSQL server binaries (initdb, pg_ctl) on PATH or in /usr/lib/postgresql")
        pytest.importorskip("psycopg")
        account = _account()
        self._folder = Path(tempfile.mkdtemp(prefix="clew-postgres-"))
        self.data = self._folder / "data"
        """Its data directory."""
        as_account: dict[str, Any] = {"cwd": self._folder}
        if account is not None:
            shutil.chown(self._folder, account)
            as_account |= {"user": account, "extra_groups": []}
        user = account or getpass.getuser()
        data = str(self.data)
        make = [initdb, "-D", data, "-A", "trust", "-U", user, "-E", "UTF8", "--no-sync"]
        # a locale whose order is not that of code points, so that a missing collation would show
        loud: dict[str, Any] = {**as_account, "capture_output": True, "text": True}
        made = subprocess.run([*make, "--locale-provider=icu", "--icu-locale=en-US"], **loud)
        if made.returncode != 0:
            shutil.rmtree(data, ignore_errors=True)
            made = subprocess.run([*make, "--no-locale"], **loud)
        assert made.returncode == 0, made.stderr
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self._options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        self._control = [control, "-D", data, "-l", str(self._folder / "log"), "-w"]
        # its output would hold the pipe open for as long as the server lives
        self._quiet: dict[str, Any] = {**as_account, "stdout": subprocess.DEVNULL}
        self.url = f"postgresql+psycopg://{user}@127.0.0.1:{port}/"

    def start(self) -> None:
        """Start it; after a kill as soon as the processes that were left behind have gone."""
        for _ in range(60):
            command = [*self._control, "-o", self._options, "start"]
            if subprocess.run(command, timeout=60, **self._quiet).returncode == 0:
                return
            time.sleep(0.5)
        raise AssertionError((self._folder / "log").read_text()[-2000:])

    def kill(self) -> None:
        """SIGKILL to the server's first process; the others find it gone and end."""
        pid = int((self.data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)

    def remove(self) -> None:
        """Stop it, and away with its folder."""
        subprocess.run([*self._control, "-m", "immediate", "stop"], timeout=90, **self._quiet)
        shutil.rmtree(self._folder, ignore_errors=True)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """URL of a PostgreSQL server, without the database's name."""
    running = PostgresServer()
    try:
        running.start()
        yield running.url
    finally:
        running.remove()


@pytest.fixture
def mortal_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server of one test, to be killed."""
    running = PostgresServer()
    try:
        running.start()
        yield running
    finally:
        running.remove()


@pytest.fixture(scope="session")
def new_schema(server: str) -> Iterator[Callable[[], str]]:
    """Makes empty schemas in one database and gives URLs that see nothing else."""
    engine = create_engine(server + "postgres", isolation_level="AUTOCOMMIT")

    def make() -> str:
        name = f"clew_{next(_NUMBERS)}"
        with engine.connect() as connection:
            connection.execute(text(f"CREATE SCHEMA {name}"))
        return f"{server}postgres?options=-csearch_path%3D{name}"

    yield make
    engine.dispose()


@pytest.fixture(params=ENGINES)
def target(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place for a store that is not there yet: a path, or the URL of an empty schema."""
    if request.param == "sqlite":
        return str(tmp_path / "store.db")
    make: Callable[[], str] = request.getfixturevalue("new_schema")
    return make()
