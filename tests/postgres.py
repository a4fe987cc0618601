"""A PostgreSQL of the tests' own, from the machine's package: it can be restarted, and is gone afterwards."""

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

OPTIONS = "-c listen_addresses='' -c unix_socket_directories={folder} -c fsync={fsync} -c max_connections=20"
USER = "postgres"  # PostgreSQL refuses to run as root


def programs() -> Path | None:
    """The folder of PostgreSQL's programs: the newest that Debian's packages brought, or that of the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found += [Path(path) for path in [shutil.which("initdb")] if path]
    return found[-1].resolve().parent if found else None


class Postgres:
    """One that listens to a socket in its folder only."""

    def __init__(self, folder: Path, bin: Path, fsync: bool):
        self.folder, self._bin, self._numbers = folder, bin, itertools.count(1)
        self._options = OPTIONS.format(folder=folder, fsync="on" if fsync else "off")
        self._as_user = []
        if os.geteuid() == 0:
            shutil.chown(folder, USER)
            self._as_user = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--init-groups"]
        self._run("initdb", "--auth=trust", f"--username={USER}", "--encoding=UTF8", "--locale=C", "--no-sync")
        self.start()

    def _run(self, program: str, *words: str) -> None:
        command = [*self._as_user, str(self._bin / program), "--pgdata", str(self.folder / "data"), *words]
        done = subprocess.run(command, cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self) -> None:
        log = str(self.folder / "log")  # of its own: what it inherited would keep the pipe open
        self._run("pg_ctl", "start", "--wait", "--log", log, "--options", self._options)

    def stop(self) -> None:
        """Stop it as a power cut does."""
        self._run("pg_ctl", "stop", "--wait", "--mode", "immediate")

    def address(self, database: str) -> str:
        return f"postgresql://{USER}@/{database}?host={self.folder}"

    def new_database(self) -> str:
        """The address of an empty database."""
        import psycopg

        name = f"store{next(self._numbers)}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.address(name)


@contextmanager
def running(fsync: bool = False) -> Iterator[Postgres]:
    """A PostgreSQL that runs; skips the test where its programs or psycopg are missing.

    With `fsync` what it confirms is on the disk, as anywhere but in tests.
    """
    pytest.importorskip("psycopg", reason="a store in PostgreSQL needs psycopg")
    bin = programs()
    if os.name == "nt":
        pytest.skip("PostgreSQL is started on a Unix socket")
    if bin is None:
        pytest.skip("PostgreSQL is not on this machine: apt-get install postgresql")
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        pytest.skip("PostgreSQL does not run as root, and there is no setpriv")
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:  # a socket's path is short
        postgres = Postgres(Path(folder), bin, fsync)
        try:
            yield postgres
        finally:
            postgres.stop()
